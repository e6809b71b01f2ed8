"""The frequencies of discrete Fourier transforms, and their order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, overload

import numpy as np
from numpy.lib.array_utils import normalize_axis_index
from numpy.typing import DTypeLike, NDArray

from grad_core.arrays import Array, Axis, Operand, Raw, get_default_dtype
from grad_core.checks import check_device, numeric_dtype
from grad_core.ops.fourier.one_axis import length_of, shape_of
from grad_core.primitive import Unary, wrap

if TYPE_CHECKING:
    from grad_core.tensor import Tensor


def fftfreq(
    n: int, d: float = 1.0, device: str | None = None, dtype: DTypeLike | None = None
) -> Tensor:
    """The frequencies of the elements of an fft, in its order: 0, the positive, the negative ones.

    Args:
        n: The length of the transform.
        d: The distance of two samples; frequencies are in cycles per its unit.
        device: None or `"cpu"`.
        dtype: A real floating dtype; the default dtype if None.

    Raises:
        TypeError: `n` is not an int, or the dtype is not real and floating.
        ValueError: `n` is not positive, `d` is 0, or the device is another one.

    Example:
        >>> from grad_core import fft
        >>> fft.fftfreq(4)
        Tensor([ 0.  ,  0.25, -0.5 , -0.25])
    """
    n = length_of("fftfreq", n)
    numbers = np.arange(n)
    numbers[(n + 1) // 2 :] -= n
    return _frequencies("fftfreq", numbers, n, d, device, dtype)


def rfftfreq(
    n: int, d: float = 1.0, device: str | None = None, dtype: DTypeLike | None = None
) -> Tensor:
    """The frequencies of the elements of an rfft, which are not negative.

    Args and errors are those of `fftfreq`; `n` is the length of the real numbers.

    Example:
        >>> from grad_core import fft
        >>> fft.rfftfreq(4)
        Tensor([0.  , 0.25, 0.5 ])
    """
    n = length_of("rfftfreq", n)
    return _frequencies("rfftfreq", np.arange(n // 2 + 1), n, d, device, dtype)


def _frequencies(
    name: str,
    numbers: NDArray[np.integer],
    n: int,
    d: float,
    device: str | None,
    dtype: DTypeLike | None,
) -> Tensor:
    check_device(name, device)
    to = get_default_dtype() if dtype is None else numeric_dtype(name, dtype)
    if to.kind != "f":
        raise TypeError(f"{name}: got dtype {to}, expected a real floating one")
    if d == 0:
        raise ValueError(f"{name}: got d=0, expected the distance of two samples")
    return wrap((numbers / (n * d)).astype(to))


_fftshift: Unary[Axis] = Unary(
    "fftshift",
    lambda x, axes: np.fft.fftshift(x, axes),
    lambda g, _y, _x, axes: _ifftshift(g, axes),
)

_ifftshift: Unary[Axis] = Unary(
    "ifftshift",
    lambda x, axes: np.fft.ifftshift(x, axes),
    lambda g, _y, _x, axes: _fftshift(g, axes),
)


@overload
def fftshift(x: Tensor, axes: int | Sequence[int] | None = None) -> Tensor: ...
@overload
def fftshift(x: Raw, axes: int | Sequence[int] | None = None) -> Array: ...
def fftshift(x: Operand, axes: int | Sequence[int] | None = None) -> Tensor | Array:
    """x rolled along axes, so that frequency 0 comes from the first place to the middle.

    Args:
        x: Any shape.
        axes: The axis or axes; None for all.

    Raises:
        ValueError: An axis does not exist.

    Example:
        >>> from grad_core import fft
        >>> fft.fftshift(fft.fftfreq(4))
        Tensor([-0.5 , -0.25,  0.  ,  0.25])
    """
    return _fftshift(x, _plain("fftshift", x, axes))


@overload
def ifftshift(x: Tensor, axes: int | Sequence[int] | None = None) -> Tensor: ...
@overload
def ifftshift(x: Raw, axes: int | Sequence[int] | None = None) -> Array: ...
def ifftshift(x: Operand, axes: int | Sequence[int] | None = None) -> Tensor | Array:
    """The inverse of fftshift: frequency 0 comes from the middle to the first place.

    Args and errors are those of `fftshift`.

    Example:
        >>> from grad_core import fft
        >>> fft.ifftshift(fft.fftshift(fft.fftfreq(4)))
        Tensor([ 0.  ,  0.25, -0.5 , -0.25])
    """
    return _ifftshift(x, _plain("ifftshift", x, axes))


def _plain(name: str, x: Operand, axes: int | Sequence[int] | None) -> Axis:
    shape = shape_of(name, x)
    if axes is None:
        return None
    several = (axes,) if isinstance(axes, int) else axes
    return tuple(normalize_axis_index(axis, len(shape), name) for axis in several)
