"""Rows of losses; the references take one number, or one sample, at a time."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from tests.nn.tables.common import Op, distinct, positive, real

from grad_nn import functional as F  # noqa: N812  # the field's name

SIGNS = np.array([[1.0, -1.0, -1.0], [1.0, 1.0, -1.0]])
LABELS = np.array([[1.0, 0.0, 0.0], [1.0, 1.0, 0.0]])
P = np.array([[0.2, 0.5, 0.9], [0.05, 0.6, 0.35]])
Q = np.array([[0.1, 0.75, 0.4], [0.3, 0.25, 0.8]])


def each(function: Callable[..., float]) -> Callable[..., Any]:
    return np.vectorize(function, otypes=[np.float64])


def mean(function: Callable[..., float]) -> Callable[..., Any]:
    return lambda *arrays: each(function)(*arrays).mean()


def huber(d: float, delta: float) -> float:
    return d * d / 2 if abs(d) < delta else delta * (abs(d) - delta / 2)


def weighted(function: Callable[..., float]) -> Callable[..., Any]:
    return lambda x, t, w: (each(function)(x, t) * w).sum() / w.sum()


def bce(p: float, t: float) -> float:
    return -t * math.log(p) - (1 - t) * math.log(1 - p)


def with_logits(x: float, t: float, w: float = 1.0) -> float:
    s = 1 / (1 + math.exp(-x))
    return -w * t * math.log(s) - (1 - t) * math.log(1 - s)


def gaussian(x: float, t: float, v: float, full: bool = False) -> float:
    return (math.log(v) + (x - t) ** 2 / v + (math.log(2 * math.pi) if full else 0.0)) / 2


def poisson(x: float, k: float, log_input: bool = True, full: bool = False) -> float:
    loss = math.exp(x) - k * x if log_input else x - k * math.log(x + 1e-8)
    if full and k > 1:
        loss += k * math.log(k) - k + math.log(2 * math.pi * k) / 2
    return loss


def hinge(x: float, t: float, margin: float = 1.0) -> float:
    return x if t == 1 else max(0.0, margin - x)


def cosines(a: Any, b: Any, t: Any, margin: float = 0.0) -> list[float]:
    losses = []
    for x, y, sign in zip(a, b, t, strict=True):
        cosine = sum(x * y) / math.sqrt(sum(x * x) * sum(y * y))
        losses.append(1 - cosine if sign == 1 else max(0, cosine - margin))
    return losses


def triplets(a: Any, b: Any, c: Any, p: float = 2, swap: bool = False) -> list[float]:
    def distance(x: Any, y: Any) -> float:
        return float(sum(abs(d + 1e-6) ** p for d in x - y) ** (1 / p))

    losses = []
    for x, y, z in zip(a, b, c, strict=True):
        far = min(distance(x, z), distance(y, z)) if swap else distance(x, z)
        losses.append(max(0.0, 1.0 + distance(x, y) - far))
    return losses


def margins(
    x: Any, target: Any, p: int = 1, margin: float = 1.0, weight: Any = None
) -> list[float]:
    losses = []
    for row, t in zip(x, target, strict=True):
        terms = [max(0, margin - row[t] + row[c]) ** p for c in range(len(row)) if c != t]
        losses.append(sum(terms) / len(row) * (1 if weight is None else weight[t]))
    return losses


def label_margins(x: Any, target: Any) -> list[float]:
    losses = []
    for row, labels in zip(x, target, strict=True):
        found = []
        for label in labels:
            if label < 0:
                break
            found.append(label)
        others = [c for c in range(len(row)) if c not in found]
        losses.append(sum(max(0, 1 - row[t] + row[c]) for t in found for c in others) / len(row))
    return losses


def nll(x: Any, target: Any, weight: Any, ignored: int) -> Any:
    rows = np.moveaxis(x, 1, -1).reshape(-1, x.shape[1])
    kept = [(row, t) for row, t in zip(rows, target.reshape(-1), strict=True) if t != ignored]
    return sum(-weight[t] * row[t] for row, t in kept) / sum(weight[t] for _, t in kept)


CLASSES = np.array([2, 0, 1, 2])
WEIGHT = np.array([0.5, 2.0, 1.5])
LISTS = np.array([[3, 0, -1, 1], [2, -1, 0, 1], [-1, 1, 2, 3], [1, 3, 2, 0], [2, 2, -1, -1]])
PLACES = np.array([[2, 1], [0, 1]])

PAIRS = ((real(2, 3), real(2, 3)), (real(2, 0), real(2, 0)), (real(), real()))

OPS = [
    Op("mse_loss", lambda x, t: F.mse_loss(x, t, reduction="sum"), lambda x, t: each(lambda x, t: (x - t) ** 2)(x, t).sum(), PAIRS),
    Op("mse_loss-mean", F.mse_loss, mean(lambda x, t: (x - t) ** 2), (PAIRS[0], PAIRS[2])),
    Op("mse_loss-none", lambda x, t: F.mse_loss(x, t, reduction="none"), each(lambda x, t: (x - t) ** 2), PAIRS),
    Op("mse_loss-weight", lambda x, t, w: F.mse_loss(x, t, weight=w), weighted(lambda x, t: (x - t) ** 2), ((real(2, 3), real(2, 3), positive(2, 3)),)),
    Op("l1_loss", lambda x, t: F.l1_loss(x, t, reduction="none"), each(lambda x, t: abs(x - t)), PAIRS),
    Op("l1_loss-weight", lambda x, t, w: F.l1_loss(x, t, weight=w), weighted(lambda x, t: abs(x - t)), ((real(2, 3), real(2, 3), positive(2, 3)),)),
    Op("huber_loss", lambda x, t: F.huber_loss(x, t, "none", 0.7), each(lambda x, t: huber(x - t, 0.7)), PAIRS),
    Op("huber_loss-weight", lambda x, t, w: F.huber_loss(x, t, weight=w), mean(lambda x, t, w: w * huber(x - t, 1)), ((real(2, 3), real(2, 3), positive(2, 3)),)),
    Op("smooth_l1_loss", lambda x, t: F.smooth_l1_loss(x, t, reduction="none", beta=0.7), each(lambda x, t: huber(x - t, 0.7) / 0.7), PAIRS),
    Op("smooth_l1_loss-0", lambda x, t: F.smooth_l1_loss(x, t, beta=0.0), mean(lambda x, t: abs(x - t)), ((real(2, 3), real(2, 3)),)),
    Op("kl_div", lambda x, t: F.kl_div(x, t, reduction="none"), each(lambda x, t: t * (math.log(t) - x)), ((real(2, 3), positive(2, 3)), (real(2, 3), positive(3)), (real(), positive()), (real(0, 2), positive(0, 2)))),
    Op("kl_div-log", lambda x, t: F.kl_div(x, t, reduction="batchmean", log_target=True), lambda x, t: each(lambda x, t: math.exp(t) * (t - x))(x, t).sum() / 2, ((real(2, 3), real(2, 3)),)),
    Op("poisson_nll_loss", F.poisson_nll_loss, mean(poisson), ((real(2, 3), np.array([[0.0, 1.0, 4.0], [2.0, 3.0, 1.0]])), (real(2, 1), positive(3)))),
    Op("poisson_nll_loss-full", lambda x, t: F.poisson_nll_loss(x, t, False, True, reduction="sum"), lambda x, t: each(lambda x, t: poisson(x, t, False, True))(x, t).sum(), ((positive(5), np.array([0.0, 0.5, 1.5, 2.0, 9.0])),)),
    Op("gaussian_nll_loss", F.gaussian_nll_loss, mean(gaussian), ((real(2, 3), real(2, 3), positive(2, 3)), (real(2, 3), real(2, 3), positive(2, 1)), (real(), real(), positive()))),
    Op("gaussian_nll_loss-short", lambda x, t, v: F.gaussian_nll_loss(x, t, v, True, reduction="none"), lambda x, t, v: each(gaussian)(x, t, v[..., None], True), ((real(2, 3), real(2, 3), positive(2)), (real(2, 3), real(3), positive(2)))),
    Op("gaussian_nll_loss-number", lambda x, t: F.gaussian_nll_loss(x, t, 2), mean(lambda x, t: gaussian(x, t, 2)), ((real(2, 3), real(2, 3)),)),
    Op("binary_cross_entropy", F.binary_cross_entropy, mean(bce), ((P, Q), (np.array(0.2), np.array(0.1)))),
    Op("binary_cross_entropy-weight", lambda p, t, w: F.binary_cross_entropy(p, t, w, reduction="none"), each(lambda p, t, w: w * bce(p, t)), ((P, Q, positive(3)), (P, Q, positive(2, 1)))),
    Op("binary_cross_entropy_with_logits", F.binary_cross_entropy_with_logits, mean(with_logits), ((real(2, 3), Q), (real(), np.array(0.3)))),
    Op("binary_cross_entropy_with_logits-weights", lambda x, t, w, p: F.binary_cross_entropy_with_logits(x, t, w, pos_weight=p, reduction="none"), each(lambda x, t, w, p: w * with_logits(x, t, p)), ((real(2, 3), Q, positive(3), positive(3)),)),
    Op("soft_margin_loss", F.soft_margin_loss, mean(lambda x, t: math.log(1 + math.exp(-t * x))), ((real(2, 3), SIGNS), (real(2, 1), SIGNS[0]))),
    Op("multilabel_soft_margin_loss", lambda x, t: F.multilabel_soft_margin_loss(x, t, reduction="none"), lambda x, t: each(with_logits)(x, t).mean(-1), ((real(2, 3), LABELS), (real(3), LABELS[0]))),
    Op("multilabel_soft_margin_loss-weight", F.multilabel_soft_margin_loss, mean(lambda x, t, w: w * with_logits(x, t)), ((real(2, 3), LABELS, positive(3)),)),
    Op("hinge_embedding_loss", lambda x: F.hinge_embedding_loss(x, SIGNS, 1.3, reduction="none"), lambda x: each(lambda x, t: hinge(x, t, 1.3))(x, SIGNS), ((real(2, 3),), (real(1, 3),))),
    Op("margin_ranking_loss", lambda x, y: F.margin_ranking_loss(x, y, SIGNS.astype(int), 0.5), lambda x, y: each(lambda x, y, t: max(0, 0.5 - t * (x - y)))(x, y, SIGNS).mean(), ((real(2, 3), real(2, 3)), (real(2, 3), real(1, 3)))),
    Op("cosine_embedding_loss", lambda x, y: F.cosine_embedding_loss(x, y, SIGNS[0], 0.1, reduction="none"), lambda x, y: cosines(x, y, SIGNS[0], 0.1), ((real(3, 4), real(3, 4)),)),
    Op("cosine_embedding_loss of one pair", lambda x, y: F.cosine_embedding_loss(x, y, np.array(1)), lambda x, y: cosines([x], [y], [1])[0], ((real(4), real(4)),)),
    Op("triplet_margin_loss", F.triplet_margin_loss, lambda *x: np.mean(triplets(*x)), ((real(3, 4), real(3, 4), real(3, 4)),)),
    Op("triplet_margin_loss-swap", lambda x, y, z: F.triplet_margin_loss(x, y, z, p=3, swap=True, reduction="none"), lambda x, y, z: triplets(x, y, z, p=3, swap=True), ((real(3, 4), real(3, 4), real(3, 4)),)),
    Op("triplet_margin_with_distance_loss", F.triplet_margin_with_distance_loss, lambda *x: np.mean(triplets(*x)), ((real(3, 4), real(3, 4), real(3, 4)),)),
    Op("multi_margin_loss", lambda x: F.multi_margin_loss(x, CLASSES), lambda x: np.mean(margins(x, CLASSES)), ((real(4, 3),),)),
    Op("multi_margin_loss-2", lambda x, w: F.multi_margin_loss(x, CLASSES, 2, 0.4, w, reduction="none"), lambda x, w: margins(x, CLASSES, 2, 0.4, w), ((real(4, 3), WEIGHT),)),
    Op("multi_margin_loss of one sample", lambda x: F.multi_margin_loss(x, 1), lambda x: margins([x], [1])[0], ((real(4),), (real(2),))),
    Op("multilabel_margin_loss", lambda x: F.multilabel_margin_loss(x, LISTS, reduction="none"), lambda x: label_margins(x, LISTS), ((real(5, 4),),)),
    Op("multilabel_margin_loss of one sample", lambda x: F.multilabel_margin_loss(x, LISTS[0]), lambda x: label_margins([x], LISTS[:1])[0], ((real(4),),)),
    Op("nll_loss", lambda x: F.nll_loss(x, CLASSES, WEIGHT), lambda x: nll(x, CLASSES, WEIGHT, -100), ((real(4, 3),),)),
    Op("nll_loss-ignored", lambda x: F.nll_loss(x, PLACES, WEIGHT, ignore_index=1), lambda x: nll(x, PLACES, WEIGHT, 1), ((distinct(2, 3, 2),),)),
]  # fmt: skip
