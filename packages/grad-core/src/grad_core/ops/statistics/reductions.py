"""Reductions over axes: sum, mean and the extremes."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import DTypeLike, NDArray

from grad_core.arrays import Array, ArrayT, Axis, Mask, Shape
from grad_core.checks import described, numeric_dtype
from grad_core.ops.elementwise.basic import real_only, subtract
from grad_core.ops.elementwise.comparison import equal, not_equal
from grad_core.ops.indexing.searching import where as select
from grad_core.ops.manipulation.manipulation import broadcast_to_, reshape_
from grad_core.primitive import Unary, unwrap

if TYPE_CHECKING:
    from grad_core.tensor import Tensor

DType: TypeAlias = "np.dtype[np.floating]"
Number: TypeAlias = "complex | np.number"
Where: TypeAlias = "Tensor | NDArray[np.bool_] | bool | None"
"""Which elements a reduction takes: booleans that are broadcast to its operand; None for all."""

# `x.sum` goes through two more frames of Python. The stub of `reduce` has no overload for a
# `keepdims` that is a variable.
add_reduce: Callable[..., Array] = np.add.reduce
max_reduce: Callable[..., Array] = np.maximum.reduce
min_reduce: Callable[..., Array] = np.minimum.reduce

_SMALL = 1 << 14  # elements that are repeated in less time than np.broadcast_to takes


def kept_shape(shape: Shape, axis: Axis) -> Shape:
    """The shape left by a reduction over `axis` that keeps it with size 1."""
    ndim = len(shape)
    if axis is None or not ndim:  # NumPy takes 0 and -1 for an axis of an array that has none
        return (1,) * ndim
    reduced = {a % ndim for a in ((axis,) if not isinstance(axis, tuple) else axis)}
    return tuple(1 if i in reduced else n for i, n in enumerate(shape))


def spread(g: Array, shape: Shape, axis: Axis) -> Array:
    """Repeat `g` along the axes that a reduction from `shape` took: the gradient of a sum."""
    if axis is not None:
        g = reshape_(g, kept_shape(shape, axis))
    if g.__class__ is np.ndarray and math.prod(shape) <= _SMALL:
        repeated = np.empty(shape, g.dtype)
        repeated[...] = g
        return repeated
    return broadcast_to_(g, shape)


def reduced_last(shape: Shape, axis: Axis) -> tuple[Shape, Shape]:
    """The axes with those that a reduction takes last, and the sizes of the others."""
    ndim = len(shape)
    if axis is None:
        taken = list(range(ndim))
    else:
        taken = [a % ndim for a in (axis if isinstance(axis, tuple) else (axis,)) if ndim]
    others = [i for i in range(ndim) if i not in taken]
    return (*others, *taken), tuple(shape[i] for i in others)


def number_of(shape: Shape, axis: Axis) -> int:
    """How many elements a reduction over `axis` takes into one."""
    if axis is None:
        return math.prod(shape)
    kept = kept_shape(shape, axis)
    return math.prod(n for n, k in zip(shape, kept, strict=True) if k == 1)


def inverse_count(shape: Shape, axis: Axis) -> float:
    """Return 1 / n, of the n elements that a reduction over `axis` takes into one."""
    return 1.0 / (number_of(shape, axis) or 1)


def counts(mask: Mask, shape: Shape, axis: Axis) -> Array:
    """How many elements a reduction of those under the mask takes into one; 1 for none."""
    taken = add_reduce(np.broadcast_to(mask, shape), axis=axis, keepdims=True, dtype=np.float64)
    return np.maximum(taken, 1.0)


# ---------------------------------------------------------------------------- the options


def own_mask(name: str, where: Where, x: object) -> Mask | None:
    """Return a copy of `where`, which the caller may write to before the gradient is asked for.

    Raises:
        TypeError: It is not made of booleans.
        ValueError: It is not broadcast to the shape of `x`.
    """
    if where is None:
        return None
    mask: NDArray[Any] = np.array(unwrap(where))
    shape = np.shape(unwrap(x))
    if mask.dtype != np.bool_:
        raise TypeError(f"{name}: where is {described(mask)}, expected booleans")
    try:
        np.broadcast_to(mask, shape)
    except ValueError:
        raise ValueError(
            f"{name}: where has shape {mask.shape}, which is not broadcast to {shape}, that of x"
        ) from None
    return mask


def own_dtype(name: str, dtype: DTypeLike | None) -> DType | None:
    """Return `dtype` as an object; None stays None."""
    return None if dtype is None else numeric_dtype(name, dtype)


def a_number(name: str, initial: Number | None) -> Number | None:
    """Return `initial`, or raise a TypeError if it is not a number."""
    if initial is None or isinstance(initial, (int, float, complex, np.number)):
        return initial
    raise TypeError(f"{name}: initial is {described(initial)}, expected a number")


def options(initial: Number | None, mask: Mask | None) -> dict[str, Any]:
    """The keywords of `reduce`, which knows no None for an initial value."""
    found: dict[str, Any] = {} if initial is None else {"initial": initial}
    if mask is not None:
        found["where"] = mask
    return found


def under(mask: Mask | None, g: Array) -> Array:
    """g, with zeros where a mask does not hold."""
    return g if mask is None else select(mask, g, 0.0)


# ---------------------------------------------------------------------------- sum and mean

# Each reduction has a second primitive that takes the options. The first stays as short as it is.

sum_: Unary[Axis, bool] = Unary(
    "sum",
    lambda x, axis, keepdims: add_reduce(x, axis=axis, keepdims=keepdims),
    lambda g, _y, _x, axis, _keepdims: spread(g, _x.shape, axis),
)
_sum_of: Unary[Axis, bool, DType | None, Number | None, Mask | None] = Unary(
    "sum",
    lambda x, axis, keepdims, dtype, initial, mask: add_reduce(
        x, axis=axis, keepdims=keepdims, dtype=dtype, **options(initial, mask)
    ),
    lambda g, _y, _x, axis, _keepdims, _dtype, _initial, mask: under(
        mask, spread(g, _x.shape, axis)
    ),
)


def _mean(x: Array, axis: Axis, keepdims: bool) -> Array:
    n = x.size if axis is None else number_of(x.shape, axis)
    if not n or x.dtype.char not in "fdFD":  # a warning; a sum in another dtype
        return np.asarray(x.mean(axis, keepdims=keepdims))
    return add_reduce(x, axis=axis, keepdims=keepdims) / n  # a quarter of the time of x.mean


mean_: Unary[Axis, bool] = Unary(
    "mean",
    _mean,
    lambda g, _y, _x, axis, _keepdims: spread(g * inverse_count(_x.shape, axis), _x.shape, axis),
)


def _mean_dx(
    g: Array,
    _y: Array,
    _x: Array,
    axis: Axis,
    _keepdims: bool,
    _dtype: DType | None,
    mask: Mask | None,
) -> Array:
    if mask is None:
        return spread(g * inverse_count(_x.shape, axis), _x.shape, axis)
    share = reshape_(g, kept_shape(_x.shape, axis)) / counts(mask, _x.shape, axis)
    return select(mask, share, 0.0)


mean_of: Unary[Axis, bool, DType | None, Mask | None] = Unary(
    "mean",
    lambda x, axis, keepdims, dtype, mask: x.mean(
        axis, dtype, keepdims=keepdims, where=True if mask is None else mask
    ),
    _mean_dx,
)


def sum(
    x: ArrayT,
    axis: Axis = None,
    dtype: DTypeLike | None = None,
    *,
    keepdims: bool = False,
    initial: Number | None = None,
    where: Where = None,
) -> ArrayT:
    """The sum over an axis, several or all.

    Args:
        x: Any shape.
        axis: An int, a tuple of them, or None for all axes.
        dtype: The dtype of the sum, and in which it is formed; None for that of `x`, or for
            the default integer where `x` has smaller ones.
        keepdims: Whether the axes stay, with size 1.
        initial: A number to start with.
        where: Booleans, broadcast to the shape of `x`: which elements are taken. None for all.

    Raises:
        ValueError: An axis does not exist or is given twice.

    Example:
        >>> import grad_core as gc
        >>> gc.sum(gc.Tensor([[1.0, 2.0], [3.0, 4.0]]), 0)
        Tensor([4., 6.])
    """
    if dtype is None and initial is None and where is None:
        return sum_(x, axis, keepdims)
    mask, first = own_mask("sum", where, x), a_number("sum", initial)
    return _sum_of(x, axis, keepdims, own_dtype("sum", dtype), first, mask)


def mean(
    x: ArrayT,
    axis: Axis = None,
    dtype: DTypeLike | None = None,
    *,
    keepdims: bool = False,
    where: Where = None,
) -> ArrayT:
    """The arithmetic mean over an axis, several or all.

    Args and errors are those of `sum`. The mean of no elements is NaN, with NumPy's
    warning.

    Example:
        >>> import grad_core as gc
        >>> gc.mean(gc.Tensor([[1.0, 2.0], [3.0, 4.0]]), 1)
        Tensor([1.5, 3.5])
    """
    if dtype is None and where is None:
        return mean_(x, axis, keepdims)
    return mean_of(x, axis, keepdims, own_dtype("mean", dtype), own_mask("mean", where, x))


# ---------------------------------------------------------------------------- extremes


def _shared(g: Array, y: Array, x: Array, axis: Axis, _keepdims: bool) -> Array:
    """The gradient of an extreme: evenly shared by the elements that attain it."""
    kept = kept_shape(x.shape, axis)
    attained = equal(x, reshape_(y, kept)) | not_equal(x, x)  # NaN is the extreme where it occurs
    wide = np.result_type(g.dtype, np.float32)  # float16 ends at 65504
    count = add_reduce(unwrap(attained), axis=axis, keepdims=True, dtype=wide)
    return select(attained, reshape_(g, kept) / count, 0.0)


def _shared_with(
    g: Array,
    y: Array,
    x: Array,
    axis: Axis,
    _keepdims: bool,
    initial: Number | None,
    mask: Mask | None,
) -> Array:
    """The same of the elements under a mask and of an initial value, which takes its share."""
    kept = kept_shape(x.shape, axis)
    extreme: Array = unwrap(y).reshape(kept)
    attained: Mask = (unwrap(x) == extreme) | np.isnan(unwrap(x))
    if mask is not None:
        attained &= mask
    count: Array = counts(attained, x.shape, axis)
    if initial is not None:
        count = count + (attained.any(axis=axis, keepdims=True) & (extreme == initial))
    wide = np.result_type(g.dtype, np.float32)
    share: Array = reshape_(g, kept) / count.astype(wide)
    return select(attained, share, 0.0)


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
_max_of: Unary[Axis, bool, Number | None, Mask | None] = Unary(
    "max",
    lambda x, axis, keepdims, initial, mask: max_reduce(
        real_only(x), axis=axis, keepdims=keepdims, **options(initial, mask)
    ),
    _shared_with,
    needs="with where, an initial value is needed for a maximum of nothing",
)
_min_of: Unary[Axis, bool, Number | None, Mask | None] = Unary(
    "min",
    lambda x, axis, keepdims, initial, mask: min_reduce(
        real_only(x), axis=axis, keepdims=keepdims, **options(initial, mask)
    ),
    _shared_with,
    needs="with where, an initial value is needed for a minimum of nothing",
)


def max(
    x: ArrayT,
    axis: Axis = None,
    *,
    keepdims: bool = False,
    initial: Number | None = None,
    where: Where = None,
) -> ArrayT:
    """The largest element over an axis, several or all. Ties share the gradient evenly.

    Args are those of `sum`; `where` needs an `initial`. A NaN is the largest, and takes the
    gradient.

    Raises:
        ValueError: There is no element, or an axis does not exist or is given twice.

    Example:
        >>> import grad_core as gc
        >>> gc.max(gc.Tensor([[1.0, 2.0], [4.0, 3.0]]), 1)
        Tensor([2., 4.])
    """
    if initial is None and where is None:
        return max_(x, axis, keepdims)
    return _max_of(x, axis, keepdims, a_number("max", initial), own_mask("max", where, x))


def min(
    x: ArrayT,
    axis: Axis = None,
    *,
    keepdims: bool = False,
    initial: Number | None = None,
    where: Where = None,
) -> ArrayT:
    """The smallest element over an axis, several or all. Ties share the gradient evenly.

    Args are those of `sum`; `where` needs an `initial`. A NaN is the smallest, and takes the
    gradient.

    Raises:
        ValueError: There is no element, or an axis does not exist or is given twice.

    Example:
        >>> import grad_core as gc
        >>> gc.min(gc.Tensor([[1.0, 2.0], [4.0, 3.0]]), 1)
        Tensor([1., 3.])
    """
    if initial is None and where is None:
        return min_(x, axis, keepdims)
    return _min_of(x, axis, keepdims, a_number("min", initial), own_mask("min", where, x))


def ptp(x: ArrayT, axis: Axis = None, *, keepdims: bool = False) -> ArrayT:
    """The largest less the smallest element over an axis, several or all.

    Args and errors are those of `max`.

    Example:
        >>> import grad_core as gc
        >>> gc.ptp(gc.Tensor([[1.0, 2.0], [4.0, 1.0]]), 1)
        Tensor([1., 3.])
    """
    return subtract(max_(x, axis, keepdims), min_(x, axis, keepdims))
