"""Numbers at even steps."""

from __future__ import annotations

from operator import index
from typing import TYPE_CHECKING

import numpy as np
from numpy.lib.array_utils import normalize_axis_index
from numpy.typing import DTypeLike

from grad_core.arrays import Array, Operand, get_default_dtype
from grad_core.checks import check_device, numeric_dtype
from grad_core.ops.creation.creation import asarray, made
from grad_core.ops.creation.dtypes import beside, default_complex
from grad_core.ops.elementwise.basic import power
from grad_core.ops.manipulation.manipulation import astype
from grad_core.primitive import Binary, wrap

if TYPE_CHECKING:
    from grad_core.tensor import Tensor


def arange(
    start: float,
    stop: float | None = None,
    step: float = 1,
    *,
    dtype: DTypeLike | None = None,
    device: str | None = None,
) -> Tensor:
    """Return the numbers from `start` on, up to but not including `stop`, in steps.

    Args:
        start: The first number; if it is the only one, the end, and the first is 0.
        stop: The end.
        step: The difference of two neighbours.
        dtype: The dtype; None for int64 if all are integers, otherwise the default dtype.
        device: None or `"cpu"`.

    Raises:
        TypeError: One of them is not a number.
        ZeroDivisionError: The step is 0.

    Example:
        >>> import grad_core as gc
        >>> gc.arange(3)
        Tensor([0, 1, 2], dtype=int64)
        >>> gc.arange(0.0, 1.0, 0.25)
        Tensor([0.  , 0.25, 0.5 , 0.75])
    """
    check_device("arange", device)
    first, last = (0, start) if stop is None else (start, stop)
    for number in (first, last, step):
        if not isinstance(number, (int, float, np.number)):
            raise TypeError(
                f"arange: expected numbers, got {type(number).__name__}; no gradient passes, so of"
                " a Tensor take t.item()"
            )
    to = None if dtype is None else numeric_dtype("arange", dtype)
    if to is None and any(type(number) is float for number in (first, last, step)):
        to = get_default_dtype()
    return wrap(made("arange", np.arange, first, last, step, dtype=to))


def _fractions(num: int, endpoint: bool, axis: int, ndim: int) -> Array:
    """How far from start to stop each number is, along one of `ndim` axes."""
    t = np.arange(num) / (num - endpoint or 1)
    return t.reshape(tuple(-1 if i == axis else 1 for i in range(ndim)))


def _to_start(
    g: Array, _y: Array, _a: Array, _b: Array, num: int, endpoint: bool, axis: int
) -> Array:
    t = _fractions(num, endpoint, axis, g.ndim).astype(g.dtype)
    total: Array = (g * (1 - t)).sum(axis)
    return total


def _to_stop(
    g: Array, _y: Array, _a: Array, _b: Array, num: int, endpoint: bool, axis: int
) -> Array:
    t = _fractions(num, endpoint, axis, g.ndim).astype(g.dtype)
    total: Array = (g * t).sum(axis)
    return total


_linspace: Binary[int, bool, int] = Binary(
    "linspace",
    lambda a, b, num, endpoint, axis: np.linspace(a, b, num, endpoint=endpoint, axis=axis),
    _to_start,
    _to_stop,
)


# y = start ** (1 - t) * stop ** t
def _geom_start(
    g: Array, y: Array, a: Array, _b: Array, num: int, endpoint: bool, axis: int
) -> Array:
    return _to_start(g * y, y, a, _b, num, endpoint, axis) / a


def _geom_stop(
    g: Array, y: Array, _a: Array, b: Array, num: int, endpoint: bool, axis: int
) -> Array:
    return _to_stop(g * y, y, _a, b, num, endpoint, axis) / b


_geomspace: Binary[int, bool, int] = Binary(
    "geomspace",
    lambda a, b, num, endpoint, axis: np.geomspace(a, b, num, endpoint=endpoint, axis=axis),
    _geom_start,
    _geom_stop,
)


def _spaced(
    name: str,
    primitive: Binary[int, bool, int],
    start: Operand,
    stop: Operand,
    num: int,
    endpoint: bool,
    axis: int,
) -> Tensor:
    """The numbers as the primitive makes them."""
    first, last = (asarray(x, x.dtype) for x in beside(name, (start, stop)))
    try:
        at = normalize_axis_index(axis, max(first.ndim, last.ndim) + 1, name)
        count = index(num)
    except TypeError as error:
        raise TypeError(f"{name}: {error} (got num {num!r}, axis {axis!r})") from error
    return primitive(first, last, count, endpoint, at)


def _in_dtype(
    name: str, y: Tensor, dtype: DTypeLike | None, device: str | None, *sources: Operand
) -> Tensor:
    """y in the dtype that is asked for; of Python numbers alone, in the default dtype."""
    check_device(name, device)
    to = None if dtype is None else numeric_dtype(name, dtype)
    if to is None and all(type(x) in (bool, int, float, complex) for x in sources):
        to = default_complex() if y.dtype.kind == "c" else get_default_dtype()
    if to is None or to == y.dtype:
        return y
    return wrap(np.floor(y._array).astype(to)) if to.kind in "iu" else astype(y, to)


def linspace(
    start: Operand,
    stop: Operand,
    num: int = 50,
    endpoint: bool = True,
    *,
    dtype: DTypeLike | None = None,
    device: str | None = None,
    axis: int = 0,
) -> Tensor:
    """Return numbers at even steps from `start` to `stop`.

    Args:
        start: The first number; an array for several ranges at once. It gets a gradient.
        stop: The last number, broadcast with `start`. It gets a gradient.
        num: How many numbers.
        endpoint: Whether `stop` is the last of them; otherwise they end one step before.
        dtype: The dtype; None for that of `start` and `stop`, which for Python numbers is the
            default dtype. To integers the numbers are rounded down, and pass no gradient.
        device: None or `"cpu"`.
        axis: Where the numbers stand in the result, if `start` or `stop` has axes.

    Raises:
        ValueError: `num` is negative, the axis does not exist, `start` and `stop` are not
            broadcast together, or the device is another one.
        TypeError: `num` is not an int.

    Example:
        >>> import grad_core as gc
        >>> gc.linspace(0, 1, 5)
        Tensor([0.  , 0.25, 0.5 , 0.75, 1.  ])
    """
    y = _spaced("linspace", _linspace, start, stop, num, endpoint, axis)
    return _in_dtype("linspace", y, dtype, device, start, stop)


def logspace(
    start: Operand,
    stop: Operand,
    num: int = 50,
    endpoint: bool = True,
    base: Operand = 10.0,
    *,
    dtype: DTypeLike | None = None,
    device: str | None = None,
    axis: int = 0,
) -> Tensor:
    """Return numbers at even ratios, from `base ** start` to `base ** stop`.

    Args and errors are those of `linspace`; `base` gets a gradient, too, and is broadcast with
    the numbers.

    Example:
        >>> import grad_core as gc
        >>> gc.logspace(0, 2, 3)
        Tensor([  1.,  10., 100.])
    """
    y = power(base, _spaced("logspace", _linspace, start, stop, num, endpoint, axis))
    return _in_dtype("logspace", y, dtype, device, start, stop, base)


def geomspace(
    start: Operand,
    stop: Operand,
    num: int = 50,
    endpoint: bool = True,
    *,
    dtype: DTypeLike | None = None,
    device: str | None = None,
    axis: int = 0,
) -> Tensor:
    """Return numbers at even ratios, from `start` to `stop`.

    Args and errors are those of `linspace`. Both ends have the same sign, or are complex: then
    the numbers lie on a spiral.

    Raises:
        ValueError: One of the ends is 0.

    Example:
        >>> import grad_core as gc
        >>> gc.geomspace(1, 100, 3)
        Tensor([  1.,  10., 100.])
    """
    y = _spaced("geomspace", _geomspace, start, stop, num, endpoint, axis)
    return _in_dtype("geomspace", y, dtype, device, start, stop)
