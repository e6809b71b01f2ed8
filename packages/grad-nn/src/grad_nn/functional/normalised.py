"""What every normalisation is: numbers standardised by groups, with a factor and a term by channel."""

from __future__ import annotations

import numpy as np

from grad_core import Array, Ternary
from grad_nn.functional.moments import Layout, Moments, dot_, pulled_, standard_, total_


def _by_channel(
    y: Array,
    weight: Array | None,
    bias: Array | None,
    channels: Layout,
    dtype: np.dtype[np.floating],
) -> Array:
    """y * weight + bias, in y's memory where that has the dtype."""
    y = y.reshape(channels).astype(np.result_type(y.dtype, dtype), copy=False)
    if weight is not None:
        y *= weight.reshape(1, -1, 1)
    if bias is not None:
        y += bias.reshape(1, -1, 1)
    return y.astype(dtype, copy=False)


def _normalised(
    x: Array, weight: Array | None, bias: Array | None, m: Moments, channels: Layout
) -> Array:
    dtype = np.result_type(*(a for a in (x, weight, bias) if a is not None))
    return _by_channel(m.standardised(x), weight, bias, channels, dtype).reshape(x.shape)


def _normalised_x(
    g: Array, _y: Array, x: Array, weight: Array | None, _bias: Array, m: Moments, channels: Layout
) -> Array:
    if weight is not None:
        g = g.reshape(channels) * weight.reshape((1, channels[1], 1))
    return pulled_(g.reshape(m.layout), x.reshape(m.layout), m).reshape(x.shape)


def _normalised_weight(
    g: Array, _y: Array, x: Array, _weight: Array, _bias: Array, m: Moments, channels: Layout
) -> Array:
    standard = standard_(x.reshape(m.layout), m).reshape(channels)
    return dot_(g.reshape(channels), standard).reshape(_weight.shape)


def _normalised_bias(
    g: Array, _y: Array, _x: Array, _weight: Array, _bias: Array, _m: Moments, channels: Layout
) -> Array:
    return total_(g.reshape(channels)).reshape(_bias.shape)


normalised_: Ternary[Moments, Layout] = Ternary(
    "normalise", _normalised, _normalised_x, _normalised_weight, _normalised_bias
)
