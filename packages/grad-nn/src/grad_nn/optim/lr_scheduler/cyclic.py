"""Schedules that go up and down between two learning rates."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from grad_nn.optim.checks import is_number, require_numbers
from grad_nn.optim.lr_scheduler.momentum import per_group, require_momentum, set_momentum
from grad_nn.optim.lr_scheduler.saved import attributes_of, set_attributes
from grad_nn.optim.lr_scheduler.scheduler import LRScheduler
from grad_nn.optim.optimizer import Optimizer


class CyclicLR(LRScheduler):
    """The learning rate goes up and down on lines, and the momentum the other way; step per batch.

    With x, which goes from 0 up to 1 in `step_size_up` steps and down to 0 in `step_size_down`, in
    the cycle n = 1, 2, ...:

        lr(t) = base_lr + (max_lr - base_lr) * x * scale
        momentum(t) = max_momentum - (max_momentum - base_momentum) * x * scale

    where scale is 1 (`"triangular"`), 1 / 2^(n - 1) (`"triangular2"`), or gamma^t (`"exp_range"`).

    Args:
        optimizer: Whose learning rates it sets.
        base_lr: The lowest learning rate, or one for each group.
        max_lr: The highest learning rate, or one for each group.
        step_size_up: How many steps a cycle goes up.
        step_size_down: How many steps it goes down; None for as many.
        mode: What scale is.
        gamma: What `"exp_range"` takes powers of.
        scale_fn: Computes scale from n or t, in the place of `mode`.
        scale_mode: Whether `scale_fn` takes the cycle n or the step t.
        cycle_momentum: Whether to change the momentum, too, or the first of `betas`.
        base_momentum: The lowest momentum, or one for each group.
        max_momentum: The highest momentum, or one for each group.
        last_epoch: See `LRScheduler`.

    Raises:
        ValueError: A setting is out of range, or the optimizer has no momentum.

    Example:
        >>> from grad_core import Tensor
        >>> from grad_nn.optim import SGD
        >>> optimizer = SGD([Tensor([1.0], requires_grad=True)])
        >>> scheduler = CyclicLR(optimizer, base_lr=0.0, max_lr=1.0, step_size_up=2)
        >>> optimizer.step()
        >>> for _ in range(4):
        ...     scheduler.step()
        ...     print(scheduler.get_last_lr(), round(optimizer.param_groups[0]["momentum"], 3))
        [0.5] 0.85
        [1.0] 0.8
        [0.5] 0.85
        [0.0] 0.9

    Reference:
        L. Smith, "Cyclical learning rates for training neural networks", WACV 2017, section 3.
    """

    _not_saved = LRScheduler._not_saved | {"_scale_fn_custom"}

    def __init__(
        self,
        optimizer: Optimizer,
        base_lr: float | Sequence[float],
        max_lr: float | Sequence[float],
        step_size_up: int = 2000,
        step_size_down: int | None = None,
        mode: Literal["triangular", "triangular2", "exp_range"] = "triangular",
        gamma: float = 1.0,
        scale_fn: Callable[[float], float] | None = None,
        scale_mode: Literal["cycle", "iterations"] = "cycle",
        cycle_momentum: bool = True,
        base_momentum: float | Sequence[float] = 0.8,
        max_momentum: float | Sequence[float] = 0.9,
        last_epoch: int = -1,
    ) -> None:
        lowest = per_group("CyclicLR", "base_lr", base_lr, optimizer)
        self.max_lrs: list[float] = per_group("CyclicLR", "max_lr", max_lr, optimizer)
        down = step_size_up if step_size_down is None else step_size_down
        for name, value in (("step_size_up", step_size_up), ("step_size_down", down)):
            if not (is_number(value) and 0 < value < math.inf):
                raise ValueError(f"CyclicLR: {name} must be a number, more than 0, got {value!r}")
        self.total_size: float = float(step_size_up) + float(down)
        self.step_ratio: float = float(step_size_up) / self.total_size
        self.mode: str = mode
        self.gamma: float = gamma
        self._scale_fn_custom: Callable[[float], float] | None = scale_fn
        self.scale_mode: str = scale_mode
        if scale_fn is None:
            self.scale_mode = "iterations" if mode == "exp_range" else "cycle"
        self.cycle_momentum: bool = cycle_momentum
        self.use_beta1: bool = cycle_momentum and require_momentum("CyclicLR", optimizer)
        self.base_momentums: list[float] = per_group(
            "CyclicLR", "base_momentum", base_momentum, optimizer
        )
        self.max_momentums: list[float] = per_group(
            "CyclicLR", "max_momentum", max_momentum, optimizer
        )
        self._check()
        if last_epoch == -1 and isinstance(optimizer, Optimizer):
            bounds = zip(self.base_momentums, self.max_momentums, strict=True)
            for group, lr, (low, high) in zip(optimizer.param_groups, lowest, bounds, strict=True):
                group["lr"] = lr
                if cycle_momentum:
                    set_momentum(group, high)
                    group["max_momentum"], group["base_momentum"] = high, low
        self._lowest: list[float] = lowest
        super().__init__(optimizer, last_epoch)
        del self._lowest

    def _bases(self) -> list[float]:
        return list(self._lowest)

    def _check(self) -> None:
        require_numbers("CyclicLR", gamma=self.gamma)
        if self._scale_fn_custom is None and self.mode not in (
            "triangular",
            "triangular2",
            "exp_range",
        ):
            raise ValueError(
                "CyclicLR: mode must be 'triangular', 'triangular2' or 'exp_range', got"
                f" {self.mode!r}"
            )
        if self.scale_mode not in ("cycle", "iterations"):
            raise ValueError(
                f"CyclicLR: scale_mode must be 'cycle' or 'iterations', got {self.scale_mode!r}"
            )

    def scale_fn(self, x: float) -> float:
        """Return the scale of a cycle, or of a step."""
        if self._scale_fn_custom is not None:
            return self._scale_fn_custom(x)
        if self.mode == "exp_range":
            return float(self.gamma**x)
        return 1.0 if self.mode == "triangular" else 0.5 ** (x - 1)

    def get_lr(self) -> list[float]:
        """Return the learning rates of this step, and set the momenta."""
        time = self.last_epoch / self.total_size
        cycle = math.floor(1 + time)
        x = 1.0 + time - cycle
        ratio = self.step_ratio
        height = x / ratio if x <= ratio else (x - 1) / (ratio - 1)
        height *= self.scale_fn(cycle if self.scale_mode == "cycle" else self.last_epoch)
        if self.cycle_momentum:
            bounds = zip(self.base_momentums, self.max_momentums, strict=True)
            for group, (low, high) in zip(self.optimizer.param_groups, bounds, strict=False):
                set_momentum(group, high - (high - low) * height)
        return [
            low + (high - low) * height
            for low, high in zip(self.base_lrs, self.max_lrs, strict=True)
        ]

    def state_dict(self) -> dict[str, object]:
        """Return a copy of the state; of `scale_fn` None, or the attributes of an object."""
        scale = self._scale_fn_custom
        kept = None if scale is None else attributes_of(scale)
        return {**super().state_dict(), "_scale_fn_custom": kept}

    def load_state_dict(self, state_dict: Mapping[str, object]) -> None:
        """Go on from what `state_dict` returned; see `LRScheduler`."""
        kept = state_dict.get("_scale_fn_custom")
        super().load_state_dict({k: v for k, v in state_dict.items() if k != "_scale_fn_custom"})
        if self._scale_fn_custom is not None:
            set_attributes(self._scale_fn_custom, kept)
