"""Functions that give the gradient of a function.

Types: the differentiated argument is positional in the function that is returned, and its type is
that of the gradient. A checker picks the overload by `argnums`, literally 0, 1, 2, (0, 1) or
(0, 1, 2); for others the gradient is an `object`. It cannot know what a lambda takes: annotate the
result, or write a `def`.
"""

# mypy: disable-error-code="overload-overlap"
# The last overload, for any argnums, knows less than the others and contradicts none of them.

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, Literal, ParamSpec, TypeVar, overload

from grad_core.transforms.runs import (
    Run,
    check_function,
    ones,
    plain_argnums,
    positions,
    pulled,
    scalar,
)
from grad_core.transforms.trees import is_tuple

A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
P = ParamSpec("P")
Out = TypeVar("Out")
Aux = TypeVar("Aux")


@overload
def value_and_grad(
    function: Callable[Concatenate[A, P], Out],
    argnums: Literal[0] = 0,
    *,
    has_aux: bool = False,
) -> Callable[Concatenate[A, P], tuple[Out, A]]: ...
@overload
def value_and_grad(
    function: Callable[Concatenate[A, B, P], Out], argnums: Literal[1], *, has_aux: bool = False
) -> Callable[Concatenate[A, B, P], tuple[Out, B]]: ...
@overload
def value_and_grad(
    function: Callable[Concatenate[A, B, C, P], Out], argnums: Literal[2], *, has_aux: bool = False
) -> Callable[Concatenate[A, B, C, P], tuple[Out, C]]: ...
@overload
def value_and_grad(
    function: Callable[Concatenate[A, B, P], Out],
    argnums: tuple[Literal[0], Literal[1]],
    *,
    has_aux: bool = False,
) -> Callable[Concatenate[A, B, P], tuple[Out, tuple[A, B]]]: ...
@overload
def value_and_grad(
    function: Callable[Concatenate[A, B, C, P], Out],
    argnums: tuple[Literal[0], Literal[1], Literal[2]],
    *,
    has_aux: bool = False,
) -> Callable[Concatenate[A, B, C, P], tuple[Out, tuple[A, B, C]]]: ...
@overload
def value_and_grad(
    function: Callable[P, Out], argnums: int | tuple[int, ...], *, has_aux: bool = False
) -> Callable[P, tuple[Out, object]]: ...
def value_and_grad(
    function: Callable[..., object],
    argnums: int | tuple[int, ...] = 0,
    *,
    has_aux: bool = False,
) -> Callable[..., tuple[object, object]]:
    """Return a function that gives the value of `function` and its gradient, in one run.

    Arguments, errors and the rules of what comes out are those of `grad`. The value of a function
    of plain arrays is an array without axes, that of Python numbers alone a float.

    Returns:
        A function `(...) -> (value, gradient)`; with `has_aux`, `((value, aux), gradient)`.

    Example:
        >>> import numpy as np
        >>> import grad_core as gc
        >>> def loss(w, x, y):
        ...     return ((x @ w - y) ** 2).mean()
        >>> x, y = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([1.0, 0.0])
        >>> gc.value_and_grad(loss)(np.zeros(2), x, y)
        (array(0.5), array([-1., -2.]))
    """
    return _transformed(
        "value_and_grad", function, argnums, has_aux, lambda run, g: (run.shown(run.output), g)
    )


@overload
def grad(
    function: Callable[Concatenate[A, P], Out],
    argnums: Literal[0] = 0,
    *,
    has_aux: Literal[False] = False,
) -> Callable[Concatenate[A, P], A]: ...
@overload
def grad(
    function: Callable[Concatenate[A, B, P], Out],
    argnums: Literal[1],
    *,
    has_aux: Literal[False] = False,
) -> Callable[Concatenate[A, B, P], B]: ...
@overload
def grad(
    function: Callable[Concatenate[A, B, C, P], Out],
    argnums: Literal[2],
    *,
    has_aux: Literal[False] = False,
) -> Callable[Concatenate[A, B, C, P], C]: ...
@overload
def grad(
    function: Callable[Concatenate[A, B, P], Out],
    argnums: tuple[Literal[0], Literal[1]],
    *,
    has_aux: Literal[False] = False,
) -> Callable[Concatenate[A, B, P], tuple[A, B]]: ...
@overload
def grad(
    function: Callable[Concatenate[A, B, C, P], Out],
    argnums: tuple[Literal[0], Literal[1], Literal[2]],
    *,
    has_aux: Literal[False] = False,
) -> Callable[Concatenate[A, B, C, P], tuple[A, B, C]]: ...
@overload
def grad(
    function: Callable[Concatenate[A, P], tuple[Out, Aux]],
    argnums: Literal[0] = 0,
    *,
    has_aux: Literal[True],
) -> Callable[Concatenate[A, P], tuple[A, Aux]]: ...
@overload
def grad(
    function: Callable[Concatenate[A, B, P], tuple[Out, Aux]],
    argnums: Literal[1],
    *,
    has_aux: Literal[True],
) -> Callable[Concatenate[A, B, P], tuple[B, Aux]]: ...
@overload
def grad(
    function: Callable[Concatenate[A, B, C, P], tuple[Out, Aux]],
    argnums: Literal[2],
    *,
    has_aux: Literal[True],
) -> Callable[Concatenate[A, B, C, P], tuple[C, Aux]]: ...
@overload
def grad(
    function: Callable[Concatenate[A, B, P], tuple[Out, Aux]],
    argnums: tuple[Literal[0], Literal[1]],
    *,
    has_aux: Literal[True],
) -> Callable[Concatenate[A, B, P], tuple[tuple[A, B], Aux]]: ...
@overload
def grad(
    function: Callable[Concatenate[A, B, C, P], tuple[Out, Aux]],
    argnums: tuple[Literal[0], Literal[1], Literal[2]],
    *,
    has_aux: Literal[True],
) -> Callable[Concatenate[A, B, C, P], tuple[tuple[A, B, C], Aux]]: ...
@overload
def grad(
    function: Callable[P, Out], argnums: int | tuple[int, ...], *, has_aux: bool = False
) -> Callable[P, object]: ...
def grad(
    function: Callable[..., object],
    argnums: int | tuple[int, ...] = 0,
    *,
    has_aux: bool = False,
) -> Callable[..., object]:
    """Return a function that gives the gradient of `function`, which returns a scalar.

    Inside, the differentiated arguments are Tensors. The gradient has the structure, kinds, shapes
    and dtypes of the argument: an ndarray for an ndarray, a float for a Python float (which counts
    as float64), a dict of Tensors for a dict of Tensors. No `.grad` is touched.

    What requires a gradient itself, as an argument or where `function` closes over it, is
    differentiated through: then the results are Tensors that carry a graph, unless `no_grad` is on
    outside. So transforms nest, to any order.

    Args:
        function: Returns a real scalar: a Tensor of one element. It takes Tensors, ndarrays, floats
            and lists, tuples and dicts of these for what is differentiated, and anything else. A
            number or an array that was not computed from the argument has the gradient 0 (so do not
            take `.data` in it).
        argnums: The position of the argument to differentiate, or a tuple of positions, which gives
            a tuple of gradients. These arguments are passed by position; all others are handed on.
        has_aux: Whether `function` returns `(value, aux)`, of which `aux` is anything to hand on.

    Returns:
        A function of the same arguments. With `has_aux` it gives `(gradient, aux)`.

    Raises:
        TypeError: From the returned function, if a differentiated argument is not made of floating
            or complex numbers, or the result is not a real floating number.
        ValueError: From the returned function, if the result has not exactly one element.

    Example:
        >>> import numpy as np
        >>> import grad_core as gc
        >>> def loss(params, x):
        ...     return ((params["w"] * x + params["b"]) ** 2).sum()
        >>> gc.grad(loss)({"w": np.array([2.0, 3.0]), "b": 1.0}, np.ones(2))
        {'w': array([6., 8.]), 'b': 14.0}
        >>> cube = lambda x: x**3
        >>> gc.grad(gc.grad(cube))(2.0)
        12.0
    """
    if has_aux:
        return _transformed("grad", function, argnums, True, _with_aux)
    return _transformed("grad", function, argnums, False, lambda _run, g: g)


def _with_aux(run: Run, g: Any) -> tuple[Any, Any]:
    return g, run.shown(run.output[1])


def _transformed(
    name: str,
    function: Callable[..., object],
    argnums: int | tuple[int, ...],
    has_aux: bool,
    result: Callable[[Run, Any], Any],
) -> Callable[..., Any]:
    """The function that gives `result(run, gradient)`."""
    check_function(name, function)
    plain = plain_argnums(name, argnums)

    @wraps(function, updated=())
    def transformed(*args: Any, **kwargs: Any) -> Any:
        run = Run(name, function, args, kwargs, positions(name, plain, len(args)))
        y = scalar(run, _value(run, has_aux), "jacobian")
        graph = run.linked(y)
        # What else came out may have a graph that shares nodes with that of y.
        retain = graph or has_aux
        found = run.as_given(pulled([y], [ones(y)], run.inputs, graph=graph, retain=retain))
        return result(run, found[0] if isinstance(plain, int) else tuple(found))

    transformed.__doc__ = f"{name} of `{getattr(function, '__name__', function)}`: see that."
    return transformed


def _value(run: Run, has_aux: bool) -> Any:
    """What is differentiated of what the function returned."""
    output: object = run.output
    if has_aux:
        if not is_tuple(output) or len(output) != 2:
            raise TypeError(
                f"{run.name}: has_aux=True, and the function returned {type(run.output).__name__},"
                " expected (value, aux)"
            )
        return output[0]
    if is_tuple(output):
        raise TypeError(
            f"{run.name}: the function returned a tuple, expected a scalar; pass has_aux=True for"
            " (value, aux)"
        )
    return output
