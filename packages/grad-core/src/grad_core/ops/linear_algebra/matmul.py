"""Products of matrices, and what the files on linear algebra share."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, overload

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from grad_core.arrays import Array, ArrayT, Operand, Raw
from grad_core.checks import check_raw, described, explained
from grad_core.node import Traced
from grad_core.ops.elementwise.basic import conj
from grad_core.ops.manipulation.manipulation import expand_dims, reshape_, squeeze, transpose_
from grad_core.primitive import Binary, unwrap

if TYPE_CHECKING:
    from grad_core.tensor import Tensor

# ---------------------------------------------------------------------------- helpers


def swap_last(x: ArrayT) -> ArrayT:
    """x with its last two axes swapped."""
    if isinstance(x, np.ndarray):
        return x.mT
    n: int = x.ndim
    return transpose_(x, (*range(n - 2), n - 1, n - 2))


def conjugated(x: ArrayT) -> ArrayT:
    """The conjugate; of real numbers they themselves, without a copy."""
    return conj(x) if x.dtype.kind == "c" else x


def adjoint(x: ArrayT) -> ArrayT:
    """The conjugate transpose of matrices."""
    return conjugated(swap_last(x))


def with_axis(x: Tensor | Array, source: int, to: int) -> Tensor | Array:
    """x with one axis moved to another place; both count from 0."""
    if source == to:
        return x
    order = [i for i in range(x.ndim) if i != source]
    order.insert(to, source)
    return transpose_(x, tuple(order))


@overload
def an_array(name: str, x: Tensor) -> Tensor: ...
@overload
def an_array(name: str, x: Raw) -> Array: ...
@overload
def an_array(name: str, x: object) -> Tensor | Array: ...
def an_array(name: str, x: Any) -> Tensor | Array:
    """Return an operand, a number as an array of no axes, and raise a TypeError for others."""
    if isinstance(x, Traced):
        return x  # type: ignore[return-value]  # nothing but a Tensor is one
    check_raw(name, x)
    plain: Array = np.asarray(x)
    return plain


def plain_array(name: str, x: Operand) -> Array:
    """Return the array of an operand, with a TypeError for what is none."""
    raw = unwrap(x)
    check_raw(name, raw)
    plain: Array = np.asarray(raw)
    return plain


def an_axis(name: str, axis: int, x: Tensor | Array) -> int:
    """Return an axis of `x`, counted from 0.

    Raises:
        IndexError: There is no such axis. It is a ValueError, too.
    """
    try:
        return normalize_axis_index(axis, x.ndim)
    except np.exceptions.AxisError as error:
        raise np.exceptions.AxisError(f"{name}: {error} (got {described(unwrap(x))})") from None


def computed(name: str, function: Callable[..., Any], *operands: Any, needs: str = "") -> Any:
    """Return what a function of NumPy makes of plain arrays; its errors as primitives give them.

    Params may stand among the operands.
    """
    raw = [unwrap(x) for x in operands]
    check_raw(name, raw[0])
    try:
        return function(*raw)
    except (TypeError, ValueError) as error:
        raise explained(name, error, raw[0], needs=needs) from error


def check_square(name: str, x: Tensor | Array) -> None:
    """Raise a LinAlgError if `x` is not a square matrix or a stack of them."""
    raw = plain_array(name, x)
    shape = raw.shape
    if len(shape) < 2 or shape[-1] != shape[-2]:
        raise np.linalg.LinAlgError(
            f"{name}: got {described(raw)}, expected a square matrix or a stack of them"
        )


# ---------------------------------------------------------------------------- of matrices


def matmul_dx(g: Array, _z: Array, x: Array, y: Array) -> Array:
    """The gradient of the first operand of `matmul`."""
    if y.ndim == 1:  # (..., k) @ (k,): an outer product
        return expand_dims(g, -1) * y
    if x.ndim == 1:  # (k,) @ (..., k, m)
        return squeeze(y @ expand_dims(g, -1), -1)
    return g @ swap_last(y)


def matmul_dy(g: Array, _z: Array, x: Array, y: Array) -> Array:
    """The gradient of the second operand of `matmul`."""
    if x.ndim == 1:
        return x * g if y.ndim == 1 else expand_dims(x, -1) * expand_dims(g, -2)
    if y.ndim == 1:
        return squeeze(swap_last(x) @ expand_dims(g, -1), -1)
    if y.ndim == 2 and x.ndim > 2:  # one product, not a batch of them to be summed
        rows = math.prod(x.shape[:-1])  # not -1, which an axis without elements leaves open
        g, x = reshape_(g, (rows, g.shape[-1])), reshape_(x, (rows, x.shape[-1]))
    return swap_last(x) @ g


matmul: Binary[()] = Binary(
    "matmul",
    np.matmul,
    matmul_dx,
    matmul_dy,
    """The matrix product x @ y.

    Shape:
        `(..., n, k) @ (..., k, m)` is `(..., n, m)`; the leading axes are broadcast. A first
        operand `(k,)` stands for a row and a second for a column, and that axis is dropped from
        the result.

    Raises:
        ValueError: An operand has no axes, or the last axis of `x` is not as long as the last
            but one of `y`.

    Example:
        >>> import grad_core as gc
        >>> gc.matmul(gc.Tensor([[1.0, 2.0], [3.0, 4.0]]), gc.Tensor([1.0, 1.0]))
        Tensor([3., 7.])
    """,
    needs="the last axis of the first must be as long as the last but one of the second",
)


def _matvec(x: Array, y: Array) -> Array:
    if x.ndim < 2 or not y.ndim:
        raise ValueError("the operands have too few axes")
    z: Array = np.matmul(x, y[..., None])[..., 0]  # np.matvec came with NumPy 2.2
    return z


matvec: Binary[()] = Binary(
    "matvec",
    _matvec,
    lambda g, _z, _x, y: expand_dims(g, -1) * expand_dims(y, -2),
    lambda g, _z, x, _y: squeeze(swap_last(x) @ expand_dims(g, -1), -1),
    """The products of matrices and vectors.

    Shape:
        `(..., n, k)` and `(..., k)` give `(..., n)`; the leading axes are broadcast.

    Raises:
        ValueError: An operand has too few axes, or the last axes differ in length.

    Example:
        >>> import grad_core as gc
        >>> gc.matvec(gc.Tensor([[1.0, 2.0], [3.0, 4.0]]), gc.Tensor([[1.0, 0.0], [0.0, 1.0]]))
        Tensor([[1., 3.],
                [2., 4.]])
    """,
    needs="a stack of matrices, and of vectors as long as their rows",
)


def _vecmat(x: Array, y: Array) -> Array:
    if y.ndim < 2 or not x.ndim:
        raise ValueError("the operands have too few axes")
    z: Array = np.matmul(conjugated(x)[..., None, :], y)[..., 0, :]
    return z


vecmat: Binary[()] = Binary(
    "vecmat",
    _vecmat,
    lambda g, _z, _x, y: conjugated(squeeze(y @ expand_dims(g, -1), -1)),
    lambda g, _z, x, _y: expand_dims(conjugated(x), -1) * expand_dims(g, -2),
    """The products of vectors, conjugated, and matrices.

    Shape:
        `(..., k)` and `(..., k, m)` give `(..., m)`; the leading axes are broadcast.

    Raises:
        ValueError: An operand has too few axes, or the vectors are not as long as the columns.

    Example:
        >>> import grad_core as gc
        >>> gc.vecmat(gc.Tensor([1.0, 1.0]), gc.Tensor([[1.0, 2.0], [3.0, 4.0]]))
        Tensor([4., 6.])
    """,
    needs="a stack of vectors, and of matrices with columns as long",
)
