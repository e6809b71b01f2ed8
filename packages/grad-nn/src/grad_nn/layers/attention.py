"""Multi-head attention as a layer."""

from __future__ import annotations

import numpy as np
from numpy.typing import DTypeLike

from grad_core import Raw, Tensor
from grad_init import Initializer, InitMethod, Rng, Xavier, as_generator
from grad_nn.functional.checks import size
from grad_nn.functional.multihead import Projections, attend
from grad_nn.layers.linear import Linear
from grad_nn.module import Module
from grad_nn.parameter import Parameter


class MultiheadAttention(Module):
    """Attention in several heads side by side; see `functional.multi_head_attention_forward`.

    Shape:
        query `(L, N, E)`, key `(S, N, kdim)`, value `(S, N, vdim)` to `(L, N, E)`; with
        `batch_first` the N stands before L and S; without a batch there is no N.

    Args:
        embed_dim: E, the width of query and result.
        num_heads: How many heads; it divides E.
        dropout: The probability with which a weight is dropped in training.
        bias: Whether the projections have a bias.
        add_bias_kv: Whether a learned key and value are added, which every query may attend to.
        add_zero_attn: Whether a key and a value of zeros are added.
        kdim: The width of key; None for E.
        vdim: The width of value; None for E.
        batch_first: Whether the batch is the first axis.
        init_method: How the projections are drawn, by name or by an initializer. None draws those of
            the inputs as Xavier does and that of the result as Linear does, as in PyTorch.
        rng: Where random numbers come from, those of dropout too: a generator, a seed, or None for the
            default one.
        dtype: The dtype of the parameters; None for the default dtype, float32.

    Attributes:
        in_proj_weight: `(3 * E, E)`, or None where kdim or vdim is not E.
        q_proj_weight, k_proj_weight, v_proj_weight: `(E, E)`, `(E, kdim)`, `(E, vdim)` then, or None.
        in_proj_bias: `(3 * E,)`, or None.
        bias_k, bias_v: `(1, 1, E)`, or None.
        out_proj: The projection of the result, a Linear.

    Raises:
        ValueError: `num_heads` does not divide `embed_dim`, or a size is less than 1; on a call, if
            the shapes do not fit.

    Example:
        >>> attention = MultiheadAttention(8, 2, batch_first=True, rng=0)
        >>> x = Tensor(np.ones((3, 5, 8)))
        >>> y, weights = attention(x, x, x)
        >>> y.shape, None if weights is None else weights.shape
        ((3, 5, 8), (3, 5, 5))

    Reference:
        A. Vaswani et al., "Attention is all you need", NeurIPS 2017, section 3.2.2.
    """

    def __init__(
        self,
        embed_dim: int,
        num_heads: int,
        dropout: float = 0.0,
        bias: bool = True,
        add_bias_kv: bool = False,
        add_zero_attn: bool = False,
        kdim: int | None = None,
        vdim: int | None = None,
        batch_first: bool = False,
        *,
        init_method: InitMethod | Initializer | None = None,
        rng: Rng = None,
        dtype: DTypeLike | None = None,
    ) -> None:
        name = "MultiheadAttention"
        self.embed_dim: int = size(name, "embed_dim", embed_dim, 1)
        self.num_heads: int = size(name, "num_heads", num_heads, 1)
        self.kdim: int = embed_dim if kdim is None else size(name, "kdim", kdim, 1)
        self.vdim: int = embed_dim if vdim is None else size(name, "vdim", vdim, 1)
        if embed_dim % num_heads:
            raise ValueError(
                f"{name}: num_heads must divide embed_dim, got {num_heads} and {embed_dim}"
            )
        if not 0.0 <= dropout <= 1.0:
            raise ValueError(f"{name}: dropout is a probability, got {dropout!r}")
        self.dropout: float = dropout
        self.add_zero_attn: bool = add_zero_attn
        self.batch_first: bool = batch_first
        self.head_dim: int = embed_dim // num_heads
        self.rng: np.random.Generator | None = None if rng is None else as_generator(rng)

        draw = self.rng  # one generator for all that is drawn
        method = Xavier() if init_method is None else init_method

        def drawn(*shape: int) -> Parameter:
            return Parameter(*shape, init_method=method, rng=draw, dtype=dtype)

        together = self.kdim == self.vdim == embed_dim
        self.in_proj_weight: Parameter | None = None
        self.q_proj_weight: Parameter | None = None
        self.k_proj_weight: Parameter | None = None
        self.v_proj_weight: Parameter | None = None
        if together:
            self.in_proj_weight = drawn(3 * embed_dim, embed_dim)
        else:
            self.q_proj_weight = drawn(embed_dim, embed_dim)
            self.k_proj_weight = drawn(embed_dim, self.kdim)
            self.v_proj_weight = drawn(embed_dim, self.vdim)
        self.in_proj_bias: Parameter | None = None
        if bias:
            self.in_proj_bias = Parameter(data=np.zeros(3 * embed_dim), dtype=dtype)
        self.bias_k: Parameter | None = None
        self.bias_v: Parameter | None = None
        if add_bias_kv:
            normal = Xavier(distribution="normal")
            self.bias_k = Parameter(1, 1, embed_dim, init_method=normal, rng=draw, dtype=dtype)
            self.bias_v = Parameter(1, 1, embed_dim, init_method=normal, rng=draw, dtype=dtype)
        self.out_proj: Linear = Linear(
            embed_dim, embed_dim, bias, init_method=init_method, rng=draw, dtype=dtype
        )
        if self.out_proj.bias is not None:
            self.out_proj.bias.assign(np.zeros(embed_dim))

    def forward(
        self,
        query: Tensor,
        key: Tensor,
        value: Tensor,
        key_padding_mask: Tensor | Raw | None = None,
        need_weights: bool = True,
        attn_mask: Tensor | Raw | None = None,
        average_attn_weights: bool = True,
        is_causal: bool = False,
    ) -> tuple[Tensor, Tensor | None]:
        """Return the result, and the weights if they are needed; masks are those of the function."""
        q, k, v = self.q_proj_weight, self.k_proj_weight, self.v_proj_weight
        apart = None if q is None or k is None or v is None else (q, k, v)
        extra = None
        if self.bias_k is not None and self.bias_v is not None:
            extra = (self.bias_k, self.bias_v)
        return attend(
            query,
            key,
            value,
            self.num_heads,
            Projections(self.in_proj_weight, apart, self.in_proj_bias),
            self.out_proj.weight,
            self.out_proj.bias,
            extra=extra,
            add_zero_attn=self.add_zero_attn,
            dropout_p=self.dropout if self.training else 0.0,
            key_padding_mask=key_padding_mask,
            need_weights=need_weights,
            attn_mask=attn_mask,
            average_attn_weights=average_attn_weights,
            is_causal=is_causal,
            batch_first=self.batch_first,
            rng=self.rng,
        )

    def extra_repr(self) -> str:
        """Return the sizes."""
        return f"embed_dim={self.embed_dim}, num_heads={self.num_heads}, batch_first={self.batch_first}"
