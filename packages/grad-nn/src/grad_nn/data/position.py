"""Where a loader stands in a pass over its data, so that another process can go on from there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from grad_nn.serialization.generators import rng_state, set_rng_state

if TYPE_CHECKING:
    from numpy.random import Generator

State = dict[str, object]

# By which attributes a loader leads to whatever may have an attribute `rng`
_PARTS = ("batch_sampler", "sampler", "dataset", "datasets")


def generators_of(root: object) -> list[Generator]:
    """The generators in attributes `rng` of a loader, its samplers and datasets, each once."""
    found: dict[int, Generator] = {}
    seen: set[int] = set()
    left = [root]
    while left:
        part = left.pop()
        if id(part) in seen:
            continue
        seen.add(id(part))
        rng: object = getattr(part, "rng", None)
        if isinstance(rng, np.random.Generator):
            found[id(rng)] = rng
        for name in _PARTS:
            below: object = getattr(part, name, None)
            if isinstance(below, Mapping):
                left.extend(below.values())
            elif isinstance(below, (list, tuple)) and name == "datasets":
                left.extend(below)
            elif below is not None:
                left.append(below)
    return list(found.values())


class Position:
    """A pass that has begun: how the generators stood then, and how many batches there were."""

    def __init__(self, start: list[State], batches: int) -> None:
        self.start = start
        self.batches = batches


def states(generators: Sequence[Generator]) -> list[State]:
    """Where several generators stand."""
    return [rng_state(generator) for generator in generators]


def set_states(generators: Sequence[Generator], to: Sequence[Mapping[str, object]]) -> None:
    """Set the states of several generators; of all of them, or of none."""
    before = states(generators)
    try:
        for generator, state in zip(generators, to, strict=True):
            set_rng_state(generator, state)
    except (TypeError, ValueError):
        for generator, state in zip(generators, before, strict=True):
            set_rng_state(generator, state)
        raise


def restored(generators: Sequence[Generator], state: object) -> Position | None:
    """Set generators to the state of a loader; return where it stood.

    Raises:
        ValueError: It is no state of such a loader. Nothing has changed then.
    """
    try:
        match state:
            case {"generators": list(now), "pass": None}:
                position = None
            case {
                "generators": list(now),
                "pass": {"generators": list(start), "batches": int(batches)},
            } if batches >= 0:
                before = states(generators)
                set_states(generators, start)  # to see whether they can be
                set_states(generators, before)
                position = Position(start, batches)
            case _:
                raise ValueError(f"this is none: {str(state)[:80]}")
        set_states(generators, now)
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"load_state_dict: the state is not that of a DataLoader with {len(generators)} random"
            f" generators: {error}"
        ) from error
    return position
