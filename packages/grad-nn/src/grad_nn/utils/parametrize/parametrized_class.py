"""The class of a Module that has parametrized attributes, and what is computed once for all uses."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from types import new_class
from typing import Any, TypeGuard

from grad_core import Tensor
from grad_nn.containers import ModuleDict
from grad_nn.module import Module
from grad_nn.utils.parametrize.parametrization_list import ParametrizationList

# What `cached` has computed, for a Module and a name; with the Module, so that its id stays its own
_cache: ContextVar[dict[tuple[int, str], tuple[Module, Tensor]] | None] = ContextVar(
    "parametrizations", default=None
)


@contextmanager
def cached() -> Generator[None]:
    """Compute what is parametrized once in a `with` block, and not at every use.

    Gradients of all uses go through that. What it is computed from should not change within the
    block, other than by assigning to the parametrized attribute. Other threads and tasks are not
    concerned.

    Example:
        >>> from grad_nn import Linear
        >>> from grad_nn.utils import parametrizations
        >>> layer = parametrizations.weight_norm(Linear(2, 2))
        >>> layer.weight is layer.weight
        False
        >>> with cached():
        ...     layer.weight is layer.weight
        True
    """
    if _cache.get() is not None:
        yield
        return
    token = _cache.set({})
    try:
        yield
    finally:
        _cache.reset(token)


WHERE = "parametrizations"
"""The attribute that has the ParametrizationLists of a Module, by name."""


class _Computed(property):
    """An attribute that a ParametrizationList computes."""

    def __init__(self, name: str) -> None:
        def get(module: Module) -> Tensor:
            lists = lists_of(module)
            assert lists is not None  # a Module that has this class has them
            cache = _cache.get()
            if cache is None:
                return lists[name]()
            key = id(module), name
            if key not in cache:
                cache[key] = module, lists[name]()
            return cache[key][1]

        def put(module: Module, value: Tensor) -> None:
            lists = lists_of(module)
            assert lists is not None
            lists[name].right_inverse(value)
            forget(module, name)

        super().__init__(get, put)


def _parametrized_class(base: type[Module], names: tuple[str, ...]) -> type[Module]:
    """A subclass of which the attributes of these names are computed."""

    def reduce(module: Module, _protocol: int) -> tuple[Any, ...]:
        """Pickle and copy by what the class was made from, as it has no name that is found."""
        return _restored, (base, names), object.__getstate__(module)

    def fill(namespace: dict[str, object]) -> None:
        namespace.update({name: _Computed(name) for name in names})
        namespace["__reduce_ex__"] = reduce
        namespace["__module__"] = base.__module__
        namespace["__doc__"] = base.__doc__
        namespace["_made_from"] = (base, names)

    made = new_class(f"Parametrized{base.__name__}", (base,), {}, fill)
    assert issubclass(made, Module)  # as `base` is
    return made


def _restored(base: type[Module], names: tuple[str, ...]) -> Module:
    return object.__new__(_parametrized_class(base, names))


def taken_apart(module: Module) -> tuple[type[Module], tuple[str, ...]]:
    """The class of a Module before it was parametrized, and the names that are."""
    made_from: tuple[type[Module], tuple[str, ...]] = vars(type(module)).get(
        "_made_from", (type(module), ())
    )
    return made_from


def become(module: Module, base: type[Module], names: tuple[str, ...]) -> None:
    """Give a Module the class in which the attributes of these names are computed."""
    module.__class__ = _parametrized_class(base, names) if names else base


def lists_of(module: Module) -> ModuleDict[ParametrizationList] | None:
    """Return the ParametrizationLists of a Module by name; None if nothing is parametrized."""
    found = vars(module).get(WHERE)
    return found if _is_lists(found) else None


def _is_lists(value: object) -> TypeGuard[ModuleDict[ParametrizationList]]:
    return isinstance(value, ModuleDict)


def forget(module: Module, name: str) -> None:
    """Compute it again, even in `cached`."""
    cache = _cache.get()
    if cache is not None:
        cache.pop((id(module), name), None)
