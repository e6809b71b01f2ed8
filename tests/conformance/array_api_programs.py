"""Small programs in the array API standard, for any namespace that follows it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def matrix(xp: Any) -> Any:
    return xp.asarray([[3.0, -1.5, 2.0], [0.5, 4.0, -2.5]])


def square(xp: Any) -> Any:
    return xp.asarray([[4.0, 1.0, 0.5], [1.0, 3.0, -0.5], [0.5, -0.5, 2.0]])


def standardised_product(xp: Any) -> Any:
    x = matrix(xp)
    z = (x - xp.mean(x, axis=0, keepdims=True)) / (xp.std(x, axis=0, keepdims=True) + 1e-3)
    return xp.matmul(z, z.T), z @ xp.matrix_transpose(z), z.mT @ z


def namespace_of_the_array(xp: Any) -> Any:
    x = matrix(xp)
    same = x.__array_namespace__()
    return same.sum(same.exp(x - same.max(x)), axis=-1)


def softmax(xp: Any) -> Any:
    x = matrix(xp)
    z = xp.exp(x - xp.max(x, axis=-1, keepdims=True))
    return z / xp.sum(z, axis=-1, keepdims=True)


def newton_iterations(xp: Any) -> Any:
    x = xp.full((3,), 2.0, dtype=xp.float64)
    target = xp.asarray([2.0, 3.0, 5.0], dtype=xp.float64)
    for _ in range(6):
        x -= (x**2 - target) / (2 * x)
    return x


def power_iteration(xp: Any) -> Any:
    a, v = square(xp), xp.ones((3,))
    for _ in range(50):
        v = a @ v
        v = v / xp.linalg.vector_norm(v)
    return xp.vecdot(v, a @ v)


def distances(xp: Any) -> Any:
    x = matrix(xp).T
    squares = xp.sum((x[:, xp.newaxis, :] - x[None, :, :]) ** 2, axis=2)
    return xp.sqrt(squares), xp.argmin(squares + 100 * xp.eye(3), axis=1, keepdims=True)


def elementwise_of_one(xp: Any) -> Any:
    x = xp.asarray([-0.75, -0.25, 0.0, 0.5, 0.9])
    names = (
        "abs acos acosh asin asinh atan atanh ceil cos cosh exp expm1 floor isfinite isinf isnan"
        " log log10 log1p log2 negative positive reciprocal round sign signbit sin sinh sqrt square"
        " tan tanh trunc"
    )
    return [getattr(xp, name)(x + 1 if name == "acosh" else x) for name in names.split()]


def elementwise_of_two(xp: Any) -> Any:
    x, y = matrix(xp), xp.asarray([2.0, -1.5, 0.25])
    names = (
        "add atan2 copysign divide equal floor_divide greater greater_equal hypot less less_equal"
        " logaddexp maximum minimum multiply nextafter not_equal pow remainder subtract"
    )
    return [getattr(xp, name)(xp.abs(x) if name == "pow" else x, y) for name in names.split()]


def elementwise_with_numbers(xp: Any) -> Any:
    x = matrix(xp)
    return xp.add(x, 1), xp.maximum(0.5, x), xp.clip(x, -1, 1), xp.clip(x, max=xp.asarray(0.5))


def complex_numbers(xp: Any) -> Any:
    z = xp.asarray([1 + 2j, -0.5j, 3.0])
    return (
        xp.conj(z),
        xp.real(z),
        xp.imag(z),
        xp.abs(z),
        xp.exp(z),
        z * 2j,
        xp.sign(z),
        z == xp.conj(z),
    )


def integers_and_booleans(xp: Any) -> Any:
    i, j = xp.asarray([12, 5, 7]), xp.asarray([3, 1, 2])
    p, q = xp.asarray([True, True, False]), xp.asarray([True, False, False])
    results = [
        getattr(xp, f"bitwise_{name}")(i, j)
        for name in ("and", "or", "xor", "left_shift", "right_shift")
    ]
    results += [getattr(xp, f"logical_{name}")(p, q) for name in ("and", "or", "xor")]
    return *results, xp.bitwise_invert(i), xp.logical_not(p), i // j, i % j, i << j, ~p, p ^ q


def operators(xp: Any) -> Any:
    x, y = matrix(xp), xp.asarray([2.0, -1.5, 0.25])
    comparisons = [x < y, x <= y, x > y, x >= y, x == y, x != y]
    reflected = [2 + x, 2 - x, 2 * x, 2 / x, 7 // x, 7 % x, 2**x]
    return x + y, x - y, x * y, x / y, x // y, x % y, abs(x) ** y, -x, +x, comparisons, reflected


def in_place_operators(xp: Any) -> Any:
    x, i = matrix(xp), xp.asarray([12, 5, 7])
    before = x
    x += 1
    x *= 2
    x -= xp.ones((3,))
    x /= 4
    i <<= 2
    i >>= 1
    i |= 1
    i &= 255
    i ^= 3
    return x, i, x is before


def numbers_out_of_arrays(xp: Any) -> Any:
    x = xp.asarray(3)
    return float(xp.asarray(1.5)), int(x), bool(x > 2), complex(xp.asarray(1j)), [1, 2, 3, 4][x]


def creation(xp: Any) -> Any:
    like = matrix(xp)
    return (
        [xp.arange(5), xp.arange(2, 5.5, 0.5), xp.arange(5, 0, step=-2, dtype=xp.float32)],
        [xp.zeros(3), xp.ones((2, 1), dtype=xp.int32), xp.full(2, 7), xp.full((), 1.5)],
        [xp.zeros_like(like), xp.ones_like(like, dtype=xp.bool), xp.full_like(like, 3)],
        [xp.empty((2, 0)).shape, xp.empty_like(like).shape],
        [xp.eye(3), xp.eye(2, 4, k=1, dtype=xp.complex64)],
        [xp.linspace(0, 1, 5), xp.linspace(0, 1, num=4, endpoint=False)],
        [xp.tril(square(xp), k=-1), xp.triu(square(xp), k=1)],
        xp.meshgrid(xp.arange(3), xp.arange(2), indexing="ij"),
        [xp.asarray(like, dtype=xp.float32, copy=True), xp.asarray([True, False])],
        xp.from_dlpack(like),
    )


def dtypes(xp: Any) -> Any:
    x = matrix(xp)
    return (
        xp.astype(x, xp.int32),
        xp.astype(x, xp.complex128, copy=False),
        xp.can_cast(xp.int8, xp.int16),
        xp.result_type(xp.float32, x) == xp.float64,
        xp.isdtype(xp.float32, ("real floating", "bool")),
        [getattr(xp.finfo(xp.float32), name) for name in ("bits", "eps", "max", "min")],
        [getattr(xp.iinfo(xp.int16), name) for name in ("bits", "max", "min")],
        x.to_device(x.device).device == x.device,
    )


def shapes(xp: Any) -> Any:
    x = xp.reshape(xp.arange(24.0), (2, 3, 4))
    return (
        xp.broadcast_arrays(xp.ones((3, 1)), xp.ones((1, 2))),
        xp.broadcast_shapes((3, 1), (1, 2)),
        xp.broadcast_to(xp.arange(3), (2, 3)),
        xp.concat([x, x], axis=1),
        xp.concat([x, x], axis=None),
        xp.stack([x, x], axis=-1),
        xp.unstack(x, axis=1),
        xp.expand_dims(x, axis=-1),
        xp.squeeze(xp.ones((1, 2, 1)), axis=(0, 2)),
        xp.permute_dims(x, (2, 0, 1)),
        xp.moveaxis(x, (0, 1), (-1, 0)),
        xp.flip(x),
        xp.flip(x, axis=(0, 2)),
        xp.roll(x, (1, -1), axis=(0, 2)),
        xp.roll(x, 5),
        xp.tile(x, (2, 1)),
        xp.repeat(x, 2, axis=1),
        xp.repeat(xp.arange(3), xp.asarray([1, 0, 2])),
        xp.reshape(x, (4, -1), copy=True),
        [x.shape, x.ndim, x.size],
    )


def indexing(xp: Any) -> Any:
    x = xp.reshape(xp.arange(24.0), (2, 3, 4))
    at = xp.asarray([[[2, 0, 1, 1]], [[0, 0, 2, 1]]])
    y = xp.asarray(x, copy=True)
    y[0, ..., 1] = 7.0
    y[y > 20] = 0.0
    return (
        [x[1, ...], x[0, 1:, ::-2], x[:, :, None, 0], x[:, -1, 2], x[x > 11]],
        xp.take(x, xp.asarray([2, 0]), axis=1),
        xp.take_along_axis(x, at, axis=1),
        y,
    )


def searching_and_sorting(xp: Any) -> Any:
    x = xp.asarray([[3.0, 1.0, 2.0, 1.0], [0.0, 5.0, -1.0, 5.0]])
    return (
        [xp.argmax(x), xp.argmin(x, axis=1), xp.argmax(x, axis=0, keepdims=True)],
        [xp.sort(x), xp.sort(x, axis=0, descending=True, stable=True)],
        [xp.argsort(x), xp.argsort(x, axis=-1, descending=True)],
        xp.searchsorted(xp.asarray([1.0, 2.0, 3.0]), x, side="right"),
        [xp.count_nonzero(x), xp.count_nonzero(x, axis=1, keepdims=True)],
        xp.nonzero(x),
        xp.where(x > 1, x, -x),
    )


def sets(xp: Any) -> Any:
    x = xp.asarray([3, 1, 2, 1, 3, 3])
    names = ("all", "counts", "inverse", "values")
    some = xp.isin(x, xp.asarray([1, 3]))
    return [getattr(xp, f"unique_{name}")(x) for name in names], xp.unique_all(x).values, some


def statistics(xp: Any) -> Any:
    x = matrix(xp)
    reductions = [
        getattr(xp, name)(x, axis=axis, keepdims=keepdims)
        for name in ("max", "mean", "min", "prod", "std", "sum", "var", "all", "any")
        for axis, keepdims in ((None, False), (0, False), (-1, True), ((0, 1), True))
    ]
    return (
        reductions,
        [xp.std(x, correction=1), xp.var(x, axis=1, correction=1.0)],
        [xp.sum(xp.asarray([1, 2], dtype=xp.int8)), xp.prod(x, dtype=xp.float32)],
        [xp.cumulative_sum(x, axis=1), xp.cumulative_prod(x, axis=0, include_initial=True)],
        [xp.diff(x), xp.diff(x, n=2, axis=1), xp.diff(x, axis=0, prepend=xp.ones((1, 3)))],
    )


def products(xp: Any) -> Any:
    x, y = matrix(xp), square(xp)
    return (
        [xp.matmul(x, y), xp.tensordot(x, y, axes=1), xp.tensordot(x, y, axes=((1,), (0,)))],
        [xp.vecdot(x, x), xp.vecdot(x, x, axis=-2)],
        [xp.linalg.matmul(x, y), xp.linalg.tensordot(x, y, axes=1), xp.linalg.vecdot(x, x)],
        [xp.linalg.matrix_transpose(x), xp.linalg.outer(x[0, :], y[1, :])],
        xp.linalg.cross(x, y[:2, :], axis=-1),
    )


def linear_systems(xp: Any) -> Any:
    a, b = square(xp), matrix(xp).T
    lower = xp.linalg.cholesky(a)
    q, r = xp.linalg.qr(b, mode="reduced")
    return (
        [xp.linalg.solve(a, b), xp.linalg.inv(a) @ b, xp.linalg.pinv(b, rtol=1e-10)],
        [lower @ lower.mT, xp.linalg.cholesky(a, upper=True), q @ r, q.T @ q],
        [xp.linalg.det(a), xp.linalg.slogdet(a), xp.linalg.matrix_power(a, 3)],
        [xp.linalg.trace(a, offset=1), xp.linalg.diagonal(a, offset=-1)],
        [xp.linalg.matrix_rank(b), xp.linalg.matrix_rank(a, rtol=0.5)],
    )


def spectra(xp: Any) -> Any:
    a, b = square(xp), matrix(xp)
    w, v = xp.linalg.eigh(a)
    u, s, vh = xp.linalg.svd(b, full_matrices=False)
    turned = xp.asarray([[1.0, 2.0], [-3.0, 0.5]])
    values, vectors = xp.linalg.eig(turned)
    return (
        [w, a @ v - v * w, xp.linalg.eigvalsh(a), xp.linalg.eigh(a).eigenvalues],
        [s, (u * s) @ vh, xp.linalg.svdvals(b), xp.linalg.svd(b).Vh.shape],
        [values, xp.astype(turned, xp.complex128) @ vectors - vectors * values],
        xp.linalg.eigvals(turned),
    )


def norms(xp: Any) -> Any:
    x = matrix(xp)
    return (
        [xp.linalg.vector_norm(x, ord=p) for p in (0, 1, 2, 3.5, xp.inf, -xp.inf)],
        xp.linalg.vector_norm(x, axis=1, keepdims=True),
        [xp.linalg.matrix_norm(x, ord=p) for p in ("fro", "nuc", 1, -1, 2, -2, xp.inf)],
        xp.linalg.matrix_norm(x, keepdims=True),
    )


def fourier_transforms(xp: Any) -> Any:
    x = xp.reshape(xp.arange(24.0) % 7, (2, 3, 4))
    z = xp.astype(x, xp.complex128) * (1 + 0.5j)
    return (
        [getattr(xp.fft, name)(z, n=3, axis=1, norm="ortho") for name in ("fft", "ifft", "hfft")],
        [getattr(xp.fft, name)(z, axes=(0, 2)) for name in ("fftn", "ifftn")],
        [xp.fft.rfft(x), xp.fft.ihfft(x), xp.fft.irfft(z, n=5)],
        [xp.fft.rfftn(x, axes=(1, 2)), xp.fft.irfftn(z, s=(2, 6), axes=(0, 2), norm="forward")],
        [xp.fft.fftfreq(5, d=0.5), xp.fft.rfftfreq(6)],
        [xp.fft.fftshift(x), xp.fft.ifftshift(x, axes=(1,))],
    )


PROGRAMS: list[Callable[[Any], Any]] = [
    standardised_product,
    namespace_of_the_array,
    softmax,
    newton_iterations,
    power_iteration,
    distances,
    elementwise_of_one,
    elementwise_of_two,
    elementwise_with_numbers,
    complex_numbers,
    integers_and_booleans,
    operators,
    in_place_operators,
    numbers_out_of_arrays,
    creation,
    dtypes,
    shapes,
    indexing,
    searching_and_sorting,
    sets,
    statistics,
    products,
    linear_systems,
    spectra,
    norms,
    fourier_transforms,
]
