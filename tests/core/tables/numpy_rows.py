"""What the rows of the tables of NumPy's functions are made of, and the operands of their calls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

Gradient = Literal["yes", "zero", "no"]


@dataclass(frozen=True)
class Row:
    """Functions of NumPy that are called in the same ways.

    In a call, `{}` stands for the function, and letters for the operands below. A call in
    `others` is compared with NumPy's, but not differentiated: it is not smooth there, or is
    determined only up to a phase.
    """

    names: str  # separated by spaces, without "np."
    gradient: Gradient  # whether gradients pass; "zero" for functions that are constant in steps
    examples: str  # one a line
    remark: str = ""
    others: str = ""  # likewise

    def functions(self) -> list[str]:
        return [f"np.{name}" for name in self.names.split()]

    def smooth(self) -> list[str]:
        return [] if self.gradient == "no" else [line.strip() for line in _lines(self.examples)]

    def calls(self) -> list[str]:
        return [line.strip() for line in _lines(self.examples) + _lines(self.others)]


def _lines(text: str) -> list[str]:
    return text.strip().splitlines()


def rows(gradient: Gradient, table: str) -> tuple[Row, ...]:
    """Rows of one kind, one a line: `names | a call; another`, and perhaps `| remark`."""
    found = []
    for line in _lines(table):
        names, calls, *remark = (part.strip() for part in line.split(" | "))
        found.append(Row(names, gradient, calls.replace("; ", "\n"), *remark))
    return tuple(found)


def _sample() -> dict[str, Any]:
    rng = np.random.default_rng(20260102)
    signs = np.array([[1.0, -1.0, 1.0], [-1.0, 1.0, -1.0]])
    return {
        # Two axes, nothing near 0 or near another, no ties
        "x": signs * np.array([[0.35, 1.45, 0.85], [1.15, 0.62, 1.75]]),
        "y": np.array([[-0.55, 0.25, 1.3], [0.75, -1.6, 0.95]]),
        # Positive, between -1 and 1, larger than 1
        "p": rng.uniform(0.5, 2.0, (2, 3)),
        "u": rng.uniform(-0.8, 0.8, (2, 3)),
        "o": rng.uniform(1.2, 2.5, (2, 3)),
        # Rows, a number
        "v": np.array([1.2, -0.4, 0.7]),
        "w": np.array([0.3, 1.1, -0.8]),
        "h": np.array([0.9, 2.1, 3.4, 4.2]),
        "s": np.array(0.7),
        # Squares, a stack of them
        "a": np.eye(3) * 2 + rng.uniform(-0.5, 0.5, (3, 3)),
        "b": rng.uniform(-1.0, 1.0, (3, 3)),
        "t": rng.uniform(-1.0, 1.0, (2, 2, 2)) + 2 * np.eye(2),
        # With a NaN; complex
        "N": np.array([[0.5, np.nan, -1.2], [np.nan, 0.8, 0.1]]),
        "z": np.array([[0.3 + 0.7j, -1.1 + 0.4j], [0.9 - 0.5j, -0.6 - 1.3j]]),
        # Integers, positive integers, booleans: these require no gradient
        "i": np.array([[3, -2, 5], [0, 7, -4]]),
        "j": np.array([[1, 2, 3], [4, 1, 2]]),
        "m": np.array([[True, False, True], [False, False, True]]),
        # Positions, which are arrays also beside Tensors
        "at": np.array([2, 0, 0]),
        "rows": np.array([[1, 0, 1]]),
    }


OPERANDS: dict[str, Any] = _sample()
PLAIN = ("at", "rows")
