"""NumPy's arguments, put in the places that operations here have for them.

The operations take NumPy's arguments in NumPy's order, but for what has no meaning here (`subok`),
for `out`, which is written afterwards, and for names: of `np.sum(a, axis)` the first is `x` here.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Mapping, Sequence
from inspect import Parameter
from typing import Any

import numpy as np

from grad_core.checks import described
from grad_core.node import Traced
from grad_core.numpy_protocols.writing import written
from grad_core.ops.creation.creation import asarray
from grad_core.ops.manipulation.joining import stack

_BY_PLACE = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)
_REST = Parameter.VAR_POSITIONAL
_NAMED_REST = Parameter.VAR_KEYWORD
_SEQUENCES = (list, tuple)

# The annotations of parameters that are arrays, for which NumPy takes lists, too
_ARRAYS = ("ArrayT", "Operand", "Raw", "Array", "Tensor")

# Arguments that say how a result is to be made, or laid out in memory, not what it is
_MATTERLESS = frozenset(
    ("copy", "einsum_call", "kind", "optimize", "overwrite_input", "sorted", "subok")
)
_LAYOUTS = ("C", "F", "A", "K")

# Arguments of NumPy that have another name and another place here
_RENAMED = {"a_min": "min", "a_max": "max"}


class Way:
    """How a call of a function of NumPy becomes a call of an operation.

    Args:
        function: The function of NumPy.
        ours: What it becomes.
    """

    def __init__(self, function: Callable[..., Any], ours: Callable[..., Any]) -> None:
        self.name: str = name_of(function)
        self.ours = ours
        self._signature = _signature(function, ours)
        theirs = [*self._signature.parameters.values()]
        self._defaults = {p.name: p.default for p in theirs}
        self._mine = _parameters(ours, theirs)
        self._places = _places(theirs, self._mine)
        self._takes_any = any(p.kind is _NAMED_REST for p in self._mine)
        # What turns a list into what the operation takes, for each of our parameters that has it
        self._listed = {p.name: _listed(p) for p in self._mine}
        # A call with so many arguments by place, and no others by name, is handed on as it is.
        self._direct = self._count_direct(theirs)
        self._direct_names = frozenset(
            p.name
            for p in self._mine
            if p.kind in (Parameter.POSITIONAL_OR_KEYWORD, Parameter.KEYWORD_ONLY)
            and self._places.get(p.name) == p.name
            and self._listed[p.name] is None
        )
        # Numbers that no gradient passes through
        self._fixed = frozenset(p.name for p in self._mine if _is_number(p))
        self._lists = tuple(
            (i, self._listed[p.name])
            for i, p in enumerate(self._mine)
            if p.kind in _BY_PLACE and self._listed[p.name]
        )

    def _count_direct(self, theirs: list[Parameter]) -> int:
        """How many arguments by place mean the same here."""
        count = 0
        for p, q in zip(theirs, self._mine, strict=False):
            if p.kind is _REST and self._listed[q.name] is None:
                return sys.maxsize
            if p.kind not in _BY_PLACE or q.kind not in _BY_PLACE:
                break
            if self._places.get(p.name) != q.name:
                break
            count += 1
        return count

    def __call__(self, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        """Call the operation with the arguments of a call of NumPy's function."""
        if len(args) > self._direct or not self._direct_names.issuperset(kwargs):
            return self._called(args, kwargs)
        if self._fixed:
            for i, value in enumerate(args[: len(self._mine)]):
                self._check_fixed(self._mine[i].name, value)
            for name, value in kwargs.items():
                self._check_fixed(name, value)
        for i, convert in self._lists:
            if i < len(args) and args[i].__class__ in _SEQUENCES:
                if convert is from_list:
                    return self._called(args, kwargs)
                for x in args[i]:
                    if x.__class__ in _SEQUENCES:
                        return self._called(args, kwargs)
        return self.ours(*args, **kwargs)

    def _called(self, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        given, rest = self._bound(args, kwargs)
        out = given.pop("out", None)
        values: dict[str, Any] = {}
        dtype = None
        for name, value in given.items():
            place = self._places.get(name, name if self._takes_any else None)
            if place is not None:
                self._check_fixed(place, value)
                values[place] = value
            elif name == "dtype" and value is not None:
                dtype = value  # of what only joins arrays: cast what comes out
            elif not self._is_matterless(name, value):
                raise TypeError(f"{self.name} of Tensors does not take {name}={value!r:.60}")
        result = self._with(values, rest)
        if dtype is not None:
            result = self._cast(result, np.dtype(dtype))
        return result if out is None else written(self.name, result, out)

    def _bound(
        self, args: Sequence[Any], kwargs: Mapping[str, Any]
    ) -> tuple[dict[str, Any], tuple[Any, ...]]:
        """The arguments by NumPy's names, without those that are NumPy's defaults."""
        try:
            arguments = self._signature.bind(*args, **kwargs).arguments
        except TypeError as error:
            raise TypeError(f"{self.name}: {error}") from None
        given: dict[str, Any] = {}
        rest: tuple[Any, ...] = ()
        for name, value in arguments.items():
            kind = self._signature.parameters[name].kind
            if kind is _REST:
                rest = value
            elif kind is _NAMED_REST:
                given.update(value)
            elif not _is_same(value, self._defaults[name]):
                given[name] = value
        return given, rest

    def _is_matterless(self, name: str, value: object) -> bool:
        if name == "order" and self._defaults.get(name, "K") is not None:
            return value in _LAYOUTS  # in sorting, the order is that of the fields of records
        return name in _MATTERLESS or value is None

    def _with(self, values: dict[str, Any], rest: tuple[Any, ...]) -> Any:
        for p in self._mine:
            convert = self._listed[p.name]
            if convert is None:
                continue
            if p.kind is _REST:
                rest = tuple(convert(x) for x in rest)
            elif p.name in values:
                values[p.name] = convert(values[p.name])
        positional: list[Any] = []
        for p in self._mine:
            if p.kind not in _BY_PLACE or p.name not in values:
                break
            positional.append(values.pop(p.name))
        return self.ours(*positional, *rest, **values)

    def _check_fixed(self, name: str, value: object) -> None:
        if name in self._fixed and isinstance(value, Traced) and value._node is not None:
            raise TypeError(
                f"{self.name}: {name} requires a gradient, which does not pass through it; detach() it"
            )

    def _cast(self, result: Any, dtype: np.dtype[Any]) -> Any:
        if not np.can_cast(result.dtype, dtype, "same_kind"):
            raise TypeError(f"{self.name}: {described(result)} does not fit into dtype {dtype}")
        return result.astype(dtype)


def from_list(x: Any) -> Any:
    """Return a list or tuple of numbers as an array, of Tensors as a Tensor, other things as is."""
    if x.__class__ not in _SEQUENCES:
        return x
    if _has_tensor(x):
        return stack([asarray(from_list(item)) for item in x])
    return np.asarray(x)


def _has_tensor(x: Any) -> bool:
    if x.__class__ in _SEQUENCES:
        return any(_has_tensor(item) for item in x)
    return isinstance(x, Traced)


def _from_lists(xs: Any) -> Any:
    return [from_list(x) for x in xs] if xs.__class__ in _SEQUENCES else xs


def _listed(parameter: Parameter) -> Callable[[Any], Any] | None:
    """What turns what NumPy takes for a parameter into what the operation takes."""
    annotation = str(parameter.annotation)
    if "Sequence[Operand]" in annotation or "Sequence[Tensor | NDArray" in annotation:
        return _from_lists
    # The other form of einsum has lists of subscripts among its operands.
    if "Sublist" not in annotation and any(x.strip() in _ARRAYS for x in annotation.split("|")):
        return from_list
    return None


def _signature(function: Callable[..., Any], ours: Callable[..., Any]) -> inspect.Signature:
    """NumPy's parameters; of functions in C, which an older NumPy does not tell, what is likely."""
    try:
        return inspect.signature(function)
    except (TypeError, ValueError):
        pass
    if not inspect.isfunction(ours):
        return inspect.Signature([Parameter("operands", _REST)])
    mine = [*inspect.signature(ours).parameters.values()]
    places = [p for p in mine if p.kind in _BY_PLACE]
    if not any(p.kind is _REST for p in mine):
        places.append(Parameter("out", Parameter.POSITIONAL_OR_KEYWORD, default=None))
    others = [p for p in mine if p.kind not in _BY_PLACE]
    for name, default in (("dtype", None), ("casting", "same_kind")):
        if not any(p.name == name for p in mine):
            others.append(Parameter(name, Parameter.KEYWORD_ONLY, default=default))
    return inspect.Signature([*places, *others])


def _parameters(ours: Callable[..., Any], theirs: list[Parameter]) -> list[Parameter]:
    """The parameters of an operation; those of a primitive are NumPy's that must be given."""
    if inspect.isfunction(ours):
        return [*inspect.signature(ours).parameters.values()]
    return [
        Parameter(p.name, Parameter.POSITIONAL_ONLY, annotation="ArrayT")
        for p in theirs
        if p.default is Parameter.empty
    ]


def _places(theirs: list[Parameter], mine: list[Parameter]) -> dict[str, str]:
    """Our names of NumPy's parameters."""
    ours = {p.name for p in mine}
    places = {p.name: p.name for p in theirs if p.name in ours}
    for p, q in zip(theirs, mine, strict=False):
        # In the same place, and both without a namesake: the same thing
        if p.name not in ours and q.name not in places and q.kind in _BY_PLACE:
            places[p.name] = q.name
    for name, other in _RENAMED.items():
        if other in ours and any(p.name == name for p in theirs):
            places[name] = other
    if any(p.kind is _NAMED_REST for p in theirs):
        places.update({name: name for name in ours if name not in places})
    return places


def _is_number(parameter: Parameter) -> bool:
    kinds = [part.strip() for part in str(parameter.annotation).split("|")]
    return not {"float", "Order"}.isdisjoint(kinds) and not any(part in _ARRAYS for part in kinds)


def _is_same(value: Any, default: Any) -> bool:
    if value is default:
        return True
    plain = (bool, int, float, str)
    return isinstance(value, plain) and type(value) is type(default) and bool(value == default)


def name_of(function: Callable[..., Any]) -> str:
    """Return the name of a function of NumPy as users write it."""
    module = (getattr(function, "__module__", None) or "numpy").replace("numpy", "np", 1)
    if "scimath" in module:
        module = "np.emath"
    return f"{module}.{function.__name__}"
