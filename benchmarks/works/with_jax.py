"""The works in JAX: a step is one compiled function, which gives its old state's memory back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import cycle
from typing import Any

import jax
import numpy as np
from benchmarks.works import task
from benchmarks.works.task import Step
from jax import Array, lax
from jax import numpy as jnp
from numpy.typing import NDArray

Weights = dict[str, Array]


def read(result: object) -> NDArray[np.floating]:
    """Return what a step returned as an array."""
    parts = [np.ravel(part) for part in jax.tree.leaves(result)]
    return np.concatenate(parts)


def arrays(weights: task.Weights) -> Weights:
    return {name: jnp.asarray(w) for name, w in weights.items()}


def waiting(function: Callable[..., Any], *args: object) -> Step:
    """JAX returns at once, and computes meanwhile."""
    return lambda: jax.block_until_ready(function(*args))


# ------------------------------------------------------------------------ chain


def chain(length: int = task.CHAIN) -> Step:
    def total(x: Array, scale: Array, shift: Array) -> Array:
        for _ in range(length // 3):
            x = jnp.tanh(x * scale + shift)
        return x.sum()

    return waiting(jax.jit(jax.grad(total)), *map(jnp.asarray, task.chain_data()))


# ------------------------------------------------------------------------ training

Model = Callable[[Weights, Array], Array]
Loss = Callable[[Array, Array], Array]


def adam(
    w: Weights, g: Weights, state: tuple[Weights, Weights, Array], decay: float
) -> tuple[Weights, tuple[Weights, Weights, Array]]:
    """Adam by hand; with `decay` AdamW."""
    (means, squares, steps), (b1, b2) = state, task.BETAS
    steps = steps + 1
    means = jax.tree.map(lambda m, g: m + (1 - b1) * (g - m), means, g)
    squares = jax.tree.map(lambda v, g: v + (1 - b2) * (g * g - v), squares, g)
    rate, correction = task.LR / (1 - b1**steps), jnp.sqrt(1 - b2**steps)

    def updated(w: Array, m: Array, v: Array) -> Array:
        return w * (1 - task.LR * decay) - rate * m / (jnp.sqrt(v) / correction + task.EPS)

    return jax.tree.map(updated, w, means, squares), (means, squares, steps)


def training(
    model: Model,
    weights: task.Weights,
    loss_of: Loss,
    data: Sequence[tuple[NDArray[Any], NDArray[Any]]],
    decay: float = 0.0,
) -> Step:
    loss_and_gradients = jax.value_and_grad(lambda w, x, y: loss_of(model(w, x), y))

    def update(w: Weights, state: Any, x: Array, y: Array) -> tuple[Array, Weights, Any]:
        loss, g = loss_and_gradients(w, x, y)
        return loss, *adam(w, g, state, decay)

    compiled = jax.jit(update, donate_argnums=(0, 1))
    w, batches = arrays(weights), cycle([tuple(map(jnp.asarray, batch)) for batch in data])
    zeros = jax.tree.map(jnp.zeros_like, w)
    state = (zeros, jax.tree.map(jnp.copy, zeros), jnp.zeros((), jnp.float32))

    def step() -> Array:
        nonlocal w, state
        loss, w, state = jax.block_until_ready(compiled(w, state, *next(batches)))
        return loss

    return step


def mse(predicted: Array, wanted: Array) -> Array:
    return jnp.mean((predicted - wanted) ** 2)


def cross_entropy(logits: Array, labels: Array) -> Array:
    log_shares = jax.nn.log_softmax(logits)
    return -jnp.take_along_axis(log_shares, labels[..., None], -1).mean()


def linear(w: Weights, name: str, x: Array) -> Array:
    return x @ w[f"{name}.weight"].T + w[f"{name}.bias"]


def mlp(w: Weights, x: Array) -> Array:
    last = len(w) - 2
    for i in range(0, last, 2):
        x = jax.nn.relu(linear(w, str(i), x))
    return linear(w, str(last), x)


def tiny_mlp() -> Step:
    return training(mlp, task.mlp_weights(task.TINY), mse, task.tiny_data())


def mnist_mlp(batch: int = task.MNIST_BATCH) -> Step:
    return training(mlp, task.mlp_weights(task.MNIST), cross_entropy, task.mnist_data(batch))


def wide_mlp() -> Step:
    return training(mlp, task.mlp_weights(task.WIDE), cross_entropy, task.wide_data())


def convolutional(w: Weights, x: Array) -> Array:
    x, layout = x.transpose(0, 2, 3, 1), ("NHWC", "OIHW", "NHWC")  # the faster one
    for name in ("0", "3"):
        weight, bias = w[f"{name}.weight"], w[f"{name}.bias"]
        x = lax.conv_general_dilated(x, weight, (1, 1), "SAME", dimension_numbers=layout) + bias
        batch, height, width, channels = x.shape
        blocks = jax.nn.relu(x).reshape(batch, height // 2, 2, width // 2, 2, channels)
        x = blocks.max((2, 4))
    return linear(w, "7", x.transpose(0, 3, 1, 2).reshape(len(x), -1))


def cnn() -> Step:
    return training(convolutional, task.cnn_weights(), cross_entropy, task.cnn_data())


def recurrent(w: Weights, xs: Array) -> Array:
    bias = w["lstm.bias_ih_l0"] + w["lstm.bias_hh_l0"]

    def cell(state: tuple[Array, Array], z: Array) -> tuple[tuple[Array, Array], None]:
        h, c = state
        i, f, new, o = jnp.split(z + h @ w["lstm.weight_hh_l0"].T, 4, axis=1)
        c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(new)
        return (jax.nn.sigmoid(o) * jnp.tanh(c), c), None

    zeros = jnp.zeros((xs.shape[1], task.HIDDEN))
    (h, _), _ = lax.scan(cell, (zeros, zeros), xs @ w["lstm.weight_ih_l0"].T + bias)
    return linear(w, "head", h)


def lstm() -> Step:
    return training(recurrent, task.lstm_weights(), cross_entropy, task.lstm_data())


def layer_norm(w: Weights, name: str, x: Array) -> Array:
    centred = x - x.mean(-1, keepdims=True)
    scale = lax.rsqrt((centred * centred).mean(-1, keepdims=True) + 1e-5)
    return centred * scale * w[f"{name}.weight"] + w[f"{name}.bias"]


def transformer(w: Weights, tokens: Array) -> Array:
    batch, length = tokens.shape
    split = (batch, length, task.HEADS, task.WIDTH // task.HEADS)
    x = w["tokens.weight"][tokens] + w["places.weight"][:length]
    for i in range(task.LAYERS):
        at = f"blocks.{i}"
        y = layer_norm(w, f"{at}.norm1", x)
        q, k, v = (linear(w, f"{at}.{p}", y).reshape(split) for p in ("query", "key", "value"))
        heads = jax.nn.dot_product_attention(q, k, v, is_causal=True)
        x = x + linear(w, f"{at}.join", heads.reshape(x.shape))
        wide = linear(w, f"{at}.widen", layer_norm(w, f"{at}.norm2", x))
        x = x + linear(w, f"{at}.narrow", jax.nn.gelu(wide, approximate=True))
    return layer_norm(w, "norm", x) @ w["head.weight"].T


def gpt() -> Step:
    return training(transformer, task.gpt_weights(), cross_entropy, task.gpt_data(), task.DECAY)


# ------------------------------------------------------------------------ second order


def hvp() -> Step:
    x, y = map(jnp.asarray, task.tiny_data()[0])

    def loss(w: Weights) -> Array:
        hidden = jnp.tanh(linear(w, "2", jnp.tanh(linear(w, "0", x))))
        return mse(linear(w, "4", hidden), y)

    def product(w: Weights, v: Weights) -> list[Array]:
        _, found = jax.jvp(jax.grad(loss), (w,), (v,))
        return [found[name] for name in task.direction()]

    w, v = arrays(task.mlp_weights(task.TINY)), arrays(task.direction())
    return waiting(jax.jit(product), w, v)


# ------------------------------------------------------------------------ inference


def infer_mlp(batch: int = 1) -> Step:
    x = jnp.asarray(task.mnist_data(batch)[0][0])
    return waiting(jax.jit(mlp), arrays(task.mlp_weights(task.MNIST)), x)


def infer_gpt(batch: int = 1) -> Step:
    x = jnp.asarray(task.gpt_data(batch)[0][0])
    return waiting(jax.jit(transformer), arrays(task.gpt_weights()), x)


WORKS: dict[str, Callable[..., Step]] = {
    "chain": chain,
    "tiny_mlp": tiny_mlp,
    "mnist_mlp": mnist_mlp,
    "wide_mlp": wide_mlp,
    "cnn": cnn,
    "lstm": lstm,
    "gpt": gpt,
    "hvp": hvp,
    "infer_mlp": infer_mlp,
    "infer_gpt": infer_gpt,
}
