"""Averages of weights side by side with PyTorch's."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose
from torch.optim import swa_utils as theirs_utils

import grad_nn as nn
from grad_core import Tensor
from grad_nn.optim import swa_utils as ours_utils

AVERAGES: dict[str, Any] = {
    "default": lambda u: {},
    "swa": lambda u: {"avg_fn": u.get_swa_avg_fn()},
    "swa-multi": lambda u: {"multi_avg_fn": u.get_swa_multi_avg_fn()},
    "ema": lambda u: {"avg_fn": u.get_ema_avg_fn(0.7)},
    "ema-multi": lambda u: {"multi_avg_fn": u.get_ema_multi_avg_fn()},
}


def models() -> tuple[Any, Any]:
    ours, theirs = (
        m.Sequential(m.Linear(3, 4), m.BatchNorm1d(4), m.Linear(4, 2)) for m in (nn, torch.nn)
    )
    ours.load_state_dict({name: t.numpy() for name, t in theirs.state_dict().items()})
    return ours, theirs


def compare(ours: Any, theirs: Any) -> None:
    mine, others = ours.state_dict(), theirs.state_dict()
    assert list(mine) == list(others)
    for name, t in others.items():
        assert mine[name].dtype == t.numpy().dtype
        assert_allclose(mine[name], t.numpy(), rtol=1e-5, atol=1e-6, err_msg=name)


# Of PyTorch's averages only these take the whole numbers that batch norm counts
@pytest.mark.parametrize(
    ("name", "use_buffers"),
    [*((name, False) for name in AVERAGES), ("ema", True), ("ema-multi", True), ("swa", True)],
)
def test_averages_and_states_both_ways(name: str, use_buffers: bool) -> None:
    pair = models()
    averaged = [
        u.AveragedModel(model, **AVERAGES[name](u), use_buffers=use_buffers)
        for u, model in zip((ours_utils, theirs_utils), pair, strict=True)
    ]
    compare(*averaged)
    rng = np.random.default_rng(0)
    for i in range(8):
        for x, y in zip(
            (*pair[0].parameters(), *pair[0].buffers()),
            (*pair[1].parameters(), *pair[1].buffers()),
            strict=True,
        ):
            value = np.asarray(rng.normal(size=x.shape) * 10).astype(x.dtype)
            x.assign(value)
            y.data.copy_(torch.tensor(value))
        for average, model in zip(averaged, pair, strict=True):
            average.update_parameters(model)
        compare(*averaged)
        if i == 4:
            mine, others = averaged[0].state_dict(), copy.deepcopy(averaged[1].state_dict())
            averaged[0].load_state_dict({key: t.numpy() for key, t in others.items()})
            averaged[1].load_state_dict({key: torch.tensor(v) for key, v in mine.items()})


def test_update_bn() -> None:
    ours, theirs = models()
    rng = np.random.default_rng(0)
    data = [rng.normal(size=(5, 3)).astype(np.float32) for _ in range(4)]
    ours_utils.update_bn([(Tensor(x), 0) for x in data], ours)
    theirs_utils.update_bn([(torch.tensor(x), 0) for x in data], theirs)
    compare(ours, theirs)


@pytest.mark.parametrize("settings", [{}, {"anneal_epochs": 0}, {"anneal_strategy": "linear"}])
def test_swalr(settings: dict[str, Any]) -> None:
    optimizers = (
        nn.optim.SGD([Tensor([1.0], requires_grad=True)], lr=0.3),
        torch.optim.SGD([torch.tensor([1.0], requires_grad=True)], lr=0.3),
    )
    pair = [
        u.SWALR(o, swa_lr=0.05, **settings)
        for u, o in zip((ours_utils, theirs_utils), optimizers, strict=True)
    ]
    for i in range(25):
        assert_allclose(pair[0].get_last_lr(), pair[1].get_last_lr(), rtol=1e-11)
        if i == 6:
            states = [copy.deepcopy(s.state_dict()) for s in pair]
            for scheduler, state in zip(pair, reversed(states), strict=True):
                scheduler.load_state_dict(state)
        for scheduler in pair:
            scheduler.optimizer.step()
            scheduler.step()


def test_every_name_of_pytorch_is_there() -> None:
    assert {name for name in theirs_utils.__all__ if not hasattr(ours_utils, name)} == set()
