"""What losses share: checks of their operands, weights, and what becomes of the single losses."""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np

import grad_core as gc
from grad_core import Raw, Tensor
from grad_nn.functional.checks import check_tensor

Reduction: TypeAlias = Literal["none", "mean", "sum"]
"""What becomes of the losses of the samples: kept apart, their mean, or their sum."""


def check_reduction(name: str, reduction: str) -> None:
    """Raise a ValueError where a reduction is unknown."""
    if reduction not in ("mean", "sum", "none"):
        raise ValueError(f"{name}: reduction must be 'none', 'mean' or 'sum', got {reduction!r}")


def reduced(name: str, loss: Tensor, reduction: Reduction) -> Tensor:
    """Apply a reduction.

    Raises:
        ValueError: The reduction is unknown.
    """
    if reduction == "mean":
        return loss.mean()
    if reduction == "sum":
        return loss.sum()
    check_reduction(name, reduction)
    return loss


def weighted(
    name: str,
    loss: Tensor,
    weight: Tensor | Raw | None,
    reduction: Reduction,
    *,
    of_weights: bool,
) -> Tensor:
    """Multiply with a weight for each element, and apply a reduction.

    Args:
        name: The name of the loss, for errors.
        loss: The losses of the elements.
        weight: Of the same shape, or None.
        reduction: The reduction.
        of_weights: Whether a mean is divided by the sum of the weights.

    Raises:
        ValueError: The shapes differ, or the reduction is unknown.
        TypeError: The weight is neither a Tensor nor an ndarray.
    """
    if weight is None:
        return reduced(name, loss, reduction)
    w = factors(name, "weight", weight, loss.dtype)
    if w.shape != loss.shape:
        raise ValueError(
            f"{name}: weight has shape {w.shape}, expected {loss.shape}, that of input"
        )
    if reduction == "mean" and of_weights:
        return (loss * w).sum() / w.sum()
    return reduced(name, loss * w, reduction)


def operand(
    name: str,
    argument: str,
    x: Tensor | Raw,
    dtype: np.dtype[np.floating],
    *,
    complex_too: bool = False,
) -> Tensor:
    """Return what stands beside the input as a Tensor, integers in the dtype of the input.

    Raises:
        TypeError: It is neither a Tensor nor an ndarray of numbers, or complex and not meant to be.
    """
    if not isinstance(x, (Tensor, np.ndarray)):
        raise TypeError(f"{name}: {argument} is {type(x).__name__}, expected a Tensor")
    if x.dtype.kind not in ("biufc" if complex_too or dtype.kind == "c" else "biuf"):
        raise TypeError(f"{name}: {argument} has dtype {x.dtype}, expected real numbers")
    t = x if isinstance(x, Tensor) else gc.asarray(x)
    return t.astype(dtype) if t.dtype.kind in "biu" and dtype.kind in "fc" else t


def factors(name: str, argument: str, x: Tensor | Raw, dtype: np.dtype[np.floating]) -> Tensor:
    """Return weights as a Tensor of the dtype of the losses, which they do not widen.

    Raises:
        TypeError: They are neither a Tensor nor an ndarray.
    """
    w = operand(name, argument, x, dtype)
    return w if w.dtype == dtype else w.astype(dtype)


def same_shape(
    name: str, input: Tensor, target: Tensor | Raw, *, complex_too: bool = False
) -> Tensor:
    """Check an input and its target, which has the same shape; return the target.

    Raises:
        TypeError: The input is no Tensor, or the target neither a Tensor nor an ndarray.
        ValueError: The shapes differ.
    """
    check_tensor(name, input, complex_too=complex_too)
    found = operand(name, "target", target, input.dtype, complex_too=complex_too)
    if input.shape != found.shape:
        raise ValueError(f"{name}: input has shape {input.shape}, but target {found.shape}")
    return found


def broadcast(name: str, input: Tensor, **others: Tensor | Raw) -> list[Tensor]:
    """Check an input and what is broadcast with it; return the latter.

    Raises:
        TypeError: The input is no Tensor, or one of the others neither a Tensor nor an ndarray.
        ValueError: They are not broadcast together.
    """
    check_tensor(name, input)
    found = [operand(name, key, x, input.dtype) for key, x in others.items()]
    try:
        np.broadcast_shapes(input.shape, *(x.shape for x in found))
    except ValueError:
        shapes = ", ".join(f"{key} {x.shape}" for key, x in zip(others, found, strict=True))
        raise ValueError(
            f"{name}: input has shape {input.shape}, which is not broadcast with that of {shapes}"
        ) from None
    return found
