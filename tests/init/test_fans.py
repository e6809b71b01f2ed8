"""fans: the connections of a unit, counted from a weight's shape."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from grad_init import Fans, fans


@pytest.mark.parametrize(
    ("shape", "fan_in", "fan_out"),
    [
        ((), 1, 1),
        ((7,), 7, 7),
        ((0,), 0, 0),
        ((64, 32), 32, 64),
        ((16, 8, 3), 24, 48),
        ((16, 8, 3, 5), 120, 240),
        ((2, 3, 4, 5, 6), 360, 240),
        ((16, 1, 3, 3), 9, 144),  # depthwise
        ((0, 5), 5, 0),
        ((5, 0), 0, 5),
        ((4, 5, 0), 0, 0),
    ],
)
def test_fans_by_hand(shape: tuple[int, ...], fan_in: int, fan_out: int) -> None:
    assert fans(shape) == Fans(fan_in=fan_in, fan_out=fan_out) == (fan_in, fan_out)


@pytest.mark.parametrize(
    ("shape", "transposed", "groups", "expected"),
    [
        ((32, 64), True, 1, (32, 64)),
        ((8, 16, 3), True, 1, (24, 48)),
        ((16, 4, 3), False, 2, (12, 24)),  # 8 inputs, 16 outputs
        ((8, 8, 3), True, 2, (12, 24)),  # 8 inputs, 16 outputs
        ((16, 1, 3, 3), False, 8, (9, 18)),  # depthwise, with 2 outputs for each input
        ((0, 4, 3), False, 2, (12, 0)),
    ],
)
def test_transposed_and_groups(
    shape: tuple[int, ...], transposed: bool, groups: int, expected: tuple[int, int]
) -> None:
    assert fans(shape, transposed=transposed, groups=groups) == expected


def test_groups_that_do_not_divide() -> None:
    message = "fans: the first size of a shape must be a multiple of groups, 3; got (16, 4)"
    with pytest.raises(ValueError, match=re.escape(message)):
        fans((16, 4), groups=3)


def test_numpy_ints_become_ints() -> None:
    shape: Any = (np.int64(4), np.int8(100), np.int8(100))
    result = fans(shape)
    assert result == (10_000, 400)  # no int8 overflow
    assert [type(fan) for fan in result] == [int, int]


@pytest.mark.parametrize("shape", [(3, -1), (-1,), (2, 3, -4)])
def test_negative_size(shape: tuple[int, ...]) -> None:
    message = f"fans: the sizes of a shape must be >= 0; got {shape}"
    with pytest.raises(ValueError, match=re.escape(message)):
        fans(shape)


@pytest.mark.parametrize("shape", [3, None, (3.0, 2), ("3", 2), "32", (3, None)])
def test_not_a_shape(shape: Any) -> None:
    message = f"fans: shape must be a tuple of ints, such as (64, 32); got {shape!r}"
    with pytest.raises(TypeError, match=re.escape(message)):
        fans(shape)
