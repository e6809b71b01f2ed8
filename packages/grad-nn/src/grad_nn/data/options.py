"""Checks of the arguments of a DataLoader."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from grad_nn.data.dataset import IterableDataset
from grad_nn.functional.checks import size


def check_source(dataset: object) -> None:
    """Raise a TypeError where there are neither samples by index nor one after the other."""
    if isinstance(dataset, IterableDataset):
        return
    if isinstance(dataset, type) or not (
        hasattr(dataset, "__getitem__") and hasattr(dataset, "__len__")
    ):
        raise TypeError(
            f"DataLoader: dataset is {type(dataset).__name__}, expected a Dataset, an"
            " IterableDataset, or something with __getitem__ and __len__"
        )


def check_callable(**functions: object) -> None:
    """Raise a TypeError where something is meant to be a function and is none."""
    for name, function in functions.items():
        if function is not None and not callable(function):
            raise TypeError(f"DataLoader: {name} is {function!r:.60}, expected a function")


def check_sampling(
    dataset: object,
    batch_size: object,
    shuffle: object,
    sampler: Iterable[int] | None,
    batch_sampler: Iterable[Sequence[int]] | None,
    drop_last: object,
) -> None:
    """Check which samples are taken, and how many at a time."""
    for name, flag in (("shuffle", shuffle), ("drop_last", drop_last)):
        if flag is not None and not isinstance(flag, bool):
            raise TypeError(f"DataLoader: {name} is True or False, got {flag!r}")
    if batch_size is not None:
        size("DataLoader", "batch_size", batch_size, 1)  # type: ignore[arg-type]  # it looks
    for name, indices in (("sampler", sampler), ("batch_sampler", batch_sampler)):
        if indices is not None and not isinstance(indices, Iterable):
            raise TypeError(f"DataLoader: {name} is {indices!r:.60}, expected an iterable")
    given = {"shuffle=True": shuffle, "sampler": sampler is not None}
    if isinstance(dataset, IterableDataset):
        _exclude(
            "an IterableDataset has its own order",
            given | {"batch_sampler": batch_sampler is not None},
        )
    if sampler is not None:
        _exclude("sampler sets the order", {"shuffle=True": shuffle})
    if batch_sampler is not None:
        one = {"batch_size": batch_size != 1, "drop_last": drop_last}
        _exclude("batch_sampler sets the batches", given | one)
    if batch_size is None:
        _exclude("batch_size=None makes no batches", {"drop_last": drop_last})


def _exclude(why: str, given: dict[str, object]) -> None:
    wrong = [name for name, there in given.items() if there]
    if wrong:
        raise ValueError(f"DataLoader: {why}, so it does not go with {' and '.join(wrong)}")


def check_workers(
    num_workers: int,
    timeout: float,
    prefetch_factor: int | None,
    persistent_workers: bool,
    multiprocessing_context: str | None,
    workers: str,
) -> None:
    """Check who makes the batches."""
    size("DataLoader", "num_workers", num_workers, 0)
    if prefetch_factor is not None:
        size("DataLoader", "prefetch_factor", prefetch_factor, 1)
    number = isinstance(timeout, (int, float)) and not isinstance(timeout, bool)
    if not (number and 0 <= timeout < math.inf):
        raise ValueError(f"DataLoader: timeout is a number of seconds, at least 0; got {timeout!r}")
    if workers not in ("thread", "process"):
        raise ValueError(f"DataLoader: workers is 'thread' or 'process', got {workers!r}")
    if multiprocessing_context not in (None, "spawn", "forkserver", "fork"):
        raise ValueError(
            "DataLoader: multiprocessing_context is 'spawn', 'forkserver' or 'fork', got"
            f" {multiprocessing_context!r}"
        )
    if multiprocessing_context is not None and workers != "process":
        raise ValueError("DataLoader: multiprocessing_context is for workers='process'")
    needed = {
        "timeout": timeout,
        "prefetch_factor": prefetch_factor,
        "persistent_workers": persistent_workers,
    }
    if not num_workers:
        wrong = [name for name, there in needed.items() if there]
        if wrong:
            raise ValueError(f"DataLoader: {' and '.join(wrong)} need num_workers of at least 1")
