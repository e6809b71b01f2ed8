"""Transforms of functions side by side with torch.func."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose
from torch import func

import grad_core as gc

# PyTorch's own forward mode uses what it deprecates.
pytestmark = pytest.mark.filterwarnings("ignore:.*torch.jit:DeprecationWarning")

rng = np.random.default_rng(5)
X, W, V = rng.normal(size=(3,)), rng.normal(size=(3, 3)), rng.normal(size=(3,))
Z, U = X + 1j * V, V - 1j * X


def plain(x: Any) -> Any:
    """Tensors as arrays, in any structure."""
    if isinstance(x, dict):
        return {key: plain(item) for key, item in x.items()}
    if isinstance(x, (list, tuple)):
        return type(x)(plain(item) for item in x)
    return x.detach().numpy() if isinstance(x, torch.Tensor) else x


def tensors(x: Any) -> Any:
    """Arrays and numbers as PyTorch's Tensors, in any structure."""
    if isinstance(x, dict):
        return {key: tensors(item) for key, item in x.items()}
    if isinstance(x, (list, tuple)):
        return type(x)(tensors(item) for item in x)
    return torch.tensor(x, dtype=None if isinstance(x, np.ndarray) else torch.float64)


def assert_same(ours: Any, theirs: Any) -> None:
    theirs = plain(theirs)
    if isinstance(theirs, dict):
        assert ours.keys() == theirs.keys()
        for key in theirs:
            assert_same(ours[key], theirs[key])
    elif isinstance(theirs, (list, tuple)):
        assert type(ours) is type(theirs)
        for one, other in zip(ours, theirs, strict=True):
            assert_same(one, other)
    else:
        assert np.shape(ours) == theirs.shape
        assert np.asarray(ours).dtype == theirs.dtype
        rtol = 1e-5 if theirs.dtype == np.float32 else 1e-10
        assert_allclose(ours, theirs, rtol=rtol, atol=rtol / 100)


def number(x: Any, w: Any = 2.0) -> Any:
    return ((x * w).tanh() * x.sum()).sum() + ((x * w) ** 3).mean()


def array(x: Any, w: Any = 2.0) -> Any:
    return (x * w).tanh() * x.sum()


def of_tree(p: Any) -> Any:
    return ((p["w"] * p["rest"][0]).tanh() * p["rest"][1]).sum()


TREE = {"w": X, "rest": (V, 2.0)}


def modulus(z: Any) -> Any:
    return (z.abs() ** 3).sum() + (z * z).real.sum()


CASES: list[tuple[str, Any, Any, tuple[Any, ...]]] = [
    ("grad", lambda t: t.grad(number), None, (X,)),
    ("argnums", lambda t: t.grad(number, argnums=1), None, (X, W)),
    ("several", lambda t: t.grad(number, argnums=(0, 1)), None, (X, W)),
    ("tree", lambda t: t.grad(of_tree), None, (TREE,)),
    ("third order", lambda t: t.grad(t.grad(t.grad(lambda x: x.tanh() * x**4))), None, (1.3,)),
    ("inner", lambda t: t.grad(lambda x: x * t.grad(lambda y: x * y**2)(x)), None, (1.3,)),
    ("aux", lambda t: t.grad(lambda x: (number(x), {"y": x * 2}), has_aux=True), None, (X,)),
    ("float32", lambda t: t.grad(number), None, (X.astype(np.float32),)),
    ("complex", lambda t: t.grad(modulus), None, (Z,)),
    ("jacobian", lambda t: t.jacobian(array), lambda t: t.jacrev(array), (X,)),
    (
        "forward",
        lambda t: t.jacobian(array, mode="forward"),
        lambda t: t.jacfwd(array),
        (X,),
    ),
    (
        "jacobians",
        lambda t: t.jacobian(array, (0, 1)),
        lambda t: t.jacrev(array, argnums=(0, 1)),
        (X, W),
    ),
    ("hessian", lambda t: t.hessian(number), None, (X,)),
    ("hessian of 1", lambda t: t.hessian(number, argnums=1), None, (X, W)),
    ("grad of hessian", lambda t: t.grad(lambda x: t.hessian(number)(x).sum()), None, (X,)),
    ("vjp", lambda t: lambda x, w, c: t.vjp(array, x, w)[1](c), None, (X, W, W)),
    (
        "vjp of complex",
        lambda t: lambda z, c: t.vjp(lambda z: z * z.conj() * z, z)[1](c),
        None,
        (Z, U),
    ),
    ("jvp", lambda t: lambda x, w, v: t.jvp(array, (x, w), (v, w)), None, (X, W, V)),
    (
        "jvp of complex",
        lambda t: lambda z, v: t.jvp(lambda z: z * z.conj() * z, (z,), (v,)),
        None,
        (Z, U),
    ),
    (
        "jvp of a tree",
        lambda t: lambda x, v: t.jvp(lambda x: {"a": x * x, "b": [x.sum()]}, (x,), (v,)),
        None,
        (X, V),
    ),
    (
        "hvp",
        lambda t: lambda x, v: t.hvp(number)(x, v),
        lambda t: lambda x, v: t.jvp(t.grad(number), (x,), (v,))[1],
        (X, V),
    ),
    (
        "hvp of complex",
        lambda t: lambda x, v: t.hvp(modulus)(x, v),
        lambda t: lambda x, v: t.jvp(t.grad(modulus), (x,), (v,))[1],
        (Z, U),
    ),
]


@pytest.mark.parametrize(("name", "ours", "theirs", "args"), CASES, ids=[c[0] for c in CASES])
def test_transform(name: str, ours: Any, theirs: Any, args: tuple[Any, ...]) -> None:
    assert_same(ours(gc)(*args), (theirs or ours)(func)(*tensors(args)))


def test_value_and_grad_is_their_grad_and_value() -> None:
    value, g = gc.value_and_grad(number)(X)
    their_g, their_value = func.grad_and_value(number)(tensors(X))
    assert_same((value, g), (their_value, their_g))


def test_a_graph_is_kept_where_theirs_is() -> None:
    x, w = gc.Tensor(X, requires_grad=True, dtype=np.float64), gc.Tensor(W, requires_grad=True)
    tx, tw = tensors(X).requires_grad_(), tensors(W.astype(np.float32)).requires_grad_()
    gc.grad(number)(x, w).sum().backward()
    func.grad(number)(tx, tw).sum().backward()
    assert x.grad is not None
    assert tx.grad is not None
    assert_same(x.grad, tx.grad)
    with gc.no_grad(), torch.no_grad():
        assert gc.grad(number)(x).requires_grad is func.grad(number)(tx).requires_grad is False


def block(x: Any, w: Any) -> Any:
    return (x @ w).tanh() @ w


def test_checkpoint() -> None:
    from torch.utils.checkpoint import checkpoint

    x, w = (gc.Tensor(a, requires_grad=True, dtype=np.float64) for a in (X, W))
    tx, tw = tensors(X).requires_grad_(), tensors(W).requires_grad_()
    y: Any = x
    ty: Any = tx
    for _ in range(3):
        y = gc.checkpoint(block)(y, w)
        ty = checkpoint(block, ty, tw, use_reentrant=False)
    y.sum().backward()
    ty.sum().backward()
    assert_same((x.grad, w.grad), (tx.grad, tw.grad))
