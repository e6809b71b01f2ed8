"""Convolution and correlation of two sequences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias, overload

import numpy as np

from grad_core.arrays import Array, Operand, Raw
from grad_core.ops.elementwise.basic import conj
from grad_core.ops.indexing.indexing import scatter_
from grad_core.ops.levels import either
from grad_core.ops.manipulation.manipulation import reshape_
from grad_core.ops.statistics.recurrence import reverse
from grad_core.primitive import Binary

if TYPE_CHECKING:
    from grad_core.tensor import Tensor

Mode: TypeAlias = Literal["full", "same", "valid"]


def _in_full(g: Array, n: int, m: int, mode: Mode) -> Array:
    """A gradient of one of the modes among zeros, at its place in the full convolution."""
    if mode == "full":
        return g
    start = min(n, m) - 1 if mode == "valid" else (min(n, m) - 1) // 2
    return scatter_(g, (slice(start, start + g.shape[0]),), (n + m - 1,))


# z[k] is the sum of x[i] y[k - i]. So x[i] gets the sum of g[k] y[k - i]: g, convolved with the
# reverse of y, where they overlap in full.


def _forward(x: Array, y: Array, mode: Mode) -> Array:
    out: Array = np.convolve(x, y, mode)
    return out


_convolve: Binary[Mode] = Binary(
    "convolve",
    _forward,
    lambda g, _z, _x, y, mode: _convolve(
        _in_full(g, _x.shape[0], y.shape[0], mode), reverse(y, 0), "valid"
    ),
    lambda g, _z, x, _y, mode: _convolve(
        _in_full(g, x.shape[0], _y.shape[0], mode), reverse(x, 0), "valid"
    ),
    needs="both need one axis and an element",
)


@overload
def convolve(x: Tensor, y: Operand, mode: Mode = "full") -> Tensor: ...
@overload
def convolve(x: Operand, y: Tensor, mode: Mode = "full") -> Tensor: ...
@overload
def convolve(x: Raw, y: Raw, mode: Mode = "full") -> Array: ...
def convolve(x: Operand, y: Operand, mode: Mode = "full") -> Tensor | Array:
    """The convolution of two sequences: z[k] is the sum of x[i] y[k - i] over i.

    Args:
        x: One axis, of n elements.
        y: One axis, of m elements.
        mode: `"full"`: all n + m - 1 sums; `"same"`: of these the middle max(n, m);
            `"valid"`: those max(n, m) - min(n, m) + 1 for which all elements are there.

    Raises:
        ValueError: An operand has no element or several axes, or there is no such mode.

    Example:
        >>> import grad_core as gc
        >>> gc.convolve(gc.Tensor([1.0, 2.0, 3.0]), gc.Tensor([1.0, 1.0]))
        Tensor([1., 3., 5., 3.])
    """
    return _convolve(_sequence("convolve", x), _sequence("convolve", y), mode)


@overload
def correlate(x: Tensor, y: Operand, mode: Mode = "valid") -> Tensor: ...
@overload
def correlate(x: Operand, y: Tensor, mode: Mode = "valid") -> Tensor: ...
@overload
def correlate(x: Raw, y: Raw, mode: Mode = "valid") -> Array: ...
def correlate(x: Operand, y: Operand, mode: Mode = "valid") -> Tensor | Array:
    """The cross-correlation of two sequences: z[k] is the sum of x[i + k] conj(y[i]) over i.

    Args and errors are those of `convolve`.

    Example:
        >>> import grad_core as gc
        >>> gc.correlate(gc.Tensor([1.0, 2.0, 3.0]), gc.Tensor([0.0, 1.0]))
        Tensor([2., 3.])
    """
    longer, shorter = _sequence("correlate", x), conj(_sequence("correlate", y))
    turned = longer.shape[0] < shorter.shape[0]
    if turned:  # as in NumPy, the longer one decides where the middle is
        longer, shorter = shorter, longer
    out = _convolve(longer, reverse(shorter, 0), mode)
    return reverse(out, 0) if turned else out


def _sequence(name: str, x: Operand) -> Array:
    """x, a number as a sequence of one."""
    array: Array = either(name, x)
    return array if array.ndim else reshape_(array, (1,))
