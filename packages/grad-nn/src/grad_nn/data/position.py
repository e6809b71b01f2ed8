"""Where a loader stands in a pass over its data, so that another process can go on from there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from grad_nn.serialization.generators import rng_state, set_rng_state
from grad_nn.structures import is_list, is_mapping

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
            if is_mapping(below):
                left.extend(below.values())
            elif is_list(below):
                left.extend(below if name == "datasets" else ())
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
        now, position = _parsed(state)
        if position is not None:
            before = states(generators)
            set_states(generators, position.start)  # to see whether they can be
            set_states(generators, before)
        set_states(generators, now)
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"load_state_dict: the state is not that of a DataLoader with {len(generators)} random"
            f" generators: {error}"
        ) from error
    return position


def _parsed(state: object) -> tuple[list[State], Position | None]:
    if is_mapping(state) and "pass" in state:
        this = state["pass"]
        if this is None:
            return _states_in(state), None
        batches = this.get("batches") if is_mapping(this) else None
        if is_mapping(this) and isinstance(batches, int) and batches >= 0:
            return _states_in(state), Position(_states_in(this), batches)
    raise ValueError(f"this is none: {str(state)[:80]}")


def _states_in(state: Mapping[object, object]) -> list[State]:
    found = state.get("generators")
    if not (is_list(found) and all(isinstance(one, dict) for one in found)):
        raise ValueError(f"generators is {str(found)[:80]}, expected a list of states")
    return [{str(k): v for k, v in one.items()} for one in found if is_mapping(one)]
