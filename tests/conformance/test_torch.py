"""Side by side with PyTorch: values, first and second gradients, losses, state dicts."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal

import grad_core as gc
import grad_nn as nn
from grad_core import Tensor
from grad_nn import functional as F  # noqa: N812  # the field's name

TF = torch.nn.functional
rng = np.random.default_rng(3)

SPECIAL = [
    -np.inf,
    -1e30,
    -2.0,
    -1.0,
    -1e-30,
    -0.0,
    0.0,
    1e-30,
    0.5,
    1.0,
    2.0,
    1e30,
    np.inf,
    np.nan,
]
GRID = np.array(np.meshgrid(SPECIAL, SPECIAL)).reshape(2, -1)
TIES = np.array([[1.0, 3.0, 3.0], [2.0, 2.0, 2.0], [0.0, -1.0, np.nan]])
MATRIX = rng.normal(size=(3, 4))
COMPLEX = np.append(MATRIX[0] + 1j * MATRIX[1], [0, 1 + 1j, -0.5j, -2j, 3, 0.5])

# Left out on purpose: abs and sign at NaN, where NumPy's sign is NaN and PyTorch's is 0; roots as
# powers at -0.0 and -inf, where IEEE 754's pow gives inf and 0 for the slope, PyTorch -inf and NaN.
NUMBERS = SPECIAL[:-1]
POSITIVE = [x for x in SPECIAL if not (x < 0 or str(x) == "-0.0")]

# Likewise: atan2 and remainder in float32 where a square or a quotient of PyTorch's is out of range;
# fmod and modf of infinities, where the value is NaN, or PyTorch's frac has another; angle at -0.0,
# which is pi in NumPy.
TAME = GRID[:, ((GRID == 0) | (np.abs(GRID) != 1e-30)).all(0)]
FINITE = [x for x in SPECIAL if np.isfinite(x)]

# Second gradients that are better than PyTorch's: those of x ** y at x = 0 are numbers where its
# are NaN, and the mixed one at y = 0 is 1 / x where it has 0; atan2's at 0 and logaddexp's far from
# the diagonal are 0 where its are NaN; sinc's near 0 is -pi ** 2 / 3 where it has 0 or NaN; i0's is
# inf where it has inf - inf, and NaN at NaN, where it has 0.5.
FIRST_ONLY = {"pow at special values", "float_power", "atan2", "logaddexp", "logaddexp2"}
FIRST_ONLY |= {"sinc", "i0"}

# Those that have the same name here and there
UNARY = [
    "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "asinh", "acosh", "atanh",
    "deg2rad", "rad2deg", "exp2", "expm1", "log1p", "log2", "log10", "positive", "square",
    "reciprocal", "floor", "ceil", "trunc", "round", "nan_to_num", "sinc", "i0",
]  # fmt: skip
BINARY = ["logaddexp", "logaddexp2", "copysign", "fmax", "fmin", "nextafter", "float_power"]
OF_COMPLEX = [
    "abs", "sign", "exp", "log", "sqrt", "tanh", "sin", "cos", "tan", "asin", "acos",
    "atan", "sinh", "cosh", "asinh", "acosh", "atanh", "exp2", "expm1", "log1p", "log2",
    "log10", "positive", "square", "reciprocal", "sinc", "angle",
]  # fmt: skip

# name, ours, PyTorch's, operands
OPS: list[tuple[str, Callable[..., Any], Callable[..., Any], list[Any]]] = [
    ("neg", gc.negative, torch.neg, [SPECIAL]),
    ("abs", gc.abs, torch.abs, [NUMBERS]),
    ("sign", gc.sign, torch.sign, [NUMBERS]),
    ("exp", gc.exp, torch.exp, [SPECIAL]),
    ("log", gc.log, torch.log, [SPECIAL]),
    ("sqrt", gc.sqrt, torch.sqrt, [SPECIAL]),
    ("tanh", gc.tanh, torch.tanh, [SPECIAL]),
    *((f"pow {n}", lambda x, n=n: x**n, lambda x, n=n: x**n, [SPECIAL]) for n in (0, 1, 2, 3, -1)),
    ("root", lambda x: x**0.5, lambda x: x**0.5, [POSITIVE]),
    ("add", gc.add, torch.add, list(GRID)),
    ("sub", gc.subtract, torch.sub, list(GRID)),
    ("mul", gc.multiply, torch.mul, list(GRID)),
    ("div", gc.divide, torch.div, list(GRID)),
    ("pow", gc.power, torch.pow, [np.abs(MATRIX), MATRIX]),
    ("pow at special values", gc.power, torch.pow, [np.abs(GRID[0]), GRID[1]]),
    *((name, getattr(gc, name), getattr(torch, name), [SPECIAL]) for name in UNARY),
    ("sinc away from 0", gc.sinc, torch.sinc, [[x for x in SPECIAL if not abs(x) <= 1e-30]]),
    ("i0 of moderate numbers", gc.i0, torch.i0, [[x for x in NUMBERS if abs(x) != 1e30]]),
    ("angle", gc.angle, torch.angle, [np.array(SPECIAL) + 0.0]),
    ("rint", gc.rint, torch.round, [SPECIAL]),
    ("round 2", lambda x: gc.round(x, 2), lambda x: torch.round(x, decimals=2), [MATRIX]),
    ("fabs", gc.fabs, torch.abs, [NUMBERS]),
    ("cbrt", gc.cbrt, lambda x: x ** (1 / 3), [POSITIVE[2:]]),
    ("modf", lambda x: gc.modf(x)[0], torch.frac, [FINITE]),
    ("frexp", lambda x: gc.frexp(x)[0], lambda x: torch.frexp(x)[0], [SPECIAL]),
    ("ldexp", lambda x: gc.ldexp(x, 3), lambda x: torch.ldexp(x, torch.tensor(3)), [SPECIAL]),
    *((name, getattr(gc, name), getattr(torch, name), list(GRID)) for name in BINARY),
    ("logaddexp of small numbers", gc.logaddexp, torch.logaddexp, [MATRIX, MATRIX[::-1]]),
    ("logaddexp2 of small numbers", gc.logaddexp2, torch.logaddexp2, [MATRIX, MATRIX[::-1]]),
    ("hypot", gc.hypot, torch.hypot, list(TAME)),
    ("atan2", gc.atan2, torch.atan2, list(TAME)),
    ("atan2 away from 0", gc.atan2, torch.atan2, [MATRIX, MATRIX + 5]),
    ("floor_divide", gc.floor_divide, lambda x, y: torch.div(x, y, rounding_mode="floor"), list(TAME)),
    ("remainder", gc.remainder, torch.remainder, list(TAME)),
    ("fmod", gc.fmod, torch.fmod, list(TAME[:, np.isfinite(TAME[0])])),
    ("maximum", gc.maximum, torch.maximum, list(GRID)),
    ("minimum", gc.minimum, torch.minimum, list(GRID)),
    ("clip", lambda x: gc.clip(x, -1, 1), lambda x: torch.clamp(x, -1, 1), [SPECIAL]),
    ("clip-low", lambda x: gc.clip(x, 1), lambda x: torch.clamp(x, min=1), [SPECIAL]),
    ("threshold", lambda x: x.threshold(1, 7), lambda x: TF.threshold(x, 1, 7), [SPECIAL]),
    ("where", lambda x, y: gc.where(x > 0, x, y), lambda x, y: torch.where(x > 0, x, y), list(GRID)),
    ("max", lambda x: x.max(), lambda x: torch.amax(x), [TIES[:2]]),
    ("max-axis", lambda x: x.max(1), lambda x: torch.amax(x, 1), [TIES[:2]]),
    ("min-axis", lambda x: x.min(0, True), lambda x: torch.amin(x, 0, True), [TIES[:2]]),
    ("sum", lambda x: x.sum((0, 1)), lambda x: x.sum((0, 1)), [TIES]),
    ("mean", lambda x: x.mean(0), lambda x: x.mean(0), [TIES]),
    ("logsumexp", lambda x: gc.logsumexp(x, 1), lambda x: torch.logsumexp(x, 1), [MATRIX]),
    ("softmax", lambda x: gc.softmax(x, 0), lambda x: torch.softmax(x, 0), [MATRIX]),
    ("log_softmax", lambda x: gc.log_softmax(x, 1), lambda x: torch.log_softmax(x, 1), [MATRIX]),
    ("matmul", gc.matmul, torch.matmul, [MATRIX, MATRIX.T]),
    ("matvec", gc.matmul, torch.matmul, [MATRIX, MATRIX[0]]),
    ("vecmat", gc.matmul, torch.matmul, [MATRIX[:, 0], MATRIX]),
    ("batched", gc.matmul, torch.matmul, [rng.normal(size=(2, 1, 3, 4)), rng.normal(size=(5, 4, 2))]),
    ("index", lambda x: x[[2, 0, 2], 1:], lambda x: x[[2, 0, 2], 1:], [MATRIX]),
    ("mask", lambda x: x[x > 0], lambda x: x[x > 0], [MATRIX]),
    ("relu", F.relu, TF.relu, [SPECIAL]),
    ("leaky_relu", F.leaky_relu, TF.leaky_relu, [SPECIAL]),
    ("sigmoid", F.sigmoid, torch.sigmoid, [SPECIAL]),
    ("linear", F.linear, TF.linear, [rng.normal(size=(2, 5, 4)), MATRIX, MATRIX[:, 0]]),
    ("mse", F.mse_loss, TF.mse_loss, [MATRIX, MATRIX[::-1]]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "ours", "theirs", "operands"), OPS, ids=[op[0] for op in OPS])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_values_and_gradients_to_second_order(
    name: str, ours: Any, theirs: Any, operands: list[Any], dtype: Any
) -> None:
    xs = [Tensor(x, requires_grad=True, dtype=dtype) for x in operands]
    ts = [torch.tensor(np.array(x, dtype), requires_grad=True) for x in operands]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # NumPy's, at the special values
        y, t = ours(*xs), theirs(*ts)
        close(y.data, t, f"{name}: value")
        weights = rng.uniform(0.5, 1.5, y.shape).astype(dtype)
        first = gc.gradient(y, xs, weights, create_graph=True)
        t_first = torch.autograd.grad(t, ts, torch.tensor(weights), create_graph=True)
        for i, (g, h) in enumerate(zip(first, t_first, strict=True)):
            close(g.data, h, f"{name}: gradient {i}")
            if name in FIRST_ONLY or not (h.requires_grad and g.requires_grad):
                continue
            w = rng.uniform(0.5, 1.5, g.shape).astype(dtype)
            second = gc.gradient(g, xs, w, retain_graph=True)
            t_second = torch.autograd.grad(
                h, ts, torch.tensor(w), retain_graph=True, allow_unused=True
            )
            for j, (gg, hh) in enumerate(zip(second, t_second, strict=True)):
                close(gg.data, 0.0 if hh is None else hh, f"{name}: second gradient {i}, {j}")


@pytest.mark.parametrize("name", OF_COMPLEX)
def test_complex_values_and_gradients(name: str) -> None:
    torchs = getattr(torch, "sgn" if name == "sign" else name)
    x = Tensor(COMPLEX, requires_grad=True, dtype=COMPLEX.dtype)
    t = torch.tensor(COMPLEX, requires_grad=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # NumPy's, at 0
        y, u = getattr(gc, name)(x), torchs(t)
        close(y.data, u, f"{name}: value")
        weights = rng.normal(size=y.shape)
        if y.dtype.kind == "c":
            weights = weights * (1 + 0.5j)
        (h,) = torch.autograd.grad(u, t, torch.tensor(weights))
        close(gc.gradient(y, x, weights).data, h, f"{name}: gradient")


@pytest.mark.parametrize(
    ("name", "arity"),
    [
        *((f"is{kind}", 1) for kind in ("nan", "inf", "finite", "posinf", "neginf", "real")),
        ("signbit", 1),
        ("logical_not", 1),
        ("logical_and", 2),
        ("logical_or", 2),
        ("logical_xor", 2),
        ("isclose", 2),
    ],
)
def test_values_without_gradients(name: str, arity: int) -> None:
    operands = list(GRID[:arity])
    with np.errstate(invalid="ignore"):
        ours = getattr(gc, name)(*(gc.from_numpy(x) for x in operands))
    assert_array_equal(ours.data, getattr(torch, name)(*map(torch.tensor, operands)).numpy())


@pytest.mark.parametrize(
    "name", ["gcd", "lcm", "bitwise_left_shift", "bitwise_right_shift", "floor_divide", "fmod"]
)
def test_values_of_integers(name: str) -> None:
    x, y = np.array([12, -5, 0, 7, -8]), np.array([8, 3, 2, 1, 3])
    assert_array_equal(getattr(gc, name)(x, y), getattr(torch, name)(*map(torch.tensor, (x, y))))


def close(ours: Any, theirs: Any, where: str) -> None:
    expected = theirs.detach().numpy(force=True) if isinstance(theirs, torch.Tensor) else theirs
    # float32: what is left of terms of order 1 that cancel is off by two or three units of 2^-23
    rtol, atol = (2e-5, 3.6e-7) if ours.dtype == np.float32 else (1e-11, 1e-7)
    assert_allclose(ours, np.broadcast_to(expected, ours.shape), rtol, atol, err_msg=where)


@pytest.mark.parametrize("shape", [(5,), (4, 5), (4, 5, 3)])
@pytest.mark.parametrize("soft", [False, True])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("smoothing", [0.0, 0.2])
@pytest.mark.parametrize("reduction", ["none", "mean", "sum"])
def test_cross_entropy(
    shape: tuple[int, ...], soft: bool, weighted: bool, smoothing: float, reduction: Any
) -> None:
    axis = 0 if len(shape) == 1 else 1
    samples = shape[:axis] + shape[axis + 1 :]
    target: Any = np.asarray(rng.integers(3 if samples == () else 0, 5, samples))
    if soft:
        target = np.moveaxis(rng.dirichlet(np.ones(5), samples), -1, axis)
    weight = rng.uniform(0.5, 2, 5) if weighted else None
    x = Tensor(rng.normal(size=shape), requires_grad=True, dtype=np.float64)
    t = torch.tensor(x.data, requires_grad=True)
    kept: dict[str, Any] = {} if soft else {"ignore_index": 2}
    ours = F.cross_entropy(
        x, target, weight, reduction=reduction, label_smoothing=smoothing, **kept
    )
    theirs = TF.cross_entropy(
        t,
        torch.tensor(target),
        None if weight is None else torch.tensor(weight),
        reduction=reduction,
        label_smoothing=smoothing,
        **kept,
    )
    close(ours.data, theirs, "value")
    g = rng.normal(size=ours.shape)
    ours.backward(g)
    theirs.backward(torch.tensor(g))
    assert t.grad is not None
    close(x.grad, t.grad, "gradient")


def test_state_dicts_go_both_ways() -> None:
    ours = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Sequential(nn.Linear(4, 2, bias=False)))
    theirs = torch.nn.Sequential(
        torch.nn.Linear(3, 4),
        torch.nn.ReLU(),
        torch.nn.Sequential(torch.nn.Linear(4, 2, bias=False)),
    )
    x = rng.normal(size=(5, 3)).astype(np.float32)
    assert list(ours.state_dict()) == list(theirs.state_dict())
    ours.load_state_dict({name: t.numpy() for name, t in theirs.state_dict().items()})
    assert_allclose(
        ours(Tensor(x)).data, theirs(torch.tensor(x)).detach().numpy(), rtol=1e-5, atol=1e-6
    )
    for p in ours.parameters():
        p += 1.0
    theirs.load_state_dict({name: torch.tensor(a) for name, a in ours.state_dict().items()})
    assert_allclose(
        ours(Tensor(x)).data, theirs(torch.tensor(x)).detach().numpy(), rtol=1e-5, atol=1e-5
    )


def test_default_initialization_has_pytorchs_distribution() -> None:
    for p, t in zip(
        nn.Linear(300, 200, rng=0).parameters(), torch.nn.Linear(300, 200).parameters(), strict=True
    ):
        assert p.shape == tuple(t.shape)
        bound = 1 / np.sqrt(300)
        for values in (p.data, t.detach().numpy()):
            assert np.abs(values).max() <= bound
            assert abs(values.std() / (bound / np.sqrt(3)) - 1) < 0.1
