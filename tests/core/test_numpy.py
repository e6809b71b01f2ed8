"""NumPy's own functions on Tensors: every function of the table, as a user of NumPy calls it."""

from __future__ import annotations

from collections.abc import Iterator
from types import CodeType
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.core.tables.numpy_page import PAGE, ROWS, around, tables
from tests.core.tables.numpy_rows import OPERANDS, PLAIN, Row
from tests.samples import naming

import grad_core as gc
from grad_core.numpy_protocols import dispatch as numpy_protocols
from grad_core.testing import check_grads

# It works as before, and goes with the NumPy that takes it away.
pytestmark = pytest.mark.filterwarnings("ignore:numpy.fix is deprecated:DeprecationWarning")

NAMES = dict(numpy_protocols.names())

# Calls with a Python number, which widens a float32 in NumPy, and never here
WIDENING = {"np.block([v, 1.0])", "np.diff(v, prepend=0.0, append=w)", "np.dot(x, 2.0)"}


def cases(*, smooth: bool) -> list[Any]:
    """The rows, each with the calls of a function; all, or those that are differentiated."""
    return [
        pytest.param(row, [call.format(name) for call in calls], id=name)
        for row in ROWS
        if (calls := row.smooth() if smooth else row.calls())
        for name in row.functions()
        if name in NAMES
    ]


def changed(x: Any, change: Any) -> Any:
    """A copy of x to which a function has been applied that changes it."""
    copy = x * 1
    assert change(copy) is None
    return copy


def holes(x: Any) -> Any:
    """x with NaN in places."""
    return np.where(OPERANDS["m"], x, np.nan)


def run(text: str, values: dict[str, Any]) -> Any:
    """What a call of the table gives, with these values for the letters of operands."""
    return eval(text, {"np": np, "changed": changed, "holes": holes, **OPERANDS, **values})


def letters(code: CodeType) -> list[str]:
    """The letters of the operands that a call takes and that may be Tensors."""
    names = list(code.co_names)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            names += letters(constant)
    return [name for name in dict.fromkeys(names) if name in OPERANDS and name not in PLAIN]


def operands(text: str) -> dict[str, NDArray[Any]]:
    return {name: OPERANDS[name] for name in letters(compile(text, text, "eval"))}


def tensor(x: NDArray[Any]) -> gc.Tensor:
    out = gc.from_numpy(x.copy())
    out.requires_grad = x.dtype.kind in "fc"
    return out


def parts(result: Any) -> Iterator[Any]:
    """A result, or the several of a tuple or list."""
    if isinstance(result, (tuple, list)):
        for part in result:
            yield from parts(part)
    else:
        yield result


def compare(result: Any, expected: Any, tolerance: float) -> None:
    """Check that a result is NumPy's, with Tensors in the place of arrays."""
    if isinstance(expected, (tuple, list)):
        assert isinstance(result, type(expected)) or hasattr(expected, "_fields")
        assert getattr(result, "_fields", None) == getattr(expected, "_fields", None)
        assert len(result) == len(expected)
        for x, y in zip(result, expected, strict=True):
            compare(x, y, tolerance)
    elif isinstance(expected, (np.ndarray, np.number, np.bool)):
        assert isinstance(result, gc.Tensor)
        assert result.shape == expected.shape
        assert result.dtype == expected.dtype
        np.testing.assert_allclose(result.data, expected, tolerance, tolerance)
    else:
        assert result == expected


def test_the_table_has_all_functions_that_take_tensors() -> None:
    listed = [name for row in ROWS for name in row.functions()]
    assert len(listed) == len(set(listed))
    # An older NumPy does not have all of them.
    known = {name for name, _ in numpy_protocols.dispatched()}
    assert set(listed) & known == set(NAMES)


@pytest.mark.parametrize(("row", "calls"), cases(smooth=False))
def test_results_are_numpys(row: Row, calls: list[str]) -> None:
    for text in calls:
        with naming(text):
            given = operands(text)
            assert given, "no Tensor in the call"
            result = run(text, {name: tensor(x) for name, x in given.items()})
            compare(result, run(text, {}), 1e-12)
            if row.gradient == "no":
                assert not any(x.requires_grad for x in parts(result) if isinstance(x, gc.Tensor))


@pytest.mark.parametrize(("row", "calls"), cases(smooth=False))
def test_dtypes_of_single_precision_are_numpys(row: Row, calls: list[str]) -> None:
    to = {np.dtype(np.float64): np.float32, np.dtype(np.complex128): np.complex64}
    for text in calls:
        with naming(text):
            single = {k: x.astype(to.get(x.dtype, x.dtype)) for k, x in operands(text).items()}
            result = run(text, {name: tensor(x) for name, x in single.items()})
            expected = run(text, single)
            compare(result, expected.astype(np.float32) if text in WIDENING else expected, 1e-3)


@pytest.mark.thorough
@pytest.mark.parametrize(("row", "calls"), cases(smooth=True))
def test_gradients_are_those_of_finite_differences(row: Row, calls: list[str]) -> None:
    for text in calls:
        with naming(text):
            check_gradients(row, text)


def check_gradients(row: Row, text: str) -> None:
    given = {name: x for name, x in operands(text).items() if x.dtype.kind in "fc"}

    def function(*xs: gc.Tensor) -> gc.Tensor:
        """All results in a row."""
        results = parts(run(text, dict(zip(given, xs, strict=True))))
        traced = [x for x in results if isinstance(x, gc.Tensor) and x.requires_grad]
        return gc.concat([gc.ravel(x) for x in traced])

    check_grads(function, list(given.values()), rtol=1e-5)
    leaves = [tensor(x) for x in given.values()]
    y = function(*leaves)
    grads = gc.gradient(y, leaves, np.linspace(1.0, 2.0, y.size).astype(y.dtype))
    assert any(np.any(grad.data) for grad in grads) == (row.gradient == "yes")


def test_the_page_shows_the_table() -> None:
    """`python -m tests.core.tables.numpy_page` writes it anew."""
    text = PAGE.read_text()
    before, after = around(text)
    assert text == before + tables() + after
