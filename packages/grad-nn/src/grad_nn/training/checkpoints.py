"""The checkpoints of a training: what is in them, and how it goes on from one."""

from __future__ import annotations

import os
from collections.abc import Mapping
from errno import EEXIST
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from grad_core import Array
from grad_init import as_generator
from grad_nn.module import Module
from grad_nn.optim.lr_scheduler import Scheduler
from grad_nn.optim.optimizer import Optimizer
from grad_nn.serialization import (
    load_checkpoint,
    load_model,
    rng_state,
    save_checkpoint,
    set_rng_state,
)
from grad_nn.serialization.atomic import remove_leftovers
from grad_nn.structures import is_state
from grad_nn.training.feed import Data
from grad_nn.training.history import History, Log, Row
from grad_nn.training.standing import Standing, read_standing

if TYPE_CHECKING:
    from numpy.random import Generator

Randomness: TypeAlias = tuple[dict[str, dict[str, object]], list[dict[str, object] | None]]
"""Where random generators stand, and the loaders."""


class Checkpoints:
    """Writes and reads what a training needs to go on, if there is a folder for it."""

    def __init__(
        self,
        model: Module,
        optimizer: Optimizer,
        scheduler: Scheduler | None,
        rngs: Mapping[str, Generator],
        folder: str | os.PathLike[str] | None,
    ) -> None:
        self.model = model
        self.optimizer = optimizer
        self.scheduler = scheduler
        self.rngs: dict[str, Generator] = dict(rngs)
        self.folder: Path | None = None if folder is None else Path(folder)
        self._best: dict[str, Array] = {}  # the weights, where there is no folder

    def log(self, history: History) -> Log | None:
        """Make the folder, and return the log in it, with the epochs so far.

        After the last checkpoint, a process that was killed may have written more, or begun to.
        """
        if self.folder is None:
            return None
        self.folder.mkdir(parents=True, exist_ok=True)
        for name in ("last.safetensors", "best.safetensors", "history.csv"):
            remove_leftovers(self.folder / name)
        return Log(self.folder / "history.csv", history)

    def save(self, data: Data[Any], standing: Standing) -> None:
        """Write all that there is."""
        if self.folder is not None:
            save_checkpoint(
                self.folder / "last.safetensors",
                model=self.model,
                optimizer=self.optimizer,
                scheduler=self.scheduler,
                rngs=self._generators(),
                extra={
                    "trainer": standing.saved(),
                    "data": {feed.name: feed.state() for feed in data.feeds()},
                },
            )

    def load(self, data: Data[Any], *, resume: bool, fresh: bool) -> Standing | None:
        """Go on from the checkpoint in the folder, if there is one and it is wanted.

        Args:
            data: What the training is fed with.
            resume: Whether it is wanted.
            fresh: Whether nothing has been trained yet, so that a checkpoint is somebody else's.

        Raises:
            ValueError: It does not fit, and nothing has changed; or there is no folder.
            FileExistsError: There is one, and it is not wanted.
        """
        if self.folder is None:
            if resume:
                raise ValueError("fit: resume needs a folder, which the Trainer is given")
            return None
        path = self.folder / "last.safetensors"
        if not path.exists():
            return None
        if resume:
            return self._load(data, path)
        if fresh:
            raise FileExistsError(
                EEXIST, "fit: there is a checkpoint, and resume=True goes on from it", str(path)
            )
        return None

    def _load(self, data: Data[Any], path: Path) -> Standing:
        before = self.randomness(data)
        try:
            extra = load_checkpoint(path)
            standing = read_standing(extra.get("trainer"))
            states = extra.get("data")
            for feed in data.feeds():
                feed.load(states.get(feed.name) if is_state(states) else None)
            load_checkpoint(
                path,
                model=self.model,
                optimizer=self.optimizer,
                scheduler=self.scheduler,
                rngs=self._generators(),
            )
        except (TypeError, ValueError) as error:
            self.set_randomness(data, before)
            message = str(error).removeprefix("load_checkpoint: ").removeprefix(f"{path}: ")
            raise type(error)(f"fit: cannot go on from {path}: {message}") from error
        self.optimizer._steps = max(self.optimizer._steps, standing.step)  # schedulers look at it
        return standing

    def save_best(self, row: Row, *, wanted: bool) -> None:
        """Keep the weights as the best so far.

        Args:
            row: The epoch that they are from.
            wanted: Whether they may be loaded again, and are to be kept where there is no folder.
        """
        if self.folder is not None:
            path = self.folder / "best.safetensors"
            save_checkpoint(path, model=self.model, extra={"epoch": row.epoch, **row.metrics})
        elif wanted:
            self._best = self.model.state_dict()

    def load_best(self) -> None:
        """Load the best weights so far."""
        if self.folder is not None:
            load_model(self.model, self.folder / "best.safetensors")
        else:
            self.model.load_state_dict(self._best)

    # ------------------------------------------------------------------------ randomness

    def randomness(self, data: Data[Any]) -> Randomness:
        """Return where all that is random stands."""
        states = {name: rng_state(generator) for name, generator in self._generators().items()}
        return states, [feed.state() for feed in data.feeds()]

    def set_randomness(self, data: Data[Any], to: Randomness) -> None:
        """Let all that is random go on from there."""
        rngs, states = to
        for feed, state in zip(data.feeds(), states, strict=True):
            feed.load(state)
        for name, generator in self._generators().items():
            set_rng_state(generator, rngs[name])

    def _generators(self) -> dict[str, Generator]:
        """All random generators that are not a loader's, by name."""
        found = {"default": as_generator(None)}
        for path, module in self.model.named_modules():
            for name, value in vars(module).items():
                if isinstance(value, np.random.Generator):
                    found[f"model.{path}.{name}"] = value
        return found | {f"rngs.{name}": rng for name, rng in self.rngs.items()}
