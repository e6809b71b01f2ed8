"""Fixtures shared by the comparisons, which say in the end how much they compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
import torch

from grad_init import manual_seed


@pytest.fixture(autouse=True)
def default_generators_seeded(own_seed: int) -> None:
    """Seed the generators that layers draw from, here and there."""
    manual_seed(own_seed)
    torch.default_generator.manual_seed(
        own_seed
    )  # torch.manual_seed seeds all devices, which is slow


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
