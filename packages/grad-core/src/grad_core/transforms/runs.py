"""What the transforms of functions share: a call whose arguments have nodes of their own.

A transform wraps each differentiated argument in a Tensor with a new node, so that a value that is
passed twice, or that the function closes over as well, is told apart. If the argument itself
requires a gradient, that node leads on to its own: then an outer transform, or the user's
`backward`, goes through the result. If not, nothing but the transform itself asks for it, and the
result comes out as it came in: an ndarray for an ndarray.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextvars import ContextVar
from operator import index
from typing import TYPE_CHECKING, Any

import numpy as np

from grad_core.arrays import Array
from grad_core.checks import described, numeric_array
from grad_core.modes import enable_grad, is_grad_enabled
from grad_core.node import Node, Rule, Traced, fill
from grad_core.primitive import wrap
from grad_core.sweep import conjugate, gradient
from grad_core.transforms.trees import is_leaf, is_tuple, leaves, rebuilt, replaced, some

if TYPE_CHECKING:
    from grad_core.tensor import Tensor


class _Identity:
    name = "argument"

    def __init__(self) -> None:
        self.rules: tuple[Rule, ...] = (_handed_on,)


def _handed_on(g: Any) -> Any:
    return g


_IDENTITY = _Identity()


class _Scope:
    """The time in which a transform runs its function."""

    def __init__(self) -> None:
        self.open: bool = False


# Those that are open in this context. A function that is run again for `backward` finds them here;
# threads that the function starts find the attribute.
_open: ContextVar[tuple[_Scope, ...]] = ContextVar("open", default=())


class Argument(Node):
    """The node of a differentiated argument.

    Args:
        x: Its value.
        node: The node of the Tensor that was passed, if that requires a gradient.
        scope: That of the transform which differentiates it.
    """

    __slots__ = ("scope",)

    def __init__(self, x: Array, node: Node | None = None, scope: _Scope | None = None) -> None:
        fill(self, _IDENTITY, (node,), (), x.shape, x.dtype)
        self.scope: _Scope | None = scope


class Run:
    """A call of `function` in which the arguments at `chosen` are differentiated.

    Attributes:
        given: The leaves of these arguments, as they were passed.
        inputs: A Tensor for each of them; the function got another with the same node.
        output: What the function returned.

    Raises:
        TypeError: One of them is not made of floating or complex numbers.
    """

    def __init__(
        self,
        name: str,
        function: Callable[..., Any],
        args: Sequence[Any],
        kwargs: dict[str, Any],
        chosen: Sequence[int],
    ) -> None:
        self.name = name
        self.given: list[Any] = []
        self.inputs: list[Tensor] = []
        scope = _Scope()
        self._trees = [args[i] for i in chosen]
        passed = list(args)
        for i in chosen:
            found = list(leaves(f"{name}: argument {i}", args[i]))
            fresh = [_input(where, x, scope) for where, x in found]
            self.given += [x for _, x in found]
            self.inputs += fresh
            # Tensors of the function's own: it may change what they stand for, as `x += 1` does.
            passed[i] = rebuilt(args[i], (wrap(t._array, t._node, t._shown) for t in fresh))
        self._arguments = (args, kwargs)
        self._links: dict[Node, bool] = {}
        self._recorded = is_grad_enabled()
        before = _open.set((*_open.get(), scope))
        scope.open = True
        try:
            with enable_grad():
                self.output: Any = function(*passed, **kwargs)
        finally:
            scope.open = False
            _open.reset(before)

    def linked(self, *tensors: Traced) -> bool:
        """Whether they depend on something else that is differentiated, and that is recorded."""
        return self._recorded and any(self._linked(t) for t in tensors)

    def _linked(self, t: Traced) -> bool:
        node = t._node
        if node is None:
            return False
        if node not in self._links:
            self._links[node] = leads_out([t])
        return self._links[node]

    def as_given(self, found: Sequence[Tensor]) -> list[Any]:
        """Return what was found for the inputs in the structure and kind of each argument."""
        new = iter([in_kind_of(x, t) for x, t in zip(self.given, found, strict=True)])
        return [rebuilt(tree, new) for tree in self._trees]

    def shown(self, output: Any) -> Any:
        """Return what the function returned in the kind of its arguments, without dead graphs."""
        return replaced(output, self._shown)

    def _shown(self, x: Any) -> Any:
        if not isinstance(x, Traced):
            return x
        t: Any = x
        if t._node is not None and self.linked(t):
            return t
        if some(self._arguments, Traced):
            return t if t.is_leaf else t.detach()
        # A copy: the array may be that of a Tensor, which does not expect to be written to.
        if t.ndim or some(self._arguments, np.ndarray):
            return np.array(t._array)
        return t._array.item()


def _input(where: str, x: Any, scope: _Scope) -> Tensor:
    """The argument `x` as a Tensor with a node of its own."""
    if isinstance(x, Traced):
        data, node, is_shown = x._array, x._node, x._shown
    else:
        # A copy: a pullback may be called long after the caller has written to his array.
        data, node, is_shown = np.array(numeric_array(where, x)), None, False
    if data.dtype.kind not in "fc":
        what = f"the {type(x).__name__} {x}" if isinstance(x, (bool, int)) else described(data)
        raise TypeError(
            f"{where} is {what}: only floating and complex numbers are differentiated; pass"
            f" {'a float' if isinstance(x, (bool, int)) else 'x.astype(float)'}"
        )
    return wrap(data, Argument(data, node, scope), is_shown)


def in_kind_of(given: Any, t: Tensor) -> Any:
    """Return `t` in the kind of `given`, or as it is where it carries a graph."""
    if isinstance(given, Traced) or t._node is not None:
        return t
    if isinstance(given, np.ndarray):
        return t._array
    return t._array[()] if isinstance(given, np.generic) else t._array.item()


def leads_out(tensors: Iterable[Traced]) -> bool:
    """Return whether they depend on a leaf, or on the argument of a transform that is running."""
    stack = [t._node for t in tensors if t._node is not None]
    entered = set(stack)
    still_open = _open.get()
    while stack:
        node = stack.pop()
        outermost = True
        for n in node.inputs:
            if n is not None:
                outermost = False
                if n not in entered:
                    entered.add(n)
                    stack.append(n)
        if isinstance(node, Argument):
            scope = node.scope
            outermost = scope is not None and (scope.open or scope in still_open)
        if outermost:
            return True
    return False


def pulled(
    ys: Sequence[Tensor],
    cotangents: Sequence[Tensor],
    xs: Sequence[Tensor],
    *,
    graph: bool,
    retain: bool = True,
) -> Sequence[Tensor]:
    """Return the gradients of `xs` where those of `ys` are `cotangents`, in one sweep."""
    pairs = [(y, c) for y, c in zip(ys, cotangents, strict=True) if y._node is not None]
    if not pairs:
        return [wrap(np.zeros(x.shape, x.dtype)) for x in xs]
    y, c = pairs[0]
    if len(pairs) == 1:
        return gradient(y, xs, c, create_graph=graph, retain_graph=retain)
    one = np.ones(())
    node = fill(Node(), _Joined(pairs), tuple(y._node for y, _ in pairs), (), (), one.dtype)
    return gradient(wrap(one, node), xs, create_graph=graph, retain_graph=retain)


class _Joined:
    """The operation of a node above several results: its rules hand each its own gradient."""

    name = "vjp"

    def __init__(self, pairs: Sequence[tuple[Tensor, Tensor]]) -> None:
        self.rules: tuple[Rule, ...] = tuple(
            _handing_on(c if c.dtype == y.dtype else c.astype(y.dtype)) for y, c in pairs
        )


def _handing_on(c: Tensor) -> Rule:
    def rule(g: object) -> Any:
        return conjugate(c) if isinstance(g, Traced) else conjugate(c._array)

    return rule


def own(t: Traced) -> Tensor:
    """Return another Tensor of the same value and node; `t` may come to stand for something else."""
    return wrap(t._array, t._node, t._shown)


def ones(y: Tensor) -> Tensor:
    """Return the gradient of `y` with respect to itself."""
    return wrap(np.ones(y.shape, y.dtype))


def scalar(run: Run, value: Any, instead: str) -> Tensor:
    """Return the value of a function as a Tensor.

    Args:
        run: The call.
        value: What the function returned for its value.
        instead: What differentiates a function that returns more than a number.

    Raises:
        TypeError: It is not a floating number.
        ValueError: It has not exactly one element.
    """
    y = array(run, value, instead)
    if y.size != 1:
        raise ValueError(
            f"{run.name}: the function returned {described(y._array)}, expected a scalar; reduce it,"
            f" with sum() say, or use {instead}"
        )
    return y


def array(run: Run, value: Any, instead: str) -> Tensor:
    """Return what a function gave as a Tensor.

    Raises:
        TypeError: It is not one array of real floating numbers, or a number.
    """
    if not is_leaf(value) or type(value) is bool:
        kind = type(value).__name__
        raise TypeError(
            f"{run.name}: the function returned {kind}, expected one Tensor; or use {instead}"
        )
    if isinstance(value, Traced):
        y: Any = value
    else:
        y = wrap(np.array(numeric_array(f"{run.name}: the function's result", value)))
        if type(value) is int:  # such as the sum of an empty list
            y = y.astype(np.float64)
    if y.dtype.kind != "f":
        raise TypeError(
            f"{run.name}: the function returned {described(y._array)}, expected real floating"
            f" numbers; {'take real, imag or abs' if y.dtype.kind == 'c' else 'cast it to float'}"
        )
    t: Tensor = y
    return t


Positions = int | tuple[int, ...]


def check_function(name: str, function: object) -> None:
    """Raise a TypeError if `function` is not one."""
    if not callable(function):
        raise TypeError(f"{name}: expected a function, got {type(function).__name__}")


def plain_argnums(name: str, argnums: Any) -> Positions:
    """Return `argnums` as an int or a tuple of ints.

    Raises:
        TypeError: It is neither.
    """
    try:
        return tuple(index(i) for i in argnums) if is_tuple(argnums) else index(argnums)
    except TypeError:
        raise TypeError(
            f"{name}: argnums is {argnums!r:.60}, expected an int or a tuple of ints"
        ) from None


def positions(name: str, argnums: Positions, n: int) -> list[int]:
    """Return where among `n` positional arguments the differentiated ones are.

    Raises:
        TypeError: There is no such argument.
        ValueError: One is named twice.
    """
    numbers = (argnums,) if isinstance(argnums, int) else argnums
    for i in numbers:
        if not -n <= i < n:
            raise TypeError(
                f"{name}: argnums is {argnums}, but the function was called with {n} positional"
                " argument(s); what is differentiated is passed by position"
            )
    found = [i % n for i in numbers]
    if len(set(found)) < len(found):
        raise ValueError(f"{name}: argnums {argnums} names an argument twice")
    return found
