"""How a batch is made of a dataset, by the caller or by a worker."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import Enum
from itertools import islice
from typing import Any, Generic, NamedTuple, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from grad_nn.data.collate import default_collate
from grad_nn.data.combined import Subset
from grad_nn.data.dataset import Indexed, IterableDataset
from grad_nn.data.tensors import TensorDataset, as_indices
from grad_nn.data.worker_info import Draws, draws

B = TypeVar("B")
R = TypeVar("R")

Request: TypeAlias = "Sequence[int] | int | None"
"""Indices for a batch, one index for a sample that is no batch, None for what comes next."""
Several: TypeAlias = "Callable[[Sequence[int] | NDArray[np.integer]], R]"


class End(Enum):
    """What is fetched when an IterableDataset has no samples left."""

    END = "end"


class Stopped(Exception):  # noqa: N818  # nothing went wrong
    """What is being fetched is not wanted any more."""


class Plan(NamedTuple, Generic[B]):
    """What batches are made of, and how."""

    dataset: Indexed[object] | IterableDataset[object]
    collate: Callable[..., B]
    is_batched: bool
    """Whether requests are for batches, or for samples one by one."""
    batch_size: int | None
    """The length of batches of an IterableDataset; None for samples one by one."""
    drop_last: bool

    def fetcher(self, stopped: Callable[[], bool]) -> Callable[[Request], B | End]:
        """Return what fetches one batch after the other, for one pass over the dataset.

        Args:
            stopped: Asked before each sample whether to give up.
        """
        if isinstance(self.dataset, IterableDataset):
            return self._next(_lazily(self.dataset, stopped))
        return self._at(self.dataset, stopped)

    def _next(self, samples: Iterator[object]) -> Callable[[Request], B | End]:
        def fetch(_: Request) -> B | End:
            if self.batch_size is None:
                return next((self.collate(sample) for sample in samples), End.END)
            batch = list(islice(samples, self.batch_size))
            if not batch or (self.drop_last and len(batch) < self.batch_size):
                return End.END
            return self.collate(batch)

        return fetch

    def _at(
        self, dataset: Indexed[object], stopped: Callable[[], bool]
    ) -> Callable[[Request], B | End]:
        at_once = _at_once(dataset, _batch) if self.collate is default_collate else None
        several = _at_once(dataset, _getitems)

        def fetch(request: Request) -> B | End:
            if not self.is_batched:
                return self.collate(dataset[request])  # type: ignore[index]  # one index
            if not isinstance(request, Iterable):
                raise TypeError(
                    f"DataLoader: batch_sampler gives {request!r}, expected lists of indices"
                )
            if at_once is not None:
                return at_once(request)  # type: ignore[return-value]  # as default_collate does
            if several is not None:
                return self.collate(several(request))
            samples: list[object] = []
            for index in request:
                if stopped():
                    raise Stopped
                samples.append(dataset[index])
            return self.collate(samples)

        return fetch


def drawing(
    fetch: Callable[[Request], B | End], seed: int | None
) -> Callable[[int, Request], B | End]:
    """Give each batch random numbers of its own, by its number: see `batch_rng`."""
    if seed is None:
        return lambda _number, request: fetch(request)

    def fetch_numbered(number: int, request: Request) -> B | End:
        token = draws.set(Draws(seed, number))
        try:
            return fetch(request)
        finally:
            draws.reset(token)

    return fetch_numbered


def _lazily(dataset: IterableDataset[object], stopped: Callable[[], bool]) -> Iterator[object]:
    for sample in dataset:
        if stopped():
            raise Stopped
        yield sample


def _at_once(
    dataset: Indexed[object], find: Callable[[Indexed[object]], Several[R] | None]
) -> Several[R] | None:
    """What takes several samples at once from a dataset that can do so, or from its subset."""
    if type(dataset) is not Subset:
        return find(dataset)
    inner = _at_once(dataset.dataset, find)
    if inner is None:
        return None
    table, found = as_indices("Subset", dataset.indices), inner
    return lambda indices: found(table[as_indices("Subset", indices)])


def _batch(dataset: Indexed[object]) -> Several[object] | None:
    kind: Any = type(dataset)
    plain: Any = TensorDataset
    # A subclass may have samples of its own.
    is_plain = getattr(kind, "__getitem__", None) is plain.__getitem__
    found: Several[object] | None = getattr(dataset, "batch", None) if is_plain else None
    return found


def _getitems(dataset: Indexed[object]) -> Several[list[object]] | None:
    """The method `__getitems__` that PyTorch's loader calls, too."""
    found: Several[list[object]] | None = getattr(dataset, "__getitems__", None)
    return found
