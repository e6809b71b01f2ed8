"""The forms in which parameters are given to an optimizer."""

from __future__ import annotations

from collections.abc import Sequence

from grad_core import Tensor
from grad_nn.optim.checks import is_iterable, is_mapping, is_pair


def groups_of(kind: str, params: object) -> Sequence[object]:
    """Return the groups that are given, or the one of all Tensors that are given."""
    if isinstance(params, Tensor):
        raise TypeError(
            f"{kind}: params is one Tensor, expected several: [tensor], or parameters()"
        )
    found = _listed(kind, params)
    if not found:
        raise ValueError(f"{kind}: there are no parameters to train")
    return found if is_mapping(found[0]) else [{"params": found}]


def named_tensors(kind: str, params: object) -> tuple[list[Tensor], list[str]]:
    """Return the Tensors of a group, checked, and their names if they have any."""
    tensors: list[Tensor] = []
    names: list[str] = []
    for i, item in enumerate([params] if isinstance(params, Tensor) else _listed(kind, params)):
        p: object = item
        if is_pair(item) and isinstance(item[0], str):
            names.append(item[0])
            p = item[1]
        if not isinstance(p, Tensor):
            raise TypeError(f"{kind}: params[{i}] is {type(p).__name__}, expected a Tensor")
        if not (p.is_leaf and p.requires_grad):
            raise ValueError(
                f"{kind}: params[{i}], of shape {p.shape}, is not a leaf with requires_grad"
            )
        if p.dtype.kind != "f":
            raise TypeError(f"{kind}: params[{i}] is {p.dtype}; only real parameters are trained")
        tensors.append(p)
    if names and len(names) < len(tensors):
        raise ValueError(f"{kind}: either all parameters are given with names, or none")
    return tensors, names


def _listed(kind: str, params: object) -> list[object]:
    if hasattr(params, "parameters"):
        raise TypeError(f"{kind}: params is a {type(params).__name__}; pass its parameters()")
    if isinstance(params, (set, frozenset)):
        raise TypeError(f"{kind}: params is a set, which has no order; pass a list")
    if is_mapping(params) or not is_iterable(params):
        raise TypeError(f"{kind}: params is {type(params).__name__}, expected several Tensors")
    return list(params)
