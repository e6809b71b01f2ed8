"""Layers that multiply x with a gate."""

from __future__ import annotations

from grad_core import Tensor
from grad_nn import functional as F  # noqa: N812  # the field's name
from grad_nn.functional.activation.gates import Approximate
from grad_nn.module import Module


class GELU(Module):
    """x * Phi(x), elementwise; see `functional.gelu`.

    Args:
        approximate: `"none"`, or `"tanh"` for an approximation.

    Example:
        >>> import grad_core as gc
        >>> gc.round(GELU()(Tensor([-1.0, 0.0, 2.0])), 4)
        Tensor([-0.1587,  0.    ,  1.9545])
    """

    def __init__(self, approximate: Approximate = "none") -> None:
        self.approximate: Approximate = approximate

    def forward(self, input: Tensor) -> Tensor:
        """Apply to each element."""
        return F.gelu(input, self.approximate)

    def extra_repr(self) -> str:
        """Return the settings."""
        return f"approximate={self.approximate!r}"


class SiLU(Module):
    """x / (1 + exp(-x)), elementwise; see `functional.silu`.

    Args:
        inplace: Whether the input itself is changed, and returned.

    Example:
        >>> import grad_core as gc
        >>> gc.round(SiLU()(Tensor([-1.0, 0.0, 2.0])), 4)
        Tensor([-0.2689,  0.    ,  1.7616])
    """

    def __init__(self, inplace: bool = False) -> None:
        self.inplace: bool = inplace

    def forward(self, input: Tensor) -> Tensor:
        """Apply to each element."""
        return F.silu(input, self.inplace)

    def extra_repr(self) -> str:
        """Return the settings."""
        return "inplace=True" if self.inplace else ""


class Mish(Module):
    """x * tanh(softplus(x)), elementwise; see `functional.mish`.

    Args:
        inplace: Whether the input itself is changed, and returned.

    Example:
        >>> import grad_core as gc
        >>> gc.round(Mish()(Tensor([-1.0, 0.0, 2.0])), 4)
        Tensor([-0.3034,  0.    ,  1.944 ])
    """

    def __init__(self, inplace: bool = False) -> None:
        self.inplace: bool = inplace

    def forward(self, input: Tensor) -> Tensor:
        """Apply to each element."""
        return F.mish(input, self.inplace)

    def extra_repr(self) -> str:
        """Return the settings."""
        return "inplace=True" if self.inplace else ""


class Hardswish(Module):
    """x * min(max(x + 3, 0), 6) / 6, elementwise; see `functional.hardswish`.

    Args:
        inplace: Whether the input itself is changed, and returned.

    Example:
        >>> Hardswish()(Tensor([-4.0, 3.0, 4.0]))
        Tensor([-0.,  3.,  4.])
    """

    def __init__(self, inplace: bool = False) -> None:
        self.inplace: bool = inplace

    def forward(self, input: Tensor) -> Tensor:
        """Apply to each element."""
        return F.hardswish(input, self.inplace)

    def extra_repr(self) -> str:
        """Return the settings."""
        return "inplace=True" if self.inplace else ""


class GLU(Module):
    """a * sigmoid(b), where a and b are halves of the input; see `functional.glu`.

    Args:
        dim: The axis that is halved.

    Raises:
        ValueError: On a call, if the axis does not exist or its length is odd.

    Example:
        >>> GLU()(Tensor([1.0, 2.0, 0.0, 1000.0]))
        Tensor([0.5, 2. ])
    """

    def __init__(self, dim: int = -1) -> None:
        self.dim: int = dim

    def forward(self, input: Tensor) -> Tensor:
        """Multiply one half with the sigmoid of the other."""
        return F.glu(input, self.dim)

    def extra_repr(self) -> str:
        """Return the settings."""
        return f"dim={self.dim}"
