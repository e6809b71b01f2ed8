"""Batch and instance norm: running statistics, modes, what the table of functions does not say."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import grad_core as gc
import grad_nn as nn
from grad_core import Tensor
from grad_core.testing import check_grads
from grad_nn import functional as F  # noqa: N812  # the field's name

rng = np.random.default_rng(4)
AXES = {1: (0, 2), 2: (0, 2, 3), 3: (0, 2, 3, 4)}
BATCH = [nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d]
INSTANCE = [nn.InstanceNorm1d, nn.InstanceNorm2d, nn.InstanceNorm3d]


def batch(spatial: int, n: int = 4) -> Any:
    return rng.normal(2.0, 3.0, (n, 3, *(2 + i for i in range(spatial))))


@pytest.mark.parametrize("spatial", [1, 2, 3])
@pytest.mark.parametrize("momentum", [0.1, 1.0, None])
def test_running_statistics_follow_the_batches(spatial: int, momentum: float | None) -> None:
    layer = BATCH[spatial - 1](3, momentum=momentum)
    mean, var = np.zeros(3), np.ones(3)
    for i in range(3):
        x = batch(spatial)
        layer(Tensor(x))
        share = 1 / (i + 1) if momentum is None else momentum
        mean = (1 - share) * mean + share * x.mean(AXES[spatial])
        var = (1 - share) * var + share * x.var(AXES[spatial], ddof=1)
    assert layer.running_mean is not None
    assert layer.running_var is not None
    assert layer.num_batches_tracked is not None
    assert_allclose(layer.running_mean.data, mean, rtol=1e-5)
    assert_allclose(layer.running_var.data, var, rtol=1e-5)
    assert layer.num_batches_tracked.data == 3
    assert layer.num_batches_tracked.dtype == np.int64
    assert {b.requires_grad for b in layer.buffers()} == {False}

    layer.eval()
    x, before = batch(spatial), layer.state_dict()
    shape = (1, 3) + (1,) * spatial
    expected = (x - mean.reshape(shape)) / np.sqrt(var.reshape(shape) + 1e-5)
    assert_allclose(layer(Tensor(x)).data, expected, rtol=1e-4, atol=1e-5)
    for key, value in layer.state_dict().items():
        assert_array_equal(value, before[key])  # evaluation changes nothing
    layer.reset_running_stats()
    assert_array_equal(layer.running_mean.data, np.zeros(3))
    assert_array_equal(layer.running_var.data, np.ones(3))
    assert layer.num_batches_tracked.data == 0


@pytest.mark.parametrize("spatial", [1, 2, 3])
def test_instance_norm_follows_the_mean_of_its_samples(spatial: int) -> None:
    layer = INSTANCE[spatial - 1](3, momentum=0.5, track_running_stats=True)
    x = batch(spatial)
    inner = AXES[spatial][1:]
    layer(Tensor(x))
    assert layer.running_mean is not None
    assert layer.running_var is not None
    assert_allclose(layer.running_mean.data, 0.5 * x.mean(inner).mean(0), rtol=1e-5)
    assert_allclose(layer.running_var.data, 0.5 + 0.5 * x.var(inner, ddof=1).mean(0), rtol=1e-5)
    layer.eval()
    one = layer(Tensor(x[0]))
    assert_allclose(one.data, layer(Tensor(x)).data[0], rtol=1e-5, atol=1e-6)
    assert_allclose(
        one.data,
        F.instance_norm(
            Tensor(x[:1]), layer.running_mean, layer.running_var, use_input_stats=False
        ).data[0],
    )  # fmt: skip


@pytest.mark.parametrize("spatial", [1, 2, 3])
def test_a_sample_may_stand_alone(spatial: int) -> None:
    layer = INSTANCE[spatial - 1](3, affine=True)
    x = Tensor(batch(spatial))
    for mode in (True, False):
        y = layer.train(mode)(x)
        assert_allclose(layer(x[1]).data, y.data[1], rtol=1e-5, atol=1e-6)
        assert_allclose(y.data.mean(AXES[spatial][1:]), np.zeros((4, 3)), atol=1e-6)


def test_without_tracking_evaluation_takes_the_batch() -> None:
    layer = nn.BatchNorm1d(3, track_running_stats=False)
    x = Tensor(batch(0))
    y = layer(x)
    assert_array_equal(layer.eval()(x).data, y.data)
    assert layer.running_mean is layer.running_var is layer.num_batches_tracked is None
    assert list(layer.state_dict()) == ["weight", "bias"]
    # As in PyTorch, tracking can be stopped for a while.
    layer = nn.BatchNorm1d(3)
    layer.track_running_stats = False
    assert_array_equal(layer(x).data, y.data)
    assert layer.running_mean is not None
    assert_array_equal(layer.running_mean.data, np.zeros(3))


@pytest.mark.parametrize("training", [True, False])
def test_third_derivatives(training: bool) -> None:
    layer = nn.BatchNorm1d(2, eps=0.1, dtype=np.float64).train(training)
    check_grads(lambda t: layer(t), [rng.normal(size=(3, 2))], order=3, rtol=1e-4)


@pytest.mark.parametrize("shape", [(5000, 3), (50000, 3), (2, 3, 70, 70), (300, 3, 5)])
@pytest.mark.parametrize(("mean", "deviation"), [(0.0, 1.0), (1e4, 1.0), (100.0, 1e-2)])
def test_many_numbers_with_a_large_mean(
    shape: tuple[int, ...], mean: float, deviation: float
) -> None:
    x = (mean + deviation * rng.normal(size=shape)).astype(np.float32)
    layer = nn.BatchNorm1d(3, momentum=1.0) if len(shape) < 4 else nn.BatchNorm2d(3, momentum=1.0)
    y = layer(Tensor(x)).data
    axes = tuple(i for i in range(x.ndim) if i != 1)
    wide = x.astype(np.float64)
    m, v = wide.mean(axes, keepdims=True), wide.var(axes, keepdims=True)
    half = np.spacing(np.float32(mean)) / 2 / deviation  # of the mean, which is rounded, too
    assert_allclose(y, (wide - m) / np.sqrt(v + 1e-5), rtol=1e-5, atol=3e-6 + half)
    assert layer.running_mean is not None
    assert layer.running_var is not None
    assert_allclose(layer.running_mean.data, m.ravel(), rtol=1e-6, atol=1e-8)
    assert_allclose(layer.running_var.data, wide.var(axes, ddof=1).ravel(), rtol=2e-5)


def test_float16() -> None:
    x = (300 + rng.normal(size=(2000, 2))).astype(np.float16)  # the sum is more than 65504
    layer = nn.BatchNorm1d(2, dtype=np.float16)
    y = layer(Tensor(x, dtype=np.float16))
    assert y.dtype == np.float16
    wide = x.astype(np.float64)
    assert_allclose(y.data, (wide - wide.mean(0)) / wide.std(0), atol=5e-3)
    mean = Tensor(wide.mean(0))
    var = Tensor(wide.var(0))
    z = F.batch_norm(Tensor(x, dtype=np.float16), mean, var)  # 300 / std in float16 has no digits
    assert z.dtype == np.float16
    assert_allclose(z.data, y.data, atol=5e-3)


def test_a_frozen_layer_passes_gradients_in_evaluation() -> None:
    layer = nn.BatchNorm1d(3).eval()
    for p in layer.parameters():
        p.requires_grad = False
    x = Tensor(batch(0), requires_grad=True)
    layer(x).sum().backward()
    assert_allclose(x.grad, np.full((4, 3), 1 / np.sqrt(1 + 1e-5)), rtol=1e-6)  # type: ignore[arg-type]  # it is there


def test_running_statistics_are_constants_of_a_graph() -> None:
    """What follows the batch later does not change the gradient of an earlier evaluation."""
    layer = nn.BatchNorm1d(3).eval()
    x = Tensor(batch(0), requires_grad=True)
    y = layer(x)
    layer.train()(x.detach() * 100)
    y.sum().backward()
    assert_allclose(x.grad, np.full((4, 3), 1 / np.sqrt(1 + 1e-5)), rtol=1e-6)  # type: ignore[arg-type]  # it is there


def test_copies_have_statistics_of_their_own() -> None:
    layer = nn.BatchNorm1d(3)
    for other in (copy.deepcopy(layer), pickle.loads(pickle.dumps(layer))):
        other(Tensor(batch(0)))
        assert layer.num_batches_tracked is not None
        assert other.num_batches_tracked is not None
        assert [layer.num_batches_tracked.item(), other.num_batches_tracked.item()] == [0, 1]


@pytest.mark.parametrize(
    ("layer", "text", "names"),
    [
        (nn.BatchNorm1d(3), "BatchNorm1d(3, eps=1e-05, momentum=0.1, affine=True, bias=True, track_running_stats=True)", "weight bias running_mean running_var num_batches_tracked"),
        (nn.BatchNorm2d(3, affine=False), "BatchNorm2d(3, eps=1e-05, momentum=0.1, affine=False, bias=False, track_running_stats=True)", "running_mean running_var num_batches_tracked"),
        (nn.BatchNorm3d(3, 0.1, None, bias=False), "BatchNorm3d(3, eps=0.1, momentum=None, affine=True, bias=False, track_running_stats=True)", "weight running_mean running_var num_batches_tracked"),
        (nn.InstanceNorm1d(3), "InstanceNorm1d(3, eps=1e-05, momentum=0.1, affine=False, bias=False, track_running_stats=False)", ""),
        (nn.InstanceNorm2d(3, affine=True), "InstanceNorm2d(3, eps=1e-05, momentum=0.1, affine=True, bias=True, track_running_stats=False)", "weight bias"),
    ],
)  # fmt: skip
def test_text_and_state(layer: nn.Module, text: str, names: str) -> None:
    assert repr(layer) == text
    assert list(layer.state_dict()) == names.split()


def test_dtype() -> None:
    layer = nn.BatchNorm1d(2, dtype="float64")
    assert [str(v.dtype) for v in layer.state_dict().values()] == ["float64"] * 4 + ["int64"]
    assert layer(Tensor(np.ones((2, 2)))).dtype == np.float64


X = Tensor(np.ones((2, 4)))
X3 = Tensor(np.ones((2, 4, 3)))
GOOD = Tensor(np.ones(4))
COMPUTED = Tensor(np.ones(4), requires_grad=True) * 2
ERRORS: list[tuple[str, Callable[[], Any], type[Exception], str]] = [
    ("axes 1d", lambda: nn.BatchNorm1d(4)(X3[..., None]), ValueError, r"BatchNorm1d: input has shape \(2, 4, 3, 1\), expected 2 or 3 axes, of which axis 1 has the 4 ch"),
    ("axes 2d", lambda: nn.BatchNorm2d(4)(X3), ValueError, "BatchNorm2d: .*expected 4 axes"),
    ("axes 3d", lambda: nn.BatchNorm3d(4)(X3), ValueError, "BatchNorm3d: .*expected 5 axes"),
    ("channels", lambda: nn.BatchNorm1d(3)(X), ValueError, r"input has shape \(2, 4\), .* axis 1 has the 3 channels"),
    ("instance axes", lambda: nn.InstanceNorm1d(4)(X[0]), ValueError, r"InstanceNorm1d: input has shape \(4,\), expected 2 or 3 axes"),
    ("instance channels", lambda: nn.InstanceNorm2d(4)(X3), ValueError, r"InstanceNorm2d: input has shape \(2, 4, 3\), expected 3 or 4 axes, of which axis 0"),
    ("one number", lambda: nn.BatchNorm1d(4)(X[:1]), ValueError, r"batch_norm: input has shape \(1, 4\), one number .*eval"),
    ("one element", lambda: nn.InstanceNorm1d(4)(X3[..., :1]), ValueError, r"instance_norm: input has shape \(2, 4, 1\), one number"),
    ("features", lambda: nn.BatchNorm1d(-1), ValueError, "BatchNorm1d: num_features is an int, at least 0; got -1"),
    ("ndarray", lambda: nn.BatchNorm1d(4)(np.ones((2, 4))), TypeError, "BatchNorm1d: input is ndarray, expected a Tensor"),  # type: ignore[arg-type]  # the error under test
    ("list", lambda: nn.InstanceNorm1d(4)([1.0]), TypeError, "InstanceNorm1d: input is list, expected a Tensor"),  # type: ignore[arg-type]  # the error under test
    ("integers", lambda: nn.BatchNorm1d(4)(X.astype("int64")), TypeError, "batch_norm: input is int64, expected floating"),
    ("one axis", lambda: F.batch_norm(X[0], GOOD, GOOD), ValueError, r"batch_norm: input has shape \(4,\), expected \(N, C, "),
    ("two axes", lambda: F.instance_norm(X), ValueError, r"instance_norm: input has shape \(2, 4\), expected \(N, C, L, "),
    ("mean", lambda: F.batch_norm(X, None, GOOD), ValueError, "batch_norm: running_mean is None, expected a Tensor"),
    ("var", lambda: F.instance_norm(X3, GOOD, None, use_input_stats=False), ValueError, "instance_norm: running_var is None"),
    ("mean shape", lambda: F.batch_norm(X, X, GOOD), ValueError, r"running_mean has shape \(2, 4\), expected \(4,\)"),
    ("mean dtype", lambda: F.batch_norm(X, GOOD.astype("int8"), GOOD), TypeError, "running_mean is int8, expected floating"),
    ("mean ndarray", lambda: F.batch_norm(X, np.ones(4), GOOD), TypeError, "running_mean is ndarray, expected a Tensor"),  # type: ignore[arg-type]  # the error under test
    ("computed", lambda: F.batch_norm(X, GOOD, COMPUTED, training=True), RuntimeError, "running_var is the result of a recorded"),
    ("weight", lambda: F.batch_norm(X, GOOD, GOOD, np.ones(3)), ValueError, r"weight has shape \(3,\), expected \(4,\)"),
    ("eps", lambda: F.batch_norm(X, GOOD, GOOD, eps=-1.0), ValueError, r"batch_norm: eps is -1\.0, expected a number, at least 0"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "run", "kind", "message"), ERRORS, ids=[e[0] for e in ERRORS])
def test_errors(name: str, run: Any, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        run()


def test_an_error_changes_nothing() -> None:
    layer = nn.BatchNorm1d(4)
    before = layer.state_dict()
    with pytest.raises(ValueError, match="one number"):
        layer(X[:1])
    for key, value in layer.state_dict().items():
        assert_array_equal(value, before[key])


def test_an_empty_batch_changes_no_statistics() -> None:
    layer = nn.BatchNorm1d(4)
    y = layer(X[:0])
    assert y.shape == (0, 4)
    y.sum().backward()
    assert layer.running_var is not None
    assert_array_equal(layer.running_var.data, np.ones(4))
    assert layer.weight is not None
    assert_array_equal(layer.weight.grad, np.zeros(4))


def test_gradients_under_no_grad_and_detached_statistics() -> None:
    layer = nn.BatchNorm1d(4)
    with gc.no_grad():
        y = layer(Tensor(rng.normal(size=(3, 4))))
    assert not y.requires_grad
    assert layer.num_batches_tracked is not None
    assert layer.num_batches_tracked.data == 1  # as in PyTorch: the mode of the layer counts
