"""Initializers that do not look at the fans: fixed distributions and a constant."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import DTypeLike

from grad_init.checks import check_dtype, check_finite, check_scale, check_shape
from grad_init.generator import Rng, as_generator
from grad_init.protocol import Array

# NumPy makes normal values from 53 random bits, which cannot reach further out than this.
_NORMAL_REACH = 13.0


@dataclass(frozen=True)
class Normal:
    """The normal distribution N(mean, std^2).

    Args:
        mean: The mean.
        std: The standard deviation, >= 0.

    Raises:
        TypeError: If an argument is not a real number.
        ValueError: If an argument is not finite, `std` is negative, or the values could
            overflow.

    Example:
        >>> weight = Normal(std=0.02)((256, 128), rng=0)
        >>> weight.shape, weight.dtype
        ((256, 128), dtype('float32'))
        >>> round(float(weight.std()), 3)
        0.02
    """

    mean: float = 0.0
    std: float = 1.0

    def __post_init__(self) -> None:
        check_finite(self, mean=self.mean)
        check_scale(self, std=self.std)
        check_dtype(self, np.float64, largest=self._largest())  # what the values are drawn in

    def __call__(
        self, shape: tuple[int, ...], *, rng: Rng = None, dtype: DTypeLike = np.float32
    ) -> Array:
        """Draw the weight; see `Initializer`."""
        sizes = check_shape(self, shape)
        target = check_dtype(self, dtype, largest=self._largest())
        values = as_generator(rng).normal(self.mean, self.std, sizes)
        return values.astype(target, copy=False)

    def _largest(self) -> float:
        return abs(self.mean) + _NORMAL_REACH * self.std


@dataclass(frozen=True)
class Uniform:
    """The uniform distribution U(low, high).

    The values lie in [low, high] after they are rounded to the dtype, too.

    Args:
        low: The lower bound.
        high: The upper bound, >= `low`.

    Raises:
        TypeError: If an argument is not a real number.
        ValueError: If an argument, or the distance between the two, is not finite, or `low`
            is above `high`.

    Example:
        >>> weight = Uniform(-0.1, 0.1)((256, 128), rng=0)
        >>> bool(abs(weight).max() <= 0.1)
        True
    """

    low: float = -1.0
    high: float = 1.0

    def __post_init__(self) -> None:
        check_finite(self, low=self.low, high=self.high)
        check_scale(self, **{"high - low": self.high - self.low})

    def __call__(
        self, shape: tuple[int, ...], *, rng: Rng = None, dtype: DTypeLike = np.float32
    ) -> Array:
        """Draw the weight; see `Initializer`."""
        sizes = check_shape(self, shape)
        target = check_dtype(self, dtype, largest=max(abs(self.low), abs(self.high)))
        values = as_generator(rng).uniform(self.low, self.high, sizes).astype(target, copy=False)
        return within(values, self.low, self.high)


def within(values: Array, low: float, high: float) -> Array:
    """Keep values, in place, within bounds that the dtype may not have itself."""
    # Rounding to nearest may step over a bound, by half a unit in the last place.
    least, most = np.array([low, high], values.dtype)
    if float(least) < low:
        least = np.nextafter(least, values.dtype.type(np.inf))
    if float(most) > high:
        most = np.nextafter(most, values.dtype.type(-np.inf))
    return values.clip(least, most, out=values)


@dataclass(frozen=True)
class Constant:
    """One value everywhere: 0 for biases, 1 for the scales of normalization layers.

    Args:
        value: The value.

    Raises:
        TypeError: If `value` is not a real number.
        ValueError: If `value` is not finite.

    Example:
        >>> Constant(0.5)((2, 3))
        array([[0.5, 0.5, 0.5],
               [0.5, 0.5, 0.5]], dtype=float32)
    """

    value: float

    def __post_init__(self) -> None:
        check_finite(self, value=self.value)

    def __call__(
        self, shape: tuple[int, ...], *, rng: Rng = None, dtype: DTypeLike = np.float32
    ) -> Array:
        """Fill the weight, drawing nothing from `rng`; see `Initializer`."""
        sizes = check_shape(self, shape)
        return np.full(sizes, self.value, check_dtype(self, dtype, largest=abs(self.value)))


class Zeros(Constant):
    """0 everywhere, for biases.

    Example:
        >>> Zeros()((2,))
        array([0., 0.], dtype=float32)
    """

    def __init__(self) -> None:
        super().__init__(0.0)

    def __repr__(self) -> str:
        return "Zeros()"


class Ones(Constant):
    """1 everywhere, for the scales of normalization layers.

    Example:
        >>> Ones()((2,))
        array([1., 1.], dtype=float32)
    """

    def __init__(self) -> None:
        super().__init__(1.0)

    def __repr__(self) -> str:
        return "Ones()"
