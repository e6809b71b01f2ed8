"""Lists of Modules, and of Parameters, that a Module can keep."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Self, TypeVar, overload

from grad_core import Tensor
from grad_nn.containers.container import Container, T, as_text, checked_module, checked_parameter
from grad_nn.module import Module
from grad_nn.parameter import Parameter

M = TypeVar("M", bound=Module)


class ListContainer(Container[T]):
    """What a list does, whatever its items are; their names are their positions."""

    def _put(self, name: str, item: T) -> None:
        if name not in self._items and name != str(len(self)):
            raise ValueError(
                f"{type(self).__name__}: {name!r} is no place among {len(self)} items, or after them"
            )
        self._items[name] = item

    def _keep(self, items: Iterable[T]) -> None:
        """Have these items, and no others."""
        self._items = {str(i): item for i, item in enumerate(items)}

    def _more(self, items: Iterable[object]) -> list[T]:
        """Check what is to go behind the others."""
        if not isinstance(items, Iterable):
            raise TypeError(
                f"{type(self).__name__}: got {type(items).__name__}, expected several items"
            )
        return [self._checked(str(i), item) for i, item in enumerate(items, len(self))]

    def _name(self, index: int) -> str:
        i = operator.index(index)
        if not -len(self) <= i < len(self):
            raise IndexError(
                f"{type(self).__name__}: there is no item {i}, only {len(self)} of them"
            )
        return str(i % len(self))

    def __iter__(self) -> Iterator[T]:
        return iter(self._items.values())

    def __reversed__(self) -> Iterator[T]:
        return reversed(self._items.values())

    def __contains__(self, item: object) -> bool:
        return any(item is one for one in self)

    def __delitem__(self, index: int | slice) -> None:
        items = list(self)
        del items[index if isinstance(index, slice) else int(self._name(index))]
        self._keep(items)


class ModuleList(ListContainer[M]):
    """A list of Modules, named by position: `0.weight`.

    A plain list does as well as an attribute of a Module; this one has PyTorch's methods, and can be
    the model itself. A type checker knows the type of the items.

    Args:
        modules: The Modules.

    Raises:
        TypeError: An item is no Module.

    Example:
        >>> from grad_nn import Linear
        >>> layers = ModuleList([Linear(2, 3), Linear(3, 3)])
        >>> layers.append(Linear(3, 1))
        ModuleList(
          (0): Linear(in_features=2, out_features=3, bias=True)
          (1): Linear(in_features=3, out_features=3, bias=True)
          (2): Linear(in_features=3, out_features=1, bias=True)
        )
        >>> x = Tensor([1.0, 2.0])
        >>> for layer in layers:
        ...     x = layer(x)
        >>> x.shape
        (1,)
    """

    def __init__(self, modules: Iterable[M] | None = None) -> None:
        self._items: dict[str, M] = {}
        if modules is not None:
            self.extend(modules)

    def _checked(self, name: str, item: object) -> M:
        checked_module(self, name, item)
        return item  # type: ignore[return-value]  # callers without a type checker decide what M is

    @overload
    def __getitem__(self, idx: int) -> M: ...
    @overload
    def __getitem__(self, idx: slice) -> ModuleList[M]: ...
    def __getitem__(self, idx: int | slice) -> M | ModuleList[M]:
        if isinstance(idx, slice):
            return ModuleList(list(self)[idx])
        return self._items[self._name(idx)]

    def __setitem__(self, idx: int, module: M) -> None:
        name = self._name(idx)
        self._items[name] = self._checked(name, module)

    def append(self, module: M) -> Self:
        """Put a Module behind the others."""
        return self.extend((module,))

    def extend(self, modules: Iterable[M]) -> Self:
        """Put several Modules behind the others."""
        self._keep([*self, *self._more(modules)])
        return self

    def insert(self, index: int, module: M) -> None:
        """Put a Module before the one at `index`, as a list does."""
        items = list(self)
        items.insert(index, self._checked(str(index), module))
        self._keep(items)

    @overload
    def pop(self, key: int = -1) -> M: ...
    @overload
    def pop(self, key: slice) -> ModuleList[M]: ...
    def pop(self, key: int | slice = -1) -> M | ModuleList[M]:
        """Take a Module out, or several."""
        item = self[key]
        del self[key]
        return item

    def __add__(self, other: Iterable[M]) -> ModuleList[M]:
        return ModuleList([*self, *other])

    def __iadd__(self, modules: Iterable[M]) -> Self:
        return self.extend(modules)

    def _shown(self) -> Iterable[tuple[str, str]]:
        """Yield the items, several that look the same as one."""
        start = 0
        for text, same in groupby(as_text(item) for item in self):
            n = sum(1 for _ in same)
            stop = start + n
            yield (f"{start}-{stop - 1}", f"{n} x {text}") if n > 1 else (str(start), text)
            start = stop
        yield from (line for line in super()._shown() if line[0] not in self._items)


class ParameterList(ListContainer[Parameter]):
    """A list of Parameters, named by position: `0`.

    Args:
        values: The Parameters. Of another Tensor a Parameter of its value and dtype is made.

    Raises:
        TypeError: An item is neither.

    Example:
        >>> from grad_core import ones
        >>> ParameterList([Parameter(2, 3), ones(4)])
        ParameterList(
          (0): Parameter of shape (2, 3), float32
          (1): Parameter of shape (4,), float32
        )
    """

    def __init__(self, values: Iterable[Tensor] | None = None) -> None:
        self._items: dict[str, Parameter] = {}
        if values is not None:
            self.extend(values)

    def _checked(self, name: str, item: object) -> Parameter:
        return checked_parameter(self, name, item)

    @overload
    def __getitem__(self, idx: int) -> Parameter: ...
    @overload
    def __getitem__(self, idx: slice) -> ParameterList: ...
    def __getitem__(self, idx: int | slice) -> Parameter | ParameterList:
        if isinstance(idx, slice):
            return ParameterList(list(self)[idx])
        return self._items[self._name(idx)]

    def __setitem__(self, idx: int, param: Tensor) -> None:
        name = self._name(idx)
        self._items[name] = self._checked(name, param)

    def append(self, value: Tensor) -> Self:
        """Put a Parameter behind the others."""
        return self.extend((value,))

    def extend(self, values: Iterable[Tensor]) -> Self:
        """Put several Parameters behind the others."""
        self._keep([*self, *self._more(values)])
        return self

    def insert(self, index: int, value: Tensor) -> None:
        """Put a Parameter before the one at `index`, as a list does."""
        items = list(self)
        items.insert(index, self._checked(str(index), value))
        self._keep(items)

    @overload
    def pop(self, key: int = -1) -> Parameter: ...
    @overload
    def pop(self, key: slice) -> ParameterList: ...
    def pop(self, key: int | slice = -1) -> Parameter | ParameterList:
        """Take a Parameter out, or several."""
        item = self[key]
        del self[key]
        return item

    def __add__(self, other: Iterable[Tensor]) -> ParameterList:
        return ParameterList([*self, *other])

    def __iadd__(self, parameters: Iterable[Tensor]) -> Self:
        return self.extend(parameters)
