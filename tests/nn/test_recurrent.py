"""RNN, LSTM, GRU and their cells: names, settings, states, and what can go wrong."""

from __future__ import annotations

import copy
import gc as collector
import pickle
import re
import warnings
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from weakref import ref

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from tests.nn.recurrent_reference import run

import grad_core as gc
import grad_nn as nn
from grad_core import Tensor
from grad_core.testing import check_grads
from grad_init import Constant, Normal

rng = np.random.default_rng(11)

MODES = ["RNN_TANH", "RNN_RELU", "LSTM", "GRU"]
each_mode = pytest.mark.parametrize("mode", MODES)


def layer_of(mode: str, *args: Any, **kwargs: Any) -> Any:
    if mode.startswith("RNN"):
        kwargs["nonlinearity"] = mode.removeprefix("RNN_").lower()
    return getattr(nn, mode.partition("_")[0])(*args, **kwargs)


def numbers(*shape: int, dtype: Any = np.float64) -> Tensor:
    return Tensor(rng.normal(size=shape), requires_grad=True, dtype=dtype)


def flat(result: Any) -> list[Tensor]:
    """All Tensors of a result."""
    if isinstance(result, Tensor):
        return [result]
    return [t for part in result for t in flat(part)]


def total(results: list[Tensor]) -> Tensor:
    return gc.concat([t.reshape(-1) for t in results]).sum()


def by_part(layer: Any, suffix: str) -> dict[str, Any]:
    """The weights of one layer and direction, by the names of the reference."""
    names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh", "weight_hr")
    state = layer.state_dict()
    return {
        name.replace("weight", "w").replace("bias", "b"): state[name + suffix]
        for name in names
        if name + suffix in state
    }


# ------------------------------------------------------------------------------------ names


NAMES = [
    ("RNN_TANH", {}, {"weight_ih_l0": (4, 3), "weight_hh_l0": (4, 4), "bias_ih_l0": (4,), "bias_hh_l0": (4,)}),
    ("GRU", {"bias": False}, {"weight_ih_l0": (12, 3), "weight_hh_l0": (12, 4)}),
    (
        "LSTM",
        {"num_layers": 2, "bidirectional": True, "proj_size": 2},
        {
            f"{part}_l{layer}{direction}": shape
            for layer in (0, 1)
            for direction in ("", "_reverse")
            for part, shape in {
                "weight_ih": (16, 4 if layer else 3),
                "weight_hh": (16, 2),
                "bias_ih": (16,),
                "bias_hh": (16,),
                "weight_hr": (2, 4),
            }.items()
        },
    ),
]  # fmt: skip


@pytest.mark.parametrize(("mode", "kwargs", "shapes"), NAMES, ids=[mode for mode, _, _ in NAMES])
def test_parameters(mode: str, kwargs: Any, shapes: dict[str, Any]) -> None:
    layer = layer_of(mode, 3, 4, **kwargs)
    assert list(layer.state_dict()) == list(shapes)
    assert {name: p.shape for name, p in layer.named_parameters()} == shapes
    runs = len(layer.all_weights)
    assert [p.shape for run in layer.all_weights for p in run] == list(shapes.values())
    assert runs == kwargs.get("num_layers", 1) * (1 + kwargs.get("bidirectional", False))
    assert layer.all_weights[0][1] is layer.weight_hh_l0


REPRS = [
    (nn.RNN(3, 4, 2, "relu"), "RNN(3, 4, num_layers=2)"),
    (nn.GRU(3, 4, bias=False, batch_first=True), "GRU(3, 4, bias=False, batch_first=True)"),
    (
        nn.LSTM(3, 4, 2, dropout=0.5, bidirectional=True, proj_size=2),
        "LSTM(3, 4, proj_size=2, num_layers=2, dropout=0.5, bidirectional=True)",
    ),
    (nn.LSTMCell(3, 4), "LSTMCell(3, 4)"),
    (nn.GRUCell(3, 4, bias=False), "GRUCell(3, 4, bias=False)"),
    (nn.RNNCell(3, 4, False, "relu"), "RNNCell(3, 4, bias=False, nonlinearity=relu)"),
]


@pytest.mark.parametrize(("layer", "text"), REPRS, ids=[text for _, text in REPRS])
def test_repr(layer: nn.Module, text: str) -> None:
    assert repr(layer) == text


@pytest.mark.parametrize("name", ["RNN", "LSTM", "GRU", "RNNCell", "LSTMCell", "GRUCell"])
def test_initial_distribution(name: str) -> None:
    layer = getattr(nn, name)(30, 100, rng=3, dtype=np.float64)
    for parameter, p in layer.named_parameters():
        values = np.sort(p.data.ravel()) * 10  # U(-1, 1)
        steps = (np.arange(values.size) + 0.5) / values.size
        assert np.abs(steps - (values + 1) / 2).max() < 1.95 / np.sqrt(values.size), parameter
    again = getattr(nn, name)(30, 100, rng=3)
    other = getattr(nn, name)(30, 100, rng=4)
    weight = "weight_ih" if name.endswith("Cell") else "weight_ih_l0"
    assert_allclose(getattr(again, weight).data, getattr(layer, weight).data, rtol=1e-6)
    assert not np.allclose(getattr(other, weight).data, getattr(again, weight).data)
    assert getattr(again, weight).dtype == np.float32


@pytest.mark.parametrize("make", [nn.LSTM, nn.LSTMCell])
def test_each_gate_is_drawn_by_itself(make: Any) -> None:
    shapes = []

    def noting(shape: tuple[int, ...], *, rng: Any = None, dtype: Any = np.float32) -> Any:
        shapes.append(shape)
        return Normal()(shape, rng=rng, dtype=dtype)

    layer = make(3, 5, init_method=noting)
    assert shapes == [(5, 3)] * 4 + [(5, 5)] * 4
    assert [not p.data.any() for p in layer.parameters()] == [False, False, True, True]
    assert (make(3, 5, init_method=Constant(2.0)).state_dict()["weight_hh" + "_l0" * (make is nn.LSTM)] == 2).all()  # fmt: skip


# ------------------------------------------------------------------------------------ values


@each_mode
@pytest.mark.parametrize("batch_first", [False, True])
@pytest.mark.parametrize("batch", [2, 30])  # for many rows the weights are copied
def test_layers_and_directions(mode: str, batch: int, batch_first: bool) -> None:
    layer = layer_of(
        mode, 3, 4, 2, batch_first=batch_first, bidirectional=True, rng=0, dtype=np.float64
    )
    x, h = rng.normal(size=(5, batch, 3)), rng.normal(size=(4, batch, 4))
    c = rng.normal(size=(4, batch, 4))
    hx = (
        (Tensor(h, dtype=float), Tensor(c, dtype=float))
        if mode == "LSTM"
        else Tensor(h, dtype=float)
    )
    output, last = layer(Tensor(x.swapaxes(0, 1) if batch_first else x, dtype=float), hx)
    last_h, last_c = last if mode == "LSTM" else (last, None)
    xs = list(x.swapaxes(0, 1))
    for k in (0, 1):
        runs = []
        for j, suffix in enumerate(("", "_reverse")):
            i = 2 * k + j
            w = by_part(layer, f"_l{k}{suffix}")
            ys, h_n, c_n = run(mode, xs, h[i], c[i], w, reverse=bool(j))
            runs.append(ys)
            assert_allclose(last_h.data[i], h_n)
            if last_c is not None:
                assert_allclose(last_c.data[i], c_n)
        xs = [np.concatenate(pair, 1) for pair in zip(*runs, strict=True)]
    assert_allclose(output.data, np.stack(xs, 0 if batch_first else 1))


@each_mode
def test_without_a_batch(mode: str) -> None:
    layer = layer_of(mode, 3, 4, 2, batch_first=True, bidirectional=True, rng=0)
    x, h = numbers(5, 3, dtype=np.float32), numbers(4, 4, dtype=np.float32)
    hx = (h, h) if mode == "LSTM" else h
    batched = (h[:, None], h[:, None]) if mode == "LSTM" else h[:, None]
    one = flat(layer(x, hx))
    many = flat(layer(x[None], batched))
    assert one[0].shape == (5, 8)
    assert_array_equal(one[0].data, many[0].data[0])
    for a, b in zip(one[1:], many[1:], strict=True):
        assert a.shape == (4, 4)
        assert_array_equal(a.data, b.data[:, 0])


@each_mode
def test_cells_do_what_layers_do(mode: str) -> None:
    layer = layer_of(mode, 3, 4, rng=0)
    name = mode.partition("_")[0] + "Cell"
    extra = {"nonlinearity": layer.nonlinearity} if mode.startswith("RNN") else {}
    cell = getattr(nn, name)(3, 4, **extra)
    cell.load_state_dict({k.removesuffix("_l0"): v for k, v in layer.state_dict().items()})
    x = numbers(5, 2, 3, dtype=np.float32)
    output, last = layer(x)
    state: Any = None
    for t in range(5):
        state = cell(x[t], state)
        assert_allclose(flat(state)[0].data, output.data[t], rtol=1e-5, atol=1e-6)
    for a, b in zip(flat(state), flat(last), strict=True):
        assert_allclose(a.data, b.data[0], rtol=1e-5, atol=1e-6)
    single = cell(x[0, 0])
    assert flat(single)[0].shape == (4,)
    assert_allclose(flat(single)[0].data, output.data[0, 0], rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("shape", [(0, 2, 3), (4, 0, 3), (0, 0, 3), (0, 3)])
@each_mode
def test_nothing_to_run_through(mode: str, shape: tuple[int, ...]) -> None:
    layer = layer_of(mode, 3, 4, 2, bidirectional=True)
    output, last = layer(Tensor(np.ones(shape)))
    assert output.shape == (*shape[:-1], 8)
    for t in flat(last):
        assert t.shape == (4, *shape[1:-1], 4)
        assert not t.data.any()  # the first state
    total(flat((output, last))).backward()
    assert all(not p.grad.any() for p in layer.parameters())


def test_no_input_numbers() -> None:
    output, _ = nn.GRU(0, 3, rng=0)(Tensor(np.ones((2, 1, 0))))
    assert output.data.any()  # of biases alone


@each_mode
def test_float16_works_in_float32(mode: str) -> None:
    layer = layer_of(mode, 3, 4, 2, rng=0, dtype=np.float16)
    wide = layer_of(mode, 3, 4, 2, dtype=np.float32)
    wide.load_state_dict(layer.state_dict())
    x = rng.normal(size=(5, 2, 3)).astype(np.float16)
    a, b = gc.from_numpy(x), Tensor(x)
    a.requires_grad = b.requires_grad = True
    narrow, exact = flat(layer(a)), flat(wide(b))
    for n, e in zip(narrow, exact, strict=True):
        assert n.dtype == np.float16
        assert_allclose(n.data, e.data, atol=2e-3)
    narrow[0].sum().backward()
    exact[0].sum().backward()
    assert a.grad is not None
    assert a.grad.dtype == np.float16
    assert b.grad is not None
    assert_allclose(a.grad.astype(np.float32), b.grad, atol=1e-2)
    (second,) = gc.gradient(gc.gradient(layer(a)[0].sum(), a, create_graph=True).sum(), [a])
    assert second.dtype == np.float16


@each_mode
def test_dtypes_are_promoted(mode: str) -> None:
    x = numbers(3, 2, 3)
    layer = layer_of(mode, 3, 4)
    output, _ = layer(x)
    assert output.dtype == np.float64
    output.sum().backward()
    assert x.grad is not None
    assert x.grad.dtype == np.float64
    assert layer.weight_ih_l0.grad.dtype == np.float32


@each_mode
def test_huge_numbers_saturate_without_a_warning(mode: str) -> None:
    layer = layer_of(mode, 3, 4, rng=0)
    x = Tensor(np.array([1e30, -1e30, 1e4]) * np.ones((3, 2, 1)), requires_grad=True)
    if mode == "RNN_RELU":
        x = x * 1e-32
    output, _ = layer(x)
    output.sum().backward()
    assert np.isfinite(output.data).all()
    assert np.isfinite(layer.weight_hh_l0.grad).all()


@each_mode
def test_nan_stays_in_its_sequence(mode: str) -> None:
    x = np.ones((4, 3, 2))
    x[1, 1, 0] = np.nan
    output, _ = layer_of(mode, 2, 4, rng=0)(Tensor(x))
    expected = np.zeros((4, 3, 4), bool)
    expected[1:, 1] = True
    assert_array_equal(np.isnan(output.data), expected)


@given(
    mode=st.sampled_from(MODES),
    shape=st.tuples(*[st.integers(0, 4)] * 3),
    hidden=st.integers(1, 4),
    seed=st.integers(0, 1000),
)
@settings(max_examples=40, deadline=None)
def test_any_shape(mode: str, shape: tuple[int, ...], hidden: int, seed: int) -> None:
    layer = layer_of(mode, shape[2], hidden, bidirectional=True, rng=seed, dtype=np.float64)
    x = np.random.default_rng(seed).normal(size=shape)
    output, _ = layer(Tensor(x, dtype=float))
    zeros = np.zeros((shape[1], hidden))
    xs = list(x.swapaxes(0, 1))
    forward, _, _ = run(mode, xs, zeros, zeros, by_part(layer, "_l0"))
    back, _, _ = run(mode, xs, zeros, zeros, by_part(layer, "_l0_reverse"), reverse=True)
    for j in range(shape[1]):
        assert_allclose(output.data[:, j], np.concatenate((forward[j], back[j]), 1), rtol=1e-6)


# ------------------------------------------------------------------------------------ gradients


@each_mode
def test_third_derivatives(mode: str) -> None:
    layer = layer_of(mode, 1, 1, rng=0, dtype=np.float64)
    check_grads(lambda x: layer(x)[0], [np.array([[[0.3]], [[-0.7]]])], order=3, rtol=1e-4, eps=1e-4)  # fmt: skip


@each_mode
def test_all_results_together(mode: str) -> None:
    """The gradients of the states and of the last states add up."""
    layer = layer_of(mode, 2, 3, 2, bidirectional=True, rng=0, dtype=np.float64)
    x = numbers(3, 2, 2)
    ends = [x, *layer.parameters()]
    apart = [gc.gradient(t.sum(), ends, retain_graph=True) for t in flat(layer(x))]
    together = gc.gradient(total(flat(layer(x))), ends)
    for i, g in enumerate(together):
        assert_allclose(g.data, sum(gs[i].data for gs in apart), atol=1e-12)


def test_a_graph_that_is_kept_can_be_swept_again() -> None:
    layer = nn.LSTM(2, 3, rng=0)
    x = numbers(4, 2, 2, dtype=np.float32)
    output, _ = layer(x)
    w = Tensor(rng.normal(size=output.shape))
    first = gc.gradient(output, x, w, retain_graph=True)
    other = gc.gradient(output, x, 2 * w, retain_graph=True)
    with ThreadPoolExecutor(4) as pool:
        jobs = [pool.submit(gc.gradient, output, x, w * k, retain_graph=True) for k in range(8)]
    assert_allclose(other.data, 2 * first.data, rtol=1e-5)
    for k, job in enumerate(jobs):
        assert_allclose(job.result().data, k * first.data, rtol=1e-5, atol=1e-6)


def test_frozen_weights_and_constant_input() -> None:
    layer = nn.GRU(2, 3, rng=0)
    layer.weight_hh_l0.requires_grad = False
    layer(Tensor(np.ones((3, 1, 2))))[0].sum().backward()
    assert layer.weight_hh_l0.grad is None
    assert layer.weight_ih_l0.grad is not None
    assert layer.weight_ih_l0.grad.any()
    for p in layer.parameters():
        p.requires_grad = False
    assert not layer(Tensor(np.ones((3, 1, 2))))[0].requires_grad
    with gc.no_grad():
        assert not nn.GRU(2, 3)(Tensor(np.ones((3, 1, 2))))[0].requires_grad


@each_mode
@pytest.mark.parametrize("create_graph", [False, True])
def test_graphs_die_with_their_last_tensor(mode: str, create_graph: bool) -> None:
    layer = layer_of(mode, 2, 3, rng=0)
    x = numbers(3, 2, 2, dtype=np.float32)
    collector.disable()
    try:
        output, last = layer(x)
        g = gc.gradient(output.sum() + flat(last)[0].sum(), x, create_graph=create_graph)
        nodes = [ref(t) for t in (output, *flat(last), g)]
        data = ref(output._array.base if output._array.base is not None else output._array)
        del output, last, g
        assert [node() for node in nodes] == [None] * len(nodes)
        assert data() is None
    finally:
        collector.enable()


def test_what_is_done_with_the_states_afterwards_does_no_harm() -> None:
    layer = nn.RNN(2, 3, rng=0)
    x = numbers(4, 2, 2, dtype=np.float32)
    expected = gc.gradient(layer(x)[0].sum(), x)
    output, _ = layer(x)
    total = output.sum()
    output.data[...] = 7.0
    assert_array_equal(gc.gradient(total, x).data, expected.data)
    output, _ = layer(x)
    layer.weight_hh_l0.data[0, 0] = 5.0
    with pytest.raises(RuntimeError, match=r"an array that recurrence needs .* was written to"):
        output.sum().backward()


def test_checkpoint() -> None:
    layer = nn.LSTM(2, 3, 2, rng=0)
    x = numbers(4, 2, 2, dtype=np.float32)
    expected = gc.gradient(layer(x)[0].sum(), x)
    again = gc.gradient(gc.checkpoint(lambda a: layer(a)[0])(x).sum(), x)
    assert_array_equal(again.data, expected.data)


@pytest.mark.parametrize("transform", ["jvp", "hessian"])
def test_transforms(transform: str) -> None:
    layer = nn.GRU(1, 2, rng=0, dtype=np.float64)

    def energy(x: Tensor) -> Tensor:
        return (layer(x)[0] ** 2).sum()

    x, v = numbers(2, 1, 1), numbers(2, 1, 1)
    eps = 1e-6
    if transform == "jvp":
        found = gc.jvp(energy, (x,), (v,))[1].data
        expected = (energy(x + eps * v).data - energy(x - eps * v).data) / (2 * eps)
    else:
        found = (gc.hessian(energy)(x).data.reshape(2, 2) @ v.data.ravel()).reshape(x.shape)
        up, down = (gc.grad(energy)(x + s * eps * v).data for s in (1, -1))
        expected = (up - down) / (2 * eps)
    assert_allclose(found, expected, rtol=1e-5, atol=1e-8)


def test_parametrizations() -> None:
    layer = nn.LSTM(2, 3, rng=0)
    x = numbers(4, 2, 2, dtype=np.float32)
    expected = layer(x)[0].data
    nn.utils.parametrizations.weight_norm(layer, "weight_hh_l0")
    output, _ = layer(x)
    assert_allclose(output.data, expected, rtol=1e-5, atol=1e-6)
    output.sum().backward()
    assert all(p.grad is not None and p.grad.any() for p in layer.parameters())


def test_weights_of_another_shape() -> None:
    layer = nn.LSTM(2, 3, rng=0)
    layer.bias_hh_l0 = nn.Parameter(data=[0.5])  # which would be broadcast
    message = re.escape("recurrence: bias_hh has shape (1,), expected (12,)")
    with pytest.raises(ValueError, match=message):
        layer(numbers(4, 2, 2))


# ------------------------------------------------------------------------------------ dropout


@pytest.mark.parametrize("make", [nn.RNN, nn.LSTM, nn.GRU])
def test_dropout_is_between_layers_while_training(make: Any) -> None:
    x = numbers(3, 4, 5, dtype=np.float32)
    state = make(5, 6, 2, rng=0).state_dict()

    def output(dropout: float, rng: Any = 7, train: bool = True) -> Any:
        layer = make(5, 6, 2, dropout=dropout, rng=rng).train(train)
        layer.load_state_dict(state)
        return layer(x)[0].data

    plain = output(0.0)
    assert_array_equal(output(0.5, train=False), plain)
    assert_array_equal(output(0.5), output(0.5))
    assert not np.allclose(output(0.5), plain)
    assert not np.allclose(output(0.5, 8), output(0.5, 7))
    # With all of it dropped, the second layer sees zeros
    second = make(6, 6)
    second.load_state_dict({k.replace("l1", "l0"): v for k, v in state.items() if "l1" in k})
    blind = second(Tensor(np.zeros((3, 4, 6))))[0].data
    assert_allclose(output(1.0), blind, rtol=1e-5, atol=1e-6)
    assert output(0.5).all()  # what comes out at the end is not dropped


def test_dropout_keeps_the_mean() -> None:
    layer = nn.RNN(1, 400, 2, "relu", dropout=0.25, rng=0)
    for p in layer.parameters():
        p.assign(np.zeros(p.shape))
    layer.bias_ih_l0.assign(np.ones(400))
    dict(layer.named_parameters())["weight_ih_l1"].assign(np.eye(400))
    output, _ = layer(Tensor(np.zeros((50, 1, 1))))
    assert_allclose(np.unique(output.data), [0, 4 / 3], rtol=1e-6)
    assert abs(output.data.mean() - 1) < 4 * np.sqrt(1 / 3 / output.size)


def test_dropout_of_one_layer_is_a_warning() -> None:
    with pytest.warns(UserWarning, match="GRU: dropout is between layers, and there is only one"):
        nn.GRU(2, 3, dropout=0.5)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        nn.GRU(2, 3, 2, dropout=0.5)


def test_copies() -> None:
    layer = nn.LSTM(2, 3, 2, dropout=0.5, rng=0)
    x = numbers(3, 1, 2, dtype=np.float32)
    copied, pickled = copy.deepcopy(layer), pickle.loads(pickle.dumps(layer))
    expected = layer(x)[0].data
    assert_array_equal(copied(x)[0].data, expected)
    assert_array_equal(pickled(x)[0].data, expected)
    layer.flatten_parameters()
    assert_array_equal(copied.eval()(x)[0].data, layer.eval()(x)[0].data)


# ------------------------------------------------------------------------------------ errors

x = Tensor(np.ones((4, 2, 3)))
h = Tensor(np.ones((1, 2, 5)))
untyped: Any = nn  # some of the calls are what the types forbid

ERRORS: list[tuple[Any, type[Exception], str]] = [
    (lambda: untyped.LSTM(3, 0), ValueError, "LSTM: hidden_size is an int, at least 1; got 0"),
    (lambda: untyped.LSTM(3.0, 2), ValueError, "LSTM: input_size is an int, at least 0; got 3.0"),
    (lambda: untyped.GRU(3, 2, 0), ValueError, "GRU: num_layers is an int, at least 1; got 0"),
    (lambda: untyped.GRU(3, 2, dropout=1.5), ValueError, "GRU: dropout is a probability, from 0 to 1; got 1.5"),
    (lambda: untyped.GRU(3, 2, dropout=True), ValueError, "GRU: dropout is a probability, from 0 to 1; got True"),
    (lambda: untyped.RNN(3, 2, nonlinearity="elu"), ValueError, "RNN: nonlinearity must be 'tanh' or 'relu', got 'elu'"),
    (lambda: untyped.RNNCell(3, 2, nonlinearity="elu"), ValueError, "RNNCell: nonlinearity must be 'tanh' or 'relu'"),
    (lambda: untyped.LSTM(3, 4, proj_size=4), ValueError, "LSTM: proj_size is for LSTM, and less than hidden_size 4; got 4"),
    (lambda: untyped.RNNBase("GRU", 3, 4, proj_size=2), ValueError, "RNNBase: proj_size is for LSTM"),
    (lambda: untyped.RNNBase("gru", 3, 4), ValueError, "RNNBase: mode must be one of RNN_TANH, RNN_RELU, LSTM, GRU; got 'gru'"),
    (lambda: untyped.GRUCell(3, 0), ValueError, "GRUCell: hidden_size is an int, at least 1; got 0"),
    (lambda: untyped.LSTM(2, 5)(x), ValueError, "LSTM: input has shape (4, 2, 3), expected (time, batch, 2), or (time, 2)"),
    (lambda: untyped.LSTM(2, 5, batch_first=True)(x), ValueError, "expected (batch, time, 2), or (time, 2)"),
    (lambda: untyped.LSTM(3, 5)(x[0, 0]), ValueError, "LSTM: input has shape (3,), expected"),
    (lambda: untyped.LSTM(3, 5)(x[None]), ValueError, "LSTM: input has shape (1, 4, 2, 3), expected"),
    (lambda: untyped.GRU(3, 5)(x.data), TypeError, "GRU: input is ndarray, expected a Tensor"),
    (lambda: untyped.GRU(3, 5)(x.astype(np.complex64)), TypeError, "GRU: input is complex64, expected real numbers"),
    (lambda: untyped.GRU(3, 5)(x > 0), TypeError, "GRU: input is bool, expected floating numbers"),
    (lambda: untyped.GRU(3, 5)(x, h[:, :1]), ValueError, "GRU: h_0 has shape (1, 1, 5), expected (1, 2, 5)"),
    (lambda: untyped.GRU(3, 5, 2)(x, h), ValueError, "GRU: h_0 has shape (1, 2, 5), expected (2, 2, 5)"),
    (lambda: untyped.GRU(3, 5)(x[0], h), ValueError, "GRU: h_0 has shape (1, 2, 5), expected (1, 5)"),
    (lambda: untyped.GRU(3, 5)(x, (h, h)), TypeError, "GRU: h_0 is tuple, expected a Tensor"),
    (lambda: untyped.GRU(3, 5)(x, h.astype(np.complex64)), TypeError, "GRU: h_0 is complex64, expected real numbers"),
    (lambda: untyped.LSTM(3, 5)(x, h), TypeError, "LSTM: hx is Tensor, expected a pair of Tensors, (h_0, c_0)"),
    (lambda: untyped.LSTM(3, 5)(x, (h, h[0])), ValueError, "LSTM: c_0 has shape (2, 5), expected (1, 2, 5)"),
    (lambda: untyped.LSTM(3, 5, proj_size=2)(x, (h, h)), ValueError, "LSTM: h_0 has shape (1, 2, 5), expected (1, 2, 2)"),
    (lambda: untyped.LSTMCell(3, 5)(x), ValueError, "LSTMCell: input has shape (4, 2, 3), expected (batch, 3), or (3,)"),
    (lambda: untyped.LSTMCell(3, 5)(x[0], (h[0], h)), ValueError, "LSTMCell: c_0 has shape (1, 2, 5), expected (2, 5)"),
    (lambda: untyped.LSTMCell(3, 5)(x[0], (h[0],)), TypeError, "LSTMCell: hx is tuple, expected a pair"),
    (lambda: untyped.RNNCell(3, 5)(x[0], h.data[0]), TypeError, "RNNCell: h_0 is ndarray, expected a Tensor"),
    (lambda: untyped.RNNCell(3, 5)([1.0]), TypeError, "RNNCell: input is list, expected a Tensor"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "error", "message"), ERRORS, ids=[m for _, _, m in ERRORS])
def test_errors(call: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=re.escape(message)):
        call()
