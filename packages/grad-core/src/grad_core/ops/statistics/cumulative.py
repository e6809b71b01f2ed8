"""What the elements up to each one come to, along an axis: sums and extremes."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from grad_core.arrays import Array, ArrayT, Mask
from grad_core.ops.elementwise.basic import exp, real_only
from grad_core.ops.elementwise.comparison import equal
from grad_core.ops.indexing.indexing import scatter_
from grad_core.ops.indexing.searching import where
from grad_core.ops.manipulation.manipulation import reshape_
from grad_core.ops.statistics.recurrence import backwards, part_of, prefixed
from grad_core.ops.statistics.reductions import DType, own_dtype
from grad_core.primitive import Unary, unwrap


def axis_to_go(x: ArrayT, axis: int | None) -> tuple[ArrayT, int]:
    """x and the axis to go along; None lays all elements out in a row."""
    if axis is None or not np.ndim(unwrap(x)):
        return reshape_(x, (-1,)), axis or 0
    return x, axis


def the_axis(name: str, x: object, axis: int | None) -> int:
    """The axis to go along in the array API standard, which lays nothing out in a row."""
    ndim = np.ndim(unwrap(x))
    if not ndim:
        raise ValueError(f"{name}: expected at least one axis, got an array of none")
    if axis is None and ndim > 1:
        raise ValueError(f"{name}: x has {ndim} axes; pass axis, the one to go along")
    return axis or 0


# ---------------------------------------------------------------------------- sums


def _cumsum(x: Array, axis: int, dtype: DType | None, from_end: bool) -> Array:
    if from_end:
        return np.flip(np.cumsum(np.flip(x, axis), axis, dtype), axis)
    return np.cumsum(x, axis, dtype)


cumsum_: Unary[int, DType | None, bool] = Unary(
    "cumsum",
    _cumsum,
    lambda g, _y, _x, axis, _dtype, from_end: cumsum_(g, axis, None, not from_end),
)


def cumsum(x: ArrayT, axis: int | None = None, dtype: DTypeLike | None = None) -> ArrayT:
    """The sums of the elements up to each, along an axis.

    Args:
        x: Any shape.
        axis: An int, or None for all elements in a row.
        dtype: The dtype of the sums; None for that of `x`, or for the default integer where `x`
            has smaller ones.

    Raises:
        ValueError: The axis does not exist.

    Example:
        >>> import grad_core as gc
        >>> gc.cumsum(gc.Tensor([[1.0, 2.0], [3.0, 4.0]]))
        Tensor([ 1.,  3.,  6., 10.])
    """
    x, at = axis_to_go(x, axis)
    return cumsum_(x, at, own_dtype("cumsum", dtype), False)


def cumulative_sum(
    x: ArrayT,
    /,
    *,
    axis: int | None = None,
    dtype: DTypeLike | None = None,
    include_initial: bool = False,
) -> ArrayT:
    """The sums of the elements up to each, along an axis.

    Args:
        x: At least one axis.
        axis: An int; it may be left out if there is only one axis.
        dtype: As in `cumsum`.
        include_initial: Whether a 0, the sum of no element, comes first.

    Raises:
        ValueError: There are several axes and none is named, or the axis does not exist.

    Example:
        >>> import grad_core as gc
        >>> gc.cumulative_sum(gc.Tensor([2.0, 3.0]), include_initial=True)
        Tensor([0., 2., 5.])
    """
    at = the_axis("cumulative_sum", x, axis)
    y = cumsum_(x, at, own_dtype("cumulative_sum", dtype), False)
    return prefixed(y, at, 0) if include_initial else y


# ---------------------------------------------------------------------------- extremes


def _to_record(g: Array, y: Array, x: Array, axis: int) -> Array:
    """Each gradient goes to the last element that has reached the extreme, as in PyTorch."""
    values: Array = unwrap(x)
    reached: Mask = (values == unwrap(y)) | np.isnan(values)
    n: int = values.shape[axis]
    steps: NDArray[np.intp] = np.arange(n).reshape(
        [-1 if i == axis % values.ndim else 1 for i in range(values.ndim)]
    )
    index: list[Any] = list(np.ogrid[tuple(slice(n) for n in values.shape)])
    index[axis] = np.maximum.accumulate(np.where(reached, steps, 0), axis)
    return scatter_(g, tuple(index), values.shape)


_cummax: Unary[int] = Unary(
    "cumulative_maximum",
    lambda x, axis: np.maximum.accumulate(real_only(x), axis),
    _to_record,
)
_cummin: Unary[int] = Unary(
    "cumulative_minimum",
    lambda x, axis: np.minimum.accumulate(real_only(x), axis),
    _to_record,
)


def cumulative_maximum(x: ArrayT, axis: int = 0) -> ArrayT:
    """The largest of the elements up to each, along an axis. Of equals, the last has the gradient.

    Args:
        x: At least one axis.
        axis: An int.

    Raises:
        ValueError: The axis does not exist.

    Example:
        >>> import grad_core as gc
        >>> gc.cumulative_maximum(gc.Tensor([1.0, 3.0, 2.0]))
        Tensor([1., 3., 3.])
    """
    return _cummax(x, axis)


def cumulative_minimum(x: ArrayT, axis: int = 0) -> ArrayT:
    """The smallest of the elements up to each, along an axis. Of equals, the last has the gradient.

    Args and errors are those of `cumulative_maximum`.

    Example:
        >>> import grad_core as gc
        >>> gc.cumulative_minimum(gc.Tensor([2.0, 1.0, 3.0]))
        Tensor([2., 1., 1.])
    """
    return _cummin(x, axis)


# ---------------------------------------------------------------------------- log of sums of exp


def _logcumsumexp_dx(g: Array, y: Array, x: Array, axis: int) -> Array:
    # x[j] gets the sum over all i from j on of g[i] exp(x[j] - y[i]), that is exp(x[j] - y[j])
    # (g[j] + exp(y[j] - y[j + 1]) (g[j + 1] + ...)). No exponent is positive.
    shift = where(equal(y, -np.inf), 0.0, y)  # no -inf + inf
    steps = exp(part_of(y, axis, None, -1) - part_of(shift, axis, 1, None))
    return exp(x - shift) * backwards(g, steps, axis)


logcumsumexp_: Unary[int] = Unary(
    "logcumsumexp",
    lambda x, axis: np.logaddexp.accumulate(real_only(x), axis),
    _logcumsumexp_dx,
)


def logcumsumexp(x: ArrayT, axis: int = -1) -> ArrayT:
    """log(cumsum(exp(x))) along an axis, without overflow.

    The gradient takes a loop over the axis.

    Args:
        x: At least one axis.
        axis: An int.

    Raises:
        ValueError: The axis does not exist.

    Example:
        >>> import grad_core as gc
        >>> gc.logcumsumexp(gc.Tensor([1000.0, 1000.0]))
        Tensor([1000.    , 1000.6932])
    """
    return logcumsumexp_(x, axis)
