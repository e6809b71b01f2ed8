"""Checking gradients against finite differences."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from grad_core.arrays import Array, Operand
from grad_core.checks import described
from grad_core.primitive import unwrap, wrap
from grad_core.sweep import gradient
from grad_core.tensor import Tensor


def check_grads(
    function: Callable[..., Tensor],
    args: Sequence[Operand],
    *,
    order: int = 2,
    eps: float = 1e-5,
    rtol: float = 1e-6,
    atol: float = 1e-8,
) -> None:
    """Check the gradients of a function, of every order up to `order`, by finite differences.

    The result is contracted with fixed random weights to a number, and its gradient with respect
    to each element of each argument is compared with a central difference, (f(x + eps) -
    f(x - eps)) / (2 eps); complex arguments are moved along both axes. Then the same is asked of
    the gradient, and so on.

    Args:
        function: Takes Tensors, returns a Tensor; it is called often, so it must return the same
            result for the same arguments.
        args: Where to check: arrays or Tensors in double precision (float64 or complex128).
        order: The highest order of derivatives that is checked.
        eps: The step of the central difference; it should not step over a kink.
        rtol: The relative error that is allowed, scaled by the largest gradient; ten times as much
            from the second order on.
        atol: The absolute error that is allowed, likewise.

    Raises:
        AssertionError: A gradient is not the one that the difference says, or has a wrong shape
            or dtype; the message names the argument, the element and both values.
        TypeError: An argument is not in double precision, or the result is not a Tensor.

    Example:
        >>> import numpy as np
        >>> import grad_core as gc
        >>> check_grads(lambda x, y: (x * gc.exp(y)).sum(), [np.array([1.0, 2.0]), np.ones(2)])
        >>> wrong = gc.Unary("wrong", lambda x: x * x, lambda g, _y, x: g * x)
        >>> check_grads(wrong, [np.array([3.0])])  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        AssertionError: order 1, args[0][0]: the rules say 3.41..., the difference says 6.82... (...)
    """
    arrays = [np.array(unwrap(x)) for x in args]
    for i, array in enumerate(arrays):
        if array.dtype not in (np.dtype(np.float64), np.dtype(np.complex128)):
            raise TypeError(
                f"check_grads: args[{i}] is {described(array)}; differences need float64 or"
                " complex128"
            )
    rng = np.random.default_rng(0)
    number = value = _contracted(function, arrays, rng)
    for level in range(1, order + 1):
        y = number(*(leaves := _leaves(arrays)))
        # A result that no argument reaches is flat: its gradient is zeros.
        grads = gradient(y, leaves) if y.requires_grad else [wrap(np.zeros_like(x)) for x in arrays]
        # Differences of gradients that carry rounding errors themselves are less exact.
        loose = 1.0 if level == 1 else 10.0
        for i, grad in enumerate(grads):
            expected = _difference(value, arrays, i, eps)
            scale = atol + rtol * float(np.max(np.abs(expected), initial=0.0))
            _compare(f"order {level}, args[{i}]", grad.data, expected, scale * loose)
        if not y.requires_grad:
            return
        weights = [_weights(x, rng) for x in arrays]
        # Differences need no graph of the gradient, and so they also tell whether the rules give
        # with one what they give without.
        value = _derivative(number, weights, create_graph=False)
        number = _derivative(number, weights, create_graph=True)


def _leaves(arrays: list[Array]) -> list[Tensor]:
    return [Tensor(x, requires_grad=True, dtype=x.dtype) for x in arrays]


def _weights(like: Array, rng: np.random.Generator) -> Array:
    weights: Any = rng.uniform(0.5, 1.5, like.shape)
    if like.dtype.kind == "c":
        weights = weights + 1j * rng.uniform(0.5, 1.5, like.shape)
    return np.asarray(weights)


def _contracted(
    function: Callable[..., Tensor], arrays: list[Array], rng: np.random.Generator
) -> Callable[..., Tensor]:
    """The real number that `function` gives with fixed random weights on its elements."""
    result: object = function(*_leaves(arrays))
    if not isinstance(result, Tensor):
        raise TypeError(f"check_grads: the function returned {type(result).__name__}, not a Tensor")
    weights = _weights(result.data, rng)
    return lambda *xs: (function(*xs) * weights).real.sum()


def _derivative(
    number: Callable[..., Tensor], weights: list[Array], *, create_graph: bool
) -> Callable[..., Tensor]:
    """The real number that the gradients of `number` give with fixed weights."""

    def derivative(*xs: Tensor) -> Tensor:
        parts = gradient(number(*xs), xs, create_graph=create_graph)
        total = wrap(np.zeros(()))
        for part, weight in zip(parts, weights, strict=True):
            total = total + (part * weight).real.sum()
        return total

    return derivative


def _difference(value: Callable[..., Tensor], arrays: list[Array], i: int, eps: float) -> Array:
    """The gradient with respect to `arrays[i]` by central differences, in PyTorch's convention."""
    moved = list(arrays)
    out = np.zeros_like(arrays[i])
    steps: list[Any] = [eps, 1j * eps] if out.dtype.kind == "c" else [eps]
    for at in np.ndindex(out.shape):
        for step in steps:
            ends: list[Any] = []
            for sign in (1, -1):
                moved[i] = arrays[i].copy()
                moved[i][at] += sign * step
                ends.append(value(*_leaves(moved)).item())
            out[at] += (ends[0] - ends[1]) / (2 * eps) * (step / eps)
    return out


def _compare(where: str, grad: Array, expected: Array, tolerance: float) -> None:
    if grad.shape != expected.shape or grad.dtype != expected.dtype:
        raise AssertionError(
            f"{where}: the gradient is {described(grad)}, the argument {described(expected)}"
        )
    bad = np.argwhere(~(np.abs(grad - expected) <= tolerance))  # so that NaN is bad, too
    if len(bad):
        at = tuple(int(k) for k in bad[0])
        raise AssertionError(
            f"{where}{list(at) if at else ''}: the rules say {grad[at]}, the difference says"
            f" {expected[at]} ({len(bad)} of {grad.size} elements are off)"
        )
