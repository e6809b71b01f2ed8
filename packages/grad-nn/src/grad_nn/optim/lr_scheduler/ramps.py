"""Schedules over a number of epochs, and constant afterwards."""

from __future__ import annotations

from grad_nn.optim.checks import is_number, require_count, require_numbers
from grad_nn.optim.lr_scheduler.scheduler import LRScheduler
from grad_nn.optim.optimizer import Optimizer


class ConstantLR(LRScheduler):
    """The learning rate times a factor, until `total_iters`.

        lr(t) = base_lr * factor  for t < total_iters, else base_lr

    Args:
        optimizer: Whose learning rates it sets.
        factor: The factor, from 0 to 1.
        total_iters: How many epochs the factor is there.
        last_epoch: See `LRScheduler`.

    Raises:
        ValueError: A setting is out of range.

    Example:
        >>> from grad_core import Tensor
        >>> from grad_nn.optim import SGD
        >>> optimizer = SGD([Tensor([1.0], requires_grad=True)], lr=1.0)
        >>> scheduler = ConstantLR(optimizer, factor=0.5, total_iters=2)
        >>> for _ in range(3):
        ...     print(scheduler.get_last_lr())
        ...     optimizer.step()
        ...     scheduler.step()
        [0.5]
        [0.5]
        [1.0]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        factor: float = 1.0 / 3,
        total_iters: int = 5,
        last_epoch: int = -1,
    ) -> None:
        self.factor: float = factor
        self.total_iters: int = total_iters
        super().__init__(optimizer, last_epoch)

    def _check(self) -> None:
        _require_share("ConstantLR", "factor", self.factor)
        require_count("ConstantLR", "total_iters", self.total_iters)

    def get_lr(self) -> list[float]:
        """Return the learning rates of this epoch, from those of the last one."""
        if self.last_epoch == 0:
            return [lr * self.factor for lr in self._current()]
        if self.last_epoch != self.total_iters:
            return self._current()
        if self.factor == 0.0:  # nothing is left to scale
            return list(self.base_lrs)
        return [lr * (1.0 / self.factor) for lr in self._current()]

    def _closed_form(self) -> list[float]:
        factor = 1.0 if self.last_epoch >= self.total_iters else self.factor
        return [lr * factor for lr in self.base_lrs]


class LinearLR(LRScheduler):
    """The learning rate times a factor that goes from one number to another, on a line.

        lr(t) = base_lr * (start_factor + (end_factor - start_factor) * min(t / total_iters, 1))

    Args:
        optimizer: Whose learning rates it sets.
        start_factor: The factor of epoch 0, more than 0 and up to 1.
        end_factor: The factor from epoch `total_iters` on, from 0 to 1.
        total_iters: How many epochs it takes.
        last_epoch: See `LRScheduler`.

    Raises:
        ValueError: A setting is out of range.

    Example:
        >>> from grad_core import Tensor
        >>> from grad_nn.optim import SGD
        >>> optimizer = SGD([Tensor([1.0], requires_grad=True)], lr=1.0)
        >>> scheduler = LinearLR(optimizer, start_factor=0.5, total_iters=2)
        >>> for _ in range(4):
        ...     print(scheduler.get_last_lr())
        ...     optimizer.step()
        ...     scheduler.step()
        [0.5]
        [0.75]
        [1.0]
        [1.0]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        start_factor: float = 1.0 / 3,
        end_factor: float = 1.0,
        total_iters: int = 5,
        last_epoch: int = -1,
    ) -> None:
        self.start_factor: float = start_factor
        self.end_factor: float = end_factor
        self.total_iters: int = total_iters
        super().__init__(optimizer, last_epoch)

    def _check(self) -> None:
        _require_share("LinearLR", "start_factor", self.start_factor)
        _require_share("LinearLR", "end_factor", self.end_factor)
        require_count("LinearLR", "total_iters", self.total_iters)
        if self.start_factor == 0.0:
            raise ValueError("LinearLR: start_factor must be more than 0, which no factor undoes")

    def get_lr(self) -> list[float]:
        """Return the learning rates of this epoch, from those of the last one."""
        if self.last_epoch == 0:
            return [lr * self.start_factor for lr in self._current()]
        if self._is_initial or self.last_epoch > self.total_iters:
            return self._current()
        slope = self.end_factor - self.start_factor
        before = self.total_iters * self.start_factor + (self.last_epoch - 1) * slope
        return [lr * (1.0 + slope / before) for lr in self._current()]

    def _closed_form(self) -> list[float]:
        share = min(self.total_iters, self.last_epoch) / self.total_iters
        factor = self.start_factor + (self.end_factor - self.start_factor) * share
        return [lr * factor for lr in self.base_lrs]


class PolynomialLR(LRScheduler):
    """The learning rate falls to 0 as a power of the epochs that are left.

        lr(t) = base_lr * (1 - min(t / total_iters, 1))^power

    Args:
        optimizer: Whose learning rates it sets.
        total_iters: After how many epochs it is 0.
        power: The power.
        last_epoch: See `LRScheduler`.

    Raises:
        ValueError: A setting is out of range.

    Example:
        >>> from grad_core import Tensor
        >>> from grad_nn.optim import SGD
        >>> optimizer = SGD([Tensor([1.0], requires_grad=True)], lr=1.0)
        >>> scheduler = PolynomialLR(optimizer, total_iters=2, power=2.0)
        >>> for _ in range(3):
        ...     print(scheduler.get_last_lr())
        ...     optimizer.step()
        ...     scheduler.step()
        [1.0]
        [0.25]
        [0.0]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        total_iters: int = 5,
        power: float = 1.0,
        last_epoch: int = -1,
    ) -> None:
        self.total_iters: int = total_iters
        self.power: float = power
        super().__init__(optimizer, last_epoch)

    def _check(self) -> None:
        require_count("PolynomialLR", "total_iters", self.total_iters)
        require_numbers("PolynomialLR", power=self.power)

    def get_lr(self) -> list[float]:
        """Return the learning rates of this epoch, from those of the last one."""
        if self._is_initial or not 0 < self.last_epoch <= self.total_iters:
            return self._current()
        now = 1.0 - self.last_epoch / self.total_iters
        before = 1.0 - (self.last_epoch - 1) / self.total_iters
        return [lr * (now / before) ** self.power for lr in self._current()]

    def _closed_form(self) -> list[float]:
        left = 1.0 - min(self.total_iters, self.last_epoch) / self.total_iters
        return [lr * left**self.power for lr in self.base_lrs]


def _require_share(kind: str, name: str, value: object) -> None:
    if not (is_number(value) and 0.0 <= value <= 1.0):
        raise ValueError(f"{kind}: {name} must be a number from 0 to 1, got {value!r}")
