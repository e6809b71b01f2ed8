"""GroupedOptimizer: parameters in groups with typed settings, and what is remembered of each."""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from typing import Generic, TypeVar

import numpy as np

from grad_core import Array, Tensor
from grad_core.primitive import unwrap
from grad_nn.optim.checks import is_array, is_mapping, is_number, is_scalar, require_numbers
from grad_nn.optim.entries import put, replaced
from grad_nn.optim.groups import OWN_TO_SCHEDULERS, GroupT, OptionsT, Params
from grad_nn.optim.members import groups_of, named_tensors
from grad_nn.optim.optimizer import Optimizer, OptimizerStateDict
from grad_nn.optim.saved import entries_of, plain, read_entries, read_parts

StateT = TypeVar("StateT", bound=Mapping[str, object])


class GroupedOptimizer(Optimizer, Generic[GroupT, OptionsT, StateT]):
    """An Optimizer whose groups and states have the types of its algorithm.

    `GroupT` is what stands in `param_groups`, `OptionsT` what may be given of a group, `StateT` what
    is remembered of a parameter: all are TypedDicts.

    Args:
        params: The Tensors to train, each once, leaves that require a gradient; or pairs of a name
            and a Tensor, such as `named_parameters()` gives; or groups: dicts of `params` and of
            the settings that differ from the others'.
        defaults: Every setting, for groups that do not give it; its `params` are empty.

    Raises:
        ValueError: There are no parameters, one is given twice or cannot be trained, or a setting
            is out of range or unknown.
        TypeError: One of `params` is not a Tensor of real floating numbers.
    """

    def __init__(self, params: Params[OptionsT], defaults: GroupT) -> None:
        super().__init__()
        settings = {key: plain(value) for key, value in defaults.items() if key != "params"}
        self.defaults: GroupT = replaced(defaults, settings)
        """The settings of a group that does not give them."""
        self._groups: list[GroupT] = []
        self._state: dict[Tensor, StateT] = {}
        self.check(self.defaults)
        self._add(groups_of(type(self).__name__, params))

    # ------------------------------------------------------------------------ by algorithm

    @abstractmethod
    def check(self, group: GroupT) -> None:
        """Raise a ValueError or TypeError if a setting of a group is not right."""

    @abstractmethod
    def initial(self, p: Array, group: GroupT) -> StateT:
        """Return what is remembered of a parameter before its first update.

        Arrays in it may be written to. What is None may become an array of the parameter's shape.
        """

    def fits(self, p: Array, state: StateT) -> bool:
        """Whether a parameter still has the shape that its state is for."""
        shape = p.shape
        return all(v.shape == shape for v in state.values() if is_array(v))

    def restored(self, entries: Mapping[str, object], p: Array, group: GroupT) -> StateT:
        """Return the state of a parameter from its entries in a `state_dict`, checked."""
        state = self.initial(p, group)
        return replaced(state, read_entries(entries, state, p))

    def require_numbers(self, below: float = math.inf, /, **settings: object) -> None:
        """Raise a ValueError unless every setting is a number from 0 to `below`, not included."""
        require_numbers(type(self).__name__, below, **settings)

    def _states_of(self, params: Iterable[Tensor], group: GroupT) -> list[StateT]:
        """Return what is remembered of parameters, without an entry in `state` for new ones yet."""
        states: list[StateT] = []
        for p in params:
            state = self._state.get(p)
            if state is None:
                state = self.initial(unwrap(p), group)
            elif not self.fits(unwrap(p), state):
                raise ValueError(
                    f"{type(self).__name__}: a parameter has another shape than at the last"
                    f" step, now {p.shape}; make a new optimizer for it"
                )
            elif not p.shape:
                self._take_scalars(unwrap(p), state, group)
            states.append(state)
        return states

    def _take_scalars(self, p: Array, state: StateT, group: GroupT) -> None:
        """Make arrays again of what NumPy gave for them: an array of no axes times 2 is none."""
        scalars = {k: v for k, v in state.items() if is_scalar(v)}
        if scalars:
            like = self.initial(p, group)
            put(state, {k: np.array(v) for k, v in scalars.items() if not is_number(like.get(k))})

    # ------------------------------------------------------------------------ groups

    @property
    def param_groups(self) -> list[GroupT]:
        """The parameters with their settings, which may be changed between steps."""
        return self._groups

    @property
    def state(self) -> dict[Tensor, StateT]:
        """What is remembered of each parameter that was updated; the names are PyTorch's."""
        return self._state

    def add_param_group(self, param_group: OptionsT) -> None:
        """Train more parameters.

        Args:
            param_group: A dict of `params`, in the forms that the constructor takes, or one Tensor,
                and of the settings that differ from the constructor's.

        Raises:
            ValueError: As for the constructor. Nothing is added then.
            TypeError: As for the constructor. Nothing is added then.
        """
        self._add([param_group])

    def _add(self, given: Sequence[object]) -> None:
        kind = type(self).__name__
        made: list[GroupT] = []
        for options in given:
            if not is_mapping(options) or "params" not in options:
                raise TypeError(
                    f"{kind}: a group of parameters is a dict with params, got {options!r:.80}"
                )
            tensors, names = named_tensors(kind, options["params"])
            group = self._changed(
                self.defaults, {k: v for k, v in options.items() if k != "params"}
            )
            group["params"] = tensors
            if names:
                group["param_names"] = names
            self.check(group)
            made.append(group)
        groups = [*self._groups, *made]
        members = [p for group in groups for p in group["params"]]
        if len({id(p) for p in members}) < len(members):
            raise ValueError(f"{kind}: a parameter is given more than once")
        if len({"param_names" in group for group in groups if group["params"]}) > 1:
            raise ValueError(f"{kind}: either all parameters are given with names, or none")
        self._groups += made

    def _changed(self, group: GroupT, settings: Mapping[str, object]) -> GroupT:
        """Return a copy of a group with other settings, which `check` has yet to see."""
        known = [key for key in self.defaults if key != "params"]
        changes: dict[str, object] = {}
        for key, value in settings.items():
            if key not in known and key not in OWN_TO_SCHEDULERS:
                raise ValueError(
                    f"{type(self).__name__}: {key!r} is no setting; there are {', '.join(known)}"
                )
            changes[key] = plain(value)
            if key in OWN_TO_SCHEDULERS:
                self.require_numbers(**{key: changes[key]})
        return replaced(group, changes)

    # ------------------------------------------------------------------------ saving

    def state_dict(self) -> OptimizerStateDict:
        """Return a copy of everything that a later run needs to go on as this one would.

        It has PyTorch's form, with arrays and numbers in the place of tensors.

        Example:
            >>> from grad_nn.optim import SGD
            >>> x = Tensor([1.0], requires_grad=True)
            >>> SGD([x], lr=0.5).state_dict()["param_groups"][0]["lr"]
            0.5
        """
        numbers: dict[Tensor, int] = {}
        groups: list[dict[str, object]] = []
        for group in self._groups:
            for p in group["params"]:
                numbers[p] = len(numbers)
            settings = {k: deepcopy(v) for k, v in group.items() if k != "params"}
            groups.append({**settings, "params": [numbers[p] for p in group["params"]]})
        states = {i: entries_of(self._state[p]) for p, i in numbers.items() if p in self._state}
        return {"state": {i: s for i, s in states.items() if s}, "param_groups": groups}

    def load_state_dict(self, state_dict: Mapping[str, object]) -> None:
        """Go on from what `state_dict` returned, here or in PyTorch.

        Settings are loaded, too. Those that only say how PyTorch computes (`foreach`, `fused`,
        `capturable`, `differentiable`) are passed over, and those that are missing stay as they are.

        Args:
            state_dict: For groups of as many parameters in the same order. Numbers and arrays may
                be anything that NumPy reads, such as tensors on the CPU.

        Raises:
            ValueError: It is for other parameters, lacks something, or has a value that is out of
                range. Nothing has changed then.
            TypeError: It is of another form. Nothing has changed then.
        """
        kind = type(self).__name__
        lengths = [len(group["params"]) for group in self._groups]
        groups, states = read_parts(kind, state_dict, lengths)
        changed: list[GroupT] = []
        loaded: dict[Tensor, StateT] = {}
        for own, given in zip(self._groups, groups, strict=True):
            group = self._changed(own, given.settings)
            if given.names is not None:
                group["param_names"] = given.names
            self.check(group)
            for p, i in zip(group["params"], given.numbers, strict=True):
                if i in states:
                    try:
                        loaded[p] = self.restored(states[i], unwrap(p), group)
                    except (TypeError, ValueError) as error:
                        message = f"{kind}: load_state_dict: the state of parameter {i}: {error}"
                        raise type(error)(message) from error
            changed.append(group)
        self._groups[:] = changed
        self._state.clear()
        self._state.update(loaded)
