"""Measure grad beside its peers: `python -m benchmarks.compare`, or `hatch run bench:compare`."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks import bar, race
from benchmarks.race import Time
from benchmarks.ratios import NAMES, PEERS, duration, ratios

OUTPUT = Path(__file__).parent / "output"


class Arguments(argparse.Namespace):
    works: list[str]
    libraries: list[str]
    threads: list[int]
    rounds: int
    seconds: float
    quick: bool
    json: Path


def list_of(known: Sequence[str]) -> Callable[[str], list[str]]:
    def names(text: str) -> list[str]:
        found = text.split(",")
        if unknown := [name for name in found if name not in known]:
            raise argparse.ArgumentTypeError(f"{unknown[0]!r} is none of {', '.join(known)}")
        return found

    return names


def cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def parse(argv: Sequence[str] | None) -> Arguments:
    parser = argparse.ArgumentParser(
        description="Measure grad beside its peers.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add, works, libraries = parser.add_argument, list(bar.WORKS), list(NAMES)
    add("--works", type=list_of(works), default=works, help="a list with commas")
    add("--libraries", type=list_of(libraries), default=libraries, help="a list with commas")
    add("--threads", type=int, nargs="+", default=sorted({1, cores()}), help="how many")
    add("--rounds", type=int, default=7, help="turns of each library at each work")
    add("--seconds", type=float, default=0.15, help="how long a turn takes")
    add("--quick", action="store_true", help="3 short rounds")
    add("--json", type=Path, default=OUTPUT / "compare.json", help="where to write all numbers")
    args = parser.parse_args(argv, Arguments())
    if args.quick:
        args.rounds, args.seconds = 3, 0.05
    return args


def line(times: list[Time]) -> str:
    """One work's line of the table."""
    by_library = {time["library"]: time for time in times}
    work, threads = times[0]["work"], times[0]["threads"]
    found = ratios(by_library, bar.WORKS[work])
    mine = duration(min(by_library["grad"]["seconds"])) if "grad" in by_library else "-"
    cells = [str(found.get(peer, "-")) for peer in PEERS]
    return f"{work:13} {threads:7}  {mine:8}" + "".join(f"  {cell:16}" for cell in cells)


def main(argv: Sequence[str] | None = None) -> None:
    args = parse(argv)
    times: list[Time] = []
    print("Ratios of grad's time to that of each peer; ✓ and ✗ say whether a bar is met.")
    names = "".join(f"  {NAMES[peer]:16}" for peer in PEERS)
    print(f"{'work':13} threads  {'grad':8}{names}")
    for work in args.works:
        entrants = [name for name in args.libraries if name in bar.entrants(work)]
        for threads in args.threads:
            new = race.race(work, entrants, threads, args.rounds, args.seconds)
            print(line(new), flush=True)
            times += new
    args.json.parent.mkdir(parents=True, exist_ok=True)
    args.json.write_text(json.dumps({"times": times}, indent=1))


if __name__ == "__main__":
    main()
