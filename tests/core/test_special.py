"""Special functions: accuracy, tails, special values, and what they cannot do."""

from __future__ import annotations

import math
import sys
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import grad_core as gc
from grad_core import Tensor, special

INF, NAN = math.inf, math.nan

# Computed with mpmath, to 60 digits.
VALUES: dict[str, list[tuple[float, float]]] = {
    "erf": [
        (1e-300, 1.1283791670955126e-300),
        (1e-08, 1.1283791670955126e-08),
        (0.1, 0.1124629160182849),
        (0.45, 0.47548171978692366),
        (0.5, 0.5204998778130465),
        (0.9, 0.7969082124228322),
        (1.0, 0.8427007929497149),
        (1.5, 0.9661051464753108),
        (2.0, 0.9953222650189527),
        (3.0, 0.9999779095030014),
        (3.9, 0.9999999652077514),
        (5.0, 0.9999999999984626),
        (5.9, 0.9999999999999999),
        (7.0, 1.0),
    ],
    "erfc": [
        (-7.0, 2.0),
        (-2.0, 1.9953222650189528),
        (-0.3, 1.3286267594591274),
        (1e-09, 0.9999999988716208),
        (0.1, 0.887537083981715),
        (0.4, 0.5716076449533315),
        (0.8, 0.2578990352923395),
        (1.0, 0.15729920705028513),
        (2.0, 0.004677734981047266),
        (5.0, 1.537459794428035e-12),
        (10.0, 2.088487583762545e-45),
        (20.0, 5.395865611607901e-176),
        (26.0, 5.663192408856143e-296),
        (26.5, 2.2109076642637343e-307),
    ],
    "erfcx": [
        (-25.0, 5.4335189393274735e271),
        (-5.0, 144009798674.66104),
        (-1.0, 5.008980080762283),
        (-0.1, 1.1236433541992095),
        (1e-09, 0.9999999988716208),
        (0.2, 0.8090195199015807),
        (1.0, 0.427583576155807),
        (3.0, 0.17900115118138996),
        (10.0, 0.05614099274382259),
        (25.0, 0.02254957243264136),
        (100.0, 0.005641613782989433),
    ],
    "ndtr": [
        (-37.0, 5.725571222524577e-300),
        (-20.0, 2.7536241186062337e-89),
        (-10.0, 7.619853024160525e-24),
        (-3.3, 0.0004834241423837775),
        (-1.1, 0.13566606094638264),
        (-0.1, 0.460172162722971),
        (1e-09, 0.5000000003989423),
        (0.3, 0.6179114221889527),
        (1.7, 0.955434537241457),
        (5.0, 0.9999997133484281),
        (9.0, 1.0),
    ],
    "log_ndtr": [
        (-10000.0, -50000010.12927891),
        (-100.0, -5005.524208694205),
        (-37.0, -689.0305855768906),
        (-5.0, -15.064998393988725),
        (-1.0, -1.8410216450092636),
        (-0.1, -0.7761545927302733),
        (0.2, -0.5460043537227741),
        (0.9, -0.2034146097557469),
        (3.0, -0.0013508099647481938),
        (10.0, -7.619853024160525e-24),
        (30.0, -4.906713927148187e-198),
    ],
    "erfinv": [
        (1e-300, 8.86226925452758e-301),
        (1e-09, 8.86226925452758e-10),
        (0.1, 0.08885599049425769),
        (0.3, 0.2724627147267543),
        (0.7, 0.7328690779592167),
        (0.84, 0.9935356283473041),
        (0.86, 1.0435418436397588),
        (0.95, 1.3859038243496777),
        (0.999, 2.3267537655135246),
        (0.999999999, 4.320005388105362),
        (0.9999999999999999, 5.8635847487551676),
    ],
    "ndtri": [
        (5e-324, -38.467405617144344),
        (1e-300, -37.0470962993612),
        (1e-100, -21.273453560965326),
        (1e-20, -9.262340089798407),
        (1e-11, -6.706023155495136),
        (1e-05, -4.264890793922825),
        (0.01, -2.326347874040841),
        (0.07, -1.4757910281791706),
        (0.08, -1.4050715603096327),
        (0.2, -0.8416212335729142),
        (0.4, -0.2533471031357997),
        (0.6, 0.2533471031357997),
        (0.9, 1.2815515655446006),
        (0.99, 2.3263478740408408),
        (0.9999999999999999, 8.209536151601387),
    ],
    "expit": [
        (-700.0, 9.85967654375977e-305),
        (-40.0, 4.248354255291589e-18),
        (-3.0, 0.04742587317756678),
        (-0.1, 0.47502081252106),
        (1e-09, 0.50000000025),
        (0.7, 0.668187772168166),
        (5.0, 0.9933071490757152),
        (36.0, 0.9999999999999998),
        (40.0, 1.0),
    ],
    "log_expit": [
        (-700.0, -700.0),
        (-40.0, -40.0),
        (-3.0, -3.048587351573742),
        (-0.1, -0.7443966600735709),
        (1e-09, -0.6931471800599454),
        (0.7, -0.4031860488854579),
        (5.0, -0.006715348489118068),
        (36.0, -2.319522830243569e-16),
        (40.0, -4.248354255291589e-18),
        (700.0, -9.85967654375977e-305),
    ],
    "logit": [
        (1e-300, -690.7755278982137),
        (1e-09, -20.72326583594641),
        (0.1, -2.197224577336219),
        (0.21, -1.3249254147435985),
        (0.3, -0.8472978603872037),
        (0.49, -0.0400053346136992),
        (0.4999999, -4.000000000115076e-07),
        (0.5000001, 3.99999999789463e-07),
        (0.7, 0.8472978603872034),
        (0.81, 1.4500101755059986),
        (0.99, 4.595119850134589),
        (0.9999999999999999, 36.7368005696771),
    ],
    "entr": [
        (1e-300, 6.9077552789821376e-298),
        (1e-09, 2.072326583694641e-08),
        (0.1, 0.23025850929940458),
        (0.9, 0.09482446409204365),
        (1.5, -0.6081976621622466),
        (1000000000.0, -20723265836.94641),
    ],
}

MOST = {"ndtr": 4, "log_ndtr": 4}  # units in the last place, where it is more than 3
SEVERAL_BLOCKS = 70_000


def ulps(got: NDArray[Any], expected: NDArray[np.float64]) -> float:
    """The largest error in units in the last place of the dtype that came out."""
    unit = np.spacing(np.abs(expected).astype(got.dtype)).astype(np.float64)
    return float(np.max(np.abs(got.astype(np.float64) - expected) / unit))


def representable(x: float, y: float, dtype: Any) -> bool:
    limits = np.finfo(dtype)
    return (
        abs(x) <= float(limits.max)
        and float(dtype(x)) == x
        and float(limits.tiny) < abs(y) < float(limits.max)
    )


# The functions whose table has arguments that are numbers of the dtype
TABULATED = [
    (name, dtype)
    for name in VALUES
    for dtype in (np.float16, np.float32, np.float64)
    if any(representable(x, y, dtype) for x, y in VALUES[name])
]


@pytest.mark.parametrize("size", [None, 300, SEVERAL_BLOCKS])
@pytest.mark.parametrize(("name", "dtype"), TABULATED)
def test_values_are_accurate_to_some_units_in_the_last_place(
    name: str, size: int | None, dtype: Any
) -> None:
    exact = [(x, y) for x, y in VALUES[name] if representable(x, y, dtype)]
    x, y = (np.array(column) for column in zip(*exact, strict=True))
    size = len(x) if size is None else size
    got = getattr(special, name)(np.resize(x, size).astype(dtype))
    assert got.dtype == dtype
    assert ulps(got, np.resize(y, size)) <= MOST.get(name, 3)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    ("name", "reference", "low", "high", "most"),
    [("erf", math.erf, -6, 6, 3), ("erf", math.erf, -0.6, 0.6, 3), ("erfc", math.erfc, -6, 9, 5)],
)
def test_erf_is_that_of_the_standard_library(
    name: str, reference: Any, low: float, high: float, most: int, dtype: Any
) -> None:
    x = np.random.default_rng(1).uniform(low, high, 20_000).astype(dtype)
    expected = np.array([reference(v) for v in x.tolist()])
    assert ulps(getattr(special, name)(x), expected) <= most
    assert ulps(getattr(special, name)(x[:50]), expected[:50]) <= 1


def test_inverses_undo() -> None:
    x = np.linspace(-5, 5, 1001)
    p = special.ndtr(x)
    np.testing.assert_allclose(special.ndtri(p[x < 1]), x[x < 1], rtol=1e-14, atol=1e-15)
    y = np.linspace(-0.99, 0.99, 1001)
    np.testing.assert_allclose(special.erf(special.erfinv(y)), y, rtol=1e-14, atol=1e-16)
    np.testing.assert_allclose(special.expit(special.logit(p)), p, rtol=1e-14)


# name, argument, value, gradient
POINTS: list[tuple[str, float, float, float]] = [
    ("erf", INF, 1, 0),
    ("erf", -INF, -1, 0),
    ("erf", 1e300, 1, 0),
    ("erf", -0.0, -0.0, 2 / math.sqrt(math.pi)),
    ("erfc", INF, 0, 0),
    ("erfc", -INF, 2, 0),
    ("erfc", 1e300, 0, 0),
    ("erfcx", 1e300, 1 / (1e300 * math.sqrt(math.pi)), 0),
    ("erfcx", -30, INF, -INF),
    ("erfcx", -INF, INF, -INF),
    ("erfinv", 0, 0, math.sqrt(math.pi) / 2),
    ("erfinv", 1, INF, INF),
    ("erfinv", -1, -INF, INF),
    ("erfinv", 1.5, NAN, NAN),
    ("ndtr", INF, 1, 0),
    ("ndtr", -INF, 0, 0),
    ("ndtr", -1e300, 0, 0),
    ("log_ndtr", INF, 0, 0),
    ("log_ndtr", -1e200, -INF, 1e200),
    ("log_ndtr", 40, 0, 0),
    ("ndtri", 0, -INF, INF),
    ("ndtri", 1, INF, INF),
    ("ndtri", -0.1, NAN, NAN),
    ("ndtri", 1.1, NAN, NAN),
    ("expit", INF, 1, 0),
    ("expit", -INF, 0, 0),
    ("expit", 40, 1, math.exp(-40)),
    ("expit", -1e300, 0, 0),
    ("log_expit", -INF, -INF, 1),
    ("log_expit", -1e300, -1e300, 1),
    ("log_expit", 1e300, 0, 0),
    ("logit", 0.5, 0, 4),
    ("logit", -0.5, NAN, NAN),
    ("logit", 1.5, NAN, NAN),
    ("entr", -1, -INF, NAN),
    ("entr", INF, -INF, -INF),
    *((name, NAN, NAN, NAN) for name in ("erf", "erfc", "erfcx", "erfinv", "ndtr", "log_ndtr")),
    *((name, NAN, NAN, NAN) for name in ("ndtri", "expit", "log_expit", "logit", "entr")),
]


@pytest.mark.parametrize("size", [1, 500])
@pytest.mark.parametrize(("name", "x", "y", "dy"), POINTS)
def test_special_values(name: str, x: float, y: float, dy: float, size: int) -> None:
    """Without a warning: the tests make errors of them."""
    t = Tensor(np.full(size, x), requires_grad=True, dtype=np.float64)
    out = getattr(special, name)(t)
    np.testing.assert_allclose(out.data, np.full(size, y), rtol=1e-14)
    if name == "erf":
        assert (np.signbit(out.data) == np.signbit(x)).all()
    with np.errstate(invalid="ignore", over="ignore"):
        out.sum().backward()
    assert t.grad is not None
    np.testing.assert_allclose(t.grad, np.full(size, dy), rtol=1e-14, atol=1e-300)


# name, arguments, value, gradients
PAIRS: list[tuple[str, tuple[float, float], float, tuple[float, float]]] = [
    ("xlogy", (0, 0), 0, (0, NAN)),
    ("xlogy", (0, 2), 0, (math.log(2), 0)),
    ("xlogy", (0, NAN), NAN, (NAN, NAN)),
    ("xlogy", (NAN, 1), NAN, (0, NAN)),
    ("xlogy", (1, 0), -INF, (-INF, INF)),
    ("xlogy", (1, -1), NAN, (NAN, -1)),
    ("xlogy", (0, -1), 0, (0, -0.0)),
    ("xlog1py", (0, -1), 0, (0, NAN)),
    ("xlog1py", (0, 1), 0, (math.log(2), 0)),
    ("xlog1py", (2, 1e-20), 2e-20, (1e-20, 2)),
    ("rel_entr", (0, 0), 0, (NAN, NAN)),
    ("rel_entr", (0, 2), 0, (-INF, 0)),
    ("rel_entr", (1, 0), INF, (INF, -INF)),
    ("rel_entr", (-1, 1), INF, (NAN, 1)),
    ("rel_entr", (1e-300, 1e300), -1e-300 * 600 * math.log(10), (-INF, 0)),
    ("rel_entr", (NAN, 1), NAN, (NAN, NAN)),
    ("kl_div", (0, 2), 2, (-INF, 1)),
    ("kl_div", (1, 0), INF, (INF, -INF)),
    ("kl_div", (1, 1), 0, (0, 0)),
    ("kl_div", (NAN, 1), NAN, (NAN, NAN)),
]


@pytest.mark.parametrize(("name", "at", "value", "slopes"), PAIRS)
def test_special_values_of_pairs(
    name: str, at: tuple[float, float], value: float, slopes: tuple[float, float]
) -> None:
    x, y = (Tensor(v, requires_grad=True, dtype=np.float64) for v in at)
    out = getattr(special, name)(x, y)
    np.testing.assert_allclose(out.data, value, rtol=1e-14)
    with np.errstate(all="ignore"):
        found = gc.gradient(out, (x, y))
    np.testing.assert_allclose([g.item() for g in found], slopes, rtol=1e-14, atol=1e-300)


@pytest.mark.parametrize("name", ["erf", "erfc", "ndtr", "expit", "log_expit"])
def test_integers_and_booleans_give_floats(name: str) -> None:
    function = getattr(special, name)
    for dtype in (np.int64, np.int8, np.bool_):
        x = np.array([0, 1], dtype)
        assert function(x).dtype == np.exp(x).dtype
        rtol = 1e-3 if function(x).dtype == np.float16 else 1e-14
        np.testing.assert_allclose(function(x), function(np.array([0.0, 1.0])), rtol)
    np.testing.assert_allclose(function(1.0), function(np.array(1.0)))


def test_numbers_do_not_widen() -> None:
    x = Tensor([0.5], requires_grad=True)
    for name in ("xlogy", "xlog1py", "rel_entr", "kl_div"):
        for out in (getattr(special, name)(x, 2.0), getattr(special, name)(2, x)):
            assert out.dtype == np.float32
            out.backward()
    assert special.xlogy(2, 3).dtype == np.float64
    assert special.xlogy(np.array([2]), x).dtype == np.float64


def test_blocks_of_any_layout_are_the_same() -> None:
    x = np.random.default_rng(2).normal(size=(300, 700))
    for name in ("erf", "erfc", "ndtri", "expit"):
        function = getattr(special, name)
        whole = function(x)
        np.testing.assert_array_equal(function(x.T), whole.T)
        np.testing.assert_array_equal(function(x[::-1, ::2]), whole[::-1, ::2])
        np.testing.assert_array_equal(function(np.asfortranarray(x)), whole)
        assert whole.base is None


@pytest.mark.parametrize(
    "name",
    [*VALUES, "logsumexp", "softmax", "log_softmax"],
)
def test_complex_numbers_are_refused(name: str) -> None:
    with pytest.raises(TypeError, match=f"{name}: .*complex.*complex128"):
        getattr(special, name)(np.array([1j]))


@pytest.mark.parametrize("name", ["xlogy", "xlog1py", "rel_entr", "kl_div"])
def test_complex_pairs_are_refused(name: str) -> None:
    with pytest.raises(TypeError, match=f"{name}: .*complex.*complex128"):
        getattr(special, name)(Tensor([1.0]), np.array([1j]))


def test_far_from_0_the_logarithm_of_ndtr_keeps_its_second_derivative() -> None:
    x = Tensor([-30.0, 0.0, 45.0], requires_grad=True, dtype=np.float64)
    first = gc.gradient(special.log_ndtr(x).sum(), x, create_graph=True)
    second = gc.gradient(first.sum(), x)
    # The inverse Mills ratio m has m' = -m (x + m); at 0 that is -2 / pi.
    np.testing.assert_allclose(
        second.data, [-0.9988962284881099, -2 / math.pi, 0], rtol=1e-11, atol=1e-300
    )


# ---------------------------------------------------------------------------- by SciPy


@pytest.mark.parametrize("name", ["gammaln", "digamma", "gamma", "beta", "betainc", "j0", "i1"])
def test_without_scipy_the_error_names_the_extra(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "scipy.special", None)
    x = Tensor([0.5])
    operands = {"beta": (x, x), "betainc": (x, x, x)}.get(name, (x,))
    with pytest.raises(ImportError, match=r'pip install "grad-core\[special\]"'):
        getattr(special, name)(*operands)


UNDEFINED: list[tuple[str, tuple[float, ...], int, str]] = [
    ("betainc", (2.0, 3.0, 0.5), 0, "a"),
    ("betainc", (2.0, 3.0, 0.5), 1, "b"),
    ("gammainc", (2.0, 0.5), 0, "a"),
    ("gammaincc", (2.0, 0.5), 0, "a"),
    ("zeta", (2.0, 0.5), 0, "x"),
]


@pytest.mark.parametrize(("name", "at", "i", "operand"), UNDEFINED)
def test_a_gradient_that_is_not_defined_raises(
    name: str, at: tuple[float, ...], i: int, operand: str
) -> None:
    pytest.importorskip("scipy")
    last = len(at) - 1
    xs = [Tensor(v, requires_grad=j in (i, last)) for j, v in enumerate(at)]
    out = getattr(special, name)(*xs)
    with pytest.raises(TypeError, match=f"{name}: has no gradient with respect to {operand}"):
        out.backward()
    grad = xs[i].grad
    assert grad is not None
    assert not grad.any()
    assert gc.gradient(getattr(special, name)(*xs), xs[-1]).item() != 0


def test_derivatives_at_0_are_finite() -> None:
    pytest.importorskip("scipy")
    for name, slopes in (("j0", (0, -0.5, 0)), ("j1", (0.5, 0, -0.375)), ("i1", (0.5, 0, 0.375))):
        x = Tensor(0.0, requires_grad=True, dtype=np.float64)
        y = getattr(special, name)(x)
        for slope in slopes:
            y = gc.gradient(y, x, create_graph=True)
            np.testing.assert_allclose(y.item(), slope, atol=1e-15)


def test_arguments_are_checked() -> None:
    pytest.importorskip("scipy")
    x = Tensor([1.0])
    wrong: Any = 1.0
    with pytest.raises(ValueError, match="polygamma: n is -1"):
        special.polygamma(-1, x)
    with pytest.raises(TypeError, match="polygamma: n is float"):
        special.polygamma(wrong, x)
    with pytest.raises(ValueError, match="multigammaln: d is 0"):
        special.multigammaln(x, 0)
    with pytest.raises(TypeError, match="multigammaln: d is float"):
        special.multigammaln(x, wrong)
    with pytest.raises(TypeError, match=r"betainc: .*None"):
        special.betainc(x, None, x)
    with pytest.raises(TypeError, match=r"gammaln: .*complex"):
        special.gammaln(np.array([1j]))
    with pytest.raises(ValueError, match="beta: "):
        special.beta(Tensor([1.0, 2.0]), Tensor([1.0, 2.0, 3.0]))
    assert np.isnan(special.multigammaln(np.array([0.5]), 3)).all()


def test_the_order_of_float16_stays() -> None:
    pytest.importorskip("scipy")
    x = Tensor([1.5], dtype=np.float16)
    for y in (special.gammaln(x), special.beta(x, 2.0), special.polygamma(2, x), special.j1(x)):
        assert y.dtype == np.float16
    assert special.psi is special.digamma


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_modified_bessel_functions_of_tiny_and_huge_numbers(dtype: Any) -> None:
    pytest.importorskip("scipy.special")
    table = [
        ("i1", 5e-324, 0.5),
        ("i1", 1e-300, 0.5),
        ("i1e", 5e-324, 0.5),
        ("i1e", 1e12, 0.0),
        ("i1e", -1e12, 0.0),
        ("i1e", INF, 0.0),
        ("i0e", INF, 0.0),
        ("i0e", -1e12, 0.0),
    ]
    for name, x, slope in table:
        t = Tensor(x, requires_grad=True, dtype=dtype)
        (first,) = gc.gradient(getattr(special, name)(t), [t], create_graph=True)
        np.testing.assert_allclose(first.data, slope, atol=1e-7)
        assert np.isfinite(gc.gradient(first, t).data)
