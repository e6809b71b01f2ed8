"""Questions to elements, logic and bits, whose results no gradient passes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, overload

import numpy as np

from grad_core.arrays import Mask, Operand, Raw
from grad_core.checks import check_raw, explained
from grad_core.discrete import Discrete, Predicate
from grad_core.node import Traced
from grad_core.primitive import Binary, Unary, unwrap, wrap

if TYPE_CHECKING:
    from grad_core.tensor import Tensor


isnan: Predicate = Predicate(
    "isnan",
    np.isnan,
    """Whether x is NaN, elementwise.

    Example:
        >>> import grad_core as gc
        >>> gc.isnan(gc.Tensor([1.0, float("nan")]))
        Tensor([False,  True])
    """,
)

isinf: Predicate = Predicate(
    "isinf",
    np.isinf,
    """Whether x is infinite, elementwise.

    Example:
        >>> import grad_core as gc
        >>> gc.isinf(gc.Tensor([1.0, float("-inf")]))
        Tensor([False,  True])
    """,
)

isfinite: Predicate = Predicate(
    "isfinite",
    np.isfinite,
    """Whether x is neither NaN nor infinite, elementwise.

    Example:
        >>> import grad_core as gc
        >>> gc.isfinite(gc.Tensor([1.0, float("nan")]))
        Tensor([ True, False])
    """,
)

isposinf: Predicate = Predicate(
    "isposinf",
    np.isposinf,
    """Whether x is inf, elementwise.

    Example:
        >>> import grad_core as gc
        >>> gc.isposinf(gc.Tensor([float("-inf"), float("inf")]))
        Tensor([False,  True])
    """,
    needs="real numbers",
)

isneginf: Predicate = Predicate(
    "isneginf",
    np.isneginf,
    """Whether x is -inf, elementwise.

    Example:
        >>> import grad_core as gc
        >>> gc.isneginf(gc.Tensor([float("-inf"), float("inf")]))
        Tensor([ True, False])
    """,
    needs="real numbers",
)

isreal: Predicate = Predicate(
    "isreal",
    np.isreal,
    """Whether the imaginary part of x is 0, elementwise.

    Example:
        >>> import grad_core as gc
        >>> gc.isreal(gc.Tensor([1, 1j], dtype="complex64"))
        Tensor([ True, False])
    """,
)

iscomplex: Predicate = Predicate(
    "iscomplex",
    np.iscomplex,
    """Whether the imaginary part of x is not 0, elementwise.

    Example:
        >>> import grad_core as gc
        >>> gc.iscomplex(gc.Tensor([1, 1j], dtype="complex64"))
        Tensor([False,  True])
    """,
)

signbit: Predicate = Predicate(
    "signbit",
    np.signbit,
    """Whether x has a minus, as -0.0 has, elementwise.

    Example:
        >>> import grad_core as gc
        >>> gc.signbit(gc.Tensor([0.0, -0.0]))
        Tensor([False,  True])
    """,
    needs="real numbers",
)

# ---------------------------------------------------------------------------- logic

logical_not: Predicate = Predicate(
    "logical_not",
    np.logical_not,
    """Whether x is 0 or False, elementwise.

    Example:
        >>> import grad_core as gc
        >>> gc.logical_not(gc.Tensor([0.0, 2.0]))
        Tensor([ True, False])
    """,
)

logical_and: Discrete = Discrete(
    "logical_and",
    np.logical_and,
    """Whether neither of x and y is 0 or False, elementwise with broadcasting.

    Example:
        >>> import grad_core as gc
        >>> gc.logical_and(gc.Tensor([0.0, 2.0]), gc.Tensor([1.0, 3.0]))
        Tensor([False,  True])
    """,
)

logical_or: Discrete = Discrete(
    "logical_or",
    np.logical_or,
    """Whether one of x and y is not 0 or False, elementwise with broadcasting.

    Example:
        >>> import grad_core as gc
        >>> gc.logical_or(gc.Tensor([0.0, 0.0]), gc.Tensor([1.0, 0.0]))
        Tensor([ True, False])
    """,
)

logical_xor: Discrete = Discrete(
    "logical_xor",
    np.logical_xor,
    """Whether just one of x and y is not 0 or False, elementwise with broadcasting.

    Example:
        >>> import grad_core as gc
        >>> gc.logical_xor(gc.Tensor([0.0, 2.0]), gc.Tensor([1.0, 1.0]))
        Tensor([ True, False])
    """,
)

# ---------------------------------------------------------------------------- bits

bitwise_left_shift: Binary[()] = Binary(
    "bitwise_left_shift",
    np.left_shift,
    lambda g, _z, _x, _y: g,  # never asked for: integers have no gradient
    lambda g, _z, _x, _y: g,
    """x << y, of integers, elementwise with broadcasting.

    Example:
        >>> import numpy as np
        >>> import grad_core as gc
        >>> gc.bitwise_left_shift(np.array([1, 3]), 2)
        array([ 4, 12])
    """,
    needs="integers",
)

bitwise_right_shift: Binary[()] = Binary(
    "bitwise_right_shift",
    np.right_shift,
    lambda g, _z, _x, _y: g,  # never asked for: integers have no gradient
    lambda g, _z, _x, _y: g,
    """x >> y, of integers, elementwise with broadcasting.

    Example:
        >>> import numpy as np
        >>> import grad_core as gc
        >>> gc.bitwise_right_shift(np.array([4, 13]), 2)
        array([1, 3])
    """,
    needs="integers",
)

bitwise_count: Unary[()] = Unary(
    "bitwise_count",
    np.bitwise_count,
    lambda g, _y, _x: g,  # never asked for: integers have no gradient
    """How many bits of the absolute value of integers are 1, elementwise.

    Example:
        >>> import numpy as np
        >>> import grad_core as gc
        >>> gc.bitwise_count(np.array([7, -8]))
        array([3, 1], dtype=uint8)
    """,
    needs="integers",
)

# ---------------------------------------------------------------------------- equality of arrays


@overload
def isclose(
    a: Tensor, b: Operand, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False
) -> Tensor: ...
@overload
def isclose(
    a: Operand, b: Tensor, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False
) -> Tensor: ...
@overload
def isclose(
    a: Raw, b: Raw, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False
) -> Mask: ...
def isclose(
    a: Operand, b: Operand, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False
) -> Tensor | Mask:
    """Whether `abs(a - b) <= atol + rtol * abs(b)`, elementwise with broadcasting.

    Args:
        a: Any shape.
        b: What `a` is measured against.
        rtol: How far apart they may be, in relation to `b`.
        atol: How far apart they may be besides.
        equal_nan: Whether NaN is close to NaN.

    Example:
        >>> import grad_core as gc
        >>> gc.isclose(gc.Tensor([1.0, 2.0]), gc.Tensor([1.000001, 2.1]))
        Tensor([ True, False])
    """
    close = _asked("isclose", np.isclose, a, b, rtol, atol, equal_nan)
    mask: Mask = np.asarray(close)
    return wrap(mask) if isinstance(a, Traced) or isinstance(b, Traced) else mask


def allclose(
    a: Operand, b: Operand, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False
) -> bool:
    """Whether all elements are close, in the sense and with the arguments of `isclose`.

    Example:
        >>> import grad_core as gc
        >>> gc.allclose(gc.Tensor([1.0, 2.0]), gc.Tensor([1.000001, 2.1]))
        False
    """
    return bool(_asked("allclose", np.allclose, a, b, rtol, atol, equal_nan))


def array_equal(a1: Operand, a2: Operand, equal_nan: bool = False) -> bool:
    """Whether two arrays have the same shape and the same elements.

    Args:
        a1: Any shape.
        a2: Any shape.
        equal_nan: Whether NaN equals NaN.

    Example:
        >>> import grad_core as gc
        >>> gc.array_equal(gc.Tensor([1.0, 2.0]), gc.Tensor([1.0, 2.0]))
        True
    """
    return bool(_asked("array_equal", np.array_equal, a1, a2, equal_nan))


def array_equiv(a1: Operand, a2: Operand) -> bool:
    """Whether two arrays have the same elements once they are broadcast against each other.

    Example:
        >>> import grad_core as gc
        >>> gc.array_equiv(gc.Tensor([1.0, 1.0]), 1)
        True
    """
    return bool(_asked("array_equiv", np.array_equiv, a1, a2))


def _asked(name: str, question: Callable[..., Any], a: Any, b: Any, *how: Any) -> Any:
    """What NumPy answers, of the arrays of Tensors."""
    a, b = unwrap(a), unwrap(b)
    check_raw(name, a)
    check_raw(name, b)
    try:
        return question(a, b, *(unwrap(x) for x in how))
    except (TypeError, ValueError) as error:
        raise explained(name, error, a, b) from error


# ---------------------------------------------------------------------------- second names

# The array API standard and NumPy call the same thing by two names.
left_shift: Binary[()] = bitwise_left_shift
right_shift: Binary[()] = bitwise_right_shift
