"""The benchmarks measure the same work: grad and NumPy by hand compute the same."""

from __future__ import annotations

import numpy as np
import pytest
from benchmarks.works import with_grad, with_numpy

NUMBERS = {"infer_gpt": 2, "infer_mlp": 3}


@pytest.mark.parametrize("work", with_grad.WORKS)
def test_grad_and_numpy_agree(work: str) -> None:
    number = (NUMBERS[work],) if work in NUMBERS else ()
    grads, numpys = with_grad.WORKS[work](*number), with_numpy.WORKS[work](*number)
    for _ in range(3):
        mine, theirs = with_grad.read(grads()), with_numpy.read(numpys())
        assert mine.dtype == theirs.dtype == np.float32
        np.testing.assert_allclose(mine, theirs, rtol=1e-4, atol=1e-5)
