"""The state of random generators: where they stand, as plain numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.random import Generator


def rng_state(generator: Generator) -> dict[str, object]:
    """Return where a random generator stands: numbers, arrays and dicts of them.

    Args:
        generator: The generator, with any bit generator of NumPy.

    Raises:
        TypeError: It is no NumPy generator.

    Example:
        >>> rng = np.random.default_rng(0)
        >>> state = rng_state(rng)
        >>> first = rng.random()
        >>> set_rng_state(rng, state)
        >>> rng.random() == first
        True
    """
    _check("rng_state", generator)
    return dict(generator.bit_generator.state)


def set_rng_state(generator: Generator, state: Mapping[str, object]) -> None:
    """Let a random generator go on from where one stood.

    Args:
        generator: A generator with the same bit generator.
        state: What `rng_state` returned.

    Raises:
        TypeError: `generator` is no NumPy generator, or `state` no mapping.
        ValueError: The state is that of another bit generator, or of none. Nothing has changed
            then.
    """
    _check("set_rng_state", generator)
    if not isinstance(state, Mapping):
        raise TypeError(f"set_rng_state: state is {type(state).__name__}, expected a mapping")
    bits = generator.bit_generator
    name = type(bits).__name__
    if state.get("bit_generator") != name:
        raise ValueError(
            f"set_rng_state: the state is that of a {state.get('bit_generator')}, expected {name}"
        )
    before = bits.state
    try:
        with bits.lock:  # held by every draw, so that no array is half old and half new
            bits.state = state
    except Exception as error:  # TypeError, KeyError and more, after some of it may be set
        bits.state = before
        raise ValueError(
            f"set_rng_state: this is no state of a {name}: {type(error).__name__}: {error}"
        ) from error


def _check(name: str, generator: object) -> None:
    if not isinstance(generator, np.random.Generator):
        raise TypeError(
            f"{name}: generator is {type(generator).__name__}, expected numpy.random.Generator"
        )
