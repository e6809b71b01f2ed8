"""The graph: nodes that point to the nodes of their operands, and to nothing that points back.

A graph has no cycles, so it dies with its last Tensor by reference counting alone.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Any, Protocol, TypeAlias

import numpy as np

from grad_core.arrays import Array, Shape

Rule: TypeAlias = Callable[..., Any]

# Two threads may reach the same leaf; a sum must not be lost between reading and writing.
_accumulating = Lock()


class Operation(Protocol):
    """What the graph knows of a primitive."""

    name: str
    rules: tuple[Rule, ...]


class Node:
    """One recorded call of a primitive."""

    __slots__ = ("dtype", "inputs", "operation", "saved", "shape")

    operation: Operation | None
    inputs: tuple[Node | None, ...]  # the node of each operand; None where no gradient goes
    saved: tuple[Any, ...] | None  # out, *operands, *params for the rules; None once released
    shape: Shape
    dtype: np.dtype[Any]

    def __init__(
        self,
        operation: Operation | None,
        inputs: tuple[Node | None, ...],
        saved: tuple[Any, ...] | None,
        shape: Shape,
        dtype: np.dtype[Any],
    ) -> None:
        self.operation = operation
        self.inputs = inputs
        self.saved = saved
        self.shape = shape
        self.dtype = dtype


class Leaf(Node):
    """Where gradients arrive: the node of a Tensor that was made with `requires_grad`."""

    __slots__ = ("grad", "reached")

    def __init__(self, shape: Shape, dtype: np.dtype[Any]) -> None:
        super().__init__(None, (), (), shape, dtype)
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

    def accumulate(self, g: Array) -> None:
        """Add `g`; an array that was handed out as the gradient before is not written to."""
        with _accumulating:
            # The copy: `g` may be shared with other leaves, or be a read-only view.
            if self.grad is None:
                self.grad = np.array(g, order="C")
            else:
                self.grad = np.asarray(self.grad + g)
            self.reached = True


class Traced:
    """An array and its place in the graph: all that primitives and the sweep know of a Tensor."""

    __slots__ = ("__weakref__", "_data", "_leaf", "_node")

    _data: Array
    _node: Node | None
    _leaf: Leaf | None  # what `_node` is again once a leaf that was frozen requires a gradient
