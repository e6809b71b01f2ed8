"""Determinants, with gradients at singular matrices, too."""

from __future__ import annotations

from typing import Generic, NamedTuple

import numpy as np

from grad_core.arrays import Array, ArrayT
from grad_core.ops.creation.creation import zeros_like
from grad_core.ops.elementwise.basic import imag
from grad_core.ops.indexing.diagonals import diagonal_, on_diagonal_
from grad_core.ops.indexing.searching import where
from grad_core.ops.linear_algebra.decompositions import svd
from grad_core.ops.linear_algebra.matmul import computed, conjugated, swap_last
from grad_core.ops.linear_algebra.solving import inv
from grad_core.ops.manipulation.manipulation import expand_dims
from grad_core.ops.statistics.reductions import sum_
from grad_core.primitive import Unary, unwrap

# ---------------------------------------------------------------------------- det


def _products_without(s: Array, pairs: bool) -> Array:
    """For each singular value, or each pair of them, the product of all others.

    None is divided by, for they may be 0.
    """
    n = s.shape[-1]
    eye = np.eye(n, dtype=np.bool_)
    result = np.ones((n, n) if pairs else n, s.dtype)
    for k in range(n):
        left_out = eye[k][:, None] | eye[k] if pairs else eye[k]
        factor = s[..., k : k + 1]
        result = where(left_out, 1.0, expand_dims(factor, -1) if pairs else factor) * result
    return result


def _unit(u: Array, vh: Array) -> Array:
    """The determinant of u @ vh, as matrices of one element."""
    return expand_dims(det(u) * det(vh), (-2, -1))


def _regular(x: Array) -> bool:
    """Whether no matrix is singular, so that the determinant times the inverse may be used.

    LAPACK takes both from the same factors. So their product is exact for matrices that are nearly
    singular, too (Stewart, "On the adjugate matrix", 1998).
    """
    size = np.abs(np.linalg.det(x))
    return bool(np.all(np.isfinite(size) & (size > np.finfo(x.dtype).tiny)))


def _well_conditioned(x: Array) -> bool:
    """Whether half of the digits are left where something is divided by the determinant."""
    if not _regular(x):
        return False
    condition = np.linalg.cond(x, "fro") if x.size else np.zeros(())
    return bool(np.all(condition < np.finfo(x.dtype).eps ** -0.25))


def _cofactors(x: Array) -> Array:
    if _regular(x):
        return np.asarray(np.linalg.det(x)[..., None, None] * np.linalg.inv(x).swapaxes(-1, -2))
    u, s, vh = np.linalg.svd(x)
    of_s = _products_without(s, False)[..., None, :]
    cofactors: Array = _unit(u, vh) * ((u.conj() * of_s) @ vh.conj())
    return cofactors


def _cofactors_x(g: Array, y: Array, x: Array) -> Array:
    """The derivative of `det(x) inv(x).T`, or nearer to singular matrices of its factors.

    With x = u diag(s) vh the cofactors of x are those of u, of diag(s) and of vh, multiplied; the
    derivatives of those of diag(s) are products of all s but two.
    """
    if _well_conditioned(unwrap(x)):
        inverse = swap_last(inv(x))
        share = sum_(g * y, (-2, -1), True)
        return share * inverse - y @ swap_last(g) @ inverse
    u, s, vh = svd(x)
    uc, vc = conjugated(u), conjugated(vh)
    inner: Array = swap_last(uc) @ g @ swap_last(vc)
    others: Array = _products_without(s, True) * (1 - np.eye(s.shape[-1], dtype=s.dtype))
    on = others @ expand_dims(diagonal_(inner, 0, -2, -1), -1)
    d: Array = on_diagonal_(on[..., 0], inner.shape, 0, -2, -1) - others * swap_last(inner)
    return _unit(u, vh) * (uc @ d @ vc)


cofactors: Unary[()] = Unary("det", _cofactors, _cofactors_x)

det: Unary[()] = Unary(
    "det",
    np.linalg.det,
    lambda g, _y, x: expand_dims(g, (-2, -1)) * cofactors(x),
    """The determinant of a square matrix, or of each in a stack.

    The gradient is the matrix of cofactors, at singular matrices as well. There the second one is
    exact, too, and the third where the singular values differ.

    Shape:
        `(..., n, n)` gives `(...)`.

    Raises:
        LinAlgError: The matrices are not square.

    Example:
        >>> import grad_core as gc
        >>> gc.linalg.det(gc.Tensor([[1.0, 2.0], [3.0, 5.0]])).item()
        -1.0
    """,
    needs="a square matrix or a stack of them",
)

# ---------------------------------------------------------------------------- slogdet


class SlogdetResult(NamedTuple, Generic[ArrayT]):
    """What `slogdet` returns."""

    sign: ArrayT
    """-1, 0 or 1; of a complex determinant a number on the unit circle, or 0."""
    logabsdet: ArrayT
    """The natural logarithm of the absolute value of the determinant."""


def _slope(x: Array) -> Array:
    """The derivative of the logarithm of the determinant."""
    try:
        return swap_last(inv(x))
    except np.linalg.LinAlgError as error:
        raise np.linalg.LinAlgError(
            "slogdet: the gradient is not defined: a matrix is singular"
        ) from error


def _sign_x(g: Array, y: Array, x: Array, _found: Array) -> Array:
    if g.dtype.kind != "c":
        return zeros_like(x)
    turned = expand_dims(imag(g * y), (-2, -1))  # what the determinant's angle gets
    return _slope(x) * (turned * np.asarray(1j, g.dtype))


_sign: Unary[Array] = Unary("slogdet", lambda _x, found: found.copy(), _sign_x)
_logabsdet: Unary[Array] = Unary(
    "slogdet",
    lambda _x, found: found.copy(),
    lambda g, _y, x, _found: expand_dims(g, (-2, -1)) * _slope(x),
)


def slogdet(a: ArrayT) -> SlogdetResult[ArrayT]:
    """The sign and the logarithm of the determinant, which may itself be too large or small.

    The gradient of a real sign is 0, and that of the logarithm is `inv(a).T`.

    Args:
        a: `(..., n, n)`.

    Shape:
        Two arrays `(...)`.

    Raises:
        LinAlgError: The matrices are not square; or in the backward pass, one is singular, where
            the logarithm is -inf.

    Example:
        >>> import grad_core as gc
        >>> gc.linalg.slogdet(gc.Tensor([[-1.0, 0.0], [0.0, 1.0]])).sign
        Tensor(-1.)
    """
    needs = "a square matrix or a stack of them"
    sign, logabsdet = computed("slogdet", np.linalg.slogdet, a, needs=needs)
    return SlogdetResult(_sign(a, np.asarray(sign)), _logabsdet(a, np.asarray(logabsdet)))
