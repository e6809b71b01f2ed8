"""The array API standard: names, signatures and behaviour of `array_api_strict` against grad's.

`array_api_strict` has what the standard demands, and nothing else.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import array_api_strict as strict
import numpy as np
import pytest
from array_api_strict._array_object import Array as StrictArray
from tests.conformance.array_api_programs import PROGRAMS

import grad_core as gc
from grad_core import Tensor

MODULES = {"": strict, "linalg.": strict.linalg, "fft.": strict.fft}
OWN = ("get_array_api_strict_flags", "reset_array_api_strict_flags", "set_array_api_strict_flags")
DTYPES = (
    "bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float32",
    "float64", "complex64", "complex128",
)  # fmt: skip

# What it takes by place, too, but the standard does not
BY_NAME = {("to_device", "stream")}

# Defaults that mean the same
SAME_DEFAULT = {
    ("std", "correction"): "None stands for `ddof`, which is 0 unless it is given",
    ("var", "correction"): "None stands for `ddof`, which is 0 unless it is given",
}


def functions(module: ModuleType) -> list[str]:
    """The names of the standard's functions; an extension has imported some that are not its own."""
    return [
        name
        for name, f in sorted(vars(module).items())
        if inspect.isfunction(f) and not name.startswith("_") and name not in OWN
        and f.__module__.startswith(module.__name__)
    ]  # fmt: skip


FUNCTIONS = [prefix + name for prefix, module in MODULES.items() for name in functions(module)]


def found(namespace: Any, name: str) -> Any:
    for part in name.split("."):
        namespace = getattr(namespace, part)
    return namespace


def parameters(f: Any) -> list[inspect.Parameter]:
    """Those of a function; a primitive has those of its class's call, less the primitive itself."""
    try:
        return list(inspect.signature(f).parameters.values())
    except ValueError:
        return list(inspect.signature(type(f).__call__).parameters.values())[1:]


def test_the_namespace_is_that_of_the_version_that_is_claimed() -> None:
    x = gc.Tensor([1.0])
    xp: Any = x.__array_namespace__()
    assert xp is gc
    assert xp.__array_api_version__ == strict.__array_api_version__
    assert x.__array_namespace__(api_version=xp.__array_api_version__) is gc
    with pytest.raises(ValueError, match="1999"):
        x.__array_namespace__(api_version="1999.12")


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_can_be_called_as_the_standard_says(name: str) -> None:
    compatible(name, parameters(found(gc, name)), parameters(found(strict, name)))


METHODS = [
    name
    for name, method in vars(StrictArray).items()
    if inspect.isfunction(method) and (not name.startswith("_") or name.startswith("__"))
    and name not in ("__new__", "__repr__", "__str__", "__array__", "__buffer__", "__reduce__")
]  # fmt: skip


@pytest.mark.parametrize("name", METHODS)
def test_methods_can_be_called_as_the_standard_says(name: str) -> None:
    compatible(name, parameters(getattr(Tensor, name)), parameters(getattr(StrictArray, name)))


@pytest.mark.parametrize("name", ["T", "device", "dtype", "mT", "ndim", "shape", "size"])
def test_attributes(name: str) -> None:
    assert hasattr(StrictArray, name)
    assert hasattr(gc.zeros((2, 3)), name)


def compatible(name: str, ours: list[inspect.Parameter], theirs: list[inspect.Parameter]) -> None:
    """Check that every call which the standard allows reaches the same parameters here."""
    kinds = inspect.Parameter
    by_name = {p.name: p for p in ours}
    by_place = [p for p in ours if p.kind in (kinds.POSITIONAL_ONLY, kinds.POSITIONAL_OR_KEYWORD)]
    for i, p in enumerate(theirs):
        where = f"{name}: {p.name}"
        if p.kind == kinds.VAR_POSITIONAL:
            assert any(q.kind == p.kind for q in ours), f"{where}: takes no *{p.name}"
            continue
        if p.kind == kinds.KEYWORD_ONLY or (name, p.name) in BY_NAME:
            assert p.name in by_name, f"{where}: no such keyword"
            q = by_name[p.name]
        else:
            assert i < len(by_place), f"{where}: too few positional parameters"
            q = by_place[i]
        if p.kind != kinds.POSITIONAL_ONLY:
            assert q.name == p.name, f"{where}: here its name is {q.name}"
            assert q.kind != kinds.POSITIONAL_ONLY, f"{where}: cannot be passed by name"
        if p.default is not p.empty and (name, p.name) not in SAME_DEFAULT:
            default = None if p.default.__class__.__name__ == "Undef" else p.default
            assert q.default == default, f"{where}: the default is {q.default!r}"
    known = {p.name for p in theirs}
    for i, q in enumerate(by_place):
        if i >= len(theirs) and q.name not in known:
            assert q.default is not q.empty, f"{name}: {q.name} has no default"


def test_constants() -> None:
    for name in ("e", "inf", "pi", "newaxis"):
        assert getattr(gc, name) == getattr(strict, name)
    assert np.isnan(gc.nan)


def test_dtypes() -> None:
    made = [gc.zeros(1, dtype=getattr(gc, name)).dtype for name in DTYPES]
    assert made == [getattr(gc, name) for name in DTYPES]
    assert [dtype.name for dtype in made] == list(DTYPES)


KINDS = (
    None, "bool", "signed integer", "unsigned integer", "integral", "real floating",
    "complex floating", "numeric", ("bool", "integral"),
)  # fmt: skip


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_what_the_namespace_tells_about_itself(kind: Any) -> None:
    ours, theirs = gc.__array_namespace_info__(), strict.__array_namespace_info__()
    for name in ("capabilities", "default_device", "default_dtypes", "devices", "dtypes"):
        compatible(name, parameters(getattr(ours, name)), parameters(getattr(theirs, name)))
    assert set(ours.capabilities()) == set(theirs.capabilities())
    assert set(ours.default_dtypes()) == set(theirs.default_dtypes())
    assert set(ours.dtypes(kind=kind)) == set(theirs.dtypes(kind=kind))
    assert ours.default_device() in ours.devices()


# ---------------------------------------------------------------------------- programs


class Recorder:
    """A namespace that remembers which of its functions were asked for."""

    def __init__(self, namespace: Any, asked: set[str], prefix: str = "") -> None:
        self._namespace, self._asked, self._prefix = namespace, asked, prefix

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._namespace, name)
        if isinstance(value, ModuleType):
            return Recorder(value, self._asked, f"{name}.")
        self._asked.add(self._prefix + name)
        return value


@pytest.fixture
def float64() -> Iterator[None]:
    """`array_api_strict` makes float64 where no dtype is named."""
    before = gc.get_default_dtype()
    gc.set_default_dtype(np.float64)
    yield
    gc.set_default_dtype(before)


@pytest.mark.usefixtures("float64")
@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.__name__)
def test_programs_have_the_same_results(program: Callable[[Any], Any]) -> None:
    with np.errstate(all="ignore"):
        theirs = list(flat(program(strict)))
        ours = list(flat(program(gc)))
    assert len(ours) == len(theirs)
    for i, (x, y) in enumerate(zip(ours, theirs, strict=True)):
        if not isinstance(y, StrictArray):
            assert x == y, f"result {i}"
            continue
        assert isinstance(x, Tensor), f"result {i}"
        expected = np.asarray(y._array)
        assert (x.dtype, x.shape) == (expected.dtype, expected.shape), f"result {i}"
        np.testing.assert_allclose(x.data, expected, 1e-12, 1e-12, err_msg=f"result {i}")


@pytest.mark.parametrize("of", [gc.linalg.eigvals, lambda x: gc.linalg.eig(x).eigenvectors])
def test_eigenvalues_are_complex(of: Any) -> None:
    assert of(gc.eye(2, dtype="float32")).dtype == np.complex64


def test_programs_call_every_function() -> None:
    asked: set[str] = set()
    with np.errstate(all="ignore"):
        for program in PROGRAMS:
            program(Recorder(strict, asked))
    assert asked >= set(FUNCTIONS), sorted(set(FUNCTIONS) - asked)


def flat(x: Any) -> Iterator[Any]:
    if isinstance(x, (tuple, list)):
        for y in x:
            yield from flat(y)
    else:
        yield x
