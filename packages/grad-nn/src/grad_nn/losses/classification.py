"""Losses of one class among several, as Modules."""

from __future__ import annotations

from numpy.typing import ArrayLike

from grad_core import Tensor
from grad_nn import functional as F  # noqa: N812  # the field's name
from grad_nn.functional.loss.classification import Target
from grad_nn.functional.loss.reduction import Reduction
from grad_nn.functional.loss.targets import IndexTarget
from grad_nn.module import Module
from grad_nn.parameter import Buffer


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


class NLLLoss(Module):
    """The negative log-likelihood of classes, from log-probabilities; see `functional.nll_loss`.

    Args:
        weight: A factor for each class, `(C,)`; a Buffer, so part of the state.
        ignore_index: The class index of samples that do not count.
        reduction: `"mean"`, `"sum"` or `"none"`.

    Example:
        >>> import grad_core as gc
        >>> gc.round(NLLLoss()(gc.log(Tensor([[0.25, 0.75], [0.5, 0.5]])), [1, 0]), 4)
        Tensor(0.4904)
    """

    def __init__(
        self,
        weight: Tensor | ArrayLike | None = None,
        *,
        ignore_index: int = -100,
        reduction: Reduction = "mean",
    ) -> None:
        self.weight: Buffer | None = None if weight is None else Buffer(weight)
        self.ignore_index: int = ignore_index
        self.reduction: Reduction = reduction

    def forward(self, input: Tensor, target: IndexTarget) -> Tensor:
        """Compute the loss of log-probabilities `(N, C)` and class indices `(N,)`."""
        return F.nll_loss(
            input,
            target,
            self.weight,
            ignore_index=self.ignore_index,
            reduction=self.reduction,
        )
