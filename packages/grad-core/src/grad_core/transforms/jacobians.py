"""Functions that give all first or all second derivatives of a function."""

# mypy: disable-error-code="overload-overlap"
# The last overload, for any argnums, knows less than the others and contradicts none of them.

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, Literal, ParamSpec, TypeVar, overload

import numpy as np

from grad_core.checks import described
from grad_core.node import Traced
from grad_core.ops.manipulation.joining import stack
from grad_core.ops.manipulation.manipulation import reshape
from grad_core.primitive import wrap
from grad_core.transforms.products import Pushforward
from grad_core.transforms.runs import (
    Run,
    array,
    check_function,
    ones,
    own,
    plain_argnums,
    positions,
    pulled,
    scalar,
)
from grad_core.transforms.trees import is_leaf

if TYPE_CHECKING:
    from grad_core.tensor import Tensor

A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
P = ParamSpec("P")
Out = TypeVar("Out")


@overload
def jacobian(
    function: Callable[Concatenate[A, P], Out],
    argnums: Literal[0] = 0,
    mode: Literal["reverse", "forward"] | None = None,
) -> Callable[Concatenate[A, P], A]: ...
@overload
def jacobian(
    function: Callable[Concatenate[A, B, P], Out],
    argnums: Literal[1],
    mode: Literal["reverse", "forward"] | None = None,
) -> Callable[Concatenate[A, B, P], B]: ...
@overload
def jacobian(
    function: Callable[Concatenate[A, B, C, P], Out],
    argnums: Literal[2],
    mode: Literal["reverse", "forward"] | None = None,
) -> Callable[Concatenate[A, B, C, P], C]: ...
@overload
def jacobian(
    function: Callable[Concatenate[A, B, P], Out],
    argnums: tuple[Literal[0], Literal[1]],
    mode: Literal["reverse", "forward"] | None = None,
) -> Callable[Concatenate[A, B, P], tuple[A, B]]: ...
@overload
def jacobian(
    function: Callable[Concatenate[A, B, C, P], Out],
    argnums: tuple[Literal[0], Literal[1], Literal[2]],
    mode: Literal["reverse", "forward"] | None = None,
) -> Callable[Concatenate[A, B, C, P], tuple[A, B, C]]: ...
@overload
def jacobian(
    function: Callable[P, Out],
    argnums: int | tuple[int, ...],
    mode: Literal["reverse", "forward"] | None = None,
) -> Callable[P, object]: ...
def jacobian(
    function: Callable[..., object],
    argnums: int | tuple[int, ...] = 0,
    mode: Literal["reverse", "forward"] | None = None,
) -> Callable[..., object]:
    """Return a function that gives all partial derivatives of an array-valued `function`.

    The kinds of arguments and results are as with `grad`: where `function` takes an array of shape
    `x.shape` and returns one of shape `y.shape`, the result has the shape `y.shape + x.shape`.
    It is made row by row or column by column from one graph.

    Args:
        function: Returns one real array.
        argnums: The position of the argument to differentiate, or a tuple of positions, which gives
            a tuple.
        mode: "reverse" sweeps once for each element of the result, "forward" once for each element
            of the arguments; None chooses the smaller number.

    Returns:
        A function of the same arguments. A list, tuple or dict of arrays as an argument gives one
        of Jacobians.

    Raises:
        TypeError: From the returned function, as with `grad`; also if the argument is a Python
            number and the result has axes, since then the Jacobian is no number.
        ValueError: `mode` is another one.

    Example:
        >>> import numpy as np
        >>> import grad_core as gc
        >>> gc.jacobian(lambda x: x * x.sum())(np.array([1.0, 2.0]))
        array([[4., 1.],
               [2., 5.]])
    """
    check_function("jacobian", function)
    plain = plain_argnums("jacobian", argnums)
    if mode not in (None, "reverse", "forward"):
        raise ValueError(f"jacobian: mode is {mode!r}, expected 'reverse', 'forward' or None")

    @wraps(function, updated=())
    def all_partial(*args: Any, **kwargs: Any) -> Any:
        run = Run("jacobian", function, args, kwargs, positions("jacobian", plain, len(args)))
        y = own(array(run, run.output, "vjp"))
        for x in run.given:
            if y.ndim and not isinstance(x, (Traced, np.ndarray)):
                raise TypeError(
                    f"jacobian: an argument is the number {x}, and the result has axes:"
                    f" {described(y._array)}; pass np.array({x})"
                )
        graph = run.linked(y)
        if mode == "forward" or (mode is None and sum(x.size for x in run.inputs) < y.size):
            parts = [_columns(y, x, graph) for x in run.inputs]
        else:
            parts = _rows(y, run.inputs, graph)
        found = run.as_given(parts)
        return found[0] if isinstance(plain, int) else tuple(found)

    all_partial.__doc__ = f"jacobian of `{getattr(function, '__name__', function)}`: see that."
    return all_partial


@overload
def hessian(
    function: Callable[Concatenate[A, P], Out], argnums: Literal[0] = 0
) -> Callable[Concatenate[A, P], A]: ...
@overload
def hessian(
    function: Callable[Concatenate[A, B, P], Out], argnums: Literal[1]
) -> Callable[Concatenate[A, B, P], B]: ...
@overload
def hessian(
    function: Callable[Concatenate[A, B, C, P], Out], argnums: Literal[2]
) -> Callable[Concatenate[A, B, C, P], C]: ...
@overload
def hessian(function: Callable[P, Out], argnums: int) -> Callable[P, object]: ...
def hessian(function: Callable[..., object], argnums: int = 0) -> Callable[..., object]:
    """Return a function that gives the second derivatives of `function`, which returns a scalar.

    Args:
        function: As for `grad`.
        argnums: The position of the argument to differentiate: one real array. (For lists, tuples
            and dicts of arrays there is `hvp`.)

    Returns:
        A function of the same arguments. Its result has the shape `x.shape + x.shape`.

    Raises:
        TypeError: From the returned function, as with `grad`, or if the argument is not one array.
        ValueError: From the returned function, as with `grad`.

    Example:
        >>> import numpy as np
        >>> import grad_core as gc
        >>> gc.hessian(lambda x: x[0] ** 2 * x[1])(np.array([1.0, 2.0]))
        array([[4., 2.],
               [2., 0.]])
    """
    check_function("hessian", function)
    plain = plain_argnums("hessian", argnums)

    @wraps(function, updated=())
    def second(*args: Any, **kwargs: Any) -> Any:
        chosen = positions("hessian", plain, len(args))
        if len(chosen) != 1 or not is_leaf(args[chosen[0]]):
            raise TypeError(
                "hessian: expected one array to differentiate; or use hvp, which takes trees"
            )
        run = Run("hessian", function, args, kwargs, chosen)
        if (x := run.inputs[0]).dtype.kind == "c":
            raise TypeError(
                f"hessian: the argument is {described(x._array)}, expected real numbers"
            )
        y = scalar(run, run.output, "jacobian")
        graph = run.linked(y)
        (first,) = pulled([y], [ones(y)], run.inputs, graph=True)
        return run.as_given(_rows(first, run.inputs, graph))[0]

    second.__doc__ = f"hessian of `{getattr(function, '__name__', function)}`: see that."
    return second


def _rows(y: Tensor, xs: Sequence[Tensor], graph: bool) -> list[Tensor]:
    """The Jacobian of `y` with respect to each of `xs`, an element of `y` at a time."""
    rows = [pulled([y], [unit], xs, graph=graph) for unit in _units(y)]
    return [_stacked([row[i] for row in rows], y, x, graph) for i, x in enumerate(xs)]


def _columns(y: Tensor, x: Tensor, graph: bool) -> Tensor:
    """The Jacobian of `y` with respect to `x`, an element of `x` at a time."""
    push = Pushforward([y], [x])
    columns = [push([unit], graph=graph)[0] for unit in _units(x)]
    if x.dtype.kind == "c":  # a step along each axis of the plane
        i: Any = wrap(np.array(1j, x.dtype))
        columns = [
            c + push([unit * i], graph=graph)[0] * i
            for c, unit in zip(columns, _units(x), strict=True)
        ]
    turned = _stacked(columns, x, y, graph)
    return turned.transpose((*range(x.ndim, x.ndim + y.ndim), *range(x.ndim)))


def _units(like: Tensor) -> Iterator[Tensor]:
    """The arrays of a shape and dtype that are 1 in one place and 0 elsewhere."""
    for at in np.ndindex(like.shape):
        unit = np.zeros(like.shape, like.dtype)
        unit[at] = 1
        yield wrap(unit)


def _stacked(parts: list[Tensor], outer: Tensor, inner: Tensor, graph: bool) -> Tensor:
    """An array of a part for each element of `outer`, each in the shape of `inner`."""
    shape = outer.shape + inner.shape
    if not parts:
        return wrap(np.zeros(shape, inner.dtype))
    if graph:
        return reshape(stack(parts), shape)
    return wrap(np.stack([t._array for t in parts]).reshape(shape))
