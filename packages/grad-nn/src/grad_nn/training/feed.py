"""Batches of one epoch after the other, and where in an epoch they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Generic, NamedTuple, TypeGuard, TypeVar

from grad_nn.serialization.checkpoints import Stateful
from grad_nn.structures import is_state

B = TypeVar("B")


class Feed(Generic[B]):
    """A loader, or batches of any other kind that can be iterated over again and again.

    A loader with a state is asked to go on from there; of others, what was used is passed over.
    """

    def __init__(self, name: str, batches: Iterable[B]) -> None:
        given: object = batches
        if isinstance(given, Iterator) or not isinstance(given, Iterable):
            raise TypeError(
                f"fit: {name} is {type(batches).__name__}, expected a DataLoader, or something else"
                " that can be iterated over in each epoch"
            )
        self.name = name
        self.batches = batches
        self._stateful: Stateful | None = given if _is_stateful(given) else None

    def __iter__(self) -> Iterator[B]:
        return iter(self.batches)

    def after(self, done: int) -> Iterator[B]:
        """Iterate over the batches of an epoch after the first ones, which were used."""
        if self._stateful is None:
            return islice(self.batches, done, None)
        if done:
            self._stateful.load_state_dict(dict(self._stateful.state_dict()))
        return iter(self.batches)

    def state(self) -> dict[str, object] | None:
        """Return where the loader stands; None if it has no state."""
        return None if self._stateful is None else dict(self._stateful.state_dict())

    def load(self, state: object) -> None:
        """Let the loader go on from where one stood."""
        if self._stateful is not None and is_state(state):
            self._stateful.load_state_dict(state)
        elif self._stateful is not None or state is not None:
            raise ValueError(f"the state of {self.name} does not fit {type(self.batches).__name__}")

    def length(self) -> int | None:
        """Return the number of batches, if it is known."""
        try:
            return len(self.batches)  # type: ignore[arg-type]  # if it has no length, it says so
        except TypeError:
            return None


def _is_stateful(x: object) -> TypeGuard[Stateful]:
    return hasattr(x, "state_dict") and hasattr(x, "load_state_dict")


class Data(NamedTuple, Generic[B]):
    """What a training is fed with."""

    training: Feed[B]
    validation: Feed[B] | None

    def feeds(self) -> list[Feed[B]]:
        """Return the feeds that there are."""
        return [self.training] if self.validation is None else [self.training, self.validation]
