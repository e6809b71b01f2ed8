"""Workers, be they threads or processes: what they do, and how batches come from them in order."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Iterator
from functools import partial
from itertools import count
from typing import Generic, NamedTuple, TypeVar

from grad_nn.data.fetch import End, Plan, Request, Stopped, drawing
from grad_nn.data.worker_info import WorkerInfo, worker

B = TypeVar("B")


class Begin(NamedTuple):
    """A pass over the data begins: what was asked for in earlier ones is not wanted any more."""

    turn: int
    """The number of the pass, for this pool of workers."""
    seed: int


class Task(NamedTuple):
    """A batch to make."""

    turn: int
    number: int
    request: Request


class Failure(NamedTuple):
    """An exception, on its way to the caller."""

    error: BaseException


class Answer(NamedTuple, Generic[B]):
    """What came of a task."""

    turn: int
    number: int
    outcome: B | End | Failure


class Setting(NamedTuple, Generic[B]):
    """What a worker knows from the start."""

    plan: Plan[B]
    id: int
    num_workers: int
    init: Callable[[int], object] | None


def work(
    setting: Setting[B],
    inbox: Callable[[], Begin | Task | None],
    answer: Callable[[Answer[B]], None],
    turn: Callable[[], int],
    seeded: Callable[[int], None],
) -> None:
    """Do one task after the other; what runs in a worker.

    Args:
        setting: What it knows from the start.
        inbox: Returns the next message; None ends the work.
        answer: Hands on what came of a task.
        turn: Returns the number of the pass that runs now; tasks of others are passed over.
        seeded: Seeds what other random numbers there are.
    """
    plan, i, n, init = setting
    fetch: Callable[[int, Request], B | End] | Failure | None = None
    while (message := inbox()) is not None:
        if isinstance(message, Begin):
            this, seed = message
            worker.set(WorkerInfo(i, n, seed + i, plan.dataset))
            seeded(seed + i)
            try:
                if init is not None:
                    init(i)
                    init = None  # once
                fetch = drawing(plan.fetcher(partial(_is_over, turn, this)), seed)
            except BaseException as error:  # noqa: BLE001  # it is raised by the caller
                fetch = Failure(error)
            continue
        if message.turn != turn() or fetch is None:
            continue
        outcome: B | End | Failure
        try:
            outcome = (
                fetch if isinstance(fetch, Failure) else fetch(message.number, message.request)
            )
        except Stopped:
            continue
        except BaseException as error:  # noqa: BLE001  # `sys.exit` too, or the caller would wait for ever
            outcome = Failure(error)
        answer(Answer(message.turn, message.number, outcome))
        del outcome  # the memory is the caller's now


def _is_over(turn: Callable[[], int], this: int) -> bool:
    return turn() != this


class Pool(ABC, Generic[B]):
    """Workers that wait for tasks."""

    def __init__(self, num_workers: int) -> None:
        self.num_workers = num_workers
        self.turn: int = 0

    def begin(self, seed: int) -> None:
        """Begin a pass over the data."""
        self.turn += 1
        for i in range(self.num_workers):
            self.send(i, Begin(self.turn, seed))

    @abstractmethod
    def send(self, to: int, message: Begin | Task) -> None:
        """Put a message into the inbox of a worker, without waiting for it to be read."""

    @abstractmethod
    def receive(self, timeout: float) -> Answer[B] | None:
        """Return an answer; None if none came for some time, at most `timeout` seconds.

        Raises:
            RuntimeError: A worker has died.
        """

    @abstractmethod
    def close(self) -> None:
        """Stop the workers; it may be called again."""


def in_order(
    pool: Pool[B], requests: Iterator[Request], first: int, ahead: int, timeout: float
) -> Iterator[B]:
    """Yield batches in the order of the requests, while the workers make those that follow.

    Requests go to the workers in turn, so that it does not depend on their speed which worker
    makes which batch.

    Args:
        pool: The workers, for which a pass has begun.
        requests: What to fetch. An IterableDataset gets endless ones, until it has ended in every
            worker.
        first: The number of the first batch.
        ahead: How many batches may be on their way.
        timeout: How many seconds to wait for a batch; 0 for any number.

    Raises:
        RuntimeError: The time is over, a worker has died, or another pass has begun.
    """
    turn = pool.turn
    active = deque(range(pool.num_workers))
    numbers = count(first)
    pending: deque[tuple[int, int]] = deque()
    answers: dict[int, B | End | Failure] = {}

    def ask() -> None:
        for request in requests:  # the next one, if there is one
            if not active:
                return
            number = next(numbers)
            pool.send(active[0], Task(turn, number, request))
            pending.append((number, active[0]))
            active.rotate(-1)
            return

    for _ in range(ahead):
        ask()
    while pending:
        number, by = pending.popleft()
        end = time.monotonic() + timeout
        if pool.turn != turn:
            raise RuntimeError(
                "DataLoader: another pass has begun; with persistent_workers there is one at a time"
            )
        while number not in answers:
            answer = pool.receive(max(end - time.monotonic(), 0.0) if timeout else 1.0)
            if answer is not None and answer.turn == turn:
                answers[answer.number] = answer.outcome
            elif answer is None and timeout and time.monotonic() >= end:
                raise RuntimeError(
                    f"DataLoader: no batch came within {timeout} seconds; that is the timeout"
                )
        outcome = answers.pop(number)
        if isinstance(outcome, Failure):
            raise outcome.error
        if isinstance(outcome, End):
            if by in active:
                active.remove(by)
            ask()
            continue
        ask()
        yield outcome
