"""Stochastic gradient descent."""

from __future__ import annotations

from collections.abc import Iterable

from grad_core import Array, Tensor
from grad_nn.optim.optimizer import Optimizer, State


class SGD(Optimizer):
    """Stochastic gradient descent, with momentum on request.

    With the gradient g of a parameter p, at step t:

        g <- g + weight_decay * p
        b <- g                                      (t = 1)
        b <- momentum * b + (1 - dampening) * g     (t > 1)
        g <- g + momentum * b  if nesterov, else b  (only with momentum)
        p <- p - lr * g

    Args:
        params: The Tensors to train.
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
        params: Iterable[Tensor],
        lr: float = 1e-3,
        momentum: float = 0.0,
        dampening: float = 0.0,
        weight_decay: float = 0.0,
        nesterov: bool = False,
        *,
        maximize: bool = False,
    ) -> None:
        super().__init__(params, lr=lr, weight_decay=weight_decay, maximize=maximize)
        self.momentum: float = momentum
        self.dampening: float = dampening
        self.nesterov: bool = nesterov
        self.require_numbers(momentum=momentum, dampening=dampening)
        if nesterov and (momentum == 0.0 or dampening != 0.0):
            raise ValueError(
                "SGD: nesterov goes with momentum and without dampening, got momentum"
                f" {momentum} and dampening {dampening}"
            )

    def updated(self, p: Array, g: Array, state: State) -> Array:
        """Take one step."""
        g = self.decayed(p, g)
        if self.momentum:
            b = state.array("momentum_buffer", p)
            if state.step == 1:
                b += g
            else:
                b *= self.momentum
                b += (1.0 - self.dampening) * g
            g = g + self.momentum * b if self.nesterov else b
        return p - self.lr * g
