"""Reductions of all that is not NaN. No gradient reaches a NaN."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, overload

import numpy as np
from numpy.typing import DTypeLike, NDArray

from grad_core.arrays import Array, ArrayT, Axis, Mask
from grad_core.checks import check_raw, explained
from grad_core.node import Traced
from grad_core.ops.elementwise.basic import real_only
from grad_core.ops.indexing.searching import where as select
from grad_core.ops.manipulation.manipulation import reshape_
from grad_core.ops.statistics.cumulative import cumsum
from grad_core.ops.statistics.factors import cumprod, prod
from grad_core.ops.statistics.moments import deviation_g, freedom, variance_dx
from grad_core.ops.statistics.reductions import DType, counts, kept_shape, own_dtype, sum
from grad_core.primitive import Unary, unwrap, wrap

if TYPE_CHECKING:
    from grad_core.tensor import Tensor


def _present(x: Tensor | Array) -> Mask:
    """What is not NaN."""
    present: Mask = ~np.isnan(unwrap(x))
    return present


def _filled(name: str, x: ArrayT, value: int) -> ArrayT:
    """x with a value for NaN."""
    check_raw(name, unwrap(x))
    if np.asarray(unwrap(x)).dtype.kind not in "fc":
        return x
    return select(_present(x), x, value)


# ---------------------------------------------------------------------------- sums, products


def nansum(
    x: ArrayT, axis: Axis = None, dtype: DTypeLike | None = None, *, keepdims: bool = False
) -> ArrayT:
    """The sum over an axis, several or all, with 0 for NaN.

    Args and errors are those of `sum`.

    Example:
        >>> import grad_core as gc
        >>> gc.nansum(gc.Tensor([1.0, float("nan"), 2.0]))
        Tensor(3.)
    """
    return sum(_filled("nansum", x, 0), axis, dtype, keepdims=keepdims)


def nanprod(
    x: ArrayT, axis: Axis = None, dtype: DTypeLike | None = None, *, keepdims: bool = False
) -> ArrayT:
    """The product over an axis, several or all, with 1 for NaN.

    Args and errors are those of `prod`.

    Example:
        >>> import grad_core as gc
        >>> gc.nanprod(gc.Tensor([4.0, float("nan"), 2.0]))
        Tensor(8.)
    """
    return prod(_filled("nanprod", x, 1), axis, dtype, keepdims=keepdims)


def nancumsum(x: ArrayT, axis: int | None = None, dtype: DTypeLike | None = None) -> ArrayT:
    """The sums of the elements up to each, along an axis, with 0 for NaN.

    Args and errors are those of `cumsum`.

    Example:
        >>> import grad_core as gc
        >>> gc.nancumsum(gc.Tensor([1.0, float("nan"), 2.0]))
        Tensor([1., 1., 3.])
    """
    return cumsum(_filled("nancumsum", x, 0), axis, dtype)


def nancumprod(x: ArrayT, axis: int | None = None, dtype: DTypeLike | None = None) -> ArrayT:
    """The products of the elements up to each, along an axis, with 1 for NaN.

    Args and errors are those of `cumprod`.

    Example:
        >>> import grad_core as gc
        >>> gc.nancumprod(gc.Tensor([4.0, float("nan"), 2.0]))
        Tensor([4., 4., 8.])
    """
    return cumprod(_filled("nancumprod", x, 1), axis, dtype)


# ---------------------------------------------------------------------------- moments


def _nanmean_dx(
    g: Array, _y: Array, x: Array, axis: Axis, _keepdims: bool, _dtype: DType | None
) -> Array:
    present = _present(x)
    n: Array = counts(present, x.shape, axis).astype(np.result_type(g.real.dtype, np.float32))
    return select(present, reshape_(g, kept_shape(x.shape, axis)) / n, 0.0)


_nanmean: Unary[Axis, bool, DType | None] = Unary(
    "nanmean",
    lambda x, axis, keepdims, dtype: np.nanmean(x, axis, dtype, keepdims=keepdims),
    _nanmean_dx,
)


def nanmean(
    x: ArrayT, axis: Axis = None, dtype: DTypeLike | None = None, *, keepdims: bool = False
) -> ArrayT:
    """The mean over an axis, several or all, of all that is not NaN; of nothing NaN, with a warning.

    Args and errors are those of `mean`.

    Example:
        >>> import grad_core as gc
        >>> gc.nanmean(gc.Tensor([1.0, float("nan"), 2.0]))
        Tensor(1.5)
    """
    return _nanmean(x, axis, keepdims, own_dtype("nanmean", dtype))


def _spread_forward(function: Any) -> Any:
    def forward(x: Array, axis: Axis, keepdims: bool, ddof: float, dtype: DType | None) -> Array:
        out: Array = function(x, axis, dtype, ddof=ddof, keepdims=keepdims)
        return out

    return forward


_nanvar: Unary[Axis, bool, float, DType | None] = Unary(
    "nanvar",
    _spread_forward(np.nanvar),
    lambda g, _y, x, axis, _keepdims, ddof, _dtype: variance_dx(g, x, axis, ddof, _present(x)),
)
_nanstd: Unary[Axis, bool, float, DType | None] = Unary(
    "nanstd",
    _spread_forward(np.nanstd),
    lambda g, y, x, axis, _keepdims, ddof, _dtype: variance_dx(
        deviation_g(g, y), x, axis, ddof, _present(x)
    ),
)


def nanvar(
    x: ArrayT,
    axis: Axis = None,
    dtype: DTypeLike | None = None,
    *,
    ddof: float = 0,
    correction: float | None = None,
    keepdims: bool = False,
) -> ArrayT:
    """The variance over an axis, several or all, of all that is not NaN.

    Args and errors are those of `var`.

    Example:
        >>> import grad_core as gc
        >>> gc.nanvar(gc.Tensor([1.0, float("nan"), 3.0]))
        Tensor(1.)
    """
    less = freedom("nanvar", ddof, correction)
    return _nanvar(x, axis, keepdims, less, own_dtype("nanvar", dtype))


def nanstd(
    x: ArrayT,
    axis: Axis = None,
    dtype: DTypeLike | None = None,
    *,
    ddof: float = 0,
    correction: float | None = None,
    keepdims: bool = False,
) -> ArrayT:
    """The standard deviation over an axis, several or all, of all that is not NaN.

    Args and errors are those of `std`.

    Example:
        >>> import grad_core as gc
        >>> gc.nanstd(gc.Tensor([1.0, float("nan"), 3.0]))
        Tensor(1.)
    """
    less = freedom("nanstd", ddof, correction)
    return _nanstd(x, axis, keepdims, less, own_dtype("nanstd", dtype))


# ---------------------------------------------------------------------------- extremes


def _shared(g: Array, y: Array, x: Array, axis: Axis, _keepdims: bool) -> Array:
    """The gradient of an extreme: evenly shared by the elements that attain it, never NaN."""
    kept = kept_shape(x.shape, axis)
    attained: Mask = unwrap(x) == unwrap(y).reshape(kept)
    n: Array = counts(attained, x.shape, axis).astype(np.result_type(g.dtype, np.float32))
    return select(attained, reshape_(g, kept) / n, 0.0)


_nanmax: Unary[Axis, bool] = Unary(
    "nanmax",
    lambda x, axis, keepdims: np.nanmax(real_only(x), axis, keepdims=keepdims),
    _shared,
)
_nanmin: Unary[Axis, bool] = Unary(
    "nanmin",
    lambda x, axis, keepdims: np.nanmin(real_only(x), axis, keepdims=keepdims),
    _shared,
)


def nanmax(x: ArrayT, axis: Axis = None, *, keepdims: bool = False) -> ArrayT:
    """The largest element over an axis, several or all, of all that is not NaN.

    Ties share the gradient evenly. Of nothing but NaN it is NaN, with a warning.

    Args and errors are those of `max`.

    Example:
        >>> import grad_core as gc
        >>> gc.nanmax(gc.Tensor([1.0, float("nan"), 2.0]))
        Tensor(2.)
    """
    return _nanmax(x, axis, keepdims)


def nanmin(x: ArrayT, axis: Axis = None, *, keepdims: bool = False) -> ArrayT:
    """The smallest element over an axis, several or all, of all that is not NaN.

    Ties share the gradient evenly. Of nothing but NaN it is NaN, with a warning.

    Args and errors are those of `min`.

    Example:
        >>> import grad_core as gc
        >>> gc.nanmin(gc.Tensor([1.0, float("nan"), 2.0]))
        Tensor(1.)
    """
    return _nanmin(x, axis, keepdims)


@overload
def nanargmax(x: Tensor, axis: int | None = None, *, keepdims: bool = False) -> Tensor: ...
@overload
def nanargmax(x: Array, axis: int | None = None, *, keepdims: bool = False) -> NDArray[np.intp]: ...
def nanargmax(
    x: Tensor | Array, axis: int | None = None, *, keepdims: bool = False
) -> Tensor | NDArray[np.intp]:
    """The position of the first largest element of all that is not NaN.

    Args:
        x: Any shape.
        axis: An int, or None for all elements in a row.
        keepdims: Whether the axis stays, with size 1.

    Raises:
        ValueError: There is nothing but NaN, or the axis does not exist.

    Example:
        >>> import grad_core as gc
        >>> gc.nanargmax(gc.Tensor([1.0, float("nan"), 2.0]))
        Tensor(2, dtype=int64)
    """
    return _position("nanargmax", np.nanargmax, x, axis, keepdims)


@overload
def nanargmin(x: Tensor, axis: int | None = None, *, keepdims: bool = False) -> Tensor: ...
@overload
def nanargmin(x: Array, axis: int | None = None, *, keepdims: bool = False) -> NDArray[np.intp]: ...
def nanargmin(
    x: Tensor | Array, axis: int | None = None, *, keepdims: bool = False
) -> Tensor | NDArray[np.intp]:
    """The position of the first smallest element of all that is not NaN.

    Args and errors are those of `nanargmax`.

    Example:
        >>> import grad_core as gc
        >>> gc.nanargmin(gc.Tensor([2.0, float("nan"), 1.0]))
        Tensor(2, dtype=int64)
    """
    return _position("nanargmin", np.nanargmin, x, axis, keepdims)


def _position(
    name: str,
    function: Callable[..., NDArray[np.intp]],
    x: Tensor | Array,
    axis: int | None,
    keepdims: bool,
) -> Tensor | NDArray[np.intp]:
    data = unwrap(x)
    check_raw(name, data)
    try:
        at = np.asarray(function(real_only(np.asarray(data)), axis, keepdims=keepdims))
    except (TypeError, ValueError) as error:
        raise explained(name, error, data) from error
    return wrap(at) if isinstance(x, Traced) else at
