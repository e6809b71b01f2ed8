"""Eigenvalues and eigenvectors. How several results are differentiated: see `decompositions`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, Literal, NamedTuple, TypeAlias, overload

import numpy as np

from grad_core.arrays import Array, ArrayT
from grad_core.node import Traced
from grad_core.ops.elementwise.basic import divide, real
from grad_core.ops.indexing.diagonals import diagonal_
from grad_core.ops.linear_algebra.decompositions import Parts, negligible, undefined
from grad_core.ops.linear_algebra.matmul import computed, conjugated, swap_last
from grad_core.ops.linear_algebra.solving import solve
from grad_core.ops.manipulation.manipulation import expand_dims
from grad_core.primitive import Unary, unwrap

if TYPE_CHECKING:
    from grad_core.tensor import Tensor

Triangle: TypeAlias = Literal["L", "U"]

_SQUARE = "a square matrix or a stack of them, in float32, float64 or complex numbers"


def _check_phases(name: str, inner: Array) -> None:
    """Raise if a gradient turns the complex phases of eigenvectors, which are arbitrary."""
    plain: Array = unwrap(inner)
    if plain.dtype.kind == "c" and not negligible(
        np.diagonal(plain, axis1=-2, axis2=-1).imag, plain
    ):
        raise undefined(name, "the complex phase of each eigenvector is one of many")


def _inverse_gaps(w: Array) -> Array:
    """Return 1 / (w[j] - w[i]), and 0 on the diagonal."""
    eye: Array = np.eye(w.shape[-1], dtype=w.dtype)
    return divide(1 - eye, expand_dims(w, -2) - expand_dims(w, -1) + eye)


# ---------------------------------------------------------------------------- Hermitian


class EighResult(NamedTuple, Generic[ArrayT]):
    """What `eigh` returns."""

    eigenvalues: ArrayT
    """The eigenvalues, real, the smallest first."""
    eigenvectors: ArrayT
    """The eigenvectors, as columns."""


# Giles (2008), section 3.1; for complex matrices Boeddeker et al., "On the computation of complex-
# valued gradients with application to statistically optimum beamforming" (2017), section 4.6.


def _eigh_values_x(g: Array, _y: Array, x: Array, parts: Parts) -> Array:
    v = _eigh_vectors(x, parts)
    return (conjugated(v) * expand_dims(g, -2)) @ swap_last(v)


def _eigh_vectors_x(g: Array, y: Array, x: Array, parts: Parts) -> Array:
    w, t = _eigh_values(x, parts), swap_last(y)
    inner = t @ g
    _check_phases("eigh", inner)
    d = (inner - conjugated(swap_last(inner))) * (_inverse_gaps(w) * 0.5)
    return conjugated(y) @ d @ t


_eigh_values: Unary[Parts] = Unary("eigh", lambda _x, parts: parts[0].copy(), _eigh_values_x)
_eigh_vectors: Unary[Parts] = Unary("eigh", lambda _x, parts: parts[1].copy(), _eigh_vectors_x)


def eigh(a: ArrayT, UPLO: Triangle = "L") -> EighResult[ArrayT]:  # noqa: N803  # NumPy's name
    """The eigenvalues and eigenvectors of a symmetrical or Hermitian matrix.

    The gradient of the vectors is finite where the eigenvalues differ. It is defined for
    functions that do not depend on the sign, or the complex phase, of each vector.

    Args:
        a: `(..., n, n)`. Only one triangle is read; the gradient is symmetrical nevertheless, as
            PyTorch's.
        UPLO: "L" for the lower triangle, "U" for the upper one.

    Shape:
        `(..., n)` and `(..., n, n)`.

    Raises:
        LinAlgError: The matrices are not square, or the eigenvalues are not found.
        RuntimeError: In the backward pass, the gradient is not defined.

    Example:
        >>> import grad_core as gc
        >>> gc.linalg.eigh(gc.Tensor([[0.0, 2.0], [2.0, 0.0]])).eigenvalues
        Tensor([-2.,  2.])
    """
    parts: Parts = tuple(computed("eigh", np.linalg.eigh, a, UPLO, needs=_SQUARE))
    return EighResult(_eigh_values(a, parts), _eigh_vectors(a, parts))


def _eigvalsh_x(g: Array, y: Array, x: Array, triangle: Triangle) -> Array:
    # The values are in order, so those of the other routine are the same.
    return _eigh_values_x(g, y, x, tuple(np.linalg.eigh(unwrap(x), triangle)))


_eigvalsh: Unary[Triangle] = Unary(
    "eigvalsh", lambda x, triangle: np.linalg.eigvalsh(x, triangle), _eigvalsh_x, needs=_SQUARE
)


def eigvalsh(a: ArrayT, UPLO: Triangle = "L") -> ArrayT:  # noqa: N803  # NumPy's name
    """The eigenvalues of a symmetrical or Hermitian matrix, the smallest first.

    Args and errors are those of `eigh`. Where two eigenvalues are equal the gradient is one of
    many, and the second one is not finite.

    Example:
        >>> import grad_core as gc
        >>> gc.linalg.eigvalsh(gc.Tensor([[0.0, 2.0], [2.0, 0.0]]))
        Tensor([-2.,  2.])
    """
    return _eigvalsh(a, UPLO)


# ---------------------------------------------------------------------------- any square matrix


class EigResult(NamedTuple, Generic[ArrayT]):
    """What `eig` returns."""

    eigenvalues: ArrayT
    """The eigenvalues, in no order."""
    eigenvectors: ArrayT
    """The eigenvectors, as columns, each of length 1."""


# Boeddeker et al. (2017), section 4.6. The last term keeps the length of the vectors.


def _eig_values_x(g: Array, _y: Array, x: Array, parts: Parts) -> Array:
    t = swap_last(_eig_vectors(x, parts))
    return _solved(t, expand_dims(g, -1) * t)


def _eig_vectors_x(g: Array, y: Array, x: Array, parts: Parts) -> Array:
    w, t = _eig_values(x, parts), swap_last(y)
    inner = t @ g
    _check_phases("eig", inner)
    length = expand_dims(real(diagonal_(inner, 0, -2, -1)), -2)
    d = (inner - (t @ conjugated(y)) * length) * _inverse_gaps(w)
    return _solved(t, d @ t)


def _solved(t: Array, b: Array) -> Array:
    plain: Array = unwrap(t)
    if plain.size and np.any(np.linalg.cond(plain, 1) > 0.1 / np.finfo(plain.dtype).eps):
        raise np.linalg.LinAlgError(
            "eig: the gradient is not defined: the eigenvectors are linearly dependent"
        )
    return solve(t, b)


_eig_values: Unary[Parts] = Unary("eig", lambda _x, parts: parts[0].copy(), _eig_values_x)
_eig_vectors: Unary[Parts] = Unary("eig", lambda _x, parts: parts[1].copy(), _eig_vectors_x)


def _complex(found: Array) -> Array:
    """Complex numbers also where all are real, as the array API has it, and NumPy since 2.5."""
    numbers: Array = found.astype(np.result_type(found.dtype, np.complex64), copy=False)
    return numbers


def eig(a: ArrayT) -> EigResult[ArrayT]:
    """The eigenvalues and eigenvectors of a square matrix.

    The gradient of the vectors is finite where the eigenvalues differ. It is defined for
    functions that do not depend on the sign, or the complex phase, of each vector.

    Args:
        a: `(..., n, n)`.

    Shape:
        `(..., n)` and `(..., n, n)`, complex numbers.

    Raises:
        LinAlgError: The matrices are not square or not finite; or in the backward pass, the
            eigenvectors of one are linearly dependent.
        RuntimeError: In the backward pass, the gradient is not defined.

    Example:
        >>> import grad_core as gc
        >>> gc.linalg.eig(gc.Tensor([[1.0, 0.0], [0.0, 2.0]])).eigenvalues
        Tensor([1.+0.j, 2.+0.j], dtype=complex64)
    """
    parts: Parts = tuple(map(_complex, computed("eig", np.linalg.eig, a, needs=_SQUARE)))
    return EigResult(_eig_values(a, parts), _eig_vectors(a, parts))


@overload
def eigvals(a: Tensor) -> Tensor: ...
@overload
def eigvals(a: Array) -> Array: ...
def eigvals(a: Tensor | Array) -> Tensor | Array:
    """The eigenvalues of a square matrix, in no order.

    Args and errors are those of `eig`. The gradient is finite where the eigenvectors are linearly
    independent.

    Example:
        >>> import grad_core as gc
        >>> gc.linalg.eigvals(gc.Tensor([[1.0, 0.0], [0.0, 2.0]]))
        Tensor([1.+0.j, 2.+0.j], dtype=complex64)
    """
    if isinstance(a, Traced):  # the gradient needs the vectors, and the values in their order
        return eig(a).eigenvalues
    return _complex(computed("eigvals", np.linalg.eigvals, a, needs=_SQUARE))
