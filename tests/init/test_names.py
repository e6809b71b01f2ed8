"""initializer: looked up by name."""

from __future__ import annotations

import re
from typing import Any, get_args

import pytest

from grad_init import (
    Constant,
    He,
    HeLeaky,
    Initializer,
    InitMethod,
    Lecun,
    Normal,
    Ones,
    Orthogonal,
    TruncatedNormal,
    Uniform,
    Xavier,
    Zeros,
    initializer,
)
from grad_init.names import INITIALIZERS

KNOWN = (
    "'xavier', 'he', 'he_leaky', 'lecun', 'normal', 'trunc_normal', 'uniform', 'orthogonal',"
    " 'zeros', 'ones'"
)


def test_the_type_and_the_table_agree() -> None:
    assert get_args(InitMethod) == tuple(INITIALIZERS)


@pytest.mark.parametrize(
    ("method", "plain", "scaled"),
    [
        ("xavier", Xavier(), Xavier(gain=3.0)),
        ("he", He(), He(gain=3.0)),
        ("he_leaky", HeLeaky(), HeLeaky(alpha=0.2, gain=3.0)),
        ("normal", Normal(), Normal(std=3.0)),
        ("uniform", Uniform(), Uniform(-3.0, 3.0)),
        ("lecun", Lecun(), Lecun(gain=3.0)),
        ("trunc_normal", TruncatedNormal(), TruncatedNormal(0.0, 3.0, -6.0, 6.0)),
        ("orthogonal", Orthogonal(), Orthogonal(gain=3.0)),
        ("zeros", Zeros(), Zeros()),
        ("ones", Ones(), Constant(3.0)),
    ],
)
def test_names(method: InitMethod, plain: Initializer, scaled: Initializer) -> None:
    assert initializer(method) == plain
    assert initializer(method, gain=3.0, alpha=0.2) == scaled


def test_an_initializer_is_returned_as_it_is() -> None:
    init = Constant(2.0)
    assert initializer(init) is init
    assert initializer(init, alpha=0.2) is init


def test_unknown_name() -> None:
    method: Any = "glorot"
    message = f"initializer: method must be one of {KNOWN}; got 'glorot'"
    with pytest.raises(ValueError, match=re.escape(message)):
        initializer(method)


@pytest.mark.parametrize("method", [None, 3, ["he"], He])
def test_not_a_method(method: Any) -> None:
    message = (
        f"initializer: method must be one of {KNOWN}, or an initializer such as He(); "
        f"got {method!r}"
    )
    with pytest.raises(TypeError, match=re.escape(message)):
        initializer(method)


def test_a_gain_that_would_be_lost() -> None:
    message = (
        "initializer: gain scales the named methods only; "
        "give Constant(value=2.0) its own scale in place of gain=3.0"
    )
    with pytest.raises(ValueError, match=re.escape(message)):
        initializer(Constant(2.0), gain=3.0)


@pytest.mark.parametrize("method", get_args(InitMethod))
def test_negative_gain(method: InitMethod) -> None:
    with pytest.raises(ValueError, match="must be >= 0; got -"):
        initializer(method, gain=-1.0)
