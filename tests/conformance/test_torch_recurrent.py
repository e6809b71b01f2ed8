"""Recurrent layers and packed sequences beside PyTorch: what its samples of modules leave out."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
import torch
from tests.conformance.side_by_side import array, differ, flat, largest
from torch.nn.utils import rnn as theirs_rnn

import grad_core as gc
import grad_nn as nn
from grad_core import Tensor
from grad_nn.utils import rnn

LENGTHS = [3, 5, 1, 5]
KINDS: list[tuple[str, dict[str, Any]]] = [
    ("RNN", {}),
    ("RNN", {"nonlinearity": "relu"}),
    ("GRU", {}),
    ("LSTM", {}),
    ("LSTM", {"proj_size": 2}),
]
CASES = [
    (kind, extra | {"num_layers": layers, "bidirectional": both, "bias": bias}, packed, first)
    for (kind, extra), (layers, both, bias), packed, first in product(
        KINDS, [(1, False, True), (2, True, True), (3, False, False)], [False, True], [False, True]
    )
]
IDS = [
    "-".join([kind, *map(str, settings.values()), "packed" * packed, "states" * first])
    for kind, settings, packed, first in CASES
]


def pair(kind: str, settings: dict[str, Any]) -> tuple[torch.nn.Module, Any]:
    """The same layer, with the same parameters, from the state_dict of either."""
    theirs = getattr(torch.nn, kind)(3, 4, **settings).to(torch.float64)
    ours = getattr(nn, kind)(3, 4, **settings, rng=0, dtype=np.float64)
    assert list(ours.state_dict()) == list(theirs.state_dict())
    theirs.load_state_dict({k: torch.from_numpy(v) for k, v in ours.state_dict().items()})
    ours.load_state_dict({k: array(v) for k, v in theirs.state_dict().items()})
    assert [[p.shape for p in ps] for ps in ours.all_weights] == [
        [tuple(p.shape) for p in ps] for ps in theirs.all_weights
    ]
    return theirs, ours


def leaves(*shape: int, rng: np.random.Generator) -> tuple[torch.Tensor, Tensor]:
    x = rng.normal(size=shape)
    return torch.tensor(x, requires_grad=True), Tensor(x, requires_grad=True, dtype=x.dtype)


def assert_same(ours: Any, theirs: Any) -> None:
    assert len(ours) == len(theirs)
    expected = [array(t) for t in theirs]
    scale = largest(1.0, expected)
    for i, (a, b) in enumerate(zip(ours, expected, strict=True)):
        message = differ(array(a), b, scale)
        assert message is None, f"{i}: {message}"


@pytest.mark.parametrize(("kind", "settings", "packed", "first"), CASES, ids=IDS)
def test_layer(kind: str, settings: dict[str, Any], packed: bool, first: bool) -> None:
    rng = np.random.default_rng(0)
    theirs, ours = pair(kind, settings)
    tx, x = leaves(5, len(LENGTHS), 3, rng=rng)
    runs = settings["num_layers"] * (1 + settings["bidirectional"])
    widths = (settings.get("proj_size", 4), 4)[: 1 + (kind == "LSTM")]
    states = [leaves(runs, len(LENGTHS), width, rng=rng) for width in widths] if first else []
    t_in: list[Any] = [tx]
    o_in: list[Any] = [x]
    if packed:
        t_in[0] = theirs_rnn.pack_padded_sequence(tx, LENGTHS, enforce_sorted=False)
        o_in[0] = rnn.pack_padded_sequence(x, LENGTHS, enforce_sorted=False)
        assert_same(o_in[0], t_in[0])
    if first:
        t_hx, o_hx = zip(*states, strict=True)
        t_in.append(t_hx if kind == "LSTM" else t_hx[0])
        o_in.append(o_hx if kind == "LSTM" else o_hx[0])
    t_out, o_out = theirs(*t_in), ours(*o_in)
    if packed:
        assert isinstance(o_out[0], rnn.PackedSequence)
        t_out = (theirs_rnn.pad_packed_sequence(t_out[0]), t_out[1])
        o_out = (rnn.pad_packed_sequence(o_out[0]), o_out[1])
    t_flat, o_flat = list(flat(t_out)), list(flat(o_out))
    assert_same(o_flat, t_flat)

    t_flat = [t for t in t_flat if t.requires_grad]
    o_flat = [t for t in o_flat if isinstance(t, Tensor)]
    t_ends = [tx, *(t for t, _ in states), *theirs.parameters()]
    o_ends = [x, *(t for _, t in states), *ours.parameters()]
    weights = [rng.normal(size=t.shape) for t in t_flat]
    t_loss = sum((torch.tensor(w) * t).sum() for w, t in zip(weights, t_flat, strict=True))
    o_loss = sum((gc.from_numpy(w) * t).sum() for w, t in zip(weights, o_flat, strict=True))
    t_first = torch.autograd.grad(t_loss, t_ends, create_graph=True)
    assert_same(gc.gradient(o_loss, o_ends, retain_graph=True), t_first)  # by the fused rule
    o_first = gc.gradient(o_loss, o_ends, create_graph=True)  # by composition
    assert_same(o_first, t_first)
    t_second = torch.autograd.grad(
        sum((g**2).sum() for g in t_first), t_ends, materialize_grads=True, allow_unused=True
    )
    assert_same(gc.gradient(sum((g**2).sum() for g in o_first), o_ends), t_second)


def test_dropout_of_everything() -> None:
    theirs, ours = pair("LSTM", {"num_layers": 2, "dropout": 1.0})
    tx, x = leaves(4, 2, 3, rng=np.random.default_rng(0))
    assert_same(list(flat(ours(x))), list(flat(theirs(tx))))
    assert_same(list(flat(ours.eval()(x))), list(flat(theirs.eval()(tx))))


SETTINGS: list[dict[str, Any]] = [
    {},
    {"num_layers": 2, "dropout": 0.5},
    {"bias": False, "batch_first": True, "bidirectional": True},
]


@pytest.mark.parametrize("kind", ["RNN", "LSTM", "GRU"])
@pytest.mark.parametrize("settings", SETTINGS, ids=str)
def test_text_and_attributes(kind: str, settings: dict[str, Any]) -> None:
    theirs, ours = pair(kind, settings)
    assert repr(ours) == repr(theirs)
    shared = {k: v for k, v in vars(theirs).items() if k[0] != "_"}
    assert {k: getattr(ours, k) for k in shared} == shared


@pytest.mark.parametrize("batch_first", [False, True])
@pytest.mark.parametrize("enforce_sorted", [False, True])
@pytest.mark.parametrize("rest", [(), (2,), (2, 3)])
def test_packing(batch_first: bool, enforce_sorted: bool, rest: tuple[int, ...]) -> None:
    lengths = [5, 5, 3, 1] if enforce_sorted else LENGTHS
    rng = np.random.default_rng(0)
    tx, x = leaves(*((4, 5) if batch_first else (5, 4)), *rest, rng=rng)
    t_packed = theirs_rnn.pack_padded_sequence(tx, lengths, batch_first, enforce_sorted)
    packed = rnn.pack_padded_sequence(x, lengths, batch_first, enforce_sorted)
    assert (packed.sorted_indices is None) == (t_packed.sorted_indices is None)
    assert_same([a for a in packed if a is not None], [a for a in t_packed if a is not None])
    for other in (False, True):
        assert_same(
            rnn.pad_packed_sequence(packed, other, 1.5, 7),
            theirs_rnn.pad_packed_sequence(t_packed, other, 1.5, 7),
        )
    apart, t_apart = rnn.unpack_sequence(packed), theirs_rnn.unpack_sequence(t_packed)
    assert_same(apart, t_apart)
    again = rnn.pack_sequence(apart, enforce_sorted)
    t_again = theirs_rnn.pack_sequence(t_apart, enforce_sorted)
    assert_same([a for a in again if a is not None], [a for a in t_again if a is not None])
    for side in ("left", "right"):
        args: Any = (batch_first, -1.0, side)
        assert_same([rnn.pad_sequence(apart, *args)], [theirs_rnn.pad_sequence(t_apart, *args)])
    assert_same(
        rnn.unpad_sequence(x, lengths, batch_first),
        # A copy, as theirs transposes its argument in place
        theirs_rnn.unpad_sequence(tx.detach().clone(), torch.tensor(lengths), batch_first),
    )
    t_packed.data.pow(2).sum().backward()
    (packed.data**2).sum().backward()
    assert_same([x.grad], [tx.grad])


def test_names() -> None:
    assert set(theirs_rnn.__all__) == set(rnn.__all__)
