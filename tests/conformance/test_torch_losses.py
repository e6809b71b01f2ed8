"""What PyTorch has no samples for: the adaptive softmax, and weights of elements."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal

import grad_nn as nn
from grad_core import Tensor
from grad_nn import functional as F  # noqa: N812  # the field's name

rng = np.random.default_rng(3)
TF = torch.nn.functional


@pytest.mark.parametrize("head_bias", [False, True])
@pytest.mark.parametrize("div_value", [2.0, 2.5])
def test_adaptive_log_softmax(head_bias: bool, div_value: float) -> None:
    cutoffs = [4, 9]
    theirs = torch.nn.AdaptiveLogSoftmaxWithLoss(
        8, 20, cutoffs, div_value, head_bias, dtype=torch.float64
    )
    ours = nn.AdaptiveLogSoftmaxWithLoss(8, 20, cutoffs, div_value, head_bias, dtype=np.float64)
    state = {key: value.numpy() for key, value in theirs.state_dict().items()}
    assert list(state) == list(ours.state_dict())
    ours.load_state_dict(state)
    x, target = rng.normal(size=(50, 8)), rng.integers(0, 20, 50)
    a, b = Tensor(x, requires_grad=True, dtype=np.float64), torch.tensor(x, requires_grad=True)
    output, loss = ours(a, target)
    expected = theirs(b, torch.tensor(target))
    assert_allclose(output.data, expected.output.detach().numpy(), rtol=1e-10)
    assert_allclose(loss.item(), expected.loss.item(), rtol=1e-10)
    loss.backward()
    expected.loss.backward()
    assert_allclose(a.grad, b.grad.numpy(), rtol=1e-9, atol=1e-14)
    for p, q in zip(ours.parameters(), theirs.parameters(), strict=True):
        assert_allclose(p.grad, q.grad.numpy(), rtol=1e-9, atol=1e-14)
    with torch.no_grad():
        assert_allclose(ours.log_prob(a).data, theirs.log_prob(b).numpy(), rtol=1e-9)
        assert_array_equal(ours.predict(a).data, theirs.predict(b).numpy())
        single = theirs(b[0], torch.tensor(target[0]))
    assert_allclose(ours(a[0], target[0]).output.data, single.output.numpy(), rtol=1e-9)


@pytest.mark.parametrize("name", ["mse_loss", "l1_loss", "huber_loss"])
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
def test_weights_of_elements(name: str, reduction: Any) -> None:
    arrays = rng.normal(size=(3, 4, 5))
    ours = [Tensor(a, requires_grad=True, dtype=np.float64) for a in arrays]
    theirs = [torch.tensor(a, requires_grad=True) for a in arrays]
    y = getattr(F, name)(ours[0], ours[1], weight=ours[2], reduction=reduction)
    z = getattr(TF, name)(theirs[0], theirs[1], weight=theirs[2], reduction=reduction)
    assert_allclose(y.data, z.detach().numpy(), rtol=1e-12)
    y.sum().backward()
    z.sum().backward()
    for a, b in zip(ours, theirs, strict=True):
        assert_allclose(a.grad, b.grad.numpy(), rtol=1e-10, atol=1e-14)


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize("zero_infinity", [False, True])
def test_ctc_loss_of_targets_without_a_path(reduction: Any, zero_infinity: bool) -> None:
    x = rng.normal(size=(6, 4, 5))
    targets = np.array([[1, 1, 1], [1, 2, 3], [4, 4, 0], [2, 0, 0]])
    frames, labels = [4, 6, 5, 0], [3, 3, 2, 0]
    a, b = Tensor(x, requires_grad=True, dtype=np.float64), torch.tensor(x, requires_grad=True)
    y = F.ctc_loss(F.log_softmax(a), targets, frames, labels, 0, reduction, zero_infinity)
    z = TF.ctc_loss(
        b.log_softmax(2), torch.tensor(targets), frames, labels, 0, reduction, zero_infinity
    )
    assert_allclose(y.data, z.detach().numpy(), rtol=1e-9)
    y.sum().backward()
    z.sum().backward()
    assert_allclose(a.grad, b.grad.numpy(), rtol=1e-8, atol=1e-12)
