"""Adam's step in one pass, compiled by numba: each number is read and written once.

NumPy makes a dozen passes, which take two to three times as long once the arrays have left the
cache. The operations and their order are the same, and so is every bit of the results.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any, TypeAlias

import numpy as np

from grad_core import Array

Factors: TypeAlias = tuple[float, float, float, float, float, float, float]
"""(shrink, beta1, 1 - beta1, beta2, 1 - beta2, eps, lr), the last two with the corrections."""
Kernel: TypeAlias = Callable[[Array, Array, Array, Array, Array, Any], None]


def adam_pass(p: Array, g: Array, m: Array, v: Array, out: Array, factors: Any) -> None:
    """Bring the means of a flat array up to date, and put its new values in `out`.

    Args:
        p: The values.
        g: Their gradients.
        m: The running mean of the gradients.
        v: The running mean of their squares.
        out: Where the new values go.
        factors: The numbers in `Factors`, as an array of the dtype of the others.
    """
    shrink, beta1, rest1, beta2, rest2, eps, lr = factors
    for i in range(p.size):
        m[i] = m[i] * beta1 + g[i] * rest1
        v[i] = v[i] * beta2 + g[i] * rest2 * g[i]
        out[i] = p[i] * shrink - m[i] / (np.sqrt(v[i]) + eps) * lr


def takes(*arrays: Array) -> bool:
    """Whether flat arrays have the one dtype and the layout that the pass is compiled for."""
    dtype = arrays[0].dtype
    return dtype.char in "fd" and all(a.dtype == dtype and a.flags.c_contiguous for a in arrays)


def fused_adam(p: Array, g: Array, m: Array, v: Array, out: Array, factors: Factors) -> Array:
    """Do what `adam_pass` does, compiled; return `out`."""
    compiled_pass("Adam")(p, g, m, v, out, np.array(factors, p.dtype))
    return out


@cache
def compiled_pass(name: str) -> Kernel:
    """Return `adam_pass` as numba compiles it at its first call, and keeps it in a file.

    Args:
        name: What asks for it, for the error.

    Raises:
        ImportError: numba is not installed.
    """
    try:
        numba: Any = import_module("numba")  # which has no types
    except ImportError as error:
        raise ImportError(
            f'{name}: fused=True needs the numba package: pip install "grad-nn[numba]"'
        ) from error
    # `error_model`: a division by zero is infinite, as NumPy has it. Without `fastmath`, so that
    # nothing is put in another order, nor a product and a sum rounded once.
    compiled: Kernel = numba.njit(cache=True, error_model="numpy")(adam_pass)
    return compiled
