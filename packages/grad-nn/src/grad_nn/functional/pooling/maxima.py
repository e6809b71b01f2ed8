"""The largest element of each window, and where it is.

A position is the place of an element in its plane, the axes that are pooled taken as one row, as in
PyTorch. Values go from a plane to some positions of it, or from there back into a plane; each way
is the gradient of the other.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import product
from types import EllipsisType
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

import grad_core as gc
from grad_core import Array, Tensor, Unary
from grad_core.primitive import unwrap, wrap
from grad_nn.functional.elementwise import keep
from grad_nn.functional.pooling.windows import Windows
from grad_nn.functional.sparse import along, taken

Shape: TypeAlias = tuple[int, ...]
Places: TypeAlias = NDArray[np.intp]
Codes: TypeAlias = NDArray[np.unsignedinteger]
Part: TypeAlias = tuple[EllipsisType | slice, ...]

# Elements of a window up to which each is looked at, for all windows at once
_MOST = 64


# ---------------------------------------------------------------------------- the search


def largest(x: Array, windows: Sequence[Windows]) -> Array:
    """Return the largest element of each window of the last axes; NaN where there is one."""
    for axis, w in enumerate(windows, -len(windows)):
        if w.wholes is not None:
            x = np.concatenate(
                [x[along(of, axis)].max(axis, keepdims=True) for of in w.wholes], axis
            )
            continue
        y, steps = taken(x, w.start, axis), w.steps
        if isinstance(w.start, slice):  # it is a view, then
            if steps and steps[0].to == slice(0, w.size):
                y, steps = np.maximum(y, taken(x, steps[0].of, axis)), steps[1:]
            else:
                y = y.copy("K")
        for to, of, _ in steps:
            part = y[along(to, axis)]
            np.maximum(part, taken(x, of, axis), out=part)
            if not isinstance(to, slice):  # it is a copy, then
                y[along(to, axis)] = part
        x = y
    return x


class Found:
    """The largest elements, and for each a small number that says where in its window it is.

    Args:
        values: They themselves.
        codes: For element (i, j) of a window that has k columns, i * k + j.
        windows: The windows along each axis.
        sizes: The sizes of these axes.
    """

    def __init__(
        self, values: Array, codes: Codes, windows: Sequence[Windows], sizes: Shape
    ) -> None:
        self.values = values
        self._codes = codes
        self._windows = windows
        self._sizes = sizes

    def places(self) -> Places:
        """Return the positions of the elements in their planes."""
        axes = len(self._sizes)
        begins = np.zeros((1,) * axes, np.intp)
        inside = np.zeros((1,) * axes, np.intp)
        for axis, w in enumerate(self._windows, -axes):
            step = math.prod(self._sizes[axis:]) // self._sizes[axis]
            ones = (1,) * (-1 - axis)
            begin = w.begin
            if begin.ndim > 1:  # each plane has its own
                begin = begin.reshape(-1, *(1,) * (axes + axis), w.size)
            begins = begins + (begin * step).reshape(*begin.shape, *ones)
            inside = inside + (np.arange(w.kernel) * (w.gap * step)).reshape(-1, *ones)
        at: Places = inside.reshape(-1).take(self._codes)
        at += begins
        return at


def located(x: Array, windows: Sequence[Windows]) -> Found:
    """Return the largest element of each window of the last axes, and where it is.

    Of equal ones it is the first, of NaNs the last, as in PyTorch. One axis is searched after the
    other, the last one first: an element that is found later has a larger code, so the codes are
    kept up with maxima as the values are.
    """
    nan = x.dtype.kind == "f" and x.size > 0 and bool(np.isnan(x.max()))
    axes = len(windows)
    sizes = x.shape[x.ndim - axes :]
    dtype = np.min_scalar_type(math.prod(w.kernel for w in windows) - 1)
    codes: Codes = np.zeros((1,) * x.ndim, dtype)
    unit = 1
    for axis in range(-1, -axes - 1, -1):
        w = windows[axis]
        codes = np.broadcast_to(codes, x.shape)
        search = _searched if w.wholes is None or nan else _searched_in_wholes
        x, codes = search(x, codes, unit, axis, w, nan)
        unit *= w.kernel
    return Found(x, codes, windows, sizes)


def _searched(
    x: Array, codes: Codes, unit: int, axis: int, w: Windows, nan: bool
) -> tuple[Array, Codes]:
    values, best = taken(x, w.start, axis), taken(codes, w.start, axis)
    if isinstance(w.start, slice):  # they are views, then
        values, best = values.copy(), best.copy()
    if w.padded:
        best += (w.before * unit).astype(best.dtype).reshape(-1, *(1,) * (-1 - axis))
    for to, of, j in w.steps:
        index = along(to, axis)
        value, code = values[index], best[index]
        candidates = taken(x, of, axis)
        better = candidates > value
        if nan:
            better |= np.isnan(candidates)
        more = taken(codes, of, axis) + codes.dtype.type(j * unit)
        more *= better
        np.maximum(code, more, out=code)
        np.maximum(value, candidates, out=value)
        if not isinstance(to, slice):  # they are copies, then
            values[index], best[index] = value, code
    return values, best


def _searched_in_wholes(
    x: Array, codes: Codes, unit: int, axis: int, w: Windows, _nan: bool
) -> tuple[Array, Codes]:
    values: list[Array] = []
    best: list[Codes] = []
    assert w.wholes is not None
    for of, before in zip(w.wholes, w.before.tolist(), strict=True):
        index = along(of, axis)
        part = x[index]
        j = part.argmax(axis, keepdims=True)
        values.append(np.take_along_axis(part, j, axis))
        code = ((j + before) * unit).astype(codes.dtype)
        best.append(code + np.take_along_axis(codes[index], j, axis))
    return np.concatenate(values, axis), np.concatenate(best, axis)


# ---------------------------------------------------------------------------- to and from


def _flat(at: Places, shape: Shape, axes: int) -> NDArray[np.intp]:
    """Positions in the planes of an array as positions in all of it."""
    lead = math.prod(shape[: len(shape) - axes])
    plane = math.prod(shape[len(shape) - axes :])
    flat = at.reshape(lead, math.prod(at.shape[at.ndim - axes :]))
    flat = flat + np.arange(0, lead * plane, plane or 1, dtype=np.intp)[:lead, None]
    return flat.reshape(-1)


def _gathered(x: Array, at: Places, axes: int, _once: bool) -> Array:
    return x.reshape(-1)[_flat(at, x.shape, axes)].reshape(at.shape)


def _scattered(x: Array, at: Places, axes: int, once: bool, shape: Shape) -> Array:
    out = np.zeros(shape, x.dtype)
    flat = _flat(at, shape, axes)
    if once:
        out.reshape(-1)[flat] = x.reshape(-1)
    else:
        np.add.at(out.reshape(-1), flat, x.reshape(-1))
    return out


gather: Unary[Places, int, bool] = Unary(
    "gather_positions",
    _gathered,
    lambda g, _y, _x, at, axes, once: scatter(g, at, axes, once, _x.shape),
)
scatter: Unary[Places, int, bool, Shape] = Unary(
    "scatter_positions",
    _scattered,
    lambda g, _y, _x, at, axes, once, _shape: gather(g, at, axes, once),
)


# ---------------------------------------------------------------------------- the pooling


def _taps(windows: Sequence[Windows]) -> list[tuple[Part, Part]] | None:
    """Of each element of all windows at once, which windows have it, and where it is in the input.

    They go as in a plane, the last axis first. None where positions are no slices, or where there
    are too many elements for a look at each of them.
    """
    if math.prod(w.kernel for w in windows) > _MOST:
        return None
    axes: list[list[tuple[slice, slice]]] = []
    for w in windows:
        first = [] if w.padded else [(slice(0, w.size), w.start)]
        pairs = [*first, *((step.to, step.of) for step in w.steps)]
        axes.append([(a, b) for a, b in pairs if isinstance(a, slice) and isinstance(b, slice)])
        if len(axes[-1]) < len(pairs):
            return None
    return [
        ((..., *(to for to, _ in tap)), (..., *(of for _, of in tap))) for tap in product(*axes)
    ]


def _largest(x: Array, windows: tuple[Windows, ...], kept: list[Array] | None) -> Array:
    y = largest(x, windows)
    if kept is not None:
        kept.append(y.copy("K"))  # others may write to the result
    return y


def _to_largest(
    g: Array, _y: Array, x: Array, windows: tuple[Windows, ...], kept: list[Array] | None
) -> Array:
    """Put `g` where the largest elements of `x` are: in each window the first of equal ones."""
    x = unwrap(x)
    once = all(w.disjoint for w in windows)
    taps = _taps(windows) if isinstance(g, np.ndarray) else None
    assert kept is not None  # where a gradient was to come
    y = kept[0]
    if taps is None or np.isnan(y).any():
        at = located(x, windows).places()
        return scatter(g, at.reshape(g.shape), len(windows), once, x.shape)
    out = np.zeros_like(x)
    missing = np.ones_like(y, np.bool_)  # whether a window's is still to be found
    for to, of in taps:
        if of is taps[-1][1] and missing[to].shape == missing.shape:
            is_it = missing  # it is in none of the other places
        else:
            is_it = x[of] == y[to]
            is_it &= missing[to]
            missing[to] ^= is_it
        part = keep(g[to], is_it)
        if once:
            out[of] = part
        else:
            out[of] += part
    return out


_max_pool: Unary[tuple[Windows, ...], list[Array] | None] = Unary("max_pool", _largest, _to_largest)


def pooled(
    input: Tensor, windows: Sequence[Windows], indices: bool
) -> tuple[Tensor, Tensor | None]:
    """Return the largest element of each window of the last axes, and its position on request."""
    if not indices:
        kept: list[Array] | None = [] if input.requires_grad and gc.is_grad_enabled() else None
        return _max_pool(input, tuple(windows), kept), None
    found = located(unwrap(input), windows)
    at = found.places().reshape(found.values.shape)
    once = all(w.disjoint for w in windows)
    y = gather(input, at, len(windows), once)
    return y, wrap(at.astype(np.int64))


# ---------------------------------------------------------------------------- max_unpool


# A value that another one overwrites gets the gradient of its place all the same, as in PyTorch:
# those that a pooling found at one place are one element.
unpool: Unary[Places, int, Shape] = Unary(
    "max_unpool",
    lambda x, at, axes, shape: _scattered(x, at, axes, True, shape),
    lambda g, _y, _x, at, axes, _shape: gather(g, at, axes, False),
)
