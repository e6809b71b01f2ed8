"""Choosing among elements."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, overload

import numpy as np
from numpy.typing import NDArray

from grad_core.arrays import Array, Mask, Operand, Raw
from grad_core.checks import check_raw, explained
from grad_core.node import Traced
from grad_core.primitive import Binary, unwrap, wrap

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
    check_raw("where", mask)
    return _where(x, y, mask)


@overload
def argmax(x: Tensor, axis: int | None = None, *, keepdims: bool = False) -> Tensor: ...
@overload
def argmax(x: Array, axis: int | None = None, *, keepdims: bool = False) -> NDArray[np.intp]: ...
def argmax(
    x: Tensor | Array, axis: int | None = None, *, keepdims: bool = False
) -> Tensor | NDArray[np.intp]:
    """The position of the first largest element, in one axis or in all of them laid out in a row.

    Args:
        x: Any shape.
        axis: An int, or None for all axes.
        keepdims: Whether the axis stays, with size 1.

    Raises:
        ValueError: There is no element, or the axis does not exist.

    Example:
        >>> import grad_core as gc
        >>> gc.argmax(gc.Tensor([[1.0, 2.0], [4.0, 3.0]]), 1)
        Tensor([1, 0], dtype=int64)
    """
    return _position("argmax", np.argmax, x, axis, keepdims)


@overload
def argmin(x: Tensor, axis: int | None = None, *, keepdims: bool = False) -> Tensor: ...
@overload
def argmin(x: Array, axis: int | None = None, *, keepdims: bool = False) -> NDArray[np.intp]: ...
def argmin(
    x: Tensor | Array, axis: int | None = None, *, keepdims: bool = False
) -> Tensor | NDArray[np.intp]:
    """The position of the first smallest element, in one axis or in all of them laid out in a row.

    Args:
        x: Any shape.
        axis: An int, or None for all axes.
        keepdims: Whether the axis stays, with size 1.

    Raises:
        ValueError: There is no element, or the axis does not exist.

    Example:
        >>> import grad_core as gc
        >>> gc.argmin(gc.Tensor([[1.0, 2.0], [4.0, 3.0]]), 1)
        Tensor([0, 1], dtype=int64)
    """
    return _position("argmin", np.argmin, x, axis, keepdims)


def _position(
    name: str,
    function: Callable[..., NDArray[np.intp]],
    x: Tensor | Array,
    axis: int | None,
    keepdims: bool,
) -> Tensor | NDArray[np.intp]:
    data = x._data if isinstance(x, Traced) else x
    check_raw(name, data)
    try:
        at = function(data, axis=axis, keepdims=keepdims)
    except (TypeError, ValueError) as error:
        raise explained(name, error, data) from error
    return wrap(at) if isinstance(x, Traced) else at
