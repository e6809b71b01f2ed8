"""The same elements with the axes in another order, or with more axes."""

from __future__ import annotations

from typing import TYPE_CHECKING, overload

from numpy.lib.array_utils import normalize_axis_index, normalize_axis_tuple

from grad_core.arrays import Array, ArrayT, Operand, Raw, Shape
from grad_core.checks import described, own_ints
from grad_core.node import Traced
from grad_core.ops.manipulation.manipulation import expand_dims, reshape_, transpose_
from grad_core.primitive import unwrap

if TYPE_CHECKING:
    from grad_core.tensor import Tensor


def moveaxis(
    x: ArrayT, source: int | tuple[int, ...], destination: int | tuple[int, ...]
) -> ArrayT:
    """x with some axes moved to other places; the rest keep their order.

    Args:
        x: Any shape.
        source: The axis or axes to move.
        destination: Where each of them goes.

    Raises:
        ValueError: They are not equally many, or one does not exist or is given twice.

    Example:
        >>> import numpy as np
        >>> import grad_core as gc
        >>> gc.moveaxis(gc.Tensor(np.zeros((2, 3, 4))), 0, -1).shape
        (3, 4, 2)
    """
    n = x.ndim
    come = normalize_axis_tuple(source, n, "moveaxis: source")
    go = normalize_axis_tuple(destination, n, "moveaxis: destination")
    if len(come) != len(go):
        raise ValueError(f"moveaxis: got {len(come)} axes for source, {len(go)} for destination")
    order = [axis for axis in range(n) if axis not in come]
    for to, axis in sorted(zip(go, come, strict=True)):
        order.insert(to, axis)
    return transpose_(x, tuple(order))


def swapaxes(x: ArrayT, axis1: int, axis2: int) -> ArrayT:
    """x with two axes exchanged.

    Raises:
        ValueError: One of them does not exist.

    Example:
        >>> import numpy as np
        >>> import grad_core as gc
        >>> gc.swapaxes(gc.Tensor(np.zeros((2, 3, 4))), 0, 2).shape
        (4, 3, 2)
    """
    i = normalize_axis_index(axis1, x.ndim, "swapaxes")
    j = normalize_axis_index(axis2, x.ndim, "swapaxes")
    order = list(range(x.ndim))
    order[i], order[j] = j, i
    return transpose_(x, tuple(order))


def rollaxis(x: ArrayT, axis: int, start: int = 0) -> ArrayT:
    """x with one axis moved to stand before another; `moveaxis` is easier to read.

    Args:
        x: Any shape.
        axis: The axis to move.
        start: The axis before which it is put; as many as there are axes for the end.

    Raises:
        ValueError: One of them does not exist.

    Example:
        >>> import numpy as np
        >>> import grad_core as gc
        >>> gc.rollaxis(gc.Tensor(np.zeros((2, 3, 4))), 2).shape
        (4, 2, 3)
    """
    n = x.ndim
    axis = normalize_axis_index(axis, n, "rollaxis")
    before = start + n if start < 0 else start
    if not 0 <= before <= n:
        raise ValueError(f"rollaxis: got start {start}, expected one from {-n} to {n}")
    return moveaxis(x, axis, before - 1 if before > axis else before)


def permute_dims(x: ArrayT, axes: Shape) -> ArrayT:
    """x with its axes permuted.

    Args:
        x: Any shape.
        axes: Axis `i` of the result is axis `axes[i]` of `x`.

    Raises:
        ValueError: `axes` is not a permutation of the axes of `x`.

    Example:
        >>> import grad_core as gc
        >>> gc.permute_dims(gc.Tensor([[1.0, 2.0], [3.0, 4.0]]), (1, 0))
        Tensor([[1., 3.],
                [2., 4.]])
    """
    return transpose_(x, own_ints(axes))


def matrix_transpose(x: ArrayT) -> ArrayT:
    """x with its last two axes exchanged.

    Raises:
        ValueError: x has fewer than two axes.

    Example:
        >>> import grad_core as gc
        >>> gc.matrix_transpose(gc.Tensor([[1.0, 2.0], [3.0, 4.0]]))
        Tensor([[1., 3.],
                [2., 4.]])
    """
    if x.ndim < 2:
        raise ValueError(f"matrix_transpose: got {described(unwrap(x))}, expected two axes or more")
    return swapaxes(x, -1, -2)


# ---------------------------------------------------------------------------- more axes


def _extended(x: Operand, before: int, after: int) -> Tensor | Array:
    """x with axes of size 1 before and after its own."""
    ndim = len(getattr(x, "shape", ()))
    axes = (*range(before), *range(before + ndim, before + ndim + after))
    if isinstance(x, Traced):
        return expand_dims(x, axes) if axes else x
    shape = getattr(x, "shape", ())
    return reshape_(x, (1,) * before + shape + (1,) * after)


def at_least(x: Operand, ndim: int) -> Tensor | Array:
    """x with axes of size 1 in front, until it has `ndim`."""
    return _extended(x, max(0, ndim - len(getattr(x, "shape", ()))), 0)


@overload
def atleast_1d(x: Tensor, /) -> Tensor: ...
@overload
def atleast_1d(x: Raw, /) -> Array: ...
@overload
def atleast_1d(x: Operand, y: Operand, /, *more: Operand) -> tuple[Tensor | Array, ...]: ...
def atleast_1d(x: Operand, /, *more: Operand) -> Tensor | Array | tuple[Tensor | Array, ...]:
    """x as it is, or a number as an array of one axis; of several, a tuple.

    Example:
        >>> import grad_core as gc
        >>> gc.atleast_1d(gc.Tensor(3.0))
        Tensor([3.])
    """
    found = tuple(at_least(item, 1) for item in (x, *more))
    return found if more else found[0]


@overload
def atleast_2d(x: Tensor, /) -> Tensor: ...
@overload
def atleast_2d(x: Raw, /) -> Array: ...
@overload
def atleast_2d(x: Operand, y: Operand, /, *more: Operand) -> tuple[Tensor | Array, ...]: ...
def atleast_2d(x: Operand, /, *more: Operand) -> Tensor | Array | tuple[Tensor | Array, ...]:
    """x with axes of size 1 in front until it has two; of several, a tuple.

    Example:
        >>> import grad_core as gc
        >>> gc.atleast_2d(gc.Tensor([3.0, 4.0]))
        Tensor([[3., 4.]])
    """
    found = tuple(at_least(item, 2) for item in (x, *more))
    return found if more else found[0]


@overload
def atleast_3d(x: Tensor, /) -> Tensor: ...
@overload
def atleast_3d(x: Raw, /) -> Array: ...
@overload
def atleast_3d(x: Operand, y: Operand, /, *more: Operand) -> tuple[Tensor | Array, ...]: ...
def atleast_3d(x: Operand, /, *more: Operand) -> Tensor | Array | tuple[Tensor | Array, ...]:
    """x with axes of size 1 until it has three; of several, a tuple.

    A vector `(n,)` becomes `(1, n, 1)`, a matrix `(n, m)` becomes `(n, m, 1)`, as in NumPy.

    Example:
        >>> import grad_core as gc
        >>> gc.atleast_3d(gc.Tensor([3.0, 4.0])).shape
        (1, 2, 1)
    """
    found = tuple(thick(item) for item in (x, *more))
    return found if more else found[0]


def thick(x: Operand) -> Tensor | Array:
    """x with three axes at least, as `atleast_3d` makes them."""
    ndim = len(getattr(x, "shape", ()))
    before, after = ((1, 2), (1, 1), (0, 1), (0, 0))[min(ndim, 3)]
    return _extended(x, before, after)
