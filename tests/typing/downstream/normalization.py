"""Types of normalisations, dropout, embeddings and distances, as a user relies on them."""

from __future__ import annotations

from typing import assert_type

import numpy as np

import grad_nn as nn
from grad_core import Tensor
from grad_nn import functional as F  # noqa: N812  # the field's name

x = Tensor(np.ones((2, 4, 3)))
words = np.array([[0, 1], [2, 0]])

norm = nn.LayerNorm(3)
assert_type(norm(x), Tensor)
assert_type(norm.weight, nn.Parameter | None)
assert_type(norm.bias, nn.Parameter | None)
assert_type(norm.normalized_shape, tuple[int, ...])
assert_type(nn.RMSNorm([4, 3], 1e-6)(x), Tensor)
assert_type(nn.GroupNorm(2, 4)(x), Tensor)
assert_type(nn.LocalResponseNorm(2)(x), Tensor)
batch = nn.BatchNorm1d(4, momentum=None)
assert_type(batch(x), Tensor)
assert_type(batch.running_mean, nn.Buffer | None)
assert_type(batch.num_batches_tracked, nn.Buffer | None)
assert_type(nn.InstanceNorm1d(4, affine=True)(x), Tensor)
assert_type(F.layer_norm(x, (3,), np.ones(3)), Tensor)
assert_type(F.batch_norm(x, batch.running_mean, batch.running_var, training=True), Tensor)

dropout = nn.Dropout(0.1, rng=np.random.default_rng(0))
assert_type(dropout(x), Tensor)
assert_type(dropout.p, float)
assert_type(F.dropout(x, 0.1, rng=0), Tensor)

table = nn.Embedding(3, 2, padding_idx=0)
assert_type(table(words), Tensor)
assert_type(table(Tensor(words, dtype=np.int64)), Tensor)
assert_type(table.weight, nn.Parameter)
assert_type(table.padding_idx, int | None)
assert_type(nn.Embedding.from_pretrained(np.ones((3, 2))), nn.Embedding)
bags = nn.EmbeddingBag(3, 2, mode="sum")
assert_type(bags(words), Tensor)
assert_type(bags(words[0], np.array([0])), Tensor)
assert_type(F.one_hot(words, 3), Tensor)

assert_type(nn.CosineSimilarity()(x, x), Tensor)
assert_type(nn.PairwiseDistance(keepdim=True)(x, x), Tensor)
assert_type(F.normalize(x, dim=(0, 1)), Tensor)

model = nn.Sequential(nn.BatchNorm1d(4), nn.Dropout(), nn.LayerNorm(3))
assert_type(model(x), Tensor)

# Mistakes that both checkers must find
nn.EmbeddingBag(3, 2, mode="avg")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
nn.LayerNorm(3)(words)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
nn.Dropout()(words)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
table([0, 1])  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
nn.Dropout(0.1, True, 0)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
