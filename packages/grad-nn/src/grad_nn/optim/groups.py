"""Parameter groups: parameters with settings of their own, typed for each algorithm."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NotRequired, Required, TypeAlias, TypedDict, TypeGuard, TypeVar

from grad_core import Tensor

GroupParams: TypeAlias = Tensor | Iterable[Tensor | tuple[str, Tensor]]


class ParamGroup(TypedDict):
    """Parameters and their settings, as they stand in `optimizer.param_groups`.

    An algorithm adds its own settings in a subclass. Settings may be changed between steps.
    """

    params: list[Tensor]
    lr: float
    maximize: bool
    param_names: NotRequired[list[str]]
    """The names of the parameters, where they were given with names."""
    initial_lr: NotRequired[float]
    """The learning rate that a scheduler started from. These and the following are its own."""
    max_lr: NotRequired[float]
    min_lr: NotRequired[float]
    max_momentum: NotRequired[float]
    base_momentum: NotRequired[float]
    swa_lr: NotRequired[float]


class MomentumGroup(ParamGroup):
    """A group of an algorithm with momentum."""

    momentum: float


class BetasGroup(ParamGroup):
    """A group of an algorithm with two running means, the first of which is its momentum."""

    betas: tuple[float, float]


class GroupOptions(TypedDict, total=False):
    """What may be given of a group: the parameters, and settings that differ from the others'."""

    params: Required[GroupParams]
    lr: float
    maximize: bool
    initial_lr: float


GroupT = TypeVar("GroupT", bound=ParamGroup)
OptionsT = TypeVar("OptionsT", bound=GroupOptions)

Params: TypeAlias = Iterable[Tensor | tuple[str, Tensor] | OptionsT]
"""What an optimizer takes: Tensors, Tensors with names, or groups of them with settings."""

OWN_TO_SCHEDULERS = frozenset(
    ("initial_lr", "max_lr", "min_lr", "max_momentum", "base_momentum", "swa_lr")
)
"""Settings that a group need not have."""


def has_momentum(group: ParamGroup) -> TypeGuard[MomentumGroup]:
    """Whether there is a momentum among the settings."""
    return "momentum" in group


def has_betas(group: ParamGroup) -> TypeGuard[BetasGroup]:
    """Whether there are two running means among the settings."""
    return "betas" in group
