"""RAdam: Adam that waits until it knows the variance of the gradient."""

from __future__ import annotations

import math
from typing import TypedDict

import numpy as np

from grad_core import Array
from grad_nn.optim.checks import require_betas
from grad_nn.optim.decay import DecoupledGroup, DecoupledOptions, decayed
from grad_nn.optim.elementwise import ElementwiseOptimizer
from grad_nn.optim.groups import BetasGroup, Params
from grad_nn.optim.means import average, average_square


class RAdamGroup(BetasGroup, DecoupledGroup):
    """Parameters and settings of RAdam."""

    eps: float


class RAdamOptions(DecoupledOptions, total=False):
    """What may be given of a group for RAdam."""

    betas: tuple[float, float]
    eps: float


class RAdamState(TypedDict):
    """What RAdam remembers of a parameter."""

    step: int
    exp_avg: Array
    exp_avg_sq: Array


class RAdam(ElementwiseOptimizer[RAdamGroup, RAdamOptions, RAdamState]):
    """RAdam: Adam with a rectified scale, and none while too few gradients have been seen.

    With the gradient g of a parameter p, at step t:

        g <- g + weight_decay * p         (p <- p - lr * weight_decay * p, if decoupled)
        m <- beta1 * m + (1 - beta1) * g
        v <- beta2 * v + (1 - beta2) * g^2
        n = 2 / (1 - beta2) - 1
        n(t) = n - 2 * t * beta2^t / (1 - beta2^t)
        r = sqrt((n(t) - 4) * (n(t) - 2) * n / ((n - 4) * (n - 2) * n(t)))
        p <- p - lr * (m / (1 - beta1^t)) * r * sqrt(1 - beta2^t) / (sqrt(v) + eps)  if n(t) > 5
        p <- p - lr * (m / (1 - beta1^t))                                            else

    Args:
        params: The Tensors to train, or groups of them (see `GroupedOptimizer`).
        lr: The learning rate.
        betas: How slowly the two means forget, (beta1, beta2).
        eps: What keeps the division from 0.
        weight_decay: The factor of the L2 penalty.
        decoupled_weight_decay: Whether weight decay shrinks the parameter, as in AdamW, and is not
            added to the gradient.
        maximize: Whether to ascend.

    Raises:
        TypeError: `betas` is no pair.
        ValueError: A setting is out of range.

    Example:
        >>> from grad_core import Tensor
        >>> x = Tensor([2.0], requires_grad=True)
        >>> optimizer = RAdam([x], lr=0.25)
        >>> (x * x).sum().backward()
        >>> optimizer.step()
        >>> x
        Tensor([1.], requires_grad=True)

    Reference:
        L. Liu et al., "On the variance of the adaptive learning rate and beyond", ICLR 2020,
        algorithm 2.
    """

    def __init__(
        self,
        params: Params[RAdamOptions],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        decoupled_weight_decay: bool = False,
        *,
        maximize: bool = False,
    ) -> None:
        defaults: RAdamGroup = {
            "params": [],
            "lr": lr,
            "betas": betas,
            "eps": eps,
            "weight_decay": weight_decay,
            "decoupled_weight_decay": decoupled_weight_decay,
            "maximize": maximize,
        }
        super().__init__(params, defaults)

    def check(self, group: RAdamGroup) -> None:
        """Raise a ValueError or TypeError if a setting is not right."""
        require_betas("RAdam", group["betas"])
        self.require_numbers(lr=group["lr"], eps=group["eps"], weight_decay=group["weight_decay"])

    def initial(self, p: Array, group: RAdamGroup) -> RAdamState:
        """Return means of zero."""
        return {"step": 0, "exp_avg": np.zeros_like(p), "exp_avg_sq": np.zeros_like(p)}

    def updated(
        self, p: Array, g: Array, state: RAdamState, group: RAdamGroup, out: Array
    ) -> Array:
        """Take one step."""
        beta1, beta2 = group["betas"]
        p, g = decayed(p, g, group)
        state["step"] += 1
        t = state["step"]
        m, v = state["exp_avg"], state["exp_avg_sq"]
        average(m, beta1, g, out)
        average_square(v, beta2, g, out)
        size = group["lr"] / (1.0 - beta1**t)
        seen = 1.0 - beta2**t
        most = 2.0 / (1.0 - beta2) - 1.0
        length = most - 2.0 * t * beta2**t / seen
        if length <= 5.0:
            np.multiply(m, size, out=out)
            return np.subtract(p, out, out=out)
        rectified = (length - 4.0) * (length - 2.0) * most / ((most - 4.0) * (most - 2.0) * length)
        np.sqrt(v, out=out)
        out += group["eps"]
        np.divide(m, out, out=out)
        out *= size * math.sqrt(seen * rectified)
        return np.subtract(p, out, out=out)
