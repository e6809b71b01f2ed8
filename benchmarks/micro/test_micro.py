"""Time each operation and layer alone: `hatch run bench:micro -k gelu`.

To see a regression: `hatch run bench:micro --benchmark-save before`, and after the change
`hatch run bench:micro --benchmark-compare 0001_before --benchmark-compare-fail min:25%`.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from benchmarks.micro.cases import CASES, RNG, SIZES
from pytest_benchmark.fixture import BenchmarkFixture

import grad_core as gc
from grad_nn import Parameter, optim

ALGORITHMS: dict[str, Callable[[list[Parameter]], optim.Optimizer]] = {
    "SGD": lambda p: optim.SGD(p, lr=1e-3, momentum=0.9),
    "Adam": lambda p: optim.Adam(p, lr=1e-3),
    "AdamW": lambda p: optim.AdamW(p, lr=1e-3),
}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", CASES)
def test_forward(benchmark: BenchmarkFixture, name: str, size: int) -> None:
    """Record the call."""
    function, operands = CASES[name](size)
    benchmark(function, *operands)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", CASES)
def test_backward(benchmark: BenchmarkFixture, name: str, size: int) -> None:
    """The gradients of all operands, from a graph that is kept."""
    function, operands = CASES[name](size)
    y = function(*operands)
    seed = np.ones(y.shape, y.dtype)
    benchmark(gc.gradient, y, operands, seed, retain_graph=True)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", ALGORITHMS)
def test_optimizer(benchmark: BenchmarkFixture, name: str, size: int) -> None:
    """A step of ten Parameters."""
    parameters = [Parameter(size // 10, init_method="uniform", rng=RNG) for _ in range(10)]
    for p in parameters:
        (p * p).sum().backward()
    benchmark(ALGORITHMS[name](parameters).step)
