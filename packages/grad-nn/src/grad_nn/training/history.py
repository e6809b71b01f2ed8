"""What came of a training, epoch by epoch."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterator, Sequence
from importlib import import_module
from typing import Any, NamedTuple, overload

from grad_nn.serialization import atomic

VALIDATION = "val_"
"""What the names of metrics on validation data begin with."""


class Row(NamedTuple):
    """One epoch."""

    epoch: int
    """Its number, from 1."""
    step: int
    """How many steps the optimizer has taken until its end."""
    lr: float
    """The learning rate that it ended with, of the first group of parameters."""
    seconds: float
    """How long it took."""
    metrics: dict[str, float]
    """The mean loss and metrics in training, and with `val_` before the name in validation."""


class History(Sequence[Row]):
    """The rows of a training, and how it ended.

    Attributes:
        rows: One for each epoch.
        interrupted: Whether Ctrl-C ended it.
        stopped_early: Whether it ended because nothing improved any more.
        best_epoch: The epoch of the best weights; 0 if there is none yet.

    Example:
        >>> history = History([Row(1, 10, 0.1, 2.0, {"loss": 0.5, "val_loss": 0.75})])
        >>> history.column("val_loss")
        [0.75]
        >>> print(history)
        epoch 1: loss 0.5, val_loss 0.75
    """

    def __init__(self, rows: Sequence[Row] = ()) -> None:
        self.rows: list[Row] = list(rows)
        self.interrupted: bool = False
        self.stopped_early: bool = False
        self.best_epoch: int = 0

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> list[Row]: ...
    def __getitem__(self, index: int | slice) -> Row | list[Row]:
        return self.rows[index]

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __repr__(self) -> str:
        return "\n".join(described(row) for row in self.rows) or "History()"

    def names(self) -> list[str]:
        """Return the names of all metrics, in the order in which they came."""
        return list(dict.fromkeys(name for row in self.rows for name in row.metrics))

    def column(self, name: str) -> list[float]:
        """Return a metric, epoch by epoch.

        Raises:
            KeyError: There is none by this name in an epoch.
        """
        return [row.metrics[name] for row in self.rows]

    def plot(self, path: str | os.PathLike[str]) -> None:
        """Draw learning curves: a picture with the loss and one for each metric, side by side.

        Args:
            path: The file; its suffix, such as `.png` or `.svg`, says the format.

        Raises:
            ImportError: matplotlib is not installed.
            ValueError: There are no epochs.
        """
        try:
            # Without pyplot nothing stays open, and no display is needed
            figures: Any = import_module("matplotlib.figure")
        except ImportError as error:
            raise ImportError(
                'History.plot needs the matplotlib package: pip install "grad-nn[plot]"'
            ) from error
        if not self.rows:
            raise ValueError("History.plot: there are no epochs to draw")
        names = list(dict.fromkeys(name.removeprefix(VALIDATION) for name in self.names()))
        figure = figures.Figure(figsize=(5 * len(names), 4), layout="constrained")
        for axes, name in zip(figure.subplots(1, len(names), squeeze=False)[0], names, strict=True):
            for column, label in ((name, "training"), (VALIDATION + name, "validation")):
                points = [(r.epoch, r.metrics[column]) for r in self.rows if column in r.metrics]
                if points:
                    axes.plot(*zip(*points, strict=True), marker=".", label=label)
            if self.best_epoch:
                axes.axvline(self.best_epoch, color="gray", linestyle=":", label="best")
            axes.set(title=name, xlabel="epoch")
            axes.locator_params(axis="x", integer=True)
            axes.grid(alpha=0.3)
            axes.legend()
        figure.savefig(path)


def described(row: Row) -> str:
    """Return an epoch as a line of text."""
    return f"epoch {row.epoch}: " + ", ".join(f"{k} {v:.4g}" for k, v in row.metrics.items())


# ------------------------------------------------------------------------ files


class Log:
    """A CSV file with a line for each row, of which a new one is appended."""

    def __init__(self, path: str | os.PathLike[str], history: History) -> None:
        self.path = path
        self._rewrite(history)

    def add(self, history: History) -> None:
        """Write the last row."""
        if history.names() != self._names:
            self._rewrite(history)  # a first metric, or a new one
            return
        with open(self.path, "a", newline="", encoding="utf-8") as file:
            csv.writer(file).writerow(self._cells(history[-1]))

    def _rewrite(self, history: History) -> None:
        self._names = history.names()
        text = io.StringIO(newline="")
        writer = csv.writer(text)
        writer.writerow([*Row._fields[:-1], *self._names])
        writer.writerows(self._cells(row) for row in history)
        atomic.write("fit", self.path, text.getvalue().encode())

    def _cells(self, row: Row) -> list[object]:
        return [*row[:-1], *(row.metrics.get(name, "") for name in self._names)]
