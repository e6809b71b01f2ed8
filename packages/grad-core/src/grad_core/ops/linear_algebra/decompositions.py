"""Matrices as products of simpler ones: Cholesky, QR and singular values.

A decomposition has several results, and a node of the graph has one. So NumPy decomposes once,
and each result is a primitive whose params are the arrays that were found. What all results give
to the gradient of the matrix is added up by the sweep, for the gradient is linear in theirs.

A rule gets at the other results by calling their primitives with the same arrays: those are
arrays again where the matrix is one, and Tensors where it is a Tensor.
"""

from __future__ import annotations

from typing import Generic, Literal, NamedTuple, TypeAlias, overload

import numpy as np

from grad_core.arrays import Array, ArrayT
from grad_core.checks import described
from grad_core.node import Traced
from grad_core.ops.indexing.indexing import scatter_
from grad_core.ops.linear_algebra.matmul import adjoint, computed, conjugated, swap_last
from grad_core.ops.linear_algebra.solving import solve
from grad_core.ops.manipulation.manipulation import expand_dims
from grad_core.primitive import Unary, unwrap

Parts: TypeAlias = "tuple[Array, ...]"

_MATRICES = "a matrix or a stack of them, in float32, float64 or complex numbers"


def undefined(name: str, why: str) -> RuntimeError:
    """Return the error for a gradient that depends on what is arbitrary in a decomposition."""
    return RuntimeError(
        f"{name}: the gradient is not defined: {why}; only functions that do not depend on such a"
        " choice can be differentiated"
    )


def negligible(d: Array, among: Array) -> bool:
    """Whether `d` is no more than the rounding errors of `among`."""
    largest = float(np.max(np.abs(among), initial=0.0))
    limit = max(1e-2 * largest, 1e4 * float(np.finfo(among.dtype).eps))
    return bool(np.all(np.abs(d) <= limit))


def _check_complement(name: str, inner: Array, k: int) -> None:
    """Raise if a gradient turns the vectors after the first `k`, which are any basis."""
    plain: Array = unwrap(inner)
    beyond = plain[..., k:, k:]
    if not negligible(beyond - adjoint(beyond), plain):
        raise undefined(
            name, "the columns beyond the smaller size of the matrix are one of many bases"
        )


def _upper_half(like: Array) -> Array:
    """Ones in the upper triangle, and halves on the diagonal."""
    n: int = like.shape[-1]
    return np.asarray(np.triu(np.ones((n, n))) - np.eye(n) / 2, like.real.dtype)


# ---------------------------------------------------------------------------- Cholesky


def _cholesky_x(g: Array, y: Array, _x: Array, upper: bool) -> Array:
    """Murray, "Differentiation of the Cholesky decomposition" (2016), equation 10; symmetrical."""
    if upper:
        y, g = adjoint(y), adjoint(g)
    inner = (swap_last(y) @ g) * swap_last(_upper_half(y))
    left = solve(swap_last(y), (inner + adjoint(inner)) / 2)
    return swap_last(solve(adjoint(y), swap_last(left)))


_cholesky: Unary[bool] = Unary(
    "cholesky",
    lambda x, upper: np.linalg.cholesky(x, upper=upper),
    _cholesky_x,
    needs="a symmetrical or Hermitian, positive definite matrix, or a stack of them",
)


def cholesky(a: ArrayT, /, *, upper: bool = False) -> ArrayT:
    """The lower triangular matrix with a positive diagonal whose product l @ l^H is a.

    Args:
        a: `(..., n, n)`, symmetrical or Hermitian, and positive definite. Only the lower triangle
            is read, or the upper one; the gradient is symmetrical nevertheless, as PyTorch's.
        upper: Whether the result is the upper triangular one, `l^H`.

    Raises:
        LinAlgError: A matrix is not positive definite, or not square.

    Example:
        >>> import grad_core as gc
        >>> gc.linalg.cholesky(gc.Tensor([[4.0, 2.0], [2.0, 2.0]]))
        Tensor([[2., 0.],
                [1., 1.]])
    """
    return _cholesky(a, upper)


# ---------------------------------------------------------------------------- QR


class QRResult(NamedTuple, Generic[ArrayT]):
    """What `qr` returns."""

    Q: ArrayT
    """Orthonormal columns."""
    R: ArrayT
    """An upper triangular matrix."""


def _from_triangle(inner: Array) -> Array:
    """The transpose of taking the upper triangle, with half of the diagonal, of x + x^H."""
    inner = inner * _upper_half(inner)
    return inner + adjoint(inner)


def _over(x: Array, r: Array) -> Array:
    """Return x @ inv(r).T."""
    try:
        return swap_last(solve(r, swap_last(x)))
    except np.linalg.LinAlgError as error:
        raise np.linalg.LinAlgError(
            "qr: the gradient is not defined: the columns, or of a wide matrix the first of them"
            " that make a square one, are linearly dependent"
        ) from error


# With x = q @ r and q^H dx inv(r) = q^H dq + dr inv(r), a skew-Hermitian and an upper triangular
# matrix, both are known from the sum of the left side and its adjoint: Walter and Lehmann,
# "Algorithmic differentiation of linear algebra functions" (2010); Roberts and Roberts, "QR and LQ
# decomposition matrix backpropagation algorithms" (2020). The columns of q beyond those of x stay
# orthogonal to the others.


def _qr_q_x(g: Array, y: Array, x: Array, parts: Parts) -> Array:
    n = x.shape[-1]
    q, qc, r = y[..., :n], conjugated(y[..., :n]), _qr_r(x, parts)[..., :n, :]
    if y.shape[-1] > n:
        _check_complement("qr", swap_last(y) @ g, n)
        g = g[..., :n] - conjugated(y[..., n:]) @ (adjoint(g[..., n:]) @ qc)
    return _over(g - qc @ _from_triangle(swap_last(q) @ g), r)


def _qr_r_x(g: Array, y: Array, x: Array, parts: Parts) -> Array:
    n = x.shape[-1]
    q, r = _qr_q(x, parts)[..., :n], y[..., :n, :]
    return _over(conjugated(q) @ _from_triangle(g[..., :n, :] @ swap_last(r)), r)


_qr_q: Unary[Parts] = Unary("qr", lambda _x, parts: parts[0].copy(), _qr_q_x)
_qr_r: Unary[Parts] = Unary("qr", lambda _x, parts: parts[1].copy(), _qr_r_x)


@overload
def qr(a: ArrayT, mode: Literal["reduced", "complete"] = "reduced") -> QRResult[ArrayT]: ...
@overload
def qr(a: ArrayT, mode: Literal["r"]) -> ArrayT: ...
def qr(
    a: ArrayT, mode: Literal["reduced", "complete", "r"] = "reduced"
) -> QRResult[ArrayT] | ArrayT:
    """The product q @ r of orthonormal columns and an upper triangular matrix that is a.

    The gradient is defined where the columns of `a` are linearly independent; of a wide matrix
    the first of them that make a square one.

    Args:
        a: `(..., n, m)`.
        mode: "reduced" for `k = min(n, m)` columns in `q`; "complete" for `n`, of which those
            beyond the first `k` are one of many bases, so that the gradient is defined only for
            functions of what they span; "r" for `r` alone.

    Shape:
        `(..., n, k)` and `(..., k, m)`.

    Raises:
        ValueError: `a` is no matrix, or `mode` is none of these.
        RuntimeError: In the backward pass, the gradient is not defined.

    Example:
        >>> import grad_core as gc
        >>> q, r = gc.linalg.qr(gc.Tensor([[3.0, 1.0], [4.0, 2.0]]))
        >>> abs(r.data[0, 0]).round(5)
        np.float32(5.0)
    """
    if mode not in ("reduced", "complete", "r"):
        raise ValueError(f"qr: got mode={mode!r}, expected 'reduced', 'complete' or 'r'")
    kind = "complete" if mode == "complete" else "reduced"
    parts: Parts = tuple(computed("qr", np.linalg.qr, a, kind, needs=_MATRICES))
    n, m = a.shape[-2:]
    if n >= m or not isinstance(a, Traced):
        result = QRResult(_qr_q(a, parts), _qr_r(a, parts))
    else:
        # Of a wide matrix the square in front is decomposed; the rest of r follows from it.
        front, back = (..., slice(n)), (..., slice(n, None))
        square = a[front]
        halves = (parts[0], parts[1][front])
        q = _qr_q(square, halves)
        shape = parts[1].shape
        r = scatter_(_qr_r(square, halves), front, shape)
        result = QRResult(q, r + scatter_(adjoint(q) @ a[back], back, shape))
    return result.R if mode == "r" else result


# ---------------------------------------------------------------------------- singular values


class SVDResult(NamedTuple, Generic[ArrayT]):
    """What `svd` returns."""

    U: ArrayT
    """The left singular vectors, as columns."""
    S: ArrayT
    """The singular values, the largest first."""
    Vh: ArrayT
    """The conjugates of the right singular vectors, as rows."""


# With p = u^H dx v the changes of the vectors are u^H du = (p s + s p^H) / e and
# v^H dv = (s p + p^H s) / e off the diagonal, where e[i, j] = s[j]^2 - s[i]^2: Giles (2008), section
# 3.2; Wan and Zhang, "Automatic differentiation for complex valued SVD" (2019). On the diagonal p
# has an imaginary part, which says how u[:, i] turns against v[:, i]; half of that is given to
# each. Vectors beyond the smaller size of x have the singular value 0, and stay orthogonal.


def _weights(s: Array, rows: int, is_complex: bool) -> Array:
    """What `u^H g - g^H u` is multiplied by, for `rows` vectors: s[j] / e[i, j]."""
    squares = s * s
    row = scatter_(squares, (..., slice(s.shape[-1])), (*s.shape[:-1], rows))
    gaps = expand_dims(squares, -2) - expand_dims(row, -1)
    eye = np.eye(rows, s.shape[-1], dtype=s.dtype)
    # Where the numbers are real the diagonal meets zeros; else 1 / 4 s[i] stands there.
    gaps = gaps + (expand_dims(4 * squares, -2) * eye if is_complex else eye)
    return expand_dims(s, -2) / gaps


def _svd_u_x(g: Array, y: Array, x: Array, parts: Parts) -> Array:
    s, vc = _svd_s(x, parts), conjugated(_svd_vh(x, parts))
    k = s.shape[-1]
    uc, inner = conjugated(y), swap_last(y) @ g
    if y.shape[-1] > k:
        _check_complement("svd", inner, k)
    skew = (inner - adjoint(inner))[..., :k]
    d = uc @ (skew * _weights(s, y.shape[-1], x.dtype.kind == "c"))
    if y.shape[-1] < x.shape[-2]:
        d = d + (g - uc @ inner) / expand_dims(s, -2)
    return d @ vc[..., :k, :]


def _svd_vh_x(g: Array, y: Array, x: Array, parts: Parts) -> Array:
    s, uc = _svd_s(x, parts), conjugated(_svd_u(x, parts))
    k = s.shape[-1]
    vc = conjugated(y)
    inner = vc @ adjoint(g)
    if y.shape[-2] > k:
        _check_complement("svd", inner, k)
    skew = (adjoint(inner) - inner)[..., :k, :]
    d = (swap_last(_weights(s, y.shape[-2], x.dtype.kind == "c")) * skew) @ vc
    if y.shape[-2] < x.shape[-1]:
        d = d + (g - adjoint(inner) @ vc) / expand_dims(s, -1)
    return uc[..., :k] @ d


def _svd_s_x(g: Array, _y: Array, x: Array, parts: Parts) -> Array:
    u, vh = _svd_u(x, parts), _svd_vh(x, parts)
    k = g.shape[-1]
    return (conjugated(u[..., :k]) * expand_dims(g, -2)) @ conjugated(vh[..., :k, :])


_svd_u: Unary[Parts] = Unary("svd", lambda _x, parts: parts[0].copy(), _svd_u_x)
_svd_s: Unary[Parts] = Unary("svd", lambda _x, parts: parts[1].copy(), _svd_s_x)
_svd_vh: Unary[Parts] = Unary("svd", lambda _x, parts: parts[2].copy(), _svd_vh_x)


@overload
def svd(
    a: ArrayT,
    full_matrices: bool = True,
    compute_uv: Literal[True] = True,
    hermitian: bool = False,
) -> SVDResult[ArrayT]: ...
@overload
def svd(
    a: ArrayT, full_matrices: bool, compute_uv: Literal[False], hermitian: bool = False
) -> ArrayT: ...
@overload
def svd(
    a: ArrayT,
    full_matrices: bool = True,
    *,
    compute_uv: Literal[False],
    hermitian: bool = False,
) -> ArrayT: ...
def svd(
    a: ArrayT, full_matrices: bool = True, compute_uv: bool = True, hermitian: bool = False
) -> SVDResult[ArrayT] | ArrayT:
    """The product u @ diag(s) @ vh of orthonormal vectors and singular values that is a.

    The gradient of the vectors is finite where the singular values differ and none is 0. It is
    defined for functions that do not depend on what is arbitrary: the sign of each pair of
    vectors, or its complex phase, and the basis that the vectors beyond the first `k` are.

    Args:
        a: `(..., n, m)`, with `k = min(n, m)` singular values.
        full_matrices: Whether there are `n` left and `m` right vectors, or `k` of both.
        compute_uv: Whether the vectors are wanted; else the result is `svdvals(a)`.
        hermitian: Whether each matrix is its own conjugate transpose, which is faster.

    Shape:
        `(..., n, n or k)`, `(..., k)` and `(..., m or k, m)`.

    Raises:
        ValueError: `a` is no matrix. `LinAlgError`, which is one: the values are not found.
        RuntimeError: In the backward pass, the gradient is not defined.

    Example:
        >>> import grad_core as gc
        >>> gc.linalg.svd(gc.Tensor([[0.0, 2.0], [3.0, 0.0]])).S
        Tensor([3., 2.])
    """
    if not compute_uv and not hermitian:
        return svdvals(a)
    parts: Parts = tuple(
        computed("svd", np.linalg.svd, a, full_matrices, True, hermitian, needs=_MATRICES)
    )
    if not compute_uv:
        return _svd_s(a, parts)
    return SVDResult(_svd_u(a, parts), _svd_s(a, parts), _svd_vh(a, parts))


_svdvals: Unary[()] = Unary(
    "svdvals",
    lambda x: np.linalg.svd(x, compute_uv=False),
    # The values are in order, so those of the other routine are the same.
    lambda g, y, x: _svd_s_x(g, y, x, _svd_parts(x)),
    needs=_MATRICES,
)


def _svd_parts(x: Array) -> Parts:
    return tuple(np.linalg.svd(unwrap(x), full_matrices=False))


def svdvals(x: ArrayT, /) -> ArrayT:
    """The singular values of a matrix, the largest first, or of each in a stack.

    Where two are equal the gradient is one of many, and the second one is not finite.

    Args:
        x: `(..., n, m)`.

    Shape:
        `(..., min(n, m))`.

    Raises:
        ValueError: `x` is no matrix. `LinAlgError`, which is one: the values are not found.

    Example:
        >>> import grad_core as gc
        >>> gc.linalg.svdvals(gc.Tensor([[0.0, 2.0], [3.0, 0.0]]))
        Tensor([3., 2.])
    """
    if unwrap(x).ndim < 2:
        raise ValueError(f"svdvals: got {described(unwrap(x))}, expected a matrix or a stack")
    return _svdvals(x)
