"""Linear algebra where the table does not reach: special matrices, errors, results, notation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings
from numpy.testing import assert_allclose, assert_array_equal

import grad_core as gc
from grad_core import Tensor, linalg
from grad_core.testing import check_grads

quick = settings(max_examples=80, deadline=None)
rng = np.random.default_rng(11)
inf = np.inf


def leaf(x: Any) -> Tensor:
    array = np.asarray(x)
    if array.dtype.kind not in "fc":
        array = array.astype(np.float64)
    return Tensor(array, requires_grad=True, dtype=array.dtype)


def grad(x: Tensor) -> Any:
    assert x.grad is not None
    return x.grad


def plain(x: Any) -> Any:
    return x.data if isinstance(x, Tensor) else x


# ---------------------------------------------------------------------------- einsum


@st.composite
def einsums(draw: st.DrawFn) -> tuple[str, list[Any]]:
    """Subscripts that NumPy takes, and operands for them."""
    sizes = {"a": 2, "b": 3, "Z": 2, "i": draw(st.integers(0, 2))}
    letters = st.sampled_from("abZi")
    unnamed = draw(st.lists(st.integers(1, 2), max_size=2))
    terms, arrays = [], []
    for _ in range(draw(st.integers(1, 3))):
        labels = draw(st.lists(letters, max_size=3))
        shape = [sizes[label] for label in labels]
        for axis, label in enumerate(labels):  # a diagonal of sizes 1 and n is no diagonal
            if labels.count(label) == 1 and draw(st.integers(0, 4)) == 0:
                shape[axis] = 1
        if draw(st.booleans()):
            at = draw(st.integers(0, len(labels)))
            count = draw(st.integers(0, len(unnamed)))
            own = [n if draw(st.booleans()) else 1 for n in unnamed[len(unnamed) - count :]]
            labels[at:at] = ["..."]
            shape[at:at] = own
        terms.append("".join(labels))
        arrays.append(np.asarray(rng.normal(size=shape)))
    subscripts = ",".join(terms)
    if draw(st.booleans()):
        known = sorted(set(subscripts) & set(sizes))
        result = draw(st.permutations(known))[: draw(st.integers(0, len(known)))]
        result.insert(draw(st.integers(0, len(result))), "...")
        subscripts += "->" + "".join(result)
    return subscripts, arrays


@quick
@given(einsums(), st.sampled_from([False, True, "optimal"]))
def test_any_einsum_is_numpys_and_has_gradients(drawn: tuple[str, list[Any]], how: Any) -> None:
    subscripts, arrays = drawn
    result = gc.einsum(subscripts, *map(leaf, arrays), optimize=how)
    expected = np.einsum(subscripts, *arrays)
    assert result.shape == np.shape(expected)
    assert_allclose(result.data, expected, atol=1e-12)
    assert_allclose(gc.einsum(subscripts, *arrays), expected, atol=1e-12)
    check_grads(lambda *xs: gc.einsum(subscripts, *xs, optimize=how), arrays)


def test_the_list_form_of_einsum() -> None:
    x, y = rng.normal(size=(2, 3, 3)), rng.normal(size=3)
    calls: list[Any] = [(x, [0, 1, 1]), (x, [..., 4, 3], y, [3], [4, ...]), (y, [7], y, [7], [])]
    ours: Any = gc.einsum
    for given_ in calls:
        assert_allclose(ours(*given_), np.einsum(*given_))
        tensors = [leaf(item) if isinstance(item, np.ndarray) else item for item in given_]
        assert_allclose(ours(*tensors).data, np.einsum(*given_))


def test_einsum_shares_no_memory_with_its_operand() -> None:
    x = rng.normal(size=(2, 2))
    for subscripts in ("ij", "ij->ji", "ii->i"):
        assert not np.shares_memory(gc.einsum(subscripts, x), x)


def test_einsum_path_is_numpys() -> None:
    x = leaf(np.ones((2, 2)))
    path = gc.einsum_path("ij,jk,kl->il", x, x, x)
    assert path == np.einsum_path("ij,jk,kl->il", x.data, x.data, x.data)
    assert gc.einsum("ij,jk,kl->il", x, x, x, optimize=path[0]).shape == (2, 2)


# ---------------------------------------------------------------------------- singular matrices

SINGULAR = [
    np.ones((2, 2)),
    np.zeros((2, 2)),
    np.arange(9.0).reshape(3, 3),
    np.diag([2.0, 1.0, 0.0]),
    np.diag([1.0, 0.0, 0.0]),
    np.zeros((3, 3)),
    np.stack([np.eye(2), np.ones((2, 2))]),
    np.array([[1, 1j], [1j, -1]]),
    np.zeros((1, 1)),
]


@pytest.mark.parametrize("x", SINGULAR, ids=range(len(SINGULAR)))
def test_det_has_first_and_second_gradients_at_singular_matrices(x: Any) -> None:
    check_grads(linalg.det, [x], atol=1e-7)


def test_det_has_a_third_gradient_where_the_singular_values_differ() -> None:
    check_grads(
        linalg.det, [np.array([[1.0, 2.0, 0.0], [2.0, 4.0, 0.0], [0.0, 1.0, 3.0]])], order=3
    )


def test_det_of_a_nearly_singular_matrix_has_an_exact_gradient() -> None:
    x = leaf([[1.0, 2.0], [2.0, 4.0 + 1e-14]])
    linalg.det(x).backward()
    assert_allclose(grad(x), [[4.0, -2.0], [-2.0, 1.0]], rtol=1e-12)


def test_cond_of_a_singular_matrix_is_infinite() -> None:
    x = leaf(np.stack([np.ones((2, 2)), np.diag([1.0, 3.0])]))
    y = linalg.cond(x, 1)
    assert_array_equal(y.data, [inf, 3.0])
    y.sum().backward()
    assert_array_equal(grad(x)[0], 0)
    assert grad(x)[1].any()


# ---------------------------------------------------------------------------- norms

# order, x, gradient
KINKS: list[tuple[Any, Any, Any]] = [
    *((order, [0.0, 0.0], [0.0, 0.0]) for order in (0, 1, 2, 3, 1.5, inf, -inf)),
    (0, [0.0, 2.0], [0.0, 0.0]),
    (1, [0.0, -2.0], [0.0, -1.0]),
    (2, [0.0, -2.0], [0.0, -1.0]),
    (3, [0.0, -2.0], [0.0, -1.0]),
    (1.5, [0.0, -2.0], [0.0, -1.0]),
    (0.5, [0.0, -2.0], [0.0, -1.0]),
    (inf, [2.0, -2.0, 1.0], [0.5, -0.5, 0.0]),
    (-inf, [2.0, -1.0, 1.0], [0.0, -0.5, 0.5]),
    ("fro", np.zeros((2, 2)), np.zeros((2, 2))),
    (2, np.eye(2), np.eye(2) / 2),
    (-2, np.eye(2), np.eye(2) / 2),
    ("nuc", np.diag([3.0, 0.0]), None),  # one of many
    (1, np.eye(2), np.eye(2) / 2),
]


@pytest.mark.parametrize(("order", "x", "expected"), KINKS)
def test_gradients_of_norms_at_kinks(order: Any, x: Any, expected: Any) -> None:
    t = leaf(x)
    linalg.norm(t, order).backward()
    assert np.isfinite(grad(t)).all()
    if expected is not None:
        assert_allclose(grad(t), expected, atol=1e-15)


def test_second_gradients_at_zeros() -> None:
    for order in (2, 3, 2.5):
        x = leaf([0.0, 2.0, -2.0])
        dx = gc.gradient(linalg.norm(x, order), x, create_graph=True)
        ddx = gc.gradient(dx.sum(), x)
        assert np.isfinite(ddx.data).all()
    zero = leaf([0.0, 0.0])
    dx = gc.gradient(linalg.norm(zero), zero, create_graph=True)
    assert_array_equal(gc.gradient(dx.sum(), zero).data, 0)


@pytest.mark.parametrize("shape", [(0, 0), (0, 3), (3, 0), (2, 0, 3)])
@pytest.mark.parametrize("order", ["fro", "nuc", 1, 2, inf])
def test_norms_of_nothing_are_0(shape: tuple[int, ...], order: Any) -> None:
    x = gc.zeros(shape)
    assert_array_equal(linalg.matrix_norm(x, ord=order).data, np.zeros(shape[:-2]))


def test_norms_of_integers_are_floating() -> None:
    x = np.array([[1, -2], [3, 4]])
    for order in ("fro", "nuc", 1, 2, inf):
        found = linalg.norm(gc.asarray(x), order)
        assert_allclose(found.data, np.linalg.norm(x, order))
        assert found.dtype == np.float64


# ---------------------------------------------------------------------------- decompositions


def symmetric(n: int) -> Any:
    x = rng.normal(size=(n, n))
    return x + x.T + 3 * n * np.eye(n)


SYMMETRICAL: list[tuple[str, Callable[[Tensor], Tensor]]] = [
    ("cholesky", lambda x: linalg.cholesky(x)),
    ("cholesky-upper", lambda x: linalg.cholesky(x, upper=True)),
    ("eigh", lambda x: linalg.eigh(x).eigenvectors),
    ("eigvalsh", lambda x: linalg.eigvalsh(x, "U")),
    ("pinv", lambda x: linalg.pinv(x, hermitian=True)),
]


@pytest.mark.parametrize(("name", "function"), SYMMETRICAL, ids=[row[0] for row in SYMMETRICAL])
def test_functions_of_a_triangle_have_symmetrical_gradients(
    name: str, function: Callable[[Tensor], Tensor]
) -> None:
    x = leaf(symmetric(3))
    y = function(x)
    y.backward(rng.normal(size=y.shape))
    assert_allclose(grad(x), grad(x).T, atol=1e-14)
    assert np.abs(grad(x)).max() > 1e-3


@pytest.mark.parametrize("upper", [False, True])
def test_the_other_triangle_is_not_read(upper: bool) -> None:
    whole = symmetric(3)
    half = np.triu(whole) if upper else np.tril(whole)
    uplo: Any = "U" if upper else "L"
    assert_allclose(linalg.cholesky(half, upper=upper), linalg.cholesky(whole, upper=upper))
    assert_allclose(linalg.eigvalsh(half, uplo), linalg.eigvalsh(whole, uplo))
    assert_allclose(linalg.eigh(half, uplo)[0], linalg.eigh(whole, uplo)[0])
    x, y = leaf(half), leaf(whole)
    linalg.eigvalsh(x, uplo).backward(np.arange(3.0))
    linalg.eigvalsh(y, uplo).backward(np.arange(3.0))
    assert_allclose(grad(x), grad(y))


RESULTS: list[tuple[Any, Any, tuple[str, ...]]] = [
    (linalg.eigh, np.linalg.eigh, ("eigenvalues", "eigenvectors")),
    (linalg.eig, np.linalg.eig, ("eigenvalues", "eigenvectors")),
    (linalg.svd, np.linalg.svd, ("U", "S", "Vh")),
    (linalg.qr, np.linalg.qr, ("Q", "R")),
    (linalg.slogdet, np.linalg.slogdet, ("sign", "logabsdet")),
]


@pytest.mark.parametrize(("ours", "theirs", "names"), RESULTS, ids=[r[2][0] for r in RESULTS])
def test_several_results_have_numpys_names(ours: Any, theirs: Any, names: tuple[str, ...]) -> None:
    x = symmetric(3)
    for operand, kind in ((x, np.ndarray), (leaf(x), Tensor)):
        result = ours(operand)
        assert result._fields == names
        for name, expected in zip(names, theirs(x), strict=True):
            part = getattr(result, name)
            assert type(part) is kind
            assert_allclose(plain(part), expected)


def test_a_result_that_is_written_to_leaves_the_gradients_right() -> None:
    array = symmetric(3)
    x, y = leaf(array), leaf(array)
    w, v = linalg.eigh(x)
    w.data[...] = 0
    (v * v * np.arange(3.0)).sum().backward()
    v = linalg.eigh(y).eigenvectors
    (v * v * np.arange(3.0)).sum().backward()
    assert_allclose(grad(x), grad(y))


def test_lstsq_gives_what_numpy_gives() -> None:
    a, b = rng.normal(size=(4, 2)), rng.normal(size=(4, 3))
    for first, second in ((a, b), (a.T, b[:2]), (np.ones((4, 2)), b), (a, b[:, 0])):
        expected = np.linalg.lstsq(first, second)
        for operands in ((first, second), (leaf(first), second), (first, leaf(second))):
            x, residuals, rank, s = linalg.lstsq(*operands)
            assert_allclose(plain(x), expected[0])
            assert_allclose(plain(residuals), expected[1], atol=1e-14)
            assert rank == expected[2]
            assert type(rank) is int
            assert_allclose(plain(s), expected[3], atol=1e-12)
            assert type(s) is type(x)
            assert getattr(s, "requires_grad", False) == isinstance(operands[0], Tensor)


def test_matrix_rank_is_an_integer_without_a_gradient() -> None:
    x = np.stack([np.eye(2), np.ones((2, 2)), np.diag([1.0, 1e-3])])
    assert_array_equal(linalg.matrix_rank(x), [2, 1, 2])
    ranks = linalg.matrix_rank(leaf(x), rtol=1e-2)
    assert_array_equal(ranks.data, [2, 1, 1])
    assert ranks.dtype == np.intp
    assert not ranks.requires_grad
    assert_array_equal(linalg.matrix_rank(x, 2.0, hermitian=True), [0, 0, 0])


def test_pinv_takes_a_tolerance_for_each_matrix() -> None:
    x = np.stack([np.diag([1.0, 1e-3])] * 2)
    rtol = np.array([1e-2, 1e-4])
    y = linalg.pinv(leaf(x), rtol=rtol)
    rtol[...] = 1.0  # the gradient has its own
    assert_allclose(y.data[:, 1, 1], [0.0, 1e3])
    assert_allclose(linalg.pinv(x, np.array([1e-2, 1e-4])), y.data)


def test_eigenvalues_of_a_real_matrix_may_be_complex() -> None:
    turn = np.array([[0.0, -1.0], [1.0, 0.0]])
    assert_allclose(np.sort_complex(linalg.eigvals(leaf(turn)).data), [-1j, 1j])
    assert linalg.eigvals(turn).dtype == np.complex128
    check_grads(lambda x: abs(linalg.eigvals(x)), [turn + 0.1])


# ---------------------------------------------------------------------------- namespaces


def test_all_of_numpys_linalg_is_there() -> None:
    assert set(np.linalg.__all__) <= set(vars(linalg))


# ---------------------------------------------------------------------------- errors

ONES: Any = np.ones((2, 2))
ROW: Any = np.ones(3)
N: Any = linalg
G: Any = gc
Lin = np.linalg.LinAlgError

ERRORS: list[tuple[Callable[[], object], type[Exception], str]] = [
    (lambda: linalg.inv(ONES), Lin, r"inv: .*ingular.*float64\[2, 2\].*not singular"),
    (lambda: linalg.solve(leaf(ONES), np.ones(2)), Lin, "solve: .*ingular"),
    (lambda: linalg.solve(np.eye(2), ROW), ValueError, r"solve: .*float64\[3\]"),
    (lambda: linalg.cholesky(-np.eye(2)), Lin, "cholesky: .*positive definite"),
    (lambda: linalg.eigh(np.ones((2, 3))), Lin, r"eigh: .*float64\[2, 3\]; a square"),
    (lambda: linalg.eigh(ONES, "X"), ValueError, "eigh: UPLO"),  # type: ignore[arg-type]  # bad
    (lambda: linalg.eigvalsh(ROW), Lin, "eigvalsh: "),
    (lambda: linalg.eig(ROW), Lin, "eig: "),
    (lambda: linalg.eigvals(np.array([[inf]])), Lin, "eigvals: .*(inf|NaN)"),
    (lambda: linalg.svd(ROW), Lin, "svd: .*a matrix"),
    (lambda: linalg.svdvals(ROW), ValueError, r"svdvals: got float64\[3\], expected a matrix"),
    (lambda: linalg.qr(ROW), Lin, "qr: "),
    (lambda: N.qr(ONES, "raw"), ValueError, "qr: got mode='raw', expected 'reduced'"),
    (lambda: linalg.det(np.ones((2, 3))), Lin, "det: "),
    (lambda: linalg.slogdet(np.ones((2, 3))), Lin, "slogdet: "),
    (lambda: linalg.pinv(ROW), ValueError, "pinv: "),
    (lambda: linalg.pinv(ONES, 0.1, rtol=0.1), ValueError, "pinv: rcond and rtol"),
    (lambda: linalg.lstsq(ONES, ROW), Lin, "lstsq: .*as many rows"),
    (lambda: linalg.tensorinv(np.ones((2, 3)), 1), Lin, "tensorinv: .* ind=1: .* 2 .* 3"),
    (lambda: linalg.tensorinv(ONES, 0), ValueError, "tensorinv: got ind=0"),
    (lambda: linalg.tensorsolve(ONES, ROW), Lin, "tensorsolve: "),
    (lambda: linalg.tensorsolve(ONES, ROW, (5,)), IndexError, "tensorsolve: axis 5"),
    (lambda: linalg.matrix_power(np.ones((2, 3)), 2), Lin, "matrix_power: .*square"),
    (lambda: N.matrix_power(ONES, 0.5), TypeError, "matrix_power: got the exponent 0.5"),
    (lambda: linalg.multi_dot([ONES]), ValueError, "multi_dot: .*two or more"),
    (lambda: linalg.multi_dot([ONES, ROW]), ValueError, "multi_dot: "),
    (lambda: linalg.norm(ROW, "fro"), ValueError, "norm: got ord='fro'.* a number"),
    (lambda: linalg.norm(ONES, 3), ValueError, "norm: got ord=3, expected 'fro'"),
    (lambda: linalg.norm(np.ones((1, 1, 1)), 2), ValueError, "norm: got ord=2 and axis=None"),
    (lambda: linalg.norm(ONES, 2, (0, 0)), ValueError, "norm: .*two for matrices"),
    (lambda: linalg.norm(ROW, axis=1), ValueError, "norm: axis 1"),
    (lambda: linalg.vector_norm(ROW, axis=2), ValueError, "vector_norm: axis 2"),
    (lambda: linalg.matrix_norm(ROW), ValueError, "matrix_norm: got float64"),
    (lambda: N.cond(leaf(ONES), "x"), ValueError, "cond: "),
    (lambda: linalg.cond(np.ones((2, 3)), 1), Lin, "cond: "),
    (lambda: N.matrix_rank(ONES, 0.1, rtol=0.1), ValueError, "matrix_rank: "),
    (lambda: linalg.outer(ONES, ROW), ValueError, "outer: .*expected vectors"),
    (lambda: linalg.diagonal(ROW), ValueError, "diagonal: "),
    (lambda: linalg.trace(ROW), ValueError, "trace: .*two axes"),
    (lambda: gc.trace(ONES, 0, 1, 1), ValueError, "trace: "),
    (lambda: gc.cross(np.ones(2), np.ones(2)), ValueError, "cross: got vectors of 2"),
    (lambda: gc.cross(ROW, ROW, axis=1), ValueError, "cross: axis 1"),
    (lambda: gc.dot(ONES, ROW), ValueError, "dot: "),
    (lambda: G.dot(leaf(ROW), [1.0]), TypeError, "dot: expected a Tensor, .*got list"),
    (lambda: gc.inner(ONES, ROW), ValueError, "inner: "),
    (lambda: gc.vdot(ONES, ROW), ValueError, "vdot: .*as many elements"),
    (lambda: gc.vecdot(ROW, np.ones(2)), ValueError, "vecdot: "),
    (lambda: gc.vecdot(ROW, ROW, axis=1), ValueError, "vecdot: axis 1"),
    (lambda: gc.matvec(ROW, ROW), ValueError, "matvec: .*too few axes"),
    (lambda: gc.vecmat(ROW, ONES), ValueError, "vecmat: "),
    (lambda: gc.tensordot(ONES, ROW, 1), ValueError, "tensordot: .*the same length"),
    (lambda: gc.tensordot(ONES, ROW, 2), ValueError, "tensordot: got axes=2"),
    (lambda: gc.tensordot(ONES, ROW, ((0, 1), (0,))), ValueError, "tensordot: got 2 axes"),
    (lambda: gc.tensordot(ONES, ROW, ((0, 0), (0, 1))), ValueError, "tensordot: "),
    (lambda: G.kron(leaf(ONES), "a"), TypeError, "kron: .*got str"),
    (lambda: gc.einsum("ij,jk", ONES), ValueError, "einsum: .*2 operands, got 1"),
    (lambda: gc.einsum("i.j", ONES), ValueError, "einsum: 'i.j' has '.'"),
    (lambda: gc.einsum("......", ONES), ValueError, "einsum: .*at most one"),
    (lambda: gc.einsum("i->i->i", ROW), ValueError, "einsum: .*one '->'"),
    (lambda: gc.einsum("é", ROW), ValueError, "einsum: .*letters"),
    (lambda: gc.einsum("ij", ROW), ValueError, "einsum: an operand of 1 axes has 2 sub"),
    (lambda: gc.einsum("i", ONES), ValueError, "einsum: an operand of 2 axes .* ellipsis"),
    (lambda: gc.einsum("i->ii", ROW), ValueError, "einsum: .*'i' twice"),
    (lambda: gc.einsum("i->j", ROW), ValueError, "einsum: .*'j'.*no operand"),
    (lambda: gc.einsum("...->", ROW), ValueError, "einsum: .*ellipses"),
    (lambda: gc.einsum("i,i", ROW, np.ones(2)), ValueError, "einsum: .*broadcast"),
    (lambda: G.einsum(ROW, [60]), ValueError, "einsum: got the subscript 60"),
    (lambda: G.einsum(ROW, ["a"]), TypeError, "einsum: got the subscript 'a'"),
    (lambda: G.einsum(ROW, ROW), TypeError, "einsum: got ndarray where the list"),
    (lambda: G.einsum("i", "a"), TypeError, "einsum: .*got str"),
    (lambda: linalg.inv(np.ones((2, 2), np.float16)), TypeError, "inv: .*float16"),
]


@pytest.mark.parametrize(("call", "kind", "message"), ERRORS, ids=[row[2] for row in ERRORS])
def test_errors_name_the_operation(
    call: Callable[[], object], kind: type[Exception], message: str
) -> None:
    with pytest.raises(kind, match=message):
        call()


HERMITIAN = np.array([[1, 1j], [-1j, 2]])

WEIGHTS = np.arange(9.0).reshape(3, 3) ** 2  # far from symmetric
UNDEFINED: list[tuple[str, Callable[[], Tensor], type[Exception], str]] = [
    ("eigh", lambda: linalg.eigh(leaf(HERMITIAN))[1].real.sum(), RuntimeError, "eigh: .*phase"),
    ("eig", lambda: linalg.eig(leaf(HERMITIAN * 1j))[1].real.sum(), RuntimeError, "eig: .*phase"),
    (
        "svd",
        lambda: (linalg.svd(leaf(np.ones((3, 1))))[0] * WEIGHTS).sum(),
        RuntimeError,
        "svd: .*bases",
    ),
    (
        "qr",
        lambda: (linalg.qr(leaf(np.ones((3, 1))), "complete")[0] * WEIGHTS).sum(),
        RuntimeError,
        "qr: .*bases",
    ),
    ("qr-rank", lambda: linalg.qr(leaf(np.zeros((3, 2))))[1].sum(), Lin, "qr: .*dependent"),
    (
        "eig-defective",
        lambda: linalg.eigvals(leaf([[1.0, 1.0], [0.0, 1.0]])).real.sum(),
        Lin,
        "eig: ",
    ),
    ("slogdet", lambda: linalg.slogdet(leaf(ONES))[1], Lin, "slogdet: .*singular"),
]


@pytest.mark.parametrize(
    ("name", "function", "kind", "message"), UNDEFINED, ids=[row[0] for row in UNDEFINED]
)
def test_a_gradient_that_is_not_defined_is_refused(
    name: str, function: Callable[[], Tensor], kind: type[Exception], message: str
) -> None:
    y = function()
    with pytest.raises(kind, match=message):
        y.backward()
