"""Packed and padded sequences, and recurrent layers over packed ones."""

from __future__ import annotations

import copy
import pickle
import re
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from tests.nn.recurrent_reference import run
from tests.nn.test_recurrent import MODES, by_part, each_mode, flat, layer_of

import grad_core as gc
import grad_nn as nn
from grad_core import Tensor
from grad_nn.utils import rnn
from grad_nn.utils.rnn import PackedSequence

rng = np.random.default_rng(12)


def sequences(lengths: list[int], *rest: int) -> list[Tensor]:
    return [Tensor(rng.normal(size=(n, *rest)), requires_grad=True, dtype=float) for n in lengths]


def assert_equal(a: PackedSequence, b: PackedSequence) -> None:
    assert_array_equal(a.data.data, b.data.data)
    for x, y in zip(a[1:], b[1:], strict=True):
        assert_array_equal(np.asarray(x), np.asarray(y))


some_lengths = st.lists(st.integers(1, 5), min_size=1, max_size=5)


@given(
    lengths=some_lengths, rest=st.lists(st.integers(0, 2), max_size=2), batch_first=st.booleans()
)
@settings(deadline=None)
def test_there_and_back(lengths: list[int], rest: list[int], batch_first: bool) -> None:
    given = sequences(lengths, *rest)
    padded = rnn.pad_sequence(given, batch_first, -1.0)
    by_batch = padded.data if batch_first else padded.data.swapaxes(0, 1)
    for row, sequence in zip(by_batch, given, strict=True):
        assert_array_equal(row[: len(sequence)], sequence.data)
        assert (row[len(sequence) :] == -1).all()
    packed = rnn.pack_sequence(given, enforce_sorted=False)
    same = rnn.pack_padded_sequence(padded, lengths, batch_first, enforce_sorted=False)
    assert_equal(packed, same)
    assert packed.batch_sizes.tolist() == [sum(n > t for n in lengths) for t in range(max(lengths))]
    again, found = rnn.pad_packed_sequence(packed, batch_first, -1.0)
    assert_array_equal(again.data, padded.data)
    assert found.tolist() == lengths
    for back in (rnn.unpack_sequence(packed), rnn.unpad_sequence(padded, lengths, batch_first)):
        assert len(back) == len(given)
        for a, b in zip(back, given, strict=True):
            assert_array_equal(a.data, b.data)
    gc.concat([t * t for t in rnn.unpack_sequence(packed)]).sum().backward()
    for sequence in given:
        assert sequence.grad is not None
        assert_array_equal(sequence.grad, 2 * sequence.data)


def test_order() -> None:
    """The longest comes first, and of equal ones the first."""
    packed = rnn.pack_sequence([Tensor([n] * n) for n in (1, 3, 2, 3)], enforce_sorted=False)
    assert packed.data.data.tolist() == [3, 3, 2, 1, 3, 3, 2, 3, 3]
    assert packed.batch_sizes.tolist() == [4, 3, 2]
    assert packed.sorted_indices is not None
    assert packed.sorted_indices.tolist() == [1, 3, 2, 0]
    assert packed.unsorted_indices is not None
    assert packed.unsorted_indices.tolist() == [3, 0, 2, 1]
    ordered = rnn.pack_sequence([Tensor([2, 2]), Tensor([1])])
    assert ordered.sorted_indices is ordered.unsorted_indices is None


def test_padding() -> None:
    xs = [Tensor([1.0]), Tensor([2.0, 3.0])]
    assert rnn.pad_sequence(xs, True, padding_side="left").data.tolist() == [[0, 1], [2, 3]]
    assert rnn.pad_sequence(xs, padding_value=9.0).data.tolist() == [[1, 2], [9, 3]]
    packed = rnn.pack_sequence(xs, enforce_sorted=False)
    padded, _ = rnn.pad_packed_sequence(packed, True, total_length=3, padding_value=np.inf)
    assert padded.data.tolist() == [[1, np.inf, np.inf], [2, 3, np.inf]]
    assert rnn.pad_sequence(Tensor([[1.0], [2.0]])).data.tolist() == [[1, 2]]
    integers = rnn.pad_sequence([gc.from_numpy(np.array([1])), gc.from_numpy(np.array([2, 3]))])
    assert integers.dtype == np.int64
    assert rnn.unpad_sequence(Tensor(np.ones((2, 2))), [0, 2])[0].shape == (0,)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.int8, bool, np.complex64])
def test_dtypes_stay(dtype: Any) -> None:
    xs = [gc.from_numpy(np.ones(n, dtype)) for n in (3, 2)]
    packed = rnn.pack_sequence(xs)
    assert packed.data.dtype == dtype
    assert rnn.pad_packed_sequence(packed)[0].dtype == dtype


def test_lengths_of_any_kind() -> None:
    x = Tensor(np.arange(6.0).reshape(3, 2))
    kinds: list[Any] = [[3, 2], (3, 2), np.array([3, 2], np.uint8), gc.from_numpy(np.array([3, 2]))]
    for lengths in kinds:
        assert rnn.pack_padded_sequence(x, lengths).data.data.tolist() == [0, 1, 2, 3, 4]


def test_packed_sequences_are_values() -> None:
    packed = rnn.pack_sequence([Tensor([1.0]), Tensor([2.0, 3.0])], enforce_sorted=False)
    for again in (copy.deepcopy(packed), pickle.loads(pickle.dumps(packed)), packed._replace()):
        assert isinstance(again, PackedSequence)
        assert_equal(again, packed)
    data, sizes, there, back = packed
    assert PackedSequence(data, sizes, there).unsorted_indices.tolist() == back.tolist()  # type: ignore[union-attr]  # it is there
    assert PackedSequence(data, sizes, None, back).sorted_indices.tolist() == there.tolist()  # type: ignore[union-attr]  # it is there
    assert PackedSequence(data[:0], []).batch_sizes.tolist() == []
    assert rnn.unpack_sequence(PackedSequence(data[:0], [])) == []
    sizes_of_mine = np.array([3])
    mine = PackedSequence(data, sizes_of_mine)
    sizes_of_mine[0] = 1
    assert mine.batch_sizes.tolist() == [3]


def test_invert_permutation() -> None:
    assert rnn.invert_permutation(None) is None
    assert rnn.invert_permutation([]).tolist() == []  # type: ignore[union-attr]  # it is there
    assert rnn.invert_permutation([2, 0, 1]).tolist() == [1, 2, 0]  # type: ignore[union-attr]  # it is there


# ------------------------------------------------------------------------------------ layers


@given(mode=st.sampled_from(MODES), lengths=some_lengths, seed=st.integers(0, 100))
@settings(max_examples=40, deadline=None)
def test_each_sequence_runs_by_itself(mode: str, lengths: list[int], seed: int) -> None:
    layer = layer_of(mode, 2, 3, bidirectional=True, rng=seed, dtype=np.float64)
    xs = sequences(lengths, 2)
    h, c = (rng.normal(size=(2, len(lengths), 3)) for _ in range(2))
    first = (Tensor(h, dtype=float), Tensor(c, dtype=float))
    packed = rnn.pack_sequence(xs, enforce_sorted=False)
    output, last = layer(packed, first if mode == "LSTM" else first[0])
    assert isinstance(output, PackedSequence)
    assert_array_equal(output.batch_sizes, packed.batch_sizes)
    arrays = [x.data for x in xs]
    runs = [
        run(mode, arrays, h[j], c[j], by_part(layer, suffix), reverse=bool(j))
        for j, suffix in enumerate(("_l0", "_l0_reverse"))
    ]
    for i, y in enumerate(rnn.unpack_sequence(output)):
        assert_allclose(y.data, np.concatenate([ys[i] for ys, _, _ in runs], 1), rtol=1e-6)
    for t, k in zip(flat(last), (1, 2), strict=False):
        assert_allclose(t.data, np.stack([found[k] for found in runs]), rtol=1e-6)


@each_mode
def test_gradients_are_those_of_each_sequence(mode: str) -> None:
    layer = layer_of(mode, 2, 3, 2, bidirectional=True, rng=0, dtype=np.float64)
    xs = sequences([2, 4, 1], 2)
    ends = [*xs, *layer.parameters()]

    def loss(results: Any) -> Tensor:
        return sum(((t**2).sum() for t in results), Tensor(0.0))

    output, last = layer(rnn.pack_sequence(xs, enforce_sorted=False))
    together = gc.gradient(loss([output.data, *flat(last)]), ends)
    apart = gc.gradient(sum((loss(flat(layer(x))) for x in xs), Tensor(0.0)), ends)
    for a, b in zip(together, apart, strict=True):
        assert_allclose(a.data, b.data, atol=1e-10)


@each_mode
def test_second_gradients(mode: str) -> None:
    layer = layer_of(mode, 2, 2, rng=0, dtype=np.float64)
    xs = sequences([1, 3], 2)

    def second(results: Any) -> Any:
        total = sum(((t**2).sum() for t in results), Tensor(0.0))
        first = gc.gradient(total, xs, create_graph=True)
        return gc.gradient(
            sum(((g**2).sum() for g in first), Tensor(0.0)), list(layer.parameters())
        )

    output, last = layer(rnn.pack_sequence(xs, enforce_sorted=False))
    together = second([output.data, *flat(last)])
    apart = second([t for x in xs for t in flat(layer(x))])
    for a, b in zip(together, apart, strict=True):
        assert_allclose(a.data, b.data, atol=1e-10)


def test_an_empty_packed_sequence() -> None:
    output, h = nn.GRU(2, 3)(PackedSequence(Tensor(np.ones((0, 2))), []))
    assert output.data.shape == (0, 3)
    assert h.shape == (1, 0, 3)


# ------------------------------------------------------------------------------------ errors

x = Tensor(np.ones((4, 3, 2)))
p = rnn.pack_padded_sequence(x, [4, 2, 1])
wrong: Any = "1"
# Some of the calls are what the types forbid
untyped: Any = rnn
layers: Any = nn

ERRORS: list[tuple[Any, type[Exception], str]] = [
    (lambda: untyped.pack_padded_sequence(x.data, [4, 2, 1]), TypeError, "pack_padded_sequence: input is ndarray, expected a Tensor"),
    (lambda: untyped.pack_padded_sequence(x[0, 0], [2]), ValueError, "the input has shape (2,), expected (time, batch, ...)"),
    (lambda: untyped.pack_padded_sequence(x, [2, 4, 1]), ValueError, "pack_padded_sequence: the lengths [2, 4, 1] are not sorted, the longest first"),
    (lambda: untyped.pack_padded_sequence(x, [4, 2]), ValueError, "pack_padded_sequence: there are 2 lengths for 3 sequences"),
    (lambda: untyped.pack_padded_sequence(x, [4, 2, 1], True), ValueError, "there are 3 lengths for 4 sequences"),
    (lambda: untyped.pack_padded_sequence(x, [4, 2, 0]), ValueError, "lengths are at least 1, and at most 4 here; got [4, 2, 0]"),
    (lambda: untyped.pack_padded_sequence(x, [5, 2, 1]), ValueError, "lengths are at least 1, and at most 4 here; got [5, 2, 1]"),
    (lambda: untyped.pack_padded_sequence(x, [4.0, 2.0, 1.0]), TypeError, "pack_padded_sequence: lengths are integers; got [4.0, 2.0, 1.0]"),
    (lambda: untyped.pack_padded_sequence(x, [[4, 2, 1]]), ValueError, "lengths stand in one axis; got an array of shape (1, 3)"),
    (lambda: untyped.pack_sequence([]), ValueError, "pack_sequence: there are no sequences"),
    (lambda: untyped.pack_sequence([x[:0]]), ValueError, "lengths are at least 1, and at most 0 here; got [0]"),
    (lambda: untyped.pack_sequence([x[0], x[0].data]), TypeError, "pack_sequence: sequences[1] is ndarray, expected a Tensor"),
    (lambda: untyped.pack_sequence([x[:1], x]), ValueError, "pack_sequence: the lengths [1, 4] are not sorted"),
    (lambda: untyped.pad_sequence([x, x[0]]), ValueError, "pad_sequence: sequences[1] has shape (3, 2), expected (length, *), where * is (3, 2)"),
    (lambda: untyped.pad_sequence([x[0, 0, 0]]), ValueError, "pad_sequence: sequences[0] has shape ()"),
    (lambda: untyped.pad_sequence(wrong), TypeError, "pad_sequence: sequences is str, expected a list of Tensors"),
    (lambda: untyped.pad_sequence([x], padding_side=wrong), ValueError, "padding_side must be 'left' or 'right', got '1'"),
    (lambda: untyped.pad_packed_sequence(p, total_length=3), ValueError, "pad_packed_sequence: total_length is an int, at least 4; got 3"),
    (lambda: untyped.pad_packed_sequence(wrong), TypeError, "pad_packed_sequence: got str, expected a PackedSequence"),
    (lambda: untyped.unpack_sequence(wrong), TypeError, "unpack_sequence: got str, expected a PackedSequence"),
    (lambda: untyped.unpad_sequence(x, [5, 1, 1]), ValueError, "unpad_sequence: lengths are at least 0, and at most 4 here"),
    (lambda: untyped.invert_permutation([0, 2]), ValueError, "invert_permutation: expected 0 to 1, each once; got [0, 2]"),
    (lambda: PackedSequence(wrong, [1]), TypeError, "PackedSequence: data is str, expected a Tensor"),
    (lambda: PackedSequence(x, [1, 3]), ValueError, "PackedSequence: batch_sizes are positive and never increase; got [1, 3]"),
    (lambda: PackedSequence(x, [3, 0]), ValueError, "PackedSequence: batch_sizes are positive"),
    (lambda: PackedSequence(x, [3, 2]), ValueError, "PackedSequence: data has shape (4, 3, 2), expected (5, ...), the sum of batch_sizes [3, 2]"),
    (lambda: PackedSequence(x, [3, 1], [0, 1]), ValueError, "sorted_indices are a permutation of the 3 sequences; got [0, 1]"),
    (lambda: PackedSequence(x, [3, 1], [0, 1, 1]), ValueError, "sorted_indices are a permutation of the 3 sequences; got [0, 1, 1]"),
    (lambda: PackedSequence(x, [3, 1], [1, 2, 0], [1, 2, 0]), ValueError, "are not inverse to each other: [1, 2, 0], [1, 2, 0]"),
    (lambda: layers.GRU(3, 3)(p), ValueError, "GRU: input has shape (7, 2), expected (rows, 3)"),
    (lambda: layers.GRU(2, 3)(p, x[:1]), ValueError, "GRU: h_0 has shape (1, 3, 2), expected (1, 3, 3)"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "error", "message"), ERRORS, ids=[m for _, _, m in ERRORS])
def test_errors(call: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=re.escape(message)):
        call()


def test_utils_rnn_needs_no_import_of_its_own() -> None:
    code = "import grad_nn; grad_nn.utils.rnn.pack_sequence"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
