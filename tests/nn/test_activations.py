"""Activations: special values, kinks, accuracy, changes in place, layers, errors."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

import grad_core as gc
import grad_nn as nn
from grad_core import Tensor
from grad_core.testing import check_grads
from grad_nn import functional as F  # noqa: N812  # the field's name

INF, NAN = np.inf, np.nan
AT = [-INF, -1e30, -100, -20, -0.0, 0, 20, 100, 1e30, INF, NAN]

# Values and gradients at these numbers: those of PyTorch 2.13, and the limits at infinity where
# it has NaN, or 0 or infinity where it runs out of digits or overflows.
E20, E100 = math.exp(-20), math.exp(-100)
UP = [20, 100, 1e30, INF, NAN]
LOG2 = math.log(2)
SELU, SCALE = 1.7580993408473766, 1.0507009873554805
SPECIAL: list[tuple[str, Callable[[Tensor], Tensor], Any, Any]] = [
    ("relu", F.relu, [0, 0, 0, 0, 0, 0, *UP], [0] * 6 + [1] * 5),
    ("relu6", F.relu6, [0] * 6 + [6, 6, 6, 6, NAN], [0] * 10 + [1]),
    ("hardtanh", F.hardtanh, [-1, -1, -1, -1, 0, 0, 1, 1, 1, 1, NAN], [0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 1]),
    ("threshold", lambda x: F.threshold(x, 0.0, 2.0), [2] * 6 + UP, [0] * 6 + [1] * 5),
    ("leaky_relu", F.leaky_relu, [-INF, -1e28, -1, -0.2, 0, 0, *UP], [0.01] * 6 + [1] * 4 + [0.01]),
    ("elu", F.elu, [-1, -1, -1, -1, 0, 0, *UP], [0, 0, E100, E20, 1, 1, 1, 1, 1, 1, NAN]),
    ("celu", F.celu, [-1, -1, -1, -1, 0, 0, *UP], [0, 0, E100, E20, 1, 1, 1, 1, 1, 1, NAN]),
    (
        "selu",
        F.selu,
        [-SELU, -SELU, -SELU, -SELU, 0, 0, *(SCALE * v for v in UP)],
        [0, 0, SELU * E100, SELU * E20, SELU, SELU, SCALE, SCALE, SCALE, SCALE, NAN],
    ),
    ("softplus", F.softplus, [0, 0, E100, E20, LOG2, LOG2, *UP], [0, 0, E100, E20, 0.5, 0.5, 1, 1, 1, 1, NAN]),
    ("gelu", F.gelu, [0, 0, 0, 0, 0, 0, *UP], [0, 0, 0, 0, 0.5, 0.5, 1, 1, 1, 1, NAN]),
    ("gelu-tanh", lambda x: F.gelu(x, "tanh"), [0, 0, 0, 0, 0, 0, *UP], [0, 0, 0, 0, 0.5, 0.5, 1, 1, 1, 1, NAN]),
    ("silu", F.silu, [0, 0, -100 * E100, -20 * E20, 0, 0, *UP], [0, 0, -99 * E100, -19 * E20, 0.5, 0.5, 1, 1, 1, 1, NAN]),
    ("mish", F.mish, [0, 0, -100 * E100, -20 * E20, 0, 0, *UP], [0, 0, -99 * E100, -19 * E20, 0.6, 0.6, 1, 1, 1, 1, NAN]),
    ("hardswish", F.hardswish, [0, 0, 0, 0, 0, 0, *UP], [0, 0, 0, 0, 0.5, 0.5, 1, 1, 1, 1, NAN]),
    ("sigmoid", F.sigmoid, [0, 0, E100, E20, 0.5, 0.5, 1, 1, 1, 1, NAN], [0, 0, E100, E20, 0.25, 0.25, 0, 0, 0, 0, NAN]),
    ("hardsigmoid", F.hardsigmoid, [0, 0, 0, 0, 0.5, 0.5, 1, 1, 1, 1, NAN], [0, 0, 0, 0, 1 / 6, 1 / 6, 0, 0, 0, 0, 0]),
    ("logsigmoid", F.logsigmoid, [-INF, -1e30, -100, -20, -LOG2, -LOG2, -E20, -E100, 0, 0, NAN], [1, 1, 1, 1, 0.5, 0.5, E20, E100, 0, 0, NAN]),
    ("tanh", F.tanh, [-1, -1, -1, -1, 0, 0, 1, 1, 1, 1, NAN], [0, 0, 0, 0, 1, 1, 0, 0, 0, 0, NAN]),
    ("softsign", F.softsign, [-1, -1, -100 / 101, -20 / 21, 0, 0, 20 / 21, 100 / 101, 1, 1, NAN], [0, 0, 101**-2, 21**-2, 1, 1, 21**-2, 101**-2, 0, 0, NAN]),
    ("hardshrink", F.hardshrink, [-INF, -1e30, -100, -20, 0, 0, *UP], [1, 1, 1, 1, 0, 0, 1, 1, 1, 1, 1]),
    ("softshrink", F.softshrink, [-INF, -1e30, -99.5, -19.5, 0, 0, 19.5, 99.5, 1e30, INF, NAN], [1, 1, 1, 1, 0, 0, 1, 1, 1, 1, 1]),
    ("tanhshrink", F.tanhshrink, [-INF, -1e30, -99, -19, 0, 0, 19, 99, 1e30, INF, NAN], [1, 1, 1, 1, 0, 0, 1, 1, 1, 1, NAN]),
]  # fmt: skip


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.float16])
@pytest.mark.parametrize(
    ("name", "function", "value", "gradient"), SPECIAL, ids=[s[0] for s in SPECIAL]
)
def test_special_values(name: str, function: Any, value: Any, gradient: Any, dtype: Any) -> None:
    with np.errstate(over="ignore"):
        at = np.array(AT).astype(dtype)  # 1e30 is infinite in float16, and so is the result
        value = np.array(value).astype(dtype)
    x = Tensor(at, requires_grad=True, dtype=dtype)
    y = function(x)
    y.backward(np.ones(len(AT)))
    eps = max(float(np.finfo(dtype).eps), 1e-8)  # exp(-20) is left out beside 1
    tiny = 1e-20 if dtype is not np.float16 else 1e-7
    assert y.dtype == x.dtype
    assert_allclose(y.data, value, rtol=4 * eps, atol=tiny)
    assert x.grad is not None
    assert x.grad.dtype == dtype
    assert_allclose(x.grad, gradient, rtol=4 * eps, atol=tiny + eps * (name == "sigmoid"))


# At kinks, as PyTorch has it: x, the first gradient, the second
KINKS: list[tuple[str, Callable[[Tensor], Tensor], list[float], list[float], list[float]]] = [
    ("relu", F.relu, [0], [0], [0]),
    ("relu6", F.relu6, [0, 6], [0, 0], [0, 0]),
    ("hardtanh", F.hardtanh, [-1, 1], [0, 0], [0, 0]),
    ("threshold", lambda x: F.threshold(x, 0.5, 2.0), [0.5], [0], [0]),
    ("leaky_relu", F.leaky_relu, [0], [0.01], [0]),
    ("prelu", lambda x: F.prelu(x, Tensor([0.25])), [0], [0.25], [0]),
    ("elu", lambda x: F.elu(x, 2.0), [0], [2], [0]),
    ("celu", lambda x: F.celu(x, 2.0), [0], [1], [0]),
    ("softplus", lambda x: F.softplus(x, 2.0, 4.0), [1.9, 2, 2.1], [0.97811873, 0.98201379, 1], [0.04280496, 0, 0]),
    ("hardswish", F.hardswish, [-3, 3], [0, 1], [0, 0]),
    ("hardsigmoid", F.hardsigmoid, [-3, 3], [0, 0], [0, 0]),
    ("softshrink", F.softshrink, [-0.5, 0.5], [0, 0], [0, 0]),
    ("hardshrink", F.hardshrink, [-0.5, 0.5], [0, 0], [0, 0]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "function", "at", "first", "second"), KINKS, ids=[k[0] for k in KINKS]
)
def test_kinks(name: str, function: Any, at: Any, first: Any, second: Any) -> None:
    x = Tensor(at, requires_grad=True)
    g = gc.gradient(function(x).sum(), x, create_graph=True)
    assert_allclose(g.data, first, rtol=1e-6)
    h = gc.gradient(g.sum(), x) if g.requires_grad else gc.zeros_like(x)
    assert_allclose(h.data, second, rtol=1e-5, atol=1e-12)


# Where the slope is 0, nothing passes, not even an infinite gradient, as that of sqrt at 0
SHUT: list[tuple[Callable[[Tensor], Tensor], list[float]]] = [
    (F.relu, [0, -1]),
    (F.relu6, [0, 6, 7]),
    (F.hardtanh, [-1, 1, 2]),
    (lambda x: F.threshold(x, 1.0, 5.0), [1, 0]),
    (F.hardsigmoid, [-3, 3]),
    (F.hardshrink, [0, 0.5]),
    (F.softshrink, [0, -0.5]),
]


@pytest.mark.parametrize(("function", "at"), SHUT)
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.longdouble])
def test_where_the_slope_is_0_no_infinity_passes(function: Any, at: Any, dtype: Any) -> None:
    x = Tensor(at, requires_grad=True, dtype=dtype)
    function(x).backward(np.full(len(at), INF, dtype))
    assert_array_equal(x.grad, np.zeros(len(at), dtype))


def ratio(up: float, v: float) -> float:
    """up / (1 + exp(-v)), without loss near 0."""
    return up * math.exp(v) / (1 + math.exp(v)) if v < 0 else up / (1 + math.exp(-v))


def exact_mish(v: float) -> float:
    n = math.exp(min(v, 300))
    return v * (n * (n + 2) / (n * (n + 2) + 2))


ACCURATE: list[tuple[str, Callable[[Tensor], Tensor], Callable[[float], float]]] = [
    ("elu", F.elu, lambda v: v if v > 0 else math.expm1(v)),
    ("celu", lambda x: F.celu(x, 3.0), lambda v: v if v > 0 else 3 * math.expm1(v / 3)),
    ("softplus", F.softplus, lambda v: v if v > 20 else math.log1p(math.exp(v))),
    ("logsigmoid", F.logsigmoid, lambda v: -math.log1p(math.exp(-v))),
    ("sigmoid", F.sigmoid, lambda v: ratio(1, v)),
    ("silu", F.silu, lambda v: ratio(v, v)),
    ("mish", F.mish, exact_mish),
    ("softsign", F.softsign, lambda v: v / (1 + abs(v))),
]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("name", "function", "exact"), ACCURATE, ids=[a[0] for a in ACCURATE])
def test_digits(name: str, function: Any, exact: Any, dtype: Any) -> None:
    """Also of results that are nearly 0."""
    powers = np.logspace(-12, 1.9, 300)
    x = np.concatenate((-powers, powers)).astype(dtype)
    expected = np.array([exact(v) for v in x.tolist()])
    assert_allclose(function(gc.from_numpy(x)).data, expected, rtol=6 * np.finfo(dtype).eps)


SMOOTH = [F.gelu, F.silu, F.mish, F.sigmoid, F.elu, F.softplus, F.logsigmoid, F.hardswish]


@pytest.mark.parametrize("function", SMOOTH)
@pytest.mark.parametrize("dtype", [np.float32, np.float16])
def test_large_arrays_are_as_their_parts(function: Any, dtype: Any) -> None:
    """They are computed in blocks."""
    x = np.random.default_rng(0).normal(size=(2, 50_000)).astype(dtype)
    leaf = Tensor(x, requires_grad=True, dtype=dtype)
    turned = Tensor(x.T, requires_grad=True, dtype=dtype)
    whole = function(leaf)
    whole.backward(np.ones(x.shape))
    function(turned.T).backward(np.ones(x.shape))
    assert leaf.grad is not None
    for part in (slice(0, 100), slice(32_700, 32_800), slice(49_900, 50_000)):
        few = Tensor(x[1, part], requires_grad=True, dtype=dtype)
        y = function(few)
        y.backward(np.ones(100))
        assert_allclose(whole.data[1, part], y.data, rtol=4e-6, atol=1e-7)
        assert_allclose(leaf.grad[1, part], few.grad, rtol=4e-6, atol=1e-7)  # type: ignore[arg-type]  # it is there
    assert_allclose(leaf.grad, turned.grad.T, rtol=1e-6)  # type: ignore[union-attr]  # it is there


@pytest.mark.parametrize("function", [F.sigmoid, F.silu, F.elu, F.softplus, F.gelu, F.leaky_relu])
@pytest.mark.parametrize("dtype", [np.uint8, np.int64, np.bool_])
def test_integers_become_floating(function: Any, dtype: Any) -> None:
    x = Tensor([0, 1, 1], dtype=dtype)
    y = function(x)
    assert y.dtype == np.exp(np.zeros(1, dtype)).dtype
    assert_allclose(y.data, function(Tensor([0.0, 1.0, 1.0])).data, rtol=1e-3)


@pytest.mark.parametrize("function", [F.relu, lambda x: F.threshold(x, 0, 7)])
def test_integers_that_stay_integers(function: Any) -> None:
    assert function(Tensor([-1, 2], dtype=np.int32)).dtype == np.int32


@pytest.mark.parametrize("function", [F.silu, F.softsign, F.tanhshrink, F.tanh])
def test_complex_numbers(function: Any) -> None:
    z = np.array([0.3 + 0.5j, -1 + 0.2j])
    exact = {
        F.silu: z / (1 + np.exp(-z)),
        F.softsign: z / (1 + np.abs(z)),
        F.tanhshrink: z - np.tanh(z),
        F.tanh: np.tanh(z),
    }[function]
    assert_allclose(function(gc.from_numpy(z)).data, exact)
    check_grads(function, [z])


# ---------------------------------------------------------------------------- in place

# The function, the same with inplace=True, and with an underscore where there is one
IN_PLACE: list[tuple[str, Callable[[Tensor], Tensor], list[Callable[[Tensor], Tensor]]]] = [
    ("relu", F.relu, [lambda x: F.relu(x, inplace=True), F.relu_, nn.ReLU(True)]),
    ("relu6", F.relu6, [lambda x: F.relu6(x, True), nn.ReLU6(True)]),
    ("hardtanh", F.hardtanh, [lambda x: F.hardtanh(x, inplace=True), F.hardtanh_, nn.Hardtanh(inplace=True)]),
    ("threshold", lambda x: F.threshold(x, 0.5, 2.0), [lambda x: F.threshold(x, 0.5, 2.0, True), lambda x: F.threshold_(x, 0.5, 2.0), nn.Threshold(0.5, 2.0, True)]),
    ("leaky_relu", F.leaky_relu, [lambda x: F.leaky_relu(x, inplace=True), F.leaky_relu_, nn.LeakyReLU(inplace=True)]),
    ("rrelu", F.rrelu, [lambda x: F.rrelu(x, inplace=True), F.rrelu_, nn.RReLU(inplace=True).eval()]),
    ("rrelu-train", lambda x: F.rrelu(x, training=True, rng=5), [lambda x: F.rrelu_(x, training=True, rng=5), lambda x: nn.RReLU(inplace=True, rng=5)(x)]),
    ("elu", F.elu, [lambda x: F.elu(x, inplace=True), F.elu_, nn.ELU(inplace=True)]),
    ("celu", F.celu, [lambda x: F.celu(x, inplace=True), F.celu_, nn.CELU(inplace=True)]),
    ("selu", F.selu, [lambda x: F.selu(x, inplace=True), F.selu_, nn.SELU(True)]),
    ("silu", F.silu, [lambda x: F.silu(x, True), nn.SiLU(True)]),
    ("mish", F.mish, [lambda x: F.mish(x, True), nn.Mish(True)]),
    ("hardswish", F.hardswish, [lambda x: F.hardswish(x, True), nn.Hardswish(True)]),
    ("hardsigmoid", F.hardsigmoid, [lambda x: F.hardsigmoid(x, True), nn.Hardsigmoid(True)]),
]  # fmt: skip
CHANGES = [(function, change) for _, function, changes in IN_PLACE for change in changes]
CHANGE_IDS = [f"{name}-{i}" for name, _, changes in IN_PLACE for i in range(len(changes))]
NUMBERS = np.array([-2.0, -0.7, 0.3, 0.9, 4.0])


@pytest.mark.parametrize(("function", "change"), CHANGES, ids=CHANGE_IDS)
def test_in_place(function: Any, change: Any) -> None:
    expected = Tensor(NUMBERS, requires_grad=True)
    (function(expected * 2) * expected).sum().backward()

    leaf = Tensor(NUMBERS, requires_grad=True)
    x = leaf * 2
    doubled = x * 3  # of the value before
    out = change(x)
    assert out is x
    assert_allclose(x.data, function(Tensor(NUMBERS * 2)).data)
    (x * leaf).sum().backward(retain_graph=True)
    assert_allclose(leaf.grad, expected.grad, rtol=1e-6)  # type: ignore[arg-type]  # it is there
    assert_allclose(doubled.data, NUMBERS * 6)

    plain = Tensor(NUMBERS * 2)
    part = plain[1:4]
    assert change(part) is part
    assert_allclose(part.data, function(Tensor(NUMBERS[1:4] * 2)).data)
    assert_allclose(plain.data[[0, 4]], [-4, 8])  # the rest of the whole stays,
    assert_allclose(plain.data[1:4], part.data)  # and the part is changed in it


@pytest.mark.parametrize(("function", "change"), CHANGES, ids=CHANGE_IDS)
def test_a_leaf_that_requires_a_gradient_is_not_changed(function: Any, change: Any) -> None:
    leaf = Tensor(NUMBERS, requires_grad=True)
    with pytest.raises(RuntimeError, match="input is a leaf that requires a gradient"):
        change(leaf)
    assert_allclose(leaf.data, NUMBERS)
    with gc.no_grad():
        assert change(leaf) is leaf
    assert leaf.requires_grad
    assert_allclose(leaf.data, function(Tensor(NUMBERS)).data)


# ---------------------------------------------------------------------------- layers

X34 = np.random.default_rng(1).normal(size=(4, 4)).astype(np.float32)
LAYERS: list[tuple[nn.Module, Callable[[Tensor], Tensor], str]] = [
    (nn.ReLU(), F.relu, "ReLU()"),
    (nn.ReLU(inplace=True), F.relu, "ReLU(inplace=True)"),
    (nn.ReLU6(), F.relu6, "ReLU6()"),
    (nn.Hardtanh(-2, 0.5), lambda x: F.hardtanh(x, -2, 0.5), "Hardtanh(min_val=-2, max_val=0.5)"),
    (nn.Hardtanh(inplace=True), F.hardtanh, "Hardtanh(min_val=-1.0, max_val=1.0, inplace=True)"),
    (nn.Threshold(0.1, 20), lambda x: F.threshold(x, 0.1, 20), "Threshold(threshold=0.1, value=20)"),
    (nn.LeakyReLU(), F.leaky_relu, "LeakyReLU(negative_slope=0.01)"),
    (nn.LeakyReLU(0.3), lambda x: F.leaky_relu(x, 0.3), "LeakyReLU(negative_slope=0.3)"),
    (nn.LeakyReLU(alpha=0.2), lambda x: F.leaky_relu(x, 0.2), "LeakyReLU(negative_slope=0.2)"),
    (nn.RReLU(0.1, 0.3).eval(), lambda x: F.leaky_relu(x, 0.2), "RReLU(lower=0.1, upper=0.3)"),
    (nn.ELU(2.0), lambda x: F.elu(x, 2.0), "ELU(alpha=2.0)"),
    (nn.CELU(2.0), lambda x: F.celu(x, 2.0), "CELU(alpha=2.0)"),
    (nn.SELU(), F.selu, "SELU()"),
    (nn.Softplus(2, 3), lambda x: F.softplus(x, 2, 3), "Softplus(beta=2, threshold=3)"),
    (nn.GELU("tanh"), lambda x: F.gelu(x, approximate="tanh"), "GELU(approximate='tanh')"),
    (nn.SiLU(), F.silu, "SiLU()"),
    (nn.Mish(), F.mish, "Mish()"),
    (nn.Hardswish(), F.hardswish, "Hardswish()"),
    (nn.GLU(0), lambda x: F.glu(x, 0), "GLU(dim=0)"),
    (nn.Sigmoid(), F.sigmoid, "Sigmoid()"),
    (nn.Hardsigmoid(), F.hardsigmoid, "Hardsigmoid()"),
    (nn.LogSigmoid(), F.logsigmoid, "LogSigmoid()"),
    (nn.Tanh(), F.tanh, "Tanh()"),
    (nn.Softsign(), F.softsign, "Softsign()"),
    (nn.Hardshrink(0.3), lambda x: F.hardshrink(x, 0.3), "Hardshrink(lambd=0.3)"),
    (nn.Softshrink(0.3), lambda x: F.softshrink(x, 0.3), "Softshrink(lambd=0.3)"),
    (nn.Tanhshrink(), F.tanhshrink, "Tanhshrink()"),
    (nn.Softmax(), F.softmax, "Softmax(dim=-1)"),
    (nn.Softmax(0), lambda x: F.softmax(x, 0), "Softmax(dim=0)"),
    (nn.LogSoftmax(0), lambda x: F.log_softmax(x, 0), "LogSoftmax(dim=0)"),
    (nn.Softmin(0), lambda x: F.softmin(x, 0), "Softmin(dim=0)"),
]  # fmt: skip


@pytest.mark.parametrize(("layer", "function", "shown"), LAYERS, ids=[layer[2] for layer in LAYERS])
def test_layers(layer: Any, function: Any, shown: str) -> None:
    assert_array_equal(layer(Tensor(X34)).data, function(Tensor(X34)).data)
    assert repr(layer) == shown
    assert layer.state_dict() == {}


def test_prelu_learns() -> None:
    layer = nn.PReLU(3, 0.5, dtype=np.float64)
    assert repr(layer) == "PReLU(num_parameters=3)"
    assert_array_equal(layer.state_dict()["weight"], [0.5, 0.5, 0.5])
    assert nn.PReLU().weight.dtype == np.float32
    assert_array_equal(nn.PReLU().weight.data, [0.25])
    x = Tensor([[-1.0, 2.0, -3.0], [-4.0, -5.0, 6.0]], dtype=np.float64)
    layer(x).sum().backward()
    assert_array_equal(layer.weight.grad, [-5, -5, -3])


def test_softmax2d() -> None:
    x = np.random.default_rng(1).normal(size=(2, 3, 2, 2))
    assert_allclose(nn.Softmax2d()(Tensor(x)).data.sum(1), np.ones((2, 2, 2)), rtol=1e-6)
    assert_array_equal(nn.Softmax2d()(Tensor(x[0])).data, F.softmax(Tensor(x[0]), 0).data)


def test_rrelu_draws_slopes() -> None:
    x = Tensor(np.full(10_000, -1.0), requires_grad=True)
    layer = nn.RReLU(0.2, 0.4, rng=1)
    y = layer(x)
    assert -0.4 <= y.data.min() < -0.39
    assert -0.21 < y.data.max() <= -0.2
    assert_allclose(y.data.mean(), -0.3, atol=0.003)
    y.sum().backward()
    assert_allclose(x.grad, -y.data)  # type: ignore[arg-type]  # it is there
    assert (layer(x).data != y.data).any()
    assert_array_equal(F.rrelu(x, training=True, rng=3).data, F.rrelu(x, training=True, rng=3).data)
    assert_array_equal(F.rrelu(Tensor([2.0]), training=True).data, [2.0])


def test_gumbel_softmax_is_a_sample() -> None:
    p = np.array([0.1, 0.2, 0.7])
    x = Tensor(np.tile(np.log(p), (20_000, 1)), requires_grad=True)
    hard = F.gumbel_softmax(x, tau=0.5, hard=True, rng=0)
    soft = F.gumbel_softmax(x, tau=0.5, rng=0)
    assert hard.dtype == soft.dtype == np.float32
    assert_allclose(soft.data.sum(1), np.ones(20_000), rtol=1e-5)
    assert_array_equal(np.unique(hard.data), [0, 1])
    assert_array_equal(hard.data.argmax(1), soft.data.argmax(1))
    assert_allclose(hard.data.mean(0), p, atol=0.01)
    w = np.arange(3.0)
    (g,) = gc.gradient((hard * w).sum(), [x])
    (expected,) = gc.gradient((soft * w).sum(), [x])
    assert_array_equal(g.data, expected.data)
    assert F.gumbel_softmax(Tensor(np.ones((0, 3))), hard=True).shape == (0, 3)


@pytest.mark.parametrize("function", [F.softmax, F.log_softmax, F.softmin])
def test_softmax_casts_first(function: Any) -> None:
    x = Tensor([1000.0, 0.0, 7.0], dtype=np.float16, requires_grad=True)
    y = function(x, dim=0, dtype=np.float32)
    assert y.dtype == np.float32
    assert_array_equal(y.data, function(Tensor([1000.0, 0.0, 7.0]), 0).data)
    y[1].backward()
    assert x.grad is not None
    assert x.grad.dtype == np.float16
    assert function(Tensor([1, 2], dtype=int), dtype="float32").dtype == np.float32


@given(st.lists(st.floats(-1e4, 1e4), min_size=1, max_size=8), st.floats(-100, 100))
def test_softmax_and_its_kin(numbers: list[float], shift: float) -> None:
    x = Tensor(numbers, dtype=np.float64)
    p = F.softmax(x).data
    assert_allclose(p.sum(), 1)
    assert_allclose(np.exp(F.log_softmax(x).data), p, rtol=1e-9, atol=1e-300)
    assert_allclose(F.softmax(x + shift).data, p, rtol=1e-8, atol=1e-12)
    assert_array_equal(F.softmin(-x).data, p)


X: Any = Tensor(np.ones((2, 5)))
ERRORS: list[tuple[str, Callable[[], Any], type[Exception], str]] = [
    ("ndarray", lambda: nn.ReLU()(np.ones(2)), TypeError, "relu: input is ndarray, .*from_numpy"),  # type: ignore[arg-type]  # the error under test
    ("complex", lambda: F.elu(Tensor([1j], dtype="c8")), TypeError, "elu: input is complex64, expected real"),
    ("gelu", lambda: F.gelu(X, "erf"), ValueError, "gelu: approximate is 'erf', expected 'none' or"),  # type: ignore[arg-type]  # the error under test
    ("hardtanh", lambda: F.hardtanh(X, 1, -1), ValueError, "hardtanh: min_val is 1, more than max_val, -1"),
    ("celu", lambda: F.celu(X, 0), ValueError, "celu: alpha is 0"),
    ("softplus", lambda: F.softplus(X, 0), ValueError, "softplus: beta is 0"),
    ("softshrink", lambda: F.softshrink(X, -1), ValueError, "softshrink: lambd is -1, expected at least 0"),
    ("rrelu", lambda: F.rrelu(X, 2, 1), ValueError, "rrelu: lower is 2, expected at most upper, 1"),
    ("prelu", lambda: F.prelu(X, Tensor([1.0, 2.0])), ValueError, r"weight has shape \(2,\), expected \(5,\)"),
    ("prelu-ndim", lambda: F.prelu(X, Tensor(np.ones((1, 5)))), ValueError, r"weight has shape \(1, 5\)"),
    ("prelu-weight", lambda: F.prelu(X, 0.5), TypeError, "prelu: weight is float, expected a Tensor"),  # type: ignore[arg-type]  # the error under test
    ("prelu-count", lambda: nn.PReLU(0), ValueError, "PReLU: num_parameters is an int, at least 1"),
    ("glu-odd", lambda: F.glu(X), ValueError, r"glu: axis -1 of an input of shape \(2, 5\) has an odd"),
    ("glu-axis", lambda: F.glu(X, 2), ValueError, "glu: dim is 2, expected an axis from -2 to 1"),
    ("glu-0-d", lambda: F.glu(Tensor(1.0)), ValueError, "glu: dim is -1, expected an input with axes"),
    ("softmax", lambda: nn.Softmax(2)(X), ValueError, "softmax: dim is 2, expected an axis from -2 to 1"),
    ("softmax-0-d", lambda: F.softmax(Tensor(1.0), 1), ValueError, "softmax: dim is 1, expected"),
    ("softmax-float", lambda: F.softmax(X, 1.0), ValueError, r"softmax: dim is 1\.0"),  # type: ignore[arg-type]  # the error under test
    ("softmax2d", lambda: nn.Softmax2d()(X), ValueError, r"Softmax2d: input has shape \(2, 5\)"),
    ("gumbel", lambda: F.gumbel_softmax(X, 0), ValueError, "gumbel_softmax: tau is 0, expected more"),
    ("integer-in-place", lambda: F.silu(Tensor([1], dtype=int), True), TypeError, "silu: .*float64 does not fit into int64"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "run", "kind", "message"), ERRORS, ids=[e[0] for e in ERRORS])
def test_errors(name: str, run: Any, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        run()


@pytest.mark.parametrize("function", [F.gelu, lambda x: F.gelu(x, "tanh"), F.silu])
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_gates_are_half_open_where_the_result_has_no_digits(
    function: Callable[[Tensor], Tensor], dtype: str
) -> None:
    tiny = np.finfo(dtype).smallest_subnormal
    x = gc.from_numpy(np.array([tiny, -tiny, 3 * tiny, -7 * tiny, 0.0, -0.0], dtype))
    x.requires_grad = True
    function(x).backward(np.ones(6, dtype))
    assert x.grad is not None
    assert_allclose(x.grad, 0.5, rtol=1e-3)


def test_gelu_is_exact_to_the_rounding_of_1() -> None:
    x = np.linspace(-12, 12, 40_001, dtype=np.float32)
    expected = [0.5 * v * math.erfc(-v / math.sqrt(2)) for v in x.tolist()]
    y = F.gelu(gc.from_numpy(x)).data
    assert_allclose(y, expected, rtol=3e-7, atol=2e-7)
