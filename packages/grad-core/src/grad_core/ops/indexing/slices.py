"""Functions of arrays applied along axes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import prod
from typing import Any, Concatenate, ParamSpec

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from grad_core.arrays import ArrayT, Operand
from grad_core.checks import check_raw, described
from grad_core.ops.indexing.indexing import getitem_
from grad_core.ops.manipulation.axes import moveaxis
from grad_core.ops.manipulation.joining import stack_
from grad_core.ops.manipulation.manipulation import expand_dims, reshape_
from grad_core.primitive import unwrap

P = ParamSpec("P")


def apply_along_axis(
    function: Callable[Concatenate[ArrayT, P], Operand],
    axis: int,
    x: ArrayT,
    *args: P.args,
    **kwargs: P.kwargs,
) -> ArrayT:
    """A function applied to each row along an axis.

    It is called once for each row, in Python: a function of whole arrays is faster.

    Args:
        function: Takes an array of one axis; returns arrays of one shape.
        axis: The axis.
        x: One axis or more.
        *args: Given to the function.
        **kwargs: Given to the function.

    Shape:
        That of x, with the axes of what the function returns in the place of the axis.

    Raises:
        ValueError: The axis does not exist, there is no row, or the results have different shapes.

    Example:
        >>> import grad_core as gc
        >>> x = gc.Tensor([[1.0, 2.0], [3.0, 4.0]])
        >>> gc.apply_along_axis(lambda row: row * row[0], 1, x)
        Tensor([[ 1.,  2.],
                [ 9., 12.]])
    """
    check_raw("apply_along_axis", unwrap(x))
    axis = normalize_axis_index(axis, x.ndim, "apply_along_axis")
    lead = x.shape[:axis] + x.shape[axis + 1 :]
    if not prod(lead):
        raise ValueError(f"apply_along_axis: {described(unwrap(x))} has no rows in axis {axis}")
    rows: ArrayT = reshape_(moveaxis(x, axis, -1), (prod(lead), x.shape[axis]))
    results: list[Operand] = [
        function(getitem_(rows, (i,)), *args, **kwargs) for i in range(prod(lead))
    ]
    together = stack_(results, 0)
    part = together.shape[1:]
    places = tuple(range(len(lead), len(lead) + len(part)))
    whole: Any = reshape_(together, lead + part)
    found: ArrayT = moveaxis(whole, places, tuple(range(axis, axis + len(part))))
    return found


def apply_over_axes(
    function: Callable[[ArrayT, int], ArrayT], x: ArrayT, axes: int | Sequence[int]
) -> ArrayT:
    """A function of an array and an axis applied for one axis after the other.

    Args:
        function: Takes an array and an axis; its result keeps the axis, or drops it.
        x: Any shape.
        axes: The axes.

    Returns:
        The last result; an axis that was dropped is there again, with size 1.

    Raises:
        ValueError: An axis does not exist, or the function drops more than one.

    Example:
        >>> import grad_core as gc
        >>> gc.apply_over_axes(gc.sum, gc.Tensor([[1.0, 2.0], [3.0, 4.0]]), (0, 1))
        Tensor([[10.]])
    """
    y = x
    for axis in (axes,) if isinstance(axes, int) else axes:
        at = normalize_axis_index(axis, x.ndim, "apply_over_axes")
        y = function(y, at)
        if np.ndim(unwrap(y)) == x.ndim - 1:
            y = expand_dims(y, at)
        if np.ndim(unwrap(y)) != x.ndim:
            raise ValueError(
                f"apply_over_axes: the function made {described(unwrap(y))} of {x.ndim} axes;"
                " it may drop the one that it is given, and no other"
            )
    return y
