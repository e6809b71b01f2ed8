"""Schedulers side by side with PyTorch's: over many epochs, and going on from each other's state."""

from __future__ import annotations

import copy
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose

from grad_core import Tensor
from grad_nn import optim

EPOCHS = 130


class Falling:
    """A schedule that is an object, whose attributes are saved."""

    def __init__(self, power: float) -> None:
        self.power = power

    def __call__(self, epoch: int) -> float:
        return float((1 + epoch) ** -self.power)


def nested(m: Any, o: Any) -> Any:
    rise = m.LinearLR(o, 0.1, total_iters=5)
    both = m.ChainedScheduler([m.ConstantLR(o, 0.5, 7), m.ExponentialLR(o, 0.99)])
    return m.ChainedScheduler([rise, both])


CASES: dict[str, Callable[[Any, Any], Any]] = {
    "LambdaLR": lambda m, o: m.LambdaLR(o, lambda epoch: 0.97**epoch),
    "LambdaLR-list": lambda m, o: m.LambdaLR(o, [lambda e: 1 / (e + 1), Falling(0.3)]),
    "MultiplicativeLR": lambda m, o: m.MultiplicativeLR(o, lambda e: 0.9 if e % 7 else 1.1),
    "MultiplicativeLR-object": lambda m, o: m.MultiplicativeLR(o, Falling(0.01)),
    "StepLR": lambda m, o: m.StepLR(o, 7, 0.8),
    "StepLR-1": lambda m, o: m.StepLR(o, 1, 0.95),
    "MultiStepLR": lambda m, o: m.MultiStepLR(o, [30, 5, 5, 70], 0.3),
    "ConstantLR": lambda m, o: m.ConstantLR(o, 0.2, 30),
    "ConstantLR-defaults": lambda m, o: m.ConstantLR(o),
    "LinearLR": lambda m, o: m.LinearLR(o, 0.1, 0.6, 50),
    "LinearLR-0": lambda m, o: m.LinearLR(o, 1.0, 0.0, 50),
    "LinearLR-defaults": lambda m, o: m.LinearLR(o),
    "ExponentialLR": lambda m, o: m.ExponentialLR(o, 0.93),
    "PolynomialLR": lambda m, o: m.PolynomialLR(o, 100, 1.7),
    "PolynomialLR-defaults": lambda m, o: m.PolynomialLR(o),
    "CosineAnnealingLR": lambda m, o: m.CosineAnnealingLR(o, 130),
    "CosineAnnealingLR-waves": lambda m, o: m.CosineAnnealingLR(o, 9, 0.001),
    "CosineAnnealingLR-1": lambda m, o: m.CosineAnnealingLR(o, 1, 0.01),
    "CosineAnnealingWarmRestarts": lambda m, o: m.CosineAnnealingWarmRestarts(o, 7, 1, 0.01),
    "CosineAnnealingWarmRestarts-2": lambda m, o: m.CosineAnnealingWarmRestarts(o, 5, 2),
    "CosineAnnealingWarmRestarts-3": lambda m, o: m.CosineAnnealingWarmRestarts(o, 3, T_mult=3),
    "CyclicLR": lambda m, o: m.CyclicLR(o, 0.01, 0.5, 11),
    "CyclicLR-2": lambda m, o: m.CyclicLR(o, [0.01, 0.02], [0.5, 1.0], 11, 5, "triangular2"),
    "CyclicLR-exp": lambda m, o: m.CyclicLR(o, 0.01, 0.5, 4, 9, "exp_range", 0.97),
    "CyclicLR-fn": lambda m, o: m.CyclicLR(
        o, 0.01, 0.5, 4, scale_fn=lambda x: 1 / x, scale_mode="cycle", cycle_momentum=False
    ),
    "CyclicLR-object": lambda m, o: m.CyclicLR(
        o, 0.01, 0.5, 4, scale_fn=Falling(0.1), scale_mode="iterations", base_momentum=0.1
    ),
    # The step after the last one, where PyTorch goes on below min_lr, is not compared
    "OneCycleLR": lambda m, o: m.OneCycleLR(o, 0.7, total_steps=EPOCHS + 1),
    "OneCycleLR-linear": lambda m, o: m.OneCycleLR(
        o, [0.7, 0.3], epochs=10, steps_per_epoch=14, pct_start=0.45, anneal_strategy="linear"
    ),
    "OneCycleLR-3": lambda m, o: m.OneCycleLR(
        o, 0.7, 140, three_phase=True, div_factor=5.0, final_div_factor=50, base_momentum=0.5
    ),
    "OneCycleLR-lr": lambda m, o: m.OneCycleLR(o, 0.7, 140, cycle_momentum=False, pct_start=0.0),
    "SequentialLR": lambda m, o: m.SequentialLR(
        o,
        [m.LinearLR(o, 0.1, total_iters=10), m.CosineAnnealingLR(o, 60), m.StepLR(o, 9, 0.5)],
        [10, 70],
    ),
    "SequentialLR-others": lambda m, o: m.SequentialLR(
        o,
        [
            m.ConstantLR(o, 0.5, 4),
            m.MultiStepLR(o, [3, 9], 0.7),
            m.PolynomialLR(o, 15),
            m.ExponentialLR(o, 0.9),
            m.LambdaLR(o, lambda e: 1 / (1 + e)),
            m.CosineAnnealingWarmRestarts(o, 5),
        ],
        [7, 20, 40, 60, 80],
    ),
    "SequentialLR-cyclic": lambda m, o: m.SequentialLR(
        o, [m.ExponentialLR(o, 0.9), m.OneCycleLR(o, 0.5, 125)], [10]
    ),
    "ChainedScheduler": lambda m, o: m.ChainedScheduler(
        [
            m.LinearLR(o, 0.1, total_iters=10),
            m.CosineAnnealingLR(o, 60, 0.001),
            m.StepLR(o, 9, 0.9),
            m.ExponentialLR(o, 0.99),
            m.ConstantLR(o, 0.5, 20),
            m.PolynomialLR(o, 90, 0.5),
        ],
        o,
    ),
    "ChainedScheduler-nested": nested,
}
OPTIMIZERS: dict[str, Callable[[Any, list[Any]], Any]] = {
    "SGD": lambda m, ps: m.SGD(
        [{"params": [ps[0]], "lr": 0.3}, {"params": [ps[1]], "momentum": 0.5}], lr=0.1
    ),
    "Adam": lambda m, ps: m.Adam([{"params": [ps[0]], "lr": 0.3}, {"params": [ps[1]]}], lr=0.1),
}


def optimizers(name: str) -> tuple[Any, Any]:
    ours = OPTIMIZERS[name](optim, [Tensor([1.0], requires_grad=True) for _ in range(2)])
    ts = [torch.tensor([1.0], requires_grad=True) for _ in range(2)]
    return ours, OPTIMIZERS[name](torch.optim, ts)


KEYS = ("lr", "initial_lr", "max_lr", "min_lr", "momentum", "max_momentum", "betas")


def compare(ours: Any, theirs: Any, message: str) -> None:
    assert_allclose(
        ours.get_last_lr(), theirs.get_last_lr(), rtol=1e-11, atol=1e-15, err_msg=message
    )
    for mine, other in zip(ours.optimizer.param_groups, theirs.optimizer.param_groups, strict=True):
        keys = [key for key in KEYS if key in mine]
        assert keys == [key for key in KEYS if key in other]
        values, expected = (np.hstack([group[key] for key in keys]) for group in (mine, other))
        assert_allclose(
            values, expected, rtol=1e-11, atol=1e-15, err_msg=f"{message}: {', '.join(keys)}"
        )


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@pytest.mark.parametrize("kind", OPTIMIZERS)
@pytest.mark.parametrize("name", CASES)
def test_epochs_and_states_both_ways(name: str, kind: str) -> None:
    make = CASES[name]
    pair = [
        make(m.lr_scheduler, o) for m, o in zip((optim, torch.optim), optimizers(kind), strict=True)
    ]
    compare(*pair, "at first")
    for i in range(EPOCHS // 2):
        for scheduler in pair:
            scheduler.optimizer.step()
            scheduler.step()
        compare(*pair, f"epoch {i}")

    # Each goes on from the other's state, that of the optimizer after that of the scheduler
    others = [
        make(m.lr_scheduler, o) for m, o in zip((optim, torch.optim), optimizers(kind), strict=True)
    ]
    for scheduler, source in zip(others, reversed(pair), strict=True):
        scheduler.load_state_dict(copy.deepcopy(source.state_dict()))
        scheduler.optimizer.load_state_dict(copy.deepcopy(source.optimizer.state_dict()))
    for i in range(EPOCHS // 2, EPOCHS):
        for scheduler in (*pair, *others):
            scheduler.optimizer.step()
            scheduler.step()
        compare(*pair, f"epoch {i}")
        compare(*others, f"epoch {i}, after loading")
        compare(others[0], pair[1], f"epoch {i}, after loading")


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"factor": 0.5, "patience": 0},
        {"mode": "max", "factor": 0.5, "patience": 2, "cooldown": 3},
        {"factor": 0.5, "patience": 1, "threshold": 0.1, "threshold_mode": "abs"},
        {"mode": "max", "factor": 0.3, "patience": 1, "threshold": 0.2, "threshold_mode": "abs"},
        {"factor": 0.1, "patience": 1, "min_lr": [1e-2, 1e-3], "threshold": 0.0},
        {"factor": 0.1, "patience": 1, "eps": 1e-2, "min_lr": 1e-3},
    ],
)
def test_plateaus(settings: dict[str, Any]) -> None:
    pair = [
        m.lr_scheduler.ReduceLROnPlateau(o, **settings)
        for m, o in zip((optim, torch.optim), optimizers("SGD"), strict=True)
    ]
    metrics = [abs(((i * 37) % 101) / 50 - 1) / (1 + i / 40) for i in range(EPOCHS)]
    metrics[20] = float("nan")
    metrics[90] = float("inf")
    for i in range(EPOCHS):
        if i == EPOCHS // 2:
            states = [copy.deepcopy(s.state_dict()) for s in pair]
            for scheduler, state in zip(pair, reversed(states), strict=True):
                scheduler.load_state_dict(state)
        for scheduler in pair:
            scheduler.step(metrics[i])
        compare(*pair, f"epoch {i}")
        assert pair[0].best == pair[1].best
        assert pair[0].num_bad_epochs == pair[1].num_bad_epochs
        assert pair[0].in_cooldown == pair[1].in_cooldown


def test_times_within_an_epoch() -> None:
    for settings in ((7, 1, 0.01), (3, 2, 0.0), (2, 3, 0.0)):
        ours, theirs = (
            m.lr_scheduler.CosineAnnealingWarmRestarts(o, *settings)
            for m, o in zip((optim, torch.optim), optimizers("SGD"), strict=True)
        )
        for i in range(1, 200):
            for scheduler in (ours, theirs):
                scheduler.step(i / 7 if i % 5 else None)
            compare(ours, theirs, f"time {i / 7}")


@pytest.mark.parametrize("name", ["StepLR", "MultiStepLR", "LinearLR", "ExponentialLR"])
def test_a_run_that_goes_on_by_its_last_epoch(name: str) -> None:
    settings: dict[str, Any] = {
        "StepLR": {"step_size": 5},
        "MultiStepLR": {"milestones": [4, 20]},
        "ExponentialLR": {"gamma": 0.9},
    }
    ours, theirs = optimizers("SGD")
    for o in (ours, theirs):
        for group in o.param_groups:
            group["initial_lr"] = 1.0
    pair = [
        getattr(m.lr_scheduler, name)(o, **settings.get(name, {}), last_epoch=3)
        for m, o in ((optim, ours), (torch.optim, theirs))
    ]
    compare(*pair, "at first")
    for i in range(30):
        for scheduler in pair:
            scheduler.step()
        compare(*pair, f"epoch {i}")


def test_every_scheduler_of_pytorch_is_compared() -> None:
    names = {name.partition("-")[0] for name in CASES} | {"ReduceLROnPlateau", "LRScheduler"}
    assert names == set(torch.optim.lr_scheduler.__all__)
