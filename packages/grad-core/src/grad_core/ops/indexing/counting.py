"""How many elements there are of each kind, or the sums of their weights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias, overload

import numpy as np
from numpy.typing import NDArray

from grad_core.arrays import Array, Operand, Raw
from grad_core.checks import check_raw, explained
from grad_core.node import Traced
from grad_core.ops.creation.creation import asarray
from grad_core.ops.creation.ranges import linspace
from grad_core.ops.indexing.indexing import getitem_, integers, scatter_
from grad_core.ops.indexing.searching import Integers
from grad_core.ops.manipulation.manipulation import ravel
from grad_core.ops.statistics.reductions import max, min
from grad_core.primitive import Unary, unwrap, wrap

if TYPE_CHECKING:
    from grad_core.tensor import Tensor

RawBins: TypeAlias = "int | str | list[float] | NDArray[np.number]"
Bins: TypeAlias = "RawBins | Tensor"


def _sums(at: NDArray[np.intp], weights: Array | None, minlength: int) -> Array:
    sums: Any = np.bincount(at, weights, minlength)  # integers only where there are no weights
    found: Array = sums
    return found


_bincount: Unary[NDArray[np.intp], int] = Unary(
    "bincount",
    lambda weights, at, minlength: _sums(at, weights, minlength),
    lambda g, _y, _weights, at, _minlength: getitem_(g, (at,)),
    needs="as many real weights as integers",
)


@overload
def bincount(x: Tensor, /, weights: Operand | None = None, minlength: int = 0) -> Tensor: ...
@overload
def bincount(x: Integers, /, weights: Tensor, minlength: int = 0) -> Tensor: ...
@overload
def bincount(
    x: NDArray[np.integer] | list[int], /, weights: Raw | None = None, minlength: int = 0
) -> Array: ...
def bincount(x: Integers, /, weights: Operand | None = None, minlength: int = 0) -> Tensor | Array:
    """How often each integer occurs, or the sum of the weights where it does.

    Args:
        x: Integers in one axis, none negative.
        weights: One for each, as float64, which get gradients; None counts.
        minlength: How long the result is at least; otherwise it ends with the largest integer.

    Raises:
        TypeError: x is not made of integers, or the weights are complex.
        ValueError: One is negative, or there are not as many weights.

    Example:
        >>> import grad_core as gc
        >>> gc.bincount(gc.asarray([0, 2, 2]))
        Tensor([1, 0, 2], dtype=int64)
        >>> gc.bincount([0, 2, 2], gc.Tensor([1.0, 2.0, 3.0]))
        Tensor([1., 0., 5.], dtype=float64)
    """
    at = integers("bincount", x)
    if weights is not None:
        found = _bincount(weights, at, minlength)
        return asarray(found) if isinstance(x, Traced) else found
    try:
        counts = _sums(at, None, minlength)
    except (TypeError, ValueError) as error:
        raise explained("bincount", error, at) from error
    return wrap(counts) if isinstance(x, Traced) else counts


@overload
def histogram(
    x: Tensor,
    bins: Bins = 10,
    range: tuple[float, float] | None = None,
    density: bool = False,
    weights: Operand | None = None,
) -> tuple[Tensor, Tensor]: ...
@overload
def histogram(
    x: Raw,
    bins: Tensor,
    range: tuple[float, float] | None = None,
    density: bool = False,
    weights: Operand | None = None,
) -> tuple[Tensor, Tensor]: ...
@overload
def histogram(
    x: Raw,
    bins: Bins = 10,
    range: tuple[float, float] | None = None,
    density: bool = False,
    *,
    weights: Tensor,
) -> tuple[Tensor, Tensor]: ...
@overload
def histogram(
    x: Raw,
    bins: RawBins = 10,
    range: tuple[float, float] | None = None,
    density: bool = False,
    weights: Raw | None = None,
) -> tuple[Array, Array]: ...
def histogram(
    x: Operand,
    bins: Bins = 10,
    range: tuple[float, float] | None = None,
    density: bool = False,
    weights: Operand | None = None,
) -> tuple[Tensor, Tensor] | tuple[Array, Array]:
    """How many elements are in each bin, or the sum of the weights of those that are.

    Counts do not change with x, but in steps: no gradient goes to x from them. It goes to the
    weights; to the edges where `density` divides by the widths of the bins; and from edges that
    are made from x, to its smallest and largest element.

    Args:
        x: Any shape.
        bins: How many bins, or their edges, or the name of a rule of NumPy that says how many.
        range: Where the first bin begins and the last one ends; None for the smallest and the
            largest element.
        density: Whether to divide by the widths of the bins and by the sum, so that the integral
            is 1.
        weights: One for each element, in the shape of x.

    Returns:
        The counts or sums, and the edges, one more than there are bins. Each bin has its left
        edge, the last one both. Tensors if an argument is one, otherwise ndarrays.

    Raises:
        ValueError: The edges do not grow, there is to be no bin, or the weights do not fit.

    Example:
        >>> import grad_core as gc
        >>> gc.histogram(gc.Tensor([0.0, 1.0, 1.0, 4.0]), 2)
        (Tensor([3, 1], dtype=int64), Tensor([0., 2., 4.]))
    """
    for operand in (x, weights):
        if operand is not None:
            check_raw("histogram", unwrap(operand))
    data, plain = np.asarray(unwrap(x)), unwrap(weights)
    try:
        counts, steps = np.histogram(data, unwrap(bins), range, weights=plain)
    except (TypeError, ValueError) as error:
        raise explained("histogram", error, data) from error
    traced = any(isinstance(given, Traced) for given in (x, bins, weights))
    edges: Any = asarray(steps, steps.dtype) if traced else steps
    if isinstance(bins, Traced):
        edges = bins
    elif isinstance(x, Traced) and x._node is not None and range is None and _is_number(bins):
        edges = _edges(x, steps)
    total: Any = wrap(counts) if traced else counts
    if isinstance(weights, Traced):
        at = np.searchsorted(steps, data.ravel(), "right") - 1
        at[data.ravel() == steps[-1]] = len(counts) - 1
        inside = (at >= 0) & (at < len(counts))
        total = scatter_(getitem_(ravel(weights), (inside,)), (at[inside],), counts.shape)
    if density:
        total = total / (edges[1:] - edges[:-1]) / total.sum()
    return total, edges


def _is_number(bins: Bins) -> bool:
    return isinstance(bins, str) or not np.ndim(unwrap(bins))


def _edges(x: Tensor, steps: Array) -> Tensor:
    """The edges of bins from the smallest to the largest element, as NumPy puts them."""
    if not x.size:
        return asarray(steps, steps.dtype)
    first, last = min(x), max(x)
    if first._array == last._array:
        first, last = first - 0.5, last + 0.5
    return linspace(first, last, len(steps), dtype=steps.dtype)
