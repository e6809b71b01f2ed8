"""Negative log-likelihoods of distributions, and the divergence of two of them."""

from __future__ import annotations

import math
from typing import Literal, TypeAlias

import numpy as np

import grad_core as gc
from grad_core import Array, Binary, Raw, Tensor, Unary
from grad_core.primitive import unwrap
from grad_nn.functional.loss.reduction import (
    Reduction,
    broadcast,
    check_reduction,
    operand,
    reduced,
)

KLReduction: TypeAlias = Literal["none", "mean", "sum", "batchmean"]
"""What becomes of the divergences: also their sum, divided by the length of the first axis."""


def _times(p: Array, x: Array, of: Array) -> Array:
    """p * x, and 0 where p is 0, even if x is infinite, unless `of` is NaN."""
    with np.errstate(invalid="ignore"):
        product = p * x
    if np.isfinite(product).all():
        return product
    return np.where((p == 0) & ~np.isnan(of), np.zeros((), product.dtype), product)


# p * (log(p) - x). The gradient of p at 0 is infinite, as that of log(p).
_divergence: Binary[()] = Binary(
    "kl_div",
    lambda x, p: gc.special.xlogy(p, p) - _times(p, x, x),
    lambda g, _y, _x, p: -(g * p),
    lambda g, _y, x, p: g * (gc.log(p) + 1.0 - x),
)


def _of_logarithms(x: Array, log_p: Array) -> Array:
    with np.errstate(invalid="ignore"):
        ratio = log_p - x
    return _times(np.exp(log_p), ratio, x)


_divergence_of_logarithms: Binary[()] = Binary(
    "kl_div",
    _of_logarithms,
    lambda g, _y, _x, log_p: -(g * gc.exp(log_p)),
    lambda g, y, _x, log_p: g * (y + gc.exp(log_p)),
)


def kl_div(
    input: Tensor,
    target: Tensor | Raw,
    *,
    reduction: KLReduction = "mean",
    log_target: bool = False,
) -> Tensor:
    """p * (log(p) - log(q)), a term of the Kullback-Leibler divergence of p from q.

    Args:
        input: log(q), the logarithms of predicted probabilities, of any shape.
        target: p, which it should be; broadcast with `input`.
        reduction: `"batchmean"`, the divergence: the sum over the length of the first axis; or
            `"mean"` over all elements, `"sum"` or `"none"`.
        log_target: Whether `target` is log(p).

    Raises:
        TypeError: `input` is no Tensor, or `target` neither a Tensor nor an ndarray.
        ValueError: The shapes are not broadcast, or the reduction is unknown.

    Example:
        >>> import grad_core as gc
        >>> loss = kl_div(gc.log(Tensor([[0.25, 0.75]])), Tensor([[0.5, 0.5]]), reduction="batchmean")
        >>> gc.round(loss, 4)
        Tensor(0.1438)

    Reference:
        S. Kullback and R. Leibler, "On information and sufficiency", Annals of Mathematical
        Statistics 22, 1951, equation 2.4.
    """
    (p,) = broadcast("kl_div", input, target=target)
    batch = reduction == "batchmean"
    if not batch:
        check_reduction("kl_div", reduction)
    loss = _divergence_of_logarithms(input, p) if log_target else _divergence(input, p)
    if reduction == "batchmean":
        return loss.sum() / input.shape[0] if input.ndim else loss.sum()
    return reduced("kl_div", loss, reduction)


def poisson_nll_loss(
    input: Tensor,
    target: Tensor | Raw,
    log_input: bool = True,
    full: bool = False,
    *,
    eps: float = 1e-8,
    reduction: Reduction = "mean",
) -> Tensor:
    """The negative log-likelihood of counts that have a Poisson distribution.

    It is exp(x) - k * x where x is the logarithm of the expected count, and x - k * log(x + eps)
    where x is the count itself; log(k!), which depends on the target alone, is left out.

    Args:
        input: Expected counts, or their logarithms, of any shape.
        target: The counts k, broadcast with `input`.
        log_input: Whether `input` is logarithms.
        full: Whether log(k!) is added, by Stirling's approximation k log(k) - k + log(2 pi k) / 2
            for k > 1.
        eps: What keeps the logarithm finite.
        reduction: `"mean"` over all elements, `"sum"` or `"none"`.

    Raises:
        TypeError: `input` is no Tensor, or `target` neither a Tensor nor an ndarray.
        ValueError: The shapes are not broadcast, or the reduction is unknown.

    Example:
        >>> poisson_nll_loss(Tensor([0.0, 0.0]), Tensor([2.0, 5.0]))
        Tensor(1.)

    Reference:
        D. Cox and D. Hinkley, "Theoretical statistics", 1974, example 2.1.
    """
    (count,) = broadcast("poisson_nll_loss", input, target=target)
    check_reduction("poisson_nll_loss", reduction)
    loss = gc.exp(input) - count * input if log_input else input - count * gc.log(input + eps)
    if full:
        many = count > 1
        k = gc.where(many, count, 2.0)
        stirling = k * gc.log(k) - k + gc.log(k * (2 * math.pi)) * 0.5
        loss = loss + gc.where(many, stirling, 0.0)
    return reduced("poisson_nll_loss", loss, reduction)


# The gradient passes at the bound and below, as if the variance were not held there.
_held: Unary[float] = Unary(
    "gaussian_nll_loss", lambda x, least: np.maximum(x, least), lambda g, _y, _x, _least: g
)


def gaussian_nll_loss(
    input: Tensor,
    target: Tensor | Raw,
    var: Tensor | Raw,
    full: bool = False,
    eps: float = 1e-6,
    reduction: Reduction = "mean",
) -> Tensor:
    """The negative log-likelihood of a normal distribution, (log(v) + (x - t)^2 / v) / 2.

    Args:
        input: Expected values x, of any shape.
        target: The values t, broadcast with `input`.
        var: Variances v, not negative: of the shape of `input`, or without its last axis, or with
            one axis of length 1; or one number.
        full: Whether log(2 pi) / 2, which is constant, is added.
        eps: The least variance; those below it are held there.
        reduction: `"mean"` over all elements, `"sum"` or `"none"`.

    Raises:
        TypeError: `input` is no Tensor, or `target` neither a Tensor nor an ndarray.
        ValueError: A variance is negative, the shapes do not fit, or the reduction is unknown.

    Example:
        >>> gaussian_nll_loss(Tensor([1.0, 2.0]), Tensor([0.0, 0.0]), 1.0)
        Tensor(1.25)

    Reference:
        D. Nix and A. Weigend, "Estimating the mean and variance of the target probability
        distribution", ICNN 1994, equation 4.
    """
    (goal,) = broadcast("gaussian_nll_loss", input, target=target)
    check_reduction("gaussian_nll_loss", reduction)
    variance = _variance(input, var)
    if (unwrap(variance) < 0).any():
        raise ValueError("gaussian_nll_loss: var has a negative number, expected variances")
    held = _held(variance, eps)
    error = input - goal
    loss = (gc.log(held) + error * error / held) * 0.5
    if full:
        loss = loss + 0.5 * math.log(2 * math.pi)
    return reduced("gaussian_nll_loss", loss, reduction)


def _variance(input: Tensor, var: Tensor | Raw) -> Tensor:
    found = unwrap(var)
    if isinstance(found, (int, float, np.number)) or (found is var and np.shape(found) == ()):
        number = operand("gaussian_nll_loss", "var", np.asarray(found), input.dtype)
        return gc.full(input.shape, unwrap(number), dtype=input.dtype)
    variance = operand("gaussian_nll_loss", "var", var, input.dtype)
    if variance.shape == input.shape:
        return variance
    if variance.shape == input.shape[:-1]:
        return gc.expand_dims(variance, -1)
    others = [(m, n) for m, n in zip(variance.shape, input.shape, strict=False) if m != n]
    if variance.ndim == input.ndim and len(others) == 1 and others[0][0] == 1:
        return variance
    raise ValueError(
        f"gaussian_nll_loss: var has shape {variance.shape}, expected {input.shape}, that of input,"
        " or the same without the last axis, or with one axis of length 1"
    )
