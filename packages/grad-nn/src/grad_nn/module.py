"""Module: a function with state, whose call has the exact types of its `forward`.

There is nothing to register: Parameters, Buffers and Modules are found by walking the attributes
of a Module, and the lists, tuples and dicts among them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from reprlib import recursive_repr
from typing import ParamSpec, Protocol, Self, TypeGuard, TypeVar

import numpy as np
from numpy.typing import ArrayLike

from grad_core import Array, Tensor
from grad_core.primitive import unwrap
from grad_nn.parameter import Buffer, Parameter

P = ParamSpec("P")
R_co = TypeVar("R_co", covariant=True)
K = TypeVar("K", Parameter, Buffer, "Module")


class HasForward(Protocol[P, R_co]):
    """Anything with a `forward`; it lends its signature to `Module.__call__`."""

    def forward(self, *args: P.args, **kwargs: P.kwargs) -> R_co:
        """Compute the result."""
        ...


class Module:
    """Base class of everything with parameters: define `forward`, and call the instance.

    Parameters, Buffers and Modules are kept as plain attributes, or in lists, tuples and dicts of
    them; `super().__init__()` need not be called. Names are dotted paths of attributes, indices
    and keys, in the order of assignment.

    Example:
        >>> class Scale(Module):
        ...     def __init__(self) -> None:
        ...         self.factor = Parameter(data=[2.0])
        ...
        ...     def forward(self, x: Tensor) -> Tensor:
        ...         return x * self.factor
        >>> scale = Scale()
        >>> scale(Tensor([1.0, 3.0]))
        Tensor([2., 6.], requires_grad=True)
        >>> scale.state_dict()
        {'factor': array([2.], dtype=float32)}
    """

    training: bool = True

    def __call__(self: HasForward[P, R_co], *args: P.args, **kwargs: P.kwargs) -> R_co:
        """Run `forward`, with its exact signature."""
        try:
            forward = self.forward
        except AttributeError:
            raise TypeError(f"{type(self).__name__} has no forward method to call") from None
        return forward(*args, **kwargs)

    def members(self) -> Iterable[tuple[str, object]]:
        """Yield what to walk, by name: the attributes. A container may name its items instead."""
        yield from tuple(vars(self).items())  # the loop over them may set more
        for kind in type(self).__mro__:  # a dataclass with slots=True, say
            slots: Iterable[str] = vars(kind).get("__slots__", ())
            yield from ((name, getattr(self, name)) for name in slots if hasattr(self, name))

    # ------------------------------------------------------------------------ walking

    def named_parameters(
        self, prefix: str = "", *, remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Parameter]]:
        """Yield every Parameter with its name; a tied one once, under its first name.

        Args:
            prefix: What to put before each name, with a dot.
            remove_duplicate: Whether to pass over further names of what was yielded.
        """
        return _named(Parameter, self, prefix, remove_duplicate)

    def named_buffers(
        self, prefix: str = "", *, remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Buffer]]:
        """Yield every Buffer with its name; the arguments are those of `named_parameters`."""
        return _named(Buffer, self, prefix, remove_duplicate)

    def named_modules(
        self, prefix: str = "", *, remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Module]]:
        """Yield this Module, named `prefix`, and every Module below it with its name."""
        return _named(Module, self, prefix, remove_duplicate)

    def named_children(self) -> Iterator[tuple[str, Module]]:
        """Yield the Modules directly below this one, with their names."""
        for name, value in self.members():
            for path, child in _walk(value, name, (self,), into_modules=False):
                if isinstance(child, Module):
                    yield path, child

    def parameters(self) -> Iterator[Parameter]:
        """Yield every Parameter once."""
        return (p for _, p in self.named_parameters())

    def buffers(self) -> Iterator[Buffer]:
        """Yield every Buffer once."""
        return (b for _, b in self.named_buffers())

    def modules(self) -> Iterator[Module]:
        """Yield this Module and every Module below it, once."""
        return (m for _, m in self.named_modules())

    def children(self) -> Iterator[Module]:
        """Yield the Modules directly below this one."""
        return (m for _, m in self.named_children())

    def params_count(self) -> int:
        """Return how many numbers the Parameters hold, each Parameter counted once.

        Example:
            >>> from grad_nn import Linear
            >>> Linear(3, 4).params_count()
            16
        """
        return sum(p.size for p in self.parameters())

    # ------------------------------------------------------------------------ state

    def train(self, mode: bool = True) -> Self:
        """Set `training` here and in every Module below, for layers that then differ."""
        for module in self.modules():
            module.training = mode
        return self

    def eval(self) -> Self:
        """Set `training` to False here and in every Module below."""
        return self.train(False)

    def zero_grad(self) -> None:
        """Forget the gradient of every Parameter."""
        for p in self.parameters():
            p.zero_grad()

    def state_dict(self) -> dict[str, Array]:
        """Return a copy of every Parameter and persistent Buffer, by name.

        A tied one stands under each of its names, as in PyTorch.
        """
        return {name: unwrap(t).copy() for name, t in self._named_state()}

    def load_state_dict(self, state: Mapping[str, Tensor | ArrayLike]) -> None:
        """Copy values into the Parameters and persistent Buffers; all of them, or none.

        Args:
            state: An array of the right shape for each name that `state_dict` gives; it is cast
                to the dtype of what it is copied into.

        Raises:
            ValueError: A name is missing or unknown, a shape is another one, or tied names get
                different values. Nothing has changed then.
            TypeError: A value is of a kind that is not cast: complex for real numbers, or floating
                for integers. Nothing has changed then.
        """
        given: object = state
        if not isinstance(given, Mapping):
            raise TypeError(f"load_state_dict: expected arrays by name, got {type(given).__name__}")
        own = dict(self._named_state())
        kind = type(self).__name__
        missing = [name for name in own if name not in state]
        unexpected = [name for name in state if name not in own]
        if missing or unexpected:
            raise ValueError(
                f"load_state_dict: the names are not those of {kind}: missing {missing},"
                f" unexpected {unexpected}"
            )
        values: dict[int, tuple[str, Array]] = {}
        for name, t in own.items():
            value = _value(name, state[name], t)
            first, earlier = values.setdefault(id(t), (name, value))
            if earlier is not value and not np.array_equal(earlier, value, equal_nan=True):
                raise ValueError(
                    f"load_state_dict: {first} and {name} are tied in {kind}, but get different"
                    " values"
                )
        for t in own.values():
            t.assign(values[id(t)][1])

    def _named_state(self) -> Iterator[tuple[str, Parameter | Buffer]]:
        """Yield what `state_dict` contains, in the order of assignment."""
        names: dict[str, Tensor] = {}
        for path, value in _walk(self, "", ()):
            if isinstance(value, Parameter) or (isinstance(value, Buffer) and value.persistent):
                if names.setdefault(path, value) is not value:
                    raise ValueError(
                        f"state_dict: {type(self).__name__} has two Tensors by the name of {path!r};"
                        " a key with a dot, or one that is a number and text, may be the cause"
                    )
                yield path, value

    # ------------------------------------------------------------------------ text

    def extra_repr(self) -> str:
        """Return the settings that `repr` shows in the parentheses; a subclass may say more."""
        return ""

    @recursive_repr()
    def __repr__(self) -> str:
        lines = [f"({name}): {_indented(value)}" for name, value in self._shown()]
        extra = self.extra_repr()
        inner = ([extra] if extra else []) + lines
        if not lines:
            return f"{type(self).__name__}({extra})"
        return f"{type(self).__name__}(\n  " + "\n  ".join(inner) + "\n)"

    def _shown(self) -> Iterable[tuple[str, object]]:
        """Yield what `repr` shows below this Module, by name."""
        return self.named_children()


def _named(
    kind: type[K], root: Module, prefix: str, remove_duplicate: bool
) -> Iterator[tuple[str, K]]:
    walked: set[int] | None = set() if remove_duplicate else None
    return (
        (name, value) for name, value in _walk(root, prefix, (), walked) if isinstance(value, kind)
    )


def _walk(
    value: object,
    path: str,
    above: tuple[object, ...],
    walked: set[int] | None = None,
    *,
    into_modules: bool = True,
) -> Iterator[tuple[str, Parameter | Buffer | Module]]:
    """Yield the Modules, Parameters and Buffers in `value`, itself first, with their paths.

    What is found again below itself, such as a parent that a child refers to, is passed over; with
    `walked`, whatever was found before is.
    """
    items: Iterable[tuple[object, object]]
    if isinstance(value, (Parameter, Buffer, Module)):
        if any(value is one for one in above) or (walked is not None and id(value) in walked):
            return
        if walked is not None:
            walked.add(id(value))
        yield path, value
        if not isinstance(value, Module) or not into_modules:
            return
        items = value.members()
    elif any(value is one for one in above):
        return
    elif _is_sequence(value):
        items = enumerate(value)
    elif _is_mapping(value):
        items = value.items()
    else:
        return
    for name, item in items:
        below = f"{path}.{name}" if path else str(name)
        yield from _walk(item, below, (*above, value), walked, into_modules=into_modules)


def _is_sequence(value: object) -> TypeGuard[Sequence[object]]:
    return isinstance(value, (list, tuple))


def _is_mapping(value: object) -> TypeGuard[Mapping[object, object]]:
    return isinstance(value, Mapping)


def _value(name: str, value: Tensor | ArrayLike, into: Tensor) -> Array:
    """A copy of what is to be loaded into a Parameter or Buffer, checked."""
    try:
        array = np.asarray(unwrap(value))
    except ValueError as error:  # lists of different lengths
        raise ValueError(f"load_state_dict: {name}: {error}") from error
    if array.shape != into.shape:
        raise ValueError(f"load_state_dict: {name} has shape {array.shape}, expected {into.shape}")
    if array.dtype.kind not in "biufc" or not np.can_cast(array.dtype, into.dtype, "same_kind"):
        raise TypeError(
            f"load_state_dict: {name} has dtype {array.dtype}, which is not cast to {into.dtype}"
        )
    return array.astype(into.dtype)


def _indented(value: object) -> str:
    if isinstance(value, Module):
        return repr(value).replace("\n", "\n  ")
    return str(getattr(value, "__name__", value))
