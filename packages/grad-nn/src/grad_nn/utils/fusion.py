"""A batch norm that is evaluated, folded into the convolution or linear layer before it."""

from __future__ import annotations

from copy import deepcopy
from typing import TypeVar

import numpy as np

from grad_core import Array, Tensor
from grad_core.primitive import unwrap
from grad_nn.layers.batch_norm import BatchNorm1d, BatchNorm2d, BatchNorm3d
from grad_nn.layers.convolution.base import ConvNd
from grad_nn.layers.linear import Linear
from grad_nn.module import Module
from grad_nn.parameter import Parameter

ConvT = TypeVar("ConvT", bound=ConvNd)
LinearT = TypeVar("LinearT", bound=Linear)
BatchNorm = BatchNorm1d | BatchNorm2d | BatchNorm3d


def fuse_conv_bn_eval(conv: ConvT, bn: BatchNorm, transpose: bool = False) -> ConvT:
    """Return a convolution that does what another and the batch norm behind it do in evaluation.

    Args:
        conv: The convolution, or its transpose, in evaluation.
        bn: The batch norm, in evaluation.
        transpose: Whether `conv` is a transpose; it may be left out, as that is seen.

    Returns:
        A copy of `conv`, of other weights and with a bias.

    Raises:
        ValueError: One of them is in training, they are not of as many channels, or the batch norm
            has no running statistics, or `transpose` is True of what is no transpose.

    Example:
        >>> from grad_nn import BatchNorm2d, Conv2d
        >>> fuse_conv_bn_eval(Conv2d(3, 8, 3, bias=False).eval(), BatchNorm2d(8).eval())
        Conv2d(3, 8, kernel_size=(3, 3), stride=(1, 1))
    """
    if transpose and not conv.transposed:
        raise ValueError(f"fuse_conv_bn_eval: transpose is True, but conv a {type(conv).__name__}")
    mean, var = _statistics("fuse_conv_bn_eval", conv, bn, conv.out_channels)
    fused = deepcopy(conv)
    fused.weight, fused.bias = fuse_conv_bn_weights(
        conv.weight, conv.bias, mean, var, bn.eps, bn.weight, bn.bias, conv.transposed
    )
    return fused


def fuse_linear_bn_eval(linear: LinearT, bn: BatchNorm) -> LinearT:
    """Return a linear layer that does what another and the batch norm behind it do in evaluation.

    Args:
        linear: The linear layer, in evaluation.
        bn: The batch norm, in evaluation; of as many channels as the layer has features, or of one.

    Returns:
        A copy of `linear`, of other weights and with a bias.

    Raises:
        ValueError: One of them is in training, the channels are others, or the batch norm has no
            running statistics.

    Example:
        >>> from grad_nn import BatchNorm1d
        >>> fuse_linear_bn_eval(Linear(3, 8, bias=False).eval(), BatchNorm1d(8).eval())
        Linear(in_features=3, out_features=8, bias=True)
    """
    expected = linear.out_features if bn.num_features != 1 else 1
    mean, var = _statistics("fuse_linear_bn_eval", linear, bn, expected)
    fused = deepcopy(linear)
    fused.weight, fused.bias = fuse_linear_bn_weights(
        linear.weight, linear.bias, mean, var, bn.eps, bn.weight, bn.bias
    )
    return fused


def fuse_conv_bn_weights(
    conv_w: Tensor,
    conv_b: Tensor | None,
    bn_rm: Tensor,
    bn_rv: Tensor,
    bn_eps: float,
    bn_w: Tensor | None,
    bn_b: Tensor | None,
    transpose: bool = False,
) -> tuple[Parameter, Parameter]:
    """Return the weight and bias of a convolution that does the work of a batch norm, too.

    With the factor s = bn_w / sqrt(bn_rv + bn_eps) of each channel:

        weight = conv_w * s
        bias = (conv_b - bn_rm) * s + bn_b

    Args:
        conv_w: The weight, with the outputs on its first axis; on the second, if `transpose`.
        conv_b: The bias; None for 0.
        bn_rm: The running mean.
        bn_rv: The running variance.
        bn_eps: What is added to it.
        bn_w: The factors of the batch norm; None for 1.
        bn_b: Its terms; None for 0.
        transpose: Whether it is the transpose of a convolution.

    Raises:
        ValueError: The shapes do not fit.
    """
    name = "fuse_conv_bn_weights"
    weight: Array = unwrap(conv_w)
    inputs, per_group = weight.shape[:2]
    channels = bn_rm.size if transpose else weight.shape[0]
    groups = channels // per_group if transpose and per_group else 1
    if transpose and (channels != groups * per_group or (groups and inputs % groups)):
        raise ValueError(
            f"{name}: the weight of a transpose has shape {weight.shape}, which is not that of"
            f" {channels} channels"
        )
    _check_shapes(name, (channels,), bn_rm, bn_rv, bn_w, bn_b)
    _check_shapes(name, (channels,), conv_b)
    scale, shift = _affine(bn_rm, bn_rv, bn_eps, bn_w, bn_b, conv_b)
    if transpose:  # the factors of the channels of its group for each input
        scale = scale.reshape((groups, per_group)).repeat(inputs // groups, axis=0)
    fused = weight * scale.reshape((*scale.shape, *(1,) * (weight.ndim - scale.ndim)))
    return _parameters(fused, shift, conv_w, conv_b)


def fuse_linear_bn_weights(
    linear_w: Tensor,
    linear_b: Tensor | None,
    bn_rm: Tensor,
    bn_rv: Tensor,
    bn_eps: float,
    bn_w: Tensor | None,
    bn_b: Tensor | None,
) -> tuple[Parameter, Parameter]:
    """Return the same of a linear layer; see `fuse_conv_bn_weights`.

    The batch norm may also be of one channel, to which all outputs belong.
    """
    name = "fuse_linear_bn_weights"
    weight: Array = unwrap(linear_w)
    outputs = weight.shape[:1]
    _check_shapes(name, (1,) if bn_rm.shape == (1,) else outputs, bn_rm, bn_rv, bn_w, bn_b)
    _check_shapes(name, outputs, linear_b)
    scale, shift = _affine(bn_rm, bn_rv, bn_eps, bn_w, bn_b, linear_b)
    bias = np.broadcast_to(shift, outputs)
    return _parameters(weight * scale[:, None], bias, linear_w, linear_b)


def _check_shapes(name: str, shape: tuple[int, ...], *given: Tensor | None) -> None:
    for t in given:
        if t is not None and t.shape != shape:
            raise ValueError(f"{name}: expected shape {shape} for each channel, got {t.shape}")


def _affine(
    mean: Tensor,
    var: Tensor,
    eps: float,
    weight: Tensor | None,
    bias: Tensor | None,
    before: Tensor | None,
) -> tuple[Array, Array]:
    """What the batch norm multiplies each channel with, and what it makes of the bias before it."""
    scale: Array = 1.0 / np.sqrt(unwrap(var) + eps)
    if weight is not None:
        scale = scale * unwrap(weight)
    shift: Array = -unwrap(mean) if before is None else unwrap(before) - unwrap(mean)
    shift = shift * scale
    return scale, shift if bias is None else shift + unwrap(bias)


def _parameters(
    weight: Array, bias: Array, old_weight: Tensor, old_bias: Tensor | None
) -> tuple[Parameter, Parameter]:
    dtype = old_weight.dtype
    frozen = old_bias is not None and not old_bias.requires_grad
    return (
        Parameter(data=weight, dtype=dtype, requires_grad=old_weight.requires_grad),
        Parameter(data=bias, dtype=dtype, requires_grad=not frozen),
    )


def _statistics(name: str, layer: Module, bn: BatchNorm, channels: int) -> tuple[Tensor, Tensor]:
    if layer.training or bn.training:
        raise ValueError(f"{name}: both Modules have to be in evaluation: call eval() first")
    if bn.num_features != channels:
        raise ValueError(
            f"{name}: the batch norm has {bn.num_features} channels, expected {channels}"
        )
    if bn.running_mean is None or bn.running_var is None:
        raise ValueError(f"{name}: the batch norm has no running statistics")
    return bn.running_mean, bn.running_var
