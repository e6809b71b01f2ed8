"""CTC: forms of arguments, impossible targets, long sequences, dtypes, errors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from tests.nn.tables.sequence_losses import FRAMES, LABELS, TARGETS, ctc

import grad_core as gc
import grad_nn as nn
from grad_core import Tensor
from grad_nn import functional as F  # noqa: N812  # the field's name

rng = np.random.default_rng(6)
INF, NAN = np.inf, np.nan


def log_probs(*shape: int) -> Tensor:
    return F.log_softmax(Tensor(rng.normal(size=shape), dtype=np.float64)).detach()


@given(st.data())
def test_against_all_paths(data: st.DataObject) -> None:
    frames, classes = data.draw(st.integers(1, 4)), data.draw(st.integers(2, 3))
    blank = data.draw(st.integers(0, classes - 1))
    labels = st.sampled_from([c for c in range(classes) if c != blank])
    target = data.draw(st.lists(labels, max_size=3))
    x = np.random.default_rng(data.draw(st.integers(0, 99))).normal(size=(frames, classes))
    loss = F.ctc_loss(
        Tensor(x, dtype=np.float64), np.array(target, int), frames, len(target), blank, "sum"
    )
    assert_allclose(loss.item(), ctc(x, target, blank), rtol=1e-9)


@pytest.mark.parametrize(
    "lengths",
    [list, tuple, np.array, lambda x: Tensor(x, dtype=np.int64), lambda x: np.array(x, np.uint8)],
)
def test_forms_of_targets_and_lengths(lengths: Any) -> None:
    x = log_probs(5, 4, 3)
    expected = F.ctc_loss(x, TARGETS, FRAMES, LABELS)
    row = np.concatenate([t[:n] for t, n in zip(TARGETS, LABELS, strict=True)])
    for targets in (TARGETS, Tensor(TARGETS, dtype=np.int32), row, row.tolist()):
        loss = nn.CTCLoss()(x, targets, lengths(FRAMES), lengths(LABELS))
        assert_allclose(loss.item(), expected.item())


def test_one_sample() -> None:
    x = log_probs(5, 1, 3)
    expected = F.ctc_loss(x, [[1, 2]], [4], [2], reduction="none").data[0]  # type: ignore[list-item]  # lists of lists are arrays to a checker
    for length in (4, [4], np.array(4)):
        loss = F.ctc_loss(x[:, 0], [1, 2], length, 2, reduction="none")
        assert loss.shape == ()
        assert_allclose(loss.data, expected)


@pytest.mark.parametrize("zero_infinity", [False, True])
def test_targets_without_a_path(zero_infinity: bool) -> None:
    """Too few frames, a class of probability 0, or no frames at all."""
    x = log_probs(4, 5, 3).data.copy()
    x[:, 2, 2] = -INF
    leaf = Tensor(x, requires_grad=True, dtype=np.float64)
    targets, frames, labels = np.array([[1, 1]] * 5), [2, 4, 4, 0, 0], [2, 2, 1, 1, 0]
    targets[2] = 2
    loss = F.ctc_loss(leaf, targets, frames, labels, reduction="none", zero_infinity=zero_infinity)
    none = 0.0 if zero_infinity else INF
    assert_array_equal(loss.data[[0, 2, 3, 4]], [none, none, none, 0])
    assert_allclose(loss.data[1], ctc(x[:, 1], [1, 1]))
    for create_graph in (False, True):
        g = gc.gradient(loss.sum(), leaf, create_graph=create_graph, retain_graph=True).data
        unknown = 0.0 if zero_infinity else NAN
        assert_array_equal(g[:2, 0], np.full((2, 3), unknown))
        assert_array_equal(g[2:, 0], np.zeros((2, 3)))  # beyond its frames
        assert_array_equal(g[:, 2], np.full((4, 3), unknown))
        assert_array_equal(g[:, 3:], np.zeros((4, 2, 3)))
        assert_allclose(g[:, 1].sum(1), -np.ones(4))  # a distribution in each frame


def test_probabilities_of_0_beside_a_path() -> None:
    x = log_probs(4, 1, 3).data.copy()
    x[1, 0, 0] = -INF
    leaf = Tensor(x, requires_grad=True, dtype=np.float64)
    loss = F.ctc_loss(leaf, [1, 2], [4], [2], reduction="sum")
    assert_allclose(loss.item(), ctc(x[:, 0], [1, 2]))
    (g,) = gc.gradient(loss, [leaf], create_graph=True)
    (h,) = gc.gradient((g * g).sum(), [leaf])
    assert np.isfinite(g.data).all()
    assert np.isfinite(h.data).all()
    assert g.data[1, 0, 0] == 0


def test_nan_is_not_hidden() -> None:
    x = log_probs(4, 2, 3).data.copy()
    x[1, 0, 1] = NAN
    leaf = Tensor(x, requires_grad=True, dtype=np.float64)
    loss = F.ctc_loss(leaf, [1, 1], [4, 4], [1, 1], reduction="none", zero_infinity=True)
    assert_array_equal(np.isnan(loss.data), [True, False])
    loss.backward(np.ones(2))
    assert leaf.grad is not None
    assert np.isnan(leaf.grad[:, 0]).any()
    assert np.isfinite(leaf.grad[:, 1]).all()


@pytest.mark.parametrize("dtype", [np.float32, np.float16])
def test_long_sequences(dtype: Any) -> None:
    frames, classes = 400, 30
    target = rng.integers(1, classes, (2, 50))
    logits = rng.normal(size=(frames, 2, classes)).astype(dtype)
    narrow, wide = (
        Tensor(logits, requires_grad=True, dtype=dtype),
        Tensor(logits, requires_grad=True, dtype=np.float64),
    )
    losses = []
    for x in (narrow, wide):
        loss = F.ctc_loss(F.log_softmax(x), target, [frames, 300], [50, 40], reduction="none")
        (loss / 50).sum().backward()
        losses.append(loss.data)
    assert losses[0].dtype == dtype
    assert_allclose(losses[0], losses[1], rtol=2e-3 if dtype == np.float16 else 1e-5)
    assert narrow.grad is not None
    assert narrow.grad.dtype == dtype
    assert_allclose(narrow.grad, wide.grad, atol=1e-3 if dtype == np.float16 else 1e-5)  # type: ignore[arg-type]  # it is there
    assert_array_equal(narrow.grad[300:, 1], np.zeros((100, classes)))


def test_without_a_gradient() -> None:
    x = log_probs(4, 2, 3)
    leaf = Tensor(x.data, requires_grad=True, dtype=np.float64)
    with gc.no_grad():
        loss = F.ctc_loss(leaf, [1, 2], [4, 4], [1, 1])
    assert not loss.requires_grad
    assert_allclose(loss.item(), F.ctc_loss(leaf, [1, 2], [4, 4], [1, 1]).item())
    assert (
        F.ctc_loss(log_probs(4, 0, 3), np.zeros((0, 2), int), [], [], reduction="sum").item() == 0
    )


def test_layer() -> None:
    layer = nn.CTCLoss(blank=2, reduction="sum", zero_infinity=True)
    x = log_probs(5, 2, 3)
    args = (np.array([[0, 1], [1, 1]]), [5, 2], [2, 2])
    assert_allclose(layer(x, *args).item(), ctc(x.data[:, 0], [0, 1], 2))
    assert repr(layer) == "CTCLoss()"


X: Any = log_probs(5, 2, 3)
ERRORS: list[tuple[str, Callable[[], Any], type[Exception], str]] = [
    ("list", lambda: F.ctc_loss([1.0], [1], 1, 1), TypeError, "ctc_loss: input is list"),  # type: ignore[arg-type]  # the error under test
    ("integers", lambda: F.ctc_loss(Tensor([[1, 2]], dtype=int), [1], 1, 1), TypeError, "ctc_loss: input is int64"),
    ("1-d", lambda: F.ctc_loss(X[0, 0], [1], 1, 1), ValueError, r"log_probs has shape \(3,\), expected \(T, N, C\)"),
    ("no-frame", lambda: F.ctc_loss(X[:0], [1, 1], [0, 0], [1, 1]), ValueError, "at least one frame"),
    ("text", lambda: F.ctc_loss(X, [1, 1], [5, 5], "ab"), TypeError, "ctc_loss: target_lengths has no lengths"),  # type: ignore[arg-type]  # the error under test
    ("blank", lambda: F.ctc_loss(X, [1, 2], [5, 5], [1, 1], blank=3), ValueError, "blank is 3, expected 0 to 2"),
    ("reduction", lambda: F.ctc_loss(X, [1, 2], [5, 5], [1, 1], reduction="avg"), ValueError, "ctc_loss: reduction must be"),  # type: ignore[arg-type]  # the error under test
    ("frames", lambda: F.ctc_loss(X, [1, 2], [5, 6], [1, 1]), ValueError, "input_lengths has 6, expected 0 to 5"),
    ("negative", lambda: F.ctc_loss(X, [1, 2], [5, 5], [1, -1]), ValueError, "target_lengths has -1, expected at least 0"),
    ("lengths", lambda: F.ctc_loss(X, [1, 2], [5], [1, 1]), ValueError, r"input_lengths has shape \(1,\), expected \(2,\)"),
    ("float-lengths", lambda: F.ctc_loss(X, [1, 2], np.array([5.0, 5.0]), [1, 1]), TypeError, "ctc_loss: lengths are integers, got dtype float64; make input_lengths an"),
    ("row", lambda: F.ctc_loss(X, [1, 2, 1], [5, 5], [1, 1]), ValueError, "3 labels in a row, but target_lengths has 2 of them"),
    ("short", lambda: F.ctc_loss(X, np.array([[1], [1]]), [5, 5], [1, 2]), ValueError, r"targets has shape \(2, 1\), expected at least \(2, 2\)"),
    ("batch", lambda: F.ctc_loss(X, np.array([[1]]), [5, 5], [1, 1]), ValueError, r"targets has shape \(1, 1\), expected at least"),
    ("label", lambda: F.ctc_loss(X, [1, 3], [5, 5], [1, 1]), ValueError, "got label 3, expected 0 to 2 but not the blank, 0"),
    ("blank-label", lambda: F.ctc_loss(X, [1, 0], [5, 5], [1, 1]), ValueError, "got label 0, expected 0 to 2 but not the blank, 0"),
    ("float-target", lambda: F.ctc_loss(X, np.ones((2, 1)), [5, 5], [1, 1]), TypeError, "ctc_loss: class indices are integers"),  # type: ignore[arg-type]  # the error under test
]  # fmt: skip


@pytest.mark.parametrize(("name", "run", "kind", "message"), ERRORS, ids=[e[0] for e in ERRORS])
def test_errors(name: str, run: Any, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        run()
