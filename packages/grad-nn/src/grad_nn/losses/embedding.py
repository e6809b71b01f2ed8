"""Losses of distances between embeddings, as Modules."""

from __future__ import annotations

from grad_core import Raw, Tensor
from grad_nn import functional as F  # noqa: N812  # the field's name
from grad_nn.functional.loss.embedding import Distance
from grad_nn.functional.loss.reduction import Reduction
from grad_nn.layers.distance import PairwiseDistance
from grad_nn.module import Module


class CosineEmbeddingLoss(Module):
    """1 - cos for pairs that are alike, max(0, cos - margin) for others; see `functional.cosine_embedding_loss`.

    Args:
        margin: How similar unlike pairs may be, from -1 to 1.
        reduction: `"mean"`, `"sum"` or `"none"`.

    Example:
        >>> x = Tensor([[1.0, 0.0], [0.0, 1.0]])
        >>> CosineEmbeddingLoss(0.5)(x, x, Tensor([1.0, -1.0]))
        Tensor(0.25)
    """

    def __init__(
        self,
        margin: float = 0.0,
        *,
        reduction: Reduction = "mean",
    ) -> None:
        self.margin: float = margin
        self.reduction: Reduction = reduction

    def forward(self, input1: Tensor, input2: Tensor | Raw, target: Tensor | Raw) -> Tensor:
        """Compute the loss of vectors `(N, D)` and labels `(N,)`, 1 or -1."""
        return F.cosine_embedding_loss(
            input1,
            input2,
            target,
            margin=self.margin,
            reduction=self.reduction,
        )


class TripletMarginLoss(Module):
    """What a negative example lacks of its distance; see `functional.triplet_margin_loss`.

    Args:
        margin: How much farther away it should be than the positive one; more than 0.
        p: The order of the norm.
        eps: What keeps differences from 0.
        swap: Whether the distance of both examples is taken where it is less.
        reduction: `"mean"`, `"sum"` or `"none"`.

    Example:
        >>> import grad_core as gc
        >>> a, p, n = Tensor([[0.0, 0.0]]), Tensor([[3.0, 4.0]]), Tensor([[0.0, 5.5]])
        >>> gc.round(TripletMarginLoss()(a, p, n), 3)
        Tensor(0.5)
    """

    def __init__(
        self,
        margin: float = 1.0,
        p: float = 2.0,
        eps: float = 1e-6,
        swap: bool = False,
        *,
        reduction: Reduction = "mean",
    ) -> None:
        self.margin: float = margin
        self.p: float = p
        self.eps: float = eps
        self.swap: bool = swap
        self.reduction: Reduction = reduction
        if not margin > 0:
            raise ValueError(f"TripletMarginLoss: margin is {margin}, expected more than 0")

    def forward(self, anchor: Tensor, positive: Tensor, negative: Tensor) -> Tensor:
        """Compute the loss of vectors `(N, D)`."""
        return F.triplet_margin_loss(
            anchor,
            positive,
            negative,
            margin=self.margin,
            p=self.p,
            eps=self.eps,
            swap=self.swap,
            reduction=self.reduction,
        )


class TripletMarginWithDistanceLoss(Module):
    """What a negative example lacks of its distance, by a distance of your own; see `functional.triplet_margin_with_distance_loss`.

    Args:
        distance_function: Takes two Tensors and gives one; None for a `PairwiseDistance`.
        margin: How much farther away it should be than the positive one; more than 0.
        swap: Whether the distance of both examples is taken where it is less.
        reduction: `"mean"`, `"sum"` or `"none"`.

    Example:
        >>> import grad_core as gc
        >>> loss = TripletMarginWithDistanceLoss(distance_function=lambda x, y: gc.abs(x - y).sum(-1))
        >>> loss(Tensor([[0.0, 0.0]]), Tensor([[3.0, 4.0]]), Tensor([[0.0, 5.5]]))
        Tensor(2.5)
    """

    def __init__(
        self,
        *,
        distance_function: Distance | None = None,
        margin: float = 1.0,
        swap: bool = False,
        reduction: Reduction = "mean",
    ) -> None:
        default: Distance = PairwiseDistance()
        self.distance_function: Distance = (
            default if distance_function is None else distance_function
        )
        self.margin: float = margin
        self.swap: bool = swap
        self.reduction: Reduction = reduction
        if not margin > 0:
            raise ValueError(
                f"TripletMarginWithDistanceLoss: margin is {margin}, expected more than 0"
            )

    def forward(self, anchor: Tensor, positive: Tensor, negative: Tensor) -> Tensor:
        """Compute the loss of what the distance takes."""
        return F.triplet_margin_with_distance_loss(
            anchor,
            positive,
            negative,
            distance_function=self.distance_function,
            margin=self.margin,
            swap=self.swap,
            reduction=self.reduction,
        )
