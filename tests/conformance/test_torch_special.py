"""Side by side with PyTorch: special functions and Fourier transforms, to the second order."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose

import grad_core as gc
from grad_core import Tensor, fft, special

TS = torch.special
rng = np.random.default_rng(11)

INF, NAN = np.inf, np.nan
SPECIAL = [-INF, -1e30, -3.0, -1.0, -1e-30, -0.0, 0.0, 1e-30, 0.5, 1.0, 3.0, 1e30, INF, NAN]
MODERATE = np.linspace(-6, 6, 25)
POSITIVE = np.geomspace(0.05, 20, 12)
SHARES = np.array([-0.5, 0.0, 1e-20, 0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.999, 1.0, 1.5, NAN])
INSIDE = SHARES[(SHARES > 0) & (SHARES < 1)]
TERMS = [-1.0, 0.0, 1e-20, 0.5, 1.0, 3.0, INF, NAN]
GRID = list(np.array(np.meshgrid(TERMS, TERMS)).reshape(2, -1))
A, B = rng.uniform(0.3, 4, (2, 12))

# name, ours, PyTorch's, operands, and up to which order PyTorch can say
OPS: list[tuple[str, Callable[..., Any], Callable[..., Any], list[Any], int]] = [
    ("erf", special.erf, torch.erf, [MODERATE], 2),
    ("erf at special values", special.erf, torch.erf, [SPECIAL], 1),
    ("erfc", special.erfc, torch.erfc, [MODERATE], 2),
    ("erfc at special values", special.erfc, torch.erfc, [SPECIAL], 1),
    ("erfcx", special.erfcx, TS.erfcx, [np.linspace(-3, 3, 13)], 2),
    ("erfinv", special.erfinv, torch.erfinv, [2 * INSIDE - 1], 2),
    ("erfinv at special values", special.erfinv, torch.erfinv, [2 * SHARES - 1], 1),
    ("ndtr", special.ndtr, TS.ndtr, [MODERATE], 2),
    ("ndtr at special values", special.ndtr, TS.ndtr, [SPECIAL], 1),
    ("log_ndtr", special.log_ndtr, TS.log_ndtr, [np.linspace(-5, 5, 25)], 2),
    ("ndtri", special.ndtri, TS.ndtri, [INSIDE], 2),
    ("ndtri at special values", special.ndtri, TS.ndtri, [SHARES], 1),
    ("expit", special.expit, TS.expit, [SPECIAL], 2),
    ("log_expit at ends", special.log_expit, torch.nn.functional.logsigmoid, [SPECIAL], 1),
    ("log_expit", special.log_expit, torch.nn.functional.logsigmoid, [MODERATE], 2),
    ("logit", special.logit, TS.logit, [INSIDE], 2),
    ("logit at special values", special.logit, TS.logit, [SHARES], 1),
    ("entr", special.entr, TS.entr, [TERMS], 2),
    ("xlogy", special.xlogy, TS.xlogy, GRID, 2),
    ("xlog1py", special.xlog1py, TS.xlog1py, GRID, 2),
    ("gammaln", special.gammaln, TS.gammaln, [POSITIVE], 2),
    ("gammaln below 0", special.gammaln, TS.gammaln, [[-0.5, -1.3, -4.9]], 2),
    ("digamma", special.digamma, TS.digamma, [POSITIVE], 2),
    *(
        (
            f"polygamma {n}",
            lambda x, n=n: special.polygamma(n, x),
            lambda x, n=n: TS.polygamma(n, x),
            [POSITIVE],
            2,
        )
        for n in (1, 2, 4)
    ),
    (
        "multigammaln",
        lambda x: special.multigammaln(x, 3),
        lambda x: TS.multigammaln(x, 3),
        [POSITIVE + 1],
        2,
    ),
    *(
        (
            name,
            lambda x, f=name: getattr(special, f)(A.astype(x.dtype), x),
            lambda x, f=name: getattr(TS, f)(torch.tensor(A, dtype=x.dtype), x),
            [B],
            2,
        )
        for name in ("gammainc", "gammaincc")
    ),
    ("i0", special.i0, TS.i0, [MODERATE], 2),
    ("i0e", special.i0e, TS.i0e, [MODERATE], 2),
    ("i1", special.i1, TS.i1, [MODERATE], 2),
    ("i1e", special.i1e, TS.i1e, [MODERATE], 2),
    ("j0", special.j0, TS.bessel_j0, [MODERATE], 0),
    ("j1", special.j1, TS.bessel_j1, [MODERATE], 0),
    ("zeta", lambda q: special.zeta(3.0, q), lambda q: TS.zeta(3.0, q), [POSITIVE], 2),
]  # fmt: skip


# PyTorch's trigamma has 9 digits and its Bessel functions have 7, as mpmath tells.
ROUGH = {
    **dict.fromkeys(("gammaln", "digamma", "polygamma 1", "multigammaln"), 1e-8),
    **dict.fromkeys(("j0", "j1"), 1e-4),
}


@pytest.mark.parametrize(
    ("name", "ours", "theirs", "operands", "order"), OPS, ids=[op[0] for op in OPS]
)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_special_functions(
    name: str, ours: Any, theirs: Any, operands: list[Any], order: int, dtype: Any
) -> None:
    compare(name, ours, theirs, [np.array(x, dtype) for x in operands], order)


X = rng.normal(size=(3, 4, 5))
Z = X + 1j * rng.normal(size=X.shape)
REAL = ("rfft", "ihfft", "rfftn", "rfft2")
TRANSFORMS: list[tuple[str, tuple[Any, ...]]] = [
    *(
        (name, options)
        for name in ("fft", "ifft", "rfft", "irfft", "hfft", "ihfft")
        for options in ((), (3,), (8, 1), (None, 0, "ortho"), (7, -1, "forward"))
    ),
    *(
        (name, options)
        for name in ("fftn", "ifftn", "rfftn", "irfftn", "fft2", "ifft2", "rfft2", "irfft2")
        for options in (((3, 4), (0, 2)), ((3, 7), (2, 1), "ortho"), (None, (1, 0), "forward"))
    ),
    *((name, options) for name in ("fftshift", "ifftshift") for options in ((), ((0, 2),))),
]


CASES = [
    pytest.param(name, options, x, id=f"{name}-{options}-{x.dtype}")
    for name, options in TRANSFORMS
    for x in ((X,) if name in REAL else (X, Z))
]


@pytest.mark.parametrize(("name", "options", "x"), CASES)
@pytest.mark.parametrize("single", [False, True])
def test_fourier_transforms(name: str, options: tuple[Any, ...], x: Any, single: bool) -> None:
    ours, theirs = getattr(fft, name), getattr(torch.fft, name)
    if single:
        x = x.astype(np.complex64 if x is Z else np.float32)
    # The square makes a second gradient.
    compare(
        name,
        lambda t: ours(t, *options) ** 2,
        lambda t: theirs(t, *options) ** 2,
        [x],
        2,
    )


def compare(name: str, ours: Any, theirs: Any, operands: list[Any], order: int) -> None:
    """Values and gradients, with random weights, of up to the second order."""
    close = partial(is_close, rough=ROUGH.get(name, 1e-10))
    xs = [Tensor(x, requires_grad=True, dtype=x.dtype) for x in operands]
    ts = [torch.tensor(x, requires_grad=True) for x in operands]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # NumPy's, at the special values
        y, t = ours(*xs), theirs(*ts)
        close(y.data, t, f"{name}: value")
        if order < 1:
            return
        weights = random(y)
        first = gc.gradient(y, xs, weights, create_graph=True)
        t_first = torch.autograd.grad(t, ts, torch.tensor(weights), create_graph=True)
        for i, (g, h) in enumerate(zip(first, t_first, strict=True)):
            close(g.data, h, f"{name}: gradient {i}")
            if order < 2:
                continue
            w = random(g)
            second = gc.gradient(g, xs, w, retain_graph=True)
            t_second = torch.autograd.grad(
                h, ts, torch.tensor(w), retain_graph=True, allow_unused=True
            )
            for j, (gg, hh) in enumerate(zip(second, t_second, strict=True)):
                close(gg.data, 0.0 if hh is None else hh, f"{name}: second gradient {i}, {j}")


def random(like: Any) -> Any:
    weights = rng.uniform(0.5, 1.5, like.shape)
    if like.dtype.kind == "c":
        weights = weights + 1j * rng.uniform(0.5, 1.5, like.shape)
    return weights.astype(like.dtype)


def is_close(ours: Any, theirs: Any, where: str, rough: float) -> None:
    expected = theirs.detach().numpy(force=True) if isinstance(theirs, torch.Tensor) else theirs
    single = ours.dtype in (np.float32, np.complex64)
    scale = np.max(np.abs(ours[np.isfinite(ours)]), initial=1e-3)
    rtol, atol = (2e-4, 2e-6 * scale) if single else (rough, 1e-13 * scale)
    assert_allclose(ours, np.broadcast_to(expected, ours.shape), rtol, atol, err_msg=where)
