"""Trainer: what it does in an epoch, when it stops, and how it goes on after whatever happened."""

from __future__ import annotations

import csv
import math
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_array_equal

import grad_init
from grad_core import Tensor, is_grad_enabled
from grad_nn import (
    BatchNorm1d,
    CrossEntropyLoss,
    Dropout,
    Linear,
    Module,
    MSELoss,
    Parameter,
    ReLU,
    Sequential,
    load_metadata,
    load_model,
    save_checkpoint,
)
from grad_nn.data import DataLoader, TensorDataset
from grad_nn.optim import LBFGS, SGD, Adam
from grad_nn.optim.lr_scheduler import OneCycleLR, ReduceLROnPlateau, StepLR
from grad_nn.training import History, Row, Trainer, accuracy, evaluate, predict, supervised

ANY: Any = None
WRONG: Any = {1}
NUMBER: Any = 3


def inputs_and_targets(n: int = 22) -> tuple[Any, Any]:
    x = np.random.default_rng(0).normal(size=(n, 3)).astype(np.float32)
    return x, (x[:, :1] * x[:, 1:2] + x[:, 2:]).astype(np.float32)


def loader(seed: int = 0, **options: Any) -> DataLoader[tuple[Tensor, Tensor]]:
    return DataLoader(TensorDataset(*inputs_and_targets()), 6, shuffle=True, rng=seed, **options)


class Training:
    """A small training with all that can be random in one."""

    def __init__(self, folder: Path | None = None, **options: Any) -> None:
        rng = np.random.default_rng(3)
        self.model = Sequential(
            Linear(3, 8, rng=rng),
            BatchNorm1d(8),
            ReLU(),
            Dropout(0.3, rng=rng),  # one generator for weights, dropout and the order of samples
            Dropout(0.2),  # and the default one
            Linear(8, 1, rng=rng),
        )
        self.optimizer = Adam(self.model.parameters(), lr=0.02)
        self.augment = np.random.default_rng(4)
        grad_init.manual_seed(5)
        self.data = DataLoader(TensorDataset(*inputs_and_targets()), 6, shuffle=True, rng=rng)
        self.validation = loader(1)
        scheduler = options.pop("scheduler", lambda o: StepLR(o, 3, 0.5))
        self.trainer = Trainer(
            self.model,
            options.pop("step", self.step),
            self.optimizer,
            scheduler(self.optimizer),
            folder=folder,
            rngs={"augment": self.augment},
            **({"schedule": "batch", "save_every": 3 if folder else None} | options),
        )

    def step(self, batch: tuple[Tensor, Tensor]) -> tuple[Tensor, dict[str, float]]:
        x, y = batch
        noise = Tensor(self.augment.normal(size=x.shape)) * 0.01
        error = self.model(x + noise) - y
        return (error * error).mean(), {"bias": error.mean().item()}

    def fit(self, epochs: int = 3, resume: bool = False) -> History:
        return self.trainer.fit(self.data, self.validation, epochs=epochs, resume=resume)

    def result(self) -> Any:
        """All that must not depend on how often it was interrupted."""
        rows = [(row.epoch, row.step, row.lr, row.metrics) for row in self.trainer.history]
        states = [g.bit_generator.state for g in (self.augment, grad_init.as_generator(None))]
        weights = {name: array.tobytes() for name, array in self.model.state_dict().items()}
        return rows, states, weights, repr(self.optimizer.state_dict())


@pytest.fixture(scope="module")
def uninterrupted() -> Any:
    training = Training()
    history = training.fit()
    assert [(row.epoch, row.step) for row in history] == [(1, 4), (2, 8), (3, 12)]
    return training.result()


# ------------------------------------------------------------------------ what it does


def test_it_does_what_a_loop_does() -> None:
    models = [Sequential(Linear(3, 4, rng=0), ReLU(), Linear(4, 1, rng=1)) for _ in range(2)]
    a, b = (SGD(model.parameters(), lr=0.1, momentum=0.9) for model in models)
    loss = MSELoss()
    history = Trainer(models[0], supervised(models[0], loss), a).fit(loader(), epochs=2)
    data = loader()
    for epoch in range(2):
        total = 0.0
        for x, y in data:
            b.zero_grad()
            found = loss(models[1](x), y)
            found.backward()
            b.step()
            total += len(x) * found.item()
        assert history[epoch].metrics == {"loss": total / 22}
    for p, q in zip(models[0].parameters(), models[1].parameters(), strict=True):
        assert_array_equal(p.data, q.data)


def test_validation_leaves_the_model_as_it_was() -> None:
    model = Sequential(Linear(3, 1, rng=0), BatchNorm1d(1), Dropout(0.5, rng=0))
    model.append(BatchNorm1d(1).eval())  # as for fine tuning
    modes = [module.training for module in model.modules()]
    assert set(modes) == {True, False}
    seen: list[tuple[bool, bool]] = []

    def step(batch: tuple[Tensor, Tensor]) -> Tensor:
        seen.append((model.training, is_grad_enabled()))
        return MSELoss()(model(batch[0]), batch[1])

    Trainer(model, step, SGD(model.parameters())).fit(loader(), loader(), epochs=1)
    assert seen == [(True, True)] * 4 + [(False, False)] * 4
    assert [module.training for module in model.modules()] == modes
    model.eval()
    Trainer(model, step, SGD(model.parameters())).fit(loader(), epochs=1)
    assert all(module.training for module in model.modules())


def test_evaluation() -> None:
    model = Sequential(Linear(3, 2, rng=0), Dropout(0.5, rng=0))
    x, y = inputs_and_targets(7)
    labels = (y[:, 0] > 0).astype(np.int64)
    data = DataLoader(TensorDataset(x, labels), 3)
    found = evaluate(supervised(model, CrossEntropyLoss(), accuracy=accuracy), data, model)
    outputs = predict(model, [batch for batch, _ in data])
    assert outputs.shape == (7, 2)
    assert not outputs.requires_grad
    assert found["loss"] == pytest.approx(CrossEntropyLoss()(outputs, labels).item(), rel=1e-6)
    assert found["accuracy"] == pytest.approx(np.mean(outputs.data.argmax(1) == labels))
    assert_array_equal(predict(lambda batch: model(batch[0]), data, model).data, outputs.data)
    assert model.training
    assert accuracy(Tensor(np.eye(3)[None].repeat(2, 0)), np.array([[0, 1, 2], [0, 0, 0]])) == 4 / 6


def test_any_kind_of_batch() -> None:
    class Two(Module):
        def __init__(self) -> None:
            self.w = Parameter(data=[1.0])

        def forward(self, a: Tensor, b: Tensor) -> Tensor:
            return a * self.w + b

    model = Two()
    batches = [
        {"a": Tensor([1.0, 2.0]), "b": Tensor([0.0, 1.0])},
        {"a": Tensor([3.0]), "b": Tensor([1.0])},
    ]
    seen: list[str] = []

    def step(batch: dict[str, Tensor]) -> tuple[Tensor, dict[str, Any]]:
        seen.extend(batch)
        return (model(**batch) ** 2).mean(), {"three": 3, "tensor": Tensor(2.0)}

    trainer = Trainer(model, step, SGD(model.parameters(), lr=0.0))
    row = trainer.fit(batches, epochs=1)[0]
    assert seen == ["a", "b", "a", "b"]
    # samples count, and not batches: (1 + 9) / 2 of two, 16 of one
    assert row.metrics == pytest.approx({"loss": (2 * 5 + 16) / 3, "three": 3, "tensor": 2})
    numbers = [1.0, 2.0]

    def product(x: float) -> Tensor:
        return (model.w * x).sum()

    history = Trainer(model, product, SGD([model.w], lr=0.1)).fit(numbers, epochs=1)
    assert history[0].step == 2


def test_an_optimizer_that_asks_more_than_once() -> None:
    model = Linear(3, 1, rng=0)
    x, _ = inputs_and_targets()
    whole = [(Tensor(x), Tensor(x.sum(1, keepdims=True)))]
    optimizer = LBFGS(model.parameters(), line_search_fn="strong_wolfe")
    history = Trainer(model, supervised(model, MSELoss()), optimizer).fit(whole, epochs=3)
    assert history[0].metrics["loss"] > 0.1
    assert history[2].metrics["loss"] < 1e-6


def test_schedules() -> None:
    def rates(scheduler: Any, **options: Any) -> list[float]:
        training = Training(scheduler=scheduler, **options)
        training.optimizer.param_groups[0]["lr"] = 1e-3
        return [round(row.lr / 1e-3, 6) for row in training.fit(4)]

    assert rates(lambda o: StepLR(o, 2, 0.5), schedule="epoch")[1:] == [1.0, 0.5, 0.5]
    assert len(set(rates(lambda o: OneCycleLR(o, 1.0, total_steps=16)))) == 4
    flat = Training(
        scheduler=lambda o: ReduceLROnPlateau(o, "max", factor=0.5, patience=0),
        schedule="epoch",
        monitor="loss",
        mode="max",
    )
    flat.fit(6)
    losses = flat.trainer.history.column("loss")
    falls = sum(b <= max(losses[: i + 1]) for i, b in enumerate(losses[1:]))
    assert flat.optimizer.param_groups[0]["lr"] == 0.02 * 0.5**falls


def test_gradients_are_clipped() -> None:
    model = Linear(3, 1, rng=0)
    before = model.state_dict()
    optimizer = SGD(model.parameters(), lr=1.0)
    x, y = inputs_and_targets()
    batch = (Tensor(x), Tensor(y * 100))
    Trainer(model, supervised(model, MSELoss()), optimizer, max_norm=0.5).fit([batch], epochs=1)
    after = model.state_dict()
    moved = math.sqrt(sum(float(((after[k] - before[k]) ** 2).sum()) for k in before))
    assert moved == pytest.approx(0.5, rel=1e-4)


def scripted(values: list[float], **options: Any) -> tuple[Trainer[float], Parameter]:
    """A training whose validation losses are given; the weight is the number of the epoch."""
    weight = Parameter(data=[0.0])

    class Model(Module):
        def __init__(self) -> None:
            self.weight = weight

    left = iter(values)

    def step(batch: float) -> tuple[Tensor, dict[str, float]]:
        if is_grad_enabled():
            return -weight.sum(), {"score": 0.0}
        return Tensor(next(left)), {"score": -1.0}

    model = Model()
    return Trainer(model, step, SGD([weight], lr=1.0), **options), weight


def test_early_stopping() -> None:
    trainer, weight = scripted([5, 3, 4, 3, 2], patience=2)
    history = trainer.fit([1.0], [1.0], epochs=5)
    assert history.stopped_early
    assert (len(history), history.best_epoch, weight.item()) == (4, 2, 2.0)
    assert trainer.fit([1.0], [1.0], epochs=9) is history
    assert len(history) == 4
    trainer, weight = scripted([5, 3, 4, 3, 2], patience=2, restore_best=False)
    assert len(trainer.fit([1.0], [1.0], epochs=5)) == 4
    assert weight.item() == 4.0
    trainer, weight = scripted([5, 4.5, 4.4, 3.9, 3.8], patience=3, min_delta=1.0)
    assert trainer.fit([1.0], [1.0], epochs=5).best_epoch == 4
    assert (len(trainer.history), trainer.history.stopped_early) == (5, False)
    trainer, _ = scripted([5, 3, 4, 9, 1], patience=3, mode="max")
    assert trainer.fit([1.0], [1.0], epochs=5).best_epoch == 4
    trainer, _ = scripted([math.nan, 2, math.nan, 1], patience=2)
    assert trainer.fit([1.0], [1.0], epochs=4).best_epoch == 4
    trainer, weight = scripted([math.nan] * 4, patience=2)
    assert trainer.fit([1.0], [1.0], epochs=4).best_epoch == 0
    assert (len(trainer.history), weight.item()) == (2, 2.0)
    trainer, _ = scripted([1, 2, 3, 4], patience=2, monitor="val_score")
    assert len(trainer.fit([1.0], [1.0], epochs=4)) == 3


def test_epochs_are_those_of_all_calls() -> None:
    training = Training()
    training.fit(1)
    training.fit(1)
    assert len(training.trainer.history) == 1
    training.fit(3)
    whole = Training()
    whole.fit(3)
    assert training.result() == whole.result()


# ------------------------------------------------------------------------ files


def test_files(tmp_path: Path) -> None:
    training = Training(tmp_path / "runs" / "a")
    folder = tmp_path / "runs" / "a"
    history = training.fit()
    assert sorted(os.listdir(folder)) == ["best.safetensors", "history.csv", "last.safetensors"]
    with (folder / "history.csv").open(newline="") as file:
        lines = list(csv.DictReader(file))
    assert list(lines[0]) == [
        "epoch",
        "step",
        "lr",
        "seconds",
        "loss",
        "bias",
        "val_loss",
        "val_bias",
    ]
    for line, row in zip(lines, history, strict=True):
        numbers = {key: float(text) for key, text in line.items()}
        assert numbers == {**dict(zip(Row._fields[:-1], row[:-1], strict=True)), **row.metrics}
        assert row.seconds > 0
    best = Training().model
    load_model(best, folder / "best.safetensors")
    losses = history.column("val_loss")
    assert history.best_epoch == 1 + losses.index(min(losses))
    assert (
        f'"epoch": {history.best_epoch}'
        in load_metadata(folder / "best.safetensors")["grad.checkpoint"]
    )


class Crash(BaseException):
    """In place of a signal that ends the process."""


def crashing(monkeypatch: pytest.MonkeyPatch, at: int) -> list[int]:
    """Let the program end at one of the moments that matter; the list counts them."""
    count = [0]

    def interposed(function: Callable[..., Any], after: bool) -> Callable[..., Any]:
        def run(*args: Any, **kwargs: Any) -> Any:
            done = function(*args, **kwargs) if after else None
            count[0] += 1
            if count[0] == at:
                raise Crash
            return done if after else function(*args, **kwargs)

        return run

    monkeypatch.setattr(os, "fsync", interposed(os.fsync, False))
    monkeypatch.setattr(Path, "replace", interposed(Path.replace, True))
    monkeypatch.setattr(Adam, "step", interposed(Adam.step, True))
    monkeypatch.setattr(csv, "writer", interposed(csv.writer, False))
    monkeypatch.setattr(StepLR, "step", interposed(StepLR.step, False))
    return count


def test_a_crash_at_any_moment_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, uninterrupted: Any
) -> None:
    at, crashed = 1, True
    while crashed:
        folder = tmp_path / str(at)
        with monkeypatch.context() as patch:
            crashing(patch, at)
            try:
                Training(folder).fit()
                crashed = False
            except Crash:
                pass
        training = Training(folder)
        training.fit(resume=True)
        assert training.result() == uninterrupted, at
        with (folder / "history.csv").open(newline="") as file:
            assert [line["epoch"] for line in csv.DictReader(file)] == ["1", "2", "3"]
        at += 8  # of more than a hundred moments
    assert at > 60


SCRIPT = """
import os, signal, sys
from pathlib import Path
from tests.nn.test_training import Training

folder, die_at = Path(sys.argv[1]), int(sys.argv[2])
training = Training(folder)
original, count = os.fsync, [0]

def fsync(number):
    count[0] += 1
    if count[0] == die_at:
        os.kill(os.getpid(), signal.SIGKILL)
    original(number)

os.fsync = fsync
training.fit(resume=True)
"""

if sys.platform != "win32":

    def test_a_killed_process_goes_on(tmp_path: Path, uninterrupted: Any) -> None:
        (tmp_path / "script.py").write_text(SCRIPT)
        root = Path(__file__).parents[2]
        path = os.pathsep.join([str(root), *sys.path])
        killed = subprocess.run(
            [sys.executable, tmp_path / "script.py", tmp_path / "run", "9"],
            cwd=root,
            env={**os.environ, "PYTHONPATH": path},
            timeout=100,
            check=False,
        )
        assert killed.returncode == -signal.SIGKILL
        assert any(name.startswith(".") for name in os.listdir(tmp_path / "run"))
        training = Training(tmp_path / "run")
        training.fit(resume=True)
        assert training.result() == uninterrupted
        names = ["best.safetensors", "history.csv", "last.safetensors"]
        assert sorted(os.listdir(tmp_path / "run")) == names


def test_a_training_that_has_stopped_stays_so(tmp_path: Path) -> None:
    def trainer() -> tuple[Trainer[float], Parameter]:
        return scripted([5, 3, 4, 3, 2], patience=2, folder=tmp_path)

    first, _ = trainer()
    first.fit([1.0], [1.0], epochs=9)
    second, weight = trainer()
    history = second.fit([1.0], [1.0], epochs=9, resume=True)
    assert (len(history), history.stopped_early, history.best_epoch) == (4, True, 2)
    assert weight.item() == 2.0


def test_patience_goes_on(tmp_path: Path) -> None:
    first, _ = scripted([5, 3, 4], patience=2, folder=tmp_path)
    assert not first.fit([1.0], [1.0], epochs=3).stopped_early
    second, weight = scripted([3, 2], patience=2, folder=tmp_path)
    history = second.fit([1.0], [1.0], epochs=9, resume=True)
    assert (len(history), history.stopped_early, weight.item()) == (4, True, 2.0)


def test_a_folder_with_a_run_is_not_overwritten(tmp_path: Path) -> None:
    Training(tmp_path).fit(1)
    before = (tmp_path / "last.safetensors").read_bytes()
    other = Training(tmp_path)
    with pytest.raises(FileExistsError, match="there is a checkpoint, and resume=True goes on"):
        other.fit(2)
    assert (tmp_path / "last.safetensors").read_bytes() == before
    assert other.trainer.history.rows == []
    with pytest.raises(ValueError, match="resume needs a folder"):
        Training().fit(resume=True)


def test_a_checkpoint_that_does_not_fit_changes_nothing(tmp_path: Path) -> None:
    Training(tmp_path).fit(1)
    path = tmp_path / "last.safetensors"
    whole = path.read_bytes()

    def refused(message: str, **options: Any) -> None:
        training = Training(tmp_path, **options)
        before, state = training.result(), training.data.state_dict()
        with pytest.raises(
            ValueError, match=rf"fit: cannot go on from .*last.safetensors: {message}"
        ):
            training.fit(2, resume=True)
        assert training.result() == before
        assert training.data.state_dict() == state

    path.write_bytes(whole[:-1])
    refused("load_file|.*is no whole safetensors file")
    save_checkpoint(path, extra={"epoch": 3})
    refused("it is no checkpoint of a Trainer")
    path.write_bytes(whole)
    refused(
        "its scheduler is a StepLR, expected OneCycleLR", scheduler=lambda o: OneCycleLR(o, 1.0, 9)
    )
    training = Training(tmp_path)
    training.data = [(Tensor([1.0]), Tensor([1.0]))]  # type: ignore[assignment]  # of another kind
    with pytest.raises(ValueError, match="the state of batches does not fit list"):
        training.fit(2, resume=True)
    training = Training(tmp_path)
    training.model.append(Linear(1, 1))
    with pytest.raises(ValueError, match="the names are not those of Sequential"):
        training.fit(2, resume=True)


def test_broken_standings(tmp_path: Path) -> None:
    from grad_nn import load_checkpoint
    from grad_nn.training.standing import read_standing

    Training(tmp_path).fit(1)
    good = load_checkpoint(tmp_path / "last.safetensors")["trainer"]
    assert isinstance(good, dict)
    assert read_standing(good).saved() == good
    row = good["rows"][0]
    changes: list[dict[str, Any]] = [
        {"epoch": -1},
        {"epoch": True},
        {"step": 1.5},
        {"trained": 1},
        {"best": "a"},
        {"means": 1},
        {"means": (1,)},
        {"means": (1, {"loss": "a"})},
        {"rows": {}},
        {"rows": [3]},
        {"rows": [row[:3]]},
        {"rows": [(*row[:4], {"loss": None})]},
        {"more": 1},
    ]
    for change in changes:
        with pytest.raises(ValueError, match="Trainer"):
            read_standing(good | change)


# ------------------------------------------------------------------------ what ends it


class Pressing:
    """A step during which Ctrl-C is pressed, at a given call."""

    def __init__(self, training: Training, at: int, times: int = 1) -> None:
        self.training, self.left, self.times = training, at, times

    def __call__(self, batch: Any) -> Any:
        self.left -= 1
        if not self.left:
            for _ in range(self.times):
                signal.raise_signal(signal.SIGINT)
        return self.training.step(batch)


@pytest.mark.parametrize("at", [1, 3, 4, 5, 6, 8, 10])
def test_ctrl_c_saves_and_stops(tmp_path: Path, uninterrupted: Any, at: int) -> None:
    """In training, in validation, and at the end of either."""
    first = Training(tmp_path)
    first.trainer.step = Pressing(first, at)
    history = first.fit()
    assert history.interrupted
    assert len(history) == (at - 1) // 8
    default = grad_init.as_generator(None).bit_generator.state
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    second = Training(tmp_path)
    history = second.fit(resume=True)
    assert not history.interrupted
    assert second.result() == uninterrupted
    grad_init.as_generator(None).bit_generator.state = default
    first.fit()  # in the same process, too
    assert first.result() == uninterrupted


def test_ctrl_c_without_a_folder(uninterrupted: Any) -> None:
    training = Training()
    training.trainer.step = Pressing(training, 6)
    assert training.fit().interrupted
    training.fit()
    assert training.result() == uninterrupted


def test_a_second_ctrl_c_ends_it_at_once() -> None:
    training = Training()
    training.trainer.step = Pressing(training, 2, times=2)
    with pytest.raises(KeyboardInterrupt):
        training.fit()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_in_another_thread_signals_are_left_alone() -> None:
    training = Training()
    thread = threading.Thread(target=training.fit, args=(1,))
    thread.start()
    thread.join(60)
    assert len(training.trainer.history) == 1


def test_a_handler_of_the_program_is_left_alone() -> None:
    pressed: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: pressed.append(number))
    try:
        training = Training()
        training.trainer.step = Pressing(training, 2)
        assert not training.fit(1).interrupted
        assert pressed == [signal.SIGINT]
    finally:
        signal.signal(signal.SIGINT, before)


def test_a_loss_that_is_no_number(uninterrupted: Any) -> None:
    for value in (math.nan, math.inf):
        training = Training()

        def step(batch: Any, training: Training = training, value: float = value) -> Any:
            if training.trainer._standing.step == 5:
                return training.model(batch[0]).sum() * value, {"bias": 0.0}
            return training.step(batch)

        training.trainer.step = step
        with pytest.raises(
            FloatingPointError, match=rf"fit: the loss is -?{value} in epoch 2, at step 6; lower"
        ):
            training.fit()
        assert training.trainer._standing.step == 5
        assert len(training.trainer.history) == 1


def test_it_goes_on_after_an_exception() -> None:
    training = Training()
    calls: list[int] = []

    def step(batch: Any) -> Any:
        calls.append(1)
        if len(calls) == 6:
            raise ZeroDivisionError
        return training.step(batch)

    training.trainer.step = step
    with pytest.raises(ZeroDivisionError):
        training.fit()
    history = training.fit()
    assert [row.step for row in history] == [4, 8, 12]


# ------------------------------------------------------------------------ reports


def history() -> History:
    rows = [
        Row(1, 10, 0.1, 1.0, {"loss": 2.0, "val_loss": 3.0}),
        Row(2, 20, 0.1, 1.0, {"loss": 1.0, "val_loss": 2.5, "accuracy": 0.5}),
    ]
    found = History(rows)
    found.best_epoch = 2
    return found


def test_histories() -> None:
    found = history()
    assert (len(found), found[-1].epoch, [row.step for row in found[:1]]) == (2, 2, [10])
    assert found.column("loss") == [2.0, 1.0]
    assert found.names() == ["loss", "val_loss", "accuracy"]
    assert repr(found).splitlines()[1] == "epoch 2: loss 1, val_loss 2.5, accuracy 0.5"
    assert repr(History()) == "History()"
    with pytest.raises(KeyError):
        found.column("accuracy")


@pytest.mark.parametrize(("suffix", "start"), [("png", b"\x89PNG"), ("svg", b"<?xml")])
def test_curves_are_drawn(tmp_path: Path, suffix: str, start: bytes) -> None:
    history().plot(tmp_path / f"curves.{suffix}")
    assert (tmp_path / f"curves.{suffix}").read_bytes().startswith(start)
    with pytest.raises(ValueError, match="there are no epochs to draw"):
        History().plot(tmp_path / "x.png")


def test_without_an_extra_it_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(ImportError, match=r'History.plot needs .*"grad-nn\[plot\]"'):
        history().plot(tmp_path / "x.png")
    monkeypatch.setitem(sys.modules, "tqdm", None)
    with pytest.raises(ImportError, match=r'Trainer\(progress=True\) needs .*"grad-nn\[progress'):
        Training(progress=True)
    monkeypatch.setitem(sys.modules, "safetensors.numpy", None)
    with pytest.raises(ImportError, match=r"Trainer\(folder=...\) needs .*grad-nn\[safetensors\]"):
        Training(tmp_path)


def test_progress_and_rows(capsys: pytest.CaptureFixture[str]) -> None:
    rows: list[Row] = []
    training = Training(progress=True, on_epoch=rows.append)
    training.fit(2)
    said = capsys.readouterr().err
    assert "epoch 1/2: 100%" in said
    assert "4/4" in said
    assert "loss " in said
    assert rows == training.trainer.history.rows


def test_a_metric_that_comes_later_gets_a_column(tmp_path: Path) -> None:
    training = Training(tmp_path)
    training.trainer.fit(training.data, epochs=1)
    training.fit(2)
    with (tmp_path / "history.csv").open(newline="") as file:
        lines = list(csv.DictReader(file))
    assert [line["val_loss"] == "" for line in lines] == [True, False]


# ------------------------------------------------------------------------ errors

MODEL = Linear(3, 1, rng=0)
STEP = supervised(MODEL, MSELoss())
X, Y = inputs_and_targets()
BATCH = (Tensor(X), Tensor(Y))


def sgd() -> SGD:
    return SGD(MODEL.parameters())


def fit(step: Any, **options: Any) -> Any:
    return Trainer(MODEL, step, sgd(), **options).fit([BATCH], epochs=1)


ERRORS: list[tuple[str, Callable[[], Any], type[Exception], str]] = [
    ("model", lambda: Trainer(WRONG, STEP, sgd()), TypeError, "model is set, expected a Module"),
    (
        "step",
        lambda: Trainer(MODEL, WRONG, sgd()),
        TypeError,
        r"step is \{1\}, expected a function",
    ),
    (
        "optimizer",
        lambda: Trainer(MODEL, STEP, WRONG),
        TypeError,
        "optimizer is set, expected an O",
    ),
    (
        "scheduler",
        lambda: Trainer(MODEL, STEP, sgd(), WRONG),
        TypeError,
        "scheduler is set, expect",
    ),
    (
        "schedule",
        lambda: Trainer(MODEL, STEP, sgd(), schedule=ANY),
        ValueError,
        "'epoch' or 'batch'",
    ),
    (
        "plateau",
        lambda: Trainer(MODEL, STEP, (o := sgd()), ReduceLROnPlateau(o), schedule="batch"),
        ValueError,
        "a ReduceLROnPlateau steps after epochs",
    ),
    (
        "mode",
        lambda: Trainer(MODEL, STEP, sgd(), mode=ANY),
        ValueError,
        "mode is 'min' or 'max', go",
    ),
    (
        "norm",
        lambda: Trainer(MODEL, STEP, sgd(), max_norm=0),
        ValueError,
        "max_norm is a number ab",
    ),
    (
        "delta",
        lambda: Trainer(MODEL, STEP, sgd(), min_delta=-1),
        ValueError,
        "min_delta is a number",
    ),
    ("patience", lambda: Trainer(MODEL, STEP, sgd(), patience=0), ValueError, "patience is an int"),
    (
        "every",
        lambda: Trainer(MODEL, STEP, sgd(), save_every=2),
        ValueError,
        "save_every needs a fo",
    ),
    (
        "rngs",
        lambda: Trainer(MODEL, STEP, sgd(), rngs={"a": ANY}),
        TypeError,
        "rngs has NoneType fo",
    ),
    (
        "epochs",
        lambda: Trainer(MODEL, STEP, sgd()).fit([], epochs=-1),
        ValueError,
        "epochs is an int",
    ),
    ("no batches", lambda: Trainer(MODEL, STEP, sgd()).fit([], epochs=1), ValueError, "no batches"),
    (
        "no validation",
        lambda: Trainer(MODEL, STEP, sgd()).fit([BATCH], [], epochs=1),
        ValueError,
        "fit: validation: there are no batches",
    ),
    (
        "used up",
        lambda: Trainer(MODEL, STEP, sgd()).fit(iter([BATCH]), epochs=2),
        TypeError,
        "batches is list_iterator, expected a DataLoader",
    ),
    (
        "no data",
        lambda: Trainer(MODEL, STEP, sgd()).fit([BATCH], NUMBER, epochs=2),
        TypeError,
        "validation is int",
    ),
    ("loss", lambda: fit(lambda _: 1.0), TypeError, "step: it returned float, expected the loss"),
    (
        "shape",
        lambda: fit(lambda b: MODEL(b[0])),
        ValueError,
        r"loss has shape \(22, 1\), expected",
    ),
    (
        "name",
        lambda: fit(lambda b: (STEP(b)[0], {"loss": 1})),
        ValueError,
        "a metric is called 'loss'",
    ),
    ("val", lambda: fit(lambda b: (STEP(b)[0], {"val_a": 1})), ValueError, "is called 'val_a'"),
    (
        "monitor",
        lambda: fit(STEP, monitor="a"),
        ValueError,
        r"monitor is 'a', but there are \['loss'",
    ),
    ("monitor2", lambda: fit(STEP, monitor="val_loss"), ValueError, "but there is no validation"),
    ("evaluate", lambda: evaluate(STEP, [], MODEL), ValueError, "evaluate: there are no batches"),
    ("predict", lambda: predict(MODEL, []), ValueError, "predict: there are no batches"),
    (
        "accuracy",
        lambda: accuracy(Tensor([[1.0, 2.0]]), np.array([1, 0])),
        ValueError,
        r"accuracy: output has shape \(1, 2\) and target \(2,\)",
    ),
]


@pytest.mark.parametrize(("name", "run", "kind", "message"), ERRORS, ids=[e[0] for e in ERRORS])
def test_errors(name: str, run: Callable[[], Any], kind: type[Exception], message: str) -> None:
    before = MODEL.state_dict()
    with pytest.raises(kind, match=message):
        run()
    if name not in ("no validation",):
        for key, value in MODEL.state_dict().items():
            assert_array_equal(value, before[key])


def test_metrics_that_change_names() -> None:
    names = iter("ab")

    def step(batch: Any) -> Any:
        return STEP(batch)[0], {next(names): 1.0}

    with pytest.raises(
        ValueError, match=r"step: it returned \['loss', 'b'\], and before \['loss', 'a"
    ):
        Trainer(MODEL, step, sgd()).fit([BATCH] * 2, epochs=1)
