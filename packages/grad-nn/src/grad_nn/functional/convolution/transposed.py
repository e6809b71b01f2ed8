"""Transposed convolution: each element is spread over what a kernel would have seen."""

from __future__ import annotations

from collections.abc import Sequence

import grad_core as gc
from grad_core import Raw, Tensor
from grad_nn.functional.checks import check_shape, ntuple, size
from grad_nn.functional.convolution.convolution import KERNEL, check_input, shape_of
from grad_nn.functional.convolution.patches import Geometry
from grad_nn.functional.convolution.primitives import spread


def conv_transpose1d(
    input: Tensor,
    weight: Tensor | Raw,
    bias: Tensor | Raw | None = None,
    stride: int | Sequence[int] = 1,
    padding: int | Sequence[int] = 0,
    output_padding: int | Sequence[int] = 0,
    groups: int = 1,
    dilation: int | Sequence[int] = 1,
) -> Tensor:
    """The transposed convolution along one axis; see `conv_transpose2d`.

    Args:
        input: `(N, C_in, L)`, or `(C_in, L)`.
        weight: `(C_in, C_out / groups, kL)`.
        bias: `(C_out,)`, or None.
        stride: The step of the convolution whose transpose it is, and so the distance between
            what elements of the input are spread over.
        padding: How many elements of the result are left away at both ends.
        output_padding: How many more the result has at its end.
        groups: Into how many groups the channels are split.
        dilation: The step between the elements that a kernel reaches.

    Returns:
        `(N, C_out, L_out)`, or `(C_out, L_out)`.

    Raises:
        TypeError: `input` is no Tensor of numbers.
        ValueError: The shapes do not fit, or the result would have no elements.

    Example:
        >>> conv_transpose1d(Tensor([[1.0, 2.0]]), Tensor([[[1.0, 10.0]]]), stride=2)
        Tensor([[ 1., 10.,  2., 20.]])
    """
    return transposed_convolution(
        "conv_transpose1d",
        1, input, weight, bias, stride, padding, output_padding, groups, dilation,
    )  # fmt: skip


def conv_transpose2d(
    input: Tensor,
    weight: Tensor | Raw,
    bias: Tensor | Raw | None = None,
    stride: int | Sequence[int] = 1,
    padding: int | Sequence[int] = 0,
    output_padding: int | Sequence[int] = 0,
    groups: int = 1,
    dilation: int | Sequence[int] = 1,
) -> Tensor:
    """The transpose of the linear map that `conv2d` is: its gradient with respect to its input.

    y[n, o, stride * p + dilation * k] is the sum of weight[c, o, k] * x[n, c, p] over all c, p and
    k that meet there. Then `padding` elements are left away at both ends of each axis,
    `output_padding` elements fewer at the last, and the bias is added.

    Args:
        input: `(N, C_in, H, W)`, or `(C_in, H, W)`.
        weight: `(C_in, C_out / groups, kH, kW)`, as `conv2d` has it for the way back.
        bias: `(C_out,)`, or None.
        stride: The step of that convolution; here and below one int, or one for each axis.
        padding: The padding of that convolution.
        output_padding: What the stride of that convolution left over: several sizes of its input
            give one size of its output. Less than the stride or the dilation.
        groups: Into how many groups the channels are split.
        dilation: The dilation of that convolution.

    Returns:
        `(N, C_out, H_out, W_out)`, or without N, where H_out is
        (H - 1) * stride - 2 * padding + dilation * (kH - 1) + output_padding + 1.

    Raises:
        TypeError: `input` is no Tensor of numbers.
        ValueError: The shapes do not fit, or the result would have no elements.

    Example:
        >>> conv_transpose2d(Tensor([[[1.0, 2.0]]]), Tensor([[[[1.0, 1.0], [1.0, 1.0]]]]))
        Tensor([[[1., 3., 2.],
                 [1., 3., 2.]]])

    Reference:
        V. Dumoulin and F. Visin, "A guide to convolution arithmetic for deep learning", 2016,
        chapter 4. It is computed as in section 4 of W. Shi et al., "Is the deconvolution layer the
        same as a convolutional layer?", 2016: a convolution for each position modulo the stride.
    """
    return transposed_convolution(
        "conv_transpose2d",
        2, input, weight, bias, stride, padding, output_padding, groups, dilation,
    )  # fmt: skip


def conv_transpose3d(
    input: Tensor,
    weight: Tensor | Raw,
    bias: Tensor | Raw | None = None,
    stride: int | Sequence[int] = 1,
    padding: int | Sequence[int] = 0,
    output_padding: int | Sequence[int] = 0,
    groups: int = 1,
    dilation: int | Sequence[int] = 1,
) -> Tensor:
    """The transposed convolution over three axes; see `conv_transpose2d`.

    Args:
        input: `(N, C_in, D, H, W)`, or `(C_in, D, H, W)`.
        weight: `(C_in, C_out / groups, kD, kH, kW)`.
        bias: `(C_out,)`, or None.
        stride: The step of the convolution whose transpose it is.
        padding: How many elements of the result are left away at both ends of each axis.
        output_padding: How many more the result has at the end of each axis.
        groups: Into how many groups the channels are split.
        dilation: The step between the elements that a kernel reaches.

    Returns:
        `(N, C_out, D_out, H_out, W_out)`, or without N.

    Raises:
        TypeError: `input` is no Tensor of numbers.
        ValueError: The shapes do not fit, or the result would have no elements.

    Example:
        >>> import numpy as np
        >>> x, w = Tensor(np.ones((2, 4, 3, 3, 3))), Tensor(np.ones((4, 5, 2, 2, 2)))
        >>> conv_transpose3d(x, w, stride=2).shape
        (2, 5, 6, 6, 6)
    """
    return transposed_convolution(
        "conv_transpose3d",
        3, input, weight, bias, stride, padding, output_padding, groups, dilation,
    )  # fmt: skip


def transposed_convolution(
    name: str,
    n: int,
    input: Tensor,
    weight: Tensor | Raw,
    bias: Tensor | Raw | None,
    stride: int | Sequence[int],
    padding: int | Sequence[int],
    output_padding: int | Sequence[int],
    groups: int,
    dilation: int | Sequence[int],
) -> Tensor:
    """The transposed convolution over `n` axes, checked."""
    check_input(name, n, input)
    w = shape_of(weight)
    groups = size(name, "groups", groups, 1)
    if len(w) != n + 2 or w[0] % groups or 0 in w[2:]:
        of_groups = f", C_in divided by groups, {groups}" if groups > 1 else ""
        raise ValueError(
            f"{name}: weight has shape {w}, expected (C_in, C_out / groups, {KERNEL[n]}){of_groups},"
            " and no kernel without elements"
        )
    if input.shape[-n - 1] != w[0]:
        raise ValueError(
            f"{name}: input has {input.shape[-n - 1]} channels (its shape is {input.shape}),"
            f" expected {w[0]}, as weight has shape {w}"
        )
    check_shape(name, "bias", bias, (w[1] * groups,))
    steps = ntuple(name, "stride", stride, n, 1)
    left = ntuple(name, "padding", padding, n)
    more = ntuple(name, "output_padding", output_padding, n)
    gaps = ntuple(name, "dilation", dilation, n, 1)
    if any(m >= max(s, d) for m, s, d in zip(more, steps, gaps, strict=True)):
        raise ValueError(
            f"{name}: output_padding is less than stride or dilation; got output_padding {more},"
            f" stride {steps}, dilation {gaps}"
        )
    sizes = input.shape[-n:]
    out = tuple(
        (length - 1) * s - 2 * p + d * (k - 1) + m + 1
        for length, s, p, d, k, m in zip(sizes, steps, left, gaps, w[2:], more, strict=True)
    )
    if 0 in sizes or min(out) < 1:
        raise ValueError(
            f"{name}: input of shape {input.shape} would give a result of size {out}, which has no"
            " elements"
            if 0 not in sizes
            else f"{name}: input has shape {input.shape}, expected no spatial axis without elements"
        )
    how = Geometry(steps, tuple((p, p - m) for p, m in zip(left, more, strict=True)), gaps, groups)
    if input.ndim == n + 2:
        return spread(input, weight, bias, how, out)
    y = spread(gc.expand_dims(input, 0), weight, bias, how, out)
    return y.reshape(y.shape[1:])
