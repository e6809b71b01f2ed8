"""Activations that draw x towards 0."""

from __future__ import annotations

import numpy as np

import grad_core as gc
from grad_core import Array, Tensor, Unary
from grad_core.arrays import Mask
from grad_core.primitive import unwrap
from grad_nn.functional.checks import check_tensor
from grad_nn.functional.elementwise import keep, smooth


def _outside(x: Array, lambd: float) -> Mask:
    inside: Mask = unwrap((x >= -lambd) & (x <= lambd))
    return ~inside  # NaN is


_hardshrink: Unary[float] = Unary(
    "hardshrink",
    lambda x, lambd: keep(x, _outside(x, lambd)),
    lambda g, _y, x, lambd: keep(g, _outside(x, lambd)),
)
_softshrink: Unary[float] = Unary(
    "softshrink",
    lambda x, lambd: x - np.clip(x, -lambd, lambd),
    lambda g, _y, x, lambd: keep(g, _outside(x, lambd)),
)


def hardshrink(input: Tensor, lambd: float = 0.5) -> Tensor:
    """x where |x| > lambd, 0 elsewhere, elementwise.

    Args:
        input: Any shape.
        lambd: Up to where the result is 0.

    Raises:
        TypeError: `input` is no Tensor of real numbers.

    Example:
        >>> hardshrink(Tensor([-2.0, 0.4, 0.6]))
        Tensor([-2. ,  0. ,  0.6])
    """
    check_tensor("hardshrink", input)
    return _hardshrink(input, lambd)


def softshrink(input: Tensor, lambd: float = 0.5) -> Tensor:
    """x - lambd for x > lambd, x + lambd for x < -lambd, 0 between, elementwise.

    Args:
        input: Any shape.
        lambd: How far x is drawn towards 0.

    Raises:
        TypeError: `input` is no Tensor of real numbers.
        ValueError: `lambd` is negative.

    Example:
        >>> softshrink(Tensor([-2.0, 0.4, 1.0]))
        Tensor([-1.5,  0. ,  0.5])

    Reference:
        D. Donoho, "De-noising by soft-thresholding", IEEE Transactions on Information Theory 41,
        1995, equation 4.
    """
    check_tensor("softshrink", input)
    if not lambd >= 0:
        raise ValueError(f"softshrink: lambd is {lambd}, expected at least 0")
    return _softshrink(input, lambd)


def _tanhshrink(x: Array) -> Array:
    out = np.tanh(x)
    return np.subtract(x, out, out=out)


def _tanhshrink_slope(x: Array) -> Array:
    out = np.tanh(x)
    out *= out
    return out


def _tanhshrink_curvature(x: Array) -> Array:
    tanh = gc.tanh(x)
    return tanh * (1.0 - tanh * tanh) * 2.0


_tanhshrink_: Unary[()] = smooth(
    "tanhshrink", _tanhshrink, _tanhshrink_slope, _tanhshrink_curvature
)


def tanhshrink(input: Tensor) -> Tensor:
    """x - tanh(x), elementwise.

    Args:
        input: Any shape, complex too.

    Raises:
        TypeError: `input` is no Tensor.

    Example:
        >>> import grad_core as gc
        >>> gc.round(tanhshrink(Tensor([-10.0, 0.0, 1.0])), 4)
        Tensor([-9.    ,  0.    ,  0.2384])
    """
    check_tensor("tanhshrink", input, complex_too=True)
    return input - gc.tanh(input) if input.dtype.kind == "c" else _tanhshrink_(input)
