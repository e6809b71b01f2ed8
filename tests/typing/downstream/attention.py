"""The types of attention and of the transformer."""

from __future__ import annotations

from typing import assert_type

import numpy as np

import grad_nn as nn
from grad_core import Tensor
from grad_nn import functional as F  # noqa: N812  # the field's name

x = Tensor(np.ones((2, 3, 4)))
mask = np.ones((3, 3), np.bool_)

assert_type(F.scaled_dot_product_attention(x, x, x, mask, is_causal=False), Tensor)

attention = nn.MultiheadAttention(4, 2, batch_first=True, rng=0)
assert_type(attention(x, x, x, need_weights=False), tuple[Tensor, Tensor | None])
assert_type(attention.in_proj_weight, nn.Parameter | None)
assert_type(attention.out_proj, nn.Linear)

encoder_layer = nn.TransformerEncoderLayer(4, 2, 8, activation=F.gelu)
assert_type(encoder_layer(x, src_mask=mask), Tensor)
encoder = nn.TransformerEncoder(encoder_layer, 2, norm=nn.LayerNorm(4))
assert_type(encoder(x, mask), Tensor)
assert_type(encoder.layers[0], nn.TransformerEncoderLayer)
decoder = nn.TransformerDecoder(nn.TransformerDecoderLayer(4, 2, 8), 2)
assert_type(decoder(x, x), Tensor)

model = nn.Transformer(4, 2, custom_encoder=encoder, custom_decoder=decoder)
assert_type(model(x, x, tgt_mask=nn.Transformer.generate_square_subsequent_mask(3)), Tensor)
