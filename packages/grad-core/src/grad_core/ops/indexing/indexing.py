"""Parts of an array, by position or by mask."""

from __future__ import annotations

import math
from types import EllipsisType
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, overload

import numpy as np
from numpy.lib.array_utils import normalize_axis_index
from numpy.typing import NDArray

from grad_core.arrays import Array, ArrayT, Index, Mask, Operand, Position, Positions, Raw, Shape
from grad_core.node import Traced
from grad_core.ops.indexing.searching import Integers, where_
from grad_core.ops.manipulation.manipulation import ravel, reshape_
from grad_core.primitive import Binary, Unary, unwrap

if TYPE_CHECKING:
    from grad_core.tensor import Tensor

Mode: TypeAlias = Literal["raise", "wrap", "clip"]
_BASIC = (int, slice, EllipsisType, type(None), np.integer)
_ALL = slice(None)

getitem_: Unary[tuple[Any, ...]] = Unary(
    "getitem",
    lambda x, index: x[index],
    lambda g, _y, _x, index: scatter_(g, index, _x.shape),
    needs="an index is an int, a slice, ..., None, or a list, array or Tensor of integers or"
    " booleans, or a tuple of these",
)


def _scatter(x: Array, index: tuple[Any, ...], shape: Shape) -> Array:
    out = np.zeros(shape, x.dtype)
    if all(_selects_once(item) for item in index):
        out[index] = x
        return out
    axis = _only_array(index, len(shape))
    if axis is None or len(shape) == 1:
        np.add.at(out, index, x)
    else:
        _add_along(out, next(item for item in index if hasattr(item, "ndim")), x, axis)
    return out


def _only_array(index: tuple[Any, ...], ndim: int) -> int | None:
    """The axis that one array indexes, where the index takes all of the others."""
    axis = None
    for i, item in enumerate(index):
        if isinstance(item, np.ndarray) and axis is None:
            # After an ellipsis, axes are counted from the end.
            axis = i if ... not in index[:i] else ndim - len(index) + i
        elif not (item is ... or (isinstance(item, slice) and item == _ALL)):
            return None
    return axis


def _add_along(out: Array, at: NDArray[np.integer], x: Array, axis: int) -> None:
    """Add `x` to `out` at the positions `at` of one axis: sums of sorted runs beat `np.add.at`."""
    before, after = out.shape[:axis], out.shape[axis + 1 :]
    x = np.broadcast_to(x, before + at.shape + after).reshape(*before, at.size, *after)
    # Positions that are not negative, and in range
    places: NDArray[np.intp] = np.arange(int(out.shape[axis]))[at.ravel()]
    if not places.size:
        return
    order = np.argsort(places, kind="stable")
    places = places[order]
    first = np.flatnonzero(np.concatenate(([True], places[1:] != places[:-1])))
    # Row by row, which is fastest if the rows are whole
    sums = np.add.reduceat(np.moveaxis(x, axis, 0)[order], first, 0)
    np.moveaxis(out, axis, 0)[places[first]] = sums


scatter_: Unary[tuple[Any, ...], Shape] = Unary(
    "scatter", _scatter, lambda g, _y, _x, index, _shape: getitem_(g, index)
)


def scatter(x: ArrayT, index: Index, shape: Shape) -> ArrayT:
    """Zeros of `shape` with x added at `index`: what undoes `x[index]`.

    Args:
        x: In the shape of `zeros[index]`, or one that is broadcast to it.
        index: What may stand between the brackets. What it names twice gets both values.
        shape: The shape of the result.

    Raises:
        IndexError: The index does not fit the shape.
        ValueError: x does not fit the index.

    Example:
        >>> import grad_core as gc
        >>> gc.scatter(gc.Tensor([1.0, 2.0, 4.0]), [0, 2, 0], (3,))
        Tensor([5., 0., 2.])
    """
    return scatter_(x, plain_index("scatter", index), shape)


# ---------------------------------------------------------------------------- writing


def _set(x: Array, value: Array, index: tuple[Any, ...]) -> Array:
    out = np.array(x)
    if np.iscomplexobj(value) and out.dtype.kind != "c":
        raise TypeError(f"a complex value does not fit into {out.dtype}; take its real part")
    # In C order, for then NumPy writes in the order of the index and the last one wins.
    out[index] = np.asarray(value, order="C")
    return out


def _set_value(g: Array, _out: Array, _x: Array, _value: Array, index: tuple[Any, ...]) -> Array:
    part = getitem_(g, index)
    last = _last_writers(index, g.shape)
    if last is not None:
        part = where_(part, 0.0, last)
    more = len(_value.shape) - len(part.shape)  # NumPy lets a value have more axes, of size 1
    return part if more <= 0 else reshape_(part, (1,) * more + part.shape)


def _last_writers(index: tuple[Any, ...], shape: Shape) -> Mask | None:
    """Which elements of a value that is written to `index` stay; None for all of them."""
    if all(_selects_once(item) for item in index):
        return None
    at = np.arange(math.prod(shape)).reshape(shape)[index]
    _, from_end = np.unique(at.ravel()[::-1], return_index=True)
    if len(from_end) == at.size:
        return None
    last = np.zeros(at.size, np.bool_)
    last[at.size - 1 - from_end] = True
    return last.reshape(at.shape)


set_at_: Binary[tuple[Any, ...]] = Binary(
    "set_at",
    _set,
    lambda g, _out, _x, _value, index: set_at_(g, 0.0, index),
    _set_value,
    needs="the value has to fit the part that the index names",
)


@overload
def set_at(x: Tensor, index: Index, value: Operand) -> Tensor: ...
@overload
def set_at(x: Tensor | Array, index: Index, value: Tensor) -> Tensor: ...
@overload
def set_at(x: Array, index: Index, value: Raw) -> Array: ...
def set_at(x: Tensor | Array, index: Index, value: Operand) -> Tensor | Array:
    """A copy of x in which `x[index] = value` has been done.

    Args:
        x: Any shape; it is not changed, and the result has its dtype.
        index: What may stand between the brackets. Of what it names twice the last one stays,
            and only that one gets the gradient.
        value: In the shape of `x[index]`, or one that is broadcast to it.

    Raises:
        IndexError: The index does not fit x.
        ValueError: The value does not fit the index.
        TypeError: The value is complex and x is not.

    Example:
        >>> import grad_core as gc
        >>> gc.set_at(gc.Tensor([1.0, 2.0, 3.0]), slice(1, None), 0)
        Tensor([1., 0., 0.])
    """
    return set_at_(x, value, plain_index("set_at", index))


# ---------------------------------------------------------------------------- taking


def take(x: ArrayT, indices: Integers, axis: int | None = None, *, mode: Mode = "raise") -> ArrayT:
    """The elements, rows or slices of x at the positions `indices` of one axis.

    Args:
        x: Any shape.
        indices: Integers of any shape, which takes the place of the axis. Negative ones count
            from the end. What is taken twice gets both gradients.
        axis: The axis; None for all axes laid out in a row.
        mode: What becomes of an index that is out of range: an error, `"wrap"` around, or
            `"clip"` to the nearest that is in range.

    Raises:
        IndexError: An index is out of range, or the axis does not exist.
        TypeError: The indices are not integers.

    Example:
        >>> import grad_core as gc
        >>> gc.take(gc.Tensor([[1.0, 2.0], [3.0, 4.0]]), [1, 1, 0], axis=1)
        Tensor([[2., 2., 1.],
                [4., 4., 3.]])
    """
    at = integers("take", indices)
    if axis is None:
        x, axis = ravel(x), 0
    axis = normalize_axis_index(axis, x.ndim, "take")
    return getitem_(x, (_ALL,) * axis + (in_range("take", at, x.shape[axis], mode),))


def take_along_axis(x: ArrayT, indices: Integers, axis: int | None = -1) -> ArrayT:
    """The elements of x at positions that each row along an axis has for itself.

    Args:
        x: Any shape.
        indices: Integers, with as many axes as x; the others are broadcast against those of x.
            Those of `argsort` and `argmax(..., keepdims=True)` fit.
        axis: The axis; None for all axes laid out in a row.

    Raises:
        IndexError: An index is out of range, or the axis does not exist.
        ValueError: The shapes do not fit.
        TypeError: The indices are not integers.

    Example:
        >>> import numpy as np
        >>> import grad_core as gc
        >>> x = gc.Tensor([[1.0, 2.0], [4.0, 3.0]])
        >>> gc.take_along_axis(x, gc.argmax(x, 1, keepdims=True), 1)
        Tensor([[2.],
                [4.]])
    """
    at = integers("take_along_axis", indices)
    if axis is None:
        x, axis = ravel(x), 0
    if at.ndim != x.ndim:
        raise ValueError(
            f"take_along_axis: the indices have shape {at.shape}, expected {x.ndim} axes as in"
            f" {x.shape}"
        )
    axis = normalize_axis_index(axis, x.ndim, "take_along_axis")
    index: list[NDArray[np.intp]] = []
    for i, n in enumerate(x.shape):
        ones = (1,) * (x.ndim - i - 1)
        index.append(at if i == axis else np.arange(n).reshape(-1, *ones))
    return getitem_(x, tuple(index))


def compress(condition: Tensor | Raw | list[bool], x: ArrayT, axis: int | None = None) -> ArrayT:
    """The slices of x along one axis where a condition holds.

    Args:
        condition: Booleans in one axis, no more than x has there; the rest is left out.
        x: Any shape.
        axis: The axis; None for all axes laid out in a row.

    Raises:
        ValueError: The condition has not exactly one axis, or the axis does not exist.
        IndexError: The condition holds beyond the end.

    Example:
        >>> import grad_core as gc
        >>> gc.compress([True, False, True], gc.Tensor([1.0, 2.0, 3.0]))
        Tensor([1., 3.])
    """
    mask = np.asarray(unwrap(condition))
    if mask.ndim != 1:
        raise ValueError(f"compress: the condition has shape {mask.shape}, expected one axis")
    return take(x, np.flatnonzero(mask), axis)


def extract(condition: Tensor | Raw | list[bool], x: ArrayT) -> ArrayT:
    """The elements of x where a condition holds, in a row.

    Args:
        condition: Booleans, of as many elements as x.
        x: Any shape.

    Raises:
        IndexError: The condition holds beyond the end of x.

    Example:
        >>> import grad_core as gc
        >>> x = gc.Tensor([[1.0, -2.0], [-3.0, 4.0]])
        >>> gc.extract(x > 0, x)
        Tensor([1., 4.])
    """
    return take(x, np.flatnonzero(np.asarray(unwrap(condition))))


def integers(name: str, indices: Integers) -> NDArray[np.intp]:
    """Return indices as an array that is the operation's own.

    Raises:
        TypeError: They are not integers.
    """
    at = np.array(unwrap(indices))
    if at.dtype.kind not in "iu" and (at.size or at.dtype.kind == "b"):
        raise TypeError(f"{name}: expected integers for indices, got {at.dtype}")
    return at.astype(np.intp)


def in_range(name: str, at: NDArray[np.intp], n: int, mode: Mode) -> NDArray[np.intp]:
    """Return indices of `n` things as `mode` says; those out of range as they are for "raise"."""
    if mode not in ("raise", "wrap", "clip"):
        raise ValueError(f"{name}: got mode {mode!r}, expected 'raise', 'wrap' or 'clip'")
    if mode == "raise" or not n:
        return at  # where there is nothing to take, no index is in range
    return at % n if mode == "wrap" else at.clip(0, n - 1)


def plain_index(name: str, index: Index) -> tuple[Any, ...]:
    """Return `index` as a tuple of what NumPy takes: Tensors as their arrays, lists as arrays."""
    return tuple(_plain(name, item) for item in (index if isinstance(index, tuple) else (index,)))


def _plain(name: str, item: Position | Positions) -> Any:
    # A copy: the gradient needs the index as it was, whatever becomes of the caller's array.
    if isinstance(item, Traced):
        return item._array.copy()
    if isinstance(item, np.ndarray):
        return item.copy()
    if isinstance(item, list):
        try:
            return np.array(item) if item else np.empty(0, np.intp)
        except ValueError as error:  # lists of different lengths
            raise IndexError(f"{name}: {error}") from error
    return item


def _selects_once(item: Position | NDArray[np.integer | np.bool_]) -> bool:
    """Whether it names nothing twice: an int, a slice or a mask, but no array of integers."""
    return isinstance(item, _BASIC) or (isinstance(item, np.ndarray) and item.dtype == np.bool_)
