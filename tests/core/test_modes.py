"""no_grad and enable_grad as blocks and decorators."""

from __future__ import annotations

import asyncio

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
