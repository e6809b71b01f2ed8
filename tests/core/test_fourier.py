"""Fourier transforms: NumPy's results for all arguments, transposes, and bad arguments."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

import grad_core as gc
from grad_core import Tensor, fft

rng = np.random.default_rng(4)
REAL = rng.normal(size=(3, 4, 5))
COMPLEX = REAL + 1j * rng.normal(size=(3, 4, 5))
ONE_AXIS = ("fft", "ifft", "rfft", "irfft", "hfft", "ihfft")
AXES = ("fftn", "ifftn", "rfftn", "irfftn", "fft2", "ifft2", "rfft2", "irfft2")
TAKE_REAL = ("rfft", "ihfft", "rfftn", "rfft2")


def operands(name: str) -> list[Any]:
    return [REAL] if name in TAKE_REAL else [REAL, COMPLEX]


@pytest.mark.parametrize("name", ONE_AXIS)
def test_one_axis_is_numpys(name: str) -> None:
    ours, theirs = getattr(fft, name), getattr(np.fft, name)
    for x, n, axis, norm in itertools.product(
        operands(name), (None, 1, 3, 4, 9), (-1, 0), (None, "ortho", "forward")
    ):
        expected = theirs(x, n, axis, norm)
        np.testing.assert_array_equal(ours(x, n, axis, norm), expected)
        found = ours(gc.from_numpy(x), n=n, axis=axis, norm=norm)
        np.testing.assert_array_equal(found.data, expected)
        assert found.data.base is None  # memory of its own


@pytest.mark.parametrize("name", AXES)
def test_several_axes_are_numpys(name: str) -> None:
    ours, theirs = getattr(fft, name), getattr(np.fft, name)
    for x, (s, axes), norm in itertools.product(
        operands(name),
        [
            (None, (0, 1)),
            (None, (-1,)),
            (None, (1, 1, 0)),
            ((2, 7), (0, 2)),
            ((2, 7), (2, 2)),  # the same axis twice
            ((-1, 3), (2, 0)),
        ],
        (None, "ortho"),
    ):
        expected = theirs(x, s, axes, norm)
        found = ours(gc.from_numpy(x), s, axes, norm)
        np.testing.assert_allclose(found.data, expected, rtol=1e-13, atol=1e-14)
        np.testing.assert_array_equal(ours(x, s=s, axes=axes, norm=norm), found.data)
    np.testing.assert_allclose(ours(REAL), theirs(REAL), rtol=1e-13, atol=1e-14)


def test_lengths_without_axes_are_those_of_the_last() -> None:
    """Where NumPy warns."""
    np.testing.assert_array_equal(fft.fftn(REAL, (2, 3)), fft.fftn(REAL, (2, 3), (1, 2)))
    np.testing.assert_array_equal(fft.fft2(REAL, (2, 3), None), fft.fftn(REAL, (2, 3), (1, 2)))


def test_no_axes_change_nothing() -> None:
    x = gc.from_numpy(COMPLEX)
    np.testing.assert_array_equal(fft.fftn(x, axes=()).data, COMPLEX)


@pytest.mark.parametrize("name", [*ONE_AXIS, *AXES, "fftshift", "ifftshift"])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.int64, np.bool_])
def test_dtypes_are_numpys(name: str, dtype: Any) -> None:
    x = np.ones((3, 4), dtype)
    expected = getattr(np.fft, name)(x)
    assert getattr(fft, name)(gc.from_numpy(x)).dtype == expected.dtype
    assert getattr(fft, name)(x).dtype == expected.dtype


@pytest.mark.parametrize(
    ("name", "dtype"),
    [
        (name, dtype)
        for name in [*ONE_AXIS, *AXES]
        for dtype in (np.float16, np.float32, np.complex64)
        if not (name in TAKE_REAL and dtype == np.complex64)
    ],
)
def test_gradients_keep_the_precision(name: str, dtype: Any) -> None:
    x = Tensor(np.ones((4, 5)), requires_grad=True, dtype=dtype)
    out = getattr(fft, name)(x)
    grad = gc.gradient(out, x, np.ones(out.shape, out.dtype), create_graph=True)
    assert grad.dtype == dtype


@pytest.mark.parametrize("n", [2, 3, 6, 7])
@pytest.mark.parametrize("name", ["fft", "ifft"])
def test_the_rule_is_the_transpose(name: str, n: int) -> None:
    """Of the matrix that the transform is, and no conjugate of it."""
    function = getattr(fft, name)
    matrix = function(np.eye(5), n)  # row i: what unit vector i gives
    x = Tensor(np.ones(5), requires_grad=True, dtype=np.complex128)
    for k in range(n):
        (grad,) = gc.gradient(function(x, n)[k], [x], np.asarray(1 + 0j))
        np.testing.assert_allclose(grad.data.conj(), matrix[:, k], rtol=1e-13, atol=1e-15)


def test_transforms_undo_each_other_with_gradients() -> None:
    for there, back, n in (("fft", "ifft", None), ("rfft", "irfft", 5), ("ihfft", "hfft", 5)):
        x = Tensor(REAL, requires_grad=True, dtype=np.float64)
        y = getattr(fft, back)(getattr(fft, there)(x), n)
        weights = rng.normal(size=REAL.shape)
        np.testing.assert_allclose(y.real.data, REAL, atol=1e-14)
        np.testing.assert_allclose(gc.gradient(y.real, x, weights).data, weights, atol=1e-14)


def test_energy_has_the_gradient_that_parseval_says() -> None:
    x = Tensor(COMPLEX, requires_grad=True, dtype=np.complex128)
    (abs(fft.fftn(x, norm="ortho")) ** 2).sum().backward()
    assert x.grad is not None
    np.testing.assert_allclose(x.grad, 2 * COMPLEX, rtol=1e-12)


@pytest.mark.parametrize("n", [1, 2, 5, 8])
def test_frequencies_are_numpys(n: int) -> None:
    for ours, theirs in ((fft.fftfreq, np.fft.fftfreq), (fft.rfftfreq, np.fft.rfftfreq)):
        assert isinstance(ours(n), Tensor)
        assert ours(n).dtype == np.float32
        exact = ours(n, 0.1, dtype=np.float64)
        np.testing.assert_allclose(exact.data, theirs(n, 0.1), rtol=1e-15)
        assert exact.dtype == np.float64
        np.testing.assert_array_equal(
            ours(n, d=0.1, device="cpu", dtype="float64").data, exact.data
        )


def test_shifts_are_numpys() -> None:
    for name, axes in itertools.product(("fftshift", "ifftshift"), (None, 0, -1, (0, 2), [1])):
        expected = getattr(np.fft, name)(REAL, axes)
        for found in (
            getattr(fft, name)(gc.from_numpy(REAL), axes).data,
            getattr(fft, name)(REAL, axes=axes),
        ):
            np.testing.assert_array_equal(found, expected)


X = Tensor(REAL)
BAD: list[tuple[str, tuple[Any, ...], dict[str, Any], type[Exception], str]] = [
    ("fft", (X, 0), {}, ValueError, "fft: got length 0, expected 1 or more"),
    ("fft", (X, 2.0), {}, TypeError, "fft: expected an int for the length, got float"),
    ("fft", (X,), {"axis": 3}, ValueError, "fft: axis 3 is out of bounds"),
    ("ifft", (X,), {"norm": "o"}, ValueError, "ifft: got norm 'o', expected 'backward', 'ortho'"),
    ("fft", (Tensor(1.0),), {}, ValueError, "fft: expected at least one axis"),
    ("fft", (Tensor(np.ones((2, 0))),), {}, ValueError, "fft: got length 0"),
    ("fft", ([1.0],), {}, TypeError, "fft: expected a Tensor, an ndarray or a number, got list"),
    ("irfft", (Tensor([1.0]),), {}, ValueError, "irfft: got length 0, expected 1 or more"),
    ("rfft", (COMPLEX,), {}, TypeError, "rfft: expected real numbers, got complex128"),
    ("ihfft", (COMPLEX,), {}, TypeError, "ihfft: expected real numbers, got complex128"),
    ("rfftn", (COMPLEX,), {}, TypeError, "rfftn: expected real numbers, got complex128"),
    ("fftn", (X, (1, 2)), {"axes": (0,)}, ValueError, "fftn: got 2 lengths for 1 axes"),
    ("fft2", (X[0, 0],), {}, ValueError, "fft2: axis -2 is out of bounds"),
    ("rfftn", (X,), {"axes": ()}, ValueError, "rfftn: expected at least one axis"),
    ("irfftn", (X,), {"axes": ()}, ValueError, "irfftn: expected at least one axis"),
    ("irfft2", (X,), {"norm": "x"}, ValueError, "irfft2: got norm 'x'"),
    ("fftfreq", (0,), {}, ValueError, "fftfreq: got length 0"),
    ("fftfreq", (4, 0.0), {}, ValueError, "fftfreq: got d=0"),
    ("rfftfreq", (4,), {"dtype": "int32"}, TypeError, "rfftfreq: got dtype int32"),
    ("rfftfreq", (4,), {"device": "gpu"}, ValueError, "rfftfreq: got device 'gpu'"),
    ("fftshift", (X, 5), {}, ValueError, "fftshift: axis 5 is out of bounds"),
]


@pytest.mark.parametrize(("name", "args", "options", "error", "message"), BAD)
def test_errors_name_the_function(
    name: str, args: tuple[Any, ...], options: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error) as caught:
        getattr(fft, name)(*args, **options)
    assert message in str(caught.value)
