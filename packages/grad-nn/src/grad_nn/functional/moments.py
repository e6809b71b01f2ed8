"""Standardisation: numbers less their mean, over their standard deviation, by groups.

Every normalisation looks at its input as an array of three axes, `(before, groups, after)`, its
*layout*: the numbers of a group are those of the first and of the last axis together. For a layer
norm each row is a group, for a batch norm each channel.

With the n numbers x of a group, their mean m, r = 1 / sqrt(var(x) + eps) and h = (x - m) * r:

    dh/dx = J = r * (I - 1 1^T / n - h h^T / n),    dr/dx = -r^2 * h / n

J is symmetric, so the gradient of h is J g, and that of J g with respect to g is J again. The rules
below say this in terms of h, r and J, and are differentiable to any order. Without the mean, for the
root of the mean square, the term of 1 1^T is missing.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

import grad_core as gc
from grad_core import Array, Binary, Unary

Layout: TypeAlias = tuple[int, int, int]

_DOT = 128  # as long as this, rows are faster one by one than squared and summed all together
_ROWS = 1024  # summed one after another


class Moments:
    """The mean and the deviation of each group of one array, and what follows from them.

    It belongs to that one array: computed in the forward pass, and read by the rules, whatever the
    level they run at. They give derivatives by way of the primitives that are handed a Moments.

    Args:
        layout: How the array is looked at.
        eps: What is added to the variance.
        centred: Whether the mean is subtracted.
    """

    __slots__ = ("_standard", "centred", "eps", "layout", "mean", "n", "r", "var")

    mean: Array
    var: Array
    r: Array

    def __init__(self, layout: Layout, eps: float, centred: bool) -> None:
        self.layout: Layout = layout
        self.eps: float = eps
        self.centred: bool = centred
        self.n: int = max(layout[0] * layout[2], 1)
        self._standard: Array | None = None

    def standardised(self, x: Array) -> Array:
        """Take the moments of x; return it standardised, a new array in the layout."""
        x = _wide(x).reshape(self.layout)
        share = 1.0 / self.n
        if self.centred:
            self.mean = total(x) * share
            y = x - self.mean
            # The sum of many large numbers loses digits, that of their small differences does not:
            # it is what is left of the mean. Subtracting it takes one pass more.
            left = total(y) * share
            self.var = dot(y, y) * share
            lost = (8.0 * float(np.finfo(y.dtype).eps)) ** 2
            if (left * left > self.var * lost).any():
                y -= left
                self.mean = self.mean + left
                self.var = dot(y, y) * share
            self.r = _reciprocal_root(self.var, self.eps)
            y *= self.r
            return y
        self.var = dot(x, x) * share
        self.r = _reciprocal_root(self.var, self.eps)
        return np.asarray(x * self.r)

    def standard(self, x: Array) -> Array:
        """Return what `standardised` gave for x, computed again once; not to be written to."""
        if self._standard is None:
            y = _wide(x).reshape(self.layout)
            if self.centred:
                y = y - self.mean
                y *= self.r
            else:
                y = y * self.r
            self._standard = y
        return self._standard


def _reciprocal_root(var: Array, eps: float) -> Array:
    if eps:
        return np.asarray(1.0 / np.sqrt(var + eps))
    with np.errstate(divide="ignore"):  # no deviation: infinite, as PyTorch has it
        return np.asarray(1.0 / np.sqrt(var))


def _wide(x: Array) -> Array:
    """float16 as float32: it has too few digits for sums, and ends at 65504."""
    return x.astype(np.float32) if x.dtype.itemsize < 4 else x


@lru_cache(64)
def ones(n: int, dtype: np.dtype[np.floating]) -> Array:
    """Return n ones, with which a product is a sum; the same array for each call, read-only."""
    row: NDArray[np.floating] = np.ones(n, dtype)
    row.flags.writeable = False
    return row


def total(x: Array) -> Array:
    """The sum of each group of an array in a layout, `(1, groups, 1)`.

    It is a product with ones, several times as fast as NumPy's sum.
    """
    before, groups, after = x.shape
    if after == 1:
        x = x.reshape(before, groups)
        sums = x if before == 1 else _over_rows(_row_sums, x)
    else:
        sums = x.reshape(before * groups, after) @ ones(after, x.dtype)
        if before != 1:
            sums = np.add.reduce(sums.reshape(before, groups), axis=0)
    return sums.reshape(1, groups, 1)


def dot(x: Array, y: Array) -> Array:
    """The sum of x * y in each group of two arrays in the same layout, `(1, groups, 1)`."""
    before, groups, after = x.shape
    if after >= _DOT:
        sums: Array = np.vecdot(x, y)
        if before != 1:
            sums = np.add.reduce(sums, axis=0)
        return sums.reshape(1, groups, 1)
    if after == 1 and before != 1:
        x, y = x.reshape(before, groups), y.reshape(before, groups)
        return _over_rows(_row_dots, x, y).reshape(1, groups, 1)
    return total(x * y)


def total_of_rows(x: Array) -> Array:
    """The sum of the rows of a matrix."""
    return _over_rows(_row_sums, _wide(x))


def _row_sums(x: Array) -> Array:
    return np.asarray(ones(x.shape[-2], x.dtype) @ x)


def _row_dots(x: Array, y: Array) -> Array:
    return np.asarray(np.einsum("...ij,...ij->...j", x, y))


def _over_rows(sums: Callable[..., Array], *arrays: Array) -> Array:
    """Sum over the first of two axes, in blocks: what is lost does not grow with the rows."""
    rows = len(arrays[0])
    if rows <= _ROWS:
        return sums(*arrays)
    whole = rows - rows % _ROWS
    blocks = sums(*(a[:whole].reshape(-1, _ROWS, a.shape[1]) for a in arrays))
    return np.asarray(np.add.reduce(blocks, axis=0) + sums(*(a[whole:] for a in arrays)))


# ---------------------------------------------------------------------------- primitives

total_: Unary[()] = Unary(
    "sum", lambda x: total(_wide(x)), lambda g, _y, _x: gc.broadcast_to(g, _x.shape)
)
dot_: Binary[()] = Binary(
    "dot",
    lambda x, y: dot(_wide(x), _wide(y)),
    lambda g, _z, _x, y: g * y,
    lambda g, _z, x, _y: g * x,
)


def _pulled(g: Array, x: Array, m: Moments) -> Array:
    """J g."""
    h = m.standard(x)
    g = _wide(g)
    share = 1.0 / m.n
    out = np.asarray(h * (dot(g, h) * share))
    if m.centred:
        out += total(g) * share
    np.subtract(g, out, out=out)
    out *= m.r
    return out


def _pulled_x(u: Array, _out: Array, g: Array, x: Array, m: Moments) -> Array:
    """The gradient of u^T J g: that of r, and those of the two products with h."""
    h, r = standard_(x, m), reciprocal_deviation_(x, m)
    uh, gh = dot_(u, h), dot_(g, h)
    inner = dot_(u, g) - uh * gh * (1.0 / m.n)
    if m.centred:
        inner = inner - total_(u) * total_(g) * (1.0 / m.n)
    sides = gh * pulled_(u, x, m) + uh * pulled_(g, x, m)
    return (r * h * inner + sides) * r * (-1.0 / m.n)


pulled_: Binary[Moments] = Binary(
    "standardise_gradient", _pulled, lambda u, _out, _g, x, m: pulled_(u, x, m), _pulled_x
)
standard_: Unary[Moments] = Unary(
    "standardise",
    lambda x, m: m.standard(x),
    lambda g, _y, x, m: pulled_(g, x, m),
)
reciprocal_deviation_: Unary[Moments] = Unary(
    "reciprocal_deviation",
    lambda _x, m: m.r,
    lambda g, r, x, m: g * r * r * standard_(x, m) * (-1.0 / m.n),
)
