"""Fixtures shared by the tests of grad-init."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from grad_init import as_generator


@pytest.fixture(autouse=True)
def default_generator_kept() -> Iterator[None]:
    """Put the default generator back as it was: it is shared by the whole process."""
    bits = as_generator(None).bit_generator
    before = bits.state
    yield
    bits.state = before
