"""How layers draw their first weights: by PyTorch's rule, or by an initializer of the caller's."""

from __future__ import annotations

import math
from typing import TypeAlias

import numpy as np
from numpy.typing import DTypeLike

from grad_core import Array, get_default_dtype
from grad_core.primitive import wrap
from grad_init import Initializer, InitMethod, Rng, Uniform, as_generator, initializer
from grad_nn.module import Module
from grad_nn.parameter import Parameter

Method: TypeAlias = InitMethod | Initializer | None


def weight_and_bias(
    shape: tuple[int, ...],
    bias: int | None,
    fan_in: int,
    init_method: Method,
    rng: Rng,
    dtype: DTypeLike | None,
) -> tuple[Parameter, Parameter | None]:
    """Return the weight of a layer and its bias.

    Args:
        shape: That of the weight.
        bias: The length of the bias; None for no bias.
        fan_in: How many inputs reach an output.
        init_method: How the weight is drawn, by name or by an initializer; the bias is 0 then. None
            draws both from U(-a, a) with a = 1 / sqrt(fan_in), as PyTorch does.
        rng: Where random numbers come from.
        dtype: The dtype of both; None for the default dtype.
    """
    to = get_default_dtype() if dtype is None else dtype
    weight, term = _drawn(shape, bias, fan_in, init_method, rng, to)
    return (
        Parameter(*shape, data=weight, dtype=to),
        None if term is None else Parameter(data=term, dtype=to),
    )


def redraw(
    layer: Module,
    weight: Parameter,
    bias: Parameter | None,
    fan_in: int,
    init_method: Method,
    rng: Rng,
) -> None:
    """Draw the weight and bias of a layer anew, as `weight_and_bias` did."""
    length = None if bias is None else bias.size
    drawn, term = _drawn(weight.shape, length, fan_in, init_method, rng, weight.dtype)
    put(layer, "weight", drawn)
    if term is not None:
        put(layer, "bias", term)


def _drawn(
    shape: tuple[int, ...],
    bias: int | None,
    fan_in: int,
    init_method: Method,
    rng: Rng,
    dtype: DTypeLike,
) -> tuple[Array, Array | None]:
    generator = as_generator(rng)
    bound = 1.0 / math.sqrt(max(fan_in, 1))
    default = Uniform(-bound, bound)
    draw = default if init_method is None else initializer(init_method)
    weight = draw(shape, rng=generator, dtype=dtype)
    if bias is None:
        return weight, None
    if init_method is None:
        return weight, default((bias,), rng=generator, dtype=dtype)
    return weight, np.zeros(bias, dtype)


def ones_and_zeros(
    shape: tuple[int, ...], weight: bool, bias: bool, dtype: DTypeLike | None
) -> tuple[Parameter | None, Parameter | None]:
    """Return the weight of a normalisation, ones, and its bias, zeros; None for what it has not."""
    return (
        Parameter(data=np.ones(shape), dtype=dtype) if weight else None,
        Parameter(data=np.zeros(shape), dtype=dtype) if bias else None,
    )


def reset_ones_and_zeros(
    layer: Module, weight: Parameter | None, bias: Parameter | None = None
) -> None:
    """Set the weight of a normalisation to ones and its bias to zeros, where it has them."""
    if weight is not None:
        put(layer, "weight", np.ones(weight.shape, weight.dtype))
    if bias is not None:
        put(layer, "bias", np.zeros(bias.shape, bias.dtype))


def put(layer: Module, name: str, value: Array) -> None:
    """Give a Parameter of a layer another value; one that is computed, by its right inverse."""
    there: object = getattr(layer, name)
    if isinstance(there, Parameter):
        there.assign(value)
    else:
        setattr(layer, name, wrap(value))
