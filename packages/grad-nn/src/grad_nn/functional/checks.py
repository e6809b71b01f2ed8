"""Checks of arguments that functions share."""

from __future__ import annotations

from grad_core import Tensor


def check_tensor(name: str, input: object) -> None:
    """Raise a TypeError where `input` is no Tensor."""
    if not isinstance(input, Tensor):
        raise TypeError(
            f"{name}: input is {type(input).__name__}, expected a Tensor: Tensor(...), or"
            " grad_core.from_numpy(...) to share the memory of an ndarray"
        )
