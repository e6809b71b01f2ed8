"""Lengths of vectors, and how far apart or how alike they are."""

from __future__ import annotations

import numpy as np

import grad_core as gc
from grad_core import Tensor
from grad_nn.functional.checks import check_eps, check_floating, check_tensor, integer
from grad_nn.functional.lookup import lookup_


def _wide(x: Tensor) -> Tensor:
    """float16 as float32, for its squares overflow at 256; all else as it is."""
    return x.astype(np.float32) if x.dtype == np.float16 else x


def normalize(
    input: Tensor, p: float = 2.0, dim: int | tuple[int, ...] = 1, eps: float = 1e-12
) -> Tensor:
    """x / max(norm(x), eps), with the p-norm along an axis.

    Args:
        input: Any shape.
        p: The exponent of the norm; infinity for the largest absolute value.
        dim: The axis, or the axes that are one vector together.
        eps: The least that x is divided by.

    Returns:
        A Tensor of the shape of `input`.

    Raises:
        TypeError: `input` is no Tensor of floating or complex numbers.
        ValueError: An axis does not exist, or `eps` is negative.

    Example:
        >>> normalize(Tensor([[3.0, 4.0], [0.0, 0.0]]))
        Tensor([[0.6, 0.8],
                [0. , 0. ]])
    """
    _check_numbers("normalize", input, "input")
    check_eps("normalize", eps)
    x = _wide(input) if input.ndim else _wide(input).reshape(1)  # a number is a vector of one
    axes = _axes("normalize", dim, x.ndim)
    norms = gc.linalg.vector_norm(x, axis=axes, keepdims=True, ord=p)
    return (x / gc.clip(norms, eps, None)).astype(input.dtype).reshape(input.shape)


def _check_numbers(name: str, x: Tensor, argument: str) -> None:
    """Raise a TypeError unless x is a Tensor of floating or complex numbers."""
    check_tensor(name, x, argument, complex_too=True)
    if x.dtype.kind != "c":
        check_floating(name, x, argument)


def _axes(name: str, dim: int | tuple[int, ...], ndim: int) -> tuple[int, ...]:
    """The axes, counted from the start."""
    given = dim if isinstance(dim, tuple) else (dim,)
    axes = [integer(d) for d in given]
    found = tuple(d % ndim for d in axes if d is not None and -ndim <= d < ndim)
    if len(found) != len(given):
        raise ValueError(f"{name}: dim is {dim!r}, expected an axis of {ndim}")
    return found


def cosine_similarity(x1: Tensor, x2: Tensor, dim: int = 1, eps: float = 1e-8) -> Tensor:
    """dot(x1, x2) / (max(norm(x1), eps) * max(norm(x2), eps)), along an axis.

    Args:
        x1: Any shape.
        x2: A shape that is broadcast with that of `x1`.
        dim: The axis of the vectors, in the shape that both are broadcast to.
        eps: The least that a norm counts as.

    Returns:
        A Tensor of the broadcast shape, without `dim`.

    Raises:
        TypeError: One of the two is no Tensor of real floating numbers.
        ValueError: The shapes do not fit, the axis does not exist, or `eps` is negative.

    Example:
        >>> cosine_similarity(Tensor([[3.0, 4.0]]), Tensor([[4.0, 3.0]]))
        Tensor([0.96])
    """
    name = "cosine_similarity"
    check_floating(name, x1, "x1")
    check_floating(name, x2, "x2")
    check_eps(name, eps)
    shape = _broadcast(name, x1, x2) or (1,)  # a number is a vector of one
    (axis,) = _axes(name, dim, len(shape))
    axis -= len(shape)  # counted from the end, it is the same in both
    a, b = (_with_axis(_wide(x), axis, shape[axis]) for x in (x1, x2))
    norms = [gc.linalg.vector_norm(x, axis=axis) for x in (a, b)]
    lengths = gc.clip(norms[0], eps, None) * gc.clip(norms[1], eps, None)
    return (gc.vecdot(a, b, axis=axis) / lengths).astype(np.result_type(x1.dtype, x2.dtype))


def _with_axis(x: Tensor, axis: int, length: int) -> Tensor:
    """x with that axis, of that length."""
    shape = (1,) * (-axis - x.ndim) + x.shape
    shape = (*shape[: len(shape) + axis], length, *shape[len(shape) + axis + 1 :])
    return x if x.shape == shape else gc.broadcast_to(x, shape)


def pairwise_distance(
    x1: Tensor, x2: Tensor, p: float = 2.0, eps: float = 1e-6, keepdim: bool = False
) -> Tensor:
    """The p-norm of x1 - x2 + eps along the last axis.

    Args:
        x1: `(..., D)`.
        x2: A shape that is broadcast with that of `x1`.
        p: The exponent of the norm; infinity for the largest absolute value.
        eps: What is added to each difference, so that the norm is hardly ever 0.
        keepdim: Whether the last axis stays, with size 1.

    Returns:
        A Tensor of the broadcast shape, without its last axis.

    Raises:
        TypeError: One of the two is no Tensor of floating or complex numbers.
        ValueError: The shapes do not fit, or have no axis.

    Example:
        >>> pairwise_distance(Tensor([[4.0, 5.0]]), Tensor([[1.0, 1.0]]), eps=0.0)
        Tensor([5.])
    """
    _check_numbers("pairwise_distance", x1, "x1")
    _check_numbers("pairwise_distance", x2, "x2")
    if not _broadcast("pairwise_distance", x1, x2):
        raise ValueError("pairwise_distance: x1 and x2 have no axes, expected (..., D)")
    difference = x1 - x2 + eps
    wide = _wide(difference)
    norms = gc.linalg.vector_norm(wide, axis=-1, keepdims=keepdim, ord=p)
    return norms.astype(np.float16) if wide is not difference else norms


def _broadcast(name: str, x1: Tensor, x2: Tensor) -> tuple[int, ...]:
    try:
        return np.broadcast_shapes(x1.shape, x2.shape)
    except ValueError:
        raise ValueError(
            f"{name}: x1 has shape {x1.shape} and x2 {x2.shape}, which are not broadcast together"
        ) from None


def pdist(input: Tensor, p: float = 2.0) -> Tensor:
    """The distance of each two rows, in the p-norm of their difference.

    The gradient of a distance of 0 is 0.

    Args:
        input: `(N, D)`.
        p: The exponent of the norm, at least 0: 0 counts the elements that differ, infinity takes
            the largest difference.

    Returns:
        `(N * (N - 1) / 2,)`: the distances of row 0 to rows 1, 2 and so on, then those of row 1.

    Raises:
        TypeError: `input` is no Tensor of real floating numbers.
        ValueError: `input` is no matrix, or `p` is negative.

    Example:
        >>> pdist(Tensor([[0.0, 0.0], [3.0, 4.0], [0.0, 1.0]]))
        Tensor([5.       , 1.       , 4.2426405])
    """
    check_floating("pdist", input)
    if input.ndim != 2:
        raise ValueError(f"pdist: input has shape {input.shape}, expected (N, D)")
    if not (isinstance(p, (int, float, np.number)) and p >= 0):
        raise ValueError(f"pdist: p is {p!r}, expected a number, at least 0")
    x = _wide(input)
    first, second = np.triu_indices(input.shape[0], 1)
    difference = lookup_(x, first, None, None) - lookup_(x, second, None, None)
    return gc.linalg.vector_norm(difference, axis=1, ord=p).astype(input.dtype)
