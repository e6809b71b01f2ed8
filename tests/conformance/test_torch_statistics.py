"""Statistics side by side with PyTorch: values, first and second gradients, zeros and ties too."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose

import grad_core as gc
from grad_core import Tensor

rng = np.random.default_rng(11)
MATRIX = rng.normal(size=(3, 4))
CUBE = rng.normal(size=(2, 3, 2))
ROW = rng.normal(size=5)
ZEROS = [
    np.array([2.0, 0.0, 3.0, -1.5]),
    np.array([2.0, 0.0, 3.0, 0.0]),
    np.array([0.0, 0.0, 0.0]),
    np.array([[1.5, 0.0, 2.0], [0.0, 0.0, 3.0], [1.0, -2.0, 3.0]]),
]
TIES = np.array([[1.0, 3.0, 3.0, 2.0], [2.0, 2.0, 2.0, 2.0], [0.0, -1.0, np.nan, 5.0]])
HOLES = np.where(rng.uniform(size=(3, 4)) < 0.4, np.nan, MATRIX)
SHARES = np.array([0.0, 0.1, 0.5, 0.77, 1.0])
POSITIVE = np.abs(MATRIX[0]) + 0.1

# Left out on purpose: the variance over some of the axes where no degrees of freedom are left, whose
# gradient PyTorch gives a finite number of the wrong sign, though the value is infinite, and over
# all axes infinity, as here; the mean of nothing but NaN, whose gradient is NaN there and 0 here.

# name, ours, PyTorch's, operands
OPS: list[tuple[str, Callable[..., Any], Callable[..., Any], list[Any]]] = [
    *((f"prod-zeros-{i}", gc.prod, torch.prod, [x]) for i, x in enumerate(ZEROS)),
    ("prod", gc.prod, torch.prod, [CUBE]),
    ("prod-0", lambda x: gc.prod(x, 0), lambda x: torch.prod(x, 0), [ZEROS[3]]),
    ("prod-1", lambda x: gc.prod(x, 1, keepdims=True), lambda x: torch.prod(x, 1, keepdim=True), [ZEROS[3]]),
    ("cumprod", lambda x: gc.cumprod(x, 1), lambda x: torch.cumprod(x, 1), [MATRIX]),
    *((f"cumprod-zeros-{i}", lambda x: gc.cumprod(x, -1), lambda x: torch.cumprod(x, -1), [x]) for i, x in enumerate(ZEROS)),
    ("cumprod-zeros-columns", lambda x: gc.cumprod(x, 0), lambda x: torch.cumprod(x, 0), [ZEROS[3]]),
    ("cumsum", lambda x: gc.cumsum(x, 0), lambda x: torch.cumsum(x, 0), [MATRIX]),
    ("cummax", lambda x: gc.cumulative_maximum(x, 1), lambda x: torch.cummax(x, 1)[0], [TIES]),
    ("cummin", lambda x: gc.cumulative_minimum(x, 1), lambda x: torch.cummin(x, 1)[0], [TIES]),
    ("logcumsumexp", lambda x: gc.logcumsumexp(x, 1), lambda x: torch.logcumsumexp(x, 1), [10 * MATRIX]),
    ("var", gc.var, lambda x: torch.var(x, correction=0), [CUBE]),
    ("var-axes", lambda x: gc.var(x, (0, 2), correction=1), lambda x: torch.var(x, (0, 2)), [CUBE]),
    ("std", lambda x: gc.std(x, 1, ddof=1, keepdims=True), lambda x: torch.std(x, 1, keepdim=True), [MATRIX]),
    ("std-flat", lambda x: gc.std(x, 1), lambda x: torch.std(x, 1, correction=0), [TIES[:2]]),
    ("std-nan", lambda x: gc.std(x, 1), lambda x: torch.std(x, 1, correction=0), [TIES]),
    ("var-few", lambda x: gc.var(x, ddof=13), lambda x: torch.var(x, correction=13), [MATRIX]),
    ("var-few-flat", lambda x: gc.var(x, ddof=5), lambda x: torch.var(x, correction=5), [TIES[1]]),
    ("quantile", lambda x: gc.quantile(x, SHARES, 1), lambda x: torch.quantile(x, torch.tensor(SHARES, dtype=x.dtype), 1), [MATRIX]),
    ("quantile-nan", lambda x: gc.quantile(x, 0.3, 1), lambda x: torch.quantile(x, 0.3, 1), [HOLES]),
    ("quantile-of-q", lambda x, q: gc.quantile(x, q, 1), lambda x, q: torch.quantile(x, q, 1), [MATRIX, SHARES[1:4]]),
    *((f"quantile-{m}", lambda x, m=m: gc.quantile(x, 0.4, 0, method=m), lambda x, m=m: torch.quantile(x, 0.4, 0, interpolation=m), [MATRIX]) for m in ("lower", "higher", "midpoint", "nearest")),
    ("nanquantile", lambda x: gc.nanquantile(x, 0.3, 1), lambda x: torch.nanquantile(x, 0.3, 1), [HOLES]),
    ("nanquantile-q", lambda x: gc.nanquantile(x, SHARES), lambda x: torch.nanquantile(x, torch.tensor(SHARES, dtype=x.dtype)), [HOLES]),
    ("median-odd", lambda x: gc.median(x, 0), lambda x: torch.median(x, 0)[0], [MATRIX]),
    ("nansum", lambda x: gc.nansum(x, 1), lambda x: torch.nansum(x, 1), [HOLES]),
    ("nanmean", lambda x: gc.nanmean(x, 0), lambda x: torch.nanmean(x, 0), [HOLES[:, [0, 1, 3]]]),
    ("diff", lambda x: gc.diff(x, 2), lambda x: torch.diff(x, 2), [MATRIX]),
    ("diff-ends", lambda x, a, b: gc.diff(x, 1, 0, a, b), lambda x, a, b: torch.diff(x, 1, 0, a, b), [MATRIX, MATRIX[:1], MATRIX[1:]]),
    ("trapezoid", lambda y, x: gc.trapezoid(y, x), torch.trapezoid, [MATRIX, POSITIVE]),
    ("trapezoid-dx", lambda y: gc.trapezoid(y, dx=0.5, axis=0), lambda y: torch.trapezoid(y, dx=0.5, dim=0), [MATRIX]),
    ("slopes", lambda x: gc.finite_gradient(x, 0.5, axis=1), lambda x: torch.gradient(x, spacing=0.5, dim=1)[0], [MATRIX]),
    ("slopes-2", lambda x: gc.finite_gradient(x, axis=0, edge_order=2), lambda x: torch.gradient(x, dim=0, edge_order=2)[0], [MATRIX]),
    ("slopes-x", lambda f, x: gc.finite_gradient(f, x, axis=1, edge_order=2), lambda f, x: torch.gradient(f, spacing=(x,), dim=1, edge_order=2)[0], [MATRIX, np.cumsum(POSITIVE)]),
    ("cov", gc.cov, torch.cov, [MATRIX]),
    ("cov-aweights", lambda x, a: gc.cov(x, aweights=a, fweights=np.array([1, 2, 0, 3])), lambda x, a: torch.cov(x, aweights=a, fweights=torch.tensor([1, 2, 0, 3])), [MATRIX, POSITIVE]),
    ("corrcoef", gc.corrcoef, torch.corrcoef, [MATRIX]),
    ("amax-nan", lambda x: gc.max(x, 1, initial=-9), lambda x: torch.amax(x, 1), [TIES[:2]]),
    ("vander-polyval", gc.polyval, lambda p, x: (p * torch.stack([x**3, x**2, x, x**0], -1)).sum(-1), [POSITIVE, MATRIX[:, 0].reshape(3, 1)[:, 0]]),
    ("convolve", gc.convolve, lambda x, y: torch.nn.functional.conv1d(x[None, None], y.flip(0)[None, None], padding=3)[0, 0], [ROW, MATRIX[0]]),
    ("correlate", gc.correlate, lambda x, y: torch.nn.functional.conv1d(x[None, None], y[None, None])[0, 0], [ROW, MATRIX[0]]),
]  # fmt: skip

# Values in float64 whatever the operands are, as in NumPy
WIDE = {"cov", "cov-aweights", "corrcoef"}


@pytest.mark.parametrize(("name", "ours", "theirs", "operands"), OPS, ids=[op[0] for op in OPS])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_values_and_gradients_to_second_order(
    name: str, ours: Any, theirs: Any, operands: list[Any], dtype: Any
) -> None:
    xs = [Tensor(x, requires_grad=True, dtype=dtype) for x in operands]
    ts = [torch.tensor(np.array(x, dtype), requires_grad=True) for x in operands]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of NaN, and of degrees of freedom
        y, t = ours(*xs), theirs(*ts)
        close(y.data, t, dtype, f"{name}: value")
        weights = rng.uniform(0.5, 1.5, y.shape)
        first = gc.gradient(y, xs, weights.astype(y.dtype), create_graph=True)
        t_first = torch.autograd.grad(t, ts, torch.tensor(weights.astype(dtype)), create_graph=True)
        for i, (g, h) in enumerate(zip(first, t_first, strict=True)):
            close(g.data, h, dtype, f"{name}: gradient {i}")
            if not (h.requires_grad and g.requires_grad):
                continue
            w = rng.uniform(0.5, 1.5, g.shape).astype(dtype)
            second = gc.gradient(g, xs, w, retain_graph=True)
            t_second = torch.autograd.grad(
                h, ts, torch.tensor(w), retain_graph=True, allow_unused=True
            )
            for j, (gg, hh) in enumerate(zip(second, t_second, strict=True)):
                close(gg.data, 0.0 if hh is None else hh, dtype, f"{name}: second {i}, {j}")


def close(ours: Any, theirs: Any, dtype: Any, where: str) -> None:
    expected = theirs.detach().numpy(force=True) if isinstance(theirs, torch.Tensor) else theirs
    rtol = 1e-4 if dtype == np.float32 else 1e-10
    size = np.max(np.abs(expected), initial=1e-3, where=np.isfinite(expected))
    assert_allclose(ours, np.broadcast_to(expected, ours.shape), rtol, rtol * size, err_msg=where)
