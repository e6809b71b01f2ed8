"""Functions of NumPy that take more than the operations of the same name, or are not among them.

They are what `np.reshape(t, shape, order="F")` and its like become.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple
from numpy.typing import DTypeLike

from grad_core.arrays import Array, ArrayT, Operand, Shape
from grad_core.checks import described
from grad_core.ops.creation import ranges
from grad_core.ops.creation.creation import asarray, full
from grad_core.ops.elementwise.basic import subtract
from grad_core.ops.indexing.counting import Bins, histogram
from grad_core.ops.indexing.indexing import take
from grad_core.ops.indexing.sorting import sort
from grad_core.ops.manipulation.axes import moveaxis
from grad_core.ops.manipulation.manipulation import astype, transpose
from grad_core.ops.manipulation.manipulation import ravel as ravel_
from grad_core.ops.manipulation.manipulation import reshape as reshape_
from grad_core.primitive import unwrap
from grad_core.tensor import Tensor

Order: TypeAlias = Literal["C", "F", "A", "K"]


def reshape(
    a: ArrayT, shape: Shape | int, order: Order = "C", *, copy: bool | None = None
) -> ArrayT:
    """The elements in another shape, as `np.reshape`; `order="F"` counts the first axis first."""
    if _is_c(a, order):
        return reshape_(a, shape, copy=copy)
    sizes = (shape,) if isinstance(shape, int) else tuple(shape)
    return transpose(reshape_(transpose(a), sizes[::-1], copy=copy))


def ravel(a: ArrayT, order: Order = "C") -> ArrayT:
    """The elements in a row, as `np.ravel`."""
    return ravel_(a if _is_c(a, order) else transpose(a))


def _is_c(a: Tensor | Array, order: Order) -> bool:
    if order in ("A", "K"):
        raise ValueError(
            f"np.reshape and np.ravel of Tensors take order 'C' or 'F', got {order!r}, which goes by"
            " the memory"
        )
    return order == "C"


def linspace(
    start: Operand,
    stop: Operand,
    num: int = 50,
    endpoint: bool = True,
    retstep: bool = False,
    dtype: DTypeLike | None = None,
    axis: int = 0,
    *,
    device: str | None = None,
) -> object:
    """Numbers at even steps, and with `retstep` the step, as `np.linspace`."""
    if not isinstance(start, Tensor):  # one of them is
        start = asarray(start)
    numbers = ranges.linspace(start, stop, num, endpoint, dtype=dtype, axis=axis, device=device)
    if not retstep:
        return numbers
    steps = num - 1 if endpoint else num
    gap: Tensor = subtract(asarray(stop), start)
    return numbers, gap / steps if steps > 0 else gap * np.nan


# ------------------------------------------------------------------ arrays like others


def zeros_like(
    a: Tensor,
    dtype: DTypeLike | None = None,
    *,
    shape: Shape | int | None = None,
    device: str | None = None,
) -> Tensor:
    """Zeros, as `np.zeros_like`."""
    return _like(a, 0, dtype, shape, device)


def ones_like(
    a: Tensor,
    dtype: DTypeLike | None = None,
    *,
    shape: Shape | int | None = None,
    device: str | None = None,
) -> Tensor:
    """Ones, as `np.ones_like`."""
    return _like(a, 1, dtype, shape, device)


def full_like(
    a: Operand,
    fill_value: Operand,
    dtype: DTypeLike | None = None,
    *,
    shape: Shape | int | None = None,
    device: str | None = None,
) -> Tensor:
    """One value, through which gradients flow, as `np.full_like`."""
    return _like(a, fill_value, dtype, shape, device)


def _like(
    a: Operand,
    value: Operand,
    dtype: DTypeLike | None,
    shape: Shape | int | None,
    device: str | None,
) -> Tensor:
    like = np.asarray(unwrap(a))
    sizes = like.shape if shape is None else shape
    return full(sizes, value, like.dtype if dtype is None else dtype, device=device)


# ------------------------------------------------------------------ others


def sort_complex(a: Tensor) -> Tensor:
    """The elements as complex numbers, sorted by their real parts, as `np.sort_complex`."""
    found = sort(a)
    return found if found.dtype.kind == "c" else astype(found, _complex(found.dtype))


def _complex(dtype: np.dtype[np.generic]) -> np.dtype[np.generic]:
    small = dtype.kind in "iu" and dtype.itemsize < 4
    return np.dtype(np.complex64 if small else np.complex128)


def histogram_bin_edges(
    a: Tensor,
    bins: Bins = 10,
    range: tuple[float, float] | None = None,  # noqa: A002  # NumPy's name
    weights: Operand | None = None,
) -> Tensor:
    """The edges of the bins of a histogram, as `np.histogram_bin_edges`."""
    return histogram(a, bins, range, weights=weights)[1]


def sliding_window_view(
    x: Tensor, window_shape: int | Shape, axis: int | Shape | None = None
) -> Tensor:
    """All windows of a shape, as `np.lib.stride_tricks.sliding_window_view`, but a copy."""
    name = "sliding_window_view"
    windows = (window_shape,) if isinstance(window_shape, int) else tuple(window_shape)
    every = tuple(range(x.ndim)) if axis is None else axis
    axes = normalize_axis_tuple(every, x.ndim, allow_duplicate=True)
    if len(windows) != len(axes):
        raise ValueError(f"{name}: got {len(windows)} sizes of windows for {len(axes)} axes")
    for size, at in zip(windows, axes, strict=True):
        count = x.shape[at] - size + 1
        if count < 1 or size < 0:
            raise ValueError(f"{name}: a window of {size} does not fit into {described(x.data)}")
        positions = np.arange(count)[:, None] + np.arange(size)
        x = moveaxis(take(x, positions, at), at + 1, -1)
    return x
