"""Affine maps."""

from __future__ import annotations

import math

import numpy as np

import grad_core as gc
from grad_core import Array, Raw, Tensor, Ternary
from grad_nn.functional.checks import check_shape, check_tensor


def _linear(x: Array, weight: Array, bias: Array | None) -> Array:
    y = np.asarray(x @ weight.T)
    if bias is None:
        return y
    if y.dtype == np.result_type(y, bias) and y.shape[-1:] == bias.shape:
        y += bias  # nobody else sees y yet
        return y
    return y + bias


def _dweight(g: Array, _y: Array, x: Array, _weight: Array, _bias: Array) -> Array:
    # One product over all leading axes, not a batch of products to be summed
    rows = math.prod(x.shape[:-1])
    return g.reshape((rows, g.shape[-1])).T @ x.reshape((rows, x.shape[-1]))


_fused: Ternary[()] = Ternary(
    "linear",
    _linear,
    lambda g, _y, _x, weight, _bias: g @ weight,
    _dweight,
    lambda g, _y, _x, _weight, _bias: g,
)


def linear(input: Tensor, weight: Tensor | Raw, bias: Tensor | Raw | None = None) -> Tensor:
    """input @ weight.T + bias.

    Args:
        input: `(..., in_features)`, with any number of leading axes, none too.
        weight: `(out_features, in_features)`.
        bias: `(out_features,)`, or None.

    Returns:
        `(..., out_features)`.

    Raises:
        TypeError: `input` is no Tensor.
        ValueError: The shapes do not fit.

    Example:
        >>> linear(Tensor([1.0, 2.0]), Tensor([[1.0, 1.0], [0.0, 2.0]]), Tensor([0.5, 0.5]))
        Tensor([3.5, 4.5])
    """
    check_tensor("linear", input, complex_too=True)
    w = weight.shape if isinstance(weight, Tensor) else np.shape(weight)
    if len(w) != 2:
        raise ValueError(f"linear: weight has shape {w}, expected (out_features, in_features)")
    if input.shape[-1:] != w[1:]:
        raise ValueError(
            f"linear: input has shape {input.shape}, expected (..., {w[1]}), as weight has shape"
            f" {w}"
        )
    if bias is not None:
        b = bias.shape if isinstance(bias, Tensor) else np.shape(bias)
        if b != w[:1]:
            raise ValueError(f"linear: bias has shape {b}, expected ({w[0]},)")
    return _fused(input, weight, bias)


def bilinear(
    input1: Tensor, input2: Tensor, weight: Tensor | Raw, bias: Tensor | Raw | None = None
) -> Tensor:
    """y[o] = input1 @ weight[o] @ input2 + bias[o], for each o.

    Args:
        input1: `(..., in1_features)`, with any number of leading axes, none too.
        input2: `(..., in2_features)`, with the same leading axes.
        weight: `(out_features, in1_features, in2_features)`.
        bias: `(out_features,)`, or None.

    Returns:
        `(..., out_features)`.

    Raises:
        TypeError: An input is no Tensor.
        ValueError: The shapes do not fit.

    Example:
        >>> bilinear(Tensor([1.0, 2.0]), Tensor([3.0]), Tensor([[[1.0], [1.0]], [[0.0], [2.0]]]))
        Tensor([ 9., 12.])

    Reference:
        J. Tenenbaum and W. Freeman, "Separating style and content with bilinear models", 2000,
        equation 1.
    """
    check_tensor("bilinear", input1, "input1", complex_too=True)
    check_tensor("bilinear", input2, "input2", complex_too=True)
    w = weight.shape if isinstance(weight, Tensor) else np.shape(weight)
    if len(w) != 3:
        raise ValueError(
            f"bilinear: weight has shape {w}, expected (out_features, in1_features, in2_features)"
        )
    for name, x, n in (("input1", input1, w[1]), ("input2", input2, w[2])):
        if x.shape[-1:] != (n,):
            raise ValueError(
                f"bilinear: {name} has shape {x.shape}, expected (..., {n}), as weight has shape {w}"
            )
    lead = input1.shape[:-1]
    if input2.shape[:-1] != lead:
        raise ValueError(
            f"bilinear: input1 has shape {input1.shape} and input2 {input2.shape}, expected the same"
            " axes before the last"
        )
    check_shape("bilinear", "bias", bias, w[:1])
    # A linear map of the outer products
    pairs = gc.expand_dims(input1, -1) * gc.expand_dims(input2, -2)
    maps = weight if isinstance(weight, Tensor) else np.asarray(weight)
    flat = maps.reshape((w[0], w[1] * w[2]))
    return _fused(pairs.reshape((*lead, w[1] * w[2])), flat, bias)
