"""Who makes the batches of a pass: the caller, threads or processes."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from typing import TYPE_CHECKING, Generic, Literal, TypeVar

from grad_nn.data.fetch import End, Plan, Request, drawing
from grad_nn.data.workers import Pool, Setting, in_order

if TYPE_CHECKING:
    from grad_nn.data.processes import StartMethod

B = TypeVar("B")


class Maker(Generic[B]):
    """Makes batches, one pass after the other; the arguments are those of DataLoader."""

    def __init__(
        self,
        plan: Plan[B],
        *,
        num_workers: int,
        workers: Literal["thread", "process"],
        method: StartMethod,
        init: Callable[[int], object] | None,
        ahead: int,
        timeout: float,
        persistent: bool,
    ) -> None:
        self.plan = plan
        self.settings: list[Setting[B]] = [
            Setting(plan, i, num_workers, init) for i in range(num_workers)
        ]
        self.workers = workers
        self.method: StartMethod = method
        self.ahead = ahead
        self.timeout = timeout
        self.persistent = persistent
        self._pool: Pool[B] | None = None  # of workers that stay

    def batches(
        self, requests: Iterator[Request], first: int, seed: int | None
    ) -> Generator[B, None, None]:
        """Yield the batches of a pass.

        Args:
            requests: What to fetch.
            first: The number of the first batch.
            seed: Of what is random in the samples; None for the default generator.
        """
        if seed is not None and self.settings:
            return self._by_workers(requests, first, seed)
        return self._by_the_caller(requests, first, seed)

    def _by_the_caller(
        self, requests: Iterator[Request], first: int, seed: int | None
    ) -> Generator[B, None, None]:
        fetch = drawing(self.plan.fetcher(lambda: False), seed)
        for number, request in enumerate(requests, first):
            batch = fetch(number, request)
            if isinstance(batch, End):
                return
            yield batch

    def _by_workers(
        self, requests: Iterator[Request], first: int, seed: int
    ) -> Generator[B, None, None]:
        pool = self._pool or self._started()
        if self.persistent:
            self._pool = pool
        try:
            pool.begin(seed)
            yield from in_order(pool, requests, first, self.ahead, self.timeout)
        except GeneratorExit:
            raise
        except BaseException:
            self._pool = None
            pool.close()
            raise
        finally:
            if not self.persistent:
                pool.close()

    def _started(self) -> Pool[B]:
        if self.workers == "thread":
            from grad_nn.data.threads import Threads

            return Threads(self.settings)
        from grad_nn.data.processes import Processes  # which imports multiprocessing

        return Processes(self.settings, self.method)
