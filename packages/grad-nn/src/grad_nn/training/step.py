"""What is done with one batch, and with all of them where nothing is learned."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import contextmanager
from typing import SupportsFloat, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

import grad_core as gc
from grad_core import Tensor, no_grad
from grad_core.primitive import unwrap
from grad_nn.module import Module
from grad_nn.structures import is_list, is_mapping

B = TypeVar("B")
X = TypeVar("X")
Y = TypeVar("Y")
T = TypeVar("T")

Outcome: TypeAlias = "Tensor | tuple[Tensor, Mapping[str, SupportsFloat]]"
"""What a step returns: the loss of a batch; or that, and metrics by name."""


def supervised(
    model: Callable[[X], Y],
    loss: Callable[[Y, T], Tensor],
    /,
    **metrics: Callable[[Y, T], SupportsFloat],
) -> Callable[[tuple[X, T]], tuple[Tensor, dict[str, float]]]:
    """Return the step for batches that are pairs of inputs and targets.

    Args:
        model: From inputs to outputs.
        loss: From outputs and targets to the mean loss.
        metrics: From outputs and targets to a number, by name.

    Example:
        >>> from grad_nn import CrossEntropyLoss, Linear
        >>> model = Linear(2, 3, rng=0)
        >>> step = supervised(model, CrossEntropyLoss(), accuracy=accuracy)
        >>> loss, metrics = step((Tensor([[0.5, -1.0]]), np.array([2])))
        >>> sorted(metrics)
        ['accuracy']
    """

    def step(batch: tuple[X, T]) -> tuple[Tensor, dict[str, float]]:
        inputs, targets = batch
        outputs = model(inputs)
        with no_grad():
            found = {name: float(metric(outputs, targets)) for name, metric in metrics.items()}
        return loss(outputs, targets), found

    return step


def accuracy(output: Tensor, target: Tensor | NDArray[np.integer]) -> float:
    """Return the share of samples whose largest logit is that of their class.

    Args:
        output: Logits, `(N, C)` or `(N, C, d1, ...)`.
        target: Class indices, in the shape of `output` without its class axis.

    Raises:
        ValueError: The shapes do not fit.

    Example:
        >>> accuracy(Tensor([[0.1, 0.9], [0.8, 0.2]]), np.array([1, 1]))
        0.5
    """
    if output.ndim < 2 or (*output.shape[:1], *output.shape[2:]) != target.shape:
        raise ValueError(
            f"accuracy: output has shape {output.shape} and target {target.shape}, expected"
            " (N, C, ...) and (N, ...)"
        )
    right: NDArray[np.bool_] = unwrap(output).argmax(1) == unwrap(target)
    return float(right.mean())


def evaluate(step: Callable[[B], Outcome], batches: Iterable[B], model: Module) -> dict[str, float]:
    """Return the mean loss and metrics over batches, each weighted by its number of samples.

    Nothing is recorded, and the model is in evaluation mode meanwhile.

    Args:
        step: Returns the loss of a batch, and metrics if there are any.
        batches: The batches.
        model: What the step evaluates.

    Raises:
        ValueError: There are no batches, or the loss of one is no single number.
    """
    means = Means()
    with evaluating(model), no_grad():
        for batch in batches:
            loss, metrics = outcome_of(step(batch))
            means.add(batch, {"loss": loss.item(), **metrics})
    return means.values("evaluate")


def predict(
    forward: Callable[[B], Tensor], batches: Iterable[B], model: Module | None = None
) -> Tensor:
    """Return the outputs for all batches, joined along the first axis.

    Nothing is recorded, and the model is in evaluation mode meanwhile.

    Args:
        forward: From a batch to outputs; a model, or a function that calls one.
        batches: The batches.
        model: What the function calls, where `forward` is none itself.

    Raises:
        ValueError: There are no batches.

    Example:
        >>> from grad_nn import Dropout
        >>> from grad_nn.data import DataLoader
        >>> predict(Dropout(), DataLoader([1.0, 2.0, 3.0], 2))
        Tensor([1., 2., 3.])
    """
    itself: object = forward
    if model is None and isinstance(itself, Module):
        model = itself
    with evaluating(model), no_grad():
        outputs = [forward(batch) for batch in batches]
    if not outputs:
        raise ValueError("predict: there are no batches")
    return gc.concat(outputs)


# ------------------------------------------------------------------------ parts


def outcome_of(outcome: Outcome) -> tuple[Tensor, dict[str, float]]:
    """Return the loss and the metrics of what a step returned, checked."""
    metrics: Mapping[str, SupportsFloat] = {}
    loss, metrics = outcome if isinstance(outcome, tuple) else (outcome, metrics)
    given: object = loss
    if not isinstance(given, Tensor):
        raise TypeError(
            f"step: it returned {type(given).__name__}, expected the loss, a Tensor, or the loss and"
            " metrics by name"
        )
    if loss.size != 1:
        raise ValueError(
            f"step: the loss has shape {loss.shape}, expected one number: its mean, for example"
        )
    if wrong := [name for name in metrics if name == "loss" or name.startswith("val_")]:
        raise ValueError(
            f"step: a metric is called {wrong[0]!r}, which is taken: 'loss', 'val_...'"
        )
    return loss, {name: float(value) for name, value in metrics.items()}


@contextmanager
def evaluating(model: Module | None) -> Generator[None, None, None]:
    """Put a model into evaluation mode, and each Module in it back into its own afterwards."""
    modes = [] if model is None else [(module, module.training) for module in model.modules()]
    try:
        if model is not None:
            model.eval()
        yield
    finally:
        for module, mode in modes:
            module.training = mode


class Means:
    """Running means of numbers by name, weighted by the samples of each batch."""

    def __init__(self, total: int = 0, sums: Mapping[str, float] | None = None) -> None:
        self.total: int = total
        self.sums: dict[str, float] = dict(sums or {})

    def add(self, batch: object, values: Mapping[str, float]) -> None:
        """Take the values of a batch."""
        self.check(values)
        n = _samples(batch)
        self.total += n
        for name, value in values.items():
            self.sums[name] = self.sums.get(name, 0.0) + n * value

    def check(self, values: Mapping[str, float]) -> None:
        """Raise a ValueError where there are other names than before."""
        if self.total and values.keys() != self.sums.keys():
            raise ValueError(f"step: it returned {list(values)}, and before {list(self.sums)}")

    def values(self, name: str) -> dict[str, float]:
        """Return the means."""
        if not self.total:
            raise ValueError(f"{name}: there are no batches, or no samples in them")
        return {key: value / self.total for key, value in self.sums.items()}


def _samples(batch: object) -> int:
    """The number of samples: the length of the first array in a batch; 1 if there is none."""
    found = _length(batch)
    return 1 if found is None else found


def _length(part: object) -> int | None:
    if isinstance(part, (Tensor, np.ndarray)):
        shape = np.shape(unwrap(part))
        return shape[0] if shape else None
    inner = part.values() if is_mapping(part) else part if is_list(part) else ()
    return next((n for n in map(_length, inner) if n is not None), None)
