"""Checks of the settings of a Trainer."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from grad_nn.functional.checks import size
from grad_nn.module import Module
from grad_nn.optim.lr_scheduler import LRScheduler, ReduceLROnPlateau
from grad_nn.optim.optimizer import Optimizer


def check_parts(
    model: object,
    step: object,
    optimizer: object,
    scheduler: object,
    schedule: str,
    rngs: Mapping[str, object] | None,
) -> None:
    """Check what a training is made of."""
    for name, rng in (rngs or {}).items():
        if not isinstance(rng, np.random.Generator):
            raise TypeError(
                f"Trainer: rngs has {type(rng).__name__} for {name!r}, expected"
                " numpy.random.Generator"
            )
    if not isinstance(model, Module):
        raise TypeError(f"Trainer: model is {type(model).__name__}, expected a Module")
    if isinstance(step, type) or not callable(step):
        raise TypeError(f"Trainer: step is {step!r:.60}, expected a function of a batch")
    if not isinstance(optimizer, Optimizer):
        raise TypeError(f"Trainer: optimizer is {type(optimizer).__name__}, expected an Optimizer")
    if scheduler is not None and not isinstance(scheduler, (LRScheduler, ReduceLROnPlateau)):
        raise TypeError(
            f"Trainer: scheduler is {type(scheduler).__name__}, expected an LRScheduler or a"
            " ReduceLROnPlateau"
        )
    if schedule not in ("epoch", "batch"):
        raise ValueError(f"Trainer: schedule is 'epoch' or 'batch', got {schedule!r}")
    if schedule == "batch" and isinstance(scheduler, ReduceLROnPlateau):
        raise ValueError("Trainer: a ReduceLROnPlateau steps after epochs, so schedule is 'epoch'")


def check_numbers(
    mode: str,
    max_norm: float | None,
    patience: int | None,
    min_delta: float,
    save_every: int | None,
    folder: object,
) -> None:
    """Check the numbers."""
    if mode not in ("min", "max"):
        raise ValueError(f"Trainer: mode is 'min' or 'max', got {mode!r}")
    if max_norm is not None and not (_is_number(max_norm) and max_norm > 0):
        raise ValueError(f"Trainer: max_norm is a number above 0, got {max_norm!r}")
    if not (_is_number(min_delta) and 0 <= min_delta < math.inf):
        raise ValueError(f"Trainer: min_delta is a number, at least 0; got {min_delta!r}")
    if patience is not None:
        size("Trainer", "patience", patience, 1)
    if save_every is not None:
        size("Trainer", "save_every", save_every, 1)
        if folder is None:
            raise ValueError("Trainer: save_every needs a folder")


def _is_number(x: object) -> bool:
    return isinstance(x, (int, float)) and not isinstance(x, bool)
