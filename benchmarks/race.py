"""Several libraries at the same work, each in a process of its own, in turns.

All are started and warm before the first turn, and wait for a line while another has its turn. So
what disturbs the machine for a while disturbs all of them, and ratios within a round stay right.
"""

from __future__ import annotations

import json
import math
import subprocess
import sys
import time
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import TypedDict

ROOT = Path(__file__).parents[1]
PAUSE = 0.03  # seconds, in which threads of the last turn stop to spin


class Measured(TypedDict):
    """What was found of a library at a work."""

    work: str
    threads: int
    library: str
    values: list[float]  # of each round: seconds of a call, or bytes
    first: float  # seconds to build the model and run it once: of JAX, to compile


class Ready(TypedDict):
    """What a worker says of its first steps: seconds, numbers, bytes."""

    first: float
    results: list[list[float]]
    imported: int
    peak: int
    traced: int


class Runner:
    """A worker process."""

    def __init__(self, library: str, work: str, threads: int, *flags: str) -> None:
        self.library = library
        command = [sys.executable, "-W", "ignore", "-m", "benchmarks.worker", library, work]
        self.process = subprocess.Popen(
            [*command, "--threads", str(threads), *flags],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def answer(self) -> str:
        assert self.process.stdout is not None
        if line := self.process.stdout.readline():
            return line
        _, errors = self.process.communicate()
        raise RuntimeError(f"the worker of {self.library} died:\n{errors}")

    def ready(self) -> Ready:
        found: Ready = json.loads(self.answer())
        return found

    def turn(self, seconds: float) -> float:
        assert self.process.stdin is not None
        time.sleep(PAUSE)
        self.process.stdin.write(f"{seconds}\n")
        self.process.stdin.flush()
        found: float = json.loads(self.answer())["seconds"]
        return found

    def stop(self) -> None:
        self.process.kill()
        self.process.communicate()


def check(work: str, results: dict[str, list[list[float]]]) -> None:
    """See that all libraries computed the same."""
    (name, first), *others = results.items()
    for other, found in others:
        for a, b in zip(chain(*first), chain(*found), strict=True):
            if not math.isclose(a, b, rel_tol=1e-3, abs_tol=1e-4):
                raise ValueError(f"{work}: {name} computed {first}, {other} {found}")


def race(
    work: str, libraries: Sequence[str], threads: int, rounds: int, seconds: float
) -> list[Measured]:
    """Return the times of each library, whose turns take `seconds` each."""
    runners = [Runner(library, work, threads) for library in libraries]
    try:
        ready = {runner.library: runner.ready() for runner in runners}
        check(work, {library: said["results"] for library, said in ready.items()})
        laps = [[runner.turn(seconds) for runner in runners] for _ in range(rounds)]
    finally:
        for runner in runners:
            runner.stop()
    return [
        Measured(
            work=work,
            threads=threads,
            library=library,
            values=[lap[i] for lap in laps],
            first=ready[library]["first"],
        )
        for i, library in enumerate(libraries)
    ]
