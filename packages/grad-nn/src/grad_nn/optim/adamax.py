"""Adamax: Adam with the infinity norm."""

from __future__ import annotations

from typing import TypedDict

import numpy as np

from grad_core import Array
from grad_nn.optim.checks import require_betas
from grad_nn.optim.decay import penalized
from grad_nn.optim.elementwise import ElementwiseOptimizer
from grad_nn.optim.groups import BetasGroup, GroupOptions, Params
from grad_nn.optim.means import average


class AdamaxGroup(BetasGroup):
    """Parameters and settings of Adamax."""

    eps: float
    weight_decay: float


class AdamaxOptions(GroupOptions, total=False):
    """What may be given of a group for Adamax."""

    betas: tuple[float, float]
    eps: float
    weight_decay: float


class AdamaxState(TypedDict):
    """What Adamax remembers of a parameter."""

    step: int
    exp_avg: Array
    exp_inf: Array


class Adamax(ElementwiseOptimizer[AdamaxGroup, AdamaxOptions, AdamaxState]):
    """Adamax: steps scaled by the largest gradient, which is slowly forgotten.

    With the gradient g of a parameter p, at step t:

        g <- g + weight_decay * p
        m <- beta1 * m + (1 - beta1) * g
        u <- max(beta2 * u, |g| + eps)
        p <- p - lr / (1 - beta1^t) * m / u

    Args:
        params: The Tensors to train, or groups of them (see `GroupedOptimizer`).
        lr: The learning rate.
        betas: How slowly the mean and the largest gradient are forgotten, (beta1, beta2).
        eps: What keeps the division from 0.
        weight_decay: The factor of the L2 penalty.
        maximize: Whether to ascend.

    Raises:
        TypeError: `betas` is no pair.
        ValueError: A setting is out of range.

    Example:
        >>> from grad_core import Tensor
        >>> x = Tensor([2.0], requires_grad=True)
        >>> optimizer = Adamax([x], lr=0.5)
        >>> (x * x).sum().backward()
        >>> optimizer.step()
        >>> x
        Tensor([1.5], requires_grad=True)

    Reference:
        D. Kingma and J. Ba, "Adam: a method for stochastic optimization", ICLR 2015, algorithm 2.
    """

    def __init__(
        self,
        params: Params[AdamaxOptions],
        lr: float = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        *,
        maximize: bool = False,
    ) -> None:
        defaults: AdamaxGroup = {
            "params": [],
            "lr": lr,
            "betas": betas,
            "eps": eps,
            "weight_decay": weight_decay,
            "maximize": maximize,
        }
        super().__init__(params, defaults)

    def check(self, group: AdamaxGroup) -> None:
        """Raise a ValueError or TypeError if a setting is not right."""
        require_betas("Adamax", group["betas"])
        self.require_numbers(lr=group["lr"], eps=group["eps"], weight_decay=group["weight_decay"])

    def initial(self, p: Array, group: AdamaxGroup) -> AdamaxState:
        """Return a mean and a largest gradient of zero."""
        return {"step": 0, "exp_avg": np.zeros_like(p), "exp_inf": np.zeros_like(p)}

    def updated(
        self, p: Array, g: Array, state: AdamaxState, group: AdamaxGroup, out: Array
    ) -> Array:
        """Take one step."""
        beta1, beta2 = group["betas"]
        g = penalized(p, g, group["weight_decay"])
        state["step"] += 1
        m, largest = state["exp_avg"], state["exp_inf"]
        average(m, beta1, g, out)
        largest *= beta2
        np.abs(g, out=out)
        out += group["eps"]
        np.maximum(largest, out, out=largest)
        np.divide(m, largest, out=out)
        out *= group["lr"] / (1.0 - beta1 ** state["step"])
        return np.subtract(p, out, out=out)
