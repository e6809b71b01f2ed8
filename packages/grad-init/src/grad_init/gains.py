"""How much a weight has to make up for what an activation takes away."""

from __future__ import annotations

import math
from typing import Literal, TypeAlias, get_args

from grad_init.checks import check_finite

Nonlinearity: TypeAlias = Literal[
    "linear",
    "conv1d",
    "conv2d",
    "conv3d",
    "conv_transpose1d",
    "conv_transpose2d",
    "conv_transpose3d",
    "sigmoid",
    "tanh",
    "relu",
    "leaky_relu",
    "selu",
]
"""The functions that `calculate_gain` knows, by PyTorch's names."""


def calculate_gain(nonlinearity: Nonlinearity, param: float | None = None) -> float:
    """Return the recommended gain for a weight that an activation follows.

    | nonlinearity | gain |
    | --- | --- |
    | linear, convolutions, sigmoid | 1 |
    | tanh | 5 / 3 |
    | relu | sqrt(2) |
    | leaky_relu | sqrt(2 / (1 + param^2)) |
    | selu | 3 / 4 |

    Args:
        nonlinearity: The name of the activation.
        param: The slope of a leaky ReLU below zero, 0.01 if not given.

    Raises:
        TypeError: If `param` is not a real number.
        ValueError: If the name is unknown, or `param` is not finite.

    Example:
        >>> calculate_gain("leaky_relu", 1.0)
        1.0

    Reference:
        That of ReLU and leaky ReLU is in K. He et al., "Delving deep into rectifiers", ICCV 2015,
        equations 10 and 15. Those of tanh and SELU are PyTorch's, found by trial.
    """
    if nonlinearity not in get_args(Nonlinearity):
        known = ", ".join(map(repr, get_args(Nonlinearity)))
        raise ValueError(
            f"calculate_gain: nonlinearity must be one of {known}; got {nonlinearity!r}"
        )
    if nonlinearity == "tanh":
        return 5.0 / 3.0
    if nonlinearity == "relu":
        return math.sqrt(2.0)
    if nonlinearity == "leaky_relu":
        slope = 0.01 if param is None else param
        check_finite("calculate_gain", param=slope)
        return math.sqrt(2.0) / math.hypot(1.0, slope)
    return 0.75 if nonlinearity == "selu" else 1.0
