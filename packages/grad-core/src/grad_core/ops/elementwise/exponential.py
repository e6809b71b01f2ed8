"""Exponentials and logarithms to other bases, near 0, and of sums."""

from __future__ import annotations

import math

import numpy as np

from grad_core.ops.special.logistic import expit
from grad_core.primitive import Binary, Unary

_LN2 = math.log(2)
_LN10 = math.log(10)

exp2: Unary[()] = Unary(
    "exp2",
    np.exp2,
    lambda g, y, _x: g * (y * _LN2),
    """2 ** x, elementwise.

    Example:
        >>> import grad_core as gc
        >>> gc.exp2(gc.Tensor([0.0, 3.0]))
        Tensor([1., 8.])
    """,
)

expm1: Unary[()] = Unary(
    "expm1",
    np.expm1,
    lambda g, y, _x: g * (y + 1),
    """exp(x) - 1, elementwise, exact near x = 0.

    Example:
        >>> import grad_core as gc
        >>> gc.round(gc.expm1(gc.Tensor([0.0, 1.0])), 4)
        Tensor([0.    , 1.7183])
    """,
)

log1p: Unary[()] = Unary(
    "log1p",
    np.log1p,
    lambda g, _y, x: g / (x + 1),
    """log(1 + x), elementwise, exact near x = 0.

    Example:
        >>> import grad_core as gc
        >>> gc.round(gc.log1p(gc.Tensor([0.0, 1.0])), 4)
        Tensor([0.    , 0.6931])
    """,
)

log2: Unary[()] = Unary(
    "log2",
    np.log2,
    lambda g, _y, x: g / (x * _LN2),
    """The logarithm to base 2, elementwise.

    Example:
        >>> import grad_core as gc
        >>> gc.log2(gc.Tensor([1.0, 8.0]))
        Tensor([0., 3.])
    """,
)

log10: Unary[()] = Unary(
    "log10",
    np.log10,
    lambda g, _y, x: g / (x * _LN10),
    """The logarithm to base 10, elementwise.

    Example:
        >>> import grad_core as gc
        >>> gc.round(gc.log10(gc.Tensor([1.0, 1000.0])), 4)
        Tensor([0., 3.])
    """,
)


# The share of exp(x) in exp(x) + exp(y) is a function of x - y.

logaddexp: Binary[()] = Binary(
    "logaddexp",
    np.logaddexp,
    lambda g, _z, x, y: g * expit(x - y),
    lambda g, _z, x, y: g * expit(y - x),
    """log(exp(x) + exp(y)), elementwise with broadcasting, without overflow.

    The gradients are NaN where x and y are the same infinity.

    Example:
        >>> import grad_core as gc
        >>> gc.round(gc.logaddexp(gc.Tensor([0.0, 1000.0]), gc.Tensor([-10.0, 1000.0])), 2)
        Tensor([   0.  , 1000.69])
    """,
)

logaddexp2: Binary[()] = Binary(
    "logaddexp2",
    np.logaddexp2,
    lambda g, _z, x, y: g * expit((x - y) * _LN2),
    lambda g, _z, x, y: g * expit((y - x) * _LN2),
    """log2(2**x + 2**y), elementwise with broadcasting, without overflow.

    The gradients are NaN where x and y are the same infinity.

    Example:
        >>> import grad_core as gc
        >>> gc.logaddexp2(gc.Tensor([0.0, 1000.0]), gc.Tensor([0.0, 1000.0]))
        Tensor([1.000e+00, 1.001e+03])
    """,
)
