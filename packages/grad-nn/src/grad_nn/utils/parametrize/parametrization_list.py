"""What a parametrized Tensor is computed from, and by what."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import grad_core as gc
from grad_core import Tensor
from grad_core.primitive import unwrap
from grad_nn.containers import ModuleList
from grad_nn.module import Module
from grad_nn.parameter import Buffer, Parameter
from grad_nn.structures import is_list


class ParametrizationList(ModuleList[Module]):
    """What a Tensor is computed from, and the Modules that do it, one after the other.

    Its call gives the Tensor. `original` is what the first of them takes; where it takes several
    Tensors, these are `original0`, `original1`, and so on.

    Args:
        modules: The Modules, at least one.
        original: The Tensor before it is parametrized. If the right inverse of the Modules is a
            single Tensor, this one stays, with that value.
        unsafe: Whether shape and dtype of the result may differ from those of `original`.

    Raises:
        ValueError: There are no Modules, or, unless `unsafe`, the result does not fit.
        TypeError: A Module returns no Tensor.
    """

    def __init__(
        self, modules: Iterable[Module], original: Parameter | Buffer, unsafe: bool = False
    ) -> None:
        super().__init__(modules)
        self.unsafe: bool = unsafe
        if not len(self):
            raise ValueError("ParametrizationList: there are no Modules")
        value = inverse_of(self, original, optional=True)
        self.is_tensor: bool = isinstance(value, Tensor)
        values = [value] if isinstance(value, Tensor) else value
        with gc.no_grad():
            result = self._computed(values)
        if not unsafe:
            check_like("register_parametrization", "forward", result, original)
            if self.is_tensor and values[0].dtype != original.dtype:
                raise ValueError(
                    f"register_parametrization: right_inverse returned {values[0].dtype}, expected"
                    f" {original.dtype}; pass unsafe=True to skip this check"
                )
        self.ntensors: int = len(values)
        if self.is_tensor:
            replace(original, values[0])  # an optimizer that has it keeps it
            self.original: Parameter | Buffer = original
            return
        for name, t in zip(self._names(), values, strict=True):
            setattr(self, name, of_same_kind(t, original))

    def _names(self) -> list[str]:
        return ["original"] if self.is_tensor else [f"original{i}" for i in range(self.ntensors)]

    def originals(self) -> list[Parameter | Buffer]:
        """Return what the first Module takes."""
        return [getattr(self, name) for name in self._names()]

    def forward(self) -> Tensor:
        """Compute the Tensor."""
        return self._computed(self.originals())

    def _computed(self, values: Sequence[Tensor]) -> Tensor:
        first, *others = self
        x = run(first, *values)
        for module in others:
            x = run(module, x)
        return x

    def right_inverse(self, value: Tensor) -> None:
        """Change the originals so that the result becomes `value`, as far as it can.

        Raises:
            RuntimeError: A Module has no `right_inverse`.
            ValueError: What they return does not fit. Nothing has changed then.
            TypeError: `value` is no Tensor.
        """
        if not isinstance(value, Tensor):
            raise TypeError(f"right_inverse: got {type(value).__name__}, expected a Tensor")
        inverse = inverse_of(self, value, optional=False)
        values = [inverse] if isinstance(inverse, Tensor) else inverse
        originals = self.originals()
        if isinstance(inverse, Tensor) != self.is_tensor or len(values) != len(originals):
            raise ValueError(
                f"right_inverse: got {len(values)} Tensors for {', '.join(self._names())}"
            )
        for name, new, old in zip(self._names(), values, originals, strict=True):
            if new.dtype != old.dtype:
                raise ValueError(
                    f"right_inverse: {name} would be {new.dtype}, expected {old.dtype}"
                )
        for new, old in zip(values, originals, strict=True):
            replace(old, new)


def run(parametrization: Module, *args: Tensor) -> Tensor:
    """Return what a parametrization gives, if it is a Tensor."""
    result = _called(parametrization, *args)
    if not isinstance(result, Tensor):
        raise TypeError(
            f"{type(parametrization).__name__} is a parametrization, but its forward returned"
            f" {type(result).__name__}, expected a Tensor"
        )
    return result


def _called(function: object, *args: Tensor) -> object:
    # A type checker takes a Module for callable only where it sees its forward.
    assert callable(function)
    return function(*args)


def inverse_of(
    modules: Sequence[Module] | ModuleList[Module], value: Tensor, *, optional: bool
) -> Tensor | list[Tensor]:
    """What the Modules make `value` of; one without an inverse passes it on, if that is optional."""
    found: object = value
    for i, module in reversed(list(enumerate(modules))):
        inverse: Callable[[object], object] | None = getattr(module, "right_inverse", None)
        if inverse is None:
            if optional:
                continue
            raise RuntimeError(
                f"{type(module).__name__} is a parametrization without a right_inverse, so that no"
                " value can be assigned to what it computes"
            )
        try:
            with gc.no_grad():
                found = inverse(found)
        except NotImplementedError:
            if not optional:
                raise
            continue
        if i and not isinstance(found, Tensor):
            raise ValueError(
                f"{type(module).__name__} follows another parametrization, so its right_inverse has"
                f" to return one Tensor, got {type(found).__name__}"
            )
    if isinstance(found, Tensor):
        return found
    several = [t for t in found if isinstance(t, Tensor)] if is_list(found) else []
    if not (is_list(found) and len(several) == len(found) > 0):
        raise TypeError(
            f"right_inverse returned {type(found).__name__}, expected a Tensor or several"
        )
    return several


def try_out(parametrization: Module, value: Tensor) -> None:
    """Raise an error if a parametrization, or its inverse, changes the shape or dtype of `value`."""
    with gc.no_grad():
        result = run(parametrization, value)
        check_like("register_parametrization", "forward", result, value)
        try:
            inverse = inverse_of([parametrization], result, optional=True)
        except NotImplementedError:
            return
    if not isinstance(inverse, Tensor):
        raise ValueError(
            f"{type(parametrization).__name__} follows another parametrization, so its"
            " right_inverse has to return one Tensor"
        )
    check_like("register_parametrization", "right_inverse", inverse, value)


def check_like(name: str, what: str, result: Tensor, like: Tensor) -> None:
    """Raise an error if shape or dtype differ."""
    if result.shape != like.shape or result.dtype != like.dtype:
        raise ValueError(
            f"{name}: {what} returned shape {result.shape}, {result.dtype}, expected {like.shape},"
            f" {like.dtype}; pass unsafe=True to skip this check"
        )


def replace(tensor: Parameter | Buffer, value: Tensor) -> None:
    """Give a Parameter or Buffer another value, which may have another shape."""
    if value is not tensor:
        tensor.data = unwrap(value)


def of_same_kind(value: Tensor, like: Parameter | Buffer) -> Parameter | Buffer:
    """A Parameter or Buffer, as the other is, of that value."""
    if isinstance(like, Parameter):
        return Parameter(data=value.detach(), dtype=value.dtype, requires_grad=like.requires_grad)
    return Buffer(value.detach(), persistent=like.persistent, dtype=value.dtype)
