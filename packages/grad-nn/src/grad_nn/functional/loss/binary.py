"""Losses of yes or no: each number is a prediction of its own."""

from __future__ import annotations

import math

import numpy as np

import grad_core as gc
from grad_core import Array, Binary, Raw, Tensor, Unary
from grad_core.primitive import unwrap
from grad_nn.functional.activation.exponential import softplus_
from grad_nn.functional.activation.sigmoids import logsigmoid_, sigmoid_
from grad_nn.functional.elementwise import blockwise, log1p
from grad_nn.functional.loss.reduction import (
    Reduction,
    broadcast,
    check_reduction,
    factors,
    reduced,
    same_shape,
)

_LEAST = -100.0  # the least logarithm, so that the loss of a certain mistake is finite


def _logarithms(p: Array) -> tuple[Array, Array]:
    """log(p) and log(1 - p), neither less than -100."""
    with np.errstate(divide="ignore"):
        return np.maximum(np.log(p), _LEAST), np.maximum(np.log1p(-p), _LEAST)


def _entropy(p: Array, t: Array) -> Array:
    yes, no = _logarithms(p)
    return (t - 1) * no - t * yes


def _log_odds(p: Array) -> Array:
    yes, no = _logarithms(p)
    return yes - no


_odds: Unary[()] = Unary(
    "binary_cross_entropy", _log_odds, lambda g, _y, p: g / gc.maximum(p * (1.0 - p), 1e-12)
)
_entropy_: Binary[()] = Binary(
    "binary_cross_entropy",
    _entropy,
    lambda g, _y, p, t: g * (p - t) / gc.maximum(p * (1.0 - p), 1e-12),
    lambda g, _y, p, _t: -(g * _odds(p)),
)


def binary_cross_entropy(
    input: Tensor,
    target: Tensor | Raw,
    weight: Tensor | Raw | None = None,
    *,
    reduction: Reduction = "mean",
) -> Tensor:
    """-(t * log(p) + (1 - t) * log(1 - p)); no logarithm counts as less than -100.

    `binary_cross_entropy_with_logits` is more exact where p is the sigmoid of something.

    Args:
        input: Probabilities p, of any shape.
        target: What they should be, t, of the same shape.
        weight: A factor for each element, broadcast with them, or None.
        reduction: `"mean"` over all elements, `"sum"` or `"none"`.

    Raises:
        TypeError: `input` is no Tensor, or another operand neither a Tensor nor an ndarray.
        ValueError: A probability is not between 0 and 1, the shapes do not fit, or the reduction is
            unknown.

    Example:
        >>> import grad_core as gc
        >>> gc.round(binary_cross_entropy(Tensor([0.5, 0.25]), Tensor([1.0, 0.0])), 4)
        Tensor(0.4904)

    Reference:
        C. Bishop, "Pattern Recognition and Machine Learning", 2006, equation 4.90.
    """
    name = "binary_cross_entropy"
    goal = same_shape(name, input, target)
    check_reduction(name, reduction)
    p = unwrap(input)
    if ((p < 0) | (p > 1)).any():
        raise ValueError(
            f"{name}: input has numbers that are not between 0 and 1, and no probabilities; see"
            " binary_cross_entropy_with_logits"
        )
    return reduced(name, _scaled(name, _entropy_(input, goal), weight), reduction)


def _scaled(name: str, loss: Tensor, weight: Tensor | Raw | None) -> Tensor:
    if weight is None:
        return loss
    (factor,) = broadcast(name, loss, weight=factors(name, "weight", weight, loss.dtype))
    return loss * factor


def _from_logits(x: Array, t: Array) -> Array:
    out = np.abs(x)
    np.negative(out, out=out)
    np.exp(out, out=out)
    out = log1p(out)
    out += np.maximum(x, 0)
    out -= x * t
    return out


# log(1 + exp(x)) - t * x
_logits: Binary[()] = Binary(
    "binary_cross_entropy_with_logits",
    lambda x, t: blockwise(_from_logits, (x, t)),
    lambda g, _y, x, t: g * (sigmoid_(x) - t),
    lambda g, _y, x, _t: -(g * x),
)


def binary_cross_entropy_with_logits(
    input: Tensor,
    target: Tensor | Raw,
    weight: Tensor | Raw | None = None,
    *,
    reduction: Reduction = "mean",
    pos_weight: Tensor | Raw | None = None,
) -> Tensor:
    """-(w * t * log(s) + (1 - t) * log(1 - s)) with s = sigmoid(x), without overflow.

    Args:
        input: Logits x, of any shape.
        target: What their sigmoids should be, t, of the same shape.
        weight: A factor for each element, broadcast with them, or None.
        reduction: `"mean"` over all elements, `"sum"` or `"none"`.
        pos_weight: How much more the positive ones count, w, broadcast with them; None for 1.

    Raises:
        TypeError: `input` is no Tensor, or another operand neither a Tensor nor an ndarray.
        ValueError: The shapes do not fit, or the reduction is unknown.

    Example:
        >>> binary_cross_entropy_with_logits(Tensor([1000.0, -1000.0]), Tensor([1.0, 1.0]))
        Tensor(500.)

    Reference:
        C. Bishop, "Pattern Recognition and Machine Learning", 2006, equation 4.90.
    """
    name = "binary_cross_entropy_with_logits"
    goal = same_shape(name, input, target)
    check_reduction(name, reduction)
    if pos_weight is None:
        loss = _logits(input, goal)
    else:
        ratio = factors(name, "pos_weight", pos_weight, input.dtype)
        (w,) = broadcast(name, input, pos_weight=ratio)
        loss = (1.0 - goal) * input - (goal * (w - 1.0) + 1.0) * logsigmoid_(input)
    return reduced(name, _scaled(name, loss, weight), reduction)


def soft_margin_loss(
    input: Tensor, target: Tensor | Raw, *, reduction: Reduction = "mean"
) -> Tensor:
    """log(1 + exp(-t * x)), without overflow.

    Args:
        input: Predictions x, of any shape.
        target: Their signs t, 1 or -1, broadcast with them.
        reduction: `"mean"` over all elements, `"sum"` or `"none"`.

    Raises:
        TypeError: `input` is no Tensor, or `target` neither a Tensor nor an ndarray.
        ValueError: The shapes are not broadcast, or the reduction is unknown.

    Example:
        >>> soft_margin_loss(Tensor([1000.0, -1000.0]), Tensor([1.0, 1.0]))
        Tensor(500.)
    """
    (sign,) = broadcast("soft_margin_loss", input, target=target)
    loss = softplus_(input * -sign, 1.0, math.inf)
    return reduced("soft_margin_loss", loss, reduction)


def multilabel_soft_margin_loss(
    input: Tensor,
    target: Tensor | Raw,
    weight: Tensor | Raw | None = None,
    *,
    reduction: Reduction = "mean",
) -> Tensor:
    """The mean over the classes of the binary cross-entropies of logits.

    For logits x and labels t of 0 and 1 it is -(t * log(s) + (1 - t) * log(1 - s)) with
    s = sigmoid(x).

    Args:
        input: Logits, `(..., C)`.
        target: The labels, of the same shape.
        weight: A factor for each class, `(C,)`, or what else is broadcast; or None.
        reduction: `"mean"` over all samples, `"sum"` or `"none"`.

    Raises:
        TypeError: `input` is no Tensor, or another operand neither a Tensor nor an ndarray.
        ValueError: The shapes do not fit, or the reduction is unknown.

    Example:
        >>> multilabel_soft_margin_loss(Tensor([[1000.0, -1000.0]]), Tensor([[1.0, 1.0]]))
        Tensor(500.)
    """
    name = "multilabel_soft_margin_loss"
    goal = same_shape(name, input, target)
    check_reduction(name, reduction)
    if not input.ndim:
        raise ValueError(f"{name}: input has no axes, expected (C,) or (..., C)")
    return reduced(name, _scaled(name, _logits(input, goal), weight).mean(-1), reduction)
