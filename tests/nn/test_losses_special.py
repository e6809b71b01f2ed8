"""Losses of numbers, of yes or no, of margins: special values, dtypes, layers, errors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import grad_core as gc
import grad_nn as nn
from grad_core import Tensor
from grad_nn import functional as F  # noqa: N812  # the field's name

INF, NAN = np.inf, np.nan
LOG2 = np.log(2)
rng = np.random.default_rng(4)


def zeros(x: Tensor) -> Any:
    return np.zeros(x.shape, x.dtype)


def pois(x: Tensor) -> Tensor:
    return F.poisson_nll_loss(x, np.array([0.0, 1.0, 2.0]), False, True, reduction="none")


def variance(v: Tensor) -> Tensor:
    return F.gaussian_nll_loss(Tensor(zeros(v)), np.ones(v.shape, v.dtype), v, reduction="none")


def of(function: Callable[..., Tensor], target: Any, **settings: Any) -> Callable[[Tensor], Tensor]:
    """A loss of each element, of the input alone."""
    return lambda x: function(x, np.array(target, x.dtype), reduction="none", **settings)


# Values and gradients: those of PyTorch 2.13, and where it overflows, or has NaN for 0 * inf, the limit
SPECIAL: list[tuple[str, Callable[[Tensor], Tensor], Any, Any, Any]] = [
    ("mse", of(F.mse_loss, [0, 0, 0]), [1e10, INF, NAN], [1e20, INF, NAN], [2e10, INF, NAN]),
    ("l1", of(F.l1_loss, [0] * 4), [-0.5, 0, INF, 1e30], [0.5, 0, INF, 1e30], [-1, 0, 1, 1]),
    ("huber", of(F.huber_loss, [0] * 6), [-1, 1, 0, 1e30, -INF, NAN], [0.5, 0.5, 0, 1e30, INF, NAN], [-1, 1, 0, 1, -1, NAN]),
    ("huber-inf", of(F.huber_loss, [0, 0], delta=INF), [-1, 3], [0.5, 4.5], [-1, 3]),
    ("smooth_l1", of(F.smooth_l1_loss, [0] * 5, beta=0.5), [-0.5, 0.5, 0, 1e30, INF], [0.25, 0.25, 0, 1e30, INF], [-1, 1, 0, 1, 1]),
    ("smooth_l1-tiny", of(F.smooth_l1_loss, [0] * 2, beta=1e-30), [1e-9, 0], [1e-9, 0], [1, 0]),
    ("kl_div", of(F.kl_div, [0, 0, 1, 0.5, 0]), [-0.5, -INF, -INF, -1, NAN], [0, 0, INF, 0.15342641, NAN], [0, 0, -1, -0.5, 0]),
    ("kl_div-log", of(F.kl_div, [-INF, -INF, -2, -INF], log_target=True), [-0.5, -INF, -1, NAN], [0, 0, -0.13533528, NAN], [0, 0, -0.13533528, 0]),
    ("poisson", pois, [0, 1, 1], [0, 1, 1.6518065], [1, 0, -1]),
    ("gaussian", variance, [0, 1e-6, 1], [499993.1, 499993.1, 0.5], [-5e11, -5e11, 0]),
    ("bce", of(F.binary_cross_entropy, [0, 1, 0, 1, 1, 0.5, 1]), [0, 0, 1, 1, 1e-30, 0.5, NAN], [0, 100, 100, 0, 69.077553, LOG2, NAN], [0, -1e12, 1e12, 0, -1e12, 0, NAN]),
    ("bce-tiny", of(F.binary_cross_entropy, [0]), [1e-12], [1e-12], [1]),
    ("bce-logits", of(F.binary_cross_entropy_with_logits, [0, 1, 0, 1, 1, 0.5]), [-1e4, -1e4, 1e4, 1e4, 0, 0], [0, 1e4, 1e4, 0, LOG2, LOG2], [0, -1, 1, 0, -0.5, 0]),
    ("bce-logits-tiny", of(F.binary_cross_entropy_with_logits, [0]), [-30], [9.3576230e-14], [9.3576230e-14]),
    ("soft_margin", of(F.soft_margin_loss, [-1, 1, -1, 1, 1]), [-1e4, -1e4, 1e4, 1e4, 0], [0, 1e4, 1e4, 0, LOG2], [0, -1, 1, 0, -0.5]),
    ("hinge", of(F.hinge_embedding_loss, [-1, 1, -1, -1, 0]), [1, 1, 0, 2, 3], [0, 1, 1, 0, 3], [-1, 1, -1, 0, 1]),
    ("ranking", lambda x: F.margin_ranking_loss(x, zeros(x), np.ones(3, x.dtype), 0.5, reduction="none"), [0.5, 0, 1], [0, 0.5, 0], [-1, -1, 0]),
    ("cosine", lambda x: F.cosine_embedding_loss(x, np.ones((2, 2), x.dtype), np.array([1, -1]), reduction="none"), [[0, 0], [0, 0]], [1, 0], [[-707106.8] * 2, [707106.8] * 2]),
    ("multi_margin", lambda x: F.multi_margin_loss(x, [0], reduction="none"), [[1, 0, -1]], [0], [[0, 0, 0]]),
    ("triplet", lambda x: F.triplet_margin_loss(x, Tensor(np.zeros((1, 2)), dtype=x.dtype), Tensor([[1, 0]], dtype=x.dtype), eps=0.0, reduction="none"), [[0, 0]], [0], [[1, 0]]),
    ("nll", lambda x: F.nll_loss(x, [0, 1], reduction="none"), [[-INF, 0], [0, NAN]], [INF, NAN], [[-1, 0], [0, -1]]),
]  # fmt: skip


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    ("name", "function", "at", "value", "gradient"), SPECIAL, ids=[s[0] for s in SPECIAL]
)
def test_special_values(
    name: str, function: Any, at: Any, value: Any, gradient: Any, dtype: Any
) -> None:
    x = Tensor(at, requires_grad=True, dtype=dtype)
    y = function(x)
    assert_allclose(y.data, value, rtol=2e-6, atol=2e-15)
    y.backward(np.ones(y.shape))
    assert_allclose(x.grad, gradient, rtol=2e-6, atol=2e-7 if name == "poisson" else 1e-30)  # type: ignore[arg-type]  # it is there


X, Y = rng.uniform(0.1, 0.9, (4, 3)), rng.uniform(0.1, 0.9, (4, 3))
SIGN = np.array([[1, -1, 1], [1, 1, -1], [-1, -1, 1], [1, -1, -1]])
LABEL = np.array([1, 0, 2, 1])
LABELS = np.array([[1, -1, 0], [2, 0, -1], [0, 1, 2], [-1, 0, 0]])
W = np.array([0.5, 1.0, 2.0])


def t(x: Any) -> Tensor:
    return Tensor(x, dtype=np.float64)


def city_block(x: Tensor, y: Tensor) -> Tensor:
    return gc.abs(x - y).sum(-1)


# A layer, what it is called with, and the function with the same settings
LAYERS: list[tuple[nn.Module, tuple[Any, ...], Callable[..., Tensor]]] = [
    (nn.MSELoss(reduction="sum"), (X, Y), lambda x, y: F.mse_loss(x, y, reduction="sum")),
    (nn.L1Loss(reduction="none"), (X, Y), lambda x, y: F.l1_loss(x, y, reduction="none")),
    (nn.HuberLoss("sum", 0.2), (X, Y), lambda x, y: F.huber_loss(x, y, "sum", 0.2)),
    (nn.SmoothL1Loss(beta=0.2), (X, Y), lambda x, y: F.smooth_l1_loss(x, y, beta=0.2)),
    (nn.KLDivLoss(reduction="batchmean", log_target=True), (X, Y), lambda x, y: F.kl_div(x, y, reduction="batchmean", log_target=True)),
    (nn.PoissonNLLLoss(False, True, eps=0.1), (X, Y), lambda x, y: F.poisson_nll_loss(x, y, False, True, eps=0.1)),
    (nn.GaussianNLLLoss(full=True, eps=0.5), (X, Y, t(Y)), lambda x, y, v: F.gaussian_nll_loss(x, y, v, True, 0.5)),
    (nn.BCELoss(W), (X, Y), lambda x, y: F.binary_cross_entropy(x, y, W)),
    (nn.BCEWithLogitsLoss(W, pos_weight=W * 2), (X, Y), lambda x, y: F.binary_cross_entropy_with_logits(x, y, W, pos_weight=W * 2)),
    (nn.SoftMarginLoss(reduction="sum"), (X, SIGN), lambda x, y: F.soft_margin_loss(x, y, reduction="sum")),
    (nn.MultiLabelSoftMarginLoss(W), (X, Y), lambda x, y: F.multilabel_soft_margin_loss(x, y, W)),
    (nn.HingeEmbeddingLoss(0.3), (X, SIGN), lambda x, y: F.hinge_embedding_loss(x, y, 0.3)),
    (nn.MarginRankingLoss(0.3), (X, t(Y), SIGN), lambda x, y, s: F.margin_ranking_loss(x, y, s, 0.3)),
    (nn.MultiMarginLoss(2, 0.3, W), (X, LABEL), lambda x, y: F.multi_margin_loss(x, y, 2, 0.3, W)),
    (nn.MultiLabelMarginLoss(reduction="sum"), (X, LABELS), lambda x, y: F.multilabel_margin_loss(x, y, reduction="sum")),
    (nn.CosineEmbeddingLoss(0.3), (X, Y, SIGN[:, 0]), lambda x, y, s: F.cosine_embedding_loss(x, y, s, 0.3)),
    (nn.TripletMarginLoss(0.3, 1.0, 0.01, True), (X, t(Y), t(X * Y)), lambda x, y, z: F.triplet_margin_loss(x, y, z, 0.3, 1.0, 0.01, True)),
    (nn.TripletMarginWithDistanceLoss(distance_function=city_block, margin=0.3, swap=True), (X, t(Y), t(X * Y)), lambda x, y, z: F.triplet_margin_loss(x, y, z, 0.3, 1.0, 0.0, True)),
    (nn.TripletMarginWithDistanceLoss(), (X, t(Y), t(X * Y)), F.triplet_margin_loss),
    (nn.NLLLoss(W, ignore_index=2, reduction="sum"), (X, LABEL), lambda x, y: F.nll_loss(x, y, W, ignore_index=2, reduction="sum")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("layer", "args", "function"), LAYERS, ids=[type(row[0]).__name__ for row in LAYERS]
)
def test_layers(layer: Any, args: Any, function: Any) -> None:
    x, *rest = args
    weights = [key for key in ("weight", "pos_weight") if getattr(layer, key, None) is not None]
    assert list(layer.state_dict()) == weights
    expected = function(t(x), *rest)
    assert_allclose(layer(t(x), *rest).data, expected.data, rtol=1e-6)
    assert np.abs(expected.data).sum() > 0
    assert repr(layer).startswith(f"{type(layer).__name__}(")


@pytest.mark.parametrize(
    ("layer", "args", "function"), LAYERS, ids=[type(row[0]).__name__ for row in LAYERS]
)
def test_float16_and_targets_of_integers(layer: Any, args: Any, function: Any) -> None:
    """A float16 input gives a float16 loss that is near to the exact one."""
    narrow: list[Any] = [
        a if isinstance(a, np.ndarray) and a.dtype.kind == "i" else Tensor(a, dtype=np.float16)
        for a in args
    ]
    narrow[0].requires_grad = True
    loss = layer(*narrow)
    assert loss.dtype == np.float16
    assert_allclose(loss.data, layer(t(args[0]), *args[1:]).data, rtol=2e-2, atol=1e-2)
    loss.sum().backward()
    assert narrow[0].grad.dtype == np.float16
    assert np.isfinite(narrow[0].grad).all()


def test_squares_that_float16_cannot_hold() -> None:
    x, y = (Tensor(a, dtype=np.float16) for a in ([[400.0, 300.0]], [[300.0, 400.0]]))
    assert_allclose(F.cosine_embedding_loss(x, y, np.array([1])).item(), 0.04, rtol=1e-2)
    assert_allclose(F.triplet_margin_loss(x, y, x * 0).item(), 0)
    assert_allclose(F.triplet_margin_loss(x, y, x).item(), 142.4, rtol=1e-3)


def test_empty_batches() -> None:
    none = Tensor(np.zeros((0, 3)), requires_grad=True)
    index = np.zeros(0, int)
    lists = np.zeros((0, 3), int)
    for loss in (
        F.mse_loss(none, none.detach(), reduction="sum"),
        F.nll_loss(none, index, reduction="sum"),
        F.cross_entropy(none, index, reduction="sum"),
        F.multi_margin_loss(none, index, reduction="sum"),
        F.multilabel_margin_loss(none, lists, reduction="sum"),
        F.cosine_embedding_loss(none, none, index, reduction="sum"),
        F.triplet_margin_loss(none, none, none, reduction="sum"),
    ):
        assert loss.item() == 0
        loss.backward()
    assert_array_equal(none.grad, np.zeros((0, 3)))


def test_a_number_for_the_variance() -> None:
    x, y = t(X), t(Y)
    expected = F.gaussian_nll_loss(x, y, t(np.full(X.shape, 0.3)))
    for number in (0.3, np.float64(0.3), np.array(0.3)):
        assert_allclose(F.gaussian_nll_loss(x, y, number).data, expected.data)


def test_labels_after_the_first_minus_one_do_not_count() -> None:
    x = t(X)
    one = F.multilabel_margin_loss(x, np.array([[1, -1, 0]] * 4))
    other = F.multilabel_margin_loss(x, np.array([[1, -1, 99]] * 4))
    assert one.item() == other.item()


B: Any = "average"
T23: Any = Tensor(np.full((2, 3), 0.5))
N23: Any = np.full((2, 3), 0.5)
ERRORS: list[tuple[str, Callable[[], Any], type[Exception], str]] = [
    *(
        (f"{f.__name__}-shape", lambda f=f: f(T23, np.ones(3)), ValueError, rf"{f.__name__}: input has shape \(2, 3\), but target \(3,\)")
        for f in (F.mse_loss, F.l1_loss, F.huber_loss, F.smooth_l1_loss, F.binary_cross_entropy, F.binary_cross_entropy_with_logits, F.multilabel_soft_margin_loss)
    ),
    *(
        (f"{f.__name__}-broadcast", lambda f=f: f(T23, np.ones(4)), ValueError, rf"{f.__name__}: input has shape \(2, 3\), which is not broadcast with that of target \(4,\)")
        for f in (F.kl_div, F.poisson_nll_loss, F.soft_margin_loss, F.hinge_embedding_loss)
    ),
    *(
        (f"{f.__name__}-reduction", lambda f=f: f(T23, N23, reduction=B), ValueError, f"{f.__name__}: reduction must be 'none', 'mean' or 'sum', got 'average'")
        for f in (F.mse_loss, F.l1_loss, F.huber_loss, F.smooth_l1_loss, F.kl_div, F.poisson_nll_loss, F.binary_cross_entropy, F.binary_cross_entropy_with_logits, F.soft_margin_loss, F.multilabel_soft_margin_loss, F.hinge_embedding_loss)
    ),
    ("gaussian-reduction", lambda: F.gaussian_nll_loss(T23, N23, 1.0, reduction=B), ValueError, "gaussian_nll_loss: reduction"),
    ("margin-reduction", lambda: F.multi_margin_loss(T23, [0, 1], reduction=B), ValueError, "multi_margin_loss: reduction"),
    ("labels-reduction", lambda: F.multilabel_margin_loss(T23, LABELS[:2], reduction=B), ValueError, "multilabel_margin_loss: reduc"),
    ("ranking-reduction", lambda: F.margin_ranking_loss(T23, T23, T23, reduction=B), ValueError, "margin_ranking_loss: reduction"),
    ("cosine-reduction", lambda: F.cosine_embedding_loss(T23, T23, T23[0, :2], reduction=B), ValueError, "cosine_embedding_loss: reduc"),
    ("triplet-reduction", lambda: F.triplet_margin_loss(T23, T23, T23, reduction=B), ValueError, "triplet_margin_loss: reduction"),
    ("nll-reduction", lambda: F.nll_loss(T23, [0, 1], reduction=B), ValueError, "nll_loss: reduction"),
    ("weight", lambda: F.mse_loss(T23, N23, weight=W), ValueError, r"mse_loss: weight has shape \(3,\), expected \(2, 3\)"),
    ("weight-list", lambda: F.l1_loss(T23, N23, weight=[1.0]), TypeError, "l1_loss: weight is list, expected a Tensor"),  # type: ignore[arg-type]  # the error under test
    ("target-list", lambda: F.kl_div(T23, [1.0]), TypeError, "kl_div: target is list, expected a Tensor"),  # type: ignore[arg-type]  # the error under test
    ("input-list", lambda: F.soft_margin_loss([1.0], N23), TypeError, "soft_margin_loss: input is list"),  # type: ignore[arg-type]  # the error under test
    ("complex", lambda: F.huber_loss(Tensor([1j], dtype="c8"), np.ones(1)), TypeError, "huber_loss: input is complex64"),
    ("complex-target", lambda: F.mse_loss(T23, N23 * 1j), TypeError, "mse_loss: target has dtype complex128, expected real"),
    ("text", lambda: F.kl_div(T23, np.full((2, 3), "a")), TypeError, "kl_div: target has dtype <U1, expected real numbers"),
    ("distance", lambda: F.triplet_margin_with_distance_loss(T23, T23, T23, distance_function=lambda _a, _b: 3), TypeError, "distance_function gives int, expected a Tensor"),  # type: ignore[arg-type, return-value]  # the error under test
    ("variance-none", lambda: F.gaussian_nll_loss(T23, N23, None), TypeError, "gaussian_nll_loss: var "),  # type: ignore[arg-type]  # the error under test
    ("nll-none", lambda: F.nll_loss(T23, None), TypeError, "nll_loss: target has no class indices"),  # type: ignore[arg-type]  # the error under test
    ("delta", lambda: F.huber_loss(T23, N23, delta=0), ValueError, "huber_loss: delta is 0, expected more than 0"),
    ("beta", lambda: F.smooth_l1_loss(T23, N23, beta=-1), ValueError, "smooth_l1_loss: beta is -1, expected at least 0"),
    ("variance", lambda: F.gaussian_nll_loss(T23, N23, -N23), ValueError, "gaussian_nll_loss: var has a negative number"),
    ("variance-number", lambda: F.gaussian_nll_loss(T23, N23, -1), ValueError, "gaussian_nll_loss: var has a negative number"),
    ("variance-shape", lambda: F.gaussian_nll_loss(T23, N23, W), ValueError, r"var has shape \(3,\), expected \(2, 3\)"),
    ("probabilities", lambda: F.binary_cross_entropy(T23 * 4, N23), ValueError, "numbers that are not between 0 and 1.*with_logits"),
    ("bce-weight", lambda: F.binary_cross_entropy(T23, N23, np.ones(2)), ValueError, r"not broadcast with that of weight \(2,\)"),
    ("pos_weight", lambda: F.binary_cross_entropy_with_logits(T23, N23, pos_weight=np.ones(2)), ValueError, r"pos_weight \(2,\)"),
    ("soft-0-d", lambda: F.multilabel_soft_margin_loss(Tensor(1.0), np.array(1.0)), ValueError, "input has no axes"),
    ("ranking-axes", lambda: F.margin_ranking_loss(T23, T23, np.ones(3)), ValueError, "expected the same number of axes"),
    ("cosine-target", lambda: F.cosine_embedding_loss(T23, T23, np.ones(1)[0:1, None]), ValueError, r"and \(1, 1\), expected \(N, D\)"),
    ("cosine-shapes", lambda: F.cosine_embedding_loss(T23, T23[:1], np.ones(2)), ValueError, r"shapes \(2, 3\), \(1, 3\) and \(2,\)"),
    ("p", lambda: F.multi_margin_loss(T23, [0, 1], 3), ValueError, "multi_margin_loss: p is 3, expected 1 or 2"),
    ("p-layer", lambda: nn.MultiMarginLoss(3), ValueError, "MultiMarginLoss: p is 3, expected 1 or 2"),
    ("weight-layer", lambda: nn.MultiMarginLoss(weight=np.ones((1, 3))), ValueError, r"weight has shape \(1, 3\), expected \(C,\)"),
    ("margin-weight", lambda: F.multi_margin_loss(T23, [0, 1], weight=np.ones(2)), ValueError, r"weight has shape \(2,\), expected \(3,\)"),
    ("margin-target", lambda: F.multi_margin_loss(T23, [0, 3]), ValueError, "multi_margin_loss: got class index 3, expected 0 to 2$"),
    ("margin-3-d", lambda: F.multi_margin_loss(Tensor(np.ones((1, 2, 3))), [0]), ValueError, r"expected \(N, C\) or \(C,\)"),
    ("labels", lambda: F.multilabel_margin_loss(T23, np.array([[3, -1, 0]] * 2)), ValueError, "got label 3, expected 0 to 2, or -1"),
    ("labels-negative", lambda: F.multilabel_margin_loss(T23, np.array([[-2, -1, 0]] * 2)), ValueError, "got label -2"),
    ("labels-shape", lambda: F.multilabel_margin_loss(T23, np.array([0, 1])), ValueError, r"target has shape \(2,\), expected \(2, 3\)"),
    ("labels-float", lambda: F.multilabel_margin_loss(T23, N23), TypeError, "class indices are integers, got dtype float64"),
    ("integers", lambda: F.multi_margin_loss(Tensor([[1, 2]], dtype=int), [0]), TypeError, "multi_margin_loss: input is int64"),
    ("triplet-margin", lambda: F.triplet_margin_loss(T23, T23, T23, 0.0), ValueError, r"triplet_margin_loss: margin is 0\.0, expected more"),
    ("triplet-layer", lambda: nn.TripletMarginLoss(-1.0), ValueError, r"TripletMarginLoss: margin is -1\.0, expected more"),
    ("distance-layer", lambda: nn.TripletMarginWithDistanceLoss(margin=0), ValueError, "TripletMarginWithDistanceLoss: margin is 0"),
    ("triplet-axes", lambda: F.triplet_margin_loss(T23, T23[0], T23), ValueError, "triplet_margin_loss: anchor, positive and negative have"),
    ("triplet-array", lambda: F.triplet_margin_loss(T23, N23, T23), TypeError, "triplet_margin_loss: input is ndarray"),
    ("nll-range", lambda: F.nll_loss(T23, [0, -1]), ValueError, "nll_loss: got class index -1, expected 0 to 2, or ignore_index, -100"),
    ("nll-shape", lambda: F.nll_loss(T23, [0]), ValueError, r"nll_loss: target has shape \(1,\), expected \(2,\)"),
    ("nll-float", lambda: F.nll_loss(T23, N23[:, 0]), TypeError, "nll_loss: class indices are integers, got dtype float64"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "run", "kind", "message"), ERRORS, ids=[e[0] for e in ERRORS])
def test_errors(name: str, run: Any, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        run()
