"""What it costs to have a library at all: seconds to import it, and its size on disk."""

from __future__ import annotations

import os
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from benchmarks.race import ROOT, Measured

IMPORTS = {
    "grad": "import grad_nn",
    "numpy": "import numpy",
    "torch": "import torch",
    "jax": "import jax.numpy",
    "mygrad": "import mygrad",
    "autograd": "import autograd.numpy",
}
# What a library puts off when it is imported comes with the first step.
STEPS = {
    name: f"from benchmarks.works.with_{name} import tiny_mlp; tiny_mlp()()" for name in IMPORTS
}
WORKS = {"import": IMPORTS, "start": STEPS}
DISTRIBUTIONS = {
    "grad": "grad-nn",
    "numpy": "numpy",
    "torch": "torch",
    "jax": "jax",
    "mygrad": "mygrad",
    "autograd": "autograd",
}


def seconds_of(program: str) -> float:
    """Return the seconds that a fresh Python takes for a program."""
    # Modules are compiled once, and not at every start, whatever the shell of a developer says.
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    command = [sys.executable, "-W", "ignore", "-c", program]
    began = time.perf_counter()
    subprocess.run(command, cwd=ROOT, env=environment, check=True)
    return time.perf_counter() - began


def starts(work: str, libraries: Sequence[str], rounds: int) -> list[Measured]:
    """Return what a program takes in each library, in turns, above what Python takes to start."""
    programs = {x: program for x, program in WORKS[work].items() if x in libraries}
    for program in programs.values():
        seconds_of(program)  # so that its modules are compiled, and its files in memory
    laps = [
        {library: seconds_of(program) for library, program in [("", ""), *programs.items()]}
        for _ in range(rounds)
    ]
    bare = statistics.median(lap[""] for lap in laps)
    return [
        Measured(
            work=work,
            threads=1,
            library=library,
            values=[lap[library] - bare for lap in laps],
            first=0,
        )
        for library in programs
    ]


def needed(name: str, found: dict[str, int]) -> None:
    """Add the bytes of a distribution, and of those that it needs, to `found`."""
    if name in found:
        return
    try:
        it = distribution(name)
    except PackageNotFoundError:  # not needed on this platform
        return
    found[name] = size_of(name)
    for line in it.requires or ():
        if "extra ==" not in line:
            needed(re.split(r"[^\w.-]", line, maxsplit=1)[0].lower().replace("_", "-"), found)


def size_of(name: str) -> int:
    """Return the bytes of a distribution's files, without what Python compiles them to."""
    if name.startswith("grad-"):  # installed editable: its files are in the source tree
        source = ROOT / "packages" / name / "src"
        paths = [path for path in source.rglob("*") if path.is_file()]
    else:
        paths = [Path(str(file.locate())) for file in distribution(name).files or ()]
    return sum(p.stat().st_size for p in set(paths) if p.exists() and "__pycache__" not in p.parts)


def sizes(libraries: Sequence[str]) -> list[Measured]:
    measured = []
    for library in libraries:
        if library in DISTRIBUTIONS:
            found: dict[str, int] = {}
            needed(DISTRIBUTIONS[library], found)
            measured.append(
                Measured(
                    work="size",
                    threads=1,
                    library=library,
                    values=[sum(found.values())],
                    first=0,
                )
            )
    return measured
