"""Rows of embeddings: functions of the table, for fixed numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
from tests.nn.tables.common import Op, distinct, positive, real

from grad_nn import functional as F  # noqa: N812  # the field's name

WORDS = np.array([[2, 0, 2], [1, 2, 4]])
ROW = np.array([3, 1, 1, 0, 4, 2, 1])
STARTS = np.array([0, 3, 3, 5])


def embedding(table: Any, words: Any) -> Any:
    out = np.empty((*words.shape, table.shape[1]))
    for i in np.ndindex(words.shape):
        out[i] = table[words[i]]
    return out


def bags(row: Any, starts: Any) -> list[Any]:
    return [row[a:b] for a, b in zip(starts, [*starts[1:], len(row)], strict=True)]


def embedding_bag(table: Any, mode: str, padding: int = -1, factors: Any = None) -> Any:
    out = np.zeros((len(STARTS), table.shape[1]))
    for i, (bag, at) in enumerate(
        zip(bags(ROW, STARTS), bags(np.arange(len(ROW)), STARTS), strict=True)
    ):
        vectors = [
            table[w] * (1 if factors is None else factors[j])
            for w, j in zip(bag, at, strict=True)
            if w != padding
        ]
        if vectors:
            out[i] = getattr(np, mode)(vectors, axis=0)
    return out


OPS = [
    Op(
        "embedding",
        lambda w: F.embedding(WORDS, w),
        lambda w: embedding(w, WORDS),
        ((real(5, 3),), (real(70, 1),), (real(5, 0),)),
    ),
    Op(
        "embedding-none",
        lambda w: F.embedding(np.zeros((0, 2), np.int64), w),
        lambda w: np.zeros((0, 2, 3)),
        ((real(4, 3),), (real(0, 3),)),
    ),
    Op(
        "embedding-one",
        lambda w: F.embedding(np.array(1), w),
        lambda w: w[1],
        ((real(4, 3),),),
    ),
    *(
        Op(
            f"embedding_bag-{mode}",
            lambda w, mode=mode: F.embedding_bag(ROW, w, STARTS, mode=mode),
            lambda w, mode=mode: embedding_bag(w, mode),
            (
                (distinct(5, 3),),
                (distinct(70, 1) if mode == "max" else real(70, 1),),
                (real(5, 0),),
            ),
        )
        for mode in ("sum", "mean", "max")
    ),
    *(
        Op(
            f"embedding_bag-{mode}-padding",
            lambda w, mode=mode: F.embedding_bag(ROW, w, STARTS, mode=mode, padding_idx=1),
            # The padding has no gradient: it does not count.
            lambda w, mode=mode: embedding_bag(w, mode, padding=1),
            ((distinct(5, 3),),),
        )
        for mode in ("sum", "mean", "max")
    ),
    Op(
        "embedding_bag-factors",
        lambda w, f: F.embedding_bag(ROW, w, STARTS, mode="sum", per_sample_weights=f),
        lambda w, f: embedding_bag(w, "sum", factors=f),
        ((real(5, 3), positive(7)),),
    ),
    Op(
        "embedding_bag-rows",
        lambda w: F.embedding_bag(WORDS, w),
        lambda w: embedding(w, WORDS).mean(1),
        ((real(5, 2),),),
    ),
]
