"""Every row of the table: values, dtypes, strides, read-only inputs, gradients to second order."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose
from numpy.typing import NDArray
from tests.nn.functional_table import OPS
from tests.nn.tables.common import Op
from tests.samples import naming

import grad_core as gc
from grad_core import Tensor
from grad_core.testing import check_grads

each = pytest.mark.parametrize("op", OPS, ids=lambda op: op.name)


def tensors(arrays: Any, dtype: Any) -> list[Tensor]:
    return [Tensor(a, requires_grad=True, dtype=dtype) for a in arrays]


@each
def test_value_and_dtype(op: Op) -> None:
    for i, arrays in enumerate(op.samples):
        with naming(f"{op.name}, sample {i}"):
            expected = np.asarray(op.reference(*arrays))
            wide = op.function(*tensors(arrays, np.float64))
            assert wide.dtype == np.float64
            assert wide.shape == expected.shape
            assert_allclose(wide.data, expected, rtol=op.rtol, atol=op.rtol)
            xs = tensors(arrays, np.float32)
            narrow = op.function(*xs)
            assert narrow.dtype == np.float32
            assert_allclose(narrow.data, expected, rtol=1e-3, atol=1e-4)
            if narrow.requires_grad:
                assert all(g.dtype == np.float32 for g in gc.gradient(narrow.sum(), xs))


@pytest.mark.thorough
@each
def test_gradients(op: Op) -> None:
    for i, arrays in enumerate(op.samples):
        with naming(f"{op.name}, sample {i}"):
            check_grads(op.function, arrays, order=op.order, eps=op.eps, rtol=op.rtol)


@each
def test_strides_and_read_only_memory_make_no_difference(op: Op) -> None:
    for i, arrays in enumerate(op.samples):
        with naming(f"{op.name}, sample {i}"):
            expected, grads = run(op, [a.copy() for a in arrays])
            odd = [awkward(a) for a in arrays]
            again, others = run(op, odd)
            assert_allclose(again, expected, rtol=1e-12, atol=1e-12)
            for g, h in zip(grads, others, strict=True):
                assert_allclose(h, g, rtol=1e-12, atol=1e-12)
            for a, b in zip(arrays, odd, strict=True):
                np.testing.assert_array_equal(a, b)  # nothing was written to


def awkward(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """The same values with other strides, and read-only."""
    apart = np.empty((*x.shape[:-1], 2 * x.shape[-1]) if x.ndim else (), x.dtype)
    strided: NDArray[np.float64] = apart[..., ::-2] if x.ndim else apart
    strided[...] = x
    strided.flags.writeable = False
    return strided


def run(op: Op, arrays: list[Any]) -> tuple[Any, list[Any]]:
    """The value and the gradients, on arrays whose memory is taken as it is."""
    xs = [gc.from_numpy(a) for a in arrays]
    for x in xs:
        x.requires_grad = True
    y = op.function(*xs)
    if not y.requires_grad:
        return y.data, []
    y.sum().backward()
    return y.data, [x.grad for x in xs]
