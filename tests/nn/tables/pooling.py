"""Rows of poolings: window by window, element by element."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import product
from math import ceil, floor, inf, prod
from typing import Any

import numpy as np
from tests.nn.tables.common import Op, distinct, positive, real

from grad_core import from_numpy
from grad_nn import functional as F  # noqa: N812  # the field's name

# The elements of each window along each axis, and how many count
Seen = list[list[tuple[list[int], int]]]


def each(value: Any, n: int) -> list[int]:
    return [value] * n if isinstance(value, int) else list(value)


def sliding(
    sizes: tuple[int, ...],
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> Seen:
    n = len(sizes)
    kernel = each(kernel_size, n)
    step = kernel if stride is None else each(stride, n)
    seen: Seen = []
    for size, k, s, p, d in zip(
        sizes, kernel, step, each(padding, n), each(dilation, n), strict=True
    ):
        axis = []
        begin = -p
        end = size + p - 1
        # With ceil_mode, one more where the one before has not come to the end
        while begin + d * (k - 1) <= end or (
            ceil_mode and begin - s + d * (k - 1) < end and begin < size
        ):
            places = [begin + j * d for j in range(k)]
            inside = [i for i in places if 0 <= i < size]
            padded = [i for i in places if i < size + p]
            axis.append((inside, len(padded if count_include_pad else inside)))
            begin += s
        seen.append(axis)
    return seen


def even(sizes: tuple[int, ...], output_size: Any) -> Seen:
    wanted = each(output_size, len(sizes)) if output_size is not None else [None] * len(sizes)
    seen: Seen = []
    for size, want in zip(sizes, wanted, strict=True):
        out = size if want is None else want
        spans = [(floor(i * size / out), ceil((i + 1) * size / out)) for i in range(out)]
        seen.append([(list(range(a, b)), b - a) for a, b in spans])
    return seen


def windows(x: Any, seen: Seen) -> Iterator[tuple[tuple[int, ...], list[tuple[int, ...]], int]]:
    """Each place of the output, the places that it sees in the order of the array, their number."""
    lead = x.shape[: x.ndim - len(seen)]
    for at in product(*map(range, lead)):
        for out in product(*(range(len(axis)) for axis in seen)):
            axes = [axis[i] for axis, i in zip(seen, out, strict=True)]
            count = prod(c for _, c in axes)
            yield (*at, *out), [(*at, *i) for i in product(*(i for i, _ in axes))], count


def pooled(x: Any, seen: Seen, value: Callable[[Any, int], float]) -> Any:
    shape = x.shape[: x.ndim - len(seen)] + tuple(len(axis) for axis in seen)
    out = np.zeros(shape)
    for at, places, count in windows(x, seen):
        out[at] = value([x[i] for i in places], count)
    return out


def max_pool(x: Any, axes: int, *args: Any, **kwargs: Any) -> Any:
    return pooled(x, sliding(x.shape[x.ndim - axes :], *args, **kwargs), lambda v, _: max(v))


def max_positions(x: Any, seen: Seen) -> Any:
    """Of NaNs the last, otherwise of the largest the first."""
    sizes = x.shape[x.ndim - len(seen) :]
    out = np.zeros(x.shape[: x.ndim - len(seen)] + tuple(len(axis) for axis in seen), np.int64)
    for at, places, _ in windows(x, seen):
        best, found = -inf, places[0]
        for i in places:
            if x[i] > best or np.isnan(x[i]):
                best, found = x[i], i
        out[at] = np.ravel_multi_index(found[x.ndim - len(seen) :], sizes)
    return out


def avg_pool(
    x: Any,
    axes: int,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Any:
    sizes = x.shape[x.ndim - axes :]
    seen = sliding(sizes, kernel_size, stride, padding, 1, ceil_mode, count_include_pad)
    return pooled(x, seen, lambda v, count: sum(v) / (divisor_override or count))


def lp_pool(
    x: Any,
    axes: int,
    norm_type: float,
    kernel_size: Any,
    stride: Any = None,
    ceil_mode: bool = False,
) -> Any:
    seen = sliding(x.shape[x.ndim - axes :], kernel_size, stride, 0, 1, ceil_mode)
    whole = prod(each(kernel_size, axes))
    return pooled(
        x, seen, lambda v, count: (sum(a**norm_type for a in v) * whole / count) ** (1 / norm_type)
    )


def adaptive(x: Any, axes: int, output_size: Any, value: Callable[[Any, int], float]) -> Any:
    return pooled(x, even(x.shape[x.ndim - axes :], output_size), value)


def mean(values: list[float], count: int) -> float:
    return sum(values) / count


def unpooled(x: Any, indices: Any, sizes: tuple[int, ...]) -> Any:
    lead = x.shape[: x.ndim - len(sizes)]
    out = np.zeros((*lead, prod(sizes)))
    for at in np.ndindex(x.shape):
        out[(*at[: len(lead)], indices[at])] = x[at]
    return out.reshape(*lead, *sizes)


Row = tuple[int, dict[str, Any], list[tuple[int, ...]]]
# Axes, arguments, and shapes of the input. Of some there are more windows than elements in them, of
# others it is the other way round: they are computed in two ways.
MAX: list[Row] = [
    (1, {"kernel_size": 2}, [(1, 1, 6), (2, 5), (0, 2, 4)]),
    (1, {"kernel_size": 3, "stride": 2, "padding": 1}, [(2, 7), (1, 1, 6)]),
    (1, {"kernel_size": 2, "stride": 1, "dilation": 3}, [(2, 6)]),
    (1, {"kernel_size": 4, "stride": 3, "padding": 2, "dilation": 2, "ceil_mode": True}, [(1, 9)]),
    (1, {"kernel_size": 3, "stride": 4, "ceil_mode": True}, [(1, 9), (1, 10)]),
    (1, {"kernel_size": 6, "stride": 1}, [(2, 6), (1, 7)]),
    (1, {"kernel_size": 1}, [(2, 3)]),
    (2, {"kernel_size": 2}, [(1, 1, 4, 4), (2, 3, 4), (0, 1, 2, 2)]),
    (2, {"kernel_size": 3, "stride": 2, "padding": 1}, [(1, 1, 5, 4)]),
    (2, {"kernel_size": (2, 3), "stride": (2, 1), "padding": (1, 1)}, [(1, 4, 4)]),
    (2, {"kernel_size": (3, 2), "stride": 2, "ceil_mode": True}, [(1, 4, 5)]),
    (2, {"kernel_size": 2, "stride": 1, "dilation": (1, 2)}, [(1, 3, 4)]),
    (3, {"kernel_size": 2}, [(1, 1, 2, 2, 4), (1, 2, 3, 2)]),
    (3, {"kernel_size": (1, 2, 2), "stride": 1, "padding": (0, 1, 0)}, [(1, 2, 2, 3)]),
]
AVERAGE: list[Row] = [
    (1, {"kernel_size": 2}, [(1, 1, 6), (2, 5), (0, 2, 4)]),
    (1, {"kernel_size": 3, "stride": 2, "padding": 1}, [(2, 7), (1, 1, 6)]),
    (1, {"kernel_size": 3, "stride": 2, "padding": 1, "count_include_pad": False}, [(2, 7)]),
    (1, {"kernel_size": 3, "stride": 2, "padding": 1, "ceil_mode": True}, [(2, 6)]),
    (1, {"kernel_size": 3, "stride": 4, "ceil_mode": True}, [(1, 9), (1, 10)]),
    (1, {"kernel_size": 6, "stride": 1}, [(2, 6), (1, 7)]),
    (1, {"kernel_size": 2, "stride": 1}, [(2, 4)]),
    (2, {"kernel_size": 2}, [(1, 1, 4, 4), (2, 3, 4), (0, 1, 2, 2)]),
    (2, {"kernel_size": 3, "stride": 2, "padding": 1}, [(1, 1, 5, 4)]),
    (2, {"kernel_size": (3, 2), "stride": 2, "padding": (1, 0), "ceil_mode": True}, [(1, 4, 5)]),
    (2, {"kernel_size": 2, "stride": 1, "padding": 1, "divisor_override": 3}, [(1, 2, 3)]),
    (
        2,
        {
            "kernel_size": 3,
            "stride": 2,
            "padding": 1,
            "ceil_mode": True,
            "count_include_pad": False,
        },
        [(1, 4, 4)],
    ),
    (3, {"kernel_size": 2}, [(1, 1, 2, 2, 4), (1, 2, 3, 2)]),
    (3, {"kernel_size": (1, 2, 2), "stride": 1, "padding": (0, 1, 0)}, [(1, 2, 2, 3)]),
]
LP: list[Row] = [
    (1, {"norm_type": 2, "kernel_size": 2}, [(2, 4), (1, 1, 5)]),
    (1, {"norm_type": 3.0, "kernel_size": 3, "stride": 2, "ceil_mode": True}, [(1, 6)]),
    (1, {"norm_type": 1, "kernel_size": 2}, [(2, 4)]),
    (2, {"norm_type": 2, "kernel_size": 2}, [(1, 1, 2, 4)]),
    (2, {"norm_type": 1.5, "kernel_size": (1, 2), "stride": 1}, [(1, 2, 3)]),
    (3, {"norm_type": 2, "kernel_size": (1, 2, 2)}, [(1, 2, 2, 2)]),
]
ADAPTIVE: list[Row] = [
    (1, {"output_size": 2}, [(2, 4), (1, 2, 5), (0, 1, 3)]),
    (1, {"output_size": 1}, [(2, 4)]),
    (1, {"output_size": 5}, [(2, 3)]),
    (1, {"output_size": 3}, [(1, 7), (1, 10)]),
    (1, {"output_size": 0}, [(1, 3)]),
    (1, {"output_size": None}, [(1, 3)]),
    (2, {"output_size": 2}, [(1, 1, 4, 4), (1, 3, 5)]),
    (2, {"output_size": (None, 3)}, [(1, 2, 4)]),
    (2, {"output_size": (3, 1)}, [(1, 2, 4)]),
    (3, {"output_size": (1, 2, 3)}, [(1, 2, 2, 4), (1, 1, 1, 3, 3)]),
]


def rows(
    name: str,
    table: list[Row],
    reference: Callable[..., Any],
    sample: Callable[..., Any],
) -> Iterator[Op]:
    for i, (axes, kwargs, shapes) in enumerate(table):
        yield Op(
            f"{name}{axes}d-{i}",
            partial(getattr(F, f"{name}{axes}d"), **kwargs),
            partial(reference, axes=axes, **kwargs),
            tuple((sample(*shape),) for shape in shapes),
        )


PLACES = np.array([[[1, 3], [8, 10]], [[0, 2], [9, 11]]])
UNPOOL: list[tuple[int, Any, dict[str, Any], tuple[int, ...]]] = [
    (1, np.array([[1, 2, 5]]), {"kernel_size": 2}, (6,)),
    (1, np.array([[0, 2]]), {"kernel_size": 3, "stride": 2, "padding": 1}, (3,)),
    (1, np.array([[0, 4]]), {"kernel_size": 2, "output_size": (1, 5)}, (5,)),
    (1, np.zeros((0, 1, 2), np.int64), {"kernel_size": 2}, (4,)),
    (2, PLACES, {"kernel_size": 2}, (4, 4)),
    (2, PLACES, {"kernel_size": 2, "output_size": (3, 4)}, (3, 4)),
    (3, PLACES[:, None], {"kernel_size": (1, 2, 2)}, (1, 4, 4)),
]


def unpool_row(i: int) -> Op:
    axes, indices, kwargs, sizes = UNPOOL[i]
    function = getattr(F, f"max_unpool{axes}d")
    return Op(
        f"max_unpool{axes}d-{i}",
        lambda x: function(x, from_numpy(indices), **kwargs),
        lambda x: unpooled(x, indices, sizes),
        ((real(*indices.shape),),),
    )


OPS = [
    *rows("max_pool", MAX, max_pool, distinct),
    *rows("avg_pool", AVERAGE, avg_pool, real),
    *rows("lp_pool", LP, lp_pool, positive),
    *rows("adaptive_avg_pool", ADAPTIVE, partial(adaptive, value=mean), real),
    *rows(
        "adaptive_max_pool",
        ADAPTIVE,
        partial(adaptive, value=lambda v, _: max(v)),
        distinct,
    ),
    *map(unpool_row, range(len(UNPOOL))),
]
