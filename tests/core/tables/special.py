"""Rows of special functions. Those that SciPy computes are left out where it is not installed."""

from __future__ import annotations

import math
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tests.core.tables.common import Op, binary, of, positive, real, rng, unary

from grad_core import special


def each(function: Callable[[float], float]) -> Callable[[NDArray[Any]], NDArray[Any]]:
    """A function of one number, applied to each element."""

    def apply(x: NDArray[Any]) -> NDArray[Any]:
        out = np.empty(x.shape, x.dtype)
        out.reshape(-1)[:] = [function(v) for v in x.reshape(-1).tolist()]
        return out

    return apply


def share(*shape: int) -> NDArray[np.float64]:
    """Numbers between 0 and 1, in the middle and near the ends."""
    return rng.uniform(0.02, 0.98, shape)


def signed_share(*shape: int) -> NDArray[np.float64]:
    return rng.uniform(-0.95, 0.95, shape)


def large(*shape: int) -> NDArray[np.float64]:
    return rng.uniform(2.0, 5.0, shape)


NORMAL = NormalDist()


def scipys(name: str) -> Callable[..., Any]:
    function: Callable[..., Any] = getattr(import_module("scipy.special"), name)
    return function


def by_scipy() -> list[Op]:
    """Those of one operand, those of several, and those with fixed arguments."""
    return [
        *(
            Op(name, getattr(special, name), scipys(name), unary(make), order=3)
            for name, make in (
                ("gammaln", positive),
                ("digamma", positive),
                ("gamma", positive),
                ("i0e", real),
                ("i1", real),
                ("i1e", real),
                ("j0", real),
                ("j1", real),
                ("exp1", positive),
                ("expi", positive),
                ("dawsn", real),
            )
        ),
        *(
            Op(
                f"polygamma-{n}",
                lambda x, n=n: special.polygamma(n, x),
                lambda x, n=n: np.asarray(scipys("polygamma")(n, x), x.dtype),
                of((), (3,), make=positive),
            )
            for n in (0, 1, 2, 5)
        ),
        Op("gammaln-negative", special.gammaln, scipys("gammaln"), ((np.array([-0.4, -1.6]),),)),
        Op(
            "multigammaln",
            lambda x: special.multigammaln(x, 3),
            lambda x: np.asarray(scipys("multigammaln")(x, 3), x.dtype),
            of((), (3,), make=large),
        ),
        Op("beta", special.beta, scipys("beta"), binary(positive), order=3),
        Op("betaln", special.betaln, scipys("betaln"), binary(positive), order=3),
        Op(
            "betainc",
            lambda x: special.betainc(2.5, np.array([0.7, 3.0, 1.5]), x),
            lambda x: scipys("betainc")(2.5, np.array([0.7, 3.0, 1.5]).astype(x.dtype), x),
            of((3,), (2, 1), make=share),
            same_dtype=False,
            arrays=False,
        ),
        *(
            Op(
                name,
                lambda x, f=name: getattr(special, f)(2.5, x),
                lambda x, f=name: scipys(f)(2.5, x),
                unary(positive),
                order=3,
                same_dtype=False,  # SciPy's is float64 where one argument is a number
            )
            for name in ("gammainc", "gammaincc")
        ),
        Op(
            "zeta",
            lambda q: special.zeta(3.0, q),
            lambda q: scipys("zeta")(3.0, q),
            unary(positive),
            order=3,
        ),
    ]


OPS: list[Op] = [
    Op("erf", special.erf, each(math.erf), unary(), order=3),
    Op("erfc", special.erfc, each(math.erfc), unary(), order=3),
    Op("erfcx", special.erfcx, each(lambda x: math.exp(x * x) * math.erfc(x)), unary(), order=3),
    Op(
        "erfinv",
        special.erfinv,
        each(lambda y: NORMAL.inv_cdf((1 + y) / 2) * math.sqrt(0.5)),
        unary(signed_share),
        order=3,
    ),
    Op("ndtr", special.ndtr, each(NORMAL.cdf), unary(), order=3),
    Op("log_ndtr", special.log_ndtr, each(lambda x: math.log(NORMAL.cdf(x))), unary(), order=3),
    Op("ndtri", special.ndtri, each(NORMAL.inv_cdf), unary(share), order=3),
    Op("expit", special.expit, lambda x: 1 / (1 + np.exp(-x)), unary(), order=3),
    Op("log_expit", special.log_expit, lambda x: -np.log1p(np.exp(-x)), unary(), order=3),
    Op("logit", special.logit, lambda p: np.log(p / (1 - p)), unary(share), order=3),
    Op("entr", special.entr, lambda x: -x * np.log(x), unary(positive), order=3),
    Op("xlogy", special.xlogy, lambda x, y: x * np.log(y), binary(real, positive), order=3),
    Op("xlog1py", special.xlog1py, lambda x, y: x * np.log1p(y), binary(real, positive), order=3),
    Op("rel_entr", special.rel_entr, lambda x, y: x * np.log(x / y), binary(positive), order=3),
    Op("kl_div", special.kl_div, lambda x, y: x * np.log(x / y) - x + y, binary(positive)),
    *(by_scipy() if find_spec("scipy") else ()),
]
