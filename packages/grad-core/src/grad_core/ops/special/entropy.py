"""Products with logarithms, elementwise, that are 0 where a factor is: the terms of entropies."""

from __future__ import annotations

import numpy as np

from grad_core.arrays import Array
from grad_core.ops.elementwise.basic import log
from grad_core.ops.elementwise.comparison import equal, less_equal
from grad_core.ops.indexing.searching import where
from grad_core.ops.special.promotion import floating, together
from grad_core.primitive import Binary, Unary

_NEEDS = "it takes real numbers"


def _product(x: Array, logarithm: Array, y: Array) -> Array:
    """x * logarithm of y, and 0 where x is 0, unless y is NaN."""
    out: Array = np.where((x == 0) & ~np.isnan(y), 0.0, x * logarithm)
    return out


def _xlogy(x: Array, y: Array) -> Array:
    x, y = together(x, y)
    with np.errstate(divide="ignore", invalid="ignore"):
        return _product(x, np.log(y), y)


xlogy: Binary[()] = Binary(
    "xlogy",
    _xlogy,
    lambda g, _z, x, y: where(equal(x, 0) & less_equal(y, 0), 0.0, xlogy(g, y)),
    lambda g, _z, x, y: g * x / y,
    """x * log(y), elementwise with broadcasting; 0 where x is 0, unless y is NaN.

    Raises:
        TypeError: An operand is complex.

    Example:
        >>> import grad_core as gc
        >>> from grad_core import special
        >>> gc.round(special.xlogy(gc.Tensor([0.0, 2.0]), gc.Tensor([0.0, 2.0])), 4)
        Tensor([0.    , 1.3863])
    """,
    needs=_NEEDS,
)


def _xlog1py(x: Array, y: Array) -> Array:
    x, y = together(x, y)
    with np.errstate(divide="ignore", invalid="ignore"):
        return _product(x, np.log1p(y), y)


xlog1py: Binary[()] = Binary(
    "xlog1py",
    _xlog1py,
    lambda g, _z, x, y: where(equal(x, 0) & less_equal(y, -1), 0.0, xlog1py(g, y)),
    lambda g, _z, x, y: g * x / (y + 1),
    """x * log(1 + y), elementwise with broadcasting; 0 where x is 0, unless y is NaN.

    Raises:
        TypeError: An operand is complex.

    Example:
        >>> import grad_core as gc
        >>> from grad_core import special
        >>> gc.round(special.xlog1py(gc.Tensor([0.0, 2.0]), gc.Tensor([-1.0, 1.0])), 4)
        Tensor([0.    , 1.3863])
    """,
    needs=_NEEDS,
)


def _entr(x: Array) -> Array:
    x = floating(x)
    with np.errstate(divide="ignore", invalid="ignore"):
        y: Array = np.where(x < 0, -np.inf, _product(-x, np.log(x), x))
    return y


entr: Unary[()] = Unary(
    "entr",
    _entr,
    lambda g, _y, x: g * -(log(x) + 1),
    """-x * log(x), elementwise, a term of an entropy; 0 at 0 and -inf below.

    Raises:
        TypeError: x is complex.

    Example:
        >>> import grad_core as gc
        >>> from grad_core import special
        >>> gc.round(special.entr(gc.Tensor([0.0, 0.5])), 4)
        Tensor([0.    , 0.3466])
    """,
    needs=_NEEDS,
)


def _log_ratio(x: Array, y: Array) -> Array:
    """log(x / y), also where the quotient would overflow or vanish."""
    ratio = x / y
    safe = np.isfinite(ratio) & (ratio >= np.finfo(ratio.dtype).tiny)
    out: Array = np.where(safe, np.log(ratio), np.log(x) - np.log(y))
    return out


def _rel_entr(x: Array, y: Array) -> Array:
    x, y = together(x, y)
    with np.errstate(all="ignore"):
        inside = np.where((x == 0) & (y >= 0), 0.0, x * _log_ratio(x, y))
        out: Array = np.where((x < 0) | (y < 0) | ((x > 0) & (y == 0)), np.inf, inside)
    return out


rel_entr: Binary[()] = Binary(
    "rel_entr",
    _rel_entr,
    lambda g, _z, x, y: g * (log(x / y) + 1),
    lambda g, _z, x, y: -(g * x) / y,
    """x * log(x / y), elementwise with broadcasting, a term of a relative entropy.

    It is 0 where x is 0 and y is not negative; where x or y is negative, or only y is 0, infinite.

    Raises:
        TypeError: An operand is complex.

    Example:
        >>> import grad_core as gc
        >>> from grad_core import special
        >>> gc.round(special.rel_entr(gc.Tensor([0.0, 0.5]), gc.Tensor([0.5, 0.25])), 4)
        Tensor([0.    , 0.3466])
    """,
    needs=_NEEDS,
)


def _kl_div(x: Array, y: Array) -> Array:
    x, y = together(x, y)
    with np.errstate(all="ignore"):
        out: Array = _rel_entr(x, y)
        return np.where(np.isposinf(out), np.inf, out - x + y)


kl_div: Binary[()] = Binary(
    "kl_div",
    _kl_div,
    lambda g, _z, x, y: g * log(x / y),
    lambda g, _z, x, y: g * (1 - x / y),
    """x * log(x / y) - x + y, a term of a Kullback-Leibler divergence, elementwise.

    It is y where x is 0 and y is not negative; where x or y is negative, or only y is 0, infinite.

    Raises:
        TypeError: An operand is complex.

    Example:
        >>> import grad_core as gc
        >>> from grad_core import special
        >>> gc.round(special.kl_div(gc.Tensor([0.0, 0.5]), gc.Tensor([0.5, 0.25])), 4)
        Tensor([0.5   , 0.0966])
    """,
    needs=_NEEDS,
)
