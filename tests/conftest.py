"""What is random in a test is the same in every run, whichever tests ran before it."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from zlib import crc32

import numpy as np
import pytest

# Not where it is tested that wheels can be installed
HAS_INIT = find_spec("grad_init") is not None


@pytest.fixture
def own_seed(request: pytest.FixtureRequest) -> int:
    """A number of the test's own."""
    return crc32(request.node.nodeid.encode())


@pytest.fixture(autouse=True)
def generators_seeded(request: pytest.FixtureRequest, own_seed: int) -> None:
    """Seed the `rng` of the test's module, and what weights and dropout draw from."""
    rng: object = getattr(request.module, "rng", None)
    if isinstance(rng, np.random.Generator):
        rng.bit_generator.state = np.random.default_rng(own_seed).bit_generator.state
    if HAS_INIT:
        import_module("grad_init").manual_seed(own_seed)
