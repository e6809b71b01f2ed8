"""The works in grad, as a user writes them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import cycle, pairwise
from typing import TypeVar

import numpy as np
from benchmarks.works import task
from benchmarks.works.task import Floats, Labels, Step
from numpy.typing import NDArray

import grad_core as gc
import grad_nn as nn
from grad_core import Tensor, no_grad
from grad_nn import functional as F  # noqa: N812  # the field's name

X = TypeVar("X")
Y = TypeVar("Y")


def read(result: object) -> NDArray[np.floating]:
    """Return what a step returned as an array."""
    if isinstance(result, list):
        return np.concatenate([read(part).ravel() for part in result])
    return result.data if isinstance(result, Tensor) else np.asarray(result)


# ------------------------------------------------------------------------ chain


def chain(length: int = task.CHAIN) -> Step:
    start, *constants = task.chain_data()
    x, (scale, shift) = Tensor(start, requires_grad=True), map(Tensor, constants)

    def step() -> object:
        x.zero_grad()
        y = x
        for _ in range(length // 3):
            y = gc.tanh(y * scale + shift)
        y.sum().backward()
        return x.grad

    return step


# ------------------------------------------------------------------------ training


def mlp(sizes: tuple[int, ...]) -> nn.Sequential:
    layers: list[nn.Layer] = []
    for n, m in pairwise(sizes):
        layers += [nn.Linear(n, m), nn.ReLU()]
    model = nn.Sequential(*layers[:-1])
    model.load_state_dict(task.mlp_weights(sizes))
    return model


def convolutional() -> nn.Sequential:
    one, few, many = task.CHANNELS
    model = nn.Sequential(
        nn.Conv2d(one, few, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(few, many, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(many * (task.SIDE // 4) ** 2, task.CLASSES),
    )
    model.load_state_dict(task.cnn_weights())
    return model


class Recurrent(nn.Module):
    """A class for a sequence, from the last output."""

    def __init__(self) -> None:
        self.lstm = nn.LSTM(task.INPUTS, task.HIDDEN)
        self.head = nn.Linear(task.HIDDEN, task.CLASSES)

    def forward(self, x: Tensor) -> Tensor:
        outputs, _ = self.lstm(x)
        return self.head(outputs[-1])


class Block(nn.Module):
    """Causal attention, then a small network; both add to x."""

    def __init__(self) -> None:
        width = task.WIDTH
        self.norm1 = nn.LayerNorm(width)
        self.query = nn.Linear(width, width)
        self.key = nn.Linear(width, width)
        self.value = nn.Linear(width, width)
        self.join = nn.Linear(width, width)
        self.norm2 = nn.LayerNorm(width)
        self.widen = nn.Linear(width, 4 * width)
        self.narrow = nn.Linear(4 * width, width)

    def forward(self, x: Tensor) -> Tensor:
        y = self.norm1(x)
        q, k, v = (self.split(part(y)) for part in (self.query, self.key, self.value))
        heads = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.join(heads.transpose((0, 2, 1, 3)).reshape(*x.shape))
        return x + self.narrow(F.gelu(self.widen(self.norm2(x)), approximate="tanh"))

    def split(self, x: Tensor) -> Tensor:
        batch, length, width = x.shape
        return x.reshape(batch, length, task.HEADS, width // task.HEADS).transpose((0, 2, 1, 3))


class GPT(nn.Module):
    """Tokens to logits of the token after each."""

    def __init__(self) -> None:
        self.tokens = nn.Embedding(task.VOCABULARY, task.WIDTH)
        self.places = nn.Embedding(task.CONTEXT, task.WIDTH)
        self.blocks = nn.ModuleList(Block() for _ in range(task.LAYERS))
        self.norm = nn.LayerNorm(task.WIDTH)
        self.head = nn.Linear(task.WIDTH, task.VOCABULARY, bias=False)

    def forward(self, tokens: Labels) -> Tensor:
        x = self.tokens(tokens) + self.places(np.arange(tokens.shape[1]))
        for block in self.blocks:
            x = block(x)
        return self.head(self.norm(x))


def training(
    model: Callable[[X], Tensor],
    optimizer: nn.optim.Optimizer,
    loss_of: Callable[[Tensor, Y], Tensor],
    data: Sequence[tuple[X, Y]],
) -> Step:
    batches = cycle(data)

    def step() -> Tensor:
        x, y = next(batches)
        loss = loss_of(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss

    return step


def adam(model: nn.Module, fused: bool) -> nn.optim.Adam:
    return nn.optim.Adam(model.parameters(), lr=task.LR, fused=fused)


def tensors(data: Sequence[tuple[Floats, Labels]]) -> list[tuple[Tensor, Labels]]:
    return [(Tensor(x), y) for x, y in data]


def tiny_mlp(*, fused: bool = False) -> Step:
    model = mlp(task.TINY)
    data = [(Tensor(x), Tensor(y)) for x, y in task.tiny_data()]
    return training(model, adam(model, fused), F.mse_loss, data)


def mnist_mlp(batch: int = task.MNIST_BATCH, *, fused: bool = False) -> Step:
    model = mlp(task.MNIST)
    return training(model, adam(model, fused), F.cross_entropy, tensors(task.mnist_data(batch)))


def wide_mlp(*, fused: bool = False) -> Step:
    model = mlp(task.WIDE)
    return training(model, adam(model, fused), F.cross_entropy, tensors(task.wide_data()))


def cnn(*, fused: bool = False) -> Step:
    model = convolutional()
    return training(model, adam(model, fused), F.cross_entropy, tensors(task.cnn_data()))


def lstm(*, fused: bool = False) -> Step:
    model = Recurrent()
    model.load_state_dict(task.lstm_weights())
    return training(model, adam(model, fused), F.cross_entropy, tensors(task.lstm_data()))


def gpt_model() -> GPT:
    model = GPT()
    model.load_state_dict(task.gpt_weights())
    return model


def of_each_token(logits: Tensor, following: Labels) -> Tensor:
    return F.cross_entropy(logits.reshape(-1, logits.shape[-1]), following.reshape(-1))


def gpt(*, fused: bool = False) -> Step:
    model = gpt_model()
    optimizer = nn.optim.AdamW(model.parameters(), lr=task.LR, weight_decay=task.DECAY, fused=fused)
    return training(model, optimizer, of_each_token, task.gpt_data())


# ------------------------------------------------------------------------ second order


def hvp() -> Step:
    weights = [Tensor(w) for w in task.mlp_weights(task.TINY).values()]
    vector = [Tensor(v) for v in task.direction().values()]
    x, y = map(Tensor, task.tiny_data()[0])

    def loss(weights: list[Tensor]) -> Tensor:
        w1, b1, w2, b2, w3, b3 = weights
        hidden = gc.tanh(F.linear(gc.tanh(F.linear(x, w1, b1)), w2, b2))
        return F.mse_loss(F.linear(hidden, w3, b3), y)

    product = gc.hvp(loss)
    return lambda: product(weights, vector)


# ------------------------------------------------------------------------ inference


def inference(model: Callable[[X], Tensor], x: X) -> Step:
    def step() -> Tensor:
        with no_grad():
            return model(x)

    return step


def infer_mlp(batch: int = 1) -> Step:
    model = mlp(task.MNIST)
    model.eval()
    return inference(model, Tensor(task.mnist_data(batch)[0][0]))


def infer_gpt(batch: int = 1) -> Step:
    model = gpt_model()
    model.eval()
    return inference(model, task.gpt_data(batch)[0][0])


TRAINING: dict[str, Callable[..., Step]] = {
    "tiny_mlp": tiny_mlp,
    "mnist_mlp": mnist_mlp,
    "wide_mlp": wide_mlp,
    "cnn": cnn,
    "lstm": lstm,
    "gpt": gpt,
}
WORKS = TRAINING | {"chain": chain, "hvp": hvp, "infer_mlp": infer_mlp, "infer_gpt": infer_gpt}
