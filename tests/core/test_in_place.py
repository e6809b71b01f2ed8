"""t[i] = x and the in-place operators, on leaves, results, constants and views."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_array_equal

import grad_core as gc
from grad_core import Tensor


def leaf(*values: float) -> Tensor:
    return Tensor(list(values), requires_grad=True)


def test_a_part_of_a_result_is_replaced() -> None:
    x, v = leaf(1.0, 2.0, 3.0), leaf(5.0)
    y = x * 10
    before = y.exp()
    same = y
    y[1] = v[0] * 2
    assert same is y
    assert_array_equal(y.data, [10.0, 10.0, 30.0])
    (y * y).sum().backward()
    assert_array_equal(x.grad, [200.0, 0.0, 600.0])
    assert_array_equal(v.grad, [40.0])
    assert before.shape == (3,)


def test_graphs_keep_the_old_value() -> None:
    x = leaf(1.0, 2.0)
    y = x * 3
    z = (y * y).sum()
    y[0] = 100.0
    y += 1.0
    z.backward()
    assert_array_equal(x.grad, [18.0, 36.0])


def test_a_constant_that_is_filled_with_results_becomes_one() -> None:
    x, rows = leaf(1.0, 2.0), Tensor(np.zeros((3, 2)))
    for i in range(3):
        rows[i] = x * float(i)
    assert rows.requires_grad
    assert not rows.is_leaf
    rows.sum().backward()
    assert_array_equal(x.grad, [3.0, 3.0])


def test_a_leaf_takes_the_value_outside_the_graph() -> None:
    x = leaf(1.0, 2.0)
    y = (x * x).sum()
    x[0] = 7.0
    assert x.is_leaf
    assert_array_equal(x.data, [7.0, 2.0])
    y.backward()
    assert_array_equal(x.grad, [2.0, 4.0])
    x[x > 5] = 0.0
    assert not x.has_grad  # a new value has no gradient yet
    assert_array_equal(x.data, [0.0, 2.0])


def test_under_no_grad_nothing_is_recorded() -> None:
    x, t = leaf(1.0, 2.0), Tensor([0.0, 0.0])
    with gc.no_grad():
        t[0] = x[1]
        t += x
    assert t.is_leaf
    assert not t.requires_grad
    assert_array_equal(t.data, [3.0, 2.0])


def test_the_source_of_from_numpy_is_not_written_to() -> None:
    array = np.array([1.0, 2.0])
    array.flags.writeable = False
    t = gc.from_numpy(array)
    t[0] = 5.0
    t *= 2.0
    assert_array_equal(array, [1.0, 2.0])
    assert_array_equal(t.data, [10.0, 4.0])


def test_augmented_parts_reach_the_whole() -> None:
    x = leaf(1.0, 2.0, 3.0)
    y = x * 1.0
    y[1:] += x[:2]
    y[[0, 2]] *= 10.0
    assert_array_equal(y.data, [10.0, 3.0, 50.0])
    y.sum().backward()
    assert_array_equal(x.grad, [11.0, 11.0, 10.0])


VIEWS: list[tuple[str, Callable[[Any], Any]]] = [
    ("int", lambda t: t[0]),
    ("slice", lambda t: t[:, 1:]),
    ("reshape", lambda t: t.reshape(4)),
    ("transpose", lambda t: t.T),
    ("squeeze", lambda t: t.squeeze()),
    ("newaxis", lambda t: t[..., None]),
    ("row", lambda t: next(iter(t))),
    ("view of a view", lambda t: t.T[0][1:]),
]


@pytest.mark.parametrize("view", [v[1] for v in VIEWS], ids=[v[0] for v in VIEWS])
@pytest.mark.parametrize("kind", ["constant", "result"])
@pytest.mark.parametrize("way", ["iadd", "setitem"])
def test_a_change_of_a_view_reaches_the_whole(
    view: Callable[[Any], Any], kind: str, way: str
) -> None:
    array = np.array([[1.0, 2.0], [3.0, 4.0]])
    x = Tensor(array, requires_grad=True, dtype=np.float64)
    t = x * 1.0 if kind == "result" else Tensor(array, dtype=np.float64)
    w, factor = view(array), Tensor(3.0, requires_grad=True, dtype=np.float64)
    between = view(t) if "of" not in view.__code__.co_names else None
    v = view(t)
    old = (t * t).sum() if kind == "result" else None
    if way == "iadd":
        v *= factor
        w *= 3.0
    else:
        v[...] = factor
        w[...] = 3.0
    assert_array_equal(v.data, w)
    assert between is None or between.shape == w.shape
    assert_array_equal(t.data, array)
    t.sum().backward(retain_graph=True)
    written = np.zeros((2, 2))
    view(written)[...] = 1.0
    base = np.array([[1.0, 2.0], [3.0, 4.0]])
    assert_array_equal(factor.grad, (written * base).sum() if way == "iadd" else written.sum())
    if kind == "result":
        inside = 3.0 if way == "iadd" else 0.0
        assert_array_equal(x.grad, np.where(written, inside, 1.0))
        x.zero_grad()
        assert old is not None
        old.backward()
        assert_array_equal(x.grad, 2 * base)


def test_an_augmented_part_is_written_once() -> None:
    x = leaf(1.0, 2.0, 3.0)
    y = x * 1.0
    y[1:] += 1.0
    assert y._node is not None
    names = gc.to_dot(y)
    assert names.count("set") == 1
    assert_array_equal(y.data, [1.0, 3.0, 4.0])


CUTS: list[tuple[str, Callable[[Tensor], Tensor], Any]] = [
    ("all", lambda y: y.detach(), ...),
    ("part", lambda y: y[:2].detach(), slice(2)),
    ("part of detached", lambda y: y.detach()[:2], slice(2)),
    ("under no_grad", lambda y: gc.no_grad()(lambda: y[:2])(), slice(2)),
]


@pytest.mark.parametrize(("part", "index"), [c[1:] for c in CUTS], ids=[c[0] for c in CUTS])
@pytest.mark.parametrize("view", [True, False])
def test_a_part_that_is_replaced_by_itself_detached_passes_no_gradient(
    part: Callable[[Tensor], Tensor], index: Any, view: bool
) -> None:
    x = leaf(1.0, 2.0, 3.0)
    y = (x * 2).reshape(3) if view else x * 2
    y[index] = part(y)
    y.sum().backward()
    expected = np.full(3, 2.0)
    expected[index] = 0.0
    assert_array_equal(x.grad, expected)
    assert_array_equal(y.data, [2.0, 4.0, 6.0])


def test_a_result_that_is_changed_under_no_grad_keeps_its_graph() -> None:
    x = leaf(1.0, 2.0, 3.0)
    y = x * 2
    with gc.no_grad():
        y += 1.0
        y[0] = 7.0
        y[1:] *= 10.0
        part = y[1:2]
        part -= 1.0
        y[2] = x[0]
    assert_array_equal(y.data, [7.0, 49.0, 1.0])
    assert y.requires_grad
    (y * y).sum().backward()
    assert_array_equal(x.grad, 2 * 2 * y.data)  # as if y had had these values from the start


def test_rows_that_are_changed_change_the_matrix() -> None:
    t = Tensor([[1.0, 2.0], [3.0, 4.0]])
    for row in t:
        row += 10.0
    assert_array_equal(t.data, [[11.0, 12.0], [13.0, 14.0]])
    t[0][1] = 5.0
    assert_array_equal(t.data, [[11.0, 5.0], [13.0, 14.0]])


def test_parts_that_were_taken_before_keep_their_value() -> None:
    t = Tensor([1.0, 2.0, 3.0])
    first, rest = t[:2], t[1:]
    t += 10.0
    assert_array_equal(first.data, [1.0, 2.0])
    assert_array_equal(rest.data, [2.0, 3.0])
    first = first * 2.0
    assert_array_equal(t.data, [11.0, 12.0, 13.0])


def test_a_part_whose_whole_has_changed_is_not_written_to() -> None:
    """The change would not reach the whole, as it would with NumPy."""
    t = Tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True) * 1.0
    a, b = t
    a += 10.0
    for write in (lambda: b.__iadd__(10.0), lambda: b.__setitem__(0, 10.0)):
        with pytest.raises(RuntimeError, match=r"has changed since.*take the part again"):
            write()
    assert_array_equal(b.data, [3.0, 4.0])
    t[1] += 10.0
    assert_array_equal(t.data, [[11.0, 12.0], [13.0, 14.0]])
    picked = t[[1]]  # no view, whatever memory NumPy made it in
    t += 1.0
    picked += 1.0
    assert_array_equal(picked.data, [[14.0, 15.0]])


def test_a_gradient_that_is_kept_is_kept_of_the_new_value() -> None:
    x = leaf(1.0, 2.0)
    y = x * 2.0
    y.retain_grad()
    y *= 3.0
    (y * y).sum().backward()
    assert_array_equal(y.grad, 2 * y.data)


def test_a_part_of_a_leaf_under_no_grad_and_through_detach() -> None:
    p = leaf(1.0, 2.0)
    y = (p * p).sum()
    with gc.no_grad():
        part = p[:1]
        part -= 0.5
        p[1:] += 5.0
        d = p.detach()
        d[0] = 7.0
        p.detach()[1] = 8.0
    assert p.is_leaf
    assert p.requires_grad
    assert_array_equal(p.data, [7.0, 8.0])
    assert_array_equal(d.data, [7.0, 7.0])
    y.backward()
    assert_array_equal(p.grad, [2.0, 4.0])


REFUSED: list[tuple[str, Callable[[], Any], str]] = [
    ("part of a leaf", lambda: leaf_part(lambda p: p[:1]), "outside the graph"),
    ("detached leaf", lambda: leaf_part(lambda p: p.detach()), "outside the graph"),
    ("detached result", lambda: result_part(lambda y: y.detach()), "outside the graph"),
    ("real part", lambda: result_part(lambda y: y.real, "complex64"), "made by real"),
    ("broadcast", lambda: result_part(lambda y: gc.broadcast_to(y, (2, 2))), "made by broadcast"),
]


def leaf_part(view: Callable[[Tensor], Tensor]) -> None:
    p = leaf(1.0, 2.0)
    v = view(p)
    v += 1.0


def result_part(view: Callable[[Tensor], Tensor], dtype: str = "float32") -> None:
    y = Tensor([1.0, 2.0], requires_grad=True, dtype=dtype) * 2
    v = view(y)
    v += 1.0


@pytest.mark.parametrize(("call", "message"), [r[1:] for r in REFUSED], ids=[r[0] for r in REFUSED])
def test_a_change_that_would_be_lost_is_refused(call: Callable[[], Any], message: str) -> None:
    with pytest.raises(RuntimeError, match=rf"add: this Tensor is a view of another.*{message}"):
        call()


TEXT: Any = "x"
ERRORS: list[tuple[str, Callable[[], Any], type[Exception], str]] = [
    ("leaf", lambda: leaf(1.0).__setitem__(0, leaf(2.0)[0]), RuntimeError, "setitem: .* be lost"),
    ("range", lambda: Tensor([1.0]).__setitem__(3, 1.0), IndexError, "set"),
    ("shape", lambda: Tensor([1.0]).__setitem__(0, np.ones(3)), ValueError, "set"),
    ("complex", lambda: Tensor([1.0]).__setitem__(0, 1j), TypeError, "set"),
    ("text", lambda: Tensor([1.0]).__setitem__(0, TEXT), TypeError, "set"),
    ("index", lambda: Tensor([1.0]).__setitem__(TEXT, 1.0), IndexError, "set"),
]


@pytest.mark.parametrize(
    ("call", "error", "message"), [e[1:] for e in ERRORS], ids=[e[0] for e in ERRORS]
)
def test_errors(call: Callable[[], Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        call()


def test_a_failed_write_changes_nothing() -> None:
    t = leaf(1.0, 2.0)
    t.grad = np.array([3.0, 4.0])
    for bad in (lambda: t.__setitem__(5, 1.0), lambda: t.__iadd__(np.ones(3))):
        with pytest.raises((IndexError, ValueError)):
            bad()
    assert_array_equal(t.data, [1.0, 2.0])
    assert_array_equal(t.grad, [3.0, 4.0])


def test_an_integer_constant_keeps_its_dtype() -> None:
    t = gc.from_numpy(np.arange(3))
    t[0] = 7
    assert t.dtype == np.int64
    t[1] = 1.5  # as in NumPy
    assert_array_equal(t.data, [7, 1, 2])
    with pytest.raises(TypeError, match="result has dtype int64, which cannot carry one"):
        t[0] = leaf(1.0)[0]
