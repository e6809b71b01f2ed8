"""Calls of NumPy's linear algebra, Fourier transforms and polynomials."""

from __future__ import annotations

from tests.core.tables.numpy_rows import Row

PHASE = "fails where the result hangs on the phases of the vectors, which are free"

PRODUCTS: tuple[Row, ...] = (
    Row("dot", "yes", "{}(v, w)\n{}(x, a)\n{}(x, 2.0)\n{}(b, [1.0, 2.0, 3.0])"),
    Row("vdot", "yes", "{}(v, w)\n{}(z, z)"),
    Row("inner", "yes", "{}(v, w)\n{}(x, y)"),
    Row("outer linalg.outer", "yes", "{}(v, h)"),
    Row("kron", "yes", "{}(v, w)\n{}(x, y)"),
    Row("tensordot linalg.tensordot", "yes", "{}(x, a, axes=1)\n{}(x, y, axes=([0, 1], [0, 1]))\n{}(t, t)"),
    Row("trace", "yes", "{}(a)\n{}(t, 0, 1, 2)\n{}(x, offset=1)"),
    Row("einsum", "yes", "{}('ij,jk->ik', x, a)\n{}('ii', a)\n{}('ij,ij', x, y, optimize=True)"
        "\n{}('...i->...', x)\n{}(x, [0, 1], v, [1], [0])"),
    Row("einsum_path", "no", "{}('ij,jk->ik', x, a)", "a plan, for `einsum`"),
    Row("linalg.matmul", "yes", "{}(x, a)\n{}(t, t[0])"),
    Row("linalg.vecdot", "yes", "{}(x, y)\n{}(x, y, axis=0)"),
    Row("linalg.cross", "yes", "{}(v, w)\n{}(x, y)"),
    Row("linalg.trace", "yes", "{}(a)\n{}(t, offset=1)"),
    Row("linalg.diagonal", "yes", "{}(a)\n{}(t, offset=1)"),
    Row("linalg.multi_dot", "yes", "{}([x, a, b])\n{}([v, a, w])"),
    Row("linalg.matrix_power", "yes", "{}(a, 3)\n{}(a, -2)\n{}(t, n=2)"),
)  # fmt: skip

ALGEBRA: tuple[Row, ...] = (
    Row("linalg.solve", "yes", "{}(a, v)\n{}(a, b)\n{}([[2.0, 0.0], [1.0, 3.0]], x)"),
    Row("linalg.inv", "yes", "{}(a)\n{}(t)"),
    Row("linalg.pinv", "yes", "{}(x)\n{}(a, rcond=1e-10)\n{}(a + a.T, hermitian=True)"),
    Row("linalg.lstsq", "yes", "{}(x.T, v)[0]\n{}(b, a, rcond=None)[0]", "of the solution and the residuals", "{}(x.T, v)[1]"),
    Row("linalg.tensorsolve", "yes", "{}(a, v)\n{}(a.reshape(3, 1, 3), v[:, None])"),
    Row("linalg.tensorinv", "yes", "{}(a, ind=1)\n{}(a.reshape(3, 1, 3), ind=2)"),
    Row("linalg.det", "yes", "{}(a)\n{}(t)"),
    Row("linalg.slogdet", "yes", "{}(a)\n{}(t)", "of the logarithm; the sign has none if real"),
    Row("linalg.cholesky", "yes", "{}(a @ a.T)\n{}(b @ b.T + np.eye(3), upper=True)"),
    Row("linalg.qr", "yes", "{}(a)\n{}(x.T)\n{}(b, mode='r')"),
    Row("linalg.svd", "yes", "{}(x, full_matrices=False)[1]\n{}(x, compute_uv=False)"
        "\nabs({}(a, False)[0])", "singular values that differ; " + PHASE, "{}(a)\n{}(x)"),
    Row("linalg.svdvals", "yes", "{}(x)\n{}(t)"),
    Row("linalg.eig", "yes", "{}(a)[0] + 0j\nabs({}(a)[1])", "complex; where they differ; " + PHASE),
    Row("linalg.eigvals", "yes", "{}(a) + 0j\n{}(t) + 0j", "complex; where they differ"),
    Row("linalg.eigh", "yes", "{}(a + a.T)\n{}(a @ a.T, 'U')", "eigenvalues that differ; " + PHASE),
    Row("linalg.eigvalsh", "yes", "{}(a + a.T)\n{}(a @ a.T, UPLO='U')", "eigenvalues that differ"),
    Row("linalg.norm", "yes", "{}(x)\n{}(x, axis=1)\n{}(x, 'nuc')\n{}(v, 3)\n{}(x, ord=1, axis=0, keepdims=True)\n{}(a, 2)"),
    Row("linalg.matrix_norm", "yes", "{}(x)\n{}(t, ord='nuc', keepdims=True)\n{}(x, ord=1)"),
    Row("linalg.vector_norm", "yes", "{}(x)\n{}(x, axis=1, ord=1)\n{}(x, keepdims=True, ord=3)"),
    Row("linalg.cond", "yes", "{}(a)\n{}(a, 'fro')\n{}(a, p=1)"),
    Row("linalg.matrix_rank", "no", "{}(a)\n{}(x, tol=1e-6)"),
)  # fmt: skip

FOURIER: tuple[Row, ...] = (
    Row("fft.fft fft.ifft", "yes", "{}(x)\n{}(z, 3)\n{}(x, n=2, axis=0, norm='ortho')"),
    Row("fft.rfft fft.ihfft", "yes", "{}(x)\n{}(x, 4)\n{}(x, axis=0, norm='forward')"),
    Row("fft.irfft fft.hfft", "yes", "{}(z)\n{}(z, 3)\n{}(x, axis=0, norm='ortho')"),
    Row("fft.fft2 fft.ifft2", "yes", "{}(x)\n{}(z, norm='ortho')\n{}(t, axes=(0, 2))"),
    Row("fft.fftn fft.ifftn", "yes", "{}(x)\n{}(x, s=(2, 2), axes=(0, 1))\n{}(z, axes=[1])"),
    Row("fft.rfft2 fft.rfftn", "yes", "{}(x)\n{}(x, norm='forward')\n{}(t, axes=(0, 1))"),
    Row("fft.irfft2 fft.irfftn", "yes", "{}(z)\n{}(z, s=(2, 3), axes=(0, 1))"),
    Row("fft.fftshift fft.ifftshift", "yes", "{}(x)\n{}(x, 1)\n{}(x, axes=(0,))"),
)

POLYNOMIALS: tuple[Row, ...] = (
    Row("polyval", "yes", "{}(v, x)\n{}([1.0, 2.0, 3.0], x)\n{}(v, 2.0)"),
    Row("polyadd polysub polymul", "yes", "{}(v, h)\n{}(v, [1.0, 2.0])"),
    Row("polydiv", "yes", "{}(h, v)\n{}(h, [2.0, 1.0])\n{}(v[:2], w)"),
    Row("polyder", "yes", "{}(h)\n{}(h, 2)"),
    Row("polyint", "yes", "{}(v)\n{}(v, m=2)\n{}(v, 1, 5.0)"),
    Row("polyfit", "yes", "{}(h, h * np.cos(h), 1)\n{}(h, h[:, None] ** 0.5, 2, w=[1.0, 2.0, 1.0, 0.5])"),
    Row("poly", "yes", "{}(v)\n{}(a)"),
    Row("roots", "yes", "{}(h)\n{}(v)\n{}(np.pad(w, 1))", "roots that differ"),
)  # fmt: skip
