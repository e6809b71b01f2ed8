"""Calls of NumPy's ufuncs, reductions and statistics that Tensors take, with what they are."""

from __future__ import annotations

from tests.core.tables.numpy_rows import Row, rows

TIES = "ties share the gradient evenly"
KINK = "0 at the kink"

UFUNCS: tuple[Row, ...] = (
    *rows(
        "yes",
        """
        add subtract multiply | {}(x, y); {}(x, v); {}(2, x); {}(x, [1.0, 2.0, 3.0])
        divide true_divide | {}(x, p); {}(x, s); {}(1, p)
        power pow | {}(p, y); {}(p, 2); {}(2.0, x)
        float_power | {}(p, y); {}(x, 3)
        negative positive | {}(x)
        absolute abs fabs | {}(x); {}(-v) | 0 at 0
        square exp exp2 expm1 | {}(x); {}(s)
        log log2 log10 log1p sqrt reciprocal | {}(p); {}(x * x)
        cbrt | {}(p); {}(x)
        logaddexp logaddexp2 | {}(x, y); {}(x, 0.5)
        sin cos tan sinh cosh tanh | {}(x); {}(v, dtype=np.float64)
        arcsin asin arccos acos arctanh atanh | {}(u)
        arctan atan arcsinh asinh | {}(x)
        arccosh acosh | {}(o)
        arctan2 atan2 hypot | {}(x, y); {}(v, 2)
        deg2rad radians rad2deg degrees | {}(x)
        conjugate conj | {}(x); {}(z)
        maximum minimum | {}(x, y); {}(x, 0.1) | ties share the gradient evenly; NaN goes through
        fmax fmin | {}(x, y); {}(x, s) | ties share the gradient evenly; NaN stands for nothing
        remainder mod fmod | {}(x, p); {}(p, 0.7) | by the divisor, too
        copysign | {}(x, y) | by the first; none by the sign
        heaviside | {}(np.where(m, x, 0.0), y) | by the second where the first is 0; 0 elsewhere
        ldexp | {}(x, j) | by the first
        modf | {}(x) | of the fraction; 0 of the whole part
        divmod | {}(x, p); {}(p, 0.7) | of the remainder; 0 of the quotient
        frexp | {}(x) | of the mantissa; the exponents are integers
        matmul | {}(x, a); {}(t, t[0]); {}(v, w)
        vecdot | {}(x, y); {}(x, y, axis=0); {}(z, z)
        matvec | {}(x, v); {}(b, x[:, None])
        vecmat | {}(v, a); {}(x, a)
        """,
    ),
    *rows(
        "zero",
        """
        floor ceil rint trunc | {}(x)
        floor_divide | {}(x, p); {}(x, 0.3)
        sign | {}(x)
        """,
    ),
    Row("nextafter", "yes", "{}(x, y)", "by the first"),
    Row("spacing", "zero", "{}(x)"),
    *rows(
        "no",
        """
        equal not_equal less less_equal greater greater_equal | {}(x, y); {}(x, 0.35)
        logical_and logical_or logical_xor | {}(x, y); {}(m, x > 0)
        logical_not | {}(x); {}(m)
        isfinite isinf isnan | {}(x); {}(N)
        signbit | {}(x)
        bitwise_and bitwise_or bitwise_xor | {}(i, j); {}(m, True); {}(i, 3) | of integers
        invert bitwise_not bitwise_invert | {}(i); {}(m) | of integers
        left_shift bitwise_left_shift | {}(i, j); {}(j, 2) | of integers
        right_shift bitwise_right_shift | {}(i, j); {}(j, 2) | of integers
        bitwise_count | {}(i) | of integers
        gcd lcm | {}(i, j) | of integers
        """,
    ),
)

SUMS: tuple[Row, ...] = (
    Row(
        "sum prod",
        "yes",
        """
        {}(x)
        {}(x, 0)
        {}(x, axis=1, keepdims=True)
        {}(x, (0, 1))
        {}(x, axis=-1, dtype=np.float64, initial=2.0)
        {}(x, 1, where=m)
        """,
    ),
    Row("mean", "yes", "{}(x)\n{}(x, 0)\n{}(x, axis=(0, 1), keepdims=True)\n{}(x, 1, where=m)"),
    Row(
        "var std",
        "yes",
        "{}(x)\n{}(x, 0)\n{}(x, axis=1, ddof=1)\n{}(x, 1, None, None, 1, True)\n{}(x, correction=1)",
        "`std` has no slope where all are equal",
    ),
    Row(
        "max min amax amin",
        "yes",
        "{}(x)\n{}(x, 1)\n{}(x, axis=0, keepdims=True)\n{}(x, initial=0.5)"
        "\n{}(x, 1, where=m, initial=0.4)",
        TIES,
    ),
    Row("ptp", "yes", "{}(x)\n{}(x, 1)\n{}(x, axis=0, keepdims=True)", TIES),
    Row(
        "average",
        "yes",
        "{}(x)\n{}(x, 1)\n{}(x, axis=0, weights=[1.0, 3.0])\n{}(x, weights=p)"
        "\n{}(x, 1, weights=abs(v), returned=True)",
        "by the weights, too",
    ),
    Row("median", "yes", "{}(x)\n{}(x, 1)\n{}(x, axis=0, keepdims=True)", TIES),
    Row(
        "quantile",
        "yes",
        "{}(x, 0.3)\n{}(x, [0.25, 0.6], axis=1)\n{}(x, 0.4, 0, method='linear', keepdims=True)",
        "by the quantile, too",
        "{}(x, 0.4, method='lower')\n{}(x, 0.9, 1, method='hazen')",
    ),
    Row(
        "percentile",
        "yes",
        "{}(x, 30)\n{}(x, [25, 60], axis=1)\n{}(x, 40, axis=0, keepdims=True)",
        "as `quantile`",
    ),
    Row("cumsum", "yes", "{}(x)\n{}(x, 1)\n{}(x, axis=0, dtype=np.float64)"),
    Row("cumprod", "yes", "{}(x)\n{}(x, 1)\n{}(x, axis=0)"),
    Row(
        "cumulative_sum cumulative_prod",
        "yes",
        "{}(v)\n{}(x, axis=1)\n{}(x, axis=0, include_initial=True)",
    ),
    Row(
        "diff",
        "yes",
        "{}(x)\n{}(x, 2)\n{}(x, axis=0)\n{}(v, prepend=0.0, append=w)",
    ),
    Row("ediff1d", "yes", "{}(x)\n{}(v, to_begin=w, to_end=[9.0])"),
    Row("gradient", "yes", "{}(v)\n{}(x, 0.5, axis=1)\n{}(x)\n{}(h * h, h, edge_order=2)"),
    Row("trapezoid", "yes", "{}(x)\n{}(x, dx=0.5, axis=0)\n{}(h * h, h)"),
    Row("cross", "yes", "{}(v, w)\n{}(x, w)\n{}(x, y, axis=1)"),
    Row(
        "cov",
        "yes",
        "{}(x)\n{}(x, y)\n{}(x, rowvar=False, ddof=0)\n{}(x, bias=True)\n{}(x, aweights=abs(v))",
    ),
    Row("corrcoef", "yes", "{}(x)\n{}(v, w)\n{}(b, rowvar=False)"),
    Row("convolve", "yes", "{}(v, h)\n{}(h, w, 'same')\n{}(h, [1.0, -1.0], mode='valid')"),
    Row("correlate", "yes", "{}(h, v)\n{}(h, w, 'same')\n{}(h, v, mode='full')"),
    Row(
        "interp",
        "yes",
        "{}(v, h, h * h)\n{}(p, [0.0, 1.0, 2.5], v)\n{}(x, [0.5, 1.0], w[:2], left=-1.0)",
    ),
    Row(
        "bincount",
        "yes",
        "{}(at, weights=v)\n{}(at, v, minlength=5)",
        "of the weights; counts are integers",
        "{}(j[0])",
    ),
    Row(
        "histogram",
        "yes",
        "{}(x, 4)[1]\n{}(x, bins=3, range=(-2, 2), weights=p)[0]",
        "of weights, and of edges that are made from the smallest and largest; counts have none",
        "{}(x, 4)\n{}(v, [-1.0, 0.0, 2.0], density=True)",
    ),
    Row("histogram_bin_edges", "yes", "{}(x)\n{}(x, bins=3)", "through the smallest and largest"),
    Row("angle", "yes", "{}(z)\n{}(z, deg=True)"),
    Row("real imag", "yes", "{}(z)"),
    Row("real_if_close", "yes", "{}(z)\n{}(x + 0j)"),
    Row("nan_to_num", "yes", "{}(x)\n{}(holes(x), nan=2.0, posinf=9.0)"),
    Row(
        "clip",
        "yes",
        "{}(x, -0.5, 0.9)\n{}(x, a_min=None, a_max=0.9)\n{}(x, min=y)",
        "1 at a bound",
    ),
    Row("sinc i0", "yes", "{}(x)\n{}(s)"),
    Row("unwrap", "yes", "{}(v * 4)\n{}(x * 5, axis=0)\n{}(x * 3, period=4.0)"),
    Row("fix", "zero", "{}(x)"),
    Row("round around", "zero", "{}(x)\n{}(p, 1)\n{}(p, decimals=-1)"),
    Row("all any", "no", "{}(x)\n{}(m, 0)\n{}(m, axis=1, keepdims=True)"),
    Row("count_nonzero", "no", "{}(x)\n{}(m, 0)\n{}(m, axis=1, keepdims=True)"),
    Row("digitize", "no", "{}(x, [-1.0, 0.0, 1.0])\n{}(x, h, right=True)"),
)

NANS: tuple[Row, ...] = (
    Row("nansum nanprod", "yes", "{}(x)\n{}(x, 0)\n{}(holes(x), axis=1, keepdims=True)"),
    Row("nanmean", "yes", "{}(x)\n{}(x, 0)\n{}(holes(x), axis=1, keepdims=True)\n{}(holes(x))"),
    Row(
        "nanvar nanstd",
        "yes",
        "{}(x)\n{}(x, 0)\n{}(holes(x), axis=1, ddof=0)\n{}(holes(x), ddof=1)",
    ),
    Row("nanmax nanmin", "yes", "{}(x)\n{}(x, 0)\n{}(holes(x), axis=1, keepdims=True)", TIES),
    Row("nanmedian", "yes", "{}(x)\n{}(x, 0)\n{}(holes(x), axis=1, keepdims=True)", TIES),
    Row("nanquantile", "yes", "{}(x, 0.3)\n{}(holes(x), [0.2, 0.7], axis=1)", "as `quantile`"),
    Row("nanpercentile", "yes", "{}(x, 30)\n{}(holes(x), [20, 70], axis=1)", "as `quantile`"),
    Row("nancumsum nancumprod", "yes", "{}(x)\n{}(holes(x), 1)\n{}(holes(x), axis=0)"),
    Row("nanargmax nanargmin", "no", "{}(x)\n{}(N, 1)\n{}(N, axis=1, keepdims=True)"),
)
