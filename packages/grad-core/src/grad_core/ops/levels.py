"""Functions written as rules are: once, for Tensors and for arrays."""

from __future__ import annotations

from typing import Any

import numpy as np

from grad_core.checks import check_raw
from grad_core.node import Traced


def either(name: str, x: object) -> Any:
    """Return an operand, a number as an array of no axes.

    To type checkers it is an `Array` from there on, as in rules, and may be a Tensor.

    Raises:
        TypeError: It is neither a Tensor nor an ndarray nor a number.
    """
    if isinstance(x, Traced):
        return x
    check_raw(name, x)
    return np.asarray(x)
