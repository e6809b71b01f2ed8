"""The largest element of each window."""

from __future__ import annotations

from typing import Literal, overload

from grad_core import Tensor
from grad_nn.functional.pooling.arguments import Size, check_planes, check_sizes, sliding_windows
from grad_nn.functional.pooling.maxima import pooled


def max_pool_nd(
    name: str,
    axes: int,
    input: Tensor,
    kernel_size: Size,
    stride: Size | None,
    padding: Size,
    dilation: Size,
    ceil_mode: bool,
    indices: bool,
) -> tuple[Tensor, Tensor | None]:
    """Pool that many axes; return values, and positions on request."""
    sizes = check_planes(name, input, axes)
    given = check_sizes(name, axes, kernel_size, stride, padding, dilation)
    return pooled(input, sliding_windows(name, sizes, *given, ceil_mode), indices)


@overload
def max_pool1d(
    input: Tensor,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Size = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    return_indices: Literal[False] = False,
) -> Tensor: ...
@overload
def max_pool1d(
    input: Tensor,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Size = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    *,
    return_indices: Literal[True],
) -> tuple[Tensor, Tensor]: ...
@overload
def max_pool1d(
    input: Tensor,
    kernel_size: Size,
    stride: Size | None,
    padding: Size,
    dilation: Size,
    ceil_mode: bool,
    return_indices: Literal[True],
) -> tuple[Tensor, Tensor]: ...
@overload
def max_pool1d(
    input: Tensor,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Size = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Tensor | tuple[Tensor, Tensor]: ...
def max_pool1d(
    input: Tensor,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Size = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Tensor | tuple[Tensor, Tensor]:
    """The largest element of each window of the last axis.

    The gradient goes to it alone: to the first of equal ones. A NaN is larger than all numbers.

    Args:
        input: `(N, C, L)` or `(C, L)`.
        kernel_size: The size of a window.
        stride: How far windows are apart; None for their size.
        padding: How far they may begin before the axis and end after it, at most half of their
            size. What is there never wins.
        dilation: How far the elements of a window are apart.
        ceil_mode: Whether there is one more window for what is left at the end. It begins inside.
        return_indices: Whether to return also where the elements are in the row.

    Returns:
        `(N, C, L_out)` or `(C, L_out)`, with
        L_out = floor((L + 2 * padding - dilation * (kernel_size - 1) - 1) / stride) + 1;
        and the positions, int64, of the same shape.

    Raises:
        TypeError: `input` is no Tensor of real numbers.
        ValueError: The input has other axes, an argument is out of range, or no window fits.

    Example:
        >>> max_pool1d(Tensor([[1.0, 5.0, 2.0, 3.0]]), 2)
        Tensor([[5., 3.]])
    """
    y, at = max_pool_nd(
        "max_pool1d", 1, input, kernel_size, stride, padding, dilation, ceil_mode, return_indices
    )
    return y if at is None else (y, at)


def max_pool1d_with_indices(
    input: Tensor,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Size = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
) -> tuple[Tensor, Tensor]:
    """`max_pool1d` with `return_indices=True`.

    Example:
        >>> values, indices = max_pool1d_with_indices(Tensor([[1.0, 5.0, 2.0, 3.0]]), 2)
        >>> indices.data
        array([[1, 3]])
    """
    return max_pool1d(input, kernel_size, stride, padding, dilation, ceil_mode, return_indices=True)


@overload
def max_pool2d(
    input: Tensor,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Size = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    return_indices: Literal[False] = False,
) -> Tensor: ...
@overload
def max_pool2d(
    input: Tensor,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Size = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    *,
    return_indices: Literal[True],
) -> tuple[Tensor, Tensor]: ...
@overload
def max_pool2d(
    input: Tensor,
    kernel_size: Size,
    stride: Size | None,
    padding: Size,
    dilation: Size,
    ceil_mode: bool,
    return_indices: Literal[True],
) -> tuple[Tensor, Tensor]: ...
@overload
def max_pool2d(
    input: Tensor,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Size = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Tensor | tuple[Tensor, Tensor]: ...
def max_pool2d(
    input: Tensor,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Size = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Tensor | tuple[Tensor, Tensor]:
    """The largest element of each window of the last two axes.

    Args:
        input: `(N, C, H, W)` or `(C, H, W)`.
        kernel_size: The size of a window; each of these four an int, or 2 of them.
        stride: How far windows are apart; None for their size.
        padding: How far they may begin before the axes and end after them, at most half of their
            size. What is there never wins.
        dilation: How far the elements of a window are apart.
        ceil_mode: Whether there is one more window for what is left at the end. It begins inside.
        return_indices: Whether to return also where the elements are in the plane, its axes taken as one
            row.

    Returns:
        The same axes, pooled, each as by `max_pool1d`; and the positions, int64.

    Raises:
        TypeError: `input` is no Tensor of real numbers.
        ValueError: The input has other axes, an argument is out of range, or no window fits.

    Example:
        >>> x = Tensor([[[1.0, 2.0, 3.0], [4.0, 6.0, 5.0]]])
        >>> max_pool2d(x, 2, stride=1)
        Tensor([[[6., 6.]]])
        >>> values, indices = max_pool2d(x, 2, stride=1, return_indices=True)
        >>> indices.data
        array([[[4, 4]]])
    """
    y, at = max_pool_nd(
        "max_pool2d", 2, input, kernel_size, stride, padding, dilation, ceil_mode, return_indices
    )
    return y if at is None else (y, at)


def max_pool2d_with_indices(
    input: Tensor,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Size = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
) -> tuple[Tensor, Tensor]:
    """`max_pool2d` with `return_indices=True`.

    Example:
        >>> values, indices = max_pool2d_with_indices(Tensor([[[1.0, 2.0], [4.0, 3.0]]]), 2)
        >>> indices.data
        array([[[2]]])
    """
    return max_pool2d(input, kernel_size, stride, padding, dilation, ceil_mode, return_indices=True)


@overload
def max_pool3d(
    input: Tensor,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Size = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    return_indices: Literal[False] = False,
) -> Tensor: ...
@overload
def max_pool3d(
    input: Tensor,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Size = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    *,
    return_indices: Literal[True],
) -> tuple[Tensor, Tensor]: ...
@overload
def max_pool3d(
    input: Tensor,
    kernel_size: Size,
    stride: Size | None,
    padding: Size,
    dilation: Size,
    ceil_mode: bool,
    return_indices: Literal[True],
) -> tuple[Tensor, Tensor]: ...
@overload
def max_pool3d(
    input: Tensor,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Size = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Tensor | tuple[Tensor, Tensor]: ...
def max_pool3d(
    input: Tensor,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Size = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Tensor | tuple[Tensor, Tensor]:
    """The largest element of each window of the last three axes.

    Args:
        input: `(N, C, D, H, W)` or `(C, D, H, W)`.
        kernel_size: The size of a window; each of these four an int, or 3 of them.
        stride: How far windows are apart; None for their size.
        padding: How far they may begin before the axes and end after them, at most half of their
            size. What is there never wins.
        dilation: How far the elements of a window are apart.
        ceil_mode: Whether there is one more window for what is left at the end. It begins inside.
        return_indices: Whether to return also where the elements are in the volume, its axes taken as one
            row.

    Returns:
        The same axes, pooled, each as by `max_pool1d`; and the positions, int64.

    Raises:
        TypeError: `input` is no Tensor of real numbers.
        ValueError: The input has other axes, an argument is out of range, or no window fits.

    Example:
        >>> max_pool3d(Tensor([[[[1.0, 2.0], [3.0, 4.0]]]]), (1, 2, 2))
        Tensor([[[[4.]]]])
    """
    y, at = max_pool_nd(
        "max_pool3d", 3, input, kernel_size, stride, padding, dilation, ceil_mode, return_indices
    )
    return y if at is None else (y, at)


def max_pool3d_with_indices(
    input: Tensor,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Size = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
) -> tuple[Tensor, Tensor]:
    """`max_pool3d` with `return_indices=True`.

    Example:
        >>> values, indices = max_pool3d_with_indices(Tensor([[[[1.0, 2.0]]]]), (1, 1, 2))
        >>> indices.data
        array([[[[1]]]])
    """
    return max_pool3d(input, kernel_size, stride, padding, dilation, ceil_mode, return_indices=True)
