"""Rows of the functions of each element, beyond those that everything else is made of."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from tests.core.tables.common import Op, apart, binary, distinct, of, positive, real, rng, unary

import grad_core as gc


def inside(*shape: int) -> NDArray[np.float64]:
    """Numbers of both signs between -0.9 and 0.9."""
    return real(*shape) * 0.45


def above_one(*shape: int) -> NDArray[np.float64]:
    return rng.uniform(1.2, 2.0, shape)


def above_minus_one(*shape: int) -> NDArray[np.float64]:
    return rng.uniform(-0.5, 2.0, shape)


def listed(*samples: list[float]) -> tuple[tuple[NDArray[np.float64]], ...]:
    return tuple((np.array(sample),) for sample in samples)


POWERS = np.array([1, -2, 3])

OPS: list[Op] = [
    Op("sin", gc.sin, np.sin, unary(), complex=True, order=3),
    Op("cos", gc.cos, np.cos, unary(), complex=True),
    Op("tan", gc.tan, np.tan, unary(inside), complex=True),
    Op("asin", gc.asin, np.arcsin, unary(inside), complex=True),
    Op("acos", gc.acos, np.arccos, unary(inside), complex=True),
    Op("atan", gc.atan, np.arctan, unary(inside), complex=True, order=3),
    Op("atan2", gc.atan2, np.arctan2, binary(), order=3),
    Op("hypot", gc.hypot, np.hypot, binary(), order=3),
    Op("deg2rad", gc.deg2rad, np.deg2rad, unary()),
    Op("rad2deg", gc.rad2deg, np.rad2deg, unary()),
    Op("sinh", gc.sinh, np.sinh, unary(), complex=True),
    Op("cosh", gc.cosh, np.cosh, unary(), complex=True),
    Op("asinh", gc.asinh, np.arcsinh, unary(), complex=True),
    Op("acosh", gc.acosh, np.arccosh, unary(above_one), complex=True),
    Op("atanh", gc.atanh, np.arctanh, unary(inside), complex=True),
    Op(
        "sinc",
        gc.sinc,
        np.sinc,
        unary() + listed([0.0, -0.0, 1e-4, 0.3], [0.7, 1.0, -2.5, 6.0]),
        complex=True,
        order=3,
    ),
    Op("i0", gc.i0, np.i0, unary() + listed([0.0, 1e-3, -3.0], [25.0, 29.9, -30.1, 35.0]), order=3),
    Op("exp2", gc.exp2, np.exp2, unary(), complex=True),
    Op("expm1", gc.expm1, np.expm1, unary(), complex=True),
    Op("log1p", gc.log1p, np.log1p, unary(above_minus_one), complex=True),
    Op("log2", gc.log2, np.log2, unary(positive), complex=True),
    Op("log10", gc.log10, np.log10, unary(positive), complex=True),
    Op("logaddexp", gc.logaddexp, np.logaddexp, binary(), order=3),
    Op("logaddexp2", gc.logaddexp2, np.logaddexp2, binary()),
    Op("positive", gc.positive, np.positive, unary(), complex=True),
    Op("square", gc.square, np.square, unary(), complex=True),
    Op("reciprocal", gc.reciprocal, np.reciprocal, unary(), complex=True, order=3, rtol=1e-5),
    Op("cbrt", gc.cbrt, np.cbrt, unary()),
    Op("fabs", gc.fabs, np.fabs, unary()),
    Op("float_power", gc.float_power, np.float_power, binary(positive, real), complex=True),
    Op("float_power-2", lambda x: gc.float_power(x, 2), lambda x: np.float_power(x, 2), unary()),
    Op("floor_divide", gc.floor_divide, np.floor_divide, binary()),
    Op("remainder", gc.remainder, np.remainder, binary()),
    Op("fmod", gc.fmod, np.fmod, binary()),
    *(
        Op(
            f"divmod-{i}",
            lambda x, y, i=i: gc.divmod(x, y)[i],
            lambda x, y, i=i: np.divmod(x, y)[i],
            binary(),
        )
        for i in (0, 1)
    ),
    Op("floor", gc.floor, np.floor, unary(distinct)),
    Op("ceil", gc.ceil, np.ceil, unary(distinct)),
    Op("trunc", gc.trunc, np.trunc, unary(distinct)),
    Op("rint", gc.rint, np.rint, unary(distinct), complex=True),
    Op("round", gc.round, np.round, unary(distinct), complex=True),
    Op("round-1", lambda x: gc.round(x, 1), lambda x: np.round(x, 1), unary(distinct)),
    *(
        Op(
            f"modf-{i}",
            lambda x, i=i: gc.modf(x)[i],
            lambda x, i=i: np.asarray(np.modf(x)[i]),
            unary(distinct),
        )
        for i in (0, 1)
    ),
    Op(
        "frexp",
        lambda x: gc.frexp(x)[0],
        lambda x: np.asarray(np.frexp(x)[0]),
        unary() + listed([3.0, 5.0, -0.1, 0.001]),
    ),
    Op(
        "ldexp",
        lambda x: gc.ldexp(x, POWERS),
        lambda x: np.ldexp(x, POWERS),
        of((3,), (2, 3), (2, 1), (), (0, 3)),
    ),
    Op("copysign", gc.copysign, np.copysign, binary()),
    Op("nextafter", gc.nextafter, np.nextafter, binary()),
    Op("spacing", gc.spacing, np.spacing, unary()),
    Op("heaviside", gc.heaviside, np.heaviside, binary()),
    Op("fmax", gc.fmax, np.fmax, apart()),
    Op("fmin", gc.fmin, np.fmin, apart()),
    Op("nan_to_num", gc.nan_to_num, np.nan_to_num, unary(), complex=True),
    Op("angle", gc.angle, np.angle, unary(), complex=True),
    Op(
        "angle-degrees",
        lambda x: gc.angle(x, deg=True),
        lambda x: np.angle(x, deg=True),
        unary(),
        complex=True,
    ),
]
