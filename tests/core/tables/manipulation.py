"""Rows of what puts the same elements in another shape, order or number."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from tests.core.tables.common import Arrays, Op, of, real

import grad_core as gc


def rows(
    name: str,
    calls: dict[str, tuple[Any, ...]],
    *shapes: tuple[int, ...],
    function: Callable[..., Any] | None = None,
    reference: Callable[..., Any] | None = None,
    **keywords: Any,
) -> list[Op]:
    """A row for each way to call a function of one array that is named as NumPy's."""
    ours = function or getattr(gc, name)
    theirs = reference or getattr(np, name)
    return [
        Op(
            f"{name}-{label}",
            lambda x, a=args: ours(x, *a),
            lambda x, a=args: theirs(x, *a),
            of(*shapes),
            complex=True,
            **keywords,
        )
        for label, args in calls.items()
    ]


def last(function: Callable[..., Any], *args: Any, **keywords: Any) -> Callable[[Any], Any]:
    """The last of several results."""
    return lambda *xs: function(*xs, *args, **keywords)[-1]


SHAPES: list[Op] = [
    Op(
        "reshape-copy",
        lambda x: gc.reshape(x, (3, 2), copy=True),
        lambda x: x.reshape(3, 2),
        of((2, 3)),
    ),
    Op("reshape-int", lambda x: gc.reshape(x, -1), lambda x: x.reshape(-1), of((2, 3), (), (0, 2))),
    Op("ravel", gc.ravel, np.ravel, of((2, 3), (), (2, 0)), complex=True),
    Op("copy", gc.copy, np.copy, of((2, 3), ()), complex=True),
    Op(
        "broadcast_to-int",
        lambda x: gc.broadcast_to(x, 3),
        lambda x: np.broadcast_to(x, 3),
        of((), (1,)),
    ),
    *rows("moveaxis", {"one": (0, -1), "back": (-1, 0), "several": ((0, 2), (1, 0))}, (2, 1, 3)),
    *rows("swapaxes", {"ends": (0, -1), "same": (1, 1)}, (2, 1, 3)),
    *rows(
        "rollaxis", {"first": (2,), "end": (0, 3), "middle": (1, 2), "negative": (0, -1)}, (2, 1, 3)
    ),
    *rows("permute_dims", {"all": ((2, 0, 1),)}, (2, 1, 3)),
    Op(
        "matrix_transpose",
        gc.matrix_transpose,
        np.matrix_transpose,
        of((2, 3), (2, 1, 3)),
        complex=True,
    ),
    *(
        Op(
            f"atleast_{n}d",
            getattr(gc, f"atleast_{n}d"),
            getattr(np, f"atleast_{n}d"),
            of((), (2,), (2, 1), (1, 2, 1), (1, 1, 2, 1)),
            complex=True,
        )
        for n in (1, 2, 3)
    ),
    Op("atleast_1d-several", last(gc.atleast_1d), last(np.atleast_1d), ((real(2), real()),)),
]

ORDER: list[Op] = [
    *rows("flip", {"all": (), "axis": (1,), "pair": ((0, -1),), "none": ((),)}, (2, 3), (2, 0, 2)),
    *rows("flipud", {"": ()}, (2, 3), (3,)),
    *rows("fliplr", {"": ()}, (2, 3)),
    *rows("rot90", {"": (), "2": (2,), "3": (3,), "back": (-1,), "axes": (1, (2, 0))}, (2, 1, 3)),
    *rows(
        "roll",
        {
            "all": (1,),
            "axis": (-1, 1),
            "far": (5, 0),
            "pair": ((1, 2), (0, 1)),
            "twice": ((1, 2), (0, 0)),
            "wide": (1, (0, 1)),
        },
        (2, 3),
        (2, 0),
    ),
    *rows("roll", {"number": (2,)}, (), (3,)),
]

NUMBER: list[Op] = [
    *rows("repeat", {"all": (2,), "axis": (2, 0), "last": (3, -1), "none": (0, 1)}, (2, 3)),
    *rows("repeat", {"number": (3,)}, (), (0,)),
    *rows("repeat", {"each": ([2, 0, 1], 1), "array": (np.array([1, 3, 1]), -1)}, (2, 3)),
    *rows("repeat", {"each-all": ([2, 0, 1, 1, 3, 1],)}, (2, 3)),
    *rows(
        "tile",
        {"int": (2,), "pair": ((2, 3),), "more": ((2, 1, 2),), "none": ((0, 1),), "empty": ((),)},
        (2, 3),
        (3,),
        (),
    ),
    *rows(
        "resize",
        {"less": ((3,),), "more": ((3, 3),), "none": ((0,),), "int": (2,)},
        (2, 3),
        (0,),
        (),
    ),
    *rows(
        "delete",
        {
            "int": (1,),
            "negative": (-1, 0),
            "slice": (slice(0, 2), 1),
            "list": ([0, 1, 1], 1),
            "empty": ([], 0),
        },
        (2, 3),
    ),
    *rows("delete", {"mask": (np.array([True, False, True]), 1)}, (2, 3)),
    *rows("trim_zeros", {"": (), "front": ("f",), "back": ("b",)}, (3,)),
]


def joined(name: str, *samples: Arrays, **keywords: Any) -> Op:
    """A row for a function of a sequence of arrays."""
    label = "-".join([name, *map(str, keywords.values())])
    return Op(
        label,
        lambda *xs: getattr(gc, name)(xs, **keywords),
        lambda *xs: getattr(np, name)(xs, **keywords),
        samples,
        complex=True,
    )


LINES: Arrays = (real(2), real(1), real(3))
SAME: Arrays = (real(2, 3), real(2, 3))
ROWS: Arrays = (real(2, 3), real(1, 3), real(0, 3))
COLUMNS: Arrays = (real(2, 3), real(2, 1))
NUMBERS: Arrays = (real(), real(), real())

JOINING: list[Op] = [
    joined("concat", LINES, ROWS, (real(2),)),
    joined("concat", COLUMNS, axis=1),
    joined("concat", COLUMNS, axis=-1),
    joined("concat", COLUMNS, NUMBERS, (real(2), real(1, 2)), axis=None),
    joined("stack", SAME, NUMBERS),
    joined("stack", SAME, axis=1),
    joined("stack", SAME, (real(2), real(2)), axis=-1),
    joined("vstack", ROWS, (real(3), real(2, 3)), NUMBERS),
    joined("hstack", COLUMNS, LINES, NUMBERS),
    joined("dstack", SAME, (real(2), real(2)), (real(1, 2, 2), real(1, 2, 1)), NUMBERS),
    joined("column_stack", COLUMNS, (real(2), real(2, 2)), (real(2), real(2))),
    Op("append", gc.append, np.append, (SAME, (real(2), real())), complex=True),
    Op(
        "append-axis",
        lambda x, y: gc.append(x, y, 0),
        lambda x, y: np.append(x, y, 0),
        (SAME, (real(2), real(1))),
        complex=True,
    ),
    Op(
        "block",
        lambda a, b, c: gc.block([[a, b], [c]]),
        lambda a, b, c: np.block([[a, b], [c]]),
        ((real(2, 2), real(2, 1), real(1, 3)), (real(2), real(1), real(3))),
        complex=True,
    ),
    Op(
        "block-list",
        lambda a, b: gc.block([a, b, a]),
        lambda a, b: np.block([a, b, a]),
        ((real(2), real(1)), (real(2, 1), real(2, 2))),
        complex=True,
    ),
    Op("block-one", gc.block, np.block, of((2, 1), ())),
    *(
        Op(
            f"{name}-{i}-{sections}",
            lambda x, f=name, s=sections, a=axes, i=i: getattr(gc, f)(x, s, *a)[i],
            lambda x, f=name, s=sections, a=axes, i=i: getattr(np, f)(x, s, *a)[i],
            (shape,),
            complex=True,
        )
        for name, sections, axes, shape in (
            ("split", 2, (), (real(4),)),
            ("split", [1, 3], (-1,), (real(2, 4),)),
            ("array_split", 2, (1,), (real(2, 3),)),
            ("array_split", [2, 1], (), (real(3),)),
            ("hsplit", 2, (), (real(2, 2),)),
            ("hsplit", 2, (), (real(4),)),
            ("vsplit", [1], (), (real(3, 2),)),
            ("dsplit", 3, (), (real(1, 2, 3),)),
        )
        for i in (0, -1)
    ),
    Op("unstack", last(gc.unstack, axis=1), lambda x: x[:, -1], of((2, 3)), complex=True),
    *(
        Op(
            f"broadcast_arrays-{i}",
            lambda x, y, i=i: gc.broadcast_arrays(x, y)[i],
            lambda x, y, i=i: np.broadcast_arrays(x, y)[i],
            ((real(2, 1), real(3)), (real(), real(2)), (real(0, 1), real(1, 2))),
            complex=True,
        )
        for i in (0, 1)
    ),
    *(
        Op(
            f"meshgrid-{i}-{indexing}-{sparse}",
            lambda *xs, i=i, k=indexing, s=sparse: gc.meshgrid(*xs, indexing=k, sparse=s)[i],
            lambda *xs, i=i, k=indexing, s=sparse: np.meshgrid(*xs, indexing=k, sparse=s)[i],
            (LINES, (real(2), real(2)), (real(), real(2)), (real(2),)),
            complex=True,
        )
        for i in (0, -1)
        for indexing in ("xy", "ij")
        for sparse in (False, True)
    ),
]


def positions(at: Any) -> Any:
    """Where a mask holds: NumPy takes masks from 2.2 on."""
    return np.flatnonzero(at) if getattr(at, "dtype", None) == np.bool_ else at


INSERTING: list[Op] = [
    Op(
        f"insert-{label}",
        lambda x, v, a=at, k=axis: gc.insert(x, a, v, *k),
        lambda x, v, a=at, k=axis: np.insert(x, positions(a), v, *k),
        (sample,),
        complex=True,
    )
    for label, at, axis, sample in (
        ("int", 1, (), (real(3), real())),
        ("several", 1, (), (real(3), real(2))),
        ("end", 3, (), (real(3), real(1))),
        ("negative", -1, (), (real(3), real())),
        ("flat", 1, (), (real(2, 2), real())),
        ("list", [0, 2], (), (real(3), real(2))),
        ("order", [2, 0, 2], (), (real(3), real(3))),
        ("one-value", [0, 2], (), (real(3), real())),
        ("row", 1, (0,), (real(2, 3), real(3))),
        ("column", 1, (1,), (real(2, 3), real(2))),
        ("columns", 1, (1,), (real(2, 3), real(2, 2))),
        ("list-columns", [1], (1,), (real(2, 3), real(2, 2))),
        ("list-column", [0, 3], (-1,), (real(2, 3), real(2, 2))),
        ("slice", slice(0, 2), (1,), (real(2, 3), real(2, 1))),
        ("mask", np.array([True, False, True]), (), (real(3), real(2))),
        ("nothing", [], (), (real(3), real())),
    )
]

MODES: dict[str, dict[str, Any]] = {
    "constant": {},
    "edge": {},
    "reflect": {},
    "symmetric": {},
    "wrap": {},
    "linear_ramp": {"end_values": ((0.5, -1.0), (2.0, 0.0))},
    "mean": {},
    "median": {},
    "maximum": {},
    "minimum": {"stat_length": 2},
}
ODD = {"reflect_type": "odd"}
PADDING: list[Op] = [
    Op(
        f"pad-{mode}-{label}-{'-'.join(options)}",
        lambda x, m=mode, w=width, o=options: gc.pad(x, w, m, **o),
        lambda x, m=mode, w=width, o=options: np.pad(x, w, m, **o),
        of((2, 3)),
        complex=mode not in ("maximum", "minimum", "median"),
    )
    for mode, options in (
        *MODES.items(),
        ("constant", {"constant_values": ((1.0, 2.0), (3.0, 4.0))}),
        ("mean", {"stat_length": ((1, 2), (2, 9))}),
        ("reflect", ODD),
        ("symmetric", ODD),
    )
    for label, width in (("one", 1), ("pairs", ((0, 3), (4, 0))))
]
PADDING += [
    Op(
        "pad-constant-tensor",
        lambda x, c: gc.pad(x, ((1, 0), (0, 2)), constant_values=c),
        lambda x, c: np.pad(x, ((1, 0), (0, 2)), constant_values=c),
        ((real(2, 2), real()), (real(2, 1), real(2)), (real(1, 2), real(2, 2))),
        complex=True,
        arrays=False,
    ),
    Op(
        "pad-ramp-tensor",
        lambda x, c: gc.pad(x, (2, 1), "linear_ramp", end_values=c),
        lambda x, c: np.pad(x, (2, 1), "linear_ramp", end_values=c),
        ((real(3), real()), (real(2), real(2))),
    ),
    Op("pad-number", lambda x: gc.pad(x, 1), lambda x: np.pad(x, 1), of(())),
    Op(
        "pad-dict",
        lambda x: gc.pad(x, {-1: (1, 2)}),
        lambda x: np.pad(x, ((0, 0), (1, 2))),
        of((2, 3)),
    ),
]

OPS: list[Op] = [*SHAPES, *ORDER, *NUMBER, *JOINING, *INSERTING, *PADDING]
