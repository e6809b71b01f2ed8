"""Reading the state of a scheduler."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from copy import deepcopy
from types import FunctionType

from grad_nn.optim.checks import is_mapping, is_number, is_sequence
from grad_nn.optim.saved import plain

# What PyTorch's schedulers keep for themselves
NOT_READ = frozenset(("_is_initial", "_get_lr_called_within_step", "verbose", "anneal_func"))


def read_state(
    name: str, given: Mapping[str, object], own: Mapping[str, object]
) -> dict[str, object]:
    """Return the values of a `state_dict`, of the types of the present ones.

    Raises:
        TypeError: A value is of another type.
        ValueError: A key is unknown, or the epoch is missing.
    """
    unexpected = [key for key in given if key not in own and key not in NOT_READ]
    if unexpected or ("last_epoch" in own and "last_epoch" not in given):
        raise ValueError(f"{name}: expected {', '.join(own)}; got {', '.join(map(str, given))}")
    return {
        key: _like(f"{name}: {key}", given[key], present)
        for key, present in own.items()
        if key in given
    }


def _like(name: str, value: object, present: object) -> object:
    """Return a value as one of the type of another, or raise a TypeError."""
    found: object = None
    if is_number(present) or present is None:
        found = plain(value)
        right = is_number(found) or (present is None and value is None)
    elif isinstance(present, (str, bool)):
        found = value
        right = type(value) is type(present)
    elif isinstance(present, Counter):
        right = is_mapping(value) and all(isinstance(n, int) for n in value.values())
        found = Counter(value) if right and is_mapping(value) else None
    elif is_mapping(present):
        right = is_mapping(value) and present.keys() == value.keys()
        if right and is_mapping(value):
            found = {key: _like(name, value[key], item) for key, item in present.items()}
    elif is_sequence(present):
        right = is_sequence(value) and len(present) == len(value)
        if right and is_sequence(value):
            found = [_like(name, v, item) for v, item in zip(value, present, strict=True)]
    else:
        right = False
    if not right:
        raise TypeError(f"{name} is {value!r:.60}, expected the like of {present!r:.60}")
    return found


def attributes_of(function: Callable[..., object]) -> dict[str, object] | None:
    """Return a copy of the attributes of an object that can be called, None of a function."""
    if isinstance(function, FunctionType) or not hasattr(function, "__dict__"):
        return None
    return deepcopy(vars(function))


def set_attributes(function: Callable[..., object], attributes: object) -> None:
    """Give an object the attributes that were saved, if there were any."""
    if is_mapping(attributes):
        vars(function).update(attributes)
