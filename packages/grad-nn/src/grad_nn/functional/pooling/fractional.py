"""Max pooling over windows at random distances."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal, TypeAlias, overload

import numpy as np

from grad_core import Array, Tensor
from grad_core.primitive import unwrap
from grad_init import Rng, as_generator
from grad_nn.functional.checks import check_floating, real
from grad_nn.functional.pooling.arguments import Size, check_planes, per_axis
from grad_nn.functional.pooling.maxima import pooled
from grad_nn.functional.pooling.windows import Step, Windows
from grad_nn.functional.sparse import Indices

Ratio: TypeAlias = "float | Sequence[float]"
"""One share of a size for all axes that are pooled, or one for each."""
# The order of axes in which PyTorch keeps the samples: of a plane the last axis first
_SAMPLE_OF = {2: (1, 0), 3: (0, 1, 2)}


def fractional_max_pool_nd(
    axes: int,
    input: Tensor,
    kernel_size: Size,
    output_size: Size | None,
    output_ratio: Ratio | None,
    indices: bool,
    samples: Tensor | Array | None,
    rng: Rng,
) -> tuple[Tensor, Tensor | None]:
    """Pool that many axes; return values, and positions on request."""
    name = f"fractional_max_pool{axes}d"
    check_floating(name, input)
    sizes = check_planes(name, input, axes)
    kernel = per_axis(name, "kernel_size", kernel_size, axes, 1)
    out, ratio = either_size_or_ratio(name, axes, output_size, output_ratio)
    if ratio is not None:
        out = tuple(int(n * r) for n, r in zip(sizes, ratio, strict=True))
    assert out is not None  # one of the two is there
    for axis, (n, k, size) in enumerate(zip(sizes, kernel, out, strict=True), -axes):
        if size < 1 or size + k - 1 > n:
            raise ValueError(
                f"{name}: the output is {out}, but with kernel_size {kernel_size!r} it has 1 to"
                f" {n - k + 1} elements in axis {axis} of an input of shape {input.shape}"
            )
    lead = input.shape[:-axes]
    drawn = _samples(name, lead, axes, samples, rng, input.dtype)
    windows: list[Windows] = []
    for axis, (n, k, size) in enumerate(zip(sizes, kernel, out, strict=True)):
        begin = _begins(drawn[:, _SAMPLE_OF[axes][axis]], n, size, k)
        steps = tuple(Step(slice(0, size), begin + j, j) for j in range(1, k))
        count = np.full(size, k)
        windows.append(Windows(n, begin, 0 * count, count, 1, k, begin, steps, k == 1))
    # Each plane has its own windows, so there is one axis of planes.
    y, at = pooled(input.reshape(math.prod(lead), *sizes), windows, indices)
    return y.reshape(lead + out), None if at is None else at.reshape(lead + out)


def _begins(u: Array, n: int, size: int, kernel: int) -> Indices:
    """Where windows begin, for each plane: at about equal distances, the last one at the end."""
    begins = np.full((len(u), size), n - kernel, np.intp)
    if size > 1:
        alpha = u.dtype.type(n - kernel) / u.dtype.type(size - 1)
        i = np.arange(size - 1, dtype=u.dtype)
        begins[:, :-1] = ((i + u[:, None]) * alpha).astype(np.intp)
        begins[:, :-1] -= (u * alpha).astype(np.intp)[:, None]
    return begins


def _samples(
    name: str,
    lead: tuple[int, ...],
    axes: int,
    samples: Tensor | Array | None,
    rng: Rng,
    dtype: np.dtype[np.floating],
) -> Array:
    """A number from 0 to 1 for each plane and axis."""
    shape = (*lead, axes) if len(lead) == 2 else (1, *lead, axes)
    if samples is None:
        drawn: Array = as_generator(rng).random(shape).astype(dtype)
    else:
        drawn = np.asarray(unwrap(samples), dtype)
        if drawn.shape[1:] != shape[1:] or len(drawn) < shape[0]:
            raise ValueError(f"{name}: _random_samples has shape {drawn.shape}, expected {shape}")
        if not ((drawn >= 0) & (drawn <= 1)).all():
            raise ValueError(f"{name}: _random_samples are numbers from 0 to 1")
    return drawn[: shape[0]].reshape(-1, axes)


def either_size_or_ratio(
    name: str, axes: int, output_size: Size | None, output_ratio: Ratio | None
) -> tuple[tuple[int, ...] | None, tuple[float, ...] | None]:
    """Return the sizes of the output, or what share they are of those of the input.

    Raises:
        ValueError: Neither is given, or both are, or one is out of range.
    """
    if (output_size is None) == (output_ratio is None):
        raise ValueError(
            f"{name}: takes either output_size or output_ratio, got {output_size!r} and"
            f" {output_ratio!r}"
        )
    if output_size is not None:
        return per_axis(name, "output_size", output_size, axes, 1), None
    given: list[object] = [output_ratio] * axes
    if isinstance(output_ratio, (tuple, list)):
        given = list(output_ratio)
    found = tuple(r for r in map(real, given) if r is not None and 0 < r < 1)
    if len(found) != axes or len(given) != axes:
        raise ValueError(
            f"{name}: output_ratio is a number between 0 and 1, or a tuple of {axes} of them; got"
            f" {output_ratio!r}"
        )
    return None, found


@overload
def fractional_max_pool2d(
    input: Tensor,
    kernel_size: Size,
    output_size: Size | None = None,
    output_ratio: Ratio | None = None,
    return_indices: Literal[False] = False,
    _random_samples: Tensor | Array | None = None,
    *,
    rng: Rng = None,
) -> Tensor: ...
@overload
def fractional_max_pool2d(
    input: Tensor,
    kernel_size: Size,
    output_size: Size | None = None,
    output_ratio: Ratio | None = None,
    *,
    return_indices: Literal[True],
    _random_samples: Tensor | Array | None = None,
    rng: Rng = None,
) -> tuple[Tensor, Tensor]: ...
@overload
def fractional_max_pool2d(
    input: Tensor,
    kernel_size: Size,
    output_size: Size | None,
    output_ratio: Ratio | None,
    return_indices: Literal[True],
    _random_samples: Tensor | Array | None = None,
    *,
    rng: Rng = None,
) -> tuple[Tensor, Tensor]: ...
@overload
def fractional_max_pool2d(
    input: Tensor,
    kernel_size: Size,
    output_size: Size | None = None,
    output_ratio: Ratio | None = None,
    return_indices: bool = False,
    _random_samples: Tensor | Array | None = None,
    *,
    rng: Rng = None,
) -> Tensor | tuple[Tensor, Tensor]: ...
def fractional_max_pool2d(
    input: Tensor,
    kernel_size: Size,
    output_size: Size | None = None,
    output_ratio: Ratio | None = None,
    return_indices: bool = False,
    _random_samples: Tensor | Array | None = None,
    *,
    rng: Rng = None,
) -> Tensor | tuple[Tensor, Tensor]:
    """The largest element of each window of the last two axes, the windows at random distances.

    With alpha = (L - kernel_size) / (size - 1) and a random number u from 0 to 1 for each axis of
    each channel, window i of an axis of L elements begins at floor(alpha * (i + u)) -
    floor(alpha * u), and the last one ends with the axis.

    Args:
        input: `(N, C, H, W)` or `(C, H, W)`.
        kernel_size: The size of a window, an int or 2 of them.
        output_size: The sizes of the axes afterwards, likewise.
        output_ratio: The same as shares of the sizes of the input, between 0 and 1.
        return_indices: Whether to return also where the elements are, as `max_pool2d` does.
        _random_samples: The random numbers, `(N, C, 2)`: PyTorch's name for them, and its order,
            that of W before that of H. None to draw them.
        rng: Where random numbers come from: a generator, a seed, or None for the default one.

    Raises:
        TypeError: `input` is no Tensor of floating numbers.
        ValueError: The input has other axes, an argument is out of range, or the windows do not fit.

    Example:
        >>> x = Tensor(np.arange(25).reshape(1, 5, 5))
        >>> fractional_max_pool2d(x, 2, output_size=2, rng=0).shape
        (1, 2, 2)

    Reference:
        B. Graham, "Fractional max-pooling", 2014, section 2; with pseudorandom, overlapping
        windows.
    """
    y, at = fractional_max_pool_nd(
        2, input, kernel_size, output_size, output_ratio, return_indices, _random_samples, rng
    )
    return y if at is None else (y, at)


def fractional_max_pool2d_with_indices(
    input: Tensor,
    kernel_size: Size,
    output_size: Size | None = None,
    output_ratio: Ratio | None = None,
    *,
    _random_samples: Tensor | Array | None = None,
    rng: Rng = None,
) -> tuple[Tensor, Tensor]:
    """`fractional_max_pool2d` with `return_indices=True`.

    Example:
        >>> x = Tensor(np.arange(25).reshape(1, 5, 5))
        >>> y, indices = fractional_max_pool2d_with_indices(x, 2, output_size=2, rng=0)
        >>> indices.shape
        (1, 2, 2)
    """
    return fractional_max_pool2d(
        input,
        kernel_size,
        output_size,
        output_ratio,
        return_indices=True,
        _random_samples=_random_samples,
        rng=rng,
    )


@overload
def fractional_max_pool3d(
    input: Tensor,
    kernel_size: Size,
    output_size: Size | None = None,
    output_ratio: Ratio | None = None,
    return_indices: Literal[False] = False,
    _random_samples: Tensor | Array | None = None,
    *,
    rng: Rng = None,
) -> Tensor: ...
@overload
def fractional_max_pool3d(
    input: Tensor,
    kernel_size: Size,
    output_size: Size | None = None,
    output_ratio: Ratio | None = None,
    *,
    return_indices: Literal[True],
    _random_samples: Tensor | Array | None = None,
    rng: Rng = None,
) -> tuple[Tensor, Tensor]: ...
@overload
def fractional_max_pool3d(
    input: Tensor,
    kernel_size: Size,
    output_size: Size | None,
    output_ratio: Ratio | None,
    return_indices: Literal[True],
    _random_samples: Tensor | Array | None = None,
    *,
    rng: Rng = None,
) -> tuple[Tensor, Tensor]: ...
@overload
def fractional_max_pool3d(
    input: Tensor,
    kernel_size: Size,
    output_size: Size | None = None,
    output_ratio: Ratio | None = None,
    return_indices: bool = False,
    _random_samples: Tensor | Array | None = None,
    *,
    rng: Rng = None,
) -> Tensor | tuple[Tensor, Tensor]: ...
def fractional_max_pool3d(
    input: Tensor,
    kernel_size: Size,
    output_size: Size | None = None,
    output_ratio: Ratio | None = None,
    return_indices: bool = False,
    _random_samples: Tensor | Array | None = None,
    *,
    rng: Rng = None,
) -> Tensor | tuple[Tensor, Tensor]:
    """The largest element of each window of the last three axes, the windows at random distances.

    The windows along each axis are those of `fractional_max_pool2d`.

    Args:
        input: `(N, C, D, H, W)` or `(C, D, H, W)`.
        kernel_size: The size of a window, an int or 3 of them.
        output_size: The sizes of the axes afterwards, likewise.
        output_ratio: The same as shares of the sizes of the input, between 0 and 1.
        return_indices: Whether to return also where the elements are, as `max_pool3d` does.
        _random_samples: The random numbers, `(N, C, 3)`: PyTorch's name for them, and its order,
            D, H, W. None to draw them.
        rng: Where random numbers come from: a generator, a seed, or None for the default one.

    Raises:
        TypeError: `input` is no Tensor of floating numbers.
        ValueError: The input has other axes, an argument is out of range, or the windows do not fit.

    Example:
        >>> x = Tensor(np.arange(64).reshape(1, 4, 4, 4))
        >>> fractional_max_pool3d(x, 2, output_ratio=0.5, rng=0).shape
        (1, 2, 2, 2)
    """
    y, at = fractional_max_pool_nd(
        3, input, kernel_size, output_size, output_ratio, return_indices, _random_samples, rng
    )
    return y if at is None else (y, at)


def fractional_max_pool3d_with_indices(
    input: Tensor,
    kernel_size: Size,
    output_size: Size | None = None,
    output_ratio: Ratio | None = None,
    *,
    _random_samples: Tensor | Array | None = None,
    rng: Rng = None,
) -> tuple[Tensor, Tensor]:
    """`fractional_max_pool3d` with `return_indices=True`.

    Example:
        >>> x = Tensor(np.arange(64).reshape(1, 4, 4, 4))
        >>> y, indices = fractional_max_pool3d_with_indices(x, 2, output_size=2, rng=0)
        >>> indices.shape
        (1, 2, 2, 2)
    """
    return fractional_max_pool3d(
        input,
        kernel_size,
        output_size,
        output_ratio,
        return_indices=True,
        _random_samples=_random_samples,
        rng=rng,
    )
