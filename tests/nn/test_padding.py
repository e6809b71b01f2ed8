"""Margins: layers, dtypes, special inputs, errors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal
from tests.nn.tables.padding import padded

import grad_core as gc
import grad_nn as nn
from grad_core import Tensor
from grad_nn import functional as F  # noqa: N812  # the field's name

MODES: dict[str, F.PadMode] = {
    "Constant": "constant",
    "Zero": "constant",
    "Reflection": "reflect",
    "Replication": "replicate",
    "Circular": "circular",
}


@pytest.mark.parametrize("kind", MODES)
@pytest.mark.parametrize("axes", [1, 2, 3])
@pytest.mark.parametrize("batched", [True, False])
def test_layer(kind: str, axes: int, batched: bool) -> None:
    made: Any = getattr(nn, f"{kind}Pad{axes}d")
    more = (2.5,) if kind == "Constant" else ()
    x = np.arange(2 * 3 * 4**axes, dtype=np.float32).reshape((2, 3, *(4,) * axes))
    x = x if batched else x[0]
    widths = (1, 2, 0, 1, -1, 3)[: 2 * axes]
    value = 2.5 if more else 0.0
    layer = made(widths, *more)
    expected = padded(x, widths, MODES[kind], value)
    assert_array_equal(layer(Tensor(x)).data, expected)
    assert layer.padding == widths
    assert not layer.state_dict()
    same = made(1, *more)
    assert same.padding == (1,) * 2 * axes
    inner = f"padding={same.padding}, value=2.5" if more else f"{same.padding}"
    assert repr(same) == f"{kind}Pad{axes}d({inner})"


@given(st.data())
@settings(max_examples=50, deadline=None)
def test_any_margins_that_fit(data: Any) -> None:
    mode: F.PadMode = data.draw(st.sampled_from(["constant", "reflect", "replicate", "circular"]))
    shape = data.draw(st.lists(st.integers(1, 4), min_size=1, max_size=3))
    pads: list[int] = []
    for n in reversed(shape):
        before, after = data.draw(st.integers(-n, n + 1)), data.draw(st.integers(-n, n + 1))
        most = {"reflect": n - 1, "circular": n + min(before, 0) + min(after, 0)}.get(mode, n + 1)
        before, after = min(before, most), min(after, most)
        if n + min(before, 0) + min(after, 0) < 0:
            before = 0
        if mode == "circular" and max(before, after) > n + min(before, 0) + min(after, 0):
            after = before = 0
        pads += [before, after]
    x = Tensor(np.arange(np.prod(shape)).reshape(shape), requires_grad=True)
    y = F.pad(x, pads, mode)
    assert_array_equal(y.data, padded(x.data, tuple(pads), mode))
    w = np.arange(1.0, y.size + 1, dtype=np.float32).reshape(y.shape)
    (g,) = gc.gradient(y, [x], w)
    expected = np.zeros(x.shape)
    for i, one in enumerate(np.eye(x.size).reshape(x.size, *x.shape)):
        expected.ravel()[i] = (padded(one, tuple(pads), mode) * w).sum()
    assert_array_equal(g.data, expected)


@pytest.mark.parametrize("mode", ["constant", "reflect", "replicate", "circular"])
@pytest.mark.parametrize("dtype", [np.bool_, np.uint8, np.int64, np.float16, np.complex64])
def test_dtypes(mode: F.PadMode, dtype: type) -> None:
    x: Any = np.array([[0, 1, 1], [1, 0, 1]], dtype)
    y = F.pad(gc.from_numpy(x), (1, 1, 1, 0), mode)
    assert y.dtype == dtype
    assert_array_equal(y.data, padded(x.real, (1, 1, 1, 0), mode).astype(dtype))


def test_the_result_is_new_memory() -> None:
    x = np.arange(4.0)
    for pad in ((0, 0), (-1, -1), (1, -1)):
        for mode in ("constant", "reflect", "replicate", "circular"):
            y = F.pad(gc.from_numpy(x), pad, mode)
            assert not np.shares_memory(y.data, x)
            assert y.data.base is None


def test_special_values() -> None:
    x = Tensor([np.nan, np.inf], requires_grad=True)
    assert_array_equal(F.pad(x, (1, 0), value=np.inf).data, [np.inf, np.nan, np.inf])
    assert_array_equal(F.pad(x, (1, 1), "circular").data, [np.inf, np.nan, np.inf, np.nan])
    z = Tensor([1j], dtype=np.complex64)
    assert_array_equal(F.pad(z, (1, 0), value=2 + 1j).data, [2 + 1j, 1j])


X: Any = Tensor(np.ones((2, 3)))
ERRORS: list[tuple[str, Callable[[], Any], type[Exception], str]] = [
    ("list", lambda: F.pad([1.0], (1, 1)), TypeError, "pad: input is list, expected a Tensor"),  # type: ignore[arg-type]  # the error under test
    ("odd", lambda: F.pad(X, (1, 2, 3)), ValueError, r"pad: pad is a tuple of ints, two .* \(1, 2, 3\)"),
    ("int", lambda: F.pad(X, 1), ValueError, "pad: pad is a tuple of ints, two .* got 1"),  # type: ignore[arg-type]  # the error under test
    ("float", lambda: F.pad(X, (1.0, 2.0)), ValueError, "pad: pad is a tuple of ints"),  # type: ignore[arg-type]  # the error under test
    ("axes", lambda: F.pad(X, (1,) * 6), ValueError, r"for 3 axes, but input has shape \(2, 3\)"),
    ("cut", lambda: F.pad(X, (-2, -2)), ValueError, r"margins \(-2, -2\) do not fit axis 1 .* cut off"),
    ("cut-more", lambda: F.pad(X, (-4, 4)), ValueError, r"axis 1 of input of shape \(2, 3\): more is cut"),
    ("replicate-cut", lambda: F.pad(X, (-2, -2), "replicate"), ValueError, "more is cut off"),
    ("reflect", lambda: F.pad(X, (0, 3), "reflect"), ValueError, "a reflected margin is at most 2 there"),
    ("reflect-0", lambda: F.pad(Tensor([]), (1, 0), "reflect"), ValueError, "at most 0 there"),
    ("circular", lambda: F.pad(X, (-1, 3), "circular"), ValueError, "a circular margin is at most 2"),
    ("replicate", lambda: F.pad(Tensor([]), (1, 0), "replicate"), ValueError, "no element to replicate"),
    ("mode", lambda: F.pad(X, (1, 1), "edge"), ValueError, "pad: mode is 'edge', expected one of const"),  # type: ignore[arg-type]  # the error under test
    ("value", lambda: F.pad(X, (1, 1), "reflect", 1.0), ValueError, "mode 'reflect' takes no value, got 1"),
    ("complex", lambda: F.pad(X, (1, 1), value=1j), TypeError, "value 1j does not fit into float32"),
    ("fraction", lambda: F.pad(gc.from_numpy(np.ones(2, int)), (1, 1), value=1.5), TypeError, r"value 1\.5 does not fit into int64"),
    ("nan", lambda: F.pad(gc.from_numpy(np.ones(2, int)), (1, 1), value=np.nan), TypeError, "value nan does not fit"),
    ("text", lambda: F.pad(X, (1, 1), value="1"), TypeError, "pad: value is str, expected a number"),  # type: ignore[arg-type]  # the error under test
    ("layer", lambda: nn.ZeroPad2d((1, 2)), ValueError, r"ZeroPad2d: padding is an int or 4 of them"),
    ("layer-float", lambda: nn.ZeroPad1d(1.5), ValueError, r"ZeroPad1d: padding is an int or 2 .* 1\.5"),  # type: ignore[arg-type]  # the error under test
    ("ndim", lambda: nn.ReflectionPad2d(1)(X), ValueError, r"ReflectionPad2d: .* \(2, 3\), expected \(N, C"),
    ("ndarray", lambda: nn.CircularPad1d(1)(np.ones((1, 2))), TypeError, "CircularPad1d: input is ndarray"),  # type: ignore[arg-type]  # the error under test
]  # fmt: skip


@pytest.mark.parametrize(("name", "run", "kind", "message"), ERRORS, ids=[e[0] for e in ERRORS])
def test_errors(name: str, run: Any, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        run()
