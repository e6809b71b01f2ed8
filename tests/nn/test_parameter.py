"""Parameters and Buffers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_array_equal

import grad_init
from grad_core import Tensor
from grad_nn import Buffer, Parameter


@pytest.mark.parametrize("method", ["xavier", "he", "he_leaky", "normal", "uniform"])
def test_a_parameter_is_drawn_by_its_initializer(method: Any) -> None:
    p = Parameter(5, 4, init_method=method, gain=2.0, alpha=0.1, rng=3)
    expected = grad_init.initializer(method, gain=2.0, alpha=0.1)((5, 4), rng=3)
    assert_array_equal(p.data, expected)
    assert p.requires_grad
    assert p.is_leaf
    assert p.dtype == np.float32


def test_an_initializer_object_a_dtype_and_frozen() -> None:
    p = Parameter(3, init_method=grad_init.Constant(2.0), dtype=np.float64, requires_grad=False)
    assert_array_equal(p.data, [2, 2, 2])
    assert p.dtype == np.float64
    assert not p.requires_grad


def test_the_default_generator_is_seeded_by_manual_seed() -> None:
    grad_init.manual_seed(7)
    first = Parameter(2, 2).data
    grad_init.manual_seed(7)
    assert_array_equal(Parameter(2, 2).data, first)


def test_data_gives_the_value() -> None:
    source = np.array([[1.0, 2.0]])
    p = Parameter(1, 2, data=source)
    source[...] = 0
    assert_array_equal(p.data, [[1, 2]])
    assert Parameter(data=Tensor([1.0])).shape == (1,)
    assert Parameter(data=3).shape == ()
    assert Parameter(0, 3).shape == (0, 3)


ERRORS: list[tuple[str, Any, type[Exception], str]] = [
    ("array", lambda: Parameter(np.ones((2, 2))), TypeError, "goes to data="),  # type: ignore[arg-type]  # the error under test
    ("tuple", lambda: Parameter((2, 3)), TypeError, "Parameter: the shape is given as ints"),  # type: ignore[arg-type]  # the error under test
    ("nothing", lambda: Parameter(), ValueError, "Parameter: give its shape"),
    ("other", lambda: Parameter(3, data=[1.0]), ValueError, r"has shape \(1,\), expected \(3,\)"),
    ("negative", lambda: Parameter(-1), ValueError, "sizes of a shape must be >= 0"),
    ("name", lambda: Parameter(2, init_method="xaviar"), ValueError, "'xavier', 'he'"),  # type: ignore[arg-type]  # the error under test
    ("integers", lambda: Parameter(2, dtype=int), TypeError, "int64|int32|<class 'int'>"),
    ("data-int", lambda: Parameter(data=[1], dtype=int), TypeError, "only floating and complex"),
    ("gain", lambda: Parameter(2, init_method="he", gain=-1), ValueError, "gain must be >= 0"),
    ("seed", lambda: Parameter(2, rng=-1), ValueError, "rng must be"),
]


@pytest.mark.parametrize(("name", "run", "kind", "message"), ERRORS, ids=[e[0] for e in ERRORS])
def test_errors(name: str, run: Any, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        run()


def test_a_buffer_is_a_constant() -> None:
    b = Buffer([1.0], persistent=False)
    assert not b.requires_grad
    assert not b.persistent
    assert Buffer([1], dtype=np.int64).dtype == np.int64
    assert repr(Buffer([1.0])) == "Buffer([1.])"
