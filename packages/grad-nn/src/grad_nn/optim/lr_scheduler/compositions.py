"""Several schedulers for one optimizer: one after another, or all at once."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence

from grad_nn.optim.checks import is_mapping, is_sequence, require_count
from grad_nn.optim.lr_scheduler.ramps import LinearLR
from grad_nn.optim.lr_scheduler.scheduler import LRScheduler
from grad_nn.optim.optimizer import Optimizer


class _OfSchedulers(LRScheduler):
    """A scheduler that is made of others."""

    _not_saved = LRScheduler._not_saved | {"_schedulers", "base_lrs"}

    def _take(self, schedulers: Sequence[LRScheduler], optimizer: Optimizer | None) -> Optimizer:
        """Keep the schedulers, and return the optimizer that they share."""
        kind = type(self).__name__
        given: object = schedulers
        if not is_sequence(given) or not given:
            raise ValueError(f"{kind}: expected a list of schedulers, got {given!r:.60}")
        self._schedulers: list[LRScheduler] = []
        for i, scheduler in enumerate(given):
            if not isinstance(scheduler, LRScheduler):
                hint = "; a ReduceLROnPlateau needs a metric, and steps by itself"
                raise TypeError(
                    f"{kind}: scheduler {i} is {type(scheduler).__name__}, expected an"
                    f" LRScheduler{hint if hasattr(scheduler, 'in_cooldown') else ''}"
                )
            if optimizer is None:
                optimizer = scheduler.optimizer
            if scheduler.optimizer is not optimizer:
                raise ValueError(f"{kind}: scheduler {i} is one of another optimizer")
            self._schedulers.append(scheduler)
        assert optimizer is not None  # there is a scheduler
        return optimizer

    def get_lr(self) -> list[float]:
        """Return the present learning rates, which the schedulers have set."""
        return self._current()

    def _reset(self) -> None:
        """Go back to the learning rates that the optimizer began with."""
        self._set(self._bases())

    def _rewind(self) -> None:
        super()._rewind()
        for scheduler in self._schedulers:
            scheduler._rewind()

    def state_dict(self) -> dict[str, object]:
        """Return a copy of the state, with those of the schedulers."""
        return {**super().state_dict(), "_schedulers": [s.state_dict() for s in self._schedulers]}

    def load_state_dict(self, state_dict: Mapping[str, object]) -> None:
        """Go on from what `state_dict` returned; see `LRScheduler`. All is loaded, or nothing."""
        given: object = state_dict
        name = f"{type(self).__name__}: load_state_dict"
        if not is_mapping(given):
            raise TypeError(f"{name}: expected a dict, got {given!r:.80}")
        states = given.get("_schedulers")
        if not is_sequence(states) or len(states) != len(self._schedulers):
            raise ValueError(f"{name}: expected the states of {len(self._schedulers)} schedulers")
        before = self.state_dict()
        try:
            for scheduler, state in zip(self._schedulers, states, strict=True):
                if not is_mapping(state):
                    raise TypeError(f"{name}: the state of a scheduler is {state!r:.60}")
                scheduler.load_state_dict(state)
            super().load_state_dict({k: v for k, v in given.items() if k != "_schedulers"})
        except (TypeError, ValueError):
            earlier = before["_schedulers"]
            assert is_sequence(earlier)  # as they were made above
            for scheduler, state in zip(self._schedulers, earlier, strict=True):
                assert is_mapping(state)
                scheduler.load_state_dict(state)
            raise


class SequentialLR(_OfSchedulers):
    """One scheduler after another: each begins at its epoch 0 when its time comes.

    Args:
        optimizer: The optimizer of all of them.
        schedulers: The schedulers, in order.
        milestones: The epoch of the change to each but the first, in order.
        last_epoch: See `LRScheduler`.

    Raises:
        TypeError: One of them is no LRScheduler.
        ValueError: There is none, one is of another optimizer, or `milestones` does not fit.

    Example:
        >>> from grad_core import Tensor
        >>> from grad_nn.optim import SGD
        >>> from grad_nn.optim.lr_scheduler import ConstantLR, ExponentialLR
        >>> optimizer = SGD([Tensor([1.0], requires_grad=True)], lr=1.0)
        >>> first = ConstantLR(optimizer, factor=0.1, total_iters=9)
        >>> then = ExponentialLR(optimizer, gamma=0.5)
        >>> scheduler = SequentialLR(optimizer, [first, then], milestones=[2])
        >>> for _ in range(4):
        ...     print(scheduler.get_last_lr())
        ...     optimizer.step()
        ...     scheduler.step()
        [0.1]
        [0.1]
        [1.0]
        [0.5]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        schedulers: Sequence[LRScheduler],
        milestones: Sequence[int],
        last_epoch: int = -1,
    ) -> None:
        if last_epoch != -1:
            raise ValueError(
                "SequentialLR: it goes on by load_state_dict, not by a last_epoch, got"
                f" {last_epoch!r}"
            )
        self._milestones: list[int] = list(milestones)
        super().__init__(self._take(schedulers, optimizer))

    def _check(self) -> None:
        kind, milestones = type(self).__name__, self._milestones
        if len(milestones) != len(self._schedulers) - 1:
            raise ValueError(
                f"{kind}: there are {len(self._schedulers)} schedulers and {len(milestones)}"
                " milestones, expected one milestone between every two schedulers"
            )
        for milestone in milestones:
            require_count(kind, "a milestone", milestone, 0)
        if milestones != sorted(set(milestones)):
            raise ValueError(f"{kind}: milestones must increase, got {milestones}")

    def _initial_step(self) -> None:
        """Take back what the schedulers did when they were made, but for the one to begin with."""
        self._reset()
        self._rewind()
        self._restart()

    def _restart(self) -> None:
        self.last_epoch: int = 0
        self._active()._restart()
        self._last_lr = self._current()

    def _active(self) -> LRScheduler:
        return self._schedulers[bisect_right(self._milestones, self.last_epoch)]

    def step(self) -> None:
        """Set the learning rates of the next epoch."""
        self.last_epoch += 1
        if self.last_epoch in self._milestones:
            self._active()._begin()
        else:
            self._active().step()
        self._last_lr = self._current()

    def _begin(self) -> None:
        self.last_epoch = 0
        self._active()._begin()
        self._last_lr = self._current()


class ChainedScheduler(_OfSchedulers):
    """Several schedulers at once: each changes what the one before has set.

    Args:
        schedulers: The schedulers, in order.
        optimizer: The optimizer of all of them; None for that of the first.

    Raises:
        TypeError: One of them is no LRScheduler.
        ValueError: There is none, or one is of another optimizer.

    Example:
        >>> from grad_core import Tensor
        >>> from grad_nn.optim import SGD
        >>> from grad_nn.optim.lr_scheduler import ConstantLR, ExponentialLR
        >>> optimizer = SGD([Tensor([1.0], requires_grad=True)], lr=1.0)
        >>> one, other = ConstantLR(optimizer, 0.1, total_iters=2), ExponentialLR(optimizer, 0.5)
        >>> scheduler = ChainedScheduler([one, other])
        >>> for _ in range(3):
        ...     print(scheduler.get_last_lr())
        ...     optimizer.step()
        ...     scheduler.step()
        [0.1]
        [0.05]
        [0.25]
    """

    _not_saved = _OfSchedulers._not_saved | {"last_epoch"}  # the schedulers know

    def __init__(
        self, schedulers: Sequence[LRScheduler], optimizer: Optimizer | None = None
    ) -> None:
        super().__init__(self._take(schedulers, optimizer))

    def _initial_step(self) -> None:
        """Nothing is left to do: each has taken its first step when it was made."""
        self._stepped()

    def _stepped(self) -> None:
        self.last_epoch: int = self._schedulers[0].last_epoch
        self._last_lr = self._current()

    def step(self) -> None:
        """Set the learning rates of the next epoch."""
        for scheduler in self._schedulers:
            scheduler.step()
        self._stepped()

    def load_state_dict(self, state_dict: Mapping[str, object]) -> None:
        """Go on from what `state_dict` returned; see `LRScheduler`. All is loaded, or nothing."""
        super().load_state_dict(state_dict)
        self._stepped()

    def _restart(self) -> None:
        for scheduler in self._schedulers:
            scheduler._restart()
        self._stepped()

    def _begin(self) -> None:
        self._reset()
        self._rewind()
        self._restart()


class WarmupLR(SequentialLR):
    """The learning rate rises on a line, and then another scheduler begins.

        lr(t) = base_lr * (start_factor + (1 - start_factor) * t / total_iters)  for t < total_iters

    It is a SequentialLR of a LinearLR and the other scheduler, which counts its epochs from the
    end of the warm-up.

    Args:
        scheduler: What comes after.
        total_iters: How many epochs, or batches, the learning rate rises.
        start_factor: What it is multiplied by at first; None for 1 / `total_iters`.

    Raises:
        TypeError: `scheduler` is no LRScheduler.
        ValueError: A setting is out of range.

    Example:
        >>> from grad_core import Tensor
        >>> from grad_nn.optim import SGD
        >>> from grad_nn.optim.lr_scheduler import CosineAnnealingLR
        >>> optimizer = SGD([Tensor([1.0], requires_grad=True)], lr=1.0)
        >>> scheduler = WarmupLR(CosineAnnealingLR(optimizer, T_max=4), total_iters=2)
        >>> for _ in range(5):
        ...     print([round(lr, 3) for lr in scheduler.get_last_lr()])
        ...     optimizer.step()
        ...     scheduler.step()
        [0.5]
        [0.75]
        [1.0]
        [0.854]
        [0.5]

    Reference:
        P. Goyal et al., "Accurate, large minibatch SGD: training ImageNet in 1 hour",
        arXiv:1706.02677, section 2.2.
    """

    def __init__(
        self, scheduler: LRScheduler, total_iters: int, start_factor: float | None = None
    ) -> None:
        given: object = scheduler
        if not isinstance(given, LRScheduler):
            raise TypeError(
                f"WarmupLR: scheduler is {type(given).__name__}, expected an LRScheduler"
            )
        require_count("WarmupLR", "total_iters", total_iters)
        optimizer = scheduler.optimizer
        factor = 1.0 / total_iters if start_factor is None else start_factor
        warmup = LinearLR(optimizer, factor, total_iters=total_iters)
        super().__init__(optimizer, [warmup, scheduler], [total_iters])
