"""Losses that are 0 once the right answer leads by a margin, as Modules."""

from __future__ import annotations

from numpy.typing import ArrayLike

from grad_core import Raw, Tensor
from grad_nn import functional as F  # noqa: N812  # the field's name
from grad_nn.functional.loss.reduction import Reduction
from grad_nn.functional.loss.targets import IndexTarget
from grad_nn.module import Module
from grad_nn.parameter import Buffer


class HingeEmbeddingLoss(Module):
    """The distance of pairs that are alike, and what unlike ones lack of a margin; see `functional.hinge_embedding_loss`.

    Args:
        margin: How far apart unlike pairs should be.
        reduction: `"mean"`, `"sum"` or `"none"`.

    Example:
        >>> HingeEmbeddingLoss()(Tensor([0.5, 0.75]), Tensor([1.0, -1.0]))
        Tensor(0.375)
    """

    def __init__(
        self,
        margin: float = 1.0,
        *,
        reduction: Reduction = "mean",
    ) -> None:
        self.margin: float = margin
        self.reduction: Reduction = reduction

    def forward(self, input: Tensor, target: Tensor | Raw) -> Tensor:
        """Compute the loss of distances and labels, 1 or -1."""
        return F.hinge_embedding_loss(
            input,
            target,
            margin=self.margin,
            reduction=self.reduction,
        )


class MarginRankingLoss(Module):
    """What the score that should be larger lacks of its lead; see `functional.margin_ranking_loss`.

    Args:
        margin: By how much it should lead.
        reduction: `"mean"`, `"sum"` or `"none"`.

    Example:
        >>> MarginRankingLoss()(Tensor([2.0, 2.0]), Tensor([1.0, 1.0]), Tensor([1.0, -1.0]))
        Tensor(0.5)
    """

    def __init__(
        self,
        margin: float = 0.0,
        *,
        reduction: Reduction = "mean",
    ) -> None:
        self.margin: float = margin
        self.reduction: Reduction = reduction

    def forward(self, input1: Tensor, input2: Tensor | Raw, target: Tensor | Raw) -> Tensor:
        """Compute the loss of two scores, and of 1 or -1 for which should be larger."""
        return F.margin_ranking_loss(
            input1,
            input2,
            target,
            margin=self.margin,
            reduction=self.reduction,
        )


class MultiMarginLoss(Module):
    """What the score of the right class lacks of its lead over the others; see `functional.multi_margin_loss`.

    Args:
        p: The power, 1 or 2.
        margin: By how much the right class should lead.
        weight: A factor for the samples of each class, `(C,)`; a Buffer, so part of the state.
        reduction: `"mean"`, `"sum"` or `"none"`.

    Example:
        >>> MultiMarginLoss()(Tensor([[0.0, 0.5, 3.0]]), [2])
        Tensor(0.)
    """

    def __init__(
        self,
        p: int = 1,
        margin: float = 1.0,
        weight: Tensor | ArrayLike | None = None,
        *,
        reduction: Reduction = "mean",
    ) -> None:
        self.p: int = p
        self.margin: float = margin
        self.weight: Buffer | None = None if weight is None else Buffer(weight)
        self.reduction: Reduction = reduction
        if p not in (1, 2):
            raise ValueError(f"MultiMarginLoss: p is {p!r}, expected 1 or 2")
        if self.weight is not None and self.weight.ndim != 1:
            raise ValueError(
                f"MultiMarginLoss: weight has shape {self.weight.shape}, expected (C,)"
            )

    def forward(self, input: Tensor, target: IndexTarget) -> Tensor:
        """Compute the loss of scores `(N, C)` and classes `(N,)`."""
        return F.multi_margin_loss(
            input,
            target,
            p=self.p,
            margin=self.margin,
            weight=self.weight,
            reduction=self.reduction,
        )


class MultiLabelMarginLoss(Module):
    """What the scores of labels lack of their lead over other classes; see `functional.multilabel_margin_loss`.

    Args:
        reduction: `"mean"`, `"sum"` or `"none"`.

    Example:
        >>> import numpy as np
        >>> MultiLabelMarginLoss()(Tensor([[0.0, 2.0, 0.5, 3.0]]), np.array([[3, 2, -1, 0]]))
        Tensor(0.75)
    """

    def __init__(
        self,
        *,
        reduction: Reduction = "mean",
    ) -> None:
        self.reduction: Reduction = reduction

    def forward(self, input: Tensor, target: IndexTarget) -> Tensor:
        """Compute the loss of scores `(N, C)` and labels `(N, C)`, which end with -1."""
        return F.multilabel_margin_loss(
            input,
            target,
            reduction=self.reduction,
        )
