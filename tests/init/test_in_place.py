"""The functions that fill a weight: those of PyTorch, on arrays and on what holds one."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import grad_init as init
from grad_init import (
    Constant,
    Dirac,
    Eye,
    Initializer,
    Normal,
    Ones,
    Orthogonal,
    Sparse,
    TruncatedNormal,
    Uniform,
    VarianceScaling,
    Xavier,
    Zeros,
    calculate_gain,
)

CASES: list[tuple[str, Callable[..., Any], Initializer]] = [
    ("uniform_", lambda t, rng: init.uniform_(t, rng=rng), Uniform(0.0, 1.0)),
    ("uniform_", lambda t, rng: init.uniform_(t, -2.0, -1.0, rng=rng), Uniform(-2.0, -1.0)),
    ("normal_", lambda t, rng: init.normal_(t, rng=rng), Normal()),
    ("normal_", lambda t, rng: init.normal_(t, 1.0, 0.5, rng=rng), Normal(1.0, 0.5)),
    ("trunc_normal_", lambda t, rng: init.trunc_normal_(t, rng=rng), TruncatedNormal()),
    (
        "trunc_normal_",
        lambda t, rng: init.trunc_normal_(t, 1.0, 0.5, a=0.0, b=1.0, rng=rng),
        TruncatedNormal(1.0, 0.5, 0.0, 1.0),
    ),
    ("constant_", lambda t, rng: init.constant_(t, 0.3), Constant(0.3)),
    ("ones_", lambda t, rng: init.ones_(t), Ones()),
    ("zeros_", lambda t, rng: init.zeros_(t), Zeros()),
    ("eye_", lambda t, rng: init.eye_(t), Eye()),
    ("xavier_uniform_", lambda t, rng: init.xavier_uniform_(t, rng=rng), Xavier()),
    ("xavier_uniform_", lambda t, rng: init.xavier_uniform_(t, 2.0, rng=rng), Xavier(2.0)),
    (
        "xavier_normal_",
        lambda t, rng: init.xavier_normal_(t, 2.0, rng=rng),
        Xavier(2.0, "normal"),
    ),
    (
        "kaiming_uniform_",
        lambda t, rng: init.kaiming_uniform_(t, rng=rng),
        VarianceScaling(2.0000000000000004, "fan_in", "uniform"),  # sqrt(2) ** 2
    ),
    (
        "kaiming_uniform_",
        lambda t, rng: init.kaiming_uniform_(t, 1.0, "fan_out", rng=rng),
        VarianceScaling(1.0, "fan_out", "uniform"),
    ),
    (
        "kaiming_normal_",
        lambda t, rng: init.kaiming_normal_(t, mode="fan_out", nonlinearity="selu", rng=rng),
        VarianceScaling(0.5625, "fan_out", "normal"),
    ),
    ("orthogonal_", lambda t, rng: init.orthogonal_(t, 2.0, rng=rng), Orthogonal(2.0)),
    ("sparse_", lambda t, rng: init.sparse_(t, 0.5, 2.0, rng=rng), Sparse(0.5, 2.0)),
]
each = pytest.mark.parametrize(("name", "fill", "same"), CASES, ids=[repr(s) for _, _, s in CASES])


class Holder:
    """Something with an array, as in other libraries."""

    def __init__(self, data: Any) -> None:
        self.data = data


class Assigned(Holder):
    """Something that takes a new array, as a Tensor does."""

    shape = (4, 3)
    dtype = np.dtype(np.float32)

    def assign(self, value: Any, *, copy: bool = True) -> None:
        assert not copy
        self.data = value


@each
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, ">f8"])
def test_arrays(name: str, fill: Callable[..., Any], same: Initializer, dtype: Any) -> None:
    array = np.full((4, 3), np.nan, dtype)
    assert fill(array, 7) is array
    np.testing.assert_array_equal(array, same((4, 3), rng=7, dtype=dtype))


@each
def test_parts_of_arrays(name: str, fill: Callable[..., Any], same: Initializer) -> None:
    whole = np.full((3, 9), np.nan, np.float32)
    part = whole[:, ::-2].T[:4]
    assert fill(part, 7) is part
    np.testing.assert_array_equal(part, same((4, 3), rng=7))
    assert np.isnan(whole).sum() == 15


@each
def test_what_holds_an_array(name: str, fill: Callable[..., Any], same: Initializer) -> None:
    array = np.empty((4, 3), np.float32)
    holder = Holder(array)
    assert fill(holder, 7) is holder
    assert holder.data is array
    np.testing.assert_array_equal(array, same((4, 3), rng=7))
    old = np.full((4, 3), 5.0, np.float32)
    assigned = Assigned(old)
    assert fill(assigned, 7) is assigned
    np.testing.assert_array_equal(assigned.data, same((4, 3), rng=7))
    assert (old == 5.0).all()  # who still has the old value keeps it


@each
def test_the_default_generator(name: str, fill: Callable[..., Any], same: Initializer) -> None:
    init.manual_seed(3)
    first = fill(np.empty((4, 3)), None).copy()
    init.manual_seed(3)
    np.testing.assert_array_equal(fill(np.empty((4, 3)), None), first)


@each
@pytest.mark.parametrize("wrong", [3, [1.0], None, Holder([1.0]), Holder(memoryview(b"1"))])
def test_nothing_to_fill(
    name: str, fill: Callable[..., Any], same: Initializer, wrong: Any
) -> None:
    message = f"{name}: got {type(wrong).__name__}, expected an ndarray, or a Tensor or Parameter"
    with pytest.raises(TypeError, match=re.escape(message)):
        fill(wrong, 0)


@each
def test_read_only_and_integers(name: str, fill: Callable[..., Any], same: Initializer) -> None:
    array = np.full((4, 3), 5.0)
    array.flags.writeable = False
    with pytest.raises(ValueError, match=f"^{name}: the array is read-only"):
        fill(array, 0)
    assert (array == 5.0).all()
    with pytest.raises(TypeError, match="dtype must be a real floating one"):
        fill(np.zeros((4, 3), np.int64), 0)


def test_nothing_changes_where_the_arguments_are_wrong() -> None:
    array = np.full((2, 2, 2), 5.0)
    with pytest.raises(ValueError, match="std must be >= 0"):
        init.normal_(array, std=-1.0)
    with pytest.raises(ValueError, match="shape must have 2 axes"):
        init.eye_(array)
    assert (array == 5.0).all()


def test_dirac() -> None:
    array = np.empty((4, 2, 3))
    assert init.dirac_(array, 2) is array
    np.testing.assert_array_equal(array, Dirac(2)((4, 2, 3)))


GAINS: list[tuple[Any, float | None, float]] = [
    ("linear", None, 1.0),
    ("conv1d", None, 1.0),
    ("conv_transpose3d", None, 1.0),
    ("sigmoid", None, 1.0),
    ("tanh", None, 5 / 3),
    ("relu", None, math.sqrt(2)),
    ("leaky_relu", None, math.sqrt(2 / (1 + 0.01**2))),
    ("leaky_relu", 0.5, math.sqrt(2 / 1.25)),
    ("leaky_relu", 0, math.sqrt(2)),
    ("leaky_relu", 1e200, math.sqrt(2) * 1e-200),
    ("selu", None, 0.75),
]


@pytest.mark.parametrize(("nonlinearity", "param", "gain"), GAINS)
def test_gains(nonlinearity: Any, param: float | None, gain: float) -> None:
    assert calculate_gain(nonlinearity, param) == pytest.approx(gain, rel=1e-15, abs=0)


def test_gains_of_nothing() -> None:
    nothing: Any = "swish"
    with pytest.raises(ValueError, match=r"calculate_gain: nonlinearity must be one of 'linear'.*'swish'"):  # fmt: skip
        calculate_gain(nothing)
    with pytest.raises(TypeError, match="calculate_gain: param must be a real number; got '1'"):
        calculate_gain("leaky_relu", "1")  # type: ignore[arg-type]  # wrong
    with pytest.raises(ValueError, match="calculate_gain: param must be finite; got nan"):
        calculate_gain("leaky_relu", float("nan"))
