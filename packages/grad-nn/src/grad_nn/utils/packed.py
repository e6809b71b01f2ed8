"""PackedSequence: sequences of different lengths, step after step and without padding."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from grad_core import Tensor
from grad_core.primitive import unwrap

Integers: TypeAlias = NDArray[np.int64]
Lengths: TypeAlias = "Sequence[int] | NDArray[np.integer] | Tensor"
"""What lengths and indices may be given as."""


class _Fields(NamedTuple):
    data: Tensor
    batch_sizes: Integers
    sorted_indices: Integers | None
    unsorted_indices: Integers | None


class PackedSequence(_Fields):
    """Sequences of different lengths: the data of all, step after step.

    The sequences are sorted by length, the longest first, so those that have step `t` are the first
    `batch_sizes[t]` of them. `pack_padded_sequence` and `pack_sequence` make one; RNN, LSTM and GRU
    take one and give one.

    Args:
        data: `(sum(batch_sizes), *)`: all that stands at step 0, then step 1, and so on.
        batch_sizes: How many sequences have each step.
        sorted_indices: The places of the sequences, sorted by length, in the batch as it was given;
            None where it was sorted.
        unsorted_indices: The inverse: the places of the given sequences among the sorted. One
            follows from the other.

    Raises:
        TypeError: `data` is no Tensor, or the sizes or indices are not integers.
        ValueError: The sizes increase, are not positive or are not those of `data`, or the indices
            are no permutation.

    Example:
        >>> from grad_nn.utils.rnn import pack_sequence
        >>> packed = pack_sequence([Tensor([1.0, 2.0, 3.0]), Tensor([4.0, 5.0])])
        >>> packed.data
        Tensor([1., 4., 2., 5., 3.])
        >>> packed.batch_sizes
        array([2, 2, 1])
    """

    __slots__ = ()

    def __new__(
        cls,
        data: Tensor,
        batch_sizes: Lengths,
        sorted_indices: Lengths | None = None,
        unsorted_indices: Lengths | None = None,
    ) -> Self:
        """Check that the parts fit."""
        if not isinstance(data, Tensor):
            raise TypeError(f"PackedSequence: data is {type(data).__name__}, expected a Tensor")
        sizes = integers("PackedSequence", "batch_sizes", batch_sizes)
        if (sizes < 1).any() or (np.diff(sizes) > 0).any():
            raise ValueError(
                f"PackedSequence: batch_sizes are positive and never increase; got {sizes.tolist()}"
            )
        rows = data.shape[:1]
        if rows != (int(sizes.sum()),):
            raise ValueError(
                f"PackedSequence: data has shape {data.shape}, expected ({sizes.sum()}, ...), the"
                f" sum of batch_sizes {sizes.tolist()}"
            )
        batch = int(sizes[0]) if sizes.size else 0
        there = _permutation("sorted_indices", sorted_indices, batch)
        back = _permutation("unsorted_indices", unsorted_indices, batch)
        if there is None:
            there = invert_permutation(back)
        elif back is None:
            back = invert_permutation(there)
        elif not (there[back] == np.arange(batch)).all():
            raise ValueError(
                "PackedSequence: sorted_indices and unsorted_indices are not inverse to each other:"
                f" {there.tolist()}, {back.tolist()}"
            )
        return super().__new__(cls, data, sizes, there, back)


def invert_permutation(permutation: Lengths | None) -> Integers | None:
    """Return the permutation that undoes another one, or None for None.

    Raises:
        TypeError: It is not made of integers.
        ValueError: It is no permutation of 0, 1, ...

    Example:
        >>> invert_permutation([1, 2, 0])
        array([2, 0, 1])
    """
    if permutation is None:
        return None
    found = integers("invert_permutation", "permutation", permutation)
    if (np.sort(found) != np.arange(found.size)).any():
        raise ValueError(
            f"invert_permutation: expected 0 to {found.size - 1}, each once; got {found.tolist()}"
        )
    inverse = np.empty_like(found)
    inverse[found] = np.arange(found.size)
    return inverse


def integers(name: str, argument: str, value: Lengths) -> Integers:
    """Return a copy of integers in one axis as an array.

    Raises:
        TypeError: They are not integers.
        ValueError: They do not stand in one axis.
    """
    found = np.asarray(unwrap(value))
    if found.size and found.dtype.kind not in "iu":
        raise TypeError(f"{name}: {argument} are integers; got {value!r:.80}")
    if found.ndim != 1:
        raise ValueError(
            f"{name}: {argument} stand in one axis; got an array of shape {found.shape}"
        )
    return found.astype(np.int64)


def _permutation(argument: str, value: Lengths | None, batch: int) -> Integers | None:
    if value is None:
        return None
    found = integers("PackedSequence", argument, value)
    if found.size != batch or (np.sort(found) != np.arange(batch)).any():
        raise ValueError(
            f"PackedSequence: {argument} are a permutation of the {batch} sequences; got"
            f" {found.tolist()}"
        )
    return found
