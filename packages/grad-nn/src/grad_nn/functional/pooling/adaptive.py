"""Pooling to a size that is given, with windows that fit it."""

from __future__ import annotations

from typing import Literal, overload

from grad_core import Tensor
from grad_nn.functional.checks import check_floating
from grad_nn.functional.pooling.arguments import OutputSize, check_planes, even_windows
from grad_nn.functional.pooling.average import avg_pool, plan_of, shares
from grad_nn.functional.pooling.maxima import pooled


def _adaptive_avg_pool(axes: int, input: Tensor, output_size: OutputSize) -> Tensor:
    name = f"adaptive_avg_pool{axes}d"
    check_floating(name, input)
    sizes = check_planes(name, input, axes)
    windows = even_windows(name, sizes, output_size)
    if all(w.size == 1 for w in windows):
        return input.mean(tuple(range(-axes, 0)), keepdims=True)
    return avg_pool(input, plan_of(windows), shares([w.count for w in windows]))


def adaptive_max_pool_nd(
    axes: int, input: Tensor, output_size: OutputSize, indices: bool
) -> tuple[Tensor, Tensor | None]:
    """Pool that many axes; return values, and positions on request."""
    name = f"adaptive_max_pool{axes}d"
    sizes = check_planes(name, input, axes)
    return pooled(input, even_windows(name, sizes, output_size), indices)


def adaptive_avg_pool1d(input: Tensor, output_size: OutputSize) -> Tensor:
    """The mean of as many windows of the last axis as are asked for.

    Window i of n elements goes from floor(i * n / size) to ceil((i + 1) * n / size).

    Args:
        input: `(N, C, L)` or `(C, L)`.
        output_size: The size of the axis afterwards; None for as it is, also in a tuple of one.

    Raises:
        TypeError: `input` is no Tensor of floating numbers.
        ValueError: The input has other axes or no elements, or `output_size` is none.

    Example:
        >>> adaptive_avg_pool1d(Tensor([[1.0, 2.0, 3.0, 4.0]]), 2)
        Tensor([[1.5, 3.5]])
    """
    return _adaptive_avg_pool(1, input, output_size)


def adaptive_avg_pool2d(input: Tensor, output_size: OutputSize) -> Tensor:
    """The mean of as many windows of the last two axes as are asked for.

    The windows along each axis are those of `adaptive_avg_pool1d`.

    Args:
        input: `(N, C, H, W)` or `(C, H, W)`.
        output_size: The sizes of the axes afterwards, an int or 2 of them; None for as it is.

    Raises:
        TypeError: `input` is no Tensor of floating numbers.
        ValueError: The input has other axes or no elements, or `output_size` is none.

    Example:
        >>> adaptive_avg_pool2d(Tensor([[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]]), (1, None))
        Tensor([[[2.5, 3.5, 4.5]]])
    """
    return _adaptive_avg_pool(2, input, output_size)


def adaptive_avg_pool3d(input: Tensor, output_size: OutputSize) -> Tensor:
    """The mean of as many windows of the last three axes as are asked for.

    The windows along each axis are those of `adaptive_avg_pool1d`.

    Args:
        input: `(N, C, D, H, W)` or `(C, D, H, W)`.
        output_size: The sizes of the axes afterwards, an int or 3 of them; None for as it is.

    Raises:
        TypeError: `input` is no Tensor of floating numbers.
        ValueError: The input has other axes or no elements, or `output_size` is none.

    Example:
        >>> adaptive_avg_pool3d(Tensor([[[[1.0, 2.0], [3.0, 4.0]]]]), 1)
        Tensor([[[[2.5]]]])
    """
    return _adaptive_avg_pool(3, input, output_size)


@overload
def adaptive_max_pool1d(
    input: Tensor, output_size: OutputSize, return_indices: Literal[False] = False
) -> Tensor: ...
@overload
def adaptive_max_pool1d(
    input: Tensor, output_size: OutputSize, return_indices: Literal[True]
) -> tuple[Tensor, Tensor]: ...
@overload
def adaptive_max_pool1d(
    input: Tensor, output_size: OutputSize, return_indices: bool = False
) -> Tensor | tuple[Tensor, Tensor]: ...
def adaptive_max_pool1d(
    input: Tensor, output_size: OutputSize, return_indices: bool = False
) -> Tensor | tuple[Tensor, Tensor]:
    """The largest element of as many windows of the last axis as are asked for.

    The windows along the axis are those of `adaptive_avg_pool1d`.

    Args:
        input: `(N, C, L)` or `(C, L)`.
        output_size: The size of the axis afterwards; None for as it is, also in a tuple of one.
        return_indices: Whether to return also where the elements are, as `max_pool1d` does.

    Raises:
        TypeError: `input` is no Tensor of real numbers.
        ValueError: The input has other axes or no elements, or `output_size` is none.

    Example:
        >>> adaptive_max_pool1d(Tensor([[1.0, 2.0, 3.0, 4.0]]), 2)
        Tensor([[2., 4.]])
    """
    y, at = adaptive_max_pool_nd(1, input, output_size, return_indices)
    return y if at is None else (y, at)


def adaptive_max_pool1d_with_indices(
    input: Tensor, output_size: OutputSize
) -> tuple[Tensor, Tensor]:
    """`adaptive_max_pool1d` with `return_indices=True`.

    Example:
        >>> values, indices = adaptive_max_pool1d_with_indices(Tensor([[1.0, 4.0, 3.0]]), 1)
        >>> indices.data
        array([[1]])
    """
    return adaptive_max_pool1d(input, output_size, return_indices=True)


@overload
def adaptive_max_pool2d(
    input: Tensor, output_size: OutputSize, return_indices: Literal[False] = False
) -> Tensor: ...
@overload
def adaptive_max_pool2d(
    input: Tensor, output_size: OutputSize, return_indices: Literal[True]
) -> tuple[Tensor, Tensor]: ...
@overload
def adaptive_max_pool2d(
    input: Tensor, output_size: OutputSize, return_indices: bool = False
) -> Tensor | tuple[Tensor, Tensor]: ...
def adaptive_max_pool2d(
    input: Tensor, output_size: OutputSize, return_indices: bool = False
) -> Tensor | tuple[Tensor, Tensor]:
    """The largest element of as many windows of the last two axes as are asked for.

    The windows along each axis are those of `adaptive_avg_pool1d`.

    Args:
        input: `(N, C, H, W)` or `(C, H, W)`.
        output_size: The sizes of the axes afterwards, an int or 2 of them; None for as it is.
        return_indices: Whether to return also where the elements are, as `max_pool2d` does.

    Raises:
        TypeError: `input` is no Tensor of real numbers.
        ValueError: The input has other axes or no elements, or `output_size` is none.

    Example:
        >>> adaptive_max_pool2d(Tensor([[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]]), (1, None))
        Tensor([[[4., 5., 6.]]])
    """
    y, at = adaptive_max_pool_nd(2, input, output_size, return_indices)
    return y if at is None else (y, at)


def adaptive_max_pool2d_with_indices(
    input: Tensor, output_size: OutputSize
) -> tuple[Tensor, Tensor]:
    """`adaptive_max_pool2d` with `return_indices=True`.

    Example:
        >>> values, indices = adaptive_max_pool2d_with_indices(Tensor([[[1.0, 2.0], [4.0, 3.0]]]), 1)
        >>> indices.data
        array([[[2]]])
    """
    return adaptive_max_pool2d(input, output_size, return_indices=True)


@overload
def adaptive_max_pool3d(
    input: Tensor, output_size: OutputSize, return_indices: Literal[False] = False
) -> Tensor: ...
@overload
def adaptive_max_pool3d(
    input: Tensor, output_size: OutputSize, return_indices: Literal[True]
) -> tuple[Tensor, Tensor]: ...
@overload
def adaptive_max_pool3d(
    input: Tensor, output_size: OutputSize, return_indices: bool = False
) -> Tensor | tuple[Tensor, Tensor]: ...
def adaptive_max_pool3d(
    input: Tensor, output_size: OutputSize, return_indices: bool = False
) -> Tensor | tuple[Tensor, Tensor]:
    """The largest element of as many windows of the last three axes as are asked for.

    The windows along each axis are those of `adaptive_avg_pool1d`.

    Args:
        input: `(N, C, D, H, W)` or `(C, D, H, W)`.
        output_size: The sizes of the axes afterwards, an int or 3 of them; None for as it is.
        return_indices: Whether to return also where the elements are, as `max_pool3d` does.

    Raises:
        TypeError: `input` is no Tensor of real numbers.
        ValueError: The input has other axes or no elements, or `output_size` is none.

    Example:
        >>> adaptive_max_pool3d(Tensor([[[[1.0, 2.0], [3.0, 4.0]]]]), 1)
        Tensor([[[[4.]]]])
    """
    y, at = adaptive_max_pool_nd(3, input, output_size, return_indices)
    return y if at is None else (y, at)


def adaptive_max_pool3d_with_indices(
    input: Tensor, output_size: OutputSize
) -> tuple[Tensor, Tensor]:
    """`adaptive_max_pool3d` with `return_indices=True`.

    Example:
        >>> values, indices = adaptive_max_pool3d_with_indices(Tensor([[[[1.0, 2.0], [4.0, 3.0]]]]), 1)
        >>> indices.data
        array([[[[2]]]])
    """
    return adaptive_max_pool3d(input, output_size, return_indices=True)
