"""Choosing among elements."""

from __future__ import annotations

from typing import TYPE_CHECKING, overload

import numpy as np

from grad_core.arrays import Array, Mask, Operand, Raw
from grad_core.primitive import Binary, unwrap

if TYPE_CHECKING:
    from grad_core.tensor import Tensor

_where: Binary[Mask] = Binary(
    "where",
    lambda x, y, mask: np.where(mask, x, y),
    lambda g, _z, _x, _y, mask: _where(g, 0.0, mask),
    lambda g, _z, _x, _y, mask: _where(0.0, g, mask),
)


@overload
def where(condition: Tensor | Raw, x: Tensor, y: Operand) -> Tensor: ...
@overload
def where(condition: Tensor | Raw, x: Operand, y: Tensor) -> Tensor: ...
@overload
def where(condition: Tensor | Raw, x: Raw, y: Raw) -> Array: ...
def where(condition: Operand, x: Operand, y: Operand) -> Tensor | Array:
    """x where the condition holds, y elsewhere.

    Args:
        condition: Booleans; its shape broadcasts with those of `x` and `y`.
        x: The gradient reaches it where the condition holds.
        y: The gradient reaches it elsewhere.

    Example:
        >>> import grad_core as gc
        >>> x = gc.Tensor([-1.0, 2.0])
        >>> gc.where(x > 0, x, 0.5)
        Tensor([0.5, 2. ])
    """
    mask: Mask = unwrap(condition)
    return _where(x, y, mask)
