"""Container: a Module that keeps items by name, in order."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import TYPE_CHECKING, Generic, TypeVar

from grad_core import Tensor
from grad_nn.module import Module
from grad_nn.parameter import Parameter
from grad_nn.tree import Member

T = TypeVar("T")


class Container(Module, ABC, Generic[T]):
    """What the containers share. A subclass may keep attributes besides, which come after the items.

    As in PyTorch, an item can be read as an attribute where its name is one. Type checkers do not
    know of these.
    """

    _items: dict[str, T]

    @abstractmethod
    def _checked(self, name: str, item: object) -> T:
        """Return what to keep for an item; raise a TypeError if it is none."""

    def _put(self, name: str, item: T) -> None:
        """Keep an item under a name, in place of the one that is there."""
        self._items[name] = item

    def members(self) -> Iterable[tuple[str, object]]:
        """Yield the items by name, then what else a subclass keeps."""
        yield from tuple(self._items.items())
        yield from (member for member in super().members() if member[0] != "_items")

    def put_member(self, name: str, value: Member | None) -> None:
        """Keep an item under its name, and anything else as an attribute."""
        try:
            item = self._checked(name, value)
        except TypeError:
            if name in self._items:
                raise
            super().put_member(name, value)
        else:
            self._put(name, item)

    def _shown(self) -> Iterable[tuple[str, str]]:
        yield from ((name, as_text(item)) for name, item in self._items.items())
        yield from (line for line in super()._shown() if line[0] not in self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __dir__(self) -> Iterable[str]:
        return [*super().__dir__(), *(name for name in self._items if name.isidentifier())]

    if not TYPE_CHECKING:

        def __getattr__(self, name):
            """Return an item, where there is no attribute of that name."""
            try:
                return vars(self)["_items"][name]
            except KeyError:
                raise AttributeError(
                    f"{type(self).__name__} has no attribute or item named {name!r}"
                ) from None


def checked_module(container: object, name: str, item: object) -> Module:
    """Return a Module; raise a TypeError for all else."""
    if isinstance(item, Module):
        return item
    raise TypeError(f"{type(container).__name__}: item {name} is {item!r:.60}, expected a Module")


def checked_parameter(container: object, name: str, item: object) -> Parameter:
    """Return a Parameter, of the value and dtype of another Tensor; raise a TypeError for all else."""
    if isinstance(item, Parameter):
        return item
    if isinstance(item, Tensor):
        return Parameter(data=item.detach(), dtype=item.dtype)
    raise TypeError(
        f"{type(container).__name__}: item {name} is {item!r:.60}, expected a Parameter or a Tensor"
    )


def as_text(item: object) -> str:
    """Return what `repr` of a container says of an item."""
    if isinstance(item, Module):
        return repr(item)
    if isinstance(item, Parameter):
        return f"Parameter of shape {item.shape}, {item.dtype}"
    return str(getattr(item, "__name__", item))  # a function
