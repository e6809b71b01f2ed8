"""The error function and its kin on plain arrays, with NumPy alone.

Each function is a rational function of one argument, P / Q, over its whole domain (the quantiles
need three), so that an array takes few passes and no element takes a branch. The coefficients are
minimax fits: Remez's exchange algorithm for rational functions, started by reweighted least
squares, run with 50 digits against mpmath, and then rounded. Beside each stands the largest
relative error that the fit itself leaves. What is fitted is the distance from something simple, so
that the rounding errors of P / Q are scaled down.

References:
    W. J. Cody, "Rational Chebyshev approximations for the error function", Mathematics of
    Computation 23, 1969: the scaled complementary error function in the tail, with exp(-x**2) taken
    in two factors.
    M. J. Wichura, "Algorithm AS 241: the percentage points of the normal distribution", Applied
    Statistics 37, 1988: the three ranges of the quantiles, and the variables in them.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from grad_core.arrays import Array

Kernel = Callable[[Array], Array]

# Large arrays are taken in blocks of so many bytes, whose scratch stays in the cache; of a few
# numbers, one at a time by the standard library is faster than the many calls of a block.
_BLOCK = 1 << 18
_FEW = 200

_FLOAT32 = np.dtype(np.float32)
_FLOAT64 = np.dtype(np.float64)
_SQRT_2 = math.sqrt(2)
_SQRT_HALF = math.sqrt(0.5)


def _pairs(*pairs: tuple[float, float]) -> NDArray[np.float64]:
    """The coefficients of P and of Q, the highest power first, to be broadcast over a block."""
    return np.array(pairs)[:, :, np.newaxis]


# erf(x) = tanh(x + x * P(x**2) / Q(x**2)). Both sides round to 1 from x = 4 on in float32, and from
# x = 6 on in float64.
# For |x| < 3.95, 3.3e-9:
_TANH_32 = _pairs(
    (0.0018535249, 0.00032496834),
    (0.018956898, 0.023691423),
    (0.12291436, 0.15689339),
    (0.12837917, 1.0),
).astype(_FLOAT32)
# For |x| < 6, 1.1e-17:
_TANH_64 = _pairs(
    (4.4027692770106565e-10, 2.876754242998077e-11),
    (5.0844486925315174e-08, 1.385709915343938e-08),
    (1.4875329072464423e-06, 8.073318358656055e-07),
    (2.6867436794542683e-05, 1.912155540418587e-05),
    (0.00032413731040586914, 0.0003036319684620933),
    (0.0027622205708822877, 0.00327503191864158),
    (0.016496337921099155, 0.02514787144369044),
    (0.06578749716610512, 0.13580319036442123),
    (0.16343467813412374, 0.47252273250108834),
    (0.1283791670955126, 1.0),
)
# erfcx(x) = exp(x**2) * erfc(x) = v * (3/4 + P(v) / Q(v)) for x >= 0, with v = 1 / (1 + x).
# 3.9e-18:
_SCALED = _pairs(
    (-292.17379121772836, 389.5578173292631),
    (632.7028074749003, 1758.2085530196432),
    (1642.7919007282953, 3761.911468830094),
    (1746.5072915054031, 5059.475137287425),
    (1139.454534308347, 4773.2571424465),
    (487.80611031883814, 3341.740599292494),
    (126.7837659640827, 1781.8533286315328),
    (6.246057782130394, 735.1145197983524),
    (-9.45301569356354, 231.2041088638874),
    (-4.9538732402352625, 55.40630564079158),
    (-1.1019766025830067, 8.967022505753812),
    (-0.18581041645224372, 1.0),
)
# erfinv(y) = y + y * P(0.7225 - y**2) / Q(0.7225 - y**2) for |y| < 0.85. 4.7e-19:
_CENTRE = _pairs(
    (-0.19015241728732954, 0.22450339958749477),
    (-3.974044540079487, 6.343466534067951),
    (-20.390617092494068, 45.58960981326642),
    (-39.33733440761295, 132.654813567786),
    (-31.684550231224126, 188.648718947435),
    (-8.158297428972034, 142.58243717656364),
    (2.268909197020445, 58.24268717690652),
    (1.4904618022913736, 12.100222675121154),
    (0.19753231156709133, 1.0),
)
# erfinv(1 - 2 q) = s + P / Q, with s = sqrt(-log(q)).
# P(s - 1.5) / Q(s - 1.5) for q < 0.075, which is s > 1.609, and s < 5. 8.1e-18:
_TAIL = _pairs(
    (-6.117579212490686e-08, 1.81745783160929e-05),
    (-5.759072537216305e-05, 0.0011707796310442401),
    (-0.0026855447364265714, 0.0220709643697878),
    (-0.038312449883913365, 0.1832600558771974),
    (-0.23853846642101303, 0.7858222471199361),
    (-0.733246884848804, 1.8140132785200265),
    (-1.0863836178130721, 2.1338253318813476),
    (-0.6151457160704898, 1.0),
)
# P(s - 5) / Q(s - 5) for 5 < s < 27.4, where the smallest q that is not 0 lies. 1.1e-17:
_FAR = _pairs(
    (-5.597022182398175e-13, 8.715545670053126e-10),
    (-3.478024863192832e-09, 2.8309194266282417e-07),
    (-8.770976141239177e-07, 2.5403153873170635e-05),
    (-6.335532673371271e-05, 0.0009316102849373162),
    (-0.0018335855562162883, 0.016303042426676684),
    (-0.023889628789430666, 0.1435087928013588),
    (-0.13901281900845755, 0.6112343712202067),
    (-0.29215047808696637, 1.0),
)


def blockwise(
    kernel: Kernel, x: Array, narrow: bool = False, scalar: Callable[[float], float] | None = None
) -> Array:
    """Apply a kernel to an array of floating numbers, in any shape and without warnings.

    Args:
        kernel: Takes a block of one axis, which it must not write to.
        x: float16, float32 or float64; the result has its dtype.
        narrow: Whether the kernel has a form for float32, which float16 takes, too; otherwise it
            gets float64.
        scalar: The same function of one number, for a few of them.
    """
    flat = x.reshape(-1)
    out = np.empty(x.shape, x.dtype)
    filled = out.reshape(-1)
    if scalar is not None and flat.size <= _FEW:
        filled[:] = np.fromiter(map(scalar, flat.tolist()), _FLOAT64, flat.size)
        return out
    work = _FLOAT32 if narrow and x.dtype.itemsize <= 4 else _FLOAT64
    step = _BLOCK // work.itemsize
    with np.errstate(all="ignore"):
        for start in range(0, flat.size, step):
            block = slice(start, start + step)
            filled[block] = kernel(flat[block].astype(work, copy=False))
    return out


def _quotient(x: Array, pairs: Array) -> Array:
    """P(x) / Q(x) by Horner's rule, both at once."""
    both = pairs[0] * x
    for pair in pairs[1:-1]:
        both += pair
        both *= x
    both += pairs[-1]
    quotient: Array = np.divide(both[0], both[1], out=both[0])
    return quotient


def _gauss(x: Array, factor: float) -> Array:
    """exp(factor * x**2) for x >= 0 and a factor of 1 or 1/2 with either sign.

    The square would round, and the exponential turn its absolute error into a relative one. So x is
    taken apart: the square of its first bits is exact, and the rest of x**2 is small.
    """
    np.minimum(x, 64, out=x)  # beyond which the result is 0, or infinite, and squares overflow
    first = np.rint(x * 4096)
    first /= 4096
    rest = (x - first) * (x + first)
    rest *= factor
    first *= first
    first *= factor
    out = np.exp(first, out=first)
    out *= np.exp(rest, out=rest)  # a factor, for an infinite `out` stays infinite
    return out


def _scaled(x: Array) -> Array:
    """exp(x**2) * erfc(x) for x >= 0."""
    x = 1 + x
    out = _quotient(1 / x, _SCALED)
    out += 0.75
    out /= x
    return out


def _lower(size: Array) -> Array:
    """The normal distribution function at -size, for size >= 0."""
    out = _scaled(size * _SQRT_HALF)
    out *= 0.5
    out *= _gauss(size, -0.5)
    return out


def erf(x: Array) -> Array:
    """The error function."""
    bound, pairs = (4.0, _TANH_32) if x.dtype == _FLOAT32 else (6.0, _TANH_64)
    x = np.clip(x, -bound, bound)
    more = _quotient(x * x, pairs)
    more *= x
    x += more
    return np.tanh(x, out=x)


def erfc(x: Array) -> Array:
    """1 - erf(x)."""
    size = np.abs(x)
    out = _scaled(size)
    out *= _gauss(size, -1.0)
    return np.where(x < 0, 2 - out, out)


def erfcx(x: Array) -> Array:
    """exp(x**2) * erfc(x)."""
    size = np.abs(x)
    out = _scaled(size)
    return np.where(x < 0, 2 * _gauss(size, 1.0) - out, out)


def ndtr(x: Array) -> Array:
    """The normal distribution function."""
    out = _lower(np.abs(x))
    return np.where(x > 0, 1 - out, out)


def log_ndtr(x: Array) -> Array:
    """The logarithm of the normal distribution function."""
    size = np.abs(x)
    low = np.log(_scaled(size * _SQRT_HALF) * 0.5) - 0.5 * size * size
    return np.where(x < 0, low, np.log1p(-_lower(size)))


def mills(x: Array) -> Array:
    """The normal density divided by the distribution function."""
    size = np.abs(x)
    low = _scaled(size * _SQRT_HALF)
    np.divide(math.sqrt(2 / math.pi), low, out=low)
    lower = _lower(size)
    high = _gauss(size, -0.5) / ((1 - lower) * math.sqrt(2 * math.pi))
    return np.where(x < 0, low, high)


def erfinv(y: Array) -> Array:
    """The inverse of erf."""
    return _quantile(y, (1 - np.abs(y)) * 0.5)


def ndtri(p: Array) -> Array:
    """The inverse of ndtr."""
    return _quantile(2 * p - 1, np.minimum(p, 1 - p)) * _SQRT_2


def _quantile(y: Array, q: Array) -> Array:
    """erfinv(y), where q is (1 - abs(y)) / 2."""
    out = _quotient(0.7225 - y * y, _CENTRE)
    out *= y
    out += y
    far = np.flatnonzero(q < 0.075)
    if far.size:
        s = np.sqrt(-np.log(q[far]))
        tail = s + np.where(s > 5, _quotient(s - 5, _FAR), _quotient(s - 1.5, _TAIL))
        tail[np.isposinf(s)] = np.inf  # and not the quotient of two infinities
        out[far] = np.copysign(tail, y[far])
    return out
