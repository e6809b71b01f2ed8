"""Tensors from what is not a Tensor."""

from __future__ import annotations

from typing import TYPE_CHECKING, overload

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from grad_core.arrays import Array, get_default_dtype
from grad_core.checks import check_raw, numeric_array, numeric_dtype
from grad_core.node import Traced
from grad_core.primitive import wrap

if TYPE_CHECKING:
    from grad_core.tensor import Tensor


def asarray(x: Tensor | ArrayLike, dtype: DTypeLike | None = None) -> Tensor:
    """Return `x` as a Tensor, with its own dtype and without a copy where that is possible.

    Args:
        x: A Tensor is returned as it is; an ndarray shares its memory; Python floats get the
            default dtype, Python integers int64, Python booleans bool.
        dtype: The dtype of the result. A Tensor whose dtype is another one is cast, and the cast
            is differentiated.

    Raises:
        TypeError: `x` is not made of booleans or numbers, or is complex and `dtype` is not.

    Example:
        >>> import numpy as np
        >>> asarray(np.arange(3))
        Tensor([0, 1, 2], dtype=int64)
        >>> asarray([0.5, 1.5])
        Tensor([0.5, 1.5])
    """
    if isinstance(x, Traced):
        return x if dtype is None or np.dtype(dtype) == x.dtype else x.astype(dtype)
    to = None if dtype is None else numeric_dtype("asarray", dtype)
    data = numeric_array("asarray", x, to)
    if to is None and data.dtype == np.float64 and not hasattr(x, "dtype"):
        to = get_default_dtype()
    return wrap(data if to is None else data.astype(to, copy=False))


def from_numpy(array: NDArray[np.number | np.bool_]) -> Tensor:
    """Return a Tensor that shares the memory and the dtype of `array`.

    Raises:
        TypeError: `array` is not an ndarray of booleans or numbers.

    Example:
        >>> import numpy as np
        >>> from_numpy(np.array([1.0, 2.0]))
        Tensor([1., 2.], dtype=float64)
    """
    if not isinstance(array, np.ndarray):
        raise TypeError(
            f"from_numpy: expected an ndarray, got {type(array).__name__}; use Tensor(...)"
        )
    return wrap(numeric_array("from_numpy", array))


@overload
def zeros_like(x: Tensor) -> Tensor: ...
@overload
def zeros_like(x: Array) -> Array: ...
def zeros_like(x: Tensor | Array) -> Tensor | Array:
    """Return zeros of the shape and dtype of `x`.

    Example:
        >>> import grad_core as gc
        >>> gc.zeros_like(gc.Tensor([1.0, 2.0]))
        Tensor([0., 0.])
    """
    if isinstance(x, Traced):
        return wrap(np.zeros(x.shape, x.dtype))
    check_raw("zeros_like", x)
    return np.zeros_like(x, subok=False)
