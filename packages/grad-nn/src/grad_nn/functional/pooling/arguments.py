"""Arguments that poolings share: inputs, sizes, windows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from grad_core import Tensor
from grad_nn.functional.checks import check_tensor, integer, ntuple
from grad_nn.functional.pooling.windows import Windows, even, sliding

Size: TypeAlias = "int | Sequence[int]"
"""One int for all axes that are pooled, or one for each."""
OutputSize: TypeAlias = "int | Sequence[int | None] | None"
"""A Size in which None stands for the size of the input."""

_AXES = ("", "L", "H, W", "D, H, W")


def check_planes(name: str, input: Tensor, axes: int) -> tuple[int, ...]:
    """Return the sizes of the axes that are pooled; errors where there are other axes.

    Raises:
        TypeError: `input` is no Tensor, or is complex or boolean.
        ValueError: It has not one or two axes before those.
    """
    check_tensor(name, input)
    if input.dtype.kind == "b":
        raise TypeError(f"{name}: input is {input.dtype}, expected numbers")
    if input.ndim not in (axes + 1, axes + 2):
        raise ValueError(
            f"{name}: input has shape {input.shape}, expected (N, C, {_AXES[axes]}) or"
            f" (C, {_AXES[axes]})"
        )
    return input.shape[-axes:]


def per_axis(name: str, argument: str, value: Size, n: int, least: int = 0) -> tuple[int, ...]:
    """Return one int for each axis, as `ntuple` does; a tuple of one stands for all, too."""
    if type(value) is int and value >= least:  # as nearly always
        return (value,) * n
    if isinstance(value, (tuple, list)) and len(value) == 1:
        value = value[0]
    return ntuple(name, argument, value, n, least)


def strides(name: str, stride: Size | None, kernel: tuple[int, ...]) -> tuple[int, ...]:
    """Return the stride of each axis, by default the size of the window."""
    if stride is None or (isinstance(stride, (tuple, list)) and not stride):
        return kernel
    return per_axis(name, "stride", stride, len(kernel), 1)


def check_sizes(
    name: str,
    axes: int,
    kernel_size: Size,
    stride: Size | None,
    padding: Size = 0,
    dilation: Size = 1,
) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...], tuple[int, ...]]:
    """Return the kernel size, stride, padding and dilation of each axis.

    Raises:
        ValueError: One of them is out of range.
    """
    kernel = per_axis(name, "kernel_size", kernel_size, axes, 1)
    step = strides(name, stride, kernel)
    margin = per_axis(name, "padding", padding, axes)
    gap = per_axis(name, "dilation", dilation, axes, 1)
    if any(p > k // 2 for p, k in zip(margin, kernel, strict=True)):
        raise ValueError(
            f"{name}: padding is at most half of kernel_size, got {padding!r} and {kernel_size!r}"
        )
    return kernel, step, margin, gap


def sliding_windows(
    name: str,
    sizes: tuple[int, ...],
    kernel: tuple[int, ...],
    stride: tuple[int, ...],
    padding: tuple[int, ...],
    dilation: tuple[int, ...],
    ceil_mode: bool,
) -> list[Windows]:
    """Return the windows along each axis; the arguments are those of `check_sizes`.

    Raises:
        ValueError: They do not fit the axes.
    """
    found: list[Windows] = []
    for axis, each in enumerate(zip(sizes, kernel, stride, padding, dilation, strict=True)):
        windows = sliding(*each, ceil_mode)
        if windows is None:
            raise ValueError(
                f"{name}: kernel_size {kernel}, with padding {padding} and dilation {dilation},"
                f" does not fit axis {axis - len(sizes)} of an input whose last axes are {sizes}"
            )
        found.append(windows)
    return found


def check_output_size(name: str, axes: int, output_size: OutputSize) -> tuple[int | None, ...]:
    """Return the size of the output along each axis, None where it is that of the input.

    Raises:
        ValueError: It is something else.
    """
    given: list[object] = [output_size] * axes
    if isinstance(output_size, (tuple, list)):
        given = list(output_size)
    found = [None if n is None else integer(n) for n in given]
    if len(found) != axes or any(
        n is not None and (m is None or m < 0) for n, m in zip(given, found, strict=True)
    ):
        raise ValueError(
            f"{name}: output_size is an int, at least 0, or None for that of the input, or a tuple"
            f" of {axes} of these; got {output_size!r}"
        )
    return tuple(found)


def even_windows(name: str, sizes: tuple[int, ...], output_size: OutputSize) -> tuple[Windows, ...]:
    """Return as many windows along each axis as are asked for.

    Raises:
        ValueError: `output_size` is none, or an axis has no elements.
    """
    wanted = check_output_size(name, len(sizes), output_size)
    if not all(sizes):
        raise ValueError(f"{name}: the last axes of input are {sizes}, which leaves no elements")
    return tuple(even(n, n if m is None else m) for n, m in zip(sizes, wanted, strict=True))
