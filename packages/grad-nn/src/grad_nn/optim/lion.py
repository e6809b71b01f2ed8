"""Lion: the sign of a momentum."""

from __future__ import annotations

from typing import TypedDict

import numpy as np

from grad_core import Array
from grad_nn.optim.checks import require_betas
from grad_nn.optim.elementwise import ElementwiseOptimizer
from grad_nn.optim.groups import BetasGroup, GroupOptions, Params
from grad_nn.optim.means import average


class LionGroup(BetasGroup):
    """Parameters and settings of Lion."""

    weight_decay: float


class LionOptions(GroupOptions, total=False):
    """What may be given of a group for Lion."""

    betas: tuple[float, float]
    weight_decay: float


class LionState(TypedDict):
    """What Lion remembers of a parameter."""

    exp_avg: Array


class Lion(ElementwiseOptimizer[LionGroup, LionOptions, LionState]):
    """Lion: every number takes a step of the same size, by the sign of a momentum.

    With the gradient g of a parameter p:

        p <- p - lr * (sign(beta1 * m + (1 - beta1) * g) + weight_decay * p)
        m <- beta2 * m + (1 - beta2) * g

    Good learning rates are three to ten times smaller than those of AdamW, and its weight decay as
    many times larger.

    Args:
        params: The Tensors to train, or groups of them (see `GroupedOptimizer`).
        lr: The learning rate.
        betas: The weight of the momentum in a step, and how slowly it forgets, (beta1, beta2).
        weight_decay: How fast parameters shrink.
        maximize: Whether to ascend.

    Raises:
        TypeError: `betas` is no pair.
        ValueError: A setting is out of range.

    Example:
        >>> from grad_core import Tensor
        >>> x = Tensor([2.0], requires_grad=True)
        >>> optimizer = Lion([x], lr=0.5)
        >>> (x * x).sum().backward()
        >>> optimizer.step()
        >>> x
        Tensor([1.5], requires_grad=True)

    Reference:
        X. Chen et al., "Symbolic discovery of optimization algorithms", NeurIPS 2023, algorithm 2.
    """

    def __init__(
        self,
        params: Params[LionOptions],
        lr: float = 1e-4,
        betas: tuple[float, float] = (0.9, 0.99),
        weight_decay: float = 0.0,
        *,
        maximize: bool = False,
    ) -> None:
        defaults: LionGroup = {
            "params": [],
            "lr": lr,
            "betas": betas,
            "weight_decay": weight_decay,
            "maximize": maximize,
        }
        super().__init__(params, defaults)

    def check(self, group: LionGroup) -> None:
        """Raise a ValueError or TypeError if a setting is not right."""
        require_betas("Lion", group["betas"])
        self.require_numbers(lr=group["lr"], weight_decay=group["weight_decay"])

    def initial(self, p: Array, group: LionGroup) -> LionState:
        """Return a momentum of zero."""
        return {"exp_avg": np.zeros_like(p)}

    def updated(self, p: Array, g: Array, state: LionState, group: LionGroup, out: Array) -> Array:
        """Take one step."""
        beta1, beta2 = group["betas"]
        m = state["exp_avg"]
        direction: Array = m * beta1
        direction += np.multiply(g, 1.0 - beta1, out=out)
        np.sign(direction, out=out)  # which takes ten times as long in place
        out *= group["lr"]
        average(m, beta2, g, direction)
        shrunk = np.multiply(p, 1.0 - group["lr"] * group["weight_decay"], out=direction)
        return np.subtract(shrunk, out, out=out)
