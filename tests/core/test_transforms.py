"""Transforms of functions: against analytic derivatives, and against each other."""

from __future__ import annotations

import gc as garbage
import threading
from collections import OrderedDict, defaultdict
from collections.abc import Callable
from typing import Any, NamedTuple

import hypothesis.extra.numpy as hnp
import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings
from numpy.testing import assert_allclose, assert_array_equal

import grad_core as gc
from grad_core import Tensor

anyhow: Any = gc  # where a type checker knows less than we do, or would find the error
quick = settings(max_examples=40, deadline=None)
shapes = hnp.array_shapes(min_dims=0, max_dims=2, min_side=0, max_side=3)
seeds = st.integers(0, 2**32 - 1)


def normal(shape: tuple[int, ...], seed: int) -> Any:
    return np.random.default_rng(seed).normal(size=shape)


def leaf(data: Any, dtype: Any = np.float64) -> Tensor:
    return Tensor(data, requires_grad=True, dtype=dtype)


class Point(NamedTuple):
    x: Any
    y: Any


def cube(x: Any) -> Any:
    return (x**3).sum()


def smooth(x: Any) -> Any:
    """A number with a full Hessian."""
    return (gc.tanh(x) * gc.exp(x.sum() * 0.3)).sum() + (x**3).sum()


def wavy(x: Any) -> Any:
    """An array of another shape, with a full Jacobian."""
    row = gc.tanh(x.reshape(1, -1) * (x.sum() + 1.0))
    return gc.broadcast_to(row, (2, x.size)) * np.array([[1.0], [2.0]]) + 0.5 * x.sum()


# ---------------------------------------------------------------------------- grad


KINDS: list[tuple[str, Any, type, Any]] = [
    ("float", 2.0, float, 12.0),
    ("float64", np.float64(2.0), np.float64, 12.0),
    ("float32", np.float32(2.0), np.float32, 12.0),
    ("array of no axes", np.array(2.0), np.ndarray, 12.0),
    ("array", np.array([1.0, 2.0]), np.ndarray, [3.0, 12.0]),
    ("float16 array", np.array([1.0, 2.0], np.float16), np.ndarray, [3.0, 12.0]),
    ("empty array", np.zeros((0, 2)), np.ndarray, np.zeros((0, 2))),
    ("reversed array", np.array([2.0, 1.0])[::-1], np.ndarray, [3.0, 12.0]),
    ("Tensor", Tensor([1.0, 2.0]), Tensor, [3.0, 12.0]),
    ("double Tensor", Tensor([1.0, 2.0], dtype=np.float64), Tensor, [3.0, 12.0]),
]


@pytest.mark.parametrize(("name", "x", "kind", "expected"), KINDS, ids=[k[0] for k in KINDS])
def test_the_gradient_is_of_the_kind_and_dtype_of_the_argument(
    name: str, x: Any, kind: type, expected: Any
) -> None:
    both: tuple[Any, Any] = gc.value_and_grad(cube)(x)
    value, dx = both
    assert type(dx) is kind
    assert np.asarray(dx).dtype == np.asarray(x).dtype
    assert np.asarray(dx).shape == np.asarray(x).shape
    assert_allclose(np.asarray(dx), expected)
    assert_array_equal(np.asarray(gc.grad(cube)(x)), np.asarray(dx))
    assert type(value) is (kind if kind in (np.ndarray, Tensor) else float)
    assert_allclose(float(value), float((np.asarray(x) ** 3).sum()))
    assert not getattr(dx, "requires_grad", False)


def test_arguments_may_be_nested() -> None:
    first = {"w": np.ones(2), "rest": [1.0, (Tensor(2.0), None)], "p": Point(3.0, np.array(4.0))}

    def f(tree: Any) -> Any:
        w, (a, (b, none)), p = tree["w"], tree["rest"], tree["p"]
        assert none is None
        assert isinstance(p, Point)
        return (w.sum() * a * b + p.x**2) * p.y

    g = gc.grad(f)(first)
    assert_array_equal(g["w"], [8.0, 8.0])
    assert g["rest"][0] == 16.0
    assert g["rest"][1][1] is None
    assert isinstance(g["rest"][1][0], Tensor)
    assert g["rest"][1][0].item() == 8.0
    assert isinstance(g["p"], Point)
    assert (g["p"].x, g["p"].y) == (24.0, 13.0)
    assert list(first) == list(g)


@pytest.mark.parametrize("make", [dict, OrderedDict, lambda d: defaultdict(float, d)])
def test_dicts_keep_their_class(make: Callable[[dict[str, float]], Any]) -> None:
    g = gc.grad(lambda d: d["a"] * d["b"])(make({"a": 2.0, "b": 5.0}))
    assert type(g) is type(make({}))
    assert g == {"a": 5.0, "b": 2.0}


def test_argnums_keywords_and_aux() -> None:
    def f(x: Any, y: Any, z: Any = 1.0, *, k: int = 1) -> Any:
        return x * y**2 * z * k

    assert anyhow.grad(f, 1)(2.0, 3.0, k=10) == 120.0
    assert anyhow.grad(f, (1, 0))(2.0, 3.0, z=2.0) == (24.0, 18.0)
    assert anyhow.grad(f, -1)(2.0, 3.0, 4.0) == 18.0
    assert anyhow.grad(f, (0,))(2.0, 3.0) == (9.0,)
    assert anyhow.value_and_grad(f, 2)(2.0, 3.0, 4.0) == (72.0, 18.0)

    def with_aux(x: Any, y: Any) -> Any:
        return (x * y).sum(), {"product": x * y, "name": "f", "n": 2, "mask": x > 1}

    x, y = np.array([1.0, 2.0]), np.array([3.0, 4.0])
    g, aux = gc.grad(with_aux, has_aux=True)(x, y)
    assert_array_equal(g, y)
    assert isinstance(aux["product"], np.ndarray)
    assert_array_equal(aux["product"], x * y)
    assert (aux["name"], aux["n"]) == ("f", 2)
    assert_array_equal(aux["mask"], [False, True])
    (value, aux), g = gc.value_and_grad(with_aux, has_aux=True)(Tensor(x), Tensor(y))
    assert isinstance(aux["product"], Tensor)
    assert not aux["product"].requires_grad
    assert value.item() == 11.0


def test_the_signature_is_that_of_the_function() -> None:
    def f(x: float, y: float = 1.0) -> float:
        """Doc."""
        return x * y

    import inspect

    for transform in (gc.grad, gc.value_and_grad, gc.jacobian, gc.hessian):
        made = transform(f)
        assert made.__name__ == "f"
        assert list(inspect.signature(made).parameters) == ["x", "y"]

    class Scaled:
        scale = 2.0

        @gc.grad
        def slope(self, x: float) -> float:  # a method: `self` is its first argument
            return x

        def __call__(self, x: Any) -> Any:
            return x * x * self.scale

    assert gc.grad(Scaled())(3.0) == 12.0


def test_what_is_passed_twice_or_closed_over_is_told_apart() -> None:
    x = leaf(3.0)
    assert anyhow.grad(lambda a, b: a * a * b)(x, x).item() == 18.0
    assert anyhow.grad(lambda a, b: a * a * b, (0, 1))(x, x)[1].item() == 9.0
    assert gc.grad(lambda a: a * x)(x).item() == 3.0
    first, second = gc.grad(lambda pair: pair[0] * pair[0] * pair[1])([x, x])
    assert (first.item(), second.item()) == (18.0, 9.0)
    assert not x.has_grad
    y = x * 2
    assert gc.grad(lambda a: a * y)(y).item() == 6.0


def test_nobodys_grad_is_touched_and_no_graph_is_kept() -> None:
    x, w = Tensor([1.0, 2.0]), leaf(2.0)
    with gc.no_grad():
        g = gc.grad(lambda a: (a * a * w).sum())(x)
    assert_array_equal(g.data, [4.0, 8.0])
    assert not g.requires_grad
    assert not w.has_grad
    assert not gc.grad(cube)(x).requires_grad


def test_the_callers_array_is_not_the_functions() -> None:
    x = np.ones(2)

    def f(t: Tensor) -> Tensor:
        y = (t * t).sum()
        t.data[0] = 5.0
        return y

    with pytest.raises(RuntimeError, match="written to"):
        anyhow.grad(f)(x)
    assert_array_equal(x, 1.0)

    def g(t: Tensor) -> Tensor:
        t *= 2  # a new value of this name
        t[0] = 0.0
        return (t * t).sum()

    given = Tensor([1.0, 2.0])
    assert gc.grad(g)(given).tolist() == [0.0, 16.0]
    assert given.tolist() == [1.0, 2.0]


# ---------------------------------------------------------------------------- nesting


def test_derivatives_to_the_fourth_order() -> None:
    f: Any = lambda x: x**4
    for expected in (32.0, 48.0, 48.0, 24.0, 0.0):
        f = gc.grad(f)
        assert f(2.0) == expected
        assert f(np.array(2.0)) == expected
        assert f(Tensor(2.0)).item() == expected


CONFUSIONS: list[tuple[str, Any, float, float]] = [
    ("constant inner", lambda x: x * gc.grad(lambda y: x + y)(1.0), 1.0, 1.0),
    ("product", lambda x: x * gc.grad(lambda y: x * y)(2.0), 3.0, 6.0),
    ("inner at x", lambda x: x * gc.grad(lambda y: x * y)(x), 3.0, 6.0),
    ("inner power", lambda x: x * gc.grad(lambda y: (x * y) ** 2)(x), 2.0, 64.0),
    ("inner unused", lambda x: gc.grad(lambda y: y * y)(1.0) * x, 3.0, 2.0),
    ("two inner", lambda x: gc.grad(lambda y: gc.grad(lambda z: x * y * z)(y) * y)(x), 3.0, 12.0),
    ("x twice", lambda x: gc.grad(lambda y: x * y * y)(x) + gc.grad(lambda y: x)(x), 3.0, 12.0),
    ("jacobian inside", lambda x: gc.jacobian(lambda y: x * y * y)(x), 3.0, 12.0),
    ("forward inside", lambda x: gc.jacobian(lambda y: x * y**2, mode="forward")(x), 3.0, 12.0),
    ("hessian inside", lambda x: gc.hessian(lambda y: x * y**3)(x), 3.0, 36.0),
    ("hvp inside", lambda x: gc.hvp(lambda y: x * y**3)(x, x), 3.0, 162.0),
    ("jvp inside", lambda x: gc.jvp(lambda y: x * y**2, (x,), (x,))[1], 3.0, 54.0),
    ("jvp of numbers", lambda x: gc.jvp(lambda y: x * y**2, (2.0,), (1.0,))[1], 3.0, 4.0),
    ("vjp inside", lambda x: gc.vjp(lambda y: x * y**2, x)[1](x)[0], 3.0, 54.0),
    ("vjp of numbers", lambda x: gc.vjp(lambda y: y**2, 2.0)[1](x)[0], 3.0, 4.0),
]


@pytest.mark.parametrize(
    ("name", "f", "at", "expected"), CONFUSIONS, ids=[c[0] for c in CONFUSIONS]
)
def test_perturbations_are_not_confused(name: str, f: Any, at: float, expected: float) -> None:
    assert gc.grad(f)(at) == expected
    got = gc.grad(f)(np.array(at))
    assert type(got) is np.ndarray
    assert got == expected
    assert gc.jvp(f, (at,), (1.0,))[1] == expected
    assert gc.jacobian(f)(np.array(at)) == expected
    x = leaf(at)
    f(x).backward()
    assert x.grad == expected


def test_backward_goes_through_a_transform() -> None:
    x, w = leaf([1.0, 2.0]), leaf(3.0)
    g = gc.grad(lambda a: (a**3 * w).sum())(x)
    assert g.requires_grad
    g.sum().backward()
    assert_array_equal(x.grad, [18.0, 36.0])
    assert w.grad == 15.0
    value, g = gc.value_and_grad(lambda a: (a**2 * w).sum())(np.array([1.0, 2.0]))
    assert isinstance(g, Tensor)  # the function closes over `w`, and this says so
    value.backward(retain_graph=True)
    assert w.grad == 20.0


def test_results_of_one_run_are_released_apart() -> None:
    x = leaf([1.0, 2.0])
    (value, aux), _ = gc.value_and_grad(lambda a: ((a * 2).sum(), a * 3), has_aux=True)(x)
    value.backward()
    aux.sum().backward()
    assert_array_equal(x.grad, [5.0, 5.0])


def test_no_grad_outside_and_inside() -> None:
    with gc.no_grad():
        assert gc.grad(gc.grad(cube))(2.0) == 12.0
        assert_array_equal(gc.hessian(cube)(np.array([2.0])), [[12.0]])
        assert gc.jvp(cube, (2.0,), (1.0,)) == (8.0, 12.0)
        assert not gc.is_grad_enabled()

    def f(x: Any) -> Any:
        with gc.no_grad():
            factor = gc.grad(cube)(x)  # a constant
        return x * factor

    assert gc.grad(f)(2.0) == 12.0


def test_nothing_is_left_for_the_garbage_collector() -> None:
    x, w = np.array([0.5, 1.0]), leaf([1.0, 2.0])

    def step() -> None:
        for f in (smooth, lambda x: smooth(x * w)):
            gc.value_and_grad(f)(x)
            gc.grad(lambda x, f=f: gc.grad(f)(x).sum())(x)
            gc.hessian(f)(x)
            gc.hvp(f)(x, x)
            gc.jacobian(wavy, mode="forward")(x)
            gc.jvp(f, (x,), (x,))
            _, pullback = gc.vjp(f, x)
            anyhow_pullback: Any = pullback
            anyhow_pullback(1.0)

    step()
    garbage.collect()
    garbage.disable()
    try:
        step()
        assert garbage.collect() == 0
    finally:
        garbage.enable()


def test_an_error_leaves_the_mode_alone() -> None:
    def f(x: Any) -> Any:
        raise KeyError

    with gc.no_grad():
        with pytest.raises(KeyError):
            gc.grad(f)(1.0)
        assert not gc.is_grad_enabled()


def test_leaked_tensors_do_not_link() -> None:
    kept: list[Any] = []

    def f(x: Any) -> Any:
        kept.append(x * 2)
        return (x * x).sum()

    gc.grad(f)(np.ones(2))
    g = gc.grad(lambda x: (x * kept[0]).sum())(np.ones(2))
    assert type(g) is np.ndarray
    assert_array_equal(g, 2.0)


def test_threads() -> None:
    results: list[float] = []

    def work(i: int) -> None:
        for _ in range(50):
            results.append(gc.grad(lambda x: x * gc.grad(lambda y: x * y * i)(x))(2.0) - 4.0 * i)

    threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [0.0] * 200

    def in_a_thread(x: Any) -> Any:
        found: list[Any] = []
        thread = threading.Thread(target=lambda: found.append(gc.grad(lambda y: x * y * y)(3.0)))
        thread.start()
        thread.join()
        return found[0]

    assert gc.grad(in_a_thread)(1.0) == 6.0


# ---------------------------------------------------------------------------- results and errors


@pytest.mark.parametrize("constant", [2.0, 0, np.array(2.0), np.float32(1), Tensor(2.0)])
def test_what_does_not_depend_on_the_argument_has_the_gradient_zero(constant: Any) -> None:
    x = np.ones((2, 3), np.float32)
    g = gc.grad(lambda x: constant)(x)
    assert g.dtype == np.float32
    assert_array_equal(g, np.zeros((2, 3)))
    assert_array_equal(gc.hessian(lambda x: constant)(np.ones(2)), np.zeros((2, 2)))
    assert_array_equal(gc.hvp(lambda x: x.sum())(np.ones(2), np.ones(2)), np.zeros(2))
    assert_array_equal(gc.jacobian(lambda x: np.ones(3))(np.ones(2)), np.zeros((3, 2)))
    assert_array_equal(gc.jvp(lambda x: np.ones(3), (x,), (x,))[1], np.zeros(3))


ERRORS: list[tuple[Any, type[Exception], str]] = [
    (lambda: anyhow.grad(3), TypeError, "grad: expected a function, got int"),
    (lambda: anyhow.grad(cube, "x"), TypeError, "grad: argnums is 'x', expected an int or a tuple"),
    (lambda: anyhow.grad(cube, 1)(2.0), TypeError, r"grad: argnums is 1, but .* 1 positional"),
    (lambda: anyhow.grad(cube)(x=2.0), TypeError, "called with 0 positional"),
    (lambda: anyhow.grad(cube, (0, -1))(2.0), ValueError, "names an argument twice"),
    (lambda: anyhow.grad(cube)(2), TypeError, "grad: argument 0 is the int 2: .*pass a float"),
    (lambda: anyhow.grad(cube)(True), TypeError, "argument 0 is the bool True"),
    (lambda: anyhow.grad(cube)(np.arange(3)), TypeError, r"argument 0 is int64\[3\].*astype"),
    (lambda: anyhow.grad(cube)(Tensor([1]) > 0), TypeError, r"argument 0 is bool\[1\]"),
    (lambda: anyhow.grad(cube)({"w": [1.0, 2]}), TypeError, r"argument 0\['w'\]\[1\] is the int 2"),
    (lambda: anyhow.grad(cube)({"w": "x"}), TypeError, r"argument 0\['w'\] is str, expected"),
    (lambda: anyhow.grad(cube)(np.array(["a"])), TypeError, "grad: argument 0: expected .*numbers"),
    (
        lambda: anyhow.grad(lambda x: x * 2)(np.ones((2, 1))),
        ValueError,
        r"grad: the function returned float64\[2, 1\], expected a scalar; .*sum.*jacobian",
    ),
    (lambda: anyhow.grad(lambda x: (x, 1))(1.0), TypeError, "returned a tuple.*has_aux=True"),
    (
        lambda: anyhow.grad(lambda x: x, has_aux=True)(1.0),
        TypeError,
        r"has_aux=True.*\(value, aux\)",
    ),
    (lambda: anyhow.grad(lambda x: None)(1.0), TypeError, "the function returned NoneType"),
    (lambda: anyhow.grad(lambda x: "a")(1.0), TypeError, "the function returned str"),
    (lambda: anyhow.grad(lambda x: x > 0)(1.0), TypeError, r"returned bool\[\].*real.*cast it"),
    (lambda: anyhow.grad(lambda x: x * 1j)(1.0), TypeError, r"returned complex128\[\].*take real"),
    (lambda: anyhow.jacobian(cube, mode="up"), ValueError, "jacobian: mode is 'up'"),
    (
        lambda: anyhow.jacobian(lambda x: x * np.ones(2))(1.0),
        TypeError,
        r"number 1.0.*np.array\(1.0\)",
    ),
    (lambda: anyhow.jacobian(lambda x: [x])(1.0), TypeError, "returned list, expected one Tensor"),
    (lambda: anyhow.jacobian(lambda x: x * 1j)(1.0), TypeError, "take real, imag or abs"),
    (lambda: anyhow.hessian(cube)([1.0]), TypeError, "hessian: expected one array.*hvp"),
    (
        lambda: anyhow.hvp(cube)(np.ones(2), np.ones(3)),
        ValueError,
        r"vector has shape \(3,\), .*\(2,\)",
    ),
    (lambda: anyhow.hvp(cube)(1.0, 1j), TypeError, "hvp: the vector has dtype complex128"),
    (
        lambda: anyhow.hvp(cube)({"a": 1.0}, {"b": 1.0}),
        ValueError,
        r"keys \['b'\], expected \['a'\]",
    ),
    (lambda: anyhow.hvp(cube)([1.0], 1.0), TypeError, "the vector is float, expected a list of 1"),
    (lambda: anyhow.jvp(cube, 1.0, (1.0,)), TypeError, "jvp: primals is float, expected a tuple"),
    (lambda: anyhow.jvp(cube, (1.0,), ()), ValueError, "jvp: tangents has 0 items, expected 1"),
    (lambda: anyhow.vjp(cube, 1.0)[1](np.ones(2)), ValueError, "vjp: the cotangent has shape"),
    (
        lambda: anyhow.vjp(lambda x: [x], 1.0)[1](1.0),
        TypeError,
        "the cotangent is float, expected a li",
    ),
    (lambda: anyhow.vjp(lambda x: x > 0, 1.0), TypeError, r"result is bool\[\], expected floating"),
    (lambda: anyhow.vjp(lambda x: {"a": "b"}, 1.0), TypeError, r"result\['a'\] is str"),
]


@pytest.mark.parametrize(("call", "error", "message"), ERRORS, ids=[e[2] for e in ERRORS])
def test_errors_say_what_was_wrong(
    call: Callable[[], object], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        call()


# ---------------------------------------------------------------------------- jacobians


@quick
@given(shapes, seeds)
def test_forward_and_reverse_agree(shape: tuple[int, ...], seed: int) -> None:
    x, v = normal(shape, seed), normal(shape, seed + 1)
    out = gc.jacobian(wavy)(x)
    assert out.shape == (2, x.size, *shape)
    for mode in ("reverse", "forward"):
        assert_allclose(anyhow.jacobian(wavy, mode=mode)(x), out, atol=1e-12)
    axes = tuple(range(2, out.ndim))
    y, change = gc.jvp(wavy, (x,), (v,))
    assert_allclose(change, (out * v).sum(axes), atol=1e-12)
    cotangent = normal(y.shape, seed + 2)
    (dx,) = gc.vjp(wavy, x)[1](cotangent)
    assert_allclose(dx, np.tensordot(cotangent, out, 2), atol=1e-12)


@quick
@given(shapes, seeds)
def test_hessians_agree(shape: tuple[int, ...], seed: int) -> None:
    x, v = normal(shape, seed), normal(shape, seed + 1)
    n, h = x.ndim, gc.hessian(smooth)(x)
    assert h.shape == shape + shape
    matrix = h.reshape(x.size, x.size)
    assert_allclose(matrix, matrix.T, atol=1e-11)
    axes = tuple(range(n, 2 * n))
    product = gc.hvp(smooth)(x, v)
    assert type(product) is type(gc.grad(smooth)(x))
    assert_allclose(product, (h * v).sum(axes), atol=1e-11)
    for mode in ("reverse", "forward"):
        assert_allclose(anyhow.jacobian(gc.grad(smooth), mode=mode)(x), h, atol=1e-11)
    assert_allclose(gc.jvp(gc.grad(smooth), (x,), (v,))[1], product, atol=1e-11)
    eps = 1e-6
    slopes = (gc.grad(smooth)(x + eps * v) - gc.grad(smooth)(x - eps * v)) / (2 * eps)
    assert_allclose(product, slopes, rtol=1e-5, atol=1e-6)


def test_third_derivatives() -> None:
    x = np.array([0.3, -0.2])
    third = gc.jacobian(gc.hessian(lambda x: (x**3).sum() * x[0]))(x)
    expected = np.zeros((2, 2, 2))
    expected[0, 0, 0] = 24 * x[0]
    for at in ((0, 1, 1), (1, 0, 1), (1, 1, 0)):
        expected[at] = 6 * x[1]
    expected[1, 1, 1] = 6 * x[0]
    assert_allclose(third, expected)


@pytest.mark.parametrize("mode", ["reverse", "forward", None])
def test_jacobian_of_several_arguments(mode: Any) -> None:
    x, p = np.array([1.0, 2.0]), {"a": np.array([3.0, 4.0, 5.0]), "b": 2.0}
    f: Any = lambda x, p: x.sum() * p["a"].sum() * p["b"]
    jx, jp = anyhow.jacobian(f, (0, 1), mode)(x, p)
    assert_allclose(jx, [24.0, 24.0])
    assert_allclose(jp["a"], [6.0, 6.0, 6.0])
    assert jp["b"] == 36.0
    outer = anyhow.jacobian(lambda x, y: x[:, None] * y, 1, mode)(x, np.array([3.0, 4.0, 5.0]))
    assert_allclose(outer, x[:, None, None] * np.eye(3))
    (jt,) = anyhow.jacobian(lambda t: t * 2, (0,), mode)(Tensor([1.0, 2.0]))
    assert isinstance(jt, Tensor)
    assert jt.dtype == np.float32
    assert_array_equal(jt.data, [[2, 0], [0, 2]])


def test_one_graph_serves_many_pulls() -> None:
    runs: list[int] = []

    def f(x: Any, y: Any) -> Any:
        runs.append(1)
        return {"product": x * y, "sum": (x + y).sum(), "constant": np.ones(2)}

    x, y = np.array([1.0, 2.0]), np.array([3.0, 4.0])
    out, pullback = gc.vjp(f, x, y)
    assert_array_equal(out["product"], x * y)
    x[0] = 100.0  # the pullback has its own
    out["product"][:] = 100.0
    for scale in (1.0, 2.0):
        cotangent = {"constant": np.ones(2), "product": np.ones(2) * scale, "sum": 10.0}
        dx, dy = pullback(cotangent)
        assert_array_equal(dx, y * scale + 10)
        assert_array_equal(dy, np.array([1.0, 2.0]) * scale + 10)
    assert len(runs) == 1


def test_outputs_that_are_changed_in_place_do_not_change_the_pullback() -> None:
    w = leaf(2.0)
    y, pullback = gc.vjp(lambda x: x * w, Tensor([1.0, 2.0]))
    y *= 3
    (dx,) = pullback(Tensor([1.0, 1.0]))
    assert_array_equal(dx.data, [2.0, 2.0])
    dx.sum().backward()
    assert w.grad == 2.0


def test_a_pullback_is_differentiable_in_its_cotangent() -> None:
    c = leaf([1.0, 2.0])
    _, pullback = gc.vjp(lambda x: x**2, np.array([3.0, 4.0]))
    (dx,) = pullback(c)
    dx.sum().backward()
    assert_array_equal(c.grad, [6.0, 8.0])
    with gc.no_grad():
        assert isinstance(pullback(c)[0], np.ndarray)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_dtypes_are_kept(dtype: Any) -> None:
    x = np.array([0.5, 2.0], dtype)
    for out in (
        gc.grad(cube)(x),
        gc.jacobian(lambda x: x * x)(x),
        gc.jacobian(lambda x: x * x, mode="forward")(x),
        gc.hessian(cube)(x),
        gc.hvp(cube)(x, x),
        *gc.jvp(lambda x: x * x, (x,), (np.array([1, 0]),)),
        gc.vjp(lambda x: x * x, x)[1](np.array([1, 0], dtype))[0],
    ):
        assert out.dtype == dtype
    assert gc.grad(lambda x: (x * 2).astype("float32").sum())(np.ones(2)).dtype == np.float64


def test_where_the_dummy_cotangent_would_be_nan() -> None:
    x, v = np.array([0.0, 4.0]), np.array([1.0, 1.0])
    with np.errstate(divide="ignore"):
        assert_array_equal(gc.jvp(gc.sqrt, (x,), (v,))[1], [np.inf, 0.25])
    with gc.detect_anomaly():
        assert_array_equal(gc.jvp(gc.log, (np.array([4.0]),), (np.ones(1),))[1], [0.25])


# ---------------------------------------------------------------------------- complex numbers


def test_complex_arguments_have_pytorchs_gradients() -> None:
    z = np.array([1 + 2j, -1j])
    g = gc.grad(lambda z: (gc.abs(z) ** 2).sum())(z)
    assert g.dtype == np.complex128
    assert_allclose(g, 2 * z)
    assert gc.grad(lambda z: gc.abs(z) ** 2)(3 + 4j) == 6 + 8j
    assert gc.grad(lambda x: gc.abs(x * 1j))(-2.0) == -1.0
    for mode in ("reverse", "forward"):
        j = anyhow.jacobian(lambda z: gc.abs(z) ** 2, mode=mode)(z)
        assert_allclose(j, np.diag(2 * z))


def test_products_of_complex_functions() -> None:
    z, v = np.array([1 + 2j, 0.5 - 1j]), np.array([2 - 1j, 1j])
    _, change = gc.jvp(lambda z: z**2, (z,), (v,))
    assert_allclose(change, 2 * z * v)
    _, change = gc.jvp(lambda z: gc.conj(z) * z[::-1], (z,), (v,))
    assert_allclose(change, v.conj() * z[::-1] + z.conj() * v[::-1])
    (dz,) = gc.vjp(lambda z: z**2, z)[1](v)
    assert_allclose(dz, (2 * z).conj() * v)

    def f(z: Any) -> Any:
        return (gc.abs(z) ** 4).sum() + (z * z[::-1]).real.sum()

    eps = 1e-6
    slopes = (gc.grad(f)(z + eps * v) - gc.grad(f)(z - eps * v)) / (2 * eps)
    assert_allclose(gc.hvp(f)(z, v), slopes, rtol=1e-6)
    assert_allclose(gc.jvp(gc.grad(f), (z,), (v,))[1], slopes, rtol=1e-6)


# ---------------------------------------------------------------------------- optimizers


def rosenbrock(x: Any) -> Any:
    return ((1 - x[:-1]) ** 2 + 100 * (x[1:] - x[:-1] ** 2) ** 2).sum()


def test_a_newton_method_without_scipy() -> None:
    x = np.array([1.2, 1.3, 1.6])
    for _ in range(10):
        x = x - np.linalg.solve(gc.hessian(rosenbrock)(x), gc.grad(rosenbrock)(x))
    assert_allclose(x, 1.0)


def test_scipy() -> None:
    optimize = pytest.importorskip("scipy.optimize")
    x0 = np.array([-1.2, 1.0, 0.5])
    for call in (
        {"fun": rosenbrock, "jac": gc.grad(rosenbrock), "method": "BFGS"},
        {"fun": gc.value_and_grad(rosenbrock), "jac": True, "method": "L-BFGS-B"},
        {
            "fun": rosenbrock,
            "jac": gc.grad(rosenbrock),
            "hessp": gc.hvp(rosenbrock),
            "method": "trust-ncg",
        },
        {
            "fun": rosenbrock,
            "jac": gc.grad(rosenbrock),
            "hess": gc.hessian(rosenbrock),
            "method": "trust-exact",
        },
    ):
        result = optimize.minimize(x0=x0, tol=1e-10, **call)
        assert_allclose(result.x, 1.0, rtol=1e-4)
    root = optimize.root_scalar(lambda x: x**3 - 2, x0=1.0, fprime=gc.grad(lambda x: x**3 - 2))
    assert_allclose(root.root, 2 ** (1 / 3))
    fit = optimize.least_squares(
        lambda x: x**2 - 4, np.array([1.0]), jac=gc.jacobian(lambda x: x**2)
    )
    assert_allclose(fit.x, 2.0)
