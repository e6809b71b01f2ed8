"""grad_nn.init: PyTorch's functions on Parameters."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_array_equal

import grad_core as gc
import grad_nn as nn
from grad_core import Tensor
from grad_init import InitMethod


def test_parameters_are_filled_and_returned() -> None:
    layer = nn.Linear(3, 4, bias=False)
    weight = layer.weight
    assert nn.init.constant_(layer.weight, 2.0) is weight
    assert layer.weight is weight
    assert (layer.weight.data == 2).all()
    assert layer.weight.requires_grad
    assert layer.weight.is_leaf
    nn.init.xavier_uniform_(layer.weight, rng=0)
    bound = (6 / 7) ** 0.5
    assert 0.5 * bound < np.abs(layer.weight.data).max() <= bound
    nn.init.eye_(layer.weight)
    assert_array_equal(layer(Tensor(np.eye(3))).data, np.eye(3, 4))


def test_graphs_keep_the_old_value() -> None:
    layer = nn.Linear(2, 2, bias=False, init_method="ones")
    x = Tensor(np.ones(2), requires_grad=True)
    total = layer(x).sum()
    layer.weight.data  # noqa: B018  # somebody has seen it
    nn.init.zeros_(layer.weight)
    total.backward()
    assert_array_equal(x.grad, [2.0, 2.0])
    assert_array_equal(layer.weight.data, np.zeros((2, 2)))


def test_gradients_stay() -> None:
    x = Tensor([1.0, 2.0], requires_grad=True)
    (x * 3).sum().backward()
    nn.init.ones_(x)
    assert_array_equal(x.grad, [3.0, 3.0])


def test_results_of_operations_are_not_filled() -> None:
    x = Tensor([1.0, 2.0], requires_grad=True)
    with pytest.raises(RuntimeError, match="this Tensor is the result of a recorded operation"):
        nn.init.ones_(x * 2)
    with gc.no_grad():
        assert_array_equal(nn.init.ones_(x * 2).data, [1.0, 1.0])


@pytest.mark.parametrize("dtype", [np.float16, np.float64])
def test_dtypes_stay(dtype: type) -> None:
    weight = nn.Parameter(3, 2, 3, 3, dtype=dtype)
    assert nn.init.kaiming_normal_(weight, nonlinearity="relu", rng=0).dtype == dtype
    assert nn.init.dirac_(weight).dtype == dtype


def test_methods_by_name_reach_layers() -> None:
    square = nn.Linear(4, 4, init_method="orthogonal", rng=0, dtype=np.float64).weight.data
    np.testing.assert_allclose(square @ square.T, np.eye(4), atol=1e-12)
    names: tuple[InitMethod, ...] = ("lecun", "trunc_normal", "zeros", "ones")
    for name in names:
        assert nn.Parameter(3, 4, init_method=name).shape == (3, 4)
