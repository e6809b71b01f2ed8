"""One library at one work, in a process of its own: `python -m benchmarks.worker grad gpt`.

A work may have a number: `chain:1000`, `infer_gpt:64`. The process does it a few times, then writes
a line of JSON: what it computed, and what it needed for that. It writes one more for each line that
it reads: a number of seconds, for which it repeats the work.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Protocol

LIBRARIES = (
    "grad",
    "grad_fused",
    "numpy",
    "torch",
    "torch_fused",
    "jax",
    "mygrad",
    "autograd",
)
SHOWN = 8  # numbers of each of these results
BATCH = 0.01  # seconds: calls are timed in batches of at least so long


class Library(Protocol):
    """A module of `works`."""

    WORKS: dict[str, Callable[..., Callable[[], object]]]

    def read(self, result: object) -> Sequence[float]:
        """Return what a step returned as an array."""


class Arguments(argparse.Namespace):
    library: str
    work: str
    threads: int | None
    steps: int
    trace: bool


def restrict(threads: int) -> None:
    """Hold every library to so many threads; to be called before any of them is imported."""
    for library in ("OMP", "OPENBLAS", "MKL"):
        os.environ[f"{library}_NUM_THREADS"] = str(threads)


def pin() -> None:
    """Hold the process to one core, for JAX, which asks for no number of threads."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def builder(library: Library, work: str) -> Callable[[], Callable[[], object]]:
    name, _, number = work.partition(":")
    build = library.WORKS[name]
    return (lambda: build(int(number))) if number else build


def numbers(library: Library, result: object) -> list[float]:
    """A few of the numbers of a result, evenly spread."""
    import numpy as np

    flat = np.ravel(library.read(result)).astype(float)
    return [float(x) for x in flat[np.linspace(0, len(flat) - 1, min(SHOWN, len(flat)), dtype=int)]]


def seconds_of(step: Callable[[], object], calls: int) -> float:
    began = time.perf_counter()
    for _ in range(calls):
        step()
    return time.perf_counter() - began


def turn(step: Callable[[], object], seconds: float) -> float:
    """Return the median seconds of a call, among batches of calls that together take `seconds`."""
    once = seconds_of(step, 1)  # other processes have run since: the caches are cold
    if once < BATCH:
        calls = max(1, round(BATCH / once))
        calls = max(1, round(calls * BATCH / seconds_of(step, calls)))
    else:
        calls = 1
    found: list[float] = []
    end = time.perf_counter() + seconds
    while not found or time.perf_counter() < end:
        found.append(seconds_of(step, calls) / calls)
    return statistics.median(found)


def memory() -> tuple[int, int]:
    """Return the bytes that the process has now, and the most that it ever had."""
    try:
        lines = dict(line.split(":") for line in Path("/proc/self/status").read_text().splitlines())
    except OSError:  # no Linux: the most so far, for both
        import resource

        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        most *= 1 if sys.platform == "darwin" else 1024
        return most, most
    # Not ru_maxrss, which begins at that of the process that started this one
    now, most = (int(lines[name].split()[0]) * 1024 for name in ("VmRSS", "VmHWM"))
    return now, most


def say(**what: object) -> None:
    print(json.dumps(what), flush=True)


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Repeat one work in one library.")
    parser.add_argument("library", choices=LIBRARIES)
    parser.add_argument("work", help="its name, or NAME:NUMBER")
    parser.add_argument("--threads", type=int, help="all cores if not given")
    parser.add_argument("--steps", type=int, default=3, help="of which results are reported")
    parser.add_argument("--trace", action="store_true", help="count what Python allocates: slow")
    args = parser.parse_args(argv, Arguments())
    if args.threads is not None:
        restrict(args.threads)
        if args.library == "jax" and args.threads == 1:
            pin()
    library: Library = import_module(f"benchmarks.works.with_{args.library}")
    imported, _ = memory()
    if args.trace:
        tracemalloc.start()
    began = time.perf_counter()
    step = builder(library, args.work)()
    result = step()
    first = time.perf_counter() - began  # of JAX: time to compile
    results = [numbers(library, result)]
    results += [numbers(library, step()) for _ in range(args.steps - 1)]
    traced = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    say(first=first, results=results, imported=imported, peak=memory()[1], traced=traced)
    for line in sys.stdin:
        say(seconds=turn(step, float(line)))


if __name__ == "__main__":
    main()
