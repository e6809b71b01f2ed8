"""Arrays by name in safetensors files."""

from __future__ import annotations

import os
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from grad_core import Array, Tensor
from grad_core.primitive import unwrap
from grad_nn.serialization import atomic
from grad_nn.serialization.contents import Broken, decoded, encoded, metadata_of

FilePath = str | os.PathLike[str]


def save_file(
    tensors: Mapping[str, Tensor | ArrayLike],
    filename: FilePath,
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Write arrays to a safetensors file.

    The file is whole or not there: a crash while writing leaves an earlier one as it was.

    Args:
        tensors: Tensors or arrays by name.
        filename: The file, by convention `*.safetensors`.
        metadata: Text to store beside the arrays, for `load_metadata`.

    Raises:
        ImportError: safetensors is not installed.
        OSError: The file cannot be written.
        TypeError: The format does not have the dtype of an array, or metadata is no text.
        ValueError: An array is named `__metadata__`.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     save_file({"a": np.arange(3), "b": Tensor(0.5)}, f"{folder}/x.safetensors")
        ...     load_file(f"{folder}/x.safetensors")
        {'a': array([0, 1, 2]), 'b': array(0.5, dtype=float32)}
    """
    write("save_file", filename, tensors, metadata)


def load_file(filename: FilePath) -> dict[str, Array]:
    """Read the arrays of a safetensors file.

    Args:
        filename: The file, written by whatever program.

    Returns:
        The arrays by name, in the order of the names. bfloat16, which NumPy has not, becomes float32.

    Raises:
        ImportError: safetensors is not installed.
        OSError: The file cannot be read.
        ValueError: It is no whole safetensors file.
        TypeError: It has a dtype that NumPy has not.
    """
    return read("load_file", filename)[0]


def load_metadata(path: FilePath) -> dict[str, str]:
    """Return the text that was stored beside the arrays, such as the sizes of the model.

    Args:
        path: The file.

    Raises:
        ImportError: safetensors is not installed.
        OSError: The file cannot be read.
        ValueError: The file is no whole safetensors file.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     save_file({}, f"{folder}/x.safetensors", {"inputs": "2"})
        ...     load_metadata(f"{folder}/x.safetensors")
        {'inputs': '2'}
    """
    Path(path).open("rb").close()  # an error of the file system keeps its kind
    with _explained("load_metadata", path):
        return metadata_of("load_metadata", os.fspath(path))


def write(
    name: str,
    path: FilePath,
    tensors: Mapping[str, Tensor | ArrayLike],
    metadata: Mapping[str, str] | None,
) -> None:
    """Write arrays and text; `name` is what does so, for errors."""
    given: object = tensors
    if not isinstance(given, Mapping):
        raise TypeError(f"{name}: expected arrays by name, got {type(given).__name__}")
    arrays: dict[str, Array] = {}
    for key, tensor in tensors.items():
        if not isinstance(key, str):
            raise TypeError(f"{name}: an array is called {key!r:.60}, expected text")
        try:
            arrays[key] = np.asarray(unwrap(tensor))
        except ValueError as error:  # lists of different lengths
            raise ValueError(f"{name}: {key}: {error}") from error
    try:
        content = encoded(name, arrays, metadata or {})
    except (TypeError, ValueError) as error:
        raise type(error)(f"{name}: {error}") from error
    atomic.write(name, path, content)


def read(name: str, path: FilePath) -> tuple[dict[str, Array], dict[str, str]]:
    """Read arrays and text; `name` is what does so, for errors."""
    content = Path(path).read_bytes()
    with _explained(name, path):
        return decoded(name, content)


@contextmanager
def _explained(name: str, path: FilePath) -> Generator[None]:
    """Name the file in errors."""
    try:
        yield
    except Broken as error:
        raise ValueError(f"{name}: {path} is no whole safetensors file: {error}") from error
    except TypeError as error:
        raise TypeError(f"{name}: {path}: {error}") from error
