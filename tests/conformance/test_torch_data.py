"""Data side by side with PyTorch: which samples are in which batch, and what a batch is."""

from __future__ import annotations

import warnings
from collections import namedtuple
from typing import Any

import numpy as np
import pytest
import torch
import torch.utils.data as theirs
from hypothesis import given
from hypothesis import strategies as st

import grad_nn.data as ours
from grad_core import Tensor

Pair = namedtuple("Pair", ["x", "y"])


def plain(batch: Any) -> Any:
    """A batch as nested lists, with dtypes; PyTorch makes lists of tuples."""
    if isinstance(batch, (Tensor, torch.Tensor)):
        return (batch.tolist(), str(batch.dtype).removeprefix("torch."))
    if isinstance(batch, dict):
        return {key: plain(value) for key, value in batch.items()}
    if isinstance(batch, (tuple, list)):
        return [plain(item) for item in batch]
    return batch


@given(
    st.integers(0, 12), st.integers(1, 5), st.booleans(), st.sampled_from([None, "sampler", "own"])
)
def test_batches(n: int, size: int, drop_last: bool, kind: str | None) -> None:
    order = [(5 * i + 2) % n for i in range(n)]

    def found(lib: Any) -> tuple[Any, int]:
        if kind == "own":
            batches = lib.BatchSampler(order, size, drop_last)
            loader = lib.DataLoader(range(n), batch_sampler=batches)
        else:
            sampler = order if kind == "sampler" else None
            loader = lib.DataLoader(range(n), size, sampler=sampler, drop_last=drop_last)
        return [plain(batch) for batch in loader], len(loader)

    assert found(ours) == found(theirs)


@given(st.integers(0, 12), st.one_of(st.none(), st.integers(1, 5)), st.booleans())
def test_streams(n: int, size: int | None, drop_last: bool) -> None:
    def found(lib: Any) -> tuple[Any, int]:
        class Stream(lib.IterableDataset):  # type: ignore[misc]  # of either library
            def __iter__(self) -> Any:
                return iter(range(n))

            def __len__(self) -> int:
                return n

        loader = lib.DataLoader(Stream(), size, drop_last=drop_last and size is not None)
        chained = lib.DataLoader(Stream() + Stream(), size)
        return [[plain(b) for b in loader], [plain(b) for b in chained]], len(loader)

    assert found(ours) == found(theirs)


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_workers_share_a_stream_in_the_same_order() -> None:
    class Shared:
        lib: Any = None

        def __iter__(self) -> Any:
            info = self.lib.get_worker_info()
            return iter(range(info.id, 11, info.num_workers) if info.id else range(3))

    def found(lib: Any) -> Any:
        kind = type("Shared", (Shared, lib.IterableDataset), {"lib": lib})
        return [plain(b) for b in lib.DataLoader(kind(), 2, num_workers=2)]

    assert found(ours) == found(theirs)


SAMPLES: list[list[Any]] = [
    [1, 2],
    [True, False],
    ["a", "b"],
    [b"a"],
    [np.float64(1), np.float64(2)],
    [np.float16(1)],
    [np.ones((2, 1), np.float32), np.zeros((2, 1), np.float32)],
    [np.arange(3)],
    [(1, "a"), (2, "b")],
    [[1, (2, 3)], [4, (5, 6)]],
    [{"a": np.ones(2), "b": [1, "x"]}, {"b": [2, "y"], "a": np.zeros(2)}],
    [{"deep": {"er": (1, {"est": np.int8(3)})}}] * 3,
    [Pair(1, np.ones(1)), Pair(2, np.zeros(1))],
    [()],
    [[]],
]


@pytest.mark.parametrize("samples", SAMPLES, ids=repr)
def test_collate(samples: list[Any]) -> None:
    mine, other = ours.default_collate(samples), theirs.default_collate(samples)
    assert plain(mine) == plain(other)
    if isinstance(other, (dict, Pair)):
        assert type(mine) is type(other)


def test_a_python_float_gets_the_default_dtype() -> None:
    """A difference: PyTorch makes float64 of them, which a float32 model then does not take."""
    mine, other = ours.default_collate([1.0, 2.0]), theirs.default_collate([1.0, 2.0])
    assert (str(mine.dtype), other.dtype) == ("float32", torch.float64)
    assert mine.tolist() == other.tolist()


@pytest.mark.parametrize(
    "samples",
    [
        [],
        [np.ones(2), np.ones(3)],
        [(1,), (1, 2)],
        [{"a": 1}, {"b": 1}],
        [None],
        pytest.param([object()], id="[object()]"),  # whose repr tells its address
        [np.array(["a"])],
        [np.array([None])],
    ],
    ids=repr,
)
def test_what_is_no_batch(samples: list[Any]) -> None:
    kinds = (TypeError, ValueError, RuntimeError, KeyError, IndexError)
    with pytest.raises(kinds):
        theirs.default_collate(samples)
    with pytest.raises((TypeError, ValueError), match="default_collate: "):
        ours.default_collate(samples)


@given(
    st.integers(0, 30),
    st.one_of(
        st.lists(st.integers(0, 10), min_size=1, max_size=4),
        st.lists(st.integers(1, 9), min_size=1, max_size=5)
        .map(lambda ws: [w / sum(ws) for w in ws])
        .filter(lambda shares: sum(shares) <= 1),  # PyTorch refuses what rounds to more
        st.lists(st.floats(0, 1), min_size=1, max_size=4),
    ),
)
def test_lengths_of_parts(n: int, lengths: list[float]) -> None:
    def found(lib: Any) -> Any:
        try:
            return [len(part) for part in lib.random_split(range(n), lengths)]
        except (TypeError, ValueError):
            return "refused"

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # some parts are empty
        assert found(ours) == found(theirs)


def test_combined_datasets() -> None:
    def found(lib: Any) -> Any:
        tensors = lib.TensorDataset(*arrays[lib])
        both = lib.ConcatDataset([tensors, lib.Subset(tensors, [2, 0])])
        stacked = lib.StackDataset(tensors, both.datasets[0])
        named = lib.StackDataset(a=tensors)
        return [
            [plain(both[i]) for i in range(-len(both), len(both))],
            [plain(stacked[i]) for i in range(len(stacked))],
            plain(named[1]),
            both.cumulative_sizes,
            [plain(b) for b in lib.DataLoader(both, 2)],
        ]

    values = np.arange(6, dtype=np.float32).reshape(3, 2)
    arrays: dict[Any, Any] = {
        ours: (Tensor(values), Tensor(np.arange(3), dtype=np.int64)),
        theirs: (torch.tensor(values), torch.arange(3)),
    }
    assert found(ours) == found(theirs)


@pytest.mark.parametrize("samples", [None, 1, 4, 7, 9])
@pytest.mark.parametrize("replacement", [False, True])
def test_random_orders_have_the_same_shape(samples: int | None, replacement: bool) -> None:
    """The numbers are others; how many there are, and what comes again when, is the same."""

    def found(lib: Any) -> Any:
        sampler = lib.RandomSampler(range(4), replacement, samples)
        order = list(sampler)
        rounds = [sorted(order[i : i + 4]) for i in range(0, len(order) - 3, 4)]
        return len(sampler), len(order), None if replacement else rounds

    assert found(ours) == found(theirs)


OPTIONS: list[dict[str, Any]] = [
    {"batch_size": 0},
    {"batch_size": -1},
    {"batch_size": 1.5},
    {"batch_size": True},
    {"batch_size": None, "drop_last": True},
    {"shuffle": True, "sampler": [0]},
    {"batch_sampler": [[0]], "batch_size": 2},
    {"batch_sampler": [[0]], "shuffle": True},
    {"batch_sampler": [[0]], "sampler": [0]},
    {"batch_sampler": [[0]], "drop_last": True},
    {"num_workers": -1},
    {"timeout": -1},
    {"prefetch_factor": 2},
    {"persistent_workers": True},
]


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_what_excludes_what(options: dict[str, Any]) -> None:
    for lib in (theirs, ours):
        with pytest.raises(ValueError):  # noqa: PT011  # the words are each library's own
            lib.DataLoader(range(4), **options)
