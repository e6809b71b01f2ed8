"""Models as safetensors files: names, shapes and numbers, and nothing that runs."""

from __future__ import annotations

import os
from collections.abc import Mapping
from errno import ENOENT
from pathlib import Path
from types import ModuleType
from typing import Any

from grad_nn.module import Module


def save_model(
    model: Module, path: str | os.PathLike[str], metadata: Mapping[str, str] | None = None
) -> None:
    """Write the `state_dict` of a Module to a safetensors file.

    The file is whole or not there: a crash while writing leaves an earlier one as it was.

    Args:
        model: The Module.
        path: The file, by convention `*.safetensors`.
        metadata: Text to store beside the arrays, for `load_metadata`.

    Raises:
        ImportError: safetensors is not installed.
        OSError: The file cannot be written.
        TypeError: `model` is no Module, or the format does not have the dtype of an array.
        ValueError: An array is named `__metadata__`.

    Example:
        >>> from pathlib import Path
        >>> from tempfile import TemporaryDirectory
        >>> from grad_nn import Linear
        >>> with TemporaryDirectory() as folder:
        ...     path = Path(folder) / "model.safetensors"
        ...     save_model(Linear(2, 1), path, {"inputs": "2"})
        ...     inputs = int(load_metadata(path)["inputs"])
        ...     load_model(Linear(inputs, 1), path)
    """
    if not isinstance(model, Module):
        raise TypeError(f"save_model: model is {type(model).__name__}, expected a Module")
    numpy_format = _safetensors("save_model")
    state = model.state_dict()
    if "__metadata__" in state:
        raise ValueError("save_model: the name __metadata__ is taken by the format")
    try:
        # None, as an empty dict is written wrongly where there are no arrays
        data = numpy_format.save(state, dict(metadata) if metadata else None)
    except Exception as error:  # a dtype that the format does not have, complex128 say
        raise TypeError(f"save_model: {error}") from error
    path = Path(os.path.realpath(path))  # the file that a link leads to, not the link
    if not path.parent.is_dir():
        raise FileNotFoundError(ENOENT, "save_model: there is no such folder", str(path.parent))
    # In the same folder, so that the replacement is one step of the file system.
    temporary = path.with_name(f".{path.name}.{os.urandom(8).hex()}")
    try:
        with temporary.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            temporary.chmod(path.stat().st_mode & 0o777)  # as private as the earlier file
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def load_model(model: Module, path: str | os.PathLike[str]) -> None:
    """Read a safetensors file into the Parameters and Buffers of a Module.

    Args:
        model: A Module with the names and shapes that the file has.
        path: The file.

    Raises:
        ImportError: safetensors is not installed.
        OSError: The file cannot be read.
        ValueError: The file is no whole safetensors file, or has other names or shapes than the
            Module, which has not changed then.
        TypeError: The file has a dtype that NumPy or the Module cannot take.

    Example:
        >>> from pathlib import Path
        >>> from tempfile import TemporaryDirectory
        >>> from grad_nn import Linear
        >>> with TemporaryDirectory() as folder:
        ...     save_model(Linear(2, 1), Path(folder) / "m.safetensors", {"inputs": "2"})
        ...     load_model(Linear(2, 1), Path(folder) / "m.safetensors")
    """
    numpy_format = _safetensors("load_model")
    data = Path(path).read_bytes()
    try:
        state = numpy_format.load(data)
    except (KeyError, AttributeError) as error:  # a dtype that NumPy does not have, bfloat16 say
        raise TypeError(f"load_model: {path} has a dtype that NumPy has not: {error}") from error
    except Exception as error:  # safetensors.SafetensorError is an Exception, and nothing closer
        raise ValueError(f"load_model: {path} is no whole safetensors file: {error}") from error
    try:
        model.load_state_dict(state)
    except (TypeError, ValueError) as error:
        message = str(error).removeprefix("load_state_dict: ")
        raise type(error)(f"load_model: {path}: {message}") from error


def load_metadata(path: str | os.PathLike[str]) -> dict[str, str]:
    """Return the text that was stored beside the arrays, such as the sizes of the model.

    Args:
        path: The file.

    Raises:
        ImportError: safetensors is not installed.
        OSError: The file cannot be read.
        ValueError: The file is no whole safetensors file.

    Example:
        >>> from pathlib import Path
        >>> from tempfile import TemporaryDirectory
        >>> from grad_nn import Linear
        >>> with TemporaryDirectory() as folder:
        ...     save_model(Linear(2, 1), Path(folder) / "m.safetensors", {"inputs": "2"})
        ...     load_metadata(Path(folder) / "m.safetensors")
        {'inputs': '2'}
    """
    _safetensors("load_metadata")
    from safetensors import safe_open

    Path(path).open("rb").close()  # an error of the file system keeps its kind
    try:
        opened: Any = safe_open(path, framework="numpy")
        with opened as file:
            return dict(file.metadata() or {})
    except Exception as error:  # as in load_model
        raise ValueError(f"load_metadata: {path} is no whole safetensors file: {error}") from error


def _safetensors(name: str) -> ModuleType:
    try:
        import safetensors.numpy
    except ImportError as error:
        raise ImportError(
            f'{name} needs the safetensors package: pip install "grad-nn[safetensors]"'
        ) from error
    return safetensors.numpy
