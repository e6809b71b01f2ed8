"""The works in MyGrad, at its best: without the guards of memory, which its manual says cost time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import cycle
from typing import Any

import mygrad as mg
import numpy as np
from benchmarks.works import task
from benchmarks.works.by_hand import Adam
from benchmarks.works.task import Floats, Step
from mygrad.nnet.activations import relu
from mygrad.nnet.losses import softmax_crossentropy
from numpy.typing import NDArray

mg.turn_memory_guarding_off()


def read(result: object) -> NDArray[np.floating]:
    """Return what a step returned as an array."""
    return np.asarray(result.data if isinstance(result, mg.Tensor) else result)


def chain(length: int = task.CHAIN) -> Step:
    start, scale, shift = task.chain_data()
    x = mg.tensor(start)

    def step() -> Floats:
        y = x
        for _ in range(length // 3):
            y = mg.tanh(y * scale + shift)
        y.sum().backward()
        return x.grad  # the next use of x forgets it

    return step


def mlp(w: dict[str, Any], x: Any) -> Any:
    last = len(w) - 2
    for i in range(0, last, 2):
        x = relu(mg.matmul(x, w[f"{i}.weight"].T) + w[f"{i}.bias"])
    return mg.matmul(x, w[f"{last}.weight"].T) + w[f"{last}.bias"]


def mse(predicted: Any, wanted: Floats) -> Any:
    return mg.mean((predicted - wanted) ** 2)


def training(
    sizes: tuple[int, ...],
    loss_of: Callable[[Any, Any], Any],
    data: Sequence[tuple[NDArray[Any], NDArray[Any]]],
) -> Step:
    weights, batches = task.mlp_weights(sizes), cycle(data)
    w = {name: mg.tensor(value, copy=False) for name, value in weights.items()}
    optimizer = Adam(weights)  # in place: tensors are views of its weights

    def step() -> object:
        x, y = next(batches)
        loss = loss_of(mlp(w, x), y)
        loss.backward()
        optimizer.step({name: t.grad for name, t in w.items()})
        return loss

    return step


def tiny_mlp() -> Step:
    return training(task.TINY, mse, task.tiny_data())


def mnist_mlp(batch: int = task.MNIST_BATCH) -> Step:
    return training(task.MNIST, softmax_crossentropy, task.mnist_data(batch))


def wide_mlp() -> Step:
    return training(task.WIDE, softmax_crossentropy, task.wide_data())


def infer_mlp(batch: int = 1) -> Step:
    w = {name: mg.tensor(value) for name, value in task.mlp_weights(task.MNIST).items()}
    x = task.mnist_data(batch)[0][0]

    def step() -> object:
        with mg.no_autodiff:
            return mlp(w, x)

    return step


WORKS: dict[str, Callable[..., Step]] = {
    "chain": chain,
    "tiny_mlp": tiny_mlp,
    "mnist_mlp": mnist_mlp,
    "wide_mlp": wide_mlp,
    "infer_mlp": infer_mlp,
}
