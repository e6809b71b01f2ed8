"""Schedulers: against their formulas, composed, saved, and given what is wrong."""

from __future__ import annotations

import copy
import math
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

from grad_core import Tensor
from grad_nn.optim import SGD, Adagrad, Adam, Optimizer
from grad_nn.optim.lr_scheduler import (
    ChainedScheduler,
    ConstantLR,
    CosineAnnealingLR,
    CosineAnnealingWarmRestarts,
    CyclicLR,
    ExponentialLR,
    LambdaLR,
    LinearLR,
    LRScheduler,
    MultiplicativeLR,
    MultiStepLR,
    OneCycleLR,
    PolynomialLR,
    ReduceLROnPlateau,
    SequentialLR,
    StepLR,
    WarmupLR,
)


def leaf() -> Tensor:
    return Tensor([1.0], requires_grad=True)


def sgd(*lrs: float) -> SGD:
    return SGD([{"params": [leaf()], "lr": lr} for lr in lrs or (1.0,)])


def step(scheduler: LRScheduler) -> None:
    scheduler.optimizer.step()
    scheduler.step()


def run(scheduler: LRScheduler, epochs: int) -> list[float]:
    """The learning rates of the first group in the epochs from the present one on."""
    lrs = []
    for _ in range(epochs):
        lrs.append(scheduler.optimizer.param_groups[0]["lr"])
        assert lrs[-1] == scheduler.get_last_lr()[0]
        step(scheduler)
    return lrs


# The formulas of the docstrings, for a first learning rate of 1
Formula = Callable[[int], float]
SCHEDULES: dict[str, tuple[Callable[[Optimizer], LRScheduler], Formula]] = {
    "LambdaLR": (lambda o: LambdaLR(o, lambda t: 1 / (1 + t)), lambda t: 1 / (1 + t)),
    "MultiplicativeLR": (
        lambda o: MultiplicativeLR(o, lambda t: 1 / t),
        lambda t: 1 / math.factorial(t),
    ),
    "StepLR": (lambda o: StepLR(o, 3, 0.5), lambda t: 0.5 ** (t // 3)),
    "MultiStepLR": (
        lambda o: MultiStepLR(o, [7, 2, 7], 0.5),
        lambda t: 0.5 ** ((t >= 2) + 2 * (t >= 7)),
    ),
    "ExponentialLR": (lambda o: ExponentialLR(o, 0.9), lambda t: 0.9**t),
    "ConstantLR": (lambda o: ConstantLR(o, 0.2, 6), lambda t: 0.2 if t < 6 else 1.0),
    "ConstantLR-0": (lambda o: ConstantLR(o, 0.0, 6), lambda t: 0.0 if t < 6 else 1.0),
    "LinearLR": (
        lambda o: LinearLR(o, 0.25, 0.75, 8),
        lambda t: 0.25 + 0.5 * min(t / 8, 1),
    ),
    "PolynomialLR": (lambda o: PolynomialLR(o, 9, 1.5), lambda t: (1 - min(t / 9, 1)) ** 1.5),
    "CosineAnnealingLR": (
        lambda o: CosineAnnealingLR(o, 5, 0.1),
        lambda t: 0.1 + 0.9 * (1 + math.cos(math.pi * t / 5)) / 2,
    ),
    "CosineAnnealingWarmRestarts": (
        lambda o: CosineAnnealingWarmRestarts(o, 2, 2, 0.1),
        lambda t: (
            0.1
            + 0.9
            * (1 + math.cos(math.pi * ([0, 1, *range(4), *range(8), *range(16)][t] / length(t))))
            / 2
        ),
    ),
    "CyclicLR": (
        lambda o: CyclicLR(o, 0.1, 0.9, 4),
        lambda t: 0.1 + 0.8 * (1 - abs(1 - t % 8 / 4)),
    ),
    "CyclicLR-triangular2": (
        lambda o: CyclicLR(o, 0.1, 0.9, 2, 3, "triangular2"),
        lambda t: 0.1 + 0.8 * [0, 1 / 2, 1, 2 / 3, 1 / 3][t % 5] / 2 ** (t // 5),
    ),
    "CyclicLR-exp_range": (
        lambda o: CyclicLR(o, 0.1, 0.9, 4, mode="exp_range", gamma=0.9),
        lambda t: 0.1 + 0.8 * (1 - abs(1 - t % 8 / 4)) * 0.9**t,
    ),
    "OneCycleLR": (
        lambda o: OneCycleLR(o, 0.5, 21, pct_start=1 / 3, anneal_strategy="linear"),
        lambda t: (
            0.02 + (0.5 - 0.02) * t / 6 if t <= 6 else 0.5 + (0.02 / 1e4 - 0.5) * (t - 6) / 14
        ),
    ),
}


def length(t: int) -> int:
    return next(n for n, end in ((2, 2), (4, 6), (8, 14), (16, 30)) if t < end)


@pytest.mark.parametrize("name", SCHEDULES)
def test_twenty_epochs_follow_the_formula(name: str) -> None:
    make, formula = SCHEDULES[name]
    scheduler = make(sgd())
    expected = [formula(t) for t in range(20)]
    assert_allclose(run(scheduler, 20), expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", SCHEDULES)
def test_the_closed_form_is_the_same(name: str) -> None:
    make, formula = SCHEDULES[name]
    optimizer = sgd()
    scheduler = SequentialLR(optimizer, [ConstantLR(optimizer, 1.0), make(optimizer)], [3])
    start = 1.0 if name == "MultiplicativeLR" else formula(0)
    if name == "MultiplicativeLR":  # its function has no value for epoch 0
        with pytest.raises(ZeroDivisionError):
            run(scheduler, 4)
        return
    lrs = run(scheduler, 20)
    assert lrs[:3] == [optimizer.param_groups[0].get("initial_lr")] * 3
    assert_allclose(lrs[3:], [start, *(formula(t) for t in range(1, 17))], rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", SCHEDULES)
def test_a_run_goes_on_from_its_state(name: str) -> None:
    make, _ = SCHEDULES[name]
    one = make(sgd())
    run(one, 7)
    saved = pickle.loads(pickle.dumps((one.state_dict(), one.optimizer.state_dict())))
    rest = run(one, 12)
    other = make(sgd(3.0))
    other.load_state_dict(saved[0])
    other.optimizer.load_state_dict(saved[1])
    assert other.last_epoch == 7
    assert run(other, 12) == rest
    assert repr(other.state_dict()) == repr(one.state_dict())
    assert repr(other) == repr(one)


@pytest.mark.parametrize("way", ["deepcopy", "pickle"])
def test_copies_go_on_by_themselves(way: str) -> None:
    optimizer = sgd()
    scheduler = WarmupLR(CosineAnnealingLR(optimizer, 9), 4)
    run(scheduler, 3)
    other = copy.deepcopy(scheduler) if way == "deepcopy" else pickle.loads(pickle.dumps(scheduler))
    lrs = run(other, 9)
    assert optimizer.param_groups[0]["lr"] == 0.8125
    assert run(scheduler, 9) == lrs


# ------------------------------------------------------------------------ groups and momenta


def test_groups_have_learning_rates_of_their_own() -> None:
    optimizer = sgd(1.0, 0.5)
    scheduler = LambdaLR(optimizer, [lambda t: 0.5**t, lambda t: 1.0 + t])
    step(scheduler)
    assert scheduler.get_last_lr() == [0.5, 1.0]
    assert [group["lr"] for group in optimizer.param_groups] == [0.5, 1.0]
    assert scheduler.base_lrs == [1.0, 0.5]
    cycle = CyclicLR(sgd(1.0, 1.0), [0.1, 0.2], [0.3, 0.6], 1)
    step(cycle)
    assert_allclose(cycle.get_last_lr(), [0.3, 0.6])


@pytest.mark.parametrize("kind", [SGD, Adam])
def test_momentum_goes_the_other_way(kind: Any) -> None:
    def momentum() -> float:
        group = optimizer.param_groups[0]
        assert group["betas"][1] == 0.999 if kind is Adam else True
        found: float = group["momentum"] if kind is SGD else group["betas"][0]
        return found

    optimizer = kind([leaf()])
    scheduler: LRScheduler = CyclicLR(optimizer, 0.1, 0.9, 2, base_momentum=0.5, max_momentum=0.9)
    momenta = []
    for _ in range(5):
        momenta.append(momentum())
        step(scheduler)
    assert_allclose(momenta, [0.9, 0.7, 0.5, 0.7, 0.9])

    optimizer = kind([leaf()])
    scheduler = OneCycleLR(
        optimizer, 1.0, 6, pct_start=0.5, anneal_strategy="linear", three_phase=True
    )
    momenta = []
    for _ in range(6):
        momenta.append(momentum())
        step(scheduler)
    assert_allclose(momenta, [0.95, 0.9, 0.85, 0.9, 0.95, 0.95])
    assert_allclose(scheduler.get_last_lr(), 0.04 / 1e4)


def test_one_cycle_ends() -> None:
    scheduler = OneCycleLR(sgd(), 1.0, 3)
    run(scheduler, 3)
    before = scheduler.get_last_lr()
    with pytest.raises(ValueError, match="OneCycleLR: step 4, but total_steps is 3"):
        scheduler.step()
    assert scheduler.last_epoch == 3
    assert scheduler.get_last_lr() == before
    for share in (0.0, 1.0):
        assert math.isfinite(sum(run(OneCycleLR(sgd(), 1.0, 4, pct_start=share), 4)))
    assert run(OneCycleLR(sgd(), 1.0, 1), 1) == [0.04 / 1e4]


# ------------------------------------------------------------------------ plateaus


def test_plateau() -> None:
    optimizer = sgd(1.0, 1e-3)
    scheduler = ReduceLROnPlateau(optimizer, factor=0.1, patience=1, cooldown=2, min_lr=[0.0, 1e-3])
    lrs = []
    for loss in (3, 2, 2, 2, 1, 1, 1, 1, Tensor([0.5])):
        scheduler.step(loss)
        lrs.append(scheduler.get_last_lr()[0])
    # bad epochs: the third, the fourth; then two that are not counted, then two more
    assert_allclose(lrs, [1, 1, 1, 0.1, 0.1, 0.1, 0.1, 0.01, 0.01])
    assert scheduler.best == 0.5
    assert optimizer.param_groups[1]["lr"] == 1e-3


@pytest.mark.parametrize(
    ("mode", "threshold_mode", "better", "worse"),
    [
        ("min", "rel", 0.89, 0.91),
        ("min", "abs", 0.89, 0.91),
        ("max", "rel", 1.11, 1.09),
        ("max", "abs", 1.11, 1.09),
    ],
)
def test_what_is_an_improvement(
    mode: Any, threshold_mode: Any, better: float, worse: float
) -> None:
    scheduler = ReduceLROnPlateau(
        sgd(), mode, patience=0, threshold=0.1, threshold_mode=threshold_mode
    )
    scheduler.step(1.0)
    scheduler.step(better)
    assert scheduler.get_last_lr() == [1.0]
    scheduler = ReduceLROnPlateau(
        sgd(), mode, patience=0, threshold=0.1, threshold_mode=threshold_mode
    )
    scheduler.step(1.0)
    scheduler.step(worse)
    assert scheduler.get_last_lr() == [0.1]
    scheduler.step(math.nan)  # no improvement either
    assert_allclose(scheduler.get_last_lr(), [0.01])


def test_a_plateau_with_more_groups() -> None:
    optimizer = sgd()
    scheduler = ReduceLROnPlateau(optimizer, patience=0, min_lr=0.5)
    optimizer.add_param_group({"params": leaf(), "lr": 2.0})
    scheduler.step(1.0)
    scheduler.step(1.0)
    assert scheduler.get_last_lr() == [0.5, 0.5]
    scheduler = ReduceLROnPlateau(optimizer, min_lr=[0.5, 0.25])
    optimizer.add_param_group({"params": leaf()})
    with pytest.raises(ValueError, match="has 3 groups of parameters, and min_lrs has 2"):
        scheduler.step(1.0)


# ------------------------------------------------------------------------ compositions


def test_chained_schedulers_multiply() -> None:
    optimizer = sgd()
    chained = ChainedScheduler([ExponentialLR(optimizer, 0.9), StepLR(optimizer, 2, 0.5)])
    assert_allclose(run(chained, 7), [0.9**t * 0.5 ** (t // 2) for t in range(7)])
    assert chained.last_epoch == 7


def test_a_change_by_hand_stays() -> None:
    scheduler = ExponentialLR(sgd(), 0.5)
    scheduler.optimizer.param_groups[0]["lr"] = 8.0
    step(scheduler)
    assert scheduler.get_last_lr() == [4.0]


def test_schedulers_one_after_another_and_in_one_another() -> None:
    def inner(o: Optimizer) -> LRScheduler:
        return SequentialLR(o, [ConstantLR(o, 0.5, 9), ExponentialLR(o, 0.1)], [2])

    def chain(o: Optimizer) -> LRScheduler:
        return ChainedScheduler([ConstantLR(o, 0.5, 2), ExponentialLR(o, 0.5)])

    first = [0.5, 0.5, 1.0, 0.1]
    then = [0.5, 0.25, 0.25 * 2 * 0.5, 0.125]
    for makers, expected in (
        ((inner, chain), first + then),
        ((chain, inner), then + first),
        ((chain, chain, inner, inner), then + then + first + first),
    ):
        optimizer = sgd()
        schedulers = [make(optimizer) for make in makers]
        milestones = [4 * i for i in range(1, len(makers))]
        scheduler = SequentialLR(optimizer, schedulers, milestones)
        assert_allclose(run(scheduler, len(expected)), expected)
    deep = sgd()
    nested = SequentialLR(
        deep, [SequentialLR(deep, [inner(deep), chain(deep)], [4]), inner(deep)], [8]
    )
    assert_allclose(run(nested, 12), first + then + first)


def test_a_milestone_at_zero() -> None:
    optimizer = sgd()
    schedulers = [ConstantLR(optimizer, 0.1), ExponentialLR(optimizer, 0.5)]
    assert run(SequentialLR(optimizer, schedulers, [0]), 3) == [1.0, 0.5, 0.25]


def test_warm_up() -> None:
    optimizer = sgd()
    scheduler = WarmupLR(ExponentialLR(optimizer, 0.5), total_iters=4)
    assert_allclose(run(scheduler, 7), [0.25, 0.4375, 0.625, 0.8125, 1.0, 0.5, 0.25])
    optimizer = sgd()
    scheduler = WarmupLR(ExponentialLR(optimizer, 0.5), total_iters=2, start_factor=0.5)
    assert_allclose(run(scheduler, 4), [0.5, 0.75, 1.0, 0.5])


# ------------------------------------------------------------------------ state


class Power:
    def __init__(self, power: float) -> None:
        self.power = power

    def __call__(self, t: float) -> float:
        return float((1.0 + t) ** -self.power)


def test_objects_that_compute_are_saved() -> None:
    one, other = (LambdaLR(sgd(1.0, 1.0), [Power(p), lambda t: 1.0]) for p in (2.0, 1.0))
    saved = one.state_dict()
    assert saved["lr_lambdas"] == [{"power": 2.0}, None]
    other.load_state_dict(saved)
    step(other)
    assert other.get_last_lr() == [0.25, 1.0]
    a, b = (CyclicLR(sgd(), 0.1, 0.9, 1, scale_fn=Power(p)) for p in (1.0, 0.0))
    b.load_state_dict(a.state_dict())
    step(b)
    assert_allclose(b.get_last_lr(), [0.1 + 0.8 / 2])
    builtin = LambdaLR(sgd(), math.exp)
    builtin.load_state_dict(builtin.state_dict())
    assert builtin.state_dict()["lr_lambdas"] == [None]


Change = Callable[[Any], Any]
STATE_ERRORS: list[tuple[str, Callable[[], Any], Change, type[Exception], str]] = [
    (
        "form",
        lambda: StepLR(sgd(), 3),
        lambda _: [1],
        TypeError,
        "StepLR: load_state_dict: expected a",
    ),
    (
        "more",
        lambda: StepLR(sgd(), 3),
        lambda d: d | {"x": 1},
        ValueError,
        "expected step_size, gamma",
    ),
    ("less", lambda: StepLR(sgd(), 3), lambda d: {}, ValueError, "expected step_size, gamma, "),
    (
        "type",
        lambda: StepLR(sgd(), 3),
        lambda d: d | {"gamma": "1"},
        TypeError,
        "gamma is '1', expec",
    ),
    (
        "range",
        lambda: StepLR(sgd(), 3),
        lambda d: d | {"gamma": -1},
        ValueError,
        "gamma must be a num",
    ),
    ("length", lambda: StepLR(sgd(), 3), lambda d: d | {"base_lrs": []}, TypeError, "base_lrs is"),
    (
        "milestones",
        lambda: MultiStepLR(sgd(), [3]),
        lambda d: d | {"milestones": {"3": 1}},
        TypeError,
        "milestones must be ints",
    ),
    (
        "counts",
        lambda: MultiStepLR(sgd(), [3]),
        lambda d: d | {"milestones": [3]},
        TypeError,
        "milestones is",
    ),
    (
        "mode",
        lambda: ReduceLROnPlateau(sgd()),
        lambda d: d | {"mode": "up"},
        ValueError,
        "mode must be 'min' or 'max', got 'up'",
    ),
    (
        "phases",
        lambda: OneCycleLR(sgd(), 1.0, 9),
        lambda d: d | {"_schedule_phases": [{}, {}]},
        TypeError,
        "_schedule_phases is {}",
    ),
    (
        "lambdas",
        lambda: LambdaLR(sgd(), Power(1)),
        lambda d: d | {"lr_lambdas": [1, 2]},
        TypeError,
        r"lr_lambdas is \[1, 2\], expected 1",
    ),
    (
        "schedulers",
        lambda: WarmupLR(StepLR(sgd(), 3), 4),
        lambda d: d | {"_schedulers": []},
        ValueError,
        "expected the states of 2 schedulers",
    ),
    (
        "one of them",
        lambda: WarmupLR(StepLR(sgd(), 3), 4),
        lambda d: d | {"_schedulers": [d["_schedulers"][0] | {"last_epoch": 5}, 3]},
        TypeError,
        "the state of a scheduler is 3",
    ),
    (
        "order",
        lambda: SequentialLR(o := sgd(), [StepLR(o, 3) for _ in range(3)], [1, 2]),
        lambda d: d | {"_milestones": [5, 4], "last_epoch": 9},
        ValueError,
        "milestones must increase",
    ),
]


@pytest.mark.parametrize(
    ("name", "make", "change", "kind", "message"), STATE_ERRORS, ids=[e[0] for e in STATE_ERRORS]
)
def test_what_does_not_fit_is_not_loaded(
    name: str, make: Callable[[], Any], change: Change, kind: type[Exception], message: str
) -> None:
    scheduler = make()
    before = repr(scheduler.state_dict())
    with pytest.raises(kind, match=message):
        scheduler.load_state_dict(change(scheduler.state_dict()))
    assert repr(scheduler.state_dict()) == before


# ------------------------------------------------------------------------ errors


WRONG: Any = "wrong"
NONE: Any = None
PLATEAU: Any = ReduceLROnPlateau(sgd())
ERRORS: list[tuple[str, Callable[[], Any], type[Exception], str]] = [
    ("optimizer", lambda: StepLR(WRONG, 3), TypeError, "StepLR: optimizer is str, expected an Opt"),
    (
        "optimizer-2",
        lambda: LambdaLR(WRONG, abs),
        TypeError,
        "LambdaLR: optimizer is str, expected",
    ),
    (
        "optimizer-3",
        lambda: CyclicLR(WRONG, 1, 1),
        TypeError,
        "CyclicLR: optimizer is str, expected",
    ),
    (
        "optimizer-4",
        lambda: OneCycleLR(WRONG, 1, 1),
        TypeError,
        "OneCycleLR: optimizer is str, exp",
    ),
    (
        "last_epoch",
        lambda: StepLR(sgd(), 3, last_epoch=-2),
        ValueError,
        "last_epoch must be an int, at",
    ),
    (
        "initial_lr",
        lambda: StepLR(sgd(), 3, last_epoch=0),
        KeyError,
        "group 0 of the optimizer has no",
    ),
    ("lambda", lambda: LambdaLR(sgd(), NONE), TypeError, "lr_lambda is None, expected a function"),
    (
        "lambda-2",
        lambda: MultiplicativeLR(sgd(), [NONE]),
        TypeError,
        "lr_lambda has None, expected",
    ),
    (
        "lambdas",
        lambda: LambdaLR(sgd(), [abs, abs]),
        ValueError,
        "has 2 functions, and the optimizer 1",
    ),
    ("number", lambda: LambdaLR(sgd(), lambda t: NONE), TypeError, "unsupported operand"),
    ("tensor", lambda: LambdaLR(sgd(), lambda t: WRONG * 0), TypeError, "can't multiply"),
    (
        "step_size",
        lambda: StepLR(sgd(), 0),
        ValueError,
        "StepLR: step_size must be an int, at least 1",
    ),
    (
        "gamma",
        lambda: ExponentialLR(sgd(), -0.5),
        ValueError,
        "ExponentialLR: gamma must be a number",
    ),
    ("milestone", lambda: MultiStepLR(sgd(), [0.5]), TypeError, "milestones must be ints, got"),  # type: ignore[list-item]  # the mistake
    (
        "factor",
        lambda: ConstantLR(sgd(), 1.5),
        ValueError,
        "factor must be a number from 0 to 1, got",
    ),
    ("start", lambda: LinearLR(sgd(), 0.0), ValueError, "start_factor must be more than 0"),
    (
        "end",
        lambda: LinearLR(sgd(), 0.5, 2.0),
        ValueError,
        "end_factor must be a number from 0 to 1",
    ),
    ("iters", lambda: LinearLR(sgd(), total_iters=0), ValueError, "total_iters must be an int, at"),
    (
        "power",
        lambda: PolynomialLR(sgd(), 5, -1.0),
        ValueError,
        "PolynomialLR: power must be a number",
    ),
    ("T_max", lambda: CosineAnnealingLR(sgd(), 0), ValueError, "T_max must be an int, at least 1"),
    (
        "T_0",
        lambda: CosineAnnealingWarmRestarts(sgd(), 0),
        ValueError,
        "T_0 must be an int, at least",
    ),
    (
        "time",
        lambda: CosineAnnealingWarmRestarts(sgd(), 5).step(-0.5),
        ValueError,
        "epoch must be a number, at least 0, got -0.5",
    ),
    ("mode", lambda: CyclicLR(sgd(), 0, 1, mode=WRONG), ValueError, "mode must be 'triangular', "),
    (
        "scale_mode",
        lambda: CyclicLR(sgd(), 0, 1, scale_fn=abs, scale_mode=WRONG),
        ValueError,
        "scale_",
    ),
    (
        "size",
        lambda: CyclicLR(sgd(), 0, 1, 0),
        ValueError,
        "step_size_up must be a number, more than",
    ),
    (
        "max_lr",
        lambda: CyclicLR(sgd(), 0, [1, 2]),
        ValueError,
        "max_lr has 2 values, and the optimizer",
    ),
    (
        "base_lr",
        lambda: CyclicLR(sgd(), -1, 1),
        ValueError,
        "base_lr must be numbers, at least 0, got",
    ),
    (
        "momentum",
        lambda: CyclicLR(Adagrad([leaf()]), 0, 1),
        ValueError,
        "pass cycle_momentum=False",
    ),
    (
        "momentum-2",
        lambda: OneCycleLR(Adagrad([leaf()]), 1, 9),
        ValueError,
        "Adagrad has none; pass",
    ),
    ("total", lambda: OneCycleLR(sgd(), 1.0), ValueError, "pass total_steps, or both epochs and"),
    (
        "total-2",
        lambda: OneCycleLR(sgd(), 1.0, -1),
        ValueError,
        "total_steps must be an int, at least",
    ),
    (
        "epochs",
        lambda: OneCycleLR(sgd(), 1.0, epochs=0, steps_per_epoch=1),
        ValueError,
        "epochs must",
    ),
    (
        "pct",
        lambda: OneCycleLR(sgd(), 1.0, 9, pct_start=2),
        ValueError,
        "pct_start must be a number",
    ),
    (
        "anneal",
        lambda: OneCycleLR(sgd(), 1.0, 9, anneal_strategy=WRONG),
        ValueError,
        "anneal_strat",
    ),
    (
        "div",
        lambda: OneCycleLR(sgd(), 1.0, 9, div_factor=0),
        ValueError,
        "div_factor must be a number,",
    ),
    (
        "reduce",
        lambda: ReduceLROnPlateau(sgd(), factor=1.0),
        ValueError,
        "factor must be a number, at",
    ),
    (
        "patience",
        lambda: ReduceLROnPlateau(sgd(), patience=-1),
        ValueError,
        "patience must be an int",
    ),
    (
        "metric",
        lambda: ReduceLROnPlateau(sgd()).step(NONE),
        TypeError,
        "metrics is NoneType, expected",
    ),
    (
        "min or max",
        lambda: ReduceLROnPlateau(sgd(), WRONG),
        ValueError,
        "mode must be 'min' or 'max'",
    ),
    (
        "none",
        lambda: ChainedScheduler([]),
        ValueError,
        "ChainedScheduler: expected a list of sched",
    ),
    (
        "plateau",
        lambda: ChainedScheduler([PLATEAU]),
        TypeError,
        "needs a metric, and steps by itself",
    ),
    (
        "not one",
        lambda: ChainedScheduler([WRONG]),
        TypeError,
        "scheduler 0 is str, expected an LRSch",
    ),
    (
        "two",
        lambda: ChainedScheduler([StepLR(sgd(), 3), StepLR(sgd(), 3)]),
        ValueError,
        "scheduler 1 is one of another optimizer",
    ),
    (
        "milestones",
        lambda: SequentialLR(o := sgd(), [StepLR(o, 3)], [1]),
        ValueError,
        "1 schedulers and",
    ),
    (
        "goes on",
        lambda: SequentialLR(o := sgd(), [StepLR(o, 3)], [], 5),
        ValueError,
        "it goes on by load_state_dict, not by a last_epoch, got 5",
    ),
    (
        "warm-up",
        lambda: WarmupLR(PLATEAU, 5),
        TypeError,
        "WarmupLR: scheduler is ReduceLROnPlateau",
    ),
    (
        "warm-up-0",
        lambda: WarmupLR(StepLR(sgd(), 3), 0),
        ValueError,
        "WarmupLR: total_iters must be",
    ),
]


@pytest.mark.parametrize(("name", "run", "kind", "message"), ERRORS, ids=[e[0] for e in ERRORS])
def test_errors(name: str, run: Any, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        run()


def test_a_scheduler_that_computes_no_numbers() -> None:
    class Wrong(LRScheduler):
        def get_lr(self) -> list[float]:
            found: Any = [None] if self.last_epoch else [1.0]
            return found  # type: ignore[no-any-return]  # the mistake

    scheduler = Wrong(sgd())
    scheduler.optimizer.step()
    with pytest.raises(
        TypeError, match="Wrong: a learning rate came out as None, expected a number"
    ):
        scheduler.step()
    assert scheduler.last_epoch == 0


def test_a_group_that_came_later() -> None:
    optimizer = sgd()
    scheduler = LambdaLR(optimizer, lambda t: 1.0)
    optimizer.add_param_group({"params": leaf()})
    optimizer.step()
    with pytest.raises(
        ValueError, match="has 2 groups of parameters, and had 1 when this was made"
    ):
        scheduler.step()
    assert scheduler.last_epoch == 0


def test_a_warning_if_the_optimizer_never_steps() -> None:
    scheduler = StepLR(sgd(), 3)
    with pytest.warns(UserWarning, match="before the first step") as record:
        scheduler.step()
    assert record[0].filename == __file__
    scheduler.step()  # once is enough


def test_numpy_numbers_become_plain_ones() -> None:
    scheduler = LambdaLR(sgd(), lambda t: np.float64(0.5))
    assert type(scheduler.optimizer.param_groups[0]["lr"]) is float
    assert type(scheduler.get_last_lr()[0]) is float
