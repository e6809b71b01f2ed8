"""What the initializers draw: moments, bounds and the whole distribution, for fixed seeds."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from grad_init import Array, Constant, He, HeLeaky, Initializer, Normal, Uniform, Xavier

LINEAR = (160, 40)  # fan_in 40, fan_out 160
CONV = (32, 24, 3, 3)  # fan_in 216, fan_out 288

CASES: list[tuple[Initializer, tuple[int, ...], Literal["normal", "uniform"], float, float]] = [
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
]


def standardized(weight: Array, mean: float, variance: float) -> NDArray[np.float64]:
    return (weight.astype(np.float64).ravel() - mean) / math.sqrt(variance)


def cdf(distribution: Literal["normal", "uniform"], x: NDArray[np.float64]) -> NDArray[np.float64]:
    """The cumulative distribution with mean 0 and variance 1."""
    if distribution == "uniform":
        return np.clip((x / math.sqrt(3) + 1) / 2, 0, 1)
    return np.array([(1 + math.erf(value / math.sqrt(2))) / 2 for value in x])


@pytest.mark.parametrize(("init", "shape", "distribution", "mean", "variance"), CASES)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_distribution(
    init: Initializer,
    shape: tuple[int, ...],
    distribution: Literal["normal", "uniform"],
    mean: float,
    variance: float,
    dtype: type,
) -> None:
    z = standardized(init(shape, rng=1, dtype=dtype), mean, variance)
    n = z.size
    # Four standard errors: the variance of z^2 is 2 for a normal and 4/5 for a uniform.
    assert abs(z.mean()) < 4 / math.sqrt(n)
    assert abs(z.var() - 1) < 4 * math.sqrt((2.0 if distribution == "normal" else 0.8) / n)
    # Kolmogorov-Smirnov at the level of 0.001: the largest distance between the two cdfs.
    expected = cdf(distribution, np.sort(z))
    above = np.arange(1, n + 1) / n - expected
    below = expected - np.arange(n) / n
    assert max(above.max(), below.max()) < 1.95 / math.sqrt(n)


def test_the_distribution_test_can_tell_the_two_apart() -> None:
    z = np.sort(standardized(Normal()(LINEAR, rng=1), 0.0, 1.0))
    steps = np.arange(1, z.size + 1) / z.size
    assert np.abs(steps - cdf("uniform", z)).max() > 1.95 / math.sqrt(z.size)


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
    [Normal(2.0, 0.0), Uniform(2.0, 2.0), Constant(2.0), Constant(2)],
    ids=repr,
)
def test_no_spread(init: Initializer) -> None:
    assert init((2, 3)).tolist() == [[2.0] * 3] * 2


@pytest.mark.parametrize("init", [Xavier(0.0), He(0.0), HeLeaky(gain=0.0)], ids=repr)
def test_gain_of_zero(init: Initializer) -> None:
    assert not init((2, 3)).any()


@pytest.mark.parametrize("distribution", ["normal", "uniform"])
def test_he_leaky_without_a_leak_is_he(distribution: Literal["normal", "uniform"]) -> None:
    leaky = HeLeaky(alpha=0.0, distribution=distribution)
    he = He(distribution=distribution)
    np.testing.assert_array_equal(leaky((5, 4), rng=0), he((5, 4), rng=0))


@pytest.mark.parametrize(
    ("one", "four"),
    [(Xavier(), Xavier(4.0)), (He(), He(4.0)), (HeLeaky(), HeLeaky(gain=4.0))],
    ids=["xavier", "he", "he_leaky"],
)
def test_gain_scales_every_value(one: Initializer, four: Initializer) -> None:
    np.testing.assert_array_equal(four((5, 4), rng=0), 4 * one((5, 4), rng=0))
