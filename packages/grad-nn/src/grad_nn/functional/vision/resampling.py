"""How each element of a resized axis is made of elements of the axis: places and weights."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Literal, TypeAlias

import numpy as np

from grad_core import Array, ArrayT
from grad_nn.functional.sparse import Indices, Pairs, SparseMap, from_pairs

Kernel: TypeAlias = Literal["nearest", "nearest-exact", "linear", "cubic", "lanczos"]


def near(t: ArrayT, a: float) -> ArrayT:
    """Return the weight of a point at a distance from 0 to 1, in cubic convolution.

    Reference:
        R. Keys, "Cubic convolution interpolation for digital image processing", IEEE Transactions
        on Acoustics, Speech, and Signal Processing 29, 1981, equation 15.
    """
    weight: ArrayT = ((a + 2) * t - (a + 3)) * t * t + 1
    return weight


def far(t: ArrayT, a: float) -> ArrayT:
    """Return the weight of a point at a distance from 1 to 2, in cubic convolution."""
    weight: ArrayT = ((t - 5) * t + 8) * t * a - 4 * a
    return weight


def cubic_weights(t: ArrayT) -> tuple[ArrayT, ArrayT, ArrayT, ArrayT]:
    """Return the weights of the four points around one that is `t` behind the second of them."""
    return far(t + 1, -0.75), near(t, -0.75), near(1 - t, -0.75), far(2 - t, -0.75)


# With a filter for downsampling: half of its width, and the weight at a distance from its center
_FILTERS: dict[Kernel, tuple[float, Callable[[Array], Array]]] = {
    "linear": (1.0, lambda t: np.maximum(1.0 - t, 0.0)),
    "cubic": (2.0, lambda t: np.where(t < 1, near(t, -0.5), np.where(t < 2, far(t, -0.5), 0.0))),
    "lanczos": (3.0, lambda t: np.where(t < 3, np.sinc(t) * np.sinc(t / 3), 0.0)),
}


@lru_cache(maxsize=256)
def resized(
    n: int, size: int, kernel: Kernel, scale: float | None, align_corners: bool, antialias: bool
) -> SparseMap:
    """Return the map from an axis of `n` elements to one of `size`.

    Args:
        n: How long the axis is, at least 1.
        size: How long it is afterwards, at least 1.
        kernel: How elements are made.
        scale: How many times longer the axis becomes; None for size / n.
        align_corners: Whether the centers of the first and last elements stay where they are, and
            not the ends of the axis.
        antialias: Whether the kernel is widened where the axis becomes shorter.
    """
    if kernel in ("nearest", "nearest-exact"):
        return _nearest(n, size, scale, 0.0 if kernel == "nearest" else 0.5)
    step = n / size if scale is None else 1.0 / scale  # from one element to the next, in the input
    if align_corners:
        step = (n - 1) / (size - 1) if size > 1 else 0.0
    if antialias:
        return _map(n, size, *_filtered(n, size, kernel, step))
    i = np.arange(size)
    center: Array = i * step if align_corners else (i + 0.5) * step - 0.5
    if kernel == "linear":
        center = np.maximum(center, 0.0)
    left = np.floor(center).astype(np.intp)
    t: Array = center - left
    linear = kernel == "linear"
    offsets = (0, 1) if linear else (-1, 0, 1, 2)
    weights = (1 - t, t) if linear else cubic_weights(t)
    places = np.concatenate([np.clip(left + k, 0, n - 1) for k in offsets])
    return _map(n, size, np.tile(i, len(offsets)), places, np.concatenate(weights))


def _map(n: int, size: int, to: Indices, of: Indices, weight: Array) -> SparseMap:
    used = weight != 0.0
    return from_pairs(n, size, Pairs(to[used], of[used], weight[used]))


def _nearest(n: int, size: int, scale: float | None, shift: float) -> SparseMap:
    # In single precision, as PyTorch: rounding decides which of two elements is the nearer one.
    step = np.float32(n) / np.float32(size) if scale is None else np.float32(1.0 / scale)
    i = np.arange(size, dtype=np.float32) + np.float32(shift)
    of = np.minimum(np.floor(i * step).astype(np.intp), n - 1)
    return from_pairs(n, size, Pairs(np.arange(size), of, None))


def _filtered(n: int, size: int, kernel: Kernel, step: float) -> tuple[Indices, Indices, Array]:
    """The connections of a filter that is as wide as the step, or as the kernel if that is wider."""
    radius, weight = _FILTERS[kernel]
    widening = max(step, 1.0)
    center = (np.arange(size) + 0.5) * step
    # The elements whose centers are less than the radius away
    first = np.maximum((center - radius * widening + 0.5).astype(np.intp), 0)
    stop = np.minimum((center + radius * widening + 0.5).astype(np.intp), n)
    count = stop - first
    to = np.repeat(np.arange(size), count)
    of = np.arange(len(to)) - np.repeat(np.cumsum(count) - count - first, count)
    weights = weight(np.abs(of + 0.5 - center[to]) / widening)
    return to, of, weights / np.bincount(to, weights, size)[to]
