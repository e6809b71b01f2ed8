"""The learning rate of stochastic weight averaging."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

from grad_nn.optim.checks import require_count
from grad_nn.optim.lr_scheduler.momentum import per_group
from grad_nn.optim.lr_scheduler.scheduler import LRScheduler
from grad_nn.optim.optimizer import Optimizer


class SWALR(LRScheduler):
    """The learning rate goes to a constant one, for weights that are averaged.

        lr(t) = a * swa_lr + (1 - a) * lr(0)  with x = min(t / anneal_epochs, 1)

    where a is x (`"linear"`) or (1 - cos(pi * x)) / 2 (`"cos"`).

    Args:
        optimizer: Whose learning rates it sets.
        swa_lr: The learning rate at the end, or one for each group.
        anneal_epochs: How many epochs it takes.
        anneal_strategy: On a line, or along half a cosine.
        last_epoch: See `LRScheduler`.

    Raises:
        ValueError: A setting is out of range.

    Example:
        >>> from grad_core import Tensor
        >>> from grad_nn.optim import SGD
        >>> optimizer = SGD([Tensor([1.0], requires_grad=True)], lr=1.0)
        >>> scheduler = SWALR(optimizer, 0.5, anneal_epochs=2, anneal_strategy="linear")
        >>> for _ in range(4):
        ...     print(scheduler.get_last_lr())
        ...     optimizer.step()
        ...     scheduler.step()
        [1.0]
        [0.75]
        [0.5]
        [0.5]

    Reference:
        P. Izmailov et al., "Averaging weights leads to wider optima and better generalization",
        UAI 2018.
    """

    def __init__(
        self,
        optimizer: Optimizer,
        swa_lr: float | Sequence[float],
        anneal_epochs: int = 10,
        anneal_strategy: Literal["cos", "linear"] = "cos",
        last_epoch: int = -1,
    ) -> None:
        targets = per_group("SWALR", "swa_lr", swa_lr, optimizer)
        self.anneal_epochs: int = anneal_epochs
        self._anneal_strategy: str = anneal_strategy
        self._check()
        if isinstance(optimizer, Optimizer):
            for group, target in zip(optimizer.param_groups, targets, strict=True):
                group["swa_lr"] = target
        super().__init__(optimizer, last_epoch)

    def _check(self) -> None:
        require_count("SWALR", "anneal_epochs", self.anneal_epochs, 0)
        if self._anneal_strategy not in ("cos", "linear"):
            raise ValueError(
                f"SWALR: anneal_strategy must be 'cos' or 'linear', got {self._anneal_strategy!r}"
            )

    def get_lr(self) -> list[float]:
        """Return the learning rates of this epoch, from those of the last one."""
        t = self._step_count - 1
        if self.anneal_epochs == 0:
            t = max(1, t)
        before, now = self._share(t - 1), self._share(t)
        lrs: list[float] = []
        for group in self.optimizer.param_groups:
            lr = group["lr"]
            target = group.get("swa_lr", lr)
            start = target if before == 1.0 else (lr - before * target) / (1.0 - before)
            lrs.append(target * now + start * (1.0 - now))
        return lrs

    def _share(self, t: int) -> float:
        """Return how far it has gone at that time."""
        x = max(0.0, min(1.0, t / max(1, self.anneal_epochs)))
        return x if self._anneal_strategy == "linear" else (1.0 - math.cos(math.pi * x)) / 2.0
