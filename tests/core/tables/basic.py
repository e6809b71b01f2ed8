"""Rows of the operations that everything else is made of."""

from __future__ import annotations

from typing import Any

import numpy as np
from tests.core.tables.common import (
    Op,
    apart,
    binary,
    distinct,
    of,
    pairs,
    positive,
    real,
    unary,
)

import grad_core as gc

MASK = np.array([[True, False, True], [False, False, True]])
AXES: tuple[int | tuple[int, ...] | None, ...] = (None, 0, 1, -1, (0, 2), (0, 1, 2), ())


def reductions() -> list[Op]:
    """Each reduction over each kind of axis, with and without keepdims."""
    rows = []
    for axis in AXES:
        for keepdims in (False, True):
            for name, function, reference, make in (
                ("sum", gc.sum, np.sum, real),
                ("mean", gc.mean, np.mean, real),
                ("max", gc.max, np.max, distinct),
                ("min", gc.min, np.min, distinct),
            ):
                rows.append(
                    Op(
                        f"{name}-{axis}-{keepdims}",
                        lambda x, f=function, a=axis, k=keepdims: f(x, a, keepdims=k),
                        lambda x, f=reference, a=axis, k=keepdims: f(x, axis=a, keepdims=k),
                        of((2, 3, 2), make=make) + (() if "m" in name[:2] else of((2, 0, 3))),
                        complex=name in ("sum", "mean"),
                    )
                )
            rows.append(
                Op(
                    f"logsumexp-{axis}-{keepdims}",
                    lambda x, a=axis, k=keepdims: gc.logsumexp(x, a, keepdims=k),
                    lambda x, a=axis, k=keepdims: np.log(np.sum(np.exp(x), axis=a, keepdims=k)),
                    of((2, 3, 2)),
                )
            )
    return rows


def indexing() -> list[Op]:
    """Each kind of index."""
    indices: dict[str, Any] = {
        "int": 1,
        "negative": -1,
        "slice": slice(0, 2),
        "step": slice(None, None, -2),
        "ellipsis": (..., 1),
        "newaxis": (None, slice(None), 0),
        "ints": (1, 2),
        "list": [0, 1, 1],
        "empty-list": [],
        "array": np.array([2, 0, 0, 2]),
        "arrays": (np.array([0, 1, 1]), np.array([2, 0, 0])),
        "mixed": (slice(None), np.array([0, 0, 2])),
        "array-2d": np.array([[0, 1], [2, 0]]),
        "mask": np.array([True, False, True]),
        "mask-2d": np.array([[True, False, True], [False] * 3, [True] * 3]),
        "mask-list": [True, False, True],
        "mask-none": np.zeros((3, 3), bool),
        "mask-slice": (np.array([True, False, True]), slice(1)),
    }
    return [
        Op(
            f"getitem-{name}",
            lambda x, i=index: gc.asarray(x)[i],
            lambda x, i=index: x[i],
            of((3, 3)),
            complex=True,
            arrays=False,
        )
        for name, index in indices.items()
    ]


OPS: list[Op] = [
    Op("add", gc.add, np.add, binary(), complex=True),
    Op("subtract", gc.subtract, np.subtract, binary(), complex=True),
    Op("multiply", gc.multiply, np.multiply, binary(), complex=True, order=3),
    Op("divide", gc.divide, np.divide, binary(), complex=True, order=3),
    Op("power", gc.power, np.power, binary(positive, real), complex=True, order=3),
    Op("power-zero", gc.power, np.power, ((positive(2), np.zeros(2)),)),
    *(
        Op(f"power-{n}", lambda x, n=n: gc.power(x, n), lambda x, n=n: x**n, unary(), complex=True)
        for n in (0, 1, 2, 3, -1, -2)
    ),
    *(
        Op(f"power-{n}", lambda x, n=n: gc.power(x, n), lambda x, n=n: x**n, unary(positive))
        for n in (0.5, 1.5, 0.0)
    ),
    Op("base-2", lambda x: 2 ** gc.asarray(x), lambda x: 2**x, unary(), complex=True, arrays=False),
    Op("negative", gc.negative, np.negative, unary(), complex=True),
    Op("abs", gc.abs, np.abs, unary(), complex=True),
    Op("sign", gc.sign, np.sign, unary(), complex=True),
    Op("conj", gc.conj, np.conj, unary(), complex=True),
    Op("real", gc.real, np.real, unary(), complex=True),
    Op("imag", gc.imag, np.imag, unary(), complex=True),
    Op("exp", gc.exp, np.exp, unary(), complex=True, order=3),
    Op("log", gc.log, np.log, unary(positive), complex=True, order=3),
    Op("sqrt", gc.sqrt, np.sqrt, unary(positive), complex=True, order=3),
    Op("tanh", gc.tanh, np.tanh, unary(), complex=True, order=3),
    Op("maximum", gc.maximum, np.maximum, apart()),
    Op("minimum", gc.minimum, np.minimum, apart()),
    Op(
        "clip",
        lambda x: gc.clip(x, -0.5, 0.5),
        lambda x: np.clip(x, -0.5, 0.5),
        unary(distinct),
    ),
    Op("clip-low", lambda x: gc.clip(x, 0), lambda x: np.clip(x, 0, None), unary()),
    Op(
        "clip-high",
        lambda x: gc.clip(x, max=0),
        lambda x: np.clip(x, None, 0),
        unary(),
    ),
    Op("clip-none", lambda x: gc.clip(x), lambda x: x, unary()),
    Op(
        "clip-arrays",
        lambda x, low, high: gc.clip(x, low, high),
        lambda x, low, high: np.clip(x, low, high),
        tuple(
            (d[:n].reshape(shape), d[n] - 1, d[n + 1] + 1)
            for shape, n in (((2, 3), 6), ((), 1))
            for d in [distinct(n + 2)]
        ),
    ),
    Op(
        "where",
        lambda x, y: gc.where(MASK, x, y),
        lambda x, y: np.where(MASK, x, y),
        pairs(((2, 3), (2, 3)), ((3,), (2, 1)), ((), (2, 3)), ((2, 3), ()), ((), ())),
        complex=True,
    ),
    Op(
        "where-broadcast-mask",
        lambda x, y: gc.where(MASK[0], x, y),
        lambda x, y: np.where(MASK[0], x, y),
        pairs(((2, 3), (2, 3)), ((4, 1, 3), (2, 1))),
    ),
    Op("reshape", lambda x: gc.reshape(x, (3, -1)), lambda x: x.reshape(3, -1), of((2, 3))),
    Op(
        "broadcast_to",
        lambda x: gc.broadcast_to(x, (2, 4, 3)),
        lambda x: np.broadcast_to(x, (2, 4, 3)),
        of((), (3,), (4, 1), (1, 1, 1), (2, 4, 3)),
        complex=True,
    ),
    Op("transpose", gc.transpose, np.transpose, of((), (3,), (2, 3), (2, 3, 4)), complex=True),
    Op(
        "transpose-axes",
        lambda x: gc.transpose(x, (2, 0, -2)),
        lambda x: x.transpose(2, 0, -2),
        of((2, 3, 4)),
    ),
    Op("squeeze", gc.squeeze, np.squeeze, of((1, 3, 1), (1, 1), (2,), ())),
    Op("squeeze-1", lambda x: gc.squeeze(x, -1), lambda x: x.squeeze(-1), of((1, 3, 1))),
    Op(
        "squeeze-pair",
        lambda x: gc.squeeze(x, (0, 2)),
        lambda x: x.squeeze((0, 2)),
        of((1, 3, 1)),
    ),
    Op(
        "expand_dims",
        lambda x: gc.expand_dims(x, (0, -1)),
        lambda x: np.expand_dims(x, (0, -1)),
        of((), (2, 3)),
    ),
    Op(
        "astype",
        lambda x: gc.astype(gc.astype(x, np.complex128), np.complex128),
        lambda x: x.astype(np.complex128),
        unary(),
        complex=True,
    ),
    Op(
        "scatter",
        lambda x: gc.scatter(x, np.array([0, 2, 0]), (4,)),
        lambda x: np.bincount([0, 2, 0], x, 4),
        of((3,)),
        same_dtype=False,  # bincount has only float64
    ),
    Op(
        "matmul",
        gc.matmul,
        np.matmul,
        pairs(
            ((2, 3), (3, 4)),
            ((3,), (3,)),
            ((3,), (3, 2)),
            ((2, 3), (3,)),
            ((4, 2, 3), (3, 2)),
            ((2, 3), (4, 3, 2)),
            ((4, 2, 3), (4, 3, 2)),
            ((4, 2, 3), (1, 3, 2)),
            ((1, 2, 3), (4, 3, 2)),
            ((2, 1, 2, 3), (4, 3, 2)),
            ((4, 2, 3), (3,)),
            ((3,), (4, 3, 2)),
            ((0, 3), (3, 2)),
            ((2, 0), (0, 2)),
            ((0, 2, 3), (3, 2)),
        ),
        complex=True,
        order=3,
    ),
    *(
        Op(
            f"{name}-{axis}",
            lambda x, f=function, a=axis: f(x, a),
            lambda x, f=reference, a=axis: f(x, a),
            of((2, 3, 2), (3, 1, 2)),
            order=3,
        )
        for axis in (0, -1)
        for name, function, reference in (
            (
                "softmax",
                gc.softmax,
                lambda x, a: np.exp(x) / np.exp(x).sum(a, keepdims=True),
            ),
            (
                "log_softmax",
                gc.log_softmax,
                lambda x, a: x - np.log(np.exp(x).sum(a, keepdims=True)),
            ),
        )
    ),
    *reductions(),
    *indexing(),
]
