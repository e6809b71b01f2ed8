"""The works in autograd."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import cycle
from typing import Any

import autograd
import autograd.numpy as anp
import numpy as np
from benchmarks.works import task
from benchmarks.works.by_hand import Adam
from benchmarks.works.task import Step
from numpy.typing import NDArray


def read(result: object) -> NDArray[np.floating]:
    """Return what a step returned as an array."""
    if isinstance(result, (list, tuple)):
        return np.concatenate([np.ravel(part) for part in result])
    return np.asarray(result)


def chain(length: int = task.CHAIN) -> Step:
    x, scale, shift = task.chain_data()

    def total(x: Any) -> Any:
        for _ in range(length // 3):
            x = anp.tanh(x * scale + shift)
        return anp.sum(x)

    gradient = autograd.grad(total)
    return lambda: gradient(x)


def mlp(w: Any, x: Any, active: Callable[[Any], Any]) -> Any:
    """Weights and biases are a flat list."""
    *hidden, weight, bias = w
    for i in range(0, len(hidden), 2):
        x = active(x @ hidden[i].T + hidden[i + 1])
    return x @ weight.T + bias


def relu(x: Any) -> Any:
    return anp.maximum(x, 0)


def mse(predicted: Any, wanted: Any) -> Any:
    return anp.mean((predicted - wanted) ** 2)


def cross_entropy(logits: Any, labels: Any) -> Any:
    shifted = logits - anp.max(logits, 1, keepdims=True)
    log_total = anp.log(anp.sum(anp.exp(shifted), 1))
    return anp.mean(log_total - shifted[np.arange(len(labels)), labels])


def training(
    sizes: tuple[int, ...],
    loss_of: Callable[[Any, Any], Any],
    data: Sequence[tuple[NDArray[Any], NDArray[Any]]],
) -> Step:
    w = task.mlp_weights(sizes)
    optimizer, batches = Adam(w), cycle(data)
    loss_and_gradients = autograd.value_and_grad(lambda w, x, y: loss_of(mlp(w, x, relu), y))

    def step() -> object:
        loss, found = loss_and_gradients(list(w.values()), *next(batches))
        optimizer.step(dict(zip(w, found, strict=True)))
        return loss

    return step


def tiny_mlp() -> Step:
    return training(task.TINY, mse, task.tiny_data())


def mnist_mlp(batch: int = task.MNIST_BATCH) -> Step:
    return training(task.MNIST, cross_entropy, task.mnist_data(batch))


def wide_mlp() -> Step:
    return training(task.WIDE, cross_entropy, task.wide_data())


def hvp() -> Step:
    w, v = list(task.mlp_weights(task.TINY).values()), list(task.direction().values())
    x, y = task.tiny_data()[0]
    gradients = autograd.grad(lambda w: mse(mlp(w, x, anp.tanh), y))

    # What autograd.hessian_vector_product does for one array
    def along(w: Any) -> Any:
        return sum(anp.sum(g * part) for g, part in zip(gradients(w), v, strict=True))

    product = autograd.grad(along)
    return lambda: product(w)


def infer_mlp(batch: int = 1) -> Step:
    w, x = list(task.mlp_weights(task.MNIST).values()), task.mnist_data(batch)[0][0]
    return lambda: mlp(w, x, relu)


WORKS: dict[str, Callable[..., Step]] = {
    "chain": chain,
    "tiny_mlp": tiny_mlp,
    "mnist_mlp": mnist_mlp,
    "wide_mlp": wide_mlp,
    "hvp": hvp,
    "infer_mlp": infer_mlp,
}
