"""Many parameters as one vector."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

import grad_core as gc
from grad_core import Array, Tensor
from grad_core.primitive import unwrap
from grad_nn.utils.clip_grad import listed


def parameters_to_vector(parameters: Iterable[Tensor]) -> Tensor:
    """Join all numbers of several Tensors in a vector, one Tensor after the other.

    Gradients of the vector reach the Tensors.

    Args:
        parameters: The Tensors.

    Raises:
        ValueError: There are none.
        TypeError: One of them is no Tensor.

    Example:
        >>> from grad_nn import Linear
        >>> parameters_to_vector(Linear(3, 2).parameters()).shape
        (8,)
    """
    tensors = _checked("parameters_to_vector", parameters)
    return gc.concat([gc.reshape(t, (t.size,)) for t in tensors])


def vector_to_parameters(vec: Tensor | Array, parameters: Iterable[Tensor]) -> None:
    """Put the numbers of a vector into Tensors, as new values of the same shapes and dtypes.

    The values are replaced, outside of any graph, as by the step of an optimizer.

    Args:
        vec: The vector, in the order of `parameters_to_vector`.
        parameters: The Tensors, leaves.

    Raises:
        ValueError: The vector does not have as many numbers as the Tensors. Nothing has changed
            then.
        TypeError: One of them is no Tensor, or of a dtype to which the vector is not cast.
        RuntimeError: One of them is the result of a recorded operation.

    Example:
        >>> x, y = Tensor([0.0]), Tensor([[0.0, 0.0]])
        >>> vector_to_parameters(Tensor([1.0, 2.0, 3.0]), [x, y])
        >>> x, y
        (Tensor([1.]), Tensor([[2., 3.]]))
    """
    tensors = _checked("vector_to_parameters", parameters)
    if not isinstance(vec, (Tensor, np.ndarray)):
        raise TypeError(f"vector_to_parameters: vec is {type(vec).__name__}, expected a Tensor")
    numbers: Array = unwrap(vec)
    needed = sum(t.size for t in tensors)
    if numbers.shape != (needed,):
        raise ValueError(
            f"vector_to_parameters: vec has shape {numbers.shape}, expected ({needed},), as the"
            f" parameters have {needed} numbers"
        )
    for t in tensors:
        if not t.is_leaf:
            raise RuntimeError("vector_to_parameters: a parameter is the result of an operation")
        if not np.can_cast(numbers.dtype, t.dtype, "same_kind"):
            raise TypeError(
                f"vector_to_parameters: vec is {numbers.dtype}, which is not cast to {t.dtype}"
            )
    start = 0
    for t in tensors:
        t.assign(numbers[start : start + t.size].reshape(t.shape))
        start += t.size


def _checked(name: str, parameters: Iterable[Tensor]) -> list[Tensor]:
    tensors = listed(name, parameters)
    for t in tensors:
        if not isinstance(t, Tensor):
            raise TypeError(f"{name}: got {type(t).__name__}, expected Tensors")
    if not tensors:
        raise ValueError(f"{name}: there are no parameters; an iterator may be used up")
    return tensors
