"""Modules made of modules."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Self, TypeAlias, overload

from grad_core import Tensor
from grad_nn.module import Module

Layer: TypeAlias = Callable[[Tensor], Tensor]
"""What a Sequential is made of: a Module whose forward takes and gives a Tensor, or a function."""


class Sequential(Module):
    """Layers one after the other, each applied to the result of the one before.

    Its parameters are named by position, as in PyTorch: `0.weight`.

    Args:
        layers: Modules, or plain functions of a Tensor.

    Raises:
        TypeError: A layer cannot be called.

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
    """

    def __init__(self, *layers: Layer) -> None:
        self.layers: tuple[Layer, ...] = ()
        for layer in layers:
            self.append(layer)

    def append(self, layer: Layer) -> Self:
        """Put a layer behind the others.

        Args:
            layer: A Module, or a plain function of a Tensor.

        Raises:
            TypeError: It cannot be called.
        """
        if isinstance(layer, type) or not callable(layer):
            raise TypeError(
                f"Sequential: layer {len(self)} is {layer!r:.60}; expected a Module or a function"
                " of a Tensor"
            )
        self.layers += (layer,)
        return self

    def forward(self, input: Tensor) -> Tensor:
        """Apply the layers in turn."""
        x = input
        for layer in self.layers:
            x = layer(x)
        return x

    def members(self) -> Iterable[tuple[str, object]]:
        """Yield the layers by position, then what else a subclass keeps."""
        yield from self._positions()
        yield from (item for item in super().members() if item[0] != "layers")

    def _positions(self) -> Iterator[tuple[str, Layer]]:
        return ((str(i), layer) for i, layer in enumerate(self.layers))

    def _shown(self) -> Iterable[tuple[str, object]]:
        shown = dict(self._positions())
        return (*shown.items(), *((n, m) for n, m in self.named_children() if n not in shown))

    def __len__(self) -> int:
        return len(self.layers)

    def __iter__(self) -> Iterator[Layer]:
        return iter(self.layers)

    @overload
    def __getitem__(self, index: int) -> Layer: ...
    @overload
    def __getitem__(self, index: slice) -> Sequential: ...
    def __getitem__(self, index: int | slice) -> Layer | Sequential:
        if isinstance(index, slice):
            return Sequential(*self.layers[index])
        try:
            return self.layers[index]
        except IndexError:
            raise IndexError(
                f"Sequential: there is no layer {index}, only {len(self)} of them"
            ) from None
