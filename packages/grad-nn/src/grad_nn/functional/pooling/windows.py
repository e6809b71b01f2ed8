"""Windows along one axis: which elements each output of a pooling sees.

A pooling goes over its axes one after the other, so a window of k * k elements costs k + k steps,
each over whole arrays: step j combines element j of every window.
"""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import NamedTuple

import numpy as np

from grad_nn.functional.sparse import Indices, Pairs, Positions, SparseMap, Term, from_pairs


class Step(NamedTuple):
    """Element `j` of many windows at once."""

    to: Positions  # the windows
    of: Positions  # the elements
    j: int


class Windows:
    """The windows of an axis: element j of window i is begin[i] + j * gap, if the axis has it.

    Args:
        n: How long the axis is.
        begin: Where each window begins, perhaps before the axis; with two axes, where the windows
            of each plane begin.
        before: How many of its elements are before the axis.
        count: How many are on it; those come next.
        gap: How far elements are apart.
        kernel: How many elements a window has at most.
        start: The first element on the axis of each, as a slice if it can be one.
        steps: What comes after that first element, in the order of j.
        disjoint: Whether no element is in two windows.
    """

    def __init__(
        self,
        n: int,
        begin: Indices,
        before: Indices,
        count: Indices,
        gap: int,
        kernel: int,
        start: Positions,
        steps: tuple[Step, ...],
        disjoint: bool,
    ) -> None:
        self.n = n
        self.size: int = begin.shape[-1]
        self.begin = begin
        self.before = before
        self.padded: bool = bool(before.any())
        self.count = count
        self.gap = gap
        self.kernel = kernel
        self.start = start
        self.steps = steps
        self.disjoint = disjoint

    @cached_property
    def wholes(self) -> tuple[slice, ...] | None:
        """The elements of each window, where there are fewer windows than steps; otherwise None."""
        if len(self.steps) < max(self.size, 1) or self.begin.ndim > 1:
            return None
        first = self.begin + self.before * self.gap
        stop = first + (self.count - 1) * self.gap + 1
        spans = zip(first.tolist(), stop.tolist(), strict=True)
        return tuple(slice(a, b, self.gap) for a, b in spans)

    @cached_property
    def sums(self) -> SparseMap:
        """The sum of each window."""
        steps = [(step.to, step.of) for step in self.steps]
        if self.wholes is not None:
            steps = [(slice(i, i + 1), of) for i, of in enumerate(self.wholes)]
        elif isinstance(self.start, slice):
            steps.insert(0, (slice(0, self.size), self.start))
        elif not all(isinstance(of, slice) for _, of in steps) or not steps:
            # The same as connections: elements may be in several windows of one step
            to = np.repeat(np.arange(self.size), self.count)
            j = np.arange(len(to)) - np.repeat(np.cumsum(self.count) - self.count, self.count)
            return from_pairs(self.n, self.size, Pairs(to, self.begin[to] + j * self.gap, None))
        # Otherwise the steps have all elements, as windows begin before the axis.
        return SparseMap(self.n, self.size, tuple(Term(to, of, None) for to, of in steps))


@lru_cache(maxsize=256)
def sliding(
    n: int, kernel: int, stride: int, padding: int, dilation: int, ceil_mode: bool
) -> Windows | None:
    """Return windows at even distances; None where there is none, or one has no element."""
    reach = (kernel - 1) * dilation
    room = n + 2 * padding - reach - 1
    size = (room + (stride - 1 if ceil_mode else 0)) // stride + 1
    if ceil_mode and (size - 1) * stride >= n + padding:
        size -= 1  # the last one would begin beyond the end
    if size < 1 or not n:
        return None
    begin = np.arange(size) * stride - padding
    before = -(np.minimum(begin, 0) // dilation)
    count = np.minimum((n - 1 - begin) // dilation + 1, kernel) - before
    if count.min() < 1:
        return None
    steps: list[Step] = []
    for j in range(0 if padding else 1, kernel):
        offset = j * dilation - padding
        low = max(0, -(offset // stride))
        high = min(size, (n - 1 - offset) // stride + 1)
        if low < high:
            at = low * stride + offset
            of = slice(at, at + (high - low - 1) * stride + 1, stride)
            steps.append(Step(slice(low, high), of, j))
    start = begin + before * dilation if padding else slice(0, (size - 1) * stride + 1, stride)
    return Windows(n, begin, before, count, dilation, kernel, start, tuple(steps), stride > reach)


@lru_cache(maxsize=256)
def even(n: int, size: int) -> Windows:
    """Return `size` windows that together see all of the axis, as equal as they can be.

    Window i goes from floor(i * n / size) to ceil((i + 1) * n / size).
    """
    if size and not n % size:
        windows = sliding(n, n // size, n // size, 0, 1, False)
        assert windows is not None  # neither n nor size is 0
        return windows
    i = np.arange(size)
    begin = i * n // size
    count = -(-(i + 1) * n // size) - begin
    kernel = int(count.max(initial=1))
    steps: list[Step] = []
    for j in range(1, kernel):
        to = np.flatnonzero(count > j)
        steps.append(Step(slice(0, size) if len(to) == size else to, begin[to] + j, j))
    return Windows(n, begin, 0 * begin, count, 1, kernel, begin, tuple(steps), False)
