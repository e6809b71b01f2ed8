"""Adam, and Adam with decoupled weight decay."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from grad_core import Array, Tensor
from grad_nn.optim.optimizer import Optimizer, State


class Adam(Optimizer):
    """Adam: steps scaled by running means of the gradient and of its square.

    With the gradient g of a parameter p, at step t:

        g <- g + weight_decay * p
        m <- beta1 * m + (1 - beta1) * g
        v <- beta2 * v + (1 - beta2) * g^2
        p <- p - lr * (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + eps)

    With amsgrad, the largest v so far stands in the place of v in the last line.

    Args:
        params: The Tensors to train.
        lr: The learning rate.
        betas: How slowly the two means forget, (beta1, beta2).
        eps: What keeps the division from 0.
        weight_decay: The factor of the L2 penalty.
        amsgrad: Whether to divide by the largest mean square so far.
        maximize: Whether to ascend.

    Raises:
        TypeError: `betas` is no pair.
        ValueError: A setting is out of range.

    Example:
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
        params: Iterable[Tensor],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        amsgrad: bool = False,
        *,
        maximize: bool = False,
    ) -> None:
        super().__init__(params, lr=lr, weight_decay=weight_decay, maximize=maximize)
        self.betas: tuple[float, float] = betas
        self.eps: float = eps
        self.amsgrad: bool = amsgrad
        if not (isinstance(betas, tuple) and len(betas) == 2):
            raise TypeError(
                f"{type(self).__name__}: betas must be a pair of numbers, got {betas!r}"
            )
        beta1, beta2 = betas
        self.require_numbers(1.0, beta1=beta1, beta2=beta2)
        self.require_numbers(eps=eps)

    def updated(self, p: Array, g: Array, state: State) -> Array:
        """Take one step."""
        return self.adapted(p, self.decayed(p, g), state)

    def adapted(self, p: Array, g: Array, state: State) -> Array:
        """Take one step along the scaled mean of gradients."""
        beta1, beta2 = self.betas
        m = state.array("exp_avg", p)
        v = state.array("exp_avg_sq", p)
        m *= beta1
        m += (1.0 - beta1) * g
        v *= beta2
        v += (1.0 - beta2) * g * g
        if self.amsgrad:
            v = np.maximum(state.array("max_exp_avg_sq", p), v)
            state.arrays["max_exp_avg_sq"] = v
        size = self.lr / (1.0 - beta1**state.step)
        scale = np.sqrt(v) / math.sqrt(1.0 - beta2**state.step) + self.eps
        return p - size * m / scale


class AdamW(Adam):
    """Adam with decoupled weight decay: it shrinks the parameter, and is not scaled by the means.

    With the gradient g of a parameter p, at step t:

        p <- p - lr * weight_decay * p
        p <- the step of Adam without weight decay

    Args:
        params: The Tensors to train.
        lr: The learning rate.
        betas: How slowly the two means forget, (beta1, beta2).
        eps: What keeps the division from 0.
        weight_decay: How fast parameters shrink.
        amsgrad: Whether to divide by the largest mean square so far.
        maximize: Whether to ascend.

    Raises:
        TypeError: `betas` is no pair.
        ValueError: A setting is out of range.

    Example:
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
        params: Iterable[Tensor],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
        amsgrad: bool = False,
        *,
        maximize: bool = False,
    ) -> None:
        super().__init__(params, lr, betas, eps, weight_decay, amsgrad, maximize=maximize)

    def updated(self, p: Array, g: Array, state: State) -> Array:
        """Take one step."""
        return self.adapted(p * (1.0 - self.lr * self.weight_decay), g, state)
