"""What floating numbers are made of: mantissa, exponent, sign, neighbours, NaN and infinities."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, overload

import numpy as np
from numpy.typing import NDArray

from grad_core.arrays import Array, Mask, Operand, Raw
from grad_core.node import Traced
from grad_core.ops.creation.creation import zeros_like
from grad_core.ops.elementwise.basic import imag, real, real_only
from grad_core.ops.elementwise.comparison import equal, greater_equal, less_equal, not_equal
from grad_core.ops.indexing.searching import where
from grad_core.primitive import Binary, Unary, unwrap, wrap

if TYPE_CHECKING:
    from grad_core.tensor import Tensor

ldexp: Binary[()] = Binary(
    "ldexp",
    np.ldexp,
    lambda g, _z, _x, y: ldexp(g, y),
    lambda g, _z, _x, _y: g,  # never asked for: integers have no gradient
    """x * 2**y, elementwise with broadcasting, for integers y.

    Example:
        >>> import numpy as np
        >>> import grad_core as gc
        >>> gc.ldexp(gc.Tensor([0.5, 0.75]), np.array([1, 3]))
        Tensor([1., 6.])
    """,
    needs="the exponent is made of integers",
)


def _mantissa_x(g: Array, _y: Array, x: Array) -> Array:
    exponent: NDArray[np.integer] = np.frexp(unwrap(x))[1]
    return ldexp(g, -exponent)


_mantissa: Unary[()] = Unary(
    "frexp",
    lambda x: np.frexp(x)[0],
    _mantissa_x,
)


@overload
def frexp(x: Tensor, /) -> tuple[Tensor, Tensor]: ...
@overload
def frexp(x: Raw, /) -> tuple[Array, NDArray[np.integer]]: ...
def frexp(x: Operand, /) -> tuple[Tensor, Tensor] | tuple[Array, NDArray[np.integer]]:
    """Mantissa and exponent, elementwise: `x` is `mantissa * 2**exponent`.

    The mantissa's absolute value is 0, or at least 0.5 and below 1. The gradient passes through
    it; exponents are integers.

    Example:
        >>> import grad_core as gc
        >>> gc.frexp(gc.Tensor([1.0, 6.0]))
        (Tensor([0.5 , 0.75]), Tensor([1, 3], dtype=int32))
    """
    if isinstance(x, Traced):
        return _mantissa(x), wrap(np.frexp(x._array)[1])
    return _mantissa(x), np.asarray(np.frexp(x)[1])


def _copysign_x(g: Array, z: Array, x: Array, _y: Array) -> Array:
    size: Array = unwrap(x)
    signed: Array = unwrap(z)
    return g * (signed / np.where(size == 0, 1, size))


copysign: Binary[()] = Binary(
    "copysign",
    np.copysign,
    _copysign_x,
    lambda g, _z, _x, _y: zeros_like(g),
    """The size of x with the sign of y, elementwise with broadcasting.

    The gradient with respect to x is 0 where x is 0, that with respect to y everywhere.

    Example:
        >>> import grad_core as gc
        >>> gc.copysign(gc.Tensor([1.0, -2.0]), -0.0)
        Tensor([-1., -2.])
    """,
)

nextafter: Binary[()] = Binary(
    "nextafter",
    np.nextafter,
    lambda g, _z, x, y: where(equal(x, y), 0.0, g),
    lambda g, _z, _x, _y: zeros_like(g),
    """The floating number next to x in the direction of y, elementwise with broadcasting.

    The gradient passes to x, save where x and y are equal.

    Example:
        >>> import grad_core as gc
        >>> gc.nextafter(gc.Tensor([1.0]), 2) - 1
        Tensor([1.1920929e-07])
    """,
)

spacing: Unary[()] = Unary(
    "spacing",
    np.spacing,
    lambda g, _y, _x: zeros_like(g),
    """The distance of x from the next floating number away from 0, elementwise. Its gradient is 0.

    Example:
        >>> import grad_core as gc
        >>> gc.spacing(gc.Tensor([1.0]))
        Tensor([1.1920929e-07])
    """,
)

heaviside: Binary[()] = Binary(
    "heaviside",
    np.heaviside,
    lambda g, _z, _x, _y: zeros_like(g),
    lambda g, _z, x, _y: where(equal(x, 0), g, 0.0),
    """0 where x is negative, 1 where it is positive, y where it is 0, with broadcasting.

    The gradient with respect to x is 0; y has one where x is 0.

    Example:
        >>> import grad_core as gc
        >>> gc.heaviside(gc.Tensor([-2.0, 0.0, 2.0]), 0.5)
        Tensor([0. , 0.5, 1. ])
    """,
)


def _fmax(x: Array, y: Array) -> Array:
    z: Array = np.fmax(x, y)
    return real_only(z)


def _fmin(x: Array, y: Array) -> Array:
    z: Array = np.fmin(x, y)
    return real_only(z)


# Where the first operand is the result; of a tie it is, unlike in maximum, as in PyTorch.


def _first_above(x: Array, y: Array) -> Mask:
    return greater_equal(x, y) | not_equal(y, y)


def _first_below(x: Array, y: Array) -> Mask:
    return less_equal(x, y) | not_equal(y, y)


fmax: Binary[()] = Binary(
    "fmax",
    _fmax,
    lambda g, _z, x, y: where(_first_above(x, y), g, 0.0),
    lambda g, _z, x, y: where(_first_above(x, y), 0.0, g),
    """The larger of x and y, elementwise with broadcasting, and where one is NaN the other.

    The gradient of a tie goes to x.

    Example:
        >>> import grad_core as gc
        >>> gc.fmax(gc.Tensor([1.0, float("nan")]), 3)
        Tensor([3., 3.])
    """,
)

fmin: Binary[()] = Binary(
    "fmin",
    _fmin,
    lambda g, _z, x, y: where(_first_below(x, y), g, 0.0),
    lambda g, _z, x, y: where(_first_below(x, y), 0.0, g),
    """The smaller of x and y, elementwise with broadcasting, and where one is NaN the other.

    The gradient of a tie goes to x.

    Example:
        >>> import grad_core as gc
        >>> gc.fmin(gc.Tensor([1.0, float("nan")]), 3)
        Tensor([1., 3.])
    """,
)

_I: Any = 1j  # Array, the type of every operand, names the real ones only


def _nan_to_num_x(
    g: Array, _y: Array, x: Array, _nan: float, _posinf: float | None, _neginf: float | None
) -> Array:
    x = unwrap(x)
    if x.dtype.kind != "c":
        return where(np.isfinite(x), g, 0.0)
    imaginary: Array = where(np.isfinite(x.imag), imag(g), 0.0) * _I
    return where(np.isfinite(x.real), real(g), 0.0) + imaginary


_nan_to_num: Unary[float, float | None, float | None] = Unary(
    "nan_to_num",
    lambda x, nan, posinf, neginf: np.nan_to_num(x, nan=nan, posinf=posinf, neginf=neginf),
    _nan_to_num_x,
)


@overload
def nan_to_num(
    x: Tensor,
    copy: bool = True,
    nan: float = 0.0,
    posinf: float | None = None,
    neginf: float | None = None,
) -> Tensor: ...
@overload
def nan_to_num(
    x: Raw,
    copy: bool = True,
    nan: float = 0.0,
    posinf: float | None = None,
    neginf: float | None = None,
) -> Array: ...
def nan_to_num(
    x: Operand,
    copy: bool = True,
    nan: float = 0.0,
    posinf: float | None = None,
    neginf: float | None = None,
) -> Tensor | Array:
    """x with numbers in the place of NaN and infinities, where its gradient is 0.

    Args:
        x: Any shape; of complex numbers each part is replaced by itself.
        copy: True; `x` is never written to.
        nan: What stands for NaN.
        posinf: What stands for inf; None for the largest number of the dtype.
        neginf: What stands for -inf; None for the smallest number of the dtype.

    Raises:
        ValueError: `copy` is False.

    Example:
        >>> import grad_core as gc
        >>> gc.nan_to_num(gc.Tensor([1.0, float("nan"), float("inf")]), posinf=9)
        Tensor([1., 0., 9.])
    """
    if not copy:
        raise ValueError("nan_to_num: copy=False would write into x; the result is always a copy")
    return _nan_to_num(x, nan, posinf, neginf)
