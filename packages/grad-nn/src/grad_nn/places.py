"""Places: what a name of a Module stands for, and putting something there."""

from __future__ import annotations

from collections.abc import MutableMapping, MutableSequence
from typing import TYPE_CHECKING, TypeGuard

from grad_core import Tensor
from grad_nn.parameter import Buffer, Parameter
from grad_nn.tree import Member, Tree, is_module, items

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grad_nn.module import Module


class Places(Tree):
    """All of a Module that takes names, and finds or replaces what they stand for."""

    def put_member(self, name: str, value: Member | None) -> None:
        """Keep `value` under a name of `members`: as an attribute. A container may do otherwise."""
        setattr(self, name, value)

    # ------------------------------------------------------------------------ finding

    def get_submodule(self, target: str) -> Module:
        """Return the Module of that name; this one for an empty name.

        Raises:
            AttributeError: There is none.
        """
        for value in _find(self, target):
            if is_module(value):
                return value
        raise self._nothing("get_submodule", "Module", target)

    def get_parameter(self, target: str) -> Parameter:
        """Return the Parameter of that name.

        Raises:
            AttributeError: There is none.
        """
        for value in _find(self, target):
            if isinstance(value, Parameter):
                return value
        raise self._nothing("get_parameter", "Parameter", target)

    def get_buffer(self, target: str) -> Buffer:
        """Return the Buffer of that name.

        Raises:
            AttributeError: There is none.
        """
        for value in _find(self, target):
            if isinstance(value, Buffer):
                return value
        raise self._nothing("get_buffer", "Buffer", target)

    def set_submodule(self, target: str, module: Module, strict: bool = False) -> None:
        """Put a Module in the place of that name.

        Args:
            target: The name, as in `named_modules`.
            module: What is put there.
            strict: Whether a Module must be there already.

        Raises:
            ValueError: The name is empty, or something else is there.
            TypeError: `module` is no Module, or its place is in a tuple.
            AttributeError: There is no such place.

        Example:
            >>> from grad_nn import Linear, ReLU, Sequential, Tanh
            >>> model = Sequential(Linear(1, 1), ReLU())
            >>> model.set_submodule("1", Tanh())
            >>> model[1]
            Tanh()
        """
        if target == "":
            raise ValueError("set_submodule: the name is empty; it is that of a place below")
        if not is_module(module):
            raise TypeError(f"set_submodule: module is {type(module).__name__}, expected a Module")
        above, _, name = str(target).rpartition(".")
        for holder in _find(self, above):
            if not strict or is_module(dict(items(holder)).get(name)):
                _put(holder, target, name, module)
                return
        raise self._nothing("set_submodule", "place", target)

    def _nothing(self, name: str, kind: str, target: str) -> AttributeError:
        return AttributeError(f"{name}: {type(self).__name__} has no {kind} named {target!r}")

    # ------------------------------------------------------------------------ registering

    def register_parameter(self, name: str, param: Parameter | None) -> None:
        """Keep a Parameter under a name, as assigning to the attribute does.

        Args:
            name: The name of the attribute.
            param: The Parameter; None for a place that is empty.

        Raises:
            ValueError: The name is empty, has a dot, or is taken by something else.
            TypeError: `param` is something else.
        """
        if param is not None and not isinstance(param, Parameter):
            raise TypeError(
                f"register_parameter: {name} is {type(param).__name__}, expected a Parameter"
            )
        self._register("register_parameter", Parameter, name, param)

    def register_buffer(self, name: str, tensor: Tensor | None, persistent: bool = True) -> None:
        """Keep a Tensor as a Buffer under a name, as assigning a Buffer to the attribute does.

        Args:
            name: The name of the attribute.
            tensor: The Tensor; if it is no Buffer, a Buffer of its value and dtype is made. None
                for a place that is empty.
            persistent: Whether `state_dict` contains it.

        Raises:
            ValueError: The name is empty, has a dot, or is taken by something else.
            TypeError: `tensor` is something else.
        """
        if tensor is not None and not isinstance(tensor, Tensor):
            raise TypeError(
                f"register_buffer: {name} is {type(tensor).__name__}, expected a Tensor"
            )
        buffer = tensor
        if tensor is not None and not isinstance(tensor, Buffer):
            buffer = Buffer(tensor.detach(), dtype=tensor.dtype)
        assert buffer is None or isinstance(buffer, Buffer)
        self._register("register_buffer", Buffer, name, buffer)
        if buffer is not None:
            buffer.persistent = persistent

    def register_module(self, name: str, module: Module | None) -> None:
        """Keep a Module under a name, as assigning to the attribute does.

        Args:
            name: The name of the attribute, or of an item of a container.
            module: The Module; None for a place that is empty.

        Raises:
            ValueError: The name is empty, has a dot, or is taken by something else.
            TypeError: `module` is something else.
        """
        if module is not None and not is_module(module):
            raise TypeError(
                f"register_module: {name} is {type(module).__name__}, expected a Module"
            )
        self._register("register_module", Tree, name, module)

    def add_module(self, name: str, module: Module | None) -> None:
        """Do as `register_module`, by its older name."""
        self.register_module(name, module)

    def _register(self, by: str, kind: type[object], name: object, value: Member | None) -> None:
        if not isinstance(name, str):
            raise TypeError(f"{by}: the name is {name!r:.60}, expected a str")
        if not name or "." in name:
            raise ValueError(f"{by}: the name is {name!r}; it must not be empty or have a dot")
        there: object = dict(self.members()).get(name, getattr(self, name, None))
        if there is not None and not isinstance(there, kind):
            raise ValueError(
                f"{by}: {type(self).__name__} has something else named {name!r}, of type"
                f" {type(there).__name__}"
            )
        self.put_member(name, value)


def _find(value: object, path: str) -> Iterator[object]:
    """Yield what has that path in a Module, list, tuple or dict, of which keys may have dots."""
    if not isinstance(path, str):
        raise TypeError(f"the name of what is in a Module is {path!r:.60}, expected a str")
    if not path:
        yield value
        return
    for name, item in items(value):
        if path == name:
            yield item
        elif path.startswith(f"{name}.") and path != f"{name}.":
            yield from _find(item, path[len(name) + 1 :])


def _put(holder: object, target: str, name: str, module: Module) -> None:
    """Put a Module in its place in a Module, list or dict."""
    if is_module(holder):
        holder.register_module(name, module)
    elif _is_list(holder) and name.isdecimal() and int(name) < len(holder):
        holder[int(name)] = module
    elif _is_dict(holder):
        keys = [key for key in holder if str(key) == name]
        holder[keys[0] if keys else name] = module
    else:
        raise TypeError(
            f"set_submodule: {target!r} would be in {holder!r:.60}, and cannot be put there"
        )


def _is_list(value: object) -> TypeGuard[MutableSequence[object]]:
    return isinstance(value, list)


def _is_dict(value: object) -> TypeGuard[MutableMapping[object, object]]:
    return isinstance(value, MutableMapping)
