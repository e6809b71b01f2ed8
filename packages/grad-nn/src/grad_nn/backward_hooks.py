"""The hooks on the gradients of one call of a Module.

All inputs that require a gradient pass through one vertex of the graph, and all outputs through
another: there the gradients of all are complete, and can be seen and changed together.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from math import prod
from typing import TYPE_CHECKING, Any, TypeAlias, TypeGuard

import numpy as np

import grad_core as gc
from grad_core import Raw, Tensor
from grad_core.checks import numeric_array
from grad_nn.structures import is_list

if TYPE_CHECKING:
    from grad_nn.hooks import Hook

Grads: TypeAlias = tuple[Tensor | None, ...]
"""One gradient for each positional argument, or each result; None for what has none."""
GivenGrads: TypeAlias = "tuple[Tensor | Raw | None, ...] | Tensor | Raw | None"
"""What a backward hook returns: None, or gradients to go on with; a single one need be in no tuple."""


class Gradients:
    """What the backward hooks of a Module do in one call of it."""

    def __init__(self, module: object, before: Sequence[Hook], after: Sequence[Hook]) -> None:
        self.module = module
        self.before = before
        self.after = after
        self.grad_output: Grads | None = None  # from when it is complete until grad_input is
        self.inputs: _Pass | None = None
        self.outputs: _Pass | None = None
        self.number_of_inputs: int = 0

    @classmethod
    def of(cls, module: object, hooks: Sequence[Hook]) -> Gradients | None:
        """Return what the hooks of a call need; None where there are none for gradients."""
        before = [hook for hook in hooks if hook.kind == "backward_pre"]
        after = [hook for hook in hooks if hook.kind == "backward"]
        return cls(module, before, after) if before or after else None

    def through_inputs(self, args: tuple[Any, ...]) -> tuple[Any, ...]:
        """Return the arguments, of whose gradients the hooks are told."""
        self.number_of_inputs = len(args)
        self.inputs = _Pass.of(args)
        return args if self.inputs is None else self.inputs.run(args, self._on_inputs)

    def through_outputs(self, result: Any) -> Any:
        """Return the result, of whose gradient the hooks are told."""
        if not isinstance(result, Tensor) and not is_tuple(result):
            warnings.warn(
                f"{type(self.module).__name__}: backward hooks are only called where forward returns"
                f" a Tensor or a tuple of them, got {type(result).__name__}",
                stacklevel=4,
            )
            return result
        results = result if is_tuple(result) else (result,)
        self.outputs = _Pass.of(results)
        if self.outputs is None:
            return result
        passed = self.outputs.run(results, self._on_outputs)
        return passed if is_tuple(result) else passed[0]

    def _on_outputs(self, g: Tensor) -> Tensor | None:
        assert self.outputs is not None  # it calls this
        grads = given = self.outputs.unpacked(g)
        for hook in self.before:
            grads = self._checked("pre-hook", hook.function(self.module, grads), grads)
        self.grad_output = grads
        if self.inputs is None:  # no more gradients to wait for
            nothing: Grads = (None,) * self.number_of_inputs
            for hook in self.after:
                self._checked("hook", hook.function(self.module, nothing, grads), nothing)
            self.grad_output = None
        return None if grads is given else self.outputs.packed(grads)

    def _on_inputs(self, g: Tensor) -> Tensor | None:
        assert self.inputs is not None  # it calls this
        if self.grad_output is None:  # what has reached the inputs did not come by the outputs
            return None
        grads = given = self.inputs.unpacked(g)
        for hook in self.after:
            returned = hook.function(self.module, grads, self.grad_output)
            grads = self._checked("hook", returned, grads)
        self.grad_output = None
        return None if grads is given else self.inputs.packed(grads)

    def _checked(self, kind: str, given: GivenGrads, grads: Grads) -> Grads:
        """What a hook returned, if it fits what it was called with; that, if it returned None."""
        if given is None:
            return grads
        name = f"{type(self.module).__name__}: a backward {kind}"
        returned = given if is_list(given) else (given,)
        if len(returned) != len(grads):
            raise ValueError(f"{name} returned {len(returned)} gradients, expected {len(grads)}")
        checked: list[Tensor | None] = []
        for i, (new, old) in enumerate(zip(returned, grads, strict=True)):
            if old is None:
                if new is not None:
                    raise ValueError(f"{name} returned a gradient for {i}, which has none")
                checked.append(None)
                continue
            t = gc.zeros_like(old) if new is None else new
            if not isinstance(t, Tensor):
                t = gc.asarray(numeric_array(name, t))
            if t.shape != old.shape or not np.can_cast(t.dtype, old.dtype, "same_kind"):
                raise ValueError(
                    f"{name} returned a gradient of shape {t.shape}, {t.dtype}, for {i}, expected"
                    f" {old.shape}, {old.dtype}"
                )
            checked.append(t)
        return tuple(checked)


def is_tuple(x: object) -> TypeGuard[tuple[Any, ...]]:
    """Whether it is a tuple."""
    return isinstance(x, tuple)


class _Pass:
    """The way of some values through one vertex of the graph."""

    def __init__(self, size: int, places: list[int], tensors: list[Tensor]) -> None:
        self.size = size
        self.places = places
        self.kinds: list[tuple[tuple[int, ...], np.dtype[np.generic]]] = [
            (t.shape, t.dtype) for t in tensors
        ]
        self.vertex_dtype: np.dtype[np.generic] = tensors[0].dtype

    @classmethod
    def of(cls, values: tuple[Any, ...]) -> _Pass | None:
        """Return the way of what has a gradient among some values; None where nothing has one."""
        if not gc.is_grad_enabled():
            return None
        places = [i for i, x in enumerate(values) if isinstance(x, Tensor) and x.requires_grad]
        return cls(len(values), places, [values[i] for i in places]) if places else None

    def run(
        self, values: tuple[Any, ...], hook: Callable[[Tensor], Tensor | None]
    ) -> tuple[Any, ...]:
        """Return the values, with the hook on what has a gradient."""
        vertex = self._join([values[i] for i in self.places])
        self.vertex_dtype = vertex.dtype
        vertex.register_hook(hook)
        passed = list(values)
        for i, t in zip(self.places, self._split(vertex), strict=True):
            passed[i] = t
        if type(values) is tuple:
            return tuple(passed)
        return type(values)(*passed)  # a NamedTuple

    def unpacked(self, g: Tensor) -> Grads:
        """Return the gradient of the vertex as one for each value."""
        grads: list[Tensor | None] = [None] * self.size
        for i, t in zip(self.places, self._split(g), strict=True):
            grads[i] = t
        return tuple(grads)

    def packed(self, grads: Grads) -> Tensor:
        """Return gradients of the values as one of the vertex."""
        found = [grads[i] for i in self.places]
        g = self._join([t for t in found if t is not None])
        return g if g.dtype == self.vertex_dtype else gc.astype(g, self.vertex_dtype)

    def _join(self, tensors: list[Tensor]) -> Tensor:
        if len(tensors) == 1:
            return gc.reshape(tensors[0], tensors[0].shape)  # a vertex of its own, and no copy
        return gc.concat([gc.reshape(t, (t.size,)) for t in tensors])

    def _split(self, vertex: Tensor) -> list[Tensor]:
        if len(self.kinds) == 1:
            return [vertex]
        parts: list[Tensor] = []
        start = 0
        for shape, dtype in self.kinds:
            stop = start + prod(shape)
            part = gc.reshape(vertex[start:stop], shape)
            if part.dtype != dtype:
                part = gc.astype(gc.real(part) if dtype.kind == "f" else part, dtype)
            parts.append(part)
            start = stop
        return parts
