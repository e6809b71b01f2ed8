"""Cost against length: chains of a thousand to a million ops, batches of 1 to 4096 rows."""

from __future__ import annotations

from benchmarks.race import Measured, Runner

LIBRARIES = ("grad", "numpy")
CHAINS = (1_000, 10_000, 100_000, 1_000_000)
BATCHES = (1, 4, 16, 64, 256, 1024, 4096)
WORKS = {"chain": CHAINS, "mnist_mlp": BATCHES}
STEADY = 1.5  # how much more an op or a row may cost when there are more of them


def lengths(work: str, rounds: int, seconds: float) -> list[Measured]:
    """Return the seconds of a work at each length, in turns of the libraries."""
    found = []
    for n in WORKS[work]:
        runners = [Runner(library, f"{work}:{n}", 1, "--steps", "1") for library in LIBRARIES]
        try:
            firsts = [runner.ready()["first"] for runner in runners]
            some = 1 if min(firsts) > 1 else rounds
            laps = [[runner.turn(seconds) for runner in runners] for _ in range(some)]
        finally:
            for runner in runners:
                runner.stop()
        for i, (library, first) in enumerate(zip(LIBRARIES, firsts, strict=True)):
            values = [lap[i] for lap in laps]
            found.append(
                Measured(work=f"{work}:{n}", threads=1, library=library, values=values, first=first)
            )
    return found


def growth(cost: dict[int, float]) -> float:
    """Return how much more each op or row costs at the greatest length than at any smaller."""
    each = [seconds / n for n, seconds in sorted(cost.items())]
    return each[-1] / min(each)
