"""Tensors from what is not a Tensor, and Tensors of one value."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, overload

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from grad_core.arrays import Array, Raw, Shape, get_default_dtype
from grad_core.checks import check_device, check_raw, numeric_array, numeric_dtype
from grad_core.node import Traced
from grad_core.ops.creation.dtypes import default_complex, number_dtype
from grad_core.ops.manipulation.manipulation import astype, broadcast_to_, copy_
from grad_core.primitive import unwrap, wrap

if TYPE_CHECKING:
    from grad_core.tensor import Tensor

# ---------------------------------------------------------------------------- from arrays


def asarray(
    x: Tensor | ArrayLike,
    dtype: DTypeLike | None = None,
    *,
    device: str | None = None,
    copy: bool | None = None,
) -> Tensor:
    """Return `x` as a Tensor, with its own dtype and without a copy where that is possible.

    Args:
        x: A Tensor is returned as it is; an ndarray shares its memory; Python floats and complex
            numbers get the default dtype, Python integers int64, Python booleans bool.
        dtype: The dtype of the result. A Tensor whose dtype is another one is cast, and the cast
            is differentiated.
        device: None or `"cpu"`.
        copy: Whether the result has memory of its own; None for only where that is needed.

    Raises:
        TypeError: `x` is not made of booleans or numbers, or is complex and `dtype` is not.
        ValueError: `copy` is False and a copy is needed, or the device is another one.

    Example:
        >>> import numpy as np
        >>> asarray(np.arange(3))
        Tensor([0, 1, 2], dtype=int64)
        >>> asarray([0.5, 1.5])
        Tensor([0.5, 1.5])
    """
    check_device("asarray", device)
    to = None if dtype is None else numeric_dtype("asarray", dtype)
    if isinstance(x, Traced):
        if to is not None and to != x.dtype:
            _check_copy(copy, f"dtype {x.dtype} is to become {to}")
            return astype(x, to)
        return copy_(x) if copy else x
    data: NDArray[Any] = numeric_array("asarray", x, to)
    if to is None and not hasattr(x, "dtype"):
        if data.dtype == np.float64:
            to = get_default_dtype()
        elif data.dtype == np.complex128:
            to = default_complex()
    if copy:
        return wrap(np.array(data, to))
    found = data if to is None else data.astype(to, copy=False)
    # Of what is no array itself, but lets NumPy look at its memory, the array is a view.
    lent = data is x or data.base is not None
    shared = lent and np.may_share_memory(found, data)
    if not shared:
        _check_copy(copy, f"{type(x).__name__} is to become an array of dtype {found.dtype}")
    return wrap(found, None, shared)


def _check_copy(copy: bool | None, why: str) -> None:
    if copy is False:
        raise ValueError(f"asarray: copy=False, but {why}, for which a copy is needed")


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
    return wrap(numeric_array("from_numpy", array), None, True)


def from_dlpack(x: object, /, *, device: str | None = None, copy: bool | None = None) -> Tensor:
    """Return a Tensor of the array of another library, in the same memory where possible.

    Args:
        x: An object with `__dlpack__` and `__dlpack_device__`. A Tensor gives a constant, as
            `detach` does.
        device: None or `"cpu"`.
        copy: Whether the result has memory of its own; None for only where that is needed.

    Raises:
        TypeError: x is no such object, or is not made of booleans or numbers.
        ValueError: The device is another one.
        BufferError: x cannot be shared, and `copy` is not True.

    Example:
        >>> import numpy as np
        >>> import grad_core as gc
        >>> gc.from_dlpack(np.array([1.0, 2.0]))
        Tensor([1., 2.], dtype=float64)
    """
    check_device("from_dlpack", device)
    plain = unwrap(x)
    if not hasattr(plain, "__dlpack__"):
        raise TypeError(f"from_dlpack: {type(x).__name__} has no __dlpack__; use asarray")
    # Only an array of another library may be elsewhere; NumPy moves nothing that is said to stay.
    where: Any = {} if device is None else {"device": device}
    data = np.from_dlpack(plain, copy=copy, **where)
    return wrap(numeric_array("from_dlpack", data), None, not copy)


# ---------------------------------------------------------------------------- of one value


def made(name: str, function: Callable[..., Array], *args: object, **options: object) -> Array:
    """Return an array that NumPy makes; where it cannot, the error names the operation."""
    try:
        return function(*args, **options)
    except (TypeError, ValueError, OverflowError) as error:
        got = ", ".join(repr(x) for x in args)
        raise type(error)(f"{name}: {error} (got {got:.200})") from error


def dtype_or_default(name: str, dtype: DTypeLike | None) -> np.dtype[Any]:
    """Return `dtype` as an object; the default dtype for None."""
    return get_default_dtype() if dtype is None else numeric_dtype(name, dtype)


def zeros(
    shape: int | Shape, dtype: DTypeLike | None = None, *, device: str | None = None
) -> Tensor:
    """Return a Tensor of zeros.

    Args:
        shape: Its shape; an int for one axis.
        dtype: Its dtype; None for the default dtype.
        device: None or `"cpu"`.

    Raises:
        ValueError: A size is negative, or the device is another one.
        TypeError: A size is not an int, or the dtype is not one of booleans or numbers.

    Example:
        >>> import grad_core as gc
        >>> gc.zeros((2, 3))
        Tensor([[0., 0., 0.],
                [0., 0., 0.]])
    """
    check_device("zeros", device)
    return wrap(made("zeros", np.zeros, shape, dtype=dtype_or_default("zeros", dtype)))


def ones(
    shape: int | Shape, dtype: DTypeLike | None = None, *, device: str | None = None
) -> Tensor:
    """Return a Tensor of ones. Args and errors are those of `zeros`.

    Example:
        >>> import grad_core as gc
        >>> gc.ones(3)
        Tensor([1., 1., 1.])
    """
    check_device("ones", device)
    return wrap(made("ones", np.ones, shape, dtype=dtype_or_default("ones", dtype)))


def empty(
    shape: int | Shape, dtype: DTypeLike | None = None, *, device: str | None = None
) -> Tensor:
    """Return a Tensor of whatever is in the memory. Args and errors are those of `zeros`.

    Example:
        >>> import grad_core as gc
        >>> gc.empty((2, 3)).shape
        (2, 3)
    """
    check_device("empty", device)
    return wrap(made("empty", np.empty, shape, dtype=dtype_or_default("empty", dtype)))


def full(
    shape: int | Shape,
    fill_value: Tensor | Raw,
    dtype: DTypeLike | None = None,
    *,
    device: str | None = None,
) -> Tensor:
    """Return a Tensor of one value.

    Args:
        shape: Its shape; an int for one axis.
        fill_value: The value, or an array that is broadcast to the shape. A Tensor gets the sum
            of the gradients.
        dtype: Its dtype; None for that of the value, which for Python floats and complex numbers
            is the default dtype.
        device: None or `"cpu"`.

    Raises:
        ValueError: A size is negative, the value is not broadcast to the shape, or the device is
            another one.
        TypeError: A size is not an int, or the value is complex and `dtype` is not.

    Example:
        >>> import grad_core as gc
        >>> gc.full(3, 0.5)
        Tensor([0.5, 0.5, 0.5])
        >>> gc.full(2, 7)
        Tensor([7, 7], dtype=int64)
    """
    check_device("full", device)
    return _filled("full", shape, fill_value, dtype)


def _filled(name: str, shape: int | Shape, value: Tensor | Raw, dtype: DTypeLike | None) -> Tensor:
    to = None if dtype is None else numeric_dtype(name, dtype)
    if isinstance(value, Traced):
        return copy_(broadcast_to_(value if to is None else astype(value, to), shape))
    check_raw(name, value)
    data = numeric_array(name, value, to)
    if to is None:
        to = data.dtype if isinstance(value, np.ndarray) else number_dtype(value)
    return wrap(made(name, np.full, shape, data, dtype=to))


def eye(
    n_rows: int,
    n_cols: int | None = None,
    /,
    k: int = 0,
    *,
    dtype: DTypeLike | None = None,
    device: str | None = None,
) -> Tensor:
    """Return a matrix with ones on a diagonal and zeros elsewhere.

    Args:
        n_rows: The number of rows.
        n_cols: The number of columns; None for as many.
        k: Which diagonal: above the main one if positive, below if negative.
        dtype: Its dtype; None for the default dtype.
        device: None or `"cpu"`.

    Raises:
        ValueError: A size is negative, or the device is another one.
        TypeError: A size is not an int.

    Example:
        >>> import grad_core as gc
        >>> gc.eye(2, 3, k=1)
        Tensor([[0., 1., 0.],
                [0., 0., 1.]])
    """
    check_device("eye", device)
    return wrap(made("eye", np.eye, n_rows, n_cols, k, dtype=dtype_or_default("eye", dtype)))


def identity(n: int, dtype: DTypeLike | None = None) -> Tensor:
    """Return the n by n matrix with ones on the main diagonal and zeros elsewhere.

    Example:
        >>> import grad_core as gc
        >>> gc.identity(2)
        Tensor([[1., 0.],
                [0., 1.]])
    """
    return eye(n, dtype=dtype)


# ---------------------------------------------------------------------------- as another


@overload
def zeros_like(
    x: Tensor, dtype: DTypeLike | None = None, *, device: str | None = None
) -> Tensor: ...
@overload
def zeros_like(x: Raw, dtype: DTypeLike | None = None, *, device: str | None = None) -> Array: ...
def zeros_like(
    x: Tensor | Raw, dtype: DTypeLike | None = None, *, device: str | None = None
) -> Tensor | Array:
    """Return zeros of the shape and dtype of `x`: a Tensor for a Tensor, or an ndarray.

    Args:
        x: Any shape.
        dtype: Another dtype; None for that of `x`.
        device: None or `"cpu"`.

    Raises:
        TypeError: The dtype is not one of booleans or numbers.
        ValueError: The device is another one.

    Example:
        >>> import grad_core as gc
        >>> gc.zeros_like(gc.Tensor([1.0, 2.0]))
        Tensor([0., 0.])
    """
    return _like("zeros_like", np.zeros, x, dtype, device)


@overload
def ones_like(
    x: Tensor, dtype: DTypeLike | None = None, *, device: str | None = None
) -> Tensor: ...
@overload
def ones_like(x: Raw, dtype: DTypeLike | None = None, *, device: str | None = None) -> Array: ...
def ones_like(
    x: Tensor | Raw, dtype: DTypeLike | None = None, *, device: str | None = None
) -> Tensor | Array:
    """Return ones of the shape and dtype of `x`. Args and errors are those of `zeros_like`.

    Example:
        >>> import grad_core as gc
        >>> gc.ones_like(gc.Tensor([1.0, 2.0]))
        Tensor([1., 1.])
    """
    return _like("ones_like", np.ones, x, dtype, device)


@overload
def empty_like(
    x: Tensor, dtype: DTypeLike | None = None, *, device: str | None = None
) -> Tensor: ...
@overload
def empty_like(x: Raw, dtype: DTypeLike | None = None, *, device: str | None = None) -> Array: ...
def empty_like(
    x: Tensor | Raw, dtype: DTypeLike | None = None, *, device: str | None = None
) -> Tensor | Array:
    """Return an array of the shape and dtype of `x`, of whatever is in the memory.

    Args and errors are those of `zeros_like`.

    Example:
        >>> import grad_core as gc
        >>> gc.empty_like(gc.Tensor([1.0, 2.0])).shape
        (2,)
    """
    return _like("empty_like", np.empty, x, dtype, device)


def _like(
    name: str,
    function: Callable[..., Array],
    x: Tensor | Raw,
    dtype: DTypeLike | None,
    device: str | None,
) -> Tensor | Array:
    if device is not None:
        check_device(name, device)
    if isinstance(x, Traced):
        return wrap(function(x.shape, x.dtype if dtype is None else numeric_dtype(name, dtype)))
    check_raw(name, x)
    data = np.asarray(x)
    return function(data.shape, data.dtype if dtype is None else numeric_dtype(name, dtype))


@overload
def full_like(
    x: Tensor,
    fill_value: Tensor | Raw,
    dtype: DTypeLike | None = None,
    *,
    device: str | None = None,
) -> Tensor: ...
@overload
def full_like(
    x: Raw,
    fill_value: Tensor,
    dtype: DTypeLike | None = None,
    *,
    device: str | None = None,
) -> Tensor: ...
@overload
def full_like(
    x: Raw,
    fill_value: Raw,
    dtype: DTypeLike | None = None,
    *,
    device: str | None = None,
) -> Array: ...
def full_like(
    x: Tensor | Raw,
    fill_value: Tensor | Raw,
    dtype: DTypeLike | None = None,
    *,
    device: str | None = None,
) -> Tensor | Array:
    """Return an array of the shape and dtype of `x`, of one value.

    Args:
        x: Any shape.
        fill_value: The value, or an array that is broadcast to the shape. A Tensor gets the sum
            of the gradients.
        dtype: Another dtype; None for that of `x`.
        device: None or `"cpu"`.

    Raises:
        ValueError: The value is not broadcast to the shape, or the device is another one.
        TypeError: The value is complex and the dtype is not.

    Example:
        >>> import grad_core as gc
        >>> gc.full_like(gc.Tensor([1.0, 2.0]), 3)
        Tensor([3., 3.])
    """
    check_device("full_like", device)
    check_raw("full_like", unwrap(x))
    like = np.asarray(unwrap(x))
    found = _filled("full_like", like.shape, fill_value, like.dtype if dtype is None else dtype)
    if isinstance(x, Traced) or isinstance(fill_value, Traced):
        return found
    return found._array
