"""Arrays that somebody else can write to: a gradient from a changed one is refused.

NumPy does not tell when an array is written to, so its content is remembered and compared. Only
arrays that were shown to the user need that, and few are: the result of an operation is nobody
else's until its `.data` is asked for. A Tensor knows whether its array was shown (`_shown`).

- What is saved *after* it was shown, an operand from `from_numpy` or a plain ndarray, is stamped:
  the node keeps a fingerprint of it (`stamp`).
- What was saved *before* it is shown is found by its memory: `show` takes the fingerprint at that
  time, and keeps it as long as the array lives.

The sweep asks `check` before it uses what a node saved.
"""

from __future__ import annotations

from typing import Any
from weakref import ref

import numpy as np
from numpy.typing import NDArray

from grad_core.checks import described
from grad_core.node import Extra, Node

_BLOCK = 4096


def _weights() -> NDArray[np.uint64]:
    """Odd numbers that look random: splitmix64, of Steele, Lea and Flood 2014."""
    # numpy.random is slow to import
    x = np.arange(1, _BLOCK + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        x = (x ^ (x >> np.uint64(shift))) * np.uint64(factor)
    return (x ^ (x >> np.uint64(31))) | np.uint64(1)


_WEIGHTS = _weights()

# Of memory that was shown, by the id of the array that owns it: that array, and its fingerprint
shown: dict[int, tuple[ref[NDArray[Any]], int]] = {}


def fingerprint(array: NDArray[Any]) -> int:
    """Return a number that another content would not have.

    Small arrays are hashed. Of large ones each block of words is multiplied by fixed odd weights
    and summed modulo 2 ** 64, at the speed of memory; a change of one word always shows.
    """
    kind = (array.shape, array.dtype.str)  # `a.shape = ...` changes an array, too
    if not array.flags.forc:
        # Only what is repeated is left out; a view of much memory may itself be small.
        array = np.ascontiguousarray(
            array[tuple(slice(1) if step == 0 else slice(None) for step in array.strides)]
        )
    if array.nbytes <= _BLOCK:
        return hash((kind, array.tobytes("A")))
    flat = array.ravel("K").view(np.uint8)
    whole = flat.size // (8 * _BLOCK) * (8 * _BLOCK)
    words = flat[:whole].view(np.uint64).reshape(-1, _BLOCK)
    sums = np.einsum("ij,j->i", words, _WEIGHTS)
    return hash((kind, sums.tobytes(), flat[whole:].tobytes()))


def _owner(array: NDArray[Any]) -> NDArray[Any]:
    """The array whose memory a view shows."""
    base = array.base
    while isinstance(base, np.ndarray):
        array, base = base, base.base
    return array


def show(array: NDArray[Any]) -> None:
    """Remember the content of memory that is about to be shown."""
    owner = _owner(array)
    key = id(owner)
    if key not in shown:
        shown[key] = (ref(owner, lambda _: shown.pop(key, None)), fingerprint(owner))


def stamp(node: Node) -> None:
    """Remember the content of the arrays that a node saved."""
    if node.extra is None:
        node.extra = Extra()
    node.extra.stamps = tuple(fingerprint(a) for a in _arrays(node))


def check(node: Node, name: str) -> None:
    """Raise a RuntimeError if an array that `node` saved has changed since."""
    arrays = _arrays(node)
    stamps = node.extra.stamps if node.extra is not None else None
    for i, array in enumerate(arrays):
        if stamps is not None:
            same = fingerprint(array) == stamps[i]
        else:
            owner = _owner(array)
            entry = shown.get(id(owner))
            same = entry is None or fingerprint(owner) == entry[1]
        if not same:
            raise RuntimeError(
                f"backward: an array that {name} needs for its gradient, {described(array)}, was"
                " written to after it was used (through .data, an ndarray operand or the source of"
                " from_numpy); write to a copy, or rebind the value: t.data = x, t += x, t[i] = x"
            )


def _arrays(node: Node) -> list[NDArray[Any]]:
    return [a for a in node.saved or () if a.__class__ is np.ndarray]
