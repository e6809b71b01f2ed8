"""Losses of numbers, as Modules."""

from __future__ import annotations

from grad_core import Raw, Tensor
from grad_nn import functional as F  # noqa: N812  # the field's name
from grad_nn.functional.loss.reduction import Reduction
from grad_nn.module import Module


class MSELoss(Module):
    """The squared error, (input - target)^2; see `functional.mse_loss`.

    Args:
        reduction: `"mean"`, `"sum"` or `"none"`.

    Example:
        >>> MSELoss()(Tensor([1.0, 2.0]), Tensor([0.0, 0.0]))
        Tensor(2.5)
    """

    def __init__(
        self,
        *,
        reduction: Reduction = "mean",
    ) -> None:
        self.reduction: Reduction = reduction

    def forward(self, input: Tensor, target: Tensor | Raw) -> Tensor:
        """Compute the loss of predictions of any shape and targets of the same."""
        return F.mse_loss(
            input,
            target,
            reduction=self.reduction,
        )


class L1Loss(Module):
    """The absolute error, |input - target|; see `functional.l1_loss`.

    Args:
        reduction: `"mean"`, `"sum"` or `"none"`.

    Example:
        >>> L1Loss()(Tensor([1.0, -2.0]), Tensor([0.0, 0.0]))
        Tensor(1.5)
    """

    def __init__(
        self,
        *,
        reduction: Reduction = "mean",
    ) -> None:
        self.reduction: Reduction = reduction

    def forward(self, input: Tensor, target: Tensor | Raw) -> Tensor:
        """Compute the loss of predictions of any shape and targets of the same."""
        return F.l1_loss(
            input,
            target,
            reduction=self.reduction,
        )


class HuberLoss(Module):
    """A squared error that is linear from an error of delta on; see `functional.huber_loss`.

    Args:
        reduction: `"mean"`, `"sum"` or `"none"`.
        delta: From where on the loss is linear; more than 0.

    Example:
        >>> HuberLoss("sum")(Tensor([1.0, 3.0]), Tensor([0.0, 0.0]))
        Tensor(3.)
    """

    def __init__(
        self,
        reduction: Reduction = "mean",
        delta: float = 1.0,
    ) -> None:
        self.reduction: Reduction = reduction
        self.delta: float = delta

    def forward(self, input: Tensor, target: Tensor | Raw) -> Tensor:
        """Compute the loss of predictions of any shape and targets of the same."""
        return F.huber_loss(
            input,
            target,
            reduction=self.reduction,
            delta=self.delta,
        )


class SmoothL1Loss(Module):
    """An absolute error that is smooth below beta; see `functional.smooth_l1_loss`.

    Args:
        reduction: `"mean"`, `"sum"` or `"none"`.
        beta: From where on the loss is linear; 0 makes it the absolute error.

    Example:
        >>> SmoothL1Loss()(Tensor([1.0, 3.0]), Tensor([0.0, 0.0]))
        Tensor(1.5)
    """

    def __init__(
        self,
        *,
        reduction: Reduction = "mean",
        beta: float = 1.0,
    ) -> None:
        self.reduction: Reduction = reduction
        self.beta: float = beta

    def forward(self, input: Tensor, target: Tensor | Raw) -> Tensor:
        """Compute the loss of predictions of any shape and targets of the same."""
        return F.smooth_l1_loss(
            input,
            target,
            reduction=self.reduction,
            beta=self.beta,
        )
