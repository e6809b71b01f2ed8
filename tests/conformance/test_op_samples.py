"""Every operator that PyTorch and grad have, over the samples that PyTorch tests its own with.

Values in float64, complex128 and float32, first and second gradients in the former two. PyTorch
calls the description of an operator an OpInfo; `op_db` holds all of them.
"""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Iterator
from types import ModuleType
from typing import Any
from zlib import crc32

import numpy as np
import pytest
import torch
from tests.conformance.differences import DIFFERENCES, NOT_OURS
from tests.conformance.nn_differences import FUNCTIONS, ON_A_GPU, RANDOM, ROUNDED
from tests.conformance.rows import listed
from tests.conformance.side_by_side import Comparison
from tests.conformance.torch_ops import OPS, THEIRS
from torch.testing._internal.common_methods_invocations import op_db
from torch.testing._internal.common_utils import set_rng_seed
from torch.utils._pytree import tree_leaves

import grad_core as gc
from grad_nn import functional as F  # noqa: N812  # the field's name

MOST = 100  # samples of an operator and dtype
LARGEST = 20_000  # numbers in a sample

OPERATORS = {".".join(filter(None, (op.name, op.variant_test_name))): op for op in op_db}
NAMES_NOT_OURS = [name for names in NOT_OURS.values() for name in names.split()]

LISTED = listed(DIFFERENCES, FUNCTIONS)


@pytest.fixture(autouse=True)
def samples_are_made_quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spare PyTorch looking through the stack, three times a sample, which took most of the time.

    It does so to seed devices that may be used later, and to find the unittest that asks; but all
    is on the CPU, and that is none.
    """
    monkeypatch.setattr(torch, "manual_seed", torch.default_generator.manual_seed)
    monkeypatch.setattr("torch.testing._internal.common_utils.extract_test_fn", lambda: None)


@pytest.mark.parametrize("name", OPS)
def test_operator(name: str, compared: Counter[str]) -> None:
    compared[f"operators of {len(OPERATORS)}"] += 1
    problems = []
    for dtype in dtypes(name):
        known = LISTED.get((name, dtype), {})
        for i, comparison in comparisons(name, dtype):
            found = comparison.difference()
            compared.update(f"{dtype} {stage}" for stage in comparison.stages)
            stage = known.get(i, known.get(None))
            if found and found[0] != stage:
                problems.append(f"{dtype}, sample {i}, {found[0]}: {found[1]}")
            elif stage and not found and (name, dtype) not in ROUNDED:
                problems.append(f"{dtype}, sample {i}, {stage}: listed, but no longer differs")
    assert not problems, "\n".join([f"{len(problems)} samples", *problems[:20]])


def dtypes(name: str) -> list[str]:
    """Those of the three that the operator takes; int64 for one of integers."""
    taken = OPERATORS[name].dtypes
    found = [d for d in ("float64", "complex128", "float32") if getattr(torch, d) in taken]
    return found or ["int64"]


def comparisons(name: str, dtype: str) -> Iterator[tuple[int, Comparison]]:
    """Comparisons of evenly chosen samples, with their places among all."""
    op = OPERATORS[name]
    kind = getattr(torch, dtype)
    orders = 0
    if op.supports_autograd and dtype in ("float64", "complex128") and kind in op.backward_dtypes:
        orders = 2 if op.supports_gradgrad else 1
    set_rng_seed(0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # some are made by what PyTorch is about to remove
        samples = list(op.sample_inputs("cpu", kind, requires_grad=orders > 0))
    known = LISTED.get((name, dtype), {})
    assert all(i is None or i < len(samples) for i in known), "a listed sample does not exist"
    chosen = np.linspace(0, len(samples) - 1, min(len(samples), MOST)).round().astype(int)
    theirs = op.get_op()
    if name in THEIRS:
        theirs = THEIRS[name](theirs)
    compared = 0
    for i in chosen.tolist():
        if size(samples[i]) <= LARGEST:
            compared += 1
            rng = np.random.default_rng(crc32(name.encode()))
            yield i, Comparison(theirs, OPS[name], samples[i], orders, rng)
    assert compared, "no sample was compared"


def size(sample: Any) -> int:
    leaves = tree_leaves((sample.input, sample.args, sample.kwargs))
    return sum(x.numel() for x in leaves if isinstance(x, torch.Tensor))


def test_all_operators_of_pytorch_are_listed_once() -> None:
    times = Counter([*OPS, *RANDOM, *ON_A_GPU, *NAMES_NOT_OURS])
    assert not [name for name, n in times.items() if n > 1]
    assert sorted(times) == sorted(OPERATORS)
    assert {name for name, _ in LISTED} <= set(OPS)


@pytest.mark.parametrize("name", NAMES_NOT_OURS)
def test_what_is_not_ours_has_no_such_name_here(name: str) -> None:
    """Once somebody has written it, it is to be compared."""
    assert not hasattr(*home(name))


def home(name: str) -> tuple[ModuleType, str]:
    """Where a function would be that has the name of an operator."""
    parts = name.split(".")
    if name.startswith("nn.functional."):
        return F, parts[2]
    if parts[0] in ("fft", "linalg", "special"):
        return getattr(gc, parts[0]), parts[1]
    return gc, parts[0]
