"""Whether operations are recorded: a switch of the running context, thread or task."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar

recording: ContextVar[bool] = ContextVar("recording", default=True)


@contextmanager
def no_grad() -> Generator[None]:
    """Record nothing: results inside the block, or the decorated function, need no gradient.

    Context-local: other threads and tasks go on recording.

    Example:
        >>> import grad_core as gc
        >>> x = gc.Tensor([1.0, 2.0], requires_grad=True)
        >>> with gc.no_grad():
        ...     y = x * 2
        >>> y.requires_grad
        False
    """
    token = recording.set(False)
    try:
        yield
    finally:
        recording.reset(token)


@contextmanager
def enable_grad() -> Generator[None]:
    """Record inside the block, or the decorated function, although it is under `no_grad`.

    Example:
        >>> import grad_core as gc
        >>> x = gc.Tensor([1.0, 2.0], requires_grad=True)
        >>> with gc.no_grad(), gc.enable_grad():
        ...     y = x * 2
        >>> y.requires_grad
        True
    """
    token = recording.set(True)
    try:
        yield
    finally:
        recording.reset(token)


def is_grad_enabled() -> bool:
    """Return whether operations on Tensors that require gradients are recorded here.

    Example:
        >>> import grad_core as gc
        >>> gc.is_grad_enabled()
        True
    """
    return recording.get()
