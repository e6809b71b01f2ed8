"""How many multiply-adds a call of a layer takes: a table by class, which `summary` reads.

What counts is each product of a weight, or of two activations, that is added up: in matrix products,
convolutions and attention. A norm counts one for each number, for its factor and term. What is
elementwise without parameters counts nothing, nor do biases: the sums begin with them.
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import TypeAlias, TypeVar

from grad_core import Tensor
from grad_nn.layers.activation.rectifiers import PReLU
from grad_nn.layers.attention import MultiheadAttention
from grad_nn.layers.batch_norm import ChannelNorm
from grad_nn.layers.convolution.base import ConvNd
from grad_nn.layers.embedding import Embedding, EmbeddingBag
from grad_nn.layers.linear import Bilinear, Linear
from grad_nn.layers.normalization import GroupNorm, LayerNorm, RMSNorm
from grad_nn.layers.recurrent_base import RNNBase
from grad_nn.layers.recurrent_cells import RNNCellBase
from grad_nn.module import Module

M = TypeVar("M", bound=Module)
Tensors: TypeAlias = tuple[Tensor, ...]

_table: dict[type[Module], Callable[[Module, Tensors, Tensors], int]] = {}


def multiply_adds_of(
    *kinds: type[M],
) -> Callable[[Callable[[M, Tensors, Tensors], int]], Callable[[M, Tensors, Tensors], int]]:
    """Say how many multiply-adds a class of Modules takes, or several, for `summary`; a decorator.

    It is of a function of the Module, the Tensors among its arguments, in the order in which `forward`
    names them, and the Tensors among its results. It holds for subclasses that have none of their
    own, and for everything that the Module calls: what is below it is not counted again.

    Args:
        kinds: The classes.

    Raises:
        TypeError: One of them is no class of Modules.

    Example:
        >>> from grad_nn import Parameter, summary
        >>> class Outer(Module):
        ...     def __init__(self, n: int) -> None:
        ...         self.weight = Parameter(n)
        ...
        ...     def forward(self, x: Tensor) -> Tensor:
        ...         return x[..., None] * self.weight
        >>> @multiply_adds_of(Outer)
        ... def _(layer: Outer, inputs: tuple[Tensor, ...], outputs: tuple[Tensor, ...]) -> int:
        ...     return outputs[0].size
        >>> summary(Outer(5), (2, 3)).multiply_adds
        30
    """
    for kind in kinds:
        if not (isinstance(kind, type) and issubclass(kind, Module)):
            raise TypeError(f"multiply_adds_of: got {kind!r:.60}, expected a class of Modules")

    def register(
        count: Callable[[M, Tensors, Tensors], int],
    ) -> Callable[[M, Tensors, Tensors], int]:
        def checked(module: Module, inputs: Tensors, outputs: Tensors) -> int:
            assert isinstance(module, kinds)  # it is found by its class
            return count(module, inputs, outputs)

        _table.update(dict.fromkeys(kinds, checked))
        return count

    return register


def count_multiply_adds(module: Module, inputs: Tensors, outputs: Tensors) -> int | None:
    """Return what a call takes; None where nobody said so for its class or one above it."""
    for kind in type(module).__mro__:
        count = _table.get(kind)
        if count is not None:
            return count(module, inputs, outputs)
    return None


@multiply_adds_of(Linear)
def _(layer: Linear, inputs: Tensors, outputs: Tensors) -> int:
    return outputs[0].size * layer.in_features


@multiply_adds_of(Bilinear)
def _(layer: Bilinear, inputs: Tensors, outputs: Tensors) -> int:
    # A x2 for each output, and the product of that with x1
    return outputs[0].size * layer.in1_features * (layer.in2_features + 1)


@multiply_adds_of(ConvNd)
def _(layer: ConvNd, inputs: Tensors, outputs: Tensors) -> int:
    # Of each number of one side, as many as it has in its kernel on the other side
    per_number = prod(layer.weight.shape[1:])
    return (inputs if layer.transposed else outputs)[0].size * per_number


@multiply_adds_of(RNNBase)
def _(layer: RNNBase, inputs: Tensors, outputs: Tensors) -> int:
    steps = inputs[0].size // max(layer.input_size, 1)
    return steps * _matrices(layer)


@multiply_adds_of(RNNCellBase)
def _(layer: RNNCellBase, inputs: Tensors, outputs: Tensors) -> int:
    return inputs[0].size // max(layer.input_size, 1) * _matrices(layer)


def _matrices(layer: Module) -> int:
    return sum(p.size for p in layer.parameters() if p.ndim == 2)


@multiply_adds_of(MultiheadAttention)
def _(layer: MultiheadAttention, inputs: Tensors, outputs: Tensors) -> int:
    query, key, value = inputs[:3]
    width = layer.embed_dim
    queries, keys, values = (
        t.size // t.shape[-1] for t in (query, key, value)
    )  # over the whole batch
    sequence = 1 if layer.batch_first else 0
    batch = 1 if query.ndim == 2 else query.shape[1 - sequence]
    attended = keys // max(batch, 1) + (layer.bias_k is not None) + layer.add_zero_attn
    projections = width * (queries * width * 2 + keys * layer.kdim + values * layer.vdim)
    return projections + queries * attended * width * 2


@multiply_adds_of(Embedding, EmbeddingBag)
def _(layer: Module, inputs: Tensors, outputs: Tensors) -> int:
    return 0


@multiply_adds_of(PReLU, ChannelNorm, LayerNorm, RMSNorm, GroupNorm)
def _(layer: Module, inputs: Tensors, outputs: Tensors) -> int:
    return outputs[0].size
