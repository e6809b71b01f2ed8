"""What a dataset can ask while it is being read: which worker reads, and for random numbers."""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from grad_init import as_generator

if TYPE_CHECKING:
    from numpy.random import Generator


class WorkerInfo(NamedTuple):
    """A worker of a DataLoader."""

    id: int
    """Its number, from 0."""
    num_workers: int
    """How many there are."""
    seed: int
    """A seed, another one for each worker and each pass over the data."""
    dataset: object
    """The dataset: in a process the copy that it has, in a thread the one that all share."""


class Draws:
    """The random numbers for one batch: a generator, made when it is first asked for."""

    __slots__ = ("_generator", "number", "seed")

    def __init__(self, seed: int, number: int) -> None:
        self.seed: int = seed
        self.number: int = number
        self._generator: Generator | None = None

    def generator(self) -> Generator:
        """Return the generator, always the same one."""
        if self._generator is None:
            seed = np.random.SeedSequence(self.seed, spawn_key=(self.number,))
            self._generator = np.random.default_rng(seed)
        return self._generator


worker: ContextVar[WorkerInfo | None] = ContextVar("worker", default=None)
draws: ContextVar[Draws | None] = ContextVar("draws", default=None)


def get_worker_info() -> WorkerInfo | None:
    """Return what worker of a DataLoader this runs in; None outside of workers.

    An IterableDataset can use it to give each worker another part of the samples.

    Example:
        >>> from collections.abc import Iterator
        >>> from grad_nn.data import DataLoader, IterableDataset
        >>> class Shared(IterableDataset[int]):
        ...     def __iter__(self) -> Iterator[int]:
        ...         info = get_worker_info()
        ...         return iter(range(info.id, 6, info.num_workers) if info else range(6))
        >>> list(DataLoader(Shared(), batch_size=2, num_workers=2))
        [Tensor([0, 2], dtype=int64), Tensor([1, 3], dtype=int64), Tensor([4], dtype=int64), \
Tensor([5], dtype=int64)]
    """
    return worker.get()


def batch_rng() -> Generator:
    """Return the random generator of the batch that is being made, for random augmentation.

    A dataset or a `collate_fn` that draws from it gives the same samples however many workers
    there are, and after a loader was resumed in the middle of a pass. It depends on the `rng` of
    the loader and on the number of the batch; it is the default generator of `grad_init` where
    nothing is loaded, or the loader has neither `rng`, `shuffle=True` nor workers.

    Example:
        >>> from grad_nn.data import DataLoader, Dataset
        >>> class Noisy(Dataset[float]):
        ...     def __len__(self) -> int:
        ...         return 4
        ...
        ...     def __getitem__(self, index: int) -> float:
        ...         return index + batch_rng().uniform(-0.1, 0.1)
        >>> alone = list(DataLoader(Noisy(), batch_size=2, rng=0))
        >>> helped = list(DataLoader(Noisy(), batch_size=2, rng=0, num_workers=2))
        >>> all((a.data == b.data).all() for a, b in zip(alone, helped))
        True
    """
    current = draws.get()
    return as_generator(None) if current is None else current.generator()
