"""How layers draw their first weights: by PyTorch's rule, or by an initializer of the caller's."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import DTypeLike

from grad_init import Initializer, InitMethod, Rng, Uniform, as_generator
from grad_nn.parameter import Parameter


def weight_and_bias(
    shape: tuple[int, ...],
    bias: int | None,
    fan_in: int,
    init_method: InitMethod | Initializer | None,
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
    generator = as_generator(rng)
    bound = 1.0 / math.sqrt(max(fan_in, 1))
    default = Uniform(-bound, bound)
    method = default if init_method is None else init_method
    weight = Parameter(*shape, init_method=method, rng=generator, dtype=dtype)
    if bias is None:
        return weight, None
    if init_method is None:
        return weight, Parameter(bias, init_method=default, rng=generator, dtype=dtype)
    return weight, Parameter(data=np.zeros(bias), dtype=dtype)


def ones_and_zeros(
    shape: tuple[int, ...], weight: bool, bias: bool, dtype: DTypeLike | None
) -> tuple[Parameter | None, Parameter | None]:
    """Return the weight of a normalisation, ones, and its bias, zeros; None for what it has not."""
    return (
        Parameter(data=np.ones(shape), dtype=dtype) if weight else None,
        Parameter(data=np.zeros(shape), dtype=dtype) if bias else None,
    )
