"""Means and p-norms of windows, as layers."""

from __future__ import annotations

from grad_core import Tensor
from grad_nn import functional as F  # noqa: N812  # the field's name
from grad_nn.functional.pooling.arguments import Size, check_sizes, per_axis, strides
from grad_nn.functional.pooling.norm import check_norm_type
from grad_nn.module import Module


class AvgPool1d(Module):
    """The mean of each window of the last axis; see `functional.avg_pool1d`.

    Args:
        kernel_size: The size of a window.
        stride: How far windows are apart; None for their size.
        padding: How many zeros there are before the axis and after it.
        ceil_mode: Whether there is one more window for what is left at the end.
        count_include_pad: Whether the zeros count.

    Raises:
        ValueError: An argument is out of range; on a call, if no window fits.

    Example:
        >>> AvgPool1d(2)(Tensor([[1.0, 5.0, 2.0, 4.0]]))
        Tensor([[3., 3.]])
    """

    def __init__(
        self,
        kernel_size: Size,
        stride: Size | None = None,
        padding: Size = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
    ) -> None:
        name = type(self).__name__
        check_sizes(name, 1, kernel_size, stride, padding)
        self.kernel_size: tuple[int, ...] = per_axis(name, "kernel_size", kernel_size, 1, 1)
        self.stride: tuple[int, ...] = strides(name, stride, self.kernel_size)
        self.padding: tuple[int, ...] = per_axis(name, "padding", padding, 1)
        self.ceil_mode: bool = ceil_mode
        self.count_include_pad: bool = count_include_pad

    def forward(self, input: Tensor) -> Tensor:
        """Pool the last axis."""
        return F.avg_pool1d(
            input,
            self.kernel_size,
            self.stride,
            self.padding,
            self.ceil_mode,
            self.count_include_pad,
        )

    def extra_repr(self) -> str:
        """Return the sizes."""
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


class _AvgPoolNd(Module):
    axes: int

    def __init__(
        self,
        kernel_size: Size,
        stride: Size | None = None,
        padding: Size = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
        divisor_override: int | None = None,
    ) -> None:
        check_sizes(type(self).__name__, self.axes, kernel_size, stride, padding)
        self.kernel_size: Size = kernel_size
        self.stride: Size = kernel_size if stride is None else stride
        self.padding: Size = padding
        self.ceil_mode: bool = ceil_mode
        self.count_include_pad: bool = count_include_pad
        self.divisor_override: int | None = divisor_override

    def forward(self, input: Tensor) -> Tensor:
        """Pool the last axes."""
        pool = F.avg_pool2d if self.axes == 2 else F.avg_pool3d
        return pool(
            input,
            self.kernel_size,
            self.stride,
            self.padding,
            self.ceil_mode,
            self.count_include_pad,
            self.divisor_override,
        )

    def extra_repr(self) -> str:
        """Return the sizes."""
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


class AvgPool2d(_AvgPoolNd):
    """The mean of each window of the last two axes; see `functional.avg_pool2d`.

    Args:
        kernel_size: The size of a window, an int or 2 of them.
        stride: How far windows are apart; None for their size.
        padding: How many zeros there are before the axes and after them.
        ceil_mode: Whether there is one more window for what is left at the end.
        count_include_pad: Whether the zeros count.
        divisor_override: What to divide the sums by; None for how many elements count.

    Raises:
        ValueError: An argument is out of range; on a call, if no window fits.

    Example:
        >>> AvgPool2d(2)(Tensor([[[1.0, 5.0], [2.0, 4.0]]]))
        Tensor([[[3.]]])
    """

    axes = 2


class AvgPool3d(_AvgPoolNd):
    """The mean of each window of the last three axes; see `functional.avg_pool3d`.

    Args:
        kernel_size: The size of a window, an int or 3 of them.
        stride: How far windows are apart; None for their size.
        padding: How many zeros there are before the axes and after them.
        ceil_mode: Whether there is one more window for what is left at the end.
        count_include_pad: Whether the zeros count.
        divisor_override: What to divide the sums by; None for how many elements count.

    Raises:
        ValueError: An argument is out of range; on a call, if no window fits.

    Example:
        >>> AvgPool3d((1, 2, 2))(Tensor([[[[1.0, 5.0], [2.0, 4.0]]]]))
        Tensor([[[[3.]]]])
    """

    axes = 3


class _LPPoolNd(Module):
    axes: int

    def __init__(
        self,
        norm_type: float,
        kernel_size: Size,
        stride: Size | None = None,
        ceil_mode: bool = False,
    ) -> None:
        name = type(self).__name__
        check_norm_type(name, norm_type)
        check_sizes(name, self.axes, kernel_size, stride)
        self.norm_type: float = norm_type
        self.kernel_size: Size = kernel_size
        self.stride: Size | None = stride
        self.ceil_mode: bool = ceil_mode

    def forward(self, input: Tensor) -> Tensor:
        """Pool the last axes."""
        pool = (F.lp_pool1d, F.lp_pool2d, F.lp_pool3d)[self.axes - 1]
        return pool(input, self.norm_type, self.kernel_size, self.stride, self.ceil_mode)

    def extra_repr(self) -> str:
        """Return the exponent and the sizes."""
        return (
            f"norm_type={self.norm_type}, kernel_size={self.kernel_size}, stride={self.stride},"
            f" ceil_mode={self.ceil_mode}"
        )


class LPPool1d(_LPPoolNd):
    """sum(x^p)^(1/p) over each window of the last axis; see `functional.lp_pool1d`.

    Args:
        norm_type: The exponent p.
        kernel_size: The size of a window.
        stride: How far windows are apart; None for their size.
        ceil_mode: Whether there is one more window for what is left at the end.

    Raises:
        ValueError: An argument is out of range; on a call, if no window fits.

    Example:
        >>> LPPool1d(2, 2)(Tensor([[3.0, 4.0, 0.0, 2.0]]))
        Tensor([[5., 2.]])
    """

    axes = 1


class LPPool2d(_LPPoolNd):
    """sum(x^p)^(1/p) over each window of the last two axes; see `functional.lp_pool2d`.

    Args:
        norm_type: The exponent p.
        kernel_size: The size of a window, an int or 2 of them.
        stride: How far windows are apart; None for their size.
        ceil_mode: Whether there is one more window for what is left at the end.

    Raises:
        ValueError: An argument is out of range; on a call, if no window fits.

    Example:
        >>> LPPool2d(2, 2)(Tensor([[[3.0, 4.0], [0.0, 0.0]]]))
        Tensor([[[5.]]])
    """

    axes = 2


class LPPool3d(_LPPoolNd):
    """sum(x^p)^(1/p) over each window of the last three axes; see `functional.lp_pool3d`.

    Args:
        norm_type: The exponent p.
        kernel_size: The size of a window, an int or 3 of them.
        stride: How far windows are apart; None for their size.
        ceil_mode: Whether there is one more window for what is left at the end.

    Raises:
        ValueError: An argument is out of range; on a call, if no window fits.

    Example:
        >>> LPPool3d(2, (1, 2, 2))(Tensor([[[[3.0, 4.0], [0.0, 0.0]]]]))
        Tensor([[[[5.]]]])
    """

    axes = 3
