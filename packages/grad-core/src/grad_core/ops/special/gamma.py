"""The gamma and beta functions, whole and incomplete, and zeta; by SciPy."""

from __future__ import annotations

import math

import numpy as np

from grad_core.arrays import Array, ArrayT
from grad_core.ops.elementwise.basic import exp
from grad_core.ops.special.entropy import xlog1py, xlogy
from grad_core.ops.special.promotion import floating
from grad_core.ops.special.through_scipy import (
    NEEDS,
    no_rule,
    of_one,
    of_three,
    of_two,
    scipy_function,
)
from grad_core.primitive import Binary, Unary
from grad_core.several import Ternary


def _polygamma(x: Array, n: int) -> Array:
    # Abramowitz and Stegun 6.4.10
    zeta = scipy_function("zeta")
    x = floating(x)
    with np.errstate(all="ignore"):
        return np.asarray(zeta(n + 1, x) * (-1.0) ** (n + 1) * math.factorial(n), x.dtype)


polygamma_: Unary[int] = Unary(
    "polygamma",
    _polygamma,
    lambda g, _y, x, n: g * polygamma_(x, n + 1),
    needs=NEEDS,
)

digamma: Unary[()] = Unary(
    "digamma",
    of_one("psi"),
    lambda g, _y, x: g * polygamma_(x, 1),
    """The derivative of gammaln, elementwise.

    Raises:
        ImportError: SciPy is not installed.
        TypeError: x is complex.

    Example:
        >>> import grad_core as gc
        >>> from grad_core import special
        >>> gc.round(special.digamma(gc.Tensor([1.0, 10.0])), 4)
        Tensor([-0.5772,  2.2518])
    """,
    needs=NEEDS,
)


def polygamma(n: int, x: ArrayT) -> ArrayT:
    """The n-th derivative of digamma, elementwise.

    Args:
        n: An int from 0 on.
        x: Any shape.

    Raises:
        ImportError: SciPy is not installed.
        TypeError: `n` is not an int, or x is complex.
        ValueError: `n` is negative.

    Example:
        >>> import grad_core as gc
        >>> from grad_core import special
        >>> gc.round(special.polygamma(1, gc.Tensor([1.0, 10.0])), 4)
        Tensor([1.6449, 0.1052])
    """
    if not isinstance(n, (int, np.integer)) or isinstance(n, bool):
        raise TypeError(f"polygamma: n is {type(n).__name__}, expected an int")
    if n < 0:
        raise ValueError(f"polygamma: n is {n}, expected 0 or more")
    if n == 0:
        return digamma(x)
    return polygamma_(x, int(n))


gammaln: Unary[()] = Unary(
    "gammaln",
    of_one("gammaln"),
    lambda g, _y, x: g * digamma(x),
    """log(abs(gamma(x))), elementwise, without overflow.

    Raises:
        ImportError: SciPy is not installed.
        TypeError: x is complex.

    Example:
        >>> import grad_core as gc
        >>> from grad_core import special
        >>> gc.round(special.gammaln(gc.Tensor([1.0, 10.0])), 4)
        Tensor([ 0.    , 12.8018])
    """,
    needs=NEEDS,
)

gamma: Unary[()] = Unary(
    "gamma",
    of_one("gamma"),
    lambda g, y, x: g * (y * digamma(x)),
    """The gamma function, elementwise: gamma(n + 1) is the factorial of n.

    Raises:
        ImportError: SciPy is not installed.
        TypeError: x is complex.

    Example:
        >>> import grad_core as gc
        >>> from grad_core import special
        >>> gc.round(special.gamma(gc.Tensor([1.0, 5.0])), 4)
        Tensor([ 1., 24.])
    """,
    needs=NEEDS,
)


def _multigammaln_of(a: Array, d: int) -> Array:
    a = floating(a)
    total = of_one("gammaln")(a)
    for i in range(1, d):
        total = total + of_one("gammaln")(a - 0.5 * i)
    return np.where(a > (d - 1) / 2, total + math.log(math.pi) * (d * (d - 1) / 4), np.nan)


def _multigammaln_x(g: Array, _y: Array, x: Array, d: int) -> Array:
    total = digamma(x)
    for i in range(1, d):
        total = total + digamma(x - 0.5 * i)
    return g * total


_multigammaln: Unary[int] = Unary("multigammaln", _multigammaln_of, _multigammaln_x, needs=NEEDS)


def multigammaln(a: ArrayT, d: int) -> ArrayT:
    """The logarithm of the multivariate gamma function of dimension d, elementwise.

    Args:
        a: Larger than (d - 1) / 2; NaN elsewhere.
        d: An int from 1 on.

    Raises:
        ImportError: SciPy is not installed.
        TypeError: `d` is not an int, or a is complex.
        ValueError: `d` is not positive.

    Example:
        >>> import grad_core as gc
        >>> from grad_core import special
        >>> gc.round(special.multigammaln(gc.Tensor([2.0]), 2), 4)
        Tensor([0.4516])

    Reference:
        A. T. James, "Distributions of matrix variates and latent roots derived from normal
        samples", Annals of Mathematical Statistics 35, 1964.
    """
    if not isinstance(d, (int, np.integer)) or isinstance(d, bool):
        raise TypeError(f"multigammaln: d is {type(d).__name__}, expected an int")
    if d < 1:
        raise ValueError(f"multigammaln: d is {d}, expected 1 or more")
    return _multigammaln(a, int(d))


betaln: Binary[()] = Binary(
    "betaln",
    of_two("betaln"),
    lambda g, _z, x, y: g * (digamma(x) - digamma(x + y)),
    lambda g, _z, x, y: g * (digamma(y) - digamma(x + y)),
    """log(abs(beta(x, y))), elementwise with broadcasting, without overflow.

    Raises:
        ImportError: SciPy is not installed.
        TypeError: An operand is complex.

    Example:
        >>> import grad_core as gc
        >>> from grad_core import special
        >>> gc.round(special.betaln(gc.Tensor([1.0, 100.0]), 2.0), 4)
        Tensor([-0.6931, -9.2203])
    """,
    needs=NEEDS,
)

beta: Binary[()] = Binary(
    "beta",
    of_two("beta"),
    lambda g, z, x, y: g * (z * (digamma(x) - digamma(x + y))),
    lambda g, z, x, y: g * (z * (digamma(y) - digamma(x + y))),
    """The beta function gamma(x) gamma(y) / gamma(x + y), elementwise with broadcasting.

    Raises:
        ImportError: SciPy is not installed.
        TypeError: An operand is complex.

    Example:
        >>> import grad_core as gc
        >>> from grad_core import special
        >>> gc.round(special.beta(gc.Tensor([1.0, 2.0]), 2.0), 4)
        Tensor([0.5   , 0.1667])
    """,
    needs=NEEDS,
)


def _beta_density(a: Array, b: Array, x: Array) -> Array:
    return exp(xlogy(a - 1, x) + xlog1py(b - 1, -x) - betaln(a, b))


betainc: Ternary[()] = Ternary(
    "betainc",
    of_three("betainc"),
    lambda _g, _z, _a, _b, _x: no_rule("betainc", "a"),
    lambda _g, _z, _a, _b, _x: no_rule("betainc", "b"),
    lambda g, _z, a, b, x: g * _beta_density(a, b, x),
    """The regularized incomplete beta function of a, b and x, elementwise with broadcasting.

    It is the distribution function of the beta distribution. It has a gradient with respect to x.

    Raises:
        ImportError: SciPy is not installed.
        TypeError: An operand is complex, or a gradient with respect to a or b is asked for.

    Example:
        >>> import grad_core as gc
        >>> from grad_core import special
        >>> gc.round(special.betainc(2.0, 1.0, gc.Tensor([0.0, 0.5, 1.0])), 4)
        Tensor([0.  , 0.25, 1.  ])
    """,
    needs=NEEDS,
)


def _gamma_density(a: Array, x: Array) -> Array:
    return exp(xlogy(a - 1, x) - x - gammaln(a))


gammainc: Binary[()] = Binary(
    "gammainc",
    of_two("gammainc"),
    lambda _g, _z, _a, _x: no_rule("gammainc", "a"),
    lambda g, _z, a, x: g * _gamma_density(a, x),
    """The regularized lower incomplete gamma function of a and x, elementwise with broadcasting.

    It is the distribution function of the gamma distribution. It has a gradient with respect to x.

    Raises:
        ImportError: SciPy is not installed.
        TypeError: An operand is complex, or a gradient with respect to a is asked for.

    Example:
        >>> import grad_core as gc
        >>> from grad_core import special
        >>> gc.round(special.gammainc(1.0, gc.Tensor([0.0, 1.0])), 4)
        Tensor([0.    , 0.6321])
    """,
    needs=NEEDS,
)

gammaincc: Binary[()] = Binary(
    "gammaincc",
    of_two("gammaincc"),
    lambda _g, _z, _a, _x: no_rule("gammaincc", "a"),
    lambda g, _z, a, x: -(g * _gamma_density(a, x)),
    """1 - gammainc(a, x), elementwise with broadcasting, exact also where that rounds to 0.

    It has a gradient with respect to x.

    Raises:
        ImportError: SciPy is not installed.
        TypeError: An operand is complex, or a gradient with respect to a is asked for.

    Example:
        >>> import grad_core as gc
        >>> from grad_core import special
        >>> gc.round(special.gammaincc(1.0, gc.Tensor([0.0, 1.0])), 4)
        Tensor([1.    , 0.3679])
    """,
    needs=NEEDS,
)

zeta: Binary[()] = Binary(
    "zeta",
    of_two("zeta"),
    lambda _g, _z, _x, _q: no_rule("zeta", "x"),
    lambda g, _z, x, q: -(g * x) * zeta(x + 1, q),
    """The zeta function of Hurwitz, the sum of (n + q)**-x over n from 0 on, elementwise.

    It has a gradient with respect to q.

    Raises:
        ImportError: SciPy is not installed.
        TypeError: An operand is complex, or a gradient with respect to x is asked for.

    Example:
        >>> import grad_core as gc
        >>> from grad_core import special
        >>> gc.round(special.zeta(2.0, gc.Tensor([1.0])), 4)
        Tensor([1.6449])
    """,
    needs=NEEDS,
)
