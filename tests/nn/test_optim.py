"""Optimizers: every step against the formula, what is skipped, what is kept, bad settings."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from tests.nn.optimizer_formulas import RULES, Settings

from grad_core import Tensor
from grad_nn import Linear, MSELoss, Sequential, Tanh, optim
from grad_nn.optim import LBFGS, SGD, Adam, AdamW, Muon, Optimizer

CASES: list[tuple[type[Any], Settings]] = [
    (SGD, {"lr": 0.1}),
    (SGD, {"lr": 0.1, "momentum": 0.9}),
    (SGD, {"lr": 0.1, "momentum": 0.9, "dampening": 0.4, "weight_decay": 0.1}),
    (SGD, {"lr": 0.1, "momentum": 0.9, "nesterov": True, "weight_decay": 0.1}),
    (SGD, {"lr": 0.01, "maximize": True}),
    (Adam, {"lr": 0.1}),
    (Adam, {"lr": 0.1, "betas": (0.7, 0.9), "eps": 1e-3, "weight_decay": 0.2}),
    (Adam, {"lr": 0.1, "weight_decay": 0.2, "decoupled_weight_decay": True}),
    (Adam, {"lr": 0.1, "amsgrad": True, "betas": (0.5, 0.6)}),
    (AdamW, {"lr": 0.1}),
    (AdamW, {"lr": 0.1, "weight_decay": 0.3, "maximize": True, "amsgrad": True}),
    (optim.NAdam, {"lr": 0.1}),
    (optim.NAdam, {"lr": 0.02, "betas": (0.7, 0.9), "eps": 0.1, "weight_decay": 0.2}),
    (optim.NAdam, {"lr": 0.1, "weight_decay": 0.2, "decoupled_weight_decay": True}),
    (optim.NAdam, {"lr": 0.1, "momentum_decay": 0.1, "maximize": True}),
    (optim.RAdam, {"lr": 0.1}),
    (optim.RAdam, {"lr": 0.1, "betas": (0.7, 0.9), "eps": 1e-2, "weight_decay": 0.2}),
    (optim.RAdam, {"lr": 0.1, "weight_decay": 0.2, "decoupled_weight_decay": True}),
    (optim.RAdam, {"lr": 0.1, "betas": (0.5, 0.6), "maximize": True}),
    (optim.Adamax, {"lr": 0.1}),
    (optim.Adamax, {"lr": 0.1, "betas": (0.5, 0.6), "eps": 0.1, "weight_decay": 0.2}),
    (optim.Adamax, {"lr": 0.1, "maximize": True}),
    (optim.Adagrad, {"lr": 0.1}),
    (optim.Adagrad, {"lr": 0.1, "lr_decay": 0.1, "eps": 0.1, "weight_decay": 0.2}),
    (optim.Adagrad, {"lr": 0.1, "initial_accumulator_value": 0.5, "maximize": True}),
    (optim.Adadelta, {"lr": 1.0}),
    (optim.Adadelta, {"lr": 0.5, "rho": 0.5, "eps": 1e-2, "weight_decay": 0.2, "maximize": True}),
    (optim.RMSprop, {"lr": 0.01}),
    (optim.RMSprop, {"lr": 0.01, "alpha": 0.5, "eps": 0.1, "weight_decay": 0.2}),
    (optim.RMSprop, {"lr": 0.01, "eps": 1e-3, "centered": True, "maximize": True}),
    (optim.RMSprop, {"lr": 0.01, "eps": 1e-3, "momentum": 0.8, "centered": True}),
    (optim.Rprop, {"lr": 0.1}),
    (optim.Rprop, {"lr": 0.1, "etas": (0.3, 1.5), "step_sizes": (1e-3, 0.2), "maximize": True}),
    (optim.ASGD, {"lr": 0.05}),
    (optim.ASGD, {"lr": 0.05, "lambd": 0.1, "alpha": 0.5, "weight_decay": 0.2, "maximize": True}),
    (optim.Lion, {"lr": 0.02}),
    (optim.Lion, {"lr": 0.02, "betas": (0.5, 0.7), "weight_decay": 0.3, "maximize": True}),
    (optim.Adafactor, {}),
    (optim.Adafactor, {"lr": 0.5, "eps": (1e-3, 0.5), "beta2_decay": -0.5, "weight_decay": 0.1}),
    (optim.Adafactor, {"lr": 0.5, "d": 2.0, "maximize": True}),
    (Muon, {"lr": 0.02, "weight_decay": 0.1}),
    (Muon, {"lr": 0.02, "adjust_lr_fn": "match_rms_adamw", "nesterov": False}),
    (Muon, {"lr": 0.02, "adjust_lr_fn": "original", "ns_steps": 3, "maximize": True}),
    (Muon, {"lr": 0.02, "momentum": 0.5, "eps": 10.0, "ns_coefficients": (2.0, -1.5, 0.5)}),
]
ALL: list[Any] = [*RULES]
VALUES: dict[str, Any] = {
    "vector": [1.0, -2.0, 0.5],
    "matrix": [[1.0, -2.0, 0.5], [0.3, 0.7, -0.1]],
    "tall": [[1.0, -2.0], [0.3, 0.7], [0.2, -0.6]],
    "stack": [[[1.0, -2.0, 0.5], [0.3, 0.7, -0.1]], [[0.1, 0.2, 0.3], [1.0, 1.5, -1.0]]],
}


def starts(kind: type[Any]) -> list[str]:
    if kind is Muon:
        return ["matrix", "tall"]
    return ["vector", "matrix", "stack"] if kind is optim.Adafactor else ["vector"]


@pytest.mark.parametrize(
    ("kind", "settings", "value"), [(k, s, v) for k, s in CASES for v in starts(k)]
)
def test_fifty_steps_follow_the_formula(kind: type[Any], settings: Settings, value: str) -> None:
    x = Tensor(VALUES[value], requires_grad=True, dtype=np.float64)
    optimizer = kind([x], **settings)
    step = RULES[kind]({"weight_decay": 0.1, **settings} if kind is Muon else settings)
    expected = x.data.copy()
    scale = np.linspace(0.3, 3.0, x.size).reshape(x.shape)
    for i in range(50):
        optimizer.zero_grad()
        ((x * scale - 1) ** 2 + x.tanh()).sum().backward()
        slope = 2 * scale * (expected * scale - 1) + 1 - np.tanh(expected) ** 2
        expected = step(expected, slope)
        optimizer.step()
        assert_allclose(x.data, expected, rtol=1e-8, atol=1e-10, err_msg=f"step {i}")


def test_every_optimizer_has_a_formula_and_a_case() -> None:
    named = [getattr(optim, name) for name in dir(optim)]
    kinds = [kind for kind in named if isinstance(kind, type)]
    algorithms = {k for k in kinds if issubclass(k, Optimizer) and not inspect.isabstract(k)}
    assert len(algorithms) == 15
    assert algorithms - {LBFGS} == set(RULES) == {kind for kind, _ in CASES}


def leaf(*shape: int) -> Tensor:
    return Tensor(np.linspace(1.0, 2.0, int(np.prod(shape))).reshape(shape), requires_grad=True)


def some(kind: type[Any]) -> tuple[Tensor, Tensor]:
    """Two parameters that an optimizer takes."""
    return (leaf(2, 3), leaf(1, 2)) if kind is Muon else (leaf(2), leaf(1))


def give_gradients(*ps: Tensor) -> None:
    for p in ps:
        p.grad = np.cos(p.data * 3)


@pytest.mark.parametrize("kind", ALL)
def test_what_no_gradient_reached_is_left_alone(kind: Any) -> None:
    used, unused = some(kind)
    optimizer = kind([used, unused], lr=0.1)
    start, before = used.data.copy(), unused.data.copy()
    assert unused.grad is not None  # it reads as zeros, and that does not count as a gradient
    give_gradients(used)
    optimizer.step()
    assert (used.data != start).any()
    assert_array_equal(unused.data, before)
    assert unused not in optimizer.state or kind is optim.Adagrad
    give_gradients(unused)
    optimizer.zero_grad()
    moved = used.data.copy()
    optimizer.step()
    assert_array_equal(used.data, moved)
    give_gradients(unused)
    optimizer.zero_grad(set_to_none=False)
    assert not used.has_grad
    assert unused.has_grad
    assert_array_equal(unused.grad, np.zeros(unused.shape))


@pytest.mark.parametrize("kind", ALL)
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_a_step_keeps_identity_dtype_gradient_and_earlier_graphs(kind: Any, dtype: str) -> None:
    shape = (2, 2) if kind is Muon else (2,)
    x = Tensor(np.full(shape, 1.5), requires_grad=True, dtype=dtype)
    earlier = (x * x).sum()
    (x * 3).sum().backward()
    before = x.data.copy()
    optimizer = kind([x], lr=0.5)
    optimizer.step()
    assert x.dtype == dtype
    assert (x.data != before).all()
    assert_array_equal(x.grad, np.full(shape, 3.0))
    arrays = [v for v in optimizer.state[x].values() if isinstance(v, np.ndarray)]
    assert all(v.dtype == dtype for v in arrays)
    x.zero_grad()
    earlier.backward()
    assert_array_equal(x.grad, 2 * before)


@pytest.mark.parametrize("kind", [k for k in ALL if k is not Muon])
def test_parameters_of_no_axes_and_of_no_elements(kind: Any) -> None:
    scalar, nothing, wide = Tensor(2.0, requires_grad=True), leaf(0), leaf(0, 3)
    optimizer = kind([scalar, nothing, wide], lr=0.1)
    for _ in range(3):
        scalar.grad, nothing.grad, wide.grad = 1.0, np.ones(0), np.ones((0, 3))
        optimizer.step()
    assert scalar.shape == ()
    assert scalar.item() < 2.0
    assert all(
        type(v) in (int, float, np.ndarray, type(None)) for v in optimizer.state[scalar].values()
    )


def test_muon_of_no_elements() -> None:
    nothing = leaf(0, 3)
    optimizer = Muon([nothing])
    nothing.grad = np.ones((0, 3))
    optimizer.step()
    assert nothing.shape == (0, 3)


def test_the_gradient_is_not_written_to() -> None:
    for kind, settings in CASES:
        p, _ = some(kind)
        g = np.cos(p.data)
        optimizer = kind([p], **settings)
        for _ in range(3):
            p.grad = g
            p_before = p.data
            kept = p_before.copy()
            optimizer.step()
            assert_array_equal(g, np.cos(some(kind)[0].data))
            assert_array_equal(p_before, kept)


@pytest.mark.parametrize("setting", ["amsgrad", "momentum", "centered"])
def test_settings_that_need_more_memory_can_be_switched_on(setting: str) -> None:
    kind: Any = Adam if setting == "amsgrad" else optim.RMSprop
    p = leaf(2)
    optimizer = kind([p])
    for i in range(4):
        if i == 2:
            optimizer.param_groups[0][setting] = 0.5 if setting == "momentum" else True
        give_gradients(p)
        optimizer.step()
    name = {"amsgrad": "max_exp_avg_sq", "momentum": "momentum_buffer", "centered": "grad_avg"}
    assert name[setting] in optimizer.state_dict()["state"][0]
    other = kind([p])
    other.load_state_dict(optimizer.state_dict())
    assert_array_equal(other.state[p][name[setting]], optimizer.state[p][name[setting]])


def test_the_average_of_asgd() -> None:
    p = leaf(3)
    optimizer = optim.ASGD([p], lr=0.1, t0=4)
    values = []
    for i in range(12):
        p.grad = np.array([1.0, -2.0, i])
        optimizer.step()
        values.append(p.data.copy())
        average = optimizer.state[p]["ax"]
        first = min(i, 5)
        assert_allclose(average, np.mean(values[first:], 0), rtol=1e-6)


@pytest.mark.parametrize("kind", [*(k for k in ALL if k is not Muon), LBFGS])
def test_a_network_learns(kind: Any) -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(64, 3))
    y = np.sin(x[:, :1]) + x[:, 1:2] * x[:, 2:]
    model = Sequential(Linear(3, 32, rng=1), Tanh(), Linear(32, 1, rng=2))
    lr = {SGD: 0.1, optim.ASGD: 0.1, optim.Adadelta: 10.0, optim.Adagrad: 0.1, LBFGS: 0.5}
    optimizer: Optimizer = kind(model.parameters(), lr=lr.get(kind, 0.01))

    def closure() -> float:
        optimizer.zero_grad()
        loss = MSELoss()(model(Tensor(x)), Tensor(y))
        loss.backward()
        return loss.item()

    losses = [optimizer.step(closure) for _ in range(5 if kind is LBFGS else 200)]
    assert losses[-1] < 0.25 * losses[0]


NONE: Any = [None]
WRONG: Any = "wolfe"
MODEL: Any = Sequential(Linear(1, 1))
ERRORS: list[tuple[str, Callable[[], Any], type[Exception], str]] = [
    ("betas-one", lambda: Adam([leaf(1)], betas=NONE), TypeError, "Adam: betas must be a pair"),
    ("decay", lambda: Adam([leaf(1)], weight_decay=-1), ValueError, "weight_decay must be"),
    ("momentum", lambda: SGD([leaf(1)], momentum=-1), ValueError, "momentum must be a number"),
    ("dampening", lambda: SGD([leaf(1)], dampening=NONE), ValueError, "dampening must be a number"),
    ("nesterov", lambda: SGD([leaf(1)], nesterov=True), ValueError, "goes with momentum"),
    (
        "betas",
        lambda: Adam([leaf(1)], betas=(0.9, 1.0)),
        ValueError,
        "beta2 must be a number, at least 0 and less than 1.0, got 1.0",
    ),
    (
        "eps",
        lambda: Adam([leaf(1)], eps=-1),
        ValueError,
        "eps must be a number, at least 0, got -1",
    ),
    ("adamw", lambda: AdamW([leaf(1)], lr=np.nan), ValueError, "AdamW: lr must be a number"),
    (
        "nadam",
        lambda: optim.NAdam([leaf(1)], momentum_decay=-1),
        ValueError,
        "NAdam: momentum_decay",
    ),
    ("radam", lambda: optim.RAdam([leaf(1)], betas=(1.0, 0.5)), ValueError, "RAdam: beta1 must be"),
    ("adamax", lambda: optim.Adamax([leaf(1)], eps=-1), ValueError, "Adamax: eps must be"),
    (
        "adagrad",
        lambda: optim.Adagrad([leaf(1)], lr_decay=-1),
        ValueError,
        "Adagrad: lr_decay must",
    ),
    (
        "rho",
        lambda: optim.Adadelta([leaf(1)], rho=1.1),
        ValueError,
        "rho must be a number from 0 to 1",
    ),
    ("alpha", lambda: optim.RMSprop([leaf(1)], alpha=-1), ValueError, "RMSprop: alpha must be"),
    (
        "etas",
        lambda: optim.Rprop([leaf(1)], etas=NONE),
        TypeError,
        "etas must be a pair of numbers",
    ),
    ("etas-2", lambda: optim.Rprop([leaf(1)], etas=(1.0, 2.0)), ValueError, "between 0 and 1"),
    (
        "step_sizes",
        lambda: optim.Rprop([leaf(1)], step_sizes=(1.0, 0.5)),
        ValueError,
        "step_sizes must be the smallest and the largest, got 1.0, 0.5",
    ),
    ("asgd", lambda: optim.ASGD([leaf(1)], t0=-1), ValueError, "ASGD: t0 must be"),
    ("asgd-alpha", lambda: optim.ASGD([leaf(1)], alpha=NONE), ValueError, "ASGD: alpha must be"),
    ("lion", lambda: optim.Lion([leaf(1)], betas=(0.9, 2)), ValueError, "Lion: beta2 must be"),
    ("d", lambda: optim.Adafactor([leaf(1)], d=0.5), ValueError, "d must be a number, at least 1"),
    ("beta2", lambda: optim.Adafactor([leaf(1)], beta2_decay=1), ValueError, "at most 0, got 1"),
    ("eps1", lambda: optim.Adafactor([leaf(1)], eps=(-1.0, 1.0)), ValueError, "eps1 must be"),
    ("eps-pair", lambda: optim.Adafactor([leaf(1)], eps=NONE), TypeError, "eps must be a pair"),
    ("muon", lambda: Muon([leaf(2)]), ValueError, r"Muon: a parameter has shape \(2,\), expected"),
    (
        "ns_steps",
        lambda: Muon([leaf(1, 1)], ns_steps=100),
        ValueError,
        "ns_steps must be an int from",
    ),
    ("ns", lambda: Muon([leaf(1, 1)], ns_coefficients=NONE), TypeError, "must be three numbers"),
    ("adjust", lambda: Muon([leaf(1, 1)], adjust_lr_fn=WRONG), ValueError, "adjust_lr_fn"),
    (
        "search",
        lambda: LBFGS([leaf(1)], line_search_fn=WRONG),
        ValueError,
        "line_search_fn must be",
    ),
    (
        "max_iter",
        lambda: LBFGS([leaf(1)], max_iter=0),
        ValueError,
        "max_iter must be an int, at least",
    ),
    (
        "history",
        lambda: LBFGS([leaf(1)], history_size=0),
        ValueError,
        "history_size must be an int",
    ),
    ("closure", lambda: LBFGS([leaf(1)]).step(), TypeError, "LBFGS: step needs a closure"),
    (
        "closure-2",
        lambda: SGD([leaf(1)]).step(NONE),
        TypeError,
        "closure is list, expected a function",
    ),
    (
        "groups",
        lambda: LBFGS([{"params": leaf(1)}, {"params": leaf(1)}]),
        ValueError,
        "LBFGS: there can be one group",
    ),
]


@pytest.mark.parametrize(("name", "run", "kind", "message"), ERRORS, ids=[e[0] for e in ERRORS])
def test_errors(name: str, run: Any, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        run()


@pytest.mark.parametrize("kind", [k for k in ALL if k is not Muon])
def test_a_parameter_that_changed_its_shape(kind: Any) -> None:
    x, other = leaf(1), leaf(2)
    settings = {"momentum": 0.9} if kind is SGD else {}
    optimizer = kind([other, x], lr=0.1, **settings)
    give_gradients(x, other)
    optimizer.step()
    x.data = [1.0, 2.0]
    give_gradients(x, other)
    before, state = other.data.copy(), optimizer.state_dict()
    with pytest.raises(ValueError, match=r"another shape than at the last step, now \(2,\)"):
        optimizer.step()
    assert_array_equal(other.data, before)
    assert repr(optimizer.state_dict()) == repr(state)


# ------------------------------------------------------------------------ L-BFGS


def rosenbrock(x: Tensor) -> Tensor:
    return (100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum()


def minimized(optimizer: Optimizer, x: Tensor, sign: float = 1.0) -> Callable[[], Tensor]:
    def closure() -> Tensor:
        optimizer.zero_grad()
        loss: Tensor = sign * rosenbrock(x)
        loss.backward()
        return loss

    return closure


@pytest.mark.parametrize("maximize", [False, True])
def test_lbfgs_finds_the_minimum_of_rosenbrock(maximize: bool) -> None:
    x = Tensor([-1.2, 1.0], requires_grad=True, dtype=np.float64)
    optimizer = LBFGS(
        [x],
        max_iter=100,
        tolerance_change=0.0,
        line_search_fn="strong_wolfe",
        maximize=maximize,
    )
    closure = minimized(optimizer, x, -1.0 if maximize else 1.0)
    first = optimizer.step(closure)
    assert abs(first.item()) == pytest.approx(24.2)  # the loss before the step
    assert_allclose(x.data, 1.0, atol=1e-6)
    state = optimizer.state[x]
    assert state["n_iter"] < 100
    assert state["func_evals"] < 125
    evaluations = state["func_evals"]
    optimizer.step(closure)
    assert state["func_evals"] == evaluations  # the state that was replaced
    assert optimizer.state[x]["func_evals"] == evaluations + 1  # nothing is left to do


def test_lbfgs_solves_a_quadratic_in_few_iterations() -> None:
    scale = np.array([1.0, 10.0, 100.0, 0.1])
    x = Tensor([1.0, 1.0, 1.0, 1.0], requires_grad=True, dtype=np.float64)
    optimizer = LBFGS(
        [x], max_iter=30, max_eval=99, tolerance_change=0.0, line_search_fn="strong_wolfe"
    )

    def closure() -> Tensor:
        optimizer.zero_grad()
        loss: Tensor = (scale * x * x).sum()
        loss.backward()
        return loss

    optimizer.step(closure)
    assert closure().item() < 1e-10
    assert optimizer.state[x]["n_iter"] < 30


def test_lbfgs_does_all_or_nothing() -> None:
    x = Tensor([-1.2, 1.0], requires_grad=True, dtype=np.float64)
    y = Tensor([0.5], requires_grad=True, dtype=np.float64)
    optimizer = LBFGS([x, y], line_search_fn="strong_wolfe", max_iter=3)
    calls = 0

    def closure() -> float:
        nonlocal calls
        calls += 1
        if calls == 9:
            raise KeyboardInterrupt
        optimizer.zero_grad()
        loss = rosenbrock(x) + (y * y).sum()
        loss.backward()
        return loss.item()

    optimizer.step(closure)
    assert calls < 9
    before, state = x.data.copy(), repr(optimizer.state_dict())
    calls = 6
    with pytest.raises(KeyboardInterrupt):
        optimizer.step(closure)
    assert calls == 9  # it had moved
    assert_array_equal(x.data, before)
    assert repr(optimizer.state_dict()) == state
    x.data = [1.0, 2.0, 3.0]
    with pytest.raises(ValueError, match="another shape than at the last step"):
        optimizer.step(closure)


def test_lbfgs_turns_back_where_the_loss_is_no_number() -> None:
    x = Tensor([1.0], requires_grad=True, dtype=np.float64)
    optimizer = LBFGS([x], line_search_fn="strong_wolfe", lr=10.0)

    def closure() -> Tensor:
        optimizer.zero_grad()
        loss = (x.log() * x).sum()  # there is none below 0; it is least at 1 / e
        loss.backward()
        return loss

    with np.errstate(all="ignore"):
        for _ in range(5):
            optimizer.step(closure)
    assert_allclose(x.data, np.exp(-1.0), rtol=1e-6)
