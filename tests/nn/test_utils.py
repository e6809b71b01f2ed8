"""Clipping of gradients, and parameters as one vector."""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.testing import assert_allclose, assert_array_equal

import grad_core as gc
from grad_core import Tensor
from grad_nn import (
    BatchNorm1d,
    BatchNorm2d,
    Conv1d,
    Conv2d,
    ConvTranspose1d,
    Linear,
    Parameter,
    Sequential,
)
from grad_nn.utils import (
    clip_grad_norm_,
    clip_grad_value_,
    clip_grads_with_norm_,
    fuse_conv_bn_eval,
    fuse_conv_bn_weights,
    fuse_linear_bn_eval,
    fuse_linear_bn_weights,
    get_total_norm,
    parameters_to_vector,
    vector_to_parameters,
)


def grad_of(t: Tensor) -> Any:
    assert t.grad is not None
    return t.grad


def with_grad(grad: Any, dtype: Any = np.float32) -> Tensor:
    t = Tensor(np.zeros(np.shape(grad)), requires_grad=True, dtype=dtype)
    t.grad = np.array(grad, dtype)
    return t


@given(
    st.lists(
        hnp.arrays(
            np.float64,
            hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=3),
            elements=st.floats(-1e3, 1e3),
        ),
        max_size=4,
    ),
    st.sampled_from([1.0, 2.0, 3.0, math.inf]),
    st.floats(0.0, 100.0),
)
def test_clipped_gradients_have_at_most_that_norm(
    grads: list[Any], order: float, most: float
) -> None:
    tensors = [with_grad(g, np.float64) for g in grads]
    everything = np.concatenate([np.zeros(1), *(g.ravel() for g in grads)])
    norm = np.linalg.norm(everything, order)
    total = clip_grad_norm_(tensors, most, order)
    assert_allclose(total.item(), norm, rtol=1e-12, atol=1e-100)  # NumPy cubes tiny ones to 0
    assert total.dtype == np.float64 or not grads
    factor = min(1.0, most / (norm + 1e-6))
    for t, g in zip(tensors, grads, strict=True):
        assert_allclose(grad_of(t), g * factor, rtol=1e-9, atol=1e-150)


@pytest.mark.parametrize(
    ("grads", "dtype", "expected"),
    [
        ([[3e38, 4e38]], np.float32, math.inf),  # the second is infinite
        ([[3e30, 4e30]], np.float32, 5e30),
        ([[3e-30, 4e-30]], np.float32, 5e-30),
        ([[300.0, 400.0]], np.float16, 500.0),
        ([[6e4] * 4], np.float16, 1.2e5),
        ([[3e200], [4e200]], np.float64, 5e200),
        ([[3 + 4j]], np.complex64, 5.0),
    ],
)
def test_norms_do_not_overflow_on_the_way(grads: Any, dtype: Any, expected: float) -> None:
    with np.errstate(over="ignore"):
        tensors = [with_grad(g, dtype) for g in grads]
    with np.errstate(over="ignore"):
        total = clip_grad_norm_(tensors, 1e300)
    assert_allclose(total.item(), expected, rtol=1e-3)
    assert total.dtype == np.result_type(np.float32, np.empty(0, dtype).real)
    assert not total.requires_grad


def test_what_is_clipped() -> None:
    reached, unreached = with_grad([3.0, 4.0]), Tensor([1.0], requires_grad=True)
    constant = Tensor([1.0])
    grad = grad_of(reached)
    assert clip_grad_norm_([reached, unreached, constant, reached], 2.5).item() == 5.0
    assert reached.grad is grad  # in place: views of it see the change
    assert_allclose(grad_of(reached), [1.5, 2.0], rtol=1e-6)
    assert not unreached.has_grad
    assert_allclose(clip_grad_norm_(reached, 100.0).item(), 2.5, rtol=1e-6)
    assert_allclose(grad_of(reached), [1.5, 2.0], rtol=1e-6)
    assert clip_grad_norm_([], 1.0).item() == 0.0
    clip_grads_with_norm_(reached, 1.0, 10.0)
    assert_allclose(grad_of(reached), [0.15, 0.2], rtol=1e-6)
    assert get_total_norm(Tensor([3.0, 4.0])).item() == 5.0
    assert get_total_norm(np.array([3, 4])).item() == 5.0


def test_gradients_that_are_read_only() -> None:
    grad = np.array([3.0, 4.0], np.float32)
    grad.flags.writeable = False
    for clip in (lambda t: clip_grad_norm_(t, 2.5), lambda t: clip_grad_value_(t, 2.5)):
        t = with_grad([0.0, 0.0])
        t.grad = grad
        clip(t)
        assert t.grad is not None
        assert t.grad.max() <= 2.5
        assert t.has_grad
    assert_array_equal(grad, [3.0, 4.0])


def test_clip_grad_value() -> None:
    a, b = with_grad([[-3.0, 0.5], [np.nan, np.inf]]), with_grad([0.2], np.float16)
    clip_grad_value_([a, b, Tensor([1.0], requires_grad=True)], 1)
    assert_array_equal(a.grad, [[-1.0, 0.5], [np.nan, 1.0]])
    assert b.grad is not None
    assert b.grad.dtype == np.float16


ERRORS: list[tuple[Any, type[Exception], str]] = [
    (lambda t: clip_grad_norm_(t, -1.0), ValueError, "clip_grad_norm_: max_norm is -1.0, expected"),
    (lambda t: clip_grad_norm_(t, math.nan), ValueError, "max_norm is nan, expected a number, at least 0"),
    (lambda t: clip_grads_with_norm_(t, -1.0, 1.0), ValueError, "clip_grads_with_norm_: max_norm is"),
    (lambda t: clip_grad_value_(t, -0.5), ValueError, "clip_grad_value_: clip_value is -0.5"),
    (lambda t: clip_grad_value_(t, "1"), ValueError, "clip_grad_value_: clip_value is '1', expected a num"),  # type: ignore[arg-type]  # the error under test
    (lambda t: clip_grad_norm_(Linear(1, 1), 1.0), TypeError, "clip_grad_norm_: got Linear, expected Tensors; tho"),  # type: ignore[arg-type]  # the error under test
    (lambda t: get_total_norm([1.0]), TypeError, "get_total_norm: got float, expected Tensors or nd"),  # type: ignore[list-item]  # the error under test
    (lambda t: vector_to_parameters([1.0, 2.0], [t]), TypeError, "vector_to_parameters: vec is list"),  # type: ignore[arg-type]  # the error under test
    (lambda t: parameters_to_vector(None), TypeError, "parameters_to_vector: got NoneType, expected Tens"),  # type: ignore[arg-type]  # the error under test
    (lambda t: clip_grad_value_([t, with_grad([1j], np.complex64)], 0.1), TypeError, "a gradient is complex64"),
    (lambda t: clip_grad_norm_([t, [1.0]], 0.1), TypeError, "clip_grad_norm_: got list, expected T"),  # type: ignore[list-item]  # the error under test
    (lambda t: clip_grad_norm_([t, with_grad([np.nan])], 0.1, error_if_nonfinite=True), RuntimeError, "clip_grad_norm_: the norm of order 2.0 is nan"),
    (lambda t: get_total_norm([np.array([np.inf])], 1, True), RuntimeError, "get_total_norm: the norm of order 1.0 is inf"),
    (lambda t: parameters_to_vector([]), ValueError, "parameters_to_vector: there are no parameters"),
    (lambda t: parameters_to_vector([t, 3]), TypeError, "parameters_to_vector: got int"),  # type: ignore[list-item]  # the error under test
    (lambda t: vector_to_parameters(Tensor([1.0]), [t]), ValueError, r"vec has shape \(1,\), expected \(2,\)"),
    (lambda t: vector_to_parameters(Tensor([[1.0], [2.0]]), [t]), ValueError, r"vec has shape \(2, 1\)"),
    (lambda t: vector_to_parameters(Tensor([1j] * 3, dtype=np.complex64), [Tensor([1j], dtype=np.complex64), t]), TypeError, "vec is complex64, which is not cast to float32"),
    (lambda t: vector_to_parameters(Tensor([1.0] * 4), [t, t * 2]), RuntimeError, "a parameter is the result"),
]  # fmt: skip


@pytest.mark.parametrize(("run", "kind", "message"), ERRORS)
def test_errors_change_nothing(run: Any, kind: type[Exception], message: str) -> None:
    t = with_grad([3.0, 4.0])
    with pytest.raises(kind, match=message):
        run(t)
    assert_array_equal(t.grad, [3.0, 4.0])
    assert_array_equal(t.data, [0.0, 0.0])


def test_vectors() -> None:
    m = Sequential(Linear(2, 3, rng=0), Linear(3, 1, rng=1))
    vector = parameters_to_vector(m.parameters())
    assert vector.shape == (m.params_count(),)
    (vector * np.arange(vector.size, dtype=np.float32)).sum().backward()
    first = next(m.parameters())
    assert_array_equal(first.grad, [[0, 1], [2, 3], [4, 5]])
    before = m.state_dict()
    kept = first
    vector_to_parameters(vector * 2, m.parameters())
    assert next(m.parameters()) is kept
    for name, value in m.state_dict().items():
        assert_allclose(value, before[name] * 2)
    numbers = np.arange(float(vector.size))
    vector_to_parameters(numbers, m.parameters())
    numbers[0] = 99
    assert m.state_dict()["0.weight"][0, 0] == 0
    assert m.state_dict()["0.weight"].dtype == np.float32


def test_vectors_of_scalars_and_nothing() -> None:
    tensors = [Parameter(data=1.0), Parameter(data=np.zeros((0, 3))), Parameter(data=[[2.0]])]
    assert_array_equal(parameters_to_vector(tensors).data, [1.0, 2.0])
    vector_to_parameters(gc.asarray([5.0, 6.0]), tensors)
    assert (tensors[0].item(), tensors[2].item()) == (5.0, 6.0)


# ---------------------------------------------------------------------------- fusion


@pytest.mark.parametrize("bias", [True, False])
def test_fused_layers_do_what_both_did(bias: bool) -> None:
    conv = Conv2d(2, 3, 2, bias=bias, rng=0)
    bn = BatchNorm2d(3)
    Sequential(conv, bn)(Tensor(np.random.default_rng(0).normal(size=(8, 2, 4, 4)) * 3 + 1))
    model = Sequential(conv, bn).eval()
    conv.weight.requires_grad = False
    before = model.state_dict()
    fused = fuse_conv_bn_eval(conv, bn)
    x = Tensor(np.random.default_rng(1).normal(size=(2, 2, 4, 4)))
    assert_allclose(fused(x).data, model(x).data, rtol=1e-4, atol=1e-5)
    assert fused.weight.dtype == np.float32
    assert not fused.weight.requires_grad
    assert fused.bias is not None
    assert fused.bias.requires_grad
    for name, value in model.state_dict().items():
        assert_array_equal(value, before[name])

    linear, one = Linear(2, 3, rng=0).eval(), BatchNorm1d(1).eval()
    one.load_state_dict({"running_mean": [2.0], "running_var": [4.0]}, strict=False)
    y = fuse_linear_bn_eval(linear, one)(Tensor([[1.0, -1.0]]))
    assert_allclose(y.data, (linear(Tensor([[1.0, -1.0]])).data - 2) / np.sqrt(4 + 1e-5), rtol=1e-5)


@pytest.mark.parametrize(
    ("layer", "bn", "message"),
    [
        (Linear(2, 3).eval(), BatchNorm1d(3), "both Modules have to be in evaluation"),
        (Linear(2, 3), BatchNorm1d(3).eval(), "both Modules have to be in evaluation"),
        (Linear(2, 3).eval(), BatchNorm1d(4).eval(), "has 4 channels, expected 3"),
        (Linear(2, 3).eval(), BatchNorm1d(3, track_running_stats=False).eval(), "no running stat"),
    ],
)
def test_what_is_not_fused(layer: Linear, bn: BatchNorm1d, message: str) -> None:
    with pytest.raises(ValueError, match=f"fuse_linear_bn_eval: .*{message}"):
        fuse_linear_bn_eval(layer, bn)


def test_no_channels_are_fused() -> None:
    conv, bn = ConvTranspose1d(2, 0, 2).eval(), BatchNorm1d(0).eval()
    assert fuse_conv_bn_eval(conv, bn)(Tensor(np.ones((1, 2, 3)))).shape == (1, 0, 4)


ONE, TWO, SIX = Tensor([1.0]), Tensor([1.0] * 2), Tensor([1.0] * 6)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: fuse_conv_bn_eval(Conv1d(2, 2, 1).eval(), BatchNorm1d(2).eval(), True),
            "fuse_conv_bn_eval: transpose is True, but conv a Conv1d",
        ),
        (
            lambda: fuse_conv_bn_weights(Tensor(np.ones((2, 2, 3))), ONE, TWO, TWO, 0.0, TWO, TWO),
            "fuse_conv_bn_weights: expected shape (2,) for each channel, got (1,)",
        ),
        (
            lambda: fuse_conv_bn_weights(Tensor(np.ones((2, 2, 3))), TWO, TWO, ONE, 0.0, TWO, TWO),
            "fuse_conv_bn_weights: expected shape (2,) for each channel, got (1,)",
        ),
        (
            lambda: fuse_conv_bn_weights(
                Tensor(np.ones((4, 2, 3))), None, SIX, SIX, 0.0, None, None, transpose=True
            ),
            "the weight of a transpose has shape (4, 2, 3), which is not that of 6 channels",
        ),
        (
            lambda: fuse_linear_bn_weights(Tensor(np.ones((2, 3))), ONE, TWO, TWO, 0.0, TWO, TWO),
            "fuse_linear_bn_weights: expected shape (2,) for each channel, got (1,)",
        ),
        (
            lambda: fuse_linear_bn_weights(Tensor(np.ones((2, 3))), TWO, TWO, TWO, 0.0, ONE, TWO),
            "fuse_linear_bn_weights: expected shape (2,) for each channel, got (1,)",
        ),
    ],
)
def test_shapes_that_do_not_fit_are_not_broadcast(call: Any, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        call()
