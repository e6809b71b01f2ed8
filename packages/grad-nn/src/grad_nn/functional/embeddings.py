"""Embeddings: a vector for each number."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from grad_core import Array, Tensor
from grad_core.primitive import unwrap, wrap
from grad_nn.functional.checks import check_floating, integer
from grad_nn.functional.lookup import Indices, check_range, indices, lookup_


def embedding(
    input: Tensor | NDArray[np.integer],
    weight: Tensor,
    padding_idx: int | None = None,
    max_norm: float | None = None,
    norm_type: float = 2.0,
    scale_grad_by_freq: bool = False,
) -> Tensor:
    """The rows of `weight` that have the numbers in `input`.

    Args:
        input: Integers, any shape.
        weight: `(num_embeddings, embedding_dim)`.
        padding_idx: A row that gets no gradient; a negative one counts from the end.
        max_norm: Rows that are looked up and longer than this are shortened to it first, in
            `weight` itself and outside the graph.
        norm_type: The p of the p-norm for `max_norm`.
        scale_grad_by_freq: Whether the gradient of a row is divided by how often it occurs.

    Returns:
        `(*input.shape, embedding_dim)`.

    Raises:
        TypeError: `input` is not made of integers, or `weight` is no Tensor of floating numbers.
        ValueError: `weight` has not two axes, `padding_idx` is no row, or `max_norm` is negative.
        IndexError: There is no row of some number in `input`.
        RuntimeError: With `max_norm`, `weight` is no leaf, and cannot be changed.

    Example:
        >>> weight = Tensor([[0.0, 0.0], [1.0, 2.0], [3.0, 4.0]])
        >>> embedding(np.array([2, 1, 2]), weight)
        Tensor([[3., 4.],
                [1., 2.],
                [3., 4.]])

    Reference:
        Y. Bengio et al., "A neural probabilistic language model", JMLR 3, 2003, section 2.
    """
    check_table("embedding", weight)
    index = indices("embedding", "input", input)
    rows = weight.shape[0]
    check_range("embedding", "input", index, rows)
    padding = row_of("embedding", "padding_idx", padding_idx, rows)
    if max_norm is not None:
        renormalise("embedding", weight, index, max_norm, norm_type)
    scale = inverse_frequencies(index, rows) if scale_grad_by_freq else None
    return lookup_(weight, index, padding, scale)


def check_table(name: str, weight: Tensor) -> None:
    """Raise an error unless `weight` is a matrix of real floating numbers."""
    check_floating(name, weight, "weight")
    if weight.ndim != 2:
        raise ValueError(
            f"{name}: weight has shape {weight.shape}, expected (num_embeddings, embedding_dim)"
        )


def row_of(name: str, argument: str, given: int | None, rows: int) -> int | None:
    """Return the number of a row, counted from the start.

    Raises:
        ValueError: There is no such row.
    """
    if given is None:
        return None
    number = integer(given)
    if number is None or not -rows <= number < rows:
        raise ValueError(
            f"{name}: {argument} is {given!r}, expected None or the number of one of {rows} rows"
        )
    return number % rows


def inverse_frequencies(index: Indices, rows: int) -> Array:
    """1 over how often each row occurs; 1 for those that do not."""
    return 1.0 / np.maximum(np.bincount(index.reshape(-1), minlength=rows), 1)


def renormalise(name: str, weight: Tensor, index: Indices, max_norm: float, p: float) -> None:
    """Shorten the rows of a leaf that occur and are longer than `max_norm`."""
    if not max_norm >= 0.0:
        raise ValueError(f"{name}: max_norm is {max_norm!r}, expected a number, at least 0")
    if not weight.is_leaf:
        raise RuntimeError(
            f"{name}: max_norm changes weight, which is the result of a recorded operation and"
            " cannot be changed; give a leaf, or leave max_norm out"
        )
    table: Array = unwrap(weight)
    used = np.unique(index)
    norms = np.linalg.vector_norm(table[used].astype(np.float64), axis=1, ord=p)
    long = norms > max_norm
    if long.any():
        new = table.copy()
        # The small number is PyTorch's: the results are not longer by a rounding.
        new[used[long]] *= (max_norm / (norms[long] + 1e-7))[:, None].astype(table.dtype)
        weight.assign(new, copy=False)


def one_hot(tensor: Tensor | NDArray[np.integer], num_classes: int = -1) -> Tensor:
    """A row of zeros with a one in the place of each number.

    Args:
        tensor: Integers from 0, any shape.
        num_classes: The length of the rows; -1 for one more than the largest number.

    Returns:
        An int64 Tensor, `(*tensor.shape, num_classes)`, which no gradient passes.

    Raises:
        TypeError: `tensor` is not made of integers.
        ValueError: `num_classes` is 0 or less, or left out where there are no numbers.
        IndexError: A number is negative, or not below `num_classes`.

    Example:
        >>> one_hot(np.array([2, 0]))
        Tensor([[0, 0, 1],
                [1, 0, 0]], dtype=int64)
    """
    index = indices("one_hot", "tensor", tensor)
    classes = integer(num_classes)
    if classes is None or (classes < 1 and classes != -1) or (classes == -1 and not index.size):
        raise ValueError(
            f"one_hot: num_classes is {num_classes!r} for {index.size} numbers, expected an int, at"
            " least 1, or -1 for one more than the largest number"
        )
    if classes == -1:
        classes = max(int(index.max()) + 1, 1)
    check_range("one_hot", "tensor", index, classes)
    out = np.zeros((index.size, classes), np.int64)
    out[np.arange(index.size), index.reshape(-1)] = 1
    return wrap(out.reshape(*index.shape, classes))
