"""A dataset of arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Generic, TypeGuard, TypeVarTuple

import numpy as np
from numpy.typing import NDArray

import grad_core as gc
from grad_core import Tensor
from grad_core.primitive import unwrap, wrap
from grad_nn.data.dataset import Dataset

Ts = TypeVarTuple("Ts")


class TensorDataset(Dataset[tuple[*Ts]], Generic[*Ts]):
    """Sample `i` is item `i` of each of several arrays, as a tuple.

    A DataLoader takes whole batches from it at once.

    Args:
        tensors: Tensors or ndarrays with first axes of the same length. They are not copied.

    Raises:
        TypeError: One of them is neither a Tensor nor an ndarray of numbers.
        ValueError: There are none, one has no axes, or the lengths differ.

    Example:
        >>> dataset = TensorDataset(Tensor([[1.0, 2.0], [3.0, 4.0]]), np.array([0, 1]))
        >>> len(dataset)
        2
        >>> dataset[1]
        (Tensor([3., 4.]), array(1))
    """

    def __init__(self, *tensors: *Ts) -> None:
        self._length = _length(tensors)
        self.tensors: tuple[*Ts] = tensors

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, index: int, /) -> tuple[*Ts]:
        # With an ellipsis, so that an item of an ndarray with one axis is an ndarray, too
        return tuple(array[index, ...] for array in self.tensors)  # type: ignore[index]  # a TypeVarTuple has no bound; __init__ looked

    def batch(self, indices: Sequence[int] | NDArray[np.integer]) -> tuple[Tensor, ...]:
        """Return samples as one batch, what `default_collate` makes of them, but faster.

        Args:
            indices: Which samples.

        Raises:
            IndexError: There is no such sample.
            TypeError: The indices are no integers.

        Example:
            >>> TensorDataset(Tensor([1.0, 2.0, 3.0])).batch([2, 0])
            (Tensor([3., 1.]),)
        """
        where = as_indices("TensorDataset", indices)
        arrays: tuple[object, ...] = self.tensors
        return tuple(
            gc.take(array, where, axis=0)
            if isinstance(array, Tensor) and array.requires_grad
            else wrap(unwrap(array).take(where, axis=0))
            for array in arrays
        )


def as_indices(name: str, indices: Sequence[int] | NDArray[np.integer]) -> NDArray[np.intp]:
    """Return indices as an array.

    Raises:
        TypeError: They are no integers, which NumPy would cut off.
    """
    found: NDArray[np.integer] = np.asarray(indices)
    if found.size and found.dtype.kind not in "iu":
        raise TypeError(f"{name}: indices are integers, got {found.dtype}")
    return found.astype(np.intp)


def _length(tensors: Sequence[object]) -> int:
    """The length of the first axes, which is the same."""
    lengths: list[int] = []
    for i, array in enumerate(tensors):
        if not _is_numeric(array):
            raise TypeError(
                f"TensorDataset: tensors[{i}] is {type(array).__name__}, expected a Tensor or an"
                " ndarray of numbers"
            )
        if not array.ndim:
            raise ValueError(f"TensorDataset: tensors[{i}] has no axes, and so no items")
        lengths.append(len(array))
    if not lengths:
        raise ValueError("TensorDataset: expected at least one Tensor or ndarray")
    if len(set(lengths)) > 1:
        raise ValueError(f"TensorDataset: the first axes differ in length: {lengths}")
    return lengths[0]


def _is_numeric(x: object) -> TypeGuard[Tensor | NDArray[np.number]]:
    dtype: np.dtype[Any] | None = getattr(x, "dtype", None)
    return isinstance(x, (Tensor, np.ndarray)) and dtype is not None and dtype.kind in "biufc"
