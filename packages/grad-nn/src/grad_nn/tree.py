"""Tree: how what a Module is made of is found and named.

There is nothing to register: Parameters, Buffers and Modules are found among the attributes of a
Module, and in the lists, tuples and dicts among them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Self, TypeAlias, TypeGuard, TypeVar

from grad_nn.parameter import Buffer, Parameter
from grad_nn.structures import is_list, is_mapping

if TYPE_CHECKING:
    from grad_nn.module import Module

Member: TypeAlias = "Parameter | Buffer | Module"
K = TypeVar("K", Parameter, Buffer)


class Tree:
    """All of a Module that has to do with what it is made of, and with the names of that.

    A name is a dotted path of attributes, indices and keys. The order is PyTorch's: what a Module
    keeps itself, in the order of assignment, then each Module below it in turn.
    """

    def members(self) -> Iterable[tuple[str, object]]:
        """Yield what to walk, by name: the attributes. A container may name its items instead."""
        yield from tuple(vars(self).items())  # the loop over them may set more
        for kind in type(self).__mro__:  # a dataclass with slots=True, say
            slots: Iterable[str] = vars(kind).get("__slots__", ())
            yield from ((name, getattr(self, name)) for name in slots if hasattr(self, name))

    # ------------------------------------------------------------------------ walking

    def named_parameters(
        self, prefix: str = "", recurse: bool = True, remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Parameter]]:
        """Yield every Parameter with its name; a tied one once, under its first name.

        Args:
            prefix: What to put before each name, with a dot.
            recurse: Whether to go on to the Modules below this one.
            remove_duplicate: Whether to pass over further names of what was yielded.
        """
        return _named(Parameter, self, prefix, recurse, remove_duplicate)

    def named_buffers(
        self, prefix: str = "", recurse: bool = True, remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Buffer]]:
        """Yield every Buffer with its name; the arguments are those of `named_parameters`."""
        return _named(Buffer, self, prefix, recurse, remove_duplicate)

    def named_modules(
        self, memo: set[Module] | None = None, prefix: str = "", remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Module]]:
        """Yield this Module, named `prefix`, and every Module below it with its name.

        Args:
            memo: Modules to pass over.
            prefix: The name of this Module; it is put before each other name, with a dot.
            remove_duplicate: Whether to pass over further names of what was yielded.
        """
        seen = {id(module) for module in memo or ()}
        return walk(self, prefix, (), seen if remove_duplicate else None)

    def named_children(self) -> Iterator[tuple[str, Module]]:
        """Yield the Modules directly below this one with their names; each once."""
        seen = {id(self)}
        for name, member in members_of(self):
            if is_module(member) and id(member) not in seen:
                seen.add(id(member))
                yield name, member

    def parameters(self, recurse: bool = True) -> Iterator[Parameter]:
        """Yield every Parameter once."""
        return (p for _, p in self.named_parameters(recurse=recurse))

    def buffers(self, recurse: bool = True) -> Iterator[Buffer]:
        """Yield every Buffer once."""
        return (b for _, b in self.named_buffers(recurse=recurse))

    def modules(self, remove_duplicate: bool = True) -> Iterator[Module]:
        """Yield this Module and every Module below it; each once, or under each of its names."""
        return (m for _, m in self.named_modules(remove_duplicate=remove_duplicate))

    def children(self) -> Iterator[Module]:
        """Yield the Modules directly below this one, once."""
        return (m for _, m in self.named_children())

    def apply(self, fn: Callable[[Module], object]) -> Self:
        """Call `fn` with every Module below this one, and with this one last; with each once.

        Args:
            fn: What to call; what it returns is of no matter.

        Example:
            >>> from grad_nn import Linear, Module, Sequential
            >>> def clear(module: Module) -> None:
            ...     if isinstance(module, Linear):
            ...         module.weight.data = [[1.0], [2.0]]
            >>> model = Sequential(Linear(1, 2)).apply(clear)
            >>> model.state_dict()["0.weight"].tolist()
            [[1.0], [2.0]]
        """
        for module in _upwards(self, set()):
            fn(module)
        return self

    def params_count(self) -> int:
        """Return how many numbers the Parameters hold, each Parameter counted once.

        Example:
            >>> from grad_nn import Linear
            >>> Linear(3, 4).params_count()
            16
        """
        return sum(p.size for p in self.parameters())


# ---------------------------------------------------------------------------- members


def is_module(value: object) -> TypeGuard[Module]:
    """Whether it is a Module; nothing else is a Tree."""
    return isinstance(value, Tree)


def items(value: object) -> Iterable[tuple[str, object]]:
    """Return what is directly in a Module, list, tuple or dict, by name; nothing for all else."""
    if isinstance(value, Tree):
        return value.members()
    if is_list(value):
        return ((str(i), item) for i, item in enumerate(value))
    if is_mapping(value):
        return ((str(key), item) for key, item in value.items())
    return ()


def members_of(module: Tree) -> Iterator[tuple[str, Member]]:
    """Yield the Parameters, Buffers and Modules of a Module, and nothing below those."""
    for name, value in module.members():
        if isinstance(value, (Parameter, Buffer)) or is_module(value):
            yield name, value
        elif is_list(value) or is_mapping(value):
            yield from _within(value, name, ())


def _within(value: object, path: str, above: tuple[object, ...]) -> Iterator[tuple[str, Member]]:
    """Yield the same of what is in lists, tuples and dicts; one that contains itself is entered once."""
    if isinstance(value, (Parameter, Buffer)) or is_module(value):
        yield path, value
    elif not any(value is one for one in above):
        for name, item in items(value):
            yield from _within(item, f"{path}.{name}", (*above, value))


# ---------------------------------------------------------------------------- the tree


def joined(path: str, name: str) -> str:
    """Return the name of what is named so below what has that path."""
    return f"{path}.{name}" if path else name


def walk(
    module: Tree, path: str, above: tuple[Tree, ...], seen: set[int] | None
) -> Iterator[tuple[str, Module]]:
    """Yield a Module and those below it, with their paths.

    What is found again below itself, such as a parent that a child refers to, is passed over; with
    `seen`, whatever was found before is.
    """
    if any(module is one for one in above) or (seen is not None and id(module) in seen):
        return
    if seen is not None:
        seen.add(id(module))
    assert is_module(module)
    yield path, module
    for name, member in members_of(module):
        if is_module(member):
            yield from walk(member, joined(path, name), (*above, module), seen)


def _upwards(module: Tree, seen: set[int]) -> Iterator[Module]:
    """Yield the Modules below a Module, then that one; each once."""
    seen.add(id(module))
    for _, member in members_of(module):
        if is_module(member) and id(member) not in seen:
            yield from _upwards(member, seen)
    assert is_module(module)
    yield module


def _named(
    kind: type[K], root: Tree, prefix: str, recurse: bool, remove_duplicate: bool
) -> Iterator[tuple[str, K]]:
    seen: set[int] = set()
    modules: Iterable[tuple[str, Tree]] = ((prefix, root),)
    if recurse:
        modules = root.named_modules(None, prefix, remove_duplicate)
    for path, module in modules:
        for name, member in members_of(module):
            if isinstance(member, kind) and id(member) not in seen:
                if remove_duplicate:
                    seen.add(id(member))
                yield joined(path, name), member
