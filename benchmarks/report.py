"""What was measured, as Markdown and as a chart."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TypedDict

from benchmarks import bar, lengths
from benchmarks.race import Measured
from benchmarks.ratios import NAMES, PEERS, by_library, ratios

BEGIN, END = "<!-- benchmarks: begin -->", "<!-- benchmarks: end -->"


class Results(TypedDict):
    """All that is written to JSON."""

    machine: dict[str, str]
    rounds: int
    seconds: float
    measured: list[Measured]
    lengths: list[Measured]


# ------------------------------------------------------------------------ words


def duration(seconds: float) -> str:
    for unit, scale in (("s", 1.0), ("ms", 1e3)):
        if seconds * scale >= 1:
            return f"{seconds * scale:.3g} {unit}"
    return f"{seconds * 1e6:.3g} µs"


def amount(work: str, values: Sequence[float], *, spread: bool = False) -> str:
    """The median, in the unit that suits, and if wanted half of what lies between the quartiles."""
    middle = statistics.median(values)
    if work not in bar.TIMED | bar.STARTUP:
        return f"{middle / 1e6:.3g} MB" if middle < 1e9 else f"{middle / 1e9:.3g} GB"
    if not spread or len(values) < 2:
        return duration(middle)
    low, _, high = statistics.quantiles(values, n=4, method="inclusive")
    return f"{duration(middle)} ± {50 * (high - low) / middle:.0f} %"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def threads_of(found: Sequence[Measured]) -> list[int]:
    return sorted({m["threads"] for m in found})


def works_of(found: Sequence[Measured], threads: int) -> list[str]:
    some = {m["work"] for m in found if m["threads"] == threads}
    return [work for work in bar.WORKS if work in some]


# ------------------------------------------------------------------------ tables


def ratio_cells(found: Sequence[Measured], work: str, threads: int) -> list[str]:
    """What grad needs, then its ratio to each peer."""
    here = by_library(found, work, threads)
    said = ratios(here, bar.WORKS[work])
    mine = amount(work, here["grad"]["values"], spread=True) if "grad" in here else "-"
    return [mine, *(str(said.get(peer, "-")) for peer in PEERS)]


def ratio_table(found: Sequence[Measured], threads: int) -> str:
    head = ["work", "grad", *(f"/ {NAMES[peer]}" for peer in PEERS)]
    works = works_of(found, threads)
    return table(head, ([bar.WORKS[w].title, *ratio_cells(found, w, threads)] for w in works))


def amount_table(found: Sequence[Measured], threads: int) -> str:
    head = ["work", *NAMES.values(), "JAX, first call"]
    rows = []
    for work in works_of(found, threads):
        here = by_library(found, work, threads)
        row = [amount(work, here[x]["values"]) if x in here else "-" for x in NAMES]
        timed = work in bar.TIMED and "jax" in here
        rows.append([bar.WORKS[work].title, *row, duration(here["jax"]["first"]) if timed else "-"])
    return table(head, rows)


def length_table(found: Sequence[Measured], work: str, unit: str) -> str:
    """The cost of a work at each length, and whether it grows as the length does."""
    head = [
        "",
        *(f"{NAMES[x]}{extra}" for x in lengths.LIBRARIES for extra in ("", f", each {unit}")),
    ]
    cost: dict[str, dict[int, float]] = {x: {} for x in lengths.LIBRARIES}
    for m in found:
        name, _, n = m["work"].partition(":")
        if name == work:
            cost[m["library"]][int(n)] = statistics.median(m["values"])
    rows = [
        [f"{n:,} {unit}{'s' * (n > 1)}"]
        + [duration(s) for x in cost for s in (cost[x][n], cost[x][n] / n)]
        for n in sorted(cost["grad"])
    ]  # fmt: skip
    grown = lengths.growth(cost["grad"])
    said = "linear" if grown <= lengths.STEADY else "not linear"
    return (
        f"{table(head, rows)}\n\nCost of each {unit} in grad, at the greatest length to where it is"
        f" least: {grown:.2f}, {said} (≤ {lengths.STEADY:g})."
    )


def summary(found: Sequence[Measured]) -> str:
    """Which bars are not met, and where grad is slower than a peer."""
    missed, met, slower = [], 0, []
    for threads in threads_of(found):
        for work in works_of(found, threads):
            for peer, value in ratios(by_library(found, work, threads), bar.WORKS[work]).items():
                where = f"{bar.WORKS[work].title}, {threads} thread{'s' * (threads > 1)}"
                if value.met is False:
                    missed.append(
                        f"- {where}: {value.value:.2f} of {NAMES[peer]}, above {value.bar:g}"
                    )
                met += value.met is True
                if value.value > 1 and value.met is None:
                    slower.append(f"- {where}: {value.value:.2f} of {NAMES[peer]}")
    lines = [f"Of {met + len(missed)} bars, {met} are met."]
    if missed:
        lines += ["", "Not met:", "", *missed]
    if slower:
        lines += ["", "No bar, and grad needs more than a peer:", "", *slower]
    return "\n".join(lines)


def markdown(results: Results) -> str:
    """Everything."""
    found = results["measured"]
    lines = [
        table(["", "measured on"], results["machine"].items()),
        "",
        (
            f"{results['rounds']} rounds, turns of {results['seconds']:g} s; medians ± half of the"
            " range between quartiles. A ratio below 1: grad needs less. ✓ and ✗: the bar is met or not."
        ),
    ]
    for threads in threads_of(found):
        lines += ["", f"### {threads} thread{'s' * (threads > 1)}", "", ratio_table(found, threads)]
        lines += ["", "What each of them needs:", "", amount_table(found, threads)]
    for work, unit in (("chain", "op"), ("mnist_mlp", "row")):
        some = [m for m in results["lengths"] if m["work"].startswith(f"{work}:")]
        if some:
            lines += ["", f"### {bar.WORKS[work].title.split(',')[0]}: cost against length"]
            lines += ["", length_table(some, work, unit)]
    return "\n".join([*lines, "", "### Plainly", "", summary(found), ""])


def around(page: Path) -> tuple[str, str]:
    """Return what stands before and after the two marks of a file.

    Raises:
        OSError: It cannot be read.
        ValueError: It has no marks.
    """
    before, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    _, mark, after = rest.partition(END)
    if not mark:
        raise ValueError(f"{page} has no {BEGIN} and {END}")
    return before, after


def replace(page: Path, text: str) -> None:
    """Put a text between the two marks of a file."""
    before, after = around(page)
    page.write_text(f"{before}{BEGIN}\n\n{text}\n{END}{after}", encoding="utf-8")


# ------------------------------------------------------------------------ chart


def draw(found: Sequence[Measured], path: Path) -> None:
    """Draw how long peers take beside grad, a bar for each, on one thread."""
    from matplotlib import rcParams
    from matplotlib.figure import Figure  # not pyplot: needs no display

    rcParams["svg.fonttype"] = "none"  # text stays text
    rcParams["svg.hashsalt"] = "grad"  # the same numbers give the same file

    works = [work for work in works_of(found, 1) if work in bar.TIMED | bar.STARTUP]
    figure = Figure(figsize=(9, 0.6 * len(works) + 1.5), layout="constrained")
    axes = figure.add_subplot()
    height = 0.85 / len(PEERS)
    for i, peer in enumerate(PEERS):
        places, values = [], []
        for place, work in enumerate(works):
            said = ratios(by_library(found, work, 1), bar.WORKS[work])
            if peer in said:
                places.append(place + (i - (len(PEERS) - 1) / 2) * height)
                values.append(1 / said[peer].value)
        axes.barh(places, [v - 1 for v in values], height, left=1, label=NAMES[peer])
    axes.axvline(1, color="black", linewidth=1)
    axes.set(
        xscale="log",
        xlabel="times as long as grad takes, on one thread: right of 1, grad is faster",
        yticks=range(len(works)),
        yticklabels=[bar.WORKS[work].title for work in works],
    )
    axes.invert_yaxis()
    axes.xaxis.set_major_formatter("{x:g}")
    axes.grid(axis="x", alpha=0.3)
    axes.legend()
    metadata = {"Date": None} if path.suffix == ".svg" else None
    # A margin, as what shows the picture may have letters that are wider
    figure.savefig(path, metadata=metadata, bbox_inches="tight", pad_inches=0.25)
