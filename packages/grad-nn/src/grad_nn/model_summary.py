"""What a model is made of and what a call of it takes, as a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from typing import TypeGuard

import numpy as np
from numpy.typing import DTypeLike

import grad_core as gc
from grad_core import Array, Shape, Tensor
from grad_core.checks import numeric_dtype
from grad_core.primitive import unwrap
from grad_nn.module import Module
from grad_nn.multiply_adds import count_multiply_adds
from grad_nn.parameter import Buffer, Parameter
from grad_nn.structures import is_list, is_mapping
from grad_nn.summary_table import Row, Summary


def summary(
    model: Module,
    *inputs: object,
    dtypes: DTypeLike | Sequence[DTypeLike] | None = None,
    **kwargs: object,
) -> Summary:
    """Call a model, and return what each Module in it is given, returns, keeps and takes.

    It is called in evaluation, and nothing is recorded. Attributes, Buffers, modes and hooks of all its
    Modules are afterwards as they were, whatever happens.

    Args:
        model: The Module.
        inputs: What `forward` takes: for a Tensor its shape, as a tuple of ints, with the batch; or
            a Tensor, or anything else, which is passed as it is. A Tensor that is made of a shape has
            ones; of integers or booleans, zeros.
        dtypes: The dtypes of Tensors that are made of shapes: one for all, or a list with one for
            each. None for that of the first Parameter.
        kwargs: Keyword arguments of `forward`, which are passed as they are.

    Returns:
        The rows and totals; its text is a table. What multiply-adds are counted, and how to have them
        counted for a class of yours: see `multiply_adds_of`.

    Raises:
        TypeError: `model` is no Module.
        ValueError: There are not as many dtypes as shapes, or a size is negative.

    Example:
        >>> from grad_nn import Conv2d, Flatten, Linear, ReLU, Sequential
        >>> net = Sequential(Conv2d(1, 4, 3), ReLU(), Flatten(), Linear(4 * 6 * 6, 10))
        >>> summary(net, (2, 1, 8, 8))
        Layer         Output        Parameters  Trainable  Multiply-adds
        ------------  ------------  ----------  ---------  -------------
        Sequential    (2, 10)                -                         -
          0: Conv2d   (2, 4, 6, 6)          40        yes          2,592
          1: ReLU     (2, 4, 6, 6)           -                         -
          2: Flatten  (2, 144)               -                         -
          3: Linear   (2, 10)            1,450        yes          2,880
        ------------  ------------  ----------  ---------  -------------
        Parameters: 1,490
        Multiply-adds: 5,472
        Memory: parameters 5.96 kB, buffers 0 B, inputs 512 B
          in training, about 3.54 kB forward and 9.50 kB backward
    """
    if not isinstance(model, Module):
        raise TypeError(f"summary: model is {type(model).__name__}, expected a Module")
    args = _made(model, inputs, dtypes)
    calls = _Calls(model)
    with ExitStack() as stack, gc.no_grad():
        for module in model.modules():
            stack.callback(_restore, module, dict(vars(module)))
        for buffer in model.buffers():
            stack.callback(_restore_buffer, buffer, np.array(unwrap(buffer)))
        model.eval()
        calls.watch(stack)
        try:
            _run(model, args, kwargs)
        except Exception as error:
            error.add_note(f"summary: raised in {calls.where()}")
            raise
    size = sum(t.nbytes for t in _tensors((args, kwargs)))
    return Summary(model, calls.rows(), calls.not_called(), size)


def _run(model: object, args: list[object], kwargs: dict[str, object]) -> None:
    assert callable(model)  # if it has a forward, which a type checker cannot know
    model(*args, **kwargs)


def _made(
    model: Module, inputs: tuple[object, ...], dtypes: DTypeLike | Sequence[DTypeLike] | None
) -> list[object]:
    """The inputs, with Tensors for shapes."""
    number = sum(1 for x in inputs if _is_shape(x))
    default = next((p.dtype for p in model.parameters()), gc.get_default_dtype())
    each = [default] * number
    if _is_several(dtypes):
        each = [_dtype(dtype) for dtype in dtypes]
    elif dtypes is not None:
        each = [_dtype(dtypes)] * number
    if len(each) != number:
        raise ValueError(f"summary: got {len(each)} dtypes for {number} shapes")
    args: list[object] = []
    for x in inputs:
        if _is_shape(x):
            if any(n < 0 for n in x):
                raise ValueError(f"summary: a size is negative in the shape {x}")
            dtype = each.pop(0)
            args.append(Tensor(np.full(x, dtype.kind in "fc"), dtype=dtype))
        else:
            args.append(x)
    return args


def _is_shape(x: object) -> TypeGuard[Shape]:
    return (
        is_list(x)
        and isinstance(x, tuple)
        and all(isinstance(n, (int, np.integer)) and not isinstance(n, bool) for n in x)
    )


def _is_several(dtypes: object) -> TypeGuard[Sequence[DTypeLike]]:
    return isinstance(dtypes, (list, tuple))


def _tensors(x: object) -> Iterator[Tensor]:
    """The Tensors in lists, tuples and dicts."""
    if isinstance(x, Tensor):
        yield x
    elif is_list(x) or is_mapping(x):
        for item in x.values() if is_mapping(x) else x:
            yield from _tensors(item)


def _in_order(
    module: Module, args: tuple[object, ...], kwargs: dict[str, object]
) -> tuple[object, ...]:
    """The arguments in the order in which `forward` names them."""
    if not kwargs:
        return args
    from inspect import signature  # slow to import

    try:
        bound = signature(getattr(module, "forward")).bind(*args, **kwargs)  # noqa: B009
    except TypeError:  # the call will say so
        return (*args, *kwargs.values())
    return tuple(bound.arguments.values())


def _restore(module: Module, attributes: dict[str, object]) -> None:
    now = vars(module)
    now.clear()
    now.update(attributes)


def _restore_buffer(buffer: Buffer, value: Array) -> None:
    now: Array = unwrap(buffer)
    if not np.array_equal(now, value, equal_nan=value.dtype.kind in "fc"):
        buffer.assign(value, copy=False)


class _Call:
    """A call that has begun."""

    def __init__(self, module: Module, depth: int, inputs: list[Tensor]) -> None:
        self.module = module
        self.depth = depth
        self.inputs = tuple(inputs)
        self.outputs: tuple[Tensor, ...] = ()
        self.has_returned = False
        self.is_leaf = True


class _Calls:
    """The calls of Modules in one of a model, in their order."""

    def __init__(self, model: Module) -> None:
        self.model = model
        self.names = {id(module): name for name, module in model.named_modules()}
        self.calls: list[_Call] = []
        self.open: list[_Call] = []

    def watch(self, stack: ExitStack) -> None:
        """Hook every Module: before its other hooks, and after them."""
        for module in self.model.modules():
            before = module.register_forward_pre_hook(self.begin, prepend=True, with_kwargs=True)
            stack.callback(before.remove)
            stack.callback(module.register_forward_hook(self.end).remove)

    def begin(self, module: Module, args: tuple[object, ...], kwargs: dict[str, object]) -> None:
        """Note that a Module is called."""
        if self.open:
            self.open[-1].is_leaf = False
        call = _Call(module, len(self.open), list(_tensors(_in_order(module, args, kwargs))))
        self.open.append(call)
        self.calls.append(call)

    def end(self, module: Module, args: tuple[object, ...], output: object) -> None:
        """Note what it returned."""
        while self.open[-1].module is not module:  # an error ended these, and was handled
            self.open.pop()
        call = self.open.pop()
        call.outputs = tuple(_tensors(output))
        call.has_returned = True

    def where(self) -> str:
        """Say which Module has not returned."""
        if not self.open:
            return "the model"
        module = self.open[-1].module
        return f"{self.names[id(module)] or 'the model itself'}, {type(module).__name__}"

    def owned(self) -> dict[int, list[Parameter]]:
        """Return the Parameters by the Module in whose row they are: the next above that is called."""
        called = {id(call.module) for call in self.calls}
        owned: dict[int, list[Parameter]] = {}
        seen: set[int] = set()
        stack: list[tuple[Module, int]] = [(self.model, 0)]
        while stack:
            module, owner = stack.pop()
            if id(module) in seen:
                continue
            seen.add(id(module))
            owner = id(module) if id(module) in called else owner
            for p in module.parameters(recurse=False):
                if id(p) not in seen:
                    seen.add(id(p))
                    owned.setdefault(owner, []).append(p)
            stack.extend((child, owner) for child in reversed(list(module.children())))
        return owned

    def not_called(self) -> list[str]:
        """Return the names of Modules with Parameters that are not called."""
        called = {id(call.module) for call in self.calls}
        return [
            name
            for name, module in self.model.named_modules()
            if id(module) not in called and any(True for _ in module.parameters(recurse=False))
        ]

    def rows(self) -> list[Row]:
        """Return the row of each call."""
        owned = self.owned()
        seen: set[int] = set()
        counted = -1  # the depth of the row that speaks for those below it; -1 if none does
        rows: list[Row] = []
        for call in self.calls:
            module = call.module
            repeated = id(module) in seen
            seen.add(id(module))
            own = [] if repeated else owned.get(id(module), [])
            counted = -1 if call.depth <= counted else counted
            is_layer = counted < 0 and call.has_returned
            adds: int | None = 0
            if is_layer:
                adds = count_multiply_adds(module, call.inputs, call.outputs)
                if adds is not None:
                    counted = call.depth
                elif not any(True for _ in module.parameters(recurse=call.is_leaf)):
                    adds = 0
            rows.append(
                Row(
                    self.names[id(module)],
                    type(module).__name__,
                    call.depth,
                    tuple(t.shape for t in call.inputs),
                    tuple(t.shape for t in call.outputs),
                    sum(t.nbytes for t in call.outputs),
                    sum(p.size for p in own),
                    sum(p.size for p in own if p.requires_grad),
                    adds,
                    is_layer and (call.is_leaf or counted == call.depth),
                    repeated,
                )
            )
        return rows


def _dtype(dtype: object) -> np.dtype[np.floating]:
    return numeric_dtype("summary", dtype)  # type: ignore[arg-type]  # what is none raises
