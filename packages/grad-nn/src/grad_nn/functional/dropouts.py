"""Dropout: elements, or whole channels, left out by chance."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

import grad_core as gc
from grad_core import Array, Tensor, Unary
from grad_core.arrays import Mask
from grad_init import Rng, as_generator
from grad_nn.functional import in_place
from grad_nn.functional.checks import check_floating

# What a SELU gives for minus infinity, -scale * alpha; see `alpha_dropout`
_LOW = -1.7580993408473766

_SMALL = 2048  # up to here one floating random number each is no slower than its bits


def kept(shape: tuple[int, ...], p: float, rng: Rng) -> Mask:
    """Return booleans that are False with probability p, each independently of the others.

    A byte of random bits decides for most of them: below p * 256 is False. Where it falls on the
    boundary itself a second draw decides with the rest of p, so that the probability is p exactly,
    as far as floating numbers go.
    """
    generator = as_generator(rng)
    n = math.prod(shape)
    if n <= _SMALL:
        return np.asarray(generator.random(shape) >= p)
    bits = generator.integers(0, 1 << 64, -(-n // 8), np.uint64).view(np.uint8)[:n]
    boundary = int(p * 256)
    rest = p * 256 - boundary
    mask: Mask = bits >= boundary
    if rest:
        (at,) = np.nonzero(bits == boundary)
        mask[at] = generator.random(at.size) >= rest
    return mask.reshape(shape)


def _scaled(x: Array, mask: Mask, scale: float) -> Array:
    y = np.asarray(x * mask)
    y *= scale
    return y


scaled_: Unary[Mask, float] = Unary(
    "dropout", _scaled, lambda g, _y, _x, mask, scale: scaled_(g, mask, scale)
)


def _replaced(x: Array, mask: Mask, low: float, scale: float, shift: float) -> Array:
    y = x - low  # so that nothing is left of what the mask takes away, and no choice is needed
    y *= mask
    y *= scale
    y += shift
    return y


nothing_: Unary[()] = Unary(
    "dropout", lambda x: np.zeros_like(x), lambda g, _y, _x: gc.zeros_like(g)
)
# scale * x + b where the mask holds, scale * low + b elsewhere, with shift = scale * low + b
replaced_: Unary[Mask, float, float, float] = Unary(
    "alpha_dropout",
    _replaced,
    lambda g, _y, _x, mask, _low, scale, _shift: scaled_(g, mask, scale),
)


def check_probability(name: str, p: float) -> None:
    """Raise a ValueError unless p is a number from 0 to 1."""
    number = isinstance(p, (int, float, np.floating)) and not isinstance(p, bool)
    if not (number and 0.0 <= p <= 1.0):
        raise ValueError(f"{name}: p is {p!r}, expected a probability, 0 to 1")


def _dropped(
    name: str,
    input: Tensor,
    shape: tuple[int, ...],
    p: float,
    inplace: bool,
    rng: Rng,
    drop: Callable[[Tensor, Mask, float], Tensor],
) -> Tensor:
    """Drop with one draw for each element of `shape`, which is broadcast to that of the input."""
    if p == 0.0 or not input.size:
        return input
    mask = None if p == 1.0 else kept(shape, float(p), rng)

    def dropped(x: Tensor) -> Tensor:
        return nothing_(x) if mask is None else drop(x, mask, float(p))

    return in_place.update(name, input, dropped) if inplace else dropped(input)


def _scale_up(x: Tensor, mask: Mask, p: float) -> Tensor:
    return scaled_(x, mask, 1.0 / (1.0 - p))


def _keep_moments(x: Tensor, mask: Mask, p: float) -> Tensor:
    a = 1.0 / math.sqrt((_LOW * _LOW * p + 1.0) * (1.0 - p))
    return replaced_(x, mask, _LOW, a, a * _LOW * (1.0 - p))


def dropout(
    input: Tensor,
    p: float = 0.5,
    training: bool = True,
    inplace: bool = False,
    *,
    rng: Rng = None,
) -> Tensor:
    """x / (1 - p), or 0 with probability p, for each element by itself.

    So the expected value is x. Without training, and for p = 0, the input itself is returned.

    Args:
        input: Any shape.
        p: The probability of 0, exactly.
        training: Whether to drop anything.
        inplace: Whether the input itself changes.
        rng: Where random numbers come from: a generator, a seed, or None for the default one.

    Returns:
        A Tensor of the shape of `input`.

    Raises:
        TypeError: `input` is no Tensor of real floating numbers.
        ValueError: `p` is no probability.
        RuntimeError: With `inplace`, `input` is a leaf that requires a gradient.

    Example:
        >>> dropout(Tensor([1.0, 2.0, 3.0, 4.0]), 0.5, rng=0)
        Tensor([2., 0., 0., 0.])

    Reference:
        N. Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting",
        JMLR 15, 2014, section 4; scaled in training, as its section 10 has it.
    """
    check_floating("dropout", input)
    check_probability("dropout", p)
    if not training:
        return input
    return _dropped("dropout", input, input.shape, p, inplace, rng, _scale_up)


def dropout1d(
    input: Tensor,
    p: float = 0.5,
    training: bool = True,
    inplace: bool = False,
    *,
    rng: Rng = None,
) -> Tensor:
    """`dropout` of whole channels, each a row: `(N, C, L)` or `(C, L)`.

    Args, results and errors are those of `dropout`; a ValueError for another number of axes, too.

    Example:
        >>> dropout1d(Tensor([[1.0, 2.0], [3.0, 4.0]]), 0.5, rng=0)
        Tensor([[2., 4.],
                [0., 0.]])

    Reference:
        J. Tompson et al., "Efficient object localization using convolutional networks", CVPR 2015,
        section 3.2.
    """
    return _dropout_nd("dropout1d", input, (2, 3), 1, p, training, inplace, rng)


def dropout2d(
    input: Tensor,
    p: float = 0.5,
    training: bool = True,
    inplace: bool = False,
    *,
    rng: Rng = None,
) -> Tensor:
    """`dropout` of whole channels, each an image: `(N, C, H, W)`, or `(N, C, L)` as in PyTorch.

    Args, results and errors are those of `dropout`; a ValueError for another number of axes, too.

    Example:
        >>> dropout2d(Tensor([[[[1.0, 2.0]], [[3.0, 4.0]]]]), 0.5, rng=0)
        Tensor([[[[2., 4.]],
        <BLANKLINE>
                 [[0., 0.]]]])

    Reference:
        J. Tompson et al., "Efficient object localization using convolutional networks", CVPR 2015,
        section 3.2.
    """
    return _dropout_nd("dropout2d", input, (3, 4), 2, p, training, inplace, rng)


def dropout3d(
    input: Tensor,
    p: float = 0.5,
    training: bool = True,
    inplace: bool = False,
    *,
    rng: Rng = None,
) -> Tensor:
    """`dropout` of whole channels, each a volume: `(N, C, D, H, W)` or `(C, D, H, W)`.

    Args, results and errors are those of `dropout`; a ValueError for another number of axes, too.

    Example:
        >>> dropout3d(Tensor([[[[1.0, 2.0]]], [[[3.0, 4.0]]]]), 0.5, rng=0).sum((1, 2, 3))
        Tensor([6., 0.])

    Reference:
        J. Tompson et al., "Efficient object localization using convolutional networks", CVPR 2015,
        section 3.2.
    """
    return _dropout_nd("dropout3d", input, (4, 5), 3, p, training, inplace, rng)


def _dropout_nd(
    name: str,
    input: Tensor,
    axes: tuple[int, int],
    spatial: int,
    p: float,
    training: bool,
    inplace: bool,
    rng: Rng,
) -> Tensor:
    check_floating(name, input)
    check_probability(name, p)
    if input.ndim not in axes:
        raise ValueError(
            f"{name}: input has shape {input.shape}, expected {axes[0]} or {axes[1]} axes"
        )
    if not training:
        return input
    # Three axes of dropout2d are a batch of rows, as in PyTorch.
    before = 2 if spatial == 2 else input.ndim - spatial
    return _dropped(name, input, _channels(input, before), p, inplace, rng, _scale_up)


def _channels(input: Tensor, before: int) -> tuple[int, ...]:
    return (*input.shape[:before], *(1,) * (input.ndim - before))


def alpha_dropout(
    input: Tensor,
    p: float = 0.5,
    training: bool = False,
    inplace: bool = False,
    *,
    rng: Rng = None,
) -> Tensor:
    """Dropout for networks of SELUs: what is left out gets the value that a SELU has at -infinity.

    With that value L = -1.7580993, the result is a * x + b, or a * L + b with probability p. The
    numbers a = ((1 - p) (1 + p L^2))^(-1/2) and b = -a p L keep a mean of 0 and a variance of 1.

    Args:
        input: Any shape.
        p: The probability of being left out, exactly; 1 gives zeros.
        training: Whether to drop anything.
        inplace: Whether the input itself changes.
        rng: Where random numbers come from: a generator, a seed, or None for the default one.

    Returns:
        A Tensor of the shape of `input`; the input itself without training, and for p = 0.

    Raises:
        TypeError: `input` is no Tensor of real floating numbers.
        ValueError: `p` is no probability.
        RuntimeError: With `inplace`, `input` is a leaf that requires a gradient.

    Example:
        >>> alpha_dropout(Tensor([0.0, 0.0, 0.0]), 0.5, training=True, rng=0)
        Tensor([ 0.7791938 , -0.77919394, -0.77919394])

    Reference:
        G. Klambauer et al., "Self-normalizing neural networks", NIPS 2017, section 3.
    """
    check_floating("alpha_dropout", input)
    check_probability("alpha_dropout", p)
    if not training:
        return input
    return _dropped("alpha_dropout", input, input.shape, p, inplace, rng, _keep_moments)


def feature_alpha_dropout(
    input: Tensor,
    p: float = 0.5,
    training: bool = False,
    inplace: bool = False,
    *,
    rng: Rng = None,
) -> Tensor:
    """`alpha_dropout` of whole channels: `(N, C, ...)`.

    Args, results and errors are those of `alpha_dropout`; a ValueError for less than two axes, too.

    Example:
        >>> feature_alpha_dropout(Tensor([[[0.0, 0.0], [0.0, 0.0]]]), 0.5, training=True, rng=0)
        Tensor([[[ 0.7791938 ,  0.7791938 ],
                 [-0.77919394, -0.77919394]]])

    Reference:
        G. Klambauer et al., "Self-normalizing neural networks", NIPS 2017, section 3.
    """
    name = "feature_alpha_dropout"
    check_floating(name, input)
    check_probability(name, p)
    if input.ndim < 2:
        raise ValueError(f"{name}: input has shape {input.shape}, expected (N, C, ...)")
    if not training:
        return input
    return _dropped(name, input, _channels(input, 2), p, inplace, rng, _keep_moments)
