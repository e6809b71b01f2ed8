"""Threads as workers."""

from __future__ import annotations

import threading
import time
from contextvars import copy_context
from queue import Empty, SimpleQueue
from typing import TypeVar

from grad_nn.data.workers import Answer, Begin, Failure, Pool, Setting, Task, work

B = TypeVar("B")

PATIENCE = 5.0
"""How many seconds to wait for a thread that is to stop: it does so after the sample at hand."""


class _Turn:
    """The number of the pass that runs now; -1 when all is over."""

    now = 0


class Threads(Pool[B]):
    """Threads, which share the dataset and need no copies; NumPy lets several compute at once.

    They run in copies of the caller's context, so that they have the same default dtype. They
    know of their queues but not of this object, which can so be freed with them still waiting.
    """

    def __init__(self, settings: list[Setting[B]]) -> None:
        super().__init__(len(settings))
        self._turn = _Turn()
        self._answers: SimpleQueue[Answer[B]] = SimpleQueue()
        self._inboxes: list[SimpleQueue[Begin | Task | None]] = [SimpleQueue() for _ in settings]
        self._threads = [
            threading.Thread(
                target=copy_context().run,
                args=(_run, setting, inbox, self._answers, self._turn),
                name=f"DataLoader worker {setting.id}",
                daemon=True,  # at the end of the program nobody waits for them
            )
            for setting, inbox in zip(settings, self._inboxes, strict=True)
        ]
        for thread in self._threads:
            thread.start()

    def begin(self, seed: int) -> None:
        """Begin a pass over the data."""
        self._turn.now = self.turn + 1
        super().begin(seed)

    def send(self, to: int, message: Begin | Task) -> None:
        """Put a message into the inbox of a worker."""
        self._inboxes[to].put(message)

    def receive(self, timeout: float) -> Answer[B] | None:
        """Return an answer; None if none came within `timeout` seconds."""
        try:
            return self._answers.get(timeout=timeout)
        except Empty:
            return None

    def close(self) -> None:
        """Stop the threads, and wait for the samples at hand, but not long."""
        self._turn.now = -1
        for inbox in self._inboxes:
            inbox.put(None)
        end = time.monotonic() + PATIENCE
        for thread in self._threads:
            # Not this one: garbage may be collected in any thread
            if thread.is_alive() and thread is not threading.current_thread():
                thread.join(max(end - time.monotonic(), 0.0))
        self._threads = []

    def __del__(self) -> None:
        self.close()


def _run(
    setting: Setting[B],
    inbox: SimpleQueue[Begin | Task | None],
    answers: SimpleQueue[Answer[B]],
    turn: _Turn,
) -> None:
    def answer(given: Answer[B]) -> None:
        if isinstance(given.outcome, Failure):
            given.outcome.error.add_note(f"DataLoader: raised in worker {setting.id}, a thread")
        answers.put(given)

    work(setting, inbox.get, answer, lambda: turn.now, lambda _seed: None)
