"""What rows of listed differences are made of."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple


class Difference(NamedTuple):
    """Samples that differ: by their places among PyTorch's, None for all."""

    name: str  # of an operator or a module
    kinds: str  # the dtypes of an operator, the modes of a module
    stage: str  # that first differs: "value", "first" or "second" gradient
    samples: Collection[int] | None


ALL = None
EVERY = "float64 complex128 float32"
REAL = "float64 float32"
EXACT = "float64 complex128"

# (name, kind) -> sample, None for all -> the stage that differs
Listed = dict[tuple[str, str], dict[int | None, str]]


def listed(*tables: Mapping[str, Sequence[Difference]]) -> Listed:
    """The rows of tables, by name and kind."""
    found: Listed = {}
    for table in tables:
        for rows in table.values():
            for row in rows:
                for kind in row.kinds.split():
                    samples = dict.fromkeys(
                        [None] if row.samples is None else row.samples, row.stage
                    )
                    found.setdefault((row.name, kind), {}).update(samples)
    return found
