"""What functions computed by SciPy share: it is imported when one of them is first used."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any, NoReturn

import numpy as np

from grad_core.arrays import Array
from grad_core.ops.special.promotion import floating, together

NEEDS = "it takes real numbers"


def scipy_function(name: str) -> Callable[..., Any]:
    """Return a function of scipy.special.

    Raises:
        ImportError: SciPy is not installed.
    """
    try:
        module = import_module("scipy.special")
    except ImportError as error:
        raise ImportError(
            f'scipy.special.{name} is needed, and not installed: pip install "grad-core[special]"'
        ) from error
    function: Callable[..., Any] = getattr(module, name)
    return function


def of_one(name: str) -> Callable[[Array], Array]:
    """A function of scipy.special of one array, in the dtype of the array and without warnings."""

    def forward(x: Array) -> Array:
        function = scipy_function(name)
        x = floating(x)
        with np.errstate(all="ignore"):
            return np.asarray(function(x), x.dtype)

    return forward


def of_two(name: str) -> Callable[[Array, Array], Array]:
    """A function of scipy.special of two arrays, in their common dtype and without warnings."""
    return lambda x, y: _several(name, x, y)


def of_three(name: str) -> Callable[[Array, Array, Array], Array]:
    """A function of scipy.special of three arrays, likewise."""
    return lambda x, y, z: _several(name, x, y, z)


def _several(name: str, *operands: Array) -> Array:
    function = scipy_function(name)
    arrays = together(*operands)
    with np.errstate(all="ignore"):
        return np.asarray(function(*arrays), arrays[0].dtype)


def no_rule(name: str, operand: str) -> NoReturn:
    """Raise the error of a gradient that is not defined."""
    raise TypeError(
        f"{name}: has no gradient with respect to {operand}; detach() it, or ask gradient() for"
        " others only"
    )
