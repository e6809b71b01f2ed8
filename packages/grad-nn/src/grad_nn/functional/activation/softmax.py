"""Activations that make the numbers along an axis a distribution."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

import grad_core as gc
from grad_core import Array, Tensor, Unary
from grad_core.primitive import unwrap, wrap
from grad_init import Rng, as_generator
from grad_nn.functional.checks import axis, check_tensor


def softmax(input: Tensor, dim: int = -1, *, dtype: DTypeLike | None = None) -> Tensor:
    """exp(x) / sum(exp(x)) along `dim`, without overflow.

    Args:
        input: Any shape.
        dim: The axis along which the results sum to 1.
        dtype: What the input is cast to first; None leaves it.

    Raises:
        TypeError: `input` is no Tensor of real numbers.
        ValueError: The axis does not exist.

    Example:
        >>> softmax(Tensor([1000.0, 1000.0]))
        Tensor([0.5, 0.5])

    Reference:
        J. Bridle, "Probabilistic interpretation of feedforward classification network outputs, with
        relationships to statistical pattern recognition", 1990, equation 3.
    """
    return _along("softmax", gc.softmax, input, dim, dtype)


def log_softmax(input: Tensor, dim: int = -1, *, dtype: DTypeLike | None = None) -> Tensor:
    """log(softmax(x)) along `dim`, exact where softmax rounds to 0.

    Args:
        input: Any shape.
        dim: The axis along which the exponentials of the results sum to 1.
        dtype: What the input is cast to first; None leaves it.

    Raises:
        TypeError: `input` is no Tensor of real numbers.
        ValueError: The axis does not exist.

    Example:
        >>> log_softmax(Tensor([0.0, 1000.0]))
        Tensor([-1000.,     0.])
    """
    return _along("log_softmax", gc.log_softmax, input, dim, dtype)


def softmin(input: Tensor, dim: int = -1, *, dtype: DTypeLike | None = None) -> Tensor:
    """softmax(-x) along `dim`.

    Args:
        input: Any shape.
        dim: The axis along which the results sum to 1.
        dtype: What the input is cast to first; None leaves it.

    Raises:
        TypeError: `input` is no Tensor of real numbers.
        ValueError: The axis does not exist.

    Example:
        >>> softmin(Tensor([1000.0, 1000.0, 9000.0]))
        Tensor([0.5, 0.5, 0. ])
    """
    return _along("softmin", lambda x, dim: gc.softmax(-x, dim), input, dim, dtype)


def _along(
    name: str,
    function: Callable[[Tensor, int], Tensor],
    input: Tensor,
    dim: int,
    dtype: DTypeLike | None,
) -> Tensor:
    check_tensor(name, input, complex_too=dtype is not None)
    x = input if dtype is None else input.astype(dtype)
    check_tensor(name, x)
    if not x.ndim:  # as if it had one axis
        axis(name, dim, 1)
        return function(x.reshape(1), 0).reshape(())
    return function(x, axis(name, dim, x.ndim))


# One of the classes is chosen, and the gradient passes as if the probabilities themselves did.
_choice: Unary[int] = Unary(
    "gumbel_softmax", lambda p, dim: _one_hot(p, dim), lambda g, _y, _p, _dim: g
)


def _one_hot(p: Array, dim: int) -> Array:
    out = np.zeros_like(p)
    if p.size:
        np.put_along_axis(out, p.argmax(dim, keepdims=True), 1, dim)
    return out


def gumbel_softmax(
    logits: Tensor,
    tau: float = 1.0,
    hard: bool = False,
    *,
    dim: int = -1,
    rng: Rng = None,
) -> Tensor:
    """A random sample of classes that has a gradient: softmax((x + Gumbel noise) / tau).

    Args:
        logits: Unnormalised log-probabilities, any shape.
        tau: The temperature, above 0: the lower, the nearer are samples to one class.
        hard: Whether the result is 1 for the likeliest class and 0 for others. The gradient is that
            of the soft sample.
        dim: The axis of the classes.
        rng: Where random numbers come from: a generator, a seed, or None for the default one.

    Raises:
        TypeError: `logits` is no Tensor of real numbers.
        ValueError: The axis does not exist, or `tau` is not above 0.

    Example:
        >>> gumbel_softmax(Tensor([0.0, 1000.0, 0.0]), hard=True, rng=0)
        Tensor([0., 1., 0.])

    Reference:
        E. Jang, S. Gu and B. Poole, "Categorical reparameterization with Gumbel-softmax", ICLR 2017,
        equation 2, and section 2.2 for `hard`.
    """
    check_tensor("gumbel_softmax", logits)
    if not tau > 0:
        raise ValueError(f"gumbel_softmax: tau is {tau}, expected more than 0")
    at = axis("gumbel_softmax", dim, logits.ndim)
    x: Any = unwrap(logits)
    dtype = np.result_type(x.dtype, np.float16)
    noise = wrap(as_generator(rng).gumbel(size=logits.shape).astype(dtype))
    soft = gc.softmax((logits + noise) / tau, at)
    return _choice(soft, at) if hard else soft
