"""The types of initializers: PyTorch's functions give back what they were given."""

from __future__ import annotations

from typing import assert_type

import numpy as np
from numpy.typing import NDArray

import grad_init
import grad_nn as nn
from grad_core import Tensor

layer = nn.Linear(3, 4)

assert_type(nn.init.xavier_uniform_(layer.weight), nn.Parameter)
assert_type(nn.init.kaiming_normal_(layer.weight, nonlinearity="relu", rng=0), nn.Parameter)
assert_type(nn.init.zeros_(Tensor([1.0])), Tensor)
assert_type(nn.init.calculate_gain("leaky_relu", 0.2), float)


def filled(array: NDArray[np.float32]) -> None:
    assert_type(grad_init.orthogonal_(array, gain=2.0), NDArray[np.float32])


initializers: list[grad_init.Initializer] = [
    grad_init.VarianceScaling(1.0, "fan_avg", "truncated_normal"),
    grad_init.Lecun(distribution="truncated_normal"),
    grad_init.TruncatedNormal(low=-1.0, high=1.0),
    grad_init.Grouped(grad_init.Transposed(grad_init.Orthogonal()), 2),
    grad_init.DeltaOrthogonal(),
    grad_init.Sparse(0.5),
    grad_init.Dirac(),
    grad_init.Eye(),
    grad_init.Zeros(),
    grad_init.Ones(),
]
assert_type(initializers[0]((3, 4)), grad_init.Array)
nn.Linear(3, 4, init_method="orthogonal")

nn.init.zeros_([1.0])  # type: ignore[type-var]  # pyright: ignore[reportArgumentType]
nn.init.calculate_gain("swish")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
grad_init.VarianceScaling(mode="fan")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
