"""grad_nn.init beside torch.nn.init: the same values where they are certain, else the same spread."""

from __future__ import annotations

import inspect
import math
import warnings
from typing import Any, get_args

import numpy as np
import pytest
import torch

import grad_nn as nn
from grad_core import Tensor

NAMES = [
    name
    for name in vars(torch.nn.init)
    if name[0] != "_" and name.endswith("_") and inspect.isfunction(getattr(torch.nn.init, name))
]


def test_names() -> None:
    assert [name for name in NAMES if not hasattr(nn.init, name)] == []
    assert {name for name in vars(nn.init) if name.endswith("_") and name[0] != "_"} == set(NAMES)


@pytest.mark.parametrize("name", [*NAMES, "calculate_gain"])
def test_signatures(name: str) -> None:
    theirs = inspect.signature(getattr(torch.nn.init, name)).parameters
    ours = inspect.signature(getattr(nn.init, name)).parameters
    assert [(p.name, p.default) for p in ours.values() if p.name != "rng"] == [
        (p.name, p.default) for p in theirs.values() if p.name != "generator"
    ]
    assert ("rng" in ours) == ("generator" in theirs)


CERTAIN: list[tuple[str, tuple[int, ...], tuple[Any, ...]]] = [
    ("constant_", (2, 3), (0.3,)),
    ("ones_", (2, 3), ()),
    ("zeros_", (), ()),
    *(("eye_", shape, ()) for shape in [(2, 2), (2, 3), (3, 2)]),
    *(
        ("dirac_", (out, inputs, *kernel), (groups,))
        for kernel in [(3,), (4, 3), (1, 2, 3)]
        for out, inputs, groups in [
            (2, 2, 1),
            (4, 2, 1),
            (2, 4, 1),
            (4, 2, 2),
            (6, 1, 3),
            (6, 4, 3),
        ]
    ),
]


@pytest.mark.parametrize(("name", "shape", "args"), CERTAIN)
def test_certain_values(name: str, shape: tuple[int, ...], args: tuple[Any, ...]) -> None:
    theirs = getattr(torch.nn.init, name)(torch.full(shape, 7.0), *args).numpy()
    ours = getattr(nn.init, name)(Tensor(np.full(shape, 7.0)), *args).data
    np.testing.assert_array_equal(ours, theirs)
    assert ours.dtype == theirs.dtype


@pytest.mark.parametrize("nonlinearity", get_args(nn.init.Nonlinearity))
@pytest.mark.parametrize("param", [None, 0, 0.5, -2.0])
def test_gains(nonlinearity: Any, param: Any) -> None:
    ours = nn.init.calculate_gain(nonlinearity, param)
    assert ours == pytest.approx(torch.nn.init.calculate_gain(nonlinearity, param), rel=1e-15)


LINEAR, CONV = (60, 80), (24, 16, 3, 5)
RANDOM: list[tuple[str, tuple[int, ...], dict[str, Any]]] = [
    ("uniform_", LINEAR, {}),
    ("uniform_", LINEAR, {"a": -2.0, "b": 0.5}),
    ("normal_", LINEAR, {}),
    ("normal_", LINEAR, {"mean": 2.0, "std": 0.5}),
    ("trunc_normal_", LINEAR, {}),
    ("trunc_normal_", LINEAR, {"std": 0.02}),
    ("trunc_normal_", LINEAR, {"mean": 1.0, "std": 2.0, "a": 0.0, "b": 1.5}),
    ("trunc_normal_", LINEAR, {"a": 1.0, "b": 4.0}),
    *(
        (name, shape, {"gain": gain})
        for name in ("xavier_uniform_", "xavier_normal_", "orthogonal_")
        for shape in (LINEAR, CONV, LINEAR[::-1])
        for gain in (1.0, 3.0)
    ),
    *(
        (name, shape, {"a": a, "mode": mode, "nonlinearity": nonlinearity})
        for name in ("kaiming_uniform_", "kaiming_normal_")
        for shape in (LINEAR, CONV)
        for mode in ("fan_in", "fan_out")
        for a, nonlinearity in ((0, "leaky_relu"), (2.0, "leaky_relu"), (0, "relu"), (0, "tanh"))
    ),
    ("sparse_", LINEAR, {"sparsity": 0.3}),
    ("sparse_", LINEAR, {"sparsity": 0.05, "std": 2.0}),
]


@pytest.mark.parametrize(("name", "shape", "settings"), RANDOM)
def test_distributions(name: str, shape: tuple[int, ...], settings: dict[str, Any]) -> None:
    torch.manual_seed(0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # theirs warns of what is far from the mean
        theirs = getattr(torch.nn.init, name)(torch.empty(shape, dtype=torch.float64), **settings)
    ours = getattr(nn.init, name)(Tensor(np.zeros(shape), dtype=np.float64), **settings, rng=0)
    x, y = np.sort(ours.data.ravel()), np.sort(theirs.numpy().ravel())
    # Kolmogorov-Smirnov for two samples, at the level of 0.001
    at = np.concatenate((x, y))
    steps = [np.searchsorted(z, at, side="right") / z.size for z in (x, y)]
    assert np.abs(steps[0] - steps[1]).max() < 1.95 * math.sqrt(2 / x.size)
    assert x.std() == pytest.approx(y.std(), rel=0.05)


@pytest.mark.parametrize("sparsity", [0.0, 0.1, 0.25, 0.7, 1.0])
def test_zeros_of_sparse(sparsity: float) -> None:
    theirs = torch.nn.init.sparse_(torch.empty(10, 7), sparsity).numpy()
    ours = nn.init.sparse_(Tensor(np.ones((10, 7))), sparsity, rng=0).data
    assert ((ours == 0).sum(0) == (theirs == 0).sum(0)).all()
