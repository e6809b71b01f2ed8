"""The types of arrays, and the dtype that a Tensor gets when nobody names one."""

from __future__ import annotations

from contextvars import ContextVar
from types import EllipsisType
from typing import TYPE_CHECKING, TypeAlias, TypeVar

import numpy as np
from numpy.typing import DTypeLike, NDArray

from grad_core.checks import numeric_dtype

if TYPE_CHECKING:
    from grad_core.tensor import Tensor

Array: TypeAlias = NDArray[np.floating]
Mask: TypeAlias = NDArray[np.bool_]
Raw: TypeAlias = "NDArray[np.number | np.bool_] | complex | np.number | np.bool_"
"""What stands beside a Tensor in an operation without being one: an ndarray or a number."""
Operand: TypeAlias = "Tensor | Raw"
ArrayT = TypeVar("ArrayT", "Tensor", Array)
"""A function of both gives a Tensor for a Tensor and an ndarray for an ndarray."""
Shape: TypeAlias = tuple[int, ...]
Axis: TypeAlias = "int | tuple[int, ...] | None"
Position: TypeAlias = "int | np.integer | slice | EllipsisType | None"
Positions: TypeAlias = "list[int] | list[bool] | NDArray[np.integer | np.bool_] | Tensor"
Index: TypeAlias = "Position | Positions | tuple[Position | Positions, ...]"

_FLOAT32 = np.dtype(np.float32)
_default_dtype: ContextVar[np.dtype[np.floating]] = ContextVar("default_dtype", default=_FLOAT32)


def get_default_dtype() -> np.dtype[np.floating]:
    """Return the dtype of a Tensor that is made without one.

    Example:
        >>> get_default_dtype()
        dtype('float32')
    """
    return _default_dtype.get()


def set_default_dtype(dtype: DTypeLike) -> None:
    """Set the dtype of a Tensor that is made without one, in this context (thread or task).

    Args:
        dtype: float16, float32 or float64.

    Raises:
        TypeError: `dtype` is not a real floating dtype.

    Example:
        >>> set_default_dtype("float64")
        >>> get_default_dtype()
        dtype('float64')
        >>> set_default_dtype("float32")
    """
    found = numeric_dtype("set_default_dtype", dtype)
    if found not in (np.dtype(np.float16), np.dtype(np.float32), np.dtype(np.float64)):
        raise TypeError(f"set_default_dtype: expected float16, float32 or float64, got {found}")
    _default_dtype.set(found)
