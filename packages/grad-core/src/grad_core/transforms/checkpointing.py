"""checkpoint: less memory for more time.

What a function saves for its gradient is dropped when it has returned, and is computed again, by
running it once more, when a sweep first asks for some of it (A. Griewank and A. Walther, Evaluating
Derivatives, 2nd ed., chapter 12; T. Chen et al., arXiv:1604.06174). The graph itself stays: so
gradients reach what the function closes over, and any order and any number of results are as
without it.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from contextvars import copy_context
from functools import wraps
from threading import RLock
from typing import Any, ParamSpec, TypeVar

import numpy as np
from numpy.typing import NDArray

from grad_core.modes import is_grad_enabled, recording, switch, watchers
from grad_core.node import Extra, Node
from grad_core.primitive import unwrap, wrap
from grad_core.tensor import Tensor
from grad_core.transforms.runs import check_function
from grad_core.transforms.sketches import Sketch
from grad_core.transforms.trees import is_tuple, replaced

P = ParamSpec("P")
Out = TypeVar("Out")


def checkpoint(function: Callable[P, Out]) -> Callable[P, Out]:
    """Return `function`, keeping only its arguments for `backward` and running it again there.

    It is for the repeated blocks of a deep model, whose memory it cuts to that of one block and of
    the arguments of all, for one more forward computation.

    Args:
        function: Any function of Tensors; what it closes over gets its gradients, too. It must give
            the same result when it is run again, in the same context (mode, default dtype,
            `np.errstate`): random numbers are drawn outside and passed in, or come from a generator
            that is made inside from a seed. Of its results, Tensors in lists, tuples and dicts are
            compared.

    Raises:
        RuntimeError: From the sweep, if the second result is not the first, up to rounding.

    Example:
        >>> import grad_core as gc
        >>> def block(x, w):
        ...     return (x @ w).tanh() @ w.T
        >>> x, w = gc.Tensor([1.0, 2.0]), gc.Tensor([[0.5], [-1.0]], requires_grad=True)
        >>> for _ in range(3):
        ...     x = gc.checkpoint(block)(x, w)
        >>> x.sum().backward()
        >>> w.grad.shape
        (2, 1)
    """
    check_function("checkpoint", function)

    @wraps(function, updated=())
    def checkpointed(*args: P.args, **kwargs: P.kwargs) -> Out:
        if not is_grad_enabled():
            return function(*args, **kwargs)
        region = _Region(function, args, kwargs)
        result: Out = region.first()
        return result

    return checkpointed


class _Region:
    """One call of a function that can be repeated. It knows of no node: they know of it."""

    def __init__(
        self,
        function: Callable[..., Any],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> None:
        self._function = function
        self._args, self._kwargs = args, kwargs
        self._context = copy_context()
        self._lock = RLock()
        self._count = 0
        self._results: list[Sketch] = []
        self._found: dict[int, _Found] = {}
        self.saved: dict[int, list[Sketch]] = {}  # of what each node saved that was dropped

    def first(self) -> Any:
        """Run the function, and drop what the nodes that it recorded have saved."""
        args, kwargs = self._args, self._kwargs
        # A Tensor in a variable of the caller may come to stand for another value.
        self._args, self._kwargs = replaced((args, kwargs), _fixed)
        with self._watched() as nodes:
            result = self._function(*args, **kwargs)
            self._count = len(nodes)
            self._results = _of_results(result)
            sketches = _Sketches(nodes)
            dropped = [i for i, node in enumerate(nodes) if _worth_dropping(node)]
            self.saved = {i: sketches.of(nodes[i]) for i in dropped}
            for i in dropped:
                node = nodes[i]
                node.extra = node.extra or Extra()
                node.extra.restore = _Mark(self, i)
                node.saved = None
        return result

    def restore(self, node: Node, i: int) -> None:
        """Give the node with this number what it had saved."""
        with self._lock:  # two threads may sweep the same graph
            if node.saved is None:
                if i not in self._found:
                    self._found = self._context.copy().run(self._again)
                self._found.pop(i).hand_to(node)

    def _again(self) -> dict[int, _Found]:
        """Run the function once more; return what the nodes of the first run had saved."""
        watchers.set(())  # this context is a copy, and this run is nobody else's
        with self._watched() as nodes:
            results = _of_results(self._function(*self._args, **self._kwargs))
            if len(nodes) != self._count or not _same(results, self._results):
                raise RuntimeError(_ANOTHER)
            sketches = _Sketches(nodes)
            if not all(_same(sketches.of(nodes[i]), old) for i, old in self.saved.items()):
                raise RuntimeError(_ANOTHER)
            return {i: _Found(nodes[i]) for i in self.saved}

    @contextmanager
    def _watched(self) -> Generator[list[Node]]:
        """Collect the nodes that are recorded in the block, and forget them at its end."""
        nodes: list[Node] = []
        watching = watchers.set((*watchers.get(), nodes.append))
        mode = recording.set(switch(True))
        try:
            yield nodes
        finally:
            recording.reset(mode)
            watchers.reset(watching)
            nodes.clear()  # the contexts of checkpoints inside go on referring to the list


_ANOTHER = (
    "checkpoint: the function gave another result, or computed it from other values, when it was run"
    " again for backward; what it reads may not change in between, and random numbers have to be"
    " drawn outside and passed in, or from a generator that is made inside from a seed"
)


class _Mark:
    """What a node keeps in place of what it saved."""

    __slots__ = ("_number", "_region")

    def __init__(self, region: _Region, number: int) -> None:
        self._region = region
        self._number = number

    def __call__(self, node: Node) -> None:
        self._region.restore(node, self._number)

    @property
    def sketches(self) -> list[Sketch]:
        """Those of what the node saved."""
        return self._region.saved[self._number]


class _Found:
    """What a node of the second run saved, without its graph."""

    __slots__ = ("_name", "_own", "_restore", "_saved", "_shape", "_stamps")

    def __init__(self, twin: Node) -> None:
        assert twin.operation is not None  # it was recorded by one
        self._name = twin.operation.name
        self._shape = twin.shape
        extra = twin.extra or Extra()
        self._stamps = extra.stamps
        # A checkpoint inside this one has dropped it again, and left its own mark.
        self._restore = extra.restore
        self._saved = twin.saved
        self._own: set[int] = set()  # where an operand is not saved, its node stands in its place
        if twin.saved is not None:
            places = enumerate(zip(twin.inputs, twin.saved[1:], strict=False), 1)
            self._own = {i for i, (n, a) in places if a is n is not None}
            self._saved = tuple(None if i in self._own else a for i, a in enumerate(twin.saved))

    def hand_to(self, node: Node) -> None:
        """Make it the node's.

        Raises:
            RuntimeError: The node is one of another operation, or of other operands.
        """
        assert node.operation is not None  # it was recorded by one
        assert node.extra is not None  # it was marked
        if (node.operation.name, node.shape, node.extra.stamps) != (
            self._name,
            self._shape,
            self._stamps,
        ):
            raise RuntimeError(_ANOTHER)
        if self._saved is None:
            node.extra.restore = self._restore
            if self._restore is not None:
                self._restore(node)
            return
        node.saved = tuple(
            node.inputs[i - 1] if i in self._own else a for i, a in enumerate(self._saved)
        )


def _worth_dropping(node: Node) -> bool:
    """Whether a node saved an array, or did before an inner checkpoint dropped it."""
    if node.saved is None:
        return node.extra is not None and node.extra.restore is not None
    return any(a.__class__ is np.ndarray for a in node.saved)


def _fixed(x: Any) -> Any:
    """A Tensor as it is now; a Parameter and the like stand for themselves."""
    return wrap(x._array, x._node, x._shown) if type(x) is Tensor else x


# ---------------------------------------------------------------------------- comparison


class _Sketches:
    """Sketches of what nodes of one run saved, of each array once."""

    def __init__(self, nodes: list[Node]) -> None:
        self._inner = set(nodes)
        self._known: dict[tuple[int, bool], Sketch] = {}

    def of(self, node: Node) -> list[Sketch]:
        """Return those of one node."""
        if node.saved is None:
            mark = node.extra.restore if node.extra is not None else None
            return mark.sketches if isinstance(mark, _Mark) else []
        found: list[Sketch] = []
        for i, a in enumerate(node.saved):
            # What comes from outside is not computed again, and may not even differ by rounding.
            outer = node.inputs[i - 1] if 0 < i <= len(node.inputs) else None
            exact = outer is not None and outer not in self._inner
            parts = a if is_tuple(a) else (a,)  # an index holds arrays
            found += [self._of(part, exact) for part in parts if part.__class__ is np.ndarray]
        return found

    def _of(self, array: NDArray[Any], exact: bool) -> Sketch:
        key = (id(array), exact)
        if key not in self._known:
            self._known[key] = Sketch(array, exact)
        return self._known[key]


def _of_results(result: Any) -> list[Sketch]:
    """Sketches of the arrays in what a function returned."""
    found: list[Sketch] = []

    def note(x: Any) -> Any:
        array: Any = unwrap(x)
        if array.__class__ is np.ndarray:
            found.append(Sketch(array, exact=False))
        return x

    replaced(result, note)
    return found


def _same(new: list[Sketch], old: list[Sketch]) -> bool:
    return len(new) == len(old) and all(a.same_as(b) for a, b in zip(new, old, strict=True))
