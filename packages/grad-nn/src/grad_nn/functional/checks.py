"""Checks of arguments that functions and layers share."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any

import numpy as np

from grad_core import Raw, Tensor
from grad_core.checks import is_raw


def check_tensor(
    name: str, input: object, argument: str = "input", *, complex_too: bool = False
) -> None:
    """Raise a TypeError where an argument is no Tensor, or complex and not meant to be."""
    if not isinstance(input, Tensor):
        raise TypeError(
            f"{name}: {argument} is {type(input).__name__}, expected a Tensor: Tensor(...), or"
            " grad_core.from_numpy(...) to share the memory of an ndarray"
        )
    if not complex_too and input.dtype.kind == "c":
        raise TypeError(f"{name}: {argument} is {input.dtype}, expected real numbers")


def check_floating(name: str, input: object, argument: str = "input") -> None:
    """Raise a TypeError where an argument is no Tensor of real floating numbers."""
    check_tensor(name, input, argument)
    if isinstance(input, Tensor) and input.dtype.kind != "f":
        raise TypeError(
            f"{name}: {argument} is {input.dtype}, expected floating numbers:"
            f" {argument}.astype('float32')"
        )


def check_shape(
    name: str, argument: str, value: Tensor | Raw | None, shape: tuple[int, ...]
) -> None:
    """Raise an error where an operand that is not None is no array, or has another shape."""
    if value is not None:
        if not (isinstance(value, Tensor) or is_raw(value)):
            raise TypeError(
                f"{name}: {argument} is {type(value).__name__}, expected a Tensor or an ndarray"
            )
        found = value.shape if isinstance(value, Tensor) else np.shape(value)
        if found != shape:
            raise ValueError(f"{name}: {argument} has shape {found}, expected {shape}")


def check_eps(name: str, eps: float) -> None:
    """Raise a ValueError where what is added to a variance or a norm is no number, or negative."""
    if not (isinstance(eps, (int, float, np.number)) and eps >= 0.0):
        raise ValueError(f"{name}: eps is {eps!r}, expected a number, at least 0")


def size(name: str, argument: str, value: int, least: int = 0) -> int:
    """Return `value` as a plain int, or raise a ValueError that names the argument."""
    number = integer(value)
    if number is None or number < least:
        raise ValueError(f"{name}: {argument} is an int, at least {least}; got {value!r}")
    return number


def axis(name: str, dim: int, ndim: int) -> int:
    """Return an axis of an array of `ndim` axes, counted from the first one on.

    Raises:
        ValueError: There is no such axis, or it is no int.
    """
    number = integer(dim)
    if number is None or not -ndim <= number < ndim:
        axes = f"an axis from {-ndim} to {ndim - 1}" if ndim else "an input with axes"
        raise ValueError(f"{name}: dim is {dim!r}, expected {axes}")
    return number % ndim


def ntuple(
    name: str, argument: str, value: int | Sequence[int], n: int, least: int = 0
) -> tuple[int, ...]:
    """Return one int for each of `n` axes, where a single int stands for all of them.

    Raises:
        ValueError: It is neither an int nor `n` of them, or one is less than `least`.
    """
    single = integer(value)
    if single is not None:
        found: list[int | None] = [single] * n
    else:
        found = [integer(v) for v in value] if isinstance(value, (tuple, list)) else []
    numbers = tuple(v for v in found if v is not None and v >= least)
    if len(found) != n or len(numbers) != n:
        raise ValueError(
            f"{name}: {argument} is an int, or a tuple of {n} of them, at least {least}; got"
            f" {value!r}"
        )
    return numbers


def integer(value: object) -> int | None:
    """Return `value` as a plain int; None where it is none. A bool is not meant as one."""
    if isinstance(value, bool):
        return None
    try:
        return operator.index(value)  # type: ignore[arg-type]  # what has no index raises
    except TypeError:
        return None


def real(value: object) -> float | None:
    """Return `value` as a plain float; None where it is none. A bool is not meant as one."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    # np.float64 is a float; others, and NumPy's integers, are asked for one
    scalar: Any = value
    return float(scalar) if issubclass(type(value), (np.integer, np.floating)) else None
