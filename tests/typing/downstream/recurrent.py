"""The types of recurrent layers and packed sequences: what comes out is what went in."""

from __future__ import annotations

from typing import assert_type

import numpy as np
from numpy.typing import NDArray

import grad_nn as nn
from grad_core import Tensor
from grad_nn.utils.rnn import (
    PackedSequence,
    pack_padded_sequence,
    pack_sequence,
    pad_packed_sequence,
    pad_sequence,
    unpack_sequence,
)

x = Tensor(np.ones((3, 2, 4)))
packed = pack_padded_sequence(x, [3, 1])
assert_type(packed, PackedSequence)
assert_type(packed.data, Tensor)
assert_type(packed.batch_sizes, NDArray[np.int64])
assert_type(packed.sorted_indices, NDArray[np.int64] | None)
assert_type(pack_sequence([x, x]), PackedSequence)
assert_type(pad_packed_sequence(packed, True), tuple[Tensor, NDArray[np.int64]])
assert_type(pad_sequence([x, x], padding_side="left"), Tensor)
assert_type(unpack_sequence(packed), list[Tensor])

lstm = nn.LSTM(4, 5, num_layers=2, bidirectional=True)
assert_type(lstm(x), tuple[Tensor, tuple[Tensor, Tensor]])
assert_type(lstm(packed), tuple[PackedSequence, tuple[Tensor, Tensor]])
output, (h, c) = lstm(x)
assert_type(lstm(packed, (h, c))[0].data, Tensor)
assert_type(lstm.weight_ih_l0, nn.Parameter)
assert_type(lstm.all_weights, list[list[nn.Parameter]])

for layer in (nn.RNN(4, 5, nonlinearity="relu"), nn.GRU(4, 5)):
    assert_type(layer(x), tuple[Tensor, Tensor])
    assert_type(layer(packed, hx=h), tuple[PackedSequence, Tensor])

assert_type(nn.LSTMCell(4, 5)(x, (h, c)), tuple[Tensor, Tensor])
assert_type(nn.GRUCell(4, 5)(x), Tensor)
assert_type(nn.RNNCell(4, 5)(x, h), Tensor)

lstm("1")  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue, reportArgumentType]
lstm(x, h)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue, reportArgumentType]
nn.RNN(4, 5, nonlinearity="elu")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
