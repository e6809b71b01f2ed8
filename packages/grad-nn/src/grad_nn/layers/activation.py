"""Activations as layers; each is the function of the same name in `functional`."""

from __future__ import annotations

from grad_core import Tensor
from grad_nn import functional as F  # noqa: N812  # the field's name
from grad_nn.module import Module


class ReLU(Module):
    """max(0, x), elementwise.

    Example:
        >>> ReLU()(Tensor([-1.0, 2.0]))
        Tensor([0., 2.])
    """

    def forward(self, input: Tensor) -> Tensor:
        """Apply to each element."""
        return F.relu(input)


class LeakyReLU(Module):
    """x for x > 0, negative_slope * x otherwise, elementwise.

    Args:
        negative_slope: The slope below zero.
        alpha: The same by the name that initializers have for it; it goes before.

    Example:
        >>> LeakyReLU(0.5)(Tensor([-1.0, 2.0]))
        Tensor([-0.5,  2. ])
    """

    def __init__(self, negative_slope: float = 0.01, *, alpha: float | None = None) -> None:
        self.negative_slope: float = negative_slope if alpha is None else alpha

    def forward(self, input: Tensor) -> Tensor:
        """Apply to each element."""
        return F.leaky_relu(input, self.negative_slope)

    def extra_repr(self) -> str:
        """Return the slope."""
        return f"negative_slope={self.negative_slope}"


class Sigmoid(Module):
    """1 / (1 + exp(-x)), elementwise, without overflow.

    Example:
        >>> Sigmoid()(Tensor([-1000.0, 0.0, 1000.0]))
        Tensor([0. , 0.5, 1. ])
    """

    def forward(self, input: Tensor) -> Tensor:
        """Apply to each element."""
        return F.sigmoid(input)


class Tanh(Module):
    """The hyperbolic tangent, elementwise.

    Example:
        >>> Tanh()(Tensor([0.0, 1000.0]))
        Tensor([0., 1.])
    """

    def forward(self, input: Tensor) -> Tensor:
        """Apply to each element."""
        return F.tanh(input)


class Softmax(Module):
    """exp(x) / sum(exp(x)) along an axis, without overflow.

    Args:
        dim: The axis along which the results sum to 1.

    Raises:
        ValueError: On a call, if the axis does not exist.

    Example:
        >>> Softmax(dim=0)(Tensor([1000.0, 1000.0]))
        Tensor([0.5, 0.5])
    """

    def __init__(self, dim: int = -1) -> None:
        self.dim: int = dim

    def forward(self, input: Tensor) -> Tensor:
        """Normalise along the axis."""
        return F.softmax(input, self.dim)

    def extra_repr(self) -> str:
        """Return the axis."""
        return f"dim={self.dim}"
