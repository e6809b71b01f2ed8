"""Sequences of different lengths: padded to one length, or packed without padding."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

import grad_core as gc
from grad_core import Array, Tensor, Unary
from grad_nn.functional.checks import check_tensor, size
from grad_nn.utils.packed import Integers, Lengths, PackedSequence, integers, invert_permutation

__all__ = [
    "PackedSequence",
    "invert_permutation",
    "pack_padded_sequence",
    "pack_sequence",
    "pad_packed_sequence",
    "pad_sequence",
    "unpack_sequence",
    "unpad_sequence",
]


def _spread_rows(x: Array, rows: Integers, n: int, fill: float) -> Array:
    out = np.full((n, *x.shape[1:]), fill, x.dtype)
    out[rows] = x
    return out


# Adjoint to each other, as no row is named twice
_take_rows: Unary[Integers] = Unary(
    "pack",
    lambda x, rows: x[rows],
    lambda g, _y, _x, rows: _put_rows(g, rows, _x.shape[0], 0.0),
)
_put_rows: Unary[Integers, int, float] = Unary(
    "pad", _spread_rows, lambda g, _y, _x, rows, _n, _fill: _take_rows(g, rows)
)


def pack_padded_sequence(
    input: Tensor, lengths: Lengths, batch_first: bool = False, enforce_sorted: bool = True
) -> PackedSequence:
    """Pack a batch of padded sequences.

    Args:
        input: `(time, batch, *)`, or `(batch, time, *)`.
        lengths: The length of each sequence, from 1 to `time`.
        batch_first: Whether the batch stands first.
        enforce_sorted: Whether the sequences have to be sorted by length, the longest first. If
            not, they are sorted here, and come back in their order where they are unpacked.

    Raises:
        TypeError: `input` is no Tensor, or the lengths are not integers.
        ValueError: The lengths are not those of such a batch, or are not sorted.

    Example:
        >>> x = Tensor([[1.0, 4.0], [2.0, 5.0], [3.0, 0.0]])
        >>> pack_padded_sequence(x, [3, 2]).data
        Tensor([1., 4., 2., 5., 3.])
    """
    name = "pack_padded_sequence"
    time, batch = _time_and_batch(name, input, batch_first)
    found = _checked_lengths(name, lengths, batch, time, 1)
    flat = input.reshape((time * batch, *input.shape[2:]))
    places = np.arange(batch, dtype=np.int64)
    if batch_first:
        return _packed(name, flat, found, places * time, 1, enforce_sorted)
    return _packed(name, flat, found, places, batch, enforce_sorted)


def pack_sequence(sequences: Sequence[Tensor], enforce_sorted: bool = True) -> PackedSequence:
    """Pack sequences of different lengths.

    Args:
        sequences: Tensors `(length, *)`, none of them empty, the same but for the length.
        enforce_sorted: Whether they have to be sorted by length, the longest first; see
            `pack_padded_sequence`.

    Raises:
        TypeError: One is no Tensor.
        ValueError: There are none, one is empty, their shapes differ, or they are not sorted.

    Example:
        >>> pack_sequence([Tensor([4.0, 5.0]), Tensor([1.0, 2.0, 3.0])], enforce_sorted=False)[:2]
        (Tensor([1., 4., 2., 5., 3.]), array([2, 2, 1]))
    """
    name = "pack_sequence"
    lengths = _lengths_of(name, sequences)
    _checked_lengths(name, lengths, len(lengths), max(lengths), 1)
    ends = np.cumsum(lengths)
    return _packed(name, gc.concat(list(sequences)), lengths, ends - lengths, 1, enforce_sorted)


def pad_packed_sequence(
    sequence: PackedSequence,
    batch_first: bool = False,
    padding_value: float = 0.0,
    total_length: int | None = None,
) -> tuple[Tensor, Integers]:
    """Unpack to a padded batch, in the order in which the sequences were given.

    Args:
        sequence: What to unpack.
        batch_first: Whether the batch is to stand first.
        padding_value: What stands after the end of a sequence.
        total_length: The length to pad to; None for that of the longest.

    Returns:
        `(time, batch, *)`, or `(batch, time, *)`, and the lengths.

    Raises:
        TypeError: `sequence` is no PackedSequence.
        ValueError: `total_length` is less than the longest.

    Example:
        >>> packed = pack_sequence([Tensor([1.0, 2.0, 3.0]), Tensor([4.0, 5.0])])
        >>> pad_packed_sequence(packed, batch_first=True, padding_value=-1.0)
        (Tensor([[ 1.,  2.,  3.],
                [ 4.,  5., -1.]]), array([3, 2]))
    """
    name = "pad_packed_sequence"
    _check_packed(name, sequence)
    lengths, t, j = _steps_of(sequence)
    longest = len(sequence.batch_sizes)
    time = longest if total_length is None else size(name, "total_length", total_length, longest)
    batch = len(lengths)
    if sequence.sorted_indices is not None:
        j = sequence.sorted_indices[j]
    rows = j * time + t if batch_first else t * batch + j
    padded = _put_rows(sequence.data, rows, time * batch, float(padding_value))
    leading = (batch, time) if batch_first else (time, batch)
    return padded.reshape((*leading, *sequence.data.shape[1:])), _as_given(sequence, lengths)


def pad_sequence(
    sequences: Sequence[Tensor] | Tensor,
    batch_first: bool = False,
    padding_value: float = 0.0,
    padding_side: Literal["left", "right"] = "right",
) -> Tensor:
    """Stack sequences of different lengths, padded to that of the longest.

    Args:
        sequences: Tensors `(length, *)`, the same but for the length.
        batch_first: Whether the batch is to stand first.
        padding_value: What to pad with.
        padding_side: Where to pad: before or after a sequence.

    Returns:
        `(time, batch, *)`, or `(batch, time, *)`.

    Raises:
        TypeError: One is no Tensor.
        ValueError: There are none, their shapes differ, or the side is unknown.

    Example:
        >>> pad_sequence([Tensor([1.0, 2.0, 3.0]), Tensor([4.0, 5.0])], batch_first=True)
        Tensor([[1., 2., 3.],
                [4., 5., 0.]])
    """
    name = "pad_sequence"
    if padding_side not in ("left", "right"):
        raise ValueError(f"{name}: padding_side must be 'left' or 'right', got {padding_side!r}")
    lengths = _lengths_of(name, sequences)
    batch, time = len(lengths), int(lengths.max())
    i = np.repeat(np.arange(batch, dtype=np.int64), lengths)
    t = np.arange(int(lengths.sum()), dtype=np.int64) - (np.cumsum(lengths) - lengths)[i]
    if padding_side == "left":
        t += (time - lengths)[i]
    data = gc.concat(list(sequences))
    rows = i * time + t if batch_first else t * batch + i
    leading = (batch, time) if batch_first else (time, batch)
    padded = _put_rows(data, rows, time * batch, float(padding_value))
    return padded.reshape((*leading, *data.shape[1:]))


def unpad_sequence(
    padded_sequences: Tensor, lengths: Lengths, batch_first: bool = False
) -> list[Tensor]:
    """Cut the padding off a batch of sequences, padded on the right.

    Args:
        padded_sequences: `(time, batch, *)`, or `(batch, time, *)`.
        lengths: The length of each sequence, from 0 to `time`.
        batch_first: Whether the batch stands first.

    Returns:
        A Tensor `(length, *)` for each sequence.

    Raises:
        TypeError: `padded_sequences` is no Tensor, or the lengths are not integers.
        ValueError: The lengths are not those of such a batch.

    Example:
        >>> unpad_sequence(Tensor([[1.0, 4.0], [2.0, 5.0], [3.0, 0.0]]), [3, 2])
        [Tensor([1., 2., 3.]), Tensor([4., 5.])]
    """
    name = "unpad_sequence"
    time, batch = _time_and_batch(name, padded_sequences, batch_first)
    found = _checked_lengths(name, lengths, batch, time, 0).tolist()
    if batch_first:
        return [padded_sequences[i, :n] for i, n in enumerate(found)]
    return [padded_sequences[:n, i] for i, n in enumerate(found)]


def unpack_sequence(packed_sequences: PackedSequence) -> list[Tensor]:
    """Return the sequences of a PackedSequence, in the order in which they were given.

    Raises:
        TypeError: `packed_sequences` is no PackedSequence.

    Example:
        >>> unpack_sequence(pack_sequence([Tensor([1.0, 2.0, 3.0]), Tensor([4.0, 5.0])]))
        [Tensor([1., 2., 3.]), Tensor([4., 5.])]
    """
    _check_packed("unpack_sequence", packed_sequences)
    sizes = packed_sequences.batch_sizes
    lengths, _, _ = _steps_of(packed_sequences)
    back = packed_sequences.unsorted_indices
    places = np.arange(len(lengths)) if back is None else back
    starts = np.cumsum(sizes) - sizes
    return [_take_rows(packed_sequences.data, starts[: lengths[k]] + k) for k in places]


# ------------------------------------------------------------------------------------ places


def _packed(
    name: str, flat: Tensor, lengths: Integers, starts: Integers, stride: int, enforce_sorted: bool
) -> PackedSequence:
    """Pack sequences that begin at rows `starts` and go on every `stride` rows."""
    order: Integers | None = None
    if enforce_sorted:
        if (np.diff(lengths) > 0).any():
            raise ValueError(
                f"{name}: the lengths {lengths.tolist()} are not sorted, the longest first; sort"
                " the sequences, or pass enforce_sorted=False"
            )
    else:
        order = np.argsort(-lengths, kind="stable").astype(np.int64)
        lengths, starts = lengths[order], starts[order]
    steps = np.arange(lengths.max(initial=0), dtype=np.int64)
    there = lengths > steps[:, None]
    t, j = np.nonzero(there)
    return PackedSequence(_take_rows(flat, starts[j] + t * stride), there.sum(1), order)


def _steps_of(packed: PackedSequence) -> tuple[Integers, Integers, Integers]:
    """The lengths, sorted, and the step and the place among the sorted of each row."""
    sizes = packed.batch_sizes
    places = np.arange(sizes.max(initial=0), dtype=np.int64)
    there = sizes[:, None] > places
    t, j = np.nonzero(there)
    return there.sum(0), t, j


def _as_given(packed: PackedSequence, lengths: Integers) -> Integers:
    back = packed.unsorted_indices
    return lengths if back is None else lengths[back]


# ------------------------------------------------------------------------------------ checks


def _time_and_batch(name: str, padded: Tensor, batch_first: bool) -> tuple[int, int]:
    check_tensor(name, padded, complex_too=True)
    if padded.ndim < 2:
        expected = "(batch, time, ...)" if batch_first else "(time, batch, ...)"
        raise ValueError(f"{name}: the input has shape {padded.shape}, expected {expected}")
    first, second = padded.shape[:2]
    return (second, first) if batch_first else (first, second)


def _checked_lengths(name: str, lengths: Lengths, batch: int, time: int, least: int) -> Integers:
    found = integers(name, "lengths", lengths)
    if len(found) != batch:
        raise ValueError(f"{name}: there are {len(found)} lengths for {batch} sequences")
    if ((found < least) | (found > time)).any():
        raise ValueError(
            f"{name}: lengths are at least {least}, and at most {time} here; got {found.tolist()}"
        )
    return found


def _lengths_of(name: str, sequences: Sequence[Tensor] | Tensor) -> Integers:
    if not isinstance(sequences, (Tensor, list, tuple)):
        raise TypeError(
            f"{name}: sequences is {type(sequences).__name__}, expected a list of Tensors"
        )
    if len(sequences) == 0:
        raise ValueError(f"{name}: there are no sequences")
    for i, sequence in enumerate(sequences):
        if not isinstance(sequence, Tensor):
            raise TypeError(
                f"{name}: sequences[{i}] is {type(sequence).__name__}, expected a Tensor"
            )
        rest = sequences[0].shape[1:]
        if sequence.ndim == 0 or sequence.shape[1:] != rest:
            raise ValueError(
                f"{name}: sequences[{i}] has shape {sequence.shape}, expected (length, *), where *"
                f" is {rest} as in the first"
            )
    return np.array([sequence.shape[0] for sequence in sequences], np.int64)


def _check_packed(name: str, sequence: PackedSequence) -> None:
    if not isinstance(sequence, PackedSequence):
        raise TypeError(f"{name}: got {type(sequence).__name__}, expected a PackedSequence")
