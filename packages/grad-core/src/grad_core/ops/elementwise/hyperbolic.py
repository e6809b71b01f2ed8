"""Hyperbolic sines, cosines, and the inverse functions; `tanh` is in `elementwise`."""

from __future__ import annotations

import numpy as np

from grad_core.arrays import Array
from grad_core.ops.elementwise.basic import sqrt
from grad_core.primitive import Unary

sinh: Unary[()] = Unary(
    "sinh",
    np.sinh,
    lambda g, _y, x: g * cosh(x),
    """The hyperbolic sine, elementwise.

    Example:
        >>> import grad_core as gc
        >>> gc.round(gc.sinh(gc.Tensor([0.0, 1.0])), 4)
        Tensor([0.    , 1.1752])
    """,
)

cosh: Unary[()] = Unary(
    "cosh",
    np.cosh,
    lambda g, _y, x: g * sinh(x),
    """The hyperbolic cosine, elementwise.

    Example:
        >>> import grad_core as gc
        >>> gc.round(gc.cosh(gc.Tensor([0.0, 1.0])), 4)
        Tensor([1.    , 1.5431])
    """,
)

asinh: Unary[()] = Unary(
    "asinh",
    np.arcsinh,
    lambda g, _y, x: g / sqrt(x * x + 1),
    """The inverse hyperbolic sine, elementwise.

    Example:
        >>> import grad_core as gc
        >>> gc.round(gc.asinh(gc.Tensor([0.0, 1.0])), 4)
        Tensor([0.    , 0.8814])
    """,
)


def _acosh_x(g: Array, _y: Array, x: Array) -> Array:
    if x.dtype.kind == "c":  # whose square root has to be cut where acosh is
        return g / (sqrt(x - 1) * sqrt(x + 1))
    return g / sqrt(x * x - 1)


acosh: Unary[()] = Unary(
    "acosh",
    np.arccosh,
    _acosh_x,
    """The inverse hyperbolic cosine, elementwise. Of a real number below 1 it is NaN.

    Example:
        >>> import grad_core as gc
        >>> gc.round(gc.acosh(gc.Tensor([1.0, 2.0])), 4)
        Tensor([0.   , 1.317])
    """,
)

atanh: Unary[()] = Unary(
    "atanh",
    np.arctanh,
    lambda g, _y, x: g / (1 - x * x),
    """The inverse hyperbolic tangent, elementwise. Of a real number outside [-1, 1] it is NaN.

    Example:
        >>> import grad_core as gc
        >>> gc.round(gc.atanh(gc.Tensor([0.0, 0.5])), 4)
        Tensor([0.    , 0.5493])
    """,
)

# ---------------------------------------------------------------------------- second names

# The array API standard and NumPy call the same thing by two names.
arccosh: Unary[()] = acosh
arcsinh: Unary[()] = asinh
arctanh: Unary[()] = atanh
