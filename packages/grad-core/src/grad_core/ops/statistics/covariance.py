"""Covariance and correlation."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, overload

import numpy as np
from numpy.typing import DTypeLike, NDArray

from grad_core.arrays import Array, Operand, Raw
from grad_core.ops.elementwise.basic import clip, conj, divide, imag, multiply, real, sqrt
from grad_core.ops.indexing.indexing import getitem_
from grad_core.ops.levels import either
from grad_core.ops.linear_algebra.matmul import matmul
from grad_core.ops.manipulation.joining import concat
from grad_core.ops.manipulation.manipulation import astype, reshape_, squeeze, transpose_
from grad_core.ops.statistics.reductions import mean_, own_dtype, sum_
from grad_core.primitive import unwrap

if TYPE_CHECKING:
    from grad_core.tensor import Tensor


@overload
def cov(
    x: Tensor,
    y: Operand | None = None,
    rowvar: bool = True,
    bias: bool = False,
    ddof: int | None = None,
    fweights: Raw | None = None,
    aweights: Operand | None = None,
    *,
    dtype: DTypeLike | None = None,
) -> Tensor: ...
@overload
def cov(
    x: Array,
    y: Raw | None = None,
    rowvar: bool = True,
    bias: bool = False,
    ddof: int | None = None,
    fweights: Raw | None = None,
    aweights: Raw | None = None,
    *,
    dtype: DTypeLike | None = None,
) -> Array: ...
@overload
def cov(
    x: Operand,
    y: Operand | None = None,
    rowvar: bool = True,
    bias: bool = False,
    ddof: int | None = None,
    fweights: Raw | None = None,
    aweights: Operand | None = None,
    *,
    dtype: DTypeLike | None = None,
) -> Tensor | Array: ...
def cov(
    x: Operand,
    y: Operand | None = None,
    rowvar: bool = True,
    bias: bool = False,
    ddof: int | None = None,
    fweights: Raw | None = None,
    aweights: Operand | None = None,
    *,
    dtype: DTypeLike | None = None,
) -> Tensor | Array:
    """The covariances of variables with each other.

    Args:
        x: A variable in each row, an observation in each column; or one variable in one axis.
        y: More variables in the same form.
        rowvar: Whether variables are in rows; if not, in columns.
        bias: Whether to divide by n, the number of observations, rather than by n - 1.
        ddof: Divide by `n - ddof`, whatever `bias` says.
        fweights: How often each observation counts: integers.
        aweights: The weight of each observation. They are differentiated, too.
        dtype: The dtype of the result; None for that of `x` and `y`, but at least float64.

    Raises:
        ValueError: There are more than two axes, or the observations are not as many everywhere.

    Example:
        >>> import grad_core as gc
        >>> gc.cov(gc.Tensor([[0.0, 1.0, 2.0], [2.0, 1.0, 0.0]]))
        Tensor([[ 1., -1.],
                [-1.,  1.]], dtype=float64)
    """
    variables = _rows("cov", x, rowvar)
    kinds: list[np.dtype[Any]] = [variables.dtype, np.dtype(np.float64)]
    if y is not None:
        more = _rows("cov", y, rowvar)
        kinds.append(more.dtype)
        if more.shape[1] != variables.shape[1]:
            raise ValueError(
                f"cov: y has {more.shape[1]} observations, expected {variables.shape[1]}, as x has"
            )
        variables = concat((variables, more), axis=0)
    variables = astype(variables, own_dtype("cov", dtype) or np.result_type(*kinds))
    if not variables.shape[0]:
        return matmul(variables, transpose_(variables, None))  # 0 by 0
    less = (0 if bias else 1) if ddof is None else ddof
    return squeeze(_covariance(variables, less, fweights, aweights))


def _rows(name: str, x: Operand, rowvar: bool) -> Array:
    """The variables as the rows of a matrix."""
    array: Array = either(name, x)
    if array.ndim > 2:
        raise ValueError(f"{name}: got shape {array.shape}, expected two axes at most")
    if array.ndim == 2:
        return array if rowvar else transpose_(array, None)
    return reshape_(array, (1, array.size))


def _checked(name: str, weights: Operand, n: int) -> Array:
    """Return weights of n observations."""
    array: Array = either("cov", weights)
    if array.shape != (n,):
        raise ValueError(
            f"cov: {name} has shape {array.shape}, expected ({n},), one for each observation"
        )
    if np.any(unwrap(array) < 0):
        raise ValueError(f"cov: {name} has negative elements")
    return array


def _covariance(x: Array, ddof: float, fweights: Raw | None, aweights: Operand | None) -> Array:
    n: Any = x.shape[1]  # the sum of all weights
    left: Any = n - ddof  # how many observations they are worth, less what the mean has taken
    other = x
    f = None if fweights is None else _checked("fweights", fweights, x.shape[1])
    if f is not None and np.any(f != np.round(f)):
        raise TypeError("cov: fweights has elements that are no integers; pass them as aweights")
    a = None if aweights is None else _checked("aweights", aweights, x.shape[1])
    w = f if a is None else a if f is None else multiply(f, a)
    if w is None:
        centred = x - mean_(x, 1, True)
        other = centred
    else:
        n = sum_(w, None, False)
        centred = x - sum_(x * w, 1, True) / n
        other = centred * w
        left = n - ddof if a is None else n - sum_(w * a, None, False) * ddof / n
    if unwrap(left) <= 0:
        warnings.warn("cov: no degrees of freedom are left", RuntimeWarning, stacklevel=3)
        left = np.zeros(())
    out: Array = matmul(centred, conj(transpose_(other, None))) / left
    return out


@overload
def corrcoef(
    x: Tensor,
    y: Operand | None = None,
    rowvar: bool = True,
    *,
    dtype: DTypeLike | None = None,
) -> Tensor: ...
@overload
def corrcoef(
    x: Array, y: Raw | None = None, rowvar: bool = True, *, dtype: DTypeLike | None = None
) -> Array: ...
@overload
def corrcoef(
    x: Operand, y: Operand | None = None, rowvar: bool = True, *, dtype: DTypeLike | None = None
) -> Tensor | Array: ...
def corrcoef(
    x: Operand, y: Operand | None = None, rowvar: bool = True, *, dtype: DTypeLike | None = None
) -> Tensor | Array:
    """The correlation coefficients of variables with each other (Pearson's), from -1 to 1.

    Args and errors are those of `cov`.

    Example:
        >>> import grad_core as gc
        >>> gc.corrcoef(gc.Tensor([[0.0, 1.0, 2.0], [2.0, 1.0, 0.0]]))
        Tensor([[ 1., -1.],
                [-1.,  1.]], dtype=float64)
    """
    c: Array = either("corrcoef", cov(x, y, rowvar, dtype=dtype))
    if not c.ndim:
        return divide(c, c)
    n: int = c.shape[0]
    i: NDArray[np.intp] = np.arange(n)
    deviations = sqrt(real(getitem_(c, (i, i))))
    c = c / reshape_(deviations, (-1, 1)) / deviations
    # Rounding may have left a coefficient a little above 1.
    out = clip(real(c), -1, 1)
    return out if c.dtype.kind != "c" else out + _I * clip(imag(c), -1, 1)


_I: Any = 1j  # Array, the type of every operand, names the real ones only
