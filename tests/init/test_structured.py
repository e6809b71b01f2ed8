"""Orthogonal, sparse and identity weights: what holds between their values, and where they are."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grad_init import (
    DeltaOrthogonal,
    Dirac,
    Eye,
    Grouped,
    He,
    Normal,
    Orthogonal,
    Sparse,
    Transposed,
)


@given(
    shape=st.lists(st.integers(1, 6), min_size=2, max_size=4),
    gain=st.floats(0, 10),
    seed=st.integers(0, 1000),
)
def test_orthogonal(shape: list[int], gain: float, seed: int) -> None:
    weight = Orthogonal(gain)(tuple(shape), rng=seed, dtype=np.float64)
    matrix = weight.reshape(shape[0], -1)
    rows, columns = matrix.shape
    product = matrix @ matrix.T if rows <= columns else matrix.T @ matrix
    np.testing.assert_allclose(product, gain**2 * np.eye(min(rows, columns)), atol=1e-12)


@pytest.mark.parametrize("shape", [(2, 2), (3, 2), (2, 3)])
def test_all_orthogonal_matrices_are_equally_likely(shape: tuple[int, int]) -> None:
    n = 2000
    rng = np.random.default_rng(0)
    drawn = np.stack([Orthogonal()(shape, rng=rng, dtype=np.float64) for _ in range(n)])
    # Signs, and the part of the length that falls on each entry, depend on no place
    larger = max(shape)
    assert (np.abs(drawn.mean(0)) < 4 / math.sqrt(larger * n)).all()
    assert (np.abs((drawn**2).mean(0) - 1 / larger) < 4 * math.sqrt(0.25 / n)).all()
    if shape == (2, 2):
        angle = np.sort((np.arctan2(drawn[:, 1, 0], drawn[:, 0, 0]) / np.pi + 1) / 2)
        steps = (np.arange(n) + 0.5) / n
        assert np.abs(angle - steps).max() < 1.95 / math.sqrt(n)
        # As many reflections as rotations
        assert abs(np.sign(np.linalg.det(drawn)).mean()) < 4 / math.sqrt(n)


@pytest.mark.parametrize("kernel", [(3,), (3, 5), (1, 3, 3), (4,)])
@pytest.mark.parametrize(("outputs", "inputs"), [(3, 3), (5, 2)])
def test_delta_orthogonal(kernel: tuple[int, ...], outputs: int, inputs: int) -> None:
    weight = DeltaOrthogonal(2.0)((outputs, inputs, *kernel), rng=0, dtype=np.float64)
    centre = weight
    for n in kernel:
        centre = centre[:, :, (n - 1) // 2]
    np.testing.assert_allclose(centre.T @ centre, 4 * np.eye(inputs), atol=1e-12)
    assert np.count_nonzero(weight) == np.count_nonzero(centre)


@given(
    shape=st.tuples(st.integers(1, 8), st.integers(1, 8)),
    sparsity=st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.9, 1.0]),
    seed=st.integers(0, 1000),
)
def test_sparse(shape: tuple[int, int], sparsity: float, seed: int) -> None:
    weight = Sparse(sparsity)(shape, rng=seed)
    assert ((weight == 0).sum(0) == math.ceil(sparsity * shape[0])).all()


def test_sparse_values_and_places() -> None:
    weight = Sparse(0.75, std=0.5)((8, 4000), rng=0, dtype=np.float64)
    values = weight[weight != 0]
    assert values.size == 8000
    assert abs(values.mean()) < 4 * 0.5 / math.sqrt(8000)
    assert abs(values.var() - 0.25) < 4 * 0.25 * math.sqrt(2 / 8000)
    # Each row is as likely as another to be left
    part = (weight != 0).mean(1)
    assert (np.abs(part - 0.25) < 4 * math.sqrt(0.25 * 0.75 / 4000)).all()


@pytest.mark.parametrize(
    ("shape", "groups", "places"),
    [
        ((2, 2, 3), 1, [(0, 0, 1), (1, 1, 1)]),
        ((3, 2, 1), 1, [(0, 0, 0), (1, 1, 0)]),
        ((1, 2, 4), 1, [(0, 0, 2)]),
        ((4, 2, 3), 2, [(0, 0, 1), (1, 1, 1), (2, 0, 1), (3, 1, 1)]),
        ((6, 1, 1, 3), 2, [(0, 0, 0, 1), (3, 0, 0, 1)]),
        ((1, 1, 3, 3, 3), 1, [(0, 0, 1, 1, 1)]),
    ],
)
def test_dirac(shape: tuple[int, ...], groups: int, places: list[tuple[int, ...]]) -> None:
    weight = Dirac(groups)(shape)
    assert [tuple(place) for place in np.argwhere(weight).tolist()] == places
    assert weight.sum() == len(places)


def test_dirac_hands_on_its_input() -> None:
    x = np.random.default_rng(0).normal(size=(3, 7))
    kernel = Dirac()((3, 3, 5), dtype=np.float64)
    y = [sum(np.correlate(x[i], kernel[o, i], "same") for i in range(3)) for o in range(3)]
    np.testing.assert_array_equal(y, x)


@pytest.mark.parametrize("shape", [(2, 2), (2, 3), (3, 2), (1, 4), (0, 2), (2, 0)])
def test_eye(shape: tuple[int, int]) -> None:
    np.testing.assert_array_equal(Eye(-3.0)(shape), -3.0 * np.eye(*shape))


def test_transposed() -> None:
    there = Normal()((4, 3, 2), rng=0)
    np.testing.assert_array_equal(Transposed(Normal())((3, 4, 2), rng=0), there.swapaxes(0, 1))
    matrix = Transposed(Orthogonal())((3, 5), rng=0, dtype=np.float64)
    np.testing.assert_allclose(matrix @ matrix.T, np.eye(3), atol=1e-12)


def test_grouped() -> None:
    rng = np.random.default_rng(0)
    apart = [He()((2, 3, 3), rng=rng) for _ in range(2)]
    np.testing.assert_array_equal(Grouped(He(), 2)((4, 3, 3), rng=0), np.concatenate(apart))
    assert not np.array_equal(apart[0], apart[1])
    weight = Grouped(Dirac(), 2)((4, 2, 3))
    np.testing.assert_array_equal(weight, Dirac(2)((4, 2, 3)))
