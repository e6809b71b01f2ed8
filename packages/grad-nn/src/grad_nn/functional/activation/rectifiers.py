"""Activations that are linear on either side of a kink."""

from __future__ import annotations

import numpy as np

import grad_core as gc
from grad_core import Array, Tensor, Unary
from grad_core.arrays import Mask
from grad_core.primitive import unwrap, wrap
from grad_init import Rng, as_generator
from grad_nn.functional.checks import check_tensor
from grad_nn.functional.elementwise import keep
from grad_nn.functional.in_place import update

# As arrays, for which NumPy has not to look for a dtype at each call
_FLOAT32 = np.dtype(np.float32)
_ZERO, _INFINITY = np.array(0.0, _FLOAT32), np.array(np.inf, _FLOAT32)


def _rectified(x: Array) -> Array:
    # NumPy's maximum with one number is not vectorised, but its clip is.
    if x.dtype is _FLOAT32:
        return x.clip(_ZERO, _INFINITY)
    return x.clip(0, np.inf) if x.dtype.kind == "f" else np.asarray(np.maximum(x, 0))


def _drelu(g: Array, y: Array, _x: Array) -> Array:
    # y is never negative, so that `y != 0` is `~(y <= 0)` in one pass, true for NaN as well.
    return keep(g, y != _ZERO if y.__class__ is np.ndarray else unwrap(y != 0))


# The gradient at a kink is PyTorch's: that of the side that the mask leaves out.
_relu: Unary[()] = Unary("relu", _rectified, _drelu)
_hardtanh: Unary[float, float] = Unary(
    "hardtanh",
    lambda x, least, most: np.clip(x, least, most),
    lambda g, _y, x, least, most: keep(g, ~unwrap((x <= least) | (x >= most))),
)
_threshold: Unary[float, float] = Unary(
    "threshold",
    lambda x, threshold, value: np.where(x <= threshold, np.asarray(value).astype(x.dtype), x),
    lambda g, _y, x, threshold, _value: keep(g, ~unwrap(x <= threshold)),
)


def _slopes(above: Mask, below: float, dtype: np.dtype[np.floating]) -> Array:
    """1 above the kink, and what is given below."""
    slope = np.asarray(below, np.result_type(dtype, np.float16))
    if 0 <= below <= 1:  # a maximum is much faster than a choice
        slopes: Array = np.maximum(above, slope)
        return slopes
    return np.where(above, np.ones((), slope.dtype), slope)


_leaky_relu: Unary[float] = Unary(
    "leaky_relu",
    lambda x, slope: x * _slopes(x > 0, slope, x.dtype),
    lambda g, _y, x, slope: g * _slopes(unwrap(x > 0), slope, x.dtype),
)
_prelu: gc.Binary[()] = gc.Binary(
    "prelu",
    lambda x, weight: np.maximum(x, 0) + weight * np.minimum(x, 0),
    lambda g, _y, x, weight: keep(g, unwrap(x > 0)) + keep(g * weight, ~unwrap(x > 0)),
    lambda g, _y, x, _weight: keep(g * x, ~unwrap(x > 0)),
)


def relu(input: Tensor, inplace: bool = False) -> Tensor:
    """max(0, x), elementwise. The gradient at 0 is 0.

    Args:
        input: Any shape.
        inplace: Whether `input` itself is changed, and returned.

    Raises:
        TypeError: `input` is no Tensor of real numbers.
        RuntimeError: A leaf that requires a gradient is to be changed.

    Example:
        >>> relu(Tensor([-1.0, 2.0]))
        Tensor([0., 2.])

    Reference:
        V. Nair and G. Hinton, "Rectified linear units improve restricted Boltzmann machines",
        ICML 2010, section 2.
    """
    check_tensor("relu", input)
    return update("relu", input, _relu) if inplace else _relu(input)


def relu_(input: Tensor) -> Tensor:
    """`relu` that changes `input` itself.

    Example:
        >>> x = Tensor([-1.0, 2.0])
        >>> _ = relu_(x)
        >>> x
        Tensor([0., 2.])
    """
    return relu(input, inplace=True)


def relu6(input: Tensor, inplace: bool = False) -> Tensor:
    """min(max(0, x), 6), elementwise. The gradient at 0 and at 6 is 0.

    Args:
        input: Any shape.
        inplace: Whether `input` itself is changed, and returned.

    Raises:
        TypeError: `input` is no Tensor of real numbers.
        RuntimeError: A leaf that requires a gradient is to be changed.

    Example:
        >>> relu6(Tensor([-1.0, 2.0, 8.0]))
        Tensor([0., 2., 6.])

    Reference:
        A. Howard et al., "MobileNets: efficient convolutional neural networks for mobile vision
        applications", 2017.
    """
    check_tensor("relu6", input)
    return hardtanh(input, 0.0, 6.0, inplace)


def hardtanh(
    input: Tensor, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False
) -> Tensor:
    """x between two bounds, and the nearer bound beyond, elementwise. The gradient at a bound is 0.

    Args:
        input: Any shape.
        min_val: The lower bound.
        max_val: The upper bound.
        inplace: Whether `input` itself is changed, and returned.

    Raises:
        TypeError: `input` is no Tensor of real numbers.
        ValueError: The lower bound is above the upper one.
        RuntimeError: A leaf that requires a gradient is to be changed.

    Example:
        >>> hardtanh(Tensor([-3.0, 0.5, 2.0]))
        Tensor([-1. ,  0.5,  1. ])
    """
    check_tensor("hardtanh", input)
    if min_val > max_val:
        raise ValueError(f"hardtanh: min_val is {min_val}, more than max_val, {max_val}")
    if inplace:
        return update("hardtanh", input, lambda x: _hardtanh(x, min_val, max_val))
    return _hardtanh(input, min_val, max_val)


def hardtanh_(input: Tensor, min_val: float = -1.0, max_val: float = 1.0) -> Tensor:
    """`hardtanh` that changes `input` itself.

    Example:
        >>> hardtanh_(Tensor([-3.0, 0.5]))
        Tensor([-1. ,  0.5])
    """
    return hardtanh(input, min_val, max_val, inplace=True)


def threshold(input: Tensor, threshold: float, value: float, inplace: bool = False) -> Tensor:
    """x where x > threshold, a fixed value elsewhere, elementwise.

    Args:
        input: Any shape.
        threshold: What x is compared with.
        value: What takes the place of x where x is not greater; the gradient is 0 there.
        inplace: Whether `input` itself is changed, and returned.

    Raises:
        TypeError: `input` is no Tensor of real numbers.
        RuntimeError: A leaf that requires a gradient is to be changed.

    Example:
        >>> threshold(Tensor([0.1, 0.5, 2.0]), 0.5, 9.0)
        Tensor([9., 9., 2.])
    """
    check_tensor("threshold", input)
    if inplace:
        return threshold_(input, threshold, value)
    return _threshold(input, threshold, value)


def threshold_(input: Tensor, threshold: float, value: float) -> Tensor:
    """`threshold` that changes `input` itself.

    Example:
        >>> threshold_(Tensor([0.1, 2.0]), 0.5, 9.0)
        Tensor([9., 2.])
    """
    check_tensor("threshold_", input)
    return update("threshold_", input, lambda x: _threshold(x, threshold, value))


def leaky_relu(input: Tensor, negative_slope: float = 0.01, inplace: bool = False) -> Tensor:
    """x for x > 0, negative_slope * x otherwise, elementwise.

    Args:
        input: Any shape.
        negative_slope: The slope below zero, and the gradient at 0.
        inplace: Whether `input` itself is changed, and returned.

    Raises:
        TypeError: `input` is no Tensor of real numbers.
        RuntimeError: A leaf that requires a gradient is to be changed.

    Example:
        >>> leaky_relu(Tensor([-1.0, 2.0]), 0.5)
        Tensor([-0.5,  2. ])

    Reference:
        A. Maas, A. Hannun and A. Ng, "Rectifier nonlinearities improve neural network acoustic
        models", ICML 2013, section 2.
    """
    check_tensor("leaky_relu", input)
    if inplace:
        return update("leaky_relu", input, lambda x: _leaky_relu(x, negative_slope))
    return _leaky_relu(input, negative_slope)


def leaky_relu_(input: Tensor, negative_slope: float = 0.01) -> Tensor:
    """`leaky_relu` that changes `input` itself.

    Example:
        >>> leaky_relu_(Tensor([-1.0, 2.0]), 0.5)
        Tensor([-0.5,  2. ])
    """
    return leaky_relu(input, negative_slope, inplace=True)


def prelu(input: Tensor, weight: Tensor) -> Tensor:
    """x for x > 0, weight * x otherwise, elementwise, where the weight is learned.

    Args:
        input: Any shape; the channels lie along axis 1, or there is one.
        weight: The slope below zero for each channel, `(channels,)`; or one for all, `(1,)` or `()`.

    Raises:
        TypeError: `input` or `weight` is no Tensor of real numbers.
        ValueError: The weight does not have one number for each channel, or for all.

    Example:
        >>> prelu(Tensor([[-1.0, -1.0], [2.0, 2.0]]), Tensor([0.5, 0.25]))
        Tensor([[-0.5 , -0.25],
                [ 2.  ,  2.  ]])

    Reference:
        K. He et al., "Delving deep into rectifiers: surpassing human-level performance on ImageNet
        classification", ICCV 2015, equation 1.
    """
    check_tensor("prelu", input)
    if not isinstance(weight, Tensor):
        raise TypeError(f"prelu: weight is {type(weight).__name__}, expected a Tensor")
    channels = input.shape[1] if input.ndim > 1 else 1
    if weight.ndim > 1 or weight.size not in (1, channels):
        raise ValueError(
            f"prelu: weight has shape {weight.shape}, expected ({channels},), one slope for each"
            f" channel of an input of shape {input.shape}, or (1,)"
        )
    if weight.size == 1:
        slopes = weight.reshape(())
    else:
        slopes = weight.reshape(channels, *(1,) * (input.ndim - 2))
    return _prelu(input, slopes)


def rrelu(
    input: Tensor,
    lower: float = 1.0 / 8,
    upper: float = 1.0 / 3,
    training: bool = False,
    inplace: bool = False,
    *,
    rng: Rng = None,
) -> Tensor:
    """x for x > 0, a * x otherwise, elementwise; in training every a is drawn from U(lower, upper).

    Args:
        input: Any shape.
        lower: The smallest slope below zero.
        upper: The largest.
        training: Whether slopes are drawn. Otherwise they are (lower + upper) / 2.
        inplace: Whether `input` itself is changed, and returned.
        rng: Where random numbers come from: a generator, a seed, or None for the default one.

    Raises:
        TypeError: `input` is no Tensor of real numbers.
        ValueError: `lower` is more than `upper`.
        RuntimeError: A leaf that requires a gradient is to be changed.

    Example:
        >>> rrelu(Tensor([-1.0, 2.0]), 0.25, 0.75)
        Tensor([-0.5,  2. ])

    Reference:
        B. Xu et al., "Empirical evaluation of rectified activations in convolutional network",
        2015, section 2.4.
    """
    check_tensor("rrelu", input)
    if not lower <= upper:
        raise ValueError(f"rrelu: lower is {lower}, expected at most upper, {upper}")
    if not training:
        return leaky_relu(input, (lower + upper) / 2, inplace)
    x: Array = unwrap(input)
    slopes = as_generator(rng).uniform(lower, upper, x.shape)
    factors = wrap(np.where(x > 0, 1.0, slopes).astype(np.result_type(x.dtype, np.float16)))
    return update("rrelu", input, lambda x: x * factors) if inplace else input * factors


def rrelu_(
    input: Tensor,
    lower: float = 1.0 / 8,
    upper: float = 1.0 / 3,
    training: bool = False,
    *,
    rng: Rng = None,
) -> Tensor:
    """`rrelu` that changes `input` itself.

    Example:
        >>> rrelu_(Tensor([-1.0, 2.0]), 0.25, 0.75)
        Tensor([-0.5,  2. ])
    """
    return rrelu(input, lower, upper, training, inplace=True, rng=rng)
