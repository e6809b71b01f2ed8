"""Activations that turn into a line by way of an exponential."""

from __future__ import annotations

import numpy as np

import grad_core as gc
from grad_core import Array, Tensor, Unary
from grad_core.primitive import unwrap
from grad_nn.functional.checks import check_tensor
from grad_nn.functional.elementwise import expm1, keep, log1p, logistic, smooth
from grad_nn.functional.in_place import update

# Of SELU, which with them keeps a mean of 0 and a variance of 1: equation 14 of its paper
_ALPHA = 1.6732632423543772
_SCALE = 1.0507009873554805


def _elu(x: Array, alpha: float, rate: float, scale: float) -> Array:
    out = np.minimum(x, 0)
    out *= rate
    out = expm1(out) if rate > 0 else np.expm1(out, out=out)
    out *= alpha * scale
    above = np.maximum(x, 0)
    above *= scale
    out += above
    return out


def _elu_slope(x: Array, alpha: float, rate: float, scale: float) -> Array:
    below = alpha * rate * scale
    out = np.minimum(x, 0)
    out *= rate
    np.exp(out, out=out)
    out *= below
    out += np.multiply(x > 0, scale - below, dtype=out.dtype)
    return out


def _elu_curvature(x: Array, alpha: float, rate: float, scale: float) -> Array:
    below = gc.exp(gc.minimum(x, 0.0) * rate) * (alpha * rate * rate * scale)
    return keep(below, unwrap(x < 0))


# scale * x above 0, scale * alpha * (exp(rate * x) - 1) below
_exponential: Unary[float, float, float] = smooth("elu", _elu, _elu_slope, _elu_curvature)


def _softplus(x: Array, beta: float, threshold: float) -> Array:
    scaled = x * beta
    out = np.abs(scaled)
    np.negative(out, out=out)
    np.exp(out, out=out)
    out = log1p(out)
    out += np.maximum(scaled, 0)
    out /= beta
    linear = scaled > threshold
    if linear.any():
        np.copyto(out, x, where=linear)
    return out


def _softplus_slope(x: Array, beta: float, threshold: float) -> Array:
    scaled = x * beta
    out = logistic(scaled)
    np.maximum(out, scaled > threshold, out=out)
    return out


def _softplus_curvature(x: Array, beta: float, threshold: float) -> Array:
    scaled = x * beta
    both = gc.special.expit(scaled) * gc.special.expit(-scaled)
    return keep(both * beta, unwrap(scaled < threshold))


softplus_: Unary[float, float] = smooth("softplus", _softplus, _softplus_slope, _softplus_curvature)


def elu(input: Tensor, alpha: float = 1.0, inplace: bool = False) -> Tensor:
    """x for x > 0, alpha * (exp(x) - 1) otherwise, elementwise. The gradient at 0 is alpha.

    Args:
        input: Any shape.
        alpha: What x is near to far below zero, with the other sign.
        inplace: Whether `input` itself is changed, and returned.

    Raises:
        TypeError: `input` is no Tensor of real numbers.
        RuntimeError: A leaf that requires a gradient is to be changed.

    Example:
        >>> import grad_core as gc
        >>> gc.round(elu(Tensor([-1.0, 2.0])), 4)
        Tensor([-0.6321,  2.    ])

    Reference:
        D. Clevert, T. Unterthiner and S. Hochreiter, "Fast and accurate deep network learning by
        exponential linear units (ELUs)", ICLR 2016, equation 15.
    """
    check_tensor("elu", input)
    return _applied("elu", input, alpha, 1.0, 1.0, inplace)


def elu_(input: Tensor, alpha: float = 1.0) -> Tensor:
    """`elu` that changes `input` itself.

    Example:
        >>> import grad_core as gc
        >>> gc.round(elu_(Tensor([-1.0, 2.0])), 4)
        Tensor([-0.6321,  2.    ])
    """
    return elu(input, alpha, inplace=True)


def celu(input: Tensor, alpha: float = 1.0, inplace: bool = False) -> Tensor:
    """x for x > 0, alpha * (exp(x / alpha) - 1) otherwise, elementwise. Its gradient has no jump.

    Args:
        input: Any shape.
        alpha: What x is near to far below zero, with the other sign.
        inplace: Whether `input` itself is changed, and returned.

    Raises:
        TypeError: `input` is no Tensor of real numbers.
        ValueError: `alpha` is 0.
        RuntimeError: A leaf that requires a gradient is to be changed.

    Example:
        >>> import grad_core as gc
        >>> gc.round(celu(Tensor([-1.0, 2.0]), 2.0), 4)
        Tensor([-0.7869,  2.    ])

    Reference:
        J. Barron, "Continuously differentiable exponential linear units", 2017, equation 2.
    """
    check_tensor("celu", input)
    if alpha == 0:
        raise ValueError("celu: alpha is 0, and x is divided by it")
    return _applied("celu", input, alpha, 1.0 / alpha, 1.0, inplace)


def celu_(input: Tensor, alpha: float = 1.0) -> Tensor:
    """`celu` that changes `input` itself.

    Example:
        >>> import grad_core as gc
        >>> gc.round(celu_(Tensor([-1.0, 2.0]), 2.0), 4)
        Tensor([-0.7869,  2.    ])
    """
    return celu(input, alpha, inplace=True)


def selu(input: Tensor, inplace: bool = False) -> Tensor:
    """scale * elu(x, alpha), elementwise, with alpha = 1.6733 and scale = 1.0507.

    With these, activations of mean 0 and variance 1 tend to stay so from layer to layer.

    Args:
        input: Any shape.
        inplace: Whether `input` itself is changed, and returned.

    Raises:
        TypeError: `input` is no Tensor of real numbers.
        RuntimeError: A leaf that requires a gradient is to be changed.

    Example:
        >>> import grad_core as gc
        >>> gc.round(selu(Tensor([-1.0, 2.0])), 4)
        Tensor([-1.1113,  2.1014])

    Reference:
        G. Klambauer et al., "Self-normalizing neural networks", NeurIPS 2017, equation 2.
    """
    check_tensor("selu", input)
    return _applied("selu", input, _ALPHA, 1.0, _SCALE, inplace)


def selu_(input: Tensor) -> Tensor:
    """`selu` that changes `input` itself.

    Example:
        >>> import grad_core as gc
        >>> gc.round(selu_(Tensor([-1.0, 2.0])), 4)
        Tensor([-1.1113,  2.1014])
    """
    return selu(input, inplace=True)


def _applied(
    name: str, input: Tensor, alpha: float, rate: float, scale: float, inplace: bool
) -> Tensor:
    if inplace:
        return update(name, input, lambda x: _exponential(x, alpha, rate, scale))
    return _exponential(input, alpha, rate, scale)


def softplus(input: Tensor, beta: float = 1.0, threshold: float = 20.0) -> Tensor:
    """log(1 + exp(beta * x)) / beta, elementwise, without overflow; x where beta * x > threshold.

    Args:
        input: Any shape.
        beta: How sharp the turn is.
        threshold: Where the result is x itself.

    Raises:
        TypeError: `input` is no Tensor of real numbers.
        ValueError: `beta` is 0.

    Example:
        >>> import grad_core as gc
        >>> gc.round(softplus(Tensor([-1000.0, 0.0, 30.0])), 4)
        Tensor([ 0.    ,  0.6931, 30.    ])

    Reference:
        C. Dugas et al., "Incorporating second-order functional knowledge for better option
        pricing", NeurIPS 2000, section 2.
    """
    check_tensor("softplus", input)
    if beta == 0:
        raise ValueError("softplus: beta is 0, and the result is divided by it")
    return softplus_(input, beta, threshold)
