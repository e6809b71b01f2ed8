"""Fixtures shared by the tests of grad-nn."""

from __future__ import annotations

import pytest

from grad_init import manual_seed


@pytest.fixture(autouse=True)
def default_generator_seeded(own_seed: int) -> None:
    """Seed the generator that weights and dropout draw from."""
    manual_seed(own_seed)
