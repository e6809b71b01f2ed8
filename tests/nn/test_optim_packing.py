"""Elementwise optimizers: many small parameters at once, large ones in blocks, as each by itself."""

from __future__ import annotations

import pickle
from copy import copy
from inspect import signature
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from tests.nn.optimizer_formulas import RULES

from grad_core import Tensor
from grad_nn import optim
from grad_nn.optim import SGD, Adam, ElementwiseOptimizer, packing
from grad_nn.optim.adam import AdamState

SETTINGS: dict[type[Any], dict[str, Any]] = {
    SGD: {"momentum": 0.9, "weight_decay": 0.1},
    Adam: {"amsgrad": True, "maximize": True},
    optim.RMSprop: {"momentum": 0.9, "centered": True},
}
ELEMENTWISE: list[Any] = [kind for kind in RULES if issubclass(kind, ElementwiseOptimizer)]
SHAPES = [(3,), (), (40, 2), (0,), (2, 2), (5, 1, 3), (7,), (64,), (3, 3)]


@pytest.fixture(autouse=True)
def little_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have packs and blocks of some 16 numbers, so that there are many of them."""
    monkeypatch.setattr(packing, "BLOCK", 64)
    monkeypatch.setattr(packing, "SMALL", 40)


def parameters(dtype: str = "float32") -> list[Tensor]:
    rng = np.random.default_rng(3)
    return [Tensor(rng.normal(size=s), requires_grad=True, dtype=dtype) for s in SHAPES]


def give_gradients(ps: list[Tensor], i: int) -> None:
    """Set gradients, of some parameters now and then."""
    for j, p in enumerate(ps):
        p.zero_grad()
        if j % 3 or i % 4 < 2:
            p.grad = np.asarray(np.cos(p.data * (j + 1) + i))


@pytest.mark.parametrize("kind", ELEMENTWISE)
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_all_together_as_each_by_itself(kind: Any, dtype: str) -> None:
    settings = SETTINGS.get(kind, {})
    if dtype == "float16" and "eps" in signature(kind).parameters:
        settings = {**settings, "eps": 1e-2}
    together, apart = parameters(dtype), parameters(dtype)
    one = kind(together, lr=0.01, **settings)
    many = [kind([p], lr=0.01, **settings) for p in apart]
    for i in range(8):
        give_gradients(together, i)
        give_gradients(apart, i)
        if i == 5:
            one.load_state_dict(pickle.loads(pickle.dumps(one.state_dict())))
        one.step()
        for optimizer, p in zip(many, apart, strict=True):
            if p.has_grad:
                optimizer.step()
        for p, q in zip(together, apart, strict=True):
            assert_array_equal(p.data, q.data, strict=True)
    for optimizer, p, q in zip(many, together, apart, strict=True):
        assert repr(one.state[p]) == repr(optimizer.state[q])


def test_dtypes_and_orders_of_memory_side_by_side() -> None:
    rng = np.random.default_rng(0)
    values = [np.asfortranarray(rng.normal(size=(4, 3))), rng.normal(size=(3, 4)).T, np.ones(3)]

    def step(starts: list[Any]) -> list[Any]:
        ps = [Tensor(v, requires_grad=True, dtype=v.dtype) for v in starts]
        ps[0].assign(starts[0], copy=False)
        optimizer = Adam(ps, lr=0.1)
        for _ in range(3):
            for p, v in zip(ps, starts, strict=True):
                p.grad = v[::-1]
            optimizer.step()
        return [p.data for p in ps]

    mixed = step([values[0], values[1], values[2].astype(np.float32)])
    assert [v.dtype for v in mixed] == ["float64", "float64", "float32"]
    for value, start in zip(mixed, values, strict=True):
        assert_array_equal(value, step([start.astype(value.dtype)])[0])


def test_values_are_arrays_of_their_own() -> None:
    x, y = (Tensor([1.0, 2.0], requires_grad=True) for _ in range(2))
    optimizer = SGD([x, y], lr=0.5)
    for _ in range(2):
        x.grad = y.grad = np.ones(2)
        optimizer.step()
    kept = x.data
    assert not np.shares_memory(x.data, y.data)
    product = (y * y).sum()
    x.data[0] = 7.0  # is none of the business of that graph
    y.zero_grad()
    product.backward()
    assert_array_equal(y.grad, [0.0, 2.0])
    optimizer.step()
    assert_array_equal(x.data, [6.5, 0.5])
    assert_array_equal(kept, [7.0, 1.0])


def test_states_may_be_read_written_and_replaced() -> None:
    ps, qs = parameters(), parameters()
    one, many = Adam(ps, lr=0.1), [Adam([q], lr=0.1) for q in qs]

    def change(state: AdamState, i: int) -> None:
        if i == 1:
            state["exp_avg"][...] = 0.5
        elif i == 2:
            state["exp_avg_sq"] = np.full(state["exp_avg_sq"].shape, 2.0, np.float32)
        elif i == 3:
            state["step"] = 17

    for i in range(8):
        give_gradients(ps, 0)
        give_gradients(qs, 0)
        if i in (1, 2, 3):
            change(one.state[ps[4]], i)
            change(many[4].state[qs[4]], i)
            change(one.state[ps[2]], i)
            change(many[2].state[qs[2]], i)
        elif i == 4:
            del one.state[ps[0]], many[0].state[qs[0]]
        elif i == 5:
            one.state[ps[7]] = copy(one.state[ps[7]])
        one.step()
        for optimizer in many:
            optimizer.step()
        for p, q in zip(ps, qs, strict=True):
            assert_array_equal(p.data, q.data)
    assert [one.state[p]["step"] for p in ps] == [4, 8, 22, 8, 22, 8, 8, 8, 8]


def test_parameters_and_settings_change_between_steps() -> None:
    ps, qs = parameters(), parameters()
    one, many = Adam(ps, lr=0.1), [Adam([q], lr=0.1) for q in qs]
    for i in range(6):
        for xs in (ps, qs):
            xs[4].requires_grad = True
            give_gradients(xs, 0)
            if i == 1:
                xs[4].requires_grad = False
            elif i == 2:
                xs[0].data = xs[0].data * 2
                xs[6].data[:] = 0.5
            elif i == 3:
                xs[6].assign(xs[6].data, dtype="float64")
            xs[6].grad = np.full(7, 2.0)
        for optimizer in (one, *many):
            optimizer.param_groups[0]["lr"] = 0.1 / (i + 1)
            optimizer.param_groups[0]["amsgrad"] = i > 3
        one.step()
        for optimizer, q in zip(many, qs, strict=True):
            if q.has_grad:
                optimizer.step()
        for p, q in zip(ps, qs, strict=True):
            assert_array_equal(p.data, q.data, strict=True)
    assert ps[6].dtype == "float64"
    one.param_groups[0]["lr"] = -1.0
    with pytest.raises(ValueError, match="lr must be a number"):
        one.step()


def test_a_shape_of_the_same_size_is_another_shape() -> None:
    x, y = Tensor(np.ones((2, 3)), requires_grad=True), Tensor([1.0], requires_grad=True)
    optimizer = Adam([x, y])
    x.grad, y.grad = np.ones((2, 3)), np.ones(1)
    optimizer.step()
    x.data = np.ones((3, 2))
    x.grad = np.ones((3, 2))
    with pytest.raises(ValueError, match=r"another shape than at the last step, now \(3, 2\)"):
        optimizer.step()


def test_a_copy_goes_its_own_way() -> None:
    x, y = (Tensor(np.ones(3), requires_grad=True) for _ in range(2))
    one, expected = Adam([x], lr=0.1), Adam([y], lr=0.1)
    other = one
    for _ in range(4):
        x.grad = y.grad = np.cos(np.arange(3))
        other.step()
        expected.step()
        other = copy(one) if other is one else one  # both go on from the same states
    assert_array_equal(x.data, y.data)


class Interrupted(Adam):
    """Adam that is interrupted in the middle, once."""

    calls = 0

    def updated(self, *args: Any) -> Any:
        self.calls += 1
        if self.calls == 4:
            raise KeyboardInterrupt
        return super().updated(*args)


def test_steps_after_an_interrupt_begin_from_the_states() -> None:
    x = Tensor(np.ones(48), requires_grad=True)  # three blocks
    optimizer = Interrupted([x], lr=0.1)
    x.grad = np.ones(48)
    optimizer.step()
    value = x.data.copy()
    with pytest.raises(KeyboardInterrupt):
        optimizer.step()
    assert_array_equal(x.data, value)
    assert optimizer.state[x]["step"] == 1
    optimizer.step()
    assert optimizer.state[x]["step"] == 2
    assert len(set(x.data.tolist())) == 1


class Forgetful(ElementwiseOptimizer[optim.ParamGroup, optim.GroupOptions, dict[str, object]]):
    """An algorithm that takes every liberty: new arrays for the state, and for the result."""

    def check(self, group: optim.ParamGroup) -> None:
        pass

    def initial(self, p: Any, group: optim.ParamGroup) -> dict[str, object]:
        return {"last": None, "sum": np.zeros_like(p)}

    def updated(self, p: Any, g: Any, state: Any, group: optim.ParamGroup, out: Any) -> Any:
        out[...] = np.nan
        state["last"] = g.copy()
        state["sum"] = state["sum"] + g
        return p - group["lr"] * state["sum"]


def test_an_algorithm_may_replace_its_arrays() -> None:
    ps = parameters()
    optimizer = Forgetful(ps, {"params": [], "lr": 1.0, "maximize": False})
    expected = [p.data.copy() for p in ps]
    for total in (1.0, 3.0, 6.0):
        for p in ps:
            p.grad = np.full(p.shape, total - expected[0][0] * 0)
        optimizer.step()
    for p, start in zip(ps, expected, strict=True):
        np.testing.assert_allclose(p.data, start - (1 + 4 + 10), rtol=1e-6)
        assert_array_equal(optimizer.state[p]["last"], np.full(p.shape, 6.0))
        assert_array_equal(optimizer.state[p]["sum"], np.full(p.shape, 10.0))


@pytest.mark.parametrize("kind", SETTINGS)
def test_the_state_of_a_number_may_be_replaced_by_what_numpy_makes_of_it(kind: Any) -> None:
    ps = [Tensor(1.0, requires_grad=True), Tensor([1.0], requires_grad=True)]
    optimizers = [kind([p], lr=0.1, **SETTINGS[kind]) for p in ps]
    for i in range(4):
        for p, optimizer in zip(ps, optimizers, strict=True):
            p.grad = np.full(p.shape, i + 1.0)
            if i == 2:
                state = optimizer.state[p]
                for name in state.keys() - {"step"}:
                    state[name] = state[name] * 0.5  # a scalar, where there are no axes
            optimizer.step()
    assert_array_equal(ps[0].data, ps[1].data[0])
