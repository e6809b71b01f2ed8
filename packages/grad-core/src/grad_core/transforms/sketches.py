"""Whether two arrays are the same up to rounding, when the first is no longer there."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from grad_core.memory import fingerprint

_BLOCK = 1024
# Evenly spread multiples of the golden ratio; numpy.random is slow to import
_WEIGHTS = 0.5 + np.arange(_BLOCK) * ((5**0.5 - 1) / 2) % 1
_REAL: dict[str, np.dtype[Any]] = {c: np.dtype(c.lower()) for c in "FDG"}  # of complex dtypes


class Sketch:
    """What is remembered of an array, to tell whether another is the same up to rounding.

    A product of matrices may be summed in another order when it is computed again. So for each
    block of numbers a weighted sum is compared, with a tolerance that is far below what a change of
    one of them makes. Where that is not possible, or `exact` is asked for, the bytes are compared.
    """

    def __init__(self, array: NDArray[Any], exact: bool) -> None:
        self._kind: tuple[Any, ...] = (array.shape, array.dtype)
        self._sums: NDArray[np.floating] = np.zeros(0)
        self._norms = self._sums
        if not exact and array.dtype.kind in "fc" and array.dtype.itemsize >= 4:
            real = _REAL.get(array.dtype.char, array.dtype)
            flat: NDArray[np.floating] = array.ravel().view(real)
            whole = flat.size // _BLOCK * _BLOCK
            weights = _WEIGHTS.astype(flat.dtype)
            blocks, rest = flat[:whole].reshape(-1, _BLOCK), flat[whole:]
            with np.errstate(all="ignore"):
                self._sums = np.append(np.vecdot(blocks, weights), rest @ weights[: rest.size])
                self._norms = np.sqrt(np.append(np.vecdot(blocks, blocks), rest @ rest))
            exact = not np.isfinite(self._norms).all()
        if exact or not self._sums.size:
            self._kind = (*self._kind, fingerprint(array))

    def same_as(self, other: Sketch) -> bool:
        """Return whether the arrays were the same."""
        if self._kind != other._kind:
            return False
        if len(self._kind) > 2:  # their bytes are the same
            return True
        tolerance = 1000 * np.finfo(self._sums.dtype).eps * self._norms
        return bool((np.abs(self._sums - other._sums) <= tolerance).all())
