"""The exponential of matrices."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import grad_core as gc
from grad_core import Array, Unary

# Of the diagonal Pade approximant of degree 13, and up to which norm it is exact in float64
_PADE = (
    64764752532480000.0, 32382376266240000.0, 7771770303897600.0, 1187353796428800.0,
    129060195264000.0, 10559470521600.0, 670442572800.0, 33522128640.0, 1323241920.0, 40840800.0,
    960960.0, 16380.0, 182.0, 1.0,
)  # fmt: skip
_LARGEST = 5.371920351148152


_solve: Callable[[Array, Array], Array] = np.linalg.solve


def _exp(x: Array) -> Array:
    """By scaling and squaring: exp(x) = exp(x / 2^s)^(2^s), with an s for each matrix."""
    if not x.size:
        return x.copy()
    norms = np.abs(x).sum(-2).max(-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        halvings = np.ceil(np.log2(norms / _LARGEST))
    times = np.where(np.isfinite(halvings), np.maximum(halvings, 0), 0).astype(int)
    a = (x * np.exp2(-times.astype(float))[..., None, None]).astype(x.dtype)
    eye = np.eye(x.shape[-1], dtype=x.dtype)
    b = _PADE
    a2 = a @ a
    a4 = a2 @ a2
    a6 = a4 @ a2
    odd = (
        a6 @ (b[13] * a6 + b[11] * a4 + b[9] * a2) + b[7] * a6 + b[5] * a4 + b[3] * a2 + b[1] * eye
    )
    even = (
        a6 @ (b[12] * a6 + b[10] * a4 + b[8] * a2) + b[6] * a6 + b[4] * a4 + b[2] * a2 + b[0] * eye
    )
    u = a @ odd
    out = _solve(even - u, even + u)
    for i in range(int(times.max(initial=0))):
        squared: Array = out @ out
        out = np.where((times > i)[..., None, None], squared, out)
    return out


def _rule(g: Any, _out: Any, x: Any) -> Any:
    # The derivative at x^T in the direction g is the upper right block of exp([[x^T, g], [0, x^T]])
    n = x.shape[-1]
    turned = gc.matrix_transpose(x)
    upper = gc.concat([turned, g], axis=-1)
    lower = gc.concat([turned * 0, turned], axis=-1)
    return matrix_exp(gc.concat([upper, lower], axis=-2))[..., :n, n:]


matrix_exp: Unary[()] = Unary(
    "matrix_exp",
    _exp,
    _rule,
    """The exponential of square matrices, in the last two axes.

    Example:
        >>> import numpy as np
        >>> matrix_exp(np.zeros((2, 2)))
        array([[1., 0.],
               [0., 1.]])

    Reference:
        N. Higham, "The scaling and squaring method for the matrix exponential revisited", SIAM
        Journal on Matrix Analysis and Applications 26, 2005, algorithm 2.3. The derivative: R.
        Mathias, "A chain rule for matrix functions", ibid. 17, 1996, theorem 2.1.
    """,
    needs="square matrices",
)
