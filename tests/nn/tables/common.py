"""What the rows of the tables of functions are made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Arrays = tuple[NDArray[np.float64], ...]
rng = np.random.default_rng(20261125)


@dataclass(frozen=True)
class Op:
    """A function of Tensors, what it should give, and where to try it.

    Attributes:
        name: For the names of tests.
        function: Takes a Tensor for each array of a sample, and gives one Tensor.
        reference: The same on float64 ndarrays, written as plainly as it can be, with loops say,
            and not in the way that `function` works.
        samples: Tuples of float64 arrays; empty ones and ones of odd sizes belong to them.
        order: The highest order of derivatives that is compared with finite differences.
        rtol: How far the reference may be away in float64, and finite differences.
        eps: The step of the finite differences.
    """

    name: str
    function: Callable[..., Any]
    reference: Callable[..., Any]
    samples: tuple[Arrays, ...]
    order: int = 2
    rtol: float = 1e-6
    eps: float = 1e-5


def real(*shape: int) -> NDArray[np.float64]:
    """Numbers of both signs, none nearer to 0 than 0.1."""
    return np.asarray(rng.uniform(0.1, 2.0, shape) * rng.choice([-1.0, 1.0], shape))


def positive(*shape: int) -> NDArray[np.float64]:
    return rng.uniform(0.5, 2.0, shape)


def distinct(*shape: int) -> NDArray[np.float64]:
    """Numbers at least 0.1 apart, for functions with kinks where two are equal."""
    size = int(np.prod(shape))
    return np.asarray((rng.permutation(size).reshape(shape) - size / 2 + 0.25) * 0.1, np.float64)
