"""Measure grad beside its peers: `python -m benchmarks.compare`, or `hatch run bench:compare`."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks import bar, lengths, machine, memory, race, report, startup
from benchmarks.ratios import NAMES, PEERS
from benchmarks.report import Results

OUTPUT = Path(__file__).parent / "output"
WORKS = (*bar.TIMED, *startup.WORKS, "size", "memory", "length")


class Arguments(argparse.Namespace):
    works: list[str]
    libraries: list[str]
    threads: list[int]
    rounds: int
    seconds: float
    quick: bool
    json: Path
    chart: Path
    markdown: Path | None
    reuse: Path | None


def list_of(known: Sequence[str]) -> Callable[[str], list[str]]:
    def names(text: str) -> list[str]:
        found = text.split(",")
        if unknown := [name for name in found if name not in known]:
            raise argparse.ArgumentTypeError(f"{unknown[0]!r} is none of {', '.join(known)}")
        return found

    return names


def page(text: str) -> Path:
    """A file that is found fit now, and not after minutes of measuring."""
    path = Path(text)
    try:
        report.around(path)
    except (OSError, ValueError) as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    return path


def parse(argv: Sequence[str] | None) -> Arguments:
    parser = argparse.ArgumentParser(description="Measure grad beside its peers.")
    add, libraries = parser.add_argument, list(NAMES)
    add("--works", type=list_of(WORKS), default=WORKS, help=f"some of {','.join(WORKS)}")
    add("--libraries", type=list_of(libraries), default=libraries, help=",".join(libraries))
    add("--threads", type=int, nargs="+", default=sorted({1, machine.cores()}), help="1, and all")
    add("--rounds", type=int, default=7, help="turns of each library at each work (7)")
    add("--seconds", type=float, default=0.15, help="how long a turn takes (0.15)")
    add("--quick", action="store_true", help="3 short rounds")
    add("--json", type=Path, default=OUTPUT / "compare.json", help="where to write all numbers")
    add("--chart", type=Path, default=OUTPUT / "compare.svg", help="where to draw them")
    add("--markdown", type=page, help="a file that has the two marks between which to write them")
    add("--reuse", type=Path, metavar="JSON", help="measure nothing; take what was written before")
    args = parser.parse_args(argv, Arguments())
    if args.quick:
        args.rounds, args.seconds = 3, 0.05
    return args


def show(found: list[race.Measured]) -> None:
    """Print the line of each work."""
    for threads in report.threads_of(found):
        for work in report.works_of(found, threads):
            mine, *others = report.ratio_cells(found, work, threads)
            cells = "".join(f"  {cell:16}" for cell in others)
            print(f"{work:15} {threads:7}  {mine:14}{cells}", flush=True)


def measure(args: Arguments, results: Results) -> None:
    """Add to the results what is found of each work."""

    def add(found: list[race.Measured]) -> None:
        show(found)
        results["measured"] += found

    names = "".join(f"  {NAMES[peer]:16}" for peer in PEERS)
    print(f"{'work':15} threads  {'grad':14}{names}")
    for work in args.works:
        if work in startup.WORKS:
            add(startup.starts(work, args.libraries, args.rounds))
        elif work == "size":
            add(startup.sizes(args.libraries))
        elif work == "memory":
            for of in memory.WORKS:
                entrants = [name for name in args.libraries if name in bar.entrants(of)]
                add(memory.peaks(of, entrants))
        elif work == "length":
            for of in lengths.WORKS:
                results["lengths"] += lengths.lengths(of, min(3, args.rounds), args.seconds)
        else:
            entrants = [name for name in args.libraries if name in bar.entrants(work)]
            for threads in args.threads:
                add(race.race(work, entrants, threads, args.rounds, args.seconds))


def main(argv: Sequence[str] | None = None) -> None:
    args = parse(argv)
    if args.reuse is None:
        print(
            "What grad needs, and its ratio to what each peer needs; ✓ or ✗: a bar is met or not."
        )
        results = Results(
            machine=machine.describe(),
            rounds=args.rounds,
            seconds=args.seconds,
            measured=[],
            lengths=[],
        )
        args.json.parent.mkdir(parents=True, exist_ok=True)
        try:
            measure(args, results)
        finally:  # also of a run that is stopped
            args.json.write_text(json.dumps(results, indent=1), encoding="utf-8")
    else:
        results = json.loads(args.reuse.read_text(encoding="utf-8"))
    if 1 in report.threads_of(results["measured"]):
        args.chart.parent.mkdir(parents=True, exist_ok=True)
        report.draw(results["measured"], args.chart)
    text = report.markdown(results)
    if args.markdown is not None:
        report.replace(args.markdown, text)
    else:
        print(f"\n{text}")


if __name__ == "__main__":
    main()
