"""Adam in one pass: what is compiled computes what NumPy's passes do, and numba is asked for."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from grad_core import Array, Tensor
from grad_nn.optim import AdamW, fused


def test_without_numba_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "numba", None)
    fused.compiled_pass.cache_clear()
    x = Tensor([1.0], requires_grad=True)
    with pytest.raises(ImportError, match=r'AdamW: .* numba .*"grad-nn\[numba\]"'):
        AdamW([x], fused=True)


def test_the_pass_as_python_runs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []

    def counted(p: Array, *rest: Any) -> None:
        sizes.append(p.size)
        fused.adam_pass(p, *rest)

    monkeypatch.setattr(fused, "compiled_pass", lambda _name: counted)
    monkeypatch.setattr("grad_nn.optim.adam.compiled_pass", fused.compiled_pass)
    one, other = (Tensor(np.linspace(-1, 1, 40), requires_grad=True) for _ in range(2))
    optimizers = AdamW([one]), AdamW([other], fused=True)
    for i in range(3):
        one.grad = other.grad = np.cos(np.arange(40) + i)
        for optimizer in optimizers:
            optimizer.step()
    assert_array_equal(one.data, other.data, strict=True)
    assert sizes == [40] * 3  # it was not NumPy's passes that ran
