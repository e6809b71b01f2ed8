"""The error function and the normal distribution, elementwise, with NumPy alone.

The largest errors that were seen, tails included, in units in the last place: in float64 2 for erf,
3 for erfinv and ndtri, 4 for the others; in float32 2 for erf and 1/2 for the others.
"""

from __future__ import annotations

import math

import numpy as np

from grad_core.arrays import Array
from grad_core.ops.elementwise.basic import exp
from grad_core.ops.special import erf_arrays as kernels
from grad_core.ops.special.erf_arrays import blockwise
from grad_core.ops.special.promotion import floating
from grad_core.primitive import Unary

_SLOPE = 2 / math.sqrt(math.pi)  # of erf at 0
_DENSITY = 1 / math.sqrt(2 * math.pi)  # of the normal distribution at 0
_SQRT_HALF = math.sqrt(0.5)
_NEEDS = "it takes real numbers"


def _gaussian(x: Array) -> Array:
    with np.errstate(over="ignore"):
        y: Array = np.exp(-(x * x))
    return y


gaussian: Unary[()] = Unary("gaussian", _gaussian, lambda g, y, x: g * y * (x * -2))

erf: Unary[()] = Unary(
    "erf",
    lambda x: blockwise(kernels.erf, floating(x), narrow=True, scalar=math.erf),
    lambda g, _y, x: g * (gaussian(x) * _SLOPE),
    """The error function: 2 / sqrt(pi) times the integral of exp(-t**2) from 0 to x, elementwise.

    Raises:
        TypeError: x is complex.

    Example:
        >>> import grad_core as gc
        >>> from grad_core import special
        >>> gc.round(special.erf(gc.Tensor([0.0, 0.5, 10.0])), 4)
        Tensor([0.    , 0.5205, 1.    ])
    """,
    needs=_NEEDS,
)

erfc: Unary[()] = Unary(
    "erfc",
    lambda x: blockwise(kernels.erfc, floating(x), scalar=math.erfc),
    lambda g, _y, x: g * (gaussian(x) * -_SLOPE),
    """1 - erf(x), elementwise, exact also where erf(x) rounds to 1.

    Raises:
        TypeError: x is complex.

    Example:
        >>> import grad_core as gc
        >>> from grad_core import special
        >>> gc.round(special.erfc(gc.Tensor([0.0, 1.0])), 4)
        Tensor([1.    , 0.1573])
    """,
    needs=_NEEDS,
)

erfcx: Unary[()] = Unary(
    "erfcx",
    lambda x: blockwise(kernels.erfcx, floating(x)),
    lambda g, y, x: g * (x * y * 2 - _SLOPE),
    """exp(x**2) * erfc(x), elementwise, exact also where erfc(x) rounds to 0.

    The terms of its derivative nearly cancel for large x, as in PyTorch.

    Raises:
        TypeError: x is complex.

    Example:
        >>> import grad_core as gc
        >>> from grad_core import special
        >>> gc.round(special.erfcx(gc.Tensor([0.0, 100.0])), 4)
        Tensor([1.    , 0.0056])
    """,
    needs=_NEEDS,
)

erfinv: Unary[()] = Unary(
    "erfinv",
    lambda y: blockwise(kernels.erfinv, floating(y)),
    lambda g, y, _x: g * (exp(y * y) * (1 / _SLOPE)),
    """The inverse of erf, elementwise; infinite at -1 and 1, and NaN beyond.

    Raises:
        TypeError: x is complex.

    Example:
        >>> import grad_core as gc
        >>> from grad_core import special
        >>> gc.round(special.erfinv(gc.Tensor([0.0, 0.5204999, 1.0])), 4)
        Tensor([0. , 0.5, inf])
    """,
    needs=_NEEDS,
)

ndtr: Unary[()] = Unary(
    "ndtr",
    lambda x: blockwise(kernels.ndtr, floating(x)),
    lambda g, _y, x: g * (gaussian(x * _SQRT_HALF) * _DENSITY),
    """The distribution function of the standard normal distribution, elementwise.

    Raises:
        TypeError: x is complex.

    Example:
        >>> import grad_core as gc
        >>> from grad_core import special
        >>> gc.round(special.ndtr(gc.Tensor([-1.0, 0.0, 1.0])), 4)
        Tensor([0.1587, 0.5   , 0.8413])
    """,
    needs=_NEEDS,
)

# The density of the standard normal distribution, divided by the distribution function.
mills: Unary[()] = Unary(
    "mills",
    lambda x: blockwise(kernels.mills, floating(x)),
    lambda g, y, x: g * -(y * (x + y)),
)

log_ndtr: Unary[()] = Unary(
    "log_ndtr",
    lambda x: blockwise(kernels.log_ndtr, floating(x)),
    lambda g, _y, x: g * mills(x),
    """log(ndtr(x)), elementwise, exact also where ndtr(x) rounds to 0 or 1.

    Raises:
        TypeError: x is complex.

    Example:
        >>> import grad_core as gc
        >>> from grad_core import special
        >>> gc.round(special.log_ndtr(gc.Tensor([-10.0, 0.0])), 4)
        Tensor([-53.2313,  -0.6931])
    """,
    needs=_NEEDS,
)

ndtri: Unary[()] = Unary(
    "ndtri",
    lambda p: blockwise(kernels.ndtri, floating(p)),
    lambda g, y, _x: g * (exp(y * y * 0.5) * (1 / _DENSITY)),
    """The inverse of ndtr, elementwise: the quantiles of the standard normal distribution.

    Infinite at 0 and 1, and NaN beyond.

    Raises:
        TypeError: x is complex.

    Example:
        >>> import grad_core as gc
        >>> from grad_core import special
        >>> gc.round(special.ndtri(gc.Tensor([0.0, 0.5, 0.975])), 4)
        Tensor([-inf, 0.  , 1.96])
    """,
    needs=_NEEDS,
)
