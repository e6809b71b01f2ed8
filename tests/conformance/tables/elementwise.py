"""PyTorch's elementwise operators in terms of `grad_core`."""

from __future__ import annotations

from typing import Any

import grad_core as gc
from grad_core import Tensor

SAME_NAME = [
    "abs", "acos", "acosh", "angle", "asin", "asinh", "atan", "atan2", "atanh", "bitwise_and",
    "bitwise_left_shift", "bitwise_not", "bitwise_or", "bitwise_right_shift", "bitwise_xor",
    "ceil", "conj", "copysign", "cos", "cosh", "deg2rad", "exp", "exp2", "expm1", "float_power",
    "floor", "floor_divide", "fmax", "fmin", "fmod", "frexp", "gcd", "heaviside", "hypot", "i0",
    "imag", "isfinite", "isinf", "isnan", "isneginf", "isposinf", "isreal", "lcm", "ldexp", "log",
    "log10", "log1p", "log2", "logaddexp", "logaddexp2", "logical_and", "logical_not",
    "logical_or", "logical_xor", "maximum", "minimum", "nan_to_num", "nextafter", "positive",
    "pow", "rad2deg", "real", "reciprocal", "remainder", "sign", "signbit", "sin", "sinc", "sinh",
    "sqrt", "square", "tan", "tanh", "trunc",
]  # fmt: skip
OTHER_NAME = {
    "clamp": "clip",
    "conj_physical": "conj",
    "div.no_rounding_mode": "divide",
    "eq": "equal",
    "ge": "greater_equal",
    "gt": "greater",
    "le": "less_equal",
    "lt": "less",
    "max.binary": "maximum",
    "min.binary": "minimum",
    "mul": "multiply",
    "ne": "not_equal",
    "neg": "negative",
    "sgn": "sign",
    "true_divide": "divide",
}
SPECIAL = {
    "digamma": "digamma",
    "erf": "erf",
    "erfc": "erfc",
    "erfinv": "erfinv",
    "igamma": "gammainc",
    "igammac": "gammaincc",
    "lgamma": "gammaln",
    "sigmoid": "expit",
    "special.bessel_j0": "j0",
    "special.bessel_j1": "j1",
    "special.entr": "entr",
    "special.erfcx": "erfcx",
    "special.i0e": "i0e",
    "special.i1": "i1",
    "special.i1e": "i1e",
    "special.log_ndtr": "log_ndtr",
    "special.modified_bessel_i0": "i0",
    "special.modified_bessel_i1": "i1",
    "special.ndtr": "ndtr",
    "special.ndtri": "ndtri",
    "special.xlog1py": "xlog1py",
    "special.zeta": "zeta",
    "xlogy": "xlogy",
}


def logit(x: Tensor, eps: float | None = None) -> Tensor:
    return gc.special.logit(x if eps is None else gc.clip(x, eps, 1 - eps))


def lerp(x: Any, end: Any, weight: Any) -> Any:
    return x + weight * (end - x)


def polygamma(x: Tensor, n: int) -> Tensor:
    return gc.special.polygamma(n, x)


def isclose(x: Any, y: Any, **kwargs: Any) -> Any:
    return gc.isclose(x, y, **{"rtol": 1e-5, "atol": 1e-8, **kwargs})


OPS: dict[str, Any] = {
    **{name: lambda *xs, name=name: getattr(gc, name)(*xs) for name in SAME_NAME},
    **{op: lambda *xs, name=name: getattr(gc, name)(*xs) for op, name in OTHER_NAME.items()},
    **{op: lambda *xs, name=name: getattr(gc.special, name)(*xs) for op, name in SPECIAL.items()},
    "__rand__": lambda x, y: y & x,
    "__radd__": lambda x, y: y + x,
    "__rdiv__": lambda x, y: y / x,
    "__rmatmul__": lambda x, y: y @ x,
    "__rmod__": lambda x, y: y % x,
    "__rmul__": lambda x, y: y * x,
    "__ror__": lambda x, y: y | x,
    "__rpow__": lambda x, y: y**x,
    "__rsub__": lambda x, y: y - x,
    "__rxor__": lambda x, y: y ^ x,
    "add": lambda x, y, alpha=1: x + alpha * y,
    "addcdiv": lambda x, y, z, value=1: x + value * (y / z),
    "addcmul": lambda x, y, z, value=1: x + value * (y * z),
    "clamp_max": lambda x, high: gc.clip(x, None, high),
    "clamp_min": lambda x, low: gc.clip(x, low),
    "complex": lambda x, y: x + 1j * y,
    "div.floor_rounding": lambda x, y, rounding_mode: x // y,
    "div.trunc_rounding": lambda x, y, rounding_mode: gc.trunc(x / y),
    "frac": lambda x: gc.modf(x)[0],
    "isclose": isclose,
    "lerp": lerp,
    "logit": logit,
    "polar": lambda r, angle: r * (gc.cos(angle) + 1j * gc.sin(angle)),
    **{f"mvlgamma.mvlgamma_p_{n}": lambda x, p: gc.special.multigammaln(x, p) for n in (1, 3, 5)},
    **{f"polygamma.polygamma_n_{n}": polygamma for n in range(5)},
    "special.polygamma.special_polygamma_n_0": polygamma,
    "round": lambda x: gc.round(x),
    **{f"round.decimals_{n}": gc.round for n in ("0", "3", "neg_3")},
    "rsqrt": lambda x: 1 / gc.sqrt(x),
    "rsub": lambda x, y, alpha=1: y - alpha * x,
    "sub": lambda x, y, alpha=1: x - alpha * y,
    "where": lambda x, condition, y: gc.where(condition, x, y),
}  # fmt: skip
