"""Results that go where NumPy's `out` says, and NumPy's functions that change an array.

A Tensor is changed as by `t[...] = x`: gradients flow to the new value, and graphs keep the old
one. An ndarray takes nothing that requires a gradient.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from grad_core.arrays import Array, Operand, Raw
from grad_core.in_place import update
from grad_core.node import Traced
from grad_core.ops.creation.creation import asarray
from grad_core.ops.indexing.indexing import Mode, in_range, integers, set_at, take
from grad_core.ops.indexing.searching import Integers, where
from grad_core.ops.manipulation.manipulation import broadcast_to, copy, ravel, reshape
from grad_core.primitive import unwrap
from grad_core.tensor import Tensor

Target: TypeAlias = Tensor | Array
Value: TypeAlias = "Operand | Sequence[complex]"


def _takes(into: object) -> bool:
    return isinstance(into, (Tensor, np.ndarray))


def change(
    t: Tensor, value: Operand, operation: Callable[[Tensor, Any], Tensor], name: str
) -> None:
    """Change a Tensor in place to what the operation makes of it and of a value."""
    update(t, other=value, operation=operation, name=name)


def only(out: Any) -> Any:
    """Return what `out` is, which NumPy hands on as a tuple."""
    return out[0] if out.__class__ is tuple and len(out) == 1 else out


def written(name: str, result: Any, out: Any) -> Any:
    """Write a result to where NumPy's `out` says, and return that.

    Raises:
        TypeError: `out` is not one array or Tensor, or is an ndarray and the result requires a
            gradient; or the result does not fit into its dtype.
        ValueError: The result does not fit into its shape.
    """
    into = only(out)
    if result.__class__ is tuple or not _takes(into):
        raise TypeError(f"{name} of Tensors takes one array or Tensor as out, for one result")
    copyto(into, result, name=name)
    return into


def copyto(
    dst: Target,
    src: Operand,
    casting: np._CastingKind = "same_kind",
    where: Tensor | Raw | bool = True,
    *,
    name: str = "np.copyto",
) -> None:
    """Put `src` into `dst` where a condition holds, as `np.copyto`.

    Raises:
        TypeError: `dst` is an ndarray and `src` requires a gradient, or does not fit its dtype.
        ValueError: `src` does not fit the shape of `dst`.
    """
    condition = unwrap(where)
    if not isinstance(dst, Tensor):
        plain: Any = lost(name, src)
        np.copyto(dst, plain, casting=casting, where=condition)
        return
    if casting != "same_kind":
        raise TypeError(f"{name} of Tensors takes casting='same_kind' only, got {casting!r}")
    if condition is True:
        change(dst, src, lambda x, y: copy(broadcast_to(asarray(y), x.shape)), name)
        return
    mask = np.broadcast_to(condition, dst.shape)
    change(dst, src, lambda x, y: _chosen(mask, broadcast_to(asarray(y), x.shape), x), name)


def _chosen(mask: Any, x: Tensor, y: Tensor) -> Tensor:
    return where(mask, x, y)


def lost(name: str, value: Any) -> Any:
    """Return what goes into an ndarray, as a plain array.

    Raises:
        TypeError: It requires a gradient, which would be lost.
    """
    if isinstance(value, Traced) and value._node is not None:
        raise TypeError(
            f"{name}: the result requires a gradient, which the ndarray that it would be written to"
            " (out=, or what stands left of an in-place operator) cannot carry; write into a"
            " Tensor, or detach() the operands"
        )
    return unwrap(value)


def put(a: Target, ind: Integers, v: Value, mode: Mode = "raise") -> None:
    """Set the elements at the positions `ind` of all axes laid out in a row, as `np.put`."""
    at = integers("np.put", ind).ravel()
    if not isinstance(a, Tensor):
        np.put(a, at, lost("np.put", v), mode)
    else:
        _set_flat("np.put", a, in_range("np.put", at, a.size, mode), v, np.arange(at.size))


def place(arr: Target, mask: Value, vals: Value) -> None:
    """Set the elements where `mask` holds to the values in turn, as `np.place`."""
    if not isinstance(arr, Tensor):
        np.place(arr, unwrap(mask), lost("np.place", vals))
    else:
        at = np.flatnonzero(np.asarray(unwrap(mask)))
        _set_flat("np.place", arr, at, vals, np.arange(at.size))


def putmask(a: Target, mask: Value, values: Value) -> None:
    """Set the elements where `mask` holds to the values at their positions, as `np.putmask`."""
    if not isinstance(a, Tensor):
        np.putmask(a, unwrap(mask), lost("np.putmask", values))
        return
    condition = np.asarray(unwrap(mask))
    if condition.size != a.size:
        raise ValueError(f"np.putmask: got a mask of shape {condition.shape} for {a.shape}")
    at = np.flatnonzero(condition)
    _set_flat("np.putmask", a, at, values, at)


def _set_flat(
    name: str, target: Tensor, at: NDArray[np.intp], value: Value, which: NDArray[np.intp]
) -> None:
    """Set elements of all axes laid out in a row to the elements `which` of the values."""
    values = _row(value)
    if not values.size and at.size:
        raise ValueError(f"{name}: got no values for {at.size} elements")
    if at.size:
        change(
            target,
            take(values, which % values.size),
            lambda x, y: reshape(set_at(ravel(x), at, y), x.shape),
            name,
        )


def put_along_axis(arr: Target, indices: Integers, values: Value, axis: int | None = -1) -> None:
    """Set elements at positions that each row has for itself, as `np.put_along_axis`."""
    at = integers("np.put_along_axis", indices)
    if not isinstance(arr, Tensor):
        np.put_along_axis(arr, at, lost("np.put_along_axis", values), axis)
        return
    # Where each position is in all axes laid out in a row
    positions: NDArray[np.intp] = np.arange(arr.size).reshape(arr.shape)
    flat = np.take_along_axis(positions, at, axis)
    value = broadcast_to(_tensor(values), flat.shape)
    change(
        arr,
        ravel(value),
        lambda x, y: reshape(set_at(ravel(x), flat.ravel(), y), x.shape),
        "np.put_along_axis",
    )


def fill_diagonal(a: Target, val: Value, wrap: bool = False) -> None:
    """Set the elements at equal positions of all axes, as `np.fill_diagonal`."""
    if not isinstance(a, Tensor):
        np.fill_diagonal(a, lost("np.fill_diagonal", val), wrap)
        return
    positions: NDArray[np.intp] = np.zeros(a.shape, np.intp)
    np.fill_diagonal(positions, 1, wrap)  # its errors are of the shape
    at = np.flatnonzero(positions)
    _set_flat("np.fill_diagonal", a, at, val, np.arange(at.size))


def _tensor(value: Value) -> Tensor:
    return asarray(np.asarray(value) if isinstance(value, Sequence) else value)


def _row(value: Value) -> Tensor:
    return ravel(_tensor(value))
