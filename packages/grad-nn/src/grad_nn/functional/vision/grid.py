"""Images and volumes, read at any places."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal, TypeAlias

import numpy as np

import grad_core as gc
from grad_core import Array, Tensor, Unary
from grad_core.primitive import unwrap, wrap
from grad_nn.functional.checks import check_floating, integer
from grad_nn.functional.sparse import Indices
from grad_nn.functional.vision.mixture import mix
from grad_nn.functional.vision.resampling import cubic_weights

GridMode: TypeAlias = Literal["bilinear", "nearest", "bicubic"]
"""How a value is made of the elements around a place."""
PaddingMode: TypeAlias = Literal["zeros", "border", "reflection"]
"""What there is outside of the input."""

# Positions that were computed from the grid: their values, and their slopes
_positions: Unary[Array, Array] = Unary(
    "positions",
    lambda _x, value, _slope: value,
    lambda g, _y, _x, _value, slope: g * slope,
)


def grid_sample(
    input: Tensor,
    grid: Tensor,
    mode: GridMode = "bilinear",
    padding_mode: PaddingMode = "zeros",
    align_corners: bool | None = None,
) -> Tensor:
    """The values of `input` at the places in `grid`, which need not be those of elements.

    A place of -1 is the one end of an axis, and 1 is the other. Both arguments get gradients.

    Args:
        input: `(N, C, H, W)`, or `(N, C, D, H, W)`.
        grid: Places: `(N, H_out, W_out, 2)`, each as (x, y), x along W, or
            `(N, D_out, H_out, W_out, 3)`, each as (x, y, z).
        mode: How values are made: `"bilinear"` of the two nearest elements along each axis,
            `"nearest"` of the nearest, `"bicubic"` of four along each of two axes.
        padding_mode: What there is outside: zeros, the element at the border, or the input in a
            mirror.
        align_corners: Whether -1 and 1 are the centers of the outermost elements, and not the ends
            of the axis.

    Returns:
        `(N, C, H_out, W_out)`, or `(N, C, D_out, H_out, W_out)`.

    Raises:
        TypeError: An argument is no Tensor of floating numbers, or they have different dtypes.
        ValueError: The shapes do not fit, or there is no such mode.

    Example:
        >>> image = Tensor([[[[1.0, 2.0], [3.0, 4.0]]]])
        >>> grid_sample(image, Tensor([[[[0.0, 0.0], [-0.5, 0.5]]]]))
        Tensor([[[[2.5, 3. ]]]])

    Reference:
        M. Jaderberg et al., "Spatial transformer networks", NeurIPS 2015, section 3.3.
    """
    _check(input, grid, mode, padding_mode)
    sizes = input.shape[2:]
    n = len(sizes)
    aligned = bool(align_corners)
    weights: list[Tensor] = []
    places: Indices = np.zeros((), np.intp)
    outside = np.zeros((), np.bool_)
    for axis, size in enumerate(sizes):
        at = grid[..., n - 1 - axis]  # x, the first, is along the last axis
        raw, slope = _unnormalized(unwrap(at), size, aligned)
        if mode != "bicubic":
            raw, bent = _padded(raw, size, padding_mode, aligned)
            slope = slope * bent
        low = np.floor(raw)
        if mode == "nearest":
            steps = [np.rint(raw)]
        else:
            t = _positions(at, raw, slope) - low
            steps = [low, low + 1] if mode == "bilinear" else [low + k for k in (-1, 0, 1, 2)]
            weight = gc.stack([1 - t, t] if mode == "bilinear" else list(cubic_weights(t)), 1)
            weights.append(weight.reshape(_spread(weight.shape, axis, n)))
        found = np.stack(steps, 1)
        if mode == "bicubic":
            found, _ = _padded(found, size, padding_mode, aligned)
        inside = (found >= 0) & (found < size)  # not where it is NaN, either
        index = np.where(inside, found, 0).astype(np.intp)
        shape = _spread(index.shape, axis, n)
        places = places * size + index.reshape(shape)
        outside = outside | ~inside.reshape(shape)
    places = np.where(outside, -1, places)
    kinds = math.prod(places.shape[1 : n + 1])
    places = places.reshape(len(grid), kinds, *grid.shape[1:-1])
    if mode == "nearest":
        return mix(input, np.ones(places.shape, input.dtype), places)
    product = weights[0]
    for weight in weights[1:]:
        product = product * weight
    return mix(input, product.reshape(places.shape), places)


def _spread(shape: tuple[int, ...], axis: int, n: int) -> tuple[int, ...]:
    """`(N, k, ...)` with the k choices along an axis of their own among n."""
    batch, k, *out = shape
    return (batch, *(1,) * axis, k, *(1,) * (n - 1 - axis), *out)


def _unnormalized(x: Array, size: int, aligned: bool) -> tuple[Array, Array]:
    """Positions, counted in elements, of places from -1 to 1; and their slope."""
    slope = np.full((), 0.5 * (size - 1 if aligned else size), x.dtype)
    if aligned:
        return np.asarray((x + 1) * slope), slope
    return ((x + 1) * size - 1) * 0.5, slope


def _padded(x: Array, size: int, mode: PaddingMode, aligned: bool) -> tuple[Array, Array]:
    """Positions inside instead of those outside, and their slope."""
    slope = np.ones((), x.dtype)
    if mode == "zeros":
        return x, slope
    if mode == "reflection":
        low = 0.0 if aligned else -0.5
        span = size - 1.0 if aligned else float(size)
        if not span:
            return np.zeros_like(x), 0 * slope
        away = np.abs(x - low)
        turns, rest = np.divmod(away, span)
        odd = turns % 2 == 1
        slope = np.where(odd, -1, 1).astype(x.dtype) * np.where(x < low, -1, 1).astype(x.dtype)
        x = np.where(odd, span - rest, rest) + low
    # At a border, too, there is no slope; and what is no number is there.
    within = (x > 0) & (x < size - 1)
    x = np.where(x > 0, np.minimum(x, size - 1), 0).astype(x.dtype)
    return x, slope * within


def _check(input: Tensor, grid: Tensor, mode: str, padding_mode: str) -> None:
    check_floating("grid_sample", input)
    check_floating("grid_sample", grid, "grid")
    if grid.dtype != input.dtype:
        raise TypeError(
            f"grid_sample: input is {input.dtype}, but grid {grid.dtype}; grid.astype(input.dtype)"
        )
    if mode not in ("bilinear", "nearest", "bicubic"):
        raise ValueError(
            f"grid_sample: mode is {mode!r}, expected 'bilinear', 'nearest' or 'bicubic'"
        )
    if padding_mode not in ("zeros", "border", "reflection"):
        raise ValueError(
            f"grid_sample: padding_mode is {padding_mode!r}, expected 'zeros', 'border' or"
            " 'reflection'"
        )
    n = input.ndim - 2
    if n not in (2, 3) or (n == 3 and mode == "bicubic"):
        raise ValueError(
            f"grid_sample: input has shape {input.shape}, expected (N, C, H, W)"
            + ("; mode 'bicubic' takes no other" if mode == "bicubic" else " or (N, C, D, H, W)")
        )
    if grid.ndim != n + 2 or grid.shape[-1] != n or grid.shape[0] != input.shape[0]:
        raise ValueError(
            f"grid_sample: grid has shape {grid.shape}, expected ({input.shape[0]}, ..., {n}) with"
            f" {n} axes for ..., as input has shape {input.shape}"
        )
    if not all(input.shape[2:]):
        raise ValueError(f"grid_sample: input has shape {input.shape}, which leaves no elements")


def affine_grid(theta: Tensor, size: Sequence[int], align_corners: bool | None = None) -> Tensor:
    """The places that `grid_sample` takes to transform images or volumes by affine maps.

    Args:
        theta: A matrix for each of them: `(N, 2, 3)` or `(N, 3, 4)`. It maps the place of a pixel
            of the output, (x, y, 1) or (x, y, z, 1), to one of the input.
        size: The shape of the output: `(N, C, H, W)` or `(N, C, D, H, W)`.
        align_corners: As for `grid_sample`.

    Returns:
        `(N, H, W, 2)` or `(N, D, H, W, 3)`.

    Raises:
        TypeError: `theta` is no Tensor of floating numbers.
        ValueError: `size` is no such shape, or `theta` does not fit it.

    Example:
        >>> flipped = Tensor([[[-1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]])
        >>> grid = affine_grid(flipped, (1, 1, 1, 2))
        >>> grid_sample(Tensor([[[[1.0, 2.0]]]]), grid)
        Tensor([[[[2., 1.]]]])

    Reference:
        M. Jaderberg et al., "Spatial transformer networks", NeurIPS 2015, equation 1.
    """
    check_floating("affine_grid", theta, "theta")
    given = [integer(k) for k in size] if isinstance(size, (tuple, list)) else []
    shape = tuple(k for k in given if k is not None and k > 0)
    n = len(shape) - 2
    if n not in (2, 3) or len(shape) != len(given):
        raise ValueError(
            f"affine_grid: size is {size!r}, expected (N, C, H, W) or (N, C, D, H, W), positive"
        )
    if theta.shape != (shape[0], n, n + 1):
        raise ValueError(
            f"affine_grid: theta has shape {theta.shape}, expected {(shape[0], n, n + 1)}, as size"
            f" is {shape}"
        )
    base = np.ones((*shape[2:], n + 1), theta.dtype)
    for axis, k in enumerate(shape[2:]):
        ends = 1.0 if align_corners else (k - 1) / k
        line = np.linspace(-ends, ends, k) if k > 1 else np.zeros(1)
        base[..., n - 1 - axis] = line.reshape(-1, *(1,) * (n - 1 - axis))
    points = wrap(base.reshape(-1, n + 1))
    return (points @ theta.swapaxes(1, 2)).reshape(shape[0], *shape[2:], n)
