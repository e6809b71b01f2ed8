"""Variance, standard deviation and weighted mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, overload

import numpy as np
from numpy.typing import DTypeLike

from grad_core.arrays import Array, ArrayT, Axis, Mask, Operand, Raw, Shape
from grad_core.ops.creation.creation import zeros_like
from grad_core.ops.elementwise.basic import conj, divide, multiply
from grad_core.ops.elementwise.comparison import equal
from grad_core.ops.indexing.searching import where as select
from grad_core.ops.levels import either
from grad_core.ops.manipulation.manipulation import broadcast_to_, reshape_, transpose_
from grad_core.ops.statistics.reductions import (
    DType,
    Where,
    add_reduce,
    kept_shape,
    mean_,
    number_of,
    own_dtype,
    own_mask,
    sum_,
    under,
)
from grad_core.primitive import Unary, unwrap

if TYPE_CHECKING:
    from grad_core.tensor import Tensor

# ---------------------------------------------------------------------------- variance


def variance_dx(g: Array, x: Array, axis: Axis, ddof: float, mask: Mask | None) -> Array:
    """The gradient of the variance of the elements under a mask: 2 (x - mean) / (n - ddof)."""
    g = reshape_(g, kept_shape(x.shape, axis))
    scalar = g.dtype.type
    left: Any = number_of(x.shape, axis) - ddof
    if mask is None:
        centred: Array = x - mean_(x, axis, True)
    else:
        taken = np.broadcast_to(mask, x.shape)
        wide = np.result_type(g.dtype, np.float32)  # float16 does not count far
        n: Any = add_reduce(taken, axis=axis, keepdims=True, dtype=wide)
        left = n - wide.type(ddof)
        x = select(mask, x, 0.0)  # what is left out may be NaN
        mean: Array = sum_(x, axis, True) / np.maximum(n, 1)
        centred = select(mask, x - mean, 0.0)
    d = (g * scalar(2)) * conj(centred)
    if np.all(left > 0):
        return under(mask, d / left)
    # No degrees of freedom are left: as in PyTorch, infinite, and NaN at the mean.
    steep = np.where(unwrap(centred) == 0, np.nan, np.inf).astype(scalar)
    rest = d / np.where(left > 0, left, 1.0).astype(scalar)
    return under(mask, select(left > 0, rest, g * steep))


def deviation_g(g: Array, y: Array) -> Array:
    """From the gradient of a standard deviation to that of the variance; 0 where y is 0."""
    flat = equal(y, 0)
    return select(flat, 0.0, g / (2 * select(flat, 1.0, y)))


def _forward(function: Any) -> Any:
    def forward(
        x: Array, axis: Axis, keepdims: bool, ddof: float, dtype: DType | None, mask: Mask | None
    ) -> Array:
        taken = True if mask is None else mask
        out: Array = function(x, axis, dtype, ddof=ddof, keepdims=keepdims, where=taken)
        return out

    return forward


var_: Unary[Axis, bool, float, DType | None, Mask | None] = Unary(
    "var",
    _forward(np.var),
    lambda g, _y, x, axis, _keepdims, ddof, _dtype, mask: variance_dx(g, x, axis, ddof, mask),
)
std_: Unary[Axis, bool, float, DType | None, Mask | None] = Unary(
    "std",
    _forward(np.std),
    lambda g, y, x, axis, _keepdims, ddof, _dtype, mask: variance_dx(
        deviation_g(g, y), x, axis, ddof, mask
    ),
)


def freedom(name: str, ddof: float, correction: float | None) -> float:
    """What is subtracted from n: NumPy's `ddof` or the array API standard's `correction`."""
    if correction is None:
        return ddof
    if ddof != 0:
        raise ValueError(f"{name}: got ddof={ddof} and correction={correction}, expected one")
    return correction


def var(
    x: ArrayT,
    axis: Axis = None,
    dtype: DTypeLike | None = None,
    *,
    ddof: float = 0,
    correction: float | None = None,
    keepdims: bool = False,
    where: Where = None,
) -> ArrayT:
    """The variance over an axis, several or all: the mean of abs(x - mean(x)) ** 2.

    Args:
        x: Any shape.
        axis: An int, a tuple of them, or None for all axes.
        dtype: The dtype in which it is formed; None for that of `x`, float64 for integers.
        ddof: The sum of n squares is divided by `n - ddof`.
        correction: Another name for `ddof`.
        keepdims: Whether the axes stay, with size 1.
        where: Booleans, broadcast to the shape of `x`: which elements are taken. None for all.

    Raises:
        ValueError: An axis does not exist or is given twice.

    Example:
        >>> import grad_core as gc
        >>> gc.var(gc.Tensor([1.0, 2.0, 3.0]), correction=1)
        Tensor(1.)
    """
    less = freedom("var", ddof, correction)
    return var_(x, axis, keepdims, less, own_dtype("var", dtype), own_mask("var", where, x))


def std(
    x: ArrayT,
    axis: Axis = None,
    dtype: DTypeLike | None = None,
    *,
    ddof: float = 0,
    correction: float | None = None,
    keepdims: bool = False,
    where: Where = None,
) -> ArrayT:
    """The standard deviation over an axis, several or all: the root of the variance.

    Where all elements are equal, the gradient is 0, as in PyTorch.

    Args and errors are those of `var`.

    Example:
        >>> import grad_core as gc
        >>> gc.std(gc.Tensor([1.0, 2.0, 3.0]), correction=1)
        Tensor(1.)
    """
    less = freedom("std", ddof, correction)
    return std_(x, axis, keepdims, less, own_dtype("std", dtype), own_mask("std", where, x))


# ---------------------------------------------------------------------------- weighted means


@overload
def average(
    x: Tensor,
    axis: Axis = None,
    weights: Operand | None = None,
    returned: Literal[False] = False,
    *,
    keepdims: bool = False,
) -> Tensor: ...
@overload
def average(
    x: Tensor,
    axis: Axis = None,
    weights: Operand | None = None,
    *,
    returned: Literal[True],
    keepdims: bool = False,
) -> tuple[Tensor, Tensor]: ...
@overload
def average(
    x: Array,
    axis: Axis = None,
    weights: Raw | None = None,
    returned: Literal[False] = False,
    *,
    keepdims: bool = False,
) -> Array: ...
@overload
def average(
    x: Array,
    axis: Axis = None,
    weights: Raw | None = None,
    *,
    returned: Literal[True],
    keepdims: bool = False,
) -> tuple[Array, Array]: ...
@overload
def average(
    x: Operand,
    axis: Axis = None,
    weights: Operand | None = None,
    returned: bool = False,
    *,
    keepdims: bool = False,
) -> Tensor | Array | tuple[Tensor | Array, Tensor | Array]: ...
def average(
    x: Operand,
    axis: Axis = None,
    weights: Operand | None = None,
    returned: bool = False,
    *,
    keepdims: bool = False,
) -> Tensor | Array | tuple[Tensor | Array, Tensor | Array]:
    """sum(weights * x) / sum(weights) over an axis, several or all.

    Args:
        x: Any shape.
        axis: An int, a tuple of them, or None for all axes.
        weights: In the shape of `x`, or in that of the axes that `axis` names, in its order; None
            for the plain mean. They are differentiated, too.
        returned: Whether the sum of the weights is returned as well.
        keepdims: Whether the axes stay, with size 1.

    Raises:
        ValueError: The weights have another shape, or an axis does not exist.
        ZeroDivisionError: Weights sum to 0.

    Example:
        >>> import grad_core as gc
        >>> gc.average(gc.Tensor([1.0, 2.0]), weights=gc.Tensor([3.0, 1.0]))
        Tensor(1.25)
    """
    values: Array = either("average", x)
    if weights is None:
        mean, n = mean_(values, axis, keepdims), number_of(values.shape, axis)
        total: Array = either("average", zeros_like(mean) + n)
    else:
        given = _aligned(either("average", weights), values.shape, axis)
        total = sum_(given, axis, keepdims)
        if np.any(unwrap(total) == 0):
            raise ZeroDivisionError("average: the weights sum to 0, by which nothing is divided")
        mean = divide(sum_(multiply(values, given), axis, keepdims), total)
    return (mean, broadcast_to_(total, mean.shape)) if returned else mean


def _aligned(weights: Array, shape: Shape, axis: Axis) -> Array:
    """Weights that stand beside an array of that shape."""
    if weights.shape == shape:
        return weights
    ndim = len(shape)
    named = () if axis is None else axis if isinstance(axis, tuple) else (axis,)
    axes = [i % ndim for i in named if ndim]
    if weights.shape != tuple(shape[i] for i in axes):
        raise ValueError(
            f"average: weights have shape {weights.shape}, expected {shape}, that of x, or the"
            f" sizes of the axes that axis={axis} names"
        )
    weights = transpose_(weights, tuple(sorted(range(len(axes)), key=axes.__getitem__)))
    return reshape_(weights, tuple(n if i in axes else 1 for i, n in enumerate(shape)))
