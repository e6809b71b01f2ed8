"""Functions of each element: arithmetic, exponentials, the larger of two."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any, overload

import numpy as np

from grad_core.arrays import Array, Operand, Raw
from grad_core.node import Traced
from grad_core.ops.creation.creation import zeros_like
from grad_core.ops.elementwise.comparison import (
    equal,
    greater,
    greater_equal,
    less,
    less_equal,
    not_equal,
)
from grad_core.ops.indexing.searching import where
from grad_core.primitive import Arithmetic, Binary, Unary

if TYPE_CHECKING:
    from grad_core.tensor import Tensor

# ---------------------------------------------------------------------------- arithmetic

add: Arithmetic = Arithmetic(
    "add",
    operator.add,
    lambda g, _z, _x, _y: g,
    lambda g, _z, _x, _y: g,
    """x + y, elementwise with broadcasting.

    Example:
        >>> import grad_core as gc
        >>> gc.add(gc.Tensor([1.0, 2.0]), 1)
        Tensor([2., 3.])
    """,
)

subtract: Arithmetic = Arithmetic(
    "subtract",
    operator.sub,
    lambda g, _z, _x, _y: g,
    lambda g, _z, _x, _y: -g,
    """x - y, elementwise with broadcasting.

    Example:
        >>> import grad_core as gc
        >>> gc.subtract(gc.Tensor([1.0, 2.0]), 1)
        Tensor([0., 1.])
    """,
)

multiply: Arithmetic = Arithmetic(
    "multiply",
    operator.mul,
    lambda g, _z, _x, y: g * y,
    lambda g, _z, x, _y: g * x,
    """x * y, elementwise with broadcasting.

    Example:
        >>> import grad_core as gc
        >>> gc.multiply(gc.Tensor([1.0, 2.0]), 3)
        Tensor([3., 6.])
    """,
)

divide: Arithmetic = Arithmetic(
    "divide",
    np.divide,
    lambda g, _z, _x, y: g / y,
    lambda g, z, _x, y: -(g * z) / y,
    """x / y, elementwise with broadcasting.

    Example:
        >>> import grad_core as gc
        >>> gc.divide(gc.Tensor([1.0, 2.0]), 2)
        Tensor([0.5, 1. ])
    """,
)


def _power(x: Array, y: Array) -> Array:
    z: Array = x**y  # the operator, unlike np.power, has short cuts for squares and roots
    return z


def _pow_base(g: Array, _z: Array, x: Array, y: Array) -> Array:
    number: object = y
    if isinstance(number, (int, float)):
        return g * (y * _power(x, y - 1)) if y != 0 else zeros_like(g)
    # x ** 0 is 1 for all x, but the rule would be 0 * inf where 1 / x overflows, and NaN for NaN
    steep = less(abs(x), np.finfo(g.dtype).tiny)
    x = where(equal(y, 0) & (steep | not_equal(x, x)), 1.0, x)
    return g * (y * _power(x, y - 1.0))  # not 1, below which unsigned integers start again


def _pow_exponent(g: Array, z: Array, x: Array, y: Array) -> Array:
    # 0 ** y is flat in y from 0 on, but its rule would be 0 * log 0
    flat = equal(x, 0) & greater_equal(y, 0)
    return g * z * log(where(flat, 1.0, x))


power: Binary[()] = Binary(
    "power",
    _power,
    _pow_base,
    _pow_exponent,
    """x ** y, elementwise with broadcasting.

    The gradient of `x ** 0` with respect to `x` is 0 everywhere, and that of `0 ** y` with
    respect to `y` is 0 for `y >= 0`, as in PyTorch.

    Raises:
        ValueError: An integer array is raised to a negative integer.

    Example:
        >>> import grad_core as gc
        >>> gc.power(gc.Tensor([1.0, 3.0]), 2)
        Tensor([1., 9.])
    """,
)

negative: Unary[()] = Unary(
    "negative",
    operator.neg,
    lambda g, _y, _x: -g,
    """-x, elementwise.

    Example:
        >>> import grad_core as gc
        >>> gc.negative(gc.Tensor([1.0, -2.0]))
        Tensor([-1.,  2.])
    """,
)


def _sign_x(g: Array, y: Array, x: Array) -> Array:
    if g.dtype.kind != "c":
        return zeros_like(g)
    # A complex number on the unit circle turns with x: what points along it is taken out of g.
    flat = equal(x, 0)
    return where(flat, 0.0, (g - real(g * y) * conj(y)) / where(flat, 1.0, abs(x)))


sign: Unary[()] = Unary(
    "sign",
    np.sign,
    _sign_x,
    """-1, 0 or 1, as x is negative, zero or positive; its gradient is 0. Complex: x / abs(x).

    Example:
        >>> import grad_core as gc
        >>> gc.sign(gc.Tensor([-3.0, 0.0, 2.0]))
        Tensor([-1.,  0.,  1.])
    """,
)

abs: Unary[()] = Unary(
    "abs",
    operator.abs,
    lambda g, _y, x: g * conj(sign(x)),
    """The absolute value, elementwise. Its gradient at 0 is 0.

    Example:
        >>> import grad_core as gc
        >>> gc.abs(gc.Tensor([-3.0, 2.0]))
        Tensor([3., 2.])
    """,
)

# ---------------------------------------------------------------------------- complex parts

conj: Unary[()] = Unary(
    "conj",
    np.conj,
    lambda g, _y, _x: conj(g),
    """The complex conjugate, elementwise; of real numbers, the numbers.

    Example:
        >>> import grad_core as gc
        >>> gc.conj(gc.Tensor([1 + 2j], dtype="complex64"))
        Tensor([1.-2.j], dtype=complex64)
    """,
)

real: Unary[()] = Unary(
    "real",
    np.real,
    lambda g, _y, _x: g,
    """The real part, elementwise.

    Example:
        >>> import grad_core as gc
        >>> gc.real(gc.Tensor([1 + 2j], dtype="complex64"))
        Tensor([1.])
    """,
)

_MINUS_I: Any = -1j  # Array, the type of every operand, names the real ones only

imag: Unary[()] = Unary(
    "imag",
    np.imag,
    lambda g, _y, _x: g * _MINUS_I,
    """The imaginary part, elementwise.

    Example:
        >>> import grad_core as gc
        >>> gc.imag(gc.Tensor([1 + 2j], dtype="complex64"))
        Tensor([2.])
    """,
)

# ---------------------------------------------------------------------------- exponentials

exp: Unary[()] = Unary(
    "exp",
    np.exp,
    lambda g, y, _x: g * y,
    """e ** x, elementwise.

    Example:
        >>> import grad_core as gc
        >>> gc.exp(gc.Tensor([0.0, 1.0]))
        Tensor([1.      , 2.718282])
    """,
)

log: Unary[()] = Unary(
    "log",
    np.log,
    lambda g, _y, x: g / x,
    """The natural logarithm, elementwise.

    Example:
        >>> import grad_core as gc
        >>> gc.log(gc.Tensor([1.0, 2.0]))
        Tensor([0.       , 0.6931472])
    """,
)

sqrt: Unary[()] = Unary(
    "sqrt",
    np.sqrt,
    lambda g, y, _x: g / (y + y),
    """The square root, elementwise. Its gradient at 0 is infinite.

    Example:
        >>> import grad_core as gc
        >>> gc.sqrt(gc.Tensor([4.0, 9.0]))
        Tensor([2., 3.])
    """,
)

# g * (1 - y^2), where y is the result: one operation of the gradient's graph in place of three
_of_tanh: Binary[()] = Binary(
    "tanh",
    lambda g, y: g - g * y * y,
    lambda h, _out, _g, y: _of_tanh(h, y),
    lambda h, _out, g, y: h * g * y * -2.0,
)
tanh: Unary[()] = Unary(
    "tanh",
    np.tanh,
    lambda g, y, _x: g - g * y * y if g.__class__ is np.ndarray else _of_tanh(g, y),
    """The hyperbolic tangent, elementwise.

    Example:
        >>> import grad_core as gc
        >>> gc.tanh(gc.Tensor([0.0, 100.0]))
        Tensor([0., 1.])
    """,
)

# ---------------------------------------------------------------------------- selection


def _maximum(x: Array, y: Array) -> Array:
    z: Array = np.maximum(x, y)
    return real_only(z)


def _minimum(x: Array, y: Array) -> Array:
    z: Array = np.minimum(x, y)
    return real_only(z)


def real_only(z: Array) -> Array:
    """Return the result of a comparison of sizes, or raise a TypeError if it is complex."""
    if z.dtype.kind == "c":
        raise TypeError("complex numbers are not ordered")
    return z


# A tie shares the gradient evenly. Both comparisons fail where an operand is NaN: the result is
# NaN there, and both operands get the whole gradient, as in PyTorch.

maximum: Binary[()] = Binary(
    "maximum",
    _maximum,
    lambda g, _z, x, y: where(equal(x, y), g * 0.5, where(less(x, y), 0.0, g)),
    lambda g, _z, x, y: where(equal(x, y), g * 0.5, where(less(y, x), 0.0, g)),
    """The larger of x and y, elementwise with broadcasting. Ties share the gradient evenly.

    Example:
        >>> import grad_core as gc
        >>> gc.maximum(gc.Tensor([1.0, 5.0]), 3)
        Tensor([3., 5.])
    """,
)

minimum: Binary[()] = Binary(
    "minimum",
    _minimum,
    lambda g, _z, x, y: where(equal(x, y), g * 0.5, where(greater(x, y), 0.0, g)),
    lambda g, _z, x, y: where(equal(x, y), g * 0.5, where(greater(y, x), 0.0, g)),
    """The smaller of x and y, elementwise with broadcasting. Ties share the gradient evenly.

    Example:
        >>> import grad_core as gc
        >>> gc.minimum(gc.Tensor([1.0, 5.0]), 3)
        Tensor([1., 3.])
    """,
)


@overload
def clip(x: Tensor, /, min: Operand | None = None, max: Operand | None = None) -> Tensor: ...
@overload
def clip(x: Raw, /, min: Raw | None = None, max: Raw | None = None) -> Array: ...
def clip(x: Operand, /, min: Operand | None = None, max: Operand | None = None) -> Tensor | Array:
    """Limit each element to `[min, max]`. The gradient passes at the bounds.

    Args:
        x: Any shape.
        min: The lower bound, broadcast against `x`; None for no bound.
        max: The upper bound, broadcast against `x`; None for no bound. Where it is under `min`, it
            is the result.

    Example:
        >>> import grad_core as gc
        >>> gc.clip(gc.Tensor([-2.0, 0.5, 2.0]), 0, 1)
        Tensor([0. , 0.5, 1. ])
        >>> gc.clip(gc.Tensor([-2.0, 0.5, 2.0]), max=1)
        Tensor([-2. ,  0.5,  1. ])
    """
    if min is not None:
        x = _at_least(x, min)
    if max is not None:
        x = _at_most(x, max)
    if min is None and max is None:
        return x.astype(x.dtype) if isinstance(x, Traced) else np.array(x)
    return x  # type: ignore[return-value]  # the result of a primitive, and not a number


# As maximum and minimum, but at a tie the whole gradient goes to x, and at NaN none.

_at_least: Binary[()] = Binary(
    "clip",
    _maximum,
    lambda g, _z, x, low: where(greater_equal(x, low), g, 0.0),
    lambda g, _z, x, low: where(less(x, low), g, 0.0),
)
_at_most: Binary[()] = Binary(
    "clip",
    _minimum,
    lambda g, _z, x, high: where(less_equal(x, high), g, 0.0),
    lambda g, _z, x, high: where(greater(x, high), g, 0.0),
)

# ---------------------------------------------------------------------------- second names

# The array API standard and NumPy call the same thing by two names.
absolute: Unary[()] = abs
conjugate: Unary[()] = conj
true_divide: Binary[()] = divide
pow: Binary[()] = power
