"""Losses: values against their formulas, gradients, reductions, bad targets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import grad_nn as nn
from grad_core import Tensor
from grad_core.testing import check_grads
from grad_nn import functional as F  # noqa: N812  # the field's name

rng = np.random.default_rng(2)
SHAPES: list[tuple[int, ...]] = [(5,), (4, 5), (2, 5, 2), (2, 5, 1, 2)]
REDUCTIONS: list[F.Reduction] = ["none", "mean", "sum"]


def f64(x: Any) -> Tensor:
    return Tensor(x, dtype=np.float64)


def by_formula(
    x: Any, target: Any, weight: Any, ignore_index: int, reduction: str, smoothing: float
) -> Any:
    """The definition, one sample at a time."""
    axis = 0 if x.ndim == 1 else 1
    classes = x.shape[axis]
    logits = np.moveaxis(x, axis, -1).reshape(-1, classes)
    w = np.ones(classes) if weight is None else weight
    soft = target.shape == x.shape
    rows = np.moveaxis(target, axis, -1).reshape(-1, classes) if soft else target.reshape(-1)
    losses, factors = [], []
    for row, t in zip(logits, rows, strict=True):
        log_p = row - np.log(np.exp(row).sum())
        if soft:
            p, factor = t, 1.0
        elif t == ignore_index:
            losses.append(0.0)
            factors.append(0.0)
            continue
        else:
            p, factor = np.eye(classes)[t], w[t]
        p = p * (1 - smoothing) + smoothing / classes
        losses.append(-(w * p * log_p).sum())
        factors.append(factor)
    if reduction == "mean":
        return np.sum(losses) / np.sum(factors)
    shape = x.shape[:axis] + x.shape[axis + 1 :]
    return np.sum(losses) if reduction == "sum" else np.reshape(losses, shape)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("soft", [False, True])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("smoothing", [0.0, 0.2])
@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_cross_entropy(
    shape: tuple[int, ...], soft: bool, weighted: bool, smoothing: float, reduction: F.Reduction
) -> None:
    x = rng.normal(size=shape) * 3
    axis = 0 if len(shape) == 1 else 1
    samples = shape[:axis] + shape[axis + 1 :]
    target: Any = rng.integers(0, 5, samples)
    if soft:
        target = np.moveaxis(rng.dirichlet(np.ones(5), samples), -1, axis)
    weight = rng.uniform(0.5, 2, 5) if weighted else None
    ignored = -100 if soft or not target.ndim else int(target.flat[0])
    for ignore_index in {-100, ignored}:

        def loss(x: Tensor, ignore_index: int = ignore_index) -> Tensor:
            return F.cross_entropy(
                x,
                target,
                weight,
                ignore_index=ignore_index,
                reduction=reduction,
                label_smoothing=smoothing,
            )

        expected = by_formula(x, target, weight, ignore_index, reduction, smoothing)
        result = loss(f64(x))
        assert result.shape == np.shape(expected)
        assert_allclose(result.data, expected, rtol=1e-12)
        check_grads(loss, [x])


def test_cross_entropy_of_huge_logits() -> None:
    x = Tensor([[1e30, -1e30], [-1e4, 1e4]], requires_grad=True)
    loss = F.cross_entropy(x, [0, 0], reduction="none")
    assert_array_equal(loss.data, [0, 2e4])
    loss.sum().backward()
    assert_array_equal(x.grad, [[0, 0], [-1, 1]])


@pytest.mark.parametrize(
    "target",
    [[1, 0], np.array([1, 0], np.uint8), Tensor([1, 0], dtype=np.int64), np.array([1, 0])[::1]],
)
def test_cross_entropy_takes_any_integers(target: Any) -> None:
    x = Tensor([[0.0, 1.0], [2.0, 0.0]])
    assert_allclose(
        nn.CrossEntropyLoss()(x, target).item(),
        (np.log(1 + np.exp([-1.0, -2.0]))).mean(),
        rtol=1e-6,
    )


def test_cross_entropy_reaches_soft_targets() -> None:
    x, p = rng.normal(size=(3, 4)), rng.dirichlet(np.ones(4), 3)
    check_grads(lambda x, p: F.cross_entropy(x, p), [x, p])


def test_cross_entropy_loss_keeps_its_settings() -> None:
    loss = nn.CrossEntropyLoss(
        np.array([1.0, 2.0]), ignore_index=1, reduction="sum", label_smoothing=0.1
    )
    assert list(loss.state_dict()) == ["weight"]
    x = rng.normal(size=(3, 2)).astype(np.float32)
    t = np.array([0, 1, 0])
    expected = by_formula(x.astype(float), t, np.array([1.0, 2.0]), 1, "sum", 0.1)
    assert_allclose(loss(Tensor(x), t).item(), expected, rtol=1e-5)
    assert loss(Tensor(x), t).dtype == np.float32


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("shape", [(), (3,), (2, 3)])
def test_mse_loss(reduction: F.Reduction, shape: tuple[int, ...]) -> None:
    x, y = rng.normal(size=shape), rng.normal(size=shape)
    squares = (x - y) ** 2
    expected = {"none": squares, "mean": squares.mean(), "sum": squares.sum()}[reduction]
    assert_allclose(F.mse_loss(f64(x), y, reduction=reduction).data, expected)
    assert_allclose(nn.MSELoss(reduction=reduction)(f64(x), f64(y)).data, expected)
    check_grads(lambda x, y: F.mse_loss(x, y, reduction=reduction), [x, y])


def test_samples_that_do_not_count_may_hold_anything() -> None:
    x = Tensor([[-np.inf, 0.0, 1.0], [0.0, 1.0, 2.0]], requires_grad=True)
    loss = F.cross_entropy(x, [-100, 1], label_smoothing=0.0)
    assert_allclose(loss.item(), np.log(np.exp([0.0, 1.0, 2.0]).sum()) - 1, rtol=1e-6)
    loss.backward()
    assert x.grad is not None
    assert_array_equal(x.grad[0], [0, 0, 0])


def test_more_samples_than_float16_can_count() -> None:
    x = Tensor(np.zeros((70_000, 2)), dtype=np.float16)
    for smoothing in (0.0, 0.1):
        loss = F.cross_entropy(
            x, np.zeros(70_000, int), reduction="none", label_smoothing=smoothing
        )
        assert loss.dtype == np.float16
        assert_allclose(loss.data[0], np.log(2), rtol=1e-3)
    few = np.where(np.arange(70_000) < 10, 0, -100)
    many = np.where(np.arange(70_000) < 10, -100, 0)
    for target in (np.zeros(70_000, int), many):
        assert_allclose(F.cross_entropy(x, target).item(), np.log(2), rtol=2e-3)
    assert_allclose(F.cross_entropy(x[:200], few[:200]).item(), np.log(2), rtol=2e-3)


def test_a_batch_of_which_nothing_counts() -> None:
    x = Tensor([[0.0, 1.0]], requires_grad=True)
    loss = F.cross_entropy(x, [-100])
    assert np.isnan(loss.item())
    loss.backward()
    assert_array_equal(x.grad, [[0.0, 0.0]])


def test_a_weight_that_requires_a_gradient() -> None:
    x, p, w = rng.normal(size=(3, 4)), rng.dirichlet(np.ones(4), 3), rng.uniform(1, 2, 4)
    check_grads(lambda x, w: F.cross_entropy(x, p, w), [x, w])
    with pytest.raises(ValueError, match="weight requires a gradient, which class indices give no"):
        F.cross_entropy(f64(x), [0, 1, 2], Tensor(w, requires_grad=True))


def test_lists_of_numbers_are_float32() -> None:
    x = Tensor([[0.0, 1.0]])
    assert F.cross_entropy(x, [[0.5, 0.5]], [1.0, 2.0]).dtype == np.float32  # type: ignore[list-item]  # probabilities are arrays to a checker
    assert nn.MSELoss()(x, np.array([[1, 2]])).item() == 1.0


X: Any = Tensor(np.zeros((2, 3)))
BAD: Any = "average"
ERRORS: list[tuple[str, Callable[[], Any], type[Exception], str]] = [
    ("mse-shape", lambda: F.mse_loss(X, np.ones(3)), ValueError, r"input has shape \(2, 3\), but target \(3,\)"),
    ("mse-reduction", lambda: F.mse_loss(X, X, reduction=BAD), ValueError, "mse_loss: reduction must be"),
    ("range", lambda: F.cross_entropy(X, [0, 3]), ValueError, "got class index 3, expected 0 to 2, or"),
    ("negative", lambda: F.cross_entropy(X, [0, -1]), ValueError, "got class index -1, .*ignore_index, -100"),
    ("shape", lambda: F.cross_entropy(X, [0]), ValueError, r"target has shape \(1,\), expected \(2,\)"),
    ("float", lambda: F.cross_entropy(X, Tensor([0.0, 1.0])), TypeError, "integers, got dtype float32"),
    ("0-d", lambda: F.cross_entropy(Tensor(1.0), [0]), ValueError, "input has no axes"),
    ("no-class", lambda: F.cross_entropy(Tensor(np.ones((2, 0))), [0, 0]), ValueError, "leaves no class"),
    ("complex", lambda: F.mse_loss(Tensor([1j], dtype="c8"), X), TypeError, "input is complex64, expected real"),
    ("integer-logits", lambda: F.cross_entropy(Tensor([[1, 2]], dtype=int), [0]), TypeError, "input is int64, expected floating"),
    ("mse-list", lambda: F.mse_loss(X, [1.0]), TypeError, "mse_loss: target is list"),  # type: ignore[arg-type]  # the error under test
    ("mse-array", lambda: F.mse_loss(np.ones(1), X), TypeError, "mse_loss: input is ndarray"),  # type: ignore[arg-type]  # the error under test
    ("text", lambda: F.cross_entropy(X, ["a", "b"]), TypeError, "cross_entropy: target is neither"),  # type: ignore[list-item]  # the error under test
    ("ragged", lambda: F.cross_entropy(X, [[0], [1, 2]]), TypeError, "target is neither class"),  # type: ignore[list-item]  # the error under test
    ("input", lambda: F.cross_entropy([[0.0]], [0]), TypeError, "cross_entropy: input is list"),  # type: ignore[arg-type]  # the error under test
    ("weight", lambda: F.cross_entropy(X, [0, 1], np.ones(2)), ValueError, r"weight has shape \(2,\), expected \(3,\)"),
    ("smoothing", lambda: F.cross_entropy(X, [0, 1], label_smoothing=2), ValueError, "label_smoothing is 2"),
    ("reduction", lambda: F.cross_entropy(X, [0, 1], reduction=BAD), ValueError, "cross_entropy: reduction"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "run", "kind", "message"), ERRORS, ids=[e[0] for e in ERRORS])
def test_errors(name: str, run: Any, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        run()
