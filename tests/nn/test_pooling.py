"""Poolings: positions, NaNs and ties, layers, dtypes, random windows, errors."""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from tests.nn.tables.common import distinct, real
from tests.nn.tables.pooling import (
    ADAPTIVE,
    MAX,
    avg_pool,
    even,
    max_pool,
    max_positions,
    sliding,
    unpooled,
)

import grad_core as gc
import grad_nn as nn
from grad_core import Tensor
from grad_core.testing import check_grads
from grad_nn import functional as F  # noqa: N812  # the field's name

nan, inf = np.nan, np.inf


# ---------------------------------------------------------------------------- positions

MANY = [("max_pool", *row) for row in MAX] + [("adaptive_max_pool", *row) for row in ADAPTIVE]


@pytest.mark.parametrize("row", MANY, ids=[f"{r[0]}{r[1]}d-{i}" for i, r in enumerate(MANY)])
@pytest.mark.parametrize(
    "values", [(0.0, 1.0, 2.0), (0.0, 1.0, nan), (-inf, inf, 0.0, nan), (-inf,)]
)
def test_positions_of_ties_and_special_values(row: Any, values: tuple[float, ...]) -> None:
    name, axes, kwargs, shapes = row
    random = np.random.default_rng(0)
    for shape in shapes:
        x = random.choice(values, shape)
        sizes = shape[-axes:]
        seen = even(sizes, **kwargs) if name == "adaptive_max_pool" else sliding(sizes, **kwargs)
        expected = max_positions(x, seen)
        lead = shape[:-axes]
        flat = expected.reshape(*lead, prod(expected.shape[-axes:]))
        found = x.reshape(*lead, prod(sizes))
        best = np.take_along_axis(found, flat, -1).reshape(expected.shape)
        pool = getattr(F, f"{name}{axes}d")
        y, at = pool(gc.from_numpy(x), **kwargs, return_indices=True)
        assert at.dtype == np.int64
        assert not at.requires_grad
        assert_array_equal(at.data, expected)
        assert_array_equal(y.data, best)
        assert_array_equal(pool(gc.from_numpy(x), **kwargs).data, best)  # nothing is located
        again, places = getattr(F, f"{name}{axes}d_with_indices")(gc.from_numpy(x), **kwargs)
        assert_array_equal(again.data, best)
        assert_array_equal(places.data, expected)
        # The gradient goes where the positions are
        t = Tensor(x, requires_grad=True, dtype=np.float64)
        w = random.uniform(1, 2, expected.shape)
        (g,) = gc.gradient(pool(t, **kwargs), [t], w)
        wanted = np.zeros((*lead, prod(sizes)))
        for i in np.ndindex(expected.shape):
            wanted[(*i[: len(lead)], expected[i])] += w[i]
        assert_allclose(g.data, wanted.reshape(shape), rtol=1e-12)


@given(st.data())
@settings(max_examples=40, deadline=None)
def test_any_windows(data: Any) -> None:
    size = data.draw(st.integers(1, 9))
    kernel = data.draw(st.integers(1, 5))
    kwargs = {
        "kernel_size": kernel,
        "stride": data.draw(st.integers(1, 4)),
        "padding": data.draw(st.integers(0, kernel // 2)),
        "ceil_mode": data.draw(st.booleans()),
    }
    x = distinct(2, size)
    dilation = data.draw(st.integers(1, 3))
    (seen,) = sliding((size,), dilation=dilation, **kwargs)
    if seen and all(inside for inside, _ in seen):
        y = F.max_pool1d(gc.from_numpy(x), dilation=dilation, **kwargs)
        assert_array_equal(y.data, max_pool(x, 1, dilation=dilation, **kwargs))
    else:
        with pytest.raises(ValueError, match=r"max_pool1d: kernel_size .* does not fit axis -1"):
            F.max_pool1d(gc.from_numpy(x), dilation=dilation, **kwargs)
    (seen,) = sliding((size,), **kwargs)
    if seen:
        pad = data.draw(st.booleans())
        y = F.avg_pool1d(gc.from_numpy(x), **kwargs, count_include_pad=pad)
        assert_allclose(y.data, avg_pool(x, 1, **kwargs, count_include_pad=pad), rtol=1e-12)


def test_large_planes_need_large_positions() -> None:
    x = np.zeros((1, 300, 300))
    x[0, 299, 298] = 1.0
    _, at = F.max_pool2d(gc.from_numpy(x), 300, return_indices=True)
    assert_array_equal(at.data, [[[299 * 300 + 298]]])
    _, at = F.max_pool2d(gc.from_numpy(x), 2, return_indices=True)
    assert at.data[0, 149, 149] == 299 * 300 + 298
    assert at.data[0, 149, 0] == 298 * 300


def test_equal_elements_in_two_windows() -> None:
    x = Tensor([[0.0, 5.0, 0.0]], requires_grad=True)
    y = F.max_pool1d(x, 2, 1)
    y.sum().backward()
    assert_array_equal(x.grad, [[0.0, 2.0, 0.0]])


def test_unpool_of_one_element_that_two_windows_found() -> None:
    x = Tensor([[0.0, 5.0, 0.0]])
    y, at = F.max_pool1d(x, 2, 1, return_indices=True)
    z = Tensor(y, requires_grad=True)
    back = F.max_unpool1d(z, at, 2, 1)
    assert_array_equal(back.data, x.data)
    (g,) = gc.gradient(back, [z], np.array([[1.0, 3.0, 1.0]], np.float32))
    assert_array_equal(g.data, [[3.0, 3.0]])  # as PyTorch has it
    last = F.max_unpool1d(Tensor([[1.0, 2.0]]), gc.from_numpy(np.array([[1, 1]])), 1)
    assert_array_equal(last.data, [[0.0, 2.0]])


def test_indices_that_change_later_do_not_change_the_gradient() -> None:
    at = np.array([[1, 2]])
    x = Tensor([[3.0, 4.0]], requires_grad=True)
    y = F.max_unpool1d(x, gc.from_numpy(at), 2)
    at[...] = 0
    (g,) = gc.gradient(y, [x], np.array([[0.0, 5.0, 7.0, 0.0]], np.float32))
    assert_array_equal(g.data, [[5.0, 7.0]])


# ---------------------------------------------------------------------------- dtypes


@pytest.mark.parametrize("dtype", [np.uint8, np.int8, np.int64, np.float16])
def test_max_pool_keeps_dtypes(dtype: type) -> None:
    x: Any = np.arange(32).reshape(2, 4, 4).astype(dtype)
    for y in (
        F.max_pool2d(gc.from_numpy(x), 3, 2, 1),
        F.adaptive_max_pool2d(gc.from_numpy(x), 3),
        F.max_unpool2d(*F.max_pool2d(gc.from_numpy(x), 2, return_indices=True), 2),
    ):
        assert y.dtype == dtype
    assert_array_equal(F.max_pool2d(gc.from_numpy(x), 3, 2, 1).data, max_pool(x, 2, 3, 2, 1))
    low: Any = np.full((1, 3), np.iinfo(dtype).min if dtype != np.float16 else -inf).astype(dtype)
    y, at = F.max_pool1d(gc.from_numpy(low), 2, 2, 1, return_indices=True)
    assert_array_equal(y.data, low[:, :2])
    assert_array_equal(at.data, [[0, 1]])


def test_float16_means_do_not_overflow() -> None:
    x = Tensor(np.full((1, 4, 4), 60000.0), requires_grad=True, dtype=np.float16)
    for y in (
        F.avg_pool2d(x, 3, 1, 1, count_include_pad=False),
        F.adaptive_avg_pool2d(x, 3),
        F.adaptive_avg_pool2d(x, 1),
    ):
        assert y.dtype == np.float16
        assert_array_equal(y.data, np.full(y.shape, 60000.0))
        (g,) = gc.gradient(y, [x], np.ones(y.shape, np.float16))
        assert g.dtype == np.float16
        assert_allclose(g.data.sum(), y.size, rtol=1e-2)
    ones = Tensor(np.ones((1, 4)), dtype=np.float16)
    assert_allclose(F.lp_pool1d(ones, 2, 2).data, [[2**0.5] * 2], rtol=1e-3)


def test_infinities_and_nans_stay_in_their_windows() -> None:
    x = Tensor([[inf, 1.0, nan, 3.0, 5.0, 7.0, -inf, 0.0, 1.0]])
    assert_array_equal(F.avg_pool1d(x, 2, 2).data, [[inf, nan, 6.0, -inf]])
    assert_array_equal(F.adaptive_avg_pool1d(x[:, 3:], 4).data, [[4.0, 6.0, -inf, 0.5]])
    assert_array_equal(F.max_pool1d(x, 2, 2).data, [[inf, nan, 7.0, 0.0]])


def test_lp_pool_at_zero() -> None:
    x = Tensor([[0.0, 0.0, 3.0, 4.0]], requires_grad=True)
    y = F.lp_pool1d(x, 2, 2)
    (g,) = gc.gradient(y.sum(), [x], create_graph=True)
    assert_array_equal(y.data, [[0.0, 5.0]])
    assert_allclose(g.data, [[0.0, 0.0, 0.6, 0.8]], rtol=1e-6)
    (h,) = gc.gradient(g.sum(), [x])
    assert np.isfinite(h.data).all()


def test_lp_pool_keeps_float32_for_exponents_of_numpy() -> None:
    p: Any = np.float64(2.0)
    assert F.lp_pool1d(Tensor([[3.0, 4.0]]), p, 2).dtype == np.float32


def test_the_result_may_be_written_to() -> None:
    x = Tensor([[1.0, 3.0, 2.0]], requires_grad=True)
    y = F.max_pool1d(x, 2, 1)
    y.data[...] = 0.0
    y.sum().backward()
    assert_array_equal(x.grad, [[0.0, 2.0, 0.0]])


def test_large_windows_take_few_steps() -> None:
    x = real(1, 20000)
    y = F.avg_pool1d(gc.from_numpy(x), 20000)
    assert_allclose(y.data, x.mean(1, keepdims=True), rtol=1e-12)
    assert_array_equal(F.max_pool1d(gc.from_numpy(x), 10000).data, x.reshape(1, 2, -1).max(2))


# ---------------------------------------------------------------------------- fractional


@pytest.mark.parametrize("axes", [2, 3])
@pytest.mark.parametrize("batched", [True, False])
def test_fractional_windows(axes: int, batched: bool) -> None:
    shape = (2, 3, *(7, 6, 5)[:axes]) if batched else (3, *(7, 6, 5)[:axes])
    kernel, out = (2, 3, 2)[:axes], (3, 4, 2)[:axes]
    random = np.random.default_rng(0)
    x = distinct(*shape)
    x[..., 0] = nan
    u = random.random((*shape[:-axes], axes) if batched else (1, *shape[:-axes], axes))
    pool: Any = (F.fractional_max_pool2d, F.fractional_max_pool3d)[axes - 2]
    y, at = pool(gc.from_numpy(x), kernel, out, return_indices=True, _random_samples=u)
    assert y.shape == (*shape[:-axes], *out)
    for i, lead in enumerate(np.ndindex(*shape[:-axes])):
        sample = u.reshape(-1, axes)[i]
        sample = sample[::-1] if axes == 2 else sample
        seen = []
        for n, k, m, v in zip(shape[-axes:], kernel, out, sample, strict=True):
            alpha = (n - k) / (m - 1)
            begins = [int((j + v) * alpha) - int(v * alpha) for j in range(m - 1)] + [n - k]
            seen.append([(list(range(b, b + k)), k) for b in begins])
        expected = max_positions(x[lead], seen)
        assert_array_equal(at.data[lead], expected)
        assert_array_equal(y.data[lead], x[lead].ravel()[expected])


def test_gradient_of_fractional_windows() -> None:
    u = np.random.default_rng(0).random((1, 2, 2))
    check_grads(
        lambda x: F.fractional_max_pool2d(x, 2, (3, 2), _random_samples=u), [distinct(2, 4, 4)]
    )


def test_fractional_windows_are_drawn() -> None:
    x = Tensor(np.arange(2 * 100).reshape(2, 10, 10))
    drawn = [F.fractional_max_pool2d(x, 2, 4, rng=seed).data for seed in range(5)]
    assert any((a != drawn[0]).any() for a in drawn)
    assert_array_equal(F.fractional_max_pool2d(x, 2, 4, rng=3).data, drawn[3])
    assert F.fractional_max_pool2d(x, 2, output_ratio=(0.5, 0.3)).shape == (2, 5, 3)
    y, at = F.fractional_max_pool2d_with_indices(x, 2, 4, rng=3)
    assert_array_equal(y.data, drawn[3])
    assert_array_equal(y.data.ravel(), x.data.reshape(2, -1)[[0] * 16 + [1] * 16, at.data.ravel()])
    layer = nn.FractionalMaxPool2d(2, 4, rng=np.random.default_rng(0))
    assert any((layer(x).data != layer(x).data).any() for _ in range(5))
    fixed = nn.FractionalMaxPool2d(2, 4, _random_samples=np.full((1, 2, 2), 0.5))
    assert_array_equal(fixed(x).data, fixed(x).data)
    assert F.fractional_max_pool2d(Tensor(np.zeros((0, 1, 4, 4))), 2, 2).shape == (0, 1, 2, 2)


# ---------------------------------------------------------------------------- layers

LAYERS: list[tuple[nn.Module, str, tuple[int, ...], tuple[int, ...]]] = [
    (nn.MaxPool1d(3, 2, 1), "kernel_size=3, stride=2, padding=1, dilation=1, ceil_mode=False", (2, 5), (2, 3)),
    (nn.MaxPool2d((2, 1)), "kernel_size=(2, 1), stride=(2, 1), padding=0, dilation=1, ceil_mode=False", (1, 4, 2), (1, 2, 2)),
    (nn.MaxPool3d(2, ceil_mode=True, dilation=2), "kernel_size=2, stride=2, padding=0, dilation=2, ceil_mode=True", (1, 3, 4, 5), (1, 1, 2, 2)),
    (nn.AvgPool1d(2), "kernel_size=(2,), stride=(2,), padding=(0,)", (2, 4), (2, 2)),
    (nn.AvgPool2d(2, 1, padding=1), "kernel_size=2, stride=1, padding=1", (1, 2, 2), (1, 3, 3)),
    (nn.AvgPool3d((1, 2, 2)), "kernel_size=(1, 2, 2), stride=(1, 2, 2), padding=0", (1, 2, 2, 2), (1, 2, 1, 1)),
    (nn.LPPool1d(2, 3), "norm_type=2, kernel_size=3, stride=None, ceil_mode=False", (1, 6), (1, 2)),
    (nn.LPPool2d(1.5, (2, 1), 1), "norm_type=1.5, kernel_size=(2, 1), stride=1, ceil_mode=False", (1, 2, 2), (1, 1, 2)),
    (nn.LPPool3d(2, 2, ceil_mode=True), "norm_type=2, kernel_size=2, stride=None, ceil_mode=True", (1, 3, 2, 2), (1, 2, 1, 1)),
    (nn.AdaptiveAvgPool1d(2), "output_size=2", (1, 5), (1, 2)),
    (nn.AdaptiveAvgPool2d((None, 1)), "output_size=(None, 1)", (1, 5, 3), (1, 5, 1)),
    (nn.AdaptiveAvgPool3d(1), "output_size=1", (1, 2, 3, 4), (1, 1, 1, 1)),
    (nn.AdaptiveMaxPool1d(3), "output_size=3", (1, 5), (1, 3)),
    (nn.AdaptiveMaxPool2d((2, 1)), "output_size=(2, 1)", (1, 5, 3), (1, 2, 1)),
    (nn.AdaptiveMaxPool3d((1, None, 2)), "output_size=(1, None, 2)", (1, 2, 3, 4), (1, 1, 3, 2)),
    (nn.FractionalMaxPool2d(2, 3), "kernel_size=(2, 2), output_size=(3, 3)", (1, 5, 5), (1, 3, 3)),
    (nn.FractionalMaxPool3d((1, 2, 2), output_ratio=0.5), "kernel_size=(1, 2, 2), output_ratio=(0.5, 0.5, 0.5)", (1, 4, 4, 4), (1, 2, 2, 2)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("layer", "inner", "shape", "out"), LAYERS, ids=[str(r[0]) for r in LAYERS]
)
def test_layer(layer: Any, inner: str, shape: tuple[int, ...], out: tuple[int, ...]) -> None:
    assert repr(layer) == f"{type(layer).__name__}({inner})"
    x = Tensor(np.arange(1.0, prod(shape) + 1).reshape(shape), requires_grad=True)
    for t, expected in ((x, out), (Tensor(np.ones((2, *shape))), (2, *out))):
        y = layer(t)
        assert y.shape == expected
        assert y.dtype == np.float32
    layer(x).sum().backward()
    assert x.grad is not None
    assert x.grad.any()
    assert not layer.state_dict()


@pytest.mark.parametrize("axes", [1, 2, 3])
def test_what_was_pooled_goes_back(axes: int) -> None:
    x = distinct(2, *(5,) * axes)
    pool = (nn.MaxPool1d, nn.MaxPool2d, nn.MaxPool3d)[axes - 1](2, return_indices=True)
    unpool = (nn.MaxUnpool1d, nn.MaxUnpool2d, nn.MaxUnpool3d)[axes - 1](2)
    y, at = pool(gc.from_numpy(x))
    back = unpool(y, at, x.shape)
    assert_array_equal(back.data, unpooled(y.data, at.data, x.shape[1:]))
    assert_array_equal(back.data[back.data != 0], x[back.data != 0])
    assert repr(unpool) == (
        f"MaxUnpool{axes}d(kernel_size={(2,) * axes}, stride={(2,) * axes}, padding={(0,) * axes})"
    )
    adaptive = (nn.AdaptiveMaxPool1d, nn.AdaptiveMaxPool2d, nn.AdaptiveMaxPool3d)[axes - 1]
    z, places = adaptive(2, return_indices=True)(gc.from_numpy(x))
    flat = places.data.reshape(2, -1).astype(np.int64)
    found = np.take_along_axis(x.reshape(2, -1), flat, 1)
    assert_array_equal(found, z.data.reshape(2, -1))


# ---------------------------------------------------------------------------- errors

X: Any = Tensor(np.ones((1, 2, 4, 4)))
ROW: Any = Tensor(np.ones((2, 4)))
AT: Any = gc.from_numpy(np.zeros((2, 4), np.int64))
ERRORS: list[tuple[str, Callable[[], Any], type[Exception], str]] = [
    ("ndarray", lambda: F.max_pool2d(np.ones((1, 4, 4)), 2), TypeError, "max_pool2d: input is ndarray, exp"),  # type: ignore[call-overload]  # the error under test
    ("complex", lambda: F.max_pool1d(Tensor([[1j]], dtype=np.complex64), 1), TypeError, "complex64, expected real"),
    ("bool", lambda: F.max_pool1d(ROW > 0, 1), TypeError, "max_pool1d: input is bool, expected numbers"),
    ("ndim", lambda: F.max_pool2d(ROW, 2), ValueError, r"max_pool2d: input has shape \(2, 4\), expected \(N, C, H, W\)"),
    ("ndim-5", lambda: F.max_pool1d(X, 2), ValueError, r"max_pool1d: .* expected \(N, C, L\) or \(C, L\)"),
    ("0-d", lambda: F.avg_pool1d(Tensor(1.0), 2), ValueError, r"avg_pool1d: input has shape \(\)"),
    ("kernel", lambda: F.max_pool2d(X, 5), ValueError, r"kernel_size \(5, 5\), .* does not fit axis -2 .* \(4, 4\)"),
    ("empty", lambda: F.max_pool1d(Tensor(np.ones((1, 0))), 1), ValueError, "does not fit axis -1"),
    ("kernel-0", lambda: F.max_pool2d(X, 0), ValueError, "max_pool2d: kernel_size .* at least 1; got 0"),
    ("kernel-3", lambda: F.max_pool2d(X, (1, 2, 3)), ValueError, r"kernel_size .* tuple of 2 .* \(1, 2, 3\)"),
    ("float", lambda: F.max_pool2d(X, 2.0), ValueError, r"max_pool2d: kernel_size is an int.* got 2\.0"),  # type: ignore[call-overload]  # the error under test
    ("stride", lambda: F.max_pool2d(X, 2, 0), ValueError, "max_pool2d: stride .* at least 1; got 0"),
    ("padding", lambda: F.max_pool2d(X, 2, padding=2), ValueError, "padding is at most half of kernel_size, got 2 and 2"),
    ("gap", lambda: F.max_pool1d(Tensor(np.ones((1, 2))), 2, 1, 1, 3), ValueError, r"dilation \(3,\), does not fit axis -1"),
    ("average", lambda: F.avg_pool2d(Tensor(np.ones((1, 2, 2)), dtype=int), 2), TypeError, "int64, expected floating"),
    ("divisor", lambda: F.avg_pool2d(X, 2, divisor_override=0), ValueError, "divisor_override is an int, and not 0"),
    ("norm", lambda: F.lp_pool2d(X, 0, 2), ValueError, "lp_pool2d: norm_type is a number, larger than 0"),
    ("norm-stride", lambda: F.lp_pool1d(ROW, 2, 2, 0), ValueError, "lp_pool1d: stride"),
    ("norm-inf", lambda: F.lp_pool1d(ROW, inf, 2), ValueError, "lp_pool1d: norm_type .* got inf"),
    ("output", lambda: F.adaptive_avg_pool2d(X, (1, 2, 3)), ValueError, r"output_size is an int.* tuple of 2 .*\(1, 2, 3\)"),
    ("output-text", lambda: F.adaptive_max_pool1d(ROW, "2"), ValueError, "adaptive_max_pool1d: output_size .* got '2'"),  # type: ignore[arg-type]  # the error under test
    ("output-negative", lambda: F.adaptive_avg_pool1d(ROW, -1), ValueError, "at least 0, or None .* got -1"),
    ("nothing", lambda: F.adaptive_avg_pool1d(Tensor(np.ones((2, 0))), 1), ValueError, r"\(0,\), which leaves no el"),
    ("indices", lambda: F.max_unpool1d(ROW, ROW, 2), TypeError, "max_unpool1d: indices is of float32, expected a Tensor of int"),
    ("indices-list", lambda: F.max_unpool1d(ROW, [[1]], 2), TypeError, "indices is list, expected a Tensor"),  # type: ignore[arg-type]  # the error under test
    ("indices-shape", lambda: F.max_unpool1d(ROW[:1], AT, 2), ValueError, r"indices has shape \(2, 4\), but input \(1, 4\)"),
    ("index", lambda: F.max_unpool1d(ROW, AT + 8, 2), ValueError, r"got index 8, expected 0 to 7, as the output is \(8,\)"),
    ("index-negative", lambda: F.max_unpool1d(ROW, AT - 1, 2), ValueError, "got index -1, expected 0 to 7"),
    ("unpool-size", lambda: F.max_unpool1d(ROW, AT, 2, output_size=(10,)), ValueError, r"\(10,\), but the last axes may differ from \(8,\)"),
    ("unpool-many", lambda: F.max_unpool1d(ROW, AT, 2, output_size=(1, 1, 1, 8)), ValueError, "output_size is a tuple of 1 ints"),
    ("fraction", lambda: F.fractional_max_pool2d(X, 2), ValueError, "takes either output_size or output_ratio, got None and None"),
    ("fractions", lambda: F.fractional_max_pool2d(X, 2, 2, 0.5), ValueError, r"either output_size or output_ratio, got 2 and 0\.5"),
    ("ratio", lambda: F.fractional_max_pool2d(X, 2, output_ratio=1.5), ValueError, r"between 0 and 1.* got 1\.5"),
    ("fraction-size", lambda: F.fractional_max_pool2d(X, 2, 4), ValueError, r"the output is \(4, 4\), but .* 1 to 3 elements in axis -2"),
    ("samples", lambda: F.fractional_max_pool2d(X, 2, 2, _random_samples=np.ones((2, 2))), ValueError, r"shape \(2, 2\), expected \(1, 2, 2\)"),
    ("samples-2", lambda: F.fractional_max_pool2d(X, 2, 2, _random_samples=np.full((1, 2, 2), 2.0)), ValueError, "numbers from 0 to 1"),
    ("layer", lambda: nn.MaxPool2d(0), ValueError, "MaxPool2d: kernel_size .* at least 1; got 0"),
    ("layer-padding", lambda: nn.AvgPool1d(2, padding=2), ValueError, "AvgPool1d: padding is at most half"),
    ("layer-norm", lambda: nn.LPPool2d(-1, 2), ValueError, "LPPool2d: norm_type"),
    ("layer-output", lambda: nn.AdaptiveMaxPool2d((1, 2.0)), ValueError, r"AdaptiveMaxPool2d: output_size is .* \(1, 2\.0\)"),  # type: ignore[arg-type]  # the error under test
    ("layer-ratio", lambda: nn.FractionalMaxPool3d(2, output_ratio=0.0), ValueError, "FractionalMaxPool3d: output_ratio"),
    ("layer-unpool", lambda: nn.MaxUnpool2d((2, 2), (1,) * 3), ValueError, "MaxUnpool2d: stride"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "run", "kind", "message"), ERRORS, ids=[e[0] for e in ERRORS])
def test_errors(name: str, run: Any, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        run()
