"""The package as a whole: its names, its imports, its README."""

from __future__ import annotations

import doctest
import subprocess
import sys
from pathlib import Path

import grad_init

README = Path(__file__).parents[2] / "packages" / "grad-init" / "README.md"


def imported_by(statement: str) -> set[str]:
    code = f"import sys; {statement}; print(*sys.modules)"
    result = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    )
    return set(result.stdout.split())


def test_import_is_independent_of_the_other_packages() -> None:
    modules = imported_by("from grad_init import *")
    assert "grad_init.variance" in modules
    assert not modules & {"grad_core", "grad_nn"}


def test_import_is_as_light_as_numpy() -> None:
    """numpy.random, which NumPy loads on first use, waits for the first random number."""
    added = imported_by("from grad_init import *") - imported_by(
        "import numpy, numpy.typing, dataclasses"
    )
    assert {name.partition(".")[0] for name in added} <= {"grad_init", "threading", "__future__"}


def test_public_names() -> None:
    public = {name for name in dir(grad_init) if name[0] != "_"}
    modules = {path.stem for path in Path(grad_init.__path__[0]).glob("*.py")}
    assert public - modules | {"fans", "initializer"} == {
        *[
            "Array",
            "Constant",
            "DeltaOrthogonal",
            "Dirac",
            "Distribution",
            "Eye",
            "FanMode",
            "Fans",
            "Fillable",
        ],
        *[
            "Grouped",
            "He",
            "HeLeaky",
            "InitMethod",
            "Initializer",
            "Lecun",
            "Nonlinearity",
            "Normal",
            "Ones",
        ],
        *["Orthogonal", "Rng", "Scaling", "Sparse", "Transposed", "TruncatedNormal", "Uniform"],
        *[
            "VarianceScaling",
            "Xavier",
            "Zeros",
            "as_generator",
            "calculate_gain",
            "fans",
            "initializer",
        ],
        *[
            "manual_seed",
            "constant_",
            "dirac_",
            "eye_",
            "kaiming_normal_",
            "kaiming_uniform_",
            "normal_",
        ],
        *["ones_", "orthogonal_", "sparse_", "trunc_normal_", "uniform_", "xavier_normal_"],
        *["xavier_uniform_", "zeros_"],
    }


def test_functions_win_over_the_modules_of_their_name() -> None:
    assert grad_init.fans((2, 3)) == (3, 2)
    assert grad_init.initializer("he") == grad_init.He()


def test_readme_examples() -> None:
    failures, examples = doctest.testfile(str(README), module_relative=False)
    assert examples > 0
    assert failures == 0
