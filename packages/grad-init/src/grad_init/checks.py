"""Checks of arguments, with messages that say who complains, what came and what would be right."""

from __future__ import annotations

import math
import operator
from typing import TypeGuard, get_args

import numpy as np
from numpy.typing import DTypeLike


def check_shape(owner: object, shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return `shape` as built-in ints, or raise TypeError or ValueError."""
    try:
        sizes = tuple(operator.index(size) for size in shape)
    except TypeError:
        raise TypeError(
            f"{owner}: shape must be a tuple of ints, such as (64, 32); got {shape!r}"
        ) from None
    if any(size < 0 for size in sizes):
        raise ValueError(f"{owner}: the sizes of a shape must be >= 0; got {shape!r}")
    return sizes


def check_dtype(owner: object, dtype: DTypeLike | None, *, largest: float) -> np.dtype[np.floating]:
    """Return `dtype` if it is a real floating one that holds `largest`, else raise."""
    try:
        found = None if dtype is None else np.dtype(dtype)  # to NumPy, None means float64
    except TypeError:
        found = None
    if found is None or not _is_floating(found):
        raise TypeError(
            f"{owner}: dtype must be a real floating one, such as numpy.float32; got {dtype!r}"
        )
    # As a NumPy scalar, for a built-in float would be rounded to the dtype before it is compared.
    if np.float64(largest) > np.finfo(found).max:
        raise ValueError(
            f"{owner}: values up to {largest:g} do not fit {found.name}; "
            "take a wider dtype or smaller values"
        )
    return found


def _is_floating(dtype: np.dtype[np.generic]) -> TypeGuard[np.dtype[np.floating]]:
    return np.issubdtype(dtype, np.floating)


def check_finite(owner: object, **arguments: float) -> None:
    """Raise unless every argument is a finite real number."""
    for name, value in arguments.items():
        try:
            finite = math.isfinite(value)
        except OverflowError:  # an int beyond the range of float
            finite = False
        except TypeError:
            raise TypeError(f"{owner}: {name} must be a real number; got {value!r}") from None
        if not finite:
            raise ValueError(f"{owner}: {name} must be finite; got {value!r}")


def check_scale(owner: object, **arguments: float) -> None:
    """Raise unless every argument is a finite real number >= 0."""
    check_finite(owner, **arguments)
    for name, value in arguments.items():
        if value < 0:
            raise ValueError(f"{owner}: {name} must be >= 0; got {value!r}")


def check_choice(owner: object, choices: object, **arguments: str) -> None:
    """Raise unless every argument is one of `choices`, a Literal type."""
    known = get_args(choices)
    for name, value in arguments.items():
        if value not in known:
            raise ValueError(
                f"{owner}: {name} must be one of {', '.join(map(repr, known))}; got {value!r}"
            )


def check_groups(owner: object, sizes: tuple[int, ...], groups: int) -> None:
    """Raise unless the first size can be divided into `groups` parts."""
    if not isinstance(groups, int) or isinstance(groups, bool) or groups < 1:
        raise ValueError(f"{owner}: groups must be an int >= 1; got {groups!r}")
    if sizes and sizes[0] % groups:
        raise ValueError(
            f"{owner}: the first size of a shape must be a multiple of groups, {groups}; got"
            f" {sizes}"
        )


def check_axes(owner: object, sizes: tuple[int, ...], least: int, most: int | None = None) -> None:
    """Raise unless a shape has from `least` to `most` axes."""
    if len(sizes) < least or (most is not None and len(sizes) > most):
        number = (
            f"{least}" if least == most else f"{least} to {most}" if most else f"{least} or more"
        )
        raise ValueError(f"{owner}: shape must have {number} axes; got {sizes}")
