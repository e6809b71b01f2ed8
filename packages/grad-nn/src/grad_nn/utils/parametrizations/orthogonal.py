"""Orthogonal weights, by three maps from all matrices to orthogonal ones."""

from __future__ import annotations

from typing import Literal, TypeAlias, TypeVar

import numpy as np

import grad_core as gc
from grad_core import Array, Tensor
from grad_core.primitive import unwrap, wrap
from grad_init import Rng, as_generator
from grad_nn.module import Module
from grad_nn.parameter import Buffer
from grad_nn.utils.parametrizations.matrix_exp import matrix_exp
from grad_nn.utils.parametrize import register_parametrization

M = TypeVar("M", bound=Module)
OrthogonalMap: TypeAlias = Literal["matrix_exp", "cayley", "householder"]
_MAPS: tuple[OrthogonalMap, ...] = ("matrix_exp", "cayley", "householder")


class Orthogonal(Module):
    """An orthogonal matrix of any matrix; of one that is not square, its rows or columns are.

    With X of n rows and k <= n columns, or transposed where it is wider than high:

        matrix_exp    exp(A), where A = L - L^T, and L is the lower triangle of X
        cayley        (I - A / 2)^-1 (I + A / 2), with the same A
        householder   H_1 ... H_k, where H_i = I - 2 v v^T / |v|^2, and v has 1 in row i, and below
                      it what X has in column i

    of which the first k columns are taken, times a matrix `base`, if there is one.

    Args:
        weight: The weight, for its shape.
        orthogonal_map: The map.
        use_trivialization: Whether there is a `base`, a Buffer that is set to what is assigned; the
            first two maps cannot be inverted without.
        rng: Where the columns come from that complete a `base` of a matrix that is not square.
    """

    def __init__(
        self,
        weight: Tensor,
        orthogonal_map: OrthogonalMap,
        *,
        use_trivialization: bool = True,
        rng: Rng = None,
    ) -> None:
        self.shape: tuple[int, ...] = weight.shape
        self.orthogonal_map: OrthogonalMap = orthogonal_map
        self.use_trivialization: bool = use_trivialization
        self.base: Buffer | None = None
        self._generator = as_generator(rng)

    def forward(self, X: Tensor) -> Tensor:  # noqa: N803  # the field's name
        """Compute the matrix."""
        wide = X.shape[-2] < X.shape[-1]
        tall = gc.matrix_transpose(X) if wide else X
        q = _householder(tall) if self.orthogonal_map == "householder" else self._of_skew(tall)
        if self.base is not None:
            q = self.base @ q
        return gc.matrix_transpose(q) if wide else q

    def _of_skew(self, tall: Tensor) -> Tensor:
        n, k = tall.shape[-2:]
        lower = gc.tril(tall)
        if n != k:
            zeros = np.zeros((*tall.shape[:-1], n - k), tall.dtype)
            lower = gc.concat([lower, wrap(zeros)], axis=-1)
        skew = lower - gc.conj(gc.matrix_transpose(lower))
        if self.orthogonal_map == "matrix_exp":
            q = matrix_exp(skew)
        else:
            eye = np.eye(n, dtype=tall.dtype)
            q = gc.linalg.solve(eye - skew * 0.5, eye + skew * 0.5)
        return q if n == k else q[..., :k]

    def right_inverse(self, Q: Tensor) -> Tensor:  # noqa: N803  # the field's name
        """Return what gives the orthogonal matrix nearest to `Q`, in the sense of QR."""
        if Q.shape != self.shape:
            raise ValueError(f"orthogonal: got shape {Q.shape}, expected {self.shape}")
        given: Array = unwrap(Q)
        n, k = given.shape[-2:]
        wide = n < k
        tall = np.swapaxes(given, -2, -1) if wide else given
        if not self.use_trivialization:
            if self.orthogonal_map != "householder":
                raise NotImplementedError(
                    f"orthogonal: {self.orthogonal_map} can only be assigned to with"
                    " use_trivialization=True"
                )
            x = _householder_inverse(tall)
            return wrap(np.ascontiguousarray(np.swapaxes(x, -2, -1)) if wide else x)
        missing = tall.shape[-2] - tall.shape[-1]
        if missing:
            more = self._generator.standard_normal((*tall.shape[:-1], missing))
            tall = np.concatenate([tall, more.astype(tall.dtype)], axis=-1)
        base = tall if not missing and _is_orthogonal(tall) else _make_orthogonal(tall)
        if self.base is None:
            self.base = Buffer(base, dtype=base.dtype)
        else:
            self.base.assign(base)
        return wrap(np.broadcast_to(-np.eye(n, k, dtype=given.dtype), given.shape).copy())

    def extra_repr(self) -> str:
        """Return the map."""
        return f"{self.orthogonal_map}, use_trivialization={self.use_trivialization}"


def _householder(tall: Tensor) -> Tensor:
    """The first columns of a product of reflections, times the signs on the diagonal.

    As I - V T V^T, where the inverse of T is known: the triangle above the diagonal of V^T V, and
    half of its diagonal.
    """
    n, k = tall.shape[-2:]
    eye = np.eye(n, k, dtype=tall.dtype)
    v = gc.tril(tall, -1) + eye
    squares = gc.matrix_transpose(v) @ v
    t_inverse = gc.triu(squares, 1) + squares * (0.5 * np.eye(k, dtype=tall.dtype))
    top = gc.matrix_transpose(v[..., :k, :])
    q = eye - v @ gc.linalg.solve(t_inverse, top)
    diagonal = np.diagonal(unwrap(tall), axis1=-2, axis2=-1)
    signed: Tensor = q * _signs(diagonal)[..., None, :]
    return signed


def _householder_inverse(tall: Array) -> Array:
    """The reflections of the QR decomposition, and on the diagonal the signs of that of R."""
    raw, factors = np.linalg.qr(tall, mode="raw")
    x = np.array(np.swapaxes(raw, -2, -1), tall.dtype)
    signs = _signs(np.diagonal(x, axis1=-2, axis2=-1))
    # Where LAPACK did not reflect, the product above does.
    signs = np.where(factors == 0, -signs, signs)
    diagonal = np.eye(x.shape[-2], x.shape[-1], dtype=np.bool_)
    return np.where(diagonal, signs[..., None, :], x)


def _signs(x: Array) -> Array:
    """1 or -1; of complex numbers, that of the real part."""
    return np.where(x.real < 0, -1, 1).astype(x.dtype)


def _is_orthogonal(q: Array) -> bool:
    n = q.shape[-1]
    product = np.swapaxes(q.conj(), -2, -1) @ q
    return np.allclose(product, np.eye(n), atol=10 * n * float(np.finfo(q.dtype).eps))


def _make_orthogonal(a: Array) -> Array:
    """The Q of a QR decomposition of which R has a positive diagonal."""
    q, r = np.linalg.qr(a)
    out: Array = q * _signs(np.diagonal(r, axis1=-2, axis2=-1))[..., None, :]
    return out


def orthogonal(
    module: M,
    name: str = "weight",
    orthogonal_map: OrthogonalMap | None = None,
    *,
    use_trivialization: bool = True,
    rng: Rng = None,
) -> M:
    """Keep a weight orthogonal, or its rows or columns, if it is not square; complex ones unitary.

    What is trained is a matrix without constraints; see `Orthogonal`. Its value at first is the
    orthogonal factor of the QR decomposition of the weight.

    Args:
        module: The Module.
        name: The name of the weight; of its axes the last two are those of matrices.
        orthogonal_map: `"matrix_exp"`, `"cayley"` or `"householder"`; None for the first where the
            weight is square or complex, and else the last, which is faster.
        use_trivialization: Whether the result is multiplied with a matrix that is not trained and
            has the value at first, so that the map is used near 0, where it distorts least.
        rng: Where random numbers come from: a generator, a seed, or None for the default one.

    Returns:
        The Module; its class changes, see `parametrize.register_parametrization`.

    Raises:
        ValueError: There is no such weight or map, or the weight has less than two axes, or is
            complex and the map is `"householder"`.
        TypeError: The weight is float16.

    Example:
        >>> from grad_nn import Linear
        >>> weight = orthogonal(Linear(3, 2)).weight.data
        >>> bool(np.allclose(weight @ weight.T, np.eye(2), atol=1e-6))
        True

    Reference:
        M. Lezcano-Casado and D. Martinez-Rubio, "Cheap orthogonal constraints in neural networks",
        ICML 2019; the base: M. Lezcano-Casado, "Trivializations for gradient-based optimization on
        manifolds", NeurIPS 2019. The product of reflections: T. Joffrain et al., "Accumulating
        Householder transformations, revisited", ACM TOMS 32, 2006, theorem 1.
    """
    weight = getattr(module, name, None)
    if not isinstance(weight, Tensor) or weight.ndim < 2:
        raise ValueError(
            f"orthogonal: {type(module).__name__} has no weight named {name!r} of two axes or more"
        )
    if weight.dtype.itemsize < 4:
        raise TypeError(f"orthogonal: the weight is {weight.dtype}, expected float32 or float64")
    is_complex = weight.dtype.kind == "c"
    if orthogonal_map is None:
        square = weight.shape[-2] == weight.shape[-1]
        orthogonal_map = "matrix_exp" if square or is_complex else "householder"
    if orthogonal_map not in _MAPS:
        raise ValueError(
            f"orthogonal: orthogonal_map is {orthogonal_map!r}, expected one of {_MAPS}"
        )
    if is_complex and orthogonal_map == "householder":
        raise ValueError("orthogonal: the householder map takes real weights only")
    parametrization = Orthogonal(
        weight, orthogonal_map, use_trivialization=use_trivialization, rng=rng
    )
    return register_parametrization(module, name, parametrization, unsafe=True)
