"""Matrices in and of products: chains, powers, diagonals and traces."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, overload

import numpy as np
from numpy.typing import DTypeLike

from grad_core.arrays import Array, ArrayT, Operand, Raw
from grad_core.ops.creation.creation import zeros_like
from grad_core.ops.indexing.diagonals import on_diagonal_
from grad_core.ops.linear_algebra.matmul import an_array, check_square, matmul, swap_last
from grad_core.ops.linear_algebra.solving import inv
from grad_core.ops.manipulation.manipulation import (
    astype,
    broadcast_to_,
    copy,
    expand_dims,
    reshape_,
)
from grad_core.primitive import Unary
from grad_core.several import Variadic

if TYPE_CHECKING:
    from grad_core.tensor import Tensor

# ---------------------------------------------------------------------------- products


def _multi_dot_rule(g: Array, _out: Array, xs: tuple[Array, ...], i: int) -> Array:
    """The product of the transposes in reverse order, with `g` in the place of operand `i`."""
    mats = [*xs]
    if xs[0].ndim == 1:
        mats[0] = reshape_(xs[0], (1, xs[0].size))
    if xs[-1].ndim == 1:
        mats[-1] = reshape_(xs[-1], (xs[-1].size, 1))
    g = reshape_(g, (mats[0].shape[0], mats[-1].shape[1]))
    chain = [*(swap_last(x) for x in mats[:i][::-1]), g, *(swap_last(x) for x in mats[:i:-1])]
    d: Array = _multi_dot(chain)
    return reshape_(d, xs[i].shape)


_multi_dot: Variadic[()] = Variadic(
    "multi_dot",
    lambda xs: np.linalg.multi_dot(xs),
    _multi_dot_rule,
    needs="two or more matrices that fit each other; the first and the last may be vectors",
)


@overload
def multi_dot(arrays: Sequence[Tensor]) -> Tensor: ...
@overload
def multi_dot(arrays: Sequence[Raw]) -> Array: ...
@overload
def multi_dot(arrays: Sequence[Operand]) -> Tensor | Array: ...
def multi_dot(arrays: Sequence[Operand]) -> Tensor | Array:
    """The product of several matrices, in the order of the fewest multiplications.

    Args:
        arrays: Two or more matrices. The first may be a vector, a row, and so may the last, a
            column; that axis is dropped from the result.

    Raises:
        ValueError: There are less than two, or they do not fit each other.

    Example:
        >>> import numpy as np
        >>> import grad_core as gc
        >>> x, y, z = (gc.Tensor(np.ones(shape)) for shape in ((2, 9), (9, 9), (9, 1)))
        >>> gc.linalg.multi_dot([x, y, z])
        Tensor([[81.],
                [81.]])
    """
    return _multi_dot([an_array("multi_dot", x) for x in arrays])


_zeroth_power: Unary[()] = Unary(
    "matrix_power",
    lambda x: np.linalg.matrix_power(x, 0),
    lambda _g, _y, x: zeros_like(x),
)


def matrix_power(a: ArrayT, n: int) -> ArrayT:
    """A square matrix times itself, n times.

    Args:
        a: `(..., m, m)`.
        n: An integer. For 0 the result is the identity, for a negative one the power of the
            inverse.

    Raises:
        LinAlgError: The matrices are not square, or `n` is negative and one is singular.
        TypeError: `n` is not an integer.

    Example:
        >>> import grad_core as gc
        >>> gc.linalg.matrix_power(gc.Tensor([[1.0, 1.0], [0.0, 1.0]]), 10)
        Tensor([[ 1., 10.],
                [ 0.,  1.]])
    """
    if not isinstance(n, (int, np.integer)):
        raise TypeError(f"matrix_power: got the exponent {n!r}, expected an integer")
    check_square("matrix_power", a)
    if n == 0:
        return _zeroth_power(a)
    base = inv(a) if n < 0 else copy(a)
    power = base
    for bit in bin(abs(int(n)))[3:]:  # after the first, which is 1
        power = matmul(power, power)
        if bit == "1":
            power = matmul(power, base)
    return power


# ---------------------------------------------------------------------------- diagonals


def _trace_x(g: Array, _y: Array, _x: Array, offset: int, axis1: int, axis2: int) -> Array:
    n = max(0, min(_x.shape[axis1] + min(offset, 0), _x.shape[axis2] - max(offset, 0)))
    along = broadcast_to_(expand_dims(g, -1), (*g.shape, n))
    return on_diagonal_(along, _x.shape, offset, axis1, axis2)


_trace: Unary[int, int, int] = Unary(
    "trace",
    lambda x, offset, axis1, axis2: np.trace(x, offset, axis1, axis2),
    _trace_x,
    needs="two axes, which are not the same",
)


def trace(
    x: ArrayT, offset: int = 0, axis1: int = 0, axis2: int = 1, dtype: DTypeLike | None = None
) -> ArrayT:
    """The sum of a diagonal, by default of the first two axes.

    Args:
        x: Two axes or more.
        offset: How far above the main diagonal; below it where this is negative.
        axis1: The axis that runs down the matrices.
        axis2: The axis that runs along their rows.
        dtype: The dtype of the sum; None for that of NumPy's `sum`.

    Raises:
        ValueError: An axis does not exist, or they are the same.

    Example:
        >>> import grad_core as gc
        >>> gc.trace(gc.Tensor([[1.0, 2.0], [3.0, 4.0]]))
        Tensor(5.)
    """
    return _trace(x if dtype is None else astype(x, dtype), offset, axis1, axis2)
