"""Rows of recurrent layers: one run over sequences of several lengths, and the packing of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from tests.nn.recurrent_reference import run
from tests.nn.tables.common import Arrays, Op, real

import grad_core as gc
from grad_core import Tensor
from grad_nn.functional.recurrence import Operands, Steps, recurrence
from grad_nn.functional.recurrent_kernels import KERNELS, Mode
from grad_nn.utils import rnn

Function = Callable[..., Any]
FIELDS = Operands._fields


def row(
    mode: Mode, sizes: tuple[int, ...], batch: int, names: str, sample: Arrays, reverse: bool
) -> Op:
    """All results in a row: states, last states, last cell states."""
    operands = names.split()

    def function(*tensors: Tensor) -> Tensor:
        given = dict(zip(operands, tensors, strict=True))
        o: Any = Operands(*(given.get(name) for name in FIELDS))
        found = recurrence(KERNELS[mode], Steps(sizes, batch, reverse), o)
        return gc.concat([t.reshape(-1) for t in found if t is not None])

    def reference(*arrays: Any) -> Any:
        given = dict(zip(operands, arrays, strict=True))
        x, h = given.pop("x"), given.pop("h")
        starts = np.cumsum((0, *sizes))
        xs = [
            x[[s + j for s, k in zip(starts, sizes, strict=False) if j < k]] for j in range(batch)
        ]
        ys, h, c = run(mode, xs, h, given.pop("c", [None] * batch), given, reverse)
        rows = [ys[j][t] for t, k in enumerate(sizes) for j in range(k)]
        parts = [*rows, *h, *(c if mode == "LSTM" else ())]
        return np.concatenate([np.empty(0), *(np.ravel(part) for part in parts)])

    direction = "_reverse" if reverse else ""
    return Op(f"{mode.lower()}{direction}", function, reference, (sample,), rtol=1e-5, eps=1e-4)


def sample(gates: int, rows: int, batch: int, *more: Any, hidden: int = 2, out: int = 2) -> Arrays:
    width = 2
    weights = real(gates * hidden, width) / 2, real(gates * hidden, out) / 2
    return (real(rows, width), real(batch, out), *more, *weights)


PLAIN = "x h w_ih w_hh"
BIASED = "x h w_ih w_hh b_ih b_hh"
CELL = "x h c w_ih w_hh"

OPS = [
    row("RNN_TANH", (2, 2, 1), 2, BIASED, (*sample(1, 5, 2), real(2), real(2)), False),
    row("RNN_TANH", (2, 2, 1), 2, PLAIN, sample(1, 5, 2), True),
    row("RNN_RELU", (1, 1, 1), 1, PLAIN, sample(1, 3, 1), False),
    row("GRU", (2, 1), 2, BIASED, (*sample(3, 3, 2), real(6), real(6)), False),
    row("GRU", (2, 1), 2, PLAIN, sample(3, 3, 2), True),
    row("GRU", (0,), 0, PLAIN, sample(3, 0, 0), False),
    row("LSTM", (2, 1), 2, f"{CELL} b_ih b_hh", (*sample(4, 3, 2, real(2, 2)), real(8), real(8)), False),
    row("LSTM", (2, 1), 2, CELL, sample(4, 3, 2, real(2, 2)), True),
    row("LSTM", (2, 1), 2, f"{CELL} w_hr", (*sample(4, 3, 2, real(2, 2), out=1), real(1, 2)), False),
    row("LSTM", (), 2, CELL, sample(4, 0, 2, real(2, 2)), False),
]  # fmt: skip


def packed_and_padded(x: Tensor) -> Tensor:
    packed = rnn.pack_padded_sequence(x, [1, 3], enforce_sorted=False)
    padded, _ = rnn.pad_packed_sequence(packed, batch_first=True, total_length=4)
    return gc.concat([packed.data.reshape(-1), padded.reshape(-1)])


def packed_and_padded_reference(x: Any) -> Any:
    padded = np.zeros((2, 4, *x.shape[2:]))
    padded[0, :1], padded[1, :3] = x[:1, 0], x[:, 1]
    rows = [x[0, 1], x[0, 0], x[1, 1], x[2, 1]]
    return np.concatenate([np.ravel(rows), padded.ravel()])


OPS += [
    Op(
        "pack_and_pad",
        packed_and_padded,
        packed_and_padded_reference,
        ((real(3, 2),), (real(3, 2, 2),)),
    ),
    Op(
        "pad_sequence",
        lambda *xs: rnn.pad_sequence(xs, padding_side="left"),
        lambda *xs: np.stack([[*np.zeros((4 - len(x), *x.shape[1:])), *x] for x in xs], 1),
        ((real(2), real(4), real(0)), (real(4, 3), real(1, 3))),
    ),
    Op(
        "unpack_sequence",
        lambda x, y: rnn.unpack_sequence(rnn.pack_sequence([x, y], enforce_sorted=False))[1],
        lambda _x, y: y,
        ((real(1, 2), real(3, 2)),),
    ),
    Op(
        "unpad_sequence",
        lambda x: gc.concat(rnn.unpad_sequence(x, [1, 3], batch_first=True)),
        lambda x: np.concatenate([x[0, :1], x[1, :3]]),
        ((real(2, 3, 2),),),
    ),
]
