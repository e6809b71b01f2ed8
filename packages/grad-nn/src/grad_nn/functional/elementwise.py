"""How elementwise functions become fast primitives.

What takes time on NumPy's arrays is known, and guides the functions here and those made with them:

- A float32 `exp`, `log` or `tanh` is vectorised, `expm1` and `log1p` are not, and cost ten times as much.
- A choice by a mask, `np.where`, costs what an `exp` does, for its branches are hard to predict.
  Bits are chosen without branches.
- Large arrays go through in blocks that stay in the (last) cache with all that is made on the way.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVarTuple

import numpy as np

from grad_core import Array, Binary, Unary
from grad_core.arrays import Mask

Ps = TypeVarTuple("Ps")

# In elements: in smaller ones the calls would cost more than the cache saves.
_BLOCK = 1 << 16
_WHOLE = 2 * _BLOCK  # up to here in one, whose result needs no copy
_FEW = 1 << 14
_FLOAT16 = np.dtype(np.float16)
_FLOAT32 = np.dtype(np.float32)
_BITS = {np.dtype(f"f{n}"): np.dtype(f"i{n}") for n in (2, 4, 8)}


def smooth(
    name: str,
    value: Callable[[Array, *Ps], Array],
    slope: Callable[[Array, *Ps], Array],
    curvature: Callable[[Array, *Ps], Array],
) -> Unary[*Ps]:
    """Return the primitive of an elementwise function f of one array.

    Args:
        name: What errors and graphs call it.
        value: f on a block of floating numbers, at least float32, with one axis or more. It
            returns an array of its own, and does not write to the block.
        slope: The derivative of f, in the same way.
        curvature: The second derivative, written as a rule is, for arrays and for Tensors. Higher
            ones follow from it.
    """

    def scaled(g: Array, x: Array, *params: *Ps) -> Array:
        out = slope(x, *params)
        out *= g
        return out

    gradient: Binary[*Ps] = Binary(
        name,
        lambda g, x, *params: blockwise(scaled, (g, x), *params),
        lambda h, _out, _g, x, *params: gradient(h, x, *params),
        lambda h, _out, g, x, *params: h * g * curvature(x, *params),
    )
    return Unary(
        name,
        lambda x, *params: blockwise(value, (x,), *params),
        lambda g, _y, x, *params: gradient(g, x, *params),
    )


def blockwise(
    kernel: Callable[..., Array],
    arrays: tuple[Array, ...],
    *params: object,
) -> Array:
    """Apply a kernel to the blocks of arrays of one shape.

    Integers become floating numbers, as NumPy's exp has it, and float16 is computed as float32.
    """
    dtype = np.result_type(*arrays)
    if dtype.kind != "f":
        dtype = np.result_type(dtype, _FLOAT16)
    work = _FLOAT32 if dtype == _FLOAT16 else dtype
    first = arrays[0]
    if first.ndim > 0 and first.size <= _WHOLE:
        return kernel(*[a.astype(work, copy=False) for a in arrays], *params).astype(
            dtype, copy=False
        )
    out = np.empty(first.shape, dtype)
    filled = out.reshape(-1)
    flat = [a.reshape(-1) for a in arrays]
    for start in range(0, filled.size, _BLOCK):
        block = slice(start, start + _BLOCK)
        filled[block] = kernel(*[a[block].astype(work, copy=False) for a in flat], *params)
    return out


def _kept(x: Array, mask: Mask) -> Array:
    """x where the mask holds, 0 elsewhere."""
    bits = _BITS.get(x.dtype)
    if bits is None:
        return np.where(mask, x, np.zeros((), x.dtype))
    if x.size <= _FEW:
        chosen = np.asarray(mask, bits)
        np.negative(chosen, out=chosen)  # all bits, or none
    else:  # a pass less, but to cast on the way takes NumPy a while to prepare
        chosen = np.empty_like(x, bits)
        np.negative(mask.view(np.int8), out=chosen, casting="unsafe")
    chosen &= x.view(bits)
    return chosen.view(x.dtype)


keep: Unary[Mask] = Unary("keep", _kept, lambda g, _y, _x, mask: keep(g, mask))


def log1p(x: Array) -> Array:
    """log(1 + x) for x >= 0, in all digits; x is overwritten.

    1 + x rounds to another number y. As x - (y - 1) is exact and small, what log(y) lacks is that
    over y.
    """
    y = x + 1
    x -= y - 1
    x /= y
    x += np.log(y, out=y)
    return x


def expm1(x: Array) -> Array:
    """exp(x) - 1 for x <= 0, in all digits; x is overwritten."""
    if x.dtype != _FLOAT32:
        return np.expm1(x, out=x)
    x *= 0.5
    np.tanh(x, out=x)
    x /= 1 - x
    x *= 2
    return x


def logistic(x: Array) -> Array:
    """1 / (1 + exp(-x)), in all digits, also where it is nearly 0."""
    whole = np.abs(x)
    np.negative(whole, out=whole)
    np.exp(whole, out=whole)  # of what is not positive, so that it does not overflow
    out = np.maximum(whole, x >= 0)  # 1, or exp(x)
    whole += 1
    out /= whole
    return out
