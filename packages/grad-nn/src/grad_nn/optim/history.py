"""What L-BFGS remembers, and the direction that it makes of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict

from grad_core import Array
from grad_nn.optim.saved import read_array, read_list, read_number


class LBFGSState(TypedDict):
    """What L-BFGS remembers, of all parameters together, as that of the first one."""

    func_evals: int
    n_iter: int
    d: Array | None
    """The last direction."""
    t: float
    """The last step along it."""
    old_dirs: list[Array]
    """How the gradient changed, in each of the last iterations."""
    old_stps: list[Array]
    """How the parameters changed."""
    ro: list[float]
    """1 over the product of both."""
    H_diag: float
    """The first guess of the inverse Hessian, a multiple of the identity."""
    prev_flat_grad: Array | None
    prev_loss: float


def without_history() -> LBFGSState:
    """Return what there is before the first iteration."""
    return {
        "func_evals": 0,
        "n_iter": 0,
        "d": None,
        "t": 0.0,
        "old_dirs": [],
        "old_stps": [],
        "ro": [],
        "H_diag": 1.0,
        "prev_flat_grad": None,
        "prev_loss": 0.0,
    }


def copied(state: LBFGSState) -> LBFGSState:
    """Return a state whose lists may be changed; nobody writes to the arrays."""
    new = state.copy()
    new["old_dirs"], new["old_stps"] = [*state["old_dirs"]], [*state["old_stps"]]
    new["ro"] = [*state["ro"]]
    return new


def direction(state: LBFGSState, g: Array, history_size: int) -> Array:
    """Remember the last change of the gradient, and return -H g."""
    previous, d = state["prev_flat_grad"], state["d"]
    changes, steps, ro = state["old_dirs"], state["old_stps"], state["ro"]
    if previous is None or d is None:
        return -g
    y: Array = g - previous
    s: Array = d * state["t"]
    product = float(y @ s)
    if product > 1e-10:
        if len(changes) >= history_size:
            for history in (changes, steps, ro):
                del history[: len(history) - history_size + 1]
        changes.append(y)
        steps.append(s)
        ro.append(1.0 / product)
        state["H_diag"] = product / float(y @ y)
    q: Array = -g
    shares: list[float] = []
    for y, s, r in zip(reversed(changes), reversed(steps), reversed(ro), strict=True):
        shares.append(float(s @ q) * r)
        q = q - shares[-1] * y
    q = q * state["H_diag"]
    for y, s, r, share in zip(changes, steps, ro, reversed(shares), strict=True):
        q = q + (share - float(y @ q) * r) * s
    return q


def read_history(entries: Mapping[str, object], like: Array) -> LBFGSState:
    """Return the state of a `state_dict`, checked, for parameters whose values in a row are `like`."""
    state = without_history()
    # PyTorch keeps a workspace, too, and what is not there yet it leaves out
    if unexpected := [key for key in entries if key not in state and key != "al"]:
        raise ValueError(f"unexpected {unexpected}")
    given = {**state, **entries}
    state["func_evals"] = int(read_number("func_evals", given["func_evals"]))
    state["n_iter"] = int(read_number("n_iter", given["n_iter"]))
    state["t"] = read_number("t", given["t"])
    state["H_diag"] = read_number("H_diag", given["H_diag"])
    state["prev_loss"] = read_number("prev_loss", given["prev_loss"])
    if given["d"] is not None:
        state["d"] = read_array("d", given["d"], like)
    if given["prev_flat_grad"] is not None:
        state["prev_flat_grad"] = read_array("prev_flat_grad", given["prev_flat_grad"], like)
    if state["n_iter"] and (state["d"] is None or state["prev_flat_grad"] is None):
        raise ValueError("after the first iteration there must be d and prev_flat_grad")
    changes, steps, ro = (read_list(key, given[key]) for key in ("old_dirs", "old_stps", "ro"))
    if not len(changes) == len(steps) == len(ro):
        raise ValueError(
            "old_dirs, old_stps and ro have different lengths:"
            f" {len(changes)}, {len(steps)}, {len(ro)}"
        )
    state["old_dirs"] = [read_array("old_dirs", v, like) for v in changes]
    state["old_stps"] = [read_array("old_stps", v, like) for v in steps]
    state["ro"] = [read_number("ro", v) for v in ro]
    return state
