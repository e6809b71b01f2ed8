"""The families of Bessel functions against the integrals that define them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.testing import assert_allclose

import grad_core as gc
from grad_core.ops.special.bessel import modified_i, spherical_j


@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_spherical_bessel_functions_are_poissons_integral(n: int) -> None:
    # j_n(t) = 1 / (2 i**n) times the integral of exp(i t s) P_n(s) over [-1, 1]: DLMF 10.54.2
    s, weights = np.polynomial.legendre.leggauss(60)
    polynomial = np.polynomial.legendre.legval(s, [0] * n + [1])
    for t in (0.3, -1.0, n + 0.99, n + 1.01, -7.0, 20.0, 2 + 3j):
        expected = (weights * np.exp(1j * t * s) * polynomial).sum() / (2 * 1j**n)
        result = spherical_j(np.asarray(t), n)
        if not isinstance(t, complex):
            expected = expected.real
        assert_allclose(result, expected, rtol=1e-12, atol=1e-13)


def test_spherical_bessel_functions_near_zero_keep_their_digits() -> None:
    t = np.array([1e-8, 1e-3])
    assert_allclose(spherical_j(t, 1), t / 3 * (1 - t**2 / 10), rtol=1e-13)
    assert_allclose(spherical_j(t, 2), t**2 / 15 * (1 - t**2 / 14), rtol=1e-13)


@pytest.mark.parametrize("n", [1, 2, 3, 4])
@pytest.mark.parametrize("x", [1e-3, -0.5, 2.0, 10.0, -29.99, 30.01, 60.0, -500.0])
def test_modified_bessel_functions_are_their_integral(n: int, x: float) -> None:
    # I_n(x) is the mean of exp(x cos a) cos(n a) over the circle: Abramowitz and Stegun 9.6.19.
    # The trapezoid rule is exact for it, once there are enough points.
    a = np.arange(400) * (2 * math.pi / 400)
    expected = np.mean(np.exp(x * np.cos(a) - abs(x)) * np.cos(n * a))
    result = modified_i(np.asarray(x), n) * math.exp(-abs(x))
    assert_allclose(result, expected, rtol=2e-13, atol=1e-16)


def test_modified_bessel_functions_of_narrow_dtypes() -> None:
    for dtype, rtol in ((np.float16, 2e-3), (np.float32, 1e-6)):
        x = gc.Tensor([0.5, -3.0, 8.0], requires_grad=True, dtype=dtype)
        gc.i0(x).backward(np.ones(3, dtype))
        assert x.grad is not None
        assert x.grad.dtype == dtype
        assert_allclose(x.grad, [0.25789430539, -3.95337021740, 399.873136782], rtol=rtol)
