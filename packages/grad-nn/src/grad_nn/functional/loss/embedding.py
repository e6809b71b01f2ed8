"""Losses of distances between embeddings."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np

import grad_core as gc
from grad_core import Raw, Tensor
from grad_nn.functional.checks import check_tensor
from grad_nn.functional.distance import pairwise_distance
from grad_nn.functional.loss.reduction import (
    Reduction,
    broadcast,
    check_reduction,
    operand,
    reduced,
)

Distance: TypeAlias = Callable[[Tensor, Tensor], Tensor]
"""How far apart the rows of two arrays are."""

# Keeps the lengths of vectors from 0
_TINY = 1e-12


def cosine_embedding_loss(
    input1: Tensor,
    input2: Tensor | Raw,
    target: Tensor | Raw,
    margin: float = 0.0,
    *,
    reduction: Reduction = "mean",
) -> Tensor:
    """1 - cos where the target is 1, max(0, cos - margin) where it is -1.

    Args:
        input1: Vectors, `(N, D)` or `(D,)`.
        input2: The other vector of each pair, of the same shape. cos is the cosine of the angle
            between the two.
        target: 1 for pairs that are alike, -1 for others, `(N,)` or `()`.
        margin: How similar unlike pairs may be, from -1 to 1. The gradient passes at the margin.
        reduction: `"mean"` over the pairs, `"sum"` or `"none"`.

    Raises:
        TypeError: `input1` is no Tensor, or another operand neither a Tensor nor an ndarray.
        ValueError: The shapes do not fit, or the reduction is unknown.

    Example:
        >>> x = Tensor([[1.0, 0.0], [0.0, 1.0]])
        >>> cosine_embedding_loss(x, x, Tensor([1.0, -1.0]), 0.5, reduction="none")
        Tensor([0. , 0.5])
    """
    name = "cosine_embedding_loss"
    check_reduction(name, reduction)
    (other,) = broadcast(name, input1, input2=input2)
    label = operand(name, "target", target, input1.dtype)
    if label.ndim > 1 or input1.ndim != label.ndim + 1 or other.shape != input1.shape:
        raise ValueError(
            f"{name}: input1, input2 and target have shapes {input1.shape}, {other.shape} and"
            f" {label.shape}, expected (N, D), (N, D) and (N,), or (D,), (D,) and ()"
        )
    x, y = _wide(input1), _wide(other)
    squares = (gc.vecdot(x, x) + _TINY) * (gc.vecdot(y, y) + _TINY)
    cosine = (gc.vecdot(x, y) / gc.sqrt(squares)).astype(np.result_type(input1.dtype, other.dtype))
    alike = gc.where(label == 1, 1.0 - cosine, 0.0)
    unlike = gc.where(label == -1, gc.clip(cosine - margin, 0.0), 0.0)
    return reduced(name, alike + unlike, reduction)


def _wide(x: Tensor) -> Tensor:
    """float16 as float32, for its squares overflow at 256; all else as it is."""
    return x.astype(np.float32) if x.dtype == np.float16 else x


def triplet_margin_loss(
    anchor: Tensor,
    positive: Tensor,
    negative: Tensor,
    margin: float = 1.0,
    p: float = 2.0,
    eps: float = 1e-6,
    swap: bool = False,
    *,
    reduction: Reduction = "mean",
) -> Tensor:
    """max(0, margin + d(a, p) - d(a, n)), where d(x, y) is the p-norm of x - y + eps.

    Args:
        anchor: Vectors a, `(..., D)`.
        positive: Vectors that should be near to them, broadcast with them.
        negative: Vectors that should be farther away, broadcast with them.
        margin: By how much; more than 0. The gradient passes at the margin.
        p: The order of the norm.
        eps: What keeps the difference from 0.
        swap: Whether d(p, n) is taken for d(a, n) where it is less.
        reduction: `"mean"` over the triplets, `"sum"` or `"none"`.

    Raises:
        TypeError: An operand is no Tensor.
        ValueError: The numbers of axes differ or are 0, the margin is not more than 0, or the
            reduction is unknown.

    Example:
        >>> a, p, n = Tensor([[0.0, 0.0]]), Tensor([[3.0, 4.0]]), Tensor([[0.0, 5.5]])
        >>> gc.round(triplet_margin_loss(a, p, n), 3)
        Tensor(0.5)

    Reference:
        V. Balntas et al., "Learning local feature descriptors with triplets and shallow
        convolutional neural networks", BMVC 2016, equation 3; section 2.2 for `swap`.
    """

    def distance(x: Tensor, y: Tensor) -> Tensor:
        return pairwise_distance(x, y, p, eps)

    triplet = anchor, positive, negative
    return _triplet("triplet_margin_loss", triplet, distance, margin, swap, reduction)


def triplet_margin_with_distance_loss(
    anchor: Tensor,
    positive: Tensor,
    negative: Tensor,
    *,
    distance_function: Distance | None = None,
    margin: float = 1.0,
    swap: bool = False,
    reduction: Reduction = "mean",
) -> Tensor:
    """max(0, margin + d(a, p) - d(a, n)), where d is a distance of your own.

    Args:
        anchor: What `distance_function` takes, a.
        positive: What should be near to it, p.
        negative: What should be farther away, n.
        distance_function: d, which takes two Tensors and gives one; None for `pairwise_distance`.
        margin: By how much; more than 0. The gradient passes at the margin.
        swap: Whether d(p, n) is taken for d(a, n) where it is less.
        reduction: `"mean"` over the triplets, `"sum"` or `"none"`.

    Raises:
        TypeError: An operand is no Tensor.
        ValueError: The numbers of axes differ, the margin is not more than 0, or the reduction is
            unknown.

    Example:
        >>> a, p, n = Tensor([[0.0, 0.0]]), Tensor([[3.0, 4.0]]), Tensor([[0.0, 5.5]])
        >>> triplet_margin_with_distance_loss(
        ...     a, p, n, distance_function=lambda x, y: gc.abs(x - y).sum(-1)
        ... )
        Tensor(2.5)

    Reference:
        V. Balntas et al., "Learning local feature descriptors with triplets and shallow
        convolutional neural networks", BMVC 2016, equation 3; section 2.2 for `swap`.
    """
    triplet = anchor, positive, negative
    distance = distance_function or pairwise_distance
    name = "triplet_margin_with_distance_loss"
    return _triplet(name, triplet, distance, margin, swap, reduction)


def _triplet(
    name: str,
    triplet: tuple[Tensor, Tensor, Tensor],
    distance: Distance,
    margin: float,
    swap: bool,
    reduction: Reduction,
) -> Tensor:
    check_reduction(name, reduction)
    for x in triplet:
        check_tensor(name, x, complex_too=True)
    anchor, positive, negative = triplet
    if not margin > 0:
        raise ValueError(f"{name}: margin is {margin}, expected more than 0")
    if not anchor.ndim == positive.ndim == negative.ndim:
        raise ValueError(
            f"{name}: anchor, positive and negative have shapes {anchor.shape}, {positive.shape} and"
            f" {negative.shape}, expected the same number of axes"
        )
    near = distance(anchor, positive)
    far = distance(anchor, negative)
    if not (isinstance(near, Tensor) and isinstance(far, Tensor)):
        raise TypeError(f"{name}: distance_function gives {type(near).__name__}, expected a Tensor")
    if swap:
        far = gc.minimum(far, distance(positive, negative))
    return reduced(name, gc.clip(near - far + margin, 0.0), reduction)
