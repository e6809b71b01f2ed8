"""Negative log-likelihoods of distributions, as Modules."""

from __future__ import annotations

from grad_core import Raw, Tensor
from grad_nn import functional as F  # noqa: N812  # the field's name
from grad_nn.functional.loss.likelihood import KLReduction
from grad_nn.functional.loss.reduction import Reduction
from grad_nn.module import Module


class KLDivLoss(Module):
    """The Kullback-Leibler divergence, p * (log(p) - log(q)); see `functional.kl_div`.

    Args:
        reduction: `"batchmean"`, `"mean"`, `"sum"` or `"none"`.
        log_target: Whether targets are log(p).

    Example:
        >>> import grad_core as gc
        >>> loss = KLDivLoss(reduction="batchmean")
        >>> gc.round(loss(gc.log(Tensor([[0.25, 0.75]])), Tensor([[0.5, 0.5]])), 4)
        Tensor(0.1438)
    """

    def __init__(
        self,
        *,
        reduction: KLReduction = "mean",
        log_target: bool = False,
    ) -> None:
        self.reduction: KLReduction = reduction
        self.log_target: bool = log_target

    def forward(self, input: Tensor, target: Tensor | Raw) -> Tensor:
        """Compute the divergence of targets p from predictions log(q)."""
        return F.kl_div(
            input,
            target,
            reduction=self.reduction,
            log_target=self.log_target,
        )


class PoissonNLLLoss(Module):
    """The negative log-likelihood of a Poisson distribution; see `functional.poisson_nll_loss`.

    Args:
        log_input: Whether inputs are the logarithms of expected counts.
        full: Whether an approximation of log(target!) is added.
        eps: What keeps the logarithm of an expected count finite.
        reduction: `"mean"`, `"sum"` or `"none"`.

    Example:
        >>> PoissonNLLLoss()(Tensor([0.0, 0.0]), Tensor([2.0, 5.0]))
        Tensor(1.)
    """

    def __init__(
        self,
        log_input: bool = True,
        full: bool = False,
        *,
        eps: float = 1e-8,
        reduction: Reduction = "mean",
    ) -> None:
        self.log_input: bool = log_input
        self.full: bool = full
        self.eps: float = eps
        self.reduction: Reduction = reduction

    def forward(self, log_input: Tensor, target: Tensor | Raw) -> Tensor:
        """Compute the loss of expected counts and the counts."""
        return F.poisson_nll_loss(
            log_input,
            target,
            log_input=self.log_input,
            full=self.full,
            eps=self.eps,
            reduction=self.reduction,
        )


class GaussianNLLLoss(Module):
    """The negative log-likelihood of a normal distribution; see `functional.gaussian_nll_loss`.

    Args:
        full: Whether the constant term, log(2 pi) / 2, is added.
        eps: The least variance.
        reduction: `"mean"`, `"sum"` or `"none"`.

    Example:
        >>> GaussianNLLLoss()(Tensor([1.0, 2.0]), Tensor([0.0, 0.0]), Tensor([1.0, 1.0]))
        Tensor(1.25)
    """

    def __init__(
        self,
        *,
        full: bool = False,
        eps: float = 1e-6,
        reduction: Reduction = "mean",
    ) -> None:
        self.full: bool = full
        self.eps: float = eps
        self.reduction: Reduction = reduction

    def forward(self, input: Tensor, target: Tensor | Raw, var: Tensor | Raw) -> Tensor:
        """Compute the loss of expected values, the values, and variances."""
        return F.gaussian_nll_loss(
            input,
            target,
            var,
            full=self.full,
            eps=self.eps,
            reduction=self.reduction,
        )
