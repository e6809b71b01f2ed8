"""Rows of margins: position by position."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import product
from typing import Any

import numpy as np
from tests.nn.tables.common import Op, real

from grad_nn import functional as F  # noqa: N812  # the field's name


def mirrored(i: int, n: int) -> int:
    while not 0 <= i < n:
        i = -i if i < 0 else 2 * (n - 1) - i
    return i


# Where position `i` of an axis of `n` elements is found, once the axis goes on on both sides
SOURCES: dict[str, Callable[[int, int], int]] = {
    "reflect": mirrored,
    "replicate": lambda i, n: min(max(i, 0), n - 1),
    "circular": lambda i, n: i % n,
}


def padded(x: Any, pad: tuple[int, ...], mode: str = "constant", value: float = 0.0) -> Any:
    pairs = [(0, 0)] * x.ndim
    for k in range(len(pad) // 2):
        pairs[x.ndim - 1 - k] = (pad[2 * k], pad[2 * k + 1])
    if mode == "circular":  # what is cut off does not come back at the other end
        cut = [(min(a, 0), min(b, 0)) for a, b in pairs]
        x = x[tuple(slice(-a, n + b) for n, (a, b) in zip(x.shape, cut, strict=True))]
        pairs = [(max(a, 0), max(b, 0)) for a, b in pairs]
    out = np.full([n + a + b for n, (a, b) in zip(x.shape, pairs, strict=True)], value)
    for at in product(*map(range, out.shape)):
        i = tuple(k - a for k, (a, _) in zip(at, pairs, strict=True))
        if mode in SOURCES:
            i = tuple(SOURCES[mode](k, n) for k, n in zip(i, x.shape, strict=True))
        if all(0 <= k < n for k, n in zip(i, x.shape, strict=True)):
            out[at] = x[i]
    return out


# Name, pad, mode, value, and shapes of the input
ROWS: list[tuple[str, tuple[int, ...], str, float | None, list[tuple[int, ...]]]] = [
    ("constant", (1, 2), "constant", None, [(3,), (2, 0), (2, 3)]),
    ("constant-2d", (1, 0, 2, 1), "constant", 1.5, [(2, 3), (2, 2, 1)]),
    ("constant-cut", (-1, 2, 1, -2), "constant", -2.0, [(3, 2), (2, 2, 2)]),
    ("constant-all-cut", (-1, -2), "constant", None, [(3,), (2, 4)]),
    ("constant-no-axis", (), "constant", None, [(), (2,)]),
    ("reflect", (2, 1), "reflect", None, [(3,), (1, 2, 4), (0, 2, 4)]),
    ("reflect-longest", (3, 3), "reflect", None, [(4,)]),
    ("reflect-2d", (1, 2, 1, 0), "reflect", None, [(2, 3), (1, 2, 3)]),
    ("reflect-3d", (1, 0, 0, 1, 1, 1), "reflect", None, [(1, 2, 2, 2)]),
    ("reflect-cut", (-2, 3), "reflect", None, [(4,), (2, 4)]),
    ("reflect-beyond-the-cut", (-4, 4), "reflect", None, [(5,)]),
    ("replicate", (2, 1), "replicate", None, [(3,), (2, 1), (0, 3)]),
    ("replicate-2d", (1, 2, 3, 0), "replicate", None, [(2, 2), (2, 1, 2)]),
    ("replicate-3d", (1, 0, 0, 2, 1, 1), "replicate", None, [(1, 2, 1, 2)]),
    ("replicate-cut", (-2, 2, 1, -1), "replicate", None, [(2, 3), (2, 2, 3)]),
    ("replicate-all-cut", (-3, 2), "replicate", None, [(2, 3)]),
    ("circular", (2, 1), "circular", None, [(3,), (2, 2), (0, 2)]),
    ("circular-longest", (3, 3), "circular", None, [(3,)]),
    ("circular-2d", (1, 2, 0, 2), "circular", None, [(2, 3), (1, 2, 3)]),
    ("circular-3d", (1, 0, 0, 1, 1, 1), "circular", None, [(1, 2, 2, 2)]),
    ("circular-cut", (-2, 2, 1, -1), "circular", None, [(3, 4)]),
]
OPS = [
    Op(
        f"pad-{name}",
        partial(F.pad, pad=pad, mode=mode, value=value),  # type: ignore[arg-type]  # a str
        partial(padded, pad=pad, mode=mode, value=value or 0.0),
        tuple((real(*shape),) for shape in shapes),
    )
    for name, pad, mode, value, shapes in ROWS
]
