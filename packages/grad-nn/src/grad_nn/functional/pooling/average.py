"""The mean of each window, and means of powers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from grad_core import Array, Tensor, Unary
from grad_nn.functional.checks import check_floating, integer
from grad_nn.functional.pooling.arguments import (
    Size,
    check_planes,
    check_sizes,
    sliding_windows,
)
from grad_nn.functional.pooling.windows import Windows
from grad_nn.functional.sparse import Indices, Plan, Scale, separable

avg_pool: Unary[Plan, Scale] = separable("avg_pool")


def shares(counts: Sequence[Indices]) -> Array:
    """Return one over the number of elements of each window, the product of those of the axes."""
    if all((n == n[0]).all() for n in counts if n.size):
        return np.asarray(1.0 / math.prod(int(n[0]) for n in counts if n.size))
    rows = [n.reshape(-1, *(1,) * (len(counts) - 1 - i)) for i, n in enumerate(counts)]
    return np.asarray(1.0 / math.prod(rows[1:], start=rows[0]))


@lru_cache(maxsize=256)
def _scale(windows: tuple[Windows, ...], padding_counts: bool, divisor: int | None) -> Array:
    if divisor is not None:
        return np.asarray(1.0 / divisor)
    if not padding_counts:
        return shares([w.count for w in windows])
    # What is beyond the padding, where ceil_mode lets a window end, does not count.
    return shares([np.minimum(w.begin + w.kernel, w.n - w.begin[0]) - w.begin for w in windows])


def plan_of(windows: Sequence[Windows]) -> Plan:
    """Return how to sum them: rows first, which is fast, and leaves less of the columns."""
    return tuple((axis, w.sums) for axis, w in enumerate(windows, -len(windows)))


def _avg_pool_nd(
    name: str,
    axes: int,
    input: Tensor,
    kernel_size: Size,
    stride: Size | None,
    padding: Size,
    ceil_mode: bool,
    count_include_pad: bool,
    divisor_override: int | None,
) -> Tensor:
    check_floating(name, input)
    sizes = check_planes(name, input, axes)
    divisor = None if divisor_override is None else integer(divisor_override)
    if divisor_override is not None and not divisor:
        raise ValueError(f"{name}: divisor_override is an int, and not 0; got {divisor_override!r}")
    kernel, step, margin, gap = check_sizes(name, axes, kernel_size, stride, padding)
    windows = sliding_windows(name, sizes, kernel, step, margin, gap, ceil_mode)
    scale = _scale(tuple(windows), count_include_pad, divisor)
    return avg_pool(input, plan_of(windows), scale)


def avg_pool1d(
    input: Tensor,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Size = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> Tensor:
    """The mean of each window of the last axis.

    Args:
        input: `(N, C, L)` or `(C, L)`.
        kernel_size: The size of a window.
        stride: How far windows are apart; None for their size.
        padding: How many zeros there are before the axis and after it, at most half of the size of
            a window.
        ceil_mode: Whether there is one more window for what is left at the end. It begins inside.
        count_include_pad: Whether the zeros count.

    Returns:
        `(N, C, L_out)` or `(C, L_out)`, with
        L_out = floor((L + 2 * padding - kernel_size) / stride) + 1.

    Raises:
        TypeError: `input` is no Tensor of floating numbers.
        ValueError: The input has other axes, an argument is out of range, or no window fits.

    Example:
        >>> avg_pool1d(Tensor([[1.0, 5.0, 2.0, 4.0]]), 2)
        Tensor([[3., 3.]])
    """
    return _avg_pool_nd(
        "avg_pool1d", 1, input, kernel_size, stride, padding, ceil_mode, count_include_pad, None
    )


def avg_pool2d(
    input: Tensor,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Size = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Tensor:
    """The mean of each window of the last two axes.

    Args:
        input: `(N, C, H, W)` or `(C, H, W)`.
        kernel_size: The size of a window; each of these three an int, or 2 of them.
        stride: How far windows are apart; None for their size.
        padding: How many zeros there are before the axes and after them, at most half of the size
            of a window.
        ceil_mode: Whether there is one more window for what is left at the end. It begins inside.
        count_include_pad: Whether the zeros count.
        divisor_override: What to divide the sums by; None for how many elements count.

    Returns:
        The same axes, pooled, each as by `avg_pool1d`.

    Raises:
        TypeError: `input` is no Tensor of floating numbers.
        ValueError: The input has other axes, an argument is out of range, or no window fits.

    Example:
        >>> avg_pool2d(Tensor([[[1.0, 5.0], [2.0, 4.0]]]), 2)
        Tensor([[[3.]]])
    """
    return _avg_pool_nd(
        "avg_pool2d",
        2,
        input,
        kernel_size,
        stride,
        padding,
        ceil_mode,
        count_include_pad,
        divisor_override,
    )


def avg_pool3d(
    input: Tensor,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Size = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Tensor:
    """The mean of each window of the last three axes.

    Args:
        input: `(N, C, D, H, W)` or `(C, D, H, W)`.
        kernel_size: The size of a window; each of these three an int, or 3 of them.
        stride: How far windows are apart; None for their size.
        padding: How many zeros there are before the axes and after them, at most half of the size
            of a window.
        ceil_mode: Whether there is one more window for what is left at the end. It begins inside.
        count_include_pad: Whether the zeros count.
        divisor_override: What to divide the sums by; None for how many elements count.

    Returns:
        The same axes, pooled, each as by `avg_pool1d`.

    Raises:
        TypeError: `input` is no Tensor of floating numbers.
        ValueError: The input has other axes, an argument is out of range, or no window fits.

    Example:
        >>> avg_pool3d(Tensor([[[[1.0, 5.0], [2.0, 4.0]]]]), (1, 2, 2))
        Tensor([[[[3.]]]])
    """
    return _avg_pool_nd(
        "avg_pool3d",
        3,
        input,
        kernel_size,
        stride,
        padding,
        ceil_mode,
        count_include_pad,
        divisor_override,
    )
