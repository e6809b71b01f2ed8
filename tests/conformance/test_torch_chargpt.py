"""The example chargpt beside the same model in PyTorch: the same weights, batches and settings."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from examples.chargpt import GPT, Block, Sizes, batch_of, loss_of, prepare, read_text, validate
from numpy.testing import assert_allclose

import grad_nn as nn
from grad_nn import optim

TF = torch.nn.functional
SIZES = Sizes(vocabulary=0, context=32, layers=2, heads=4, width=32, dropout=0.0)


def theirs_of(module: nn.Module) -> torch.nn.Module:
    """A module of PyTorch with the parameters of one of grad, by the same names."""
    out = torch.nn.Module()
    for name, p in module.named_parameters():
        *path, last = name.split(".")
        at = out
        for part in path:
            if not hasattr(at, part):
                at.add_module(part, torch.nn.Module())
            at = getattr(at, part)
        at.register_parameter(last, torch.nn.Parameter(torch.tensor(p.data)))
    return out


def norm(x: Any, m: Any) -> Any:
    return TF.layer_norm(x, x.shape[-1:], m.weight, m.bias)


def affine(x: Any, m: Any) -> Any:
    return TF.linear(x, m.weight, m.bias)


def logits_of(model: Any, tokens: Any, heads: int) -> Any:
    """What GPT.forward and Block.forward do, in PyTorch."""
    x = model.tokens.weight[tokens] + model.places.weight[: tokens.shape[1]]
    batch, length, width = x.shape
    for i in range(SIZES.layers):
        block = getattr(model.blocks, str(i))
        y = norm(x, block.norm1)
        q, k, v = (
            affine(y, part).reshape(batch, length, heads, -1).transpose(1, 2)
            for part in (block.query, block.key, block.value)
        )
        out = TF.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + affine(out.transpose(1, 2).reshape(batch, length, width), block.join)
        x = x + affine(TF.gelu(affine(norm(x, block.norm2), block.widen)), block.narrow)
    return TF.linear(norm(x, model.norm), model.head.weight)


def test_the_losses_fall_as_those_of_pytorch() -> None:
    text = prepare(read_text(None), SIZES.context)
    sizes = SIZES._replace(vocabulary=len(text.characters))
    rng = np.random.default_rng(0)
    model = GPT(sizes, rng)
    assert isinstance(model.blocks[0], Block)
    theirs = theirs_of(model)
    settings: Any = {"lr": 3e-3, "betas": (0.9, 0.95), "weight_decay": 0.1}
    ours_steps = optim.AdamW(model.parameters(), **settings)
    their_steps = torch.optim.AdamW(theirs.parameters(), **settings)
    before = validate(model, text.validation, 24)
    losses, expected = [], []
    for _ in range(40):
        starts = rng.integers(0, len(text.training) - sizes.context, 12)
        tokens, following = batch_of(text.training, starts, sizes.context)
        loss = loss_of(model, tokens, following)
        t = logits_of(theirs, torch.tensor(tokens), sizes.heads).reshape(-1, sizes.vocabulary)
        their_loss = TF.cross_entropy(t, torch.tensor(following).reshape(-1))
        for optimizer, value in ((ours_steps, loss), (their_steps, their_loss)):
            optimizer.zero_grad()
            value.backward()
            optimizer.step()
        losses.append(loss.item())
        expected.append(their_loss.item())
    assert_allclose(losses, expected, rtol=2e-3)
    assert_allclose(losses[:10], expected[:10], rtol=1e-5)
    after = validate(model, text.validation, 24)
    assert before > 4.4
    assert after < 3.2
    starts = np.linspace(0, len(text.validation) - sizes.context - 1, 24).astype(np.int64)
    tokens, following = batch_of(text.validation, starts, sizes.context)
    with torch.no_grad():
        t = logits_of(theirs, torch.tensor(tokens), sizes.heads).reshape(-1, sizes.vocabulary)
        their_after = TF.cross_entropy(t, torch.tensor(following).reshape(-1)).item()
    assert_allclose(after, their_after, rtol=2e-3)
