"""Recognise handwritten digits: train a small network, save it, and draw what it gets wrong.

    pip install "grad-nn[safetensors]" scikit-learn matplotlib tqdm
    python digits.py                 # train; write the model and two pictures to output/
    python digits.py --model cnn     # the same with a convolutional network
    python digits.py --predict       # load the model that was trained last, and use it

The data are the 1,797 images of 8x8 pixels that scikit-learn ships; a fifth is kept for testing.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

import grad_nn as nn
from grad_core import Tensor, no_grad
from grad_nn import functional as F  # noqa: N812  # the field's name
from grad_nn.data import DataLoader, TensorDataset

# What else it imports, where it is used, and what to install for that
NEEDED = {"matplotlib": "matplotlib", "sklearn": "scikit-learn", "tqdm": "tqdm"}

# ------------------------------------------------------------------------ data and model


class Digits(NamedTuple):
    """Images `(N, 8, 8)`, of pixels from 0 to 16, and the digits that they show, `(N,)`."""

    images: NDArray[np.float32]
    labels: NDArray[np.int64]


def load_data() -> tuple[Digits, Digits]:
    """Return the digits to train with and those to test with, the same ones every time."""
    from sklearn.datasets import load_digits  # type: ignore[import-untyped]  # has no types
    from sklearn.model_selection import train_test_split  # type: ignore[import-untyped]  # nor this

    pixels, labels = load_digits(return_X_y=True)
    images = pixels.astype(np.float32).reshape(-1, 8, 8)
    parts = train_test_split(images, labels, test_size=0.2, stratify=labels, random_state=0)
    return Digits(parts[0], parts[2]), Digits(parts[1], parts[3])


def standardize(images: Tensor) -> Tensor:
    """Scale pixels to mean 0 and variance 1; 4.9 and 6 are those of the training images."""
    return (images - 4.9) / 6.0


def with_channel(images: Tensor) -> Tensor:
    """Give each image the axis of its one channel."""
    return images.unsqueeze(1)


def mlp(hidden: Sequence[int], rng: np.random.Generator) -> nn.Sequential:
    """Return a multilayer perceptron, from images to the logits of the ten digits."""
    layers: list[nn.Layer] = [standardize, nn.Flatten()]
    for inputs, outputs in pairwise([8 * 8, *hidden]):
        layers += [nn.Linear(inputs, outputs, rng=rng), nn.ReLU()]
    return nn.Sequential(*layers, nn.Linear(hidden[-1], 10, rng=rng))


def cnn(rng: np.random.Generator) -> nn.Sequential:
    """Return a convolutional network, from images to the logits of the ten digits."""
    return nn.Sequential(
        standardize,
        with_channel,
        nn.Conv2d(1, 16, 3, padding=1, rng=rng),
        nn.ReLU(),
        nn.Conv2d(16, 32, 3, padding=1, rng=rng),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 3, padding=1, rng=rng),
        nn.ReLU(),
        nn.Flatten(),
        nn.Dropout(0.3, rng=rng),
        nn.Linear(64 * 4 * 4, 10, rng=rng),
    )


def load(path: Path) -> nn.Sequential:
    """Return the model that a file holds; what it is stands beside its numbers."""
    about = nn.load_metadata(path)
    rng = np.random.default_rng(0)
    if about.get("model") == "mlp":
        model = mlp([int(width) for width in about["hidden"].split()], rng)
    elif about.get("model") == "cnn":
        model = cnn(rng)
    else:
        raise ValueError(f"{path} was not written by this program")
    nn.load_model(model, path)
    return model


# ------------------------------------------------------------------------ training


class Score(NamedTuple):
    """How well a model does."""

    loss: float
    accuracy: float


def classify(model: nn.Sequential, images: NDArray[np.float32]) -> Tensor:
    """Return the logits of images, `(N, 10)`."""
    model.eval()
    with no_grad():
        return model(Tensor(images))


def evaluate(model: nn.Sequential, digits: Digits) -> Score:
    """Return the mean loss and the share of digits that are recognised."""
    logits = classify(model, digits.images)
    right = logits.data.argmax(1) == digits.labels
    return Score(F.cross_entropy(logits, digits.labels).item(), float(right.mean()))


def train(
    model: nn.Sequential, training: Digits, test: Digits, args: Arguments, rng: np.random.Generator
) -> list[tuple[Score, Score]]:
    """Train a model; return its scores after each epoch, on the training and the test images."""
    from tqdm import tqdm  # type: ignore[import-untyped]  # has no types

    lr = args.lr or {"mlp": 5e-3, "cnn": 2e-3}[args.model]
    optimizer = nn.optim.AdamW(model.parameters(), lr=lr)
    scheduler = nn.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=args.epochs)
    loader = DataLoader(TensorDataset(*training), args.batch_size, shuffle=True, rng=rng)
    history: list[tuple[Score, Score]] = []
    layout = "epoch {n} of {total} |{bar}| {elapsed}{postfix}"
    progress = tqdm(range(args.epochs), bar_format=layout, disable=None)
    for epoch in progress:
        model.train()
        for images, labels in loader:
            # Label smoothing: 1 % more is right, on training images kept apart to choose settings
            loss = F.cross_entropy(model(images), labels, label_smoothing=0.1)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        scheduler.step()
        history.append((evaluate(model, training), evaluate(model, test)))
        text = f"loss {history[-1][0].loss:.3f}, test accuracy {history[-1][1].accuracy:.2%}"
        progress.set_postfix_str(text, refresh=False)
        if progress.disable and (epoch + 1) % math.ceil(args.epochs / 10) == 0:  # no terminal
            print(f"epoch {epoch + 1} of {args.epochs}: {text}")
    return history


# ------------------------------------------------------------------------ pictures


def draw_curves(history: list[tuple[Score, Score]], path: Path) -> None:
    """Draw loss and accuracy against epochs."""
    from matplotlib.figure import Figure  # not pyplot: needs no display, leaves nothing open

    figure = Figure(figsize=(10, 4), layout="constrained")
    epochs = range(1, len(history) + 1)
    for axes, values in zip(figure.subplots(1, 2), ("loss", "accuracy"), strict=True):
        for i, images in enumerate(("training", "test")):
            line = [getattr(scores[i], values) for scores in history]
            axes.plot(epochs, line, marker=".", label=images)
        axes.set(title=values, xlabel="epoch", ylabel=values, xlim=(0, len(history) + 1))
        axes.locator_params(axis="x", integer=True)
        axes.grid(alpha=0.3)
        axes.legend()
    figure.savefig(path, dpi=120)


def verdict(probabilities: NDArray[np.floating], label: np.int64) -> list[str]:
    """Return two lines of text: what the model takes an image for, and what it is."""
    return [f"predicted {probabilities.argmax()} ({probabilities.max():.0%})", f"true {label}"]


def draw_mistakes(test: Digits, probabilities: NDArray[np.floating], path: Path) -> None:
    """Draw the images that the model takes for another digit, the surest mistakes first."""
    from matplotlib.figure import Figure

    wrong = np.flatnonzero(probabilities.argmax(1) != test.labels)
    shown = wrong[np.argsort(-probabilities[wrong].max(1))][:30]
    rows = math.ceil(len(shown) / 6)
    figure = Figure(figsize=(9, 2 * rows + 0.5), layout="constrained")
    more = f", the {len(shown)} surest" if len(shown) < len(wrong) else ""
    figure.suptitle(f"mistakes: {len(wrong)} of {len(test.labels)} test images{more}")
    for place, i in enumerate(shown.tolist(), start=1):
        axes = figure.add_subplot(rows, 6, place, xticks=[], yticks=[])
        axes.imshow(test.images[i], cmap="gray_r", vmin=0, vmax=16)
        axes.set_title("\n".join(verdict(probabilities[i], test.labels[i])), fontsize=10)
    figure.savefig(path, dpi=120)


def print_samples(test: Digits, probabilities: NDArray[np.floating], count: int = 4) -> None:
    """Print the first images as text, two characters a pixel, side by side."""
    blocks: list[list[str]] = []
    for image, label, p in zip(*test, probabilities, strict=True):
        drawn = ["".join(" .:-=+*#%@"[int(pixel * 9 / 16)] * 2 for pixel in row) for row in image]
        blocks.append([*drawn, *verdict(p, label)])
    for lines in zip(*blocks[:count], strict=True):
        print("".join(line.ljust(20) for line in lines).rstrip())


# ------------------------------------------------------------------------ command line


class Arguments(argparse.Namespace):
    epochs: int
    batch_size: int
    lr: float | None
    model: Literal["mlp", "cnn"]
    hidden: list[int]
    seed: int
    output: Path
    predict: bool = False
    no_plots: bool = False


def at_least(least: int) -> Callable[[str], int]:
    def whole(text: str) -> int:
        if (number := int(text)) < least:
            raise argparse.ArgumentTypeError(f"{number} is less than {least}")
        return number

    return whole


def positive(text: str) -> float:
    if not 0 < (number := float(text)) < math.inf:
        raise argparse.ArgumentTypeError(f"{number} is no positive number")
    return number


def parse(argv: Sequence[str] | None) -> Arguments:
    parser = argparse.ArgumentParser(
        description="Recognise handwritten digits: train a small network, or use a trained one.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add, output = parser.add_argument, Path(__file__).resolve().parent / "output"
    add("--epochs", type=at_least(1), default=30, help="passes over the training images")
    add("--batch-size", type=at_least(1), default=32, help="images per step")
    add(
        "--model", choices=("mlp", "cnn"), default="mlp", help="perceptron or convolutional network"
    )
    add("--lr", type=positive, help="learning rate, at first: it falls to 0; 5e-3, or 2e-3 for cnn")
    add("--hidden", type=at_least(1), nargs="+", default=[128, 64], help="hidden layers of mlp")
    add("--seed", type=at_least(0), default=0, help="seed of the weights and of the batches")
    add("--output", type=Path, default=output, help="folder of the model and the pictures")
    add("--predict", action="store_true", default=argparse.SUPPRESS, help="use the saved model")
    add("--no-plots", action="store_true", default=argparse.SUPPRESS, help="draw no pictures")
    return parser.parse_args(argv, Arguments())


def main(argv: Sequence[str] | None = None) -> None:
    args = parse(argv)
    if missing := [package for name, package in NEEDED.items() if find_spec(name) is None]:
        sys.exit(f"digits.py needs more packages: pip install {' '.join(missing)}")

    path = args.output / "digits.safetensors"
    if not args.predict:
        args.output.mkdir(parents=True, exist_ok=True)
    elif not path.exists():
        sys.exit(f"digits.py: no model at {path}: run without --predict first, to train one")

    saved = load(path) if args.predict else None  # before the data, which take longer
    training, test = load_data()
    rng = np.random.default_rng(args.seed)
    if saved is not None:
        model = saved
    else:
        model = mlp(args.hidden, rng) if args.model == "mlp" else cnn(rng)
        print(model)
        began = time.perf_counter()
        history = train(model, training, test, args, rng)
        seconds = time.perf_counter() - began
        about = {"model": args.model, "hidden": " ".join(map(str, args.hidden))}
        nn.save_model(model, path, about)
        print(f"{model.params_count():,} parameters, trained in {seconds:.1f} s, are in {path}")
        if not args.no_plots:
            draw_curves(history, args.output / "learning_curves.png")

    probabilities = F.softmax(classify(model, test.images)).data
    if args.predict:
        print_samples(test, probabilities)
    elif not args.no_plots:
        draw_mistakes(test, probabilities, args.output / "mistakes.png")
    right = probabilities.argmax(1) == test.labels
    print(f"test accuracy: {right.mean():.2%} ({right.sum()} of {right.size})")


if __name__ == "__main__":
    try:
        main()
    except (OSError, ValueError) as error:
        sys.exit(f"digits.py: {error}")
