"""Losses: how far predictions are from their targets, as one number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

import grad_core as gc
from grad_core import Array, Raw, Tensor, Unary
from grad_core.primitive import unwrap, wrap
from grad_nn.functional.checks import check_tensor

Reduction: TypeAlias = Literal["none", "mean", "sum"]
"""What becomes of the losses of the samples: kept apart, their mean, or their sum."""
Target: TypeAlias = "Tensor | NDArray[np.integer] | NDArray[np.floating] | Sequence[int]"


def reduced(name: str, loss: Tensor, reduction: Reduction) -> Tensor:
    """Apply a reduction.

    Raises:
        ValueError: The reduction is unknown.
    """
    if reduction == "mean":
        return loss.mean()
    if reduction == "sum":
        return loss.sum()
    if reduction == "none":
        return loss
    raise ValueError(f"{name}: reduction must be 'none', 'mean' or 'sum', got {reduction!r}")


def mse_loss(input: Tensor, target: Tensor | Raw, *, reduction: Reduction = "mean") -> Tensor:
    """The squared error, (input - target)^2.

    Args:
        input: Predictions, of any shape.
        target: What they should be, of the same shape: they are not broadcast, because that is
            hardly ever meant.
        reduction: `"mean"` over all elements, `"sum"` or `"none"`.

    Raises:
        TypeError: `input` is no Tensor, or `target` neither a Tensor nor an ndarray.
        ValueError: The shapes differ, or the reduction is unknown.

    Example:
        >>> mse_loss(Tensor([1.0, 2.0]), Tensor([0.0, 0.0]))
        Tensor(2.5)
    """
    check_tensor("mse_loss", input)
    if not isinstance(target, (Tensor, np.ndarray)):
        raise TypeError(f"mse_loss: target is {type(target).__name__}, expected a Tensor")
    if input.shape != target.shape:
        raise ValueError(f"mse_loss: input has shape {input.shape}, but target {target.shape}")
    error = input - target
    return reduced("mse_loss", error * error, reduction)


def _negative_log_likelihood(x: Array, target: NDArray[np.intp]) -> Array:
    # 0 less it, for the negative of no loss would be -0.0
    return np.asarray(0.0 - gc.log_softmax(x, 1)[np.arange(len(x)), target])


def _dlogits(g: Array, _y: Array, x: Array, target: NDArray[np.intp]) -> Array:
    one_hot = np.zeros(x.shape, x.dtype)
    one_hot[np.arange(len(target)), target] = 1
    return gc.expand_dims(g, 1) * (gc.softmax(x, 1) - one_hot)


# Fused, because log_softmax followed by indexing would scatter a gradient of zeros.
_nll: Unary[NDArray[np.intp]] = Unary("cross_entropy", _negative_log_likelihood, _dlogits)


def cross_entropy(
    input: Tensor,
    target: Target,
    weight: Tensor | ArrayLike | None = None,
    *,
    ignore_index: int = -100,
    reduction: Reduction = "mean",
    label_smoothing: float = 0.0,
) -> Tensor:
    """The cross-entropy of unnormalised log-probabilities (logits) with their targets.

    For a class index t it is -w[t] * log(softmax(x)[t]), for probabilities p over the C classes
    -sum_c w[c] * p[c] * log(softmax(x)[c]).

    Args:
        input: Logits: `(C,)`, `(N, C)` or `(N, C, d1, ...)`.
        target: Class indices, integers in the shape of `input` without its class axis; or
            probabilities, in the shape of `input`.
        weight: A factor for each class, `(C,)`.
        ignore_index: The class index of samples that do not count.
        reduction: `"mean"` (weighted, with class indices: the sum over the sum of the factors),
            `"sum"` or `"none"`.
        label_smoothing: The share, between 0 and 1, of each target that is spread evenly over
            the classes.

    Raises:
        ValueError: The shapes do not fit, an index is out of range, or an argument is unknown.
        TypeError: `input` is no floating Tensor, or a target in the shape of class indices is not
            made of integers.

    Example:
        >>> cross_entropy(Tensor([[0.0, 0.0], [9.0, 0.0]]), np.array([0, 1]))
        Tensor(4.846635)

    Reference:
        C. Bishop, "Pattern Recognition and Machine Learning", 2006, equation 4.108. Label
        smoothing: C. Szegedy et al., "Rethinking the Inception architecture for computer vision",
        CVPR 2016, section 7.
    """
    check_tensor("cross_entropy", input)
    if input.dtype.kind != "f":
        raise TypeError(f"cross_entropy: input is {input.dtype}, expected floating logits")
    if not input.ndim:
        raise ValueError("cross_entropy: input has no axes, expected (C,), (N, C) or (N, C, ...)")
    if not 0.0 <= label_smoothing <= 1.0:
        raise ValueError(f"cross_entropy: label_smoothing is {label_smoothing}, expected 0 to 1")
    axis = 0 if input.ndim == 1 else 1
    classes = input.shape[axis]
    samples = (*input.shape[:axis], *input.shape[axis + 1 :])
    if not classes:
        raise ValueError(f"cross_entropy: input has shape {input.shape}, which leaves no class")
    logits = _rows(input, axis)
    scale = None if weight is None else _scale(weight, classes, input.dtype)
    given = target if isinstance(target, Tensor) else _target(target)
    if given.shape == input.shape and given.dtype.kind == "f":
        p = _rows(given, axis) * (1.0 - label_smoothing) + label_smoothing / classes
        losses = -(p * _weighted(gc.log_softmax(logits, 1), scale)).sum(1)
        total = float(logits.shape[0])
    else:
        if scale is not None and scale.requires_grad:
            raise ValueError(
                "cross_entropy: weight requires a gradient, which class indices give none;"
                " detach() it"
            )
        index = _indices(unwrap(given), samples, classes, ignore_index)
        counted = index != ignore_index
        index = np.where(counted, index, 0)
        factors = counted.astype(logits.dtype) if scale is None else counted * unwrap(scale)[index]
        losses = _counting(counted, _nll(logits, index)) * wrap(factors * (1.0 - label_smoothing))
        if label_smoothing:
            spread = -_weighted(gc.log_softmax(logits, 1), scale).sum(1)
            losses = losses + _counting(counted, spread) * (label_smoothing / classes)
        total = float(factors.sum(dtype=np.float64))  # float16 ends at 65504
    if reduction == "mean":
        # The mean of the samples, as NumPy takes it for float16 too, and not the sum, which overflows
        share = losses.size / total if total else np.nan
        return losses.mean() if share == 1.0 else losses.mean() * share
    return reduced("cross_entropy", losses.reshape(samples), reduction)


def _target(target: object) -> Tensor:
    try:
        return gc.asarray(target)  # type: ignore[arg-type]  # what it cannot take, it says
    except (TypeError, ValueError) as error:  # text, or lists of different lengths
        raise TypeError(
            f"cross_entropy: target is neither class indices nor probabilities: {error}"
        ) from error


def _rows(x: Tensor, axis: int) -> Tensor:
    """`(samples, classes)`, whatever the number of axes."""
    if x.ndim > 2:
        x = x.transpose((0, *range(2, x.ndim), 1))
    return x if x.ndim == 2 else x.reshape(-1, x.shape[axis if x.ndim == 1 else -1])


def _counting(counted: NDArray[np.bool_], losses: Tensor) -> Tensor:
    """The losses, with 0 for samples that do not count, even if they are infinite or NaN."""
    return losses if counted.all() else gc.where(counted, losses, 0.0)


def _weighted(x: Tensor, scale: Tensor | None) -> Tensor:
    return x if scale is None else x * scale


def _scale(weight: Tensor | ArrayLike, classes: int, dtype: np.dtype[np.floating]) -> Tensor:
    scale = weight if isinstance(weight, Tensor) else Tensor(weight, dtype=dtype)
    if scale.shape != (classes,):
        raise ValueError(f"cross_entropy: weight has shape {scale.shape}, expected ({classes},)")
    return scale.astype(dtype)


def _indices(
    target: Any, samples: tuple[int, ...], classes: int, ignore_index: int
) -> NDArray[np.intp]:
    """Check class indices; return them in one row."""
    if target.shape != samples:
        raise ValueError(
            f"cross_entropy: target has shape {target.shape}, expected {samples} for class indices,"
            " or probabilities in the shape of input"
        )
    if target.dtype.kind not in "iu":
        raise TypeError(
            f"cross_entropy: class indices are integers, got dtype {target.dtype};"
            " make the target an integer array"
        )
    index: NDArray[np.intp] = target.reshape(-1).astype(np.intp)
    wrong = index[((index < 0) | (index >= classes)) & (index != ignore_index)]
    if wrong.size:
        raise ValueError(
            f"cross_entropy: got class index {wrong[0]}, expected 0 to {classes - 1}, or"
            f" ignore_index, {ignore_index}"
        )
    return index
