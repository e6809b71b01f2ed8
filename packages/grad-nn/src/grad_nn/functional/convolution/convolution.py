"""Convolution over one, two and three spatial axes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias

import numpy as np

import grad_core as gc
from grad_core import Raw, Tensor
from grad_nn.functional.checks import check_shape, check_tensor, ntuple, size
from grad_nn.functional.convolution.patches import Geometry
from grad_nn.functional.convolution.primitives import correlate

Padding: TypeAlias = 'int | Sequence[int] | Literal["same", "valid"]'
"""Zeros on both sides of each spatial axis: how many, `"same"` to keep its length, or none."""

SPATIAL = ("", "L", "H, W", "D, H, W")
KERNEL = ("", "kL", "kH, kW", "kD, kH, kW")


def conv1d(
    input: Tensor,
    weight: Tensor | Raw,
    bias: Tensor | Raw | None = None,
    stride: int | Sequence[int] = 1,
    padding: Padding = 0,
    dilation: int | Sequence[int] = 1,
    groups: int = 1,
) -> Tensor:
    """The convolution of neural networks along one axis; see `conv2d`.

    Args:
        input: `(N, C_in, L)`, or `(C_in, L)`.
        weight: `(C_out, C_in / groups, kL)`.
        bias: `(C_out,)`, or None.
        stride: The step of the kernel.
        padding: Zeros on both sides, or `"same"` or `"valid"`.
        dilation: The step between the elements that the kernel sees.
        groups: Into how many groups the channels are split.

    Returns:
        `(N, C_out, L_out)`, or `(C_out, L_out)`.

    Raises:
        TypeError: `input` is no Tensor of numbers.
        ValueError: The shapes do not fit, or the kernel is longer than the input.

    Example:
        >>> conv1d(Tensor([[1.0, 2.0, 4.0]]), Tensor([[[-1.0, 1.0]]]))
        Tensor([[1., 2.]])
    """
    return convolution("conv1d", 1, input, weight, bias, stride, padding, dilation, groups)


def conv2d(
    input: Tensor,
    weight: Tensor | Raw,
    bias: Tensor | Raw | None = None,
    stride: int | Sequence[int] = 1,
    padding: Padding = 0,
    dilation: int | Sequence[int] = 1,
    groups: int = 1,
) -> Tensor:
    """The convolution of neural networks: at each position, the kernel times what it sees.

    y[n, o, p] = bias[o] + sum over c, k of weight[o, c, k] * x[n, c, stride * p + dilation * k],
    where x is the padded input, and p and k are positions. Mathematics calls it cross-correlation:
    the kernel is not turned around. With groups, the c are the channels of the group of o.

    In memory the channels of the result are its last axis. What follows elementwise keeps that
    order, and a next convolution is faster for it.

    Args:
        input: `(N, C_in, H, W)`, or `(C_in, H, W)`.
        weight: `(C_out, C_in / groups, kH, kW)`.
        bias: `(C_out,)`, or None.
        stride: The step of the kernel; here and below one int, or one for each axis.
        padding: Zeros on both sides of each axis; or `"valid"` for none; or `"same"` for as many
            as keep the size, of which an odd one stands at the end. The stride is 1 then.
        dilation: The step between the elements that the kernel sees.
        groups: Into how many groups the channels are split; each group of outputs sees one of
            inputs. As many as there are input channels make the convolution depthwise.

    Returns:
        `(N, C_out, H_out, W_out)`, or without N, where H_out is
        (H + 2 * padding - dilation * (kH - 1) - 1) // stride + 1, and W_out likewise.

    Raises:
        TypeError: `input` is no Tensor of numbers.
        ValueError: The shapes do not fit, or the kernel is larger than the input.

    Example:
        >>> image = Tensor(np.arange(9.0).reshape(1, 1, 3, 3))
        >>> conv2d(image, Tensor([[[[1.0, 0.0], [0.0, 1.0]]]]))
        Tensor([[[[ 4.,  6.],
                  [10., 12.]]]])
        >>> conv2d(image, Tensor(np.ones((8, 1, 3, 3))), padding="same").shape
        (1, 8, 3, 3)

    Reference:
        Y. LeCun et al., "Gradient-based learning applied to document recognition", 1998, section
        2. As a product of matrices: K. Chellapilla, S. Puri and P. Simard, "High performance
        convolutional neural networks for document processing", 2006, section 3.
    """
    return convolution("conv2d", 2, input, weight, bias, stride, padding, dilation, groups)


def conv3d(
    input: Tensor,
    weight: Tensor | Raw,
    bias: Tensor | Raw | None = None,
    stride: int | Sequence[int] = 1,
    padding: Padding = 0,
    dilation: int | Sequence[int] = 1,
    groups: int = 1,
) -> Tensor:
    """The convolution of neural networks over three axes; see `conv2d`.

    Args:
        input: `(N, C_in, D, H, W)`, or `(C_in, D, H, W)`.
        weight: `(C_out, C_in / groups, kD, kH, kW)`.
        bias: `(C_out,)`, or None.
        stride: The step of the kernel.
        padding: Zeros on both sides of each axis, or `"same"` or `"valid"`.
        dilation: The step between the elements that the kernel sees.
        groups: Into how many groups the channels are split.

    Returns:
        `(N, C_out, D_out, H_out, W_out)`, or without N.

    Raises:
        TypeError: `input` is no Tensor of numbers.
        ValueError: The shapes do not fit, or the kernel is larger than the input.

    Example:
        >>> conv3d(Tensor(np.ones((2, 3, 5, 5, 5))), Tensor(np.ones((4, 3, 3, 3, 3)))).shape
        (2, 4, 3, 3, 3)
    """
    return convolution("conv3d", 3, input, weight, bias, stride, padding, dilation, groups)


def conv_tbc(
    input: Tensor, weight: Tensor | Raw, bias: Tensor | Raw | None = None, pad: int = 0
) -> Tensor:
    """`conv1d` of an input whose axes are time, batch and channels.

    Args:
        input: `(T, N, C_in)`.
        weight: `(kT, C_in, C_out)`.
        bias: `(C_out,)`, or None.
        pad: How many zeros are put before and after.

    Returns:
        `(T + 2 * pad - kT + 1, N, C_out)`.

    Raises:
        TypeError: `input` is no Tensor of numbers.
        ValueError: The shapes do not fit.

    Example:
        >>> conv_tbc(Tensor(np.ones((5, 2, 3))), Tensor(np.ones((2, 3, 4)))).shape
        (4, 2, 4)
    """
    check_tensor("conv_tbc", input, complex_too=True)
    kernel = shape_of(weight)
    if input.ndim != 3:
        raise ValueError(f"conv_tbc: input has shape {input.shape}, expected (T, N, C_in)")
    if len(kernel) != 3 or kernel[1] != input.shape[2]:
        raise ValueError(
            f"conv_tbc: weight has shape {kernel}, expected (kT, C_in, C_out), where C_in is"
            f" {input.shape[2]}, as input has shape {input.shape}"
        )
    x = gc.transpose(input, (1, 2, 0))
    w = gc.transpose(weight, (2, 1, 0)) if isinstance(weight, Tensor) else np.transpose(weight)
    y = convolution("conv_tbc", 1, x, w, bias, 1, size("conv_tbc", "pad", pad), 1, 1)
    return gc.transpose(y, (2, 0, 1))


def convolution(
    name: str,
    n: int,
    input: Tensor,
    weight: Tensor | Raw,
    bias: Tensor | Raw | None,
    stride: int | Sequence[int],
    padding: Padding,
    dilation: int | Sequence[int],
    groups: int,
) -> Tensor:
    """The convolution over `n` axes, checked."""
    check_input(name, n, input)
    w = shape_of(weight)
    groups = size(name, "groups", groups, 1)
    if len(w) != n + 2 or w[0] % groups or 0 in w[2:]:
        of_groups = f", C_out divided by groups, {groups}" if groups > 1 else ""
        raise ValueError(
            f"{name}: weight has shape {w}, expected (C_out, C_in / groups, {KERNEL[n]}){of_groups},"
            " and no kernel without elements"
        )
    channels = input.shape[-n - 1]
    if channels != w[1] * groups:
        raise ValueError(
            f"{name}: input has {channels} channels (its shape is {input.shape}), expected"
            f" {w[1] * groups}, as weight has shape {w} and groups is {groups}"
        )
    check_shape(name, "bias", bias, w[:1])
    steps = ntuple(name, "stride", stride, n, 1)
    gaps = ntuple(name, "dilation", dilation, n, 1)
    how = Geometry(steps, paddings(name, padding, w[2:], steps, gaps), gaps, groups)
    sizes = input.shape[-n:]
    if 0 in sizes or min(how.positions(sizes, w[2:])) < 1:
        padded = tuple(length + sum(p) for length, p in zip(sizes, how.padding, strict=True))
        spanned = tuple(d * (k - 1) + 1 for k, d in zip(w[2:], gaps, strict=True))
        raise ValueError(
            f"{name}: input has size {sizes}, {padded} with its padding, which is less than the"
            f" {spanned} that a kernel of size {w[2:]} with dilation {gaps} sees"
            if 0 not in sizes
            else f"{name}: input has shape {input.shape}, expected no spatial axis without elements"
        )
    if input.ndim == n + 2:
        return correlate(input, weight, bias, how)
    y = correlate(gc.expand_dims(input, 0), weight, bias, how)
    return y.reshape(y.shape[1:])


def paddings(
    name: str,
    padding: Padding,
    kernel: tuple[int, ...],
    stride: tuple[int, ...],
    dilation: tuple[int, ...],
) -> tuple[tuple[int, int], ...]:
    """How many elements are put before and after, for each axis.

    Raises:
        ValueError: There is no such padding.
    """
    if not isinstance(padding, str):
        return tuple((p, p) for p in ntuple(name, "padding", padding, len(kernel)))
    if padding == "valid":
        return ((0, 0),) * len(kernel)
    if padding != "same":
        raise ValueError(
            f"{name}: padding is an int, {len(kernel)} of them, 'same' or 'valid'; got {padding!r}"
        )
    if max(stride) > 1:
        raise ValueError(f"{name}: padding 'same' needs a stride of 1, got {stride}")
    whole = [d * (k - 1) for k, d in zip(kernel, dilation, strict=True)]
    return tuple((p // 2, p - p // 2) for p in whole)


def check_input(name: str, n: int, input: Tensor) -> None:
    """Check the input of a convolution, but for its sizes."""
    check_tensor(name, input, complex_too=True)
    if input.ndim not in (n + 1, n + 2):
        raise ValueError(
            f"{name}: input has shape {input.shape}, expected (N, C_in, {SPATIAL[n]}), or"
            f" (C_in, {SPATIAL[n]}) for one sample"
        )
    if input.dtype.kind == "b":
        raise TypeError(f"{name}: input is bool, expected numbers")


def shape_of(x: Tensor | Raw) -> tuple[int, ...]:
    """The shape of a Tensor or ndarray."""
    return x.shape if isinstance(x, Tensor) else np.shape(x)
