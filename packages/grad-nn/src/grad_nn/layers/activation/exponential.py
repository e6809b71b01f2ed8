"""Layers that turn into a line by way of an exponential."""

from __future__ import annotations

from grad_core import Tensor
from grad_nn import functional as F  # noqa: N812  # the field's name
from grad_nn.module import Module


class ELU(Module):
    """x for x > 0, alpha * (exp(x) - 1) otherwise; see `functional.elu`.

    Args:
        alpha: What x is near to far below zero, with the other sign.
        inplace: Whether the input itself is changed, and returned.

    Example:
        >>> import grad_core as gc
        >>> gc.round(ELU()(Tensor([-1.0, 2.0])), 4)
        Tensor([-0.6321,  2.    ])
    """

    def __init__(self, alpha: float = 1.0, inplace: bool = False) -> None:
        self.alpha: float = alpha
        self.inplace: bool = inplace

    def forward(self, input: Tensor) -> Tensor:
        """Apply to each element."""
        return F.elu(input, self.alpha, self.inplace)

    def extra_repr(self) -> str:
        """Return the settings."""
        return f"alpha={self.alpha}" + (", inplace=True" if self.inplace else "")


class CELU(Module):
    """x for x > 0, alpha * (exp(x / alpha) - 1) otherwise; see `functional.celu`.

    Args:
        alpha: What x is near to far below zero, with the other sign.
        inplace: Whether the input itself is changed, and returned.

    Example:
        >>> import grad_core as gc
        >>> gc.round(CELU(2.0)(Tensor([-1.0, 2.0])), 4)
        Tensor([-0.7869,  2.    ])
    """

    def __init__(self, alpha: float = 1.0, inplace: bool = False) -> None:
        self.alpha: float = alpha
        self.inplace: bool = inplace

    def forward(self, input: Tensor) -> Tensor:
        """Apply to each element."""
        return F.celu(input, self.alpha, self.inplace)

    def extra_repr(self) -> str:
        """Return the settings."""
        return f"alpha={self.alpha}" + (", inplace=True" if self.inplace else "")


class SELU(Module):
    """scale * elu(x, alpha), elementwise, with fixed numbers; see `functional.selu`.

    Args:
        inplace: Whether the input itself is changed, and returned.

    Example:
        >>> import grad_core as gc
        >>> gc.round(SELU()(Tensor([-1.0, 2.0])), 4)
        Tensor([-1.1113,  2.1014])
    """

    def __init__(self, inplace: bool = False) -> None:
        self.inplace: bool = inplace

    def forward(self, input: Tensor) -> Tensor:
        """Apply to each element."""
        return F.selu(input, self.inplace)

    def extra_repr(self) -> str:
        """Return the settings."""
        return "inplace=True" if self.inplace else ""


class Softplus(Module):
    """log(1 + exp(beta * x)) / beta, elementwise; see `functional.softplus`.

    Args:
        beta: How sharp the turn is.
        threshold: The result is x itself where beta * x is more.

    Example:
        >>> import grad_core as gc
        >>> gc.round(Softplus()(Tensor([-1000.0, 0.0, 30.0])), 4)
        Tensor([ 0.    ,  0.6931, 30.    ])
    """

    def __init__(self, beta: float = 1.0, threshold: float = 20.0) -> None:
        self.beta: float = beta
        self.threshold: float = threshold

    def forward(self, input: Tensor) -> Tensor:
        """Apply to each element."""
        return F.softplus(input, self.beta, self.threshold)

    def extra_repr(self) -> str:
        """Return the settings."""
        return f"beta={self.beta}, threshold={self.threshold}"
