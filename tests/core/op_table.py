"""The table of operations that drives the gradient tests: a new operation is a new row.

The rows stand in `tables`, a file for each section.
"""

from __future__ import annotations

from tests.core.tables import (
    basic,
    calculus,
    elementwise,
    fourier,
    indexing,
    linalg,
    manipulation,
    special,
    statistics,
)
from tests.core.tables.common import Op

OPS: list[Op] = [
    *basic.OPS,
    *elementwise.OPS,
    *indexing.OPS,
    *manipulation.OPS,
    *linalg.OPS,
    *statistics.OPS,
    *calculus.OPS,
    *fourier.OPS,
    *special.OPS,
]
