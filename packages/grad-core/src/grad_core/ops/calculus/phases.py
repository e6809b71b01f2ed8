"""Phases that wrap around."""

from __future__ import annotations

import math

import numpy as np

from grad_core.arrays import ArrayT
from grad_core.primitive import Unary

# What is added is constant between the jumps, where the gradient passes as it is.
_unwrap: Unary[float | None, int, float] = Unary(
    "unwrap",
    lambda x, discont, axis, period: np.unwrap(x, discont, axis, period=period),
    lambda g, _y, _x, _discont, _axis, _period: g,
)


def unwrap(
    x: ArrayT, discont: float | None = None, axis: int = -1, *, period: float = 2 * math.pi
) -> ArrayT:
    """Phases without jumps along an axis: NumPy's `unwrap`.

    Where neighbours are further apart than half a period, all that follows is moved by periods.

    Args:
        x: Phases, with at least one axis.
        discont: Only jumps larger than this are taken out, and none smaller than half a period.
        axis: An int.
        period: What phases wrap around at.

    Raises:
        ValueError: The axis does not exist.

    Example:
        >>> import grad_core as gc
        >>> gc.unwrap(gc.Tensor([3.0, 5.0, 1.0]), period=6)
        Tensor([3., 5., 7.])
    """
    return _unwrap(x, discont, axis, period)
