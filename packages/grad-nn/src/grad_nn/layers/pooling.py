"""Pooling layers over sliding windows; each is the function of its name."""

from __future__ import annotations

from typing import Generic, TypeVar

from grad_core import Tensor
from grad_nn.functional.pooling.arguments import Size, per_axis
from grad_nn.module import Module

Pooled = TypeVar("Pooled", Tensor, tuple[Tensor, Tensor])
"""What a layer gives: values, or values and their positions."""


class _MaxPoolNd(Module, Generic[Pooled]):
    axes: int

    def __init__(
        self,
        kernel_size: Size,
        stride: Size | None = None,
        padding: Size = 0,
        dilation: Size = 1,
        return_indices: bool = False,
        ceil_mode: bool = False,
    ) -> None:
        name = type(self).__name__
        per_axis(name, "kernel_size", kernel_size, self.axes, 1)
        self.kernel_size: Size = kernel_size
        self.stride: Size = kernel_size if stride is None else stride
        self.padding: Size = padding
        self.dilation: Size = dilation
        self.return_indices: bool = return_indices
        self.ceil_mode: bool = ceil_mode
