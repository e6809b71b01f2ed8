"""The table of functions that drives the gradient tests of grad-nn: a new function is a new row.

The rows stand in `tables`, a file for each family.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from tests.nn.tables.common import Op

FAMILIES = sorted(
    path.stem for path in (Path(__file__).parent / "tables").glob("*.py") if path.stem != "common"
)
OPS: list[Op] = [op for name in FAMILIES for op in import_module(f"tests.nn.tables.{name}").OPS]
