"""Trainer: the loop over epochs and batches, and what belongs around it."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Generic, Literal, TypeVar

import numpy as np

from grad_core import Tensor, no_grad
from grad_nn.module import Module
from grad_nn.optim.lr_scheduler import LRScheduler, ReduceLROnPlateau
from grad_nn.optim.optimizer import Optimizer
from grad_nn.progress import Bar, NoBar, tqdm
from grad_nn.serialization.contents import library
from grad_nn.training.checkpoints import Checkpoints
from grad_nn.training.feed import Data, Feed
from grad_nn.training.history import VALIDATION, History, Log, Row
from grad_nn.training.interrupt import Interrupt
from grad_nn.training.settings import check_numbers, check_parts
from grad_nn.training.standing import Standing
from grad_nn.training.step import Means, Outcome, evaluating, outcome_of
from grad_nn.utils.clip_grad import clip_grad_norm_

B = TypeVar("B")


class Trainer(Generic[B]):
    """Trains a model: epochs, validation, schedules, early stopping, checkpoints.

    What is done with a batch is up to a function, the step, so batches can be anything;
    `supervised` makes one for pairs of inputs and targets. Everything else is here, and can be read
    in five minutes.

    With a folder, a training that was killed at whatever moment goes on with `resume=True`, and
    ends with the very same weights as if it had not been: the checkpoint has the model, optimizer,
    scheduler, the place in the data, and all random generators: the default one, those that layers
    keep as attributes, those of the loaders, and `rngs`.

    Args:
        model: The Module to train.
        step: Takes a batch, and returns the loss, or the loss and metrics by name.
        optimizer: Has the parameters of the model.
        scheduler: Changes its learning rate.
        schedule: Whether the scheduler steps after each `"epoch"`, or after each `"batch"`.
        max_norm: To which norm the gradients of all parameters together are clipped.
        monitor: What tells which epoch is the best: the name of a metric, with `val_` before it for
            validation. The loss if None, in validation if there is one.
        mode: Whether that improves when it falls, `"min"`, or rises, `"max"`.
        patience: After how many epochs without improvement to stop; None for never.
        min_delta: By how much it has to improve to count.
        restore_best: Whether the model gets the weights of the best epoch when it stops so.
        folder: Where files go, for which safetensors is needed: `last.safetensors`, a checkpoint, `best.safetensors`, the model of
            the best epoch, for `load_model`, and `history.csv`.
        save_every: After how many steps to write a checkpoint, beside those after each epoch.
        rngs: Other random generators that training draws from, by name.
        on_epoch: Called with the row of each epoch.
        progress: Whether to show progress bars, with tqdm.

    Attributes:
        history: The epochs so far.

    Raises:
        TypeError: `model` is no Module, or `optimizer` no Optimizer.
        ValueError: A setting is out of range.
        ImportError: `progress` is set, and tqdm is not installed; or there is a folder, and
            safetensors is not.

    Example:
        >>> import numpy as np
        >>> from grad_nn import Linear, MSELoss
        >>> from grad_nn.data import DataLoader, TensorDataset
        >>> from grad_nn.optim import SGD
        >>> from grad_nn.training import supervised
        >>> x = np.random.default_rng(0).normal(size=(64, 2)).astype(np.float32)
        >>> loader = DataLoader(TensorDataset(x, x.sum(1, keepdims=True)), 8, shuffle=True, rng=0)
        >>> model = Linear(2, 1, rng=0)
        >>> step = supervised(model, MSELoss())
        >>> trainer = Trainer(model, step, SGD(model.parameters(), lr=0.1))
        >>> history = trainer.fit(loader, epochs=10)
        >>> bool(history.column("loss")[-1] < 0.01)
        True
    """

    def __init__(
        self,
        model: Module,
        step: Callable[[B], Outcome],
        optimizer: Optimizer,
        scheduler: LRScheduler | ReduceLROnPlateau | None = None,
        *,
        schedule: Literal["epoch", "batch"] = "epoch",
        max_norm: float | None = None,
        monitor: str | None = None,
        mode: Literal["min", "max"] = "min",
        patience: int | None = None,
        min_delta: float = 0.0,
        restore_best: bool = True,
        folder: str | os.PathLike[str] | None = None,
        save_every: int | None = None,
        rngs: Mapping[str, np.random.Generator] | None = None,
        on_epoch: Callable[[Row], object] | None = None,
        progress: bool = False,
    ) -> None:
        check_parts(model, step, optimizer, scheduler, schedule, rngs)
        check_numbers(mode, max_norm, patience, min_delta, save_every, folder)
        # What is not installed is missed here, and not after the first epoch.
        if folder is not None:
            library("Trainer(folder=...)")
        if progress:
            tqdm("Trainer(progress=True)")
        self.model: Module = model
        self.step: Callable[[B], Outcome] = step
        self.optimizer: Optimizer = optimizer
        self.scheduler: LRScheduler | ReduceLROnPlateau | None = scheduler
        self.schedule: Literal["epoch", "batch"] = schedule
        self.max_norm: float | None = max_norm
        self.monitor: str | None = monitor
        self.mode: Literal["min", "max"] = mode
        self.patience: int | None = patience
        self.min_delta: float = min_delta
        self.restore_best: bool = restore_best
        self.save_every: int | None = save_every
        self.on_epoch: Callable[[Row], object] | None = on_epoch
        self.progress: bool = progress
        self._standing = Standing()
        self._checkpoints = Checkpoints(model, optimizer, scheduler, rngs or {}, folder)

    @property
    def history(self) -> History:
        """The epochs so far, and how the training ended."""
        return self._standing.history

    def fit(
        self,
        batches: Iterable[B],
        validation: Iterable[B] | None = None,
        *,
        epochs: int,
        resume: bool = False,
    ) -> History:
        """Train until so many epochs are complete, those of earlier calls included.

        Ctrl-C ends it after the present step, with a checkpoint if there is a folder; a second one
        at once. It can be called again to go on, also after an exception, except where a training has
        stopped early.

        Args:
            batches: The batches of an epoch, in a DataLoader for example.
            validation: Those of validation, after each epoch.
            epochs: How many epochs there are to be.
            resume: Whether to go on from the checkpoint in the folder, if there is one.

        Returns:
            The epochs, and whether Ctrl-C or early stopping ended it.

        Raises:
            FileExistsError: The folder has a checkpoint, and `resume` is not set.
            FloatingPointError: The loss is no finite number. There has been no step with it.
            OSError: A file cannot be read or written.
            TypeError: The data are used up after an epoch, or the step returns no loss.
            ValueError: The checkpoint does not fit, there are no batches, or nothing is called what
                is monitored.
        """
        data = Data(
            Feed("batches", batches), None if validation is None else Feed("validation", validation)
        )
        if not isinstance(epochs, int) or epochs < 0:
            raise ValueError(f"fit: epochs is an int, at least 0; got {epochs!r}")
        if validation is None and (self.monitor or "").startswith(VALIDATION):
            raise ValueError(f"fit: monitor is {self.monitor!r}, but there is no validation")
        loaded = self._checkpoints.load(data, resume=resume, fresh=not self._standing.step)
        self._standing = loaded or self._standing
        log = self._checkpoints.log(self.history)
        if not self.model.training:
            self.model.train()
        with Interrupt() as interrupt:
            while self._standing.epoch < epochs and not self.history.stopped_early:
                if not self._epoch(data, epochs, log, interrupt):
                    break
            self.history.interrupted = interrupt.requested
        if self.history.stopped_early and self.restore_best and self.history.best_epoch:
            self._checkpoints.load_best()
        return self.history

    # ------------------------------------------------------------------------ an epoch

    def _epoch(self, data: Data[B], epochs: int, log: Log | None, interrupt: Interrupt) -> bool:
        """Train and validate; return False where Ctrl-C ended it before the end."""
        here = self._standing
        began = time.monotonic() - here.seconds
        with self._bar(data.training, epochs) as bar:
            if not here.trained:
                for batch in data.training.after(here.batch):
                    self._learn(batch)
                    here.seconds = time.monotonic() - began
                    bar.update()
                    if interrupt.requested:
                        self._checkpoints.save(data, here)
                        return False
                    if self.save_every is not None and here.step % self.save_every == 0:
                        self._checkpoints.save(data, here)
            metrics = here.means.values("fit")
            here.trained = True
            bar.set_postfix_str(", ".join(f"{k} {v:.4g}" for k, v in metrics.items()))
            if data.validation is not None:
                before = self._checkpoints.randomness(data)
                found = self._validate(data.validation, interrupt)
                if found is None:
                    self._checkpoints.set_randomness(data, before)  # so that it can be done again
                    self._checkpoints.save(data, here)
                    return False
                metrics |= {VALIDATION + name: value for name, value in found.items()}
        row = Row(here.epoch + 1, here.step, self._lr(), time.monotonic() - began, metrics)
        self._judge(row, data.validation is not None)
        here.history.rows.append(row)
        here.next_epoch()
        self._checkpoints.save(data, here)
        if log is not None:
            log.add(here.history)
        if self.on_epoch is not None:
            self.on_epoch(row)
        return not interrupt.requested

    def _learn(self, batch: B) -> None:
        """Take a step of the optimizer, for a batch."""
        here = self._standing
        values: dict[str, float] = {}

        def closure() -> Tensor:
            self.optimizer.zero_grad()
            loss, metrics = outcome_of(self.step(batch))
            value = loss.item()
            here.means.check(found := {"loss": value, **metrics})
            if self.monitor is not None and self.monitor.removeprefix(VALIDATION) not in found:
                raise ValueError(f"fit: monitor is {self.monitor!r}, but there are {list(found)}")
            if not math.isfinite(value):
                raise FloatingPointError(
                    f"fit: the loss is {value} in epoch {here.epoch + 1}, at step {here.step + 1};"
                    " lower the learning rate, clip gradients with max_norm, or look with"
                    " grad_core.detect_anomaly() where it comes from"
                )
            loss.backward()
            if self.max_norm is not None:
                groups = self.optimizer.param_groups
                clip_grad_norm_([p for group in groups for p in group["params"]], self.max_norm)
            if not values:  # some optimizers ask more than once
                values.update(found)
            return loss

        self.optimizer.step(closure)
        here.means.add(batch, values)
        here.step += 1
        here.batch += 1
        if self.scheduler is not None and self.schedule == "batch":
            assert isinstance(self.scheduler, LRScheduler)  # as check_settings says
            self.scheduler.step()

    def _validate(self, batches: Feed[B], interrupt: Interrupt) -> dict[str, float] | None:
        """Return the loss and metrics in validation; None where Ctrl-C ended it."""
        means = Means()
        with evaluating(self.model), no_grad():
            for batch in batches:
                loss, metrics = outcome_of(self.step(batch))
                means.add(batch, {"loss": loss.item(), **metrics})
                if interrupt.requested:
                    return None
        return means.values("fit: validation")

    def _judge(self, row: Row, validated: bool) -> None:
        """See whether this epoch is the best, whether to stop, and which learning rate is next."""
        here = self._standing
        name = self.monitor or (VALIDATION + "loss" if validated else "loss")
        value = row.metrics[name]
        sign = 1.0 if self.mode == "min" else -1.0
        is_better = sign * value < sign * here.best - self.min_delta
        if is_better or (math.isnan(here.best) and not math.isnan(value)):
            here.best, here.waited, here.history.best_epoch = value, 0, row.epoch
            self._checkpoints.save_best(row, wanted=self.patience is not None and self.restore_best)
        else:
            here.waited += 1
            here.history.stopped_early = self.patience is not None and here.waited >= self.patience
        if isinstance(self.scheduler, ReduceLROnPlateau):
            self.scheduler.step(value)
        elif self.scheduler is not None and self.schedule == "epoch":
            self.scheduler.step()

    def _lr(self) -> float:
        return float(self.optimizer.param_groups[0]["lr"])

    def _bar(self, batches: Feed[B], epochs: int) -> Bar:
        if not self.progress:
            return NoBar()
        here = self._standing
        title = f"epoch {here.epoch + 1}/{epochs}"
        return tqdm("Trainer(progress=True)")(
            total=batches.length(), initial=here.batch, unit="batch", desc=title
        )
