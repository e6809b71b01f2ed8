"""Max pooling over windows at random distances, as layers."""

from __future__ import annotations

from typing import Generic, Literal, overload

import numpy as np

from grad_core import Array, Tensor
from grad_core.primitive import unwrap
from grad_init import Rng
from grad_nn.functional.pooling.arguments import Size, per_axis
from grad_nn.functional.pooling.fractional import (
    Ratio,
    either_size_or_ratio,
    fractional_max_pool_nd,
)
from grad_nn.layers.pooling.max import Pooled
from grad_nn.module import Module
from grad_nn.parameter import Buffer


class _FractionalMaxPoolNd(Module, Generic[Pooled]):
    axes: int

    def __init__(
        self,
        kernel_size: Size,
        output_size: Size | None,
        output_ratio: Ratio | None,
        return_indices: bool,
        _random_samples: Tensor | Array | None,
        rng: Rng,
    ) -> None:
        name = type(self).__name__
        self.kernel_size: tuple[int, ...] = per_axis(name, "kernel_size", kernel_size, self.axes, 1)
        self.return_indices: bool = return_indices
        self.output_size: tuple[int, ...] | None
        self.output_ratio: tuple[float, ...] | None
        self.output_size, self.output_ratio = either_size_or_ratio(
            name, self.axes, output_size, output_ratio
        )
        self._random_samples: Buffer | None = None
        if _random_samples is not None:
            samples: Array = np.asarray(unwrap(_random_samples))
            self._random_samples = Buffer(samples, dtype=samples.dtype)
        self.rng: Rng = rng

    def forward(self, input: Tensor) -> Pooled:
        """Pool the last axes."""
        y, at = fractional_max_pool_nd(
            self.axes,
            input,
            self.kernel_size,
            self.output_size,
            self.output_ratio,
            self.return_indices,
            self._random_samples,
            self.rng,
        )
        result = y if at is None else (y, at)
        return result  # type: ignore[return-value]  # return_indices decides on both

    def extra_repr(self) -> str:
        """Return the sizes."""
        wanted = (
            f"output_ratio={self.output_ratio}"
            if self.output_size is None
            else f"output_size={self.output_size}"
        )
        return f"kernel_size={self.kernel_size}, {wanted}"


class FractionalMaxPool2d(_FractionalMaxPoolNd[Pooled]):
    """The largest element of each window of the last two axes, the windows at random distances.

    They are others on each call, in evaluation too; see `functional.fractional_max_pool2d`.

    Args:
        kernel_size: The size of a window, an int or 2 of them.
        output_size: The sizes of the axes afterwards, likewise.
        output_ratio: The same as shares of the sizes of the input, between 0 and 1.
        return_indices: Whether to return also the positions, for `MaxUnpool2d`.
        _random_samples: Numbers to use on each call in the place of random ones, `(N, C, 2)`.
        rng: Where random numbers come from: a generator, a seed, or None for the default one.

    Raises:
        ValueError: An argument is out of range; on a call, if the windows do not fit.

    Example:
        >>> FractionalMaxPool2d(2, output_ratio=0.5, rng=0)(Tensor([[[1.0] * 4] * 4])).shape
        (1, 2, 2)
    """

    axes = 2

    @overload
    def __init__(
        self: FractionalMaxPool2d[Tensor],
        kernel_size: Size,
        output_size: Size | None = None,
        output_ratio: Ratio | None = None,
        return_indices: Literal[False] = False,
        _random_samples: Tensor | Array | None = None,
        *,
        rng: Rng = None,
    ) -> None: ...
    @overload
    def __init__(
        self: FractionalMaxPool2d[tuple[Tensor, Tensor]],
        kernel_size: Size,
        output_size: Size | None = None,
        output_ratio: Ratio | None = None,
        *,
        return_indices: Literal[True],
        _random_samples: Tensor | Array | None = None,
        rng: Rng = None,
    ) -> None: ...
    @overload
    def __init__(
        self: FractionalMaxPool2d[tuple[Tensor, Tensor]],
        kernel_size: Size,
        output_size: Size | None,
        output_ratio: Ratio | None,
        return_indices: Literal[True],
        _random_samples: Tensor | Array | None = None,
        *,
        rng: Rng = None,
    ) -> None: ...
    @overload
    def __init__(
        self: FractionalMaxPool2d[Tensor | tuple[Tensor, Tensor]],
        kernel_size: Size,
        output_size: Size | None = None,
        output_ratio: Ratio | None = None,
        return_indices: bool = False,
        _random_samples: Tensor | Array | None = None,
        *,
        rng: Rng = None,
    ) -> None: ...
    def __init__(
        self,
        kernel_size: Size,
        output_size: Size | None = None,
        output_ratio: Ratio | None = None,
        return_indices: bool = False,
        _random_samples: Tensor | Array | None = None,
        *,
        rng: Rng = None,
    ) -> None:
        super().__init__(
            kernel_size, output_size, output_ratio, return_indices, _random_samples, rng
        )


class FractionalMaxPool3d(_FractionalMaxPoolNd[Pooled]):
    """The largest element of each window of the last three axes, the windows at random distances.

    They are others on each call, in evaluation too; see `functional.fractional_max_pool3d`.

    Args:
        kernel_size: The size of a window, an int or 3 of them.
        output_size: The sizes of the axes afterwards, likewise.
        output_ratio: The same as shares of the sizes of the input, between 0 and 1.
        return_indices: Whether to return also the positions, for `MaxUnpool3d`.
        _random_samples: Numbers to use on each call in the place of random ones, `(N, C, 3)`.
        rng: Where random numbers come from: a generator, a seed, or None for the default one.

    Raises:
        ValueError: An argument is out of range; on a call, if the windows do not fit.

    Example:
        >>> FractionalMaxPool3d(2, output_ratio=0.5, rng=0)(Tensor([[[[1.0] * 4] * 4] * 4])).shape
        (1, 2, 2, 2)
    """

    axes = 3

    @overload
    def __init__(
        self: FractionalMaxPool3d[Tensor],
        kernel_size: Size,
        output_size: Size | None = None,
        output_ratio: Ratio | None = None,
        return_indices: Literal[False] = False,
        _random_samples: Tensor | Array | None = None,
        *,
        rng: Rng = None,
    ) -> None: ...
    @overload
    def __init__(
        self: FractionalMaxPool3d[tuple[Tensor, Tensor]],
        kernel_size: Size,
        output_size: Size | None = None,
        output_ratio: Ratio | None = None,
        *,
        return_indices: Literal[True],
        _random_samples: Tensor | Array | None = None,
        rng: Rng = None,
    ) -> None: ...
    @overload
    def __init__(
        self: FractionalMaxPool3d[tuple[Tensor, Tensor]],
        kernel_size: Size,
        output_size: Size | None,
        output_ratio: Ratio | None,
        return_indices: Literal[True],
        _random_samples: Tensor | Array | None = None,
        *,
        rng: Rng = None,
    ) -> None: ...
    @overload
    def __init__(
        self: FractionalMaxPool3d[Tensor | tuple[Tensor, Tensor]],
        kernel_size: Size,
        output_size: Size | None = None,
        output_ratio: Ratio | None = None,
        return_indices: bool = False,
        _random_samples: Tensor | Array | None = None,
        *,
        rng: Rng = None,
    ) -> None: ...
    def __init__(
        self,
        kernel_size: Size,
        output_size: Size | None = None,
        output_ratio: Ratio | None = None,
        return_indices: bool = False,
        _random_samples: Tensor | Array | None = None,
        *,
        rng: Rng = None,
    ) -> None:
        super().__init__(
            kernel_size, output_size, output_ratio, return_indices, _random_samples, rng
        )
