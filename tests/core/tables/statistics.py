"""Rows of the reductions, the running sums and products, and the quantiles."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tests.core.tables.common import Arrays, Op, distinct, of, positive, real

import grad_core as gc

AXES: tuple[Any, ...] = (None, 1, (0, -1), ())
MASK = np.array([[[True, False]], [[True, True]]])  # broadcast to (2, 3, 2)


def row(
    name: str,
    function: Callable[..., Any],
    reference: Callable[..., Any],
    samples: tuple[Arrays, ...],
    *args: Any,
    **kept: Any,
) -> Op:
    """A row whose function and reference get the same further arguments."""
    settings = {
        k: kept.pop(k) for k in ("complex", "order", "same_dtype", "eps", "rtol") if k in kept
    }
    return Op(
        name,
        lambda *xs: function(*xs, *args, **kept),
        lambda *xs: reference(*xs, *args, **kept),
        samples,
        **settings,
    )


def zeros_in(array: NDArray[np.float64], *places: int) -> NDArray[np.float64]:
    array.flat[list(places)] = 0
    return array


def reductions() -> list[Op]:
    rows = []
    for axis in AXES:
        for keepdims in (False, True):
            for name, make, complex_too in (
                ("prod", real, True),
                ("var", real, True),
                ("std", real, True),
                ("ptp", distinct, False),
                ("median", distinct, False),
            ):
                if axis == () and name in ("var", "std", "ptp"):
                    continue  # no spread: for tests of their own
                samples = of((2, 3, 2), make=make) + (of((2, 0, 3)) if name == "prod" else ())
                function, reference = getattr(gc, name), getattr(np, name)
                where = {"axis": axis, "keepdims": keepdims}
                label = f"{name}-{axis}-{keepdims}"
                rows.append(row(label, function, reference, samples, complex=complex_too, **where))
    return rows


def products() -> list[Op]:
    """Products with zeros, where the derivatives of each order are other products."""
    zeros = tuple((zeros_in(real(4), *places),) for places in ((), (1,), (0, 2), (0, 1, 3)))
    matrices = tuple((zeros_in(real(2, 3), *at),) for at in ((4,), (0, 5), (0, 1), (0, 1, 2)))
    return [
        row("prod-zeros", gc.prod, np.prod, zeros, order=3),
        row("prod-zeros-0", gc.prod, np.prod, matrices, axis=0),
        row("prod-zeros-1", gc.prod, np.prod, matrices, axis=1, order=3),
        row("prod-zeros-all", gc.prod, np.prod, (matrices[0],), axis=(1, 0)),
        row("prod-zeros-pair", gc.prod, np.prod, ((zeros_in(real(2, 2, 2), 1),),), axis=(2, 0)),
        row("prod-zeros-no-axis", gc.prod, np.prod, (matrices[0],), axis=()),
        row("prod-where", gc.prod, np.prod, of((2, 3, 2)), where=MASK, axis=2),
        row("prod-initial", gc.prod, np.prod, of((3,), (0,)), initial=2.5),
        row("prod-dtype", gc.prod, np.prod, of((3,)), dtype=np.float64),
        row("prod-0d", gc.prod, np.prod, of(()), order=3),
        row("cumprod", gc.cumprod, np.cumprod, of((), (3,), (2, 2), (0,)), complex=True, order=3),
        row("cumprod-zeros", gc.cumprod, np.cumprod, zeros, order=3),
        row("cumprod-zeros-0", gc.cumprod, np.cumprod, matrices, axis=0),
        row("cumprod-zeros-1", gc.cumprod, np.cumprod, matrices, axis=-1, complex=True),
        row("cumprod-empty", gc.cumprod, np.cumprod, of((2, 0), (0, 2)), axis=1),
        row("cumulative_prod", gc.cumulative_prod, np.cumulative_prod, of((3,), (0,))),
        *(
            row(
                f"cumulative_prod-{axis}-{first}",
                gc.cumulative_prod,
                np.cumulative_prod,
                (*matrices[:2], *of((2, 3))),
                axis=axis,
                include_initial=first,
            )
            for axis in (0, -1)
            for first in (False, True)
        ),
    ]


def sums() -> list[Op]:
    return [
        row("sum-where", gc.sum, np.sum, of((2, 3, 2)), axis=0, where=MASK, complex=True),
        row("sum-initial", gc.sum, np.sum, of((2, 3), (0,)), initial=3.0),
        row("sum-dtype", gc.sum, np.sum, of((2, 3)), axis=1, dtype=np.float64, keepdims=True),
        row("mean-where", gc.mean, np.mean, of((2, 3, 2)), axis=(0, 2), where=MASK, complex=True),
        row("mean-dtype", gc.mean, np.mean, of((2, 3)), axis=0, dtype=np.float64),
        row("max-initial", gc.max, np.max, of((2, 3), make=distinct), axis=0, initial=0.0),
        row("max-where", gc.max, np.max, of((2, 3, 2), make=distinct), 1, where=MASK, initial=-9.0),
        row("min-where", gc.min, np.min, of((2, 3, 2), make=distinct), where=MASK, initial=9.0),
        row("max-empty", gc.max, np.max, of((0,), (2, 0)), axis=-1, initial=1.0),
        row("cumsum", gc.cumsum, np.cumsum, of((), (3,), (2, 3), (0,)), complex=True),
        row("cumsum-0", gc.cumsum, np.cumsum, of((3,), (2, 3), (0, 2)), 0),
        row("cumsum-last", gc.cumsum, np.cumsum, of((2, 3), (2, 0)), axis=-1, dtype=np.float64),
        row("cumulative_sum", gc.cumulative_sum, np.cumulative_sum, of((3,), (0,))),
        *(
            row(
                f"cumulative_sum-{axis}",
                gc.cumulative_sum,
                np.cumulative_sum,
                of((2, 3), (2, 1)),
                axis=axis,
                include_initial=True,
                complex=True,
            )
            for axis in (0, -1)
        ),
        *(
            row(
                f"{name}-{axis}",
                function,
                lambda x, axis, r=reference: r.accumulate(x, axis),
                of((2, 3), (4, 1), make=distinct),
                axis=axis,
            )
            for name, function, reference in (
                ("cumulative_maximum", gc.cumulative_maximum, np.maximum),
                ("cumulative_minimum", gc.cumulative_minimum, np.minimum),
                ("logcumsumexp", gc.logcumsumexp, np.logaddexp),
            )
            for axis in (0, 1, -1)
        ),
    ]


def moments() -> list[Op]:
    return [
        row("var-ddof", gc.var, np.var, of((2, 3)), axis=1, ddof=1, order=3),
        row("var-correction", gc.var, np.var, of((2, 3)), correction=0.5),
        row("var-where", gc.var, np.var, of((2, 3, 2)), axis=1, where=MASK[..., :1], complex=True),
        row("var-dtype", gc.var, np.var, of((2, 3)), dtype=np.float64),
        row("std-ddof", gc.std, np.std, of((2, 3)), axis=0, ddof=1, order=3),
        row("std-where", gc.std, np.std, of((2, 3, 2)), axis=(1, 2), where=MASK, ddof=1),
        row("average", gc.average, np.average, of((3,), (2, 3)), complex=True),
        *(
            Op(
                f"average-weights-{i}",
                lambda x, w, a=axis, k=keepdims: gc.average(x, a, w, keepdims=k),
                lambda x, w, a=axis, k=keepdims: np.average(x, a, w, keepdims=k),
                ((real(*shape), positive(*weights)),),
                complex=True,
            )
            for i, (shape, weights, axis, keepdims) in enumerate(
                (
                    ((3,), (3,), None, False),
                    ((2, 3), (2, 3), None, True),
                    ((2, 3), (2, 3), 1, False),
                    ((2, 3), (2,), 0, False),
                    ((2, 3), (3,), -1, True),
                    ((2, 3, 2), (2, 2), (2, 0), False),
                )
            )
        ),
        Op(
            "average-sum-of-weights",
            lambda x, w: gc.average(x, 0, w, returned=True)[1],
            lambda x, w: np.average(x, 0, w, returned=True)[1],
            ((real(2, 3), positive(2)),),
        ),
        row("cov", gc.cov, np.cov, of((3,), (2, 3), (3, 2)), complex=True),
        row("cov-columns", gc.cov, np.cov, of((3, 2)), rowvar=False, bias=True),
        row("cov-fweights", gc.cov, np.cov, of((2, 3)), fweights=np.array([1, 0, 3])),
        row("cov-dtype", gc.cov, np.cov, of((2, 3)), dtype=np.float32, ddof=0, rtol=0.1, eps=1e-2),
        Op("cov-two", gc.cov, np.cov, ((real(3), real(3)), (real(1, 3), real(2, 3))), complex=True),
        *(
            Op(
                f"cov-aweights-{ddof}",
                lambda x, w, d=ddof: gc.cov(x, aweights=w, ddof=d, fweights=np.array([1, 2, 1])),
                lambda x, w, d=ddof: np.cov(x, aweights=w, ddof=d, fweights=np.array([1, 2, 1])),
                ((real(2, 3), positive(3)),),
            )
            for ddof in (None, 0)
        ),
        row("corrcoef", gc.corrcoef, np.corrcoef, of((2, 4), (3, 3)), complex=True),
        Op("corrcoef-two", gc.corrcoef, np.corrcoef, ((real(4), real(4)),)),
    ]


METHODS: tuple[Any, ...] = (
    "inverted_cdf",
    "averaged_inverted_cdf",
    "closest_observation",
    "interpolated_inverted_cdf",
    "hazen",
    "weibull",
    "linear",
    "median_unbiased",
    "normal_unbiased",
    "lower",
    "higher",
    "midpoint",
    "nearest",
)
SHARES = np.array([[0.0, 0.1, 0.25], [0.5, 0.77, 1.0]])


def quantiles() -> list[Op]:
    rows = [
        row("median-even", gc.median, np.median, of((4,), (1,), (), make=distinct)),
        row("median-none", gc.median, np.median, of((0, 3)), axis=1),
        row("quantile-number", gc.quantile, np.quantile, of((2, 3), make=distinct), 0.4),
        row(
            "quantile-axes", gc.quantile, np.quantile, of((2, 3, 2), make=distinct), SHARES, (2, 0)
        ),
        row("quantile-no-rows", gc.quantile, np.quantile, of((0, 3)), SHARES, 1, keepdims=True),
        row("percentile", gc.percentile, np.percentile, of((2, 3), make=distinct), 40, axis=0),
        row("percentiles", gc.percentile, np.percentile, of((5,), make=distinct), [0, 33.3, 100]),
        row("nanpercentile", gc.nanpercentile, np.nanpercentile, of((2, 3), make=distinct), [25.0]),
    ]
    for method in METHODS:
        for size in (4, 5):
            samples = of((size,), (2, size), make=distinct)
            label = f"quantile-{method}-{size}"
            named = {"axis": -1, "method": method, "keepdims": True}
            rows.append(row(label, gc.quantile, np.quantile, samples, SHARES, **named))
    rows += [
        Op(
            f"quantile-of-q-{method}",
            lambda x, q, m=method: gc.quantile(x, q, 0, method=m),
            lambda x, q, m=method: np.quantile(x, q, 0, method=m),
            ((distinct(4, 2), np.array([[0.31, 0.9], [0.03, 0.56]])),),
            same_dtype=False,
        )
        for method in METHODS
    ]
    return rows


def without_nan() -> list[Op]:
    """The nan-forms where there is no NaN; those with one are not for finite differences."""
    rows = []
    for axis in AXES:
        for name, make in (
            ("nansum", real),
            ("nanprod", real),
            ("nanmean", real),
            ("nanvar", real),
            ("nanstd", real),
            ("nanmax", distinct),
            ("nanmin", distinct),
            ("nanmedian", distinct),
        ):
            if axis == () and name in ("nanvar", "nanstd"):
                continue
            function, reference = getattr(gc, name), getattr(np, name)
            samples = of((2, 3, 2), make=make)
            kept = {"axis": axis, "keepdims": axis == 1, "complex": make is real}
            rows.append(row(f"{name}-{axis}", function, reference, samples, **kept))
    rows += [
        row("nanvar-ddof", gc.nanvar, np.nanvar, of((2, 3)), axis=1, ddof=1),
        row("nanstd-ddof", gc.nanstd, np.nanstd, of((2, 3)), correction=1),
        row("nancumsum", gc.nancumsum, np.nancumsum, of((2, 3))),
        row("nancumprod", gc.nancumprod, np.nancumprod, of((2, 3)), axis=1),
        row("nanquantile", gc.nanquantile, np.nanquantile, of((2, 3), make=distinct), SHARES, 1),
    ]
    return rows


OPS: list[Op] = [
    *reductions(),
    *products(),
    *sums(),
    *moments(),
    *quantiles(),
    *without_nan(),
]
