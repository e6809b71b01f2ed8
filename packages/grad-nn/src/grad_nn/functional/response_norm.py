"""Local response normalisation: by the neighbouring channels."""

from __future__ import annotations

import numpy as np

from grad_core import Array, Tensor, Unary
from grad_nn.functional.checks import check_floating
from grad_nn.functional.checks import size as checked_size


def _neighbours(x: Array, before: int, after: int) -> Array:
    out = x.copy()
    channels = x.shape[1]
    for i in range(1, min(before, channels - 1) + 1):
        out[:, i:] += x[:, :-i]
    for i in range(1, min(after, channels - 1) + 1):
        out[:, :-i] += x[:, i:]
    return out


# The sum of each channel and of so many before and after it; a channel goes back to as many
neighbours_: Unary[int, int] = Unary(
    "neighbours", _neighbours, lambda g, _y, _x, before, after: neighbours_(g, after, before)
)


def local_response_norm(
    input: Tensor, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0
) -> Tensor:
    """x / (k + alpha / size * sum(x^2))^beta, with the sum over neighbouring channels.

    Args:
        input: `(N, C, ...)`, with three axes at least.
        size: How many channels the sum is taken over: the channel itself, size // 2 before it and
            (size - 1) // 2 after it, as far as there are any.
        alpha: The factor of their mean square.
        beta: The exponent.
        k: What is added.

    Returns:
        A Tensor of the shape of `input`.

    Raises:
        TypeError: `input` is no Tensor of real floating numbers.
        ValueError: `input` has less than three axes, or `size` is no positive int.

    Example:
        >>> local_response_norm(Tensor([[[1.0], [2.0], [2.0]]]), 3, alpha=3.0, beta=1.0, k=0.0)
        Tensor([[[0.2       ],
                 [0.22222222],
                 [0.25      ]]])

    Reference:
        A. Krizhevsky, I. Sutskever and G. Hinton, "ImageNet classification with deep convolutional
        neural networks", NIPS 2012, section 3.3, where alpha is not divided by the size.
    """
    name = "local_response_norm"
    check_floating(name, input)
    if input.ndim < 3:
        raise ValueError(f"{name}: input has shape {input.shape}, expected (N, C, L, ...)")
    size = checked_size(name, "size", size, 1)
    x = input.astype(np.result_type(input.dtype, np.float32))  # the squares of float16 overflow
    squares = neighbours_(x * x, size // 2, (size - 1) // 2)
    return (x / (squares * (alpha / size) + k) ** beta).astype(input.dtype)
