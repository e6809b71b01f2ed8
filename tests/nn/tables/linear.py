"""Rows of affine maps."""

from __future__ import annotations

from tests.nn.tables.common import Op, real

from grad_nn import functional as F  # noqa: N812  # the field's name

OPS = [
    Op(
        "linear",
        F.linear,
        lambda x, w, b=0.0: x @ w.T + b,
        (
            (real(3), real(2, 3), real(2)),
            (real(4, 3), real(2, 3)),
            (real(2, 5, 3), real(2, 3), real(2)),
            (real(0, 3), real(2, 3), real(2)),
            (real(2, 0), real(3, 0), real(3)),
        ),
    ),
]
