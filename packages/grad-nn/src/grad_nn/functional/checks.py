"""Checks of arguments that functions share."""

from __future__ import annotations

from grad_core import Tensor


def check_tensor(name: str, input: object, *, complex_too: bool = False) -> None:
    """Raise a TypeError where `input` is no Tensor, or complex and not meant to be."""
    if not isinstance(input, Tensor):
        raise TypeError(
            f"{name}: input is {type(input).__name__}, expected a Tensor: Tensor(...), or"
            " grad_core.from_numpy(...) to share the memory of an ndarray"
        )
    if input.dtype.kind == "c" and not complex_too:
        raise TypeError(f"{name}: input is {input.dtype}, expected real numbers")
