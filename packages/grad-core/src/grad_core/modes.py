"""Whether operations are recorded: a switch of the running context, thread or task."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextvars import ContextVar
from functools import wraps
from types import TracebackType
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

if TYPE_CHECKING:
    from grad_core.node import Node

P = ParamSpec("P")
R = TypeVar("R")

# False, True, or EXAMINED: recorded, and looked at by `detect_anomaly` or `watchers`. One variable
# for all, for each operation asks it.
EXAMINED = 2
recording: ContextVar[int] = ContextVar("recording", default=True)
# What `detect_anomaly` looks for: the empty string for nothing, "nan" or "inf"
anomalies: ContextVar[str] = ContextVar("anomalies", default="")
# What is called with each node that is recorded in this context: how `checkpoint` knows its own
watchers: ContextVar[tuple[Callable[[Node], object], ...]] = ContextVar("watchers", default=())
# The open blocks of this context, each with what it will restore
_open: ContextVar[tuple[tuple[object, int, str], ...]] = ContextVar("open", default=())


def switch(on: bool) -> int:
    """Return the value of `recording` that turns it on or off in this context."""
    return EXAMINED if on and (anomalies.get() or watchers.get()) else on


class _Recording:
    """Sets the switch in a `with` block, or while a decorated function runs."""

    def __enter__(self) -> None:
        _open.set((*_open.get(), (self, recording.get(), anomalies.get())))
        self._set()

    def _set(self) -> None:
        raise NotImplementedError

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        blocks = list(_open.get())
        mine = [i for i, block in enumerate(blocks) if block[0] is self]
        if not mine:
            return  # a generator has brought it here from another context, which keeps its own
        _, was_recording, were_anomalies = blocks.pop(mine[-1])
        if mine[-1] < len(blocks):  # one that a generator opened in the meantime goes on
            blocks[mine[-1]] = (blocks[mine[-1]][0], was_recording, were_anomalies)
        else:
            recording.set(was_recording)
            anomalies.set(were_anomalies)
        _open.set(tuple(blocks))

    def __call__(self, function: Callable[P, R], /) -> Callable[P, R]:
        """Decorate a function, a generator function or a coroutine function.

        Raises:
            TypeError: The function is an asynchronous generator.
        """
        import inspect  # slow to import, and seldom needed

        if inspect.isasyncgenfunction(function):
            raise TypeError(
                f"{type(self).__name__}: an asynchronous generator cannot be decorated; put the"
                " block inside of it"
            )
        made: Any
        if inspect.isgeneratorfunction(function):
            made = _generator(function, self)
        elif inspect.iscoroutinefunction(function):

            async def coroutine(*args: P.args, **kwargs: P.kwargs) -> Any:
                with self:
                    return await function(*args, **kwargs)

            made = coroutine
        else:

            def plain(*args: P.args, **kwargs: P.kwargs) -> R:
                with self:
                    return function(*args, **kwargs)

            made = plain
        decorated: Callable[P, R] = wraps(function)(made)
        return decorated


def _generator(function: Callable[..., Any], switch: _Recording) -> Callable[..., Any]:
    """The generator function with the switch set while it runs, and not where it waits."""

    def generator(*args: Any, **kwargs: Any) -> Generator[Any, Any, Any]:
        inner = function(*args, **kwargs)
        resume: Callable[[], Any] = lambda: next(inner)  # it is set again below
        while True:
            try:
                with switch:
                    item = resume()
            except StopIteration as end:
                return end.value
            try:
                sent = yield item
            except GeneratorExit:
                with switch:
                    inner.close()
                raise
            except BaseException as error:  # noqa: BLE001  # it is the generator's to handle
                resume = _bound(inner.throw, error)
            else:
                resume = _bound(inner.send, sent)

    return generator


def _bound(function: Callable[[Any], Any], value: Any) -> Callable[[], Any]:
    return lambda: function(value)


class no_grad(_Recording):  # noqa: N801  # PyTorch's name; it is used as a function is
    """Record nothing: results inside the block, or the decorated function, need no gradient.

    Context-local: other threads and tasks go on recording. In a decorated generator the switch is
    set while the generator runs.

    Example:
        >>> import grad_core as gc
        >>> x = gc.Tensor([1.0, 2.0], requires_grad=True)
        >>> with gc.no_grad():
        ...     y = x * 2
        >>> y.requires_grad
        False
    """

    def _set(self) -> None:
        recording.set(False)


class enable_grad(_Recording):  # noqa: N801  # PyTorch's name; it is used as a function is
    """Record inside the block, or the decorated function, although it is under `no_grad`.

    Example:
        >>> import grad_core as gc
        >>> x = gc.Tensor([1.0, 2.0], requires_grad=True)
        >>> with gc.no_grad(), gc.enable_grad():
        ...     y = x * 2
        >>> y.requires_grad
        True
    """

    def _set(self) -> None:
        recording.set(switch(True))


class detect_anomaly(_Recording):  # noqa: N801  # PyTorch's name; it is used as a function is
    """Raise an error at the first NaN or infinity, with the operation and the line that made it.

    Every result of a recorded operation and every gradient is looked at while the block, or the
    decorated function, runs; a gradient's error names the line of the forward computation that it
    belongs to, if that was recorded here, too. An infinity that an operand has already, such as a
    mask of -inf, is passed over. For debugging: it makes small models several times slower.

    Args:
        inf: Whether infinities are errors; NaN always is.

    Raises:
        FloatingPointError: From the operation, or from `backward` or `gradient`.

    Example:
        >>> import grad_core as gc
        >>> x = gc.Tensor([1.0, 0.0], requires_grad=True)
        >>> with gc.detect_anomaly():
        ...     y = (x.sqrt() * 3).sum()
        ...     y.backward()  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        FloatingPointError: backward: the gradient from sqrt to its operand 0, float32[2], has inf...
    """

    def __init__(self, *, inf: bool = True) -> None:
        self._inf = inf

    def _set(self) -> None:
        anomalies.set("inf" if self._inf else "nan")
        recording.set(switch(bool(recording.get())))


def is_grad_enabled() -> bool:
    """Return whether operations on Tensors that require gradients are recorded here.

    Example:
        >>> import grad_core as gc
        >>> gc.is_grad_enabled()
        True
    """
    return bool(recording.get())
