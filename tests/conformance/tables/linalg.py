"""PyTorch's linear algebra and Fourier transforms in terms of `grad_core`."""

# ruff: noqa: A002, N803  # PyTorch's names of arguments

from __future__ import annotations

from typing import Any

import numpy as np
from tests.conformance.tables.indexing import several
from tests.conformance.tables.reductions import Dim, axis, then

import grad_core as gc
from grad_core import Tensor


def matrix_product(batched: bool) -> Any:
    def added(x: Any, y: Any, z: Any, beta: Any = 1, alpha: Any = 1) -> Any:
        product = gc.sum(y @ z, 0) if batched else y @ z
        return plus(beta, x, alpha, product)

    return added


def plus(beta: Any, x: Any, alpha: Any, product: Any) -> Any:
    """PyTorch reads no `x` that counts for nothing."""
    return beta * x + alpha * product if beta else alpha * product


def cross(x: Tensor, y: Tensor, dim: int = -1) -> Tensor:
    return gc.cross(x, y, axis=dim)


def tensordot(x: Tensor, y: Tensor, dims: Any) -> Tensor:
    return gc.tensordot(x, y, dims if isinstance(dims, int) else tuple(map(tuple, dims)))


def norm(
    x: Tensor, ord: Any = None, dim: Dim = None, keepdim: bool = False, dtype: Any = None
) -> Tensor:
    x = x if dtype is None else gc.astype(x, dtype)
    return gc.linalg.norm(x, ord, axis(x, dim), keepdim)


def vector_norm(
    x: Tensor, ord: Any = 2, dim: Dim = None, keepdim: bool = False, dtype: Any = None
) -> Tensor:
    x = x if dtype is None else gc.astype(x, dtype)
    return gc.linalg.vector_norm(x, axis=axis(x, dim), keepdims=keepdim, ord=ord)


def matrix_norm(
    x: Tensor, ord: Any = "fro", dim: Any = (-2, -1), keepdim: bool = False, dtype: Any = None
) -> Tensor:
    x = x if dtype is None else gc.astype(x, dtype)
    if tuple(dim) == (-2, -1):
        return gc.linalg.matrix_norm(x, keepdims=keepdim, ord=ord)
    return gc.linalg.norm(x, ord, tuple(dim), keepdim)


def matrix_rank(x: Tensor, hermitian: bool = False, atol: Any = None, rtol: Any = None) -> Tensor:
    if atol is None or rtol is None:
        return gc.linalg.matrix_rank(x, atol, hermitian=hermitian, rtol=rtol)
    largest = gc.max(gc.linalg.svdvals(x), -1, initial=0)
    return gc.linalg.matrix_rank(x, gc.maximum(atol, rtol * largest), hermitian=hermitian)


def multi_dot(xs: list[Tensor]) -> Tensor:
    return gc.linalg.multi_dot(xs)


def pinv(x: Tensor, rcond: Any = None, hermitian: bool = False, rtol: Any = None, **_: Any) -> Any:
    rtol = rtol if rtol is not None else rcond
    return gc.linalg.pinv(x, hermitian=hermitian, **({} if rtol is None else {"rtol": rtol}))


def svd(x: Tensor, some: bool = True, full_matrices: bool | None = None) -> tuple[Tensor, ...]:
    """What does not depend on the phases of the vectors: that is all that has a derivative."""
    full = not some if full_matrices is None else full_matrices
    u, s, vh = gc.linalg.svd(x, full_matrices=full)
    k = s.shape[-1]
    return gc.abs(u[..., :k]), s, gc.abs(vh[..., :k, :])


def eigh(x: Tensor, UPLO: str = "L") -> tuple[Tensor, Tensor]:
    w, v = gc.linalg.eigh(x, UPLO)
    return w, gc.abs(v)


def eig(x: Tensor) -> tuple[Tensor, Tensor]:
    w, v = gc.linalg.eig(x)
    return complex_numbers(w), gc.abs(v)


def complex_numbers(x: Tensor) -> Tensor:
    """PyTorch's eigenvalues are complex even where they are real."""
    return gc.astype(x, np.result_type(x.dtype, np.complex64))


def solve(a: Tensor, b: Tensor, left: bool = True) -> Tensor:
    return solved(a, b) if left else solved(a.mT, b.mT).mT


def solved(a: Tensor, b: Tensor) -> Tensor:
    """A right side of one axis fewer is a stack of vectors to PyTorch."""
    vector = b.ndim == 1 or (b.ndim == a.ndim - 1 and b.shape == a.shape[:-1])
    if vector:
        return gc.linalg.solve(a, b[..., None])[..., 0]
    return gc.linalg.solve(a, b)


def solve_triangular(
    a: Tensor, b: Tensor, upper: bool, left: bool = True, unitriangular: bool = False
) -> Tensor:
    t = triangle(a, upper, unitriangular)
    return gc.linalg.solve(t, b) if left else gc.linalg.solve(t.mT, b.mT).mT


def triangular_solve(
    b: Tensor, a: Tensor, upper: bool = True, transpose: bool = False, unitriangular: bool = False
) -> Tensor:
    t = triangle(a, upper, unitriangular)
    return gc.linalg.solve(t.mT if transpose else t, b)


def triangle(a: Tensor, upper: bool, unit: bool) -> Tensor:
    one = gc.eye(a.shape[-1], dtype=a.dtype)
    if unit:
        return one + (gc.triu(a, 1) if upper else gc.tril(a, -1))
    return gc.triu(a) if upper else gc.tril(a)


def hermitian(x: Tensor) -> Tensor:
    return x + gc.conj(x.mT)


def cholesky(x: Tensor, upper: bool = False) -> Tensor:
    return gc.linalg.cholesky(x, upper=upper)


def gram(factor: Tensor, upper: bool) -> Tensor:
    """The matrix of which a triangle is a Cholesky factor."""
    t = gc.triu(factor) if upper else gc.tril(factor)
    return gc.conj(t.mT) @ t if upper else t @ gc.conj(t.mT)


def slogdet(x: Tensor) -> tuple[Tensor, Tensor]:
    sign, logabsdet = gc.linalg.slogdet(x)
    return sign, logabsdet


def logdet(x: Tensor) -> Tensor:
    sign, logabsdet = gc.linalg.slogdet(x)
    return logabsdet + gc.log(sign)


def lstsq(a: Tensor, b: Tensor, **_: Any) -> Tensor:
    return gc.linalg.lstsq(a, b)[0]


def vander(x: Tensor, N: int | None = None) -> Tensor:
    return gc.vander(x, N, increasing=True)


def fft(name: str) -> Any:
    """One axis or several; those of PyTorch are given as `dim`."""

    def transformed(
        x: Tensor, n: Any = None, dim: Any = None, norm: Any = None, s: Any = None
    ) -> Any:
        n = n if s is None else s
        given: dict[str, Any]
        if name.endswith(("2", "n")):
            given = {"s": n if n is None else several(n)}
            if dim is not None:
                given["axes"] = several(dim)
        else:
            given = {"n": n, "axis": -1 if dim is None else dim}
        return getattr(gc.fft, name)(x, **given, norm=norm or "backward")

    return transformed


def shift(name: str) -> Any:
    def shifted(x: Tensor, dim: Any = None) -> Tensor:
        return getattr(gc.fft, name)(
            x, axes=dim if dim is None or isinstance(dim, int) else tuple(dim)
        )

    return shifted


FFT = ("fft", "fft2", "fftn", "hfft", "ifft", "ifft2", "ifftn", "ihfft", "irfft", "irfft2", "irfftn",
       "rfft", "rfft2", "rfftn")  # fmt: skip

OPS: dict[str, Any] = {
    "addbmm": matrix_product(True),
    "addmm": matrix_product(False),
    "addmm.decomposed": matrix_product(False),
    "addmv": matrix_product(False),
    "addr": lambda x, y, z, beta=1, alpha=1: plus(beta, x, alpha, gc.outer(y, z)),
    "baddbmm": matrix_product(False),
    **dict.fromkeys(("bmm", "matmul", "mm", "mv"), gc.matmul),
    "cholesky": lambda x, upper=False: cholesky(hermitian(x), upper),
    "cholesky_inverse": lambda x, upper=False: gc.linalg.inv(gram(x, upper)),
    "cholesky_solve": lambda b, x, upper=False: gc.linalg.solve(gram(x, upper), b),
    "cross": cross,
    "dot": lambda x, y: gc.dot(x, y),
    "einsum": lambda xs, equation: gc.einsum(equation, *xs),
    **{f"fft.{name}": fft(name) for name in FFT},
    "fft.fftshift": shift("fftshift"),
    "fft.ifftshift": shift("ifftshift"),
    "inner": lambda x, y: gc.inner(x, y),
    "kron": lambda x, y: gc.kron(x, y),
    "linalg.cholesky": lambda x, upper=False: cholesky(hermitian(x), upper),
    "linalg.cholesky_ex": lambda x, upper=False, check_errors=False: cholesky(hermitian(x), upper),
    "linalg.cond": lambda x, p=None: gc.linalg.cond(x, p),
    "linalg.cross": cross,
    "linalg.det": lambda x: gc.linalg.det(x),
    "linalg.diagonal": lambda x, offset=0, dim1=-2, dim2=-1: gc.diagonal(x, offset, dim1, dim2),
    "linalg.eig": eig,
    "linalg.eigh": lambda x, UPLO="L": eigh(hermitian(x), UPLO),
    "linalg.eigvals": lambda x: complex_numbers(gc.linalg.eigvals(x)),
    "linalg.eigvalsh": lambda x, UPLO="L": gc.linalg.eigvalsh(hermitian(x), UPLO),
    "linalg.inv": lambda x: gc.linalg.inv(x),
    "linalg.inv_ex": lambda x: gc.linalg.inv(x),
    "linalg.lstsq": lstsq,
    "linalg.lstsq.grad_oriented": lstsq,
    "linalg.matrix_norm": matrix_norm,
    "linalg.matrix_power": lambda x, n: gc.linalg.matrix_power(x, n),
    "linalg.matrix_rank": matrix_rank,
    "linalg.matrix_rank.hermitian": matrix_rank,
    "linalg.multi_dot": multi_dot,
    "linalg.norm": norm,
    "linalg.norm.subgradients_at_zero": norm,
    "linalg.pinv": pinv,
    "linalg.pinv.hermitian": lambda x, **kwargs: pinv(hermitian(x), **kwargs),
    "linalg.pinv.singular": lambda x, y: pinv(x @ y.mT),
    "linalg.qr": lambda x, mode="reduced": gc.linalg.qr(x, mode),
    "linalg.slogdet": slogdet,
    "linalg.solve": solve,
    "linalg.solve_ex": solve,
    "linalg.solve_triangular": solve_triangular,
    "linalg.svd": svd,
    "linalg.svdvals": lambda x: gc.linalg.svdvals(x),
    "linalg.tensorinv": lambda x, ind=2: gc.linalg.tensorinv(x, ind),
    "linalg.tensorsolve": lambda a, b, dims=None: gc.linalg.tensorsolve(a, b, dims),
    "linalg.vander": vander,
    "linalg.vecdot": lambda x, y, dim=-1: gc.linalg.vecdot(x, y, axis=dim),
    "linalg.vector_norm": vector_norm,
    "logdet": logdet,
    "outer": lambda x, y: gc.outer(x, y),
    "pinverse": pinv,
    "qr": lambda x, some=True: gc.linalg.qr(x, "reduced" if some else "complete"),
    "svd": svd,
    "tensordot": tensordot,
    "trace": lambda x: gc.trace(x),
    "triangular_solve": triangular_solve,
    "vdot": lambda x, y: gc.vdot(x, y),
}


def without_phases(u: Any, s: Any, vh: Any) -> Any:
    k = s.shape[-1]
    return u[..., :k].abs(), s, vh[..., :k, :].abs()


def of_hermitian(f: Any) -> Any:
    """PyTorch's test makes any matrix Hermitian in this way."""
    return lambda x, *args, **kwargs: f(x + x.mH, *args, **kwargs)


def of_triangle(f: Any) -> Any:
    """PyTorch's gradient is right only if the other triangle is made of zeros first."""

    def called(*xs: Any, upper: bool = False) -> Any:
        return f(*xs[:-1], xs[-1].triu() if upper else xs[-1].tril(), upper=upper)

    return called


# PyTorch's functions where they differ from ours: as above, and in the number of results
THEIRS: dict[str, Any] = {
    "cholesky": of_hermitian,
    "cholesky_inverse": of_triangle,
    "cholesky_solve": of_triangle,
    "linalg.cholesky": of_hermitian,
    "linalg.cholesky_ex": lambda f: of_hermitian(then(lambda l, info: l)(f)),
    "linalg.eig": then(lambda w, v: (w, v.abs())),
    "linalg.eigh": lambda f: of_hermitian(then(lambda w, v: (w, v.abs()))(f)),
    "linalg.eigvalsh": of_hermitian,
    "linalg.inv_ex": then(lambda inverse, info: inverse),
    "linalg.lstsq": then(lambda x, *more: x),
    "linalg.lstsq.grad_oriented": then(lambda x, *more: x),
    "linalg.pinv.hermitian": of_hermitian,
    "linalg.solve_ex": then(lambda x, info: x),
    "linalg.svd": then(without_phases),
    "svd": then(lambda u, s, v: without_phases(u, s, v.mH)),
    "triangular_solve": then(lambda x, a: x),
}
