"""Every row of the table: forward against NumPy, gradients against finite differences."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.core.op_table import CASES, IDS, OPS
from tests.core.tables.common import Arrays, Op

import grad_core as gc
from grad_core.testing import check_grads

every_case = pytest.mark.parametrize(("op", "i"), CASES, ids=IDS)


def leaves(arrays: Arrays, dtype: Any = None) -> list[gc.Tensor]:
    return [gc.Tensor(x, requires_grad=True, dtype=dtype or x.dtype) for x in arrays]


@every_case
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_forward_and_dtype_are_numpys(op: Op, i: int, dtype: Any) -> None:
    arrays = tuple(np.asarray(x, dtype) for x in op.samples[i])
    expected = op.reference(*arrays)
    result = op.function(*leaves(arrays))
    assert isinstance(result, gc.Tensor)
    assert result.shape == np.shape(expected)
    if op.same_dtype:
        assert result.dtype == expected.dtype
    rtol, atol = (1e-5, 1e-6) if dtype == np.float32 else (1e-12, 1e-14)
    np.testing.assert_allclose(result.data, expected, rtol, atol)


@pytest.mark.thorough
@every_case
def test_gradients_are_those_of_finite_differences(op: Op, i: int) -> None:
    check_grads(op.function, op.samples[i], order=op.order, eps=op.eps, rtol=op.rtol)


@pytest.mark.thorough
@pytest.mark.parametrize("op", [op for op in OPS if op.complex], ids=lambda op: op.name)
def test_complex_gradients_are_those_of_finite_differences(op: Op) -> None:
    rng = np.random.default_rng(5)
    for arrays in op.samples:
        turned = [x * np.exp(1j * rng.uniform(-0.9, 0.9, x.shape)) for x in arrays]
        check_grads(op.function, turned, eps=op.eps, rtol=op.rtol)


@every_case
def test_gradients_have_the_dtype_of_the_operand(op: Op, i: int) -> None:
    mixed = [np.float32, np.float64, np.float32]
    tensors = [
        gc.Tensor(x, requires_grad=True, dtype=to)
        for x, to in zip(op.samples[i], mixed, strict=False)
    ]
    out = op.function(*tensors)
    out.backward(np.ones(out.shape, out.dtype))
    for tensor in tensors:
        assert tensor.grad is not None
        assert tensor.grad.dtype == tensor.dtype
        assert tensor.grad.shape == tensor.shape


def awkward(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """The same values with other strides, and read-only."""
    spread = np.empty([2 * n for n in x.shape][::-1])
    every_other: Any = (..., *(slice(None, None, 2) for _ in x.shape))
    view: NDArray[np.float64] = spread.T[every_other]
    view[...] = x
    view.flags.writeable = False
    return view


@every_case
def test_strided_and_read_only_operands_give_the_same(op: Op, i: int) -> None:
    def gradients(arrays: Arrays) -> tuple[NDArray[Any], list[Any]]:
        tensors = [gc.from_numpy(x) for x in arrays]
        for tensor in tensors:
            tensor.requires_grad = True
        out = op.function(*tensors)
        out.backward(np.ones(out.shape, out.dtype))
        return out.data, [tensor.grad for tensor in tensors]

    plain_out, plain = gradients(tuple(np.array(x) for x in op.samples[i]))
    other_out, other = gradients(tuple(awkward(np.asarray(x)) for x in op.samples[i]))
    np.testing.assert_allclose(other_out, plain_out, rtol=1e-12)
    for a, b in zip(plain, other, strict=True):
        np.testing.assert_allclose(b, a, rtol=1e-12)


FUNCTIONS = [(op, i) for op, i in CASES if op.arrays]


@pytest.mark.parametrize(("op", "i"), FUNCTIONS, ids=[f"{op.name}-{i}" for op, i in FUNCTIONS])
def test_arrays_in_give_arrays_out(op: Op, i: int) -> None:
    result = op.function(*op.samples[i])
    assert type(result) is np.ndarray
    np.testing.assert_allclose(np.asarray(result), op.reference(*op.samples[i]), rtol=1e-12)


@every_case
def test_inputs_are_not_written_to(op: Op, i: int) -> None:
    tensors = leaves(op.samples[i])
    out = op.function(*tensors)
    seed = np.ones(out.shape, out.dtype)
    out.backward(seed)
    for tensor, array in zip(tensors, op.samples[i], strict=True):
        np.testing.assert_array_equal(tensor.data, array)
    assert (seed == 1).all()


def test_primitives_tell_their_signature() -> None:
    third: Any = lambda g, _o, _a, _b, _c, k: g  # as rules are written
    last: Any = lambda g, _o, _xs, _i, scale: g  # likewise
    fma: Any = gc.Ternary("t", third, third, third, third)
    total: Any = gc.Variadic("v", last, last)
    signatures: dict[Any, str] = {
        gc.exp: "(x, /)",
        gc.add: "(x, y, /)",
        gc.isnan: "(x, /)",
        gc.equal: "(x, y, /)",
        fma: "(a, b, c, k, /)",
        total: "(xs, scale, /)",
    }
    for primitive, signature in signatures.items():
        assert str(inspect.signature(primitive)) == signature
    assert list(inspect.signature(gc.Unary).parameters)[:3] == ["name", "forward", "dx"]
