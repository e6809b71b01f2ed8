"""Parts of an array, by position or by mask."""

from __future__ import annotations

from types import EllipsisType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grad_core.arrays import Array, ArrayT, Index, Position, Positions, Shape
from grad_core.node import Traced
from grad_core.primitive import Unary

_BASIC = (int, slice, EllipsisType, type(None), np.integer)

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
    else:
        np.add.at(out, index, x)
    return out


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


def plain_index(name: str, index: Index) -> tuple[Any, ...]:
    """Return `index` as a tuple of what NumPy takes: Tensors as their arrays, lists as arrays."""
    return tuple(_plain(name, item) for item in (index if isinstance(index, tuple) else (index,)))


def _plain(name: str, item: Position | Positions) -> Any:
    # A copy: the gradient needs the index as it was, whatever becomes of the caller's array.
    if isinstance(item, Traced):
        return item._data.copy()
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
