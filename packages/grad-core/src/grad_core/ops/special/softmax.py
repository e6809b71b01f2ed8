"""Functions that models need and NumPy has not."""

from __future__ import annotations

import numpy as np

from grad_core.arrays import Array, ArrayT, Axis
from grad_core.ops.elementwise.basic import exp
from grad_core.ops.elementwise.comparison import equal
from grad_core.ops.indexing.searching import where
from grad_core.ops.manipulation.manipulation import reshape
from grad_core.ops.special.promotion import floating
from grad_core.ops.statistics.reductions import add_reduce, kept_shape, max_reduce
from grad_core.primitive import Unary


def _finite(x: Array) -> Array:
    """x with 0 for -inf, so that `y - x` is no `-inf + inf`."""
    return where(equal(x, -np.inf), 0.0, x)


def _shifted(x: Array, axis: Axis) -> tuple[Array, Array, Array]:
    """x less its largest element, its exponential, and the sum of that.

    So shifted, no exponential overflows and not all vanish. The sum of float16 is a float32.
    """
    x = floating(x)
    shifted = x - max_reduce(x, axis=axis, keepdims=True, initial=-np.inf)
    powers = np.exp(shifted)
    wide = np.result_type(x.dtype, np.float32)
    return shifted, powers, add_reduce(powers, axis=axis, keepdims=True, dtype=wide)


def _logsumexp(x: Array, axis: Axis, keepdims: bool) -> Array:
    x = floating(x)
    largest = max_reduce(x, axis=axis, keepdims=True, initial=-np.inf)
    shift = np.where(np.isfinite(largest), largest, np.zeros((), x.dtype))
    wide = np.result_type(x.dtype, np.float32)
    with np.errstate(divide="ignore", over="ignore"):
        total = np.log(add_reduce(np.exp(x - shift), axis=axis, keepdims=keepdims, dtype=wide))
    return np.asarray(total + shift.reshape(total.shape)).astype(x.dtype)


logsumexp_: Unary[Axis, bool] = Unary(
    "logsumexp",
    _logsumexp,
    lambda g, y, x, axis, _keepdims: (
        reshape(g, kept_shape(x.shape, axis))
        * exp(x - _finite(reshape(y, kept_shape(x.shape, axis))))
    ),
)


def logsumexp(x: ArrayT, axis: Axis = None, *, keepdims: bool = False) -> ArrayT:
    """log(sum(exp(x))) over an axis, several or all, without overflow.

    Args:
        x: Any shape.
        axis: An int, a tuple of them, or None for all axes.
        keepdims: Whether the axes stay, with size 1.

    Example:
        >>> import grad_core as gc
        >>> gc.logsumexp(gc.Tensor([1000.0, 1000.0]))
        Tensor(1000.6932)
    """
    return logsumexp_(x, axis, keepdims)


def _softmax(x: Array, axis: int) -> Array:
    _, powers, total = _shifted(x, axis)
    return np.divide(powers, total, out=np.asarray(powers), casting="same_kind")


softmax_: Unary[int] = Unary(
    "softmax",
    _softmax,
    lambda g, y, _x, axis: y * (g - (g * y).sum(axis, keepdims=True)),
)


def softmax(x: ArrayT, axis: int = -1) -> ArrayT:
    """exp(x) / sum(exp(x)) along an axis, without overflow.

    Args:
        x: At least one axis.
        axis: Along which the results sum to 1.

    Raises:
        ValueError: The axis does not exist.

    Example:
        >>> import grad_core as gc
        >>> gc.softmax(gc.Tensor([1000.0, 1000.0]))
        Tensor([0.5, 0.5])
    """
    return softmax_(x, axis)


def _log_softmax(x: Array, axis: int) -> Array:
    shifted, _, total = _shifted(x, axis)
    return np.subtract(shifted, np.log(total), out=np.asarray(shifted), casting="same_kind")


log_softmax_: Unary[int] = Unary(
    "log_softmax",
    _log_softmax,
    lambda g, y, _x, axis: g - exp(y) * g.sum(axis, keepdims=True),
)


def log_softmax(x: ArrayT, axis: int = -1) -> ArrayT:
    """log(softmax(x)) along an axis, exact where softmax would round to 0.

    Args:
        x: At least one axis.
        axis: Along which the exponentials of the results sum to 1.

    Raises:
        ValueError: The axis does not exist.

    Example:
        >>> import grad_core as gc
        >>> gc.log_softmax(gc.Tensor([0.0, 1000.0]))
        Tensor([-1000.,     0.])
    """
    return log_softmax_(x, axis)
