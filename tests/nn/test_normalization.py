"""Layers of normalisation: what the table of functions does not say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import grad_core as gc
import grad_nn as nn
from grad_core import Tensor
from grad_core.testing import check_grads
from grad_nn import functional as F  # noqa: N812  # the field's name

rng = np.random.default_rng(3)


def exact(x: Any, eps: float = 1e-5) -> Any:
    """Rows standardised in extended precision."""
    x = np.asarray(x, np.longdouble)
    mean = x.mean(-1, keepdims=True)
    return (x - mean) / np.sqrt(((x - mean) ** 2).mean(-1, keepdims=True) + eps)


@pytest.mark.parametrize("n", [3, 64, 1000, 5000])
@pytest.mark.parametrize(
    ("mean", "deviation"), [(0, 1), (1e4, 1), (-1e3, 1e-2), (1e-3, 1e-6), (3, 0)]
)
def test_a_large_mean_costs_no_digits(n: int, mean: float, deviation: float) -> None:
    x = (mean + deviation * rng.normal(size=(3, n))).astype(np.float32)
    y = F.layer_norm(Tensor(x), n)
    # The mean has to be rounded to a float32, too, which moves all numbers together.
    half = np.spacing(np.float32(abs(mean))) / 2 / max(np.sqrt(1e-5 + deviation**2), 1e-9)
    assert_allclose(y.data, exact(x), rtol=1e-5, atol=2e-6 + half)


def test_float16_is_computed_in_float32() -> None:
    x = np.full((2, 3000), 300.0, np.float16)  # their sum, and their squares, are more than 65504
    x[:, ::2] = 100.0
    weight = np.full(3000, 2.0, np.float16)
    t = Tensor(x, requires_grad=True, dtype=np.float16)
    for y, expected in (
        (F.layer_norm(t, 3000, weight), 2 * exact(x)),
        (F.rms_norm(t, 3000, weight), x / np.sqrt(np.float32(5e4)) * 2),
        (F.group_norm(t, 1, weight), 2 * exact(x)),
    ):
        assert y.dtype == np.float16
        assert_allclose(y.data, np.asarray(expected, np.float64), rtol=2e-3)
        assert gc.gradient(y.sum(), t).dtype == np.float16


def test_dtypes_are_promoted_as_numpy_does() -> None:
    x = Tensor(rng.normal(size=(2, 4)), requires_grad=True)
    y = F.layer_norm(x, 4, np.ones(4), np.zeros(4, np.float16))
    assert y.dtype == np.float64
    assert gc.gradient(y.sum(), x).dtype == np.float32
    narrow = Tensor(x.detach(), dtype=np.float16)
    assert F.layer_norm(narrow, 4, np.ones(4, np.float32)).dtype == np.float32


def test_third_derivatives() -> None:
    x = rng.normal(size=(2, 3))
    check_grads(lambda t: F.layer_norm(t, 3, eps=0.1), [x], order=3, rtol=1e-4)


def test_frozen_parameters_get_no_gradient_and_change_none() -> None:
    x = Tensor(rng.normal(size=(2, 3)), requires_grad=True)
    frozen, free = nn.LayerNorm(3), nn.LayerNorm(3)
    for p in frozen.parameters():
        p.requires_grad = False
    a, b = (gc.gradient((layer(x) ** 3).sum(), x).data for layer in (frozen, free))
    assert_array_equal(a, b)
    assert [p.grad for p in frozen.parameters()] == [None, None]


def test_numbers_that_are_not_finite_stay_in_their_group() -> None:
    x = np.zeros((3, 4), np.float32)
    x[1, 2], x[2] = np.nan, 7.0
    with np.errstate(invalid="ignore"):
        y = F.layer_norm(Tensor(x), 4).data
    assert_array_equal(np.isnan(y).any(1), [False, True, False])
    assert_array_equal(y[2], np.zeros(4))


@pytest.mark.parametrize(
    ("layer", "text", "names"),
    [
        (nn.LayerNorm(3), "LayerNorm((3,), eps=1e-05, elementwise_affine=True, bias=True)", "weight bias"),
        (nn.LayerNorm([2, 3], bias=False), "LayerNorm((2, 3), eps=1e-05, elementwise_affine=True, bias=False)", "weight"),
        (nn.LayerNorm(3, 0.1, False), "LayerNorm((3,), eps=0.1, elementwise_affine=False, bias=False)", ""),
        (nn.RMSNorm((3,)), "RMSNorm((3,), eps=None, elementwise_affine=True)", "weight"),
        (nn.RMSNorm(3, elementwise_affine=False), "RMSNorm((3,), eps=None, elementwise_affine=False)", ""),
        (nn.GroupNorm(2, 4), "GroupNorm(2, 4, eps=1e-05, affine=True, bias=True)", "weight bias"),
        (nn.GroupNorm(2, 4, bias=False), "GroupNorm(2, 4, eps=1e-05, affine=True, bias=False)", "weight"),
        (nn.GroupNorm(2, 4, 1.0, False), "GroupNorm(2, 4, eps=1.0, affine=False, bias=False)", ""),
    ],
)  # fmt: skip
def test_text_and_state(layer: nn.Module, text: str, names: str) -> None:
    assert repr(layer) == text
    assert list(layer.state_dict()) == names.split()
    for name, value in layer.state_dict().items():
        assert_array_equal(value, np.full(value.shape, float("weight" in name)))
        assert value.dtype == np.float32


def test_dtype_of_parameters() -> None:
    for layer in (
        nn.LayerNorm(2, dtype="f8"),
        nn.RMSNorm(2, dtype="f8"),
        nn.GroupNorm(1, 2, dtype="f8"),
    ):
        assert {p.dtype for p in layer.parameters()} == {np.dtype(np.float64)}


X = Tensor(np.ones((2, 4)))
ERRORS: list[tuple[str, Callable[[], Any], type[Exception], str]] = [
    ("shape", lambda: F.layer_norm(X, 3), ValueError, r"layer_norm: input has shape \(2, 4\), expected \(\.\.\., 3\)"),
    ("too many axes", lambda: F.layer_norm(X, (1, 2, 4)), ValueError, r"expected \(\.\.\., 1, 2, 4\)"),
    ("no axis", lambda: F.layer_norm(X, ()), ValueError, "normalized_shape is empty"),
    ("float", lambda: nn.LayerNorm(4.0), ValueError, r"LayerNorm: normalized_shape is an int, .* got 4\.0"),  # type: ignore[arg-type]  # the error under test
    ("0-d", lambda: F.rms_norm(Tensor(1.0), 1), ValueError, r"rms_norm: input has shape \(\)"),
    ("weight", lambda: F.layer_norm(X, 4, np.ones(1)), ValueError, r"layer_norm: weight has shape \(1,\), expected \(4,\)"),
    ("list", lambda: F.layer_norm(X, 4, [1.0] * 4), TypeError, "layer_norm: weight is list, expected a Tensor or an nd"),  # type: ignore[arg-type]  # the error under test
    ("eps", lambda: nn.LayerNorm(4, -1.0)(X), ValueError, r"layer_norm: eps is -1\.0, expected a number, at least 0"),
    ("text for eps", lambda: F.rms_norm(X, 4, eps="1"), ValueError, "rms_norm: eps is '1', expected a number"),  # type: ignore[arg-type]  # the error under test
    ("group list", lambda: nn.GroupNorm(2, 4)([1.0]), TypeError, "GroupNorm: input is list, expected a Tensor"),  # type: ignore[arg-type]  # the error under test
    ("bias", lambda: F.layer_norm(X, 4, None, X), ValueError, r"layer_norm: bias has shape \(2, 4\), expected \(4,\)"),
    ("integers", lambda: F.layer_norm(X.astype("int64"), 4), TypeError, "layer_norm: input is int64, expected floating"),
    ("complex", lambda: F.rms_norm(X.astype("complex64"), 4), TypeError, "rms_norm: input is complex64, expected real"),
    ("ndarray", lambda: nn.LayerNorm(4)(np.ones(4)), TypeError, "layer_norm: input is ndarray, expected a Tensor"),  # type: ignore[arg-type]  # the error under test
    ("groups", lambda: F.group_norm(X, 3), ValueError, "group_norm: num_groups is 3, which does not divide the 4"),
    ("no groups", lambda: F.group_norm(X, 0), ValueError, "group_norm: num_groups is an int, at least 1; got 0"),
    ("group axes", lambda: F.group_norm(X[0], 2), ValueError, r"group_norm: input has shape \(4,\), expected \(N, C"),
    ("group weight", lambda: F.group_norm(X, 2, np.ones(2)), ValueError, r"weight has shape \(2,\), expected \(4,\)"),
    ("GroupNorm", lambda: nn.GroupNorm(3, 4), ValueError, "GroupNorm: num_groups is 3, which does not divide num_ch"),
    ("channels", lambda: nn.GroupNorm(2, 6)(X), ValueError, r"GroupNorm: input has shape \(2, 4\), expected \(N, 6"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "run", "kind", "message"), ERRORS, ids=[e[0] for e in ERRORS])
def test_errors(name: str, run: Any, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        run()
