"""A Module as a function of its Parameters, such as transforms take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ParamSpec, TypeVar

from grad_core import Tensor
from grad_core.substitution import substituted
from grad_nn.module import HasForward, Module
from grad_nn.structures import is_list

P = ParamSpec("P")
R = TypeVar("R")


def functional_call(
    module: HasForward[P, R],
    parameter_and_buffer_dicts: Mapping[str, Tensor] | Sequence[Mapping[str, Tensor]],
    args: object = None,
    kwargs: Mapping[str, object] | None = None,
    *,
    strict: bool = False,
) -> R:
    """Call a Module with other Tensors for its Parameters and Buffers.

    Gradients go to these Tensors, and those of the Module stay as they are. So a function of the
    Parameters is there for `grad_core.grad`, `hessian`, `hvp` and the like, and a step of training can
    be differentiated. A tied Parameter is replaced under all of its names. What a Module does to a
    Buffer, as batch norm does in training, it does to the Tensor that is given for it.

    The Module is changed during the call, so no other thread may use it then.

    Args:
        module: The Module.
        parameter_and_buffer_dicts: Tensors by the names of `named_parameters` and `named_buffers`; one
            dict, or several. What is not named is that of the Module.
        args: The positional arguments, as a tuple; or a single one.
        kwargs: The keyword arguments.
        strict: Whether missing and unknown names are errors; if not, the latter are passed over.

    Returns:
        What the call returns.

    Raises:
        ValueError: A name is in two dicts, or tied names are given different Tensors; or, if
            `strict`, a name is missing or unknown.
        TypeError: `module` is no Module, or something given for a name is no Tensor.

    Example:
        >>> import grad_core as gc
        >>> from grad_nn import Linear
        >>> layer, x = Linear(1, 1), Tensor([[3.0]])
        >>> def loss(parameters: dict[str, Tensor]) -> Tensor:
        ...     return (functional_call(layer, parameters, (x,)) ** 2).sum()
        >>> gc.grad(loss)({"weight": Tensor([[2.0]]), "bias": Tensor([1.0])})
        {'weight': Tensor([[42.]]), 'bias': Tensor([14.])}
    """
    if not isinstance(module, Module):
        raise TypeError(f"functional_call: module is {type(module).__name__}, expected a Module")
    pairs = _pairs(module, _together(parameter_and_buffer_dicts), strict)
    given = () if args is None else args if is_list(args) else (args,)
    with substituted(pairs):
        result: R = _called(module, given, kwargs or {})
    return result


def _called(module: Any, args: Sequence[object], kwargs: Mapping[str, object]) -> Any:
    # Which arguments fit a type checker does not know.
    return module(*args, **kwargs)


def _together(
    dicts: Mapping[str, Tensor] | Sequence[Mapping[str, Tensor]],
) -> dict[str, Tensor]:
    """What is given in one dict or in several."""
    given: dict[str, Tensor] = {}
    for each in [dicts] if isinstance(dicts, Mapping) else dicts:
        for name, tensor in each.items():
            if not isinstance(tensor, Tensor):
                raise TypeError(
                    f"functional_call: {name} is {type(tensor).__name__}, expected a Tensor"
                )
            if name in given:
                raise ValueError(f"functional_call: {name} is given in two dicts")
            given[name] = tensor
    return given


def _pairs(
    module: Module, given: Mapping[str, Tensor], strict: bool
) -> list[tuple[Tensor, Tensor]]:
    own: dict[str, Tensor] = dict(module.named_parameters(remove_duplicate=False))
    own.update(module.named_buffers(remove_duplicate=False))
    found: dict[int, tuple[str, Tensor]] = {}
    for name, tensor in given.items():
        if name in own:
            first, other = found.setdefault(id(own[name]), (name, tensor))
            if other is not tensor:
                raise ValueError(
                    f"functional_call: {first} and {name} are tied, but given different Tensors"
                )
    if strict:
        missing = [name for name, t in own.items() if id(t) not in found]
        unexpected = [name for name in given if name not in own]
        if missing or unexpected:
            raise ValueError(
                f"functional_call: the names are not those of {type(module).__name__}: missing"
                f" {missing}, unexpected {unexpected}"
            )
    once = {id(t): t for t in own.values() if id(t) in found}
    return [(t, found[key][1]) for key, t in once.items()]
