"""Averages of weights, the statistics of batch norm under them, and their learning rate."""

from __future__ import annotations

import copy
import math
import pickle
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from grad_core import Tensor
from grad_nn import BatchNorm1d, Buffer, Dropout, Linear, Module, Sequential
from grad_nn.optim import SGD
from grad_nn.optim.swa_utils import (
    SWALR,
    AveragedModel,
    get_ema_avg_fn,
    get_ema_multi_avg_fn,
    get_swa_avg_fn,
    get_swa_multi_avg_fn,
    update_bn,
)


def model() -> Sequential:
    return Sequential(Linear(3, 4, rng=0), BatchNorm1d(4), Linear(4, 2, rng=1))


def train(module: Module, seed: int) -> None:
    """Change every Parameter and Buffer, as training would."""
    rng = np.random.default_rng(seed)
    for t in (*module.parameters(), *module.buffers()):
        values = rng.normal(size=t.shape) * 10
        t.assign(values.astype(t.dtype))


def arrays(module: Module) -> list[Any]:
    return [p.data.copy() for p in module.parameters()]


AVERAGES: dict[str, tuple[dict[str, Any], Callable[[Any, Any, int], Any]]] = {
    "default": ({}, lambda a, x, n: (a * n + x) / (n + 1)),
    "swa": ({"avg_fn": get_swa_avg_fn()}, lambda a, x, n: (a * n + x) / (n + 1)),
    "swa-multi": ({"multi_avg_fn": get_swa_multi_avg_fn()}, lambda a, x, n: (a * n + x) / (n + 1)),
    "ema": ({"avg_fn": get_ema_avg_fn(0.7)}, lambda a, x, n: 0.7 * a + 0.3 * x),
    "ema-multi": ({"multi_avg_fn": get_ema_multi_avg_fn(0.7)}, lambda a, x, n: 0.7 * a + 0.3 * x),
    "ema-0": ({"multi_avg_fn": get_ema_multi_avg_fn(0.0)}, lambda a, x, n: x),
    "ema-1": ({"avg_fn": get_ema_avg_fn(1.0)}, lambda a, x, n: a),
    "own": ({"avg_fn": lambda a, x, n: a + n * x}, lambda a, x, n: a + n * x),
}


@pytest.mark.parametrize("name", AVERAGES)
@pytest.mark.parametrize("use_buffers", [False, True])
def test_averages(name: str, use_buffers: bool) -> None:
    settings, average = AVERAGES[name]
    trained = model()
    averaged = AveragedModel(trained, **settings, use_buffers=use_buffers)
    expected: list[Any] = []
    for n in range(6):
        train(trained, n)
        averaged.update_parameters(trained)
        assert averaged.n_averaged.item() == n + 1
        now = [*trained.parameters(), *trained.buffers()]
        many = now if use_buffers else [*trained.parameters()]
        for i, t in enumerate(now):
            if not n or i >= len(many):
                expected[i : i + 1] = [t.data.copy()]
            else:
                expected[i] = average(expected[i], t.data, n)
                if t.dtype.kind == "i":
                    expected[i] = np.trunc(expected[i])
        found = [*averaged.module.parameters(), *averaged.module.buffers()]
        for t, e in zip(found, expected, strict=True):
            assert_allclose(t.data, e, rtol=1e-5, atol=1e-5)
            assert t.dtype in (np.float32, np.int64)


def test_it_is_called_like_the_model_with_weights_of_its_own() -> None:
    class Scaled(Module):
        def __init__(self) -> None:
            self.linear = Linear(2, 2, rng=0)

        def forward(self, x: Tensor, *, scale: float = 1.0) -> Tensor:
            return self.linear(x) * scale

    trained = Scaled()
    averaged = AveragedModel(trained)
    x = Tensor([1.0, 2.0])
    assert_array_equal(averaged(x, scale=3.0).data, trained(x, scale=3.0).data)
    before = averaged(x).data.copy()
    train(trained, 0)
    assert_array_equal(averaged(x).data, before)
    averaged.update_parameters(trained)
    assert_array_equal(averaged(x).data, trained(x).data)
    assert_array_equal(averaged.module.state_dict()["linear.weight"], trained.linear.weight.data)


def test_state() -> None:
    trained = model()
    averaged = AveragedModel(trained, multi_avg_fn=get_ema_multi_avg_fn(0.9))
    for n in range(3):
        train(trained, n)
        averaged.update_parameters(trained)
    state = averaged.state_dict()
    assert list(state) == ["n_averaged", *(f"module.{name}" for name in trained.state_dict())]
    assert state["n_averaged"].dtype == np.int64
    other = AveragedModel(model(), multi_avg_fn=get_ema_multi_avg_fn(0.9))
    other.load_state_dict(state)
    copies = [other, copy.deepcopy(averaged), pickle.loads(pickle.dumps(averaged))]
    train(trained, 9)
    averaged.update_parameters(trained)
    for one in copies:
        one.update_parameters(trained)
        for a, b in zip(arrays(one), arrays(averaged), strict=True):
            assert_array_equal(a, b)


def test_what_gradients_and_graphs_hold_stays() -> None:
    trained = Linear(2, 1, rng=0)
    averaged = AveragedModel(trained)
    averaged.update_parameters(trained)
    out = averaged(Tensor([1.0, 2.0]))
    weight = averaged.module.state_dict()["weight"]
    train(trained, 0)
    averaged.update_parameters(trained)
    out.backward()  # of the values before
    assert not np.array_equal(averaged.module.state_dict()["weight"], weight)
    trained.weight.data[:] = 100.0
    assert (averaged.module.state_dict()["weight"] != 100.0).all()  # nothing is shared


def test_a_model_of_other_shapes_changes_nothing() -> None:
    averaged = AveragedModel(model())
    averaged.update_parameters(model())
    before = arrays(averaged)
    for other in (Linear(3, 4), Sequential(Linear(3, 4), BatchNorm1d(4), Linear(4, 3))):
        with pytest.raises(ValueError, match="model has parameters of the shapes"):
            averaged.update_parameters(other)
    frozen: Any = model()
    frozen[1].extra = Buffer([1.0])
    with pytest.raises(ValueError, match="model has buffers of the shapes"):
        averaged.update_parameters(frozen)
    for a, b in zip(arrays(averaged), before, strict=True):
        assert_array_equal(a, b)
    assert averaged.n_averaged.item() == 1


# ------------------------------------------------------------------------ batch norm


@pytest.mark.parametrize("form", ["tensor", "tuple", "list", "array"])
def test_update_bn(form: str) -> None:
    rng = np.random.default_rng(0)
    data = [rng.normal(size=(8, 3)).astype(np.float32) * (i + 1) for i in range(4)]
    forms: dict[str, Callable[[Any], Any]] = {
        "tensor": Tensor,
        "tuple": lambda x: (Tensor(x), "labels"),
        "list": lambda x: [Tensor(x)],
        "array": lambda x: x,
    }
    norm = BatchNorm1d(3, momentum=0.3)
    dropout = Dropout(0.5)
    net = Sequential(norm, dropout)
    train(norm, 0)
    weight = norm.weight
    assert weight is not None
    before = weight.data.copy()
    dropout.eval()
    update_bn(map(forms[form], data), net)
    assert norm.running_mean is not None
    assert norm.running_var is not None
    assert norm.num_batches_tracked is not None
    assert_allclose(norm.running_mean.data, np.mean([x.mean(0) for x in data], 0), atol=1e-5)
    assert_allclose(norm.running_var.data, np.mean([x.var(0, ddof=1) for x in data], 0), rtol=1e-5)
    assert norm.num_batches_tracked.item() == 4
    assert norm.momentum == 0.3
    assert (net.training, norm.training, dropout.training) == (True, True, False)
    assert_array_equal(weight.data, before)


def test_update_bn_does_all_or_nothing() -> None:
    def loader() -> Iterator[Any]:
        yield Tensor(np.ones((2, 3)))
        yield "wrong"

    norm = BatchNorm1d(3, momentum=0.3).eval()
    train(norm, 0)
    before = norm.state_dict()
    with pytest.raises(
        TypeError, match="a batch is str, expected a Tensor, or a tuple or list that"
    ):
        update_bn(loader(), norm)
    assert repr(norm.state_dict()) == repr(before)
    assert norm.momentum == 0.3
    assert not norm.training


def test_update_bn_without_any_reads_no_batch() -> None:
    def loader() -> Iterator[Any]:
        raise AssertionError
        yield

    update_bn(loader(), Linear(2, 2))


# ------------------------------------------------------------------------ learning rate


@pytest.mark.parametrize("strategy", ["cos", "linear"])
@pytest.mark.parametrize("epochs", [0, 1, 5])
def test_swalr(strategy: Any, epochs: int) -> None:
    optimizer = SGD([{"params": Tensor([1.0], requires_grad=True), "lr": lr} for lr in (1.0, 0.1)])
    scheduler = SWALR(optimizer, [0.5, 0.3], epochs, strategy)
    for t in range(10):
        x = min(t / epochs, 1.0) if epochs else 1.0
        a = x if strategy == "linear" else (1 - math.cos(math.pi * x)) / 2
        expected = [a * 0.5 + (1 - a) * 1.0, a * 0.3 + (1 - a) * 0.1]
        assert_allclose(scheduler.get_last_lr(), expected, rtol=1e-12)
        if t == 3:
            saved = scheduler.state_dict(), optimizer.state_dict()
            optimizer = SGD(
                [{"params": Tensor([1.0], requires_grad=True)} for _ in range(2)], lr=9.0
            )
            scheduler = SWALR(optimizer, 1.0, epochs, strategy)
            scheduler.load_state_dict(saved[0])
            optimizer.load_state_dict(saved[1])
        optimizer.step()
        scheduler.step()


WRONG: Any = "wrong"
ERRORS: list[tuple[str, Callable[[], Any], type[Exception], str]] = [
    (
        "decay",
        lambda: get_ema_avg_fn(1.5),
        ValueError,
        "get_ema_avg_fn: decay must be a number from",
    ),
    (
        "decay-2",
        lambda: get_ema_multi_avg_fn(WRONG),
        ValueError,
        "decay must be a number from 0 to 1",
    ),
    (
        "model",
        lambda: AveragedModel(WRONG),
        TypeError,
        "AveragedModel: model is str, expected a Mod",
    ),
    (
        "both",
        lambda: AveragedModel(
            Linear(1, 1), avg_fn=get_swa_avg_fn(), multi_avg_fn=get_swa_multi_avg_fn()
        ),
        ValueError,
        "pass one of avg_fn and multi_avg_fn, got both",
    ),
    (
        "update_bn",
        lambda: update_bn([], WRONG),
        TypeError,
        "update_bn: model is str, expected a Modu",
    ),
    ("swa_lr", lambda: SWALR(sgd(), -1.0), ValueError, "SWALR: swa_lr must be numbers, at least 0"),
    (
        "epochs",
        lambda: SWALR(sgd(), 1.0, -1),
        ValueError,
        "anneal_epochs must be an int, at least 0",
    ),
    (
        "strategy",
        lambda: SWALR(sgd(), 1.0, 1, WRONG),
        ValueError,
        "anneal_strategy must be 'cos' or",
    ),
    (
        "optimizer",
        lambda: SWALR(WRONG, 1.0),
        TypeError,
        "SWALR: optimizer is str, expected an Optim",
    ),
]


def sgd() -> SGD:
    return SGD([Tensor([1.0], requires_grad=True)])


@pytest.mark.parametrize(("name", "run", "kind", "message"), ERRORS, ids=[e[0] for e in ERRORS])
def test_errors(name: str, run: Any, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        run()
