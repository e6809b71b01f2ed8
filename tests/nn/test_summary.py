"""summary: rows, totals, counts by class, and that a model is afterwards as it was."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import grad_core as gc
import grad_nn as nn
from grad_core import Tensor
from grad_nn import Linear, Module, Parameter, ReLU, Sequential, summary
from grad_nn.utils import parametrizations


class Block(Module):
    """A layer that is used twice, one that is not, a Parameter, and a function."""

    def __init__(self) -> None:
        self.linear = Linear(4, 4, rng=0)
        self.unused = Linear(4, 9, rng=0)
        self.act = ReLU()
        self.scale = Parameter(data=[2.0])

    def forward(self, x: Tensor) -> Tensor:
        return self.linear(self.act(self.linear(x))) * self.scale


class Net(Module):
    def __init__(self) -> None:
        self.blocks = [Block(), Block()]
        self.head = Sequential(Linear(4, 2, rng=0), gc.tanh)
        self.blocks[1].linear.requires_grad_(False)

    def forward(self, x: Tensor) -> Tensor:
        for block in self.blocks:
            x = block(x)
        return self.head(x)


def test_rows_are_calls_in_their_order() -> None:
    found = summary(Net(), (3, 4))
    assert [(row.depth, row.name, row.kind) for row in found.rows] == [
        (0, "", "Net"),
        (1, "blocks.0", "Block"),
        (2, "blocks.0.linear", "Linear"),
        (2, "blocks.0.act", "ReLU"),
        (2, "blocks.0.linear", "Linear"),
        (1, "blocks.1", "Block"),
        (2, "blocks.1.linear", "Linear"),
        (2, "blocks.1.act", "ReLU"),
        (2, "blocks.1.linear", "Linear"),
        (1, "head", "Sequential"),
        (2, "head.0", "Linear"),
    ]
    assert [row.is_repeated for row in found.rows].count(True) == 2
    assert {row.input_shapes for row in found.rows[:9]} == {((3, 4),)}
    assert found.rows[10].output_shapes == ((3, 2),)
    assert found.rows[10].output_bytes == 24
    assert [row.is_layer for row in found.rows] == [
        False,
        False,
        *[True] * 3,
        False,
        *[True] * 3,
        False,
        True,
    ]


def test_totals() -> None:
    model = Net()
    found = summary(model, (3, 4))
    assert found.parameters == model.params_count() == 2 * (20 + 45 + 1) + 10
    assert found.trainable_parameters == found.parameters - 20
    assert sum(row.parameters for row in found.rows) == found.parameters
    assert sum(row.trainable_parameters for row in found.rows) == found.trainable_parameters
    assert found.multiply_adds == 4 * 3 * 16 + 3 * 8
    assert found.unknown == ["blocks.0", "blocks.1"]  # what is done with `scale`
    assert found.not_called == ["blocks.0.unused", "blocks.1.unused"]
    assert found.input_bytes == 48
    assert found.parameter_bytes == found.parameters * 4
    assert found.buffer_bytes == 0
    assert found.forward_bytes == 6 * 48 + 24
    assert found.backward_bytes == found.forward_bytes + found.trainable_parameters * 4


def test_the_text() -> None:
    found = summary(Net(), (3, 4))
    assert str(found) == repr(found) == found.table()
    lines = str(found).splitlines()
    assert lines[0].split() == ["Layer", "Output", "Parameters", "Trainable", "Multiply-adds"]
    assert lines[3].split() == ["blocks.0:", "Block", "(3,", "4)", "46", "yes", "unknown"]
    assert lines[4].split() == ["linear:", "Linear", "(3,", "4)", "20", "yes", "48"]
    assert lines[6].split() == ["linear:", "Linear", "(3,", "4)", "as", "above", "48"]
    assert lines[8].split() == ["linear:", "Linear", "(3,", "4)", "20", "no", "48"]
    assert len({len(line) for line in lines[:2]}) == 1
    assert "Parameters: 142, 20 of them frozen" in lines
    assert "  not called: blocks.0.unused, blocks.1.unused" in lines
    assert "Multiply-adds: at least 216; not known of blocks.0, blocks.1" in lines


def test_a_table_that_is_less_deep_adds_what_is_below() -> None:
    found = summary(Net(), (3, 4))
    lines = found.table(depth=1).splitlines()
    assert [line.split()[0] for line in lines[2:6]] == ["Net", "blocks.0:", "blocks.1:", "head:"]
    assert lines[4].split() == ["blocks.1:", "Block", "(3,", "4)", "66", "in", "part", "unknown"]
    assert lines[5].split() == ["head:", "Sequential", "(3,", "2)", "10", "yes", "24"]
    assert found.table(depth=0).splitlines()[2].split() == [
        "Net",
        "(3,",
        "2)",
        "142",
        "in",
        "part",
        "unknown",
    ]
    assert found.table(depth=9) == found.table()


COUNTS: list[tuple[str, Any, list[Any], int]] = [
    ("linear", nn.Linear(3, 5), [(2, 7, 3)], 2 * 7 * 3 * 5),
    ("bilinear", nn.Bilinear(2, 3, 4), [(5, 2), (5, 3)], 5 * 4 * (2 * 3 + 2)),
    ("conv1d", nn.Conv1d(4, 6, 3, groups=2), [(2, 4, 9)], 2 * 6 * 7 * 2 * 3),
    ("conv2d", nn.Conv2d(1, 2, (3, 2), stride=2), [(1, 9, 9)], 2 * 4 * 4 * 6),
    ("conv3d", nn.Conv3d(2, 3, 2), [(1, 2, 3, 3, 3)], 3 * 8 * 2 * 8),
    ("transposed", nn.ConvTranspose2d(4, 6, 3, groups=2), [(1, 4, 5, 5)], 4 * 25 * 3 * 9),
    ("rnn", nn.RNN(3, 4), [(7, 2, 3)], 14 * (12 + 16)),
    ("lstm", nn.LSTM(3, 4, num_layers=2, bidirectional=True), [(7, 2, 3)], 14 * 2 * 4 * (12 + 16 + 32 + 16)),
    ("lstm-proj", nn.LSTM(3, 4, proj_size=2), [(7, 3)], 7 * (4 * (12 + 8) + 8)),
    ("gru", nn.GRU(3, 4, batch_first=True), [(2, 7, 3)], 14 * 3 * (12 + 16)),
    ("cell", nn.LSTMCell(3, 4), [(2, 3)], 2 * 4 * (12 + 16)),
    ("attention", nn.MultiheadAttention(4, 2), [(5, 3, 4), (7, 3, 4), (7, 3, 4)], 3 * (5 * 32 + 7 * 32) + 3 * 5 * 7 * 8),
    ("attention-alone", nn.MultiheadAttention(4, 2), [(5, 4), (7, 4), (7, 4)], 5 * 32 + 7 * 32 + 5 * 7 * 8),
    (
        "attention-more",
        nn.MultiheadAttention(4, 2, kdim=3, vdim=2, add_bias_kv=True, add_zero_attn=True, batch_first=True),
        [(3, 5, 4), (3, 7, 3), (3, 7, 2)],
        3 * (5 * 32 + 7 * 12 + 7 * 8) + 3 * 5 * 9 * 8,
    ),
    ("batch_norm", nn.BatchNorm1d(3), [(2, 3, 5)], 30),
    ("layer_norm", nn.LayerNorm(3), [(2, 3)], 6),
    ("prelu", nn.PReLU(), [(2, 3)], 6),
    ("none", nn.Dropout(), [(2, 3)], 0),
    ("empty", nn.Linear(3, 5), [(0, 3)], 0),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "layer", "shapes", "expected"), COUNTS, ids=[c[0] for c in COUNTS]
)
def test_multiply_adds(name: str, layer: Module, shapes: list[Any], expected: int) -> None:
    found = summary(layer, *shapes)
    assert found.multiply_adds == expected
    assert not found.unknown
    assert not [row for row in found.rows[1:] if row.multiply_adds]


def test_multiply_adds_of_embeddings_and_packed_sequences() -> None:
    assert summary(nn.Embedding(9, 4), (2, 3), dtypes=np.int64).multiply_adds == 0
    packed = nn.utils.rnn.pack_sequence([Tensor(np.ones((3, 2))), Tensor(np.ones((1, 2)))])
    assert summary(nn.GRU(2, 5), packed).multiply_adds == 4 * 3 * (10 + 25)


def test_a_transformer_is_counted_by_its_parts() -> None:
    layer = nn.TransformerEncoderLayer(8, 2, dim_feedforward=16, batch_first=True)
    found = summary(layer, (2, 5, 8))
    attention = 10 * 4 * 64 + 2 * 25 * 16
    assert found.multiply_adds == attention + 2 * 10 * 8 * 16 + 2 * 80
    assert not found.unknown
    assert found.not_called == ["self_attn.out_proj"]


def test_what_is_not_known_is_said() -> None:
    class Custom(Module):
        def __init__(self) -> None:
            self.inner = Linear(2, 2, rng=0)

        def forward(self, x: Tensor) -> Tensor:
            return x @ self.inner.weight

    found = summary(Sequential(Custom(), Linear(2, 2, rng=0)), (1, 2))
    assert found.unknown == ["0"]
    assert found.rows[1].multiply_adds is None
    assert found.multiply_adds == 4
    assert "at least 4; not known of 0" in str(found)
    alone = summary(Custom(), (1, 2))
    assert "not known of the model itself" in str(alone)


def test_tied_parameters_are_counted_once() -> None:
    class Tied(Module):
        def __init__(self) -> None:
            self.a, self.b = Linear(3, 3, rng=0), Linear(3, 3, rng=0)
            self.b.weight = self.a.weight

        def forward(self, x: Tensor) -> Tensor:
            return self.b(self.a(x))

    found = summary(Tied(), (1, 3))
    assert [row.parameters for row in found.rows] == [0, 12, 3]
    assert found.parameters == 15
    assert found.multiply_adds == 18


def test_classes_can_be_registered() -> None:
    class Sub(Linear):
        pass

    class Table(Module):
        def __init__(self) -> None:
            self.inner = Linear(2, 2, rng=0)

        def forward(self, x: Tensor, y: Tensor) -> Tensor:
            return self.inner(x) * y

    assert summary(Sub(2, 3), (1, 2)).multiply_adds == 6

    @nn.multiply_adds_of(Table)
    def count(layer: Table, inputs: tuple[Tensor, ...], outputs: tuple[Tensor, ...]) -> int:
        return 1000 * inputs[0].size + inputs[1].size

    x, y = Tensor([[1.0, 2.0]]), Tensor([1.0])
    for found in (summary(Table(), x, y), summary(Table(), x=x, y=y), summary(Table(), y=y, x=x)):
        assert found.multiply_adds == 2001
        assert [row.multiply_adds for row in found.rows] == [2001, 0]
    with pytest.raises(TypeError, match="multiply_adds_of: got 3, expected a class of Modules"):
        nn.multiply_adds_of(3)  # type: ignore[arg-type]  # the error under test


def test_inputs_of_every_kind() -> None:
    class Many(Module):
        def forward(
            self,
            a: Tensor,
            b: Tensor,
            pair: tuple[Tensor, Tensor],
            name: str,
            *,
            size: tuple[int, int],
        ) -> dict[str, Any]:
            assert name == "text"
            assert size == (2, 2)
            return {"sum": a.sum(), "rest": [b, (pair[0], "x")]}

    x = Tensor([1.0], dtype=np.float64)
    found = summary(Many(), (2, 3), (), (x, x), "text", size=(2, 2), dtypes=[np.float16, np.int64])
    row = found.rows[0]
    assert row.input_shapes == ((2, 3), (), (1,), (1,))
    assert row.output_shapes == ((), (), (1,))
    assert row.output_bytes == 2 + 8 + 8
    assert "(), (), (1,)" in str(found)
    assert found.input_bytes == 12 + 8 + 16
    seen: list[Any] = []

    class Look(Module):
        def forward(self, *xs: Tensor) -> None:
            seen.extend(x.data.tolist() for x in xs)

    summary(Look(), (1,), (2,), (np.int64(1),), dtypes=[np.float32, "int32", bool])
    assert seen == [[1.0], [0, 0], [False]]
    assert "(1, 2)" in str(summary(Linear(2, 2).double(), (1, 2)))
    assert summary(Linear(2, 2, dtype=np.float64), (1, 2)).rows[0].output_bytes == 16


class Stateful(Module):
    """What changes when it is called."""

    def __init__(self) -> None:
        self.bn = nn.BatchNorm1d(2)
        self.drop = nn.Dropout()
        self.mean = nn.Buffer([0.0])
        self.calls = 0
        self.linear = parametrizations.spectral_norm(Linear(2, 2, rng=0), rng=0)
        self.drop.training = False

    def forward(self, x: Tensor, fail: bool = False) -> Tensor:
        self.calls += 1
        self.mean.data[...] += 1
        self.cache = self.mean
        self.mean = nn.Buffer([9.0])
        y = self.linear(self.drop(self.bn(x)))
        if fail:
            raise ZeroDivisionError("its own")
        return y


@pytest.mark.parametrize("fail", [False, True])
def test_the_model_is_as_it_was(fail: bool) -> None:
    model = Stateful()
    seen: list[str] = []
    handle = model.bn.register_forward_hook(lambda *_: seen.append("hook"))
    before = {name: dict(vars(module)) for name, module in model.named_modules()}
    state = model.state_dict()
    if fail:
        with pytest.raises(ZeroDivisionError, match="its own") as caught:
            summary(model, (3, 2), fail=True)
        assert caught.value.__notes__ == ["summary: raised in the model itself, Stateful"]
    else:
        summary(model, (3, 2))
    assert seen == ["hook"]
    for name, module in model.named_modules():
        assert vars(module) == before[name]
        assert list(vars(module)) == list(before[name])
    for name, value in model.state_dict().items():
        np.testing.assert_array_equal(value, state[name])
    assert model.training
    assert not model.drop.training
    assert gc.is_grad_enabled()
    handle.remove()
    assert not model.bn._hooks


def test_an_error_says_where_it_was_raised() -> None:
    model = Sequential(Linear(2, 3, rng=0), Sequential(ReLU(), Linear(2, 1, rng=0)))
    with pytest.raises(ValueError, match="linear: input has shape") as caught:
        summary(model, (1, 2))
    assert caught.value.__notes__ == ["summary: raised in 1.1, Linear"]
    assert not any(module._hooks for module in model.modules())


def test_errors_that_are_handled_inside() -> None:
    class Tries(Module):
        def __init__(self) -> None:
            self.wrong, self.right = Linear(5, 1, rng=0), Linear(2, 1, rng=0)

        def forward(self, x: Tensor) -> Tensor:
            try:
                return self.wrong(x)
            except ValueError:
                return self.right(x)

    found = summary(Tries(), (1, 2))
    assert [row.name for row in found.rows] == ["", "wrong", "right"]
    assert found.rows[1].output_shapes == ()
    assert found.multiply_adds == 2


@pytest.mark.parametrize(
    ("run", "kind", "message"),
    [
        (lambda: summary(gc.tanh, (1,)), TypeError, "summary: model is Unary, expected a Module"),  # type: ignore[arg-type]  # the error under test
        (lambda: summary(ReLU(), (1,), dtypes=[int, int]), ValueError, "summary: got 2 dtypes for 1 shapes"),
        (lambda: summary(ReLU(), (-1,)), ValueError, r"summary: a size is negative in the shape \(-1,\)"),
        (lambda: summary(ReLU(), (1,), dtypes="text"), TypeError, "summary: "),
        (lambda: summary(Module(), (1,)), TypeError, "Module has no forward method to call"),
    ],
)  # fmt: skip
def test_errors(run: Any, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        run()


def test_memory_is_shown_in_units() -> None:
    found = summary(Linear(1000, 2000, bias=False, rng=0), (1, 1000))
    assert "parameters 8.00 MB, buffers 0 B, inputs 4.00 kB" in str(found)
    found.parameter_bytes = 3 * 10**15
    assert "parameters 3000.00 TB" in str(found)
