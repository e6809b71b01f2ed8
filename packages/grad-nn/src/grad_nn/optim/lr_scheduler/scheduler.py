"""LRScheduler: what changes the learning rates of an optimizer while it trains."""

from __future__ import annotations

import warnings
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from copy import copy, deepcopy

from grad_nn.optim.checks import is_mapping, is_number
from grad_nn.optim.lr_scheduler.saved import read_state
from grad_nn.optim.optimizer import Optimizer


class Scheduler:
    """What all schedulers share: they say the learning rates of last time, and can be saved.

    An `LRScheduler` steps by itself; `ReduceLROnPlateau` has to be told a metric.

    Attributes:
        optimizer: Whose learning rates it sets.
    """

    # What `state_dict` leaves out
    _not_saved: frozenset[str] = frozenset(("optimizer", "_is_initial"))

    def __init__(self, optimizer: Optimizer) -> None:
        given: object = optimizer
        if not isinstance(given, Optimizer):
            raise TypeError(
                f"{type(self).__name__}: optimizer is {type(given).__name__}, expected an Optimizer"
            )
        self.optimizer: Optimizer = optimizer
        self._last_lr: list[float] = self._current()

    def get_last_lr(self) -> list[float]:
        """Return the learning rate of each group after the last step."""
        return self._last_lr

    def state_dict(self) -> dict[str, object]:
        """Return a copy of everything but the optimizer, which has a `state_dict` of its own."""
        return {k: deepcopy(v) for k, v in vars(self).items() if k not in self._not_saved}

    def load_state_dict(self, state_dict: Mapping[str, object]) -> None:
        """Go on from what `state_dict` returned, here or in PyTorch.

        Learning rates are the optimizer's, and are loaded with its state.

        Raises:
            TypeError: A value is of another type than the present one. Nothing has changed then.
            ValueError: There is something unknown, or a setting is out of range. Nothing has
                changed then.
        """
        given: object = state_dict
        name = f"{type(self).__name__}: load_state_dict"
        if not is_mapping(given):
            raise TypeError(f"{name}: expected a dict, got {given!r:.80}")
        own = {k: v for k, v in vars(self).items() if k not in self._not_saved}
        values = read_state(name, given, own)
        trial = copy(self)
        vars(trial).update(values)
        trial._check()
        vars(self).update(values)

    def _check(self) -> None:
        """Raise a ValueError or TypeError if a setting is not right."""

    def _current(self) -> list[float]:
        return [group["lr"] for group in self.optimizer.param_groups]

    def _set(self, lrs: Sequence[float]) -> None:
        """Give each group its learning rate."""
        groups = self.optimizer.param_groups
        if len(lrs) != len(groups):
            raise ValueError(
                f"{type(self).__name__}: the optimizer has {len(groups)} groups of parameters, and"
                f" had {len(lrs)} when this was made; make a new scheduler"
            )
        for lr in lrs:
            if not is_number(lr):
                raise TypeError(
                    f"{type(self).__name__}: a learning rate came out as {lr!r:.60}, expected a number"
                )
        for group, lr in zip(groups, lrs, strict=True):
            group["lr"] = float(lr)
        self._last_lr = self._current()

    def __repr__(self) -> str:
        hidden = ("optimizer", "base_lrs", "lr_lambdas")
        shown = (f"{k}={v!r}" for k, v in vars(self).items() if k not in hidden and k[0] != "_")
        return f"{type(self).__name__}({', '.join(shown)})"


class LRScheduler(Scheduler, ABC):
    """Base class of schedulers that need to be told nothing: a subclass defines `get_lr`.

    The learning rates of epoch 0 are set at once. After each epoch, or each batch, whatever it
    counts, `step` sets those of the next one, from those that the optimizer then has: so
    several schedulers can share an optimizer, and their factors multiply.

    Args:
        optimizer: Whose learning rates it sets.
        last_epoch: The last epoch of a run that goes on; -1 begins anew. A run that goes on by
            `load_state_dict` needs no other.

    Attributes:
        optimizer: Whose learning rates it sets.
        base_lrs: The learning rates that it began from, of each group.
        last_epoch: The epoch whose learning rates are set.

    Raises:
        TypeError: `optimizer` is no Optimizer.
        ValueError: `last_epoch` is no int, at least -1, or a setting is out of range.
        KeyError: With a `last_epoch`, if a group has no `initial_lr`.

    Example:
        >>> from grad_core import Tensor
        >>> from grad_nn.optim import SGD
        >>> class Halving(LRScheduler):
        ...     def get_lr(self) -> list[float]:
        ...         return [lr * 0.5**self.last_epoch for lr in self.base_lrs]
        >>> optimizer = SGD([Tensor([1.0], requires_grad=True)], lr=0.5)
        >>> scheduler = Halving(optimizer)
        >>> optimizer.step()
        >>> scheduler.step()
        >>> scheduler.get_last_lr()
        [0.25]
    """

    def __init__(self, optimizer: Optimizer, last_epoch: int = -1) -> None:
        super().__init__(optimizer)
        if not isinstance(last_epoch, int) or last_epoch < -1:
            raise ValueError(
                f"{type(self).__name__}: last_epoch must be an int, at least -1, got {last_epoch!r}"
            )
        self._check()
        for i, group in enumerate(optimizer.param_groups):
            if last_epoch == -1:
                group.setdefault("initial_lr", group["lr"])
            elif "initial_lr" not in group:
                raise KeyError(
                    f"{type(self).__name__}: group {i} of the optimizer has no initial_lr, which"
                    " last_epoch needs; load the state of the optimizer first"
                )
        self.base_lrs: list[float] = self._bases()
        self.last_epoch: int = last_epoch
        self._initial_step()

    @abstractmethod
    def get_lr(self) -> list[float]:
        """Return the learning rates of `last_epoch`, which `step` has just moved on.

        It begins from the present ones, in the groups, those of the epoch before; or from
        `base_lrs`. What was last set is `get_last_lr()`.
        """

    def step(self) -> None:
        """Set the learning rates of the next epoch. The optimizer's step comes before.

        Raises:
            ValueError: The optimizer has got more groups of parameters.
        """
        if self._step_count == 1 and not self.optimizer._steps:
            warnings.warn(
                f"{type(self).__name__}: step() is called before the first step() of the optimizer,"
                " which so never uses the first learning rate; call it afterwards",
                stacklevel=2,
            )
        self._advance(self.last_epoch + 1)

    def _advance(self, epoch: int) -> None:
        """Move on to an epoch, or stay if the learning rates cannot be computed."""
        before = self.last_epoch
        self.last_epoch = epoch
        self._step_count += 1
        try:
            self._set(self.get_lr())
        except BaseException:
            self.last_epoch = before
            self._step_count -= 1
            raise

    # ------------------------------------------------------------------------ beginning

    def _bases(self) -> list[float]:
        return [group.get("initial_lr", group["lr"]) for group in self.optimizer.param_groups]

    def _initial_step(self) -> None:
        """Set the learning rates of the epoch after `last_epoch`, the first that counts."""
        self._step_count: int = 0
        self._is_initial: bool = True
        try:
            self.step()
        finally:
            self._is_initial = False

    def _closed_form(self) -> list[float]:
        """Return the learning rates of `last_epoch` from `base_lrs` alone, where there is a way."""
        return self.get_lr()

    # What schedulers that are made of others call

    def _begin(self) -> None:
        """Set the learning rates of epoch 0, in the middle of a run."""
        self.last_epoch = 0
        self._set(self._closed_form())

    def _rewind(self) -> None:
        """Forget the first step."""
        self.last_epoch = -1

    def _restart(self) -> None:
        """Take the first step again."""
        self._initial_step()
