"""Dropout beside PyTorch, where nothing is random: off, never and always; and its two values."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal

from grad_core import Tensor
from grad_nn import functional as F  # noqa: N812  # the field's name

SHAPES = {
    "dropout": (3, 4),
    "dropout1d": (2, 3, 4),
    "dropout2d": (2, 3, 4, 2),
    "dropout3d": (2, 3, 4, 2, 2),
    "alpha_dropout": (3, 4),
    "feature_alpha_dropout": (2, 3, 4),
}


def both(name: str, x: Any, p: float, training: bool) -> Any:
    """Values and gradients of the two."""
    t = torch.tensor(x, requires_grad=True)
    theirs = getattr(torch.nn.functional, name)(t, p, training)
    theirs.sum().backward()
    y = Tensor(x, requires_grad=True, dtype=np.float64)
    ours = getattr(F, name)(y, p, training, rng=0)
    ours.sum().backward()
    return ours.data, theirs.detach().numpy(), y.grad, t.grad.numpy()  # type: ignore[union-attr]  # it is there


@pytest.mark.parametrize(("p", "training"), [(0.0, True), (1.0, True), (0.5, False), (1.0, False)])
@pytest.mark.parametrize("name", SHAPES)
def test_nothing_random(name: str, p: float, training: bool) -> None:
    x = np.random.default_rng(0).normal(size=SHAPES[name])
    ours, theirs, g, h = both(name, x, p, training)
    assert_array_equal(ours, theirs)
    assert_array_equal(g, h)


@pytest.mark.parametrize("p", [0.1, 0.5, 0.9])
@pytest.mark.parametrize("name", SHAPES)
def test_the_two_values_of_a_constant(name: str, p: float) -> None:
    shape = (*(20 * n for n in SHAPES[name][:2]), *SHAPES[name][2:])
    ours, theirs, g, h = both(name, np.full(shape, 3.0), p, True)
    for a, b in ((ours, theirs), (g, h)):
        assert_allclose(np.unique(a.round(9)), np.unique(b.round(9)), rtol=1e-6)
