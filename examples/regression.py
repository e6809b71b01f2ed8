"""Predict the course of diabetes from ten measurements, beside scikit-learn's MLPRegressor.

    pip install grad-nn scikit-learn matplotlib
    python regression.py        # cross-validate; print a table, draw a picture to output/

The data are the 442 patients of B. Efron et al., "Least angle regression", Annals of Statistics 32,
2004, that scikit-learn ships. Both networks have the same layers, activation, batches, learning rate
and early stopping, each in its library's way.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

import grad_nn as nn
from grad_core import Tensor
from grad_nn import optim
from grad_nn.data import DataLoader, TensorDataset, random_split
from grad_nn.training import Trainer, predict, supervised

NEEDED = {"matplotlib": "matplotlib", "sklearn": "scikit-learn"}
Array = NDArray[np.float32]

# ------------------------------------------------------------------------ data


class Table(NamedTuple):
    """Measurements `(N, 10)`, and how far the disease went in a year, `(N, 1)`."""

    measured: Array
    progress: Array


class Scale(NamedTuple):
    """What brings numbers to mean 0 and variance 1, and back."""

    mean: Array
    std: Array

    def to(self, x: Array) -> Array:
        return (x - self.mean) / self.std

    def back(self, x: Array) -> Array:
        return x * self.std + self.mean


def load_data() -> Table:
    from sklearn.datasets import load_diabetes  # type: ignore[import-untyped]  # has no types

    measured, progress = load_diabetes(return_X_y=True)
    return Table(measured.astype(np.float32), progress.astype(np.float32)[:, None])


def scale_of(x: Array) -> Scale:
    return Scale(x.mean(0), x.std(0))


# ------------------------------------------------------------------------ models


def by_mean(training: Table, measured: Array, args: Arguments) -> Array:
    """Predict the mean, whatever was measured: what a model has to beat."""
    return np.broadcast_to(training.progress.mean(), (len(measured), 1))


def by_grad(training: Table, measured: Array, args: Arguments) -> Array:
    """Predict with a network of grad-nn."""
    rng = np.random.default_rng(args.seed)
    layers: list[nn.Layer] = []
    for inputs, outputs in pairwise([measured.shape[1], *args.hidden]):
        layers += [nn.Linear(inputs, outputs, rng=rng), nn.ReLU()]
    model = nn.Sequential(*layers, nn.Linear(args.hidden[-1], 1, rng=rng))
    kept, apart = random_split(TensorDataset(*training), [0.9, 0.1], rng=rng)
    trainer = Trainer(
        model,
        supervised(model, nn.MSELoss()),
        optim.Adam(model.parameters(), lr=args.lr, weight_decay=args.weight_decay),
        patience=20,
        min_delta=1e-4,
    )
    trainer.fit(
        DataLoader(kept, args.batch_size, shuffle=True, rng=rng),
        DataLoader(apart, len(apart)),
        epochs=args.epochs,
    )
    return predict(model, [Tensor(measured)]).data


def by_sklearn(training: Table, measured: Array, args: Arguments) -> Array:
    """Predict with scikit-learn's network."""
    from sklearn.neural_network import MLPRegressor  # type: ignore[import-untyped]  # no types

    model = MLPRegressor(
        hidden_layer_sizes=tuple(args.hidden),
        alpha=args.weight_decay,
        batch_size=args.batch_size,
        learning_rate_init=args.lr,
        max_iter=args.epochs,
        early_stopping=True,
        n_iter_no_change=20,
        random_state=args.seed,
    )
    model.fit(training.measured, training.progress[:, 0])
    predicted: Array = model.predict(measured)[:, None]
    return predicted


MODELS: dict[str, Callable[[Table, Array, Arguments], Array]] = {
    "mean of the training data": by_mean,
    "grad-nn": by_grad,
    "scikit-learn MLPRegressor": by_sklearn,
}

# ------------------------------------------------------------------------ comparison


class Result(NamedTuple):
    """What a model predicts of each patient when it was trained without them, and how well."""

    predicted: Array
    r2: NDArray[np.floating]
    error: NDArray[np.floating]
    seconds: float


def cross_validate(
    model: Callable[[Table, Array, Arguments], Array], table: Table, args: Arguments
) -> Result:
    """Train on all folds but one, and predict that one, for each fold."""
    from sklearn.model_selection import KFold  # type: ignore[import-untyped]  # has no types

    predicted = np.empty_like(table.progress)
    r2, error = [], []
    began = time.perf_counter()
    folds = KFold(args.folds, shuffle=True, random_state=args.seed)
    for training, test in folds.split(table.measured):
        x, y = scale_of(table.measured[training]), scale_of(table.progress[training])
        scaled = Table(x.to(table.measured[training]), y.to(table.progress[training]))
        predicted[test] = y.back(model(scaled, x.to(table.measured[test]), args))
        true = table.progress[test]
        r2.append(1 - ((predicted[test] - true) ** 2).sum() / ((true - true.mean()) ** 2).sum())
        error.append(np.abs(predicted[test] - true).mean())
    return Result(predicted, np.array(r2), np.array(error), time.perf_counter() - began)


def print_table(results: dict[str, Result]) -> None:
    print(f"{'':27}{'R2':>6}{'+-':>7}{'mean error':>13}{'seconds':>10}")
    for name, r in results.items():
        print(
            f"{name:27}{r.r2.mean():6.3f}{r.r2.std():7.3f}{r.error.mean():13.1f}{r.seconds:10.2f}"
        )


def draw(results: dict[str, Result], table: Table, path: Path) -> None:
    """Draw what was predicted against what was true."""
    from matplotlib.figure import Figure  # not pyplot: needs no display, leaves nothing open

    shown = {
        name: r for name, r in results.items() if r.predicted.std(0) > 0 and "mean" not in name
    }
    figure = Figure(figsize=(5 * len(shown), 5), layout="constrained")
    for place, (name, result) in enumerate(shown.items(), start=1):
        axes = figure.add_subplot(1, len(shown), place, aspect="equal")
        axes.plot(table.progress, result.predicted, ".", alpha=0.5)
        ends = [0, 360]
        axes.plot(ends, ends, color="gray", linewidth=1)
        axes.set(title=f"{name}: R2 {result.r2.mean():.3f}", xlabel="true", ylabel="predicted")
        axes.set(xlim=ends, ylim=ends)
        axes.grid(alpha=0.3)
    figure.savefig(path, dpi=120)


# ------------------------------------------------------------------------ command line


class Arguments(argparse.Namespace):
    epochs: int
    folds: int
    batch_size: int
    lr: float
    weight_decay: float
    hidden: list[int]
    seed: int
    output: Path


def at_least(least: int) -> Callable[[str], int]:
    def whole(text: str) -> int:
        if (number := int(text)) < least:
            raise argparse.ArgumentTypeError(f"{number} is less than {least}")
        return number

    return whole


def parse(argv: Sequence[str] | None) -> Arguments:
    parser = argparse.ArgumentParser(
        description="Predict the course of diabetes, beside scikit-learn's MLPRegressor.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add, output = parser.add_argument, Path(__file__).resolve().parent / "output"
    add("--epochs", type=at_least(1), default=300, help="passes over the training data, at most")
    add("--folds", type=at_least(2), default=5, help="parts of the data, each predicted once")
    add("--batch-size", type=at_least(1), default=32, help="patients per step")
    add("--lr", type=float, default=3e-3, help="learning rate")
    add("--weight-decay", type=float, default=1e-2, help="factor of the L2 penalty")
    add("--hidden", type=at_least(1), nargs="+", default=[32, 16], help="widths of hidden layers")
    add("--seed", type=at_least(0), default=0, help="seed of all that is random")
    add("--output", type=Path, default=output, help="folder of the picture")
    return parser.parse_args(argv, Arguments())


def main(argv: Sequence[str] | None = None) -> None:
    args = parse(argv)
    if missing := [package for name, package in NEEDED.items() if find_spec(name) is None]:
        sys.exit(f"regression.py needs more packages: pip install {' '.join(missing)}")
    table = load_data()
    results = {name: cross_validate(model, table, args) for name, model in MODELS.items()}
    print_table(results)
    args.output.mkdir(parents=True, exist_ok=True)
    path = args.output / "regression.png"
    draw(results, table, path)
    print(f"predicted and true values are drawn in {path}")


if __name__ == "__main__":
    try:
        main()
    except (OSError, ValueError) as error:
        sys.exit(f"regression.py: {error}")
