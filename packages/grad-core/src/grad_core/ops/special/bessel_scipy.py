"""Bessel functions and exponential integrals, by SciPy.

The derivatives of a Bessel function are its neighbours of other orders, so each kind is a family.
"""

from __future__ import annotations

import numpy as np

from grad_core.arrays import Array
from grad_core.ops.elementwise.basic import exp, sign
from grad_core.ops.special.promotion import floating
from grad_core.ops.special.through_scipy import NEEDS, of_one, scipy_function
from grad_core.primitive import Unary


def _of_order(name: str, x: Array, n: int) -> Array:
    """A function of scipy.special of an order and of one array, likewise."""
    function = scipy_function(name)
    x = floating(x)
    with np.errstate(all="ignore"):
        return np.asarray(function(n, x), x.dtype)


# Abramowitz and Stegun 9.1.27
bessel_j: Unary[int] = Unary(
    "bessel_j",
    lambda x, n: _of_order("jv", x, n),
    lambda g, _y, x, n: g * ((bessel_j(x, n - 1) - bessel_j(x, n + 1)) * 0.5),
    needs=NEEDS,
)

j0: Unary[()] = Unary(
    "j0",
    of_one("j0"),
    lambda g, _y, x: g * -j1(x),
    """The Bessel function of the first kind of order 0, elementwise.

    Raises:
        ImportError: SciPy is not installed.
        TypeError: x is complex.

    Example:
        >>> import grad_core as gc
        >>> from grad_core import special
        >>> gc.round(special.j0(gc.Tensor([0.0, 1.0])), 4)
        Tensor([1.    , 0.7652])
    """,
    needs=NEEDS,
)

j1: Unary[()] = Unary(
    "j1",
    of_one("j1"),
    lambda g, _y, x: g * ((j0(x) - bessel_j(x, 2)) * 0.5),
    """The Bessel function of the first kind of order 1, elementwise.

    Raises:
        ImportError: SciPy is not installed.
        TypeError: x is complex.

    Example:
        >>> import grad_core as gc
        >>> from grad_core import special
        >>> gc.round(special.j1(gc.Tensor([0.0, 1.0])), 4)
        Tensor([0.    , 0.4401])
    """,
    needs=NEEDS,
)


def _modified(name: str, x: Array, n: int) -> Array:
    """The modified function of order n, where SciPy has NaN, too: for tiny and huge numbers."""
    y = _of_order(name, x, n)
    x = floating(x)
    size = np.abs(x)
    with np.errstate(all="ignore"):
        # Abramowitz and Stegun 9.6.7 and 9.7.1
        y = np.where(size < 1e-290, (1.0, 0.5 * x)[n] if n < 2 else 0.0, y)
        if name == "ive":
            far = np.sign(x) ** n * (1 - (4 * n * n - 1) / (8 * size)) / np.sqrt(2 * np.pi * size)
            y = np.where(size > 1e9, far, y)
    return y.astype(x.dtype)


# exp(-abs(x)) times the modified one of order n; Abramowitz and Stegun 9.6.26
scaled_i: Unary[int] = Unary(
    "scaled_i",
    lambda x, n: _modified("ive", x, n),
    lambda g, y, x, n: g * ((scaled_i(x, abs(n - 1)) + scaled_i(x, n + 1)) * 0.5 - sign(x) * y),
    needs=NEEDS,
)

modified_i: Unary[int] = Unary(
    "modified_i",
    lambda x, n: _modified("iv", x, n),
    lambda g, _y, x, n: g * ((modified_i(x, abs(n - 1)) + modified_i(x, n + 1)) * 0.5),
    needs=NEEDS,
)

i0e: Unary[()] = Unary(
    "i0e",
    of_one("i0e"),
    lambda g, y, x: g * (i1e(x) - sign(x) * y),
    """exp(-abs(x)) * i0(x), elementwise, without overflow.

    Raises:
        ImportError: SciPy is not installed.
        TypeError: x is complex.

    Example:
        >>> import grad_core as gc
        >>> from grad_core import special
        >>> gc.round(special.i0e(gc.Tensor([0.0, 100.0])), 4)
        Tensor([1.    , 0.0399])
    """,
    needs=NEEDS,
)

i1e: Unary[()] = Unary(
    "i1e",
    of_one("i1e"),
    lambda g, y, x: g * ((i0e(x) + scaled_i(x, 2)) * 0.5 - sign(x) * y),
    """exp(-abs(x)) * i1(x), elementwise, without overflow.

    Raises:
        ImportError: SciPy is not installed.
        TypeError: x is complex.

    Example:
        >>> import grad_core as gc
        >>> from grad_core import special
        >>> gc.round(special.i1e(gc.Tensor([0.0, 100.0])), 4)
        Tensor([0.    , 0.0397])
    """,
    needs=NEEDS,
)

i1: Unary[()] = Unary(
    "i1",
    of_one("i1"),
    lambda g, _y, x: g * ((modified_i(x, 0) + modified_i(x, 2)) * 0.5),
    """The modified Bessel function of the first kind of order 1, elementwise.

    Raises:
        ImportError: SciPy is not installed.
        TypeError: x is complex.

    Example:
        >>> import grad_core as gc
        >>> from grad_core import special
        >>> gc.round(special.i1(gc.Tensor([0.0, 1.0])), 4)
        Tensor([0.    , 0.5652])
    """,
    needs=NEEDS,
)

exp1: Unary[()] = Unary(
    "exp1",
    of_one("exp1"),
    lambda g, _y, x: g * -(exp(-x) / x),
    """The exponential integral E1: of exp(-t) / t from x to infinity, elementwise.

    Raises:
        ImportError: SciPy is not installed.
        TypeError: x is complex.

    Example:
        >>> import grad_core as gc
        >>> from grad_core import special
        >>> gc.round(special.exp1(gc.Tensor([1.0])), 4)
        Tensor([0.2194])
    """,
    needs=NEEDS,
)

expi: Unary[()] = Unary(
    "expi",
    of_one("expi"),
    lambda g, _y, x: g * (exp(x) / x),
    """The exponential integral Ei: of exp(t) / t from minus infinity to x, elementwise.

    Raises:
        ImportError: SciPy is not installed.
        TypeError: x is complex.

    Example:
        >>> import grad_core as gc
        >>> from grad_core import special
        >>> gc.round(special.expi(gc.Tensor([1.0])), 4)
        Tensor([1.8951])
    """,
    needs=NEEDS,
)

dawsn: Unary[()] = Unary(
    "dawsn",
    of_one("dawsn"),
    lambda g, y, x: g * (1 - x * y * 2),
    """Dawson's integral: exp(-x**2) times the integral of exp(t**2) from 0 to x, elementwise.

    Raises:
        ImportError: SciPy is not installed.
        TypeError: x is complex.

    Example:
        >>> import grad_core as gc
        >>> from grad_core import special
        >>> gc.round(special.dawsn(gc.Tensor([0.0, 1.0])), 4)
        Tensor([0.    , 0.5381])
    """,
    needs=NEEDS,
)
