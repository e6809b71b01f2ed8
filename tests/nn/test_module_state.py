"""Modules: conversion of dtypes, freezing, modes, partial loading, extra state."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from grad_core import Array, Tensor
from grad_nn import Buffer, IncompatibleKeys, Linear, Module, Parameter, ReLU, Sequential, optim


class Mixed(Module):
    """Numbers of several kinds, one of them tied."""

    def __init__(self) -> None:
        self.linear = Linear(2, 1, rng=0)
        self.tied = self.linear.weight
        self.mean = Buffer([0.5])
        self.count = Buffer([3], dtype=np.int64)
        self.flag = Buffer([True], dtype=np.bool_)
        self.scratch = Buffer([1], dtype=np.int64, persistent=False)
        self.wide = Parameter(data=[[1.0, 2.0]], dtype=np.float64)

    def forward(self, x: Tensor) -> Tensor:
        return self.linear(x) * self.mean


@pytest.mark.parametrize(
    ("convert", "dtype"),
    [
        (lambda m: m.float(), np.float32),
        (lambda m: m.double(), np.float64),
        (lambda m: m.half(), np.float16),
        (lambda m: m.to(np.float64), np.float64),
        (lambda m: m.to("float16"), np.float16),
        (lambda m: m.to(np.complex64), np.complex64),
    ],
)
def test_conversions_keep_objects_shapes_and_gradients(convert: Any, dtype: Any) -> None:
    m = Mixed()
    before = [*m.parameters(), *m.buffers()]
    shapes = [t.shape for t in before]
    m(Tensor([[1.0, 2.0]])).sum().backward()
    grad = np.array(m.linear.weight.grad)
    assert convert(m) is m
    after = [*m.parameters(), *m.buffers()]
    assert all(t is s for t, s in zip(after, before, strict=True))
    assert [t.shape for t in after] == shapes
    assert [t.dtype for t in after] == [*[dtype] * 4, np.int64, np.bool_, np.int64]
    assert m.tied is m.linear.weight
    assert m.tied.grad is not None
    assert m.tied.grad.dtype == dtype
    assert_array_equal(m.tied.grad, grad.astype(dtype))
    assert m(Tensor([[1.0, 2.0]], dtype=dtype)).dtype == dtype


def test_conversions_refuse_before_they_change_anything() -> None:
    m = Mixed()
    wrong: Any
    for wrong in (np.int64, np.bool_, "text", None):
        with pytest.raises(TypeError, match="to: "):
            m.to(wrong)
    m.turn = Parameter(data=[1j], dtype=np.complex64)  # type: ignore[attr-defined]  # an attribute like any other
    with pytest.raises(TypeError, match="to: turn is complex64, which is not cast to float64"):
        m.to(np.float64)
    assert m.mean.dtype == np.float32
    assert m.double().get_parameter("turn").dtype == np.complex64
    assert m.to(np.complex128).get_parameter("turn").dtype == np.complex128


def test_a_conversion_leaves_earlier_values_and_graphs_alone() -> None:
    m = Linear(2, 1, bias=False, rng=0)
    shown = m.weight.data
    y = m(Tensor([[1.0, 2.0]])).sum()
    m.double()
    assert shown.dtype == np.float32
    y.backward()
    assert_array_equal(m.weight.grad, [[1.0, 2.0]])
    shown[...] = 9
    assert (m.weight.data != 9).all()


def test_an_optimizer_goes_on_after_a_conversion() -> None:
    m = Sequential(Linear(2, 2, rng=0), Linear(2, 1, rng=1))
    optimizer = optim.Adam(m.parameters(), lr=0.1)
    losses = []
    for step in range(20):
        if step == 3:
            m.double()
        optimizer.zero_grad()
        x = Tensor([[1.0, -1.0]], dtype=np.float32 if step < 3 else np.float64)
        loss = ((m(x) - 2.0) ** 2).sum()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert all(p.dtype == np.float64 for p in m.parameters())
    assert losses[-1] < losses[3] < losses[0]


def test_requires_grad_freezes_and_thaws() -> None:
    m = Mixed()
    assert m.requires_grad_(False) is m
    assert not any(p.requires_grad for p in m.parameters())
    assert not m(Tensor([[1.0, 2.0]])).requires_grad
    m.requires_grad_()
    assert all(p.requires_grad for p in m.parameters())


def test_zero_grad_to_zeros_is_a_gradient() -> None:
    m = Linear(2, 1, rng=0)
    m.zero_grad(set_to_none=False)
    assert not m.weight.has_grad
    m.weight.grad = np.ones((1, 2))
    m.zero_grad(set_to_none=False)
    assert m.weight.has_grad
    assert_array_equal(m.weight.grad, [[0.0, 0.0]])
    assert m.bias is not None
    assert not m.bias.has_grad
    before = m.weight.data.copy()
    optim.SGD(m.parameters(), lr=1.0, weight_decay=0.5).step()
    np.testing.assert_allclose(m.weight.data, before * 0.5)
    m.zero_grad()
    assert not m.weight.has_grad


def test_a_module_may_keep_its_mode() -> None:
    class Frozen(Sequential):
        def train(self, mode: bool = True) -> Frozen:
            return super().train(False)

    m = Sequential(Frozen(ReLU(), Sequential(ReLU())), ReLU())
    assert [module.training for module in m.train().modules()] == [
        True,
        False,
        False,
        False,
        False,
        True,
    ]
    own: Any = m[1]
    own.train = lambda mode=True: own
    assert m.eval().training is False
    assert own.training is True
    for wrong in (1, None, "train"):
        with pytest.raises(TypeError, match="train: mode is"):
            m.train(wrong)  # type: ignore[arg-type]  # the error under test
    assert m.train(bool(np.bool_(True))).training


def test_modes_reach_parents_that_children_know() -> None:
    class Child(Module):
        def __init__(self, parent: Module) -> None:
            self.parent = parent

        def train(self, mode: bool = True) -> Child:
            return super().train(mode)

    class Parent(Module):
        def __init__(self) -> None:
            self.child = Child(self)

    m = Parent()
    m.eval()
    assert (m.training, m.child.training) == (False, False)
    m.child.train()
    assert (m.training, m.child.training) == (True, True)


# ---------------------------------------------------------------------------- loading


def test_loading_what_is_there() -> None:
    m = Mixed()
    m.load_state_dict({"wide": [[5.0, 6.0]]}, strict=False)
    assert_array_equal(m.wide.data, [[5.0, 6.0]])
    report = m.load_state_dict({"mean": [1.0], "x": 1, "linear.x": 2}, strict=False)
    assert isinstance(report, IncompatibleKeys)
    assert report.missing_keys == ["tied", "wide", "count", "flag", "linear.weight", "linear.bias"]
    assert report.unexpected_keys == ["x", "linear.x"]
    assert m.load_state_dict(m.state_dict()) == ([], [])
    with pytest.raises(ValueError, match=r"load_state_dict: mean has shape \(2,\)"):
        m.load_state_dict({"mean": [1.0, 2.0]}, strict=False)
    m.load_state_dict({"tied": [[7.0, 8.0]]}, strict=False)
    assert_array_equal(m.linear.weight.data, [[7.0, 8.0]])


def test_prefixes_of_states() -> None:
    m = Mixed()
    state = m.state_dict(prefix="model.")
    assert list(state) == [f"model.{name}" for name in m.state_dict()]
    outer = Module()
    outer.model = m  # type: ignore[attr-defined]  # an attribute like any other
    outer.load_state_dict(state)


def test_assign_takes_over_dtypes() -> None:
    m = Mixed()
    weight = m.linear.weight
    state = {name: value.astype(np.float64) for name, value in m.state_dict().items()}
    state["tied"] = state["linear.weight"] = state["linear.weight"] * 2
    with pytest.raises(TypeError, match="count has dtype float64, which is not cast to int64"):
        m.load_state_dict(state)
    m.load_state_dict(state, assign=True)
    assert m.linear.weight is weight
    assert {value.dtype for value in m.state_dict().values()} == {np.dtype(np.float64)}
    assert not np.shares_memory(m.linear.weight.data, state["tied"])
    with pytest.raises(TypeError, match="wide has dtype int64, and requires a gradient"):
        m.load_state_dict({"wide": np.array([[1, 2]])}, strict=False, assign=True)
    m.requires_grad_(False)
    m.load_state_dict({"wide": np.array([[1, 2]])}, strict=False, assign=True)
    assert m.wide.dtype == np.int64


class Counter(Module):
    """A Module with a number that is no Tensor."""

    def __init__(self, calls: int = 0) -> None:
        self.calls = calls
        self.child = Linear(1, 1, rng=0)
        self.scale = Parameter(data=[1.0])
        self.mean = Buffer([0.0])

    def get_extra_state(self) -> Array:
        return np.array(self.calls)

    def set_extra_state(self, state: Array) -> None:
        if state.shape != ():
            raise ValueError(f"calls has shape {state.shape}")
        self.calls = int(state)


def test_extra_state() -> None:
    m = Sequential(ReLU())
    m.add_module("counter", Counter(3))
    state = m.state_dict()
    assert list(state) == [
        "counter.scale", "counter.mean", "counter._extra_state",
        "counter.child.weight", "counter.child.bias",
    ]  # fmt: skip
    loaded = Counter()
    loaded.load_state_dict({name.removeprefix("counter."): value for name, value in state.items()})
    assert loaded.calls == 3
    assert loaded.load_state_dict({}, strict=False).missing_keys[2] == "_extra_state"
    with pytest.raises(TypeError, match="_extra_state has dtype <U4, expected numbers"):
        loaded.load_state_dict({"_extra_state": "text"}, strict=False)


def test_extra_state_that_is_refused_changes_nothing() -> None:
    class Two(Module):
        def __init__(self, calls: int) -> None:
            self.first = Counter(calls)
            self.second = Counter(calls)

    m = Two(1)
    before = m.state_dict()
    state = Two(2).state_dict()
    state = {name: value + 1 for name, value in state.items()}
    state["second._extra_state"] = np.array([5])
    with pytest.raises(ValueError, match=r"calls has shape \(1,\)"):
        m.load_state_dict(state, assign=True)
    for name, value in m.state_dict().items():
        assert_array_equal(value, before[name])
        assert value.dtype == before[name].dtype


def test_extra_state_is_an_array_and_defined_both_ways() -> None:
    class Half(Module):
        def get_extra_state(self) -> Array:
            return np.array("text")

    with pytest.raises(
        TypeError, match="get_extra_state of Half returned dtype <U4 for _extra_stat"
    ):
        Half().state_dict()
    with pytest.raises(RuntimeError, match="set_extra_state: Half does not define it"):
        Half().load_state_dict({"_extra_state": 3})
    with pytest.raises(RuntimeError, match="get_extra_state: ReLU does not define it"):
        ReLU().get_extra_state()


def test_copies_are_apart() -> None:
    m = Mixed().eval()
    m.linear.weight.grad = np.ones((1, 2))
    other = copy.deepcopy(m)
    assert other.tied is other.linear.weight
    assert other.tied is not m.tied
    assert_array_equal(other.tied.grad, [[1.0, 1.0]])
    assert not other.training
    again = pickle.loads(pickle.dumps(m))
    assert again.tied is again.linear.weight
    assert not again.training
    for one in (other, again):
        assert list(one.state_dict()) == list(m.state_dict())
        one.double()
        assert m.mean.dtype == np.float32
        one.load_state_dict({"mean": [9.0]}, strict=False)
        assert_array_equal(m.mean.data, [0.5])
    shallow = copy.copy(m)
    assert shallow.linear is m.linear
