"""Datasets: samples by index, or one after the other."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    from grad_nn.data.combined import ChainDataset, ConcatDataset

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Indexed(Protocol[T_co]):
    """What a DataLoader takes samples from by index: a Dataset, a list, an array."""

    def __getitem__(self, index: int, /) -> T_co:
        """Return one sample."""
        ...

    def __len__(self) -> int:
        """Return the number of samples."""
        ...


class Dataset(ABC, Generic[T_co]):
    """Samples by index: define `__getitem__` and `__len__`.

    Anything else that has these two, such as a list, can stand in its place.

    Example:
        >>> class Squares(Dataset[float]):
        ...     def __len__(self) -> int:
        ...         return 4
        ...
        ...     def __getitem__(self, index: int) -> float:
        ...         return float(index**2)
        >>> Squares()[3]
        9.0
        >>> (Squares() + Squares())[7]
        9.0
    """

    @abstractmethod
    def __getitem__(self, index: int, /) -> T_co:
        """Return one sample."""

    @abstractmethod
    def __len__(self) -> int:
        """Return the number of samples."""

    def __iter__(self) -> Iterator[T_co]:
        """Iterate over the samples, from the first."""
        return (self[i] for i in range(len(self)))

    def __add__(self: Dataset[T], other: Indexed[T]) -> ConcatDataset[T]:
        from grad_nn.data.combined import ConcatDataset  # which is made of this class

        return ConcatDataset([self, other])


class IterableDataset(ABC, Generic[T_co]):
    """Samples one after the other, for a stream: define `__iter__`, and `__len__` if it is known.

    With several workers each of them iterates: see `get_worker_info` on how they share the samples.

    Example:
        >>> class Countdown(IterableDataset[int]):
        ...     def __iter__(self) -> Iterator[int]:
        ...         return iter([3, 2, 1])
        >>> list(Countdown() + Countdown())
        [3, 2, 1, 3, 2, 1]
    """

    @abstractmethod
    def __iter__(self) -> Iterator[T_co]:
        """Iterate over the samples, from the first."""

    def __add__(self: IterableDataset[T], other: IterableDataset[T]) -> ChainDataset[T]:
        from grad_nn.data.combined import ChainDataset  # which is made of this class

        return ChainDataset([self, other])
