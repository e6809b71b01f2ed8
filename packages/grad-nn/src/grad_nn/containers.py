"""Modules made of modules."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias, overload

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
        TypeError: A layer cannot be called; on a call, if a layer's result is no Tensor.

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
        self.layers: tuple[Layer, ...] = layers
        for i, layer in enumerate(layers):
            if isinstance(layer, type) or not callable(layer):
                raise TypeError(
                    f"Sequential: layer {i} is {layer!r:.60}; expected a Module or a function of a"
                    " Tensor"
                )

    def forward(self, input: Tensor) -> Tensor:
        """Apply the layers in turn."""
        x = input
        for layer in self.layers:
            x = layer(x)
        return x

    def members(self) -> Iterable[tuple[str, object]]:
        """Yield the layers by position."""
        return ((str(i), layer) for i, layer in enumerate(self.layers))

    def _shown(self) -> Iterable[tuple[str, object]]:
        return self.members()

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
        return self.layers[index]
