"""Margins around the last axes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias, get_args

import numpy as np

from grad_core import Array, Tensor, Unary
from grad_nn.functional.checks import check_tensor, integer, real

PadMode: TypeAlias = Literal["constant", "reflect", "replicate", "circular"]
"""What a margin is made of."""
Margins: TypeAlias = tuple[tuple[int, int], ...]
"""How much each axis grows before and after; where it is negative, how much is cut off."""

# A margin, as positions in the padded axis, and the positions inside that it repeats
_Copy: TypeAlias = tuple[slice, slice]


def _copies(mode: PadMode, n: int, before: int, after: int) -> tuple[_Copy, ...]:
    """What to copy where, in an axis of `n` elements between two margins."""
    end = before + n
    first, last = slice(0, before), slice(end, end + after)
    if mode == "reflect":
        stop = end - 2 - after
        return (
            (first, slice(2 * before, before, -1)),
            (last, slice(end - 2, stop if stop >= 0 else None, -1)),
        )
    if mode == "replicate":
        return (first, slice(before, before + 1)), (last, slice(end - 1, end))
    return (first, slice(n, end)), (last, slice(before, before + after))


def _grown(margins: Margins) -> Margins:
    return tuple((max(before, 0), max(after, 0)) for before, after in margins)


def _part(shape: tuple[int, ...], margins: Margins) -> tuple[slice, ...]:
    """What the negative margins of an array leave of it."""
    return tuple(
        slice(max(-before, 0), n - max(-after, 0))
        for n, (before, after) in zip(shape, margins, strict=True)
    )


def _inside(shape: tuple[int, ...], grown: Margins) -> tuple[slice, ...]:
    """Where an array of that shape is between its margins."""
    return tuple(slice(before, before + n) for n, (before, _) in zip(shape, grown, strict=True))


def _cut_first(mode: PadMode) -> bool:
    """Whether a margin repeats what is left, and not what was there before the cut."""
    return mode in ("constant", "circular")


def _padded(x: Array, margins: Margins, mode: PadMode, value: complex) -> Array:
    if _cut_first(mode):
        x = x[_part(x.shape, margins)]
    grown = _grown(margins)
    shape = tuple(n + sum(pair) for n, pair in zip(x.shape, grown, strict=True))
    if mode != "constant":
        out = np.empty(shape, x.dtype)
    elif value == 0:  # np.zeros is faster than np.full
        out = np.zeros(shape, x.dtype)
    else:
        out = np.full(shape, value, x.dtype)
    out[_inside(x.shape, grown)] = x
    if mode != "constant":
        # The margins of later axes are filled over their whole length, corners too.
        for axis, (n, (before, after)) in enumerate(zip(x.shape, grown, strict=True)):
            along = (slice(None),) * axis
            for margin, repeated in _copies(mode, n, before, after) if before or after else ():
                out[(*along, margin)] = out[(*along, repeated)]
        if any(n < 0 for pair in margins for n in pair):
            return out if _cut_first(mode) else out[_part(shape, margins)].copy()
    return out


def _folded(g: Array, margins: Margins, mode: PadMode, shape: tuple[int, ...]) -> Array:
    """The adjoint of `_padded`: what margins hold is added to what they repeat."""
    grown = _grown(margins)
    part = _part(shape, margins)
    if _cut_first(mode):
        inner = tuple(s.stop - s.start for s in part)
        whole = g if mode == "constant" else g.copy()
    else:
        inner = shape
        full = tuple(n + sum(pair) for n, pair in zip(shape, grown, strict=True))
        whole = np.zeros(full, g.dtype)
        whole[_part(full, margins)] = g
    if mode != "constant":
        for axis in reversed(range(len(shape))):
            n, (before, after) = inner[axis], grown[axis]
            along = (slice(None),) * axis
            for margin, repeated in _copies(mode, n, before, after) if before or after else ():
                more = whole[(*along, margin)]
                if mode == "replicate":
                    more = more.sum(axis, keepdims=True)
                whole[(*along, repeated)] += more
    whole = whole[_inside(inner, grown)]
    if inner == shape:
        return whole
    out = np.zeros(shape, g.dtype)
    out[part] = whole
    return out


_pad: Unary[Margins, PadMode, complex] = Unary(
    "pad",
    _padded,
    lambda g, _y, _x, margins, mode, _value: _fold(g, margins, mode, _x.shape),
)
_fold: Unary[Margins, PadMode, tuple[int, ...]] = Unary(
    "unpad", _folded, lambda g, _y, _x, margins, mode, _shape: _pad(g, margins, mode, 0.0)
)


def pad(
    input: Tensor, pad: Sequence[int], mode: PadMode = "constant", value: complex | None = None
) -> Tensor:
    """`input` with a margin before and after its last axes.

    Args:
        input: Any shape.
        pad: How much the last axis grows before and after, then the one before it, and so on:
            `(left, right, top, bottom)`. What is negative is cut off.
        mode: What the margins are made of:

            - `"constant"`: `value`.
            - `"reflect"`: the input in a mirror in the middle of its last element; less than its
              axis.
            - `"replicate"`: the element at the edge.
            - `"circular"`: the input from its other end; no more than its axis has left.
        value: The constant, 0 by default; only with that mode.

    Returns:
        The axes are longer by what was asked for, and the dtype is the same.

    Raises:
        TypeError: `input` is no Tensor, or `value` no number that its dtype has.
        ValueError: There are more margins than axes, or not two for each, a margin is no int, or
            larger than its mode or the axis allows, there is no such mode, or it takes no value.

    Example:
        >>> x = Tensor([1.0, 2.0, 3.0])
        >>> pad(x, (1, 2))
        Tensor([0., 1., 2., 3., 0., 0.])
        >>> pad(x, (2, 0), mode="reflect")
        Tensor([3., 2., 1., 2., 3.])
        >>> pad(x, (1, -1), mode="replicate")
        Tensor([1., 1., 2.])
    """
    check_tensor("pad", input, complex_too=True)
    if mode not in get_args(PadMode):
        raise ValueError(f"pad: mode is {mode!r}, expected one of {', '.join(get_args(PadMode))}")
    if value is None:
        value = 0.0
    elif mode != "constant" and value != 0:
        raise ValueError(f"pad: mode {mode!r} takes no value, got {value!r}; 'constant' does")
    elif not isinstance(value, (int, float, complex, np.number)):
        raise TypeError(f"pad: value is {type(value).__name__}, expected a number")
    elif not _fits(value, input.dtype):
        raise TypeError(f"pad: value {value!r} does not fit into {input.dtype}")
    return _pad(input, _margins(input.shape, pad, mode), mode, value)


def _fits(value: object, dtype: np.dtype[np.floating]) -> bool:
    """Whether a dtype has a number, more or less exactly."""
    if isinstance(value, (complex, np.complexfloating)):
        return dtype.kind == "c"
    return dtype.kind not in "iu" or (real(value) or 0.0) % 1 == 0  # NaN % 1 is NaN


def _margins(shape: tuple[int, ...], pad: Sequence[int], mode: PadMode) -> Margins:
    """The margins of every axis, first axis first."""
    found = [integer(n) for n in pad] if isinstance(pad, (tuple, list)) else [None]
    widths = [n for n in found if n is not None]
    if len(widths) != len(found) or len(found) % 2:
        raise ValueError(
            f"pad: pad is a tuple of ints, two for each axis, the last axis first; got {pad!r:.80}"
        )
    axes = len(found) // 2
    if axes > len(shape):
        raise ValueError(
            f"pad: pad has margins for {axes} axes, but input has shape {shape}; got {pad!r}"
        )
    pairs = list(zip(widths[::2], widths[1::2], strict=True))
    margins = ((0, 0),) * (len(shape) - axes) + tuple(reversed(pairs))
    for axis, (n, pair) in enumerate(zip(shape, margins, strict=True)):
        left = n + sum(min(m, 0) for m in pair)
        most = max(pair)
        if (left < 0 and _cut_first(mode)) or n + sum(pair) < 0:
            wrong = "more is cut off than there is"
        elif mode == "reflect" and most >= n and most > 0:
            wrong = f"a reflected margin is at most {max(n - 1, 0)} there"
        elif mode == "replicate" and not n and most > 0:
            wrong = "there is no element to replicate"
        elif mode == "circular" and most > left:
            wrong = f"a circular margin is at most {left} there"
        else:
            continue
        raise ValueError(
            f"pad: margins {pair} do not fit axis {axis} of input of shape {shape}: {wrong}"
        )
    return margins
