"""Calculus on samples: differences, slopes, areas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, overload

import numpy as np
from numpy.lib.array_utils import normalize_axis_index, normalize_axis_tuple

from grad_core.arrays import Array, Axis, Operand, Raw
from grad_core.checks import described
from grad_core.node import Traced
from grad_core.ops.levels import either
from grad_core.ops.manipulation.joining import concat
from grad_core.ops.manipulation.manipulation import astype, broadcast_to_, reshape_
from grad_core.ops.statistics.recurrence import part_of
from grad_core.ops.statistics.reductions import kept_shape, sum_
from grad_core.primitive import Unary, unwrap

if TYPE_CHECKING:
    from grad_core.tensor import Tensor

# ---------------------------------------------------------------------------- differences


def _diff_x(g: Array, _y: Array, _x: Array, n: int, axis: int) -> Array:
    if _x.shape[axis] <= n:  # nothing is left to differ
        return broadcast_to_(sum_(g, None, False) * 0, _x.shape)
    return _undiff(g, n, axis)


def _transposed(g: Array, n: int, axis: int) -> Array:
    """What gets g[i - 1] - g[i], n times: the differences of g among n zeros on both sides."""
    around = [(n, n) if i == axis % g.ndim else (0, 0) for i in range(g.ndim)]
    out: Array = np.diff(np.pad(g, around), n, axis)
    return out if n % 2 == 0 else -out


_diff: Unary[int, int] = Unary(
    "diff", lambda x, n, axis: np.diff(x, n, axis), _diff_x, needs="n from 0 on"
)
_undiff: Unary[int, int] = Unary("diff", _transposed, lambda g, _y, _x, n, axis: _diff(g, n, axis))


@overload
def diff(
    x: Tensor,
    n: int = 1,
    axis: int = -1,
    prepend: Operand | None = None,
    append: Operand | None = None,
) -> Tensor: ...
@overload
def diff(
    x: Array, n: int = 1, axis: int = -1, prepend: Raw | None = None, append: Raw | None = None
) -> Array: ...
@overload
def diff(
    x: Tensor | Array,
    n: int = 1,
    axis: int = -1,
    prepend: Operand | None = None,
    append: Operand | None = None,
) -> Tensor | Array: ...
def diff(
    x: Tensor | Array,
    n: int = 1,
    axis: int = -1,
    prepend: Operand | None = None,
    append: Operand | None = None,
) -> Tensor | Array:
    """The differences of neighbours along an axis, x[i + 1] - x[i]. Of booleans, whether they differ.

    Args:
        x: At least one axis.
        n: How often differences are taken.
        axis: An int.
        prepend: What stands before `x` along the axis: an array, or a number for one element.
        append: What stands after `x`, likewise.

    Raises:
        ValueError: `n` is negative, or the axis does not exist.

    Example:
        >>> import grad_core as gc
        >>> gc.diff(gc.Tensor([1.0, 2.0, 4.0, 7.0]))
        Tensor([1., 2., 3.])
        >>> gc.diff(gc.Tensor([1.0, 2.0, 4.0]), prepend=0)
        Tensor([1., 1., 2.])
    """
    if n != 0 and (prepend is not None or append is not None):
        middle: Array = either("diff", x)
        ends = (prepend, None, append)
        parts = [middle if i == 1 else _end(middle, end, axis) for i, end in enumerate(ends)]
        return _diff(concat([part for part in parts if part is not None], axis=axis), n, axis)
    return _diff(x, n, axis)


def _end(x: Array, end: Operand | None, axis: int) -> Array | None:
    """An array to stand at an end of x; a number is repeated along all other axes."""
    if end is None:
        return None
    found: Array = either("diff", end)
    if found.ndim or not -x.ndim <= axis < x.ndim:
        return found
    if not isinstance(end, (Traced, np.ndarray)):  # a Python number, which decides no dtype
        found = np.asarray(end, np.result_type(unwrap(x), end))
    return broadcast_to_(found, kept_shape(x.shape, axis))


@overload
def ediff1d(
    x: Tensor, to_end: Operand | None = None, to_begin: Operand | None = None
) -> Tensor: ...
@overload
def ediff1d(x: Array, to_end: Raw | None = None, to_begin: Raw | None = None) -> Array: ...
@overload
def ediff1d(
    x: Tensor | Array, to_end: Operand | None = None, to_begin: Operand | None = None
) -> Tensor | Array: ...
def ediff1d(
    x: Tensor | Array, to_end: Operand | None = None, to_begin: Operand | None = None
) -> Tensor | Array:
    """The differences of neighbours among all elements in a row.

    Args:
        x: Any shape.
        to_end: What follows the differences in the result, cast to the dtype of `x`.
        to_begin: What comes before them, likewise.

    Raises:
        TypeError: What is put at an end does not fit the dtype of `x`.

    Example:
        >>> import grad_core as gc
        >>> gc.ediff1d(gc.Tensor([1.0, 2.0, 4.0]), to_begin=0)
        Tensor([0., 1., 2.])
    """
    row: Array = either("ediff1d", x)
    inner = _diff(reshape_(row, (-1,)), 1, 0)
    parts: list[Array] = []
    for end in (to_begin, None, to_end):
        if end is None:
            continue
        part: Array = either("ediff1d", end)
        kind = np.result_type(unwrap(end), inner.dtype) if part.ndim == 0 else part.dtype
        if not np.can_cast(kind, inner.dtype, "same_kind"):
            raise TypeError(
                f"ediff1d: {described(unwrap(end))} cannot be cast to {inner.dtype}, that of x"
            )
        parts.append(astype(reshape_(part, (-1,)), inner.dtype))
    parts.insert(0 if to_begin is None else 1, inner)
    return concat(parts, axis=0) if len(parts) > 1 else inner


# ---------------------------------------------------------------------------- slopes


@overload
def finite_gradient(f: Tensor, *spacing: Operand, axis: int, edge_order: int = 1) -> Tensor: ...
@overload
def finite_gradient(f: Array, *spacing: Raw, axis: int, edge_order: int = 1) -> Array: ...
@overload
def finite_gradient(
    f: Tensor, *spacing: Operand, axis: Axis = None, edge_order: int = 1
) -> Tensor | tuple[Tensor, ...]: ...
@overload
def finite_gradient(
    f: Array, *spacing: Raw, axis: Axis = None, edge_order: int = 1
) -> Array | tuple[Array, ...]: ...
@overload
def finite_gradient(
    f: Operand, *spacing: Operand, axis: Axis = None, edge_order: int = 1
) -> Tensor | Array | tuple[Tensor | Array, ...]: ...
def finite_gradient(
    f: Operand, *spacing: Operand, axis: Axis = None, edge_order: int = 1
) -> Tensor | Array | tuple[Tensor | Array, ...]:
    """The slopes of samples along each axis: NumPy's `gradient`.

    Inside, the slope is that of the parabola through three neighbours. The spacing is
    differentiated, too.

    Args:
        f: Samples, of any number of axes.
        *spacing: How far apart they are, 1 if nothing is given: one number for all axes, or for
            each a number or the coordinates in one axis.
        axis: An int or a tuple of them; None for all axes.
        edge_order: At both ends the slope of the line through 2 samples (1), or of the parabola
            through 3 (2).

    Returns:
        An array of the shape of `f` if there is one axis, and a tuple of one for each otherwise.

    Raises:
        ValueError: An axis does not exist or has too few samples, or a spacing does not fit it.
        TypeError: There are neither one nor as many spacings as axes.

    Example:
        >>> import grad_core as gc
        >>> gc.finite_gradient(gc.Tensor([0.0, 1.0, 4.0, 9.0]), axis=0, edge_order=2)
        Tensor([0., 2., 4., 6.])
    """
    name = "finite_gradient"
    samples: Array = either(name, f)
    if samples.dtype.kind not in "fc":
        samples = astype(samples, np.float64)
    axes = tuple(range(samples.ndim)) if axis is None else axis
    axes = normalize_axis_tuple(axes, samples.ndim, name)
    gaps: tuple[Operand, ...] = spacing or (1.0,)
    if len(gaps) == 1 and np.ndim(unwrap(gaps[0])) == 0:
        gaps *= len(axes)
    if len(gaps) != len(axes):
        raise TypeError(f"{name}: got {len(gaps)} spacings for {len(axes)} axes")
    if edge_order not in (1, 2):
        raise ValueError(f"{name}: got edge_order={edge_order}, expected 1 or 2")
    slopes = tuple(_slopes(samples, h, i, edge_order) for h, i in zip(gaps, axes, strict=True))
    return slopes[0] if len(slopes) == 1 else slopes


def _slopes(f: Array, spacing: Operand, axis: int, edge_order: int) -> Array:
    n = f.shape[axis]
    if n <= edge_order:
        raise ValueError(
            f"finite_gradient: axis {axis} of {described(unwrap(f))} has {n} samples, expected"
            f" {edge_order + 1} at least"
        )
    given: Array = either("finite_gradient", spacing)
    h: Any = spacing
    if given.ndim:
        if given.shape != (n,):
            raise ValueError(
                f"finite_gradient: a spacing has shape {given.shape}, expected a number or {n}"
                " coordinates"
            )
        h = _gaps(given, f.ndim, axis)
        if not isinstance(spacing, Traced) and np.all(h == h.flat[0]):
            h = h.flat[0]
    even = np.ndim(unwrap(h)) == 0

    def part(x: Array, start: int | None, stop: int | None) -> Array:
        return part_of(x, axis, start, stop)

    rise = part(f, 1, None) - part(f, None, -1)
    steep: Array = rise / h  # of each line from one sample to the next
    start: Any = 0.5
    end: Any = 0.5
    if even:
        # Without the sample in the middle, which may be NaN
        inner: Array = (part(f, 2, None) - part(f, None, -2)) / (h * 2)
    else:
        before, after = part(h, None, -1), part(h, 1, None)
        inner = part(steep, None, -1) * after + part(steep, 1, None) * before
        inner = inner / (before + after)
        start = part(before, None, 1) / (part(before, None, 1) + part(after, None, 1))
        end = part(after, -1, None) / (part(before, -1, None) + part(after, -1, None))
    first, last = part(steep, None, 1), part(steep, -1, None)
    if edge_order == 2:
        first = first + (first - part(steep, 1, 2)) * start
        last = last + (last - part(steep, n - 3, n - 2)) * end
    out: Array = concat((first, inner, last), axis=axis)
    return out if out.dtype == f.dtype else astype(out, f.dtype)


def _gaps(x: Array, ndim: int, axis: int) -> Array:
    """The distances of coordinates in one axis, to stand beside samples with `ndim` axes."""
    shape = tuple(-1 if i == axis % ndim else 1 for i in range(ndim))
    if x.dtype.kind not in "fc":  # unsigned integers have no negative differences
        x = astype(x, np.float64)
    return reshape_(_diff(x, 1, 0), shape)


# ---------------------------------------------------------------------------- areas


@overload
def trapezoid(y: Tensor, x: Operand | None = None, dx: Operand = 1.0, axis: int = -1) -> Tensor: ...
@overload
def trapezoid(y: Operand, x: Tensor, dx: Operand = 1.0, axis: int = -1) -> Tensor: ...
@overload
def trapezoid(y: Array, x: Raw | None = None, dx: Raw = 1.0, axis: int = -1) -> Array: ...
@overload
def trapezoid(
    y: Operand, x: Operand | None = None, dx: Operand = 1.0, axis: int = -1
) -> Tensor | Array: ...
def trapezoid(
    y: Operand, x: Operand | None = None, dx: Operand = 1.0, axis: int = -1
) -> Tensor | Array:
    """The area under samples, by the trapezoidal rule.

    Args:
        y: The samples, of any number of axes.
        x: Where they are: coordinates in one axis, or in the shape of `y`. None for `dx` apart.
        dx: How far apart they are.
        axis: The axis to integrate over.

    Raises:
        ValueError: `x` does not fit `y`, or the axis does not exist.

    Example:
        >>> import grad_core as gc
        >>> gc.trapezoid(gc.Tensor([1.0, 2.0, 3.0]), gc.Tensor([0.0, 1.0, 4.0]))
        Tensor(9.)
    """
    samples: Array = either("trapezoid", y)
    at = normalize_axis_index(axis, samples.ndim, "trapezoid")
    width: Any = dx
    if x is not None:
        places: Array = either("trapezoid", x)
        width = _gaps(places, samples.ndim, at) if places.ndim == 1 else diff(places, axis=at)
    heights = part_of(samples, at, 1, None) + part_of(samples, at, None, -1)
    areas: Array = width * heights / 2.0
    return sum_(areas, at, False)
