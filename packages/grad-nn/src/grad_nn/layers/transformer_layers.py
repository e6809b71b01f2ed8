"""The layers of the transformer's encoder and decoder."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeAlias

from numpy.typing import DTypeLike

from grad_core import Raw, Tensor
from grad_init import Initializer, InitMethod, Rng, as_generator
from grad_nn import functional as F  # noqa: N812  # the field's name
from grad_nn.layers.attention import MultiheadAttention
from grad_nn.layers.dropout import Dropout
from grad_nn.layers.linear import Linear
from grad_nn.layers.normalization import LayerNorm
from grad_nn.module import Module

Mask: TypeAlias = "Tensor | Raw"
"""Booleans, True for what is left out, or numbers that are added to scores."""
Activation: TypeAlias = 'Literal["relu", "gelu"] | Callable[[Tensor], Tensor]'
"""A function between the two linear layers, or the name of one."""

_ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {"relu": F.relu, "gelu": F.gelu}


def _activation(name: str, activation: Activation) -> Callable[[Tensor], Tensor]:
    if not isinstance(activation, str):
        return activation
    if activation not in _ACTIVATIONS:
        raise ValueError(f"{name}: activation is 'relu', 'gelu' or a function, got {activation!r}")
    return _ACTIVATIONS[activation]


class TransformerEncoderLayer(Module):
    """Self-attention and a feed-forward network, each with dropout, a residual sum and a norm.

    x <- norm1(x + attention(x)), x <- norm2(x + linear2(activation(linear1(x)))); with
    `norm_first` each norm stands before its part instead: x <- x + attention(norm1(x)), and so on.

    Shape:
        `(S, N, d_model)`, `(N, S, d_model)` with `batch_first`, or `(S, d_model)`; the result
        likewise.

    Args:
        d_model: The width.
        nhead: How many heads.
        dim_feedforward: The width between the two linear layers.
        dropout: The probability with which a number is dropped in training.
        activation: The function between them, or its name, `"relu"` or `"gelu"`.
        layer_norm_eps: What keeps the norms from dividing by 0.
        batch_first: Whether the batch is the first axis.
        norm_first: Whether norms stand before attention and network.
        bias: Whether linear layers, attention and norms have a bias.
        init_method: How the weights of attention and of linear layers are drawn; None for PyTorch's
            distributions.
        rng: Where random numbers come from, those of dropout too.
        dtype: The dtype of the parameters; None for the default dtype, float32.

    Raises:
        ValueError: `nhead` does not divide `d_model`, or the activation is unknown.

    Example:
        >>> import numpy as np
        >>> layer = TransformerEncoderLayer(8, 2, 16, batch_first=True, rng=0)
        >>> layer(Tensor(np.ones((3, 5, 8)))).shape
        (3, 5, 8)

    Reference:
        A. Vaswani et al., "Attention is all you need", NeurIPS 2017, section 3.1. Norms first:
        R. Xiong et al., "On layer normalization in the Transformer architecture", ICML 2020.
    """

    def __init__(
        self,
        d_model: int,
        nhead: int,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: Activation = "relu",
        layer_norm_eps: float = 1e-5,
        batch_first: bool = False,
        norm_first: bool = False,
        bias: bool = True,
        *,
        init_method: InitMethod | Initializer | None = None,
        rng: Rng = None,
        dtype: DTypeLike | None = None,
    ) -> None:
        draw = None if rng is None else as_generator(rng)
        self.self_attn: MultiheadAttention = MultiheadAttention(
            d_model, nhead, dropout, bias,
            batch_first=batch_first, init_method=init_method, rng=draw, dtype=dtype,
        )  # fmt: skip
        self.linear1: Linear = Linear(
            d_model, dim_feedforward, bias, init_method=init_method, rng=draw, dtype=dtype
        )
        self.dropout: Dropout = Dropout(dropout, rng=draw)
        self.linear2: Linear = Linear(
            dim_feedforward, d_model, bias, init_method=init_method, rng=draw, dtype=dtype
        )
        self.norm_first: bool = norm_first
        self.norm1: LayerNorm = LayerNorm(d_model, layer_norm_eps, bias=bias, dtype=dtype)
        self.norm2: LayerNorm = LayerNorm(d_model, layer_norm_eps, bias=bias, dtype=dtype)
        self.dropout1: Dropout = Dropout(dropout, rng=draw)
        self.dropout2: Dropout = Dropout(dropout, rng=draw)
        self.activation: Callable[[Tensor], Tensor] = _activation(type(self).__name__, activation)

    def forward(
        self,
        src: Tensor,
        src_mask: Mask | None = None,
        src_key_padding_mask: Mask | None = None,
        is_causal: bool = False,
    ) -> Tensor:
        """Encode; masks are those of `MultiheadAttention`."""

        def attended(x: Tensor) -> Tensor:
            out, _ = self.self_attn(
                x,
                x,
                x,
                key_padding_mask=src_key_padding_mask,
                need_weights=False,
                attn_mask=src_mask,
                is_causal=is_causal,
            )
            return self.dropout1(out)

        x = src
        if self.norm_first:
            x = x + attended(self.norm1(x))
            return x + self._feed_forward(self.norm2(x))
        x = self.norm1(x + attended(x))
        return self.norm2(x + self._feed_forward(x))

    def _feed_forward(self, x: Tensor) -> Tensor:
        hidden = self.dropout(self.activation(self.linear1(x)))
        return self.dropout2(self.linear2(hidden))


class TransformerDecoderLayer(Module):
    """Self-attention, attention to what an encoder gave, and a feed-forward network.

    Each has dropout, a residual sum and a norm, as in `TransformerEncoderLayer`.

    Shape:
        tgt `(T, N, d_model)` and memory `(S, N, d_model)`, with `batch_first` the batch first,
        or without a batch; the result is like tgt.

    Args:
        d_model: The width.
        nhead: How many heads.
        dim_feedforward: The width between the two linear layers.
        dropout: The probability with which a number is dropped in training.
        activation: The function between them, or its name, `"relu"` or `"gelu"`.
        layer_norm_eps: What keeps the norms from dividing by 0.
        batch_first: Whether the batch is the first axis.
        norm_first: Whether norms stand before attention and network.
        bias: Whether linear layers, attention and norms have a bias.
        init_method: How the weights of attention and of linear layers are drawn; None for PyTorch's
            distributions.
        rng: Where random numbers come from, those of dropout too.
        dtype: The dtype of the parameters; None for the default dtype, float32.

    Raises:
        ValueError: `nhead` does not divide `d_model`, or the activation is unknown.

    Example:
        >>> import numpy as np
        >>> layer = TransformerDecoderLayer(8, 2, 16, batch_first=True, rng=0)
        >>> layer(Tensor(np.ones((3, 5, 8))), Tensor(np.ones((3, 7, 8)))).shape
        (3, 5, 8)

    Reference:
        A. Vaswani et al., "Attention is all you need", NeurIPS 2017, section 3.1.
    """

    def __init__(
        self,
        d_model: int,
        nhead: int,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: Activation = "relu",
        layer_norm_eps: float = 1e-5,
        batch_first: bool = False,
        norm_first: bool = False,
        bias: bool = True,
        *,
        init_method: InitMethod | Initializer | None = None,
        rng: Rng = None,
        dtype: DTypeLike | None = None,
    ) -> None:
        draw = None if rng is None else as_generator(rng)
        self.self_attn: MultiheadAttention = MultiheadAttention(
            d_model, nhead, dropout, bias,
            batch_first=batch_first, init_method=init_method, rng=draw, dtype=dtype,
        )  # fmt: skip
        self.multihead_attn: MultiheadAttention = MultiheadAttention(
            d_model, nhead, dropout, bias,
            batch_first=batch_first, init_method=init_method, rng=draw, dtype=dtype,
        )  # fmt: skip
        self.linear1: Linear = Linear(
            d_model, dim_feedforward, bias, init_method=init_method, rng=draw, dtype=dtype
        )
        self.dropout: Dropout = Dropout(dropout, rng=draw)
        self.linear2: Linear = Linear(
            dim_feedforward, d_model, bias, init_method=init_method, rng=draw, dtype=dtype
        )
        self.norm_first: bool = norm_first
        self.norm1: LayerNorm = LayerNorm(d_model, layer_norm_eps, bias=bias, dtype=dtype)
        self.norm2: LayerNorm = LayerNorm(d_model, layer_norm_eps, bias=bias, dtype=dtype)
        self.norm3: LayerNorm = LayerNorm(d_model, layer_norm_eps, bias=bias, dtype=dtype)
        self.dropout1: Dropout = Dropout(dropout, rng=draw)
        self.dropout2: Dropout = Dropout(dropout, rng=draw)
        self.dropout3: Dropout = Dropout(dropout, rng=draw)
        self.activation: Callable[[Tensor], Tensor] = _activation(type(self).__name__, activation)

    def forward(
        self,
        tgt: Tensor,
        memory: Tensor,
        tgt_mask: Mask | None = None,
        memory_mask: Mask | None = None,
        tgt_key_padding_mask: Mask | None = None,
        memory_key_padding_mask: Mask | None = None,
        tgt_is_causal: bool = False,
        memory_is_causal: bool = False,
    ) -> Tensor:
        """Decode; masks are those of `MultiheadAttention`."""

        def attended(x: Tensor) -> Tensor:
            out, _ = self.self_attn(
                x,
                x,
                x,
                key_padding_mask=tgt_key_padding_mask,
                need_weights=False,
                attn_mask=tgt_mask,
                is_causal=tgt_is_causal,
            )
            return self.dropout1(out)

        def recalled(x: Tensor) -> Tensor:
            out, _ = self.multihead_attn(
                x,
                memory,
                memory,
                key_padding_mask=memory_key_padding_mask,
                need_weights=False,
                attn_mask=memory_mask,
                is_causal=memory_is_causal,
            )
            return self.dropout2(out)

        x = tgt
        if self.norm_first:
            x = x + attended(self.norm1(x))
            x = x + recalled(self.norm2(x))
            return x + self._feed_forward(self.norm3(x))
        x = self.norm1(x + attended(x))
        x = self.norm2(x + recalled(x))
        return self.norm3(x + self._feed_forward(x))

    def _feed_forward(self, x: Tensor) -> Tensor:
        hidden = self.dropout(self.activation(self.linear1(x)))
        return self.dropout3(self.linear2(hidden))
