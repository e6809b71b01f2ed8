"""Datasets made of datasets."""

from __future__ import annotations

import math
import operator
import warnings
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import accumulate
from typing import TypeVar, overload

import numpy as np
from numpy.typing import NDArray

from grad_init import Rng, as_generator
from grad_nn.data.dataset import Dataset, Indexed, IterableDataset, T, T_co

A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
D = TypeVar("D")


class Subset(Dataset[T_co]):
    """Some samples of a dataset, in an order of their own.

    Args:
        dataset: The dataset.
        indices: Which samples.

    Example:
        >>> list(Subset(["a", "b", "c"], [2, 0]))
        ['c', 'a']
    """

    def __init__(
        self, dataset: Indexed[T_co], indices: Sequence[int] | NDArray[np.integer]
    ) -> None:
        self.dataset: Indexed[T_co] = dataset
        self.indices: Sequence[int] | NDArray[np.integer] = indices

    def __getitem__(self, index: int, /) -> T_co:
        return self.dataset[int(self.indices[index])]

    def __len__(self) -> int:
        return len(self.indices)


class ConcatDataset(Dataset[T_co]):
    """The samples of several datasets, one dataset after the other.

    Args:
        datasets: The datasets.

    Raises:
        TypeError: One of them is an IterableDataset; see `ChainDataset`.
        ValueError: There are none.

    Example:
        >>> dataset = ConcatDataset(["ab", "cde"])
        >>> len(dataset), dataset[2], dataset[-1]
        (5, 'c', 'e')
    """

    def __init__(self, datasets: Iterable[Indexed[T_co]]) -> None:
        self.datasets: list[Indexed[T_co]] = list(datasets)
        if not self.datasets:
            raise ValueError("ConcatDataset: expected at least one dataset")
        for i, dataset in enumerate(self.datasets):
            if isinstance(dataset, IterableDataset):
                raise TypeError(
                    f"ConcatDataset: datasets[{i}] is an IterableDataset, which has no samples by"
                    " index; see ChainDataset"
                )
        self.cumulative_sizes: list[int] = list(accumulate(len(d) for d in self.datasets))

    def __len__(self) -> int:
        return self.cumulative_sizes[-1]

    def __getitem__(self, index: int, /) -> T_co:
        i = operator.index(index)
        if not -len(self) <= i < len(self):
            raise IndexError(f"ConcatDataset: there is no sample {index}, only {len(self)} of them")
        i %= len(self)
        which = bisect_right(self.cumulative_sizes, i)
        return self.datasets[which][i - (self.cumulative_sizes[which - 1] if which else 0)]


class ChainDataset(IterableDataset[T_co]):
    """The samples of several IterableDatasets, one dataset after the other.

    Args:
        datasets: The datasets; an iterable of them that is not to be iterated in advance is fine.

    Raises:
        TypeError: When one is reached that is no IterableDataset.
    """

    def __init__(self, datasets: Iterable[IterableDataset[T_co]]) -> None:
        self.datasets: Iterable[IterableDataset[T_co]] = datasets

    def _checked(self) -> Iterator[IterableDataset[T_co]]:
        for i, dataset in enumerate(self.datasets):
            if not isinstance(dataset, IterableDataset):
                raise TypeError(
                    f"ChainDataset: datasets[{i}] is {type(dataset).__name__}, expected an"
                    " IterableDataset; see ConcatDataset"
                )
            yield dataset

    def __iter__(self) -> Iterator[T_co]:
        for dataset in self._checked():
            yield from dataset

    def __len__(self) -> int:
        if not isinstance(self.datasets, Collection):  # to count them would be to use them up
            raise TypeError("ChainDataset: its length is known where datasets is a list")
        return sum(len(dataset) for dataset in self._checked())  # type: ignore[arg-type, misc]  # if it has none, it says so


class StackDataset(Dataset[T_co]):
    """Sample `i` is sample `i` of each of several datasets: as a tuple, or by name as a dict.

    Args:
        args: Datasets of the same length; or
        kwargs: such datasets by name.

    Raises:
        ValueError: There are none, or both kinds, or the lengths differ.

    Example:
        >>> StackDataset(["a", "b"], [1, 2])[1]
        ('b', 2)
        >>> StackDataset(image=["a", "b"], label=[1, 2])[1]
        {'image': 'b', 'label': 2}
    """

    @overload
    def __init__(self: StackDataset[tuple[A]], a: Indexed[A], /) -> None: ...
    @overload
    def __init__(self: StackDataset[tuple[A, B]], a: Indexed[A], b: Indexed[B], /) -> None: ...
    @overload
    def __init__(
        self: StackDataset[tuple[A, B, C]], a: Indexed[A], b: Indexed[B], c: Indexed[C], /
    ) -> None: ...
    @overload
    def __init__(
        self: StackDataset[tuple[A, B, C, D]],
        a: Indexed[A],
        b: Indexed[B],
        c: Indexed[C],
        d: Indexed[D],
        /,
    ) -> None: ...
    @overload
    def __init__(self: StackDataset[dict[str, A]], **kwargs: Indexed[A]) -> None: ...
    def __init__(self, *args: Indexed[object], **kwargs: Indexed[object]) -> None:
        if bool(args) == bool(kwargs):
            raise ValueError(
                "StackDataset: expected datasets, either all by position or all by name, got"
                f" {len(args)} and {len(kwargs)}"
            )
        self.datasets: tuple[Indexed[object], ...] | dict[str, Indexed[object]] = args or kwargs
        lengths = [len(dataset) for dataset in (*args, *kwargs.values())]
        if len(set(lengths)) > 1:
            raise ValueError(f"StackDataset: the datasets differ in length: {lengths}")
        self._length = lengths[0]

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, index: int, /) -> T_co:
        if isinstance(self.datasets, dict):
            return {k: d[index] for k, d in self.datasets.items()}  # type: ignore[return-value]  # see __init__
        return tuple(d[index] for d in self.datasets)  # type: ignore[return-value]  # see __init__


def random_split(
    dataset: Indexed[T], lengths: Sequence[int | float], rng: Rng = None
) -> list[Subset[T]]:
    """Divide a dataset at random into parts that do not overlap.

    Args:
        dataset: The dataset.
        lengths: The lengths of the parts; or their shares, which add up to 1. What rounding down
            leaves over goes to the first parts, one sample each.
        rng: Where random numbers come from.

    Raises:
        ValueError: The lengths do not add up to that of the dataset, or one is negative.

    Warns:
        UserWarning: A part is empty.

    Example:
        >>> training, test = random_split(range(10), [0.8, 0.2], rng=0)
        >>> len(training), len(test)
        (8, 2)
        >>> sorted([*training, *test]) == list(range(10))
        True
    """
    total = len(dataset)
    sizes = _sizes(lengths, total)
    if sum(sizes) != total or min(sizes, default=0) < 0:
        raise ValueError(
            f"random_split: lengths are {list(lengths)}, expected lengths that add up to {total}, or"
            " shares that add up to 1"
        )
    for i, size in enumerate(sizes):
        if not size:
            warnings.warn(f"random_split: part {i} is empty", stacklevel=2)
    order = as_generator(rng).permutation(total)
    ends = list(accumulate(sizes))
    return [
        Subset(dataset, order[end - size : end].tolist())
        for end, size in zip(ends, sizes, strict=True)
    ]


def _sizes(lengths: Sequence[int | float], total: int) -> list[int]:
    """The lengths of the parts, as they are or from shares."""
    try:
        shares = [float(length) for length in lengths]
    except (TypeError, ValueError):
        return [-1]  # neither lengths nor shares
    if not (math.isclose(sum(shares), 1.0) and all(0.0 <= share <= 1.0 for share in shares)):
        try:
            return [operator.index(length) for length in lengths]  # type: ignore[arg-type]  # a float raises
        except TypeError:
            return [-1]  # neither lengths nor shares
    sizes = [math.floor(share * total) for share in shares]
    for i in range(total - sum(sizes)):
        sizes[i % len(sizes)] += 1
    return sizes
