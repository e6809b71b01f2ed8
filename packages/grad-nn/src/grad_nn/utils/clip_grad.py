"""Bounds on gradients, between `backward` and the step of an optimizer."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TypeGuard

import numpy as np

import grad_core as gc
from grad_core import Array, Tensor
from grad_core.primitive import unwrap


def clip_grad_norm_(
    parameters: Tensor | Iterable[Tensor],
    max_norm: float,
    norm_type: float = 2.0,
    error_if_nonfinite: bool = False,
) -> Tensor:
    """Shrink the gradients of all parameters, by one factor, where their norm is too large.

    The factor is min(1, max_norm / (total_norm + 1e-6)), where total_norm is the norm of all
    gradients together, as of one vector.

    Args:
        parameters: Tensors of whose `grad`, where one has arrived, is shrunk; one, or several.
        max_norm: What the norm is to be at most.
        norm_type: The p of the p-norm; it may be `math.inf`.
        error_if_nonfinite: Whether a norm that is infinite or NaN is an error.

    Returns:
        The norm before, of no axes; 0 where there are no gradients. It is float32 at least, so that
        the norm of many float16 numbers does not overflow.

    Raises:
        RuntimeError: The norm is not finite, and that is an error. Nothing has changed then.
        ValueError: `max_norm` is negative or NaN.
        TypeError: One of the parameters is no Tensor.

    Example:
        >>> x = Tensor([1.0, 2.0], requires_grad=True)
        >>> (x * Tensor([30.0, 40.0])).sum().backward()
        >>> clip_grad_norm_([x], max_norm=5.0)
        Tensor(50.)
        >>> x.grad
        array([3., 4.], dtype=float32)

    Reference:
        R. Pascanu et al., "On the difficulty of training recurrent neural networks", ICML 2013,
        algorithm 1.
    """
    limit = _limit("clip_grad_norm_", "max_norm", max_norm)
    found = _with_gradients("clip_grad_norm_", parameters)
    total = _total_norm(
        "clip_grad_norm_", [g for _, g in found], float(norm_type), error_if_nonfinite
    )
    _shrink(found, limit, total.item())
    return total


def clip_grads_with_norm_(
    parameters: Tensor | Iterable[Tensor], max_norm: float, total_norm: Tensor | float
) -> None:
    """Shrink gradients as `clip_grad_norm_` does, by a norm that is known.

    Args:
        parameters: Tensors of whose `grad`, where one has arrived, is shrunk; one, or several.
        max_norm: What the norm is to be at most.
        total_norm: What it is, such as `get_total_norm` of more gradients than these.

    Raises:
        ValueError: `max_norm` is negative or NaN.
        TypeError: One of the parameters is no Tensor.
    """
    limit = _limit("clip_grads_with_norm_", "max_norm", max_norm)
    _shrink(_with_gradients("clip_grads_with_norm_", parameters), limit, float(total_norm))


def get_total_norm(
    tensors: Tensor | Array | Iterable[Tensor | Array],
    norm_type: float = 2.0,
    error_if_nonfinite: bool = False,
) -> Tensor:
    """Return the norm of all numbers of several arrays together, as of one vector.

    Args:
        tensors: The arrays, such as gradients; one, or several.
        norm_type: The p of the p-norm; it may be `math.inf`.
        error_if_nonfinite: Whether a norm that is infinite or NaN is an error.

    Returns:
        The norm, of no axes, and a constant; 0 where there are no arrays. It is float32 at least.

    Raises:
        RuntimeError: The norm is not finite, and that is an error.

    Example:
        >>> get_total_norm([Tensor([3.0]), Tensor([[4.0]])])
        Tensor(5.)
    """
    arrays: list[Array] = [unwrap(t) for t in ([tensors] if _is_one(tensors) else tensors)]
    for x in arrays:
        if not isinstance(x, np.ndarray):
            raise TypeError(f"get_total_norm: got {type(x).__name__}, expected Tensors or ndarrays")
    return _total_norm("get_total_norm", arrays, float(norm_type), error_if_nonfinite)


def clip_grad_value_(parameters: Tensor | Iterable[Tensor], clip_value: float) -> None:
    """Move every number of the gradients that is not in [-clip_value, clip_value] to its end.

    Args:
        parameters: Tensors of whose `grad`, where one has arrived, is clipped; one, or several.
        clip_value: The end.

    Raises:
        ValueError: `clip_value` is negative or NaN.
        TypeError: One of the parameters is no Tensor, or its gradient is complex. Nothing has
            changed then.

    Example:
        >>> x = Tensor([1.0, 2.0], requires_grad=True)
        >>> (x * Tensor([-30.0, 0.25])).sum().backward()
        >>> clip_grad_value_([x], 1.0)
        >>> x.grad
        array([-1.  ,  0.25], dtype=float32)
    """
    limit = _limit("clip_grad_value_", "clip_value", clip_value)
    found = _with_gradients("clip_grad_value_", parameters)
    for _, g in found:
        if g.dtype.kind == "c":
            raise TypeError(f"clip_grad_value_: a gradient is {g.dtype}, and has no order")
    for p, g in found:
        if g.flags.writeable:
            np.clip(g, -limit, limit, out=g)
        else:
            p.grad = np.clip(g, -limit, limit)


def listed(name: str, tensors: Tensor | Iterable[Tensor]) -> list[Tensor]:
    """Return one Tensor or several as a list."""
    if isinstance(tensors, Tensor):
        return [tensors]
    if not isinstance(tensors, Iterable):
        raise TypeError(
            f"{name}: got {type(tensors).__name__}, expected Tensors; those of a Module are its"
            " parameters()"
        )
    return list(tensors)


def _is_one(tensors: object) -> TypeGuard[Tensor | Array]:
    return isinstance(tensors, (Tensor, np.ndarray))


def _limit(name: str, argument: str, value: float) -> float:
    if not isinstance(value, (int, float, np.number)) or not value >= 0.0:
        raise ValueError(f"{name}: {argument} is {value!r:.60}, expected a number, at least 0")
    return float(value)


def _with_gradients(name: str, parameters: Tensor | Iterable[Tensor]) -> list[tuple[Tensor, Array]]:
    """The parameters that a gradient has reached, each once, and their gradients."""
    found: dict[int, tuple[Tensor, Array]] = {}
    for p in listed(name, parameters):
        if not isinstance(p, Tensor):
            raise TypeError(f"{name}: got {type(p).__name__}, expected Tensors")
        if p.has_grad and (g := p.grad) is not None:
            found[id(p)] = p, g
    return list(found.values())


def _shrink(found: list[tuple[Tensor, Array]], max_norm: float, total_norm: float) -> None:
    factor = max_norm / (total_norm + 1e-6)
    if factor >= 1.0:  # of NaN this is False: then the gradients become NaN, too
        return
    with np.errstate(invalid="ignore"):  # of an infinite number the product with 0 is NaN
        for p, g in found:
            if g.flags.writeable:
                g *= factor
            else:
                p.grad = g * factor


def _total_norm(name: str, arrays: list[Array], order: float, finite: bool) -> Tensor:
    with np.errstate(over="ignore", invalid="ignore"):  # once: it takes longer than a small norm
        total = _combined([_norm(x, order) for x in arrays], order)
    if finite and not math.isfinite(total):
        raise RuntimeError(
            f"{name}: the norm of order {order} is {total}; pass error_if_nonfinite=False to go on"
        )
    dtype = np.result_type(np.float32, *(x.real.dtype for x in arrays))
    return gc.asarray(np.array(total, dtype))


def _norm(x: Array, order: float) -> float:
    """The norm of the numbers of an array."""
    if not x.size:
        return 0.0
    flat = x.reshape(-1)
    if x.dtype.kind not in "fc" or x.dtype.itemsize < 4:
        flat = flat.astype(np.float32)
    if order != 2.0:
        return _combined(np.abs(flat), order)
    norm = math.sqrt(float(np.vdot(flat, flat).real))
    if norm in (0.0, math.inf):  # squares may be too small or too large for the dtype
        return _combined(np.abs(flat), order)
    return norm


def _combined(norms: list[float] | Array, order: float) -> float:
    """The norm of numbers that are not negative, without overflow on the way."""
    x = np.asarray(norms, np.float64)
    if not x.size:
        return 0.0
    if order == math.inf:
        return float(x.max())
    if order == -math.inf:
        return float(x.min())
    if order == 0.0:
        return float(np.count_nonzero(x))
    largest = float(x.max())
    if largest == 0.0 or not math.isfinite(largest):
        return largest
    return largest * math.pow(float(((x / largest) ** order).sum()), 1.0 / order)
