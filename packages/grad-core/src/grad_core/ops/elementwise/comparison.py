"""Comparisons and logic, whose results no gradient passes."""

from __future__ import annotations

import operator

import numpy as np

from grad_core.discrete import Discrete
from grad_core.primitive import Unary

equal: Discrete = Discrete(
    "equal",
    operator.eq,
    """x == y, elementwise with broadcasting, as booleans.

    Example:
        >>> import grad_core as gc
        >>> gc.equal(gc.Tensor([1.0, 2.0]), 2)
        Tensor([False,  True])
    """,
)

not_equal: Discrete = Discrete(
    "not_equal",
    operator.ne,
    """x != y, elementwise with broadcasting, as booleans.

    Example:
        >>> import grad_core as gc
        >>> gc.not_equal(gc.Tensor([1.0, 2.0]), 2)
        Tensor([ True, False])
    """,
)

less: Discrete = Discrete(
    "less",
    operator.lt,
    """x < y, elementwise with broadcasting, as booleans.

    Example:
        >>> import grad_core as gc
        >>> gc.less(gc.Tensor([1.0, 2.0]), 2)
        Tensor([ True, False])
    """,
)

less_equal: Discrete = Discrete(
    "less_equal",
    operator.le,
    """x <= y, elementwise with broadcasting, as booleans.

    Example:
        >>> import grad_core as gc
        >>> gc.less_equal(gc.Tensor([1.0, 3.0]), 1)
        Tensor([ True, False])
    """,
)

greater: Discrete = Discrete(
    "greater",
    operator.gt,
    """x > y, elementwise with broadcasting, as booleans.

    Example:
        >>> import grad_core as gc
        >>> gc.greater(gc.Tensor([1.0, 2.0]), 1)
        Tensor([False,  True])
    """,
)

greater_equal: Discrete = Discrete(
    "greater_equal",
    operator.ge,
    """x >= y, elementwise with broadcasting, as booleans.

    Example:
        >>> import grad_core as gc
        >>> gc.greater_equal(gc.Tensor([1.0, 0.0]), 1)
        Tensor([ True, False])
    """,
)

bitwise_and: Discrete = Discrete(
    "bitwise_and",
    np.bitwise_and,
    """x & y, of booleans or integers, elementwise with broadcasting.

    Example:
        >>> import grad_core as gc
        >>> gc.bitwise_and(gc.Tensor([1.0, 3.0]) > 0, gc.Tensor([1.0, 3.0]) < 2)
        Tensor([ True, False])
    """,
)

bitwise_or: Discrete = Discrete(
    "bitwise_or",
    np.bitwise_or,
    """x | y, of booleans or integers, elementwise with broadcasting.

    Example:
        >>> import grad_core as gc
        >>> gc.bitwise_or(gc.Tensor([1.0, 3.0]) < 0, gc.Tensor([1.0, 3.0]) < 2)
        Tensor([ True, False])
    """,
)

bitwise_xor: Discrete = Discrete(
    "bitwise_xor",
    np.bitwise_xor,
    """x ^ y, of booleans or integers, elementwise with broadcasting.

    Example:
        >>> import grad_core as gc
        >>> gc.bitwise_xor(gc.Tensor([1.0, 3.0]) > 0, gc.Tensor([1.0, 3.0]) < 2)
        Tensor([False,  True])
    """,
)

bitwise_invert: Unary[()] = Unary(
    "bitwise_invert",
    np.invert,
    lambda g, _y, _x: g,  # never asked for: booleans and integers have no gradient
    """~x, of booleans or integers.

    Example:
        >>> import grad_core as gc
        >>> gc.bitwise_invert(gc.Tensor([1.0, 2.0]) > 1)
        Tensor([ True, False])
    """,
)

# ---------------------------------------------------------------------------- second names

# The array API standard and NumPy call the same thing by two names.
bitwise_not: Unary[()] = bitwise_invert
invert: Unary[()] = bitwise_invert
