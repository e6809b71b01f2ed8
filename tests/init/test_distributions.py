"""What the initializers draw: moments, bounds and the whole distribution, for fixed seeds."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from grad_init import (
    Array,
    Constant,
    Grouped,
    He,
    HeLeaky,
    Initializer,
    Lecun,
    Normal,
    Transposed,
    TruncatedNormal,
    Uniform,
    VarianceScaling,
    Xavier,
)

Kind = Literal["normal", "uniform", "truncated_normal"]

LINEAR = (160, 40)  # fan_in 40, fan_out 160
CONV = (32, 24, 3, 3)  # fan_in 216, fan_out 288
LEVEL = 1.95  # of Kolmogorov-Smirnov: one in a thousand is further away

CASES: list[tuple[Initializer, tuple[int, ...], Kind, float, float]] = [
    # initializer, shape, distribution, mean, variance (from the formulas, by hand)
    (Normal(), LINEAR, "normal", 0.0, 1.0),
    (Normal(mean=-3.0, std=0.5), LINEAR, "normal", -3.0, 0.25),
    (Uniform(), LINEAR, "uniform", 0.0, 1 / 3),
    (Uniform(2.0, 5.0), LINEAR, "uniform", 3.5, 0.75),
    (Xavier(), LINEAR, "uniform", 0.0, 2 / 200),
    (Xavier(), CONV, "uniform", 0.0, 2 / 504),
    (Xavier(), (6400,), "uniform", 0.0, 2 / 12800),
    (Xavier(gain=3.0), LINEAR, "uniform", 0.0, 9 * 2 / 200),
    (Xavier(distribution="normal"), LINEAR, "normal", 0.0, 2 / 200),
    (He(), LINEAR, "normal", 0.0, 2 / 40),
    (He(), CONV, "normal", 0.0, 2 / 216),
    (He(), (6400,), "normal", 0.0, 2 / 6400),
    (He(gain=3.0), LINEAR, "normal", 0.0, 9 * 2 / 40),
    (He(mode="fan_out"), LINEAR, "normal", 0.0, 2 / 160),
    (He(mode="fan_out"), CONV, "normal", 0.0, 2 / 288),
    (He(distribution="uniform"), LINEAR, "uniform", 0.0, 2 / 40),
    (HeLeaky(), LINEAR, "normal", 0.0, 2 / (1.0001 * 40)),
    (HeLeaky(alpha=1.0), LINEAR, "normal", 0.0, 1 / 40),
    (HeLeaky(alpha=-2.0), LINEAR, "normal", 0.0, 2 / (5 * 40)),
    (HeLeaky(alpha=0.5, gain=3.0), LINEAR, "normal", 0.0, 9 * 2 / (1.25 * 40)),
    (HeLeaky(alpha=1.0, mode="fan_out"), LINEAR, "normal", 0.0, 1 / 160),
    (HeLeaky(alpha=1.0, distribution="uniform"), LINEAR, "uniform", 0.0, 1 / 40),
    (Xavier(distribution="truncated_normal"), LINEAR, "truncated_normal", 0.0, 2 / 200),
    (He(distribution="truncated_normal"), LINEAR, "truncated_normal", 0.0, 2 / 40),
    (HeLeaky(alpha=1.0, distribution="truncated_normal"), CONV, "truncated_normal", 0.0, 1 / 216),
    (Lecun(), LINEAR, "normal", 0.0, 1 / 40),
    (Lecun(gain=0.75), CONV, "normal", 0.0, 0.5625 / 216),
    (Lecun(distribution="uniform"), LINEAR, "uniform", 0.0, 1 / 40),
    (Lecun(distribution="truncated_normal"), LINEAR, "truncated_normal", 0.0, 1 / 40),
    (VarianceScaling(), LINEAR, "truncated_normal", 0.0, 1 / 40),
    (VarianceScaling(3.0, "fan_out"), LINEAR, "truncated_normal", 0.0, 3 / 160),
    (VarianceScaling(3.0, "fan_avg", "normal"), LINEAR, "normal", 0.0, 3 / 100),
    (VarianceScaling(3.0, "fan_geo_avg", "uniform"), LINEAR, "uniform", 0.0, 3 / 80),
    (VarianceScaling(1.0, "fan_out", "uniform"), CONV, "uniform", 0.0, 1 / 288),
    (Transposed(He()), LINEAR, "normal", 0.0, 2 / 160),
    (Transposed(Xavier()), CONV, "uniform", 0.0, 2 / 504),
    (Grouped(He(mode="fan_out"), 4), CONV, "normal", 0.0, 2 / 72),
    (Grouped(Transposed(He()), 4), CONV, "normal", 0.0, 2 / 72),
]


def standardized(weight: Array, mean: float, variance: float) -> NDArray[np.float64]:
    return (weight.astype(np.float64).ravel() - mean) / math.sqrt(variance)


def cdf(distribution: Kind, x: NDArray[np.float64]) -> NDArray[np.float64]:
    """The cumulative distribution with mean 0 and variance 1."""
    if distribution == "uniform":
        return np.clip((x / math.sqrt(3) + 1) / 2, 0, 1)
    if distribution == "truncated_normal":
        within = math.erf(math.sqrt(2))
        # The variance of N(0, 1) between -2 and 2
        std = math.sqrt(1 - 4 * math.exp(-2) / math.sqrt(2 * math.pi) / within)
        return np.clip((normal_cdf(x * std) - 0.5) / within + 0.5, 0, 1)
    return normal_cdf(x)


def normal_cdf(x: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.array([(1 + math.erf(value / math.sqrt(2))) / 2 for value in x])


def kolmogorov_smirnov(expected: NDArray[np.float64]) -> float:
    """The largest distance from a cdf, at sorted values, to theirs; in units of 1 / sqrt(n)."""
    n = expected.size
    above = np.arange(1, n + 1) / n - expected
    below = expected - np.arange(n) / n
    return float(max(above.max(), below.max()) * math.sqrt(n))


@pytest.mark.parametrize(("init", "shape", "distribution", "mean", "variance"), CASES)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_distribution(
    init: Initializer,
    shape: tuple[int, ...],
    distribution: Kind,
    mean: float,
    variance: float,
    dtype: type,
) -> None:
    z = standardized(init(shape, rng=1, dtype=dtype), mean, variance)
    n = z.size
    # Four standard errors of the mean, and of the variance, by the variance of z^2
    assert abs(z.mean()) < 4 / math.sqrt(n)
    spread = {"normal": 2.0, "uniform": 0.8, "truncated_normal": 1.37}[distribution]
    assert abs(z.var() - 1) < 4 * math.sqrt(spread / n)
    assert kolmogorov_smirnov(cdf(distribution, np.sort(z))) < LEVEL


@pytest.mark.parametrize(
    ("init", "other"),
    [
        (Normal(), "uniform"),
        (Normal(), "truncated_normal"),
        (VarianceScaling(40.0), "normal"),
        (VarianceScaling(40.0), "uniform"),
    ],
)
def test_the_distribution_test_can_tell_them_apart(init: Initializer, other: Kind) -> None:
    z = np.sort(standardized(init((1600, 40), rng=1), 0.0, 1.0))
    assert kolmogorov_smirnov(cdf(other, z)) > LEVEL


# Bounds in standard deviations from the mean: every way in which values are drawn
BOUNDS = [
    (-2.0, 2.0), (-0.5, 3.0), (-40.0, 0.5),  # normal candidates
    (-1.0, 1.0), (-0.1, 2.0), (-0.01, 0.01),  # uniform ones, about the mean
    (0.0, 1.0), (1.0, 1.5), (3.0, 3.01), (-2.5, -2.0), (0.0, 0.0),  # uniform ones, on one side
    (0.0, 5.0), (1.0, 8.0), (6.0, 40.0), (-9.0, -1.0), (20.0, 21.0),  # exponential ones
]  # fmt: skip


@pytest.mark.parametrize(("a", "b"), BOUNDS)
def test_truncated_normal(a: float, b: float) -> None:
    mean, std = 3.0, 0.5
    low, high = mean + a * std, mean + b * std
    weight = TruncatedNormal(mean, std, low, high)((5000,), rng=2, dtype=np.float64)
    assert low <= weight.min() <= weight.max() <= high
    if low == high:
        return
    z = np.sort((weight - mean) / std)
    if a + b > 0:  # in the upper tail the cdf is near 1, where it has few digits: take the lower
        a, b, z = -b, -a, -z[::-1]
    below = [math.erfc(-x / math.sqrt(2)) for x in (a, b, *z.tolist())]
    expected = (np.array(below[2:]) - below[0]) / (below[1] - below[0])
    assert kolmogorov_smirnov(expected) < LEVEL


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
@pytest.mark.parametrize(("low", "high"), [(0.1, 0.3), (-0.3, -0.1), (-1 / 3, 1 / 3)])
def test_truncated_normal_stays_in_bounds(low: float, high: float, dtype: type) -> None:
    weight = TruncatedNormal(0.0, 1.0, low, high)((50_000,), rng=0, dtype=dtype)
    assert low <= float(weight.min()) < low + 0.001
    assert high - 0.001 < float(weight.max()) <= high


@pytest.mark.parametrize(
    ("init", "expected"),
    [
        (TruncatedNormal(0.0, 1e-320, 1.0, 2.0), 1.0),
        (TruncatedNormal(0.0, 0.0, 1.0, 2.0), 1.0),
        (TruncatedNormal(1.5, 0.0, 1.0, 2.0), 1.5),
        (TruncatedNormal(0.0, 1e-9, -2.0, -1.0), -1.0),
        (TruncatedNormal(1e300, 1.0, 1.0, 2.0), 2.0),
        (TruncatedNormal(1e20, 1.0, 1.0, 2.0), 2.0),
    ],
)
def test_truncated_normal_far_from_its_mean(init: TruncatedNormal, expected: float) -> None:
    np.testing.assert_allclose(init((50,), rng=0), expected)


def test_truncated_normal_much_wider_than_its_bounds() -> None:
    weight = TruncatedNormal(0.0, 1e300, 2.0, 5.0)((5000,), rng=0, dtype=np.float64)
    assert kolmogorov_smirnov(np.sort((weight.astype(np.float64) - 2.0) / 3.0)) < LEVEL


@given(
    bounds=st.tuples(st.floats(-100, 100), st.floats(-100, 100)).map(sorted),
    dtype=st.sampled_from([np.float16, np.float32, np.float64]),
    seed=st.integers(0, 2**32),
)
def test_uniform_stays_in_bounds(bounds: list[float], dtype: type, seed: int) -> None:
    low, high = bounds[0], bounds[1] + 0.1  # wide enough to hold a float16
    weight = Uniform(low, high)((50,), rng=seed, dtype=dtype).astype(np.float64)
    assert (weight >= low).all()
    assert (weight <= high).all()


@pytest.mark.parametrize(
    ("init", "bound"),
    [(Xavier(), math.sqrt(6 / 7)), (He(distribution="uniform"), math.sqrt(6 / 3))],
    ids=["xavier", "he"],
)
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_bounds_from_the_fans(init: Initializer, bound: float, dtype: type) -> None:
    weights = np.stack([init((4, 3), rng=seed, dtype=dtype) for seed in range(500)])
    assert 0.99 * bound < np.abs(weights.astype(np.float64)).max() <= bound


@pytest.mark.parametrize(("low", "high"), [(0.1, 0.3), (-0.3, -0.1), (-1 / 3, 1 / 3)])
def test_float16_bounds_of_many_values(low: float, high: float) -> None:
    weight = Uniform(low, high)((200_000,), rng=0, dtype=np.float16).astype(np.float64)
    assert low <= weight.min() < low + 0.001
    assert high - 0.001 < weight.max() <= high


@pytest.mark.parametrize(
    "init",
    [
        Normal(2.0, 0.0),
        Uniform(2.0, 2.0),
        Constant(2.0),
        Constant(2),
        TruncatedNormal(2.0, 0.0, 1.0, 3.0),
        TruncatedNormal(0.0, 1.0, 2.0, 2.0),
    ],
    ids=repr,
)
def test_no_spread(init: Initializer) -> None:
    assert init((2, 3)).tolist() == [[2.0] * 3] * 2


@pytest.mark.parametrize(
    "init", [Xavier(0.0), He(0.0), HeLeaky(gain=0.0), Lecun(0.0), VarianceScaling(0.0)], ids=repr
)
def test_gain_of_zero(init: Initializer) -> None:
    assert not init((2, 3)).any()


@pytest.mark.parametrize("distribution", ["normal", "uniform"])
def test_he_leaky_without_a_leak_is_he(distribution: Kind) -> None:
    leaky = HeLeaky(alpha=0.0, distribution=distribution)
    he = He(distribution=distribution)
    np.testing.assert_array_equal(leaky((5, 4), rng=0), he((5, 4), rng=0))


@pytest.mark.parametrize(
    ("one", "four"),
    [
        (Xavier(), Xavier(4.0)),
        (He(), He(4.0)),
        (HeLeaky(), HeLeaky(gain=4.0)),
        (Lecun(), Lecun(4.0)),
        (VarianceScaling(), VarianceScaling(16.0)),
    ],
    ids=["xavier", "he", "he_leaky", "lecun", "variance_scaling"],
)
def test_gain_scales_every_value(one: Initializer, four: Initializer) -> None:
    np.testing.assert_array_equal(four((5, 4), rng=0), 4 * one((5, 4), rng=0))
