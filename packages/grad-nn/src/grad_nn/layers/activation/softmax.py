"""Layers that make the numbers along an axis a distribution."""

from __future__ import annotations

from grad_core import Tensor
from grad_nn import functional as F  # noqa: N812  # the field's name
from grad_nn.module import Module


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
        """Return the settings."""
        return f"dim={self.dim}"


class LogSoftmax(Module):
    """log(softmax(x)) along an axis; see `functional.log_softmax`.

    Args:
        dim: The axis along which the exponentials of the results sum to 1.

    Raises:
        ValueError: On a call, if the axis does not exist.

    Example:
        >>> LogSoftmax()(Tensor([0.0, 1000.0]))
        Tensor([-1000.,     0.])
    """

    def __init__(self, dim: int = -1) -> None:
        self.dim: int = dim

    def forward(self, input: Tensor) -> Tensor:
        """Normalise along the axis."""
        return F.log_softmax(input, self.dim)

    def extra_repr(self) -> str:
        """Return the settings."""
        return f"dim={self.dim}"


class Softmin(Module):
    """softmax(-x) along an axis.

    Args:
        dim: The axis along which the results sum to 1.

    Raises:
        ValueError: On a call, if the axis does not exist.

    Example:
        >>> Softmin()(Tensor([1000.0, 1000.0, 9000.0]))
        Tensor([0.5, 0.5, 0. ])
    """

    def __init__(self, dim: int = -1) -> None:
        self.dim: int = dim

    def forward(self, input: Tensor) -> Tensor:
        """Normalise along the axis."""
        return F.softmin(input, self.dim)

    def extra_repr(self) -> str:
        """Return the settings."""
        return f"dim={self.dim}"


class Softmax2d(Module):
    """softmax over the channels, at each place of an image.

    Shape:
        `(N, C, H, W)` or `(C, H, W)`, and the same for the result.

    Raises:
        ValueError: On a call, if the input has another number of axes.

    Example:
        >>> Softmax2d()(Tensor([[[1000.0]], [[1000.0]]])).shape
        (2, 1, 1)
    """

    def forward(self, input: Tensor) -> Tensor:
        """Normalise over the channels."""
        if input.ndim not in (3, 4):
            raise ValueError(
                f"Softmax2d: input has shape {input.shape}, expected (N, C, H, W) or (C, H, W)"
            )
        return F.softmax(input, -3)
