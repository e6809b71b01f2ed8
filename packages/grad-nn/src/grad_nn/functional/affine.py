"""Affine maps."""

from __future__ import annotations

import math

import numpy as np

import grad_core as gc
from grad_core import Array, Binary, Raw, Tensor, Ternary
from grad_nn.functional.checks import check_shape, check_tensor
from grad_nn.functional.moments import total_of_rows

_SMALL = 10**6  # multiplications; for fewer OpenBLAS has other kernels
_SKEW = 128  # how many times as large as a square of its rows x has a weight beside it


def _rows(x: Array) -> Array:
    """All leading axes as one, for one product is faster than a batch of them."""
    shape = x.shape
    return x if len(shape) == 2 else x.reshape((math.prod(shape[:-1]), shape[-1]))


def _linear(x: Array, weight: Array, bias: Array | None) -> Array:
    w = weight.shape
    if len(w) != 2 or x.shape[-1:] != w[1:] or (bias is not None and bias.shape != w[:1]):
        raise _misfit(x, weight, bias)
    y = _product(x, weight)
    if bias is None:
        return y
    if bias.dtype is y.dtype or np.result_type(y, bias) == y.dtype:
        y += bias  # nobody else sees y yet
        return y
    return y + bias


def _misfit(x: Array, weight: Array, bias: Array | None) -> ValueError:
    w = weight.shape
    if len(w) != 2:
        return ValueError(f"weight has shape {w}, expected (out_features, in_features)")
    if x.shape[-1:] != w[1:]:
        return ValueError(
            f"input has shape {x.shape}, expected (..., {w[1]}), as weight has shape {w}"
        )
    b = None if bias is None else bias.shape
    return ValueError(f"bias has shape {b}, expected ({w[0]},)")


def _product(x: Array, weight: Array) -> Array:
    """x @ weight.T for any number of leading axes; the result is no view.

    OpenBLAS arranges the second of its operands anew, which takes longer than the product itself
    where that is the weight, and the rows of x are few. So they change places then, though what
    comes out has to be copied: between 4/10 and all of the time, by the processor.
    """
    if x.ndim < 2:
        return np.asarray(x @ weight.T)
    rows, (n, k) = _rows(x), weight.shape
    m = len(rows)
    swapped = m * n * k > _SMALL and _SKEW * m * m <= n * k and m > 1
    if x.ndim == 2 and not swapped:
        return np.asarray(x @ weight.T)
    out = np.empty((*x.shape[:-1], n), np.result_type(x, weight))
    if swapped:
        _rows(out)[...] = (weight @ rows.T).T
    else:
        np.matmul(rows, weight.T, out=_rows(out))
    return out


def _times(g: Array, weight: Array) -> Array:
    if len(g.shape) < 3:
        return g @ weight
    return (_rows(g) @ weight).reshape((*g.shape[:-1], weight.shape[1]))


# The sum of the outer products of the rows of g and of x
_of_weight: Binary[()] = Binary(
    "linear",
    lambda g, x: np.asarray(_rows(g).T @ _rows(x)),
    lambda h, _out, _g, x: _fused(x, h, None),
    lambda h, _out, g, _x: _times(g, h),
)


def _dbias(g: Array, _y: Array, _x: Array, _weight: Array, _bias: Array) -> Array:
    if g.__class__ is np.ndarray and g.ndim > 1:
        return total_of_rows(_rows(g))
    return g  # the sweep sums it


_fused: Ternary[()] = Ternary(
    "linear",
    _linear,
    lambda g, _y, _x, weight, _bias: _times(g, weight),
    lambda g, _y, x, _weight, _bias: _of_weight(g, x),
    _dbias,
    needs="weight and bias are arrays",
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
        TypeError: `input` is no Tensor, or another operand no array.
        ValueError: The shapes do not fit.

    Example:
        >>> linear(Tensor([1.0, 2.0]), Tensor([[1.0, 1.0], [0.0, 2.0]]), Tensor([0.5, 0.5]))
        Tensor([3.5, 4.5])
    """
    check_tensor("linear", input, complex_too=True)
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
