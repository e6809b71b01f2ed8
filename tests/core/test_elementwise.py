"""Functions of each element at special values, with odd dtypes, and with what they cannot take."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import grad_core as gc
from grad_core import Tensor

INF, NAN = math.inf, math.nan
COMPLEX = np.array([3 + 4j, -1 - 1j, 2, 0])
X = np.array([-INF, -2.5, -1.0, -0.0, 0.0, 0.5, 3.0, INF, NAN])
INTS = np.array([12, -5, 0, 7])
FLAGS = np.array([True, False])
WORD: Any = "x"  # Any: what a type checker would not let pass
LIST: Any = [1.0]


def leaf(data: Any, dtype: Any = np.float64) -> Tensor:
    return Tensor(data, requires_grad=True, dtype=dtype)


def slopes(function: Callable[..., Tensor], *points: float) -> list[float]:
    """The first derivatives of a function of numbers."""
    xs = [leaf(p) for p in points]
    with np.errstate(all="ignore"):
        return [float(g) for g in gc.gradient(function(*xs), xs)]


def curvature(function: Callable[[Tensor], Tensor], x: float) -> float:
    """The second derivative of a function of a number."""
    at = leaf(x)
    with np.errstate(all="ignore"):
        (first,) = gc.gradient(function(at), [at], create_graph=True)
        return float(gc.gradient(first, at)) if first.requires_grad else 0.0


# ---------------------------------------------------------------------------- special values

SLOPES: list[tuple[str, Callable[..., Tensor], tuple[float, ...], list[float]]] = [
    ("asin at 1", gc.asin, (1.0,), [INF]),
    ("acos at -1", gc.acos, (-1.0,), [-INF]),
    ("acosh at 1", gc.acosh, (1.0,), [INF]),
    ("atanh at 1", gc.atanh, (1.0,), [INF]),
    ("atan at inf", gc.atan, (INF,), [0.0]),
    ("cbrt at 0", gc.cbrt, (0.0,), [INF]),
    ("cbrt at inf", gc.cbrt, (-INF,), [0.0]),
    ("fabs at 0", gc.fabs, (0.0,), [0.0]),
    ("log2 at 0", gc.log2, (0.0,), [INF]),
    ("log1p at -1", gc.log1p, (-1.0,), [INF]),
    ("expm1 at -inf", gc.expm1, (-INF,), [0.0]),
    ("exp2 at -inf", gc.exp2, (-INF,), [0.0]),
    ("hypot at 0", gc.hypot, (0.0, 0.0), [NAN, NAN]),
    ("hypot on an axis", gc.hypot, (0.0, -2.0), [0.0, -1.0]),
    ("hypot of large numbers", gc.hypot, (3e300, 4e300), [0.6, 0.8]),
    ("atan2 at 0", gc.atan2, (0.0, 0.0), [0.0, 0.0]),
    ("atan2 of large numbers", gc.atan2, (1e300, 1e300), [5e-301, -5e-301]),
    ("atan2 of small numbers", gc.atan2, (1e-300, 1e-300), [5e299, -5e299]),
    ("logaddexp far apart", gc.logaddexp, (1000.0, -1000.0), [1.0, 0.0]),
    ("logaddexp of large numbers", gc.logaddexp, (1e20, 1e20), [0.5, 0.5]),
    ("logaddexp at one infinity", gc.logaddexp, (-INF, 1.0), [0.0, 1.0]),
    ("logaddexp at two infinities", gc.logaddexp, (INF, INF), [NAN, NAN]),
    ("logaddexp2 of large numbers", gc.logaddexp2, (1e20, 1e20), [0.5, 0.5]),
    ("floor at a step", gc.floor, (2.0,), [0.0]),
    ("round at NaN", gc.round, (NAN,), [0.0]),
    ("floor_divide by 0", gc.floor_divide, (1.0, 0.0), [0.0, 0.0]),
    ("remainder of different signs", gc.remainder, (-7.0, 3.0), [1.0, 3.0]),
    ("fmod of different signs", gc.fmod, (-7.0, 3.0), [1.0, 2.0]),
    ("fmod, divisor negative", gc.fmod, (7.0, -3.0), [1.0, 2.0]),
    ("fmod where the quotient rounds up", gc.fmod, (1.0, 0.1), [1.0, -9.0]),
    ("remainder where the quotient rounds up", gc.remainder, (1.0, 0.1), [1.0, -9.0]),
    ("modf at inf", lambda x: gc.modf(x)[0], (INF,), [1.0]),
    ("frexp", lambda x: gc.frexp(x)[0], (-6.0,), [0.125]),
    ("frexp at 0", lambda x: gc.frexp(x)[0], (0.0,), [1.0]),
    ("copysign at 0", gc.copysign, (0.0, -1.0), [0.0, 0.0]),
    ("copysign, sign of 0", gc.copysign, (2.0, -0.0), [-1.0, 0.0]),
    ("nextafter of equal numbers", gc.nextafter, (2.0, 2.0), [0.0, 0.0]),
    ("nextafter", gc.nextafter, (2.0, INF), [1.0, 0.0]),
    ("spacing", gc.spacing, (2.0,), [0.0]),
    ("heaviside at 0", gc.heaviside, (0.0, 0.25), [0.0, 1.0]),
    ("heaviside of NaN", gc.heaviside, (NAN, 0.25), [0.0, 0.0]),
    ("fmax of a tie", gc.fmax, (2.0, 2.0), [1.0, 0.0]),
    ("fmin of a tie", gc.fmin, (2.0, 2.0), [1.0, 0.0]),
    ("fmax, first NaN", gc.fmax, (NAN, 1.0), [0.0, 1.0]),
    ("fmin, second NaN", gc.fmin, (1.0, NAN), [1.0, 0.0]),
    ("fmax of NaN", gc.fmax, (NAN, NAN), [1.0, 0.0]),
    ("nan_to_num at NaN", gc.nan_to_num, (NAN,), [0.0]),
    ("nan_to_num at inf", gc.nan_to_num, (-INF,), [0.0]),
    ("angle of a real number", gc.angle, (-2.0,), [0.0]),
    ("sinc at 0", gc.sinc, (0.0,), [0.0]),
    ("sinc near 0", gc.sinc, (1e-9,), [-(math.pi**2) / 3 * 1e-9]),
    ("i0 at 0", gc.i0, (0.0,), [0.0]),
    ("float_power at 0", gc.float_power, (0.0, 0.0), [0.0, 0.0]),
    ("reciprocal at 0", gc.reciprocal, (0.0,), [-INF]),
]


@pytest.mark.parametrize(
    ("function", "points", "expected"), [c[1:] for c in SLOPES], ids=[c[0] for c in SLOPES]
)
def test_gradients_at_special_values(
    function: Callable[..., Tensor], points: tuple[float, ...], expected: list[float]
) -> None:
    assert_allclose(slopes(function, *points), expected, rtol=1e-14)


CURVATURES: list[tuple[str, Callable[[Tensor], Tensor], float, float]] = [
    ("sinc at 0", gc.sinc, 0.0, -(math.pi**2) / 3),
    ("sinc near 0", gc.sinc, -1e-9, -(math.pi**2) / 3),
    ("sinc at 1", gc.sinc, 1.0, 2.0),
    ("i0 at 0", gc.i0, 0.0, 0.5),
    ("i0 near 0", gc.i0, 1e-30, 0.5),
    ("atan2 at 0", lambda x: gc.atan2(x, 0.0), 0.0, 0.0),
    ("hypot at 0", lambda x: gc.hypot(x, 1.0), 0.0, 1.0),
    ("logaddexp far apart", lambda x: gc.logaddexp(x, 1000.0), -1000.0, 0.0),
    ("logaddexp of equals", lambda x: gc.logaddexp(x, 3.0), 3.0, 0.25),
    ("remainder", lambda x: gc.remainder(5.5, x), 2.0, 0.0),
    ("frexp", lambda x: gc.frexp(x)[0], 6.0, 0.0),
]


@pytest.mark.parametrize(
    ("function", "x", "expected"), [c[1:] for c in CURVATURES], ids=[c[0] for c in CURVATURES]
)
def test_second_derivatives_at_special_values(
    function: Callable[[Tensor], Tensor], x: float, expected: float
) -> None:
    assert_allclose(curvature(function, x), expected, rtol=1e-13)


def test_the_angle_of_complex_numbers_has_no_gradient_at_zero() -> None:
    z = leaf(COMPLEX, np.complex128)
    gc.angle(z).backward(np.ones(4))
    # the direction in which the angle grows, over the distance from 0
    assert z.grad is not None
    assert_allclose(z.grad, np.array([1j * (3 + 4j) / 25, 1j * (-1 - 1j) / 2, 0.5j, 0]))


def test_nan_to_num_takes_each_part_of_complex_numbers_by_itself() -> None:
    z = leaf([complex(NAN, 2), complex(1, INF), 3 + 4j], np.complex128)
    y = gc.nan_to_num(z, nan=7, posinf=9)
    assert_array_equal(y.data, [7 + 2j, 1 + 9j, 3 + 4j])
    y.backward(np.full(3, 5 + 6j))
    assert_array_equal(z.grad, [6j, 5, 5 + 6j])


def test_heaviside_has_a_gradient_for_its_value_at_zero() -> None:
    y = leaf(0.5)
    gc.heaviside(np.array([-1.0, 0.0, 1.0, 0.0]), y).backward(np.array([1.0, 2.0, 4.0, 8.0]))
    assert y.grad == 10


# ---------------------------------------------------------------------------- discrete results

PREDICATES: list[tuple[str, Callable[[Any], Any], Callable[[Any], Any]]] = [
    ("isnan", gc.isnan, np.isnan),
    ("isinf", gc.isinf, np.isinf),
    ("isfinite", gc.isfinite, np.isfinite),
    ("isposinf", gc.isposinf, np.isposinf),
    ("isneginf", gc.isneginf, np.isneginf),
    ("isreal", gc.isreal, np.isreal),
    ("iscomplex", gc.iscomplex, np.iscomplex),
    ("signbit", gc.signbit, np.signbit),
    ("logical_not", gc.logical_not, np.logical_not),
    ("logical_and", lambda x: gc.logical_and(x, X[::-1]), lambda x: np.logical_and(x, X[::-1])),
    ("logical_or", lambda x: gc.logical_or(x, X[::-1]), lambda x: np.logical_or(x, X[::-1])),
    ("logical_xor", lambda x: gc.logical_xor(x, X[::-1]), lambda x: np.logical_xor(x, X[::-1])),
    ("isclose", lambda x: gc.isclose(x, X + 1e-7), lambda x: np.isclose(x, X + 1e-7)),
    (
        "isclose-all",
        lambda x: gc.isclose(x, X + 0.5, 0.3, 0.4, True),
        lambda x: np.isclose(x, X + 0.5, 0.3, 0.4, True),
    ),
]


@pytest.mark.parametrize(
    ("ours", "numpys"), [c[1:] for c in PREDICATES], ids=[c[0] for c in PREDICATES]
)
def test_predicates_are_numpys_and_carry_no_gradient(
    ours: Callable[[Any], Any], numpys: Callable[[Any], Any]
) -> None:
    with np.errstate(invalid="ignore"):
        expected = numpys(X)
        plain, wrapped = ours(X), ours(leaf(X))
    assert type(plain) is np.ndarray
    assert isinstance(wrapped, Tensor)
    assert not wrapped.requires_grad
    for result in (plain, wrapped.data):
        assert result.dtype == np.bool_
        assert_array_equal(result, expected)


def test_isclose_of_an_array_and_a_tensor_is_a_tensor() -> None:
    assert isinstance(gc.isclose(X, leaf(X)), Tensor)
    assert isinstance(gc.isclose(1.0, leaf(1.0)), Tensor)
    assert isinstance(gc.isclose(1.0, 1.0), np.ndarray)


def test_complex_numbers_are_asked_likewise() -> None:
    z = leaf(COMPLEX, np.complex128)
    assert_array_equal(gc.isreal(z).data, [False, False, True, True])
    assert_array_equal(gc.iscomplex(z).data, [True, True, False, False])
    assert_array_equal(gc.logical_not(z).data, [False, False, False, True])
    assert gc.isfinite(z).data.all()


def test_equality_of_arrays_is_a_python_bool() -> None:
    x, nan = leaf([1.0, 2.0]), leaf([NAN])
    for result, expected in [
        (gc.allclose(x, x), True),
        (gc.allclose(x, np.array([1.0, 2.1])), False),
        (gc.allclose(x, 1.5, atol=0.6), True),
        (gc.allclose(nan, nan), False),
        (gc.allclose(nan, nan, equal_nan=True), True),
        (gc.array_equal(x, x), True),
        (gc.array_equal(x, 1.0), False),
        (gc.array_equal(nan, nan), False),
        (gc.array_equal(nan, nan, True), True),
        (gc.array_equiv(x, np.array([[1.0, 2.0], [1.0, 2.0]])), True),
        (gc.array_equiv(x, np.zeros(3)), False),
    ]:
        assert result is expected


@pytest.mark.parametrize(
    ("ours", "numpys", "y"),
    [
        (gc.gcd, np.gcd, 8),
        (gc.lcm, np.lcm, INTS[::-1]),
        (gc.bitwise_left_shift, np.left_shift, 2),
        (gc.bitwise_right_shift, np.right_shift, np.array([0, 1, 2, 3])),
        (gc.floor_divide, np.floor_divide, 3),
        (gc.remainder, np.remainder, -3),
        (gc.fmod, np.fmod, -3),
    ],
)
def test_functions_of_integers(ours: Any, numpys: Any, y: Any) -> None:
    expected = numpys(INTS, y)
    for x, kind in ((INTS, np.ndarray), (Tensor(INTS, dtype=np.int64), Tensor)):
        result = ours(x, y)
        assert type(result) is kind
        assert result.dtype == expected.dtype
        assert_array_equal(result, expected)


def test_bits_are_counted() -> None:
    assert_array_equal(gc.bitwise_count(Tensor(INTS, dtype=np.int16)).data, [2, 2, 0, 3])


# ---------------------------------------------------------------------------- several results


def test_functions_with_two_results() -> None:
    x = leaf([1.75, -6.5])
    mantissa, exponent = gc.frexp(x)
    assert_array_equal(gc.ldexp(mantissa, exponent).data, x.data)
    assert exponent.dtype == np.int32
    assert mantissa.requires_grad
    assert not exponent.requires_grad
    quotient, rest = gc.divmod(x, 2)
    assert_array_equal((quotient * 2 + rest).data, x.data)
    fraction, whole = gc.modf(x)
    assert_array_equal((fraction.data, whole.data), ([0.75, -0.5], [1, -6]))
    (fraction * 2 + whole * 3).sum().backward()
    assert_array_equal(x.grad, [2, 2])
    for pair in (gc.frexp(X[1:4]), gc.divmod(X[1:4], 2), gc.modf(X[1:4]), gc.modf(2.5)):
        assert [type(part) for part in pair] == [np.ndarray, np.ndarray]


def test_real_if_close() -> None:
    z = leaf([1 + 1e-15j, 2], np.complex128)
    near = gc.real_if_close(z)
    assert near.dtype == np.float64
    near.sum().backward()
    assert_array_equal(z.grad, [1, 1])
    assert gc.real_if_close(z, tol=1e-16).dtype == np.complex128
    assert gc.real_if_close(leaf(X)).dtype == np.float64
    assert gc.real_if_close(COMPLEX[2:]).dtype == np.float64
    assert gc.real_if_close(COMPLEX).dtype == np.complex128
    assert gc.real_if_close(2).dtype == np.int64


# ---------------------------------------------------------------------------- dtypes

UNARY: list[tuple[Any, Any]] = [
    (gc.sin, np.sin),
    (gc.acosh, np.arccosh),
    (gc.sinc, np.sinc),
    (gc.i0, np.i0),
    (gc.deg2rad, np.deg2rad),
    (gc.exp2, np.exp2),
    (gc.log1p, np.log1p),
    (gc.cbrt, np.cbrt),
    (gc.fabs, np.fabs),
    (gc.square, np.square),
    (gc.reciprocal, np.reciprocal),
    (gc.floor, np.floor),
    (gc.trunc, np.trunc),
    (gc.rint, np.rint),
    (gc.round, np.round),
    (gc.nan_to_num, np.nan_to_num),
    (gc.angle, np.angle),
    (gc.spacing, np.spacing),
    (lambda x: gc.frexp(x)[0], lambda x: np.frexp(x)[0]),
    (lambda x: gc.modf(x)[0], lambda x: np.modf(x)[0]),
    (lambda x: gc.float_power(x, 2), lambda x: np.float_power(x, 2)),
    (lambda x: gc.copysign(x, -1), lambda x: np.copysign(x, -1)),
    (lambda x: gc.hypot(x, 2), lambda x: np.hypot(x, 2)),
    (lambda x: gc.logaddexp(x, 2), lambda x: np.logaddexp(x, 2)),
    (lambda x: gc.fmax(x, 2), lambda x: np.fmax(x, 2)),
]


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.int16, np.int64, np.uint8, np.bool_])
@pytest.mark.parametrize(("ours", "numpys"), UNARY)
def test_results_have_numpys_dtype(ours: Any, numpys: Any, dtype: Any) -> None:
    x = np.array([1, 1], dtype)
    expected = numpys(x)
    result = ours(Tensor(x, dtype=dtype))
    assert result.dtype == expected.dtype
    assert_allclose(result.data, expected, rtol=2e-3 if dtype == np.float16 else 1e-6)
    assert ours(x).dtype == expected.dtype


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_a_number_does_not_widen_the_gradient_either(dtype: Any) -> None:
    for function in (gc.atan2, gc.hypot, gc.logaddexp, gc.remainder, gc.fmod, gc.copysign, gc.fmax):
        for x in (function(leaf([0.7, 1.5], dtype), 0.6), function(0.6, leaf([0.7, 1.5], dtype))):
            assert x.dtype == dtype
            x.backward(np.ones(2, dtype))


def test_fmod_divides_in_the_dtype_of_its_result() -> None:
    y = leaf(0.1, np.float32)  # ten of which are more than 1
    gc.fmod(1.0, y).backward()
    assert y.grad == -9
    assert gc.fmod(1.0, y).item() == np.fmod(1.0, np.float32(0.1))


def test_numbers_may_stand_in_any_place() -> None:
    assert_allclose(gc.sin(0.5), math.sin(0.5))
    assert_allclose(gc.atan2(1, 2), math.atan2(1, 2))
    assert_allclose(gc.float_power(2, -1), 0.5)
    assert gc.round(2.567, 1) == 2.6
    assert gc.isnan(NAN)
    assert gc.signbit(-1)


# ---------------------------------------------------------------------------- clip


def test_clip_takes_the_bounds_by_the_names_of_the_standard() -> None:
    x = Tensor([-2.0, 0.5, 2.0])
    assert_array_equal(gc.clip(x, min=-1, max=1).data, [-1, 0.5, 1])
    assert_array_equal(gc.clip(x, max=np.array([0.0, 1.0, 1.0])).data, [-2, 0.5, 1])
    assert_array_equal(x.clip(min_value=0, max_value=1).data, [0, 0.5, 1])


# ---------------------------------------------------------------------------- errors

ERRORS: list[tuple[Callable[[], Any], str]] = [
    (lambda: gc.sin(WORD), "sin: expected a Tensor, an ndarray or a number, got str"),
    (lambda: gc.atan2(COMPLEX, 1), "atan2: .*got complex128"),
    (lambda: gc.i0(Tensor(COMPLEX, dtype=np.complex128)), "i0: .*got complex128.*real numbers"),
    (lambda: gc.fmax(COMPLEX, 1.0), "fmax: complex numbers are not ordered"),
    (lambda: gc.fmin(COMPLEX, 1.0), "fmin: complex numbers are not ordered"),
    (lambda: gc.positive(FLAGS), r"positive: .*got bool\[2\]"),
    (lambda: gc.gcd(leaf(X), 2), r"gcd: .*got float64\[9\], 2; integers"),
    (lambda: gc.bitwise_left_shift(X, 2), "bitwise_left_shift: .*integers"),
    (lambda: gc.ldexp(leaf(X), 0.5), "ldexp: .*the exponent is made of integers"),
    (lambda: gc.isposinf(COMPLEX), "isposinf: .*real numbers"),
    (lambda: gc.signbit(COMPLEX), "signbit: .*real numbers"),
    (lambda: gc.isnan(LIST), "isnan: expected a Tensor, an ndarray or a number, got list"),
    (lambda: gc.float_power(WORD, 2), "float_power: expected a Tensor"),
    (lambda: gc.isclose(LIST, 1.0), "isclose: expected a Tensor"),
    (lambda: gc.array_equal(LIST, 1.0), "array_equal: expected a Tensor"),
    (lambda: gc.real_if_close(WORD), "real_if_close: expected a Tensor"),
    (lambda: gc.floor(COMPLEX), "floor: .*got complex128"),
]


@pytest.mark.parametrize(("call", "message"), ERRORS, ids=[message for _, message in ERRORS])
def test_what_cannot_be_taken_is_named(call: Callable[[], Any], message: str) -> None:
    with pytest.raises(TypeError, match=message):
        call()


def test_values_that_do_not_fit_are_named() -> None:
    with pytest.raises(ValueError, match=r"isclose: .*got float64\[2\], float64\[3\]"):
        gc.isclose(np.zeros(2), np.zeros(3))
    with pytest.raises(ValueError, match=r"hypot: .*got float32\[2\], float64\[3\]"):
        gc.hypot(Tensor([1.0, 2.0]), np.zeros(3))
    with pytest.raises(ValueError, match="nan_to_num: copy=False would write into x"):
        gc.nan_to_num(X, copy=False)
