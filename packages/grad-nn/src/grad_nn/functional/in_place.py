"""Changing the input itself: what `inplace=True` means, and names that end with an underscore."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import grad_core.in_place
from grad_core import Tensor
from grad_core.modes import recording
from grad_core.node import Leaf

T = TypeVar("T", bound=Tensor)


def update(name: str, input: T, function: Callable[[Tensor], Tensor]) -> T:
    """Let `input` stand for the result of a function of it, and return it.

    The gradient comes out as if the function had been called; graphs that need the old value, and
    parts that were taken of it, keep it (see `grad_core.in_place`).

    Args:
        name: The name of the operation, for errors.
        input: What is to change.
        function: Its result has the shape of `input`.

    Raises:
        RuntimeError: `input` is a leaf of the graph that requires a gradient, outside `no_grad`.
    """
    if isinstance(input._node, Leaf) and recording.get():
        raise RuntimeError(
            f"{name}: input is a leaf that requires a gradient, which would belong to a value that"
            " is gone; leave inplace False, or change it under no_grad()"
        )
    return grad_core.in_place.update(input, name, 0, lambda x, _: function(x))
