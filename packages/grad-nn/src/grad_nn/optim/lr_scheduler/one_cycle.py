"""The schedule of one cycle."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

from grad_nn.optim.checks import is_number, require_count
from grad_nn.optim.groups import ParamGroup
from grad_nn.optim.lr_scheduler.momentum import per_group, require_momentum, set_momentum
from grad_nn.optim.lr_scheduler.scheduler import LRScheduler
from grad_nn.optim.optimizer import Optimizer


class OneCycleLR(LRScheduler):
    """The learning rate rises to `max_lr`, then falls far below where it began; step per batch.

    The momentum goes the other way. With three phases the learning rate comes back to where it
    began before it falls, in as many steps as it rose.

    Args:
        optimizer: Whose learning rates it sets.
        max_lr: The highest learning rate, or one for each group.
        total_steps: How many steps there are, or
        epochs: how many epochs there are, and
        steps_per_epoch: how many steps each has.
        pct_start: The share of the steps in which it rises.
        anneal_strategy: Along half a cosine, `"cos"`, or on a line, `"linear"`.
        cycle_momentum: Whether to change the momentum, too, or the first of `betas`.
        base_momentum: The lowest momentum, or one for each group.
        max_momentum: The highest momentum, or one for each group.
        div_factor: It begins at max_lr / div_factor,
        final_div_factor: and ends at that over this.
        three_phase: Whether there are three phases.
        last_epoch: See `LRScheduler`.

    Raises:
        ValueError: A setting is out of range, the optimizer has no momentum, or `step` is called
            more than `total_steps` times.

    Example:
        >>> from grad_core import Tensor
        >>> from grad_nn.optim import SGD
        >>> optimizer = SGD([Tensor([1.0], requires_grad=True)])
        >>> scheduler = OneCycleLR(optimizer, max_lr=1.0, total_steps=5, pct_start=0.4)
        >>> optimizer.step()
        >>> for _ in range(4):
        ...     scheduler.step()
        ...     print([round(lr, 3) for lr in scheduler.get_last_lr()])
        [1.0]
        [0.75]
        [0.25]
        [0.0]

    Reference:
        L. Smith and N. Topin, "Super-convergence: very fast training of neural networks using large
        learning rates", arXiv:1708.07120, with the two phases of fastai.
    """

    def __init__(
        self,
        optimizer: Optimizer,
        max_lr: float | Sequence[float],
        total_steps: int | None = None,
        epochs: int | None = None,
        steps_per_epoch: int | None = None,
        pct_start: float = 0.3,
        anneal_strategy: Literal["cos", "linear"] = "cos",
        cycle_momentum: bool = True,
        base_momentum: float | Sequence[float] = 0.85,
        max_momentum: float | Sequence[float] = 0.95,
        div_factor: float = 25.0,
        final_div_factor: float = 1e4,
        three_phase: bool = False,
        last_epoch: int = -1,
    ) -> None:
        kind = "OneCycleLR"
        if total_steps is not None:
            require_count(kind, "total_steps", total_steps)
        elif epochs is not None and steps_per_epoch is not None:
            require_count(kind, "epochs", epochs)
            require_count(kind, "steps_per_epoch", steps_per_epoch)
            total_steps = epochs * steps_per_epoch
        else:
            raise ValueError(
                f"{kind}: pass total_steps, or both epochs and steps_per_epoch, got none of them"
            )
        if not (is_number(pct_start) and 0.0 <= pct_start <= 1.0):
            raise ValueError(f"{kind}: pct_start must be a number from 0 to 1, got {pct_start!r}")
        for name, value in (("div_factor", div_factor), ("final_div_factor", final_div_factor)):
            if not (is_number(value) and 0.0 < value < math.inf):
                raise ValueError(f"{kind}: {name} must be a number, more than 0, got {value!r}")
        highest = per_group(kind, "max_lr", max_lr, optimizer)
        least = per_group(kind, "base_momentum", base_momentum, optimizer)
        most = per_group(kind, "max_momentum", max_momentum, optimizer)
        self.total_steps: int = total_steps
        self._anneal_func_type: str = anneal_strategy
        self._schedule_phases: list[dict[str, float | str]] = _phases(
            total_steps, pct_start, three_phase
        )
        self.cycle_momentum: bool = cycle_momentum
        self.use_beta1: bool = cycle_momentum and require_momentum(kind, optimizer)
        self._check()
        if last_epoch == -1 and isinstance(optimizer, Optimizer):
            momenta = zip(least, most, strict=True)
            for group, top, (low, high) in zip(
                optimizer.param_groups, highest, momenta, strict=True
            ):
                group["initial_lr"] = top / div_factor
                group["max_lr"] = top
                group["min_lr"] = group["initial_lr"] / final_div_factor
                if cycle_momentum:
                    set_momentum(group, high)
                    group["max_momentum"], group["base_momentum"] = high, low
        super().__init__(optimizer, last_epoch)

    def _check(self) -> None:
        if self._anneal_func_type not in ("cos", "linear"):
            raise ValueError(
                "OneCycleLR: anneal_strategy must be 'cos' or 'linear', got"
                f" {self._anneal_func_type!r}"
            )

    def get_lr(self) -> list[float]:
        """Return the learning rates of this step, and set the momenta."""
        if self.last_epoch > self.total_steps:
            raise ValueError(
                f"OneCycleLR: step {self.last_epoch}, but total_steps is {self.total_steps}"
            )
        start = 0.0
        phase = self._schedule_phases[-1]
        for earlier in self._schedule_phases[:-1]:
            if self.last_epoch <= float(earlier["end_step"]):
                phase = earlier
                break
            start = float(earlier["end_step"])
        length = float(phase["end_step"]) - start
        # In the step after the last one a line would go on below 0
        share = min((self.last_epoch - start) / length, 1.0) if length else 1.0
        lrs: list[float] = []
        for group in self.optimizer.param_groups:
            lrs.append(self._between(group, phase["start_lr"], phase["end_lr"], share))
            if self.cycle_momentum:
                momentum = self._between(
                    group, phase["start_momentum"], phase["end_momentum"], share
                )
                set_momentum(group, momentum)
        return lrs

    def _between(
        self, group: ParamGroup, start: float | str, end: float | str, share: float
    ) -> float:
        """Return what lies between two settings of a group."""
        settings: dict[str, object] = {**group}
        first, last = settings.get(str(start)), settings.get(str(end))
        if not (is_number(first) and is_number(last)):
            raise KeyError(
                f"OneCycleLR: a group of the optimizer lacks {start} or {end}; load the state of the"
                " optimizer first"
            )
        if self._anneal_func_type == "linear":
            return (last - first) * share + first
        return last + (first - last) / 2.0 * (math.cos(math.pi * share) + 1.0)


def _phases(total: int, share: float, three: bool) -> list[dict[str, float | str]]:
    """Return where each phase ends, and between what it goes, as PyTorch stores it."""
    up = _phase(share * total - 1.0, "initial_lr", "max_lr", "max_momentum", "base_momentum")
    down, low = ("base_momentum", "max_momentum"), ("max_momentum", "max_momentum")
    if not three:
        return [up, _phase(total - 1, "max_lr", "min_lr", *down)]
    back = _phase(2 * share * total - 2.0, "max_lr", "initial_lr", *down)
    return [up, back, _phase(total - 1, "initial_lr", "min_lr", *low)]


def _phase(
    end_step: float, start_lr: str, end_lr: str, start_momentum: str, end_momentum: str
) -> dict[str, float | str]:
    return {
        "end_step": end_step,
        "start_lr": start_lr,
        "end_lr": end_lr,
        "start_momentum": start_momentum,
        "end_momentum": end_momentum,
    }
