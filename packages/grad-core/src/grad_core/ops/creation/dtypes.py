"""What dtypes can do, and which one operands have in common."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np
from numpy.typing import DTypeLike, NDArray

from grad_core.arrays import Array, Operand, Raw, get_default_dtype
from grad_core.checks import check_raw, explained, is_raw, numeric_dtype
from grad_core.node import Traced
from grad_core.primitive import unwrap

if TYPE_CHECKING:
    from grad_core.tensor import Tensor

Casting: TypeAlias = Literal["no", "equiv", "safe", "same_kind", "unsafe"]
_NUMBERS = frozenset((bool, int, float, complex))


def can_cast(
    from_: Tensor | NDArray[np.number | np.bool_] | DTypeLike,
    to: DTypeLike,
    casting: Casting = "safe",
) -> bool:
    """Whether a cast from one dtype to another is allowed.

    Args:
        from_: A dtype, or an array for its dtype.
        to: A dtype.
        casting: Which casts are: `"safe"` keeps every value, `"same_kind"` may lose precision,
            `"unsafe"` is any.

    Raises:
        TypeError: One of them is not a dtype of booleans or numbers.

    Example:
        >>> import grad_core as gc
        >>> gc.can_cast("float32", "float64"), gc.can_cast("float64", "float32")
        (True, False)
    """
    return np.can_cast(_dtype_of("can_cast", from_), numeric_dtype("can_cast", to), casting)


def finfo(type: Tensor | Array | DTypeLike, /) -> np.finfo[np.floating]:
    """The limits of a floating dtype: `eps`, `max`, `min`, `smallest_normal`, `bits`, `dtype`.

    Args:
        type: A dtype, or an array for its dtype; of complex numbers, that of their parts.

    Raises:
        TypeError: The dtype is not floating or complex.

    Example:
        >>> import grad_core as gc
        >>> gc.finfo("float32").bits
        32
    """
    dtype = _dtype_of("finfo", type)
    if dtype.kind not in "fc":
        raise TypeError(f"finfo: expected a floating or complex dtype, got {dtype}; try iinfo")
    return np.finfo(dtype)


def iinfo(type: Tensor | NDArray[np.integer] | DTypeLike, /) -> np.iinfo[np.integer]:
    """The limits of an integer dtype: `max`, `min`, `bits`, `dtype`.

    Args:
        type: A dtype, or an array for its dtype.

    Raises:
        TypeError: The dtype is not one of integers.

    Example:
        >>> import grad_core as gc
        >>> gc.iinfo("int8").max
        127
    """
    dtype = _dtype_of("iinfo", type)
    if dtype.kind not in "iu":
        raise TypeError(f"iinfo: expected a dtype of integers, got {dtype}; try finfo")
    found: np.iinfo[np.integer] = np.iinfo(dtype)
    return found


def isdtype(dtype: DTypeLike, kind: DTypeLike | tuple[DTypeLike, ...]) -> bool:
    """Whether a dtype is of a kind.

    Args:
        dtype: A dtype.
        kind: Another dtype; one of `"bool"`, `"signed integer"`, `"unsigned integer"`,
            `"integral"`, `"real floating"`, `"complex floating"`, `"numeric"`; or several of
            these, of which one has to fit.

    Raises:
        TypeError: `dtype` is not a dtype of booleans or numbers.
        ValueError: There is no such kind.

    Example:
        >>> import numpy as np
        >>> import grad_core as gc
        >>> gc.isdtype(np.float32, "real floating")
        True
        >>> gc.isdtype(np.int8, ("bool", np.int64))
        False
    """
    kinds: list[Any] = [
        k if isinstance(k, str) else numeric_dtype("isdtype", k)
        for k in (kind if isinstance(kind, tuple) else (kind,))
    ]
    found = numeric_dtype("isdtype", dtype)
    try:
        return np.isdtype(found, tuple(kinds))
    except (TypeError, ValueError) as error:
        raise ValueError(f"isdtype: {error}") from error


def result_type(
    *arrays_and_dtypes: Tensor | Raw | DTypeLike,
) -> np.dtype[Any]:
    """The dtype that an operation on all of these gives.

    Args:
        *arrays_and_dtypes: Tensors, arrays, numbers and dtypes. Python numbers are weak: they
            widen no array of their kind.

    Raises:
        TypeError: They have no dtype in common, or one is not of booleans or numbers.
        ValueError: There are none.

    Example:
        >>> import grad_core as gc
        >>> gc.result_type(gc.Tensor([1.0]), 2.0)
        dtype('float32')
        >>> gc.result_type("float32", "int64")
        dtype('float64')
    """
    plain: list[Any] = [unwrap(x) for x in arrays_and_dtypes]
    try:
        found: np.dtype[Any] = np.result_type(*plain)
    except (TypeError, ValueError) as error:
        raise explained("result_type", error, *plain) from error
    return numeric_dtype("result_type", found)


def promote_types(type1: DTypeLike, type2: DTypeLike) -> np.dtype[Any]:
    """The smallest dtype to which both can be cast.

    Raises:
        TypeError: One of them is not a dtype of booleans or numbers.

    Example:
        >>> import grad_core as gc
        >>> gc.promote_types("int8", "float16")
        dtype('float16')
    """
    name = "promote_types"
    found: np.dtype[Any] = np.promote_types(numeric_dtype(name, type1), numeric_dtype(name, type2))
    return found


def _dtype_of(name: str, given: Any) -> np.dtype[Any]:
    data = unwrap(given)
    of_array = is_raw(data) and hasattr(data, "dtype")  # unlike the type np.float32, which has it
    return numeric_dtype(name, data.dtype if of_array else data)


def number_dtype(number: complex | np.number | np.bool_) -> np.dtype[Any]:
    """The dtype of a Tensor that is made of one number: the default one where it is a float."""
    if isinstance(number, np.generic):
        return numeric_dtype("number", number.dtype)
    if isinstance(number, bool):
        return np.dtype(np.bool_)
    if isinstance(number, int):
        return np.dtype(np.int64)
    return default_complex() if isinstance(number, complex) else get_default_dtype()


def default_complex() -> np.dtype[Any]:
    """The complex dtype of the default precision, of 64 bits at least."""
    return np.result_type(get_default_dtype(), np.complex64)


def beside(name: str, xs: Sequence[Operand]) -> list[Tensor | Array]:
    """The operands with each Python number as an array, of the dtype that it takes beside them.

    NumPy's functions that join arrays make float64 of a Python number; in an operation it is weak.
    """
    out: list[Any] = list(xs)
    numbers: list[int] = []
    for i, x in enumerate(out):
        if not isinstance(x, (Traced, np.ndarray)):
            check_raw(name, x)
            if x.__class__ in _NUMBERS:
                numbers.append(i)
    if numbers:
        dtype = np.result_type(*(unwrap(x) for x in out))
        for i in numbers:
            out[i] = np.asarray(out[i], dtype)
    return out
