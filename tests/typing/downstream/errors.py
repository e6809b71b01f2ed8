"""Mistakes that both checkers must find: a comment whose error does not appear is an error."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# What follows from a mistake is unknown, and no second one.

from __future__ import annotations

import numpy as np

import grad_core as gc
import grad_init
import grad_nn as nn
from grad_core import Tensor

x = Tensor([[1.0, 2.0, 3.0]], requires_grad=True)
layer = nn.Linear(3, 4)


class NoForward(nn.Module):
    pass


class Summed(nn.Module):
    def forward(self, a: Tensor, *, axis: int) -> Tensor:
        return a.sum(axis)


@gc.no_grad()
def predict(inputs: Tensor) -> Tensor:
    return layer(inputs)


def on_pair(module: nn.Linear, args: tuple[Tensor], output: tuple[Tensor, Tensor]) -> None:
    pass


def on_result(module: nn.Linear, args: tuple[Tensor], output: Tensor) -> None:
    """Not for one that is always called: that may have no result."""


def loss(weights: Tensor, scale: float = 1.0) -> Tensor:
    return (weights * scale).sum()


# Wrong type of an operand or argument
_ = x + "1"  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]
gc.exp("1")  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue, reportArgumentType]
layer("1")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
layer(np.ones((2, 3)))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
predict("1")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
Summed()(x, axis="0")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
gc.grad(loss)("1")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
gc.grad(loss)(np.ones(3))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
gc.hvp(loss)(x, 1.0)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
gc.checkpoint(loss)("1")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
gc.vjp(loss, x)[1]("1")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
gc.jvp(loss, (x,), ("1",))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
nn.Sequential(layer, "relu")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
nn.ModuleList([layer])[0]("1")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
layer.register_forward_hook(on_pair)  # type: ignore[arg-type]  # pyright: ignore[reportCallIssue, reportArgumentType]
layer.register_forward_hook(on_result, always_call=True)  # type: ignore[arg-type]  # pyright: ignore[reportCallIssue, reportArgumentType]
layer.register_full_backward_hook(on_pair)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
nn.optim.SGD(layer.parameters(), lr="0.1")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]

# Wrong name or number of arguments
x.sum(dim=0)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
layer(x, x)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
Summed()(x)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
nn.Linear(3, 4, biases=False)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]

gc.grad(loss)(x, scal=2.0)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
gc.grad(loss)()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
gc.grad(loss)(weights=x)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
gc.grad(loss, has_aux=True)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue, reportArgumentType]

# Wrong choice
gc.jacobian(loss, mode="up")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
nn.Parameter(3, init_method="xavir")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
grad_init.initializer("xavir")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]

# No such attribute
_ = x.gard  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
_ = layer.wieght  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
NoForward()(x)  # type: ignore[misc, arg-type]  # pyright: ignore[reportCallIssue]

# Several for one, and what may be missing
first: Tensor = gc.grad(loss, (0, 1))(x, 1.0)  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]
gradient: Tensor = gc.gradient(x.sum(), [x])  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]
x.grad.sum()  # type: ignore[union-attr]  # pyright: ignore[reportOptionalMemberAccess]
