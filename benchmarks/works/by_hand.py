"""Layers in NumPy, each with its derivative by hand: what a competent person writes, and no more.

No buffers are kept and nothing is written over, but in the optimizer. A function returns its
result and what its derivative needs.
"""

from __future__ import annotations

import math

import numpy as np
from benchmarks.works import task
from benchmarks.works.task import Floats, Labels, Scalar, Weights
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

Mask = NDArray[np.bool_]


class Adam:
    """Adam, and with `decay` AdamW."""

    def __init__(self, weights: Weights, decay: float = 0.0) -> None:
        self.weights, self.decay, self.steps = weights, decay, 0
        self.means = {name: np.zeros_like(w) for name, w in weights.items()}
        self.squares = {name: np.zeros_like(w) for name, w in weights.items()}

    def step(self, gradients: Weights) -> None:
        self.steps += 1
        b1, b2 = task.BETAS
        rate = task.LR / (1 - b1**self.steps)
        correction = math.sqrt(1 - b2**self.steps)
        for name, w in self.weights.items():
            g, m, v = gradients[name], self.means[name], self.squares[name]
            m += (1 - b1) * (g - m)
            v += (1 - b2) * (g * g - v)
            if self.decay:
                w *= 1 - task.LR * self.decay
            w -= rate * m / (np.sqrt(v) / correction + task.EPS)


# ------------------------------------------------------------------------ losses


def mse(predicted: Floats, wanted: Floats) -> tuple[Scalar, Floats]:
    """The loss, and the gradient of what was predicted."""
    difference = predicted - wanted
    return np.mean(difference * difference), 2 / difference.size * difference


def softmax(x: Floats) -> Floats:
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def cross_entropy(logits: Floats, labels: Labels) -> tuple[Scalar, Floats]:
    """The loss, and the gradient of the logits."""
    rows = np.arange(len(labels))
    shifted = logits - logits.max(1, keepdims=True)
    e = np.exp(shifted)
    total = e.sum(1, keepdims=True)
    loss = (np.log(total[:, 0]) - shifted[rows, labels]).mean()
    g = e / total
    g[rows, labels] -= 1
    g /= len(labels)
    return loss, g


# ------------------------------------------------------------------------ convolution


def convolve(x: Floats, w: Floats, b: Floats) -> tuple[Floats, Floats]:
    """3 x 3, padded to keep the size, as one product with all patches."""
    batch, channels, height, width = x.shape
    padded = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
    windows = sliding_window_view(padded, (3, 3), axis=(2, 3))
    patches = windows.transpose(0, 2, 3, 1, 4, 5).reshape(batch * height * width, channels * 9)
    y = patches @ w.reshape(len(w), -1).T + b
    return y.reshape(batch, height, width, -1).transpose(0, 3, 1, 2), patches


def convolve_weights(g: Floats, patches: Floats, w: Floats) -> tuple[Floats, Floats]:
    """The gradients of weight and bias."""
    rows = g.transpose(0, 2, 3, 1).reshape(-1, len(w))
    return (rows.T @ patches).reshape(w.shape), rows.sum(0)


def convolve_input(g: Floats, w: Floats) -> Floats:
    """The gradient of the input."""
    batch, out, height, width = g.shape
    rows = g.transpose(0, 2, 3, 1).reshape(-1, out)
    patches = (rows @ w.reshape(out, -1)).reshape(batch, height, width, -1, 3, 3)
    padded = np.zeros((batch, w.shape[1], height + 2, width + 2), g.dtype)
    for i in range(3):
        for j in range(3):
            padded[:, :, i : i + height, j : j + width] += patches[..., i, j].transpose(0, 3, 1, 2)
    return padded[:, :, 1:-1, 1:-1]


def pool(x: Floats) -> tuple[Floats, Mask]:
    """The largest of 2 x 2, and where it is."""
    batch, channels, height, width = x.shape
    blocks = x.reshape(batch, channels, height // 2, 2, width // 2, 2)
    y = blocks.max((3, 5), keepdims=True)
    return y[:, :, :, 0, :, 0], blocks == y


def unpool(g: Floats, largest: Mask) -> Floats:
    batch, channels, height, _, width, _ = largest.shape
    return (g[:, :, :, None, :, None] * largest).reshape(batch, channels, 2 * height, 2 * width)


# ------------------------------------------------------------------------ transformer

Normed = tuple[Floats, Floats]


def layer_norm(x: Floats, w: Floats, b: Floats) -> tuple[Floats, Normed]:
    centred = x - x.mean(-1, keepdims=True)
    scale = 1 / np.sqrt((centred * centred).mean(-1, keepdims=True) + 1e-5)
    z = centred * scale
    return z * w + b, (z, scale)


def layer_norm_back(g: Floats, w: Floats, kept: Normed) -> tuple[Floats, Floats, Floats]:
    """The gradients of input, weight and bias."""
    z, scale = kept
    gz = g * w
    mean = gz.mean(-1, keepdims=True)
    gx = scale * (gz - mean - z * (gz * z).mean(-1, keepdims=True))
    return gx, (g * z).sum((0, 1)), g.sum((0, 1))


ROOT = math.sqrt(2 / math.pi)


def gelu(x: Floats) -> tuple[Floats, Floats]:
    t = np.tanh(ROOT * (x + 0.044715 * x * x * x))
    return 0.5 * x * (1 + t), t


def gelu_back(g: Floats, x: Floats, t: Floats) -> Floats:
    inner = ROOT * (1 + 3 * 0.044715 * x * x)
    return g * (0.5 * (1 + t) + 0.5 * x * (1 - t * t) * inner)


def heads_of(x: Floats) -> Floats:
    batch, length, width = x.shape
    return x.reshape(batch, length, task.HEADS, width // task.HEADS).transpose(0, 2, 1, 3)


def joined(x: Floats) -> Floats:
    batch, heads, length, width = x.shape
    return x.transpose(0, 2, 1, 3).reshape(batch, length, heads * width)


def attention(q: Floats, k: Floats, v: Floats) -> tuple[Floats, Floats]:
    """Causal attention; also how much of each place goes where."""
    scores = q @ k.swapaxes(-1, -2) / math.sqrt(q.shape[-1])
    length = q.shape[-2]
    shares = softmax(np.where(np.tri(length, dtype=bool), scores, np.float32(-np.inf)))
    return shares @ v, shares


def attention_back(
    g: Floats, q: Floats, k: Floats, v: Floats, shares: Floats
) -> tuple[Floats, Floats, Floats]:
    gs = g @ v.swapaxes(-1, -2)
    gs = shares * (gs - (gs * shares).sum(-1, keepdims=True)) / math.sqrt(q.shape[-1])
    return gs @ k, gs.swapaxes(-1, -2) @ q, shares.swapaxes(-1, -2) @ g
