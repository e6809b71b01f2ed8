"""PyTorch's operators on masked arrays in terms of `grad_core`.

Where the mask leaves nothing, both give the identity of the reduction; elsewhere in a result that
keeps its shape, what the mask leaves out is not compared.
"""

# ruff: noqa: A002  # PyTorch's names of arguments

from __future__ import annotations

from typing import Any

from tests.conformance.tables.reductions import Dim, axis, cumulative

import grad_core as gc
from grad_core import Tensor


def masked(name: str, **options: Any) -> Any:
    def reduced(
        x: Tensor, dim: Dim = None, keepdim: bool = False, mask: Any = None, **kwargs: Any
    ) -> Tensor:
        where = None if mask is None else gc.broadcast_to(mask, x.shape)
        return getattr(gc, name)(
            x, axis(x, dim), keepdims=keepdim, where=where, **options, **kwargs
        )

    return reduced


def filled(x: Tensor, mask: Any, value: float) -> Tensor:
    return x if mask is None else gc.where(mask, x, value)


def spread(name: str) -> Any:
    def reduced(
        x: Tensor,
        dim: Dim = None,
        unbiased: bool = True,
        keepdim: bool = False,
        correction: float | None = None,
        mask: Any = None,
    ) -> Tensor:
        ddof = float(unbiased) if correction is None else correction
        where = None if mask is None else gc.broadcast_to(mask, x.shape)
        function = getattr(gc, name)
        return function(x, axis(x, dim), correction=ddof, keepdims=keepdim, where=where)

    return reduced


def norm(x: Tensor, ord: float, dim: Dim = None, keepdim: bool = False, mask: Any = None) -> Tensor:
    out = INF if ord < 0 else 0.0
    return gc.linalg.vector_norm(filled(x, mask, out), axis=axis(x, dim), keepdims=keepdim, ord=ord)


def normalize(x: Tensor, ord: float, dim: int, eps: float = 1e-12, mask: Any = None) -> Tensor:
    x = filled(x, mask, 0.0)
    return x / gc.maximum(norm(x, ord, dim, True, mask), eps)


INF = float("inf")
OPS: dict[str, Any] = {
    "masked.amax": masked("max", initial=-INF),
    "masked.amin": masked("min", initial=INF),
    "masked.argmax": lambda x, dim=None, keepdim=False, mask=None: gc.argmax(
        filled(x, mask, -INF), axis(x, dim), keepdims=keepdim
    ),
    "masked.argmin": lambda x, dim=None, keepdim=False, mask=None: gc.argmin(
        filled(x, mask, INF), axis(x, dim), keepdims=keepdim
    ),
    "masked.cumprod": lambda x, dim, mask=None: cumulative("cumprod")(filled(x, mask, 1.0), dim),
    "masked.cumsum": lambda x, dim, mask=None: cumulative("cumsum")(filled(x, mask, 0.0), dim),
    "masked.mean": masked("mean"),
    "masked.norm": norm,
    "masked.normalize": normalize,
    "masked.prod": masked("prod"),
    "masked.std": spread("std"),
    "masked.sum": masked("sum"),
    "masked.var": spread("var"),
    "masked.logaddexp": lambda x, y, input_mask=None, other_mask=None: gc.logaddexp(
        filled(x, input_mask, -INF), filled(y, other_mask, -INF)
    ),
    "masked.logsumexp": lambda x, dim=None, keepdim=False, mask=None: gc.logsumexp(
        filled(x, mask, -INF), axis(x, dim), keepdims=keepdim
    ),
    "masked.log_softmax": lambda x, dim, mask=None: gc.log_softmax(filled(x, mask, -INF), dim),
    "masked.softmax": lambda x, dim, mask=None: gc.softmax(filled(x, mask, -INF), dim),
    "masked.softmin": lambda x, dim, mask=None: gc.softmax(-filled(x, mask, INF), dim),
}

# PyTorch's functions where they differ from ours: their indices are floating
THEIRS: dict[str, Any] = {
    name: lambda f: lambda *args, **kwargs: f(*args, **kwargs).long()
    for name in ("masked.argmax", "masked.argmin")
}
