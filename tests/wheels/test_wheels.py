"""The built distributions, and each kind of use in an environment that has nothing else."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tarfile
import zipfile
from email import message_from_string
from pathlib import Path

import pytest

DIST = Path(os.environ["GRAD_DIST"])
UV = os.environ.get("HATCH_UV", "uv")
HERE = Path(__file__).parent
LICENSE = (HERE.parents[1] / "LICENSE").read_bytes()
REQUIRED = {
    "grad-core": {"numpy"},
    "grad-init": {"numpy"},
    "grad-nn": {"grad-core", "grad-init", "numpy"},
}

each_package = pytest.mark.parametrize("package", REQUIRED)


def only(pattern: str) -> Path:
    (path,) = DIST.glob(pattern)
    return path


@each_package
def test_wheel(package: str) -> None:
    module = package.replace("-", "_")
    with zipfile.ZipFile(only(f"{module}-*-py3-none-any.whl")) as wheel:
        names = wheel.namelist()
        (info,) = {name.split("/")[0] for name in names} - {module}
        assert f"{module}/py.typed" in names
        assert wheel.read(f"{info}/licenses/LICENSE") == LICENSE
        metadata = message_from_string(wheel.read(f"{info}/METADATA").decode())
    requirements = [r for r in metadata.get_all("Requires-Dist", []) if "extra ==" not in r]
    assert {re.split(r"[^\w-]", r)[0] for r in requirements} == REQUIRED[package]


@each_package
def test_sdist(package: str) -> None:
    module = package.replace("-", "_")
    path = only(f"{module}-*.tar.gz")
    folder = path.name.removesuffix(".tar.gz")
    with tarfile.open(path) as sdist:
        names = sdist.getnames()
        license_file = sdist.extractfile(f"{folder}/LICENSE")
        assert license_file is not None
        assert license_file.read() == LICENSE
    for name in ("README.md", "CHANGELOG.md", f"src/{module}/py.typed"):
        assert f"{folder}/{name}" in names


@pytest.mark.parametrize(
    ("package", "script"),
    [
        ("grad-core", "use_core.py"),
        ("grad-init", "use_init.py"),
        ("grad-nn", "use_full_stack.py"),
    ],
)
def test_use(package: str, script: str, tmp_path: Path) -> None:
    run(UV, "venv", "--python", sys.executable, str(tmp_path))
    python = str(tmp_path / ("Scripts" if os.name == "nt" else "bin") / "python")
    run(UV, "pip", "install", "--python", python, "numpy")
    # By name and without an index, so what it declares is found among the wheels, or not at all;
    # afresh, for uv would keep an earlier wheel of the same version
    wheels = ("--refresh", "--no-index", "--find-links", str(DIST))
    run(UV, "pip", "install", "--python", python, *wheels, package)
    run(UV, "pip", "check", "--python", python)
    # Isolated: no variable, no folder beside the script is on its path
    run(python, "-I", "-W", "error", str(HERE / script))


def run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
