"""The same elements several times."""

from __future__ import annotations

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from grad_core.arrays import Array, ArrayT, Shape
from grad_core.checks import explained
from grad_core.ops.indexing.indexing import getitem_, integers, scatter_
from grad_core.ops.indexing.searching import Integers
from grad_core.ops.manipulation.manipulation import ravel, reshape_
from grad_core.primitive import Unary, unwrap

_repeat: Unary[int, int] = Unary(
    "repeat",
    lambda x, n, axis: x.repeat(n, axis),
    lambda g, _y, _x, n, axis: reshape_(g, (*_x.shape[: axis + 1], n, *_x.shape[axis + 1 :])).sum(
        axis + 1
    ),
)


def repeat(x: ArrayT, repeats: Integers, axis: int | None = None) -> ArrayT:
    """x with each element repeated in its place.

    Args:
        x: Any shape.
        repeats: How often; or that for each position along the axis.
        axis: The axis; None for all axes laid out in a row.

    Raises:
        ValueError: A number is negative, there are not as many as positions, or the axis does not
            exist.
        TypeError: The numbers are not integers.

    Example:
        >>> import grad_core as gc
        >>> gc.repeat(gc.Tensor([1.0, 2.0]), 2)
        Tensor([1., 1., 2., 2.])
        >>> gc.repeat(gc.Tensor([1.0, 2.0]), [1, 3])
        Tensor([1., 2., 2., 2.])
    """
    times = integers("repeat", repeats)
    if axis is None:
        x, axis = ravel(x), 0
    axis = normalize_axis_index(axis, x.ndim, "repeat")
    if times.size == 1:
        return _repeat(x, int(times.item()), axis)
    try:
        at = np.repeat(np.arange(x.shape[axis]), times)
    except ValueError as error:
        raise explained("repeat", error, unwrap(x), times) from error
    return getitem_(x, (slice(None),) * axis + (at,))


def _untiled(g: Array, _y: Array, _x: Array, repetitions: Shape) -> Array:
    shape = (1,) * (len(repetitions) - len(_x.shape)) + _x.shape
    folded: list[int] = []
    for times, n in zip(repetitions, shape, strict=True):
        folded += (times, n)
    once: Array = reshape_(g, tuple(folded)).sum(tuple(range(0, len(folded), 2)))
    return reshape_(once, _x.shape)


_tile: Unary[Shape] = Unary("tile", lambda x, repetitions: np.tile(x, repetitions), _untiled)


def tile(x: ArrayT, reps: int | Shape) -> ArrayT:
    """x as a tile, laid side by side.

    Args:
        x: Any shape.
        reps: How often along each axis. If x has fewer axes, axes of size 1 are put in
            front of them; if it has more, the first are not repeated.

    Raises:
        ValueError: A number is negative.
        TypeError: A number is not an int.

    Example:
        >>> import grad_core as gc
        >>> gc.tile(gc.Tensor([1.0, 2.0]), (2, 2))
        Tensor([[1., 2., 1., 2.],
                [1., 2., 1., 2.]])
    """
    times: Shape = (reps,) if isinstance(reps, int) else tuple(reps)
    return _tile(x, (1,) * (np.ndim(unwrap(x)) - len(times)) + times)


def resize(x: ArrayT, new_shape: int | Shape) -> ArrayT:
    """x in another shape, from its beginning again where it has too few elements.

    Args:
        x: Any shape.
        new_shape: Any number of elements; what is too much is left out.

    Raises:
        ValueError: A size is negative.

    Example:
        >>> import grad_core as gc
        >>> gc.resize(gc.Tensor([1.0, 2.0]), (3,))
        Tensor([1., 2., 1.])
    """
    try:
        numbers = np.resize(np.arange(1, x.size + 1), new_shape)
    except (TypeError, ValueError) as error:
        raise explained("resize", error, unwrap(x)) from error
    if not x.size:  # of nothing, NumPy makes zeros
        return reshape_(scatter_(ravel(x), (np.empty(0, np.intp),), (numbers.size,)), numbers.shape)
    return getitem_(ravel(x), (numbers - 1,))
