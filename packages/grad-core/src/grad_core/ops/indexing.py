"""Parts of an array, by position or by mask."""

from __future__ import annotations

from types import EllipsisType
from typing import Any

import numpy as np

from grad_core.arrays import Array, Index, Shape
from grad_core.node import Traced
from grad_core.primitive import Unary

_BASIC = (int, slice, EllipsisType, type(None), np.integer)

getitem_: Unary[Any] = Unary(
    "getitem",
    lambda x, index: x[index],
    lambda g, _y, _x, index: scatter(g, index, _x.shape),
    needs="an index is an int, a slice, ..., None, or a list, array or Tensor of integers or"
    " booleans, or a tuple of these",
)


def _scatter(x: Array, index: Any, shape: Shape) -> Array:
    out = np.zeros(shape, x.dtype)
    if _selects_once(index):
        out[index] = x
    else:
        np.add.at(out, index, x)
    return out


scatter: Unary[Any, Shape] = Unary(
    "scatter",
    _scatter,
    lambda g, _y, _x, index, _shape: getitem_(g, index),
    """Zeros of `shape` with x added at `index`: what undoes `x[index]`.

    An element that the index names twice gets both values.

    Example:
        >>> import numpy as np
        >>> import grad_core as gc
        >>> gc.scatter(gc.Tensor([1.0, 2.0, 4.0]), np.array([0, 2, 0]), (3,))
        Tensor([5., 0., 2.])
    """,
)


def plain_index(index: Index) -> Any:
    """Return `index` as NumPy takes it: Tensors as their arrays, lists as arrays."""
    if isinstance(index, tuple):
        return tuple(_plain_item(item) for item in index)
    return _plain_item(index)


def _plain_item(item: object) -> Any:
    if isinstance(item, Traced):
        return item._data
    if isinstance(item, list):
        array = np.array([i._data if isinstance(i, Traced) else i for i in item])
        return array if array.size else array.astype(np.intp)
    return item


def _selects_once(index: Any) -> bool:
    """Whether no element can be named twice: ints, slices and masks, but no integer arrays."""
    items = index if isinstance(index, tuple) else (index,)
    return all(
        isinstance(i, _BASIC) or (isinstance(i, np.ndarray) and i.dtype == np.bool_) for i in items
    )
