"""The example regression, run in short as a user runs it: in a process of its own."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

EXAMPLE = Path(__file__).parents[2] / "examples" / "regression.py"


def test_the_networks_predict_alike_and_better_than_the_mean(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, EXAMPLE, "--output", "results", "--folds", "3", "--epochs", "60"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    rows = re.findall(r"^(\S.*?) +(-?\d\.\d+) +\d\.\d+ +(\d+\.\d) ", done.stdout, re.MULTILINE)
    r2 = {name: float(value) for name, value, _ in rows}
    assert list(r2) == ["mean of the training data", "grad-nn", "scikit-learn MLPRegressor"]
    assert r2["mean of the training data"] < 0.01
    assert r2["grad-nn"] > 0.4
    assert abs(r2["grad-nn"] - r2["scikit-learn MLPRegressor"]) < 0.1
    assert (tmp_path / "results" / "regression.png").read_bytes().startswith(b"\x89PNG\r\n\x1a\n")
