"""The cross-entropy of an affine map, as a Module."""

from __future__ import annotations

import math

from numpy.typing import ArrayLike, DTypeLike

from grad_core import Tensor
from grad_init import Initializer, InitMethod, Rng
from grad_nn import functional as F  # noqa: N812  # the field's name
from grad_nn.functional.checks import size
from grad_nn.functional.loss.classification import Target
from grad_nn.functional.loss.linear_cross_entropy import LinearCrossEntropyOptions
from grad_nn.functional.loss.reduction import Reduction
from grad_nn.layers.linear import Linear
from grad_nn.module import Module
from grad_nn.parameter import Buffer


class LinearCrossEntropyLoss(Module):
    """The cross-entropy of a linear layer's logits; see `functional.linear_cross_entropy`.

    Args:
        in_features: The length of the last axis of the input.
        num_classes: C.
        out_features: `(d1, ...)`, for classes at several places.
        bias: Whether there is a bias.
        reduction: `"mean"`, `"sum"` or `"none"`.
        weight: A factor for each class, `(C,)`; a Buffer, so part of the state.
        ignore_index: The class index of samples that do not count; None for -100.
        label_smoothing: The share of each target that is spread evenly over the classes.
        options: How many samples are taken at a time.
        init_method: How the weight of the layer is drawn, as in `Linear`.
        rng: Where random numbers come from: a generator, a seed, or None for the default one.
        dtype: The dtype of the parameters; None for the default dtype, float32.

    Attributes:
        linear: The layer, a `Linear` of `C * d1 * ...` features.

    Raises:
        ValueError: A size is no int, or negative, the weight has another shape, or `label_smoothing`
            is not between 0 and 1.

    Example:
        >>> loss = LinearCrossEntropyLoss(3, 4, rng=0)
        >>> loss(Tensor([[1.0, 2.0, 3.0]]), [2]).shape
        ()
    """

    def __init__(
        self,
        in_features: int,
        num_classes: int,
        *,
        out_features: tuple[int, ...] = (),
        bias: bool = False,
        reduction: Reduction = "mean",
        weight: Tensor | ArrayLike | None = None,
        ignore_index: int | None = None,
        label_smoothing: float = 0.0,
        options: LinearCrossEntropyOptions | None = None,
        init_method: InitMethod | Initializer | None = None,
        rng: Rng = None,
        dtype: DTypeLike | None = None,
    ) -> None:
        name = "LinearCrossEntropyLoss"
        self.num_classes: int = size(name, "num_classes", num_classes)
        self.out_features: tuple[int, ...] = tuple(
            size(name, "out_features", n) for n in out_features
        )
        if not 0.0 <= label_smoothing <= 1.0:
            raise ValueError(f"{name}: label_smoothing is {label_smoothing}, expected 0 to 1")
        self.weight: Buffer | None = None if weight is None else Buffer(weight)
        if self.weight is not None and self.weight.shape != (num_classes,):
            raise ValueError(
                f"{name}: weight has shape {self.weight.shape}, expected ({num_classes},)"
            )
        self.reduction: Reduction = reduction
        self.ignore_index: int | None = ignore_index
        self.label_smoothing: float = label_smoothing
        self.linear: Linear = Linear(
            in_features,
            self.num_classes * math.prod(self.out_features),
            bias,
            init_method=init_method,
            rng=rng,
            dtype=dtype,
        )
        self.options: LinearCrossEntropyOptions | None = options

    def forward(self, input: Tensor, target: Target) -> Tensor:
        """Compute the loss of inputs `(N, in_features)` and class indices `(N,)`, or what else fits."""
        weight, bias = self.linear.weight, self.linear.bias
        shape = (self.num_classes, *self.out_features)
        return F.linear_cross_entropy(
            input,
            weight.reshape(*shape, self.linear.in_features) if self.out_features else weight,
            target,
            linear_bias=bias if bias is None or not self.out_features else bias.reshape(shape),
            weight=self.weight,
            reduction=self.reduction,
            ignore_index=self.ignore_index,
            label_smoothing=self.label_smoothing,
            options=self.options,
        )

    def extra_repr(self) -> str:
        """Return the settings."""
        return (
            f"in_features={self.linear.in_features}, num_classes={self.num_classes},"
            f" out_features={self.out_features}, bias={self.linear.bias is not None},"
            f" reduction={self.reduction}, ignore_index={self.ignore_index},"
            f" label_smoothing={self.label_smoothing}, options={self.options}"
        )
