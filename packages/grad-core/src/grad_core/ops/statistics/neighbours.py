"""Between which two elements a quantile lies.

Hyndman and Fan, "Sample Quantiles in Statistical Packages" (The American Statistician 50, 1996):
with x[0] <= ... <= x[n - 1] and the position h = n q + alpha + q (1 - alpha - beta) - 1, every
quantile is (1 - t) x[i] + t x[i + 1], where i = floor(h) and t depends on the fraction of h. In the
continuous methods t is that fraction; in the discrete ones a step.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from grad_core.arrays import Array, Axis, Mask
from grad_core.ops.indexing.searching import where
from grad_core.ops.manipulation.manipulation import reshape_
from grad_core.ops.statistics.reductions import reduced_last
from grad_core.primitive import unwrap

Floats: TypeAlias = NDArray[np.floating]

_CONTINUOUS: dict[str, tuple[float, float]] = {  # alpha, beta
    "interpolated_inverted_cdf": (0.0, 1.0),
    "hazen": (0.5, 0.5),
    "weibull": (0.0, 0.0),
    "linear": (1.0, 1.0),
    "median_unbiased": (1 / 3, 1 / 3),
    "normal_unbiased": (3 / 8, 3 / 8),
}

# alpha and beta, and t of the floor of h and its fraction
_DISCRETE: dict[str, tuple[float, float, Callable[[Floats, Floats], Any]]] = {
    "inverted_cdf": (0.0, 1.0, lambda _i, f: f > 0),
    "averaged_inverted_cdf": (0.0, 1.0, lambda _i, f: np.where(f > 0, 1.0, 0.5)),
    "closest_observation": (-0.5, 1.5, lambda i, f: (f > 0) | (i % 2 == 0)),
    "lower": (1.0, 1.0, lambda _i, _f: 0.0),
    "higher": (1.0, 1.0, lambda _i, f: f > 0),
    "midpoint": (1.0, 1.0, lambda _i, f: np.where(f > 0, 0.5, 0.0)),
    "nearest": (1.0, 1.0, lambda i, f: (f > 0.5) | ((f == 0.5) & (i % 2 == 1))),
}


def _position(q: Any, n: Any, alpha: float, beta: float) -> Any:
    if alpha == beta == 1:
        return (n - 1) * q  # exact where it is an integer
    return n * q + (alpha + q * (1 - alpha - beta)) - 1


class Neighbours:
    """Which two elements each quantile lies between, as places in x laid out in a row.

    The quantiles are in the first axis, what the reduction of x leaves in the second.
    """

    def __init__(self, x: Array, q: Array, axis: Axis, method: str, ignore_nan: bool) -> None:
        values: Array = unwrap(x)
        order, rest = reduced_last(values.shape, axis)
        rows = values.transpose(order).reshape(math.prod(rest), -1)
        places: NDArray[np.intp] = np.arange(values.size).reshape(values.shape)
        places = places.transpose(order).reshape(rows.shape)
        places = np.take_along_axis(places, rows.argsort(-1), -1)

        # As NumPy, which forms the positions in the dtype of x where q is a Python number
        number: object = unwrap(q)
        weak = isinstance(number, (int, float)) and values.dtype.kind == "f"
        flat = np.asarray(number, values.dtype if weak else None).reshape(-1, 1)
        missing = np.isnan(rows).sum(-1)
        nothing = missing == rows.shape[1]
        n: Any = rows.shape[1] - (missing.astype(flat.dtype) if ignore_nan else 0)
        spoilt = (missing > 0) & (not ignore_nan)  # by a NaN, which is the result
        last = np.maximum(n - 1, 0)

        step = _DISCRETE.get(method)
        alpha, beta = _CONTINUOUS[method] if step is None else step[:2]
        h = _position(flat, n, alpha, beta)
        i = np.floor(h)
        fixed = spoilt | (h < 0) | (h >= last)
        self.t: Array
        if step is None:
            moving: Any = reshape_(q, (-1, 1)) if isinstance(number, np.ndarray) else flat
            self.t = where(fixed, 0.0, _position(moving, n, alpha, beta) - i)
        else:
            self.t = np.where(fixed, 0, step[2](i, h - i)).astype(h.dtype)
        self.speed: Array = np.where(
            fixed | (step is not None), 0.0, n + 1 - alpha - beta
        )  # dt / dq
        low: NDArray[np.intp] = np.clip(i, 0, last).astype(np.intp)
        low = np.where(spoilt, rows.shape[1] - 1, low)
        high = np.where(fixed, low, low + 1)
        every: NDArray[np.intp] = np.arange(len(rows))
        self.low: NDArray[np.intp] = places[every, low]
        self.high: NDArray[np.intp] = places[every, high]
        self.lost: Mask = np.broadcast_to(nothing & ignore_nan, self.low.shape)
