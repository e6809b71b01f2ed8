"""The works in PyTorch, eager, at its best: its fused modules, and inference mode."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import cycle, pairwise

import numpy as np
import torch
from benchmarks.works import task
from benchmarks.works.task import Step, Weights
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812  # the field's name


def read(result: object) -> NDArray[np.floating]:
    """Return what a step returned as an array."""
    if isinstance(result, Tensor):
        return np.asarray(result.detach().numpy())
    assert isinstance(result, (list, tuple))
    return np.concatenate([read(part).ravel() for part in result])


def loaded(model: nn.Module, weights: Weights) -> nn.Module:
    model.load_state_dict({name: torch.from_numpy(w) for name, w in weights.items()})
    return model


def tensors(data: Sequence[tuple[NDArray[np.generic], ...]]) -> list[tuple[Tensor, ...]]:
    return [tuple(map(torch.from_numpy, batch)) for batch in data]


# ------------------------------------------------------------------------ chain


def chain(length: int = task.CHAIN) -> Step:
    x, scale, shift = map(torch.from_numpy, task.chain_data())
    x.requires_grad_()

    def step() -> Tensor:
        x.grad = None
        y = x
        for _ in range(length // 3):
            y = torch.tanh(y * scale + shift)
        y.sum().backward()
        return x.grad

    return step


# ------------------------------------------------------------------------ training


def mlp(sizes: tuple[int, ...]) -> nn.Module:
    layers: list[nn.Module] = []
    for n, m in pairwise(sizes):
        layers += [nn.Linear(n, m), nn.ReLU()]
    return loaded(nn.Sequential(*layers[:-1]), task.mlp_weights(sizes))


def convolutional() -> nn.Module:
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
    return loaded(model, task.cnn_weights())


class Recurrent(nn.Module):
    """A class for a sequence, from the last output."""

    def __init__(self) -> None:
        super().__init__()
        self.lstm = nn.LSTM(task.INPUTS, task.HIDDEN)
        self.head = nn.Linear(task.HIDDEN, task.CLASSES)

    def forward(self, x: Tensor) -> Tensor:
        outputs, _ = self.lstm(x)
        return self.head(outputs[-1])


class Block(nn.Module):
    """Causal attention, then a small network; both add to x."""

    def __init__(self) -> None:
        super().__init__()
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
        x = x + self.join(heads.transpose(1, 2).reshape(x.shape))
        return x + self.narrow(F.gelu(self.widen(self.norm2(x)), approximate="tanh"))

    def split(self, x: Tensor) -> Tensor:
        batch, length, width = x.shape
        return x.view(batch, length, task.HEADS, width // task.HEADS).transpose(1, 2)


class GPT(nn.Module):
    """Tokens to logits of the token after each."""

    def __init__(self) -> None:
        super().__init__()
        self.tokens = nn.Embedding(task.VOCABULARY, task.WIDTH)
        self.places = nn.Embedding(task.CONTEXT, task.WIDTH)
        self.blocks = nn.ModuleList(Block() for _ in range(task.LAYERS))
        self.norm = nn.LayerNorm(task.WIDTH)
        self.head = nn.Linear(task.WIDTH, task.VOCABULARY, bias=False)

    def forward(self, tokens: Tensor) -> Tensor:
        x = self.tokens(tokens) + self.places(torch.arange(tokens.shape[1]))
        for block in self.blocks:
            x = block(x)
        return self.head(self.norm(x))


Loss = Callable[[Tensor, Tensor], Tensor]


def training(
    model: nn.Module,
    loss_of: Loss,
    data: Sequence[tuple[NDArray[np.generic], ...]],
    *,
    fused: bool,
    algorithm: Callable[..., torch.optim.Optimizer] = torch.optim.Adam,
) -> Step:
    # None for the default, which picks loops or foreach by itself
    optimizer = algorithm(model.parameters(), lr=task.LR, fused=fused or None)
    batches = cycle(tensors(data))

    def step() -> Tensor:
        x, y = next(batches)
        loss = loss_of(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss

    return step


def tiny_mlp(*, fused: bool = False) -> Step:
    return training(mlp(task.TINY), F.mse_loss, task.tiny_data(), fused=fused)


def mnist_mlp(batch: int = task.MNIST_BATCH, *, fused: bool = False) -> Step:
    return training(mlp(task.MNIST), F.cross_entropy, task.mnist_data(batch), fused=fused)


def wide_mlp(*, fused: bool = False) -> Step:
    return training(mlp(task.WIDE), F.cross_entropy, task.wide_data(), fused=fused)


def cnn(*, fused: bool = False) -> Step:
    return training(convolutional(), F.cross_entropy, task.cnn_data(), fused=fused)


def lstm(*, fused: bool = False) -> Step:
    model = loaded(Recurrent(), task.lstm_weights())
    return training(model, F.cross_entropy, task.lstm_data(), fused=fused)


def gpt_model() -> nn.Module:
    return loaded(GPT(), task.gpt_weights())


def of_each_token(logits: Tensor, following: Tensor) -> Tensor:
    return F.cross_entropy(logits.view(-1, logits.shape[-1]), following.view(-1))


def gpt(*, fused: bool = False) -> Step:
    algorithm = partial(torch.optim.AdamW, weight_decay=task.DECAY)
    return training(gpt_model(), of_each_token, task.gpt_data(), fused=fused, algorithm=algorithm)


# ------------------------------------------------------------------------ second order


def hvp() -> Step:
    weights = [torch.from_numpy(w).requires_grad_() for w in task.mlp_weights(task.TINY).values()]
    vector = [torch.from_numpy(v) for v in task.direction().values()]
    ((x, y), *_) = tensors(task.tiny_data())
    w1, b1, w2, b2, w3, b3 = weights

    def step() -> Sequence[Tensor]:
        hidden = torch.tanh(F.linear(torch.tanh(F.linear(x, w1, b1)), w2, b2))
        loss = F.mse_loss(F.linear(hidden, w3, b3), y)
        firsts = torch.autograd.grad(loss, weights, create_graph=True)
        return torch.autograd.grad(firsts, weights, vector)

    return step


# ------------------------------------------------------------------------ inference


def inference(model: nn.Module, x: Tensor) -> Step:
    model.eval()

    def step() -> Tensor:
        with torch.inference_mode():
            return model(x)

    return step


def infer_mlp(batch: int = 1) -> Step:
    return inference(mlp(task.MNIST), torch.from_numpy(task.mnist_data(batch)[0][0]))


def infer_gpt(batch: int = 1) -> Step:
    return inference(gpt_model(), torch.from_numpy(task.gpt_data(batch)[0][0]))


TRAINING: dict[str, Callable[..., Step]] = {
    "tiny_mlp": tiny_mlp,
    "mnist_mlp": mnist_mlp,
    "wide_mlp": wide_mlp,
    "cnn": cnn,
    "lstm": lstm,
    "gpt": gpt,
}
WORKS = TRAINING | {"chain": chain, "hvp": hvp, "infer_mlp": infer_mlp, "infer_gpt": infer_gpt}
