"""Resizing, and moving pixels and channels, as layers."""

from __future__ import annotations

from grad_core import Tensor
from grad_nn import functional as F  # noqa: N812  # the field's name
from grad_nn.functional.checks import size as positive
from grad_nn.functional.pooling.arguments import Size
from grad_nn.functional.vision.interpolate import Factor, InterpolationMode
from grad_nn.module import Module


class Upsample(Module):
    """The input with its last axes resized; see `functional.interpolate`.

    Args:
        size: The new size of all these axes, or of each.
        scale_factor: How many times longer all of them become, or each.
        mode: How elements are made.
        align_corners: Whether the centers of the outermost elements stay in their places.
        recompute_scale_factor: Whether the places are computed from the sizes, and not from a given
            `scale_factor`.

    Shape:
        `(N, C, L)`, `(N, C, H, W)` or `(N, C, D, H, W)`.

    Raises:
        ValueError: On a call, if the arguments do not fit the input or each other.

    Example:
        >>> Upsample(scale_factor=2)(Tensor([[[1.0, 2.0]]]))
        Tensor([[[1., 1., 2., 2.]]])
        >>> Upsample(3, mode="linear", align_corners=True)(Tensor([[[1.0, 2.0]]]))
        Tensor([[[1. , 1.5, 2. ]]])
    """

    def __init__(
        self,
        size: Size | None = None,
        scale_factor: Factor | None = None,
        mode: InterpolationMode = "nearest",
        align_corners: bool | None = None,
        recompute_scale_factor: bool | None = None,
    ) -> None:
        self.size: Size | None = size
        self.scale_factor: Factor | None = scale_factor
        if isinstance(scale_factor, (tuple, list)):
            self.scale_factor = tuple(float(factor) for factor in scale_factor)
        elif isinstance(scale_factor, (int, float)):
            self.scale_factor = float(scale_factor)
        self.mode: InterpolationMode = mode
        self.align_corners: bool | None = align_corners
        self.recompute_scale_factor: bool | None = recompute_scale_factor

    def forward(self, input: Tensor) -> Tensor:
        """Resize the last axes."""
        return F.interpolate(
            input,
            self.size,
            self.scale_factor,
            self.mode,
            self.align_corners,
            self.recompute_scale_factor,
        )

    def extra_repr(self) -> str:
        """Return the size or the factor, and the mode."""
        given = f"size={self.size}"
        if self.scale_factor is not None:
            given = f"scale_factor={self.scale_factor}"
        return f"{given}, mode={self.mode!r}"


class UpsamplingNearest2d(Upsample):
    """Images resized by the nearest element; `Upsample` with its default mode.

    Args:
        size: The new size of both axes, or of each.
        scale_factor: How many times longer both become, or each.

    Raises:
        ValueError: On a call, if the arguments do not fit the input or each other.

    Example:
        >>> UpsamplingNearest2d(scale_factor=2)(Tensor([[[[1.0, 2.0]]]]))
        Tensor([[[[1., 1., 2., 2.],
                  [1., 1., 2., 2.]]]])
    """

    def __init__(self, size: Size | None = None, scale_factor: Factor | None = None) -> None:
        super().__init__(size, scale_factor, mode="nearest")


class UpsamplingBilinear2d(Upsample):
    """Images resized by bilinear interpolation, their corners aligned.

    Args:
        size: The new size of both axes, or of each.
        scale_factor: How many times longer both become, or each.

    Raises:
        ValueError: On a call, if the arguments do not fit the input or each other.

    Example:
        >>> UpsamplingBilinear2d((1, 3))(Tensor([[[[1.0, 2.0]]]]))
        Tensor([[[[1. , 1.5, 2. ]]]])
    """

    def __init__(self, size: Size | None = None, scale_factor: Factor | None = None) -> None:
        super().__init__(size, scale_factor, mode="bilinear", align_corners=True)


class PixelShuffle(Module):
    """Images that are r times larger, of r * r times the channels; see `functional.pixel_shuffle`.

    Args:
        upscale_factor: r.

    Shape:
        `(..., C * r * r, H, W)` becomes `(..., C, H * r, W * r)`.

    Raises:
        ValueError: r is no positive int; on a call, if the channels are no multiple of r * r.

    Example:
        >>> PixelShuffle(2)(Tensor([[[1.0]], [[2.0]], [[3.0]], [[4.0]]]))
        Tensor([[[1., 2.],
                 [3., 4.]]])
    """

    def __init__(self, upscale_factor: int) -> None:
        self.upscale_factor: int = positive("PixelShuffle", "upscale_factor", upscale_factor, 1)

    def forward(self, input: Tensor) -> Tensor:
        """Make pixels of channels."""
        return F.pixel_shuffle(input, self.upscale_factor)

    def extra_repr(self) -> str:
        """Return the factor."""
        return f"upscale_factor={self.upscale_factor}"


class PixelUnshuffle(Module):
    """Images that are r times smaller, with r * r times the channels.

    See `functional.pixel_unshuffle`.

    Args:
        downscale_factor: r.

    Shape:
        `(..., C, H * r, W * r)` becomes `(..., C * r * r, H, W)`.

    Raises:
        ValueError: r is no positive int; on a call, if the last axes are no multiples of r.

    Example:
        >>> PixelUnshuffle(2)(Tensor([[[1.0, 2.0], [3.0, 4.0]]])).shape
        (4, 1, 1)
    """

    def __init__(self, downscale_factor: int) -> None:
        self.downscale_factor: int = positive(
            "PixelUnshuffle", "downscale_factor", downscale_factor, 1
        )

    def forward(self, input: Tensor) -> Tensor:
        """Make channels of pixels."""
        return F.pixel_unshuffle(input, self.downscale_factor)

    def extra_repr(self) -> str:
        """Return the factor."""
        return f"downscale_factor={self.downscale_factor}"


class ChannelShuffle(Module):
    """Channels in another order: the first of each group, the second of each, and so on.

    See `functional.channel_shuffle`.

    Args:
        groups: How many groups there are.

    Shape:
        `(N, C, ...)`, with at least one axis for ...

    Raises:
        ValueError: `groups` is no positive int; on a call, if the channels are no multiple of it.

    Example:
        >>> ChannelShuffle(2)(Tensor([[[1.0], [2.0], [3.0], [4.0]]])).reshape(4)
        Tensor([1., 3., 2., 4.])
    """

    def __init__(self, groups: int) -> None:
        self.groups: int = positive("ChannelShuffle", "groups", groups, 1)

    def forward(self, input: Tensor) -> Tensor:
        """Exchange channels."""
        return F.channel_shuffle(input, self.groups)

    def extra_repr(self) -> str:
        """Return the number of groups."""
        return f"groups={self.groups}"
