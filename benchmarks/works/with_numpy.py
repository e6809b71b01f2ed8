"""The works in plain NumPy, with derivatives and optimizers by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import cycle
from typing import TypeVar

import numpy as np
from benchmarks.works import by_hand, task
from benchmarks.works.by_hand import Adam
from benchmarks.works.task import Floats, Labels, Scalar, Step, Weights
from numpy.typing import NDArray

X = TypeVar("X")
Y = TypeVar("Y")


def read(result: object) -> NDArray[np.floating]:
    """Return what a step returned as an array."""
    if isinstance(result, list):
        return np.concatenate([np.ravel(part) for part in result])
    return np.asarray(result)


# ------------------------------------------------------------------------ chain


def chain(length: int = task.CHAIN) -> Step:
    x, scale, shift = task.chain_data()

    def step() -> Floats:
        y, kept = x, []
        for _ in range(length // 3):
            y = np.tanh(y * scale + shift)
            kept.append(y)
        g = np.ones_like(y)
        for y in reversed(kept):
            g = g * (1 - y * y) * scale
        return g

    return step


# ------------------------------------------------------------------------ perceptrons


def activations(w: Weights, x: Floats) -> list[Floats]:
    """The inputs of each layer, then the output of the last."""
    layers, values = len(w) // 2, [x]
    for i in range(layers):
        x = x @ w[f"{2 * i}.weight"].T + w[f"{2 * i}.bias"]
        if i < layers - 1:
            x = np.maximum(x, 0)
        values.append(x)
    return values


def gradients(w: Weights, values: list[Floats], g: Floats) -> Weights:
    """The gradients of the weights, from that of the output."""
    found: Weights = {}
    for i in reversed(range(len(w) // 2)):
        x = values[i]
        found[f"{2 * i}.weight"] = g.T @ x
        found[f"{2 * i}.bias"] = g.sum(0)
        if i > 0:
            g = g @ w[f"{2 * i}.weight"] * (x > 0)
    return found


Loss = Callable[[Floats, Y], tuple[Scalar, Floats]]


def perceptron(sizes: tuple[int, ...], loss_of: Loss[Y], data: Sequence[tuple[Floats, Y]]) -> Step:
    w = task.mlp_weights(sizes)
    optimizer, batches = Adam(w), cycle(data)

    def step() -> Scalar:
        x, y = next(batches)
        values = activations(w, x)
        loss, g = loss_of(values[-1], y)
        optimizer.step(gradients(w, values, g))
        return loss

    return step


def tiny_mlp() -> Step:
    return perceptron(task.TINY, by_hand.mse, task.tiny_data())


def mnist_mlp(batch: int = task.MNIST_BATCH) -> Step:
    return perceptron(task.MNIST, by_hand.cross_entropy, task.mnist_data(batch))


def wide_mlp() -> Step:
    return perceptron(task.WIDE, by_hand.cross_entropy, task.wide_data())


def infer_mlp(batch: int = 1) -> Step:
    w, x = task.mlp_weights(task.MNIST), task.mnist_data(batch)[0][0]
    return lambda: activations(w, x)[-1]


def hvp() -> Step:
    """Pearlmutter's R operator: derivatives of everything in the direction of the vector."""
    w1, b1, w2, b2, w3, b3 = task.mlp_weights(task.TINY).values()
    v1, c1, v2, c2, v3, c3 = task.direction().values()
    x, wanted = task.tiny_data()[0]

    def step() -> list[Floats]:
        y1 = np.tanh(x @ w1.T + b1)
        d1 = 1 - y1 * y1
        r1 = d1 * (x @ v1.T + c1)
        y2 = np.tanh(y1 @ w2.T + b2)
        d2 = 1 - y2 * y2
        r2 = d2 * (r1 @ w2.T + y1 @ v2.T + c2)
        y3 = y2 @ w3.T + b3
        r3 = r2 @ w3.T + y2 @ v3.T + c3

        g3, s3 = 2 / y3.size * (y3 - wanted), 2 / y3.size * r3
        h2, t2 = g3 @ w3, s3 @ w3 + g3 @ v3
        g2, s2 = h2 * d2, t2 * d2 - 2 * h2 * y2 * r2
        h1, t1 = g2 @ w2, s2 @ w2 + g2 @ v2
        s1 = t1 * d1 - 2 * h1 * y1 * r1
        return [
            s1.T @ x,
            s1.sum(0),
            s2.T @ y1 + g2.T @ r1,
            s2.sum(0),
            s3.T @ y2 + g3.T @ r2,
            s3.sum(0),
        ]

    return step


# ------------------------------------------------------------------------ convolution


def cnn() -> Step:
    w = task.cnn_weights()
    optimizer, batches = Adam(w), cycle(task.cnn_data())

    def step() -> Scalar:
        x, labels = next(batches)
        z1, patches1 = by_hand.convolve(x, w["0.weight"], w["0.bias"])
        y1, largest1 = by_hand.pool(np.maximum(z1, 0))
        z2, patches2 = by_hand.convolve(y1, w["3.weight"], w["3.bias"])
        y2, largest2 = by_hand.pool(np.maximum(z2, 0))
        flat = y2.reshape(len(x), -1)
        loss, g = by_hand.cross_entropy(flat @ w["7.weight"].T + w["7.bias"], labels)

        found: Weights = {"7.weight": g.T @ flat, "7.bias": g.sum(0)}
        g = by_hand.unpool((g @ w["7.weight"]).reshape(y2.shape), largest2) * (z2 > 0)
        found["3.weight"], found["3.bias"] = by_hand.convolve_weights(g, patches2, w["3.weight"])
        g = by_hand.unpool(by_hand.convolve_input(g, w["3.weight"]), largest1) * (z1 > 0)
        found["0.weight"], found["0.bias"] = by_hand.convolve_weights(g, patches1, w["0.weight"])
        optimizer.step(found)
        return loss

    return step


# ------------------------------------------------------------------------ recurrence


def sigmoid(x: Floats) -> Floats:
    return 1 / (1 + np.exp(-x))


def lstm() -> Step:
    w = task.lstm_weights()
    optimizer, batches = Adam(w), cycle(task.lstm_data())
    n = task.HIDDEN

    def step() -> Scalar:
        w_in, w_hidden = w["lstm.weight_ih_l0"], w["lstm.weight_hh_l0"]
        bias = w["lstm.bias_ih_l0"] + w["lstm.bias_hh_l0"]
        xs, labels = next(batches)
        h = c = np.zeros((xs.shape[1], n), np.float32)
        kept = []
        for x in xs:
            z = x @ w_in.T + h @ w_hidden.T + bias
            i, f, o = sigmoid(z[:, :n]), sigmoid(z[:, n : 2 * n]), sigmoid(z[:, 3 * n :])
            new = np.tanh(z[:, 2 * n : 3 * n])
            before, c = (h, c), f * c + i * new
            shown = np.tanh(c)
            kept.append((x, *before, i, f, new, o, shown))
            h = o * shown
        loss, g = by_hand.cross_entropy(h @ w["head.weight"].T + w["head.bias"], labels)

        found: Weights = {name: np.zeros_like(v) for name, v in w.items()}
        found["head.weight"], found["head.bias"] = g.T @ h, g.sum(0)
        gh, gc = g @ w["head.weight"], np.zeros_like(c)
        for x, h, c, i, f, new, o, shown in reversed(kept):
            gc = gc + gh * o * (1 - shown * shown)
            gz = np.concatenate(
                [
                    gc * new * i * (1 - i),
                    gc * c * f * (1 - f),
                    gc * i * (1 - new * new),
                    gh * shown * o * (1 - o),
                ],
                axis=1,
            )
            found["lstm.weight_ih_l0"] += gz.T @ x
            found["lstm.weight_hh_l0"] += gz.T @ h
            found["lstm.bias_ih_l0"] += gz.sum(0)
            gh, gc = gz @ w_hidden, gc * f
        found["lstm.bias_hh_l0"] = found["lstm.bias_ih_l0"]
        optimizer.step(found)
        return loss

    return step


# ------------------------------------------------------------------------ transformer

Kept = tuple[Floats, ...]


def linear(w: Weights, name: str, x: Floats) -> Floats:
    return x @ w[f"{name}.weight"].T + w[f"{name}.bias"]


def linear_back(w: Weights, name: str, found: Weights, g: Floats, x: Floats) -> Floats:
    rows = g.reshape(-1, g.shape[-1])
    found[f"{name}.weight"] = rows.T @ x.reshape(-1, x.shape[-1])
    found[f"{name}.bias"] = rows.sum(0)
    return g @ w[f"{name}.weight"]


def block(w: Weights, at: str, x: Floats) -> tuple[Floats, Kept]:
    y, normed1 = by_hand.layer_norm(x, w[f"{at}.norm1.weight"], w[f"{at}.norm1.bias"])
    q, k, v = (by_hand.heads_of(linear(w, f"{at}.{p}", y)) for p in ("query", "key", "value"))
    heads, shares = by_hand.attention(q, k, v)
    mixed = by_hand.joined(heads)
    x = x + linear(w, f"{at}.join", mixed)
    z, normed2 = by_hand.layer_norm(x, w[f"{at}.norm2.weight"], w[f"{at}.norm2.bias"])
    wide = linear(w, f"{at}.widen", z)
    active, t = by_hand.gelu(wide)
    x = x + linear(w, f"{at}.narrow", active)
    return x, (y, *normed1, q, k, v, shares, mixed, z, *normed2, wide, active, t)


def block_back(w: Weights, at: str, found: Weights, g: Floats, kept: Kept) -> Floats:
    y, y1, s1, q, k, v, shares, mixed, z, z1, s2, wide, active, t = kept
    gw = by_hand.gelu_back(linear_back(w, f"{at}.narrow", found, g, active), wide, t)
    gz = linear_back(w, f"{at}.widen", found, gw, z)
    gx, found[f"{at}.norm2.weight"], found[f"{at}.norm2.bias"] = by_hand.layer_norm_back(
        gz, w[f"{at}.norm2.weight"], (z1, s2)
    )
    g = g + gx
    gh = by_hand.heads_of(linear_back(w, f"{at}.join", found, g, mixed))
    parts = zip(("query", "key", "value"), by_hand.attention_back(gh, q, k, v, shares), strict=True)
    gy = sum(linear_back(w, f"{at}.{p}", found, by_hand.joined(gp), y) for p, gp in parts)
    gx, found[f"{at}.norm1.weight"], found[f"{at}.norm1.bias"] = by_hand.layer_norm_back(
        np.asarray(gy), w[f"{at}.norm1.weight"], (y1, s1)
    )
    return g + gx


def logits(w: Weights, tokens: Labels) -> tuple[Floats, list[Kept], tuple[Floats, ...]]:
    """The logits, and what the derivatives of the blocks and of the last layers need."""
    x: Floats = w["tokens.weight"][tokens] + w["places.weight"][np.arange(tokens.shape[1])]
    kept = []
    for i in range(task.LAYERS):
        x, of_block = block(w, f"blocks.{i}", x)
        kept.append(of_block)
    y, normed = by_hand.layer_norm(x, w["norm.weight"], w["norm.bias"])
    return y @ w["head.weight"].T, kept, (y, *normed)


def gpt() -> Step:
    w = task.gpt_weights()
    optimizer, batches = Adam(w, task.DECAY), cycle(task.gpt_data())

    def step() -> Scalar:
        tokens, following = next(batches)
        out, kept, (y, y1, s) = logits(w, tokens)
        loss, g = by_hand.cross_entropy(out.reshape(-1, out.shape[-1]), following.reshape(-1))

        found: Weights = {"head.weight": g.T @ y.reshape(-1, y.shape[-1])}
        g = (g @ w["head.weight"]).reshape(y.shape)
        g, found["norm.weight"], found["norm.bias"] = by_hand.layer_norm_back(
            g, w["norm.weight"], (y1, s)
        )
        for i in reversed(range(task.LAYERS)):
            g = block_back(w, f"blocks.{i}", found, g, kept[i])
        found["tokens.weight"] = np.zeros_like(w["tokens.weight"])
        np.add.at(found["tokens.weight"], tokens, g)
        found["places.weight"] = g.sum(0)
        optimizer.step(found)
        return loss

    return step


def infer_gpt(batch: int = 1) -> Step:
    w, tokens = task.gpt_weights(), task.gpt_data(batch)[0][0]
    return lambda: logits(w, tokens)[0]


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
