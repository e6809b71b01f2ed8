"""Checks of settings, and of what is of no known type."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeGuard

import numpy as np

from grad_core import Array


def is_number(value: object) -> TypeGuard[float]:
    """Whether `value` is a real number, of Python or of NumPy, and no bool."""
    return isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool)


def is_mapping(value: object) -> TypeGuard[Mapping[str, object]]:
    """Whether `value` is a dict; its keys are compared with strings."""
    return isinstance(value, Mapping)


def is_sequence(value: object) -> TypeGuard[Sequence[object]]:
    """Whether `value` is a list or tuple."""
    return isinstance(value, (list, tuple))


def is_pair(value: object) -> TypeGuard[tuple[object, object]]:
    """Whether `value` is a tuple of two."""
    return is_sequence(value) and isinstance(value, tuple) and len(value) == 2


def is_iterable(value: object) -> TypeGuard[Iterable[object]]:
    """Whether `value` can be listed."""
    return isinstance(value, Iterable)


def is_array(value: object) -> TypeGuard[Array]:
    """Whether `value` is an array."""
    return isinstance(value, np.ndarray)


def is_scalar(value: object) -> TypeGuard[np.floating]:
    """Whether `value` is what NumPy gives for an array without axes."""
    return isinstance(value, np.floating)


def require_numbers(kind: str, below: float = math.inf, /, **settings: object) -> None:
    """Raise a ValueError unless every setting is a number from 0 to `below`, not included."""
    for name, value in settings.items():
        if not (is_number(value) and 0.0 <= value < below):
            limit = "" if below == math.inf else f" and less than {below}"
            raise ValueError(f"{kind}: {name} must be a number, at least 0{limit}, got {value!r}")


def require_betas(kind: str, betas: object) -> None:
    """Raise an error unless `betas` is a pair of numbers from 0 to 1, not included."""
    if not is_pair(betas):
        raise TypeError(f"{kind}: betas must be a pair of numbers, got {betas!r}")
    require_numbers(kind, 1.0, beta1=betas[0], beta2=betas[1])


def require_count(kind: str, name: str, value: object, least: int = 1) -> None:
    """Raise a ValueError unless a setting is an int, at least 1."""
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise ValueError(f"{kind}: {name} must be an int, at least {least}, got {value!r}")
