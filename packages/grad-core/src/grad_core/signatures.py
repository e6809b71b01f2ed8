"""What the names of a rule's arguments say: what it reads, and how its primitive is called."""

from __future__ import annotations

from types import FunctionType
from typing import TYPE_CHECKING

import numpy as np

from grad_core.node import Rule

if TYPE_CHECKING:
    from inspect import Signature

    from grad_core.primitive import Primitive


class Signed:
    """The signature of a primitive, for `help` and editors: the names that its first rule uses.

    To the class itself it says that there is none, so that `inspect` looks at `__init__`.
    """

    def __get__(self, instance: Primitive | None, owner: type) -> Signature:
        from inspect import Parameter, Signature  # slow to import

        if instance is None:
            raise AttributeError("__signature__")
        names = [name.lstrip("_") for name in instance.names]
        return Signature([Parameter(name, Parameter.POSITIONAL_ONLY) for name in names])


def operands_read(name: str, rule: Rule, arity: int) -> tuple[bool, ...]:
    """Which of (out, *operands) a rule reads."""
    names = argument_names(name, rule)
    if len(names) < arity + 2:
        raise TypeError(
            f"{name}: a rule of {arity} operand(s) takes (g, out, {arity} operand(s), *params),"
            f" got ({', '.join(names)})"
        )
    return tuple(not n.startswith("_") for n in names[1 : arity + 2])


def argument_names(name: str, rule: Rule) -> tuple[str, ...]:
    """Return how a rule names its arguments; an underscore says that it does not read one."""
    if isinstance(rule, FunctionType):
        return rule.__code__.co_varnames[: rule.__code__.co_argcount]
    import inspect  # slow, and seldom needed: not for the operations that are made on import

    try:
        names = () if isinstance(rule, np.ufunc) else tuple(inspect.signature(rule).parameters)
    except (TypeError, ValueError):  # a built-in function, say
        names = ()
    if not names:
        raise TypeError(f"{name}: a rule has to name its arguments, got {rule!r}")
    return names
