"""What is random in a test depends on nothing but its name."""

from __future__ import annotations

import numpy as np

from grad_init import as_generator

rng = np.random.default_rng(0)


def test_generators_begin_anew(own_seed: int) -> None:
    expected = np.random.default_rng(own_seed).random()
    assert rng.random() == expected
    assert as_generator(None).random() == expected
