"""Python numbers beside Tensors: kept as arrays, and never to be told from numbers."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_array_equal

import grad_core as gc
from grad_core import Tensor, numbers

NUMBERS: list[Any] = [
    2,
    2.0,
    -3,
    0.1,
    0.0,
    -0.0,
    0,
    1e40,
    -1e-40,
    2**40,
    True,
    np.inf,
    -np.inf,
    np.nan,
]
OPERATORS = [operator.add, operator.sub, operator.mul, operator.truediv]


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "complex64", "int8"])
@pytest.mark.parametrize("shape", [(), (0,), (3,)])
@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.filterwarnings("ignore:.*encountered")
def test_as_in_numpy(number: Any, shape: tuple[int, ...], dtype: str) -> None:
    x = np.asarray(np.arange(1, 4) if shape == (3,) else np.ones(shape), dtype)
    for apply in OPERATORS:
        for swap in (False, True):

            def f(a: Any, apply: Any = apply, swap: bool = swap) -> Any:
                return apply(number, a) if swap else apply(a, number)

            try:
                expected = f(x)
            except OverflowError:  # 2**40 beside int8
                with pytest.raises(ValueError, match="out of bounds"):
                    f(gc.from_numpy(x))
                continue
            for _ in range(2):  # the first time it is made, then found
                found = f(gc.from_numpy(x)).data
                assert found.dtype == expected.dtype
                assert_array_equal(found, expected)


def test_equal_numbers_are_told_apart() -> None:
    one = Tensor([1.0])
    assert_array_equal(np.signbit((one * 0.0).data), [False])
    assert_array_equal(np.signbit((one * -0.0).data), [True])
    assert (one * True).dtype == np.float32
    assert (Tensor([1], dtype="int64") * 1.0).dtype == np.float64


@pytest.mark.parametrize("name", ["add", "subtract", "multiply", "divide"])
@pytest.mark.parametrize(("x", "y"), [(True, True), (2, 3), (2, 0.5), (2.0, 3j), (2**62, 2**62)])
@pytest.mark.filterwarnings("ignore:overflow encountered")
def test_two_numbers_as_in_numpy(name: str, x: Any, y: Any) -> None:
    if name == "subtract" and x is True:
        with pytest.raises(TypeError, match=r"subtract: .*boolean"):
            gc.subtract(x, y)
        return
    found = getattr(gc, name)(x, y)
    assert_array_equal(found, np.asarray(getattr(np, name)(x, y)), strict=True)


def test_what_is_kept_is_bounded_and_cannot_be_written_to() -> None:
    x = Tensor([1.0], requires_grad=True)
    for i in range(1000):
        x * (1.5 + i)
    kept = numbers._kept[np.dtype(np.float32)]
    assert 0 < len(kept) <= numbers._KEPT
    assert not any(a.flags.writeable for a in kept.values())


def test_no_fingerprint_is_taken_of_a_number() -> None:
    x = Tensor([1.0], requires_grad=True)
    assert (x * 3.0)._node.extra is None  # type: ignore[union-attr]  # it has a node
    constant = np.array(3.0, np.float32)
    y = x * constant
    constant[...] = 4.0
    with pytest.raises(RuntimeError, match="was written to"):
        y.backward()
