"""Pooling to a size that is given, as layers."""

from __future__ import annotations

from typing import Generic, Literal, overload

from grad_core import Tensor
from grad_nn import functional as F  # noqa: N812  # the field's name
from grad_nn.functional.pooling.adaptive import adaptive_max_pool_nd
from grad_nn.functional.pooling.arguments import OutputSize, check_output_size
from grad_nn.layers.pooling.max import Pooled
from grad_nn.module import Module


class _AdaptiveAvgPoolNd(Module):
    axes: int

    def __init__(self, output_size: OutputSize) -> None:
        check_output_size(type(self).__name__, self.axes, output_size)
        self.output_size: OutputSize = output_size

    def forward(self, input: Tensor) -> Tensor:
        """Pool the last axes."""
        pools = (F.adaptive_avg_pool1d, F.adaptive_avg_pool2d, F.adaptive_avg_pool3d)
        return pools[self.axes - 1](input, self.output_size)

    def extra_repr(self) -> str:
        """Return the size of the output."""
        return f"output_size={self.output_size}"


class _AdaptiveMaxPoolNd(Module, Generic[Pooled]):
    axes: int

    def __init__(self, output_size: OutputSize, return_indices: bool) -> None:
        check_output_size(type(self).__name__, self.axes, output_size)
        self.output_size: OutputSize = output_size
        self.return_indices: bool = return_indices

    def forward(self, input: Tensor) -> Pooled:
        """Pool the last axes."""
        y, at = adaptive_max_pool_nd(self.axes, input, self.output_size, self.return_indices)
        result = y if at is None else (y, at)
        return result  # type: ignore[return-value]  # return_indices decides on both

    def extra_repr(self) -> str:
        """Return the size of the output."""
        return f"output_size={self.output_size}"


class AdaptiveAvgPool1d(_AdaptiveAvgPoolNd):
    """The mean of as many windows of the last axis as are asked for.

    See `functional.adaptive_avg_pool1d`.

    Args:
        output_size: The size of the axis afterwards; None for as it is.

    Raises:
        ValueError: `output_size` is none; on a call, if the input does not fit.

    Example:
        >>> AdaptiveAvgPool1d(2)(Tensor([[1.0, 2.0, 3.0, 4.0]]))
        Tensor([[1.5, 3.5]])
    """

    axes = 1


class AdaptiveAvgPool2d(_AdaptiveAvgPoolNd):
    """The mean of as many windows of the last two axes as are asked for.

    See `functional.adaptive_avg_pool2d`.

    Args:
        output_size: The sizes of the axes afterwards, an int or 2 of them; None for as it is.

    Raises:
        ValueError: `output_size` is none; on a call, if the input does not fit.

    Example:
        >>> AdaptiveAvgPool2d((1, None))(Tensor([[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]]))
        Tensor([[[2.5, 3.5, 4.5]]])
    """

    axes = 2


class AdaptiveAvgPool3d(_AdaptiveAvgPoolNd):
    """The mean of as many windows of the last three axes as are asked for.

    See `functional.adaptive_avg_pool3d`.

    Args:
        output_size: The sizes of the axes afterwards, an int or 3 of them; None for as it is.

    Raises:
        ValueError: `output_size` is none; on a call, if the input does not fit.

    Example:
        >>> AdaptiveAvgPool3d(1)(Tensor([[[[1.0, 2.0], [3.0, 4.0]]]]))
        Tensor([[[[2.5]]]])
    """

    axes = 3


class AdaptiveMaxPool1d(_AdaptiveMaxPoolNd[Pooled]):
    """The largest element of as many windows of the last axis as are asked for.

    See `functional.adaptive_max_pool1d`.

    Args:
        output_size: The size of the axis afterwards; None for as it is.
        return_indices: Whether to return also the positions, for `MaxUnpool1d`.

    Raises:
        ValueError: `output_size` is none; on a call, if the input does not fit.

    Example:
        >>> AdaptiveMaxPool1d(2)(Tensor([[1.0, 2.0, 3.0, 4.0]]))
        Tensor([[2., 4.]])
    """

    axes = 1

    @overload
    def __init__(
        self: AdaptiveMaxPool1d[Tensor],
        output_size: OutputSize,
        return_indices: Literal[False] = False,
    ) -> None: ...
    @overload
    def __init__(
        self: AdaptiveMaxPool1d[tuple[Tensor, Tensor]],
        output_size: OutputSize,
        return_indices: Literal[True],
    ) -> None: ...
    @overload
    def __init__(
        self: AdaptiveMaxPool1d[Tensor | tuple[Tensor, Tensor]],
        output_size: OutputSize,
        return_indices: bool = False,
    ) -> None: ...
    def __init__(self, output_size: OutputSize, return_indices: bool = False) -> None:
        super().__init__(output_size, return_indices)


class AdaptiveMaxPool2d(_AdaptiveMaxPoolNd[Pooled]):
    """The largest element of as many windows of the last two axes as are asked for.

    See `functional.adaptive_max_pool2d`.

    Args:
        output_size: The sizes of the axes afterwards, an int or 2 of them; None for as it is.
        return_indices: Whether to return also the positions, for `MaxUnpool2d`.

    Raises:
        ValueError: `output_size` is none; on a call, if the input does not fit.

    Example:
        >>> AdaptiveMaxPool2d((1, None))(Tensor([[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]]))
        Tensor([[[4., 5., 6.]]])
    """

    axes = 2

    @overload
    def __init__(
        self: AdaptiveMaxPool2d[Tensor],
        output_size: OutputSize,
        return_indices: Literal[False] = False,
    ) -> None: ...
    @overload
    def __init__(
        self: AdaptiveMaxPool2d[tuple[Tensor, Tensor]],
        output_size: OutputSize,
        return_indices: Literal[True],
    ) -> None: ...
    @overload
    def __init__(
        self: AdaptiveMaxPool2d[Tensor | tuple[Tensor, Tensor]],
        output_size: OutputSize,
        return_indices: bool = False,
    ) -> None: ...
    def __init__(self, output_size: OutputSize, return_indices: bool = False) -> None:
        super().__init__(output_size, return_indices)


class AdaptiveMaxPool3d(_AdaptiveMaxPoolNd[Pooled]):
    """The largest element of as many windows of the last three axes as are asked for.

    See `functional.adaptive_max_pool3d`.

    Args:
        output_size: The sizes of the axes afterwards, an int or 3 of them; None for as it is.
        return_indices: Whether to return also the positions, for `MaxUnpool3d`.

    Raises:
        ValueError: `output_size` is none; on a call, if the input does not fit.

    Example:
        >>> AdaptiveMaxPool3d(1)(Tensor([[[[1.0, 2.0], [3.0, 4.0]]]]))
        Tensor([[[[4.]]]])
    """

    axes = 3

    @overload
    def __init__(
        self: AdaptiveMaxPool3d[Tensor],
        output_size: OutputSize,
        return_indices: Literal[False] = False,
    ) -> None: ...
    @overload
    def __init__(
        self: AdaptiveMaxPool3d[tuple[Tensor, Tensor]],
        output_size: OutputSize,
        return_indices: Literal[True],
    ) -> None: ...
    @overload
    def __init__(
        self: AdaptiveMaxPool3d[Tensor | tuple[Tensor, Tensor]],
        output_size: OutputSize,
        return_indices: bool = False,
    ) -> None: ...
    def __init__(self, output_size: OutputSize, return_indices: bool = False) -> None:
        super().__init__(output_size, return_indices)
