"""Losses that are 0 once the right answer leads by a margin."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

import grad_core as gc
from grad_core import Raw, Tensor
from grad_core.arrays import Mask
from grad_core.primitive import wrap
from grad_nn.functional.activation.rectifiers import relu
from grad_nn.functional.checks import check_floating
from grad_nn.functional.loss.reduction import (
    Reduction,
    broadcast,
    check_reduction,
    factors,
    reduced,
)
from grad_nn.functional.loss.targets import IndexTarget, class_indices, integers


def hinge_embedding_loss(
    input: Tensor, target: Tensor | Raw, margin: float = 1.0, *, reduction: Reduction = "mean"
) -> Tensor:
    """x where the target is 1, max(0, margin - x) where it is -1.

    Args:
        input: Distances x of pairs, of any shape.
        target: 1 for pairs that are alike, -1 for others; broadcast with `input`.
        margin: How far apart unlike pairs should be. The gradient passes at the margin.
        reduction: `"mean"` over all elements, `"sum"` or `"none"`.

    Raises:
        TypeError: `input` is no Tensor, or `target` neither a Tensor nor an ndarray.
        ValueError: The shapes are not broadcast, or the reduction is unknown.

    Example:
        >>> hinge_embedding_loss(Tensor([0.5, 0.75]), Tensor([1.0, -1.0]), reduction="none")
        Tensor([0.5 , 0.25])

    Reference:
        R. Hadsell, S. Chopra and Y. LeCun, "Dimensionality reduction by learning an invariant
        mapping", CVPR 2006, equation 4, without the squares.
    """
    (label,) = broadcast("hinge_embedding_loss", input, target=target)
    check_reduction("hinge_embedding_loss", reduction)
    near = gc.where(label != -1, input, 0.0)
    far = gc.where(label != 1, gc.clip(margin - input, 0.0), 0.0)
    return reduced("hinge_embedding_loss", near + far, reduction)


def margin_ranking_loss(
    input1: Tensor,
    input2: Tensor | Raw,
    target: Tensor | Raw,
    margin: float = 0.0,
    *,
    reduction: Reduction = "mean",
) -> Tensor:
    """max(0, margin - t * (x1 - x2)), where t says which of two is to be ranked higher.

    Args:
        input1: Scores x1, of any shape.
        input2: Scores x2, broadcast with them.
        target: t, 1 where x1 should be larger and -1 where x2 should, broadcast with them.
        margin: By how much. The gradient passes at the margin.
        reduction: `"mean"` over all elements, `"sum"` or `"none"`.

    Raises:
        TypeError: `input1` is no Tensor, or another operand neither a Tensor nor an ndarray.
        ValueError: The shapes are not broadcast or differ in the number of axes, or the reduction is
            unknown.

    Example:
        >>> margin_ranking_loss(Tensor([2.0, 2.0]), Tensor([1.0, 1.0]), Tensor([1.0, -1.0]))
        Tensor(0.5)

    Reference:
        R. Herbrich, T. Graepel and K. Obermayer, "Support vector learning for ordinal regression",
        ICANN 1999.
    """
    name = "margin_ranking_loss"
    other, sign = broadcast(name, input1, input2=input2, target=target)
    check_reduction(name, reduction)
    if not input1.ndim == other.ndim == sign.ndim:
        raise ValueError(
            f"{name}: input1, input2 and target have shapes {input1.shape}, {other.shape} and"
            f" {sign.shape}, expected the same number of axes"
        )
    return reduced(name, gc.clip(margin - sign * (input1 - other), 0.0), reduction)


def multi_margin_loss(
    input: Tensor,
    target: IndexTarget,
    p: int = 1,
    margin: float = 1.0,
    weight: Tensor | Raw | None = None,
    *,
    reduction: Reduction = "mean",
) -> Tensor:
    """sum_c max(0, margin - x[t] + x[c])^p / C over the C classes c that are not the target t.

    Args:
        input: Scores x, `(N, C)` or `(C,)`.
        target: The class of each sample, integers `(N,)` or `()`.
        p: 1 or 2.
        margin: By how much the right class should lead. The gradient does not pass at the margin.
        weight: A factor for the samples of each class, `(C,)`, or None.
        reduction: `"mean"` over the samples, `"sum"` or `"none"`.

    Raises:
        TypeError: `input` is no floating Tensor, or the target is not made of integers.
        ValueError: The shapes do not fit, a class does not exist, or an argument is unknown.

    Example:
        >>> multi_margin_loss(Tensor([[0.0, 0.5, 3.0]]), [2])
        Tensor(0.)
        >>> multi_margin_loss(Tensor([[0.0, 0.5, 3.0]]), [1])
        Tensor(1.3333334)

    Reference:
        K. Crammer and Y. Singer, "On the algorithmic implementation of multiclass kernel-based
        vector machines", JMLR 2, 2001; the sum is that of J. Weston and C. Watkins, "Support vector
        machines for multi-class pattern recognition", ESANN 1999.
    """
    name = "multi_margin_loss"
    check_floating(name, input)
    check_reduction(name, reduction)
    if p not in (1, 2):
        raise ValueError(f"{name}: p is {p!r}, expected 1 or 2")
    if input.ndim > 2 or 0 in input.shape[-1:]:
        raise ValueError(f"{name}: input has shape {input.shape}, expected (N, C) or (C,)")
    samples = input.shape[:-1]
    classes = input.shape[-1] if input.ndim else 1
    goal = integers(name, target)
    if not samples and goal.shape == (1,):
        goal = goal.reshape(())
    index = class_indices(name, goal, samples, classes)
    x = input.reshape(index.size, classes)
    rows = np.arange(index.size)
    lead = x[rows, index].reshape(index.size, 1) - margin
    others = np.ones(x.shape, x.dtype)
    others[rows, index] = 0
    behind = relu(x - lead) * wrap(others)
    loss = (behind if p == 1 else behind * behind).mean(1)
    if weight is not None:
        w = factors(name, "weight", weight, input.dtype)
        if w.shape != (classes,):
            raise ValueError(f"{name}: weight has shape {w.shape}, expected ({classes},)")
        loss = loss * w[index]
    return reduced(name, loss.reshape(samples), reduction)


def multilabel_margin_loss(
    input: Tensor, target: IndexTarget, *, reduction: Reduction = "mean"
) -> Tensor:
    """sum_tc max(0, 1 - x[t] + x[c]) / C over labels t and the classes c that are no labels.

    Args:
        input: Scores x, `(N, C)` or `(C,)`.
        target: The labels of each sample, integers of the shape of `input`: those before the first
            -1 count.
        reduction: `"mean"` over the samples, `"sum"` or `"none"`.

    Raises:
        TypeError: `input` is no floating Tensor, or the target is not made of integers.
        ValueError: The shapes do not fit, a label does not exist, or the reduction is unknown.

    Example:
        >>> multilabel_margin_loss(Tensor([[0.0, 2.0, 0.5, 3.0]]), np.array([[3, 1, -1, 0]]))
        Tensor(0.)
        >>> multilabel_margin_loss(Tensor([[0.0, 2.0, 0.5, 3.0]]), np.array([[3, 2, -1, 0]]))
        Tensor(0.75)

    Reference:
        J. Weston and C. Watkins, "Support vector machines for multi-class pattern recognition",
        ESANN 1999, for several labels.
    """
    name = "multilabel_margin_loss"
    check_floating(name, input)
    check_reduction(name, reduction)
    if input.ndim > 2:
        raise ValueError(f"{name}: input has shape {input.shape}, expected (N, C) or (C,)")
    found = integers(name, target)
    if found.shape != input.shape:
        raise ValueError(
            f"{name}: target has shape {found.shape}, expected {input.shape}, that of input"
        )
    classes = input.shape[-1] if input.ndim else 1
    x = input if input.ndim == 2 else input.reshape(1, classes)
    labels, counted = _labels(name, found.reshape(x.shape), classes)
    rows = np.arange(len(labels))[:, np.newaxis]
    is_label = np.zeros(x.shape, np.bool_)
    sample, place = counted.nonzero()
    is_label[sample, labels[sample, place]] = True
    pairs = counted[:, :, np.newaxis] & ~is_label[:, np.newaxis]
    lead = gc.expand_dims(x[rows, labels], 2)
    behind = relu(gc.expand_dims(x, 1) - lead + 1.0)
    loss = (behind * wrap(pairs.astype(x.dtype))).sum((1, 2)) / max(classes, 1)
    return reduced(name, loss.reshape(input.shape[:-1]), reduction)


def _labels(name: str, target: NDArray[np.intp], classes: int) -> tuple[NDArray[np.intp], Mask]:
    """Those before the first -1, with 0 and False for what does not count."""
    counted: Mask = np.logical_and.accumulate(target != -1, 1)
    wrong = target[counted & ((target < 0) | (target >= classes))]
    if wrong.size:
        raise ValueError(f"{name}: got label {wrong[0]}, expected 0 to {classes - 1}, or -1")
    most = int(counted.sum(1).max(initial=0))
    return np.where(counted, target, 0)[:, :most], counted[:, :most]
