"""Changing a Tensor in place: `t += x`, `t[i] = x`, also through a view of it.

Arrays are never written to: the Tensor takes a new one. So graphs that need the old value stay
right, and so do parts that were taken before the change, which keep the value they had. A change of
a part goes on to the Tensor that it was taken from, as with NumPy.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import numpy as np

from grad_core.arrays import Array, Index, Operand
from grad_core.checks import described
from grad_core.modes import recording
from grad_core.node import Leaf, Traced
from grad_core.ops.indexing.indexing import getitem_, plain_index, set_at
from grad_core.ops.manipulation.manipulation import astype, reshape
from grad_core.primitive import unwrap

if TYPE_CHECKING:
    from grad_core.tensor import Tensor

T = TypeVar("T", bound="Tensor")
# The primitive that made a view, None for detach, and its params
View: TypeAlias = tuple[Any, tuple[Any, ...]]


def update(t: T, name: str, other: Operand, operation: Callable[[Tensor, Operand], Tensor]) -> T:
    """Take the result of an operation on `t` and `other` for the value of `t`; return `t`.

    A leaf that requires a gradient, and a constant that stays one, take it outside the graph, as
    anything does under `no_grad`; what else there is stands for the recorded result from now on.
    Shape and dtype stay.
    """
    gradient_in = isinstance(other, Traced) and other._node is not None and recording.get()
    if gradient_in and (isinstance(t._node, Leaf) or not t._is_plain()):
        raise RuntimeError(
            f"{name}: a change in place of a {type(t).__name__} that is a leaf leaves the graph,"
            " and the gradient of the other operand would be lost; write x = x + y, or detach()"
            " the other"
        )
    in_graph = gradient_in or (not t.is_leaf and bool(recording.get()))
    new = operation(t if in_graph else t.detach(), other)
    if new.shape != t.shape:
        raise ValueError(
            f"{name}: an in-place operator keeps the shape, but {described(t._array)} with"
            f" {described(unwrap(other))} gives {list(new.shape)}"
        )
    if new.dtype != t.dtype:
        if not np.can_cast(new.dtype, t.dtype, "same_kind"):
            raise TypeError(
                f"{name}: an in-place operator keeps the dtype, but {new.dtype} does not fit into"
                f" {t.dtype}"
            )
        new = astype(new, t.dtype)
    base, views = _source(t)
    if base is not None:
        new = _through(t, name, new, base, views)
    retains = t._node is not None and t._node.extra is not None and t._node.extra.retains
    t._array = new._array
    t._shown = new._shown
    t._base = getattr(new, "_base", None)
    if in_graph:
        t._node = new._node
        if retains:
            t.retain_grad()
    else:
        t.zero_grad()
    return t


def is_same(x: Tensor, of: Tensor, index: Index) -> bool:
    """Whether `x` is the part `of[index]` itself, as at the end of `t[i] += x`."""
    node = x._node
    is_part = node is of._node is None or (
        node is not None and node.operation is getitem_ and node.inputs[0] is of._node
    )  # and not one that was detached
    if _source(x)[0] is not of or not (is_part or not recording.get()):
        return False
    part = of._array[plain_index("setitem", index)]
    return _place(part) == _place(x._array)


def _place(array: Array) -> tuple[object, ...]:
    return array.__array_interface__["data"], array.shape, array.strides, array.dtype


def _source(t: Tensor) -> tuple[Tensor | None, list[View]]:
    """The nearest Tensor in use whose memory `t` is a view of, and the way from there to `t`."""
    views: list[View] = []
    source = getattr(t, "_base", None)
    while source is not None:
        reference, view, params, source = source
        views.insert(0, (view, params))
        base: Any = reference()
        if base is not None:
            return base, views
    return None, []


def _through(t: Tensor, name: str, new: Tensor, base: Tensor, views: list[View]) -> Tensor:
    """Put the new value of a view in its place in `base`, and take the view again."""
    refused = f"{name}: this Tensor is a view of another, {described(base._array)},"
    if not np.may_share_memory(t._array, base._array):
        raise RuntimeError(
            f"{refused} that has changed since, so that it would not be reached; take the part"
            " again, or a copy, x * 1"
        )
    is_detached = any(view is None for view, _ in views)
    if recording.get() and base._node and (isinstance(base._node, Leaf) or is_detached):
        raise RuntimeError(
            f"{refused} that requires a gradient and would be changed, too, outside the graph;"
            " take a copy, x * 1, or write x = x + y"
        )
    positions: Any = np.arange(base.size).reshape(base.shape)
    for view, params in views:
        positions = view.forward(positions, *params) if view else positions
    reached = np.zeros(base.size, np.bool_)
    reached[positions] = True
    if np.count_nonzero(reached) != t.size or t.dtype != base.dtype:
        raise RuntimeError(
            f"{refused} made by {views[-1][0].name}, through which it cannot be changed; change that"
            " one, or take a copy, x * 1"
        )
    update(
        base,
        name,
        new,
        lambda x, y: reshape(set_at(reshape(x, (x.size,)), (positions,), y), x.shape),
    )
    out = base
    for view, params in views:
        out = view(out, *params) if view else out.detach()
    return out
