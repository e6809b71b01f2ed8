"""Calls of NumPy's functions that make, shape, index, sort and change arrays."""

from __future__ import annotations

from tests.core.tables.numpy_rows import Row

MANIPULATION: tuple[Row, ...] = (
    Row("reshape", "yes", "{}(x, (3, 2))\n{}(x, -1)\n{}(x, (3, -1), order='F')\n{}(x, shape=6)"),
    Row("ravel", "yes", "{}(x)\n{}(x, order='F')\n{}(t, 'F')"),
    Row("copy", "yes", "{}(x)\n{}(x, order='C')"),
    Row("astype", "yes", "{}(x, np.float64)\n{}(x, np.complex128, copy=False)"),
    Row("transpose permute_dims", "yes", "{}(x)\n{}(t, (1, 2, 0))\n{}(t, axes=[2, 0, 1])"),
    Row("matrix_transpose linalg.matrix_transpose", "yes", "{}(x)\n{}(t)"),
    Row("swapaxes moveaxis", "yes", "{}(x, 0, 1)\n{}(t, 2, 0)"),
    Row("rollaxis", "yes", "{}(x, 1)\n{}(t, 2, start=0)"),
    Row("squeeze", "yes", "{}(x[None])\n{}(x[None, :, None], axis=0)\n{}(x[None], (0,))"),
    Row("expand_dims", "yes", "{}(x, 0)\n{}(x, axis=(0, 2))"),
    Row("atleast_1d atleast_2d atleast_3d", "yes", "{}(s)\n{}(v)\n{}(s, x)"),
    Row("broadcast_to", "yes", "{}(v, (2, 3))\n{}(s, 3)"),
    Row("broadcast_arrays", "yes", "{}(v, x)\n{}(s, w, x[:1])"),
    Row(
        "concatenate concat",
        "yes",
        "{}([x, y])\n{}((x, x), 1)\n{}([x, v], axis=None)\n{}([x, y], axis=-1, dtype=np.float64)",
    ),
    Row("stack", "yes", "{}([v, w])\n{}((x, y), 1)\n{}([x, x], axis=-1)"),
    Row("hstack vstack dstack", "yes", "{}([v, w])\n{}((x, y))"),
    Row("column_stack", "yes", "{}([v, w])\n{}((v, a))"),
    Row("block", "yes", "{}([[x, x], [v, v]])\n{}([v, 1.0])"),
    Row("append", "yes", "{}(x, v)\n{}(x, y, axis=0)\n{}(v, [1.0, 2.0])"),
    Row("split array_split", "yes", "{}(v, 3)\n{}(x, [1], axis=1)\n{}(h, [1, 3])"),
    Row("hsplit", "yes", "{}(h, 2)\n{}(x, [1])"),
    Row("vsplit", "yes", "{}(x, 2)\n{}(a, [1])"),
    Row("dsplit", "yes", "{}(t, 2)\n{}(t, [1])"),
    Row("unstack", "yes", "{}(x)\n{}(x, axis=1)"),
    Row("tile", "yes", "{}(v, 2)\n{}(x, (2, 1))\n{}(v, reps=[2, 2])"),
    Row("repeat", "yes", "{}(x, 2)\n{}(x, [1, 2], axis=0)\n{}(v, repeats=at)"),
    Row("resize", "yes", "{}(v, (2, 2))\n{}(x, 8)"),
    Row("insert", "yes", "{}(v, 1, 9.0)\n{}(x, [0, 2], y[:, :2], axis=1)\n{}(v, 1, s)"),
    Row("delete", "yes", "{}(v, 1)\n{}(x, [0, 2], axis=1)\n{}(x, slice(0, 2), 1)"),
    Row("trim_zeros", "yes", "{}(np.pad(v, 2))\n{}(np.pad(v, 1), 'b')"),
    Row("flip", "yes", "{}(x)\n{}(x, 0)\n{}(x, axis=(0, 1))"),
    Row("fliplr flipud", "yes", "{}(x)"),
    Row("roll", "yes", "{}(x, 1)\n{}(x, 2, axis=1)\n{}(x, (1, 1), axis=(0, 1))"),
    Row("rot90", "yes", "{}(x)\n{}(x, 2)\n{}(t, k=1, axes=(1, 2))"),
    Row(
        "pad",
        "yes",
        "{}(v, 1)\n{}(x, ((1, 0), (0, 2)), mode='edge')\n{}(v, (2, 1), 'reflect')"
        "\n{}(v, 2, constant_values=7.0)\n{}(v, 2, 'mean')\n{}(v, 2, 'linear_ramp', end_values=1)",
        "every mode of NumPy, and no function",
    ),
    Row("meshgrid", "yes", "{}(v, w)\n{}(v, h, indexing='ij', sparse=True)"),
    Row("diag", "yes", "{}(v)\n{}(a)\n{}(a, 1)\n{}(v, k=-1)"),
    Row("diagflat", "yes", "{}(v)\n{}(x, 1)"),
    Row("diagonal", "yes", "{}(a)\n{}(t, 0, 1, 2)\n{}(x, offset=1)"),
    Row("tril triu", "yes", "{}(a)\n{}(x, -1)\n{}(t, k=1)"),
    Row("vander", "yes", "{}(v)\n{}(v, 2)\n{}(v, N=4, increasing=True)"),
    Row(
        "lib.stride_tricks.sliding_window_view", "yes", "{}(v, 2)\n{}(x, (2, 2))\n{}(x, 2, axis=1)"
    ),
    Row("sort_complex", "yes", "{}(x)\n{}(z)"),
)

INDEXING: tuple[Row, ...] = (
    Row("take", "yes", "{}(x, [0, 5, 0])\n{}(x, at, axis=1)\n{}(v, 7, mode='wrap')\n{}(v, at)"),
    Row("take_along_axis", "yes", "{}(x, rows, 1)\n{}(x, np.argsort(x, axis=0), axis=0)"),
    Row("compress", "yes", "{}([True, False, True], x, axis=1)\n{}(v > 0, v)"),
    Row("extract", "yes", "{}(x > 0, x)\n{}(m, x)"),
    Row("choose", "yes", "{}(at, [v, w, 5.0])\n{}([0, 1, 1], (v, w))\n{}(at, (v, w), mode='wrap')"),
    Row("select", "yes", "{}([x > 1, x > 0], [x, y])\n{}([m], [x * y], default=s)"),
    Row("where", "yes", "{}(x > 0, x, y)\n{}(m, x, 0.0)\n{}([True, False, True], v, w)",
        others="{}(m)"),
)  # fmt: skip

CHANGES: tuple[Row, ...] = (
    Row("copyto", "yes", "changed(x, lambda c: {}(c, y))\nchanged(x, lambda c: {}(c, v, where=m))"),
    Row("put", "yes", "changed(x, lambda c: {}(c, [0, 4], v))\nchanged(x, lambda c: {}(c, 8, s, mode='wrap'))"),
    Row("place", "yes", "changed(x, lambda c: {}(c, m, v))\nchanged(x, lambda c: {}(c, c > 0, [1.0, 2.0]))"),
    Row("putmask", "yes", "changed(x, lambda c: {}(c, m, v))\nchanged(x, lambda c: {}(c, c > 0, y))"),
    Row("put_along_axis", "yes", "changed(x, lambda c: {}(c, rows[:, :2], y[:1, :2], 1))"
        "\nchanged(x, lambda c: {}(c, rows, 0.5, axis=0))"),
    Row("fill_diagonal", "yes", "changed(a, lambda c: {}(c, v))\nchanged(a, lambda c: {}(c, 0.0))"),
)  # fmt: skip

SORTING: tuple[Row, ...] = (
    Row("sort", "yes", "{}(x)\n{}(x, 0)\n{}(x, axis=None)\n{}(x, axis=1, kind='stable')"),
    Row("partition", "yes", "{}(v, 2)\n{}(x, 2, axis=1)", "of the order that NumPy gives"),
    Row("argsort", "no", "{}(x)\n{}(x, 0)\n{}(x, axis=None, kind='stable')"),
    Row("argpartition", "no", "{}(v, 2)\n{}(x, 2, axis=1)"),
    Row("lexsort", "no", "{}((v, w))\n{}(x, axis=0)"),
    Row("argmax argmin", "no", "{}(x)\n{}(x, 1)\n{}(x, axis=0, keepdims=True)"),
    Row("argwhere nonzero flatnonzero", "no", "{}(x)\n{}(x > 0)"),
    Row("searchsorted", "no", "{}(h, x)\n{}(h, 2.5, side='right')\n{}(np.sort(v), [0.0, 1.0])"),
)

SETS: tuple[Row, ...] = (
    Row(
        "unique",
        "yes",
        "{}(x)\n{}(x, return_index=True, return_inverse=True, return_counts=True)\n{}(x, axis=0)",
        "of those that are equal, by the first",
    ),
    Row("unique_all unique_counts unique_inverse unique_values", "yes", "{}(v)", "as `unique`"),
    Row(
        "intersect1d",
        "yes",
        "{}(v, v)\n{}(v, v, return_indices=True)",
        "by the first",
        "{}(v, [0.7, 1.2])",
    ),
    Row(
        "union1d setxor1d setdiff1d", "yes", "{}(v, w)\n{}(v, [0.75, 2.0])", "", "{}(v, [0.7, 2.0])"
    ),
    Row("isin", "no", "{}(x, [1.45, 0.62])\n{}(i, [0, 3], invert=True)"),
)

FUNCTIONAL: tuple[Row, ...] = (
    Row("apply_along_axis", "yes", "{}(np.sort, 1, x)\n{}(lambda r: (r * r).sum(), 0, x)"),
    Row("apply_over_axes", "yes", "{}(np.sum, x, [0, 1])"),
    Row("piecewise", "yes", "{}(x, [x < 0, x > 1], [np.exp, lambda r: r * r, 0.5])"),
)

CREATION: tuple[Row, ...] = (
    Row("zeros_like ones_like", "no", "{}(x)\n{}(x, dtype=np.float32)\n{}(x, shape=(2,))",
        "a constant"),
    Row("empty_like", "no", "{}(x).shape", "a constant; zeros"),
    Row("full_like", "yes", "{}(x, s)\n{}(x, v, dtype=np.float64)", "of the value"),
    Row("linspace", "yes", "{}(s, 3.0, 4)\n{}(v, w, num=3, axis=1)\n{}(s, 2, 5, False)"
        "\n{}(v, w, 3, retstep=True)", "of both ends"),
    Row("logspace", "yes", "{}(s, 3.0, 4)\n{}(v, w, num=3, base=2.0)", "of both ends"),
    Row("geomspace", "yes", "{}(s, 3.0, 4)\n{}(h, 9.0, num=3, axis=1)", "of both ends"),
)  # fmt: skip

LOGIC: tuple[Row, ...] = (
    Row("allclose array_equal array_equiv", "no", "{}(x, y)\n{}(x, x)\n{}(v, [1.2, -0.4, 0.7])",
        "a bool"),
    Row("isclose", "no", "{}(x, y)\n{}(x, x, rtol=1e-3, equal_nan=True)"),
    Row("isreal iscomplex", "no", "{}(x)\n{}(z)"),
    Row("isposinf isneginf", "no", "{}(x)\n{}(x / np.array([1, np.inf, 1]))"),
    Row("can_cast", "no", "{}(x, np.float32)", "of the dtype"),
    Row("result_type", "no", "{}(x, i)\n{}(x, np.complex64)", "of the dtypes"),
)  # fmt: skip
