"""Weighted sums of elements at given places, of all channels.

One form, linear in three arrays, has all there is to it:

    sum over n, k, p, c of  w[n, k, p] * x[n, c, places[n, k, p]] * g[n, c, p]

The gradient for g is the sum of the elements, that for x spreads g to the elements, and that for w
are products of both. Each is a primitive of two of the three arrays, and the rules of each are the
other two, so that derivatives of any order come out.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from grad_core import Array, Binary
from grad_nn.functional.sparse import Indices

Shape = tuple[int, ...]


def _rows(x: Array) -> Array:
    """The channels of each element as a row, element by element, and behind those of each sample zeros.

    Place -1 of a sample is that row of zeros.
    """
    n, c = x.shape[:2]
    size = math.prod(x.shape[2:])
    rows = np.zeros((n, size + 1, c), x.dtype)
    rows[:, :size] = x.reshape(n, c, size).swapaxes(1, 2)
    return rows.reshape(n * (size + 1), c)


def _steps(places: Indices, size: int) -> Iterator[tuple[int, Indices]]:
    """Each k, and the rows at its places."""
    n, kinds = places.shape[:2]
    begins = np.arange(int(n)).reshape(n, 1) * (size + 1)
    for k in range(kinds):
        at = places[:, k].reshape(n, math.prod(places.shape[2:]))
        yield k, np.where(at < 0, size, at) + begins


def _mixed(x: Array, w: Array, places: Indices) -> Array:
    rows = _rows(x)
    n, c = x.shape[:2]
    out = places.shape[2:]
    y = np.zeros((n, math.prod(out), c), np.result_type(x, w))
    for k, at in _steps(places, math.prod(x.shape[2:])):
        y += rows.take(at, 0) * w[:, k].reshape(*at.shape, 1)
    return y.swapaxes(1, 2).reshape(n, c, *out)


def _spread(g: Array, w: Array, places: Indices, sizes: Shape) -> Array:
    n, c = g.shape[:2]
    size = math.prod(sizes)
    columns = np.arange(int(c))
    g_rows = g.reshape(n, c, math.prod(g.shape[2:])).swapaxes(1, 2)
    dtype = np.result_type(g, w)
    x = np.zeros(n * (size + 1) * c, dtype)
    for k, at in _steps(places, size):
        parts = g_rows * w[:, k].reshape(*at.shape, 1)
        np.add.at(x, (at[..., None] * c + columns).reshape(-1), parts.astype(dtype).reshape(-1))
    rows = x.reshape(n, size + 1, c)[:, :size]
    return rows.swapaxes(1, 2).reshape(n, c, *sizes)


def _products(g: Array, x: Array, places: Indices) -> Array:
    n, c = g.shape[:2]
    rows = _rows(x)
    g_rows = np.ascontiguousarray(g.reshape(n, c, math.prod(g.shape[2:])).swapaxes(1, 2))
    w = np.empty(places.shape, np.result_type(g, x))
    for k, at in _steps(places, math.prod(x.shape[2:])):
        w[:, k] = np.vecdot(rows.take(at, 0), g_rows).reshape(n, *places.shape[2:])
    return w


mix: Binary[Indices] = Binary(
    "mix",
    _mixed,
    lambda g, _y, _x, w, places: spread(g, w, places, _x.shape[2:]),
    lambda g, _y, x, _w, places: products(g, x, places),
)
spread: Binary[Indices, Shape] = Binary(
    "spread",
    _spread,
    lambda h, _x, _g, w, places, _sizes: mix(h, w, places),
    lambda h, _x, g, _w, places, _sizes: products(g, h, places),
)
products: Binary[Indices] = Binary(
    "products",
    _products,
    lambda h, _w, _g, x, places: mix(x, h, places),
    lambda h, _w, g, _x, places: spread(g, h, places, _x.shape[2:]),
)
