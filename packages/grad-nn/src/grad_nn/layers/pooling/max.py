"""The largest element of each window, as layers."""

from __future__ import annotations

from typing import Generic, Literal, TypeVar, overload

from grad_core import Tensor
from grad_nn.functional.pooling.arguments import Size, check_sizes
from grad_nn.functional.pooling.max import max_pool_nd
from grad_nn.module import Module

Pooled = TypeVar("Pooled", bound="Tensor | tuple[Tensor, Tensor]")
"""What a layer gives: values, or with `return_indices` values and their positions."""


class _MaxPoolNd(Module, Generic[Pooled]):
    axes: int

    def __init__(
        self,
        kernel_size: Size,
        stride: Size | None,
        padding: Size,
        dilation: Size,
        return_indices: bool,
        ceil_mode: bool,
    ) -> None:
        name = type(self).__name__
        check_sizes(name, self.axes, kernel_size, stride, padding, dilation)
        self.kernel_size: Size = kernel_size
        self.stride: Size = kernel_size if stride is None else stride
        self.padding: Size = padding
        self.dilation: Size = dilation
        self.return_indices: bool = return_indices
        self.ceil_mode: bool = ceil_mode

    def forward(self, input: Tensor) -> Pooled:
        """Pool the last axes."""
        y, at = max_pool_nd(
            f"max_pool{self.axes}d",
            self.axes,
            input,
            self.kernel_size,
            self.stride,
            self.padding,
            self.dilation,
            self.ceil_mode,
            self.return_indices,
        )
        result = y if at is None else (y, at)
        return result  # type: ignore[return-value]  # return_indices decides on both

    def extra_repr(self) -> str:
        """Return the sizes."""
        return (
            f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding},"
            f" dilation={self.dilation}, ceil_mode={self.ceil_mode}"
        )


class MaxPool1d(_MaxPoolNd[Pooled]):
    """The largest element of each window of the last axis; see `functional.max_pool1d`.

    Args:
        kernel_size: The size of a window.
        stride: How far windows are apart; None for their size.
        padding: How far they may begin before the axis and end after it.
        dilation: How far the elements of a window are apart.
        return_indices: Whether to return also the positions, for `MaxUnpool1d`.
        ceil_mode: Whether there is one more window for what is left at the end.

    Raises:
        ValueError: An argument is out of range; on a call, if no window fits.

    Example:
        >>> MaxPool1d(2)(Tensor([[1.0, 5.0, 2.0, 3.0]]))
        Tensor([[5., 3.]])
    """

    axes = 1

    @overload
    def __init__(
        self: MaxPool1d[Tensor],
        kernel_size: Size,
        stride: Size | None = None,
        padding: Size = 0,
        dilation: Size = 1,
        return_indices: Literal[False] = False,
        ceil_mode: bool = False,
    ) -> None: ...
    @overload
    def __init__(
        self: MaxPool1d[tuple[Tensor, Tensor]],
        kernel_size: Size,
        stride: Size | None = None,
        padding: Size = 0,
        dilation: Size = 1,
        *,
        return_indices: Literal[True],
        ceil_mode: bool = False,
    ) -> None: ...
    @overload
    def __init__(
        self: MaxPool1d[tuple[Tensor, Tensor]],
        kernel_size: Size,
        stride: Size | None,
        padding: Size,
        dilation: Size,
        return_indices: Literal[True],
        ceil_mode: bool = False,
    ) -> None: ...
    @overload
    def __init__(
        self: MaxPool1d[Tensor | tuple[Tensor, Tensor]],
        kernel_size: Size,
        stride: Size | None = None,
        padding: Size = 0,
        dilation: Size = 1,
        return_indices: bool = False,
        ceil_mode: bool = False,
    ) -> None: ...
    def __init__(
        self,
        kernel_size: Size,
        stride: Size | None = None,
        padding: Size = 0,
        dilation: Size = 1,
        return_indices: bool = False,
        ceil_mode: bool = False,
    ) -> None:
        super().__init__(kernel_size, stride, padding, dilation, return_indices, ceil_mode)


class MaxPool2d(_MaxPoolNd[Pooled]):
    """The largest element of each window of the last two axes; see `functional.max_pool2d`.

    Args:
        kernel_size: The size of a window, an int or 2 of them.
        stride: How far windows are apart; None for their size.
        padding: How far they may begin before the axes and end after them.
        dilation: How far the elements of a window are apart.
        return_indices: Whether to return also the positions, for `MaxUnpool2d`.
        ceil_mode: Whether there is one more window for what is left at the end.

    Raises:
        ValueError: An argument is out of range; on a call, if no window fits.

    Example:
        >>> MaxPool2d(2)(Tensor([[[1.0, 2.0], [3.0, 4.0]]]))
        Tensor([[[4.]]])
    """

    axes = 2

    @overload
    def __init__(
        self: MaxPool2d[Tensor],
        kernel_size: Size,
        stride: Size | None = None,
        padding: Size = 0,
        dilation: Size = 1,
        return_indices: Literal[False] = False,
        ceil_mode: bool = False,
    ) -> None: ...
    @overload
    def __init__(
        self: MaxPool2d[tuple[Tensor, Tensor]],
        kernel_size: Size,
        stride: Size | None = None,
        padding: Size = 0,
        dilation: Size = 1,
        *,
        return_indices: Literal[True],
        ceil_mode: bool = False,
    ) -> None: ...
    @overload
    def __init__(
        self: MaxPool2d[tuple[Tensor, Tensor]],
        kernel_size: Size,
        stride: Size | None,
        padding: Size,
        dilation: Size,
        return_indices: Literal[True],
        ceil_mode: bool = False,
    ) -> None: ...
    @overload
    def __init__(
        self: MaxPool2d[Tensor | tuple[Tensor, Tensor]],
        kernel_size: Size,
        stride: Size | None = None,
        padding: Size = 0,
        dilation: Size = 1,
        return_indices: bool = False,
        ceil_mode: bool = False,
    ) -> None: ...
    def __init__(
        self,
        kernel_size: Size,
        stride: Size | None = None,
        padding: Size = 0,
        dilation: Size = 1,
        return_indices: bool = False,
        ceil_mode: bool = False,
    ) -> None:
        super().__init__(kernel_size, stride, padding, dilation, return_indices, ceil_mode)


class MaxPool3d(_MaxPoolNd[Pooled]):
    """The largest element of each window of the last three axes; see `functional.max_pool3d`.

    Args:
        kernel_size: The size of a window, an int or 3 of them.
        stride: How far windows are apart; None for their size.
        padding: How far they may begin before the axes and end after them.
        dilation: How far the elements of a window are apart.
        return_indices: Whether to return also the positions, for `MaxUnpool3d`.
        ceil_mode: Whether there is one more window for what is left at the end.

    Raises:
        ValueError: An argument is out of range; on a call, if no window fits.

    Example:
        >>> MaxPool3d((1, 2, 2))(Tensor([[[[1.0, 2.0], [3.0, 4.0]]]]))
        Tensor([[[[4.]]]])
    """

    axes = 3

    @overload
    def __init__(
        self: MaxPool3d[Tensor],
        kernel_size: Size,
        stride: Size | None = None,
        padding: Size = 0,
        dilation: Size = 1,
        return_indices: Literal[False] = False,
        ceil_mode: bool = False,
    ) -> None: ...
    @overload
    def __init__(
        self: MaxPool3d[tuple[Tensor, Tensor]],
        kernel_size: Size,
        stride: Size | None = None,
        padding: Size = 0,
        dilation: Size = 1,
        *,
        return_indices: Literal[True],
        ceil_mode: bool = False,
    ) -> None: ...
    @overload
    def __init__(
        self: MaxPool3d[tuple[Tensor, Tensor]],
        kernel_size: Size,
        stride: Size | None,
        padding: Size,
        dilation: Size,
        return_indices: Literal[True],
        ceil_mode: bool = False,
    ) -> None: ...
    @overload
    def __init__(
        self: MaxPool3d[Tensor | tuple[Tensor, Tensor]],
        kernel_size: Size,
        stride: Size | None = None,
        padding: Size = 0,
        dilation: Size = 1,
        return_indices: bool = False,
        ceil_mode: bool = False,
    ) -> None: ...
    def __init__(
        self,
        kernel_size: Size,
        stride: Size | None = None,
        padding: Size = 0,
        dilation: Size = 1,
        return_indices: bool = False,
        ceil_mode: bool = False,
    ) -> None:
        super().__init__(kernel_size, stride, padding, dilation, return_indices, ceil_mode)
