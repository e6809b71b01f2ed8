"""Medians, quantiles and percentiles."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, overload

import numpy as np

from grad_core.arrays import Array, ArrayT, Axis, Operand, Raw
from grad_core.ops.creation.creation import zeros_like
from grad_core.ops.elementwise.basic import divide, real_only
from grad_core.ops.indexing.indexing import getitem_, scatter_
from grad_core.ops.indexing.searching import where as select
from grad_core.ops.manipulation.manipulation import reshape_
from grad_core.ops.statistics.neighbours import Neighbours
from grad_core.ops.statistics.reductions import sum_
from grad_core.primitive import Binary, Unary

if TYPE_CHECKING:
    from grad_core.tensor import Tensor

Method: TypeAlias = Literal[
    "inverted_cdf",
    "averaged_inverted_cdf",
    "closest_observation",
    "interpolated_inverted_cdf",
    "hazen",
    "weibull",
    "linear",
    "median_unbiased",
    "normal_unbiased",
    "lower",
    "higher",
    "midpoint",
    "nearest",
]


def _quantile_dx(
    g: Array, _z: Array, x: Array, q: Array, axis: Axis, method: str, _keep: bool, ignore_nan: bool
) -> Array:
    if 0 in x.shape:
        return zeros_like(x)
    at = Neighbours(x, q, axis, method, ignore_nan)
    g = select(at.lost, 0.0, reshape_(g, at.low.shape))
    size = (math.prod(x.shape),)
    out = scatter_(g * (1 - at.t), (at.low,), size) + scatter_(g * at.t, (at.high,), size)
    return reshape_(out, x.shape)


def _quantile_dq(
    g: Array, _z: Array, x: Array, q: Array, axis: Axis, method: str, _keep: bool, ignore_nan: bool
) -> Array:
    if 0 in x.shape:
        return zeros_like(q)
    at = Neighbours(x, q, axis, method, ignore_nan)
    row = reshape_(x, (-1,))
    gap = getitem_(row, (at.high,)) - getitem_(row, (at.low,))
    flat = at.lost | (at.speed == 0)
    out = select(flat, 0.0, reshape_(g, at.low.shape) * select(flat, 0.0, gap) * at.speed)
    return reshape_(sum_(out, 1, False), q.shape)


def _forward(
    x: Array, q: Array, axis: Axis, method: str, keepdims: bool, ignore_nan: bool
) -> Array:
    function: Any = np.nanquantile if ignore_nan else np.quantile
    out: Array = function(real_only(x), q, axis, method=method, keepdims=keepdims)
    return out


_quantile: Binary[Axis, str, bool, bool] = Binary(
    "quantile", _forward, _quantile_dx, _quantile_dq, needs="at least one element"
)
_nanquantile: Binary[Axis, str, bool, bool] = Binary(
    "nanquantile", _forward, _quantile_dx, _quantile_dq, needs="at least one element"
)


def _median_dx(g: Array, _y: Array, x: Array, axis: Axis, keepdims: bool) -> Array:
    return _quantile_dx(g, g, x, _HALF, axis, "linear", keepdims, False)


def _nanmedian_dx(g: Array, _y: Array, x: Array, axis: Axis, keepdims: bool) -> Array:
    return _quantile_dx(g, g, x, _HALF, axis, "linear", keepdims, True)


_HALF: Any = 0.5  # Array, the type of an operand, does not name a number

_median: Unary[Axis, bool] = Unary(
    "median",
    lambda x, axis, keepdims: np.median(real_only(x), axis, keepdims=keepdims),
    _median_dx,
)
_nanmedian: Unary[Axis, bool] = Unary(
    "nanmedian",
    lambda x, axis, keepdims: np.nanmedian(real_only(x), axis, keepdims=keepdims),
    _nanmedian_dx,
)


def median(x: ArrayT, axis: Axis = None, *, keepdims: bool = False) -> ArrayT:
    """The median over an axis, several or all; of an even number, the mean of the middle two.

    Args:
        x: Any shape. Where it has a NaN, that is the median.
        axis: An int, a tuple of them, or None for all axes.
        keepdims: Whether the axes stay, with size 1.

    Raises:
        ValueError: An axis does not exist or is given twice.

    Example:
        >>> import grad_core as gc
        >>> x = gc.Tensor([4.0, 1.0, 3.0, 9.0], requires_grad=True)
        >>> gc.median(x).backward()
        >>> x.grad
        array([0.5, 0. , 0.5, 0. ], dtype=float32)
    """
    return _median(x, axis, keepdims)


def nanmedian(x: ArrayT, axis: Axis = None, *, keepdims: bool = False) -> ArrayT:
    """The median of all that is not NaN.

    Args and errors are those of `median`.

    Example:
        >>> import grad_core as gc
        >>> gc.nanmedian(gc.Tensor([4.0, float("nan"), 3.0, 9.0]))
        Tensor(4.)
    """
    return _nanmedian(x, axis, keepdims)


@overload
def quantile(
    x: Tensor,
    q: Operand | list[float],
    axis: Axis = None,
    *,
    method: Method = "linear",
    keepdims: bool = False,
) -> Tensor: ...


@overload
def quantile(
    x: Operand,
    q: Tensor,
    axis: Axis = None,
    *,
    method: Method = "linear",
    keepdims: bool = False,
) -> Tensor: ...


@overload
def quantile(
    x: Raw,
    q: Raw | list[float],
    axis: Axis = None,
    *,
    method: Method = "linear",
    keepdims: bool = False,
) -> Array: ...
def quantile(
    x: Operand,
    q: Operand | list[float],
    axis: Axis = None,
    *,
    method: Method = "linear",
    keepdims: bool = False,
) -> Tensor | Array:
    """What a share `q` of all elements is not larger than, over an axis, several or all.

    Args:
        x: Any shape. Where it has a NaN, that is the quantile.
        q: From 0 to 1; the axes of `q` are the first ones of the result. The continuous methods
            are differentiated with respect to it, too.
        axis: An int, a tuple of them, or None for all axes.
        method: One of Hyndman and Fan's nine, or how to choose between two elements. Continuous:
            `"linear"`, `"hazen"`, `"weibull"`, `"median_unbiased"`, `"normal_unbiased"`,
            `"interpolated_inverted_cdf"`. With steps: `"inverted_cdf"`,
            `"averaged_inverted_cdf"`, `"closest_observation"`, `"lower"`, `"higher"`,
            `"midpoint"`, `"nearest"`.
        keepdims: Whether the axes stay, with size 1.

    Raises:
        ValueError: `q` is not from 0 to 1, there is no such method, or an axis does not exist or
            is given twice.
        IndexError: There is no element.

    Example:
        >>> import grad_core as gc
        >>> gc.quantile(gc.Tensor([1.0, 2.0, 5.0]), [0.5, 0.75])
        Tensor([2. , 3.5], dtype=float64)
    """
    return _quantile(x, _given(q), axis, method, keepdims, False)


@overload
def percentile(
    x: Tensor,
    q: Operand | list[float],
    axis: Axis = None,
    *,
    method: Method = "linear",
    keepdims: bool = False,
) -> Tensor: ...


@overload
def percentile(
    x: Operand,
    q: Tensor,
    axis: Axis = None,
    *,
    method: Method = "linear",
    keepdims: bool = False,
) -> Tensor: ...


@overload
def percentile(
    x: Raw,
    q: Raw | list[float],
    axis: Axis = None,
    *,
    method: Method = "linear",
    keepdims: bool = False,
) -> Array: ...
def percentile(
    x: Operand,
    q: Operand | list[float],
    axis: Axis = None,
    *,
    method: Method = "linear",
    keepdims: bool = False,
) -> Tensor | Array:
    """What `q` percent of all elements are not larger than, over an axis, several or all.

    Args and errors are those of `quantile`; `q` is from 0 to 100.

    Example:
        >>> import grad_core as gc
        >>> gc.percentile(gc.Tensor([1.0, 2.0, 5.0]), 75)
        Tensor(3.5)
    """
    return _quantile(x, _share(q), axis, method, keepdims, False)


@overload
def nanquantile(
    x: Tensor,
    q: Operand | list[float],
    axis: Axis = None,
    *,
    method: Method = "linear",
    keepdims: bool = False,
) -> Tensor: ...


@overload
def nanquantile(
    x: Operand,
    q: Tensor,
    axis: Axis = None,
    *,
    method: Method = "linear",
    keepdims: bool = False,
) -> Tensor: ...


@overload
def nanquantile(
    x: Raw,
    q: Raw | list[float],
    axis: Axis = None,
    *,
    method: Method = "linear",
    keepdims: bool = False,
) -> Array: ...
def nanquantile(
    x: Operand,
    q: Operand | list[float],
    axis: Axis = None,
    *,
    method: Method = "linear",
    keepdims: bool = False,
) -> Tensor | Array:
    """The quantile of all that is not NaN.

    Args and errors are those of `quantile`.

    Example:
        >>> import grad_core as gc
        >>> gc.nanquantile(gc.Tensor([1.0, 2.0, float("nan"), 5.0]), 0.75)
        Tensor(3.5)
    """
    return _nanquantile(x, _given(q), axis, method, keepdims, True)


@overload
def nanpercentile(
    x: Tensor,
    q: Operand | list[float],
    axis: Axis = None,
    *,
    method: Method = "linear",
    keepdims: bool = False,
) -> Tensor: ...


@overload
def nanpercentile(
    x: Operand,
    q: Tensor,
    axis: Axis = None,
    *,
    method: Method = "linear",
    keepdims: bool = False,
) -> Tensor: ...


@overload
def nanpercentile(
    x: Raw,
    q: Raw | list[float],
    axis: Axis = None,
    *,
    method: Method = "linear",
    keepdims: bool = False,
) -> Array: ...
def nanpercentile(
    x: Operand,
    q: Operand | list[float],
    axis: Axis = None,
    *,
    method: Method = "linear",
    keepdims: bool = False,
) -> Tensor | Array:
    """The percentile of all that is not NaN.

    Args and errors are those of `percentile`.

    Example:
        >>> import grad_core as gc
        >>> gc.nanpercentile(gc.Tensor([1.0, 2.0, float("nan"), 5.0]), 75)
        Tensor(3.5)
    """
    return _nanquantile(x, _share(q), axis, method, keepdims, True)


def _given(q: Operand | list[float]) -> Operand:
    # A copy: the gradient needs it as it was, whatever becomes of the caller's array.
    return np.array(q) if isinstance(q, (list, tuple, np.ndarray)) else q


def _share(q: Operand | list[float]) -> Operand:
    """The share that percents are; a Python number stays one, which decides no dtype."""
    q = _given(q)
    return q / 100 if isinstance(q, (int, float)) else divide(q, 100)
