"""Fixtures shared by the comparisons, which say in the end how much they compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
import torch


@pytest.fixture(autouse=True)
def torch_seeded(own_seed: int) -> None:
    """Seed PyTorch's generator, too: that of the CPU alone, as `torch.manual_seed` is slow."""
    torch.default_generator.manual_seed(own_seed)


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
