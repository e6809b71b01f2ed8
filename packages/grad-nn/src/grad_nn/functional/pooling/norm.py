"""The p-norm of each window."""

from __future__ import annotations

import math

import grad_core as gc
from grad_core import Tensor
from grad_core.primitive import unwrap
from grad_nn.functional.checks import check_floating, real
from grad_nn.functional.pooling.arguments import Size, check_planes, check_sizes
from grad_nn.functional.pooling.average import avg_pool1d, avg_pool2d, avg_pool3d

_MEANS = {1: avg_pool1d, 2: avg_pool2d, 3: avg_pool3d}


def check_norm_type(name: str, norm_type: float) -> float:
    """Return the exponent as a plain float, or raise a ValueError."""
    number = real(norm_type)
    if number is None or not 0 < number < math.inf:
        raise ValueError(
            f"{name}: norm_type is a number, larger than 0 and finite; got {norm_type!r}"
        )
    return number


def _lp_pool(
    axes: int,
    input: Tensor,
    norm_type: float,
    kernel_size: Size,
    stride: Size | None,
    ceil_mode: bool,
) -> Tensor:
    name = f"lp_pool{axes}d"
    check_floating(name, input)
    check_planes(name, input, axes)
    p = check_norm_type(name, norm_type)
    kernel, step, _, _ = check_sizes(name, axes, kernel_size, stride)
    total = _MEANS[axes](input**p, kernel, step, 0, ceil_mode) * math.prod(kernel)
    if p == 1.0:
        return total
    # The root of 0 has no gradient, or an infinite one; as a kink, it gets 0.
    zero = unwrap(total) == 0
    if not zero.any():
        return total ** (1.0 / p)
    return gc.where(zero, 0.0, gc.where(zero, 1.0, total) ** (1.0 / p))


def lp_pool1d(
    input: Tensor,
    norm_type: float,
    kernel_size: Size,
    stride: Size | None = None,
    ceil_mode: bool = False,
) -> Tensor:
    """sum(x^p)^(1/p) over each window of the last axis.

    It is the p-norm where p is even or the input is not negative; PyTorch takes no absolute values
    either. The gradient where the sum is 0 is 0.

    Args:
        input: `(N, C, L)` or `(C, L)`.
        norm_type: The exponent p.
        kernel_size: The size of a window.
        stride: How far windows are apart; None for their size.
        ceil_mode: Whether there is one more window for what is left at the end; its sum is scaled
            up to that of a whole one.

    Returns:
        The same axes, pooled, each as by `avg_pool1d`.

    Raises:
        TypeError: `input` is no Tensor of floating numbers.
        ValueError: The input has other axes, an argument is out of range, or no window fits.

    Example:
        >>> lp_pool1d(Tensor([[3.0, 4.0, 0.0, 2.0]]), 2, 2)
        Tensor([[5., 2.]])
    """
    return _lp_pool(1, input, norm_type, kernel_size, stride, ceil_mode)


def lp_pool2d(
    input: Tensor,
    norm_type: float,
    kernel_size: Size,
    stride: Size | None = None,
    ceil_mode: bool = False,
) -> Tensor:
    """sum(x^p)^(1/p) over each window of the last two axes.

    It is the p-norm where p is even or the input is not negative; PyTorch takes no absolute values
    either. The gradient where the sum is 0 is 0.

    Args:
        input: `(N, C, H, W)` or `(C, H, W)`.
        norm_type: The exponent p.
        kernel_size: The size of a window, an int or 2 of them.
        stride: How far windows are apart; None for their size.
        ceil_mode: Whether there is one more window for what is left at the end; its sum is scaled
            up to that of a whole one.

    Returns:
        The same axes, pooled, each as by `avg_pool1d`.

    Raises:
        TypeError: `input` is no Tensor of floating numbers.
        ValueError: The input has other axes, an argument is out of range, or no window fits.

    Example:
        >>> lp_pool2d(Tensor([[[3.0, 4.0], [0.0, 0.0]]]), 2, 2)
        Tensor([[[5.]]])
    """
    return _lp_pool(2, input, norm_type, kernel_size, stride, ceil_mode)


def lp_pool3d(
    input: Tensor,
    norm_type: float,
    kernel_size: Size,
    stride: Size | None = None,
    ceil_mode: bool = False,
) -> Tensor:
    """sum(x^p)^(1/p) over each window of the last three axes.

    It is the p-norm where p is even or the input is not negative; PyTorch takes no absolute values
    either. The gradient where the sum is 0 is 0.

    Args:
        input: `(N, C, D, H, W)` or `(C, D, H, W)`.
        norm_type: The exponent p.
        kernel_size: The size of a window, an int or 3 of them.
        stride: How far windows are apart; None for their size.
        ceil_mode: Whether there is one more window for what is left at the end; its sum is scaled
            up to that of a whole one.

    Returns:
        The same axes, pooled, each as by `avg_pool1d`.

    Raises:
        TypeError: `input` is no Tensor of floating numbers.
        ValueError: The input has other axes, an argument is out of range, or no window fits.

    Example:
        >>> lp_pool3d(Tensor([[[[3.0, 4.0], [0.0, 0.0]]]]), 2, (1, 2, 2))
        Tensor([[[[5.]]]])
    """
    return _lp_pool(3, input, norm_type, kernel_size, stride, ceil_mode)
