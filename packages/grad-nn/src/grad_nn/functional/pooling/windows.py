"""Windows along one axis: which elements each output of a pooling sees.

A pooling goes over its axes one after the other, so a window of k * k elements costs k + k steps,
each over whole arrays: step j combines element j of every window.
"""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import TypeAlias

import numpy as np

from grad_nn.functional.sparse import Indices, Pairs, Positions, SparseMap, Term, from_pairs

# Where results are, and the elements that they combine with what they have
Step: TypeAlias = tuple[Positions, Positions]


class Windows:
    """The windows of an axis, without what they see beyond its ends.

    Args:
        n: How long the axis is.
        first: The first element of each window.
        count: How many elements each has.
        gap: How far its elements are apart.
        start: The same as `first`, as a slice if it can be one.
        steps: What comes after that first element, in the order of positions in the window.
        disjoint: Whether no element is in two windows.
    """

    def __init__(
        self,
        n: int,
        first: Indices,
        count: Indices,
        gap: int,
        start: Positions,
        steps: tuple[Step, ...],
        disjoint: bool,
    ) -> None:
        self.n = n
        self.size: int = len(first)
        self.first = first
        self.count = count
        self.gap = gap
        self.start = start
        self.steps = steps
        self.disjoint = disjoint

    @cached_property
    def wholes(self) -> tuple[Step, ...] | None:
        """The windows one by one, where that is fewer steps; otherwise None."""
        if len(self.steps) < max(self.size, 1):
            return None
        stop = self.first + (self.count - 1) * self.gap + 1
        spans = zip(self.first.tolist(), stop.tolist(), strict=True)
        return tuple((slice(i, i + 1), slice(a, b, self.gap)) for i, (a, b) in enumerate(spans))

    @cached_property
    def sums(self) -> SparseMap:
        """The sum of each window."""
        if self.wholes is not None or isinstance(self.start, slice):
            steps = self.wholes or ((slice(0, self.size), self.start), *self.steps)
            return SparseMap(self.n, self.size, tuple(Term(to, of, None) for to, of in steps))
        if self.steps and all(
            isinstance(of, slice) for _, of in self.steps
        ):  # the first elements are in them
            return SparseMap(self.n, self.size, tuple(Term(to, of, None) for to, of in self.steps))
        to = np.repeat(np.arange(self.size), self.count)
        inside = np.arange(len(to)) - np.repeat(np.cumsum(self.count) - self.count, self.count)
        return from_pairs(self.n, self.size, Pairs(to, self.first[to] + inside * self.gap, None))


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
    starts = np.arange(size) * stride - padding
    before = -(np.minimum(starts, 0) // dilation)  # elements in front of the axis
    first = starts + before * dilation
    count = np.minimum((n - 1 - starts) // dilation + 1, kernel) - before
    if count.min() < 1:
        return None
    steps: list[Step] = []
    for j in range(kernel):
        offset = j * dilation - padding
        low = max(0, -(offset // stride))
        high = min(size, (n - 1 - offset) // stride + 1)
        if low < high and not (j == 0 and not padding):
            at = low * stride + offset
            steps.append((slice(low, high), slice(at, at + (high - low - 1) * stride + 1, stride)))
    start = first if padding else slice(0, (size - 1) * stride + 1, stride)
    return Windows(n, first, count, dilation, start, tuple(steps), stride > reach)


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
    first = i * n // size
    count = -(-(i + 1) * n // size) - first
    steps: list[Step] = []
    for j in range(1, int(count.max(initial=0))):
        to = np.flatnonzero(count > j)
        steps.append((slice(0, size) if len(to) == size else to, first[to] + j))
    return Windows(n, first, count, 1, first, tuple(steps), False)
