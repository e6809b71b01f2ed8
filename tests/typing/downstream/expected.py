"""The types that a user of the installed packages relies on, exactly."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import ModuleType
from typing import TypeVar, assert_type

import numpy as np
from numpy.typing import DTypeLike, NDArray

import grad_core as gc
import grad_init
import grad_nn as nn
from grad_core import Tensor

FloatArray = NDArray[np.floating]
ArrayT = TypeVar("ArrayT", Tensor, FloatArray)


# ---------------------------------------------------------------------------------- grad-core

x = Tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
array = np.ones((2, 2), np.float32)

assert_type(x + x, Tensor)
assert_type(x - 1, Tensor)
assert_type(1 - x, Tensor)
assert_type(x * array, Tensor)
assert_type(2.0 / x, Tensor)
assert_type(x**2, Tensor)
assert_type(x @ x.T, Tensor)
assert_type(-x, Tensor)
assert_type(x > 0, Tensor)
assert_type(x == 0, Tensor)
assert_type(x[0, ..., None], Tensor)
assert_type(x[x > 0], Tensor)
assert_type(x.sum(axis=0, keepdims=True), Tensor)
assert_type(x.reshape(4), Tensor)
assert_type(x.detach(), Tensor)
assert_type(list(x), list[Tensor])

assert_type(x.data, FloatArray)
assert_type(x.grad, FloatArray | None)
assert_type(x.shape, tuple[int, ...])
assert_type(x.dtype, np.dtype[np.floating])
assert_type(x.requires_grad, bool)
assert_type(x.sum().item(), float)

assert_type(gc.gradient(x.sum(), x), Tensor)
assert_type(gc.gradient(x.sum(), [x, x]), tuple[Tensor, ...])

assert_type(gc.exp(x), Tensor)
assert_type(gc.exp(array), FloatArray)
assert_type(gc.maximum(x, 0.0), Tensor)
assert_type(gc.maximum(array, x), Tensor)
assert_type(gc.maximum(array, 0.0), FloatArray)
assert_type(gc.where(x > 0, x, 0.0), Tensor)

cube: gc.Unary[()] = gc.Unary("cube", lambda x: x**3, lambda g, _y, x: g * 3 * x**2)
assert_type(cube(x), Tensor)
assert_type(cube(array), FloatArray)
hypot: gc.Binary[()] = gc.Binary(
    "hypot", np.hypot, lambda g, z, x, _y: g * x / z, lambda g, z, _x, y: g * y / z
)
assert_type(hypot(x, array), Tensor)
assert_type(x.argmax(1), Tensor)

assert_type(gc.sin(x), Tensor)
assert_type(gc.arcsin(array), FloatArray)
assert_type(gc.acos(x), Tensor)
assert_type(gc.concat([x, x]), Tensor)
assert_type(gc.concatenate([array, array], axis=1), FloatArray)
assert_type(gc.concat([x, array]), Tensor | FloatArray)
assert_type(gc.stack([x, x], axis=1), Tensor)
assert_type(gc.var(x, 0, correction=1), Tensor)
assert_type(gc.cumulative_sum(array, axis=0), FloatArray)
assert_type(gc.sort(x), Tensor)
assert_type(gc.take(x, np.array([0]), axis=0), Tensor)
assert_type(gc.einsum("ij,jk->ik", x, x), Tensor)
assert_type(gc.tensordot(x, array), Tensor)
assert_type(gc.linalg.solve(x, array), Tensor)
assert_type(gc.linalg.inv(array), FloatArray)
assert_type(gc.linalg.svd(x).S, Tensor)
assert_type(gc.linalg.eigh(array).eigenvalues, FloatArray)
assert_type(gc.linalg.slogdet(x).logabsdet, Tensor)
assert_type(gc.fft.rfft(x, n=4), Tensor)
assert_type(gc.special.erf(x), Tensor)
assert_type(gc.special.expit(array), FloatArray)
assert_type(gc.zeros((2, 3)), Tensor)
assert_type(gc.linspace(0.0, 1.0, 5), Tensor)
assert_type(gc.pad(x, 1, mode="reflect"), Tensor)
assert_type(gc.unstack(x), tuple[Tensor, ...])
assert_type(x // 2, Tensor)
assert_type(2 % x, Tensor)
assert_type(+x, Tensor)
assert_type(complex(x.sum()), complex)
x_in_place = x.detach() * 1
x_in_place += 1
x_in_place[0] = x[1] * 2
assert_type(x_in_place, Tensor)
assert_type(x.__array_namespace__(), ModuleType)
assert_type(gc.to_mermaid(x), str)
with x.register_hook(lambda g: g * 2) as hook:
    assert_type(hook.remove(), None)
assert_type(x.retain_grad(), None)


def scaled_sum(xs: tuple[FloatArray, ...], scale: float) -> FloatArray:
    out: FloatArray = np.add(*xs) * scale
    return out


def scaled_sum_rule(
    g: FloatArray, _out: FloatArray, _xs: tuple[FloatArray, ...], _i: int, scale: float
) -> FloatArray:
    return g * scale


total = gc.Variadic("total", scaled_sum, scaled_sum_rule)
assert_type(total, gc.Variadic[float])
assert_type(total([x, x], 2.0), Tensor)


@gc.no_grad()
def predict(inputs: Tensor, scale: float = 1.0) -> Tensor:
    return inputs * scale


assert_type(predict(x, scale=2.0), Tensor)
with gc.no_grad(), gc.enable_grad():
    assert_type(gc.is_grad_enabled(), bool)


# Transforms of functions: the parameters are those of the function, and the gradient has the type
# of the argument.


def loss(weights: Tensor, inputs: list[Tensor], scale: float = 1.0, *, power: int = 2) -> Tensor:
    return (weights * inputs[0] * scale).sum() ** power


def loss_and_aux(weights: dict[str, Tensor], inputs: Tensor) -> tuple[Tensor, str]:
    return (weights["w"] * inputs).sum(), "aux"


def energy(position: ArrayT, stiffness: float = 1.0) -> ArrayT:
    """For Tensors and ndarrays, as an optimizer calls it."""
    return gc.sum(position * position) * stiffness


def square(x: float) -> float:
    return x * x


class Potential:
    def at(self, position: Tensor, stiffness: float = 1.0) -> Tensor:
        return energy(position, stiffness)


assert_type(gc.grad(loss)(x, [x], scale=2.0, power=3), Tensor)
assert_type(gc.grad(loss, 0)(x, [x]), Tensor)
assert_type(gc.grad(loss, 1)(x, [x], 2.0), list[Tensor])
assert_type(gc.grad(loss, argnums=2)(x, [x], 2.0), float)
assert_type(gc.grad(loss, (0, 1))(x, [x], power=3), tuple[Tensor, list[Tensor]])
assert_type(gc.grad(loss, (0, 1, 2))(x, [x], 2.0), tuple[Tensor, list[Tensor], float])
assert_type(gc.grad(loss, -1)(x, [x], scale=2.0), object)
assert_type(gc.grad(loss_and_aux, has_aux=True)({"w": x}, x), tuple[dict[str, Tensor], str])
assert_type(gc.grad(loss_and_aux, 1, has_aux=True)({"w": x}, x), tuple[Tensor, str])
assert_type(gc.grad(energy)(array), FloatArray)
assert_type(gc.grad(energy)(x, stiffness=2.0), Tensor)
assert_type(gc.grad(gc.grad(gc.grad(square)))(1.0), float)
assert_type(gc.grad(Potential().at)(x, stiffness=2.0), Tensor)
slope: Callable[[Tensor], Tensor] = gc.grad(lambda x: (x * x).sum())

assert_type(gc.value_and_grad(loss)(x, [x], power=3), tuple[Tensor, Tensor])
assert_type(gc.value_and_grad(loss, 1)(x, [x]), tuple[Tensor, list[Tensor]])
assert_type(gc.value_and_grad(loss, (0, 1))(x, [x]), tuple[Tensor, tuple[Tensor, list[Tensor]]])
assert_type(gc.value_and_grad(energy)(array), tuple[FloatArray, FloatArray])
assert_type(
    gc.value_and_grad(loss_and_aux, has_aux=True)({"w": x}, x),
    tuple[tuple[Tensor, str], dict[str, Tensor]],
)

assert_type(gc.jacobian(energy)(array), FloatArray)
assert_type(gc.jacobian(loss, 1, "forward")(x, [x]), list[Tensor])
assert_type(gc.hessian(energy)(x, stiffness=2.0), Tensor)
assert_type(gc.hvp(energy)(x, x, stiffness=2.0), Tensor)
assert_type(gc.hvp(loss)(x, x, [x], power=3), Tensor)
assert_type(gc.jvp(loss_and_aux, ({"w": x}, x), ({"w": x}, x))[1], tuple[Tensor, str])
assert_type(gc.vjp(loss, x, [x])[1](x), tuple[Tensor, list[Tensor]])
assert_type(gc.vjp(energy, x)[0], Tensor)
assert_type(gc.vjp(lambda a, b: a * b, x, x)[1](x), tuple[Tensor, Tensor])
assert_type(gc.checkpoint(loss)(x, inputs=[x], scale=2.0, power=3), Tensor)
assert_type(gc.checkpoint(energy)(array), FloatArray)


# ---------------------------------------------------------------------------------- grad-init

assert_type(grad_init.He()((3, 4), rng=0), FloatArray)
assert_type(grad_init.initializer("xavier", gain=2.0), grad_init.Initializer)
assert_type(grad_init.fans((3, 4)), grad_init.Fans)


def ones(
    shape: tuple[int, ...], *, rng: grad_init.Rng = None, dtype: DTypeLike = np.float32
) -> FloatArray:
    return np.ones(shape, dtype)


initializers: Sequence[grad_init.Initializer] = [grad_init.Normal(std=0.02), ones]


# ---------------------------------------------------------------------------------- grad-nn

assert_type(nn.Linear(3, 4)(x), Tensor)
model = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), gc.tanh, nn.Linear(4, 2))
assert_type(model(x), Tensor)
assert_type(nn.Softmax(dim=1)(x), Tensor)
assert_type(nn.LeakyReLU(0.2)(x), Tensor)


class Scaled(nn.Module):
    def __init__(self) -> None:
        self.linear = nn.Linear(3, 4, bias=False)
        self.shift = nn.Parameter(4, init_method="normal", gain=0.1)

    def forward(self, inputs: Tensor, scale: float) -> tuple[Tensor, Tensor]:
        return self.linear(inputs) * scale, self.shift


scaled = Scaled()
assert_type(scaled(x, 2.0), tuple[Tensor, Tensor])
assert_type(scaled(x, scale=2.0), tuple[Tensor, Tensor])
assert_type(scaled.linear, nn.Linear)
assert_type(scaled.linear.weight, nn.Parameter)

assert_type(list(model.parameters()), list[nn.Parameter])
assert_type(dict(model.named_parameters()), dict[str, nn.Parameter])
assert_type(model.state_dict(), dict[str, FloatArray])
assert_type(model.params_count(), int)
assert_type(model.load_state_dict(model.state_dict()), nn.IncompatibleKeys)
assert_type(nn.save_model(model, "model.safetensors"), None)
assert_type(nn.load_metadata("model.safetensors"), dict[str, str])

assert_type(nn.CrossEntropyLoss()(model(x), np.array([0, 1])), Tensor)
assert_type(nn.MSELoss()(model(x), array), Tensor)
assert_type(nn.functional.cross_entropy(model(x), np.array([0, 1])), Tensor)
assert_type(nn.functional.mse_loss(model(x), array), Tensor)

optimizer = nn.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
assert_type(optimizer.zero_grad(), None)
assert_type(optimizer.step(), None)
nn.optim.Adam(model.parameters(), lr=1e-3, betas=(0.9, 0.999))
nn.optim.AdamW(model.parameters(), weight_decay=0.1)
