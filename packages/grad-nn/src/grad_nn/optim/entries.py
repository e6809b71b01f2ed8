"""Entries of TypedDicts by names that only the running program knows, as type checkers forbid."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from typing import TypeVar

D = TypeVar("D", bound=Mapping[str, object])


def put(entries: Mapping[str, object], changes: Mapping[str, object]) -> None:
    """Change entries of a TypedDict to others, whose types the caller has checked."""
    entries.update(changes)  # type: ignore[attr-defined]  # TypedDicts have it, Mappings have not


def replaced(entries: D, changes: Mapping[str, object]) -> D:
    """Return a copy of a TypedDict with other entries, whose types the caller has checked."""
    changed = copy(entries)
    put(changed, changes)
    return changed
