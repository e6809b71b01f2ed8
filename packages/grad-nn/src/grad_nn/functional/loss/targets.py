"""Targets that are class indices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

import grad_core as gc
from grad_core import Tensor
from grad_core.primitive import unwrap

IndexTarget: TypeAlias = "Tensor | NDArray[np.integer] | Sequence[int] | int"
"""Class indices."""


def integers(
    name: str, target: object, argument: str = "target", what: str = "class indices"
) -> NDArray[np.intp]:
    """Return class indices, or other integers, as an array of our own.

    Raises:
        TypeError: They are not integers.
    """
    try:
        found = unwrap(gc.asarray(target) if not isinstance(target, Tensor) else target)  # type: ignore[arg-type]  # what it cannot take, it says
    except (TypeError, ValueError) as error:
        raise TypeError(f"{name}: {argument} has no {what}: {error}") from error
    nothing = not found.size and isinstance(target, (list, tuple))  # of no dtype
    if found.dtype.kind not in "iu" and not nothing:
        raise TypeError(
            f"{name}: {what} are integers, got dtype {found.dtype}; make {argument} an integer array"
        )
    index: NDArray[np.intp] = found.astype(np.intp)
    return index


def as_tensor(name: str, target: object) -> Tensor:
    """Return a target as a Tensor.

    Raises:
        TypeError: It is text, or a list of lists of different lengths.
    """
    if isinstance(target, Tensor):
        return target
    try:
        return gc.asarray(target)  # type: ignore[arg-type]  # what it cannot take, it says
    except (TypeError, ValueError) as error:
        raise TypeError(
            f"{name}: target is neither class indices nor probabilities: {error}"
        ) from error


def class_indices(
    name: str,
    target: object,
    samples: tuple[int, ...],
    classes: int,
    ignore_index: int | None = None,
) -> NDArray[np.intp]:
    """Check class indices; return them in one row, as an array of our own.

    Args:
        name: The name of the loss, for errors.
        target: Class indices.
        samples: The shape that they should have.
        classes: How many classes there are.
        ignore_index: What may stand in their place; None for nothing.

    Raises:
        TypeError: They are not integers.
        ValueError: They have another shape, or a class does not exist.
    """
    index = integers(name, target)
    if index.shape != samples:
        raise ValueError(
            f"{name}: target has shape {index.shape}, expected {samples} for class indices"
        )
    index = index.reshape(-1)
    # Negative ones are the largest of all when they are read as if they had no sign.
    if index.size and np.maximum.reduce(index.view(np.uintp)) >= classes:
        outside = (index < 0) | (index >= classes)
        if ignore_index is not None:
            outside &= index != ignore_index
        wrong = index[outside]
        if wrong.size:
            more = "" if ignore_index is None else f", or ignore_index, {ignore_index}"
            raise ValueError(
                f"{name}: got class index {wrong[0]}, expected 0 to {classes - 1}{more}"
            )
    return index
