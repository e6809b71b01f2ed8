"""Dropout: how often, modes, generators of layers; the table of functions has the values."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import grad_core as gc
import grad_init
import grad_nn as nn
from grad_core import Tensor
from grad_nn import functional as F  # noqa: N812  # the field's name
from grad_nn.functional.dropouts import kept

LOW = -1.7580993408473766
LAYERS = [
    nn.Dropout,
    nn.Dropout1d,
    nn.Dropout2d,
    nn.Dropout3d,
    nn.AlphaDropout,
    nn.FeatureAlphaDropout,
]
SHAPES = [(4, 5), (2, 3, 5), (2, 3, 2, 2), (2, 3, 2, 2, 2), (4, 5), (4, 5, 2)]
each = pytest.mark.parametrize(("kind", "shape"), list(zip(LAYERS, SHAPES, strict=True)))


@pytest.mark.parametrize("n", [1500, 1_000_003])
@pytest.mark.parametrize("p", [1e-3, 0.1, 0.3, 0.5, 0.75, 0.999, 1 - 1e-9])
def test_the_probability_is_p(p: float, n: int) -> None:
    mask = kept((n,), p, 5)
    assert mask.shape == (n,)
    deviation = max(np.sqrt(n * p * (1 - p)), 1.0)
    assert abs(np.count_nonzero(~mask) - n * p) < 4 * deviation


@pytest.mark.parametrize("rest", [0.0, 0.25, 0.9])
def test_what_falls_on_the_boundary_is_drawn_again(rest: float) -> None:
    p = (3 + rest) / 256
    bits = np.random.default_rng(5).integers(0, 1 << 64, 1 << 17, np.uint64).view(np.uint8)
    mask = kept((bits.size,), p, 5)
    assert mask[bits > 3].all()
    assert not mask[bits < 3].any()
    on = mask[bits == 3]
    assert on.size > 1000
    assert_allclose(np.mean(~on), rest, atol=4 * np.sqrt(0.25 / on.size))


def test_elements_are_independent() -> None:
    mask = kept((1000, 1000), 0.3, 6) - 0.7
    for other in (np.roll(mask, 1, 0), np.roll(mask, 1, 1), np.roll(mask, 8, 1), mask[::-1]):
        assert abs(np.mean(mask * other)) < 4 * 0.21 / 1000


@pytest.mark.parametrize("kind", [np.random.MT19937, np.random.SFC64, np.random.Philox])
def test_any_generator_will_do(kind: Callable[[int], np.random.BitGenerator]) -> None:
    mask = kept((100_000,), 0.3, np.random.Generator(kind(1)))
    for part in mask.reshape(-1, 8).T:  # bytes of words, one after another
        assert_allclose(part.mean(), 0.7, atol=4 * np.sqrt(0.21 / part.size))


def test_values_and_gradients_of_a_large_array() -> None:
    x = Tensor(np.random.default_rng(0).uniform(1, 2, (100, 100)), requires_grad=True)
    y = F.dropout(x, 0.2, rng=0)
    dropped = y.data == 0
    assert 0.15 < dropped.mean() < 0.25
    assert_allclose(y.data[~dropped], x.data[~dropped] / 0.8, rtol=1e-6)
    (y * y).sum().backward()
    assert_allclose(x.grad, y.data * 2 / 0.8, rtol=1e-6)  # type: ignore[arg-type]  # it is there


@each
def test_modes(kind: Any, shape: tuple[int, ...]) -> None:
    x = Tensor(np.ones(shape), requires_grad=True)
    layer = kind(0.5, rng=0)
    assert (layer(x).data != 1).any()
    assert layer.eval()(x) is x
    assert kind(0.0)(x) is x
    y = kind(1.0)(x)
    assert_array_equal(y.data, np.zeros(shape))
    y.sum().backward()
    assert_array_equal(x.grad, np.zeros(shape))
    assert not list(layer.state_dict())


@each
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_dtypes(kind: Any, shape: tuple[int, ...], dtype: type) -> None:
    x = Tensor(np.ones(shape), dtype=dtype, requires_grad=True)
    y = kind(0.5, rng=0)(x)
    assert y.dtype == dtype
    assert gc.gradient(y.sum(), x).dtype == dtype
    empty = Tensor(np.ones((*shape[:-1], 0)), dtype=dtype)
    assert kind(0.5)(empty).shape == empty.shape


@each
def test_in_place(kind: Any, shape: tuple[int, ...]) -> None:
    x = Tensor(np.full(shape, 3.0), requires_grad=True)
    expected = kind(0.5, rng=1)(x)
    expected.sum().backward()
    g = x.grad
    t = x * 1
    y = kind(0.5, True, rng=1)(t)
    assert y is t
    assert_array_equal(t.data, expected.data)
    x.zero_grad()
    t.sum().backward()
    assert_array_equal(x.grad, g)
    constant = Tensor(np.full(shape, 3.0))
    assert kind(1.0, inplace=True)(constant) is constant
    assert_array_equal(constant.data, np.zeros(shape))


def test_nothing_is_left_of_what_is_not_finite() -> None:
    x = Tensor([np.inf, np.nan], requires_grad=True)
    y = F.dropout(x, 1.0)
    assert_array_equal(y.data, [0, 0])
    assert_array_equal(gc.gradient(y.sum(), x).data, [0, 0])


def test_channels_go_together() -> None:
    x = np.ones((50, 40, 3, 2), np.float32)
    y = F.dropout2d(Tensor(x), 0.5, rng=0).data
    assert_array_equal(y, np.broadcast_to(y[..., :1, :1], x.shape))
    assert set(np.unique(y)) == {0.0, 2.0}
    z = F.feature_alpha_dropout(Tensor(x), 0.5, True, rng=0).data
    assert_array_equal(z, np.broadcast_to(z[..., :1, :1], x.shape))
    assert len(np.unique(z)) == 2


@pytest.mark.parametrize("p", [0.05, 0.5, 0.9])
def test_alpha_dropout_keeps_mean_and_variance(p: float) -> None:
    x = np.random.default_rng(0).normal(size=1_000_000).astype(np.float32)
    y = F.alpha_dropout(Tensor(x), p, True, rng=0).data
    assert_allclose(y.mean(), 0, atol=0.005)
    assert_allclose(y.var(), 1, rtol=0.01)


def test_a_layer_goes_on_with_its_generator() -> None:
    x = Tensor(np.ones(100))
    layer, same = nn.Dropout(rng=3), nn.Dropout(rng=3)
    first = layer(x).data
    assert_array_equal(same(x).data, first)
    second = layer(x).data
    assert (second != first).any()
    assert_array_equal(same(x).data, second)
    # As a checkpoint has it
    assert isinstance(layer.rng, np.random.Generator)
    state = layer.rng.bit_generator.state
    third = layer(x).data
    layer.rng.bit_generator.state = state
    assert_array_equal(layer(x).data, third)


def test_copies_go_on_from_the_same_state_on_their_own() -> None:
    x = Tensor(np.ones(100))
    layer = nn.Dropout(rng=3)
    layer(x)
    others = copy.deepcopy(layer), pickle.loads(pickle.dumps(layer))
    following = layer(x).data
    for other in others:
        assert other.rng is not layer.rng
        assert_array_equal(other(x).data, following)


def test_layers_may_share_a_generator() -> None:
    x = Tensor(np.ones(100))
    shared = np.random.default_rng(0)
    model = nn.Sequential(nn.Dropout(rng=shared), nn.Dropout(rng=shared))
    for m in (model, copy.deepcopy(model)):
        a, b = m.children()
        assert isinstance(a, nn.Dropout)
        assert isinstance(b, nn.Dropout)
        assert a.rng is b.rng
        assert (a(x).data != b(x).data).any()
    assert model[0].rng is shared  # type: ignore[attr-defined]  # items are callables


def test_the_default_generator_is_that_of_the_call() -> None:
    x = Tensor(np.ones(100))
    layer = nn.Dropout()
    assert layer.rng is None
    grad_init.manual_seed(5)
    first = layer(x).data
    assert (layer(x).data != first).any()
    grad_init.manual_seed(5)
    assert_array_equal(layer(x).data, first)
    assert_array_equal(F.dropout(x, rng=np.random.default_rng(5)).data, first)


def test_text() -> None:
    assert repr(nn.Dropout()) == "Dropout(p=0.5, inplace=False)"
    assert repr(nn.FeatureAlphaDropout(0.1, True)) == "FeatureAlphaDropout(p=0.1, inplace=True)"


X = Tensor(np.ones((2, 4)))
LEAF = Tensor(np.ones(3), requires_grad=True)
ERRORS: list[tuple[str, Callable[[], Any], type[Exception], str]] = [
    ("large", lambda: F.dropout(X, 1.5), ValueError, r"dropout: p is 1\.5, expected a probability, 0 to 1"),
    ("negative", lambda: nn.Dropout2d(-0.1), ValueError, r"Dropout2d: p is -0\.1, expected"),
    ("nan", lambda: nn.AlphaDropout(float("nan")), ValueError, "AlphaDropout: p is nan, expected"),
    ("text", lambda: nn.Dropout("0.5"), ValueError, r"Dropout: p is '0\.5', expected"),  # type: ignore[arg-type]  # the error under test
    ("even if not training", lambda: F.alpha_dropout(X, 2), ValueError, "alpha_dropout: p is 2, expected"),
    ("rng", lambda: nn.Dropout(rng=-1), ValueError, "rng must be .*; got -1"),
    ("integers", lambda: F.dropout(X.astype("int64")), TypeError, "dropout: input is int64, expected floating"),
    ("ndarray", lambda: nn.Dropout()(np.ones(3)), TypeError, "dropout: input is ndarray, expected a Tensor"),  # type: ignore[arg-type]  # the error under test
    ("1d", lambda: F.dropout1d(X[0]), ValueError, r"dropout1d: input has shape \(4,\), expected 2 or 3 axes"),
    ("2d", lambda: nn.Dropout2d()(X), ValueError, r"dropout2d: input has shape \(2, 4\), expected 3 or 4 axes"),
    ("3d", lambda: nn.Dropout3d().eval()(X), ValueError, "dropout3d: .* expected 4 or 5 axes"),
    ("feature", lambda: nn.FeatureAlphaDropout()(X[0]), ValueError, r"feature_alpha_dropout: .* expected \(N, C, \.\.\.\)"),
    ("leaf", lambda: F.dropout(LEAF, inplace=True), RuntimeError, "dropout: input is a leaf that requires a gradient"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "run", "kind", "message"), ERRORS, ids=[e[0] for e in ERRORS])
def test_errors(name: str, run: Any, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        run()
