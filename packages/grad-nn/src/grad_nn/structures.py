"""What kind of structure an object is, for type checkers, too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeGuard


def is_mapping(x: object) -> TypeGuard[Mapping[object, object]]:
    """Whether something is a mapping."""
    return isinstance(x, Mapping)


def is_list(x: object) -> TypeGuard[Sequence[object]]:
    """Whether something is a list or a tuple."""
    return isinstance(x, (list, tuple))


def is_state(x: object) -> TypeGuard[dict[str, object]]:
    """Whether something is a dict with text for keys."""
    return is_mapping(x) and isinstance(x, dict) and all(isinstance(key, str) for key in x)
