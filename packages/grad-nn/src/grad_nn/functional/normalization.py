"""Normalisation of each sample by itself: layer, root mean square and group norm."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from grad_core import Raw, Tensor
from grad_nn.functional.checks import check_eps, check_floating, check_shape, size
from grad_nn.functional.moments import Moments
from grad_nn.functional.normalised import normalised_


def layer_norm(
    input: Tensor,
    normalized_shape: int | Sequence[int],
    weight: Tensor | Raw | None = None,
    bias: Tensor | Raw | None = None,
    eps: float = 1e-5,
) -> Tensor:
    """(x - mean) / sqrt(var + eps) * weight + bias, over the last axes of each sample.

    The variance is the biased one, the mean of the squared differences. It is taken from the
    differences, so that a large mean costs no digits; of float16 in float32.

    Args:
        input: `(..., *normalized_shape)`.
        normalized_shape: The sizes of the axes that are normalised together; an int for the last.
        weight: A factor for each of their elements, in that shape.
        bias: A term for each of them, in that shape.
        eps: What is added to the variance.

    Returns:
        A Tensor of the shape of `input`.

    Raises:
        TypeError: `input` is no Tensor of real floating numbers.
        ValueError: The shapes do not fit, or `eps` is negative.

    Example:
        >>> layer_norm(Tensor([[1.0, 3.0], [10.0, 10.0]]), 2, eps=0.0625).shape
        (2, 2)
        >>> layer_norm(Tensor([[1.0, 3.0], [10.0, 30.0]]), 2, eps=0.0)
        Tensor([[-1.,  1.],
                [-1.,  1.]])

    Reference:
        J. Ba, J. Kiros and G. Hinton, "Layer normalization", arXiv:1607.06450, equation 4.
    """
    return _over_last_axes("layer_norm", input, normalized_shape, weight, bias, eps, centred=True)


def rms_norm(
    input: Tensor,
    normalized_shape: int | Sequence[int],
    weight: Tensor | Raw | None = None,
    eps: float | None = None,
) -> Tensor:
    """x / sqrt(mean(x^2) + eps) * weight, over the last axes of each sample.

    Args:
        input: `(..., *normalized_shape)`.
        normalized_shape: The sizes of the axes that are normalised together; an int for the last.
        weight: A factor for each of their elements, in that shape.
        eps: What is added to the mean square; None for the machine epsilon of the dtype.

    Returns:
        A Tensor of the shape of `input`.

    Raises:
        TypeError: `input` is no Tensor of real floating numbers.
        ValueError: The shapes do not fit, or `eps` is negative.

    Example:
        >>> rms_norm(Tensor([1.0, 7.0]), 2, eps=0.0)
        Tensor([0.2, 1.4])

    Reference:
        B. Zhang and R. Sennrich, "Root mean square layer normalization", NeurIPS 2019, equation 4.
    """
    return _over_last_axes("rms_norm", input, normalized_shape, weight, None, eps, centred=False)


def _over_last_axes(
    name: str,
    input: Tensor,
    normalized_shape: int | Sequence[int],
    weight: Tensor | Raw | None,
    bias: Tensor | Raw | None,
    eps: float | None,
    *,
    centred: bool,
) -> Tensor:
    check_floating(name, input)
    shape = normalized_axes(name, normalized_shape)
    if input.shape[-len(shape) :] != shape:
        expected = ", ".join(map(str, shape))
        raise ValueError(
            f"{name}: input has shape {input.shape}, expected (..., {expected}), as"
            f" normalized_shape is {normalized_shape}"
        )
    check_shape(name, "weight", weight, shape)
    check_shape(name, "bias", bias, shape)
    n = math.prod(shape)
    rows = math.prod(input.shape[: -len(shape)])
    if eps is None:
        eps = float(np.finfo(input.dtype).eps)
    check_eps(name, eps)
    return normalised_(input, weight, bias, Moments((1, rows, n), eps, centred), (rows, n, 1))


def normalized_axes(name: str, normalized_shape: int | Sequence[int]) -> tuple[int, ...]:
    """Return the sizes of the axes to be normalised, one at least.

    Raises:
        ValueError: There is none, or one is no int, or negative.
    """
    sizes = normalized_shape if isinstance(normalized_shape, Sequence) else (normalized_shape,)
    if not sizes:
        raise ValueError(f"{name}: normalized_shape is empty, expected one axis at least")
    return tuple(size(name, "normalized_shape", n) for n in sizes)


def group_norm(
    input: Tensor,
    num_groups: int,
    weight: Tensor | Raw | None = None,
    bias: Tensor | Raw | None = None,
    eps: float = 1e-5,
) -> Tensor:
    """(x - mean) / sqrt(var + eps) * weight + bias, over groups of channels of each sample.

    Args:
        input: `(N, C, ...)`.
        num_groups: How many groups the channels form; it divides C. 1 is a layer norm over all
            axes but the first, C is an instance norm.
        weight: A factor for each channel, `(C,)`.
        bias: A term for each channel, `(C,)`.
        eps: What is added to the variance, the biased one.

    Returns:
        A Tensor of the shape of `input`.

    Raises:
        TypeError: `input` is no Tensor of real floating numbers.
        ValueError: The shapes do not fit, the groups do not divide the channels, or `eps` is negative.

    Example:
        >>> group_norm(Tensor([[1.0, 3.0, 10.0, 30.0]]), 2, eps=0.0)
        Tensor([[-1.,  1., -1.,  1.]])

    Reference:
        Y. Wu and K. He, "Group normalization", ECCV 2018, equations 1, 2 and 7.
    """
    check_floating("group_norm", input)
    if input.ndim < 2:
        raise ValueError(f"group_norm: input has shape {input.shape}, expected (N, C, ...)")
    groups = size("group_norm", "num_groups", num_groups, 1)
    samples, channels = input.shape[:2]
    if channels % groups:
        raise ValueError(
            f"group_norm: num_groups is {groups}, which does not divide the {channels} channels of"
            f" input {input.shape}"
        )
    check_shape("group_norm", "weight", weight, (channels,))
    check_shape("group_norm", "bias", bias, (channels,))
    check_eps("group_norm", eps)
    after = math.prod(input.shape[2:])
    moments = Moments((1, samples * groups, channels // groups * after), eps, centred=True)
    return normalised_(input, weight, bias, moments, (samples, channels, after))
