"""Adafactor: second moments of matrices, remembered as a row and a column."""

from __future__ import annotations

import math
from typing import TypedDict

import numpy as np

from grad_core import Array
from grad_nn.optim.checks import is_number, is_pair, require_numbers
from grad_nn.optim.groups import GroupOptions, ParamGroup, Params
from grad_nn.optim.parameterwise import ParameterwiseOptimizer


class AdafactorGroup(ParamGroup):
    """Parameters and settings of Adafactor."""

    beta2_decay: float
    eps: tuple[float | None, float]
    d: float
    weight_decay: float


class AdafactorOptions(GroupOptions, total=False):
    """What may be given of a group for Adafactor."""

    beta2_decay: float
    eps: tuple[float | None, float]
    d: float
    weight_decay: float


class AdafactorState(TypedDict):
    """What Adafactor remembers of a parameter: of one with two axes or more, the first two."""

    step: int
    row_var: Array | None
    col_var: Array | None
    variance: Array | None


class Adafactor(ParameterwiseOptimizer[AdafactorGroup, AdafactorOptions, AdafactorState]):
    """Adafactor: Adam without momentum, whose second moments take little memory.

    Those of a matrix, the last two axes of the parameter, are the product of a column of the means
    of its rows and a row of the means of its columns. With the gradient g of a parameter p, at
    step t, and the root mean square rms(x) = sqrt(mean(x^2)):

        p <- p - lr * weight_decay * p
        r <- r + t^beta2_decay * (mean(g^2, -1) - r)
        c <- c + t^beta2_decay * (mean(g^2, -2) - c)
        v = r c / max(mean(r), eps1)                      (v of a vector: the mean of g^2 itself)
        u = g / max(sqrt(v), eps1)
        p <- p - max(eps2, rms(p)) * min(lr, 1 / sqrt(t)) * u / max(1, rms(u) / d)

    where rms(p) is that before the weight decay.

    Args:
        params: The Tensors to train, or groups of them (see `GroupedOptimizer`).
        lr: The largest relative step.
        beta2_decay: The power of t by which the means forget, at most 0.
        eps: What keeps the division from 0, where None stands for that of the dtype, and the least
            scale of a parameter.
        d: The largest root mean square of u, at least 1.
        weight_decay: How fast parameters shrink.
        maximize: Whether to ascend.

    Raises:
        TypeError: `eps` is no pair.
        ValueError: A setting is out of range.

    Example:
        >>> from grad_core import Tensor
        >>> x = Tensor([[2.0, 2.0]], requires_grad=True)
        >>> optimizer = Adafactor([x], lr=0.25)
        >>> (x * x).sum().backward()
        >>> optimizer.step()
        >>> x
        Tensor([[1.5, 1.5]], requires_grad=True)

    Reference:
        N. Shazeer and M. Stern, "Adafactor: adaptive learning rates with sublinear memory cost",
        ICML 2018, algorithms 4 and 5, in PyTorch's form.
    """

    def __init__(
        self,
        params: Params[AdafactorOptions],
        lr: float = 1e-2,
        beta2_decay: float = -0.8,
        eps: tuple[float | None, float] = (None, 1e-3),
        d: float = 1.0,
        weight_decay: float = 0.0,
        *,
        maximize: bool = False,
    ) -> None:
        defaults: AdafactorGroup = {
            "params": [],
            "lr": lr,
            "beta2_decay": beta2_decay,
            "eps": eps,
            "d": d,
            "weight_decay": weight_decay,
            "maximize": maximize,
        }
        super().__init__(params, defaults)

    def check(self, group: AdafactorGroup) -> None:
        """Raise a ValueError or TypeError if a setting is not right."""
        self.require_numbers(lr=group["lr"], weight_decay=group["weight_decay"])
        decay, d, eps = group["beta2_decay"], group["d"], group["eps"]
        if not (is_number(decay) and decay <= 0.0):
            raise ValueError(f"Adafactor: beta2_decay must be a number, at most 0, got {decay!r}")
        if not (is_number(d) and d >= 1.0):
            raise ValueError(f"Adafactor: d must be a number, at least 1, got {d!r}")
        if not is_pair(eps):
            raise TypeError(f"Adafactor: eps must be a pair, got {eps!r}")
        require_numbers("Adafactor", eps1=0.0 if eps[0] is None else eps[0], eps2=eps[1])

    def initial(self, p: Array, group: AdafactorGroup) -> AdafactorState:
        """Return means of zero."""
        state: AdafactorState = {"step": 0, "row_var": None, "col_var": None, "variance": None}
        if p.ndim < 2:
            state["variance"] = np.zeros_like(p)
        else:
            *rest, rows, columns = p.shape
            state["row_var"] = np.zeros((*rest, rows, 1), p.dtype)
            state["col_var"] = np.zeros((*rest, 1, columns), p.dtype)
        return state

    def fits(self, p: Array, state: AdafactorState) -> bool:
        """Whether a parameter still has the shape that its state is for."""
        v, r, c = state["variance"], state["row_var"], state["col_var"]
        if r is None or c is None:
            return v is not None and v.shape == p.shape
        return np.broadcast_shapes(r.shape, c.shape) == p.shape

    def updated(self, p: Array, g: Array, state: AdafactorState, group: AdafactorGroup) -> Array:
        """Take one step."""
        if not p.size:
            return p.copy()
        lr = group["lr"]
        eps1, eps2 = group["eps"]
        if eps1 is None:
            eps1 = float(np.finfo(p.dtype).eps)
        state["step"] += 1
        rate = float(state["step"]) ** group["beta2_decay"]
        size = max(eps2, _rms(p)) * min(lr, state["step"] ** -0.5)
        squares: Array = g * g
        v, r, c = state["variance"], state["row_var"], state["col_var"]
        if v is not None:
            v += rate * (squares - v)
        if r is not None and c is not None:
            r += rate * (squares.mean(-1, keepdims=True) - r)
            c += rate * (squares.mean(-2, keepdims=True) - c)
            v = r * c / np.maximum(r.mean(-2, keepdims=True), eps1)
        assert v is not None  # `initial` makes one or the other
        u: Array = g / np.maximum(np.sqrt(v), eps1)
        u *= size / max(1.0, _rms(u) / group["d"])
        return p * (1.0 - lr * group["weight_decay"]) - u


def _rms(x: Array) -> float:
    """Return the root mean square, 0 of nothing; half precision would overflow."""
    wide = x.astype(np.result_type(x.dtype, np.float32), copy=False)
    return math.sqrt(float(np.vdot(wide, wide)) / max(x.size, 1))
