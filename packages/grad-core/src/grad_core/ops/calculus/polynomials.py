"""Polynomials, as the sequence of their coefficients with the highest power first."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, overload

import numpy as np
from numpy.typing import NDArray

from grad_core.arrays import Array, ArrayT, Operand, Raw
from grad_core.checks import check_raw, described
from grad_core.ops.calculus.convolution import convolve
from grad_core.ops.elementwise.basic import add, divide, multiply, power, subtract
from grad_core.ops.indexing.diagonals import vander
from grad_core.ops.indexing.indexing import getitem_, scatter_
from grad_core.ops.levels import either
from grad_core.ops.linear_algebra.solving import lstsq
from grad_core.ops.manipulation.manipulation import astype, reshape_
from grad_core.primitive import Binary, unwrap

if TYPE_CHECKING:
    from grad_core.tensor import Tensor


def _exponents(n: int) -> NDArray[np.intp]:
    return np.arange(n - 1, -1, -1)


def _powers(x: Array, n: int) -> Array:
    """A row of powers from n - 1 down to 0 for each element."""
    places: Array = either("polyval", x)  # it may be a number
    row = reshape_(places, (math.prod(places.shape), 1))
    return power(row, _exponents(n).astype(places.dtype))


def _slope(p: Array) -> Array:
    """The coefficients of the derivative; of a constant, one zero."""
    n = p.shape[0]
    if n < 2:
        return p * 0
    return getitem_(p, (slice(None, -1),)) * _exponents(n)[:-1].astype(p.real.dtype)


polyval_: Binary[()] = Binary(
    "polyval",
    lambda p, x: np.asarray(np.polyval(p, x)),
    lambda g, _y, _p, x: reshape_(g, (1, -1)) @ _powers(x, _p.shape[0]),
    lambda g, _y, p, x: g * polyval_(_slope(p), x),
)


@overload
def polyval(p: Tensor, x: Operand) -> Tensor: ...
@overload
def polyval(p: Operand, x: Tensor) -> Tensor: ...
@overload
def polyval(p: Raw, x: Raw) -> Array: ...
def polyval(p: Operand, x: Operand) -> Tensor | Array:
    """p[0] x ** (n - 1) + ... + p[n - 2] x + p[n - 1], by Horner's scheme.

    Args:
        p: One axis, of n coefficients.
        x: Any shape.

    Raises:
        ValueError: `p` has not one axis.

    Example:
        >>> import grad_core as gc
        >>> gc.polyval(gc.Tensor([1.0, 0.0, 2.0]), gc.Tensor([2.0, 3.0]))
        Tensor([ 6., 11.])
    """
    _check("polyval", p)
    return polyval_(p, x)


def _check(name: str, p: Operand) -> None:
    check_raw(name, unwrap(p))
    if np.ndim(unwrap(p)) != 1:
        raise ValueError(f"{name}: got {described(unwrap(p))}, expected coefficients in one axis")


# ---------------------------------------------------------------------------- arithmetic


@overload
def polyadd(p: Tensor, q: Operand) -> Tensor: ...
@overload
def polyadd(p: Operand, q: Tensor) -> Tensor: ...
@overload
def polyadd(p: Raw, q: Raw) -> Array: ...
def polyadd(p: Operand, q: Operand) -> Tensor | Array:
    """The coefficients of the sum of two polynomials.

    Args:
        p: One axis.
        q: One axis.

    Raises:
        ValueError: An operand has several axes.

    Example:
        >>> import grad_core as gc
        >>> gc.polyadd(gc.Tensor([1.0, 2.0]), gc.Tensor([1.0, 0.0, 3.0]))
        Tensor([1., 1., 5.])
    """
    left, right = _aligned("polyadd", p, q)
    return add(left, right)


@overload
def polysub(p: Tensor, q: Operand) -> Tensor: ...
@overload
def polysub(p: Operand, q: Tensor) -> Tensor: ...
@overload
def polysub(p: Raw, q: Raw) -> Array: ...
def polysub(p: Operand, q: Operand) -> Tensor | Array:
    """The coefficients of the difference of two polynomials.

    Args and errors are those of `polyadd`.

    Example:
        >>> import grad_core as gc
        >>> gc.polysub(gc.Tensor([1.0, 2.0]), gc.Tensor([1.0, 0.0, 3.0]))
        Tensor([-1.,  1., -1.])
    """
    left, right = _aligned("polysub", p, q)
    return subtract(left, right)


def _aligned(name: str, p: Operand, q: Operand) -> tuple[Array, Array]:
    """Both with as many coefficients."""
    both = _coefficients(name, p), _coefficients(name, q)
    n = max(r.shape[0] for r in both)
    left, right = (
        r if r.shape[0] == n else scatter_(r, (slice(n - r.shape[0], n),), (n,)) for r in both
    )
    return left, right


def _coefficients(name: str, p: Operand) -> Array:
    """The coefficients, a number as one of them."""
    array: Array = either(name, p)
    if not array.ndim:
        return reshape_(array, (1,))
    _check(name, array)
    return array


@overload
def polymul(p: Tensor, q: Operand) -> Tensor: ...
@overload
def polymul(p: Operand, q: Tensor) -> Tensor: ...
@overload
def polymul(p: Raw, q: Raw) -> Array: ...
def polymul(p: Operand, q: Operand) -> Tensor | Array:
    """The coefficients of the product of two polynomials. Leading zeros of both are dropped.

    Args and errors are those of `polyadd`.

    Example:
        >>> import grad_core as gc
        >>> gc.polymul(gc.Tensor([1.0, 2.0]), gc.Tensor([1.0, 0.0, 3.0]))
        Tensor([1., 2., 3., 6.])
    """
    left, right = _trimmed("polymul", p), _trimmed("polymul", q)
    return convolve(left, right)


def _trimmed(name: str, p: Operand) -> Array:
    """The coefficients from the first that is not 0, at least one."""
    array = _coefficients(name, p)
    at = np.flatnonzero(unwrap(array))
    first = int(at[0]) if len(at) else array.shape[0] - 1
    return getitem_(array, (slice(first, None),)) if first > 0 else array


# ---------------------------------------------------------------------------- calculus


def _falling(n: int, m: int) -> NDArray[np.integer]:
    """k (k - 1) ... (k - m + 1) for each exponent k of n coefficients."""
    return np.array([math.perm(n - 1 - i, m) for i in range(n)], np.int64)


def polyder(p: ArrayT, m: int = 1) -> ArrayT:
    """The coefficients of a derivative of a polynomial.

    Args:
        p: One axis.
        m: The order of the derivative.

    Raises:
        ValueError: `m` is negative, or `p` has not one axis.

    Example:
        >>> import grad_core as gc
        >>> gc.polyder(gc.Tensor([1.0, 2.0, 3.0]))
        Tensor([2., 2.], dtype=float64)
    """
    _check("polyder", p)
    n = p.shape[0]
    if _order("polyder", m) == 0:
        return p
    left = max(n - m, 0)
    out: ArrayT = multiply(getitem_(p, (slice(None, left),)), _falling(n, m)[:left])
    return out


def polyint(
    p: ArrayT, m: int = 1, k: complex | Sequence[complex] | NDArray[np.number] | None = None
) -> ArrayT:
    """The coefficients of an antiderivative of a polynomial.

    Args:
        p: One axis.
        m: How often to integrate.
        k: The constants of integration, one for each time; a number stands for all. None for 0.

    Raises:
        ValueError: `m` is negative, `p` has not one axis, or there are not `m` constants.

    Example:
        >>> import grad_core as gc
        >>> gc.polyint(gc.Tensor([2.0, 2.0]), k=3)
        Tensor([1., 2., 3.], dtype=float64)
    """
    _check("polyint", p)
    n = p.shape[0]
    if _order("polyint", m) == 0:
        return p
    constants = np.zeros(m) if k is None else np.atleast_1d(np.asarray(k))
    if constants.shape == (1,):
        constants = np.repeat(constants, m)
    if constants.shape != (m,):
        raise ValueError(f"polyint: k has shape {constants.shape}, expected ({m},) or a number")
    out: ArrayT = divide(p, _falling(n + m, m)[:n])
    out = scatter_(out, (slice(0, n),), (n + m,))
    if k is None:
        return out
    # Constant j is integrated m - 1 - j times more.
    tail = constants / np.array([math.factorial(m - 1 - j) for j in range(m)])
    return add(out, np.concatenate((np.zeros(n), tail)))


def _order(name: str, m: int) -> int:
    if m < 0:
        raise ValueError(f"{name}: got m={m}, expected 0 or more")
    return m


# ---------------------------------------------------------------------------- fitting


@overload
def polyfit(
    x: Tensor, y: Operand, deg: int, rcond: float | None = None, *, w: Operand | None = None
) -> Tensor: ...
@overload
def polyfit(
    x: Operand, y: Tensor, deg: int, rcond: float | None = None, *, w: Operand | None = None
) -> Tensor: ...
@overload
def polyfit(
    x: Raw, y: Raw, deg: int, rcond: float | None = None, *, w: Raw | None = None
) -> Array: ...
def polyfit(
    x: Operand, y: Operand, deg: int, rcond: float | None = None, *, w: Operand | None = None
) -> Tensor | Array:
    """The coefficients of the polynomial that fits samples best, by least squares.

    Args:
        x: Where the samples are, in one axis.
        y: The samples, in one axis, or one set of them in each column.
        deg: The degree.
        rcond: Singular values of the scaled Vandermonde matrix up to `rcond` times the largest
            count as 0; None for the number of samples times the precision of `x`.
        w: What each difference from a sample is multiplied by before it is squared; None for 1.

    Raises:
        ValueError: The degree is negative, or the shapes do not fit.

    Example:
        >>> import grad_core as gc
        >>> x = gc.Tensor([0.0, 1.0, 2.0], dtype="float64")
        >>> gc.polyfit(x, 2 * x + 1, 1).data.round(6)
        array([2., 1.])
    """
    places: Array = either("polyfit", x)
    samples: Array = either("polyfit", y)
    if deg < 0:
        raise ValueError(f"polyfit: got deg={deg}, expected 0 or more")
    if places.ndim != 1 or not places.size or samples.ndim not in (1, 2):
        raise ValueError(
            f"polyfit: got x of shape {places.shape} and y of shape {samples.shape}, expected at"
            " least one sample, in one axis of x, and in one or two of y"
        )
    if samples.shape[0] != places.shape[0]:
        raise ValueError(
            f"polyfit: got {samples.shape[0]} samples in y, expected {places.shape[0]}, as in x"
        )
    if places.dtype.kind not in "fc":
        places = astype(places, np.float64)
    limit = places.size * float(np.finfo(places.dtype).eps) if rcond is None else rcond
    matrix = vander(places, deg + 1)
    if w is not None:
        each: Array = either("polyfit", w)
        if each.shape != places.shape:
            raise ValueError(f"polyfit: w has shape {each.shape}, expected {places.shape}")
        matrix = matrix * reshape_(each, (-1, 1))
        samples = samples * (each if samples.ndim == 1 else reshape_(each, (-1, 1)))
    # Columns of length 1: the conditions are better, and the limit treats all powers alike.
    scale: Array = np.sqrt((np.abs(unwrap(matrix)) ** 2).sum(0))
    scale = np.where(scale == 0, 1.0, scale)
    found: Array = either("polyfit", lstsq(matrix / scale, samples, limit).x)
    return divide(found, scale if found.ndim == 1 else scale[:, np.newaxis])
