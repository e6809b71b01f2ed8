"""as_generator and manual_seed: where random numbers come from."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import numpy as np
import pytest

import grad_init.generator
from grad_init import Normal, Uniform, as_generator, manual_seed


def test_a_generator_is_returned_as_it_is() -> None:
    generator = np.random.default_rng(0)
    assert as_generator(generator) is generator


@pytest.mark.parametrize("seed", [0, 1, 2**40, 2**100])
def test_an_int_seeds_a_new_generator(seed: int) -> None:
    first, second = as_generator(seed), as_generator(seed)
    assert first is not second
    assert first.random() == second.random() == np.random.default_rng(seed).random()


def test_numpy_ints_are_seeds() -> None:
    seed: Any = np.int64(3)
    assert as_generator(seed).random() == as_generator(3).random()


def test_none_is_the_default_generator() -> None:
    assert as_generator(None) is as_generator(None)


def test_a_generator_goes_on_where_it_stands() -> None:
    generator = np.random.default_rng(0)
    first, second = Normal()((4,), rng=generator), Normal()((4,), rng=generator)
    assert not np.array_equal(first, second)


def test_manual_seed_repeats_the_default_stream() -> None:
    manual_seed(7)
    first = [Normal()((3, 4)), Uniform()((5,))]
    manual_seed(7)
    second = [Normal()((3, 4)), Uniform()((5,))]
    manual_seed(8)
    other = Normal()((3, 4))
    np.testing.assert_array_equal(first[0], second[0])
    np.testing.assert_array_equal(first[1], second[1])
    assert not np.array_equal(first[0], other)


def test_manual_seed_gives_the_stream_of_that_seed() -> None:
    manual_seed(7)
    np.testing.assert_array_equal(Normal()((3, 4)), Normal()((3, 4), rng=7))


def test_manual_seed_reaches_code_that_holds_the_default_generator() -> None:
    held = as_generator(None)
    manual_seed(7)
    assert held is as_generator(None)
    assert held.random() == np.random.default_rng(7).random()


def test_manual_seed_leaves_other_generators_alone() -> None:
    generator = np.random.default_rng(0)
    expected = np.random.default_rng(0).random()
    manual_seed(7)
    assert generator.random() == expected


def test_numpy_s_global_state_is_not_used() -> None:
    np.random.seed(0)  # noqa: NPY002  the legacy interface is what this is about
    expected = np.random.random()  # noqa: NPY002
    np.random.seed(0)  # noqa: NPY002
    manual_seed(7)
    Normal()((3, 4))
    assert np.random.random() == expected  # noqa: NPY002


RNG = "as_generator: rng must be a numpy.random.Generator, an int >= 0 or None"
SEED = "manual_seed: seed must be an int >= 0"


@pytest.mark.parametrize("rng", [True, False, "0", 0.0, [0], np.True_, np.float32(1), object])
def test_not_an_rng(rng: Any) -> None:
    with pytest.raises(TypeError, match=re.escape(f"{RNG}; got {rng!r}")):
        as_generator(rng)


def test_negative_rng() -> None:
    with pytest.raises(ValueError, match=re.escape(f"{RNG}; got -1")):
        as_generator(-1)


@pytest.mark.parametrize("seed", [True, "0", 0.0, None])
def test_not_a_seed(seed: Any) -> None:
    with pytest.raises(TypeError, match=re.escape(f"{SEED}; got {seed!r}")):
        manual_seed(seed)


def test_negative_seed() -> None:
    with pytest.raises(ValueError, match=re.escape(f"{SEED}; got -1")):
        manual_seed(-1)


THREADS = 8


@pytest.fixture
def frequent_switches() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def test_threads_that_come_first_share_one_default_generator(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make = np.random.default_rng

    def make_slowly() -> np.random.Generator:
        time.sleep(0.02)
        return make()

    monkeypatch.setattr(grad_init.generator, "_default", None)
    monkeypatch.setattr(np.random, "default_rng", make_slowly)
    barrier = Barrier(THREADS)

    def first_use() -> np.random.Generator:
        barrier.wait()
        return as_generator(None)

    with ThreadPoolExecutor(THREADS) as pool:
        futures = [pool.submit(first_use) for _ in range(THREADS)]
        found = {id(future.result()) for future in futures}
    assert len(found) == 1


def test_a_seed_waits_for_the_array_being_drawn() -> None:
    bits = as_generator(None).bit_generator
    before = bits.state
    with ThreadPoolExecutor(1) as pool:
        with bits.lock:  # as a thread has it while it draws
            future = pool.submit(manual_seed, 7)
            with pytest.raises(TimeoutError):
                future.result(timeout=0.05)
            assert bits.state == before
        future.result(timeout=5)
    assert bits.state == np.random.default_rng(7).bit_generator.state


@pytest.mark.usefixtures("frequent_switches")
def test_threads_share_out_one_stream() -> None:
    """Whatever the interleaving, no number is drawn twice and none is lost."""
    draws, size = 40, 25
    barrier = Barrier(THREADS)

    def work() -> list[float]:
        barrier.wait()
        arrays = [Uniform(0, 1)((size,), dtype=np.float64) for _ in range(draws)]
        return [float(value) for array in arrays for value in array]

    manual_seed(7)
    with ThreadPoolExecutor(THREADS) as pool:
        futures = [pool.submit(work) for _ in range(THREADS)]
        drawn = sorted(value for future in futures for value in future.result())
    assert drawn == sorted(np.random.default_rng(7).uniform(size=THREADS * draws * size).tolist())
