"""Products of matrices."""

from __future__ import annotations

import math

import numpy as np

from grad_core.arrays import Array, ArrayT
from grad_core.ops.manipulation import expand_dims, reshape, squeeze, transpose
from grad_core.primitive import Binary


def swap_last(x: ArrayT) -> ArrayT:
    """x with its last two axes swapped."""
    n: int = x.ndim
    return transpose(x, (*range(n - 2), n - 1, n - 2))


def _matmul_dx(g: Array, _z: Array, x: Array, y: Array) -> Array:
    if y.ndim == 1:  # (..., k) @ (k,): an outer product
        return expand_dims(g, -1) * y
    if x.ndim == 1:  # (k,) @ (..., k, m)
        return squeeze(y @ expand_dims(g, -1), -1)
    return g @ swap_last(y)


def _matmul_dy(g: Array, _z: Array, x: Array, y: Array) -> Array:
    if x.ndim == 1:
        return x * g if y.ndim == 1 else expand_dims(x, -1) * expand_dims(g, -2)
    if y.ndim == 1:
        return squeeze(swap_last(x) @ expand_dims(g, -1), -1)
    if y.ndim == 2 and x.ndim > 2:  # one product, not a batch of them to be summed
        rows = math.prod(x.shape[:-1])  # not -1, which an axis without elements leaves open
        g, x = reshape(g, (rows, g.shape[-1])), reshape(x, (rows, x.shape[-1]))
    return swap_last(x) @ g


matmul: Binary[()] = Binary(
    "matmul",
    np.matmul,
    _matmul_dx,
    _matmul_dy,
    """The matrix product x @ y.

    Shape:
        `(..., n, k) @ (..., k, m)` is `(..., n, m)`; the leading axes are broadcast. A first
        operand `(k,)` stands for a row and a second for a column, and that axis is dropped from
        the result.

    Raises:
        ValueError: An operand has no axes, or the last axis of `x` is not as long as the last
            but one of `y`.

    Example:
        >>> import grad_core as gc
        >>> gc.matmul(gc.Tensor([[1.0, 2.0], [3.0, 4.0]]), gc.Tensor([1.0, 1.0]))
        Tensor([3., 7.])
    """,
    needs="the last axis of the first must be as long as the last but one of the second",
)
