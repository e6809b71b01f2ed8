"""Names of Modules: what is found by them, put there, and registered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import grad_nn as nn
from grad_core import Tensor
from grad_nn import Buffer, Linear, Module, Parameter, ReLU, Sequential, Tanh


class Nested(Module):
    """Modules in lists, tuples and dicts."""

    def __init__(self) -> None:
        self.layers = [Linear(1, 2, rng=0), [ReLU(), Tanh()]]
        self.pair = (Linear(2, 1, rng=0), ReLU())
        self.named = {"a.b": Linear(1, 1, rng=0), 3: {"x": ReLU()}, "p": Parameter(data=1.0)}
        self.stack = Sequential(Linear(1, 1, rng=0), Sequential(ReLU()))
        self.mean = Buffer([0.0])
        self.bias: Parameter | None = None


FOUND: list[tuple[str, Callable[[Any], Any]]] = [
    ("", lambda m: m),
    ("layers.0", lambda m: m.layers[0]),
    ("layers.1.1", lambda m: m.layers[1][1]),
    ("pair.1", lambda m: m.pair[1]),
    ("named.a.b", lambda m: m.named["a.b"]),
    ("named.3.x", lambda m: m.named[3]["x"]),
    ("stack.1.0", lambda m: m.stack[1][0]),
]


@pytest.mark.parametrize(("target", "expected"), FOUND)
def test_every_name_leads_to_what_has_it(target: str, expected: Any) -> None:
    m = Nested()
    assert m.get_submodule(target) is expected(m)


def test_names_that_are_yielded_lead_back() -> None:
    m = Nested()
    for name, module in m.named_modules():
        assert m.get_submodule(name) is module
    for name, p in m.named_parameters():
        assert m.get_parameter(name) is p
    for name, b in m.named_buffers():
        assert m.get_buffer(name) is b
    assert [n for n, _ in m.named_parameters(recurse=False)] == ["named.p"]


@pytest.mark.parametrize(
    "target", ["x", "layers", "layers.2", "bias", "stack.1.0.x", "mean.x", ".", "layers.0."]
)
@pytest.mark.parametrize("kind", ["submodule", "parameter", "buffer"])
def test_names_that_lead_nowhere(target: str, kind: str) -> None:
    with pytest.raises(AttributeError, match=f"get_{kind}: Nested has no .* named '{target}'"):
        getattr(Nested(), f"get_{kind}")(target)


def test_kinds_are_not_confused() -> None:
    m = Nested()
    number: Any = 3
    for run in (m.get_submodule, m.get_parameter, m.get_buffer):
        with pytest.raises(TypeError, match="the name of what is in a Module is 3, expected a str"):
            run(number)
    for method, target in (
        ("submodule", "mean"),
        ("parameter", "mean"),
        ("buffer", "layers.0.weight"),
    ):
        with pytest.raises(AttributeError, match=f"get_{method}: Nested has no"):
            getattr(m, f"get_{method}")(target)


@pytest.mark.parametrize(
    "target",
    [
        "layers.0",
        "layers.1.1",
        "named.3.x",
        "named.new",
        "stack.0",
        "stack.1.0",
        "stack.2",
        "new",
        "bias",
    ],
)
def test_set_submodule(target: str) -> None:
    m, module = Nested(), Tanh()
    m.set_submodule(target, module)
    assert m.get_submodule(target) is module
    assert (target, module) in list(m.named_modules())
    m.set_submodule(target, ReLU(), strict=True)
    assert type(m.get_submodule(target)) is ReLU


SETS: list[tuple[str, str, Any, bool, type[Exception], str]] = [
    ("empty", "", ReLU(), False, ValueError, "set_submodule: the name is empty"),
    ("no-module", "stack.0", "relu", False, TypeError, "module is str, expected a Module"),
    ("nowhere", "a.b.c", ReLU(), False, AttributeError, "Nested has no place named 'a.b.c'"),
    ("strict", "new", ReLU(), True, AttributeError, "Nested has no place named 'new'"),
    ("strict-stack", "stack.2", ReLU(), True, AttributeError, "no place named 'stack.2'"),
    ("tuple", "pair.0", ReLU(), False, TypeError, "'pair.0' would be in .* and cannot be put"),
    ("list-end", "layers.2", ReLU(), False, TypeError, "'layers.2' would be in"),
    ("list-name", "layers.x", ReLU(), False, TypeError, "'layers.x' would be in"),
    ("buffer", "mean", ReLU(), False, ValueError, "Nested has something else named 'mean', of type B"),
    ("method", "forward", ReLU(), False, ValueError, "something else named 'forward'"),
    ("in-tensor", "mean.x", ReLU(), False, TypeError, "'mean.x' would be in"),
]  # fmt: skip


class WithForward(Nested):
    def forward(self) -> None:
        """Do nothing."""


@pytest.mark.parametrize(
    ("name", "target", "module", "strict", "kind", "message"), SETS, ids=[s[0] for s in SETS]
)
def test_places_that_are_refused(
    name: str, target: str, module: Any, strict: bool, kind: type[Exception], message: str
) -> None:
    m = WithForward()
    before = [*m.named_modules(), *m.named_buffers()]
    with pytest.raises(kind, match=message.replace("Nested", "(Nested|WithForward)")):
        m.set_submodule(target, module, strict)
    assert [*m.named_modules(), *m.named_buffers()] == before


def test_registering_is_assigning() -> None:
    m, p, module = Module(), Parameter(data=[1.0]), ReLU()
    m.register_parameter("weight", p)
    m.register_parameter("bias", None)
    m.register_buffer("mean", Tensor([1, 2], dtype=np.int64))
    m.register_buffer("scratch", Buffer([1.0]), persistent=False)
    m.register_buffer("none", None)
    m.register_module("act", module)
    m.add_module("later", None)
    assert list(m.state_dict()) == ["weight", "mean"]
    assert [n for n, _ in m.named_buffers()] == ["mean", "scratch"]
    assert (m.get_parameter("weight"), m.get_submodule("act")) == (p, module)
    mean = m.get_buffer("mean")
    assert mean.dtype == np.int64
    m.register_module("later", Tanh())
    m.register_parameter("bias", Parameter(data=[2.0]))
    m.register_buffer("mean", None)
    assert list(m.state_dict()) == ["weight", "bias"]


REGISTER: list[tuple[str, Callable[[Any], Any], type[Exception], str]] = [
    ("name", lambda m: m.register_parameter(3, None), TypeError, "register_parameter: the name is 3"),
    ("empty", lambda m: m.register_buffer("", Tensor([1.0])), ValueError, "register_buffer: the name is ''"),
    ("dot", lambda m: m.add_module("a.b", ReLU()), ValueError, "register_module: the name is 'a.b'"),
    ("method", lambda m: m.register_parameter("train", Parameter(data=1.0)), ValueError, "Linear has something else named 'train', of type method"),
    ("kind", lambda m: m.register_buffer("weight", Tensor([1.0])), ValueError, "something else named 'weight', of type Parameter"),
    ("kind-of-module", lambda m: m.register_module("weight", ReLU()), ValueError, "something else named 'weight'"),
    ("no-parameter", lambda m: m.register_parameter("new", Tensor([1.0])), TypeError, "register_parameter: new is Tensor, expected a Parameter"),
    ("no-buffer", lambda m: m.register_buffer("new", [1.0]), TypeError, "register_buffer: new is list, expected a Tensor"),
    ("no-module", lambda m: m.register_module("new", "x"), TypeError, "register_module: new is str, expected a Module"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "run", "kind", "message"), REGISTER, ids=[r[0] for r in REGISTER])
def test_what_is_not_registered(name: str, run: Any, kind: type[Exception], message: str) -> None:
    m = Linear(1, 1, rng=0)
    with pytest.raises(kind, match=message):
        run(m)
    assert list(vars(m)) == list(vars(Linear(1, 1)))


def test_apply_calls_each_once_and_from_below() -> None:
    shared = ReLU()
    seen: list[Module] = []
    m = Sequential(shared, Sequential(shared, Tanh()))
    assert m.apply(seen.append) is m
    assert seen == [shared, m[1][1], m[1], m]  # type: ignore[index]  # a Sequential


def test_named_modules_passes_over_its_memo() -> None:
    m = Nested()
    skip: Any = m.get_submodule("stack")
    names = [name for name, _ in m.named_modules({skip}, "net")]
    assert "net.layers.0" in names
    assert not any(name.startswith("net.stack") for name in names)
    assert [name for name, _ in nn.Sequential(skip, skip).named_modules(remove_duplicate=False)] == [
        "", "0", "0.0", "0.1", "0.1.0", "1", "1.0", "1.1", "1.1.0",
    ]  # fmt: skip
