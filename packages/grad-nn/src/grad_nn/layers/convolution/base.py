"""What the layers of convolution and of its transpose share."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import ClassVar, Literal, TypeAlias, get_args

from numpy.typing import DTypeLike

from grad_init import Initializer, InitMethod, Rng
from grad_nn.functional.checks import ntuple, size
from grad_nn.layers.weights import redraw, weight_and_bias
from grad_nn.module import Module
from grad_nn.parameter import Parameter

PaddingMode: TypeAlias = Literal["zeros", "reflect", "replicate", "circular"]
"""What the margins around an input are made of."""


class ConvNd(Module):
    """The settings and parameters of a convolution over `axes` axes, or of its transpose."""

    axes: ClassVar[int]
    transposed: ClassVar[bool] = False

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | Sequence[int],
        stride: int | Sequence[int],
        dilation: int | Sequence[int],
        groups: int,
        bias: bool,
        padding_mode: PaddingMode,
        init_method: InitMethod | Initializer | None,
        rng: Rng,
        dtype: DTypeLike | None,
        output_padding: int | Sequence[int] = 0,
    ) -> None:
        name, n = type(self).__name__, self.axes
        self.in_channels: int = size(name, "in_channels", in_channels)
        self.out_channels: int = size(name, "out_channels", out_channels)
        self.kernel_size: tuple[int, ...] = ntuple(name, "kernel_size", kernel_size, n, 1)
        self.stride: tuple[int, ...] = ntuple(name, "stride", stride, n, 1)
        self.dilation: tuple[int, ...] = ntuple(name, "dilation", dilation, n, 1)
        self.output_padding: tuple[int, ...] = ntuple(name, "output_padding", output_padding, n)
        self.groups: int = size(name, "groups", groups, 1)
        if self.in_channels % self.groups or self.out_channels % self.groups:
            raise ValueError(
                f"{name}: groups divide the channels; got in_channels {in_channels}, out_channels"
                f" {out_channels} and groups {groups}"
            )
        modes = ("zeros",) if self.transposed else get_args(PaddingMode)
        if padding_mode not in modes:
            raise ValueError(
                f"{name}: padding_mode is one of {', '.join(modes)}; got {padding_mode!r}"
            )
        self.padding_mode: PaddingMode = padding_mode
        sizes = (self.out_channels, self.in_channels)
        first, second = reversed(sizes) if self.transposed else sizes
        shape = (first, second // self.groups, *self.kernel_size)
        self.init_method: InitMethod | Initializer | None = init_method
        self.weight: Parameter
        self.bias: Parameter | None
        self.weight, self.bias = weight_and_bias(
            shape,
            self.out_channels if bias else None,
            math.prod(shape[1:]),
            init_method,
            rng,
            dtype,
        )

    def reset_parameters(self, *, rng: Rng = None) -> None:
        """Draw the weight and the bias anew, as they were at first."""
        fan_in = math.prod(self.weight.shape[1:])
        redraw(self, self.weight, self.bias, fan_in, self.init_method, rng)

    def settings(self, padding: object) -> str:
        """The settings that are not the default, for `repr`."""
        ones, zeros = (1,) * self.axes, (0,) * self.axes
        parts = [
            f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}",
            f"stride={self.stride}",
            f"padding={padding}" if padding != zeros else "",
            f"dilation={self.dilation}" if self.dilation != ones else "",
            f"output_padding={self.output_padding}" if self.output_padding != zeros else "",
            f"groups={self.groups}" if self.groups != 1 else "",
            "bias=False" if self.bias is None else "",
            f"padding_mode={self.padding_mode}" if self.padding_mode != "zeros" else "",
        ]
        return ", ".join(part for part in parts if part)
