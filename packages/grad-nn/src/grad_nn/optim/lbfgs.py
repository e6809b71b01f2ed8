"""L-BFGS: a quasi-Newton method for smooth functions without noise."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal, TypeAlias

import numpy as np

from grad_core import Array, enable_grad
from grad_core.primitive import unwrap
from grad_nn.optim.grouped import GroupedOptimizer
from grad_nn.optim.groups import GroupOptions, ParamGroup, Params
from grad_nn.optim.history import (
    LBFGSState,
    copied,
    direction,
    read_history,
    without_history,
)
from grad_nn.optim.line_search import Point, strong_wolfe
from grad_nn.optim.optimizer import L

LineSearch: TypeAlias = Literal["strong_wolfe"] | None


class LBFGSGroup(ParamGroup):
    """Parameters and settings of L-BFGS."""

    max_iter: int
    max_eval: int
    tolerance_grad: float
    tolerance_change: float
    history_size: int
    line_search_fn: LineSearch


class LBFGSOptions(GroupOptions, total=False):
    """What may be given of the group."""

    max_iter: int
    max_eval: int
    tolerance_grad: float
    tolerance_change: float
    history_size: int
    line_search_fn: LineSearch


class LBFGS(GroupedOptimizer[LBFGSGroup, LBFGSOptions, LBFGSState]):
    """L-BFGS: steps along -H g, where H is an inverse Hessian guessed from the last iterations.

    One `step` makes up to `max_iter` iterations, and calls the closure for each. With the changes
    s of the parameters and y of the gradient, iteration by iteration:

        H <- (I - s y^T / y^T s) H (I - y s^T / y^T s) + s s^T / y^T s
        p <- p - t * H g

    where H is applied by two loops over the last `history_size` pairs, from H = (s^T y / y^T y) I.
    The step t is lr, or found by a line search for the strong Wolfe conditions.

    Args:
        params: The Tensors to train, or one group of them.
        lr: The step, or the first that the line search tries.
        max_iter: How many iterations a `step` makes at most.
        max_eval: How many times it calls the closure at most; None for 5 / 4 of `max_iter`.
        tolerance_grad: It ends where no component of the gradient is larger than this,
        tolerance_change: or where neither the parameters nor the loss change by more than this.
        history_size: How many iterations are remembered; each takes twice the memory of the
            parameters.
        line_search_fn: `"strong_wolfe"`, or None for steps of lr.
        maximize: Whether to ascend.

    Raises:
        TypeError: `step` is called without a closure.
        ValueError: A setting is out of range, or there is more than one group.

    Example:
        >>> from grad_core import Tensor
        >>> x = Tensor([3.0, -1.0], requires_grad=True)
        >>> optimizer = LBFGS([x], line_search_fn="strong_wolfe")
        >>> def closure() -> Tensor:
        ...     optimizer.zero_grad()
        ...     loss = ((x - 1) ** 4 + (x - 1) ** 2).sum()
        ...     loss.backward()
        ...     return loss
        >>> optimizer.step(closure).item()
        40.0
        >>> print(x.data.round(3))
        [1. 1.]

    Reference:
        J. Nocedal and S. Wright, "Numerical optimization", 2nd edition, algorithms 7.4 and 7.5.
    """

    def __init__(
        self,
        params: Params[LBFGSOptions],
        lr: float = 1.0,
        max_iter: int = 20,
        max_eval: int | None = None,
        tolerance_grad: float = 1e-7,
        tolerance_change: float = 1e-9,
        history_size: int = 100,
        line_search_fn: LineSearch = None,
        *,
        maximize: bool = False,
    ) -> None:
        defaults: LBFGSGroup = {
            "params": [],
            "lr": lr,
            "max_iter": max_iter,
            "max_eval": max_iter * 5 // 4 if max_eval is None else max_eval,
            "tolerance_grad": tolerance_grad,
            "tolerance_change": tolerance_change,
            "history_size": history_size,
            "line_search_fn": line_search_fn,
            "maximize": maximize,
        }
        super().__init__(params, defaults)

    def check(self, group: LBFGSGroup) -> None:
        """Raise a ValueError if a setting is out of range."""
        self.require_numbers(
            lr=group["lr"],
            tolerance_grad=group["tolerance_grad"],
            tolerance_change=group["tolerance_change"],
        )
        for name, value in (
            ("max_iter", group["max_iter"]),
            ("max_eval", group["max_eval"]),
            ("history_size", group["history_size"]),
        ):
            if not isinstance(value, int) or value < 1:
                raise ValueError(f"LBFGS: {name} must be an int, at least 1, got {value!r}")
        if group["line_search_fn"] not in (None, "strong_wolfe"):
            raise ValueError(
                "LBFGS: line_search_fn must be 'strong_wolfe' or None, got"
                f" {group['line_search_fn']!r}"
            )

    def _add(self, given: Sequence[object]) -> None:
        if len(self._groups) + len(given) > 1:
            raise ValueError("LBFGS: there can be one group of parameters only")
        super()._add(given)

    # ------------------------------------------------------------------------ state

    def initial(self, p: Array, group: LBFGSGroup) -> LBFGSState:
        """Return a state without history."""
        return without_history()

    def restored(self, entries: Mapping[str, object], p: Array, group: LBFGSGroup) -> LBFGSState:
        """Return the state from its entries in a `state_dict`, checked."""
        return read_history(
            entries, np.concatenate([unwrap(q).reshape(-1) for q in group["params"]])
        )

    # ------------------------------------------------------------------------ the algorithm

    def advance(self, closure: Callable[[], L] | None) -> L | None:
        """Make up to `max_iter` iterations."""
        if closure is None:
            raise TypeError("LBFGS: step needs a closure that computes the loss and the gradients")
        group = self._groups[0]
        self.check(group)
        if not group["params"]:
            return closure()
        first = group["params"][0]
        state = self._state.get(first) or self.initial(unwrap(first), group)
        if state["d"] is not None and state["d"].size != sum(p.size for p in group["params"]):
            raise ValueError(
                "LBFGS: a parameter has another shape than at the last step; make a new optimizer"
            )
        state = copied(state)
        values = self._values()
        try:
            loss = self._iterate(closure, state, group)
        except BaseException:  # all or nothing, also when interrupted
            self._restore(values)
            raise
        self._state[first] = state
        return loss

    def _iterate(self, closure: Callable[[], L], state: LBFGSState, group: LBFGSGroup) -> L:
        sign = -1.0 if group["maximize"] else 1.0

        def evaluate() -> tuple[float, Array]:
            with enable_grad():
                return sign * float(closure()), sign * self._flat_gradient()

        with enable_grad():
            original = closure()
        loss, g = sign * float(original), sign * self._flat_gradient()
        state["func_evals"] += 1
        if _largest(g) <= group["tolerance_grad"]:
            return original
        evaluations = 1
        for left in reversed(range(group["max_iter"])):
            state["n_iter"] += 1
            d = state["d"] = direction(state, g, group["history_size"])
            t = group["lr"]
            if state["n_iter"] == 1:
                t *= min(1.0, 1.0 / float(np.abs(g).sum()))
            before, last_loss = self._values(), loss
            state["prev_flat_grad"], state["prev_loss"], state["t"] = g, loss, t
            slope = float(g @ d)
            if not slope <= -group["tolerance_change"]:  # or no number
                break
            used = 0
            if group["line_search_fn"] is not None:

                def along(step: float, d: Array = d, before: list[Array] = before) -> Point:
                    self._move(before, step, d)
                    value, gradient = evaluate()
                    return Point(step, value, gradient, float(gradient @ d))

                (t, loss, g, _), used = strong_wolfe(
                    along,
                    Point(0.0, loss, g, slope),
                    t,
                    _largest(d),
                    tolerance_change=group["tolerance_change"],
                    max_evaluations=group["max_eval"] - evaluations,
                )
                state["t"] = t
            self._move(before, t, d)
            if group["line_search_fn"] is None and left:  # the next step evaluates at the last
                loss, g = evaluate()
                used = 1
            evaluations += used
            state["func_evals"] += used
            if (
                evaluations >= group["max_eval"]
                or _largest(g) <= group["tolerance_grad"]
                or _largest(d * t) <= group["tolerance_change"]
                or abs(loss - last_loss) < group["tolerance_change"]
            ):
                break
        return original

    # ------------------------------------------------------------------------ flat arrays

    def _flat_gradient(self) -> Array:
        """All gradients in a row, zeros for those that none reached."""
        rows: list[Array] = []
        for p in self._groups[0]["params"]:
            g = p.grad if p.has_grad else None
            rows.append(np.zeros(p.size, p.dtype) if g is None else g.reshape(-1))
        return np.concatenate(rows)

    def _values(self) -> list[Array]:
        return [unwrap(p) for p in self._groups[0]["params"]]

    def _move(self, before: list[Array], step: float, direction: Array) -> None:
        """Set the parameters to a place along a direction."""
        start = 0
        for p, value in zip(self._groups[0]["params"], before, strict=True):
            part = direction[start : start + value.size].reshape(value.shape)
            p.assign(value + step * part, copy=False)
            start += value.size

    def _restore(self, before: list[Array]) -> None:
        for p, value in zip(self._groups[0]["params"], before, strict=True):
            p.assign(value, copy=False)


def _largest(x: Array) -> float:
    """Return the largest absolute value, 0 of nothing."""
    return float(np.abs(x).max(initial=0.0))
