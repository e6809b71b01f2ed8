"""Lists and dicts of Modules and Parameters, and Sequential as a list."""

from __future__ import annotations

import copy
import pickle
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_array_equal

import grad_core as gc
from grad_core import Tensor
from grad_nn import (
    Linear,
    Module,
    ModuleDict,
    ModuleList,
    Parameter,
    ParameterDict,
    ParameterList,
    ReLU,
    Sequential,
    Tanh,
)


def names(m: Module) -> list[str]:
    return [name for name, _ in m.named_children()]


def kinds(m: Any) -> list[str]:
    return [type(item).__name__ for item in m]


def three() -> ModuleList[Module]:
    return ModuleList([Linear(1, 2, rng=0), ReLU(), Tanh()])


def sequence() -> Sequential:
    return Sequential(Linear(1, 2, rng=0), ReLU(), Tanh())


# (what is done, what is left): the same for ModuleList and Sequential
CHANGES: list[tuple[str, Callable[[Any], Any], list[str]]] = [
    ("append", lambda m: m.append(Tanh()), ["Linear", "ReLU", "Tanh", "Tanh"]),
    ("extend", lambda m: m.extend([ReLU(), Tanh()]), ["Linear", "ReLU", "Tanh", "ReLU", "Tanh"]),
    (
        "extend-others",
        lambda m: m.extend(make() for make in (ReLU, Tanh)),
        ["Linear", "ReLU", "Tanh", "ReLU", "Tanh"],
    ),
    ("extend-nothing", lambda m: m.extend([]), ["Linear", "ReLU", "Tanh"]),
    ("insert", lambda m: m.insert(1, Tanh()), ["Linear", "Tanh", "ReLU", "Tanh"]),
    ("insert-first", lambda m: m.insert(0, Tanh()), ["Tanh", "Linear", "ReLU", "Tanh"]),
    ("insert-last", lambda m: m.insert(3, ReLU()), ["Linear", "ReLU", "Tanh", "ReLU"]),
    ("insert-negative", lambda m: m.insert(-1, ReLU()), ["Linear", "ReLU", "ReLU", "Tanh"]),
    ("set", lambda m: m.__setitem__(1, Tanh()), ["Linear", "Tanh", "Tanh"]),
    ("set-negative", lambda m: m.__setitem__(-1, ReLU()), ["Linear", "ReLU", "ReLU"]),
    ("set-numpy", lambda m: m.__setitem__(np.int64(0), Tanh()), ["Tanh", "ReLU", "Tanh"]),
    ("delete", lambda m: m.__delitem__(0), ["ReLU", "Tanh"]),
    ("delete-negative", lambda m: m.__delitem__(-2), ["Linear", "Tanh"]),
    ("delete-slice", lambda m: m.__delitem__(slice(0, 3, 2)), ["ReLU"]),
    ("delete-all", lambda m: m.__delitem__(slice(None)), []),
    ("pop", lambda m: m.pop(), ["Linear", "ReLU"]),
    ("pop-first", lambda m: m.pop(0), ["ReLU", "Tanh"]),
    ("pop-slice", lambda m: m.pop(slice(1, None)), ["Linear"]),
    ("by-name", lambda m: m.add_module("1", Tanh()), ["Linear", "Tanh", "Tanh"]),
    ("by-next-name", lambda m: m.register_module("3", Tanh()), ["Linear", "ReLU", "Tanh", "Tanh"]),
]


@pytest.mark.parametrize("make", [three, sequence])
@pytest.mark.parametrize(("name", "change", "left"), CHANGES, ids=[c[0] for c in CHANGES])
def test_changes_keep_items_in_order_and_names_of_positions(
    make: Callable[[], Any], name: str, change: Callable[[Any], Any], left: list[str]
) -> None:
    m = make()
    change(m)
    assert kinds(m) == left
    assert names(m) == [str(i) for i in range(len(left))]
    assert len(m) == len(left)
    assert [type(m[i]).__name__ for i in range(-len(left), 0)] == left


REFUSED: list[tuple[str, Callable[[Any], Any], type[Exception], str]] = [
    ("get", lambda m: m[3], IndexError, "there is no (item|layer) 3, only 3"),
    ("get-negative", lambda m: m[-4], IndexError, "there is no (item|layer) -4, only 3"),
    ("get-float", lambda m: m[1.0], TypeError, "float"),
    ("set", lambda m: m.__setitem__(3, ReLU()), IndexError, "there is no (item|layer) 3"),
    ("set-text", lambda m: m.__setitem__(0, "relu"), TypeError, "(item|layer) 0 is 'relu'.*expected"),
    ("delete", lambda m: m.__delitem__(3), IndexError, "there is no (item|layer) 3"),
    ("pop", lambda m: m.pop(3), IndexError, "there is no (item|layer) 3"),
    ("append", lambda m: m.append(None), TypeError, "(item|layer) 3 is None; expected|item 3 is None, expected"),
    ("append-class", lambda m: m.append(ReLU), TypeError, "(item|layer) 3 is <class"),
    ("extend", lambda m: m.extend([ReLU(), 3]), TypeError, "(item|layer) 4 is 3"),
    ("extend-no-list", lambda m: m.extend(3), TypeError, "int"),
    ("insert", lambda m: m.insert(1, "x"), TypeError, "(item|layer) 1 is 'x'"),
    ("by-name", lambda m: m.add_module("0", None), TypeError, "(item|layer) 0 is None"),
]  # fmt: skip


@pytest.mark.parametrize("make", [three, sequence])
@pytest.mark.parametrize(
    ("name", "change", "kind", "message"), REFUSED, ids=[r[0] for r in REFUSED]
)
def test_what_is_refused_changes_nothing(
    make: Callable[[], Any],
    name: str,
    change: Callable[[Any], Any],
    kind: type[Exception],
    message: str,
) -> None:
    m = make()
    before = list(m)
    with pytest.raises(kind, match=message):
        change(m)
    assert list(m) == before
    assert names(m) == ["0", "1", "2"]


# ---------------------------------------------------------------------------- ModuleList


def test_module_list() -> None:
    m = three()
    part = m[1:]
    assert isinstance(part, ModuleList)
    assert part[0] is m[1]
    assert names(part) == ["0", "1"]
    more: ModuleList[Module] = ModuleList([Tanh()])
    both = m + more
    assert (kinds(both), kinds(m)) == (
        ["Linear", "ReLU", "Tanh", "Tanh"],
        ["Linear", "ReLU", "Tanh"],
    )
    m += [ReLU()]
    assert kinds(m) == ["Linear", "ReLU", "Tanh", "ReLU"]
    assert m[0] in m
    assert ReLU() not in m
    assert kinds(reversed(m)) == ["ReLU", "Tanh", "ReLU", "Linear"]
    assert [n for n, _ in m.named_parameters()] == ["0.weight", "0.bias"]
    m.insert(99, Tanh())
    assert kinds(m)[-1] == "Tanh"
    with pytest.raises(ValueError, match=r"ModuleList: '9' is no place among 5 items"):
        m.add_module("9", ReLU())
    with pytest.raises(TypeError, match="ModuleList has no forward method to call"):
        m(1)  # type: ignore[misc, arg-type]  # the error under test
    assert len(ModuleList()) == 0
    assert repr(ModuleList()) == "ModuleList()"


def test_a_container_may_hold_a_module_twice() -> None:
    shared, more = Linear(1, 1, rng=0), three()
    for m in (more.extend(more), ModuleList([shared, shared]), Sequential(shared, shared)):
        n = len(m) // 2
        assert list(m)[:n] == list(m)[n:]
        assert len(names(m)) == n
        assert len(m.state_dict()) == 2 * len(list(m.parameters()))


def test_module_list_shows_several_that_are_alike_as_one() -> None:
    m = ModuleList([Linear(1, 1), Linear(1, 1), ReLU(), Linear(1, 1)])
    assert repr(m) == (
        "ModuleList(\n"
        "  (0-1): 2 x Linear(in_features=1, out_features=1, bias=True)\n"
        "  (2): ReLU()\n"
        "  (3): Linear(in_features=1, out_features=1, bias=True)\n"
        ")"
    )


def test_a_subclass_keeps_attributes_after_the_items() -> None:
    class Net(ModuleList[Linear]):
        def __init__(self) -> None:
            super().__init__([Linear(1, 1, rng=0)])
            self.scale = Parameter(data=1.0)
            self.head = Linear(1, 2, rng=0)

        def forward(self, x: Tensor) -> Tensor:
            return self.head(self[0](x)) * self.scale

    net = Net()
    net.register_parameter("offset", Parameter(data=1.0))
    assert list(net.state_dict()) == [
        "scale", "offset", "0.weight", "0.bias", "head.weight", "head.bias",
    ]  # fmt: skip
    assert net(Tensor([[1.0]])).shape == (1, 2)
    assert repr(net).splitlines()[2].startswith("  (head): Linear")
    assert isinstance(net[:1], ModuleList)


# ---------------------------------------------------------------------------- ModuleDict


def test_module_dict() -> None:
    m: ModuleDict[Module] = ModuleDict({"b": Linear(1, 2, rng=0), "a": ReLU()})
    assert list(m) == list(m.keys()) == ["b", "a"]
    assert [name for name, _ in m.items()] == ["b", "a"]
    assert kinds(m.values()) == ["Linear", "ReLU"]
    assert (len(m), "a" in m, "c" in m) == (2, True, False)
    assert list(m.state_dict()) == ["b.weight", "b.bias"]
    m["b"] = Tanh()
    m.update([("c", Linear(1, 1, rng=0)), ("a", Tanh())])
    assert kinds(m.values()) == ["Tanh", "Tanh", "Linear"]
    assert m.get("d") is None
    assert type(m.pop("a")).__name__ == "Tanh"
    assert m.popitem()[0] == "c"
    del m["b"]
    assert len(m) == 0
    m.update(ModuleDict({"x": ReLU()}))
    m.set_submodule("y", Tanh())
    assert list(reversed(m)) == ["y", "x"]
    m.clear()
    assert repr(m) == "ModuleDict()"


def test_dicts_are_equal_and_hashed_as_modules_are() -> None:
    m: ModuleDict[Module] = ModuleDict({"a": ReLU()})
    assert m == m  # noqa: PLR0124  # what is tested
    assert m != ModuleDict(dict(m))
    assert len({m, m}) == 1


DICTS: list[tuple[str, Callable[[Any], Any], type[Exception], str]] = [
    ("missing", lambda m: m["x"], KeyError, r"there is no item 'x', only \['a'\]"),
    ("pop", lambda m: m.pop("x"), KeyError, "there is no item 'x'"),
    ("delete", lambda m: m.__delitem__("x"), KeyError, "there is no item 'x'"),
    ("key-number", lambda m: m.__setitem__(0, m["a"]), TypeError, "the key is 0, expected a str"),
    ("key-dot", lambda m: m.__setitem__("b.c", m["a"]), ValueError, "the key is 'b.c'; it must not"),
    ("key-empty", lambda m: m.__setitem__("", m["a"]), ValueError, "the key is ''"),
    ("value", lambda m: m.__setitem__("b", 3), TypeError, "item b is 3, expected a (Module|Parameter)"),
    ("update", lambda m: m.update({"b": m["a"], "c": "x"}), TypeError, "item c is 'x'"),
    ("update-number", lambda m: m.update(3), TypeError, "got int, expected items by name, or pairs"),
    ("update-list", lambda m: m.update([m["a"]]), TypeError, "got list, expected items by name, or pairs"),
]  # fmt: skip


@pytest.mark.parametrize(
    "make",
    [lambda: ModuleDict({"a": ReLU()}), lambda: ParameterDict({"a": Parameter(data=1.0)})],
    ids=["ModuleDict", "ParameterDict"],
)
@pytest.mark.parametrize(("name", "change", "kind", "message"), DICTS, ids=[d[0] for d in DICTS])
def test_what_dicts_refuse(
    make: Callable[[], Any], name: str, change: Any, kind: type[Exception], message: str
) -> None:
    m = make()
    with pytest.raises(kind, match=message):
        change(m)
    assert list(m) == ["a"]
    m.clear()
    with pytest.raises(KeyError, match="popitem of an empty one"):
        m.popitem()


# ---------------------------------------------------------------------------- Parameters


def test_parameter_list() -> None:
    first = Parameter(data=[1.0], dtype=np.float16)
    m = ParameterList([first, Tensor([2.0, 3.0], dtype=np.float64)])
    assert m[0] is first
    assert isinstance(m[1], Parameter)
    assert m[1].dtype == np.float64
    assert m[1].requires_grad
    assert list(m.state_dict()) == ["0", "1"]
    m.append(Tensor([4.0])).extend([Tensor([5.0]), first])
    m.insert(0, Tensor([0.0]))
    m[1] = Tensor([9.0])
    m += [Tensor([6.0])]
    assert [p.data.tolist() for p in m] == [[0.0], [9.0], [2.0, 3.0], [4.0], [5.0], [1.0], [6.0]]
    assert first in m
    assert m.pop(-2) is first
    assert first not in m
    assert len(m.pop(slice(1, None))) == 5
    del m[0]
    assert list(m + ParameterList([first])) == [first]
    assert ParameterList([first])[:1][0] is first
    for wrong in (3, [1.0], ReLU()):
        with pytest.raises(
            TypeError, match=r"ParameterList: item 0 is .*, expected a Parameter or"
        ):
            m.append(wrong)  # type: ignore[arg-type]  # the error under test
    with pytest.raises(TypeError, match="ParameterList: got int, expected several items"):
        m.extend(3)  # type: ignore[arg-type]  # the error under test


def test_parameters_are_trained_where_they_are_kept() -> None:
    class Net(Module):
        def __init__(self) -> None:
            self.terms = ParameterList([Tensor([1.0]), Tensor([2.0])])
            self.named = ParameterDict({"scale": Tensor([3.0])})

        def forward(self, x: Tensor) -> Tensor:
            return sum((x * p for p in self.terms), x * 0) * self.named["scale"]

    net = Net()
    net(Tensor([5.0])).sum().backward()
    assert [p.grad.item() for p in net.parameters() if p.grad is not None] == [15.0, 15.0, 15.0]
    assert list(net.state_dict()) == ["terms.0", "terms.1", "named.scale"]
    assert net.get_parameter("terms.1") is net.terms[1]
    net.register_parameter("more", net.terms[0])
    assert net.params_count() == 3


def test_parameter_dict() -> None:
    a = Parameter(data=[1.0])
    m = ParameterDict({"b": Tensor([2.0], dtype=np.float64), "a": a})
    assert list(m) == ["a", "b"]  # as PyTorch sorts a plain dict
    assert list(ParameterDict(OrderedDict(b=a, a=a))) == ["b", "a"]
    assert list(ParameterDict([("b", a), ("a", a)])) == ["b", "a"]
    assert m["a"] is a
    assert m["b"].dtype == np.float64
    assert m.setdefault("a", Tensor([9.0])) is a
    assert isinstance(m.setdefault("c", Tensor([9.0])), Parameter)
    assert m.copy()["a"] is a
    made = m.fromkeys(["x", "y"], Tensor([7.0]))
    assert made["x"] is not made["y"]
    assert_array_equal(made["y"].data, [7.0])
    both = m | {"a": Tensor([5.0]), "z": a}
    assert list(both) == ["a", "b", "c", "z"]
    assert m["a"] is a
    m |= made
    assert list(m.state_dict()) == ["a", "b", "c", "x", "y"]


# ---------------------------------------------------------------------------- Sequential


def test_sequential_with_names() -> None:
    m = Sequential({"in": Linear(1, 2, rng=0), "act": gc.tanh, "out": Linear(2, 1, rng=0)})
    assert list(m.state_dict()) == ["in.weight", "in.bias", "out.weight", "out.bias"]
    assert m(Tensor([[1.0]])).shape == (1, 1)
    loose: Any = m
    assert loose.out is m[2]
    assert loose.act is gc.tanh
    assert "out" in dir(m)
    assert "(act): tanh" in repr(m)
    with pytest.raises(AttributeError, match="Sequential has no attribute or item named 'other'"):
        loose.other  # noqa: B018  # the error under test
    part = m[1:]
    assert repr(part).splitlines()[1] == "  (act): tanh"
    m.append(ReLU())
    m.insert(1, ReLU())
    assert [n for n, _ in m.members()] == ["in", "4", "act", "out", "3"]
    m[1] = Tanh()
    m.pop(1)  # as in PyTorch, names go
    assert [n for n, _ in m.members()] == ["0", "1", "2", "3"]
    with pytest.raises(ValueError, match=r"the name of a layer is 'a\.b'"):
        Sequential({"a.b": ReLU()})
    with pytest.raises(TypeError, match="Sequential: layer a is 3; expected a Module or"):
        Sequential({"a": 3})  # type: ignore[dict-item]  # the error under test
    with pytest.raises(TypeError, match=r"layer 0 is \{\}"):
        Sequential({}, ReLU())  # type: ignore[call-overload]  # the error under test
    assert len(Sequential({})) == 0


def test_a_part_keeps_names_and_can_grow() -> None:
    part = sequence()[1:]
    assert [n for n, _ in part.members()] == ["1", "2"]  # as in PyTorch
    part.append(Tanh())
    assert [n for n, _ in part.members()] == ["1", "2", "3"]
    assert part[0] is not part[1]
    part.insert(1, ReLU())
    assert [n for n, _ in part.members()] == ["0", "1", "2", "3"]


def test_sums_and_products_of_sequentials() -> None:
    m = sequence()
    both = m + m[:1]
    assert kinds(both) == ["Linear", "ReLU", "Tanh", "Linear"]
    assert both[0] is both[3] is m[0]
    assert kinds(m * 2) == kinds(2 * m) == ["Linear", "ReLU", "Tanh"] * 2
    same = m
    m += Sequential(Tanh())
    m *= 2
    assert same is m
    assert [name for name, _ in m.members()] == [str(i) for i in range(8)]
    assert kinds(m) == ["Linear", "ReLU", "Tanh", "Tanh"] * 2
    for factor in (0, -1):
        with pytest.raises(
            ValueError, match=f"Sequential: multiplied by {factor}, expected at lea"
        ):
            m * factor
    with pytest.raises(TypeError):
        m * 1.5  # type: ignore[operator]  # the error under test
    with pytest.raises(TypeError):
        m + three()  # type: ignore[operator]  # the error under test
    with pytest.raises(IndexError, match="Sequential: 9 is no place among 8 layers"):
        m.insert(9, ReLU())


@pytest.mark.parametrize(
    "m",
    [
        three(),
        ModuleDict({"a": Linear(1, 1, rng=0)}),
        ParameterList([Tensor([1.0])]),
        ParameterDict({"a": Tensor([1.0])}),
        Sequential({"a": Linear(1, 1, rng=0), "b": gc.tanh}),
    ],
    ids=lambda m: type(m).__name__,
)
def test_containers_are_copied(m: Module) -> None:
    for other in (copy.deepcopy(m), pickle.loads(pickle.dumps(m))):
        assert repr(other) == repr(m)
        state, expected = other.state_dict(), m.state_dict()
        assert list(state) == list(expected)
        for key in state:
            assert_array_equal(state[key], expected[key])
        for p, q in zip(other.parameters(), m.parameters(), strict=True):
            assert p is not q
    shallow = copy.copy(m)
    assert repr(shallow) == repr(m)
