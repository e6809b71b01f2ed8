"""Muon: momentum of matrices, made orthogonal."""

from __future__ import annotations

import math
from typing import Literal, TypeAlias, TypedDict

import numpy as np

from grad_core import Array
from grad_nn.optim.checks import is_number, is_sequence
from grad_nn.optim.groups import GroupOptions, MomentumGroup, Params
from grad_nn.optim.parameterwise import ParameterwiseOptimizer

AdjustLr: TypeAlias = Literal["original", "match_rms_adamw"] | None


class MuonGroup(MomentumGroup):
    """Parameters and settings of Muon."""

    weight_decay: float
    nesterov: bool
    ns_coefficients: tuple[float, float, float]
    eps: float
    ns_steps: int
    adjust_lr_fn: AdjustLr


class MuonOptions(GroupOptions, total=False):
    """What may be given of a group for Muon."""

    weight_decay: float
    momentum: float
    nesterov: bool
    ns_coefficients: tuple[float, float, float]
    eps: float
    ns_steps: int
    adjust_lr_fn: AdjustLr


class MuonState(TypedDict):
    """What Muon remembers of a parameter."""

    momentum_buffer: Array


class Muon(ParameterwiseOptimizer[MuonGroup, MuonOptions, MuonState]):
    """Muon: for the weight matrices of hidden layers, steps that are nearly orthogonal.

    Biases, embeddings and the last layer go to another optimizer, such as AdamW. With the gradient
    g of a parameter p of shape (A, B):

        b <- momentum * b + (1 - momentum) * g
        d = momentum * b + (1 - momentum) * g          if nesterov, else b
        x = d / |d|; ns_steps times: x <- a * x + (b * s + c * s^2) x  with s = x x^T
        p <- p - lr * weight_decay * p - lr' * x

    where a, b, c are `ns_coefficients`, under which the singular values of x come near to 1, and
    lr' is lr * sqrt(max(1, A / B)), or lr * 0.2 * sqrt(max(A, B)) with `"match_rms_adamw"`.

    Args:
        params: Matrices to train, or groups of them (see `GroupedOptimizer`).
        lr: The learning rate.
        weight_decay: How fast parameters shrink.
        momentum: How slowly the mean of gradients forgets.
        nesterov: Whether to look ahead along the momentum.
        ns_coefficients: Those of the polynomial.
        eps: The least norm to divide by.
        ns_steps: How many times the polynomial is applied, less than 100.
        adjust_lr_fn: How the learning rate depends on the shape: `"original"`, which None stands
            for, or `"match_rms_adamw"`, which lets learning rates of AdamW be kept.
        maximize: Whether to ascend.

    Raises:
        TypeError: `ns_coefficients` are not three numbers.
        ValueError: A parameter is no matrix, or a setting is out of range.

    Example:
        >>> from grad_core import Tensor
        >>> x = Tensor([[3.0, 0.0], [0.0, 1.0]], requires_grad=True)
        >>> optimizer = Muon([x], lr=0.1, ns_steps=30, ns_coefficients=(1.5, -0.5, 0.0))
        >>> (x * x).sum().backward()
        >>> optimizer.step()
        >>> print(x.data.round(2))
        [[2.87 0.  ]
         [0.   0.89]]

    Note:
        The polynomial is computed in the dtype of the parameter; PyTorch rounds to bfloat16.

    Reference:
        K. Jordan et al., "Muon: an optimizer for hidden layers in neural networks", 2024,
        kellerjordan.github.io/posts/muon; match_rms_adamw: J. Liu et al., "Muon is scalable for LLM
        training", arXiv:2502.16982, section 2.2.
    """

    def __init__(
        self,
        params: Params[MuonOptions],
        lr: float = 1e-3,
        weight_decay: float = 0.1,
        momentum: float = 0.95,
        nesterov: bool = True,
        ns_coefficients: tuple[float, float, float] = (3.4445, -4.775, 2.0315),
        eps: float = 1e-7,
        ns_steps: int = 5,
        adjust_lr_fn: AdjustLr = None,
        *,
        maximize: bool = False,
    ) -> None:
        defaults: MuonGroup = {
            "params": [],
            "lr": lr,
            "weight_decay": weight_decay,
            "momentum": momentum,
            "nesterov": nesterov,
            "ns_coefficients": ns_coefficients,
            "eps": eps,
            "ns_steps": ns_steps,
            "adjust_lr_fn": adjust_lr_fn,
            "maximize": maximize,
        }
        super().__init__(params, defaults)

    def check(self, group: MuonGroup) -> None:
        """Raise a ValueError or TypeError if a setting or parameter is not right."""
        self.require_numbers(
            lr=group["lr"],
            weight_decay=group["weight_decay"],
            momentum=group["momentum"],
            eps=group["eps"],
        )
        coefficients, steps, adjust = (
            group["ns_coefficients"],
            group["ns_steps"],
            group["adjust_lr_fn"],
        )
        if not (
            is_sequence(coefficients)
            and len(coefficients) == 3
            and all(is_number(c) for c in coefficients)
        ):
            raise TypeError(f"Muon: ns_coefficients must be three numbers, got {coefficients!r}")
        if not (isinstance(steps, int) and 0 <= steps < 100):
            raise ValueError(f"Muon: ns_steps must be an int from 0 to 99, got {steps!r}")
        if adjust not in (None, "original", "match_rms_adamw"):
            raise ValueError(
                f"Muon: adjust_lr_fn must be 'original' or 'match_rms_adamw', got {adjust!r}"
            )
        for p in group["params"]:
            if p.ndim != 2:
                raise ValueError(f"Muon: a parameter has shape {p.shape}, expected a matrix")

    def initial(self, p: Array, group: MuonGroup) -> MuonState:
        """Return a momentum of zero."""
        return {"momentum_buffer": np.zeros_like(p)}

    def updated(self, p: Array, g: Array, state: MuonState, group: MuonGroup) -> Array:
        """Take one step."""
        lr, momentum = group["lr"], group["momentum"]
        b = state["momentum_buffer"]
        b *= momentum
        b += (1.0 - momentum) * g
        direction = momentum * b + (1.0 - momentum) * g if group["nesterov"] else b
        x = orthogonalized(direction, group["ns_coefficients"], group["ns_steps"], group["eps"])
        rows, columns = p.shape
        if group["adjust_lr_fn"] == "match_rms_adamw":
            adjusted = lr * 0.2 * math.sqrt(max(rows, columns))
        else:
            adjusted = lr * math.sqrt(max(1.0, rows / max(columns, 1)))
        return p * (1.0 - lr * group["weight_decay"]) - adjusted * x


def orthogonalized(
    matrix: Array, coefficients: tuple[float, float, float], steps: int, eps: float
) -> Array:
    """Return nearly U V^T of a matrix U S V^T, by Newton-Schulz iterations."""
    a, b, c = coefficients
    tall = matrix.shape[0] > matrix.shape[1]
    x = matrix.T if tall else matrix  # the products below are then of the smaller side
    norm = math.sqrt(float(np.vdot(x, x)))
    x = x / max(norm, eps)
    for _ in range(steps):
        s = x @ x.T
        x = a * x + (b * s + c * (s @ s)) @ x
    return x.T if tall else x
