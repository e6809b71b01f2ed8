"""Products of vectors: along an axis, of all elements, outer and cross."""

from __future__ import annotations

from typing import TYPE_CHECKING, overload

import numpy as np

from grad_core.arrays import Array, Operand, Raw
from grad_core.checks import described
from grad_core.ops.elementwise.basic import multiply
from grad_core.ops.linear_algebra.matmul import an_array, an_axis, conjugated, with_axis
from grad_core.ops.manipulation.manipulation import expand_dims, reshape_
from grad_core.primitive import Binary, unwrap

if TYPE_CHECKING:
    from grad_core.tensor import Tensor

_vecdot: Binary[()] = Binary(
    "vecdot",
    np.vecdot,
    lambda g, _z, _x, y: conjugated(expand_dims(g, -1) * y),
    lambda g, _z, x, _y: expand_dims(g, -1) * conjugated(x),
    needs="the axis must have the same length in both",
)


@overload
def vecdot(x1: Tensor, x2: Operand, *, axis: int = -1) -> Tensor: ...
@overload
def vecdot(x1: Operand, x2: Tensor, *, axis: int = -1) -> Tensor: ...
@overload
def vecdot(x1: Raw, x2: Raw, *, axis: int = -1) -> Array: ...
def vecdot(x1: Operand, x2: Operand, *, axis: int = -1) -> Tensor | Array:
    """The sum of conj(x1) * x2 over an axis.

    Args:
        x1: Any shape with at least one axis; conjugated if it is complex.
        x2: The axis is as long as in `x1`; the others are broadcast.
        axis: Which axis of both to sum over.

    Raises:
        ValueError: The axis does not exist, or differs in length.

    Example:
        >>> import grad_core as gc
        >>> gc.vecdot(gc.Tensor([[1.0, 2.0], [3.0, 4.0]]), gc.Tensor([1.0, 10.0]))
        Tensor([21., 43.])
    """
    if axis == -1:
        return _vecdot(x1, x2)
    x, y = an_array("vecdot", x1), an_array("vecdot", x2)
    return _vecdot(_axis_last("vecdot", x, axis), _axis_last("vecdot", y, axis))


def _axis_last(name: str, x: Tensor | Array, axis: int) -> Tensor | Array:
    return with_axis(x, an_axis(name, axis, x), x.ndim - 1)


@overload
def vdot(a: Tensor, b: Operand) -> Tensor: ...
@overload
def vdot(a: Operand, b: Tensor) -> Tensor: ...
@overload
def vdot(a: Raw, b: Raw) -> Array: ...
def vdot(a: Operand, b: Operand) -> Tensor | Array:
    """The sum of conj(a) * b over all elements.

    Args:
        a: Any shape; conjugated if it is complex.
        b: As many elements, in any shape.

    Raises:
        ValueError: They have not as many elements.

    Example:
        >>> import grad_core as gc
        >>> gc.vdot(gc.Tensor([[1.0, 2.0], [3.0, 4.0]]), gc.Tensor([1.0, 1.0, 1.0, 1.0]))
        Tensor(10.)
    """
    x, y = an_array("vdot", a), an_array("vdot", b)
    if x.size != y.size:
        raise ValueError(
            f"vdot: got {described(unwrap(x))} and {described(unwrap(y))}, expected as many"
            " elements in both"
        )
    return _vecdot(reshape_(x, (x.size,)), reshape_(y, (y.size,)))


@overload
def outer(a: Tensor, b: Operand) -> Tensor: ...
@overload
def outer(a: Operand, b: Tensor) -> Tensor: ...
@overload
def outer(a: Raw, b: Raw) -> Array: ...
def outer(a: Operand, b: Operand) -> Tensor | Array:
    """The products of each element of a with each of b.

    Shape:
        A matrix with a row for each element of `a` and a column for each of `b`, both of which
        may have any shape.

    Example:
        >>> import grad_core as gc
        >>> gc.outer(gc.Tensor([1.0, 2.0]), gc.Tensor([1.0, 10.0]))
        Tensor([[ 1., 10.],
                [ 2., 20.]])
    """
    x, y = an_array("outer", a), an_array("outer", b)
    return multiply(reshape_(x, (x.size, 1)), reshape_(y, (1, y.size)))


_cross: Binary[()] = Binary(
    "cross",
    np.cross,
    lambda g, _z, _x, y: _cross(y, g),  # g . (dx, y) = dx . (y, g): the triple product
    lambda g, _z, x, _y: _cross(g, x),
)


@overload
def cross(
    a: Tensor,
    b: Operand,
    axisa: int = -1,
    axisb: int = -1,
    axisc: int = -1,
    axis: int | None = None,
) -> Tensor: ...
@overload
def cross(
    a: Operand,
    b: Tensor,
    axisa: int = -1,
    axisb: int = -1,
    axisc: int = -1,
    axis: int | None = None,
) -> Tensor: ...
@overload
def cross(
    a: Raw, b: Raw, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: int | None = None
) -> Array: ...
def cross(
    a: Operand,
    b: Operand,
    axisa: int = -1,
    axisb: int = -1,
    axisc: int = -1,
    axis: int | None = None,
) -> Tensor | Array:
    """The cross product of vectors of three elements.

    Args:
        a: Vectors along `axisa`; the other axes are broadcast.
        b: Vectors along `axisb`.
        axisa: The axis of `a` that has three elements.
        axisb: The axis of `b` that has three elements.
        axisc: Where that axis stands in the result.
        axis: All three of these.

    Raises:
        ValueError: An axis does not exist or has not three elements, or the others are not
            broadcast.

    Example:
        >>> import grad_core as gc
        >>> gc.cross(gc.Tensor([1.0, 0.0, 0.0]), gc.Tensor([0.0, 1.0, 0.0]))
        Tensor([0., 0., 1.])
    """
    if axis is not None:
        axisa = axisb = axisc = axis
    x, y = an_array("cross", a), an_array("cross", b)
    x, y = _axis_last("cross", x, axisa), _axis_last("cross", y, axisb)
    for v in (x, y):
        if v.shape[-1] != 3:  # NumPy's cross of two elements is deprecated
            raise ValueError(f"cross: got vectors of {v.shape[-1]} elements, expected 3")
    z = _cross(x, y)
    return with_axis(z, z.ndim - 1, an_axis("cross", axisc, z))
