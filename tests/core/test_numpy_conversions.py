"""What NumPy does not ask about: arrays of Tensors, and functions that only take arrays.

None of them may give an array that has silently lost its gradient.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import grad_core as gc
from grad_core.numpy_protocols import dispatch as numpy_protocols

ARRAY = np.array([1.0, -2.0, 3.0])
MATRIX = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.5]])


def leaf(x: Any) -> Any:
    """A Tensor that requires a gradient; `Any`, for NumPy's stubs do not take it."""
    return gc.Tensor(x, requires_grad=True, dtype=np.float64)


def constant(x: Any) -> Any:
    return gc.asarray(np.asarray(x))


V, S, T = leaf(ARRAY), leaf(0.5), leaf(MATRIX)
LOST = "requires a gradient"
POWERS = np.polynomial.polynomial

REFUSED: dict[str, Callable[[], object]] = {
    "array": lambda: np.array(V),
    "asarray": lambda: np.asarray(S),
    "object": lambda: np.array([S, 1.0], dtype=object),
    "numbers": lambda: np.array([S, S]),
    "one-number": lambda: np.array([1.0, S]),
    "nested": lambda: np.array([[S, S], [S, S]]),
    "rows": lambda: np.asarray([V, ARRAY]),
    "ascontiguousarray": lambda: np.ascontiguousarray(V),
    "asanyarray": lambda: np.asanyarray(V),
    "require": lambda: np.require(V),
    "mean-of-list": lambda: np.mean([S, S]),
    "full": lambda: np.full(3, S),
    "full_like": lambda: np.full_like(ARRAY, S),
    "r_": lambda: np.r_[V, 1.0],
    "c_": lambda: np.c_[V, V],
    "index": lambda: ARRAY[V],
    "setitem": lambda: ARRAY.copy().__setitem__(slice(None), V),
    "dot": lambda: ARRAY.dot(V),
    "take": lambda: np.take(ARRAY, V),
    "vectorize": lambda: np.vectorize(lambda x: x * 2)(V),
    "fromiter-rows": lambda: np.stack(list(map(np.asarray, T))),
    "polynomial": lambda: POWERS.polyval(ARRAY, V),
    "Polynomial": lambda: np.polynomial.Polynomial(V),
    "captured": lambda: np.apply_along_axis(lambda r: r * S, 0, ARRAY),
    "captured-piecewise": lambda: np.piecewise(ARRAY, [ARRAY > 0], [lambda r: r * S, 0.0]),
    "assert_allclose": lambda: np.testing.assert_allclose(V, ARRAY),
    "random": lambda: np.random.default_rng(0).normal(V),
    "permutation": lambda: np.random.default_rng(0).permutation(V),
    "dlpack": lambda: np.from_dlpack(V),
    "copyto": lambda: np.copyto(np.zeros(3), V),
    "put": lambda: np.put(np.zeros(3), [0], S),
    "place": lambda: np.place(np.zeros(3), ARRAY > 0, V),
    "putmask": lambda: np.putmask(np.zeros(3), ARRAY > 0, V),
    "put_along_axis": lambda: np.put_along_axis(np.zeros((1, 3)), np.array([[0]]), S, 1),
    "fill_diagonal": lambda: np.fill_diagonal(np.zeros((3, 3)), V),
    "clip-out": lambda: np.clip(V, 0, 1, np.zeros(3)),
    "save": lambda: np.save("unwritten", V),
    "savez": lambda: np.savez("unwritten", v=V),
}


@pytest.mark.parametrize("call", REFUSED.values(), ids=REFUSED.keys())
def test_a_gradient_is_not_lost(call: Callable[[], object]) -> None:
    with pytest.raises(TypeError, match=LOST):
        call()


def test_constants_are_arrays_to_numpy() -> None:
    d = constant(ARRAY)
    np.testing.assert_array_equal(np.array([d, d]), [ARRAY, ARRAY])
    np.testing.assert_array_equal(np.array([constant(0.5), 1.0]), [0.5, 1.0])
    assert np.array([d, d]).dtype == np.float64
    np.testing.assert_allclose(d, ARRAY)
    np.testing.assert_array_equal(d, ARRAY)
    with pytest.raises(AssertionError):
        np.testing.assert_allclose(d, ARRAY + 1)
    np.testing.assert_array_equal(np.vectorize(lambda x: x * 2)(d), ARRAY * 2)
    target = np.zeros(3)
    np.copyto(target, d)
    np.put(target, [0], constant(9.0))
    np.testing.assert_array_equal(target, [9.0, -2.0, 3.0])


CARRIED: dict[str, tuple[Callable[[Any], Any], Any]] = {
    "polyval": (lambda t: POWERS.polyval(t, [1.0, 2.0, 3.0]), 2 + 6 * ARRAY),
    "poly1d": (lambda t: np.poly1d([3.0, 2.0, 1.0])(t), 2 + 6 * ARRAY),
    "coefficients": (lambda t: np.poly1d(t)(2.0), [4.0, 2.0, 1.0]),
    "fromfunction": (lambda t: np.fromfunction(lambda i: i * t, (3,)), [0.0, 1.0, 2.0]),
    "sum": (lambda t: sum([t, t]), [2.0, 2.0, 2.0]),
    "max": (lambda t: max(t), [0.0, 0.0, 1.0]),
    "sorted": (lambda t: sorted(t)[1], [1.0, 0.0, 0.0]),
    "stack-of-list": (lambda t: np.stack(list(t)), [1.0, 1.0, 1.0]),
    "constants": (lambda t: np.hanning(3) * t + np.tri(3)[0] - np.ones(3), [0.0, 1.0, 0.0]),
}


@pytest.mark.parametrize(("function", "slope"), CARRIED.values(), ids=CARRIED.keys())
def test_functions_written_in_python_carry_gradients(
    function: Callable[[Any], Any], slope: Any
) -> None:
    t = leaf(ARRAY)
    result = function(t)
    assert isinstance(result, gc.Tensor)
    result.sum().backward()
    np.testing.assert_allclose(t.grad, slope)


def test_numbers_are_asked_for() -> None:
    """`float` and what calls it take a number, which everybody knows to have no gradient."""
    assert float(S) == 0.5
    assert math.sin(S) == math.sin(0.5)
    with pytest.raises(ValueError, match="not exactly one element"):
        float(V)


def test_what_is_written_is_a_copy() -> None:
    t, source, row = constant(np.zeros((2, 3))), MATRIX.copy(), constant(ARRAY)
    np.copyto(t, source)
    source[...] = 0
    np.testing.assert_array_equal(t.data, MATRIX)
    np.copyto(t, row)
    t.data[0, 0] = 9.0
    np.testing.assert_array_equal(t.data[1], ARRAY)
    np.testing.assert_array_equal(row.data, ARRAY)


# ---------------------------------------------------------------------------- what tells

TELLING: dict[str, tuple[Callable[[Any], object], object]] = {
    "shape": (np.shape, (2, 3)),
    "ndim": (np.ndim, 2),
    "size": (lambda t: np.size(t, 1), 3),
    "iscomplexobj": (np.iscomplexobj, False),
    "isrealobj": (np.isrealobj, True),
    "common_type": (lambda t: np.common_type(t, ARRAY), np.float64),
    "min_scalar_type": (np.min_scalar_type, np.float64),
    "may_share_memory": (lambda t: np.may_share_memory(t, t.data), True),
    "shares_memory": (lambda t: np.shares_memory(t, MATRIX), False),
    "array_repr": (np.array_repr, repr(MATRIX)),
    "array_str": (np.array_str, str(MATRIX)),
    "array2string": (lambda t: np.array2string(t, precision=1), np.array2string(MATRIX)),
    "unravel_index": (lambda t: np.unravel_index(np.argmax(t), np.shape(t)), (1, 2)),
    "ravel_multi_index": (lambda t: np.ravel_multi_index((np.argmax(t[:, 0]), 0), t.shape), 3),
}


@pytest.mark.parametrize(("function", "expected"), TELLING.values(), ids=TELLING.keys())
def test_what_tells_about_a_tensor(function: Callable[[Any], object], expected: object) -> None:
    assert function(T) == expected


def test_positions_are_plain_arrays() -> None:
    for found, expected in (
        (np.tril_indices_from(T), np.tril_indices_from(MATRIX)),
        (np.triu_indices_from(T, k=1), np.triu_indices_from(MATRIX, k=1)),
        (np.diag_indices_from(T[:, :2]), np.diag_indices_from(MATRIX[:, :2])),
        (np.ix_(constant([0, 1]), [2]), np.ix_([0, 1], [2])),
    ):
        for x, y in zip(found, expected, strict=True):
            assert type(x) is np.ndarray
            np.testing.assert_array_equal(x, y)
    assert T[np.tril_indices_from(T)].requires_grad


def test_constants_are_saved(tmp_path: Any) -> None:
    np.save(tmp_path / "v.npy", constant(ARRAY))
    np.savez(tmp_path / "v.npz", constant(ARRAY), m=constant(MATRIX))
    np.savez_compressed(tmp_path / "w.npz", m=constant(MATRIX))
    np.savetxt(tmp_path / "v.txt", constant(ARRAY))
    np.testing.assert_array_equal(np.load(tmp_path / "v.npy"), ARRAY)
    np.testing.assert_array_equal(np.load(tmp_path / "v.npz")["m"], MATRIX)
    np.testing.assert_array_equal(np.load(tmp_path / "w.npz")["m"], MATRIX)
    np.testing.assert_array_equal(np.loadtxt(tmp_path / "v.txt"), ARRAY)


# ---------------------------------------------------------------------------- arguments

ERRORS: dict[str, tuple[Callable[[], object], str]] = {
    "unknown": (lambda: np.sum(T, foo=1), "sum.*foo"),  # type: ignore[call-overload]  # an error
    "weights": (lambda: np.quantile(V, 0.5, weights=ARRAY), r"np\.quantile of .*weights="),
    "mean": (lambda: np.var(V, mean=1.0), r"np\.var of Tensors does not take mean="),
    "ddof": (lambda: np.var(V, ddof=S), r"np\.var: ddof requires a gradient"),
    "ord": (lambda: np.linalg.norm(V, S), r"np\.linalg\.norm: ord requires a gradient"),
    "nansum": (lambda: np.nansum(V, where=ARRAY > 0), r"np\.nansum of .*where="),
    "order": (lambda: np.sort(V, order="f"), r"np\.sort of .*order='f'"),
    "memory": (lambda: np.ravel(V, order="A"), "order 'C' or 'F'"),
    "casting": (lambda: np.stack([V, V], casting="no"), r"np\.stack of .*casting="),
    "dtype": (lambda: np.stack([V, V], dtype=int), r"np\.stack: .* does not fit into dtype int64"),
    "full": (lambda: np.polyfit(ARRAY, V, 1, full=True), r"np\.polyfit of .*full="),
    "pad": (lambda: np.pad(V, 1, foo=1), r"np\.pad of Tensors does not take foo="),  # type: ignore[call-overload]
    "copyto": (lambda: np.copyto(constant(ARRAY), 1, casting="unsafe"), r"np\.copyto of .*casting"),
    "histogram2d": (lambda: np.histogram2d(V, V), r"np\.histogram2d does not .*: counts"),
    "packbits": (lambda: np.packbits(constant([1, 0])), r"np\.packbits does not .*: bits"),
    "emath": (lambda: np.emath.sqrt(V), r"np\.emath\.sqrt does not .*t \+ 0j"),
    "busday": (lambda: np.busday_count(V, V), r"np\.busday_count does not .*dates"),
}


@pytest.mark.parametrize(("call", "message"), ERRORS.values(), ids=ERRORS.keys())
def test_what_is_not_taken_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises((TypeError, ValueError), match=message):
        call()


def test_every_function_that_numpy_asks_about_is_known() -> None:
    """A function of a new NumPy is to be supported, or refused with a reason."""
    unknown = [
        name
        for name, function in numpy_protocols.dispatched()
        if function not in numpy_protocols.functions()
        and function not in numpy_protocols.TELLING
        and function not in numpy_protocols.TAKING
        and function not in numpy_protocols.UNSUPPORTED
        and name != "np.in1d"  # which an older NumPy has, with a warning
    ]
    assert not unknown


MASKED: Any = np.ma


def test_masked_arrays_take_no_tensor_silently() -> None:
    t = gc.Tensor([1.0, 2.0], requires_grad=True)
    masked = MASKED.masked_array([1.0, 2.0])
    calls: list[Any] = [
        lambda: masked + t,
        lambda: MASKED.add(t, t),
        lambda: MASKED.exp(t),
        lambda: MASKED.getdata(t),
        lambda: MASKED.masked_array(t),
    ]
    for call in calls:
        with pytest.raises(TypeError):
            call()
