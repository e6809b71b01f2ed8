"""Modules: what is found, named, copied, loaded and shown."""

from __future__ import annotations

import copy
import pickle
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_array_equal

import grad_core as gc
import grad_nn as nn
from grad_core import Tensor
from grad_nn import Buffer, Linear, Module, Parameter, ReLU, Sequential


class Everything(Module):
    """State in every place where it is looked for."""

    def __init__(self) -> None:
        self.weight = Parameter(data=[1.0, 2.0])
        self.many = [Parameter(data=[3.0]), Parameter(data=[4.0, 5.0])]
        self.pair = (Linear(1, 2, rng=0), ReLU())
        self.named = {"a": Linear(2, 1, bias=False, rng=0), "b": [Parameter(data=6.0)]}
        self.mean = Buffer([0.5])
        self.scratch = Buffer([7.0], persistent=False)
        self.constant = Tensor([9.0])
        self.text = "text"
        self.tied = self.weight

    def forward(self, x: Tensor) -> Tensor:
        return x * self.weight


NAMES = [
    "weight",
    "many.0",
    "many.1",
    "named.b.0",
    "pair.0.weight",
    "pair.0.bias",
    "named.a.weight",
]


def test_parameters_are_found_in_pytorch_s_order_and_once() -> None:
    m = Everything()
    assert [name for name, _ in m.named_parameters()] == NAMES
    assert [name for name, _ in m.named_parameters("model")] == [f"model.{n}" for n in NAMES]
    with_tied = [*NAMES[:4], "tied", *NAMES[4:]]
    assert [name for name, _ in m.named_parameters(remove_duplicate=False)] == with_tied
    assert [name for name, _ in m.named_parameters(recurse=False)] == NAMES[:4]
    assert next(m.parameters()) is m.weight
    assert [name for name, _ in m.named_buffers()] == ["mean", "scratch"]
    assert [id(b) for b in m.buffers()] == [id(m.mean), id(m.scratch)]
    assert [name for name, _ in m.named_modules()] == ["", "pair.0", "pair.1", "named.a"]
    assert [name for name, _ in m.named_children()] == ["pair.0", "pair.1", "named.a"]
    assert next(m.children()) is m.pair[0]
    assert m.params_count() == 2 + 1 + 2 + 2 + 2 + 2 + 1


def test_state_dict_holds_copies_of_what_persists_under_every_name() -> None:
    m = Everything()
    state = m.state_dict()
    assert list(state) == [*NAMES[:4], "tied", "mean", *NAMES[4:]]
    state["weight"][...] = 100
    assert_array_equal(m.weight.data, [1, 2])
    assert all(type(value) is np.ndarray for value in state.values())


def test_load_state_dict() -> None:
    m = Everything()
    before = m.weight.data
    state = {name: value * 2 for name, value in m.state_dict().items()}
    m.load_state_dict(state)
    assert_array_equal(m.weight.data, [2, 4])
    assert_array_equal(before, [1, 2])
    assert m.tied is m.weight
    for name, value in m.state_dict().items():
        assert_array_equal(value, state[name])
        assert value.dtype == np.float32
    state["weight"][...] = 0  # what was loaded is a copy
    assert_array_equal(m.weight.data, [2, 4])
    m.load_state_dict({**m.state_dict(), "mean": Tensor([1.5]), "many.0": [7]})
    assert_array_equal(m.mean.data, [1.5])


CHANGES: list[tuple[str, dict[str, Any], set[str], type[Exception], str]] = [
    ("missing", {}, {"many.0"}, ValueError, r"missing \['many.0'\], unexpected \[\]"),
    (
        "unexpected",
        {"x": 1},
        set(),
        ValueError,
        r"not those of Everything: missing \[\], unexpected \['x'\]",
    ),
    ("shape", {"mean": [1.0, 2.0]}, set(), ValueError, r"mean has shape \(2,\), expected \(1,\)"),
    ("complex", {"mean": [1j]}, set(), TypeError, "mean has dtype complex128.*not cast to float32"),
    ("text", {"mean": ["a"]}, set(), TypeError, "mean has dtype <U1"),
    ("tied", {"tied": [8.0, 9.0]}, set(), ValueError, "weight and tied are tied in Everything"),
]


@pytest.mark.parametrize(
    ("name", "change", "without", "kind", "message"), CHANGES, ids=[c[0] for c in CHANGES]
)
def test_a_failed_load_changes_nothing(
    name: str, change: dict[str, Any], without: set[str], kind: type[Exception], message: str
) -> None:
    m = Everything()
    before = m.state_dict()
    state = {n: v + 1 for n, v in before.items() if n not in without} | change
    with pytest.raises(kind, match=f"load_state_dict: .*{message}"):
        m.load_state_dict(state)
    for n, value in m.state_dict().items():
        assert_array_equal(value, before[n])


def test_train_and_eval_reach_every_module() -> None:
    m = Everything()
    assert m.eval() is m
    assert [module.training for module in m.modules()] == [False] * 4
    m.train()
    assert all(module.training for module in m.modules())
    assert Module.training


def test_zero_grad() -> None:
    m = Everything()
    m(Tensor([1.0, 1.0])).sum().backward()
    assert m.weight.has_grad
    m.zero_grad()
    assert not m.weight.has_grad


def test_cycles_are_walked_once() -> None:
    class Child(Module):
        def __init__(self, parent: Module) -> None:
            self.parent = parent
            self.p = Parameter(data=1.0)

    class Parent(Module):
        def __init__(self) -> None:
            self.child = Child(self)

    m = Parent()
    assert [name for name, _ in m.named_parameters()] == ["child.p"]
    assert [name for name, _ in m.named_modules()] == ["", "child"]
    assert list(m.state_dict()) == ["child.p"]


def test_a_shared_module_is_one() -> None:
    shared = Linear(2, 2, rng=0)
    m = Sequential(shared, shared)
    assert m.params_count() == 6
    assert [n for n, _ in m.named_parameters()] == ["0.weight", "0.bias"]
    assert list(m.state_dict()) == ["0.weight", "0.bias", "1.weight", "1.bias"]  # as PyTorch
    m.load_state_dict(m.state_dict())


def test_repr_is_a_tree() -> None:
    m = Sequential(Linear(2, 3), Sequential(ReLU(), nn.Softmax(1)), nn.LeakyReLU(0.2))
    assert repr(m) == (
        "Sequential(\n"
        "  (0): Linear(in_features=2, out_features=3, bias=True)\n"
        "  (1): Sequential(\n"
        "    (0): ReLU()\n"
        "    (1): Softmax(dim=1)\n"
        "  )\n"
        "  (2): LeakyReLU(negative_slope=0.2)\n"
        ")"
    )
    assert repr(Everything()).splitlines() == [
        "Everything(",
        "  (pair.0): Linear(in_features=1, out_features=2, bias=True)",
        "  (pair.1): ReLU()",
        "  (named.a): Linear(in_features=2, out_features=1, bias=False)",
        ")",
    ]


def test_a_call_runs_forward_with_its_arguments() -> None:
    class Two(Module):
        def forward(self, x: Tensor, *, scale: float = 1.0) -> tuple[Tensor, float]:
            return x * scale, scale

    y, scale = Two()(Tensor([1.0]), scale=3.0)
    assert (y.item(), scale) == (3.0, 3.0)


def test_a_module_without_forward_says_so() -> None:
    class Empty(Module):
        pass

    empty: Any = Empty()
    with pytest.raises(TypeError, match="Empty has no forward method to call"):
        empty(1)

    class Broken(Module):
        def forward(self) -> None:
            raise AttributeError("its own")

    with pytest.raises(AttributeError, match="its own"):
        Broken()()


def test_a_sequential_with_functions_is_copied() -> None:
    m = Sequential(Linear(1, 2, rng=0), gc.tanh)
    for other in (copy.deepcopy(m), pickle.loads(pickle.dumps(m))):
        assert other[1] is gc.tanh
        assert_array_equal(other.state_dict()["0.weight"], m.state_dict()["0.weight"])
        first, second = next(m.parameters()), next(other.parameters())
        assert first is not second
        second += 1.0
        assert (second.data != first.data).all()


def test_sequential() -> None:
    layers = (Linear(2, 3, rng=0), ReLU(), lambda x: x * 2)
    m = Sequential(*layers)
    x = Tensor([[1.0, -1.0]])
    assert_array_equal(m(x).data, (ReLU()(layers[0](x)) * 2).data)
    assert len(m) == 3
    assert m[0] is layers[0]
    assert m[-1] is layers[2]
    assert tuple(m[1:]) == layers[1:]
    assert isinstance(m[:1], Sequential)
    assert Sequential()(x) is x
    assert "<lambda>" in repr(m)


@pytest.mark.parametrize("layer", [Linear, 3, None, "relu", [ReLU()]])
def test_sequential_refuses_what_is_no_layer(layer: Any) -> None:
    with pytest.raises(TypeError, match=r"Sequential: layer 1 is .*expected a Module"):
        Sequential(ReLU(), layer)


def test_a_subclass_of_sequential_keeps_what_it_adds() -> None:
    class Net(Sequential):
        def __init__(self) -> None:
            super().__init__(Linear(2, 2), ReLU())
            self.scale = Parameter(data=2.0)
            self.extra = Linear(1, 1, bias=False)

    net = Net()
    assert list(net.state_dict()) == ["scale", "0.weight", "0.bias", "extra.weight"]
    assert not net.eval().extra.training
    assert repr(net).count("Linear") == 2
    net.append(ReLU())
    assert len(net) == 3
    with pytest.raises(IndexError, match="Net: there is no layer 3, only 3 of them"):
        net[3]


def test_modules_with_slots() -> None:
    @dataclass(slots=True)
    class Point(Module):
        w: Parameter

    assert list(Point(Parameter(data=1.0)).state_dict()) == ["w"]


def test_two_tensors_of_one_name_are_refused() -> None:
    m = Module()
    m.a = {"b.c": Parameter(data=1.0), "b": {"c": Parameter(data=2.0)}}  # type: ignore[attr-defined]  # an attribute like any other
    with pytest.raises(
        ValueError, match=r"state_dict: Module has two Tensors by the name of 'a.b.c'"
    ):
        m.state_dict()


def test_what_contains_itself() -> None:
    class Node(Module):
        def __init__(self) -> None:
            self.items: list[Any] = [Parameter(data=1.0)]
            self.items.append(self.items)
            self.itself = self

    m = Node()
    assert [n for n, _ in m.named_parameters()] == ["items.0"]
    assert list(m.state_dict()) == ["items.0"]
    assert list(m.children()) == []
    assert repr(m) == "Node()"


def test_shared_modules_are_walked_once() -> None:
    m: Any = Linear(1, 1, rng=0)
    for _ in range(40):  # 2 ** 40 paths
        above: Any = Module()
        above.a = above.b = m
        m = above
    assert m.params_count() == 2
    m.zero_grad()
    m.eval()


@pytest.mark.parametrize(
    ("state", "kind", "message"),
    [
        (None, TypeError, "expected arrays by name, got NoneType"),
        ({"mean": [[1.0], [1.0, 2.0]]}, ValueError, "mean: .*inhomogeneous"),
        ({"mean": [1.5]}, TypeError, "mean has dtype float64, which is not cast to int64"),
    ],
)
def test_states_that_are_none(state: Any, kind: type[Exception], message: str) -> None:
    class Counter(Module):
        def __init__(self) -> None:
            self.mean = Buffer([1], dtype=np.int64)

    with pytest.raises(kind, match=f"load_state_dict: {message}"):
        Counter().load_state_dict(state)


@pytest.mark.parametrize("member", [Parameter(data=[1.0]), Buffer([1.0])])
def test_members_are_not_replaced_by_results(member: Any) -> None:
    with pytest.raises(RuntimeError, match=r"of a (Parameter|Buffer) that is a leaf"):
        member += Tensor([1.0], requires_grad=True)
