"""Multi-head attention: projections, heads, attention, and the heads joined again."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

import grad_core as gc
from grad_core import Raw, Tensor
from grad_core.primitive import wrap
from grad_init import Rng
from grad_nn.functional.affine import linear
from grad_nn.functional.attention import attention_weights, bias_of, causal_bias
from grad_nn.functional.checks import check_tensor
from grad_nn.functional.dropouts import dropout

NAME = "multi_head_attention"


@dataclass(frozen=True, slots=True)
class Projections:
    """What makes queries, keys and values of the inputs: one weight for all, or one for each."""

    together: Tensor | None
    """`(3 * E, E)`."""
    apart: tuple[Tensor, Tensor, Tensor] | None
    """`(E, E)`, `(E, kdim)` and `(E, vdim)`."""
    bias: Tensor | None
    """`(3 * E,)`."""

    def __call__(self, xs: tuple[Tensor, Tensor, Tensor], width: int) -> list[Tensor]:
        """Project each of the three inputs."""
        out: list[Tensor] = []
        for i, x in enumerate(xs):
            third = slice(i * width, (i + 1) * width)
            if self.together is not None:
                weight = self.together[third]
            elif self.apart is not None:
                weight = self.apart[i]
            else:
                raise ValueError(f"{NAME}: there are no weights to project with")
            out.append(linear(x, weight, None if self.bias is None else self.bias[third]))
        return out


def attend(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    num_heads: int,
    project: Projections,
    out_weight: Tensor,
    out_bias: Tensor | None,
    *,
    extra: tuple[Tensor, Tensor] | None = None,
    add_zero_attn: bool = False,
    dropout_p: float = 0.0,
    key_padding_mask: Tensor | Raw | None = None,
    need_weights: bool = True,
    attn_mask: Tensor | Raw | None = None,
    fixed: tuple[Tensor | None, Tensor | None] = (None, None),
    average_attn_weights: bool = True,
    is_causal: bool = False,
    batch_first: bool = False,
    rng: Rng = None,
) -> tuple[Tensor, Tensor | None]:
    """Multi-head attention; see `multi_head_attention_forward` for what is not said here.

    `extra` are a key and a value that every query may attend to, `(1, 1, E)` each; `fixed` are keys
    and values `(N * H, S, D)` that stand in for projected ones.
    """
    for x in (query, key, value):
        check_tensor(NAME, x)
    batched = query.ndim == 3
    _check_inputs(query, key, value)
    batch_axis = 0 if batch_first else 1
    if not batched:
        query, key, value = (gc.expand_dims(x, batch_axis) for x in (query, key, value))
    batch, length = query.shape[batch_axis], query.shape[1 - batch_axis]
    width = out_weight.shape[1]
    heads = (batch, num_heads, width // num_heads)

    q, *kv = project((query, key, value), width)
    if extra is not None:
        to = (batch, 1, width) if batch_first else (1, batch, width)
        with_extra = [(x, gc.broadcast_to(e, to)) for x, e in zip(kv, extra, strict=True)]
        kv = [gc.concat(pair, axis=1 - batch_axis) for pair in with_extra]
    split = [_split(x, heads, batch_first) for x in (q, *kv)]
    for i, given in enumerate(fixed):
        if given is not None:
            split[i + 1] = _fixed(given, heads)
    q, k, v = split
    added = int(extra is not None)
    if add_zero_attn:
        added += 1
        k, v = (
            gc.concat([x, wrap(np.zeros((*x.shape[:2], 1, x.shape[3]), x.dtype))], axis=2)
            for x in (k, v)
        )
    bias = _bias(attn_mask, key_padding_mask, is_causal, heads, length, k.shape[2], added, q.dtype)

    scores = (q * (1.0 / math.sqrt(heads[2]))) @ gc.swapaxes(k, -1, -2)
    weights = attention_weights(scores, bias)
    if dropout_p:
        weights = dropout(weights, dropout_p, rng=rng)
    joined = (weights @ v).transpose((0, 2, 1, 3) if batch_first else (2, 0, 1, 3))
    out = linear(joined.reshape(*joined.shape[:2], width), out_weight, out_bias)
    if not batched:
        out, weights = gc.squeeze(out, batch_axis), gc.squeeze(weights, 0)
    if not need_weights:
        return out, None
    return out, weights.mean(-3) if average_attn_weights else weights


def _check_inputs(query: Tensor, key: Tensor, value: Tensor) -> None:
    if query.ndim not in (2, 3) or not query.ndim == key.ndim == value.ndim:
        raise ValueError(
            f"{NAME}: query, key and value have 3 axes, or 2 without a batch; got shapes"
            f" {query.shape}, {key.shape} and {value.shape}"
        )
    if key.shape[:-1] != value.shape[:-1]:
        raise ValueError(
            f"{NAME}: there is a value for each key, got key {key.shape} and value {value.shape}"
        )


def _split(x: Tensor, heads: tuple[int, int, int], batch_first: bool) -> Tensor:
    """`(N, H, L, D)` of `(N, L, E)` or `(L, N, E)`."""
    batch, number, width = heads
    if batch_first:
        return x.reshape(batch, x.shape[1], number, width).transpose((0, 2, 1, 3))
    return x.reshape(x.shape[0], batch, number, width).transpose((1, 2, 0, 3))


def _fixed(x: Tensor, heads: tuple[int, int, int]) -> Tensor:
    """Keys or values that were given, `(N * H, S, D)`, as `(N, H, S, D)`."""
    batch, number, width = heads
    if x.ndim != 3 or x.shape[0] != batch * number or x.shape[2] != width:
        raise ValueError(
            f"{NAME}: static keys and values have shape ({batch * number}, S, {width}), got {x.shape}"
        )
    return x.reshape(batch, number, x.shape[1], width)


def _bias(
    attn_mask: Tensor | Raw | None,
    key_padding_mask: Tensor | Raw | None,
    is_causal: bool,
    heads: tuple[int, int, int],
    length: int,
    keys: int,
    added: int,
    dtype: np.dtype[np.floating],
) -> Tensor | None:
    """Both masks as one that is added to scores `(N, H, L, S)`; its last `added` keys are free."""
    batch, number, _ = heads
    own = keys - added
    bias: Tensor | None = None
    if attn_mask is not None:
        bias = bias_of(NAME, attn_mask, True, dtype)
        if bias.shape == (batch * number, length, own):
            bias = bias.reshape(batch, number, length, own)
        elif bias.shape != (length, own):
            raise ValueError(
                f"{NAME}: attn_mask has shape {bias.shape}, expected ({length}, {own}) or"
                f" ({batch * number}, {length}, {own})"
            )
    elif is_causal:
        bias = causal_bias(length, own, dtype)
    if key_padding_mask is not None:
        padding = bias_of(NAME, key_padding_mask, True, dtype)
        if padding.ndim == 1 and batch == 1:
            padding = gc.expand_dims(padding, 0)
        if padding.shape != (batch, own):
            raise ValueError(
                f"{NAME}: key_padding_mask has shape {padding.shape}, expected ({batch}, {own}),"
                " or one row without a batch"
            )
        padding = padding.reshape(batch, 1, 1, own)
        bias = padding if bias is None else bias + padding
    if bias is not None and added:
        free = wrap(np.zeros((*bias.shape[:-1], added), bias.dtype))
        bias = gc.concat([bias, free], axis=-1)
    return bias


def multi_head_attention_forward(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    embed_dim_to_check: int,
    num_heads: int,
    in_proj_weight: Tensor | None,
    in_proj_bias: Tensor | None,
    bias_k: Tensor | None,
    bias_v: Tensor | None,
    add_zero_attn: bool,
    dropout_p: float,
    out_proj_weight: Tensor,
    out_proj_bias: Tensor | None,
    training: bool = True,
    key_padding_mask: Tensor | Raw | None = None,
    need_weights: bool = True,
    attn_mask: Tensor | Raw | None = None,
    use_separate_proj_weight: bool = False,
    q_proj_weight: Tensor | None = None,
    k_proj_weight: Tensor | None = None,
    v_proj_weight: Tensor | None = None,
    static_k: Tensor | None = None,
    static_v: Tensor | None = None,
    average_attn_weights: bool = True,
    is_causal: bool = False,
    *,
    rng: Rng = None,
) -> tuple[Tensor, Tensor | None]:
    """Attention in several heads side by side, each with projections of its own.

    head_i = attention(query @ Wq_i^T, key @ Wk_i^T, value @ Wv_i^T), and the result is
    concat(head_1, ...) @ Wo^T. `MultiheadAttention` keeps the weights.

    Args:
        query: `(L, N, E)`, or `(L, E)` without a batch.
        key: `(S, N, kdim)` or `(S, kdim)`.
        value: `(S, N, vdim)` or `(S, vdim)`.
        embed_dim_to_check: E.
        num_heads: H, a divisor of E.
        in_proj_weight: `(3 * E, E)`: the projections of query, key and value.
        in_proj_bias: `(3 * E,)`.
        bias_k: `(1, 1, E)`: a key that every query may attend to.
        bias_v: `(1, 1, E)`: its value.
        add_zero_attn: Whether to add a key and a value of zeros.
        dropout_p: The probability with which a weight is dropped in training.
        out_proj_weight: `(E, E)`: the projection of the result.
        out_proj_bias: `(E,)`.
        training: Whether weights are dropped.
        key_padding_mask: `(N, S)` or `(S,)`: booleans, True for keys that nobody attends to, or
            numbers to add to the scores.
        need_weights: Whether to return the weights.
        attn_mask: `(L, S)` or `(N * H, L, S)`: booleans, True where a query may *not* attend to a
            key, or numbers to add to the scores.
        use_separate_proj_weight: Whether the next three are there instead of `in_proj_weight`.
        q_proj_weight: `(E, E)`.
        k_proj_weight: `(E, kdim)`.
        v_proj_weight: `(E, vdim)`.
        static_k: `(N * H, S, E / H)`: keys that need no projection.
        static_v: `(N * H, S, E / H)`: values that need none.
        average_attn_weights: Whether the weights that are returned are the mean over heads.
        is_causal: Whether query i attends to keys 0 to i only, where no mask says otherwise.
        rng: Where random numbers come from: a generator, a seed, or None for the default one.

    Returns:
        The result, in the shape of query, and the weights: `(N, L, S)`, `(N, H, L, S)` if they are
        not averaged, each without N if there is no batch, or None.

    Raises:
        TypeError: An input is no Tensor of real numbers, or a mask is of integers.
        ValueError: The shapes do not fit.

    Example:
        >>> x = Tensor(np.ones((5, 2, 4)))
        >>> w, out = Tensor(np.ones((12, 4))), Tensor(np.eye(4))
        >>> y, weights = multi_head_attention_forward(
        ...     x, x, x, 4, 2, w, None, None, None, False, 0.0, out, None
        ... )
        >>> y.shape, None if weights is None else weights.shape
        ((5, 2, 4), (2, 5, 5))

    Reference:
        A. Vaswani et al., "Attention is all you need", NeurIPS 2017, section 3.2.2.
    """
    check_tensor(NAME, query)
    if query.shape[-1:] != (embed_dim_to_check,):
        raise ValueError(
            f"{NAME}: query has shape {query.shape}, expected (..., {embed_dim_to_check})"
        )
    apart: tuple[Tensor, Tensor, Tensor] | None = None
    if use_separate_proj_weight:
        if q_proj_weight is None or k_proj_weight is None or v_proj_weight is None:
            raise ValueError(f"{NAME}: use_separate_proj_weight needs all three weights")
        apart = (q_proj_weight, k_proj_weight, v_proj_weight)
    elif in_proj_weight is None:
        raise ValueError(f"{NAME}: in_proj_weight is needed without use_separate_proj_weight")
    if (bias_k is None) != (bias_v is None):
        raise ValueError(f"{NAME}: bias_k and bias_v are given together")
    if num_heads < 1 or embed_dim_to_check % num_heads:
        raise ValueError(f"{NAME}: {num_heads} heads do not divide a width of {embed_dim_to_check}")
    return attend(
        query,
        key,
        value,
        num_heads,
        Projections(None if use_separate_proj_weight else in_proj_weight, apart, in_proj_bias),
        out_proj_weight,
        out_proj_bias,
        extra=None if bias_k is None or bias_v is None else (bias_k, bias_v),
        add_zero_attn=add_zero_attn,
        dropout_p=dropout_p if training else 0.0,
        key_padding_mask=key_padding_mask,
        need_weights=need_weights,
        attn_mask=attn_mask,
        fixed=(static_k, static_v),
        average_attn_weights=average_attn_weights,
        is_causal=is_causal,
        rng=rng,
    )
