"""Convolution where each channel has a kernel of its own: products of numbers, not of matrices."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import product

import numpy as np

from grad_core import Array
from grad_nn.functional.convolution.patches import (
    Geometry,
    Sizes,
    at_tap,
    blocks,
    prepared,
    windows,
)

# Bytes of channels at a time
_BLOCK = 1 << 18


def is_depthwise(outputs: int, channels: int, groups: int) -> bool:
    """Whether a weight of shape `(outputs, channels, *kernel)` is that of such a convolution."""
    return groups > 1 and channels == 1 and outputs == groups


def correlate_depthwise(x: Array, w: Array, b: Array | None, y: Array, how: Geometry) -> None:
    """Write to `y`, `(N, *out, C)`, what `(N, C, *size)` gives with weights `(C, 1, *kernel)`."""
    kernel = w.shape[2:]
    # Weights repeated along the last axis, so that it and the channels are one loop
    row = y.shape[-2:]
    weights = np.moveaxis(w[:, 0], 0, -1)
    taps = {
        tap: np.ascontiguousarray(np.broadcast_to(at_tap(weights, tap), row))
        for tap in product(*map(range, kernel))
    }
    for seen, result in _parts(x, y, kernel, how):
        term = np.empty_like(result)
        result[...] = 0 if b is None else b
        for tap, weight in taps.items():
            np.multiply(at_tap(seen, tap), weight[: result.shape[-2]], out=term)
            result += term


def weigh_depthwise(x: Array, y: Array, w: Array, how: Geometry) -> None:
    """Add to `w`, `(*kernel, C)`, its gradient, of `x` and of that of the result, `y`."""
    kernel, channels = w.shape[:-1], w.shape[-1]
    for seen, gradient in _parts(x, y, kernel, how):
        term = np.empty(gradient.shape, w.dtype)
        ones = np.ones(math.prod(gradient.shape[:-1]), w.dtype)
        for tap in product(*map(range, kernel)):
            np.multiply(at_tap(seen, tap), gradient, out=term)
            at_tap(w, tap)[...] += ones @ term.reshape(len(ones), channels)


def _parts(x: Array, y: Array, kernel: Sizes, how: Geometry) -> Iterator[tuple[Array, Array]]:
    """Yield parts of what the kernel sees of `(N, C, *size)`, and those of `(N, *out, C)`."""
    for samples, ready in prepared(x, kernel, how, y.dtype):
        seen, ys = windows(ready, kernel, y.shape[1:-1], how), y[samples]
        for part, _ in blocks(ys.shape[:-1], ys.shape[-1] * ys.itemsize, _BLOCK):
            yield seen[part], ys[part]
