"""Rows of a table by their numbers, and the sum of what goes back to each row.

The two are linear, and each the gradient of the other: `lookup_` takes a row for each index,
`scattered_` adds to a row what each index has. Every embedding is made of them.
"""

from __future__ import annotations

import math
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from grad_core import Array, Tensor, Unary
from grad_core.primitive import unwrap

Indices: TypeAlias = NDArray[np.intp]

# Up to so many rows a product with a one-hot matrix is faster, twice so for half as many
_ONE_HOT = 64
_BLOCK = 1 << 14  # elements, whose positions stay in the cache


def indices(name: str, argument: str, given: Tensor | NDArray[np.integer]) -> Indices:
    """Return a copy of integers, for the caller may write to them.

    Raises:
        TypeError: They are none.
    """
    array = unwrap(given)
    if not issubclass(type(array), np.ndarray):
        raise TypeError(
            f"{name}: {argument} is {type(given).__name__}, expected a Tensor or an ndarray of"
            " integers"
        )
    if array.dtype.kind not in "iu":
        raise TypeError(
            f"{name}: {argument} is {array.dtype}, expected integers: Tensor(..., dtype='int64')"
        )
    return np.array(array, np.intp, order="C")


def check_range(name: str, argument: str, index: Indices, below: int) -> None:
    """Raise an IndexError unless all of them are from 0 to `below`, not included."""
    # A negative one is a very large one without a sign.
    if index.size and index.view(np.uintp).max() >= below:
        wrong = index[(index < 0) | (index >= below)][0]
        expected = f"expected 0 to {below - 1}" if below else "but there is nothing to look up"
        raise IndexError(f"{name}: {argument} contains {wrong}, {expected}")


def _taken(table: Array, index: Indices, _padding: int | None, _scale: Array | None) -> Array:
    return table.take(index, 0)


def _scattered(
    g: Array, index: Indices, rows: int, padding: int | None, scale: Array | None
) -> Array:
    inner = g.shape[index.ndim :]
    width = math.prod(inner)
    work = np.result_type(g.dtype, np.float32)  # float16 has too few digits for sums
    out = _sums(g.reshape(index.size, width).astype(work, copy=False), index.reshape(-1), rows)
    if scale is not None:
        out *= scale.astype(work).reshape(-1, 1)
    if padding is not None:
        out[padding] = 0
    return out.reshape(rows, *inner).astype(g.dtype, copy=False)


def _sums(g: Array, index: Indices, rows: int) -> Array:
    """The sum of what each row gets of `g`, which has a row for each index."""
    if rows <= _ONE_HOT:
        chosen = np.equal(np.arange(rows)[:, None], index).astype(g.dtype)
        with np.errstate(invalid="ignore"):
            out: Array = chosen @ g
        if np.isfinite(out).all():  # else 0 * inf has put NaN in every row
            return out
    # Of one axis, np.add.at is as fast as np.bincount, which needs float64, and several times as
    # fast as rows that are sorted and summed by np.add.reduceat; of two it is ten times as slow.
    count, width = g.shape
    flat = np.zeros(rows * width, g.dtype)
    columns = np.arange(width, dtype=np.intp)
    step = max(_BLOCK // max(width, 1), 1)
    for i in range(0, count, step):
        places = index[i : i + step, None] * width + columns
        np.add.at(flat, places.reshape(-1), g[i : i + step].reshape(-1))
    return flat.reshape(rows, width)


def _scattered_g(
    u: Array,
    _out: Array,
    _g: Array,
    index: Indices,
    _rows: int,
    padding: int | None,
    scale: Array | None,
) -> Array:
    factor = np.ones(u.shape[0], u.dtype) if scale is None else scale.astype(u.dtype)
    if padding is not None:
        factor[padding] = 0
    if scale is not None or padding is not None:
        u = u * factor.reshape((-1, *(1,) * (len(u.shape) - 1)))
    return lookup_(u, index, None, None)


lookup_: Unary[Indices, int | None, Array | None] = Unary(
    "lookup",
    _taken,
    lambda g, _y, _table, index, padding, scale: scattered_(
        g, index, _table.shape[0], padding, scale
    ),
    doc="""Rows of a table. The gradient of row `padding` is 0, that of each is times `scale`.""",
)
scattered_: Unary[Indices, int, int | None, Array | None] = Unary(
    "lookup_gradient",
    _scattered,
    _scattered_g,
    doc="""Sums of rows. Row `padding` is 0, each is times `scale`.""",
)
