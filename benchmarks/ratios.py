"""From measurements to ratios."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from benchmarks.bar import Work
from benchmarks.race import Measured

TORCH = ("torch", "torch_fused")
PEERS = ("torch", "numpy", "jax", "mygrad", "autograd")
NAMES = {
    "grad": "grad",
    "grad_fused": "grad, fused",
    "numpy": "NumPy by hand",
    "torch": "PyTorch",
    "torch_fused": "PyTorch, fused",
    "jax": "JAX",
    "mygrad": "MyGrad",
    "autograd": "autograd",
}


class Ratio(NamedTuple):
    """How many times as much as a peer grad needs, and the bar, if there is one."""

    value: float
    bar: float | None

    @property
    def met(self) -> bool | None:
        return None if self.bar is None else self.value <= self.bar

    def __str__(self) -> str:
        said = f"{self.value:.2g}" if self.value < 0.1 else f"{self.value:.2f}"
        if self.bar is None:
            return said
        return f"{said} {'✓' if self.met else '✗'} (≤ {self.bar:g})"


def bar_of(work: Work, peer: str) -> float | None:
    if peer == "torch":
        return work.torch
    if peer == "numpy":
        return work.numpy
    return work.other if peer in ("mygrad", "autograd") else None


def by_library(found: Iterable[Measured], work: str, threads: int) -> dict[str, Measured]:
    return {m["library"]: m for m in found if (m["work"], m["threads"]) == (work, threads)}


def best(found: Mapping[str, Measured], peer: str) -> Measured | None:
    """What was found of a peer; of PyTorch's two kinds of optimizers, of the better one."""
    some = [found[name] for name in (TORCH if peer == "torch" else (peer,)) if name in found]
    return min(some, key=lambda m: statistics.median(m["values"]), default=None)


def ratio(mine: Sequence[float], theirs: Sequence[float]) -> float:
    """The median over rounds: both of a round were measured close together."""
    return statistics.median(a / b for a, b in zip(mine, theirs, strict=True))


def ratios(found: Mapping[str, Measured], work: Work) -> dict[str, Ratio]:
    """The ratios against all peers of which something was found."""
    said = {}
    for peer in PEERS:
        theirs = best(found, peer)
        if theirs is not None and "grad" in found:
            said[peer] = Ratio(ratio(found["grad"]["values"], theirs["values"]), bar_of(work, peer))
    return said
