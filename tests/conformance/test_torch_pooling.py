"""Poolings side by side with PyTorch where its own samples do not look: positions, random windows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from numpy.testing import assert_array_equal

import grad_core as gc
from grad_nn import functional as F  # noqa: N812  # the field's name

rng = np.random.default_rng(20261126)
# Function, sizes of the axes, arguments
ROWS: list[tuple[str, tuple[int, ...], dict[str, Any]]] = [
    ("max_pool1d", (11,), {"kernel_size": 3, "stride": 2, "padding": 1}),
    ("max_pool1d", (12,), {"kernel_size": 2, "dilation": 3, "ceil_mode": True}),
    ("max_pool2d", (7, 8), {"kernel_size": 2}),
    ("max_pool2d", (7, 8), {"kernel_size": (3, 2), "stride": (2, 1), "padding": (1, 0)}),
    ("max_pool2d", (7, 8), {"kernel_size": 7, "stride": 1}),
    ("max_pool3d", (4, 5, 6), {"kernel_size": 2, "ceil_mode": True}),
    ("max_pool3d", (4, 5, 6), {"kernel_size": 3, "stride": 2, "padding": 1}),
    ("adaptive_max_pool1d", (11,), {"output_size": 4}),
    ("adaptive_max_pool2d", (5, 7), {"output_size": (2, 9)}),
    ("adaptive_max_pool2d", (5, 7), {"output_size": 1}),
    ("adaptive_max_pool3d", (4, 5, 3), {"output_size": (3, 2, 1)}),
]


@pytest.mark.parametrize("values", [(0, 1, 2), (0, 1, np.nan), (-np.inf, np.nan, np.inf)], ids=str)
@pytest.mark.parametrize(("name", "sizes", "kwargs"), ROWS)
def test_positions(name: str, sizes: Any, kwargs: Any, values: tuple[float, ...]) -> None:
    for lead in ((2,), (3, 2)):
        x = rng.choice(values, (*lead, *sizes)).astype(np.float32)
        y, at = getattr(F, name)(gc.from_numpy(x), **kwargs, return_indices=True)
        theirs = getattr(torch.nn.functional, name)
        expected, places = theirs(torch.from_numpy(x), **kwargs, return_indices=True)
        assert_array_equal(y.data, expected.numpy())
        assert_array_equal(at.data, places.numpy())


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("axes", [2, 3])
def test_fractional_windows(axes: int, dtype: Any) -> None:
    name = f"fractional_max_pool{axes}d"
    for kernel, out, values in [
        (2, 3, 100),
        ((3, 2, 1)[:axes], (4, 1, 6)[:axes], 3),
        ((1, 2, 3)[:axes], (5, 5, 2)[:axes], 100),
    ]:
        x = rng.integers(0, values, (2, 3, *(9, 8, 7)[:axes])).astype(dtype)
        x[0, 0, ..., 0] = np.nan
        for lead in (slice(None), 0):
            u = rng.random((2, 3, axes)).astype(dtype)[slice(None) if lead != 0 else slice(1)]
            y, at = getattr(F, name)(
                gc.from_numpy(x[lead]), kernel, out, return_indices=True, _random_samples=u
            )
            expected, places = getattr(torch.nn.functional, name)(
                torch.from_numpy(x[lead]),
                kernel,
                out,
                return_indices=True,
                _random_samples=torch.from_numpy(u),
            )
            assert_array_equal(y.data, expected.numpy())
            assert_array_equal(at.data, places.numpy())
