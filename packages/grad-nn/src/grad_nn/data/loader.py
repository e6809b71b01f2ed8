"""DataLoader: batches of the samples of a dataset."""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from itertools import islice, repeat
from typing import (
    TYPE_CHECKING,
    Any,
    Final,
    Generic,
    Literal,
    TypeAlias,
    TypedDict,
    TypeVar,
    Unpack,
    overload,
)

from grad_core import Tensor
from grad_init import Rng, as_generator
from grad_nn.data.collate import Leaf, default_collate
from grad_nn.data.dataset import Indexed, IterableDataset
from grad_nn.data.fetch import Plan, Request
from grad_nn.data.maker import Maker
from grad_nn.data.options import check_callable, check_sampling, check_source, check_workers
from grad_nn.data.position import Position, generators_of, restored, set_states, states
from grad_nn.data.samplers import BatchSampler, RandomSampler, SequentialSampler
from grad_nn.progress import tqdm

if TYPE_CHECKING:
    import numpy as np

    from grad_nn.data.processes import StartMethod

T = TypeVar("T")
B = TypeVar("B")
B_co = TypeVar("B_co", covariant=True)

Source: TypeAlias = "Indexed[T] | IterableDataset[T]"
"""What samples are taken from."""


class LoaderOptions(TypedDict, total=False):
    """The arguments of DataLoader that are given by name, and do not change the type of a batch."""

    sampler: Iterable[int] | None
    batch_sampler: Iterable[Sequence[int]] | None
    num_workers: int
    drop_last: bool
    timeout: float
    worker_init_fn: Callable[[int], object] | None
    prefetch_factor: int | None
    persistent_workers: bool
    multiprocessing_context: StartMethod | None
    workers: Literal["thread", "process"]
    rng: Rng
    progress: bool


class DataLoader(Generic[B_co]):
    """Batches of the samples of a dataset: iterate over it, once for each epoch.

    A type checker knows what the batches are for samples that are Tensors, arrays or numbers, tuples
    of up to four of them, dicts of them, or strings. For others it asks for a `collate_fn`, of which
    it takes the type: a function that names what it is given, and may call `default_collate`.

    Args:
        dataset: What samples are taken from: a Dataset, an IterableDataset, or anything with
            `__getitem__` and `__len__`.
        batch_size: How many samples are in a batch; None for samples one by one, as the dataset
            has them.
        shuffle: Whether to take the samples in random order, another one in each pass.
        sampler: Indices in the order in which to take the samples, in place of `shuffle`.
        batch_sampler: Lists of indices, in place of `batch_size`, `shuffle`, `sampler` and
            `drop_last`.
        num_workers: How many workers make batches in advance; with 0 the caller makes each when
            it is its turn. The batches are the same and come in the same order.
        collate_fn: Makes a batch of a list of samples, or, with `batch_size=None`, something of a
            sample; `default_collate`, or nothing, if None.
        drop_last: Whether to leave out a last batch that would be shorter.
        timeout: How many seconds to wait for a batch of a worker; 0 for any number.
        worker_init_fn: Called in each worker with its number, before it makes a batch.
        prefetch_factor: How many batches are made in advance for each worker; 2 if None.
        persistent_workers: Whether the workers stay for the next pass.
        multiprocessing_context: How processes start; `"spawn"` if None.
        workers: `"thread"` for threads, which share the dataset and start at once: good where
            samples are read from files or made by NumPy, which let several threads run. Or
            `"process"`, for samples that are made in Python itself; the dataset and what it
            returns are pickled then, and a script needs `if __name__ == "__main__":`.
        rng: Where random numbers come from. A seed gives the same order each time the program
            runs.
        progress: Whether to show a progress bar, with tqdm.

    Attributes:
        rng: The random generator that each pass takes its order from.

    Raises:
        TypeError: The dataset is none.
        ValueError: An argument is out of range, or excludes another one.
        ImportError: `progress` is set, and tqdm is not installed.

    While iterating, an exception of a dataset or of `collate_fn` in a worker is raised with its
    own type, and tells where it happened; the RuntimeError of a timeout, or of a worker that died,
    also ends the pass. Whatever ends a pass, `break` too, stops its workers.

    Example:
        >>> import numpy as np
        >>> from grad_nn.data import TensorDataset
        >>> dataset = TensorDataset(Tensor([[1.0], [2.0], [3.0]]), np.array([0, 1, 1]))
        >>> for images, labels in DataLoader(dataset, batch_size=2):
        ...     print(images.shape, labels)
        (2, 1) Tensor([0, 1], dtype=int64)
        (1, 1) Tensor([1], dtype=int64)
        >>> len(DataLoader(dataset, batch_size=2, shuffle=True, drop_last=True, rng=0))
        1
    """

    # What the batches are, by what the samples are, as in default_collate. There is none for objects
    # of any kind: it would fit all samples, and for one like NDArray[Any] a checker could not choose.
    @overload
    def __init__(
        self: DataLoader[B],
        dataset: Source[T],
        batch_size: int = 1,
        shuffle: bool | None = None,
        *,
        collate_fn: Callable[[list[T]], B],
        **options: Unpack[LoaderOptions],
    ) -> None: ...
    @overload
    def __init__(
        self: DataLoader[B],
        dataset: Source[T],
        batch_size: None,
        shuffle: bool | None = None,
        *,
        collate_fn: Callable[[T], B],
        **options: Unpack[LoaderOptions],
    ) -> None: ...
    @overload
    def __init__(
        self: DataLoader[T],
        dataset: Source[T],
        batch_size: None,
        shuffle: bool | None = None,
        *,
        collate_fn: None = None,
        **options: Unpack[LoaderOptions],
    ) -> None: ...
    @overload
    def __init__(
        self: DataLoader[Tensor],
        dataset: Source[Leaf],
        batch_size: int = 1,
        shuffle: bool | None = None,
        *,
        collate_fn: None = None,
        **options: Unpack[LoaderOptions],
    ) -> None: ...
    @overload
    def __init__(
        self: DataLoader[tuple[Tensor]],
        dataset: Source[tuple[Leaf]],
        batch_size: int = 1,
        shuffle: bool | None = None,
        *,
        collate_fn: None = None,
        **options: Unpack[LoaderOptions],
    ) -> None: ...
    @overload
    def __init__(
        self: DataLoader[tuple[Tensor, Tensor]],
        dataset: Source[tuple[Leaf, Leaf]],
        batch_size: int = 1,
        shuffle: bool | None = None,
        *,
        collate_fn: None = None,
        **options: Unpack[LoaderOptions],
    ) -> None: ...
    @overload
    def __init__(
        self: DataLoader[tuple[Tensor, Tensor, Tensor]],
        dataset: Source[tuple[Leaf, Leaf, Leaf]],
        batch_size: int = 1,
        shuffle: bool | None = None,
        *,
        collate_fn: None = None,
        **options: Unpack[LoaderOptions],
    ) -> None: ...
    @overload
    def __init__(
        self: DataLoader[tuple[Tensor, Tensor, Tensor, Tensor]],
        dataset: Source[tuple[Leaf, Leaf, Leaf, Leaf]],
        batch_size: int = 1,
        shuffle: bool | None = None,
        *,
        collate_fn: None = None,
        **options: Unpack[LoaderOptions],
    ) -> None: ...
    @overload
    def __init__(
        self: DataLoader[dict[str, Tensor]],
        dataset: Source[Mapping[str, Leaf]],
        batch_size: int = 1,
        shuffle: bool | None = None,
        *,
        collate_fn: None = None,
        **options: Unpack[LoaderOptions],
    ) -> None: ...
    @overload
    def __init__(
        self: DataLoader[list[str]],
        dataset: Source[str],
        batch_size: int = 1,
        shuffle: bool | None = None,
        *,
        collate_fn: None = None,
        **options: Unpack[LoaderOptions],
    ) -> None: ...
    def __init__(
        self,
        dataset: Source[object],
        batch_size: int | None = 1,
        shuffle: bool | None = None,
        sampler: Iterable[int] | None = None,
        batch_sampler: Iterable[Sequence[int]] | None = None,
        num_workers: int = 0,
        collate_fn: Callable[..., object] | None = None,
        *,
        drop_last: bool = False,
        timeout: float = 0,
        worker_init_fn: Callable[[int], object] | None = None,
        prefetch_factor: int | None = None,
        persistent_workers: bool = False,
        multiprocessing_context: StartMethod | None = None,
        workers: Literal["thread", "process"] = "thread",
        rng: Rng = None,
        progress: bool = False,
    ) -> None:
        check_source(dataset)
        check_callable(collate_fn=collate_fn, worker_init_fn=worker_init_fn)
        check_sampling(dataset, batch_size, shuffle, sampler, batch_sampler, drop_last)
        check_workers(
            num_workers,
            timeout,
            prefetch_factor,
            persistent_workers,
            multiprocessing_context,
            workers,
        )
        if progress:
            tqdm("DataLoader(progress=True)")  # so that it is missed here, and not in the loop
        is_batched = batch_size is not None or batch_sampler is not None
        self.dataset: Final[Source[object]] = dataset
        self.batch_size: Final[int | None] = None if batch_sampler is not None else batch_size
        self.drop_last: Final[bool] = drop_last
        self.num_workers: Final[int] = num_workers
        self.workers: Final[Literal["thread", "process"]] = workers
        self.timeout: Final[float] = timeout
        self.prefetch_factor: Final[int] = 2 if prefetch_factor is None else prefetch_factor
        self.persistent_workers: Final[bool] = persistent_workers
        self.rng: Final[np.random.Generator] = as_generator(rng)
        self.progress: bool = progress
        collate: Any = collate_fn or (default_collate if is_batched else _as_it_is)
        self.collate_fn: Final[Callable[..., B_co]] = collate
        self.sampler: Final[Iterable[int] | None] = _sampler(dataset, shuffle, sampler, self.rng)
        self.batch_sampler: Final[Iterable[Sequence[int]] | None] = (
            BatchSampler(self.sampler, batch_size, drop_last)
            if batch_sampler is None and batch_size is not None and self.sampler is not None
            else batch_sampler
        )
        self._maker = Maker(
            Plan(dataset, self.collate_fn, is_batched, self.batch_size, drop_last),
            num_workers=num_workers,
            workers=workers,
            method=multiprocessing_context or "spawn",
            init=worker_init_fn,
            ahead=self.prefetch_factor * num_workers,
            timeout=timeout,
            persistent=persistent_workers,
        )
        # Where nothing is random, nothing is drawn from a generator that others draw from, too.
        self._draws = rng is not None or bool(shuffle) or num_workers > 0
        self._position: Position | None = None
        self._resumed: Position | None = None

    def __setattr__(self, name: str, value: object) -> None:
        if name in vars(self) and name not in ("progress", "_position", "_resumed"):
            raise ValueError(f"DataLoader: {name} cannot be changed; make another DataLoader")
        super().__setattr__(name, value)

    def __len__(self) -> int:
        """Return the number of batches.

        Raises:
            TypeError: It is not known, as the dataset or the sampler has no length.
        """
        if self.batch_sampler is not None:
            return _length(self.batch_sampler)
        if self.sampler is not None:
            return _length(self.sampler)
        n = _length(self.dataset)
        if self.batch_size is None:
            return n
        return n // self.batch_size if self.drop_last else math.ceil(n / self.batch_size)

    def __iter__(self) -> Iterator[B_co]:
        """Begin a pass over the data; what is random about its order is drawn now."""
        resumed, self._resumed = self._resumed, None
        generators = generators_of(self)
        now = states(generators)
        if resumed is not None:
            set_states(generators, resumed.start)
        position = Position(states(generators), 0 if resumed is None else resumed.batches)
        seed = int(self.rng.integers(1 << 62)) if self._draws else None
        requests: Iterator[Request]
        if self.batch_sampler is not None:
            requests = iter(self.batch_sampler)
        else:
            requests = repeat(None) if self.sampler is None else iter(self.sampler)
        if resumed is not None:
            set_states(generators, now)  # others may draw from them, too, and did since
        self._position = position
        batches = self._batches(position, seed, requests)
        return _with_progress(self, batches, position.batches) if self.progress else batches

    def state_dict(self) -> dict[str, object]:
        """Return where the loader stands: its generators, and how far it is in a pass.

        With `load_state_dict` another loader of the same data goes on from there, with the batch
        that would have come next. That is exact where all that is random comes from `rng` or
        `batch_rng`, and samplers draw when an iteration begins, as those of this package do.
        """
        generators = generators_of(self)
        position = self._position or self._resumed
        return {
            "generators": states(generators),
            "pass": None
            if position is None
            else {"generators": position.start, "batches": position.batches},
        }

    def load_state_dict(self, state: Mapping[str, object]) -> None:
        """Go on from where a loader of the same data stood; the next iteration does so.

        Args:
            state: What `state_dict` returned.

        Raises:
            ValueError: It is the state of a loader with other generators, or none at all. Nothing
                has changed then.
        """
        self._resumed = restored(generators_of(self), state)
        self._position = None

    def _batches(
        self, position: Position, seed: int | None, requests: Iterator[Request]
    ) -> Generator[B_co, None, None]:
        """Yield the batches of a pass."""
        # A stream has to be read up to where it is to go on, an order only to be looked up.
        again = position.batches if isinstance(self.dataset, IterableDataset) else 0
        first = position.batches - again
        with closing(self._maker.batches(islice(requests, first, None), first, seed)) as made:
            for batch in islice(made, again, None):
                position.batches += 1
                yield batch
        if self._position is position:
            self._position = None


def _with_progress(
    loader: DataLoader[B], batches: Generator[B, None, None], first: int
) -> Iterator[B]:
    try:
        total = len(loader)
    except TypeError:
        total = None
    bar = tqdm("DataLoader(progress=True)")(total=total, initial=first, unit="batch")
    with bar, closing(batches):
        for batch in batches:
            yield batch
            bar.update()


def _sampler(
    dataset: Source[object],
    shuffle: bool | None,
    sampler: Iterable[int] | None,
    rng: np.random.Generator,
) -> Iterable[int] | None:
    if sampler is not None or isinstance(dataset, IterableDataset):
        return sampler
    return RandomSampler(dataset, rng=rng) if shuffle else SequentialSampler(dataset)


def _as_it_is(sample: B) -> B:
    return sample


def _length(of: object) -> int:
    return len(of)  # type: ignore[arg-type]  # if it has no length, it says so
