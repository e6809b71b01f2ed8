"""What `np.linalg` and the array API's extension have with other arguments than NumPy itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, overload

from numpy.typing import DTypeLike

from grad_core.arrays import Array, ArrayT, Operand, Raw
from grad_core.checks import described
from grad_core.ops.indexing.diagonals import diagonal_
from grad_core.ops.linear_algebra import matrices, vectors
from grad_core.ops.linear_algebra.matmul import an_array
from grad_core.primitive import unwrap

if TYPE_CHECKING:
    from grad_core.tensor import Tensor


def diagonal(x: ArrayT, /, *, offset: int = 0) -> ArrayT:
    """The diagonals of matrices, which are the last two axes.

    Args:
        x: `(..., n, m)`.
        offset: How far above the main diagonal; below it where this is negative.

    Raises:
        ValueError: x has fewer than two axes.

    Example:
        >>> import grad_core as gc
        >>> gc.linalg.diagonal(gc.Tensor([[1.0, 2.0], [3.0, 4.0]]))
        Tensor([1., 4.])
    """
    return diagonal_(x, offset, -2, -1)


def trace(x: ArrayT, /, *, offset: int = 0, dtype: DTypeLike | None = None) -> ArrayT:
    """The sums of the diagonals of matrices, which are the last two axes.

    Args:
        x: `(..., n, m)`.
        offset: How far above the main diagonal; below it where this is negative.
        dtype: The dtype of the sum; None for that of NumPy's `sum`.

    Raises:
        ValueError: x has fewer than two axes.

    Example:
        >>> import grad_core as gc
        >>> gc.linalg.trace(gc.Tensor([[1.0, 2.0], [3.0, 4.0]]))
        Tensor(5.)
    """
    return matrices.trace(x, offset, -2, -1, dtype)


@overload
def outer(x1: Tensor, x2: Operand, /) -> Tensor: ...
@overload
def outer(x1: Operand, x2: Tensor, /) -> Tensor: ...
@overload
def outer(x1: Raw, x2: Raw, /) -> Array: ...
def outer(x1: Operand, x2: Operand, /) -> Tensor | Array:
    """The products of each element of one vector with each of another.

    Shape:
        `(n,)` and `(m,)` give `(n, m)`.

    Raises:
        ValueError: An operand is not a vector.

    Example:
        >>> import grad_core as gc
        >>> gc.linalg.outer(gc.Tensor([1.0, 2.0]), gc.Tensor([1.0, 10.0]))
        Tensor([[ 1., 10.],
                [ 2., 20.]])
    """
    x, y = an_array("outer", x1), an_array("outer", x2)
    if x.ndim != 1 or y.ndim != 1:
        raise ValueError(
            f"outer: got {described(unwrap(x))} and {described(unwrap(y))}, expected vectors, of"
            " one axis"
        )
    return vectors.outer(x, y)


@overload
def cross(x1: Tensor, x2: Operand, /, *, axis: int = -1) -> Tensor: ...
@overload
def cross(x1: Operand, x2: Tensor, /, *, axis: int = -1) -> Tensor: ...
@overload
def cross(x1: Raw, x2: Raw, /, *, axis: int = -1) -> Array: ...
def cross(x1: Operand, x2: Operand, /, *, axis: int = -1) -> Tensor | Array:
    """The cross product of vectors of three elements.

    Args:
        x1: Vectors along `axis`; the other axes are broadcast.
        x2: Likewise.
        axis: The axis of both, and of the result.

    Raises:
        ValueError: The axis does not exist or has not three elements, or the others are not
            broadcast.

    Example:
        >>> import grad_core as gc
        >>> gc.linalg.cross(gc.Tensor([1.0, 0.0, 0.0]), gc.Tensor([0.0, 1.0, 0.0]))
        Tensor([0., 0., 1.])
    """
    return vectors.cross(x1, x2, axis=axis)
