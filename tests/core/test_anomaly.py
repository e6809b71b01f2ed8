"""detect_anomaly: the first NaN or infinity, with the operation and the user's line."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import grad_core as gc
from grad_core import Tensor

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")  # NumPy's, of the same things


def leaf(*values: float) -> Tensor:
    return Tensor(list(values), requires_grad=True)


FORWARD: list[tuple[str, Callable[[], Any], str]] = [
    ("log", lambda: leaf(1.0, 0.0).log(), r"^log: the result, float32\[2\], has inf, called at "),
    ("sqrt", lambda: leaf(-1.0).sqrt(), "^sqrt: the result, .* has nan"),
    ("binary", lambda: leaf(1.0) / 0.0, "^divide: the result, .* has inf"),
    ("overflow", lambda: (leaf(1e30) * 1e30).sum(), "^multiply: .* has inf"),
    ("inf - inf", lambda: leaf(np.inf) - np.inf, "^subtract: .* has nan, called at"),
    ("operand", lambda: leaf(np.nan) * 2, "^multiply: .* has nan, as an operand has already,"),
    ("where", lambda: gc.where(np.array([False]), leaf(1.0), np.nan), "^where: .* has nan"),
    ("complex", lambda: Tensor([0j], True, "complex64").log(), "^log: .* has inf|has nan"),
]


@pytest.mark.parametrize(("call", "message"), [c[1:] for c in FORWARD], ids=[c[0] for c in FORWARD])
def test_forward(call: Callable[[], Any], message: str) -> None:
    with gc.detect_anomaly(), pytest.raises(FloatingPointError, match=message) as caught:
        call()
    assert "test_anomaly.py:" in str(caught.value)
    assert "lambda" in str(caught.value)  # the text of the line


def test_backward_names_the_line_of_the_forward_computation() -> None:
    x = leaf(1.0, 0.0)
    with gc.detect_anomaly():
        y = x.sqrt()
        total = (y * 3).sum()
        with pytest.raises(
            FloatingPointError,
            match=r"(?s)gradient from sqrt to its operand 0, float32\[2\], has inf.*y = x\.sqrt\(\)",
        ):
            total.backward()
    assert not x.has_grad


def test_backward_of_what_was_recorded_before() -> None:
    total = leaf(0.0).sqrt().sum()
    with gc.detect_anomaly(), pytest.raises(FloatingPointError, match="not recorded under"):
        total.backward()


def test_higher_derivatives_are_looked_at() -> None:
    x = leaf(0.0)
    with gc.detect_anomaly():
        (g,) = gc.gradient((x**1.5).sum(), [x], create_graph=True)
        with pytest.raises(FloatingPointError, match=r"has (inf|nan)"):
            gc.gradient(g.sum(), [x])


def test_infinities_that_were_there_pass() -> None:
    mask = np.array([0.0, -np.inf], np.float32)
    x = leaf(1.0, 2.0)
    with gc.detect_anomaly():
        gc.softmax(x + mask).sum().backward()


def test_infinities_may_be_passed_over() -> None:
    with gc.detect_anomaly(inf=False):
        y = leaf(0.0).log()
        with pytest.raises(FloatingPointError, match="has nan"):
            y - y


def test_sound_numbers_pass_and_give_the_same() -> None:
    @gc.detect_anomaly()
    def step(x: Tensor) -> Any:
        (x * x.exp()).sum().backward()
        return x.grad

    x = leaf(0.5, -0.5)
    first = step(x)
    y = leaf(0.5, -0.5)
    (y * y.exp()).sum().backward()
    np.testing.assert_array_equal(first, y.grad)


def test_the_switch_nests_with_no_grad_and_enable_grad() -> None:
    x = leaf(-1.0)
    with gc.detect_anomaly():
        with gc.no_grad():
            assert not gc.is_grad_enabled()
            assert np.isnan(x.log().item())
            with gc.enable_grad(), pytest.raises(FloatingPointError):
                x.log()
        with pytest.raises(FloatingPointError):
            x.log()
    assert gc.is_grad_enabled()
    assert np.isnan(x.log().item())
    with gc.no_grad(), gc.detect_anomaly():
        assert not gc.is_grad_enabled()


def test_it_is_local_to_the_task() -> None:
    async def other() -> float:
        await asyncio.sleep(0)
        return leaf(-1.0).log().item()

    async def both() -> float:
        with gc.detect_anomaly():
            pass
        waiting = asyncio.create_task(other())
        with gc.detect_anomaly():
            return await waiting

    assert np.isnan(asyncio.run(both()))
