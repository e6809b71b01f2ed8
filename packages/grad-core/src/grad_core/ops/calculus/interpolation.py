"""Interpolation between samples."""

from __future__ import annotations

from typing import TYPE_CHECKING, overload

import numpy as np
from numpy.typing import NDArray

from grad_core.arrays import Array, Mask, Operand, Raw
from grad_core.checks import described
from grad_core.ops.elementwise.basic import add
from grad_core.ops.indexing.indexing import getitem_, scatter_
from grad_core.ops.indexing.searching import where
from grad_core.ops.levels import either
from grad_core.primitive import Unary, unwrap
from grad_core.several import Ternary

if TYPE_CHECKING:
    from grad_core.tensor import Tensor


class _Segment:
    """For each x the two samples that it lies between, and how far along it is."""

    def __init__(self, x: Array, xp: Array) -> None:
        points: Array = unwrap(x)
        knots: Array = unwrap(xp)
        last = len(knots) - 1
        low: NDArray[np.intp] = np.clip(
            np.searchsorted(knots, points, side="right") - 1, 0, max(last - 1, 0)
        )
        self.low: tuple[NDArray[np.intp]] = (low,)
        self.high = (np.minimum(low + 1, last),)
        self.outside: Mask = (points < knots[0]) | (points > knots[-1])
        start, end = getitem_(xp, self.low), getitem_(xp, self.high)
        # Two samples at the same place are a step, of which the far side counts.
        self.step: Mask = unwrap(start) == unwrap(end)
        self.width = where(self.step, 1.0, end - start)
        along = where(self.step, 1.0, (x - start) / self.width)
        before = where(points < knots[0], 0.0, 1.0)  # beyond the samples: the first or the last
        self.t: Array = where(self.outside, before, along)

    def slope(self, fp: Array) -> Array:
        rise = (getitem_(fp, self.high) - getitem_(fp, self.low)) / self.width
        return where(self.outside | self.step, 0.0, rise)


def _dxp(g: Array, _y: Array, x: Array, xp: Array, fp: Array) -> Array:
    at = _Segment(x, xp)
    steep, n = -(g * at.slope(fp)), xp.shape
    return scatter_(steep * (1 - at.t), at.low, n) + scatter_(steep * at.t, at.high, n)


def _dfp(g: Array, _y: Array, x: Array, xp: Array, _fp: Array) -> Array:
    at = _Segment(x, xp)
    return scatter_(g * (1 - at.t), at.low, _fp.shape) + scatter_(g * at.t, at.high, _fp.shape)


_interp: Ternary[()] = Ternary(
    "interp",
    lambda x, xp, fp: np.asarray(np.interp(x, xp, fp)),
    lambda g, _y, x, xp, fp: g * _Segment(x, xp).slope(fp),
    _dxp,
    _dfp,
    needs="xp and fp are samples in one axis, as many of one as of the other",
)

# The remainder jumps where x is a multiple of the period, and follows x elsewhere.
_within: Unary[float] = Unary(
    "interp", lambda x, period: np.mod(x, period), lambda g, _y, _x, _period: g
)


@overload
def interp(
    x: Tensor,
    xp: Operand,
    fp: Operand,
    left: Operand | None = None,
    right: Operand | None = None,
    period: float | None = None,
) -> Tensor: ...
@overload
def interp(
    x: Operand,
    xp: Tensor,
    fp: Operand,
    left: Operand | None = None,
    right: Operand | None = None,
    period: float | None = None,
) -> Tensor: ...
@overload
def interp(
    x: Operand,
    xp: Operand,
    fp: Tensor,
    left: Operand | None = None,
    right: Operand | None = None,
    period: float | None = None,
) -> Tensor: ...
@overload
def interp(
    x: Raw,
    xp: Raw,
    fp: Raw,
    left: Raw | None = None,
    right: Raw | None = None,
    period: float | None = None,
) -> Array: ...
def interp(
    x: Operand,
    xp: Operand,
    fp: Operand,
    left: Operand | None = None,
    right: Operand | None = None,
    period: float | None = None,
) -> Tensor | Array:
    """Values on the line through the samples (xp, fp), in float64 as in NumPy.

    Everything but the period is differentiated. At a sample, the gradient with respect to `x` is
    that of the segment to its right; beyond the samples it is 0.

    Args:
        x: Where to interpolate, of any shape.
        xp: Where the samples are: one axis, increasing, unless there is a period.
        fp: The samples, as many.
        left: The value before the first sample; None for that sample.
        right: The value after the last sample; None for that sample.
        period: What lies this far apart is the same place. `left` and `right` are ignored then.

    Raises:
        ValueError: There is no sample, `xp` and `fp` do not have the same number, or the period
            is 0.

    Example:
        >>> import grad_core as gc
        >>> gc.interp(gc.Tensor([0.5, 3.0]), gc.Tensor([0.0, 1.0]), gc.Tensor([2.0, 4.0]))
        Tensor([3., 4.], dtype=float64)
    """
    at: Array = either("interp", x)
    places: Array = either("interp", xp)
    samples: Array = either("interp", fp)
    if period is not None:
        return _periodic(at, places, samples, period)
    out = _interp(at, places, samples)
    if left is not None:
        out = where(np.less(unwrap(at), unwrap(places)[0]), _end(left), out)
    if right is not None:
        out = where(np.greater(unwrap(at), unwrap(places)[-1]), _end(right), out)
    return out


def _end(value: Operand) -> Array:
    end: Array = either("interp", value)
    return end


def _periodic(x: Array, xp: Array, fp: Array, period: float) -> Array:
    if period == 0 or len(xp.shape) != 1 or fp.shape != xp.shape:
        raise ValueError(
            f"interp: got xp {described(unwrap(xp))}, fp {described(unwrap(fp))} and period"
            f" {period}; expected as many samples of one as of the other in one axis, and a period"
            " that is not 0"
        )
    period = abs(period)
    x, xp = _within(x, period), _within(xp, period)
    order: NDArray[np.intp] = np.argsort(unwrap(xp))
    # The last sample once more before the first, and the first once more after the last
    index = (np.concatenate((order[-1:], order, order[:1])),)
    shift = np.zeros(len(order) + 2)
    shift[0], shift[-1] = -period, period
    return _interp(x, add(getitem_(xp, index), shift), getitem_(fp, index))
