"""Affine layers."""

from __future__ import annotations

from numpy.typing import DTypeLike

from grad_core import Tensor
from grad_init import Initializer, InitMethod, Rng
from grad_nn.functional.affine import bilinear, linear
from grad_nn.functional.checks import size
from grad_nn.layers.weights import redraw, weight_and_bias
from grad_nn.module import Module
from grad_nn.parameter import Parameter


class Linear(Module):
    """input @ weight.T + bias.

    Shape:
        `(..., in_features)` to `(..., out_features)`, with any number of leading axes.

    Args:
        in_features: The length of the last axis of the input.
        out_features: The length of the last axis of the result.
        bias: Whether there is a bias.
        init_method: How the weight is drawn, by name or by an initializer; the bias is 0 then.
            None draws both from U(-a, a) with a = 1 / sqrt(in_features), as PyTorch does.
        rng: Where random numbers come from: a generator, a seed, or None for the default one.
        dtype: The dtype of the parameters; None for the default dtype, float32.

    Attributes:
        weight: `(out_features, in_features)`.
        bias: `(out_features,)`, or None.

    Raises:
        ValueError: A size is no int, or negative; on a call, if the last axis is not `in_features` long.

    Example:
        >>> import numpy as np
        >>> layer = Linear(3, 2, rng=0)
        >>> layer(Tensor(np.ones((5, 7, 3)))).shape
        (5, 7, 2)
        >>> layer(Tensor([1.0, 2.0]))  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        ValueError: linear: input has shape (2,), expected (..., 3), as weight has shape (2, 3) ...

    Reference:
        The default initialization is that of Y. LeCun et al., "Efficient BackProp", 1998,
        section 4.6, with a third of the variance.
    """

    def __init__(
        self,
        in_features: int,
        out_features: int,
        bias: bool = True,
        *,
        init_method: InitMethod | Initializer | None = None,
        rng: Rng = None,
        dtype: DTypeLike | None = None,
    ) -> None:
        self.in_features: int = size("Linear", "in_features", in_features)
        self.out_features: int = size("Linear", "out_features", out_features)
        self.init_method: InitMethod | Initializer | None = init_method
        self.weight: Parameter
        self.bias: Parameter | None
        self.weight, self.bias = weight_and_bias(
            (self.out_features, self.in_features),
            self.out_features if bias else None,
            self.in_features,
            init_method,
            rng,
            dtype,
        )

    def reset_parameters(self, *, rng: Rng = None) -> None:
        """Draw the weight and the bias anew, as they were at first."""
        redraw(self, self.weight, self.bias, self.in_features, self.init_method, rng)

    def forward(self, input: Tensor) -> Tensor:
        """Compute input @ weight.T + bias."""
        return linear(input, self.weight, self.bias)

    def extra_repr(self) -> str:
        """Return the sizes."""
        return (
            f"in_features={self.in_features}, out_features={self.out_features},"
            f" bias={self.bias is not None}"
        )


class Bilinear(Module):
    """y[o] = input1 @ weight[o] @ input2 + bias[o], for each o.

    Shape:
        `(..., in1_features)` and `(..., in2_features)`, with the same leading axes, to
        `(..., out_features)`.

    Args:
        in1_features: The length of the last axis of the first input.
        in2_features: The length of the last axis of the second input.
        out_features: The length of the last axis of the result.
        bias: Whether there is a bias.
        init_method: How the weight is drawn, by name or by an initializer; the bias is 0 then.
            None draws both from U(-a, a) with a = 1 / sqrt(in1_features), as PyTorch does.
        rng: Where random numbers come from: a generator, a seed, or None for the default one.
        dtype: The dtype of the parameters; None for the default dtype, float32.

    Attributes:
        weight: `(out_features, in1_features, in2_features)`.
        bias: `(out_features,)`, or None.

    Raises:
        ValueError: A size is no int, or out of range; on a call, if the shapes do not fit.

    Example:
        >>> import numpy as np
        >>> layer = Bilinear(3, 4, 2, rng=0)
        >>> layer(Tensor(np.ones((5, 3))), Tensor(np.ones((5, 4)))).shape
        (5, 2)
    """

    def __init__(
        self,
        in1_features: int,
        in2_features: int,
        out_features: int,
        bias: bool = True,
        *,
        init_method: InitMethod | Initializer | None = None,
        rng: Rng = None,
        dtype: DTypeLike | None = None,
    ) -> None:
        self.in1_features: int = size("Bilinear", "in1_features", in1_features, 1)
        self.in2_features: int = size("Bilinear", "in2_features", in2_features)
        self.out_features: int = size("Bilinear", "out_features", out_features)
        self.init_method: InitMethod | Initializer | None = init_method
        self.weight: Parameter
        self.bias: Parameter | None
        self.weight, self.bias = weight_and_bias(
            (self.out_features, self.in1_features, self.in2_features),
            self.out_features if bias else None,
            self.in1_features,
            init_method,
            rng,
            dtype,
        )

    def reset_parameters(self, *, rng: Rng = None) -> None:
        """Draw the weight and the bias anew, as they were at first."""
        redraw(self, self.weight, self.bias, self.in1_features, self.init_method, rng)

    def forward(self, input1: Tensor, input2: Tensor) -> Tensor:
        """Compute input1 @ weight[o] @ input2 + bias[o] for each o."""
        return bilinear(input1, input2, self.weight, self.bias)

    def extra_repr(self) -> str:
        """Return the sizes."""
        return (
            f"in1_features={self.in1_features}, in2_features={self.in2_features},"
            f" out_features={self.out_features}, bias={self.bias is not None}"
        )
