"""Scaled dot-product attention, and its weights as a primitive."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

import grad_core as gc
from grad_core import Array, Binary, Raw, Tensor, Unary
from grad_core.primitive import unwrap, wrap
from grad_init import Rng
from grad_nn.functional.checks import check_tensor
from grad_nn.functional.dropouts import dropout
from grad_nn.functional.moments import ones

# ---------------------------------------------------------------------------- weights


# Exponentials of scores below it do not overflow, nor do sums of them; a sum above what is small by as
# much has lost none that counts.
_LARGE = 60.0
_SMALL = 1e-20


def _weights(scores: Array, bias: Array | None = None) -> Array:
    x: Array = scores if bias is None else np.asarray(scores + bias)
    own = None if bias is None else x
    # The largest of a row is subtracted only where that is needed: for most scores it is not.
    if x.size and x.dtype.itemsize > 2 and x.max() < _LARGE:
        x = np.exp(x, out=own)
        total = (x.reshape(-1, x.shape[-1]) @ ones(x.shape[-1], x.dtype)).reshape(*x.shape[:-1], 1)
        if total.min() > _SMALL:
            x *= 1 / total
            return x
    x = scores.copy() if bias is None else np.asarray(scores + bias)
    largest = np.maximum.reduce(x, axis=-1, keepdims=True, initial=-np.inf)
    # A query that may attend to nothing: 0 weights, not NaN
    x -= np.where(largest == -np.inf, np.zeros((), x.dtype), largest)
    np.exp(x, out=x)
    total = np.add.reduce(x, axis=-1, keepdims=True, dtype=np.result_type(x.dtype, np.float32))
    np.divide(x, np.where(total == 0, 1, total), out=x, casting="same_kind")
    return x


def _dscores(g: Array, y: Array) -> Array:
    # One temporary; the rules of softmax, written with operators, would make four
    d: Array = g - np.vecdot(g, y)[..., np.newaxis]
    d *= y
    return d


def _dweights(h: Array, _d: Array, g: Array, y: Array) -> Array:
    d: Array = h * (g - (g * y).sum(-1, keepdims=True)) - g * (h * y).sum(-1, keepdims=True)
    return d


# y * (g - sum(g * y)), linear and symmetric in g, so that its own rule for g is itself
_softmax_gradient: Binary[()] = Binary(
    "attention", _dscores, lambda h, _d, _g, y: _softmax_gradient(h, y), _dweights
)
_attend: Unary[()] = Unary("attention", _weights, lambda g, y, _scores: _softmax_gradient(g, y))
_attend_with_bias: Binary[()] = Binary(
    "attention",
    _weights,
    lambda g, y, _scores, _bias: _softmax_gradient(g, y),
    lambda g, y, _scores, _bias: _softmax_gradient(g, y),
)


def attention_weights(scores: Tensor, bias: Tensor | None) -> Tensor:
    """softmax(scores + bias) along the last axis; zeros where all of it is -inf."""
    return _attend(scores) if bias is None else _attend_with_bias(scores, bias)


# ---------------------------------------------------------------------------- masks


def _bias_where(allowed: NDArray[np.bool_], dtype: np.dtype[np.floating]) -> Tensor:
    """0 for keys that a query may attend to, -inf for others."""
    return wrap(np.where(allowed, np.zeros((), dtype), np.array(-np.inf, dtype)))


def causal_bias(length: int, keys: int, dtype: np.dtype[np.floating]) -> Tensor:
    """What keeps query i from keys after the i-th, `(length, keys)`."""
    return _bias_where(np.tri(length, keys, dtype=np.bool_), dtype)


def bias_of(name: str, mask: Tensor | Raw, excluded: bool, dtype: np.dtype[np.floating]) -> Tensor:
    """A mask as what is added to scores: 0 or -inf for booleans, floating ones as they are.

    Args:
        name: The operation, for errors.
        mask: Booleans, or floating numbers.
        excluded: What a boolean says of a key that it takes out.
        dtype: Of the result for booleans.

    Raises:
        TypeError: It is made of neither.
    """
    given = mask if isinstance(mask, Tensor) else gc.asarray(mask)
    kind = given.dtype.kind
    if kind == "f":
        return given
    if kind != "b":
        raise TypeError(
            f"{name}: a mask has dtype {given.dtype}, expected bool, or floating numbers that are"
            " added to the scores"
        )
    return _bias_where(unwrap(given) != excluded, dtype)


# ---------------------------------------------------------------------------- attention


def scaled_dot_product_attention(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attn_mask: Tensor | Raw | None = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    *,
    scale: float | None = None,
    enable_gqa: bool = False,
    rng: Rng = None,
) -> Tensor:
    """softmax(query @ key^T * scale + mask) @ value: each query's mean of the values it attends to.

    A query that may attend to no key gives zeros.

    Args:
        query: `(..., H, L, E)`: L queries; the leading axes, heads say, are free.
        key: `(..., H, S, E)`.
        value: `(..., H, S, Ev)`.
        attn_mask: What broadcasts to `(..., H, L, S)`: booleans, True where a query may attend to
            a key, or numbers to add to the scores, which may require a gradient.
        dropout_p: The probability with which a weight is dropped. Pass 0 in evaluation: a function
            knows of no mode.
        is_causal: Whether query i attends to keys 0 to i only.
        scale: The factor of the scores; None for 1 / sqrt(E).
        enable_gqa: Whether key and value may have fewer heads than query, a divisor of them: each
            serves a group of query heads that follow each other.
        rng: Where random numbers come from: a generator, a seed, or None for the default one.

    Returns:
        `(..., H, L, Ev)`.

    Raises:
        TypeError: query, key or value is no Tensor of real numbers, or the mask is of integers.
        ValueError: The shapes do not fit, or a mask comes with `is_causal`.

    Example:
        >>> x = Tensor(np.eye(3))
        >>> scaled_dot_product_attention(x, x, x, is_causal=True, scale=0.0)
        Tensor([[1.        , 0.        , 0.        ],
                [0.5       , 0.5       , 0.        ],
                [0.33333334, 0.33333334, 0.33333334]])

    Reference:
        A. Vaswani et al., "Attention is all you need", NeurIPS 2017, equation 1. Groups: J. Ainslie
        et al., "GQA: training generalized multi-query Transformer models", EMNLP 2023, section 2.2.
    """
    name = "scaled_dot_product_attention"
    for x in (query, key, value):
        check_tensor(name, x)
    shapes = f"query {query.shape}, key {key.shape}, value {value.shape}"
    if min(query.ndim, key.ndim, value.ndim) < 2:
        raise ValueError(
            f"{name}: expected (..., L, E), (..., S, E) and (..., S, Ev), got {shapes}"
        )
    if query.shape[-1] != key.shape[-1] or key.shape[-2] != value.shape[-2]:
        raise ValueError(
            f"{name}: expected query and key of one width, and as many values as keys; got {shapes}"
        )
    if attn_mask is not None and is_causal:
        raise ValueError(f"{name}: give attn_mask or is_causal, not both")
    if scale is None:
        scale = 1.0 / math.sqrt(max(query.shape[-1], 1))
    bias: Tensor | None = None
    if is_causal:
        bias = causal_bias(query.shape[-2], key.shape[-2], query.dtype)
    elif attn_mask is not None:
        bias = bias_of(name, attn_mask, False, query.dtype)
    heads = query.shape[:-2]
    if enable_gqa:
        query, key, value = _grouped(name, query, key, value, shapes)
        if bias is not None and bias.ndim > 2:
            bias = gc.broadcast_to(bias, (*heads, query.shape[-2], key.shape[-2]))
            bias = bias.reshape(*query.shape[:-1], key.shape[-2])
    try:
        scores = (query * scale) @ gc.swapaxes(key, -1, -2)
        weights = attention_weights(scores, bias)
        out = dropout(weights, dropout_p, rng=rng) @ value if dropout_p else weights @ value
    except ValueError as error:
        given = "" if bias is None else f", attn_mask {bias.shape}"
        raise ValueError(f"{name}: the shapes do not fit: {shapes}{given}: {error}") from error
    return out.reshape(*heads, *out.shape[-2:]) if enable_gqa else out


def _grouped(
    name: str, query: Tensor, key: Tensor, value: Tensor, shapes: str
) -> tuple[Tensor, Tensor, Tensor]:
    """Give the heads of query an axis for groups, along which those of key and value broadcast."""
    if min(query.ndim, key.ndim, value.ndim) < 3:
        raise ValueError(f"{name}: enable_gqa needs an axis of heads, got {shapes}")
    heads, groups = query.shape[-3], key.shape[-3]
    if value.shape[-3] != groups or not groups or heads % groups:
        raise ValueError(
            f"{name}: the heads of key and value must be as many, and divide those of query; got"
            f" {shapes}"
        )
    grouped = query.reshape(*query.shape[:-3], groups, heads // groups, *query.shape[-2:])
    return grouped, gc.expand_dims(key, -3), gc.expand_dims(value, -3)
