"""Groups of parameters, state dicts, hooks and copies of optimizers."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from tests.nn.optimizer_formulas import RULES

from grad_core import Tensor, no_grad
from grad_nn import Linear, Sequential, optim
from grad_nn.optim import LBFGS, SGD, Adagrad, Adam, Muon, Optimizer

ALL: list[Any] = [*RULES, LBFGS]


def leaf(*shape: int) -> Tensor:
    return Tensor(np.linspace(1.0, 2.0, int(np.prod(shape))).reshape(shape), requires_grad=True)


def two(kind: Any) -> tuple[Tensor, Tensor]:
    return (leaf(2, 3), leaf(3, 1)) if kind is Muon else (leaf(2), leaf(2, 2))


def steps(optimizer: Optimizer, count: int = 1) -> None:
    def closure() -> float:
        loss = 0.0
        for group in optimizer.param_groups:
            for p in group["params"]:
                p.grad = np.cos(p.data * 3) + p.data
                loss += float(np.sum(np.sin(p.data * 3) / 3 + p.data**2 / 2))
        return loss

    for _ in range(count):
        optimizer.step(closure)


# ------------------------------------------------------------------------ groups


def test_groups_have_settings_of_their_own() -> None:
    x, y, z = leaf(1), leaf(1), leaf(1)
    optimizer = SGD([{"params": [x], "lr": 0.5}, {"params": y}], lr=0.25, weight_decay=1.0)
    optimizer.add_param_group({"params": iter([z]), "weight_decay": 0.0, "maximize": True})
    for p in (x, y, z):
        p.grad = np.array([2.0])
    optimizer.step()
    assert [p.item() for p in (x, y, z)] == [1 - 0.5 * 3, 1 - 0.25 * 3, 1 + 0.25 * 2]
    assert [g["lr"] for g in optimizer.param_groups] == [0.5, 0.25, 0.25]
    optimizer.param_groups[1]["lr"] = 1.0
    optimizer.step()
    assert y.item() == 0.25 - (2 + 0.25)


def test_settings_become_plain_numbers() -> None:
    x = leaf(1)
    given: Any = [{"params": [x], "lr": np.float32(0.5), "betas": [np.float64(0.5), 0.25]}]
    group = Adam(given).param_groups[0]
    assert type(group["lr"]) is float
    assert group["betas"] == (0.5, 0.25)
    assert type(group["betas"][0]) is float
    given = {"betas": [0.5, 0.25], "lr": np.array(0.5)}
    assert Adam([x], **given).defaults["betas"] == (0.5, 0.25)
    assert type(Adam([x], **given).defaults["lr"]) is float


def test_the_given_dict_stays_as_it_is() -> None:
    x = leaf(1)
    given: optim.SGDOptions = {"params": [x], "lr": 0.5}
    optimizer = SGD([given])
    optimizer.param_groups[0]["lr"] = 1.0
    assert given == {"params": [x], "lr": 0.5}


def test_names() -> None:
    model = Sequential(Linear(2, 3), Linear(3, 1))
    optimizer = SGD(model.named_parameters(), lr=0.5)
    names = [name for name, _ in model.named_parameters()]
    assert optimizer.param_groups[0].get("param_names") == names
    assert optimizer.state_dict()["param_groups"][0]["param_names"] == names
    optimizer.add_param_group({"params": [("extra", leaf(1))]})
    assert optimizer.param_groups[1].get("param_names") == ["extra"]
    other = SGD([{"params": [leaf(*p.shape) for p in model.parameters()]}, {"params": leaf(1)}])
    other.load_state_dict(optimizer.state_dict())
    assert other.param_groups[0].get("param_names") == names
    with pytest.raises(ValueError, match="either all parameters are given with names, or none"):
        optimizer.add_param_group({"params": [leaf(1)]})
    assert len(optimizer.param_groups) == 2


SHARED = leaf(1)
NONE: Any = [None]
MODEL: Any = Sequential(Linear(1, 1))
CONSTANT = Tensor([1.0])
GROUP: Any = {"params": SHARED}


def added(group: Any) -> Callable[[], None]:
    return lambda: SGD([SHARED]).add_param_group(group)


PARAMS_ERRORS: list[tuple[str, Callable[[], Any], type[Exception], str]] = [
    ("empty", lambda: SGD([]), ValueError, "SGD: there are no parameters"),
    ("tensor", lambda: Adam(leaf(1)), TypeError, "Adam: params is one Tensor, expected several"),
    ("other", lambda: SGD(NONE), TypeError, r"SGD: params\[0\] is NoneType, expected a Tensor"),
    ("constant", lambda: SGD([CONSTANT]), ValueError, r"params\[0\], .*\(1,\), is not a leaf"),
    ("result", lambda: SGD([leaf(1) * 2]), ValueError, "is not a leaf with requires_grad"),
    ("complex", lambda: SGD([Tensor([1j], True, "complex64")]), TypeError, "only real parameters"),
    ("twice", lambda: SGD([SHARED, SHARED]), ValueError, "more than once"),
    ("none", lambda: SGD(NONE[0]), TypeError, "SGD: params is NoneType, expected several"),
    ("model", lambda: SGD(MODEL), TypeError, r"SGD: params is a Sequential; pass its parameters"),
    ("module", lambda: Adam(MODEL[0]), TypeError, r"Adam: params is a Linear; pass its parameters"),
    ("set", lambda: SGD({SHARED}), TypeError, "params is a set, which has no order"),
    ("one dict", lambda: SGD(GROUP), TypeError, "params is dict, expected several"),
    ("names", lambda: SGD([("a", SHARED), leaf(1)]), ValueError, "either all parameters are given"),
    (
        "lr",
        lambda: SGD([leaf(1)], lr=-1),
        ValueError,
        "SGD: lr must be a number, at least 0, got -1",
    ),
    ("lr-inf", lambda: SGD([leaf(1)], lr=np.inf), ValueError, "lr must be a number"),
    (
        "lr-str",
        lambda: SGD([leaf(1)], lr=NONE),
        ValueError,
        r"lr must be a number, .*got \(None,\)",
    ),
    ("lr-bool", lambda: SGD([leaf(1)], lr=True), ValueError, "lr must be a number"),
    (
        "no params",
        added({"lr": 0.1}),
        TypeError,
        "a group of parameters is a dict with params, got",
    ),
    ("no group", added([SHARED]), TypeError, "a group of parameters is a dict with params, got"),
    ("again", added({"params": SHARED}), ValueError, "a parameter is given more than once"),
    (
        "setting",
        added({"params": leaf(1), "learning_rate": 1.0}),
        ValueError,
        "'learning_rate' is no",
    ),
    ("value", added({"params": leaf(1), "lr": "0.1"}), ValueError, "lr must be a number, .*'0.1'"),
    ("initial", added({"params": leaf(1), "initial_lr": -1.0}), ValueError, "initial_lr must be a"),
    ("hook", lambda: SGD([SHARED]).register_step_pre_hook(NONE), TypeError, "expected a function"),
]


@pytest.mark.parametrize(
    ("name", "run", "kind", "message"), PARAMS_ERRORS, ids=[e[0] for e in PARAMS_ERRORS]
)
def test_errors(name: str, run: Any, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        run()


def test_a_wrong_setting_is_found_before_anything_changes() -> None:
    x, y = leaf(1), leaf(1)
    optimizer = Adam([{"params": x}, {"params": y}])
    x.grad = y.grad = np.ones(1)
    optimizer.param_groups[1]["lr"] = np.nan
    with pytest.raises(ValueError, match="lr must be a number, at least 0, got nan"):
        optimizer.step()
    assert x.item() == 1.0
    assert not optimizer.state


def test_repr() -> None:
    assert repr(SGD([leaf(1)], lr=0.1)).startswith("SGD(1 parameter, lr=0.1, momentum=0.0, ")
    several = repr(SGD([{"params": [leaf(1), leaf(2)]}, {"params": leaf(3), "lr": 0.5}]))
    assert several.startswith("SGD(\n  (0): 2 parameters, lr=0.001, ")
    assert "\n  (1): 1 parameter, lr=0.5, " in several
    assert several.endswith("\n)")


# ------------------------------------------------------------------------ closures and hooks


def test_a_closure_is_called_once_with_gradients_and_its_result_is_returned() -> None:
    x = leaf(1)
    optimizer = SGD([x], lr=0.25)

    def closure() -> Tensor:
        optimizer.zero_grad()
        loss = (x * x).sum()
        loss.backward()
        return loss

    with no_grad():
        loss = optimizer.step(closure)
    assert loss.item() == 1.0
    assert x.item() == 0.5


def test_hooks() -> None:
    x = leaf(1)
    optimizer = SGD([x], lr=0.25)
    x.grad = np.ones(1)
    seen: list[Any] = []
    before = optimizer.register_step_pre_hook(lambda *args: seen.append(("pre", x.item(), args)))
    with optimizer.register_step_post_hook(lambda *args: seen.append(("post", x.item(), args))):
        optimizer.step()
        assert seen == [("pre", 1.0, (optimizer, (), {})), ("post", 0.75, (optimizer, (), {}))]

        def closure() -> float:
            return 3.0

        assert optimizer.step(closure) == 3.0
        assert seen[2] == ("pre", 0.75, (optimizer, (closure,), {}))
    optimizer.step()
    before.remove()
    optimizer.step()
    assert [name for name, *_ in seen] == ["pre", "post", "pre", "post", "pre"]


# ------------------------------------------------------------------------ state dicts


@pytest.mark.parametrize("kind", ALL)
def test_a_run_goes_on_from_its_state_dict(kind: Any) -> None:
    p, q = two(kind)
    optimizer = kind([p, q], lr=0.1)
    steps(optimizer, 3)
    saved = pickle.loads(pickle.dumps(optimizer.state_dict()))
    p2, q2 = (Tensor(x.data, requires_grad=True) for x in (p, q))
    other = kind([p2, q2])
    other.load_state_dict(saved)
    assert other.param_groups[0]["lr"] == 0.1
    steps(optimizer, 3)
    steps(other, 3)
    assert_array_equal(p.data, p2.data)
    assert_array_equal(q.data, q2.data)
    assert repr(optimizer.state_dict()) == repr(other.state_dict())


@pytest.mark.parametrize("kind", ALL)
def test_a_state_dict_is_a_copy(kind: Any) -> None:
    p, q = two(kind)
    optimizer = kind([p, q], lr=0.1)
    steps(optimizer, 2)
    saved = optimizer.state_dict()
    text = repr(saved)
    other = kind([p, q])
    other.load_state_dict(saved)
    steps(other)
    steps(optimizer)
    assert repr(saved) == text


def test_the_form_of_a_state_dict() -> None:
    x, y, z = leaf(1), leaf(1), leaf(1)
    optimizer = Adam([{"params": [x, y]}, {"params": z, "betas": (0.5, 0.5)}], lr=0.5)
    x.grad = z.grad = np.ones(1)
    optimizer.step()
    saved = optimizer.state_dict()
    assert list(saved["state"]) == [0, 2]
    assert list(saved["state"][0]) == ["step", "exp_avg", "exp_avg_sq"]
    assert saved["state"][0]["step"] == 1
    assert [g["params"] for g in saved["param_groups"]] == [[0, 1], [2]]
    assert saved["param_groups"][1]["betas"] == (0.5, 0.5)
    assert SGD([x]).state_dict()["state"] == {}


def test_numbers_may_come_as_arrays_and_tuples_as_lists() -> None:
    x = leaf(2)
    optimizer = Adam([x], lr=0.5)
    x.grad = np.ones(2)
    optimizer.step()
    given: Any = optimizer.state_dict()
    given["state"][0] = {
        "step": np.float32(7.0),
        "exp_avg": [1, 2],
        "exp_avg_sq": Tensor([3.0, 4.0]),
    }
    given["param_groups"][0] |= {"lr": np.array(0.25), "betas": [0.5, 0.75], "foreach": None}
    optimizer.load_state_dict(given)
    state, group = optimizer.state[x], optimizer.param_groups[0]
    assert state["step"] == 7
    assert type(state["step"]) is int
    assert_array_equal(state["exp_avg"], np.array([1, 2], np.float32), strict=True)
    assert_array_equal(state["exp_avg_sq"], np.array([3, 4], np.float32), strict=True)
    assert (group["lr"], group["betas"]) == (0.25, (0.5, 0.75))
    assert "foreach" not in group


def test_missing_settings_stay_and_missing_states_begin_anew() -> None:
    x = leaf(1)
    optimizer = SGD([x], lr=0.5, momentum=0.5, maximize=True)
    steps(optimizer)
    optimizer.load_state_dict({"state": {}, "param_groups": [{"params": [9], "lr": 0.25}]})
    group = optimizer.param_groups[0]
    assert (group["lr"], group["momentum"], group["maximize"]) == (0.25, 0.5, True)
    assert not optimizer.state


def changed(
    change: Callable[[Any], Any], kind: Any = Adam, replace: bool = False
) -> Callable[[], tuple[Any, Any]]:
    def make() -> tuple[Any, Any]:
        x, y = leaf(2), leaf(2, 2)
        optimizer = kind([x, y], lr=0.5)
        steps(optimizer)
        given = optimizer.state_dict()
        result = change(given)
        return optimizer, result if replace else given

    return make


def replaced(change: Callable[[Any], Any]) -> Callable[[], tuple[Any, Any]]:
    return changed(change, replace=True)


LOAD_ERRORS: list[tuple[str, Callable[[], tuple[Any, Any]], type[Exception], str]] = [
    ("form", replaced(lambda _: [1]), TypeError, "expected a dict with state and param_groups"),
    ("no state", replaced(lambda d: {"param_groups": []}), TypeError, "expected a dict with state"),
    ("state", replaced(lambda d: d | {"state": [1]}), TypeError, "state is no dict of dicts"),
    ("groups", replaced(lambda d: d | {"param_groups": 1}), TypeError, "param_groups is no list"),
    ("group", replaced(lambda d: d | {"param_groups": [1]}), TypeError, "a group is a dict with a"),
    ("count", changed(lambda d: d["param_groups"].append({"params": []})), ValueError, r"\[2, 0\]"),
    (
        "length",
        changed(lambda d: d["param_groups"][0]["params"].pop()),
        ValueError,
        "is for groups of",
    ),
    ("number", changed(lambda d: d["state"].update({7: {}})), ValueError, r"state has \[7\]"),
    (
        "entry",
        changed(lambda d: d["state"][1].pop("exp_avg")),
        ValueError,
        r"missing \['exp_avg'\]",
    ),
    ("more", changed(lambda d: d["state"][1].update(ax=1)), ValueError, r"unexpected \['ax'\]"),
    (
        "shape",
        changed(lambda d: d["state"][1].update(exp_avg=np.ones(2))),
        ValueError,
        r"the state of parameter 1: exp_avg has shape \(2,\), expected \(2, 2\)",
    ),
    (
        "dtype",
        changed(lambda d: d["state"][0].update(exp_avg=np.ones(2, complex))),
        TypeError,
        "exp_avg has dtype complex128, expected float32",
    ),
    (
        "step",
        changed(lambda d: d["state"][0].update(step="1")),
        TypeError,
        "step is '1', expected a",
    ),
    (
        "lr",
        changed(lambda d: d["param_groups"][0].update(lr=-1)),
        ValueError,
        "lr must be a number",
    ),
    (
        "key",
        changed(lambda d: d["param_groups"][0].update(rho=1)),
        ValueError,
        "'rho' is no setting",
    ),
    (
        "names",
        changed(lambda d: d["param_groups"][0].update(param_names=["a"])),
        ValueError,
        "param_names are not as many as params",
    ),
    (
        "d",
        changed(lambda d: d["state"][0].update(d=np.ones(3)), LBFGS),
        ValueError,
        r"shape \(3,\)",
    ),
    ("no d", changed(lambda d: d["state"][0].pop("d"), LBFGS), ValueError, "there must be d and"),
    ("ro", changed(lambda d: d["state"][0].update(ro=[]), LBFGS), ValueError, "different lengths"),
    ("ro-1", changed(lambda d: d["state"][0].update(ro=1), LBFGS), TypeError, "expected a list"),
    ("lbfgs", changed(lambda d: d["state"][0].update(x=1), LBFGS), ValueError, "unexpected"),
]


@pytest.mark.parametrize(
    ("name", "make", "kind", "message"), LOAD_ERRORS, ids=[e[0] for e in LOAD_ERRORS]
)
def test_what_does_not_fit_is_not_loaded(
    name: str, make: Callable[[], tuple[Any, Any]], kind: type[Exception], message: str
) -> None:
    optimizer, given = make()
    before = repr(optimizer.state_dict())
    with pytest.raises(kind, match=message):
        optimizer.load_state_dict(given)
    assert repr(optimizer.state_dict()) == before


def test_adagrad_has_a_state_from_the_beginning() -> None:
    x, y = leaf(2), leaf(1)
    optimizer = Adagrad([x], initial_accumulator_value=0.5)
    optimizer.add_param_group({"params": y, "initial_accumulator_value": 0.25})
    assert_array_equal(optimizer.state[x]["sum"], [0.5, 0.5])
    assert_array_equal(optimizer.state[y]["sum"], [0.25])
    assert optimizer.state_dict()["state"][0]["step"] == 0


# ------------------------------------------------------------------------ copies


@pytest.mark.parametrize("kind", ALL)
@pytest.mark.parametrize("way", ["pickle", "deepcopy"])
def test_copies_go_on_by_themselves(kind: Any, way: str) -> None:
    p, q = two(kind)
    optimizer = kind([p, q], lr=0.1)
    optimizer.register_step_pre_hook(lambda *_: None)  # a function that cannot be pickled
    steps(optimizer, 2)
    pair = ((p, q), optimizer)
    (p2, q2), other = copy.deepcopy(pair) if way == "deepcopy" else pickle.loads(pickle.dumps(pair))
    assert other.param_groups[0]["params"][1] is q2
    before = p.data.copy()
    steps(other, 2)
    assert_array_equal(p.data, before)
    steps(optimizer, 2)
    assert_array_equal(p.data, p2.data)
    assert_array_equal(q.data, q2.data)
