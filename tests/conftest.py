"""What is random in a test is the same in every run, whichever tests ran before it."""

from __future__ import annotations

from zlib import crc32

import numpy as np
import pytest


@pytest.fixture
def own_seed(request: pytest.FixtureRequest) -> int:
    """A number of the test's own."""
    return crc32(request.node.nodeid.encode())


@pytest.fixture(autouse=True)
def module_generator_seeded(request: pytest.FixtureRequest, own_seed: int) -> None:
    """Seed the `rng` of the test's module."""
    rng: object = getattr(request.module, "rng", None)
    if isinstance(rng, np.random.Generator):
        rng.bit_generator.state = np.random.default_rng(own_seed).bit_generator.state
