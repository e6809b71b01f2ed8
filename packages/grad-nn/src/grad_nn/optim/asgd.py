"""ASGD: gradient descent that averages where it has been."""

from __future__ import annotations

from typing import TypedDict

import numpy as np

from grad_core import Array
from grad_nn.optim.checks import is_number
from grad_nn.optim.decay import penalized
from grad_nn.optim.elementwise import ElementwiseOptimizer
from grad_nn.optim.groups import GroupOptions, ParamGroup, Params


class ASGDGroup(ParamGroup):
    """Parameters and settings of ASGD."""

    lambd: float
    alpha: float
    t0: float
    weight_decay: float


class ASGDOptions(GroupOptions, total=False):
    """What may be given of a group for ASGD."""

    lambd: float
    alpha: float
    t0: float
    weight_decay: float


class ASGDState(TypedDict):
    """What ASGD remembers of a parameter."""

    step: int
    eta: float
    """The size of the next step."""
    mu: float
    """The weight of the next value in the average."""
    ax: Array
    """The average."""


class ASGD(ElementwiseOptimizer[ASGDGroup, ASGDOptions, ASGDState]):
    """Averaged stochastic gradient descent: the mean of all values is kept beside the last one.

    With the gradient g of a parameter p, at step t:

        g <- g + weight_decay * p
        eta = lr / (1 + lambd * lr * (t - 1))^alpha
        p <- p - eta * (lambd * p + g)
        a <- a + (p - a) / max(1, t - 1 - t0)

    The average a is `optimizer.state[p]["ax"]`.

    Args:
        params: The Tensors to train, or groups of them (see `GroupedOptimizer`).
        lr: The learning rate.
        lambd: How fast parameters shrink, and step sizes fall.
        alpha: The power by which step sizes fall.
        t0: After how many steps averaging starts.
        weight_decay: The factor of the L2 penalty.
        maximize: Whether to ascend.

    Raises:
        ValueError: A setting is out of range.

    Example:
        >>> from grad_core import Tensor
        >>> x = Tensor([2.0], requires_grad=True)
        >>> optimizer = ASGD([x], lr=0.25, lambd=0.0, t0=0)
        >>> for _ in range(3):
        ...     optimizer.zero_grad()
        ...     (x * x).sum().backward()
        ...     optimizer.step()
        >>> x
        Tensor([0.25], requires_grad=True)
        >>> optimizer.state[x]["ax"]
        array([0.375], dtype=float32)

    Reference:
        B. Polyak and A. Juditsky, "Acceleration of stochastic approximation by averaging", SIAM
        J. Control and Optimization 30, 1992; the step sizes are those of W. Xu, "Towards optimal
        one pass large scale learning with averaged stochastic gradient descent", arXiv:1107.2490.
    """

    def __init__(
        self,
        params: Params[ASGDOptions],
        lr: float = 1e-2,
        lambd: float = 1e-4,
        alpha: float = 0.75,
        t0: float = 1e6,
        weight_decay: float = 0.0,
        *,
        maximize: bool = False,
    ) -> None:
        defaults: ASGDGroup = {
            "params": [],
            "lr": lr,
            "lambd": lambd,
            "alpha": alpha,
            "t0": t0,
            "weight_decay": weight_decay,
            "maximize": maximize,
        }
        super().__init__(params, defaults)

    def check(self, group: ASGDGroup) -> None:
        """Raise a ValueError if a setting is out of range."""
        self.require_numbers(
            lr=group["lr"], lambd=group["lambd"], t0=group["t0"], weight_decay=group["weight_decay"]
        )
        if not is_number(group["alpha"]):
            raise ValueError(f"ASGD: alpha must be a number, got {group['alpha']!r}")

    def initial(self, p: Array, group: ASGDGroup) -> ASGDState:
        """Return a first step of the size of the learning rate."""
        return {"step": 0, "eta": float(group["lr"]), "mu": 1.0, "ax": np.zeros_like(p)}

    def updated(self, p: Array, g: Array, state: ASGDState, group: ASGDGroup, out: Array) -> Array:
        """Take one step."""
        g = penalized(p, g, group["weight_decay"])
        lambd, lr, eta = group["lambd"], group["lr"], state["eta"]
        value = np.multiply(p, 1.0 - lambd * eta, out=out)
        value -= eta * g
        average, weight = state["ax"], state["mu"]
        if weight == 1.0:
            average[...] = value
        else:
            average += weight * (value - average)
        state["step"] += 1
        t = state["step"]
        state["eta"] = lr / (1.0 + lambd * lr * t) ** group["alpha"]
        state["mu"] = 1.0 / max(1.0, t - group["t0"])
        return value
