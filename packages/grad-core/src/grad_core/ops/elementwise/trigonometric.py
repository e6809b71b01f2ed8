"""Sines, cosines, tangents, their inverses, and angles."""

from __future__ import annotations

import math

import numpy as np

from grad_core.arrays import Array
from grad_core.ops.elementwise.basic import sqrt
from grad_core.ops.elementwise.comparison import equal
from grad_core.ops.indexing.searching import where
from grad_core.primitive import Binary, Unary

_DEGREE = math.pi / 180

sin: Unary[()] = Unary(
    "sin",
    np.sin,
    lambda g, _y, x: g * cos(x),
    """The sine of an angle in radians, elementwise.

    Example:
        >>> import grad_core as gc
        >>> gc.round(gc.sin(gc.Tensor([0.0, 1.0])), 4)
        Tensor([0.    , 0.8415])
    """,
)

cos: Unary[()] = Unary(
    "cos",
    np.cos,
    lambda g, _y, x: -(g * sin(x)),
    """The cosine of an angle in radians, elementwise.

    Example:
        >>> import grad_core as gc
        >>> gc.round(gc.cos(gc.Tensor([0.0, 1.0])), 4)
        Tensor([1.    , 0.5403])
    """,
)

tan: Unary[()] = Unary(
    "tan",
    np.tan,
    lambda g, y, _x: g * (y * y + 1),
    """The tangent of an angle in radians, elementwise.

    Example:
        >>> import grad_core as gc
        >>> gc.round(gc.tan(gc.Tensor([0.0, 1.0])), 4)
        Tensor([0.    , 1.5574])
    """,
)

asin: Unary[()] = Unary(
    "asin",
    np.arcsin,
    lambda g, _y, x: g / sqrt(1 - x * x),
    """The inverse sine, in radians, elementwise. Of a real number outside [-1, 1] it is NaN.

    Example:
        >>> import grad_core as gc
        >>> gc.round(gc.asin(gc.Tensor([0.0, 1.0])), 4)
        Tensor([0.    , 1.5708])
    """,
)

acos: Unary[()] = Unary(
    "acos",
    np.arccos,
    lambda g, _y, x: -g / sqrt(1 - x * x),
    """The inverse cosine, in radians, elementwise. Of a real number outside [-1, 1] it is NaN.

    Example:
        >>> import grad_core as gc
        >>> gc.round(gc.acos(gc.Tensor([0.0, 1.0])), 4)
        Tensor([1.5708, 0.    ])
    """,
)

atan: Unary[()] = Unary(
    "atan",
    np.arctan,
    lambda g, _y, x: g / (x * x + 1),
    """The inverse tangent, in radians, elementwise.

    Example:
        >>> import grad_core as gc
        >>> gc.round(gc.atan(gc.Tensor([0.0, 1.0])), 4)
        Tensor([0.    , 0.7854])
    """,
)


def _over_square(g: Array, side: Array, x: Array, y: Array) -> Array:
    """g * side / (x**2 + y**2), and 0 where both are 0, without squares that overflow."""
    radius = hypot(x, y)
    flat = equal(radius, 0)
    # hypot is kept away from 0, where it has no derivative
    radius = hypot(where(flat, 1.0, x), y)
    return where(flat, 0.0, g) * (side / radius) / radius


atan2: Binary[()] = Binary(
    "atan2",
    np.arctan2,
    lambda g, _z, x, y: _over_square(g, y, x, y),
    lambda g, _z, x, y: -_over_square(g, x, x, y),
    """The angle of the point (x2, x1), in radians: `atan2(x1, x2)` is that of `x1 / x2`.

    Elementwise with broadcasting, between -pi and pi. The gradients at (0, 0) are 0.

    Example:
        >>> import grad_core as gc
        >>> gc.round(gc.atan2(gc.Tensor([1.0, 1.0]), gc.Tensor([1.0, -1.0])), 4)
        Tensor([0.7854, 2.3562])
    """,
)

hypot: Binary[()] = Binary(
    "hypot",
    np.hypot,
    lambda g, z, x, _y: g * (x / z),
    lambda g, z, _x, y: g * (y / z),
    """sqrt(x**2 + y**2), elementwise with broadcasting, without overflow.

    The gradients at (0, 0) are NaN.

    Example:
        >>> import grad_core as gc
        >>> gc.hypot(gc.Tensor([3.0, 5.0]), gc.Tensor([4.0, 12.0]))
        Tensor([ 5., 13.])
    """,
)

deg2rad: Unary[()] = Unary(
    "deg2rad",
    np.deg2rad,
    lambda g, _y, _x: g * _DEGREE,
    """Degrees as radians, elementwise.

    Example:
        >>> import grad_core as gc
        >>> gc.round(gc.deg2rad(gc.Tensor([0.0, 180.0])), 4)
        Tensor([0.    , 3.1416])
    """,
)

rad2deg: Unary[()] = Unary(
    "rad2deg",
    np.rad2deg,
    lambda g, _y, _x: g / _DEGREE,
    """Radians as degrees, elementwise.

    Example:
        >>> import grad_core as gc
        >>> gc.round(gc.rad2deg(gc.Tensor([0.0, 1.0])), 4)
        Tensor([ 0.    , 57.2958])
    """,
)

# ---------------------------------------------------------------------------- second names

# The array API standard and NumPy call the same thing by two names.
arccos: Unary[()] = acos
arcsin: Unary[()] = asin
arctan: Unary[()] = atan
arctan2: Binary[()] = atan2
radians: Unary[()] = deg2rad
degrees: Unary[()] = rad2deg
