"""The snippets of the tutorial that the project grew from, with numbers worked out by hand."""

from __future__ import annotations

import math

import numpy as np
from numpy.testing import assert_allclose, assert_array_equal

from grad_core import Tensor
from grad_nn import Linear, Module, Parameter, Sequential, Sigmoid, Tanh


def grad_of(t: Tensor) -> np.ndarray[tuple[int, ...], np.dtype[np.floating]]:
    assert t.grad is not None
    return t.grad


def test_an_expression_over_broadcast_operands() -> None:
    # With u = tanh(log d): at d = 1, u = 0; at d = e, u = tanh 1.
    c = Tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], requires_grad=True)
    d = Tensor([1.0, math.e], requires_grad=True)
    q = c / (d.log().tanh() ** 3).exp() / 2 + c
    assert q.shape == (3, 2)

    u = math.tanh(1.0)
    e = math.exp(u**3)  # 1.55516...
    assert_allclose(q.data[:, 0], [1.5, 4.5, 7.5], rtol=1e-6)  # c / 1 / 2 + c
    assert_allclose(q.data[:, 1], np.array([2, 4, 6]) * (1 / (2 * e) + 1), rtol=1e-6)

    q.sum().backward()
    # dq/dc = 1 / (2 e^(u^3)) + 1
    assert_allclose(grad_of(c), [[1.5, 1 / (2 * e) + 1]] * 3, rtol=1e-6)
    # dq/dd = -sum(c) / 2 * e^(-u^3) * 3 u^2 * (1 - u^2) / d, where d = 1 gives 0
    slope = -12 / 2 / e * 3 * u**2 * (1 - u**2) / math.e
    assert_allclose(grad_of(d), [0.0, slope], rtol=1e-5)


def test_data_rebound_before_a_backward_with_a_gradient() -> None:
    t = Tensor([1.0, 2.0], requires_grad=True)
    (t * 5).sum().backward()
    t.data = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    assert t.shape == (2, 3)
    assert_array_equal(grad_of(t), np.zeros((2, 3)))
    t.T.backward(np.array([[1.0, 4.0], [2.0, 5.0], [3.0, 6.0]]))
    assert_array_equal(grad_of(t), [[1, 2, 3], [4, 5, 6]])
    assert grad_of(t).dtype == np.float32


class Scale(Module):
    """A module that owns one parameter."""

    def __init__(self, *shape: int) -> None:
        self.factor = Parameter(*shape, init_method="xavier", gain=1.0, alpha=0.01)

    def forward(self, x: Tensor) -> Tensor:
        return x * self.factor


def test_a_sequential_of_modules_that_own_one_parameter_each() -> None:
    model = Sequential(Scale(2, 3), Scale(3), Scale(2, 1))
    assert model.params_count() == 6 + 3 + 2
    assert [name for name, _ in model.named_parameters()] == ["0.factor", "1.factor", "2.factor"]
    for p, value in zip(model.parameters(), (2.0, 3.0, 4.0), strict=True):
        p.data = np.full(p.shape, value)
    y = model(Tensor(np.ones((2, 3))))
    assert_array_equal(y.data, np.full((2, 3), 24.0))
    y.sum().backward()
    first, second, third = model.parameters()
    assert_array_equal(grad_of(first), np.full((2, 3), 12.0))
    assert_array_equal(grad_of(second), np.full(3, 16.0))  # 2 rows of 2 * 4
    assert_array_equal(grad_of(third), np.full((2, 1), 18.0))  # 3 columns of 2 * 3
    model.zero_grad()
    assert_array_equal(grad_of(first), np.zeros((2, 3)))


def test_tanh_and_sigmoid_called_and_backpropagated() -> None:
    x = Tensor([0.0, math.log(3.0)], requires_grad=True)
    y = Tanh()(x)  # tanh(log 3) = (3 - 1/3) / (3 + 1/3)
    assert_allclose(y.data, [0.0, 0.8], rtol=1e-6)
    y.sum().backward()
    assert_allclose(grad_of(x), [1.0, 0.36], rtol=1e-6)  # 1 - tanh^2
    x.zero_grad()
    y = Sigmoid()(x)  # 1 / (1 + 1/3)
    assert_allclose(y.data, [0.5, 0.75], rtol=1e-6)
    y.sum().backward()
    assert_allclose(grad_of(x), [0.25, 0.1875], rtol=1e-6)  # s (1 - s)


def test_second_order_through_a_network() -> None:
    from grad_core.testing import check_grads

    model = Sequential(
        Linear(3, 4, rng=0, dtype=np.float64), Tanh(), Linear(4, 1, rng=1, dtype=np.float64)
    )
    check_grads(lambda x: model(x), [np.random.default_rng(0).normal(size=(2, 3))], order=3)
