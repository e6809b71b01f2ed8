"""Pickling and copying: leaves and constants, and a clear error for results."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_array_equal

import grad_core as gc
from grad_core import Tensor

TENSORS: list[Tensor] = [
    Tensor([1.0, 2.0]),
    Tensor([[1.0], [2.0]], requires_grad=True),
    Tensor(3.0, requires_grad=True),
    Tensor(np.zeros((0, 2))),
    Tensor([1 + 2j], requires_grad=True, dtype="complex128"),
    gc.from_numpy(np.arange(6).reshape(2, 3).T),
    gc.asarray(np.array([True, False])),
    (Tensor([1.0], requires_grad=True) * 2).detach(),
]


def through_pickle(x: Any) -> Any:
    return pickle.loads(pickle.dumps(x))


@pytest.mark.parametrize("way", [through_pickle, copy.deepcopy, copy.copy])
@pytest.mark.parametrize("x", TENSORS, ids=str)
def test_a_copy_is_the_same(way: Callable[[Any], Any], x: Tensor) -> None:
    y = way(x)
    assert type(y) is Tensor
    assert y is not x
    assert_array_equal(y.data, x.data)
    assert (y.shape, y.dtype, y.requires_grad) == (x.shape, x.dtype, x.requires_grad)
    assert np.shares_memory(x.data, y.data) == (way is copy.copy and x.size > 0)
    if y.requires_grad:
        (y * y).real.sum().backward()
        assert not x.has_grad


def test_deepcopy_copies_the_gradient_and_keeps_what_is_the_same_the_same() -> None:
    x = Tensor([1.0], requires_grad=True)
    (x * 3).sum().backward()
    a, b = copy.deepcopy([x, x])
    assert a is b
    assert_array_equal(a.grad, [3.0])
    assert a.grad is not x.grad
    assert not through_pickle(x).has_grad


@pytest.mark.parametrize("way", [through_pickle, copy.deepcopy, copy.copy])
def test_a_result_is_refused(way: Callable[[Any], Any]) -> None:
    y = Tensor([1.0], requires_grad=True) * 2
    with pytest.raises(RuntimeError, match=r"result of a recorded operation.*take detach\(\)"):
        way(y)
