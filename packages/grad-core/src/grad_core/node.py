"""The graph: nodes that point to the nodes of their operands, and to nothing that points back.

A graph has no cycles, so it dies with its last Tensor by reference counting alone.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Any, Protocol, TypeAlias
from weakref import ref

import numpy as np

from grad_core.arrays import Array, Shape

Rule: TypeAlias = Callable[..., Any]

# Two threads may reach the same leaf; a sum must not be lost between reading and writing.
_accumulating = Lock()


class Operation(Protocol):
    """What the graph knows of a primitive."""

    name: str
    rules: tuple[Rule, ...]


class Extra:
    """What only few nodes have."""

    __slots__ = ("grad", "hooks", "restore", "retains", "stamps", "where")

    def __init__(self) -> None:
        self.stamps: tuple[int, ...] | None = None  # fingerprints of the arrays that are saved
        self.restore: Callable[[Node], None] | None = None  # computes again what is not saved
        self.hooks: dict[int, Callable[[Any], Any]] | None = None  # on the gradient, in order
        self.retains: bool = False  # whether the gradient is kept, as a leaf's is
        self.grad: Array | None = None  # that gradient
        self.where: str | None = None  # the line that called the operation


class Node:
    """One recorded call of a primitive.

    It has no `__init__`: a call of one would cost twice as much as setting the slots.
    """

    __slots__ = ("dtype", "extra", "inputs", "operation", "saved", "shape")

    operation: Operation | None
    inputs: tuple[Node | None, ...]  # the node of each operand; None where no gradient goes
    saved: tuple[Any, ...] | None  # out, *operands, *params for the rules; None once released
    shape: Shape
    dtype: np.dtype[Any]
    extra: Extra | None


def fill(
    node: Node,
    operation: Operation | None,
    inputs: tuple[Node | None, ...],
    saved: tuple[Any, ...] | None,
    shape: Shape,
    dtype: np.dtype[Any],
) -> Node:
    """Set the slots of a node, and return it."""
    node.operation = operation
    node.inputs = inputs
    node.saved = saved
    node.shape = shape
    node.dtype = dtype
    node.extra = None
    return node


class Leaf(Node):
    """Where gradients arrive: the node of a Tensor that was made with `requires_grad`."""

    __slots__ = ("grad", "reached")

    def __init__(self, shape: Shape, dtype: np.dtype[Any]) -> None:
        fill(self, None, (), (), shape, dtype)
        self.grad: Array | None = None
        self.reached: bool = False

    def read(self) -> Array:
        """Return the gradient, zeros where none has arrived."""
        if self.grad is None:
            self.grad = np.zeros(self.shape, self.dtype)
        return self.grad

    def write(self, grad: Array | None) -> None:
        """Replace the gradient; None clears it."""
        if grad is None or grad is not self.grad:  # `grad *= 2` writes back what it has read
            self.reached = grad is not None
        self.grad = grad

    def has_grad(self) -> bool:
        """Whether a gradient has arrived or was written, be it into the zeros that were read."""
        return self.reached or (self.grad is not None and bool(self.grad.any()))

    def accumulate(self, g: Array, own: bool = False) -> None:
        """Add `g`; an array that was handed out as the gradient before is not written to.

        Args:
            g: The gradient. It is copied, as other leaves may share it, or as it may be a view.
            own: Whether nobody else holds it, so that it becomes the gradient as it is.
        """
        with _accumulating:
            if self.grad is None:
                self.grad = g if own else np.array(g, order="C")
            else:
                self.grad = np.asarray(self.grad + g)
            self.reached = True

    def take_dtype(self, dtype: np.dtype[Any]) -> None:
        """Have gradients of another dtype from now on; what has arrived is cast."""
        with _accumulating:
            self.dtype = dtype
            if self.grad is not None:
                grad = self.grad if dtype.kind == "c" else self.grad.real
                self.grad = grad.astype(dtype)


# The Tensor that a view was taken from, the primitive (None for detach), its params, and the same of
# that Tensor, in case it is gone
Base: TypeAlias = "tuple[ref[Traced], Any, tuple[Any, ...], Base | None]"


class Traced:
    """An array and its place in the graph: all that primitives and the sweep know of a Tensor."""

    __slots__ = ("__weakref__", "_array", "_base", "_leaf", "_node", "_shown")

    _array: Array
    _node: Node | None
    _shown: bool  # whether somebody else may write to `_array`
    _base: Base | None  # of a view only
    _leaf: Leaf | None  # what `_node` is again once a leaf that was frozen requires a gradient
