"""Every row of the table, for any dtype, memory layout and direction; elementwise, any shapes."""

from __future__ import annotations

from typing import Any

import hypothesis.extra.numpy as hnp
import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings
from numpy.testing import assert_allclose
from tests.core.op_table import OPS
from tests.core.tables.common import PAIRS, UNARY_SHAPES, Op
from tests.samples import naming

import grad_core as gc
from grad_core import Tensor

several = settings(max_examples=150, deadline=None)
seeds = st.integers(0, 2**32 - 1)


def has_float16(op: Op, arrays: list[Any]) -> bool:
    """Whether NumPy has it; linear algebra, say, it has not."""
    try:
        op.reference(*arrays)
    except TypeError:
        return False
    return True


@pytest.mark.parametrize("op", OPS, ids=lambda op: op.name)
def test_smaller_dtypes_give_the_same_gradients(op: Op) -> None:
    for dtype in ("float16", "float32"):
        with naming(f"{op.name}, {dtype}"):
            compare(op, np.dtype(dtype))


def compare(op: Op, dtype: np.dtype[Any]) -> None:
    """Check that gradients in a smaller dtype are those of float64."""
    # Numbers that both dtypes can hold, so that only the arithmetic differs
    rounded = [np.asarray(x).astype(dtype) for x in op.samples[0]]
    small = [Tensor(x, requires_grad=True, dtype=dtype) for x in rounded]
    large = [Tensor(x, requires_grad=True, dtype=np.float64) for x in rounded]
    if dtype == np.float16 and not has_float16(op, rounded):
        with pytest.raises(TypeError):
            op.function(*small)
        return
    y = op.function(*small)
    z = op.function(*large)
    if not y.requires_grad:
        assert not z.requires_grad
        return
    with np.errstate(all="ignore"):
        y.backward(np.ones(y.shape, y.dtype))
        z.backward(np.ones(z.shape, z.dtype))
    rtol = 3e-2 if dtype == np.float16 else 1e-3
    for s, t in zip(small, large, strict=True):
        assert s.grad is not None
        assert t.grad is not None
        assert s.grad.dtype == dtype
        scale = float(np.max(np.abs(t.grad), initial=1.0))
        assert_allclose(s.grad, t.grad, rtol, rtol * scale)


# Those whose samples are of any shape, and not of some that fit their parameters
UNARY = [
    op
    for op in OPS
    if [tuple(np.shape(x) for x in s) for s in op.samples] == [(shape,) for shape in UNARY_SHAPES]
]
PAIRED = [op for op in OPS if [tuple(np.shape(x) for x in s) for s in op.samples] == list(PAIRS)]


@several
@given(
    st.sampled_from(UNARY), hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=3), seeds
)
def test_elementwise_functions_of_any_shape(op: Op, shape: tuple[int, ...], seed: int) -> None:
    values = op.samples[2][0].ravel()
    x = np.random.default_rng(seed).choice(values, shape)
    t = Tensor(x, requires_grad=True, dtype=np.float64)
    y = op.function(t)
    assert_allclose(y.data, op.reference(np.asarray(x)), rtol=1e-12)
    one = Tensor(values, requires_grad=True, dtype=np.float64)
    each = op.function(one)
    if not each.requires_grad:
        return
    each.backward(np.ones(each.shape, each.dtype))
    y.backward(np.ones(y.shape, y.dtype))
    assert one.grad is not None
    assert t.grad is not None
    slopes = dict(zip(values, one.grad, strict=True))
    assert_allclose(t.grad, np.vectorize(slopes.__getitem__, otypes=[float])(x), rtol=1e-12)


@several
@given(
    st.sampled_from(PAIRED),
    hnp.mutually_broadcastable_shapes(num_shapes=2, max_dims=3, min_side=0, max_side=3),
    seeds,
)
def test_elementwise_functions_of_any_two_shapes(
    op: Op, both: hnp.BroadcastableShapes, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    first, second = (np.asarray(s).ravel() for s in op.samples[0])
    x, y = (
        rng.choice(v, shape) for v, shape in zip((first, second), both.input_shapes, strict=True)
    )
    out = op.function(Tensor(x, dtype=np.float64), y)
    assert out.shape == both.result_shape
    assert_allclose(out.data, op.reference(x, y), rtol=1e-12)
    leaves = [Tensor(a, requires_grad=True, dtype=np.float64) for a in (x, y)]
    full = [
        Tensor(np.broadcast_to(a, both.result_shape), requires_grad=True, dtype=np.float64)
        for a in (x, y)
    ]
    weights = rng.normal(size=both.result_shape)
    with np.errstate(all="ignore"):
        narrow = gc.gradient(op.function(*leaves), leaves, weights)
        wide = gc.gradient(op.function(*full), full, weights)
    for n, w, t in zip(narrow, wide, leaves, strict=True):
        expected = np.broadcast_to(w.data, both.result_shape)
        lead = expected.ndim - t.ndim
        axes = tuple(
            i for i, m in enumerate(both.result_shape) if i < lead or t.shape[i - lead] != m
        )
        assert_allclose(n.data, expected.sum(axes).reshape(t.shape), rtol=1e-9, atol=1e-12)
