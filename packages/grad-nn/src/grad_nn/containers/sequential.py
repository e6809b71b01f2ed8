"""Sequential: layers one after the other."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Self, TypeAlias, TypeGuard, overload

from grad_core import Tensor
from grad_nn.containers.container import Container

Layer: TypeAlias = Callable[[Tensor], Tensor]
"""What a Sequential is made of: a Module whose forward takes and gives a Tensor, or a function."""


class Sequential(Container[Layer]):
    """Layers one after the other, each applied to the result of the one before.

    Its parameters are named as in PyTorch, by position: `0.weight`, or by the names that are given.

    Args:
        layers: Modules, or plain functions of a Tensor; or a single dict of them by name.

    Raises:
        TypeError: A layer cannot be called.
        ValueError: A name is empty or has a dot.

    Example:
        >>> import grad_core as gc
        >>> from grad_nn import Linear, ReLU
        >>> model = Sequential(Linear(2, 3), ReLU(), Linear(3, 1), gc.tanh)
        >>> model(Tensor([[1.0, 2.0]])).shape
        (1, 1)
        >>> model
        Sequential(
          (0): Linear(in_features=2, out_features=3, bias=True)
          (1): ReLU()
          (2): Linear(in_features=3, out_features=1, bias=True)
          (3): tanh
        )
        >>> Sequential({"hidden": Linear(2, 3), "activation": ReLU()})
        Sequential(
          (hidden): Linear(in_features=2, out_features=3, bias=True)
          (activation): ReLU()
        )
    """

    @overload
    def __init__(self, layers: Mapping[str, Layer], /) -> None: ...
    @overload
    def __init__(self, *layers: Layer) -> None: ...
    def __init__(self, *layers: Layer | Mapping[str, Layer]) -> None:
        self._items: dict[str, Layer] = {}
        if len(layers) == 1 and _is_named(layers[0]):
            for name, layer in layers[0].items():
                self._put(name, self._checked(name, layer))
        else:
            self._items = {str(i): self._checked(str(i), x) for i, x in enumerate(layers)}

    def _checked(self, name: str, item: object) -> Layer:
        if _is_layer(item):
            return item
        raise TypeError(
            f"{type(self).__name__}: layer {name} is {item!r:.60}; expected a Module or a function"
            " of a Tensor"
        )

    def _put(self, name: str, item: Layer) -> None:
        if not isinstance(name, str) or not name or "." in name:
            raise ValueError(
                f"{type(self).__name__}: the name of a layer is {name!r}; it is a str that is not"
                " empty and has no dot"
            )
        self._items[name] = item

    def forward(self, input: Tensor) -> Tensor:
        """Apply the layers in turn."""
        x = input
        for layer in self._items.values():
            x = layer(x)
        return x

    # ------------------------------------------------------------------------ as a list

    def __iter__(self) -> Iterator[Layer]:
        return iter(self._items.values())

    @overload
    def __getitem__(self, idx: int) -> Layer: ...
    @overload
    def __getitem__(self, idx: slice) -> Sequential: ...
    def __getitem__(self, idx: int | slice) -> Layer | Sequential:
        if isinstance(idx, slice):
            return Sequential(dict(list(self._items.items())[idx]))
        return self._items[self._name(idx)]

    def __setitem__(self, idx: int, module: Layer) -> None:
        name = self._name(idx)
        self._items[name] = self._checked(name, module)

    def __delitem__(self, idx: int | slice) -> None:
        """Take layers out. Those that stay are named by position, as in PyTorch."""
        names = list(self._items)
        gone = names[idx] if isinstance(idx, slice) else [self._name(idx)]
        self._renumber(layer for name, layer in self._items.items() if name not in gone)

    def append(self, module: Layer) -> Self:
        """Put a layer behind the others, named by its position.

        Args:
            module: A Module, or a plain function of a Tensor.

        Raises:
            TypeError: It cannot be called.
        """
        return self.extend((module,))

    def extend(self, sequential: Iterable[Layer]) -> Self:
        """Put several layers behind the others, named by position."""
        more = [self._checked(str(i), x) for i, x in enumerate(tuple(sequential), len(self))]
        for layer in more:
            self._items[self._new_name()] = layer
        return self

    def insert(self, index: int, module: Layer) -> Self:
        """Put a layer before the one at `index`.

        Layers that are named by position are named by their new ones.

        Raises:
            IndexError: There is no such place.
        """
        n = len(self)
        i = operator.index(index)
        if not -n <= i <= n:
            raise IndexError(f"{type(self).__name__}: {i} is no place among {n} layers")
        i = i + n if i < 0 else i
        layer = self._checked(str(i), module)
        pairs = list(self._items.items())
        pairs.insert(i, (self._new_name(), layer))
        if all(name.isdecimal() for name in self._items):
            self._renumber(layer for _, layer in pairs)
        else:
            self._items = dict(pairs)
        return self

    @overload
    def pop(self, key: int = -1) -> Layer: ...
    @overload
    def pop(self, key: slice) -> Sequential: ...
    def pop(self, key: int | slice = -1) -> Layer | Sequential:
        """Take a layer out, or several. Those that stay are named by position, as in PyTorch."""
        layer = self[key]
        del self[key]
        return layer

    def __add__(self, other: Sequential) -> Sequential:
        if not isinstance(other, Sequential):
            return NotImplemented
        return Sequential(*self, *other)

    def __iadd__(self, other: Sequential) -> Self:
        if not isinstance(other, Sequential):
            return NotImplemented
        return self.extend(other)

    def __mul__(self, other: int) -> Sequential:
        return Sequential(*(tuple(self) * self._times(other)))

    def __rmul__(self, other: int) -> Sequential:
        return self * other

    def __imul__(self, other: int) -> Self:
        return self.extend(tuple(self) * (self._times(other) - 1))

    def _times(self, other: int) -> int:
        if operator.index(other) < 1:
            raise ValueError(f"{type(self).__name__}: multiplied by {other}, expected at least 1")
        return operator.index(other)

    def _name(self, index: int) -> str:
        i = operator.index(index)
        if not -len(self) <= i < len(self):
            raise IndexError(
                f"{type(self).__name__}: there is no layer {i}, only {len(self)} of them"
            )
        return list(self._items)[i]

    def _new_name(self) -> str:
        """The position after the last, or the next number that is no name yet."""
        i = len(self)
        while str(i) in self._items:
            i += 1
        return str(i)

    def _renumber(self, layers: Iterable[Layer]) -> None:
        self._items = {str(i): layer for i, layer in enumerate(layers)}


def _is_layer(item: object) -> TypeGuard[Layer]:
    return callable(item) and not isinstance(item, type)


def _is_named(layers: object) -> TypeGuard[Mapping[str, object]]:
    return isinstance(layers, Mapping)
