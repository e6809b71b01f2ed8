"""Patches: the parts of an array that a kernel sees, as rows of a matrix.

Inside a convolution the channels are the last axis in memory. There one row of a patch is one run
of memory, which is copied at once, and the samples and positions together are the rows of one
matrix, whatever the sizes of images.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import product
from types import EllipsisType
from typing import Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import DTypeLike

from grad_core import Array

Sizes: TypeAlias = tuple[int, ...]
Part: TypeAlias = tuple[int | slice, ...]

# Bytes of patches at a time: what fits the caches, and makes a product large enough
BLOCK = 1 << 20
# A run of memory is a row of a patch where that has so many numbers. Where it has fewer, copying by
# columns is faster: a run is what one tap of the kernel sees from a row of positions.
_LONG = 16


class Geometry(NamedTuple):
    """How a kernel moves over an array: a number for each spatial axis."""

    stride: Sizes
    padding: tuple[tuple[int, int], ...]  # before and after; a negative number cuts off
    dilation: Sizes
    groups: int

    def positions(self, size: Sizes, kernel: Sizes) -> Sizes:
        """At how many places a kernel fits along each axis."""
        axes = zip(size, kernel, *self[:3], strict=True)
        return tuple((n + sum(p) - d * (k - 1) - 1) // s + 1 for n, k, s, p, d in axes)


def channels_last(x: Array) -> Array:
    """A view of `(N, C, *size)` as `(N, *size, C)`."""
    return x.transpose(0, *range(2, x.ndim), 1)


def channels_first(x: Array) -> Array:
    """A view of `(N, *size, C)` as `(N, C, *size)`."""
    return x.transpose(0, x.ndim - 1, *range(1, x.ndim - 1))


def empty(shape: Sizes, dtype: DTypeLike) -> Array:
    """Return an array `(N, C, *size)` with the channels last in memory.

    It owns its memory, as results of operations do that nobody was shown.
    """
    like = channels_first(np.empty((2,) * len(shape)))
    return np.empty_like(like, dtype, "K", shape=shape)


class Margins(NamedTuple):
    """Where `(N, *size, C)` stands in itself with margins, some of which may be negative."""

    size: Sizes  # with margins
    taken: Part  # what is left of it
    inside: Part  # where that stands

    @classmethod
    def of(cls, size: Sizes, padding: tuple[tuple[int, int], ...]) -> Margins:
        """Work it out."""
        sizes: list[int] = []
        inside: list[slice] = [slice(None)]
        taken: list[slice] = [slice(None)]
        for n, (before, after) in zip(size, padding, strict=True):
            first = min(max(0, -before), n)
            last = max(first, min(n, n + after))
            taken.append(slice(first, last))
            inside.append(slice(first + before, last + before))
            sizes.append(n + before + after)
        return cls(tuple(sizes), tuple(taken), tuple(inside))


def _zeros(shape: Sizes, like: Array, dtype: DTypeLike, order: Literal["C", "K"]) -> Array:
    """Zeros; with order K, the axes stand in memory as those of `like` do."""
    return np.zeros(shape, dtype) if order == "C" else np.zeros_like(like, dtype, "K", shape=shape)


def with_margins(
    x: Array, padding: tuple[tuple[int, int], ...], order: Literal["C", "K"] = "C"
) -> Array:
    """`(N, *size, C)` with zeros around it, or less of it; a view where it is all there."""
    margins = Margins.of(x.shape[1:-1], padding)
    part = x[margins.taken]
    if part.shape[1:-1] == margins.size:
        return part
    padded = _zeros((len(x), *margins.size, x.shape[-1]), x, x.dtype, order)
    padded[margins.inside] = part
    return padded


def _by_columns(kernel: Sizes, channels: int, how: Geometry) -> bool:
    return math.prod(kernel) > 1 and kernel[-1] * channels < _LONG and how.stride[-1] == 1


def prepared(
    x: Array, kernel: Sizes, how: Geometry, dtype: DTypeLike
) -> Iterator[tuple[slice, Array]]:
    """Yield `(N, C, *size)`, as many samples as fit the caches, as patches are best made of them.

    Yields:
        Which samples, and them, `(n, *size, C)`, with their margins. The next ones overwrite them.
    """
    last = channels_last(x)
    margins = Margins.of(last.shape[1:-1], how.padding)
    part = last[margins.taken]
    by_columns = _by_columns(kernel, x.shape[1], how)
    in_order = part.strides[-1] == part.itemsize or by_columns or math.prod(kernel) == 1
    if part.shape[1:-1] == margins.size and part.dtype == dtype and in_order:
        yield slice(0, len(part)), part
        return
    shape = (*margins.size, x.shape[1])
    most = max(1, BLOCK // 2 // max(1, math.prod(shape) * np.dtype(dtype).itemsize))
    memory = _zeros((min(most, len(x)), *shape), last, dtype, "K" if by_columns else "C")
    for first in range(0, len(x), most):
        samples = part[first : first + most]
        ready = memory[: len(samples)]
        ready[margins.inside] = samples
        yield slice(first, first + len(samples)), ready


def windows(x: Array, kernel: Sizes, out: Sizes, how: Geometry) -> Array:
    """A view `(N, *out, *kernel, C)` of `(N, *size, C)`: at each position what the kernel sees."""
    n, *steps, c = x.strides
    moves = [step * s for step, s in zip(steps, how.stride, strict=True)]
    taps = [step * d for step, d in zip(steps, how.dilation, strict=True)]
    shape = (len(x), *out, *kernel, x.shape[-1])
    strides = (n, *moves, *taps, c)
    if x.flags.c_contiguous and x.size:  # ten times faster than as_strided
        return np.ndarray(shape, x.dtype, x, 0, strides)
    return as_strided(x, shape, strides)


def at_tap(seen: Array, tap: Sizes) -> Array:
    """What one tap of the kernel sees, `(..., C)`, of a view that `windows` returned."""
    index: tuple[int | slice | EllipsisType, ...] = (..., *tap, slice(None))
    return seen[index]


def blocks(shape: Sizes, row: int, limit: int) -> Iterator[tuple[Part, slice]]:
    """Cut axes into parts of at most `limit` bytes, or of one row, where a row has `row` bytes.

    Yields:
        The index of a part, and the rows that it is, where all axes are one.
    """
    rows = math.prod(shape)
    if not rows:
        return
    most = max(1, limit // max(1, row))
    axis, below = 0, rows // shape[0]
    while below > most:
        axis += 1
        below //= shape[axis]
    n = shape[axis]
    parts = -(-n // max(1, most // below))
    step = -(-n // parts)  # blocks of nearly the same size
    start = 0
    for above in product(*map(range, shape[:axis])):
        for first in range(0, n, step):
            stop = start + below * (min(first + step, n) - first)
            yield (*above, slice(first, min(first + step, n))), slice(start, stop)
            start = stop


def patches(
    x: Array, kernel: Sizes, how: Geometry, dtype: DTypeLike
) -> Iterator[tuple[Part, slice, Array]]:
    """Yield the patches of `(N, C, *size)` as rows `(kernel, C)` of a matrix, in blocks.

    Yields:
        The index of a block in `(N, *out)`, its rows in the whole matrix, and the block. The next
        block overwrites it.
    """
    out = how.positions(x.shape[2:], kernel)
    of_sample = math.prod(out)
    width = math.prod(kernel) * x.shape[1]
    by_columns = _by_columns(kernel, x.shape[1], how)
    memory = np.empty(0, dtype)
    for samples, ready in prepared(x, kernel, how, dtype):
        seen = windows(ready, kernel, out, how)
        before = samples.start * of_sample
        if math.prod(kernel) == 1 and seen.flags.c_contiguous:  # the patches are what x is made of
            n = len(ready) * of_sample
            yield (samples,), slice(before, before + n), seen.reshape(n, width)
            continue
        for part, rows in blocks((len(ready), *out), width * ready.itemsize, BLOCK):
            block = seen[part]
            n = rows.stop - rows.start
            if memory.size < n * width:
                memory = np.empty(n * width, dtype)
            space = memory[: n * width]
            if by_columns:
                at = block.ndim - len(kernel) - 1
                turned = block.transpose(*range(at, block.ndim), *range(at))
                np.copyto(space.reshape(turned.shape), turned)
                matrix = space.reshape(width, n).T
            else:
                np.copyto(space.reshape(block.shape), block)
                matrix = space.reshape(n, width)
            yield (
                _shifted(part, samples.start),
                slice(before + rows.start, before + rows.stop),
                matrix,
            )


def _shifted(part: Part, samples: int) -> Part:
    """The index of a part, where so many samples stand before those that it counts from."""
    at, *below = part
    if isinstance(at, slice):
        return (slice(at.start + samples, at.stop + samples), *below)
    return (at + samples, *below)
