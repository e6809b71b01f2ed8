"""The types of resizing, sampling and shuffling."""

from __future__ import annotations

from typing import assert_type

import grad_nn as nn
from grad_core import Tensor
from grad_nn import functional as F  # noqa: N812  # the field's name

x = Tensor([[[[1.0, 2.0], [3.0, 4.0]]]])

assert_type(F.interpolate(x, (3, 4), mode="bicubic", antialias=True), Tensor)
assert_type(F.interpolate(x, scale_factor=1.5), Tensor)
assert_type(F.grid_sample(x, F.affine_grid(x[0, :, :, :1], (1, 1, 2, 2)), "nearest"), Tensor)
assert_type(F.pixel_shuffle(x, 1), Tensor)
assert_type(F.channel_shuffle(x, 1), Tensor)
assert_type(nn.Upsample(scale_factor=(2, 1.5), mode="bilinear")(x), Tensor)
assert_type(nn.Upsample(scale_factor=2).scale_factor is None, bool)
assert_type(nn.Sequential(nn.UpsamplingNearest2d(4), nn.PixelUnshuffle(2))(x), Tensor)
assert_type(nn.ChannelShuffle(1)(x), Tensor)
F.interpolate(x, 2, mode="cubic")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
F.grid_sample(x, x, padding_mode="wrap")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
nn.MaxPool2d(2.0)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue, reportArgumentType]
