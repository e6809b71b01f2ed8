"""What all optimizers share; an algorithm adds one method, `updated`."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from grad_core import Array, Tensor
from grad_core.primitive import unwrap


@dataclass
class State:
    """What an optimizer remembers of one parameter."""

    step: int = 0
    """How many updates the parameter has had, the present one included."""
    arrays: dict[str, Array] = field(default_factory=dict[str, Array])

    def array(self, name: str, like: Array) -> Array:
        """Return the array of that name, zeros like `like` at first; it may be written to."""
        if name not in self.arrays:
            self.arrays[name] = np.zeros_like(like)
        return self.arrays[name]


class Optimizer(ABC):
    """Base class of optimizers.

    Args:
        params: The Tensors to train, each once; leaves that require a gradient.
        lr: The learning rate; it may be changed between steps.
        weight_decay: The factor of the L2 penalty, weight_decay / 2 * |p|^2, whose gradient is
            added to that of the parameter.
        maximize: Whether to ascend.

    Raises:
        ValueError: There are no parameters, one is given twice or cannot be trained, or a
            setting is out of range.
        TypeError: One of `params` is not a Tensor of real floating numbers.

    Example:
        >>> class Halving(Optimizer):
        ...     def updated(self, p: Array, g: Array, state: State) -> Array:
        ...         return p - self.lr * 0.5**state.step * g
        >>> x = Tensor([3.0], requires_grad=True)
        >>> optimizer = Halving([x], lr=1.0)
        >>> (x * 2).sum().backward()
        >>> optimizer.step()
        >>> x
        Tensor([2.], requires_grad=True)
    """

    def __init__(
        self,
        params: Iterable[Tensor],
        *,
        lr: float,
        weight_decay: float = 0.0,
        maximize: bool = False,
    ) -> None:
        self.params: list[Tensor] = _checked(type(self).__name__, params)
        self.lr: float = lr
        self.weight_decay: float = weight_decay
        self.maximize: bool = maximize
        self.states: list[State] = [State() for _ in self.params]
        self.require_numbers(lr=lr, weight_decay=weight_decay)

    def zero_grad(self) -> None:
        """Forget the gradient of every parameter."""
        for p in self.params:
            p.zero_grad()

    def step(self) -> None:
        """Update every parameter that a gradient has reached since `zero_grad`.

        The value is replaced, not written to: graphs that hold the old one stay right.

        Raises:
            ValueError: A parameter has changed its shape. None is updated then.
        """
        pairs = zip(self.params, self.states, strict=True)
        due = [(p, state) for p, state in pairs if p.has_grad]
        for p, state in due:
            for array in state.arrays.values():
                if array.shape != p.shape:
                    raise ValueError(
                        f"{type(self).__name__}: a parameter had shape {array.shape} at the last"
                        f" step, and now {p.shape}; make a new optimizer for it"
                    )
        for p, state in due:
            g = p.grad
            assert g is not None  # has_grad says so
            state.step += 1
            if self.maximize:
                g = -g
            p.assign(self.updated(unwrap(p), g, state), copy=False)

    def decayed(self, p: Array, g: Array) -> Array:
        """Return the gradient with that of the L2 penalty."""
        return g + self.weight_decay * p if self.weight_decay else g

    @abstractmethod
    def updated(self, p: Array, g: Array, state: State) -> Array:
        """Return the new value of a parameter, a new array.

        Args:
            p: Its value, not to be written to.
            g: Its gradient, not to be written to, negated where the optimizer maximizes.
            state: What this optimizer remembers of it.
        """

    def require_numbers(self, below: float = math.inf, **settings: float) -> None:
        """Raise a ValueError unless every setting is a number from 0 to `below`, not included."""
        for name, value in settings.items():
            number = isinstance(value, (int, float, np.number)) and not isinstance(value, bool)
            if not (number and 0.0 <= value < below):
                limit = "" if below == math.inf else f" and less than {below}"
                raise ValueError(
                    f"{type(self).__name__}: {name} must be a number, at least 0{limit}, got"
                    f" {value!r}"
                )

    def __repr__(self) -> str:
        settings = ", ".join(
            f"{name}={value}"
            for name, value in vars(self).items()
            if name not in ("params", "states")
        )
        return f"{type(self).__name__}({len(self.params)} parameters, {settings})"


def _checked(name: str, params: Iterable[Tensor]) -> list[Tensor]:
    if isinstance(params, Tensor):
        raise TypeError(
            f"{name}: params is one Tensor, expected several: [tensor], or parameters()"
        )
    if hasattr(params, "parameters"):
        raise TypeError(f"{name}: params is a {type(params).__name__}; pass its parameters()")
    if not isinstance(params, Iterable):
        raise TypeError(f"{name}: params is {type(params).__name__}, expected several Tensors")
    found = list(params)
    if not found:
        raise ValueError(f"{name}: there are no parameters to train")
    for i, p in enumerate(found):
        if not isinstance(p, Tensor):
            raise TypeError(f"{name}: params[{i}] is {type(p).__name__}, expected a Tensor")
        if not (p.is_leaf and p.requires_grad):
            raise ValueError(
                f"{name}: params[{i}], of shape {p.shape}, is not a leaf with requires_grad"
            )
        if p.dtype.kind != "f":
            raise TypeError(f"{name}: params[{i}] is {p.dtype}; only real parameters are trained")
    if len({id(p) for p in found}) < len(found):
        raise ValueError(f"{name}: a parameter is given more than once")
    return found
