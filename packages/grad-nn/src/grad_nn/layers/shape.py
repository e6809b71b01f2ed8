"""Layers that give their input another shape, or pass it on."""

from __future__ import annotations

import math
from collections.abc import Sequence

from grad_core import Tensor
from grad_nn.functional.checks import axis, check_tensor, integer
from grad_nn.module import Module


class Identity(Module):
    """Its input, as it is: for the place of a layer that is left out.

    Args:
        args: Anything; arguments of the layer in whose place it stands. They are not used.
        kwargs: Likewise.

    Example:
        >>> Identity(54, unused=True)(Tensor([1.0, 2.0]))
        Tensor([1., 2.])
    """

    def __init__(self, *args: object, **kwargs: object) -> None:
        pass

    def forward(self, input: Tensor) -> Tensor:
        """Return the input."""
        return input


class Flatten(Module):
    """Several axes made one, by default all but the first.

    Args:
        start_dim: The first of these axes.
        end_dim: The last of them.

    Raises:
        ValueError: An axis is no int; on a call, if it does not exist, or the last is before the
            first.

    Example:
        >>> import numpy as np
        >>> Flatten()(Tensor(np.ones((2, 3, 4)))).shape
        (2, 12)
        >>> Flatten(0, 1)(Tensor(np.ones((2, 3, 4)))).shape
        (6, 4)
    """

    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        self.start_dim: int = _an_int("Flatten", "start_dim", start_dim)
        self.end_dim: int = _an_int("Flatten", "end_dim", end_dim)

    def forward(self, input: Tensor) -> Tensor:
        """Flatten these axes."""
        check_tensor("Flatten", input, complex_too=True)
        ndim = input.ndim
        first = axis("Flatten", self.start_dim, max(ndim, 1))
        last = axis("Flatten", self.end_dim, max(ndim, 1))
        if last < first:
            raise ValueError(
                f"Flatten: start_dim is {self.start_dim} and end_dim {self.end_dim}, which is before"
                f" it in an input of shape {input.shape}"
            )
        shape = input.shape
        return input.reshape(
            (*shape[:first], math.prod(shape[first : last + 1]), *shape[last + 1 :])
        )

    def extra_repr(self) -> str:
        """Return the axes."""
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"


class Unflatten(Module):
    """One axis made several.

    Args:
        dim: The axis.
        unflattened_size: The sizes of what it becomes; one of them may be -1, for what is left
            over.

    Raises:
        TypeError: The sizes are no tuple or list of ints.
        ValueError: There are none, one is negative, or several are -1; on a call, if the axis does
            not exist, or is not as long as they make it.

    Example:
        >>> import numpy as np
        >>> Unflatten(1, (3, -1))(Tensor(np.ones((2, 12)))).shape
        (2, 3, 4)
    """

    def __init__(self, dim: int, unflattened_size: Sequence[int]) -> None:
        self.dim: int = _an_int("Unflatten", "dim", dim)
        given: object = unflattened_size
        sizes = [integer(n) for n in unflattened_size] if isinstance(given, (tuple, list)) else []
        found = tuple(n for n in sizes if n is not None)
        if not isinstance(given, (tuple, list)) or len(found) != len(sizes):
            raise TypeError(
                f"Unflatten: unflattened_size is a tuple of ints, got {unflattened_size!r}"
            )
        if not found or min(found) < -1 or found.count(-1) > 1:
            raise ValueError(
                "Unflatten: unflattened_size has one int or more, none of them negative but for one"
                f" -1; got {unflattened_size!r}"
            )
        self.unflattened_size: tuple[int, ...] = found

    def forward(self, input: Tensor) -> Tensor:
        """Unflatten this axis."""
        check_tensor("Unflatten", input, complex_too=True)
        dim = axis("Unflatten", self.dim, input.ndim)
        n = input.shape[dim]
        known = math.prod(size for size in self.unflattened_size if size >= 0)
        whole = -1 not in self.unflattened_size
        fits = n == known if whole else known > 0 and n % known == 0
        if not fits:
            raise ValueError(
                f"Unflatten: axis {self.dim} of an input of shape {input.shape} has {n} elements,"
                f" which is not what {self.unflattened_size} makes"
            )
        sizes = tuple(n // known if size < 0 else size for size in self.unflattened_size)
        return input.reshape((*input.shape[:dim], *sizes, *input.shape[dim + 1 :]))

    def extra_repr(self) -> str:
        """Return the axis and the sizes."""
        return f"dim={self.dim}, unflattened_size={self.unflattened_size}"


def _an_int(name: str, argument: str, value: int) -> int:
    number = integer(value)
    if number is None:
        raise ValueError(f"{name}: {argument} is an int, got {value!r}")
    return number
