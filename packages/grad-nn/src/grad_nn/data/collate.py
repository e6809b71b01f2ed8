"""From a list of samples to one batch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol, TypeAlias, TypeGuard, overload

import numpy as np

import grad_core as gc
from grad_core import Raw, Tensor, get_default_dtype
from grad_core.primitive import unwrap, wrap
from grad_nn.structures import is_list, is_mapping

Leaf: TypeAlias = "Tensor | Raw"
"""What becomes a Tensor in a batch: a Tensor, an ndarray of numbers, or a number."""


class _Named(Protocol):
    """A named tuple."""

    @classmethod
    def _make(cls, iterable: Iterable[object], /) -> object: ...


# What a batch of them is, for samples of the usual structures. Others have to be looked at.
@overload
def default_collate(batch: Sequence[Leaf]) -> Tensor: ...
@overload
def default_collate(batch: Sequence[tuple[Leaf]]) -> tuple[Tensor]: ...
@overload
def default_collate(batch: Sequence[tuple[Leaf, Leaf]]) -> tuple[Tensor, Tensor]: ...
@overload
def default_collate(batch: Sequence[tuple[Leaf, Leaf, Leaf]]) -> tuple[Tensor, Tensor, Tensor]: ...
@overload
def default_collate(
    batch: Sequence[tuple[Leaf, Leaf, Leaf, Leaf]],
) -> tuple[Tensor, Tensor, Tensor, Tensor]: ...
@overload
def default_collate(batch: Sequence[Mapping[str, Leaf]]) -> dict[str, Tensor]: ...
@overload
def default_collate(batch: Sequence[str]) -> list[str]: ...
@overload
def default_collate(batch: Sequence[object]) -> object: ...
def default_collate(batch: Sequence[object]) -> object:
    """Put samples together along a new first axis.

    Tensors, ndarrays and numbers become one Tensor. It has the dtype of the arrays; Python's
    floats get the default dtype (float32), for they have none of their own. Tuples, lists and
    mappings of these, at any depth, are put together item by item, and named tuples stay what they
    are. Strings and bytes are kept, in a list.

    Args:
        batch: The samples, at least one.

    Returns:
        The batch: one Tensor, or the structure of a sample with Tensors in it.

    Raises:
        ValueError: There are no samples, or they differ in shape, length or keys.
        TypeError: A sample is of another kind, or they are of several kinds.

    Example:
        >>> default_collate([(Tensor([1.0, 2.0]), 0), (Tensor([3.0, 4.0]), 1)])
        (Tensor([[1., 2.],
                [3., 4.]]), Tensor([0, 1], dtype=int64))
        >>> default_collate([{"size": 0.5, "name": "a"}, {"size": 1.5, "name": "b"}])
        {'size': Tensor([0.5, 1.5]), 'name': ['a', 'b']}
    """
    if not batch:
        raise ValueError("default_collate: there are no samples")
    return _collated(batch, "")


def _collated(samples: Sequence[object], path: str) -> object:
    """Collate what is at `path`, as `[0]['image']`, in each of the samples."""
    first = samples[0]
    if isinstance(first, (Tensor, np.ndarray, np.number, np.bool, int, float, complex)):
        return _stacked(samples, path)
    if isinstance(first, (str, bytes)):
        _check_kind(samples, (str, bytes), path)
        return list(samples)
    if is_mapping(first):
        _check_kind(samples, (Mapping,), path)
        mappings = [sample for sample in samples if is_mapping(sample)]
        keys = list(first)
        for mapping in mappings:
            if len(mapping) != len(keys) or not all(key in mapping for key in keys):
                raise ValueError(
                    f"default_collate: the keys differ{_at(path)}: {keys} and {list(mapping)}"
                )
        return {key: _collated([m[key] for m in mappings], f"{path}[{key!r}]") for key in keys}
    if is_list(first):
        _check_kind(samples, (tuple, list), path)
        rows = [sample for sample in samples if is_list(sample)]
        lengths = {len(row) for row in rows}
        if len(lengths) > 1:
            raise ValueError(
                f"default_collate: the lengths differ{_at(path)}: {sorted(lengths)}; make them"
                " equal, or give the DataLoader a collate_fn"
            )
        items = [
            _collated(column, f"{path}[{i}]") for i, column in enumerate(zip(*rows, strict=True))
        ]
        if isinstance(first, list):
            return items
        return type(first)._make(items) if _is_named(first) else tuple(items)
    raise TypeError(
        f"default_collate: cannot make a batch of {type(first).__name__}{_at(path)}; expected"
        " Tensors, ndarrays, numbers, strings, or tuples, lists and dicts of them; or give the"
        " DataLoader a collate_fn"
    )


def _stacked(samples: Sequence[object], path: str) -> Tensor:
    arrays = [unwrap(sample) for sample in samples]
    for sample, array in zip(samples, arrays, strict=True):
        if not isinstance(array, (np.ndarray, np.number, np.bool, int, float, complex)):
            raise TypeError(_mixed(samples[0], sample, path))
    shapes = {np.shape(array) for array in arrays}
    if len(shapes) > 1:
        raise ValueError(
            f"default_collate: the shapes differ{_at(path)}: {' and '.join(map(str, shapes))}; pad"
            " or crop them, or give the DataLoader a collate_fn"
        )
    if any(isinstance(sample, Tensor) and sample.requires_grad for sample in samples):
        return gc.stack([x if isinstance(x, Tensor) else wrap(x) for x in samples])
    stacked = np.stack(arrays) if isinstance(arrays[0], np.ndarray) else np.array(arrays)
    if stacked.dtype.kind not in "biufc":
        raise TypeError(f"default_collate: {stacked.dtype}{_at(path)} is no dtype of numbers")
    if stacked.dtype.kind in "fc" and not any(hasattr(array, "dtype") for array in arrays):
        # All are Python's, a complex one perhaps
        kind = np.float16 if stacked.dtype.kind == "f" else np.complex64
        stacked = stacked.astype(np.result_type(get_default_dtype(), kind))
    return wrap(stacked)


def _is_named(x: object) -> TypeGuard[_Named]:
    return hasattr(x, "_fields")


def _check_kind(samples: Sequence[object], kinds: tuple[type, ...], path: str) -> None:
    for sample in samples:
        if not isinstance(sample, kinds):
            raise TypeError(_mixed(samples[0], sample, path))


def _mixed(first: object, other: object, path: str) -> str:
    kinds = f"{type(first).__name__} and {type(other).__name__}"
    return f"default_collate: the samples are of several kinds{_at(path)}: {kinds}"


def _at(path: str) -> str:
    return f" at {path}" if path else ""
