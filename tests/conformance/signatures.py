"""What functions, classes and methods of PyTorch and of grad take, also where Python cannot tell."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Iterator, Mapping
from inspect import Parameter
from typing import Any, get_overloads

import torch

EMPTY, KEYWORD_ONLY = Parameter.empty, Parameter.KEYWORD_ONLY
VARIABLE = (Parameter.VAR_POSITIONAL, Parameter.VAR_KEYWORD)
POSITIONAL = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)
IN_TURN: Any = torch.overrides.get_testing_overrides()


def ours(x: Any) -> dict[str, Parameter]:
    """The arguments of something of grad by name, without `self`; those of a class make one."""
    if inspect.isclass(x):
        makers = (getattr(x, name) for name in ("__init__", "__new__"))
        found = [make for make in makers if is_own_maker(make)]
        return ours(found[0]) if found else {}
    return without_self(inspect.signature(x))


def theirs(x: Any) -> dict[str, Parameter]:
    """The same of something of PyTorch.

    Where there are only `*args` and `**kwargs`, they are those of the function that is called in
    the end, or of the first overload. Those of a function that is not written in Python are read
    from the first line of its documentation, or else from PyTorch's own tests.

    Raises:
        LookupError: They are not to be found.
    """
    if inspect.isclass(x):
        makers = (getattr(x, name) for name in ("__init__", "__new__"))
        found = [make for make in makers if is_own_maker(make)]
        return theirs(found[0]) if found else {}
    try:
        signature = inspect.signature(x)
    except (TypeError, ValueError):
        signature = inspect.signature(of_builtin(x))
    if only_anything(signature):
        for instead in (*dispatched(x), *get_overloads(x)[:1]):
            signature = inspect.signature(instead)
    return without_self(signature)


def without_self(signature: inspect.Signature) -> dict[str, Parameter]:
    return {name: p for name, p in signature.parameters.items() if name not in ("self", "cls")}


def is_own_maker(make: Any) -> bool:
    """Whether it says anything of what a class takes."""
    return getattr(make, "__qualname__", "").split(".")[0] not in ("object", "Module", "Generic")


def only_anything(signature: inspect.Signature) -> bool:
    return {p.kind for p in without_self(signature).values()} == set(VARIABLE)


def dispatched(x: Any) -> list[Any]:
    """The function that `boolean_dispatch` calls for what has two kinds of results."""
    inside = inspect.getclosurevars(x).nonlocals if inspect.isfunction(x) else {}
    return [inside["if_true"]] if "if_true" in inside else []


def of_builtin(x: Any) -> Callable[..., object]:
    """A function of the same signature."""
    name, doc = x.__name__, (x.__doc__ or "").strip()
    if doc.startswith(name.lstrip("_") + "(") and ") ->" in doc:
        arguments = doc[doc.index("(") + 1 : doc.index(") ->")]
        found: Callable[..., object] = eval(f"lambda {' '.join(arguments.split())}: 0")
        return found
    if x in IN_TURN:
        return IN_TURN[x]  # type: ignore[no-any-return]  # PyTorch's lambdas
    raise LookupError(f"no signature of {name} in its documentation: {doc[:80]}")


def differences(
    wanted: Mapping[str, Parameter], given: Mapping[str, Parameter], not_taken: Collection[str]
) -> Iterator[tuple[str, str]]:
    """Where a call that is right for PyTorch would mean something else here: arguments, and how.

    What is added, and what stands behind an argument of theirs that is not taken, is to be given by
    keyword, so that arguments by position mean the same or are errors.
    """
    kinds = {p.kind for p in given.values()}
    places = [key for key, p in wanted.items() if p.kind in POSITIONAL]
    moved = False
    for key, p in wanted.items():
        if p.kind in VARIABLE:
            if p.kind not in kinds:
                yield key, "is not taken"
        elif key not in given:
            moved = True
            if key not in not_taken:
                yield key, "is not taken"
        elif p.kind in POSITIONAL and given[key].kind not in POSITIONAL and not moved:
            yield key, "is taken by keyword only"
        elif p.default is not EMPTY and not same(p.default, given[key].default):
            yield key, f"default {given[key].default!r}, expected {p.default!r}"
    for i, (key, p) in enumerate(given.items()):
        if p.kind in POSITIONAL and places[i : i + 1] != [key]:
            yield key, f"has place {i}, as {places[i] if i < len(places) else 'nothing'} has there"
        elif key not in wanted and p.kind is KEYWORD_ONLY and p.default is EMPTY:
            yield key, "is added, and has no default"


def same(theirs: Any, ours: Any) -> bool:
    """Whether defaults are the same; functions by name, dtypes and numbers by value."""
    if callable(theirs) and not inspect.isclass(theirs):
        return getattr(theirs, "__name__", None) in (ours, getattr(ours, "__name__", None))
    return bool(theirs == ours) or repr(theirs) == repr(ours)
