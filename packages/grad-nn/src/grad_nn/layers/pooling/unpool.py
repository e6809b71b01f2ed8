"""What undoes a max pooling, as layers."""

from __future__ import annotations

from collections.abc import Sequence

from grad_core import Tensor
from grad_nn import functional as F  # noqa: N812  # the field's name
from grad_nn.functional.pooling.arguments import Size, per_axis, strides
from grad_nn.module import Module


class _MaxUnpoolNd(Module):
    axes: int

    def __init__(self, kernel_size: Size, stride: Size | None = None, padding: Size = 0) -> None:
        name = type(self).__name__
        self.kernel_size: tuple[int, ...] = per_axis(name, "kernel_size", kernel_size, self.axes, 1)
        self.stride: tuple[int, ...] = strides(name, stride, self.kernel_size)
        self.padding: tuple[int, ...] = per_axis(name, "padding", padding, self.axes)

    def forward(
        self, input: Tensor, indices: Tensor, output_size: Sequence[int] | None = None
    ) -> Tensor:
        """Put elements back where `indices` says."""
        unpool = (F.max_unpool1d, F.max_unpool2d, F.max_unpool3d)[self.axes - 1]
        return unpool(input, indices, self.kernel_size, self.stride, self.padding, output_size)

    def extra_repr(self) -> str:
        """Return the sizes."""
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


class MaxUnpool1d(_MaxUnpoolNd):
    """Zeros, with elements where `MaxPool1d` found them; see `functional.max_unpool1d`.

    Args:
        kernel_size: That of the pooling.
        stride: That of the pooling; None for `kernel_size`.
        padding: That of the pooling.

    Raises:
        ValueError: An argument is out of range; on a call, if an index is.

    Example:
        >>> from grad_nn import MaxPool1d
        >>> y, indices = MaxPool1d(2, return_indices=True)(Tensor([[1.0, 5.0, 3.0, 2.0]]))
        >>> MaxUnpool1d(2)(y, indices)
        Tensor([[0., 5., 3., 0.]])
    """

    axes = 1


class MaxUnpool2d(_MaxUnpoolNd):
    """Zeros, with elements where `MaxPool2d` found them; see `functional.max_unpool2d`.

    Args:
        kernel_size: That of the pooling, an int or 2 of them.
        stride: That of the pooling; None for `kernel_size`.
        padding: That of the pooling.

    Raises:
        ValueError: An argument is out of range; on a call, if an index is.

    Example:
        >>> from grad_nn import MaxPool2d
        >>> y, indices = MaxPool2d(2, return_indices=True)(Tensor([[[1.0, 5.0], [3.0, 2.0]]]))
        >>> MaxUnpool2d(2)(y, indices)
        Tensor([[[0., 5.],
                 [0., 0.]]])
    """

    axes = 2


class MaxUnpool3d(_MaxUnpoolNd):
    """Zeros, with elements where `MaxPool3d` found them; see `functional.max_unpool3d`.

    Args:
        kernel_size: That of the pooling, an int or 3 of them.
        stride: That of the pooling; None for `kernel_size`.
        padding: That of the pooling.

    Raises:
        ValueError: An argument is out of range; on a call, if an index is.

    Example:
        >>> from grad_nn import MaxPool3d
        >>> y, indices = MaxPool3d((1, 1, 2), return_indices=True)(Tensor([[[[1.0, 5.0]]]]))
        >>> MaxUnpool3d((1, 1, 2))(y, indices)
        Tensor([[[[0., 5.]]]])
    """

    axes = 3
