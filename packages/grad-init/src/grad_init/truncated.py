"""The normal distribution between two bounds, drawn exactly."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import DTypeLike, NDArray

from grad_init.basic import within
from grad_init.checks import check_dtype, check_finite, check_scale, check_shape
from grad_init.generator import Rng, as_generator
from grad_init.protocol import Array

Candidates: TypeAlias = tuple[NDArray[np.float64], NDArray[np.bool_]]

STD_WITHIN_TWO = 0.8796256610342398
"""The standard deviation of N(0, 1) between -2 and 2."""


@dataclass(frozen=True)
class TruncatedNormal:
    """The normal distribution N(mean, std^2) given that a value lies in [low, high].

    No value is far out, as some of a normal distribution are. Between bounds at two standard
    deviations, the standard deviation of what is drawn is 0.88 std. The bounds hold after values
    are rounded to the dtype, too.

    Args:
        mean: The mean before values are left out.
        std: The standard deviation before values are left out, >= 0.
        low: The lower bound, a value, not a number of standard deviations.
        high: The upper bound, >= `low`.

    Raises:
        TypeError: If an argument is not a real number.
        ValueError: If an argument, or the distance between the bounds, is not finite, `std` is
            negative, or `low` is above `high`.

    Example:
        >>> weight = TruncatedNormal(std=0.02, low=-0.04, high=0.04)((256, 128), rng=0)
        >>> bool(abs(weight).max() <= 0.04)
        True

    Reference:
        C. Robert, "Simulation of truncated normal variables", Statistics and Computing 5, 1995,
        sections 2.1 (one bound) and 2.2 (two bounds): rejection, at least a third of whose
        candidates are accepted.
    """

    mean: float = 0.0
    std: float = 1.0
    low: float = -2.0
    high: float = 2.0

    def __post_init__(self) -> None:
        check_finite(self, mean=self.mean, low=self.low, high=self.high)
        check_scale(self, std=self.std, **{"high - low": self.high - self.low})

    def __call__(
        self, shape: tuple[int, ...], *, rng: Rng = None, dtype: DTypeLike = np.float32
    ) -> Array:
        """Draw the weight; see `Initializer`."""
        sizes = check_shape(self, shape)
        target = check_dtype(self, dtype, largest=max(abs(self.low), abs(self.high)))
        values = self._drawn(as_generator(rng), math.prod(sizes)).clip(self.low, self.high)
        return within(values.reshape(sizes).astype(target), self.low, self.high)

    def _drawn(self, generator: np.random.Generator, n: int) -> NDArray[np.float64]:
        if self.std == 0.0:
            return np.full(n, self.mean)
        below, above, width = (
            min(distance / self.std, 1e300)  # further out than floats go is as good as this
            for distance in (self.low - self.mean, self.mean - self.high, self.high - self.low)
        )
        # From the nearer bound, and not from the mean: that may be so far away that both bounds are
        # one number from there.
        if below >= 0.0:
            return self.low + self.std * _tail(generator, below, width, n)
        if above >= 0.0:
            return self.high - self.std * _tail(generator, above, width, n)
        return self.mean + self.std * _middle(generator, below, -above, n)


def _middle(generator: np.random.Generator, a: float, b: float, n: int) -> NDArray[np.float64]:
    """Draw N(0, 1) given that it lies in [a, b], a < 0 < b."""

    def candidates(size: int) -> Candidates:
        if b - a >= math.sqrt(2 * math.pi):
            z = generator.standard_normal(size)
            return z, (z >= a) & (z <= b)
        z = generator.uniform(a, b, size)
        return z, generator.random(size) <= np.exp(-0.5 * z * z)

    return _accepted(candidates, n)


def _tail(generator: np.random.Generator, a: float, width: float, n: int) -> NDArray[np.float64]:
    """Draw how far N(0, 1) is above a >= 0, given that it lies in [a, a + width]."""
    root = math.hypot(a, 2.0)
    rate = 0.5 * (a + root)

    def candidates(size: int) -> Candidates:
        if width > math.exp(0.5 - a / (a + root)) / rate:
            # An exponential distribution, cut at the width
            step = np.log1p(generator.random(size) * math.expm1(-rate * width)) / -rate
            return step, generator.random(size) <= np.exp(-0.5 * (step + (a - rate)) ** 2)
        step = generator.uniform(0.0, width, size)
        return step, generator.random(size) <= np.exp(-step * (a + 0.5 * step))

    return _accepted(candidates, n)


def _accepted(candidates: Callable[[int], Candidates], n: int) -> NDArray[np.float64]:
    """Draw candidates until n of them are accepted."""
    found = np.empty(n)
    filled = 0
    while filled < n:
        values, good = candidates(2 * (n - filled) + 8)
        values = values[good][: n - filled]
        found[filled : filled + values.size] = values
        filled += values.size
    return found
