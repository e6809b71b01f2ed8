"""Rounding, whose gradient is 0, and what rounding leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING, overload

import numpy as np

from grad_core.arrays import Array, Operand, Raw
from grad_core.ops.creation.creation import zeros_like
from grad_core.primitive import Unary

if TYPE_CHECKING:
    from grad_core.tensor import Tensor


floor: Unary[()] = Unary(
    "floor",
    np.floor,
    lambda g, _y, _x: zeros_like(g),
    """The largest whole number that is not above x, elementwise. Its gradient is 0.

    Example:
        >>> import grad_core as gc
        >>> gc.floor(gc.Tensor([1.7, -1.2]))
        Tensor([ 1., -2.])
    """,
)

ceil: Unary[()] = Unary(
    "ceil",
    np.ceil,
    lambda g, _y, _x: zeros_like(g),
    """The smallest whole number that is not below x, elementwise. Its gradient is 0.

    Example:
        >>> import grad_core as gc
        >>> gc.ceil(gc.Tensor([1.2, -1.7]))
        Tensor([ 2., -1.])
    """,
)

trunc: Unary[()] = Unary(
    "trunc",
    np.trunc,
    lambda g, _y, _x: zeros_like(g),
    """x without what follows the point, elementwise. Its gradient is 0.

    Example:
        >>> import grad_core as gc
        >>> gc.trunc(gc.Tensor([1.7, -1.7]))
        Tensor([ 1., -1.])
    """,
)

rint: Unary[()] = Unary(
    "rint",
    np.rint,
    lambda g, _y, _x: zeros_like(g),
    """The nearest whole number, elementwise; of two, the even one. Its gradient is 0.

    Example:
        >>> import grad_core as gc
        >>> gc.rint(gc.Tensor([0.5, 1.5]))
        Tensor([0., 2.])
    """,
)

_round: Unary[int] = Unary("round", np.round, lambda g, _y, _x, _decimals: zeros_like(g))


@overload
def round(x: Tensor, decimals: int = 0) -> Tensor: ...
@overload
def round(x: Raw, decimals: int = 0) -> Array: ...
def round(x: Operand, decimals: int = 0) -> Tensor | Array:
    """x rounded to the nearest decimal, elementwise; of two, the even one. Its gradient is 0.

    Args:
        x: Any shape; complex numbers are rounded in both parts.
        decimals: How many digits follow the point; negative to round before it.

    Example:
        >>> import grad_core as gc
        >>> gc.round(gc.Tensor([0.5, 1.26]), 1)
        Tensor([0.5, 1.3])
    """
    return _round(x, decimals)


_fraction: Unary[()] = Unary("modf", lambda x: np.modf(x)[0], lambda g, _y, _x: g)
_whole: Unary[()] = Unary("modf", lambda x: np.modf(x)[1], lambda g, _y, _x: zeros_like(g))


@overload
def modf(x: Tensor, /) -> tuple[Tensor, Tensor]: ...
@overload
def modf(x: Raw, /) -> tuple[Array, Array]: ...
def modf(x: Operand, /) -> tuple[Tensor | Array, Tensor | Array]:
    """What follows the point, and what is before it, elementwise, both with the sign of x.

    The gradient of the first is that of x, the gradient of the second 0.

    Example:
        >>> import grad_core as gc
        >>> gc.modf(gc.Tensor([1.5, -2.25]))
        (Tensor([ 0.5 , -0.25]), Tensor([ 1., -2.]))
    """
    return _fraction(x), _whole(x)


# ---------------------------------------------------------------------------- second names

# The array API standard and NumPy call the same thing by two names.
around = round
fix: Unary[()] = trunc
