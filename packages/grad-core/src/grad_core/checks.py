"""Checks of what operations get, and the words of their errors."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

_KINDS = frozenset("biufc")


def numeric_dtype(name: str, dtype: DTypeLike | None) -> np.dtype[np.floating]:
    """Return `dtype` as an object.

    Raises:
        TypeError: It is not one of booleans or numbers.
    """
    try:
        found: np.dtype[Any] = np.dtype(dtype)
    except TypeError as error:
        raise TypeError(f"{name}: {error}") from error
    if dtype is None or found.kind not in _KINDS:  # to NumPy, None means float64
        got = None if dtype is None else found
        raise TypeError(
            f"{name}: expected booleans, integers, floating or complex numbers, got dtype {got}"
        )
    return found


def numeric_array(name: str, source: Any, dtype: np.dtype[Any] | None = None) -> NDArray[Any]:
    """Return `source` as an ndarray that can be cast to `dtype`, without a copy if it is one.

    Raises:
        TypeError: It is not made of booleans or numbers, is a matrix or a masked array, or is
            complex where `dtype` is not.
        ValueError: It is made of sequences of different lengths.
    """
    if _is_odd(source):
        raise TypeError(f"{name}: expected a plain ndarray, got {type(source).__name__}")
    try:
        array: NDArray[Any] = np.asarray(source)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from error
    numeric_dtype(name, array.dtype)
    if array.dtype.kind == "c" and dtype is not None and dtype.kind != "c":
        raise TypeError(
            f"{name}: got complex numbers for dtype {dtype}; pass dtype=np.complex64, or the real"
            " part"
        )
    return array


def is_raw(operand: Any) -> bool:
    """Return whether `operand` may stand beside a Tensor: a plain ndarray or a number."""
    kinds = (np.ndarray, np.generic, bool, int, float, complex)
    return isinstance(operand, kinds) and not _is_odd(operand)


def _is_odd(operand: Any) -> bool:
    """Whether it is a matrix or a masked array, whose operators mean something else."""
    return isinstance(operand, np.ndarray) and operand.__array_priority__ > 0


def check_raw(name: str, operand: object) -> None:
    """Raise a TypeError where a raw operand is neither an ndarray nor a number."""
    if not is_raw(operand):
        raise TypeError(
            f"{name}: expected a Tensor, an ndarray or a number,"
            f" got {type(operand).__name__}: {operand!r:.60}"
        )


def own_ints(given: Any) -> Any:
    """Return axes or sizes that an operation may keep: a list or an array could be written to."""
    is_array, is_list = isinstance(given, np.ndarray), isinstance(given, list)
    if is_array and not given.ndim:
        return given[()]
    return tuple(given) if is_array or is_list else given


def check_device(name: str, device: str | None) -> None:
    """Raise a ValueError where `device`, which the array API standard asks for, is not the CPU."""
    if device is not None and device != "cpu":
        raise ValueError(
            f"{name}: got device {device!r}, expected 'cpu' or None: there is no other"
        )


def described(value: Any) -> str:
    """Name an operand in an error: `float32[2, 3]` for an array, the value of a number."""
    if hasattr(value, "dtype"):
        return f"{value.dtype}{list(value.shape)}"
    if value is None or isinstance(value, (bool, int, float, complex)):
        return repr(value)
    return type(value).__name__


def explained(name: str, error: Exception, *operands: Any, needs: str = "") -> Exception:
    """Return `error` with the operation, what it got and what would be right."""
    kind: type[Exception] = ValueError
    if isinstance(error, np.linalg.LinAlgError):
        kind = np.linalg.LinAlgError
    elif isinstance(error, (TypeError, AttributeError)):
        kind = TypeError
    elif isinstance(error, IndexError) and not isinstance(error, ValueError):
        kind = IndexError
    got = ", ".join(described(x) for x in operands)
    return kind(f"{name}: {error} (got {got}{f'; {needs}' if needs else ''})")
