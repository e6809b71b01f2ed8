"""The same elements in another order: flipped, turned, rolled."""

from __future__ import annotations

import numpy as np

from grad_core.arrays import ArrayT, Axis, Shape
from grad_core.checks import own_ints
from grad_core.primitive import Unary, unwrap

_flip: Unary[Axis] = Unary(
    "flip",
    lambda x, axis: np.flip(x, axis),
    lambda g, _y, _x, axis: _flip(g, axis),
)


def flip(x: ArrayT, axis: Axis = None) -> ArrayT:
    """x with the order of the elements reversed along an axis, several or all.

    Args:
        x: Any shape.
        axis: An int, a tuple of them, or None for all axes.

    Raises:
        ValueError: An axis does not exist or is given twice.

    Example:
        >>> import grad_core as gc
        >>> gc.flip(gc.Tensor([1.0, 2.0, 3.0]))
        Tensor([3., 2., 1.])
    """
    return _flip(x, own_ints(axis))


def flipud(x: ArrayT) -> ArrayT:
    """x upside down: flipped along the first axis.

    Raises:
        ValueError: x has no axes.

    Example:
        >>> import grad_core as gc
        >>> gc.flipud(gc.Tensor([[1.0, 2.0], [3.0, 4.0]]))
        Tensor([[3., 4.],
                [1., 2.]])
    """
    return _flip(x, 0)


def fliplr(x: ArrayT) -> ArrayT:
    """x with left and right exchanged: flipped along the second axis.

    Raises:
        ValueError: x has fewer than two axes.

    Example:
        >>> import grad_core as gc
        >>> gc.fliplr(gc.Tensor([[1.0, 2.0], [3.0, 4.0]]))
        Tensor([[2., 1.],
                [4., 3.]])
    """
    return _flip(x, 1)


_rot90: Unary[int, tuple[int, int]] = Unary(
    "rot90",
    lambda x, k, axes: np.rot90(x, k, axes),
    lambda g, _y, _x, k, axes: _rot90(g, -k, axes),
)


def rot90(x: ArrayT, k: int = 1, axes: tuple[int, int] = (0, 1)) -> ArrayT:
    """x turned by right angles in the plane of two axes, from the first towards the second.

    Args:
        x: Two axes or more.
        k: How many right angles.
        axes: The two axes.

    Raises:
        ValueError: The axes do not exist, or are the same.

    Example:
        >>> import grad_core as gc
        >>> gc.rot90(gc.Tensor([[1.0, 2.0], [3.0, 4.0]]))
        Tensor([[2., 4.],
                [1., 3.]])
    """
    first, second = axes
    return _rot90(x, k, (first, second))


_roll: Unary[int | Shape, Axis] = Unary(
    "roll",
    lambda x, shift, axis: np.roll(x, shift, axis),
    lambda g, _y, _x, shift, axis: _roll(
        g, tuple(-n for n in shift) if isinstance(shift, tuple) else -shift, axis
    ),
)


def roll(x: ArrayT, shift: int | tuple[int, ...], axis: Axis = None) -> ArrayT:
    """x with the elements moved along an axis; what leaves at one end comes in at the other.

    Args:
        x: Any shape.
        shift: By how many places; a tuple for several axes.
        axis: An int, a tuple of them, or None for all axes laid out in a row.

    Raises:
        ValueError: An axis does not exist, or there are not as many shifts as axes.

    Example:
        >>> import grad_core as gc
        >>> gc.roll(gc.Tensor([1.0, 2.0, 3.0]), 1)
        Tensor([3., 1., 2.])
    """
    return _roll(x, own_ints(unwrap(shift)), own_ints(axis))
