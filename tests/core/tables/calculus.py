"""Rows of calculus on samples, interpolation, convolution and polynomials."""

from __future__ import annotations

from typing import Any

import numpy as np
from tests.core.tables.common import Op, distinct, of, pairs, positive, real
from tests.core.tables.statistics import row

import grad_core as gc

PLACES = np.array([0.0, 0.5, 2.0, 2.25])
EVEN = np.array([0.0, 0.5, 1.0, 1.5])


def differences() -> list[Op]:
    return [
        *(
            row(f"diff-{n}-{axis}", gc.diff, np.diff, of((3, 4), (2, 1)), n, axis, complex=True)
            for n in (0, 1, 2, 3)
            for axis in (0, -1)
        ),
        row("diff-1d", gc.diff, np.diff, of((4,), (1,), (0,)), order=3),
        row("diff-numbers", gc.diff, np.diff, of((2, 3)), prepend=1.0, same_dtype=False),
        Op(
            "diff-ends",
            lambda x, first, last: gc.diff(x, 2, 0, first, last),
            lambda x, first, last: np.diff(x, 2, 0, first, last),
            ((real(2, 3), real(1, 3), real(2, 3)), (real(2), real(0), real(1))),
        ),
        Op(
            "diff-number-ends",
            lambda x, first: gc.diff(x, axis=0, prepend=first),
            lambda x, first: np.diff(x, axis=0, prepend=first),
            ((real(2, 3), real()),),
        ),
        row("ediff1d", gc.ediff1d, np.ediff1d, of((2, 3), (1,), (0,), ())),
        Op(
            "ediff1d-ends",
            lambda x, last, first: gc.ediff1d(x, last, first),
            lambda x, last, first: np.ediff1d(x, last, first),
            ((real(4), real(2, 2), real()),),
        ),
        row("ediff1d-number", gc.ediff1d, np.ediff1d, of((3,)), to_end=2, to_begin=0.5),
        row("trapezoid", gc.trapezoid, np.trapezoid, of((3,), (2, 3), (2, 1), (2, 0)), dx=0.5),
        row("trapezoid-0", gc.trapezoid, np.trapezoid, of((3, 2)), axis=0, complex=True),
        *(
            Op(
                f"trapezoid-x-{axis}",
                lambda y, x, a=axis: gc.trapezoid(y, x, axis=a),
                lambda y, x, a=axis: np.trapezoid(y, x, axis=a),
                tuple((real(3, 3), real(*shape)) for shape in ((3,), (3, 3))),
                order=3,
            )
            for axis in (0, -1)
        ),
        row("unwrap", gc.unwrap, np.unwrap, ((np.array([0.1, 3.0, -3.0, 3.1, 9.0]),),)),
        row("unwrap-axis", gc.unwrap, np.unwrap, ((distinct(3, 2) * 40,),), axis=0, period=2.5),
    ]


def slopes() -> list[Op]:
    def along(axis: Any, edge_order: int, *spacing: Any) -> tuple[Any, Any]:
        def ours(*args: Any) -> Any:
            return gc.finite_gradient(*args, *spacing, axis=axis, edge_order=edge_order)

        slopes: Any = np.gradient  # its stub does not take them one by one

        def numpys(*args: Any) -> Any:
            return slopes(*args, *spacing, axis=axis, edge_order=edge_order)

        return ours, numpys

    rows = []
    for edge_order in (1, 2):
        for axis in (0, -1):
            rows += [
                Op(f"slopes-{axis}-{edge_order}", *along(axis, edge_order), of((3, 4), (4, 3))),
                Op(f"slopes-h-{axis}-{edge_order}", *along(axis, edge_order, 0.5), of((3, 4))),
            ]
        both = along(None, edge_order)
        numbers = along(0, edge_order, PLACES)
        rows += [
            Op(f"slopes-x-{edge_order}", *numbers, of((4,), (4, 2)), complex=True),
            Op(f"slopes-1d-{edge_order}", *both, of((4,), (edge_order + 1,)), complex=True),
            Op(f"slopes-spacing-{edge_order}", *both, ((real(4), positive()),)),
            Op(f"slopes-places-{edge_order}", *both, ((real(4), PLACES), (real(3), PLACES[:3]))),
            Op(f"slopes-even-{edge_order}", *both, ((real(4), EVEN),)),
        ]

    def second(function: Any) -> Any:
        return lambda f, x: function(f, 0.5, x, axis=(0, 1))[1]

    rows.append(
        Op("slopes-two", second(gc.finite_gradient), second(np.gradient), ((real(3, 4), PLACES),))
    )
    return rows


def sequences() -> list[Op]:
    both = pairs(((4,), (3,)), ((3,), (4,)), ((5,), (2,)), ((2,), (5,)), ((1,), (1,)), ((3,), (3,)))
    return [
        *(
            row(f"{name}-{mode}", function, reference, both, mode=mode, complex=True)
            for name, function, reference in (
                ("convolve", gc.convolve, np.convolve),
                ("correlate", gc.correlate, np.correlate),
            )
            for mode in ("full", "same", "valid")
        ),
        row("convolve-third", gc.convolve, np.convolve, pairs(((3,), (2,))), order=3),
        row("convolve-number", gc.convolve, np.convolve, pairs(((), (3,)))),
    ]


def interpolation() -> list[Op]:
    """Samples at increasing places; the points between them, and on both sides."""
    inside = np.array([[0.2, 1.1, 2.1], [0.9, -0.5, 3.0]])
    places = np.array([0.1, 0.5, 2.0, 2.25])
    turned = np.array([1.8, 0.3, 3.2, 2.6])
    three = ((inside, places, real(4)), (np.array(0.7), places, real(4)))
    return [
        row("interp", gc.interp, np.interp, three),
        row("interp-left-right", gc.interp, np.interp, three, left=-1.0, right=0.0),
        row("interp-period", gc.interp, np.interp, ((inside, turned, real(4)),), period=2.0),
        row("interp-one", gc.interp, np.interp, ((inside, places[:1], real(1)),)),
        Op(
            "interp-third",
            lambda fp: gc.interp(0.7, places, fp),
            lambda fp: np.interp(0.7, places, fp),
            of((4,)),
            complex=True,
        ),
        Op(
            "interp-ends",
            lambda x, left, right: gc.interp(x, places, places**2, left, right),
            lambda x, left, right: np.interp(x, places, places**2, float(left), float(right)),
            ((inside, real(), real()),),
        ),
    ]


def polynomials() -> list[Op]:
    samples = tuple((real(*p), real(*x)) for p, x in (((4,), (3,)), ((3,), (2, 2)), ((1,), ())))
    return [
        row("polyval", gc.polyval, np.polyval, samples, complex=True, order=3),
        row("polyval-none", gc.polyval, np.polyval, pairs(((0,), (2,)), ((3,), (0,)))),
        Op("polyval-zero", gc.polyval, np.polyval, ((real(4), np.array([0.0, 1.0])),), order=3),
        row("polyadd", gc.polyadd, np.polyadd, pairs(((2,), (4,)), ((3,), ())), complex=True),
        row("polysub", gc.polysub, np.polysub, pairs(((2,), (4,)), ((3,), (3,)))),
        row("polymul", gc.polymul, np.polymul, pairs(((2,), (4,)), ((3,), ())), complex=True),
        *(row(f"polyder-{m}", gc.polyder, np.polyder, of((4,), (2,)), m) for m in (0, 1, 2, 3)),
        *(row(f"polyint-{m}", gc.polyint, np.polyint, of((3,), (1,)), m) for m in (0, 1, 2)),
        row("polyint-constants", gc.polyint, np.polyint, of((2,)), 3, k=[1.0, 2.0, -3.0]),
        row("polyint-constant", gc.polyint, np.polyint, of((2,)), 2, k=1.5),
        row("polyfit", gc.polyfit, np.polyfit, ((positive(4), real(4)),), 1, same_dtype=False),
        row("polyfit-two", gc.polyfit, np.polyfit, ((real(4), real(4, 2)),), 2, same_dtype=False),
        Op(
            "polyfit-weights",
            lambda x, y, w: gc.polyfit(x, y, 1, w=w),
            lambda x, y, w: np.polyfit(x, y, 1, w=w),
            ((distinct(4), real(4), positive(4)),),
            same_dtype=False,
            order=1,
        ),
    ]


OPS: list[Op] = [
    *differences(),
    *slopes(),
    *sequences(),
    *interpolation(),
    *polynomials(),
]
