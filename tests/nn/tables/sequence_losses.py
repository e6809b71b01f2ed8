"""Rows of losses of sequences, and of large vocabularies; the references go through every way."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
from tests.nn.tables.common import Op, real

import grad_nn as nn
from grad_nn import functional as F  # noqa: N812  # the field's name


def spelled(path: tuple[int, ...], blank: int) -> list[int]:
    """What is left of a path without repetitions, and then without blanks."""
    return [label for label, _ in itertools.groupby(path) if label != blank]


def ctc(x: Any, target: list[int], blank: int = 0) -> float:
    """-log of the sum over all paths that spell a target, for one sample `(T, C)`."""
    frames, classes = x.shape
    ways = itertools.product(range(classes), repeat=frames)
    right = [way for way in ways if spelled(way, blank) == target]
    p = sum(math.exp(sum(x[t, c] for t, c in enumerate(way))) for way in right)
    return -math.log(p) if p else math.inf


def batch(x: Any) -> list[float]:
    return [ctc(x[: FRAMES[n], n], TARGETS[n, : LABELS[n]].tolist()) for n in range(len(FRAMES))]


# Padding may be anything
TARGETS = np.array([[1, 2, 99], [1, 1, 99], [2, 99, 99], [99, 99, 99]])
LABELS = [2, 2, 1, 0]
FRAMES = [5, 4, 3, 2]

INDEX = np.array([2, 0, 3, 2, 1])
CHUNKS = nn.LinearCrossEntropyOptions(batch_chunk_size=2)
WEIGHT = np.array([0.5, 2.0, 1.5, 1.0])


def entropies(
    x: Any, w: Any, b: Any, ignored: int = -100, smoothing: float = 0.0, weight: Any = None
) -> tuple[list[float], float]:
    """The cross-entropy of each sample, and the sum of their factors."""
    classes = len(w)
    scale = np.ones(classes) if weight is None else weight
    losses, total = [], 0.0
    for row, t in zip(x, INDEX, strict=True):
        logits = [sum(row * w[c]) + b[c] for c in range(classes)]
        log_p = [z - math.log(sum(map(math.exp, logits))) for z in logits]
        smooth = sum(scale[c] * log_p[c] for c in range(classes)) * smoothing / classes
        counts = t != ignored
        losses.append(-((1 - smoothing) * scale[t] * log_p[t] + smooth) if counts else 0.0)
        total += scale[t] if counts else 0.0
    return losses, total


def mean_entropy(x: Any, w: Any, b: Any, **settings: Any) -> float:
    losses, total = entropies(x, w, b, **settings)
    return sum(losses) / total


X = real(5, 3), real(4, 3), real(4)

OPS = [
    Op("ctc_loss", lambda x: F.ctc_loss(x, TARGETS, FRAMES, LABELS, reduction="none"), batch, ((real(5, 4, 3),),)),
    Op("ctc_loss-mean", lambda x: F.ctc_loss(x, np.array([1, 2, 1, 1, 2]), FRAMES, LABELS), lambda x: sum(a / max(n, 1) for a, n in zip(batch(x), LABELS, strict=True)) / 4, ((real(5, 4, 3),),)),
    Op("ctc_loss of one sample", lambda x: F.ctc_loss(x, [0, 1], 4, 2, 2, "sum"), lambda x: ctc(x, [0, 1], 2), ((real(4, 3),),)),
    Op("ctc_loss-impossible", lambda x: F.ctc_loss(x, TARGETS[1:3], [2, 2], [2, 1], reduction="none", zero_infinity=True), lambda x: [0, ctc(x[:, 1], [2])], ((real(2, 2, 3),),)),
    Op("ctc_loss in one frame", lambda x: F.ctc_loss(x, [1], 1, 1), lambda x: ctc(x, [1]), ((real(1, 3),),)),
    Op("linear_cross_entropy", lambda x, w, b: F.linear_cross_entropy(x, w, INDEX, linear_bias=b), mean_entropy, (X,)),
    Op("linear_cross_entropy-chunks", lambda x, w, b: F.linear_cross_entropy(x, w, INDEX, linear_bias=b, options=CHUNKS), mean_entropy, (X,)),
    Op("linear_cross_entropy-no bias", lambda x, w: F.linear_cross_entropy(x, w, INDEX, reduction="sum", options=CHUNKS), lambda x, w: sum(entropies(x, w, np.zeros(4))[0]), (X[:2],)),
    Op("linear_cross_entropy-smoothing", lambda x, w, b: F.linear_cross_entropy(x, w, INDEX, linear_bias=b, label_smoothing=0.3, weight=WEIGHT, ignore_index=2, options=CHUNKS), lambda x, w, b: mean_entropy(x, w, b, smoothing=0.3, weight=WEIGHT, ignored=2), (X,)),
    Op("linear_cross_entropy-none", lambda x, w, b: F.linear_cross_entropy(x, w, INDEX, linear_bias=b, reduction="none", ignore_index=2, options=CHUNKS), lambda x, w, b: entropies(x, w, b, ignored=2)[0], (X,)),
]  # fmt: skip
