"""Activations with bounds on both sides, and logsigmoid."""

from __future__ import annotations

import numpy as np

import grad_core as gc
from grad_core import Array, Binary, Tensor, Unary
from grad_core.primitive import unwrap
from grad_nn.functional.checks import check_tensor
from grad_nn.functional.elementwise import blockwise, keep, log1p, logistic, smooth
from grad_nn.functional.in_place import update


def _of_sigmoid(g: Array, y: Array) -> Array:
    out = 1 - y
    out *= y
    out *= g
    return out


# y * (1 - y) * g, where y is the result
_sigmoid_gradient: Binary[()] = Binary(
    "sigmoid",
    lambda g, y: blockwise(_of_sigmoid, (g, y)),
    lambda h, _out, _g, y: _sigmoid_gradient(h, y),
    lambda h, _out, g, y: h * g * (1.0 - y * 2.0),
)
sigmoid_: Unary[()] = Unary(
    "sigmoid",
    lambda x: blockwise(logistic, (x,)),
    lambda g, y, _x: _sigmoid_gradient(g, y),
)


def sigmoid(input: Tensor) -> Tensor:
    """1 / (1 + exp(-x)), elementwise, without overflow.

    Raises:
        TypeError: `input` is no Tensor of real numbers.

    Example:
        >>> sigmoid(Tensor([-1000.0, 0.0, 1000.0]))
        Tensor([0. , 0.5, 1. ])
    """
    check_tensor("sigmoid", input)
    return sigmoid_(input)


_hardsigmoid: Unary[()] = Unary(
    "hardsigmoid",
    lambda x: np.clip(x / 6 + 0.5, 0, 1),
    lambda g, _y, x: keep(g / 6, unwrap((x > -3) & (x < 3))),
)


def hardsigmoid(input: Tensor, inplace: bool = False) -> Tensor:
    """x / 6 + 1/2, not below 0 nor above 1, elementwise: sigmoid, made of lines.

    Args:
        input: Any shape.
        inplace: Whether `input` itself is changed, and returned.

    Raises:
        TypeError: `input` is no Tensor of real numbers.
        RuntimeError: A leaf that requires a gradient is to be changed.

    Example:
        >>> hardsigmoid(Tensor([-4.0, 0.0, 4.0]))
        Tensor([0. , 0.5, 1. ])

    Reference:
        M. Courbariaux, Y. Bengio and J. David, "BinaryConnect: training deep neural networks with
        binary weights during propagations", NeurIPS 2015, section 2.3, with a gentler slope.
    """
    check_tensor("hardsigmoid", input)
    return update("hardsigmoid", input, _hardsigmoid) if inplace else _hardsigmoid(input)


def _log_logistic(x: Array) -> Array:
    rest = np.abs(x)
    np.negative(rest, out=rest)
    np.exp(rest, out=rest)
    rest = log1p(rest)
    out = np.minimum(x, 0)
    out -= rest
    return out


logsigmoid_: Unary[()] = smooth(
    "logsigmoid",
    _log_logistic,
    lambda x: logistic(-x),
    lambda x: -sigmoid_(x) * sigmoid_(-x),
)


def logsigmoid(input: Tensor) -> Tensor:
    """log(sigmoid(x)), elementwise, exact where sigmoid rounds to 0 or 1.

    Raises:
        TypeError: `input` is no Tensor of real numbers.

    Example:
        >>> import grad_core as gc
        >>> gc.round(logsigmoid(Tensor([-10.0, 0.0])), 4)
        Tensor([-10.    ,  -0.6931])
    """
    check_tensor("logsigmoid", input)
    return logsigmoid_(input)


def tanh(input: Tensor) -> Tensor:
    """The hyperbolic tangent, elementwise.

    Raises:
        TypeError: `input` is no Tensor.

    Example:
        >>> tanh(Tensor([0.0, 1000.0]))
        Tensor([0., 1.])
    """
    check_tensor("tanh", input, complex_too=True)
    return gc.tanh(input)


def _softsign(x: Array) -> Array:
    most = np.finfo(x.dtype).max
    out = np.clip(x, -most, most)  # and not inf / inf
    below = np.abs(out)
    below += 1
    out /= below
    return out


def _softsign_slope(x: Array) -> Array:
    out = np.abs(x)
    out += 1
    np.reciprocal(out, out=out)
    out *= out
    return out


def _softsign_curvature(x: Array) -> Array:
    share = 1.0 / (gc.abs(x) + 1.0)
    curvature: Array = gc.sign(x) * share * share * share * -2.0
    return curvature


_softsign_: Unary[()] = smooth("softsign", _softsign, _softsign_slope, _softsign_curvature)


def softsign(input: Tensor) -> Tensor:
    """x / (1 + |x|), elementwise.

    Args:
        input: Any shape, complex too.

    Raises:
        TypeError: `input` is no Tensor.

    Example:
        >>> softsign(Tensor([-1.0, 0.0, 3.0]))
        Tensor([-0.5 ,  0.  ,  0.75])

    Reference:
        J. Bergstra et al., "Quadratic polynomials learn better image features", technical report
        1337, Université de Montréal, 2009.
    """
    check_tensor("softsign", input, complex_too=True)
    return input / (gc.abs(input) + 1.0) if input.dtype.kind == "c" else _softsign_(input)
