"""The floating dtype in which a special function is computed."""

from __future__ import annotations

from typing import Any

import numpy as np

from grad_core.arrays import Array


def floating(x: Array) -> Array:
    """Integers and booleans in the floating dtype that NumPy's exp gives them.

    Raises:
        TypeError: They are complex.
    """
    return x if x.dtype.kind == "f" else x.astype(_floating_dtype(x.dtype))


def together(*operands: Any) -> list[Array]:
    """Arrays and numbers as arrays of one floating dtype, on which Python's numbers have no say.

    Raises:
        TypeError: One of them is complex, or is None.
    """
    if any(x is None for x in operands):
        raise TypeError("an operand is None")
    dtype = _floating_dtype(np.result_type(*operands))
    return [np.asarray(x, dtype) for x in operands]


def _floating_dtype(dtype: np.dtype[Any]) -> np.dtype[Any]:
    if dtype.kind == "f":
        return dtype
    if dtype.kind == "c":
        raise TypeError("it is not defined for complex numbers")
    return np.result_type(dtype, np.float16)
