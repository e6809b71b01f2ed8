"""Tests that go over many samples: one of its own for each would cost more than what it tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def naming(sample: str) -> Iterator[None]:
    """Let an error say at which sample it came."""
    try:
        yield
    except BaseException as error:  # what pytest.fail raises is no Exception
        error.add_note(f"at {sample}")
        raise
