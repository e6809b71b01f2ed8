"""The logistic function, its inverse and its logarithm, elementwise."""

from __future__ import annotations

import numpy as np

from grad_core.arrays import Array
from grad_core.ops.elementwise.comparison import greater, less
from grad_core.ops.indexing.searching import where
from grad_core.ops.special.erf_arrays import blockwise
from grad_core.ops.special.promotion import floating
from grad_core.primitive import Unary

_NEEDS = "it takes real numbers"


def _expit(x: Array) -> Array:
    # exp of what is not positive never overflows, and small results keep all their digits.
    y = np.minimum(x, 0)
    np.exp(y, out=y)
    whole = np.abs(x)
    np.negative(whole, out=whole)
    np.exp(whole, out=whole)
    whole += 1
    y /= whole
    return y


expit: Unary[()] = Unary(
    "expit",
    lambda x: blockwise(_expit, floating(x), narrow=True),
    lambda g, y, x: g * (y * expit(-x)),  # not 1 - y, of which little is left where y is near 1
    """The logistic function 1 / (1 + exp(-x)), elementwise, without overflow.

    Raises:
        TypeError: x is complex.

    Example:
        >>> import grad_core as gc
        >>> from grad_core import special
        >>> gc.round(special.expit(gc.Tensor([-1000.0, 0.0, 2.0])), 4)
        Tensor([0.    , 0.5   , 0.8808])
    """,
    needs=_NEEDS,
)


def _log_expit(x: Array) -> Array:
    rest = np.abs(x)
    np.negative(rest, out=rest)
    np.exp(rest, out=rest)
    np.log1p(rest, out=rest)
    y: Array = np.minimum(x, 0)
    y -= rest
    return y


log_expit: Unary[()] = Unary(
    "log_expit",
    lambda x: blockwise(_log_expit, floating(x), narrow=True),
    lambda g, _y, x: g * expit(-x),
    """log(expit(x)), elementwise, exact also where expit(x) rounds to 0 or 1.

    Raises:
        TypeError: x is complex.

    Example:
        >>> import grad_core as gc
        >>> from grad_core import special
        >>> gc.round(special.log_expit(gc.Tensor([-10.0, 0.0])), 4)
        Tensor([-10.    ,  -0.6931])
    """,
    needs=_NEEDS,
)


def _logit(p: Array) -> Array:
    p = floating(p)
    with np.errstate(divide="ignore", invalid="ignore"):
        # Near 1/2 the quotient is near 1, and its logarithm would keep few digits.
        middle = np.arctanh(2 * p - 1) * 2
        y: Array = np.where(np.abs(p - 0.5) < 0.3, middle, np.log(p / (1 - p)))
    return y


def _logit_x(g: Array, _y: Array, x: Array) -> Array:
    outside = less(x, 0) | greater(x, 1)
    return g / where(outside, np.nan, x * (1 - x))


logit: Unary[()] = Unary(
    "logit",
    _logit,
    _logit_x,
    """log(p / (1 - p)), elementwise, the inverse of expit.

    Infinite at 0 and 1, and NaN, with its gradient, beyond.

    Raises:
        TypeError: p is complex.

    Example:
        >>> import grad_core as gc
        >>> from grad_core import special
        >>> gc.round(special.logit(gc.Tensor([0.0, 0.5, 0.880797])), 4)
        Tensor([-inf,   0.,   2.])
    """,
    needs=_NEEDS,
)
