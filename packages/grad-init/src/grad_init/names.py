"""Initializers by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeAlias

from grad_init.basic import Normal, Uniform
from grad_init.initializer import Initializer
from grad_init.variance import He, HeLeaky, Xavier

InitMethod: TypeAlias = Literal["xavier", "he", "he_leaky", "normal", "uniform"]
"""The names that `initializer` knows."""

# Each entry makes an initializer from the gain and the slope alpha.
INITIALIZERS: dict[InitMethod, Callable[[float, float], Initializer]] = {
    "xavier": lambda gain, alpha: Xavier(gain),
    "he": lambda gain, alpha: He(gain),
    "he_leaky": lambda gain, alpha: HeLeaky(alpha, gain),
    "normal": lambda gain, alpha: Normal(std=gain),
    "uniform": lambda gain, alpha: Uniform(-gain, gain),
}


def initializer(
    method: InitMethod | Initializer, *, gain: float = 1.0, alpha: float = 0.01
) -> Initializer:
    """Look up an initializer by its name.

    Args:
        method: A name: `"xavier"`, `"he"`, `"he_leaky"`, `"normal"` (N(0, gain^2)) or
            `"uniform"` (U(-gain, gain)). An initializer is returned as it is.
        gain: A factor on every value, >= 0. An initializer object carries its own.
        alpha: The slope below zero that `"he_leaky"` is for; the others do not use it.

    Returns:
        The initializer.

    Raises:
        TypeError: If `method` is neither a string nor an initializer.
        ValueError: If the name is unknown, if `gain` or `alpha` is out of range, or if a
            gain comes with an initializer object, where it would be lost.

    Example:
        >>> initializer("he_leaky", alpha=0.2)
        HeLeaky(alpha=0.2, gain=1.0, mode='fan_in', distribution='normal')
        >>> initializer(Normal(std=0.02))
        Normal(mean=0.0, std=0.02)
    """
    known = ", ".join(map(repr, INITIALIZERS))
    if isinstance(method, str):
        if method not in INITIALIZERS:
            raise ValueError(f"initializer: method must be one of {known}; got {method!r}")
        return INITIALIZERS[method](gain, alpha)
    if isinstance(method, type) or not callable(method):
        raise TypeError(
            f"initializer: method must be one of {known}, or an initializer such as He(); "
            f"got {method!r}"
        )
    if gain != 1.0:
        raise ValueError(
            f"initializer: gain scales the named methods only; give {method!r} its own scale "
            f"in place of gain={gain!r}"
        )
    return method
