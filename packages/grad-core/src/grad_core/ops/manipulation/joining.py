"""Several arrays made one."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, Any, TypeAlias, overload

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from grad_core.arrays import Array, Operand, Raw
from grad_core.checks import check_raw
from grad_core.node import Traced
from grad_core.ops.creation.dtypes import beside
from grad_core.ops.indexing.indexing import getitem_
from grad_core.ops.manipulation.axes import at_least, thick
from grad_core.ops.manipulation.manipulation import reshape_, transpose_
from grad_core.primitive import unwrap
from grad_core.several import Variadic

if TYPE_CHECKING:
    from grad_core.tensor import Tensor

Blocks: TypeAlias = "Tensor | Raw | list[Blocks]"
_ALL = slice(None)

concat_: Variadic[int, tuple[int, ...]] = Variadic(
    "concat",
    lambda xs, axis, _ends: np.concatenate(xs, axis),
    lambda g, _y, _xs, i, axis, ends: getitem_(
        g, (_ALL,) * axis + (slice(ends[i - 1] if i else 0, ends[i]),)
    ),
    needs="at least one array, of the same shape but for the axis along which they are joined",
)

stack_: Variadic[int] = Variadic(
    "stack",
    lambda xs, axis: np.stack(xs, axis),
    lambda g, _y, _xs, i, axis: getitem_(g, (_ALL,) * axis + (i,)),
    needs="arrays of the same shape",
)


@overload
def concat(arrays: Sequence[Tensor], axis: int | None = 0) -> Tensor: ...
@overload
def concat(arrays: Sequence[Raw], axis: int | None = 0) -> Array: ...
@overload
def concat(arrays: Sequence[Operand], axis: int | None = 0) -> Tensor | Array: ...
def concat(arrays: Sequence[Operand], axis: int | None = 0) -> Tensor | Array:
    """The arrays joined along an axis that they have.

    Args:
        arrays: At least one, of the same shape but for that axis.
        axis: The axis; None for all axes of each laid out in a row.

    Raises:
        ValueError: There is no array, their shapes do not fit, or the axis does not exist.

    Example:
        >>> import grad_core as gc
        >>> gc.concat([gc.Tensor([1.0, 2.0]), gc.Tensor([3.0])])
        Tensor([1., 2., 3.])
    """
    xs: Sequence[Tensor | Array] = beside("concat", tuple(arrays))
    if axis is None:
        xs, axis = [reshape_(x, (-1,)) for x in xs], 0
    elif axis < 0 and xs:
        axis = normalize_axis_index(axis, np.ndim(unwrap(xs[0])), "concat")
    # Only where its own axis is concerned does a rule need the shapes of the others.
    sizes = (x.shape[axis] if len(x.shape) > axis else 0 for x in xs)
    return concat_(xs, axis, tuple(accumulate(sizes)))


@overload
def stack(arrays: Sequence[Tensor], axis: int = 0) -> Tensor: ...
@overload
def stack(arrays: Sequence[Raw], axis: int = 0) -> Array: ...
@overload
def stack(arrays: Sequence[Operand], axis: int = 0) -> Tensor | Array: ...
def stack(arrays: Sequence[Operand], axis: int = 0) -> Tensor | Array:
    """The arrays joined along a new axis.

    Args:
        arrays: At least one, all of the same shape.
        axis: Where the new axis stands in the result.

    Raises:
        ValueError: There is no array, their shapes differ, or the axis does not exist.

    Example:
        >>> import grad_core as gc
        >>> gc.stack([gc.Tensor([1.0, 2.0]), gc.Tensor([3.0, 4.0])])
        Tensor([[1., 2.],
                [3., 4.]])
    """
    xs = beside("stack", tuple(arrays))
    if axis < 0 and xs:
        axis = normalize_axis_index(axis, np.ndim(unwrap(xs[0])) + 1, "stack")
    return stack_(xs, axis)


@overload
def vstack(arrays: Sequence[Tensor]) -> Tensor: ...
@overload
def vstack(arrays: Sequence[Raw]) -> Array: ...
@overload
def vstack(arrays: Sequence[Operand]) -> Tensor | Array: ...
def vstack(arrays: Sequence[Operand]) -> Tensor | Array:
    """The arrays on top of each other: joined along the first axis, vectors as rows.

    Raises:
        ValueError: There is no array, or their shapes do not fit.

    Example:
        >>> import grad_core as gc
        >>> gc.vstack([gc.Tensor([1.0, 2.0]), gc.Tensor([3.0, 4.0])])
        Tensor([[1., 2.],
                [3., 4.]])
    """
    return concat([at_least(x, 2) for x in beside("vstack", tuple(arrays))])


@overload
def hstack(arrays: Sequence[Tensor]) -> Tensor: ...
@overload
def hstack(arrays: Sequence[Raw]) -> Array: ...
@overload
def hstack(arrays: Sequence[Operand]) -> Tensor | Array: ...
def hstack(arrays: Sequence[Operand]) -> Tensor | Array:
    """The arrays side by side: joined along the second axis, or the first of vectors.

    Raises:
        ValueError: There is no array, or their shapes do not fit.

    Example:
        >>> import grad_core as gc
        >>> gc.hstack([gc.Tensor([[1.0], [2.0]]), gc.Tensor([[3.0], [4.0]])])
        Tensor([[1., 3.],
                [2., 4.]])
    """
    xs = [at_least(x, 1) for x in beside("hstack", tuple(arrays))]
    return concat(xs, 0 if xs and len(xs[0].shape) == 1 else 1)


@overload
def dstack(arrays: Sequence[Tensor]) -> Tensor: ...
@overload
def dstack(arrays: Sequence[Raw]) -> Array: ...
@overload
def dstack(arrays: Sequence[Operand]) -> Tensor | Array: ...
def dstack(arrays: Sequence[Operand]) -> Tensor | Array:
    """The arrays behind each other: joined along the third axis, with the axes of `atleast_3d`.

    Raises:
        ValueError: There is no array, or their shapes do not fit.

    Example:
        >>> import grad_core as gc
        >>> gc.dstack([gc.Tensor([1.0, 2.0]), gc.Tensor([3.0, 4.0])])
        Tensor([[[1., 3.],
                 [2., 4.]]])
    """
    return concat([thick(x) for x in beside("dstack", tuple(arrays))], 2)


@overload
def column_stack(arrays: Sequence[Tensor]) -> Tensor: ...
@overload
def column_stack(arrays: Sequence[Raw]) -> Array: ...
@overload
def column_stack(arrays: Sequence[Operand]) -> Tensor | Array: ...
def column_stack(arrays: Sequence[Operand]) -> Tensor | Array:
    """The arrays side by side, vectors as columns.

    Raises:
        ValueError: There is no array, or their shapes do not fit.

    Example:
        >>> import grad_core as gc
        >>> gc.column_stack([gc.Tensor([1.0, 2.0]), gc.Tensor([3.0, 4.0])])
        Tensor([[1., 3.],
                [2., 4.]])
    """
    xs = beside("column_stack", tuple(arrays))
    return concat([x if len(x.shape) > 1 else transpose_(at_least(x, 2), None) for x in xs], 1)


@overload
def append(x: Tensor, values: Operand, axis: int | None = None) -> Tensor: ...
@overload
def append(x: Operand, values: Tensor, axis: int | None = None) -> Tensor: ...
@overload
def append(x: Raw, values: Raw, axis: int | None = None) -> Array: ...
def append(x: Operand, values: Operand, axis: int | None = None) -> Tensor | Array:
    """x with values joined to its end.

    Args:
        x: Any shape.
        values: An array of the same shape but for the axis.
        axis: The axis; None for all axes of both laid out in a row.

    Raises:
        ValueError: The shapes do not fit, or the axis does not exist.

    Example:
        >>> import grad_core as gc
        >>> gc.append(gc.Tensor([1.0, 2.0]), 3.0)
        Tensor([1., 2., 3.])
    """
    return concat((x, values), axis)


@overload
def block(arrays: Tensor | list[Tensor] | list[list[Tensor]]) -> Tensor: ...
@overload
def block(arrays: Raw | list[Raw] | list[list[Raw]]) -> Array: ...
@overload
def block(arrays: Blocks) -> Tensor | Array: ...
def block(
    arrays: Blocks | list[Tensor] | list[list[Tensor]] | list[Raw] | list[list[Raw]],
) -> Tensor | Array:
    """An array of blocks: the innermost lists are joined along the last axis, and so on outwards.

    Args:
        arrays: Arrays in nested lists, all at the same depth. Axes of size 1 are put in front
            of those that have too few.

    Returns:
        A Tensor if one of the blocks is a Tensor, otherwise an ndarray.

    Raises:
        ValueError: A list is empty, the depths differ, or the shapes do not fit.

    Example:
        >>> import grad_core as gc
        >>> gc.block([[gc.eye(2), gc.zeros((2, 1))], [gc.ones((1, 3))]])
        Tensor([[1., 0., 0.],
                [0., 1., 0.],
                [1., 1., 1.]])
    """
    nested: Any = arrays  # a list of Tensors is no list of Tensors or lists
    leaves: list[Operand] = []
    depth = _collected(nested, leaves)
    found = iter(beside("block", leaves))
    ndim = max(depth, *(np.ndim(unwrap(x)) for x in leaves))

    def joined(part: Blocks, axis: int) -> Tensor | Array:
        if isinstance(part, list):
            return concat([joined(item, axis + 1) for item in part], axis)
        return at_least(next(found), ndim)

    return joined(nested, ndim - depth)


def _collected(part: Blocks, leaves: list[Any]) -> int:
    """Put the arrays into `leaves`; return how deep they are nested."""
    if isinstance(part, list):
        depths = {_collected(item, leaves) for item in part}
        if len(depths) != 1:
            what = "is empty" if not depths else "holds blocks at different depths"
            raise ValueError(f"block: a list {what}; expected all arrays at the same depth")
        return depths.pop() + 1
    if not isinstance(part, Traced):
        check_raw("block", part)
    leaves.append(part)
    return 0


# ---------------------------------------------------------------------------- second names

# The array API standard and NumPy call the same thing by two names.
concatenate = concat
