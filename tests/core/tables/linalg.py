"""Rows of linear algebra and of products."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tests.core.tables.common import Arrays, Op, distinct, of, pairs, positive, real

import grad_core as gc
from grad_core import linalg

Function = Callable[..., Any]
Floats = NDArray[np.float64]


def regular(*shape: int) -> Floats:
    """Square matrices with a large diagonal, the elements of which differ."""
    n = shape[-1]
    return real(*shape) * 0.4 + np.diag(2.0 + 1.5 * np.arange(n))


def tall(*shape: int) -> Floats:
    """Matrices of full rank with singular values that differ."""
    n, m = shape[-2:]
    return real(*shape) * 0.4 + np.eye(n, m) * (1.0 + np.arange(m))


def adjoint(x: Any) -> Any:
    return x.mT.conj()


def hermitian(x: Any) -> Any:
    """What makes any matrix one that only needs its triangle."""
    return x + adjoint(x)


def definite(x: Any) -> Any:
    return x @ adjoint(x) + np.eye(x.shape[-1], dtype=x.dtype)


def columns(x: Any) -> Any:
    """Different factors for the columns of x, in its dtype."""
    return np.arange(1.0, x.shape[-1] + 1).astype(x.real.dtype)


def both(name: str, of_module: Function, samples: tuple[Arrays, ...], **how: Any) -> Op:
    """A row whose function and reference are the same one of two modules."""
    return Op(
        name,
        lambda *x: of_module(linalg, *x),
        lambda *x: np.asarray(of_module(np.linalg, *x)),
        samples,
        **how,
    )


PRODUCTS: list[Op] = [
    Op(
        "dot",
        gc.dot,
        np.dot,
        pairs(
            ((3,), (3,)),
            ((2, 3), (3,)),
            ((3,), (3, 2)),
            ((2, 3), (3, 2)),
            ((2, 1, 3), (3,)),
            ((2, 1, 3), (3, 2)),
            ((3,), (2, 3, 1)),
            ((2, 3), (2, 3, 2)),
            ((2, 1, 2), (1, 2, 2)),
            ((), (3,)),
            ((2, 1), ()),
            ((2, 0), (0, 1)),
        ),
        complex=True,
        order=3,
    ),
    Op(
        "inner",
        gc.inner,
        np.inner,
        pairs(((3,), (3,)), ((2, 3), (3,)), ((2, 3), (2, 1, 3)), ((), (2,)), ((2, 0), (1, 0))),
        complex=True,
    ),
    Op(
        "outer",
        gc.outer,
        np.outer,
        pairs(((2,), (3,)), ((2, 1), (3,)), ((), (2,)), ((0,), (2,))),
        complex=True,
    ),
    both("linalg.outer", lambda m, x, y: m.outer(x, y), pairs(((2,), (3,))), complex=True),
    Op(
        "vdot",
        gc.vdot,
        np.vdot,
        pairs(((3,), (3,)), ((2, 2), (4,)), ((), ()), ((0,), (0,))),
        complex=True,
    ),
    Op(
        "vecdot",
        gc.vecdot,
        np.vecdot,
        pairs(((3,), (3,)), ((2, 3), (3,)), ((2, 1, 3), (2, 3)), ((2, 0), (2, 0))),
        complex=True,
        order=3,
    ),
    Op(
        "vecdot-0",
        lambda x, y: gc.vecdot(x, y, axis=0),
        lambda x, y: np.vecdot(x.T, y.T),
        pairs(((3,), (3,)), ((3, 2), (3, 2)), ((3, 2), (3,))),
        complex=True,
    ),
    both(
        "linalg.vecdot",
        lambda m, x, y: m.vecdot(x, y, axis=-2),
        pairs(((3, 2), (3, 1)), ((2, 3, 2), (3, 2))),
        complex=True,
    ),
    Op(
        "matvec",
        gc.matvec,
        lambda x, y: (x @ y[..., None])[..., 0],
        pairs(((2, 3), (3,)), ((2, 3), (2, 3)), ((2, 1, 3), (2, 3)), ((2, 0), (0,))),
        complex=True,
        order=3,
    ),
    Op(
        "vecmat",
        gc.vecmat,
        lambda x, y: (x.conj()[..., None, :] @ y)[..., 0, :],
        pairs(((3,), (3, 2)), ((2, 3), (3, 2)), ((3,), (2, 3, 1)), ((0,), (0, 2))),
        complex=True,
        order=3,
    ),
    *(
        Op(
            f"tensordot-{axes}",
            lambda x, y, a=axes: gc.tensordot(x, y, a),
            lambda x, y, a=axes: np.tensordot(x, y, a),
            pairs(shapes),
            complex=True,
        )
        for axes, shapes in (
            (0, ((2,), (3,))),
            (1, ((2, 3), (3, 2))),
            (2, ((1, 2, 3), (2, 3, 2))),
            ((0, 1), ((2, 3), (2, 2))),
            (((0, -1), (1, 0)), ((2, 1, 3), (3, 2, 1))),
            (((2, 0), (-3, 1)), ((2, 1, 3), (3, 2, 2))),
            (((), ()), ((2, 1), (2,))),
            (((1,), (0,)), ((2, 0), (0, 2))),
        )
    ),
    Op(
        "kron",
        gc.kron,
        np.kron,
        pairs(((2,), (3,)), ((2, 1), (2, 2)), ((2,), (2, 2)), ((), (2,)), ((1, 2, 1), (2, 1))),
        complex=True,
    ),
    Op(
        "cross",
        gc.cross,
        np.cross,
        pairs(((3,), (3,)), ((2, 3), (3,)), ((2, 1, 3), (2, 3)), ((0, 3), (3,))),
        complex=True,
        order=3,
    ),
    Op(
        "cross-axes",
        lambda x, y: gc.cross(x, y, 0, 1, 0),
        lambda x, y: np.cross(x, y, 0, 1, 0),
        pairs(((3, 2), (2, 3)), ((3,), (2, 3))),
        complex=True,
    ),
    both("linalg.cross", lambda m, x, y: m.cross(x, y, axis=-2), pairs(((3, 2), (2, 3, 1)))),
    both(
        "multi_dot",
        lambda m, *x: m.multi_dot(x),
        (
            (real(2, 3), real(3, 2)),
            (real(2, 3), real(3, 1), real(1, 2)),
            (real(2), real(2, 3), real(3, 1)),
            (real(2, 2), real(2, 1), real(1)),
            (real(2), real(2, 2), real(2)),
        ),
        complex=True,
    ),
    Op(
        "trace",
        gc.trace,
        np.trace,
        of((2, 2), (2, 3), (3, 2, 2), (0, 2)),
        complex=True,
    ),
    Op(
        "trace-axes",
        lambda x: gc.trace(x, 1, -1, 0),
        lambda x: np.trace(x, 1, -1, 0),
        of((3, 3), (3, 2, 2)),
        complex=True,
    ),
    Op(
        "trace-dtype",
        lambda x: gc.trace(x, dtype=np.float64),
        lambda x: np.trace(x, dtype=np.float64),
        of((3, 3)),
    ),
    both("linalg.trace", lambda m, x: m.trace(x, offset=-1), of((2, 3, 2)), complex=True),
    both("linalg.diagonal", lambda m, x: m.diagonal(x, offset=1), of((2, 2, 3)), complex=True),
    *(
        both(
            f"matrix_power-{n}",
            lambda m, x, n=n: m.matrix_power(x, n),
            ((regular(2, 2) / 2,), (regular(2, 2, 2) / 2,)),
            complex=True,
        )
        for n in (-3, -1, 0, 1, 2, 5)
    ),
]

EINSUMS: dict[str, tuple[tuple[int, ...], ...]] = {
    "ij,jk->ik": ((2, 3), (3, 2)),
    "ij,jk": ((2, 3), (3, 2)),
    "ij->ji": ((2, 3),),
    "ba": ((2, 3),),
    "ii->i": ((3, 3),),
    "ii": ((3, 3),),
    "iij->ij": ((2, 2, 2),),
    "ij->": ((2, 3),),
    "i,i,i->i": ((3,), (3,), (3,)),
    "...ij,...jk->...ik": ((2, 1, 2), (2, 2, 2)),
    "i...->...": ((2, 3),),
    "...,...": ((2, 2), (2,)),
    "i,j->j": ((2,), (3,)),
    "i,i->": ((3,), (1,)),
    "ij,ij->ij": ((1, 3), (2, 1)),
    ",i->i": ((), (2,)),
    "aab,bc,c->a": ((2, 2, 2), (2, 2), (2,)),
    "ii,ii->i": ((2, 2), (2, 2)),
    "ij,j->i": ((2, 0), (0,)),
    "i , j -> i j": ((2,), (2,)),
}
EINSUM: list[Op] = [
    Op(
        f"einsum-{subscripts}",
        lambda *x, s=subscripts: gc.einsum(s, *x),
        lambda *x, s=subscripts: np.asarray(np.einsum(s, *x)),
        (tuple(real(*shape) for shape in shapes),),
        complex=True,
    )
    for subscripts, shapes in EINSUMS.items()
] + [
    Op(
        "einsum-lists",
        lambda x, y: gc.einsum(x, [..., 9, 2], y, [2], [9, ...]),
        lambda x, y: np.einsum(x, [..., 9, 2], y, [2], [9, ...]),
        ((real(2, 1, 2), real(2)),),
        complex=True,
    ),
    *(
        Op(
            f"einsum-optimize-{how}",
            lambda x, y, z, o=how: gc.einsum("ij,jk,kl->il", x, y, z, optimize=o),
            lambda x, y, z: np.einsum("ij,jk,kl->il", x, y, z),
            ((real(2, 3), real(3, 2), real(2, 1)),),
        )
        for how in (True, "optimal", ("einsum_path", (1, 2), (0, 1)))
    ),
]

SQUARE = ((regular(2, 2),), (regular(2, 3, 3),))

SOLVING: list[Op] = [
    both("inv", lambda m, x: m.inv(x), (*SQUARE, *of((0, 0))), complex=True, order=3),
    both(
        "solve",
        lambda m, x, y: m.solve(x, y),
        (
            (regular(2, 2), real(2)),
            (regular(2, 2), real(2, 3)),
            (regular(2, 2, 2), real(2, 1)),
            (regular(2, 2), real(2, 2, 1)),
            (regular(2, 2, 2), real(2)),
        ),
        complex=True,
        order=3,
    ),
    both("tensorinv", lambda m, x: m.tensorinv(x, 1), ((regular(4, 4).reshape(4, 2, 2),),)),
    both(
        "tensorsolve",
        lambda m, x, y: m.tensorsolve(x, y),
        ((regular(4, 4).reshape(2, 2, 4), real(2, 2)),),
        complex=True,
    ),
    both(
        "tensorsolve-axes",
        lambda m, x, y: m.tensorsolve(x, y, (0,)),
        ((np.moveaxis(regular(4, 4).reshape(2, 2, 4), -1, 0), real(2, 2)),),
    ),
    both("pinv", lambda m, x: m.pinv(x), of((3, 2), (2, 3), (2, 2, 1), make=tall), complex=True),
    both(
        "pinv-rank-1",
        lambda m, x, y: m.pinv(x @ y, 1e-6),
        ((real(3, 1), real(1, 2)),),
        complex=True,
    ),
    both(
        "pinv-hermitian",
        lambda m, x: m.pinv(hermitian(x), hermitian=True),
        SQUARE,
        complex=True,
    ),
    both(
        "lstsq",
        lambda m, x, y: m.lstsq(x, y)[0],
        (
            (tall(3, 2), real(3)),
            (tall(3, 2), real(3, 2)),
            (tall(2, 3), real(2)),
            (regular(2, 2), real(2, 1)),
        ),
        complex=True,
    ),
    both(
        "lstsq-rank-1",
        lambda m, x, y, z: m.lstsq(x @ y, z, 1e-6)[0],
        ((real(3, 1), real(1, 2), real(3)),),
        complex=True,
    ),
    both(
        "lstsq-residuals",
        lambda m, x, y: m.lstsq(x, y)[1],
        ((tall(3, 2), real(3)), (tall(3, 1), real(3, 2))),
        complex=True,
    ),
    both("det", lambda m, x: m.det(x), (*SQUARE, *of((0, 0), (1, 1))), complex=True, order=3),
    *(
        both(f"slogdet-{i}", lambda m, x, i=i: m.slogdet(x)[i], SQUARE, complex=True, order=3)
        for i in (0, 1)
    ),
]

DECOMPOSITIONS: list[Op] = [
    *(
        both(
            f"cholesky-{upper}",
            lambda m, x, u=upper: m.cholesky(definite(x), upper=u),
            SQUARE,
            complex=True,
            order=3,
        )
        for upper in (False, True)
    ),
    *(
        both(
            f"qr-{mode}-{part}",
            lambda m, x, o=mode, p=part: m.qr(x, o)[p],
            of((2, 2), (3, 2), (2, 3), (2, 2, 1), make=tall),
            complex=True,
        )
        for mode in ("reduced", "complete")
        for part in (0, 1)
        if (mode, part) != ("complete", 0)
    ),
    both("qr-r", lambda m, x: m.qr(x, "r"), of((3, 2), (2, 3), make=tall), complex=True),
    both("qr-complete", lambda m, x: m.qr(x, "complete")[0], of((3, 2), make=tall)),
    both(
        "qr-complement",
        lambda m, x: projector(m.qr(x, "complete")[0][:, 1:]),
        of((3, 1), make=tall),
        complex=True,
    ),
    both("svdvals", lambda m, x: m.svdvals(x), of((3, 2), (2, 3), make=tall), complex=True),
    both("svd-s", lambda m, x: m.svd(x)[1], of((2, 2), (3, 2), make=tall), complex=True),
    *(
        both(
            f"svd-{name}",
            function,
            of((2, 2), (3, 2), (2, 3), (2, 2, 1), make=tall),
            complex=True,
        )
        for name, function in (
            ("u", lambda m, x: spread(m.svd(x, False)[0])),
            ("vh", lambda m, x: spread(adjoint(m.svd(x, False)[2]))),
            ("u-vh", lambda m, x: joined(m.svd(x, False))),
        )
    ),
    both("svd-real-u", lambda m, x: m.svd(x, False)[0], of((3, 2), (2, 3), make=tall)),
    both("svd-full-u", lambda m, x: m.svd(x)[0], of((3, 2), (2, 3), make=tall)),
    both("svd-full-vh", lambda m, x: m.svd(x)[2], of((3, 2), (2, 3), make=tall)),
    both(
        "svd-complement",
        lambda m, x: projector(m.svd(x)[0][:, 1:]),
        of((3, 1), make=tall),
        complex=True,
    ),
    both(
        "svd-hermitian",
        lambda m, x: joined(m.svd(hermitian(x), hermitian=True)),
        SQUARE,
        complex=True,
    ),
    both("svd-values", lambda m, x: m.svd(x, compute_uv=False), of((3, 2), make=tall)),
    *(
        both(
            f"eigvalsh-{uplo}",
            lambda m, x, u=uplo: m.eigvalsh(hermitian(x), u),
            SQUARE,
            complex=True,
        )
        for uplo in "LU"
    ),
    both("eigh-w", lambda m, x: m.eigh(hermitian(x))[0], SQUARE, complex=True),
    both("eigh-v", lambda m, x: spread(m.eigh(hermitian(x), "U")[1]), SQUARE, complex=True),
    both("eigh-real-v", lambda m, x: m.eigh(hermitian(x))[1], SQUARE),
    both(
        "eigh-cubed",
        lambda m, x: cubed(*m.eigh(hermitian(x))),
        SQUARE,
        complex=True,
        order=3,
    ),
    # NumPy's are complex from 2.5 on, ours always
    both("eigvals", lambda m, x: m.eigvals(x) + 0j, SQUARE, complex=True),
    both("eig-w", lambda m, x: m.eig(x)[0] + 0j, SQUARE, complex=True),
    both("eig-v", lambda m, x: spread(m.eig(x)[1]) + 0j, SQUARE, complex=True),
    both(
        "eig-of-rotations",
        lambda m, x: turned(*m.eig(x - 3 * x.mT)),
        SQUARE,
    ),
]


def cubed(w: Any, v: Any) -> Any:
    """The third power of a matrix, from its eigenvalues and -vectors."""
    return (v * (w * w * w)[..., None, :]) @ adjoint(v)


def projector(v: Any) -> Any:
    return v @ adjoint(v)


def turned(w: Any, v: Any) -> Any:
    """Real numbers from complex eigenvalues and -vectors."""
    return spread(v).real + w[..., None, :].imag


def spread(v: Any) -> Any:
    """What does not depend on the phases of vectors."""
    return (v * columns(v)) @ adjoint(v)


def joined(parts: Any) -> Any:
    """Likewise, but on how the left vectors stand to the right ones."""
    u, s, vh = parts
    return (u * columns(u)) @ vh + 0 * s[..., None, :1]


NORMS: list[Op] = [
    *(
        both(
            f"vector_norm-{order}-{axis}-{keepdims}",
            lambda m, x, o=order, a=axis, k=keepdims: m.vector_norm(x, ord=o, axis=a, keepdims=k),
            of((2, 1, 2), make=distinct) if np.isinf(order) else of((2, 1, 2)),
            complex=True,
        )
        for order in (2, 1, 0, np.inf, -np.inf, 3, 1.5, 0.5, -1)
        for axis, keepdims in ((None, False), (-1, True), ((0, 2), False))
    ),
    *(
        both(
            f"matrix_norm-{order}-{keepdims}",
            lambda m, x, o=order, k=keepdims: m.matrix_norm(x, ord=o, keepdims=k),
            of((2, 2), (2, 3, 2), make=tall),
            complex=True,
        )
        for order in ("fro", "nuc", 2, -2, 1, -1, np.inf, -np.inf)
        for keepdims in (False, True)
    ),
    *(
        both(
            f"norm-{order}-{axis}-{keepdims}",
            lambda m, x, o=order, a=axis, k=keepdims: m.norm(x, o, a, k),
            of((2, 3, 2), make=positive),
            complex=True,
        )
        for order, axis, keepdims in (
            (None, None, False),
            (None, None, True),
            (None, 1, False),
            (3, -1, True),
            (None, (0, 1), False),
            ("fro", (2, 0), True),
            ("nuc", (0, 2), True),
            (1, (2, 0), False),
            (-np.inf, (0, -1), True),
            (2, (1, 0), False),
        )
    ),
    both("norm-vector", lambda m, x: m.norm(x, 1), of((3,)), complex=True),
    both("norm-matrix", lambda m, x: m.norm(x, "f"), of((2, 2)), complex=True),
    *(
        both(f"cond-{p}", lambda m, x, p=p: m.cond(x, p), SQUARE, complex=True)
        for p in (None, 2, -2, "fro", "nuc", 1, -1, np.inf)
    ),
    both("cond-tall", lambda m, x: m.cond(x), of((3, 2), make=tall)),
]

OPS: list[Op] = [*PRODUCTS, *EINSUM, *SOLVING, *DECOMPOSITIONS, *NORMS]
