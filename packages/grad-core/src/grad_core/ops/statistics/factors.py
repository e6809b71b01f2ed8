"""Products of elements, of all or of those up to each. No gradient is divided by a zero."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import DTypeLike

from grad_core.arrays import Array, ArrayT, Axis
from grad_core.ops.elementwise.basic import multiply
from grad_core.ops.indexing.searching import where as select
from grad_core.ops.manipulation.manipulation import inverse, reshape_, transpose_
from grad_core.ops.statistics.cumulative import axis_to_go, cumsum_, the_axis
from grad_core.ops.statistics.recurrence import backwards, part_of, prefixed, reverse
from grad_core.ops.statistics.reductions import (
    DType,
    Number,
    Where,
    a_number,
    kept_shape,
    own_dtype,
    own_mask,
    reduced_last,
)
from grad_core.primitive import Unary, unwrap

_multiply_reduce: Callable[..., Array] = np.multiply.reduce

# ---------------------------------------------------------------------------- running products


def divisible(y: Array) -> bool:
    """Whether products can be divided by their factors: none is 0, tiny, infinite or NaN."""
    size = np.abs(unwrap(y))
    smallest, largest = size.min(initial=1.0), size.max(initial=1.0)
    return bool(smallest >= np.finfo(size.dtype).tiny and largest < np.inf)


def _cumprod_dx(g: Array, y: Array, x: Array, axis: int, _dtype: DType | None) -> Array:
    # x[j] gets the sum over all i from j on of g[i] y[i] / x[j].
    if divisible(y):
        return cumsum_(g * y, axis, None, True) / x
    # Without a division: y[j - 1] (g[j] + x[j + 1] (g[j + 1] + x[j + 2] (g[j + 2] + ...)))
    before = prefixed(part_of(y, axis, None, -1), axis, 1)
    return before * backwards(g, part_of(x, axis, 1, None), axis)


cumprod_: Unary[int, DType | None] = Unary(
    "cumprod", lambda x, axis, dtype: np.cumprod(x, axis, dtype), _cumprod_dx
)


def cumprod(x: ArrayT, axis: int | None = None, dtype: DTypeLike | None = None) -> ArrayT:
    """The products of the elements up to each, along an axis.

    The gradient takes a few array operations; where an element is 0, a loop over the axis.

    Args and errors are those of `cumsum`.

    Example:
        >>> import grad_core as gc
        >>> x = gc.Tensor([2.0, 0.0, 5.0], requires_grad=True)
        >>> y = gc.cumprod(x)
        >>> y.sum().backward()
        >>> x.grad
        array([ 1., 12.,  0.], dtype=float32)
    """
    x, at = axis_to_go(x, axis)
    return cumprod_(x, at, own_dtype("cumprod", dtype))


def cumulative_prod(
    x: ArrayT,
    /,
    *,
    axis: int | None = None,
    dtype: DTypeLike | None = None,
    include_initial: bool = False,
) -> ArrayT:
    """The products of the elements up to each, along an axis.

    Args and errors are those of `cumulative_sum`; the product of no element is 1.

    Example:
        >>> import grad_core as gc
        >>> gc.cumulative_prod(gc.Tensor([2.0, 3.0]), include_initial=True)
        Tensor([1., 2., 6.])
    """
    at = the_axis("cumulative_prod", x, axis)
    y = cumprod_(x, at, own_dtype("cumulative_prod", dtype))
    return prefixed(y, at, 1) if include_initial else y


# ---------------------------------------------------------------------------- products


def _before(x: Array) -> Array:
    """The product of all elements before each, along the last axis."""
    return prefixed(cumprod_(part_of(x, -1, None, -1), -1, None), -1, 1)


def _others(x: Array, axis: Axis) -> Array:
    """The product of all elements but each, over the axes that a reduction takes."""
    order, rest = reduced_last(x.shape, axis)
    moved = transpose_(x, order)
    rows = reshape_(moved, (*rest, -1))
    out = _before(rows) * reverse(_before(reverse(rows, -1)), -1)
    return transpose_(reshape_(out, moved.shape), inverse(order))


def _prod_dx(
    g: Array, y: Array, x: Array, axis: Axis, _keepdims: bool, _dtype: DType | None
) -> Array:
    kept = kept_shape(x.shape, axis)
    if divisible(y):
        return reshape_(g * y, kept) / x
    return reshape_(g, kept) * _others(x, axis)


prod_: Unary[Axis, bool, DType | None] = Unary(
    "prod",
    lambda x, axis, keepdims, dtype: _multiply_reduce(x, axis=axis, keepdims=keepdims, dtype=dtype),
    _prod_dx,
)


def prod(
    x: ArrayT,
    axis: Axis = None,
    dtype: DTypeLike | None = None,
    *,
    keepdims: bool = False,
    initial: Number | None = None,
    where: Where = None,
) -> ArrayT:
    """The product over an axis, several or all. The product of no elements is 1.

    Args:
        x: Any shape.
        axis: An int, a tuple of them, or None for all axes.
        dtype: The dtype of the product; None for that of `x`, or for the default integer where
            `x` has smaller ones.
        keepdims: Whether the axes stay, with size 1.
        initial: A number to start with.
        where: Booleans, broadcast to the shape of `x`: which elements are taken. None for all.

    Raises:
        ValueError: An axis does not exist or is given twice.

    Example:
        >>> import grad_core as gc
        >>> x = gc.Tensor([2.0, 0.0, 5.0], requires_grad=True)
        >>> gc.prod(x).backward()
        >>> x.grad
        array([ 0., 10.,  0.], dtype=float32)
    """
    mask, first = own_mask("prod", where, x), a_number("prod", initial)
    if mask is not None:
        x = select(mask, x, 1)
    y = prod_(x, axis, keepdims, own_dtype("prod", dtype))
    if first is None:
        return y
    number: complex = np.asarray(first).item()  # a Python number, which decides no dtype
    out: ArrayT = multiply(y, number)
    return out
