"""A schedule that waits until a metric improves no more."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal, SupportsFloat

from grad_nn.optim.checks import is_number, require_count, require_numbers
from grad_nn.optim.lr_scheduler.momentum import per_group
from grad_nn.optim.lr_scheduler.scheduler import Scheduler
from grad_nn.optim.optimizer import Optimizer


class ReduceLROnPlateau(Scheduler):
    """The learning rate times a factor, when a metric has not improved for some epochs.

    Args:
        optimizer: Whose learning rates it sets.
        mode: Whether the metric improves when it falls, `"min"`, or rises, `"max"`.
        factor: What the learning rate is multiplied by, less than 1.
        patience: How many epochs without improvement are borne; the next one reduces.
        threshold: How much better than the best so far counts as an improvement,
        threshold_mode: as a share of the best, `"rel"`, or as such, `"abs"`.
        cooldown: For how many epochs after a reduction none are counted.
        min_lr: The lowest learning rate, or one for each group.
        eps: A reduction by no more than this is left out.

    Attributes:
        best: The best metric so far.
        num_bad_epochs: For how many epochs it has not improved.
        last_epoch: How many epochs there were.

    Raises:
        TypeError: `optimizer` is no Optimizer.
        ValueError: A setting is out of range.

    Example:
        >>> from grad_core import Tensor
        >>> from grad_nn.optim import SGD
        >>> optimizer = SGD([Tensor([1.0], requires_grad=True)], lr=1.0)
        >>> scheduler = ReduceLROnPlateau(optimizer, factor=0.5, patience=1)
        >>> for loss in (3.0, 2.0, 2.5, 2.1):
        ...     scheduler.step(loss)
        ...     print(scheduler.get_last_lr())
        [1.0]
        [1.0]
        [1.0]
        [0.5]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        mode: Literal["min", "max"] = "min",
        factor: float = 0.1,
        patience: int = 10,
        threshold: float = 1e-4,
        threshold_mode: Literal["rel", "abs"] = "rel",
        cooldown: int = 0,
        min_lr: float | Sequence[float] = 0.0,
        eps: float = 1e-8,
    ) -> None:
        self.factor: float = factor
        super().__init__(optimizer)
        self.default_min_lr: float | None = float(min_lr) if is_number(min_lr) else None
        self.min_lrs: list[float] = per_group("ReduceLROnPlateau", "min_lr", min_lr, optimizer)
        self.patience: int = patience
        self.cooldown: int = cooldown
        self.eps: float = eps
        self.last_epoch: int = 0
        self.mode_worse: float = math.inf if mode == "min" else -math.inf
        self.mode: str = mode
        self.threshold: float = threshold
        self.threshold_mode: str = threshold_mode
        self.best: float = self.mode_worse
        self.cooldown_counter: int = 0
        self.num_bad_epochs: int = 0
        self._check()

    def _check(self) -> None:
        kind = "ReduceLROnPlateau"
        require_numbers(kind, 1.0, factor=self.factor)
        require_numbers(kind, threshold=self.threshold, eps=self.eps)
        require_count(kind, "patience", self.patience, 0)
        require_count(kind, "cooldown", self.cooldown, 0)
        if self.mode not in ("min", "max"):
            raise ValueError(f"{kind}: mode must be 'min' or 'max', got {self.mode!r}")
        if self.threshold_mode not in ("rel", "abs"):
            raise ValueError(
                f"{kind}: threshold_mode must be 'rel' or 'abs', got {self.threshold_mode!r}"
            )

    @property
    def in_cooldown(self) -> bool:
        """Whether epochs are not counted at present."""
        return self.cooldown_counter > 0

    def step(self, metrics: SupportsFloat) -> None:
        """Reduce the learning rates if it is time to.

        Args:
            metrics: The metric of this epoch: a number, or a Tensor of one.

        Raises:
            TypeError: `metrics` is no number.
            ValueError: The optimizer has got more groups than there are in `min_lrs`.
        """
        try:
            current = float(metrics)
        except TypeError:
            raise TypeError(
                f"ReduceLROnPlateau: metrics is {type(metrics).__name__}, expected a number"
            ) from None
        groups = self.optimizer.param_groups
        if len(groups) != len(self.min_lrs):
            if self.default_min_lr is None:
                raise ValueError(
                    f"ReduceLROnPlateau: the optimizer has {len(groups)} groups of parameters, and"
                    f" min_lrs has {len(self.min_lrs)}; set min_lrs to one for each"
                )
            self.min_lrs = [self.default_min_lr] * len(groups)
        self.last_epoch += 1
        if self._is_better(current):
            self.best = current
            self.num_bad_epochs = 0
        else:
            self.num_bad_epochs += 1
        if self.in_cooldown:
            self.cooldown_counter -= 1
            self.num_bad_epochs = 0
        if self.num_bad_epochs > self.patience:
            for group, least in zip(groups, self.min_lrs, strict=True):
                reduced = max(group["lr"] * self.factor, least)
                if group["lr"] - reduced > self.eps:
                    group["lr"] = reduced
            self.cooldown_counter = self.cooldown
            self.num_bad_epochs = 0
        self._last_lr = self._current()

    def _is_better(self, current: float) -> bool:
        change = self.threshold * (self.best if self.threshold_mode == "rel" else 1.0)
        if math.isinf(self.best):  # the first one; a threshold of 0 makes no number of it
            change = 0.0
        if self.mode == "min":
            return current < self.best - change
        return current > self.best + change
