"""The transformer: stacks of encoder and decoder layers."""

from __future__ import annotations

from copy import deepcopy
from typing import Protocol, TypeVar

from numpy.typing import DTypeLike

from grad_core import Tensor
from grad_init import Initializer, InitMethod, Rng, Xavier, as_generator, initializer
from grad_nn.containers import Layer, ModuleList
from grad_nn.functional.attention import causal_bias
from grad_nn.functional.checks import size
from grad_nn.layers.normalization import LayerNorm
from grad_nn.layers.transformer_layers import (
    Activation,
    Mask,
    TransformerDecoderLayer,
    TransformerEncoderLayer,
)
from grad_nn.module import Module

M = TypeVar("M", bound=Module)


class Encoder(Protocol):
    """What may stand for a `TransformerEncoder`."""

    def __call__(
        self,
        src: Tensor,
        mask: Mask | None = None,
        src_key_padding_mask: Mask | None = None,
        is_causal: bool | None = None,
    ) -> Tensor:
        """Encode."""
        ...


class Decoder(Protocol):
    """What may stand for a `TransformerDecoder`."""

    def __call__(
        self,
        tgt: Tensor,
        memory: Tensor,
        tgt_mask: Mask | None = None,
        memory_mask: Mask | None = None,
        tgt_key_padding_mask: Mask | None = None,
        memory_key_padding_mask: Mask | None = None,
        tgt_is_causal: bool | None = None,
        memory_is_causal: bool = False,
    ) -> Tensor:
        """Decode."""
        ...


class TransformerEncoder(Module):
    """Encoder layers one after the other.

    Args:
        encoder_layer: A layer; each of the stack is a copy of it, with the same first weights.
        num_layers: How many.
        norm: What the result goes through last, a `LayerNorm` say.
        enable_nested_tensor: Nothing depends on it: there are no nested tensors here.
        mask_check: Likewise.

    Attributes:
        layers: The layers, a ModuleList.

    Example:
        >>> import numpy as np
        >>> layer = TransformerEncoderLayer(8, 2, 16, rng=0)
        >>> TransformerEncoder(layer, 3)(Tensor(np.ones((5, 2, 8)))).shape
        (5, 2, 8)

    Reference:
        A. Vaswani et al., "Attention is all you need", NeurIPS 2017, section 3.1.
    """

    def __init__(
        self,
        encoder_layer: TransformerEncoderLayer,
        num_layers: int,
        norm: Layer | None = None,
        enable_nested_tensor: bool = True,
        mask_check: bool = True,
    ) -> None:
        self.layers: ModuleList[TransformerEncoderLayer] = _stack(encoder_layer, num_layers)
        self.num_layers: int = num_layers
        self.norm: Layer | None = norm

    def forward(
        self,
        src: Tensor,
        mask: Mask | None = None,
        src_key_padding_mask: Mask | None = None,
        is_causal: bool | None = None,
    ) -> Tensor:
        """Encode; masks are those of `MultiheadAttention`."""
        x = src
        for layer in self.layers:
            x = layer(x, mask, src_key_padding_mask, bool(is_causal))
        return x if self.norm is None else self.norm(x)


class TransformerDecoder(Module):
    """Decoder layers one after the other.

    Args:
        decoder_layer: A layer; each of the stack is a copy of it, with the same first weights.
        num_layers: How many.
        norm: What the result goes through last, a `LayerNorm` say.

    Attributes:
        layers: The layers, a ModuleList.

    Example:
        >>> import numpy as np
        >>> layer = TransformerDecoderLayer(8, 2, 16, rng=0)
        >>> decoder = TransformerDecoder(layer, 3)
        >>> decoder(Tensor(np.ones((5, 2, 8))), Tensor(np.ones((7, 2, 8)))).shape
        (5, 2, 8)

    Reference:
        A. Vaswani et al., "Attention is all you need", NeurIPS 2017, section 3.1.
    """

    def __init__(
        self,
        decoder_layer: TransformerDecoderLayer,
        num_layers: int,
        norm: Layer | None = None,
    ) -> None:
        self.layers: ModuleList[TransformerDecoderLayer] = _stack(decoder_layer, num_layers)
        self.num_layers: int = num_layers
        self.norm: Layer | None = norm

    def forward(
        self,
        tgt: Tensor,
        memory: Tensor,
        tgt_mask: Mask | None = None,
        memory_mask: Mask | None = None,
        tgt_key_padding_mask: Mask | None = None,
        memory_key_padding_mask: Mask | None = None,
        tgt_is_causal: bool | None = None,
        memory_is_causal: bool = False,
    ) -> Tensor:
        """Decode; masks are those of `MultiheadAttention`."""
        x = tgt
        for layer in self.layers:
            x = layer(
                x,
                memory,
                tgt_mask,
                memory_mask,
                tgt_key_padding_mask,
                memory_key_padding_mask,
                bool(tgt_is_causal),
                memory_is_causal,
            )
        return x if self.norm is None else self.norm(x)


class Transformer(Module):
    """An encoder, and a decoder that attends to what it gives.

    Shape:
        src `(S, N, d_model)` and tgt `(T, N, d_model)` to `(T, N, d_model)`; with `batch_first` the
        batch is the first axis; without a batch there is no N.

    Args:
        d_model: The width.
        nhead: How many heads.
        num_encoder_layers: How many encoder layers.
        num_decoder_layers: How many decoder layers.
        dim_feedforward: The width inside of the feed-forward networks.
        dropout: The probability with which a number is dropped in training.
        activation: The function inside of them, or its name, `"relu"` or `"gelu"`.
        custom_encoder: What stands for the encoder.
        custom_decoder: What stands for the decoder.
        layer_norm_eps: What keeps the norms from dividing by 0.
        batch_first: Whether the batch is the first axis.
        norm_first: Whether norms stand before attention and network.
        bias: Whether linear layers, attention and norms have a bias.
        init_method: How matrices are drawn, those of custom parts too; None for `Xavier()`, as in
            PyTorch.
        rng: Where random numbers come from, those of dropout too.
        dtype: The dtype of the parameters; None for the default dtype, float32.

    Raises:
        ValueError: `nhead` does not divide `d_model`; on a call, if the shapes do not fit.

    Example:
        >>> import numpy as np
        >>> model = Transformer(8, 2, 1, 1, 16, rng=0)
        >>> mask = model.generate_square_subsequent_mask(4)
        >>> src, tgt = Tensor(np.ones((5, 2, 8))), Tensor(np.ones((4, 2, 8)))
        >>> model(src, tgt, tgt_mask=mask).shape
        (4, 2, 8)

    Reference:
        A. Vaswani et al., "Attention is all you need", NeurIPS 2017, section 3.
    """

    def __init__(
        self,
        d_model: int = 512,
        nhead: int = 8,
        num_encoder_layers: int = 6,
        num_decoder_layers: int = 6,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: Activation = "relu",
        custom_encoder: Encoder | None = None,
        custom_decoder: Decoder | None = None,
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

        def norm() -> LayerNorm:
            return LayerNorm(d_model, layer_norm_eps, bias=bias, dtype=dtype)

        if custom_encoder is None:
            encoder_layer = TransformerEncoderLayer(
                d_model, nhead, dim_feedforward, dropout, activation, layer_norm_eps, batch_first,
                norm_first, bias, rng=draw, dtype=dtype,
            )  # fmt: skip
            custom_encoder = TransformerEncoder(encoder_layer, num_encoder_layers, norm())
        if custom_decoder is None:
            decoder_layer = TransformerDecoderLayer(
                d_model, nhead, dim_feedforward, dropout, activation, layer_norm_eps, batch_first,
                norm_first, bias, rng=draw, dtype=dtype,
            )  # fmt: skip
            custom_decoder = TransformerDecoder(decoder_layer, num_decoder_layers, norm())
        self.encoder: Encoder = custom_encoder
        self.decoder: Decoder = custom_decoder
        self.d_model: int = d_model
        self.nhead: int = nhead
        self.batch_first: bool = batch_first
        method = Xavier() if init_method is None else initializer(init_method)
        for p in self.parameters():
            if p.ndim > 1:
                p.assign(method(p.shape, rng=draw, dtype=p.dtype), copy=False)

    def forward(
        self,
        src: Tensor,
        tgt: Tensor,
        src_mask: Mask | None = None,
        tgt_mask: Mask | None = None,
        memory_mask: Mask | None = None,
        src_key_padding_mask: Mask | None = None,
        tgt_key_padding_mask: Mask | None = None,
        memory_key_padding_mask: Mask | None = None,
        src_is_causal: bool | None = None,
        tgt_is_causal: bool | None = None,
        memory_is_causal: bool = False,
    ) -> Tensor:
        """Encode src, and decode tgt with it; masks are those of `MultiheadAttention`."""
        for name, x in (("src", src), ("tgt", tgt)):
            if x.shape[-1:] != (self.d_model,) or x.ndim not in (2, 3):
                raise ValueError(
                    f"Transformer: {name} has shape {x.shape}, expected 2 or 3 axes, the last one"
                    f" {self.d_model} long"
                )
        memory = self.encoder(
            src, mask=src_mask, src_key_padding_mask=src_key_padding_mask, is_causal=src_is_causal
        )
        return self.decoder(
            tgt,
            memory,
            tgt_mask=tgt_mask,
            memory_mask=memory_mask,
            tgt_key_padding_mask=tgt_key_padding_mask,
            memory_key_padding_mask=memory_key_padding_mask,
            tgt_is_causal=tgt_is_causal,
            memory_is_causal=memory_is_causal,
        )

    @staticmethod
    def generate_square_subsequent_mask(sz: int, *, dtype: DTypeLike | None = None) -> Tensor:
        """Return `(sz, sz)`: 0 where query i may attend to key j <= i, -inf elsewhere."""
        return causal_bias(sz, sz, Tensor(0.0, dtype=dtype).dtype)


def _stack(layer: M, number: int) -> ModuleList[M]:
    """Copies of a layer. They go on with its generators, so that each drops other numbers."""
    count = size(f"stack of {type(layer).__name__}", "num_layers", number)
    shared = {id(rng): rng for m in layer.modules() if (rng := getattr(m, "rng", None)) is not None}
    return ModuleList(deepcopy(layer, dict(shared)) for _ in range(count))
