"""The angle of complex numbers, and the way back to real ones."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, overload

import numpy as np

from grad_core.arrays import Array, Operand, Raw
from grad_core.checks import check_raw
from grad_core.node import Traced
from grad_core.ops.creation.creation import zeros_like
from grad_core.ops.elementwise.basic import real
from grad_core.ops.elementwise.comparison import equal
from grad_core.ops.indexing.searching import where
from grad_core.primitive import Unary

if TYPE_CHECKING:
    from grad_core.tensor import Tensor

_MINUS_I: Any = -1j  # Array, the type of every operand, names the real ones only


def _angle_x(g: Array, _y: Array, x: Array, deg: bool) -> Array:
    if x.dtype.kind != "c":
        return zeros_like(g)
    # The angle is the imaginary part of log x. At 0, where it has no direction, it is 0.
    flat = equal(x, 0)
    turned: Array = g * (180 / math.pi if deg else 1.0) * _MINUS_I
    return where(flat, 0.0, turned / where(flat, 1.0, x))


_angle: Unary[bool] = Unary("angle", np.angle, _angle_x)


@overload
def angle(z: Tensor, deg: bool = False) -> Tensor: ...
@overload
def angle(z: Raw, deg: bool = False) -> Array: ...
def angle(z: Operand, deg: bool = False) -> Tensor | Array:
    """The angle of complex numbers to the positive real axis, elementwise.

    Its gradient at 0, and that with respect to real numbers, is 0.

    Args:
        z: Any shape.
        deg: Whether in degrees; in radians otherwise.

    Example:
        >>> import grad_core as gc
        >>> gc.angle(gc.Tensor([1, 1j, -1], dtype="complex64"), deg=True)
        Tensor([  0.,  90., 180.])
    """
    return _angle(z, deg)


@overload
def real_if_close(a: Tensor, tol: float = 100) -> Tensor: ...
@overload
def real_if_close(a: Raw, tol: float = 100) -> Array: ...
def real_if_close(a: Operand, tol: float = 100) -> Tensor | Array:
    """The real part, where all imaginary parts are close to 0; otherwise `a` as it is.

    Args:
        a: Any shape.
        tol: How large an imaginary part may be, in units of the dtype's eps; up to 1, as it is.

    Example:
        >>> import grad_core as gc
        >>> gc.real_if_close(gc.Tensor([1 + 1e-9j, 2], dtype="complex64"))
        Tensor([1., 2.])
    """
    if isinstance(a, Traced):
        return real(a) if _is_close(a._array, tol) else a
    check_raw("real_if_close", a)
    array: Array = np.asarray(a)
    return real(array) if _is_close(array, tol) else array


def _is_close(a: Array, tol: float) -> bool:
    """Whether `a` is complex, and its imaginary parts are close to 0."""
    kept = np.real_if_close(a, tol)
    return a.dtype.kind == "c" and kept.dtype.kind != "c"
