"""Rows of lengths, likenesses and distances of vectors."""

from __future__ import annotations

from typing import Any

import numpy as np
from tests.nn.tables.common import Op, distinct, real

from grad_nn import functional as F  # noqa: N812  # the field's name


def norm(x: Any, p: float) -> Any:
    x = np.abs(x).ravel()
    if p == np.inf:
        return max(x, default=0.0)
    return sum(v**p for v in x) ** (1 / p)


def normalize(x: Any, p: float, axis: int) -> Any:
    x = np.moveaxis(x, axis, -1)
    out = np.empty(x.shape)
    for i in np.ndindex(x.shape[:-1]):
        out[i] = x[i] / max(norm(x[i], p), 1e-12)
    return np.moveaxis(out, -1, axis)


def cosine(x: Any, y: Any, axis: int) -> Any:
    x, y = np.broadcast_arrays(x, y)
    x, y = np.moveaxis(x, axis, -1), np.moveaxis(y, axis, -1)
    out = np.empty(x.shape[:-1])
    for i in np.ndindex(out.shape):
        out[i] = x[i] @ y[i] / max(norm(x[i], 2), 1e-8) / max(norm(y[i], 2), 1e-8)
    return out


def distances(x: Any, y: Any, p: float, eps: float) -> Any:
    x, y = np.broadcast_arrays(x, y)
    out = np.empty(x.shape[:-1])
    for i in np.ndindex(out.shape):
        out[i] = norm(x[i] - y[i] + eps, p)
    return out


def pdist(x: Any, p: float) -> Any:
    n = len(x)
    return np.array([norm(x[i] - x[j], p) for i in range(n) for j in range(i + 1, n)])


OPS = [
    *(
        Op(
            f"normalize-{p}",
            lambda x, p=p: F.normalize(x, p),
            lambda x, p=p: normalize(x, p, 1),
            ((distinct(3, 4),), (distinct(2, 3, 2),), (real(0, 3),)),
        )
        for p in (1.0, 2.0, 3.0, np.inf)
    ),
    Op("normalize-0", lambda x: F.normalize(x, dim=0), lambda x: normalize(x, 2, 0), ((real(3),),)),
    Op(
        "normalize-two",
        lambda x: F.normalize(x, dim=(0, -1)),
        lambda x: x / norm(x, 2),
        ((real(3, 2),),),
    ),
    Op(
        "cosine_similarity",
        F.cosine_similarity,
        lambda x, y: cosine(x, y, 1),
        (
            (real(2, 3), real(2, 3)),
            (real(2, 3, 2), real(2, 3, 2)),
            (real(4, 3), real(1, 3)),
            (real(2, 3), real(3)),
            (real(2, 3), real(2, 1)),
            (real(0, 3), real(0, 3)),
        ),
    ),
    Op(
        "cosine_similarity-last",
        lambda x, y: F.cosine_similarity(x, y, dim=-1),
        lambda x, y: cosine(x, y, -1),
        ((real(3), real(2, 3)), (real(3), real(3))),
    ),
    *(
        Op(
            f"pairwise_distance-{p}",
            lambda x, y, p=p: F.pairwise_distance(x, y, p, 1e-3),
            lambda x, y, p=p: distances(x, y, p, 1e-3),
            ((distinct(3, 2), 7.05 * distinct(3, 2)), (real(2, 3), real(3)), (real(2), real(2))),
        )
        for p in (1.0, 2.0, 3.5, np.inf)
    ),
    *(
        Op(
            f"pdist-{p}",
            lambda x, p=p: F.pdist(x, p),
            lambda x, p=p: pdist(x, p),
            ((distinct(4, 2) ** 3,), (real(1, 2),), (real(0, 2),)),
        )
        for p in (1.0, 2.0, 3.5, np.inf)
    ),
]
