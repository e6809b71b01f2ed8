"""Linear maps along axes: what average pooling and interpolation are made of.

Each output along an axis is a weighted sum of few inputs. A map is stored as terms, each of which
adds a part of the input to a part of the output, over all other axes at once. Nothing is multiplied
by a 0 that stands for "not connected": an infinity would make a NaN of it.
"""

from __future__ import annotations

from functools import cached_property
from types import EllipsisType
from typing import NamedTuple, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from grad_core import Array, Unary

N = TypeVar("N", bound=np.number)
Indices: TypeAlias = NDArray[np.intp]
Positions: TypeAlias = "slice | Indices"
"""Of an axis: evenly spaced, or one by one."""


def taken(x: NDArray[N], at: Positions, axis: int) -> NDArray[N]:
    """Return what is at some positions of an axis, counted from the end; a view if it can be one.

    Positions of two axes are others for each `x[i]`.
    """
    if isinstance(at, slice):
        return x[along(at, axis)]
    if at.ndim == 1:
        return x.take(at, axis)
    n, size = at.shape
    return np.take_along_axis(
        x, at.reshape(n, *(1,) * (x.ndim + axis - 1), size, *_ones(axis)), axis
    )


def along(at: Positions, axis: int) -> tuple[EllipsisType | Positions, ...]:
    """Return the index of positions of an axis that is counted from the end."""
    return (..., at, *(slice(None),) * (-1 - axis))


def _ones(axis: int) -> tuple[int, ...]:
    return (1,) * (-1 - axis)


class Term(NamedTuple):
    """What a map adds to its output.

    Either there are as many inputs as outputs, or one output gets the sum of all inputs, or one
    input goes to all outputs.
    """

    to: Positions
    of: Positions
    weight: Array | None  # of each connection


class Pairs(NamedTuple):
    """A map as the list of its connections."""

    to: Indices
    of: Indices
    weight: Array | None


class SparseMap:
    """A linear map along an axis.

    Args:
        n: How long the axis is.
        size: How long it is afterwards.
        terms: No output is twice in one of them, and no input, unless there is `transposed`.
        transposed: The terms of the transposed map.
    """

    def __init__(
        self, n: int, size: int, terms: tuple[Term, ...], transposed: Pairs | None = None
    ) -> None:
        self.n = n
        self.size = size
        self.terms = terms
        self._transposed = transposed

    @cached_property
    def T(self) -> SparseMap:  # noqa: N802  # as NumPy calls it
        """The transposed map, from the gradient of the output to that of the input."""
        if self._transposed is not None:
            return from_pairs(self.size, self.n, self._transposed)
        swapped = (Term(of, to, weight) for to, of, weight in self.terms)
        return SparseMap(self.size, self.n, tuple(swapped))

    def __call__(self, x: Array, axis: int) -> Array:
        """Apply along an axis, counted from the end; the result is new memory."""
        shape = list(x.shape)
        shape[axis] = self.size
        out: Array | None = None
        for to, of, weight in self.terms:
            part = taken(x, of, axis)
            if weight is not None:
                part = part * weight.astype(x.dtype).reshape(-1, *_ones(axis))
            if _length(to) == 1 and part.shape[axis] != 1:
                part = part.sum(axis, keepdims=True)
            if out is None:
                if part.shape == tuple(shape):
                    out = part.copy() if part.base is not None else part
                    continue
                out = np.zeros(shape, x.dtype)
            out[along(to, axis)] += part
        return np.zeros(shape, x.dtype) if out is None else out


def _length(at: Positions) -> int:
    return len(range(at.start, at.stop, at.step or 1)) if isinstance(at, slice) else len(at)


def _compact(at: Indices) -> Positions:
    """Positions as a slice where they are evenly spaced: that is a view, and not a copy."""
    if len(at) == 1:
        return slice(int(at[0]), int(at[0]) + 1)
    gaps = np.diff(at)
    gap = int(gaps[0])
    if gap > 0 and (gaps == gap).all():
        return slice(int(at[0]), int(at[-1]) + 1, gap)
    return at


def from_pairs(n: int, size: int, pairs: Pairs) -> SparseMap:
    """Return the map with these connections, in as few terms as there can be."""
    order = np.argsort(pairs.to, kind="stable")
    to, of = pairs.to[order], pairs.of[order]
    weight = None if pairs.weight is None else pairs.weight[order]
    if not len(to):
        return SparseMap(n, size, (), Pairs(pairs.of, pairs.to, pairs.weight))
    first = np.flatnonzero(np.diff(to, prepend=-1))  # where the connections of an output begin
    counts = np.diff(first, append=len(to))
    rank = np.arange(len(to)) - np.repeat(first, counts)
    most = int(counts.max())
    parts: list[Indices]
    if most <= len(first):  # the first connection of all outputs, the second, ...
        parts = [np.flatnonzero(rank == r) for r in range(most)]
    else:  # output by output
        parts = [np.arange(a, a + m) for a, m in zip(first, counts, strict=True)]
    terms = tuple(
        Term(
            _compact(to[p] if most <= len(first) else to[p[:1]]),
            _compact(of[p]),
            None if weight is None else weight[p],
        )
        for p in parts
    )
    return SparseMap(n, size, terms, Pairs(pairs.of, pairs.to, pairs.weight))


Plan: TypeAlias = tuple[tuple[int, SparseMap], ...]
"""Maps, each with the axis, counted from the end, along which it is applied, one after the other."""
Scale: TypeAlias = "Array | None"
"""A factor for each output, or with no axes for all of them."""


def _wide(x: Array) -> Array:
    """Sums of float16 are taken in float32, as PyTorch takes them."""
    return x.astype(np.float32) if x.dtype == np.float16 else x


def _mapped(x: Array, plan: Plan, scale: Scale) -> Array:
    y = _wide(x)
    for axis, one in plan:
        y = one(y, axis)
    if scale is not None:
        y *= scale.astype(y.dtype)
    return y.astype(x.dtype, copy=False)


def _mapped_back(g: Array, plan: Plan, scale: Scale) -> Array:
    x = _wide(g)
    if scale is not None:
        x = x * scale.astype(x.dtype)
    for axis, one in reversed(plan):
        x = one.T(x, axis)
    return x.astype(g.dtype, copy=False)


def separable(name: str) -> Unary[Plan, Scale]:
    """Make the primitive of that name that applies a plan, and multiplies by a scale."""
    forth: Unary[Plan, Scale] = Unary(
        name, _mapped, lambda g, _y, _x, plan, scale: back(g, plan, scale)
    )
    back: Unary[Plan, Scale] = Unary(
        f"{name}_gradient", _mapped_back, lambda g, _y, _x, plan, scale: forth(g, plan, scale)
    )
    return forth
