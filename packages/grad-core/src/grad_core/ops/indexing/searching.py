"""Choosing among elements."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, overload

import numpy as np
from numpy.typing import NDArray

from grad_core.arrays import Array, Axis, Mask, Operand, Raw
from grad_core.checks import check_raw, explained
from grad_core.node import Traced
from grad_core.primitive import Binary, unwrap, wrap

if TYPE_CHECKING:
    from grad_core.tensor import Tensor

Integers: TypeAlias = "int | list[int] | NDArray[np.integer] | Tensor"

where_: Binary[Mask] = Binary(
    "where",
    lambda x, y, mask: np.where(mask, x, y),
    lambda g, _z, _x, _y, mask: where_(g, 0.0, mask),
    lambda g, _z, _x, _y, mask: where_(0.0, g, mask),
)


@overload
def where(condition: Tensor) -> tuple[Tensor, ...]: ...
@overload
def where(condition: Raw) -> tuple[NDArray[np.intp], ...]: ...
@overload
def where(condition: Tensor | Raw, x: Tensor, y: Operand) -> Tensor: ...
@overload
def where(condition: Tensor | Raw, x: Operand, y: Tensor) -> Tensor: ...
@overload
def where(condition: Tensor | Raw, x: Raw, y: Raw) -> Array: ...
def where(
    condition: Operand, x: Operand | None = None, y: Operand | None = None
) -> Tensor | Array | tuple[Tensor | NDArray[np.intp], ...]:
    """x where the condition holds, y elsewhere.

    Args:
        condition: Booleans; its shape broadcasts with those of `x` and `y`. Alone it gives the
            positions where it holds, as `nonzero` does.
        x: The gradient reaches it where the condition holds.
        y: The gradient reaches it elsewhere.

    Raises:
        ValueError: The three are not broadcast together.
        TypeError: One of them is not an array or a number, or only one of x and y is given.

    Example:
        >>> import grad_core as gc
        >>> x = gc.Tensor([-1.0, 2.0])
        >>> gc.where(x > 0, x, 0.5)
        Tensor([0.5, 2. ])
    """
    if x is None or y is None:
        if x is not y:
            raise TypeError("where: got one of x and y, expected both or none")
        return nonzero(condition)
    mask: Mask = unwrap(condition)
    check_raw("where", mask)
    seen = not isinstance(condition, Traced) or condition._shown
    if seen and isinstance(mask, np.ndarray) and (_tracked(x) or _tracked(y)):
        mask = np.array(mask)  # the caller may write to his before the gradient is asked for
    return where_(x, y, mask)


def _tracked(x: Operand) -> bool:
    return isinstance(x, Traced) and x._node is not None


@overload
def nonzero(x: Tensor) -> tuple[Tensor, ...]: ...
@overload
def nonzero(x: Raw) -> tuple[NDArray[np.intp], ...]: ...
def nonzero(x: Operand) -> tuple[Tensor | NDArray[np.intp], ...]:
    """The positions of the elements that are not zero: an array of indices for each axis.

    Args:
        x: At least one axis.

    Raises:
        ValueError: x has no axes.

    Example:
        >>> import grad_core as gc
        >>> gc.nonzero(gc.Tensor([0.0, 3.0, 0.0, 4.0]))
        (Tensor([1, 3], dtype=int64),)
    """
    data = np.asarray(_plain("nonzero", x))
    if not data.ndim:
        raise ValueError("nonzero: got no axes, expected at least one; see atleast_1d")
    return tuple(_as(x, at) for at in np.nonzero(data))


@overload
def argwhere(x: Tensor) -> Tensor: ...
@overload
def argwhere(x: Raw) -> NDArray[np.intp]: ...
def argwhere(x: Operand) -> Tensor | NDArray[np.intp]:
    """The positions of the elements that are not zero: a row of indices for each of them.

    Example:
        >>> import grad_core as gc
        >>> gc.argwhere(gc.Tensor([[0.0, 3.0], [4.0, 0.0]]))
        Tensor([[0, 1],
                [1, 0]], dtype=int64)
    """
    return _as(x, np.argwhere(_plain("argwhere", x)))


@overload
def flatnonzero(x: Tensor) -> Tensor: ...
@overload
def flatnonzero(x: Raw) -> NDArray[np.intp]: ...
def flatnonzero(x: Operand) -> Tensor | NDArray[np.intp]:
    """The positions of the elements that are not zero, in all axes laid out in a row.

    Example:
        >>> import grad_core as gc
        >>> gc.flatnonzero(gc.Tensor([[0.0, 3.0], [4.0, 0.0]]))
        Tensor([1, 2], dtype=int64)
    """
    return _as(x, np.flatnonzero(_plain("flatnonzero", x)))


@overload
def count_nonzero(x: Tensor, axis: Axis = None, *, keepdims: bool = False) -> Tensor: ...
@overload
def count_nonzero(x: Raw, axis: Axis = None, *, keepdims: bool = False) -> NDArray[np.intp]: ...
def count_nonzero(
    x: Operand, axis: Axis = None, *, keepdims: bool = False
) -> Tensor | NDArray[np.intp]:
    """How many elements are not zero, over an axis, several or all.

    Args:
        x: Any shape.
        axis: An int, a tuple of them, or None for all axes.
        keepdims: Whether the axes stay, with size 1.

    Raises:
        ValueError: An axis does not exist or is given twice.

    Example:
        >>> import grad_core as gc
        >>> gc.count_nonzero(gc.Tensor([[0.0, 3.0], [4.0, 5.0]]), 1)
        Tensor([1, 2], dtype=int64)
    """
    data = _plain("count_nonzero", x)
    try:
        return _as(x, np.count_nonzero(data, axis, keepdims=keepdims))
    except (TypeError, ValueError) as error:
        raise explained("count_nonzero", error, data) from error


Side: TypeAlias = Literal["left", "right"]


@overload
def searchsorted(
    x: Tensor, values: Operand | list[float], side: Side = "left", sorter: Integers | None = None
) -> Tensor: ...
@overload
def searchsorted(
    x: Raw, values: Tensor, side: Side = "left", sorter: Integers | None = None
) -> Tensor: ...
@overload
def searchsorted(
    x: Raw, values: Raw | list[float], side: Side = "left", sorter: Integers | None = None
) -> NDArray[np.intp]: ...
def searchsorted(
    x: Operand, values: Operand | list[float], side: Side = "left", sorter: Integers | None = None
) -> Tensor | NDArray[np.intp]:
    """Where values have to be put into sorted numbers, so that they stay sorted.

    Args:
        x: Sorted numbers in one axis.
        values: Any shape.
        side: Whether a value is put to the left of those that are equal, or to the right.
        sorter: The positions that sort x, as from `argsort`, if it is not sorted.

    Raises:
        ValueError: x has not exactly one axis, or the side is another one.
        TypeError: The positions are not integers.

    Example:
        >>> import grad_core as gc
        >>> gc.searchsorted(gc.Tensor([1.0, 2.0, 3.0]), gc.Tensor([2.0, 2.5]))
        Tensor([1, 2], dtype=int64)
    """
    data, wanted = _plain("searchsorted", x), _plain("searchsorted", values)
    try:
        return _as(
            x if isinstance(x, Traced) else values,
            np.searchsorted(data, wanted, side, unwrap(sorter)),
        )
    except (TypeError, ValueError) as error:
        raise explained("searchsorted", error, data, wanted) from error


@overload
def digitize(x: Tensor, bins: Operand | list[float], right: bool = False) -> Tensor: ...
@overload
def digitize(x: Raw, bins: Tensor, right: bool = False) -> Tensor: ...
@overload
def digitize(x: Raw, bins: Raw | list[float], right: bool = False) -> NDArray[np.intp]: ...
def digitize(
    x: Operand, bins: Operand | list[float], right: bool = False
) -> Tensor | NDArray[np.intp]:
    """In which bin each element is: 0 before the first edge, as many as there are after the last.

    Args:
        x: Any shape.
        bins: The edges, growing or falling, in one axis.
        right: Whether a bin has its right edge, not its left one.

    Raises:
        ValueError: The edges neither grow nor fall, or have not exactly one axis.

    Example:
        >>> import grad_core as gc
        >>> gc.digitize(gc.Tensor([0.5, 1.5, 2.5]), gc.Tensor([1.0, 2.0]))
        Tensor([0, 1, 2], dtype=int64)
    """
    data, edges = _plain("digitize", x), _plain("digitize", bins)
    try:
        return _as(x if isinstance(x, Traced) else bins, np.digitize(data, edges, right))
    except (TypeError, ValueError) as error:
        raise explained("digitize", error, data, edges) from error


@overload
def argmax(x: Tensor, axis: int | None = None, *, keepdims: bool = False) -> Tensor: ...
@overload
def argmax(x: Raw, axis: int | None = None, *, keepdims: bool = False) -> NDArray[np.intp]: ...
def argmax(
    x: Tensor | Raw, axis: int | None = None, *, keepdims: bool = False
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
def argmin(x: Raw, axis: int | None = None, *, keepdims: bool = False) -> NDArray[np.intp]: ...
def argmin(
    x: Tensor | Raw, axis: int | None = None, *, keepdims: bool = False
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
    x: Tensor | Raw,
    axis: int | None,
    keepdims: bool,
) -> Tensor | NDArray[np.intp]:
    data = _plain(name, x)
    try:
        at = function(data, axis=axis, keepdims=keepdims)
    except (TypeError, ValueError) as error:
        raise explained(name, error, data) from error
    return _as(x, at)


def _plain(name: str, x: Operand | list[float]) -> Any:
    data = np.asarray(x) if isinstance(x, list) else unwrap(x)
    check_raw(name, data)
    return data


def _as(x: Operand | list[float], at: Any) -> Tensor | NDArray[np.intp]:
    """Positions as a Tensor where `x` is one, or as an ndarray."""
    return wrap(at) if isinstance(x, Traced) else np.asarray(at)
