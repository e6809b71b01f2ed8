"""Products of arrays of any number of axes, which are summed over and not broadcast."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeAlias, overload

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from grad_core.arrays import Array, Operand, Raw, Shape
from grad_core.checks import described, explained
from grad_core.ops.elementwise.basic import multiply
from grad_core.ops.linear_algebra.matmul import an_array, matmul_dx, matmul_dy, swap_last
from grad_core.ops.manipulation.manipulation import inverse, reshape_, transpose_
from grad_core.primitive import Binary, unwrap

if TYPE_CHECKING:
    from grad_core.tensor import Tensor

Axes: TypeAlias = "int | tuple[int | Sequence[int], int | Sequence[int]]"


def _tensordot_dx(g: Array, _z: Array, x: Array, y: Array, xs: Shape, ys: Shape) -> Array:
    free_x, free_y = _free(x, xs), _free(y, ys)
    d = tensordot_(g, y, tuple(range(len(free_x), g.ndim)), free_y)
    # What is left of y is in the order of its axes; each stands for the axis of x it was with.
    order = (*free_x, *(i for _, i in sorted(zip(ys, xs, strict=True))))
    return transpose_(d, inverse(order))


def _tensordot_dy(g: Array, _z: Array, x: Array, y: Array, xs: Shape, ys: Shape) -> Array:
    free_x, free_y = _free(x, xs), _free(y, ys)
    d = tensordot_(x, g, free_x, tuple(range(len(free_x))))
    order = (*(i for _, i in sorted(zip(xs, ys, strict=True))), *free_y)
    return transpose_(d, inverse(order))


def _free(x: Array, summed: Shape) -> Shape:
    return tuple(i for i in range(x.ndim) if i not in summed)


tensordot_: Binary[Shape, Shape] = Binary(
    "tensordot",
    lambda x, y, xs, ys: np.tensordot(x, y, (xs, ys)),
    _tensordot_dx,
    _tensordot_dy,
    needs="each pair of axes must have the same length",
)


@overload
def tensordot(a: Tensor, b: Operand, axes: Axes = 2) -> Tensor: ...
@overload
def tensordot(a: Operand, b: Tensor, axes: Axes = 2) -> Tensor: ...
@overload
def tensordot(a: Raw, b: Raw, axes: Axes = 2) -> Array: ...
def tensordot(a: Operand, b: Operand, axes: Axes = 2) -> Tensor | Array:
    """The sum of products over pairs of axes.

    Args:
        a: Any shape.
        b: Any shape.
        axes: How many of the last axes of `a` are summed with as many of the first of `b`; or
            the axes of `a`, and those of `b`, that are summed in pairs.

    Shape:
        The axes of `a` that are left, and then those of `b`.

    Raises:
        ValueError: An axis does not exist or is given twice, or the axes of a pair differ in
            length.

    Example:
        >>> import numpy as np
        >>> import grad_core as gc
        >>> gc.tensordot(gc.Tensor(np.ones((2, 3, 4))), gc.Tensor(np.ones((4, 3))), ((2, 1), (0, 1)))
        Tensor([12., 12.])
    """
    x, y = an_array("tensordot", a), an_array("tensordot", b)
    if isinstance(axes, int):
        if not 0 <= axes <= min(x.ndim, y.ndim):
            raise ValueError(
                f"tensordot: got axes={axes} for {described(unwrap(x))} and"
                f" {described(unwrap(y))}; it is at most the number of axes of each"
            )
        return tensordot_(x, y, tuple(range(x.ndim - axes, x.ndim)), tuple(range(axes)))
    first, second = axes
    try:
        xs, ys = normalize_axis_tuple(first, x.ndim), normalize_axis_tuple(second, y.ndim)
    except ValueError as error:
        raise explained("tensordot", error, unwrap(x), unwrap(y)) from error
    if len(xs) != len(ys):
        raise ValueError(f"tensordot: got {len(xs)} axes of the first for {len(ys)} of the second")
    return tensordot_(x, y, xs, ys)


def _dot_dx(g: Array, _z: Array, x: Array, y: Array) -> Array:
    if y.ndim <= 2:
        return matmul_dx(g, _z, x, y)
    free = _free(y, (y.ndim - 2,))
    return tensordot_(g, y, tuple(range(x.ndim - 1, g.ndim)), free)


def _dot_dy(g: Array, _z: Array, x: Array, y: Array) -> Array:
    if y.ndim <= 2:
        return matmul_dy(g, _z, x, y)
    rows = tuple(range(x.ndim - 1))
    return swap_last(tensordot_(g, x, rows, rows))


_dot: Binary[()] = Binary(
    "dot",
    np.dot,
    _dot_dx,
    _dot_dy,
    needs="the last axis of the first must be as long as the last but one of the second",
)


@overload
def dot(a: Tensor, b: Operand) -> Tensor: ...
@overload
def dot(a: Operand, b: Tensor) -> Tensor: ...
@overload
def dot(a: Raw, b: Raw) -> Array: ...
def dot(a: Operand, b: Operand) -> Tensor | Array:
    """NumPy's dot: of vectors the inner product, of matrices the matrix product.

    Shape:
        Numbers are multiplied. Otherwise the last axis of `a` is summed with the only axis of
        `b`, or its last but one; the other axes of `a` and then those of `b` are left. They are
        not broadcast: `matmul` does that.

    Raises:
        ValueError: The axes that are summed differ in length.

    Example:
        >>> import grad_core as gc
        >>> gc.dot(gc.Tensor([1.0, 2.0]), gc.Tensor([3.0, 4.0]))
        Tensor(11.)
    """
    if not np.ndim(unwrap(a)) or not np.ndim(unwrap(b)):
        return multiply(a, b)
    return _dot(a, b)


def _inner_dx(g: Array, _z: Array, x: Array, y: Array) -> Array:
    return tensordot_(g, y, tuple(range(x.ndim - 1, g.ndim)), tuple(range(y.ndim - 1)))


def _inner_dy(g: Array, _z: Array, x: Array, _y: Array) -> Array:
    rows = tuple(range(x.ndim - 1))
    return tensordot_(g, x, rows, rows)


_inner: Binary[()] = Binary(
    "inner", np.inner, _inner_dx, _inner_dy, needs="the last axes must have the same length"
)


@overload
def inner(a: Tensor, b: Operand) -> Tensor: ...
@overload
def inner(a: Operand, b: Tensor) -> Tensor: ...
@overload
def inner(a: Raw, b: Raw) -> Array: ...
def inner(a: Operand, b: Operand) -> Tensor | Array:
    """The sum of products over the last axes, without a conjugate.

    Shape:
        The other axes of `a` and then those of `b`. Numbers are multiplied.

    Raises:
        ValueError: The last axes differ in length.

    Example:
        >>> import grad_core as gc
        >>> gc.inner(gc.Tensor([1.0, 2.0]), gc.Tensor([[3.0, 4.0], [5.0, 6.0]]))
        Tensor([11., 17.])
    """
    if not np.ndim(unwrap(a)) or not np.ndim(unwrap(b)):
        return multiply(a, b)
    return _inner(a, b)


@overload
def kron(a: Tensor, b: Operand) -> Tensor: ...
@overload
def kron(a: Operand, b: Tensor) -> Tensor: ...
@overload
def kron(a: Raw, b: Raw) -> Array: ...
def kron(a: Operand, b: Operand) -> Tensor | Array:
    """The Kronecker product: b as a block for each element of a, times that element.

    Shape:
        Each axis is as long as those of `a` and `b` multiplied; the operand with fewer axes gets
        axes of size 1 in front.

    Example:
        >>> import grad_core as gc
        >>> gc.kron(gc.Tensor([1.0, 10.0]), gc.Tensor([1.0, 2.0]))
        Tensor([ 1.,  2., 10., 20.])
    """
    x, y = an_array("kron", a), an_array("kron", b)
    n = max(x.ndim, y.ndim)
    sizes_x, sizes_y = (1,) * (n - x.ndim) + x.shape, (1,) * (n - y.ndim) + y.shape
    pairs = list(zip(sizes_x, sizes_y, strict=True))
    blocks = multiply(
        reshape_(x, tuple(size for n, _ in pairs for size in (n, 1))),
        reshape_(y, tuple(size for _, m in pairs for size in (1, m))),
    )
    return reshape_(blocks, tuple(n * m for n, m in pairs))
