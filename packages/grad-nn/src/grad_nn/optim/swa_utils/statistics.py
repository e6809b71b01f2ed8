"""The statistics of batch norm, which averaged weights make others."""

from __future__ import annotations

from collections.abc import Iterable

from grad_core import Tensor, asarray, no_grad
from grad_core.primitive import unwrap
from grad_nn.layers.batch_norm import BatchNorm1d, BatchNorm2d, BatchNorm3d
from grad_nn.module import HasForward, Module
from grad_nn.optim.checks import is_array, is_sequence


@no_grad()
def update_bn(loader: Iterable[object], model: HasForward[[Tensor], object]) -> None:
    """Compute the running statistics of batch norm anew, as means over all batches.

    Averaged weights do not have the statistics of the weights that they average.

    Args:
        loader: Batches: inputs of the model, or tuples and lists that begin with one. An array is
            taken as a Tensor of its dtype.
        model: The model; Modules in it keep their mode.

    Raises:
        TypeError: `model` is no Module, or a batch has no input.

    Example:
        >>> from grad_nn import BatchNorm1d
        >>> model = BatchNorm1d(1)
        >>> update_bn([Tensor([[1.0], [3.0]]), Tensor([[5.0], [7.0]])], model)
        >>> model.running_mean
        Buffer([4.])
    """
    if not isinstance(model, Module):
        raise TypeError(f"update_bn: model is {type(model).__name__}, expected a Module")
    norms = [m for m in model.modules() if isinstance(m, (BatchNorm1d, BatchNorm2d, BatchNorm3d))]
    if not norms:
        return
    modes = [(module, module.training) for module in model.modules()]
    momenta = [norm.momentum for norm in norms]
    values = [(b, unwrap(b)) for norm in norms for b in norm.buffers()]
    try:
        model.train()
        for norm in norms:
            norm.reset_running_stats()
            norm.momentum = None  # the mean of all batches
        for batch in loader:
            model(_input(batch))
    except BaseException:
        for buffer, value in values:
            buffer.assign(value)
        raise
    finally:
        for norm, momentum in zip(norms, momenta, strict=True):
            norm.momentum = momentum
        for module, mode in modes:
            module.training = mode


def _input(batch: object) -> Tensor:
    first = batch[0] if is_sequence(batch) and batch else batch
    if is_array(first):
        return asarray(first)
    if not isinstance(first, Tensor):
        raise TypeError(
            f"update_bn: a batch is {type(batch).__name__}, expected a Tensor, or a tuple or list"
            " that begins with one"
        )
    return first
