"""Bessel functions: sinc, which is one, and i0.

The derivatives of either are its neighbours of other orders, so each has a family here whose
members are exact also where a formula of sines, or of quotients by x, would cancel.
"""

from __future__ import annotations

import math

import numpy as np

from grad_core.arrays import Array
from grad_core.ops.elementwise.basic import real_only
from grad_core.primitive import Unary

_SERIES_TERMS = 24  # of spherical_j, up to |t| = n + 1
_SMALL = 30.0  # up to here modified_i is summed as a series, beyond by its asymptotic expansion
_POWER_TERMS = 54
_ASYMPTOTIC_TERMS = 24


def _spherical_j(t: Array, n: int) -> Array:
    """The spherical Bessel function of the first kind, j_n(t), for n > 0.

    By its power series (DLMF 10.53.1) up to |t| = n + 1, and beyond, where that is stable, by
    upward recurrence (DLMF 10.51.1) from sin(t) / t and sin(t) / t**2 - cos(t) / t.
    """
    near = np.abs(t) <= n + 1
    small, large = np.where(near, t, 0.0), np.where(near, n + 1.0, t)
    square = small * small * -0.5
    series = np.ones_like(small)
    for k in range(_SERIES_TERMS, 0, -1):
        series = 1 + series * square / (k * (2 * n + 2 * k + 1))
    series = series * small**n / math.prod(range(1, 2 * n + 2, 2))
    below = np.sin(large) / large
    above = (below - np.cos(large)) / large
    for k in range(1, n):
        below, above = above, (2 * k + 1) / large * above - below
    return np.where(near, series, above)


def _spherical_j_t(g: Array, _y: Array, t: Array, n: int) -> Array:
    # DLMF 10.51.2
    below = spherical_j(t, n - 1) if n > 1 else sinc(t / math.pi)
    return g * (below * n - spherical_j(t, n + 1) * (n + 1)) / (2 * n + 1)


spherical_j: Unary[int] = Unary("spherical_j", _spherical_j, _spherical_j_t)


def _sinc(x: Array) -> Array:
    t = x * math.pi
    origin = t == 0
    return np.where(origin, 1.0, np.sin(t) / np.where(origin, 1.0, t))


sinc: Unary[()] = Unary(
    "sinc",
    _sinc,
    lambda g, _y, x: g * (spherical_j(x * math.pi, 1) * -math.pi),
    """sin(pi x) / (pi x), elementwise; 1 at x = 0.

    Its derivatives are spherical Bessel functions, which are exact at 0 and near it.

    Example:
        >>> import grad_core as gc
        >>> gc.round(gc.sinc(gc.Tensor([0.0, 0.5])), 4)
        Tensor([1.    , 0.6366])
    """,
)


def _modified_i(x: Array, n: int) -> Array:
    """The modified Bessel function of the first kind, I_n(x), for n > 0.

    By its power series (Abramowitz and Stegun 9.6.10), whose terms have one sign, up to |x| = 30,
    and beyond by the asymptotic expansion (9.7.1).
    """
    wide = x.astype(np.result_type(x.dtype, np.float32))
    size = np.abs(wide)
    near = size <= _SMALL
    half = np.where(near, wide, 0.0) * 0.5
    square = half * half
    series = np.ones_like(wide)
    for k in range(_POWER_TERMS, 0, -1):
        series = 1 + series * square / (k * (k + n))
    series = series * half**n / math.factorial(n)
    large = np.where(near, _SMALL, size)
    expansion = np.ones_like(wide)
    for k in range(_ASYMPTOTIC_TERMS, 0, -1):
        expansion = 1 - expansion * (4 * n * n - (2 * k - 1) ** 2) / (8 * k * large)
    beyond = np.exp(large) / np.sqrt(2 * math.pi * large) * expansion
    if n % 2:
        beyond = np.copysign(beyond, wide)
    return np.where(near, series, beyond).astype(x.dtype)


def _modified_i_x(g: Array, _y: Array, x: Array, n: int) -> Array:
    # Abramowitz and Stegun 9.6.26
    below = modified_i(x, n - 1) if n > 1 else i0(x)
    return g * (below + modified_i(x, n + 1)) * 0.5


modified_i: Unary[int] = Unary("modified_i", _modified_i, _modified_i_x)

i0: Unary[()] = Unary(
    "i0",
    lambda x: np.i0(real_only(x)),
    lambda g, _y, x: g * modified_i(x, 1),
    """The modified Bessel function of the first kind of order 0, elementwise.

    Example:
        >>> import grad_core as gc
        >>> gc.round(gc.i0(gc.Tensor([0.0, 1.0])), 4)
        Tensor([1.    , 1.2661])
    """,
    needs="real numbers",
)
