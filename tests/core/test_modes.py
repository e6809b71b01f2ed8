"""no_grad and enable_grad as blocks and decorators."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections.abc import AsyncGenerator, Generator

import pytest

import grad_core as gc

x = gc.Tensor([1.0, 2.0], requires_grad=True)


def test_blocks_nest_and_end_after_an_exception() -> None:
    with gc.no_grad():
        assert not (x * 2).requires_grad
        with gc.enable_grad():
            assert (x * 2).requires_grad
        assert not (x * 2).requires_grad
    with pytest.raises(KeyError), gc.no_grad():
        raise KeyError
    assert gc.is_grad_enabled()


def test_as_a_decorator() -> None:
    @gc.no_grad()
    def double(t: gc.Tensor) -> gc.Tensor:
        return t * 2

    assert not double(x).requires_grad
    assert not double(x).requires_grad
    assert gc.is_grad_enabled()


def test_a_leaf_made_under_no_grad_is_a_leaf() -> None:
    with gc.no_grad():
        t = gc.Tensor([1.0], requires_grad=True)
    assert (t * 2).requires_grad


def test_tasks_do_not_see_each_others_mode() -> None:
    async def without(started: asyncio.Event, done: asyncio.Event) -> None:
        with gc.no_grad():
            started.set()
            await done.wait()
            assert not gc.is_grad_enabled()

    async def main() -> None:
        started, done = asyncio.Event(), asyncio.Event()
        task = asyncio.create_task(without(started, done))
        await started.wait()
        assert gc.is_grad_enabled()
        done.set()
        await task

    asyncio.run(main())


def test_as_a_decorator_of_a_generator() -> None:
    ended_under: list[bool] = []

    @gc.no_grad()
    def results() -> Generator[bool, float, str]:
        factor = 2.0
        try:
            while factor:
                factor = yield (x * factor).requires_grad
        except KeyError:
            yield (x * 3).requires_grad
        finally:
            ended_under.append(gc.is_grad_enabled())
        return "end"

    generator = results()
    assert next(generator) is False
    assert gc.is_grad_enabled()  # where it waits, nothing is switched off
    assert generator.send(4.0) is False
    assert generator.throw(KeyError()) is False
    with pytest.raises(StopIteration, match="end"):
        next(generator)
    unfinished = results()
    next(unfinished)
    unfinished.close()
    assert ended_under == [False, False]
    assert gc.is_grad_enabled()


def test_as_a_decorator_of_a_coroutine() -> None:
    @gc.no_grad()
    async def double() -> gc.Tensor:
        await asyncio.sleep(0)
        return x * 2

    assert not asyncio.run(double()).requires_grad
    with pytest.raises(TypeError, match="no_grad: an asynchronous generator cannot be decorated"):

        @gc.no_grad()
        async def several() -> AsyncGenerator[int]:
            yield 1


def test_one_object_serves_several_blocks() -> None:
    off = gc.no_grad()
    for _ in range(2):
        with off:
            with off:
                assert not gc.is_grad_enabled()
            assert not gc.is_grad_enabled()
        assert gc.is_grad_enabled()


def test_one_object_in_two_threads() -> None:
    off = gc.no_grad()
    entered, left = threading.Event(), threading.Event()

    def work() -> None:
        with gc.no_grad(), off:
            entered.set()
            left.wait()

    thread = threading.Thread(target=work)
    with off:
        thread.start()
        entered.wait()
    assert gc.is_grad_enabled()
    left.set()
    thread.join()
    assert gc.is_grad_enabled()


def paused(block: gc.no_grad | gc.enable_grad) -> Generator[bool]:
    with block:
        yield gc.is_grad_enabled()
        yield gc.is_grad_enabled()


def test_blocks_of_generators_end_in_any_order() -> None:
    first, second = paused(gc.no_grad()), paused(gc.enable_grad())
    assert not next(first)
    assert next(second)
    first.close()
    assert gc.is_grad_enabled()  # that of the block which is still open
    second.close()
    assert gc.is_grad_enabled()
    first, second = paused(gc.enable_grad()), paused(gc.no_grad())
    assert next(first)
    assert not next(second)
    first.close()
    assert not gc.is_grad_enabled()
    second.close()
    assert gc.is_grad_enabled()


def test_a_block_that_ends_in_another_context_changes_nothing_there() -> None:
    block = paused(gc.no_grad())
    assert not contextvars.copy_context().run(next, block)
    assert gc.is_grad_enabled()
    with gc.enable_grad():
        block.close()
        assert gc.is_grad_enabled()
    assert gc.is_grad_enabled()
