"""Initializers for weights whose axes mean something else: transposed or grouped convolutions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import DTypeLike

from grad_init.checks import check_axes, check_groups, check_shape
from grad_init.generator import Rng, as_generator
from grad_init.protocol import Array, Initializer


@dataclass(frozen=True)
class Transposed:
    """An initializer for `(in, out, *kernel)`, the layout of transposed convolutions.

    Args:
        init: An initializer for `(out, in, *kernel)`.

    Raises:
        ValueError: On a call, if the shape has less than two axes.

    Example:
        >>> from grad_init import He
        >>> weight = Transposed(He())((128, 64, 1, 1), rng=0)  # 128 inputs
        >>> round(float(weight.std()), 3)
        0.125
    """

    init: Initializer

    def __call__(
        self, shape: tuple[int, ...], *, rng: Rng = None, dtype: DTypeLike = np.float32
    ) -> Array:
        """Draw the weight; see `Initializer`."""
        sizes = check_shape(self, shape)
        check_axes(self, sizes, 2)
        weight = self.init((sizes[1], sizes[0], *sizes[2:]), rng=rng, dtype=dtype)
        return weight.swapaxes(0, 1).copy("C")


@dataclass(frozen=True)
class Grouped:
    """An initializer for convolutions with groups, each drawn as a convolution of its own.

    The weight is `(out, in / groups, *kernel)`, or, with `Transposed` inside, `(in, out / groups,
    *kernel)`.

    Args:
        init: An initializer for one group.
        groups: Those of the convolution.

    Raises:
        ValueError: If `groups` is not a positive int; on a call, if the first axis cannot be
            divided by it.

    Example:
        >>> from grad_init import Xavier
        >>> weight = Grouped(Xavier(), 2)((4, 1, 3), rng=0)  # 2 groups of 1 input and 2 outputs
        >>> bool(abs(weight).max() <= (6 / (1 * 3 + 2 * 3)) ** 0.5)
        True
    """

    init: Initializer
    groups: int

    def __post_init__(self) -> None:
        check_groups(self, (), self.groups)

    def __call__(
        self, shape: tuple[int, ...], *, rng: Rng = None, dtype: DTypeLike = np.float32
    ) -> Array:
        """Draw the weight; see `Initializer`."""
        sizes = check_shape(self, shape)
        check_axes(self, sizes, 1)
        check_groups(self, sizes, self.groups)
        generator = as_generator(rng)
        one = (sizes[0] // self.groups, *sizes[1:])
        drawn = [self.init(one, rng=generator, dtype=dtype) for _ in range(self.groups)]
        return np.concatenate(drawn, out=np.empty(sizes, drawn[0].dtype))
