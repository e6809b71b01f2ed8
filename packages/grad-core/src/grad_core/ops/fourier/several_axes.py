"""Discrete Fourier transforms along several axes, one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeAlias, overload

from grad_core.arrays import Array, Operand, Raw, Shape
from grad_core.ops.fourier.one_axis import (
    Norm,
    Spectrum,
    axis_of,
    fft_,
    ifft_,
    irfft_,
    length_of,
    norm_of,
    rfft_,
    shape_of,
)

if TYPE_CHECKING:
    from grad_core.tensor import Tensor

Ints: TypeAlias = Sequence[int]
_TWO = (-2, -1)


def _plan(
    name: str, shape: Shape, s: Ints | None, axes: Ints | None, mirrored: bool = False
) -> list[tuple[int, int]]:
    """The length and the axis of each step, in the order of `axes`.

    Args:
        name: For errors.
        shape: That of the operand.
        s: The lengths; -1 for the whole axis, None for all of them.
        axes: The axes; None for the last ones, as many as there are lengths, or for all.
        mirrored: Whether the last axis is a half of what it stands for.
    """
    if axes is None:
        axes = range(len(shape)) if s is None else range(-len(s), 0)
    at = [axis_of(name, shape, axis) for axis in axes]
    if s is not None and len(s) != len(at):
        raise ValueError(f"{name}: got {len(s)} lengths for {len(at)} axes")
    lengths: list[int] = []
    for i, axis in enumerate(at):
        n = -1 if s is None else s[i]
        if n == -1:
            half = mirrored and s is None and i == len(at) - 1
            n = (shape[axis] - 1) * 2 if half else shape[axis]
        lengths.append(length_of(name, n))
    return list(zip(lengths, at, strict=True))


def _complex(name: str, x: Operand, s: Ints | None, axes: Ints | None, norm: Norm) -> Operand:
    """fftn or ifftn, and what they are of two axes."""
    scale = norm_of(name, norm)
    primitive = ifft_ if name[0] == "i" else fft_
    for n, axis in reversed(_plan(name, shape_of(name, x), s, axes)):
        x = primitive(x, n, axis, scale)
    return x


def _half(name: str, x: Operand, s: Ints | None, axes: Ints | None, norm: Norm) -> Operand:
    """rfftn: the last axis first, while it is real."""
    scale = norm_of(name, norm)
    plan = _plan(name, shape_of(name, x, real=True), s, axes)
    if not plan:
        raise ValueError(f"{name}: expected at least one axis, got none")
    x = rfft_(x, *plan[-1], scale)
    for n, axis in reversed(plan[:-1]):
        x = fft_(x, n, axis, scale)
    return x


def _from_half(name: str, x: Operand, s: Ints | None, axes: Ints | None, norm: Norm) -> Operand:
    """irfftn: the last axis last, from which on the result is real."""
    scale = norm_of(name, norm)
    plan = _plan(name, shape_of(name, x), s, axes, mirrored=True)
    if not plan:
        raise ValueError(f"{name}: expected at least one axis, got none")
    for n, axis in plan[:-1]:
        x = ifft_(x, n, axis, scale)
    return irfft_(x, *plan[-1], scale)


@overload
def fftn(
    x: Tensor, s: Ints | None = None, axes: Ints | None = None, norm: Norm = "backward"
) -> Tensor: ...
@overload
def fftn(
    x: Raw, s: Ints | None = None, axes: Ints | None = None, norm: Norm = "backward"
) -> Spectrum: ...
def fftn(
    x: Operand, s: Ints | None = None, axes: Ints | None = None, norm: Norm = "backward"
) -> Any:
    """The discrete Fourier transform along several axes.

    Args:
        x: Real or complex.
        s: For each axis how many elements are transformed; x is cropped or filled up with zeros at
            the end. -1 stands for all that there are, and so does None for every axis.
        axes: The axes, the last of them first; one that is named twice is transformed twice. None
            for the last ones, as many as `s` has lengths, or for all.
        norm: Whether the result is divided by the square root of the number of elements
            (`"ortho"`), by that number (`"forward"`), or not.

    Raises:
        ValueError: An axis does not exist, a length is not positive, there are not as many lengths
            as axes, or `norm` is unknown.

    Example:
        >>> import grad_core as gc
        >>> from grad_core import fft
        >>> fft.fftn(gc.Tensor([[1.0, 1.0], [1.0, 1.0]]))
        Tensor([[4.+0.j, 0.+0.j],
                [0.+0.j, 0.+0.j]], dtype=complex64)
    """
    return _complex("fftn", x, s, axes, norm)


@overload
def ifftn(
    x: Tensor, s: Ints | None = None, axes: Ints | None = None, norm: Norm = "backward"
) -> Tensor: ...
@overload
def ifftn(
    x: Raw, s: Ints | None = None, axes: Ints | None = None, norm: Norm = "backward"
) -> Spectrum: ...
def ifftn(
    x: Operand, s: Ints | None = None, axes: Ints | None = None, norm: Norm = "backward"
) -> Any:
    """The inverse of fftn along several axes.

    Args and errors are those of `fftn`, but for what the result is divided by: see `ifft`.

    Example:
        >>> import grad_core as gc
        >>> from grad_core import fft
        >>> fft.ifftn(gc.Tensor([[4.0, 0.0], [0.0, 0.0]]))
        Tensor([[1.+0.j, 1.+0.j],
                [1.+0.j, 1.+0.j]], dtype=complex64)
    """
    return _complex("ifftn", x, s, axes, norm)


@overload
def rfftn(
    x: Tensor, s: Ints | None = None, axes: Ints | None = None, norm: Norm = "backward"
) -> Tensor: ...
@overload
def rfftn(
    x: Raw, s: Ints | None = None, axes: Ints | None = None, norm: Norm = "backward"
) -> Spectrum: ...
def rfftn(
    x: Operand, s: Ints | None = None, axes: Ints | None = None, norm: Norm = "backward"
) -> Any:
    """The fftn of real numbers, without the half of the last of the axes that mirrors the rest.

    Args and errors are those of `fftn`; there has to be an axis.

    Raises:
        TypeError: x is complex.

    Example:
        >>> import grad_core as gc
        >>> from grad_core import fft
        >>> fft.rfftn(gc.Tensor([[1.0, 1.0, 1.0], [1.0, 1.0, 1.0]]))
        Tensor([[6.+0.j, 0.+0.j],
                [0.+0.j, 0.+0.j]], dtype=complex64)
    """
    return _half("rfftn", x, s, axes, norm)


@overload
def irfftn(
    x: Tensor, s: Ints | None = None, axes: Ints | None = None, norm: Norm = "backward"
) -> Tensor: ...
@overload
def irfftn(
    x: Raw, s: Ints | None = None, axes: Ints | None = None, norm: Norm = "backward"
) -> Array: ...
def irfftn(
    x: Operand, s: Ints | None = None, axes: Ints | None = None, norm: Norm = "backward"
) -> Any:
    """The inverse of rfftn along several axes, which is real.

    Args and errors are those of `rfftn`, but `s` counts elements of the result: an odd length of
    the last of the axes has to be said. For what the result is divided by see `ifft`.

    Example:
        >>> import grad_core as gc
        >>> from grad_core import fft
        >>> fft.irfftn(gc.Tensor([[4.0, 0.0], [0.0, 0.0]]))
        Tensor([[1., 1.],
                [1., 1.]])
    """
    return _from_half("irfftn", x, s, axes, norm)


@overload
def fft2(
    x: Tensor, s: Ints | None = None, axes: Ints | None = _TWO, norm: Norm = "backward"
) -> Tensor: ...
@overload
def fft2(
    x: Raw, s: Ints | None = None, axes: Ints | None = _TWO, norm: Norm = "backward"
) -> Spectrum: ...
def fft2(
    x: Operand, s: Ints | None = None, axes: Ints | None = _TWO, norm: Norm = "backward"
) -> Any:
    """The fftn along two axes, the last ones unless others are named; see there.

    Example:
        >>> import grad_core as gc
        >>> from grad_core import fft
        >>> fft.fft2(gc.Tensor([[1.0, 1.0], [1.0, 1.0]]))
        Tensor([[4.+0.j, 0.+0.j],
                [0.+0.j, 0.+0.j]], dtype=complex64)
    """
    return _complex("fft2", x, s, axes, norm)


@overload
def ifft2(
    x: Tensor, s: Ints | None = None, axes: Ints | None = _TWO, norm: Norm = "backward"
) -> Tensor: ...
@overload
def ifft2(
    x: Raw, s: Ints | None = None, axes: Ints | None = _TWO, norm: Norm = "backward"
) -> Spectrum: ...
def ifft2(
    x: Operand, s: Ints | None = None, axes: Ints | None = _TWO, norm: Norm = "backward"
) -> Any:
    """The ifftn along two axes, the last ones unless others are named; see there.

    Example:
        >>> import grad_core as gc
        >>> from grad_core import fft
        >>> fft.ifft2(gc.Tensor([[4.0, 0.0], [0.0, 0.0]]))
        Tensor([[1.+0.j, 1.+0.j],
                [1.+0.j, 1.+0.j]], dtype=complex64)
    """
    return _complex("ifft2", x, s, axes, norm)


@overload
def rfft2(
    x: Tensor, s: Ints | None = None, axes: Ints | None = _TWO, norm: Norm = "backward"
) -> Tensor: ...
@overload
def rfft2(
    x: Raw, s: Ints | None = None, axes: Ints | None = _TWO, norm: Norm = "backward"
) -> Spectrum: ...
def rfft2(
    x: Operand, s: Ints | None = None, axes: Ints | None = _TWO, norm: Norm = "backward"
) -> Any:
    """The rfftn along two axes, the last ones unless others are named; see there.

    Example:
        >>> import grad_core as gc
        >>> from grad_core import fft
        >>> fft.rfft2(gc.Tensor([[1.0, 1.0, 1.0], [1.0, 1.0, 1.0]]))
        Tensor([[6.+0.j, 0.+0.j],
                [0.+0.j, 0.+0.j]], dtype=complex64)
    """
    return _half("rfft2", x, s, axes, norm)


@overload
def irfft2(
    x: Tensor, s: Ints | None = None, axes: Ints | None = _TWO, norm: Norm = "backward"
) -> Tensor: ...
@overload
def irfft2(
    x: Raw, s: Ints | None = None, axes: Ints | None = _TWO, norm: Norm = "backward"
) -> Array: ...
def irfft2(
    x: Operand, s: Ints | None = None, axes: Ints | None = _TWO, norm: Norm = "backward"
) -> Any:
    """The irfftn along two axes, the last ones unless others are named; see there.

    Example:
        >>> import grad_core as gc
        >>> from grad_core import fft
        >>> fft.irfft2(gc.Tensor([[4.0, 0.0], [0.0, 0.0]]))
        Tensor([[1., 1.],
                [1., 1.]])
    """
    return _from_half("irfft2", x, s, axes, norm)
