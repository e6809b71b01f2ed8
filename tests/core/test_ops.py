"""Every row of the table: forward against NumPy, gradients against finite differences."""

from __future__ import annotations

import inspect
from itertools import product
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.core.op_table import OPS
from tests.core.tables.common import Arrays, Op
from tests.samples import naming

import grad_core as gc
from grad_core.testing import check_grads


def of_each(ops: list[Op]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("op", ops, ids=lambda op: op.name)


each_op = of_each(OPS)


def leaves(arrays: Arrays, dtype: Any = None) -> list[gc.Tensor]:
    return [gc.Tensor(x, requires_grad=True, dtype=dtype or x.dtype) for x in arrays]


@each_op
def test_forward_and_dtype_are_numpys(op: Op) -> None:
    for dtype, (i, sample) in product(("float32", "float64"), enumerate(op.samples)):
        with naming(f"{op.name}, {dtype}, sample {i}"):
            arrays = tuple(np.asarray(x, dtype) for x in sample)
            expected = op.reference(*arrays)
            result = op.function(*leaves(arrays))
            assert isinstance(result, gc.Tensor)
            assert result.shape == np.shape(expected)
            if op.same_dtype:
                assert result.dtype == expected.dtype
            rtol, atol = (1e-5, 1e-6) if dtype == "float32" else (1e-12, 1e-14)
            np.testing.assert_allclose(result.data, expected, rtol, atol)


@pytest.mark.thorough
@each_op
def test_gradients_are_those_of_finite_differences(op: Op) -> None:
    for i, arrays in enumerate(op.samples):
        with naming(f"{op.name}, sample {i}"):
            check_grads(op.function, arrays, order=op.order, eps=op.eps, rtol=op.rtol)


@pytest.mark.thorough
@of_each([op for op in OPS if op.complex])
def test_complex_gradients_are_those_of_finite_differences(op: Op) -> None:
    rng = np.random.default_rng(5)
    for i, arrays in enumerate(op.samples):
        turned = [x * np.exp(1j * rng.uniform(-0.9, 0.9, x.shape)) for x in arrays]
        with naming(f"{op.name}, sample {i}"):
            check_grads(op.function, turned, eps=op.eps, rtol=op.rtol)


@each_op
def test_gradients_have_the_dtype_of_the_operand(op: Op) -> None:
    mixed = [np.float32, np.float64, np.float32]
    for i, arrays in enumerate(op.samples):
        with naming(f"{op.name}, sample {i}"):
            tensors = [
                gc.Tensor(x, requires_grad=True, dtype=to)
                for x, to in zip(arrays, mixed, strict=False)
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


@each_op
def test_strided_and_read_only_operands_give_the_same(op: Op) -> None:
    def gradients(arrays: Arrays) -> tuple[NDArray[Any], list[Any]]:
        tensors = [gc.from_numpy(x) for x in arrays]
        for tensor in tensors:
            tensor.requires_grad = True
        out = op.function(*tensors)
        out.backward(np.ones(out.shape, out.dtype))
        return out.data, [tensor.grad for tensor in tensors]

    for i, arrays in enumerate(op.samples):
        with naming(f"{op.name}, sample {i}"):
            plain_out, plain = gradients(tuple(np.array(x) for x in arrays))
            other_out, other = gradients(tuple(awkward(np.asarray(x)) for x in arrays))
            np.testing.assert_allclose(other_out, plain_out, rtol=1e-12)
            for a, b in zip(plain, other, strict=True):
                np.testing.assert_allclose(b, a, rtol=1e-12)


@of_each([op for op in OPS if op.arrays])
def test_arrays_in_give_arrays_out(op: Op) -> None:
    for i, arrays in enumerate(op.samples):
        with naming(f"{op.name}, sample {i}"):
            result = op.function(*arrays)
            assert type(result) is np.ndarray
            np.testing.assert_allclose(np.asarray(result), op.reference(*arrays), rtol=1e-12)


@each_op
def test_inputs_are_not_written_to(op: Op) -> None:
    for i, arrays in enumerate(op.samples):
        with naming(f"{op.name}, sample {i}"):
            tensors = leaves(arrays)
            out = op.function(*tensors)
            seed = np.ones(out.shape, out.dtype)
            out.backward(seed)
            for tensor, array in zip(tensors, arrays, strict=True):
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
