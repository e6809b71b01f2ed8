"""PyTorch's operators that index, search and sort arrays in terms of `grad_core`."""

# ruff: noqa: A002  # PyTorch's names of arguments

from __future__ import annotations

from typing import Any

import numpy as np

import grad_core as gc
from grad_core import Tensor


def several(first: Any, *more: Any) -> tuple[Any, ...]:
    """Arguments that come as one sequence or one by one."""
    return (*first, *more) if isinstance(first, (list, tuple)) else (first, *more)


def at(x: Tensor, dim: int, where: Any) -> Any:
    """The index of `where` along `dim`."""
    return (slice(None),) * (dim % max(x.ndim, 1)) + (where,)


def plain(x: Any) -> Any:
    """What says where: the array of a Tensor, and anything else as it is."""
    return x.data if isinstance(x, Tensor) else x


# ---------------------------------------------------------------------------- positions


def take(x: Tensor, indices: Any) -> Tensor:
    return gc.take(gc.reshape(x, (-1,)), indices)


def take_along_dim(x: Tensor, indices: Tensor, dim: int | None = None) -> Tensor:
    if dim is None:
        x, indices = gc.reshape(x, (-1,)), gc.reshape(indices, (-1,))
    return gc.take_along_axis(x, indices, dim)


def along(index: Any, dim: int) -> tuple[Any, ...]:
    """The index that `gather` and `scatter` mean by positions along one axis."""
    index = plain(index)
    if index.ndim == 0:
        return (index,)
    grid = list(np.indices(index.shape, sparse=True))
    grid[dim] = index.astype(int)
    return tuple(grid)


def gather(x: Tensor, dim: int, index: Tensor) -> Tensor:
    if x.ndim == 0 or index.size == 0:  # nothing needs no places of its number of axes
        return gc.reshape(x, (-1,))[plain(index).astype(int)]
    return x[along(index, dim)]


def scatter(x: Tensor, dim: int, index: Tensor, src: Any, reduce: str | None = None) -> Tensor:
    if reduce == "add":
        return scatter_add(x, dim, index, src)
    if reduce is not None:
        raise NotImplementedError(reduce)
    if x.ndim == 0:
        return gc.reshape(gc.set_at(gc.reshape(x, (1,)), (plain(index),), src), ())
    where = along(index, dim)
    return gc.set_at(x, where, src[tuple(slice(n) for n in index.shape)])


def scatter_add(x: Tensor, dim: int, index: Tensor, src: Tensor) -> Tensor:
    if x.ndim == 0:
        return x + src
    return x + gc.scatter(src[tuple(slice(n) for n in index.shape)], along(index, dim), x.shape)


def index_add(x: Tensor, dim: int, index: Tensor, source: Tensor, alpha: Any = 1) -> Tensor:
    x1 = gc.atleast_1d(x)
    where = at(x1, dim, np.atleast_1d(plain(index)))
    source = gc.reshape(source, x1[where].shape)
    return gc.reshape(x1 + alpha * gc.scatter(source, where, x1.shape), x.shape)


def index_put_at(x: Tensor, dim: int, index: Tensor, source: Any) -> Tensor:
    x1 = gc.atleast_1d(x)
    where = at(x1, dim, np.atleast_1d(plain(index)))
    if isinstance(source, Tensor) and source.ndim:
        source = gc.reshape(source, x1[where].shape)
    return gc.reshape(gc.set_at(x1, where, source), x.shape)


def index_put(x: Tensor, indices: Any, values: Tensor, accumulate: bool = False) -> Tensor:
    where = tuple(plain(i) for i in indices)
    if accumulate:
        return x + gc.scatter(gc.broadcast_to(values, x[where].shape), where, x.shape)
    return gc.set_at(x, where, values)


def put(x: Tensor, index: Tensor, source: Tensor, accumulate: bool = False) -> Tensor:
    flat, where = gc.reshape(x, (-1,)), (plain(index).reshape(-1),)
    values = gc.reshape(source, (-1,))
    values = gc.broadcast_to(values, where[0].shape)
    if accumulate:
        return gc.reshape(flat + gc.scatter(values, where, flat.shape), x.shape)
    return gc.reshape(gc.set_at(flat, where, values), x.shape)


def masked_fill(x: Tensor, mask: Tensor, value: Any) -> Tensor:
    return gc.where(mask, value, x)


def masked_select(x: Tensor, mask: Tensor) -> Tensor:
    x, mask = gc.broadcast_arrays(x, mask)
    return gc.extract(mask, x)


def masked_scatter(x: Tensor, mask: Tensor, source: Tensor) -> Tensor:
    x, mask = gc.broadcast_arrays(x, mask)
    count = int(plain(mask).sum())
    return gc.set_at(x, plain(mask), gc.reshape(source, (-1,))[:count])


def diagonal_scatter(
    x: Tensor, source: Tensor, offset: int = 0, dim1: int = 0, dim2: int = 1
) -> Tensor:
    numbers = np.arange(x.size).reshape(x.shape)
    where = np.unravel_index(np.diagonal(numbers, offset, dim1, dim2), x.shape)
    return gc.set_at(x, where, source)


def diag_embed(x: Tensor, offset: int = 0, dim1: int = -2, dim2: int = -1) -> Tensor:
    n = x.shape[-1] + abs(offset)
    i = np.arange(x.shape[-1])
    where = (..., i + max(-offset, 0), i + max(offset, 0))
    return gc.moveaxis(gc.scatter(x, where, (*x.shape[:-1], n, n)), (-2, -1), (dim1, dim2))


def searched(
    edges: Any,
    x: Any,
    out_int32: bool = False,
    right: bool = False,
    side: Any = None,
    sorter: Any = None,
) -> Tensor:
    side = side or ("right" if right else "left")
    return gc.searchsorted(edges, x, side=side, sorter=sorter)


# ---------------------------------------------------------------------------- order


def sort(x: Tensor, dim: int = -1, descending: bool = False, stable: bool = False) -> Any:
    order = argsort(x, dim, descending, stable)
    return gc.reshape(gc.sort(gc.atleast_1d(x), axis=dim, descending=descending), x.shape), order


def argsort(x: Tensor, dim: int = -1, descending: bool = False, stable: bool = False) -> Tensor:
    if x.ndim == 0:
        return gc.reshape(gc.argsort(gc.reshape(x, (1,))), ())
    return gc.argsort(x, axis=dim, descending=descending, stable=True)


def topk(x: Tensor, k: int, dim: int = -1, largest: bool = True, sorted: bool = True) -> Any:
    x1 = gc.atleast_1d(x)
    order = gc.argsort(x1, axis=dim, descending=largest)[at(x1, dim, slice(k))]
    values = gc.take_along_axis(x1, order, dim)
    return values.reshape(values.shape if x.ndim else ()), order.reshape(
        order.shape if x.ndim else ()
    )


OPS: dict[str, Any] = {
    "argwhere": lambda x: gc.argwhere(x),
    "isin": lambda x, y: gc.isin(x, y),
    "__getitem__": lambda x, where: x[where],
    "argsort": argsort,
    "bucketize": lambda x, edges, **kwargs: searched(edges, x, **kwargs),
    "diag_embed": diag_embed,
    "diagonal_scatter": diagonal_scatter,
    "gather": gather,
    "index_add": index_add,
    "index_copy": index_put_at,
    "index_fill": index_put_at,
    "index_put": index_put,
    "index_select": lambda x, dim, index: gc.take(gc.atleast_1d(x), index, dim).reshape(
        *(x.shape if x.ndim == 0 else gc.take(x, index, dim).shape)
    ),
    "masked_fill": masked_fill,
    "masked_scatter": masked_scatter,
    "masked_select": masked_select,
    "msort": lambda x: gc.sort(x, axis=0),
    "nonzero": lambda x, as_tuple=False: gc.nonzero(gc.atleast_1d(x)) if as_tuple else gc.argwhere(x),
    "put": put,
    "scatter": scatter,
    "scatter_add": scatter_add,
    "searchsorted": searched,
    "select_scatter": lambda x, src, dim, i: gc.set_at(x, at(x, dim, i), src),
    "slice_scatter": lambda x, src, dim=0, start=None, end=None, step=1: gc.set_at(
        x, at(x, dim, slice(start, end, step)), src
    ),
    "sort": sort,
    "take": take,
    "take_along_dim": take_along_dim,
    "topk": topk,
}  # fmt: skip
