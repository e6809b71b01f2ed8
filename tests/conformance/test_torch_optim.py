"""Optimizers side by side with PyTorch's, over PyTorch's own samples of settings."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose
from torch.testing._internal.common_optimizers import optim_db

from grad_core import Tensor
from grad_nn import optim

SHAPES = [(3, 4), (4,), (2, 3, 2), ()]
MATRICES = [(3, 4), (5, 2)]
IMPLEMENTATION = ("foreach", "fused", "capturable", "differentiable")

MORE: dict[str, list[dict[str, Any]]] = {
    "SGD": [
        {"lr": 0.05, "momentum": 0.9, "dampening": 0.5},
        {"lr": 0.05, "momentum": 0.9, "dampening": -0.5, "maximize": True, "weight_decay": 0.1},
    ],
    "Adam": [
        {"lr": 0.05, "betas": (0.5, 0.7), "eps": 1e-3},
        {"decoupled_weight_decay": True, "weight_decay": 0.1, "amsgrad": True, "maximize": True},
    ],
    "AdamW": [{"lr": 0.1, "amsgrad": True, "betas": (0.5, 0.6)}],
    "NAdam": [{"lr": 0.1, "betas": (0.7, 0.8), "eps": 1e-2}],
    "RAdam": [{"lr": 0.1, "betas": (0.7, 0.9), "maximize": True, "weight_decay": 0.1}],
    "Adamax": [{"lr": 0.1, "betas": (0.7, 0.8), "eps": 1e-2}],
    "Adadelta": [{"rho": 1.0}, {"rho": 0.0, "eps": 1e-2}],
    "Adagrad": [{"lr": 0.1, "eps": 1e-2, "maximize": True}],
    "RMSprop": [
        {"lr": 0.05, "alpha": 0.5, "momentum": 0.8, "centered": True, "weight_decay": 0.1},
        {"lr": 0.05, "eps": 1e-2, "centered": True, "maximize": True},
    ],
    "Rprop": [{"lr": 0.1, "etas": (0.3, 1.5), "step_sizes": (1e-3, 0.2)}],
    "ASGD": [{"lr": 0.05, "lambd": 0.1, "alpha": 0.5, "t0": 7.0}],
    "Adafactor": [
        {"lr": 0.5, "eps": (1e-3, 0.5), "d": 1.0, "beta2_decay": -0.5, "weight_decay": 0.1}
    ],
    "Muon": [
        {"adjust_lr_fn": "match_rms_adamw", "lr": 0.05},
        {"nesterov": False, "momentum": 0.5, "lr": 0.01, "eps": 10.0},
    ],
    "LBFGS": [
        {"max_iter": 3, "history_size": 2},
        {"max_iter": 4, "max_eval": 3, "line_search_fn": "strong_wolfe", "lr": 0.3},
        {"lr": 30.0, "line_search_fn": "strong_wolfe", "max_iter": 3, "history_size": 3},
        {"lr": 1e-3, "line_search_fn": "strong_wolfe", "max_iter": 3},
    ],
}


def samples() -> Iterator[Any]:
    """PyTorch's samples of settings, those that say what is computed, and more."""
    for info in optim_db:
        name = info.optim_cls.__name__
        if name == "SparseAdam":
            continue
        theirs = [sample.kwargs for sample in info.optim_inputs_func(device="cpu")]
        for i, kwargs in enumerate([*theirs, *MORE[name]]):
            if not any(kwargs.get(key) for key in IMPLEMENTATION):
                settings = {k: plain(v) for k, v in kwargs.items() if k not in IMPLEMENTATION}
                yield pytest.param(name, settings, id=f"{name}-{i}")


def plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(plain(v) for v in value)
    return value.item() if isinstance(value, torch.Tensor) else value


def arrays(value: Any) -> Any:
    """A state_dict of PyTorch's with arrays for tensors."""
    if isinstance(value, dict):
        return {key: arrays(v) for key, v in value.items()}
    if isinstance(value, list):
        return [arrays(v) for v in value]
    return value.numpy() if isinstance(value, torch.Tensor) else value


def tensors(value: Any) -> Any:
    """A state_dict of ours with tensors for arrays."""
    if isinstance(value, dict):
        return {key: tensors(v) for key, v in value.items()}
    if isinstance(value, list):
        return [tensors(v) for v in value]
    return torch.tensor(value) if isinstance(value, np.ndarray) else value


@pytest.fixture(autouse=True)
def exact(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let PyTorch keep scalars of states in float64, and compute Muon's steps in it."""
    monkeypatch.setattr(torch.Tensor, "bfloat16", lambda tensor: tensor.clone())
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
    torch.set_default_dtype(before)


class Pair:
    """The same parameters and optimizer, here and in PyTorch."""

    def __init__(self, name: str, settings: dict[str, Any], start: list[Any]) -> None:
        self.ps = [Tensor(x, requires_grad=True, dtype=np.float64) for x in start]
        self.ts = [torch.tensor(x, requires_grad=True) for x in start]
        self.ours = getattr(optim, name)(self.ps, **settings)
        self.theirs = getattr(torch.optim, name)(self.ts, **settings)
        self.needs_closure = name == "LBFGS"
        # Rounding grows by each step. L-BFGS takes 20 in one, and is given more hills to cross;
        # RMSprop divides by roots of small numbers.
        self.rtol = {"LBFGS": 1e-8, "RMSprop": 1e-9}.get(name, 1e-10)
        self.hills = 3.0 if self.needs_closure else 1.0

    def step(self, i: int) -> None:
        ours, theirs = (
            self.closure(xs, lambda x, g: setattr(x, "grad", g), data, i)
            for xs, data in ((self.ps, lambda p: p.data), (self.ts, lambda t: t.detach().numpy()))
        )
        if self.needs_closure:
            assert_allclose(self.ours.step(ours), self.theirs.step(theirs), rtol=1e-10)
        else:
            ours()
            theirs()
            self.ours.step()
            self.theirs.step()

    def closure(
        self, xs: Any, set_grad: Callable[[Any, Any], None], data: Any, i: int
    ) -> Callable[[], float]:
        """Set gradients computed by NumPy, and return the loss; some get none now and then."""

        def evaluate() -> float:
            values = [data(x) for x in xs]
            total = sum(float(np.sum(v)) for v in values)
            loss = 0.05 * total**2
            for j, (x, v) in enumerate(zip(xs, values, strict=True)):
                scale = 0.5 + j
                loss += float(np.sum(scale * (v - 0.3) ** 2 / 2 + np.sin(self.hills * v)))
                grad = np.asarray(
                    scale * (v - 0.3) + self.hills * np.cos(self.hills * v) + 0.1 * total
                )
                if j == 1 and i % 3 == 0 and not self.needs_closure:
                    set_grad(x, None)
                else:
                    set_grad(x, torch.tensor(grad) if isinstance(x, torch.Tensor) else grad)
            return loss

        return evaluate

    def compare(self, message: str) -> None:
        for p, t in zip(self.ps, self.ts, strict=True):
            assert_allclose(p.data, t.detach().numpy(), rtol=self.rtol, atol=1e-12, err_msg=message)


@pytest.mark.parametrize(("name", "settings"), list(samples()))
def test_fifty_steps_and_states_both_ways(name: str, settings: dict[str, Any]) -> None:
    shapes = MATRICES if name == "Muon" else SHAPES
    rng = np.random.default_rng(5)
    start = [rng.normal(size=shape) for shape in shapes]
    pair = Pair(name, settings, start)
    count = 6 if name == "LBFGS" else 50
    for i in range(1, count // 2):
        pair.step(i)
        pair.compare(f"step {i}")

    # Each goes on from the other's state
    other = Pair(name, {}, [p.data for p in pair.ps])
    other.ours.load_state_dict(arrays(pair.theirs.state_dict()))
    other.theirs.load_state_dict(tensors(pair.ours.state_dict()))
    assert list(pair.ours.state_dict()["state"]) == list(pair.theirs.state_dict()["state"])
    for i in range(count // 2, count):
        pair.step(i)
        other.step(i)
        pair.compare(f"step {i}")
        other.compare(f"step {i}, after loading")
        for p, q in zip(pair.ps, other.ps, strict=True):
            assert_allclose(p.data, q.data, rtol=pair.rtol, atol=1e-12)


def test_every_optimizer_of_pytorch_is_compared() -> None:
    compared = {info.optim_cls.__name__ for info in optim_db}
    assert compared == {*MORE, "SparseAdam"}


@pytest.mark.parametrize("name", [name for name in MORE if name not in ("LBFGS", "Muon")])
def test_groups(name: str) -> None:
    rng = np.random.default_rng(6)
    a, b = rng.normal(size=3), rng.normal(size=(2, 2))
    p, q = (Tensor(x, requires_grad=True, dtype=np.float64) for x in (a, b))
    s, t = (torch.tensor(x, requires_grad=True) for x in (a, b))
    decay = {} if name == "Rprop" else {"weight_decay": 0.3}
    ours = getattr(optim, name)([{"params": [p], "lr": 0.3}, {"params": q, **decay}], lr=0.1)
    theirs = getattr(torch.optim, name)(
        [{"params": [s], "lr": 0.3}, {"params": t, **decay}], lr=0.1
    )
    for _ in range(10):
        for x, y in ((p, s), (q, t)):
            x.grad = np.cos(x.data)
            y.grad = torch.cos(y.detach())
        ours.step()
        theirs.step()
        ours.param_groups[0]["lr"] *= 0.9
        theirs.param_groups[0]["lr"] *= 0.9
    assert_allclose(p.data, s.detach().numpy(), rtol=1e-12)
    assert_allclose(q.data, t.detach().numpy(), rtol=1e-12)
    settings = ours.state_dict()["param_groups"][1]
    saved = theirs.state_dict()["param_groups"][1]
    assert settings == {k: v for k, v in saved.items() if k not in IMPLEMENTATION}
