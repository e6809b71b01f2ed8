"""Registering parametrizations, and removing them."""

from __future__ import annotations

from typing import TypeVar

import grad_core as gc
from grad_nn.containers import ModuleDict
from grad_nn.module import Module
from grad_nn.parameter import Buffer, Parameter
from grad_nn.utils.parametrize.parametrization_list import (
    ParametrizationList,
    of_same_kind,
    replace,
    try_out,
)
from grad_nn.utils.parametrize.parametrized_class import (
    WHERE,
    become,
    forget,
    lists_of,
    taken_apart,
)

M = TypeVar("M", bound=Module)


def register_parametrization(
    module: M, tensor_name: str, parametrization: Module, *, unsafe: bool = False
) -> M:
    """Compute a Parameter or Buffer of a Module from another, which takes its place in the state.

    Afterwards `module.weight` is `parametrization(original)`, where `original` is the Parameter that
    there was, and stands in `module.parametrizations.weight.original`. If the parametrization has a
    method `right_inverse`, the original is set to `right_inverse(weight)`; it may return several
    Tensors, for a `forward` that takes several. Assigning to `module.weight` calls it, too.
    Parametrizations of the same Tensor are applied in the order in which they were registered.

    Args:
        module: The Module; its class changes, to a subclass of what it was.
        tensor_name: The name of the attribute.
        parametrization: A Module that takes a Tensor, or several, and returns one.
        unsafe: Whether shape and dtype may change; if not, the parametrization is tried out.

    Returns:
        The Module.

    Raises:
        ValueError: There is no Parameter or Buffer of that name, or shape or dtype change and
            must not. The Module has not changed then.
        TypeError: `parametrization` is no Module, or returns no Tensor.

    Example:
        >>> from grad_nn import Linear
        >>> class Symmetric(Module):
        ...     def forward(self, x: Tensor) -> Tensor:
        ...         return (x + x.T) / 2
        >>> layer = register_parametrization(Linear(2, 2), "weight", Symmetric())
        >>> bool(layer.weight[0, 1] == layer.weight[1, 0])
        True
        >>> list(layer.state_dict())
        ['bias', 'parametrizations.weight.original']
    """
    if not isinstance(parametrization, Module):
        raise TypeError(
            "register_parametrization: parametrization is"
            f" {type(parametrization).__name__}, expected a Module"
        )
    parametrization.train(module.training)
    lists = lists_of(module)
    if lists is not None and tensor_name in lists:
        known = lists[tensor_name]
        if not unsafe:
            try_out(parametrization, getattr(module, tensor_name))
        known.append(parametrization)
        known.unsafe = known.unsafe or unsafe
        forget(module, tensor_name)
        return module
    original = vars(module).get(tensor_name)
    if not isinstance(original, (Parameter, Buffer)):
        raise ValueError(
            f"register_parametrization: {type(module).__name__} has no Parameter or Buffer named"
            f" {tensor_name!r}"
        )
    new = ParametrizationList([parametrization], original, unsafe)
    delattr(module, tensor_name)
    base, names = taken_apart(module)
    become(module, base, (*names, tensor_name))
    if lists is None:
        lists = ModuleDict[ParametrizationList]()
        setattr(module, WHERE, lists)
    lists[tensor_name] = new
    return module


def is_parametrized(module: Module, tensor_name: str | None = None) -> bool:
    """Return whether an attribute of a Module is parametrized, or any, where no name is given.

    Example:
        >>> from grad_nn import Linear
        >>> is_parametrized(Linear(2, 2), "weight")
        False
    """
    lists = lists_of(module)
    return lists is not None and (len(lists) > 0 if tensor_name is None else tensor_name in lists)


def remove_parametrizations(module: M, tensor_name: str, leave_parametrized: bool = True) -> M:
    """Make a parametrized Tensor a plain Parameter or Buffer again.

    Args:
        module: The Module; it gets back the class that it had, once nothing of it is parametrized.
        tensor_name: The name of the attribute.
        leave_parametrized: Whether its value stays; if not, it is that of the original.

    Returns:
        The Module.

    Raises:
        ValueError: It is not parametrized, or there are several originals and their values are
            asked for.

    Example:
        >>> from grad_nn import Linear
        >>> from grad_nn.utils import parametrizations
        >>> layer = remove_parametrizations(parametrizations.weight_norm(Linear(2, 2)), "weight")
        >>> list(layer.state_dict())
        ['bias', 'weight']
    """
    lists = lists_of(module)
    if lists is None or tensor_name not in lists:
        raise ValueError(
            f"remove_parametrizations: {tensor_name!r} of {type(module).__name__} is not"
            " parametrized"
        )
    known = lists[tensor_name]
    original = known.originals()[0]
    if leave_parametrized:
        with gc.no_grad():
            value = known()
        if known.is_tensor:
            replace(original, value)
        else:
            original = of_same_kind(value, original)
    elif not known.is_tensor:
        raise ValueError(
            f"remove_parametrizations: {tensor_name!r} is computed from {known.ntensors} Tensors,"
            " none of which can stand for it; pass leave_parametrized=True"
        )
    base, names = taken_apart(module)
    del lists[tensor_name]
    if not lists:
        delattr(module, WHERE)
    become(module, base, tuple(name for name in names if name != tensor_name))
    forget(module, tensor_name)
    setattr(module, tensor_name, original)
    return module


def type_before_parametrizations(module: Module) -> type[Module]:
    """Return the class that a Module had before it was parametrized; its class, if it is not.

    Example:
        >>> from grad_nn import Linear
        >>> from grad_nn.utils import parametrizations
        >>> type_before_parametrizations(parametrizations.weight_norm(Linear(2, 2)))
        <class 'grad_nn.layers.linear.Linear'>
    """
    return taken_apart(module)[0]


def transfer_parametrizations_and_params(
    from_module: Module, to_module: M, tensor_name: str | None = None
) -> M:
    """Parametrize a Module as another one is, with the same Modules and originals.

    Args:
        from_module: What is parametrized.
        to_module: What is to be. A Tensor that it does not have is made, of the value of the other.
        tensor_name: The attribute that it is about; None for all that are parametrized.

    Returns:
        The second Module.

    Raises:
        ValueError: The attribute is not parametrized.
    """
    lists = lists_of(from_module)
    if lists is None or (tensor_name is not None and tensor_name not in lists):
        raise ValueError(
            f"transfer_parametrizations_and_params: {tensor_name!r} of"
            f" {type(from_module).__name__} is not parametrized"
        )
    for name in lists if tensor_name is None else (tensor_name,):
        given = lists[name]
        if not hasattr(to_module, name):
            setattr(to_module, name, of_same_kind(given(), given.originals()[0]))
        for parametrization in given:
            register_parametrization(to_module, name, parametrization, unsafe=given.unsafe)
        taken = lists_of(to_module)
        assert taken is not None  # just made
        for key, original in zip(given._names(), given.originals(), strict=True):
            setattr(taken[name], key, original)
    return to_module
