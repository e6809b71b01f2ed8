"""Creation, manipulation, indexing, sorting and sets: what the table of operations cannot say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_array_equal

import grad_core as gc
from grad_core import Tensor
from grad_core.testing import check_grads

F32, F64, C64 = np.dtype(np.float32), np.dtype(np.float64), np.dtype(np.complex64)
I64, I32, BOOL = np.dtype(np.int64), np.dtype(np.int32), np.dtype(np.bool_)
INTS = np.array([[3, 1, 2], [0, 1, 5]], np.int32)
LINE = np.array([3, 1, 2, 1], np.int32)


def leaf(*values: Any) -> Tensor:
    return Tensor(values, requires_grad=True, dtype=np.float64)


def gradient_of(x: Tensor) -> Any:
    assert x.grad is not None
    return x.grad


# ---------------------------------------------------------------------------- creation


@pytest.mark.parametrize(
    ("made", "expected", "dtype"),
    [
        (lambda: gc.zeros((2, 1)), [[0], [0]], F32),
        (lambda: gc.zeros(2, dtype="int32"), [0, 0], I32),
        (lambda: gc.ones((), np.float64), 1, F64),
        (lambda: gc.full(2, 3), [3, 3], I64),
        (lambda: gc.full(2, True), [True, True], BOOL),
        (lambda: gc.full(2, 1.5), [1.5, 1.5], F32),
        (lambda: gc.full(2, 2j), [2j, 2j], C64),
        (lambda: gc.full(2, np.float64(1.5)), [1.5, 1.5], F64),
        (lambda: gc.full((2, 2), np.array([1, 2])), [[1, 2], [1, 2]], I64),
        (lambda: gc.full(2, 1, dtype="float64"), [1, 1], F64),
        (lambda: gc.eye(2), [[1, 0], [0, 1]], F32),
        (lambda: gc.eye(1, 2, k=1, dtype="int64"), [[0, 1]], I64),
        (lambda: gc.identity(1), [[1]], F32),
        (lambda: gc.tri(2, 3, -1), [[0, 0, 0], [1, 0, 0]], F32),
        (lambda: gc.arange(3), [0, 1, 2], I64),
        (lambda: gc.arange(3.0), [0, 1, 2], F32),
        (lambda: gc.arange(1, 2, 0.5), [1, 1.5], F32),
        (lambda: gc.arange(3, dtype="float64"), [0, 1, 2], F64),
        (lambda: gc.arange(np.float64(2)), [0, 1], F64),
        (lambda: gc.arange(3, 0, -1), [3, 2, 1], I64),
        (lambda: gc.linspace(0, 1, 3), [0, 0.5, 1], F32),
        (lambda: gc.linspace(0, 4, 3, dtype="int64"), [0, 2, 4], I64),
        (lambda: gc.linspace(0, -1, 2, endpoint=False, dtype="int64"), [0, -1], I64),
        (lambda: gc.linspace(0, 1j, 2), [0, 1j], C64),
        (lambda: gc.linspace(np.float64(0), 1, 2), [0, 1], F64),
        (lambda: gc.linspace(Tensor(0.0), 1, 2), [0, 1], F32),
        (lambda: gc.geomspace(1, 4, 3), [1, 2, 4], F32),
        (lambda: gc.logspace(0, 2, 3, base=2), [1, 2, 4], F32),
        (lambda: gc.zeros_like(gc.arange(2)), [0, 0], I64),
        (lambda: gc.ones_like(Tensor([1.0, 2.0]), dtype="int32"), [1, 1], I32),
        (lambda: gc.full_like(Tensor([1.0, 2.0]), 3), [3, 3], F32),
        (lambda: gc.full_like(gc.arange(2), 3.5, dtype="float64"), [3.5, 3.5], F64),
        (lambda: gc.asarray([1.5]), [1.5], F32),
        (lambda: gc.asarray(1j), 1j, C64),
        (lambda: gc.asarray(np.array([1.5])), [1.5], F64),
    ],
)
def test_creation(made: Callable[[], Tensor], expected: Any, dtype: np.dtype[Any]) -> None:
    result = made()
    assert isinstance(result, Tensor)
    assert result.dtype == dtype
    assert_array_equal(result.data, np.asarray(expected, dtype))


def test_creation_follows_the_default_dtype() -> None:
    gc.set_default_dtype("float64")
    try:
        for made in (gc.zeros(1), gc.full(1, 0.5), gc.arange(1.0), gc.linspace(0, 1, 2), gc.eye(1)):
            assert made.dtype == F64
        assert gc.full(1, 1j).dtype == gc.asarray(1j).dtype == np.complex128
    finally:
        gc.set_default_dtype("float32")


def test_empty_has_shape_and_dtype() -> None:
    assert gc.empty((2, 3), "int32").shape == (2, 3)
    assert gc.empty_like(gc.arange(3)).dtype == I64
    assert type(gc.empty_like(np.ones(2))) is np.ndarray


def test_asarray_copies_as_it_is_told() -> None:
    array, x = np.ones(2), leaf(1.0)
    assert gc.asarray(array).data is array
    assert gc.asarray(array, copy=False).data is array
    assert not np.shares_memory(gc.asarray(array, copy=True).data, array)
    assert gc.asarray(x) is x
    copied = gc.asarray(x, copy=True)
    assert not np.shares_memory(copied.data, x.data)
    copied.sum().backward()
    assert gradient_of(x) == 1
    for source, dtype in (([1.0], None), (array, "float32"), (x, "float32")):
        with pytest.raises(ValueError, match="asarray: copy=False"):
            gc.asarray(source, dtype, copy=False)


def test_from_dlpack_shares_memory_and_takes_no_gradient() -> None:
    array = np.ones(2)
    assert np.shares_memory(gc.from_dlpack(array).data, array)
    assert not np.shares_memory(gc.from_dlpack(array, copy=True).data, array)
    assert not gc.from_dlpack(leaf(1.0)).requires_grad


def test_what_shares_memory_with_the_caller_is_watched() -> None:
    array = np.ones(2)
    for make in (gc.asarray, gc.from_numpy, gc.from_dlpack):
        x = make(array)
        y = leaf(1.0, 2.0)
        product = x * y
        array += 1
        with pytest.raises(RuntimeError, match="multiply"):
            product.sum().backward()


def test_reshape_copies_as_it_is_told() -> None:
    x = gc.from_numpy(np.ones((2, 3)))
    assert np.shares_memory(gc.reshape(x, (3, 2), copy=False).data, x.data)
    assert not np.shares_memory(gc.reshape(x, (3, 2), copy=True).data, x.data)
    with pytest.raises(ValueError, match="reshape"):
        gc.reshape(x.T, (6,), copy=False)


def test_astype_without_a_copy_is_the_tensor_itself() -> None:
    x = leaf(1.0)
    assert gc.astype(x, "float64", copy=False) is x
    assert gc.astype(x, "float64") is not x
    array = np.ones(2)
    assert gc.astype(array, "float64", copy=False) is array


# ---------------------------------------------------------------------------- integers


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("flip", (INTS,)),
        ("roll", (INTS, 1)),
        ("rot90", (INTS,)),
        ("repeat", (INTS, 2)),
        ("tile", (INTS, (1, 2))),
        ("resize", (INTS, (2, 2))),
        ("concatenate", ((INTS, LINE[None, :3]),)),
        ("stack", ((LINE, LINE),)),
        ("append", (LINE, LINE)),
        ("block", ([[INTS], [INTS]],)),
        ("insert", (LINE, 1, 7)),
        ("delete", (LINE, 1)),
        ("trim_zeros", (np.array([0, 1, 0, 2, 0]),)),
        ("trim_zeros", (np.array([0, 1, 0, 2, 0]), "f")),
        ("trim_zeros", (np.array([0, 1, 0, 2, 0]), "b")),
        ("trim_zeros", (np.zeros(3, np.int64),)),
        ("diag", (LINE,)),
        ("diagonal", (INTS, 1)),
        ("tril", (INTS,)),
        ("take", (LINE, INTS % 4)),
        ("take_along_axis", (INTS, INTS % 3, 1)),
        ("compress", ([True, False], INTS, 0)),
        ("extract", (INTS > 1, INTS)),
        ("where", (INTS > 1, INTS, 0)),
        ("choose", (INTS % 2, (INTS, 7))),
        ("select", ([INTS > 1], [INTS], 8)),
        ("sort", (INTS,)),
        ("sort", (INTS, 0)),
        ("partition", (LINE, 2)),
        ("unique", (INTS,)),
        ("union1d", (INTS, LINE)),
        ("intersect1d", (INTS, LINE)),
        ("setdiff1d", (INTS, LINE)),
        ("setxor1d", (INTS, LINE)),
        ("argsort", (INTS, 0)),
        ("argmax", (INTS, 1)),
        ("argmin", (INTS,)),
        ("argwhere", (INTS,)),
        ("flatnonzero", (INTS,)),
        ("count_nonzero", (INTS, 1)),
        ("searchsorted", (np.array([1, 2, 4]), INTS)),
        ("searchsorted", (np.array([1, 2, 4]), INTS, "right")),
        ("searchsorted", (np.array([4, 1, 2]), INTS, "left", np.array([1, 2, 0]))),
        ("digitize", (INTS, np.array([1, 2]))),
        ("digitize", (INTS, np.array([2, 1]), True)),
        ("isin", (INTS, LINE)),
        ("isin", (INTS, [1, 5])),
        ("digitize", (INTS, [1, 2])),
        ("searchsorted", (np.array([1, 2, 4]), [3, 0])),
        ("isin", (INTS, LINE, False, True)),
        ("bincount", (LINE,)),
        ("bincount", (LINE, None, 6)),
        ("lexsort", ((LINE, LINE[::-1]),)),
        ("broadcast_to", (LINE, (2, 4))),
        *(
            ("pad", (INTS, ((1, 2), (3, 0)), mode))
            for mode in (
                *("constant", "edge", "reflect", "symmetric", "wrap"),
                *("linear_ramp", "mean", "median", "maximum", "minimum"),
            )
        ),
    ],
)
def test_integers_stay_integers(name: str, args: tuple[Any, ...]) -> None:
    expected = getattr(np, name)(*args)
    plain = getattr(gc, name)(*args)
    assert type(plain) is np.ndarray
    assert_array_equal(plain, expected)
    assert plain.dtype == expected.dtype
    traced = getattr(gc, name)(*_traced(args))
    assert isinstance(traced, Tensor)
    assert_array_equal(traced.data, expected)
    assert traced.dtype == expected.dtype
    assert not traced.requires_grad


def _traced(args: Any) -> Any:
    """The same with every ndarray as a Tensor."""
    if isinstance(args, np.ndarray):
        return gc.from_numpy(args)
    return type(args)(_traced(x) for x in args) if isinstance(args, (tuple, list)) else args


def test_positions_by_axis() -> None:
    x = Tensor([[0.0, 3.0], [4.0, 0.0]])
    for ours in (gc.nonzero(x), gc.where(x)):
        for a, b in zip(ours, np.nonzero(x.data), strict=True):
            assert isinstance(a, Tensor)
            assert_array_equal(a.data, b)
    assert all(type(a) is np.ndarray for a in gc.nonzero(x.data))


def test_argpartition_sorts_around_the_position() -> None:
    x = Tensor([5.0, 1.0, 4.0, 2.0, 3.0])
    order = gc.argpartition(x, 2)
    assert isinstance(order, Tensor)
    assert order.data[2] == 4
    assert set(order.data[:2].tolist()) == {1, 3}


# ---------------------------------------------------------------------------- masks and indices


@pytest.mark.parametrize(
    "function",
    [
        lambda mask, x: gc.where(mask, x, 0.0),
        lambda mask, x: gc.select([mask], [x]),
        lambda mask, x: gc.piecewise(x, [mask], [lambda part: part]),
        lambda mask, x: gc.set_at(x, ~mask, 0.0),
        lambda mask, x: gc.extract(mask, x),
        lambda mask, x: gc.compress(mask, x),
    ],
)
def test_a_mask_may_be_written_to_afterwards(function: Callable[..., Tensor]) -> None:
    mask = np.array([True, False])
    x = leaf(1.0, 2.0)
    y = function(mask, x)
    mask[:] = ~mask
    y.sum().backward()
    assert_array_equal(gradient_of(x), [1, 0])


@pytest.mark.parametrize(
    "function",
    [
        lambda at, x: gc.take(x, at),
        lambda at, x: gc.take_along_axis(x, at),
        lambda at, x: gc.repeat(x, at - 1),
        lambda at, x: gc.bincount(at, x[:1]) * 0 + x[:1],
        lambda at, x: gc.delete(x, 1 - at),
        lambda at, x: gc.choose(at - 1, (x[:1], x[1:])),
    ],
)
def test_indices_may_be_written_to_afterwards(function: Callable[..., Tensor]) -> None:
    at = np.array([1])
    x = leaf(1.0, 2.0)
    expected = gc.gradient(function(at.copy(), x).sum(), x)
    y = function(at, x)
    at[:] = 0
    y.sum().backward()
    assert_array_equal(gradient_of(x), expected.data)


def test_what_is_written_twice_gets_the_gradient_of_the_last() -> None:
    x, v = leaf(1.0, 2.0, 3.0), leaf(10.0, 20.0, 30.0, 40.0)
    y = gc.set_at(x, [2, 0, 2, 0], v)
    assert_array_equal(y.data, [40, 2, 30])
    y.backward(np.array([1.0, 2.0, 3.0]))
    assert_array_equal(gradient_of(x), [0, 2, 0])
    assert_array_equal(gradient_of(v), [0, 0, 3, 1])


def test_writing_keeps_the_dtype() -> None:
    assert gc.set_at(Tensor([1.0, 2.0]), 0, np.float64(0.5)).dtype == F32
    assert gc.set_at(gc.arange(2), 0, 2.7).tolist() == [2, 1]
    v = Tensor(0.5, requires_grad=True, dtype=np.float64)
    gc.set_at(Tensor([1.0, 2.0]), 0, v).sum().backward()
    assert gradient_of(v).dtype == F64
    complex_ = gc.set_at(Tensor([1j], dtype=np.complex64), 0, v)
    assert complex_.dtype == C64


def test_an_array_with_a_tensor_written_to_it_is_a_tensor() -> None:
    v = leaf(5.0)
    y = gc.set_at(np.zeros(3), slice(1), v)
    assert isinstance(y, Tensor)
    y.sum().backward()
    assert gradient_of(v) == 1
    assert type(gc.set_at(np.zeros(3), 0, 1.0)) is np.ndarray


def test_scatter_adds_up_what_is_named_twice_on_any_axis() -> None:
    rng = np.random.default_rng(0)
    at = np.array([[3, 0], [-1, 0]])
    cases: list[tuple[Any, tuple[int, ...]]] = [
        ((slice(None), at), (2, 4, 3)),
        ((..., at), (2, 3, 4)),
        ((at,), (4, 2)),
        ((at, slice(None)), (4, 0)),
        ((..., at, slice(None)), (4, 2)),
    ]
    for index, shape in cases:
        x = rng.normal(size=np.zeros(shape)[index].shape)
        expected = np.zeros(shape)
        np.add.at(expected, index, x)
        np.testing.assert_allclose(gc.scatter(x, index, shape), expected)
        np.testing.assert_allclose(
            gc.scatter(np.array(2.0), index, shape), gc.scatter(np.full(x.shape, 2.0), index, shape)
        )


# ---------------------------------------------------------------------------- sorting and sets


def test_equal_elements_are_sorted_stably() -> None:
    x = leaf(1.0, 0.0, 1.0, 0.0)
    for descending, order in ((False, [1, 3, 0, 2]), (True, [0, 2, 1, 3])):
        assert gc.argsort(x, descending=descending).tolist() == order
        x.zero_grad()
        gc.sort(x, descending=descending).backward(np.arange(4.0))
        assert_array_equal(gradient_of(x)[order], np.arange(4.0))


def test_nan_is_the_largest() -> None:
    x = Tensor([np.nan, 1.0, np.inf])
    assert gc.argsort(x).tolist() == [1, 2, 0]
    assert gc.argsort(x, descending=True).tolist() == [0, 2, 1]


def test_unique_of_the_array_api() -> None:
    x = Tensor([[2.0, np.nan, 1.0], [2.0, np.nan, 3.0]])
    found = gc.unique_all(x)
    values, indices, inverse, counts = found
    assert found._fields == ("values", "indices", "inverse_indices", "counts")
    assert_array_equal(values.data, [1, 2, 3, np.nan, np.nan])
    assert_array_equal(x.data.ravel()[indices.data], values.data)
    assert_array_equal(values.data[inverse.data], x.data)
    assert counts.tolist() == [1, 2, 1, 1, 1]
    assert gc.unique_counts(x).counts.tolist() == counts.tolist()
    assert gc.unique_inverse(x).inverse_indices.tolist() == inverse.tolist()
    assert type(gc.unique_all(x.data).counts) is np.ndarray


def test_unique_returns_what_is_asked_for() -> None:
    x = leaf(2.0, 1.0, 2.0)
    found = gc.unique(x, return_index=True, return_inverse=True, return_counts=True)
    for ours, numpys in zip(found, np.unique(x.data, True, True, True), strict=True):
        assert isinstance(ours, Tensor)
        assert_array_equal(ours.data, numpys)
    values = found[0]
    values.backward(np.array([1.0, 10.0]))  # to the first of what is there twice
    assert_array_equal(gradient_of(x), [10, 1, 0])


def test_sets_of_different_dtypes() -> None:
    x, y = Tensor([3.0, 1.0]), np.array([1.0, 2.0])
    for name in ("union1d", "intersect1d", "setdiff1d", "setxor1d"):
        ours, numpys = getattr(gc, name)(x, y), getattr(np, name)(x.data, y)
        assert isinstance(ours, Tensor)
        assert ours.dtype == numpys.dtype
        assert_array_equal(ours.data, numpys)
    _, first, second = gc.intersect1d(x, y, return_indices=True)
    assert (first.tolist(), second.tolist()) == ([1], [0])
    assert gc.setdiff1d(x, y, assume_unique=True).tolist() == [3]


def test_histogram_is_numpys() -> None:
    x = np.random.default_rng(0).normal(size=20)
    for args in ((), (4,), ("sturges",), ([-1.0, 0.0, 2.0],), (3, (-1.0, 1.0))):
        for ours, numpys in zip(
            gc.histogram(gc.asarray(x), *args), np.histogram(x, *args), strict=True
        ):
            assert isinstance(ours, Tensor)
            np.testing.assert_allclose(ours.data, numpys)
            assert ours.dtype == numpys.dtype
        assert all(isinstance(a, np.ndarray) for a in gc.histogram(x, *args))
    same = leaf(2.0, 2.0)
    np.testing.assert_allclose(gc.histogram(same, 2)[1].data, np.histogram([2.0, 2.0], 2)[1])
    assert gc.histogram(gc.zeros(0), 2)[0].tolist() == [0, 0]


def test_the_edges_of_a_histogram_get_gradients() -> None:
    data, edges = np.array([0.1, 0.5, 0.9, 1.5]), np.array([0.0, 0.7, 2.0])
    check_grads(lambda e: gc.histogram(data, e, density=True)[0], [edges])
    check_grads(lambda x: gc.histogram(x, 3, density=True)[0], [data])


# ---------------------------------------------------------------------------- the rest


def test_a_piece_is_only_given_what_it_is_meant_for() -> None:
    x = leaf(-1.0, 4.0, 0.0)
    y = gc.piecewise(x, [x > 0], [lambda part, _k: gc.sqrt(part), lambda part, k: 0 * part + k], 3)
    assert_array_equal(y.data, [3, 2, 3])
    y.sum().backward()
    assert_array_equal(gradient_of(x), [0, 0.25, 0])


def test_split_gives_as_many_parts_as_numpy() -> None:
    for n, sections in ((7, 3), (2, 5), (6, 2), (5, [2, 2, 9]), (5, [3, 1])):
        ours = gc.array_split(gc.arange(n), sections)
        assert [part.tolist() for part in ours] == [
            part.tolist() for part in np.array_split(np.arange(n), sections)
        ]


def test_numbers_are_weak_where_arrays_are_joined() -> None:
    x = Tensor([1.0])
    assert gc.append(x, 2.0).dtype == F32
    assert gc.hstack([x, 2]).tolist() == [1, 2]
    assert gc.block([x, 1.5]).dtype == F32
    assert gc.choose([1], (x, 2.0)).dtype == F32
    assert gc.concat([np.ones(1, np.float32), x]).dtype == F32
    assert gc.linspace(x, 2.0, 2).dtype == F32


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (lambda: gc.can_cast("int8", "float16"), True),
        (lambda: gc.can_cast(Tensor([1.0]), np.float64), True),
        (lambda: gc.can_cast(np.float64, np.float32), False),
        (lambda: gc.can_cast(np.float64, np.float32, "same_kind"), True),
        (lambda: gc.finfo(Tensor([1.0])).dtype, F32),
        (lambda: gc.finfo(np.complex128).bits, 64),
        (lambda: gc.iinfo(gc.arange(1)).max, 2**63 - 1),
        (lambda: gc.isdtype(F32, "real floating"), True),
        (lambda: gc.isdtype(F32, ("integral", np.float32)), True),
        (lambda: gc.isdtype(np.dtype(np.int8), "numeric"), True),
        (lambda: gc.isdtype(BOOL, "numeric"), False),
        (lambda: gc.result_type(Tensor([1.0]), np.float64), F64),
        (lambda: gc.result_type(Tensor([1.0]), 1.0, True), F32),
        (lambda: gc.result_type(gc.arange(1), Tensor([1.0])), F64),
        (lambda: gc.promote_types("uint8", "int8"), np.dtype(np.int16)),
        (lambda: gc.broadcast_shapes(), ()),
        (lambda: gc.broadcast_shapes((2, 1), 3), (2, 3)),
    ],
)
def test_of_dtypes_and_shapes(function: Callable[[], object], expected: object) -> None:
    assert function() == expected


X = gc.zeros((2, 3))
untyped: Any = gc  # much of this a type checker would not let through


@pytest.mark.parametrize(
    ("call", "kind", "text"),
    [
        (lambda: untyped.zeros((2, -1)), ValueError, "zeros: .*negative"),
        (lambda: untyped.zeros(2.5), TypeError, "zeros"),
        (
            lambda: untyped.zeros(2, device="gpu"),
            ValueError,
            "zeros: got device 'gpu', expected 'cpu'",
        ),
        (lambda: untyped.full(2, 1j, dtype="float32"), TypeError, "full: got complex"),
        (lambda: untyped.full((2, 2), np.ones(3)), ValueError, "full"),
        (lambda: untyped.full(2, "a"), TypeError, "full: expected a Tensor"),
        (lambda: untyped.arange(X), TypeError, "arange: expected numbers, got Tensor"),
        (lambda: untyped.linspace(0, 1, -1), ValueError, "linspace"),
        (lambda: untyped.linspace(0, 1, 2.5), TypeError, "linspace"),
        (lambda: untyped.geomspace(0, 1), ValueError, "geomspace"),
        (lambda: untyped.from_dlpack([1.0]), TypeError, "from_dlpack: list has no __dlpack__"),
        (lambda: untyped.diag(untyped.zeros((1, 1, 1))), ValueError, "diag: got float32"),
        (lambda: untyped.diagonal(untyped.zeros(3)), ValueError, "diagonal"),
        (lambda: untyped.tril(untyped.zeros(3)), ValueError, "tril.*two axes"),
        (lambda: untyped.vander(X), ValueError, "vander: got .*, expected one axis"),
        (lambda: untyped.vander(untyped.zeros(3), -1), ValueError, "vander: got N = -1"),
        (lambda: untyped.astype(X, "U3"), TypeError, "astype"),
        (lambda: untyped.astype(X, "float32", device="gpu"), ValueError, "astype: got device"),
        (lambda: untyped.reshape(X, (4,)), ValueError, "reshape"),
        (lambda: untyped.moveaxis(X, 0, (0, 1)), ValueError, "moveaxis: got 1 axes for source, 2"),
        (lambda: untyped.moveaxis(X, 5, 0), ValueError, "moveaxis: source"),
        (lambda: untyped.swapaxes(X, 0, 2), ValueError, "swapaxes"),
        (lambda: untyped.rollaxis(X, 0, 4), ValueError, "rollaxis: got start 4"),
        (lambda: untyped.matrix_transpose(untyped.zeros(3)), ValueError, "matrix_transpose: got"),
        (lambda: untyped.broadcast_shapes((2,), (3,)), ValueError, "broadcast_shapes"),
        (
            lambda: untyped.broadcast_arrays(X, untyped.zeros(2)),
            ValueError,
            r"broadcast_arrays.*\[2, 3\]",
        ),
        (lambda: untyped.meshgrid(X), ValueError, "meshgrid: got .*, expected one axis"),
        (lambda: untyped.meshgrid(X[0], indexing="yx"), ValueError, "meshgrid: got indexing 'yx'"),
        (lambda: untyped.concat([]), ValueError, "concat.*at least one array"),
        (
            lambda: untyped.concat([X, untyped.zeros((2, 2))]),
            ValueError,
            r"concat.*\[2, 3\], .*\[2, 2\]",
        ),
        (lambda: untyped.concat([X, X], axis=-3), ValueError, "concat"),
        (lambda: untyped.concat([X, [1.0]]), TypeError, "concat: expected a Tensor"),
        (lambda: untyped.stack([X, X[0]]), ValueError, "stack.*same shape"),
        (lambda: untyped.stack([X], axis=3), ValueError, "stack"),
        (
            lambda: untyped.block([X, [X]]),
            ValueError,
            "block: a list holds blocks at different depths",
        ),
        (lambda: untyped.block([]), ValueError, "block: a list is empty"),
        (lambda: untyped.split(X, 2, 1), ValueError, "split: an axis of length 3 .* 2 equal parts"),
        (lambda: untyped.array_split(X, 0), ValueError, "array_split: .* 0 parts"),
        (
            lambda: untyped.vsplit(untyped.zeros(2), 2),
            ValueError,
            "vsplit: got .*, expected 2 axes",
        ),
        (lambda: untyped.unstack(untyped.zeros(())), ValueError, "unstack"),
        (lambda: untyped.flip(X, 2), ValueError, "flip"),
        (lambda: untyped.fliplr(untyped.zeros(3)), ValueError, "flip"),
        (lambda: untyped.rot90(X, 1, (0, 0)), ValueError, "rot90"),
        (lambda: untyped.roll(X, (1, 2), (0, 1, 1)), ValueError, "roll"),
        (lambda: untyped.repeat(X, -1), ValueError, "repeat"),
        (lambda: untyped.repeat(X, [1, 2], 1), ValueError, "repeat"),
        (lambda: untyped.repeat(X, 1.5), TypeError, "repeat: expected integers"),
        (lambda: untyped.tile(X, (1, -1)), ValueError, "tile"),
        (lambda: untyped.resize(X, (-1,)), ValueError, "resize"),
        (
            lambda: untyped.pad(X, 1, "mirror"),
            ValueError,
            "pad: got mode 'mirror', expected one of",
        ),
        (lambda: untyped.pad(X, (1, 2, 3)), ValueError, "pad: got pad_width"),
        (lambda: untyped.pad(X, -1), ValueError, "pad: got pad_width -1, expected no negative"),
        (lambda: untyped.pad(X, 1.5), TypeError, "pad: got pad_width 1.5, expected ints"),
        (lambda: untyped.pad(X, 1, "mean", stat_length=0), ValueError, "pad: got stat_length 0"),
        (
            lambda: untyped.pad(leaf(), 1, "edge"),
            ValueError,
            "pad: mode 'edge' has nothing to repeat",
        ),
        (lambda: untyped.pad(untyped.zeros(0), 1, "edge"), ValueError, "pad"),
        (lambda: untyped.pad(leaf(1.0), 1, constant_values=leaf(1, 2, 3)), ValueError, "pad"),
        (lambda: untyped.delete(X, 3, 1), IndexError, "delete: got positions 3"),
        (lambda: untyped.delete(X, [True], 1), ValueError, "delete: got a mask of shape"),
        (lambda: untyped.insert(X, 4, 0, 1), IndexError, "insert: got positions 4"),
        (lambda: untyped.insert(X, 0.5, 0), TypeError, "insert: expected integers"),
        (lambda: untyped.insert(X, [0, 1], np.ones(3), 1), ValueError, "set_at"),
        (lambda: untyped.trim_zeros(X, "c"), ValueError, "trim_zeros: got trim 'c'"),
        (lambda: untyped.trim_zeros(untyped.zeros(())), ValueError, "trim_zeros: got"),
        (lambda: untyped.take(X, [6]), IndexError, "getitem"),
        (lambda: untyped.take(X, [True, False]), TypeError, "take: expected integers"),
        (lambda: untyped.take(X, [0], mode="up"), ValueError, "take: got mode 'up'"),
        (lambda: untyped.take_along_axis(X, [0, 1]), ValueError, "take_along_axis: the indices"),
        (lambda: untyped.take_along_axis(X, np.zeros((3, 1), int), 1), IndexError, "getitem"),
        (lambda: untyped.compress([[True]], X), ValueError, "compress: the condition has shape"),
        (lambda: untyped.choose([2], (X, X)), IndexError, "choose: got indices from 2 to 2"),
        (lambda: untyped.choose([0], ()), ValueError, "choose: got no choices"),
        (lambda: untyped.select([X > 0], [X, X]), ValueError, "select: got 1 conditions and 2"),
        (lambda: untyped.select([X], [X]), TypeError, "select: condition 0 is float32"),
        (
            lambda: untyped.piecewise(X, [X > 0], [1, 2, 3]),
            ValueError,
            "piecewise: got 3 functions",
        ),
        (
            lambda: untyped.piecewise(X, [X[0] > 0], [1]),
            IndexError,
            "piecewise: a condition is bool",
        ),
        (lambda: untyped.piecewise(X, [X], [1]), TypeError, "piecewise: a condition is float32"),
        (lambda: untyped.set_at(X, 5, 0), IndexError, "set_at"),
        (lambda: untyped.set_at(X, 0, np.ones(2)), ValueError, "set_at.*has to fit"),
        (lambda: untyped.set_at(X, 0, 1j), TypeError, "set_at: a complex value"),
        (lambda: untyped.set_at(untyped.arange(2), [0], leaf(1.0)), TypeError, "set_at.*int64"),
        (lambda: untyped.where(X > 0, X), TypeError, "where: got one of x and y"),
        (lambda: untyped.where([True], X, X), TypeError, "where: expected a Tensor"),
        (lambda: untyped.nonzero(untyped.zeros(())), ValueError, "nonzero: got no axes"),
        (lambda: untyped.count_nonzero(X, 2), ValueError, "count_nonzero"),
        (lambda: untyped.searchsorted(X, 1.0), ValueError, "searchsorted"),
        (lambda: untyped.searchsorted(X[0], 1.0, "up"), ValueError, "searchsorted"),
        (lambda: untyped.digitize(X, np.array([1.0, 3.0, 2.0])), ValueError, "digitize"),
        (lambda: untyped.sort(X, 2), ValueError, "sort"),
        (lambda: untyped.partition(X, 3), ValueError, "partition"),
        (lambda: untyped.lexsort((X, X[0])), ValueError, "lexsort"),
        (lambda: untyped.unique(X, axis=2), ValueError, "unique"),
        (lambda: untyped.bincount([-1]), ValueError, "bincount"),
        (lambda: untyped.bincount([1.5]), TypeError, "bincount: expected integers"),
        (lambda: untyped.bincount([1, 2], X[0]), ValueError, "bincount.*as many real weights"),
        (lambda: untyped.histogram(X, 0), ValueError, "histogram"),
        (
            lambda: untyped.apply_along_axis(untyped.sum, 0, X[:, :0]),
            ValueError,
            "apply_along_axis.*no rows",
        ),
        (lambda: untyped.apply_along_axis(untyped.sum, 2, X), ValueError, "apply_along_axis"),
        (
            lambda: untyped.apply_over_axes(lambda x, _a: x.sum(), X, 0),
            ValueError,
            "apply_over_axes",
        ),
        (lambda: untyped.iinfo("float32"), TypeError, "iinfo: expected a dtype of integers"),
        (lambda: untyped.finfo("int8"), TypeError, "finfo: expected a floating"),
        (lambda: untyped.isdtype(F32, "floaty"), ValueError, "isdtype"),
        (lambda: untyped.result_type("U1"), TypeError, "result_type"),
        (lambda: untyped.can_cast(3, "int8"), TypeError, "can_cast"),
    ],
)
def test_errors_say_what_is_wrong(
    call: Callable[[], object], kind: type[Exception], text: str
) -> None:
    with pytest.raises(kind, match=text):
        call()
