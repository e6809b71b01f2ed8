"""What recurrent layers and cells share: how they draw weights, and checks of their arguments."""

from __future__ import annotations

import math
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import DTypeLike

from grad_core import Array, Tensor, get_default_dtype
from grad_init import Initializer, InitMethod, Rng, Uniform, as_generator, initializer
from grad_nn.functional.checks import check_floating, check_shape
from grad_nn.functional.recurrent_kernels import Mode
from grad_nn.layers.weights import put
from grad_nn.module import Module
from grad_nn.parameter import Parameter

Nonlinearity: TypeAlias = Literal["tanh", "relu"]
"""What an RNN applies in each step."""

_MODES: dict[Nonlinearity, Mode] = {"tanh": "RNN_TANH", "relu": "RNN_RELU"}


def mode_of(name: str, nonlinearity: Nonlinearity) -> Mode:
    """Return the mode of an RNN with this nonlinearity, or raise a ValueError."""
    if nonlinearity not in _MODES:
        raise ValueError(f"{name}: nonlinearity must be 'tanh' or 'relu', got {nonlinearity!r}")
    return _MODES[nonlinearity]


def pair(name: str, hx: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor]:
    """Return the first states of an LSTM, or raise a TypeError where they are no pair."""
    if not isinstance(hx, (tuple, list)) or len(hx) != 2:
        raise TypeError(
            f"{name}: hx is {type(hx).__name__}, expected a pair of Tensors, (h_0, c_0)"
        )
    return hx[0], hx[1]


def check_state(name: str, argument: str, state: Tensor, shape: tuple[int, ...]) -> None:
    """Raise a TypeError or ValueError where a first state does not fit."""
    check_floating(name, state, argument)
    check_shape(name, argument, state, shape)


def drawn_parameter(
    blocks: int,
    shape: tuple[int, ...],
    hidden_size: int,
    init_method: InitMethod | Initializer | None,
    rng: Rng,
    dtype: DTypeLike | None,
) -> Parameter:
    """Return a weight or bias that is made of blocks for the gates, each drawn by itself."""
    to = get_default_dtype() if dtype is None else dtype
    return Parameter(data=_drawn(blocks, shape, hidden_size, init_method, rng, to), dtype=to)


def redraw_parameter(
    layer: Module,
    name: str,
    blocks: int,
    hidden_size: int,
    init_method: InitMethod | Initializer | None,
    rng: Rng,
) -> None:
    """Draw a weight or bias of a layer anew, as `drawn_parameter` did."""
    there: Tensor = getattr(layer, name)
    shape = (there.shape[0] // blocks, *there.shape[1:])
    put(layer, name, _drawn(blocks, shape, hidden_size, init_method, rng, there.dtype))


def _drawn(
    blocks: int,
    shape: tuple[int, ...],
    hidden_size: int,
    init_method: InitMethod | Initializer | None,
    rng: Rng,
    dtype: DTypeLike,
) -> Array:
    generator = as_generator(rng)
    if init_method is not None and len(shape) == 1:
        return np.zeros(blocks * shape[0], dtype)
    bound = 1.0 / math.sqrt(hidden_size)
    draw = Uniform(-bound, bound) if init_method is None else initializer(init_method)
    return np.concatenate([draw(shape, rng=generator, dtype=dtype) for _ in range(blocks)])
