"""Layers that are linear on either side of a kink."""

from __future__ import annotations

import numpy as np
from numpy.typing import DTypeLike

from grad_core import Tensor
from grad_init import Constant, Rng, as_generator
from grad_nn import functional as F  # noqa: N812  # the field's name
from grad_nn.functional.checks import size
from grad_nn.layers.weights import put
from grad_nn.module import Module
from grad_nn.parameter import Parameter


class ReLU(Module):
    """max(0, x), elementwise; see `functional.relu`.

    Args:
        inplace: Whether the input itself is changed, and returned.

    Example:
        >>> ReLU()(Tensor([-1.0, 2.0]))
        Tensor([0., 2.])
    """

    def __init__(self, inplace: bool = False) -> None:
        self.inplace: bool = inplace

    def forward(self, input: Tensor) -> Tensor:
        """Apply to each element."""
        return F.relu(input, self.inplace)

    def extra_repr(self) -> str:
        """Return the settings."""
        return "inplace=True" if self.inplace else ""


class ReLU6(Module):
    """min(max(0, x), 6), elementwise; see `functional.relu6`.

    Args:
        inplace: Whether the input itself is changed, and returned.

    Example:
        >>> ReLU6()(Tensor([-1.0, 2.0, 8.0]))
        Tensor([0., 2., 6.])
    """

    def __init__(self, inplace: bool = False) -> None:
        self.inplace: bool = inplace

    def forward(self, input: Tensor) -> Tensor:
        """Apply to each element."""
        return F.relu6(input, self.inplace)

    def extra_repr(self) -> str:
        """Return the settings."""
        return "inplace=True" if self.inplace else ""


class Hardtanh(Module):
    """x between two bounds, elementwise; see `functional.hardtanh`.

    Args:
        min_val: The lower bound.
        max_val: The upper bound.
        inplace: Whether the input itself is changed, and returned.

    Raises:
        ValueError: On a call, if the lower bound is above the upper one.

    Example:
        >>> Hardtanh()(Tensor([-3.0, 0.5, 2.0]))
        Tensor([-1. ,  0.5,  1. ])
    """

    def __init__(self, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False) -> None:
        self.min_val: float = min_val
        self.max_val: float = max_val
        self.inplace: bool = inplace

    def forward(self, input: Tensor) -> Tensor:
        """Apply to each element."""
        return F.hardtanh(input, self.min_val, self.max_val, self.inplace)

    def extra_repr(self) -> str:
        """Return the settings."""
        return f"min_val={self.min_val}, max_val={self.max_val}" + (
            ", inplace=True" if self.inplace else ""
        )


class Threshold(Module):
    """x where x > threshold, a fixed value elsewhere; see `functional.threshold`.

    Args:
        threshold: What x is compared with.
        value: What takes the place of x where x is not greater.
        inplace: Whether the input itself is changed, and returned.

    Example:
        >>> Threshold(0.5, 9.0)(Tensor([0.1, 0.5, 2.0]))
        Tensor([9., 9., 2.])
    """

    def __init__(self, threshold: float, value: float, inplace: bool = False) -> None:
        self.threshold: float = threshold
        self.value: float = value
        self.inplace: bool = inplace

    def forward(self, input: Tensor) -> Tensor:
        """Apply to each element."""
        return F.threshold(input, self.threshold, self.value, self.inplace)

    def extra_repr(self) -> str:
        """Return the settings."""
        return f"threshold={self.threshold}, value={self.value}" + (
            ", inplace=True" if self.inplace else ""
        )


class LeakyReLU(Module):
    """x for x > 0, negative_slope * x otherwise, elementwise; see `functional.leaky_relu`.

    Args:
        negative_slope: The slope below zero.
        inplace: Whether the input itself is changed, and returned.
        alpha: The slope by the name that initializers have for it; it goes before.

    Example:
        >>> LeakyReLU(0.5)(Tensor([-1.0, 2.0]))
        Tensor([-0.5,  2. ])
    """

    def __init__(
        self, negative_slope: float = 0.01, inplace: bool = False, *, alpha: float | None = None
    ) -> None:
        self.negative_slope: float = negative_slope if alpha is None else alpha
        self.inplace: bool = inplace

    def forward(self, input: Tensor) -> Tensor:
        """Apply to each element."""
        return F.leaky_relu(input, self.negative_slope, self.inplace)

    def extra_repr(self) -> str:
        """Return the settings."""
        return f"negative_slope={self.negative_slope}" + (", inplace=True" if self.inplace else "")


class PReLU(Module):
    """x for x > 0, weight * x otherwise, elementwise, with a learned weight.

    Shape:
        Any; with several parameters `(N, num_parameters, ...)`.

    Args:
        num_parameters: 1 for one slope, or the number of channels for one each.
        init: The first slope.
        dtype: The dtype of the weight; None for the default dtype, float32.

    Attributes:
        weight: `(num_parameters,)`.

    Raises:
        ValueError: `num_parameters` is no int, or less than 1; on a call, if the input does not have
            so many channels.

    Example:
        >>> PReLU()(Tensor([-1.0, 2.0]))
        Tensor([-0.25,  2.  ], requires_grad=True)

    Reference:
        K. He et al., "Delving deep into rectifiers: surpassing human-level performance on ImageNet
        classification", ICCV 2015, equation 1.
    """

    def __init__(
        self, num_parameters: int = 1, init: float = 0.25, *, dtype: DTypeLike | None = None
    ) -> None:
        self.num_parameters: int = size("PReLU", "num_parameters", num_parameters, 1)
        self.init: float = init
        self.weight: Parameter = Parameter(
            self.num_parameters, init_method=Constant(init), dtype=dtype
        )

    def reset_parameters(self) -> None:
        """Set the slopes to `init`."""
        put(self, "weight", np.full(self.weight.shape, self.init, self.weight.dtype))

    def forward(self, input: Tensor) -> Tensor:
        """Apply to each element."""
        return F.prelu(input, self.weight)

    def extra_repr(self) -> str:
        """Return the settings."""
        return f"num_parameters={self.num_parameters}"


class RReLU(Module):
    """x for x > 0, a * x otherwise, with slopes drawn in training; see `functional.rrelu`.

    Args:
        lower: The smallest slope below zero.
        upper: The largest; in evaluation every slope is the mean of both.
        inplace: Whether the input itself is changed, and returned.
        rng: Where random numbers come from: a generator, a seed, or None for the default one.

    Raises:
        ValueError: On a call, if `lower` is more than `upper`.

    Example:
        >>> RReLU(0.25, 0.75).eval()(Tensor([-1.0, 2.0]))
        Tensor([-0.5,  2. ])
    """

    def __init__(
        self,
        lower: float = 1.0 / 8,
        upper: float = 1.0 / 3,
        inplace: bool = False,
        *,
        rng: Rng = None,
    ) -> None:
        self.lower: float = lower
        self.upper: float = upper
        self.inplace: bool = inplace
        self.rng: Rng = None if rng is None else as_generator(rng)

    def forward(self, input: Tensor) -> Tensor:
        """Apply to each element."""
        return F.rrelu(input, self.lower, self.upper, self.training, self.inplace, rng=self.rng)

    def extra_repr(self) -> str:
        """Return the settings."""
        return f"lower={self.lower}, upper={self.upper}" + (
            ", inplace=True" if self.inplace else ""
        )
