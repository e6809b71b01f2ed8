"""Squares, roots and reciprocals; quotients that are whole, and what remains."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, overload

import numpy as np

from grad_core.arrays import Array, Operand, Raw
from grad_core.checks import check_raw
from grad_core.node import Traced
from grad_core.ops.creation.creation import zeros_like
from grad_core.ops.elementwise.basic import power, sign
from grad_core.ops.manipulation.manipulation import astype
from grad_core.primitive import Binary, Unary, unwrap

if TYPE_CHECKING:
    from grad_core.tensor import Tensor

positive: Unary[()] = Unary(
    "positive",
    operator.pos,
    lambda g, _y, _x: g,
    """+x, elementwise: a copy of x.

    Raises:
        TypeError: x is boolean.

    Example:
        >>> import grad_core as gc
        >>> gc.positive(gc.Tensor([1.0, -2.0]))
        Tensor([ 1., -2.])
    """,
)

square: Unary[()] = Unary(
    "square",
    np.square,
    lambda g, _y, x: g * (2 * x),
    """x * x, elementwise.

    Example:
        >>> import grad_core as gc
        >>> gc.square(gc.Tensor([-1.0, 3.0]))
        Tensor([1., 9.])
    """,
)

reciprocal: Unary[()] = Unary(
    "reciprocal",
    np.reciprocal,
    lambda g, y, _x: -g * (y * y),
    """1 / x, elementwise; of integers, rounded towards 0.

    Example:
        >>> import grad_core as gc
        >>> gc.reciprocal(gc.Tensor([2.0, -4.0]))
        Tensor([ 0.5 , -0.25])
    """,
)

cbrt: Unary[()] = Unary(
    "cbrt",
    np.cbrt,
    lambda g, y, _x: g / (3 * y) / y,  # by the square, second gradients at inf would be NaN
    """The real cube root, elementwise. Its gradient at 0 is infinite.

    Example:
        >>> import grad_core as gc
        >>> gc.round(gc.cbrt(gc.Tensor([8.0, -27.0])), 4)
        Tensor([ 2., -3.])
    """,
)

fabs: Unary[()] = Unary(
    "fabs",
    np.fabs,
    lambda g, _y, x: g * sign(x),
    """The absolute value of real numbers, elementwise, as floating numbers. Its gradient at 0 is 0.

    Example:
        >>> import grad_core as gc
        >>> gc.fabs(gc.Tensor([-3.0, 2.0]))
        Tensor([3., 2.])
    """,
)


@overload
def float_power(x: Tensor, y: Operand, /) -> Tensor: ...
@overload
def float_power(x: Operand, y: Tensor, /) -> Tensor: ...
@overload
def float_power(x: Raw, y: Raw, /) -> Array: ...
def float_power(x: Operand, y: Operand, /) -> Tensor | Array:
    """x ** y in double precision at least, elementwise with broadcasting.

    So integers can be raised to negative integers. The gradients are those of `power`.

    Example:
        >>> import numpy as np
        >>> import grad_core as gc
        >>> gc.float_power(np.array([2, 4]), -1)
        array([0.5 , 0.25])
    """
    return power(_double(x), _double(y))


def _double(x: Operand) -> Tensor | Array:
    """Cast to double precision."""
    if isinstance(x, Traced):
        return astype(x, np.result_type(x.dtype, np.float64))
    check_raw("float_power", x)
    array: Array = np.asarray(x)
    return astype(array, np.result_type(array.dtype, np.float64))


floor_divide: Binary[()] = Binary(
    "floor_divide",
    np.floor_divide,
    lambda g, _z, _x, _y: zeros_like(g),
    lambda g, _z, _x, _y: zeros_like(g),
    """The largest whole number that is not above x / y, elementwise with broadcasting.

    Its gradients are 0.

    Example:
        >>> import grad_core as gc
        >>> gc.floor_divide(gc.Tensor([7.0, -7.0]), 2)
        Tensor([ 3., -4.])
    """,
)


def _remainder_y(g: Array, _z: Array, x: Array, y: Array) -> Array:
    dividend: Array = unwrap(x)
    divisor: Array = unwrap(y)
    return g * -floor_divide(dividend, divisor)


remainder: Binary[()] = Binary(
    "remainder",
    np.remainder,
    lambda g, _z, _x, _y: g,
    _remainder_y,
    """x - y * floor_divide(x, y), elementwise with broadcasting: it has the sign of y.

    Example:
        >>> import grad_core as gc
        >>> gc.remainder(gc.Tensor([7.0, -7.0]), 3)
        Tensor([1., 2.])
    """,
)


def _fmod_y(g: Array, _z: Array, x: Array, y: Array) -> Array:
    # trunc(x / y), but exact where x / y is rounded up to a whole number, as 1.0 / 0.1 is
    dividend: Array = unwrap(x)
    divisor: Array = unwrap(y)
    size: Array = np.floor_divide(operator.abs(dividend), operator.abs(divisor))
    return g * -np.copysign(size, dividend * divisor)


fmod: Binary[()] = Binary(
    "fmod",
    np.fmod,
    lambda g, _z, _x, _y: g,
    _fmod_y,
    """x - y * trunc(x / y), elementwise with broadcasting: it has the sign of x, as in C.

    Example:
        >>> import grad_core as gc
        >>> gc.fmod(gc.Tensor([7.0, -7.0]), 3)
        Tensor([ 1., -1.])
    """,
)


@overload
def divmod(x: Tensor, y: Operand, /) -> tuple[Tensor, Tensor]: ...
@overload
def divmod(x: Operand, y: Tensor, /) -> tuple[Tensor, Tensor]: ...
@overload
def divmod(x: Raw, y: Raw, /) -> tuple[Array, Array]: ...
def divmod(x: Operand, y: Operand, /) -> tuple[Tensor | Array, Tensor | Array]:
    """floor_divide(x, y) and remainder(x, y), elementwise with broadcasting.

    Example:
        >>> import grad_core as gc
        >>> gc.divmod(gc.Tensor([7.0, -7.0]), 3)
        (Tensor([ 2., -3.]), Tensor([1., 2.]))
    """
    return floor_divide(x, y), remainder(x, y)


gcd: Binary[()] = Binary(
    "gcd",
    np.gcd,
    lambda g, _z, _x, _y: g,  # never asked for: integers have no gradient
    lambda g, _z, _x, _y: g,
    """The greatest common divisor of integers, elementwise with broadcasting.

    Example:
        >>> import numpy as np
        >>> import grad_core as gc
        >>> gc.gcd(np.array([12, 20]), 8)
        array([4, 4])
    """,
    needs="integers",
)

lcm: Binary[()] = Binary(
    "lcm",
    np.lcm,
    lambda g, _z, _x, _y: g,  # never asked for: integers have no gradient
    lambda g, _z, _x, _y: g,
    """The least common multiple of integers, elementwise with broadcasting.

    Example:
        >>> import numpy as np
        >>> import grad_core as gc
        >>> gc.lcm(np.array([12, 20]), 8)
        array([24, 40])
    """,
    needs="integers",
)

# ---------------------------------------------------------------------------- second names

# The array API standard and NumPy call the same thing by two names.
mod: Binary[()] = remainder
