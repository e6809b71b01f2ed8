"""What is in the file of a checkpoint: parts, with the arrays of each under its name.

The metadata of the safetensors file have one entry, JSON: the versions of the format and of the
packages, and the parts. The arrays of the model are `model.` and their names in its `state_dict`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

import grad_core
import grad_init
from grad_core import Array
from grad_nn.__about__ import __version__
from grad_nn.serialization.packing import packed, unpacked
from grad_nn.structures import is_mapping

KEY = "grad.checkpoint"
FORMAT = 1
MODEL = "model."


def pack(
    parts: Mapping[str, object], model: Mapping[str, Array] | None
) -> tuple[dict[str, Array], dict[str, str]]:
    """Return the arrays and the metadata of a file with these parts and this model.

    Raises:
        TypeError: There is something in a part that is neither a plain value nor an array.
        ValueError: A part contains itself.
    """
    arrays = {MODEL + name: array for name, array in (model or {}).items()}
    try:
        found = {name: packed(part, name, arrays) for name, part in parts.items()}
    except RecursionError:
        raise ValueError("a part contains itself, or is nested too deeply") from None
    content = {
        "format": FORMAT,
        "versions": {
            "grad-core": grad_core.__version__,
            "grad-init": grad_init.__version__,
            "grad-nn": __version__,
        },
        "model": model is not None,
        "parts": found,
    }
    return arrays, {KEY: json.dumps(content, allow_nan=False)}


def unpack(
    arrays: Mapping[str, Array], metadata: Mapping[str, str]
) -> tuple[dict[str, object], dict[str, Array] | None]:
    """Return the parts and the model of a checkpoint.

    Raises:
        ValueError: It is none, or one of a later format.
    """
    if KEY not in metadata:
        raise ValueError("it is no checkpoint, but perhaps a model: see load_model")
    try:
        content: object = json.loads(metadata[KEY])
    except (ValueError, RecursionError) as error:
        raise ValueError(f"its description is no JSON: {error}") from error
    if not is_mapping(content):
        raise ValueError(f"its description is {content!r:.60}")
    if content.get("format") != FORMAT:
        raise ValueError(
            f"it has format {content.get('format')!r:.20}, expected {FORMAT}; it was written by"
            f" {content.get('versions')!r:.80}, this is grad-nn {__version__}"
        )
    parts = content.get("parts")
    if not is_mapping(parts):
        raise ValueError(f"its parts are {parts!r:.60}")
    try:
        found = {str(name): unpacked(part, arrays) for name, part in parts.items()}
    except RecursionError:
        raise ValueError("its parts are nested too deeply") from None
    return found, model_in(arrays, metadata) if content.get("model") is True else None


def model_in(arrays: Mapping[str, Array], metadata: Mapping[str, str]) -> dict[str, Array]:
    """Return the arrays of the model in a checkpoint; all there are in another file."""
    if KEY not in metadata:
        return dict(arrays)
    return {
        name.removeprefix(MODEL): array for name, array in arrays.items() if name.startswith(MODEL)
    }
