"""Value: the array of a Tensor, and what Python and other libraries ask of it."""

from __future__ import annotations

from types import ModuleType
from typing import TYPE_CHECKING, Self

import numpy as np

from grad_core.arrays import Array, Shape
from grad_core.checks import check_device, described
from grad_core.memory import show
from grad_core.node import Traced

if TYPE_CHECKING:
    from typing_extensions import CapsuleType


class Value(Traced):
    """An array, without a place in the graph."""

    __slots__ = ()

    def _read(self) -> Array:
        """The array, for somebody who may write to it."""
        if not self._shown:
            show(self._array)
            self._shown = True
        return self._array

    @property
    def shape(self) -> Shape:
        """The length of each axis."""
        return self._array.shape

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return self._array.ndim

    @property
    def size(self) -> int:
        """The number of elements."""
        return self._array.size

    @property
    def dtype(self) -> np.dtype[np.floating]:
        """The dtype of the elements."""
        return self._array.dtype

    @property
    def nbytes(self) -> int:
        """The memory of the elements, in bytes."""
        return self._array.nbytes

    @property
    def itemsize(self) -> int:
        """The memory of one element, in bytes."""
        return self._array.itemsize

    @property
    def device(self) -> str:
        """Where the elements are: always `"cpu"`."""
        return "cpu"

    def to_device(self, device: str, /, *, stream: None = None) -> Self:
        """Return this Tensor, which is where it can only be.

        Raises:
            ValueError: `device` is not `"cpu"`, or a stream is asked for.
        """
        check_device("to_device", device)
        if stream is not None:
            raise ValueError(f"to_device: there are no streams on a cpu, got {stream!r}")
        return self

    def item(self) -> float:
        """Return the only element as a Python number.

        Raises:
            ValueError: There is not exactly one element.
        """
        if self._array.size != 1:
            raise ValueError(f"item: {described(self._array)} has not exactly one element")
        return self._array.item()

    def numpy(self) -> Array:
        """Return the value as an ndarray, without a copy; `data` does so for every Tensor.

        Raises:
            TypeError: A gradient is required, which the ndarray would not carry.
        """
        if self._node is not None:
            raise TypeError(
                "a Tensor that requires a gradient is not silently made an ndarray: use .data, or"
                " detach() first; several Tensors are joined by np.stack"
            )
        return self._read()

    def tolist(self) -> float | list[float] | list[list[float]]:
        """Return the elements as nested lists of Python numbers."""
        nested: float | list[float] | list[list[float]] = self._array.tolist()
        return nested

    if not TYPE_CHECKING:
        # To a type checker a Tensor is no array-like: else the stubs of NumPy would have it that
        # `ndarray + tensor` is an ndarray. Arrays are taken from `data`.
        def __array__(self, dtype=None, copy=None):
            """Let NumPy read a Tensor that requires no gradient; of others it would be lost."""
            return np.array(self.numpy(), dtype, copy=copy)

    def __array_namespace__(self, /, *, api_version: str | None = None) -> ModuleType:
        """Return `grad_core`, which has the functions of the array API standard.

        Raises:
            ValueError: A version after 2025.12 is asked for.
        """
        import grad_core

        if (
            api_version is not None
            and not "2021.12" <= api_version <= grad_core.__array_api_version__
        ):
            raise ValueError(
                f"__array_namespace__: version {api_version} of the array API is not known, expected"
                f" up to {grad_core.__array_api_version__}"
            )
        return grad_core

    def __dlpack__(
        self,
        *,
        stream: None = None,
        max_version: tuple[int, int] | None = None,
        dl_device: tuple[int, int] | None = None,
        copy: bool | None = None,
    ) -> CapsuleType:
        """Hand the value to another library, without a copy; see `from_dlpack`.

        Raises:
            TypeError: A gradient is required, which would be lost.
        """
        return self.numpy().__dlpack__(
            stream=stream, max_version=max_version, dl_device=dl_device, copy=copy
        )

    def __dlpack_device__(self) -> tuple[int, int]:
        """The kind of device, 1 for a CPU, and its number."""
        return self._array.__dlpack_device__()

    def __len__(self) -> int:
        if not self._array.ndim:
            raise TypeError("len() of a Tensor without axes")
        return len(self._array)

    def __bool__(self) -> bool:
        if self._array.size != 1:
            raise ValueError(
                f"the truth of {described(self._array)} is ambiguous: only that of one element is"
                " defined; use .data.any() or .data.all()"
            )
        return bool(self._array)

    def __float__(self) -> float:
        return float(self.item())

    def __int__(self) -> int:
        return int(self.item())

    def __complex__(self) -> complex:
        return complex(self.item())

    def __index__(self) -> int:
        if self._array.size != 1 or self._array.dtype.kind not in "iu":
            raise TypeError(
                f"only a Tensor of one integer can be used as an index, not {described(self._array)}"
            )
        return int(self._array.item())

    def __format__(self, spec: str) -> str:
        return format(self.item(), spec) if spec and self._array.size == 1 else str(self)

    def __repr__(self) -> str:
        name = type(self).__name__
        text = np.array2string(self._array, separator=", ", prefix=f"{name}(")
        if self._array.dtype not in (np.dtype(np.float32), np.dtype(np.bool_)):
            text += f", dtype={self._array.dtype}"
        elif not self._array.size:
            text += f", shape={self._array.shape}"
        return f"{name}({text}, requires_grad=True)" if self._node else f"{name}({text})"
