"""The example chargpt, run in short as a user runs it: in a process of its own."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parents[2] / "examples" / "chargpt.py"
SMALL = ("--steps", "100", "--lr", "1e-2", "--layers", "2", "--width", "32", "--context", "32", "--length", "80")  # fmt: skip


def run(folder: Path, *flags: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, EXAMPLE, "--output", "results", *flags],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("chargpt")


@pytest.fixture(scope="module")
def trained(folder: Path) -> subprocess.CompletedProcess[str]:
    done = run(folder, *SMALL)
    assert done.returncode == 0, done.stderr
    return done


def test_the_validation_loss_falls(trained: subprocess.CompletedProcess[str]) -> None:
    losses = [float(x) for x in re.findall(r"validation loss (\S+)", trained.stdout)]
    assert len(losses) == 11
    assert losses[0] > 4.4
    assert losses[-1] < 2.9


def test_it_draws_a_picture_and_writes_a_sample(
    folder: Path, trained: subprocess.CompletedProcess[str]
) -> None:
    assert (folder / "results" / "chargpt.png").read_bytes().startswith(b"\x89PNG\r\n\x1a\n")
    assert len(trained.stdout.split("chargpt.safetensors\n")[1]) == 80 + 1


@pytest.mark.usefixtures("trained")
def test_the_saved_model_goes_on_from_a_start(folder: Path) -> None:
    first, again, other = (
        run(folder, "--sample", "The ", "--length", "30", "--seed", seed) for seed in "112"
    )
    assert first.returncode == 0, first.stderr
    assert first.stdout.startswith("The ")
    assert len(first.stdout) == 35
    assert first.stdout == again.stdout != other.stdout


def test_a_text_of_ones_own(tmp_path: Path) -> None:
    (tmp_path / "own.txt").write_text("abba " * 200)
    done = run(tmp_path, *SMALL, "--text", "own.txt", "--no-plots", "--temperature", "0.1")
    assert done.returncode == 0, done.stderr
    assert "abba abba abba" in done.stdout
    unknown = run(tmp_path, "--sample", "x")
    assert unknown.returncode == 1
    assert unknown.stderr == "chargpt.py: the model has not seen 'x' in its text\n"


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (("--sample", "x"), "no model at"),
        (("--text", "nothing.txt"), "nothing.txt"),
        (("--heads", "3"), "3 heads do not divide a width of 128"),
        (("--steps", "0"), "0 is less than 1"),
        (("--dropout", "1"), "1.0 is not from 0 to 1"),
    ],
)
def test_bad_use(tmp_path: Path, flags: tuple[str, ...], message: str) -> None:
    done = run(tmp_path, *flags)
    assert done.returncode != 0
    assert message in done.stderr
    assert "Traceback" not in done.stderr
