"""Adadelta: steps in the units of the parameter."""

from __future__ import annotations

from typing import TypedDict

import numpy as np

from grad_core import Array
from grad_nn.optim.checks import is_number
from grad_nn.optim.decay import penalized
from grad_nn.optim.elementwise import ElementwiseOptimizer
from grad_nn.optim.groups import GroupOptions, ParamGroup, Params
from grad_nn.optim.means import average_square


class AdadeltaGroup(ParamGroup):
    """Parameters and settings of Adadelta."""

    rho: float
    eps: float
    weight_decay: float


class AdadeltaOptions(GroupOptions, total=False):
    """What may be given of a group for Adadelta."""

    rho: float
    eps: float
    weight_decay: float


class AdadeltaState(TypedDict):
    """What Adadelta remembers of a parameter."""

    step: int
    square_avg: Array
    acc_delta: Array


class Adadelta(ElementwiseOptimizer[AdadeltaGroup, AdadeltaOptions, AdadeltaState]):
    """Adadelta: steps as long as the last ones, over the gradients' running root mean square.

    With the gradient g of a parameter p:

        g <- g + weight_decay * p
        v <- rho * v + (1 - rho) * g^2
        d = sqrt(u + eps) / sqrt(v + eps) * g
        u <- rho * u + (1 - rho) * d^2
        p <- p - lr * d

    Args:
        params: The Tensors to train, or groups of them (see `GroupedOptimizer`).
        lr: A factor on each step.
        rho: How slowly the two means forget, from 0 to 1.
        eps: What keeps the division from 0, and makes the first steps.
        weight_decay: The factor of the L2 penalty.
        maximize: Whether to ascend.

    Raises:
        ValueError: A setting is out of range.

    Example:
        >>> from grad_core import Tensor
        >>> x = Tensor([2.0], requires_grad=True)
        >>> optimizer = Adadelta([x], rho=0.0, eps=1.0)
        >>> (x * 0).sum().backward()
        >>> optimizer.step()
        >>> x
        Tensor([2.], requires_grad=True)

    Reference:
        M. Zeiler, "ADADELTA: an adaptive learning rate method", arXiv:1212.5701, algorithm 1.
    """

    def __init__(
        self,
        params: Params[AdadeltaOptions],
        lr: float = 1.0,
        rho: float = 0.9,
        eps: float = 1e-6,
        weight_decay: float = 0.0,
        *,
        maximize: bool = False,
    ) -> None:
        defaults: AdadeltaGroup = {
            "params": [],
            "lr": lr,
            "rho": rho,
            "eps": eps,
            "weight_decay": weight_decay,
            "maximize": maximize,
        }
        super().__init__(params, defaults)

    def check(self, group: AdadeltaGroup) -> None:
        """Raise a ValueError if a setting is out of range."""
        self.require_numbers(lr=group["lr"], eps=group["eps"], weight_decay=group["weight_decay"])
        if not (is_number(group["rho"]) and 0.0 <= group["rho"] <= 1.0):
            raise ValueError(f"Adadelta: rho must be a number from 0 to 1, got {group['rho']!r}")

    def initial(self, p: Array, group: AdadeltaGroup) -> AdadeltaState:
        """Return means of zero."""
        return {"step": 0, "square_avg": np.zeros_like(p), "acc_delta": np.zeros_like(p)}

    def updated(
        self, p: Array, g: Array, state: AdadeltaState, group: AdadeltaGroup, out: Array
    ) -> Array:
        """Take one step."""
        rho, eps = group["rho"], group["eps"]
        g = penalized(p, g, group["weight_decay"])
        state["step"] += 1
        v, u = state["square_avg"], state["acc_delta"]
        average_square(v, rho, g, out)
        step: Array = u + eps
        np.sqrt(step, out=step)
        step /= np.sqrt(np.add(v, eps, out=out), out=out)
        step *= g
        average_square(u, rho, step, out)
        step *= group["lr"]
        return np.subtract(p, step, out=out)
