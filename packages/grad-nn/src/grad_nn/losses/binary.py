"""Losses of yes or no, as Modules."""

from __future__ import annotations

from numpy.typing import ArrayLike

from grad_core import Raw, Tensor
from grad_nn import functional as F  # noqa: N812  # the field's name
from grad_nn.functional.loss.reduction import Reduction
from grad_nn.module import Module
from grad_nn.parameter import Buffer


class BCELoss(Module):
    """The binary cross-entropy of probabilities; see `functional.binary_cross_entropy`.

    Args:
        weight: A factor for each element, broadcast with the input; a Buffer, so part of the state.
        reduction: `"mean"`, `"sum"` or `"none"`.

    Example:
        >>> import grad_core as gc
        >>> gc.round(BCELoss()(Tensor([0.5, 0.25]), Tensor([1.0, 0.0])), 4)
        Tensor(0.4904)
    """

    def __init__(
        self,
        weight: Tensor | ArrayLike | None = None,
        *,
        reduction: Reduction = "mean",
    ) -> None:
        self.weight: Buffer | None = None if weight is None else Buffer(weight)
        self.reduction: Reduction = reduction

    def forward(self, input: Tensor, target: Tensor | Raw) -> Tensor:
        """Compute the loss of probabilities and targets of the same shape."""
        return F.binary_cross_entropy(
            input,
            target,
            weight=self.weight,
            reduction=self.reduction,
        )


class BCEWithLogitsLoss(Module):
    """The binary cross-entropy of logits; see `functional.binary_cross_entropy_with_logits`.

    Args:
        weight: A factor for each element, broadcast with the input; a Buffer, so part of the state.
        reduction: `"mean"`, `"sum"` or `"none"`.
        pos_weight: How much more the positive ones count, likewise.

    Example:
        >>> BCEWithLogitsLoss()(Tensor([1000.0, -1000.0]), Tensor([1.0, 1.0]))
        Tensor(500.)
    """

    def __init__(
        self,
        weight: Tensor | ArrayLike | None = None,
        *,
        reduction: Reduction = "mean",
        pos_weight: Tensor | ArrayLike | None = None,
    ) -> None:
        self.weight: Buffer | None = None if weight is None else Buffer(weight)
        self.reduction: Reduction = reduction
        self.pos_weight: Buffer | None = None if pos_weight is None else Buffer(pos_weight)

    def forward(self, input: Tensor, target: Tensor | Raw) -> Tensor:
        """Compute the loss of logits and targets of the same shape."""
        return F.binary_cross_entropy_with_logits(
            input,
            target,
            weight=self.weight,
            reduction=self.reduction,
            pos_weight=self.pos_weight,
        )


class SoftMarginLoss(Module):
    """log(1 + exp(-target * input)); see `functional.soft_margin_loss`.

    Args:
        reduction: `"mean"`, `"sum"` or `"none"`.

    Example:
        >>> SoftMarginLoss()(Tensor([1000.0, -1000.0]), Tensor([1.0, 1.0]))
        Tensor(500.)
    """

    def __init__(
        self,
        *,
        reduction: Reduction = "mean",
    ) -> None:
        self.reduction: Reduction = reduction

    def forward(self, input: Tensor, target: Tensor | Raw) -> Tensor:
        """Compute the loss of predictions and their signs."""
        return F.soft_margin_loss(
            input,
            target,
            reduction=self.reduction,
        )


class MultiLabelSoftMarginLoss(Module):
    """The mean of the binary cross-entropies of several labels; see `functional.multilabel_soft_margin_loss`.

    Args:
        weight: A factor for each class, `(C,)`; a Buffer, so part of the state.
        reduction: `"mean"`, `"sum"` or `"none"`.

    Example:
        >>> MultiLabelSoftMarginLoss()(Tensor([[1000.0, -1000.0]]), Tensor([[1.0, 1.0]]))
        Tensor(500.)
    """

    def __init__(
        self,
        weight: Tensor | ArrayLike | None = None,
        *,
        reduction: Reduction = "mean",
    ) -> None:
        self.weight: Buffer | None = None if weight is None else Buffer(weight)
        self.reduction: Reduction = reduction

    def forward(self, input: Tensor, target: Tensor | Raw) -> Tensor:
        """Compute the loss of logits `(..., C)` and labels of the same shape."""
        return F.multilabel_soft_margin_loss(
            input,
            target,
            weight=self.weight,
            reduction=self.reduction,
        )
