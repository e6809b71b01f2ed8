"""Layers with bounds on both sides, and LogSigmoid."""

from __future__ import annotations

from grad_core import Tensor
from grad_nn import functional as F  # noqa: N812  # the field's name
from grad_nn.module import Module


class Sigmoid(Module):
    """1 / (1 + exp(-x)), elementwise, without overflow.

    Example:
        >>> Sigmoid()(Tensor([-1000.0, 0.0, 1000.0]))
        Tensor([0. , 0.5, 1. ])
    """

    def forward(self, input: Tensor) -> Tensor:
        """Apply to each element."""
        return F.sigmoid(input)


class Hardsigmoid(Module):
    """x / 6 + 1/2, not below 0 nor above 1; see `functional.hardsigmoid`.

    Args:
        inplace: Whether the input itself is changed, and returned.

    Example:
        >>> Hardsigmoid()(Tensor([-4.0, 0.0, 4.0]))
        Tensor([0. , 0.5, 1. ])
    """

    def __init__(self, inplace: bool = False) -> None:
        self.inplace: bool = inplace

    def forward(self, input: Tensor) -> Tensor:
        """Apply to each element."""
        return F.hardsigmoid(input, self.inplace)

    def extra_repr(self) -> str:
        """Return the settings."""
        return "inplace=True" if self.inplace else ""


class LogSigmoid(Module):
    """log(sigmoid(x)), elementwise; see `functional.logsigmoid`.

    Example:
        >>> import grad_core as gc
        >>> gc.round(LogSigmoid()(Tensor([-10.0, 0.0])), 4)
        Tensor([-10.    ,  -0.6931])
    """

    def forward(self, input: Tensor) -> Tensor:
        """Apply to each element."""
        return F.logsigmoid(input)


class Tanh(Module):
    """The hyperbolic tangent, elementwise.

    Example:
        >>> Tanh()(Tensor([0.0, 1000.0]))
        Tensor([0., 1.])
    """

    def forward(self, input: Tensor) -> Tensor:
        """Apply to each element."""
        return F.tanh(input)


class Softsign(Module):
    """x / (1 + |x|), elementwise; see `functional.softsign`.

    Example:
        >>> Softsign()(Tensor([-1.0, 0.0, 3.0]))
        Tensor([-0.5 ,  0.  ,  0.75])
    """

    def forward(self, input: Tensor) -> Tensor:
        """Apply to each element."""
        return F.softsign(input)
