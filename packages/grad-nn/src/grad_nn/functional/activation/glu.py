"""The gated linear unit: one half of the input is a gate for the other."""

from __future__ import annotations

import numpy as np

import grad_core as gc
from grad_core import Array, Tensor, Unary
from grad_nn.functional.checks import axis, check_tensor
from grad_nn.functional.elementwise import blockwise, logistic


def _halves(x: Array, dim: int) -> tuple[Array, Array]:
    half = x.shape[dim] // 2
    before = (slice(None),) * dim
    return x[(*before, slice(None, half))], x[(*before, slice(half, None))]


def _forward(x: Array, dim: int) -> Array:
    values, gates = _halves(x, dim)
    out = blockwise(logistic, (gates,))
    return np.multiply(out, values, out=out)


def _backward(g: Array, _y: Array, x: Array, dim: int) -> Array:
    values, gates = _halves(x, dim)
    opening = gc.special.expit(gates)
    first = g * opening
    return gc.concatenate((first, first * values * (1.0 - opening)), dim)


_glu: Unary[int] = Unary("glu", _forward, _backward)


def glu(input: Tensor, dim: int = -1) -> Tensor:
    """a * sigmoid(b), where a and b are the halves of the input along an axis.

    Args:
        input: At least one axis.
        dim: The axis, of an even length; it is half as long in the result.

    Raises:
        TypeError: `input` is no Tensor of real numbers.
        ValueError: The axis does not exist, or its length is odd.

    Example:
        >>> glu(Tensor([1.0, 2.0, 0.0, 1000.0]))
        Tensor([0.5, 2. ])

    Reference:
        Y. Dauphin et al., "Language modeling with gated convolutional networks", ICML 2017,
        equation 1.
    """
    check_tensor("glu", input)
    at = axis("glu", dim, input.ndim)
    if input.shape[at] % 2:
        raise ValueError(
            f"glu: axis {dim} of an input of shape {input.shape} has an odd length, and no halves"
        )
    return _glu(input, at)
