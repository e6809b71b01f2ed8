"""Processes as workers.

Each has a pipe for messages and one for answers. In a worker, one thread reads and another writes,
so that neither side ever waits for the other to read. A worker ends when its pipe does, so none
outlives the program, however that ends.
"""

from __future__ import annotations

import os
import pickle
import random
import signal
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from multiprocessing import connection, get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from multiprocessing.reduction import ForkingPickler
from queue import SimpleQueue
from traceback import format_exception
from typing import Any, Literal, TypeAlias, TypeVar
from weakref import finalize

import numpy as np

from grad_core import Tensor, get_default_dtype, set_default_dtype
from grad_core.primitive import unwrap, wrap
from grad_init import manual_seed
from grad_nn.data.workers import Answer, Begin, Failure, Pool, Setting, Task, work

B = TypeVar("B")

StartMethod: TypeAlias = Literal["spawn", "forkserver", "fork"]
"""How a process starts; see `multiprocessing`."""

PATIENCE = 5.0
"""How many seconds a process has to end before it is killed."""


class Processes(Pool[B]):
    """Processes, each with a copy of the dataset: for samples that take long in Python itself.

    Raises:
        TypeError: Something cannot be pickled, and so not be sent to a process.
    """

    def __init__(self, settings: list[Setting[B]], method: StartMethod) -> None:
        super().__init__(len(settings))
        context: Any = get_context(method)  # typeshed has no Process in all of them
        self._received: deque[Answer[B]] = deque()
        self._inboxes: list[Connection] = []
        self._answers: list[Connection] = []
        self._processes: list[BaseProcess] = []
        self._finalizer = finalize(self, _stop, self._processes, self._inboxes, self._answers)
        what = settings[0][0], settings[0][3]  # the same for all
        # A forked process has all that this one has; to others it is sent, and pickled once.
        sent = what if method == "fork" else _pickled(what)
        try:
            for setting in settings:
                inbox, ours = context.Pipe(duplex=False)
                theirs, answers = context.Pipe(duplex=False)
                self._inboxes.append(ours)
                self._answers.append(theirs)
                process: BaseProcess = context.Process(
                    target=_serve,
                    args=(
                        sent,
                        setting.id,
                        setting.num_workers,
                        inbox,
                        answers,
                        str(get_default_dtype()),
                    ),
                    name=f"DataLoader worker {setting.id}",
                    daemon=True,
                )
                process.start()
                self._processes.append(process)
                # The pipes end with the process, because nobody else has these ends.
                inbox.close()
                answers.close()
        except BaseException:
            self.close()
            raise

    def send(self, to: int, message: Begin | Task) -> None:
        """Put a message into the inbox of a worker."""
        with suppress(OSError):  # it has died, which `receive` reports
            self._inboxes[to].send(message)

    def receive(self, timeout: float) -> Answer[B] | None:
        """Return an answer; None if none came within `timeout` seconds.

        Raises:
            RuntimeError: A worker has died.
        """
        if not self._received:
            sentinels = [process.sentinel for process in self._processes]
            ready = connection.wait([*self._answers, *sentinels], timeout)
            for answers in self._answers:
                if answers in ready:
                    with suppress(EOFError, OSError):  # as above
                        self._received.append(Answer(*pickle.loads(answers.recv_bytes())))
            if not self._received:
                for i, process in enumerate(self._processes):
                    if process.sentinel in ready or self._answers[i] in ready:
                        process.join(PATIENCE)
                        raise RuntimeError(
                            f"DataLoader: worker {i}, process {process.pid}, died with exit code"
                            f" {process.exitcode}; what it said is on stderr. A program that starts"
                            " processes needs `if __name__ == '__main__':` before what they are not"
                            " to run"
                        )
        return self._received.popleft() if self._received else None

    def close(self) -> None:
        """Stop the processes at once."""
        self._finalizer()


def _stop(
    processes: list[BaseProcess], inboxes: list[Connection], answers: list[Connection]
) -> None:
    for pipe in (*inboxes, *answers):
        pipe.close()
    for process in processes:
        process.terminate()
    for process in processes:
        process.join(PATIENCE)
        if process.is_alive():
            process.kill()
            process.join()
        process.close()


class _Turn:
    """The number of the pass that runs now."""

    now = 0


def _serve(
    sent: Any, i: int, n: int, inbox: Connection, answers: Connection, default_dtype: str
) -> None:
    """What runs in a process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it is for the program, which stops its workers
    set_default_dtype(default_dtype)
    turn = _Turn()
    messages: SimpleQueue[Begin | Task | None] = SimpleQueue()
    pickled: SimpleQueue[bytes] = SimpleQueue()

    def read() -> None:
        while True:
            message = inbox.recv()
            if isinstance(message, Begin):
                turn.now = message.turn
            messages.put(message)

    def write() -> None:
        while True:
            answers.send_bytes(pickled.get())

    def answer(given: Answer[Any]) -> None:
        turn, number, outcome = given
        try:
            data = _dumped((turn, number, _sendable(outcome, i)))
        except Exception as error:  # noqa: BLE001  # a batch that cannot be pickled
            data = _dumped((turn, number, _Sent(error, i)))
        pickled.put(data)

    for run in (read, write):
        threading.Thread(target=_until_the_end, args=(run,), daemon=True).start()
    try:
        plan, init = pickle.loads(sent) if isinstance(sent, bytes) else sent
    except BaseException as error:  # noqa: BLE001  # it is raised by the caller
        while (message := messages.get()) is not None:
            if isinstance(message, Task):
                answer(Answer(message.turn, message.number, Failure(error)))
    else:
        work(Setting(plan, i, n, init), messages.get, answer, lambda: turn.now, _seed)


def _until_the_end(run: Callable[[], None]) -> None:
    """Read or write until the pipe ends, and with it this process, whatever it is doing."""
    try:
        run()
    except (EOFError, OSError):
        os._exit(0)


def _seed(seed: int) -> None:
    """Seed what is not shared with the program, to be another in each worker."""
    random.seed(seed)
    np.random.seed(seed % (1 << 32))  # noqa: NPY002  # for samples that draw from it
    manual_seed(seed)


# ------------------------------------------------------------------------ pickling


class _Pickler(ForkingPickler):
    """As for multiprocessing, but Tensors arrive as ones that nobody else was shown."""

    def reducer_override(self, x: object) -> Any:
        if type(x) is Tensor and not x.requires_grad:
            return wrap, (unwrap(x),)
        return NotImplemented


def _dumped(x: object) -> bytes:
    buffer = BytesIO()
    _Pickler(buffer, pickle.HIGHEST_PROTOCOL).dump(x)
    return buffer.getvalue()


def _pickled(x: object) -> bytes:
    try:
        return _dumped(x)
    except Exception as error:
        raise TypeError(
            "DataLoader: with workers='process' the dataset, collate_fn and worker_init_fn are"
            f" pickled to be sent to other processes, but {type(error).__name__}: {error}. Define"
            " them at the top of a module, or use workers='thread'"
        ) from error


def _sendable(outcome: object, i: int) -> object:
    return _Sent(outcome.error, i) if isinstance(outcome, Failure) else outcome


class _Sent:
    """An exception that arrives as one of the same type, if that can be, with its traceback."""

    def __init__(self, error: BaseException, i: int) -> None:
        text = "".join(format_exception(error))
        self.note = f"DataLoader: raised in worker {i}, a process:\n{text}"
        kind, message = type(error), str(error)
        self.name = f"{kind.__module__}.{kind.__qualname__}: {message}"
        self.pickled = b""
        # As it says that it is pickled; without its __init__, which may take other arguments than
        # those it handed on; or only its text. What loads here and is right does so there.
        for candidate in (
            error,
            _Remade(kind, error.args, vars(error)),
            _Remade(kind, (message,), {}),
        ):
            with suppress(Exception):  # whatever the methods of somebody else's exception raise
                pickled = _dumped(candidate)
                if type(pickle.loads(pickled)) is kind:
                    self.pickled = pickled
                    break

    def __reduce__(self) -> tuple[Any, ...]:
        return _arrived, (self.pickled, self.name, self.note)


def _arrived(pickled: bytes, name: str, note: str) -> Failure:
    try:
        error: BaseException = pickle.loads(pickled)
    except Exception:  # noqa: BLE001  # of a class that this process does not have, or none at all
        error = RuntimeError(name)
    error.add_note(note)
    return Failure(error)


class _Remade:
    """An exception in parts."""

    def __init__(
        self, kind: type[BaseException], args: tuple[object, ...], state: dict[str, object]
    ) -> None:
        self.parts = kind, args, state

    def __reduce__(self) -> tuple[Any, ...]:
        return _remade, self.parts


def _remade(
    kind: type[BaseException], args: tuple[object, ...], state: dict[str, object]
) -> BaseException:
    error = kind.__new__(kind)
    error.args = args
    vars(error).update(state)
    return error
