"""Adam's compiled pass beside NumPy's: every bit is the same."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from grad_core import Tensor
from grad_nn.optim import Adam, AdamW

SETTINGS: list[dict[str, Any]] = [
    {},
    {"weight_decay": 0.1},
    {"betas": (0.0, 0.5), "eps": 0.1},
    {"maximize": True, "amsgrad": True},
]


@pytest.mark.parametrize("kind", [Adam, AdamW])
@pytest.mark.parametrize("settings", SETTINGS)
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_every_bit_is_the_same(kind: Any, settings: dict[str, Any], dtype: str) -> None:
    rng = np.random.default_rng(0)
    values = [rng.normal(size=s) for s in ((7,), (), (3, 2), (500, 300))]
    both = [[Tensor(v, requires_grad=True, dtype=dtype) for v in values] for _ in range(2)]
    optimizers = [
        kind(ps, lr=0.01, fused=f, **{"eps": 1e-3, **settings})
        for ps, f in zip(both, (False, True), strict=True)
    ]
    for _ in range(5):
        for p, q in zip(*both, strict=True):
            p.grad = q.grad = rng.normal(size=p.shape).astype(dtype) + (
                1 if dtype == "float16" else 0
            )
        for o in optimizers:
            o.step()
        for p, q in zip(*both, strict=True):
            assert_array_equal(p.data, q.data, strict=True)
            for a, b in zip(
                optimizers[0].state[p].values(), optimizers[1].state[q].values(), strict=True
            ):
                assert_array_equal(a, b)
