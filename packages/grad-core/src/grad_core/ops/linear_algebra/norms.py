"""Norms of vectors and matrices, condition numbers and ranks."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal, TypeAlias, overload

import numpy as np
from numpy.typing import NDArray

from grad_core.arrays import Array, ArrayT, Axis, Shape
from grad_core.checks import described
from grad_core.node import Traced
from grad_core.ops.creation.creation import zeros_like
from grad_core.ops.elementwise.basic import abs, divide, power, sign
from grad_core.ops.elementwise.comparison import equal, not_equal
from grad_core.ops.indexing.searching import where
from grad_core.ops.linear_algebra.decompositions import svdvals
from grad_core.ops.linear_algebra.matmul import (
    an_axis,
    check_square,
    computed,
    conjugated,
    plain_array,
)
from grad_core.ops.linear_algebra.solving import inv
from grad_core.ops.manipulation.manipulation import astype, reshape_, transpose_
from grad_core.ops.statistics.reductions import add_reduce, kept_shape, max_, min_, sum_
from grad_core.primitive import Unary, unwrap, wrap

if TYPE_CHECKING:
    from grad_core.tensor import Tensor

VectorOrder: TypeAlias = "int | float"
MatrixOrder: TypeAlias = "Literal['fro', 'nuc'] | int | float"
Order: TypeAlias = "Literal['fro', 'f', 'nuc'] | int | float"

# ---------------------------------------------------------------------------- vectors


def _vector_norm_x(
    g: Array, y: Array, x: Array, axis: Axis, _keepdims: bool, order: float
) -> Array:
    """The gradient: 0 where the norm is 0, and at elements that are 0, as PyTorch's."""
    kept = kept_shape(x.shape, axis)
    g, y = reshape_(g, kept), reshape_(y, kept)
    if order == 0:
        return zeros_like(x)
    if order == 1:
        return g * conjugated(sign(x))
    none = equal(y, 0)
    if order == 2:
        return conjugated(x) * where(none, 0.0, g / where(none, 1.0, y))
    if math.isinf(order):  # ties share evenly
        attained = equal(abs(x), y) | not_equal(x, x)
        wide = np.result_type(g.dtype, np.float32)
        count = add_reduce(unwrap(attained), axis=axis, keepdims=True, dtype=wide)
        return where(attained, g / count, 0.0) * conjugated(sign(x))
    flat = equal(x, 0) | none
    ratio = abs(where(flat, 1.0, x)) / where(none, 1.0, y)
    return where(flat, 0.0, g * power(ratio, order - 1)) * conjugated(sign(x))


# The stub has no None for all axes.
_numpys: Callable[..., Array] = np.linalg.vector_norm
_vector_norm: Unary[Axis, bool, float] = Unary(
    "vector_norm",
    lambda x, axis, keepdims, order: _numpys(x, axis=axis, keepdims=keepdims, ord=order),
    _vector_norm_x,
)


def vector_norm(
    x: ArrayT, /, *, axis: Axis = None, keepdims: bool = False, ord: VectorOrder = 2
) -> ArrayT:
    """The length of vectors: the sum of abs(x) ** ord, to the power of 1 / ord.

    The gradient is 0 where the norm is 0 and, for orders that are not 1, at elements that are 0.
    Where several elements attain a maximum they share it evenly.

    Args:
        x: Any shape.
        axis: The axis, or the axes that are one vector together; None for all.
        keepdims: Whether the axes stay, with size 1.
        ord: Any number; infinity for the largest absolute value, minus infinity for the
            smallest, 0 for the number of elements that are not 0.

    Raises:
        ValueError: An axis does not exist or is given twice.

    Example:
        >>> import grad_core as gc
        >>> gc.linalg.vector_norm(gc.Tensor([3.0, 4.0]))
        Tensor(5.)
    """
    return _vector_norm(x, axis, keepdims, _number("vector_norm", ord))


def _number(name: str, order: VectorOrder | str) -> float:
    try:
        if not isinstance(order, str):
            return float(order)
    except TypeError:
        pass
    raise ValueError(f"{name}: got ord={order!r}, expected a number for vectors")


# ---------------------------------------------------------------------------- matrices


def matrix_norm(x: ArrayT, /, *, keepdims: bool = False, ord: MatrixOrder = "fro") -> ArrayT:
    """A norm of matrices, which are the last two axes.

    Args:
        x: `(..., n, m)`.
        keepdims: Whether the two axes stay, with size 1.
        ord: "fro" for the root of the sum of squares; "nuc" for the sum of the singular values;
            2 and -2 for the largest and the smallest of them; 1 and -1 for the largest and the
            smallest sum of absolute values in a column, infinity and minus infinity for those in
            a row.

    Raises:
        ValueError: `x` is no matrix, or `ord` is none of these.

    Example:
        >>> import grad_core as gc
        >>> gc.linalg.matrix_norm(gc.Tensor([[3.0, 0.0], [0.0, 4.0]]), ord="nuc")
        Tensor(7.)
    """
    data = plain_array("matrix_norm", x)
    if data.ndim < 2:
        raise ValueError(f"matrix_norm: got {described(data)}, expected a matrix or a stack")
    return _matrix_norm("matrix_norm", x, data.ndim - 2, data.ndim - 1, ord, keepdims)


def _matrix_norm(
    name: str, x: ArrayT, rows: int, columns: int, order: object, keepdims: bool
) -> ArrayT:
    """The norm of the matrices along two axes, which count from 0."""
    if unwrap(x).dtype.kind not in "fc":
        x = astype(x, np.float64)
    kept = kept_shape(x.shape, (rows, columns))
    if order in ("fro", "f"):
        return _vector_norm(x, (rows, columns), keepdims, 2.0)
    if order in ("nuc", 2, -2):
        s = svdvals(transpose_(x, (*_others(x.ndim, rows, columns), rows, columns)))
        y = sum_(s, -1, False) if order == "nuc" else _extreme(s, -1, order == 2)
    elif order in (1, -1, math.inf, -math.inf):
        summed, chosen = (rows, columns) if order in (1, -1) else (columns, rows)
        y = _extreme(sum_(abs(x), summed, True), chosen, order in (1, math.inf), True)
    else:
        raise ValueError(
            f"{name}: got ord={order!r}, expected 'fro', 'nuc', 1, -1, 2, -2, inf or -inf for"
            " matrices"
        )
    left: Shape = tuple(kept[i] for i in _others(x.ndim, rows, columns))
    return reshape_(y, kept if keepdims else left)


def _extreme(sizes: ArrayT, axis: int, largest: bool, keepdims: bool = False) -> ArrayT:
    """The largest or the smallest of numbers that are not negative; the largest of none is 0."""
    if not largest:
        return min_(sizes, axis, keepdims)
    return (max_ if sizes.shape[axis] else sum_)(sizes, axis, keepdims)


def _others(ndim: int, *axes: int) -> Shape:
    return tuple(i for i in range(ndim) if i not in axes)


def norm(x: ArrayT, ord: Order | None = None, axis: Axis = None, keepdims: bool = False) -> ArrayT:
    """A norm of vectors or matrices.

    Args:
        x: Any shape.
        ord: For one axis as in `vector_norm`, for two as in `matrix_norm`. None for the root of
            the sum of the squares of all elements.
        axis: The axis of the vectors, or the two of the matrices; None for the only one or the
            only two, or with `ord=None` for all elements.
        keepdims: Whether the axes stay, with size 1.

    Raises:
        ValueError: An axis does not exist or is given twice, there are more than two, or `ord`
            does not fit them.

    Example:
        >>> import grad_core as gc
        >>> gc.linalg.norm(gc.Tensor([[3.0, 4.0], [6.0, 8.0]]), axis=1)
        Tensor([ 5., 10.])
    """
    data = plain_array("norm", x)
    if axis is None and ord is None:
        return _vector_norm(x, None, keepdims, 2.0)
    given = tuple(range(data.ndim)) if axis is None else axis
    axes = tuple(
        an_axis("norm", i, data) for i in (given if isinstance(given, tuple) else (given,))
    )
    if len(axes) == 1:
        return _vector_norm(x, axes[0], keepdims, 2.0 if ord is None else _number("norm", ord))
    if len(axes) != 2 or axes[0] == axes[1]:
        raise ValueError(
            f"norm: got ord={ord!r} and axis={axis!r} for {described(data)}, expected one axis for"
            " vectors or two for matrices"
        )
    return _matrix_norm("norm", x, axes[0], axes[1], "fro" if ord is None else ord, keepdims)


# ---------------------------------------------------------------------------- conditions


@overload
def cond(x: Tensor, p: Order | None = None) -> Tensor: ...
@overload
def cond(x: Array, p: Order | None = None) -> Array: ...
def cond(x: Tensor | Array, p: Order | None = None) -> Tensor | Array:
    """The condition number of a matrix: its norm times that of its inverse.

    Args:
        x: `(..., n, m)`; square unless `p` is None, 2 or -2.
        p: The order of the norm, as in `matrix_norm`; None for 2.

    Shape:
        `(...)`. Infinity for singular matrices, which get no gradient unless `p` is None, 2 or
        -2.

    Raises:
        ValueError: `p` is no order of a norm. `LinAlgError`, which is one: the matrices are not
            square, or have no elements.

    Example:
        >>> import grad_core as gc
        >>> gc.linalg.cond(gc.Tensor([[4.0, 0.0], [0.0, 2.0]]))
        Tensor(2.)
    """
    value: Array = np.asarray(computed("cond", np.linalg.cond, x, p))
    if not isinstance(x, Traced):
        return value
    if p in (None, 2, -2):
        s = svdvals(x)
        first, last = s[..., 0], s[..., -1]
        with np.errstate(all="ignore"):
            return divide(last, first) if p == -2 else divide(first, last)
    check_square("cond", x)
    singular = ~np.isfinite(value)
    eye = np.eye(x.shape[-1], dtype=x.dtype)
    regular = where(singular[..., None, None], eye, x)
    both = norm(regular, p, (-2, -1)) * norm(inv(regular), p, (-2, -1))
    return where(singular, value, both)


@overload
def matrix_rank(
    A: Tensor,  # noqa: N803  # NumPy's name
    tol: float | NDArray[np.floating] | None = None,
    hermitian: bool = False,
    *,
    rtol: float | NDArray[np.floating] | None = None,
) -> Tensor: ...
@overload
def matrix_rank(
    A: Array,  # noqa: N803
    tol: float | NDArray[np.floating] | None = None,
    hermitian: bool = False,
    *,
    rtol: float | NDArray[np.floating] | None = None,
) -> NDArray[np.intp]: ...
def matrix_rank(
    A: Tensor | Array,  # noqa: N803
    tol: float | NDArray[np.floating] | None = None,
    hermitian: bool = False,
    *,
    rtol: float | NDArray[np.floating] | None = None,
) -> Tensor | NDArray[np.intp]:
    """The number of singular values that are not 0, which has no gradient.

    Args:
        A: `(..., n, m)`.
        tol: Up to which size they count as 0; one number, or one for each matrix.
        hermitian: Whether each matrix is its own conjugate transpose, which is faster.
        rtol: The same, relative to the largest; None for `max(n, m)` times the precision of the
            dtype.

    Raises:
        ValueError: Both `tol` and `rtol` are given.

    Example:
        >>> import grad_core as gc
        >>> gc.linalg.matrix_rank(gc.Tensor([[1.0, 2.0], [2.0, 4.0]]))
        Tensor(1, dtype=int64)
    """

    def plain(x: Array) -> NDArray[np.intp]:
        return np.asarray(np.linalg.matrix_rank(x, tol, hermitian, rtol=rtol), np.intp)

    rank: NDArray[np.intp] = computed("matrix_rank", plain, A)
    return wrap(rank) if isinstance(A, Traced) else rank
