"""Discrete Fourier transforms along one axis.

Four primitives do all of it; the transforms of several axes, in `fourier_axes`, take one axis after
the other, as NumPy's do. The rules are transposes. The matrix of fft is symmetric, so its transpose
is fft itself, after which what was cropped is filled with zeros, or the zeros that were added are
cropped. rfft keeps half of the spectrum of real numbers, and irfft takes the other half to be its
mirror image: each is the transpose of the other, but for the conjugate and for the weights of what
has a mirror image.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import index
from typing import TYPE_CHECKING, Any, Literal, SupportsIndex, TypeAlias, overload

import numpy as np
from numpy.lib.array_utils import normalize_axis_index
from numpy.typing import NDArray

from grad_core.arrays import Array, Operand, Raw, Shape
from grad_core.checks import check_raw, described
from grad_core.node import Traced
from grad_core.ops.elementwise.basic import conj
from grad_core.primitive import Unary

if TYPE_CHECKING:
    from grad_core.tensor import Tensor

Scale: TypeAlias = Literal["backward", "ortho", "forward"]
Norm: TypeAlias = Scale | None
Spectrum: TypeAlias = NDArray[np.complexfloating]

# How each way of scaling divides the forward transform is how another divides the inverse.
_OTHER: dict[Scale, Scale] = {"backward": "forward", "ortho": "ortho", "forward": "backward"}


# ---------------------------------------------------------------------------- the linear maps


def _resized(x: Array, n: int, axis: int) -> Array:
    shape = list(x.shape)
    both = (slice(None),) * axis + (slice(min(n, shape[axis])),)
    shape[axis] = n
    out = np.zeros(shape, x.dtype)
    out[both] = x[both]
    return out


resized_: Unary[int, int] = Unary(
    "resized", _resized, lambda g, _y, _x, _n, axis: resized(g, _x.shape[axis], axis)
)


def resized(x: Array, n: int, axis: int) -> Array:
    """x cropped, or filled up with zeros, to n elements along an axis."""
    return x if x.shape[axis] == n else resized_(x, n, axis)


def _numpys(name: str) -> Callable[[Array, int, int, Scale], Array]:
    """A function of numpy.fft, which NumPy imports when it is first used."""

    def forward(x: Array, n: int, axis: int, norm: Scale) -> Array:
        function: Callable[..., Array] = getattr(np.fft, name)
        return function(x, n, axis, norm)

    return forward


fft_: Unary[int, int, Scale] = Unary(
    "fft",
    _numpys("fft"),
    lambda g, _y, _x, n, axis, norm: resized(fft_(g, n, axis, norm), _x.shape[axis], axis),
)

ifft_: Unary[int, int, Scale] = Unary(
    "ifft",
    _numpys("ifft"),
    lambda g, _y, _x, n, axis, norm: resized(ifft_(g, n, axis, norm), _x.shape[axis], axis),
)


def _weights(n: int, axis: int, like: Array, mirrored: float) -> Array:
    """1 for what has no mirror image in the spectrum of n real numbers, `mirrored` for the rest."""
    weights = np.full(n // 2 + 1, mirrored, np.finfo(like.dtype).dtype)
    weights[:: n // 2 if n % 2 == 0 else n] = 1
    return weights.reshape((-1,) + (1,) * (len(like.shape) - axis - 1))


def _rfft_x(g: Array, _y: Array, _x: Array, n: int, axis: int, norm: Scale) -> Array:
    spectrum = conj(g) * _weights(n, axis, g, 0.5)
    return resized(irfft_(spectrum, n, axis, _OTHER[norm]), _x.shape[axis], axis)


rfft_: Unary[int, int, Scale] = Unary("rfft", _numpys("rfft"), _rfft_x)


def _irfft_x(g: Array, _y: Array, _x: Array, n: int, axis: int, norm: Scale) -> Array:
    spectrum = conj(rfft_(g, n, axis, _OTHER[norm])) * _weights(n, axis, g, 2.0)
    return resized(spectrum, _x.shape[axis], axis)


irfft_: Unary[int, int, Scale] = Unary("irfft", _numpys("irfft"), _irfft_x)

# ---------------------------------------------------------------------------- checks


def shape_of(name: str, x: Operand, real: bool = False) -> Shape:
    """The shape of an operand.

    Raises:
        TypeError: It is neither a Tensor nor an ndarray, or is complex and should be real.
    """
    if not isinstance(x, Traced):
        check_raw(name, x)
    if real and np.iscomplexobj(x._array if isinstance(x, Traced) else x):
        raise TypeError(f"{name}: expected real numbers, got {described(x)}")
    return x.shape if isinstance(x, Traced) else np.shape(x)


def axis_of(name: str, shape: Shape, axis: int) -> int:
    """The position of an axis, counted from the first."""
    if not shape:
        raise ValueError(f"{name}: expected at least one axis, got none")
    return normalize_axis_index(axis, len(shape), name)


def length_of(name: str, n: SupportsIndex) -> int:
    """The length of a transform, which is positive."""
    try:
        length = index(n)
    except TypeError as error:
        raise TypeError(
            f"{name}: expected an int for the length, got {type(n).__name__}"
        ) from error
    if length < 1:
        raise ValueError(f"{name}: got length {length}, expected 1 or more")
    return length


def norm_of(name: str, norm: Norm) -> Scale:
    """The way of scaling; None is NumPy's other name of the default."""
    if norm is None:
        return "backward"
    if norm not in _OTHER:
        raise ValueError(f"{name}: got norm {norm!r}, expected 'backward', 'ortho' or 'forward'")
    return norm


def _along(
    name: str, primitive: Unary[int, int, Scale], x: Operand, n: int | None, axis: int, norm: Norm
) -> Tensor | Array:
    """Check the arguments of a transform along one axis, and apply it."""
    shape = shape_of(name, x, real=name in ("rfft", "ihfft"))
    at = axis_of(name, shape, axis)
    if n is None:
        n = (shape[at] - 1) * 2 if name in ("irfft", "hfft") else shape[at]
    scale = norm_of(name, norm)
    n = length_of(name, n)
    if name == "hfft":
        return primitive(conj(x), n, at, _OTHER[scale])
    if name == "ihfft":
        return conj(primitive(x, n, at, _OTHER[scale]))
    return primitive(x, n, at, scale)


# ---------------------------------------------------------------------------- transforms


@overload
def fft(x: Tensor, n: int | None = None, axis: int = -1, norm: Norm = "backward") -> Tensor: ...
@overload
def fft(x: Raw, n: int | None = None, axis: int = -1, norm: Norm = "backward") -> Spectrum: ...
def fft(x: Operand, n: int | None = None, axis: int = -1, norm: Norm = "backward") -> Any:
    """The discrete Fourier transform along an axis.

    Args:
        x: Real or complex; at least one axis.
        n: How many elements are transformed; x is cropped or filled up with zeros at the end. All
            that there are, if None.
        axis: The axis.
        norm: Whether the result is divided by sqrt(n) (`"ortho"`), by n (`"forward"`), or not.

    Raises:
        ValueError: The axis does not exist, `n` is not positive, or `norm` is unknown.

    Example:
        >>> import grad_core as gc
        >>> from grad_core import fft
        >>> fft.fft(gc.Tensor([1.0, 0.0, 0.0, 0.0]))
        Tensor([1.+0.j, 1.+0.j, 1.+0.j, 1.+0.j], dtype=complex64)

    Reference:
        J. W. Cooley and J. W. Tukey, "An algorithm for the machine calculation of complex Fourier
        series", Mathematics of Computation 19, 1965.
    """
    return _along("fft", fft_, x, n, axis, norm)


@overload
def ifft(x: Tensor, n: int | None = None, axis: int = -1, norm: Norm = "backward") -> Tensor: ...
@overload
def ifft(x: Raw, n: int | None = None, axis: int = -1, norm: Norm = "backward") -> Spectrum: ...
def ifft(x: Operand, n: int | None = None, axis: int = -1, norm: Norm = "backward") -> Any:
    """The inverse of fft along an axis.

    Args and errors are those of `fft`, but for what the result is divided by: n with
    `norm="backward"`, sqrt(n) with `"ortho"`, nothing with `"forward"`.

    Example:
        >>> import grad_core as gc
        >>> from grad_core import fft
        >>> fft.ifft(gc.Tensor([4.0, 0.0, 0.0, 0.0]))
        Tensor([1.+0.j, 1.+0.j, 1.+0.j, 1.+0.j], dtype=complex64)
    """
    return _along("ifft", ifft_, x, n, axis, norm)


@overload
def rfft(x: Tensor, n: int | None = None, axis: int = -1, norm: Norm = "backward") -> Tensor: ...
@overload
def rfft(x: Raw, n: int | None = None, axis: int = -1, norm: Norm = "backward") -> Spectrum: ...
def rfft(x: Operand, n: int | None = None, axis: int = -1, norm: Norm = "backward") -> Any:
    """The first `n // 2 + 1` elements of the fft of real numbers; the rest mirror them.

    Args and errors are those of `fft`.

    Raises:
        TypeError: x is complex.

    Example:
        >>> import grad_core as gc
        >>> from grad_core import fft
        >>> fft.rfft(gc.Tensor([1.0, 0.0, 0.0, 0.0]))
        Tensor([1.+0.j, 1.+0.j, 1.+0.j], dtype=complex64)
    """
    return _along("rfft", rfft_, x, n, axis, norm)


@overload
def irfft(x: Tensor, n: int | None = None, axis: int = -1, norm: Norm = "backward") -> Tensor: ...
@overload
def irfft(x: Raw, n: int | None = None, axis: int = -1, norm: Norm = "backward") -> Array: ...
def irfft(x: Operand, n: int | None = None, axis: int = -1, norm: Norm = "backward") -> Any:
    """The inverse of rfft along an axis, which is real.

    Args and errors are those of `ifft`, but `n` counts elements of the result. If None it is
    `2 * (m - 1)`, for m elements of x; an odd length has to be said.

    Example:
        >>> import grad_core as gc
        >>> from grad_core import fft
        >>> fft.irfft(gc.Tensor([4.0, 0.0, 0.0]))
        Tensor([1., 1., 1., 1.])
    """
    return _along("irfft", irfft_, x, n, axis, norm)


@overload
def hfft(x: Tensor, n: int | None = None, axis: int = -1, norm: Norm = "backward") -> Tensor: ...
@overload
def hfft(x: Raw, n: int | None = None, axis: int = -1, norm: Norm = "backward") -> Array: ...
def hfft(x: Operand, n: int | None = None, axis: int = -1, norm: Norm = "backward") -> Any:
    """The fft, which is real, of numbers whose other half mirrors x.

    Args and errors are those of `fft`, but for `n`, which is as in `irfft`.

    Example:
        >>> import grad_core as gc
        >>> from grad_core import fft
        >>> fft.hfft(gc.Tensor([1.0, 0.0, 0.0]))
        Tensor([1., 1., 1., 1.])
    """
    return _along("hfft", irfft_, x, n, axis, norm)


@overload
def ihfft(x: Tensor, n: int | None = None, axis: int = -1, norm: Norm = "backward") -> Tensor: ...
@overload
def ihfft(x: Raw, n: int | None = None, axis: int = -1, norm: Norm = "backward") -> Spectrum: ...
def ihfft(x: Operand, n: int | None = None, axis: int = -1, norm: Norm = "backward") -> Any:
    """The inverse of hfft along an axis: the first `n // 2 + 1` elements of the ifft.

    Args and errors are those of `ifft`.

    Raises:
        TypeError: x is complex.

    Example:
        >>> import grad_core as gc
        >>> from grad_core import fft
        >>> fft.ihfft(gc.Tensor([4.0, 0.0, 0.0, 0.0]))
        Tensor([1.-0.j, 1.-0.j, 1.-0.j], dtype=complex64)
    """
    return _along("ihfft", rfft_, x, n, axis, norm)
