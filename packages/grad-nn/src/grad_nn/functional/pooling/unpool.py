"""What undoes a max pooling, but for the elements that it dropped."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from grad_core import Tensor
from grad_core.primitive import unwrap
from grad_nn.functional.checks import integer
from grad_nn.functional.pooling.arguments import Size, check_planes, per_axis, strides
from grad_nn.functional.pooling.maxima import unpool


def _max_unpool(
    axes: int,
    input: Tensor,
    indices: Tensor,
    kernel_size: Size,
    stride: Size | None,
    padding: Size,
    output_size: Sequence[int] | None,
) -> Tensor:
    name = f"max_unpool{axes}d"
    sizes = check_planes(name, input, axes)
    if not isinstance(indices, Tensor) or indices.dtype.kind not in "iu":
        kind = f"of {indices.dtype}" if isinstance(indices, Tensor) else type(indices).__name__
        raise TypeError(f"{name}: indices is {kind}, expected a Tensor of integers")
    if indices.shape != input.shape:
        raise ValueError(f"{name}: indices has shape {indices.shape}, but input {input.shape}")
    kernel = per_axis(name, "kernel_size", kernel_size, axes, 1)
    step = strides(name, stride, kernel)
    margin = per_axis(name, "padding", padding, axes)
    each = zip(sizes, kernel, step, margin, strict=True)
    out = tuple((n - 1) * s - 2 * p + k for n, k, s, p in each)
    if output_size is not None:
        out = _given(name, output_size, out, step)
    plane = math.prod(out)
    at = np.array(unwrap(indices))  # the caller's may change
    if at.size and (at.min() < 0 or at.max() >= plane):
        wrong = at[(at < 0) | (at >= plane)][0]
        raise ValueError(
            f"{name}: got index {wrong}, expected 0 to {plane - 1}, as the output is {out}; an"
            " output_size may be missing"
        )
    return unpool(input, at, axes, input.shape[:-axes] + out)


def _given(
    name: str, output_size: Sequence[int], default: tuple[int, ...], step: tuple[int, ...]
) -> tuple[int, ...]:
    """The sizes of the last axes as asked for; they differ from the default by less than a stride."""
    axes = len(default)
    given = output_size if isinstance(output_size, (tuple, list)) else ()
    found = [integer(n) for n in given[-axes:]]
    out = tuple(n for n in found if n is not None)
    if len(out) != axes or len(given) > axes + 2:
        raise ValueError(
            f"{name}: output_size is a tuple of {axes} ints, or the shape of the output; got"
            f" {output_size!r}"
        )
    for n, d, s in zip(out, default, step, strict=True):
        if not d - s < n < d + s:
            raise ValueError(
                f"{name}: output_size is {output_size!r}, but the last axes may differ from"
                f" {default} by less than the stride, {step}"
            )
    return out


def max_unpool1d(
    input: Tensor,
    indices: Tensor,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Size = 0,
    output_size: Sequence[int] | None = None,
) -> Tensor:
    """Zeros, with the elements of `input` where `max_pool1d` found them.

    Of several for one place the last one stays. The gradient there goes to each of them, as in
    PyTorch: they are one element, found by several windows.

    Args:
        input: `(N, C, L)` or `(C, L)`.
        indices: What `max_pool1d` returned beside it, in its shape.
        kernel_size: That of the pooling.
        stride: That of the pooling; None for `kernel_size`.
        padding: That of the pooling.
        output_size: The shape that was pooled, or its last axis: poolings of several sizes give the
            same. None for (L - 1) * stride - 2 * padding + kernel_size.

    Raises:
        TypeError: `input` is no Tensor of real numbers, or `indices` none of integers.
        ValueError: The shapes do not fit, an argument or an index is out of range.

    Example:
        >>> from grad_nn.functional import max_pool1d_with_indices
        >>> y, indices = max_pool1d_with_indices(Tensor([[1.0, 5.0, 3.0, 2.0]]), 2)
        >>> max_unpool1d(y, indices, 2)
        Tensor([[0., 5., 3., 0.]])
    """
    return _max_unpool(1, input, indices, kernel_size, stride, padding, output_size)


def max_unpool2d(
    input: Tensor,
    indices: Tensor,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Size = 0,
    output_size: Sequence[int] | None = None,
) -> Tensor:
    """Zeros, with the elements of `input` where `max_pool2d` found them.

    Of several for one place the last one stays. The gradient there goes to each of them, as in
    PyTorch: they are one element, found by several windows.

    Args:
        input: `(N, C, H, W)` or `(C, H, W)`.
        indices: What `max_pool2d` returned beside it, in its shape.
        kernel_size: That of the pooling; each of these three an int, or 2 of them.
        stride: That of the pooling; None for `kernel_size`.
        padding: That of the pooling.
        output_size: The shape that was pooled, or its last 2 axes: poolings of several sizes give the
            same. None for (L - 1) * stride - 2 * padding + kernel_size for each axis.

    Raises:
        TypeError: `input` is no Tensor of real numbers, or `indices` none of integers.
        ValueError: The shapes do not fit, an argument or an index is out of range.

    Example:
        >>> from grad_nn.functional import max_pool2d_with_indices
        >>> y, indices = max_pool2d_with_indices(Tensor([[[1.0, 5.0], [3.0, 2.0]]]), 2)
        >>> max_unpool2d(y, indices, 2)
        Tensor([[[0., 5.],
                 [0., 0.]]])
    """
    return _max_unpool(2, input, indices, kernel_size, stride, padding, output_size)


def max_unpool3d(
    input: Tensor,
    indices: Tensor,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Size = 0,
    output_size: Sequence[int] | None = None,
) -> Tensor:
    """Zeros, with the elements of `input` where `max_pool3d` found them.

    Of several for one place the last one stays. The gradient there goes to each of them, as in
    PyTorch: they are one element, found by several windows.

    Args:
        input: `(N, C, D, H, W)` or `(C, D, H, W)`.
        indices: What `max_pool3d` returned beside it, in its shape.
        kernel_size: That of the pooling; each of these three an int, or 3 of them.
        stride: That of the pooling; None for `kernel_size`.
        padding: That of the pooling.
        output_size: The shape that was pooled, or its last 3 axes: poolings of several sizes give the
            same. None for (L - 1) * stride - 2 * padding + kernel_size for each axis.

    Raises:
        TypeError: `input` is no Tensor of real numbers, or `indices` none of integers.
        ValueError: The shapes do not fit, an argument or an index is out of range.

    Example:
        >>> from grad_nn.functional import max_pool3d_with_indices
        >>> y, indices = max_pool3d_with_indices(Tensor([[[[1.0, 5.0]]]]), (1, 1, 2))
        >>> max_unpool3d(y, indices, (1, 1, 2))
        Tensor([[[[0., 5.]]]])
    """
    return _max_unpool(3, input, indices, kernel_size, stride, padding, output_size)
