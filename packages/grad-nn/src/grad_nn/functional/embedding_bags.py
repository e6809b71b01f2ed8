"""Embeddings of bags: one vector for several numbers together."""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

import grad_core as gc
from grad_core import Tensor
from grad_core.primitive import unwrap
from grad_nn.functional.checks import check_floating, check_shape
from grad_nn.functional.embeddings import check_table, inverse_frequencies, renormalise, row_of
from grad_nn.functional.lookup import Indices, check_range, indices, lookup_, scattered_

BagMode: TypeAlias = Literal["sum", "mean", "max"]
"""What becomes of the vectors of a bag: their sum, their mean, or the largest of each element."""


def check_bag_mode(name: str, mode: str) -> None:
    """Raise a ValueError where there is no such mode."""
    if mode not in ("sum", "mean", "max"):
        raise ValueError(f"{name}: mode is {mode!r}, expected 'sum', 'mean' or 'max'")


def embedding_bag(
    input: Tensor | NDArray[np.integer],
    weight: Tensor,
    offsets: Tensor | NDArray[np.integer] | None = None,
    max_norm: float | None = None,
    norm_type: float = 2.0,
    scale_grad_by_freq: bool = False,
    mode: BagMode = "mean",
    *,
    per_sample_weights: Tensor | None = None,
    include_last_offset: bool = False,
    padding_idx: int | None = None,
) -> Tensor:
    """The sum, mean or maximum of the embeddings of each bag of numbers; 0 for an empty bag.

    Args:
        input: Integers: `(B, N)` for B bags of N, or `(N,)` for bags one after another.
        weight: `(num_embeddings, embedding_dim)`.
        offsets: Where each bag begins, `(B,)`, from 0 and in order; only for `(N,)`.
        max_norm: Rows that are looked up and longer than this are shortened to it first, in
            `weight` itself and outside the graph.
        norm_type: The p of the p-norm for `max_norm`.
        scale_grad_by_freq: Whether the gradient of a row is divided by how often it occurs; not
            for the maximum.
        mode: `"sum"`, `"mean"` or `"max"`. Where several attain the maximum, the first counts.
        per_sample_weights: A factor for each number, in the shape of `input`; only for the sum.
        include_last_offset: Whether one more offset says where the last bag ends.
        padding_idx: A row that does not count, as if it was not in the bag.

    Returns:
        `(B, embedding_dim)`.

    Raises:
        TypeError: `input` or `offsets` is not made of integers, or `weight` or the factors are no
            Tensor of floating numbers.
        ValueError: The shapes do not fit, the offsets are not in order, the mode is unknown or
            does not go with an argument, or `max_norm` is negative.
        IndexError: There is no row of some number in `input`.
        RuntimeError: With `max_norm`, `weight` is no leaf, and cannot be changed.

    Example:
        >>> weight = Tensor([[0.0, 0.0], [1.0, 2.0], [3.0, 4.0]])
        >>> embedding_bag(np.array([1, 2, 2, 0]), weight, np.array([0, 2]), mode="sum")
        Tensor([[4., 6.],
                [3., 4.]])

    Reference:
        A. Joulin et al., "Bag of tricks for efficient text classification", EACL 2017, section 2.
    """
    name = "embedding_bag"
    check_table(name, weight)
    check_bag_mode(name, mode)
    index = indices(name, "input", input)
    rows = weight.shape[0]
    check_range(name, "input", index, rows)
    padding = row_of(name, "padding_idx", padding_idx, rows)
    if per_sample_weights is not None:
        if mode != "sum":
            raise ValueError(f"{name}: per_sample_weights go with mode 'sum' only, got {mode!r}")
        check_floating(name, per_sample_weights, "per_sample_weights")
        check_shape(name, "per_sample_weights", per_sample_weights, index.shape)
        per_sample_weights = per_sample_weights.reshape(index.size)
    if scale_grad_by_freq and mode == "max":
        raise ValueError(f"{name}: scale_grad_by_freq does not go with mode 'max'")
    counts = _sizes(name, index, offsets, include_last_offset)
    index = index.reshape(-1)[: counts.sum()]
    if per_sample_weights is not None and per_sample_weights.size > index.size:
        per_sample_weights = per_sample_weights[: index.size]
    bag = np.repeat(np.arange(len(counts)), counts)
    if max_norm is not None:
        renormalise(name, weight, index, max_norm, norm_type)
    scale = inverse_frequencies(index, rows) if scale_grad_by_freq else None
    if padding is not None and (index == padding).any():
        (at,) = np.nonzero(index != padding)
        index, bag = index[at], bag[at]
        counts = np.bincount(bag, minlength=len(counts))
        if per_sample_weights is not None:
            per_sample_weights = per_sample_weights[at]
    if mode == "max":
        return _largest(weight, index, bag, counts)
    vectors = lookup_(weight, index, None, scale)
    if per_sample_weights is not None:
        vectors = vectors * gc.expand_dims(per_sample_weights, 1)
    sums = scattered_(vectors, bag, len(counts), None, None)
    if mode == "sum":
        return sums
    shares = 1.0 / np.maximum(counts, 1)
    return sums * shares.astype(sums.dtype)[:, None]


def _sizes(
    name: str,
    index: Indices,
    offsets: Tensor | NDArray[np.integer] | None,
    include_last_offset: bool,
) -> Indices:
    """How many numbers each bag has."""
    if index.ndim == 2:
        if offsets is not None:
            raise ValueError(
                f"{name}: input has shape {index.shape}, whose rows are the bags; offsets go with an"
                " input of one axis"
            )
        return np.full((index.shape[0],), index.shape[1], np.intp)
    if index.ndim != 1:
        raise ValueError(f"{name}: input has shape {index.shape}, expected (B, N) or (N,)")
    if offsets is None:
        raise ValueError(
            f"{name}: input has shape {index.shape}, expected offsets, that say where bags begin"
        )
    starts = indices(name, "offsets", offsets)
    least = 1 if include_last_offset else 0
    if starts.ndim != 1 or starts.size < least:
        raise ValueError(f"{name}: offsets has shape {starts.shape}, expected (B + {least},)")
    ends = np.append(starts[1:], starts[-1:] if include_last_offset else index.size)
    sizes = ends - starts
    if include_last_offset:
        sizes = sizes[:-1]
    if starts.size and (starts[0] != 0 or (sizes < 0).any() or starts[-1] > index.size):
        raise ValueError(
            f"{name}: offsets is {starts.tolist()!s:.60}, expected numbers in order, from 0 to"
            f" {index.size} at most, the length of input"
        )
    return sizes


def _largest(weight: Tensor, index: Indices, bag: Indices, counts: Indices) -> Tensor:
    """The largest of each element over the vectors of a bag."""
    width = weight.shape[1]
    (full,) = np.nonzero(counts)
    which = np.zeros((len(counts), width), np.intp)  # the row that each element is taken from
    if full.size:
        vectors = unwrap(weight).take(index, 0)
        begins = np.concatenate(([0], np.cumsum(counts[full])[:-1]))
        largest = np.maximum.reduceat(vectors, begins, axis=0)
        attained = vectors == np.repeat(largest, counts[full], axis=0)
        attained |= np.isnan(vectors)  # the largest where it occurs
        places = np.where(attained, np.arange(index.size)[:, None], index.size)
        which[full] = index[np.minimum.reduceat(places, begins, axis=0)]
    flat = weight.reshape(weight.size)
    if not flat.size:
        return scattered_(lookup_(weight, index, None, None), bag, len(counts), None, None)
    found = lookup_(flat, which * width + np.arange(width), None, None)
    if full.size == counts.size:
        return found
    return gc.where((counts > 0)[:, None], found, 0.0)
