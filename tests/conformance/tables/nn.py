"""PyTorch's `nn.functional` in terms of `grad_nn.functional`: the same names."""

from __future__ import annotations

from collections.abc import Callable
from inspect import signature
from typing import Any

import torch
from tests.conformance.nn_differences import ON_A_GPU, RANDOM
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.testing._internal.common_methods_invocations import op_db

from grad_nn import LinearCrossEntropyOptions
from grad_nn import functional as F  # noqa: N812  # the field's name

NAMES = {
    ".".join(filter(None, (op.name, op.variant_test_name))): op.name.removeprefix("nn.functional.")
    for op in op_db
    if op.name.startswith("nn.functional.")
}

# Every name of theirs that is one of ours, too: what is written is compared
OPS: dict[str, Callable[..., Any]] = {
    whole: getattr(F, name)
    for whole, name in NAMES.items()
    if hasattr(F, name) and whole not in (*RANDOM, *ON_A_GPU)
}


def without_dropout(name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Attention that drops no weights, by kernels that PyTorch can differentiate twice."""
    parameters = signature(OPS[name])

    def changed(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            bound = parameters.bind(*args, **kwargs)
            bound.arguments["dropout_p"] = 0.0
            with sdpa_kernel(SDPBackend.MATH):
                return function(*bound.args, **bound.kwargs)

        return call

    return changed


ATTENTION = {
    name: without_dropout(name)
    for name in (
        "nn.functional.scaled_dot_product_attention",
        "nn.functional.multi_head_attention_forward",
    )
}
OPS |= {name: changed(OPS[name]) for name, changed in ATTENTION.items()}


def _with_table_first(function: Callable[..., Any]) -> Callable[..., Any]:
    """An embedding as PyTorch's samples call it: what is differentiated comes first."""

    def called(weight: Any, index: Any, **kwargs: Any) -> Any:
        kwargs.pop("sparse", None)  # of the gradient, which is an array here
        return function(index, weight, **kwargs)

    return called


OPS |= {
    whole: _with_table_first(getattr(F, name))
    for whole, name in NAMES.items()
    if name in ("embedding", "embedding_bag")
}


def _triplet_margin(*triplet: Any, distance_function: Any, **settings: Any) -> Any:
    """The distance of their samples is a module of theirs, which is our default."""
    return F.triplet_margin_with_distance_loss(*triplet, **settings)


OPS["nn.functional.triplet_margin_with_distance_loss"] = _triplet_margin


def _linear_cross_entropy(*args: Any, options: Any = None, **settings: Any) -> Any:
    """Of their options, ours have the size of chunks."""
    if options is not None:
        options = LinearCrossEntropyOptions(batch_chunk_size=options.batch_chunk_size)
    return F.linear_cross_entropy(*args, options=options, **settings)


def _not_chunked(function: Callable[..., Any]) -> Callable[..., Any]:
    """PyTorch's own chunks have no second derivatives, so ours are compared with none."""
    return lambda *args, options=None, **settings: function(*args, **settings)


LINEAR_CROSS_ENTROPY = [name for name, short in NAMES.items() if short == "linear_cross_entropy"]
OPS |= dict.fromkeys(LINEAR_CROSS_ENTROPY, _linear_cross_entropy)


def _normalised(
    function: Callable[..., Any], log_softmax: Callable[..., Any]
) -> Callable[..., Any]:
    """A loss of log-probabilities as one of logits.

    PyTorch gives ctc_loss the gradient that it has by way of log_softmax, whatever it is called with.
    """
    return lambda x, *args, **kwargs: function(log_softmax(x, dim=-1), *args, **kwargs)


OPS["nn.functional.ctc_loss"] = _normalised(F.ctc_loss, F.log_softmax)

# What to make of PyTorch's functions before they are compared
THEIRS: dict[str, Callable[..., Any]] = {
    **dict.fromkeys(LINEAR_CROSS_ENTROPY, _not_chunked),
    "nn.functional.ctc_loss": lambda f: _normalised(f, torch.nn.functional.log_softmax),
    **ATTENTION,
}
