"""Rprop: steps by the sign of the gradient alone."""

from __future__ import annotations

from typing import TypedDict

import numpy as np

from grad_core import Array
from grad_nn.optim.checks import is_number, is_pair
from grad_nn.optim.elementwise import ElementwiseOptimizer
from grad_nn.optim.groups import GroupOptions, ParamGroup, Params


class RpropGroup(ParamGroup):
    """Parameters and settings of Rprop."""

    etas: tuple[float, float]
    step_sizes: tuple[float, float]


class RpropOptions(GroupOptions, total=False):
    """What may be given of a group for Rprop."""

    etas: tuple[float, float]
    step_sizes: tuple[float, float]


class RpropState(TypedDict):
    """What Rprop remembers of a parameter."""

    step: int
    prev: Array
    step_size: Array


class Rprop(ElementwiseOptimizer[RpropGroup, RpropOptions, RpropState]):
    """Rprop: each number takes steps of its own size, which grow while their sign stays.

    It is meant for gradients of the whole data, not of batches. With the gradient g of a parameter
    p, the last one g', and step sizes s, at first lr, for each number:

        s <- clip(s * eta_plus, step_sizes)                        if g * g' > 0
        s <- clip(s * eta_minus, step_sizes), g <- 0               if g * g' < 0
        p <- p - s * sign(g)

    Args:
        params: The Tensors to train, or groups of them (see `GroupedOptimizer`).
        lr: The size of the first step.
        etas: What step sizes are multiplied by, (eta_minus, eta_plus).
        step_sizes: The smallest and the largest step.
        maximize: Whether to ascend.

    Raises:
        TypeError: `etas` or `step_sizes` is no pair.
        ValueError: A setting is out of range.

    Example:
        >>> from grad_core import Tensor
        >>> x = Tensor([2.0], requires_grad=True)
        >>> optimizer = Rprop([x], lr=0.5)
        >>> (x * x).sum().backward()
        >>> optimizer.step()
        >>> x
        Tensor([1.5], requires_grad=True)

    Reference:
        M. Riedmiller and H. Braun, "A direct adaptive method for faster backpropagation learning:
        the RPROP algorithm", ICNN 1993; without its weight-backtracking: C. Igel and M. Huesken,
        "Improving the Rprop learning algorithm", NC 2000, iRprop-.
    """

    def __init__(
        self,
        params: Params[RpropOptions],
        lr: float = 1e-2,
        etas: tuple[float, float] = (0.5, 1.2),
        step_sizes: tuple[float, float] = (1e-6, 50.0),
        *,
        maximize: bool = False,
    ) -> None:
        defaults: RpropGroup = {
            "params": [],
            "lr": lr,
            "etas": etas,
            "step_sizes": step_sizes,
            "maximize": maximize,
        }
        super().__init__(params, defaults)

    def check(self, group: RpropGroup) -> None:
        """Raise a ValueError or TypeError if a setting is not right."""
        self.require_numbers(lr=group["lr"])
        for name, pair in (("etas", group["etas"]), ("step_sizes", group["step_sizes"])):
            if not (is_pair(pair) and is_number(pair[0]) and is_number(pair[1])):
                raise TypeError(f"Rprop: {name} must be a pair of numbers, got {pair!r}")
        minus, plus = group["etas"]
        if not 0.0 < minus < 1.0 < plus:
            raise ValueError(
                f"Rprop: etas must be a number between 0 and 1 and one above 1, got {minus}, {plus}"
            )
        smallest, largest = group["step_sizes"]
        if not 0.0 <= smallest <= largest:
            raise ValueError(
                f"Rprop: step_sizes must be the smallest and the largest, got {smallest}, {largest}"
            )

    def initial(self, p: Array, group: RpropGroup) -> RpropState:
        """Return steps of the size of the learning rate."""
        return {
            "step": 0,
            "prev": np.zeros_like(p),
            "step_size": np.full_like(p, group["lr"]),
        }

    def updated(
        self, p: Array, g: Array, state: RpropState, group: RpropGroup, out: Array
    ) -> Array:
        """Take one step."""
        minus, plus = group["etas"]
        state["step"] += 1
        previous, size = state["prev"], state["step_size"]
        agreement = np.sign(g) * np.sign(previous)  # the product of both may underflow
        turned = agreement < 0.0
        size *= np.where(turned, minus, np.where(agreement > 0.0, plus, 1.0)).astype(p.dtype)
        np.clip(size, *group["step_sizes"], out=size)
        previous[...] = np.where(turned, 0.0, g)
        np.sign(previous, out=out)
        out *= size
        return np.subtract(p, out, out=out)
