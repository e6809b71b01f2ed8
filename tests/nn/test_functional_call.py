"""Modules as functions of their Parameters."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import grad_core as gc
from grad_core import Tensor
from grad_core.substitution import substituted
from grad_nn import (
    BatchNorm1d,
    Linear,
    Module,
    ModuleDict,
    Parameter,
    ParameterList,
    Sequential,
    Tanh,
    functional_call,
)
from grad_nn.utils import parametrizations


def model() -> Sequential:
    return Sequential(
        Linear(2, 3, rng=0, dtype=np.float64), Tanh(), Linear(3, 1, rng=1, dtype=np.float64)
    )


X = Tensor([[1.0, -2.0], [0.5, 3.0]], dtype=np.float64)


def test_gradients_go_to_what_is_given() -> None:
    m = model()
    before = m.state_dict()
    given = {
        name: Tensor(p.data * 2, requires_grad=True, dtype=np.float64)
        for name, p in m.named_parameters()
    }
    y = functional_call(m, given, (X,))
    for name, value in m.state_dict().items():
        assert_array_equal(value, before[name])
    assert not any(p.has_grad for p in m.parameters())
    y.sum().backward()
    assert not any(p.has_grad for p in m.parameters())
    twin = model()
    twin.load_state_dict(given)
    expected = twin(X)
    expected.sum().backward()
    assert_allclose(y.data, expected.data)
    for name, p in twin.named_parameters():
        assert_allclose(given[name].grad, p.grad)  # type: ignore[arg-type]  # they are there


def test_some_names_and_single_arguments() -> None:
    m = model()
    bias = Tensor([100.0], dtype=np.float64)
    assert_allclose(
        functional_call(m, {"2.bias": bias}, X).data, m(X).data - m.state_dict()["2.bias"] + 100
    )
    assert_allclose(functional_call(m, {}, X).data, m(X).data)
    assert_allclose(functional_call(m, {"unknown": bias}, kwargs={"input": X}).data, m(X).data)
    both = [{"2.bias": bias}, {"0.bias": Tensor([0.0] * 3, dtype=np.float64)}]
    assert (functional_call(m, both, X).data > 90).all()


def test_transforms_of_parameters() -> None:
    m = Linear(2, 1, rng=0, dtype=np.float64)

    def loss(parameters: dict[str, Tensor]) -> Tensor:
        return (functional_call(m, parameters, (X,)) ** 2).sum()

    start: dict[str, Tensor] = {name: p.detach() for name, p in m.named_parameters()}
    a = np.concatenate([X.data, np.ones((2, 1))], axis=1)
    along = gc.hvp(loss)(start, {"weight": start["weight"] * 0 + 1.0, "bias": start["bias"] * 0})
    assert_allclose(along["weight"].data[0], (2 * a.T @ a)[:2, :2].sum(1))
    assert_allclose(along["bias"].data, (2 * a.T @ a)[2:, :2].sum(1))
    hessian = gc.hessian(lambda w: loss({"weight": w}))(start["weight"])
    assert_allclose(hessian.data[0, :, 0], (2 * a.T @ a)[:2, :2])
    assert not m.weight.has_grad


def test_a_step_of_training_is_differentiated() -> None:
    m = Linear(1, 1, bias=False, rng=0, dtype=np.float64)
    x, lr = Tensor([[2.0]], dtype=np.float64), Tensor(0.1, requires_grad=True, dtype=np.float64)
    w = Tensor([[3.0]], requires_grad=True, dtype=np.float64)
    loss = (functional_call(m, {"weight": w}, x) ** 2).sum()
    stepped = w - lr * gc.gradient(loss, w, create_graph=True)
    after = (functional_call(m, {"weight": stepped}, x) ** 2).sum()
    after.backward()
    # (2 (w - lr 8 w))^2, by lr: 8 (w - lr 8 w) (-8 w)
    assert_allclose(lr.grad, 8 * (3 - 0.1 * 24) * -24)  # type: ignore[arg-type]  # it is there


def test_tied_and_nested_parameters() -> None:
    class Net(Module):
        def __init__(self) -> None:
            self.layers = [Linear(2, 2, rng=0), {"x": Parameter(data=[1.0, 1.0])}]
            self.pair = (Parameter(data=[2.0, 2.0]),)
            self.more = ParameterList([Parameter(data=[3.0, 3.0])])
            self.heads = ModuleDict({"a": Linear(2, 2, rng=0)})
            self.tied = self.more[0]

        def forward(self) -> Tensor:
            first: Any = self.layers[1]
            x: Tensor = first["x"]
            return x + self.pair[0] * 10 + self.more[0] * 100 + self.tied * 1000

    net = Net()
    given = {
        "layers.1.x": Tensor([5.0, 5.0]),
        "pair.0": Tensor([6.0, 6.0]),
        "tied": Tensor([7.0, 7.0]),
    }
    assert_array_equal(functional_call(net, given).data, [5 + 60 + 700 + 7000] * 2)
    same = Tensor([8.0, 8.0])
    assert functional_call(net, {"tied": same, "more.0": same}).data[0] == 1 + 20 + 800 + 8000
    with pytest.raises(
        ValueError, match=r"functional_call: more\.0 and tied are tied, but given dif"
    ):
        functional_call(net, {"more.0": same, "tied": Tensor([8.0, 8.0])})


def test_changes_of_buffers_are_those_of_what_is_given() -> None:
    bn = BatchNorm1d(1)
    mean, var = Tensor([0.0]), Tensor([1.0])
    functional_call(bn, {"running_mean": mean, "running_var": var}, Tensor([[1.0], [3.0]]))
    assert_allclose(mean.data, [0.2])
    assert_allclose(bn.state_dict()["running_mean"], [0.0])
    assert bn.state_dict()["num_batches_tracked"] == 1  # was not given


def test_parametrized_modules_and_hooks() -> None:
    m = parametrizations.weight_norm(Linear(2, 2, rng=0))
    seen: list[Any] = []
    m.register_forward_hook(lambda module, args, out: seen.append(module.weight.data.copy()))
    name = "parametrizations.weight.original0"
    x = Tensor([1.0, 1.0])
    functional_call(m, {name: Tensor([[1.0], [2.0]])}, x)
    assert_allclose(np.linalg.norm(seen[0], axis=1), [1.0, 2.0], rtol=1e-5)


class Fails(Linear):
    def forward(self, input: Tensor) -> Tensor:  # noqa: A002  # as Linear has it
        raise ZeroDivisionError


def test_the_module_is_as_it_was_after_an_error() -> None:
    m = Fails(1, 1, rng=0)
    weight, before = m.weight, m.weight.data.copy()
    with pytest.raises(ZeroDivisionError):
        functional_call(m, {"weight": Tensor([[9.0]])}, Tensor([1.0]))
    assert m.weight is weight
    assert_array_equal(m.weight.data, before)
    assert m.weight.requires_grad


ERRORS: list[tuple[Any, type[Exception], str]] = [
    (lambda m: functional_call(gc.tanh, {}, X), TypeError, "functional_call: module is Unary"),  # type: ignore[arg-type]  # the error under test
    (lambda m: functional_call(m, {"0.weight": [1.0]}, X), TypeError, "0.weight is list, expected a Tensor"),  # type: ignore[dict-item]  # the error under test
    (lambda m: functional_call(m, [{"0.bias": X}, {"0.bias": X}], X), ValueError, "0.bias is given in two dicts"),
    (lambda m: functional_call(m, {"0.bias": X, "x": X}, X, strict=True), ValueError, r"missing \['0.weight', '2.weight', '2.bias'\], unexpected \['x'\]"),
]  # fmt: skip


@pytest.mark.parametrize(("run", "kind", "message"), ERRORS)
def test_errors(run: Any, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        run(model())


def test_results_are_not_substituted() -> None:
    y = Tensor([1.0], requires_grad=True) * 2
    with (
        pytest.raises(RuntimeError, match="substituted: this Tensor is the result"),
        substituted([(y, y)]),
    ):
        pass
    x, other = Tensor([1.0], requires_grad=True), Tensor([5.0])
    with substituted([(x, other)]):
        assert not x.requires_grad
        x += 1.0
    assert (x.item(), other.item()) == (1.0, 6.0)
    assert x.requires_grad
    shown = Tensor([1.0], requires_grad=True)
    with substituted([(x, shown)]):
        array = x.data
    z = shown * shown
    array[0] = 3.0
    with pytest.raises(RuntimeError, match="was written to after it was used"):
        z.backward()
