"""What PyTorch's samples make modules of, in terms of grad."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from tests.conformance.side_by_side import array

import grad_nn as nn
from grad_core import Tensor
from grad_nn import functional as F  # noqa: N812  # the field's name

# Functions that are arguments, such as activations
FUNCTIONS: dict[Any, Any] = {
    torch.nn.functional.gelu: F.gelu,
    torch.nn.functional.relu: F.relu,
}


def encoder_layer(x: torch.nn.TransformerEncoderLayer) -> nn.TransformerEncoderLayer:
    return nn.TransformerEncoderLayer(
        x.self_attn.embed_dim,
        x.self_attn.num_heads,
        x.linear1.out_features,
        x.dropout.p,
        FUNCTIONS[x.activation],
        x.norm1.eps,
        x.self_attn.batch_first,
        x.norm_first,
        x.linear1.bias is not None,
    )


# Modules that are arguments: how to make ours of theirs
MAKERS: dict[type[torch.nn.Module], Callable[[Any], Any]] = {
    torch.nn.TransformerEncoderLayer: encoder_layer,
}


def ours_of(x: Any) -> Any:
    """An argument of a constructor, for ours."""
    if isinstance(x, torch.nn.Module):
        return MAKERS[type(x)](x)
    if isinstance(x, torch.Tensor):
        return Tensor(array(x), dtype=array(x).dtype)
    if isinstance(x, torch.dtype):
        return array(torch.empty(0, dtype=x)).dtype
    if isinstance(x, torch.nn.LinearCrossEntropyOptions):
        return nn.LinearCrossEntropyOptions(batch_chunk_size=x.batch_chunk_size)
    if isinstance(x, (list, tuple)):
        return type(x)(ours_of(y) for y in x)
    return FUNCTIONS[x] if callable(x) else x
