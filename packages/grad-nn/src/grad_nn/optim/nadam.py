"""NAdam: Adam that looks ahead along its momentum."""

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


class NAdamGroup(BetasGroup, DecoupledGroup):
    """Parameters and settings of NAdam."""

    eps: float
    momentum_decay: float


class NAdamOptions(DecoupledOptions, total=False):
    """What may be given of a group for NAdam."""

    betas: tuple[float, float]
    eps: float
    momentum_decay: float


class NAdamState(TypedDict):
    """What NAdam remembers of a parameter."""

    step: int
    mu_product: float
    exp_avg: Array
    exp_avg_sq: Array


class NAdam(ElementwiseOptimizer[NAdamGroup, NAdamOptions, NAdamState]):
    """NAdam: Adam with Nesterov's momentum, which grows during training.

    With the gradient g of a parameter p, at step t:

        g <- g + weight_decay * p         (p <- p - lr * weight_decay * p, if decoupled)
        mu(t) = beta1 * (1 - 0.96^(t * momentum_decay) / 2)
        m <- beta1 * m + (1 - beta1) * g
        v <- beta2 * v + (1 - beta2) * g^2
        m' = (1 - mu(t)) * g / (1 - mu(1) ... mu(t)) + mu(t + 1) * m / (1 - mu(1) ... mu(t + 1))
        p <- p - lr * m' / (sqrt(v / (1 - beta2^t)) + eps)

    Args:
        params: The Tensors to train, or groups of them (see `GroupedOptimizer`).
        lr: The learning rate.
        betas: How slowly the two means forget, (beta1, beta2).
        eps: What keeps the division from 0.
        weight_decay: The factor of the L2 penalty.
        momentum_decay: How fast the momentum grows to beta1.
        decoupled_weight_decay: Whether weight decay shrinks the parameter, as in AdamW, and is not
            added to the gradient.
        maximize: Whether to ascend.

    Raises:
        TypeError: `betas` is no pair.
        ValueError: A setting is out of range.

    Example:
        >>> from grad_core import Tensor
        >>> x = Tensor([2.0], requires_grad=True)
        >>> optimizer = NAdam([x], lr=0.5)
        >>> (x * x).sum().backward()
        >>> optimizer.step()
        >>> bool(x.item() < 2)
        True

    Reference:
        T. Dozat, "Incorporating Nesterov momentum into Adam", ICLR workshop 2016, algorithm 2.
    """

    def __init__(
        self,
        params: Params[NAdamOptions],
        lr: float = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        momentum_decay: float = 4e-3,
        decoupled_weight_decay: bool = False,
        *,
        maximize: bool = False,
    ) -> None:
        defaults: NAdamGroup = {
            "params": [],
            "lr": lr,
            "betas": betas,
            "eps": eps,
            "weight_decay": weight_decay,
            "momentum_decay": momentum_decay,
            "decoupled_weight_decay": decoupled_weight_decay,
            "maximize": maximize,
        }
        super().__init__(params, defaults)

    def check(self, group: NAdamGroup) -> None:
        """Raise a ValueError or TypeError if a setting is not right."""
        require_betas("NAdam", group["betas"])
        self.require_numbers(
            lr=group["lr"],
            eps=group["eps"],
            weight_decay=group["weight_decay"],
            momentum_decay=group["momentum_decay"],
        )

    def initial(self, p: Array, group: NAdamGroup) -> NAdamState:
        """Return means of zero."""
        return {
            "step": 0,
            "mu_product": 1.0,
            "exp_avg": np.zeros_like(p),
            "exp_avg_sq": np.zeros_like(p),
        }

    def updated(
        self, p: Array, g: Array, state: NAdamState, group: NAdamGroup, out: Array
    ) -> Array:
        """Take one step."""
        beta1, beta2 = group["betas"]
        p, g = decayed(p, g, group)
        state["step"] += 1
        t = state["step"]
        mu, next_mu = (
            beta1 * (1.0 - 0.5 * 0.96 ** (i * group["momentum_decay"])) for i in (t, t + 1)
        )
        state["mu_product"] *= mu
        product = state["mu_product"]
        m, v = state["exp_avg"], state["exp_avg_sq"]
        average(m, beta1, g, out)
        average_square(v, beta2, g, out)
        # The correction of v and the learning rate in the scalars, which saves two passes
        root = math.sqrt(1.0 - beta2**t)
        size = group["lr"] * root
        ahead: Array = g * (size * (1.0 - mu) / (1.0 - product))
        ahead += np.multiply(m, size * next_mu / (1.0 - product * next_mu), out=out)
        np.sqrt(v, out=out)
        out += group["eps"] * root
        np.divide(ahead, out, out=out)
        return np.subtract(p, out, out=out)
