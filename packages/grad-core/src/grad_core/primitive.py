"""How a NumPy function becomes differentiable.

A *primitive* is a NumPy function with one *rule* for each array operand: the gradient that
reaches that operand, as one expression of

    rule(g, out, *operands, *params)

where `g` is the gradient of the result `out`, and `params` are the fixed arguments (an
axis, a shape, an index). The contract of a rule:

- It returns an array of its operand's shape, or of the shape that the operand was broadcast to:
  the sweep sums over the broadcast axes. The sweep also casts to the operand's dtype.
- It runs at two levels. Given ndarrays it is plain NumPy and nothing is recorded; given Tensors
  (`create_graph`) it records the graph of the gradient itself. So it is written with what the
  two share: operators, methods such as `sum` and `reshape`, and primitives. That makes every
  primitive differentiable to any order, and no rule is written twice.
- An argument whose name begins with an underscore is not read. An array that no rule in use
  reads is not kept in memory; in place of its own operand a rule then finds a stand-in that has
  `shape` and `dtype`, in place of `out` nothing.
- It must not write to what it is given, `g` included.
- It multiplies by the plain derivative, without complex conjugates: the sweep conjugates where
  gradients enter and leave the graph, which gives PyTorch's convention.

The gradient of a primitive is added in one place::

    exp = Unary("exp", np.exp, lambda g, y, _x: g * y)
    mul = Binary("multiply", np.multiply, lambda g, _z, _x, y: g * y, lambda g, _z, x, _y: g * x)
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from types import MethodType
from typing import TYPE_CHECKING, Any, Generic, TypeVarTuple, overload
from weakref import ref

import numpy as np

from grad_core.anomaly import examine_result
from grad_core.arrays import Array, Raw
from grad_core.checks import check_raw, explained
from grad_core.memory import stamp
from grad_core.modes import recording
from grad_core.node import Node, Rule, Traced
from grad_core.numbers import as_array, is_ours
from grad_core.signatures import Signed, argument_names, operands_read

if TYPE_CHECKING:
    from grad_core.tensor import Tensor

Ps = TypeVarTuple("Ps")

# What a NumPy function raises for operands that it cannot take
ERRORS = (TypeError, ValueError, IndexError, OverflowError, AttributeError)

# Most raw operands, which need no closer look
_RAW = frozenset((np.ndarray, bool, int, float, complex, np.float32, np.float64))
_OF_PYTHON = frozenset((bool, int, float, complex))
_FLOAT32 = np.dtype(np.float32)
_ndarray = np.ndarray
_asarray = np.asarray
_new = object.__new__
_recording = recording.get

# Results are Tensors, whose methods are primitives: `results_are` ties the knot, once.
_result: type[Tensor]


def results_are(tensor: type[Tensor]) -> None:
    """Set the class that every primitive returns."""
    global _result
    _result = tensor


def wrap(data: Any, node: Node | None = None, shown: bool = False) -> Tensor:
    """Return a Tensor of an array as it is, no copy; of a NumPy scalar, an array of no axes.

    Args:
        data: The array.
        node: Its place in the graph.
        shown: Whether somebody else may write to the array.
    """
    try:
        out = _new(_result)
    except NameError:  # a program that makes its first Tensor by `zeros`, say, and not by its class
        import_module("grad_core.tensor")  # calls `results_are`
        return wrap(data, node, shown)
    out._array = data if data.__class__ is _ndarray else _asarray(data)
    out._node = node
    out._shown = shown
    return out


def _plain(name: str, x: Any) -> Any:
    """Check a raw operand; return one of a subclass, such as a memmap, as a plain ndarray."""
    check_raw(name, x)
    is_array = issubclass(x.__class__, _ndarray)
    return _asarray(x) if is_array else x


def _may_share(data: Any, operands: Sequence[Any]) -> bool:
    """Whether a result is a view, or an operand as it is."""
    return data.base is not None or any(data is x for x in operands)


def unwrap(x: Any) -> Any:
    """Return the array of a Tensor, and anything else as it is."""
    return x._array if isinstance(x, Traced) else x


class Primitive:
    """What primitives of any number of operands share."""

    __signature__: Signed = Signed()

    def __init__(
        self, name: str, forward: Callable[..., Any], *rules: Rule, doc: str, needs: str
    ) -> None:
        self.name: str = name
        self.__name__: str = name
        self.__doc__ = doc
        # The module that makes it, as namedtuple does: there doctest looks for its examples.
        self.__module__ = sys._getframe(2).f_globals["__name__"]
        self.forward = forward
        self.rules = rules
        self.needs = needs
        self.names: tuple[str, ...] = argument_names(name, rules[0])[2:] if rules else ("x", "y")
        self.reads: tuple[tuple[bool, ...], ...] = tuple(
            operands_read(name, rule, len(rules)) for rule in rules
        )
        # For each set of operands that need a gradient, what of (out, *operands) to keep. The
        # sets are numbered by their bits: operand `i` is in set `k` where `k >> i & 1`.
        self.kept: dict[int, tuple[bool, ...]] = {}
        if len(rules) < 3:
            for needed in range(1 << len(rules)):
                self.keep(needed)

    def __repr__(self) -> str:
        return f"<primitive {self.name}>"

    def __reduce__(self) -> str:
        return self.name  # pickled as a function is: by its name in its module

    def __get__(self, instance: object, owner: type | None = None) -> object:
        """Bind as a function does, so that `help` and doctest treat a primitive as one."""
        if instance is None:
            return self
        return MethodType(self, instance)  # type: ignore[arg-type]  # its subclasses are callable

    def keep(self, needed: int) -> tuple[bool, ...]:
        """Work out which of (out, *operands) the operands in the set `needed` make it keep."""
        rows = [row for i, row in enumerate(self.reads) if needed >> i & 1]
        kept = tuple(any(column) for column in zip(*rows, strict=True)) if rows else ()
        if len(self.rules) < 4:  # no more sets than are worth remembering
            self.kept[needed] = kept
        return kept

    def apply(self, operands: tuple[Any, ...], params: tuple[Any, ...]) -> Any:
        """Run on any number of operands, any of which may be None."""
        raw: list[Any] = []
        nodes: list[Node | None] = []
        wrapped = shown = False
        needed, bit = 0, 1
        for x in operands:
            node = None
            if isinstance(x, Traced):
                wrapped = True
                shown = shown or x._shown
                node = x._node
                if node is not None:
                    needed |= bit
                x = x._array
            elif x is not None:
                if x.__class__ not in _RAW:
                    x = _plain(self.name, x)
                shown = shown or x.__class__ is _ndarray
            raw.append(x)
            nodes.append(node)
            bit += bit
        try:
            data = self.forward(*raw, *params)
        except ERRORS as error:
            raise explained(self.name, error, *raw, needs=self.needs) from error
        if not wrapped:
            return data if data.__class__ is _ndarray else _asarray(data)
        return self._recorded(data, raw, nodes, needed, shown, params)

    def _recorded(
        self,
        data: Any,
        raw: Sequence[Any],
        nodes: Sequence[Node | None],
        needed: int,
        shown: bool,
        params: tuple[Any, ...],
    ) -> Tensor:
        """Return the Tensor of what `forward` gave, with a node where a gradient will be needed.

        Args:
            data: What it gave.
            raw: The arrays and numbers that it was given.
            nodes: Their nodes.
            needed: The set of those that need a gradient, as in `kept`.
            shown: Whether somebody else may write to one of them.
            params: The params.
        """
        if data.__class__ is not _ndarray:
            data = _asarray(data)
        out = _new(_result)
        out._array = data
        out._shown = shown and _may_share(data, raw)
        if not needed or not (mode := _recording()):
            out._node = None
            return out
        dtype = data.dtype
        if dtype is not _FLOAT32 and dtype.kind not in "fc":
            raise self.no_gradient(dtype)
        keeps = self.kept.get(needed) or self.keep(needed)
        saved = [data if keeps[0] else None]
        i = 0
        for x in raw:
            saved.append(x if keeps[i + 1] else nodes[i])
            i += 1  # noqa: SIM113  # for few operands, `enumerate` and `zip` cost more
        out._node = node = Node()
        node.operation = self
        node.inputs = tuple(nodes)
        node.saved = (*saved, *params)
        node.shape = data.shape
        node.dtype = dtype
        node.extra = None
        if shown:
            stamp(node)
        if mode is not True:
            examine_result(node, data, tuple(raw))
        return out

    def no_gradient(self, dtype: np.dtype[Any]) -> TypeError:
        """Return the error for a result that no gradient can pass."""
        return TypeError(
            f"{self.name}: an operand requires a gradient, but the result has dtype {dtype}, which"
            " cannot carry one; detach() the operand"
        )


class Unary(Primitive, Generic[*Ps]):
    """A differentiable function of one array and of fixed params.

    Args:
        name: What errors and graphs call it.
        forward: The function on ndarrays, `forward(x, *params)`.
        dx: The rule of `x`: `dx(g, out, x, *params)`.
        doc: The docstring of the primitive.
        needs: What would be right, for errors.

    Example:
        >>> import numpy as np
        >>> import grad_core as gc
        >>> cube = gc.Unary("cube", lambda x: x**3, lambda g, _y, x: g * 3 * x**2)
        >>> x = gc.Tensor([2.0], requires_grad=True)
        >>> cube(x).backward()
        >>> x.grad
        array([12.], dtype=float32)
        >>> cube(np.array([2.0]))
        array([8.])
    """

    def __init__(
        self,
        name: str,
        forward: Callable[[Array, *Ps], Array],
        dx: Callable[[Array, Array, Array, *Ps], Array],
        doc: str = "",
        needs: str = "",
    ) -> None:
        super().__init__(name, forward, dx, doc=doc, needs=needs)

    @overload
    def __call__(self, x: Tensor, /, *params: *Ps) -> Tensor: ...
    @overload
    def __call__(self, x: Raw, /, *params: *Ps) -> Array: ...
    def __call__(self, x: Any, /, *params: *Ps) -> Any:
        """Apply to a Tensor, giving a Tensor, or to an ndarray, giving an ndarray."""
        if not isinstance(x, Traced):
            if x.__class__ is not _ndarray:
                check_raw(self.name, x)
                x = _asarray(x)
            try:
                data = self.forward(x, *params)
            except ERRORS as error:
                raise explained(self.name, error, x, needs=self.needs) from error
            return data if data.__class__ is _ndarray else _asarray(data)
        xd = x._array
        try:
            data = self.forward(xd, *params) if params else self.forward(xd)
        except ERRORS as error:
            raise explained(self.name, error, xd, needs=self.needs) from error
        if data.__class__ is not _ndarray:
            data = _asarray(data)
        out = _new(_result)
        out._array = data
        shown = x._shown
        base = data.base
        if base is not None or data is xd:
            out._shown = shown
            if data is xd or base is xd or base is xd.base:  # a view
                of = None if xd.base is None else getattr(x, "_base", None)
                out._base = (ref(x), self, params, of)
        else:
            out._shown = False
        xn = x._node
        if xn is None or not (mode := _recording()):
            out._node = None
            return out
        dtype = data.dtype
        if dtype is not _FLOAT32 and dtype.kind not in "fc":
            raise self.no_gradient(dtype)
        keeps_out, keeps_x = self.kept[1]
        saved = (data if keeps_out else None, xd if keeps_x else xn)
        out._node = node = Node()
        node.operation = self
        node.inputs = (xn,)
        node.saved = (*saved, *params) if params else saved
        node.shape = data.shape
        node.dtype = dtype
        node.extra = None
        if shown:
            stamp(node)
        if mode is not True:
            examine_result(node, data, (xd,))
        return out


class Binary(Primitive, Generic[*Ps]):
    """A differentiable function of two arrays and of fixed params.

    Args:
        name: What errors and graphs call it.
        forward: The function on ndarrays, `forward(x, y, *params)`.
        dx: The rule of `x`: `dx(g, out, x, y, *params)`.
        dy: The rule of `y`: `dy(g, out, x, y, *params)`.
        doc: The docstring of the primitive.
        needs: What would be right, for errors.

    Example:
        >>> import numpy as np
        >>> import grad_core as gc
        >>> hypot: gc.Binary[()] = gc.Binary(
        ...     "hypot", np.hypot, lambda g, z, x, _y: g * x / z, lambda g, z, _x, y: g * y / z
        ... )
        >>> x = gc.Tensor([3.0], requires_grad=True)
        >>> hypot(x, 4.0).backward()
        >>> x.grad
        array([0.6], dtype=float32)
    """

    takes_arrays: bool = False  # whether a number is worth making an array of: see `Arithmetic`

    def __init__(
        self,
        name: str,
        forward: Callable[[Array, Array, *Ps], Array],
        dx: Callable[[Array, Array, Array, Array, *Ps], Array],
        dy: Callable[[Array, Array, Array, Array, *Ps], Array],
        doc: str = "",
        needs: str = "",
    ) -> None:
        super().__init__(name, forward, dx, dy, doc=doc, needs=needs)
        self.on_tensor: Callable[..., Tensor] = _on_tensor(self)

    @overload
    def __call__(self, x: Tensor, y: Tensor | Raw, /, *params: *Ps) -> Tensor: ...
    @overload
    def __call__(self, x: Tensor | Raw, y: Tensor, /, *params: *Ps) -> Tensor: ...
    @overload
    def __call__(self, x: Raw, y: Raw, /, *params: *Ps) -> Array: ...
    def __call__(self, x: Any, y: Any, /, *params: *Ps) -> Any:
        """Apply to two operands; a Tensor where one of them is, an ndarray otherwise."""
        if isinstance(x, Traced):
            return self.on_tensor(x, y, *params)
        if x.__class__ not in _RAW:
            x = _plain(self.name, x)
        if isinstance(y, Traced):
            constant = _new(_result)
            constant._array = as_array(x, y._array.dtype) if self.takes_arrays else x
            constant._node = None
            constant._shown = x.__class__ is _ndarray
            return self.on_tensor(constant, y, *params)
        if y.__class__ not in _RAW:
            y = _plain(self.name, y)
        if self.takes_arrays and x.__class__ in _OF_PYTHON and y.__class__ in _OF_PYTHON:
            x = _asarray(x)  # Python's arithmetic is another one: True + True is 2 there
        try:
            data = self.forward(x, y, *params)
        except ERRORS as error:
            raise explained(self.name, error, x, y, needs=self.needs) from error
        return data if data.__class__ is _ndarray else _asarray(data)


class Arithmetic(Binary[()]):
    """A function of two arrays that for a Python number does what it does for an array of it."""

    takes_arrays = True


def _on_tensor(primitive: Binary[*Ps]) -> Callable[..., Tensor]:
    """Return the function that applies a primitive to a Tensor, and to anything else.

    The operators of Tensor call it. A function costs half of what an object with `__call__` does,
    and in its closure all is at hand.
    """
    forward = primitive.forward
    name, needs = primitive.name, primitive.needs
    keeps_of_x, keeps_of_y, keeps_of_both = (primitive.kept[i] for i in (1, 2, 3))
    takes_arrays = primitive.takes_arrays

    def on_tensor(x: Tensor, y: Any, /, *params: *Ps) -> Tensor:
        xd: Any = x._array  # or a Python number
        xn = x._node
        if isinstance(y, Traced):
            yd: Any = y._array
            yn = y._node
            shown = x._shown or y._shown
        else:
            if y.__class__ not in _RAW:
                y = _plain(name, y)
            yd = as_array(y, xd.dtype) if takes_arrays else y
            yn = None
            shown = x._shown or (y.__class__ is _ndarray and not is_ours(y))
        try:
            data = forward(xd, yd, *params) if params else forward(xd, yd)
        except ERRORS as error:
            raise explained(name, error, xd, yd, needs=needs) from error
        if data.__class__ is not _ndarray:
            data = _asarray(data)
        out = _new(_result)
        out._array = data
        out._shown = shown and _may_share(data, (xd, yd))
        if xn is None:
            if yn is None or not (mode := _recording()):
                out._node = None
                return out
            keeps_out, keeps_x, keeps_y = keeps_of_y
        elif not (mode := _recording()):
            out._node = None
            return out
        else:
            keeps_out, keeps_x, keeps_y = keeps_of_x if yn is None else keeps_of_both
        dtype = data.dtype
        if dtype is not _FLOAT32 and dtype.kind not in "fc":
            raise primitive.no_gradient(dtype)
        saved = (data if keeps_out else None, xd if keeps_x else xn, yd if keeps_y else yn)
        out._node = node = Node()
        node.operation = primitive
        node.inputs = (xn, yn)
        node.saved = (*saved, *params) if params else saved
        node.shape = data.shape
        node.dtype = dtype
        node.extra = None
        if shown:
            stamp(node)
        if mode is not True:
            examine_result(node, data, (xd, yd))
        return out

    return on_tensor
