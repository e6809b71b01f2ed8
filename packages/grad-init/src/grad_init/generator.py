"""Where random numbers come from: a generator that the caller gives, or the default one."""

from __future__ import annotations

import operator
from threading import Lock
from typing import TypeAlias

import numpy as np

# A string, because NumPy loads numpy.random on first use and an import should not pay for it.
Rng: TypeAlias = "np.random.Generator | int | None"
"""What every random function takes as `rng`; see `as_generator`."""

_default: np.random.Generator | None = None
_creation = Lock()


def as_generator(rng: Rng) -> np.random.Generator:
    """Turn an `rng` argument into a NumPy random generator.

    Args:
        rng: A Generator is returned as it is, and goes on from where it stands. An int >= 0
            seeds a new generator: the same int, the same numbers. None stands for the default
            generator, which all callers and threads share; `manual_seed` makes it reproducible.

    Returns:
        The generator to draw from.

    Raises:
        TypeError: If `rng` is none of these.
        ValueError: If `rng` is a negative int.

    Example:
        >>> as_generator(0).random() == as_generator(0).random()
        True
        >>> as_generator(None) is as_generator(None)
        True
    """
    if rng is None:
        return _default_generator()
    if isinstance(rng, np.random.Generator):
        return rng
    return _seeded(rng, "as_generator: rng must be a numpy.random.Generator, an int >= 0 or None")


def manual_seed(seed: int) -> None:
    """Seed the default generator, the one that `rng=None` draws from.

    The default generator stays the same object, so code that holds it follows too. Generators
    that were split off it with `spawn` do not depend on the seed: spawn those from a generator
    of your own.

    Args:
        seed: An int >= 0.

    Raises:
        TypeError: If `seed` is not an int.
        ValueError: If `seed` is negative.

    Example:
        >>> from grad_init import Normal
        >>> manual_seed(0)
        >>> first = Normal()((2, 3))
        >>> manual_seed(0)
        >>> bool((Normal()((2, 3)) == first).all())
        True
    """
    state = _seeded(seed, "manual_seed: seed must be an int >= 0").bit_generator.state
    bits = _default_generator().bit_generator
    with bits.lock:  # held by every draw, so a seed never falls into the middle of an array
        bits.state = state


def _default_generator() -> np.random.Generator:
    global _default
    with _creation:  # two threads that come first must get the same generator
        if _default is None:
            _default = np.random.default_rng()
        return _default


def _seeded(seed: int, expected: str) -> np.random.Generator:
    complaint = f"{expected}; got {seed!r}"
    if isinstance(seed, (bool, np.bool)):  # they pass for ints, but are hardly meant as seeds
        raise TypeError(complaint)
    try:
        value = operator.index(seed)
    except TypeError:
        raise TypeError(complaint) from None
    if value < 0:
        raise ValueError(complaint)
    return np.random.default_rng(value)
