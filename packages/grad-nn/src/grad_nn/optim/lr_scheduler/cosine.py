"""Schedules along a cosine."""

from __future__ import annotations

import math

from grad_nn.optim.checks import is_number, require_count, require_numbers
from grad_nn.optim.lr_scheduler.scheduler import LRScheduler
from grad_nn.optim.optimizer import Optimizer


class CosineAnnealingLR(LRScheduler):
    """The learning rate falls along half a cosine, and rises again after `T_max`.

        lr(t) = eta_min + (base_lr - eta_min) * (1 + cos(pi * t / T_max)) / 2

    Args:
        optimizer: Whose learning rates it sets.
        T_max: The epoch of the minimum.
        eta_min: The minimum.
        last_epoch: See `LRScheduler`.

    Raises:
        ValueError: A setting is out of range.

    Example:
        >>> from grad_core import Tensor
        >>> from grad_nn.optim import SGD
        >>> optimizer = SGD([Tensor([1.0], requires_grad=True)], lr=1.0)
        >>> scheduler = CosineAnnealingLR(optimizer, T_max=2)
        >>> for _ in range(3):
        ...     print([round(lr, 3) for lr in scheduler.get_last_lr()])
        ...     optimizer.step()
        ...     scheduler.step()
        [1.0]
        [0.5]
        [0.0]

    Reference:
        I. Loshchilov and F. Hutter, "SGDR: stochastic gradient descent with warm restarts", ICLR
        2017, equation 5, without restarts.
    """

    def __init__(
        self,
        optimizer: Optimizer,
        T_max: int,  # noqa: N803  # PyTorch's names, here and below
        eta_min: float = 0.0,
        last_epoch: int = -1,
    ) -> None:
        self.T_max: int = T_max
        self.eta_min: float = eta_min
        super().__init__(optimizer, last_epoch)

    def _check(self) -> None:
        require_count("CosineAnnealingLR", "T_max", self.T_max)
        require_numbers("CosineAnnealingLR", eta_min=self.eta_min)

    def get_lr(self) -> list[float]:
        """Return the learning rates of this epoch, from those of the last one."""
        t, period, least = self.last_epoch, self.T_max, self.eta_min
        if self._is_initial:
            return self._current()
        if (t - 1 - period) % (2 * period) == 0:  # just after the minimum, where a factor is lost
            rise = (1.0 - math.cos(math.pi / period)) / 2.0
            pairs = zip(self._current(), self.base_lrs, strict=True)
            return [lr + (base - least) * rise for lr, base in pairs]
        before = 1.0 + math.cos(math.pi * (t - 1) / period)
        factor = (1.0 + math.cos(math.pi * t / period)) / before
        return [factor * (lr - least) + least for lr in self._current()]

    def _closed_form(self) -> list[float]:
        factor = (1.0 + math.cos(math.pi * self.last_epoch / self.T_max)) / 2.0
        return [self.eta_min + (lr - self.eta_min) * factor for lr in self.base_lrs]


class CosineAnnealingWarmRestarts(LRScheduler):
    """The learning rate falls along half a cosine, begins again, and takes longer each time.

        lr(t) = eta_min + (base_lr - eta_min) * (1 + cos(pi * T_cur / T_i)) / 2

    where T_cur counts the epochs since the last restart, and T_i, those between two, is `T_0` at
    first and is multiplied by `T_mult` at each restart.

    Args:
        optimizer: Whose learning rates it sets.
        T_0: The epochs until the first restart.
        T_mult: How many times longer each round takes.
        eta_min: The minimum.
        last_epoch: See `LRScheduler`.

    Raises:
        ValueError: A setting is out of range.

    Example:
        >>> from grad_core import Tensor
        >>> from grad_nn.optim import SGD
        >>> optimizer = SGD([Tensor([1.0], requires_grad=True)], lr=1.0)
        >>> scheduler = CosineAnnealingWarmRestarts(optimizer, T_0=2)
        >>> optimizer.step()
        >>> for _ in range(2):
        ...     scheduler.step()
        ...     print([round(lr, 3) for lr in scheduler.get_last_lr()])
        [0.5]
        [1.0]
        >>> scheduler.step(3.5)  # within an epoch
        >>> print([round(lr, 3) for lr in scheduler.get_last_lr()])
        [0.146]

    Reference:
        I. Loshchilov and F. Hutter, "SGDR: stochastic gradient descent with warm restarts", ICLR
        2017, equation 5.
    """

    def __init__(
        self,
        optimizer: Optimizer,
        T_0: int,  # noqa: N803
        T_mult: int = 1,  # noqa: N803
        eta_min: float = 0.0,
        last_epoch: int = -1,
    ) -> None:
        self.T_0: int = T_0
        self.T_i: int = T_0
        self.T_mult: int = T_mult
        self.eta_min: float = eta_min
        self.T_cur: float = last_epoch
        super().__init__(optimizer, last_epoch)

    def _check(self) -> None:
        require_count("CosineAnnealingWarmRestarts", "T_0", self.T_0)
        require_count("CosineAnnealingWarmRestarts", "T_mult", self.T_mult)
        require_numbers("CosineAnnealingWarmRestarts", eta_min=self.eta_min)

    def get_lr(self) -> list[float]:
        """Return the learning rates of this epoch."""
        factor = (1.0 + math.cos(math.pi * self.T_cur / self.T_i)) / 2.0
        return [self.eta_min + (lr - self.eta_min) * factor for lr in self.base_lrs]

    def step(self, epoch: float | None = None) -> None:
        """Set the learning rates of the next epoch, or of any time.

        Args:
            epoch: The time in epochs, which may lie within one: `epoch + i / batches`.

        Raises:
            ValueError: `epoch` is no number, at least 0.
        """
        if epoch is None and self.last_epoch >= 0:
            current, length = self.T_cur + 1, self.T_i
            if current >= length:
                current, length = current % length, length * self.T_mult
            time: float = self.last_epoch + 1
        else:
            time = 0 if epoch is None else epoch
            if not (is_number(time) and 0 <= time < math.inf):
                raise ValueError(
                    "CosineAnnealingWarmRestarts: epoch must be a number, at least 0, got"
                    f" {epoch!r}"
                )
            current, length = self._round(time)
        self.T_cur, self.T_i = current, length
        self._advance(math.floor(time))

    def _round(self, time: float) -> tuple[float, int]:
        """Return how long a round is at that time, and how far it has got."""
        current, length = time, self.T_0
        if self.T_mult == 1:
            return current % length, length
        while current >= length:
            current, length = current - length, length * self.T_mult
        return current, length

    def _begin(self) -> None:
        self.T_cur, self.T_i = 0, self.T_0
        super()._begin()
