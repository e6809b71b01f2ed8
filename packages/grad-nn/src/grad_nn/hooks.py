"""Hooks: functions that are called along with a Module, and may change what goes in and out."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from itertools import count
from types import TracebackType
from typing import Any, Literal, NamedTuple, Self, TypeAlias, TypeVar

from grad_nn.backward_hooks import Gradients, is_tuple

Kind: TypeAlias = Literal["forward_pre", "forward", "backward_pre", "backward"]


class Hook(NamedTuple):
    """A function that was registered, and when it is to be called."""

    kind: Kind
    function: Callable[..., Any]
    with_kwargs: bool = False
    always_call: bool = False


H = TypeVar("H")
R = TypeVar("R")
Hooks: TypeAlias = dict[int, Hook]
keys: count[int] = count()
"""Numbers of hooks, by which their handles find them."""


class RemovableHandle:
    """What removes a hook: by its `remove()`, or at the end of a `with` block."""

    def __init__(self, hooks: dict[int, H], key: int) -> None:
        # No closure: the handle of a copied Module belongs to the copy.
        self._hooks: dict[int, Any] = hooks
        self._key = key

    def remove(self) -> None:
        """Call the hook no more."""
        self._hooks.pop(self._key, None)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.remove()


def added(name: str, hooks: Hooks, hook: Hook, prepend: bool) -> RemovableHandle:
    """Put a hook behind those that are there, or before them."""
    if not callable(hook.function):
        raise TypeError(f"{name}: hook is {hook.function!r:.60}, expected a function")
    key = next(keys)
    if prepend:
        later = dict(hooks)
        hooks.clear()
        hooks[key] = hook
        hooks.update(later)
    else:
        hooks[key] = hook
    return RemovableHandle(hooks, key)


def call_with_hooks(
    module: object,
    hooks: Hooks,
    forward: Callable[..., R],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> R:
    """Call `forward` of a Module with its hooks: before it, on its gradients, and after it."""
    found = tuple(hooks.values())  # what hooks register or remove counts from the next call on
    after = [hook for hook in found if hook.kind == "forward"]
    result: Any = None
    called: list[Hook] = []
    try:
        args, kwargs = _before(module, found, args, kwargs)
        gradients = Gradients.of(module, found)
        if gradients is not None:
            args = gradients.through_inputs(args)
        result = forward(*args, **kwargs)
        for hook in after:
            called.append(hook)
            result = _after(module, hook, args, kwargs, result)
        if gradients is not None:
            result = gradients.through_outputs(result)
    except Exception:
        for hook in after:
            if hook.always_call and not any(hook is one for one in called):
                try:
                    result = _after(module, hook, args, kwargs, result)
                except Exception as error:  # noqa: BLE001  # the first one goes on
                    warnings.warn(
                        f"{type(module).__name__}: a forward hook that is always called raised"
                        f" {error!r} after another error",
                        stacklevel=3,
                    )
        raise
    out: R = result
    return out


def _before(
    module: object, hooks: tuple[Hook, ...], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    for hook in hooks:
        if hook.kind != "forward_pre":
            continue
        if hook.with_kwargs:
            given = hook.function(module, args, kwargs)
            if given is None:
                continue
            if not (is_tuple(given) and len(given) == 2):
                raise RuntimeError(
                    f"{type(module).__name__}: a forward pre-hook with kwargs returned"
                    f" {given!r:.60}, expected None or (args, kwargs)"
                )
            args, kwargs = given
        else:
            given = hook.function(module, args)
            if given is not None:
                args = given if is_tuple(given) else (given,)
    return args, kwargs


def _after(
    module: object, hook: Hook, args: tuple[Any, ...], kwargs: dict[str, Any], result: Any
) -> Any:
    arguments = (args, kwargs, result) if hook.with_kwargs else (args, result)
    given = hook.function(module, *arguments)
    return result if given is None else given
