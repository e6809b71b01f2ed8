"""What every initializer promises, whatever it draws."""

from __future__ import annotations

import pickle
import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grad_init import (
    Array,
    Constant,
    DeltaOrthogonal,
    Dirac,
    Eye,
    Grouped,
    He,
    HeLeaky,
    Initializer,
    Lecun,
    Normal,
    Ones,
    Orthogonal,
    Sparse,
    Transposed,
    TruncatedNormal,
    Uniform,
    VarianceScaling,
    Xavier,
    Zeros,
    fans,
)

RANDOM: list[Initializer] = [
    Normal(),
    Normal(mean=3.0, std=0.5),
    Uniform(),
    Uniform(0.1, 0.3),
    Xavier(),
    Xavier(gain=2.0, distribution="normal"),
    He(),
    He(gain=0.5, mode="fan_out", distribution="uniform"),
    HeLeaky(),
    HeLeaky(alpha=0.2, mode="fan_out", distribution="uniform"),
    He(distribution="truncated_normal"),
    Lecun(),
    VarianceScaling(3.0, "fan_geo_avg"),
    TruncatedNormal(),
    TruncatedNormal(0.5, 0.1, 0.1, 0.3),
]
FIXED: list[Initializer] = [Constant(0.1), Zeros(), Ones()]
# Those that do not take any shape, with one that they take
SHAPED: list[tuple[Initializer, tuple[int, ...]]] = [
    (Orthogonal(), (2, 3)),
    (Orthogonal(0.5), (4, 2, 3)),
    (DeltaOrthogonal(2.0), (3, 2, 3, 3)),
    (Sparse(0.5), (4, 3)),
    (Transposed(He()), (2, 3)),
    (Grouped(Normal(), 2), (4, 3)),
]
SHAPED_AND_FIXED: list[tuple[Initializer, tuple[int, ...]]] = [
    (Dirac(2), (4, 2, 3)),
    (Eye(0.1), (2, 3)),
]
RANDOM_CASES = [*((init, (4, 4)) for init in RANDOM), *SHAPED]
CASES = [*RANDOM_CASES, *((init, (4, 4)) for init in FIXED), *SHAPED_AND_FIXED]
DTYPES = [np.float16, np.float32, np.float64, np.longdouble]


def each(cases: list[tuple[Initializer, tuple[int, ...]]]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(("init", "shape"), cases, ids=[repr(init) for init, _ in cases])


every_initializer = each(CASES)
random_initializer = each(RANDOM_CASES)


@given(
    init=st.sampled_from([*RANDOM, *FIXED]),
    shape=st.lists(st.integers(0, 5), max_size=4).map(tuple),
    dtype=st.sampled_from(DTYPES),
    seed=st.integers(0, 2**64),
)
def test_result(init: Initializer, shape: tuple[int, ...], dtype: type, seed: int) -> None:
    weight = init(shape, rng=seed, dtype=dtype)
    assert isinstance(weight, np.ndarray)
    assert weight.shape == shape
    assert weight.dtype == dtype
    assert weight.flags.c_contiguous
    assert weight.flags.writeable
    assert weight.flags.owndata
    assert np.isfinite(weight).all()
    np.testing.assert_array_equal(init(shape, rng=seed, dtype=dtype), weight)


@given(
    case=st.sampled_from(
        [
            (Orthogonal(), 2, 4, 1),
            (DeltaOrthogonal(), 3, 5, 1),
            (Sparse(0.3), 2, 2, 1),
            (Dirac(), 3, 5, 1),
            (Dirac(3), 3, 5, 3),
            (Eye(), 2, 2, 1),
            (Transposed(Uniform()), 2, 4, 1),
            (Grouped(Normal(), 2), 1, 4, 2),
            (Grouped(Transposed(Orthogonal()), 2), 2, 4, 2),
        ]
    ),
    data=st.data(),
    dtype=st.sampled_from(DTYPES),
    seed=st.integers(0, 2**64),
)
def test_result_of_those_that_do_not_take_any_shape(
    case: tuple[Initializer, int, int, int], data: st.DataObject, dtype: type, seed: int
) -> None:
    init, least, most, multiple = case
    sizes = data.draw(st.lists(st.integers(0, 4), min_size=least, max_size=most))
    sizes[0] *= multiple
    if isinstance(init, DeltaOrthogonal):
        sizes[0] += sizes[1]
    test_result.hypothesis.inner_test(init, tuple(sizes), dtype, seed)  # type: ignore[attr-defined]  # hypothesis adds it


@every_initializer
@pytest.mark.parametrize("dtype", ["float16", ">f4", ">f8", float, np.dtype(np.float32)])
def test_dtype_like(init: Initializer, shape: tuple[int, ...], dtype: Any) -> None:
    assert init(shape, rng=0, dtype=dtype).dtype == np.dtype(dtype)


@every_initializer
def test_dtype_is_float32_unless_given(init: Initializer, shape: tuple[int, ...]) -> None:
    assert init(shape).dtype == np.float32


@random_initializer
@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_a_seed_gives_the_same_values_in_every_dtype(
    init: Initializer, shape: tuple[int, ...], dtype: type
) -> None:
    exact = init(shape, rng=0, dtype=np.float64)
    rounded = init(shape, rng=0, dtype=dtype)
    assert (np.abs(rounded - exact) <= np.spacing(np.abs(rounded))).all()


@random_initializer
def test_seeds_differ(init: Initializer, shape: tuple[int, ...]) -> None:
    assert not np.array_equal(init(shape, rng=0), init(shape, rng=1))


@every_initializer
def test_calls_do_not_share_memory(init: Initializer, shape: tuple[int, ...]) -> None:
    first, second = init(shape, rng=0), init(shape, rng=0)
    first.fill(7.0)
    assert not np.shares_memory(first, second)
    assert not (second == 7.0).any()


@every_initializer
def test_initializers_are_values(init: Initializer, shape: tuple[int, ...]) -> None:
    copy = pickle.loads(pickle.dumps(init))
    assert copy == init
    assert hash(copy) == hash(init)
    assert repr(copy) == repr(init)
    np.testing.assert_array_equal(copy(shape, rng=0), init(shape, rng=0))


@every_initializer
def test_initializers_are_frozen(init: Initializer, shape: tuple[int, ...]) -> None:
    field = next(iter(vars(init)))
    with pytest.raises(AttributeError, match="cannot assign to field"):
        setattr(init, field, 2.0)


@every_initializer
@pytest.mark.parametrize("dtype", [int, bool, complex, np.complex64, "int8", "U3", object, None])
def test_dtype_not_floating(init: Initializer, shape: tuple[int, ...], dtype: Any) -> None:
    message = f"dtype must be a real floating one, such as numpy.float32; got {dtype!r}"
    with pytest.raises(TypeError, match=re.escape(message)):
        init(shape, rng=0, dtype=dtype)


@every_initializer
def test_dtype_not_a_dtype(init: Initializer, shape: tuple[int, ...]) -> None:
    with pytest.raises(TypeError, match=r"dtype must be a real floating one.*got 'nonsense'"):
        init(shape, rng=0, dtype="nonsense")


@every_initializer
def test_shape_negative(init: Initializer, shape: tuple[int, ...]) -> None:
    wrong = (*shape[:-1], -1)
    message = f"the sizes of a shape must be >= 0; got {wrong}"
    with pytest.raises(ValueError, match=re.escape(message)):
        init(wrong, rng=0)


@every_initializer
@pytest.mark.parametrize("wrong", [3, (3.0, 2), None])
def test_shape_not_a_tuple_of_ints(init: Initializer, shape: tuple[int, ...], wrong: Any) -> None:
    message = f"shape must be a tuple of ints, such as (64, 32); got {wrong!r}"
    with pytest.raises(TypeError, match=re.escape(message)):
        init(wrong, rng=0)


@random_initializer
def test_rng_wrong(init: Initializer, shape: tuple[int, ...]) -> None:
    rng: Any = "0"
    with pytest.raises(TypeError, match=r"as_generator: rng must be .*; got '0'"):
        init(shape, rng=rng)


@pytest.mark.parametrize(
    ("init", "largest"),
    [
        (Normal(std=6000.0), 78000),
        (Normal(mean=-70000.0, std=0.0), 70000),
        (Uniform(-70000.0, 0.0), 70000),
        (Uniform(0.0, 70000.0), 70000),
        (Constant(-70000.0), 70000),
        (TruncatedNormal(low=-70000.0), 70000),
        (Orthogonal(70000.0), 70000),
        (Eye(-70000.0), 70000),
    ],
    ids=repr,
)
def test_values_that_the_dtype_cannot_hold(init: Initializer, largest: int) -> None:
    message = (
        f"{init}: values up to {largest} do not fit float16; take a wider dtype or smaller values"
    )
    with pytest.raises(ValueError, match=re.escape(message)):
        init((2, 3), dtype=np.float16)
    assert np.isfinite(init((2, 3), dtype=np.float32)).all()


def test_a_function_is_an_initializer() -> None:
    def of_fan_in(shape: tuple[int, ...], *, rng: object = None, dtype: Any = np.float32) -> Array:
        return np.full(shape, fans(shape).fan_in, dtype)

    init: Initializer = of_fan_in
    assert init((2, 3)).tolist() == [[3.0] * 3] * 2


Make = Any  # a class of initializers, called below with arguments that the types forbid


@pytest.mark.parametrize(
    ("make", "arguments", "name"),
    [
        (Normal, {"std": -0.5}, "std"),
        (Uniform, {"low": 1.0, "high": 0.5}, "high - low"),
        (Xavier, {"gain": -0.5}, "gain"),
        (He, {"gain": -0.5}, "gain"),
        (HeLeaky, {"gain": -0.5}, "gain"),
        (Lecun, {"gain": -0.5}, "gain"),
        (VarianceScaling, {"scale": -0.5}, "scale"),
        (Orthogonal, {"gain": -0.5}, "gain"),
        (DeltaOrthogonal, {"gain": -0.5}, "gain"),
        (TruncatedNormal, {"std": -0.5}, "std"),
        (TruncatedNormal, {"low": 1.0, "high": 0.5}, "high - low"),
        (Sparse, {"sparsity": -0.5}, "sparsity"),
        (Sparse, {"sparsity": 1.5}, "1 - sparsity"),
        (Sparse, {"sparsity": 0.5, "std": -0.5}, "std"),
    ],
)
def test_negative_argument(make: Make, arguments: dict[str, float], name: str) -> None:
    with pytest.raises(ValueError, match=rf"^{make.__name__}\(.*\): {name} must be >= 0; got -0.5"):
        make(**arguments)


ARGUMENTS = [
    (Normal, "mean"),
    (Normal, "std"),
    (Uniform, "low"),
    (Uniform, "high"),
    (Constant, "value"),
    (Xavier, "gain"),
    (He, "gain"),
    (HeLeaky, "gain"),
    (HeLeaky, "alpha"),
    (Lecun, "gain"),
    (VarianceScaling, "scale"),
    (TruncatedNormal, "mean"),
    (TruncatedNormal, "std"),
    (TruncatedNormal, "low"),
    (TruncatedNormal, "high"),
    (Orthogonal, "gain"),
    (DeltaOrthogonal, "gain"),
    (Eye, "gain"),
    (Sparse, "sparsity"),
]


@pytest.mark.parametrize(("make", "name"), ARGUMENTS)
@pytest.mark.parametrize("value", [float("inf"), -float("inf"), float("nan"), 10**400])
def test_argument_not_finite(make: Make, name: str, value: float) -> None:
    with pytest.raises(ValueError, match=rf"^{make.__name__}\(.*\): {name} must be finite; got"):
        make(**{name: value})


@pytest.mark.parametrize(("make", "name"), ARGUMENTS)
@pytest.mark.parametrize("value", ["1", None, 1j])
def test_argument_not_a_number(make: Make, name: str, value: object) -> None:
    message = rf"^{make.__name__}\(.*\): {name} must be a real number; got {re.escape(repr(value))}"
    with pytest.raises(TypeError, match=message):
        make(**{name: value})


def test_normal_too_wide() -> None:
    with pytest.raises(ValueError, match=r"^Normal\(.*\): values up to inf do not fit float64"):
        Normal(std=1e308)


@pytest.mark.parametrize("make", [Xavier, He, HeLeaky])
def test_gain_that_overflows_for_a_shape(make: Make) -> None:
    with pytest.raises(ValueError, match=r"^(Normal|Uniform)\(.*\): .* must be finite; got -?inf"):
        make(gain=1.7e308)((1, 1))


def test_uniform_too_wide() -> None:
    with pytest.raises(ValueError, match=r"^Uniform\(.*\): high - low must be finite; got inf"):
        Uniform(-1e308, 1e308)


@pytest.mark.parametrize("make", [Xavier, He, HeLeaky, Lecun, VarianceScaling])
def test_unknown_distribution(make: Make) -> None:
    message = (
        rf"^{make.__name__}\(.*: distribution must be one of 'normal', 'uniform', "
        "'truncated_normal'; got 'cauchy'"
    )
    with pytest.raises(ValueError, match=message):
        make(distribution="cauchy")


@pytest.mark.parametrize("make", [He, HeLeaky])
def test_unknown_mode(make: Make) -> None:
    message = rf"^{make.__name__}\(.*: mode must be one of 'fan_in', 'fan_out'; got 'fan_avg'"
    with pytest.raises(ValueError, match=message):
        make(mode="fan_avg")


def test_unknown_mode_of_variance_scaling() -> None:
    message = "mode must be one of 'fan_in', 'fan_out', 'fan_avg', 'fan_geo_avg'; got 'fan'"
    mode: Any = "fan"
    with pytest.raises(ValueError, match=message):
        VarianceScaling(mode=mode)


WRONG_SHAPES: list[tuple[Initializer, tuple[int, ...], str]] = [
    (Orthogonal(), (3,), "shape must have 2 or more axes; got (3,)"),
    (Orthogonal(), (), "shape must have 2 or more axes; got ()"),
    (DeltaOrthogonal(), (3, 3), "shape must have 3 to 5 axes; got (3, 3)"),
    (DeltaOrthogonal(), (2, 3, 3), "as many outputs as inputs, or more, (out, in, *kernel); got (2, 3, 3)"),
    (Sparse(0.5), (3, 3, 3), "shape must have 2 axes; got (3, 3, 3)"),
    (Eye(), (3,), "shape must have 2 axes; got (3,)"),
    (Dirac(), (3, 3), "shape must have 3 to 5 axes; got (3, 3)"),
    (Dirac(2), (3, 3, 3), "the first size of a shape must be a multiple of groups, 2; got (3, 3, 3)"),
    (Grouped(He(), 2), (3, 3), "the first size of a shape must be a multiple of groups, 2; got (3, 3)"),
    (Grouped(He(), 2), (), "shape must have 1 or more axes; got ()"),
    (Transposed(He()), (3,), "shape must have 2 or more axes; got (3,)"),
]  # fmt: skip


@pytest.mark.parametrize(("init", "shape", "message"), WRONG_SHAPES)
def test_shape_that_an_initializer_cannot_fill(
    init: Initializer, shape: tuple[int, ...], message: str
) -> None:
    with pytest.raises(ValueError, match=re.escape(f"{init}: ") + ".*" + re.escape(message)):
        init(shape, rng=0)


@pytest.mark.parametrize("groups", [0, -1, 1.0, True, None])
def test_groups(groups: Any) -> None:
    for make in (Dirac, lambda n: Grouped(He(), n), lambda n: fans((4, 4), groups=n)):
        with pytest.raises(ValueError, match=f"groups must be an int >= 1; got {groups}"):
            make(groups)
