"""Stochastic gradient descent."""

from __future__ import annotations

from typing import TypedDict

import numpy as np

from grad_core import Array
from grad_nn.optim.checks import is_number
from grad_nn.optim.decay import penalized
from grad_nn.optim.elementwise import ElementwiseOptimizer
from grad_nn.optim.groups import GroupOptions, MomentumGroup, Params


class SGDGroup(MomentumGroup):
    """Parameters and settings of SGD."""

    dampening: float
    weight_decay: float
    nesterov: bool


class SGDOptions(GroupOptions, total=False):
    """What may be given of a group for SGD."""

    momentum: float
    dampening: float
    weight_decay: float
    nesterov: bool


class SGDState(TypedDict):
    """What SGD remembers of a parameter."""

    momentum_buffer: Array | None


class SGD(ElementwiseOptimizer[SGDGroup, SGDOptions, SGDState]):
    """Stochastic gradient descent, with momentum on request.

    With the gradient g of a parameter p, at step t:

        g <- g + weight_decay * p
        b <- g                                      (t = 1)
        b <- momentum * b + (1 - dampening) * g     (t > 1)
        g <- g + momentum * b  if nesterov, else b  (only with momentum)
        p <- p - lr * g

    Args:
        params: The Tensors to train, or groups of them (see `GroupedOptimizer`).
        lr: The learning rate.
        momentum: How much of the last step goes on.
        dampening: How much less of the new gradient counts.
        weight_decay: The factor of the L2 penalty.
        nesterov: Whether to look ahead along the momentum.
        maximize: Whether to ascend.

    Raises:
        ValueError: A setting is out of range, or nesterov comes without momentum or with
            dampening.

    Example:
        >>> from grad_core import Tensor
        >>> x = Tensor([2.0], requires_grad=True)
        >>> optimizer = SGD([x], lr=0.25)
        >>> (x * x).sum().backward()
        >>> optimizer.step()
        >>> x
        Tensor([1.], requires_grad=True)

    Reference:
        I. Sutskever et al., "On the importance of initialization and momentum in deep learning",
        ICML 2013, section 2, in PyTorch's form, where the learning rate is outside of b.
    """

    def __init__(
        self,
        params: Params[SGDOptions],
        lr: float = 1e-3,
        momentum: float = 0.0,
        dampening: float = 0.0,
        weight_decay: float = 0.0,
        nesterov: bool = False,
        *,
        maximize: bool = False,
    ) -> None:
        defaults: SGDGroup = {
            "params": [],
            "lr": lr,
            "momentum": momentum,
            "dampening": dampening,
            "weight_decay": weight_decay,
            "nesterov": nesterov,
            "maximize": maximize,
        }
        super().__init__(params, defaults)

    def check(self, group: SGDGroup) -> None:
        """Raise a ValueError if a setting is out of range."""
        momentum, dampening = group["momentum"], group["dampening"]
        self.require_numbers(lr=group["lr"], momentum=momentum, weight_decay=group["weight_decay"])
        if not is_number(dampening):
            raise ValueError(f"SGD: dampening must be a number, got {dampening!r}")
        if group["nesterov"] and (momentum == 0.0 or dampening != 0.0):
            raise ValueError(
                "SGD: nesterov goes with momentum and without dampening, got momentum"
                f" {momentum} and dampening {dampening}"
            )

    def initial(self, p: Array, group: SGDGroup) -> SGDState:
        """Return a state without momentum."""
        return {"momentum_buffer": None}

    def updated(self, p: Array, g: Array, state: SGDState, group: SGDGroup, out: Array) -> Array:
        """Take one step."""
        momentum = group["momentum"]
        g = penalized(p, g, group["weight_decay"])
        if momentum:
            b = state["momentum_buffer"]
            if b is None:
                b = state["momentum_buffer"] = np.array(g, p.dtype)
            else:
                b *= momentum
                b += np.multiply(g, 1.0 - group["dampening"], out=out) if group["dampening"] else g
            g = g + momentum * b if group["nesterov"] else b
        np.multiply(g, group["lr"], out=out)
        return np.subtract(p, out, out=out)
