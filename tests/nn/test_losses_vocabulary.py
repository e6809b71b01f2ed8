"""Losses of large vocabularies: linear_cross_entropy and the adaptive softmax."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import grad_nn as nn
from grad_core import Tensor
from grad_core.testing import check_grads
from grad_nn import functional as F  # noqa: N812  # the field's name
from grad_nn.functional.loss import linear_cross_entropy as module

rng = np.random.default_rng(8)
CHUNKS = nn.LinearCrossEntropyOptions(batch_chunk_size=3)


def t(x: Any, *, leaf: bool = False) -> Tensor:
    return Tensor(x, requires_grad=leaf, dtype=np.float64)


X, W, B = rng.normal(size=(7, 3)), rng.normal(size=(5, 3)), rng.normal(size=5)
INDEX = np.array([0, 4, 2, 2, 1, 3, 0])


# ------------------------------------------------------------------------ linear_cross_entropy


@pytest.mark.parametrize("options", [None, CHUNKS])
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize(
    "settings",
    [{}, {"ignore_index": 2}, {"label_smoothing": 0.2, "weight": np.arange(1.0, 6.0)}],
)
def test_it_is_cross_entropy_of_linear(options: Any, reduction: F.Reduction, settings: Any) -> None:
    ours, theirs = ([t(a, leaf=True) for a in (X, W, B)] for _ in range(2))
    loss = F.linear_cross_entropy(
        ours[0],
        ours[1],
        INDEX,
        linear_bias=ours[2],
        reduction=reduction,
        options=options,
        **settings,
    )
    expected = F.cross_entropy(F.linear(*theirs), INDEX, reduction=reduction, **settings)
    assert_allclose(loss.data, expected.data, rtol=1e-12, atol=1e-15)
    g = rng.normal(size=loss.shape)
    loss.backward(g)
    expected.backward(g)
    for a, b in zip(ours, theirs, strict=True):
        assert_allclose(a.grad, b.grad, rtol=1e-10, atol=1e-12)  # type: ignore[arg-type]  # it is there


@pytest.mark.parametrize("options", [None, CHUNKS])
@pytest.mark.parametrize("places", [(), (2,), (2, 1)])
@pytest.mark.parametrize("soft", [False, True])
def test_places_and_probabilities(options: Any, places: tuple[int, ...], soft: bool) -> None:
    weight, bias = rng.normal(size=(5, *places, 3)), rng.normal(size=(5, *places))
    target: Any = rng.integers(0, 5, (7, *places))
    if soft:
        target = np.moveaxis(rng.dirichlet(np.ones(5), (7, *places)), -1, 1)
    logits = np.einsum("nf,c...f->nc...", X, weight) + bias
    expected = F.cross_entropy(t(logits), target)
    loss = F.linear_cross_entropy(t(X), t(weight), target, linear_bias=t(bias), options=options)
    assert_allclose(loss.item(), expected.item())
    if not places:
        one = F.linear_cross_entropy(t(X[0]), t(W), target[0], options=options)
        assert_allclose(one.item(), F.cross_entropy(t(X[0] @ W.T), target[0]).item())


def test_gradients_share_their_logits(monkeypatch: pytest.MonkeyPatch) -> None:
    passes = []
    original = module._Chunks._logits

    def counted(self: Any, *args: Any) -> Any:
        passes.append(1)
        return original(self, *args)

    monkeypatch.setattr(module._Chunks, "_logits", counted)
    x, w, b = (t(a, leaf=True) for a in (X, W, B))
    loss = F.linear_cross_entropy(x, w, INDEX, linear_bias=b, options=CHUNKS)
    assert len(passes) == 1
    loss.backward(retain_graph=True)
    assert len(passes) == 2
    first = [np.array(p.grad) for p in (x, w, b)]
    loss.backward()
    for p, g in zip((x, w, b), first, strict=True):
        assert_allclose(p.grad, 2 * g)  # type: ignore[arg-type]  # it is there


def test_nothing_is_left_behind() -> None:
    w = t(W, leaf=True)
    loss = F.linear_cross_entropy(t(X), w, INDEX, options=CHUNKS)
    assert loss._node is not None
    assert loss._node.inputs[0] is not None
    chunks = loss._node.inputs[0].saved[-1]  # type: ignore[index]  # before backward it is there
    gone = weakref.ref(chunks)
    del chunks
    loss.backward()
    assert gone() is None


def test_logits_are_not_all_in_memory() -> None:
    """Two million logits and more are not kept, whatever the options."""
    x, w = (
        Tensor(np.ones((600, 4)), requires_grad=True),
        Tensor(np.ones((4000, 4)), requires_grad=True),
    )
    loss = F.linear_cross_entropy(x, w, np.zeros(600, int))
    assert_allclose(loss.item(), np.log(4000), rtol=1e-5)
    assert loss._node is not None
    assert loss._node.inputs[0] is not None
    assert loss._node.inputs[0].operation.name == "linear_cross_entropy"  # type: ignore[union-attr]  # it has one
    loss.backward()
    assert w.grad is not None
    assert_allclose(w.grad[0], np.full(4, 1 / 4000 - 1), rtol=1e-4)
    assert_allclose(w.grad[1:], np.full((3999, 4), 1 / 4000), rtol=1e-4)


def test_samples_that_do_not_count_may_hold_anything() -> None:
    x = X.copy()
    x[2] = np.nan
    index = INDEX.copy()
    index[2] = -100
    leaf = t(x, leaf=True)
    loss = F.linear_cross_entropy(leaf, t(W, leaf=True), index, options=CHUNKS, label_smoothing=0.1)
    assert np.isfinite(loss.item())
    loss.backward()
    assert leaf.grad is not None
    assert_array_equal(leaf.grad[2], np.zeros(3))
    nothing = F.linear_cross_entropy(leaf, t(W), np.full(7, -100), options=CHUNKS, reduction="sum")
    assert nothing.item() == 0


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_narrow_dtypes(dtype: Any) -> None:
    x, w, b = (Tensor(a, requires_grad=True, dtype=dtype) for a in (X, W, B))
    loss = F.linear_cross_entropy(x, w, INDEX, linear_bias=b, options=CHUNKS)
    exact = F.cross_entropy(F.linear(t(X), t(W), t(B)), INDEX)
    assert loss.dtype == dtype
    assert_allclose(loss.item(), exact.item(), rtol=2e-3)
    loss.backward()
    assert all(p.grad is not None and p.grad.dtype == dtype for p in (x, w, b))


def test_linear_cross_entropy_loss() -> None:
    loss = nn.LinearCrossEntropyLoss(
        3, 5, out_features=(2,), bias=True, weight=[1, 2, 3, 4, 5], rng=0, dtype=np.float64
    )
    assert list(loss.state_dict()) == ["weight", "linear.weight", "linear.bias"]
    assert loss.linear.weight.shape == (10, 3)
    index = rng.integers(0, 5, (7, 2))
    logits = loss.linear(t(X)).reshape(7, 5, 2)
    expected = F.cross_entropy(logits, index, [1, 2, 3, 4, 5])
    assert_allclose(loss(t(X), index).item(), expected.item())
    loss(t(X), index).backward()
    assert loss.linear.weight.has_grad
    plain = nn.LinearCrossEntropyLoss(3, 4, options=CHUNKS, ignore_index=1, reduction="sum", rng=0)
    assert repr(plain) == (
        "LinearCrossEntropyLoss(\n  in_features=3, num_classes=4, out_features=(), bias=False,"
        " reduction=sum, ignore_index=1, label_smoothing=0.0,"
        " options=LinearCrossEntropyOptions(batch_chunk_size=3)\n"
        "  (linear): Linear(in_features=3, out_features=4, bias=False)\n)"
    )
    assert plain(Tensor(X[:2]), [1, 1]).item() == 0


# ------------------------------------------------------------------------ the adaptive softmax


def softmax(**settings: Any) -> nn.AdaptiveLogSoftmaxWithLoss:
    return nn.AdaptiveLogSoftmaxWithLoss(8, 12, [3, 7], 2.0, rng=0, dtype=np.float64, **settings)


def test_it_is_a_distribution() -> None:
    model = softmax(head_bias=True)
    x = t(rng.normal(size=(6, 8)))
    p = np.exp(model.log_prob(x).data)
    assert p.shape == (6, 12)
    assert_allclose(p.sum(1), np.ones(6))
    head = F.softmax(model.head(x), 1).data
    assert_allclose(p[:, :3], head[:, :3])
    assert_allclose(p[:, 3:7].sum(1), head[:, 3])
    assert_allclose(p[:, 7:].sum(1), head[:, 4])


@pytest.mark.parametrize("target", [[0, 3, 11, 6, 2, 7], [0, 1, 2, 0, 1, 2], [9, 8, 11, 10, 7, 7]])
def test_targets(target: list[int]) -> None:
    model = softmax()
    x = rng.normal(size=(6, 8))
    output, loss = model(t(x), target)
    expected = model.log_prob(t(x)).data[np.arange(6), target]
    assert_allclose(output.data, expected)
    assert_allclose(loss.item(), -expected.mean())
    one = model(t(x[0]), target[0])
    assert one.output.shape == ()
    assert_allclose(one.output.item(), expected[0])
    assert_allclose(one.loss.item(), -expected[0])


def test_gradients() -> None:
    model = softmax()
    x = rng.normal(size=(4, 8))
    check_grads(lambda x: model(x, [0, 4, 11, 8]).loss, [x])
    model(t(x), [0, 4, 5, 1]).loss.backward()
    assert model.head.weight.has_grad
    first, second = model.tail
    assert all(p.has_grad for p in first.parameters())
    assert not any(p.has_grad for p in second.parameters())  # no target is in that cluster


def test_predictions() -> None:
    model = softmax()
    for _ in range(5):
        x = t(rng.normal(size=(40, 8)) * 5)
        found = model.predict(x)
        assert found.dtype == np.intp
        head = model.head(x).data.argmax(1)
        likeliest = model.log_prob(x).data.argmax(1)
        assert_array_equal(found.data, np.where(head < 3, head, likeliest))
        assert (head < 3).any()
        assert (head >= 3).any()


def test_state_and_sizes() -> None:
    model = softmax(head_bias=True)
    shapes = {key: value.shape for key, value in model.state_dict().items()}
    assert shapes == {
        "head.weight": (5, 8),
        "head.bias": (5,),
        "tail.0.0.weight": (4, 8),
        "tail.0.1.weight": (4, 4),
        "tail.1.0.weight": (2, 8),
        "tail.1.1.weight": (5, 2),
    }
    assert model.cutoffs == [3, 7, 12]
    assert (model.shortlist_size, model.n_clusters, model.head_size) == (3, 2, 5)
    one = nn.AdaptiveLogSoftmaxWithLoss(2, 3, [1], init_method="he", rng=0)
    assert one.head.weight.dtype == np.float32


P: Any = t(X)
Q: Any = t(W)
ERRORS: list[tuple[str, Callable[[], Any], type[Exception], str]] = [
    ("list", lambda: F.linear_cross_entropy([1.0], Q, [0]), TypeError, "linear_cross_entropy: input is list"),  # type: ignore[arg-type]  # the error under test
    ("weight", lambda: F.linear_cross_entropy(P, W, INDEX), TypeError, "linear_weight is ndarray, expected a Tensor"),  # type: ignore[arg-type]  # the error under test
    ("weight-1-d", lambda: F.linear_cross_entropy(P, Q[0], INDEX), ValueError, r"linear_weight has shape \(3,\)"),
    ("features", lambda: F.linear_cross_entropy(P, Q[:, :2], INDEX), ValueError, r"input has shape \(7, 3\), expected \(N, 2\) or \(2,\)"),
    ("3-d", lambda: F.linear_cross_entropy(P[None], Q, INDEX), ValueError, r"input has shape \(1, 7, 3\), expected"),
    ("places", lambda: F.linear_cross_entropy(P[0], Q[:, None], [0]), ValueError, r"input has shape \(3,\), expected \(N, 3\), as"),
    ("bias", lambda: F.linear_cross_entropy(P, Q, INDEX, linear_bias=P[0]), ValueError, r"linear_bias has shape \(3,\), expected \(5,\)"),
    ("range", lambda: F.linear_cross_entropy(P, Q, INDEX + 1, options=CHUNKS), ValueError, "linear_cross_entropy: got class index 5"),
    ("target", lambda: F.linear_cross_entropy(P, Q, INDEX[:3], options=CHUNKS), ValueError, r"target has shape \(3,\), expected \(7,\)"),
    ("soft", lambda: F.linear_cross_entropy(P, Q, np.full((7, 5), 0.2), ignore_index=1), ValueError, "ignore_index is 1, but the target has"),
    ("smoothing", lambda: F.linear_cross_entropy(P, Q, INDEX, label_smoothing=2, options=CHUNKS), ValueError, "label_smoothing is 2"),
    ("class-weight", lambda: F.linear_cross_entropy(P, Q, INDEX, weight=[1.0], options=CHUNKS), ValueError, r"weight has shape \(1,\)"),
    ("reduction", lambda: F.linear_cross_entropy(P, Q, INDEX, reduction="avg"), ValueError, "linear_cross_entropy: reduction"),  # type: ignore[arg-type]  # the error under test
    ("options", lambda: F.linear_cross_entropy(P, Q, INDEX, options=3), TypeError, "options is int, expected LinearCross"),  # type: ignore[arg-type]  # the error under test
    ("chunk", lambda: nn.LinearCrossEntropyOptions(batch_chunk_size=0), ValueError, "batch_chunk_size is an int, at least 1; got 0"),
    ("layer-weight", lambda: nn.LinearCrossEntropyLoss(3, 4, weight=[1.0]), ValueError, r"LinearCrossEntropyLoss: weight has shape \(1,\)"),
    ("layer-smoothing", lambda: nn.LinearCrossEntropyLoss(3, 4, label_smoothing=-1), ValueError, "label_smoothing is -1"),
    ("cutoffs", lambda: nn.AdaptiveLogSoftmaxWithLoss(2, 9, [4, 3]), ValueError, r"cutoffs is \[4, 3\], expected increasing ints from 1 to 8"),
    ("no-cutoffs", lambda: nn.AdaptiveLogSoftmaxWithLoss(2, 9, []), ValueError, "expected increasing ints"),
    ("last-cutoff", lambda: nn.AdaptiveLogSoftmaxWithLoss(2, 9, [4, 9]), ValueError, "from 1 to 8"),
    ("float-cutoff", lambda: nn.AdaptiveLogSoftmaxWithLoss(2, 9, [4.0]), ValueError, "expected increasing ints"),  # type: ignore[list-item]  # the error under test
    ("div-value", lambda: nn.AdaptiveLogSoftmaxWithLoss(2, 9, [4], 0), ValueError, "div_value is 0, expected more than 0"),
    ("input", lambda: softmax()(P, INDEX), ValueError, r"AdaptiveLogSoftmaxWithLoss: input has shape \(7, 3\), expected \(N, 8\) or \(8,\)"),
    ("log_prob", lambda: softmax().log_prob(t(np.ones(8))), ValueError, r"input has shape \(8,\), expected \(N, 8\)$"),
    ("class", lambda: softmax()(t(np.ones((1, 8))), [12]), ValueError, "got class index 12, expected 0 to 11"),
    ("samples", lambda: softmax()(t(np.ones((1, 8))), [1, 2]), ValueError, r"target has shape \(2,\), expected \(1,\)"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "run", "kind", "message"), ERRORS, ids=[e[0] for e in ERRORS])
def test_errors(name: str, run: Any, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        run()
