"""RNN, LSTM and GRU as their formulas say, one sequence and one step after the other."""

from __future__ import annotations

from typing import Any

import numpy as np


def logistic(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


def step(mode: str, x: Any, h: Any, c: Any, w: dict[str, Any]) -> tuple[Any, Any]:
    """The next state and cell state of one sequence."""
    a = w["w_ih"] @ x + w.get("b_ih", 0.0)
    b = w["w_hh"] @ h + w.get("b_hh", 0.0)
    if mode == "RNN_TANH":
        return np.tanh(a + b), c
    if mode == "RNN_RELU":
        return np.maximum(a + b, 0), c
    if mode == "LSTM":
        i, f, g, o = np.split(a + b, 4)
        c = logistic(f) * c + logistic(i) * np.tanh(g)
        h = logistic(o) * np.tanh(c)
        return (w["w_hr"] @ h if "w_hr" in w else h), c
    (a_r, a_z, a_n), (b_r, b_z, b_n) = np.split(a, 3), np.split(b, 3)
    r, z = logistic(a_r + b_r), logistic(a_z + b_z)
    return (1 - z) * np.tanh(a_n + r * b_n) + z * h, c


def run(
    mode: str, xs: list[Any], h: Any, c: Any, w: dict[str, Any], reverse: bool = False
) -> tuple[list[Any], Any, Any]:
    """The states of each of several sequences `(length, input)`, the last states and cells."""
    ys, last_h, last_c = [], [], []
    for x, state, cell in zip(xs, h, c, strict=True):
        y: list[Any] = [None] * len(x)
        for t in reversed(range(len(x))) if reverse else range(len(x)):
            state, cell = step(mode, x[t], state, cell, w)
            y[t] = state
        ys.append(np.array(y).reshape(len(x), len(state)))
        last_h.append(state)
        last_c.append(cell)
    return ys, np.array(last_h), np.array(last_c)
