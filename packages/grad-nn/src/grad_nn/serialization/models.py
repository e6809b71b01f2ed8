"""Models as safetensors files: names, shapes and numbers, and nothing that runs."""

from __future__ import annotations

from collections.abc import Mapping

from grad_nn.module import Module
from grad_nn.serialization.checkpoint_format import model_in
from grad_nn.serialization.files import FilePath, read, write
from grad_nn.state import IncompatibleKeys


def save_model(model: Module, path: FilePath, metadata: Mapping[str, str] | None = None) -> None:
    """Write the `state_dict` of a Module to a safetensors file.

    The file is whole or not there: a crash while writing leaves an earlier one as it was.

    Args:
        model: The Module.
        path: The file, by convention `*.safetensors`.
        metadata: Text to store beside the arrays, for `load_metadata`.

    Raises:
        ImportError: safetensors is not installed.
        OSError: The file cannot be written.
        TypeError: `model` is no Module, the format does not have the dtype of an array, or metadata
            is no text.
        ValueError: An array is named `__metadata__`.

    Example:
        >>> from pathlib import Path
        >>> from tempfile import TemporaryDirectory
        >>> from grad_nn import Linear, load_metadata
        >>> with TemporaryDirectory() as folder:
        ...     path = Path(folder) / "model.safetensors"
        ...     save_model(Linear(2, 1), path, {"inputs": "2"})
        ...     inputs = int(load_metadata(path)["inputs"])
        ...     load_model(Linear(inputs, 1), path)
        IncompatibleKeys(missing_keys=[], unexpected_keys=[])
    """
    if not isinstance(model, Module):
        raise TypeError(f"save_model: model is {type(model).__name__}, expected a Module")
    write("save_model", path, model.state_dict(), metadata)


def load_model(model: Module, path: FilePath, strict: bool = True) -> IncompatibleKeys:
    """Read a safetensors file into the Parameters and Buffers of a Module.

    Args:
        model: A Module with the names and shapes that the file has.
        path: A file that `save_model` wrote, or another program; or one of `save_checkpoint`, from
            which the model is taken.
        strict: Whether names that only one of them has are errors.

    Returns:
        The names that only one of them has.

    Raises:
        ImportError: safetensors is not installed.
        OSError: The file cannot be read.
        ValueError: The file is no whole safetensors file, or has other names or shapes than the
            Module, which has not changed then.
        TypeError: `model` is no Module, or the file has a dtype that NumPy or the Module cannot
            take.
    """
    if not isinstance(model, Module):
        raise TypeError(f"load_model: model is {type(model).__name__}, expected a Module")
    arrays, metadata = read("load_model", path)
    try:
        return model.load_state_dict(model_in(arrays, metadata), strict)
    except (TypeError, ValueError) as error:
        message = str(error).removeprefix("load_state_dict: ")
        raise type(error)(f"load_model: {path}: {message}") from error
