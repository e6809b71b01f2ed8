"""Hooks of Modules: what they are called with, what they change, and how they end."""

from __future__ import annotations

import copy
import gc as garbage
import pickle
import warnings
import weakref
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest
from numpy.testing import assert_array_equal

import grad_core as gc
import grad_nn as nn
from grad_core import Tensor
from grad_core.testing import check_grads
from grad_nn import Module, ReLU, Tanh

Grads = tuple[Tensor | None, ...]


class Two(Module):
    """Two arguments, two results."""

    def forward(self, x: Tensor, y: Tensor, *, scale: float = 1.0) -> tuple[Tensor, Tensor]:
        return x * y * scale, x.sum() * 3


def lists(grads: Grads) -> list[Any]:
    return [None if g is None else g.data.tolist() for g in grads]


def leaf(data: Any, dtype: Any = None) -> Tensor:
    return Tensor(data, requires_grad=True, dtype=dtype)


def test_forward_hooks_take_the_call_and_may_replace_the_result() -> None:
    m, x = ReLU(), Tensor([-1.0, 2.0])
    seen: list[Any] = []
    handle = m.register_forward_hook(lambda module, args, out: seen.append((module, args, out)))
    y = m(x)
    assert seen[0][0] is m
    assert seen[0][1][0] is x
    assert seen[0][2] is y
    with m.register_forward_hook(lambda module, args, out: out + args[0]):
        assert_array_equal(m(x).data, [-1.0, 4.0])
    handle.remove()
    handle.remove()
    m(x)
    assert len(seen) == 2
    assert_array_equal(m.forward(x).data, [0.0, 2.0])


def test_pre_hooks_replace_arguments() -> None:
    m, x = Two(), Tensor([1.0, 2.0])
    m.register_forward_pre_hook(lambda module, args: (args[0], args[0] + 1))
    assert_array_equal(m(x, x)[0].data, [2.0, 6.0])
    m.register_forward_pre_hook(
        lambda module, args, kwargs: (args, {"scale": 10.0, **kwargs}), with_kwargs=True
    )
    assert_array_equal(m(x, x)[0].data, [20.0, 60.0])
    assert_array_equal(m(x, x, scale=2.0)[0].data, [4.0, 12.0])


def test_hooks_run_in_order() -> None:
    m, seen = Tanh(), ""

    def note(name: str) -> Callable[..., None]:
        def hook(*_: object) -> None:
            nonlocal seen
            seen += name

        return hook

    for name, prepend in (("b", False), ("c", False), ("a", True)):
        m.register_forward_pre_hook(note(name), prepend=prepend)
        m.register_forward_hook(note(name.upper()), prepend=prepend)
        m.register_full_backward_pre_hook(note(f"<{name}>"), prepend=prepend)
        m.register_full_backward_hook(note(f"[{name}]"), prepend=prepend)
    y = m(leaf([1.0]))
    assert seen == "abcABC"
    y.backward()
    assert seen == "abcABC<a><b><c>[a][b][c]"


def test_backward_hooks_see_complete_gradients() -> None:
    m, x, y = Two(), leaf([1.0, 2.0]), leaf([3.0, 4.0])
    seen: list[Any] = []
    m.register_full_backward_hook(lambda _, gi, go: seen.append((lists(gi), lists(go))))
    a, b = m(x, y)
    (a.sum() + (a * 2).sum() + b).backward()
    assert seen == [([[12.0, 15.0], [3.0, 6.0]], [[3.0, 3.0], 1.0])]
    assert_array_equal(x.grad, [12.0, 15.0])
    assert_array_equal(y.grad, [3.0, 6.0])


def test_backward_hooks_replace_gradients() -> None:
    m, x, y = Two(), leaf([1.0, 2.0]), leaf([3.0, 4.0])
    m.register_full_backward_pre_hook(lambda _, go: (go[0], np.float32(10.0)))
    m.register_full_backward_hook(lambda _, gi, go: (gi[0], None))
    a, b = m(x, y)
    (a.sum() + b).backward()
    assert_array_equal(x.grad, [33.0, 34.0])
    assert_array_equal(y.grad, [0.0, 0.0])


def test_one_gradient_need_be_in_no_tuple() -> None:
    m, x = Tanh(), leaf([0.0])
    m.register_full_backward_pre_hook(lambda _, go: np.array([2.0]))
    m.register_full_backward_hook(lambda _, gi, go: gi[0] * 5 if gi[0] is not None else None)
    m(x).backward()
    assert_array_equal(x.grad, [10.0])


def test_gradients_where_no_input_requires_one() -> None:
    m, seen = nn.Linear(1, 1, rng=0), []
    m.register_full_backward_hook(lambda _, gi, go: seen.append((gi, lists(go))))
    m(Tensor([[2.0]])).backward(np.array([[3.0]]))
    assert seen == [((None,), [[[3.0]]])]
    assert_array_equal(m.weight.grad, [[6.0]])


def test_second_backwards_and_second_derivatives() -> None:
    m, x, seen = Tanh(), leaf([0.5], np.float64), 0

    def square(_: Module, gi: Grads, go: Grads) -> Grads:
        nonlocal seen
        seen += 1
        assert gi[0] is not None
        return (gi[0] * gi[0],)

    m.register_full_backward_hook(square)
    y = (m(x) * 3).sum()
    y.backward(retain_graph=True)
    y.backward(retain_graph=True)
    assert seen == 2
    slope = 3 * (1 - np.tanh(0.5) ** 2)
    np.testing.assert_allclose(x.grad, [2 * slope**2])  # type: ignore[arg-type]  # it is there
    d = gc.gradient(y, x, create_graph=True)
    dd = gc.gradient(d, x)
    expected = 2 * slope * (3 * -2 * np.tanh(0.5) * (1 - np.tanh(0.5) ** 2))
    np.testing.assert_allclose(dd.data, [expected])


def test_what_passes_together_keeps_values_dtypes_and_derivatives() -> None:
    class Mixed(Module):
        def forward(self, *xs: Tensor) -> tuple[Tensor, ...]:
            return tuple(x * x for x in xs)

    m, kinds = Mixed(), []
    m.register_full_backward_hook(
        lambda _, gi, go: kinds.append([None if g is None else (g.dtype, g.shape) for g in gi])
    )
    dtypes: list[Any] = [np.float16, np.float32, np.float64, np.complex64]
    xs = [leaf(np.full((2, i), 1.5), dtype) for i, dtype in enumerate(dtypes)]
    ys = m(*xs, Tensor([1, 2], dtype=np.int64))
    assert [y.dtype for y in ys] == [*dtypes, np.int64]
    total = ys[0].sum() + ys[1].sum() + ys[2].sum() + gc.real(ys[3]).sum()
    total.backward()
    for x in xs:
        assert_array_equal(x.grad, np.full(x.shape, 3.0))
    assert kinds == [[*((x.dtype, x.shape) for x in xs), None]]

    two = Two()
    two.register_full_backward_hook(lambda *_: None)
    rng = np.random.default_rng(0)
    check_grads(
        lambda x, y: two(x, y)[0].sum() * two(y, x)[1], [rng.normal(size=3), rng.normal(size=3)]
    )


def test_hooks_of_results_of_other_kinds() -> None:
    class Pair(NamedTuple):
        first: Tensor
        second: str

    class Named(Module):
        def forward(self, x: Tensor) -> Pair:
            return Pair(x * 2, "text")

    class AsDict(Module):
        def forward(self, x: Tensor) -> dict[str, Tensor]:
            return {"x": x}

    seen: list[Any] = []
    m = Named()
    m.register_full_backward_hook(lambda _, gi, go: seen.append((lists(gi), lists(go))))
    pair = m(leaf([1.0]))
    assert isinstance(pair, Pair)
    pair.first.backward()
    assert seen == [([[2.0]], [[1.0], None])]

    other = AsDict()
    other.register_full_backward_hook(lambda *_: None)
    with pytest.warns(
        UserWarning, match="AsDict: backward hooks are only called where .* got dict"
    ):
        other(leaf([1.0]))


def test_nothing_is_hooked_without_gradients() -> None:
    m, seen = Tanh(), []
    m.register_full_backward_hook(lambda *_: seen.append(1))
    with gc.no_grad():
        assert not m(leaf([1.0])).requires_grad
    assert not m(Tensor([1.0])).requires_grad
    assert not seen


def test_hooks_that_are_always_called() -> None:
    class Fails(Module):
        def forward(self, x: Tensor) -> Tensor:
            raise ZeroDivisionError("its own")

    m, x = Fails(), Tensor([1.0])
    seen: list[object] = []
    m.register_forward_hook(lambda *call: seen.append("not called"))
    m.register_forward_hook(lambda _, args, out: seen.append((args[0] is x, out)), always_call=True)
    m.register_forward_hook(
        lambda _, args, kwargs, out: seen.append(out), always_call=True, with_kwargs=True
    )
    with pytest.raises(ZeroDivisionError, match="its own"):
        m(x)
    assert seen == [(True, None), None]

    def fail(*_: object) -> None:
        raise KeyError("hook")

    m.register_forward_hook(fail, always_call=True, prepend=True)
    with (
        pytest.raises(ZeroDivisionError, match="its own"),
        pytest.warns(UserWarning, match=r"Fails: a forward hook .* raised KeyError\('hook'\)"),
    ):
        m(x)
    assert len(seen) == 4


def test_hooks_that_register_and_remove_hooks_count_from_the_next_call() -> None:
    m, x, seen = Tanh(), Tensor([1.0]), []

    def once(module: Tanh, args: tuple[Tensor, ...], out: Tensor) -> None:
        seen.append("once")
        handle.remove()
        module.register_forward_hook(lambda *_: seen.append("later"))

    handle = m.register_forward_hook(once)
    m(x)
    m(x)
    assert seen == ["once", "later"]


def double(module: Module, args: tuple[Tensor, ...], out: Tensor) -> Tensor:
    return out * 2


def test_copies_have_hooks_of_their_own() -> None:
    m, x = nn.Sequential(Tanh()), Tensor([1.0])
    first: Any = m[0]
    handle = first.register_forward_hook(double)
    for other in (copy.deepcopy(m), pickle.loads(pickle.dumps(m))):
        doubled = other(x).data
        handle.remove()
        assert_array_equal(other(x).data, doubled)
        assert_array_equal(m(x).data * 2, doubled)
        handle = first.register_forward_hook(double)

    vars(m)["handle"] = handle  # one that is copied along removes the hook of the copy
    other = copy.deepcopy(m)
    vars(other)["handle"].remove()
    assert_array_equal(other(x).data * 2, m(x).data)


def test_hooks_are_no_members_and_make_no_cycles() -> None:
    m = nn.Linear(1, 1, rng=0)
    m.register_full_backward_hook(lambda *_: None)
    m.register_forward_hook(lambda *_: None)
    assert list(m.state_dict()) == ["weight", "bias"]
    assert repr(m) == repr(nn.Linear(1, 1))
    y = m(leaf([[1.0]]))
    alive = weakref.ref(m)
    garbage.disable()
    try:
        del m
        y.backward()
        del y
        assert alive() is None
    finally:
        garbage.enable()


ERRORS: list[tuple[str, Callable[[Any], Any], Any, type[Exception], str]] = [
    ("no-function", lambda m: m.register_forward_hook(3), None, TypeError, "register_forward_hook: hook is 3"),
    ("pre-kwargs", lambda m: m.register_forward_pre_hook(lambda *_: 3, with_kwargs=True), None, RuntimeError, "Two: a forward pre-hook with kwargs returned 3, expected None or"),
    ("count", lambda m: m.register_full_backward_hook(lambda *_: (1.0,)), None, ValueError, "Two: a backward hook returned 1 gradients, expected 2"),
    ("count-pre", lambda m: m.register_full_backward_pre_hook(lambda *_: 1.0), None, ValueError, "Two: a backward pre-hook returned 1 gradients, expected 2"),
    ("shape", lambda m: m.register_full_backward_hook(lambda *_: (1.0, np.ones(2))), None, ValueError, r"returned a gradient of shape \(\), float64, for 0, expected \(2,\), float32"),
    ("dtype", lambda m: m.register_full_backward_hook(lambda *_: [np.ones(2), np.array([1j, 1j])]), None, ValueError, r"returned a gradient of shape \(2,\), complex128, for 1, expected \(2,\), float32"),
    ("text", lambda m: m.register_full_backward_hook(lambda *_: ("ab", None)), None, TypeError, "Two: a backward hook: expected booleans, integers, floating or complex numbers"),
    ("none", lambda m: m.register_full_backward_hook(lambda *_: (np.ones(2), np.ones(2))), 1, ValueError, "returned a gradient for 1, which has none"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "register", "constant", "kind", "message"), ERRORS, ids=[e[0] for e in ERRORS]
)
def test_errors(
    name: str, register: Any, constant: int | None, kind: type[Exception], message: str
) -> None:
    m, xs = Two(), [leaf([1.0, 2.0]), leaf([1.0, 2.0])]
    if constant is not None:
        xs[constant] = xs[constant].detach()
    with pytest.raises(kind, match=message):  # noqa: PT012  # one of these raises it
        register(m)
        m(xs[0], xs[1])[0].sum().backward()
    assert all(x.grad is None or not x.grad.any() for x in xs)


def test_a_call_without_hooks_is_not_slowed_by_those_that_were_removed() -> None:
    m = Tanh()
    m.register_forward_hook(double).remove()
    assert not m._hooks
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        m(Tensor([1.0]))
