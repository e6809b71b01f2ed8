"""Resizing, sampling and shuffling: layers, dtypes, special values, errors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from tests.nn.tables.common import real
from tests.nn.tables.interpolation import interpolated
from tests.nn.tables.vision import affine, sampled, shuffled, unshuffled

import grad_core as gc
import grad_nn as nn
from grad_core import Tensor
from grad_core.testing import check_grads
from grad_nn import functional as F  # noqa: N812  # the field's name

nan, inf = np.nan, np.inf


# ---------------------------------------------------------------------------- interpolate


@given(
    st.integers(1, 12),
    st.integers(1, 20),
    st.sampled_from(["nearest-exact", "linear", "bicubic", "area"]),
    st.booleans(),
    st.booleans(),
)
@settings(max_examples=50, deadline=None)
def test_any_size(n: int, size: int, mode: str, corners: bool, antialias: bool) -> None:
    two = mode == "bicubic"
    x = real(1, 1, 2, n) if two else real(1, 1, n)
    out = (3, size) if two else (size,)
    kwargs: dict[str, Any] = {"mode": mode}
    if mode in ("linear", "bicubic"):
        kwargs["align_corners"] = corners
    if two:
        kwargs["antialias"] = antialias
    y = F.interpolate(gc.from_numpy(x), out, **kwargs)
    expected = interpolated(x, out, **kwargs)
    same = mode != "nearest-exact" or (n * (2 * np.arange(size) + 1)) % (2 * size) != 0
    # Half way between two elements, rounding decides
    assert_allclose(np.where(same, y.data, 0), np.where(same, expected, 0), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("dtype", [np.bool_, np.uint8, np.int64, np.float16, np.complex64])
@pytest.mark.parametrize("mode", ["nearest", "nearest-exact"])
def test_nearest_takes_any_dtype(mode: Any, dtype: type) -> None:
    x: Any = np.array([[[0, 1, 1, 0, 1]]], dtype)
    for size in (3, 8):
        y = F.interpolate(gc.from_numpy(x), size, mode=mode)
        assert y.dtype == dtype
        assert_array_equal(y.data, interpolated(x.real, size, mode=mode).astype(dtype))


@pytest.mark.parametrize("mode", ["bilinear", "bicubic", "area", "nearest"])
def test_float16_and_float32(mode: Any) -> None:
    x = real(1, 2, 4, 3)
    expected = interpolated(x, (3, 5), mode=mode)
    for dtype, rtol in ((np.float16, 4e-3), (np.float32, 1e-5)):
        t = Tensor(x, requires_grad=True, dtype=dtype)
        y = F.interpolate(t, (3, 5), mode=mode)
        assert y.dtype == dtype
        assert_allclose(y.data, expected, rtol=rtol, atol=rtol)
        (g,) = gc.gradient(y, [t], np.ones(y.shape, dtype))
        assert g.dtype == dtype


def test_infinities_do_not_reach_what_is_not_made_of_them() -> None:
    x = Tensor([[[1.0, 2.0, 3.0, inf, 5.0]]])
    assert_array_equal(F.interpolate(x, 5, mode="linear").data, x.data)
    y = F.interpolate(x, 9, mode="linear", align_corners=True).data
    assert_array_equal(y, [[[1.0, 1.5, 2.0, 2.5, 3.0, inf, inf, inf, 5.0]]])
    assert_array_equal(F.interpolate(x, 3).data, [[[1.0, 2.0, inf]]])


def test_factors_of_numpy_are_numbers() -> None:
    x = gc.from_numpy(real(1, 1, 3))
    factor: Any = np.float32(1.5)
    assert F.interpolate(x, scale_factor=factor).shape == (1, 1, 4)
    assert F.interpolate(x, scale_factor=(factor,), mode="linear").shape == (1, 1, 4)


def test_a_factor_that_keeps_the_size_moves_nothing() -> None:
    x = real(1, 1, 4, 3)
    for mode in ("bilinear", "nearest"):
        assert_array_equal(F.interpolate(gc.from_numpy(x), None, 1.2, mode).data, x)
    moved = F.interpolate(gc.from_numpy(x), None, 1.2, "bicubic").data
    assert_allclose(moved, interpolated(x, None, 1.2, "bicubic"), rtol=1e-9)


def test_the_same_size_is_new_memory() -> None:
    x = real(1, 1, 2, 2)
    for mode in ("nearest", "bilinear", "area"):
        y = F.interpolate(gc.from_numpy(x), 2, mode=mode)
        assert_array_equal(y.data, x)
        assert not np.shares_memory(y.data, x)
    for function in (F.pixel_shuffle, F.pixel_unshuffle, F.channel_shuffle):
        assert not np.shares_memory(function(gc.from_numpy(x), 1).data, x)


# ---------------------------------------------------------------------------- grid_sample


def test_grid_sample_far_away_and_at_no_place() -> None:
    x = Tensor(np.arange(1.0, 17.0).reshape(1, 1, 4, 4))
    grid = Tensor([[[[1e20, 0.0], [-1e20, 0.0], [5.0, 0.0], [nan, 0.0]]]], requires_grad=True)
    zeros = F.grid_sample(x, grid)
    assert_array_equal(zeros.data, [[[[0.0, 0.0, 0.0, nan]]]])
    border = F.grid_sample(x, grid, padding_mode="border")
    assert_array_equal(border.data, [[[[10.0, 7.0, 10.0, 7.0]]]])
    border.sum().backward()
    assert grid.grad is not None
    assert_array_equal(grid.grad[..., 0], [[[0.0, 0.0, 0.0, 0.0]]])  # the border goes nowhere
    nearest = F.grid_sample(x, grid, "nearest")
    assert_array_equal(nearest.data, [[[[0.0, 0.0, 0.0, 0.0]]]])


def test_what_is_outside_is_not_read() -> None:
    x = Tensor([[[[inf, nan], [1.0, 3.0]]]])
    grid = Tensor([[[[0.0, 1.0], [0.0, 2.0], [0.0, 9.0]]]])
    y = F.grid_sample(x, grid, align_corners=True)
    # Half way out of the last row, and outside: nothing of the first row, not even times 0
    assert_array_equal(y.data[..., 1:], [[[[1.0, 0.0]]]])


@pytest.mark.parametrize("mode", ["bilinear", "nearest", "bicubic"])
def test_grid_sample_of_an_identity_gives_the_input(mode: Any) -> None:
    x = real(2, 3, 4, 5)
    theta = Tensor([[[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]] * 2, dtype=np.float64)
    for aligned in (False, True):
        grid = F.affine_grid(theta, x.shape, aligned)
        y = F.grid_sample(gc.from_numpy(x), grid, mode, align_corners=aligned)
        assert_allclose(y.data, x, rtol=1e-9, atol=1e-9)


def test_spatial_transformer_is_differentiable_in_its_matrix() -> None:
    x, theta = real(1, 1, 3, 3), np.array([[[0.7, 0.2, 0.1], [-0.1, 0.6, 0.05]]])

    def transformed(t: Tensor) -> Tensor:
        return F.grid_sample(gc.from_numpy(x), F.affine_grid(t, (1, 1, 2, 2)))

    check_grads(transformed, [theta])
    expected = sampled(x, affine(theta, (1, 1, 2, 2)))
    assert_allclose(transformed(gc.from_numpy(theta)).data, expected, rtol=1e-9)


def test_nearest_gives_the_grid_no_gradient() -> None:
    x = Tensor(real(1, 1, 2, 2), requires_grad=True)
    grid = Tensor(np.zeros((1, 1, 1, 2)), requires_grad=True)
    F.grid_sample(x, grid, "nearest").sum().backward()
    assert x.grad is not None
    assert x.grad.sum() == 1.0
    assert grid.grad is not None
    assert not grid.grad.any()


# ---------------------------------------------------------------------------- layers

X = real(1, 4, 3, 3)
LAYERS: list[tuple[nn.Module, str, Any]] = [
    (nn.Upsample(2), "size=2, mode='nearest'", interpolated(X, 2)),
    (
        nn.Upsample(scale_factor=2, mode="bilinear"),
        "scale_factor=2.0, mode='bilinear'",
        interpolated(X, scale_factor=2, mode="bilinear"),
    ),
    (
        nn.Upsample(None, (2, 1.5), "bicubic", True, True),
        "scale_factor=(2.0, 1.5), mode='bicubic'",
        interpolated(X, None, (2, 1.5), "bicubic", True, True),
    ),
    (nn.UpsamplingNearest2d(5), "size=5, mode='nearest'", interpolated(X, 5)),
    (
        nn.UpsamplingBilinear2d(scale_factor=1.5),
        "scale_factor=1.5, mode='bilinear'",
        interpolated(X, scale_factor=1.5, mode="bilinear", align_corners=True),
    ),
    (nn.PixelShuffle(2), "upscale_factor=2", shuffled(X, 2)),
    (nn.PixelUnshuffle(3), "downscale_factor=3", unshuffled(X, 3)),
    (nn.ChannelShuffle(2), "groups=2", X[:, [0, 2, 1, 3]]),
]


@pytest.mark.parametrize(("layer", "inner", "expected"), LAYERS, ids=[str(r[0]) for r in LAYERS])
def test_layer(layer: Any, inner: str, expected: Any) -> None:
    assert repr(layer) == f"{type(layer).__name__}({inner})"
    assert not layer.state_dict()
    y = layer(gc.from_numpy(X))
    assert_allclose(y.data, expected, rtol=1e-9, atol=1e-12)


def test_shuffles_undo_each_other() -> None:
    x = gc.from_numpy(real(2, 8, 3, 2))
    assert_array_equal(F.pixel_unshuffle(F.pixel_shuffle(x, 2), 2).data, x.data)
    assert_array_equal(F.channel_shuffle(F.channel_shuffle(x, 2), 4).data, x.data)


# ---------------------------------------------------------------------------- errors

ROW: Any = Tensor(np.ones((1, 2, 4)))
IMAGE: Any = Tensor(np.ones((1, 2, 4, 4)))
GRID: Any = Tensor(np.zeros((1, 1, 1, 2)))
THETA: Any = Tensor(np.ones((1, 2, 3)))
ERRORS: list[tuple[str, Callable[[], Any], type[Exception], str]] = [
    ("list", lambda: F.interpolate([1.0], 2), TypeError, "interpolate: input is list, expected a Tensor"),  # type: ignore[arg-type]  # the error under test
    ("neither", lambda: F.interpolate(ROW), ValueError, "takes either size or scale_factor, got None and None"),
    ("factor-bool", lambda: F.interpolate(ROW, scale_factor=True), ValueError, "scale_factor is a positive number, .* got True"),
    ("both", lambda: F.interpolate(ROW, 2, 2), ValueError, "takes either size or scale_factor, got 2 and 2"),
    ("mode", lambda: F.interpolate(ROW, 2, mode="cubic"), ValueError, "mode is 'cubic', expected one of nearest"),  # type: ignore[arg-type]  # the error under test
    ("axes", lambda: F.interpolate(ROW, 2, mode="bilinear"), ValueError, r"\(1, 2, 4\), expected \(N, C, \.\.\.\) with 2 for"),
    ("axes-2", lambda: F.interpolate(THETA[0], 2), ValueError, r"\(2, 3\), expected .* with 1 to 3 axes"),
    ("corners", lambda: F.interpolate(ROW, 2, align_corners=False), ValueError, "align_corners is for the modes linear"),
    ("antialias", lambda: F.interpolate(ROW, 2, antialias=True), ValueError, "antialias is for the modes bilinear, .* got 'nearest'"),
    ("lanczos", lambda: F.interpolate(IMAGE, 2, mode="lanczos"), ValueError, "'lanczos' needs antialias=True"),
    ("size", lambda: F.interpolate(IMAGE, (2, 2, 2)), ValueError, r"size is an int, or a tuple of 2 of them; got \(2, 2, 2\)"),
    ("size-float", lambda: F.interpolate(ROW, 2.5), ValueError, r"size is an int, .* got 2\.5"),  # type: ignore[arg-type]  # the error under test
    ("size-0", lambda: F.interpolate(ROW, 0), ValueError, r"become \(0,\); each has to have an element"),
    ("factor-0", lambda: F.interpolate(ROW, scale_factor=0.1), ValueError, r"become \(0,\)"),
    ("factor", lambda: F.interpolate(ROW, scale_factor=-1), ValueError, "scale_factor is a positive number, .* got -1"),
    ("factor-nan", lambda: F.interpolate(ROW, scale_factor=nan), ValueError, "scale_factor is a positive number, .* got nan"),
    ("factors", lambda: F.interpolate(ROW, scale_factor=(2, 2)), ValueError, r"tuple of 1 of them; got \(2, 2\)"),
    ("recompute", lambda: F.interpolate(ROW, 2, recompute_scale_factor=True), ValueError, "goes with scale_factor, not with size"),
    ("integers", lambda: F.interpolate(Tensor([[[1, 2]]], dtype=int), 3, mode="linear"), TypeError, "int64, expected floating"),
    ("empty", lambda: F.interpolate(Tensor(np.ones((1, 1, 0))), 3), ValueError, "each has to have an element"),
    ("upsample", lambda: F.upsample(ROW), ValueError, "upsample: takes either"),
    ("layer", lambda: nn.Upsample("2")(ROW), ValueError, "interpolate: size is an int, .* got '2'"),  # type: ignore[arg-type]  # the error under test
    ("grid-array", lambda: F.grid_sample(IMAGE, GRID.data), TypeError, "grid_sample: grid is ndarray, expected a Tensor"),
    ("grid-dtype", lambda: F.grid_sample(IMAGE, GRID.astype(np.float64)), TypeError, "input is float32, but grid float64"),
    ("grid-mode", lambda: F.grid_sample(IMAGE, GRID, "linear"), ValueError, "mode is 'linear', expected 'bilinear'"),  # type: ignore[arg-type]  # the error under test
    ("grid-padding", lambda: F.grid_sample(IMAGE, GRID, padding_mode="wrap"), ValueError, "padding_mode is 'wrap', expected 'zeros'"),  # type: ignore[arg-type]  # the error under test
    ("grid-input", lambda: F.grid_sample(ROW, GRID), ValueError, r"input has shape \(1, 2, 4\), expected \(N, C, H, W\) or"),
    ("grid-cubic", lambda: F.grid_sample(IMAGE[..., None], GRID, "bicubic"), ValueError, "mode 'bicubic' takes no other"),
    ("grid-shape", lambda: F.grid_sample(IMAGE, GRID[..., :1]), ValueError, r"grid has shape \(1, 1, 1, 1\), expected \(1, \.\.\., 2\) with 2"),
    ("grid-batch", lambda: F.grid_sample(IMAGE, Tensor(np.ones((2, 1, 1, 2)))), ValueError, r"expected \(1, \.\.\., 2\)"),
    ("grid-empty", lambda: F.grid_sample(IMAGE[:, :, :0], GRID), ValueError, "leaves no elements"),
    ("theta", lambda: F.affine_grid(THETA, (2, 1, 2, 2)), ValueError, r"theta has shape \(1, 2, 3\), expected \(2, 2, 3\)"),
    ("theta-int", lambda: F.affine_grid(Tensor(np.ones((1, 2, 3)), dtype=int), (1, 1, 2, 2)), TypeError, "theta is int64"),
    ("theta-size", lambda: F.affine_grid(THETA, (1, 1, 2, 0)), ValueError, r"size is \(1, 1, 2, 0\), expected \(N, C, H, W\)"),
    ("theta-axes", lambda: F.affine_grid(THETA, (1, 2)), ValueError, r"affine_grid: size is \(1, 2\)"),
    ("shuffle", lambda: F.pixel_shuffle(IMAGE, 2), ValueError, r"\(1, 2, 4, 4\), expected .* C a multiple of 4"),
    ("shuffle-axes", lambda: F.pixel_shuffle(Tensor([[1.0]]), 1), ValueError, r"shape \(1, 1\), expected \(\.\.\., C, H, W\)"),
    ("shuffle-0", lambda: F.pixel_shuffle(IMAGE, 0), ValueError, "upscale_factor is an int, at least 1; got 0"),
    ("unshuffle", lambda: F.pixel_unshuffle(IMAGE, 3), ValueError, "H and W multiples of 3"),
    ("channels", lambda: F.channel_shuffle(IMAGE, 3), ValueError, "C a multiple of 3"),
    ("channels-axes", lambda: F.channel_shuffle(Tensor([[1.0]]), 1), ValueError, "at least one axis"),
    ("layer-shuffle", lambda: nn.PixelShuffle(1.5), ValueError, r"PixelShuffle: upscale_factor is an int.* got 1\.5"),  # type: ignore[arg-type]  # the error under test
    ("layer-groups", lambda: nn.ChannelShuffle(0), ValueError, "ChannelShuffle: groups is an int, at least 1; got 0"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "run", "kind", "message"), ERRORS, ids=[e[0] for e in ERRORS])
def test_errors(name: str, run: Any, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        run()
