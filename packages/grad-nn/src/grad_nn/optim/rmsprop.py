"""RMSprop: steps scaled by the running root mean square of the gradient."""

from __future__ import annotations

from typing import TypedDict

import numpy as np

from grad_core import Array
from grad_nn.optim.decay import penalized
from grad_nn.optim.elementwise import ElementwiseOptimizer
from grad_nn.optim.groups import GroupOptions, MomentumGroup, Params
from grad_nn.optim.means import average, average_square


class RMSpropGroup(MomentumGroup):
    """Parameters and settings of RMSprop."""

    alpha: float
    eps: float
    weight_decay: float
    centered: bool


class RMSpropOptions(GroupOptions, total=False):
    """What may be given of a group for RMSprop."""

    alpha: float
    eps: float
    weight_decay: float
    momentum: float
    centered: bool


class RMSpropState(TypedDict):
    """What RMSprop remembers of a parameter."""

    step: int
    square_avg: Array
    momentum_buffer: Array | None
    grad_avg: Array | None


class RMSprop(ElementwiseOptimizer[RMSpropGroup, RMSpropOptions, RMSpropState]):
    """RMSprop: steps scaled by the running mean of the squared gradient, or by its variance.

    With the gradient g of a parameter p:

        g <- g + weight_decay * p
        v <- alpha * v + (1 - alpha) * g^2
        m <- alpha * m + (1 - alpha) * g             (if centered; else m = 0)
        d = g / (sqrt(v - m^2) + eps)
        b <- momentum * b + d                        (only with momentum; else b = d)
        p <- p - lr * b

    Args:
        params: The Tensors to train, or groups of them (see `GroupedOptimizer`).
        lr: The learning rate.
        alpha: How slowly the means forget.
        eps: What keeps the division from 0.
        weight_decay: The factor of the L2 penalty.
        momentum: How much of the last step goes on.
        centered: Whether to divide by the standard deviation, not the root mean square.
        maximize: Whether to ascend.

    Raises:
        ValueError: A setting is out of range.

    Example:
        >>> from grad_core import Tensor
        >>> x = Tensor([2.0], requires_grad=True)
        >>> optimizer = RMSprop([x], lr=0.5, alpha=0.0)
        >>> (x * x).sum().backward()
        >>> optimizer.step()
        >>> x
        Tensor([1.5], requires_grad=True)

    Reference:
        T. Hinton, "Neural networks for machine learning", lecture 6e, 2012; centered: A. Graves,
        "Generating sequences with recurrent neural networks", arXiv:1308.0850, equations 38-41.
    """

    def __init__(
        self,
        params: Params[RMSpropOptions],
        lr: float = 1e-2,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        momentum: float = 0.0,
        centered: bool = False,
        *,
        maximize: bool = False,
    ) -> None:
        defaults: RMSpropGroup = {
            "params": [],
            "lr": lr,
            "momentum": momentum,
            "alpha": alpha,
            "eps": eps,
            "centered": centered,
            "weight_decay": weight_decay,
            "maximize": maximize,
        }
        super().__init__(params, defaults)

    def check(self, group: RMSpropGroup) -> None:
        """Raise a ValueError if a setting is out of range."""
        self.require_numbers(
            lr=group["lr"],
            alpha=group["alpha"],
            eps=group["eps"],
            weight_decay=group["weight_decay"],
            momentum=group["momentum"],
        )

    def initial(self, p: Array, group: RMSpropGroup) -> RMSpropState:
        """Return means of zero, those that the settings ask for."""
        return {
            "step": 0,
            "square_avg": np.zeros_like(p),
            "momentum_buffer": np.zeros_like(p) if group["momentum"] else None,
            "grad_avg": np.zeros_like(p) if group["centered"] else None,
        }

    def updated(
        self, p: Array, g: Array, state: RMSpropState, group: RMSpropGroup, out: Array
    ) -> Array:
        """Take one step."""
        alpha, momentum = group["alpha"], group["momentum"]
        g = penalized(p, g, group["weight_decay"])
        state["step"] += 1
        v = state["square_avg"]
        average_square(v, alpha, g, out)
        if group["centered"]:
            m = state["grad_avg"]
            if m is None:  # the setting was changed between steps
                m = state["grad_avg"] = np.zeros_like(p)
            average(m, alpha, g, out)
            v = v - np.multiply(m, m, out=out)
        np.sqrt(v, out=out)
        out += group["eps"]
        np.divide(g, out, out=out)
        if momentum:
            b = state["momentum_buffer"]
            if b is None:
                b = state["momentum_buffer"] = np.zeros_like(p)
            b *= momentum
            b += out
            out[...] = b
        out *= group["lr"]
        return np.subtract(p, out, out=out)
