"""A copy of a model whose weights are averages of the model's."""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy
from typing import Generic, ParamSpec, TypeVar

import numpy as np

from grad_core import Array, Tensor, no_grad
from grad_core.primitive import unwrap
from grad_nn.module import HasForward, Module
from grad_nn.optim.swa_utils.averages import AvgFn, MultiAvgFn, get_swa_avg_fn, take_over
from grad_nn.parameter import Buffer

P = ParamSpec("P")
R_co = TypeVar("R_co", covariant=True)


class AveragedModel(Module, Generic[P, R_co]):
    """A copy of a model that is called like it, with averages of its weights over the training.

    At the first `update_parameters` the weights are copied, then averaged: equally (SWA), or as
    the functions of this module say, such as `get_ema_multi_avg_fn` (EMA).

    Args:
        model: The model that is trained.
        avg_fn: Computes the new average of a Tensor from the average, the present value, and how
            many the average is of.
        multi_avg_fn: The same for all Tensors at once, in their place.
        use_buffers: Whether Buffers are averaged, too. If not, they are copied every time.

    Attributes:
        module: The copy; to save it alone is to save the averages in the place of the model.
        n_averaged: Of how many values the averages are.

    Raises:
        TypeError: `model` is no Module.
        ValueError: Both functions are given.

    Example:
        >>> from grad_nn import Linear
        >>> from grad_nn.optim.swa_utils import get_ema_multi_avg_fn
        >>> model = Linear(1, 1, bias=False)
        >>> averaged = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(0.5))
        >>> for weight in (1.0, 3.0):
        ...     model.weight.data = [[weight]]  # what training would do
        ...     averaged.update_parameters(model)
        >>> averaged(Tensor([10.0])).item()
        20.0
        >>> averaged.state_dict()
        {'n_averaged': array(2), 'module.weight': array([[2.]], dtype=float32)}
    """

    def __init__(
        self,
        model: HasForward[P, R_co],
        *,
        avg_fn: AvgFn | None = None,
        multi_avg_fn: MultiAvgFn | None = None,
        use_buffers: bool = False,
    ) -> None:
        if not isinstance(model, Module):
            raise TypeError(f"AveragedModel: model is {type(model).__name__}, expected a Module")
        if avg_fn is not None and multi_avg_fn is not None:
            raise ValueError("AveragedModel: pass one of avg_fn and multi_avg_fn, got both")
        self.n_averaged: Buffer = Buffer(0, dtype=np.int64)
        self.module: Module = deepcopy(model)
        self.avg_fn: AvgFn | None = avg_fn
        self.multi_avg_fn: MultiAvgFn | None = multi_avg_fn
        self.use_buffers: bool = use_buffers

    def forward(self, *args: P.args, **kwargs: P.kwargs) -> R_co:
        """Compute what the model would with the averages for weights."""
        return self.module(*args, **kwargs)  # type: ignore[misc, arg-type]  # it has that `forward`

    @no_grad()
    def update_parameters(self, model: Module) -> None:
        """Let the averages follow the model.

        Args:
            model: The model that is trained, or one with Parameters of the same shapes.

        Raises:
            ValueError: The shapes are others. Nothing has changed then.
        """
        pairs = _pairs("parameters", self.module.parameters(), model.parameters())
        buffers = _pairs("buffers", self.module.buffers(), model.buffers())
        copied = [] if self.use_buffers else buffers
        if self.use_buffers:
            pairs += buffers
        n = int(self.n_averaged.item())
        if n == 0:
            copied, pairs = pairs + copied, []
        if self.multi_avg_fn is not None and pairs:
            averages, currents = zip(*pairs, strict=True)
            self.multi_avg_fn(averages, [current.detach() for current in currents], n)
        else:
            follow = self.avg_fn or get_swa_avg_fn()
            values: list[Array] = [
                unwrap(follow(average.detach(), current.detach(), n)) for average, current in pairs
            ]
            for (average, _), value in zip(pairs, values, strict=True):
                take_over(average, value)
        for average, current in copied:
            average.assign(unwrap(current))
        self.n_averaged.assign(unwrap(self.n_averaged) + 1, copy=False)


def _pairs(
    name: str, own: Iterable[Tensor], others: Iterable[Tensor]
) -> list[tuple[Tensor, Tensor]]:
    mine, theirs = list(own), list(others)
    shapes, other_shapes = [t.shape for t in mine], [t.shape for t in theirs]
    if shapes != other_shapes:
        raise ValueError(
            f"update_parameters: model has {name} of the shapes {other_shapes}, expected {shapes}"
        )
    return list(zip(mine, theirs, strict=True))
