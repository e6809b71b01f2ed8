"""`nn.utils` side by side with PyTorch: clipping, vectors, and parametrizations in training."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose
from torch.nn.utils import parametrizations as their_parametrizations
from torch.nn.utils import parametrize as their_parametrize
from torch.utils.flop_counter import FlopCounterMode

import grad_core as gc
import grad_nn as nn
from grad_core import Tensor
from grad_nn.utils import parametrizations, parametrize

their_utils = torch.nn.utils
rng = np.random.default_rng(0)
GRADS: dict[str, list[Any]] = {
    "usual": [rng.normal(size=(3, 2)), rng.normal(size=4)],
    "small": [np.full(3, 1e-3), np.zeros((2, 2))],
    "zeros": [np.zeros(3)],
    "scalar": [np.array(-3.0)],
    "infinite": [np.array([np.inf, 1.0]), np.ones(2)],
    "nan": [np.array([np.nan, 1.0]), np.ones(2)],
    "none": [],
}
ORDERS = [2.0, 1.0, 3.0, 0.5, math.inf, -math.inf, 0.0]


def pair(grads: list[Any], dtype: Any) -> tuple[list[torch.Tensor], list[Tensor]]:
    theirs, ours = [], []
    for g in grads:
        g = np.asarray(g, dtype)  # of the dtype
        theirs.append(torch.zeros(g.shape, dtype=torch.from_numpy(g).dtype, requires_grad=True))
        theirs[-1].grad = torch.from_numpy(g.copy())
        ours.append(Tensor(np.zeros(g.shape), requires_grad=True, dtype=dtype))
        ours[-1].grad = g.copy()
    unreached = torch.zeros(2, requires_grad=True), Tensor([0.0, 0.0], requires_grad=True)
    return [*theirs, unreached[0]], [*ours, unreached[1]]


def grads_are_equal(ours: list[Tensor], theirs: list[torch.Tensor], dtype: Any) -> None:
    assert not ours[-1].has_grad
    for p, q in zip(ours[:-1], theirs[:-1], strict=True):
        assert p.grad is not None
        assert q.grad is not None
        assert p.grad.dtype == dtype
        assert_allclose(p.grad, q.grad.numpy(), rtol=1e-5 if dtype == np.float32 else 1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("name", GRADS)
def test_clip_grad_norm(name: str, order: float, dtype: Any) -> None:
    theirs, ours = pair(GRADS[name], dtype)
    expected = their_utils.clip_grad_norm_(theirs, 0.7, order)
    total = nn.utils.clip_grad_norm_(ours, 0.7, order)
    assert total.shape == ()
    assert_allclose(total.item(), expected.item(), rtol=1e-6)
    grads_are_equal(ours, theirs, dtype)
    of_grads = nn.utils.get_total_norm([np.asarray(g, dtype) for g in GRADS[name]], order)
    assert_allclose(of_grads.item(), expected.item(), rtol=1e-6)


def test_clip_grads_with_norm() -> None:
    theirs, ours = pair(GRADS["usual"], np.float64)
    their_utils.clip_grads_with_norm_(theirs, 0.5, torch.tensor(4.0, dtype=torch.float64))
    nn.utils.clip_grads_with_norm_(ours, 0.5, Tensor(4.0))
    grads_are_equal(ours, theirs, np.float64)


@pytest.mark.parametrize("name", [name for name, grads in GRADS.items() if grads])
def test_clip_grad_value(name: str) -> None:
    theirs, ours = pair(GRADS[name], np.float32)
    their_utils.clip_grad_value_(theirs, 0.3)
    nn.utils.clip_grad_value_(ours, 0.3)
    grads_are_equal(ours, theirs, np.float32)


def test_errors_of_norms_that_are_not_finite() -> None:
    theirs, ours = pair(GRADS["nan"], np.float32)
    for clip, params in ((their_utils.clip_grad_norm_, theirs), (nn.utils.clip_grad_norm_, ours)):
        with pytest.raises(RuntimeError):
            clip(params, 1.0, error_if_nonfinite=True)
    grads_are_equal(ours, theirs, np.float32)


def test_vectors() -> None:
    m = nn.Sequential(nn.Linear(2, 3, rng=0), nn.Linear(3, 1, rng=0))
    theirs = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.Linear(3, 1))
    theirs.load_state_dict({k: torch.from_numpy(v) for k, v in m.state_dict().items()})
    vector = nn.utils.parameters_to_vector(m.parameters())
    expected = their_utils.parameters_to_vector(theirs.parameters())
    assert_allclose(vector.data, expected.detach().numpy())
    nn.utils.vector_to_parameters(vector * 2, m.parameters())
    their_utils.vector_to_parameters(expected * 2, theirs.parameters())
    for p, q in zip(m.parameters(), theirs.parameters(), strict=True):
        assert_allclose(p.data, q.detach().numpy())


# ---------------------------------------------------------------------------- parametrizations


class TheirSymmetric(torch.nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x.triu() + x.triu(1).transpose(-1, -2)

    def right_inverse(self, x: torch.Tensor) -> torch.Tensor:
        return x.triu()


class Symmetric(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return gc.triu(x) + gc.matrix_transpose(gc.triu(x, 1))

    def right_inverse(self, x: Tensor) -> Tensor:
        return gc.triu(x)


class TheirScaled(torch.nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x * 2.0

    def right_inverse(self, x: torch.Tensor) -> torch.Tensor:
        return x / 2.0


class Scaled(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return x * 2.0

    def right_inverse(self, x: Tensor) -> Tensor:
        return x / 2.0


def stacked(module: Any, name: str, first: Any, second: Any, register: Any) -> Any:
    return register(register(module, name, first), name, second)


# (what is done to PyTorch's Linear, and to ours, of 3 inputs and 3 or 2 outputs)
WAYS: dict[str, tuple[int, Callable[[Any], Any], Callable[[Any], Any]]] = {
    "symmetric": (
        3,
        lambda m: their_parametrize.register_parametrization(m, "weight", TheirSymmetric()),
        lambda m: parametrize.register_parametrization(m, "weight", Symmetric()),
    ),
    "two": (
        3,
        lambda m: stacked(
            m, "weight", TheirSymmetric(), TheirScaled(), their_parametrize.register_parametrization
        ),
        lambda m: stacked(m, "weight", Symmetric(), Scaled(), parametrize.register_parametrization),
    ),
    "two-names": (
        3,
        lambda m: their_parametrizations.weight_norm(
            their_parametrize.register_parametrization(m, "bias", TheirScaled())
        ),
        lambda m: parametrizations.weight_norm(
            parametrize.register_parametrization(m, "bias", Scaled())
        ),
    ),
    "weight_norm": (2, their_parametrizations.weight_norm, parametrizations.weight_norm),
    "weight_norm-1": (
        2,
        lambda m: their_parametrizations.weight_norm(m, dim=1),
        lambda m: parametrizations.weight_norm(m, dim=1),
    ),
    "weight_norm-last": (
        2,
        lambda m: their_parametrizations.weight_norm(m, dim=-1),
        lambda m: parametrizations.weight_norm(m, dim=-1),
    ),
    "weight_norm-bias": (
        2,
        lambda m: their_parametrizations.weight_norm(m, "bias", dim=None),  # type: ignore[arg-type]  # as it says
        lambda m: parametrizations.weight_norm(m, "bias", dim=None),
    ),
    "spectral_norm": (2, their_parametrizations.spectral_norm, parametrizations.spectral_norm),
    "spectral_norm-3": (
        2,
        lambda m: their_parametrizations.spectral_norm(m, n_power_iterations=3, dim=1, eps=1e-3),
        lambda m: parametrizations.spectral_norm(m, n_power_iterations=3, dim=1, eps=1e-3),
    ),
    "spectral_norm-bias": (
        2,
        lambda m: their_parametrizations.spectral_norm(m, "bias"),
        lambda m: parametrizations.spectral_norm(m, "bias"),
    ),
} | {
    f"{map_}-{n}{'' if base else '-no-base'}": (
        n,
        lambda m, map_=map_, base=base: their_parametrizations.orthogonal(
            m, orthogonal_map=map_, use_trivialization=base
        ),
        lambda m, map_=map_, base=base: parametrizations.orthogonal(
            m, orthogonal_map=map_, use_trivialization=base
        ),
    )
    for map_ in ("matrix_exp", "cayley", "householder", None)
    for n in (3, 2, 5)
    for base in (True, False)
}


def arrays(m: torch.nn.Module) -> dict[str, Any]:
    return {key: value.detach().numpy().copy() for key, value in m.state_dict().items()}


def states_are_equal(ours: nn.Module, theirs: torch.nn.Module, tolerance: float) -> None:
    state, expected = ours.state_dict(), arrays(theirs)
    assert list(state) == list(expected)
    for key, value in expected.items():
        assert state[key].shape == value.shape, key
        assert_allclose(state[key], value, rtol=tolerance, atol=tolerance, err_msg=key)


@pytest.mark.parametrize("name", WAYS)
def test_parametrized_layers_are_trained_alike(name: str) -> None:
    n, theirs_way, ours_way = WAYS[name]
    torch.manual_seed(0)
    theirs = theirs_way(torch.nn.Linear(3, n).double())
    ours = ours_way(nn.Linear(3, n, rng=0, dtype=np.float64))
    ours.load_state_dict(arrays(theirs))
    assert [k for k, _ in ours.named_parameters()] == [k for k, _ in theirs.named_parameters()]
    optimizer = nn.optim.SGD(ours.parameters(), lr=0.1, momentum=0.9)
    their_optimizer = torch.optim.SGD(theirs.parameters(), lr=0.1, momentum=0.9)
    for step in range(4):
        x = np.random.default_rng(step).normal(size=(4, 3))
        optimizer.zero_grad()
        their_optimizer.zero_grad()
        loss = (ours(Tensor(x, dtype=np.float64)) ** 3).sum()
        their_loss = (theirs(torch.from_numpy(x)) ** 3).sum()
        assert_allclose(loss.item(), their_loss.item(), rtol=1e-8)
        loss.backward()
        their_loss.backward()
        for (key, p), (_, q) in zip(
            ours.named_parameters(), theirs.named_parameters(), strict=True
        ):
            assert q.grad is not None
            assert_allclose(p.grad, q.grad.numpy(), rtol=1e-7, atol=1e-9, err_msg=key)
        nn.utils.clip_grad_norm_(ours.parameters(), 1.0)
        their_utils.clip_grad_norm_(theirs.parameters(), 1.0)
        optimizer.step()
        their_optimizer.step()
        states_are_equal(ours, theirs, 1e-8)
    ours.eval()
    theirs.eval()
    x = np.ones((2, 3))
    y, t = ours(Tensor(x, dtype=np.float64)), theirs(torch.from_numpy(x))
    assert_allclose(y.data, t.detach().numpy(), rtol=1e-8)
    assert repr(ours).split("(")[0] == repr(theirs).split("(")[0]


@pytest.mark.parametrize("leave", [True, False])
@pytest.mark.parametrize("name", WAYS)
def test_parametrizations_are_made_and_removed_alike(name: str, leave: bool) -> None:
    """The originals are what PyTorch makes of the same weight, and so is what stays of them."""
    n, theirs_way, ours_way = WAYS[name]
    theirs = torch.nn.Linear(3, n).double()
    ours = nn.Linear(3, n, dtype=np.float64)
    ours.load_state_dict(arrays(theirs))
    theirs, ours = theirs_way(theirs), ours_way(ours)
    completed = "base" not in name and n != 3  # a base that is not square, with random columns
    if "spectral" in name or completed:
        ours.load_state_dict(arrays(theirs))
    states_are_equal(ours, theirs, 1e-9)
    outcomes = []
    for module, remove in (
        (theirs, their_parametrize.remove_parametrizations),
        (ours, parametrize.remove_parametrizations),
    ):
        try:
            remove(module, "bias" if name.endswith("bias") else "weight", leave)
            outcomes.append((type(module).__name__, type(module.weight).__name__))
        except ValueError:
            outcomes.append(("ValueError", ""))
    assert outcomes[0] == outcomes[1]
    states_are_equal(ours, theirs, 1e-9)


@pytest.mark.parametrize("shape", [(3, 3), (2, 4, 2), (2, 3, 4)])
@pytest.mark.parametrize("map_", ["matrix_exp", "cayley", "householder"])
def test_assigning_to_an_orthogonal_weight(map_: Any, shape: tuple[int, ...]) -> None:
    class Holder(nn.Module):
        def __init__(self) -> None:
            self.weight = nn.Parameter(*shape, init_method="normal", rng=0, dtype=np.float64)

    class TheirHolder(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.weight = torch.nn.Parameter(torch.randn(shape, dtype=torch.float64))

    ours = parametrizations.orthogonal(Holder(), orthogonal_map=map_)
    theirs = their_parametrizations.orthogonal(TheirHolder(), orthogonal_map=map_)
    value = np.random.default_rng(1).normal(size=shape)
    ours.weight = Tensor(value, dtype=np.float64)  # type: ignore[assignment]  # computed from now on
    theirs.weight = torch.from_numpy(value)
    # Both complete a matrix that is not square with random columns, which come last.
    assert_allclose(ours.weight.data, theirs.weight.detach().numpy(), atol=1e-12)
    ours.load_state_dict(arrays(theirs))
    x = np.random.default_rng(2).normal(size=shape)
    ours.parametrizations.weight.original.data = x  # type: ignore[attr-defined]  # made by parametrize
    with torch.no_grad():
        theirs.parametrizations.weight.original.copy_(torch.from_numpy(x))  # type: ignore[union-attr, operator]  # as above
    if map_ != "householder":
        assert_allclose(ours.weight.data, theirs.weight.detach().numpy(), atol=1e-12)


# ---------------------------------------------------------------------------- fusion

FUSED: dict[str, tuple[str, dict[str, Any], str, tuple[int, ...]]] = {
    "conv1d": ("Conv1d", {"out_channels": 4, "kernel_size": 2}, "BatchNorm1d", (2, 6, 5)),
    "conv2d": ("Conv2d", {"out_channels": 4, "kernel_size": 2, "groups": 2, "bias": False}, "BatchNorm2d", (2, 6, 5, 4)),
    "conv3d": ("Conv3d", {"out_channels": 4, "kernel_size": 2}, "BatchNorm3d", (1, 6, 3, 3, 3)),
    "transposed": ("ConvTranspose2d", {"out_channels": 4, "kernel_size": 2, "stride": 2}, "BatchNorm2d", (2, 6, 3, 3)),
    "groups": ("ConvTranspose1d", {"out_channels": 4, "kernel_size": 2, "groups": 2}, "BatchNorm1d", (2, 6, 3)),
    "linear": ("Linear", {"out_features": 4}, "BatchNorm1d", (5, 6)),
    "linear-no-bias": ("Linear", {"out_features": 4, "bias": False}, "BatchNorm1d", (5, 6)),
}  # fmt: skip


@pytest.mark.parametrize("affine", [True, False])
@pytest.mark.parametrize("name", FUSED)
def test_fusion(name: str, affine: bool) -> None:
    kind, kwargs, norm, shape = FUSED[name]
    layer: Any = getattr(nn, kind)(6, **kwargs, rng=0, dtype=np.float64)
    bn: Any = getattr(nn, norm)(4, affine=affine, dtype=np.float64)
    draw = np.random.default_rng(0)
    for t in (*bn.parameters(), *bn.buffers()):
        if t.shape:
            t.assign(draw.uniform(0.5, 2.0, t.shape))
    model = nn.Sequential(layer, bn).eval()
    fuse = nn.utils.fuse_linear_bn_eval if kind == "Linear" else nn.utils.fuse_conv_bn_eval
    fused: Any = fuse(layer, bn)
    x = draw.normal(size=shape)
    y = fused(Tensor(x, dtype=np.float64))
    assert_allclose(y.data, model(Tensor(x, dtype=np.float64)).data, rtol=1e-9)
    assert layer.bias is None or "no-bias" not in name
    assert type(fused) is type(layer)

    theirs: Any = getattr(torch.nn, kind)(6, **kwargs).double()
    their_bn: Any = getattr(torch.nn, norm)(4, affine=affine).double()
    for theirs_, ours in ((theirs, layer), (their_bn, bn)):
        theirs_.load_state_dict({k: torch.from_numpy(v) for k, v in ours.state_dict().items()})
    if name == "groups" or (kind == "Linear" and not affine):
        return  # PyTorch fails there
    transpose = {"transpose": True} if "Transpose" in kind else {}
    fuse_theirs: Any = (
        their_utils.fuse_linear_bn_eval if kind == "Linear" else their_utils.fuse_conv_bn_eval
    )
    expected = fuse_theirs(theirs.eval(), their_bn.eval(), **transpose)
    states_are_equal(fused, expected, 1e-9)


# ---------------------------------------------------------------------------- summary

COUNTED: dict[str, tuple[str, tuple[Any, ...], dict[str, Any], list[tuple[int, ...]]]] = {
    "linear": ("Linear", (3, 5), {}, [(2, 7, 3)]),
    "conv1d": ("Conv1d", (4, 6, 3), {"groups": 2}, [(2, 4, 9)]),
    "conv2d": ("Conv2d", (3, 4, 3), {"stride": 2, "padding": 1}, [(2, 3, 9, 8)]),
    "conv3d": ("Conv3d", (2, 3, 2), {}, [(1, 2, 4, 4, 4)]),
    "transposed": ("ConvTranspose2d", (4, 6, 3), {"stride": 2}, [(1, 4, 5, 5)]),
    "attention": ("MultiheadAttention", (8, 2), {}, [(5, 3, 8), (7, 3, 8), (7, 3, 8)]),
    "attention-alone": ("MultiheadAttention", (8, 2), {"kdim": 3, "vdim": 2}, [(5, 8), (7, 3), (7, 2)]),
}  # fmt: skip


@pytest.mark.parametrize("name", COUNTED)
def test_multiply_adds_are_half_of_the_operations_that_pytorch_counts(name: str) -> None:
    kind, args, kwargs, shapes = COUNTED[name]
    theirs = getattr(torch.nn, kind)(*args, **kwargs)  # in training, so that no fused path is taken
    with FlopCounterMode(display=False) as counter:
        theirs(*(torch.ones(shape) for shape in shapes))
    ours = nn.summary(getattr(nn, kind)(*args, **kwargs), *shapes)
    assert ours.multiply_adds * 2 == counter.get_total_flops()


def test_functional_call() -> None:
    ours = nn.Sequential(nn.Linear(2, 3, rng=0), nn.BatchNorm1d(3), nn.Linear(3, 1, rng=1)).double()
    theirs = torch.nn.Sequential(
        torch.nn.Linear(2, 3), torch.nn.BatchNorm1d(3), torch.nn.Linear(3, 1)
    ).double()
    state = {name: value * 1.5 for name, value in ours.state_dict().items() if value.ndim}
    x = np.random.default_rng(0).normal(size=(4, 2))
    given = {
        name: Tensor(value, requires_grad="running" not in name, dtype=np.float64)
        for name, value in state.items()
    }
    their_given = {
        name: torch.tensor(value, requires_grad="running" not in name)
        for name, value in state.items()
    }
    y = nn.functional_call(ours, given, (Tensor(x, dtype=np.float64),))
    t = torch.func.functional_call(theirs, their_given, (torch.from_numpy(x),))
    assert_allclose(y.data, t.detach().numpy())
    (y**2).sum().backward()
    (t**2).sum().backward()
    for name, tensor in their_given.items():
        assert_allclose(given[name].data, tensor.detach().numpy())
        if tensor.grad is not None:
            assert_allclose(given[name].grad, tensor.grad.numpy(), atol=1e-9)
