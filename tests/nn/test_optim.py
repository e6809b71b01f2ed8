"""Optimizers: every step against the formula, what is skipped, what is kept, bad settings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from grad_core import Tensor
from grad_nn import Linear, MSELoss, ReLU, Sequential
from grad_nn.optim import SGD, Adam, AdamW, Optimizer

Settings = dict[str, Any]


def sgd(s: Settings) -> Callable[[Any, Any], Any]:
    """The formula of SGD's docstring."""
    memory: dict[str, Any] = {"t": 0}

    def step(p: Any, g: Any) -> Any:
        memory["t"] += 1
        g = (-g if s.get("maximize") else g) + s.get("weight_decay", 0) * p
        momentum = s.get("momentum", 0)
        if momentum:
            first = memory["t"] == 1
            b = g if first else momentum * memory["b"] + (1 - s.get("dampening", 0)) * g
            memory["b"] = b
            g = g + momentum * b if s.get("nesterov") else b
        return p - s["lr"] * g

    return step


def adam(s: Settings, decoupled: bool = False) -> Callable[[Any, Any], Any]:
    """The formulas of Adam's and AdamW's docstrings."""
    memory: dict[str, Any] = {"t": 0, "m": 0.0, "v": 0.0, "largest": 0.0}
    b1, b2 = s.get("betas", (0.9, 0.999))
    decay = s.get("weight_decay", 1e-2 if decoupled else 0.0)

    def step(p: Any, g: Any) -> Any:
        memory["t"] += 1
        g = -g if s.get("maximize") else g
        if decoupled:
            p = p - s["lr"] * decay * p
        else:
            g = g + decay * p
        memory["m"] = b1 * memory["m"] + (1 - b1) * g
        memory["v"] = b2 * memory["v"] + (1 - b2) * g**2
        memory["largest"] = np.maximum(memory["largest"], memory["v"])
        v = memory["largest"] if s.get("amsgrad") else memory["v"]
        m_hat, v_hat = memory["m"] / (1 - b1 ** memory["t"]), v / (1 - b2 ** memory["t"])
        return p - s["lr"] * m_hat / (np.sqrt(v_hat) + s.get("eps", 1e-8))

    return step


CASES: list[tuple[type[SGD | Adam], Settings]] = [
    (SGD, {"lr": 0.1}),
    (SGD, {"lr": 0.1, "momentum": 0.9}),
    (SGD, {"lr": 0.1, "momentum": 0.9, "dampening": 0.4, "weight_decay": 0.1}),
    (SGD, {"lr": 0.1, "momentum": 0.9, "nesterov": True, "weight_decay": 0.1}),
    (SGD, {"lr": 0.01, "maximize": True}),
    (Adam, {"lr": 0.1}),
    (Adam, {"lr": 0.1, "betas": (0.7, 0.9), "eps": 1e-3, "weight_decay": 0.2}),
    (Adam, {"lr": 0.1, "amsgrad": True, "betas": (0.5, 0.6)}),
    (AdamW, {"lr": 0.1}),
    (AdamW, {"lr": 0.1, "weight_decay": 0.3, "maximize": True, "amsgrad": True}),
]


@pytest.mark.parametrize(("kind", "settings"), CASES)
def test_fifty_steps_follow_the_formula(kind: type[SGD | Adam], settings: Settings) -> None:
    x = Tensor([1.0, -2.0, 0.5], requires_grad=True, dtype=np.float64)
    optimizer = kind([x], **settings)
    step = sgd(settings) if kind is SGD else adam(settings, decoupled=kind is AdamW)
    expected = x.data.copy()
    scale = np.array([1.0, 3.0, 0.1])
    for _ in range(50):
        optimizer.zero_grad()
        ((x * scale - 1) ** 2 + x.tanh()).sum().backward()
        slope = 2 * scale * (expected * scale - 1) + 1 - np.tanh(expected) ** 2
        expected = step(expected, slope)
        optimizer.step()
        assert_allclose(x.data, expected, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("kind", [SGD, Adam, AdamW])
def test_what_no_gradient_reached_is_left_alone(kind: Any) -> None:
    used, unused = (Tensor([1.0], requires_grad=True) for _ in range(2))
    optimizer: Optimizer = kind([used, unused], lr=0.1, weight_decay=0.5)
    (used * 2).sum().backward()
    assert unused.grad is not None  # it reads as zeros, and that does not count as a gradient
    optimizer.step()
    assert used.item() != 1.0
    assert unused.item() == 1.0
    assert unused not in optimizer.state
    unused.grad = np.array([1.0])
    optimizer.zero_grad()
    before = used.item()
    optimizer.step()
    assert used.item() == before


@pytest.mark.parametrize("kind", [SGD, Adam, AdamW])
def test_a_step_keeps_identity_dtype_gradient_and_earlier_graphs(kind: Any) -> None:
    x = Tensor([1.0, 2.0], requires_grad=True)
    earlier = (x * x).sum()
    (x * 3).sum().backward()
    before = x.data.copy()
    optimizer = kind([x], lr=0.5)
    optimizer.step()
    assert x.dtype == np.float32
    assert (x.data != before).all()
    assert_array_equal(x.grad, [3, 3])
    x.zero_grad()
    earlier.backward()
    assert_array_equal(x.grad, 2 * before)


def test_the_learning_rate_can_be_changed() -> None:
    x = Tensor([0.0], requires_grad=True)
    optimizer = SGD([x], lr=1.0)
    x.grad = np.array([1.0])
    optimizer.step()
    optimizer.param_groups[0]["lr"] = 0.5
    optimizer.step()
    assert x.item() == -1.5


@pytest.mark.parametrize("kind", [SGD, Adam, AdamW])
def test_a_network_learns(kind: Any) -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(64, 3))
    y = np.sin(x[:, :1]) + x[:, 1:2] * x[:, 2:]
    model = Sequential(Linear(3, 32, rng=1), ReLU(), Linear(32, 1, rng=2))
    optimizer: Optimizer = kind(model.parameters(), lr=0.1 if kind is SGD else 0.01)
    losses = []
    for _ in range(200):
        optimizer.zero_grad()
        loss = MSELoss()(model(Tensor(x)), Tensor(y))
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.1 * losses[0]


def leaf() -> Tensor:
    return Tensor([1.0], requires_grad=True)


SHARED = leaf()
NONE: Any = [None]
MODEL: Any = Sequential(Linear(1, 1))
ERRORS: list[tuple[str, Callable[[], Any], type[Exception], str]] = [
    ("empty", lambda: SGD([]), ValueError, "SGD: there are no parameters"),
    ("tensor", lambda: Adam(leaf()), TypeError, "Adam: params is one Tensor, expected several"),
    ("other", lambda: SGD(NONE), TypeError, r"SGD: params\[0\] is NoneType, expected a Tensor"),
    ("constant", lambda: SGD([Tensor([1.0])]), ValueError, r"params\[0\], .*\(1,\), is not a leaf"),
    ("result", lambda: SGD([leaf() * 2]), ValueError, "is not a leaf with requires_grad"),
    ("complex", lambda: SGD([Tensor([1j], True, "complex64")]), TypeError, "only real parameters"),
    ("twice", lambda: SGD([SHARED, SHARED]), ValueError, "more than once"),
    (
        "lr",
        lambda: SGD([leaf()], lr=-1),
        ValueError,
        "SGD: lr must be a number, at least 0, got -1",
    ),
    ("lr-nan", lambda: AdamW([leaf()], lr=np.nan), ValueError, "AdamW: lr must be a number"),
    ("lr-inf", lambda: SGD([leaf()], lr=np.inf), ValueError, "lr must be a number"),
    ("lr-str", lambda: SGD([leaf()], lr=NONE), ValueError, r"lr must be a number, .*got \[None\]"),
    ("lr-bool", lambda: SGD([leaf()], lr=True), ValueError, "lr must be a number"),
    ("betas-one", lambda: Adam([leaf()], betas=NONE), TypeError, "Adam: betas must be a pair"),
    ("none", lambda: SGD(NONE[0]), TypeError, "SGD: params is NoneType, expected several"),
    ("model", lambda: SGD(MODEL), TypeError, r"SGD: params is a Sequential; pass its parameters"),
    ("module", lambda: Adam(MODEL[0]), TypeError, r"Adam: params is a Linear; pass its parameters"),
    ("decay", lambda: Adam([leaf()], weight_decay=-1), ValueError, "weight_decay must be"),
    ("momentum", lambda: SGD([leaf()], momentum=-1), ValueError, "momentum must be a number"),
    ("nesterov", lambda: SGD([leaf()], nesterov=True), ValueError, "goes with momentum"),
    (
        "betas",
        lambda: Adam([leaf()], betas=(0.9, 1.0)),
        ValueError,
        "beta2 must be a number, at least 0 and less than 1.0, got 1.0",
    ),
    ("eps", lambda: Adam([leaf()], eps=-1), ValueError, "eps must be a number, at least 0, got -1"),
]


@pytest.mark.parametrize(("name", "run", "kind", "message"), ERRORS, ids=[e[0] for e in ERRORS])
def test_errors(name: str, run: Any, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        run()


def test_a_parameter_that_changed_its_shape() -> None:
    x, other = leaf(), leaf()
    optimizer = Adam([other, x], lr=0.1)
    x.grad = other.grad = np.ones(1)
    optimizer.step()
    x.data = [1.0, 2.0]
    x.grad = np.ones(2)
    before = other.item()
    with pytest.raises(ValueError, match=r"another shape than at the last step, now \(2,\)"):
        optimizer.step()
    assert other.item() == before
    assert [optimizer.state[p]["step"] for p in (other, x)] == [1, 1]


def test_repr() -> None:
    assert repr(SGD([leaf()], lr=0.1)).startswith("SGD(1 parameter, lr=0.1, momentum=0.0")
