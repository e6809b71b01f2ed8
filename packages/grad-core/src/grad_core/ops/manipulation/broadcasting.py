"""Arrays in one common shape."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, overload

import numpy as np

from grad_core.arrays import Array, Operand, Raw, Shape
from grad_core.checks import described
from grad_core.node import Traced
from grad_core.ops.creation.creation import asarray
from grad_core.ops.manipulation.manipulation import broadcast_to_, copy_, reshape_
from grad_core.primitive import unwrap

if TYPE_CHECKING:
    from grad_core.tensor import Tensor


def broadcast_shapes(*shapes: Shape | int) -> Shape:
    """The shape that arrays of these shapes are broadcast to.

    Raises:
        ValueError: They are not broadcast together.
        TypeError: A size is not an int.

    Example:
        >>> import grad_core as gc
        >>> gc.broadcast_shapes((2, 1), (3,))
        (2, 3)
    """
    try:
        return np.broadcast_shapes(*shapes)
    except (TypeError, ValueError) as error:
        raise type(error)(f"broadcast_shapes: {error}") from error


@overload
def broadcast_arrays(*arrays: Tensor) -> tuple[Tensor, ...]: ...
@overload
def broadcast_arrays(*arrays: Raw) -> tuple[Array, ...]: ...
@overload
def broadcast_arrays(*arrays: Operand) -> tuple[Tensor | Array, ...]: ...
def broadcast_arrays(*arrays: Operand) -> tuple[Tensor | Array, ...]:
    """The arrays, each repeated up to the shape that they have in common, without copies.

    Returns:
        Tensors if one of them is a Tensor, otherwise ndarrays.

    Raises:
        ValueError: They are not broadcast together.

    Example:
        >>> import grad_core as gc
        >>> x, y = gc.broadcast_arrays(gc.Tensor([1.0, 2.0]), gc.Tensor([[3.0], [4.0]]))
        >>> x.shape, y.shape
        ((2, 2), (2, 2))
    """
    try:
        shape = np.broadcast_shapes(*(np.shape(unwrap(x)) for x in arrays))
    except ValueError as error:
        got = ", ".join(described(unwrap(x)) for x in arrays)
        raise ValueError(f"broadcast_arrays: {error} (got {got})") from error
    return tuple(broadcast_to_(x, shape) for x in alike(arrays))


@overload
def meshgrid(
    *arrays: Tensor,
    indexing: Literal["xy", "ij"] = "xy",
    sparse: bool = False,
    copy: bool = True,
) -> tuple[Tensor, ...]: ...
@overload
def meshgrid(
    *arrays: Raw,
    indexing: Literal["xy", "ij"] = "xy",
    sparse: bool = False,
    copy: bool = True,
) -> tuple[Array, ...]: ...
@overload
def meshgrid(
    *arrays: Operand,
    indexing: Literal["xy", "ij"] = "xy",
    sparse: bool = False,
    copy: bool = True,
) -> tuple[Tensor | Array, ...]: ...
def meshgrid(
    *arrays: Operand,
    indexing: Literal["xy", "ij"] = "xy",
    sparse: bool = False,
    copy: bool = True,
) -> tuple[Tensor | Array, ...]:
    """The coordinates of each point of a grid, from the coordinates along each axis.

    Args:
        *arrays: The coordinates along each axis, in one axis each.
        indexing: `"ij"` has the axes in the order of the arrays; `"xy"`, as in pictures, has the
            first two exchanged.
        sparse: Whether the results keep size 1 where they are all the same, to be broadcast later.
        copy: False repeats the coordinates without copies.

    Returns:
        An array for each, of the shape of the grid; Tensors if one of them is a Tensor.

    Raises:
        ValueError: An array has more than one axis, or the indexing is another one.

    Example:
        >>> import grad_core as gc
        >>> x, y = gc.meshgrid(gc.Tensor([1.0, 2.0, 3.0]), gc.Tensor([4.0, 5.0]))
        >>> x
        Tensor([[1., 2., 3.],
                [1., 2., 3.]])
        >>> y
        Tensor([[4., 4., 4.],
                [5., 5., 5.]])
    """
    if indexing not in ("xy", "ij"):
        raise ValueError(f"meshgrid: got indexing {indexing!r}, expected 'xy' or 'ij'")
    axes = list(range(len(arrays)))
    if indexing == "xy":
        axes[:2] = axes[:2][::-1]
    sizes = [1] * len(arrays)
    for axis, x in zip(axes, arrays, strict=True):
        shape = np.shape(unwrap(x))
        if len(shape) > 1:
            raise ValueError(f"meshgrid: got {described(unwrap(x))}, expected one axis")
        sizes[axis] = shape[0] if shape else 1
    found: list[Tensor | Array] = []
    for axis, x in zip(axes, alike(arrays), strict=True):
        line = tuple(n if i == axis else 1 for i, n in enumerate(sizes))
        grid = reshape_(x, line)
        if not sparse:
            grid = broadcast_to_(grid, tuple(sizes))
        found.append(copy_(grid) if copy else grid)
    return tuple(found)


def alike(arrays: tuple[Operand, ...]) -> tuple[Operand, ...]:
    """All as Tensors if one of them is one, otherwise as they are."""
    if not any(isinstance(x, Traced) for x in arrays):
        return arrays
    return tuple(asarray(x) for x in arrays)
