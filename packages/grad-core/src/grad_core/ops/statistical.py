"""Reductions over axes."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from grad_core.arrays import Array, ArrayT, Axis, Shape
from grad_core.ops.comparison import equal, not_equal
from grad_core.ops.elementwise import real_only
from grad_core.ops.manipulation import broadcast_to, reshape
from grad_core.ops.searching import where
from grad_core.primitive import Unary, unwrap

# `x.sum` goes through two more frames of Python. The stub of `reduce` has no overload for a
# `keepdims` that is a variable.
add_reduce: Callable[..., Array] = np.add.reduce
max_reduce: Callable[..., Array] = np.maximum.reduce
min_reduce: Callable[..., Array] = np.minimum.reduce


def kept_shape(shape: Shape, axis: Axis) -> Shape:
    """The shape left by a reduction over `axis` that keeps it with size 1."""
    ndim = len(shape)
    if axis is None or not ndim:  # NumPy takes 0 and -1 for an axis of an array that has none
        return (1,) * ndim
    reduced = {a % ndim for a in ((axis,) if not isinstance(axis, tuple) else axis)}
    return tuple(1 if i in reduced else n for i, n in enumerate(shape))


def spread(g: Array, shape: Shape, axis: Axis) -> Array:
    """Repeat `g` along the axes that a reduction from `shape` took: the gradient of a sum."""
    return broadcast_to(reshape(g, kept_shape(shape, axis)), shape)


def _shared(g: Array, y: Array, x: Array, axis: Axis, _keepdims: bool) -> Array:
    """The gradient of an extreme: evenly shared by the elements that attain it."""
    kept = kept_shape(x.shape, axis)
    attained = equal(x, reshape(y, kept)) | not_equal(x, x)  # NaN is the extreme where it occurs
    wide = np.result_type(g.dtype, np.float32)  # float16 ends at 65504
    count = add_reduce(unwrap(attained), axis=axis, keepdims=True, dtype=wide)
    return where(attained, reshape(g, kept) / count, 0.0)


sum_: Unary[Axis, bool] = Unary(
    "sum",
    lambda x, axis, keepdims: add_reduce(x, axis=axis, keepdims=keepdims),
    lambda g, _y, _x, axis, _keepdims: spread(g, _x.shape, axis),
)
mean_: Unary[Axis, bool] = Unary(
    "mean",
    lambda x, axis, keepdims: x.mean(axis, keepdims=keepdims),
    lambda g, _y, _x, axis, _keepdims: spread(g * inverse_count(_x.shape, axis), _x.shape, axis),
)
max_: Unary[Axis, bool] = Unary(
    "max",
    lambda x, axis, keepdims: max_reduce(real_only(x), axis=axis, keepdims=keepdims),
    _shared,
)
min_: Unary[Axis, bool] = Unary(
    "min",
    lambda x, axis, keepdims: min_reduce(real_only(x), axis=axis, keepdims=keepdims),
    _shared,
)


def inverse_count(shape: Shape, axis: Axis) -> float:
    """Return 1 / n, of the n elements that a reduction over `axis` takes into one."""
    kept = kept_shape(shape, axis)
    return 1.0 / (math.prod(n for n, k in zip(shape, kept, strict=True) if k == 1) or 1)


def sum(x: ArrayT, axis: Axis = None, *, keepdims: bool = False) -> ArrayT:
    """The sum over an axis, several or all.

    Args:
        x: Any shape.
        axis: An int, a tuple of them, or None for all axes.
        keepdims: Whether the axes stay, with size 1.

    Raises:
        ValueError: An axis does not exist or is given twice.

    Example:
        >>> import grad_core as gc
        >>> gc.sum(gc.Tensor([[1.0, 2.0], [3.0, 4.0]]), 0)
        Tensor([4., 6.])
    """
    return sum_(x, axis, keepdims)


def mean(x: ArrayT, axis: Axis = None, *, keepdims: bool = False) -> ArrayT:
    """The arithmetic mean over an axis, several or all.

    Args and errors are those of `sum`. The mean of no elements is NaN, with NumPy's
    warning.

    Example:
        >>> import grad_core as gc
        >>> gc.mean(gc.Tensor([[1.0, 2.0], [3.0, 4.0]]), 1)
        Tensor([1.5, 3.5])
    """
    return mean_(x, axis, keepdims)


def max(x: ArrayT, axis: Axis = None, *, keepdims: bool = False) -> ArrayT:
    """The largest element over an axis, several or all. Ties share the gradient evenly.

    Args are those of `sum`. A NaN is the largest, and takes the gradient.

    Raises:
        ValueError: There is no element, or an axis does not exist or is given twice.

    Example:
        >>> import grad_core as gc
        >>> gc.max(gc.Tensor([[1.0, 2.0], [4.0, 3.0]]), 1)
        Tensor([2., 4.])
    """
    return max_(x, axis, keepdims)


def min(x: ArrayT, axis: Axis = None, *, keepdims: bool = False) -> ArrayT:
    """The smallest element over an axis, several or all. Ties share the gradient evenly.

    Args are those of `sum`. A NaN is the smallest, and takes the gradient.

    Raises:
        ValueError: There is no element, or an axis does not exist or is given twice.

    Example:
        >>> import grad_core as gc
        >>> gc.min(gc.Tensor([[1.0, 2.0], [4.0, 3.0]]), 1)
        Tensor([1., 3.])
    """
    return min_(x, axis, keepdims)
