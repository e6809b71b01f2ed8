"""Patches of images as columns, and back."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import product

import numpy as np

import grad_core as gc
from grad_core import Array, Tensor, Unary
from grad_nn.functional.checks import check_tensor, ntuple
from grad_nn.functional.convolution.patches import (
    Geometry,
    Part,
    Sizes,
    channels_first,
    channels_last,
    windows,
    with_margins,
)


def _unfold(x: Array, kernel: Sizes, how: Geometry) -> Array:
    n = len(kernel)
    out = how.positions(x.shape[2:], kernel)
    padded = with_margins(channels_last(x), how.padding, "K")
    seen = windows(padded, kernel, out, how)  # (N, *out, *kernel, C)
    order = (0, 2 * n + 1, *range(n + 1, 2 * n + 1), *range(1, n + 1))
    rows = x.shape[1] * math.prod(kernel)
    # Not a view, even where one would do: it would show elements several times.
    return seen.transpose(order).copy("C").reshape(len(x), rows, math.prod(out))


def _fold(columns: Array, size: Sizes, kernel: Sizes, how: Geometry) -> Array:
    rows = columns.shape[1] // math.prod(kernel)
    out = how.positions(size, kernel)
    parts = columns.reshape(len(columns), rows, *kernel, *out)
    padded = np.zeros(
        (len(columns), rows, *(n + sum(p) for n, p in zip(size, how.padding, strict=True))),
        columns.dtype,
    )
    for tap in product(*map(range, kernel)):
        places: Part = tuple(
            slice(k * d, k * d + s * (m - 1) + 1, s)
            for k, d, s, m in zip(tap, how.dilation, how.stride, out, strict=True)
        )
        all_of: Part = (slice(None), slice(None))
        padded[(*all_of, *places)] += parts[(*all_of, *tap)]
    margins = tuple((-before, -after) for before, after in how.padding)
    return channels_first(with_margins(channels_last(padded), margins))


_unfold_: Unary[Sizes, Geometry] = Unary(
    "unfold",
    _unfold,
    lambda g, _y, _x, kernel, how: _fold_(g, _x.shape[2:], kernel, how),
)
_fold_: Unary[Sizes, Sizes, Geometry] = Unary(
    "fold", _fold, lambda g, _y, _x, _size, kernel, how: _unfold_(g, kernel, how)
)


def unfold(
    input: Tensor,
    kernel_size: int | Sequence[int],
    dilation: int | Sequence[int] = 1,
    padding: int | Sequence[int] = 0,
    stride: int | Sequence[int] = 1,
) -> Tensor:
    """The patches of images, each as a column.

    Args:
        input: `(N, C, H, W)`, or `(C, H, W)`.
        kernel_size: The size of a patch; here and below one int, or one for each of the two axes.
        dilation: The step between the elements of a patch.
        padding: Zeros on both sides of each axis.
        stride: The step from patch to patch.

    Returns:
        `(N, C * kH * kW, L)`, or without N, where L is the number of patches, row by row. In a
        column the channels follow each other, and in a channel the rows of its patch.

    Raises:
        TypeError: `input` is no Tensor.
        ValueError: The shape does not fit, or no patch fits into the image.

    Example:
        >>> unfold(Tensor([[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]]), 2)
        Tensor([[1., 2.],
                [2., 3.],
                [4., 5.],
                [5., 6.]])
    """
    check_tensor("unfold", input, complex_too=True)
    if input.ndim not in (3, 4):
        raise ValueError(
            f"unfold: input has shape {input.shape}, expected (N, C, H, W), or (C, H, W)"
        )
    kernel, how = _geometry("unfold", kernel_size, dilation, padding, stride)
    size = input.shape[-2:]
    if 0 in size or min(how.positions(size, kernel)) < 1:
        raise ValueError(
            f"unfold: no patch of size {kernel} with dilation {how.dilation} fits into images of"
            f" size {size} with padding {tuple(p for p, _ in how.padding)}"
        )
    if input.ndim == 4:
        return _unfold_(input, kernel, how)
    y = _unfold_(gc.expand_dims(input, 0), kernel, how)
    return y.reshape(y.shape[1:])


def fold(
    input: Tensor,
    output_size: int | Sequence[int],
    kernel_size: int | Sequence[int],
    dilation: int | Sequence[int] = 1,
    padding: int | Sequence[int] = 0,
    stride: int | Sequence[int] = 1,
) -> Tensor:
    """Images whose elements are the sums of those of patches: the transpose of `unfold`.

    Args:
        input: `(N, C * kH * kW, L)`, or without N, as `unfold` returns it.
        output_size: `(H, W)`, or one int for both.
        kernel_size: The size of a patch; here and below one int, or one for each axis.
        dilation: The step between the elements of a patch.
        padding: How many elements are left away at both ends of each axis.
        stride: The step from patch to patch.

    Returns:
        `(N, C, H, W)`, or without N.

    Raises:
        TypeError: `input` is no Tensor.
        ValueError: The shape is not that of the patches of such an image.

    Example:
        >>> ones = unfold(Tensor([[[1.0, 1.0, 1.0], [1.0, 1.0, 1.0]]]), 2)
        >>> fold(ones, (2, 3), 2)
        Tensor([[[1., 2., 1.],
                 [1., 2., 1.]]])
    """
    check_tensor("fold", input, complex_too=True)
    if input.ndim not in (2, 3):
        raise ValueError(
            f"fold: input has shape {input.shape}, expected (N, C * kH * kW, L), or without N"
        )
    size = ntuple("fold", "output_size", output_size, 2, 1)
    kernel, how = _geometry("fold", kernel_size, dilation, padding, stride)
    rows, columns = input.shape[-2:]
    places = how.positions(size, kernel)
    if rows % math.prod(kernel):
        raise ValueError(
            f"fold: input has shape {input.shape}, but its last axis but one is no multiple of"
            f" {math.prod(kernel)}, the number of elements in a patch of size {kernel}"
        )
    if min(places) < 1 or columns != math.prod(places):
        raise ValueError(
            f"fold: input has shape {input.shape}, but images of size {size} have"
            f" {max(places[0], 0)} x {max(places[1], 0)} patches of size {kernel} with dilation"
            f" {how.dilation}, padding {tuple(p for p, _ in how.padding)} and stride {how.stride}"
        )
    if input.ndim == 3:
        return _fold_(input, size, kernel, how)
    y = _fold_(gc.expand_dims(input, 0), size, kernel, how)
    return y.reshape(y.shape[1:])


def _geometry(
    name: str,
    kernel_size: int | Sequence[int],
    dilation: int | Sequence[int],
    padding: int | Sequence[int],
    stride: int | Sequence[int],
) -> tuple[Sizes, Geometry]:
    around = ntuple(name, "padding", padding, 2)
    return ntuple(name, "kernel_size", kernel_size, 2, 1), Geometry(
        ntuple(name, "stride", stride, 2, 1),
        tuple((p, p) for p in around),
        ntuple(name, "dilation", dilation, 2, 1),
        1,
    )
