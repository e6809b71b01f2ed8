"""Layers that normalise each channel over a batch."""

from __future__ import annotations

import numpy as np
from numpy.typing import DTypeLike

from grad_core import Tensor
from grad_core.primitive import unwrap
from grad_nn import functional as F  # noqa: N812  # the field's name
from grad_nn.functional.checks import check_tensor, size
from grad_nn.layers.weights import ones_and_zeros, reset_ones_and_zeros
from grad_nn.module import Module
from grad_nn.parameter import Buffer, Parameter


class ChannelNorm(Module):
    """What batch and instance norm keep: factors and terms of channels, and running statistics."""

    _axes: tuple[int, ...]  # how many an input may have

    def __init__(
        self,
        num_features: int,
        eps: float,
        momentum: float | None,
        affine: bool,
        track_running_stats: bool,
        dtype: DTypeLike | None,
        bias: bool,
    ) -> None:
        self.num_features: int = size(type(self).__name__, "num_features", num_features)
        shape = (self.num_features,)
        self.eps: float = eps
        self.momentum: float | None = momentum
        self.affine: bool = affine
        self.track_running_stats: bool = track_running_stats
        self.weight: Parameter | None
        self.bias: Parameter | None
        self.weight, self.bias = ones_and_zeros(shape, affine, affine and bias, dtype)
        self.running_mean: Buffer | None = None
        self.running_var: Buffer | None = None
        self.num_batches_tracked: Buffer | None = None
        if track_running_stats:
            self.running_mean = Buffer(np.zeros(shape), dtype=dtype)
            self.running_var = Buffer(np.ones(shape), dtype=dtype)
            self.num_batches_tracked = Buffer(0, dtype=np.int64)

    def reset_running_stats(self) -> None:
        """Set the running mean to 0, the running variance to 1 and the number of batches to 0."""
        for buffer, value in (
            (self.running_mean, 0),
            (self.running_var, 1),
            (self.num_batches_tracked, 0),
        ):
            if buffer is not None:
                buffer.assign(np.full(buffer.shape, value, buffer.dtype), copy=False)

    def reset_parameters(self) -> None:
        """Set the weight to ones, the bias to zeros, and the running statistics to those at first."""
        self.reset_running_stats()
        reset_ones_and_zeros(self, self.weight, self.bias)

    def _check(self, input: Tensor, axis: int) -> None:
        """Raise an error unless the input has as many axes, and the channels on one of them."""
        name, shape = type(self).__name__, input.shape
        if len(shape) not in self._axes or shape[axis] != self.num_features:
            numbers = " or ".join(map(str, self._axes))
            raise ValueError(
                f"{name}: input has shape {shape}, expected {numbers} axes, of which axis {axis} has"
                f" the {self.num_features} channels"
            )

    def extra_repr(self) -> str:
        """Return the settings."""
        return (
            f"{self.num_features}, eps={self.eps}, momentum={self.momentum}, affine={self.affine},"
            f" bias={self.bias is not None}, track_running_stats={self.track_running_stats}"
        )


class _BatchNorm(ChannelNorm):
    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        *,
        dtype: DTypeLike | None = None,
        bias: bool = True,
    ) -> None:
        super().__init__(num_features, eps, momentum, affine, track_running_stats, dtype, bias)

    def forward(self, input: Tensor) -> Tensor:
        """Normalise each channel; in training, the running statistics follow the batch."""
        check_tensor(type(self).__name__, input)
        self._check(input, 1)
        follow = self.training and self.track_running_stats
        tracked = self.num_batches_tracked if follow else None
        momentum = self.momentum
        if momentum is None:  # the mean of all batches
            momentum = 0.0 if tracked is None else 1.0 / (tracked.item() + 1)
        mean, var = self.running_mean, self.running_var
        out = F.batch_norm(
            input,
            mean if follow or not self.training else None,
            var if follow or not self.training else None,
            self.weight,
            self.bias,
            self.training or (mean is None and var is None),
            momentum,
            self.eps,
        )
        if tracked is not None:
            tracked.assign(unwrap(tracked) + 1, copy=False)
        return out


class BatchNorm1d(_BatchNorm):
    """(x - mean) / sqrt(var + eps) * weight + bias, for each channel, over a batch.

    In training, mean and variance are those of the batch, and the running ones follow them:
    running <- (1 - momentum) * running + momentum * batch, with the unbiased variance. In
    evaluation they are the running ones.

    Shape:
        `(N, C)` or `(N, C, L)`, and so is the result.

    Args:
        num_features: The number of channels, C.
        eps: What is added to the variance.
        momentum: How much the running statistics take of each batch; None for the mean of all
            batches.
        affine: Whether there is a weight, a one for each channel at first, and a bias.
        track_running_stats: Whether there are running statistics. Without them, those of the batch
            are taken in evaluation, too.
        dtype: The dtype of the parameters and running statistics; None for the default dtype,
            float32.
        bias: Whether there is a bias, zeros at first, beside the weight.

    Raises:
        ValueError: `num_features` is no int, or negative; on a call, if the shape is another, or
            there is only one number for each channel to train with.
        TypeError: On a call, if the input is no Tensor of real floating numbers.

    Example:
        >>> layer = BatchNorm1d(2, eps=0.0)
        >>> layer(Tensor([[1.0, 10.0], [3.0, 30.0]])).detach()
        Tensor([[-1., -1.],
                [ 1.,  1.]])
        >>> layer.running_mean
        Buffer([0.2, 2. ])

    Reference:
        S. Ioffe and C. Szegedy, "Batch normalization", ICML 2015, algorithms 1 and 2.
    """

    _axes = (2, 3)


class BatchNorm2d(_BatchNorm):
    """(x - mean) / sqrt(var + eps) * weight + bias, for each channel, over a batch of images.

    In training, mean and variance are those of the batch, and the running ones follow them:
    running <- (1 - momentum) * running + momentum * batch, with the unbiased variance. In
    evaluation they are the running ones.

    Shape:
        `(N, C, H, W)`, and so is the result.

    Args:
        num_features: The number of channels, C.
        eps: What is added to the variance.
        momentum: How much the running statistics take of each batch; None for the mean of all
            batches.
        affine: Whether there is a weight, a one for each channel at first, and a bias.
        track_running_stats: Whether there are running statistics. Without them, those of the batch
            are taken in evaluation, too.
        dtype: The dtype of the parameters and running statistics; None for the default dtype,
            float32.
        bias: Whether there is a bias, zeros at first, beside the weight.

    Raises:
        ValueError: `num_features` is no int, or negative; on a call, if the shape is another, or
            there is only one number for each channel to train with.
        TypeError: On a call, if the input is no Tensor of real floating numbers.

    Example:
        >>> import numpy as np
        >>> BatchNorm2d(3)(Tensor(np.ones((2, 3, 4, 4)))).shape
        (2, 3, 4, 4)

    Reference:
        S. Ioffe and C. Szegedy, "Batch normalization", ICML 2015, algorithms 1 and 2.
    """

    _axes = (4,)


class BatchNorm3d(_BatchNorm):
    """(x - mean) / sqrt(var + eps) * weight + bias, for each channel, over a batch of volumes.

    In training, mean and variance are those of the batch, and the running ones follow them:
    running <- (1 - momentum) * running + momentum * batch, with the unbiased variance. In
    evaluation they are the running ones.

    Shape:
        `(N, C, D, H, W)`, and so is the result.

    Args:
        num_features: The number of channels, C.
        eps: What is added to the variance.
        momentum: How much the running statistics take of each batch; None for the mean of all
            batches.
        affine: Whether there is a weight, a one for each channel at first, and a bias.
        track_running_stats: Whether there are running statistics. Without them, those of the batch
            are taken in evaluation, too.
        dtype: The dtype of the parameters and running statistics; None for the default dtype,
            float32.
        bias: Whether there is a bias, zeros at first, beside the weight.

    Raises:
        ValueError: `num_features` is no int, or negative; on a call, if the shape is another, or
            there is only one number for each channel to train with.
        TypeError: On a call, if the input is no Tensor of real floating numbers.

    Example:
        >>> import numpy as np
        >>> BatchNorm3d(3)(Tensor(np.ones((2, 3, 4, 4, 4)))).shape
        (2, 3, 4, 4, 4)

    Reference:
        S. Ioffe and C. Szegedy, "Batch normalization", ICML 2015, algorithms 1 and 2.
    """

    _axes = (5,)
