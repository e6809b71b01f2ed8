"""Layers that normalise each sample by itself."""

from __future__ import annotations

from collections.abc import Sequence

from numpy.typing import DTypeLike

from grad_core import Tensor
from grad_nn import functional as F  # noqa: N812  # the field's name
from grad_nn.functional.checks import check_tensor
from grad_nn.functional.checks import size as checked_size
from grad_nn.functional.normalization import normalized_axes
from grad_nn.layers.weights import ones_and_zeros, reset_ones_and_zeros
from grad_nn.module import Module
from grad_nn.parameter import Parameter


class LayerNorm(Module):
    """(x - mean) / sqrt(var + eps) * weight + bias, over the last axes of each sample.

    It does the same in training and in evaluation.

    Shape:
        `(..., *normalized_shape)`, and so is the result.

    Args:
        normalized_shape: The sizes of the axes that are normalised together; an int for the last.
        eps: What is added to the variance.
        elementwise_affine: Whether there is a weight, ones at first, and a bias.
        bias: Whether there is a bias, zeros at first, beside the weight.
        dtype: The dtype of the parameters; None for the default dtype, float32.

    Raises:
        ValueError: A size is no int, or negative; on a call, if the last axes are others.
        TypeError: On a call, if the input is no Tensor of real floating numbers.

    Example:
        >>> layer = LayerNorm(2, eps=0.0)
        >>> layer(Tensor([[1.0, 3.0], [10.0, 30.0]])).detach()
        Tensor([[-1.,  1.],
                [-1.,  1.]])

    Reference:
        J. Ba, J. Kiros and G. Hinton, "Layer normalization", arXiv:1607.06450, equation 4.
    """

    def __init__(
        self,
        normalized_shape: int | Sequence[int],
        eps: float = 1e-5,
        elementwise_affine: bool = True,
        bias: bool = True,
        *,
        dtype: DTypeLike | None = None,
    ) -> None:
        self.normalized_shape: tuple[int, ...] = normalized_axes("LayerNorm", normalized_shape)
        self.eps: float = eps
        self.elementwise_affine: bool = elementwise_affine
        self.weight: Parameter | None
        self.bias: Parameter | None
        self.weight, self.bias = ones_and_zeros(
            self.normalized_shape, elementwise_affine, elementwise_affine and bias, dtype
        )

    def reset_parameters(self) -> None:
        """Set the weight to ones and the bias to zeros."""
        reset_ones_and_zeros(self, self.weight, self.bias)

    def forward(self, input: Tensor) -> Tensor:
        """Normalise the last axes."""
        return F.layer_norm(input, self.normalized_shape, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        """Return the settings."""
        return (
            f"{self.normalized_shape}, eps={self.eps},"
            f" elementwise_affine={self.elementwise_affine}, bias={self.bias is not None}"
        )


class RMSNorm(Module):
    """x / sqrt(mean(x^2) + eps) * weight, over the last axes of each sample.

    Shape:
        `(..., *normalized_shape)`, and so is the result.

    Args:
        normalized_shape: The sizes of the axes that are normalised together; an int for the last.
        eps: What is added to the mean square; None for the machine epsilon of the input's dtype.
        elementwise_affine: Whether there is a weight, ones at first.
        dtype: The dtype of the weight; None for the default dtype, float32.

    Raises:
        ValueError: A size is no int, or negative; on a call, if the last axes are others.
        TypeError: On a call, if the input is no Tensor of real floating numbers.

    Example:
        >>> layer = RMSNorm(2)
        >>> layer(Tensor([1.0, 7.0])).detach()
        Tensor([0.2, 1.4])

    Reference:
        B. Zhang and R. Sennrich, "Root mean square layer normalization", NeurIPS 2019, equation 4.
    """

    def __init__(
        self,
        normalized_shape: int | Sequence[int],
        eps: float | None = None,
        elementwise_affine: bool = True,
        *,
        dtype: DTypeLike | None = None,
    ) -> None:
        self.normalized_shape: tuple[int, ...] = normalized_axes("RMSNorm", normalized_shape)
        self.eps: float | None = eps
        self.elementwise_affine: bool = elementwise_affine
        self.weight: Parameter | None
        self.weight, _ = ones_and_zeros(self.normalized_shape, elementwise_affine, False, dtype)

    def reset_parameters(self) -> None:
        """Set the weight to ones."""
        reset_ones_and_zeros(self, self.weight)

    def forward(self, x: Tensor) -> Tensor:
        """Normalise the last axes."""
        return F.rms_norm(x, self.normalized_shape, self.weight, self.eps)

    def extra_repr(self) -> str:
        """Return the settings."""
        return (
            f"{self.normalized_shape}, eps={self.eps}, elementwise_affine={self.elementwise_affine}"
        )


class GroupNorm(Module):
    """(x - mean) / sqrt(var + eps) * weight + bias, over groups of channels of each sample.

    It does the same in training and in evaluation.

    Shape:
        `(N, C, ...)`, and so is the result.

    Args:
        num_groups: How many groups the channels form; it divides `num_channels`.
        num_channels: The number of channels, C.
        eps: What is added to the variance.
        affine: Whether there is a weight, a one for each channel at first, and a bias.
        dtype: The dtype of the parameters; None for the default dtype, float32.
        bias: Whether there is a bias, zeros at first, beside the weight.

    Raises:
        ValueError: A size is no int, or out of range, or the groups do not divide the channels; on
            a call, if the input has other channels.
        TypeError: On a call, if the input is no Tensor of real floating numbers.

    Example:
        >>> layer = GroupNorm(2, 4, eps=0.0)
        >>> layer(Tensor([[1.0, 3.0, 10.0, 30.0]])).detach()
        Tensor([[-1.,  1., -1.,  1.]])

    Reference:
        Y. Wu and K. He, "Group normalization", ECCV 2018, equations 1, 2 and 7.
    """

    def __init__(
        self,
        num_groups: int,
        num_channels: int,
        eps: float = 1e-5,
        affine: bool = True,
        *,
        dtype: DTypeLike | None = None,
        bias: bool = True,
    ) -> None:
        self.num_groups: int = checked_size("GroupNorm", "num_groups", num_groups, 1)
        self.num_channels: int = checked_size("GroupNorm", "num_channels", num_channels)
        if num_channels % num_groups:
            raise ValueError(
                f"GroupNorm: num_groups is {num_groups}, which does not divide num_channels,"
                f" {num_channels}"
            )
        self.eps: float = eps
        self.affine: bool = affine
        self.weight: Parameter | None
        self.bias: Parameter | None
        self.weight, self.bias = ones_and_zeros((num_channels,), affine, affine and bias, dtype)

    def reset_parameters(self) -> None:
        """Set the weight to ones and the bias to zeros."""
        reset_ones_and_zeros(self, self.weight, self.bias)

    def forward(self, input: Tensor) -> Tensor:
        """Normalise the groups of each sample."""
        check_tensor("GroupNorm", input)
        if input.shape[1:2] != (self.num_channels,):
            raise ValueError(
                f"GroupNorm: input has shape {input.shape}, expected (N, {self.num_channels}, ...)"
            )
        return F.group_norm(input, self.num_groups, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        """Return the settings."""
        return (
            f"{self.num_groups}, {self.num_channels}, eps={self.eps}, affine={self.affine},"
            f" bias={self.bias is not None}"
        )


class LocalResponseNorm(Module):
    """x / (k + alpha / size * sum(x^2))^beta, with the sum over neighbouring channels.

    Shape:
        `(N, C, ...)`, with three axes at least, and so is the result.

    Args:
        size: How many channels the sum is taken over.
        alpha: The factor of their mean square.
        beta: The exponent.
        k: What is added.

    Raises:
        ValueError: `size` is no positive int; on a call, if the input has less than three axes.
        TypeError: On a call, if the input is no Tensor of real floating numbers.

    Example:
        >>> layer = LocalResponseNorm(3, alpha=3.0, beta=1.0, k=0.0)
        >>> layer(Tensor([[[1.0], [2.0], [2.0]]])).reshape(3)
        Tensor([0.2       , 0.22222222, 0.25      ])

    Reference:
        A. Krizhevsky, I. Sutskever and G. Hinton, "ImageNet classification with deep convolutional
        neural networks", NIPS 2012, section 3.3, where alpha is not divided by the size.
    """

    def __init__(self, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0) -> None:
        self.size: int = checked_size("LocalResponseNorm", "size", size, 1)
        self.alpha: float = alpha
        self.beta: float = beta
        self.k: float = k

    def forward(self, input: Tensor) -> Tensor:
        """Divide each channel by what it and its neighbours come to."""
        return F.local_response_norm(input, self.size, self.alpha, self.beta, self.k)

    def extra_repr(self) -> str:
        """Return the settings."""
        return f"{self.size}, alpha={self.alpha}, beta={self.beta}, k={self.k}"
