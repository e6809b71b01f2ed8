"""Connectionist temporal classification: a loss of sequences whose labels have no known places."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

import grad_core as gc
from grad_core import Array, ArrayT, Tensor, Unary, is_grad_enabled
from grad_core.primitive import unwrap, wrap
from grad_nn.functional.checks import check_floating
from grad_nn.functional.loss.ctc_paths import Paths, is_possible
from grad_nn.functional.loss.reduction import Reduction, check_reduction, reduced
from grad_nn.functional.loss.targets import IndexTarget, integers

Lengths: TypeAlias = "Tensor | NDArray[np.integer] | Sequence[int] | int"
"""A length for each sample."""


def _forward(x: Array, paths: Paths, zero_infinity: bool, both: bool) -> Array:
    found = paths.log_likelihood(_wide(x), both)
    loss = np.where(is_possible(found), 0.0 - found, 0.0 if zero_infinity else np.inf)
    return loss.astype(x.dtype)


def _backward(g: Any, _y: Any, x: Any, paths: Paths, zero_infinity: bool, _both: bool) -> Any:
    without_path = 0.0 if zero_infinity else np.nan
    if not isinstance(x, Tensor):
        return paths.occupancy(_wide(x), without_path) * -g[:, np.newaxis]
    found = paths.traced_log_likelihood(_wide(x))
    possible = is_possible(unwrap(found))
    slope = -gc.gradient((gc.where(possible, found, 0.0) * g).sum(), x, create_graph=True)
    if possible.all():
        return slope
    counted = np.arange(x.shape[0])[:, np.newaxis] < paths.n_frames
    return gc.where((counted & ~possible)[:, :, np.newaxis], without_path, slope)


def _wide(x: ArrayT) -> ArrayT:
    return x if x.dtype.itemsize > 2 else gc.astype(x, np.float32)


# The gradient is that of the formula, and so differs from PyTorch's by softmax(x) in each frame, whose
# own gradient by way of log_softmax is 0.
_ctc: Unary[Paths, bool, bool] = Unary("ctc_loss", _forward, _backward)


def ctc_loss(
    log_probs: Tensor,
    targets: IndexTarget,
    input_lengths: Lengths,
    target_lengths: Lengths,
    blank: int = 0,
    reduction: Reduction = "mean",
    zero_infinity: bool = False,
) -> Tensor:
    """-log(p), where p is the probability that the frames of a sequence spell the target.

    Each frame has a distribution over the classes and a blank. A way of choosing one class in each
    frame spells the labels that are left once repetitions, and then blanks, are taken out; p is the sum
    over all ways that spell the target of their probabilities.

    Args:
        log_probs: Log-probabilities, as `log_softmax` gives them: `(T, N, C)` for T frames, N samples
            and C classes with the blank; or `(T, C)` for one sample.
        targets: Class indices: `(N, S)`, padded with anything, or all targets in one row; or `(S,)`.
        input_lengths: How many frames of each sample count, `(N,)` or `()`.
        target_lengths: How many labels of each sample count, `(N,)` or `()`.
        blank: The class of the blank.
        reduction: `"mean"` over the samples, each divided by the length of its target; `"sum"` or
            `"none"`.
        zero_infinity: Whether targets that no way spells, because there are too few frames, count as 0
            and have no gradient. Otherwise their loss is infinite and their gradient NaN.

    Returns:
        `(N,)` or `()` for the reduction `"none"`.

    Raises:
        TypeError: `log_probs` is no floating Tensor, or labels or lengths are not integers.
        ValueError: The shapes do not fit, a length is too long, a class does not exist, a label is the
            blank, or the reduction is unknown.

    Example:
        >>> import grad_core as gc
        >>> log_probs = gc.log(Tensor([[0.5, 0.5], [0.5, 0.5]]))  # two frames, blank and one class
        >>> loss = ctc_loss(log_probs, [1], 2, 1)  # three of four ways spell it: 11, 01, 10
        >>> gc.round(gc.exp(-loss), 4)
        Tensor(0.75)

    Reference:
        A. Graves et al., "Connectionist temporal classification: labelling unsegmented sequence data
        with recurrent neural networks", ICML 2006, section 4.
    """
    name = "ctc_loss"
    check_floating(name, log_probs)
    check_reduction(name, reduction)
    if log_probs.ndim not in (2, 3) or not log_probs.shape[0]:
        raise ValueError(
            f"{name}: log_probs has shape {log_probs.shape}, expected (T, N, C) or (T, C), at least one"
            " frame"
        )
    samples = log_probs.shape[1:-1]
    x = log_probs if samples else log_probs.reshape(len(log_probs), 1, log_probs.shape[-1])
    frames, batch, classes = x.shape
    if not 0 <= blank < classes:
        raise ValueError(f"{name}: blank is {blank}, expected 0 to {classes - 1}")
    n_frames = _lengths(name, "input_lengths", input_lengths, samples, batch, frames)
    n_labels = _lengths(name, "target_lengths", target_lengths, samples, batch, None)
    labels = _padded(name, integers(name, targets, "targets"), n_labels, samples, classes, blank)
    both = x.requires_grad and is_grad_enabled()
    loss = _ctc(x, Paths(labels, n_labels, n_frames, blank), zero_infinity, both)
    if reduction == "mean":
        loss = loss / wrap(np.maximum(n_labels, 1).astype(loss.dtype))
    return reduced(name, loss.reshape(samples), reduction)


def _lengths(
    name: str,
    argument: str,
    given: Lengths,
    samples: tuple[int, ...],
    batch: int,
    most: int | None,
) -> NDArray[np.intp]:
    lengths = integers(name, given, argument, "lengths")
    if lengths.shape != samples and not (not samples and lengths.shape == (1,)):
        raise ValueError(f"{name}: {argument} has shape {lengths.shape}, expected {samples}")
    wrong = lengths[(lengths < 0) | (False if most is None else lengths > most)]
    if wrong.size:
        limit = "at least 0" if most is None else f"0 to {most}"
        raise ValueError(f"{name}: {argument} has {wrong.flat[0]}, expected {limit}")
    return lengths.reshape(batch)


def _padded(
    name: str,
    targets: NDArray[np.intp],
    lengths: NDArray[np.intp],
    samples: tuple[int, ...],
    classes: int,
    blank: int,
) -> NDArray[np.intp]:
    """The targets as rows, with the blank behind their ends."""
    batch, most = len(lengths), int(lengths.max(initial=0))
    counted = np.arange(most) < lengths[:, np.newaxis]
    out = np.full(counted.shape, blank, np.intp)
    if targets.ndim == 1 and samples:  # one after another
        if targets.size != lengths.sum():
            raise ValueError(
                f"{name}: targets has {targets.size} labels in a row, but target_lengths has"
                f" {lengths.sum()} of them"
            )
        out[counted] = targets
    else:
        rows = targets.reshape(1, -1) if targets.ndim == 1 else targets
        if rows.ndim != 2 or len(rows) != batch or rows.shape[1] < most:
            raise ValueError(
                f"{name}: targets has shape {targets.shape}, expected at least ({batch}, {most}), or"
                " all targets in one row"
            )
        out[counted] = rows[:, :most][counted]
    found = out[counted]
    wrong = found[(found < 0) | (found >= classes) | (found == blank)]
    if wrong.size:
        raise ValueError(
            f"{name}: got label {wrong[0]}, expected 0 to {classes - 1} but not the blank, {blank}"
        )
    return out
