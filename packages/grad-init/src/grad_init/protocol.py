"""What an initializer is."""

from __future__ import annotations

from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import DTypeLike, NDArray

from grad_init.generator import Rng

Array: TypeAlias = NDArray[np.floating]
"""An array of real floating-point numbers, of any precision."""


class Initializer(Protocol):
    """A pure function from a shape and a random generator to the first value of a weight.

    Any callable of this signature is one; nothing needs to be inherited. Those of this package
    are frozen dataclasses: they print as they were made, compare by value and can be pickled.
    They draw in float64 and round once to `dtype`, so a seed gives the same weights in every
    precision, up to that rounding.

    Example:
        >>> def identity(
        ...     shape: tuple[int, ...], *, rng: Rng = None, dtype: DTypeLike = np.float32
        ... ) -> Array:
        ...     return np.eye(*shape, dtype=dtype)
        >>> init: Initializer = identity
        >>> init((2, 2))
        array([[1., 0.],
               [0., 1.]], dtype=float32)
    """

    def __call__(
        self, shape: tuple[int, ...], *, rng: Rng = None, dtype: DTypeLike = np.float32
    ) -> Array:
        """Make the weight.

        Args:
            shape: The sizes of the weight, `(out, in, *kernel)` where fans matter; `()` and
                sizes of zero are fine.
            rng: The source of randomness; see `as_generator`.
            dtype: A real floating-point dtype.

        Returns:
            A new, writable, C-contiguous array.

        Raises:
            TypeError: If `shape` is not a tuple of ints, or `dtype` not real floating.
            ValueError: If a size is negative, or the values do not fit the dtype.
        """
        ...
