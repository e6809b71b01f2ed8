"""ParameterwiseOptimizer: algorithms that update each parameter by itself."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable

from grad_core import Array, Tensor, enable_grad
from grad_core.primitive import unwrap
from grad_nn.optim.grouped import GroupedOptimizer, StateT
from grad_nn.optim.groups import GroupT, OptionsT
from grad_nn.optim.optimizer import L


class ParameterwiseOptimizer(GroupedOptimizer[GroupT, OptionsT, StateT]):
    """An optimizer that updates each parameter by itself: a subclass defines the update.

    The arguments and errors are those of `GroupedOptimizer`.

    Example:
        >>> from typing import TypedDict
        >>> from grad_nn.optim import GroupOptions, ParamGroup
        >>> class Count(TypedDict):
        ...     step: int
        >>> class Halving(ParameterwiseOptimizer[ParamGroup, GroupOptions, Count]):
        ...     def check(self, group: ParamGroup) -> None:
        ...         self.require_numbers(lr=group["lr"])
        ...
        ...     def initial(self, p: Array, group: ParamGroup) -> Count:
        ...         return {"step": 0}
        ...
        ...     def updated(self, p: Array, g: Array, state: Count, group: ParamGroup) -> Array:
        ...         state["step"] += 1
        ...         return p - group["lr"] * 0.5 ** state["step"] * g
        >>> x = Tensor([3.0], requires_grad=True)
        >>> optimizer = Halving([x], {"params": [], "lr": 1.0, "maximize": False})
        >>> (x * 2).sum().backward()
        >>> optimizer.step()
        >>> x
        Tensor([2.], requires_grad=True)
    """

    @abstractmethod
    def updated(self, p: Array, g: Array, state: StateT, group: GroupT) -> Array:
        """Return the new value of a parameter, a new array.

        Args:
            p: Its value, not to be written to.
            g: Its gradient, not to be written to, negated where the group maximizes.
            state: What is remembered of it; it is brought up to date here.
            group: The settings.
        """

    def advance(self, closure: Callable[[], L] | None) -> L | None:
        """Update every parameter that has a gradient."""
        loss = evaluated(closure)
        due: list[tuple[Tensor, StateT, GroupT]] = []
        for group in self._groups:
            reached = [p for p in group["params"] if p.has_grad]
            if reached:
                self.check(group)
            for p, state in zip(reached, self._states_of(reached, group), strict=True):
                due.append((p, state, group))
        for p, state, group in due:
            g = p.grad
            assert g is not None  # has_grad says so
            self._state[p] = state
            value = self.updated(unwrap(p), -g if group["maximize"] else g, state, group)
            p.assign(value, copy=False)
        return loss


def evaluated(closure: Callable[[], L] | None) -> L | None:
    """Return the loss of a closure, called with gradients, if there is one."""
    if closure is None:
        return None
    with enable_grad():
        return closure()
