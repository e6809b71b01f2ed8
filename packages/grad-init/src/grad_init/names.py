"""Initializers by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeAlias

import grad_init
from grad_init.checks import check_scale
from grad_init.protocol import Initializer

InitMethod: TypeAlias = Literal[
    "xavier",
    "he",
    "he_leaky",
    "lecun",
    "normal",
    "trunc_normal",
    "uniform",
    "orthogonal",
    "zeros",
    "ones",
]
"""The names that `initializer` knows."""

# Each entry makes an initializer from the gain and the slope alpha. The classes are loaded when
# they are used: a dataclass takes a while to make.
INITIALIZERS: dict[InitMethod, Callable[[float, float], Initializer]] = {
    "xavier": lambda gain, alpha: grad_init.Xavier(gain),
    "he": lambda gain, alpha: grad_init.He(gain),
    "he_leaky": lambda gain, alpha: grad_init.HeLeaky(alpha, gain),
    "lecun": lambda gain, alpha: grad_init.Lecun(gain),
    "normal": lambda gain, alpha: grad_init.Normal(std=gain),
    "trunc_normal": lambda gain, alpha: grad_init.TruncatedNormal(
        std=gain, low=-2 * gain, high=2 * gain
    ),
    "uniform": lambda gain, alpha: grad_init.Uniform(-gain, gain),
    "orthogonal": lambda gain, alpha: grad_init.Orthogonal(gain),
    "zeros": lambda gain, alpha: grad_init.Zeros(),
    "ones": lambda gain, alpha: grad_init.Ones() if gain == 1.0 else grad_init.Constant(gain),
}


def initializer(
    method: InitMethod | Initializer, *, gain: float = 1.0, alpha: float = 0.01
) -> Initializer:
    """Look up an initializer by its name.

    Args:
        method: A name: `"xavier"`, `"he"`, `"he_leaky"`, `"lecun"`, `"normal"` (N(0, gain^2)),
            `"trunc_normal"` (the same, within two standard deviations), `"uniform"`
            (U(-gain, gain)), `"orthogonal"`, `"zeros"` or `"ones"`. An initializer is returned as
            it is.
        gain: A factor on every value, >= 0. An initializer object carries its own.
        alpha: The slope below zero that `"he_leaky"` is for; the others do not use it.

    Returns:
        The initializer.

    Raises:
        TypeError: If `method` is neither a string nor an initializer.
        ValueError: If the name is unknown, if `gain` or `alpha` is out of range, or if a
            gain comes with an initializer object, where it would be lost.

    Example:
        >>> from grad_init import Normal
        >>> initializer("he_leaky", alpha=0.2)
        HeLeaky(alpha=0.2, gain=1.0, mode='fan_in', distribution='normal')
        >>> initializer(Normal(std=0.02))
        Normal(mean=0.0, std=0.02)
    """
    known = ", ".join(map(repr, INITIALIZERS))
    if isinstance(method, str):
        if method not in INITIALIZERS:
            raise ValueError(f"initializer: method must be one of {known}; got {method!r}")
        check_scale("initializer", gain=gain)
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
