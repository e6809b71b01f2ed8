"""Operations and layers at several sizes, to be timed one by one.

A case is a function and the Tensors that it is called with, made for a size: about how many numbers
the largest of them has.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

import grad_core as gc
import grad_nn as nn
from grad_core import Tensor
from grad_nn import functional as F  # noqa: N812  # the field's name

Operands = tuple[Tensor, ...]
Case = Callable[[int], tuple[Callable[..., Tensor], Operands]]

RNG = np.random.default_rng(0)
SIZES = (32, 4096, 1 << 20)


def leaf(*shape: int) -> Tensor:
    """Numbers from 0.5 to 1.5, where every function is smooth."""
    return Tensor(RNG.uniform(0.5, 1.5, shape), requires_grad=True)


def side(size: int) -> int:
    """The rows and columns of a square of that size."""
    return math.isqrt(size)


def elementwise(function: Callable[..., Tensor], operands: int = 1) -> Case:
    return lambda n: (function, tuple(leaf(n) for _ in range(operands)))


def of_square(function: Callable[..., Tensor], operands: int = 1) -> Case:
    return lambda n: (function, tuple(leaf(side(n), side(n)) for _ in range(operands)))


def broadcast_add(n: int) -> tuple[Callable[..., Tensor], Operands]:
    return (lambda x, b: x + b), (leaf(side(n), side(n)), leaf(side(n)))


def take(n: int) -> tuple[Callable[..., Tensor], Operands]:
    places = RNG.integers(0, side(n), side(n))
    return (lambda x: x[places]), (leaf(side(n), side(n)),)


def where(n: int) -> tuple[Callable[..., Tensor], Operands]:
    mask = RNG.random(n) < 0.5
    return (lambda x, y: gc.where(mask, x, y)), (leaf(n), leaf(n))


OPERATIONS: dict[str, Case] = {
    "add": elementwise(lambda x, y: x + y, 2),
    "add_scalar": elementwise(lambda x: x + 1.5),
    "add_row": broadcast_add,
    "multiply": elementwise(lambda x, y: x * y, 2),
    "divide": elementwise(lambda x, y: x / y, 2),
    "square": elementwise(lambda x: x**2),
    "exp": elementwise(gc.exp),
    "log": elementwise(gc.log),
    "tanh": elementwise(gc.tanh),
    "sqrt": elementwise(gc.sqrt),
    "maximum": elementwise(gc.maximum, 2),
    "where": where,
    "sum": elementwise(lambda x: x.sum()),
    "mean_rows": of_square(lambda x: x.mean(-1)),
    "max_rows": of_square(lambda x: x.max(-1)),
    "matmul": of_square(lambda x, y: x @ y, 2),
    "transpose": of_square(lambda x: x.T + x),
    "slice": of_square(lambda x: x[1:, :-1]),
    "take": take,
    "concatenate": of_square(lambda x, y: gc.concat([x, y]), 2),
    "solve": lambda n: (
        lambda a, b: gc.linalg.solve(a, b),
        (Tensor(np.eye(min(side(n), 256)) * 2, requires_grad=True), leaf(min(side(n), 256))),
    ),
}

# ------------------------------------------------------------------------ layers


def linear(n: int) -> tuple[Callable[..., Tensor], Operands]:
    return F.linear, (leaf(64, side(n)), leaf(side(n), side(n)), leaf(side(n)))


def layer_norm(n: int) -> tuple[Callable[..., Tensor], Operands]:
    width = side(n)
    return (lambda x, w, b: F.layer_norm(x, (width,), w, b)), (
        leaf(width, width),
        leaf(width),
        leaf(width),
    )


def batch_norm(n: int) -> tuple[Callable[..., Tensor], Operands]:
    width = side(n)
    return (lambda x, w, b: F.batch_norm(x, None, None, w, b, training=True)), (
        leaf(width, width),
        leaf(width),
        leaf(width),
    )


def convolution(kernel: int, groups: int = 1) -> Case:
    """16 channels; `size` numbers in a batch."""

    def case(n: int) -> tuple[Callable[..., Tensor], Operands]:
        edge = max(kernel, min(32, side(n // 16)))
        x = leaf(max(1, n // (16 * edge * edge)), 16, edge, edge)
        weight, bias = leaf(16, 16 // groups, kernel, kernel), leaf(16)
        return (lambda x, w, b: F.conv2d(x, w, b, padding=kernel // 2, groups=groups)), (
            x,
            weight,
            bias,
        )

    return case


def pooling(function: Callable[[Tensor, int], Tensor]) -> Case:
    def case(n: int) -> tuple[Callable[..., Tensor], Operands]:
        edge = max(2, min(32, side(n // 16)))
        return (lambda x: function(x, 2)), (leaf(max(1, n // (16 * edge * edge)), 16, edge, edge),)

    return case


def lstm(n: int) -> tuple[Callable[..., Tensor], Operands]:
    width = min(128, side(n))
    layer = nn.LSTM(width, width)
    x = leaf(16, max(1, n // (16 * width)), width)
    return (lambda x, *weights: layer(x)[0]), (x, *layer.parameters())


def attention(n: int) -> tuple[Callable[..., Tensor], Operands]:
    """4 heads of width 32, 64 places."""
    batch = max(1, n // (4 * 64 * 32))
    return (lambda q, k, v: F.scaled_dot_product_attention(q, k, v, is_causal=True)), tuple(
        leaf(batch, 4, 64, 32) for _ in range(3)
    )


def embedding(n: int) -> tuple[Callable[..., Tensor], Operands]:
    tokens = RNG.integers(0, 64, max(1, n // 128))
    return (lambda w: F.embedding(tokens, w)), (leaf(64, 128),)


def cross_entropy(n: int) -> tuple[Callable[..., Tensor], Operands]:
    rows = max(1, n // 64)
    labels = RNG.integers(0, 64, rows)
    return (lambda x: F.cross_entropy(x, labels)), (leaf(rows, 64),)


LAYERS: dict[str, Case] = {
    "linear": linear,
    "relu": elementwise(F.relu),
    "gelu": elementwise(F.gelu),
    "gelu_tanh": elementwise(lambda x: F.gelu(x, approximate="tanh")),
    "silu": elementwise(F.silu),
    "softmax": of_square(lambda x: F.softmax(x, -1)),
    "layer_norm": layer_norm,
    "batch_norm": batch_norm,
    "dropout": elementwise(lambda x: F.dropout(x, 0.1, rng=0)),
    "conv2d_3x3": convolution(3),
    "conv2d_1x1": convolution(1),
    "conv2d_depthwise": convolution(3, groups=16),
    "max_pool2d": pooling(F.max_pool2d),
    "avg_pool2d": pooling(F.avg_pool2d),
    "lstm": lstm,
    "attention": attention,
    "embedding": embedding,
    "cross_entropy": cross_entropy,
    "mse_loss": elementwise(F.mse_loss, 2),
}
CASES = OPERATIONS | LAYERS
