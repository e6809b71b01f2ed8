"""Arguments that are lists, tuples and dicts of arrays, nested in any way.

The transforms of functions see such a *tree* as its leaves: Tensors, ndarrays and numbers. None
is a tree without leaves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from copy import copy
from typing import Any, TypeGuard

import numpy as np

from grad_core.node import Traced

_LEAVES = (Traced, np.ndarray, np.generic, bool, int, float, complex)


def is_leaf(x: object) -> bool:
    """Return whether `x` is a Tensor, an ndarray or a number."""
    return isinstance(x, _LEAVES)


def _is_dict(x: object) -> TypeGuard[dict[Any, Any]]:
    return isinstance(x, dict)


def _is_list(x: object) -> TypeGuard[list[Any]]:
    return isinstance(x, list)


def is_tuple(x: object) -> TypeGuard[tuple[Any, ...]]:
    """Return whether `x` is a tuple."""
    return isinstance(x, tuple)


def _is_sequence(x: object) -> TypeGuard[list[Any] | tuple[Any, ...]]:
    return isinstance(x, (list, tuple))


def leaves(where: str, tree: object) -> Iterator[tuple[str, Any]]:
    """Yield each leaf of `tree` with its place, such as `argument 0['w'][2]`.

    Raises:
        TypeError: Something in it is neither a leaf nor a list, tuple, dict or None.
    """
    if is_leaf(tree):
        yield where, tree
    elif _is_dict(tree):
        for key, item in tree.items():
            yield from leaves(f"{where}[{key!r:.60}]", item)
    elif _is_sequence(tree):
        for i, item in enumerate(tree):
            yield from leaves(f"{where}[{i}]", item)
    elif tree is not None:
        raise TypeError(
            f"{where} is {type(tree).__name__}, expected a Tensor, an ndarray, a number, or a list,"
            " tuple or dict of these"
        )


def rebuilt(tree: Any, new: Iterator[Any]) -> Any:
    """Return `tree` with its leaves replaced by what `new` yields, in order."""
    return replaced(tree, lambda _: next(new))


def replaced(tree: Any, change: Callable[[Any], Any]) -> Any:
    """Return `tree` with `change(leaf)` for each leaf; what is no tree stays as it is."""
    if is_leaf(tree):
        return change(tree)
    if _is_dict(tree):
        if type(tree) is dict:
            return {key: replaced(item, change) for key, item in tree.items()}
        other = copy(tree)  # an OrderedDict, a defaultdict
        for key, item in tree.items():
            other[key] = replaced(item, change)
        return other
    if _is_list(tree):
        new = [replaced(item, change) for item in tree]
        if type(tree) is list:
            return new
        special = copy(tree)
        special[:] = new
        return special
    if is_tuple(tree):
        items = [replaced(item, change) for item in tree]
        make: Callable[[Iterable[Any]], Any] | None = getattr(tree, "_make", None)
        return make(items) if make else tuple(items)  # a namedtuple has `_make`
    return tree


def alike(where: str, tree: Any, other: Any) -> Iterator[tuple[str, Any, Any]]:
    """Yield each leaf of `tree` with its place and the leaf of `other` at that place.

    Raises:
        TypeError: `other` is of another kind somewhere.
        ValueError: It has another length, or other keys.
    """
    if is_leaf(tree):
        if not is_leaf(other):
            raise TypeError(f"{where} is {type(other).__name__}, expected an array or a number")
        yield where, tree, other
    elif _is_dict(tree):
        if not _is_dict(other):
            raise TypeError(f"{where} is {type(other).__name__}, expected a dict")
        if tree.keys() != other.keys():
            raise ValueError(f"{where} has keys {list(other)}, expected {list(tree)}")
        for key, item in tree.items():
            yield from alike(f"{where}[{key!r:.60}]", item, other[key])
    elif _is_sequence(tree):
        if not _is_sequence(other):
            raise TypeError(
                f"{where} is {type(other).__name__}, expected a {type(tree).__name__} of"
                f" {len(tree)}"
            )
        if len(tree) != len(other):
            raise ValueError(f"{where} has {len(other)} items, expected {len(tree)}")
        for i, (item, part) in enumerate(zip(tree, other, strict=True)):
            yield from alike(f"{where}[{i}]", item, part)
    elif other is not None:
        raise TypeError(f"{where} is {type(other).__name__}, expected None")


def some(tree: Any, kinds: type | tuple[type, ...]) -> bool:
    """Return whether there is a leaf of one of `kinds`; what is no tree has no leaves."""
    if _is_dict(tree):
        return any(some(item, kinds) for item in tree.values())
    if _is_sequence(tree):
        return any(some(item, kinds) for item in tree)
    return isinstance(tree, kinds)
