"""The content of safetensors files, by the safetensors package."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib import import_module
from typing import Any

import numpy as np

from grad_core import Array

METADATA = "__metadata__"

# bfloat16, which NumPy has not, is read as bits, and widened to float32, in which it is exact.
_DTYPES = {
    "BOOL": "?",
    "U8": "u1",
    "I8": "i1",
    "U16": "<u2",
    "I16": "<i2",
    "F16": "<f2",
    "BF16": "<u2",
    "U32": "<u4",
    "I32": "<i4",
    "F32": "<f4",
    "U64": "<u8",
    "I64": "<i8",
    "F64": "<f8",
    "C64": "<c8",
}
_WRITTEN = frozenset(np.dtype(dtype).newbyteorder("=") for dtype in _DTYPES.values())


class Broken(ValueError):  # noqa: N818  # a state of a file
    """A file is no whole safetensors file; the message says in what."""


def encoded(name: str, arrays: Mapping[str, Array], metadata: Mapping[str, str]) -> bytes:
    """Return the content of a file; `name` is what asks for it.

    Raises:
        ImportError: safetensors is not installed.
        TypeError: The format does not have the dtype of an array, or metadata is no text.
        ValueError: An array has a name that the format needs.
    """
    package = library(name)
    for key, text in metadata.items():
        if not (isinstance(key, str) and isinstance(text, str)):
            raise TypeError(f"metadata is text by name, got {key!r:.40}: {text!r:.40}")
    if METADATA in arrays:
        raise ValueError(f"the name {METADATA} is taken by the format")
    native: dict[str, Array] = {}
    for key, array in arrays.items():
        dtype = array.dtype.newbyteorder("=")
        if dtype not in _WRITTEN:
            raise TypeError(f"{key} has dtype {dtype}, which the format does not have")
        native[key] = np.asarray(array, dtype, order="C")
    try:
        # None, as an empty dict is written wrongly where there are no arrays
        content: bytes = package.numpy.save(native, dict(metadata) or None)
    except Exception as error:  # a dtype that an older package has not, complex64 say
        raise TypeError(str(error)) from error
    return content


def decoded(name: str, content: bytes) -> tuple[dict[str, Array], dict[str, str]]:
    """Return the arrays, in the order of their names, and the metadata of a file.

    Raises:
        Broken: It is no whole file of the format, or has what NumPy cannot hold.
        ImportError: safetensors is not installed.
        TypeError: An array has a dtype that NumPy has not.
    """
    package = library(name)
    try:
        entries = package.deserialize(content)
        # The package, which has just checked the header, gives no metadata of bytes.
        length = int.from_bytes(content[:8], "little")
        metadata: dict[str, str] = json.loads(content[8 : 8 + length]).get(METADATA) or {}
    except Exception as error:  # safetensors.SafetensorError is an Exception, and nothing closer
        raise Broken(str(error)) from error
    # By name, as the package has them in an order that is another one each time
    names = sorted(key for key, _ in entries)
    found = dict(entries)
    return {key: _array(key, **found[key]) for key in names}, metadata


def metadata_of(name: str, path: str) -> dict[str, str]:
    """Return the metadata of a file, and read no array; see `decoded`."""
    package = library(name)
    try:
        with package.safe_open(path, framework="numpy") as file:
            return dict(file.metadata() or {})
    except Exception as error:  # as above
        raise Broken(str(error)) from error


def _array(name: str, *, dtype: str, shape: list[int], data: bytes) -> Array:
    if dtype not in _DTYPES:
        raise TypeError(f"{name!r:.60} has dtype {dtype}, which NumPy has not")
    array: Array = np.frombuffer(data, _DTYPES[dtype])
    if dtype == "BOOL" and (array.view(np.uint8) > 1).any():
        raise Broken(f"{name!r:.60} has bytes that are neither 0 nor 1 for booleans")
    if dtype == "BF16":
        array = (array.astype(np.uint32) << np.uint32(16)).view(np.float32)
    try:
        # Memory of its own, in which numbers are aligned and may be changed
        return array.reshape(shape).astype(array.dtype.newbyteorder("="))
    except ValueError as error:  # more axes, or longer ones, than NumPy has
        raise Broken(f"{name!r:.60} has shape {shape!r:.80}: {error}") from error


def library(name: str) -> Any:
    """Return the safetensors package.

    Args:
        name: What needs it, for the error.

    Raises:
        ImportError: It is not installed.
    """
    try:
        import_module("safetensors.numpy")
        return import_module("safetensors")
    except ImportError as error:
        raise ImportError(
            f'{name} needs the safetensors package: pip install "grad-nn[safetensors]"'
        ) from error
