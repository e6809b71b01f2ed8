"""Layers that compute the transpose of a convolution."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

from numpy.typing import DTypeLike

from grad_core import Tensor
from grad_init import Initializer, InitMethod, Rng
from grad_nn.functional.checks import integer, ntuple
from grad_nn.functional.convolution.convolution import check_input
from grad_nn.functional.convolution.transposed import transposed_convolution
from grad_nn.layers.convolution.base import ConvNd


class _ConvTransposeNd(ConvNd):
    function: ClassVar[str]
    transposed = True

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | Sequence[int],
        stride: int | Sequence[int] = 1,
        padding: int | Sequence[int] = 0,
        output_padding: int | Sequence[int] = 0,
        groups: int = 1,
        bias: bool = True,
        dilation: int | Sequence[int] = 1,
        padding_mode: Literal["zeros"] = "zeros",
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
            output_padding,
        )
        self.padding: tuple[int, ...] = ntuple(type(self).__name__, "padding", padding, self.axes)

    def forward(self, input: Tensor, output_size: Sequence[int] | None = None) -> Tensor:
        """Spread a batch, or one sample without the first axis, to a size if it is given."""
        more = self.output_padding
        if output_size is not None:
            more = self._left_over(input, output_size)
        return transposed_convolution(
            self.function,
            self.axes,
            input,
            self.weight,
            self.bias,
            self.stride,
            self.padding,
            more,
            self.groups,
            self.dilation,
        )

    def _left_over(self, input: Tensor, output_size: Sequence[int]) -> tuple[int, ...]:
        """The output_padding that gives a size."""
        name, n = type(self).__name__, self.axes
        check_input(self.function, n, input)
        given = output_size if isinstance(output_size, (tuple, list)) else ()
        asked = tuple(s for s in map(integer, given) if s is not None)
        if len(asked) != len(given) or len(asked) not in (n, input.ndim):
            raise ValueError(
                f"{name}: output_size is {n} ints, or all {input.ndim} of the shape; got"
                f" {output_size!r}"
            )
        asked = asked[-n:]
        settings = zip(
            input.shape[-n:],
            self.stride,
            self.padding,
            self.dilation,
            self.kernel_size,
            strict=True,
        )
        least = [(m - 1) * s - 2 * p + d * (k - 1) + 1 for m, s, p, d, k in settings]
        more = tuple(a - m for a, m in zip(asked, least, strict=True))
        if any(not 0 <= m < s for m, s in zip(more, self.stride, strict=True)):
            most = [m + s - 1 for m, s in zip(least, self.stride, strict=True)]
            raise ValueError(
                f"{name}: output_size is {asked}, expected from {tuple(least)} to {tuple(most)} for"
                f" an input of shape {input.shape}"
            )
        return more

    def extra_repr(self) -> str:
        """Return the settings that are not the default."""
        return self.settings(self.padding)


class ConvTranspose1d(_ConvTransposeNd):
    """The transpose of the convolution along one axis; see `ConvTranspose2d`.

    Shape:
        `(N, in_channels, L)` to `(N, out_channels, L_out)`, or both without N.

    Args:
        in_channels: The channels of the input.
        out_channels: The channels of the result.
        kernel_size: The length of the kernel.
        stride: The distance between what elements of the input are spread over.
        padding: How many elements of the result are left away at both ends.
        output_padding: How many more the result has at its end.
        groups: Into how many groups the channels are split.
        bias: Whether there is a bias.
        dilation: The step between the elements that a kernel reaches.
        padding_mode: `"zeros"`.
        init_method: How the weight is drawn; see `ConvTranspose2d`.
        rng: Where random numbers come from: a generator, a seed, or None for the default one.
        dtype: The dtype of the parameters; None for the default dtype, float32.

    Attributes:
        weight: `(in_channels, out_channels / groups, kernel_size)`.
        bias: `(out_channels,)`, or None.

    Raises:
        ValueError: A setting is out of range; on a call, if the shapes do not fit.

    Example:
        >>> import numpy as np
        >>> ConvTranspose1d(3, 4, 2, stride=2, rng=0)(Tensor(np.ones((5, 3, 8)))).shape
        (5, 4, 16)
    """

    axes = 1
    function = "conv_transpose1d"


class ConvTranspose2d(_ConvTransposeNd):
    """The transpose of the convolution of images: each element is spread over a kernel.

    With the settings of a `Conv2d` and its channels exchanged, it goes back from the shape of its
    result to that of its input. It is `functional.conv_transpose2d`, where the formula is.

    Shape:
        `(N, in_channels, H, W)` to `(N, out_channels, H_out, W_out)`, or both without N.

    Args:
        in_channels: The channels of the input.
        out_channels: The channels of the result.
        kernel_size: The size of the kernel; here and below one int, or one for each axis.
        stride: The distance between what elements of the input are spread over.
        padding: How many elements of the result are left away at both ends of each axis.
        output_padding: How many more the result has at the end of each axis; less than the stride
            or the dilation.
        groups: Into how many groups the channels are split.
        bias: Whether there is a bias.
        dilation: The step between the elements that a kernel reaches.
        padding_mode: `"zeros"`.
        init_method: How the weight is drawn, by name or by an initializer; the bias is 0 then.
            None draws both from U(-a, a) with a = 1 / sqrt(out_channels / groups * kH * kW), as
            PyTorch does.
        rng: Where random numbers come from: a generator, a seed, or None for the default one.
        dtype: The dtype of the parameters; None for the default dtype, float32.

    Attributes:
        weight: `(in_channels, out_channels / groups, kH, kW)`.
        bias: `(out_channels,)`, or None.

    Raises:
        ValueError: A setting is out of range, or the channels are not divided by groups; on a
            call, if the shapes do not fit, or `output_size` is none that the stride allows.

    Example:
        >>> import numpy as np
        >>> from grad_nn import Conv2d
        >>> images = Tensor(np.ones((2, 3, 32, 32)))
        >>> small = Conv2d(3, 8, 3, stride=2, padding=1, rng=0)(images)
        >>> back = ConvTranspose2d(8, 3, 3, stride=2, padding=1, rng=0)
        >>> back(small).shape
        (2, 3, 31, 31)
        >>> back(small, output_size=(32, 32)).shape
        (2, 3, 32, 32)
    """

    axes = 2
    function = "conv_transpose2d"


class ConvTranspose3d(_ConvTransposeNd):
    """The transpose of the convolution of volumes; see `ConvTranspose2d`.

    Shape:
        `(N, in_channels, D, H, W)` to `(N, out_channels, D_out, H_out, W_out)`, or both without N.

    Args:
        in_channels: The channels of the input.
        out_channels: The channels of the result.
        kernel_size: The size of the kernel.
        stride: The distance between what elements of the input are spread over.
        padding: How many elements of the result are left away at both ends of each axis.
        output_padding: How many more the result has at the end of each axis.
        groups: Into how many groups the channels are split.
        bias: Whether there is a bias.
        dilation: The step between the elements that a kernel reaches.
        padding_mode: `"zeros"`.
        init_method: How the weight is drawn; see `ConvTranspose2d`.
        rng: Where random numbers come from: a generator, a seed, or None for the default one.
        dtype: The dtype of the parameters; None for the default dtype, float32.

    Attributes:
        weight: `(in_channels, out_channels / groups, kD, kH, kW)`.
        bias: `(out_channels,)`, or None.

    Raises:
        ValueError: A setting is out of range; on a call, if the shapes do not fit.

    Example:
        >>> import numpy as np
        >>> ConvTranspose3d(3, 4, 2, stride=2, rng=0)(Tensor(np.ones((3, 2, 4, 4)))).shape
        (4, 4, 8, 8)
    """

    axes = 3
    function = "conv_transpose3d"
