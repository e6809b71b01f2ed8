"""The same elements in another shape, order or dtype."""

from __future__ import annotations

from typing import TYPE_CHECKING, overload

import numpy as np
from numpy.typing import DTypeLike

from grad_core.arrays import Array, ArrayT, Axis, Shape
from grad_core.checks import check_raw, numeric_dtype
from grad_core.node import Traced
from grad_core.primitive import Unary, wrap

if TYPE_CHECKING:
    from grad_core.tensor import Tensor

reshape: Unary[Shape] = Unary(
    "reshape",
    lambda x, shape: x.reshape(shape),
    lambda g, _y, _x, _shape: reshape(g, _x.shape),
    """The elements of x in another shape.

    One size may be -1: what is left over.

    Raises:
        ValueError: The shape does not have as many elements.

    Example:
        >>> import grad_core as gc
        >>> gc.reshape(gc.Tensor([1.0, 2.0, 3.0, 4.0]), (2, -1))
        Tensor([[1., 2.],
                [3., 4.]])
    """,
)

broadcast_to: Unary[Shape] = Unary(
    "broadcast_to",
    lambda x, shape: np.broadcast_to(x, shape),
    lambda g, _y, _x, _shape: g,  # the sweep sums over the broadcast axes
    """x repeated up to `shape`, without a copy.

    Raises:
        ValueError: x is not broadcast to that shape.

    Example:
        >>> import grad_core as gc
        >>> gc.broadcast_to(gc.Tensor([1.0, 2.0]), (2, 2))
        Tensor([[1., 2.],
                [1., 2.]])
    """,
)

transpose_: Unary[Shape | None] = Unary(
    "transpose",
    lambda x, axes: x.transpose(axes),
    lambda g, _y, _x, axes: transpose_(g, None if axes is None else inverse(axes)),
)


def transpose(x: ArrayT, axes: Shape | None = None) -> ArrayT:
    """x with its axes permuted, or reversed.

    Args:
        x: Any shape.
        axes: Axis `i` of the result is axis `axes[i]` of `x`; None reverses all.

    Raises:
        ValueError: `axes` is not a permutation of the axes of `x`.

    Example:
        >>> import grad_core as gc
        >>> gc.transpose(gc.Tensor([[1.0, 2.0], [3.0, 4.0]]))
        Tensor([[1., 3.],
                [2., 4.]])
    """
    return transpose_(x, axes)


def inverse(axes: Shape) -> Shape:
    """Return the permutation that undoes `axes`."""
    positive = [axis % len(axes) for axis in axes]
    return tuple(positive.index(i) for i in range(len(axes)))


_squeeze: Unary[Axis] = Unary(
    "squeeze",
    lambda x, axis: x.squeeze(axis),
    lambda g, _y, _x, _axis: reshape(g, _x.shape),
    needs="only axes of size 1 can be squeezed",
)


def squeeze(x: ArrayT, axis: Axis = None) -> ArrayT:
    """x without axes of size 1.

    Args:
        x: Any shape.
        axis: The axis or axes to drop; None drops all that have size 1.

    Raises:
        ValueError: An axis to drop has another size, or does not exist.

    Example:
        >>> import grad_core as gc
        >>> gc.squeeze(gc.Tensor([[1.0, 2.0]]), 0)
        Tensor([1., 2.])
    """
    return _squeeze(x, axis)


_expand_dims: Unary[Axis] = Unary(
    "expand_dims",
    lambda x, axis: np.expand_dims(x, () if axis is None else axis),
    lambda g, _y, _x, _axis: reshape(g, _x.shape),
)


def expand_dims(x: ArrayT, axis: int | tuple[int, ...]) -> ArrayT:
    """x with new axes of size 1.

    Args:
        x: Any shape.
        axis: Where the new axes stand in the result.

    Raises:
        ValueError: An axis is out of range or given twice.

    Example:
        >>> import grad_core as gc
        >>> gc.expand_dims(gc.Tensor([1.0, 2.0]), 1)
        Tensor([[1.],
                [2.]])
    """
    return _expand_dims(x, axis)


_cast: Unary[np.dtype[np.floating]] = Unary(
    "astype",
    lambda x, dtype: x.astype(dtype),
    lambda g, _y, _x, _dtype: g,  # the sweep casts back
)


@overload
def astype(x: Tensor, dtype: DTypeLike) -> Tensor: ...
@overload
def astype(x: Array, dtype: DTypeLike) -> Array: ...
def astype(x: Tensor | Array, dtype: DTypeLike) -> Tensor | Array:
    """A copy of x in another dtype. A cast to integers or booleans passes no gradient.

    Raises:
        TypeError: `dtype` is not one of booleans or numbers.

    Example:
        >>> import grad_core as gc
        >>> gc.astype(gc.Tensor([1.5, 2.5]), "int32")
        Tensor([1, 2], dtype=int32)
    """
    to = numeric_dtype("astype", dtype)
    if not isinstance(x, Traced):
        check_raw("astype", x)
        return np.asarray(x).astype(to)
    return _cast(x, to) if to.kind in "fc" else wrap(x._data.astype(to))
