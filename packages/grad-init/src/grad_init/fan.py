"""How many connections a unit of a layer has."""

from __future__ import annotations

import math
from typing import NamedTuple

from grad_init.checks import check_groups, check_shape


class Fans(NamedTuple):
    """The number of inputs that reach a unit and of outputs that it reaches."""

    fan_in: int
    """Inputs that reach one output unit: in * prod(kernel)."""
    fan_out: int
    """Outputs that one input unit reaches: out * prod(kernel)."""


def fans(shape: tuple[int, ...], *, transposed: bool = False, groups: int = 1) -> Fans:
    """Count the connections of a unit from the shape of its layer's weight.

    Weights are laid out as in PyTorch, `(out, in, *kernel)`: a linear layer has no kernel
    axes, a two-dimensional convolution has two. Shapes without both channel axes count as Keras
    does, so that a bias can be initialized like a weight: `(n,)` has fans of n, `()` of 1.

    Args:
        shape: The sizes of the weight: `(out, in / groups, *kernel)`, or, transposed,
            `(in, out / groups, *kernel)`.
        transposed: Whether it is the weight of a transposed convolution.
        groups: Into how many parts the channels of a convolution are divided, none of which is
            connected with another.

    Returns:
        The pair `(fan_in, fan_out)`.

    Raises:
        TypeError: If `shape` is not a tuple of ints.
        ValueError: If a size is negative, or the first cannot be divided into `groups`.

    Example:
        >>> fans((64, 32))
        Fans(fan_in=32, fan_out=64)
        >>> fans((16, 8, 3, 3))
        Fans(fan_in=72, fan_out=144)
        >>> fans((8, 16, 3, 3), transposed=True)
        Fans(fan_in=72, fan_out=144)
        >>> fans((16, 1, 3, 3), groups=8)
        Fans(fan_in=9, fan_out=18)
    """
    sizes = check_shape("fans", shape)
    check_groups("fans", sizes, groups)
    if len(sizes) < 2:
        size = math.prod(sizes)
        return Fans(fan_in=size, fan_out=size)
    first, second, *kernel = sizes
    field = math.prod(kernel)
    first = first // groups * field
    second *= field
    return Fans(first, second) if transposed else Fans(second, first)
