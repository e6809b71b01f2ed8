"""ElementwiseOptimizer: algorithms that update each number of a parameter by itself."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from operator import is_
from typing import Generic, NamedTuple

from grad_core import Array, Tensor
from grad_nn.optim.grouped import GroupedOptimizer, StateT
from grad_nn.optim.groups import GroupT, OptionsT, Params
from grad_nn.optim.optimizer import L
from grad_nn.optim.packing import Pack, packed
from grad_nn.optim.parameterwise import evaluated


class ElementwiseOptimizer(GroupedOptimizer[GroupT, OptionsT, StateT]):
    """An optimizer that updates each number of a parameter without a look at the others.

    So it is all the same to the algorithm which numbers it updates at once, and it is given what is
    quick to go through: flat arrays of many small parameters together, or of a part of a large one.

    States consist of arrays of the shape of the parameter, of numbers, and of None in the place of
    arrays that are not there yet. The arguments and errors are those of `GroupedOptimizer`.

    Example:
        >>> from typing import TypedDict
        >>> import numpy as np
        >>> from grad_nn.optim import GroupOptions, ParamGroup
        >>> class Count(TypedDict):
        ...     step: int
        >>> class Halving(ElementwiseOptimizer[ParamGroup, GroupOptions, Count]):
        ...     def check(self, group: ParamGroup) -> None:
        ...         self.require_numbers(lr=group["lr"])
        ...
        ...     def initial(self, p: Array, group: ParamGroup) -> Count:
        ...         return {"step": 0}
        ...
        ...     def updated(
        ...         self, p: Array, g: Array, state: Count, group: ParamGroup, out: Array
        ...     ) -> Array:
        ...         state["step"] += 1
        ...         np.multiply(g, group["lr"] * 0.5 ** state["step"], out=out)
        ...         return np.subtract(p, out, out=out)
        >>> x = Tensor([3.0], requires_grad=True)
        >>> optimizer = Halving([x], {"params": [], "lr": 1.0, "maximize": False})
        >>> (x * 2).sum().backward()
        >>> optimizer.step()
        >>> x
        Tensor([2.], requires_grad=True)
    """

    def __init__(self, params: Params[OptionsT], defaults: GroupT) -> None:
        super().__init__(params, defaults)
        self._plans: dict[int, _Plan[StateT]] = {}
        """For each group what its last step was made of, which most often is that of the next."""

    @abstractmethod
    def updated(self, p: Array, g: Array, state: StateT, group: GroupT, out: Array) -> Array:
        """Return new values of numbers of some parameters, in `out` or in a new array.

        Args:
            p: Their values, a flat array, not to be written to.
            g: Their gradients, not to be written to, negated where the group maximizes.
            state: What is remembered of them; it is brought up to date here. Its arrays are as long
                as the others.
            group: The settings.
            out: An array for the new values, and for what is computed on the way.
        """

    def advance(self, closure: Callable[[], L] | None) -> L | None:
        """Update every parameter that has a gradient."""
        loss = evaluated(closure)
        due: list[tuple[_Plan[StateT], GroupT]] = []
        for i, group in enumerate(self._groups):
            if reached := [p for p in group["params"] if p.has_grad]:
                self._plans[i] = self._plan(self._plans.get(i), reached, group)
                due.append((self._plans[i], group))
        for plan, group in due:
            self._state.update(zip(plan.params, plan.states, strict=True))
            for pack in plan.packs:
                pack.step(self.updated, group)
        return loss

    def _plan(
        self, last: _Plan[StateT] | None, params: list[Tensor], group: GroupT
    ) -> _Plan[StateT]:
        """Return how to update some parameters of a group; nothing is changed yet."""
        settings = [*group.values()]
        if last is None or not _same(settings, last.settings):
            self.check(group)
        if (
            last is not None
            and _same(params, last.params)
            and all(pack.holds(self._state) for pack in last.packs)
        ):
            return last._replace(settings=settings)
        states = self._states_of(params, group)
        return _Plan(settings, params, states, packed(zip(params, states, strict=True)))

    def __getstate__(self) -> dict[str, object]:
        """What pickle and copies keep; plans are made anew, as they share memory with the states."""
        return {**super().__getstate__(), "_plans": {}}


class _Plan(NamedTuple, Generic[StateT]):
    settings: list[object]
    params: list[Tensor]
    states: list[StateT]
    packs: list[Pack[StateT]]


def _same(some: Sequence[object], others: Sequence[object]) -> bool:
    """Whether these are the same objects; `==` of Tensors does not say so."""
    return len(some) == len(others) and all(map(is_, some, others))
