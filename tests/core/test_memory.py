"""Writing into an array that a live graph needs: an error, never a silently wrong gradient."""

from __future__ import annotations

import gc as garbage
from collections.abc import Callable
from typing import Any

import hypothesis.extra.numpy as hnp
import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings
from numpy.testing import assert_allclose, assert_array_equal

import grad_core as gc
from grad_core import Tensor, memory
from grad_core.memory import fingerprint

# What gets a leaf and a plain array (4.0, 9.0) and returns the result and a way to write into
# something that its graph needs
Case = Callable[[Tensor, Any], tuple[Tensor, Callable[[], object]]]


def put(array: Any, value: Any = 5.0) -> Callable[[], object]:
    def write() -> None:
        array[...] = value

    return write


def data_later(x: Tensor, a: Any) -> tuple[Tensor, Callable[[], object]]:
    return x * x, lambda: put(x.data[:1])()


def data_before(x: Tensor, a: Any) -> tuple[Tensor, Callable[[], object]]:
    shown = x.data
    return x * x, put(shown)


def view_of_data(x: Tensor, a: Any) -> tuple[Tensor, Callable[[], object]]:
    view = x.data[1:]
    return x * x, put(view)


def out_argument(x: Tensor, a: Any) -> tuple[Tensor, Callable[[], object]]:
    return x * x, lambda: np.add(a, 1, out=x.data)


def swapped(x: Tensor, a: Any) -> tuple[Tensor, Callable[[], object]]:
    y = x * x
    return y, lambda: put(x.data, x.data[::-1].copy())()


def source_of_from_numpy(x: Tensor, a: Any) -> tuple[Tensor, Callable[[], object]]:
    t = gc.from_numpy(a)
    return x * t, put(a)


def source_as_leaf(x: Tensor, a: Any) -> tuple[Tensor, Callable[[], object]]:
    t = gc.from_numpy(a)
    t.requires_grad = True
    return t * t, put(a[1:])


def view_of_the_source(x: Tensor, a: Any) -> tuple[Tensor, Callable[[], object]]:
    t = gc.from_numpy(a)
    view = t.reshape(2, 1)
    return x.reshape(2, 1) * view, put(a)


def asarray_of_a_view(x: Tensor, a: Any) -> tuple[Tensor, Callable[[], object]]:
    return x * gc.asarray(a[::-1]), put(a[:1])


def plain_operand(x: Tensor, a: Any) -> tuple[Tensor, Callable[[], object]]:
    return x * a, put(a)


def plain_number_made_writeable(x: Tensor, a: Any) -> tuple[Tensor, Callable[[], object]]:
    number = np.array(4.0, np.float32)
    number.flags.writeable = False
    y = x * number

    def write() -> None:
        number.flags.writeable = True
        number[...] = 5.0

    return y, write


def plain_view(x: Tensor, a: Any) -> tuple[Tensor, Callable[[], object]]:
    return x / a[::-1], put(a[:1])


def plain_broadcast(x: Tensor, a: Any) -> tuple[Tensor, Callable[[], object]]:
    return np.broadcast_to(a, (3, 2)) * x, put(a)


def plain_matrix(x: Tensor, a: Any) -> tuple[Tensor, Callable[[], object]]:
    matrix = np.outer(a, a)
    return x @ matrix, put(matrix)


class Subclass(np.ndarray[Any, Any]):
    """Such as a memmap is."""


def plain_subclass(x: Tensor, a: Any) -> tuple[Tensor, Callable[[], object]]:
    return x * a.view(Subclass), put(a)


def subclass_on_the_left(x: Tensor, a: Any) -> tuple[Tensor, Callable[[], object]]:
    return a.view(Subclass) * x, put(a)


def subclass_among_many(x: Tensor, a: Any) -> tuple[Tensor, Callable[[], object]]:
    return gc.clip(x, a.view(Subclass) - 100, a.view(Subclass)) * x, put(a)


def shape_of_an_operand(x: Tensor, a: Any) -> tuple[Tensor, Callable[[], object]]:
    return x * a, lambda: a.resize((2, 1), refcheck=False)


fma: gc.Ternary[()] = gc.Ternary(
    "fma",
    lambda x, y, z: x * y + z,
    lambda g, _o, _x, y, _z: g * y,
    lambda g, _o, x, _y, _z: g * x,
    lambda g, _o, _x, _y, _z: g,
)


def three_operands(x: Tensor, a: Any) -> tuple[Tensor, Callable[[], object]]:
    return fma(x, a, 1.0), put(a)


def three_tensors(x: Tensor, a: Any) -> tuple[Tensor, Callable[[], object]]:
    return fma(x, gc.from_numpy(a), x), put(a)


def many_operands(x: Tensor, a: Any) -> tuple[Tensor, Callable[[], object]]:
    product: gc.Variadic[()] = gc.Variadic(
        "product", lambda xs: xs[0] * xs[1], lambda g, _o, xs, i: g * xs[1 - i]
    )
    result = product([x, a])
    assert isinstance(result, Tensor)
    return result, put(a)


def kept_result(x: Tensor, a: Any) -> tuple[Tensor, Callable[[], object]]:
    y = x.exp()
    return y, lambda: put(y.data)()


def view_of_the_leaf(x: Tensor, a: Any) -> tuple[Tensor, Callable[[], object]]:
    view = x.reshape(2, 1)
    return view * view, lambda: put(x.data)()


def leaf_under_a_view(x: Tensor, a: Any) -> tuple[Tensor, Callable[[], object]]:
    view = x[:1]
    return x * x, lambda: put(view.data)()


def detached(x: Tensor, a: Any) -> tuple[Tensor, Callable[[], object]]:
    d = x.detach()
    return x * x, lambda: put(d.data)()


def detached_by_numpy(x: Tensor, a: Any) -> tuple[Tensor, Callable[[], object]]:
    array = x.detach().numpy()
    return x * x, put(array)


def second_order(x: Tensor, a: Any) -> tuple[Tensor, Callable[[], object]]:
    (g,) = gc.gradient((x * x * x).sum(), [x], create_graph=True)
    return g, lambda: put(x.data)()


def second_order_of_a_plain_operand(x: Tensor, a: Any) -> tuple[Tensor, Callable[[], object]]:
    (g,) = gc.gradient(((x * a) ** 3).sum(), [x], create_graph=True)
    return g, put(a)


def seed_of_a_gradient(x: Tensor, a: Any) -> tuple[Tensor, Callable[[], object]]:
    (g,) = gc.gradient(x * x, [x], a, create_graph=True)
    return g, put(a)


CASES: list[Case] = [
    data_later,
    data_before,
    view_of_data,
    out_argument,
    swapped,
    source_of_from_numpy,
    source_as_leaf,
    view_of_the_source,
    asarray_of_a_view,
    plain_operand,
    plain_number_made_writeable,
    plain_view,
    plain_broadcast,
    plain_matrix,
    plain_subclass,
    subclass_on_the_left,
    subclass_among_many,
    shape_of_an_operand,
    three_operands,
    three_tensors,
    many_operands,
    kept_result,
    view_of_the_leaf,
    leaf_under_a_view,
    detached,
    detached_by_numpy,
    second_order,
    second_order_of_a_plain_operand,
    seed_of_a_gradient,
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
@pytest.mark.parametrize("writes", [False, True])
def test_a_write_is_noticed(case: Case, writes: bool) -> None:
    x = Tensor([2.0, 3.0], requires_grad=True)
    y, write = case(x, np.array([4.0, 9.0], np.float32))
    if not writes:
        y.sum().backward()
        return
    write()
    with pytest.raises(RuntimeError, match="was written to after it was used"):
        y.sum().backward()
    assert not x.has_grad


def test_the_error_names_the_operation_and_the_way_out() -> None:
    x = Tensor([2.0, 3.0], requires_grad=True)
    y = x * x
    x.data[0] = 1.0
    with pytest.raises(RuntimeError, match=r"multiply needs .* float32\[2\].* t\[i\] = x"):
        y.sum().backward()


def test_what_no_rule_reads_may_be_written_to() -> None:
    x = Tensor([2.0, 3.0], requires_grad=True)
    a = np.array([4.0, 9.0], np.float32)
    y = (x + a).sum() - x[np.array([0])].sum()
    a[0] = 7.0
    y.backward()
    assert_array_equal(x.grad, [0.0, 1.0])


def test_indices_are_copied() -> None:
    x = Tensor([2.0, 3.0], requires_grad=True)
    index, mask = np.array([0, 0]), np.array([True, False])
    y = x[index].sum() + gc.where(mask, x, 0.0).sum()
    index[:] = 1
    mask[:] = True
    y.backward()
    assert_array_equal(x.grad, [3.0, 0.0])


def changed_mask(kind: Callable[[Any], Any]) -> Callable[[Tensor], Tensor]:
    def run(x: Tensor) -> Tensor:
        mask = np.array([True, False, True])
        y = gc.where(kind(mask), x, 0.0)
        mask[:] = [False, True, False]
        return y

    return run


def changed_ints(
    ints: Any, others: list[int], function: Callable[[Tensor, Any], Tensor]
) -> Callable[[Tensor], Tensor]:
    def run(x: Tensor) -> Tensor:
        y = function(x.reshape(1, 3, 1) * np.ones((2, 1, 2)), ints)
        ints[:] = others
        return y * np.arange(y.size).reshape(y.shape)

    return run


PARAMS: list[tuple[str, Callable[[Tensor], Tensor], list[float]]] = [
    ("where", changed_mask(lambda mask: mask), [1, 0, 1]),
    ("where, a memmap", changed_mask(lambda mask: mask.view(Subclass)), [1, 0, 1]),
    ("where, a Tensor", changed_mask(gc.from_numpy), [1, 0, 1]),
    ("transpose", changed_ints([1, 0, 2], [2, 1, 0], gc.transpose), [6, 22, 38]),
    ("transpose array", changed_ints(np.array([1, 0, 2]), [2, 1, 0], gc.transpose), [6, 22, 38]),
    ("permute_dims", changed_ints([1, 0, 2], [2, 1, 0], gc.permute_dims), [6, 22, 38]),
    ("flip", changed_ints([1], [0], gc.flip), [30, 22, 14]),
    ("roll", changed_ints([1], [0], lambda x, axes: gc.roll(x, (1,), axes)), [22, 30, 14]),
    ("roll by", changed_ints(np.array([1]), [0], lambda x, by: gc.roll(x, by, 1)), [22, 30, 14]),
]


@pytest.mark.parametrize(
    ("function", "expected"), [p[1:] for p in PARAMS], ids=[p[0] for p in PARAMS]
)
def test_masks_and_axes_are_the_operations_own(
    function: Callable[[Tensor], Tensor], expected: list[float]
) -> None:
    x = Tensor([2.0, 3.0, 4.0], requires_grad=True)
    function(x).sum().backward()
    assert_array_equal(x.grad, expected)


def test_writing_before_use_and_after_backward_is_free() -> None:
    a = np.array([4.0, 9.0], np.float32)
    x, t = Tensor([2.0, 3.0], requires_grad=True), gc.from_numpy(a)
    for step in range(3):
        x.data[0] = a[0] = step
        view = x.data[1:]
        view[0] = step
        x.zero_grad()
        (x * x * t).sum().backward()
        assert x.grad is not None
        assert_allclose(x.grad, 2 * x.data * a)
        x.data -= 0.5 * x.grad
    x.data[...] = 1.0


def test_assigned_and_rebound_values_leave_earlier_graphs_right() -> None:
    for change in (
        lambda x: x.assign(np.ones(2, np.float32)),
        lambda x: setattr(x, "data", [1.0, 1.0]),
        lambda x: x.__isub__(1.0),
        lambda x: x.__setitem__(0, 1.0),
    ):
        x = Tensor([2.0, 3.0], requires_grad=True)
        _ = x.data
        y = (x * x).sum()
        change(x)
        y.backward()
        assert_array_equal(x.grad, [4.0, 6.0])


def test_nothing_is_remembered_for_longer_than_it_lives() -> None:
    garbage.collect()
    before = len(memory.shown)
    for _ in range(10):
        x = Tensor([2.0, 3.0], requires_grad=True)
        y = (x * x).sum()
        for t in (x, y, x.reshape(2, 1)):
            t.data.sum()
        y.backward()
    assert len(memory.shown) <= before + 2
    del x, y, t
    assert len(memory.shown) == before


def test_training_remembers_nothing() -> None:
    """The arrays of a usual step are shown to nobody, and cost nothing."""
    before = len(memory.shown)
    w = Tensor([[0.5], [0.5]], requires_grad=True)
    for _ in range(3):
        loss = ((Tensor([[1.0, 2.0]]) @ w).tanh() ** 2).sum()
        assert loss._node is not None
        assert loss._node.extra is None
        loss.backward()
        assert w.grad is not None
        w -= 0.1 * w.grad
        assert not w._shown
    assert len(memory.shown) == before


dtypes: Any = st.sampled_from(["?", "i1", "i8", "f2", "f4", "f8", "c8", "c16"])


@settings(max_examples=200, deadline=None)
@given(st.data(), dtypes, hnp.array_shapes(min_side=1, max_side=5), st.integers(0, 2**32))
def test_every_change_changes_the_fingerprint(
    data: st.DataObject, dtype: str, shape: tuple[int, ...], seed: int
) -> None:
    if data.draw(st.booleans()):
        shape = (*shape, 700)  # larger than a block
    rng = np.random.default_rng(seed)
    array: Any = rng.integers(0, 2, shape).astype(dtype)
    if data.draw(st.booleans()):
        array = array.T
    if data.draw(st.booleans()):
        array = np.repeat(array, 2, axis=0)[::-2]
    if array.dtype.kind in "fc":
        array.flat[0] = np.nan
    before = fingerprint(array)
    assert fingerprint(array) == before
    at = tuple(int(rng.integers(0, n)) for n in array.shape)
    old = array[at]
    array[at] = ~old if dtype == "?" else 7
    assert fingerprint(array) != before
    array[at] = old
    assert fingerprint(array) == before


def test_swaps_of_large_arrays_are_seen() -> None:
    array = np.arange(100_000.0)
    before = fingerprint(array)
    for i, j in ((0, 1), (0, 4096), (4095, 4096), (99_998, 99_999), (0, 99_999)):
        array[[i, j]] = array[[j, i]]
        assert fingerprint(array) != before, (i, j)
        array[[i, j]] = array[[j, i]]
    assert fingerprint(array) == before
