"""The methods of NumPy's ufuncs on Tensors, and what stands beside a Tensor in their calls."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import grad_core as gc
from grad_core.testing import check_grads

X = np.array([[0.35, -1.45, 0.85], [-1.15, 0.62, -1.75]])
Y = np.array([[-0.55, 0.25, 1.3], [0.75, -1.6, 0.95]])
V = np.array([1.2, -0.4, 0.7])
VECDOT: Any = np.vecdot  # the stubs do not know that it takes keepdims
ROW: Any = slice(1, 2)
MASK = np.array([[True, False, True], [False, True, True]])
EMPTY = np.zeros((0, 3))


# `Any`, for NumPy's stubs do not know that it takes Tensors


def leaf(x: NDArray[Any], dtype: Any = None) -> Any:
    return gc.Tensor(x, requires_grad=True, dtype=dtype or x.dtype)


def constant(x: Any) -> Any:
    return gc.asarray(np.asarray(x))


def same(function: Callable[..., Any], *arrays: NDArray[Any], differentiable: bool = True) -> None:
    """Check that a call gives the same of Tensors as of arrays, and its gradients."""
    expected = function(*arrays)
    result = function(*(leaf(x) for x in arrays))
    assert isinstance(result, gc.Tensor)
    assert result.shape == np.shape(expected)
    assert result.dtype == expected.dtype
    np.testing.assert_allclose(result.data, expected, rtol=1e-12)
    assert result.requires_grad == differentiable
    if differentiable:
        check_grads(function, arrays, rtol=1e-5)


# ---------------------------------------------------------------------------- reduce

REDUCES: dict[str, Callable[[Any], Any]] = {
    "first-axis": lambda x: np.add.reduce(x),
    "axis": lambda x: np.add.reduce(x, 1),
    "all": lambda x: np.add.reduce(x, axis=None),
    "axes": lambda x: np.add.reduce(x, (0, 1), keepdims=True),
    "no-axes": lambda x: np.add.reduce(x, axis=()),
    "initial": lambda x: np.add.reduce(x, initial=3.0),
    "where": lambda x: np.add.reduce(x, where=MASK),
    "dtype": lambda x: np.add.reduce(x, dtype=np.complex128),
    "multiply": lambda x: np.multiply.reduce(x, axis=1, keepdims=True, initial=2.0, where=MASK),
    "maximum": lambda x: np.maximum.reduce(x),
    "maximum-where": lambda x: np.maximum.reduce(x, 1, initial=-3.0, where=MASK),
    "minimum": lambda x: np.minimum.reduce(x, axis=None),
    "logaddexp": lambda x: np.logaddexp.reduce(x, 1),
    "logaddexp-initial": lambda x: np.logaddexp.reduce(x, 1, initial=0.5),
    "logaddexp2": lambda x: np.logaddexp2.reduce(x),
    "subtract": lambda x: np.subtract.reduce(x, 1),
    "divide": lambda x: np.divide.reduce(x, axis=-1, keepdims=True),
    "hypot": lambda x: np.hypot.reduce(x, axis=None),
    "hypot-initial": lambda x: np.hypot.reduce(x, axis=(0, 1), initial=2.0),
    "fmax": lambda x: np.fmax.reduce(x, (0, 1), keepdims=True),
    "of-one": lambda x: np.subtract.reduce(x[:1]),
}


@pytest.mark.parametrize("function", REDUCES.values(), ids=REDUCES.keys())
def test_reduce(function: Callable[[Any], Any]) -> None:
    same(function, X)


OTHER_REDUCES: dict[str, tuple[Callable[[Any], Any], NDArray[Any]]] = {
    "all": (lambda x: np.logical_and.reduce(x), X),
    "any": (lambda x: np.logical_or.reduce(x, 1, keepdims=True), X > 1),
    "any-where": (lambda x: np.logical_or.reduce(x, axis=None, where=MASK), X > 1),
    "xor": (lambda x: np.logical_xor.reduce(x, axis=(0, 1)), X > 0),
    "bitwise": (lambda x: np.bitwise_or.reduce(x, axis=None), np.array([[1, 2], [4, 8]])),
    "gcd": (lambda x: np.gcd.reduce(x), np.array([12, 18, 30])),
    "empty": (lambda x: np.add.reduce(x), EMPTY),
    "empty-identity": (lambda x: np.hypot.reduce(x), EMPTY),
    "int": (lambda x: np.add.reduce(x, dtype=np.float32), np.array([1, 2])),
}


@pytest.mark.parametrize(("function", "array"), OTHER_REDUCES.values(), ids=OTHER_REDUCES.keys())
def test_reduce_without_a_gradient(function: Callable[[Any], Any], array: NDArray[Any]) -> None:
    expected = function(array)
    result = function(constant(array))
    assert isinstance(result, gc.Tensor)
    assert result.shape == np.shape(expected)
    assert result.dtype == expected.dtype
    np.testing.assert_array_equal(result.data, expected)


# ---------------------------------------------------------------------------- others

METHODS: dict[str, tuple[Callable[..., Any], tuple[NDArray[Any], ...]]] = {
    "accumulate": (lambda x: np.add.accumulate(x), (X,)),
    "accumulate-multiply": (lambda x: np.multiply.accumulate(x, axis=1), (X,)),
    "accumulate-maximum": (lambda x: np.maximum.accumulate(x, 1), (X,)),
    "accumulate-minimum": (lambda x: np.minimum.accumulate(x), (X,)),
    "accumulate-subtract": (lambda x: np.subtract.accumulate(x, axis=1), (X,)),
    "accumulate-logaddexp": (lambda x: np.logaddexp.accumulate(x, -1), (X,)),
    "accumulate-dtype": (lambda x: np.add.accumulate(x, dtype=np.complex128), (V,)),
    "outer": (lambda x, y: np.multiply.outer(x, y), (X, V)),
    "outer-subtract": (lambda x, y: np.subtract.outer(x, y), (V, X)),
    "outer-number": (lambda x: np.power.outer(2.0, x), (V,)),
    "outer-list": (lambda x: np.add.outer(x, [1.0, 2.0]), (V,)),
    "outer-0d": (lambda x, y: np.add.outer(x, y), (V, np.array(0.5))),
    "outer-dtype": (lambda x, y: np.add.outer(x, y, dtype=np.complex128), (V, V)),
    "reduceat": (lambda x: np.add.reduceat(x, [0, 2, 1]), (np.arange(5.0),)),
    "reduceat-axis": (lambda x: np.multiply.reduceat(x, [0, 1, 2], axis=1), (X,)),
    "reduceat-subtract": (lambda x: np.subtract.reduceat(x, [2, 0], 1), (X,)),
    "reduceat-tensor": (lambda x: np.maximum.reduceat(x, np.array([0, 1]), 1), (X,)),
    "dtype": (lambda x, y: np.add(x, y, dtype=np.complex128), (X, V)),
    "dtype-number": (lambda x: np.multiply(2, x, dtype=np.float64), (X,)),
    "casting": (lambda x: np.exp(x, casting="same_kind", order="K", subok=False), (X,)),
    "where-true": (lambda x: np.exp(x, where=True), (X,)),
}


@pytest.mark.parametrize(("function", "arrays"), METHODS.values(), ids=METHODS.keys())
def test_methods(function: Callable[..., Any], arrays: tuple[NDArray[Any], ...]) -> None:
    same(function, *arrays)


def after(x: Any, change: Callable[[Any], Any]) -> Any:
    copy = x * 1
    change(copy)
    return copy


AT: dict[str, tuple[Callable[..., Any], tuple[NDArray[Any], ...]]] = {
    "add": (lambda x, v: after(x, lambda c: np.add.at(c, [0, 2, 0], v)), (V, V)),
    "add-number": (lambda x: after(x, lambda c: np.add.at(c, [0, 0], 1.0)), (V,)),
    "add-list": (lambda x: after(x, lambda c: np.add.at(c, [0, 0], [1.0, 2.0])), (V,)),
    "add-tuple": (lambda x, v: after(x, lambda c: np.add.at(c, ([0, 1, 0], [2, 2, 2]), v)), (X, V)),
    "subtract-slice": (lambda x, v: after(x, lambda c: np.subtract.at(c, ROW, v)), (X, V)),
    "multiply": (lambda x, v: after(x, lambda c: np.multiply.at(c, [2, 0, 1], v)), (V, V)),
    "maximum": (lambda x: after(x, lambda c: np.maximum.at(c, [1], 0.5)), (V,)),
    "exp": (lambda x: after(x, lambda c: np.exp.at(c, [0, 2])), (V,)),
}  # fmt: skip


@pytest.mark.parametrize(("function", "arrays"), AT.values(), ids=AT.keys())
def test_at(function: Callable[..., Any], arrays: tuple[NDArray[Any], ...]) -> None:
    same(function, *arrays)


def test_at_of_an_array_takes_no_gradient() -> None:
    array = np.zeros(3)
    with pytest.raises(TypeError, match=r"np\.add\.at: .*requires a gradient"):
        np.add.at(array, [0, 1, 1], leaf(V))
    np.add.at(array, constant([0, 1, 1]), constant(V))
    np.testing.assert_allclose(array, [1.2, 0.3, 0.0])


# ---------------------------------------------------------------------------- out and where


def test_out_of_a_tensor_is_recorded() -> None:
    def function(x: Any, y: Any) -> Any:
        out = np.zeros_like(x)
        before = out
        assert np.multiply(x, y, out=out) is before
        return out

    check_grads(function, [X, Y])
    np.testing.assert_array_equal(function(leaf(X), leaf(Y)).data, X * Y)


def test_out_of_a_tensor_also_of_arrays_and_methods() -> None:
    out = constant(np.zeros((2, 3)))
    assert np.add(X, Y, out=out) is out
    np.testing.assert_array_equal(out.data, X + Y)
    row = constant(np.zeros(3))
    assert np.add.reduce(leaf(X), out=row) is row
    np.testing.assert_array_equal(row.data, X.sum(0))
    assert row.requires_grad
    assert np.sum(leaf(X), axis=0, out=row) is row
    assert np.sum(leaf(X), 0, None, row) is row
    np.exp(leaf(V), out)  # positional, and broadcast
    np.testing.assert_array_equal(out.data, np.exp([V, V]))


def test_out_of_an_array_takes_no_gradient() -> None:
    array = np.zeros(3)
    for call in (
        lambda: np.exp(leaf(V), out=array),
        lambda: np.exp(leaf(V), array),
        lambda: np.sum(leaf(X), axis=0, out=array),
        lambda: np.add.reduce(leaf(X), out=array),
        lambda: np.add(array, 1.0, out=array, where=leaf(V)),
        lambda: np.concatenate([leaf(V[:2]), leaf(V[:1])], out=array),
    ):
        with pytest.raises(TypeError, match=r"np\..*: .*(requires a gradient|where)"):
            call()
    assert not array.any()
    array += constant(V)
    np.testing.assert_array_equal(array, V)
    with pytest.raises(TypeError, match=r"np\.add: .*in-place operator"):
        array += leaf(V)
    with gc.no_grad():
        assert np.exp(constant(V), out=array) is array


def test_out_keeps_shape_and_dtype() -> None:
    with pytest.raises(TypeError, match=r"np\.add.*int64"):
        np.add(leaf(V), 1.0, out=constant([1, 2, 3]))
    with pytest.raises(ValueError, match="broadcast"):
        np.add(leaf(X), 1.0, out=constant(np.zeros(3)))
    with pytest.raises(TypeError, match="one array or Tensor as out"):
        np.modf(leaf(V), out=(constant(V), constant(V)))
    narrow = constant(np.zeros(3, np.float32))
    np.add(leaf(V), 1.0, out=narrow)
    assert narrow.dtype == np.float32


def test_where_computes_only_what_it_names() -> None:
    """As in `np.divide(a, b, out=np.zeros_like(a), where=b != 0)`."""
    mask = Y > 0

    def function(x: Any, y: Any) -> Any:
        y = y * mask  # zeros, whose quotients have no gradient
        return np.divide(x, y, out=np.zeros_like(x), where=y != 0)

    check_grads(function, [X, Y])
    expected = np.divide(X, Y * mask, out=np.zeros_like(X), where=mask)
    np.testing.assert_array_equal(function(leaf(X), leaf(Y)).data, expected)
    out = np.full((2, 3), 7.0)
    np.log(constant(Y), out=out, where=mask)
    np.testing.assert_array_equal(out, np.log(Y, out=np.full((2, 3), 7.0), where=mask))
    row = np.zeros_like(leaf(V))
    np.add(leaf(V), 1, out=row, where=[True, False, True])
    np.testing.assert_array_equal(row.data, (V + 1) * [1, 0, 1])


def test_where_needs_an_out() -> None:
    with pytest.raises(TypeError, match=r"np\.exp .*where= only with one out=.*np\.where"):
        np.exp(leaf(X), where=MASK)


# ---------------------------------------------------------------------------- operands

BESIDE: dict[str, Callable[[Any], Any]] = {
    "array": lambda t: X + t,
    "array-0d": lambda t: np.array(2.0) * t,
    "number": lambda t: 2 * t,
    "float64": lambda t: np.float64(2) * t,
    "float32": lambda t: np.float32(2) * t,
    "int64": lambda t: np.int64(2) / t,
    "bool": lambda t: np.True_ * t,
    "power": lambda t: np.float64(2) ** t,
    "matmul": lambda t: X.T @ t,
    "list": lambda t: np.add(t, [1.0, 2.0, 3.0]),
    "list-first": lambda t: np.subtract([[1.0], [2.0]], t),
    "tuple": lambda t: np.maximum(t, (0, 1, 0)),
    "floor": lambda t: np.floor_divide(X, t),
    "mod": lambda t: X % t,
    "divmod": lambda t: np.divmod(X, t)[1],
    "compare": lambda t: t > X,
}


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", BESIDE)
def test_operands_beside_a_tensor(name: str, dtype: Any) -> None:
    function = BESIDE[name]
    expected = function(Y.astype(dtype))
    result = function(leaf(Y, dtype))
    assert isinstance(result, gc.Tensor)
    assert result.dtype == expected.dtype
    np.testing.assert_allclose(result.data, expected, rtol=1e-5)
    assert result.requires_grad == (expected.dtype != np.bool)


def test_lists_of_tensors_carry_gradients() -> None:
    add: Any = np.add
    check_grads(lambda s, t: add([s, t, 1.0], np.ones(3) * s), [np.array(0.5), np.array(2.0)])
    concatenate: Any = np.concatenate
    check_grads(lambda s, v: concatenate([v, [s, 2 * s]]), [np.array(0.5), V])
    dot: Any = np.dot
    check_grads(lambda s, v: dot([s, s, 1.0], v), [np.array(0.5), V])


@pytest.mark.parametrize("strange", [np.ma.masked_array(V), "abc", None, {1: 2}])
def test_other_operands_are_refused(strange: Any) -> None:
    with pytest.raises(TypeError, match="add: expected a Tensor, an ndarray or a number"):
        np.add(leaf(V), strange)
    with pytest.raises(TypeError):
        leaf(V) + strange


def test_methods_of_arrays() -> None:
    same(lambda t: V.clip(t, 2.0), V / 2)
    with pytest.raises(TypeError, match="requires a gradient"):
        V.dot(leaf(V))  # it does not ask
    assert V.dot(constant(V)) == V @ V


REFUSED: dict[str, tuple[Callable[[Any], object], str]] = {
    "axes": (lambda t: np.matmul(t, t, axes=[(0, 1)] * 3), r"np\.matmul of Tensors .*axes="),
    "keepdims": (lambda t: VECDOT(t, t, keepdims=True), r"np\.vecdot of Tensors .*keepdims="),
    "signature": (lambda t: np.add(t, t, signature="dd->d"), r"np\.add of Tensors .*signature="),
    "casting": (lambda t: np.add(t, t, casting="unsafe"), r"np\.add of Tensors .*casting="),
    "dtype": (lambda t: np.add(t, t, dtype=np.int64), r"np\.add: float64 does not fit"),
    "axes-reduced": (lambda t: np.subtract.reduce(t, axis=None), r"np\.subtract\.reduce: .*order"),
    "reduce-where": (lambda t: np.hypot.reduce(t, where=MASK), r"np\.hypot\.reduce of .*where="),
    "nothing": (lambda t: np.subtract.reduce(t[:0]), r"np\.subtract\.reduce: .*no elements"),
    "at": (lambda t: np.multiply.at(t * 1, ([0, 0], [1, 1]), 2.0), r"np\.multiply\.at .*once"),
    "reduceat": (lambda t: np.add.reduceat(t, [5]), r"np\.add\.reduceat: 5 is out of range"),
    "user": (lambda t: np.frompyfunc(abs, 1, 1)(t), r"the ufunc abs.* does not take Tensors: .*data"),
    "bits": (lambda t: np.bitwise_and(t, t), "bitwise_and: "),
    "isnat": (lambda t: np.isnat(t), r"np\.isnat does not take Tensors: .*dates"),
}  # fmt: skip


@pytest.mark.parametrize(("call", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_refused(call: Callable[[Any], object], message: str) -> None:
    with pytest.raises((TypeError, ValueError, IndexError), match=message):
        call(leaf(X))
