"""Activations that multiply x with a gate, which opens as x grows."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Literal, TypeAlias

import numpy as np

import grad_core as gc
from grad_core import Array, Binary, Tensor, Unary
from grad_core.arrays import Mask
from grad_core.primitive import unwrap
from grad_nn.functional.activation.exponential import softplus_
from grad_nn.functional.checks import check_tensor
from grad_nn.functional.elementwise import blockwise, smooth
from grad_nn.functional.in_place import update

Approximate: TypeAlias = Literal["none", "tanh"]
"""How gelu is computed: exactly, or by an approximation with tanh."""

# Beyond this, gates are fully open or closed, also in float64, and powers of x might overflow.
_FAR = 50.0
_SQRT_HALF = math.sqrt(0.5)
_DENSITY = 1 / math.sqrt(2 * math.pi)  # of the normal distribution at 0
_SQRT_2_PI = math.sqrt(2 / math.pi)
_CUBIC = 0.044715
_FLOAT32 = np.dtype(np.float32)


def _gated(
    name: str,
    value: Callable[[Array], Array],
    slope: Callable[[Array, Array, Array], Array],
    curvature: Callable[[Array], Array],
) -> Unary[()]:
    """The primitive of f(x) = x * gate(x), whose derivative finds the gate again as f(x) / x.

    The gate is half open at 0.

    Args:
        name: What errors and graphs call it.
        value: f on a block, as in `smooth`; NaN at -inf is put right.
        slope: The derivative of f, of x, of the gate and of x**2, which it may write to.
        curvature: The second derivative, written as a rule is, for arrays and for Tensors.
    """

    def values(x: Array) -> Array:
        with np.errstate(over="ignore", invalid="ignore"):
            out = value(x)
        if np.isnan(_least(out)):
            out[np.isneginf(x)] = 0
        return out

    def scaled(g: Array, x: Array, y: Array) -> Array:
        with np.errstate(all="ignore"):
            gate, square = y / x, x * x
            if not _least(square) > 0:  # 0, or so small that the quotient might have no digits
                gate[square == 0] = 0.5
            out = slope(x, gate, square)
        if np.isnan(_least(out)):
            np.copyto(out, np.heaviside(x, 0.5), where=np.isnan(out))  # at infinity
        out *= g
        return out

    def pulled(g: Array, y: Array, x: Array) -> Array:
        known = unwrap(y)
        if known.dtype.itemsize < 4:  # float16 rounds too much
            known = blockwise(values, (unwrap(x).astype(np.float32),))
        return gradient(g, x, known)

    gradient: Binary[Array] = Binary(
        name,
        lambda g, x, y: blockwise(scaled, (g, x, y)),
        lambda h, _out, _g, x, y: gradient(h, x, y),
        lambda h, _out, g, x, _y: h * g * curvature(x),  # all of it: y depends on nothing but x
    )
    return Unary(name, lambda x: blockwise(values, (x,)), pulled)


def _least(x: Array) -> Array:
    """NaN where one of the elements is, at the speed of memory."""
    least: Array = np.minimum.reduce(x, axis=None, initial=np.inf)
    return least


def _opened(x: Array, shut: Array) -> Array:
    """x / (1 + exp(shut)), which is x * expit(-shut); `shut` is overwritten."""
    np.exp(shut, out=shut)
    shut += 1
    return np.divide(x, shut, out=shut)


# ------------------------------------------------------------------------ gelu

# The distribution function of the normal distribution is 1 / (1 + exp(x * P(x**2))), by a minimax fit
# of P that leaves an error of 7e-8 in gelu, the rounding error of 1 in float32. Highest power first.
_NORMAL = (
    -3.6112294e-09,
    2.6689269e-07,
    -7.9382171e-06,
    0.00011048031,
    6.62600136e-05,
    -0.072668567,
    -1.59576843,
)


def _gelu(x: Array) -> Array:
    if x.dtype == _FLOAT32:
        return _opened(x, _odd(x, _NORMAL))
    out = gc.special.erf(x * _SQRT_HALF)
    out += 1
    out *= 0.5
    out *= x
    return out


def _odd(x: Array, coefficients: Sequence[float]) -> Array:
    """x * P(x**2), by Horner's rule."""
    square = x * x
    out = square * coefficients[0]
    for c in coefficients[1:-1]:
        out += c
        out *= square
    out += coefficients[-1]
    out *= x
    return out


def _gelu_slope(x: Array, gate: Array, square: Array) -> Array:
    out = square
    out *= -0.5
    np.exp(out, out=out)
    out *= x
    out *= _DENSITY
    out += gate
    return out


def _gelu_curvature(x: Array) -> Array:
    x = gc.clip(x, -_FAR, _FAR)
    square = x * x
    return gc.exp(square * -0.5) * ((2.0 - square) * _DENSITY)


_gelu_exact: Unary[()] = _gated("gelu", _gelu, _gelu_slope, _gelu_curvature)

# (1 + tanh(u)) / 2 is 1 / (1 + exp(-2 * u))
_BY_TANH = (-2 * _SQRT_2_PI * _CUBIC, -2 * _SQRT_2_PI)


def _gelu_tanh(x: Array) -> Array:
    return _opened(x, _odd(x, _BY_TANH))


def _gelu_tanh_slope(x: Array, gate: Array, square: Array) -> Array:
    out = square
    out *= 3 * _BY_TANH[0]
    out += _BY_TANH[1]
    out *= x
    out *= gate - 1
    out += 1
    out *= gate
    return out


def _gelu_tanh_curvature(x: Array) -> Array:
    x = gc.clip(x, -_FAR, _FAR)
    square = x * x
    tanh = gc.tanh(x * (square * _CUBIC + 1.0) * _SQRT_2_PI)
    first = (square * (3 * _CUBIC) + 1.0) * _SQRT_2_PI  # derivatives of what tanh is taken of
    second = x * (6 * _CUBIC * _SQRT_2_PI)
    rest = 1.0 - tanh * tanh
    return rest * (first + x * (second * 0.5 - tanh * first * first))


_gelu_by_tanh: Unary[()] = _gated("gelu", _gelu_tanh, _gelu_tanh_slope, _gelu_tanh_curvature)


def gelu(input: Tensor, approximate: Approximate = "none") -> Tensor:
    """x * Phi(x), elementwise, where Phi is the distribution function of the normal distribution.

    Args:
        input: Any shape.
        approximate: `"none"`, or `"tanh"` for x / 2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 x^3))),
            which some models were trained with.

    Raises:
        TypeError: `input` is no Tensor of real numbers.
        ValueError: `approximate` is something else.

    Example:
        >>> import grad_core as gc
        >>> gc.round(gelu(Tensor([-1.0, 0.0, 2.0])), 4)
        Tensor([-0.1587,  0.    ,  1.9545])

    Reference:
        D. Hendrycks and K. Gimpel, "Gaussian error linear units (GELUs)", 2016, section 2.
    """
    check_tensor("gelu", input)
    if approximate == "none":
        return _gelu_exact(input)
    if approximate == "tanh":
        return _gelu_by_tanh(input)
    raise ValueError(f"gelu: approximate is {approximate!r}, expected 'none' or 'tanh'")


# ------------------------------------------------------------------------ silu, mish, hardswish


def _silu(x: Array) -> Array:
    return _opened(x, -x)


def _silu_slope(x: Array, gate: Array, _square: Array) -> Array:
    out = 1 - gate
    out *= x
    out += 1
    out *= gate
    return out


def _silu_curvature(x: Array) -> Array:
    x = gc.clip(x, -1000.0, 1000.0)
    gate, rest = gc.special.expit(x), gc.special.expit(-x)
    return gate * rest * (2.0 + x * (rest - gate))


_silu_: Unary[()] = _gated("silu", _silu, _silu_slope, _silu_curvature)


def silu(input: Tensor, inplace: bool = False) -> Tensor:
    """x / (1 + exp(-x)), elementwise; also called swish.

    Args:
        input: Any shape, complex too.
        inplace: Whether `input` itself is changed, and returned.

    Raises:
        TypeError: `input` is no Tensor.
        RuntimeError: A leaf that requires a gradient is to be changed.

    Example:
        >>> import grad_core as gc
        >>> gc.round(silu(Tensor([-1.0, 0.0, 2.0])), 4)
        Tensor([-0.2689,  0.    ,  1.7616])

    Reference:
        S. Elfwing, E. Uchibe and K. Doya, "Sigmoid-weighted linear units for neural network function
        approximation in reinforcement learning", Neural Networks 107, 2018, equation 5.
    """
    check_tensor("silu", input, complex_too=True)
    function = _complex_silu if input.dtype.kind == "c" else _silu_
    return update("silu", input, function) if inplace else function(input)


def _complex_silu(x: Tensor) -> Tensor:
    return x / (gc.exp(-x) + 1.0)


# mish is x * tanh(log(1 + n)) with n = exp(x), and that is x * w / (w + 2) with w = n^2 + 2 n. From
# x = 20 on the quotient is 1.


def _mish(x: Array) -> Array:
    w = np.exp(np.minimum(x, 20))
    w *= w + 2
    w /= w + 2
    w *= np.maximum(x, -1000)
    return w


def _mish_slope(x: Array) -> Array:
    x = np.clip(x, -1000, 20)
    n = np.exp(x)
    out = n + 2
    out *= n  # w
    below = out + 2
    n *= n + 1
    n *= x
    n *= 4
    n /= below
    out += n
    out /= below
    return out


def _mish_curvature(x: Array) -> Array:
    x = gc.clip(x, -1000.0, 1000.0)
    gate, rest = gc.special.expit(x), gc.special.expit(-x)
    tanh = gc.tanh(softplus_(x, 1.0, _FAR))
    return (1.0 - tanh * tanh) * gate * (2.0 + x * (rest - tanh * gate * 2.0))


_mish_: Unary[()] = smooth("mish", _mish, _mish_slope, _mish_curvature)


def mish(input: Tensor, inplace: bool = False) -> Tensor:
    """x * tanh(softplus(x)), elementwise, without overflow.

    Args:
        input: Any shape.
        inplace: Whether `input` itself is changed, and returned.

    Raises:
        TypeError: `input` is no Tensor of real numbers.
        RuntimeError: A leaf that requires a gradient is to be changed.

    Example:
        >>> import grad_core as gc
        >>> gc.round(mish(Tensor([-1.0, 0.0, 2.0])), 4)
        Tensor([-0.3034,  0.    ,  1.944 ])

    Reference:
        D. Misra, "Mish: a self regularized non-monotonic activation function", BMVC 2020,
        equation 1.
    """
    check_tensor("mish", input)
    return update("mish", input, _mish_) if inplace else _mish_(input)


def _hardswish(x: Array) -> Array:
    gate = x + 3
    np.clip(gate, 0, 6, out=gate)
    gate /= 6
    gate *= np.maximum(x, -3)
    return gate


def _hardswish_slope(x: Array) -> Array:
    inside = (x > -3) & (x < 3)
    out = np.clip(x, -3, 3)
    out /= 3
    out += 0.5
    out *= inside
    out += x >= 3
    return out


def _hardswish_curvature(x: Array) -> Array:
    inside: Mask = unwrap((x > -3) & (x < 3))
    return inside.astype(x.dtype) / 3


_hardswish_: Unary[()] = smooth("hardswish", _hardswish, _hardswish_slope, _hardswish_curvature)


def hardswish(input: Tensor, inplace: bool = False) -> Tensor:
    """x * min(max(x + 3, 0), 6) / 6, elementwise: silu, made of lines.

    Args:
        input: Any shape.
        inplace: Whether `input` itself is changed, and returned.

    Raises:
        TypeError: `input` is no Tensor of real numbers.
        RuntimeError: A leaf that requires a gradient is to be changed.

    Example:
        >>> import grad_core as gc
        >>> gc.round(hardswish(Tensor([-4.0, 1.0, 4.0])), 4)
        Tensor([-0.    ,  0.6667,  4.    ])

    Reference:
        A. Howard et al., "Searching for MobileNetV3", ICCV 2019, section 5.2.
    """
    check_tensor("hardswish", input)
    return update("hardswish", input, _hardswish_) if inplace else _hardswish_(input)
