"""The types of poolings and margins: what a layer gives depends on return_indices."""

from __future__ import annotations

from typing import assert_type

import grad_nn as nn
from grad_core import Tensor
from grad_nn import functional as F  # noqa: N812  # the field's name

Both = tuple[Tensor, Tensor]


def maybe() -> bool:
    return True


x = Tensor([[[1.0, 2.0], [3.0, 4.0]]])

assert_type(F.pad(x, (1, 1), "reflect"), Tensor)
assert_type(nn.ReflectionPad2d(1)(x), Tensor)
assert_type(nn.ConstantPad1d((1, 2), 0.5)(x), Tensor)

assert_type(F.max_pool2d(x, 2), Tensor)
assert_type(F.max_pool2d(x, 2, return_indices=False), Tensor)
assert_type(F.max_pool2d(x, 2, return_indices=True), Both)
assert_type(F.max_pool2d(x, 2, None, 0, 1, False, True), Both)
assert_type(F.max_pool2d(x, 2, return_indices=maybe()), Tensor | Both)
assert_type(F.max_pool2d_with_indices(x, (2, 1)), Both)
assert_type(F.adaptive_max_pool2d(x, 1), Tensor)
assert_type(F.adaptive_max_pool2d(x, (None, 1), True), Both)
assert_type(F.fractional_max_pool2d(x, 1, 1, rng=0), Tensor)
assert_type(F.fractional_max_pool2d(x, 1, 1, return_indices=True), Both)
assert_type(F.avg_pool2d(x, 2, divisor_override=3), Tensor)
assert_type(F.adaptive_avg_pool2d(x, (None, 1)), Tensor)
assert_type(F.lp_pool2d(x, 2, 2), Tensor)

pool = nn.MaxPool2d(2)
assert_type(pool, nn.MaxPool2d[Tensor])
assert_type(pool(x), Tensor)
assert_type(nn.MaxPool2d(2, return_indices=True)(x), Both)
assert_type(nn.MaxPool2d(2, 2, 0, 1, True)(x), Both)
assert_type(nn.MaxPool2d(2, return_indices=maybe())(x), Tensor | Both)
assert_type(nn.AdaptiveMaxPool1d(1)(x), Tensor)
assert_type(nn.AdaptiveMaxPool1d(1, True)(x), Both)
assert_type(nn.FractionalMaxPool2d(1, 1)(x), Tensor)
assert_type(nn.FractionalMaxPool2d(1, 1, return_indices=True)(x), Both)
assert_type(nn.MaxUnpool2d(2)(*F.max_pool2d(x, 2, return_indices=True)), Tensor)
assert_type(nn.AvgPool2d(2)(x), Tensor)
assert_type(nn.AdaptiveAvgPool2d((1, None))(x), Tensor)

# What gives Tensors fits into a Sequential.
assert_type(nn.Sequential(pool, nn.AdaptiveMaxPool2d(1), nn.ZeroPad2d(1))(x), Tensor)
