"""Schedules that a function computes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from grad_nn.optim.checks import is_sequence
from grad_nn.optim.lr_scheduler.saved import attributes_of, set_attributes
from grad_nn.optim.lr_scheduler.scheduler import LRScheduler
from grad_nn.optim.optimizer import Optimizer

Factor: TypeAlias = Callable[[int], float]


class _OfFunctions(LRScheduler):
    """A scheduler with a function for each group.

    Functions are not saved, but the attributes of objects that can be called are.
    """

    _not_saved = LRScheduler._not_saved | {"lr_lambdas"}

    def __init__(
        self, optimizer: Optimizer, lr_lambda: Factor | Sequence[Factor], last_epoch: int = -1
    ) -> None:
        count = len(optimizer.param_groups) if isinstance(optimizer, Optimizer) else 1
        if not callable(lr_lambda) and not isinstance(lr_lambda, (list, tuple)):
            raise TypeError(
                f"{type(self).__name__}: lr_lambda is {lr_lambda!r:.60}, expected a function of the"
                " epoch"
            )
        self.lr_lambdas: list[Factor] = (
            [lr_lambda] * count if callable(lr_lambda) else list(lr_lambda)
        )
        if len(self.lr_lambdas) != count:
            raise ValueError(
                f"{type(self).__name__}: lr_lambda has {len(self.lr_lambdas)} functions, and the"
                f" optimizer {count} groups"
            )
        super().__init__(optimizer, last_epoch)

    def _check(self) -> None:
        for function in self.lr_lambdas:
            if not callable(function):
                raise TypeError(
                    f"{type(self).__name__}: lr_lambda has {function!r:.60}, expected a function of"
                    " the epoch"
                )

    def state_dict(self) -> dict[str, object]:
        """Return a copy of the state; of functions None, of callable objects their attributes."""
        kept = [attributes_of(function) for function in self.lr_lambdas]
        return {**super().state_dict(), "lr_lambdas": kept}

    def load_state_dict(self, state_dict: Mapping[str, object]) -> None:
        """Go on from what `state_dict` returned; see `LRScheduler`."""
        kept = state_dict.get("lr_lambdas", [None] * len(self.lr_lambdas))
        if not (is_sequence(kept) and len(kept) == len(self.lr_lambdas)):
            raise TypeError(
                f"{type(self).__name__}: load_state_dict: lr_lambdas is {kept!r:.60}, expected"
                f" {len(self.lr_lambdas)} dicts or Nones"
            )
        super().load_state_dict({k: v for k, v in state_dict.items() if k != "lr_lambdas"})
        for function, attributes in zip(self.lr_lambdas, kept, strict=True):
            set_attributes(function, attributes)


class LambdaLR(_OfFunctions):
    """The first learning rate times a function of the epoch.

        lr(t) = base_lr * f(t)

    Args:
        optimizer: Whose learning rates it sets.
        lr_lambda: The function f of the epoch, or one for each group.
        last_epoch: See `LRScheduler`.

    Raises:
        TypeError: `lr_lambda` is no function, or gives no number.
        ValueError: There are not as many functions as groups.

    Example:
        >>> from grad_core import Tensor
        >>> from grad_nn.optim import SGD
        >>> optimizer = SGD([Tensor([1.0], requires_grad=True)], lr=1.0)
        >>> LambdaLR(optimizer, lambda epoch: 1 / (1 + epoch)).get_last_lr()
        [1.0]
    """

    def get_lr(self) -> list[float]:
        """Return the first learning rates times the factors of the epoch."""
        pairs = zip(self.lr_lambdas, self.base_lrs, strict=True)
        return [lr * factor(self.last_epoch) for factor, lr in pairs]


class MultiplicativeLR(_OfFunctions):
    """The last learning rate times a function of the epoch.

        lr(t) = lr(t - 1) * f(t)

    Args:
        optimizer: Whose learning rates it sets.
        lr_lambda: The function f of the epoch, or one for each group; it is not called for epoch 0.
        last_epoch: See `LRScheduler`.

    Raises:
        TypeError: `lr_lambda` is no function, or gives no number.
        ValueError: There are not as many functions as groups.

    Example:
        >>> from grad_core import Tensor
        >>> from grad_nn.optim import SGD
        >>> optimizer = SGD([Tensor([1.0], requires_grad=True)], lr=1.0)
        >>> scheduler = MultiplicativeLR(optimizer, lambda epoch: 0.5)
        >>> optimizer.step()
        >>> scheduler.step()
        >>> scheduler.get_last_lr()
        [0.5]
    """

    def get_lr(self) -> list[float]:
        """Return the present learning rates times the factors of the epoch."""
        if self._is_initial:
            return self._current()
        pairs = zip(self.lr_lambdas, self._current(), strict=True)
        return [lr * factor(self.last_epoch) for factor, lr in pairs]
