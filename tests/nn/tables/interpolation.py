"""Rows of resizing: element by element, from all that it is made of."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import product
from math import floor, pi, prod, sin
from typing import Any

import numpy as np
from tests.nn.tables.common import Op, real

from grad_nn import functional as F  # noqa: N812  # the field's name

Made = list[tuple[int, float]]  # of which elements, with which weights


def cubic(d: float, a: float) -> float:
    d = abs(d)
    if d < 1:
        return (a + 2) * d**3 - (a + 3) * d**2 + 1
    return a * d**3 - 5 * a * d**2 + 8 * a * d - 4 * a if d < 2 else 0.0


def lanczos(d: float) -> float:
    if d == 0 or abs(d) >= 3:
        return float(d == 0)
    return 3 * sin(pi * d) * sin(pi * d / 3) / (pi * d) ** 2


# The weight at a distance, and where it ends, for each mode with antialias
FILTERS: dict[str, tuple[Callable[[float], float], int]] = {
    "bilinear": (lambda d: max(0.0, 1 - abs(d)), 1),
    "bicubic": (lambda d: cubic(d, -0.5), 2),
    "lanczos": (lanczos, 3),
}


def filtered(i: int, n: int, mode: str, step: float) -> Made:
    weigh, radius = FILTERS[mode]
    wide = max(step, 1.0)
    center = (i + 0.5) * step
    near = [j for j in range(n) if abs(j + 0.5 - center) <= radius * wide]
    weights = [weigh((j + 0.5 - center) / wide) for j in near]
    return [(j, w / sum(weights)) for j, w in zip(near, weights, strict=True)]


def made(
    i: int, n: int, size: int, mode: str, factor: float | None, corners: bool, antialias: bool
) -> Made:
    """What element `i` of `size` is made of, in an axis of `n`."""
    step = n / size if factor is None else 1 / factor
    if mode == "area":
        begin, end = i * n // size, -(-(i + 1) * n // size)
        return [(j, 1 / (end - begin)) for j in range(begin, end)]
    if mode == "nearest":
        return [(min(floor(i * step), n - 1), 1.0)]
    if mode == "nearest-exact":
        return [(min(floor((i + 0.5) * step), n - 1), 1.0)]
    if corners:
        step = (n - 1) / (size - 1) if size > 1 else 0.0
    if antialias:
        return filtered(i, n, mode, step)
    at = i * step if corners else (i + 0.5) * step - 0.5
    if mode == "bicubic":
        taps = range(floor(at) - 1, floor(at) + 3)
        return [(min(max(j, 0), n - 1), cubic(at - j, -0.75)) for j in taps]
    at = min(max(at, 0.0), n - 1.0)
    return [(j, 1 - abs(at - j)) for j in (floor(at), floor(at) + 1) if j < n]


def interpolated(
    x: Any,
    size: Any = None,
    scale_factor: Any = None,
    mode: str = "nearest",
    align_corners: bool = False,
    recompute_scale_factor: bool = False,
    antialias: bool = False,
) -> Any:
    sizes = x.shape[2:]
    many = len(sizes)
    factors = [None] * many
    if scale_factor is not None:
        factors = list(scale_factor) if isinstance(scale_factor, tuple) else [scale_factor] * many
        size = tuple(floor(n * f) for n, f in zip(sizes, factors, strict=True))
        factors = [None] * many if recompute_scale_factor else factors
    out = size if isinstance(size, tuple) else (size,) * many
    y = np.zeros((*x.shape[:2], *out))
    for at in product(*map(range, out)):
        parts = [
            made(i, n, m, mode, f, align_corners, antialias)
            for i, n, m, f in zip(at, sizes, out, factors, strict=True)
        ]
        for taps in product(*parts):
            to: Any = (..., *at)
            of: Any = (..., *(j for j, _ in taps))
            y[to] += x[of] * prod(w for _, w in taps)
    return y


ROWS: list[tuple[dict[str, Any], list[tuple[int, ...]]]] = [
    ({"size": 5}, [(2, 1, 3), (1, 1, 7), (0, 1, 2), (1, 1, 5)]),
    ({"size": 3}, [(1, 1, 2, 4), (1, 1, 1, 2, 3)]),
    ({"size": 40}, [(1, 1, 2)]),
    ({"scale_factor": 2}, [(1, 2, 2, 2)]),
    ({"scale_factor": 1.3}, [(1, 1, 7)]),
    ({"scale_factor": (0.5, 1.5)}, [(1, 1, 3, 3)]),
    ({"mode": "nearest-exact", "size": 5}, [(1, 1, 3), (1, 1, 8)]),
    ({"mode": "nearest-exact", "size": (2, 5)}, [(1, 1, 4, 3)]),
    ({"mode": "nearest-exact", "scale_factor": (1, 2, 0.7)}, [(1, 1, 1, 2, 3)]),
    ({"mode": "linear", "size": 5}, [(2, 1, 3), (1, 1, 8), (1, 1, 5), (1, 1, 1), (0, 1, 2)]),
    ({"mode": "linear", "size": 5, "align_corners": True}, [(1, 2, 3), (1, 1, 9)]),
    ({"mode": "linear", "size": 1, "align_corners": True}, [(1, 1, 4)]),
    ({"mode": "linear", "size": 40}, [(1, 1, 3)]),
    ({"mode": "linear", "scale_factor": 1.3}, [(1, 1, 5)]),
    ({"mode": "linear", "scale_factor": 1.3, "recompute_scale_factor": True}, [(1, 1, 5)]),
    ({"mode": "bilinear", "scale_factor": 2}, [(1, 1, 2, 3)]),
    ({"mode": "bilinear", "size": (2, 5), "align_corners": True}, [(1, 1, 4, 3)]),
    ({"mode": "bilinear", "size": (2, 5), "antialias": True}, [(1, 1, 7, 3)]),
    ({"mode": "bilinear", "size": 2, "antialias": True, "align_corners": True}, [(1, 1, 4, 4)]),
    ({"mode": "bilinear", "scale_factor": 0.3, "antialias": True}, [(1, 1, 4, 5)]),
    ({"mode": "bicubic", "size": (3, 5)}, [(1, 1, 5, 3), (1, 1, 1, 1)]),
    ({"mode": "bicubic", "scale_factor": 1.5, "align_corners": True}, [(1, 1, 3, 3)]),
    ({"mode": "bicubic", "size": (2, 5), "antialias": True}, [(1, 1, 5, 3)]),
    ({"mode": "lanczos", "size": (2, 5), "antialias": True}, [(1, 1, 5, 4)]),
    ({"mode": "trilinear", "size": (1, 3, 4)}, [(1, 1, 2, 2, 3)]),
    ({"mode": "trilinear", "scale_factor": 1.5, "align_corners": True}, [(1, 1, 2, 2, 2)]),
    ({"mode": "area", "size": 3}, [(1, 2, 5), (1, 1, 3, 4)]),
    ({"mode": "area", "scale_factor": 0.5}, [(1, 1, 2, 2, 4)]),
]
OPS = [
    Op(
        f"interpolate-{i}-{kwargs.get('mode', 'nearest')}",
        partial(F.interpolate, **kwargs),
        partial(interpolated, **kwargs),
        tuple((real(*shape),) for shape in shapes),
    )
    for i, (kwargs, shapes) in enumerate(ROWS)
] + [
    Op(
        "upsample",
        partial(F.upsample, size=3, mode="linear", align_corners=True),
        partial(interpolated, size=3, mode="linear", align_corners=True),
        ((real(1, 1, 4),),),
    ),
    Op(
        "upsample_nearest",
        partial(F.upsample_nearest, scale_factor=2),
        partial(interpolated, scale_factor=2),
        ((real(1, 1, 2, 2),),),
    ),
    Op(
        "upsample_bilinear",
        partial(F.upsample_bilinear, size=3),
        partial(interpolated, size=3, mode="bilinear", align_corners=True),
        ((real(1, 1, 2, 4),),),
    ),
]
