"""Arrays with a margin."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args, overload

import numpy as np
from numpy.lib.array_utils import normalize_axis_index
from numpy.typing import NDArray

from grad_core.arrays import Array, Operand, Raw, Shape
from grad_core.checks import check_raw, explained
from grad_core.node import Traced
from grad_core.ops.creation.creation import asarray
from grad_core.ops.creation.ranges import linspace
from grad_core.ops.indexing.indexing import getitem_
from grad_core.ops.manipulation.joining import concat
from grad_core.ops.manipulation.manipulation import astype, broadcast_to_
from grad_core.ops.manipulation.rearranging import flip
from grad_core.ops.statistics.quantiles import median
from grad_core.ops.statistics.reductions import max, mean, min
from grad_core.primitive import Unary, unwrap, wrap

if TYPE_CHECKING:
    from grad_core.tensor import Tensor

Pair: TypeAlias = tuple[int, int]
Widths: TypeAlias = "int | Sequence[int] | Sequence[Pair] | NDArray[np.integer]"
Values: TypeAlias = "Raw | Sequence[float] | Sequence[tuple[float, float]]"
PadMode: TypeAlias = Literal[
    "constant",
    "edge",
    "linear_ramp",
    "maximum",
    "mean",
    "median",
    "minimum",
    "reflect",
    "symmetric",
    "wrap",
    "empty",
]
_ALL = slice(None)
_STATISTICS: dict[str, Callable[..., Any]] = {
    "maximum": max,
    "mean": mean,
    "median": median,
    "minimum": min,
}


def _inside(shape: Shape, widths: tuple[Pair, ...]) -> tuple[slice, ...]:
    return tuple(slice(before, before + n) for n, (before, _) in zip(shape, widths, strict=True))


_with_constant: Unary[tuple[Pair, ...], Any] = Unary(
    "pad",
    lambda x, widths, values: np.pad(x, widths or 0, constant_values=values),
    lambda g, _y, _x, widths, _values: getitem_(g, _inside(_x.shape, widths)),
)


@overload
def pad(
    x: Tensor,
    pad_width: Widths | Mapping[int, int | Pair],
    mode: PadMode = "constant",
    *,
    constant_values: Values | Tensor = 0,
    end_values: Values | Tensor = 0,
    stat_length: Widths | None = None,
    reflect_type: Literal["even", "odd"] = "even",
) -> Tensor: ...
@overload
def pad(
    x: Raw,
    pad_width: Widths | Mapping[int, int | Pair],
    mode: PadMode = "constant",
    *,
    constant_values: Values = 0,
    end_values: Values = 0,
    stat_length: Widths | None = None,
    reflect_type: Literal["even", "odd"] = "even",
) -> Array: ...
def pad(
    x: Operand,
    pad_width: Widths | Mapping[int, int | Pair],
    mode: PadMode = "constant",
    *,
    constant_values: Values | Tensor = 0,
    end_values: Values | Tensor = 0,
    stat_length: Widths | None = None,
    reflect_type: Literal["even", "odd"] = "even",
) -> Tensor | Array:
    """x with a margin at the ends of its axes.

    Args:
        x: Any shape.
        pad_width: How many elements are put before and after: an int, a pair for all axes, a pair
            for each axis, or a dict from axes to these.
        mode: What the margin is made of:

            - `"constant"`: `constant_values`.
            - `"edge"`: the element at the edge.
            - `"linear_ramp"`: even steps from the edge to `end_values`.
            - `"maximum"`, `"minimum"`, `"mean"`, `"median"`: those of the `stat_length` elements
              next to the edge.
            - `"reflect"`: x in a mirror in the middle of the last element.
            - `"symmetric"`: x in a mirror at the edge.
            - `"wrap"`: x from its other end.
            - `"empty"`: zeros.
        constant_values: In the form of `pad_width`. A Tensor gets a gradient.
        end_values: Likewise.
        stat_length: How many elements count, in the form of `pad_width`; None for all.
        reflect_type: For the mirrors, `"odd"` gives twice the edge less the mirrored element.

    Raises:
        ValueError: A width is negative, there is no such mode, or nothing that it could repeat.
        TypeError: A width is not an int.

    Example:
        >>> import grad_core as gc
        >>> x = gc.Tensor([1.0, 2.0, 3.0])
        >>> gc.pad(x, 1)
        Tensor([0., 1., 2., 3., 0.])
        >>> gc.pad(x, (0, 2), "reflect")
        Tensor([1., 2., 3., 2., 1.])
    """
    check_raw("pad", unwrap(x))
    data: Array = np.asarray(unwrap(x))
    if mode not in get_args(PadMode):
        raise ValueError(f"pad: got mode {mode!r}, expected one of {', '.join(get_args(PadMode))}")
    widths = _widths(pad_width, data.ndim)
    values = {"constant": constant_values, "linear_ramp": end_values}.get(mode, 0)
    if mode in ("constant", "empty") and not isinstance(values, Traced):
        return _with_constant(x, widths, np.array(values))
    lengths = None if stat_length is None else _pairs("stat_length", stat_length, data.ndim)
    if lengths is not None and any(n < 1 for pair in lengths for n in pair):
        raise ValueError(f"pad: got stat_length {stat_length}, expected positive numbers")
    if not (isinstance(x, Traced) and x._node is not None) and not isinstance(values, Traced):
        options: dict[str, Any] = {}
        if mode == "linear_ramp":
            options = {"end_values": values}
        elif mode in _STATISTICS:
            options = {"stat_length": lengths}
        elif mode in ("reflect", "symmetric"):
            options = {"reflect_type": reflect_type}
        try:
            padded = np.pad(data, widths or 0, mode, **options)
        except (TypeError, ValueError) as error:
            raise explained("pad", error, data) from error
        return wrap(padded) if isinstance(x, Traced) else padded
    y = asarray(x, data.dtype)
    for axis, width in enumerate(widths):
        if any(width):
            if not y.shape[axis]:
                raise ValueError(f"pad: mode {mode!r} has nothing to repeat along axis {axis}")
            if mode in _POSITIONS:
                y = _continued(y, axis, width, mode, odd=reflect_type == "odd")
            else:
                length = None if lengths is None else lengths[axis]
                y = _joined(y, axis, width, mode, _ends(values, y, axis), length)
    return y


# ---------------------------------------------------------------------------- x continued

# Position `i` of x continued to both sides is what stands at position `at` of x; where `sign` is
# -1 the mirror is upside down, after `turns` full periods, each of which lifts it.
_Positions: TypeAlias = "tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]"


def _mirrored(i: NDArray[np.intp], n: int, gap: int) -> _Positions:
    """Mirrors in the middle of the last elements (gap 0) or at the edges (gap 1)."""
    period = 2 * (n - 1 + gap) or 1
    turns, at = np.divmod(i, period)
    back = at >= n
    flat = n == 1 and not gap
    return (
        np.where(back, period - gap - at, at),
        np.where(back, -1, 1),
        np.zeros_like(turns) if flat else turns,
    )


def _plain(at: NDArray[np.intp]) -> _Positions:
    return at, np.ones_like(at), np.zeros_like(at)


_POSITIONS: dict[str, Callable[[NDArray[np.intp], int], _Positions]] = {
    "edge": lambda i, n: _plain(i.clip(0, n - 1)),
    "reflect": lambda i, n: _mirrored(i, n, 0),
    "symmetric": lambda i, n: _mirrored(i, n, 1),
    "wrap": lambda i, n: _plain(i % n),
}


def _continued(x: Tensor, axis: int, width: Pair, mode: str, *, odd: bool) -> Tensor:
    n = x.shape[axis]
    at, sign, turns = _POSITIONS[mode](np.arange(-width[0], n + width[1]), n)
    along = (_ALL,) * axis
    y = getitem_(x, (*along, at))
    if not odd or mode not in ("reflect", "symmetric"):
        return y
    column = (-1,) + (1,) * (x.ndim - axis - 1)
    s, t = (a.astype(x.dtype).reshape(column) for a in (sign, turns))
    first = getitem_(x, (*along, slice(0, 1)))
    last = getitem_(x, (*along, slice(n - 1, n)))
    lifted: Tensor = y * s + last * (1 - s) + (last - first) * (2 * t)
    return lifted


# ---------------------------------------------------------------------------- margins joined to x


def _joined(
    x: Tensor, axis: int, width: Pair, mode: str, ends: tuple[Tensor, Tensor], length: Pair | None
) -> Tensor:
    n = x.shape[axis]
    along = (_ALL,) * axis
    margins: list[Tensor] = []
    for side, (count, end) in enumerate(zip(width, ends, strict=True)):
        if mode == "linear_ramp":
            edge = getitem_(x, (*along, -side))
            ramp = linspace(end, edge, count, endpoint=False, axis=axis)
            margins.append(flip(ramp, axis) if side else ramp)
            continue
        value = end
        if mode in _STATISTICS:
            near = n if length is None else length[side]
            part = slice(n - near if near < n else 0, n) if side else slice(0, near)
            value = _STATISTICS[mode](getitem_(x, (*along, part)), axis, keepdims=True)
        shape = (*x.shape[:axis], count, *x.shape[axis + 1 :])
        margins.append(broadcast_to_(value, shape))
    return concat([margins[0], x, margins[1]], axis)


def _ends(values: Any, x: Tensor, axis: int) -> tuple[Tensor, Tensor]:
    """The values at both ends of an axis, in the dtype of x."""
    try:
        pairs = broadcast_to_(astype(asarray(values), x.dtype), (x.ndim, 2))
    except ValueError as error:
        raise ValueError(
            f"pad: {error}; expected one value, a pair or a pair for each axis"
        ) from error
    return getitem_(pairs, (axis, 0)), getitem_(pairs, (axis, 1))


def _widths(given: Widths | Mapping[int, int | Pair], ndim: int) -> tuple[Pair, ...]:
    if not isinstance(given, Mapping):
        pairs = _pairs("pad_width", given, ndim)
    else:
        found: list[Pair] = [(0, 0)] * ndim
        for axis, width in given.items():
            at = normalize_axis_index(axis, ndim, "pad")
            found[at] = _pairs("pad_width", width, 1)[0]
        pairs = tuple(found)
    if any(n < 0 for pair in pairs for n in pair):
        raise ValueError(f"pad: got pad_width {given}, expected no negative numbers")
    return pairs


def _pairs(name: str, given: Widths, ndim: int) -> tuple[Pair, ...]:
    plain = np.asarray(given)
    if plain.dtype.kind not in "iu":
        raise TypeError(f"pad: got {name} {given!r:.80}, expected ints")
    try:
        pairs = np.broadcast_to(plain, (ndim, 2)).tolist()
    except ValueError as error:
        raise ValueError(
            f"pad: got {name} {given!r:.80} for {ndim} axes, expected an int, a pair or a pair for"
            " each axis"
        ) from error
    return tuple((before, after) for before, after in pairs)
