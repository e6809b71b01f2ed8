"""Leaves that stand for other Tensors, for as long as a function runs that uses the leaves."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grad_core.tensor import Tensor


@contextmanager
def substituted(pairs: Sequence[tuple[Tensor, Tensor]]) -> Generator[None]:
    """Have leaves the value and the place in the graph of other Tensors, in a `with` block.

    What is computed from a leaf is computed from the other Tensor then, and gradients go there. A change
    of the leaf in the block is one of the other Tensor. The leaves are changed for all threads.

    Args:
        pairs: The leaves, each once, and what they stand for.

    Raises:
        RuntimeError: One of the former is the result of a recorded operation.

    Example:
        >>> from grad_core import Tensor
        >>> x, y = Tensor([1.0], requires_grad=True), Tensor([5.0], requires_grad=True)
        >>> with substituted([(x, y)]):
        ...     z = x * x
        >>> z.backward()
        >>> x.grad, y.grad
        (array([0.], dtype=float32), array([10.], dtype=float32))
    """
    for leaf, _ in pairs:
        leaf._check_leaf("substituted")
    own = [(leaf._array, leaf._node, leaf._shown) for leaf, _ in pairs]
    try:
        for leaf, other in pairs:
            leaf._array, leaf._node, leaf._shown = other._array, other._node, other._shown
        yield
    finally:
        for (leaf, other), (array, node, shown) in zip(pairs, own, strict=True):
            other._array, other._node, other._shown = leaf._array, leaf._node, leaf._shown
            leaf._array, leaf._node, leaf._shown = array, node, shown
