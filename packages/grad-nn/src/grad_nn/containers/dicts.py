"""Dicts of Modules, and of Parameters, that a Module can keep."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from typing import Self, TypeVar

from grad_core import Tensor
from grad_nn.containers.container import Container, T, checked_module, checked_parameter
from grad_nn.module import Module
from grad_nn.parameter import Parameter

M = TypeVar("M", bound=Module)
U = TypeVar("U")


class DictContainer(Container[T], Mapping[str, T]):
    """What a dict does, whatever its items are; their names are the keys."""

    # As other Modules, by identity, and not as a Mapping
    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return object.__hash__(self)

    def _put(self, name: str, item: T) -> None:
        if not isinstance(name, str):
            raise TypeError(f"{type(self).__name__}: the key is {name!r:.60}, expected a str")
        if not name or "." in name:
            raise ValueError(
                f"{type(self).__name__}: the key is {name!r}; it must not be empty or have a dot"
            )
        self._items[name] = item

    def __getitem__(self, key: str) -> T:
        try:
            return self._items[key]
        except KeyError:
            raise KeyError(
                f"{type(self).__name__}: there is no item {key!r}, only {list(self._items)}"
            ) from None

    def __delitem__(self, key: str) -> None:
        self.pop(key)

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __reversed__(self) -> Iterator[str]:
        return reversed(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __contains__(self, key: object) -> bool:
        return key in self._items

    def pop(self, key: str) -> T:
        """Take an item out."""
        item = self[key]
        del self._items[key]
        return item

    def popitem(self) -> tuple[str, T]:
        """Take the last item out; return its key and itself."""
        if not self._items:
            raise KeyError(f"{type(self).__name__}: popitem of an empty one")
        return self._items.popitem()

    def clear(self) -> None:
        """Take all items out."""
        self._items.clear()

    def _as_dict(self, items: Mapping[str, U] | Iterable[tuple[str, U]]) -> dict[str, U]:
        try:
            return dict(items)
        except (TypeError, ValueError) as error:
            raise TypeError(
                f"{type(self).__name__}: got {type(items).__name__}, expected items by name, or"
                " pairs of names and items"
            ) from error

    def _put_all(self, items: Mapping[str, object]) -> None:
        """Put several items, or none if one of them cannot be."""
        before = dict(self._items)
        try:
            for key, item in items.items():
                self._put(key, self._checked(key, item))
        except BaseException:
            self._items = before
            raise


class ModuleDict(DictContainer[M]):
    """A dict of Modules, named by key, in the order in which they came.

    A plain dict does as well as an attribute of a Module; this one has PyTorch's methods, and can be
    the model itself. A type checker knows the type of the items.

    Args:
        modules: The Modules by name, or pairs of both.

    Raises:
        TypeError: A key is no str, or an item no Module.
        ValueError: A key is empty or has a dot.

    Example:
        >>> from grad_nn import Linear
        >>> heads = ModuleDict({"value": Linear(4, 1), "action": Linear(4, 3)})
        >>> heads["action"](Tensor([1.0, 2.0, 3.0, 4.0])).shape
        (3,)
        >>> [name for name, _ in heads.named_parameters()]
        ['value.weight', 'value.bias', 'action.weight', 'action.bias']
    """

    def __init__(self, modules: Mapping[str, M] | Iterable[tuple[str, M]] | None = None) -> None:
        self._items: dict[str, M] = {}
        if modules is not None:
            self.update(modules)

    def __setitem__(self, key: str, module: M) -> None:
        self._put(key, self._checked(key, module))

    def update(self, modules: Mapping[str, M] | Iterable[tuple[str, M]]) -> None:
        """Put several Modules in, by name, in place of those that have these names."""
        self._put_all(self._as_dict(modules))

    def _checked(self, name: str, item: object) -> M:
        checked_module(self, name, item)
        return item  # type: ignore[return-value]  # callers without a type checker decide what M is


class ParameterDict(DictContainer[Parameter]):
    """A dict of Parameters, named by key.

    Args:
        parameters: The Parameters by name, or pairs of both. Of another Tensor a Parameter of its
            value and dtype is made. As in PyTorch, a plain dict is taken in the order of its keys,
            and all else as it comes.

    Raises:
        TypeError: A key is no str, or an item no Tensor.
        ValueError: A key is empty or has a dot.

    Example:
        >>> scales = ParameterDict({"left": Parameter(data=[1.0]), "right": Tensor([2.0])})
        >>> scales["right"]
        Parameter([2.], requires_grad=True)
        >>> scales
        ParameterDict(
          (left): Parameter of shape (1,), float32
          (right): Parameter of shape (1,), float32
        )
    """

    def __init__(
        self, parameters: Mapping[str, Tensor] | Iterable[tuple[str, Tensor]] | None = None
    ) -> None:
        self._items: dict[str, Parameter] = {}
        if parameters is not None:
            self.update(parameters)

    def _checked(self, name: str, item: object) -> Parameter:
        return checked_parameter(self, name, item)

    def __setitem__(self, key: str, value: Tensor) -> None:
        self._put(key, self._checked(key, value))

    def update(self, parameters: Mapping[str, Tensor] | Iterable[tuple[str, Tensor]]) -> None:
        """Put several Parameters in, by name, in place of those that have these names."""
        items = self._as_dict(parameters)
        if isinstance(parameters, Mapping) and not isinstance(
            parameters, (OrderedDict, ParameterDict)
        ):
            items = {key: items[key] for key in sorted(items)}
        self._put_all(items)

    def setdefault(self, key: str, default: Tensor) -> Parameter:
        """Return an item; if there is none of that key, put `default` there first."""
        if key not in self:
            self[key] = default
        return self[key]

    def copy(self) -> ParameterDict:
        """Return another ParameterDict of the same Parameters."""
        return ParameterDict(list(self.items()))

    def fromkeys(self, keys: Iterable[str], default: Tensor) -> ParameterDict:
        """Return a ParameterDict that has a Parameter of the value of `default` for each key."""
        return ParameterDict(
            [(key, Parameter(data=default.detach(), dtype=default.dtype)) for key in keys]
        )

    def __or__(self, other: Mapping[str, Tensor]) -> ParameterDict:
        both = self.copy()
        both.update(other)
        return both

    def __ior__(self, other: Mapping[str, Tensor]) -> Self:
        self.update(other)
        return self
