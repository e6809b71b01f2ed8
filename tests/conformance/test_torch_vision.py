"""Resizing and sampling side by side with PyTorch, where its own samples do not look.

Layers that `module_db` does not have, many sizes, places far outside of the input and at its
border, all with gradients.
"""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from tests.conformance.side_by_side import Comparison

import grad_nn as nn
from grad_nn import functional as F  # noqa: N812  # the field's name


def compare(
    theirs: Callable[..., Any], ours: Callable[..., Any], *args: Any, orders: int = 2
) -> None:
    tensors = [
        torch.tensor(x, requires_grad=x.dtype == np.float64) if isinstance(x, np.ndarray) else x
        for x in args
    ]
    sample = SimpleNamespace(input=tensors[0], args=tensors[1:], kwargs={})
    comparison = Comparison(theirs, ours, sample, orders, np.random.default_rng(0))
    assert comparison.difference() is None


def array(*shape: int) -> Any:
    return np.random.default_rng(len(shape)).normal(size=shape)


@pytest.mark.parametrize("factor", [0.3, 0.5, 0.9, 1.1, 1.5, 2, 3, 3.7, (1.3, 0.4)], ids=str)
@pytest.mark.parametrize("mode", ["nearest", "nearest-exact", "bilinear", "bicubic", "area"])
@pytest.mark.parametrize("kwargs", [{}, {"recompute_scale_factor": True}, {"align_corners": True}])
def test_factors(mode: str, factor: Any, kwargs: Any) -> None:
    if "align_corners" in kwargs and mode[:2] != "bi":
        return  # it takes none
    x = array(1, 2, 7, 5)
    # Of a bicubic that keeps the size, PyTorch has the gradient of a copy, and yet copies nothing.
    copied = mode == "bicubic" and factor == 1.1 and not kwargs
    compare(
        lambda x: torch.nn.functional.interpolate(x, None, factor, mode, **kwargs),
        lambda x: F.interpolate(x, None, factor, mode, **kwargs),
        x,
        orders=0 if copied else 2,
    )


@pytest.mark.parametrize("size", [1, 2, (4, 3), (11, 5), (3, 16), 23], ids=str)
@pytest.mark.parametrize("mode", ["bilinear", "bicubic", "lanczos"])
@pytest.mark.parametrize("corners", [False, True])
def test_antialias(mode: str, size: Any, corners: bool) -> None:
    if mode == "lanczos" and corners:
        return  # it takes none
    given = None if mode == "lanczos" else corners
    compare(
        lambda x: torch.nn.functional.interpolate(x, size, None, mode, given, antialias=True),
        lambda x: F.interpolate(x, size, None, mode, given, antialias=True),  # type: ignore[arg-type]  # a str
        array(2, 1, 11, 7),
    )


@pytest.mark.parametrize("axes", [1, 2, 3])
@pytest.mark.parametrize("mode", ["nearest", "nearest-exact", "linear"])
def test_factors_that_keep_the_size(mode: str, axes: int) -> None:
    mode = {1: "linear", 2: "bilinear", 3: "trilinear"}[axes] if mode == "linear" else mode
    compare(
        lambda x: torch.nn.functional.interpolate(x, None, 1.15, mode),
        lambda x: F.interpolate(x, None, 1.15, mode),  # type: ignore[arg-type]  # a str
        array(1, 1, *(6, 5, 4)[:axes]),
        orders=0 if mode == "nearest" and axes != 2 else 2,  # there PyTorch's is that of a copy
    )


@pytest.mark.parametrize("mode", ["nearest", "nearest-exact"])
def test_nearest_elements_of_many_sizes(mode: str) -> None:
    for n in (1, 2, 3, 7, 10, 27, 49):
        x = np.arange(2.0 * n, dtype=np.float32).reshape(1, 1, 2, n)
        for size in range(1, 60):
            expected = torch.nn.functional.interpolate(torch.tensor(x), (2, size), mode=mode)
            y = F.interpolate(nn.Buffer(x), (2, size), mode=mode)  # type: ignore[arg-type]  # a str
            np.testing.assert_array_equal(y.data, expected.numpy())


EDGES = np.array([-1.0, 1.0, 0.0, -0.75, 0.75, -1.25, 1.25, -2.0, 2.0, -3.0, 3.0, 7.3, -9.1, 31.7])


@pytest.mark.parametrize("aligned", [False, True])
@pytest.mark.parametrize("padding_mode", ["zeros", "border", "reflection"])
@pytest.mark.parametrize("mode", ["bilinear", "nearest", "bicubic"])
def test_grid_sample_at_edges_and_far_away(mode: Any, padding_mode: Any, aligned: bool) -> None:
    rng = np.random.default_rng(1)
    places = np.stack(np.meshgrid(EDGES, EDGES), -1)[None].repeat(2, 0)
    random = rng.uniform(-4, 4, (2, 5, 6, 2))
    for x in (array(2, 3, 4, 4), array(2, 1, 1, 3)):
        for grid in (places, random):
            compare(
                lambda x, g: torch.nn.functional.grid_sample(x, g, mode, padding_mode, aligned),
                lambda x, g: F.grid_sample(x, g, mode, padding_mode, aligned),
                x,
                grid,
                orders=1 if grid is places else 2,
            )
    if mode != "bicubic":
        compare(
            lambda x, g: torch.nn.functional.grid_sample(x, g, mode, padding_mode, aligned),
            lambda x, g: F.grid_sample(x, g, mode, padding_mode, aligned),
            array(2, 2, 3, 2, 4),
            rng.uniform(-3, 3, (2, 2, 3, 2, 3)),
        )


@pytest.mark.parametrize("aligned", [False, True])
@pytest.mark.parametrize("size", [(2, 3, 4, 5), (1, 1, 1, 2), (2, 1, 2, 1, 3)])
def test_affine_grid(size: Any, aligned: bool) -> None:
    n = len(size) - 2
    compare(
        lambda t: torch.nn.functional.affine_grid(t, size, aligned),
        lambda t: F.affine_grid(t, size, aligned),
        array(size[0], n, n + 1),
    )


MADE: list[tuple[str, tuple[Any, ...], tuple[int, ...]]] = [
    ("Upsample", (None, 2), (1, 2, 3)),
    ("Upsample", ((4, 3), None, "bicubic", False), (1, 2, 3, 4)),
    ("Upsample", (None, (1.5, 2, 2), "trilinear", True), (1, 2, 3, 2, 2)),
    ("UpsamplingNearest2d", (5,), (1, 2, 3, 4)),
    ("UpsamplingBilinear2d", (None, 2), (1, 2, 3, 4)),
    ("PixelShuffle", (2,), (2, 8, 1, 3)),
    ("PixelUnshuffle", (3,), (2, 1, 6, 3)),
    ("ChannelShuffle", (3,), (2, 6, 2)),
    ("MaxUnpool1d", (3, 2, 1), (2, 3, 5)),
    ("MaxUnpool2d", (2,), (2, 3, 4)),
    ("MaxUnpool3d", ((1, 2, 2),), (1, 2, 2, 2)),
]


@pytest.mark.parametrize(("name", "args", "shape"), MADE)
def test_layers(name: str, args: Any, shape: tuple[int, ...]) -> None:
    theirs, ours = getattr(torch.nn, name)(*args), getattr(nn, name)(*args)
    assert repr(ours) == repr(theirs)
    for key, value in vars(ours).items():
        assert getattr(theirs, key) == value
    more = []
    if name.startswith("MaxUnpool"):
        more = [np.arange(np.prod(shape[1:])).reshape(shape[1:])[None].repeat(shape[0], 0)]
        more = [more[0] % np.prod(shape[-int(name[-2]) :])]
    compare(theirs, ours, array(*shape), *more)
