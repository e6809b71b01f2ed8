"""Samplers: in which order a DataLoader takes samples, and which it puts together.

They draw all their random numbers at the start of each iteration, so that a loader that is
resumed in the middle of one finds the same order again.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence, Sized
from itertools import islice
from typing import TYPE_CHECKING, Generic, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from grad_init import Rng, as_generator
from grad_nn.functional.checks import size

if TYPE_CHECKING:
    from numpy.random import Generator

T_co = TypeVar("T_co", covariant=True)

_CHUNK = 65536  # how many indices are Python ints at a time


class Sampler(ABC, Generic[T_co]):
    """Base class of samplers: define `__iter__`, and `__len__` if it is known.

    Example:
        >>> class Backwards(Sampler[int]):
        ...     def __iter__(self) -> Iterator[int]:
        ...         return iter([2, 1, 0])
        >>> from grad_nn.data import DataLoader
        >>> list(DataLoader([0.0, 1.0, 2.0], sampler=Backwards()))
        [Tensor([2.]), Tensor([1.]), Tensor([0.])]
    """

    @abstractmethod
    def __iter__(self) -> Iterator[T_co]:
        """Iterate over indices, or over lists of indices for batches."""


class SequentialSampler(Sampler[int]):
    """All samples in their order.

    Args:
        data_source: The dataset.
    """

    def __init__(self, data_source: Sized) -> None:
        self.data_source: Sized = data_source

    def __iter__(self) -> Iterator[int]:
        return iter(range(len(self.data_source)))

    def __len__(self) -> int:
        return len(self.data_source)


class RandomSampler(Sampler[int]):
    """All samples in random order, or some of them, or some with replacement.

    Args:
        data_source: The dataset.
        replacement: Whether a sample may come again before all others came.
        num_samples: How many to draw; as many as there are if None.
        rng: Where random numbers come from.

    Raises:
        ValueError: `num_samples` is not a positive int.

    Example:
        >>> sorted(RandomSampler(range(4), rng=0))
        [0, 1, 2, 3]
        >>> len(list(RandomSampler(range(4), num_samples=10, rng=0)))
        10
    """

    def __init__(
        self,
        data_source: Sized,
        replacement: bool = False,
        num_samples: int | None = None,
        rng: Rng = None,
    ) -> None:
        self.data_source: Sized = data_source
        self.replacement: bool = _flag("RandomSampler", "replacement", replacement)
        self.rng: Generator = as_generator(rng)
        self._num_samples = (
            None if num_samples is None else size("RandomSampler", "num_samples", num_samples, 1)
        )

    @property
    def num_samples(self) -> int:
        """How many samples are drawn; the dataset may have grown."""
        return len(self.data_source) if self._num_samples is None else self._num_samples

    def __iter__(self) -> Iterator[int]:
        n, wanted = len(self.data_source), self.num_samples
        if not n and wanted:
            raise ValueError(f"RandomSampler: there is nothing to draw {wanted} samples from")
        if self.replacement and n:
            return _ints(self.rng.integers(n, size=wanted))
        rounds = [self.rng.permutation(n) for _ in range(math.ceil(wanted / n) if n else 0)]
        return _ints(np.concatenate(rounds)[:wanted] if rounds else np.empty(0, np.intp))

    def __len__(self) -> int:
        return self.num_samples


class SubsetRandomSampler(Sampler[int]):
    """Given samples in random order.

    Args:
        indices: Which samples.
        rng: Where random numbers come from.

    Example:
        >>> sorted(SubsetRandomSampler([5, 3, 9], rng=0))
        [3, 5, 9]
    """

    def __init__(self, indices: Sequence[int] | NDArray[np.integer], rng: Rng = None) -> None:
        self.indices: Sequence[int] | NDArray[np.integer] = indices
        self.rng: Generator = as_generator(rng)

    def __iter__(self) -> Iterator[int]:
        return _ints(self.rng.permutation(np.asarray(self.indices)))

    def __len__(self) -> int:
        return len(self.indices)


class WeightedRandomSampler(Sampler[int]):
    """Sample `i` with a probability in proportion to `weights[i]`.

    Args:
        weights: A weight, at least 0, for each sample; they need not add up to 1.
        num_samples: How many to draw.
        replacement: Whether a sample may come again.
        rng: Where random numbers come from.

    Raises:
        TypeError: The weights are no numbers.
        ValueError: They are not one row of finite numbers, at least 0 and not all 0;
            `num_samples` is not a positive int, or, without replacement, more than there are
            samples with a weight above 0.

    Example:
        >>> list(WeightedRandomSampler([0.0, 1.0, 0.0], 3, rng=0))
        [1, 1, 1]
    """

    def __init__(
        self, weights: ArrayLike, num_samples: int, replacement: bool = True, rng: Rng = None
    ) -> None:
        try:
            self.weights: NDArray[np.float64] = np.array(weights, dtype=np.float64)
        except (TypeError, ValueError) as error:
            raise TypeError(f"WeightedRandomSampler: weights are no numbers: {error}") from error
        self.num_samples: int = size("WeightedRandomSampler", "num_samples", num_samples, 1)
        self.replacement: bool = _flag("WeightedRandomSampler", "replacement", replacement)
        self.rng: Generator = as_generator(rng)
        w = self.weights
        if w.ndim != 1 or not (np.isfinite(w).all() and (w >= 0).all() and w.any()):
            raise ValueError(
                "WeightedRandomSampler: weights are one row of finite numbers, at least 0 and not"
                f" all 0; got {str(weights)[:80]}"
            )
        possible = np.count_nonzero(w)
        if not replacement and num_samples > possible:
            raise ValueError(
                f"WeightedRandomSampler: num_samples is {num_samples}, but without replacement only"
                f" {possible} samples have a weight above 0"
            )

    def __iter__(self) -> Iterator[int]:
        largest = self.weights / self.weights.max()  # the sum of huge weights would be infinite
        p = largest / largest.sum()
        n = len(self.weights)
        return _ints(self.rng.choice(n, self.num_samples, replace=self.replacement, p=p))

    def __len__(self) -> int:
        return self.num_samples


class BatchSampler(Sampler[list[int]]):
    """The indices of another sampler in lists, for batches.

    Args:
        sampler: Any iterable of indices.
        batch_size: How many indices are in a list.
        drop_last: Whether to leave out a last list that would be shorter.

    Raises:
        ValueError: `batch_size` is not a positive int.

    Example:
        >>> list(BatchSampler(range(5), batch_size=2, drop_last=False))
        [[0, 1], [2, 3], [4]]
    """

    def __init__(self, sampler: Iterable[int], batch_size: int, drop_last: bool) -> None:
        self.sampler: Iterable[int] = sampler
        self.batch_size: int = size("BatchSampler", "batch_size", batch_size, 1)
        self.drop_last: bool = _flag("BatchSampler", "drop_last", drop_last)

    def __iter__(self) -> Iterator[list[int]]:
        return self._batches(iter(self.sampler))  # which draws, before the first batch is asked for

    def _batches(self, indices: Iterator[int]) -> Iterator[list[int]]:
        while batch := list(islice(indices, self.batch_size)):
            if len(batch) < self.batch_size and self.drop_last:
                return
            yield batch

    def __len__(self) -> int:
        n = len(self.sampler)  # type: ignore[arg-type]  # a sampler of unknown length says so
        return n // self.batch_size if self.drop_last else math.ceil(n / self.batch_size)


def _flag(name: str, argument: str, value: bool) -> bool:
    if not isinstance(value, (bool, np.bool)):
        raise TypeError(f"{name}: {argument} is True or False, got {value!r}")
    return bool(value)


def _ints(indices: NDArray[np.integer]) -> Iterator[int]:
    """Yield indices as Python ints, some at a time: they take four times the memory."""
    for start in range(0, len(indices), _CHUNK):
        yield from indices[start : start + _CHUNK].tolist()
