"""Losses as Modules."""

from __future__ import annotations

from numpy.typing import ArrayLike

from grad_core import Raw, Tensor
from grad_nn import functional as F  # noqa: N812  # the field's name
from grad_nn.functional.loss import Reduction, Target
from grad_nn.module import Module
from grad_nn.parameter import Buffer


class MSELoss(Module):
    """The squared error, (input - target)^2; see `functional.mse_loss`.

    Args:
        reduction: `"mean"`, `"sum"` or `"none"`.

    Example:
        >>> MSELoss()(Tensor([1.0, 2.0]), Tensor([0.0, 0.0]))
        Tensor(2.5)
    """

    def __init__(self, *, reduction: Reduction = "mean") -> None:
        self.reduction: Reduction = reduction

    def forward(self, input: Tensor, target: Tensor | Raw) -> Tensor:
        """Compute the loss of predictions of any shape and targets of the same."""
        return F.mse_loss(input, target, reduction=self.reduction)


class CrossEntropyLoss(Module):
    """The cross-entropy of logits with their targets; see `functional.cross_entropy`.

    Args:
        weight: A factor for each class, `(C,)`; a Buffer, so part of the state.
        ignore_index: The class index of samples that do not count.
        reduction: `"mean"`, `"sum"` or `"none"`.
        label_smoothing: The share of each target that is spread evenly over the classes.

    Example:
        >>> CrossEntropyLoss()(Tensor([[0.0, 0.0], [9.0, 0.0]]), [0, 1])
        Tensor(4.846635)
    """

    def __init__(
        self,
        weight: Tensor | ArrayLike | None = None,
        *,
        ignore_index: int = -100,
        reduction: Reduction = "mean",
        label_smoothing: float = 0.0,
    ) -> None:
        self.weight: Buffer | None = None if weight is None else Buffer(weight)
        self.ignore_index: int = ignore_index
        self.reduction: Reduction = reduction
        self.label_smoothing: float = label_smoothing

    def forward(self, input: Tensor, target: Target) -> Tensor:
        """Compute the loss of logits `(N, C)` and class indices `(N,)`, or what else fits."""
        return F.cross_entropy(
            input,
            target,
            self.weight,
            ignore_index=self.ignore_index,
            reduction=self.reduction,
            label_smoothing=self.label_smoothing,
        )
