"""The same elements in another shape, order of axes or dtype."""

from __future__ import annotations

from typing import TYPE_CHECKING, overload

import numpy as np
from numpy.typing import DTypeLike

from grad_core.arrays import Array, ArrayT, Axis, Raw, Shape
from grad_core.checks import check_device, check_raw, explained, numeric_dtype, own_ints
from grad_core.node import Traced
from grad_core.primitive import Unary, unwrap, wrap

if TYPE_CHECKING:
    from grad_core.tensor import Tensor

reshape_: Unary[Shape | int] = Unary(
    "reshape",
    lambda x, shape: x.reshape(shape),
    lambda g, _y, _x, _shape: reshape_(g, _x.shape),
)


def reshape(x: ArrayT, shape: Shape | int, *, copy: bool | None = None) -> ArrayT:
    """The elements of x in another shape.

    Args:
        x: Any shape.
        shape: As many elements. One size may be -1: what is left over.
        copy: Whether the result has memory of its own; None for only where that is needed.

    Raises:
        ValueError: The shape does not have as many elements, or `copy` is False and one is needed.

    Example:
        >>> import grad_core as gc
        >>> gc.reshape(gc.Tensor([1.0, 2.0, 3.0, 4.0]), (2, -1))
        Tensor([[1., 2.],
                [3., 4.]])
    """
    if copy is None:
        return reshape_(x, shape)
    if copy:
        return reshape_(copy_(x), shape)
    try:
        np.reshape(unwrap(x), shape, copy=False)
    except ValueError as error:
        raise explained("reshape", error, unwrap(x)) from error
    return reshape_(x, shape)


def ravel(x: ArrayT) -> ArrayT:
    """The elements of x in one axis, the last axis first.

    Example:
        >>> import grad_core as gc
        >>> gc.ravel(gc.Tensor([[1.0, 2.0], [3.0, 4.0]]))
        Tensor([1., 2., 3., 4.])
    """
    return reshape_(x, (-1,))


copy_: Unary[()] = Unary("copy", lambda x: x.copy(), lambda g, _y, _x: g)


def copy(x: ArrayT) -> ArrayT:
    """x in memory of its own.

    Example:
        >>> import grad_core as gc
        >>> gc.copy(gc.Tensor([1.0, 2.0]))
        Tensor([1., 2.])
    """
    return copy_(x)


def _broadcast(x: Array, shape: Shape | int) -> Array:
    if (
        x.size != 1
        or not isinstance(shape, tuple)
        or x.ndim > len(shape)
        or min(shape, default=0) < 0
    ):
        return np.broadcast_to(x, shape)
    # One element, as the gradient of a sum: in a tenth of the time
    y: Array = np.ndarray(shape, x.dtype, x, 0, (0,) * len(shape))
    y.flags.writeable = False
    return y


broadcast_to_: Unary[Shape | int] = Unary(
    "broadcast_to",
    _broadcast,
    lambda g, _y, _x, _shape: g,  # the sweep sums over the broadcast axes
)


def broadcast_to(x: ArrayT, shape: Shape | int) -> ArrayT:
    """x repeated up to `shape`, without a copy.

    Args:
        x: An array that is broadcast to the shape.
        shape: The shape of the result.

    Raises:
        ValueError: x is not broadcast to that shape.

    Example:
        >>> import grad_core as gc
        >>> gc.broadcast_to(gc.Tensor([1.0, 2.0]), (2, 2))
        Tensor([[1., 2.],
                [1., 2.]])
    """
    return broadcast_to_(x, shape)


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
    return transpose_(x, own_ints(axes))


def inverse(axes: Shape) -> Shape:
    """Return the permutation that undoes `axes`."""
    positive = [axis % len(axes) for axis in axes]
    return tuple(positive.index(i) for i in range(len(axes)))


_squeeze: Unary[Axis] = Unary(
    "squeeze",
    lambda x, axis: x.squeeze(axis),
    lambda g, _y, _x, _axis: reshape_(g, _x.shape),
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
    lambda g, _y, _x, _axis: reshape_(g, _x.shape),
)


def expand_dims(x: ArrayT, axis: int | tuple[int, ...] = 0) -> ArrayT:
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
def astype(
    x: Tensor, dtype: DTypeLike, /, *, copy: bool = True, device: str | None = None
) -> Tensor: ...
@overload
def astype(
    x: Raw, dtype: DTypeLike, /, *, copy: bool = True, device: str | None = None
) -> Array: ...
def astype(
    x: Tensor | Raw, dtype: DTypeLike, /, *, copy: bool = True, device: str | None = None
) -> Tensor | Array:
    """A copy of x in another dtype. A cast to integers or booleans passes no gradient.

    Args:
        x: Any shape.
        dtype: The dtype of the result.
        copy: False returns x as it is where it has that dtype.
        device: None or `"cpu"`.

    Raises:
        TypeError: `dtype` is not one of booleans or numbers.
        ValueError: The device is another one.

    Example:
        >>> import grad_core as gc
        >>> gc.astype(gc.Tensor([1.5, 2.5]), "int32")
        Tensor([1, 2], dtype=int32)
    """
    to = numeric_dtype("astype", dtype)
    if device is not None:
        check_device("astype", device)
    if not isinstance(x, Traced):
        check_raw("astype", x)
        return np.asarray(x).astype(to, copy=copy)
    if not copy and x.dtype == to:
        return x
    return _cast(x, to) if to.kind in "fc" else wrap(x._array.astype(to))
