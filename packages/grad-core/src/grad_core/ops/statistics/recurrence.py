"""The linear recurrence that the gradients of running products and maxima are made of."""

from __future__ import annotations

from typing import Any

import numpy as np

from grad_core.arrays import Array
from grad_core.ops.indexing.indexing import getitem_
from grad_core.ops.statistics.reductions import kept_shape
from grad_core.primitive import Binary, Unary


def along(axis: int, part: slice) -> tuple[Any, ...]:
    """The index of a part of one axis."""
    everything = slice(None)
    if axis >= 0:
        return (*(everything,) * axis, part)
    return (..., part, *(everything,) * (-axis - 1))


def part_of(x: Array, axis: int, start: int | None, stop: int | None) -> Array:
    """The elements from `start` to `stop` of one axis."""
    return getitem_(x, along(axis, slice(start, stop)))


def reverse(x: Array, axis: int) -> Array:
    """x with the order of the elements along one axis reversed."""
    return getitem_(x, along(axis, slice(None, None, -1)))


def _prefixed(x: Array, axis: int, value: int) -> Array:
    first = np.full_like(x, value, shape=kept_shape(x.shape, axis))
    return np.concatenate((first, x), axis)


prefixed: Unary[int, int] = Unary(
    "prefixed",
    _prefixed,
    lambda g, _y, _x, axis, _value: part_of(g, axis, 1, None),
    """x with a constant before the first element of an axis.""",
)


def _recurrence(b: Array, a: Array, axis: int) -> Array:
    h = np.array(np.moveaxis(b, axis, 0), np.result_type(b, a))
    a = np.moveaxis(a, axis, 0)
    for i in range(1, len(h)):
        h[i] += a[i - 1] * h[i - 1]
    return np.moveaxis(h, 0, axis)


def backwards(b: Array, a: Array, axis: int) -> Array:
    """The recurrence from the other end: h[i] = b[i] + a[i] h[i + 1]."""
    return reverse(recurrence(reverse(b, axis), reverse(a, axis), axis), axis)


recurrence: Binary[int] = Binary(
    "recurrence",
    _recurrence,
    lambda g, _h, _b, a, axis: backwards(g, a, axis),
    lambda g, h, _b, a, axis: (
        part_of(backwards(g, a, axis), axis, 1, None) * part_of(h, axis, None, -1)
    ),
    """h[0] = b[0], h[i] = b[i] + a[i - 1] h[i - 1] along an axis; `a` is shorter by one than `b`.

    The gradient is the same recurrence from the other end.
    """,
)
