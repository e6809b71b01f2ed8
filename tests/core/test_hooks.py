"""Hooks on gradients, and gradients that are kept on request."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_array_equal

import grad_core as gc
from grad_core import Tensor


def leaf(*values: float) -> Tensor:
    return Tensor(list(values), requires_grad=True)


def test_retained_gradients_add_up_as_those_of_leaves() -> None:
    x = leaf(1.0, 2.0)
    y = x * 3
    assert y.grad is None
    y.retain_grad()
    assert_array_equal(y.grad, [0.0, 0.0])
    (y * y + y).sum().backward(retain_graph=True)
    assert_array_equal(y.grad, [7.0, 13.0])
    (y * 2).sum().backward()
    assert_array_equal(y.grad, [9.0, 15.0])
    assert_array_equal(x.grad, [27.0, 45.0])


def test_gradient_touches_no_retained_gradient() -> None:
    x = leaf(1.0)
    y = x * 3
    y.retain_grad()
    gc.gradient((y * y).sum(), x)
    assert_array_equal(y.grad, [0.0])


def test_retain_grad_of_the_result_itself_and_of_a_leaf() -> None:
    x = leaf(2.0)
    x.retain_grad()
    y = (x * x).sum()
    y.retain_grad()
    y.backward()
    assert_array_equal(y.grad, 1.0)
    assert_array_equal(x.grad, [4.0])


def test_a_hook_sees_the_whole_gradient_once() -> None:
    x, seen = leaf(1.0, 2.0), []
    y = x * 3
    y.register_hook(lambda g: seen.append(g.data.copy()))
    (y * y + y).sum().backward()
    assert len(seen) == 1
    assert_array_equal(seen[0], [7.0, 13.0])
    assert_array_equal(x.grad, [21.0, 39.0])


def test_hooks_replace_the_gradient_in_order_before_it_is_kept() -> None:
    x = leaf(1.0, 2.0)
    y = x * 3
    y.retain_grad()
    y.register_hook(lambda g: g + 1)
    y.register_hook(lambda g: np.asarray(g.data * 10))
    x.register_hook(lambda g: gc.clip(g, 0, 50))
    y.sum().backward()
    assert_array_equal(y.grad, [20.0, 20.0])
    assert_array_equal(x.grad, [50.0, 50.0])


def test_gradient_runs_hooks_and_records_what_they_do() -> None:
    x = leaf(2.0)
    y = x * x
    hook = y.register_hook(lambda g: g * g * 3)
    (g,) = gc.gradient((y * y).sum(), [x], create_graph=True)  # 3 (2 y)^2 * 2 x = 24 x^5
    assert_array_equal(g.data, [768.0])
    hook.remove()  # the second sweep goes through y, too
    assert_array_equal(gc.gradient(g.sum(), x).data, [120.0 * 16])


def test_hooks_are_removed() -> None:
    x = leaf(1.0)
    first = x.register_hook(lambda g: g * 2)
    with x.register_hook(lambda g: g * 3):
        (x * 1).sum().backward()
    (x * 1).sum().backward()
    first.remove()
    first.remove()
    (x * 1).sum().backward()
    assert_array_equal(x.grad, [6.0 + 2.0 + 1.0])


def test_a_complex_gradient_comes_in_the_convention_of_grad() -> None:
    x, seen = Tensor([1 + 2j], requires_grad=True, dtype="complex128"), []
    y = x * (3 - 1j)
    y.register_hook(lambda g: seen.append(g.data.copy()))
    y.retain_grad()
    z = y * (2j)
    z.real.sum().backward()
    assert_array_equal(seen[0], [-2j])
    assert_array_equal(y.grad, [-2j])
    assert_array_equal(x.grad, [-2j * (3 + 1j)])


def write_data(g: Tensor) -> None:
    g.data[...] = 99.0


def write_part(g: Tensor) -> None:
    g[0] = 99.0


def write_all(g: Tensor) -> None:
    g *= 10.0


@pytest.mark.parametrize("spoil", [write_data, write_part, write_all])
def test_what_a_hook_gets_is_its_own(spoil: Any) -> None:
    x, z = leaf(1.0), leaf(1.0)
    x.register_hook(spoil)
    (x + z).sum().backward()
    assert_array_equal(x.grad, [1.0])
    assert_array_equal(z.grad, [1.0])
    for g in gc.gradient(((x + z) ** 2).sum(), [x, z], create_graph=True):
        assert_array_equal(g.data, [4.0])


WRONG: list[tuple[Any, type[Exception], str]] = [
    (lambda g: g.sum(), ValueError, r"the hook returned float32\[\] for a gradient float32\[2\]"),
    (lambda g: g.astype("complex64"), ValueError, "the hook returned complex64"),
    (lambda g: "text", TypeError, "register_hook: expected a Tensor"),
]


@pytest.mark.parametrize(("hook", "error", "message"), WRONG)
def test_a_hook_that_returns_something_else(
    hook: Any, error: type[Exception], message: str
) -> None:
    x = leaf(1.0, 2.0)
    y = x * 2
    y.register_hook(hook)
    with pytest.raises(error, match=message):
        y.sum().backward()
    assert not x.has_grad


def test_constants_have_no_gradient_to_hook() -> None:
    for name in ("retain_grad", "register_hook"):
        with pytest.raises(RuntimeError, match=rf"{name}: float32\[1\] does not require a grad"):
            getattr(Tensor([1.0]), name)(*([print] if name == "register_hook" else []))
