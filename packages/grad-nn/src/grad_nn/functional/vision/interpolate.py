"""Images and volumes of another size."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal, TypeAlias

from grad_core import Tensor
from grad_nn.functional.checks import check_floating, check_tensor, integer, real
from grad_nn.functional.pooling.adaptive import (
    adaptive_avg_pool1d,
    adaptive_avg_pool2d,
    adaptive_avg_pool3d,
)
from grad_nn.functional.pooling.arguments import Size
from grad_nn.functional.sparse import separable
from grad_nn.functional.vision.resampling import Kernel, resized

InterpolationMode: TypeAlias = Literal[
    "nearest", "nearest-exact", "linear", "bilinear", "bicubic", "trilinear", "lanczos", "area"
]
"""How the elements of the new size are made of the others."""
Factor: TypeAlias = "float | Sequence[float]"
"""How many times longer all axes become, or each."""

# The kernel of a mode along each axis, and how many axes it takes; None for 1, 2 or 3
_MODES: dict[str, tuple[Kernel | None, int | None]] = {
    "nearest": ("nearest", None),
    "nearest-exact": ("nearest-exact", None),
    "linear": ("linear", 1),
    "bilinear": ("linear", 2),
    "bicubic": ("cubic", 2),
    "trilinear": ("linear", 3),
    "lanczos": ("lanczos", 2),
    "area": (None, None),
}
_CORNERS = ("linear", "bilinear", "bicubic", "trilinear")
_FILTERS = ("bilinear", "bicubic", "lanczos")
_MEANS = (adaptive_avg_pool1d, adaptive_avg_pool2d, adaptive_avg_pool3d)
_interpolate = separable("interpolate")


def interpolate(
    input: Tensor,
    size: Size | None = None,
    scale_factor: Factor | None = None,
    mode: InterpolationMode = "nearest",
    align_corners: bool | None = None,
    recompute_scale_factor: bool | None = None,
    antialias: bool = False,
) -> Tensor:
    """`input` with its last axes resized.

    Args:
        input: `(N, C, L)`, `(N, C, H, W)` or `(N, C, D, H, W)`.
        size: The new size of all these axes, or of each.
        scale_factor: How many times longer all of them become, or each; sizes are rounded down.
        mode: How elements are made:

            - `"nearest"`: of the one element below; `"nearest-exact"` of the nearest, as image
              libraries do. Any dtype.
            - `"linear"`, `"bilinear"`, `"trilinear"`: of the two nearest along each axis; one, two
              or three axes.
            - `"bicubic"`: of the four nearest along each axis; two axes.
            - `"lanczos"`: of the six nearest, or more; two axes, with `antialias`.
            - `"area"`: of the mean of those they cover, as `adaptive_avg_pool2d` does.
        align_corners: Whether the centers of the outermost elements stay in their places, and not
            the ends of the axes; for the linear modes and `"bicubic"`.
        recompute_scale_factor: Whether the places are computed from the sizes, and not from a given
            `scale_factor`, which may not fit them exactly.
        antialias: Whether the kernel is widened where the input is made smaller, so that all of it
            counts; for `"bilinear"`, `"bicubic"` and `"lanczos"`.

    Raises:
        TypeError: `input` is no Tensor, or not floating where the mode needs it.
        ValueError: The mode or the sizes do not fit the input, or the arguments each other.

    Example:
        >>> x = Tensor([[[1.0, 2.0]]])
        >>> interpolate(x, scale_factor=2)
        Tensor([[[1., 1., 2., 2.]]])
        >>> interpolate(x, size=4, mode="linear")
        Tensor([[[1.  , 1.25, 1.75, 2.  ]]])
        >>> interpolate(x, size=3, mode="linear", align_corners=True)
        Tensor([[[1. , 1.5, 2. ]]])

    Reference:
        Cubic convolution: R. Keys, "Cubic convolution interpolation for digital image processing",
        1981, with a = -0.75, or -0.5 with `antialias`.
    """
    return resample(
        "interpolate",
        input,
        size,
        scale_factor,
        mode,
        align_corners,
        recompute_scale_factor,
        antialias,
    )


def resample(
    name: str,
    input: Tensor,
    size: Size | None,
    scale_factor: Factor | None,
    mode: InterpolationMode,
    align_corners: bool | None = None,
    recompute_scale_factor: bool | None = None,
    antialias: bool = False,
) -> Tensor:
    """Do what `interpolate` does, with errors that name another function."""
    check_tensor(name, input, complex_too=True)
    kernel = _check_mode(name, input, mode)
    if align_corners is not None and mode not in _CORNERS:
        raise ValueError(
            f"{name}: align_corners is for the modes {', '.join(_CORNERS)}, got mode {mode!r}"
        )
    if antialias and mode not in _FILTERS:
        raise ValueError(f"{name}: antialias is for the modes {', '.join(_FILTERS)}, got {mode!r}")
    if mode == "lanczos" and not antialias:
        raise ValueError(f"{name}: mode 'lanczos' needs antialias=True")
    sizes = input.shape[2:]
    out, factors = _sizes(name, sizes, size, scale_factor)
    if recompute_scale_factor:
        if size is not None:
            raise ValueError(
                f"{name}: recompute_scale_factor goes with scale_factor, not with size"
            )
        factors = (None,) * len(sizes)
    if out == sizes and (kernel == "linear" or (kernel == "nearest" and len(sizes) == 2)):
        factors = (None,) * len(sizes)  # nothing moves then, as in PyTorch
    if min(sizes) < 1 or min(out) < 1:
        raise ValueError(
            f"{name}: input has shape {input.shape}, and its last axes become {out}; each has to have"
            " an element"
        )
    if kernel is None:
        return _MEANS[len(sizes) - 1](input, out)
    axes = range(-len(sizes), 0)
    maps = {
        axis: resized(sizes[axis], out[axis], kernel, factors[axis], bool(align_corners), antialias)
        for axis in axes
    }
    # What becomes smaller first, and of that, the rows; what becomes larger last, and then the rows
    smaller = [axis for axis in axes if out[axis] <= sizes[axis]]
    larger = [axis for axis in reversed(axes) if out[axis] > sizes[axis]]
    return _interpolate(input, tuple((axis, maps[axis]) for axis in (*smaller, *larger)), None)


def _check_mode(name: str, input: Tensor, mode: str) -> Kernel | None:
    if mode not in _MODES:
        raise ValueError(f"{name}: mode is {mode!r}, expected one of {', '.join(_MODES)}")
    kernel, axes = _MODES[mode]
    if input.ndim - 2 not in ((1, 2, 3) if axes is None else (axes,)):
        expected = "(N, C, ...) with 1 to 3 axes" if axes is None else f"(N, C, ...) with {axes}"
        raise ValueError(
            f"{name}: input has shape {input.shape}, expected {expected} for ... in mode {mode!r}"
        )
    if not mode.startswith("nearest"):
        check_floating(name, input)
    return kernel


def _sizes(
    name: str, sizes: tuple[int, ...], size: Size | None, scale_factor: Factor | None
) -> tuple[tuple[int, ...], tuple[float | None, ...]]:
    """The new sizes, and the factors as far as they are given."""
    n = len(sizes)
    if (size is None) == (scale_factor is None):
        raise ValueError(
            f"{name}: takes either size or scale_factor, got {size!r} and {scale_factor!r}"
        )
    if size is not None:
        wanted = (
            [integer(s) for s in size] if isinstance(size, (tuple, list)) else [integer(size)] * n
        )
        out = tuple(s for s in wanted if s is not None)
        if len(wanted) != n or len(out) != n:
            raise ValueError(f"{name}: size is an int, or a tuple of {n} of them; got {size!r}")
        return out, (None,) * n
    given: list[object] = [scale_factor] * n
    if isinstance(scale_factor, (tuple, list)):
        given = list(scale_factor)
    factors = tuple(f for f in map(real, given) if f is not None and 0 < f < math.inf)
    if len(factors) != n or len(given) != n:
        raise ValueError(
            f"{name}: scale_factor is a positive number, or a tuple of {n} of them; got"
            f" {scale_factor!r}"
        )
    return tuple(int(s * f) for s, f in zip(sizes, factors, strict=True)), factors


def upsample(
    input: Tensor,
    size: Size | None = None,
    scale_factor: Factor | None = None,
    mode: InterpolationMode = "nearest",
    align_corners: bool | None = None,
) -> Tensor:
    """`interpolate` by its former name.

    Example:
        >>> upsample(Tensor([[[1.0, 2.0]]]), 4)
        Tensor([[[1., 1., 2., 2.]]])
    """
    return resample("upsample", input, size, scale_factor, mode, align_corners)


def upsample_nearest(
    input: Tensor, size: Size | None = None, scale_factor: Factor | None = None
) -> Tensor:
    """`interpolate` with mode `"nearest"`.

    Example:
        >>> upsample_nearest(Tensor([[[1.0, 2.0]]]), scale_factor=2)
        Tensor([[[1., 1., 2., 2.]]])
    """
    return resample("upsample_nearest", input, size, scale_factor, "nearest")


def upsample_bilinear(
    input: Tensor, size: Size | None = None, scale_factor: Factor | None = None
) -> Tensor:
    """`interpolate` with mode `"bilinear"` and aligned corners.

    Example:
        >>> upsample_bilinear(Tensor([[[[1.0, 2.0]]]]), (1, 3))
        Tensor([[[[1. , 1.5, 2. ]]]])
    """
    return resample("upsample_bilinear", input, size, scale_factor, "bilinear", True)
