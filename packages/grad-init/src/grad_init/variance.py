"""Initializers that keep the variance of activations or gradients the same from layer to layer.

Each one is a standard deviation worked out from the fans, and a distribution to draw from.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import DTypeLike

from grad_init.basic import Normal, Uniform
from grad_init.checks import check_choice, check_finite, check_scale
from grad_init.fan import fans
from grad_init.generator import Rng
from grad_init.protocol import Array, Initializer
from grad_init.truncated import STD_WITHIN_TWO, TruncatedNormal

Distribution: TypeAlias = Literal["normal", "uniform", "truncated_normal"]
"""The distribution to draw from; all have mean 0 and the same variance.

The truncated normal one is cut at two standard deviations of what it was before, which is made as
much wider as it takes.
"""

FanMode: TypeAlias = Literal["fan_in", "fan_out"]
"""What to keep: the variance of activations going forward, or of gradients going back."""

Scaling: TypeAlias = Literal["fan_in", "fan_out", "fan_avg", "fan_geo_avg"]
"""What to divide a variance by: a fan, or the arithmetic or geometric mean of both."""


@dataclass(frozen=True)
class VarianceScaling:
    """Any variance in terms of the fans: scale / n.

    `Xavier`, `He` and `Lecun` are special cases, but for a factor:

    | initializer | scale | mode |
    | --- | --- | --- |
    | `Lecun()` | 1 | `"fan_in"` |
    | `He()` | 2 | `"fan_in"` |
    | `Xavier()` | 1 | `"fan_avg"` |

    Args:
        scale: The numerator, >= 0.
        mode: What n is: `"fan_in"`, `"fan_out"`, their mean `"fan_avg"`, or their geometric mean
            `"fan_geo_avg"`.
        distribution: `"truncated_normal"`, `"normal"` or `"uniform"`.

    Raises:
        TypeError: If `scale` is not a real number.
        ValueError: If `scale` is negative or not finite, or the mode or the distribution is
            unknown.

    Example:
        >>> weight = VarianceScaling(2.0, "fan_avg")((256, 128), rng=0)
        >>> round(float(weight.var()) * (256 + 128) / 2, 1)
        2.0

    Reference:
        K. He et al., "Delving deep into rectifiers", ICCV 2015, section 2.2, for the derivation;
        the general form is that of Keras and JAX.
    """

    scale: float = 1.0
    mode: Scaling = "fan_in"
    distribution: Distribution = "truncated_normal"

    def __post_init__(self) -> None:
        check_scale(self, scale=self.scale)
        check_choice(self, Scaling, mode=self.mode)
        check_choice(self, Distribution, distribution=self.distribution)

    def __call__(
        self, shape: tuple[int, ...], *, rng: Rng = None, dtype: DTypeLike = np.float32
    ) -> Array:
        """Draw the weight; see `Initializer`."""
        fan_in, fan_out = (_at_least_one(fan) for fan in fans(shape))
        n = {
            "fan_in": float(fan_in),
            "fan_out": float(fan_out),
            "fan_avg": (fan_in + fan_out) / 2,
            "fan_geo_avg": math.sqrt(fan_in * fan_out),
        }[self.mode]
        return _centred(self.distribution, math.sqrt(self.scale / n))(shape, rng=rng, dtype=dtype)


@dataclass(frozen=True)
class Lecun:
    """LeCun initialization, for inputs of variance 1 and layers without a nonlinearity, or SELU.

        N(0, std^2),  std = gain / sqrt(fan_in)

    or, with `distribution="uniform"`, U(-a, a) of the same variance, a = sqrt(3) * std.

    Args:
        gain: A factor on every value, >= 0.
        distribution: `"normal"`, `"uniform"` or `"truncated_normal"`.

    Raises:
        TypeError: If `gain` is not a real number.
        ValueError: If `gain` is negative or not finite, or the distribution is unknown.

    Example:
        >>> weight = Lecun()((256, 64), rng=0)
        >>> round(float(weight.std()), 3), (1 / 64) ** 0.5
        (0.125, 0.125)

    Reference:
        Y. LeCun, L. Bottou, G. Orr and K.-R. Mueller, "Efficient BackProp", in "Neural networks:
        tricks of the trade", 1998, section 4.6, equation 16; for SELU, G. Klambauer et al.,
        "Self-normalizing neural networks", NeurIPS 2017.
    """

    gain: float = 1.0
    distribution: Distribution = "normal"

    def __post_init__(self) -> None:
        check_scale(self, gain=self.gain)
        check_choice(self, Distribution, distribution=self.distribution)

    def __call__(
        self, shape: tuple[int, ...], *, rng: Rng = None, dtype: DTypeLike = np.float32
    ) -> Array:
        """Draw the weight; see `Initializer`."""
        std = self.gain / math.sqrt(_at_least_one(fans(shape).fan_in))
        return _centred(self.distribution, std)(shape, rng=rng, dtype=dtype)


@dataclass(frozen=True)
class Xavier:
    """Xavier (Glorot) initialization, for layers followed by tanh or another symmetric function.

    It balances the variance of activations going forward with that of gradients going back:

        U(-a, a),  a = gain * sqrt(6 / (fan_in + fan_out))

    or, with `distribution="normal"`, N(0, std^2) of the same variance,
    std = gain * sqrt(2 / (fan_in + fan_out)).

    Args:
        gain: A factor on every value, >= 0.
        distribution: `"uniform"`, `"normal"` or `"truncated_normal"`.

    Raises:
        TypeError: If `gain` is not a real number.
        ValueError: If `gain` is negative or not finite, or the distribution is unknown.

    Example:
        >>> weight = Xavier()((64, 32), rng=0)
        >>> bool(abs(weight).max() <= (6 / (32 + 64)) ** 0.5)
        True

    Reference:
        X. Glorot and Y. Bengio, "Understanding the difficulty of training deep feedforward
        neural networks", AISTATS 2010, equation 16.
    """

    gain: float = 1.0
    distribution: Distribution = "uniform"

    def __post_init__(self) -> None:
        check_scale(self, gain=self.gain)
        check_choice(self, Distribution, distribution=self.distribution)

    def __call__(
        self, shape: tuple[int, ...], *, rng: Rng = None, dtype: DTypeLike = np.float32
    ) -> Array:
        """Draw the weight; see `Initializer`."""
        fan_in, fan_out = fans(shape)
        std = self.gain * math.sqrt(2.0 / _at_least_one(fan_in + fan_out))
        return _centred(self.distribution, std)(shape, rng=rng, dtype=dtype)


@dataclass(frozen=True)
class He:
    """He (Kaiming) initialization, for layers followed by ReLU.

    ReLU drops half of the variance, hence the 2:

        N(0, std^2),  std = gain * sqrt(2 / fan_in)

    or, with `distribution="uniform"`, U(-a, a) of the same variance, a = sqrt(3) * std.

    Args:
        gain: A factor on every value, >= 0, on top of the sqrt(2) for ReLU.
        mode: `"fan_in"` keeps the variance of activations going forward, `"fan_out"` that
            of gradients going back.
        distribution: `"normal"`, `"uniform"` or `"truncated_normal"`.

    Raises:
        TypeError: If `gain` is not a real number.
        ValueError: If `gain` is negative or not finite, or the mode or the distribution is
            unknown.

    Example:
        >>> weight = He()((256, 128), rng=0)
        >>> round(float(weight.std()), 3), (2 / 128) ** 0.5
        (0.125, 0.125)

    Reference:
        K. He, X. Zhang, S. Ren and J. Sun, "Delving deep into rectifiers: surpassing human-level
        performance on ImageNet classification", ICCV 2015, equations 10 (forward) and 14
        (backward).
    """

    gain: float = 1.0
    mode: FanMode = "fan_in"
    distribution: Distribution = "normal"

    def __post_init__(self) -> None:
        check_scale(self, gain=self.gain)
        check_choice(self, FanMode, mode=self.mode)
        check_choice(self, Distribution, distribution=self.distribution)

    def __call__(
        self, shape: tuple[int, ...], *, rng: Rng = None, dtype: DTypeLike = np.float32
    ) -> Array:
        """Draw the weight; see `Initializer`."""
        fan_in, fan_out = fans(shape)
        fan = fan_in if self.mode == "fan_in" else fan_out
        std = self.gain * math.sqrt(2.0 / _at_least_one(fan))
        return _centred(self.distribution, std)(shape, rng=rng, dtype=dtype)


@dataclass(frozen=True)
class HeLeaky:
    """He (Kaiming) initialization, for layers followed by leaky ReLU.

        N(0, std^2),  std = gain * sqrt(2 / ((1 + alpha^2) * fan_in))

    or, with `distribution="uniform"`, U(-a, a) of the same variance, a = sqrt(3) * std. With
    `alpha=0` it is `He`.

    Args:
        alpha: The slope of the activation below zero.
        gain: A factor on every value, >= 0, on top of that for leaky ReLU.
        mode: `"fan_in"` keeps the variance of activations going forward, `"fan_out"` that
            of gradients going back.
        distribution: `"normal"`, `"uniform"` or `"truncated_normal"`.

    Raises:
        TypeError: If `alpha` or `gain` is not a real number.
        ValueError: If `alpha` or `gain` is not finite, `gain` is negative, or the mode or
            the distribution is unknown.

    Example:
        >>> weight = HeLeaky(alpha=1.0)((256, 128), rng=0)
        >>> round(float(weight.var()) * 128, 1)
        1.0

    Reference:
        K. He, X. Zhang, S. Ren and J. Sun, "Delving deep into rectifiers: surpassing human-level
        performance on ImageNet classification", ICCV 2015, equation 15.
    """

    alpha: float = 0.01
    gain: float = 1.0
    mode: FanMode = "fan_in"
    distribution: Distribution = "normal"

    def __post_init__(self) -> None:
        check_finite(self, alpha=self.alpha)
        check_scale(self, gain=self.gain)
        check_choice(self, FanMode, mode=self.mode)
        check_choice(self, Distribution, distribution=self.distribution)

    def __call__(
        self, shape: tuple[int, ...], *, rng: Rng = None, dtype: DTypeLike = np.float32
    ) -> Array:
        """Draw the weight; see `Initializer`."""
        leak = 1.0 / math.hypot(1.0, self.alpha)
        return He(self.gain * leak, self.mode, self.distribution)(shape, rng=rng, dtype=dtype)


def _at_least_one(fan: int) -> int:
    """Return a fan to divide by: without connections the weight is empty, and any number will do."""
    return max(fan, 1)


def _centred(distribution: Distribution, std: float) -> Initializer:
    """Return the distribution with mean 0 and this standard deviation."""
    if distribution == "normal":
        return Normal(std=std)
    if distribution == "truncated_normal":
        wider = std / STD_WITHIN_TWO
        return TruncatedNormal(std=wider, low=-2.0 * wider, high=2.0 * wider)
    bound = math.sqrt(3.0) * std  # the variance of U(-a, a) is a^2 / 3
    return Uniform(-bound, bound)
