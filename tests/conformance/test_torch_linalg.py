"""Linear algebra side by side with PyTorch: values, first and second gradients."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose

import grad_core as gc
from grad_core import Tensor
from grad_core import linalg as la

tl = torch.linalg
rng = np.random.default_rng(17)
inf = np.inf


def normal(*shape: int) -> Any:
    return rng.normal(size=shape)


def square(*shape: int) -> Any:
    """Matrices whose eigenvalues and singular values are apart."""
    return normal(*shape) * 0.5 + np.diag(1.0 + 2.0 * np.arange(shape[-1]))


def adjoint(x: Any) -> Any:
    return x.mT.conj()


def hermitian(x: Any) -> Any:
    return x + adjoint(x)


def definite(x: Any) -> Any:
    return x @ adjoint(x)


def spread(v: Any) -> Any:
    """What does not depend on the phases of vectors."""
    factors = np.arange(1.0, v.shape[-1] + 1)
    return (v * (torch.tensor(factors) if isinstance(v, torch.Tensor) else factors)) @ adjoint(v)


SQUARES = [square(2, 3, 3)]
TALL, WIDE = [normal(4, 3)], [normal(3, 4)]

# name, ours, PyTorch's, operands
OPS: list[tuple[str, Callable[..., Any], Callable[..., Any], list[Any]]] = [
    ("inv", la.inv, tl.inv, SQUARES),
    ("solve", la.solve, tl.solve, [square(2, 3, 3), normal(3, 2)]),
    ("solve vector", la.solve, tl.solve, [square(3, 3), normal(3)]),
    ("det", la.det, tl.det, SQUARES),
    ("slogdet", lambda x: la.slogdet(x)[1], lambda x: tl.slogdet(x)[1], SQUARES),
    ("pinv", la.pinv, tl.pinv, TALL),
    ("pinv wide", la.pinv, tl.pinv, WIDE),
    (
        "lstsq",
        lambda a, b: la.lstsq(a, b)[0],
        lambda a, b: tl.lstsq(a, b).solution,
        [normal(4, 3), normal(4, 2)],
    ),
    (
        "cholesky",
        lambda x: la.cholesky(definite(x)),
        lambda x: tl.cholesky(definite(x)),
        SQUARES,
    ),
    ("matrix_power", lambda x: la.matrix_power(x, 3), lambda x: tl.matrix_power(x, 3), SQUARES),
    ("negative power", lambda x: la.matrix_power(x, -2), lambda x: tl.matrix_power(x, -2), SQUARES),
    ("eigvalsh", la.eigvalsh, tl.eigvalsh, [hermitian(square(3, 3))]),
    ("eigh", lambda x: spread(la.eigh(x)[1]), lambda x: spread(tl.eigh(x)[1]), [hermitian(normal(3, 3))]),
    ("eig", lambda x: spread(la.eig(x)[1]), lambda x: spread(tl.eig(x)[1]), [square(3, 3) + 0j]),
    ("svdvals", la.svdvals, tl.svdvals, TALL),
    ("svd u", lambda x: spread(la.svd(x)[0]), lambda x: spread(tl.svd(x)[0]), WIDE),
    (
        "svd vh",
        lambda x: spread(adjoint(la.svd(x, False)[2])),
        lambda x: spread(adjoint(tl.svd(x, False)[2])),
        TALL,
    ),
    ("qr q", lambda x: la.qr(x)[0], lambda x: tl.qr(x)[0], TALL),
    ("qr r", lambda x: la.qr(x)[1], lambda x: tl.qr(x)[1], TALL),
    ("qr q wide", lambda x: la.qr(x)[0], lambda x: tl.qr(x)[0], WIDE),
    ("qr r wide", lambda x: la.qr(x)[1], lambda x: tl.qr(x)[1], WIDE),
    ("cond", la.cond, tl.cond, [square(3, 3)]),
    *(  # PyTorch's own has no gradient
        (
            f"cond {p}",
            lambda x, p=p: la.cond(x, p),
            lambda x, p=p: tl.matrix_norm(x, p) * tl.matrix_norm(tl.inv(x), p),
            [square(3, 3)],
        )
        for p in (1, -inf, "fro", "nuc")
    ),
    *(
        (
            f"matrix_norm {order}",
            lambda x, o=order: la.matrix_norm(x, ord=o),
            lambda x, o=order: tl.matrix_norm(x, o),
            SQUARES,
        )
        for order in ("fro", "nuc", 1, -1, 2, -2, inf, -inf)
    ),
    *(
        (
            f"vector_norm {order}",
            lambda x, o=order: la.vector_norm(x, ord=o, axis=1),
            lambda x, o=order: tl.vector_norm(x, o, 1),
            [normal(2, 3)],
        )
        for order in (2, 1, 0, 3, 2.5, 1.5, 0.5, -1, inf, -inf)
    ),
    ("multi_dot", lambda *x: la.multi_dot(x), lambda *x: tl.multi_dot(x), [normal(2), normal(2, 3), normal(3, 2)]),
    ("tensorinv", lambda x: la.tensorinv(x, 1), lambda x: tl.tensorinv(x, 1), [square(4, 4).reshape(4, 2, 2)]),
    ("tensorsolve", la.tensorsolve, tl.tensorsolve, [square(4, 4).reshape(2, 2, 4), normal(2, 2)]),
    ("linalg.diagonal", la.diagonal, tl.diagonal, SQUARES),
    ("cross", gc.cross, tl.cross, [normal(2, 3), normal(1, 3)]),
    ("vecdot", gc.vecdot, tl.vecdot, [normal(2, 3), normal(3)]),
    ("vdot", gc.vdot, torch.vdot, [normal(3), normal(3)]),
    ("outer", gc.outer, torch.outer, [normal(3), normal(2)]),
    ("inner", gc.inner, torch.inner, [normal(2, 3), normal(1, 2, 3)]),
    ("kron", gc.kron, torch.kron, [normal(2, 3), normal(2)]),
    ("trace", gc.trace, torch.trace, [normal(3, 2)]),
    ("tensordot", gc.tensordot, torch.tensordot, [normal(2, 3, 2), normal(3, 2, 2)]),
    *(
        (
            f"einsum {subscripts}",
            lambda *x, s=subscripts: gc.einsum(s, *x),
            lambda *x, s=subscripts: torch.einsum(s, *x),
            operands,
        )
        for subscripts, operands in (
            ("ij,jk->ik", [normal(2, 3), normal(3, 2)]),
            ("bij,bjk", [normal(2, 2, 3), normal(2, 3, 2)]),
            ("ii->i", [normal(3, 3)]),
            ("...i,...i", [normal(2, 3), normal(3)]),
            ("i,ij,j->", [normal(2), normal(2, 3), normal(3)]),
        )
    ),
]  # fmt: skip


def compared(name: str, ours: Any, theirs: Any, operands: list[Any], order: int = 2) -> None:
    xs = [Tensor(x, requires_grad=True, dtype=x.dtype) for x in operands]
    ts = [torch.tensor(x, requires_grad=True) for x in operands]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # NumPy's, at kinks
        y, t = ours(*xs), theirs(*ts)
        close(y.data, t, f"{name}: value")
        if not t.requires_grad:
            return
        seed = np.asarray(rng.uniform(0.5, 1.5, y.shape), y.dtype)
        first = gc.gradient(y, xs, seed, create_graph=True)
        t_first = torch.autograd.grad(
            t, ts, torch.tensor(seed), create_graph=True, allow_unused=True
        )
        for i, (g, h) in enumerate(zip(first, t_first, strict=True)):
            close(g.data, h, f"{name}: gradient {i}")
            if order < 2 or h is None or not (h.requires_grad and g.requires_grad):
                continue
            w = np.asarray(rng.uniform(0.5, 1.5, g.shape), g.dtype)
            second = gc.gradient(g, xs, w, retain_graph=True)
            t_second = torch.autograd.grad(
                h, ts, torch.tensor(w), retain_graph=True, allow_unused=True
            )
            for j, (gg, hh) in enumerate(zip(second, t_second, strict=True)):
                close(gg.data, hh, f"{name}: second gradient {i}, {j}")


def close(ours: Any, theirs: Any, where: str) -> None:
    expected = 0.0 if theirs is None else theirs.numpy(force=True)
    scale = max(1.0, float(np.max(np.abs(expected), initial=0.0)))
    assert_allclose(ours, np.broadcast_to(expected, ours.shape), 1e-9, 1e-9 * scale, err_msg=where)


@pytest.mark.parametrize(("name", "ours", "theirs", "operands"), OPS, ids=[op[0] for op in OPS])
def test_real_matrices(name: str, ours: Any, theirs: Any, operands: list[Any]) -> None:
    compared(name, ours, theirs, operands)


@pytest.mark.parametrize(("name", "ours", "theirs", "operands"), OPS, ids=[op[0] for op in OPS])
def test_complex_matrices(name: str, ours: Any, theirs: Any, operands: list[Any]) -> None:
    turned = [x + 0.3j * rng.normal(size=x.shape) for x in operands]
    if name in ("eigh", "eigvalsh"):
        turned = [hermitian(x) for x in turned]
    compared(name, ours, theirs, turned)


KINKS = [np.zeros(3), np.array([0.0, 2.0, -2.0]), np.array([0.0, 1.0, 1.0])]


@pytest.mark.parametrize("order", [2, 1, 3, 2.5, 1.5, 0.5, inf, -inf])
@pytest.mark.parametrize("x", KINKS, ids=["zero", "ties", "mixed"])
def test_norms_at_kinks(order: float, x: Any) -> None:
    compared(
        f"norm {order}",
        lambda x: la.vector_norm(x, ord=order),
        lambda x: tl.vector_norm(x, order),
        [x],
        order=1,  # the second ones of PyTorch are NaN
    )


@pytest.mark.parametrize("order", ["fro", 1, -1, 2, -2, inf, -inf])
@pytest.mark.parametrize("x", [np.eye(2), np.diag([2.0, -2.0])], ids=["eye", "signs"])
def test_matrix_norms_at_ties(order: Any, x: Any) -> None:
    compared(
        f"norm {order}",
        lambda x: la.matrix_norm(x, ord=order),
        lambda x: tl.matrix_norm(x, order),
        [x],
        order=1,
    )


@pytest.mark.parametrize("x", [np.ones((2, 2)), np.zeros((3, 3)), np.diag([1.0, 2.0, 0.0])])
def test_determinants_of_singular_matrices(x: Any) -> None:
    compared("det", la.det, tl.det, [x], order=1)  # PyTorch's second one is an approximation
