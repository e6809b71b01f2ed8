"""The sections of NumPy's functions, and the page of the documentation that shows them.

`python -m tests.core.tables.numpy_page` writes the tables of `docs/numpy.md` anew.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.core.tables import numpy_algebra_calls as algebra
from tests.core.tables import numpy_array_calls as arrays
from tests.core.tables import numpy_calls as numbers
from tests.core.tables.numpy_rows import Row

from grad_core.numpy_protocols import dispatch as numpy_protocols
from grad_core.numpy_protocols.arguments import name_of

SECTIONS: dict[str, tuple[Row, ...]] = {
    "Ufuncs": numbers.UFUNCS,
    "Sums, statistics and calculus": numbers.SUMS,
    "Reductions that pass over NaN": numbers.NANS,
    "Shape and order": arrays.MANIPULATION,
    "Parts of arrays": arrays.INDEXING,
    "Changes in place": arrays.CHANGES,
    "Sorting and searching": arrays.SORTING,
    "Sets": arrays.SETS,
    "Products": algebra.PRODUCTS,
    "Linear algebra": algebra.ALGEBRA,
    "Fourier transforms": algebra.FOURIER,
    "Polynomials": algebra.POLYNOMIALS,
    "Functions of functions": arrays.FUNCTIONAL,
    "New arrays": arrays.CREATION,
    "Logic and dtypes": arrays.LOGIC,
}
ROWS: tuple[Row, ...] = tuple(row for section in SECTIONS.values() for row in section)

PAGE = Path(__file__).parents[3] / "docs" / "numpy.md"
BEGIN = "<!-- tables, by python -m tests.core.tables.numpy_page -->"
END = "<!-- end of tables -->"
GRADIENTS = {"yes": "yes", "zero": "zero", "no": "none"}


def tables() -> str:
    """The text between the marks of the page."""
    lines = [BEGIN]
    for title, rows in SECTIONS.items():
        lines += ["", f"### {title}", "", "| function | gradient | remark |", "| --- | --- | --- |"]
        lines += [f"| {_row(row)} | {GRADIENTS[row.gradient]} | {row.remark} |" for row in rows]
    lines += ["", "### Shapes, positions and dtypes", ""]
    lines += ["These tell about a Tensor, and give what they give of an array:", ""]
    lines += [f"{_names(name_of(function) for function in numpy_protocols.TELLING)}."]
    lines += ["", "These write numbers to a file, of a Tensor that requires no gradient:", ""]
    lines += [f"{_names(name_of(function) for function in numpy_protocols.TAKING)}."]
    lines += ["", "### Refused", "", "| function | why |", "| --- | --- |"]
    reasons: dict[str, list[Any]] = {}
    for function, reason in numpy_protocols.UNSUPPORTED.items():
        reasons.setdefault(reason, []).append(function)
    for reason, functions in reasons.items():
        names = _names(name_of(f) for f in functions)
        lines += [f"| {names} | {reason} |"]
    return "\n".join([*lines, "", END])


def _row(row: Row) -> str:
    return _names(name for name in row.functions())


def _names(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def around(text: str) -> tuple[str, str]:
    """What stands before the tables of a page, and after them."""
    before, _, rest = text.partition(BEGIN)
    return before, rest.partition(END)[2]


if __name__ == "__main__":
    start, end = around(PAGE.read_text())
    PAGE.write_text(start + tables() + end)
