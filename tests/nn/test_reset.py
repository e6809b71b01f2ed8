"""`reset_parameters`: layers as they were at first, in place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import grad_nn as nn
from grad_core import Tensor
from grad_init import Constant
from grad_nn.utils import parametrizations

# Each draws its weights from a seed, and may be told how
DRAWN: dict[str, Callable[..., nn.Module]] = {
    "Linear": lambda **k: nn.Linear(3, 4, **k),
    "Linear without bias": lambda **k: nn.Linear(3, 4, bias=False, **k),
    "Bilinear": lambda **k: nn.Bilinear(2, 3, 4, **k),
    "Conv1d": lambda **k: nn.Conv1d(4, 6, 3, groups=2, **k),
    "Conv2d": lambda **k: nn.Conv2d(2, 3, (2, 3), **k),
    "Conv3d": lambda **k: nn.Conv3d(1, 2, 2, bias=False, **k),
    "ConvTranspose1d": lambda **k: nn.ConvTranspose1d(2, 5, 3, **k),
    "ConvTranspose2d": lambda **k: nn.ConvTranspose2d(4, 2, 2, groups=2, **k),
    "Embedding": lambda **k: nn.Embedding(4, 3, padding_idx=1, **k),
    "EmbeddingBag": lambda **k: nn.EmbeddingBag(4, 3, **k),
    "RNN": lambda **k: nn.RNN(2, 3, num_layers=2, bidirectional=True, **k),
    "LSTM": lambda **k: nn.LSTM(2, 4, proj_size=3, **k),
    "GRU": lambda **k: nn.GRU(2, 3, bias=False, **k),
    "RNNCell": lambda **k: nn.RNNCell(2, 3, **k),
    "LSTMCell": lambda **k: nn.LSTMCell(2, 3, bias=False, **k),
    "GRUCell": lambda **k: nn.GRUCell(2, 3, **k),
    "AdaptiveLogSoftmaxWithLoss": lambda **k: nn.AdaptiveLogSoftmaxWithLoss(16, 20, [5, 9], **k),
}
# These begin with ones, zeros or a number
FIXED: dict[str, Callable[[], nn.Module]] = {
    "BatchNorm1d": lambda: nn.BatchNorm1d(3),
    "BatchNorm2d, not affine": lambda: nn.BatchNorm2d(3, affine=False),
    "BatchNorm3d, without statistics": lambda: nn.BatchNorm3d(3, track_running_stats=False),
    "BatchNorm1d without bias": lambda: nn.BatchNorm1d(3, bias=False),
    "InstanceNorm1d": lambda: nn.InstanceNorm1d(3, affine=True, track_running_stats=True),
    "GroupNorm": lambda: nn.GroupNorm(2, 4),
    "LayerNorm": lambda: nn.LayerNorm((2, 3)),
    "LayerNorm without bias": lambda: nn.LayerNorm(3, bias=False),
    "RMSNorm": lambda: nn.RMSNorm(3),
    "RMSNorm without weight": lambda: nn.RMSNorm(3, elementwise_affine=False),
    "PReLU": lambda: nn.PReLU(3, init=0.5),
}


def disturb(layer: nn.Module) -> None:
    for t in (*layer.parameters(), *layer.buffers()):
        t.assign(t.data + np.ones((), t.dtype))


def reset(layer: Any, **kwargs: Any) -> None:
    layer.reset_parameters(**kwargs)


def same_state(a: nn.Module, b: nn.Module) -> bool:
    x, y = a.state_dict(), b.state_dict()
    return list(x) == list(y) and all(
        x[key].dtype == y[key].dtype and np.array_equal(x[key], y[key]) for key in x
    )


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("init_method", [None, "he", Constant(2.0)])
@pytest.mark.parametrize("name", DRAWN)
def test_it_draws_as_at_first(name: str, init_method: Any, dtype: Any) -> None:
    layer = DRAWN[name](init_method=init_method, rng=7, dtype=dtype)
    parameters = list(layer.parameters())
    disturb(layer)
    reset(layer, rng=7)
    assert same_state(layer, DRAWN[name](init_method=init_method, rng=7, dtype=dtype))
    assert all(a is b for a, b in zip(layer.parameters(), parameters, strict=True))


@pytest.mark.parametrize("name", DRAWN)
def test_it_draws_other_numbers_each_time(name: str) -> None:
    layer, generator = DRAWN[name](rng=0), np.random.default_rng(0)
    reset(layer, rng=generator)
    once = layer.state_dict()
    reset(layer, rng=generator)
    assert not any(np.array_equal(once[key], x) for key, x in layer.state_dict().items())


@pytest.mark.parametrize("name", DRAWN)
def test_it_draws_in_the_dtype_that_the_layer_has_now(name: str) -> None:
    layer = DRAWN[name]().double()
    reset(layer, rng=7)
    assert same_state(layer, DRAWN[name](rng=7, dtype=np.float64))


@pytest.mark.parametrize("name", FIXED)
def test_it_sets_what_is_not_drawn(name: str) -> None:
    layer, expected = FIXED[name](), FIXED[name]()
    disturb(layer)
    assert same_state(layer, expected) is (not layer.state_dict())
    reset(layer)
    assert same_state(layer, expected)


def test_a_frozen_layer_stays_frozen_and_a_gradient_stays() -> None:
    layer = nn.Linear(2, 1).requires_grad_(False)
    layer.bias = nn.Parameter(data=[0.0])
    layer(Tensor([1.0, 2.0])).backward(np.ones(1, np.float32))
    layer.reset_parameters()
    assert not layer.weight.requires_grad
    assert layer.bias.has_grad


def test_vectors_that_were_given_are_drawn_as_new_ones_are() -> None:
    layer = nn.Embedding.from_pretrained(np.ones((3, 2)), padding_idx=0)
    layer.reset_parameters(rng=7)
    expected = nn.Embedding(3, 2, padding_idx=0, rng=7, dtype=np.float64)
    assert np.array_equal(layer.weight.data, expected.weight.data)
    assert not layer.weight.requires_grad


def test_a_weight_that_is_computed_gets_the_value_through_its_inverse() -> None:
    layer = parametrizations.weight_norm(nn.Linear(3, 2))
    originals = list(layer.parameters())
    layer.reset_parameters(rng=7)
    assert np.allclose(layer.weight.data, nn.Linear(3, 2, rng=7).weight.data)
    assert all(a is b for a, b in zip(layer.parameters(), originals, strict=True))


def test_every_layer_of_a_model() -> None:
    def again(module: nn.Module) -> None:
        if isinstance(module, (nn.Linear, nn.LayerNorm)):
            module.reset_parameters()

    model = nn.Sequential(nn.Linear(2, 3), nn.LayerNorm(3), nn.Sequential(nn.Linear(3, 1)))
    disturb(model)
    before = model.state_dict()
    model.apply(again)
    assert not any(np.array_equal(before[key], x) for key, x in model.state_dict().items())
