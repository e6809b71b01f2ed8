"""DataLoader: which batches come, in which order, whoever makes them, and what ends a pass."""

from __future__ import annotations

import faulthandler
import gc as garbage
import multiprocessing
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, Self

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

import grad_core as gc
import grad_init
from grad_core import Tensor
from grad_nn.data import (
    DataLoader,
    Dataset,
    IterableDataset,
    RandomSampler,
    Sampler,
    Subset,
    TensorDataset,
    WeightedRandomSampler,
    batch_rng,
    default_collate,
    get_worker_info,
)
from grad_nn.data.processes import _dumped, _Sent

ANY: Any = None
NUMBER: Any = 3


@pytest.fixture(autouse=True)
def no_hang() -> Iterator[None]:
    """What waits for ever ends the run, with a traceback, and leaves no worker."""
    faulthandler.dump_traceback_later(120, exit=True)
    yield
    faulthandler.cancel_dump_traceback_later()
    assert worker_threads() == []
    assert multiprocessing.active_children() == []


def worker_threads() -> list[threading.Thread]:
    return [t for t in threading.enumerate() if t.name.startswith("DataLoader")]


class Numbers(Dataset[int]):
    """The number `i` at index `i`, unless something happens there."""

    def __init__(self, n: int, at: int = -1, happens: Callable[[], object] = list) -> None:
        self.n, self.at, self.happens = n, at, happens

    def __len__(self) -> int:
        return self.n

    def __getitem__(self, index: int) -> int:
        if index == self.at:
            self.happens()
        return index


class Shared(IterableDataset[int]):
    """A range, which workers share."""

    def __init__(self, n: int) -> None:
        self.n = n

    def __iter__(self) -> Iterator[int]:
        info = get_worker_info()
        return iter(range(info.id, self.n, info.num_workers) if info else range(self.n))


class Noisy(Dataset[float]):
    def __len__(self) -> int:
        return 10

    def __getitem__(self, index: int) -> float:
        return batch_rng().random()


class PickyError(Exception):
    """An exception that is not made of what it hands on."""

    def __init__(self, code: int, *, reason: str) -> None:
        super().__init__(f"{reason} ({code})")
        self.code = code


def fail() -> None:
    raise PickyError(7, reason="bad pixel")


def items(batches: Any) -> list[Any]:
    return [batch.tolist() for batch in batches]


def squares(samples: list[int]) -> list[int]:
    return [i * i for i in samples]


# ------------------------------------------------------------------------ batches


def test_batches_in_order() -> None:
    assert items(DataLoader(range(5), 2)) == [[0, 1], [2, 3], [4]]
    assert items(DataLoader(range(5), 2, drop_last=True)) == [[0, 1], [2, 3]]
    assert items(DataLoader(range(5))) == [[0], [1], [2], [3], [4]]
    assert items(DataLoader(range(5), batch_sampler=[[3, 1], [], [4]][::2])) == [[3, 1], [4]]
    assert items(DataLoader(range(5), 2, sampler=[4, 0, 2])) == [[4, 0], [2]]
    arrays: Any = [np.array([3, 1]), np.array([2])]
    assert items(DataLoader(range(5), batch_sampler=arrays)) == [[3, 1], [2]]
    assert list(DataLoader("abc", None)) == ["a", "b", "c"]
    assert list(DataLoader("abc", None, sampler=[2, 0])) == ["c", "a"]
    assert list(DataLoader("abc", None, collate_fn=str.upper)) == ["A", "B", "C"]
    assert list(DataLoader(range(4), 3, collate_fn=squares)) == [[0, 1, 4], [9]]
    assert items(DataLoader([], 3)) == items(DataLoader([], 3, True)) == []
    assert items(DataLoader(Shared(5), 2)) == [[0, 1], [2, 3], [4]]
    assert items(DataLoader(Shared(5), 2, drop_last=True)) == [[0, 1], [2, 3]]
    assert list(DataLoader(Shared(3), None)) == [0, 1, 2]
    assert items(DataLoader(Tensor([[1.0], [2.0]]), 2)) == [[[1.0], [2.0]]]


def test_a_seed_gives_the_same_order_again() -> None:
    def passes(**options: Any) -> list[Any]:
        loader = DataLoader(range(12), 5, True, **options)
        return [items(loader) for _ in range(2)]

    first = passes(rng=1)
    assert first == passes(rng=1) == passes(rng=1, num_workers=2)
    assert first != passes(rng=2)
    assert first[0] != first[1]
    assert sorted(i for batch in first[0] for i in batch) == list(range(12))
    grad_init.manual_seed(3)
    default = passes()
    grad_init.manual_seed(3)
    assert passes() == default


def test_what_is_not_random_draws_nothing() -> None:
    state = grad_init.as_generator(None).bit_generator.state
    assert len(items(DataLoader(range(5), 2))) == 3
    assert grad_init.as_generator(None).bit_generator.state == state


def test_lengths() -> None:
    for n in range(7):
        for drop in (False, True):
            loader = DataLoader(range(n), 3, drop_last=drop)
            assert len(loader) == len(list(loader))
            stream = DataLoader(Sized(n), 3, drop_last=drop)
            assert len(stream) == len(list(stream))
    assert len(DataLoader(range(5), None)) == len(DataLoader(Sized(5), None)) == 5
    assert len(DataLoader(range(5), 2, sampler=[1, 2, 3])) == 2
    assert len(DataLoader(range(5), batch_sampler=[[1], [2]])) == 2
    with pytest.raises(TypeError, match="Shared' has no len"):
        len(DataLoader(Shared(5)))


class Sized(Shared):
    def __len__(self) -> int:
        return self.n


def test_a_tensor_dataset_is_sliced() -> None:
    dataset = TensorDataset(Tensor(np.arange(12.0).reshape(6, 2)), np.arange(6))
    calls: list[Any] = []
    original = TensorDataset.batch

    class Counting(TensorDataset[Tensor, Any]):
        def batch(self, indices: Any) -> Any:
            calls.append(indices)
            return original(self, indices)

    part = Subset(Subset(Counting(*dataset.tensors), [5, 4, 3, 1]), np.array([0, 3, 1]))
    (x, y), (_, last) = DataLoader(part, 2)
    assert_array_equal(x.data, [[10, 11], [2, 3]])
    assert (y.tolist(), last.tolist(), len(calls)) == ([5, 1], [4], 2)


def test_a_subclass_of_tensor_dataset_has_its_own_samples() -> None:
    class Negative(TensorDataset[Any]):
        def __getitem__(self, index: int) -> tuple[Any]:
            return (-self.tensors[0][index],)

    ((batch,),) = DataLoader(Negative(np.arange(3)), 3)
    assert batch.tolist() == [0, -1, -2]


def test_samples_may_be_taken_at_once() -> None:
    class AtOnce(Numbers):
        def __getitems__(self, indices: list[int]) -> list[int]:
            return [10 * i for i in indices]

    assert items(DataLoader(AtOnce(3), 2)) == [[0, 10], [20]]
    assert items(DataLoader(Subset(AtOnce(3), [2, 1]), 2)) == [[20, 10]]
    assert items(DataLoader(AtOnce(3), None, collate_fn=Tensor)) == [0, 1, 2]


# ------------------------------------------------------------------------ threads


def test_threads_make_the_same_batches() -> None:
    loader = DataLoader(range(11), 3, num_workers=3)
    for _ in range(3):
        assert items(loader) == [[0, 1, 2], [3, 4, 5], [6, 7, 8], [9, 10]]
    assert items(DataLoader(range(2), 1, num_workers=5)) == [[0], [1]]
    assert list(DataLoader("abc", None, num_workers=2)) == ["a", "b", "c"]
    assert list(DataLoader([], 2, num_workers=2)) == []
    noise = [items(DataLoader(Noisy(), 3, rng=4, num_workers=n)) for n in (0, 1, 3)]
    assert noise[0] == noise[1] == noise[2]
    assert len({x for batch in noise[0] for x in batch}) == 10
    grad_init.manual_seed(1)
    drawn = items(DataLoader(Noisy(), 10))
    assert drawn[0][0] == pytest.approx(np.random.default_rng(1).random(), rel=1e-6)


def test_slow_samples_do_not_change_the_order() -> None:
    class Uneven(Numbers):
        def __getitem__(self, index: int) -> int:
            time.sleep(0.03 if index % 4 == 0 else 0.0)
            return index

    assert items(DataLoader(Uneven(9), 1, num_workers=4)) == [[i] for i in range(9)]


def test_threads_work_at_the_same_time_and_not_far_ahead() -> None:
    both = threading.Barrier(2, timeout=60)
    taken: list[int] = []

    class Meeting(Numbers):
        def __getitem__(self, index: int) -> int:
            both.wait()  # for ever, if the other thread waited for this one
            taken.append(index)
            return index

    batches = iter(DataLoader(Meeting(20), 1, num_workers=2, prefetch_factor=1))
    next(batches)
    del batches
    assert len(taken) <= 4  # two to begin with, then one more for each that was taken


def test_workers_share_a_stream() -> None:
    for n in range(1, 4):
        for size in (1, 2, None):
            found = list(DataLoader(Shared(7), size, num_workers=n))
            flat = np.concatenate([np.atleast_1d(np.asarray(x)) for x in found])
            assert sorted(flat.tolist()) == list(range(7))
    assert items(DataLoader(Shared(7), 2, num_workers=2)) == [[0, 2], [1, 3], [4, 6], [5]]
    assert items(DataLoader(Shared(7), 2, num_workers=2, drop_last=True)) == [
        [0, 2],
        [1, 3],
        [4, 6],
    ]
    assert items(DataLoader(Shared(1), 2, num_workers=3)) == [[0]]


def test_workers_know_who_they_are() -> None:
    seen: list[Any] = []

    class Asking(Numbers):
        def __getitem__(self, index: int) -> int:
            info = get_worker_info()
            assert info is not None
            assert info.dataset is self
            assert info.num_workers == 2
            return info.seed

    loader = DataLoader(Asking(4), 1, num_workers=2, worker_init_fn=seen.append, rng=0)
    first, second = items(loader), items(loader)
    assert sorted(seen) == [0, 0, 1, 1]
    assert first[0] == first[2] == [first[1][0] - 1] == [first[3][0] - 1]
    assert first != second
    assert get_worker_info() is None
    assert sorted(seen) == [0, 0, 1, 1]


def test_persistent_threads() -> None:
    started: list[int] = []
    loader = DataLoader(
        Numbers(6), 2, num_workers=2, persistent_workers=True, worker_init_fn=started.append
    )
    for _ in range(2):
        assert items(loader) == [[0, 1], [2, 3], [4, 5]]
        for batch in loader:
            assert batch.tolist() == [0, 1]
            break
    assert len(worker_threads()) == 2
    assert sorted(started) == [0, 1]
    first = iter(loader)
    next(first)
    assert len(list(loader)) == 3
    with pytest.raises(RuntimeError, match="another pass has begun; with persistent_workers"):
        next(first)
    del loader, first
    garbage.collect()


def test_threads_have_the_default_dtype_of_the_caller() -> None:
    gc.set_default_dtype("float64")
    try:
        (batch,) = DataLoader([1.0, 2.0], 2, num_workers=1)
        assert batch.dtype == np.float64
    finally:
        gc.set_default_dtype("float32")


def test_whatever_ends_a_pass_ends_the_threads() -> None:
    def broken_off() -> None:
        for _ in DataLoader(Numbers(100), num_workers=2):
            break
        assert worker_threads() == []

    def raised() -> None:
        def loop() -> None:
            for _ in DataLoader(Numbers(100), num_workers=2):
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            loop()
        garbage.collect()

    def forgotten() -> None:
        batches: Any = iter(DataLoader(Numbers(100), num_workers=2))
        next(batches)
        cycle = [batches]
        cycle.append(cycle)
        del batches, cycle
        assert len(worker_threads()) == 2
        garbage.collect()

    def at_a_slow_sample() -> None:
        slow = Numbers(100, 5, lambda: time.sleep(0.3))
        began = time.monotonic()
        for _ in DataLoader(slow, 3, num_workers=1):
            break
        assert time.monotonic() - began < 5

    for end in (broken_off, raised, forgotten, at_a_slow_sample):
        end()
        assert worker_threads() == []


def test_an_iterator_that_is_not_used_starts_nothing() -> None:
    batches = iter(DataLoader(Numbers(100), num_workers=2))
    assert worker_threads() == []
    del batches


# ------------------------------------------------------------------------ what goes wrong


def stop() -> None:
    raise StopIteration


@pytest.mark.parametrize("n", [0, 2])
def test_an_exception_in_a_sample(n: int) -> None:
    taken: list[Any] = []
    loader = DataLoader(Numbers(9, 5, fail), 2, num_workers=n)
    with pytest.raises(PickyError, match=r"bad pixel \(7\)") as caught:
        taken.extend(batch.tolist() for batch in loader)
    assert taken == [[0, 1], [2, 3]]
    assert caught.value.code == 7
    assert [entry.name for entry in caught.traceback][-1] == "fail"
    notes = getattr(caught.value, "__notes__", [])
    assert notes == (["DataLoader: raised in worker 0, a thread"] if n else [])
    with pytest.raises(SystemExit, match="5"):
        list(DataLoader(Numbers(9, 5, lambda: sys.exit(5)), 2, num_workers=n))
    with pytest.raises(RuntimeError, match="StopIteration"):
        list(DataLoader(Numbers(9, 5, stop), 2, num_workers=n))
    with pytest.raises(ValueError, match="shapes differ"):
        list(DataLoader([np.ones(1), np.ones(2)], 2, num_workers=n))


def test_an_exception_when_a_worker_starts() -> None:
    def init(i: int) -> None:
        if i == 1:
            fail()

    loader = DataLoader(Numbers(9), num_workers=2, worker_init_fn=init)
    with pytest.raises(PickyError, match="bad pixel"):
        list(loader)
    with pytest.raises(IndexError):
        list(DataLoader(range(3), 2, num_workers=2, sampler=[0, 1, 9]))


def test_an_exception_in_a_stream() -> None:
    class Broken(IterableDataset[int]):
        def __iter__(self) -> Iterator[int]:
            yield 1
            fail()

    for n in (0, 1):
        batches = iter(DataLoader(Broken(), 1, num_workers=n))
        assert next(batches).tolist() == [1]
        with pytest.raises(PickyError):
            next(batches)


def test_a_timeout() -> None:
    wait = threading.Event()
    loader = DataLoader(Numbers(9, 3, wait.wait), num_workers=1, timeout=0.2)
    taken: list[Any] = []
    threading.Timer(0.6, wait.set).start()
    with pytest.raises(RuntimeError, match=r"no batch came within 0.2 seconds"):
        taken.extend(batch.item() for batch in loader)
    assert taken == [0, 1, 2]


class Unfit:
    def __reduce__(self) -> Any:
        raise ValueError("not to be pickled")


class ClosedError(Exception):
    def __init__(self) -> None:
        super().__init__("closed")
        self.file = Unfit()


class StrangeError(Exception):
    def __new__(cls, code: int) -> Self:
        return super().__new__(cls, code)


def test_exceptions_travel_between_processes() -> None:
    class LocalError(Exception):
        pass

    def sent(error: Exception) -> BaseException:
        try:
            raise error
        except Exception as raised:  # noqa: BLE001  # any
            failure = pickle.loads(_dumped(_Sent(raised, 3)))
        arrived: BaseException = failure.error
        (note,) = getattr(arrived, "__notes__")  # noqa: B009  # mypy does not know it
        assert note.startswith("DataLoader: raised in worker 3, a process:\nTraceback (most")
        assert 'test_loader.py", line' in note
        return arrived

    arrived = sent(PickyError(4, reason="why"))
    assert isinstance(arrived, PickyError)
    assert (arrived.args, arrived.code) == (("why (4)",), 4)
    assert isinstance(sent(ClosedError()), ClosedError)
    assert str(sent(ClosedError())) == "closed"
    assert repr(sent(KeyError("a"))) == "KeyError('a')"
    assert isinstance(sent(UnicodeDecodeError("utf-8", b"a", 0, 1, "bad")), UnicodeDecodeError)
    assert repr(sent(FileNotFoundError(2, "gone", "x"))) == "FileNotFoundError(2, 'gone')"
    assert isinstance(sent(StrangeError(3)), StrangeError)
    local = sent(LocalError("here"))
    assert type(local) is RuntimeError
    assert str(local).endswith("LocalError: here")


# ------------------------------------------------------------------------ processes


def seeds(_: list[int]) -> list[Any]:
    info = get_worker_info()
    assert info is not None
    import random

    return [info.id, random.random(), float(np.random.random()), float(batch_rng().random())]  # noqa: NPY002


def test_processes_make_the_same_batches() -> None:
    data = TensorDataset(np.arange(20.0, dtype=np.float16).reshape(10, 2), np.arange(10))
    loader = DataLoader(
        data, 3, True, rng=0, num_workers=2, workers="process", persistent_workers=True
    )
    alone = DataLoader(data, 3, True, rng=0)
    for _ in range(2):
        for (x, y), (x0, y0) in zip(loader, alone, strict=True):
            assert_array_equal(x.data, x0.data)
            assert_array_equal(y.data, y0.data)
            assert x.dtype == np.float16
        next(iter(loader))
        next(iter(alone))
    workers = multiprocessing.active_children()
    assert len(workers) == 2
    del loader
    garbage.collect()


# Forked where that can be, as it is quicker; how they start makes no difference afterwards.
QUICK: Any = {
    "num_workers": 2,
    "workers": "process",
    "multiprocessing_context": "spawn" if sys.platform == "win32" else "fork",
}
forks = pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")


@forks
def test_processes_have_seeds_of_their_own() -> None:
    batches = list(DataLoader(range(4), collate_fn=seeds, rng=0, **QUICK))
    assert [batch[0] for batch in batches] == [0, 1, 0, 1]
    assert len({x for batch in batches for x in batch[1:]}) == 12


def die() -> None:
    os._exit(3)


def wait() -> None:
    time.sleep(60)


def unpicklable(samples: list[int]) -> Any:
    return (lambda: 0) if 1 in samples else samples


@forks
def test_what_goes_wrong_in_a_process() -> None:
    with pytest.raises(PickyError, match=r"bad pixel \(7\)") as caught:
        list(DataLoader(Numbers(9, 5, fail), 2, **QUICK))
    assert caught.value.code == 7
    assert "in fail\n" in caught.value.__notes__[0]
    with pytest.raises(RuntimeError, match=r"worker 0, process \d+, died with exit code 3"):
        list(DataLoader(Numbers(9, 5, die), 2, **QUICK))
    with pytest.raises((AttributeError, pickle.PicklingError), match="lambda"):
        list(DataLoader(Numbers(9), 1, collate_fn=unpicklable, **QUICK))
    with pytest.raises(RuntimeError, match=r"within 0\.3 seconds"):
        list(DataLoader(Numbers(9, 0, wait), 2, timeout=0.3, **QUICK))


@forks
def test_a_process_is_stopped_whatever_it_does() -> None:
    began = time.monotonic()
    for batch in DataLoader(Numbers(9, 5, wait), 2, **QUICK):
        assert batch.tolist() == [0, 1]
        break
    assert time.monotonic() - began < 30
    assert multiprocessing.active_children() == []
    large = DataLoader([np.ones(1_000_000)] * 4, 1, prefetch_factor=4, **QUICK)
    next(iter(large))  # more than pipes hold is left behind
    many = DataLoader(range(90_000), 30_000, **QUICK)  # and more indices than they hold
    assert sum(len(batch) for batch in many) == 90_000


def test_what_cannot_be_sent_to_a_process() -> None:
    loader = DataLoader(range(3), collate_fn=lambda x: x, num_workers=1, workers="process", rng=0)
    with pytest.raises(TypeError, match=r"pickled to be sent .* use workers='thread'"):
        next(iter(loader))


PROGRAM = """
import multiprocessing, os, sys, time
from grad_nn.data import DataLoader

if __name__ == "__main__":
    loader = DataLoader(
        range(1000), num_workers=2, workers="process", multiprocessing_context=sys.argv[1]
    )
    batches = iter(loader)
    for _ in range(2):  # one from each worker, so that both have begun
        next(batches)
    print(*[p.pid for p in multiprocessing.active_children()], flush=True)
    time.sleep(60)
"""

if sys.platform != "win32":

    @pytest.mark.parametrize(
        ("number", "method"), [(signal.SIGINT, "fork"), (signal.SIGKILL, "spawn")]
    )
    def test_no_process_outlives_the_program(
        tmp_path: Path, number: signal.Signals, method: str
    ) -> None:
        (tmp_path / "program.py").write_text(PROGRAM)
        program = subprocess.Popen(
            [sys.executable, tmp_path / "program.py", method],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        with program:
            assert program.stdout is not None
            assert program.stderr is not None
            workers = [int(pid) for pid in program.stdout.readline().split()]
            assert len(workers) == 2
            if number == signal.SIGINT:
                os.killpg(program.pid, number)  # as a terminal does: to the workers, too
            else:
                program.kill()
            said = program.stderr.read()  # until the workers, who share it, have ended, too
            assert program.wait(60) == -number
        assert said.count("Traceback") == (1 if number == signal.SIGINT else 0), said
        assert not any(running(pid) for pid in workers)


def running(pid: int) -> bool:
    """Whether a process runs, and is not only waiting to be buried."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes() != b""
    except OSError:
        return False


# ------------------------------------------------------------------------ going on


@given(
    st.integers(1, 12),
    st.integers(1, 4),
    st.integers(0, 12),
    st.sampled_from(["shuffle", "sampler", "stream", "plain"]),
    st.sampled_from([0, 2]),
)
@settings(max_examples=40)
def test_a_loader_goes_on_where_another_stood(
    n: int, size: int, taken: int, kind: str, workers: int
) -> None:
    def loader() -> DataLoader[Any]:
        options: Any = {"rng": 5, "num_workers": workers}
        if kind == "stream":
            return DataLoader(Shared(n), size, **options)
        if kind == "sampler":
            sampler = WeightedRandomSampler(np.ones(n), n, rng=6)
            return DataLoader(range(n), size, sampler=sampler, **options)
        return DataLoader(range(n), size, kind == "shuffle", **options)

    first = loader()
    list(first)
    batches = iter(first)
    before = items(islice(batches, taken))
    # A state goes through a file.
    state = pickle.loads(pickle.dumps(first.state_dict()))
    after = items(batches)
    following = items(first)
    second = loader()
    second.load_state_dict(state)
    assert second.state_dict() == state
    resumed = items(second)
    if taken > len(before):  # the pass was over
        assert resumed == following
    else:
        assert resumed == after
        assert items(second) == following


def test_generators_that_others_draw_from_are_left_as_they_are() -> None:
    def run(stop_at: int | None) -> list[float]:
        rng = np.random.default_rng(0)
        loader, drawn = DataLoader(range(6), 1, True, rng=rng), []
        for i, batch in enumerate(loader):
            drawn.append(batch.item() + rng.random())
            if i == stop_at:
                break
        if stop_at is not None:
            state = loader.state_dict()
            rng = np.random.default_rng(9)
            loader = DataLoader(range(6), 1, True, rng=rng)
            loader.load_state_dict(state)
            drawn += [batch.item() + rng.random() for batch in loader]
        return drawn

    assert run(None) == run(3) == run(0)


def test_a_noisy_dataset_goes_on() -> None:
    for n in (0, 2):
        first, second = (DataLoader(Noisy(), 2, rng=8, num_workers=n) for _ in range(2))
        batches = iter(first)
        next(batches)
        second.load_state_dict(first.state_dict())
        assert items(second) == items(batches)


# ------------------------------------------------------------------------ settings


def test_progress(capsys: pytest.CaptureFixture[str]) -> None:
    loader = DataLoader(range(5), 2, progress=True)
    assert len(list(loader)) == 3
    assert "3/3" in capsys.readouterr().err
    for _ in loader:
        break
    assert len(list(DataLoader(Shared(5), 2, progress=True))) == 3
    assert "3batch" in capsys.readouterr().err
    batches = iter(loader)
    next(batches)
    loader.load_state_dict(loader.state_dict())
    assert len(list(loader)) == 2
    assert "3/3" in capsys.readouterr().err


def test_without_tqdm_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tqdm", None)
    with pytest.raises(ImportError, match=r"DataLoader\(progress=True\) needs .*grad-nn\[progress"):
        DataLoader(range(3), progress=True)


def test_settings_stay() -> None:
    loader = DataLoader(range(3), 2, rng=0)
    for name in ("batch_size", "dataset", "rng", "num_workers", "sampler"):
        with pytest.raises(ValueError, match=f"{name} cannot be changed"):
            setattr(loader, name, 1)
    loader.progress = False
    assert (loader.batch_size, loader.drop_last, loader.prefetch_factor) == (2, False, 2)
    assert isinstance(DataLoader(range(3), 2, True).sampler, RandomSampler)
    assert DataLoader(range(3), batch_sampler=[[0]]).batch_size is None


class Own(Sampler[int]):
    def __iter__(self) -> Iterator[int]:
        return iter([0])


STATE = DataLoader(range(3), rng=0).state_dict()
ERRORS: list[tuple[str, Callable[[], Any], type[Exception], str]] = [
    ("dataset", lambda: DataLoader(ANY), TypeError, "dataset is NoneType, expected a Dataset"),
    ("class", lambda: DataLoader(list), TypeError, "dataset is type"),  # type: ignore[call-overload]  # the error under test
    ("size 0", lambda: DataLoader("a", 0), ValueError, "batch_size is an int, at least 1; got 0"),
    ("size 1.5", lambda: DataLoader("a", 1.5), ValueError, "batch_size is an int"),  # type: ignore[call-overload]  # the error under test
    ("size True", lambda: DataLoader("a", True), ValueError, "got True"),
    ("shuffle", lambda: DataLoader("a", 1, 3), TypeError, "shuffle is True or False, got 3"),  # type: ignore[call-overload]  # the error under test
    ("both", lambda: DataLoader("a", 1, True, sampler=Own()), ValueError, "with shuffle=True"),
    ("batches", lambda: DataLoader("a", 2, batch_sampler=[[0]]), ValueError, "with batch_size"),
    (
        "batches and more",
        lambda: DataLoader("a", 1, True, batch_sampler=[[0]], drop_last=True),
        ValueError,
        "batch_sampler sets the batches, so it does not go with shuffle=True and drop_last",
    ),
    ("drop", lambda: DataLoader("a", None, drop_last=True), ValueError, "batch_size=None makes no"),
    (
        "stream",
        lambda: DataLoader(Shared(3), 1, True),
        ValueError,
        "an IterableDataset has its own",
    ),
    ("stream2", lambda: DataLoader(Shared(3), sampler=[0]), ValueError, "go with sampler"),
    ("stream3", lambda: DataLoader(Shared(3), batch_sampler=[[0]]), ValueError, "batch_sampler"),
    ("workers", lambda: DataLoader("a", num_workers=-1), ValueError, "num_workers is an int, at l"),
    ("kind", lambda: DataLoader("a", workers=ANY), ValueError, "workers is 'thread' or 'process'"),
    ("timeout", lambda: DataLoader("a", timeout=-1), ValueError, "timeout is a number of seconds"),
    ("alone", lambda: DataLoader("a", timeout=1), ValueError, "timeout need num_workers of at le"),
    ("alone2", lambda: DataLoader("a", persistent_workers=True), ValueError, "need num_workers"),
    ("alone3", lambda: DataLoader("a", prefetch_factor=2), ValueError, "prefetch_factor need"),
    ("ahead", lambda: DataLoader("a", num_workers=1, prefetch_factor=0), ValueError, "at least 1"),
    ("sampler", lambda: DataLoader("a", sampler=NUMBER), TypeError, "sampler is 3, expected an it"),
    (
        "collate",
        lambda: DataLoader("a", collate_fn=NUMBER),
        TypeError,
        "collate_fn is 3, expected a func",
    ),
    ("init", lambda: DataLoader("a", worker_init_fn=NUMBER), TypeError, "worker_init_fn is 3, exp"),
    (
        "lists",
        lambda: list(DataLoader("a", batch_sampler=[NUMBER])),
        TypeError,
        "batch_sampler gives 3, expected lists of indices",
    ),
    ("rng", lambda: DataLoader("a", rng="0"), TypeError, "rng must be"),  # type: ignore[call-overload]  # the error under test
    (
        "method",
        lambda: DataLoader("a", workers="process", multiprocessing_context="x"),  # type: ignore[call-overload]  # the error under test
        ValueError,
        "'spawn', 'forkserver' or 'fork', got 'x'",
    ),
    (
        "method of threads",
        lambda: DataLoader("a", multiprocessing_context="spawn"),
        ValueError,
        "multiprocessing_context is for workers='process'",
    ),
    ("index", lambda: list(DataLoader(range(3), sampler=[7])), IndexError, "out of range"),
    (
        "state",
        lambda: DataLoader("a", rng=0).load_state_dict({"pass": 1}),
        ValueError,
        "load_state_dict: the state is not that of a DataLoader with 1 random generators",
    ),
    (
        "other state",
        lambda: DataLoader("a", sampler=RandomSampler("a", rng=0)).load_state_dict(STATE),
        ValueError,
        "a DataLoader with 2 random generators",
    ),
]


@pytest.mark.parametrize(("name", "run", "kind", "message"), ERRORS, ids=[e[0] for e in ERRORS])
def test_errors(name: str, run: Callable[[], Any], kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        run()


def test_a_state_that_does_not_fit_changes_nothing() -> None:
    loader = DataLoader(range(9), rng=0)
    before = loader.state_dict()
    good, bad = before["generators"], [{"bit_generator": "PCG64", "state": 3}]
    for state in (
        {"generators": bad, "pass": None},
        {"generators": good, "pass": {"generators": bad, "batches": 1}},
        {"generators": bad, "pass": {"generators": good, "batches": 1}},
        {"generators": good, "pass": {"generators": good, "batches": -1}},
        {"generators": [{"bit_generator": "MT19937"}], "pass": None},
    ):
        with pytest.raises(ValueError, match="the state is not that of a DataLoader"):
            loader.load_state_dict(state)
        assert loader.state_dict() == before


def test_of_several_generators_none_changes_where_one_does_not_fit() -> None:
    loader = DataLoader(range(9), sampler=RandomSampler(range(9), rng=1), rng=0)
    before = loader.state_dict()
    moved = np.random.default_rng(5).bit_generator.state
    for generators in ([moved, {}], [{}, moved]):
        with pytest.raises(ValueError, match="with 2 random generators"):
            loader.load_state_dict({"generators": generators, "pass": None})
        assert loader.state_dict() == before


def test_collate_of_the_default_kind_is_the_default() -> None:
    assert DataLoader(range(3), 2).collate_fn is default_collate
