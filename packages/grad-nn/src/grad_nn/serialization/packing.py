"""Plain Python values and arrays as JSON, with the arrays apart.

What JSON has not is an object with one key that begins with `$`: `{"$array": name}` for an array,
`$scalar` for a NumPy number, `$tuple`, `$float` for what is no finite number, and `$dict`, pairs of
keys and values, for a dict with other keys than plain text.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TypeGuard

import numpy as np

from grad_core import Array, Tensor
from grad_core.primitive import unwrap
from grad_nn.structures import is_list, is_mapping


def packed(value: object, path: str, arrays: dict[str, Array]) -> object:
    """Return what JSON can hold, and put the arrays in it into `arrays`.

    Args:
        value: None, a bool, a number, text, an array, a Tensor, or tuples, lists and dicts of them.
        path: What it is called, which arrays in it are named after.
        arrays: Takes the arrays by name.

    Raises:
        TypeError: There is something else in it.
    """
    if value is None or isinstance(value, (bool, str)):
        return value
    if _is_scalar(value):  # before float, for np.float64 is one
        return {"$scalar": _put(np.asarray(value), path, arrays)}
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else {"$float": repr(float(value))}
    if isinstance(value, (Tensor, np.ndarray)):
        return {"$array": _put(np.asarray(unwrap(value)), path, arrays)}
    if is_list(value):
        items = [packed(item, f"{path}.{i}", arrays) for i, item in enumerate(value)]
        return items if isinstance(value, list) else {"$tuple": items}
    if is_mapping(value):
        pairs = [(key, packed(item, f"{path}.{key}", arrays)) for key, item in value.items()]
        if all(isinstance(key, str) and not key.startswith("$") for key in value):
            return dict(pairs)
        return {"$dict": [[packed(key, path, arrays), item] for key, item in pairs]}
    raise TypeError(
        f"{path} is {type(value).__name__}, expected numbers, text, arrays, or tuples, lists and"
        " dicts of them"
    )


def unpacked(value: object, arrays: Mapping[str, Array]) -> object:
    """Return what was packed.

    Raises:
        ValueError: It was not packed here, or an array is missing.
    """
    if is_list(value):
        return [unpacked(item, arrays) for item in value]
    if not is_mapping(value):
        return value
    if not any(isinstance(key, str) and key.startswith("$") for key in value):
        return {str(key): unpacked(item, arrays) for key, item in value.items()}
    (kind, content), *more = value.items()
    if not more:
        if kind == "$array" and isinstance(content, str) and content in arrays:
            return arrays[content]
        if kind == "$scalar" and isinstance(content, str) and content in arrays:
            return arrays[content].reshape(())[()]
        if kind == "$float" and isinstance(content, str) and content in ("nan", "inf", "-inf"):
            return float(content)
        if kind == "$tuple" and is_list(content):
            return tuple(unpacked(item, arrays) for item in content)
        if kind == "$dict" and is_list(content):
            return dict(_pair(pair, arrays) for pair in content)
    raise ValueError(f"{value!r:.80} is no value, or its array is missing")


def _pair(pair: object, arrays: Mapping[str, Array]) -> tuple[object, object]:
    if not (is_list(pair) and len(pair) == 2):
        raise ValueError(f"{pair!r:.80} is no pair of a key and a value")
    key = unpacked(pair[0], arrays)
    if isinstance(key, (list, dict, np.ndarray)):
        raise ValueError(f"{key!r:.80} is no key")
    return key, unpacked(pair[1], arrays)


def _is_scalar(x: object) -> TypeGuard[np.floating]:
    """Whether something is a NumPy number; to a type checker all of them are floating."""
    return isinstance(x, (np.number, np.bool))


def _put(array: Array, name: str, arrays: dict[str, Array]) -> str:
    while name in arrays:  # keys with dots in them may look alike
        name += "'"
    arrays[name] = array
    return name
