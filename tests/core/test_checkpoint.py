"""checkpoint: the same gradients, less memory, and never another function."""

from __future__ import annotations

import gc as garbage
import itertools
import threading
import tracemalloc
import weakref
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import grad_core as gc
from grad_core import Tensor, gradient
from grad_core.testing import check_grads


def leaf(data: Any, dtype: Any = np.float64) -> Tensor:
    return Tensor(data, requires_grad=True, dtype=dtype)


class Counted:
    """Calls of a function, counted."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function
        self.calls = 0

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        self.calls += 1
        return self.function(*args, **kwargs)


def block(x: Any, w: Any) -> Any:
    h = gc.tanh(x @ w)
    return gc.exp(h * 0.5) * h + x


def plain(function: Any) -> Any:
    return function


W = np.array([[0.3, -0.2], [0.5, 0.1]])
X = np.array([[1.0, 2.0], [0.5, -1.0], [0.0, 0.3]])


# ---------------------------------------------------------------------------- gradients


@pytest.mark.parametrize("requires", [True, False])
def test_gradients_are_those_without(requires: bool) -> None:
    found = []
    for wrapper in (plain, gc.checkpoint):
        w, x = leaf(W), Tensor(X, requires_grad=requires, dtype=np.float64)
        y: Any = x
        for _ in range(3):
            y = wrapper(block)(y, w)
        y.sum().backward()
        found.append((y.data, w.grad, x.grad))
    for ours, expected in zip(*found, strict=True):
        if expected is None:
            assert ours is None
        else:
            assert_array_equal(ours, expected)


def test_what_is_closed_over_gets_its_gradient() -> None:
    w, before = leaf([2.0, 3.0]), leaf([1.0, 1.0])
    interior = before.exp()
    f = Counted(lambda x: (x * w.tanh() * interior).exp())
    y = gc.checkpoint(f)(np.array([0.5, 1.0]))  # not even the argument requires a gradient
    y.sum().backward()
    assert f.calls == 2
    expected = [leaf(t.data) for t in (w, before)]
    (np.array([0.5, 1.0]) * expected[0].tanh() * expected[1].exp()).exp().sum().backward()
    assert_array_equal(w.grad, expected[0].grad)
    assert_array_equal(before.grad, expected[1].grad)


def test_arguments_of_every_kind_and_results_in_structures() -> None:
    def f(tree: dict[str, Any], n: int, *, scale: float) -> dict[str, Any]:
        x, (y, z) = tree["x"], tree["rest"]
        return {"a": [x.exp() * y * scale, n], "b": (z.tanh(), "name")}

    x, y, z = leaf([1.0, 2.0]), np.array([3.0, 4.0]), leaf(0.5)
    out = gc.checkpoint(f)({"x": x, "rest": (y, z)}, 2, scale=3.0)
    assert out["a"][1] == 2
    assert out["b"][1] == "name"
    (out["a"][0].sum() + out["b"][0]).backward()
    assert_allclose(x.grad, np.exp(x.data) * y * 3)  # type: ignore[arg-type]  # a gradient is there
    assert_allclose(z.grad, 1 - np.tanh(0.5) ** 2)  # type: ignore[arg-type]  # likewise


def test_one_run_more_for_all_results_and_none_without_a_sweep() -> None:
    f = Counted(lambda x: (x.exp(), x.tanh(), x + 1))
    x = leaf([1.0, 2.0])
    a, b, c = gc.checkpoint(f)(x)
    c.sum().backward()  # nothing of this was dropped
    assert f.calls == 1
    (a * b).sum().backward()
    assert f.calls == 2
    a, b, c = gc.checkpoint(f)(x)
    a.sum().backward()
    b.sum().backward()
    assert f.calls == 4
    with gc.no_grad():
        gc.checkpoint(f)(x)
    assert f.calls == 5


def test_higher_orders() -> None:
    check_grads(gc.checkpoint(block), [X, W], order=3)
    x = leaf([0.5, 1.0])
    y = gc.checkpoint(lambda x: (x**3).exp())(x).sum()
    dx = gradient(y, x, create_graph=True)
    ddx = gradient(dx.sum(), x)
    assert_allclose(ddx.data, (6 * x.data + 9 * x.data**4) * np.exp(x.data**3))


def test_retain_graph_and_release() -> None:
    f = Counted(lambda x: x.exp())
    x = leaf([1.0, 2.0])
    y = gc.checkpoint(f)(x).sum()
    y.backward(retain_graph=True)
    y.backward()
    assert f.calls == 2
    assert_allclose(x.grad, 2 * np.exp(x.data))  # type: ignore[arg-type]  # a gradient is there
    with pytest.raises(RuntimeError, match="released"):
        y.backward()
    assert f.calls == 2


def test_nested() -> None:
    inner = Counted(block)
    outer = Counted(lambda x, w: gc.checkpoint(inner)(gc.checkpoint(inner)(x, w).tanh(), w))
    found = []
    for wrapper in (plain, gc.checkpoint):
        w, x = leaf(W), leaf(X)
        y = wrapper(outer)(wrapper(outer)(x, w), w).sum()
        dx = gradient(y, x, create_graph=True)
        (dx * dx).sum().backward()
        found.append((w.grad, x.grad))
    for ours, expected in zip(*found, strict=True):
        assert_array_equal(ours, expected)


@pytest.mark.parametrize("wrapper", [plain, gc.checkpoint])
def test_within_and_around_transforms(wrapper: Any) -> None:
    def energy(x: Any) -> Any:
        return (x**3).exp().sum()

    def inner_gradient(x: Any) -> Any:
        return gc.grad(energy)(x).tanh()

    x = np.array([0.3, 0.5])
    assert_allclose(gc.grad(wrapper(energy))(x), 3 * x**2 * np.exp(x**3))
    assert_allclose(gc.hessian(wrapper(energy))(x), np.diag((6 * x + 9 * x**4) * np.exp(x**3)))
    second = gc.jacobian(wrapper(inner_gradient))(x)
    assert_allclose(second, gc.jacobian(inner_gradient)(x))
    # The arguments of outer transforms count as differentiated when it is run again, too.
    third = gc.grad(lambda x: gc.grad(lambda y: wrapper(inner_gradient)(y * x).sum())(x).sum())(x)
    assert_allclose(
        third, gc.grad(lambda x: gc.grad(lambda y: inner_gradient(y * x).sum())(x).sum())(x)
    )
    w = leaf([1.0, 2.0])
    gc.grad(lambda x: (wrapper(inner_gradient)(x) * w).sum())(x).sum().backward()
    expected = leaf([1.0, 2.0])
    gc.grad(lambda x: (inner_gradient(x) * expected).sum())(x).sum().backward()
    assert_allclose(w.grad, expected.grad)  # type: ignore[arg-type]  # a gradient is there


def test_the_modes_of_the_first_run_are_those_of_the_second() -> None:
    def f(x: Tensor) -> Tensor:
        with gc.no_grad():
            constant = x.log()  # of 0
        with gc.enable_grad():
            y = x.exp() * gc.clip(constant, 0.0)
        return y * Tensor([2.0, 3.0])

    x = leaf([0.0, np.e])
    gc.set_default_dtype("float64")
    try:
        with np.errstate(divide="ignore"):
            y = gc.checkpoint(f)(x)
    finally:
        gc.set_default_dtype("float32")
    (dx,) = gradient(y.sum(), [x])
    assert_allclose(dx.data, [0.0, 3 * np.exp(np.e)])
    with gc.detect_anomaly():
        z = gc.checkpoint(lambda x: (x.exp() * x).sum())(x)
        z.backward()
        with pytest.raises(FloatingPointError, match="log"), np.errstate(divide="ignore"):
            gc.checkpoint(lambda x: x.log())(x - x)


# ---------------------------------------------------------------------------- memory


def test_what_was_saved_is_dropped_until_it_is_needed() -> None:
    kept: list[weakref.ref[Any]] = []

    def f(x: Tensor) -> Tensor:
        h = x.exp()
        kept.append(weakref.ref(h._array))
        return h.exp() + 1  # exp reads its result

    x = leaf(np.zeros(10))
    y = gc.checkpoint(f)(x)
    assert [ref() is None for ref in kept] == [True]
    y.sum().backward()
    assert [ref() is None for ref in kept] == [True, True]
    assert_allclose(x.grad, np.full(10, np.e))  # type: ignore[arg-type]  # a gradient is there


def test_memory_is_that_of_one_block() -> None:
    def wide(x: Any) -> Any:
        for _ in range(20):
            x = x.tanh()
        return x

    peaks = []
    for wrapper in (plain, gc.checkpoint):
        x = leaf(np.full(50_000, 0.1))
        tracemalloc.start()
        try:
            y: Any = x
            for _ in range(5):
                y = wrapper(wide)(y)
            y.sum().backward()
            peaks.append(tracemalloc.get_traced_memory()[1] / x.data.nbytes)
        finally:
            tracemalloc.stop()
    assert peaks[0] > 100  # 5 blocks of 20
    assert peaks[1] < 40  # one of 20, the arguments of 5, gradients


@pytest.mark.parametrize("backward", [True, False])
def test_nothing_is_left_for_the_garbage_collector(backward: bool) -> None:
    w = leaf(W)

    def step() -> None:
        inner = gc.checkpoint(block)
        y = gc.checkpoint(lambda x: inner(inner(x, w), w))(Tensor(X, dtype=np.float64))
        if backward:
            y.sum().backward()

    step()
    garbage.collect()
    garbage.disable()
    try:
        step()
        assert garbage.collect() == 0
    finally:
        garbage.enable()


# ---------------------------------------------------------------------------- another function


def impure() -> list[tuple[str, Any]]:
    rng, turn = np.random.default_rng(0), itertools.count(1)
    later = itertools.chain([False], itertools.repeat(True))
    shorter = itertools.chain([3], itertools.repeat(2))
    state = {"w": 1.0}

    def changed(x: Tensor) -> Tensor:
        state["w"] += 1
        return x.exp() * state["w"]

    return [
        ("random", lambda x: x.exp() * rng.uniform(size=x.shape)),
        ("counter", lambda x: (x * float(next(turn))).exp()),
        ("state", changed),
        ("another path", lambda x: x.exp() + 1 - 1 if next(later) else x.exp()),
        ("another shape", lambda x: x.exp()[: next(shorter)]),
        ("more results", lambda x: [x.exp()] * next(turn)),
        ("a small change", lambda x: x.exp() * (1 + 1e-9 * next(turn))),
        ("a flag", lambda x: (x.exp(), np.array(next(turn)))),
        ("float16", lambda x: x.exp().astype("float16") * (1 + next(turn) / 64)),
        ("not finite", lambda x: x.exp() * np.array([1.0, next(turn), np.nan])),
    ]


@pytest.mark.parametrize(("name", "f"), impure(), ids=[name for name, _ in impure()])
def test_a_function_that_gives_another_result_is_refused(name: str, f: Any) -> None:
    x = leaf([0.1, 0.2, 0.3])
    y = gc.checkpoint(f)(x)
    first = y[0] if isinstance(y, (list, tuple)) else y
    for _ in range(2):  # the second time, too
        with pytest.raises(RuntimeError, match="checkpoint: the function gave another result"):
            first.sum().backward(retain_graph=True)
    assert not x.has_grad


def test_a_parameter_that_has_changed_in_between_is_noticed() -> None:
    w, x = leaf([1.0, 2.0]), leaf([3.0, 4.0])
    y = gc.checkpoint(lambda x: (x * w).exp())(x).sum()
    w -= 0.5
    with pytest.raises(RuntimeError, match="another result"):
        y.backward()
    argument = np.array([3.0, 4.0])
    y = gc.checkpoint(lambda x: (x * w).exp())(argument).sum()
    argument[0] = 1.0
    with pytest.raises(RuntimeError, match="another result"):
        y.backward()


@pytest.mark.parametrize("requires", [True, False])
def test_values_that_matter_only_to_the_gradient_are_compared(requires: bool) -> None:
    # as in a residual block whose last layer is zero at first
    first, last = leaf(W), leaf(np.zeros((2, 2)))
    x = Tensor(X, requires_grad=requires, dtype=np.float64)
    y = gc.checkpoint(lambda x: (x @ first).tanh() @ last)(x).sum()
    first -= 1e-9
    with pytest.raises(RuntimeError, match="computed it from other values"):
        y.backward()
    y = gc.checkpoint(lambda x: gc.checkpoint(lambda x: (x @ first).tanh())(x) @ last)(x).sum()
    first -= 1e-9
    with pytest.raises(RuntimeError, match="computed it from other values"):
        y.backward()
    factor = np.ones(2)
    y = gc.checkpoint(lambda x: (x * factor).sum())(last)
    factor[0] = 2.0
    with pytest.raises(RuntimeError, match="computed it from other values"):
        y.backward()


def test_arguments_are_kept_as_they_were() -> None:
    w, x, several = leaf([1.0, 2.0]), leaf([3.0, 4.0]), [leaf([1.0, 1.0])]
    h = x * 2
    y = gc.checkpoint(lambda x, w, more: (x * w * more[0]).tanh())(h, w, several).sum()
    h *= 5
    w -= 0.5
    several.clear()
    y.backward()
    assert_allclose(x.grad, 2 * np.array([1, 2]) * (1 - np.tanh([6.0, 16.0]) ** 2))  # type: ignore[arg-type]  # a gradient is there


def test_rounding_is_no_other_result() -> None:
    n = 10_001
    first = itertools.count()

    def f(x: Tensor) -> Tensor:
        noise = 1 + 1e-15 * next(first) * np.resize([1.0, -1.0], n)
        return x.exp() * Tensor(noise, dtype=np.float64)

    x = leaf(np.linspace(0, 1, n))
    gc.checkpoint(f)(x).sum().backward()
    assert_allclose(x.grad, np.exp(x.data))  # type: ignore[arg-type]  # a gradient is there


def test_one_element_among_many_is_noticed() -> None:
    turn = itertools.count()

    def f(x: Tensor) -> Tensor:
        factor = Tensor(np.ones(20_000), dtype=np.float64)
        factor[12_345] = 1 + next(turn) * 1e-3
        return x.exp() * factor

    y = gc.checkpoint(f)(leaf(np.linspace(0, 1, 20_000)))
    with pytest.raises(RuntimeError, match="another result"):
        y.sum().backward()


def test_an_exception_in_the_second_run_changes_nothing() -> None:
    fails = False

    def f(x: Tensor) -> Tensor:
        h = x.exp()
        if fails:
            raise KeyError("second run")
        return h.exp()

    x = leaf([0.1, 0.2])
    y = gc.checkpoint(f)(x).sum()
    fails = True
    with pytest.raises(KeyError, match="second run"):
        y.backward(retain_graph=True)
    assert not x.has_grad
    assert gc.is_grad_enabled()
    assert (x * 2).requires_grad
    fails = False
    y.backward()
    assert_allclose(x.grad, np.exp(x.data + np.exp(x.data)))  # type: ignore[arg-type]  # it is there

    fails = True
    with pytest.raises(KeyError):
        gc.checkpoint(f)(x)
    assert gc.is_grad_enabled()


def test_threads_sweep_one_graph() -> None:
    f = Counted(lambda x: x.exp().tanh())
    x = leaf(np.linspace(0, 1, 100))
    y = gc.checkpoint(f)(x).sum()
    expected = gradient(gc.exp(x).tanh().sum(), x).data
    results: list[Any] = []

    def work() -> None:
        results.append(gradient(y, x, retain_graph=True).data)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert f.calls == 2
    assert len(results) == 8
    for result in results:
        assert_array_equal(result, expected)


def test_hooks_and_retained_gradients_inside() -> None:
    seen: list[Any] = []

    def f(x: Tensor) -> Tensor:
        h = x.exp()
        h.register_hook(lambda g: seen.append(g.data.copy()))
        return h.tanh()

    x = leaf([0.1, 0.2])
    gc.checkpoint(f)(x).sum().backward()
    assert len(seen) == 1  # that of the first run; the second is only for what was saved


def test_it_is_the_function() -> None:
    @gc.checkpoint
    def f(x: Tensor, *, scale: float = 2.0) -> Tensor:
        """Doc."""
        return x.exp() * scale

    assert (f.__name__, f.__doc__) == ("f", "Doc.")
    assert f(leaf(0.0), scale=3.0).item() == 3.0
    with pytest.raises(TypeError, match="checkpoint: expected a function, got int"):
        gc.checkpoint(3)  # type: ignore[arg-type]  # the error under test

    class Model:
        @gc.checkpoint
        def forward(self, x: Tensor) -> Tensor:
            return x.exp()

    assert Model().forward(leaf(0.0)).item() == 1.0
