"""The elements of arrays as sets, each once and in order.

A set has the elements of its arrays, so gradients flow to them. Of what is there several times,
the first gets the gradient.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, Literal, NamedTuple, TypeVar, overload

import numpy as np
from numpy.lib.array_utils import normalize_axis_index
from numpy.typing import NDArray

from grad_core.arrays import Array, ArrayT, Mask, Operand, Raw
from grad_core.checks import check_raw
from grad_core.node import Traced
from grad_core.ops.indexing.indexing import getitem_
from grad_core.ops.manipulation.joining import concat
from grad_core.ops.manipulation.manipulation import astype, reshape_
from grad_core.primitive import unwrap, wrap

if TYPE_CHECKING:
    from grad_core.tensor import Tensor

IndexT = TypeVar("IndexT", "Tensor", NDArray[np.intp])


class UniqueAll(NamedTuple, Generic[ArrayT, IndexT]):
    """What `unique_all` returns."""

    values: ArrayT
    indices: IndexT
    inverse_indices: IndexT
    counts: IndexT


class UniqueCounts(NamedTuple, Generic[ArrayT, IndexT]):
    """What `unique_counts` returns."""

    values: ArrayT
    counts: IndexT


class UniqueInverse(NamedTuple, Generic[ArrayT, IndexT]):
    """What `unique_inverse` returns."""

    values: ArrayT
    inverse_indices: IndexT


@overload
def unique_all(x: Tensor) -> UniqueAll[Tensor, Tensor]: ...
@overload
def unique_all(x: Array) -> UniqueAll[Array, NDArray[np.intp]]: ...
def unique_all(
    x: Tensor | Array,
) -> UniqueAll[Tensor, Tensor] | UniqueAll[Array, NDArray[np.intp]]:
    """The elements of x, each once and in order, and where they are.

    Args:
        x: Any shape; NaN is not equal to NaN.

    Returns:
        `values`; `indices`, where in all axes laid out in a row each is first; `inverse_indices`,
        which of them each element of x is; and `counts`, how often each is there.

    Example:
        >>> import grad_core as gc
        >>> gc.unique_all(gc.Tensor([3.0, 1.0, 3.0])).counts
        Tensor([1, 2], dtype=int64)
    """
    values, first, inverse, counts = _unique("unique_all", x)
    return UniqueAll(values, _as(x, first), _as(x, inverse), _as(x, counts))


@overload
def unique_counts(x: Tensor) -> UniqueCounts[Tensor, Tensor]: ...
@overload
def unique_counts(x: Array) -> UniqueCounts[Array, NDArray[np.intp]]: ...
def unique_counts(
    x: Tensor | Array,
) -> UniqueCounts[Tensor, Tensor] | UniqueCounts[Array, NDArray[np.intp]]:
    """The elements of x, each once and in order, and how often each is there.

    Args:
        x: Any shape; NaN is not equal to NaN.

    Example:
        >>> import grad_core as gc
        >>> gc.unique_counts(gc.Tensor([3.0, 1.0, 3.0])).values
        Tensor([1., 3.])
    """
    values, _, _, counts = _unique("unique_counts", x)
    return UniqueCounts(values, _as(x, counts))


@overload
def unique_inverse(x: Tensor) -> UniqueInverse[Tensor, Tensor]: ...
@overload
def unique_inverse(x: Array) -> UniqueInverse[Array, NDArray[np.intp]]: ...
def unique_inverse(
    x: Tensor | Array,
) -> UniqueInverse[Tensor, Tensor] | UniqueInverse[Array, NDArray[np.intp]]:
    """The elements of x, each once and in order, and which of them each element of x is.

    Args:
        x: Any shape; NaN is not equal to NaN.

    Example:
        >>> import grad_core as gc
        >>> gc.unique_inverse(gc.Tensor([3.0, 1.0, 3.0])).inverse_indices
        Tensor([1, 0, 1], dtype=int64)
    """
    values, _, inverse, _ = _unique("unique_inverse", x)
    return UniqueInverse(values, _as(x, inverse))


def unique_values(x: ArrayT) -> ArrayT:
    """The elements of x, each once and in order.

    Args:
        x: Any shape; NaN is not equal to NaN.

    Example:
        >>> import grad_core as gc
        >>> gc.unique_values(gc.Tensor([3.0, 1.0, 3.0]))
        Tensor([1., 3.])
    """
    values: ArrayT = _unique("unique_values", x)[0]
    return values


@overload
def unique(
    x: Tensor,
    return_index: Literal[False] = False,
    return_inverse: Literal[False] = False,
    return_counts: Literal[False] = False,
    axis: int | None = None,
    *,
    equal_nan: bool = True,
) -> Tensor: ...
@overload
def unique(
    x: Array,
    return_index: Literal[False] = False,
    return_inverse: Literal[False] = False,
    return_counts: Literal[False] = False,
    axis: int | None = None,
    *,
    equal_nan: bool = True,
) -> Array: ...
@overload
def unique(
    x: Tensor,
    return_index: bool = False,
    return_inverse: bool = False,
    return_counts: bool = False,
    axis: int | None = None,
    *,
    equal_nan: bool = True,
) -> Tensor | tuple[Tensor, ...]: ...
@overload
def unique(
    x: Array,
    return_index: bool = False,
    return_inverse: bool = False,
    return_counts: bool = False,
    axis: int | None = None,
    *,
    equal_nan: bool = True,
) -> Array | tuple[Array | NDArray[np.intp], ...]: ...
def unique(
    x: Tensor | Array,
    return_index: bool = False,
    return_inverse: bool = False,
    return_counts: bool = False,
    axis: int | None = None,
    *,
    equal_nan: bool = True,
) -> Tensor | Array | tuple[Tensor | Array | NDArray[np.intp], ...]:
    """The elements of x, or the slices along an axis, each once and in order.

    Args:
        x: Any shape.
        return_index: Whether to return where each is first.
        return_inverse: Whether to return which of them each element of x is.
        return_counts: Whether to return how often each is there.
        axis: The axis; None for the elements of all axes.
        equal_nan: Whether NaN is equal to NaN.

    Returns:
        The elements; or a tuple of them and of what else is asked for, in this order.

    Raises:
        ValueError: The axis does not exist.

    Example:
        >>> import grad_core as gc
        >>> gc.unique(gc.Tensor([3.0, 1.0, 3.0]), return_counts=True)
        (Tensor([1., 3.]), Tensor([1, 2], dtype=int64))
    """
    values, *more = _unique("unique", x, axis, equal_nan)
    wanted = (return_index, return_inverse, return_counts)
    asked = tuple(_as(x, part) for part, want in zip(more, wanted, strict=True) if want)
    return (values, *asked) if asked else values


def _unique(
    name: str, x: Tensor | Array, axis: int | None = None, equal_nan: bool = False
) -> tuple[Any, NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
    data = unwrap(x)
    check_raw(name, data)
    if axis is not None:
        axis = normalize_axis_index(axis, data.ndim, name)
    _, first, inverse, counts = np.unique(data, True, True, True, axis, equal_nan=equal_nan)
    row: Tensor | Array = reshape_(x, (-1,)) if axis is None else x
    index = (first,) if axis is None else ((slice(None),) * axis + (first,))
    return getitem_(row, index), first, inverse, counts


def _as(x: Operand | list[float], data: Any) -> Any:
    return wrap(data) if isinstance(x, Traced) else data


# ---------------------------------------------------------------------------- of two arrays


@overload
def isin(
    element: Tensor,
    test_elements: Operand | list[float],
    assume_unique: bool = False,
    invert: bool = False,
) -> Tensor: ...
@overload
def isin(
    element: Raw, test_elements: Tensor, assume_unique: bool = False, invert: bool = False
) -> Tensor: ...
@overload
def isin(
    element: Raw,
    test_elements: Raw | list[float],
    assume_unique: bool = False,
    invert: bool = False,
) -> Mask: ...
def isin(
    element: Operand,
    test_elements: Operand | list[float],
    assume_unique: bool = False,
    invert: bool = False,
) -> Tensor | Mask:
    """Whether each element of one array is in another.

    Args:
        element: Any shape, which is that of the result.
        test_elements: Any shape.
        assume_unique: Whether no array has an element twice, which may be faster.
        invert: Whether to tell if it is not.

    Example:
        >>> import grad_core as gc
        >>> gc.isin(gc.Tensor([1.0, 2.0, 3.0]), gc.Tensor([2.0, 5.0]))
        Tensor([False,  True, False])
    """
    listed = isinstance(test_elements, list)
    first: Any = unwrap(element)
    second: Any = np.asarray(test_elements) if listed else unwrap(test_elements)
    check_raw("isin", first)
    check_raw("isin", second)
    found = np.isin(first, second, assume_unique=assume_unique, invert=invert)
    given = element if isinstance(element, Traced) else test_elements
    result: Tensor | Mask = _as(given, np.asarray(found))
    return result


def _both(name: str, x: Operand, y: Operand) -> tuple[Tensor | Array, NDArray[Any], NDArray[Any]]:
    """The elements of both in one row, in their common dtype; and those of each alone."""
    for operand in (x, y):
        check_raw(name, unwrap(operand))
    return concat((x, y), None), np.ravel(unwrap(x)), np.ravel(unwrap(y))


@overload
def union1d(x: Tensor, y: Operand) -> Tensor: ...
@overload
def union1d(x: Operand, y: Tensor) -> Tensor: ...
@overload
def union1d(x: Raw, y: Raw) -> Array: ...
def union1d(x: Operand, y: Operand) -> Tensor | Array:
    """The elements that are in one array or the other, each once and in order.

    Args:
        x: Any shape. What is in both is taken from it, and so are the gradients.
        y: Any shape.

    Example:
        >>> import grad_core as gc
        >>> gc.union1d(gc.Tensor([3.0, 1.0]), gc.Tensor([2.0, 3.0]))
        Tensor([1., 2., 3.])
    """
    both, _, _ = _both("union1d", x, y)
    values: Tensor | Array = _unique("union1d", both, equal_nan=True)[0]
    return values


@overload
def intersect1d(
    x: Tensor, y: Operand, assume_unique: bool = False, return_indices: Literal[False] = False
) -> Tensor: ...
@overload
def intersect1d(
    x: Raw, y: Tensor, assume_unique: bool = False, return_indices: Literal[False] = False
) -> Tensor: ...
@overload
def intersect1d(
    x: Raw, y: Raw, assume_unique: bool = False, return_indices: Literal[False] = False
) -> Array: ...
@overload
def intersect1d(
    x: Operand, y: Operand, assume_unique: bool = False, return_indices: bool = False
) -> Tensor | Array | tuple[Tensor | Array, ...]: ...
def intersect1d(
    x: Operand, y: Operand, assume_unique: bool = False, return_indices: bool = False
) -> Tensor | Array | tuple[Tensor | Array, ...]:
    """The elements that two arrays have in common, each once and in order.

    Args:
        x: Any shape; the values are taken from it, and so are the gradients.
        y: Any shape.
        assume_unique: Whether no array has an element twice, which may be faster.
        return_indices: Whether to return where in x and y, laid out in a row, they are first.

    Example:
        >>> import grad_core as gc
        >>> gc.intersect1d(gc.Tensor([3.0, 1.0, 2.0]), gc.Tensor([2.0, 3.0, 4.0]))
        Tensor([2., 3.])
    """
    both, first, second = _both("intersect1d", x, y)
    _, in_x, in_y = np.intersect1d(first, second, assume_unique, True)
    values: Tensor | Array = getitem_(both, (in_x,))
    return (values, _as(values, in_x), _as(values, in_y)) if return_indices else values


@overload
def setdiff1d(x: Tensor, y: Operand, assume_unique: bool = False) -> Tensor: ...
@overload
def setdiff1d(x: Operand, y: Tensor, assume_unique: bool = False) -> Tensor: ...
@overload
def setdiff1d(x: Raw, y: Raw, assume_unique: bool = False) -> Array: ...
def setdiff1d(x: Operand, y: Operand, assume_unique: bool = False) -> Tensor | Array:
    """The elements of one array that are not in another, each once and in order.

    Args:
        x: Any shape.
        y: Any shape.
        assume_unique: Whether no array has an element twice. Then they are not brought in order.

    Example:
        >>> import grad_core as gc
        >>> gc.setdiff1d(gc.Tensor([3.0, 1.0, 2.0]), gc.Tensor([2.0]))
        Tensor([1., 3.])
    """
    both, first, second = _both("setdiff1d", x, y)
    at = np.arange(first.size) if assume_unique else np.unique(first, return_index=True)[1]
    at = at[np.isin(first[at], second, invert=True)]
    values: Tensor | Array = getitem_(both, (at,))
    return values if values.dtype == first.dtype else astype(values, first.dtype)


@overload
def setxor1d(x: Tensor, y: Operand, assume_unique: bool = False) -> Tensor: ...
@overload
def setxor1d(x: Operand, y: Tensor, assume_unique: bool = False) -> Tensor: ...
@overload
def setxor1d(x: Raw, y: Raw, assume_unique: bool = False) -> Array: ...
def setxor1d(x: Operand, y: Operand, assume_unique: bool = False) -> Tensor | Array:
    """The elements that are in one of two arrays but not in both, each once and in order.

    Args:
        x: Any shape.
        y: Any shape.
        assume_unique: Whether no array has an element twice, which may be faster.

    Example:
        >>> import grad_core as gc
        >>> gc.setxor1d(gc.Tensor([3.0, 1.0]), gc.Tensor([2.0, 3.0]))
        Tensor([1., 2.])
    """
    both, first, second = _both("setxor1d", x, y)
    at: list[NDArray[np.intp]] = []
    for one, other, start in ((first, second, 0), (second, first, first.size)):
        where = np.arange(one.size) if assume_unique else np.unique(one, return_index=True)[1]
        at.append(where[np.isin(one[where], other, invert=True)] + start)
    found = np.concatenate(at)
    values: Tensor | Array = getitem_(both, (found[np.argsort(unwrap(both)[found], stable=True)],))
    return values
