"""The types of Modules: calls, hooks, names, containers, and the helpers around them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_type

import numpy as np
from numpy.typing import NDArray

import grad_nn as nn
from grad_core import Tensor
from grad_nn.utils import parametrizations, parametrize

FloatArray = NDArray[np.floating]
x = Tensor([[1.0, 2.0]])


class Split(nn.Module):
    def forward(self, inputs: Tensor, parts: int, *, scale: float = 1.0) -> tuple[Tensor, int]:
        return inputs * scale, parts


split = Split()
assert_type(split(x, 2, scale=3.0), tuple[Tensor, int])

# ---------------------------------------------------------------------------- hooks

linear = nn.Linear(2, 3)
seen: list[nn.Parameter] = []
handle = linear.register_forward_hook(lambda module, args, output: seen.append(module.weight))
assert_type(handle, nn.RemovableHandle)
assert_type(handle.remove(), None)
linear.register_forward_hook(lambda module, args, output: output * args[0].sum())
split.register_forward_hook(lambda module, args, output: (output[0] * 2, output[1] + 1))
split.register_forward_hook(
    lambda module, args, kwargs, output: (output[0], output[1]), with_kwargs=True
)
linear.register_forward_hook(
    lambda module, args, output: None if output is None else output * 2, always_call=True
)
linear.register_forward_pre_hook(lambda module, args: args[0] * 2, prepend=True)


def on_linear(module: nn.Linear, args: tuple[Tensor], output: Tensor) -> Tensor:
    return output * 2


def on_split(
    module: Split, args: tuple[Tensor, int], kwargs: dict[str, float], output: tuple[Tensor, int]
) -> None:
    seen.clear()


def before_split(module: Split, args: tuple[Tensor, int]) -> tuple[Tensor, int]:
    return args[0], args[1] + 1


def before_split_with_kwargs(
    module: Split, args: tuple[Tensor, int], kwargs: dict[str, float]
) -> tuple[tuple[Tensor, int], dict[str, float]]:
    return args, {**kwargs, "scale": 2.0}


def always(
    module: Split, args: tuple[object, ...], kwargs: object, output: tuple[Tensor, int] | None
) -> tuple[Tensor, int] | None:
    return None if output is None else (output[0], 3)


def on_any(module: nn.Module, args: tuple[object, ...], output: object) -> None:
    seen.clear()


def on_gradients(
    module: nn.Module,
    grad_input: tuple[Tensor | None, ...],
    grad_output: tuple[Tensor | None, ...],
) -> tuple[Tensor | None, ...] | None:
    return None


def before_gradients(
    module: nn.Linear, grad_output: tuple[Tensor | None, ...]
) -> tuple[Tensor | None, ...]:
    return grad_output


linear.register_forward_hook(on_linear)
linear.register_forward_hook(on_any)
split.register_forward_hook(on_split, with_kwargs=True)
split.register_forward_hook(always, with_kwargs=True, always_call=True)
split.register_forward_pre_hook(before_split)
split.register_forward_pre_hook(before_split_with_kwargs, with_kwargs=True)
linear.register_full_backward_hook(on_gradients, prepend=True)
linear.register_full_backward_pre_hook(before_gradients)
model = nn.Sequential(linear, nn.ReLU())
for module in model.modules():
    with module.register_forward_hook(on_any), module.register_full_backward_hook(on_gradients):
        assert_type(module, nn.Module)

# ---------------------------------------------------------------------------- names and state

assert_type(list(model.named_parameters("p", recurse=False)), list[tuple[str, nn.Parameter]])
assert_type(list(model.named_buffers(remove_duplicate=False)), list[tuple[str, nn.Buffer]])
assert_type(dict(model.named_modules(prefix="model")), dict[str, nn.Module])
assert_type(next(model.children()), nn.Module)
assert_type(model.get_submodule("0"), nn.Module)
assert_type(model.get_parameter("0.weight"), nn.Parameter)
assert_type(split.get_buffer("mean"), nn.Buffer)
assert_type(model.state_dict(prefix="model."), dict[str, FloatArray])
report = model.load_state_dict({"0.weight": np.ones((3, 2))}, strict=False)
assert_type(report.missing_keys, list[str])
assert_type(split.train().eval().double().to(np.float32).requires_grad_(False), Split)
assert_type(linear.apply(lambda module: module.zero_grad(set_to_none=False)), nn.Linear)

# ---------------------------------------------------------------------------- containers

layers = nn.ModuleList([nn.Linear(2, 2), nn.Linear(2, 2)])
assert_type(layers, nn.ModuleList[nn.Linear])
for layer in layers:
    assert_type(layer, nn.Linear)
    x = layer(x)
assert_type(layers[0].weight, nn.Parameter)
assert_type(layers[1:], nn.ModuleList[nn.Linear])
assert_type(layers.append(nn.Linear(2, 2)).pop(), nn.Linear)
assert_type(layers + layers, nn.ModuleList[nn.Linear])
mixed: nn.ModuleList[nn.Linear | nn.ReLU] = nn.ModuleList([nn.Linear(2, 2), nn.ReLU()])
assert_type(mixed[0](x), Tensor)

heads = nn.ModuleDict({"value": nn.Linear(2, 1)})
assert_type(heads, nn.ModuleDict[nn.Linear])
assert_type(heads["value"](x), Tensor)
assert_type(list(heads.items()), list[tuple[str, nn.Linear]])
assert_type(heads.pop("value"), nn.Linear)
assert_type(iter(heads), Iterator[str])

scales = nn.ParameterList([nn.Parameter(2), x])
assert_type(scales[0], nn.Parameter)
assert_type(list(scales), list[nn.Parameter])
biases = nn.ParameterDict({"a": x})
assert_type(biases["a"], nn.Parameter)
assert_type(biases | {"b": x}, nn.ParameterDict)

named = nn.Sequential({"hidden": nn.Linear(2, 2), "activation": nn.ReLU()})
assert_type(named(x), Tensor)
assert_type(named[0], nn.Layer)
assert_type(named[1:], nn.Sequential)
assert_type(named * 2 + named, nn.Sequential)

# ---------------------------------------------------------------------------- utils

assert_type(nn.utils.clip_grad_norm_(model.parameters(), 1.0), Tensor)
assert_type(nn.utils.clip_grad_value_(x, 1.0), None)
assert_type(nn.utils.get_total_norm([x, x.data]), Tensor)
assert_type(nn.utils.parameters_to_vector(model.parameters()), Tensor)
assert_type(nn.utils.vector_to_parameters(np.ones(9), model.parameters()), None)

assert_type(parametrizations.weight_norm(nn.Linear(2, 2), dim=None), nn.Linear)
assert_type(parametrizations.spectral_norm(split, "weight", rng=0), Split)
assert_type(parametrizations.orthogonal(linear, orthogonal_map="cayley")(x), Tensor)
assert_type(parametrize.register_parametrization(linear, "weight", model), nn.Linear)
assert_type(parametrize.remove_parametrizations(linear, "weight"), nn.Linear)
assert_type(parametrize.is_parametrized(linear), bool)
with parametrize.cached():
    assert_type(parametrize.type_before_parametrizations(linear), type[nn.Module])
assert_type(nn.utils.fuse_linear_bn_eval(linear.eval(), nn.BatchNorm1d(3).eval()), nn.Linear)

# ---------------------------------------------------------------------------- summary

found = nn.summary(model, (1, 2), x, dtypes=[np.float32])
assert_type(found, nn.Summary)
assert_type(found.rows, list[nn.Row])
assert_type(found.rows[0].multiply_adds, int | None)
assert_type(found.rows[0].output_shapes, tuple[tuple[int, ...], ...])
assert_type(found.table(depth=1), str)


@nn.multiply_adds_of(Split)
def count_split(layer: Split, inputs: tuple[Tensor, ...], outputs: tuple[Tensor, ...]) -> int:
    return inputs[0].size


# ---------------------------------------------------------------------------- functional_call

parameters: dict[str, Tensor] = dict(linear.named_parameters())
assert_type(nn.functional_call(linear, parameters, (x,)), Tensor)
assert_type(nn.functional_call(split, [parameters], (x, 2), {"scale": 2.0}), tuple[Tensor, int])
