"""Statistics and calculus on samples, beyond the table: special values, kinks, errors, any axes."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from typing import Any

import hypothesis.extra.numpy as hnp
import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings
from numpy.testing import assert_allclose, assert_array_equal

import grad_core as gc
from grad_core import Tensor
from grad_core.testing import check_grads

NAN, INF = float("nan"), float("inf")
N: Any = gc


def gradient_of(function: Callable[..., Any], *arrays: Any) -> Any:
    """The gradient of the sum of the results with respect to the first array."""
    xs = [Tensor(x, requires_grad=True, dtype=np.float64) for x in arrays]
    out = function(*xs)
    return gc.gradient(out, xs[0], np.ones(out.shape, out.dtype)).data


# name, function, where, the gradient there
GRADIENTS: list[tuple[str, Callable[..., Any], Any, Any]] = [
    ("std-flat", gc.std, [2.0, 2.0, 2.0], [0, 0, 0]),
    ("std-flat-rows", lambda x: gc.std(x, 1), [[1.0, 1.0], [0.0, 2.0]], [[0, 0], [-0.5, 0.5]]),
    ("std-no-axis", lambda x: gc.std(x, ()), [1.0, 2.0], [0, 0]),
    ("var-no-axis", lambda x: gc.var(x, ()), [1.0, 2.0], [0, 0]),
    ("max-initial-tie", lambda x: gc.max(x, initial=3), [3.0, 3.0, 1.0], [1 / 3, 1 / 3, 0]),
    ("max-initial-wins", lambda x: gc.max(x, initial=5), [3.0, 3.0, 1.0], [0, 0, 0]),
    ("min-initial-nan", lambda x: gc.min(x, initial=0), [1.0, NAN], [0, 1]),
    ("max-where-nan", lambda x: gc.max(x, initial=0, where=~np.isnan(x.data)), [1.0, NAN], [1, 0]),
    ("sum-where-nan", lambda x: gc.sum(x, where=~np.isnan(x.data)), [1.0, NAN], [1, 0]),
    ("mean-where-row", lambda x: gc.mean(x, where=np.array([True, False, True])), [1, 2, 3], [0.5, 0, 0.5]),
    ("ptp-tie", gc.ptp, [1.0, 3.0, 3.0], [-1, 0.5, 0.5]),
    ("prod-two-zeros", gc.prod, [0.0, 0.0, 3.0], [0, 0, 0]),
    ("prod-underflow", gc.prod, [1e-200, 1e-200], [1e-200, 1e-200]),
    ("prod-overflow", gc.prod, [1e200, 1e-10, 1e200], [1e190, INF, 1e190]),
    ("prod-inf", gc.prod, [INF, 2.0], [2, INF]),
    ("prod-nan", gc.prod, [NAN, 2.0, 3.0], [6, NAN, NAN]),
    ("cumprod-zero", gc.cumprod, [2.0, 0.0, 5.0], [1, 12, 0]),
    ("cumprod-overflow", gc.cumprod, [1e200, 1e200], [1e200, 1e200]),
    ("cummax-ties", gc.cumulative_maximum, [1.0, 1.0, 0.0, 3.0], [1, 2, 0, 1]),
    ("cummax-nan", gc.cumulative_maximum, [1.0, NAN, 5.0, NAN, 7.0], [1, 2, 0, 2, 0]),
    ("cummin-ties", gc.cumulative_minimum, [1.0, 1.0, 2.0, 0.0], [1, 2, 0, 1]),
    ("logcumsumexp-large", gc.logcumsumexp, [1000.0, 1000.0], [1.5, 0.5]),
    ("logcumsumexp-empty", gc.logcumsumexp, [-INF, -INF, 0.0], [0, 0, 1]),
    ("median-nan", gc.median, [1.0, NAN, 2.0], [0, 1, 0]),
    ("quantile-nan", lambda x: gc.quantile(x, [0.1, 0.9]), [1.0, NAN, 2.0], [0, 2, 0]),
    ("quantile-nan-row", lambda x: gc.quantile(x, 0.25, 1), [[1.0, NAN], [1.0, 2.0]], [[0, 1], [0.75, 0.25]]),
    ("nanmedian", gc.nanmedian, [1.0, NAN, 2.0], [0.5, 0, 0.5]),
    ("nanquantile", lambda x: gc.nanquantile(x, 0.25, 0), [[1.0, NAN], [NAN, NAN], [2.0, 3.0]], [[0.75, 0], [0, 0], [0.25, 1]]),
    ("nanmax-ties", gc.nanmax, [NAN, 2.0, 2.0], [0, 0.5, 0.5]),
    ("nanmin-rows", lambda x: gc.nanmin(x, 1), [[NAN, 2.0], [NAN, NAN]], [[0, 1], [0, 0]]),
    ("nansum", gc.nansum, [NAN, 2.0], [0, 1]),
    ("nanprod", gc.nanprod, [NAN, 2.0, 0.0], [0, 0, 2]),
    ("nancumsum", gc.nancumsum, [NAN, 2.0, 0.0], [0, 2, 1]),
    ("nanmean", lambda x: gc.nanmean(x, 0), [[NAN, 2.0], [NAN, 0.0], [NAN, NAN]], [[0, 0.5], [0, 0.5], [0, 0]]),
    ("nanvar", gc.nanvar, [1.0, NAN, 3.0], [-1, 0, 1]),
    ("nanstd-flat", gc.nanstd, [1.0, NAN, 1.0], [0, 0, 0]),
    ("interp-knots", lambda x: gc.interp(x, np.arange(3.0), np.array([0.0, 1.0, 5.0])), [0.0, 1.0, 2.0, 2.5, -1.0], [1, 4, 4, 0, 0]),
    ("interp-step", lambda x: gc.interp(x, np.array([0.0, 1.0, 1.0]), np.array([0.0, 1.0, 5.0])), [0.5, 1.0], [1, 0]),
    ("unwrap", gc.unwrap, [0.0, 6.0], [1, 1]),
    ("diff-none", gc.diff, [1.0], [0]),
    ("slopes-nan", lambda x: gc.finite_gradient(x, axis=0), [1.0, NAN, 3.0], [-1.5, 0, 1.5]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("function", "x", "expected"), [g[1:] for g in GRADIENTS], ids=[g[0] for g in GRADIENTS]
)
def test_gradient_at_special_values(function: Any, x: Any, expected: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # NumPy's, of NaN and overflow
        assert_allclose(gradient_of(function, x), np.array(expected, np.float64), rtol=1e-12)


def test_prod_of_zeros_is_right_to_third_order_over_several_axes() -> None:
    x = np.array([[0.0, 2.0], [3.0, 0.0]])
    check_grads(gc.prod, [x], order=3)
    check_grads(lambda x: gc.prod(x, (0, 1), keepdims=True), [x], order=3)


def test_a_sample_of_one_has_no_variance_of_a_population() -> None:
    for function in (gc.var, gc.std, gc.nanvar, gc.nanstd):
        x = Tensor([1.0], requires_grad=True)
        with np.errstate(all="ignore"):
            with pytest.warns(RuntimeWarning, match="Degrees of freedom"):
                out = function(x, correction=1)
            assert np.isnan(gc.gradient(out, x).data).all()
    x = Tensor([1.0, 2.0], requires_grad=True)
    with np.errstate(all="ignore"), pytest.warns(RuntimeWarning, match="Degrees of freedom"):
        out = gc.var(x, correction=3)
    assert_array_equal(gc.gradient(out, x).data, [INF, INF])


NAN_FORMS = ("sum", "prod", "mean", "var", "std", "max", "min", "median", "cumsum", "cumprod")


@pytest.mark.parametrize("name", NAN_FORMS)
def test_nan_forms_are_the_others_of_what_is_not_nan(name: str) -> None:
    plain, other = getattr(gc, name), getattr(gc, f"nan{name}")
    x = np.array([1.5, NAN, 0.25, -2.0, NAN, 3.0])
    kept = ~np.isnan(x)
    for order in (1, 2):

        def derivative(function: Any, array: Any, order: int = order) -> Any:
            t = Tensor(array, requires_grad=True, dtype=np.float64)
            out = function(t)
            for _ in range(order - 1):
                out = gc.gradient((out * out).sum(), t, create_graph=True)
            return gc.gradient((out * out).sum(), t).data

        result, expected = derivative(other, x), derivative(plain, x[kept])
        if name.startswith("cum"):  # the NaN repeat the value before them: only the forward
            result, expected = other(x)[kept], plain(x[kept])
        else:
            assert_array_equal(result[~kept], 0)
            result = result[kept]
        assert_allclose(result, expected, rtol=1e-12)


def test_nothing_but_nan() -> None:
    nothing = np.array([[NAN, NAN], [1.0, NAN]])
    for name, words in (
        ("nanmax", "All-NaN"),
        ("nanmin", "All-NaN"),
        ("nanmean", "empty"),
        ("nanmedian", "All-NaN"),
        ("nanvar", "Degrees"),
        ("nanstd", "Degrees"),
    ):
        with pytest.warns(RuntimeWarning, match=words):
            out = getattr(gc, name)(Tensor(nothing), 1)
        assert_array_equal(np.isnan(out.data), [True, False])
    assert gc.nansum(nothing, 1).tolist() == [0, 1]
    assert gc.nanargmax(Tensor([NAN, 1.0, 3.0, 3.0])).item() == 2
    assert gc.nanargmin(nothing[1]).item() == 0
    assert gc.nanargmin(Tensor([[NAN, 1.0]]), 1, keepdims=True).shape == (1, 1)


def test_all_and_any() -> None:
    x = np.array([[True, False], [True, True]])
    mask = np.array([True, False])
    for function, reference in ((gc.all, np.all), (gc.any, np.any)):
        for axis in (None, 0, -1, (0, 1), ()):
            for keepdims in (False, True):
                expected = reference(x, axis=axis, keepdims=keepdims)
                raw = function(x, axis, keepdims=keepdims)
                assert type(raw) is np.ndarray
                assert_array_equal(raw, expected)
                got = function(gc.from_numpy(x), axis, keepdims=keepdims)
                assert isinstance(got, Tensor)
                assert got.dtype == np.bool_
                assert_array_equal(got.data, expected)
        assert_array_equal(function(x, 1, where=mask), reference(x, axis=1, where=mask))
        assert_array_equal(function(np.zeros((0, 2)), 0), reference(np.zeros((0, 2)), axis=0))
    leaf = Tensor([0.0, NAN], requires_grad=True)
    assert gc.any(leaf).item()
    assert not gc.all(leaf).item()
    assert not gc.any(leaf).requires_grad


def test_masks_and_shares_are_the_operations_own() -> None:
    mask, q = np.array([True, False]), np.array([0.5])
    x = Tensor([1.0, 3.0], requires_grad=True)
    outs = [
        gc.sum(x, where=mask),
        gc.mean(x, where=mask),
        gc.max(x, where=mask, initial=-9),
        gc.prod(x, where=mask),
        gc.var(x, where=mask, ddof=0),
    ]
    half = gc.quantile(x, q)
    mask[...] = True
    q[...] = 0
    for out, expected in zip(outs, ([1, 0], [1, 0], [1, 0], [1, 0], [0, 0]), strict=True):
        assert_array_equal(gc.gradient(out, x).data, expected)
    assert_array_equal(gc.gradient(half.sum(), x).data, [0.5, 0.5])


INTEGERS = np.array([[3, 1, 2], [6, 4, 5]], np.int8)
OF_INTEGERS: list[tuple[str, Callable[..., Any], Callable[..., Any]]] = [
    *(
        (name, getattr(gc, name), getattr(np, name))
        for name in (
            *("sum", "prod", "mean", "var", "std", "max", "min", "ptp", "median", "cumsum"),
            *("cumprod", "nansum", "nanmean", "nanmax", "nanvar", "nancumprod", "average", "cov"),
            *("corrcoef", "diff", "ediff1d", "trapezoid", "unwrap", "all"),
        )
    ),
    ("quantile", lambda x: gc.quantile(x, 0.3), lambda x: np.quantile(x, 0.3)),
    ("sum-dtype", lambda x: gc.sum(x, dtype=np.int16), lambda x: np.sum(x, dtype=np.int16)),
    ("sum-bool", lambda x: gc.sum(x > 2), lambda x: np.sum(x > 2)),
    ("diff-bool", lambda x: gc.diff(x > 2), lambda x: np.diff(x > 2)),
    ("where", lambda x: gc.sum(x, where=x > 2), lambda x: np.sum(x, where=x > 2)),
    ("slopes", lambda x: gc.finite_gradient(x)[1], lambda x: np.gradient(x)[1]),
    ("polyval", lambda x: gc.polyval(x[0], 3), lambda x: np.polyval(x[0], 3)),
    ("convolve", lambda x: gc.convolve(x[0], x[1]), lambda x: np.convolve(x[0], x[1])),
    ("interp", lambda x: gc.interp(2, x[0].cumsum(), x[1]), lambda x: np.interp(2, x[0].cumsum(), x[1])),
]  # fmt: skip


@pytest.mark.parametrize(
    ("ours", "numpys"), [c[1:] for c in OF_INTEGERS], ids=[c[0] for c in OF_INTEGERS]
)
def test_integers_give_what_numpy_gives(ours: Any, numpys: Any) -> None:
    expected = np.asarray(numpys(INTEGERS))
    got = ours(INTEGERS)
    assert type(got) is np.ndarray
    assert got.dtype == expected.dtype
    assert_allclose(got, expected, rtol=1e-12)


@pytest.mark.parametrize(
    "name", ["sum", "mean", "var", "std", "prod", "cumsum", "median", "nanmean"]
)
def test_float16(name: str) -> None:
    x = np.linspace(1, 1.01, 3000).astype(np.float16)
    if "prod" in name or "cum" in name:
        x = x[:5]
    t = Tensor(x, requires_grad=True, dtype=np.float16)
    out = getattr(gc, name)(t)
    assert out.dtype == np.float16
    assert_array_equal(out.data, getattr(np, name)(x))
    grad = gc.gradient(out, t, np.ones(out.shape, np.float16)).data
    assert grad.dtype == np.float16
    assert np.isfinite(grad).all()
    if name == "mean":
        assert_allclose(grad, 1 / 3000, rtol=1e-3)
    if name == "std":
        assert np.abs(grad).max() > 0


def test_sums_in_another_dtype() -> None:
    x = Tensor(np.full(3, 60000.0), requires_grad=True, dtype=np.float16)
    total = gc.sum(x, dtype=np.float32)
    assert total.dtype == np.float32
    assert total.item() == 180000
    assert gc.gradient(total, x).dtype == np.float16
    with pytest.raises(TypeError, match=r"sum: .*int64, which cannot carry"):
        gc.sum(x, dtype=np.int64)
    assert gc.sum(x.detach(), dtype=np.int64).dtype == np.int64


def test_a_python_number_beside_samples_decides_no_dtype() -> None:
    x = Tensor([1.0, 3.0])
    assert gc.diff(x, prepend=0).dtype == np.float32
    assert gc.trapezoid(x, dx=0.5).dtype == np.float32
    assert gc.finite_gradient(x, 0.5, axis=0).dtype == np.float32
    assert gc.quantile(x, 0.3).dtype == np.float32
    assert gc.percentile(x, 30).dtype == np.float32
    assert gc.prod(x, initial=2.5).dtype == np.float32
    with pytest.raises(TypeError, match=r"ediff1d: .* cannot be cast to float32"):
        gc.ediff1d(x, to_end=1j)


def test_several_results() -> None:
    f = Tensor([[0.0, 1.0, 4.0], [1.0, 2.0, 5.0]], requires_grad=True)
    down, across = gc.finite_gradient(f)
    assert_array_equal(down.data, [[1, 1, 1], [1, 1, 1]])
    assert_array_equal(across.data, [[1, 2, 3], [1, 2, 3]])
    assert gc.finite_gradient(f, axis=()) == ()
    mean, total = gc.average(f, 1, weights=np.array([1.0, 1.0, 2.0]), returned=True)
    assert_array_equal(mean.data, [2.25, 3.25])
    assert_array_equal(total.data, [4, 4])
    _, count = gc.average(f, returned=True)
    assert isinstance(count, Tensor)
    assert count.item() == 6


def test_covariance_without_degrees_of_freedom_or_variables() -> None:
    with pytest.warns(RuntimeWarning, match="degrees of freedom"), np.errstate(all="ignore"):
        assert np.isnan(gc.cov(Tensor([[1.0]])).item())
    assert gc.cov(np.zeros((0, 3))).shape == (0, 0)
    exact = gc.corrcoef(np.array([[0.1, 0.2, 0.4], [0.3, 0.6, 1.2]]))
    assert exact.max() <= 1


def test_leading_zeros_of_factors_are_dropped_as_in_numpy() -> None:
    for p, q in (([0.0, 1.0], [1.0, 2.0]), ([0.0], [1.0, 2.0]), ([0.0, 0.0], [0.0, 0.0])):
        expected = np.polymul(p, q)
        got = gc.polymul(np.array(p), Tensor(q, dtype=np.float64))
        assert got.shape == expected.shape
        assert_array_equal(got.data, expected)


def test_interpolation_keeps_numpys_dtype_and_reaches_everything() -> None:
    x, xp, fp, left = (
        Tensor(v, requires_grad=True) for v in ([-1.0, 0.5], [0.0, 1.0], [2.0, 4.0], 7.0)
    )
    out = gc.interp(x, xp, fp, left=left)
    assert out.dtype == np.float64
    assert_array_equal(out.data, [7, 3])
    grads = gc.gradient(out, [x, xp, fp, left], np.ones(2))
    for grad, expected in zip(grads, ([0, 2], [-1, -1], [0.5, 0.5], 1), strict=True):
        assert grad.dtype == np.float32
        assert_array_equal(grad.data, expected)


# ---------------------------------------------------------------------------- errors

T: Any = Tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], requires_grad=True)
C: Any = Tensor([1j, 2.0], dtype=np.complex64)
LIST: Any = [1, 2, 3]
EMPTY: Any = Tensor([])

ERRORS: list[tuple[str, Callable[[], Any], type[Exception], str]] = [
    ("prod-axis", lambda: gc.prod(T, 2), ValueError, "prod: axis 2 is out of.*float32[2, 3]"),
    ("var-axis", lambda: gc.var(T, (0, 0)), ValueError, "var: duplicate"),
    ("var-both", lambda: gc.var(T, ddof=1, correction=1), ValueError, "var: got ddof=1 and corre"),
    ("std-list", lambda: gc.std(LIST), TypeError, "std: expected .*got list"),
    ("sum-where", lambda: gc.sum(T, where=np.array([1, 0, 1])), TypeError, "sum: where is int64[3]"),
    ("sum-where-shape", lambda: gc.sum(T, where=np.ones(2, bool)), ValueError, "sum: where has sha"),
    ("sum-initial", lambda: gc.sum(T, initial=N), TypeError, "sum: initial is module, expected a"),
    ("sum-dtype", lambda: gc.sum(T, dtype="U3"), TypeError, "sum: expected booleans, integers"),
    ("max-where", lambda: gc.max(T, where=T.data > 2), ValueError, "max: .*an initial value"),
    ("max-complex", lambda: gc.max(C, initial=1), TypeError, "max: complex numbers are not ordered"),
    ("ptp-empty", lambda: gc.ptp(EMPTY), ValueError, "max: zero-size"),
    ("median-complex", lambda: gc.median(C), TypeError, "median: complex numbers are not ordered"),
    ("median-axis", lambda: gc.median(T, 3), ValueError, "median: axis 3"),
    ("quantile-q", lambda: gc.quantile(T, 1.5), ValueError, "quantile: Quantiles must be in"),
    ("quantile-how", lambda: gc.quantile(T, 0.5, method=N), ValueError, "quantile: .*valid method"),
    ("quantile-empty", lambda: gc.quantile(EMPTY, 0.5), IndexError, "quantile: .*at least one"),
    ("percentile-none", lambda: gc.percentile(T, N), TypeError, "divide: expected .*got module"),
    ("nanmax-empty", lambda: gc.nanmax(EMPTY), ValueError, "nanmax: zero-size"),
    ("nanargmax", lambda: gc.nanargmax(Tensor([NAN])), ValueError, "nanargmax: All-NaN slice"),
    ("nanargmin-complex", lambda: gc.nanargmin(C), TypeError, "complex numbers are not ordered"),
    ("nansum-list", lambda: gc.nansum(LIST), TypeError, "nansum: expected .*got list"),
    ("cumsum-axis", lambda: gc.cumsum(T, 2), ValueError, "cumsum: axis 2"),
    ("cumulative_sum", lambda: gc.cumulative_sum(T), ValueError, "cumulative_sum: x has 2 axes; pa"),
    ("cumulative_prod", lambda: gc.cumulative_prod(T.sum()), ValueError, "cumulative_prod: expec"),
    ("cummax-complex", lambda: gc.cumulative_maximum(C), TypeError, "cumulative_maximum: complex"),
    ("average-weights", lambda: gc.average(T, 0, np.ones(3)), ValueError, "average: weights have sh"),
    ("average-zero", lambda: gc.average(T, 1, np.zeros(3)), ZeroDivisionError, "average: the weights"),
    ("cov-3d", lambda: gc.cov(np.ones((1, 1, 1))), ValueError, "cov: got shape (1, 1, 1), expected"),
    ("cov-y", lambda: gc.cov(T, np.ones(2)), ValueError, "cov: y has 2 observations, expected 3"),
    ("cov-negative", lambda: gc.cov(T, aweights=-np.ones(3)), ValueError, "cov: aweights has negat"),
    ("cov-f", lambda: gc.cov(T, fweights=np.full(3, 0.5)), TypeError, "cov: fweights has elements"),
    ("cov-shape", lambda: gc.cov(T, fweights=np.ones(2)), ValueError, "cov: fweights has shape (2,)"),
    ("all-axis", lambda: gc.all(T, 2), ValueError, "all: axis 2 is out of .*float32[2, 3]"),
    ("any-list", lambda: gc.any(LIST), TypeError, "any: expected .*got list"),
    ("diff-n", lambda: gc.diff(T, -1), ValueError, "diff: order must be non-neg.*n from 0 on"),
    ("diff-0d", lambda: gc.diff(T.sum()), ValueError, "diff: .*float32[]"),
    ("diff-shape", lambda: gc.diff(T, prepend=np.ones((1, 1))), ValueError, "concat: "),
    ("slopes-few", lambda: gc.finite_gradient(T, edge_order=2), ValueError, "finite_gradient: axis 0"),
    ("slopes-order", lambda: gc.finite_gradient(T, edge_order=3), ValueError, "got edge_order=3"),
    ("slopes-number", lambda: gc.finite_gradient(T, 1, 2, 3), TypeError, "got 3 spacings for 2 axes"),
    ("slopes-shape", lambda: gc.finite_gradient(T, 1, np.ones(2)), ValueError, "a spacing has shape"),
    ("slopes-axis", lambda: gc.finite_gradient(T, axis=2), ValueError, "finite_gradient: axis 2 is"),
    ("trapezoid-axis", lambda: gc.trapezoid(T, axis=2), ValueError, "trapezoid: axis 2 is out of"),
    ("trapezoid-x", lambda: gc.trapezoid(T, np.ones(5)), ValueError, "multiply: .*[1, 4]"),
    ("interp-shapes", lambda: gc.interp(T, np.ones(2), np.ones(3)), ValueError, "interp: .*as many"),
    ("interp-empty", lambda: gc.interp(T, EMPTY, EMPTY), ValueError, "interp: .*float32[0]"),
    ("interp-period", lambda: gc.interp(T, T[0], T[0], period=0), ValueError, "interp: got xp float"),
    ("convolve-empty", lambda: gc.convolve(T[0], EMPTY), ValueError, "convolve: .*an element"),
    ("convolve-2d", lambda: gc.convolve(T, T), ValueError, "convolve: .*float32[2, 3]"),
    ("convolve-mode", lambda: gc.convolve(T[0], T[0], N), TypeError, "convolve: "),
    ("polyval-2d", lambda: gc.polyval(T, 1), ValueError, "polyval: got float32[2, 3], expected coe"),
    ("polyadd-list", lambda: gc.polyadd(T[0], LIST), TypeError, "polyadd: expected .*got list"),
    ("polyder-m", lambda: gc.polyder(T[0], -1), ValueError, "polyder: got m=-1, expected 0 or more"),
    ("polyint-k", lambda: gc.polyint(T[0], 2, k=[1, 2, 3]), ValueError, "polyint: k has shape (3,)"),
    ("polyfit-deg", lambda: gc.polyfit(T[0], T[0], -1), ValueError, "polyfit: got deg=-1"),
    ("polyfit-y", lambda: gc.polyfit(T[0], T, 1), ValueError, "polyfit: got 2 samples in y, exp"),
    ("polyfit-2d", lambda: gc.polyfit(T, T, 1), ValueError, "polyfit: got x of shape (2, 3)"),
    ("polyfit-w", lambda: gc.polyfit(T[0], T[0], 1, w=2.0), ValueError, "polyfit: w has shape ()"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("call", "kind", "message"), [e[1:] for e in ERRORS], ids=[e[0] for e in ERRORS]
)
def test_bad_input(call: Any, kind: type[Exception], message: str) -> None:
    pattern = ".*".join(re.escape(part) for part in message.split(".*"))
    with pytest.raises(kind, match=pattern):
        call()


# ---------------------------------------------------------------------------- properties

quick = settings(max_examples=25, deadline=None)
seeds = st.integers(0, 2**32 - 1)
SHAPES = hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=3)

REDUCTIONS: tuple[tuple[str, bool], ...] = (  # whether there is one of no elements
    ("sum", True),
    ("prod", True),
    ("nansum", True),
    ("nanprod", True),
    ("mean", False),
    ("max", False),
    ("min", False),
    ("ptp", False),
    ("var", False),
    ("std", False),
    ("median", False),
    ("nanmean", False),
    ("nanmax", False),
    ("nanmin", False),
    ("nanvar", False),
    ("nanmedian", False),
)


def apart(shape: tuple[int, ...], seed: int) -> Any:
    """Numbers at least 0.1 apart, some of them zeros of a product."""
    size = int(np.prod(shape))
    order = np.random.default_rng(seed).permutation(size)
    return np.asarray((order.reshape(shape) - size // 2) * 0.1)


@pytest.mark.parametrize(("name", "of_nothing"), REDUCTIONS, ids=[r[0] for r in REDUCTIONS])
@quick
@given(data=st.data(), shape=SHAPES, keepdims=st.booleans(), seed=seeds)
def test_reductions_over_any_axes(
    name: str,
    of_nothing: bool,
    data: st.DataObject,
    shape: tuple[int, ...],
    keepdims: bool,
    seed: int,
) -> None:
    ndim = len(shape)
    axis = data.draw(
        st.none()
        | (st.integers(-ndim, ndim - 1) if ndim else st.none())
        | hnp.valid_tuple_axes(ndim)
    )
    array = apart(shape, seed)
    ours, numpys = getattr(gc, name), getattr(np, name)
    reduced = range(ndim) if axis is None else np.atleast_1d(axis).astype(int) % max(ndim, 1)
    if not of_nothing and 0 in [shape[i] for i in reduced if ndim]:
        return
    if "median" in name and not array.size:
        return  # NumPy has an error of its own where no axis is reduced
    for dtype in (np.float32, np.float64):
        expected = numpys(array.astype(dtype), axis=axis, keepdims=keepdims)
        got = ours(Tensor(array, dtype=dtype), axis, keepdims=keepdims)
        assert got.shape == np.shape(expected)
        assert got.dtype == expected.dtype
        assert_allclose(got.data, expected, rtol=1e-5 if dtype == np.float32 else 1e-12)
    if name in ("std", "nanstd") and np.any(expected == 0):
        return  # a kink
    check_grads(lambda x: ours(x, axis, keepdims=keepdims), [array], atol=1e-7)


@pytest.mark.parametrize(
    "name", ["cumsum", "cumprod", "diff", "logcumsumexp", "cumulative_maximum", "trapezoid"]
)
@quick
@given(data=st.data(), seed=seeds)
def test_running_results_along_any_axis(name: str, data: st.DataObject, seed: int) -> None:
    shape = data.draw(hnp.array_shapes(min_dims=1, max_dims=3, min_side=0, max_side=3))
    axis = data.draw(st.integers(-len(shape), len(shape) - 1))
    array = apart(shape, seed)
    plain: Any = {
        "logcumsumexp": lambda x, axis: np.logaddexp.accumulate(x, axis),
        "cumulative_maximum": lambda x, axis: np.maximum.accumulate(x, axis),
    }.get(name) or getattr(np, name)
    function = getattr(gc, name)
    got = function(gc.from_numpy(array), axis=axis)
    expected = plain(array, axis=axis)
    assert got.shape == expected.shape
    assert_allclose(got.data, expected, atol=1e-12)
    check_grads(lambda x: function(x, axis=axis), [array])


@quick
@given(data=st.data(), seed=seeds, method=st.sampled_from(["linear", "hazen", "nearest", "higher"]))
def test_quantiles_over_any_axes(data: st.DataObject, seed: int, method: Any) -> None:
    shape = data.draw(hnp.array_shapes(min_dims=1, max_dims=3, max_side=3))
    axis = data.draw(st.none() | hnp.valid_tuple_axes(len(shape), min_size=1))
    q = np.random.default_rng(seed).uniform(size=data.draw(hnp.array_shapes(max_dims=2)))
    array = apart(shape, seed)
    got = gc.quantile(gc.from_numpy(array), q, axis, method=method)
    assert_allclose(got.data, np.quantile(array, q, axis, method=method), atol=1e-12)
    check_grads(lambda x: gc.quantile(x, q, axis, method=method), [array])
