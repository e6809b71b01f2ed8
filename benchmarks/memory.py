"""The most memory that a training step needs: `hatch run bench:memory`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from benchmarks import bar
from benchmarks.race import Measured, Ready, Runner
from benchmarks.ratios import NAMES

WORKS = ("wide_mlp", "gpt")


def needs(library: str, work: str, *flags: str) -> Ready:
    runner = Runner(library, work, 1, *flags)
    try:
        return runner.ready()
    finally:
        runner.stop()


def peaks(work: str, libraries: Sequence[str]) -> list[Measured]:
    """Return the bytes above those of the imported library, and all bytes."""
    found = []
    for library in libraries:
        said = needs(library, work)
        for name, value in (("memory", said["peak"] - said["imported"]), ("peak", said["peak"])):
            found.append(
                Measured(
                    work=f"{name}:{work}",
                    threads=1,
                    library=library,
                    values=[value],
                    first=said["first"],
                )
            )
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--works", nargs="+", default=WORKS, help="names of works")
    parser.add_argument(
        "--libraries", nargs="+", default=("grad", "numpy", "torch"), choices=list(NAMES)
    )
    args = parser.parse_args()
    print("MB, resident: with the library imported, at the most, the difference. And what Python's")
    print("allocators, NumPy's among them, had given at the most, by tracemalloc.")
    print(f"{'work':10}  {'library':14}  imported    peak   above  traced")
    for work in args.works:
        for library in args.libraries:
            if library in bar.entrants(work):
                said = needs(library, work)
                traced = needs(library, work, "--trace")["traced"]
                numbers = (said["imported"], said["peak"], said["peak"] - said["imported"], traced)
                line = "".join(f"{number / 1e6:8.1f}" for number in numbers)
                print(f"{work:10}  {NAMES[library]:14}  {line}", flush=True)


if __name__ == "__main__":
    main()
