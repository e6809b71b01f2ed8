"""Convolutions and their transposes: any setting against plain loops, layers, dtypes, errors."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from tests.nn.tables import convolution as plain

import grad_core as gc
import grad_init
import grad_nn as nn
from grad_core import Tensor
from grad_core.testing import check_grads
from grad_nn import functional as F  # noqa: N812  # the field's name
from grad_nn.functional.convolution import depthwise, patches, primitives

CONV: list[Callable[..., Tensor]] = [F.conv1d, F.conv2d, F.conv3d]
TRANSPOSED: list[Callable[..., Tensor]] = [
    F.conv_transpose1d,
    F.conv_transpose2d,
    F.conv_transpose3d,
]


def normal(*shape: int) -> Any:
    return np.random.default_rng(sum(shape)).standard_normal(shape)


def assert_close(x: Any, expected: Any) -> None:
    assert_allclose(x.data, expected, rtol=1e-9, atol=1e-9)


def doubled(*arrays: Any) -> list[Tensor]:
    return [Tensor(a, requires_grad=True, dtype=np.float64) for a in arrays]


# ---------------------------------------------------------------------------- any setting


class Case(NamedTuple):
    """A convolution that fits."""

    x: Any
    w: Any
    b: Any
    settings: dict[str, Any]

    @property
    def axes(self) -> int:
        return int(self.w.ndim) - 2


@st.composite
def cases(draw: st.DrawFn) -> Case:
    axes = draw(st.integers(1, 3))

    def ints(least: int, most: int) -> tuple[int, ...]:
        return tuple(draw(st.integers(least, most)) for _ in range(axes))

    kernel, dilation, stride = ints(1, 3), ints(1, 3), ints(1, 3)
    padding = ints(0, 2)
    needed = [d * (k - 1) + 1 - 2 * p for k, d, p in zip(kernel, dilation, padding, strict=True)]
    size = [max(1, n) + draw(st.integers(0, 3)) for n in needed]
    groups = draw(st.sampled_from([1, 1, 2, 3]))
    inputs, outputs = (groups * draw(st.integers(1, 2)) for _ in range(2))
    x = normal(draw(st.integers(0, 2)), inputs, *size)
    w = normal(outputs, inputs // groups, *kernel)
    settings = {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups}
    return Case(x, w, normal(outputs), settings)


@given(cases())
@settings(max_examples=60, deadline=None)
def test_convolution_and_its_gradients_are_sums_of_products(case: Case) -> None:
    x, w, b = doubled(case.x, case.w, case.b)
    y = CONV[case.axes - 1](x, w, b, **case.settings)
    assert_close(y, plain.conv(case.x, case.w, case.b, **case.settings))
    g = normal(*y.shape)
    dx, dw, db = gc.gradient(y, (x, w, b), g)
    # The gradients are linear maps of g, and known where they meet any other x and w.
    z, v = normal(*x.shape), normal(*w.shape)
    assert_close(np.sum(dx.data * z), np.sum(plain.conv(z, case.w, **case.settings) * g))
    assert_close(np.sum(dw.data * v), np.sum(plain.conv(case.x, v, **case.settings) * g))
    assert_close(db, g.sum((0, *range(2, g.ndim))))


@given(cases(), st.data())
@settings(max_examples=60, deadline=None)
def test_transposed_convolution_spreads(case: Case, data: st.DataObject) -> None:
    shape = plain.conv(case.x, case.w, **case.settings).shape
    stride, padding, dilation = (case.settings[key] for key in ("stride", "padding", "dilation"))
    more = tuple(
        data.draw(st.integers(0, max(s, d) - 1)) for s, d in zip(stride, dilation, strict=True)
    )
    taps = case.w.shape[2:]
    sizes = [
        (m - 1) * s - 2 * p + d * (k - 1) + o + 1
        for m, s, p, d, k, o in zip(shape[2:], stride, padding, dilation, taps, more, strict=True)
    ]
    assume(min(sizes) > 0)
    bias = normal(case.x.shape[1])
    y, w, b = doubled(normal(*shape), case.w, bias)
    x = TRANSPOSED[case.axes - 1](y, w, b, output_padding=more, **case.settings)
    assert_close(
        x, plain.conv_transpose(y.data, case.w, bias, output_padding=more, **case.settings)
    )
    g = normal(*x.shape)
    dy, dw, db = gc.gradient(x, (y, w, b), g)
    z, v = normal(*y.shape), normal(*w.shape)
    settings = {"output_padding": more, **case.settings}
    assert_close(np.sum(dy.data * z), np.sum(plain.conv_transpose(z, case.w, **settings) * g))
    assert_close(np.sum(dw.data * v), np.sum(plain.conv_transpose(y.data, v, **settings) * g))
    assert_close(db, g.sum((0, *range(2, g.ndim))))


@given(cases())
@settings(max_examples=40, deadline=None)
def test_transposed_convolution_is_the_transpose(case: Case) -> None:
    (x,) = doubled(case.x)
    y = CONV[case.axes - 1](x, case.w, **case.settings)
    g = normal(*y.shape)
    (dx,) = gc.gradient(y, (x,), g)
    settings = zip(*(case.settings[key] for key in ("stride", "padding", "dilation")), strict=True)
    more = tuple(
        n - ((m - 1) * s - 2 * p + d * (k - 1) + 1)
        for n, m, k, (s, p, d) in zip(
            x.shape[2:], y.shape[2:], case.w.shape[2:], settings, strict=True
        )
    )
    back = TRANSPOSED[case.axes - 1](
        Tensor(g, dtype=np.float64), case.w, output_padding=more, **case.settings
    )
    assert_close(back, dx.data)


@given(cases(), st.integers(1, 200))
@settings(max_examples=40, deadline=None)
def test_blocks_make_no_difference(case: Case, limit: int) -> None:
    x, w, b = doubled(case.x, case.w, case.b)
    y = CONV[case.axes - 1](x, w, b, **case.settings)
    g = normal(*y.shape)
    whole = [y, *gc.gradient(y, (x, w, b), g, retain_graph=True)]
    with pytest.MonkeyPatch.context() as patch:
        for module, name in (
            (patches, "BLOCK"),
            (primitives, "BLOCK"),
            (depthwise, "_BLOCK"),
        ):
            patch.setattr(module, name, limit)
        y = CONV[case.axes - 1](x, w, b, **case.settings)
        parts = [y, *gc.gradient(y, (x, w, b), g)]
    for a, e in zip(parts, whole, strict=True):
        assert_close(a, e.data)


# ---------------------------------------------------------------------------- dtypes, memory


def test_derivatives_of_third_order() -> None:
    x, w = normal(1, 2, 4), normal(2, 2, 2)
    for function in (CONV[0], TRANSPOSED[0]):
        check_grads(lambda *a, f=function: gc.tanh(f(*a, stride=2, padding=1)), [x, w], order=3)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.complex64])
@pytest.mark.parametrize("groups", [1, 2, 4])
@pytest.mark.parametrize("transposed", [False, True])
def test_dtypes_stay(dtype: Any, groups: int, transposed: bool) -> None:
    x, w, b = normal(2, 4, 5, 4), normal(4, 4 // groups, 3, 2), normal(4)
    if dtype is np.complex64:
        x, w, b = (a + 1j * a[::-1] for a in (x, w, b))
    xs = [Tensor(a, requires_grad=True, dtype=dtype) for a in (x, w, b)]
    function = (TRANSPOSED if transposed else CONV)[1]
    reference = plain.conv_transpose if transposed else plain.conv
    y = function(*xs, stride=2, groups=groups)
    assert y.dtype == dtype
    expected = reference(x, w, b, stride=2, groups=groups)
    assert_allclose(y.data, expected, rtol=0, atol=5e-2 if dtype is np.float16 else 1e-5)
    for g, a in zip(gc.gradient(y, xs, np.ones(y.shape, dtype)), xs, strict=True):
        assert g.dtype == dtype
        assert g.shape == a.shape


@pytest.mark.parametrize("groups", [1, 2])
def test_float16_is_summed_in_float32(groups: int) -> None:
    x = Tensor(np.ones((1, 2, 4000)), dtype=np.float16)
    w = Tensor(np.ones((2, 2 // groups, 4000)), dtype=np.float16)
    assert_array_equal(F.conv1d(x, w, groups=groups).data.ravel(), [8000 // groups] * 2)


def test_mixed_dtypes_are_promoted() -> None:
    x = Tensor(np.ones((1, 1, 3)))
    y = F.conv1d(x, np.ones((1, 1, 2)))
    assert y.dtype == np.float64
    z = F.conv1d(Tensor(np.ones((1, 1, 3)), dtype=np.int64), np.ones((1, 1, 2), np.int64))
    assert z.dtype == np.int64
    assert_array_equal(z.data, [[[2, 2]]])
    c = F.conv1d(Tensor([[1.0, 2.0]]), np.array([[[1j]]], np.complex64))
    assert c.dtype == np.complex64
    assert_array_equal(c.data, [[1j, 2j]])


def test_the_channels_of_a_result_come_last_in_memory() -> None:
    x = Tensor(normal(2, 3, 6, 5))
    y = F.conv2d(x, normal(4, 3, 3, 3), padding=1)
    z = F.conv_transpose2d(y, normal(4, 5, 3, 3), stride=2)
    for t in (y, z, F.relu(y)):
        array = gc.primitive.unwrap(t)
        assert array.transpose(0, 2, 3, 1).flags.c_contiguous
    assert gc.primitive.unwrap(y).base is None  # nobody else's, so nothing has to watch it


def test_patches_take_little_memory() -> None:
    x = Tensor(np.ones((4, 16, 128, 128)))
    w = Tensor(np.ones((2, 16, 5, 5)), requires_grad=True)
    g = np.ones((4, 2, 128, 128), np.float32)
    tracemalloc.start()
    F.conv2d(x, w, padding=2).backward(g)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    # The result, a padded sample and a block of patches; all patches would be 100 MB.
    assert peak < g.nbytes + 2 * x.nbytes / len(x) + 2 * patches.BLOCK


def test_what_no_gradient_needs_is_not_kept() -> None:
    x = Tensor(np.ones((1, 2, 4, 4)), requires_grad=True)
    y = F.conv2d(x, np.ones((3, 2, 2, 2), np.float32), np.zeros(3, np.float32))
    assert y._node is not None
    assert y._node.saved is not None
    kept = [a for a in y._node.saved if isinstance(a, np.ndarray)]
    assert [a.shape for a in kept] == [(3, 2, 2, 2)]  # the weight, for the gradient of the input


@pytest.mark.parametrize("groups", [2, 4])
@pytest.mark.parametrize("value", [np.inf, np.nan])
def test_what_is_not_finite_stays_in_its_group(groups: int, value: float) -> None:
    x = normal(1, 8, 6)
    x[0, 0, 2] = value
    w = normal(8, 8 // groups, 3)
    clean = np.where(np.isfinite(x), x, 0.0)
    y = F.conv1d(Tensor(x, dtype=np.float64), w, groups=groups).data[0, 8 // groups :]
    assert_close(
        y, F.conv1d(Tensor(clean, dtype=np.float64), w, groups=groups).data[0, 8 // groups :]
    )
    weight = Tensor(w, requires_grad=True, dtype=np.float64)
    F.conv1d(Tensor(x, dtype=np.float64), weight, groups=groups).backward(np.ones((1, 8, 4)))
    assert weight.grad is not None
    assert np.isfinite(weight.grad[8 // groups :]).all()
    assert not np.isfinite(weight.grad[: 8 // groups, 0]).any()


@pytest.mark.parametrize("n", [1, 2, 3])
def test_one_sample_needs_no_batch(n: int) -> None:
    x, w = normal(2, 2, *(5,) * n), normal(2, 2, *(2,) * n)
    for function in (CONV[n - 1], TRANSPOSED[n - 1]):
        whole = function(Tensor(x, dtype=np.float64), w)
        for i in range(2):
            one = Tensor(x[i], requires_grad=True, dtype=np.float64)
            y = function(one, w)
            assert_close(y, whole.data[i])
            y.sum().backward()
            assert one.grad is not None
            assert one.grad.shape == one.shape


def test_no_channels_and_no_samples() -> None:
    w = Tensor(np.zeros((3, 0, 2)), requires_grad=True)
    y = F.conv1d(Tensor(np.zeros((2, 0, 5))), w, Tensor([1.0, 2.0, 3.0]))
    assert_array_equal(y.data, np.broadcast_to([[1.0], [2.0], [3.0]], (2, 3, 4)))
    y.sum().backward()
    assert F.conv1d(Tensor(np.ones((2, 3, 5))), np.ones((0, 3, 2))).shape == (2, 0, 4)
    empty = Tensor(np.zeros((0, 2, 5, 5)), requires_grad=True)
    layer = nn.Conv2d(2, 4, 3, groups=2, rng=0)
    layer(empty).sum().backward()
    assert_array_equal(layer.weight.grad, np.zeros((4, 1, 3, 3)))
    assert empty.grad is not None
    assert empty.grad.shape == (0, 2, 5, 5)


# ---------------------------------------------------------------------------- layers

LAYERS: list[tuple[Callable[..., nn.Module], str]] = [
    (
        lambda: nn.Conv2d(16, 32, (3, 1), padding="same", groups=2, bias=False),
        "Conv2d(16, 32, kernel_size=(3, 1), stride=(1, 1), padding=same, groups=2, bias=False)",
    ),
    (
        lambda: nn.Conv1d(2, 4, 3, 2, 1, padding_mode="circular"),
        "Conv1d(2, 4, kernel_size=(3,), stride=(2,), padding=(1,), padding_mode=circular)",
    ),
    (
        lambda: nn.ConvTranspose1d(4, 6, 3, 2, 1, 1, dilation=2),
        "ConvTranspose1d(4, 6, kernel_size=(3,), stride=(2,), padding=(1,), dilation=(2,), output_padding=(1,))",
    ),
    (
        lambda: nn.Fold((4, 5), 2, 1, (1, 0), 2),
        "Fold(output_size=(4, 5), kernel_size=2, dilation=1, padding=(1, 0), stride=2)",
    ),
    (lambda: nn.Unfold(3), "Unfold(kernel_size=3, dilation=1, padding=0, stride=1)"),
]


@pytest.mark.parametrize(("make", "text"), LAYERS, ids=[text[:20] for _, text in LAYERS])
def test_repr(make: Callable[..., nn.Module], text: str) -> None:
    assert repr(make()) == text


def test_state_and_first_values() -> None:
    for layer, fan_in, shape in (
        (nn.Conv2d(8, 40, (3, 5), groups=2, rng=0), 60, (40, 4, 3, 5)),
        (nn.ConvTranspose2d(8, 40, (3, 5), groups=2, rng=0), 300, (8, 20, 3, 5)),
    ):
        assert list(layer.state_dict()) == ["weight", "bias"]
        assert layer.weight.shape == shape
        assert layer.bias is not None
        assert layer.bias.shape == (40,)
        for p in (layer.weight, layer.bias):  # PyTorch's: U(-1/sqrt(fan_in), 1/sqrt(fan_in))
            assert np.abs(p.data).max() <= fan_in**-0.5
            assert_allclose(p.data.std(), (3 * fan_in) ** -0.5, rtol=0.3)
    again = nn.Conv2d(8, 40, (3, 5), groups=2, rng=0)
    assert_array_equal(again.weight.data, nn.Conv2d(8, 40, (3, 5), groups=2, rng=0).weight.data)
    named = nn.Conv1d(1, 2, 3, init_method=grad_init.Constant(2.0), dtype=np.float64)
    assert_array_equal(named.weight.data, np.full((2, 1, 3), 2.0))
    assert named.weight.dtype == np.float64
    assert named.bias is not None
    assert_array_equal(named.bias.data, [0.0, 0.0])
    assert nn.Conv3d(1, 2, 3, bias=False).bias is None


MODES: list[tuple[Any, str]] = [
    ("zeros", "constant"),
    ("reflect", "reflect"),
    ("replicate", "edge"),
    ("circular", "wrap"),
]


@pytest.mark.parametrize(("mode", "numpys"), MODES, ids=[mode for mode, _ in MODES])
@pytest.mark.parametrize("padding", [(1, 2), "same", "valid"])
def test_padding_modes(mode: Any, numpys: Any, padding: Any) -> None:
    layer = nn.Conv2d(
        2, 3, (2, 3), padding=padding, dilation=(1, 2), padding_mode=mode, rng=0, dtype=np.float64
    )
    assert layer.padding == padding
    assert layer.bias is not None
    x = normal(2, 2, 5, 6)
    widths = {"same": [(0, 1), (2, 2)], "valid": [(0, 0), (0, 0)]}.get(padding, [(1, 1), (2, 2)])
    padded = np.pad(x, [(0, 0), (0, 0), *widths], numpys)
    expected = plain.conv(padded, layer.weight.data, layer.bias.data, dilation=(1, 2))
    assert_close(layer(Tensor(x, dtype=np.float64)), expected)
    assert_close(layer(Tensor(x[0], dtype=np.float64)), expected[0])


def test_output_size() -> None:
    layer = nn.ConvTranspose2d(2, 3, 3, (2, 3), padding=1, rng=0, dtype=np.float64)
    x = Tensor(normal(1, 2, 4, 5), dtype=np.float64)
    least = layer(x)
    assert least.shape == (1, 3, 7, 13)
    more = layer(x, (8, 15))
    expected = plain.conv_transpose(
        x.data, layer.weight.data, None, (2, 3), 1, output_padding=(1, 2)
    )
    assert layer.bias is not None
    assert_close(more, expected + layer.bias.data.reshape(-1, 1, 1))
    assert_array_equal(layer(x, output_size=[1, 3, 8, 15]).data, more.data)
    assert_array_equal(layer(x[0], (3, 7, 13)).data, least.data[0])


def test_a_network_learns() -> None:
    rng = np.random.default_rng(0)
    x = rng.standard_normal((64, 1, 8, 8))
    rows = np.abs(x).sum(3).max(2)[:, 0] > np.abs(x).sum(2).max(2)[:, 0]
    model = nn.Sequential(
        nn.Conv2d(1, 8, 3, padding=1, rng=0),
        nn.ReLU(),
        nn.Conv2d(8, 8, 3, stride=2, groups=2, rng=1),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(72, 2, rng=2),
    )
    optimizer = nn.optim.Adam(model.parameters(), lr=0.01)
    losses = []
    for _ in range(40):
        loss = F.cross_entropy(model(Tensor(x)), rows.astype(int))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.1 * losses[0]


# ---------------------------------------------------------------------------- errors

IMAGE: Any = Tensor(np.ones((1, 4, 5, 5)))
ONES = np.ones
ERRORS: list[tuple[Callable[[], Any], type[Exception], str]] = [
    (lambda: F.conv2d(ONES((1, 4, 5, 5)), ONES((2, 4, 3, 3))), TypeError, "conv2d: input is ndarray"),  # type: ignore[arg-type]  # the error under test
    (lambda: F.conv2d(Tensor(IMAGE.data > 0, dtype=np.bool_), ONES((2, 4, 3, 3))), TypeError, "conv2d: input is bool"),
    (lambda: F.conv2d(IMAGE[0, 0], ONES((2, 4, 3, 3))), ValueError, r"conv2d: input has shape \(5, 5\), expected \(N, C_in, H, W\), or"),
    (lambda: F.conv1d(IMAGE, ONES((2, 4, 3))), ValueError, r"conv1d: input has shape .*\(N, C_in, L\)"),
    (lambda: F.conv2d(IMAGE, ONES((2, 4, 3))), ValueError, r"weight has shape \(2, 4, 3\), expected \(C_out"),
    (lambda: F.conv2d(IMAGE, ONES((3, 2, 3, 3)), groups=2), ValueError, "divided by groups, 2"),
    (lambda: F.conv2d(IMAGE, ONES((3, 4, 0, 3))), ValueError, "no kernel without elements"),
    (lambda: F.conv2d(IMAGE, ONES((2, 3, 3, 3))), ValueError, "input has 4 channels .* expected 3, as weight"),
    (lambda: F.conv2d(IMAGE, ONES((2, 4, 3, 3)), ONES(3)), ValueError, r"conv2d: bias has shape \(3,\), expected \(2,\)"),
    (lambda: F.conv2d(IMAGE, ONES((2, 4, 7, 3)), padding=(0, 1)), ValueError, r"size \(5, 5\), \(5, 7\) with its padding, .*less.*\(7, 3\) that"),
    (lambda: F.conv2d(IMAGE, ONES((2, 4, 3, 3)), dilation=3), ValueError, r"the \(7, 7\) that a kernel of size \(3, 3\) with dilation \(3, 3\)"),
    (lambda: F.conv2d(IMAGE[:, :, :0], ONES((2, 4, 1, 1)), padding=1), ValueError, "no spatial axis without elements"),
    (lambda: F.conv2d(IMAGE, ONES((2, 4, 3, 3)), stride=0), ValueError, "conv2d: stride is an int, .*at least 1; got 0"),
    (lambda: F.conv2d(IMAGE, ONES((2, 4, 3, 3)), padding=-1), ValueError, "padding is .* at least 0; got -1"),
    (lambda: F.conv2d(IMAGE, ONES((2, 4, 3, 3)), dilation=(1, 1, 1)), ValueError, "dilation is an int, or a tuple of 2"),
    (lambda: F.conv2d(IMAGE, ONES((2, 4, 3, 3)), groups=0), ValueError, "groups is an int, at least 1; got 0"),
    (lambda: F.conv2d(IMAGE, ONES((2, 4, 3, 3)), padding="full"), ValueError, "'same' or 'valid'; got 'full'"),  # type: ignore[arg-type]  # the error under test
    (lambda: F.conv2d(IMAGE, ONES((2, 4, 3, 3)), stride=2, padding="same"), ValueError, "'same' needs a stride of 1"),
    (lambda: F.conv_tbc(IMAGE, ONES((2, 4, 3))), ValueError, r"conv_tbc: input has shape .* expected \(T, N, C_in\)"),
    (lambda: F.conv_tbc(IMAGE[0], ONES((2, 4, 3))), ValueError, r"conv_tbc: weight has shape .* C_in is 5"),
    (lambda: F.conv_transpose2d(IMAGE, ONES((3, 4, 3, 3))), ValueError, "input has 4 channels .* expected 3"),
    (lambda: F.conv_transpose2d(IMAGE, ONES((4, 2, 3, 3)), ONES(2), groups=2), ValueError, r"bias has shape \(2,\), expected \(4,\)"),
    (lambda: F.conv_transpose2d(IMAGE, ONES((4, 2, 3, 3)), output_padding=1), ValueError, "output_padding is less than stride or dilation"),
    (lambda: F.conv_transpose2d(IMAGE, ONES((4, 2, 1, 1)), padding=3), ValueError, r"result of size \(-1, -1\)"),
    (lambda: F.conv_transpose2d(IMAGE[..., :0], ONES((4, 2, 1, 1))), ValueError, "no spatial axis without elements"),
    (lambda: F.conv_transpose2d(IMAGE, ONES((4, 2, 1))), ValueError, r"expected \(C_in, C_out / groups, kH, kW\)"),
    (lambda: F.unfold(IMAGE[0, 0], 2), ValueError, r"unfold: input has shape \(5, 5\)"),
    (lambda: F.unfold(IMAGE, 6), ValueError, r"no patch of size \(6, 6\) .*fits into images of size \(5, 5\)"),
    (lambda: F.unfold(IMAGE, (2, 2, 2)), ValueError, "unfold: kernel_size is an int, or a tuple of 2"),
    (lambda: F.fold(IMAGE, 5, 2), ValueError, r"fold: input has shape \(1, 4, 5, 5\), expected \(N, C"),
    (lambda: F.fold(IMAGE[0], 5, 2), ValueError, "no multiple of 4"),
    (lambda: F.fold(IMAGE[0, :, :4], 3, 3), ValueError, "no multiple of 9"),
    (lambda: F.fold(IMAGE[0, 0, :4], 3, 2), ValueError, r"images of size \(3, 3\) have 2 x 2 patches"),
    (lambda: F.fold(IMAGE[0, 0, :4, :0], 1, 2), ValueError, "have 0 x 0 patches"),
    (lambda: nn.Conv2d(3, 4, 3, groups=2), ValueError, "Conv2d: groups divide the channels; got in_channels 3"),
    (lambda: nn.Conv2d(4, 3, 3, groups=2), ValueError, "groups divide the channels"),
    (lambda: nn.Conv2d(4, 4, (3, 3, 3)), ValueError, "Conv2d: kernel_size is an int, or a tuple of 2"),
    (lambda: nn.Conv2d(4, 4, 0), ValueError, "kernel_size is .* at least 1; got 0"),
    (lambda: nn.Conv2d(4, 4, 3, padding="all"), ValueError, "Conv2d: padding is an int, .*got 'all'"),  # type: ignore[arg-type]  # the error under test
    (lambda: nn.Conv2d(4, 4, 3, 2, "same"), ValueError, "Conv2d: padding 'same' needs a stride of 1"),
    (lambda: nn.Conv2d(4, 4, 3, padding_mode="constant"), ValueError, "padding_mode is one of zeros, reflect.*got 'constant'"),  # type: ignore[arg-type]  # the error under test
    (lambda: nn.Conv2d(4, 4, 3, padding_mode="reflect", padding=5)(IMAGE), ValueError, "a reflected margin is at most 4"),
    (lambda: nn.Conv2d(4, 4, 3, padding_mode="reflect", padding=1)(IMAGE[0, 0]), ValueError, r"conv2d: input has shape \(5, 5\)"),
    (lambda: nn.Conv2d(3, 4, 3)(IMAGE), ValueError, "conv2d: input has 4 channels"),
    (lambda: nn.ConvTranspose2d(4, 4, 3, padding_mode="reflect"), ValueError, "padding_mode is one of zeros; got"),  # type: ignore[arg-type]  # the error under test
    (lambda: nn.ConvTranspose2d(4, 4, 3, padding="same"), ValueError, "ConvTranspose2d: padding is an int"),  # type: ignore[arg-type]  # the error under test
    (lambda: nn.ConvTranspose2d(4, 4, 3, 2)(IMAGE, (13, 11)), ValueError, r"output_size is \(13, 11\), expected from \(11, 11\) to \(12, 12\)"),
    (lambda: nn.ConvTranspose2d(4, 4, 3, 2)(IMAGE, (12,)), ValueError, r"output_size is 2 ints, or all 4 .*got \(12,\)"),
    (lambda: nn.ConvTranspose2d(4, 4, 3, 2)(IMAGE, (12.0, 11)), ValueError, "output_size is 2 ints"),  # type: ignore[arg-type]  # the error under test
    (lambda: nn.Fold(5, 0), ValueError, "Fold: kernel_size is .* at least 1"),
    (lambda: nn.Unfold(3, stride=(1, 2, 3)), ValueError, "Unfold: stride is an int, or a tuple of 2"),
]  # fmt: skip


@pytest.mark.parametrize(("run", "kind", "message"), ERRORS)
def test_errors(run: Callable[[], Any], kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        run()
