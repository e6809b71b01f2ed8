"""Products of vectors with Jacobians and Hessians, which are never made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar, TypeVarTuple

import numpy as np

from grad_core.checks import described, numeric_array
from grad_core.modes import anomalies, is_grad_enabled
from grad_core.node import Traced
from grad_core.primitive import wrap
from grad_core.transforms.runs import (
    Argument,
    Run,
    check_function,
    in_kind_of,
    leads_out,
    ones,
    own,
    pulled,
    scalar,
)
from grad_core.transforms.trees import alike, leaves, rebuilt, replaced

if TYPE_CHECKING:
    from grad_core.tensor import Tensor

A = TypeVar("A")
P = ParamSpec("P")
Ts = TypeVarTuple("Ts")
Out = TypeVar("Out")


def vjp(function: Callable[[*Ts], Out], *primals: *Ts) -> tuple[Out, Callable[[Out], tuple[*Ts]]]:
    """Run `function`, and return its outputs and the function that pulls gradients back.

    The pullback takes the gradient of something with respect to the outputs and gives that with
    respect to the primals: the product of a vector with the Jacobian. It can be called any number
    of times. Kinds, graphs and complex numbers are as with `grad` and `gradient`.

    Args:
        function: Takes the primals, and returns a Tensor or a list, tuple or dict of Tensors.
        primals: Arrays, or lists, tuples and dicts of arrays.

    Returns:
        The outputs, in the kind of the primals, and `pullback(cotangents)`: it takes what has the
        structure and shapes of the outputs, and gives a tuple of one gradient for each primal.

    Raises:
        TypeError: A primal or an output is not made of floating or complex numbers.
        ValueError: From the pullback, if the structure or a shape is not that of the outputs.

    Example:
        >>> import numpy as np
        >>> import grad_core as gc
        >>> y, pullback = gc.vjp(lambda x, y: x * y, np.array([1.0, 2.0]), np.array([3.0, 4.0]))
        >>> pullback(np.array([1.0, 10.0]))
        (array([ 3., 40.]), array([ 1., 20.]))
    """
    check_function("vjp", function)
    run = Run("vjp", function, primals, {}, range(len(primals)))
    ys = _outputs(run)
    template = replaced(run.output, lambda _: 0.0)
    linked = run.linked(*ys)

    def pullback(cotangents: Out) -> tuple[*Ts]:
        given = alike("vjp: the cotangent", template, cotangents)
        cs = [_beside(where, y, c) for (where, _, c), y in zip(given, ys, strict=True)]
        graph = is_grad_enabled() and (linked or leads_out(cs))
        found: tuple[*Ts] = tuple(run.as_given(pulled(ys, cs, run.inputs, graph=graph)))
        return found

    outputs: Out = run.shown(run.output)
    return outputs, pullback


def jvp(
    function: Callable[[*Ts], Out], primals: tuple[*Ts], tangents: tuple[*Ts]
) -> tuple[Out, Out]:
    """Run `function`, and return its outputs and how they change along the tangents.

    The tangents of the outputs are the product of the Jacobian with a vector. They come from
    sweeping back twice: the gradient that `vjp` gives is linear in the cotangent, and the gradient
    of that with respect to the cotangent is this product (J. Townsend, "A new trick for calculating
    Jacobian vector products", 2017). So no operation needs a rule of its own for it.

    Args:
        function: As in `vjp`.
        primals: The arguments.
        tangents: A direction for each, in its structure and shapes.

    Raises:
        TypeError: A primal or an output is not made of floating or complex numbers.
        ValueError: The structure or a shape of the tangents is not that of the primals.

    Example:
        >>> import numpy as np
        >>> import grad_core as gc
        >>> gc.jvp(gc.exp, (np.array([0.0, 1.0]),), (np.array([1.0, 0.0]),))
        (array([1.        , 2.71828183]), array([1., 0.]))
    """
    check_function("jvp", function)
    for what, value in (("primals", primals), ("tangents", tangents)):
        if not isinstance(value, (tuple, list)):
            raise TypeError(
                f"jvp: {what} is {type(value).__name__}, expected a tuple of one for each argument"
            )
    given = list(alike("jvp: tangents", tuple(primals), tuple(tangents)))
    run = Run("jvp", function, primals, {}, range(len(primals)))
    ys = _outputs(run)
    ts = [_beside(where, x, t) for (where, _, t), x in zip(given, run.inputs, strict=True)]
    graph = is_grad_enabled() and (run.linked(*ys) or leads_out(ts))
    found = iter(Pushforward(ys, run.inputs)(ts, graph=graph))
    outputs: Out = run.shown(run.output)
    changes: Out = rebuilt(outputs, (in_kind_of(y, next(found)) for _, y in leaves("", outputs)))
    return outputs, changes


def hvp(function: Callable[Concatenate[A, P], Out]) -> Callable[Concatenate[A, A, P], A]:
    """Return a function that gives the product of the Hessian of `function` with a vector.

    It takes the first argument of `function`, then the vector, then the other arguments: what
    `scipy.optimize.minimize` calls with `hessp=hvp(function)`. The Hessian itself is never made;
    the product costs a few runs of `function`, whatever the number of its variables.

    Args:
        function: As for `grad`. Its first argument is differentiated; the vector has the same
            structure and shapes.

    Returns:
        A function `(x, v, ...) -> H v`, in the structure and kind of `x`.

    Raises:
        TypeError: From the returned function, as with `grad`.
        ValueError: From the returned function, as with `grad`, or if `v` does not fit `x`.

    Example:
        >>> import numpy as np
        >>> import grad_core as gc
        >>> x, v = np.array([1.0, 2.0]), np.array([1.0, 0.0])
        >>> gc.hvp(lambda x: (x**3).sum())(x, v)
        array([6., 0.])
    """
    check_function("hvp", function)

    @wraps(function, updated=())
    def product(x: A, v: A, /, *args: P.args, **kwargs: P.kwargs) -> A:
        given = list(alike("hvp: the vector", x, v))
        run = Run("hvp", function, (x, *args), kwargs, (0,))
        y = scalar(run, run.output, "jacobian")
        vs = [_beside(where, t, d) for (where, _, d), t in zip(given, run.inputs, strict=True)]
        graph = is_grad_enabled() and (run.linked(y) or leads_out(vs))
        # The Hessian is symmetric: H v is the gradient of the gradient's product with v.
        firsts = pulled([y], [ones(y)], run.inputs, graph=True)
        result: A = run.as_given(pulled(firsts, vs, run.inputs, graph=graph, retain=graph))[0]
        return result

    product.__doc__ = f"hvp of `{getattr(function, '__name__', function)}`: see that."
    return product


class Pushforward:
    """Carries tangents of `xs` to tangents of `ys`, as often as it is called."""

    def __init__(self, ys: Sequence[Tensor], xs: Sequence[Tensor]) -> None:
        zeros = [np.zeros(y.shape, y.dtype) for y in ys]
        self._dummies = [wrap(data, Argument(data)) for data in zeros]
        # The gradient at this cotangent is nobody's result: it may well be 0 / 0.
        looking = anomalies.set("")
        try:
            with np.errstate(all="ignore"):
                self._pulled = pulled(ys, self._dummies, xs, graph=True)
        finally:
            anomalies.reset(looking)

    def __call__(self, tangents: Sequence[Tensor], *, graph: bool) -> Sequence[Tensor]:
        """Return the tangents of `ys` where those of `xs` are `tangents`."""
        return pulled(self._pulled, tangents, self._dummies, graph=graph)


def _outputs(run: Run) -> list[Tensor]:
    """What the function returned as Tensors that nobody else has.

    Raises:
        TypeError: Something in it is not floating or complex.
    """
    ys: list[Tensor] = []
    for where, x in leaves(f"{run.name}: the function's result", run.output):
        y = own(x) if isinstance(x, Traced) else wrap(np.array(numeric_array(where, x)))
        if y.dtype.kind not in "fc":
            raise TypeError(
                f"{where} is {described(y._array)}, expected floating or complex numbers"
            )
        ys.append(y)
    return ys


def _beside(where: str, x: Tensor, given: Any) -> Tensor:
    """The tangent or cotangent that was given for `x`, as a Tensor of its dtype.

    Raises:
        TypeError: Its dtype does not fit.
        ValueError: Its shape is another one.
    """
    t = own(given) if isinstance(given, Traced) else wrap(np.array(numeric_array(where, given)))
    if t.shape != x.shape:
        raise ValueError(f"{where} has shape {t.shape}, expected {x.shape}")
    if not np.can_cast(t.dtype, x.dtype, "same_kind"):
        raise TypeError(f"{where} has dtype {t.dtype}, expected {x.dtype}")
    return t if t.dtype == x.dtype else t.astype(x.dtype)
