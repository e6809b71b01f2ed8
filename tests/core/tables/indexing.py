"""Rows of creation, indexing, sorting and sets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tests.core.tables.common import Arrays, Op, distinct, of, positive, real

import grad_core as gc

# ---------------------------------------------------------------------------- creation


def spaced(name: str, *samples: Arrays, **keywords: Any) -> list[Op]:
    return [
        Op(
            f"{name}-{num}-{endpoint}-{axis}",
            lambda a, b, n=num, e=endpoint, k=axis: getattr(gc, name)(a, b, n, e, axis=k),
            lambda a, b, n=num, e=endpoint, k=axis: getattr(np, name)(a, b, n, e, axis=k),
            samples,
            arrays=False,  # it makes Tensors of ndarrays, too
            **keywords,
        )
        for num, endpoint, axis in ((3, True, 0), (2, False, -1), (1, True, 0), (0, False, 0))
    ]


CREATION: list[Op] = [
    *spaced("linspace", (real(), real()), (real(2), real()), (real(2, 1), real(3)), complex=True),
    *spaced("logspace", (real(), real()), (real(2), real(2))),
    *spaced("geomspace", (positive(), positive()), (positive(2), positive()), complex=True),
    Op(
        "geomspace-negative",
        lambda a, b: gc.geomspace(-a, -b, 3),
        lambda a, b: np.geomspace(-a, -b, 3),
        ((positive(), positive(2)),),
        arrays=False,
    ),
    Op(
        "logspace-base",
        lambda a, b, c: gc.logspace(a, b, 3, base=c),
        lambda a, b, c: np.logspace(a, b, 3, base=c),
        ((real(), real(), positive()),),
        arrays=False,
    ),
    Op(
        "full",
        lambda x: gc.full((2, 3), x),
        lambda x: np.full((2, 3), x, x.dtype),
        of((), (3,), (2, 1)),
        complex=True,
        arrays=False,
    ),
    Op(
        "full_like",
        lambda x, y: gc.full_like(x, y),
        lambda x, y: np.full_like(x, y) + 0 * x,
        ((real(2, 3), real()),),
        same_dtype=False,
    ),
    Op("diag", gc.diag, np.diag, of((3,), (2, 3), (0,)), complex=True),
    *(
        Op(
            f"diag-{k}",
            lambda x, k=k: gc.diag(x, k),
            lambda x, k=k: np.diag(x, k),
            of((2,), (2, 3)),
            complex=True,
        )
        for k in (1, -2, 3)
    ),
    Op("diagflat", gc.diagflat, np.diagflat, of((2, 2), ()), complex=True),
    *(
        Op(
            f"diagonal-{k}-{a}-{b}",
            lambda x, k=k, a=a, b=b: gc.diagonal(x, k, a, b),
            lambda x, k=k, a=a, b=b: np.diagonal(x, k, a, b),
            of((2, 3, 2)),
            complex=True,
        )
        for k, a, b in ((0, 0, 1), (1, 0, 1), (-1, 1, 0), (1, -1, 0), (3, 0, 1))
    ),
    *(
        Op(
            f"{name}-{k}",
            lambda x, f=name, k=k: getattr(gc, f)(x, k),
            lambda x, f=name, k=k: getattr(np, f)(x, k),
            of((2, 3), (2, 2, 2), (0, 2)),
            complex=True,
        )
        for name in ("tril", "triu")
        for k in (0, 1, -1)
    ),
    Op("vander", gc.vander, np.vander, of((3,), (0,)), complex=True),
    Op(
        "vander-2",
        lambda x: gc.vander(x, 2, True),
        lambda x: np.vander(x, 2, True),
        of((3,)),
        complex=True,
    ),
]

# ---------------------------------------------------------------------------- indexing


def writing() -> list[Op]:
    """Each kind of index that a value is written to, and values that are broadcast to it."""
    first = np.array([0, 1, 1])
    targets: dict[str, tuple[Any, tuple[tuple[int, ...], ...]]] = {
        "int": (1, ((3,), (), (1,))),
        "negative": (-1, ((3,),)),
        "slice": (slice(0, 2), ((2, 3), (3,), (2, 1))),
        "step": (slice(None, None, -2), ((2, 3),)),
        "ellipsis": ((..., 1), ((3,),)),
        "newaxis": ((None, slice(None), 0), ((1, 3), (3,))),
        "more-axes": (slice(0, 2), ((1, 1, 2, 3),)),
        "ints": ((1, 2), ((),)),
        "once": ([2, 0], ((2, 3), ())),
        "twice": ([0, 1, 1], ((3, 3), (3,), ())),
        "pairs": ((first, np.array([2, 0, 0])), ((3,), ())),
        "mixed": ((slice(None), np.array([0, 0, 2])), ((3, 3), (3,))),
        "array-2d": (np.array([[0, 1], [1, 0]]), ((2, 2, 3), (2, 1, 1))),
        "mask": (np.array([True, False, True]), ((2, 3), (3,))),
        "mask-2d": (np.array([[True, False, True], [False] * 3, [True] * 3]), ((5,), ())),
        "mask-none": (np.zeros((3, 3), bool), ((0,), ())),
        "empty": ([], ((0, 3), ())),
    }

    def written(x: NDArray[Any], index: Any, value: NDArray[Any]) -> NDArray[Any]:
        out = x.copy()
        out[index] = value
        return out

    return [
        Op(
            f"set_at-{name}",
            lambda x, v, i=index: gc.set_at(x, i, v),
            lambda x, v, i=index: written(x, i, v),
            tuple((real(3, 3), real(*shape)) for shape in shapes),
            complex=True,
        )
        for name, (index, shapes) in targets.items()
    ]


AT = np.array([[2, 0, 1], [0, 0, 2]])
MASK = np.array([[True, False, True], [False, False, True]])
WHICH = np.array([2, 0, 1])

INDEXING: list[Op] = [
    *writing(),
    *(
        Op(
            f"take-{label}",
            lambda x, i=at, a=axis: gc.take(x, i, *a),
            lambda x, i=at, a=axis: np.take(x, i, *a),
            of((2, 3)),
            complex=True,
        )
        for label, at, axis in (
            ("flat", [5, 0, 0, -1], ()),
            ("int", 1, (0,)),
            ("axis", [1, 1, 0], (-1,)),
            ("matrix", AT, (1,)),
            ("none", [], (0,)),
        )
    ),
    *(
        Op(
            f"take-{mode}",
            lambda x, m=mode: gc.take(x, [7, -5, 1], 1, mode=m),
            lambda x, m=mode: np.take(x, [7, -5, 1], 1, mode=m),
            of((2, 3)),
        )
        for mode in ("wrap", "clip")
    ),
    Op(
        "take_along_axis",
        lambda x: gc.take_along_axis(x, AT),
        lambda x: np.take_along_axis(x, AT, -1),
        of((2, 3), (1, 3)),
        complex=True,
    ),
    Op(
        "take_along_axis-0",
        lambda x: gc.take_along_axis(x, AT % 2, 0),
        lambda x: np.take_along_axis(x, AT % 2, 0),
        of((2, 3), (2, 1)),
        complex=True,
    ),
    Op(
        "take_along_axis-flat",
        lambda x: gc.take_along_axis(x, WHICH, None),
        lambda x: np.take_along_axis(x, WHICH, None),
        of((2, 3)),
    ),
    Op(
        "take_along_axis-one",
        lambda x: gc.take_along_axis(x, AT[:, :1], 1),
        lambda x: np.take_along_axis(x, AT[:, :1], 1),
        of((2, 3)),
    ),
    Op(
        "compress",
        lambda x: gc.compress([True, False, True], x, 1),
        lambda x: np.compress([True, False, True], x, 1),
        of((2, 3)),
        complex=True,
    ),
    Op(
        "compress-flat",
        lambda x: gc.compress([False, True], x),
        lambda x: np.compress([False, True], x),
        of((2, 3)),
    ),
    Op(
        "extract",
        lambda x: gc.extract(MASK, x),
        lambda x: np.extract(MASK, x),
        of((2, 3)),
        complex=True,
    ),
    Op(
        "choose",
        lambda x, y, z: gc.choose(WHICH, (x, y, z)),
        lambda x, y, z: np.choose(WHICH, (x, y, z)),
        ((real(3), real(2, 1), real()),),
        complex=True,
    ),
    Op(
        "choose-wrap",
        lambda x, y: gc.choose([0, -1, 4], (x, y), mode="wrap"),
        lambda x, y: np.choose([0, -1, 4], (x, y), mode="wrap"),
        ((real(3), real(3)),),
    ),
    Op(
        "choose-clip",
        lambda x, y: gc.choose([0, -1, 4], (x, y), mode="clip"),
        lambda x, y: np.choose([0, -1, 4], (x, y), mode="clip"),
        ((real(3), real(3)),),
    ),
    Op(
        "select",
        lambda x, y: gc.select([MASK, MASK[0]], [x, y]),
        lambda x, y: np.select([MASK, np.broadcast_to(MASK[0], (2, 3))], [x, y]),
        ((real(2, 3), real(3)), (real(), real(2, 1))),
        complex=True,
    ),
    Op(
        "select-default",
        lambda x, y: gc.select([MASK], [x], y),
        lambda x, y: np.select([MASK], [x], y),
        ((real(2, 3), real()),),
        complex=True,
    ),
    Op(
        "piecewise",
        lambda x: gc.piecewise(x, [x < 0, x > 1], [lambda x: x * x, 2.0, gc.exp]),
        lambda x: np.piecewise(x, [x < 0, x > 1], [lambda x: x * x, 2.0, np.exp]),
        of((2, 3), ()),
    ),
    Op(
        "piecewise-zero",
        lambda x: gc.piecewise(x, [x > 1], [gc.sqrt]),
        lambda x: np.piecewise(x, [x > 1], [np.sqrt]),
        of((4,)),
    ),
    Op(
        "bincount",
        lambda w: gc.bincount([1, 0, 1], w, 4),
        lambda w: np.bincount([1, 0, 1], w, 4),
        of((3,)),
    ),
    Op(
        "histogram-weights",
        lambda w: gc.histogram(np.array([0.0, 1.0, 0.2, 5.0, 0.5]), [0.0, 0.5, 1.0], weights=w)[0],
        lambda w: np.histogram(np.array([0.0, 1.0, 0.2, 5.0, 0.5]), [0.0, 0.5, 1.0], weights=w)[0],
        of((5,)),
        complex=True,
    ),
    Op(
        "histogram-edges",
        lambda x: gc.histogram(x, 3)[1],
        lambda x: np.histogram(x, 3)[1],
        ((distinct(4),),),
    ),
    Op(
        "histogram-density",
        lambda x, w: gc.histogram(x, 2, density=True, weights=w)[0],
        lambda x, w: np.histogram(x, 2, density=True, weights=w)[0],
        ((distinct(4), positive(4)),),
        same_dtype=False,  # NumPy divides in float64
    ),
]

# ---------------------------------------------------------------------------- sorting and sets


def whole(function: Callable[..., Any], *args: Any) -> Callable[..., Any]:
    return lambda x: function(x, *args)


SORTING: list[Op] = [
    *(
        Op(
            f"sort-{axis}",
            whole(gc.sort, axis),
            whole(np.sort, axis),
            of((2, 3), (3, 1), (0, 2), make=distinct),
            complex=axis == -1,
        )
        for axis in (0, -1, None)
    ),
    Op("sort-number", whole(gc.sort, None), whole(np.sort, None), of(())),
    Op(
        "sort-descending",
        lambda x: gc.sort(x, 0, descending=True),
        lambda x: np.flip(np.sort(x, 0), 0),
        of((3, 2), make=distinct),
        complex=True,
    ),
    *(
        Op(
            f"partition-{kth}-{axis}",
            whole(gc.partition, kth, axis),
            whole(np.partition, kth, axis),
            of((3, 3), make=distinct),
        )
        for kth, axis in ((1, -1), ((0, 2), 0), (4, None))
    ),
    Op("unique", gc.unique, np.unique, of((2, 2), (), (0,), make=distinct), complex=True),
    Op(
        "unique-axis",
        lambda x: gc.unique(x, axis=1),
        lambda x: np.unique(x, axis=1),
        of((2, 3), make=distinct),
    ),
    Op("unique_values", gc.unique_values, np.unique, of((2, 2), make=distinct)),
    *(
        Op(
            f"unique_{name}",
            lambda x, n=name: getattr(gc, f"unique_{n}")(x).values,
            np.unique,
            of((2, 2), make=distinct),
        )
        for name in ("all", "counts", "inverse")
    ),
    *(
        Op(
            f"{name}-{kind}",
            # One element is common to both.
            lambda x, y, f=name: getattr(gc, f)(x, gc.concat((y, gc.ravel(x)[:1]))),
            lambda x, y, f=name: getattr(np, f)(x, np.concatenate((y, np.ravel(x)[:1]))),
            ((values[:4].reshape(2, 2), values[4:]),),
            complex=kind == 0,
        )
        for kind, values in enumerate((distinct(6), distinct(5)))
        for name in ("union1d", "intersect1d", "setdiff1d", "setxor1d")
    ),
    Op(
        "apply_along_axis",
        lambda x: gc.apply_along_axis(lambda r: r * r[0], 0, x),
        lambda x: np.apply_along_axis(lambda r: r * r[0], 0, x),
        of((2, 3)),
    ),
    Op(
        "apply_along_axis-number",
        lambda x: gc.apply_along_axis(lambda r: r.sum(), 1, x),
        lambda x: np.apply_along_axis(np.sum, 1, x),
        of((2, 1, 2), (3, 2)),
    ),
    Op(
        "apply_along_axis-matrix",
        lambda x: gc.apply_along_axis(gc.diag, 1, x),
        lambda x: np.apply_along_axis(np.diag, 1, x),
        of((2, 2, 2)),
    ),
    Op(
        "apply_over_axes",
        lambda x: gc.apply_over_axes(gc.sum, x, (0, -1)),
        lambda x: np.apply_over_axes(np.sum, x, (0, -1)),
        of((2, 3, 2)),
    ),
]

OPS: list[Op] = [*CREATION, *INDEXING, *SORTING]
