"""PyTorch's reductions, cumulative operators and statistics in terms of `grad_core`."""

# ruff: noqa: A002  # PyTorch's names of arguments

from __future__ import annotations

from typing import Any

import numpy as np

import grad_core as gc
from grad_core import Tensor

Dim = int | list[int] | tuple[int, ...] | None


def axis(x: Tensor, dim: Dim) -> Any:
    """PyTorch's axes in NumPy's type.

    None at all are all of them; and an array of no axes has one for the asking.
    """
    if dim is None or x.ndim == 0:
        return None
    return dim if isinstance(dim, int) else tuple(dim) or None


def then(choose: Any) -> Any:
    """Make of a function of PyTorch one that gives what is chosen of its results."""

    def chosen(f: Any) -> Any:
        def called(*args: Any, **kwargs: Any) -> Any:
            result = f(*args, **kwargs)
            return choose(*result) if isinstance(result, tuple) else result

        return called

    return chosen


def reduction(name: str) -> Any:
    def reduced(x: Tensor, dim: Dim = None, keepdim: bool = False, **kwargs: Any) -> Tensor:
        return getattr(gc, name)(x, axis(x, dim), keepdims=keepdim, **kwargs)

    return reduced


def with_indices(name: str) -> Any:
    def reduced(x: Tensor, dim: int, keepdim: bool = False) -> tuple[Tensor, Tensor]:
        along = axis(x, dim)
        arg = getattr(gc, f"arg{name}")
        return getattr(gc, name)(x, along, keepdims=keepdim), arg(x, along, keepdims=keepdim)

    return reduced


def spread(name: str, with_mean: bool = False) -> Any:
    """`std` and `var`, whose divisor PyTorch states in three ways."""

    def reduced(
        x: Tensor,
        dim: Dim | bool = None,
        unbiased: bool = True,
        keepdim: bool = False,
        correction: float | None = None,
    ) -> Any:
        if isinstance(dim, bool):
            dim, unbiased = None, dim
        ddof = float(unbiased) if correction is None else correction
        y = getattr(gc, name)(x, axis(x, dim), correction=ddof, keepdims=keepdim)
        return (y, gc.mean(x, axis(x, dim), keepdims=keepdim)) if with_mean else y

    return reduced


def quantile(name: str) -> Any:
    def reduced(
        x: Tensor,
        q: Any,
        dim: int | None = None,
        keepdim: bool = False,
        interpolation: str = "linear",
    ) -> Tensor:
        return getattr(gc, name)(x, q, axis(x, dim), keepdims=keepdim, method=interpolation)

    return reduced


def median(x: Tensor, dim: int | None = None, keepdim: bool = False) -> Tensor:
    """PyTorch's is the lower of the two in the middle."""
    return gc.quantile(x, 0.5, axis(x, dim), keepdims=keepdim, method="lower")


def nanmedian(x: Tensor, dim: int | None = None, keepdim: bool = False) -> Tensor:
    return gc.nanquantile(x, 0.5, axis(x, dim), keepdims=keepdim, method="lower")


def kthvalue(x: Tensor, k: int, dim: int = -1, keepdim: bool = False) -> tuple[Tensor, Tensor]:
    if x.ndim == 0:
        return x, gc.argmin(x)
    y = gc.take(gc.sort(x, axis=dim), [k - 1], dim)
    at = gc.take(gc.argsort(x, axis=dim), [k - 1], dim)
    return (y, at) if keepdim else (gc.squeeze(y, dim), gc.squeeze(at, dim))


def aminmax(x: Tensor, dim: int | None = None, keepdim: bool = False) -> tuple[Tensor, Tensor]:
    along = axis(x, dim)
    return gc.min(x, along, keepdims=keepdim), gc.max(x, along, keepdims=keepdim)


def cumulative(name: str) -> Any:
    def accumulated(x: Tensor, dim: int, dtype: Any = None) -> Tensor:
        x1 = gc.atleast_1d(x if dtype is None else gc.astype(x, dtype))
        return gc.reshape(getattr(gc, name)(x1, dim), x.shape)

    return accumulated


def cov(x: Tensor, correction: int = 1, fweights: Any = None, aweights: Any = None) -> Tensor:
    return gc.cov(x, ddof=correction, fweights=fweights, aweights=aweights)


def diff(x: Tensor, n: int = 1, dim: int = -1, prepend: Any = None, append: Any = None) -> Tensor:
    return gc.diff(x, n=n, axis=dim, prepend=prepend, append=append)


def gradient(x: Tensor, spacing: Any = None, dim: Any = None, edge_order: int = 1) -> Any:
    if spacing is None:
        spacing = 1.0
    if not isinstance(spacing, (list, tuple)):
        spacing = [spacing]
    given = None if dim is None else tuple(np.atleast_1d(dim))
    return gc.finite_gradient(x, *spacing, axis=given, edge_order=edge_order)


def trapezoid(y: Tensor, x: Any = None, dx: Any = 1.0, dim: int = -1) -> Tensor:
    return gc.trapezoid(y, x, dx, dim)


def norm(x: Tensor, p: Any = "fro", dim: Dim = None, keepdim: bool = False) -> Tensor:
    if p == "nuc":
        return gc.linalg.norm(x, p, axis(x, dim) or (-2, -1), keepdim)
    p = 2 if p in ("fro", None) else p
    return gc.linalg.vector_norm(x, axis=axis(x, dim), keepdims=keepdim, ord=p)


def renorm(x: Tensor, p: float, dim: int, maxnorm: float) -> Tensor:
    others = tuple(i for i in range(x.ndim) if i != dim % x.ndim)
    norms = gc.linalg.vector_norm(x, axis=others, keepdims=True, ord=p)
    return x * gc.where(norms > maxnorm, maxnorm / (norms + 1e-7), 1.0)


def histogram(
    x: Tensor, bins: Any, range: Any = None, weight: Any = None, density: bool = False
) -> Any:
    """PyTorch's counts and edges are in the dtype of the array."""
    found = gc.histogram(x, bins, range, density=density, weights=weight)
    return [gc.astype(y, x.dtype) for y in found]


def histc(x: Tensor, bins: int = 100, min: float = 0, max: float = 0) -> Tensor:
    counts, _ = gc.histogram(x, bins, None if min == max else (min, max))
    return gc.astype(counts, x.dtype)


OPS: dict[str, Any] = {
    **{name: reduction(name) for name in ("all", "any", "argmax", "argmin")},
    **{name: reduction(name) for name in ("logsumexp", "mean", "nanmean", "nansum", "prod", "sum")},
    "allclose": gc.allclose,
    "amax": reduction("max"),
    "amin": reduction("min"),
    "aminmax": aminmax,
    "corrcoef": lambda x: gc.corrcoef(x),
    "count_nonzero": lambda x, dim=None: gc.count_nonzero(x, axis(x, dim)),
    "cov": cov,
    "cummax": cumulative("cumulative_maximum"),
    "cummin": cumulative("cumulative_minimum"),
    "cumprod": cumulative("cumprod"),
    "cumsum": cumulative("cumsum"),
    "diff": diff,
    "dist": lambda x, y, p=2: gc.linalg.vector_norm(x - y, ord=p),
    "equal": gc.array_equal,
    "gradient": gradient,
    "bincount": lambda x, weights=None, minlength=0: gc.bincount(x, weights, minlength),
    "histc": histc,
    "histogram": histogram,
    "kthvalue": kthvalue,
    "log_softmax": lambda x, dim: gc.log_softmax(x, dim),
    "log_softmax.with_dtype": lambda x, dim, dtype: gc.log_softmax(gc.astype(x, dtype), dim),
    "logcumsumexp": cumulative("logcumsumexp"),
    "max.reduction_no_dim": lambda x: gc.max(x),
    "max.reduction_with_dim": with_indices("max"),
    "median": median,
    "min.reduction_no_dim": lambda x: gc.min(x),
    "min.reduction_with_dim": with_indices("min"),
    "nanmedian": nanmedian,
    "nanquantile": quantile("nanquantile"),
    **dict.fromkeys(("norm", "norm.fro", "norm.inf", "norm.nuc"), norm),
    "quantile": quantile("quantile"),
    "renorm": renorm,
    "softmax": lambda x, dim: gc.softmax(x, dim),
    "softmax.with_dtype": lambda x, dim, dtype: gc.softmax(gc.astype(x, dtype), dim),
    **{name: spread("std") for name in ("std", "std.unbiased")},
    **{name: spread("std", True) for name in ("std_mean", "std_mean.unbiased")},
    "trapezoid": trapezoid,
    "trapz": trapezoid,
    **{name: spread("var") for name in ("var", "var.unbiased")},
    **{name: spread("var", True) for name in ("var_mean", "var_mean.unbiased")},
}


# PyTorch's functions where they give more: indices beside the values
THEIRS: dict[str, Any] = {
    name: then(lambda values, indices: values)
    for name in ("cummax", "cummin", "median", "nanmedian")
}
