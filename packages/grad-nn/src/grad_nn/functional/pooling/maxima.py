"""The largest element of each window, and where it is.

A position is the place of an element in its plane, the axes that are pooled taken as one row, as in
PyTorch. Values go from a plane to some positions of it, or from there back into a plane; each way
is the gradient of the other.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

import grad_core as gc
from grad_core import Array, Tensor, Unary
from grad_core.primitive import unwrap, wrap
from grad_nn.functional.pooling.windows import Step, Windows
from grad_nn.functional.sparse import Positions, along, taken

Shape: TypeAlias = tuple[int, ...]
Places: TypeAlias = NDArray[np.integer]


# ---------------------------------------------------------------------------- the search


def largest(x: Array, windows: Sequence[Windows]) -> Array:
    """Return the largest element of each window of the last axes; NaN where there is one."""
    for axis, w in enumerate(windows, -len(windows)):
        wholes = w.wholes
        if wholes is not None:
            parts = [x[along(of, axis)].max(axis, keepdims=True) for _, of in wholes]
            x = np.concatenate(parts, axis)
            continue
        y = taken(x, w.start, axis)
        if isinstance(w.start, slice):
            y = y.copy()
        for to, of in w.steps:
            part = y[along(to, axis)]
            if isinstance(to, slice):
                np.maximum(part, taken(x, of, axis), out=part)
            else:
                y[along(to, axis)] = np.maximum(part, taken(x, of, axis))
        x = y
    return x


def located(x: Array, windows: Sequence[Windows]) -> tuple[Array, Places]:
    """Return the largest element of each window of the last axes, and its position.

    Of equal ones it is the first, of NaNs the last, as in PyTorch.
    """
    nan = has_nan(x)
    axes = len(windows)
    sizes = x.shape[x.ndim - axes :]
    at = first_places(x)
    for axis in range(-1, -axes - 1, -1):
        w = windows[axis]
        if axis < -1:
            at = at + row_places(sizes, axis, at.dtype)
        if w.wholes is None or nan:
            x, at = located_along(x, at, axis, w.start, w.steps, nan)
        else:
            x, at = _located_in_wholes(x, at, axis, w.wholes)
    return x, at


def has_nan(x: Array) -> bool:
    """Whether there is a NaN; the search is faster where there is none."""
    return x.dtype.kind == "f" and x.size > 0 and bool(np.isnan(x.max()))


def first_places(x: Array) -> Places:
    """Return the positions along the last axis, in an integer that holds those of a plane."""
    dtype = np.min_scalar_type(max(math.prod(x.shape), 1))
    return np.broadcast_to(np.arange(x.shape[-1], dtype=dtype), x.shape)


def row_places(sizes: Shape, axis: int, dtype: np.dtype[np.integer]) -> Places:
    """Return what an index along an axis, counted from the end, adds to a position."""
    steps = np.arange(sizes[axis]) * math.prod(sizes[axis + 1 :])
    return steps.astype(dtype).reshape(-1, *(1,) * (-1 - axis))


def located_along(
    x: Array, at: Places, axis: int, start: Positions, steps: Sequence[Step], nan: bool
) -> tuple[Array, Places]:
    """Return the largest elements along one axis, and what `at` has for them."""
    values, places = taken(x, start, axis), taken(at, start, axis)
    if isinstance(start, slice):  # they are views, then
        values, places = values.copy(), places.copy()
    for to, of in steps:
        index = along(to, axis)
        largest_yet, places_yet = values[index], places[index]
        candidates = taken(x, of, axis)
        better = candidates > largest_yet
        if nan:
            better |= np.isnan(candidates)
        np.copyto(places_yet, taken(at, of, axis), where=better)
        np.maximum(largest_yet, candidates, out=largest_yet)
        if not isinstance(to, slice):  # they are copies, then
            values[index], places[index] = largest_yet, places_yet
    return values, places


def _located_in_wholes(
    x: Array, at: Places, axis: int, wholes: Sequence[Step]
) -> tuple[Array, Places]:
    values: list[Array] = []
    places: list[Places] = []
    for _, of in wholes:
        index = along(of, axis)
        part = x[index]
        best = part.argmax(axis, keepdims=True)
        values.append(np.take_along_axis(part, best, axis))
        places.append(np.take_along_axis(at[index], best, axis))
    return np.concatenate(values, axis), np.concatenate(places, axis)


# ---------------------------------------------------------------------------- to and from


def _flat(at: Places, shape: Shape, axes: int) -> NDArray[np.intp]:
    """Positions in the planes of an array as positions in all of it."""
    lead = math.prod(shape[: len(shape) - axes])
    plane = math.prod(shape[len(shape) - axes :])
    flat = at.reshape(lead, math.prod(at.shape[at.ndim - axes :])).astype(np.intp)
    flat += np.arange(0, lead * plane, plane or 1, dtype=np.intp)[:lead, None]
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
_max_pool: Unary[Array, Places, int, bool] = Unary(
    "max_pool",
    lambda _x, values, _at, _axes, _once: values,
    lambda g, _y, _x, _values, at, axes, once: scatter(g, at, axes, once, _x.shape),
)


def pooled(
    input: Tensor, windows: Sequence[Windows], indices: bool
) -> tuple[Tensor, Tensor | None]:
    """Return the largest element of each window of the last axes, and its position on request."""
    x: Array = unwrap(input)
    if not indices and not (input.requires_grad and gc.is_grad_enabled()):
        return wrap(largest(x, windows)), None
    values, at = located(x, windows)
    return chosen(input, values, at, len(windows), all(w.disjoint for w in windows), indices)


def chosen(
    input: Tensor, values: Array, at: Places, axes: int, once: bool, indices: bool
) -> tuple[Tensor, Tensor | None]:
    """Return elements of the planes of `input` that were found, and their positions on request.

    Args:
        input: What they are from.
        values: They themselves.
        at: Their positions.
        axes: How many axes a plane has.
        once: Whether no element is there twice.
        indices: Whether the positions are asked for.
    """
    y = _max_pool(input, values, at, axes, once)
    return y, wrap(at.astype(np.int64)) if indices else None


# ---------------------------------------------------------------------------- max_unpool


# A value that another one overwrites gets the gradient of its place all the same, as in PyTorch:
# those that a pooling found at one place are one element.
unpool: Unary[Places, int, Shape] = Unary(
    "max_unpool",
    lambda x, at, axes, shape: _scattered(x, at, axes, True, shape),
    lambda g, _y, _x, at, axes, _shape: gather(g, at, axes, False),
)
