"""Schedules that fall by a factor: every so often, at milestones, always."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable

from grad_nn.optim.checks import require_count, require_numbers
from grad_nn.optim.lr_scheduler.scheduler import LRScheduler
from grad_nn.optim.optimizer import Optimizer


class StepLR(LRScheduler):
    """The learning rate times gamma, every `step_size` epochs.

        lr(t) = base_lr * gamma^floor(t / step_size)

    Args:
        optimizer: Whose learning rates it sets.
        step_size: After how many epochs it falls.
        gamma: The factor.
        last_epoch: See `LRScheduler`.

    Raises:
        ValueError: A setting is out of range.

    Example:
        >>> from grad_core import Tensor
        >>> from grad_nn.optim import SGD
        >>> optimizer = SGD([Tensor([1.0], requires_grad=True)], lr=1.0)
        >>> scheduler = StepLR(optimizer, step_size=2, gamma=0.5)
        >>> for _ in range(4):
        ...     optimizer.step()
        ...     scheduler.step()
        ...     print(scheduler.get_last_lr())
        [1.0]
        [0.5]
        [0.5]
        [0.25]
    """

    def __init__(
        self, optimizer: Optimizer, step_size: int, gamma: float = 0.1, last_epoch: int = -1
    ) -> None:
        self.step_size: int = step_size
        self.gamma: float = gamma
        super().__init__(optimizer, last_epoch)

    def _check(self) -> None:
        require_count("StepLR", "step_size", self.step_size)
        require_numbers("StepLR", gamma=self.gamma)

    def get_lr(self) -> list[float]:
        """Return the learning rates of this epoch, from those of the last one."""
        falls = self.last_epoch > 0 and self.last_epoch % self.step_size == 0
        return [lr * self.gamma if falls else lr for lr in self._current()]

    def _closed_form(self) -> list[float]:
        return [lr * self.gamma ** (self.last_epoch // self.step_size) for lr in self.base_lrs]


class MultiStepLR(LRScheduler):
    """The learning rate times gamma, at each of some epochs.

        lr(t) = base_lr * gamma^(number of milestones up to t)

    Args:
        optimizer: Whose learning rates it sets.
        milestones: The epochs; one that is given twice counts twice.
        gamma: The factor.
        last_epoch: See `LRScheduler`.

    Raises:
        TypeError: The milestones are not ints.
        ValueError: A setting is out of range.

    Example:
        >>> from grad_core import Tensor
        >>> from grad_nn.optim import SGD
        >>> optimizer = SGD([Tensor([1.0], requires_grad=True)], lr=1.0)
        >>> scheduler = MultiStepLR(optimizer, milestones=[1, 3], gamma=0.5)
        >>> for _ in range(3):
        ...     optimizer.step()
        ...     scheduler.step()
        ...     print(scheduler.get_last_lr())
        [0.5]
        [0.5]
        [0.25]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        milestones: Iterable[int],
        gamma: float = 0.1,
        last_epoch: int = -1,
    ) -> None:
        self.milestones: Counter[int] = Counter(milestones)
        self.gamma: float = gamma
        super().__init__(optimizer, last_epoch)

    def _check(self) -> None:
        require_numbers("MultiStepLR", gamma=self.gamma)
        if not all(isinstance(m, int) for m in self.milestones):
            raise TypeError(f"MultiStepLR: milestones must be ints, got {[*self.milestones]!r:.60}")

    def get_lr(self) -> list[float]:
        """Return the learning rates of this epoch, from those of the last one."""
        factor = self.gamma ** self.milestones[self.last_epoch]
        return [lr * factor for lr in self._current()]

    def _closed_form(self) -> list[float]:
        passed = bisect_right(sorted(self.milestones.elements()), self.last_epoch)
        return [lr * self.gamma**passed for lr in self.base_lrs]


class ExponentialLR(LRScheduler):
    """The learning rate times gamma, in every epoch.

        lr(t) = base_lr * gamma^t

    Args:
        optimizer: Whose learning rates it sets.
        gamma: The factor.
        last_epoch: See `LRScheduler`.

    Raises:
        ValueError: `gamma` is no number, at least 0.

    Example:
        >>> from grad_core import Tensor
        >>> from grad_nn.optim import SGD
        >>> optimizer = SGD([Tensor([1.0], requires_grad=True)], lr=1.0)
        >>> scheduler = ExponentialLR(optimizer, gamma=0.5)
        >>> optimizer.step()
        >>> scheduler.step()
        >>> scheduler.get_last_lr()
        [0.5]
    """

    def __init__(self, optimizer: Optimizer, gamma: float, last_epoch: int = -1) -> None:
        self.gamma: float = gamma
        super().__init__(optimizer, last_epoch)

    def _check(self) -> None:
        require_numbers("ExponentialLR", gamma=self.gamma)

    def get_lr(self) -> list[float]:
        """Return the learning rates of this epoch, from those of the last one."""
        return [lr if self._is_initial else lr * self.gamma for lr in self._current()]

    def _closed_form(self) -> list[float]:
        return [lr * self.gamma**self.last_epoch for lr in self.base_lrs]
