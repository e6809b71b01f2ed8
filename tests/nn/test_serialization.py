"""Models in safetensors files: round trips, and files that are not whole."""

from __future__ import annotations

import json
import os
import stat
import struct
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
import safetensors
import safetensors.numpy
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

import grad_core as gc
from grad_nn import (
    Buffer,
    Linear,
    Module,
    Parameter,
    ReLU,
    Sequential,
    load_file,
    load_metadata,
    load_model,
    save_file,
    save_model,
)
from grad_nn.serialization.atomic import remove_leftovers


class Odd(Module):
    """Shapes and dtypes that a file may get wrong."""

    def __init__(self, value: float) -> None:
        self.scalar = Parameter(data=value)
        self.empty = Parameter(data=np.full((0, 3), value))
        self.wide = Parameter(data=[value], dtype=np.float64)
        self.narrow = Parameter(data=[value], dtype=np.float16)
        self.count = Buffer([int(value)], dtype=np.int64)
        self.flag = Buffer([value > 1], dtype=np.bool_)
        self.turned = Parameter(data=np.arange(6.0).reshape(2, 3).T * value)


def model(seed: int) -> Sequential:
    return Sequential(Linear(3, 4, rng=seed), ReLU(), Linear(4, 2, rng=seed))


def saved() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "m.safetensors"
        save_model(model(0), path)
        return path.read_bytes()


SAVED = saved()


def test_round_trip(tmp_path: Path) -> None:
    for first, second in ((model(0), model(1)), (Odd(1.0), Odd(2.0))):
        save_model(first, tmp_path / "model.safetensors")
        load_model(second, str(tmp_path / "model.safetensors"))
        state = second.state_dict()
        for name, value in first.state_dict().items():
            assert_array_equal(state[name], value)
            assert state[name].dtype == value.dtype
            assert state[name].shape == value.shape


def test_the_file_is_replaced_and_holds_metadata(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    path.write_bytes(b"old")
    save_model(model(0), path, {"epoch": "3"})
    size = struct.unpack("<Q", path.read_bytes()[:8])[0]
    header = json.loads(path.read_bytes()[8 : 8 + size])
    assert header["__metadata__"] == {"epoch": "3"}
    assert load_metadata(path) == {"epoch": "3"}
    assert header["0.weight"]["shape"] == [4, 3]
    assert os.listdir(tmp_path) == ["model.safetensors"]
    if sys.platform != "win32":
        mask = os.umask(0)
        os.umask(mask)
        assert stat.S_IMODE(path.stat().st_mode) == 0o666 & ~mask
        path.chmod(0o600)
        save_model(model(0), path)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600  # as private as it was


def test_a_failed_write_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "model.safetensors"
    save_model(model(0), path)
    before = path.read_bytes()

    def fail(*args: Any) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="disk full"):
        save_model(model(1), path)
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["model.safetensors"]


def broken_files(whole: bytes) -> dict[str, bytes]:
    length = struct.unpack("<Q", whole[:8])[0]
    text = whole[8 : 8 + length]
    body = whole[8 + length :]
    entries: dict[str, Any] = json.loads(text) if length else {}
    first, second = [*entries, "", ""][:2]
    begin, end = entries.get(first, {}).get("data_offsets", (0, 0))

    def with_header(changed: bytes) -> bytes:
        return struct.pack("<Q", len(changed)) + changed + body

    def with_entries(**changes: Any) -> bytes:
        return with_header(json.dumps(entries | changes).encode())

    def with_first(**changes: Any) -> bytes:
        return with_entries(**{first: entries.get(first, {}) | changes})

    return {
        "empty": b"",
        "short": whole[:5],
        "only-a-length": whole[:8],
        "half-header": whole[: 8 + length // 2],
        "half-body": whole[: 8 + length + len(body) // 2],
        "one-byte-short": whole[:-1],
        "one-byte-long": whole + b"\0",
        "huge-header": struct.pack("<Q", 1 << 62) + whole[8:],
        "largest-header": b"\xff" * 8 + whole[8:],
        "oversized-header": struct.pack("<Q", len(whole)) + whole[8:],
        "no-json": with_header(b"x" * length),
        "half-json": with_header(text.rstrip()[:-1]),
        "two-jsons": with_header(text + b"{}"),
        "deep-json": with_header(b"[" * 100_000),
        "list": with_header(b"[]"),
        "number": with_header(b"3"),
        "no-utf-8": with_header(text.replace(first.encode(), b"\xff", 1)),
        "surrogate": with_header(text.replace(first.encode(), b"\\ud800", 1)),
        "twice": with_header(text.replace(second.encode(), first.encode(), 1)),
        "twice-within": with_header(text.replace(b'"dtype"', b'"dtype":"F32","dtype"', 1)),
        "unknown-dtype": with_first(dtype="F99"),
        "wrong-dtype": with_first(dtype="F64"),
        "dtype-number": with_first(dtype=32),
        "no-dtype": with_entries(**{first: {"shape": [], "data_offsets": [0, 4]}}),
        "entry-number": with_entries(**{first: 3}),
        "more-arrays": with_entries(more={"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}),
        "wrong-shape": with_first(shape=[4, 4]),
        "negative-shape": with_first(shape=[-4, -3]),
        "bool-shape": with_first(shape=[True, 12]),
        "float-shape": with_first(shape=[4.0, 3]),
        "nan-shape": with_first(shape=[float("nan")]),
        "text-shape": with_first(shape="43"),
        "huge-shape": with_first(shape=[1 << 62, 1 << 62]),
        "huge-empty-shape": with_entries(
            more={"dtype": "F32", "shape": [1 << 62, 0], "data_offsets": [0, 0]}
        ),
        "many-axes": with_first(shape=[1] * 100 + [12]),
        "long-number": with_header(text.replace(b"[0,", b"[" + b"9" * 5000 + b",", 1)),
        "overlapping": with_first(data_offsets=[begin + 16, end + 16]),
        "hole": with_first(data_offsets=[begin + 48, end + 48]),
        "backwards": with_first(data_offsets=[end, begin]),
        "out-of-range": with_first(data_offsets=[begin + 1000, end + 1000]),
        "negative": with_first(data_offsets=[begin - 1000, end - 1000]),
        "one-offset": with_first(data_offsets=[0]),
        "no-offsets": with_first(data_offsets=None),
        "metadata-list": with_entries(__metadata__=["a"]),
        "metadata-number": with_entries(__metadata__={"a": 1}),
        "text": b"not a model at all, but some text",
    }


def assert_it_says_so_and_changes_nothing(path: Path) -> None:
    into = model(1)
    before = into.state_dict()
    with pytest.raises(ValueError, match=r"load_model: .*m.safetensors is no whole safetensors"):
        load_model(into, path)
    for key, value in into.state_dict().items():
        assert_array_equal(value, before[key])


@pytest.mark.parametrize("name", list(broken_files(b"\0" * 8)))
def test_a_broken_file_says_so_and_changes_nothing(tmp_path: Path, name: str) -> None:
    path = tmp_path / "m.safetensors"
    save_model(model(0), path)
    whole = path.read_bytes()
    broken = broken_files(whole)[name]
    assert broken != whole
    path.write_bytes(broken)
    assert_it_says_so_and_changes_nothing(path)
    if name not in ("many-axes", "huge-empty-shape"):  # which only NumPy does not have
        with pytest.raises(ValueError, match=r"load_metadata: .*m.safetensors is no whole"):
            load_metadata(path)


def test_a_file_that_ends_anywhere(tmp_path: Path) -> None:
    path = tmp_path / "m.safetensors"
    save_model(model(0), path, {"a": "b"})
    whole = path.read_bytes()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        assert_it_says_so_and_changes_nothing(path)


def loaded_or_complaint(path: Path) -> dict[str, Any] | str:
    try:
        return load_file(path)
    except (TypeError, ValueError) as error:
        return str(error)


@given(
    st.lists(st.tuples(st.integers(0, 1 << 20), st.integers(0, 255)), min_size=1, max_size=4),
    st.booleans(),
)
@settings(max_examples=120)
def test_changed_bytes(changes: list[tuple[int, int]], in_header: bool) -> None:
    """What is read in spite of them is what the library of the format reads."""
    whole = bytearray(SAVED)
    for place, byte in changes:
        whole[place % (60 if in_header else len(whole))] = byte
    with TemporaryDirectory() as folder:
        path = Path(folder) / "m.safetensors"
        path.write_bytes(whole)
        found = loaded_or_complaint(path)
        if isinstance(found, str):
            assert "m.safetensors is no whole safetensors file" in found or "NumPy" in found
            return
        expected = safetensors.numpy.load_file(path)
        assert found.keys() == expected.keys()
        for name, array in found.items():
            assert_array_equal(array, expected[name])


SHAPES = st.lists(st.integers(0, 4), max_size=3).map(tuple)
NUMBERS = st.sampled_from(
    ["?", "u1", "i1", "<u2", ">i2", "<u4", "i4", "u8", ">i8", "f2", "f4", ">f8"]
).map(np.dtype)


@settings(max_examples=50)
@given(st.dictionaries(st.text(max_size=5), st.tuples(NUMBERS, SHAPES), max_size=5), st.text())
def test_files_of_the_library_of_the_format_and_for_it(
    kinds: dict[str, tuple[np.dtype[Any], tuple[int, ...]]], text: str
) -> None:
    arrays: dict[str, Any] = {
        name: np.arange(np.prod(shape, dtype=int)).reshape(shape[::-1]).T.astype(dtype)
        for name, (dtype, shape) in kinds.items()
    }
    with TemporaryDirectory() as folder:
        path = Path(folder) / "m.safetensors"
        save_file(arrays, path, {text: text})
        with safetensors.safe_open(path, "numpy") as file:
            assert file.metadata() == {text: text}
        theirs, ours = safetensors.numpy.load_file(path), load_file(path)
        assert ours.keys() == arrays.keys()
        for name, array in arrays.items():
            for found in (theirs[name], ours[name]):
                assert_array_equal(found, array)
                assert (found.shape, found.dtype) == (array.shape, array.dtype.newbyteorder("="))
        native = {
            name: np.ascontiguousarray(a).astype(a.dtype.newbyteorder("="))
            for name, a in arrays.items()
        }
        safetensors.numpy.save_file(native, path, {text: text})
        assert load_metadata(path) == {text: text}
        for name, array in load_file(path).items():
            assert_array_equal(array, native[name])
            array += array.dtype.type(1)  # it is the caller's


def test_another_model_says_so_and_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    save_model(Linear(3, 4), path)
    into = Linear(4, 3)
    before = into.state_dict()
    with pytest.raises(ValueError, match=r"model.safetensors: weight has shape"):
        load_model(into, path)
    with pytest.raises(
        ValueError, match=r"model.safetensors: the names are not those of Sequential: missing"
    ):
        load_model(model(0), path)
    for key, value in into.state_dict().items():
        assert_array_equal(value, before[key])


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        load_model(model(0), tmp_path / "none.safetensors")
    with pytest.raises(FileNotFoundError):
        load_metadata(tmp_path / "none.safetensors")
    with pytest.raises(FileNotFoundError, match=r"save_model: there is no such folder: '.*none'"):
        save_model(model(0), tmp_path / "none" / "model.safetensors")


def test_bfloat16_becomes_float32(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    header = json.dumps({"scale": {"dtype": "BF16", "shape": [4], "data_offsets": [0, 8]}}).encode()
    values = np.array([1.0, -2.5, np.inf, 2.0**-130], np.float32)
    raw = b"".join(values.tobytes()[i + 2 : i + 4] for i in range(0, 16, 4))
    path.write_bytes(struct.pack("<Q", len(header)) + header + raw)

    class Scale(Module):
        def __init__(self) -> None:
            self.scale = Parameter(4)

    scale = Scale()
    load_model(scale, path)
    assert_array_equal(scale.scale.data, values)
    assert load_file(path)["scale"].dtype == np.float32


@pytest.mark.parametrize("dtype", ["F8_E4M3", "F8_E5M2"])
def test_a_dtype_that_numpy_has_not(tmp_path: Path, dtype: str) -> None:
    path = tmp_path / "m.safetensors"
    entry = {"dtype": dtype, "shape": [2], "data_offsets": [0, 2]}
    header = json.dumps({"__metadata__": {"a": "b"}, "scale": entry}).encode()
    path.write_bytes(struct.pack("<Q", len(header)) + header + b"\0" * 2)
    with pytest.raises(TypeError, match=rf"load_file: .*m.safetensors: 'scale' has dtype {dtype}"):
        load_file(path)
    assert load_metadata(path) == {"a": "b"}


def test_booleans_that_are_none(tmp_path: Path) -> None:
    path = tmp_path / "m.safetensors"
    save_file({"flags": np.array([True, False])}, path)
    path.write_bytes(path.read_bytes()[:-1] + b"\2")
    with pytest.raises(ValueError, match="'flags' has bytes that are neither 0 nor 1"):
        load_file(path)


def test_some_names_for_a_part_of_a_model(tmp_path: Path) -> None:
    save_file({"0.weight": np.ones((4, 3)), "head": np.ones(1)}, tmp_path / "m.safetensors")
    into = model(1)
    keys = load_model(into, tmp_path / "m.safetensors", strict=False)
    assert keys.missing_keys == ["0.bias", "2.weight", "2.bias"]
    assert keys.unexpected_keys == ["head"]
    assert_array_equal(into.state_dict()["0.weight"], np.ones((4, 3)))


def test_leftovers_of_killed_writers_are_found(tmp_path: Path) -> None:
    path = tmp_path / "m[1].safetensors"
    for name in (".m[1].safetensors.0123456789abcdef", ".m1.safetensors.0123456789abcdef", "m"):
        (tmp_path / name).write_bytes(b"")
    save_model(model(0), path)
    remove_leftovers(path)
    assert sorted(os.listdir(tmp_path)) == [
        ".m1.safetensors.0123456789abcdef",
        "m",
        "m[1].safetensors",
    ]


def test_a_loaded_model_trains_on(tmp_path: Path) -> None:
    save_model(model(0), tmp_path / "m.safetensors")
    into = model(1)
    load_model(into, tmp_path / "m.safetensors")
    into(gc.Tensor(np.ones((2, 3)))).sum().backward()
    assert all(p.has_grad for p in into.parameters())


def test_what_has_no_arrays(tmp_path: Path) -> None:
    save_model(ReLU(), tmp_path / "m.safetensors")
    load_model(ReLU(), tmp_path / "m.safetensors")
    assert load_metadata(tmp_path / "m.safetensors") == {}


def test_what_cannot_be_saved(tmp_path: Path) -> None:
    class Wide(Module):
        def __init__(self) -> None:
            self.z = Parameter(data=[1j], dtype=np.complex128)

    class Reserved(Module):
        def __init__(self) -> None:
            self.__dict__["__metadata__"] = Parameter(data=[1.0])

    with pytest.raises(TypeError, match=r"save_model: .*complex128"):
        save_model(Wide(), tmp_path / "m.safetensors")
    with pytest.raises(ValueError, match="save_model: the name __metadata__ is taken"):
        save_model(Reserved(), tmp_path / "m.safetensors")
    with pytest.raises(TypeError, match=r"save_model: metadata is text by name, got 'epoch': 3"):
        save_model(model(0), tmp_path / "m.safetensors", {"epoch": 3})  # type: ignore[dict-item]  # the error under test
    with pytest.raises(TypeError, match="load_model: model is dict, expected a Module"):
        load_model({}, tmp_path / "m.safetensors")  # type: ignore[arg-type]  # the error under test
    with pytest.raises(TypeError, match="save_file: expected arrays by name, got list"):
        save_file([], tmp_path / "m.safetensors")  # type: ignore[arg-type]  # the error under test
    with pytest.raises(TypeError, match="save_file: an array is called 3, expected text"):
        save_file({3: [1.0]}, tmp_path / "m.safetensors")  # type: ignore[dict-item]  # the error under test
    with pytest.raises(ValueError, match=r"save_file: a: .*inhomogeneous"):
        save_file({"a": [[1.0], [1.0, 2.0]]}, tmp_path / "m.safetensors")
    with pytest.raises(TypeError, match="save_file: a has dtype object"):
        save_file({"a": np.array([None])}, tmp_path / "m.safetensors")
    with pytest.raises(TypeError, match="save_model: model is dict, expected a Module"):
        save_model({}, tmp_path / "m.safetensors")  # type: ignore[arg-type]  # the error under test
    assert os.listdir(tmp_path) == []


def test_a_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "m.safetensors")
    save_model(model(0), tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    load_model(model(1), tmp_path / "m.safetensors")
