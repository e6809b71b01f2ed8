"""What every library is given: the same weights and the same batches, as NumPy arrays.

Names and layouts of weights are those of PyTorch's state_dict. Batches are random and go round, so
that no model learns them by heart while it is timed: gradients would vanish, and with them the work.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]  # of float32
Scalar = np.floating
Labels = NDArray[np.int64]
Weights = dict[str, Floats]
Step = Callable[[], object]
"""One call is one unit of work; it returns what came out of it: a loss, a gradient, logits."""

LR, BETAS, EPS, DECAY = 1e-4, (0.9, 0.999), 1e-8, 0.01
BATCHES = 8

CHAIN = 300
TINY, TINY_BATCH = (4, 64, 64, 2), 32
MNIST, MNIST_BATCH = (784, 256, 128, 10), 64
WIDE, WIDE_BATCH = (512, 1024, 1024, 10), 256
CHANNELS, SIDE, CLASSES, CNN_BATCH = (1, 16, 32), 28, 10, 64
INPUTS, HIDDEN, STEPS, LSTM_BATCH = 64, 128, 32, 32
VOCABULARY, CONTEXT, LAYERS, HEADS, WIDTH, GPT_BATCH = 64, 64, 4, 4, 128, 12


def generator(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def normal(rng: np.random.Generator, *shape: int, scale: float = 1.0) -> Floats:
    return (scale * rng.standard_normal(shape)).astype(np.float32)


# ------------------------------------------------------------------------ weights


def dense(rng: np.random.Generator, name: str, out: int, *fan_in: int) -> Weights:
    """Weight and bias of a layer, uniform as PyTorch begins."""
    bound = 1 / math.sqrt(math.prod(fan_in))
    return {
        f"{name}.weight": rng.uniform(-bound, bound, (out, *fan_in)).astype(np.float32),
        f"{name}.bias": rng.uniform(-bound, bound, out).astype(np.float32),
    }


def mlp_weights(sizes: tuple[int, ...]) -> Weights:
    """Layers 0, 2, 4...: the places between are those of activations."""
    rng, weights = generator(), Weights()
    for i, (n, m) in enumerate(pairwise(sizes)):
        weights |= dense(rng, str(2 * i), m, n)
    return weights


def cnn_weights() -> Weights:
    """The layers of Sequential(conv, relu, pool, conv, relu, pool, flatten, linear)."""
    rng, (one, few, many) = generator(), CHANNELS
    return (
        dense(rng, "0", few, one, 3, 3)
        | dense(rng, "3", many, few, 3, 3)
        | dense(rng, "7", CLASSES, many * (SIDE // 4) ** 2)
    )


def lstm_weights() -> Weights:
    rng, bound = generator(), 1 / math.sqrt(HIDDEN)
    shapes = {
        "lstm.weight_ih_l0": (4 * HIDDEN, INPUTS),
        "lstm.weight_hh_l0": (4 * HIDDEN, HIDDEN),
        "lstm.bias_ih_l0": (4 * HIDDEN,),
        "lstm.bias_hh_l0": (4 * HIDDEN,),
    }
    gates = {k: rng.uniform(-bound, bound, s).astype(np.float32) for k, s in shapes.items()}
    return gates | dense(rng, "head", CLASSES, HIDDEN)


def gpt_weights() -> Weights:
    rng, weights = generator(), Weights()

    def linear(name: str, out: int, fan_in: int) -> None:
        weights[f"{name}.weight"] = normal(rng, out, fan_in, scale=0.05)
        weights[f"{name}.bias"] = np.zeros(out, np.float32)

    def norm(name: str) -> None:
        weights[f"{name}.weight"] = np.ones(WIDTH, np.float32)
        weights[f"{name}.bias"] = np.zeros(WIDTH, np.float32)

    weights["tokens.weight"] = normal(rng, VOCABULARY, WIDTH, scale=0.05)
    weights["places.weight"] = normal(rng, CONTEXT, WIDTH, scale=0.05)
    for i in range(LAYERS):
        norm(f"blocks.{i}.norm1")
        for part in ("query", "key", "value", "join"):
            linear(f"blocks.{i}.{part}", WIDTH, WIDTH)
        norm(f"blocks.{i}.norm2")
        linear(f"blocks.{i}.widen", 4 * WIDTH, WIDTH)
        linear(f"blocks.{i}.narrow", WIDTH, 4 * WIDTH)
    norm("norm")
    weights["head.weight"] = normal(rng, VOCABULARY, WIDTH, scale=0.05)
    return weights


# ------------------------------------------------------------------------ data

Batch = tuple[Floats, Labels]


def classes(shape: tuple[int, ...], labels: int, n: int, among: int = BATCHES) -> list[Batch]:
    """Random batches of inputs of `shape`, and `n` random labels for each."""
    rng = generator(1)
    return [(normal(rng, *shape), rng.integers(0, labels, n)) for _ in range(among)]


def tiny_data() -> list[tuple[Floats, Floats]]:
    """Batches of regression."""
    rng = generator(1)
    return [
        (normal(rng, TINY_BATCH, TINY[0]), normal(rng, TINY_BATCH, TINY[-1]))
        for _ in range(BATCHES)
    ]


def mnist_data(n: int = MNIST_BATCH) -> list[Batch]:
    return classes((n, MNIST[0]), MNIST[-1], n)


def wide_data() -> list[Batch]:
    return classes((WIDE_BATCH, WIDE[0]), WIDE[-1], WIDE_BATCH)


def cnn_data() -> list[Batch]:
    return classes((CNN_BATCH, CHANNELS[0], SIDE, SIDE), CLASSES, CNN_BATCH)


def lstm_data() -> list[Batch]:
    return classes((STEPS, LSTM_BATCH, INPUTS), CLASSES, LSTM_BATCH)


def gpt_data(n: int = GPT_BATCH) -> list[tuple[Labels, Labels]]:
    """Tokens, and the token after each."""
    rng = generator(1)
    texts = [rng.integers(0, VOCABULARY, (n, CONTEXT + 1)) for _ in range(BATCHES)]
    return [(text[:, :-1].copy(), text[:, 1:].copy()) for text in texts]


def chain_data() -> tuple[Floats, Floats, Floats]:
    """Where the chain begins, and the scale and shift of each third of its ops.

    They change nothing, so that gradients vanish at no length; but nobody knows.
    """
    x = np.linspace(-1, 1, 32, dtype=np.float32)
    return x, np.ones_like(x), np.zeros_like(x)


def direction() -> Weights:
    """The vector of the Hessian-vector product, at the weights of the tiny MLP."""
    rng = generator(2)
    return {name: normal(rng, *w.shape) for name, w in mlp_weights(TINY).items()}
