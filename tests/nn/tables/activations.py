"""Rows of activations; the references take one number at a time."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from tests.nn.tables.common import Op, distinct, positive, real

from grad_nn import functional as F  # noqa: N812  # the field's name


def each(function: Callable[..., float]) -> Callable[..., Any]:
    return np.vectorize(function, otypes=[np.float64])


def logistic(v: float) -> float:
    return 1 / (1 + math.exp(-v))


def normal(v: float) -> float:
    return math.erfc(-v / math.sqrt(2)) / 2


def by_tanh(v: float) -> float:
    return v / 2 * (1 + math.tanh(math.sqrt(2 / math.pi) * (v + 0.044715 * v**3)))


def clamp(v: float, low: float, high: float) -> float:
    return low if v < low else min(v, high)


def elu(alpha: float) -> Callable[[float], float]:
    return lambda v: v if v > 0 else alpha * (math.exp(v) - 1)


def softplus(v: float, beta: float = 1.0, threshold: float = 20.0) -> float:
    return v if beta * v > threshold else math.log(1 + math.exp(beta * v)) / beta


def along(x: Any, dim: int, function: Callable[[Any], Any]) -> Any:
    return np.apply_along_axis(function, dim, x) if x.size else x


def softmax(row: Any) -> list[float]:
    powers = [math.exp(v) for v in row]
    return [p / sum(powers) for p in powers]


def halves(x: Any, dim: int = -1) -> Any:
    a, b = np.split(x, 2, dim)
    return a * each(logistic)(b)


def prelu(x: Any, weight: Any) -> Any:
    out = np.empty_like(x)
    for i, v in np.ndenumerate(x):
        slope = weight.reshape(-1)[i[1] if weight.size > 1 else 0]
        out[i] = v if v > 0 else slope * v
    return out


# Away from every kink that there is: 0, 0.5, 1, 2, 3 and 6, on both sides
WIDE = np.array([[-7.3, -3.6, -2.4, -1.3], [-0.8, -0.3, 0.2, 0.7], [1.4, 2.6, 4.5, 7.9]])
SAMPLES = ((WIDE,), (real(3),), (real(2, 0),), (real(),))

ELEMENTWISE: list[tuple[str, Callable[..., Any], Callable[[float], float]]] = [
    ("relu", F.relu, lambda v: v if v > 0 else 0.0),
    ("relu6", F.relu6, lambda v: clamp(v, 0, 6)),
    ("hardtanh", F.hardtanh, lambda v: clamp(v, -1, 1)),
    ("hardtanh-bounds", lambda x: F.hardtanh(x, -3.0, 0.5), lambda v: clamp(v, -3, 0.5)),
    ("threshold", lambda x: F.threshold(x, 0.5, 9.0), lambda v: v if v > 0.5 else 9.0),
    ("leaky_relu", F.leaky_relu, lambda v: v if v > 0 else 0.01 * v),
    ("leaky_relu-steep", lambda x: F.leaky_relu(x, 1.5), lambda v: v if v > 0 else 1.5 * v),
    ("leaky_relu-down", lambda x: F.leaky_relu(x, -0.5), lambda v: v if v > 0 else -0.5 * v),
    ("rrelu", F.rrelu, lambda v: v if v > 0 else (1 / 8 + 1 / 3) / 2 * v),
    ("elu", F.elu, elu(1.0)),
    ("elu-alpha", lambda x: F.elu(x, 2.5), elu(2.5)),
    ("elu-negative", lambda x: F.elu(x, -2.5), elu(-2.5)),
    ("celu", lambda x: F.celu(x, 2.5), lambda v: v if v > 0 else 2.5 * (math.exp(v / 2.5) - 1)),
    ("celu-negative", lambda x: F.celu(x, -4.0), lambda v: v if v > 0 else 4 - 4 * math.exp(v / -4)),
    ("selu", F.selu, lambda v: 1.0507009873554805 * elu(1.6732632423543772)(v)),
    ("softplus", F.softplus, softplus),
    ("softplus-sharp", lambda x: F.softplus(x, 2.0, 4.0), lambda v: softplus(v, 2.0, 4.0)),
    ("softplus-down", lambda x: F.softplus(x, -2.0, 4.0), lambda v: softplus(v, -2.0, 4.0)),
    ("softplus-early", lambda x: F.softplus(x, 1.0, -1.0), lambda v: softplus(v, 1.0, -1.0)),
    ("gelu", F.gelu, lambda v: v * normal(v)),
    ("gelu-tanh", lambda x: F.gelu(x, approximate="tanh"), by_tanh),
    ("silu", F.silu, lambda v: v * logistic(v)),
    ("mish", F.mish, lambda v: v * math.tanh(math.log(1 + math.exp(v)))),
    ("hardswish", F.hardswish, lambda v: v * clamp(v + 3, 0, 6) / 6),
    ("sigmoid", F.sigmoid, logistic),
    ("hardsigmoid", F.hardsigmoid, lambda v: clamp(v + 3, 0, 6) / 6),
    ("logsigmoid", F.logsigmoid, lambda v: math.log(logistic(v))),
    ("tanh", F.tanh, math.tanh),
    ("softsign", F.softsign, lambda v: v / (1 + abs(v))),
    ("hardshrink", F.hardshrink, lambda v: v if abs(v) > 0.5 else 0.0),
    ("hardshrink-3", lambda x: F.hardshrink(x, 3.0), lambda v: v if abs(v) > 3 else 0.0),
    ("softshrink", F.softshrink, lambda v: math.copysign(max(abs(v) - 0.5, 0), v)),
    ("softshrink-3", lambda x: F.softshrink(x, 3.0), lambda v: math.copysign(max(abs(v) - 3, 0), v)),
    ("tanhshrink", F.tanhshrink, lambda v: v - math.tanh(v)),
]  # fmt: skip

OPS = [
    *(Op(name, function, each(reference), SAMPLES) for name, function, reference in ELEMENTWISE),
    Op(
        "prelu",
        F.prelu,
        prelu,
        (
            (real(4), positive(1)),
            (real(2, 3), real(3)),
            (real(2, 3, 2), real(3)),
            (real(2, 3, 1, 2), positive()),
            (real(2, 0, 3), positive(1)),
            (real(), positive(1)),
        ),
    ),
    Op("glu", F.glu, halves, ((real(6),), (real(2, 4),), (real(3, 0),))),
    Op(
        "glu-1",
        lambda x: F.glu(x, 1),
        lambda x: halves(x, 1),
        ((real(2, 4, 3),), (real(0, 2),)),
    ),
    Op("softmax", F.softmax, lambda x: along(x, -1, softmax), ((distinct(5),), (real(2, 1, 3),))),
    Op(
        "softmax-0",
        lambda x: F.softmax(x, 0),
        lambda x: along(x, 0, softmax),
        ((real(3, 2),), (real(3, 0),)),
    ),
    Op("softmax of one number", F.softmax, np.ones_like, ((real(),), (real(3, 1),))),
    Op("log_softmax", F.log_softmax, lambda x: np.log(along(x, -1, softmax)), ((real(2, 3),),)),
    Op("softmin", F.softmin, lambda x: along(-x, -1, softmax), ((real(2, 3),),)),
    Op(
        "gumbel_softmax",
        lambda x: F.gumbel_softmax(x, 0.7, dim=0, rng=3),
        lambda x: along((x + np.random.default_rng(3).gumbel(size=x.shape)) / 0.7, 0, softmax),
        ((real(3, 2),),),
    ),
]
