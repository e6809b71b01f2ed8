"""Losses of numbers: functions of how far a prediction is from its target."""

from __future__ import annotations

import numpy as np

import grad_core as gc
from grad_core import Array, Raw, Tensor, Unary
from grad_core.arrays import Mask
from grad_core.primitive import unwrap
from grad_nn.functional.elementwise import smooth
from grad_nn.functional.loss.reduction import Reduction, reduced, same_shape, weighted

_square: Unary[()] = Unary("mse_loss", lambda d: d * d, lambda g, _y, d: g * d * 2.0)
# The usual reduction as one operation: of few numbers, in little more than half of the time
_mean_square: Unary[()] = Unary(
    "mse_loss",
    lambda d: gc.mean(d * d),
    lambda g, _y, d: g * (2.0 / (d.size or 1)) * d,
)


def mse_loss(
    input: Tensor,
    target: Tensor | Raw,
    *,
    reduction: Reduction = "mean",
    weight: Tensor | Raw | None = None,
) -> Tensor:
    """The squared error, (input - target)^2.

    Args:
        input: Predictions, of any shape.
        target: What they should be, of the same shape: they are not broadcast, because that is
            hardly ever meant.
        reduction: `"mean"` over all elements, `"sum"` or `"none"`.
        weight: A factor for each element, of the same shape, or None. The mean is then the sum over
            the sum of the factors.

    Raises:
        TypeError: `input` is no Tensor, or another operand neither a Tensor nor an ndarray.
        ValueError: The shapes differ, or the reduction is unknown.

    Example:
        >>> mse_loss(Tensor([1.0, 2.0]), Tensor([0.0, 0.0]))
        Tensor(2.5)
    """
    goal = same_shape("mse_loss", input, target)
    if weight is None and reduction == "mean":
        return _mean_square(input - goal)
    return weighted("mse_loss", _square(input - goal), weight, reduction, of_weights=True)


def l1_loss(
    input: Tensor,
    target: Tensor | Raw,
    *,
    reduction: Reduction = "mean",
    weight: Tensor | Raw | None = None,
) -> Tensor:
    """The absolute error, |input - target|. Its gradient at 0 is 0.

    Args:
        input: Predictions, of any shape, complex too.
        target: What they should be, of the same shape.
        reduction: `"mean"` over all elements, `"sum"` or `"none"`.
        weight: A factor for each element, of the same shape, or None. The mean is then the sum over
            the sum of the factors.

    Raises:
        TypeError: `input` is no Tensor, or another operand neither a Tensor nor an ndarray.
        ValueError: The shapes differ, or the reduction is unknown.

    Example:
        >>> l1_loss(Tensor([1.0, -2.0]), Tensor([0.0, 0.0]))
        Tensor(1.5)
    """
    goal = same_shape("l1_loss", input, target, complex_too=True)
    return weighted("l1_loss", gc.abs(input - goal), weight, reduction, of_weights=True)


def _huber(d: Array, delta: float) -> Array:
    size = np.abs(d)
    near = np.minimum(size, delta)
    size -= near * 0.5
    near *= size
    return near


def _inside(d: Array, bound: float) -> Array:
    mask: Mask = unwrap(gc.abs(d) < bound)
    return mask.astype(d.dtype)


_huber_: Unary[float] = smooth(
    "huber_loss", _huber, lambda d, delta: np.clip(d, -delta, delta), _inside
)


def huber_loss(
    input: Tensor,
    target: Tensor | Raw,
    reduction: Reduction = "mean",
    delta: float = 1.0,
    weight: Tensor | Raw | None = None,
) -> Tensor:
    """d^2 / 2 for an error |d| < delta, delta * (|d| - delta / 2) for a larger one.

    Args:
        input: Predictions, of any shape.
        target: What they should be, of the same shape.
        reduction: `"mean"` over all elements, `"sum"` or `"none"`.
        delta: From where on the loss is linear; more than 0.
        weight: A factor for each element, of the same shape, or None. The mean is still taken over
            the number of elements.

    Raises:
        TypeError: `input` is no Tensor, or another operand neither a Tensor nor an ndarray.
        ValueError: The shapes differ, `delta` is not more than 0, or the reduction is unknown.

    Example:
        >>> huber_loss(Tensor([1.0, 3.0]), Tensor([0.0, 0.0]), reduction="none")
        Tensor([0.5, 2.5])

    Reference:
        P. Huber, "Robust estimation of a location parameter", Annals of Mathematical Statistics 35,
        1964, example iii.
    """
    goal = same_shape("huber_loss", input, target)
    if not delta > 0:
        raise ValueError(f"huber_loss: delta is {delta}, expected more than 0")
    loss = _huber_(input - goal, delta)
    return weighted("huber_loss", loss, weight, reduction, of_weights=False)


def _smooth_l1(d: Array, beta: float) -> Array:
    size = np.abs(d)
    share = size / beta
    np.minimum(share, 1, out=share)
    size -= share * (0.5 * beta)
    size *= share
    return size


def _smooth_l1_slope(d: Array, beta: float) -> Array:
    slope = d / beta
    return np.clip(slope, -1, 1, out=slope)


_smooth_l1_: Unary[float] = smooth(
    "smooth_l1_loss", _smooth_l1, _smooth_l1_slope, lambda d, beta: _inside(d, beta) / beta
)


def smooth_l1_loss(
    input: Tensor, target: Tensor | Raw, *, reduction: Reduction = "mean", beta: float = 1.0
) -> Tensor:
    """d^2 / (2 beta) for an error |d| < beta, |d| - beta / 2 for a larger one.

    Args:
        input: Predictions, of any shape.
        target: What they should be, of the same shape.
        reduction: `"mean"` over all elements, `"sum"` or `"none"`.
        beta: From where on the loss is linear; 0 makes it the absolute error.

    Raises:
        TypeError: `input` is no Tensor, or `target` neither a Tensor nor an ndarray.
        ValueError: The shapes differ, `beta` is negative, or the reduction is unknown.

    Example:
        >>> smooth_l1_loss(Tensor([1.0, 3.0]), Tensor([0.0, 0.0]), reduction="none")
        Tensor([0.5, 2.5])

    Reference:
        R. Girshick, "Fast R-CNN", ICCV 2015, equation 3.
    """
    goal = same_shape("smooth_l1_loss", input, target)
    if not beta >= 0:
        raise ValueError(f"smooth_l1_loss: beta is {beta}, expected at least 0")
    d = input - goal
    return reduced("smooth_l1_loss", _smooth_l1_(d, beta) if beta else gc.abs(d), reduction)
