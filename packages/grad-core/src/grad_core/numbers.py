"""Python numbers as arrays, which NumPy takes in half the time.

`x * 2.0` has NumPy look for a dtype that fits the number, and convert it, on each call. An array
of no axes, of the dtype of `x`, gives the same result. The numbers of a program are few, so their
arrays are kept. Nobody else ever has one of them, and they cannot be written to.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

_KEPT = 256  # numbers of each dtype

_kept: dict[Any, dict[float, NDArray[Any]]] = {np.dtype(t): {} for t in (np.float32, np.float64)}
_ours: dict[int, NDArray[Any]] = {}  # these arrays by their ids


def as_array(number: Any, dtype: Any) -> Any:
    """Return an int or a float as an array of `dtype`; anything that it is not the same for as is.

    Zeros, of which there are two that are equal, and what may overflow stay numbers.
    """
    if number.__class__ is not float and number.__class__ is not int:
        return number
    arrays = _kept.get(dtype)
    if arrays is None:
        return number
    array = arrays.get(number)
    if array is None:
        if not 1e-30 < abs(number) < 1e30:
            return number
        array = np.array(number, dtype)
        array.flags.writeable = False
        if len(arrays) >= _KEPT:  # a number that is another one each time, such as a learning rate
            for some in _kept.values():
                some.clear()
            _ours.clear()
        arrays[number] = _ours[id(array)] = array
    return array


def is_ours(array: NDArray[Any]) -> bool:
    """Whether an array is one that `as_array` keeps: nobody can write to it."""
    return _ours.get(id(array)) is array
