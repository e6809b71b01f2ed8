"""The benchmarks measure the same work, and report what was measured."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from benchmarks import bar, compare, lengths, race, report, startup
from benchmarks.race import Measured
from benchmarks.ratios import ratios
from benchmarks.works import with_grad, with_numpy

ROOT = Path(__file__).parents[2]
NUMBERS = {"infer_gpt": 2, "infer_mlp": 3}


@pytest.mark.parametrize("work", with_grad.WORKS)
def test_grad_and_numpy_agree(work: str) -> None:
    number = (NUMBERS[work],) if work in NUMBERS else ()
    grads, numpys = with_grad.WORKS[work](*number), with_numpy.WORKS[work](*number)
    for _ in range(3):
        mine, theirs = with_grad.read(grads()), with_numpy.read(numpys())
        assert mine.dtype == theirs.dtype == np.float32
        np.testing.assert_allclose(mine, theirs, rtol=1e-4, atol=1e-5)


def test_a_run_from_the_command_line(tmp_path: Path) -> None:
    files = {name: tmp_path / f"{name}.json" for name in ("json", "chart", "markdown")}
    files["chart"] = tmp_path / "chart.svg"
    files["markdown"].write_text(f"before\n{report.BEGIN}\nold\n{report.END}\nafter\n")
    flags = [x for name, path in files.items() for x in (f"--{name}", str(path))]
    command = [sys.executable, "-m", "benchmarks.compare", "--quick", "--works", "tiny_mlp"]
    command += ["--libraries", "grad,numpy", "--threads", "1", *flags]
    done = subprocess.run(command, cwd=ROOT, text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(files["json"].read_text())
    assert [(m["work"], m["library"], len(m["values"])) for m in found["measured"]] == [
        ("tiny_mlp", library, 3) for library in ("grad", "numpy")
    ]
    assert all(0 < value < 1 for m in found["measured"] for value in m["values"])
    text = files["markdown"].read_text()
    assert text.startswith("before\n")
    assert text.endswith("after\n")
    assert "old" not in text
    assert bar.WORKS["tiny_mlp"].title in text
    assert "<svg" in files["chart"].read_text()


def measured(work: str, library: str, *values: float) -> Measured:
    return Measured(work=work, threads=1, library=library, values=list(values), first=0)


def test_ratios_are_medians_within_rounds_to_the_better_optimizer() -> None:
    found = {
        "grad": measured("gpt", "grad", 1, 20, 3),
        "numpy": measured("gpt", "numpy", 2, 20, 30),
        "torch": measured("gpt", "torch", 9, 9, 9),
        "torch_fused": measured("gpt", "torch_fused", 1, 8, 2),
    }
    said = {peer: str(ratio) for peer, ratio in ratios(found, bar.WORKS["gpt"]).items()}
    assert said == {"torch": "1.50 ✗ (≤ 1)", "numpy": "0.50 ✓ (≤ 0.8)"}


def test_a_peer_that_computes_something_else_is_found() -> None:
    race.check("gpt", {"grad": [[1.0], [2.0]], "numpy": [[1.0], [2.0001]]})
    with pytest.raises(ValueError, match=r"gpt: grad computed .*, torch"):
        race.check("gpt", {"grad": [[1.0], [2.0]], "torch": [[1.0], [2.1]]})


def test_a_worker_that_dies_says_why() -> None:
    runner = race.Runner("numpy", "no_such_work", 1)
    with pytest.raises(RuntimeError, match=r"worker of numpy died:[\s\S]*KeyError: 'no_such_work'"):
        runner.ready()


def test_every_work_has_its_libraries() -> None:
    for work in bar.TIMED:
        assert work.partition(":")[0] in with_grad.WORKS
        assert work.partition(":")[0] in with_numpy.WORKS
        assert {"grad", "numpy"} <= bar.entrants(work)


def test_growth_is_that_of_the_cost_of_each() -> None:
    assert lengths.growth({10: 5.0, 100: 10.0, 1000: 150.0}) == pytest.approx(1.5)


def test_what_cannot_be_reported_says_so(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("no marks")
    with pytest.raises(ValueError, match=r"page\.md has no <!-- benchmarks: begin -->"):
        report.replace(page, "text")
    assert page.read_text() == "no marks"


@pytest.mark.parametrize(("name", "why"), [("page.md", "has no <!--"), ("none.md", "No such file")])
def test_a_page_without_marks_is_refused_before_anything_is_measured(
    name: str, why: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "page.md").write_text("no marks")
    with pytest.raises(SystemExit):
        compare.parse(["--markdown", str(tmp_path / name)])
    assert why in capsys.readouterr().err


def test_what_is_timed_to_start_keeps_its_bytecode(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    assert startup.seconds_of("import sys; assert not sys.dont_write_bytecode") > 0
