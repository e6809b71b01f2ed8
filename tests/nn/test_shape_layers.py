"""Identity, Flatten, Unflatten and Bilinear."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import grad_nn as nn
from grad_core import Tensor
from grad_nn import functional as F  # noqa: N812  # the field's name


def counted(*shape: int) -> Tensor:
    return Tensor(np.arange(np.prod(shape, dtype=int)).reshape(shape), requires_grad=True)


def test_identity_returns_what_it_gets() -> None:
    x = counted(2, 3)
    layer = nn.Identity(54, "of another layer", unused=True)
    assert layer(x) is x
    assert repr(layer) == "Identity()"
    assert not layer.state_dict()


SHAPES: list[tuple[nn.Layer, tuple[int, ...], tuple[int, ...]]] = [
    (nn.Flatten(), (2, 3, 4), (2, 12)),
    (nn.Flatten(), (2, 3), (2, 3)),
    (nn.Flatten(), (0, 3, 4), (0, 12)),
    (nn.Flatten(), (2, 0, 4), (2, 0)),
    (nn.Flatten(0), (2, 3, 4), (24,)),
    (nn.Flatten(0), (), (1,)),
    (nn.Flatten(1, -2), (2, 3, 4, 5), (2, 12, 5)),
    (nn.Flatten(-2, -2), (2, 3, 4), (2, 3, 4)),
    (nn.Unflatten(1, (2, 4)), (3, 8), (3, 2, 4)),
    (nn.Unflatten(1, (2, -1)), (3, 8), (3, 2, 4)),
    (nn.Unflatten(-2, [1, -1, 3]), (3, 2), (1, 1, 3, 2)),
    (nn.Unflatten(0, (0, 5)), (0, 2), (0, 5, 2)),
    (nn.Unflatten(0, (5, -1)), (0, 2), (5, 0, 2)),
]


@pytest.mark.parametrize(("layer", "before", "after"), SHAPES)
def test_shapes(layer: nn.Layer, before: tuple[int, ...], after: tuple[int, ...]) -> None:
    x = counted(*before)
    y = layer(x)
    assert y.shape == after
    assert_array_equal(y.data.ravel(), x.data.ravel())  # row by row, as PyTorch has them
    (y * y).sum().backward()
    assert_array_equal(x.grad, 2 * x.data)


def test_flatten_of_a_convolution_is_row_by_row() -> None:
    y = nn.Conv2d(2, 3, 2, rng=0)(counted(2, 2, 4, 4))
    assert_array_equal(nn.Flatten()(y).data, np.ascontiguousarray(y.data).reshape(2, 27))


def test_repr_of_shapes() -> None:
    assert repr(nn.Flatten(2)) == "Flatten(start_dim=2, end_dim=-1)"
    assert repr(nn.Unflatten(1, [2, -1])) == "Unflatten(dim=1, unflattened_size=(2, -1))"


@pytest.mark.parametrize("bias", [True, False])
def test_bilinear(bias: bool) -> None:
    layer = nn.Bilinear(3, 4, 2, bias, rng=0)
    x, y = counted(5, 3), counted(5, 4)
    assert list(layer.state_dict()) == ["weight", "bias"][: 1 + bias]
    b = layer.bias.data if layer.bias is not None else 0.0
    expected = np.einsum("ni,oij,nj->no", x.data, layer.weight.data, y.data) + b
    assert_allclose(layer(x, y).data, expected, rtol=1e-5)
    assert repr(layer) == (f"Bilinear(in1_features=3, in2_features=4, out_features=2, bias={bias})")


def test_bilinear_initialization() -> None:
    layer = nn.Bilinear(100, 3, 40, rng=0)
    assert layer.bias is not None
    for p in (layer.weight, layer.bias):  # PyTorch's: U(-1/sqrt(in1), 1/sqrt(in1))
        assert np.abs(p.data).max() <= 0.1
        assert_allclose(p.data.std(), 0.1 / np.sqrt(3), rtol=0.2)
    named = nn.Bilinear(2, 2, 2, init_method="he", rng=0, dtype=np.float64)
    assert named.weight.dtype == np.float64
    assert named.bias is not None
    assert_array_equal(named.bias.data, [0.0, 0.0])


X: Any = counted(2, 3)
W = np.ones((4, 3, 5))
ERRORS: list[tuple[Callable[[], Any], type[Exception], str]] = [
    (lambda: nn.Flatten()(counted(3)), ValueError, "Flatten: dim is 1, expected an axis from -1 to 0"),
    (lambda: nn.Flatten(1, 5)(X), ValueError, "Flatten: dim is 5, expected an axis from -2 to 1"),
    (lambda: nn.Flatten(1, 0)(X), ValueError, r"Flatten: start_dim is 1 and end_dim 0, .*shape \(2, 3\)"),
    (lambda: nn.Flatten(1.0), ValueError, r"Flatten: start_dim is an int, got 1\.0"),  # type: ignore[arg-type]  # the error under test
    (lambda: nn.Flatten()(X.data), TypeError, "Flatten: input is ndarray"),
    (lambda: nn.Unflatten(2, (2, 2))(X), ValueError, "Unflatten: dim is 2"),
    (lambda: nn.Unflatten(1, (2, 2))(X), ValueError, r"axis 1 of an input of shape \(2, 3\) has 3 elements, .*\(2, 2\)"),
    (lambda: nn.Unflatten(1, (2, -1))(X), ValueError, r"has 3 elements, .*\(2, -1\)"),
    (lambda: nn.Unflatten(1, (0, -1))(counted(2, 0)), ValueError, r"has 0 elements, .*\(0, -1\)"),
    (lambda: nn.Unflatten(1, 3), TypeError, "unflattened_size is a tuple of ints, got 3"),  # type: ignore[arg-type]  # the error under test
    (lambda: nn.Unflatten(1, (1.0, 3)), TypeError, "unflattened_size is a tuple of ints"),  # type: ignore[arg-type]  # the error under test
    (lambda: nn.Unflatten("a", (1, 3)), ValueError, "Unflatten: dim is an int, got 'a'"),  # type: ignore[arg-type]  # the error under test
    (lambda: nn.Unflatten(1, ()), ValueError, "has one int or more"),
    (lambda: nn.Unflatten(1, (-1, -1)), ValueError, "but for one -1; got"),
    (lambda: nn.Unflatten(1, (-2, 3)), ValueError, "none of them negative"),
    (lambda: nn.Bilinear(0, 3, 4), ValueError, "Bilinear: in1_features is an int, at least 1; got 0"),
    (lambda: F.bilinear(X, X.data, W), TypeError, "bilinear: input2 is ndarray"),
    (lambda: F.bilinear(X, X, W[0]), ValueError, r"weight has shape \(3, 5\), expected \(out"),
    (lambda: F.bilinear(X, X, W), ValueError, r"input2 has shape \(2, 3\), expected \(..., 5\)"),
    (lambda: F.bilinear(Tensor(1.0), X, W), ValueError, r"input1 has shape \(\), expected \(..., 3\)"),
    (lambda: F.bilinear(X, counted(1, 5), W), ValueError, "expected the same axes before the last"),
    (lambda: F.bilinear(X, counted(2, 5), W, np.ones(3)), ValueError, r"bias has shape \(3,\), expected \(4,\)"),
]  # fmt: skip


@pytest.mark.parametrize(("run", "kind", "message"), ERRORS)
def test_errors(run: Callable[[], Any], kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        run()
