"""The momentum of an optimizer, where a schedule changes it along with the learning rate."""

from __future__ import annotations

from collections.abc import Sequence

from grad_nn.optim.checks import is_number, is_sequence
from grad_nn.optim.groups import ParamGroup, has_betas, has_momentum
from grad_nn.optim.optimizer import Optimizer


def per_group(
    kind: str, name: str, value: float | Sequence[float], optimizer: object
) -> list[float]:
    """Return a number, at least 0, for each group, where one stands for all of them."""
    count = len(optimizer.param_groups) if isinstance(optimizer, Optimizer) else 1
    values = [*value] if is_sequence(value) else [value] * count
    if len(values) != count:
        raise ValueError(
            f"{kind}: {name} has {len(values)} values, and the optimizer {count} groups"
        )
    found: list[float] = []
    for v in values:
        if not (is_number(v) and v >= 0.0):
            raise ValueError(f"{kind}: {name} must be numbers, at least 0, got {value!r:.60}")
        found.append(float(v))
    return found


def require_momentum(kind: str, optimizer: object) -> bool:
    """Return whether the momentum is the first of `betas`, or raise a ValueError without one."""
    if not isinstance(optimizer, Optimizer):
        return False
    groups = optimizer.param_groups
    if not all(has_betas(group) or has_momentum(group) for group in groups):
        raise ValueError(
            f"{kind}: cycle_momentum needs an optimizer with momentum or betas, and"
            f" {type(optimizer).__name__} has none; pass cycle_momentum=False"
        )
    return any(has_betas(group) for group in groups)


def set_momentum(group: ParamGroup, momentum: float) -> None:
    """Change the momentum of a group, or the first of its betas."""
    if has_betas(group):
        group["betas"] = (momentum, group["betas"][1])
    elif has_momentum(group):
        group["momentum"] = momentum
