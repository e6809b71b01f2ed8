"""The tests run in several processes, and say in the end how much they compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

OWN_SEEDS = ("test_op_samples", "test_modules")  # those whose every test sets its seeds


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep other files whole: what a test of theirs draws depends on those before it."""
    for item in items:
        if item.path.stem not in OWN_SEEDS:
            item.add_marker(pytest.mark.xdist_group(item.path.stem))


@pytest.fixture
def compared(request: pytest.FixtureRequest) -> Iterator[Counter[str]]:
    """What a test has compared; it goes with its report to the process that prints."""
    counts: Counter[str] = Counter()
    yield counts
    request.node.user_properties += counts.items()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print how much was compared."""
    totals: Counter[str] = Counter()
    for reports in terminalreporter.stats.values():
        for report in reports:
            if getattr(report, "when", "") == "teardown":
                totals.update(dict(report.user_properties))
    if totals:
        terminalreporter.write_line(", ".join(f"{n} {kind}" for kind, n in sorted(totals.items())))
