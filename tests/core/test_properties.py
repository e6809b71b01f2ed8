"""Properties over shapes, axes and indices that no table would list."""

from __future__ import annotations

from typing import Any

import hypothesis.extra.numpy as hnp
import hypothesis.strategies as st
import numpy as np
from hypothesis import given, settings
from numpy.testing import assert_allclose, assert_array_equal

import grad_core as gc
from grad_core import Tensor
from grad_core.sweep import unbroadcast
from grad_core.testing import check_grads

quick = settings(max_examples=60, deadline=None)
shapes = hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=3)
full_shapes = hnp.array_shapes(min_dims=1, max_dims=3, max_side=3)
seeds = st.integers(0, 2**32 - 1)


def normal(shape: tuple[int, ...], seed: int) -> Any:
    return np.random.default_rng(seed).normal(size=shape)


@quick
@given(hnp.mutually_broadcastable_shapes(num_shapes=3, max_dims=3, min_side=0, max_side=3), seeds)
def test_three_broadcast_operands(both: hnp.BroadcastableShapes, seed: int) -> None:
    arrays = [normal(shape, seed + i) for i, shape in enumerate(both.input_shapes)]
    x, y, z = (Tensor(a, requires_grad=True, dtype=np.float64) for a in arrays)
    out = x * y + gc.where(z > 0, x, z)
    assert out.shape == both.result_shape
    out.sum().backward()
    a, b, c = np.broadcast_arrays(*arrays)
    for t, full in ((x, b + (c > 0)), (y, a), (z, 1.0 * (c <= 0))):
        assert t.grad is not None
        assert_allclose(t.grad, unbroadcast(np.array(full, np.float64), t.shape), atol=1e-12)


@quick
@given(hnp.mutually_broadcastable_shapes(num_shapes=2, max_dims=4, min_side=0, max_side=3), seeds)
def test_unbroadcast_is_the_adjoint_of_broadcasting(
    both: hnp.BroadcastableShapes, seed: int
) -> None:
    small, shape = both.input_shapes[0], both.result_shape
    x, g = normal(small, seed), normal(shape, seed + 1)
    down = unbroadcast(g, small)
    assert down.shape == small
    assert_allclose((np.broadcast_to(x, shape) * g).sum(), (x * down).sum(), atol=1e-12)


@quick
@given(st.data(), full_shapes, seeds)
def test_any_index_reads_as_numpy_and_scatters_back(
    data: st.DataObject, shape: tuple[int, ...], seed: int
) -> None:
    index = data.draw(
        st.one_of(
            hnp.basic_indices(shape, allow_newaxis=True),
            hnp.integer_array_indices(shape),
            hnp.arrays(np.bool_, shape),
        )
    )
    array = normal(shape, seed)
    x = Tensor(array, requires_grad=True, dtype=np.float64)
    out = x[index]
    assert_array_equal(out.data, array[index])
    g = normal(out.shape, seed + 1)
    out.backward(g)
    expected = np.zeros(shape)
    np.add.at(expected, index, g)
    assert x.grad is not None
    assert_allclose(x.grad, expected)


@quick
@given(st.data(), shapes, st.booleans(), seeds)
def test_reductions_over_any_axes(
    data: st.DataObject, shape: tuple[int, ...], keepdims: bool, seed: int
) -> None:
    ndim = len(shape)
    axis = data.draw(
        st.none()
        | (st.integers(-ndim, ndim - 1) if ndim else st.none())
        | hnp.valid_tuple_axes(ndim)
    )
    array = normal(shape, seed)
    x = Tensor(array, requires_grad=True, dtype=np.float64)
    total = x.sum(axis, keepdims)
    assert_allclose(total.data, array.sum(axis, keepdims=keepdims), atol=1e-12)
    check_grads(lambda x: gc.sum(x, axis, keepdims=keepdims), [array])
    check_grads(lambda x: gc.logsumexp(x, axis, keepdims=keepdims), [array])
    if array.size:
        check_grads(lambda x: gc.mean(x, axis, keepdims=keepdims), [array])
        check_grads(lambda x: gc.max(x, axis, keepdims=keepdims), [array], eps=1e-8, rtol=1e-5)


@quick
@given(st.data(), seeds)
def test_matmul_of_any_shapes(data: st.DataObject, seed: int) -> None:
    both = data.draw(
        hnp.mutually_broadcastable_shapes(
            signature=np.matmul.signature, max_dims=2, min_side=0, max_side=3
        )
    )
    first, second = (normal(shape, seed + i) for i, shape in enumerate(both.input_shapes))
    assert gc.matmul(Tensor(first), second).shape == both.result_shape
    check_grads(gc.matmul, [first, second])


@quick
@given(
    hnp.arrays(
        st.sampled_from([np.float16, np.float32, np.float64, np.int32, np.uint8, np.bool_]),
        shapes,
        elements=st.integers(0, 1),
    )
)
def test_every_dtype_comes_in_and_goes_out(array: Any) -> None:
    assert Tensor(array).dtype == np.float32
    t = gc.asarray(array)
    assert t.data is array
    for result, expected in ((t + 1, array + 1), (t * t, array * array), (t > 0, array > 0)):
        assert result.dtype == np.asarray(expected).dtype
        assert_array_equal(result.data, expected)
