"""Adagrad: steps scaled by all gradients so far."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

import numpy as np

from grad_core import Array
from grad_core.primitive import unwrap
from grad_nn.optim.decay import penalized
from grad_nn.optim.elementwise import ElementwiseOptimizer
from grad_nn.optim.groups import GroupOptions, ParamGroup, Params


class AdagradGroup(ParamGroup):
    """Parameters and settings of Adagrad."""

    lr_decay: float
    weight_decay: float
    initial_accumulator_value: float
    eps: float


class AdagradOptions(GroupOptions, total=False):
    """What may be given of a group for Adagrad."""

    lr_decay: float
    weight_decay: float
    initial_accumulator_value: float
    eps: float


class AdagradState(TypedDict):
    """What Adagrad remembers of a parameter, from the beginning."""

    step: int
    sum: Array


class Adagrad(ElementwiseOptimizer[AdagradGroup, AdagradOptions, AdagradState]):
    """Adagrad: what had small gradients so far takes large steps.

    With the gradient g of a parameter p, at step t:

        g <- g + weight_decay * p
        s <- s + g^2
        p <- p - lr / (1 + (t - 1) * lr_decay) * g / (sqrt(s) + eps)

    Args:
        params: The Tensors to train, or groups of them (see `GroupedOptimizer`).
        lr: The learning rate.
        lr_decay: How fast the learning rate falls.
        weight_decay: The factor of the L2 penalty.
        initial_accumulator_value: What s is at first.
        eps: What keeps the division from 0.
        maximize: Whether to ascend.

    Raises:
        ValueError: A setting is out of range.

    Example:
        >>> from grad_core import Tensor
        >>> x = Tensor([2.0], requires_grad=True)
        >>> optimizer = Adagrad([x], lr=0.5)
        >>> (x * x).sum().backward()
        >>> optimizer.step()
        >>> x
        Tensor([1.5], requires_grad=True)

    Reference:
        J. Duchi et al., "Adaptive subgradient methods for online learning and stochastic
        optimization", JMLR 12, 2011, figure 1, with a diagonal matrix.
    """

    def __init__(
        self,
        params: Params[AdagradOptions],
        lr: float = 1e-2,
        lr_decay: float = 0.0,
        weight_decay: float = 0.0,
        initial_accumulator_value: float = 0.0,
        eps: float = 1e-10,
        *,
        maximize: bool = False,
    ) -> None:
        defaults: AdagradGroup = {
            "params": [],
            "lr": lr,
            "lr_decay": lr_decay,
            "weight_decay": weight_decay,
            "initial_accumulator_value": initial_accumulator_value,
            "eps": eps,
            "maximize": maximize,
        }
        super().__init__(params, defaults)

    def check(self, group: AdagradGroup) -> None:
        """Raise a ValueError if a setting is out of range."""
        self.require_numbers(
            lr=group["lr"],
            lr_decay=group["lr_decay"],
            weight_decay=group["weight_decay"],
            initial_accumulator_value=group["initial_accumulator_value"],
            eps=group["eps"],
        )

    def initial(self, p: Array, group: AdagradGroup) -> AdagradState:
        """Return a sum of the value that it starts from."""
        return {"step": 0, "sum": np.full_like(p, group["initial_accumulator_value"])}

    def _add(self, given: Sequence[object]) -> None:
        super()._add(given)
        # There from the beginning, as in PyTorch, which goes on from no state that lacks them.
        for group in self._groups:
            for p in group["params"]:
                if p not in self._state:
                    self._state[p] = self.initial(unwrap(p), group)

    def updated(
        self, p: Array, g: Array, state: AdagradState, group: AdagradGroup, out: Array
    ) -> Array:
        """Take one step."""
        g = penalized(p, g, group["weight_decay"])
        lr = group["lr"] / (1.0 + state["step"] * group["lr_decay"])
        state["step"] += 1
        total = state["sum"]
        total += np.multiply(g, g, out=out)
        np.sqrt(total, out=out)
        out += group["eps"]
        np.divide(g, out, out=out)
        out *= lr
        return np.subtract(p, out, out=out)
