"""Convolution where each channel has a kernel of its own: products of numbers, not of matrices."""

from __future__ import annotations

from itertools import product

import numpy as np

from grad_core import Array
from grad_nn.functional.convolution.patches import Geometry, at_tap, blocks, windows

# Bytes of channels at a time
_BLOCK = 1 << 18


def is_depthwise(outputs: int, channels: int, groups: int) -> bool:
    """Whether a weight of shape `(outputs, channels, *kernel)` is that of such a convolution."""
    return groups > 1 and channels == 1 and outputs == groups


def correlate_depthwise(x: Array, w: Array, b: Array | None, y: Array, how: Geometry) -> None:
    """Write to `y`, `(N, *out, C)`, what `(N, *size, C)` gives with weights `(C, 1, *kernel)`."""
    kernel, out = w.shape[2:], y.shape[1:-1]
    seen = windows(x, kernel, out, how)
    # Weights repeated along the last axis, so that it and the channels are one loop
    row = (out[-1], y.shape[-1])
    weights = np.moveaxis(w[:, 0], 0, -1)  # (*kernel, C)
    taps = {
        tap: np.ascontiguousarray(np.broadcast_to(at_tap(weights, tap), row))
        for tap in product(*map(range, kernel))
    }
    for part, _ in blocks(y.shape[:-1], y.shape[-1] * y.itemsize, _BLOCK):
        block, sums = seen[part], y[part]
        term = np.empty_like(sums)
        sums[...] = 0 if b is None else b
        for tap, weight in taps.items():
            np.multiply(at_tap(block, tap), weight[: sums.shape[-2]], out=term)
            sums += term


def weigh_depthwise(x: Array, y: Array, w: Array, how: Geometry) -> None:
    """Add to `w`, `(*kernel, C)`, its gradient, of `x` and of that of the result, `y`."""
    kernel = w.shape[:-1]
    seen = windows(x, kernel, y.shape[1:-1], how)
    for part, rows in blocks(y.shape[:-1], y.shape[-1] * y.itemsize, _BLOCK):
        block, gradient = seen[part], y[part]
        term = np.empty(gradient.shape, w.dtype)
        ones = np.ones(rows.stop - rows.start, w.dtype)
        for tap in product(*map(range, kernel)):
            np.multiply(at_tap(block, tap), gradient, out=term)
            at_tap(w, tap)[...] += ones @ term.reshape(len(ones), w.shape[-1])
