"""Embeddings: sums of gradients, norms, padding, layers; the table of functions has the values."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

import grad_core as gc
import grad_init
import grad_nn as nn
from grad_core import Tensor
from grad_core.testing import check_grads
from grad_nn import functional as F  # noqa: N812  # the field's name
from grad_nn.functional.lookup import scattered_

rng = np.random.default_rng(5)


def sums(index: Any, g: Any, rows: int) -> Any:
    out = np.zeros((rows, *g.shape[index.ndim :]))
    for i in np.ndindex(index.shape):
        out[index[i]] += g[i]
    return out


@given(st.data(), st.integers(1, 200), st.integers(0, 5), st.lists(st.integers(0, 4), max_size=2))
def test_what_goes_back_to_each_row(data: Any, rows: int, width: int, shape: list[int]) -> None:
    local = np.random.default_rng(data.draw(st.integers(0, 1000)))
    index = local.integers(0, rows, tuple(shape))
    g = local.normal(size=(*shape, width))
    assert_allclose(scattered_(g, index, rows, None, None), sums(index, g, rows), rtol=1e-12)
    assert_allclose(
        scattered_(g.astype(np.float32), index, rows, None, None),
        sums(index, g, rows),
        rtol=1e-4,
        atol=1e-5,
    )


@pytest.mark.parametrize("rows", [3, 64, 65, 5000])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_many_numbers(rows: int, dtype: type) -> None:
    index = rng.integers(0, rows, 3000)
    g: Any = rng.normal(size=(3000, 33)).astype(dtype)
    found = scattered_(g, index, rows, None, None)
    assert found.dtype == dtype
    assert_allclose(found, sums(index, g.astype(np.float64), rows), rtol=1e-5, atol=1e-4)


@pytest.mark.parametrize("rows", [3, 300])
def test_what_is_not_finite_stays_in_its_row(rows: int) -> None:
    g: Any = np.ones((4, 2), np.float32)
    g[0, 1], g[1, 0] = np.nan, np.inf
    found = scattered_(g, np.array([0, 1, 2, 2]), rows, None, None)
    assert_array_equal(found[:3], [[1, np.nan], [np.inf, 1], [2, 2]])


@pytest.mark.parametrize("rows", [3, 300])
def test_float16_is_summed_in_float32(rows: int) -> None:
    index = np.zeros(5000, np.int64)
    g = np.ones((5000, 2), np.float16)  # ones stop counting at 2048
    found = scattered_(g, index, rows, None, None)
    assert found.dtype == np.float16
    assert_array_equal(found[0], [5000, 5000])
    weight = Tensor(np.ones((rows, 2)), dtype=np.float16)
    bags = F.embedding_bag(index, weight, np.array([0]), mode="sum")
    assert bags.dtype == np.float16
    assert_array_equal(bags.data, [[5000, 5000]])


@pytest.mark.parametrize("kind", ["tensor", "int64", "int32", "uint8", "strided", "read-only"])
def test_numbers_of_any_kind(kind: str) -> None:
    words: Any = np.array([[2, 0], [1, 2]])
    given: Any = {
        "tensor": Tensor(words, dtype=np.int64),
        "int64": words.copy(),
        "int32": words.astype(np.int32),
        "uint8": words.astype(np.uint8),
        "strided": np.repeat(words, 2, 1)[:, ::2],
        "read-only": words.copy(),
    }[kind]
    if kind == "read-only":
        given.flags.writeable = False
    weight = Tensor(rng.normal(size=(3, 2)), requires_grad=True)
    y = F.embedding(given, weight)
    assert_array_equal(y.data, weight.data[words])
    if isinstance(given, np.ndarray) and given.flags.writeable:
        given[...] = 0  # the caller's own, before the gradient is asked for
    y.sum().backward()
    assert_array_equal(weight.grad, [[1, 1], [1, 1], [2, 2]])


@pytest.mark.parametrize("rows", [4, 100])
def test_padding_gets_no_gradient(rows: int) -> None:
    words = np.array([0, 1, 1, 3])
    weight = Tensor(rng.normal(size=(rows, 2)), requires_grad=True)
    (F.embedding(words, weight, padding_idx=1) * 3).sum().backward()
    assert_array_equal(weight.grad[:4], [[3, 3], [0, 0], [0, 0], [3, 3]])  # type: ignore[index]  # it is there
    # Of higher order: the gradient is a function of the weight of what follows.
    v = Tensor(rng.normal(size=(4, 2)), requires_grad=True)
    y = F.embedding(words, weight, padding_idx=1 - rows)
    first = gc.gradient(y, weight, v, create_graph=True)
    c = rng.normal(size=(rows, 2)).astype(np.float32)
    second = gc.gradient((first * c).sum(), v)
    assert_array_equal(second.data, np.where([[1], [0], [0], [1]], c[words], 0))


def test_frequencies_divide_the_gradient() -> None:
    words = np.array([0, 1, 1, 1, 3, 3])
    weight = Tensor(rng.normal(size=(4, 2)), requires_grad=True)
    F.embedding(words, weight, scale_grad_by_freq=True).sum().backward()
    assert_array_equal(weight.grad, [[1, 1], [1, 1], [0, 0], [1, 1]])
    weight.zero_grad()
    bags = F.embedding_bag(words, weight, np.array([0, 2]), scale_grad_by_freq=True, mode="sum")
    (bags * np.array([[1.0], [2.0]])).sum().backward()
    assert_allclose(weight.grad, np.array([[1.0], [5 / 3], [0.0], [2.0]]) * [1, 1], rtol=1e-6)  # type: ignore[arg-type]  # it is there
    v = Tensor(rng.normal(size=(6, 2)), requires_grad=True)
    first = gc.gradient(
        F.embedding(words, weight, scale_grad_by_freq=True), weight, v, create_graph=True
    )
    counts = np.array([1, 3, 3, 3, 2, 2])[:, None]
    assert_allclose(
        gc.gradient(first.sum(), v).data, np.broadcast_to(1 / counts, (6, 2)), rtol=1e-6
    )


@pytest.mark.parametrize("p", [1.0, 2.0, np.inf])
def test_long_vectors_are_shortened_where_they_are(p: float) -> None:
    layer = nn.Embedding(5, 3, max_norm=1.0, norm_type=p, rng=0)
    layer.weight.data = np.arange(15).reshape(5, 3) / 10
    before = layer.weight.data.copy()
    squares = (layer.weight**2).sum()  # graphs that need the old value keep it
    layer(np.array([4, 0, 4, 1])).sum().backward()
    norms = np.linalg.norm(before, p, axis=1)
    expected = before.copy()
    for i in (0, 1, 4):
        expected[i] /= max(norms[i], 1.0)
    assert_allclose(layer.weight.data, expected, rtol=1e-6)
    assert_array_equal(layer.weight.grad, np.array([1, 1, 0, 0, 2])[:, None] * np.ones(3))
    assert_array_equal(gc.gradient(squares, layer.weight).data, 2 * before)
    assert layer.weight.requires_grad
    same = layer.weight.data
    layer(np.array([4, 0]))
    assert layer.weight.data is same  # nothing is copied where nothing is long
    bag = nn.EmbeddingBag.from_pretrained(before, max_norm=1.0, norm_type=p)
    bag(np.array([[4, 0, 1]]))
    assert_allclose(bag.weight.data, expected, rtol=1e-6)


def test_only_the_first_maximum_gets_the_gradient() -> None:
    weight = Tensor(np.ones((3, 2)), requires_grad=True)
    F.embedding_bag(np.array([[2, 0, 1]]), weight, mode="max").sum().backward()
    assert_array_equal(weight.grad, [[0, 0], [0, 0], [1, 1]])
    data = weight.data.copy()
    data[0, 1] = np.nan
    y = F.embedding_bag(np.array([[2, 0, 1]]), Tensor(data), mode="max")
    assert_array_equal(y.data, [[1, np.nan]])


def test_bags_that_end_before_the_numbers_do() -> None:
    weight = Tensor(rng.normal(size=(5, 2)))
    f = Tensor([1.0, 2.0, 3.0, 4.0])
    y = F.embedding_bag(
        np.array([0, 1, 2, 3]), weight, np.array([0, 2, 3]), mode="sum",
        include_last_offset=True, per_sample_weights=f,
    )  # fmt: skip
    w = weight.data
    assert_allclose(y.data, [w[0] + 2 * w[1], 3 * w[2]], rtol=1e-6)


@pytest.mark.parametrize("mode", ["sum", "mean", "max"])
def test_empty_bags_are_zero(mode: Any) -> None:
    weight = Tensor(rng.normal(size=(5, 2)) - 9, requires_grad=True)
    none = np.zeros(0, np.int64)
    for words, offsets, padding in (
        (none, np.array([0, 0]), None),
        (np.array([1, 1]), np.array([0, 2]), 1),
        (np.zeros((2, 0), np.int64), None, None),
    ):
        y = F.embedding_bag(words, weight, offsets, mode=mode, padding_idx=padding)
        assert_array_equal(y.data, np.zeros((2, 2)))
        y.sum().backward()
        assert_array_equal(weight.grad, np.zeros((5, 2)))
    assert F.embedding_bag(none, weight, none, mode=mode).shape == (0, 2)
    empty = Tensor(np.zeros((0, 2)))
    assert_array_equal(F.embedding_bag(none, empty, np.array([0]), mode=mode).data, [[0, 0]])


def test_one_hot() -> None:
    y = F.one_hot(np.array([[0, 2], [1, 0]]), 4)
    assert y.dtype == np.int64
    assert_array_equal(y.data, np.eye(4)[[[0, 2], [1, 0]]])
    assert_array_equal(F.one_hot(Tensor(3, dtype=np.int8)).data, [0, 0, 0, 1])
    assert F.one_hot(np.zeros((0, 2), np.int64), 3).shape == (0, 2, 3)


def test_drawing() -> None:
    layer = nn.Embedding(1000, 50, padding_idx=-1, rng=0)
    assert layer.padding_idx == 999
    drawn = layer.weight.data[:-1]
    assert_allclose([drawn.mean(), drawn.std()], [0, 1], atol=0.01)
    assert_array_equal(layer.weight.data[-1], np.zeros(50))
    assert layer.weight.dtype == np.float32
    again = nn.EmbeddingBag(1000, 50, padding_idx=-1, rng=0)
    assert_array_equal(again.weight.data, layer.weight.data)
    small = nn.Embedding(4, 3, init_method=grad_init.Normal(std=0.02), rng=0, dtype="float64")
    assert np.abs(small.weight.data).max() < 0.1
    assert small.weight.dtype == np.float64


@pytest.mark.parametrize("kind", [nn.Embedding, nn.EmbeddingBag])
def test_from_pretrained(kind: Any) -> None:
    given = rng.normal(size=(4, 3))
    layer = kind.from_pretrained(given, padding_idx=1)
    assert type(layer) is kind
    assert not layer.weight.requires_grad
    assert layer.weight.dtype == np.float64
    given[0] = 7  # it was copied
    assert (layer.weight.data[0] != 7).all()
    assert (layer.weight.data[1] != 0).all()  # as in PyTorch, what is given stays
    assert kind.from_pretrained(Tensor(given), freeze=False).weight.requires_grad
    assert list(layer.state_dict()) == ["weight"]
    assert copy.deepcopy(layer).padding_idx == 1


@pytest.mark.parametrize(
    ("layer", "text"),
    [
        (nn.Embedding(3, 4), "Embedding(3, 4)"),
        (nn.Embedding(3, 4, -1, 2.0, 1.0, True), "Embedding(3, 4, padding_idx=2, max_norm=2.0, norm_type=1.0, scale_grad_by_freq=True)"),
        (nn.EmbeddingBag(3, 4), "EmbeddingBag(3, 4, mode='mean')"),
        (nn.EmbeddingBag(3, 4, 2.0, 1.0, True, "sum", padding_idx=0), "EmbeddingBag(3, 4, max_norm=2.0, norm_type=1.0, scale_grad_by_freq=True, mode='sum', padding_idx=0)"),
    ],
)  # fmt: skip
def test_text(layer: nn.Module, text: str) -> None:
    assert repr(layer) == text


def test_third_derivatives_of_what_follows() -> None:
    check_grads(
        lambda w: (F.embedding_bag(np.array([[0, 1, 1], [2, 2, 1]]), w) ** 3).sum(),
        [rng.normal(size=(3, 2))],
        order=3,
        rtol=1e-4,
    )


W = Tensor(np.ones((4, 2)), requires_grad=True)
I: Any = np.array([0, 1, 2])
O: Any = np.array([0, 2])
ERRORS: list[tuple[str, Callable[[], Any], type[Exception], str]] = [
    ("range", lambda: F.embedding(np.array([1, 4]), W), IndexError, "embedding: input contains 4, expected 0 to 3"),
    ("negative", lambda: nn.Embedding(4, 2)(np.array([[-1]])), IndexError, "embedding: input contains -1, expected 0 to 3"),
    ("no rows", lambda: nn.Embedding(0, 2)(np.array([0])), IndexError, "embedding: input contains 0, but there is nothing to look up"),
    ("negative norm", lambda: nn.Embedding(4, 2, max_norm=-1.0)(I), ValueError, r"embedding: max_norm is -1\.0, expected a number, at least 0"),
    ("floats", lambda: F.embedding(Tensor([1.0]), W), TypeError, r"embedding: input is float32, expected integers: Tensor\(\.\.\., dtype='int64'\)"),
    ("booleans", lambda: F.embedding(np.array([True]), W), TypeError, "embedding: input is bool, expected integers"),
    ("list", lambda: F.embedding([1, 2], W), TypeError, "embedding: input is list, expected a Tensor or an ndarray of int"),  # type: ignore[arg-type]  # the error under test
    ("weight", lambda: F.embedding(I, W[0]), ValueError, r"embedding: weight has shape \(2,\), expected \(num_emb"),
    ("swapped", lambda: F.embedding(W, I), TypeError, "embedding: weight is ndarray, expected a Tensor"),
    ("padding", lambda: F.embedding(I, W, padding_idx=4), ValueError, "embedding: padding_idx is 4, expected None or the number of one of 4 rows"),
    ("layer padding", lambda: nn.Embedding(4, 2, -5), ValueError, "Embedding: padding_idx is -5, expected"),
    ("computed", lambda: F.embedding(I, W * 2, max_norm=1.0), RuntimeError, "embedding: max_norm changes weight, which is the result"),
    ("size", lambda: nn.Embedding(-4, 2), ValueError, "Embedding: num_embeddings is an int, at least 0; got -4"),
    ("pretrained", lambda: nn.Embedding.from_pretrained([1.0]), ValueError, r"Embedding.from_pretrained: embeddings are float64\[1\], expected"),
    ("pretrained ints", lambda: nn.EmbeddingBag.from_pretrained([[1]]), ValueError, r"EmbeddingBag.from_pretrained: embeddings are int64\[1, 1\]"),
    ("mode", lambda: nn.EmbeddingBag(4, 2, mode="avg"), ValueError, "EmbeddingBag: mode is 'avg', expected 'sum', 'mean' or 'max'"),  # type: ignore[arg-type]  # the error under test
    ("no offsets", lambda: F.embedding_bag(I, W), ValueError, r"embedding_bag: input has shape \(3,\), expected offsets"),
    ("offsets", lambda: F.embedding_bag(I[None], W, O), ValueError, r"input has shape \(1, 3\), whose rows are the bags"),
    ("axes", lambda: F.embedding_bag(I[None, None], W), ValueError, r"input has shape \(1, 1, 3\), expected \(B, N\) or \(N,\)"),
    ("start", lambda: F.embedding_bag(I, W, O + 1), ValueError, r"offsets is \[1, 3\], expected numbers in order, from 0 to 3"),
    ("order", lambda: F.embedding_bag(I, W, np.array([0, 2, 1])), ValueError, r"offsets is \[0, 2, 1\], expected numbers in order"),
    ("beyond", lambda: F.embedding_bag(I, W, np.array([0, 5])), ValueError, r"offsets is \[0, 5\], expected numbers in order"),
    ("last", lambda: F.embedding_bag(I, W, np.array([0, 5]), include_last_offset=True), ValueError, r"offsets is \[0, 5\]"),
    ("offset axes", lambda: F.embedding_bag(I, W, O[None]), ValueError, r"offsets has shape \(1, 2\), expected \(B \+ 0,\)"),
    ("offset floats", lambda: F.embedding_bag(I, W, Tensor([0.0])), TypeError, "embedding_bag: offsets is float32"),
    ("factors", lambda: F.embedding_bag(I, W, O, per_sample_weights=W), ValueError, "per_sample_weights go with mode 'sum' only, got 'mean'"),
    ("factor shape", lambda: F.embedding_bag(I, W, O, mode="sum", per_sample_weights=W), ValueError, r"per_sample_weights has shape \(4, 2\), expected \(3,\)"),
    ("frequencies", lambda: F.embedding_bag(I, W, O, None, 2.0, True, "max"), ValueError, "scale_grad_by_freq does not go with mode 'max'"),
    ("one_hot", lambda: F.one_hot(np.array([3]), 3), IndexError, "one_hot: tensor contains 3, expected 0 to 2"),
    ("one_hot negative", lambda: F.one_hot(np.array([-1])), IndexError, "one_hot: tensor contains -1, expected 0 to 0"),
    ("no numbers", lambda: F.one_hot(I[:0]), ValueError, "one_hot: num_classes is -1 for 0 numbers, expected"),
    ("no classes", lambda: F.one_hot(I, 0), ValueError, "one_hot: num_classes is 0 for 3 numbers, expected"),
    ("floating", lambda: F.one_hot(Tensor([1.0])), TypeError, "one_hot: tensor is float32, expected integers"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "run", "kind", "message"), ERRORS, ids=[e[0] for e in ERRORS])
def test_errors(name: str, run: Any, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        run()


def test_an_error_changes_nothing() -> None:
    layer = nn.Embedding(4, 2, max_norm=0.1, rng=0)
    before = layer.weight.data.copy()
    with pytest.raises(IndexError):
        layer(np.array([0, 9]))
    assert_array_equal(layer.weight.data, before)
