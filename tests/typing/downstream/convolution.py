"""The types of convolutions and of layers of shape, exactly."""

from __future__ import annotations

from typing import Literal, assert_type

import numpy as np

import grad_nn as nn
from grad_core import Tensor
from grad_nn import functional as F  # noqa: N812  # the field's name

x = Tensor(np.ones((1, 4, 8, 8)))
weight = np.ones((2, 4, 3, 3), np.float32)

conv = nn.Conv2d(4, 2, 3, padding="same", padding_mode="reflect", rng=0)
back = nn.ConvTranspose2d(2, 4, (3, 3), stride=2, rng=0)

assert_type(conv(x), Tensor)
assert_type(conv.weight, nn.Parameter)
assert_type(conv.bias, nn.Parameter | None)
assert_type(conv.kernel_size, tuple[int, ...])
assert_type(conv.padding, tuple[int, ...] | Literal["same", "valid"])
assert_type(back.padding, tuple[int, ...])
assert_type(back(x), Tensor)
assert_type(back(x, output_size=(17, 17)), Tensor)
assert_type(nn.Bilinear(2, 3, 4)(x, x), Tensor)
assert_type(nn.Identity(1, two=3)(x), Tensor)
assert_type(nn.Sequential(conv, nn.Identity(), back, nn.Unfold(3), nn.Flatten())(x), Tensor)
assert_type(nn.Unflatten(1, (2, 2))(x), Tensor)
assert_type(nn.Fold((8, 8), 3)(nn.Unfold(3)(x)), Tensor)
assert_type(F.conv2d(x, weight, None, (1, 2), "valid"), Tensor)
assert_type(F.conv_transpose2d(x, weight.swapaxes(0, 1), stride=2, output_padding=1), Tensor)
assert_type(F.fold(F.unfold(x, 3), 8, 3), Tensor)
assert_type(F.bilinear(x, x, np.ones((3, 8, 8))), Tensor)

F.conv2d(x, weight, padding="all")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
nn.Conv2d(4, 2, 3, padding_mode="constant")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
nn.ConvTranspose2d(4, 2, 3, padding="same")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
conv(weight)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
