"""The safetensors format: the header of a file, and where in it each array is.

A file is the length of the header in 8 bytes, the header, which is JSON, and the arrays. The header
has for each name the dtype, the shape, and where the array begins and ends; under `__metadata__` it
may have texts by name. Arrays are little-endian, in C order, one right behind the other. There is
nothing in a file that runs.

Reference:
    https://huggingface.co/docs/safetensors, "Format".
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Mapping
from io import BufferedReader
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from grad_core import Array
from grad_nn.structures import is_list, is_mapping

METADATA = "__metadata__"
LARGEST_HEADER = 100_000_000
"""How long a header may be: what the library of the format allows."""

DTYPES: dict[str, str] = {
    "BOOL": "?",
    "U8": "u1",
    "I8": "i1",
    "U16": "<u2",
    "I16": "<i2",
    "F16": "<f2",
    "U32": "<u4",
    "I32": "<i4",
    "F32": "<f4",
    "U64": "<u8",
    "I64": "<i8",
    "F64": "<f8",
    "C64": "<c8",
}
_NAMES = {np.dtype(dtype): name for name, dtype in DTYPES.items()}
# Of the format, but not of NumPy; the first is widened to float32, in which it is exact.
_BFLOAT16 = "BF16"
_FOREIGN = frozenset(
    ("F4", "F6_E2M3", "F6_E3M2", "F8_E4M3", "F8_E4M3FNUZ", "F8_E5M2", "F8_E5M2FNUZ", "F8_E8M0")
)


class Broken(ValueError):  # noqa: N818  # a state of a file
    """A file is no whole safetensors file; the message says in what."""


class Place(NamedTuple):
    """Where an array is, and what."""

    dtype: str
    shape: tuple[int, ...]
    begin: int
    end: int


class Layout(NamedTuple):
    """What a header says."""

    places: dict[str, Place]
    metadata: dict[str, str]
    start: int
    """Where in the file the arrays begin."""


# ------------------------------------------------------------------------ writing


def encoded(arrays: Mapping[str, Array], metadata: Mapping[str, str]) -> list[bytes | memoryview]:
    """Return the parts of a file.

    Raises:
        TypeError: The format does not have the dtype of an array, or metadata is no text.
        ValueError: An array has a name that the format needs.
    """
    for key, text in metadata.items():
        if not (isinstance(key, str) and isinstance(text, str)):
            raise TypeError(f"metadata is text by name, got {key!r:.40}: {text!r:.40}")
    written: dict[str, Array] = {}
    for name, array in arrays.items():
        if name == METADATA:
            raise ValueError(f"the name {METADATA} is taken by the format")
        if array.dtype.newbyteorder("<") not in _NAMES:
            raise TypeError(f"{name} has dtype {array.dtype}, which the format does not have")
        written[name] = np.asarray(array, array.dtype.newbyteorder("<"), order="C")
    # The widest first, so that each begins at a multiple of its width
    order = sorted(written, key=lambda name: -written[name].itemsize)
    ends = np.cumsum([0, *(written[name].nbytes for name in order)]).tolist()
    where = dict(zip(order, pairwise(ends), strict=True))
    header: dict[str, object] = {METADATA: dict(metadata)} if metadata else {}
    for name, array in written.items():
        header[name] = {
            "dtype": _NAMES[array.dtype],
            "shape": list(array.shape),
            "data_offsets": list(where[name]),
        }
    head = json.dumps(header, separators=(",", ":")).encode()
    head += b" " * (-len(head) % 8)
    if len(head) > LARGEST_HEADER:
        raise ValueError(f"names, shapes and metadata take {len(head)} bytes, which is too much")
    buffers = [written[name].reshape(-1).view(np.uint8).data for name in order]
    return [struct.pack("<Q", len(head)), head, *buffers]


# ------------------------------------------------------------------------ reading


def read_layout(file: BufferedReader, size: int) -> Layout:
    """Read and check the header of a file of `size` bytes.

    Raises:
        Broken: It is no header, or not that of a file of this size.
    """
    if size < 8:
        raise Broken(f"it has {size} bytes")
    (length,) = struct.unpack("<Q", _read(file, 8))
    if length > min(size - 8, LARGEST_HEADER):
        raise Broken(f"its header is said to have {length} bytes, and the file has {size}")
    header = _parsed(_read(file, length))
    metadata = header.pop(METADATA, {})
    if not is_mapping(metadata):
        raise Broken(f"{METADATA} is {metadata!r:.60}, expected text by name")
    texts: dict[str, str] = {}
    for key, text in metadata.items():
        if not isinstance(text, str):
            raise Broken(f"{METADATA} has {text!r:.60} for {key!r:.60}, expected text")
        texts[str(key)] = text
    places = {name: _place(name, entry) for name, entry in header.items()}
    behind = 0
    for name, place in sorted(places.items(), key=lambda item: item[1][2:]):
        if place.begin != behind:
            raise Broken(f"{name!r:.60} begins at {place.begin}, expected {behind}")
        behind = place.end
    if behind != size - 8 - length:
        raise Broken(f"its arrays take {behind} bytes, and it has {size - 8 - length} for them")
    return Layout(places, texts, 8 + length)


def read_arrays(file: BufferedReader, layout: Layout) -> dict[str, Array]:
    """Read the arrays of a file, whose header was read.

    Raises:
        Broken: An array is not there, or not what the header says.
        TypeError: An array has a dtype that NumPy has not.
    """
    for name, place in layout.places.items():
        if place.dtype in _FOREIGN:
            raise TypeError(f"{name!r:.60} has dtype {place.dtype}, which NumPy has not")
    return {name: _array(file, layout.start, name, place) for name, place in layout.places.items()}


def _array(file: BufferedReader, start: int, name: str, place: Place) -> Array:
    dtype = np.dtype("<u2" if place.dtype == _BFLOAT16 else DTYPES[place.dtype])
    try:
        array = np.empty(place.shape, dtype)
    except (ValueError, OverflowError) as error:  # more axes, or longer ones, than NumPy has
        raise Broken(f"{name!r:.60} has shape {place.shape!r:.80}: {error}") from error
    raw = array.reshape(-1).view(np.uint8)
    file.seek(start + place.begin)
    if raw.size and file.readinto(raw.data) != raw.size:
        raise Broken(f"it ends in {name!r:.60}")
    if place.dtype == _BFLOAT16:
        return (array.astype(np.uint32) << np.uint32(16)).view(np.float32)
    if place.dtype == "BOOL" and (raw > 1).any():
        raise Broken(f"{name!r:.60} has a byte of {raw.max()}, expected 0 and 1 for booleans")
    return array.astype(dtype.newbyteorder("="), copy=False)


def _parsed(text: bytes) -> dict[str, object]:
    try:
        header: object = json.loads(
            text.decode(), object_pairs_hook=_unique, parse_constant=_no_constant
        )
    except (ValueError, RecursionError) as error:  # no JSON, no UTF-8, or a name twice
        raise Broken(f"its header is no JSON: {error}") from error
    if not is_mapping(header):
        raise Broken(f"its header is {header!r:.60}, expected arrays by name")
    return {str(name): entry for name, entry in header.items()}


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name is there twice")
    for name in found:
        name.encode()  # half of a pair of surrogates is no text, which is a ValueError, too
    return found


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is no number")


def _place(name: str, entry: object) -> Place:
    entry = entry if is_mapping(entry) else {}
    dtype, shape, offsets = (entry.get(key) for key in ("dtype", "shape", "data_offsets"))
    if not (isinstance(dtype, str) and is_list(shape) and is_list(offsets) and len(offsets) == 2):
        raise Broken(f"{name!r:.60} is {entry!r:.80}, expected dtype, shape and data_offsets")
    numbers = [n for n in (*shape, *offsets) if isinstance(n, int) and type(n) is int and n >= 0]
    if len(numbers) != len(shape) + 2:
        raise Broken(f"{name!r:.60} has shape {shape!r:.80} at {offsets!r:.80}")
    *sizes, begin, end = numbers
    if dtype in _FOREIGN:
        return Place(dtype, tuple(sizes), begin, end)
    if dtype not in DTYPES and dtype != _BFLOAT16:
        raise Broken(f"{name!r:.60} has dtype {dtype!r:.40}, which is unknown")
    width = 2 if dtype == _BFLOAT16 else np.dtype(DTYPES[dtype]).itemsize
    if end - begin != math.prod(sizes) * width:
        raise Broken(
            f"{name!r:.60} has {end - begin} bytes, expected {dtype} of shape {shape!r:.80}"
        )
    return Place(dtype, tuple(sizes), begin, end)


def _read(file: BufferedReader, size: int) -> bytes:
    data = file.read(size)
    if len(data) != size:
        raise Broken("it ends in the header")
    return data
