"""Parametrizations: classes, state, inverses, copies, caching; the three that come along."""

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
from grad_nn import Buffer, Linear, Module, Parameter
from grad_nn.utils import parametrizations, parametrize
from grad_nn.utils.parametrizations.matrix_exp import matrix_exp
from grad_nn.utils.parametrize import (
    is_parametrized,
    register_parametrization,
    remove_parametrizations,
    type_before_parametrizations,
)

rng = np.random.default_rng(3)


class Symmetric(Module):
    def forward(self, x: Tensor) -> Tensor:
        return gc.triu(x) + gc.matrix_transpose(gc.triu(x, 1))

    def right_inverse(self, x: Tensor) -> Tensor:
        return gc.triu(x)


class Doubled(Module):
    """Without an inverse."""

    def forward(self, x: Tensor) -> Tensor:
        return x * 2.0


class Halves(Module):
    """From two Tensors."""

    def forward(self, a: Tensor, b: Tensor) -> Tensor:
        return a + b

    def right_inverse(self, x: Tensor) -> tuple[Tensor, Tensor]:
        return x * 0.25, x * 0.75


class Rank1(Module):
    """Of another shape than what it is computed from."""

    def forward(self, x: Tensor) -> Tensor:
        return x[:, None] * x


def layer(n: int = 3) -> Any:
    return Linear(n, n, rng=0)


def test_a_parametrized_attribute_is_computed() -> None:
    m = layer()
    weight, bias = m.weight, m.bias
    before = weight.data.copy()
    assert register_parametrization(m, "weight", Symmetric()) is m
    assert issubclass(type(m), Linear)
    assert type(m).__name__ == "ParametrizedLinear"
    assert is_parametrized(m)
    assert is_parametrized(m, "weight")
    assert not is_parametrized(m, "bias")
    assert_array_equal(m.weight.data, np.triu(before) + np.triu(before, 1).T)
    assert m.parametrizations.weight.original is weight  # an optimizer keeps it
    assert [n for n, _ in m.named_parameters()] == ["bias", "parametrizations.weight.original"]
    m(Tensor([[1.0, 2.0, 3.0]])).sum().backward()
    assert_array_equal(np.tril(weight.grad, -1), np.zeros((3, 3)))
    assert bias.has_grad
    assert remove_parametrizations(m, "weight") is m
    assert type(m) is Linear
    assert m.weight is weight
    assert_array_equal(m.weight.data, np.triu(before) + np.triu(before, 1).T)
    assert not is_parametrized(m)
    assert list(m.state_dict()) == ["bias", "weight"]


def test_assigning_goes_to_the_originals() -> None:
    m = register_parametrization(layer(2), "weight", Symmetric())
    m.weight = Tensor([[1.0, 2.0], [2.0, 3.0]])
    assert_array_equal(m.parametrizations.weight.original.data, [[1.0, 2.0], [0.0, 3.0]])
    assert_array_equal(m.weight.data, [[1.0, 2.0], [2.0, 3.0]])
    register_parametrization(m, "weight", Doubled())
    assert_array_equal(m.weight.data, [[2.0, 4.0], [4.0, 6.0]])
    with pytest.raises(RuntimeError, match="Doubled is a parametrization without a right_inverse"):
        m.weight = Tensor([[1.0, 2.0], [2.0, 3.0]])
    with pytest.raises(TypeError, match="right_inverse: got list, expected a Tensor"):
        m.weight = [[1.0]]


def test_several_originals() -> None:
    m = register_parametrization(layer(2), "weight", Halves())
    w = m.weight.data
    assert list(m.state_dict()) == [
        "bias", "parametrizations.weight.original0", "parametrizations.weight.original1",
    ]  # fmt: skip
    assert m.parametrizations.weight.ntensors == 2
    m.weight = Tensor(w * 4)
    assert_allclose(m.parametrizations.weight.original0.data, w)
    assert_allclose(m.weight.data, w * 4)
    with pytest.raises(ValueError, match="computed from 2 Tensors, none of which"):
        remove_parametrizations(m, "weight", leave_parametrized=False)
    m.requires_grad_(False)
    remove_parametrizations(m, "weight")
    assert isinstance(m.weight, Parameter)
    assert not m.weight.requires_grad
    assert_allclose(m.weight.data, w * 4)


def test_buffers_and_more_than_one_name() -> None:
    class Holder(Module):
        def __init__(self) -> None:
            self.a = Buffer([1.0, 2.0], persistent=False)
            self.b = Parameter(data=[3.0])

    m: Any = Holder()
    register_parametrization(m, "a", Doubled())
    register_parametrization(m, "b", Doubled())
    assert (m.a.data.tolist(), m.b.data.tolist()) == ([2.0, 4.0], [6.0])
    assert [n for n, _ in m.named_buffers()] == ["parametrizations.a.original"]
    assert list(m.state_dict()) == ["parametrizations.b.original"]
    remove_parametrizations(m, "a", leave_parametrized=False)
    assert type_before_parametrizations(m).__name__ == "Holder"
    assert (m.a.data.tolist(), m.b.data.tolist()) == ([1.0, 2.0], [6.0])
    assert isinstance(m.a, Buffer)
    assert not m.a.persistent
    remove_parametrizations(m, "b")
    assert type(m) is Holder


def test_shapes_may_change_if_that_is_asked_for() -> None:
    class Holder(Module):
        def __init__(self) -> None:
            self.w = Parameter(data=[1.0, 2.0])

    m: Any = Holder()
    with pytest.raises(
        ValueError, match=r"forward returned shape \(2, 2\), float32, expected \(2,\)"
    ):
        register_parametrization(m, "w", Rank1())
    assert not is_parametrized(m)
    register_parametrization(m, "w", Rank1(), unsafe=True)
    assert_array_equal(m.w.data, [[1.0, 2.0], [2.0, 4.0]])
    with pytest.raises(ValueError, match=r"forward returned shape \(2,\)"):
        register_parametrization(m, "w", Shrinking())
    register_parametrization(m, "w", Shrinking(), unsafe=True)
    assert m.w.shape == (2,)
    w = m.parametrizations.w.original
    remove_parametrizations(m, "w")
    assert m.w is w
    assert_array_equal(m.w.data, [1.0, 2.0])


class Shrinking(Module):
    def forward(self, x: Tensor) -> Tensor:
        return x[0]


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda m: pickle.loads(pickle.dumps(m))])
def test_copies_are_parametrized_and_apart(copied: Callable[[Any], Any]) -> None:
    m = register_parametrization(layer(), "weight", Symmetric())
    parametrizations.weight_norm(m, "bias", dim=None)
    other = copied(m)
    assert type(other).__name__ == "ParametrizedLinear"
    assert_array_equal(other.weight.data, m.weight.data)
    remove_parametrizations(m, "weight")
    assert is_parametrized(other, "weight")
    assert_array_equal(other.weight.data, m.weight.data)
    other.parametrizations.weight.original.data = np.zeros((3, 3))
    assert m.weight.data.any()
    remove_parametrizations(other, "weight")
    remove_parametrizations(other, "bias")
    assert type(other) is Linear
    assert is_parametrized(m, "bias")


def test_cached_computes_once() -> None:
    calls = 0

    class Counting(Module):
        def forward(self, x: Tensor) -> Tensor:
            nonlocal calls
            calls += 1
            return x * 1.0

        def right_inverse(self, x: Tensor) -> Tensor:
            return x

    m = register_parametrization(layer(), "weight", Counting())
    x, start = Tensor([[1.0, 2.0, 3.0]]), calls
    m(m(x))
    assert calls == start + 2
    with parametrize.cached():
        first = m.weight
        with parametrize.cached():
            y = m(m(x)).sum()
        assert m.weight is first
        assert calls == start + 3
        m.weight = Tensor(np.eye(3))
        assert_array_equal(m.weight.data, np.eye(3))
        register_parametrization(m, "weight", Doubled())
        assert_array_equal(m.weight.data, np.eye(3) * 2)
        remove_parametrizations(m, "weight")
        assert isinstance(m.weight, Parameter)
    y.backward()
    assert m.weight.has_grad
    with pytest.raises(ZeroDivisionError), parametrize.cached():
        raise ZeroDivisionError
    n = register_parametrization(layer(), "weight", Doubled())
    assert n.weight is not n.weight


def test_transfer() -> None:
    m = register_parametrization(layer(), "weight", Symmetric())
    parametrizations.weight_norm(m, "bias", dim=None)
    other = Linear(3, 3, rng=5)
    assert parametrize.transfer_parametrizations_and_params(m, other) is other
    assert_array_equal(other.weight.data, m.weight.data)
    assert list(other.state_dict()) == list(m.state_dict())
    one: Any = parametrize.transfer_parametrizations_and_params(m, nn.ReLU(), "weight")
    assert_array_equal(one.weight.data, m.weight.data)
    assert not is_parametrized(one, "bias")
    with pytest.raises(ValueError, match="'bias' of ParametrizedReLU is not parametrized"):
        parametrize.transfer_parametrizations_and_params(one, other, "bias")


def test_dtypes_modes_and_loading_reach_the_originals() -> None:
    m = parametrizations.spectral_norm(layer(), rng=0)
    m.eval().double()
    assert not m.parametrizations.weight[0].training
    assert m.weight.dtype == np.float64
    m.load_state_dict(m.state_dict())
    frozen = register_parametrization(layer().eval(), "weight", Doubled())
    assert not frozen.parametrizations.weight[0].training


class Wrong(Module):
    def forward(self, x: Tensor) -> Any:
        return "text"


class WrongDtype(Module):
    def forward(self, x: Tensor) -> Tensor:
        return x.astype(np.float64)


class WrongInverse(Symmetric):
    def right_inverse(self, x: Tensor) -> Any:
        return "text"


ERRORS: list[tuple[str, Callable[[Any], Any], type[Exception], str]] = [
    ("name", lambda m: register_parametrization(m, "x", Symmetric()), ValueError, "Linear has no Parameter or Buffer named 'x'"),
    ("attribute", lambda m: register_parametrization(m, "in_features", Symmetric()), ValueError, "named 'in_features'"),
    ("no-module", lambda m: register_parametrization(m, "weight", gc.tanh), TypeError, "parametrization is Unary, expected a Module"),  # type: ignore[arg-type]  # the error under test
    ("result", lambda m: register_parametrization(m, "weight", Wrong()), TypeError, "Wrong is a parametrization, but its forward returned str"),
    ("dtype", lambda m: register_parametrization(m, "weight", WrongDtype()), ValueError, "forward returned shape .* float64, expected"),
    ("inverse", lambda m: register_parametrization(m, "weight", WrongInverse()), TypeError, "right_inverse returned str, expected a Tensor or several"),
    ("remove", lambda m: remove_parametrizations(m, "weight"), ValueError, "'weight' of Linear is not parametrized"),
    ("list", lambda m: parametrize.ParametrizationList([], m.weight), ValueError, "there are no Modules"),
    ("norm-name", lambda m: parametrizations.weight_norm(m, "x"), ValueError, "named 'x'"),
    ("norm-dim", lambda m: parametrizations.weight_norm(m, dim=2), ValueError, r"weight_norm: weight has shape \(3, 3\), and no axis 2"),
    ("spectral-name", lambda m: parametrizations.spectral_norm(m, "x"), ValueError, "spectral_norm: Linear has no weight named 'x'"),
    ("spectral-dim", lambda m: parametrizations.spectral_norm(m, dim=2), ValueError, "spectral_norm: the weight has shape .* and no axis 2"),
    ("spectral-steps", lambda m: parametrizations.spectral_norm(m, n_power_iterations=0), ValueError, "n_power_iterations is 0"),
    ("orthogonal-bias", lambda m: parametrizations.orthogonal(m, "bias"), ValueError, "no weight named 'bias' of two axes"),
    ("orthogonal-map", lambda m: parametrizations.orthogonal(m, orthogonal_map="exp"), ValueError, "orthogonal_map is 'exp', expected one of"),  # type: ignore[arg-type]  # the error under test
    ("orthogonal-half", lambda m: parametrizations.orthogonal(m.half()), TypeError, "orthogonal: the weight is float16"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "run", "kind", "message"), ERRORS, ids=[e[0] for e in ERRORS])
def test_errors_change_nothing(name: str, run: Any, kind: type[Exception], message: str) -> None:
    m = layer()
    weight, value = m.weight, m.weight.data.copy()
    with pytest.raises(kind, match=message):
        run(m)
    assert type(m) is Linear
    assert m.weight is weight
    assert_allclose(m.weight.data, value, rtol=1e-3)


def test_a_second_one_that_does_not_fit_is_not_registered() -> None:
    m = register_parametrization(layer(), "weight", Symmetric())
    for wrong in (Halves(), WrongDtype(), Wrong()):
        with pytest.raises((ValueError, TypeError)):
            register_parametrization(m, "weight", wrong)
        assert len(m.parametrizations.weight) == 1
    with pytest.raises(ValueError, match="Halves follows another parametrization"):
        parametrize.ParametrizationList([Symmetric(), Halves()], Parameter(2, 2))


# ---------------------------------------------------------------------------- the three


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_weight_norm(dtype: Any) -> None:
    m = parametrizations.weight_norm(Linear(3, 2, rng=0, dtype=dtype))
    g, v = m.get_parameter("parametrizations.weight.original0"), m.weight.data
    assert m.weight.dtype == g.dtype == dtype
    assert_allclose(g.data[:, 0], np.linalg.norm(v.astype(np.float64), axis=1), rtol=2e-3)
    check_grads(
        lambda g, v: parametrizations.WeightNorm(0)(g, v),
        [rng.uniform(1, 2, (2, 1)), rng.uniform(1, 2, (2, 3))],
        order=3,
    )


def test_spectral_norm_bounds_the_largest_singular_value() -> None:
    for shape, dim in (((5, 4), 0), ((5, 4), 1), ((4, 2, 3), 1)):

        class Holder(Module):
            def __init__(self, shape: tuple[int, ...]) -> None:
                self.weight = Parameter(*shape, init_method="normal", rng=1, dtype=np.float64)

        m = parametrizations.spectral_norm(Holder(shape), dim=dim, n_power_iterations=200, rng=0)
        matrix = np.moveaxis(m.weight.data, dim, 0).reshape(shape[dim], -1)
        assert_allclose(np.linalg.norm(matrix, 2), 1.0, rtol=1e-4)
        u = m.get_buffer("parametrizations.weight.0._u")
        m.eval()
        before = u.data.copy()
        first = m.weight.data
        assert_array_equal(m.weight.data, first)
        assert_array_equal(u.data, before)


def test_spectral_norm_is_drawn_from_a_generator() -> None:
    states = [
        parametrizations.spectral_norm(layer(50), rng=seed).state_dict() for seed in (1, 1, 2)
    ]
    key = "parametrizations.weight.0._u"
    assert_array_equal(states[0][key], states[1][key])
    assert (states[0][key] != states[2][key]).any()


def test_gradients_of_spectral_norm() -> None:
    w = rng.normal(size=(3, 2))
    p = parametrizations.SpectralNorm(Tensor(w, dtype=np.float64), rng=0).eval()
    check_grads(lambda x: p(x), [w], order=2)
    one = parametrizations.SpectralNorm(Tensor([3.0, 4.0]))
    assert_allclose(one(Tensor([3.0, 4.0])).data, [0.6, 0.8], rtol=1e-6)
    assert list(one.buffers()) == []
    # A graph from before the next step of the power method stays right
    p.train()
    x = Tensor(w, requires_grad=True, dtype=np.float64)
    y = p(x).sum()
    p(Tensor(rng.normal(size=(3, 2)), dtype=np.float64))
    y.backward()


@pytest.mark.parametrize("shape", [(3, 3), (4, 2), (2, 4), (2, 3, 2), (1, 1)])
@pytest.mark.parametrize("map_", ["matrix_exp", "cayley", "householder"])
@pytest.mark.parametrize("base", [True, False])
def test_orthogonal(map_: Any, shape: tuple[int, ...], base: bool) -> None:
    weight = Tensor(rng.normal(size=shape), dtype=np.float64)
    p = parametrizations.Orthogonal(weight, map_, use_trivialization=base, rng=0)
    x: Any = weight
    if base or map_ == "householder":
        x = p.right_inverse(weight)
        again = p.right_inverse(p(x))
        assert_allclose(p(again).data, p(x).data, atol=1e-12)
    x = x + Tensor(rng.normal(size=shape) * 0.3, dtype=np.float64)
    for q in (p(weight), p(x)):
        tall = q.data if shape[-2] >= shape[-1] else np.swapaxes(q.data, -2, -1)
        product = np.swapaxes(tall, -2, -1) @ tall
        assert_allclose(
            product, np.broadcast_to(np.eye(min(shape[-2:])), product.shape), atol=1e-12
        )
    check_grads(lambda x: p(x), [x.data * 0.5], order=2)


def test_orthogonal_keeps_its_signs_under_weight_decay() -> None:
    m: Any = parametrizations.orthogonal(Linear(2, 4, rng=0, dtype=np.float64))
    before = m.weight.data
    m.parametrizations.weight.original.data = m.parametrizations.weight.original.data * 0.5
    assert_allclose(np.abs(m.weight.data), np.abs(before))


def test_orthogonal_of_complex_and_singular_weights() -> None:
    maps: list[Any] = ["matrix_exp", "cayley"]
    for map_ in maps:

        class Holder(Module):
            def __init__(self) -> None:
                value = rng.normal(size=(3, 2)) + 1j * rng.normal(size=(3, 2))
                self.weight = Parameter(data=value, dtype=np.complex128)

        m = parametrizations.orthogonal(Holder(), orthogonal_map=map_)
        w = m.weight.data
        assert_allclose(w.conj().T @ w, np.eye(2), atol=1e-12)
        with pytest.raises(ValueError, match="the householder map takes real weights"):
            parametrizations.orthogonal(Holder(), orthogonal_map="householder")
    singular = Linear(3, 3, rng=0)
    singular.weight.data = np.zeros((3, 3))
    w = parametrizations.orthogonal(singular, orthogonal_map="householder").weight.data
    assert_allclose(w @ w.T, np.eye(3), atol=1e-6)
    m_: Any = parametrizations.orthogonal(layer())
    with pytest.raises(ValueError, match=r"orthogonal: got shape \(2, 2\), expected \(3, 3\)"):
        m_.weight = Tensor(np.eye(2))
    bare: Any = parametrizations.orthogonal(
        layer(), orthogonal_map="cayley", use_trivialization=False
    )
    with pytest.raises(NotImplementedError, match="cayley can only be assigned to with"):
        bare.weight = Tensor(np.eye(3))


@pytest.mark.parametrize("size", [1e-8, 0.1, 3.0, 40.0])
def test_matrix_exp(size: float) -> None:
    own = np.random.default_rng(0)  # of some others float32 overflows
    x = own.normal(size=(4, 3, 3)) * size * np.array([1.0, 0.01, 1.0, 0.0])[:, None, None]
    x[2] -= 2 * size * np.eye(3)
    # Its series, of a small part of x, then squared, in extended precision
    part = x.astype(np.longdouble) / 2**12
    term = series = np.broadcast_to(np.eye(3, dtype=np.longdouble), x.shape)
    for k in range(1, 30):
        term = term @ part / k
        series = series + term
    for _ in range(12):
        series = series @ series
    expected = series.astype(np.float64)
    assert_allclose(matrix_exp(x), expected, rtol=1e-10 * max(size, 1.0), atol=1e-12)
    assert_allclose(matrix_exp(x.astype(np.float32)), expected, rtol=1e-4 * max(size, 1.0))
    assert matrix_exp(x.astype(np.float32)).dtype == np.float32


def test_gradients_of_matrix_exp() -> None:
    check_grads(lambda x: matrix_exp(x), [rng.normal(size=(2, 3, 3))], order=3)
    z = rng.normal(size=(2, 2)) + 1j * rng.normal(size=(2, 2))
    check_grads(lambda x: matrix_exp(x), [z], order=2)
    assert matrix_exp(np.zeros((0, 3, 3))).shape == (0, 3, 3)
    assert matrix_exp(np.zeros((2, 0, 0))).shape == (2, 0, 0)
    assert np.isnan(matrix_exp(np.full((2, 2), np.nan))).all()
    with pytest.raises(ValueError, match=r"matrix_exp: .*square matrices"):
        matrix_exp(np.zeros((2, 3)))
