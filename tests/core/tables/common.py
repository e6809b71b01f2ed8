"""What the rows of the tables of operations are made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Arrays = tuple[NDArray[np.float64], ...]
rng = np.random.default_rng(20260101)


@dataclass(frozen=True)
class Op:
    """An operation, what NumPy says it is, and where to try it."""

    name: str
    function: Callable[..., Any]
    reference: Callable[..., Any]
    samples: tuple[Arrays, ...]
    complex: bool = False  # whether it is tried with complex numbers, too
    order: int = 2  # of the derivatives that are checked
    eps: float = 1e-5  # of the finite differences
    rtol: float = 1e-6  # likewise
    arrays: bool = True  # whether it takes ndarrays and then gives ndarrays
    same_dtype: bool = True  # whether the reference has the right dtype for float32


def real(*shape: int) -> NDArray[np.float64]:
    """Numbers of both signs, none nearer to 0 than 0.1."""
    return np.asarray(rng.uniform(0.1, 2.0, shape) * rng.choice([-1.0, 1.0], shape))


def positive(*shape: int) -> NDArray[np.float64]:
    return rng.uniform(0.5, 2.0, shape)


def distinct(*shape: int) -> NDArray[np.float64]:
    """Numbers at least 0.1 apart, for operations with kinks where two are equal."""
    size = int(np.prod(shape))
    return np.asarray((rng.permutation(size).reshape(shape) - size / 2 + 0.25) * 0.1, np.float64)


UNARY_SHAPES: tuple[tuple[int, ...], ...] = ((), (3,), (2, 3), (0,), (2, 0, 3))
PAIRS: tuple[tuple[tuple[int, ...], tuple[int, ...]], ...] = (
    ((2, 3), (2, 3)),
    ((2, 3), (3,)),
    ((3,), (2, 3)),
    ((2, 1), (1, 3)),
    ((), (3,)),
    ((3,), ()),
    ((), ()),
    ((1, 1), (2, 3)),
    ((0, 3), (3,)),
    ((2, 0), (1, 1)),
)

Make = Callable[..., NDArray[np.float64]]


def unary(make: Make = real) -> tuple[Arrays, ...]:
    return tuple((make(*shape),) for shape in UNARY_SHAPES)


def binary(make: Make = real, make_other: Make | None = None) -> tuple[Arrays, ...]:
    return tuple((make(*x), (make_other or make)(*y)) for x, y in PAIRS)


def apart() -> tuple[Arrays, ...]:
    """Pairs without ties."""
    pairs = []
    for x, y in PAIRS:
        both = distinct(int(np.prod(x)) + int(np.prod(y)))
        n = int(np.prod(x))
        pairs.append((both[:n].reshape(x), both[n:].reshape(y)))
    return tuple(pairs)


def of(*shapes: tuple[int, ...], make: Make = real) -> tuple[Arrays, ...]:
    return tuple((make(*shape),) for shape in shapes)


def pairs(*shapes: tuple[tuple[int, ...], tuple[int, ...]]) -> tuple[Arrays, ...]:
    return tuple((real(*x), real(*y)) for x, y in shapes)
