"""Checkpoints: what goes in comes out, and what does not fit changes nothing."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from grad_core import Tensor
from grad_nn import (
    Linear,
    MSELoss,
    ReLU,
    Sequential,
    load_checkpoint,
    load_file,
    load_metadata,
    load_model,
    rng_state,
    save_checkpoint,
    save_file,
    save_model,
    set_rng_state,
)
from grad_nn.data import DataLoader
from grad_nn.optim import LBFGS, SGD, Adam, AdamW, Optimizer
from grad_nn.serialization.packing import packed, unpacked

ANY: Any = None
WRONG: Any = {1}
INTS: Any = {3: 1}


def model(seed: int) -> Sequential:
    return Sequential(Linear(3, 4, rng=seed), ReLU(), Linear(4, 1, rng=seed))


def train(model: Sequential, optimizer: Optimizer, seed: int = 0) -> None:
    rng = np.random.default_rng(seed)
    for _ in range(3):

        def closure() -> Tensor:
            optimizer.zero_grad()
            x = Tensor(rng.normal(size=(5, 3)))
            loss = MSELoss()(model(x), x.sum(1, keepdims=True))
            loss.backward()
            return loss

        optimizer.step(closure)


def assert_same(a: Any, b: Any) -> None:
    """The same structure, types, dtypes and numbers."""
    assert type(a) is type(b)
    if isinstance(a, np.ndarray):
        assert (a.dtype, a.shape) == (b.dtype, b.shape)
        assert_array_equal(a, b)
    elif isinstance(a, dict):
        assert list(a) == list(b)
        assert [type(key) for key in a] == [type(key) for key in b]
        for key in a:
            assert_same(a[key], b[key])
    elif isinstance(a, (list, tuple)):
        assert len(a) == len(b)
        for x, y in zip(a, b, strict=True):
            assert_same(x, y)
    else:
        assert a == b or (math.isnan(a) and math.isnan(b))


OPTIMIZERS: dict[str, Callable[[Any], Optimizer]] = {
    "sgd": lambda params: SGD(params, lr=0.1, momentum=0.9),
    "adam": lambda params: Adam(params, lr=0.1, amsgrad=True),
    "lbfgs": lambda params: LBFGS(params, line_search_fn="strong_wolfe"),
}


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_training_goes_on_as_it_would_have(tmp_path: Path, name: str) -> None:
    first, second = model(0), model(1)
    a, b = OPTIMIZERS[name](first.parameters()), OPTIMIZERS[name](second.parameters())
    train(first, a)
    save_checkpoint(tmp_path / "c.safetensors", model=first, optimizer=a)
    train(first, a, seed=1)
    assert load_checkpoint(tmp_path / "c.safetensors", model=second, optimizer=b) == {}
    train(second, b, seed=1)
    assert_same(first.state_dict(), second.state_dict())
    assert_same(a.state_dict(), b.state_dict())


BITS = [np.random.PCG64, np.random.PCG64DXSM, np.random.MT19937, np.random.Philox, np.random.SFC64]


@pytest.mark.parametrize("bits", BITS)
def test_generators(tmp_path: Path, bits: Any) -> None:
    a, b = np.random.Generator(bits(1)), np.random.Generator(bits(2))
    a.integers(10, size=3, dtype=np.uint16)  # leaves half a word over
    save_checkpoint(tmp_path / "c", rngs={"a": a})
    load_checkpoint(tmp_path / "c", rngs={"a": b})
    assert_same(rng_state(a), rng_state(b))
    for numbers in zip(
        *((g.integers(9, size=3, dtype=np.uint16), g.normal(size=9)) for g in (a, b)), strict=True
    ):
        assert_array_equal(*numbers)


def test_the_order_of_a_loader(tmp_path: Path) -> None:
    first, second = (DataLoader(range(9), 2, True, rng=seed) for seed in (1, 2))
    batches = iter(first)
    next(batches)
    save_checkpoint(tmp_path / "c", extra={"data": first.state_dict()})
    state = load_checkpoint(tmp_path / "c")["data"]
    assert isinstance(state, dict)
    second.load_state_dict(state)
    assert [b.tolist() for b in second] == [b.tolist() for b in batches]


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=3)
    | st.sampled_from([np.float32(1.5), np.int64(-3), np.bool(True), np.float64("nan")])
    | st.sampled_from([np.ones((2, 0)), np.array(3, np.int8), np.arange(6.0).reshape(2, 3).T]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(
            st.text(max_size=3) | st.integers() | st.sampled_from(["$array", "a.b", "a"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=10,
)


@given(VALUES)
def test_values_through_json(value: Any) -> None:
    arrays: dict[str, Any] = {}
    text = json.dumps(packed(value, "x", arrays), allow_nan=False)
    assert_same(unpacked(json.loads(text), arrays), value)


def test_a_file_has_names_that_tell(tmp_path: Path) -> None:
    path = tmp_path / "c.safetensors"
    net = Sequential(Linear(2, 1, bias=False))
    optimizer = Adam(net.parameters())
    (weight,) = net.parameters()
    weight.grad = np.ones((1, 2))
    optimizer.step()
    extra = {"epoch": 3, "a": {"b": np.ones(1)}, "a.b": Tensor([2.0])}
    save_checkpoint(path, model=net, optimizer=optimizer, extra=extra)
    assert set(load_file(path)) == {
        "model.0.weight",
        "optimizer.state.state.0.exp_avg",
        "optimizer.state.state.0.exp_avg_sq",
        "extra.a.b",
        "extra.a.b'",
    }
    content = json.loads(load_metadata(path)["grad.checkpoint"])
    assert content["format"] == 1
    assert set(content["versions"]) == {"grad-core", "grad-init", "grad-nn"}
    found = load_checkpoint(path)
    assert found["epoch"] == 3
    assert_same(found["a"], {"b": np.ones(1)})
    assert_same(found["a.b"], np.array([2.0], np.float32))


def test_the_model_of_a_checkpoint_is_a_model(tmp_path: Path) -> None:
    first, second = model(0), model(1)
    save_checkpoint(tmp_path / "c", model=first, extra={"a": np.ones(1)})
    load_model(second, tmp_path / "c")
    assert_same(first.state_dict(), second.state_dict())


def whole(path: Path) -> None:
    net = model(0)
    optimizer = Adam(net.parameters())
    train(net, optimizer)
    rngs = {"a": np.random.default_rng(0), "b": np.random.Generator(np.random.MT19937(1))}
    save_checkpoint(path, model=net, optimizer=optimizer, rngs=rngs, extra={"epoch": 3})


@cache
def whole_bytes() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "c"
        whole(path)
        return path.read_bytes()


class Training:
    """What is loaded into, and that nothing of it has changed."""

    def __init__(self) -> None:
        self.model = model(1)
        self.optimizer = Adam(self.model.parameters())
        train(self.model, self.optimizer, seed=2)
        self.rngs = {
            "a": np.random.default_rng(5),
            "b": np.random.Generator(np.random.MT19937(6)),
        }
        self.before = self.state()

    def state(self) -> Any:
        states = [rng_state(rng) for rng in self.rngs.values()]
        return self.model.state_dict(), dict(self.optimizer.state_dict()), states

    def load(self, path: Path) -> None:
        load_checkpoint(path, model=self.model, optimizer=self.optimizer, rngs=self.rngs)

    def assert_unchanged(self) -> None:
        assert_same(self.state(), self.before)


def test_a_file_that_ends_anywhere_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "c.safetensors"
    whole(path)
    data = path.read_bytes()
    training = Training()
    for length in [*range(0, len(data), 31), len(data) - 1]:
        path.write_bytes(data[:length])
        with pytest.raises(ValueError, match=r"load_checkpoint: .*c.safetensors is no whole"):
            training.load(path)
    training.assert_unchanged()


@given(st.integers(0, 1 << 20), st.integers(0, 255))
@settings(max_examples=70)
def test_changed_bytes_of_the_description(place: int, byte: int) -> None:
    training = Training()
    with TemporaryDirectory() as folder:
        path = Path(folder) / "c.safetensors"
        data = bytearray(whole_bytes())
        header = int.from_bytes(data[:8], "little")
        data[8 + place % header] = byte
        path.write_bytes(data)
        try:
            training.load(path)
        except (TypeError, ValueError) as error:
            complaint = str(error)
        else:
            return  # a name in `extra`, a space, a digit of a setting
    assert "c.safetensors" in complaint
    training.assert_unchanged()


class Stubborn:
    """A scheduler that takes no state."""

    def state_dict(self) -> Mapping[str, object]:
        return {"a": 1}

    def load_state_dict(self, state_dict: Mapping[str, object]) -> None:
        raise RuntimeError("out of order")


def other(path: Path, **parts: Any) -> None:
    net = model(0)
    given = {"model": net, "optimizer": Adam(net.parameters())} | parts
    save_checkpoint(path, **{name: part for name, part in given.items() if part is not None})


def rewritten(path: Path, change: Callable[[Any], Any]) -> None:
    whole(path)
    content = json.loads(load_metadata(path)["grad.checkpoint"])
    save_file(load_file(path), path, {"grad.checkpoint": json.dumps(change(content))})


UNFIT: list[tuple[str, Callable[[Path], object], str]] = [
    ("model", lambda p: save_model(model(0), p), "it is no checkpoint, but perhaps a model"),
    ("no model", lambda p: other(p, model=None), r"it has no model, only \['extra', 'optimizer'\]"),
    ("no optimizer", lambda p: other(p, optimizer=None), "it has no optimizer, only"),
    ("no rngs", lambda p: other(p), "it has no rngs, only"),
    ("shape", lambda p: other(p, model=Linear(3, 1)), "the names are not those of Sequential"),
    (
        "kind",
        lambda p: other(p, optimizer=AdamW(model(0).parameters())),
        "its optimizer is a AdamW, expected Adam",
    ),
    (
        "parameters",
        lambda p: other(p, optimizer=Adam(Linear(3, 1).parameters())),
        r"Adam: load_state_dict: it is for groups of \[2\] parameters, expected \[4\]",
    ),
    ("rng", lambda p: other(p, rngs={"a": np.random.default_rng(0)}), r"\['a'\], without \['b'\]"),
    (
        "bits",
        lambda p: other(p, rngs=dict.fromkeys("ab", np.random.default_rng(0))),
        "the state is that of a PCG64, expected MT19937",
    ),
    ("format", lambda p: rewritten(p, lambda c: c | {"format": 2}), "has format 2, expected 1; it"),
    ("list", lambda p: rewritten(p, lambda c: [c]), "its description is"),
    ("parts", lambda p: rewritten(p, lambda c: c | {"parts": 1}), "its parts are 1"),
    ("extra", lambda p: rewritten(p, lambda c: c | {"parts": {}}), "its extra is None"),
    (
        "array",
        lambda p: rewritten(p, lambda c: c | {"parts": {"extra": {"a": {"$array": "b"}}}}),
        "is no value, or its array is missing",
    ),
    (
        "pairs",
        lambda p: rewritten(p, lambda c: c | {"parts": {"extra": {"a": {"$dict": [1]}}}}),
        "1 is no pair of a key and a value",
    ),
    (
        "key",
        lambda p: rewritten(p, lambda c: c | {"parts": {"extra": {"a": {"$dict": [[[], 1]]}}}}),
        r"\[\] is no key",
    ),
    (
        "deep",
        lambda p: save_file({}, p, {"grad.checkpoint": "[" * 100_000}),
        "its description is no JSON",
    ),
    ("text", lambda p: save_file({}, p, {"grad.checkpoint": "?"}), "its description is no JSON"),
]


@pytest.mark.parametrize(("name", "write", "message"), UNFIT, ids=[u[0] for u in UNFIT])
def test_what_does_not_fit_changes_nothing(
    tmp_path: Path, name: str, write: Callable[[Path], object], message: str
) -> None:
    path = tmp_path / "c.safetensors"
    write(path)
    training = Training()
    with pytest.raises(ValueError, match=r"load_checkpoint: .*c.safetensors: .*" + message):
        training.load(path)
    training.assert_unchanged()


def test_the_last_part_may_undo_the_first(tmp_path: Path) -> None:
    net = model(0)
    optimizer = Adam(net.parameters())
    save_checkpoint(tmp_path / "c", model=net, optimizer=optimizer, scheduler=Stubborn())
    training = Training()
    with pytest.raises(RuntimeError, match="out of order"):
        load_checkpoint(
            tmp_path / "c",
            model=training.model,
            optimizer=training.optimizer,
            scheduler=Stubborn(),
        )
    training.assert_unchanged()


ERRORS: list[tuple[str, Callable[[Path], Any], type[Exception], str]] = [
    (
        "model",
        lambda p: save_checkpoint(p, model=WRONG),
        TypeError,
        "model is set, expected a",
    ),
    (
        "rngs",
        lambda p: save_checkpoint(p, rngs=WRONG),
        TypeError,
        "rngs is set, expected gene",
    ),
    ("rng", lambda p: save_checkpoint(p, rngs={"a": ANY}), TypeError, "generator is NoneType"),
    ("extra", lambda p: save_checkpoint(p, extra=WRONG), TypeError, r"extra is \{1\}, expected a"),
    (
        "set",
        lambda p: save_checkpoint(p, extra={"a": [{"b": {1}}]}),
        TypeError,
        r"save_checkpoint: extra\.a\.0\.b is set, expected numbers",
    ),
    (
        "dtype",
        lambda p: save_checkpoint(p, extra={"a": np.array(["x"])}),
        TypeError,
        r"save_checkpoint: extra\.a has dtype <U1",
    ),
    ("keys", lambda p: save_checkpoint(p, extra=INTS), TypeError, "extra"),
    (
        "optimizer",
        lambda p: save_checkpoint(p, optimizer=WRONG),
        TypeError,
        "optimizer is set, exp",
    ),
    (
        "scheduler",
        lambda p: load_checkpoint(p, scheduler=WRONG),
        TypeError,
        "scheduler is set, exp",
    ),
    ("folder", lambda p: save_checkpoint(p / "c"), FileNotFoundError, "save_checkpoint: there is"),
    ("missing", lambda p: load_checkpoint(p), FileNotFoundError, "No such file"),
    ("load", lambda p: load_checkpoint(p, model=WRONG), TypeError, "load_checkpoint: model is"),
    ("state", lambda p: rng_state(ANY), TypeError, "generator is NoneType, expected numpy.random"),
    ("set state", lambda p: set_rng_state(ANY, {}), TypeError, "set_rng_state: generator is NoneT"),
]


@pytest.mark.parametrize(("name", "run", "kind", "message"), ERRORS, ids=[e[0] for e in ERRORS])
def test_errors(
    tmp_path: Path, name: str, run: Callable[[Path], Any], kind: type[Exception], message: str
) -> None:
    with pytest.raises(kind, match=message):
        run(tmp_path / "c.safetensors")
    assert list(tmp_path.iterdir()) == []


def test_what_contains_itself(tmp_path: Path) -> None:
    loop: list[Any] = []
    loop.append(loop)
    with pytest.raises(ValueError, match="save_checkpoint: a part contains itself"):
        save_checkpoint(tmp_path / "c", extra={"loop": loop})


def test_a_state_of_no_generator_changes_nothing() -> None:
    for bits in BITS:
        rng = np.random.Generator(bits(0))
        before = rng_state(rng)
        name = bits.__name__
        for state in (
            {"bit_generator": name},
            {"bit_generator": name, "state": {}},
            before | {"state": "a"},
            before | {"has_uint32": None, "uinteger": None, "state": {"key": [1]}},
            {"bit_generator": "Other"},
            {},
        ):
            with pytest.raises(ValueError, match="set_rng_state: "):
                set_rng_state(rng, state)
            assert_same(rng_state(rng), before)
        with pytest.raises(TypeError, match="state is set, expected a mapping"):
            set_rng_state(rng, WRONG)
