"""The example, run as a user runs it: in a process of its own, from another directory."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from grad_nn import Linear, save_model

EXAMPLE = Path(__file__).parents[2] / "examples" / "digits.py"
PNG = b"\x89PNG\r\n\x1a\n"
END_OF_PNG = b"IEND\xaeB`\x82"


def run(folder: Path, *flags: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, EXAMPLE, "--output", "results", *flags],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


def accuracy(done: subprocess.CompletedProcess[str]) -> float:
    assert done.returncode == 0, done.stderr
    found = re.search(r"^test accuracy: (\S+)% \(\d+ of 360\)$", done.stdout, re.MULTILINE)
    assert found is not None, done.stdout
    return float(found[1]) / 100


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("trained")


@pytest.fixture(scope="module")
def training(trained: Path) -> subprocess.CompletedProcess[str]:
    return run(trained)


def test_it_learns(training: subprocess.CompletedProcess[str]) -> None:
    assert accuracy(training) >= 0.97


def test_progress_is_lines_of_text_where_there_is_no_terminal(
    training: subprocess.CompletedProcess[str],
) -> None:
    lines = [line for line in training.stdout.splitlines() if line.startswith("epoch")]
    assert len(lines) == 10
    assert all(re.fullmatch(r"epoch \d+ of 30: loss .*, test accuracy .*%", x) for x in lines)
    assert "epoch" not in training.stderr


@pytest.mark.usefixtures("training")
@pytest.mark.parametrize("name", ["learning_curves.png", "mistakes.png"])
def test_it_draws_pictures(trained: Path, name: str) -> None:
    data = (trained / "results" / name).read_bytes()
    assert data.startswith(PNG)
    assert data.endswith(END_OF_PNG)


def test_the_saved_model_predicts_as_the_trained_one(
    trained: Path, training: subprocess.CompletedProcess[str]
) -> None:
    assert (trained / "results" / "digits.safetensors").stat().st_size > 0
    predicting = run(trained, "--predict", "--seed", "7")
    assert accuracy(predicting) == accuracy(training)
    assert re.search(r"predicted \d \(\d+%\)", predicting.stdout)


@pytest.mark.thorough
def test_a_seed_gives_the_same_figures_again(
    tmp_path: Path, training: subprocess.CompletedProcess[str]
) -> None:
    again = run(tmp_path, "--no-plots")
    epochs = [line for line in training.stdout.splitlines() if line.startswith("epoch")]
    assert [line for line in again.stdout.splitlines() if line.startswith("epoch")] == epochs
    assert accuracy(again) == accuracy(training)
    assert [path.name for path in (tmp_path / "results").iterdir()] == ["digits.safetensors"]


@pytest.mark.thorough
def test_the_file_knows_the_sizes_of_its_model(tmp_path: Path) -> None:
    training = run(tmp_path, "--no-plots", "--hidden", "16", "--epochs", "1")
    assert accuracy(run(tmp_path, "--predict")) == accuracy(training)


@pytest.mark.thorough
def test_the_convolutional_network(tmp_path: Path) -> None:
    training = run(tmp_path, "--no-plots", "--model", "cnn")
    assert accuracy(training) >= 0.985
    assert "Conv2d(1, 16, kernel_size=(3, 3)" in training.stdout
    assert accuracy(run(tmp_path, "--predict")) == accuracy(training)


@pytest.mark.parametrize("found", ["text", "model"])
def test_a_file_of_others_is_refused(tmp_path: Path, found: str) -> None:
    path = tmp_path / "results" / "digits.safetensors"
    path.parent.mkdir()
    if found == "text":
        path.write_text("not a model")
    else:
        save_model(Linear(2, 2), path)
    done = run(tmp_path, "--predict")
    assert done.returncode == 1
    assert done.stderr.startswith("digits.py: ")
    assert "digits.safetensors" in done.stderr
    assert "Traceback" not in done.stderr


def test_predicting_before_training_says_what_to_do(tmp_path: Path) -> None:
    done = run(tmp_path, "--predict")
    assert done.returncode == 1
    assert done.stderr.startswith("digits.py: no model at ")
    assert "without --predict" in done.stderr
    assert not list(tmp_path.iterdir())


def test_a_missing_package_is_named(tmp_path: Path) -> None:
    script = (
        "import runpy, sys; sys.modules['tqdm'] = None; sys.argv = ['digits.py'];"
        f"runpy.run_path({str(EXAMPLE)!r}, run_name='__main__')"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 1
    assert re.fullmatch(r"digits\.py needs .*: pip install .*tqdm.*\n", done.stderr)


@pytest.mark.parametrize(
    ("flag", "value"),
    [("--epochs", "0"), ("--lr", "-1"), ("--hidden", "0"), ("--seed", "-1")],
)
def test_bad_values_are_errors_of_usage(tmp_path: Path, flag: str, value: str) -> None:
    done = run(tmp_path, flag, value)
    assert done.returncode == 2
    assert f"error: argument {flag}: " in done.stderr
