"""Models in safetensors files: round trips, and files that are not whole."""

from __future__ import annotations

import json
import os
import stat
import struct
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_array_equal

import grad_core as gc
from grad_nn import (
    Buffer,
    Linear,
    Module,
    Parameter,
    ReLU,
    Sequential,
    load_metadata,
    load_model,
    save_model,
)


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
    header = struct.unpack("<Q", whole[:8])[0]
    text = whole[8 : 8 + header]
    body = whole[8 + header :]

    def with_header(changed: bytes) -> bytes:
        return struct.pack("<Q", len(changed)) + changed + body

    return {
        "empty": b"",
        "short": whole[:5],
        "half-header": whole[: 8 + header // 2],
        "half-body": whole[: 8 + header + len(body) // 2],
        "one-byte-short": whole[:-1],
        "one-byte-long": whole + b"\0",
        "huge-header": struct.pack("<Q", 1 << 62) + whole[8:],
        "no-json": with_header(b"x" * header),
        "unknown-dtype": with_header(text.replace(b'"F32"', b'"F99"', 1)),
        "wrong-dtype": with_header(text.replace(b'"F32"', b'"F64"', 1)),
        "wrong-shape": with_header(text.replace(b"[4,3]", b"[4,4]")),
        "text": b"not a model at all, but some text",
    }


@pytest.mark.parametrize("name", list(broken_files(b"\0" * 8)))
def test_a_broken_file_says_so_and_changes_nothing(tmp_path: Path, name: str) -> None:
    path = tmp_path / "model.safetensors"
    save_model(model(0), path)
    path.write_bytes(broken_files(path.read_bytes())[name])
    into = model(1)
    before = into.state_dict()
    with pytest.raises(ValueError, match=r"load_model: .*model.safetensors is no whole"):
        load_model(into, path)
    with pytest.raises(ValueError, match=r"load_metadata: .*model.safetensors is no whole"):
        load_metadata(path)
    for key, value in into.state_dict().items():
        assert_array_equal(value, before[key])


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


def test_bfloat16_says_so(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    header = json.dumps({"scale": {"dtype": "BF16", "shape": [2], "data_offsets": [0, 4]}}).encode()
    path.write_bytes(struct.pack("<Q", len(header)) + header + b"\0" * 4)

    class Scale(Module):
        def __init__(self) -> None:
            self.scale = Parameter(data=[1.0, 2.0])

    with pytest.raises(TypeError, match=r"load_model: .* has a dtype that NumPy has not"):
        load_model(Scale(), path)


def test_without_safetensors_the_extra_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "safetensors.numpy", None)
    monkeypatch.setitem(sys.modules, "safetensors", None)
    with pytest.raises(ImportError, match=r'pip install "grad-nn\[safetensors\]"'):
        save_model(model(0), tmp_path / "model.safetensors")
    with pytest.raises(ImportError, match=r'pip install "grad-nn\[safetensors\]"'):
        load_model(model(0), tmp_path / "model.safetensors")
    with pytest.raises(ImportError, match=r'load_metadata needs .*"grad-nn\[safetensors\]"'):
        load_metadata(tmp_path / "model.safetensors")


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
    with pytest.raises(TypeError, match="save_model: model is dict, expected a Module"):
        save_model({}, tmp_path / "m.safetensors")  # type: ignore[arg-type]  # the error under test
    assert os.listdir(tmp_path) == []


def test_a_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "m.safetensors")
    save_model(model(0), tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    load_model(model(1), tmp_path / "m.safetensors")
