"""PyTorch's `nn.functional` in terms of `grad_nn.functional`."""

from __future__ import annotations

from typing import Any

from grad_nn import functional as F  # noqa: N812  # the field's name

OPS: dict[str, Any] = {
    "nn.functional.cross_entropy": F.cross_entropy,
    "nn.functional.leaky_relu": F.leaky_relu,
    "nn.functional.linear": F.linear,
    "nn.functional.mse_loss": F.mse_loss,
    "nn.functional.relu": F.relu,
}
