"""How an average follows what it averages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeAlias

import numpy as np

from grad_core import Array, Tensor
from grad_core.primitive import unwrap
from grad_nn.optim.checks import is_number

AvgFn: TypeAlias = Callable[[Tensor, Tensor, int], Tensor]
"""From an average, what it averages, and of how many it is, to the new average."""
MultiAvgFn: TypeAlias = Callable[[Sequence[Tensor], Sequence[Tensor], int], None]
"""The same for many at once; it changes the averages, by `assign`."""


def get_ema_avg_fn(decay: float = 0.999) -> AvgFn:
    """Return the exponential moving average: decay * average + (1 - decay) * current.

    Args:
        decay: How slowly it follows, from 0 to 1.

    Raises:
        ValueError: `decay` is out of range.

    Example:
        >>> get_ema_avg_fn(0.75)(Tensor([1.0]), Tensor([5.0]), 1)
        Tensor([2.])

    Reference:
        B. Polyak and A. Juditsky, "Acceleration of stochastic approximation by averaging", SIAM
        J. Control and Optimization 30, 1992, with weights that decay.
    """
    _check("get_ema_avg_fn", decay)
    return partial(_ema, decay)


def get_swa_avg_fn() -> AvgFn:
    """Return the mean of all: average + (current - average) / (n + 1).

    Example:
        >>> get_swa_avg_fn()(Tensor([1.0]), Tensor([4.0]), 2)
        Tensor([2.])

    Reference:
        P. Izmailov et al., "Averaging weights leads to wider optima and better generalization",
        UAI 2018, algorithm 1.
    """
    return _swa


def get_ema_multi_avg_fn(decay: float = 0.999) -> MultiAvgFn:
    """Return the exponential moving average of many at once; see `get_ema_avg_fn`.

    Args:
        decay: How slowly it follows, from 0 to 1.

    Raises:
        ValueError: `decay` is out of range.

    Example:
        >>> averages = [Tensor([1.0])]
        >>> get_ema_multi_avg_fn(0.75)(averages, [Tensor([5.0])], 1)
        >>> averages
        [Tensor([2.])]
    """
    _check("get_ema_multi_avg_fn", decay)
    return partial(_ema_of_many, decay)


def get_swa_multi_avg_fn() -> MultiAvgFn:
    """Return the mean of all, of many at once; see `get_swa_avg_fn`.

    Example:
        >>> averages = [Tensor([1.0])]
        >>> get_swa_multi_avg_fn()(averages, [Tensor([4.0])], 2)
        >>> averages
        [Tensor([2.])]
    """
    return _swa_of_many


# Functions of this module, so that a model that has them can be pickled


def _ema(decay: float, average: Tensor, current: Tensor, _n: int) -> Tensor:
    return decay * average + (1.0 - decay) * current


def _swa(average: Tensor, current: Tensor, n: int) -> Tensor:
    return average + (current - average) / (n + 1)


def _ema_of_many(
    decay: float, averages: Sequence[Tensor], currents: Sequence[Tensor], _n: int
) -> None:
    _follow(averages, currents, 1.0 - decay)


def _swa_of_many(averages: Sequence[Tensor], currents: Sequence[Tensor], n: int) -> None:
    _follow(averages, currents, 1.0 / (n + 1))


def _follow(averages: Sequence[Tensor], currents: Sequence[Tensor], share: float) -> None:
    """Move averages towards what they average."""
    for average, current in zip(averages, currents, strict=True):
        value: Array = unwrap(average)
        take_over(average, value + share * (unwrap(current) - value))


def take_over(average: Tensor, value: Array) -> None:
    """Assign a new average; that of whole numbers loses its fraction."""
    average.assign(np.asarray(value).astype(average.dtype, copy=False), copy=False)


def _check(name: str, decay: object) -> None:
    if not (is_number(decay) and 0.0 <= decay <= 1.0):
        raise ValueError(f"{name}: decay must be a number from 0 to 1, got {decay!r}")
