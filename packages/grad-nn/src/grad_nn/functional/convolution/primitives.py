"""The three primitives of convolution.

The number `sum(y * correlate(x, w))` is linear in each of x, w and y. Its gradients are

- `correlate(x, w)`, that of y: the convolution of neural networks,
- `spread(y, w)`, that of x: the transposed convolution,
- `weigh(x, y)`, that of w.

So the rules of each are the other two, and derivatives of any order come from them.
"""

from __future__ import annotations

import math
from itertools import product
from typing import NamedTuple

import numpy as np

from grad_core import Array, Binary, Ternary
from grad_nn.functional.convolution.depthwise import (
    correlate_depthwise,
    is_depthwise,
    weigh_depthwise,
)
from grad_nn.functional.convolution.groups import apart, grouped, joined, together
from grad_nn.functional.convolution.patches import (
    BLOCK,
    Geometry,
    Sizes,
    blocks,
    channels_first,
    channels_last,
    empty,
    patches,
    windows,
    with_margins,
)

# ---------------------------------------------------------------------------- on ndarrays


def _correlate(x: Array, w: Array, b: Array | None, how: Geometry) -> Array:
    result, work = _dtypes(x, w, b)
    out = how.positions(x.shape[2:], w.shape[2:])
    y = empty((len(x), len(w), *out), work)
    if is_depthwise(len(w), w.shape[1], how.groups):
        correlate_depthwise(x, w.astype(work, copy=False), b, channels_last(y), how)
        return y.astype(result, copy=False)
    rows = channels_last(y).reshape(len(x) * math.prod(out), len(w))
    whole, groups = joined(w, how.groups)
    if groups < how.groups:
        with np.errstate(invalid="ignore"):
            _multiply(x, whole, b, rows, how._replace(groups=groups))
        if np.isfinite(rows).all():
            return y.astype(result, copy=False)
        # The zeros between groups may have met an infinity.
    _multiply(x, w, b, rows, how)
    return y.astype(result, copy=False)


def _multiply(x: Array, w: Array, b: Array | None, rows: Array, how: Geometry) -> None:
    """Write to `rows` the products of all patches with the weights, plus the bias."""
    for inputs, outputs in grouped(len(w), w.shape[1], how.groups):
        matrix = _matrix(w[outputs], rows.dtype).T
        part, bias = rows[:, outputs], None if b is None else b[outputs]
        for _, at, block in patches(x[:, inputs], w.shape[2:], how, rows.dtype):
            np.matmul(block, matrix, out=part[at])
            if bias is not None:
                part[at] += bias


def _weigh(x: Array, y: Array, how: Geometry, kernel: Sizes) -> Array:
    result, work = _dtypes(x, y)
    o, c = y.shape[1], x.shape[1] // how.groups
    ys = channels_last(y).astype(work, copy=False)
    if is_depthwise(o, c, how.groups):
        each = np.zeros((*kernel, o), work)
        weigh_depthwise(x, np.ascontiguousarray(ys), each, how)
        return np.moveaxis(each, -1, 0)[:, None].astype(result, copy=False)
    n = together(o, c, how.groups)
    # Transposed, for OpenBLAS divides a product among threads by the columns of the result
    whole = np.zeros((math.prod(kernel) * c * n, o), work)
    for inputs, outputs in grouped(o, c * n, how.groups // n):
        for part, _, block in patches(x[:, inputs], kernel, how, work):
            gradient = ys[part][..., outputs]
            rows = gradient.reshape(len(block), gradient.shape[-1])
            whole[:, outputs] += block.T @ rows
    w = apart(whole.T.reshape(o, *kernel, c * n), how.groups, n)
    return channels_first(w).astype(result, copy=False)


class _Phase(NamedTuple):
    """The positions of an axis that are equal modulo its stride: they see the same weights."""

    at: slice  # these positions
    taps: slice | None  # those weights, the last first; None where there are none
    padding: tuple[int, int]  # of y, for a correlation with these weights
    dilation: int


def _spread(y: Array, w: Array, b: Array | None, how: Geometry, size: Sizes) -> Array:
    # At positions i that are equal modulo the stride, sum over taps t of y[(i - d t) / s] w[t] is a
    # correlation of stride 1, with the weights turned around.
    turned = _turned(w, how.groups)
    ones = (1,) * len(size)
    phases = [_phases(*axis) for axis in zip(size, y.shape[2:], w.shape[2:], *how[:3], strict=True)]
    if all(s == 1 for s in how.stride):
        return _with_phases(y, turned, b, how.groups, tuple(axis[0] for axis in phases))
    result, work = _dtypes(y, w, b)
    y = channels_first(np.ascontiguousarray(channels_last(y), work))
    if all(d * (k - 1) < s for k, s, d in zip(w.shape[2:], how.stride, how.dilation, strict=True)):
        return _spread_apart(y, w.astype(work, copy=False), b, how, size).astype(result, copy=False)
    x = empty((len(y), len(turned), *size), result)
    for combination in product(*phases):
        at = (slice(None), slice(None), *(p.at for p in combination))
        if any(p.taps is None for p in combination):
            x[at] = 0 if b is None else b.reshape(-1, *ones)
        else:
            x[at] = _with_phases(y, turned, b, how.groups, combination)
    return x


def _with_phases(
    y: Array, turned: Array, b: Array | None, groups: int, phases: tuple[_Phase, ...]
) -> Array:
    weights = turned[(slice(None), slice(None), *(p.taps for p in phases))]
    padding = tuple(p.padding for p in phases)
    dilation = tuple(p.dilation for p in phases)
    return _correlate(y, weights, b, Geometry((1,) * len(phases), padding, dilation, groups))


def _phases(n: int, m: int, k: int, s: int, padding: tuple[int, int], d: int) -> list[_Phase]:
    """The phases of an axis with n positions, of which m see a kernel of k weights."""
    between = s // math.gcd(s, d)  # taps of a phase are so far apart
    found: list[_Phase] = []
    for i in range(min(s, n)):  # the first position of each phase
        place = i + padding[0]
        taps = [t for t in range(k) if (place - d * t) % s == 0]
        at = slice(i, None, s)
        if not taps:
            found.append(_Phase(at, None, (0, 0), 1))
            continue
        dilation = d * between // s
        first = (place - d * taps[-1]) // s  # of y that position i sees
        last = first + dilation * (len(taps) - 1) + (n - 1 - i) // s
        found.append(
            _Phase(at, slice(taps[-1], None, -between), (-first, last - (m - 1)), dilation)
        )
    return found


def _spread_apart(y: Array, w: Array, b: Array | None, how: Geometry, size: Sizes) -> Array:
    """The same where patches do not overlap: what each is made of is written once."""
    ys, kernel, out = channels_last(y), w.shape[2:], y.shape[2:]
    c = w.shape[1] * how.groups
    sizes = tuple(n + sum(p) for n, p in zip(size, how.padding, strict=True))
    x = empty((len(y), c, *sizes), np.result_type(y, w) if b is None else np.result_type(y, w, b))
    x[...] = 0
    seen = windows(channels_last(x), kernel, out, how)
    width = math.prod(kernel) * w.shape[1]
    for inputs, outputs in grouped(len(w), w.shape[1], how.groups):
        matrix = _matrix(w[outputs], w.dtype)
        for part, _ in blocks(seen.shape[: 1 + len(out)], width * y.itemsize, BLOCK):
            patch = seen[part][..., inputs]
            patch[...] = (ys[part][..., outputs] @ matrix).reshape(patch.shape)
    cut = tuple((-before, -after) for before, after in how.padding)
    whole = channels_first(with_margins(channels_last(x), cut))
    if b is not None:
        whole += b.reshape(-1, *(1,) * len(size))
    return whole


# ---------------------------------------------------------------------------- helpers


def _dtypes(*arrays: Array | None) -> tuple[np.dtype[np.floating], np.dtype[np.floating]]:
    """The dtype of a result, and that in which it is computed: BLAS has no float16."""
    result = np.result_type(*(a for a in arrays if a is not None))
    return result, np.dtype(np.float32) if result == np.float16 else result


def _matrix(w: Array, dtype: np.dtype[np.floating]) -> Array:
    """Weights `(O, C, *kernel)` as a matrix `(O, kernel * C)`, as patches have their rows."""
    return channels_last(w).astype(dtype, copy=False).reshape(len(w), math.prod(w.shape[1:]))


def _turned(w: Array, groups: int) -> Array:
    """Weights `(O, C / groups, *kernel)` with inputs and outputs exchanged."""
    o, c, *kernel = w.shape
    apart = w.reshape(groups, o // groups, c, *kernel).swapaxes(1, 2)
    return apart.reshape(groups * c, o // groups, *kernel)


# ---------------------------------------------------------------------------- primitives


def _over_channels(g: Array) -> Array:
    """The gradient of a bias: the sum over all but the channels."""
    if isinstance(g, np.ndarray) and g.dtype.char in "fdFD":
        last = channels_last(g)
        if last.flags.c_contiguous:  # BLAS is faster here than `sum` is
            rows = g.size // max(1, g.shape[1])
            return np.asarray(np.ones(rows, g.dtype) @ last.reshape(rows, g.shape[1]))
    total: Array = g.sum((0, *range(2, g.ndim)))
    return total


correlate: Ternary[Geometry] = Ternary(
    "convolution",
    _correlate,
    lambda g, _y, _x, w, _b, how: spread(g, w, None, how, _x.shape[2:]),
    lambda g, _y, x, _w, _b, how: weigh(x, g, how, _w.shape[2:]),
    lambda g, _y, _x, _w, _b, _how: _over_channels(g),
)
spread: Ternary[Geometry, Sizes] = Ternary(
    "transposed convolution",
    _spread,
    lambda g, _x, _y, w, _b, how, _size: correlate(g, w, None, how),
    lambda g, _x, y, _w, _b, how, _size: weigh(g, y, how, _w.shape[2:]),
    lambda g, _x, _y, _w, _b, _how, _size: _over_channels(g),
)
weigh: Binary[Geometry, Sizes] = Binary(
    "gradient of a kernel",
    _weigh,
    lambda g, _w, _x, y, how, _kernel: spread(y, g, None, how, _x.shape[2:]),
    lambda g, _w, x, _y, how, _kernel: correlate(x, g, None, how),
)
