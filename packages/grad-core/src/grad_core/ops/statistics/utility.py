"""Whether all or any elements hold."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, overload

import numpy as np

from grad_core.arrays import Array, Axis, Mask, Raw
from grad_core.checks import check_raw, explained
from grad_core.node import Traced
from grad_core.ops.statistics.reductions import Where, own_mask
from grad_core.primitive import unwrap, wrap

if TYPE_CHECKING:
    from grad_core.tensor import Tensor


@overload
def all(x: Tensor, axis: Axis = None, *, keepdims: bool = False, where: Where = None) -> Tensor: ...
@overload
def all(x: Raw, axis: Axis = None, *, keepdims: bool = False, where: Where = None) -> Mask: ...
def all(
    x: Tensor | Raw, axis: Axis = None, *, keepdims: bool = False, where: Where = None
) -> Tensor | Mask:
    """Whether all elements over an axis, several or all, are true or not 0; of none, True.

    Args:
        x: Any shape. NaN is not 0.
        axis: An int, a tuple of them, or None for all axes.
        keepdims: Whether the axes stay, with size 1.
        where: Booleans, broadcast to the shape of `x`: which elements are taken. None for all.

    Raises:
        ValueError: An axis does not exist or is given twice.

    Example:
        >>> import grad_core as gc
        >>> gc.all(gc.Tensor([[1.0, 2.0], [0.0, 3.0]]) > 0, axis=1)
        Tensor([ True, False])
    """
    return _logical("all", np.logical_and.reduce, x, axis, keepdims, where)


@overload
def any(x: Tensor, axis: Axis = None, *, keepdims: bool = False, where: Where = None) -> Tensor: ...
@overload
def any(x: Raw, axis: Axis = None, *, keepdims: bool = False, where: Where = None) -> Mask: ...
def any(
    x: Tensor | Raw, axis: Axis = None, *, keepdims: bool = False, where: Where = None
) -> Tensor | Mask:
    """Whether any element over an axis, several or all, is true or not 0; of none, False.

    Args and errors are those of `all`.

    Example:
        >>> import grad_core as gc
        >>> gc.any(gc.Tensor([[1.0, 2.0], [0.0, 0.0]]) > 0, axis=1)
        Tensor([ True, False])
    """
    return _logical("any", np.logical_or.reduce, x, axis, keepdims, where)


def _logical(
    name: str,
    function: Callable[..., Array],
    x: Tensor | Raw,
    axis: Axis,
    keepdims: bool,
    where: Where,
) -> Tensor | Mask:
    data = unwrap(x)
    check_raw(name, data)
    mask = own_mask(name, where, data)
    taken = True if mask is None else mask
    try:
        out: Mask = np.asarray(function(data, axis=axis, keepdims=keepdims, where=taken), np.bool_)
    except (TypeError, ValueError) as error:
        raise explained(name, error, data) from error
    return wrap(out) if isinstance(x, Traced) else out
