"""PyTorch's operators that rearrange, cut and join arrays in terms of `grad_core`."""

# ruff: noqa: A002  # PyTorch's names of arguments

from __future__ import annotations

from itertools import combinations, combinations_with_replacement
from typing import Any

import numpy as np
from tests.conformance.tables.indexing import at, plain, several

import grad_core as gc
from grad_core import Tensor

# ---------------------------------------------------------------------------- shapes


def expand(x: Tensor, *sizes: Any) -> Tensor:
    shape = several(*sizes)
    kept = (1,) * (len(shape) - x.ndim) + x.shape
    return gc.broadcast_to(x, tuple(n if m == -1 else m for m, n in zip(shape, kept, strict=True)))


def flatten(x: Tensor, start_dim: int = 0, end_dim: int = -1) -> Tensor:
    start, end = start_dim % max(x.ndim, 1), end_dim % max(x.ndim, 1)
    n = int(np.prod(x.shape[start : end + 1]))
    return gc.reshape(x, (*x.shape[:start], n, *x.shape[end + 1 :]))


def unflatten(x: Tensor, dim: int, sizes: Any) -> Tensor:
    dim %= x.ndim
    n, known = x.shape[dim], int(np.prod([m for m in sizes if m != -1]))
    sizes = [n // known if m == -1 else m for m in sizes]
    return gc.reshape(x, (*x.shape[:dim], *sizes, *x.shape[dim + 1 :]))


def squeeze(x: Tensor, dim: Any = None) -> Tensor:
    """PyTorch passes over axes that are longer."""
    if dim is None:
        return gc.squeeze(x)
    dims = (dim,) if isinstance(dim, int) else dim
    return gc.squeeze(x, tuple(d for d in dims if x.ndim and x.shape[d] == 1))


def transpose(x: Tensor, dim0: int, dim1: int) -> Tensor:
    return gc.swapaxes(x, dim0, dim1) if x.ndim else x


def sum_to_size(x: Tensor, *sizes: Any) -> Tensor:
    shape = several(*sizes) if sizes else ()
    lead = x.ndim - len(shape)
    axes = tuple(i for i in range(x.ndim) if i < lead or shape[i - lead] != x.shape[i])
    return gc.reshape(gc.sum(x, axes), shape)


# ---------------------------------------------------------------------------- pieces


def chunk(x: Tensor, chunks: int, dim: int = 0) -> list[Tensor]:
    return split(x, -(-x.shape[dim] // chunks), dim)


def split(x: Tensor, sizes: Any, dim: int = 0) -> list[Tensor]:
    """PyTorch's takes the sizes of the pieces, NumPy's where they begin."""
    n = x.shape[dim]
    starts = list(range(sizes, n, sizes)) if isinstance(sizes, int) else np.cumsum(sizes)[:-1]
    return gc.split(x, list(starts), dim)


def tensor_split(x: Tensor, parts: Any, dim: int = 0) -> list[Tensor]:
    parts = plain(parts)
    at = int(parts) if np.ndim(parts) == 0 else [int(i) for i in parts]
    return gc.array_split(x, at, dim)


def narrow(x: Tensor, dim: int, start: Any, length: int) -> Tensor:
    start = int(plain(start)) % (x.shape[dim] + 1)
    return x[at(x, dim, slice(start, start + length))]


def sliced(x: Tensor, dim: int = 0, start: Any = None, end: Any = None, step: int = 1) -> Tensor:
    return x[at(x, dim, slice(start, end, step))]


def unfold(x: Tensor, dim: int, size: int, step: int) -> Tensor:
    scalar = x.ndim == 0
    x = gc.reshape(x, (1,)) if scalar else x
    windows = np.arange(0, x.shape[dim] - size + 1, step)[:, None] + np.arange(size)
    if scalar:
        return x[windows[0]]
    return gc.moveaxis(gc.take(x, windows, dim), dim % x.ndim + 1, -1)


# ---------------------------------------------------------------------------- padding, joining


def pad(x: Tensor, widths: Any, mode: str = "constant", value: float | None = None) -> Tensor:
    """PyTorch's widths begin with the last axis, and negative ones cut off."""
    pairs = [(0, 0)] * x.ndim
    for i, pair in enumerate(zip(widths[::2], widths[1::2], strict=True)):
        pairs[-1 - i] = pair
    cut = tuple(slice(max(-a, 0), n + min(b, 0)) for (a, b), n in zip(pairs, x.shape, strict=True))
    added = [(max(a, 0), max(b, 0)) for a, b in pairs]
    names = {"reflect": "reflect", "circular": "wrap"}
    if mode == "constant":
        return gc.pad(x[cut], added, constant_values=value or 0)
    if mode == "replicate":  # what is cut off is still what is repeated
        cut = tuple(slice(max(-a, 0), -max(-b, 0) or None) for a, b in pairs)
        return gc.pad(x, added, mode="edge")[cut]
    return gc.pad(x[cut], added, mode=names[mode])


def cat(xs: list[Tensor], dim: int = 0) -> Tensor:
    """PyTorch passes over arrays of shape (0,)."""
    return gc.concat([x for x in xs if x.shape != (0,)] or xs, dim)


def block_diag(*xs: Tensor) -> Tensor:
    blocks = [gc.atleast_2d(x) for x in xs]
    rows = []
    for i, x in enumerate(blocks):
        zeros = [gc.zeros((x.shape[0], y.shape[1]), x.dtype) for y in blocks]
        rows.append([x if i == j else zero for j, zero in enumerate(zeros)])
    return gc.block(rows)


def cartesian_prod(*xs: Tensor) -> Tensor:
    if len(xs) == 1:
        return xs[0]
    return gc.stack([gc.ravel(x) for x in gc.meshgrid(*xs, indexing="ij")], -1)


def chosen(x: Tensor, r: int = 2, with_replacement: bool = False) -> Tensor:
    choose = combinations_with_replacement if with_replacement else combinations
    rows = list(choose(range(x.size), r))
    return x[np.array(rows, int).reshape(-1, r)]


def meshgrid(*xs: Any, indexing: str) -> tuple[Tensor, ...]:
    return gc.meshgrid(*several(*xs), indexing=indexing)


def unique(
    x: Tensor,
    sorted: bool = True,
    return_inverse: bool = False,
    return_counts: bool = False,
    dim: int | None = None,
) -> Any:
    return gc.unique(x, return_inverse=return_inverse, return_counts=return_counts, axis=dim)


def repeat_interleave(
    x: Tensor, repeats: Any, dim: int | None = None, output_size: int | None = None
) -> Tensor:
    return gc.repeat(x, plain(repeats), dim)


OPS: dict[str, Any] = {
    **{name: lambda *xs, name=name: getattr(gc, name)(*xs) for name in (
        "broadcast_to", "broadcast_shapes", "diag", "fliplr", "flipud", "ravel", "rot90", "tril", "triu",
    )},
    **{name: lambda x, *more, name=name: getattr(gc, name)(several(x, *more)) for name in (
        "column_stack", "dstack", "hstack", "vstack")},
    **{name: lambda *xs, name=name: getattr(gc, name)(*several(*xs)) for name in (
        "atleast_1d", "atleast_2d", "atleast_3d")},
    **{name: lambda x, at, name=name: getattr(gc, name)(x, at) for name in (
        "dsplit", "hsplit", "vsplit")},
    "H": lambda x: gc.conj(x.T),
    "T": lambda x: x.T,
    "block_diag": block_diag,
    "broadcast_tensors": lambda *xs: gc.broadcast_arrays(*xs),
    "cartesian_prod": cartesian_prod,
    "cat": cat,
    "chunk": chunk,
    "clone": lambda x, memory_format=None: gc.copy(x),
    "combinations": chosen,
    "constant_pad_nd": lambda x, widths, value=0: pad(x, widths, "constant", value),
    "contiguous": lambda x, memory_format=None: gc.copy(x),
    "diagflat": lambda x, offset=0: gc.diagflat(x, offset),
    "diagonal": lambda x, offset=0, dim1=0, dim2=1: gc.diagonal(x, offset, dim1, dim2),
    "diagonal_copy": lambda x, offset=0, dim1=0, dim2=1: gc.diagonal(x, offset, dim1, dim2),
    "expand": expand,
    "expand_as": lambda x, like: gc.broadcast_to(x, like.shape),
    "expand_copy": expand,
    "fill": lambda x, value: gc.full_like(x, value),
    "flatten": flatten,
    "flip": lambda x, dims: gc.flip(x, tuple(dims)),
    "mH": lambda x: gc.conj(x.mT),
    "mT": lambda x: x.mT,
    "meshgrid.list_of_tensors": meshgrid,
    "meshgrid.variadic_tensors": meshgrid,
    "movedim": lambda x, source, to: gc.moveaxis(x, several(source), several(to)),
    "narrow": narrow,
    "narrow_copy": narrow,
    **{f"nn.functional.pad.{mode}": pad for mode in (
        "circular", "constant", "reflect", "replicate", "replicate_negative")},
    "permute": lambda x, dims: gc.permute_dims(x, tuple(dims)),
    "permute_copy": lambda x, dims: gc.permute_dims(x, tuple(dims)),
    "repeat": lambda x, *n: gc.tile(x, several(*n)),
    "repeat_interleave": repeat_interleave,
    "reshape": lambda x, *shape: gc.reshape(x, several(*shape)),
    "reshape_as": lambda x, like: gc.reshape(x, like.shape),
    "roll": lambda x, shift, dims=None: gc.roll(
        x, shift if isinstance(shift, int) else tuple(shift),
        tuple(dims) if isinstance(dims, (list, tuple)) else dims,
    ),
    "select": lambda x, dim, i: x[at(x, dim, i)],
    "slice": sliced,
    "split": split,
    "split.list_args": split,
    "split_with_sizes": split,
    "split_with_sizes_copy": split,
    "squeeze": squeeze,
    "squeeze.multiple": squeeze,
    "squeeze_copy": squeeze,
    "stack": lambda xs, dim=0: gc.stack(xs, dim),
    "sum_to_size": sum_to_size,
    "t": lambda x: x.T,
    "t_copy": lambda x: x.T,
    "tensor_split": tensor_split,
    "tile": lambda x, n: gc.tile(x, tuple(n)),
    "transpose": transpose,
    "transpose_copy": transpose,
    "unbind": lambda x, dim=0: gc.unstack(x, axis=dim),
    "unbind_copy": lambda x, dim=0: gc.unstack(x, axis=dim),
    "unflatten": unflatten,
    "unfold": unfold,
    "unfold_copy": unfold,
    "unique": unique,
    "unsafe_chunk": chunk,
    "unsafe_split": split,
    "unsqueeze": lambda x, dim: gc.expand_dims(x, dim),
    "unsqueeze_copy": lambda x, dim: gc.expand_dims(x, dim),
    "view": lambda x, *shape: gc.reshape(x, several(*shape)),
    "view_as": lambda x, like: gc.reshape(x, like.shape),
    "view_as_complex": lambda x: x[..., 0] + 1j * x[..., 1],
    "view_as_real": lambda x: gc.stack([gc.real(x), gc.imag(x)], -1),
    "view_copy": lambda x, *shape: gc.reshape(x, several(*shape)),
}  # fmt: skip
