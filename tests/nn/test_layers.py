"""Affine layers: values, gradients to second order, shapes, dtypes, errors."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import grad_core as gc
import grad_init
import grad_nn as nn
from grad_core import Tensor
from grad_core.testing import check_grads
from grad_nn import functional as F  # noqa: N812  # the field's name

rng = np.random.default_rng(1)


def apart(*shape: int) -> np.ndarray[Any, Any]:
    """Numbers that are not near the kink at 0."""
    return np.asarray(rng.uniform(0.2, 2, shape) * rng.choice([-1, 1], shape))


@pytest.mark.parametrize("shape", [(3,), (4, 3), (2, 5, 3), (0, 3), (2, 0, 3), (1, 1, 1, 3)])
@pytest.mark.parametrize("bias", [True, False])
def test_linear(shape: tuple[int, ...], bias: bool) -> None:
    layer = nn.Linear(3, 2, bias, rng=0, dtype=np.float64)
    x = apart(*shape)
    y = layer(Tensor(x, dtype=np.float64))
    b = layer.bias.data if layer.bias is not None else 0.0
    assert (layer.bias is not None) == bias
    assert_allclose(y.data, x @ layer.weight.data.T + b, rtol=1e-12)
    args = [x, layer.weight.data, *([layer.bias.data] if layer.bias is not None else [])]
    check_grads(F.linear, args, order=3)


@pytest.mark.parametrize("shape", [(2, 700), (9, 700), (3, 4, 700), (33, 2, 700)])
@pytest.mark.parametrize("dtypes", [("f4", "f4"), ("f8", "f8"), ("f4", "f8"), ("f8", "f4")])
def test_linear_of_few_rows_and_a_large_weight(
    shape: tuple[int, ...], dtypes: tuple[str, str]
) -> None:
    x, w = apart(*shape).astype(dtypes[0]), apart(900, 700).astype(dtypes[1])
    expected = (x.reshape(-1, 700).astype("f8") @ w.T.astype("f8")).reshape(*shape[:-1], 900)
    tolerance = 1e-3 if dtypes == ("f4", "f4") else 1e-10
    for given in (x, np.asfortranarray(x), np.repeat(x, 2, axis=0)[::2]):
        y = F.linear(gc.from_numpy(given), gc.from_numpy(w))
        assert y.dtype == np.result_type(*dtypes)
        assert_allclose(y.data, expected, rtol=tolerance, atol=tolerance)
        assert y.data.flags.c_contiguous


@pytest.mark.parametrize(("n_in", "n_out"), [(0, 2), (2, 0), (0, 0)])
def test_linear_without_features(n_in: int, n_out: int) -> None:
    layer = nn.Linear(n_in, n_out, rng=0)
    y = layer(Tensor(np.ones((3, n_in))))
    assert y.shape == (3, n_out)
    y.sum().backward()
    assert layer.bias is not None
    assert_array_equal(layer.bias.grad, np.full(n_out, 3.0))
    assert layer.weight.has_grad


def test_linear_keeps_float32_and_takes_mixed_dtypes() -> None:
    layer = nn.Linear(3, 2, rng=0)
    assert layer(Tensor(np.ones(3))).dtype == np.float32
    wide = layer(Tensor(np.ones(3), dtype=np.float64))
    assert wide.dtype == np.float64
    wide.sum().backward()
    assert layer.weight.grad is not None
    assert layer.weight.grad.dtype == np.float32
    narrow = F.linear(Tensor([1.0]), Tensor([[1.0]]), Tensor([1.0], dtype=np.float64))
    assert narrow.dtype == np.float64


def test_linear_does_not_keep_what_it_does_not_need() -> None:
    layer = nn.Linear(3, 2, rng=0)
    layer.weight.requires_grad = False
    x = Tensor(np.ones((4, 3)))
    kept = weakref.ref(x.data)
    y = layer(x)
    del x
    assert kept() is None  # only the gradient of the weight reads the input
    y.sum().backward()
    assert layer.bias is not None
    assert_array_equal(layer.bias.grad, [4, 4])
    assert layer.weight.grad is None


def test_linear_initialization() -> None:
    default = nn.Linear(100, 200, rng=0)
    assert default.bias is not None
    for p in (default.weight, default.bias):  # PyTorch's: U(-1/sqrt(in), 1/sqrt(in))
        assert np.abs(p.data).max() <= 0.1
        assert_allclose(p.data.std(), 0.1 / np.sqrt(3), rtol=0.1)
    assert_array_equal(nn.Linear(100, 200, rng=0).weight.data, default.weight.data)
    named = nn.Linear(100, 200, init_method="he", rng=0)
    assert_allclose(named.weight.data.std(), np.sqrt(2 / 100), rtol=0.05)
    assert named.bias is not None
    assert_array_equal(named.bias.data, np.zeros(200))
    assert_array_equal(
        nn.Linear(2, 1, init_method=grad_init.Constant(3.0)).weight.data, [[3.0, 3.0]]
    )
    grad_init.manual_seed(1)
    first = nn.Linear(2, 2).weight.data
    assert (nn.Linear(2, 2).weight.data != first).any()


X: Any = Tensor(np.ones((2, 5)))
ERRORS: list[tuple[str, Callable[[], Any], type[Exception], str]] = [
    ("last-axis", lambda: nn.Linear(3, 4)(X), ValueError, r"linear: input has shape \(2, 5\), expec"),
    ("0-d", lambda: nn.Linear(3, 4)(Tensor(1.0)), ValueError, r"input has shape \(\), expected \(.*3\)"),
    ("weight", lambda: F.linear(X, np.ones(5)), ValueError, r"weight has shape \(5,\), expected"),
    ("bias", lambda: F.linear(X, np.ones((3, 5)), X), ValueError, r"bias has shape \(2, 5\), .*\(3,\)"),
    ("negative", lambda: nn.Linear(-1, 2), ValueError, "Linear: in_features is .* at least 0; got -1"),
    ("float", lambda: nn.Linear(8.0, 2), ValueError, r"in_features is an int, at least 0; got 8\.0"),  # type: ignore[arg-type]  # the error under test
    ("list", lambda: F.linear([1.0], X), TypeError, "linear: input is list, expected a Tensor"),  # type: ignore[arg-type]  # the error under test
    ("init", lambda: nn.Linear(1, 1, init_method="hee"), ValueError, "'he_leaky'"),  # type: ignore[arg-type]  # the error under test
]  # fmt: skip


@pytest.mark.parametrize(("name", "run", "kind", "message"), ERRORS, ids=[e[0] for e in ERRORS])
def test_errors(name: str, run: Any, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        run()
