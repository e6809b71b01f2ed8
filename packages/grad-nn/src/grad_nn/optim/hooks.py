"""Hooks that can be removed again."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from types import TracebackType
from typing import Self, TypeVar

H = TypeVar("H", bound=Callable[..., object])
_keys = count()


class HookHandle:
    """A hook among others, and how to remove it.

    Args:
        hooks: Where it is kept, in the order of registration.
        hook: The function.
    """

    def __init__(self, hooks: dict[int, H], hook: H) -> None:
        if not callable(hook):
            raise TypeError(f"hook: expected a function, got {type(hook).__name__}")
        key = next(_keys)
        hooks[key] = hook
        self._forget: Callable[[], object] = lambda: hooks.pop(key, None)

    def remove(self) -> None:
        """Call the hook no more."""
        self._forget()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.remove()
