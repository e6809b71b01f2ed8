"""How alike or how far apart pairs of vectors are, as layers."""

from __future__ import annotations

from grad_core import Tensor
from grad_nn import functional as F  # noqa: N812  # the field's name
from grad_nn.module import Module


class CosineSimilarity(Module):
    """dot(x1, x2) / (max(norm(x1), eps) * max(norm(x2), eps)), along an axis.

    Shape:
        Two that are broadcast together, to the same without `dim`.

    Args:
        dim: The axis of the vectors.
        eps: The least that a norm counts as.

    Raises:
        ValueError: On a call, if the shapes do not fit, or the axis does not exist.
        TypeError: On a call, if an input is no Tensor of real floating numbers.

    Example:
        >>> CosineSimilarity()(Tensor([[3.0, 4.0]]), Tensor([[4.0, 3.0]]))
        Tensor([0.96])
    """

    def __init__(self, dim: int = 1, eps: float = 1e-8) -> None:
        self.dim: int = dim
        self.eps: float = eps

    def forward(self, x1: Tensor, x2: Tensor) -> Tensor:
        """Compare the vectors of the two."""
        return F.cosine_similarity(x1, x2, self.dim, self.eps)

    def extra_repr(self) -> str:
        """Return the settings."""
        return f"dim={self.dim}, eps={self.eps}"


class PairwiseDistance(Module):
    """The p-norm of x1 - x2 + eps along the last axis.

    Shape:
        Two that are broadcast together, to the same without the last axis.

    Args:
        p: The exponent of the norm; infinity for the largest absolute value.
        eps: What is added to each difference, so that the norm is hardly ever 0.
        keepdim: Whether the last axis stays, with size 1.

    Raises:
        ValueError: On a call, if the shapes do not fit, or have no axis.
        TypeError: On a call, if an input is no Tensor of floating or complex numbers.

    Example:
        >>> PairwiseDistance(eps=0.0)(Tensor([[4.0, 5.0]]), Tensor([[1.0, 1.0]]))
        Tensor([5.])
    """

    def __init__(self, p: float = 2.0, eps: float = 1e-6, keepdim: bool = False) -> None:
        self.norm: float = p
        self.eps: float = eps
        self.keepdim: bool = keepdim

    def forward(self, x1: Tensor, x2: Tensor) -> Tensor:
        """Measure how far apart the vectors of the two are."""
        return F.pairwise_distance(x1, x2, self.norm, self.eps, self.keepdim)

    def extra_repr(self) -> str:
        """Return the settings."""
        return f"p={self.norm}, eps={self.eps}, keepdim={self.keepdim}"
