"""Datasets, samplers and batches of samples, without a loader."""

from __future__ import annotations

import math
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

import grad_core as gc
from grad_core import Tensor
from grad_nn.data import (
    BatchSampler,
    ChainDataset,
    ConcatDataset,
    DataLoader,
    Dataset,
    IterableDataset,
    RandomSampler,
    Sampler,
    SequentialSampler,
    StackDataset,
    Subset,
    SubsetRandomSampler,
    TensorDataset,
    WeightedRandomSampler,
    default_collate,
    random_split,
)

ANY: Any = None
WRONG: Any = "ab"
HALF: Any = 0.5


class Stream(IterableDataset[int]):
    def __init__(self, *numbers: int) -> None:
        self.numbers = numbers

    def __iter__(self) -> Iterator[int]:
        return iter(self.numbers)

    def __len__(self) -> int:
        return len(self.numbers)


class Point(NamedTuple):
    x: Tensor
    y: float


def plain(batch: Any) -> Any:
    """A batch with lists in place of Tensors."""
    if isinstance(batch, Tensor):
        return batch.tolist()
    if isinstance(batch, dict):
        return {key: plain(value) for key, value in batch.items()}
    if isinstance(batch, (tuple, list)):
        items = [plain(item) for item in batch]
        return items if isinstance(batch, list) else tuple(items)
    return batch


# ------------------------------------------------------------------------ datasets


def test_samples_of_tensors_and_arrays() -> None:
    x, y = Tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]), np.array([7, 8, 9])
    dataset = TensorDataset(x, y)
    assert len(dataset) == 3
    first, second = dataset[-1]
    assert isinstance(first, Tensor)
    assert isinstance(second, np.ndarray)
    assert (first.tolist(), second.shape, second.item()) == ([5.0, 6.0], (), 9)
    with pytest.raises(IndexError):
        dataset[3]


@given(st.lists(st.integers(-5, 4), max_size=8), st.booleans())
def test_a_batch_is_what_its_samples_make(indices: list[int], trained: bool) -> None:
    x = Tensor(np.arange(15.0).reshape(5, 3).T.copy().T, requires_grad=trained)
    dataset = TensorDataset(x, np.arange(5, dtype=np.int16), np.arange(10.0).reshape(5, 2)[:, ::-1])
    batch = dataset.batch(indices)
    if indices:
        samples = default_collate([dataset[i] for i in indices])
        for taken, stacked in zip(batch, samples, strict=True):
            assert_array_equal(taken.data, stacked.data)
            assert (taken.dtype, taken.requires_grad) == (stacked.dtype, stacked.requires_grad)
    assert [t.shape for t in batch] == [(len(indices), 3), (len(indices),), (len(indices), 2)]
    if trained:
        batch[0].sum().backward()
        counts = Counter(i % 5 for i in indices)
        assert_array_equal(x.grad, [[counts[i]] * 3 for i in range(5)])


def test_a_batch_shares_no_memory() -> None:
    x = np.arange(4.0)
    (batch,) = TensorDataset(x).batch([0, 1])
    batch.data[0] = 9.0
    assert x[0] == 0.0


def test_combined_datasets() -> None:
    both = ConcatDataset(["ab", "", "cde"])
    assert [both[i] for i in range(-5, 5)] == list("abcdeabcde")
    assert both.cumulative_sizes == [2, 2, 5]
    tensors = TensorDataset(np.arange(2.0))
    assert [int(x) for (x,) in (tensors + tensors)] == [0, 1, 0, 1]
    chain = Stream(1, 2) + Stream() + Stream(3)
    assert isinstance(chain, ChainDataset)
    assert (list(chain), len(chain)) == ([1, 2, 3], 3)
    assert list(ChainDataset(Stream(i) for i in range(2))) == [0, 1]
    nested = Subset(Subset("abcdef", [5, 3, 1]), np.array([2, -1, 0]))
    assert "".join(nested) == "bbf"
    assert StackDataset("ab", [1, 2], (3, 4), "xy")[1] == ("b", 2, 4, "y")
    assert StackDataset(a="ab", b="cd")[0] == {"a": "a", "b": "c"}
    assert len(StackDataset(a="ab", b="cd")) == 2


@given(
    st.integers(0, 40),
    st.lists(st.integers(1, 9), min_size=1, max_size=5),
    st.integers(0, 3),
)
def test_parts_cover_a_dataset(n: int, weights: list[int], seed: int) -> None:
    shares = [w / sum(weights) for w in weights]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # some parts are empty
        parts = random_split(range(n), shares, rng=seed)
    rounded = [math.floor(share * n) for share in shares]
    left = n - sum(rounded)
    assert [len(part) for part in parts] == [size + (i < left) for i, size in enumerate(rounded)]
    assert sorted(i for part in parts for i in part) == list(range(n))


def test_lengths_or_shares() -> None:
    def lengths(n: int, given: Any) -> list[int]:
        return [len(part) for part in random_split(range(n), given, rng=0)]

    assert lengths(10, [3, 7]) == [3, 7]
    assert lengths(5, [1]) == [5]
    assert lengths(10, [0.33, 0.33, 0.34]) == [4, 3, 3]
    assert lengths(25, [0.2, 0.36, 0.16, 0.2, 0.08]) == [5, 9, 4, 5, 2]  # shares of 1 + 2^-52
    assert lengths(10, [np.float32(0.5), np.float32(0.5)]) == [5, 5]
    assert lengths(10, np.array([4, 6])) == [4, 6]
    with pytest.warns(UserWarning, match="part 1 is empty"):
        assert lengths(3, [3, 0]) == [3, 0]
    same, other = (random_split("abcdefgh", [4, 4], rng=rng)[0].indices for rng in (1, 2))
    assert same == random_split("abcdefgh", [4, 4], rng=1)[0].indices
    assert same != other


# ------------------------------------------------------------------------ samplers


def test_orders() -> None:
    assert list(SequentialSampler("abc")) == [0, 1, 2]
    for sampler in (RandomSampler(range(9), rng=0), SubsetRandomSampler(range(9), rng=0)):
        first, second = list(sampler), list(sampler)
        assert sorted(first) == sorted(second) == list(range(9))
        assert first != second
        assert all(type(i) is int for i in first)
        assert len(sampler) == 9
    assert list(RandomSampler(range(9), rng=3)) == list(RandomSampler(range(9), rng=3))


def test_an_order_is_drawn_when_an_iteration_begins() -> None:
    for kind in (
        lambda rng: RandomSampler(range(5), rng=rng),
        lambda rng: RandomSampler(range(5), True, 7, rng),
        lambda rng: SubsetRandomSampler([1, 2, 3], rng),
        lambda rng: WeightedRandomSampler([1, 2], 5, rng=rng),
        lambda rng: BatchSampler(RandomSampler(range(5), rng=rng), 2, False),
    ):
        rng = np.random.default_rng(0)
        left = iter(kind(rng))
        state = rng.bit_generator.state
        assert len(list(left)) > 2
        assert rng.bit_generator.state == state


def test_random_samples_of_a_number() -> None:
    more = list(RandomSampler(range(3), num_samples=8, rng=0))
    assert sorted(more[:3]) == sorted(more[3:6]) == [0, 1, 2]
    assert len(set(more[6:])) == 2
    replaced = list(RandomSampler(range(3), replacement=True, num_samples=300, rng=0))
    assert len(replaced) == 300
    assert all(70 < n < 130 for n in Counter(replaced).values())
    assert list(RandomSampler([], rng=0)) == []
    growing = [0]
    sampler = RandomSampler(growing, rng=0)
    growing.append(1)
    assert len(sampler) == 2


def test_many_indices_come_whole() -> None:
    n = 70_000  # more than are Python ints at a time
    assert sorted(RandomSampler(range(n), rng=0)) == list(range(n))


def test_weights() -> None:
    counts = Counter(WeightedRandomSampler([1, 0, 3], 4000, rng=0))
    assert counts[1] == 0
    assert counts[2] / counts[0] == pytest.approx(3, rel=0.15)
    assert sorted(WeightedRandomSampler([1e300, 0, 1e300, 5e-3], 2, False, 0)) == [0, 2]
    assert len(WeightedRandomSampler(np.ones(3, np.float32), 7)) == 7


def test_batches_of_indices() -> None:
    assert list(BatchSampler(range(5), 2, False)) == [[0, 1], [2, 3], [4]]
    assert list(BatchSampler(range(5), 2, True)) == [[0, 1], [2, 3]]
    assert [len(BatchSampler(range(n), 3, drop)) for n in (0, 3, 4) for drop in (True, False)] == [
        0, 0, 1, 1, 1, 2,
    ]  # fmt: skip
    with pytest.raises(TypeError, match="has no len"):
        len(BatchSampler(iter([1]), 2, False))


# ------------------------------------------------------------------------ collate

COLLATED: list[tuple[str, list[Any], Any]] = [
    ("tensors", [Tensor([1.0, 2.0]), Tensor([3.0, 4.0])], [[1.0, 2.0], [3.0, 4.0]]),
    ("scalars", [Tensor(1.0), Tensor(2.0)], [1.0, 2.0]),
    ("arrays", [np.array([1, 2]), np.array([3, 4])], [[1, 2], [3, 4]]),
    ("empty", [np.zeros((0, 2)), np.zeros((0, 2))], [[], []]),
    ("mixed", [Tensor([1.0]), np.array([2.0])], [[1.0], [2.0]]),
    ("numbers", [1, 2], [1, 2]),
    ("int and float", [1, 2.5], [1.0, 2.5]),
    ("bools", [True, False], [True, False]),
    ("complex", [1j, 2.0], [1j, 2.0]),
    ("numpy", [np.float64(1), np.float64(2)], [1.0, 2.0]),
    ("text", ["a", "b"], ["a", "b"]),
    ("bytes", [b"a", b"b"], [b"a", b"b"]),
    ("tuple", [(1, 2.0), (3, 4.0)], ([1, 3], [2.0, 4.0])),
    ("list", [[1, "a"], [2, "b"]], [[1, 2], ["a", "b"]]),
    ("no items", [(), ()], ()),
    ("dict", [{"a": 1, 2: 3}, {2: 4, "a": 5}], {"a": [1, 5], 2: [3, 4]}),
    ("deep", [{"a": [(1, {"b": 2})]}] * 2, {"a": [([1, 1], {"b": [2, 2]})]}),
    ("one", [(1,)], ([1],)),
]


@pytest.mark.parametrize(("name", "samples", "expected"), COLLATED, ids=[c[0] for c in COLLATED])
def test_collate(name: str, samples: list[Any], expected: Any) -> None:
    assert plain(default_collate(samples)) == expected


def test_dtypes_of_batches() -> None:
    def dtype(*samples: Any) -> Any:
        return default_collate(list(samples)).dtype

    assert dtype(1.0, 2.0) == np.float32
    assert dtype(1, 2) == np.int64
    assert dtype(1j) == np.complex64
    assert dtype(np.float64(1), np.float64(2)) == np.float64
    assert dtype(np.float16(1)) == np.float16
    assert dtype(np.ones(2, np.uint8)) == np.uint8
    assert dtype(gc.from_numpy(np.ones(2)), np.ones(2, np.float32)) == np.float64
    gc.set_default_dtype("float64")
    try:
        assert dtype(1.0) == np.float64
        assert dtype(1j) == np.complex128
    finally:
        gc.set_default_dtype("float32")


def test_what_a_batch_is_made_of() -> None:
    batch = default_collate([Point(Tensor([1.0]), 2.0), Point(Tensor([3.0]), 4.0)])
    assert isinstance(batch, Point)
    assert plain(batch.x) == [[1.0], [3.0]]
    array = np.ones(2)
    batched = default_collate([array, array])
    batched.data[0] = 5.0
    assert_array_equal(array, [1, 1])
    x = Tensor([1.0, 2.0], requires_grad=True)
    (default_collate([x, Tensor([3.0, 4.0])]) * 2).sum().backward()
    assert_array_equal(x.grad, [2, 2])


# ------------------------------------------------------------------------ errors


class NoLength(Dataset[int]):
    def __getitem__(self, index: int) -> int:
        return index


ERRORS: list[tuple[str, Callable[[], Any], type[Exception], str]] = [
    ("abstract", lambda: NoLength(), TypeError, "__len__"),  # type: ignore[abstract]  # the error under test
    ("sampler", lambda: Sampler(), TypeError, "__iter__"),  # type: ignore[abstract]  # the error under test
    ("none", lambda: TensorDataset(), ValueError, "at least one Tensor"),
    ("lengths", lambda: TensorDataset(np.ones(2), np.ones(3)), ValueError, r"length: \[2, 3\]"),
    ("axes", lambda: TensorDataset(np.ones(2), Tensor(1.0)), ValueError, r"tensors\[1\] has no ax"),
    ("list", lambda: TensorDataset([1, 2]), TypeError, r"tensors\[0\] is list, expected a Tensor"),
    ("text", lambda: TensorDataset(np.array(["a"])), TypeError, "ndarray of numbers"),
    ("batch", lambda: TensorDataset(np.ones(2)).batch([2]), IndexError, "out of bounds"),
    ("float", lambda: TensorDataset(np.ones(2)).batch([HALF]), TypeError, "indices are integ"),
    ("text split", lambda: random_split("abc", WRONG), ValueError, "shares that add up to 1"),
    ("weights", lambda: WeightedRandomSampler("ab", 1), TypeError, "weights are no numbers"),
    ("no parts", lambda: ConcatDataset([]), ValueError, "at least one dataset"),
    ("stream", lambda: ConcatDataset([ANY, Stream(1)][1:]), TypeError, r"datasets\[0\] is an Iter"),
    ("index", lambda: ConcatDataset(["ab"])[2], IndexError, "no sample 2, only 2 of them"),
    ("index2", lambda: ConcatDataset(["ab"])[-3], IndexError, "no sample -3"),
    ("chain", lambda: list(ChainDataset([WRONG])), TypeError, r"datasets\[0\] is str"),
    ("stack", lambda: StackDataset("a", "bc"), ValueError, r"differ in length: \[1, 2\]"),
    ("stacked", lambda: StackDataset("a", b="c"), ValueError, "all by position or all by name"),  # type: ignore[call-overload]  # the error under test
    ("nothing", lambda: StackDataset(), ValueError, "got 0 and 0"),
    ("split", lambda: random_split("abc", [1, 1]), ValueError, r"\[1, 1\], .* add up to 3"),
    ("shares", lambda: random_split("abc", [0.5, 0.3]), ValueError, "shares that add up to 1"),
    ("negative", lambda: random_split("abc", [4, -1]), ValueError, "add up to 3"),
    ("negative share", lambda: random_split("abc", [1.5, -0.5]), ValueError, "add up to 1"),
    ("nan", lambda: random_split("abc", [math.nan, 1.0]), ValueError, "add up to 1"),
    ("count", lambda: RandomSampler("abc", num_samples=0), ValueError, "num_samples is an int, at"),
    (
        "flag",
        lambda: RandomSampler("abc", ANY),
        TypeError,
        "replacement is True or False, got None",
    ),
    ("empty", lambda: list(RandomSampler("", num_samples=2)), ValueError, "nothing to draw 2"),
    ("weight", lambda: WeightedRandomSampler([1, -1], 1), ValueError, r"at least 0 .* \[1, -1\]"),
    ("weights", lambda: WeightedRandomSampler([0, 0], 1), ValueError, "not all 0"),
    ("weight nan", lambda: WeightedRandomSampler([1, np.nan], 1), ValueError, "finite"),
    ("weight axes", lambda: WeightedRandomSampler([[1]], 1), ValueError, "one row"),
    ("few", lambda: WeightedRandomSampler([1, 0], 2, False), ValueError, "only 1 samples have a w"),
    (
        "batch size",
        lambda: BatchSampler([0], 0, False),
        ValueError,
        "batch_size is an int, at leas",
    ),
    ("drop", lambda: BatchSampler([0], 1, ANY), TypeError, "drop_last is True or False"),
    ("no samples", lambda: default_collate([]), ValueError, "there are no samples"),
    (
        "shapes",
        lambda: default_collate([{"a": [np.ones(2)]}, {"a": [np.ones(3)]}]),
        ValueError,
        r"shapes differ at \['a'\]\[0\]: \([23],\) and \([23],\)",
    ),
    ("rows", lambda: default_collate([(1,), (1, 2)]), ValueError, r"lengths differ: \[1, 2\]"),
    ("keys", lambda: default_collate([{"a": 1}, {"b": 1}]), ValueError, r"keys differ: \['a'\] an"),
    ("key", lambda: default_collate([{"a": 1}, {"a": 1, "b": 1}]), ValueError, "keys differ"),
    ("kinds", lambda: default_collate([1, "a"]), TypeError, "several kinds: int and str"),
    ("kinds2", lambda: default_collate([("a",), (1,)]), TypeError, r"kinds at \[0\]: str and int"),
    ("kinds3", lambda: default_collate([(1,), 1]), TypeError, "several kinds: tuple and int"),
    ("kinds4", lambda: default_collate([{}, 1]), TypeError, "several kinds: dict and int"),
    ("kind", lambda: default_collate([(None,)]), TypeError, r"of NoneType at \[0\]; expected Tens"),
    ("object", lambda: default_collate([np.array([None])]), TypeError, "object is no dtype of num"),
    ("huge", lambda: default_collate([10**30]), TypeError, "object is no dtype of numbers"),
]


@pytest.mark.parametrize(("name", "run", "kind", "message"), ERRORS, ids=[e[0] for e in ERRORS])
def test_errors(name: str, run: Callable[[], Any], kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        run()


def test_a_stream_has_no_samples_by_index() -> None:
    with pytest.raises(TypeError, match="DataLoader: dataset is list_iterator"):
        DataLoader(iter([1, 2]))  # type: ignore[call-overload]  # the error under test
