"""Arrays with elements taken out or put in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, TypeAlias, overload

import numpy as np
from numpy.lib.array_utils import normalize_axis_index, normalize_axis_tuple
from numpy.typing import NDArray

from grad_core.arrays import Array, ArrayT, Axis, Operand, Raw
from grad_core.checks import check_raw, described
from grad_core.node import Traced
from grad_core.ops.indexing.indexing import getitem_, integers, scatter_, set_at_
from grad_core.ops.manipulation.manipulation import ravel, reshape_, transpose_
from grad_core.primitive import unwrap

if TYPE_CHECKING:
    from grad_core.tensor import Tensor

Places: TypeAlias = "int | slice | Sequence[int] | NDArray[np.integer | np.bool_] | Tensor"
_ALL = slice(None)


def _places(name: str, given: Places, n: int, last: int) -> NDArray[np.intp]:
    """The positions that are given, counted from the start; all of them up to `last`."""
    if isinstance(given, slice):
        return np.arange(n)[given]
    plain = np.asarray(unwrap(given))
    if plain.dtype == np.bool_:
        if plain.shape != (n,):
            raise ValueError(f"{name}: got a mask of shape {plain.shape}, expected ({n},)")
        return np.flatnonzero(plain)
    at = integers(name, plain)
    if at.ndim > 1:
        raise ValueError(f"{name}: got positions of shape {at.shape}, expected one axis")
    if ((at < -n) | (at > last)).any():
        raise IndexError(f"{name}: got positions {at}, expected some from {-n} to {last}")
    return np.where(at < 0, at + n, at)


def delete(x: ArrayT, obj: Places, axis: int | None = None) -> ArrayT:
    """x without the slices at some positions of an axis.

    Args:
        x: Any shape.
        obj: Which positions: an int, a slice, several ints, or a mask.
        axis: The axis; None for all axes laid out in a row.

    Raises:
        IndexError: A position is out of range.
        ValueError: The axis does not exist.
        TypeError: The positions are not integers.

    Example:
        >>> import grad_core as gc
        >>> gc.delete(gc.Tensor([1.0, 2.0, 3.0]), 1)
        Tensor([1., 3.])
    """
    if axis is None:
        x, axis = ravel(x), 0
    axis = normalize_axis_index(axis, x.ndim, "delete")
    n = x.shape[axis]
    keep = np.ones(n, np.bool_)
    keep[_places("delete", obj, n, n - 1)] = False
    return getitem_(x, (_ALL,) * axis + (keep,))


def _array(x: Operand | Sequence[float]) -> Tensor | Array:
    return x if isinstance(x, Traced) else np.asarray(x)


@overload
def insert(
    x: Tensor, obj: Places, values: Operand | Sequence[float], axis: int | None = None
) -> Tensor: ...
@overload
def insert(x: Raw, obj: Places, values: Tensor, axis: int | None = None) -> Tensor: ...
@overload
def insert(
    x: Raw, obj: Places, values: Raw | Sequence[float], axis: int | None = None
) -> Array: ...
def insert(
    x: Operand, obj: Places, values: Operand | Sequence[float], axis: int | None = None
) -> Tensor | Array:
    """x with values put in before some positions of an axis.

    Args:
        x: Any shape; the result has its dtype.
        obj: The positions in x: an int, a slice, several ints, or a mask. Before one int, several
            values may be put.
        values: In the shape of x but for the axis, or one that is broadcast to it.
        axis: The axis; None for all axes laid out in a row.

    Raises:
        IndexError: A position is out of range.
        ValueError: The axis does not exist, or the values do not fit.
        TypeError: The positions are not integers, or the values are complex and x is not.

    Example:
        >>> import grad_core as gc
        >>> gc.insert(gc.Tensor([1.0, 3.0]), 1, 2.0)
        Tensor([1., 2., 3.])
        >>> gc.insert(gc.Tensor([1.0, 2.0]), [0, 2], [-1.0, -2.0])
        Tensor([-1.,  1.,  2., -2.])
    """
    check_raw("insert", unwrap(x))
    base, new = _array(x), _array(values)
    if axis is None:
        base, axis = reshape_(base, (-1,)), 0
    axis = normalize_axis_index(axis, base.ndim, "insert")
    n = base.shape[axis]
    at = _places("insert", obj, n, n)
    if at.size == 1:  # before one position goes as much as `values` has along the axis
        if new.ndim < base.ndim:
            new = reshape_(new, (1,) * (base.ndim - new.ndim) + new.shape)
        if not at.ndim:
            # As in x[:, i] = values, where the axis is gone, the first axis stands for it.
            new = transpose_(new, (*range(1, axis + 1), 0, *range(axis + 1, new.ndim)))
        at = np.repeat(at.ravel(), new.shape[axis])
    # Where the new ones stand in the result: each is moved on by those that go before it
    order = np.argsort(at, kind="stable")
    places = at.copy()
    places[order] += np.arange(at.size)
    along = (_ALL,) * axis
    old = np.ones(n + at.size, np.bool_)
    old[places] = False
    shape = (*base.shape[:axis], n + at.size, *base.shape[axis + 1 :])
    found: Tensor | Array = set_at_(scatter_(base, (*along, old), shape), new, (*along, places))
    return found


def trim_zeros(x: ArrayT, trim: Literal["fb", "f", "b", "bf"] = "fb", axis: Axis = None) -> ArrayT:
    """x without the zeros at its ends.

    Args:
        x: One axis or more; of several, slices of zeros are taken off.
        trim: `"f"` for the front, `"b"` for the back, or both.
        axis: Which axes; None for all.

    Raises:
        ValueError: An axis does not exist, or `trim` is something else.

    Example:
        >>> import grad_core as gc
        >>> gc.trim_zeros(gc.Tensor([0.0, 1.0, 0.0, 2.0, 0.0]))
        Tensor([1., 0., 2.])
    """
    if not trim or set(trim.lower()) - set("fb"):
        raise ValueError(f"trim_zeros: got trim {trim!r}, expected 'f', 'b' or 'fb'")
    if not x.ndim:
        raise ValueError(f"trim_zeros: got {described(unwrap(x))}, expected one axis or more")
    axes = range(x.ndim) if axis is None else normalize_axis_tuple(axis, x.ndim, "trim_zeros")
    at = np.argwhere(unwrap(x))
    index = [_ALL] * x.ndim
    for i in axes:
        if not len(at):
            index[i] = slice(0)
            continue
        first = int(at[:, i].min()) if "f" in trim.lower() else None
        end = int(at[:, i].max()) + 1 if "b" in trim.lower() else None
        index[i] = slice(first, end)
    return getitem_(x, tuple(index))
