"""The types of activations and losses."""

from __future__ import annotations

from typing import assert_type

import numpy as np
from numpy.typing import NDArray

import grad_nn as nn
from grad_core import Tensor
from grad_nn import functional as F  # noqa: N812  # the field's name

x = Tensor([[0.1, 0.2, 0.7]], requires_grad=True)
labels = np.array([2])
array: NDArray[np.floating] = np.ones((1, 3), np.float32)

assert_type(F.gelu(x, approximate="tanh"), Tensor)
assert_type(F.relu(x, inplace=True), Tensor)
assert_type(F.relu_(x), Tensor)
assert_type(F.softmax(x, 1, dtype="float64"), Tensor)
assert_type(F.gumbel_softmax(x, hard=True, rng=0), Tensor)
assert_type(F.prelu(x, nn.PReLU().weight), Tensor)
assert_type(nn.PReLU(3)(x), Tensor)
assert_type(nn.PReLU(3).weight, nn.Parameter)
assert_type(nn.Softmax(dim=1)(x), Tensor)
assert_type(nn.Sequential(nn.Linear(3, 4), nn.GELU("tanh"), nn.GLU(), nn.RReLU(rng=0))(x), Tensor)

assert_type(F.mse_loss(x, array), Tensor)
assert_type(F.huber_loss(x, x, "sum", 0.5), Tensor)
assert_type(F.cross_entropy(x, labels, label_smoothing=0.1), Tensor)
assert_type(F.cross_entropy(x, array), Tensor)
assert_type(F.nll_loss(x, [2], reduction="none"), Tensor)
assert_type(F.kl_div(x, array, reduction="batchmean"), Tensor)
assert_type(F.gaussian_nll_loss(x, array, 1.0), Tensor)
assert_type(F.ctc_loss(x, [1, 2], [3], [2]), Tensor)
assert_type(F.linear_cross_entropy(x, nn.Linear(3, 4).weight, labels), Tensor)
assert_type(nn.CrossEntropyLoss([1.0, 2.0, 1.0])(x, labels), Tensor)
assert_type(nn.BCEWithLogitsLoss(pos_weight=array)(x, array), Tensor)
assert_type(nn.BCELoss().weight, nn.Buffer | None)
assert_type(nn.CTCLoss(zero_infinity=True)(x, labels, 3, 1), Tensor)


def distance(a: Tensor, b: Tensor) -> Tensor:
    return (a - b).abs().sum(-1)


assert_type(nn.TripletMarginWithDistanceLoss(distance_function=distance)(x, x, x), Tensor)
adaptive = nn.AdaptiveLogSoftmaxWithLoss(3, 100, [10, 20])
output, loss = adaptive(x, labels)
assert_type(output, Tensor)
assert_type(adaptive(x, labels).loss, Tensor)
assert_type(adaptive.predict(x), Tensor)

F.gelu(x, approximate="erf")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
F.mse_loss(x, x, reduction="average")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
F.mse_loss(x, x, reduction="batchmean")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
F.cross_entropy(x, "a")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
nn.L1Loss()(x)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
