"""Connectionist temporal classification, as a Module."""

from __future__ import annotations

from grad_core import Tensor
from grad_nn import functional as F  # noqa: N812  # the field's name
from grad_nn.functional.loss.ctc import Lengths
from grad_nn.functional.loss.reduction import Reduction
from grad_nn.functional.loss.targets import IndexTarget
from grad_nn.module import Module


class CTCLoss(Module):
    """-log(p), where p is the probability that frames spell a target; see `functional.ctc_loss`.

    Args:
        blank: The class of the blank.
        reduction: `"mean"`, `"sum"` or `"none"`.
        zero_infinity: Whether targets that no way spells count as 0.

    Example:
        >>> import grad_core as gc
        >>> log_probs = gc.log(Tensor([[0.5, 0.5], [0.5, 0.5]]))
        >>> gc.round(gc.exp(-CTCLoss()(log_probs, [1], 2, 1)), 4)
        Tensor(0.75)
    """

    def __init__(
        self, blank: int = 0, reduction: Reduction = "mean", zero_infinity: bool = False
    ) -> None:
        self.blank: int = blank
        self.reduction: Reduction = reduction
        self.zero_infinity: bool = zero_infinity

    def forward(
        self,
        log_probs: Tensor,
        targets: IndexTarget,
        input_lengths: Lengths,
        target_lengths: Lengths,
    ) -> Tensor:
        """Compute the loss of log-probabilities `(T, N, C)` and targets `(N, S)` of given lengths."""
        return F.ctc_loss(
            log_probs,
            targets,
            input_lengths,
            target_lengths,
            self.blank,
            self.reduction,
            self.zero_infinity,
        )
