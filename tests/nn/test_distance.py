"""Lengths and distances at their edges, and the layers; the table of functions has the values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import grad_core as gc
import grad_nn as nn
from grad_core import Tensor
from grad_core.testing import check_grads
from grad_nn import functional as F  # noqa: N812  # the field's name

rng = np.random.default_rng(6)
ORDERS = [0.0, 0.5, 1.0, 2.0, 3.0, np.inf]


@pytest.mark.parametrize("p", ORDERS)
def test_where_a_distance_is_0_the_gradient_is(p: float) -> None:
    x = Tensor([[1.0, 2.0], [1.0, 2.0], [1.0, 3.0]], requires_grad=True)
    y = F.pdist(x, p)
    assert_allclose(y.data, [0, 1, 1])
    g = gc.gradient(y[0], x)
    assert_array_equal(g.data, np.zeros((3, 2)))
    z = F.pairwise_distance(x, x.detach(), p, eps=0.0)
    assert_array_equal(z.data, np.zeros(3))
    assert_array_equal(gc.gradient(z.sum(), x).data, np.zeros((3, 2)))


def test_pdist_counts_the_elements_that_differ() -> None:
    x = Tensor([[1.0, 2.0, 5.0], [1.0, 3.0, 6.0], [1.0, 2.0, 5.0]])
    assert_array_equal(F.pdist(x, 0).data, [2, 0, 2])


def test_zero_vectors() -> None:
    x = Tensor([[0.0, 0.0], [1e-10, 0.0]], requires_grad=True)
    y = F.normalize(x, eps=1e-6)
    assert_allclose(y.data, np.array([[0, 0], [1e-4, 0]]))
    assert_allclose(gc.gradient(y.sum(), x).data, np.full((2, 2), 1e6), rtol=1e-6)
    c = F.cosine_similarity(x, Tensor([[3.0, 4.0]]), eps=1e-6)
    assert_allclose(c.data, [0, 6e-5], rtol=1e-6)
    assert np.isfinite(gc.gradient(c.sum(), x).data).all()


def test_float16_does_not_overflow() -> None:
    x = np.full((2, 4), 300.0, np.float16)
    x[1] = 150
    t = Tensor(x, requires_grad=True, dtype=np.float16)
    results: dict[str, tuple[Tensor, Any]] = {
        "normalize": (F.normalize(t), np.full((2, 4), 0.5)),
        "cosine": (F.cosine_similarity(t, t), np.ones(2)),
        "pairwise": (F.pairwise_distance(t, -t), [1200, 600]),
        "pdist": (F.pdist(t), [300]),
        "lrn": (F.local_response_norm(t[None], 2, 1.0, 0.5), None),
    }
    for name, (y, expected) in results.items():
        assert y.dtype == np.float16, name
        assert np.isfinite(y.data).all(), name
        assert gc.gradient(y.sum(), t).dtype == np.float16
        if expected is not None:
            assert_allclose(y.data, expected, rtol=2e-3, err_msg=name)


def test_a_number_is_a_vector_of_one() -> None:
    assert F.normalize(Tensor(-3.0), dim=0).data == -1
    assert F.cosine_similarity(Tensor(-3.0), Tensor(2.0), dim=-1).data == -1


def test_complex_numbers() -> None:
    x = rng.normal(size=(2, 3)) + 1j * rng.normal(size=(2, 3))
    y = F.normalize(Tensor(x, dtype=np.complex128))
    assert_allclose(y.data, x / np.linalg.norm(x, axis=1, keepdims=True))
    z = F.pairwise_distance(Tensor(x, dtype=np.complex128), Tensor(-x, dtype=np.complex128))
    assert z.dtype == np.float64
    assert_allclose(z.data, np.linalg.norm(2 * x + 1e-6, axis=1))


def test_mixed_dtypes_are_promoted() -> None:
    x, y = Tensor(rng.normal(size=(2, 3))), Tensor(rng.normal(size=(2, 3)), dtype=np.float64)
    assert F.cosine_similarity(x, y).dtype == np.float64
    assert F.pairwise_distance(x, y).dtype == np.float64
    half = Tensor(x, dtype=np.float16)
    assert F.cosine_similarity(x, half).dtype == np.float32


def test_keepdim() -> None:
    x = Tensor(rng.normal(size=(2, 5, 3)))
    layer = nn.PairwiseDistance(1.0, keepdim=True)
    assert layer(x, -x).shape == (2, 5, 1)
    assert_array_equal(layer(x, -x).data[..., 0], F.pairwise_distance(x, -x, 1.0).data)


def test_third_derivatives() -> None:
    x, y = rng.normal(size=(2, 2, 3))
    check_grads(F.cosine_similarity, [x, y], order=3, rtol=1e-4)
    check_grads(F.pdist, [x], order=3, rtol=1e-4)


def test_layers() -> None:
    x, y = Tensor(rng.normal(size=(2, 3, 4))), Tensor(rng.normal(size=(3, 4)))
    similarity = nn.CosineSimilarity(dim=-1)
    assert_array_equal(similarity(x, y).data, F.cosine_similarity(x, y, -1).data)
    assert repr(similarity) == "CosineSimilarity(dim=-1, eps=1e-08)"
    assert repr(nn.PairwiseDistance()) == "PairwiseDistance(p=2.0, eps=1e-06, keepdim=False)"
    assert repr(nn.LocalResponseNorm(2)) == "LocalResponseNorm(2, alpha=0.0001, beta=0.75, k=1.0)"
    layer = nn.LocalResponseNorm(3, 0.1, 0.5, 2.0)
    assert_array_equal(layer(x).data, F.local_response_norm(x, 3, 0.1, 0.5, 2.0).data)


X = Tensor(np.ones((2, 4)))
ERRORS: list[tuple[str, Callable[[], Any], type[Exception], str]] = [
    ("dim", lambda: F.normalize(X, dim=2), ValueError, "normalize: dim is 2, expected an axis of 2"),
    ("dims", lambda: F.normalize(X, dim=(0, -3)), ValueError, r"normalize: dim is \(0, -3\), expected"),
    ("float dim", lambda: F.normalize(X, dim=1.0), ValueError, r"normalize: dim is 1\.0, expected"),  # type: ignore[arg-type]  # the error under test
    ("integers", lambda: F.normalize(X.astype("int8")), TypeError, "normalize: input is int8, expected floating"),
    ("eps", lambda: F.normalize(X, eps=-1.0), ValueError, r"normalize: eps is -1\.0, expected"),
    ("shapes", lambda: F.cosine_similarity(X, X[:, :3]), ValueError, r"cosine_similarity: x1 has shape \(2, 4\) and x2 \(2, 3\), which are not broadcast"),
    ("cosine dim", lambda: nn.CosineSimilarity(2)(X, X), ValueError, "cosine_similarity: dim is 2, expected an axis of 2"),
    ("ndarray", lambda: nn.CosineSimilarity()(X, np.ones((2, 4))), TypeError, "cosine_similarity: x2 is ndarray, expected a Tensor"),  # type: ignore[arg-type]  # the error under test
    ("complex", lambda: F.cosine_similarity(X, X.astype("complex64")), TypeError, "cosine_similarity: x2 is complex64, expected real"),
    ("no axes", lambda: F.pairwise_distance(Tensor(1.0), Tensor(2.0)), ValueError, "pairwise_distance: x1 and x2 have no axes"),
    ("pairs", lambda: F.pairwise_distance(X, X[:, :3]), ValueError, r"pairwise_distance: x1 has shape \(2, 4\) and x2 \(2, 3\)"),
    ("matrix", lambda: F.pdist(X[0]), ValueError, r"pdist: input has shape \(4,\), expected \(N, D\)"),
    ("order", lambda: F.pdist(X, -1.0), ValueError, r"pdist: p is -1\.0, expected a number, at least 0"),
    ("text", lambda: F.pdist(X, "2"), ValueError, "pdist: p is '2', expected a number, at least 0"),  # type: ignore[arg-type]  # the error under test
    ("lrn axes", lambda: F.local_response_norm(X, 2), ValueError, r"local_response_norm: input has shape \(2, 4\), expected \(N, C, L"),
    ("lrn size", lambda: nn.LocalResponseNorm(0), ValueError, "LocalResponseNorm: size is an int, at least 1; got 0"),
    ("lrn integers", lambda: F.local_response_norm(X[None].astype("int8"), 2), TypeError, "local_response_norm: input is int8"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "run", "kind", "message"), ERRORS, ids=[e[0] for e in ERRORS])
def test_errors(name: str, run: Any, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        run()
