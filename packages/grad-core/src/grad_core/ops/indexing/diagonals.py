"""Diagonals of matrices, and the triangles that they bound."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import DTypeLike

from grad_core.arrays import Array, ArrayT, Shape
from grad_core.checks import described
from grad_core.ops.creation.creation import dtype_or_default, made
from grad_core.ops.elementwise.basic import power
from grad_core.ops.manipulation.manipulation import expand_dims, ravel
from grad_core.primitive import Unary, unwrap, wrap

if TYPE_CHECKING:
    from grad_core.tensor import Tensor

diagonal_: Unary[int, int, int] = Unary(
    "diagonal",
    lambda x, offset, axis1, axis2: x.diagonal(offset, axis1, axis2),
    lambda g, _y, _x, offset, axis1, axis2: on_diagonal_(g, _x.shape, offset, axis1, axis2),
    needs="two axes, which are not the same",
)


def _on_diagonal(x: Array, shape: Shape, offset: int, axis1: int, axis2: int) -> Array:
    out = np.zeros(shape, x.dtype)
    at = np.arange(int(x.shape[-1]))
    matrices = np.moveaxis(out, (axis1, axis2), (-2, -1))
    matrices[..., at - min(offset, 0), at + max(offset, 0)] = x
    return out


on_diagonal_: Unary[Shape, int, int, int] = Unary(
    "on_diagonal",
    _on_diagonal,
    lambda g, _y, _x, _shape, offset, axis1, axis2: diagonal_(g, offset, axis1, axis2),
    """Zeros of a shape with x on the diagonals of two of its axes: what undoes `diagonal_`.""",
)


def diagonal(x: ArrayT, offset: int = 0, axis1: int = 0, axis2: int = 1) -> ArrayT:
    """The diagonal of a matrix, or of each matrix in a stack.

    Args:
        x: Two axes or more.
        offset: Which diagonal: above the main one if positive, below if negative.
        axis1: The axis of the rows.
        axis2: The axis of the columns.

    Shape:
        The two axes are dropped, and one of the length of the diagonal is added at the end.

    Raises:
        ValueError: x has fewer than two axes, or the two do not exist or are the same.

    Example:
        >>> import grad_core as gc
        >>> gc.diagonal(gc.Tensor([[1.0, 2.0], [3.0, 4.0]]))
        Tensor([1., 4.])
    """
    return diagonal_(x, offset, axis1, axis2)


def diag(x: ArrayT, k: int = 0) -> ArrayT:
    """The diagonal of a matrix, or the matrix with a diagonal.

    Args:
        x: A matrix, or a vector to be put on the diagonal of a matrix of zeros.
        k: Which diagonal: above the main one if positive, below if negative.

    Raises:
        ValueError: x has neither one axis nor two.

    Example:
        >>> import grad_core as gc
        >>> gc.diag(gc.Tensor([1.0, 2.0]))
        Tensor([[1., 0.],
                [0., 2.]])
        >>> gc.diag(gc.Tensor([[1.0, 2.0], [3.0, 4.0]]), 1)
        Tensor([2.])
    """
    if x.ndim == 1:
        n = x.shape[0] + abs(k)
        return on_diagonal_(x, (n, n), k, 0, 1)
    if x.ndim != 2:
        raise ValueError(f"diag: got {described(unwrap(x))}, expected a vector or a matrix")
    return diagonal_(x, k, 0, 1)


def diagflat(x: ArrayT, k: int = 0) -> ArrayT:
    """The matrix with all elements of x on a diagonal, the last axis first.

    Args:
        x: Any shape.
        k: Which diagonal: above the main one if positive, below if negative.

    Example:
        >>> import grad_core as gc
        >>> gc.diagflat(gc.Tensor([1.0, 2.0]))
        Tensor([[1., 0.],
                [0., 2.]])
    """
    return diag(ravel(x), k)


# ---------------------------------------------------------------------------- triangles

_tril: Unary[int] = Unary(
    "tril",
    lambda x, k: np.tril(_matrix(x), k),
    lambda g, _y, _x, k: _tril(g, k),
    needs="two axes or more",
)
_triu: Unary[int] = Unary(
    "triu",
    lambda x, k: np.triu(_matrix(x), k),
    lambda g, _y, _x, k: _triu(g, k),
    needs="two axes or more",
)


def _matrix(x: Array) -> Array:
    if x.ndim < 2:  # NumPy makes a square of a vector, which no gradient rule should expect
        raise ValueError("there is no matrix")
    return x


def tril(x: ArrayT, k: int = 0) -> ArrayT:
    """The lower triangle of a matrix, or of each in a stack, and zeros above it.

    Args:
        x: Two axes or more; the last two are the matrices.
        k: The last diagonal that stays: above the main one if positive, below if negative.

    Raises:
        ValueError: x has fewer than two axes.

    Example:
        >>> import grad_core as gc
        >>> gc.tril(gc.Tensor([[1.0, 2.0], [3.0, 4.0]]))
        Tensor([[1., 0.],
                [3., 4.]])
    """
    return _tril(x, k)


def triu(x: ArrayT, k: int = 0) -> ArrayT:
    """The upper triangle of a matrix, or of each in a stack, and zeros below it.

    Args:
        x: Two axes or more; the last two are the matrices.
        k: The first diagonal that stays: above the main one if positive, below if negative.

    Raises:
        ValueError: x has fewer than two axes.

    Example:
        >>> import grad_core as gc
        >>> gc.triu(gc.Tensor([[1.0, 2.0], [3.0, 4.0]]))
        Tensor([[1., 2.],
                [0., 4.]])
    """
    return _triu(x, k)


def tri(n: int, m: int | None = None, k: int = 0, dtype: DTypeLike | None = None) -> Tensor:
    """Return a matrix of ones on and below a diagonal and zeros above it.

    Args:
        n: The number of rows.
        m: The number of columns; None for as many.
        k: Which diagonal: above the main one if positive, below if negative.
        dtype: Its dtype; None for the default dtype.

    Raises:
        TypeError: A size is not an int.

    Example:
        >>> import grad_core as gc
        >>> gc.tri(2, 3)
        Tensor([[1., 0., 0.],
                [1., 1., 0.]])
    """
    return wrap(made("tri", np.tri, n, m, k, dtype=dtype_or_default("tri", dtype)))


def vander(x: ArrayT, N: int | None = None, increasing: bool = False) -> ArrayT:  # noqa: N803
    """The Vandermonde matrix, whose columns are the powers of x.

    Args:
        x: One axis.
        N: The number of columns; None for as many as x has elements.
        increasing: Whether the powers grow from 0 on; otherwise they fall to 0.

    Raises:
        ValueError: x has not exactly one axis, or `N` is negative.

    Example:
        >>> import grad_core as gc
        >>> gc.vander(gc.Tensor([2.0, 3.0], dtype="float64"), 3)
        Tensor([[4., 2., 1.],
                [9., 3., 1.]], dtype=float64)
    """
    if x.ndim != 1:
        raise ValueError(f"vander: got {described(unwrap(x))}, expected one axis")
    count = x.shape[0] if N is None else N
    if count < 0:
        raise ValueError(f"vander: got N = {N}, expected the number of columns")
    powers = np.arange(count) if increasing else np.arange(count)[::-1]
    return power(expand_dims(x, 1), powers)
