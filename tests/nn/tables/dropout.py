"""Rows of dropout, on generators from a seed: each element has one number of it, up to some size."""

from __future__ import annotations

from typing import Any

import numpy as np
from tests.nn.tables.common import Op, real

from grad_nn import functional as F  # noqa: N812  # the field's name

LOW = -1.6732632423543772 * 1.0507009873554805  # the limit of SELU


def kept(p: float, *shape: int) -> Any:
    return np.random.default_rng(7).random(shape) >= p


def alpha(x: Any, mask: Any, p: float) -> Any:
    a = ((1 - p) * (1 + p * LOW**2)) ** -0.5
    b = -a * LOW * p
    return a * np.where(mask, x, LOW) + b


OPS = [
    Op(
        "dropout",
        lambda x: F.dropout(x, 0.3, rng=7),
        lambda x: np.where(kept(0.3, *x.shape), x / 0.7, 0),
        ((real(4),), (real(3, 4),), (real(),), (real(0, 3),)),
    ),
    Op("dropout-all", lambda x: F.dropout(x, 1.0, rng=7), lambda x: x * 0, ((real(2, 3),),)),
    Op("dropout-none", lambda x: F.dropout(x, 0.0, rng=7) * 1, lambda x: x, ((real(2, 3),),)),
    Op(
        "dropout1d",
        lambda x: F.dropout1d(x, 0.5, rng=7),
        lambda x: x * 2 * kept(0.5, *x.shape[:-1], 1),
        ((real(5, 2),), (real(2, 5, 2),)),
    ),
    Op(
        "dropout2d",
        lambda x: F.dropout2d(x, 0.5, rng=7),
        lambda x: x * 2 * kept(0.5, *x.shape[:2], *(1,) * (x.ndim - 2)),
        ((real(2, 3, 2, 2),), (real(2, 5, 2),)),
    ),
    Op(
        "dropout3d",
        lambda x: F.dropout3d(x, 0.5, rng=7),
        lambda x: x * 2 * kept(0.5, *x.shape[:-3], 1, 1, 1),
        ((real(2, 3, 2, 1, 2),), (real(5, 1, 2, 2),)),
    ),
    Op(
        "alpha_dropout",
        lambda x: F.alpha_dropout(x, 0.4, True, rng=7),
        lambda x: alpha(x, kept(0.4, *x.shape), 0.4),
        ((real(3, 4),), (real(0, 3),)),
    ),
    Op(
        "feature_alpha_dropout",
        lambda x: F.feature_alpha_dropout(x, 0.4, True, rng=7),
        lambda x: alpha(x, kept(0.4, *x.shape[:2], *(1,) * (x.ndim - 2)), 0.4),
        ((real(2, 3, 2),), (real(5, 2),)),
    ),
    Op(
        "alpha_dropout-all",
        lambda x: F.alpha_dropout(x, 1, True, rng=7),
        lambda x: x * 0,
        ((real(2, 3),),),
    ),
]
