"""How far a training is: what a checkpoint has of the Trainer itself."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from grad_nn.structures import is_list, is_state
from grad_nn.training.history import History, Row
from grad_nn.training.step import Means


@dataclass
class Standing:
    """How far a training is."""

    epoch: int = 0
    """How many epochs are complete."""
    step: int = 0
    """How many steps the optimizer has taken."""
    batch: int = 0
    """How many batches of the present epoch it has taken them for."""
    trained: bool = False
    """Whether those were all, so that validation comes next."""
    means: Means = field(default_factory=Means)
    """Of the loss and the metrics in the present epoch."""
    seconds: float = 0.0
    """How long the present epoch has taken."""
    best: float = math.nan
    """The best value of what is monitored; NaN if there is none yet."""
    waited: int = 0
    """For how many epochs it has not improved."""
    history: History = field(default_factory=History)

    def next_epoch(self) -> None:
        """Begin another epoch."""
        self.epoch += 1
        self.batch, self.trained, self.means, self.seconds = 0, False, Means(), 0.0

    def saved(self) -> dict[str, object]:
        """Return all of it as plain values."""
        history = self.history
        return {
            "epoch": self.epoch,
            "step": self.step,
            "batch": self.batch,
            "trained": self.trained,
            "means": (self.means.total, self.means.sums),
            "seconds": self.seconds,
            "best": self.best,
            "waited": self.waited,
            "stopped_early": history.stopped_early,
            "best_epoch": history.best_epoch,
            "rows": [tuple(row) for row in history],
        }


def read_standing(saved: object) -> Standing:
    """Return what was saved.

    Raises:
        ValueError: It was not saved by a Trainer.
    """
    if not is_state(saved) or saved.keys() != Standing().saved().keys():
        raise ValueError(f"it is no checkpoint of a Trainer: {saved!r:.60}")
    history = History([_row(row) for row in _list("rows", saved)])
    history.stopped_early = _flag("stopped_early", saved)
    history.best_epoch = _count("best_epoch", saved)
    total, sums = _list("means", saved, 2)
    return Standing(
        epoch=_count("epoch", saved),
        step=_count("step", saved),
        batch=_count("batch", saved),
        trained=_flag("trained", saved),
        means=Means(_count("total", {"total": total}), _numbers("means", sums)),
        seconds=_number("seconds", saved),
        best=_number("best", saved),
        waited=_count("waited", saved),
        history=history,
    )


def _row(saved: object) -> Row:
    if not (is_list(saved) and len(saved) == len(Row._fields)):
        raise ValueError(f"{saved!r:.60} is no epoch of a Trainer")
    row = dict(zip(Row._fields, saved, strict=True))
    return Row(
        _count("epoch", row),
        _count("step", row),
        _number("lr", row),
        _number("seconds", row),
        _numbers("metrics", row["metrics"]),
    )


def _count(name: str, saved: dict[str, object]) -> int:
    value = saved[name]
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError(f"{name} of the Trainer is {value!r:.60}, expected an int, at least 0")
    return value


def _flag(name: str, saved: dict[str, object]) -> bool:
    value = saved[name]
    if not isinstance(value, bool):
        raise ValueError(f"{name} of the Trainer is {value!r:.60}, expected True or False")
    return value


def _number(name: str, saved: dict[str, object]) -> float:
    value = saved[name]
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        raise ValueError(f"{name} of the Trainer is {value!r:.60}, expected a number")
    return float(value)


def _numbers(name: str, saved: object) -> dict[str, float]:
    if not is_state(saved):
        raise ValueError(f"{name} of the Trainer are {saved!r:.60}, expected numbers by name")
    return {key: _number(key, saved) for key in saved}


def _list(name: str, saved: dict[str, object], length: int | None = None) -> list[object]:
    value = saved[name]
    if not is_list(value) or (length is not None and len(value) != length):
        raise ValueError(f"{name} of the Trainer is {value!r:.60}, expected a list")
    return list(value)
