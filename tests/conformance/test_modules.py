"""Every module that PyTorch and grad have, over the samples that PyTorch tests its own with.

In training and in evaluation, in float64: the state_dict goes both ways, results, first and second
gradients of inputs and parameters are the same, and so is the state afterwards. PyTorch calls the
description of a module a ModuleInfo; `module_db` holds all of them.
"""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from tests.conformance.module_arguments import ours_of
from tests.conformance.nn_differences import MODULES, MODULES_NOT_OURS
from tests.conformance.rows import listed
from tests.conformance.side_by_side import Comparison, array, differ
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.testing._internal.common_modules import module_db
from torch.testing._internal.common_utils import set_rng_seed

import grad_core as gc
import grad_nn as nn

MOST = 40  # samples of a module and mode
MOST_OF_LARGE = 10  # of transformers, which take a second each
INFOS = {info.module_cls.__name__: info for info in module_db}
NAMES = [name for name in INFOS if hasattr(nn, name)]
NAMES_NOT_OURS = [name for names in MODULES_NOT_OURS.values() for name in names.split()]
LISTED = listed(MODULES)


@pytest.mark.parametrize("mode", ["train", "eval"])
@pytest.mark.parametrize("name", NAMES)
def test_module(name: str, mode: str, compared: Counter[str]) -> None:
    compared[f"modules of {len(INFOS)} in {mode}"] += 1
    problems = []
    known = LISTED.get((name, mode), {})
    for i, sample in samples(name, mode):
        found = difference(name, mode, sample, compared)
        stage = known.get(i, known.get(None))
        if found and found[0] != stage:
            problems.append(f"sample {i}, {found[0]}: {found[1]}")
        elif stage and not found:
            problems.append(f"sample {i}, {stage}: listed, but no longer differs")
    assert not problems, "\n".join([f"{len(problems)} samples", *problems[:20]])


def samples(name: str, mode: str) -> Iterator[tuple[int, Any]]:
    """Evenly chosen samples, with their places among all."""
    info = INFOS[name]
    set_rng_seed(0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = info.module_inputs_func(
            info, device="cpu", dtype=torch.float64, requires_grad=True, training=mode == "train"
        )
    most = MOST_OF_LARGE if name.startswith("Transformer") else MOST
    chosen = np.linspace(0, len(found) - 1, min(len(found), most)).round().astype(int)
    yield from ((i, found[i]) for i in chosen.tolist())


def difference(name: str, mode: str, sample: Any, compared: Counter[str]) -> tuple[str, str] | None:
    """Where the two first differ on a sample, and how."""
    info = INFOS[name]
    made, called = sample.constructor_input, sample.forward_input
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = info.module_cls(*made.args, **made.kwargs).to(torch.float64)
        theirs.train(mode == "train")
        gc.set_default_dtype(np.float64)
        try:
            args = [ours_of(x) for x in made.args]
            kwargs = {key: ours_of(x) for key, x in made.kwargs.items() if key != "device"}
            ours = getattr(nn, name)(*args, **kwargs).train(mode == "train")
            message = state_differs(ours, theirs, values=False)
            if message:
                return "state", message
            ours.load_state_dict({key: array(x) for key, x in theirs.state_dict().items()})
        except Exception as error:  # noqa: BLE001  # whatever it is, it is a difference
            return "constructor", f"{type(error).__name__}: {error}"
        finally:
            gc.set_default_dtype(np.float32)
    theirs_of = dict(theirs.named_parameters())
    state = [(theirs_of[key], p) for key, p in ours.named_parameters()]
    inputs = SimpleNamespace(input=None, args=called.args, kwargs=called.kwargs)
    comparison = Comparison(
        lambda _input, *args, **kwargs: theirs(*args, **kwargs),
        lambda _input, *args, **kwargs: ours(*args, **kwargs),
        inputs,
        2 if info.supports_gradgrad else 1,
        np.random.default_rng(0),
        state,
    )
    with sdpa_kernel(SDPBackend.MATH):  # the one that PyTorch can differentiate twice
        found = comparison.difference()
    compared.update(f"{mode} {stage}" for stage in comparison.stages)
    if found:
        return found
    message = state_differs(ours, theirs, values=True)
    return ("state", message) if message else None


def state_differs(ours: nn.Module, theirs: torch.nn.Module, values: bool) -> str | None:
    """How the state_dicts differ: in names, their order, shapes or dtypes, and in values."""
    a = ours.state_dict()
    b = {key: array(x) for key, x in theirs.state_dict().items()}
    if list(a) != list(b):
        return f"the state has {list(a)}, expected {list(b)}"
    for key in a:
        if a[key].shape != b[key].shape or a[key].dtype != b[key].dtype:
            return f"{key}: {a[key].dtype}{a[key].shape}, expected {b[key].dtype}{b[key].shape}"
        if values and (message := differ(a[key], b[key], 1.0)):
            return f"{key}: {message}"
    theirs.load_state_dict({key: torch.from_numpy(np.array(x)) for key, x in a.items()})
    return None


def test_all_modules_of_pytorch_are_listed_once() -> None:
    times = Counter([*NAMES, *NAMES_NOT_OURS])
    assert not [name for name, n in times.items() if n > 1]
    assert sorted(times) == sorted(INFOS)
    assert {name for name, _ in LISTED} <= set(NAMES)
