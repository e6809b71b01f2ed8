"""Activation functions."""

from __future__ import annotations

import numpy as np

import grad_core as gc
from grad_core import Array, Tensor, Unary
from grad_nn.functional.checks import check_tensor


def _sigmoid(x: Array) -> Array:
    if x.dtype.kind != "f":
        x = x.astype(np.result_type(x.dtype, np.float16))  # as NumPy's exp does
    # exp of what is not positive never overflows, and small results keep all their digits.
    z = np.exp(-np.abs(x))
    return np.asarray(np.where(x >= 0, np.ones((), z.dtype), z) / (1 + z))


_relu: Unary[()] = Unary(
    "relu", lambda x: np.maximum(x, 0), lambda g, y, _x: gc.where(y <= 0, 0.0, g)
)
_leaky_relu: Unary[float] = Unary(
    "leaky_relu",
    lambda x, slope: np.where(x > 0, x, x * slope),
    lambda g, _y, x, slope: gc.where(x > 0, g, g * slope),
)
_sigmoid_: Unary[()] = Unary("sigmoid", _sigmoid, lambda g, y, _x: g * (y * (1 - y)))


def relu(input: Tensor) -> Tensor:
    """max(0, x), elementwise. The gradient at 0 is 0.

    Raises:
        TypeError: `input` is no Tensor of real numbers.

    Example:
        >>> relu(Tensor([-1.0, 2.0]))
        Tensor([0., 2.])

    Reference:
        V. Nair and G. Hinton, "Rectified linear units improve restricted Boltzmann machines",
        ICML 2010, section 2.
    """
    check_tensor("relu", input)
    return _relu(input)


def leaky_relu(input: Tensor, negative_slope: float = 0.01) -> Tensor:
    """x for x > 0, negative_slope * x otherwise, elementwise.

    Raises:
        TypeError: `input` is no Tensor of real numbers.

    Example:
        >>> leaky_relu(Tensor([-1.0, 2.0]), 0.5)
        Tensor([-0.5,  2. ])

    Reference:
        A. Maas, A. Hannun and A. Ng, "Rectifier nonlinearities improve neural network acoustic
        models", ICML 2013, section 2.
    """
    check_tensor("leaky_relu", input)
    return _leaky_relu(input, negative_slope)


def sigmoid(input: Tensor) -> Tensor:
    """1 / (1 + exp(-x)), elementwise, without overflow.

    Raises:
        TypeError: `input` is no Tensor of real numbers.

    Example:
        >>> sigmoid(Tensor([-1000.0, 0.0, 1000.0]))
        Tensor([0. , 0.5, 1. ])
    """
    check_tensor("sigmoid", input)
    return _sigmoid_(input)


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


def softmax(input: Tensor, dim: int = -1) -> Tensor:
    """exp(x) / sum(exp(x)) along `dim`, without overflow.

    Raises:
        TypeError: `input` is no Tensor of real numbers.
        ValueError: The axis does not exist.

    Example:
        >>> softmax(Tensor([1000.0, 1000.0]))
        Tensor([0.5, 0.5])
    """
    check_tensor("softmax", input)
    return gc.softmax(input, dim)


def log_softmax(input: Tensor, dim: int = -1) -> Tensor:
    """log(softmax(x)) along `dim`, exact where softmax rounds to 0.

    Raises:
        TypeError: `input` is no Tensor of real numbers.
        ValueError: The axis does not exist.

    Example:
        >>> log_softmax(Tensor([0.0, 1000.0]))
        Tensor([-1000.,     0.])
    """
    check_tensor("log_softmax", input)
    return gc.log_softmax(input, dim)
