"""Losses of one class among several."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

import grad_core as gc
from grad_core import Array, Tensor, Unary
from grad_core.primitive import unwrap, wrap
from grad_nn.functional.checks import check_floating
from grad_nn.functional.loss.reduction import Reduction, check_reduction
from grad_nn.functional.loss.targets import IndexTarget, as_tensor, class_indices

Target: TypeAlias = "Tensor | NDArray[np.integer] | NDArray[np.floating] | Sequence[int]"
"""Class indices, or probabilities."""
Picked: TypeAlias = NDArray[np.intp]


def _one_hot(index: Picked, x: Array) -> Array:
    out = np.zeros(x.shape, x.dtype)
    out[np.arange(index.size), index] = 1
    return out


def _negative_log_likelihood(x: Array, index: Picked) -> Array:
    wide = np.result_type(x.dtype, np.float32)  # differences of float16 overflow
    shifted = np.subtract(x, np.maximum.reduce(x, axis=1, keepdims=True), dtype=wide)
    at_target = shifted[np.arange(index.size), index]
    np.exp(shifted, out=shifted)
    loss: Array = np.log(np.add.reduce(shifted, axis=1)) - at_target
    return loss.astype(x.dtype, copy=False)


def _dlogits(g: Array, _y: Array, x: Array, index: Picked) -> Array:
    out = gc.softmax(x, 1)
    if g.__class__ is np.ndarray:  # nobody else sees `out` yet
        out[np.arange(index.size), index] -= 1
        out *= g[:, np.newaxis]
        return out
    return gc.expand_dims(g, 1) * (out - _one_hot(index, x))


def _dlogits_of_mean(g: Array, _y: Array, x: Array, index: Picked) -> Array:
    out = gc.softmax(x, 1)
    share = g * (1.0 / (index.size or 1))
    if g.__class__ is np.ndarray:
        out[np.arange(index.size), index] -= 1
        out *= share
        return out
    return share * (out - _one_hot(index, x))


# Fused, because log_softmax followed by indexing would scatter a gradient of zeros.
_of_logits: Unary[Picked] = Unary("cross_entropy", _negative_log_likelihood, _dlogits)
# The usual reduction as one operation: of few samples, in seven eighths of the time
_mean_of_logits: Unary[Picked] = Unary(
    "cross_entropy",
    lambda x, index: gc.mean(_negative_log_likelihood(x, index)),
    _dlogits_of_mean,
)
_of_log_probabilities: Unary[Picked] = Unary(
    "nll_loss",
    lambda x, index: 0.0 - x[np.arange(index.size), index],
    lambda g, _y, x, index: -(gc.expand_dims(g, 1) * _one_hot(index, x)),
)


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
    name = "cross_entropy"
    rows, samples, classes = _rows(name, input)
    check_reduction(name, reduction)
    if not 0.0 <= label_smoothing <= 1.0:
        raise ValueError(f"{name}: label_smoothing is {label_smoothing}, expected 0 to 1")
    scale = None if weight is None else class_weights(name, weight, classes, input.dtype)
    given = as_tensor(name, target)
    if given.shape == input.shape and given.dtype.kind == "f":
        p = _flat(given) * (1.0 - label_smoothing) + label_smoothing / classes
        losses = -(p * _times(gc.log_softmax(rows, 1), scale)).sum(1)
        return _reduced(losses, samples, reduction, float(losses.size))
    if given.shape != samples and given.ndim == input.ndim:
        raise ValueError(
            f"{name}: target has shape {given.shape} and dtype {given.dtype}, expected {samples} for"
            f" class indices, or floating probabilities of the shape of input, {input.shape}"
        )
    index = class_indices(name, given, samples, classes, ignore_index)
    plain = scale is None and not label_smoothing and reduction == "mean"
    if plain and (index != ignore_index).all():
        return _mean_of_logits(rows, index)
    return _of_classes(
        _of_logits, name, rows, index, scale, ignore_index, label_smoothing, samples, reduction
    )


def nll_loss(
    input: Tensor,
    target: IndexTarget,
    weight: Tensor | ArrayLike | None = None,
    *,
    ignore_index: int = -100,
    reduction: Reduction = "mean",
) -> Tensor:
    """The negative log-likelihood -w[t] * x[t] of a class t, where x are log-probabilities.

    Args:
        input: Log-probabilities: `(C,)`, `(N, C)` or `(N, C, d1, ...)`.
        target: Class indices, integers in the shape of `input` without its class axis.
        weight: A factor for each class, `(C,)`.
        ignore_index: The class index of samples that do not count.
        reduction: `"mean"` (the sum over the sum of the factors), `"sum"` or `"none"`.

    Raises:
        ValueError: The shapes do not fit, an index is out of range, or an argument is unknown.
        TypeError: `input` is no floating Tensor, or the target is not made of integers.

    Example:
        >>> import grad_core as gc
        >>> gc.round(nll_loss(gc.log(Tensor([[0.25, 0.75], [0.5, 0.5]])), [1, 0]), 4)
        Tensor(0.4904)

    Reference:
        C. Bishop, "Pattern Recognition and Machine Learning", 2006, equation 4.108.
    """
    name = "nll_loss"
    rows, samples, classes = _rows(name, input)
    check_reduction(name, reduction)
    scale = None if weight is None else class_weights(name, weight, classes, input.dtype)
    index = class_indices(name, target, samples, classes, ignore_index)
    return _of_classes(
        _of_log_probabilities, name, rows, index, scale, ignore_index, 0.0, samples, reduction
    )


def _of_classes(
    function: Unary[Picked],
    name: str,
    rows: Tensor,
    index: Picked,
    scale: Tensor | None,
    ignore_index: int,
    smoothing: float,
    samples: tuple[int, ...],
    reduction: Reduction,
) -> Tensor:
    """The losses of rows of which each belongs to one class."""
    if scale is not None and scale.requires_grad:
        raise ValueError(
            f"{name}: weight requires a gradient, which class indices give none; detach() it"
        )
    counted = index != ignore_index
    if counted.all():
        losses = function(rows, index)
        factors = None if scale is None else unwrap(scale)[index]
    else:
        index = np.where(counted, index, 0)
        # 0 for samples that do not count, even if they are infinite or NaN
        losses = gc.where(counted, function(rows, index), 0.0)
        factors = counted.astype(rows.dtype)
        if scale is not None:
            factors *= unwrap(scale)[index]
    if factors is not None or smoothing:
        whole = 1.0 - smoothing
        losses = losses * (whole if factors is None else wrap(factors * whole))
    if smoothing:
        spread = -_times(gc.log_softmax(rows, 1), scale).sum(1)
        if not counted.all():
            spread = gc.where(counted, spread, 0.0)
        losses = losses + spread * (smoothing / rows.shape[1])
    # float16 ends at 65504
    total = losses.size if factors is None else float(factors.sum(dtype=np.float64))
    return _reduced(losses, samples, reduction, total)


def _reduced(
    losses: Tensor, samples: tuple[int, ...], reduction: Reduction, total: float
) -> Tensor:
    """Apply a reduction, where a mean is the sum over `total`."""
    if reduction == "mean":
        return mean_of(losses, total)
    if reduction == "sum":
        return losses.sum()
    return losses if losses.shape == samples else losses.reshape(samples)


def mean_of(losses: Tensor, total: float) -> Tensor:
    """The sum of the losses over `total`.

    It is taken from their mean, as NumPy takes that for float16 too, and not from the sum, which
    overflows.
    """
    share = losses.size / total if total else np.nan
    return losses.mean() if share == 1.0 else losses.mean() * share


def _rows(name: str, input: Tensor) -> tuple[Tensor, tuple[int, ...], int]:
    """The input as `(samples, classes)`, the shape of the samples, and the number of classes."""
    check_floating(name, input)
    shape = input.shape
    if not shape:
        raise ValueError(f"{name}: input has no axes, expected (C,), (N, C) or (N, C, ...)")
    axis = 0 if len(shape) == 1 else 1
    if not shape[axis]:
        raise ValueError(f"{name}: input has shape {shape}, which leaves no class")
    return _flat(input), (*shape[:axis], *shape[axis + 1 :]), shape[axis]


def _flat(x: Tensor) -> Tensor:
    """`(samples, classes)`, whatever the number of axes."""
    if x.ndim == 2:
        return x
    if x.ndim == 1:
        return x.reshape(1, -1)
    return x.transpose((0, *range(2, x.ndim), 1)).reshape(-1, x.shape[1])


def _times(x: Tensor, scale: Tensor | None) -> Tensor:
    return x if scale is None else x * scale


def class_weights(
    name: str, weight: Tensor | ArrayLike, classes: int, dtype: np.dtype[np.floating]
) -> Tensor:
    """Check the factors of classes; return them in the dtype of the input."""
    scale = weight if isinstance(weight, Tensor) else Tensor(weight, dtype=dtype)
    if scale.shape != (classes,):
        raise ValueError(f"{name}: weight has shape {scale.shape}, expected ({classes},)")
    return scale.astype(dtype)
