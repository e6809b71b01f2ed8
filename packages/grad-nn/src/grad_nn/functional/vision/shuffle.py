"""Channels that become pixels, pixels that become channels, and channels that change places."""

from __future__ import annotations

import numpy as np

from grad_core import Array, Tensor, Unary
from grad_nn.functional.checks import check_tensor, size


def _to_pixels(x: Array, r: int) -> Array:
    *lead, c, h, w = x.shape
    n, c = len(lead), c // (r * r)
    out = np.empty((*lead, c, h * r, w * r), x.dtype)
    order = (*range(n), n, n + 3, n + 1, n + 4, n + 2)
    out.reshape(*lead, c, h, r, w, r)[...] = x.reshape(*lead, c, r, r, h, w).transpose(order)
    return out


def _to_channels(x: Array, r: int) -> Array:
    *lead, c, h, w = x.shape
    n, h, w = len(lead), h // r, w // r
    out = np.empty((*lead, c * r * r, h, w), x.dtype)
    order = (*range(n), n, n + 2, n + 4, n + 1, n + 3)
    out.reshape(*lead, c, r, r, h, w)[...] = x.reshape(*lead, c, h, r, w, r).transpose(order)
    return out


def _exchanged(x: Array, groups: int, each: int) -> Array:
    n, _, *sizes = x.shape
    out = np.empty(x.shape, x.dtype)
    out.reshape(n, each, groups, *sizes)[...] = x.reshape(n, groups, each, *sizes).swapaxes(1, 2)
    return out


_shuffle: Unary[int] = Unary("pixel_shuffle", _to_pixels, lambda g, _y, _x, r: _unshuffle(g, r))
_unshuffle: Unary[int] = Unary("pixel_unshuffle", _to_channels, lambda g, _y, _x, r: _shuffle(g, r))
_exchange: Unary[int, int] = Unary(
    "channel_shuffle",
    _exchanged,
    lambda g, _y, _x, groups, each: _exchange(g, each, groups),
)


def pixel_shuffle(input: Tensor, upscale_factor: int) -> Tensor:
    """Images that are r times larger, each r * r channels of `input` the pixels of one channel.

    Args:
        input: `(..., C * r * r, H, W)`, with any number of leading axes, none too.
        upscale_factor: r.

    Returns:
        `(..., C, H * r, W * r)`.

    Raises:
        TypeError: `input` is no Tensor.
        ValueError: The channels are no multiple of r * r, or r is no positive int.

    Example:
        >>> pixel_shuffle(Tensor([[[1.0]], [[2.0]], [[3.0]], [[4.0]]]), 2)
        Tensor([[[1., 2.],
                 [3., 4.]]])

    Reference:
        W. Shi et al., "Real-time single image and video super-resolution using an efficient
        sub-pixel convolutional neural network", CVPR 2016, equation 4.
    """
    check_tensor("pixel_shuffle", input, complex_too=True)
    r = size("pixel_shuffle", "upscale_factor", upscale_factor, 1)
    if input.ndim < 3 or input.shape[-3] % (r * r):
        raise ValueError(
            f"pixel_shuffle: input has shape {input.shape}, expected (..., C, H, W), with C a"
            f" multiple of {r * r}"
        )
    return _shuffle(input, r)


def pixel_unshuffle(input: Tensor, downscale_factor: int) -> Tensor:
    """What undoes `pixel_shuffle`: images that are r times smaller, with r * r times the channels.

    Args:
        input: `(..., C, H * r, W * r)`, with any number of leading axes, none too.
        downscale_factor: r.

    Returns:
        `(..., C * r * r, H, W)`.

    Raises:
        TypeError: `input` is no Tensor.
        ValueError: The last axes are no multiples of r, or r is no positive int.

    Example:
        >>> pixel_unshuffle(Tensor([[[1.0, 2.0], [3.0, 4.0]]]), 2).shape
        (4, 1, 1)
    """
    check_tensor("pixel_unshuffle", input, complex_too=True)
    r = size("pixel_unshuffle", "downscale_factor", downscale_factor, 1)
    if input.ndim < 3 or input.shape[-2] % r or input.shape[-1] % r:
        raise ValueError(
            f"pixel_unshuffle: input has shape {input.shape}, expected (..., C, H, W), with H and W"
            f" multiples of {r}"
        )
    return _unshuffle(input, r)


def channel_shuffle(input: Tensor, groups: int) -> Tensor:
    """Channels in another order: the first of each group, the second of each, and so on.

    Args:
        input: `(N, C, ...)`, with at least one axis for ...
        groups: How many groups there are.

    Raises:
        TypeError: `input` is no Tensor.
        ValueError: The channels are no multiple of `groups`, or that is no positive int.

    Example:
        >>> channel_shuffle(Tensor([[[1.0], [2.0], [3.0], [4.0]]]), 2).reshape(4)
        Tensor([1., 3., 2., 4.])

    Reference:
        X. Zhang et al., "ShuffleNet: an extremely efficient convolutional neural network for mobile
        devices", CVPR 2018, section 3.1.
    """
    check_tensor("channel_shuffle", input, complex_too=True)
    number = size("channel_shuffle", "groups", groups, 1)
    if input.ndim < 3 or input.shape[1] % number:
        raise ValueError(
            f"channel_shuffle: input has shape {input.shape}, expected (N, C, ...), with at least"
            f" one axis for ..., and C a multiple of {number}"
        )
    return _exchange(input, number, input.shape[1] // number)
