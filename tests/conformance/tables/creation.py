"""PyTorch's operators that make arrays of numbers, or change their dtype, in terms of `grad_core`."""

from __future__ import annotations

from typing import Any

import numpy as np

import grad_core as gc
from grad_core import Tensor

DTYPES = {
    "bool": np.bool_, "byte": np.uint8, "char": np.int8, "double": np.float64, "float": np.float32,
    "half": np.float16, "int": np.int32, "long": np.int64, "short": np.int16,
    "cdouble": np.complex128, "cfloat": np.complex64,
}  # fmt: skip


def like(name: str) -> Any:
    def made(x: Tensor, *args: Any, dtype: Any = None, device: Any = None, **_: Any) -> Tensor:
        return getattr(gc, name)(x, *args, dtype=dtype, device=device)

    return made


def of_shape(name: str) -> Any:
    def made(shape: Any, *args: Any, dtype: Any = None, device: Any = None, **_: Any) -> Tensor:
        return getattr(gc, name)(tuple(shape), *args, dtype=dtype, device=device)

    return made


def new(name: str) -> Any:
    """The array that is asked supplies the dtype."""

    def made(
        x: Tensor, shape: Any, *args: Any, dtype: Any = None, device: Any = None, **_: Any
    ) -> Tensor:
        return getattr(gc, name)(tuple(shape), *args, dtype=dtype or x.dtype, device=device)

    return made


def as_exact(x: Any, dtype: Any) -> Any:
    """PyTorch computes in the dtype of the result, NumPy in that of the operands."""
    return gc.astype(x, dtype) if isinstance(x, Tensor) else x


def unset(make: Any) -> Any:
    return lambda *args, **kwargs: gc.zeros_like(make(*args, **kwargs))


def linspace(start: Any, end: Any, steps: int, dtype: Any = None, **_: Any) -> Tensor:
    return gc.linspace(as_exact(start, dtype), as_exact(end, dtype), steps, dtype=dtype)


def logspace(
    start: Any, end: Any, steps: int, base: Any = 10.0, dtype: Any = None, **_: Any
) -> Tensor:
    start, end = as_exact(start, dtype), as_exact(end, dtype)
    return gc.logspace(start, end, steps, base=base, dtype=dtype)


def arange(*args: Any, end: Any = None, dtype: Any = None, device: Any = None) -> Tensor:
    return gc.arange(*args, *(() if end is None else (end,)), dtype=dtype, device=device)


def eye(n: int, m: int | None = None, dtype: Any = None, device: Any = None, **_: Any) -> Tensor:
    return gc.eye(n, m, dtype=dtype, device=device)


def triangle(name: str) -> Any:
    def indices(rows: int, columns: int, offset: int = 0, dtype: Any = None, **_: Any) -> Tensor:
        of_ones = getattr(gc, name)(gc.ones((rows, columns), dtype), k=offset)
        return gc.stack(gc.nonzero(of_ones))

    return indices


def to(x: Tensor, *args: Any, **_: Any) -> Tensor:
    """To the dtype of another array, to a dtype, or to the one device that there is."""
    other = args[1] if args[0] == "cpu" else args[0]
    return gc.astype(x, other.dtype if isinstance(other, Tensor) else other)


OPS: dict[str, Any] = {
    **{op: lambda x, dtype=dtype, **_: gc.astype(x, dtype) for op, dtype in DTYPES.items()},
    "arange": arange,
    "empty": unset(of_shape("empty")),
    "empty_like": unset(like("empty_like")),
    "eye": eye,
    "full": of_shape("full"),
    "full_like": like("full_like"),
    "linspace": linspace,
    "linspace.tensor_overload": linspace,
    "logspace": logspace,
    "logspace.tensor_overload": logspace,
    "new_empty": unset(new("empty")),
    "new_full": new("full"),
    "new_ones": new("ones"),
    "new_zeros": new("zeros"),
    "ones": of_shape("ones"),
    "ones_like": like("ones_like"),
    "scalar_tensor": lambda x, dtype, device=None, **_: gc.full((), x, dtype=dtype, device=device),
    "to": to,
    "tril_indices": triangle("tril"),
    "triu_indices": triangle("triu"),
    "zeros": of_shape("zeros"),
    "zeros_like": like("zeros_like"),
}

# Of what is not set, only shape and dtype are compared.
THEIRS: dict[str, Any] = {
    name: lambda f: lambda *args, **kwargs: f(*args, **kwargs).zero_()
    for name in ("empty", "empty_like", "new_empty")
}
