"""Rows of attention."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from tests.nn.tables.common import Op, real

from grad_core import Tensor
from grad_nn import functional as F  # noqa: N812  # the field's name

Array = NDArray[np.float64]
NEVER = np.array([[True, False, True, True], [False, False, False, False]])


def one_by_one(
    q: Array, k: Array, v: Array, allowed: Any = None, bias: Any = None, scale: float | None = None
) -> Array:
    """Attention of each query to each key, with numbers and loops."""
    batch = np.broadcast_shapes(q.shape[:-2], k.shape[:-2], v.shape[:-2])
    q, k, v = (np.broadcast_to(x, (*batch, *x.shape[-2:])) for x in (q, k, v))
    out = np.zeros((*batch, q.shape[-2], v.shape[-1]))
    factor = q.shape[-1] ** -0.5 if scale is None else scale
    for at in np.ndindex(out.shape[:-1]):
        *b, i = at
        total = 0.0
        for j in range(k.shape[-2]):
            if allowed is not None and not allowed[i, j]:
                continue
            score = float(q[(*b, i)] @ k[(*b, j)]) * factor
            if bias is not None:
                score += np.broadcast_to(bias, (*batch, q.shape[-2], k.shape[-2]))[(*b, i, j)]
            total += np.exp(score)
            out[at] += np.exp(score) * v[(*b, j)]
        out[at] /= total or 1.0
    return out


def heads_of(x: Array, w: Array, b: Array, heads: int) -> Array:
    """`(N, H, L, D)` of `(L, N, E)`."""
    y = x @ w.T + b
    return y.reshape(*y.shape[:2], heads, y.shape[2] // heads).transpose(1, 2, 0, 3)


def two_heads(query: Array, key: Array, w: Array, b: Array, w_out: Array, b_out: Array) -> Array:
    ws, bs = np.split(w, 3), np.split(b, 3)
    q, k, v = (heads_of(x, ws[i], bs[i], 2) for i, x in enumerate((query, key, key)))
    joined = one_by_one(q, k, v).transpose(2, 0, 1, 3).reshape(query.shape)
    return np.asarray(joined @ w_out.T + b_out)


def ours_in_two_heads(query: Tensor, key: Tensor, w: Tensor, b: Tensor, *out: Tensor) -> Tensor:
    y, _ = F.multi_head_attention_forward(
        query, key, key, 4, 2, w, b, None, None, False, 0.0, out[0], out[1]
    )
    return y


SDPA = F.scaled_dot_product_attention
OPS = [
    Op(
        "scaled_dot_product_attention",
        SDPA,
        one_by_one,
        (
            (real(2, 3), real(4, 3), real(4, 2)),
            (real(2, 2, 3), real(2, 1, 3), real(2, 1, 1)),
            (real(2, 1, 2, 2), real(1, 3, 2), real(3, 1)),
            (real(0, 2, 3), real(0, 4, 3), real(0, 4, 2)),
            (real(0, 3), real(4, 3), real(4, 2)),
            (real(2, 3), real(0, 3), real(0, 2)),
        ),
        order=3,
    ),
    Op(
        "scaled_dot_product_attention-causal",
        lambda q, k, v: SDPA(q, k, v, is_causal=True, scale=0.3),
        lambda q, k, v: one_by_one(q, k, v, np.tri(len(q), len(k), dtype=bool), scale=0.3),
        ((real(3, 2), real(3, 2), real(3, 2)), (real(2, 2), real(4, 2), real(4, 2))),
    ),
    Op(
        "scaled_dot_product_attention-boolean-mask",
        lambda q, k, v: SDPA(q, k, v, NEVER),
        lambda q, k, v: one_by_one(q, k, v, NEVER),
        ((real(2, 3), real(4, 3), real(4, 2)),),
    ),
    Op(
        "scaled_dot_product_attention-floating-mask",
        SDPA,
        lambda q, k, v, bias: one_by_one(q, k, v, bias=bias),
        (
            (real(2, 3), real(4, 3), real(4, 2), real(2, 4)),
            (real(2, 2, 2), real(2, 3, 2), real(2, 3, 1), real(1, 2, 3)),
            (real(2, 2, 2), real(2, 3, 2), real(2, 3, 1), real(3)),
        ),
    ),
    Op(
        "scaled_dot_product_attention-groups",
        lambda q, k, v: SDPA(q, k, v, enable_gqa=True),
        lambda q, k, v: one_by_one(q, np.repeat(k, 2, -3), np.repeat(v, 2, -3)),
        ((real(4, 2, 2), real(2, 2, 2), real(2, 2, 1)),),
    ),
    Op(
        "multi_head_attention_forward",
        ours_in_two_heads,
        two_heads,
        (
            (real(2, 1, 4), real(2, 1, 4), real(12, 4), real(12), real(4, 4), real(4)),
            (real(1, 2, 4), real(0, 2, 4), real(12, 4), real(12), real(4, 4), real(4)),
        ),
        rtol=1e-5,
    ),
]
