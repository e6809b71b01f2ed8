"""Threads and tasks: each has its own mode, default dtype and anomaly mode, and loses no gradient."""

from __future__ import annotations

import asyncio
import random
import sys
import threading
from collections.abc import Iterator

import numpy as np
import pytest
from numpy.testing import assert_array_equal

import grad_core as gc
from grad_core import Tensor


@pytest.fixture(autouse=True)
def tiny_switch_interval() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def check_backward(k: float) -> None:
    """The gradient of a small program, of which any lost step would be seen."""
    assert gc.is_grad_enabled()
    x = Tensor([1.0, 2.0, 3.0], requires_grad=True)
    y = x * k
    z = (y * y + gc.where(y > 0, y, -y)).sum() + x[1:].sum()
    assert z.requires_grad
    z.backward()
    assert_array_equal(x.grad, 2 * k * k * np.array([1.0, 2.0, 3.0]) + abs(k) + [0.0, 1.0, 1.0])


def check_no_grad() -> None:
    x = Tensor([1.0, 2.0], requires_grad=True)
    with gc.no_grad():
        assert not (x * x).sum().requires_grad
        with gc.enable_grad():
            assert (x * x).requires_grad
        assert not x.exp().requires_grad
    assert (x * x).requires_grad


def check_default_dtype(name: str) -> None:
    gc.set_default_dtype(name)
    assert all(Tensor([1.0]).dtype == name for _ in range(5))


def run_in_threads(work: list[threading.Thread], errors: list[BaseException]) -> None:
    for thread in work:
        thread.start()
    for thread in work:
        thread.join()
    if errors:
        raise errors[0]


def test_eight_threads_some_of_them_under_no_grad() -> None:
    errors: list[BaseException] = []

    def work(i: int) -> None:
        try:
            for step in range(60):
                if i % 2:
                    check_no_grad()
                elif i % 4:
                    check_default_dtype("float64" if step % 2 else "float32")
                else:
                    check_backward(float(step % 5 - 2))
        except BaseException as error:  # noqa: BLE001  # it is raised again by the caller
            errors.append(error)

    run_in_threads([threading.Thread(target=work, args=(i,)) for i in range(8)], errors)


def test_tasks_in_threads_that_interleave_at_every_step() -> None:
    errors: list[BaseException] = []

    async def forward_and_backward(k: float) -> None:
        x = Tensor([1.0, 2.0], requires_grad=True)
        y = x * k
        await asyncio.sleep(0)
        assert gc.is_grad_enabled()
        z = (y * y).sum()
        await asyncio.sleep(0)
        z.backward()
        assert_array_equal(x.grad, 2 * k * k * x.data)

    async def predict() -> None:
        x = Tensor([1.0, 2.0], requires_grad=True)
        with gc.no_grad():
            for _ in range(3):
                assert not (x * x).requires_grad
                await asyncio.sleep(0)
        assert (x * x).requires_grad

    async def examined() -> None:
        x = Tensor([0.0], requires_grad=True)
        with gc.detect_anomaly():
            await asyncio.sleep(0)
            with pytest.raises(FloatingPointError), np.errstate(all="ignore"):
                x.log()

    async def all_of_them(seed: int) -> None:
        order = random.Random(seed)
        tasks = [forward_and_backward(float(k)) for k in range(8)]
        tasks += [predict() for _ in range(8)] + [examined() for _ in range(4)]
        order.shuffle(tasks)
        await asyncio.gather(*tasks)

    def work(seed: int) -> None:
        try:
            asyncio.run(all_of_them(seed))
        except BaseException as error:  # noqa: BLE001  # it is raised again by the caller
            errors.append(error)

    run_in_threads([threading.Thread(target=work, args=(i,)) for i in range(8)], errors)


def test_threads_that_share_leaves_and_their_graph() -> None:
    errors: list[BaseException] = []
    x = Tensor([1.0, 2.0], requires_grad=True)
    shared = x * 3.0

    def work() -> None:
        try:
            for _ in range(50):
                (shared * 2.0).sum().backward(retain_graph=True)
        except BaseException as error:  # noqa: BLE001  # it is raised again by the caller
            errors.append(error)

    run_in_threads([threading.Thread(target=work) for _ in range(8)], errors)
    assert_array_equal(x.grad, [6.0 * 400, 6.0 * 400])
