"""State: the numbers of a Module, its mode, and how both are copied, loaded and converted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple, Self, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from grad_core import Array, Tensor
from grad_core.checks import numeric_dtype
from grad_core.primitive import unwrap
from grad_nn.parameter import Buffer, Parameter
from grad_nn.places import Places
from grad_nn.tree import is_module, joined, members_of


class IncompatibleKeys(NamedTuple):
    """The names on which `load_state_dict` and a Module did not agree."""

    missing_keys: list[str]
    """What the Module has, and was not given."""
    unexpected_keys: list[str]
    """What was given, and the Module has not."""


class State(Places):
    """All of a Module that has to do with its numbers and its mode."""

    training: bool = True

    def train(self, mode: bool = True) -> Self:
        """Set `training` here and in every Module below, for layers that then differ.

        A Module below that defines its own `train` is left to that.

        Raises:
            TypeError: `mode` is no bool.
        """
        if not isinstance(mode, (bool, np.bool_)):
            raise TypeError(f"train: mode is {mode!r:.60}, expected True or False")
        _set_mode(self, bool(mode), set())
        return self

    def eval(self) -> Self:
        """Set `training` to False here and in every Module below."""
        return self.train(False)

    def requires_grad_(self, requires_grad: bool = True) -> Self:
        """Set `requires_grad` of every Parameter: False freezes them."""
        for p in self.parameters():
            p.requires_grad = requires_grad
        return self

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradient of every Parameter.

        Args:
            set_to_none: Whether optimizers pass over what no gradient reaches from now on. If not,
                what has a gradient now has one of zeros, with which they take a step.
        """
        for p in self.parameters():
            had = p.has_grad
            p.zero_grad()
            if had and not set_to_none:
                p.grad = np.zeros(p.shape, p.dtype)

    # ------------------------------------------------------------------------ dtypes

    def to(self, dtype: DTypeLike) -> Self:
        """Convert Parameters and Buffers, except those of integers or booleans.

        They stay the same objects, so that optimizers and tied names still have them, and keep
        their gradients, converted.

        Args:
            dtype: A floating or complex dtype.

        Raises:
            TypeError: The dtype is another one, or real and one of them is complex. Nothing has
                changed then.

        Example:
            >>> from grad_nn import Linear
            >>> Linear(2, 1).to("float64").weight.dtype
            dtype('float64')
        """
        target: np.dtype[np.floating] = numeric_dtype("to", dtype)
        if target.kind not in "fc":
            raise TypeError(f"to: got {target}, expected a floating or complex dtype")
        if target.kind == "f":
            for name, t in self._numbers():
                if t.dtype.kind == "c":
                    raise TypeError(f"to: {name} is {t.dtype}, which is not cast to {target}")
        return self._convert(target, "fc")

    def float(self) -> Self:
        """Convert floating Parameters and Buffers to float32; see `to`."""
        return self._convert(np.dtype(np.float32), "f")

    def double(self) -> Self:
        """Convert floating Parameters and Buffers to float64; see `to`."""
        return self._convert(np.dtype(np.float64), "f")

    def half(self) -> Self:
        """Convert floating Parameters and Buffers to float16; see `to`."""
        return self._convert(np.dtype(np.float16), "f")

    def _convert(self, dtype: np.dtype[np.floating], kinds: str) -> Self:
        for _, t in self._numbers():
            if t.dtype.kind in kinds and t.dtype != dtype:
                t.assign(unwrap(t), dtype=dtype)
        return self

    def _numbers(self) -> Iterable[tuple[str, Parameter | Buffer]]:
        return [*self.named_parameters(), *self.named_buffers()]

    # ------------------------------------------------------------------------ state_dict

    def get_extra_state(self) -> Array:
        """Return what else belongs to the state, as an array; `set_extra_state` takes it back.

        A Module that defines both has an item named `_extra_state` in its `state_dict`.

        Raises:
            RuntimeError: It is not defined.

        Example:
            >>> from grad_nn import Module
            >>> class Counter(Module):
            ...     calls = 0
            ...
            ...     def forward(self) -> None:
            ...         self.calls += 1
            ...
            ...     def get_extra_state(self) -> Array:
            ...         return np.array(self.calls)
            ...
            ...     def set_extra_state(self, state: Array) -> None:
            ...         self.calls = int(state)
            >>> counter = Counter()
            >>> counter()
            >>> counter.state_dict()
            {'_extra_state': array(1)}
        """
        raise RuntimeError(f"get_extra_state: {type(self).__name__} does not define it")

    def set_extra_state(self, state: Array) -> None:
        """Take what `get_extra_state` returned.

        Raises:
            RuntimeError: It is not defined.
        """
        raise RuntimeError(f"set_extra_state: {type(self).__name__} does not define it")

    def state_dict(self, *, prefix: str = "") -> dict[str, Array]:
        """Return a copy of every Parameter and persistent Buffer, by name.

        A tied one stands under each of its names, as in PyTorch.

        Args:
            prefix: What to put before each name; a dot belongs to it.
        """
        return {
            prefix + name: _extra(name, item) if isinstance(item, State) else unwrap(item).copy()
            for name, item in self._named_state()
        }

    def load_state_dict(
        self,
        state_dict: Mapping[str, Tensor | ArrayLike],
        strict: bool = True,
        assign: bool = False,
    ) -> IncompatibleKeys:
        """Copy values into the Parameters and persistent Buffers; all of them, or none.

        Args:
            state_dict: An array of the right shape for each name that `state_dict` gives; it is cast
                to the dtype of what it is copied into.
            strict: Whether missing and unknown names are errors.
            assign: Whether to take over the dtypes, too, and cast nothing.

        Returns:
            The missing and the unknown names, which are only there if not `strict`.

        Raises:
            ValueError: A name is missing or unknown, a shape is another one, or tied names get
                different values. Nothing has changed then.
            TypeError: A value is of a kind that is not cast: complex for real numbers, or floating
                for integers. Nothing has changed then.

        Example:
            >>> from grad_nn import Linear
            >>> Linear(1, 2).load_state_dict({"bias": [0.0, 1.0], "b": 3.0}, strict=False)
            IncompatibleKeys(missing_keys=['weight'], unexpected_keys=['b'])
        """
        given: object = state_dict
        if not isinstance(given, Mapping):
            raise TypeError(f"load_state_dict: expected arrays by name, got {type(given).__name__}")
        own = dict(self._named_state())
        kind = type(self).__name__
        missing = [name for name in own if name not in state_dict]
        unexpected = [name for name in state_dict if name not in own]
        if strict and (missing or unexpected):
            raise ValueError(
                f"load_state_dict: the names are not those of {kind}: missing {missing},"
                f" unexpected {unexpected}"
            )
        values: dict[int, tuple[str, Array]] = {}
        for name, item in own.items():
            if name not in state_dict:
                continue
            value = _value(name, state_dict[name], item, assign)
            first, earlier = values.setdefault(id(item), (name, value))
            if earlier is not value and not np.array_equal(earlier, value, equal_nan=True):
                raise ValueError(
                    f"load_state_dict: {first} and {name} are tied in {kind}, but get different"
                    " values"
                )
        _load([(item, values[id(item)][1]) for item in own.values() if id(item) in values])
        return IncompatibleKeys(missing, unexpected)

    def _named_state(self) -> Iterator[tuple[str, Item]]:
        """Yield what `state_dict` contains, in PyTorch's order; a Module stands for its extra state."""
        names: dict[str, Item] = {}
        for path, module in self.named_modules(remove_duplicate=False):
            for name, item in _own_state(module):
                full = joined(path, name)
                if names.setdefault(full, item) is not item:
                    raise ValueError(
                        f"state_dict: {type(self).__name__} has two Tensors by the name of {full!r};"
                        " a key with a dot, or one that is a number and text, may be the cause"
                    )
                yield full, item


Item: TypeAlias = Parameter | Buffer | State


def _own_state(module: State) -> Iterator[tuple[str, Item]]:
    found = tuple(members_of(module))
    yield from ((name, p) for name, p in found if isinstance(p, Parameter))
    yield from ((name, b) for name, b in found if isinstance(b, Buffer) and b.persistent)
    if type(module).get_extra_state is not State.get_extra_state:
        yield "_extra_state", module


def _extra(name: str, module: State) -> Array:
    """A copy of the extra state of a Module."""
    extra = np.array(module.get_extra_state())
    if extra.dtype.kind not in "biufc":
        raise TypeError(
            f"state_dict: get_extra_state of {type(module).__name__} returned dtype {extra.dtype}"
            f" for {name}, expected numbers"
        )
    return extra


def _value(name: str, value: Tensor | ArrayLike, into: Item, assign: bool) -> Array:
    """A copy of what is to be loaded, checked."""
    try:
        array = np.array(unwrap(value))
    except ValueError as error:  # lists of different lengths
        raise ValueError(f"load_state_dict: {name}: {error}") from error
    if array.dtype.kind not in "biufc":
        raise TypeError(f"load_state_dict: {name} has dtype {array.dtype}, expected numbers")
    if isinstance(into, State):
        return array
    if array.shape != into.shape:
        raise ValueError(f"load_state_dict: {name} has shape {array.shape}, expected {into.shape}")
    if assign:
        if into.requires_grad and array.dtype.kind not in "fc":
            raise TypeError(
                f"load_state_dict: {name} has dtype {array.dtype}, and requires a gradient, which"
                " only floating and complex numbers can"
            )
        return array
    if not np.can_cast(array.dtype, into.dtype, "same_kind"):
        raise TypeError(
            f"load_state_dict: {name} has dtype {array.dtype}, which is not cast to {into.dtype}"
        )
    return array.astype(into.dtype, copy=False)


def _load(pairs: Iterable[tuple[Item, Array]]) -> None:
    """Put values in place, and the earlier ones back if a Module does not take its extra state."""
    earlier: list[tuple[Item, Array]] = []
    try:
        for item, value in pairs:
            if isinstance(item, State):
                earlier.append((item, np.array(item.get_extra_state())))
                item.set_extra_state(value)
            else:
                earlier.append((item, unwrap(item)))
                item.assign(value, dtype=value.dtype)
    except BaseException:
        for item, value in reversed(earlier):
            if isinstance(item, State):
                item.set_extra_state(value)
            else:
                item.assign(value, dtype=value.dtype)
        raise


def _set_mode(module: State, mode: bool, seen: set[int]) -> None:
    """Set `training` of a Module and of those below it, each once, in the way that each has."""
    seen.add(id(module))
    module.training = mode
    for _, child in members_of(module):
        if is_module(child) and id(child) not in seen:
            if getattr(child.train, "__func__", None) is State.train:
                _set_mode(child, mode, seen)
            else:
                seen.add(id(child))
                child.train(mode)
