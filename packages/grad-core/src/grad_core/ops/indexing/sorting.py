"""Elements in the order of their size."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, overload

import numpy as np
from numpy.lib.array_utils import normalize_axis_index
from numpy.typing import NDArray

from grad_core.arrays import Array, ArrayT, Operand, Raw
from grad_core.checks import check_raw, explained
from grad_core.node import Traced
from grad_core.ops.manipulation.manipulation import ravel
from grad_core.primitive import Unary, unwrap, wrap

if TYPE_CHECKING:
    from grad_core.tensor import Tensor

Kind: TypeAlias = Literal["quicksort", "mergesort", "heapsort", "stable"]

# In each row along an axis, the elements in the order of a permutation. The gradient takes the
# way back, which is a permutation, too.
permuted_: Unary[NDArray[np.intp], int] = Unary(
    "permuted",
    lambda x, order, axis: np.take_along_axis(x, order, axis),
    lambda g, _y, _x, order, axis: permuted_(g, np.argsort(order, axis), axis),
)


def sort(
    x: ArrayT,
    axis: int | None = -1,
    kind: Kind | None = None,
    *,
    descending: bool = False,
    stable: bool | None = True,
) -> ArrayT:
    """x with the elements along an axis in order. The gradients go back to where they came from.

    Args:
        x: Any shape. Complex numbers are ordered by their real parts, then by the imaginary ones;
            NaN is larger than any number.
        axis: The axis; None for all axes laid out in a row.
        kind: NumPy's name of an algorithm. What needs a gradient is always sorted by a stable one.
        descending: Whether the largest comes first.
        stable: Likewise.

    Raises:
        ValueError: The axis does not exist.

    Example:
        >>> import grad_core as gc
        >>> gc.sort(gc.Tensor([3.0, 1.0, 2.0]))
        Tensor([1., 2., 3.])
        >>> gc.sort(gc.Tensor([3.0, 1.0, 2.0]), descending=True)
        Tensor([3., 2., 1.])
    """
    if axis is None:
        x, axis = ravel(x), 0
    axis = normalize_axis_index(axis, np.ndim(unwrap(x)), "sort")
    if isinstance(x, Traced) and x._node is not None:
        return permuted_(x, _order("sort", x._array, axis, descending), axis)
    # Without a gradient nobody asks where an element came from, and NumPy is several times faster.
    data: Array = unwrap(x)
    check_raw("sort", data)
    ordered = np.sort(data, axis)
    if descending:
        ordered = np.flip(ordered, axis)
    found: Any = wrap(ordered) if isinstance(x, Traced) else ordered
    result: ArrayT = found
    return result


def _order(name: str, data: Array, axis: int, descending: bool) -> NDArray[np.intp]:
    check_raw(name, data)
    if not descending:
        return np.argsort(data, axis, stable=True)
    # Of what is equal the first comes first, so it is the last of the array turned round.
    turned = np.argsort(np.flip(data, axis), axis, stable=True)
    order: NDArray[np.intp] = data.shape[axis] - 1 - np.flip(turned, axis)
    return order


@overload
def argsort(
    x: Tensor,
    axis: int | None = -1,
    kind: Kind | None = None,
    *,
    descending: bool = False,
    stable: bool | None = True,
) -> Tensor: ...
@overload
def argsort(
    x: Raw,
    axis: int | None = -1,
    kind: Kind | None = None,
    *,
    descending: bool = False,
    stable: bool | None = True,
) -> NDArray[np.intp]: ...
def argsort(
    x: Operand,
    axis: int | None = -1,
    kind: Kind | None = None,
    *,
    descending: bool = False,
    stable: bool | None = True,
) -> Tensor | NDArray[np.intp]:
    """The positions of the elements along an axis in the order of their size.

    Args and errors are those of `sort`. The order is stable: of equal elements the first comes
    first.

    Example:
        >>> import grad_core as gc
        >>> gc.argsort(gc.Tensor([3.0, 1.0, 2.0]))
        Tensor([1, 2, 0], dtype=int64)
    """
    data = np.asarray(unwrap(x))
    if axis is None:
        data, axis = data.ravel(), 0
    axis = normalize_axis_index(axis, data.ndim, "argsort")
    order = _order("argsort", data, axis, descending)
    return wrap(order) if isinstance(x, Traced) else order


@overload
def lexsort(keys: Tensor | Sequence[Tensor], axis: int = -1) -> Tensor: ...
@overload
def lexsort(
    keys: NDArray[np.number | np.bool_] | Sequence[Raw], axis: int = -1
) -> NDArray[np.intp]: ...
@overload
def lexsort(keys: Operand | Sequence[Operand], axis: int = -1) -> Tensor | NDArray[np.intp]: ...
def lexsort(keys: Operand | Sequence[Operand], axis: int = -1) -> Tensor | NDArray[np.intp]:
    """The positions that sort by several keys, of which the last one counts most.

    Args:
        keys: Arrays of the same shape.
        axis: The axis along which is sorted.

    Raises:
        ValueError: The shapes differ, or the axis does not exist.
        TypeError: There are no keys.

    Example:
        >>> import grad_core as gc
        >>> gc.lexsort((gc.Tensor([1.0, 0.0, 2.0]), gc.Tensor([5.0, 5.0, 4.0])))
        Tensor([2, 1, 0], dtype=int64)
    """
    whole = isinstance(keys, (Traced, np.ndarray))
    given: Any = unwrap(keys)
    plain = given if whole else tuple(unwrap(key) for key in given)
    try:
        order = np.lexsort(plain, axis)
    except (TypeError, ValueError) as error:
        raise explained("lexsort", error, *plain) from error
    traced = isinstance(keys, Traced) or (not whole and any(isinstance(k, Traced) for k in given))
    return wrap(order) if traced else order


def partition(x: ArrayT, kth: int | Sequence[int], axis: int | None = -1) -> ArrayT:
    """x with the elements along an axis so that the `kth` is where it would be sorted.

    Smaller ones are before it and larger ones behind it, in any order. The gradients go back to
    where they came from.

    Args:
        x: Any shape.
        kth: The position, or several.
        axis: The axis; None for all axes laid out in a row.

    Raises:
        ValueError: A position is out of range, or the axis does not exist.

    Example:
        >>> import grad_core as gc
        >>> gc.partition(gc.Tensor([3.0, 1.0, 2.0]), 1)
        Tensor([1., 2., 3.])
    """
    if axis is None:
        x, axis = ravel(x), 0
    axis = normalize_axis_index(axis, np.ndim(unwrap(x)), "partition")
    return permuted_(x, _partition("partition", unwrap(x), kth, axis), axis)


@overload
def argpartition(x: Tensor, kth: int | Sequence[int], axis: int | None = -1) -> Tensor: ...
@overload
def argpartition(x: Raw, kth: int | Sequence[int], axis: int | None = -1) -> NDArray[np.intp]: ...
def argpartition(
    x: Operand, kth: int | Sequence[int], axis: int | None = -1
) -> Tensor | NDArray[np.intp]:
    """The positions of the elements along an axis in the order of `partition`.

    Args and errors are those of `partition`.

    Example:
        >>> import grad_core as gc
        >>> gc.argpartition(gc.Tensor([3.0, 1.0, 2.0]), 1)
        Tensor([1, 2, 0], dtype=int64)
    """
    data = np.asarray(unwrap(x))
    if axis is None:
        data, axis = data.ravel(), 0
    axis = normalize_axis_index(axis, data.ndim, "argpartition")
    order = _partition("argpartition", data, kth, axis)
    return wrap(order) if isinstance(x, Traced) else order


def _partition(name: str, data: Array, kth: int | Sequence[int], axis: int) -> NDArray[np.intp]:
    check_raw(name, data)
    try:
        return np.argpartition(data, kth, axis)
    except (TypeError, ValueError) as error:
        raise explained(name, error, data) from error
