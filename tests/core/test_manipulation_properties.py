"""Properties of indexing, padding and rearranging for any arguments.

What a linear function f does to a gradient is its adjoint: <f(x), g> = <x, f'(g)>.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import hypothesis.extra.numpy as hnp
import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings
from numpy.testing import assert_allclose, assert_array_equal

import grad_core as gc
from grad_core import Tensor

quick = settings(max_examples=60, deadline=None)
shapes = hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=3)
full_shapes = hnp.array_shapes(min_dims=1, max_dims=3, max_side=3)
seeds = st.integers(0, 2**32 - 1)


def normal(shape: tuple[int, ...], seed: int) -> Any:
    return np.random.default_rng(seed).normal(size=shape)


def check_linear(ours: Callable[[Any], Any], theirs: Callable[[Any], Any], array: Any) -> None:
    """Check a linear function against NumPy's, and its gradient against the adjoint."""
    x = Tensor(array, requires_grad=True, dtype=np.float64)
    y = ours(x)
    expected = theirs(array)
    assert_allclose(y.data, expected, rtol=1e-12, atol=1e-12)
    assert_allclose(ours(array), expected, rtol=1e-12, atol=1e-12)
    g = normal(expected.shape, 1)
    y.backward(g)
    assert x.grad is not None
    assert_allclose((expected * g).sum(), (array * x.grad).sum(), rtol=1e-9, atol=1e-9)


@quick
@given(st.data(), full_shapes, seeds)
def test_any_index_is_written_to_as_by_numpy(
    data: st.DataObject, shape: tuple[int, ...], seed: int
) -> None:
    index = data.draw(
        st.one_of(
            hnp.basic_indices(shape, allow_newaxis=True),
            hnp.integer_array_indices(shape, result_shape=hnp.array_shapes(max_dims=2)),
            hnp.arrays(np.bool_, shape),
        )
    )
    array = normal(shape, seed)
    part = array[index].shape
    keep = data.draw(st.integers(0, len(part)))
    value = normal(tuple(1 if n and data.draw(st.booleans()) else n for n in part)[keep:], seed + 1)
    if data.draw(st.booleans()):
        value = np.asarray(value, order="F")
    expected = array.copy()
    expected[index] = value
    x, v = (Tensor(a, requires_grad=True, dtype=np.float64) for a in (array, value))
    y = gc.set_at(x, index, v)
    assert_array_equal(y.data, expected)
    g = normal(shape, seed + 2)
    y.backward(g)
    # It is linear in x and value together.
    assert x.grad is not None
    assert v.grad is not None
    assert_allclose((expected * g).sum(), (array * x.grad).sum() + (value * v.grad).sum())
    # Where it was written, the old value does not count.
    touched = np.zeros(shape, bool)
    touched[index] = True
    assert_array_equal(x.grad, np.where(touched, 0, g))


@pytest.mark.parametrize(
    "mode", ["constant", "edge", "reflect", "symmetric", "wrap", "mean", "linear_ramp"]
)
@quick
@given(st.data(), full_shapes, st.booleans(), seeds)
def test_any_padding(
    mode: Any, data: st.DataObject, shape: tuple[int, ...], odd: bool, seed: int
) -> None:
    widths = data.draw(st.tuples(*(st.tuples(*[st.integers(0, 8)] * 2) for _ in shape)))
    mirror = mode in ("reflect", "symmetric")
    options: dict[str, Any] = {"reflect_type": "odd"} if odd and mirror else {}
    check_linear(
        lambda x: gc.pad(x, widths, mode, **options),
        lambda x: np.pad(x, widths, mode, **options),
        normal(shape, seed),
    )


@quick
@given(st.data(), full_shapes, seeds)
def test_any_repetition(data: st.DataObject, shape: tuple[int, ...], seed: int) -> None:
    array = normal(shape, seed)
    axis = data.draw(st.none() | st.integers(-len(shape), len(shape) - 1))
    n = array.size if axis is None else shape[axis]
    times = data.draw(st.integers(0, 3) | hnp.arrays(np.int64, n, elements=st.integers(0, 3)))
    check_linear(lambda x: gc.repeat(x, times, axis), lambda x: np.repeat(x, times, axis), array)
    tiles = data.draw(st.lists(st.integers(0, 3), max_size=4).map(tuple))
    check_linear(lambda x: gc.tile(x, tiles), lambda x: np.tile(x, tiles), array)


@quick
@given(st.data(), full_shapes, seeds)
def test_any_order(data: st.DataObject, shape: tuple[int, ...], seed: int) -> None:
    array, ndim = normal(shape, seed), len(shape)
    axes = data.draw(st.none() | hnp.valid_tuple_axes(ndim))
    check_linear(lambda x: gc.flip(x, axes), lambda x: np.flip(x, axes), array)
    shift: Any = data.draw(st.integers(-5, 5))
    if axes:
        shift = data.draw(st.just(shift) | st.tuples(*[st.integers(-5, 5) for _ in axes]))
    if axes != ():
        check_linear(lambda x: gc.roll(x, shift, axes), lambda x: np.roll(x, shift, axes), array)
    source = data.draw(hnp.valid_tuple_axes(ndim))
    destination = tuple(data.draw(st.permutations(range(ndim))))[: len(source)]
    check_linear(
        lambda x: gc.moveaxis(x, source, destination),
        lambda x: np.moveaxis(x, source, destination),
        array,
    )


@quick
@given(st.data(), full_shapes, seeds)
def test_any_insertion_and_deletion(data: st.DataObject, shape: tuple[int, ...], seed: int) -> None:
    array = normal(shape, seed)
    axis = data.draw(st.none() | st.integers(-len(shape), len(shape) - 1))
    n = array.size if axis is None else shape[axis]
    ends = st.none() | st.integers(-4, 4)
    pieces = st.builds(slice, ends, ends, st.none() | st.sampled_from([1, 2, -1]))
    at = data.draw(st.integers(-n, n - 1) | st.lists(st.integers(-n, n - 1), max_size=4) | pieces)
    value = float(normal((), seed))
    check_linear(lambda x: gc.delete(x, at, axis), lambda x: np.delete(x, at, axis), array)
    check_linear(
        lambda x: gc.insert(x, at, 0.0, axis), lambda x: np.insert(x, at, 0.0, axis), array
    )
    assert_array_equal(gc.insert(array, at, value, axis), np.insert(array, at, value, axis))


@quick
@given(st.data(), full_shapes, seeds)
def test_any_taking(data: st.DataObject, shape: tuple[int, ...], seed: int) -> None:
    array = normal(shape, seed)
    axis = data.draw(st.none() | st.integers(-len(shape), len(shape) - 1))
    n = array.size if axis is None else shape[axis]
    at = data.draw(
        hnp.arrays(
            np.int64, hnp.array_shapes(min_dims=0, max_dims=2), elements=st.integers(-n, n - 1)
        )
    )
    check_linear(lambda x: gc.take(x, at, axis), lambda x: np.take(x, at, axis), array)
    order = gc.argsort(array, axis)
    check_linear(
        lambda x: gc.take_along_axis(x, order, axis),
        lambda x: np.take_along_axis(x, order, axis),
        array,
    )


@quick
@given(st.data(), shapes, seeds)
def test_any_sorting(data: st.DataObject, shape: tuple[int, ...], seed: int) -> None:
    array = normal(shape, seed).round(0)  # with ties
    axis = data.draw(st.none() | (st.integers(-len(shape), len(shape) - 1) if shape else st.none()))
    check_linear(lambda x: gc.sort(x, axis), lambda x: np.sort(x, axis), array)
    down = gc.sort(array, axis, descending=True)
    assert_array_equal(down, -np.sort(-array, axis))
    order = gc.argsort(array, axis, descending=True)
    assert_array_equal(np.take_along_axis(array, order, axis), down)


@quick
@given(st.data(), st.integers(1, 3), seeds)
def test_any_joining(data: st.DataObject, ndim: int, seed: int) -> None:
    shape = data.draw(hnp.array_shapes(min_dims=ndim, max_dims=ndim, min_side=0, max_side=3))
    axis = data.draw(st.integers(-ndim, ndim - 1))
    lengths = data.draw(st.lists(st.integers(0, 3), min_size=1, max_size=4))
    arrays = []
    for i, n in enumerate(lengths):
        part = list(shape)
        part[axis] = n
        arrays.append(normal(tuple(part), seed + i))
    tensors = [Tensor(a, requires_grad=True, dtype=np.float64) for a in arrays]
    whole = gc.concat(tensors, axis=axis)
    assert_array_equal(whole.data, np.concatenate(arrays, axis))
    g = normal(whole.shape, seed + 9)
    whole.backward(g)
    bounds = np.cumsum(lengths)[:-1].tolist()
    for tensor, expected in zip(tensors, np.split(g, bounds, axis), strict=True):
        assert tensor.grad is not None
        assert_array_equal(tensor.grad, expected)
    for ours, numpys in zip(
        gc.split(whole, bounds, axis), np.split(whole.data, bounds, axis), strict=True
    ):
        assert_array_equal(ours.data, numpys)
