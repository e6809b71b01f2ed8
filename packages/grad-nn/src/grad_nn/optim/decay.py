"""Weight decay: as an L2 penalty, or decoupled from the gradient."""

from __future__ import annotations

from grad_core import Array
from grad_nn.optim.groups import GroupOptions, ParamGroup


class DecoupledGroup(ParamGroup):
    """A group of an algorithm whose weight decay may be decoupled."""

    weight_decay: float
    decoupled_weight_decay: bool


class DecoupledOptions(GroupOptions, total=False):
    """What may be given of such a group."""

    weight_decay: float
    decoupled_weight_decay: bool


def penalized(p: Array, g: Array, weight_decay: float) -> Array:
    """Return the gradient with that of the penalty weight_decay / 2 * |p|^2."""
    return g + weight_decay * p if weight_decay else g


def decayed(p: Array, g: Array, group: DecoupledGroup) -> tuple[Array, Array]:
    """Return the parameter and its gradient after weight decay, which changes one of them."""
    decay = group["weight_decay"]
    if not decay:
        return p, g
    if group["decoupled_weight_decay"]:
        return p * (1.0 - group["lr"] * decay), g
    return p, g + decay * p
