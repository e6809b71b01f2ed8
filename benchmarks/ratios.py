"""From times to ratios."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from typing import NamedTuple

from benchmarks.bar import Work
from benchmarks.race import Time

TORCH = ("torch", "torch_fused")
PEERS = ("torch", "numpy", "jax", "mygrad", "autograd")
NAMES = {
    "grad": "grad",
    "numpy": "NumPy by hand",
    "torch": "PyTorch",
    "torch_fused": "PyTorch, fused",
    "jax": "JAX",
    "mygrad": "MyGrad",
    "autograd": "autograd",
}


class Ratio(NamedTuple):
    """How many times as long as a peer grad took, and the bar, if there is one."""

    value: float
    bar: float | None

    @property
    def met(self) -> bool | None:
        return None if self.bar is None else self.value <= self.bar

    def __str__(self) -> str:
        said = f"{self.value:.2f}"
        if self.bar is None:
            return said
        return f"{said} {'✓' if self.met else '✗'} (≤ {self.bar:g})"


def bar_of(work: Work, peer: str) -> float | None:
    if peer in TORCH:
        return work.torch
    if peer == "numpy":
        return work.numpy
    return work.other if peer in ("mygrad", "autograd") else None


def ratio(mine: Sequence[float], theirs: Sequence[float]) -> float:
    """The median over rounds: both of a round were measured close together."""
    return statistics.median(a / b for a, b in zip(mine, theirs, strict=True))


def best(times: dict[str, Time], peer: str) -> Time | None:
    """The times of a peer; of PyTorch's optimizers those of the faster one."""
    found = [times[name] for name in (TORCH if peer == "torch" else (peer,)) if name in times]
    return min(found, key=lambda time: statistics.median(time["seconds"]), default=None)


def ratios(times: dict[str, Time], work: Work) -> dict[str, Ratio]:
    """The ratios against all peers that have done a work."""
    found = {}
    for peer in PEERS:
        time = best(times, peer)
        if time is not None and "grad" in times:
            value = ratio(times["grad"]["seconds"], time["seconds"])
            found[peer] = Ratio(value, bar_of(work, peer))
    return found


def duration(seconds: float) -> str:
    """In the unit that suits."""
    for unit, scale in (("s", 1.0), ("ms", 1e3), ("µs", 1e6)):
        if seconds * scale >= 1:
            return f"{seconds * scale:.3g} {unit}"
    return f"{seconds * 1e6:.2g} µs"


def spread(seconds: Sequence[float]) -> str:
    """The median, and the quartiles."""
    if len(seconds) < 2:
        return duration(seconds[0])
    low, middle, high = statistics.quantiles(seconds, n=4, method="inclusive")
    return f"{duration(middle)} ({duration(low)} to {duration(high)})"
