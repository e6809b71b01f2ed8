"""Layers that draw x towards 0."""

from __future__ import annotations

from grad_core import Tensor
from grad_nn import functional as F  # noqa: N812  # the field's name
from grad_nn.module import Module


class Hardshrink(Module):
    """x where |x| > lambd, 0 elsewhere; see `functional.hardshrink`.

    Args:
        lambd: Up to where the result is 0.

    Example:
        >>> Hardshrink()(Tensor([-2.0, 0.4, 0.6]))
        Tensor([-2. ,  0. ,  0.6])
    """

    def __init__(self, lambd: float = 0.5) -> None:
        self.lambd: float = lambd

    def forward(self, input: Tensor) -> Tensor:
        """Apply to each element."""
        return F.hardshrink(input, self.lambd)

    def extra_repr(self) -> str:
        """Return the settings."""
        return f"lambd={self.lambd}"


class Softshrink(Module):
    """x less lambd, on either side of 0; see `functional.softshrink`.

    Args:
        lambd: How far x is drawn towards 0.

    Raises:
        ValueError: On a call, if `lambd` is negative.

    Example:
        >>> Softshrink()(Tensor([-2.0, 0.4, 1.0]))
        Tensor([-1.5,  0. ,  0.5])
    """

    def __init__(self, lambd: float = 0.5) -> None:
        self.lambd: float = lambd

    def forward(self, input: Tensor) -> Tensor:
        """Apply to each element."""
        return F.softshrink(input, self.lambd)

    def extra_repr(self) -> str:
        """Return the settings."""
        return f"lambd={self.lambd}"


class Tanhshrink(Module):
    """x - tanh(x), elementwise.

    Example:
        >>> import grad_core as gc
        >>> gc.round(Tanhshrink()(Tensor([-10.0, 0.0, 1.0])), 4)
        Tensor([-9.    ,  0.    ,  0.2384])
    """

    def forward(self, input: Tensor) -> Tensor:
        """Apply to each element."""
        return F.tanhshrink(input)
