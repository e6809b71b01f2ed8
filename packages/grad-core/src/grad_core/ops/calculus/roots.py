"""The roots of polynomials, polynomials of given roots, and division of one by another.

Coefficients stand with that of the highest power first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, overload

import numpy as np

from grad_core.arrays import Array, Operand, Raw
from grad_core.checks import described
from grad_core.ops.elementwise.basic import divide, negative, real
from grad_core.ops.indexing.indexing import getitem_, scatter_
from grad_core.ops.levels import either
from grad_core.ops.linear_algebra.eigen import eigvals
from grad_core.ops.manipulation.joining import stack
from grad_core.ops.manipulation.manipulation import astype, reshape_
from grad_core.primitive import unwrap

if TYPE_CHECKING:
    from grad_core.tensor import Tensor


@overload
def roots(p: Tensor) -> Tensor: ...
@overload
def roots(p: Raw) -> Array: ...
def roots(p: Operand) -> Tensor | Array:
    """Where a polynomial is zero, as often as it is: the eigenvalues of its companion matrix.

    See Horn and Johnson, Matrix Analysis, 2nd edition, section 3.3. The gradient is finite at
    roots that occur once.

    Args:
        p: One axis, of n + 1 coefficients. Leading zeros do not count; trailing ones are roots at
            0, and no gradient says how they move.

    Returns:
        The roots in no order, complex where one of them is.

    Raises:
        ValueError: `p` has not one axis.

    Example:
        >>> import numpy as np
        >>> from grad_core.ops.calculus.roots import roots
        >>> roots(np.array([1.0, -3.0, 2.0]))
        array([2., 1.])
    """
    q = _coefficients("roots", p)
    at = np.flatnonzero(unwrap(q))
    if not len(at):
        return getitem_(q, (slice(0),))
    at_zero = q.shape[0] - int(at[-1]) - 1
    q = getitem_(q, (slice(int(at[0]), int(at[-1]) + 1),))
    n = q.shape[0] - 1
    found: Array = getitem_(q, (slice(0),))
    if n:
        row = negative(divide(getitem_(q, (slice(1, None),)), getitem_(q, (0,))))
        below: Array = np.eye(n, k=-1, dtype=q.dtype)
        found = eigvals(scatter_(row, (0,), (n, n)) + below)
        values: Array = unwrap(found)
        if not values.imag.any():
            found = real(found)
    return scatter_(found, (slice(0, n),), (n + at_zero,)) if at_zero else found


@overload
def poly(roots: Tensor) -> Tensor: ...
@overload
def poly(roots: Raw) -> Array: ...
def poly(roots: Operand) -> Tensor | Array:
    """The coefficients of the polynomial that has these roots, and begins with 1.

    Args:
        roots: One axis; or a square matrix, for its characteristic polynomial.

    Returns:
        One coefficient more than there are roots; real if complex roots come in conjugate pairs.

    Raises:
        ValueError: `roots` has another shape.

    Example:
        >>> import numpy as np
        >>> from grad_core.ops.calculus.roots import poly
        >>> poly(np.array([2.0, 1.0]))
        array([ 1., -3.,  2.])
    """
    given: Array = either("poly", roots)
    if given.ndim == 2 and given.shape[0] == given.shape[1]:
        given = eigvals(given)
    if given.ndim != 1:
        raise ValueError(f"poly: got {described(unwrap(given))}, expected one axis, or a square")
    if given.dtype.kind not in "fc":
        given = astype(given, np.float64)
    n = given.shape[0]
    p: Array = np.ones(1, given.dtype)
    for k in range(n):
        # (x - root) p
        longer = scatter_(p, (slice(0, k + 1),), (k + 2,))
        p = longer - getitem_(given, (k,)) * scatter_(p, (slice(1, k + 2),), (k + 2,))
    return p.real if _in_pairs(unwrap(given)) else p


def _in_pairs(roots: Array) -> bool:
    """Whether complex numbers are as they are when they are conjugated."""
    return roots.dtype.kind == "c" and bool(np.all(np.sort(roots) == np.sort(roots.conj())))


@overload
def polydiv(u: Tensor, v: Operand) -> tuple[Tensor, Tensor]: ...
@overload
def polydiv(u: Operand, v: Tensor) -> tuple[Tensor, Tensor]: ...
@overload
def polydiv(u: Raw, v: Raw) -> tuple[Array, Array]: ...
def polydiv(u: Operand, v: Operand) -> tuple[Tensor, Tensor] | tuple[Array, Array]:
    """The quotient of two polynomials, and the remainder, by long division.

    Args:
        u: The dividend, in one axis.
        v: The divisor, in one axis; its first coefficient is not 0.

    Returns:
        The quotient, and the remainder without the leading coefficients that are about 0.

    Raises:
        ValueError: An operand has several axes.

    Example:
        >>> import numpy as np
        >>> from grad_core.ops.calculus.roots import polydiv
        >>> polydiv(np.array([1.0, -3.0, 2.5]), np.array([1.0, -1.0]))
        (array([ 1., -2.]), array([0.5]))
    """
    rest, divisor = _coefficients("polydiv", u), _coefficients("polydiv", v)
    zero = getitem_(rest, (0,)) * getitem_(divisor, (0,)) * 0
    rest = rest + zero  # of the dtype of both, and a Tensor where one of them is
    n, m = rest.shape[0], divisor.shape[0]
    quotient: list[Array] = []
    for k in range(n - m + 1):
        factor = divide(getitem_(rest, (k,)), getitem_(divisor, (0,)))
        quotient.append(factor)
        rest = rest - scatter_(factor * divisor, (slice(k, k + m),), (n,))
    values: Array = unwrap(rest)
    first = 0
    while first < n - 1 and np.allclose(values[first], 0, rtol=1e-14):
        first += 1
    rest = getitem_(rest, (slice(first, None),))
    return stack(quotient) if quotient else reshape_(zero, (1,)), rest


def _coefficients(name: str, p: Operand) -> Array:
    """The coefficients in floating or complex numbers, a number as one of them."""
    array: Array = either(name, p)
    if not array.ndim:
        array = reshape_(array, (1,))
    if array.ndim != 1 or not array.shape[0]:
        raise ValueError(f"{name}: got {described(unwrap(p))}, expected coefficients in one axis")
    return array if array.dtype.kind in "fc" else astype(array, np.float64)
