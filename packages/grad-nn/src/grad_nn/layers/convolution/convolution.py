"""Layers that convolve."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

from numpy.typing import DTypeLike

from grad_core import Tensor
from grad_init import Initializer, InitMethod, Rng
from grad_nn.functional.convolution.convolution import Padding, check_input, convolution, paddings
from grad_nn.functional.padding import pad
from grad_nn.layers.convolution.base import ConvNd, PaddingMode


class _ConvNd(ConvNd):
    function: ClassVar[str]

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | Sequence[int],
        stride: int | Sequence[int] = 1,
        padding: Padding = 0,
        dilation: int | Sequence[int] = 1,
        groups: int = 1,
        bias: bool = True,
        padding_mode: PaddingMode = "zeros",
        *,
        init_method: InitMethod | Initializer | None = None,
        rng: Rng = None,
        dtype: DTypeLike | None = None,
    ) -> None:
        super().__init__(
            in_channels,
            out_channels,
            kernel_size,
            stride,
            dilation,
            groups,
            bias,
            padding_mode,
            init_method,
            rng,
            dtype,
        )
        self.padding: tuple[int, ...] | Literal["same", "valid"]
        pairs = paddings(type(self).__name__, padding, self.kernel_size, self.stride, self.dilation)
        self.padding = padding if isinstance(padding, str) else tuple(p for p, _ in pairs)

    def forward(self, input: Tensor) -> Tensor:
        """Convolve a batch, or one sample without the first axis."""
        x = input
        padding: Padding = self.padding
        if self.padding_mode != "zeros":
            check_input(self.function, self.axes, input)
            pairs = paddings(self.function, padding, self.kernel_size, self.stride, self.dilation)
            margins = [width for pair in reversed(pairs) for width in pair]
            x, padding = pad(input, margins, self.padding_mode), 0
        return convolution(
            self.function,
            self.axes,
            x,
            self.weight,
            self.bias,
            self.stride,
            padding,
            self.dilation,
            self.groups,
        )

    def extra_repr(self) -> str:
        """Return the settings that are not the default."""
        return self.settings(self.padding)


class Conv1d(_ConvNd):
    """The convolution along one axis; see `Conv2d`.

    Shape:
        `(N, in_channels, L)` to `(N, out_channels, L_out)`, or both without N.

    Args:
        in_channels: The channels of the input.
        out_channels: The channels of the result.
        kernel_size: The length of the kernel.
        stride: The step of the kernel.
        padding: Elements on both sides, or `"same"` or `"valid"`.
        dilation: The step between the elements that the kernel sees.
        groups: Into how many groups the channels are split.
        bias: Whether there is a bias.
        padding_mode: What the padding is made of.
        init_method: How the weight is drawn; see `Conv2d`.
        rng: Where random numbers come from: a generator, a seed, or None for the default one.
        dtype: The dtype of the parameters; None for the default dtype, float32.

    Attributes:
        weight: `(out_channels, in_channels / groups, kernel_size)`.
        bias: `(out_channels,)`, or None.

    Raises:
        ValueError: A setting is out of range; on a call, if the shapes do not fit.

    Example:
        >>> import numpy as np
        >>> Conv1d(3, 4, 5, padding="same", rng=0)(Tensor(np.ones((2, 3, 8)))).shape
        (2, 4, 8)
    """

    axes = 1
    function = "conv1d"


class Conv2d(_ConvNd):
    """The convolution of images: at each position, the kernel times what it sees.

    It is `functional.conv2d`, where the formula is.

    Shape:
        `(N, in_channels, H, W)` to `(N, out_channels, H_out, W_out)`, or both without N.

    Args:
        in_channels: The channels of the input.
        out_channels: The channels of the result.
        kernel_size: The size of the kernel; here and below one int, or one for each axis.
        stride: The step of the kernel.
        padding: Elements on both sides of each axis; or `"valid"` for none; or `"same"` for as
            many as keep the size, with a stride of 1.
        dilation: The step between the elements that the kernel sees.
        groups: Into how many groups the channels are split; as many as there are input channels
            make the convolution depthwise.
        bias: Whether there is a bias.
        padding_mode: What the padding is made of: `"zeros"`, `"reflect"`, `"replicate"` or
            `"circular"`; see `functional.pad`.
        init_method: How the weight is drawn, by name or by an initializer; the bias is 0 then.
            None draws both from U(-a, a) with a = 1 / sqrt(fan_in), as PyTorch does; fan_in is
            in_channels / groups times the elements of the kernel.
        rng: Where random numbers come from: a generator, a seed, or None for the default one.
        dtype: The dtype of the parameters; None for the default dtype, float32.

    Attributes:
        weight: `(out_channels, in_channels / groups, kH, kW)`.
        bias: `(out_channels,)`, or None.

    Raises:
        ValueError: A setting is out of range, or the channels are not divided by groups; on a
            call, if the shapes do not fit.

    Example:
        >>> import numpy as np
        >>> layer = Conv2d(3, 8, 5, stride=2, padding=2, rng=0)
        >>> layer(Tensor(np.ones((10, 3, 32, 32)))).shape
        (10, 8, 16, 16)
        >>> layer
        Conv2d(3, 8, kernel_size=(5, 5), stride=(2, 2), padding=(2, 2))
    """

    axes = 2
    function = "conv2d"


class Conv3d(_ConvNd):
    """The convolution of volumes; see `Conv2d`.

    Shape:
        `(N, in_channels, D, H, W)` to `(N, out_channels, D_out, H_out, W_out)`, or both without N.

    Args:
        in_channels: The channels of the input.
        out_channels: The channels of the result.
        kernel_size: The size of the kernel.
        stride: The step of the kernel.
        padding: Elements on both sides of each axis, or `"same"` or `"valid"`.
        dilation: The step between the elements that the kernel sees.
        groups: Into how many groups the channels are split.
        bias: Whether there is a bias.
        padding_mode: What the padding is made of.
        init_method: How the weight is drawn; see `Conv2d`.
        rng: Where random numbers come from: a generator, a seed, or None for the default one.
        dtype: The dtype of the parameters; None for the default dtype, float32.

    Attributes:
        weight: `(out_channels, in_channels / groups, kD, kH, kW)`.
        bias: `(out_channels,)`, or None.

    Raises:
        ValueError: A setting is out of range; on a call, if the shapes do not fit.

    Example:
        >>> import numpy as np
        >>> Conv3d(1, 2, (1, 3, 3), rng=0)(Tensor(np.ones((1, 4, 8, 8)))).shape
        (2, 4, 6, 6)
    """

    axes = 3
    function = "conv3d"
