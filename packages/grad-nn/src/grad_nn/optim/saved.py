"""The form of `state_dict`, and how one is read: PyTorch's, and checked before anything changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import NamedTuple, TypeGuard

import numpy as np

from grad_core import Array
from grad_core.primitive import unwrap
from grad_nn.optim.checks import is_array, is_mapping, is_number, is_sequence

# Settings of PyTorch that say how it computes, not what
NOT_READ = frozenset(("foreach", "fused", "capturable", "differentiable"))


class SavedGroup(NamedTuple):
    """A group of parameters as `state_dict` has it."""

    settings: dict[str, object]
    numbers: list[object]
    names: list[str] | None


def plain(value: object) -> object:
    """Return a setting with numbers as Python's; a tuple stays one, a list becomes one."""
    if is_sequence(value):
        return tuple(plain(v) for v in value)
    if isinstance(value, (bool, int, float, str)) or value is None:
        return float(value) if isinstance(value, np.floating) else value
    array = np.asarray(unwrap(value))
    return array.item() if not array.ndim and array.dtype.kind in "biuf" else value


def entries_of(state: Mapping[str, object]) -> dict[str, object]:
    """Return a copy of what is in a state or a group, without what there is not yet."""
    return {key: deepcopy(value) for key, value in state.items() if value is not None}


def read_parts(
    kind: str, state_dict: Mapping[str, object], lengths: Sequence[int]
) -> tuple[list[SavedGroup], Mapping[object, Mapping[str, object]]]:
    """Return the groups and states of a `state_dict` for groups of so many parameters."""
    name = f"{kind}: load_state_dict"
    given: object = state_dict
    if not (is_mapping(given) and "state" in given and "param_groups" in given):
        raise TypeError(f"{name}: expected a dict with state and param_groups, got {given!r:.80}")
    states, groups = given["state"], given["param_groups"]
    if not _is_states(states):
        raise TypeError(f"{name}: state is no dict of dicts: {states!r:.80}")
    if not is_sequence(groups):
        raise TypeError(f"{name}: param_groups is no list: {groups!r:.80}")
    found = [_read_group(name, group) for group in groups]
    given_lengths = [len(group.numbers) for group in found]
    if given_lengths != list(lengths):
        raise ValueError(
            f"{name}: it is for groups of {given_lengths} parameters, expected {list(lengths)}"
        )
    known = [number for group in found for number in group.numbers]
    if unknown := [number for number in states if number not in known]:
        raise ValueError(f"{name}: state has {unknown}, which are in no group")
    return found, states


def _is_states(value: object) -> TypeGuard[Mapping[object, Mapping[str, object]]]:
    return is_mapping(value) and all(is_mapping(entries) for entries in value.values())


def _read_group(name: str, group: object) -> SavedGroup:
    if not (is_mapping(group) and is_sequence(group.get("params"))):
        raise TypeError(f"{name}: a group is a dict with a list of params, got {group!r:.80}")
    params, names = group["params"], group.get("param_names")
    assert is_sequence(params)  # as was just looked at
    left_out = NOT_READ | {"params", "param_names"}
    settings = {key: value for key, value in group.items() if key not in left_out}
    if names is None:
        return SavedGroup(settings, list(params), None)
    if not is_sequence(names) or len(names) != len(params):
        raise ValueError(f"{name}: param_names are not as many as params: {names!r:.80}")
    return SavedGroup(settings, list(params), [str(n) for n in names])


def read_entries(
    entries: Mapping[str, object], like: Mapping[str, object], p: Array
) -> dict[str, object]:
    """Return the entries of a state, of the kinds, shapes and dtypes of those in `like`.

    Where that has None, there may be an array of the shape and dtype of `p`, or nothing.
    """
    missing = [key for key, value in like.items() if value is not None and key not in entries]
    unexpected = [key for key in entries if key not in like]
    if missing or unexpected:
        raise ValueError(f"missing {missing}, unexpected {unexpected}")
    return {key: _read(key, entries.get(key), value, p) for key, value in like.items()}


def _read(key: str, value: object, like: object, p: Array) -> object:
    if like is None and value is None:
        return None
    if is_number(like):
        number = read_number(key, value)
        return int(number) if isinstance(like, int) else number
    return read_array(key, value, like if is_array(like) else p)


def read_number(key: str, value: object) -> float:
    """Return an entry that is a number, or an array of one."""
    number = plain(value)
    if not is_number(number):
        raise TypeError(f"{key} is {value!r:.80}, expected a number")
    return float(number)


def read_list(key: str, value: object) -> Sequence[object]:
    """Return an entry that is a list."""
    if not is_sequence(value):
        raise TypeError(f"{key} is {value!r:.80}, expected a list")
    return value


def read_array(key: str, value: object, like: Array) -> Array:
    """Return a copy of an entry that is an array of this shape, in this dtype."""
    array = np.asarray(unwrap(value))
    if array.shape != like.shape:
        raise ValueError(f"{key} has shape {array.shape}, expected {like.shape}")
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{key} has dtype {array.dtype}, expected {like.dtype}")
    return array.astype(like.dtype)
