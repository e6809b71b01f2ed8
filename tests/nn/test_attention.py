"""Attention and the transformer: masks, weights, layouts, copies, modes, errors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import grad_core as gc
import grad_init
import grad_nn as nn
from grad_core import Tensor
from grad_nn import functional as F  # noqa: N812  # the field's name
from grad_nn.functional.attention import attention_weights

rng = np.random.default_rng(5)


def draw(*shape: int) -> Tensor:
    return Tensor(rng.normal(size=shape))


def test_a_query_that_may_attend_to_nothing_gives_zeros_and_gradients_without_nan() -> None:
    q, k, v = (Tensor(rng.normal(size=(2, 3)), requires_grad=True) for _ in range(3))
    y = F.scaled_dot_product_attention(q, k, v, np.array([[True, True], [False, False]]))
    assert_array_equal(y.data[1], np.zeros(3))
    y.sum().backward()
    for x in (q, k, v):
        assert x.grad is not None
        assert np.isfinite(x.grad).all()
    assert q.grad is not None
    assert_array_equal(q.grad[1], np.zeros(3))


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_scores_do_not_overflow(dtype: type) -> None:
    x = Tensor([[150.0], [-150.0]], dtype=dtype)
    y = F.scaled_dot_product_attention(x, x, x, scale=1.0)
    assert y.dtype == dtype
    assert_array_equal(y.data, x.data)


def test_dropout_of_weights_is_reproducible_and_keeps_the_mean() -> None:
    q, k, v = draw(40, 20, 4), draw(40, 30, 4), Tensor(np.ones((40, 30, 1)))

    def run(seed: int) -> Tensor:
        return F.scaled_dot_product_attention(q, k, v, dropout_p=0.3, rng=seed)

    assert_array_equal(run(1).data, run(1).data)
    assert (run(1).data != run(2).data).any()
    assert abs(run(1).data.mean() - 1) < 0.02


MASKS: list[tuple[str, Any, Any]] = [
    ("none", None, None),
    ("boolean", np.triu(np.ones((5, 5), np.bool_), 1), None),
    ("floating", np.triu(np.full((5, 5), -np.inf), 1), None),
    ("by head", rng.normal(size=(3 * 2, 5, 5)), None),
    ("padding", None, np.arange(5) >= np.array([[5], [3], [1]])),
    ("both", np.triu(np.ones((5, 5), np.bool_), 1), np.arange(5) >= np.array([[5], [3], [1]])),
]


@pytest.mark.parametrize(("name", "mask", "padding"), MASKS, ids=[m[0] for m in MASKS])
def test_layouts_agree(name: str, mask: Any, padding: Any) -> None:
    first = nn.MultiheadAttention(4, 2, batch_first=True, rng=0)
    second = nn.MultiheadAttention(4, 2, rng=1)
    second.load_state_dict(first.state_dict())
    x = draw(3, 5, 4)
    y, weights = first(x, x, x, padding, attn_mask=mask)
    t = x.transpose((1, 0, 2))
    z, others = second(t, t, t, padding, attn_mask=mask, average_attn_weights=False)
    assert weights is not None
    assert others is not None
    assert weights.shape == (3, 5, 5)
    assert others.shape == (3, 2, 5, 5)
    assert_allclose(z.data.transpose(1, 0, 2), y.data, rtol=1e-5, atol=1e-6)
    assert_allclose(others.data.mean(1), weights.data, rtol=1e-5, atol=1e-6)
    assert_allclose(weights.data.sum(-1), np.ones((3, 5)), rtol=1e-5)
    if mask is None or mask.ndim == 2:
        for i in range(3):  # and each sample on its own
            row = None if padding is None else padding[i]
            alone, _ = first(x[i], x[i], x[i], row, attn_mask=mask)
            assert_allclose(alone.data, y.data[i], rtol=1e-5, atol=1e-6)
    nothing, none = first(x, x, x, padding, need_weights=False, attn_mask=mask)
    assert none is None
    assert_array_equal(nothing.data, y.data)


def test_is_causal_without_a_mask_is_the_causal_mask() -> None:
    layer = nn.MultiheadAttention(4, 2, batch_first=True, rng=0)
    x = draw(3, 5, 4)
    mask = nn.Transformer.generate_square_subsequent_mask(5)
    assert_array_equal(
        layer(x, x, x, is_causal=True)[0].data, layer(x, x, x, attn_mask=mask)[0].data
    )


def test_parameters_of_multihead_attention() -> None:
    layer = nn.MultiheadAttention(64, 4, rng=0)
    assert [name for name, _ in layer.named_parameters()] == [
        "in_proj_weight",
        "in_proj_bias",
        "out_proj.weight",
        "out_proj.bias",
    ]
    assert layer.in_proj_weight is not None
    bound = np.sqrt(6 / (64 + 192))
    assert np.abs(layer.in_proj_weight.data).max() <= bound
    assert_allclose(layer.in_proj_weight.data.std(), bound / np.sqrt(3), rtol=0.05)
    assert_allclose(layer.out_proj.weight.data.std(), 1 / 8 / np.sqrt(3), rtol=0.05)
    for p in (layer.in_proj_bias, layer.out_proj.bias):
        assert p is not None
        assert_array_equal(p.data, np.zeros(p.shape))
    apart = nn.MultiheadAttention(4, 2, kdim=3, vdim=5, bias=False, add_bias_kv=True)
    assert {name: p.shape for name, p in apart.named_parameters()} == {
        "q_proj_weight": (4, 4),
        "k_proj_weight": (4, 3),
        "v_proj_weight": (4, 5),
        "bias_k": (1, 1, 4),
        "bias_v": (1, 1, 4),
        "out_proj.weight": (4, 4),
    }
    same = nn.MultiheadAttention(4, 2, rng=3, init_method=grad_init.Constant(0.5))
    assert same.in_proj_weight is not None
    assert_array_equal(same.in_proj_weight.data, np.full((12, 4), 0.5))
    assert repr(same).startswith(
        "MultiheadAttention(\n  embed_dim=4, num_heads=2, batch_first=False"
    )


def test_layers_of_a_stack_are_copies_that_drop_different_numbers() -> None:
    layer = nn.TransformerEncoderLayer(8, 2, 16, dropout=0.5, rng=0)
    stack = nn.TransformerEncoder(layer, 2)
    first, second = stack.layers
    assert first is not layer
    for p, q in zip(first.parameters(), second.parameters(), strict=True):
        assert p is not q
        assert_array_equal(p.data, q.data)
    x = Tensor(np.ones((3, 4, 8)))
    assert (first(x).data != second(x).data).any()
    stack.eval()
    assert_array_equal(first(x).data, second(x).data)


def test_the_decoder_does_not_look_ahead() -> None:
    model = nn.Transformer(8, 2, 1, 1, 16, batch_first=True, activation="gelu", rng=0).eval()
    src, tgt = draw(2, 5, 8), draw(2, 4, 8)
    mask = model.generate_square_subsequent_mask(4)
    y = model(src, tgt, tgt_mask=mask).data
    changed = tgt.data.copy()
    changed[:, 3] += 1
    z = model(src, Tensor(changed), tgt_mask=mask).data
    assert_array_equal(z[:, :3], y[:, :3])
    assert (z[:, 3] != y[:, 3]).all()


@pytest.mark.parametrize("norm_first", [False, True])
def test_a_small_transformer_learns_to_reverse(norm_first: bool) -> None:
    data = np.random.default_rng(0)
    embedding = data.normal(size=(4, 16)).astype(np.float32)
    model = nn.Transformer(
        16, 2, 1, 1, 32, dropout=0.0, batch_first=True, norm_first=norm_first, rng=1
    )
    head = nn.Linear(16, 4, rng=2)
    optimizer = nn.optim.Adam([*model.parameters(), *head.parameters()], lr=3e-3)
    place = data.normal(size=(5, 16)).astype(np.float32)
    losses = []
    for _ in range(60):
        words = data.integers(0, 4, (32, 5))
        queries = np.broadcast_to(place, (32, 5, 16))
        out = head(model(Tensor(embedding[words] + place), Tensor(queries)))
        loss = F.cross_entropy(out.reshape(-1, 4), words[:, ::-1].reshape(-1).copy())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[0] > 1.2
    assert losses[-1] < 0.7


X: Any = Tensor(np.ones((2, 3, 4)))
MHA = nn.MultiheadAttention(4, 2, rng=0)
SDPA = F.scaled_dot_product_attention
ERRORS: list[tuple[str, Callable[[], Any], type[Exception], str]] = [
    ("list", lambda: SDPA([1.0], X, X), TypeError, "scaled_dot_product_attention: input is list"),  # type: ignore[arg-type]  # the error under test
    ("0-d", lambda: SDPA(Tensor(1.0), X, X), ValueError, r"expected \(..., L, E\), .*query \(\)"),
    ("widths", lambda: SDPA(X, X[..., :2], X), ValueError, r"one width.*key \(2, 3, 2\)"),
    ("values", lambda: SDPA(X, X, X[:, :2]), ValueError, "as many values as keys"),
    ("two masks", lambda: SDPA(X, X, X, np.ones((3, 3)), 0.0, True), ValueError, "or is_causal, not both"),
    ("mask shape", lambda: SDPA(X, X, X, np.ones((3, 4))), ValueError, r"do not fit: .*attn_mask \(3, 4\)"),
    ("mask dtype", lambda: SDPA(X, X, X, np.ones((3, 3), int)), TypeError, "mask has dtype int64, expected bool"),
    ("batches", lambda: SDPA(X, X[[0, 0, 0]], X), ValueError, "the shapes do not fit"),
    ("groups", lambda: SDPA(X, X[[0, 0, 0]], X[[0, 0, 0]], enable_gqa=True), ValueError, "divide those of query"),
    ("heads", lambda: nn.MultiheadAttention(4, 3), ValueError, "num_heads must divide embed_dim, got 3 and 4"),
    ("no heads", lambda: nn.MultiheadAttention(4, 0), ValueError, "num_heads is an int, at least 1; got 0"),
    ("probability", lambda: nn.MultiheadAttention(4, 2, 1.5), ValueError, "dropout is a probability, got 1.5"),
    ("axes", lambda: MHA(X[None], X[None], X[None]), ValueError, "have 3 axes, or 2 without a batch"),
    ("key axes", lambda: MHA(X, X[0], X[0]), ValueError, "have 3 axes, or 2 without a batch"),
    ("width", lambda: MHA(X[..., :3], X, X), ValueError, r"input has shape \(2, 3, 3\), expected \(..., 4\)"),
    ("key length", lambda: MHA(X, X, X[:1]), ValueError, r"a value for each key, got key \(2, 3, 4\)"),
    ("attn_mask", lambda: MHA(X, X, X, attn_mask=np.ones((3, 3))), ValueError, r"attn_mask has shape \(3, 3\), expected \(2, 2\) or \(6, 2, 2\)"),
    ("padding", lambda: MHA(X, X, X, np.ones((2, 2), bool)), ValueError, r"key_padding_mask has shape \(2, 2\), expected \(3, 2\)"),
    ("activation", lambda: nn.TransformerEncoderLayer(4, 2, activation="silu"), ValueError, "activation is 'relu', 'gelu' or a function, got 'silu'"),  # type: ignore[arg-type]  # the error under test
    ("source", lambda: nn.Transformer(8, 2, 1, 1, 8)(X, X), ValueError, r"src has shape \(2, 3, 4\), .* 8 long"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "run", "kind", "message"), ERRORS, ids=[e[0] for e in ERRORS])
def test_errors(name: str, run: Any, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        run()


@pytest.mark.parametrize("shift", [0.0, 50.0, 100.0, -100.0, 1e30, -1e30])
def test_scores_of_any_size(shift: float) -> None:
    scores = np.random.default_rng(0).normal(size=(2, 3, 4)).astype(np.float32) + np.float32(shift)
    bias = np.where(np.tri(3, 4, dtype=bool), np.float32(0), np.float32(-np.inf))
    for extra in (None, bias):
        x = scores.astype(np.float64) + (0 if extra is None else extra)
        e = np.exp(x - x.max(-1, keepdims=True))
        given = None if extra is None else gc.from_numpy(extra)
        found = attention_weights(gc.from_numpy(scores), given).data
        assert_allclose(found, e / e.sum(-1, keepdims=True), rtol=2e-6)
