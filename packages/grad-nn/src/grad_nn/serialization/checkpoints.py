"""Checkpoints: all that a training needs to go on, in one file that nothing is run from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Protocol

from grad_nn.module import Module
from grad_nn.serialization.checkpoint_format import pack, unpack
from grad_nn.serialization.files import FilePath, read, write
from grad_nn.serialization.generators import rng_state, set_rng_state
from grad_nn.structures import is_mapping, is_state

if TYPE_CHECKING:
    from numpy.random import Generator


class Stateful(Protocol):
    """What has a state of plain values and arrays: an optimizer, a scheduler, a DataLoader."""

    def state_dict(self) -> Mapping[str, object]:
        """Return the state."""
        ...

    def load_state_dict(self, state_dict: dict[str, object], /) -> object:
        """Take a state; all of it, or none."""
        ...


def save_checkpoint(
    path: FilePath,
    *,
    model: Module | None = None,
    optimizer: Stateful | None = None,
    scheduler: Stateful | None = None,
    rngs: Mapping[str, Generator] | None = None,
    extra: Mapping[str, object] | None = None,
) -> None:
    """Write what a training needs to go on to a safetensors file.

    The file is whole or not there: a crash while writing leaves an earlier one as it was. It holds
    arrays and text, and no code.

    Args:
        path: The file, by convention `*.safetensors`.
        model: A Module: its Parameters and persistent Buffers.
        optimizer: An optimizer.
        scheduler: A scheduler, or whatever else has `state_dict` and `load_state_dict`.
        rngs: Random generators by name: that of a DataLoader, of dropout, the default one.
        extra: Numbers, text, arrays, and tuples, lists and dicts of them, by name.

    Raises:
        ImportError: safetensors is not installed.
        OSError: The file cannot be written.
        TypeError: Something is not what it should be, or an array has a dtype that the format does
            not have.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> import numpy as np
        >>> from grad_nn import Linear
        >>> from grad_nn.optim import Adam
        >>> model, rng = Linear(2, 1), np.random.default_rng(0)
        >>> optimizer = Adam(model.parameters())
        >>> with TemporaryDirectory() as folder:
        ...     path = f"{folder}/training.safetensors"
        ...     save_checkpoint(
        ...         path, model=model, optimizer=optimizer, rngs={"data": rng}, extra={"epoch": 3}
        ...     )
        ...     load_checkpoint(path, model=model, optimizer=optimizer, rngs={"data": rng})
        {'epoch': 3}
    """
    _check("save_checkpoint", model, optimizer, scheduler, rngs)
    if extra is not None and not is_state(extra):
        raise TypeError(
            f"save_checkpoint: extra is {extra!r:.60}, expected a dict with text for keys"
        )
    parts: dict[str, object] = {"extra": dict(extra or {})}
    for name, part in (("optimizer", optimizer), ("scheduler", scheduler)):
        if part is not None:
            parts[name] = {"kind": type(part).__name__, "state": part.state_dict()}
    if rngs is not None:
        parts["rngs"] = {name: rng_state(generator) for name, generator in rngs.items()}
    try:
        arrays, metadata = pack(parts, None if model is None else model.state_dict())
    except (TypeError, ValueError) as error:
        raise type(error)(f"save_checkpoint: {error}") from error
    write("save_checkpoint", path, arrays, metadata)


def load_checkpoint(
    path: FilePath,
    *,
    model: Module | None = None,
    optimizer: Stateful | None = None,
    scheduler: Stateful | None = None,
    rngs: Mapping[str, Generator] | None = None,
) -> dict[str, object]:
    """Read a file of `save_checkpoint` into what a training is made of.

    Args:
        path: The file.
        model: A Module with the same names and shapes; None to leave what the file has of it.
        optimizer: An optimizer of the same kind, for the same parameters.
        scheduler: A scheduler of the same kind.
        rngs: Random generators, with the same bit generators, by the same names.

    Returns:
        What was given as `extra`.

    Raises:
        ImportError: safetensors is not installed.
        OSError: The file cannot be read.
        ValueError: It is no whole checkpoint, or does not have what is to be loaded, or that does
            not fit. Nothing has changed then.
        TypeError: The same, where the kind of a value does not fit.
    """
    _check("load_checkpoint", model, optimizer, scheduler, rngs)
    arrays, metadata = read("load_checkpoint", path)
    undo: list[Callable[[], object]] = []
    try:
        parts, saved = unpack(arrays, metadata)
        extra = parts.get("extra")
        if not is_state(extra):
            raise ValueError(f"its extra is {extra!r:.60}")
        if model is not None:
            if saved is None:
                raise ValueError(f"it has no model, only {sorted(parts)}")
            before = model.state_dict()
            model.load_state_dict(saved)
            undo.append(lambda: model.load_state_dict(before))
        for name, part in (("optimizer", optimizer), ("scheduler", scheduler)):
            if part is not None:
                _load(name, part, parts, undo)
        if rngs is not None:
            _load_rngs(rngs, parts, undo)
    except BaseException as error:
        for step in reversed(undo):
            step()
        if not isinstance(error, (TypeError, ValueError)):
            raise
        raise type(error)(f"load_checkpoint: {path}: {error}") from error
    return extra


def _load(
    name: str, part: Stateful, parts: dict[str, object], undo: list[Callable[[], object]]
) -> None:
    """Load an optimizer or a scheduler."""
    saved = parts.get(name)
    if not is_mapping(saved):
        raise ValueError(f"it has no {name}, only {sorted(parts)}")
    kind, state = saved.get("kind"), saved.get("state")
    if kind != type(part).__name__:
        raise ValueError(f"its {name} is a {kind!s:.60}, expected {type(part).__name__}")
    if not is_state(state):
        raise ValueError(f"the state of its {name} is {state!r:.60}")
    before = dict(part.state_dict())
    part.load_state_dict(state)
    undo.append(lambda: part.load_state_dict(before))


def _load_rngs(
    rngs: Mapping[str, Generator], parts: dict[str, object], undo: list[Callable[[], object]]
) -> None:
    saved = parts.get("rngs")
    if not is_mapping(saved):
        raise ValueError(f"it has no rngs, only {sorted(parts)}")
    if missing := [name for name in rngs if name not in saved]:
        raise ValueError(f"its rngs are {sorted(map(str, saved))}, without {missing}")
    for name, generator in rngs.items():
        state = saved[name]
        if not is_state(state):
            raise ValueError(f"the state of its rng {name} is {state!r:.60}")
        before = rng_state(generator)
        set_rng_state(generator, state)
        undo.append(partial(set_rng_state, generator, before))


def _check(name: str, model: object, optimizer: object, scheduler: object, rngs: object) -> None:
    for what, part in (("optimizer", optimizer), ("scheduler", scheduler)):
        if part is not None and not (
            hasattr(part, "state_dict") and hasattr(part, "load_state_dict")
        ):
            raise TypeError(
                f"{name}: {what} is {type(part).__name__}, expected something with state_dict and"
                " load_state_dict"
            )
    if model is not None and not isinstance(model, Module):
        raise TypeError(f"{name}: model is {type(model).__name__}, expected a Module")
    if rngs is not None and not is_mapping(rngs):
        raise TypeError(f"{name}: rngs is {type(rngs).__name__}, expected generators by name")
