"""Patches of images as columns, and back, as layers."""

from __future__ import annotations

from collections.abc import Sequence

from grad_core import Tensor
from grad_nn.functional.checks import ntuple
from grad_nn.functional.convolution.folding import fold, unfold
from grad_nn.module import Module


class _Patches(Module):
    """The settings of patches; an int stays one, as `repr` shows it."""

    def __init__(
        self,
        kernel_size: int | Sequence[int],
        dilation: int | Sequence[int],
        padding: int | Sequence[int],
        stride: int | Sequence[int],
    ) -> None:
        name = type(self).__name__
        self.kernel_size: int | tuple[int, ...] = _kept(name, "kernel_size", kernel_size, 1)
        self.dilation: int | tuple[int, ...] = _kept(name, "dilation", dilation, 1)
        self.padding: int | tuple[int, ...] = _kept(name, "padding", padding, 0)
        self.stride: int | tuple[int, ...] = _kept(name, "stride", stride, 1)

    def extra_repr(self) -> str:
        """Return the settings."""
        return (
            f"kernel_size={self.kernel_size}, dilation={self.dilation}, padding={self.padding},"
            f" stride={self.stride}"
        )


def _kept(
    name: str, argument: str, value: int | Sequence[int], least: int
) -> int | tuple[int, ...]:
    sizes = ntuple(name, argument, value, 2, least)
    return sizes if isinstance(value, Sequence) else sizes[0]


class Unfold(_Patches):
    """The patches of images, each as a column; it is `functional.unfold`.

    Shape:
        `(N, C, H, W)` to `(N, C * kH * kW, L)`, or both without N, where L is the number of patches.

    Args:
        kernel_size: The size of a patch; here and below one int, or one for each of the two axes.
        dilation: The step between the elements of a patch.
        padding: Zeros on both sides of each axis.
        stride: The step from patch to patch.

    Raises:
        ValueError: A setting is out of range; on a call, if no patch fits into the image.

    Example:
        >>> import numpy as np
        >>> Unfold(3, stride=2)(Tensor(np.ones((2, 5, 9, 9)))).shape
        (2, 45, 16)
    """

    def __init__(
        self,
        kernel_size: int | Sequence[int],
        dilation: int | Sequence[int] = 1,
        padding: int | Sequence[int] = 0,
        stride: int | Sequence[int] = 1,
    ) -> None:
        super().__init__(kernel_size, dilation, padding, stride)

    def forward(self, input: Tensor) -> Tensor:
        """Unfold a batch, or one image without the first axis."""
        return unfold(input, self.kernel_size, self.dilation, self.padding, self.stride)


class Fold(_Patches):
    """Images whose elements are the sums of those of patches; it is `functional.fold`.

    Shape:
        `(N, C * kH * kW, L)` to `(N, C, H, W)`, or both without N.

    Args:
        output_size: `(H, W)`, or one int for both.
        kernel_size: The size of a patch; here and below one int, or one for each axis.
        dilation: The step between the elements of a patch.
        padding: How many elements are left away at both ends of each axis.
        stride: The step from patch to patch.

    Raises:
        ValueError: A setting is out of range; on a call, if the shape is not that of the patches
            of such an image.

    Example:
        >>> import numpy as np
        >>> Fold((9, 9), 3, stride=2)(Tensor(np.ones((2, 45, 16)))).shape
        (2, 5, 9, 9)
    """

    def __init__(
        self,
        output_size: int | Sequence[int],
        kernel_size: int | Sequence[int],
        dilation: int | Sequence[int] = 1,
        padding: int | Sequence[int] = 0,
        stride: int | Sequence[int] = 1,
    ) -> None:
        super().__init__(kernel_size, dilation, padding, stride)
        self.output_size: int | tuple[int, ...] = _kept("Fold", "output_size", output_size, 1)

    def forward(self, input: Tensor) -> Tensor:
        """Fold a batch, or the patches of one image without the first axis."""
        return fold(
            input, self.output_size, self.kernel_size, self.dilation, self.padding, self.stride
        )

    def extra_repr(self) -> str:
        """Return the settings."""
        return f"output_size={self.output_size}, {super().extra_repr()}"
