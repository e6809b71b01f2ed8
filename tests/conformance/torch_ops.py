"""Every operator of PyTorch's `op_db` that grad has, too, in terms of grad."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.conformance.tables import (
    creation,
    elementwise,
    indexing,
    linalg,
    manipulation,
    masked,
    nn,
    reductions,
)

OPS: dict[str, Callable[..., Any]] = {
    **elementwise.OPS,
    **reductions.OPS,
    **masked.OPS,
    **manipulation.OPS,
    **indexing.OPS,
    **creation.OPS,
    **linalg.OPS,
    **nn.OPS,
}

# What to make of PyTorch's functions before they are compared
THEIRS: dict[str, Callable[..., Any]] = {
    **creation.THEIRS,
    **linalg.THEIRS,
    **masked.THEIRS,
    **nn.THEIRS,
    **reductions.THEIRS,
}
