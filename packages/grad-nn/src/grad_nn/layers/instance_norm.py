"""Layers that normalise each channel of each sample."""

from __future__ import annotations

from numpy.typing import DTypeLike

from grad_core import Tensor
from grad_nn import functional as F  # noqa: N812  # the field's name
from grad_nn.functional.checks import check_tensor
from grad_nn.layers.batch_norm import ChannelNorm


class _InstanceNorm(ChannelNorm):
    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float = 0.1,
        affine: bool = False,
        track_running_stats: bool = False,
        *,
        dtype: DTypeLike | None = None,
        bias: bool = True,
    ) -> None:
        super().__init__(num_features, eps, momentum, affine, track_running_stats, dtype, bias)

    def forward(self, input: Tensor) -> Tensor:
        """Normalise each channel of each sample; in training, the running statistics follow."""
        check_tensor(type(self).__name__, input)
        alone = input.ndim == self._axes[0]
        self._check(input, 0 if alone else 1)
        out = F.instance_norm(
            input.reshape((1, *input.shape)) if alone else input,
            self.running_mean,
            self.running_var,
            self.weight,
            self.bias,
            self.training or not self.track_running_stats,
            0.0 if self.momentum is None else self.momentum,
            self.eps,
        )
        return out.reshape(input.shape) if alone else out


class InstanceNorm1d(_InstanceNorm):
    """(x - mean) / sqrt(var + eps) * weight + bias, for each channel of each sample.

    Mean and variance are those of the channel, in evaluation, too, unless there are running ones.

    Shape:
        `(N, C, L)` or `(C, L)`, and so is the result.

    Args:
        num_features: The number of channels, C.
        eps: What is added to the variance.
        momentum: How much the running statistics take of each batch.
        affine: Whether there is a weight, a one for each channel at first, and a bias.
        track_running_stats: Whether there are running statistics, for evaluation.
        dtype: The dtype of the parameters and running statistics; None for the default dtype,
            float32.
        bias: Whether there is a bias, zeros at first, beside the weight.

    Raises:
        ValueError: `num_features` is no int, or negative; on a call, if the shape is another, or a
            channel has only one number.
        TypeError: On a call, if the input is no Tensor of real floating numbers.

    Example:
        >>> InstanceNorm1d(2, eps=0.0)(Tensor([[[1.0, 3.0], [10.0, 30.0]]]))
        Tensor([[[-1.,  1.],
                 [-1.,  1.]]])

    Reference:
        D. Ulyanov, A. Vedaldi and V. Lempitsky, "Instance normalization: the missing ingredient for
        fast stylization", arXiv:1607.08022, equation 2.
    """

    _axes = (2, 3)


class InstanceNorm2d(_InstanceNorm):
    """(x - mean) / sqrt(var + eps) * weight + bias, for each channel of each sample of images.

    Mean and variance are those of the channel, in evaluation, too, unless there are running ones.

    Shape:
        `(N, C, H, W)` or `(C, H, W)`, and so is the result.

    Args:
        num_features: The number of channels, C.
        eps: What is added to the variance.
        momentum: How much the running statistics take of each batch.
        affine: Whether there is a weight, a one for each channel at first, and a bias.
        track_running_stats: Whether there are running statistics, for evaluation.
        dtype: The dtype of the parameters and running statistics; None for the default dtype,
            float32.
        bias: Whether there is a bias, zeros at first, beside the weight.

    Raises:
        ValueError: `num_features` is no int, or negative; on a call, if the shape is another, or a
            channel has only one number.
        TypeError: On a call, if the input is no Tensor of real floating numbers.

    Example:
        >>> import numpy as np
        >>> InstanceNorm2d(3)(Tensor(np.ones((2, 3, 4, 4)))).shape
        (2, 3, 4, 4)

    Reference:
        D. Ulyanov, A. Vedaldi and V. Lempitsky, "Instance normalization: the missing ingredient for
        fast stylization", arXiv:1607.08022, equation 2.
    """

    _axes = (3, 4)


class InstanceNorm3d(_InstanceNorm):
    """(x - mean) / sqrt(var + eps) * weight + bias, for each channel of each sample of volumes.

    Mean and variance are those of the channel, in evaluation, too, unless there are running ones.

    Shape:
        `(N, C, D, H, W)` or `(C, D, H, W)`, and so is the result.

    Args:
        num_features: The number of channels, C.
        eps: What is added to the variance.
        momentum: How much the running statistics take of each batch.
        affine: Whether there is a weight, a one for each channel at first, and a bias.
        track_running_stats: Whether there are running statistics, for evaluation.
        dtype: The dtype of the parameters and running statistics; None for the default dtype,
            float32.
        bias: Whether there is a bias, zeros at first, beside the weight.

    Raises:
        ValueError: `num_features` is no int, or negative; on a call, if the shape is another, or a
            channel has only one number.
        TypeError: On a call, if the input is no Tensor of real floating numbers.

    Example:
        >>> import numpy as np
        >>> InstanceNorm3d(3)(Tensor(np.ones((2, 3, 4, 4, 4)))).shape
        (2, 3, 4, 4, 4)

    Reference:
        D. Ulyanov, A. Vedaldi and V. Lempitsky, "Instance normalization: the missing ingredient for
        fast stylization", arXiv:1607.08022, equation 2.
    """

    _axes = (4, 5)
