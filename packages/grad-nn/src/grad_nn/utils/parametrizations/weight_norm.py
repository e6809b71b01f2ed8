"""Weight normalization: a weight in terms of its lengths and directions."""

from __future__ import annotations

from typing import TypeVar

import grad_core as gc
from grad_core import Tensor
from grad_nn.module import Module
from grad_nn.utils.parametrize import register_parametrization

M = TypeVar("M", bound=Module)


class WeightNorm(Module):
    """g * v / |v|, where |v| is the Euclidean norm over all axes but `dim`.

    Args:
        dim: The axis that is kept; None, or -1 as in PyTorch, for one norm of the whole.
    """

    def __init__(self, dim: int | None = 0) -> None:
        self.dim: int | None = None if dim == -1 else dim

    def forward(self, g: Tensor, v: Tensor) -> Tensor:
        """Compute the weight from lengths `g` and directions `v`."""
        return v * (g / self._norm(v))

    def right_inverse(self, weight: Tensor) -> tuple[Tensor, Tensor]:
        """Return the lengths, and the weight for the directions."""
        return self._norm(weight), weight

    def extra_repr(self) -> str:
        """Return the axis."""
        return f"dim={self.dim}"

    def _norm(self, v: Tensor) -> Tensor:
        if self.dim is None:
            return gc.linalg.vector_norm(v)
        kept = self.dim % v.ndim
        others = tuple(i for i in range(v.ndim) if i != kept)
        return gc.linalg.vector_norm(v, axis=others, keepdims=True)


def weight_norm(module: M, name: str = "weight", dim: int | None = 0) -> M:
    """Compute a weight from lengths and directions: w = g * v / |v|.

    The state has `parametrizations.weight.original0`, g, and `original1`, v.

    Args:
        module: The Module.
        name: The name of the weight.
        dim: The axis along which each part has a length of its own; None, or -1, for one length of
            the whole.

    Returns:
        The Module; its class changes, see `parametrize.register_parametrization`.

    Raises:
        ValueError: There is no such weight, or axis.

    Example:
        >>> from grad_nn import Linear
        >>> layer = weight_norm(Linear(3, 2))
        >>> {name: value.shape for name, value in layer.state_dict().items()}
        ... # doctest: +NORMALIZE_WHITESPACE
        {'bias': (2,), 'parametrizations.weight.original0': (2, 1),
         'parametrizations.weight.original1': (2, 3)}

    Reference:
        T. Salimans and D. Kingma, "Weight normalization: a simple reparameterization to accelerate
        training of deep neural networks", NIPS 2016, equation 2.
    """
    weight = getattr(module, name, None)
    if (
        dim not in (None, -1)
        and isinstance(weight, Tensor)
        and not -weight.ndim <= dim < weight.ndim
    ):
        raise ValueError(f"weight_norm: {name} has shape {weight.shape}, and no axis {dim}")
    return register_parametrization(module, name, WeightNorm(dim), unsafe=True)
