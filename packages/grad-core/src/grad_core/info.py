"""What the array API standard lets programs ask of a library."""

from __future__ import annotations

from typing import TypedDict

import numpy as np

from grad_core.arrays import get_default_dtype
from grad_core.checks import check_device
from grad_core.ops.creation.dtypes import default_complex, isdtype

__array_api_version__ = "2025.12"

_DTYPES: tuple[type[np.generic], ...] = (
    np.bool_,
    np.int8,
    np.int16,
    np.int32,
    np.int64,
    np.uint8,
    np.uint16,
    np.uint32,
    np.uint64,
    np.float32,
    np.float64,
    np.complex64,
    np.complex128,
)

Capabilities = TypedDict(
    "Capabilities",
    {"boolean indexing": bool, "data-dependent shapes": bool, "max dimensions": int},
)
DefaultDtypes = TypedDict(
    "DefaultDtypes",
    {
        "real floating": "np.dtype[np.floating]",
        "complex floating": "np.dtype[np.complexfloating]",
        "integral": "np.dtype[np.integer]",
        "indexing": "np.dtype[np.integer]",
    },
)


class Info:
    """The answers, one method for each question.

    Example:
        >>> import grad_core as gc
        >>> info = gc.__array_namespace_info__()
        >>> info.default_device(), info.devices()
        ('cpu', ['cpu'])
        >>> info.default_dtypes()["real floating"]
        dtype('float32')
        >>> list(info.dtypes(kind="real floating"))
        ['float32', 'float64']
    """

    def capabilities(self) -> Capabilities:
        """Return what not every library can do."""
        return {
            "boolean indexing": True,
            "data-dependent shapes": True,
            "max dimensions": 64,
        }

    def default_device(self) -> str:
        """Return where new Tensors are made."""
        return "cpu"

    def devices(self) -> list[str]:
        """Return where Tensors can be."""
        return ["cpu"]

    def default_dtypes(self, *, device: str | None = None) -> DefaultDtypes:
        """Return the dtypes of Tensors that are made without one.

        Raises:
            ValueError: There is no such device.
        """
        check_device("default_dtypes", device)
        return {
            "real floating": get_default_dtype(),
            "complex floating": default_complex(),
            "integral": np.dtype(np.int64),
            "indexing": np.dtype(np.intp),
        }

    def dtypes(
        self, *, device: str | None = None, kind: str | tuple[str, ...] | None = None
    ) -> dict[str, np.dtype[np.generic]]:
        """Return the dtypes of the standard by name; float16 is there, too, but not of it.

        Args:
            device: None or `"cpu"`.
            kind: A kind that `isdtype` knows, or several; None for all.

        Raises:
            ValueError: There is no such device or kind.
        """
        check_device("dtypes", device)
        found = (np.dtype(kind_) for kind_ in _DTYPES)
        return {str(dtype): dtype for dtype in found if kind is None or isdtype(dtype, kind)}


def __array_namespace_info__() -> Info:  # noqa: N807  # the name in the standard
    """Return what the array API standard lets programs ask.

    Example:
        >>> import grad_core as gc
        >>> gc.__array_namespace_info__().capabilities()["boolean indexing"]
        True
    """
    return Info()
