"""Spectral normalization: a weight divided by its largest singular value."""

from __future__ import annotations

from typing import TypeVar

import numpy as np

import grad_core as gc
from grad_core import Array, Tensor
from grad_core.primitive import unwrap
from grad_init import Rng, as_generator
from grad_nn.layers.convolution.transposed import (
    ConvTranspose1d,
    ConvTranspose2d,
    ConvTranspose3d,
)
from grad_nn.module import Module
from grad_nn.parameter import Buffer
from grad_nn.utils.parametrize import register_parametrization

M = TypeVar("M", bound=Module)


class SpectralNorm(Module):
    """W / sigma, where sigma = u^T W v estimates the largest singular value of W as a matrix.

    u and v are the singular vectors, Buffers, which come nearer with each step of the power method:

        u <- W v / |W v|
        v <- W^T u / |W^T u|

    A weight of one axis is divided by its norm.

    Args:
        weight: The weight, for its shape and dtype, and for the first estimates.
        n_power_iterations: How many steps each call takes in training; in evaluation, none.
        dim: The axis of the weight that becomes the rows of the matrix.
        eps: What norms are at least, against division by 0.
        rng: Where random numbers come from.

    Raises:
        ValueError: A setting is out of range.
    """

    def __init__(
        self,
        weight: Tensor,
        n_power_iterations: int = 1,
        dim: int = 0,
        eps: float = 1e-12,
        *,
        rng: Rng = None,
    ) -> None:
        ndim = weight.ndim
        if not -ndim <= dim < ndim:
            raise ValueError(
                f"spectral_norm: the weight has shape {weight.shape}, and no axis {dim}"
            )
        if n_power_iterations <= 0:
            raise ValueError(
                f"spectral_norm: n_power_iterations is {n_power_iterations}, expected at least 1"
            )
        self.dim: int = dim % ndim
        self.eps: float = eps
        self.n_power_iterations: int = n_power_iterations
        self._u: Buffer
        self._v: Buffer
        if ndim == 1:
            return
        matrix: Array = unwrap(self._as_matrix(weight.detach()))
        generator = as_generator(rng)
        u, v = (self._unit(generator.standard_normal((n,))) for n in matrix.shape)
        self._u = Buffer(u, dtype=matrix.dtype)
        self._v = Buffer(v, dtype=matrix.dtype)
        self._step(matrix, 15)

    def forward(self, weight: Tensor) -> Tensor:
        """Divide by the norm."""
        if weight.ndim == 1:
            return weight / gc.maximum(gc.linalg.vector_norm(weight), self.eps)
        matrix = self._as_matrix(weight)
        if self.training:
            self._step(unwrap(matrix), self.n_power_iterations)
        sigma = gc.vecdot(self._u, matrix @ self._v)
        return weight / sigma

    def right_inverse(self, value: Tensor) -> Tensor:
        """Return the value: it is only as large as it is."""
        return value

    def extra_repr(self) -> str:
        """Return the settings."""
        return f"n_power_iterations={self.n_power_iterations}, dim={self.dim}, eps={self.eps}"

    def _as_matrix(self, weight: Tensor) -> Tensor:
        rows = gc.moveaxis(weight, self.dim, 0)
        return gc.reshape(rows, (rows.shape[0], -1))

    def _unit(self, x: Array) -> Array:
        unit: Array = x / max(float(np.linalg.norm(x)), self.eps)
        return unit

    def _step(self, matrix: Array, times: int) -> None:
        u: Array = unwrap(self._u)
        v: Array = unwrap(self._v)
        for _ in range(times):
            u = self._unit(matrix @ v)
            v = self._unit(matrix.conj().T @ u)
        # New arrays: a graph that holds the earlier ones stays right
        self._u.assign(u)
        self._v.assign(v)


def spectral_norm(
    module: M,
    name: str = "weight",
    n_power_iterations: int = 1,
    eps: float = 1e-12,
    dim: int | None = None,
    *,
    rng: Rng = None,
) -> M:
    """Divide a weight by its largest singular value, so that the layer stretches nothing.

    The state has `parametrizations.weight.original`, and `0._u` and `0._v` beside it, the singular
    vectors. In training each use of the weight takes `n_power_iterations` steps towards them, so two
    uses may differ.

    Args:
        module: The Module.
        name: The name of the weight.
        n_power_iterations: How many steps of the power method each use takes in training.
        eps: What norms are at least, against division by 0.
        dim: The axis of the weight that becomes the rows of a matrix; None for 0, and for 1 in
            transposed convolutions, whose outputs are there.
        rng: Where the first estimates come from: a generator, a seed, or None for the default one.

    Returns:
        The Module; its class changes, see `parametrize.register_parametrization`.

    Raises:
        ValueError: There is no such weight, or a setting is out of range.

    Example:
        >>> from grad_nn import Linear
        >>> layer = spectral_norm(Linear(20, 30, rng=0), n_power_iterations=50, rng=0)
        >>> round(float(np.linalg.norm(layer.weight.data, 2)), 3)
        1.0

    Reference:
        T. Miyato et al., "Spectral normalization for generative adversarial networks", ICLR 2018,
        algorithm 1.
    """
    weight = getattr(module, name, None)
    if not isinstance(weight, Tensor) or not weight.ndim:
        raise ValueError(
            f"spectral_norm: {type(module).__name__} has no weight named {name!r} that has axes"
        )
    if dim is None:
        dim = int(isinstance(module, (ConvTranspose1d, ConvTranspose2d, ConvTranspose3d)))
    parametrization = SpectralNorm(weight, n_power_iterations, dim, eps, rng=rng)
    return register_parametrization(module, name, parametrization)
