"""The backward sweep: graphs of every form, any order, nothing left behind."""

from __future__ import annotations

import gc as garbage
import sys
import threading
import tracemalloc
import weakref
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import grad_core as gc
from grad_core import Tensor, gradient


def leaf(data: Any) -> Tensor:
    return Tensor(data, requires_grad=True, dtype=np.float64)


def test_a_diamond_of_depth_30_is_visited_once_a_node() -> None:
    x = leaf(1.0)
    y = x
    for _ in range(30):
        y = y + y
    y.backward()
    assert x.grad == 2.0**30


def test_a_node_used_unevenly_waits_for_all_its_users() -> None:
    x = leaf(2.0)
    a = x * 3
    b = a * a
    c = b * a
    (c + a + b * x).backward()
    # d/dx of 27 x^3 + 3 x + 9 x^3
    assert_allclose(x.grad, 108 * 4 + 3)  # type: ignore[arg-type]  # a gradient is there


@pytest.mark.parametrize("order", [1, 2, 3])
def test_gradient_prunes_but_never_loses_a_path(order: int) -> None:
    x, other = leaf([0.3, -0.2]), leaf([1.0, 2.0])
    y: Tensor = gc.softmax(x) * other + (x * other).sum()
    z = (y * y * x).sum()
    for _ in range(order):
        (z,) = (t.sum() for t in gradient(z, [x], create_graph=True))
    assert z.requires_grad


@pytest.mark.parametrize(
    ("wanted", "asked"),
    [
        ("x", "ab"),
        ("y", "bc"),
        ("xy", "abbc"),
        ("xyz", "abbcc"),
        ("p", "b"),
        ("px", "ab"),
        ("q", "b"),
    ],
)
def test_gradient_asks_no_rule_whose_result_is_not_wanted(wanted: str, asked: str) -> None:
    seen: list[str] = []

    def named(name: str) -> gc.Binary[()]:
        def rule(g: Any, _z: Any, _x: Any, _y: Any) -> Any:
            seen.append(name)
            return g

        return gc.Binary(name, np.add, rule, rule)

    x, y, z = (Tensor(1.0, requires_grad=True) for _ in "xyz")
    p = named("a")(x, 1.0)
    q = named("c")(y, z)
    out = named("b")(p, q)
    tensors = {"x": x, "y": y, "z": z, "p": p, "q": q}
    found = gc.gradient(out, [tensors[name] for name in wanted])
    assert [float(g) for g in found] == [1.0] * len(wanted)
    assert "".join(sorted(seen)) == asked


def test_a_chain_of_many_operations() -> None:
    x = leaf(1.0)
    y = x
    limit = sys.getrecursionlimit()
    for _ in range(200_000):
        y = y + 1.0
    y.backward(retain_graph=True)
    assert x.grad == 1.0
    assert gradient(y, x).item() == 1.0
    assert sys.getrecursionlimit() == limit
    del y  # freed link by link


def test_the_same_operand_twice() -> None:
    b = leaf([2.0, 3.0])
    (b * b + b).sum().backward()
    assert_array_equal(b.grad, [5.0, 7.0])


@pytest.mark.parametrize("order", range(1, 4))
def test_square_at_zero(order: int) -> None:
    x = leaf(0.0)
    y = x**2
    for _ in range(order - 1):
        y = gradient(y, x, create_graph=True)
    assert gradient(y, x).item() == [0.0, 2.0, 0.0][order - 1]


KINKS: list[tuple[str, Any, list[float], list[float]]] = [
    ("abs", lambda x: x.abs(), [0.0, -2.0], [0, -1]),
    ("max-tie", lambda x: x.max(), [3.0, 1.0, 3.0], [0.5, 0, 0.5]),
    ("min-tie", lambda x: x.min(), [3.0, 1.0, 1.0], [0, 0.5, 0.5]),
    ("max-axis", lambda x: x.reshape(2, 2).max(1, keepdims=True), [2.0, 2, 1, 5], [0.5, 0.5, 0, 1]),
    ("max-nan", lambda x: x.max(), [1.0, np.nan, 3.0], [0, 1, 0]),
    ("maximum-tie", lambda x: gc.maximum(x, 1.0), [1.0, 2.0, 0.0], [0.5, 1, 0]),
    ("minimum-tie", lambda x: gc.minimum(1.0, x), [1.0, 2.0, 0.0], [0.5, 0, 1]),
    ("maximum-nan", lambda x: gc.maximum(x, 1.0), [np.nan], [1]),
    ("clip-bounds", lambda x: x.clip(0, 1), [0.0, 1.0, -1.0, 2.0, 0.5], [1, 1, 0, 0, 1]),
    ("threshold", lambda x: x.threshold(1, 0), [1.0, 2.0], [0, 1]),
    ("sign", lambda x: x.sign(), [-1.0, 0.0, 1.0], [0, 0, 0]),
    ("where-nan", lambda x: gc.where(x > 0, x, 0.0), [np.nan, 1.0], [0, 1]),
    ("pow-0", lambda x: x**0, [0.0, 2.0], [0, 0]),
    ("pow-0.0", lambda x: x ** np.zeros(2), [0.0, 2.0], [0, 0]),
    ("0-pow", lambda x: np.zeros(3) ** x, [0.0, 1.0, 2.0], [0, 0, 0]),
    ("0-pow-negative", lambda x: np.zeros(1) ** x, [-1.0], [-np.inf]),
    ("unsigned-pow", lambda x: x ** np.array([0, 3], np.uint8), [10.0, 2.0], [0, 12]),
    ("logsumexp-inf", lambda x: gc.logsumexp(x), [-np.inf, 0.0], [0, 1]),
    ("logsumexp-all-inf", lambda x: gc.logsumexp(x), [-np.inf, -np.inf], [0, 0]),
    ("logsumexp-big", lambda x: gc.logsumexp(x), [1e300, 0.0], [1, 0]),
    ("log_softmax-inf", lambda x: gc.log_softmax(x)[0], [0.0, -np.inf], [0, 0]),
    ("softmax-inf", lambda x: gc.softmax(x)[0], [0.0, -np.inf], [0, 0]),
]


@pytest.mark.parametrize(("name", "function", "at", "expected"), KINKS, ids=[k[0] for k in KINKS])
def test_gradients_at_special_values_are_pytorchs(
    name: str, function: Any, at: list[float], expected: list[float]
) -> None:
    x = leaf(at)
    with np.errstate(divide="ignore"):
        function(x).sum().backward()
    assert_array_equal(x.grad, expected)


def test_backward_needs_a_scalar_or_a_gradient() -> None:
    x = leaf([1.0, 2.0])
    with pytest.raises(ValueError, match=r"backward: float64\[2\] is not a scalar.*shape \(2,\)"):
        (x * 2).backward()
    with pytest.raises(ValueError, match=r"backward: grad has shape \(3,\), expected \(2,\)"):
        (x * 2).backward(np.ones(3))
    with pytest.raises(ValueError, match=r"backward: grad has shape \(\), expected \(2,\)"):
        (x * 2).backward(1.0)
    with pytest.raises(TypeError, match="backward: grad has dtype complex128, expected float64"):
        (x * 2).backward(np.ones(2, complex))
    with pytest.raises(RuntimeError, match=r"backward: .* does not require a gradient"):
        Tensor(1.0).backward()
    assert not x.has_grad
    (x * 2).backward(Tensor([1.0, 10.0]))
    assert_array_equal(x.grad, [2.0, 20.0])
    x.zero_grad()
    (x[:1] * 3).backward()  # one element is a scalar, whatever its shape
    assert_array_equal(x.grad, [3.0, 0.0])
    x.backward(np.array([1.0, 1.0]))
    assert_array_equal(x.grad, [4.0, 1.0])


def test_a_second_backward_needs_retain_graph() -> None:
    x = leaf(3.0)
    y = x * x + x
    y.backward()
    with pytest.raises(RuntimeError, match=r"add saved .* released.*retain_graph=True"):
        y.backward()
    with pytest.raises(RuntimeError, match="retain_graph=True"):
        gradient(y, x)
    assert x.grad == 7.0
    z = x * x
    z.backward(retain_graph=True)
    z.backward()
    assert x.grad == 19.0


def test_what_was_saved_is_released() -> None:
    x = leaf(np.ones(10))
    y = x.exp()
    saved = weakref.ref(y.data)
    z = y.sum()
    del y
    assert saved() is not None  # exp reads its result
    z.backward()
    assert saved() is None


def test_only_what_a_rule_reads_is_kept() -> None:
    x, constant = leaf(np.ones(10)), Tensor(np.ones(10), dtype=np.float64)
    first = weakref.ref((a := x * 2).data)
    b = a + 1  # add reads neither operand
    second = weakref.ref(b.data)
    c = b * constant  # only the constant is read: b needs the gradient
    d = constant * (e := c + 0)
    third, fourth = weakref.ref(e.data), weakref.ref((f := d * 1).data)
    h = f.exp()  # exp reads its result
    del a, b, c, d, e, f
    assert [ref() for ref in (first, second, third, fourth)] == [None] * 4
    h.sum().backward()
    assert x.grad is not None
    assert_allclose(x.grad, 2 * np.exp(np.full(10, 3.0)))


def test_a_backward_that_fails_changes_no_leaf() -> None:
    w, v = leaf([1.0]), leaf([1.0])
    released = w.exp()
    released.sum().backward()
    before = w.grad
    for y in (released.sum() + v.sum() * 2, v.sum() * 2 + released.sum()):
        with pytest.raises(RuntimeError, match="released"):
            y.backward()
        assert not v.has_grad
        assert_array_equal(w.grad, before)


def test_gradient() -> None:
    x, y, unused = leaf([1.0, 2.0]), leaf([3.0, 4.0]), leaf([[1.0]])
    z = x * y
    out = (z * z).sum()
    dx, dz, nothing = gradient(out, [x, z, unused], retain_graph=True)
    assert_array_equal(dx.data, 2 * x.data * y.data**2)
    assert_array_equal(dz.data, 2 * z.data)
    assert_array_equal(nothing.data, [[0.0]])
    assert not dx.requires_grad
    assert not x.has_grad  # no leaf is touched
    (vjp,) = gradient(z, (y,), np.array([1.0, 10.0]))
    assert_array_equal(vjp.data, [1.0, 20.0])
    assert gradient(x, x, np.ones(2)).tolist() == [1.0, 1.0]


def test_gradient_misused() -> None:
    x = leaf([1.0, 2.0])
    with pytest.raises(ValueError, match=r"gradient: .* is not a scalar"):
        gradient(x * 2, x)
    with pytest.raises(RuntimeError, match=r"gradient: xs\[1\], float32\[\], has no requires_grad"):
        gradient((x * 2).sum(), [x, Tensor(1.0)])
    with pytest.raises(TypeError, match=r"gradient: xs\[0\] is ndarray, expected a Tensor"):
        gradient((x * 2).sum(), [np.ones(2)])  # type: ignore[list-item]  # the error under test
    with pytest.raises(RuntimeError, match="does not require a gradient"):
        gradient(Tensor(1.0), x)


def test_create_graph_records_under_no_grad_and_is_not_left_on() -> None:
    x = leaf(2.0)
    y = x**3
    with gc.no_grad():
        dx = gradient(y, x, create_graph=True)
        assert not gc.is_grad_enabled()
    assert gradient(dx, x).item() == 12.0


def test_second_order_through_a_given_gradient() -> None:
    x, v = leaf([1.0, 2.0]), leaf([3.0, 4.0])
    dx = gradient(x * x, x, v, create_graph=True)  # 2 x v
    assert_array_equal(gradient(dx, v, np.ones(2)).data, 2 * x.data)


def test_mixed_real_and_complex() -> None:
    x = leaf(2.0)
    z = Tensor(1 + 2j, requires_grad=True, dtype=np.complex128)
    (x * z).abs().backward()
    assert_allclose(x.grad, abs(1 + 2j))  # type: ignore[arg-type]  # a gradient is there
    # PyTorch's convention: the direction of steepest ascent
    assert_allclose(z.grad, 2 * (1 + 2j) / abs(1 + 2j))  # type: ignore[arg-type]  # it is there


def test_a_wrong_rule_is_reported() -> None:
    bad: gc.Unary[()] = gc.Unary("bad", lambda x: x * 1, lambda g, _y, _x: g[:1])
    with pytest.raises(
        ValueError, match=r"bad: a rule returned a gradient of shape \(1,\).*\(3,\)"
    ):
        bad(leaf([1.0, 2.0, 3.0])).sum().backward()
    with pytest.raises(TypeError, match=r"short: a rule of 1 operand.*got \(g\)"):
        gc.Unary("short", np.exp, lambda g: g)  # type: ignore[misc,arg-type]  # the error under test


@pytest.mark.parametrize(
    ("rule", "returned"),
    [
        (lambda g, _y, _x: None, "NoneType"),
        (lambda g, _y, _x: 2.0, "float"),
        (lambda g, _y, _x: [1.0], "list"),
    ],
)
def test_a_rule_that_returns_no_array_is_reported(rule: Any, returned: str) -> None:
    bad: gc.Unary[()] = gc.Unary("bad", lambda x: x * 1, rule)
    with pytest.raises(TypeError, match=f"bad: a rule returned {returned}, expected ndarray"):
        bad(leaf([1.0])).sum().backward()


def test_a_rule_that_leaves_the_tensors_is_reported() -> None:
    bad: gc.Unary[()] = gc.Unary("bad", lambda x: x * 1, lambda g, _y, x: np.ones(1))
    x = leaf([1.0])
    bad(x).sum().backward()  # nothing is wrong with plain arrays
    with pytest.raises(TypeError, match="bad: a rule returned ndarray, expected Tensor"):
        gradient(bad(x).sum(), x, create_graph=True)


def test_rules_may_be_methods_and_other_callables() -> None:
    class Rules:
        def dx(self, g: Any, _y: Any, x: Any) -> Any:
            return g * 2 * x

    square: gc.Unary[()] = gc.Unary("square", lambda x: x * x, Rules().dx)
    x = leaf([3.0])
    assert gradient(square(x), x).item() == 6.0
    with pytest.raises(TypeError, match="square: a rule has to name its arguments, got <ufunc"):
        gc.Unary("square", np.square, np.negative)  # type: ignore[arg-type]  # the error under test


def to_int(x: Any) -> Any:
    return x.astype(int)


def test_a_result_that_no_gradient_can_pass() -> None:
    floor: gc.Unary[()] = gc.Unary("floor", to_int, lambda g, _y, _x: g)
    with pytest.raises(TypeError, match=r"floor: .* the result has dtype int64.*detach"):
        floor(leaf([1.5]))
    assert floor(Tensor([1.5])).dtype == np.int64


def test_the_gradient_of_a_result_leaves_its_own_graph_whole() -> None:
    w = leaf([1.0, 2.0])
    h = w * w
    g = gradient((h * h).sum(), h)
    h.backward(g)
    assert_array_equal(w.grad, [4.0, 32.0])
    k = w * w
    k.sum().backward()
    assert_array_equal(gradient((k * 3).sum(), k).data, [3, 3])
    y = (w * w).sum()
    assert gradient(y, []) == ()
    assert gradient(y, leaf(1.0)).item() == 0.0
    y.backward()


def test_a_given_gradient_of_another_dtype_is_differentiated() -> None:
    seed = leaf([1.0, 2.0])
    a = Tensor([1.0, 2.0], requires_grad=True)
    dx = gradient(a * a, a, seed, create_graph=True)
    assert dx.dtype == np.float32
    assert_array_equal(gradient(dx.sum(), seed).data, [2.0, 4.0])


def test_the_same_tensor_twice_gives_two_gradients() -> None:
    x = leaf([1.0])
    first, second = gradient((x * 3).sum(), [x, x])
    first += 1
    assert (first.item(), second.item()) == (4.0, 3.0)
    seed = np.array([7.0])
    for graph in (False, True):
        one, two = gradient(x, (x, x), seed, create_graph=graph, retain_graph=True)
        assert one.data.flags.writeable
        assert not np.shares_memory(one.data, two.data)
        assert not np.shares_memory(one.data, seed)


_handed_out: list[np.ndarray[Any, Any]] = []


def _kept_by_the_rule(g: Any, _y: Any, x: Any) -> Any:
    _handed_out.append(g * x)
    return _handed_out[-1]


_kept: gc.Unary[()] = gc.Unary("kept", np.square, _kept_by_the_rule)


@pytest.mark.parametrize(
    "way",
    [
        lambda x, y: x + y,  # the gradient of both is the seed
        lambda x, y: (x + y) * 1.0,  # and of both the same product
        lambda x, y: x.reshape(3, 1).reshape(3) * y,  # a view of a product
        lambda x, y: _kept(x) + y,
        lambda x, y: x.T + y,
        lambda x, y: x.sum() + y,  # repeated, and read-only
    ],
)
def test_gradients_that_are_taken_over_are_in_memory_of_their_own(way: Any) -> None:
    x, y = leaf([1.0, 2.0, 3.0]), leaf([4.0, 5.0, 6.0])
    seed = np.array([1.0, 1.0, 2.0])
    _handed_out.clear()
    way(x, y).backward(seed)
    grads = [t.grad for t in (x, y) if t.grad is not None]
    assert len(grads) == 2
    arrays = [*grads, seed, x.data, y.data, *_handed_out]
    for i, one in enumerate(arrays):
        for two in arrays[:i]:
            assert not np.shares_memory(one, two)
    assert all(grad.flags.writeable for grad in grads)


def test_a_product_that_nobody_else_holds_is_the_gradient() -> None:
    taken: list[int] = []

    def dx(g: Any, _y: Any, x: Any) -> Any:
        product = g * x
        taken.append(id(product))
        return product

    x = leaf([1.0, 2.0])
    half_square: gc.Unary[()] = gc.Unary("half_square", lambda x: x * x / 2, dx)
    half_square(x).backward(np.ones(2))
    assert id(x.grad) == taken[0]  # not copied


def test_a_complex_result_needs_a_gradient_to_go_back_from() -> None:
    z = Tensor(1j, requires_grad=True, dtype=np.complex64)
    with pytest.raises(ValueError, match=r"backward: complex64\[\] is complex; make it real"):
        (z * 2).backward()


@pytest.mark.parametrize("x", [0.0, 1e-40, -1e-40, 1e-30])
def test_a_power_of_zero_is_flat(x: float) -> None:
    base, exponent = Tensor([x], requires_grad=True), Tensor([0.0])
    assert gradient((base**exponent).sum(), base).item() == 0.0


def test_nothing_is_left_for_the_garbage_collector() -> None:
    x, w = leaf(np.ones((4, 3))), leaf(np.ones((3, 2)))

    def step() -> None:
        y = gc.softmax(x @ w + 1).log().sum()
        (dx,) = gradient(y, [x], create_graph=True)
        (dx * dx).sum().backward()
        (x.tanh() ** 2).max(0).mean().backward()

    step()
    garbage.collect()
    garbage.disable()
    try:
        step()
        assert garbage.collect() == 0
    finally:
        garbage.enable()


def test_the_memory_of_a_chain_is_bounded_by_what_is_saved() -> None:
    x = leaf(np.ones(100_000))
    tracemalloc.start()
    try:
        y = x
        for _ in range(50):
            y = y + 1  # saves nothing
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 5 * x.data.nbytes


def test_threads_lose_no_gradient_and_share_no_mode() -> None:
    x = leaf(np.zeros(3))
    errors: list[str] = []
    interval = sys.getswitchinterval()

    def work(i: int) -> None:
        for _ in range(300):
            if i % 2:
                with gc.no_grad():
                    if (x * 2).requires_grad:
                        errors.append("recorded under no_grad")
            elif not gc.is_grad_enabled():
                errors.append("saw another thread's no_grad")
            else:
                (x * 1).sum().backward()

    sys.setswitchinterval(1e-6)
    try:
        threads = [threading.Thread(target=work, args=(i,)) for i in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
    assert not errors
    assert_array_equal(x.grad, np.full(3, 4 * 300.0))


def test_a_rule_that_returns_something_else_is_reported() -> None:
    x = leaf([1.0, 2.0, 3.0])
    table: list[tuple[Any, type[Exception], str]] = [
        (lambda g, _y, x: x > 0, TypeError, "dtype bool for an operand of dtype float64"),
        (lambda g, _y, x: np.arange(3), TypeError, "dtype int64 for an operand"),
        (lambda g, _y, x: g.sum(), ValueError, r"shape \(\) for an operand of shape \(3,\)"),
        (lambda g, _y, x: np.outer(g, x), ValueError, r"shape \(3, 3\) for an operand"),
        (lambda g, _y, x: [1.0] * 3, TypeError, "returned list, expected ndarray"),
    ]
    for rule, error, message in table:
        sine: Any = np.sin
        wrong: gc.Unary[()] = gc.Unary("wrong", sine, rule)
        with pytest.raises(error, match=f"wrong: a rule .*{message}"):
            wrong(x).sum().backward()
        assert not x.has_grad
