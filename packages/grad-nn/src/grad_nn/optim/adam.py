"""Adam, and Adam with decoupled weight decay."""

from __future__ import annotations

import math
from typing import TypedDict

import numpy as np

from grad_core import Array
from grad_nn.optim.checks import require_betas
from grad_nn.optim.decay import DecoupledGroup, DecoupledOptions, decayed, penalized
from grad_nn.optim.elementwise import ElementwiseOptimizer
from grad_nn.optim.fused import compiled_pass, fused_adam, takes
from grad_nn.optim.groups import BetasGroup, Params
from grad_nn.optim.means import average, average_square


class AdamGroup(BetasGroup, DecoupledGroup):
    """Parameters and settings of Adam."""

    eps: float
    amsgrad: bool


class AdamOptions(DecoupledOptions, total=False):
    """What may be given of a group for Adam."""

    betas: tuple[float, float]
    eps: float
    amsgrad: bool


class AdamState(TypedDict):
    """What Adam remembers of a parameter."""

    step: int
    exp_avg: Array
    exp_avg_sq: Array
    max_exp_avg_sq: Array | None


class Adam(ElementwiseOptimizer[AdamGroup, AdamOptions, AdamState]):
    """Adam: steps scaled by running means of the gradient and of its square.

    With the gradient g of a parameter p, at step t:

        g <- g + weight_decay * p         (p <- p - lr * weight_decay * p, if decoupled)
        m <- beta1 * m + (1 - beta1) * g
        v <- beta2 * v + (1 - beta2) * g^2
        p <- p - lr * (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + eps)

    With amsgrad, the largest v so far stands in the place of v in the last line.

    Args:
        params: The Tensors to train, or groups of them (see `GroupedOptimizer`).
        lr: The learning rate.
        betas: How slowly the two means forget, (beta1, beta2).
        eps: What keeps the division from 0.
        weight_decay: The factor of the L2 penalty.
        amsgrad: Whether to divide by the largest mean square so far.
        maximize: Whether to ascend.
        decoupled_weight_decay: Whether weight decay shrinks the parameter, as in AdamW, and is not
            added to the gradient.
        fused: Whether a step is one pass that numba compiles, with the same results to the last bit.
            It pays from some 10,000 numbers on. With amsgrad, and of other dtypes than float32 and
            float64, steps stay NumPy's.

    Raises:
        ImportError: `fused` is asked for, and numba is not installed.
        TypeError: `betas` is no pair.
        ValueError: A setting is out of range.

    Example:
        >>> from grad_core import Tensor
        >>> x = Tensor([2.0], requires_grad=True)
        >>> optimizer = Adam([x], lr=0.5)
        >>> (x * x).sum().backward()
        >>> optimizer.step()
        >>> x
        Tensor([1.5], requires_grad=True)

    Reference:
        D. Kingma and J. Ba, "Adam: a method for stochastic optimization", ICLR 2015, algorithm 1.
        amsgrad: S. Reddi et al., "On the convergence of Adam and beyond", ICLR 2018, algorithm 2.
    """

    def __init__(
        self,
        params: Params[AdamOptions],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        amsgrad: bool = False,
        *,
        maximize: bool = False,
        decoupled_weight_decay: bool = False,
        fused: bool | None = None,
    ) -> None:
        if fused:
            compiled_pass(type(self).__name__)
        self._fused: bool = bool(fused)
        defaults: AdamGroup = {
            "params": [],
            "lr": lr,
            "betas": betas,
            "eps": eps,
            "weight_decay": weight_decay,
            "amsgrad": amsgrad,
            "maximize": maximize,
            "decoupled_weight_decay": decoupled_weight_decay,
        }
        super().__init__(params, defaults)

    def check(self, group: AdamGroup) -> None:
        """Raise a ValueError or TypeError if a setting is not right."""
        require_betas(type(self).__name__, group["betas"])
        self.require_numbers(lr=group["lr"], eps=group["eps"], weight_decay=group["weight_decay"])

    def initial(self, p: Array, group: AdamGroup) -> AdamState:
        """Return means of zero."""
        return {
            "step": 0,
            "exp_avg": np.zeros_like(p),
            "exp_avg_sq": np.zeros_like(p),
            "max_exp_avg_sq": np.zeros_like(p) if group["amsgrad"] else None,
        }

    def updated(self, p: Array, g: Array, state: AdamState, group: AdamGroup, out: Array) -> Array:
        """Take one step."""
        beta1, beta2 = group["betas"]
        state["step"] += 1
        m, v = state["exp_avg"], state["exp_avg_sq"]
        # Both corrections in the scalars: those of the arrays would take two passes more
        root = math.sqrt(1.0 - beta2 ** state["step"])
        eps, lr = group["eps"] * root, group["lr"] * root / (1.0 - beta1 ** state["step"])
        if self._fused and not group["amsgrad"] and takes(p, g, m, v, out):
            shrink = 1.0
            if group["decoupled_weight_decay"]:
                shrink -= group["lr"] * group["weight_decay"]
            else:
                g = penalized(p, g, group["weight_decay"])
            factors = (shrink, beta1, 1.0 - beta1, beta2, 1.0 - beta2, eps, lr)
            return fused_adam(p, g, m, v, out, factors)
        p, g = decayed(p, g, group)
        average(m, beta1, g, out)
        average_square(v, beta2, g, out)
        if group["amsgrad"]:
            largest = state["max_exp_avg_sq"]
            if largest is None:  # it was switched on between steps
                largest = state["max_exp_avg_sq"] = np.zeros_like(v)
            v = np.maximum(largest, v, out=largest)
        np.sqrt(v, out=out)
        out += eps
        np.divide(m, out, out=out)
        out *= lr
        return np.subtract(p, out, out=out)


class AdamW(Adam):
    """Adam with decoupled weight decay: it shrinks the parameter, and is not scaled by the means.

    With the gradient g of a parameter p, at step t:

        p <- p - lr * weight_decay * p
        p <- the step of Adam without weight decay

    Args:
        params: The Tensors to train, or groups of them (see `GroupedOptimizer`).
        lr: The learning rate.
        betas: How slowly the two means forget, (beta1, beta2).
        eps: What keeps the division from 0.
        weight_decay: How fast parameters shrink.
        amsgrad: Whether to divide by the largest mean square so far.
        maximize: Whether to ascend.
        fused: Whether a step is one pass that numba compiles; see `Adam`.

    Raises:
        ImportError: `fused` is asked for, and numba is not installed.
        TypeError: `betas` is no pair.
        ValueError: A setting is out of range.

    Example:
        >>> from grad_core import Tensor
        >>> x = Tensor([2.0], requires_grad=True)
        >>> optimizer = AdamW([x], lr=0.5, weight_decay=0.5)
        >>> (x * x).sum().backward()
        >>> optimizer.step()
        >>> x
        Tensor([1.], requires_grad=True)

    Reference:
        I. Loshchilov and F. Hutter, "Decoupled weight decay regularization", ICLR 2019,
        algorithm 2.
    """

    def __init__(
        self,
        params: Params[AdamOptions],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
        amsgrad: bool = False,
        *,
        maximize: bool = False,
        fused: bool | None = None,
    ) -> None:
        super().__init__(
            params,
            lr,
            betas,
            eps,
            weight_decay,
            amsgrad,
            maximize=maximize,
            decoupled_weight_decay=True,
            fused=fused,
        )
