"""Systems of linear equations and inverses."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeAlias, overload

import numpy as np
from numpy.typing import NDArray

from grad_core.arrays import Array, ArrayT, Operand, Raw, Shape
from grad_core.checks import described
from grad_core.node import Traced
from grad_core.ops.elementwise.basic import conj, real
from grad_core.ops.linear_algebra.matmul import (
    adjoint,
    an_array,
    an_axis,
    computed,
    conjugated,
    plain_array,
    swap_last,
)
from grad_core.ops.manipulation.manipulation import expand_dims, reshape_, squeeze, transpose_
from grad_core.ops.statistics.reductions import sum_
from grad_core.primitive import Binary, Unary, unwrap, wrap

if TYPE_CHECKING:
    from grad_core.tensor import Tensor

# ---------------------------------------------------------------------------- square


def _inv_x(g: Array, y: Array, _x: Array) -> Array:
    t = swap_last(y)
    return -(t @ g @ t)


inv: Unary[()] = Unary(
    "inv",
    np.linalg.inv,
    _inv_x,
    """The inverse of a square matrix, or of each in a stack.

    To solve equations, `solve` is faster and more exact.

    Shape:
        `(..., n, n)` gives the same.

    Raises:
        LinAlgError: A matrix is singular, or not square.

    Example:
        >>> import grad_core as gc
        >>> gc.linalg.inv(gc.Tensor([[2.0, 0.0], [0.0, 4.0]]))
        Tensor([[0.5 , 0.  ],
                [0.  , 0.25]])
    """,
    needs="a square matrix that is not singular, or a stack of them",
)


def _solve_b(g: Array, _y: Array, x: Array, b: Array) -> Array:
    """The solution of the transposed equations."""
    if b.ndim > 1:
        return solve(swap_last(x), g)
    return squeeze(solve(swap_last(x), expand_dims(g, -1)), -1)


def _solve_x(g: Array, y: Array, x: Array, b: Array) -> Array:
    d = _solve_b(g, y, x, b)
    if b.ndim > 1:
        return -(d @ swap_last(y))
    return -(expand_dims(d, -1) * expand_dims(y, -2))


solve: Binary[()] = Binary(
    "solve",
    np.linalg.solve,
    _solve_x,
    _solve_b,
    """The solution y of x @ y = b, for square matrices x.

    The gradients are those of Giles, "An extended collection of matrix derivative results for
    forward and reverse mode algorithmic differentiation" (2008), section 2.3.1.

    Shape:
        `(..., n, n)` and `(..., n, k)` give `(..., n, k)`, with the leading axes broadcast. A `b`
        of one axis, `(n,)`, is one vector for all matrices, and gives `(..., n)`.

    Raises:
        LinAlgError: A matrix is singular, or not square.
        ValueError: `b` does not fit.

    Example:
        >>> import grad_core as gc
        >>> gc.linalg.solve(gc.Tensor([[2.0, 0.0], [0.0, 4.0]]), gc.Tensor([1.0, 1.0]))
        Tensor([0.5 , 0.25])
    """,
    needs="square matrices that are not singular, and right-hand sides with as many rows",
)

# ---------------------------------------------------------------------------- least squares

Tolerance: TypeAlias = "float | NDArray[np.floating]"


def _pinv_x(g: Array, y: Array, x: Array, _rtol: Array, hermitian: bool) -> Array:
    """Golub and Pereyra (1973), equation 4.12, for changes of x that keep its rank."""
    yt, yc, xc, gh = swap_last(y), conjugated(y), conjugated(x), adjoint(g)
    beyond = gh @ yc @ yt  # of what x does not reach
    null = yt @ yc @ gh  # of what x makes 0
    d = beyond - xc @ (yc @ beyond) + null - (null @ yc) @ xc - yt @ g @ yt
    return (d + adjoint(d)) / 2 if hermitian else d


_pinv: Unary[Array, bool] = Unary(
    "pinv",
    lambda x, rtol, hermitian: np.linalg.pinv(x, rtol, hermitian),
    _pinv_x,
    needs="a matrix or a stack of them",
)


def pinv(
    a: ArrayT,
    rcond: Tolerance | None = None,
    hermitian: bool = False,
    *,
    rtol: Tolerance | None = None,
) -> ArrayT:
    """The pseudo-inverse of a matrix, after Moore and Penrose, or of each in a stack.

    The gradient (Golub and Pereyra, "The differentiation of pseudo-inverses and nonlinear least
    squares problems whose variables separate", 1973) is that for changes of `a` that keep its
    rank, as all small ones do where the rank is full.

    Args:
        a: `(..., n, m)`.
        rcond: Singular values up to `rcond` times the largest count as 0; one number, or one for
            each matrix. None for `max(n, m)` times the precision of the dtype.
        hermitian: Whether each matrix is its own conjugate transpose, which is faster. Only the
            lower triangle is read then, and the gradient is symmetrical.
        rtol: The same as `rcond`, by the name of the array API standard.

    Shape:
        `(..., n, m)` gives `(..., m, n)`.

    Raises:
        ValueError: `a` is no matrix, or both `rcond` and `rtol` are given.

    Example:
        >>> import grad_core as gc
        >>> gc.linalg.pinv(gc.Tensor([[2.0, 0.0], [0.0, 0.0]]))
        Tensor([[0.5, 0. ],
                [0. , 0. ]])
    """
    if rcond is not None and rtol is not None:
        raise ValueError("pinv: rcond and rtol mean the same; give one of them")
    given = rcond if rtol is None else rtol
    if given is None:
        x = plain_array("pinv", a)
        given = _precision(x.shape, x.dtype)
    return _pinv(a, np.array(given), hermitian)


def _precision(shape: Shape, dtype: np.dtype[Any]) -> float:
    """The relative size of singular values that are 0 but for rounding."""
    eps = np.finfo(dtype if dtype.kind in "fc" else np.float64).eps
    return float(max(shape[-2:], default=1) * eps)


class LstsqResult(NamedTuple, Generic[ArrayT]):
    """What `lstsq` returns."""

    x: ArrayT
    """The solution with the smallest squared residuals; of several the smallest."""
    residuals: ArrayT
    """The sum of the squared residuals of each right-hand side; empty unless `a` has more rows
    than columns and full rank."""
    rank: int
    """The rank of `a`, without a gradient."""
    s: ArrayT
    """The singular values of `a`, without a gradient."""


def _lstsq_b(g: Array, _y: Array, x: Array, _b: Array, _found: Array, rcond: float) -> Array:
    return swap_last(pinv(x, rcond)) @ g


def _lstsq_x(g: Array, y: Array, x: Array, b: Array, _found: Array, rcond: float) -> Array:
    """The gradient of pinv(x) @ b, with the products ordered so that no matrix is larger."""
    inverse, xc = pinv(x, rcond), conjugated(x)
    if b.ndim == 1:
        g, y, b = expand_dims(g, -1), expand_dims(y, -1), expand_dims(b, -1)
    it = swap_last(inverse)
    d = it @ g
    beyond = conjugated(b - x @ y) @ (adjoint(d) @ it)
    null = (it @ conjugated(y)) @ (adjoint(g) - adjoint(d) @ xc)
    return beyond + null - d @ swap_last(y)


_lstsq: Binary[Array, float] = Binary(
    "lstsq", lambda _x, _b, found, _rcond: found.copy(), _lstsq_x, _lstsq_b
)


@overload
def lstsq(a: Tensor, b: Operand, rcond: float | None = None) -> LstsqResult[Tensor]: ...
@overload
def lstsq(a: Operand, b: Tensor, rcond: float | None = None) -> LstsqResult[Tensor]: ...
@overload
def lstsq(a: Raw, b: Raw, rcond: float | None = None) -> LstsqResult[Array]: ...
def lstsq(
    a: Operand, b: Operand, rcond: float | None = None
) -> LstsqResult[Tensor] | LstsqResult[Array]:
    """The x for which the squares of a @ x - b are smallest.

    The gradients of the solution are those of `pinv(a) @ b`; see `pinv`.

    Args:
        a: `(n, m)`.
        b: `(n,)`, or `(n, k)` for several right-hand sides.
        rcond: Singular values of `a` up to `rcond` times the largest count as 0; None for
            `max(n, m)` times the precision of the dtype.

    Returns:
        The solution, its squared residuals, and the rank and the singular values of `a`.

    Raises:
        LinAlgError: `a` is no matrix, `b` does not fit, or the singular values are not found.

    Example:
        >>> import grad_core as gc
        >>> a, b = gc.Tensor([[1.0, 0.0], [1.0, 1.0], [1.0, 2.0]]), gc.Tensor([1.0, 2.0, 3.0])
        >>> gc.linalg.lstsq(a, b).x.data.round(5)
        array([1., 1.], dtype=float32)
    """
    x, y = an_array("lstsq", a), an_array("lstsq", b)
    limit = _precision(x.shape, np.result_type(x.dtype, y.dtype)) if rcond is None else rcond
    found, squares, rank, s = computed(
        "lstsq",
        np.linalg.lstsq,
        x,
        y,
        limit,
        needs="a matrix, and a vector or a matrix with as many rows",
    )
    if not isinstance(x, Traced) and not isinstance(y, Traced):
        return LstsqResult(found, squares, int(rank), s)
    solution: Tensor = _lstsq(x, y, found, limit)  # type: ignore[assignment]  # one is a Tensor
    from grad_core.ops.linear_algebra.decompositions import svdvals  # it needs `solve`

    values = svdvals(x) if isinstance(x, Traced) and x._node is not None else wrap(s)
    if not squares.size:
        return LstsqResult(solution, wrap(squares), int(rank), values)
    rest = y - x @ solution
    residuals = sum_(real(rest * conj(rest)), 0, y.ndim == 1)
    return LstsqResult(solution, residuals, int(rank), values)


# ---------------------------------------------------------------------------- of tensors


def tensorinv(a: ArrayT, ind: int = 2) -> ArrayT:
    """The inverse of what `tensordot(a, x, ind)` does to x.

    Args:
        a: An array whose first `ind` axes have as many elements as the others.
        ind: How many axes come first.

    Shape:
        The other axes, and then the first `ind`.

    Raises:
        ValueError: `ind` is not positive. `LinAlgError`, which is one: `a` is not square in this
            sense, or singular.

    Example:
        >>> import numpy as np
        >>> import grad_core as gc
        >>> gc.linalg.tensorinv(gc.Tensor(np.eye(6).reshape(2, 3, 6))).shape
        (6, 2, 3)
    """
    if ind <= 0:
        raise ValueError(f"tensorinv: got ind={ind}, expected a positive number of axes")
    shape: Shape = plain_array("tensorinv", a).shape
    n = math.prod(shape[:ind])
    if n != math.prod(shape[ind:]):
        raise np.linalg.LinAlgError(
            f"tensorinv: got {described(unwrap(a))} with ind={ind}: the first axes have {n}"
            f" elements, the others {math.prod(shape[ind:])}"
        )
    return reshape_(inv(reshape_(a, (n, n))), shape[ind:] + shape[:ind])


@overload
def tensorsolve(a: Tensor, b: Operand, axes: Sequence[int] | None = None) -> Tensor: ...
@overload
def tensorsolve(a: Operand, b: Tensor, axes: Sequence[int] | None = None) -> Tensor: ...
@overload
def tensorsolve(a: Raw, b: Raw, axes: Sequence[int] | None = None) -> Array: ...
def tensorsolve(a: Operand, b: Operand, axes: Sequence[int] | None = None) -> Tensor | Array:
    """The x for which tensordot(a, x, x.ndim) is b.

    Args:
        a: The axes of `b`, and then others that have as many elements.
        b: Any shape.
        axes: Axes of `a` that are moved to its end first; None for none.

    Shape:
        That of the other axes of `a`.

    Raises:
        LinAlgError: `a` is not square in this sense, or singular.
        ValueError: An axis does not exist, or `b` does not fit.

    Example:
        >>> import numpy as np
        >>> import grad_core as gc
        >>> gc.linalg.tensorsolve(gc.Tensor(np.eye(6).reshape(2, 3, 6)), np.ones((2, 3))).shape
        (6,)
    """
    x, y = an_array("tensorsolve", a), an_array("tensorsolve", b)
    if axes is not None:
        last = [an_axis("tensorsolve", axis, x) for axis in axes]
        x = transpose_(x, (*(i for i in range(x.ndim) if i not in last), *last))
    shape = x.shape[y.ndim :]
    n = math.prod(shape)
    if n * n != x.size or n != y.size:
        raise np.linalg.LinAlgError(
            f"tensorsolve: got {described(unwrap(x))} and {described(unwrap(y))}, expected the"
            " axes of the second and then others with as many elements"
        )
    return reshape_(solve(reshape_(x, (n, n)), reshape_(y, (n,))), shape)
