"""Optimizer: what every optimizer can do, whatever its algorithm."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import SupportsFloat, TypeAlias, TypedDict, TypeVar, overload

import numpy as np

from grad_core import Tensor
from grad_core.primitive import unwrap
from grad_nn.hooks import RemovableHandle, keys
from grad_nn.optim.groups import ParamGroup

L = TypeVar("L", bound=SupportsFloat)
Closure: TypeAlias = Callable[[], SupportsFloat]
"""Computes the loss anew: forgets the gradients, calls `backward`, and returns the loss."""

StepArgs: TypeAlias = tuple[Closure, ...]
StepKwargs: TypeAlias = dict[str, Closure]
StepHook: TypeAlias = Callable[["Optimizer", StepArgs, StepKwargs], None]


class OptimizerStateDict(TypedDict):
    """What `Optimizer.state_dict` returns; the form is PyTorch's."""

    state: dict[int, dict[str, object]]
    """What is remembered of each parameter, by its number."""
    param_groups: list[dict[str, object]]
    """The settings of each group; `params` are the numbers of its parameters."""


class Optimizer(ABC):
    """Base class of optimizers: what a training loop or a scheduler needs to know of one.

    An algorithm is a subclass of `ParameterwiseOptimizer`, or of `GroupedOptimizer` if it looks at
    all parameters at once.
    """

    def __init__(self) -> None:
        self._pre_hooks: dict[int, StepHook] = {}
        self._post_hooks: dict[int, StepHook] = {}
        self._steps: int = 0
        """How many steps this object has taken; schedulers look whether there was one."""

    # ------------------------------------------------------------------------ by algorithm

    @property
    @abstractmethod
    def param_groups(self) -> Sequence[ParamGroup]:
        """The parameters with their settings, which may be changed between steps."""

    @property
    @abstractmethod
    def state(self) -> Mapping[Tensor, Mapping[str, object]]:
        """What is remembered of each parameter that was updated; the names are PyTorch's."""

    @abstractmethod
    def advance(self, closure: Callable[[], L] | None) -> L | None:
        """Update the parameters: what `step` does between its hooks."""

    @abstractmethod
    def state_dict(self) -> OptimizerStateDict:
        """Return a copy of everything that a later run needs to go on as this one would."""

    @abstractmethod
    def load_state_dict(self, state_dict: Mapping[str, object]) -> None:
        """Go on from what `state_dict` returned, here or in PyTorch."""

    # ------------------------------------------------------------------------ for all

    @overload
    def step(self, closure: None = None) -> None: ...
    @overload
    def step(self, closure: Callable[[], L]) -> L: ...
    def step(self, closure: Callable[[], L] | None = None) -> L | None:
        """Update every parameter that a gradient has reached since `zero_grad`.

        The value is replaced, not written to: graphs that hold the old one stay right.

        Args:
            closure: Computes the loss and the gradients anew, and returns the loss. Few algorithms
                need one.

        Returns:
            What the closure returned at its first call, None without one.

        Raises:
            TypeError: `closure` cannot be called, or the algorithm needs one.
            ValueError: A parameter has changed its shape, or a setting is out of range. Nothing is
                updated then.
        """
        if closure is not None and not callable(closure):
            raise TypeError(
                f"{type(self).__name__}: closure is {type(closure).__name__}, expected a function"
                " that computes the loss"
            )
        if self._pre_hooks or self._post_hooks:
            return self._hooked_step(closure)
        loss = self.advance(closure)
        self._steps += 1
        return loss

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradient of every parameter.

        Args:
            set_to_none: Whether to forget it, so that a step passes over parameters that no
                gradient reaches. If False, it becomes zeros that count as a gradient.
        """
        for group in self.param_groups:
            for p in group["params"]:
                if set_to_none:
                    p.zero_grad()
                elif p.has_grad:
                    p.grad = np.zeros_like(unwrap(p))

    # ------------------------------------------------------------------------ hooks

    def register_step_pre_hook(self, hook: StepHook) -> RemovableHandle:
        """Call `hook(optimizer, args, kwargs)` before each step.

        Args:
            hook: Gets what `step` was called with: `(closure,)` or `()`, and `{}`. What it returns
                is not looked at.

        Returns:
            What removes the hook: by its `remove()`, or at the end of a `with` block.

        Example:
            >>> from grad_nn.optim import SGD
            >>> x = Tensor([2.0], requires_grad=True)
            >>> optimizer = SGD([x], lr=0.5)
            >>> x.grad = [1.0]
            >>> with optimizer.register_step_pre_hook(lambda *_: print("before", x.data)):
            ...     optimizer.step()
            before [2.]
        """
        return _added(self._pre_hooks, hook)

    def register_step_post_hook(self, hook: StepHook) -> RemovableHandle:
        """Call `hook(optimizer, args, kwargs)` after each step; see `register_step_pre_hook`."""
        return _added(self._post_hooks, hook)

    def _hooked_step(self, closure: Callable[[], L] | None) -> L | None:
        args: StepArgs = () if closure is None else (closure,)
        for hook in tuple(self._pre_hooks.values()):  # a hook may remove itself
            hook(self, args, {})
        loss = self.advance(closure)
        self._steps += 1
        for hook in tuple(self._post_hooks.values()):
            hook(self, args, {})
        return loss

    def __getstate__(self) -> dict[str, object]:
        """What pickle and copies keep; hooks, which are functions of this process, are left out."""
        return {**vars(self), "_pre_hooks": {}, "_post_hooks": {}}

    def __repr__(self) -> str:
        lines = [_described(group) for group in self.param_groups]
        name = type(self).__name__
        if len(lines) == 1:
            return f"{name}({lines[0]})"
        return f"{name}(\n" + "".join(f"  ({i}): {line}\n" for i, line in enumerate(lines)) + ")"


def _added(hooks: dict[int, StepHook], hook: StepHook) -> RemovableHandle:
    if not callable(hook):
        raise TypeError(f"Optimizer: hook is {hook!r:.60}, expected a function")
    key = next(keys)
    hooks[key] = hook
    return RemovableHandle(hooks, key)


def _described(group: ParamGroup) -> str:
    n = len(group["params"])
    settings = (
        f"{name}={value}" for name, value in group.items() if name not in ("params", "param_names")
    )
    return ", ".join((f"{n} parameter" + "s" * (n != 1), *settings))
