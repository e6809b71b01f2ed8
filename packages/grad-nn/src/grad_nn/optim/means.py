"""Running means, brought up to date in place."""

from __future__ import annotations

import numpy as np

from grad_core import Array


def average(mean: Array, beta: float, x: Array, scratch: Array) -> None:
    """Set a mean to beta * mean + (1 - beta) * x; `scratch`, of its shape, is written to."""
    mean *= beta
    mean += np.multiply(x, 1.0 - beta, out=scratch)


def average_square(mean: Array, beta: float, x: Array, scratch: Array) -> None:
    """Set a mean to beta * mean + (1 - beta) * x^2; `scratch`, of its shape, is written to."""
    mean *= beta
    np.multiply(x, 1.0 - beta, out=scratch)  # first, as x^2 is more likely to overflow
    scratch *= x
    mean += scratch
